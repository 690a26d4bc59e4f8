//! Float and complex constants.

use super::Number;
use crate::constant::Constant;
use crate::opcode::BinaryOperator;

/// A complex number.
#[derive(Clone, Copy)]
pub(super) struct Complex {
    pub real: f64,
    pub imaginary: f64,
}

/// `left operator right` for floats.
pub(super) fn binary(left: f64, operator: BinaryOperator, right: f64) -> Option<Constant> {
    use BinaryOperator::*;
    let result = match operator {
        Add => left + right,
        Subtract => left - right,
        Multiply => left * right,
        TrueDivide if right != 0.0 => left / right,
        FloorDivide if right != 0.0 => floor_divide(left, right).0,
        Remainder if right != 0.0 => floor_divide(left, right).1,
        Power => return power(left, right),
        _ => return None,
    };
    Some(Constant::Float(result))
}

/// Quotient rounded down, and the remainder with the divisor's sign.
fn floor_divide(left: f64, right: f64) -> (f64, f64) {
    let mut remainder = left % right;
    let mut quotient = (left - remainder) / right;
    if remainder == 0.0 {
        remainder = 0f64.copysign(right);
    } else if (right < 0.0) != (remainder < 0.0) {
        remainder += right;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0f64.copysign(left / right), remainder);
    }
    let floor = quotient.floor();
    (if quotient - floor > 0.5 { floor + 1.0 } else { floor }, remainder)
}

fn power(base: f64, exponent: f64) -> Option<Constant> {
    if base == 0.0 && exponent < 0.0 && exponent.is_finite() {
        return None;
    }
    if base < 0.0 && base.is_finite() && exponent.is_finite() && exponent.floor() != exponent {
        return complex_power(Complex::new(base, 0.0), Complex::new(exponent, 0.0));
    }
    let result = base.powf(exponent);
    if result.is_infinite() && base.is_finite() && exponent.is_finite() {
        return None;
    }
    Some(Constant::Float(result))
}

impl Complex {
    pub(super) fn new(real: f64, imaginary: f64) -> Complex {
        Complex { real, imaginary }
    }

    fn constant(self) -> Option<Constant> {
        Some(Constant::Complex(self.real, self.imaginary))
    }
}

/// `left operator right` where at least one is complex; a real operand stays real, as in C's annex G.
pub(super) fn complex_binary(left: Number, operator: BinaryOperator, right: Number) -> Option<Constant> {
    use BinaryOperator::*;
    if operator == Power {
        return complex_power(complex(&left)?, complex(&right)?);
    }
    match (&left, &right) {
        (Number::Complex(a), Number::Complex(b)) => match operator {
            Add => Complex::new(a.real + b.real, a.imaginary + b.imaginary),
            Subtract => Complex::new(a.real - b.real, a.imaginary - b.imaginary),
            Multiply => multiply(*a, *b),
            TrueDivide => divide(*a, *b)?,
            _ => return None,
        },
        (Number::Complex(a), b) => {
            let b = b.float()?;
            match operator {
                Add => Complex::new(a.real + b, a.imaginary),
                Subtract => Complex::new(a.real - b, a.imaginary),
                Multiply => Complex::new(a.real * b, a.imaginary * b),
                TrueDivide if b != 0.0 => Complex::new(a.real / b, a.imaginary / b),
                _ => return None,
            }
        }
        (a, Number::Complex(b)) => {
            let a = a.float()?;
            match operator {
                Add => Complex::new(a + b.real, b.imaginary),
                Subtract => Complex::new(a - b.real, -b.imaginary),
                Multiply => Complex::new(a * b.real, a * b.imaginary),
                TrueDivide => divide_real(a, *b)?,
                _ => return None,
            }
        }
        _ => return None,
    }
    .constant()
}

fn complex(number: &Number) -> Option<Complex> {
    match number {
        Number::Complex(value) => Some(*value),
        other => Some(Complex::new(other.float()?, 0.0)),
    }
}

