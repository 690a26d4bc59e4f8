//! Correctly rounded decimal digits of floats, the presentation types `e f g` built on them, `round(x, n)`, and
//! hexadecimal floats.
//!
//! Exact digits come from Rust's own formatting, which is exact and rounds half to even; it is asked for at most
//! as many digits as a double can have, zeros stand for the rest.

use super::{Characters, Result, TextError, unicode};

/// Decimal digits `d1d2d3...` of a number `0.d1d2d3... * 10**point`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digits {
    /// ASCII digits, at least one.
    pub digits: String,
    /// How many of the digits come before the decimal point (negative: that many zeros after it).
    pub point: i32,
}

/// No double has more significant digits than this, nor more decimals than [`MOST_DECIMALS`].
const MOST_DIGITS: usize = 767;
const MOST_DECIMALS: usize = 1074;

impl Digits {
    /// Reads a plain or scientific decimal number without sign; leading and trailing zeros are dropped.
    pub fn from_decimal(text: &str) -> Self {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().unwrap_or(0)),
            None => (text, 0),
        };
        let whole = mantissa.find('.').unwrap_or(mantissa.len());
        let all: String = mantissa.chars().filter(|&c| c != '.').collect();
        let significant = all.trim_start_matches('0');
        let point = whole as i32 - (all.len() - significant.len()) as i32 + exponent;
        let digits = significant.trim_end_matches('0');
        if digits.is_empty() {
            return Digits { digits: "0".into(), point: 1 };
        }
        Digits { digits: digits.into(), point }
    }

    /// `count` significant digits (at least one) of a finite number that is not negative, rounded half to even.
    /// Trailing zeros may be missing.
    pub fn significant(x: f64, count: usize) -> Self {
        Digits::from_decimal(&format!("{:.*e}", count.clamp(1, MOST_DIGITS) - 1, x))
    }
}

/// An exponent as Python writes it: a sign and at least two digits.
pub fn exponent(exponent: i32, letter: char) -> String {
    format!("{letter}{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.unsigned_abs())
}

/// How to write a float's digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presentation {
    /// `e`: scientific.
    Exponent,
    /// `f`: fixed.
    Fixed,
    /// `g`: whichever is shorter.
    General,
}

/// Further wishes about a float's text.
#[derive(Clone, Copy, Debug, Default)]
pub struct FloatOptions {
    /// Keep the decimal point and, for `g`, trailing zeros (`#`).
    pub alternate: bool,
    /// Write `E`, `INF`, `NAN`.
    pub uppercase: bool,
    /// Drop the sign of what is zero after rounding (`z`).
    pub no_negative_zero: bool,
    /// At least one digit after the point where no exponent is shown.
    pub point_zero: bool,
}

/// The text of `x` with `precision` decimals (`e`, `f`) or significant digits (`g`); a sign only if negative.
pub fn format(x: f64, presentation: Presentation, precision: usize, options: FloatOptions) -> String {
    let mut text = if x.is_nan() {
        "nan".into()
    } else if x.is_infinite() {
        "inf".into()
    } else {
        match presentation {
            Presentation::Fixed => fixed(x.abs(), precision, options),
            Presentation::Exponent => scientific(x.abs(), precision, options),
            Presentation::General => general(x.abs(), precision, options),
        }
    };
    if options.uppercase {
        text.make_ascii_uppercase();
    }
    if x.is_sign_negative() && !x.is_nan() && !(options.no_negative_zero && is_zero(&text)) {
        text.insert(0, '-');
    }
    text
}

/// Whether all digits before an exponent are zeros.
fn is_zero(text: &str) -> bool {
    text.bytes().take_while(|b| !b.is_ascii_alphabetic()).all(|b| matches!(b, b'0' | b'.'))
        && text.starts_with('0')
}

fn fixed(x: f64, precision: usize, options: FloatOptions) -> String {
    let mut text = format!("{:.*}", precision.min(MOST_DECIMALS), x);
    pad_zeros(&mut text, precision.saturating_sub(MOST_DECIMALS));
    if precision == 0 && options.alternate {
        text.push('.');
    }
    text
}

