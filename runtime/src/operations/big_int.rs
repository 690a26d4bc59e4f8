//! Integer arithmetic beyond 63 bits: the crate `dashu-int` behind our limbs.

use crate::object::int::IntRef;
use crate::thread::{Result, Thread};
use crate::value::Value;
use dashu_int::{IBig, Sign, UBig};
use std::cmp::Ordering;

/// Most bits that an int may grow to; beyond, MemoryError.
pub const MAXIMUM_BITS: u64 = 1 << 36;

/// The crate's number of an int.
pub fn to_ibig(int: IntRef) -> IBig {
    match int {
        IntRef::Small(i) => IBig::from(i),
        IntRef::Big { negative, limbs } => {
            let sign = if negative { Sign::Negative } else { Sign::Positive };
            IBig::from_parts(sign, UBig::from_words(limbs))
        }
    }
}

/// The int of the crate's number.
pub fn from_ibig(number: &IBig) -> Value {
    let (sign, words) = number.as_sign_words();
    Value::from_limbs(sign == Sign::Negative, words)
}

/// The exact int of a value.
pub fn to_value(int: IntRef) -> Value {
    match int {
        IntRef::Small(i) => Value::from_int(i),
        IntRef::Big { negative, limbs } => Value::from_limbs(negative, limbs),
    }
}

/// Ordering of two ints.
pub fn compare(a: IntRef, b: IntRef) -> Ordering {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => a.cmp(&b),
        (IntRef::Small(a), IntRef::Big { negative: false, limbs: &[limb] }) if a >= 0 => {
            (a as u64).cmp(&limb)
        }
        (a, b) => to_ibig(a).cmp(&to_ibig(b)),
    }
}

/// The int of a float without fraction. The limbs live in a heap object that the caller keeps through the `IntRef`.
pub fn from_float(whole: f64) -> IntRef {
    value_from_float(whole).as_int().unwrap_or(IntRef::Small(0))
}

/// The int of a finite float, towards zero.
pub fn value_from_float(d: f64) -> Value {
    if d.abs() < 9.2e18 {
        return Value::from_int(d as i64);
    }
    let bits = d.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as usize - 1075;
    let mantissa = UBig::from(bits & ((1 << 52) - 1) | 1 << 52) << exponent;
    let sign = if d < 0.0 { Sign::Negative } else { Sign::Positive };
    from_ibig(&IBig::from_parts(sign, mantissa))
}

/// The nearest float, ties to even; OverflowError when there is none.
pub fn to_float(thread: &mut Thread, int: IntRef) -> Result<f64> {
    let d = to_float_or_infinity(int);
    if d.is_infinite() { Err(thread.overflow_error("int too large to convert to float")) } else { Ok(d) }
}

/// The nearest float, ties to even, infinite when there is none.
pub fn to_float_or_infinity(int: IntRef) -> f64 {
    match int {
        IntRef::Small(i) => i as f64,
        big => to_ibig(big).to_f64().value(),
    }
}

/// `a + b`
pub fn add(a: IntRef, b: IntRef) -> Value {
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b) {
        if let Some(sum) = a.checked_add(b) {
            return Value::from_int(sum);
        }
    }
    from_ibig(&(to_ibig(a) + to_ibig(b)))
}

/// `a - b`
pub fn subtract(a: IntRef, b: IntRef) -> Value {
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b) {
        if let Some(difference) = a.checked_sub(b) {
            return Value::from_int(difference);
        }
    }
    from_ibig(&(to_ibig(a) - to_ibig(b)))
}

/// `a * b`
pub fn multiply(a: IntRef, b: IntRef) -> Value {
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b) {
        if let Some(product) = a.checked_mul(b) {
            return Value::from_int(product);
        }
    }
    from_ibig(&(to_ibig(a) * to_ibig(b)))
}

/// `a // b` and `a % b`, `None` for a zero divisor.
pub fn floor_div_mod(a: IntRef, b: IntRef) -> Option<(Value, Value)> {
    if let (IntRef::Small(x), IntRef::Small(y)) = (a, b) {
        if y == 0 {
            return None;
        }
        if let (Some(quotient), Some(remainder)) = (x.checked_div(y), x.checked_rem(y)) {
            let adjust = remainder != 0 && (remainder < 0) != (y < 0);
            return Some(match adjust {
                true => (Value::from_int(quotient - 1), Value::from_int(remainder + y)),
                false => (Value::from_int(quotient), Value::from_int(remainder)),
            });
        }
    }
    let (x, y) = (to_ibig(a), to_ibig(b));
    if y == IBig::ZERO {
        return None;
    }
    let quotient = &x / &y;
    let remainder = x - &quotient * &y;
    let adjust = remainder != IBig::ZERO && (remainder < IBig::ZERO) != (y < IBig::ZERO);
    Some(match adjust {
        true => (from_ibig(&(quotient - IBig::ONE)), from_ibig(&(remainder + y))),
        false => (from_ibig(&quotient), from_ibig(&remainder)),
    })
}

