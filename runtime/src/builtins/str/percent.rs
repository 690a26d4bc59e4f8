//! `format % values`, for str and for bytes.

use crate::builtins::int_convert::decimal_text;
use crate::builtins::support::finish;
use crate::builtins::text_support::{AnyError, class_name};
use crate::object::bytes::{ByteArray, Bytes};
use crate::object::int::IntRef;
use crate::object::special::Special;
use crate::object::tuple::Tuple;
use crate::operations::buffer::BytesLike;
use crate::operations::{self, big_int, class_of};
use crate::prelude::*;
use crate::text::percent_format::{PercentParser, PercentPiece, PercentSource, PercentSpec, unsupported};
use crate::text::{Characters, TextBuilder, TextError};
use std::ops::Range;

type Fallible<T> = std::result::Result<T, AnyError>;

/// The values to be formatted.
struct Values<'a> {
    thread: &'a mut Thread,
    format: Characters<'static>,
    is_bytes: bool,
    /// All of them, if they come in a tuple.
    tuple: Option<Gc<Tuple>>,
    /// The right operand.
    operand: Value,
    /// The value under a key, which the next conversion takes.
    selected: Value,
    /// How many were taken.
    taken: usize,
}

impl Values<'_> {
    fn is_mapping(&self) -> bool {
        let class = class_of(self.operand);
        let text = self.operand.downcast::<Str>().is_some()
            || self.is_bytes
                && (self.operand.downcast::<Bytes>().is_some()
                    || self.operand.downcast::<ByteArray>().is_some());
        !text
            && self.operand.downcast::<Tuple>().is_none()
            && class.special(Special::GetItem).is_some_and(|method| !method.is_none())
    }

    fn next(&mut self) -> Fallible<Value> {
        if !self.selected.is_null() {
            return Ok(std::mem::take(&mut self.selected));
        }
        let value = match self.tuple {
            Some(tuple) => tuple.get(self.taken),
            None => (self.taken == 0).then_some(self.operand),
        };
        self.taken += 1;
        value.ok_or_else(|| TextError::type_error("not enough arguments for format string").into())
    }

    /// Complains about values that no conversion took.
    fn check_all_taken(&self, used_mapping: bool) -> std::result::Result<(), TextError> {
        let left = match self.tuple {
            Some(tuple) => self.taken < tuple.length,
            None => self.taken == 0 && !used_mapping && !self.is_mapping(),
        };
        if !left {
            return Ok(());
        }
        let what = if self.is_bytes { "bytes" } else { "string" };
        Err(TextError::type_error(format!("not all arguments converted during {what} formatting")))
    }
}

impl PercentSource for Values<'_> {
    type Error = AnyError;

    fn require_mapping(&mut self) -> Fallible<()> {
        if self.is_mapping() {
            Ok(())
        } else {
            Err(TextError::type_error("format requires a mapping").into())
        }
    }

    fn select_key(&mut self, key: Range<usize>) -> Fallible<()> {
        let key = self.format.slice(key.start, key.end);
        let key = match (self.is_bytes, key) {
            (true, Characters::One(bytes)) => Bytes::new(bytes).value(),
            _ => Str::from_characters(key).value(),
        };
        self.selected = operations::get_item(self.thread, self.operand, key)?;
        Ok(())
    }

    fn take_star(&mut self) -> Fallible<isize> {
        let value = self.next()?;
        match value.as_int_or_bool() {
            Some(IntRef::Small(i)) => Ok(i as isize),
            Some(_) => Err(TextError::overflow("Python int too large to convert to C ssize_t").into()),
            None => Err(TextError::type_error("* wants int").into()),
        }
    }
}

/// `format % values` of str.
pub fn format_str(thread: &mut Thread, format: Gc<Str>, values: Value) -> Result<Gc<Str>> {
    let mut out = TextBuilder::with_capacity(format.length + 16);
    run(thread, format.characters(), values, false, &mut out)?;
    Ok(finish(out))
}

