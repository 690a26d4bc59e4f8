//! Bytes to text and back: UTF-8, UTF-16, UTF-32, ASCII, Latin-1, codecs by a map, and escape sequences.
//!
//! A codec that meets what it can't convert describes it as a [`CodecError`] and asks a handler, which answers
//! with a replacement and where to go on. [`Errors`] are the handlers that Python has built in, as plain functions;
//! those registered by a program are the caller's to call, through the same traits.

mod charmap;
mod escape;
mod handlers;
mod single_byte;
mod utf16;
mod utf32;
mod utf7;
mod utf8;

use super::{Characters, Text, TextBuilder};
pub use charmap::{Mapped, decode_by_table, decode_charmap, encode_charmap};
pub use escape::{
    EscapeDecoded, decode_bytes_escape, decode_raw_unicode_escape, decode_unicode_escape,
    encode_bytes_escape, encode_raw_unicode_escape, encode_unicode_escape,
};
pub use handlers::Errors;
pub(crate) use handlers::push_backslashed;
pub use single_byte::{decode_ascii, decode_latin1, encode_ascii, encode_latin1};
pub use utf7::{decode_utf7, encode_utf7};
pub use utf8::{decode_utf8, encode_utf8};
pub use utf16::{decode_utf16, encode_utf16};
pub use utf32::{decode_utf32, encode_utf32};

/// What `UnicodeDecodeError` and `UnicodeEncodeError` say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodecError {
    /// The encoding.
    pub encoding: &'static str,
    /// The first byte or character that can't be converted.
    pub start: usize,
    /// Where what can't be converted ends.
    pub end: usize,
    /// Why.
    pub reason: &'static str,
}

/// Answers a decoder.
pub trait DecodeHandler {
    /// The caller's exceptions.
    type Error;
    /// Adds the replacement of `input[error.start..error.end]` and returns where decoding goes on (not beyond the
    /// end of the input), or raises.
    fn replace(
        &mut self,
        error: &CodecError,
        input: &[u8],
        out: &mut TextBuilder,
    ) -> Result<usize, Self::Error>;
}

/// What stands for characters that can't be encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// Characters, to be encoded in turn.
    Text(Text),
    /// Bytes, taken as they are.
    Bytes(Vec<u8>),
}

/// Answers an encoder.
pub trait EncodeHandler {
    /// The caller's exceptions.
    type Error;
    /// The replacement of `text[error.start..error.end]` and where encoding goes on (not beyond the end of the
    /// text), or raises.
    fn replace(&mut self, error: &CodecError, text: Characters) -> Result<(Replacement, usize), Self::Error>;
    /// The exception to raise when a replacement can't be encoded either.
    fn refuse(&mut self, error: &CodecError, text: Characters) -> Self::Error;
}

/// The order of the bytes of UTF-16 and UTF-32 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// Least significant first.
    Little,
    /// Most significant first.
    Big,
}

/// What a decoder has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// How many bytes were used up: all, unless more input is to come.
    pub consumed: usize,
    /// The order found in a byte-order mark, or as it was given.
    pub order: Option<ByteOrder>,
}

/// Whether `c` is a surrogate.
#[inline]
pub(super) fn is_surrogate(c: u32) -> bool {
    (0xd800..0xe000).contains(&c)
}
