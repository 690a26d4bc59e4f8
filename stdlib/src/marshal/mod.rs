//! The module `marshal`.
//!
//! A code object by itself, as `.pyc` files hold it, goes through the compiler's reader and writer. Everything else is written
//! and read value by value (`write`, `read`), so that shared and recursive objects stay what they are.

mod read;
mod write;

use read::{Reader, Source};
use taipan_compiler::{marshal, verify};
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::code::Code;
use taipan_runtime::operations::buffer::BytesLike;
use taipan_runtime::prelude::*;

/// The numbers of the types in marshalled data.
mod types_of_data {
    pub const NULL: u8 = b'0';
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const STOP_ITERATION: u8 = b'S';
    pub const ELLIPSIS: u8 = b'.';
    pub const INT: u8 = b'i';
    pub const INT64: u8 = b'I';
    pub const FLOAT: u8 = b'f';
    pub const BINARY_FLOAT: u8 = b'g';
    pub const COMPLEX: u8 = b'x';
    pub const BINARY_COMPLEX: u8 = b'y';
    pub const LONG: u8 = b'l';
    pub const BYTES: u8 = b's';
    pub const INTERNED: u8 = b't';
    pub const REFERENCE: u8 = b'r';
    pub const TUPLE: u8 = b'(';
    pub const SMALL_TUPLE: u8 = b')';
    pub const LIST: u8 = b'[';
    pub const DICT: u8 = b'{';
    pub const CODE: u8 = b'c';
    pub const UNICODE: u8 = b'u';
    pub const SET: u8 = b'<';
    pub const FROZENSET: u8 = b'>';
    pub const SLICE: u8 = b':';
    pub const ASCII: u8 = b'a';
    pub const ASCII_INTERNED: u8 = b'A';
    pub const SHORT_ASCII: u8 = b'z';
    pub const SHORT_ASCII_INTERNED: u8 = b'Z';
    /// Set in the type of a value that others refer to.
    pub const FLAG_REFERENCE: u8 = 0x80;
}

/// The version that is written unless another is asked for.
const VERSION: i64 = 5;
/// Data may be nested this deep.
const DEEPEST: usize = 2000;

/// This module contains functions that can read and write Python values in
/// a binary format.
pub struct Marshal;

#[native_module(name = "marshal")]
impl Marshal {
    /// Return the bytes object that would be written to a file by dump(value, file).
    #[function("(value, version=5, /, *, allow_code=True)")]
    fn dumps(
        thread: &mut Thread,
        value: Value,
        version: Option<i64>,
        allow_code: Option<bool>,
    ) -> Result<Gc<Bytes>> {
        to_bytes(thread, value, version, allow_code).map(|bytes| Bytes::new(&bytes))
    }

    /// Convert the bytes-like object to a value.
    #[function("(bytes, /, *, allow_code=True)")]
    fn loads(thread: &mut Thread, bytes: Value, allow_code: Option<bool>) -> Result {
        let bytes = BytesLike::required(thread, bytes)?;
        let allow_code = allow_code.unwrap_or(true);
        if allow_code
            && bytes.first().is_some_and(|byte| byte & !types_of_data::FLAG_REFERENCE == types_of_data::CODE)
        {
            return code_from_bytes(thread, &bytes);
        }
        Reader::new(Source::Bytes(&bytes), allow_code).read(thread)
    }

    /// Write the value on the open file.
    #[function("(value, file, version=5, /, *, allow_code=True)")]
    fn dump(
        thread: &mut Thread,
        value: Value,
        file: Value,
        version: Option<i64>,
        allow_code: Option<bool>,
    ) -> Result {
        let bytes = to_bytes(thread, value, version, allow_code)?;
        thread.call_method(file, "write", &[Bytes::new(&bytes).value()])
    }

    /// Read one value from the open file and return it.
    #[function("(file, /, *, allow_code=True)")]
    fn load(thread: &mut Thread, file: Value, allow_code: Option<bool>) -> Result {
        let nothing = thread.call_method(file, "read", &[Value::from_small_int(0)])?;
        if nothing.downcast::<Bytes>().is_none() {
            let got = taipan_runtime::native::type_name(nothing);
            return Err(thread.type_error(format!("file.read() returned not bytes but {got}")));
        }
        Reader::new(Source::File(file), allow_code.unwrap_or(true)).read(thread)
    }

    #[constant]
    fn version() -> i64 {
        VERSION
    }
}

fn to_bytes(
    thread: &mut Thread,
    value: Value,
    version: Option<i64>,
    allow_code: Option<bool>,
) -> Result<Vec<u8>> {
    let (version, allow_code) = (version.unwrap_or(VERSION), allow_code.unwrap_or(true));
    if let Some(code) = value.downcast::<Code>()
        && allow_code
        && version == VERSION
    {
        let constant = taipan_compiler::Constant::Code(code.shared_definition());
        return Ok(marshal::dumps(&constant));
    }
    write::to_bytes(thread, value, version, allow_code)
}

/// A code object from outside, which is verified before it can run.
fn code_from_bytes(thread: &mut Thread, bytes: &[u8]) -> Result {
    match marshal::loads(bytes) {
        Ok(taipan_compiler::Constant::Code(code)) => match verify::verify(&code) {
            Ok(()) => Ok(Code::new(&code).value()),
            Err(error) => Err(thread.value_error(format!("bad marshal data (code object: {error})"))),
        },
        Ok(_) => Err(thread.value_error("bad marshal data (unknown type code)")),
        Err(marshal::ReadError::Truncated) => Err(thread.eof_error("marshal data too short")),
        // What only objects can be is found out by the other reader.
        Err(_) => Reader::new(Source::Bytes(bytes), true).read(thread),
    }
}