/// `format % values` of bytes.
pub fn format_bytes(thread: &mut Thread, format: &'static [u8], values: Value) -> Result<Vec<u8>> {
    let mut out = TextBuilder::with_capacity(format.len() + 16);
    run(thread, Characters::One(format), values, true, &mut out)?;
    Ok(out.characters().iter().map(|c| c as u8).collect())
}

fn run(
    thread: &mut Thread,
    format: Characters<'static>,
    operand: Value,
    is_bytes: bool,
    out: &mut TextBuilder,
) -> Result<()> {
    let tuple = operand.downcast::<Tuple>();
    let mut values = Values { thread, format, is_bytes, tuple, operand, selected: Value::NULL, taken: 0 };
    match write(&mut values, out) {
        Ok(()) => Ok(()),
        Err(error) => Err(error.into_raised(values.thread)),
    }
}

fn write(values: &mut Values, out: &mut TextBuilder) -> Fallible<()> {
    let format = values.format;
    let mut parser = PercentParser::new(format);
    let mut used_mapping = false;
    while let Some(piece) = parser.next_piece(values)? {
        match piece {
            PercentPiece::Literal(range) => out.push_characters(format.slice(range.start, range.end)),
            PercentPiece::Value(spec) => {
                used_mapping |= !values.selected.is_null();
                let value = values.next()?;
                write_value(values, &spec, value, out)?;
            }
        }
    }
    Ok(values.check_all_taken(used_mapping)?)
}

fn write_value(values: &mut Values, spec: &PercentSpec, value: Value, out: &mut TextBuilder) -> Fallible<()> {
    let is_bytes = values.is_bytes;
    if spec.radix().is_some() {
        return write_int(values.thread, spec, value, out);
    }
    if spec.is_float() {
        let d = float_value(values.thread, value, is_bytes)?;
        return Ok(spec.write_float(d, out)?);
    }
    match spec.letter() {
        b's' | b'b' if is_bytes => {
            let content = bytes_value(values.thread, value)?;
            spec.write_text(Characters::One(&content), out)?;
        }
        b's' => {
            let text = operations::str_of(values.thread, value)?;
            spec.write_text(text.characters(), out)?;
        }
        b'r' if !is_bytes => {
            let text = operations::repr(values.thread, value)?;
            spec.write_text(text.characters(), out)?;
        }
        b'a' | b'r' => {
            let text = operations::ascii(values.thread, value)?;
            spec.write_text(text.characters(), out)?;
        }
        b'c' if is_bytes => {
            let byte = byte_value(values.thread, value)?;
            spec.write_text(Characters::One(&[byte]), out)?;
        }
        b'c' => {
            let c = character_value(values.thread, value)?;
            spec.write_text(Characters::Four(&[c]), out)?;
        }
        _ => return Err(unsupported(spec, is_bytes).into()),
    }
    Ok(())
}

fn write_int(thread: &mut Thread, spec: &PercentSpec, value: Value, out: &mut TextBuilder) -> Fallible<()> {
    let radix = spec.radix().unwrap_or(10);
    let int = int_value(thread, spec, value, radix == 10)?;
    let Some(int) = int.as_int_or_bool() else { return Err(wrong_number(spec, radix == 10, value).into()) };
    let digits = match (radix, int) {
        (10, IntRef::Small(i)) => i.unsigned_abs().to_string(),
        (10, int) => decimal_text(thread, int)?.trim_start_matches('-').to_string(),
        _ => big_int::digits_in_base(int, radix),
    };
    Ok(spec.write_int(big_int::is_negative(int), &digits, out)?)
}

/// What a value is to `%d` (any real number) or `%x` and `%o` (integers).
fn int_value(thread: &mut Thread, spec: &PercentSpec, value: Value, decimal: bool) -> Fallible<Value> {
    if value.as_int_or_bool().is_some() {
        return Ok(value);
    }
    let class = class_of(value);
    let has = |special| class.special(special).is_some_and(|method: Value| !method.is_none());
    let converted = if decimal {
        if !has(Special::Int) && !has(Special::Index) {
            return Err(wrong_number(spec, decimal, value).into());
        }
        crate::builtins::int_convert::int_of(thread, value)
    } else if has(Special::Index) {
        operations::index(thread, value)
    } else {
        return Err(wrong_number(spec, decimal, value).into());
    };
    match converted {
        Err(raised) if class_of(raised.0).is_subclass_of(types().type_error) => {
            Err(wrong_number(spec, decimal, value).into())
        }
        converted => Ok(converted?),
    }
}

