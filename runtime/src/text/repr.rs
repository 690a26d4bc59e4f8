//! `repr()` and `ascii()` of strings, `repr()` of bytes.

use super::{Characters, TextBuilder, unicode};

/// Adds `repr(text)`.
pub fn push_str_repr(text: Characters, out: &mut TextBuilder) {
    push_quoted(text, out, false);
}

/// Adds `ascii(text)`.
pub fn push_str_ascii(text: Characters, out: &mut TextBuilder) {
    push_quoted(text, out, true);
}

/// `repr(text)` as a Rust string, for messages.
pub fn str_repr(text: Characters) -> String {
    let mut out = TextBuilder::new();
    push_str_repr(text, &mut out);
    out.finish().characters().to_string_lossy()
}

/// Single quotes, unless only double ones avoid escapes.
fn quote_for(has_single: bool, has_double: bool) -> u8 {
    if has_single && !has_double { b'"' } else { b'\'' }
}

fn push_quoted(text: Characters, out: &mut TextBuilder, only_ascii: bool) {
    let has = |quote: u8| text.iter().any(|c| c == u32::from(quote));
    let quote = u32::from(quote_for(has(b'\''), has(b'"')));
    out.push(quote);
    for c in text.iter() {
        if (0x20..0x7f).contains(&c) {
            if c == quote || c == u32::from(b'\\') {
                out.push(u32::from(b'\\'));
            }
            out.push(c);
        } else if c > 0x7f && !only_ascii && unicode::is_printable(c) {
            out.push(c);
        } else {
            push_escape(c, out);
        }
    }
    out.push(quote);
}

/// The escape sequence of a character that isn't shown as it is.
pub fn push_escape(c: u32, out: &mut TextBuilder) {
    match c {
        0x09 => out.push_str("\\t"),
        0x0a => out.push_str("\\n"),
        0x0d => out.push_str("\\r"),
        0..=0xff => out.push_str(&format!("\\x{c:02x}")),
        0x100..=0xffff => out.push_str(&format!("\\u{c:04x}")),
        _ => out.push_str(&format!("\\U{c:08x}")),
    }
}

/// Appends `repr(bytes)`, `b` included: always ASCII.
pub fn push_bytes_repr(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'b');
    push_bytes_quoted(bytes, out);
}

/// Appends the quoted part of `repr(bytes)` (`bytearray` shows it too).
pub fn push_bytes_quoted(bytes: &[u8], out: &mut Vec<u8>) {
    let quote = quote_for(bytes.contains(&b'\''), bytes.contains(&b'"'));
    push_bytes_between(bytes, quote, &[quote], out);
}

/// [`push_bytes_quoted`] as bytearrays have it: a single quote is always escaped.
pub fn push_bytearray_quoted(bytes: &[u8], out: &mut Vec<u8>) {
    let quote = quote_for(bytes.contains(&b'\''), bytes.contains(&b'"'));
    push_bytes_between(bytes, quote, b"'", out);
}

fn push_bytes_between(bytes: &[u8], quote: u8, escaped: &[u8], out: &mut Vec<u8>) {
    out.reserve(bytes.len() + 2);
    out.push(quote);
    for &byte in bytes {
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            _ if escaped.contains(&byte) => out.extend_from_slice(&[b'\\', byte]),
            0x20..0x7f => out.push(byte),
            _ => {
                let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble)];
                out.extend_from_slice(&[b'\\', b'x', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    }
    out.push(quote);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_escapes() {
        let repr = |text: &[u32]| str_repr(Characters::Four(text));
        let of = |text: &str| repr(&text.chars().map(u32::from).collect::<Vec<_>>());
        assert_eq!(of("it's"), "\"it's\"");
        assert_eq!(of("it's \"so\""), "'it\\'s \"so\"'");
        assert_eq!(of("a\\\n\t\r\0\x7f\u{80}é€\u{200b}😀"), "'a\\\\\\n\\t\\r\\x00\\x7f\\x80é€\\u200b😀'");
        assert_eq!(repr(&[0xd800, 0xe0001]), "'\\ud800\\U000e0001'");
        let mut out = TextBuilder::new();
        push_str_ascii(Characters::Two(&[0xe9, 0x20ac]), &mut out);
        assert_eq!(out.finish().characters().to_string_lossy(), "'\\xe9\\u20ac'");
    }

    #[test]
    fn bytes() {
        let mut out = Vec::new();
        push_bytes_repr(b"a'\\\n\xff", &mut out);
        assert_eq!(out, b"b\"a'\\\\\\n\\xff\"");
    }
}
