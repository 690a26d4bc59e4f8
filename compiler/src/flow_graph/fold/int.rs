//! Integer constants.

use std::sync::Arc;

use dashu_int::ops::{BitTest, DivEuclid, RemEuclid};
use dashu_int::{IBig, Sign, UBig};

use super::float;
use crate::constant::{BigInt, Constant};
use crate::opcode::BinaryOperator;

pub(super) type Integer = IBig;

/// Products, powers and shifts may be this large.
pub(super) const MAX_INT_BITS: usize = 128;

/// The int that a constant is.
pub(super) fn from_constant(constant: &Constant) -> Option<Integer> {
    match constant {
        Constant::Bool(value) => Some(IBig::from(u8::from(*value))),
        Constant::Int(value) => Some(IBig::from(*value)),
        Constant::BigInt(value) => {
            let bytes: Vec<u8> = value.magnitude.iter().flat_map(|digit| digit.to_le_bytes()).collect();
            let sign = if value.negative { Sign::Negative } else { Sign::Positive };
            Some(IBig::from_parts(sign, UBig::from_le_bytes(&bytes)))
        }
        _ => None,
    }
}

/// The constant for an int.
pub(super) fn to_constant(value: Integer) -> Constant {
    if let Ok(small) = i64::try_from(&value) {
        return Constant::Int(small);
    }
    let (sign, magnitude) = value.into_parts();
    let bytes = magnitude.to_le_bytes();
    let digit = |chunk: &[u8]| chunk.iter().rev().fold(0, |digit, byte| digit << 8 | u32::from(*byte));
    let magnitude = bytes.chunks(4).map(digit).collect();
    Constant::BigInt(Arc::new(BigInt { negative: sign == Sign::Negative, magnitude }))
}

/// How many bits the absolute value has.
pub(super) fn bits(value: &Integer) -> usize {
    value.clone().into_parts().1.bit_len()
}

/// The nearest float, ties to even; `None` if it would be infinite.
pub(super) fn to_float(value: &Integer) -> Option<f64> {
    let (sign, magnitude) = value.clone().into_parts();
    let excess = magnitude.bit_len().saturating_sub(64);
    let mut top = u64::try_from(&(&magnitude >> excess)).ok()?;
    if excess > 0 && magnitude.trailing_zeros().is_some_and(|zeros| zeros < excess) {
        // The lowest of 64 bits only matters for rounding to 53.
        top |= 1;
    }
    let result = scale(top as f64, excess);
    let signed = if sign == Sign::Negative { -result } else { result };
    result.is_finite().then_some(signed)
}

/// The int that a float is, if it is one.
pub(super) fn from_float(value: f64) -> Option<Integer> {
    if !value.is_finite() || value.trunc() != value {
        return None;
    }
    let bits = value.abs().to_bits();
    let exponent = (bits >> 52) as i32 - 1075;
    let mantissa = UBig::from(bits & ((1 << 52) - 1) | if bits >> 52 == 0 { 0 } else { 1 << 52 });
    let magnitude =
        if exponent >= 0 { mantissa << exponent as usize } else { mantissa >> -exponent as usize };
    let sign = if value < 0.0 { Sign::Negative } else { Sign::Positive };
    Some(IBig::from_parts(sign, magnitude))
}

/// `value * 2 ** exponent`
fn scale(value: f64, exponent: usize) -> f64 {
    if exponent > 1100 {
        return if value == 0.0 { value } else { f64::INFINITY };
    }
    // Two steps, since a power of two above 1023 isn't a float.
    let half = exponent / 2;
    value * 2f64.powi(half as i32) * 2f64.powi((exponent - half) as i32)
}

/// `left operator right`
pub(super) fn binary(left: Integer, operator: BinaryOperator, right: Integer) -> Option<Constant> {
    use BinaryOperator::*;
    let result = match operator {
        Add => left + right,
        Subtract => left - right,
        Multiply => {
            if bits(&left) + bits(&right) > MAX_INT_BITS && left != IBig::ZERO && right != IBig::ZERO {
                return None;
            }
            left * right
        }
        And => left & right,
        Or => left | right,
        Xor => left ^ right,
        TrueDivide => return true_divide(&left, &right).map(Constant::Float),
        FloorDivide => floor_divide(left, right)?.0,
        Remainder => floor_divide(left, right)?.1,
        Power => return power(left, right),
        LeftShift => left_shift(left, &right)?,
        RightShift => right_shift(left, &right)?,
        _ => return None,
    };
    Some(to_constant(result))
}

/// Quotient rounded down, and the remainder with the divisor's sign.
fn floor_divide(left: Integer, right: Integer) -> Option<(Integer, Integer)> {
    if right == IBig::ZERO {
        return None;
    }
    let quotient = (&left).div_euclid(&right);
    let remainder = left.rem_euclid(&right);
    if remainder != UBig::ZERO && right < IBig::ZERO {
        return Some((quotient - IBig::ONE, IBig::from(remainder) + right));
    }
    Some((quotient, remainder.into()))
}