fn multiply(a: Complex, b: Complex) -> Complex {
    let (ac, bd) = (a.real * b.real, a.imaginary * b.imaginary);
    let (ad, bc) = (a.real * b.imaginary, a.imaginary * b.real);
    let result = Complex::new(ac - bd, ad + bc);
    if result.real.is_nan() && result.imaginary.is_nan() {
        recover_infinity(a, b, [ac, bd, ad, bc], result)
    } else {
        result
    }
}

/// A product that came out as NaN although an operand is infinite, or products overflowed.
fn recover_infinity(mut a: Complex, mut b: Complex, products: [f64; 4], result: Complex) -> Complex {
    let numbered = |value: f64| if value.is_nan() { 0f64.copysign(value) } else { value };
    let mut recalculate = false;
    if is_infinite(a) {
        a = Complex::new(unit(a.real), unit(a.imaginary));
        b = Complex::new(numbered(b.real), numbered(b.imaginary));
        recalculate = true;
    }
    if is_infinite(b) {
        b = Complex::new(unit(b.real), unit(b.imaginary));
        a = Complex::new(numbered(a.real), numbered(a.imaginary));
        recalculate = true;
    }
    if !recalculate && products.iter().any(|product| product.is_infinite()) {
        a = Complex::new(numbered(a.real), numbered(a.imaginary));
        b = Complex::new(numbered(b.real), numbered(b.imaginary));
        recalculate = true;
    }
    if !recalculate {
        return result;
    }
    Complex::new(
        f64::INFINITY * (a.real * b.real - a.imaginary * b.imaginary),
        f64::INFINITY * (a.real * b.imaginary + a.imaginary * b.real),
    )
}

/// A part of an infinite number as 1 or 0, with its sign.
fn unit(value: f64) -> f64 {
    (if value.is_infinite() { 1f64 } else { 0.0 }).copysign(value)
}

fn is_infinite(value: Complex) -> bool {
    value.real.is_infinite() || value.imaginary.is_infinite()
}

fn is_finite(value: Complex) -> bool {
    value.real.is_finite() && value.imaginary.is_finite()
}

/// Scaled by the larger part of the divisor, so that nothing overflows on the way.
fn divide(a: Complex, b: Complex) -> Option<Complex> {
    let (real, imaginary) = (b.real.abs(), b.imaginary.abs());
    let result = if real >= imaginary {
        if real == 0.0 {
            return None;
        }
        let ratio = b.imaginary / b.real;
        let divisor = b.real + b.imaginary * ratio;
        Complex::new((a.real + a.imaginary * ratio) / divisor, (a.imaginary - a.real * ratio) / divisor)
    } else if imaginary >= real {
        let ratio = b.real / b.imaginary;
        let divisor = b.real * ratio + b.imaginary;
        Complex::new((a.real * ratio + a.imaginary) / divisor, (a.imaginary * ratio - a.real) / divisor)
    } else {
        Complex::new(f64::NAN, f64::NAN)
    };
    if !(result.real.is_nan() && result.imaginary.is_nan()) {
        return Some(result);
    }
    if is_infinite(a) && is_finite(b) {
        let (x, y) = (unit(a.real), unit(a.imaginary));
        return Some(Complex::new(
            f64::INFINITY * (x * b.real + y * b.imaginary),
            f64::INFINITY * (y * b.real - x * b.imaginary),
        ));
    }
    if is_infinite(b) && is_finite(a) {
        let (x, y) = (unit(b.real), unit(b.imaginary));
        return Some(Complex::new(
            0.0 * (a.real * x + a.imaginary * y),
            0.0 * (a.imaginary * x - a.real * y),
        ));
    }
    Some(result)
}

