//! From the algorithms in [`crate::text`] to Python's exceptions and objects, for the declarations of str, bytes and numbers.

use crate::object::bytes::Bytes;
use crate::object::special::Special;
use crate::object::str::intern;
use crate::operations::buffer::BytesLike;
use crate::operations::{self, class_of};
use crate::prelude::*;
use crate::text::{Characters, ErrorKind, Text, TextBuilder, TextError};

/// The exception that an error of the text algorithms stands for.
#[cold]
pub fn raise(thread: &mut Thread, error: TextError) -> Raised {
    let class = match error.kind {
        ErrorKind::Value => types().value_error,
        ErrorKind::Type => types().type_error,
        ErrorKind::Overflow => types().overflow_error,
        ErrorKind::Memory => types().memory_error,
        ErrorKind::Lookup => types().lookup_error,
    };
    thread.error(class, error.message)
}

/// The result of a text algorithm as a native's result.
pub trait OrRaise<T> {
    fn or_raise(self, thread: &mut Thread) -> Result<T>;
}

impl<T> OrRaise<T> for crate::text::Result<T> {
    #[inline]
    fn or_raise(self, thread: &mut Thread) -> Result<T> {
        self.map_err(|error| raise(thread, error))
    }
}

/// An error of either world: what algorithms that call back into Python code end with.
pub enum AnyError {
    Text(TextError),
    Raised(Raised),
}

impl From<TextError> for AnyError {
    fn from(error: TextError) -> AnyError {
        AnyError::Text(error)
    }
}

impl From<Raised> for AnyError {
    fn from(raised: Raised) -> AnyError {
        AnyError::Raised(raised)
    }
}

impl AnyError {
    pub fn into_raised(self, thread: &mut Thread) -> Raised {
        match self {
            AnyError::Text(error) => raise(thread, error),
            AnyError::Raised(raised) => raised,
        }
    }
}

/// The str of finished text.
pub fn str_of_text(text: &Text) -> Gc<Str> {
    Str::from_characters(text.characters())
}

/// The str that a function builds.
pub fn build(fill: impl FnOnce(&mut TextBuilder)) -> Gc<Str> {
    let mut out = TextBuilder::new();
    fill(&mut out);
    Str::from_characters(out.characters())
}

/// The str of one character; those below U+0100 are shared.
#[inline]
pub fn character(c: u32) -> Gc<Str> {
    if c < 0x100 { latin1_character(c as u8) } else { Str::from_code_points(std::iter::once(c), 1, c) }
}

static mut LATIN1: [Value; 256] = [Value::NULL; 256];

/// The shared str of a character below U+0100. They are interned, and so never freed.
#[inline]
pub fn latin1_character(c: u8) -> Gc<Str> {
    // SAFETY: guarded by the interpreter lock.
    unsafe {
        let known = LATIN1[c as usize];
        if !known.is_null() {
            return known.cast();
        }
        let made = crate::object::str::intern_string(Str::from_one_byte(&[c], c < 0x80));
        LATIN1[c as usize] = made.value();
        made
    }
}

/// Part of a string; the string itself if that is all of it and it is an exact str.
pub fn substring(string: Gc<Str>, start: usize, end: usize) -> Gc<Str> {
    if start == 0 && end == string.length {
        return exact_str(string);
    }
    if end - start == 1 {
        return character(string.at(start));
    }
    if string.ascii {
        return Str::from_one_byte(&string.bytes()[start..end], true);
    }
    Str::from_characters(string.characters().slice(start, end))
}

/// The string itself, or an exact str of an instance of a subclass.
pub fn exact_str(string: Gc<Str>) -> Gc<Str> {
    if string.class() == types().str { string } else { Str::from_characters(string.characters()) }
}

/// The name that messages show for a class.
pub fn class_name(value: Value) -> String {
    operations::attribute::class_name(value)
}

/// `bytes(value)` without encodings: `__bytes__`, a buffer's content, or an iterable of small integers.
pub fn bytes_of(thread: &mut Thread, value: Value) -> Result<Gc<Bytes>> {
    if class_of(value) == types().bytes {
        return Ok(value.cast());
    }
    if let Some(answer) = thread.call_special(value, Special::Bytes, &[])? {
        return match answer.downcast::<Bytes>() {
            Some(bytes) => Ok(bytes),
            None => {
                let got = class_name(answer);
                Err(thread.type_error(format!("__bytes__ returned non-bytes (type {got})")))
            }
        };
    }
    match content_of(thread, value, "bytes")? {
        Some(content) => Ok(Bytes::new(&content)),
        None => {
            let got = class_name(value);
            Err(thread.type_error(format!("cannot convert '{got}' object to bytes")))
        }
    }
}

/// The bytes of a buffer or of an iterable of integers; `None` for anything else (str included).
pub fn content_of(thread: &mut Thread, value: Value, target: &str) -> Result<Option<Vec<u8>>> {
    if let Some(buffer) = BytesLike::of(thread, value)? {
        return Ok(Some(buffer.to_vec()));
    }
    let class = class_of(value);
    let iterable = class.special(Special::Iter).is_some_and(|method| !method.is_none())
        || class.special(Special::GetItem).is_some_and(|method| !method.is_none());
    if value.downcast::<Str>().is_some() || !iterable {
        return Ok(None);
    }
    let complaint =
        if target == "bytes" { "bytes must be in range(0, 256)" } else { "byte must be in range(0, 256)" };
    let mut content = Vec::new();
    operations::iterate::for_each(thread, value, |thread, item| {
        content.push(byte_of(thread, item, complaint)?);
        Ok(())
    })?;
    Ok(Some(content))
}

/// An item of a bytes object, from an integer.
pub fn byte_of(thread: &mut Thread, value: Value, complaint: &str) -> Result<u8> {
    let index = operations::index(thread, value)?;
    match index.as_small_int().and_then(|i| u8::try_from(i).ok()) {
        Some(byte) => Ok(byte),
        None => Err(thread.value_error(complaint)),
    }
}

/// A str argument that may be None or absent.
pub fn characters_of(value: Value) -> Option<Characters<'static>> {
    value.downcast::<Str>().map(|string| string.characters())
}

/// Calls a class with one argument, unless it is the built-in class that the value has already.
pub fn convert_to_class(
    thread: &mut Thread,
    class: Gc<TypeObject>,
    exact: Gc<TypeObject>,
    value: Value,
) -> Result {
    if class == exact { Ok(value) } else { thread.call(class.value(), &[value]) }
}

/// `value.name` if the value has it.
pub fn attribute(thread: &mut Thread, value: Value, name: &str) -> Result<Option<Value>> {
    operations::get_attribute_optional(thread, value, intern(name))
}
