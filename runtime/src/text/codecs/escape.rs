//! `unicode_escape`, `raw_unicode_escape` and `escape`: the escape sequences of Python's literals.

use super::{CodecError, DecodeHandler};
use crate::text::{Characters, Result as TextResult, TextBuilder, TextError};

/// What decoding escape sequences has found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EscapeDecoded {
    /// How many bytes were used up.
    pub consumed: usize,
    /// Where the first sequence stands that means nothing, or an octal number beyond a byte: worth a warning.
    pub first_invalid: Option<usize>,
}

/// The character of a sequence of one letter.
fn simple_escape(letter: u8) -> Option<u8> {
    Some(match letter {
        b'\\' | b'\'' | b'"' => letter,
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => 10,
        b'r' => 13,
        b't' => 9,
        b'v' => 11,
        _ => return None,
    })
}

/// An octal number of up to three digits at the start, and its length.
fn octal(text: &[u8]) -> Option<(u32, usize)> {
    let length = text.iter().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
    let value = text[..length].iter().fold(0, |n, &b| n * 8 + u32::from(b - b'0'));
    (length > 0).then_some((value, length))
}

/// How many hexadecimal digits the start has, `wanted` at most, and their value.
fn hexadecimal(text: &[u8], wanted: usize) -> (usize, u32) {
    let digits = text.iter().take(wanted).map_while(|&b| (b as char).to_digit(16));
    digits.fold((0, 0), |(count, value), digit| (count + 1, value << 4 | digit))
}

/// A sequence: what it stands for and its length, or the length and the reason of what is wrong with it.
enum Sequence {
    Character(u32, usize),
    /// A line break that is left out.
    Nothing(usize),
    /// Not a sequence after all.
    Literal,
    /// The end of the input cuts it off if more may come.
    Bad {
        length: usize,
        reason: &'static str,
        may_go_on: bool,
    },
}

/// `\xhh`, `\uhhhh` or `\Uhhhhhhhh` at the start of `text`.
fn numeric(text: &[u8], digits: usize, truncated: &'static str, beyond: &'static str) -> Sequence {
    let (count, value) = hexadecimal(&text[2..], digits);
    if count < digits {
        let length = 2 + count;
        return Sequence::Bad { length, reason: truncated, may_go_on: length == text.len() };
    }
    if value > 0x10ffff {
        return Sequence::Bad { length: 2 + digits, reason: beyond, may_go_on: false };
    }
    Sequence::Character(value, 2 + digits)
}

/// `\N{name}` at the start of `text`.
fn named(text: &[u8], find_name: &mut dyn FnMut(&[u8]) -> Option<u32>) -> Sequence {
    let malformed = |length: usize, may_go_on: bool| Sequence::Bad {
        length,
        reason: "malformed \\N character escape",
        may_go_on,
    };
    if text.get(2) != Some(&b'{') {
        return malformed(2, text.len() == 2);
    }
    let Some(length) = text[3..].iter().position(|&b| b == b'}') else {
        return malformed(text.len(), true);
    };
    if length == 0 {
        return malformed(3, false);
    }
    match find_name(&text[3..3 + length]) {
        Some(c) => Sequence::Character(c, length + 4),
        None => {
            Sequence::Bad { length: length + 4, reason: "unknown Unicode character name", may_go_on: false }
        }
    }
}

/// Decodes `unicode_escape`; `find_name` knows the characters' names.
pub fn decode_unicode_escape<H: DecodeHandler>(
    input: &[u8],
    is_final: bool,
    find_name: &mut dyn FnMut(&[u8]) -> Option<u32>,
    handler: &mut H,
    out: &mut TextBuilder,
) -> Result<EscapeDecoded, H::Error> {
    let mut first_invalid = None;
    let read = |text: &[u8], at: usize| match text.get(1) {
        None => Sequence::Bad { length: 1, reason: "\\ at end of string", may_go_on: true },
        Some(b'\n') => Sequence::Nothing(2),
        Some(b'x') => numeric(text, 2, "truncated \\xXX escape", ""),
        Some(b'u') => numeric(text, 4, "truncated \\uXXXX escape", ""),
        Some(b'U') => numeric(text, 8, "truncated \\UXXXXXXXX escape", "illegal Unicode character"),
        Some(b'N') => named(text, find_name),
        Some(&letter) => match (simple_escape(letter), octal(&text[1..])) {
            (Some(c), _) => Sequence::Character(u32::from(c), 2),
            (None, Some((value, length))) => {
                if value > 0xff {
                    first_invalid.get_or_insert(at);
                }
                Sequence::Character(value, 1 + length)
            }
            (None, None) => {
                first_invalid.get_or_insert(at);
                Sequence::Literal
            }
        },
    };
    let consumed = decode(input, is_final, "unicodeescape", read, handler, out)?;
    Ok(EscapeDecoded { consumed, first_invalid })
}

