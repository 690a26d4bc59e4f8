//! `charmap_encode`, `charmap_decode` and `charmap_build`: codecs by a mapping of Python objects.

use super::conversions::{Errors, as_character, pair};
use taipan_runtime::builtins::codecs::{Handler, NativeCodec, decoded};
use taipan_runtime::native::type_name;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::{self, class_of};
use taipan_runtime::prelude::*;
use taipan_runtime::text::codecs::{Mapped, decode_by_table, encode_charmap};
use taipan_runtime::text::{Characters, TextBuilder};

/// U+FFFE in a table: nothing.
const UNDEFINED: u32 = 0xfffe;

/// The mapping from characters to bytes that reverses a table.
pub fn build(thread: &mut Thread, map: Gc<Str>) -> Result {
    let reverse = Dict::new();
    for (byte, c) in map.characters().iter().take(256).enumerate() {
        if c != UNDEFINED {
            reverse.set(thread, Value::from_int(i64::from(c)), Value::from_small_int(byte as i64))?;
        }
    }
    Ok(reverse.value())
}

/// What a mapping has under a number, `None` for nothing.
fn look_up(thread: &mut Thread, mapping: Value, key: u32) -> Result<Option<Value>> {
    let key = Value::from_int(i64::from(key));
    if class_of(mapping) == types().dict {
        return Ok(mapping.cast::<Dict>().get(thread, key)?.filter(|found| !found.is_none()));
    }
    match operations::get_item(thread, mapping, key) {
        Ok(found) => Ok(Some(found).filter(|found| !found.is_none())),
        Err(raised) if class_of(raised.0).is_subclass_of(types().lookup_error) => Ok(None),
        Err(raised) => Err(raised),
    }
}

/// The bytes that a mapping has for a character.
fn bytes_for(thread: &mut Thread, mapping: Value, c: u32) -> Result<Option<Vec<u8>>> {
    let Some(found) = look_up(thread, mapping, c)? else { return Ok(None) };
    if let Some(bytes) = found.downcast::<Bytes>() {
        return Ok(Some(bytes.as_slice().to_vec()));
    }
    match as_character(found) {
        Some(Some(byte @ 0..256)) => Ok(Some(vec![byte as u8])),
        Some(_) => Err(thread.type_error("character mapping must be in range(256)")),
        None => {
            let got = type_name(found);
            Err(thread.type_error(format!("character mapping must return integer, bytes or None, not {got}")))
        }
    }
}

/// All bytes for the characters of a string, looked up ahead: conversions borrow the thread for their error handler.
struct Table(Vec<(u32, Option<Vec<u8>>)>);

impl Table {
    fn get(&mut self, thread: &mut Thread, mapping: Value, c: u32) -> Result<Option<Vec<u8>>> {
        if let Ok(place) = self.0.binary_search_by_key(&c, |(known, _)| *known) {
            return Ok(self.0[place].1.clone());
        }
        let found = bytes_for(thread, mapping, c)?;
        let place = self.0.partition_point(|(known, _)| *known < c);
        self.0.insert(place, (c, found.clone()));
        Ok(found)
    }
}

pub fn encode(thread: &mut Thread, string: Gc<Str>, errors: Errors, mapping: Value) -> Result<Gc<Tuple>> {
    let text = string.characters();
    if mapping.is_none() {
        return super::conversions::encode_native(thread, NativeCodec::Latin1, string, errors);
    }
    let mut table = Table(Vec::new());
    let thread_pointer: *mut Thread = thread;
    let mut handler = Handler::new(thread, errors.flatten(), string.value());
    // SAFETY: the lookup and the handler use the thread in turns, never at once.
    let lookup = |c: u32| table.get(unsafe { &mut *thread_pointer }, mapping, c);
    let encoded = encode_charmap(text, lookup, &mut handler)?;
    Ok(pair(Bytes::new(&encoded).value(), string.length))
}

/// What a mapping has for a byte.
fn text_for(thread: &mut Thread, mapping: Value, byte: u8) -> Result<Mapped> {
    let Some(found) = look_up(thread, mapping, u32::from(byte))? else { return Ok(Mapped::Undefined) };
    if let Some(string) = found.downcast::<Str>() {
        if string.length == 1 && string.at(0) == UNDEFINED {
            return Ok(Mapped::Undefined);
        }
        let mut text = TextBuilder::new();
        text.push_characters(string.characters());
        return Ok(Mapped::Text(text.finish()));
    }
    match as_character(found) {
        Some(Some(UNDEFINED)) => Ok(Mapped::Undefined),
        Some(Some(c)) => Ok(Mapped::Character(c)),
        Some(None) => Err(thread.type_error("character mapping must be in range(0x110000)")),
        None => Err(thread.type_error("character mapping must return integer, None or str")),
    }
}

pub fn decode(thread: &mut Thread, data: &[u8], errors: Errors, mapping: Value) -> Result<Gc<Tuple>> {
    let data = data.to_vec();
    let mut out = TextBuilder::with_capacity(data.len());
    if mapping.is_none() {
        out.push_characters(Characters::One(&data));
        return Ok(decoded(out, data.len()));
    }
    if let Some(table) = mapping.downcast::<Str>()
        && class_of(mapping) == types().str
    {
        let mut handler = Handler::new(thread, errors.flatten(), Value::NULL);
        decode_by_table(&data, table.characters(), &mut handler, &mut out)?;
        return Ok(decoded(out, data.len()));
    }
    let thread_pointer: *mut Thread = thread;
    let mut handler = Handler::new(thread, errors.flatten(), Value::NULL);
    // SAFETY: the lookup and the handler use the thread in turns, never at once.
    let lookup = |byte: u8| text_for(unsafe { &mut *thread_pointer }, mapping, byte);
    taipan_runtime::text::codecs::decode_charmap(&data, lookup, &mut handler, &mut out)?;
    Ok(decoded(out, data.len()))
}
