//! `str.translate` and `str.maketrans`.

use crate::builtins::support::finish;
use crate::builtins::text_support::exact_str;
use crate::object::dict::Dict;
use crate::object::int::IntRef;
use crate::operations::{self, class_of};
use crate::prelude::*;
use crate::text::TextBuilder;

/// What a table says of a character.
#[derive(Clone, Copy)]
enum Replacement {
    Same,
    Nothing,
    Character(u32),
    Text(Gc<Str>),
}

fn look_up(thread: &mut Thread, table: Value, c: u32) -> Result<Replacement> {
    let key = Value::from_int(i64::from(c));
    let found = if class_of(table) == types().dict {
        match table.cast::<Dict>().get(thread, key)? {
            Some(found) => found,
            None => return Ok(Replacement::Same),
        }
    } else {
        match operations::get_item(thread, table, key) {
            Ok(found) => found,
            Err(raised) if class_of(raised.0).is_subclass_of(types().lookup_error) => {
                return Ok(Replacement::Same);
            }
            Err(raised) => return Err(raised),
        }
    };
    if found.is_none() {
        return Ok(Replacement::Nothing);
    }
    if let Some(text) = found.downcast::<Str>() {
        return Ok(Replacement::Text(text));
    }
    match found.as_int_or_bool() {
        Some(IntRef::Small(c)) if (0..0x110000).contains(&c) => Ok(Replacement::Character(c as u32)),
        Some(_) => Err(thread.value_error("character mapping must be in range(0x110000)")),
        None => Err(thread.type_error("character mapping must return integer, None or str")),
    }
}

pub fn translate(thread: &mut Thread, this: Gc<Str>, table: Value) -> Result<Gc<Str>> {
    let mut out = TextBuilder::with_capacity(this.length);
    // Each ASCII character is looked up once.
    let mut known: [Option<Replacement>; 128] = [None; 128];
    let mut changed = false;
    for c in this.characters().iter() {
        let replacement = match known.get(c as usize).copied().flatten() {
            Some(replacement) => replacement,
            None => {
                let found = look_up(thread, table, c)?;
                if let Some(place) = known.get_mut(c as usize) {
                    *place = Some(found);
                }
                found
            }
        };
        changed |= !matches!(replacement, Replacement::Same);
        match replacement {
            Replacement::Same => out.push(c),
            Replacement::Nothing => {}
            Replacement::Character(c) => out.push(c),
            Replacement::Text(text) => out.push_characters(text.characters()),
        }
    }
    Ok(if changed { finish(out) } else { exact_str(this) })
}

fn number(c: u32) -> Value {
    Value::from_int(i64::from(c))
}

pub fn make_table(thread: &mut Thread, x: Value, y: Option<Gc<Str>>, z: Option<Gc<Str>>) -> Result {
    let table = Dict::new();
    let Some(y) = y else {
        return from_dict(thread, x, table);
    };
    let Some(x) = x.downcast::<Str>() else {
        return Err(
            thread.type_error("first maketrans argument must be a string if there is a second argument")
        );
    };
    if x.length != y.length {
        return Err(thread.value_error("the first two maketrans arguments must have equal length"));
    }
    for (from, to) in x.characters().iter().zip(y.characters().iter()) {
        table.set(thread, number(from), number(to))?;
    }
    for c in z.iter().flat_map(|z| z.characters().iter()) {
        table.set(thread, number(c), Value::NONE)?;
    }
    Ok(table.value())
}

fn from_dict(thread: &mut Thread, x: Value, table: Gc<Dict>) -> Result {
    if class_of(x) != types().dict {
        return Err(thread.type_error("if you give only one argument to maketrans it must be a dict"));
    }
    let given: Gc<Dict> = x.cast();
    let mut position = 0;
    while let Some((key, value)) = given.next_entry(&mut position) {
        let key = match key.downcast::<Str>() {
            Some(key) if key.length == 1 => number(key.at(0)),
            Some(_) => return Err(thread.value_error("string keys in translatetable must be of length 1")),
            None if key.as_int_or_bool().is_some() => key,
            None => return Err(thread.type_error("keys in translate table mustbe strings or integers")),
        };
        table.set(thread, key, value)?;
    }
    Ok(table.value())
}