/// `a / b`, correctly rounded.
pub fn true_divide(thread: &mut Thread, a: IntRef, b: IntRef) -> Result<f64> {
    const EXACT: u64 = 1 << 53;
    if let IntRef::Small(0) = b {
        return Err(thread.zero_division_error("division by zero"));
    }
    if let (IntRef::Small(x), IntRef::Small(y)) = (a, b) {
        if x.unsigned_abs() <= EXACT && y.unsigned_abs() <= EXACT {
            return Ok(x as f64 / y as f64);
        }
    }
    let (x, y) = (to_ibig(a), to_ibig(b));
    if x == IBig::ZERO {
        return Ok(if y < IBig::ZERO { -0.0 } else { 0.0 });
    }
    let (sign_x, x) = x.into_parts();
    let (sign_y, y) = y.into_parts();
    let magnitude = divide_magnitudes(x, y);
    if magnitude.is_infinite() {
        return Err(thread.overflow_error("integer division result too large for a float"));
    }
    Ok(if sign_x == sign_y { magnitude } else { -magnitude })
}

/// The nearest float of `x / y`: a quotient of 66 bits with a sticky bit is rounded once.
fn divide_magnitudes(x: UBig, y: UBig) -> f64 {
    use dashu_int::ops::BitTest;
    let shift = y.bit_len() as i64 - x.bit_len() as i64 + 66;
    // Below the normal range the quotient needs fewer bits: its last one must be worth 2^-1076 at least.
    let shift = shift.min(1076);
    let (x, y) = if shift >= 0 { (x << shift as usize, y) } else { (x, y << (-shift) as usize) };
    let quotient = &x / &y;
    let sticky = x != &quotient * &y;
    let mut quotient = quotient;
    if sticky {
        quotient |= UBig::ONE;
        if shift == 1076 {
            // Too few bits for the sticky bit to be only that: widen by two.
            quotient = (((&x << 2usize) / &y) | UBig::ONE) as UBig;
            return scale(quotient, shift + 2);
        }
    }
    scale(quotient, shift)
}

/// The nearest float of `q / 2^shift`.
fn scale(q: UBig, shift: i64) -> f64 {
    use dashu_int::ops::BitTest;
    let bits = q.bit_len() as i64;
    // The value's exponent decides how many bits the result keeps.
    let exponent = bits - shift;
    let keep = if exponent > -1021 { 53 } else { 53 - (-1021 - exponent) };
    let drop = (bits - keep).max(0) as usize;
    let mut kept = &q >> drop;
    if drop > 0 {
        let half = q.bit(drop - 1);
        let below = q.trailing_zeros().is_some_and(|zeros| zeros < drop - 1);
        if half && (below || kept.bit(0)) {
            kept += UBig::ONE;
        }
    }
    let mantissa = u64::try_from(kept).unwrap_or(0) as f64;
    let power = drop as i64 - shift;
    // Two exact steps: the mantissa is at most 2^53, so the first can't underflow.
    if power < -1000 {
        mantissa * 2f64.powi(-1000) * 2f64.powi((power + 1000) as i32)
    } else if power > 900 {
        mantissa * 2f64.powi(900) * 2f64.powi((power - 900).min(1023) as i32)
    } else {
        mantissa * 2f64.powi(power as i32)
    }
}

/// Bits of a result for which nobody asks whether there is memory.
const SMALL_RESULT_BITS: u64 = 1 << 26;

/// MemoryError where the arithmetic behind this could not have the memory for a result of that size: it has no way to say so.
fn check_room(thread: &mut Thread, bits: u64) -> Result<()> {
    if bits <= SMALL_RESULT_BITS {
        return Ok(());
    }
    // The result, what it is made in, and the object.
    let mut room: Vec<u8> = Vec::new();
    if bits > MAXIMUM_BITS || room.try_reserve_exact((bits / 8) as usize * 3).is_err() {
        return Err(thread.memory_error(""));
    }
    Ok(())
}

/// `a << b` for `b >= 0`.
pub fn shift_left(thread: &mut Thread, a: IntRef, b: IntRef) -> Result {
    match b {
        IntRef::Small(count) if count < 0 => Err(thread.value_error("negative shift count")),
        IntRef::Big { negative: true, .. } => Err(thread.value_error("negative shift count")),
        _ if matches!(a, IntRef::Small(0)) => Ok(Value::from_small_int(0)),
        IntRef::Small(count) => {
            if let IntRef::Small(x) = a {
                if count < 62 && (x << count) >> count == x {
                    return Ok(Value::from_int(x << count));
                }
            }
            check_room(thread, bit_length(a).saturating_add(count as u64))?;
            Ok(from_ibig(&(to_ibig(a) << count as usize)))
        }
        IntRef::Big { .. } => Err(thread.overflow_error("too many digits in integer")),
    }
}

/// `a >> b`
pub fn shift_right(thread: &mut Thread, a: IntRef, b: IntRef) -> Result {
    match b {
        IntRef::Small(count) if count < 0 => Err(thread.value_error("negative shift count")),
        IntRef::Big { negative: true, .. } => Err(thread.value_error("negative shift count")),
        IntRef::Small(count) => Ok(match a {
            IntRef::Small(x) => Value::from_int(x >> count.min(63)),
            big => from_ibig(&(to_ibig(big) >> count as usize)),
        }),
        IntRef::Big { .. } => Ok(Value::from_small_int(if is_negative(a) { -1 } else { 0 })),
    }
}