fn scientific(x: f64, precision: usize, options: FloatOptions) -> String {
    let text = format!("{:.*e}", precision.min(MOST_DIGITS), x);
    let (mantissa, power) = text.split_once('e').unwrap_or((&text, "0"));
    let mut out = String::from(mantissa);
    pad_zeros(&mut out, precision.saturating_sub(MOST_DIGITS));
    if precision == 0 && options.alternate {
        out.push('.');
    }
    out + &exponent(power.parse().unwrap_or(0), 'e')
}

fn general(x: f64, precision: usize, options: FloatOptions) -> String {
    let precision = precision.max(1);
    let Digits { mut digits, point } = Digits::significant(x, precision);
    if options.alternate {
        let missing = precision.saturating_sub(digits.len());
        pad_zeros(&mut digits, missing);
    }
    let highest = (precision - usize::from(options.point_zero)).min(i32::MAX as usize) as i32;
    if point <= -4 || point > highest {
        let (first, rest) = digits.split_at(1);
        let dot = if rest.is_empty() && !options.alternate { "" } else { "." };
        return format!("{first}{dot}{rest}{}", exponent(point - 1, 'e'));
    }
    if point <= 0 {
        return format!("0.{}{digits}", "0".repeat(point.unsigned_abs() as usize));
    }
    let whole = point as usize;
    if digits.len() < whole {
        let missing = whole - digits.len();
        pad_zeros(&mut digits, missing);
    }
    let (before, after) = digits.split_at(whole);
    match (after, options.point_zero, options.alternate) {
        ("", true, _) => format!("{before}.0"),
        ("", _, false) => before.into(),
        _ => format!("{before}.{after}"),
    }
}

fn pad_zeros(text: &mut String, count: usize) {
    text.extend(std::iter::repeat_n('0', count));
}

/// `round(x, ndigits)`: correctly rounded, half to even on the exact value.
pub fn round_to_digits(x: f64, ndigits: i64) -> Result<f64> {
    if !x.is_finite() || ndigits > 323 {
        return Ok(x);
    }
    if ndigits < -308 {
        return Ok(0.0 * x);
    }
    let rounded = if ndigits >= 0 {
        format!("{:.*}", ndigits as usize, x).parse().unwrap_or(x)
    } else {
        round_to_tens(x, ndigits.unsigned_abs() as usize)
    };
    if rounded.is_infinite() {
        return Err(TextError::overflow("rounded value too large to represent"));
    }
    Ok(rounded)
}

/// Rounds to a multiple of `10**zeros`.
fn round_to_tens(x: f64, zeros: usize) -> f64 {
    let digits = format!("{:.0}", x.abs().trunc());
    if digits.len() < zeros {
        return 0.0f64.copysign(x);
    }
    let (kept, dropped) = digits.split_at(digits.len() - zeros);
    let half = format!("5{}", "0".repeat(zeros - 1));
    let odd = kept.bytes().last().is_some_and(|digit| digit % 2 == 1);
    let up = match dropped.cmp(half.as_str()) {
        std::cmp::Ordering::Equal => x.fract() != 0.0 || odd,
        order => order.is_gt(),
    };
    let mut kept: Vec<u8> = if kept.is_empty() { b"0".to_vec() } else { kept.bytes().collect() };
    if up {
        increment(&mut kept);
    }
    let text = format!("{}e{zeros}", String::from_utf8_lossy(&kept));
    text.parse::<f64>().unwrap_or(0.0).copysign(x)
}

/// Adds one to a number in ASCII digits.
fn increment(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit != b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
    digits.insert(0, b'1');
}

