//! Arguments that are bytes: bytes, bytearray and whatever exports a buffer.

use taipan_runtime::native::{ArgumentContext, FromArgument, type_name};
use taipan_runtime::object::bytes::{ByteArray, Bytes};
use taipan_runtime::prelude::*;

/// The content of a bytes-like argument, of a str with ASCII characters too where that is allowed.
///
/// The object is held, so its content stays alive; it may be changed by Python code, so a slice must not be kept across such.
pub struct BytesLike {
    source: Source,
}

enum Source {
    Bytes(Gc<Bytes>),
    ByteArray(Gc<ByteArray>),
    /// A copy of an exported buffer.
    Copy(Vec<u8>),
}

impl BytesLike {
    /// The bytes of a value, `None` if it has none.
    pub fn of(thread: &mut Thread, value: Value) -> Result<Option<BytesLike>> {
        let source = if let Some(bytes) = value.downcast::<Bytes>() {
            Source::Bytes(bytes)
        } else if let Some(array) = value.downcast::<ByteArray>() {
            Source::ByteArray(array)
        } else {
            match taipan_runtime::builtins::memoryview::copy_of_buffer(thread, value)? {
                Some(copy) => Source::Copy(copy),
                None => return Ok(None),
            }
        };
        Ok(Some(BytesLike { source }))
    }

    /// No bytes.
    pub fn empty() -> BytesLike {
        BytesLike { source: Source::Copy(Vec::new()) }
    }

    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        match &self.source {
            Source::Bytes(bytes) => bytes.as_slice(),
            Source::ByteArray(array) => array.as_slice(),
            Source::Copy(copy) => copy,
        }
    }
}

impl std::ops::Deref for BytesLike {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl FromArgument for BytesLike {
    fn from_argument(thread: &mut Thread, value: Value, _: &ArgumentContext) -> Result<BytesLike> {
        match BytesLike::of(thread, value)? {
            Some(bytes) => Ok(bytes),
            None => {
                let got = type_name(value);
                Err(thread.type_error(format!("a bytes-like object is required, not '{got}'")))
            }
        }
    }
}

/// Bytes, or the characters of an ASCII string.
pub struct AsciiBytes(pub BytesLike);

impl FromArgument for AsciiBytes {
    fn from_argument(thread: &mut Thread, value: Value, _: &ArgumentContext) -> Result<AsciiBytes> {
        if let Some(text) = value.downcast::<Str>() {
            return match text.as_ascii() {
                Some(text) => Ok(AsciiBytes(BytesLike { source: Source::Copy(text.as_bytes().to_vec()) })),
                None => Err(thread.value_error("string argument should contain only ASCII characters")),
            };
        }
        match BytesLike::of(thread, value)? {
            Some(bytes) => Ok(AsciiBytes(bytes)),
            None => {
                let got = type_name(value);
                let message = format!("argument should be bytes, buffer or ASCII string, not '{got}'");
                Err(thread.type_error(message))
            }
        }
    }
}
