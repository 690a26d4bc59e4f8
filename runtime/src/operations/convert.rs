//! Conversions between kinds of values: `repr`, `str`, `format`, `int`, `float`, `__index__`.

use crate::object::int::IntRef;
use crate::object::pointer::Gc;
use crate::object::special::Special;
use crate::object::str::Str;
use crate::operations::{big_int, call, class_of};
use crate::thread::{Result, Thread};
use crate::types;
use crate::value::Value;

/// `repr(value)`
pub fn repr(thread: &mut Thread, value: Value) -> Result<Gc<Str>> {
    thread.check_native_stack()?;
    match class_of(value).special(Special::Repr) {
        Some(method) => {
            let text = call::call_special(thread, method, value, &[])?;
            expect_str(thread, text, "__repr__ returned non-string")
        }
        None => {
            let class = super::attribute::class_name(value);
            Ok(Str::new(&format!("<{class} object at {:#x}>", value.0)))
        }
    }
}

/// `str(value)`
pub fn str_of(thread: &mut Thread, value: Value) -> Result<Gc<Str>> {
    let class = class_of(value);
    if class == types().str {
        return Ok(value.cast());
    }
    thread.check_native_stack()?;
    match class.special(Special::Str) {
        Some(method) => {
            let text = call::call_special(thread, method, value, &[])?;
            expect_str(thread, text, "__str__ returned non-string")
        }
        None => repr(thread, value),
    }
}

fn expect_str(thread: &mut Thread, text: Value, complaint: &str) -> Result<Gc<Str>> {
    match text.downcast::<Str>() {
        Some(text) => Ok(text),
        None => {
            let got = super::attribute::class_name(text);
            Err(thread.type_error(format!("{complaint} (type {got})")))
        }
    }
}

/// `ascii(value)`
pub fn ascii(thread: &mut Thread, value: Value) -> Result<Gc<Str>> {
    let text = repr(thread, value)?;
    if text.ascii {
        return Ok(text);
    }
    let characters = text.characters();
    let mut escaped = String::with_capacity(text.length + 16);
    for i in 0..text.length {
        match characters.get(i) {
            c @ 0..0x80 => escaped.push(c as u8 as char),
            c @ 0x80..0x100 => escaped.push_str(&format!("\\x{c:02x}")),
            c @ 0x100..0x1_0000 => escaped.push_str(&format!("\\u{c:04x}")),
            c => escaped.push_str(&format!("\\U{c:08x}")),
        }
    }
    Ok(Str::new(&escaped))
}

/// `format(value, specification)`
pub fn format(thread: &mut Thread, value: Value, specification: Value) -> Result<Gc<Str>> {
    let class = class_of(value);
    let empty = specification.is_null() || specification.downcast::<Str>().is_some_and(|s| s.length == 0);
    if empty {
        if class == types().str {
            return Ok(value.cast());
        }
        if class == types().int || class == types().float {
            return str_of(thread, value);
        }
    }
    let specification = if specification.is_null() { Str::new("").value() } else { specification };
    let Some(method) = class.special(Special::Format) else {
        let class = class.native_name();
        return Err(thread.type_error(format!("Type {class} doesn't define __format__")));
    };
    let text = call::call_special(thread, method, value, &[specification])?;
    match text.downcast::<Str>() {
        Some(text) => Ok(text),
        None => {
            let got = super::attribute::class_name(text);
            Err(thread.type_error(format!("__format__ must return a str, not {got}")))
        }
    }
}

/// `operator.index(value)`: an exact int.
pub fn index(thread: &mut Thread, value: Value) -> Result {
    if let Some(int) = value.as_int_or_bool() {
        return Ok(exact_int(value, int));
    }
    match class_of(value).special(Special::Index) {
        Some(method) => {
            let answer = call::call_special(thread, method, value, &[])?;
            int_answer(thread, answer, "__index__")
        }
        None => {
            let class = super::attribute::class_name(value);
            Err(thread.type_error(format!("'{class}' object cannot be interpreted as an integer")))
        }
    }
}

/// The value of an instance of int or of a subclass, as an exact int.
pub fn exact_int(value: Value, int: IntRef) -> Value {
    if value.is_small_int() || class_of(value) == types().int { value } else { big_int::to_value(int) }
}

/// Checks what `__index__`, `__int__` or `__trunc__` returned.
pub fn int_answer(thread: &mut Thread, answer: Value, method: &str) -> Result {
    if answer.is_small_int() || class_of(answer) == types().int {
        return Ok(answer);
    }
    match answer.as_int_or_bool() {
        Some(int) => {
            let class = super::attribute::class_name(answer);
            crate::builtins::warnings::deprecation(
                thread,
                &format!(
                    "{method} returned non-int (type {class}).  The ability to return an instance of a strict subclass of int is deprecated, and may not be supported in a future version of Python."
                ),
            )?;
            Ok(big_int::to_value(int))
        }
        None => {
            let class = super::attribute::class_name(answer);
            Err(thread.type_error(format!("{method} returned non-int (type {class})")))
        }
    }
}

/// An index as i64, clamped to its range (as slices clamp).
pub fn index_clamped(thread: &mut Thread, value: Value) -> Result<i64> {
    let int = index(thread, value)?;
    Ok(match int.as_int() {
        Some(IntRef::Small(i)) => i,
        Some(IntRef::Big { negative: true, .. }) => i64::MIN,
        _ => i64::MAX,
    })
}

/// An index as i64; too large raises `error`.
pub fn index_i64(thread: &mut Thread, value: Value) -> Result<i64> {
    let int = index(thread, value)?;
    match int.as_int() {
        Some(IntRef::Small(i)) => Ok(i),
        _ => {
            let class = super::attribute::class_name(value);
            Err(thread.index_error(format!("cannot fit '{class}' into an index-sized integer")))
        }
    }
}

/// A real number as f64, as `math` functions take their arguments.
pub fn to_float(thread: &mut Thread, value: Value) -> Result<f64> {
    if let Some(d) = value.as_float() {
        return Ok(d);
    }
    if let Some(int) = value.as_int_or_bool() {
        return big_int::to_float(thread, int);
    }
    let class = class_of(value);
    if let Some(method) = class.special(Special::Float) {
        let answer = call::call_special(thread, method, value, &[])?;
        return match answer.as_float() {
            Some(d) => Ok(d),
            None => {
                let (class, got) = (class.native_name(), super::attribute::class_name(answer));
                Err(thread.type_error(format!("{class}.__float__ returned non-float (type {got})")))
            }
        };
    }
    if class.special(Special::Index).is_some() {
        let int = index(thread, value)?;
        return match int.as_int() {
            Some(int) => big_int::to_float(thread, int),
            None => Err(thread.type_error("must be real number")),
        };
    }
    let class = class.native_name();
    Err(thread.type_error(format!("must be real number, not {class}")))
}
