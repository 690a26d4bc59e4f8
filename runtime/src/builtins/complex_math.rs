//! Arithmetic of complex numbers, with the recovery of infinities that C's Annex G asks for.

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    pub real: f64,
    pub imaginary: f64,
}

/// What goes wrong in a power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerError {
    /// Zero to a negative or complex power.
    Domain,
    /// Too large.
    Range,
}

/// 1 with the sign of `x` if that is infinite, else 0 with the sign.
fn boxed(x: f64) -> f64 {
    (if x.is_infinite() { 1.0f64 } else { 0.0 }).copysign(x)
}

/// NaN becomes a zero with its sign.
fn without_nan(x: f64) -> f64 {
    if x.is_nan() { 0f64.copysign(x) } else { x }
}

impl Number {
    pub fn new(real: f64, imaginary: f64) -> Number {
        Number { real, imaginary }
    }

    fn is_nan(self) -> bool {
        self.real.is_nan() && self.imaginary.is_nan()
    }

    fn is_finite(self) -> bool {
        self.real.is_finite() && self.imaginary.is_finite()
    }

    fn is_infinite(self) -> bool {
        self.real.is_infinite() || self.imaginary.is_infinite()
    }

    pub fn multiply(self, other: Number) -> Number {
        let (mut a, mut b, mut c, mut d) = (self.real, self.imaginary, other.real, other.imaginary);
        let (ac, bd, ad, bc) = (a * c, b * d, a * d, b * c);
        let product = Number::new(ac - bd, ad + bc);
        if !product.is_nan() {
            return product;
        }
        let mut again = false;
        if self.is_infinite() {
            (a, b, c, d) = (boxed(a), boxed(b), without_nan(c), without_nan(d));
            again = true;
        }
        if other.is_infinite() {
            (a, b, c, d) = (without_nan(a), without_nan(b), boxed(c), boxed(d));
            again = true;
        }
        if !again && [ac, bd, ad, bc].iter().any(|x| x.is_infinite()) {
            (a, b, c, d) = (without_nan(a), without_nan(b), without_nan(c), without_nan(d));
            again = true;
        }
        if again {
            return Number::new(f64::INFINITY * (a * c - b * d), f64::INFINITY * (a * d + b * c));
        }
        product
    }

    /// `None` for a zero divisor.
    pub fn divide(self, other: Number) -> Option<Number> {
        let (real, imaginary) = (other.real.abs(), other.imaginary.abs());
        let quotient = if real >= imaginary {
            if real == 0.0 {
                return None;
            }
            let ratio = other.imaginary / other.real;
            let denominator = other.real + other.imaginary * ratio;
            Number::new(
                (self.real + self.imaginary * ratio) / denominator,
                (self.imaginary - self.real * ratio) / denominator,
            )
        } else if imaginary >= real {
            let ratio = other.real / other.imaginary;
            let denominator = other.real * ratio + other.imaginary;
            Number::new(
                (self.real * ratio + self.imaginary) / denominator,
                (self.imaginary * ratio - self.real) / denominator,
            )
        } else {
            Number::new(f64::NAN, f64::NAN)
        };
        if !quotient.is_nan() {
            return Some(quotient);
        }
        if self.is_infinite() && other.is_finite() {
            let (x, y) = (boxed(self.real), boxed(self.imaginary));
            return Some(Number::new(
                f64::INFINITY * (x * other.real + y * other.imaginary),
                f64::INFINITY * (y * other.real - x * other.imaginary),
            ));
        }
        if other.is_infinite() && self.is_finite() {
            let (x, y) = (boxed(other.real), boxed(other.imaginary));
            return Some(Number::new(
                0.0 * (self.real * x + self.imaginary * y),
                0.0 * (self.imaginary * x - self.real * y),
            ));
        }
        Some(quotient)
    }

    /// A real number divided by this; `None` for zero.
    pub fn divide_real(self, dividend: f64) -> Option<Number> {
        let (real, imaginary) = (self.real.abs(), self.imaginary.abs());
        let quotient = if real >= imaginary {
            if real == 0.0 {
                return None;
            }
            let ratio = self.imaginary / self.real;
            let denominator = self.real + self.imaginary * ratio;
            Number::new(dividend / denominator, (-dividend * ratio) / denominator)
        } else if imaginary >= real {
            let ratio = self.real / self.imaginary;
            let denominator = self.real * ratio + self.imaginary;
            Number::new((dividend * ratio) / denominator, -dividend / denominator)
        } else {
            Number::new(f64::NAN, f64::NAN)
        };
        if quotient.is_nan() && self.is_infinite() && dividend.is_finite() {
            let (x, y) = (boxed(self.real), boxed(self.imaginary));
            return Some(Number::new(0.0 * (dividend * x), 0.0 * (-dividend * y)));
        }
        Some(quotient)
    }

    pub fn power(self, exponent: Number) -> Result<Number, PowerError> {
        let small = exponent.imaginary == 0.0
            && exponent.real == exponent.real.floor()
            && exponent.real.abs() <= 100.0;
        let power = if small {
            self.whole_power(exponent.real as i64).ok_or(PowerError::Domain)?
        } else {
            self.general_power(exponent)?
        };
        if power.is_infinite() { Err(PowerError::Range) } else { Ok(power) }
    }

    fn general_power(self, exponent: Number) -> Result<Number, PowerError> {
        if exponent.real == 0.0 && exponent.imaginary == 0.0 {
            return Ok(Number::new(1.0, 0.0));
        }
        if self.real == 0.0 && self.imaginary == 0.0 {
            let bad = exponent.imaginary != 0.0 || exponent.real < 0.0;
            return if bad { Err(PowerError::Domain) } else { Ok(Number::new(0.0, 0.0)) };
        }
        let magnitude = self.real.hypot(self.imaginary);
        let angle = self.imaginary.atan2(self.real);
        let mut length = magnitude.powf(exponent.real);
        let mut phase = angle * exponent.real;
        if exponent.imaginary != 0.0 {
            length *= (-angle * exponent.imaginary).exp();
            phase += exponent.imaginary * magnitude.ln();
        }
        Ok(Number::new(length * phase.cos(), length * phase.sin()))
    }

    fn whole_power(self, exponent: i64) -> Option<Number> {
        let power = self.unsigned_power(exponent.unsigned_abs());
        if exponent > 0 { Some(power) } else { power.divide_real(1.0) }
    }

    fn unsigned_power(self, exponent: u64) -> Number {
        let (mut power, mut square) = (Number::new(1.0, 0.0), self);
        let mut rest = exponent;
        while rest > 0 {
            if rest & 1 == 1 {
                power = power.multiply(square);
            }
            rest >>= 1;
            square = square.multiply(square);
        }
        power
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_and_quotients() {
        let i = Number::new(0.0, 1.0);
        assert_eq!(i.power(Number::new(2.0, 0.0)), Ok(Number::new(-1.0, 0.0)));
        assert_eq!(Number::new(0.0, 0.0).power(Number::new(-1.0, 0.0)), Err(PowerError::Domain));
        assert_eq!(i.divide(Number::new(0.0, 0.0)), None);
        assert_eq!(Number::new(1.0, 2.0).divide(Number::new(0.0, 1.0)), Some(Number::new(2.0, -1.0)));
        let infinite = Number::new(f64::INFINITY, f64::NAN).multiply(Number::new(1.0, 1.0));
        assert!(infinite.is_infinite());
    }
}