/// Decodes `raw_unicode_escape`: only `\u` and `\U` mean something. Returns how many bytes were used up.
pub fn decode_raw_unicode_escape<H: DecodeHandler>(
    input: &[u8],
    is_final: bool,
    handler: &mut H,
    out: &mut TextBuilder,
) -> Result<usize, H::Error> {
    let read = |text: &[u8], at: usize| {
        // A backslash after an odd number of others is escaped by the last of them.
        let before = input[..at].iter().rev().take_while(|&&b| b == b'\\').count();
        match text.get(1) {
            None if !is_final => Sequence::Bad { length: 1, reason: "", may_go_on: true },
            Some(b'u') if before % 2 == 0 => numeric(text, 4, "truncated \\uXXXX escape", ""),
            Some(b'U') if before % 2 == 0 => {
                numeric(text, 8, "truncated \\UXXXXXXXX escape", "\\Uxxxxxxxx out of range")
            }
            _ => Sequence::Literal,
        }
    };
    decode(input, is_final, "rawunicodeescape", read, handler, out)
}

fn decode<H: DecodeHandler>(
    input: &[u8],
    is_final: bool,
    encoding: &'static str,
    mut read: impl FnMut(&[u8], usize) -> Sequence,
    handler: &mut H,
    out: &mut TextBuilder,
) -> Result<usize, H::Error> {
    let mut at = 0;
    while at < input.len() {
        let plain = memchr::memchr(b'\\', &input[at..]).unwrap_or(input.len() - at);
        out.push_latin1(&input[at..at + plain]);
        at += plain;
        if at == input.len() {
            break;
        }
        match read(&input[at..], at) {
            Sequence::Character(c, length) => {
                out.push(c);
                at += length;
            }
            Sequence::Nothing(length) => at += length,
            Sequence::Literal => {
                out.push(u32::from(b'\\'));
                at += 1;
            }
            Sequence::Bad { may_go_on: true, .. } if !is_final => return Ok(at),
            Sequence::Bad { length, reason, .. } => {
                let error = CodecError { encoding, start: at, end: at + length, reason };
                at = handler.replace(&error, input, out)?;
            }
        }
    }
    Ok(at)
}

/// Encodes `unicode_escape`.
pub fn encode_unicode_escape(text: Characters) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.iter() {
        match c {
            0x5c => out.extend_from_slice(b"\\\\"),
            0x20..0x7f => out.push(c as u8),
            _ => {
                let mut escape = TextBuilder::new();
                crate::text::repr::push_escape(c, &mut escape);
                out.extend(escape.characters().iter().map(|c| c as u8));
            }
        }
    }
    out
}

/// Encodes `raw_unicode_escape`.
pub fn encode_raw_unicode_escape(text: Characters) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.iter() {
        match c {
            0..0x100 => out.push(c as u8),
            0x100..0x10000 => out.extend_from_slice(format!("\\u{c:04x}").as_bytes()),
            _ => out.extend_from_slice(format!("\\U{c:08x}").as_bytes()),
        }
    }
    out
}