fn power(base: Integer, exponent: Integer) -> Option<Constant> {
    if exponent < IBig::ZERO {
        return float::binary(to_float(&base)?, BinaryOperator::Power, to_float(&exponent)?);
    }
    if base == IBig::ZERO || exponent == IBig::ZERO {
        return Some(Constant::Int((exponent == IBig::ZERO).into()));
    }
    let exponent = usize::try_from(&exponent).ok()?;
    if bits(&base) > MAX_INT_BITS / exponent {
        return None;
    }
    Some(to_constant(base.pow(exponent)))
}

fn left_shift(value: Integer, count: &Integer) -> Option<Integer> {
    if *count < IBig::ZERO {
        return None;
    }
    if value == IBig::ZERO || *count == IBig::ZERO {
        return Some(value);
    }
    let count = usize::try_from(count).ok()?;
    if count > MAX_INT_BITS || bits(&value) > MAX_INT_BITS - count {
        return None;
    }
    Some(value << count)
}

fn right_shift(value: Integer, count: &Integer) -> Option<Integer> {
    if *count < IBig::ZERO {
        return None;
    }
    match usize::try_from(count) {
        Ok(count) if count <= bits(&value) => Some(value >> count),
        _ => Some(if value < IBig::ZERO { -IBig::ONE } else { IBig::ZERO }),
    }
}

/// The nearest float to the quotient, ties to even.
fn true_divide(left: &Integer, right: &Integer) -> Option<f64> {
    if *right == IBig::ZERO {
        return None;
    }
    let negative = (*left < IBig::ZERO) != (*right < IBig::ZERO);
    let (left, right) = (left.clone().into_parts().1, right.clone().into_parts().1);
    if left == UBig::ZERO {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    let quotient = nearest_quotient(left, right);
    quotient.is_finite().then_some(if negative { -quotient } else { quotient })
}

fn nearest_quotient(left: UBig, right: UBig) -> f64 {
    // A quotient of at least 66 bits, but not so many that a subnormal result would be rounded twice.
    let shift = (66 + right.bit_len() as i64 - left.bit_len() as i64).min(1074 + 2);
    let (left, right) =
        if shift >= 0 { (left << shift as usize, right) } else { (left, right << -shift as usize) };
    let quotient = &left / &right;
    let exact = &quotient * &right == left;
    let length = quotient.bit_len() as i64;
    // The exponent of the lowest bit that the float can have.
    let lowest = (length - 53).max(shift - 1074).max(0) as usize;
    let mut mantissa = &quotient >> lowest;
    let (half, rest) = if lowest == 0 {
        (false, !exact)
    } else {
        let zeros = quotient.trailing_zeros().unwrap_or(usize::MAX);
        (quotient.bit(lowest - 1), zeros < lowest - 1 || !exact)
    };
    if half && (rest || mantissa.bit(0)) {
        mantissa += UBig::ONE;
    }
    let mantissa = u64::try_from(&mantissa).unwrap_or(u64::MAX) as f64;
    let exponent = lowest as i64 - shift;
    if exponent >= 0 {
        return scale(mantissa, exponent as usize);
    }
    let half = exponent / 2;
    mantissa * 2f64.powi(half as i32) * 2f64.powi((exponent - half) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(left: i64, operator: BinaryOperator, right: i64) -> Option<Constant> {
        binary(IBig::from(left), operator, IBig::from(right))
    }

    #[test]
    fn division_rounds_down() {
        for (left, right, quotient, remainder) in
            [(7, 2, 3, 1), (-7, 2, -4, 1), (7, -2, -4, -1), (-7, -2, 3, -1)]
        {
            assert_eq!(fold(left, BinaryOperator::FloorDivide, right), Some(Constant::Int(quotient)));
            assert_eq!(fold(left, BinaryOperator::Remainder, right), Some(Constant::Int(remainder)));
        }
        assert_eq!(fold(1, BinaryOperator::FloorDivide, 0), None);
    }

    #[test]
    fn quotients_are_nearest() {
        assert_eq!(fold(1, BinaryOperator::TrueDivide, 3), Some(Constant::Float(1.0 / 3.0)));
        assert_eq!(fold(-7, BinaryOperator::TrueDivide, 2), Some(Constant::Float(-3.5)));
        let huge = IBig::ONE << 1100;
        assert_eq!(true_divide(&huge, &(huge.clone() * 3)), Some(1.0 / 3.0));
        assert_eq!(true_divide(&huge, &IBig::ONE), None);
        assert_eq!(true_divide(&IBig::ONE, &(IBig::ONE << 1074)), Some(5e-324));
        assert_eq!(true_divide(&IBig::ONE, &(IBig::ONE << 1075)), Some(0.0));
    }

    #[test]
    fn large_results_are_left_alone() {
        assert_eq!(fold(2, BinaryOperator::Power, 200), None);
        assert_eq!(
            fold(1, BinaryOperator::LeftShift, 127).map(|c| matches!(c, Constant::BigInt(_))),
            Some(true)
        );
        assert_eq!(fold(1, BinaryOperator::LeftShift, 128), None);
        assert_eq!(fold(2, BinaryOperator::Power, -1), Some(Constant::Float(0.5)));
    }
}