fn divide_real(a: f64, b: Complex) -> Option<Complex> {
    let (real, imaginary) = (b.real.abs(), b.imaginary.abs());
    let result = if real >= imaginary {
        if real == 0.0 {
            return None;
        }
        let ratio = b.imaginary / b.real;
        let divisor = b.real + b.imaginary * ratio;
        Complex::new(a / divisor, (-a * ratio) / divisor)
    } else if imaginary >= real {
        let ratio = b.real / b.imaginary;
        let divisor = b.real * ratio + b.imaginary;
        Complex::new((a * ratio) / divisor, -a / divisor)
    } else {
        Complex::new(f64::NAN, f64::NAN)
    };
    if result.real.is_nan() && result.imaginary.is_nan() && a.is_finite() && is_infinite(b) {
        return Some(Complex::new(0.0 * (a * unit(b.real)), 0.0 * (-a * unit(b.imaginary))));
    }
    Some(result)
}

/// Exponents up to this size that are whole numbers are powers by multiplication.
const MAX_WHOLE_EXPONENT: f64 = 100.0;

fn complex_power(base: Complex, exponent: Complex) -> Option<Constant> {
    let whole = exponent.imaginary == 0.0 && exponent.real.floor() == exponent.real;
    let result = if whole && exponent.real.abs() <= MAX_WHOLE_EXPONENT {
        whole_power(base, exponent.real as i32)?
    } else {
        general_power(base, exponent)?
    };
    if is_infinite(result) { None } else { result.constant() }
}

fn whole_power(base: Complex, exponent: i32) -> Option<Complex> {
    let mut result = Complex::new(1.0, 0.0);
    let mut power = base;
    let mut mask = 1;
    while mask > 0 && exponent.unsigned_abs() >= mask {
        if exponent.unsigned_abs() & mask != 0 {
            result = multiply(result, power);
        }
        mask <<= 1;
        power = multiply(power, power);
    }
    if exponent <= 0 { divide(Complex::new(1.0, 0.0), result) } else { Some(result) }
}

fn general_power(base: Complex, exponent: Complex) -> Option<Complex> {
    if exponent.real == 0.0 && exponent.imaginary == 0.0 {
        return Some(Complex::new(1.0, 0.0));
    }
    if base.real == 0.0 && base.imaginary == 0.0 {
        let fails = exponent.imaginary != 0.0 || exponent.real < 0.0;
        return (!fails).then_some(Complex::new(0.0, 0.0));
    }
    let absolute = base.real.hypot(base.imaginary);
    let mut length = absolute.powf(exponent.real);
    let angle = base.imaginary.atan2(base.real);
    let mut phase = angle * exponent.real;
    if exponent.imaginary != 0.0 {
        length *= (-angle * exponent.imaginary).exp();
        phase += exponent.imaginary * absolute.ln();
    }
    // An infinite angle is a domain error.
    (!phase.is_infinite()).then(|| Complex::new(length * phase.cos(), length * phase.sin()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors() {
        assert_eq!(floor_divide(7.5, -2.0), (-4.0, -0.5));
        assert_eq!(floor_divide(-7.5, 2.0), (-4.0, 0.5));
        assert!(floor_divide(-0.0, 2.0).0.is_sign_negative());
    }

    #[test]
    fn powers() {
        assert_eq!(power(2.0, 0.5), Some(Constant::Float(2f64.sqrt())));
        assert_eq!(power(0.0, -1.0), None);
        assert_eq!(power(1e300, 2.0), None);
        assert!(matches!(power(-8.0, 1.0 / 3.0), Some(Constant::Complex(..))));
        assert_eq!(power(0.0, f64::NEG_INFINITY), Some(Constant::Float(f64::INFINITY)));
        let infinite = Complex::new(0.0, f64::INFINITY);
        assert_eq!(complex_power(Complex::new(3.0, 0.0), infinite), None);
        assert_eq!(
            complex_power(Complex::new(0.0, 1e300), Complex::new(-3.0, 0.0)),
            Some(Constant::Complex(-0.0, 0.0))
        );
    }
}
