//! `UnicodeEncodeError`, `UnicodeDecodeError`, `UnicodeTranslateError`.

use super::base::initialize;
use super::plain::UnicodeError;
use crate::object::bytes::{ByteArray, Bytes};
use crate::object::exception::Exception;
use crate::operations::{self, attribute::class_name};
use crate::prelude::*;

const ENCODING: usize = 0;
const OBJECT: usize = 1;
const START: usize = 2;
const REASON: usize = 4;

fn check_count(thread: &mut Thread, args: &[Value], wanted: usize) -> Result<()> {
    match args.len() {
        given if given == wanted => Ok(()),
        given => Err(thread.type_error(format!("function takes exactly {wanted} arguments ({given} given)"))),
    }
}

fn str_argument(thread: &mut Thread, args: &[Value], place: usize) -> Result {
    if args[place].downcast::<Str>().is_some() {
        return Ok(args[place]);
    }
    let got = if args[place].is_none() { "None".to_string() } else { class_name(args[place]) };
    Err(thread.type_error(format!("argument {} must be str, not {got}", place + 1)))
}

fn index_argument(thread: &mut Thread, value: Value) -> Result {
    let index = operations::index(thread, value)?;
    match index.as_small_int() {
        Some(_) => Ok(index),
        None => Err(thread.overflow_error("Python int too large to convert to C ssize_t")),
    }
}

/// Positions within a text of `length` items.
fn range(this: Gc<Exception>, start_field: usize, length: usize) -> (usize, usize) {
    let length = length as i64;
    let at = |field: usize| this.field(field).as_small_int().unwrap_or(0);
    let start = at(start_field).clamp(0, (length - 1).max(0));
    let end = at(start_field + 1).clamp(length.min(1), length).max(start);
    (start as usize, end as usize)
}

fn text_of(thread: &mut Thread, this: Gc<Exception>, field: usize) -> Result<String> {
    Ok(operations::str_of(thread, this.field(field))?.to_string_lossy())
}

fn escape(character: u32) -> String {
    match character {
        c @ 0..0x100 => format!("\\x{c:02x}"),
        c @ 0x100..0x1_0000 => format!("\\u{c:04x}"),
        c => format!("\\U{c:08x}"),
    }
}

exception! {
    "Unicode encoding error."
    UnicodeEncodeError "UnicodeEncodeError": UnicodeError {
        encoding "exception encoding"
        object "exception object"
        start "exception start"
        end "exception end"
        reason "exception reason"
    }

    #[method("(*args, **kwargs)")]
    fn __init__(thread: &mut Thread, this: Gc<Exception>, args: &[Value], kwargs: KeywordArguments) -> Result<()> {
        initialize(thread, this, args, kwargs)?;
        check_count(thread, args, 5)?;
        let encoding = str_argument(thread, args, 0)?;
        let object = str_argument(thread, args, 1)?;
        let start = index_argument(thread, args[2])?;
        let end = index_argument(thread, args[3])?;
        let reason = str_argument(thread, args, 4)?;
        for (field, value) in [encoding, object, start, end, reason].into_iter().enumerate() {
            this.set_field(field, value);
        }
        Ok(())
    }

    #[method]
    fn __str__(thread: &mut Thread, this: Gc<Exception>) -> Result<String> {
        let Some(object) = this.field(OBJECT).downcast::<Str>() else { return Ok(String::new()) };
        let (encoding, reason) = (text_of(thread, this, ENCODING)?, text_of(thread, this, REASON)?);
        let (start, end) = range(this, START, object.length);
        if start < object.length && end == start + 1 {
            let shown = escape(object.at(start));
            return Ok(format!("'{encoding}' codec can't encode character '{shown}' in position {start}: {reason}"));
        }
        let last = end as i64 - 1;
        Ok(format!("'{encoding}' codec can't encode characters in position {start}-{last}: {reason}"))
    }
}

exception! {
    "Unicode decoding error."
    UnicodeDecodeError "UnicodeDecodeError": UnicodeError {
        encoding "exception encoding"
        object "exception object"
        start "exception start"
        end "exception end"
        reason "exception reason"
    }

    #[method("(*args, **kwargs)")]
    fn __init__(thread: &mut Thread, this: Gc<Exception>, args: &[Value], kwargs: KeywordArguments) -> Result<()> {
        initialize(thread, this, args, kwargs)?;
        check_count(thread, args, 5)?;
        let encoding = str_argument(thread, args, 0)?;
        let object = bytes_argument(thread, args[1])?;
        let start = index_argument(thread, args[2])?;
        let end = index_argument(thread, args[3])?;
        let reason = str_argument(thread, args, 4)?;
        for (field, value) in [encoding, object, start, end, reason].into_iter().enumerate() {
            this.set_field(field, value);
        }
        Ok(())
    }

    #[method]
    fn __str__(thread: &mut Thread, this: Gc<Exception>) -> Result<String> {
        let Some(object) = this.field(OBJECT).downcast::<Bytes>() else { return Ok(String::new()) };
        let (encoding, reason) = (text_of(thread, this, ENCODING)?, text_of(thread, this, REASON)?);
        let content = object.as_slice();
        let (start, end) = range(this, START, content.len());
        if start < content.len() && end == start + 1 {
            let byte = content[start];
            return Ok(format!("'{encoding}' codec can't decode byte 0x{byte:02x} in position {start}: {reason}"));
        }
        let last = end as i64 - 1;
        Ok(format!("'{encoding}' codec can't decode bytes in position {start}-{last}: {reason}"))
    }
}

/// Bytes, or a copy of another buffer's.
fn bytes_argument(thread: &mut Thread, value: Value) -> Result {
    if value.downcast::<Bytes>().is_some() {
        return Ok(value);
    }
    if let Some(array) = value.downcast::<ByteArray>() {
        return Ok(Bytes::new(array.as_slice()).value());
    }
    if operations::class_of(value).special(crate::object::special::Special::Buffer).is_some() {
        return thread.call(types().bytes.value(), &[value]);
    }
    let got = class_name(value);
    Err(thread.type_error(format!("a bytes-like object is required, not '{got}'")))
}

exception! {
    "Unicode translation error."
    UnicodeTranslateError "UnicodeTranslateError": UnicodeError {
        object "exception object"
        start "exception start"
        end "exception end"
        reason "exception reason"
    }

    #[method("(*args, **kwargs)")]
    fn __init__(thread: &mut Thread, this: Gc<Exception>, args: &[Value], kwargs: KeywordArguments) -> Result<()> {
        initialize(thread, this, args, kwargs)?;
        check_count(thread, args, 4)?;
        let object = str_argument(thread, args, 0)?;
        let start = index_argument(thread, args[1])?;
        let end = index_argument(thread, args[2])?;
        let reason = str_argument(thread, args, 3)?;
        for (field, value) in [object, start, end, reason].into_iter().enumerate() {
            this.set_field(field, value);
        }
        Ok(())
    }

    #[method]
    fn __str__(thread: &mut Thread, this: Gc<Exception>) -> Result<String> {
        // Fields as in the other two classes, without an encoding before them.
        let Some(object) = this.field(OBJECT - 1).downcast::<Str>() else { return Ok(String::new()) };
        let reason = text_of(thread, this, REASON - 1)?;
        let (start, end) = range(this, START - 1, object.length);
        if start < object.length && end == start + 1 {
            let shown = escape(object.at(start));
            return Ok(format!("can't translate character '{shown}' in position {start}: {reason}"));
        }
        let last = end as i64 - 1;
        Ok(format!("can't translate characters in position {start}-{last}: {reason}"))
    }
}
