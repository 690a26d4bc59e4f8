//! `int("...", base)`: the grammar, and the digits of what it stands for.

use super::float_parse::{to_ascii, trim};
use super::{Characters, TextError};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Below this many digits the limit on conversions is never looked at.
const DIGITS_THRESHOLD: usize = 640;

/// Limit of a new process.
pub const DEFAULT_DIGIT_LIMIT: usize = 4300;

static DIGIT_LIMIT: AtomicUsize = AtomicUsize::new(DEFAULT_DIGIT_LIMIT);

/// `sys.get_int_max_str_digits()`: most decimal digits of conversions between int and str, 0 for no limit.
pub fn digit_limit() -> usize {
    DIGIT_LIMIT.load(Ordering::Relaxed)
}

/// `sys.set_int_max_str_digits()`
pub fn set_digit_limit(limit: usize) {
    DIGIT_LIMIT.store(limit, Ordering::Relaxed);
}

/// An integer read from text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParsedInt {
    /// It fits.
    Small(i64),
    /// It doesn't: plain ASCII digits in `radix`, without prefix, underscores or sign.
    Big {
        /// Whether there was a minus sign.
        negative: bool,
        /// The digits.
        digits: String,
        /// 2 to 36.
        radix: u32,
    },
}

/// Why a text is no integer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntParseError {
    /// Not an integer literal: [`invalid_literal`] makes the message, it shows the argument's `repr`.
    Invalid,
    /// The base isn't 0 or 2 to 36.
    Base,
    /// More decimal digits than `sys.set_int_max_str_digits` allows.
    TooManyDigits {
        /// How many there are.
        digits: usize,
        /// How many may be.
        limit: usize,
    },
}

impl IntParseError {
    /// The `ValueError` for it; `repr` yields the `repr` of `int`'s argument.
    pub fn into_error(self, base: i64, repr: impl FnOnce() -> String) -> TextError {
        match self {
            IntParseError::Invalid => invalid_literal(base, &repr()),
            IntParseError::Base => TextError::value("int() base must be >= 2 and <= 36, or 0"),
            IntParseError::TooManyDigits { digits, limit } => TextError::value(format!(
                "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; \
                 use sys.set_int_max_str_digits() to increase the limit"
            )),
        }
    }
}

/// `invalid literal for int() with base 10: 'x'`, with at most 200 characters of the `repr`.
pub fn invalid_literal(base: i64, repr: &str) -> TextError {
    let shown: String = repr.chars().take(200).collect();
    TextError::value(format!("invalid literal for int() with base {base}: {shown}"))
}

/// The message when `str(int)` is asked for more digits than allowed.
pub fn too_many_digits_to_write(limit: usize) -> TextError {
    TextError::value(format!(
        "Exceeds the limit ({limit} digits) for integer string conversion; \
         use sys.set_int_max_str_digits() to increase the limit"
    ))
}

/// Reads a string; `max_digits` is `sys.get_int_max_str_digits()`, 0 for no limit.
pub fn parse(text: Characters, base: i64, max_digits: usize) -> Result<ParsedInt, IntParseError> {
    match text {
        Characters::One(bytes) if bytes.is_ascii() => parse_bytes(bytes, base, max_digits),
        _ => parse_bytes(&to_ascii(text), base, max_digits),
    }
}

/// Reads bytes.
pub fn parse_bytes(text: &[u8], base: i64, max_digits: usize) -> Result<ParsedInt, IntParseError> {
    if base != 0 && !(2..=36).contains(&base) {
        return Err(IntParseError::Base);
    }
    let text = trim(text);
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let (radix, prefixed, rest) = read_prefix(rest, base);
    if let Some(small) = parse_short(rest, radix, negative)
        && (base != 0 || prefixed || small == 0 || rest[0] != b'0')
    {
        return Ok(ParsedInt::Small(small));
    }
    let digits = plain_digits(rest, radix, prefixed).ok_or(IntParseError::Invalid)?;
    if base == 0 && !prefixed && digits.starts_with('0') && digits.bytes().any(|b| b != b'0') {
        return Err(IntParseError::Invalid);
    }
    let count = digits.len();
    if !radix.is_power_of_two() && count > DIGITS_THRESHOLD && max_digits > 0 && count > max_digits {
        return Err(IntParseError::TooManyDigits { digits: count, limit: max_digits });
    }
    let significant = digits.trim_start_matches('0');
    if let Some(small) = parse_short(significant.as_bytes(), radix, negative) {
        return Ok(ParsedInt::Small(small));
    }
    if significant.is_empty() {
        return Ok(ParsedInt::Small(0));
    }
    if let Ok(magnitude) = i128::from_str_radix(significant, radix)
        && let Ok(small) = i64::try_from(if negative { -magnitude } else { magnitude })
    {
        return Ok(ParsedInt::Small(small));
    }
    Ok(ParsedInt::Big { negative, digits: significant.to_owned(), radix })
}

