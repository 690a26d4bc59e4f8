//! `repr()` of floats: the shortest digits that read back as the same number, laid out as CPython does.

use super::float_format::{Digits, exponent};

/// Appends `repr(x)`.
pub fn push_repr(out: &mut String, x: f64) {
    push_short(out, x, true);
}

/// `repr(x)`.
pub fn repr(x: f64) -> String {
    let mut out = String::with_capacity(24);
    push_repr(&mut out, x);
    out
}

/// Appends the shortest digits; `.0` follows whole numbers if `point_zero` (complex numbers go without it).
pub fn push_short(out: &mut String, x: f64, point_zero: bool) {
    if x.is_nan() {
        return out.push_str("nan");
    }
    if x.is_sign_negative() {
        out.push('-');
    }
    if x.is_infinite() {
        return out.push_str("inf");
    }
    if (1e-4..1e16).contains(&x.abs()) {
        // Here the crate's layout is Python's own.
        let mut buffer = zmij::Buffer::new();
        let text = buffer.format_finite(x.abs());
        if !text.contains('e') {
            let whole = text.strip_suffix(".0").filter(|_| !point_zero);
            return out.push_str(whole.unwrap_or(text));
        }
    }
    push_digits(out, x, point_zero);
}

/// The same for any finite number, whose sign is written already.
fn push_digits(out: &mut String, x: f64, point_zero: bool) {
    let Digits { digits, point } = shortest_digits(x.abs());
    let count = digits.len() as i32;
    if !(-3..=16).contains(&point) {
        out.push_str(&digits[..1]);
        if count > 1 {
            out.push('.');
            out.push_str(&digits[1..]);
        }
        return out.push_str(&exponent(point - 1, 'e'));
    }
    if point <= 0 {
        out.push_str("0.");
        push_zeros(out, -point);
        out.push_str(&digits);
    } else if count <= point {
        out.push_str(&digits);
        push_zeros(out, point - count);
        if point_zero {
            out.push_str(".0");
        }
    } else {
        out.push_str(&digits[..point as usize]);
        out.push('.');
        out.push_str(&digits[point as usize..]);
    }
}

fn push_zeros(out: &mut String, count: i32) {
    out.extend(std::iter::repeat_n('0', count.max(0) as usize));
}

/// The shortest digits that round to `x` (finite, not negative), and where the decimal point goes.
pub fn shortest_digits(x: f64) -> Digits {
    if x == 0.0 {
        return Digits { digits: "0".into(), point: 1 };
    }
    let mut buffer = zmij::Buffer::new();
    Digits::from_decimal(buffer.format_finite(x))
}

#[cfg(test)]
mod tests {
    use super::{push_digits, repr};

    #[test]
    fn short_way_agrees_with_the_long_one() {
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..200_000 {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let exponent = 1023 - 16 + (seed >> 58) + (seed >> 56 & 3);
            let x =
                f64::from_bits(exponent << 52 | seed >> 12 & if seed & 1 == 0 { u64::MAX } else { !0 << 44 });
            let mut long = String::new();
            push_digits(&mut long, x, true);
            assert_eq!(repr(x), long);
        }
    }

    #[test]
    fn as_in_cpython() {
        let cases = [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e16, "1e+16"),
            (9999999999999998.0, "9999999999999998.0"),
            (1e15, "1000000000000000.0"),
            (123456.789, "123456.789"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (5e-324, "5e-324"),
            (1.7976931348623157e308, "1.7976931348623157e+308"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (-f64::NAN, "nan"),
            (2.0f64.powi(70), "1.1805916207174113e+21"),
            (0.00012345, "0.00012345"),
        ];
        for (x, expected) in cases {
            assert_eq!(repr(x), expected);
        }
    }
}
