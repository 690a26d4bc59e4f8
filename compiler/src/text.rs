//! Strings that may hold lone surrogates, as Python's may.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// An immutable string of Unicode code points, lone surrogates included; cheap to clone.
///
/// Invariant: the bytes are generalised UTF-8, in which a surrogate takes three bytes and a surrogate pair is never
/// written as two surrogates unless it came as two code points.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text(Arc<[u8]>);

impl Text {
    /// The empty string.
    pub fn empty() -> Text {
        Text(Arc::from(&b""[..]))
    }

    /// The string of these code points; None if one is above 0x10FFFF.
    pub fn from_code_points(points: impl IntoIterator<Item = u32>) -> Option<Text> {
        let mut bytes = Vec::new();
        for point in points {
            push_code_point(&mut bytes, point)?;
        }
        Some(Text(bytes.into()))
    }

    /// The string in these bytes of generalised UTF-8 (Python's `surrogatepass`); None if they aren't.
    pub fn from_wtf8(bytes: &[u8]) -> Option<Text> {
        if std::str::from_utf8(bytes).is_ok() {
            return Some(Text(bytes.into()));
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            let (_, length) = decode_checked(rest)?;
            rest = &rest[length..];
        }
        Some(Text(bytes.into()))
    }

    /// The bytes: generalised UTF-8.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The string as Rust has it, unless it holds a surrogate.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The string with U+FFFD in place of surrogates, for messages.
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        match self.as_str() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(self.code_points().map(|p| char::from_u32(p).unwrap_or('\u{FFFD}')).collect()),
        }
    }

    /// The code points.
    pub fn code_points(&self) -> CodePoints<'_> {
        CodePoints { bytes: &self.0 }
    }

    /// How many code points there are.
    pub fn code_point_count(&self) -> usize {
        self.0.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all code points are ASCII.
    pub fn is_ascii(&self) -> bool {
        self.0.is_ascii()
    }
}

/// Appends a code point to generalised UTF-8; None if there is no such code point.
pub fn push_code_point(bytes: &mut Vec<u8>, point: u32) -> Option<()> {
    match char::from_u32(point) {
        Some(char) => bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
        None if (0xD800..0xE000).contains(&point) => {
            bytes.extend([
                0xE0 | (point >> 12) as u8,
                0x80 | (point >> 6 & 0x3F) as u8,
                0x80 | (point & 0x3F) as u8,
            ]);
        }
        None => return None,
    }
    Some(())
}

/// The first code point of bytes not known to be well-formed, and its length.
fn decode_checked(bytes: &[u8]) -> Option<(u32, usize)> {
    let length = match bytes[0] {
        0..0x80 => 1,
        0xC2..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0..0xF5 => 4,
        _ => return None,
    };
    let taken = bytes.get(..length)?;
    if taken[1..].iter().any(|byte| byte & 0xC0 != 0x80) {
        return None;
    }
    let point = decode(taken, length);
    let least = [0, 0, 0x80, 0x800, 0x10000][length];
    (point >= least && point <= 0x10FFFF).then_some((point, length))
}

/// The code point in `length` well-formed bytes.
fn decode(bytes: &[u8], length: usize) -> u32 {
    let lead_mask = [0, 0x7F, 0x1F, 0x0F, 0x07][length];
    let lead = u32::from(bytes[0] & lead_mask);
    bytes[1..length].iter().fold(lead, |point, byte| point << 6 | u32::from(byte & 0x3F))
}

/// The code points of a [`Text`].
#[derive(Clone)]
pub struct CodePoints<'a> {
    bytes: &'a [u8],
}

impl Iterator for CodePoints<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let length = match *self.bytes.first()? {
            0..0x80 => 1,
            0x80..0xE0 => 2,
            0xE0..0xF0 => 3,
            _ => 4,
        };
        let point = decode(self.bytes, length);
        self.bytes = &self.bytes[length..];
        Some(point)
    }
}

impl Default for Text {
    fn default() -> Text {
        Text::empty()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text(text.as_bytes().into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text(text.into_bytes().into())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == *other.as_bytes()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.to_string_lossy())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.to_string_lossy(), formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrogates_survive() {
        let text = Text::from_code_points([0x61, 0xD800, 0x1F600]).unwrap();
        assert_eq!(text.as_str(), None);
        assert_eq!(text.code_points().collect::<Vec<_>>(), [0x61, 0xD800, 0x1F600]);
        assert_eq!(text.code_point_count(), 3);
        assert_eq!(Text::from_wtf8(text.as_bytes()), Some(text));
        assert_eq!(Text::from_wtf8(b"\xF8\x80"), None);
        assert_eq!(Text::from_wtf8(b"\xC1\x80"), None);
        assert_eq!(Text::from_wtf8(b"\xE2\x82"), None);
        assert_eq!(Text::from_code_points([0x110000]), None);
    }
}