/// Decodes the escape sequences of bytes literals (`codecs.escape_decode`).
pub fn decode_bytes_escape(input: &[u8], errors: &str) -> TextResult<(Vec<u8>, Option<usize>)> {
    let (mut out, mut first_invalid) = (Vec::with_capacity(input.len()), None);
    let mut at = 0;
    while let Some(&byte) = input.get(at) {
        if byte != b'\\' {
            out.push(byte);
            at += 1;
            continue;
        }
        let rest = &input[at + 1..];
        match rest.first() {
            None => return Err(TextError::value("Trailing \\ in string")),
            Some(b'\n') => at += 2,
            Some(b'x') => {
                let (count, value) = hexadecimal(&rest[1..], 2);
                match (count, errors) {
                    (2, _) => out.push(value as u8),
                    (_, "strict") => {
                        return Err(TextError::value(format!("invalid \\x escape at position {at}")));
                    }
                    (_, "replace") => out.push(b'?'),
                    (_, "ignore") => {}
                    _ => {
                        let message = format!("decoding error; unknown error handling code: {errors}");
                        return Err(TextError::value(message));
                    }
                }
                at += 2 + count;
            }
            Some(&letter) => match (simple_escape(letter), octal(rest)) {
                (Some(c), _) => {
                    out.push(c);
                    at += 2;
                }
                (None, Some((value, length))) => {
                    if value > 0xff {
                        first_invalid.get_or_insert(at);
                    }
                    out.push(value as u8);
                    at += 1 + length;
                }
                (None, None) => {
                    first_invalid.get_or_insert(at);
                    out.push(b'\\');
                    at += 1;
                }
            },
        }
    }
    Ok((out, first_invalid))
}

/// The reverse of [`decode_bytes_escape`].
pub fn encode_bytes_escape(input: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(input.len());
    for &byte in input {
        match byte {
            b'\\' | b'\'' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x20..0x7f => out.push(byte),
            _ => out.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::codecs::Errors;

    fn run(input: &[u8], is_final: bool) -> Result<(String, usize, Option<usize>), CodecError> {
        let mut out = TextBuilder::new();
        let mut names = |name: &[u8]| (name == b"SPACE").then_some(0x20);
        let decoded = decode_unicode_escape(input, is_final, &mut names, &mut Errors::Strict, &mut out)?;
        Ok((out.finish().characters().to_string_lossy(), decoded.consumed, decoded.first_invalid))
    }

    #[test]
    fn unicode_escape() {
        assert_eq!(
            run(br"\x41\u20ac\U0001f600\N{SPACE}\101\q", true),
            Ok(("A€😀 A\\q".into(), 35, Some(33)))
        );
        for (input, end, reason) in [
            (&br"\x"[..], 2, "truncated \\xXX escape"),
            (br"\x1g", 3, "truncated \\xXX escape"),
            (br"\u12", 4, "truncated \\uXXXX escape"),
            (br"\U00110000", 10, "illegal Unicode character"),
            (br"\N{FOO}", 7, "unknown Unicode character name"),
            (br"\N{}", 3, "malformed \\N character escape"),
            (br"\N{SPACE", 8, "malformed \\N character escape"),
            (br"\N x", 2, "malformed \\N character escape"),
            (b"\\", 1, "\\ at end of string"),
        ] {
            let expected = CodecError { encoding: "unicodeescape", start: 0, end, reason };
            assert_eq!(run(input, true), Err(expected), "{input:?}");
        }
        for input in [&br"\x1"[..], br"\u12", br"\N", br"\N{SP", b"\\"] {
            assert_eq!(run(input, false), Ok((String::new(), 0, None)), "{input:?}");
        }
        assert!(run(br"\x1g", false).is_err());
    }

    #[test]
    fn raw_unicode_escape() {
        let run = |input: &[u8]| {
            let mut out = TextBuilder::new();
            decode_raw_unicode_escape(input, true, &mut Errors::Strict, &mut out)
                .map(|_| out.finish().characters().to_string_lossy())
        };
        assert_eq!(run(br"\\u0041\\\u0041\n\").as_deref(), Ok(r"\\u0041\\A\n\"));
        assert!(run(br"\u").is_err());
    }

    #[test]
    fn bytes_escape() {
        assert_eq!(decode_bytes_escape(br"\x41\101\n\q", "strict"), Ok((b"AA\n\\q".to_vec(), Some(10))));
        assert_eq!(decode_bytes_escape(br"\xg", "replace"), Ok((b"?g".to_vec(), None)));
        assert!(decode_bytes_escape(br"\xg", "strict").is_err());
        assert_eq!(encode_bytes_escape(b"a\n'\"\xff\\"), b"a\\n\\'\"\\xff\\\\");
    }
}
