//! `repr()` of constants.

use std::sync::Arc;

use crate::constant::{BigInt, Constant};
use crate::text::Text;

/// The `repr()` of a constant; of a frozenset in the order in which it is stored.
pub fn constant(constant: &Constant) -> String {
    match constant {
        Constant::None => "None".to_owned(),
        Constant::Ellipsis => "Ellipsis".to_owned(),
        Constant::Bool(true) => "True".to_owned(),
        Constant::Bool(false) => "False".to_owned(),
        Constant::Int(value) => value.to_string(),
        Constant::BigInt(value) => big(value),
        Constant::Float(value) => float(*value, true),
        Constant::Complex(real, imaginary) => complex(*real, *imaginary),
        Constant::Str(text) => string(text),
        Constant::Bytes(bytes) => byte_string(bytes),
        Constant::Tuple(items) => match &**items {
            [item] => format!("({},)", self::constant(item)),
            items => format!("({})", joined(items)),
        },
        Constant::FrozenSet(items) if items.is_empty() => "frozenset()".to_owned(),
        Constant::FrozenSet(items) => format!("frozenset({{{}}})", joined(items)),
        Constant::Slice(parts) => format!("slice({})", joined(&parts[..])),
        Constant::Code(code) => {
            let (address, line) = (Arc::as_ptr(code) as usize, code.firstlineno);
            format!("<code object {} at {address:#x}, file \"{}\", line {line}>", code.name, code.filename)
        }
    }
}

fn joined(items: &[Constant]) -> String {
    items.iter().map(constant).collect::<Vec<_>>().join(", ")
}

fn big(value: &BigInt) -> String {
    const CHUNK: u64 = 1_000_000_000;
    let mut magnitude = value.magnitude.clone();
    let mut chunks = Vec::new();
    while !magnitude.is_empty() {
        let mut remainder = 0u64;
        for digit in magnitude.iter_mut().rev() {
            let value = remainder << 32 | u64::from(*digit);
            *digit = (value / CHUNK) as u32;
            remainder = value % CHUNK;
        }
        chunks.push(remainder);
        while magnitude.last() == Some(&0) {
            magnitude.pop();
        }
    }
    let mut text = if value.negative { "-".to_owned() } else { String::new() };
    text.push_str(&chunks.pop().unwrap_or(0).to_string());
    text.extend(chunks.iter().rev().map(|chunk| format!("{chunk:09}")));
    text
}

/// A float in Python's notation.
fn float(value: f64, keep_point: bool) -> String {
    if !value.is_finite() {
        let text = if value.is_nan() {
            "nan"
        } else if value > 0.0 {
            "inf"
        } else {
            "-inf"
        };
        return text.to_owned();
    }
    let (digits, exponent) = shortest(value.abs());
    let count = digits.len() as i32;
    let minus = if value.is_sign_negative() { "-" } else { "" };
    let point = if keep_point { ".0" } else { "" };
    match exponent {
        -4..0 => format!("{minus}0.{}{digits}", "0".repeat((-exponent - 1) as usize)),
        0..16 if count <= exponent + 1 => {
            format!("{minus}{digits}{}{point}", "0".repeat((exponent + 1 - count) as usize))
        }
        0..16 => {
            let (whole, fraction) = digits.split_at(exponent as usize + 1);
            format!("{minus}{whole}.{fraction}")
        }
        _ => {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{minus}{first}{point}{rest}e{sign}{:02}", exponent.abs())
        }
    }
}

/// The shortest digits that read back as the same float, and the exponent of the first.
fn shortest(value: f64) -> (String, i32) {
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(value);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let leading = digits.len() - digits.trim_start_matches('0').len();
    let significant = digits.trim_matches('0');
    if significant.is_empty() {
        return ("0".to_owned(), 0);
    }
    (significant.to_owned(), exponent + whole.len() as i32 - 1 - leading as i32)
}

fn complex(real: f64, imaginary: f64) -> String {
    if real == 0.0 && real.is_sign_positive() {
        return format!("{}j", float(imaginary, false));
    }
    let sign = if imaginary.is_sign_negative() && !imaginary.is_nan() { "" } else { "+" };
    format!("({}{sign}{}j)", float(real, false), float(imaginary, false))
}

/// Double quotes only where they save escaping.
fn quote(single: bool, double: bool) -> char {
    if single && !double { '"' } else { '\'' }
}

fn string(text: &Text) -> String {
    let holds = |wanted: char| text.code_points().any(|point| point == wanted as u32);
    let quote = quote(holds('\''), holds('"'));
    let mut output = String::from(quote);
    for point in text.code_points() {
        match char::from_u32(point) {
            Some(char) if char == quote || char == '\\' => output.extend(['\\', char]),
            Some('\n') => output.push_str("\\n"),
            Some('\r') => output.push_str("\\r"),
            Some('\t') => output.push_str("\\t"),
            Some(char) if is_printable(char) => output.push(char),
            _ if point < 0x100 => output.push_str(&format!("\\x{point:02x}")),
            _ if point < 0x10000 => output.push_str(&format!("\\u{point:04x}")),
            _ => output.push_str(&format!("\\U{point:08x}")),
        }
    }
    output.push(quote);
    output
}

fn is_printable(char: char) -> bool {
    if char.is_ascii() {
        return (' '..='~').contains(&char);
    }
    // Behind another character, only what isn't printable is escaped.
    let text = ['a', char].iter().collect::<String>();
    text.escape_debug().eq(text.chars())
}

fn byte_string(bytes: &[u8]) -> String {
    let quote = quote(bytes.contains(&b'\''), bytes.contains(&b'"'));
    let mut output = format!("b{quote}");
    for byte in bytes {
        match *byte {
            byte if byte == quote as u8 || byte == b'\\' => output.extend(['\\', byte as char]),
            b'\n' => output.push_str("\\n"),
            b'\r' => output.push_str("\\r"),
            b'\t' => output.push_str("\\t"),
            byte @ b' '..=b'~' => output.push(byte as char),
            byte => output.push_str(&format!("\\x{byte:02x}")),
        }
    }
    output.push(quote);
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_shows_them() {
        let cases = [
            (Constant::Float(1.0), "1.0"),
            (Constant::Float(1e16), "1e+16"),
            (Constant::Float(1.5e-7), "1.5e-07"),
            (Constant::Float(0.0001), "0.0001"),
            (Constant::Float(-0.0), "-0.0"),
            (Constant::Complex(0.0, 2.0), "2j"),
            (Constant::Complex(-0.0, -1.5), "(-0-1.5j)"),
            (Constant::str("it's"), "\"it's\""),
            (Constant::str("a\n\u{e9}\u{200b}\u{301}"), "'a\\n\u{e9}\\u200b\u{301}'"),
            (Constant::Bytes(Arc::from(&b"\0'\""[..])), "b'\\x00\\'\"'"),
            (Constant::tuple([Constant::Int(1)]), "(1,)"),
            (Constant::int_from_digits(true, vec![0, 0, 1]), "-18446744073709551616"),
        ];
        for (value, expected) in cases {
            assert_eq!(constant(&value), expected);
        }
    }
}
