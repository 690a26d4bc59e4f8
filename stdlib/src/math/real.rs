//! Functions of real numbers: the platform's C library does the computing, this file says where a function isn't defined.

use taipan_runtime::text::float_repr;
use taipan_runtime::thread::{Raised, Result, Thread};

// The C library's functions, which CPython uses too: results are then the same to the last bit.
unsafe extern "C" {
    pub safe fn acos(x: f64) -> f64;
    pub safe fn acosh(x: f64) -> f64;
    pub safe fn asin(x: f64) -> f64;
    pub safe fn asinh(x: f64) -> f64;
    pub safe fn atan(x: f64) -> f64;
    pub safe fn atan2(y: f64, x: f64) -> f64;
    pub safe fn atanh(x: f64) -> f64;
    pub safe fn cbrt(x: f64) -> f64;
    pub safe fn cos(x: f64) -> f64;
    pub safe fn cosh(x: f64) -> f64;
    pub safe fn erf(x: f64) -> f64;
    pub safe fn erfc(x: f64) -> f64;
    pub safe fn exp(x: f64) -> f64;
    pub safe fn exp2(x: f64) -> f64;
    pub safe fn expm1(x: f64) -> f64;
    pub safe fn fma(x: f64, y: f64, z: f64) -> f64;
    pub safe fn fmod(x: f64, y: f64) -> f64;
    pub safe fn log(x: f64) -> f64;
    pub safe fn log10(x: f64) -> f64;
    pub safe fn log1p(x: f64) -> f64;
    pub safe fn log2(x: f64) -> f64;
    pub safe fn nextafter(x: f64, y: f64) -> f64;
    pub safe fn pow(x: f64, y: f64) -> f64;
    pub safe fn remainder(x: f64, y: f64) -> f64;
    pub safe fn sin(x: f64) -> f64;
    pub safe fn sinh(x: f64) -> f64;
    pub safe fn tan(x: f64) -> f64;
    pub safe fn tanh(x: f64) -> f64;
}

/// `math range error`
#[cold]
pub fn range_error(thread: &mut Thread) -> Raised {
    thread.overflow_error("math range error")
}

/// `math domain error`
#[cold]
pub fn domain_error(thread: &mut Thread) -> Raised {
    thread.value_error("math domain error")
}

#[cold]
fn outside(thread: &mut Thread, expected: &str, x: f64) -> Raised {
    thread.value_error(format!("expected {expected}, got {}", float_repr::repr(x)))
}

/// The result of a one-argument function: NaN from a number and infinity from a finite number are errors, the latter a range error
/// only if the function can overflow.
#[inline]
pub fn checked(thread: &mut Thread, x: f64, result: f64, can_overflow: bool, expected: &str) -> Result<f64> {
    if result.is_finite() || x.is_nan() {
        return Ok(result);
    }
    if result.is_nan() || x.is_finite() && !can_overflow {
        return Err(outside(thread, expected, x));
    }
    if x.is_finite() { Err(range_error(thread)) } else { Ok(result) }
}

/// As [`checked`] for functions defined everywhere.
#[inline]
pub fn overflowing(thread: &mut Thread, x: f64, result: f64) -> Result<f64> {
    if result.is_infinite() && x.is_finite() { Err(range_error(thread)) } else { Ok(result) }
}

/// `x ** y` with Python's ideas of what is an error.
pub fn power(thread: &mut Thread, x: f64, y: f64) -> Result<f64> {
    let result = pow(x, y);
    if result.is_finite() || !x.is_finite() || !y.is_finite() {
        return Ok(result);
    }
    // From finite numbers: 0 to a negative power, a negative number to a fractional one, or too large a result.
    if result.is_nan() || x == 0.0 { Err(domain_error(thread)) } else { Err(range_error(thread)) }
}

/// A number as a mantissa in [0.5, 1) and a power of two; zero, infinities and NaN as themselves and 0.
pub fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    // Subnormals are scaled into the normal range first.
    let (scaled, offset) = if x.abs() < f64::MIN_POSITIVE { (x * 2f64.powi(54), 54) } else { (x, 0) };
    let bits = scaled.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32 - 1022 - offset;
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), exponent)
}

/// `x * 2**exponent`, rounded once.
pub fn ldexp(x: f64, exponent: i64) -> f64 {
    let (mantissa, own) = frexp(x);
    if mantissa == 0.0 || !mantissa.is_finite() {
        return x;
    }
    let exponent = (own as i64).saturating_add(exponent);
    if exponent > 1024 {
        return f64::INFINITY.copysign(x);
    }
    if exponent < -1080 {
        return 0f64.copysign(x);
    }
    if exponent >= -1021 {
        return mantissa * 2.0 * power_of_two(exponent as i32 - 1);
    }
    // A subnormal result: the one rounding happens in the last multiplication.
    mantissa * power_of_two(-1021) * power_of_two(exponent as i32 + 1021)
}

/// `2.0**exponent` for exponents of normal numbers.
fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// The number `steps` steps from `x` towards `y`.
pub fn next_after(x: f64, y: f64, steps: u64) -> f64 {
    if steps == 0 {
        return x;
    }
    if x.is_nan() {
        return x;
    }
    if y.is_nan() {
        return y;
    }
    // Numbers in order, as signed integers that are one apart; both zeros are 0.
    let order = |d: f64| {
        let magnitude = (d.to_bits() & !(1 << 63)) as i64;
        if d.is_sign_negative() { -magnitude } else { magnitude }
    };
    let (from, to) = (order(x), order(y));
    if from == to {
        return y;
    }
    let distance = from.abs_diff(to);
    if steps >= distance {
        return y;
    }
    // The steps are fewer than the distance, so this can't leave the range.
    let at = if to > from { from.wrapping_add_unsigned(steps) } else { from.wrapping_sub_unsigned(steps) };
    let magnitude = f64::from_bits(at.unsigned_abs());
    let negative = at < 0 || at == 0 && x.is_sign_negative();
    if negative { -magnitude } else { magnitude }
}

/// Value of the least significant bit of `x`.
pub fn ulp(x: f64) -> f64 {
    let x = x.abs();
    if !x.is_finite() {
        return x;
    }
    let above = f64::from_bits(x.to_bits() + 1);
    if above.is_infinite() { x - f64::from_bits(x.to_bits() - 1) } else { above - x }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_split_and_join() {
        for x in [1.0, -0.75, 5e-324, 1e-310, f64::MAX, 3.5] {
            let (mantissa, exponent) = frexp(x);
            assert!((0.5..1.0).contains(&mantissa.abs()));
            assert_eq!(ldexp(mantissa, exponent as i64), x);
        }
        assert_eq!(ldexp(1.0, 1024), f64::INFINITY);
        assert_eq!(ldexp(0.9, -1074), 5e-324);
        assert_eq!(ldexp(0.5, -1074), 0.0);
        assert_eq!(ldexp(1.5, -1074), 1e-323);
        assert_eq!(frexp(5e-324), (0.5, -1073));
    }

    #[test]
    fn neighbours() {
        assert_eq!(next_after(1.0, 2.0, 3), 1.0000000000000007);
        assert_eq!(next_after(0.0, -1.0, 1), -5e-324);
        assert_eq!(next_after(-1.0, 1.0, u64::MAX), 1.0);
        assert_eq!(ulp(0.0), 5e-324);
        assert_eq!(ulp(f64::MAX), 1.99584030953472e+292);
    }
}
