//! `cmath`: functions of complex numbers.

mod functions;

use crate::math::real::atan2;
use functions::{Number, Outcome, Trouble};
use taipan_runtime::native::{ArgumentContext, FromArgument, IntoReturn, NativeResult, type_name};
use taipan_runtime::object::float::Complex;
use taipan_runtime::object::special::Special;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::arithmetic::{BinaryOperator, binary};
use taipan_runtime::operations::convert::to_float;
use taipan_runtime::prelude::*;

/// The module `cmath`.
pub struct ComplexMath;

/// Complex numbers, anything with `__complex__`, and real numbers.
impl FromArgument for Number {
    fn from_argument(thread: &mut Thread, value: Value, _: &ArgumentContext) -> Result<Number> {
        if let Some(complex) = value.downcast::<Complex>() {
            return Ok(Number { re: complex.real, im: complex.imaginary });
        }
        if value.as_float().is_none()
            && value.as_int_or_bool().is_none()
            && let Some(answer) = thread.call_special(value, Special::Complex, &[])?
        {
            return match answer.downcast::<Complex>() {
                Some(complex) => Ok(Number { re: complex.real, im: complex.imaginary }),
                None => {
                    let (class, got) = (type_name(value), type_name(answer));
                    let message = format!("{class}.__complex__() must return a complex, not {got}");
                    Err(thread.type_error(message))
                }
            };
        }
        Ok(Number { re: to_float(thread, value)?, im: 0.0 })
    }
}

impl IntoReturn for Number {
    fn into_return(self, _: &mut Thread) -> NativeResult {
        Ok(Complex::new(self.re, self.im))
    }
}

#[cold]
fn raise(thread: &mut Thread, trouble: Trouble) -> Raised {
    match trouble {
        Trouble::Domain => thread.value_error("math domain error"),
        Trouble::Range => thread.overflow_error("math range error"),
    }
}

fn finish(thread: &mut Thread, outcome: Outcome) -> Result<Number> {
    outcome.map_err(|trouble| raise(thread, trouble))
}

/// Functions of complex numbers.
#[native_module(name = "cmath")]
impl ComplexMath {
    #[constant]
    fn pi() -> f64 {
        std::f64::consts::PI
    }

    #[constant]
    fn e() -> f64 {
        std::f64::consts::E
    }

    #[constant]
    fn tau() -> f64 {
        std::f64::consts::TAU
    }

    #[constant]
    fn inf() -> f64 {
        f64::INFINITY
    }

    #[constant]
    fn nan() -> f64 {
        f64::NAN
    }

    #[constant]
    fn infj() -> Number {
        Number { re: 0.0, im: f64::INFINITY }
    }

    #[constant]
    fn nanj() -> Number {
        Number { re: 0.0, im: f64::NAN }
    }

    /// Return the inverse cosine of z.
    #[function("(z, /)")]
    fn acos(thread: &mut Thread, z: Number) -> Result<Number> {
        finish(thread, functions::acos(z))
    }

    /// Return the inverse hyperbolic cosine of z.
    #[function("(z, /)")]
    fn acosh(thread: &mut Thread, z: Number) -> Result<Number> {
        finish(thread, functions::acosh(z))
    }

    /// Return the inverse sine of z.
    #[function("(z, /)")]
    fn asin(thread: &mut Thread, z: Number) -> Result<Number> {
        finish(thread, functions::asin(z))
    }

    /// Return the inverse hyperbolic sine of z.
    #[function("(z, /)")]
    fn asinh(thread: &mut Thread, z: Number) -> Result<Number> {
        finish(thread, functions::asinh_of(z))
    }

    /// Return the inverse tangent of z.
    #[function("(z, /)")]
    fn atan(thread: &mut Thread, z: Number) -> Result<Number> {
        finish(thread, functions::atan(z))
    }

    /// Return the inverse hyperbolic tangent of z.
    #[function("(z, /)")]
    fn atanh(thread: &mut Thread, z: Number) -> Result<Number> {
        finish(thread, functions::atanh(z))
    }

    /// Return the cosine of z.
    #[function("(z, /)")]
    fn cos(thread: &mut Thread, z: Number) -> Result<Number> {
        finish(thread, functions::cos_of(z))
    }

