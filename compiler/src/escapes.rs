//! Escape sequences of string and bytes literals.

use std::ops::Range;

use crate::text::push_code_point;

/// What escape sequences may mean.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Escapes {
    /// Of a string: characters by number and name.
    Unicode,
    /// Of a bytes literal.
    Bytes,
}

/// A literal's value.
pub struct Unescaped {
    /// Bytes, or generalised UTF-8.
    pub value: Vec<u8>,
    /// The first sequence that has no meaning, and whether it is an octal one.
    pub invalid: Option<(Range<usize>, bool)>,
}

/// The warning of a sequence that has no meaning.
pub fn invalid_escape(sequence: &str, octal: bool) -> String {
    let what = if octal { "octal escape" } else { "escape" };
    format!(
        "\"{sequence}\" is an invalid {what} sequence. Such sequences will not work in the future. Did you mean \
         \"\\{sequence}\"? A raw string is also an option."
    )
}

/// Replaces the escape sequences of a literal's body. Fails with CPython's message.
pub fn unescape(body: &str, escapes: Escapes) -> Result<Unescaped, String> {
    let mut value = Vec::with_capacity(body.len());
    let mut invalid = None;
    let bytes = body.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &bytes[at..]) {
        value.extend_from_slice(&bytes[at..at + found]);
        at += found;
        let start = at;
        let Some(&code) = bytes.get(at + 1) else {
            // Only a piece of an f-string can end so.
            break;
        };
        at += 2;
        match code {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => value.push(code),
            b'a' => value.push(7),
            b'b' => value.push(8),
            b'f' => value.push(12),
            b'n' => value.push(b'\n'),
            b'r' => value.push(b'\r'),
            b't' => value.push(b'\t'),
            b'v' => value.push(11),
            b'0'..=b'7' => {
                let mut number = u32::from(code - b'0');
                while at < start + 4 && matches!(bytes.get(at), Some(b'0'..=b'7')) {
                    number = number * 8 + u32::from(bytes[at] - b'0');
                    at += 1;
                }
                if number > 0o377 && invalid.is_none() {
                    invalid = Some((start..at, true));
                }
                push_number(&mut value, number, escapes);
            }
            b'x' if escapes == Escapes::Bytes => match hexadecimal(bytes, at, 2) {
                Ok(number) => {
                    value.push(number as u8);
                    at += 2;
                }
                Err(_) => return Err(format!("(value error) invalid \\x escape at position {start}")),
            },
            b'x' | b'u' | b'U' if escapes == Escapes::Unicode => {
                let (digits, shape) = match code {
                    b'x' => (2, "\\xXX"),
                    b'u' => (4, "\\uXXXX"),
                    _ => (8, "\\UXXXXXXXX"),
                };
                match hexadecimal(bytes, at, digits) {
                    Ok(number) if push_code_point(&mut value, number).is_some() => at += digits,
                    Ok(_) => {
                        return Err(unicode_error(body, start, at + digits, "illegal Unicode character"));
                    }
                    Err(present) => {
                        let reason = format!("truncated {shape} escape");
                        return Err(unicode_error(body, start, at + present, &reason));
                    }
                }
            }
            b'N' if escapes == Escapes::Unicode => at = named(body, start, &mut value)?,
            _ => {
                value.push(b'\\');
                at -= 1;
                // CPython says nothing of characters beyond ASCII.
                if invalid.is_none() && code.is_ascii() {
                    invalid = Some((start..start + 2, false));
                }
            }
        }
    }
    value.extend_from_slice(&bytes[at..]);
    Ok(Unescaped { value, invalid })
}

fn push_number(value: &mut Vec<u8>, number: u32, escapes: Escapes) {
    match escapes {
        Escapes::Bytes => value.push(number as u8),
        Escapes::Unicode => {
            let _ = push_code_point(value, number);
        }
    }
}

/// `\N{name}` at `start`; gives the offset after it.
fn named(body: &str, start: usize, value: &mut Vec<u8>) -> Result<usize, String> {
    let rest = &body[start + 2..];
    let close = rest.strip_prefix('{').and_then(|name| name.find('}'));
    match close {
        Some(length) if length > 0 => {
            let after = start + 2 + length + 2;
            match crate::character_names::character_of_name(&rest[1..=length]) {
                Some(character) => {
                    let _ = push_code_point(value, u32::from(character));
                    Ok(after)
                }
                None => Err(unicode_error(body, start, after, "unknown Unicode character name")),
            }
        }
        _ => {
            let stop = match (rest.starts_with('{'), close) {
                (true, Some(length)) => start + 2 + length + 1,
                (true, None) => body.len(),
                (false, _) => start + 2,
            };
            Err(unicode_error(body, start, stop, "malformed \\N character escape"))
        }
    }
}

/// The message of CPython's decoder, which sees every character beyond ASCII as ten.
fn unicode_error(body: &str, start: usize, end: usize, reason: &str) -> String {
    let position = |at: usize| body[..at].chars().map(|c| if c.is_ascii() { 1 } else { 10 }).sum::<usize>();
    let (start, end) = (position(start), position(end.min(body.len())));
    if end - start == 1 {
        format!("(unicode error) 'unicodeescape' codec can't decode byte 0x5c in position {start}: {reason}")
    } else {
        let last = end - 1;
        format!(
            "(unicode error) 'unicodeescape' codec can't decode bytes in position {start}-{last}: {reason}"
        )
    }
}

/// The number in exactly `digits` hexadecimal digits, or how many there are.
fn hexadecimal(bytes: &[u8], at: usize, digits: usize) -> Result<u32, usize> {
    let mut number = 0u32;
    for count in 0..digits {
        match bytes.get(at + count).and_then(|&byte| (byte as char).to_digit(16)) {
            Some(digit) => number = number << 4 | digit,
            None => return Err(count),
        }
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &str) -> Result<Vec<u8>, String> {
        unescape(body, Escapes::Unicode).map(|unescaped| unescaped.value)
    }

    #[test]
    fn escapes() {
        assert_eq!(text(r"a\tb"), Ok(b"a\tb".to_vec()));
        assert_eq!(text(r"\x41\u0042\N{LATIN SMALL LETTER C}\104"), Ok(b"ABcD".to_vec()));
        assert_eq!(text(r"\ud800"), Ok(vec![0xED, 0xA0, 0x80]));
        assert_eq!(unescape(r"\d", Escapes::Bytes).map(|u| u.invalid).ok(), Some(Some((0..2, false))));
    }

    #[test]
    fn errors() {
        let error = "(unicode error) 'unicodeescape' codec can't decode bytes in position 1-3: truncated \\xXX escape";
        assert_eq!(text(r"a\x4"), Err(error.to_owned()));
    }
}
