//! Bytes given as such or as an ASCII string.

use taipan_runtime::native::{ArgumentContext, FromArgument, type_name};
use taipan_runtime::operations::buffer::BytesLike;
use taipan_runtime::prelude::*;

/// Bytes, or the characters of an ASCII string.
pub enum AsciiBytes {
    Bytes(BytesLike),
    Text(&'static str),
}

impl std::ops::Deref for AsciiBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            AsciiBytes::Bytes(bytes) => bytes,
            AsciiBytes::Text(text) => text.as_bytes(),
        }
    }
}

impl FromArgument for AsciiBytes {
    fn from_argument(thread: &mut Thread, value: Value, _: &ArgumentContext) -> Result<AsciiBytes> {
        if let Some(text) = value.downcast::<Str>() {
            return match text.as_ascii() {
                Some(text) => Ok(AsciiBytes::Text(text)),
                None => Err(thread.value_error("string argument should contain only ASCII characters")),
            };
        }
        match BytesLike::of(thread, value)? {
            Some(bytes) => Ok(AsciiBytes::Bytes(bytes)),
            None => {
                let got = type_name(value);
                let message = format!("argument should be bytes, buffer or ASCII string, not '{got}'");
                Err(thread.type_error(message))
            }
        }
    }
}