/// The radix, whether `0x`, `0o` or `0b` was there, and what follows.
fn read_prefix(text: &[u8], base: i64) -> (u32, bool, &[u8]) {
    let prefix = match text {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    match (base, prefix) {
        (0, 0) => (10, false, text),
        (0, _) => (prefix, true, &text[2..]),
        _ if base == i64::from(prefix) => (prefix, true, &text[2..]),
        _ => (base as u32, false, text),
    }
}

/// The value of up to 12 plain digits, which always fit.
fn parse_short(digits: &[u8], radix: u32, negative: bool) -> Option<i64> {
    if digits.is_empty() || digits.len() > 12 {
        return None;
    }
    let mut value = 0i64;
    for &digit in digits {
        value = value * i64::from(radix) + i64::from((digit as char).to_digit(radix)?);
    }
    Some(if negative { -value } else { value })
}

/// The digits without underscores; one underscore may stand between digits or after the prefix.
fn plain_digits(text: &[u8], radix: u32, prefixed: bool) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut after_digit = prefixed;
    for &byte in text {
        if byte == b'_' {
            if !after_digit {
                return None;
            }
            after_digit = false;
        } else {
            (byte as char).to_digit(radix)?;
            plain.push(byte as char);
            after_digit = true;
        }
    }
    (after_digit && !plain.is_empty()).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    fn read(text: &str, base: i64) -> Result<ParsedInt, IntParseError> {
        parse(Text::from(text).characters(), base, 4300)
    }

    #[test]
    fn grammar() {
        for (text, base, expected) in [
            ("0_0", 0, 0),
            (" -٣_1 ", 10, -31),
            ("0x_f", 16, 15),
            ("0b1", 16, 177),
            ("0B1", 2, 1),
            ("-9223372036854775808", 10, i64::MIN),
            ("9223372036854775807", 10, i64::MAX),
            ("00000000000000000000000000001", 10, 1),
            ("zz", 36, 1295),
            ("0xFF", 0, 255),
            ("0o17", 0, 15),
            ("0_0", 0, 0),
            ("0000000000000000000000000", 0, 0),
            ("1_0", 0, 10),
        ] {
            assert_eq!(read(text, base), Ok(ParsedInt::Small(expected)), "{text}");
        }
        for (text, base) in [
            ("", 10),
            ("01", 0),
            ("0_1", 0),
            ("_1", 10),
            ("1_", 10),
            ("1__1", 10),
            ("0x", 16),
            ("0_xf", 16),
            ("+-1", 10),
            ("- 1", 10),
            ("0b12", 0),
            ("1\0", 10),
            ("1 2", 10),
            ("0x_", 0),
        ] {
            assert_eq!(read(text, base), Err(IntParseError::Invalid), "{text}");
        }
        assert_eq!(read("1", 37), Err(IntParseError::Base));
    }

    #[test]
    fn big() {
        let big = ParsedInt::Big { negative: true, digits: "9223372036854775809".into(), radix: 10 };
        assert_eq!(read("-9_223372036854775809", 10), Ok(big));
        let nines = "9".repeat(4301);
        assert_eq!(read(&nines, 10), Err(IntParseError::TooManyDigits { digits: 4301, limit: 4300 }));
        assert_eq!(read(&(nines + "x"), 10), Err(IntParseError::Invalid));
        assert!(read(&"1".repeat(5000), 8).is_ok());
        let error = IntParseError::Invalid.into_error(10, || format!("'{}'", "x".repeat(300)));
        assert_eq!(error.message.len(), "invalid literal for int() with base 10: ".len() + 200);
    }
}
