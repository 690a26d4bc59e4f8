//! `float("...")`: Python's grammar checked here, the correctly rounded value from Rust's parser.

use super::Characters;
use super::float_format::is_number_space;
use super::unicode;

/// The number that a string stands for, or none (`could not convert string to float: ...`).
pub fn parse(text: Characters) -> Option<f64> {
    match text {
        Characters::One(bytes) if bytes.is_ascii() => parse_bytes(bytes),
        _ => parse_bytes(&to_ascii(text)),
    }
}

/// The number that bytes stand for.
pub fn parse_bytes(text: &[u8]) -> Option<f64> {
    let text = trim(text);
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let magnitude = match parse_special(rest) {
        Some(special) => special,
        None => parse_number(rest)?,
    };
    Some(if negative { -magnitude } else { magnitude })
}

/// `inf`, `infinity` or `nan`, whatever the case.
pub(super) fn parse_special(text: &[u8]) -> Option<f64> {
    if text.eq_ignore_ascii_case(b"inf") || text.eq_ignore_ascii_case(b"infinity") {
        Some(f64::INFINITY)
    } else if text.eq_ignore_ascii_case(b"nan") {
        Some(f64::NAN)
    } else {
        None
    }
}

/// The number at the start of a text and how many bytes it takes: signs, `inf` and `nan` included, no underscores
/// (what `complex("...")` and `PyOS_string_to_double` read).
pub fn parse_prefix(text: &[u8]) -> Option<(f64, usize)> {
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let negative = text.first() == Some(&b'-');
    let rest = &text[sign..];
    for word in [&b"infinity"[..], b"inf", b"nan"] {
        if rest.len() >= word.len() && rest[..word.len()].eq_ignore_ascii_case(word) {
            let value = if word == b"nan" { f64::NAN } else { f64::INFINITY };
            return Some((if negative { -value } else { value }, sign + word.len()));
        }
    }
    let length = number_length(rest)?;
    let value: f64 = std::str::from_utf8(&rest[..length]).ok()?.parse().ok()?;
    Some((if negative { -value } else { value }, sign + length))
}

/// A number without sign, underscores between digits allowed.
fn parse_number(text: &[u8]) -> Option<f64> {
    if !text.contains(&b'_') {
        return if number_length(text)? == text.len() {
            std::str::from_utf8(text).ok()?.parse().ok()
        } else {
            None
        };
    }
    let plain = without_underscores(text)?;
    parse_number(&plain)
}

/// The text without the underscores, each of which must be between two digits.
pub fn without_underscores(text: &[u8]) -> Option<Vec<u8>> {
    let is_digit_at = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
    let mut plain = Vec::with_capacity(text.len());
    for (at, &byte) in text.iter().enumerate() {
        if byte != b'_' {
            plain.push(byte);
        } else if !is_digit_at(at.checked_sub(1)) || !is_digit_at(Some(at + 1)) {
            return None;
        }
    }
    Some(plain)
}

/// The length of the longest prefix that is a decimal number, if there is one.
fn number_length(text: &[u8]) -> Option<usize> {
    let digits = |from: usize| text[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let whole = digits(0);
    let mut at = whole;
    let mut fraction = 0;
    if text.get(at) == Some(&b'.') {
        fraction = digits(at + 1);
        at += 1 + fraction;
    }
    if whole + fraction == 0 {
        return None;
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        let power = digits(at + 1 + sign);
        if power > 0 {
            at += 1 + sign + power;
        }
    }
    Some(at)
}

/// Decimal digits and white space of other scripts become ASCII, everything else that isn't ASCII a `?`.
pub fn to_ascii(text: Characters) -> Vec<u8> {
    text.iter()
        .map(|c| match unicode::decimal_value(c) {
            _ if c < 0x80 => c as u8,
            Some(digit) => b'0' + digit,
            None if unicode::is_space(c) => b' ',
            None => b'?',
        })
        .collect()
}

/// Without white space around it.
pub(super) fn trim(text: &[u8]) -> &[u8] {
    let is_space = |b: &u8| is_number_space(u32::from(*b)) && b.is_ascii();
    let start = text.iter().position(|b| !is_space(b)).unwrap_or(text.len());
    let end = text.iter().rposition(|b| !is_space(b)).map_or(start, |at| at + 1);
    &text[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    #[test]
    fn grammar() {
        for (text, expected) in [
            ("1", 1.0),
            (" 1. ", 1.0),
            (".5", 0.5),
            ("-1_0.0_1e1_0", -100_100_000_000.0),
            ("1E+2\n", 100.0),
            ("\u{2003}٣.٥\u{85}", 3.5),
            ("+Infinity", f64::INFINITY),
            ("-inf", f64::NEG_INFINITY),
            ("1e400", f64::INFINITY),
            ("1e-400", 0.0),
        ] {
            assert_eq!(parse(Text::from(text).characters()), Some(expected), "{text}");
        }
        assert!(parse(Text::from("-nan").characters()).is_some_and(f64::is_nan));
        for text in [
            "", " ", ".", "1__0", "_1", "1_", "1_e5", "1e", "1e+", "1 2", "+-1", "0x1", "in", "infin", "1\0",
            "\x1c1", "é", "1d5",
        ] {
            assert_eq!(parse(Text::from(text).characters()), None, "{text}");
        }
    }
}
