//! Python's built-in error handlers.

use super::{CodecError, DecodeHandler, EncodeHandler, Replacement, is_surrogate};
use crate::text::{Characters, TextBuilder, repr};

/// The built-in error handlers, and as a handler itself: one that raises the plain [`CodecError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errors {
    /// Raise.
    Strict,
    /// Leave out.
    Ignore,
    /// `?` or U+FFFD.
    Replace,
    /// `\xhh`, `\uxxxx`, `\Uxxxxxxxx`.
    BackslashReplace,
    /// `&#nnn;` (encoding only).
    XmlCharRefReplace,
    /// Bytes as U+DC80 to U+DCFF and back.
    SurrogateEscape,
    /// Surrogates as if they were characters (UTF-8, UTF-16, UTF-32).
    SurrogatePass,
}

impl Errors {
    /// The handler of a name; `namereplace` needs the names of characters and is the caller's.
    pub fn from_name(name: &str) -> Option<Errors> {
        Some(match name {
            "strict" => Errors::Strict,
            "ignore" => Errors::Ignore,
            "replace" => Errors::Replace,
            "backslashreplace" => Errors::BackslashReplace,
            "xmlcharrefreplace" => Errors::XmlCharRefReplace,
            "surrogateescape" => Errors::SurrogateEscape,
            "surrogatepass" => Errors::SurrogatePass,
            _ => return None,
        })
    }

    /// Whether the handler knows what to do about decoding (else: `don't know how to handle UnicodeDecodeError in
    /// error callback`).
    pub fn can_decode(self) -> bool {
        self != Errors::XmlCharRefReplace
    }

    /// Adds the replacement of undecodable bytes and returns where to go on; none if it raises.
    pub fn decode(self, error: &CodecError, input: &[u8], out: &mut TextBuilder) -> Option<usize> {
        let bytes = &input[error.start..error.end];
        match self {
            Errors::Strict | Errors::XmlCharRefReplace => return None,
            Errors::Ignore => {}
            Errors::Replace => out.push(0xfffd),
            Errors::BackslashReplace => {
                for byte in bytes {
                    out.push_str(&format!("\\x{byte:02x}"));
                }
            }
            Errors::SurrogateEscape => {
                let escaped = bytes.iter().take(4).take_while(|&&byte| byte >= 0x80);
                let count = escaped.map(|&byte| out.push(0xdc00 + u32::from(byte))).count();
                return (count > 0).then_some(error.start + count);
            }
            Errors::SurrogatePass => {
                let (c, length) = read_surrogate(error.encoding, &input[error.start..])?;
                out.push(c);
                return Some(error.start + length);
            }
        }
        Some(error.end)
    }

    /// The replacement of unencodable characters and where to go on; none if it raises.
    pub fn encode(self, error: &CodecError, text: Characters) -> Option<(Replacement, usize)> {
        let characters = text.slice(error.start, error.end);
        let mut out = TextBuilder::new();
        match self {
            Errors::Strict => return None,
            Errors::Ignore => {}
            Errors::Replace => out.push_repeated(u32::from(b'?'), characters.len()),
            Errors::BackslashReplace => characters.iter().for_each(|c| push_backslashed(c, &mut out)),
            Errors::XmlCharRefReplace => {
                characters.iter().for_each(|c| out.push_str(&format!("&#{c};")));
            }
            Errors::SurrogateEscape => {
                let bytes: Vec<u8> = characters
                    .iter()
                    .take_while(|c| (0xdc80..=0xdcff).contains(c))
                    .map(|c| (c - 0xdc00) as u8)
                    .collect();
                let end = error.start + bytes.len();
                return (!bytes.is_empty()).then_some((Replacement::Bytes(bytes), end));
            }
            Errors::SurrogatePass => {
                let mut bytes = Vec::new();
                for c in characters.iter() {
                    write_surrogate(error.encoding, c, &mut bytes)?;
                }
                return Some((Replacement::Bytes(bytes), error.end));
            }
        }
        Some((Replacement::Text(out.finish()), error.end))
    }
}

/// `\xhh`, `\uxxxx` or `\Uxxxxxxxx`, whatever the character.
pub(crate) fn push_backslashed(c: u32, out: &mut TextBuilder) {
    if matches!(c, 0x09 | 0x0a | 0x0d) {
        out.push_str(&format!("\\x{c:02x}"))
    } else {
        repr::push_escape(c, out)
    }
}

/// Width in bytes and whether the most significant comes first, by the encoding's name; width 1 is UTF-8.
fn layout(encoding: &str) -> Option<(usize, bool)> {
    let name: String =
        encoding.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
    let native_big = cfg!(target_endian = "big");
    Some(match name.as_str() {
        "utf8" => (1, false),
        "utf16" => (2, native_big),
        "utf16le" => (2, false),
        "utf16be" => (2, true),
        "utf32" => (4, native_big),
        "utf32le" => (4, false),
        "utf32be" => (4, true),
        _ => return None,
    })
}

/// The surrogate at the start of `bytes` and how many bytes it takes.
fn read_surrogate(encoding: &str, bytes: &[u8]) -> Option<(u32, usize)> {
    let (c, length) = match (layout(encoding)?, bytes) {
        ((1, _), &[a, b, c, ..]) if a & 0xf0 == 0xe0 && b & 0xc0 == 0x80 && c & 0xc0 == 0x80 => {
            (u32::from(a & 0xf) << 12 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f), 3)
        }
        ((2, false), &[a, b, ..]) => (u32::from(u16::from_le_bytes([a, b])), 2),
        ((2, true), &[a, b, ..]) => (u32::from(u16::from_be_bytes([a, b])), 2),
        ((4, false), &[a, b, c, d, ..]) => (u32::from_le_bytes([a, b, c, d]), 4),
        ((4, true), &[a, b, c, d, ..]) => (u32::from_be_bytes([a, b, c, d]), 4),
        _ => return None,
    };
    is_surrogate(c).then_some((c, length))
}

fn write_surrogate(encoding: &str, c: u32, out: &mut Vec<u8>) -> Option<()> {
    let layout = layout(encoding)?;
    if !is_surrogate(c) {
        return None;
    }
    match layout {
        (1, _) => out.extend_from_slice(&[
            0xe0 | (c >> 12) as u8,
            0x80 | (c >> 6 & 0x3f) as u8,
            0x80 | (c & 0x3f) as u8,
        ]),
        (2, false) => out.extend_from_slice(&(c as u16).to_le_bytes()),
        (2, true) => out.extend_from_slice(&(c as u16).to_be_bytes()),
        (_, false) => out.extend_from_slice(&c.to_le_bytes()),
        (_, true) => out.extend_from_slice(&c.to_be_bytes()),
    }
    Some(())
}

impl DecodeHandler for Errors {
    type Error = CodecError;

    fn replace(
        &mut self,
        error: &CodecError,
        input: &[u8],
        out: &mut TextBuilder,
    ) -> Result<usize, CodecError> {
        self.decode(error, input, out).ok_or_else(|| error.clone())
    }
}

impl EncodeHandler for Errors {
    type Error = CodecError;

    fn replace(&mut self, error: &CodecError, text: Characters) -> Result<(Replacement, usize), CodecError> {
        self.encode(error, text).ok_or_else(|| error.clone())
    }

    fn refuse(&mut self, error: &CodecError, _: Characters) -> CodecError {
        error.clone()
    }
}