fn wrong_number(spec: &PercentSpec, decimal: bool, value: Value) -> TextError {
    let (letter, got) = (char::from(spec.letter()), class_name(value));
    let wanted = if decimal { "a real number" } else { "an integer" };
    TextError::type_error(format!("%{letter} format: {wanted} is required, not {got}"))
}

fn float_value(thread: &mut Thread, value: Value, is_bytes: bool) -> Fallible<f64> {
    match operations::convert::to_float(thread, value) {
        Err(raised) if is_bytes && class_of(raised.0).is_subclass_of(types().type_error) => {
            let got = class_name(value);
            Err(TextError::type_error(format!("float argument required, not {got}")).into())
        }
        converted => Ok(converted?),
    }
}

/// The character of `%c` in str.
fn character_value(thread: &mut Thread, value: Value) -> Fallible<u32> {
    if let Some(string) = value.downcast::<Str>() {
        if string.length == 1 {
            return Ok(string.at(0));
        }
        let length = string.length;
        let message = format!("%c requires an int or a unicode character, not a string of length {length}");
        return Err(TextError::type_error(message).into());
    }
    if value.as_int_or_bool().is_none() && class_of(value).special(Special::Index).is_none_or(Value::is_none)
    {
        let got = class_name(value);
        return Err(
            TextError::type_error(format!("%c requires an int or a unicode character, not {got}")).into()
        );
    }
    let index = operations::index(thread, value)?;
    match index.as_int() {
        Some(IntRef::Small(c)) if (0..0x110000).contains(&c) => Ok(c as u32),
        _ => Err(TextError::overflow("%c arg not in range(0x110000)").into()),
    }
}

/// The byte of `%c` in bytes.
fn byte_value(thread: &mut Thread, value: Value) -> Fallible<u8> {
    let wrong = |got: String| {
        AnyError::from(TextError::type_error(format!(
            "%c requires an integer in range(256) or a single byte, not {got}"
        )))
    };
    for (content, name) in [
        (value.downcast::<Bytes>().map(|bytes| bytes.as_slice().to_vec()), "bytes"),
        (value.downcast::<ByteArray>().map(|array| array.as_slice().to_vec()), "bytearray"),
    ] {
        match content.as_deref() {
            None => {}
            Some([byte]) => return Ok(*byte),
            Some(content) => return Err(wrong(format!("a {name} object of length {}", content.len()))),
        }
    }
    if value.as_int_or_bool().is_none() && class_of(value).special(Special::Index).is_none_or(Value::is_none)
    {
        return Err(wrong(crate::builtins::support::fully_qualified_name(class_of(value))));
    }
    let index = operations::index(thread, value)?;
    match index.as_small_int().and_then(|i| u8::try_from(i).ok()) {
        Some(byte) => Ok(byte),
        None => Err(TextError::overflow("%c arg not in range(256)").into()),
    }
}

/// The content of `%b` in bytes.
fn bytes_value(thread: &mut Thread, value: Value) -> Fallible<Vec<u8>> {
    if let Some(bytes) = value.downcast::<Bytes>() {
        return Ok(bytes.as_slice().to_vec());
    }
    if let Some(array) = value.downcast::<ByteArray>() {
        return Ok(array.as_slice().to_vec());
    }
    if let Some(answer) = thread.call_special(value, Special::Bytes, &[])? {
        return match answer.downcast::<Bytes>() {
            Some(bytes) => Ok(bytes.as_slice().to_vec()),
            None => {
                let got = class_name(answer);
                Err(TextError::type_error(format!("__bytes__ returned non-bytes (type {got})")).into())
            }
        };
    }
    if let Some(content) = BytesLike::of(thread, value)? {
        return Ok(content.to_vec());
    }
    let got = class_name(value);
    Err(TextError::type_error(format!(
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{got}'"
    ))
    .into())
}