    /// Return the hyperbolic cosine of z.
    #[function("(z, /)")]
    fn cosh(thread: &mut Thread, z: Number) -> Result<Number> {
        finish(thread, functions::cosh(z))
    }

    /// Return the exponential of z.
    #[function("(z, /)")]
    fn exp(thread: &mut Thread, z: Number) -> Result<Number> {
        finish(thread, functions::exp(z))
    }

    /// Return the sine of z.
    #[function("(z, /)")]
    fn sin(thread: &mut Thread, z: Number) -> Result<Number> {
        finish(thread, functions::sin_of(z))
    }

    /// Return the hyperbolic sine of z.
    #[function("(z, /)")]
    fn sinh(thread: &mut Thread, z: Number) -> Result<Number> {
        finish(thread, functions::sinh(z))
    }

    /// Return the square root of z.
    #[function("(z, /)")]
    fn sqrt(thread: &mut Thread, z: Number) -> Result<Number> {
        finish(thread, functions::sqrt(z))
    }

    /// Return the tangent of z.
    #[function("(z, /)")]
    fn tan(thread: &mut Thread, z: Number) -> Result<Number> {
        finish(thread, functions::tan_of(z))
    }

    /// Return the hyperbolic tangent of z.
    #[function("(z, /)")]
    fn tanh(thread: &mut Thread, z: Number) -> Result<Number> {
        finish(thread, functions::tanh(z))
    }

    /// Return the logarithm of z to the given base, the natural one without.
    #[function("(z, base=<unrepresentable>, /)")]
    fn log(thread: &mut Thread, z: Number, base: Option<Number>) -> Result {
        let numerator = finish(thread, functions::log(z))?.into_return(thread)?;
        let Some(base) = base else { return Ok(numerator) };
        let denominator = finish(thread, functions::log(base))?.into_return(thread)?;
        binary(thread, BinaryOperator::TrueDivide, numerator, denominator)
    }

    /// Return the logarithm of z to the base 10.
    #[function("(z, /)")]
    fn log10(thread: &mut Thread, z: Number) -> Result<Number> {
        let natural = finish(thread, functions::log(z))?;
        let ten = std::f64::consts::LN_10;
        Ok(Number { re: natural.re / ten, im: natural.im / ten })
    }

    /// Return the angle of a complex number, from -pi to pi.
    #[function("(z, /)")]
    fn phase(z: Number) -> f64 {
        atan2(z.im, z.re)
    }

    /// Convert a complex number to its magnitude and angle.
    #[function("(z, /)")]
    fn polar(thread: &mut Thread, z: Number) -> Result<Gc<Tuple>> {
        let size = functions::magnitude(z).map_err(|trouble| raise(thread, trouble))?;
        Ok(Tuple::new(&[Value::from_float(size), Value::from_float(atan2(z.im, z.re))]))
    }

    /// Convert a magnitude and an angle to a complex number.
    #[function("(r, phi, /)")]
    fn rect(thread: &mut Thread, r: f64, phi: f64) -> Result<Number> {
        finish(thread, functions::rectangular(r, phi))
    }

    /// Tell whether both parts of z are finite.
    #[function("(z, /)")]
    fn isfinite(z: Number) -> bool {
        z.is_finite()
    }

    /// Tell whether a part of z is NaN.
    #[function("(z, /)")]
    fn isnan(z: Number) -> bool {
        z.re.is_nan() || z.im.is_nan()
    }

    /// Tell whether a part of z is infinite.
    #[function("(z, /)")]
    fn isinf(z: Number) -> bool {
        z.re.is_infinite() || z.im.is_infinite()
    }

    /// Tell whether a and b differ by no more than the greater of the absolute tolerance and of the relative one times
    /// the larger magnitude.
    #[function("(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(thread: &mut Thread, a: Number, b: Number, rel_tol: f64, abs_tol: f64) -> Result<bool> {
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return Err(thread.value_error("tolerances must be non-negative"));
        }
        if a == b {
            return Ok(true);
        }
        if [a.re, a.im, b.re, b.im].iter().any(|part| part.is_infinite()) {
            return Ok(false);
        }
        let size = |z: Number| z.re.hypot(z.im);
        let difference = size(Number { re: a.re - b.re, im: a.im - b.im });
        Ok(difference <= rel_tol * size(b) || difference <= rel_tol * size(a) || difference <= abs_tol)
    }
}