/// `float.hex()`.
pub fn hex(x: f64) -> String {
    if !x.is_finite() {
        return super::float_repr::repr(x);
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    let bits = x.to_bits();
    let (biased, fraction) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
    if biased == 0 && fraction == 0 {
        return format!("{sign}0x0.0p+0");
    }
    let (lead, power) = if biased == 0 { (0, -1022) } else { (1, biased - 1023) };
    format!("{sign}0x{lead}.{fraction:013x}p{power:+}")
}

/// `float.fromhex()`.
pub fn from_hex(text: Characters) -> Result<f64> {
    let invalid = || TextError::value("invalid hexadecimal floating-point string");
    let ascii: Vec<u8> = text.iter().map(|c| if c < 0x80 { c as u8 } else { b'?' }).collect();
    let trimmed = trim_ascii_space(&ascii);
    let (negative, rest) = match trimmed {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if let Some(special) = super::float_parse::parse_special(rest) {
        return Ok(if negative { -special } else { special });
    }
    let rest = match rest {
        [b'0', b'x' | b'X', rest @ ..] => rest,
        rest => rest,
    };
    let whole = rest.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let mut digits = rest[..whole].to_vec();
    let mut at = whole;
    let mut fraction = 0;
    if rest.get(at) == Some(&b'.') {
        fraction = rest[at + 1..].iter().take_while(|b| b.is_ascii_hexdigit()).count();
        digits.extend_from_slice(&rest[at + 1..at + 1 + fraction]);
        at += 1 + fraction;
    }
    if digits.is_empty() {
        return Err(invalid());
    }
    let mut power = 0i64;
    if matches!(rest.get(at), Some(b'p' | b'P')) {
        let text = &rest[at + 1..];
        let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
        let count = text[sign..].iter().take_while(|b| b.is_ascii_digit()).count();
        if count == 0 {
            return Err(invalid());
        }
        let magnitude = text[sign..sign + count]
            .iter()
            .fold(0i64, |n, b| n.saturating_mul(10).saturating_add(i64::from(b - b'0')));
        power = if text[0] == b'-' { -magnitude } else { magnitude };
        at += 1 + sign + count;
    }
    if at != rest.len() {
        return Err(invalid());
    }
    let magnitude = scale_hex(&digits, power.saturating_sub(4 * fraction as i64))?;
    Ok(if negative { -magnitude } else { magnitude })
}

/// The hexadecimal digits as an integer times `2**power`, rounded half to even.
fn scale_hex(digits: &[u8], power: i64) -> Result<f64> {
    let too_large = || TextError::overflow("hexadecimal value too large to represent as a float");
    let significant = digits.iter().position(|&b| b != b'0').map_or(&digits[..0], |at| &digits[at..]);
    if significant.is_empty() {
        return Ok(0.0);
    }
    // The first 15 digits hold at least 57 bits; what follows only matters as being zero or not.
    let lead = &significant[..significant.len().min(15)];
    let sticky = significant[lead.len()..].iter().any(|&b| b != b'0');
    let mantissa = lead.iter().fold(0u64, |n, &b| n << 4 | u64::from((b as char).to_digit(16).unwrap_or(0)));
    let power = power.saturating_add(4 * (significant.len() - lead.len()) as i64);
    let bits = i64::from(64 - mantissa.leading_zeros());
    let top = power.saturating_add(bits);
    if top > 1024 {
        return Err(too_large());
    }
    if top < -1100 {
        return Ok(0.0);
    }
    // Keep 53 bits, or fewer where the result is subnormal.
    let keep = if top < -1021 { 53 - (-1021 - top) } else { 53 };
    if bits <= keep {
        return Ok(times_power_of_two(mantissa as f64, power));
    }
    let drop = bits - keep;
    let (kept, dropped, half) = if drop > 63 {
        (0, 1, 2)
    } else {
        (mantissa >> drop, mantissa & ((1 << drop) - 1), 1u64 << (drop - 1))
    };
    let up = dropped > half || dropped == half && (sticky || kept & 1 == 1);
    let value = times_power_of_two((kept + u64::from(up)) as f64, power + drop);
    if value.is_infinite() { Err(too_large()) } else { Ok(value) }
}

/// `mantissa * 2**power`, exact where the result is: both halves of the power are in a double's range.
fn times_power_of_two(mantissa: f64, power: i64) -> f64 {
    let half = power / 2;
    mantissa * 2.0f64.powi(half as i32) * 2.0f64.powi((power - half) as i32)
}

fn trim_ascii_space(text: &[u8]) -> &[u8] {
    let is_space = |b: &u8| *b < 0x80 && matches!(*b, b' ' | 0x09..=0x0d);
    let start = text.iter().position(|b| !is_space(b)).unwrap_or(text.len());
    let end = text.iter().rposition(|b| !is_space(b)).map_or(start, |at| at + 1);
    &text[start..end]
}

/// Whether `c` is white space to number parsing.
pub(super) fn is_number_space(c: u32) -> bool {
    if c < 0x80 { matches!(c, 0x20 | 0x09..=0x0d) } else { unicode::is_space(c) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presentations() {
        let plain = FloatOptions::default();
        let alternate = FloatOptions { alternate: true, ..plain };
        let point_zero = FloatOptions { point_zero: true, ..plain };
        let no_negative_zero = FloatOptions { no_negative_zero: true, ..plain };
        let cases = [
            (0.5, Presentation::Fixed, 0, plain, "0"),
            (1.5, Presentation::Fixed, 0, alternate, "2."),
            (2.675, Presentation::Fixed, 2, plain, "2.67"),
            (-0.001, Presentation::Fixed, 2, plain, "-0.00"),
            (-0.001, Presentation::Fixed, 2, no_negative_zero, "0.00"),
            (-0.0, Presentation::Exponent, 6, no_negative_zero, "0.000000e+00"),
            (f64::NEG_INFINITY, Presentation::Fixed, 2, no_negative_zero, "-inf"),
            (1234.5, Presentation::Exponent, 2, plain, "1.23e+03"),
            (0.0, Presentation::Exponent, 0, alternate, "0.e+00"),
            (100000.0, Presentation::General, 6, plain, "100000"),
            (1000000.0, Presentation::General, 6, plain, "1e+06"),
            (0.0001, Presentation::General, 6, plain, "0.0001"),
            (0.00001, Presentation::General, 6, plain, "1e-05"),
            (1.0, Presentation::General, 6, alternate, "1.00000"),
            (1e6, Presentation::General, 6, alternate, "1.00000e+06"),
            (0.0, Presentation::General, 6, alternate, "0.00000"),
            (123.0, Presentation::General, 3, point_zero, "1.23e+02"),
            (12.0, Presentation::General, 3, point_zero, "12.0"),
            (0.0, Presentation::General, 1, point_zero, "0e+00"),
        ];
        for (x, presentation, precision, options, expected) in cases {
            assert_eq!(
                format(x, presentation, precision, options),
                expected,
                "{x} {presentation:?} {precision}"
            );
        }
        assert_eq!(format(1e-300, Presentation::Fixed, 2000, plain).len(), 2002);
    }

    #[test]
    fn rounding() {
        for (x, digits, expected) in [
            (1250.0, -2, 1200.0),
            (1350.0, -2, 1400.0),
            (15.0, -1, 20.0),
            (1250.5, -2, 1300.0),
            (2.675, 2, 2.67),
            (5.0, -1, 0.0),
            (9.5, -1, 10.0),
        ] {
            assert_eq!(round_to_digits(x, digits), Ok(expected));
        }
        assert!(round_to_digits(1.79e308, -308).is_err());
    }

    #[test]
    fn hexadecimal() {
        for x in [1.0, -0.0, 0.1, 5e-324, 2.2250738585072014e-308, f64::MAX, -1e-310, 3.5e200] {
            let text = hex(x);
            assert_eq!(from_hex(Characters::One(text.as_bytes())).unwrap().to_bits(), x.to_bits(), "{text}");
        }
        assert_eq!(hex(0.1), "0x1.999999999999ap-4");
        for (text, expected) in [
            ("0x.8p-1074", 0.0),
            ("0x1.8p-1074", 1e-323),
            ("0x0.8000000001p-1074", 5e-324),
            ("0x1.fffffffffffff7p1023", f64::MAX),
            (" +Infinity\n", f64::INFINITY),
            ("1.8", 1.5),
            ("0x0p999999999999999999999", 0.0),
        ] {
            assert_eq!(from_hex(Characters::One(text.as_bytes())), Ok(expected), "{text}");
        }
        for text in ["", "0x", "0x1p", "1 2", "0x1.fffffffffffff8p1023", "0x1p9999999999999999999"] {
            assert!(from_hex(Characters::One(text.as_bytes())).is_err(), "{text}");
        }
    }
}