/// Whether an int is below zero.
pub fn is_negative(a: IntRef) -> bool {
    match a {
        IntRef::Small(i) => i < 0,
        IntRef::Big { negative, .. } => negative,
    }
}

/// `a & b`, `a | b`, `a ^ b`
pub fn bitwise(a: IntRef, b: IntRef, small: fn(i64, i64) -> i64, big: fn(IBig, IBig) -> IBig) -> Value {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Value::from_int(small(a, b)),
        (a, b) => from_ibig(&big(to_ibig(a), to_ibig(b))),
    }
}

/// `a ** b` for `b >= 0`.
pub fn power(thread: &mut Thread, a: IntRef, b: IntRef) -> Result {
    let exponent = match b {
        IntRef::Small(exponent) => exponent as u64,
        IntRef::Big { .. } => match a {
            IntRef::Small(0 | 1) => 1,
            IntRef::Small(-1) => 2 - is_odd(b) as u64,
            _ => return Err(thread.overflow_error("too many digits in integer")),
        },
    };
    if let IntRef::Small(base) = a {
        if let Some(result) = u32::try_from(exponent).ok().and_then(|exponent| base.checked_pow(exponent)) {
            return Ok(Value::from_int(result));
        }
        if let -1..=1 = base {
            let is_one = exponent == 0 || base < 0 && exponent & 1 == 0;
            return Ok(Value::from_int(if is_one { 1 } else { base }));
        }
    }
    let base = to_ibig(a);
    check_room(thread, (bit_length(a) - 1).saturating_mul(exponent))?;
    Ok(from_ibig(&base.pow(exponent as usize)))
}

/// `pow(base, exponent, modulus)` for a modulus that isn't 0; `None` where a negative exponent needs an inverse that isn't there.
pub fn power_modulo(base: IntRef, exponent: IntRef, modulus: IntRef) -> Option<Value> {
    use dashu_int::fast_div::ConstDivisor;
    let negative = is_negative(modulus);
    let modulus = to_ibig(modulus).into_parts().1;
    if modulus == UBig::ONE {
        return Some(Value::from_small_int(0));
    }
    let (sign, exponent) = to_ibig(exponent).into_parts();
    let ring = ConstDivisor::new(modulus.clone());
    let mut base = ring.reduce(to_ibig(base));
    if sign == Sign::Negative {
        base = base.inv()?;
    }
    let power = IBig::from(base.pow(&exponent).residue());
    let shift = negative && power != IBig::ZERO;
    Some(from_ibig(&if shift { power - IBig::from(modulus) } else { power }))
}

/// The multiple of `10 ** places` nearest to `a`, ties to even.
pub fn round_to_power_of_ten(a: IntRef, places: usize) -> Value {
    let (sign, magnitude) = to_ibig(a).into_parts();
    let unit = UBig::from(10u8).pow(places);
    let quotient = &magnitude / &unit;
    let remainder = &magnitude - &quotient * &unit;
    let odd = quotient.clone() % 2u8 == 1;
    let quotient = match (remainder << 1usize).cmp(&unit) {
        Ordering::Greater => quotient + UBig::ONE,
        Ordering::Equal if odd => quotient + UBig::ONE,
        _ => quotient,
    };
    from_ibig(&IBig::from_parts(sign, quotient * unit))
}

fn is_odd(a: IntRef) -> bool {
    match a {
        IntRef::Small(i) => i & 1 != 0,
        IntRef::Big { limbs, .. } => limbs[0] & 1 != 0,
    }
}

/// `int.bit_length`
pub fn bit_length(a: IntRef) -> u64 {
    match a {
        IntRef::Small(i) => 64 - i.unsigned_abs().leading_zeros() as u64,
        IntRef::Big { limbs, .. } => limbs.len() as u64 * 64 - limbs[limbs.len() - 1].leading_zeros() as u64,
    }
}

/// `-a`
pub fn negate(a: IntRef) -> Value {
    match a {
        IntRef::Small(i) => i.checked_neg().map_or_else(|| from_ibig(&-IBig::from(i)), Value::from_int),
        IntRef::Big { negative, limbs } => Value::from_limbs(!negative, limbs),
    }
}

/// `~a`
pub fn invert(a: IntRef) -> Value {
    match a {
        IntRef::Small(i) => Value::from_int(!i),
        big => from_ibig(&!to_ibig(big)),
    }
}

/// `str(a)`
pub fn to_decimal(a: IntRef) -> String {
    match a {
        IntRef::Small(i) => i.to_string(),
        big => to_ibig(big).to_string(),
    }
}

/// Digits of the magnitude in base 2, 8, 10 or 16, lower case.
pub fn digits_in_base(a: IntRef, base: u32) -> String {
    let magnitude = match a {
        IntRef::Small(i) => UBig::from(i.unsigned_abs()),
        IntRef::Big { limbs, .. } => UBig::from_words(limbs),
    };
    magnitude.in_radix(base).to_string()
}
