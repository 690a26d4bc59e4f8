//! Functions of complex numbers.
//!
//! Finite arguments go through formulas that avoid overflow and cancellation; the results at infinities and NaN are those of C99's Annex G, which
//! the C library knows.

use crate::math::real::{
    asinh, atan2, cos, cosh as real_cosh, exp as real_exp, ldexp, log as real_log, log1p, sin,
    sinh as real_sinh, tan, tanh as real_tanh,
};
use std::f64::consts::{E, FRAC_PI_2, LN_2};

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Number {
    pub re: f64,
    pub im: f64,
}

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    Domain,
    Range,
}

pub type Outcome = Result<Number, Trouble>;

unsafe extern "C" {
    safe fn cacos(z: Number) -> Number;
    safe fn cacosh(z: Number) -> Number;
    safe fn casinh(z: Number) -> Number;
    safe fn catanh(z: Number) -> Number;
    safe fn ccosh(z: Number) -> Number;
    safe fn cexp(z: Number) -> Number;
    safe fn clog(z: Number) -> Number;
    safe fn csinh(z: Number) -> Number;
    safe fn csqrt(z: Number) -> Number;
    safe fn ctanh(z: Number) -> Number;
    safe fn hypot(x: f64, y: f64) -> f64;
}

/// Above this, squares overflow after a few additions.
const LARGE: f64 = f64::MAX / 4.0;
/// Its square root and logarithm.
const ROOT_LARGE: f64 = 6.703903964971298e+153;
const LOG_LARGE: f64 = 708.3964185322641;
const ROOT_LEAST: f64 = 1.4916681462400413e-154;

const fn number(re: f64, im: f64) -> Number {
    Number { re, im }
}

impl Number {
    pub fn is_finite(self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }

    fn is_large(self) -> bool {
        self.re.abs() > LARGE || self.im.abs() > LARGE
    }

    /// i times the number.
    fn turned(self) -> Number {
        // A NaN's sign would show in the signs of infinities and zeros.
        number(if self.im.is_nan() { f64::NAN } else { -self.im }, self.re)
    }

    /// -i times the number.
    fn turned_back(self) -> Number {
        number(self.im, -self.re)
    }
}

/// The logarithm of a number's magnitude when that could overflow.
fn log_of_large(z: Number) -> f64 {
    real_log(hypot(z.re / 2.0, z.im / 2.0)) + 2.0 * LN_2
}

/// An infinite result of finite arguments.
fn ranged(z: Number) -> Outcome {
    if z.re.is_infinite() || z.im.is_infinite() { Err(Trouble::Range) } else { Ok(z) }
}

pub fn sqrt(z: Number) -> Outcome {
    if !z.is_finite() {
        return Ok(csqrt(z));
    }
    if z.re == 0.0 && z.im == 0.0 {
        return Ok(number(0.0, z.im));
    }
    let (ax, ay) = (z.re.abs(), z.im.abs());
    let s = if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        // Subnormal parts are scaled up.
        let ax = ldexp(ax, 53);
        ldexp((ax + hypot(ax, ldexp(ay, 53))).sqrt(), -27)
    } else {
        let ax = ax / 8.0;
        2.0 * (ax + hypot(ax, ay / 8.0)).sqrt()
    };
    let d = ay / (2.0 * s);
    Ok(if z.re >= 0.0 { number(s, d.copysign(z.im)) } else { number(d, s.copysign(z.im)) })
}

/// The square root of a finite number.
fn root(z: Number) -> Number {
    sqrt(z).unwrap_or(z)
}

pub fn acos(z: Number) -> Outcome {
    if !z.is_finite() {
        let unsigned = z.re == f64::NEG_INFINITY && z.im.is_nan();
        return Ok(if unsigned { number(f64::NAN, f64::INFINITY) } else { cacos(z) });
    }
    if z.is_large() {
        let im = log_of_large(z);
        let im = if z.re < 0.0 { -im.copysign(z.im) } else { im.copysign(-z.im) };
        return Ok(number(atan2(z.im.abs(), z.re), im));
    }
    let (s1, s2) = (root(number(1.0 - z.re, -z.im)), root(number(1.0 + z.re, z.im)));
    Ok(number(2.0 * atan2(s1.re, s2.re), asinh(s2.re * s1.im - s2.im * s1.re)))
}

pub fn acosh(z: Number) -> Outcome {
    if !z.is_finite() {
        return Ok(cacosh(z));
    }
    if z.is_large() {
        return Ok(number(log_of_large(z), atan2(z.im, z.re)));
    }
    let (s1, s2) = (root(number(z.re - 1.0, z.im)), root(number(z.re + 1.0, z.im)));
    Ok(number(asinh(s1.re * s2.re + s1.im * s2.im), 2.0 * atan2(s1.im, s2.re)))
}

pub fn asin(z: Number) -> Outcome {
    asinh_of(z.turned()).map(Number::turned_back)
}

/// The inverse hyperbolic sine.
pub fn asinh_of(z: Number) -> Outcome {
    if !z.is_finite() {
        return Ok(casinh(z));
    }
    if z.is_large() {
        let re = log_of_large(z);
        let re = if z.im >= 0.0 { re.copysign(z.re) } else { -re.copysign(-z.re) };
        return Ok(number(re, atan2(z.im, z.re.abs())));
    }
    let (s1, s2) = (root(number(1.0 + z.im, -z.re)), root(number(1.0 - z.im, z.re)));
    Ok(number(asinh(s1.re * s2.im - s2.re * s1.im), atan2(z.im, s1.re * s2.re - s1.im * s2.im)))
}

pub fn atan(z: Number) -> Outcome {
    atanh(z.turned()).map(Number::turned_back)
}

pub fn atanh(z: Number) -> Outcome {
    if !z.is_finite() {
        return Ok(catanh(z));
    }
    if z.re.is_sign_negative() {
        return atanh(number(-z.re, -z.im)).map(|w| number(-w.re, -w.im));
    }
    let ay = z.im.abs();
    if z.re > ROOT_LARGE || ay > ROOT_LARGE {
        let h = hypot(z.re / 2.0, z.im / 2.0);
        return Ok(number(z.re / 4.0 / h / h, -FRAC_PI_2.copysign(-z.im)));
    }
    if z.re == 1.0 && ay < ROOT_LEAST {
        if ay == 0.0 {
            return Err(Trouble::Domain);
        }
        let re = -real_log(ay.sqrt() / hypot(ay, 2.0).sqrt());
        return Ok(number(re, (atan2(2.0, -ay) / 2.0).copysign(z.im)));
    }
    let below = 1.0 - z.re;
    let re = log1p(4.0 * z.re / (below * below + ay * ay)) / 4.0;
    Ok(number(re, -atan2(-2.0 * z.im, below * (1.0 + z.re) - ay * ay) / 2.0))
}

pub fn cos_of(z: Number) -> Outcome {
    cosh(z.turned())
}

pub fn sin_of(z: Number) -> Outcome {
    sinh(z.turned()).map(Number::turned_back)
}

pub fn tan_of(z: Number) -> Outcome {
    tanh(z.turned()).map(Number::turned_back)
}

/// The real part brought towards 0 by 1 when its exponential could overflow, and the factor that makes up for it.
fn reduced(re: f64) -> (f64, f64) {
    if re.abs() > LOG_LARGE { (re - 1f64.copysign(re), E) } else { (re, 1.0) }
}

pub fn cosh(z: Number) -> Outcome {
    if !z.is_finite() {
        return match z {
            _ if z.im.is_infinite() && !z.re.is_nan() => Err(Trouble::Domain),
            Number { im: 0.0, .. } if z.re.is_nan() => Ok(number(f64::NAN, 0.0)),
            Number { re: 0.0, .. } => Ok(number(f64::NAN, 0.0)),
            _ => Ok(ccosh(z)),
        };
    }
    let (x, factor) = reduced(z.re);
    ranged(number(cos(z.im) * real_cosh(x) * factor, sin(z.im) * real_sinh(x) * factor))
}

pub fn sinh(z: Number) -> Outcome {
    if !z.is_finite() {
        return match z {
            _ if z.im.is_infinite() && !z.re.is_nan() => Err(Trouble::Domain),
            Number { re: 0.0, .. } => Ok(number(0.0, f64::NAN)),
            _ => Ok(csinh(z)),
        };
    }
    let (x, factor) = reduced(z.re);
    ranged(number(cos(z.im) * real_sinh(x) * factor, sin(z.im) * real_cosh(x) * factor))
}

pub fn tanh(z: Number) -> Outcome {
    if !z.is_finite() {
        return match z {
            _ if z.im.is_infinite() && z.re.is_finite() => Err(Trouble::Domain),
            _ if z.re.is_infinite() && !z.im.is_finite() => Ok(number(1f64.copysign(z.re), 0.0)),
            _ => Ok(ctanh(z)),
        };
    }
    if z.re.abs() > LOG_LARGE {
        return Ok(number(1f64.copysign(z.re), 4.0 * sin(z.im) * cos(z.im) * real_exp(-2.0 * z.re.abs())));
    }
    let (tx, ty, cx) = (real_tanh(z.re), tan(z.im), 1.0 / real_cosh(z.re));
    let product = tx * ty;
    let denominator = 1.0 + product * product;
    Ok(number(tx * (1.0 + ty * ty) / denominator, ty / denominator * cx * cx))
}

pub fn exp(z: Number) -> Outcome {
    if !z.is_finite() {
        let undefined = z.im.is_infinite() && (z.re.is_finite() || z.re == f64::INFINITY);
        let vanishes = z.re == f64::NEG_INFINITY && !z.im.is_finite();
        return match undefined {
            true => Err(Trouble::Domain),
            false if vanishes => Ok(number(0.0, 0.0)),
            false => Ok(cexp(z)),
        };
    }
    let (x, factor) = if z.re > LOG_LARGE { (z.re - 1.0, E) } else { (z.re, 1.0) };
    let size = real_exp(x);
    ranged(number(size * cos(z.im) * factor, size * sin(z.im) * factor))
}

pub fn log(z: Number) -> Outcome {
    if !z.is_finite() {
        return Ok(clog(z));
    }
    let (ax, ay) = (z.re.abs(), z.im.abs());
    let re = if z.is_large() {
        real_log(hypot(ax / 2.0, ay / 2.0)) + LN_2
    } else if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        if ax == 0.0 && ay == 0.0 {
            return Err(Trouble::Domain);
        }
        real_log(hypot(ldexp(ax, 53), ldexp(ay, 53))) - 53.0 * LN_2
    } else {
        let h = hypot(ax, ay);
        if (0.71..=1.73).contains(&h) {
            // Near 1 the logarithm of h loses digits.
            let (more, less) = if ax > ay { (ax, ay) } else { (ay, ax) };
            log1p((more - 1.0) * (more + 1.0) + less * less) / 2.0
        } else {
            real_log(h)
        }
    };
    Ok(number(re, atan2(z.im, z.re)))
}

/// The magnitude; too large a one is a range error.
pub fn magnitude(z: Number) -> Result<f64, Trouble> {
    let size = hypot(z.re, z.im);
    if size.is_infinite() && z.is_finite() { Err(Trouble::Range) } else { Ok(size) }
}

/// The number with a magnitude and an angle.
pub fn rectangular(r: f64, phi: f64) -> Outcome {
    if r.is_finite() && phi.is_finite() {
        return Ok(if phi == 0.0 { number(r, r * phi) } else { number(r * cos(phi), r * sin(phi)) });
    }
    if phi.is_infinite() && r != 0.0 && !r.is_nan() {
        return Err(Trouble::Domain);
    }
    if r.is_infinite() && phi.is_finite() {
        let sign = 1f64.copysign(r);
        return Ok(match phi {
            0.0 => number(r, phi.copysign(phi) * sign),
            _ => number(
                (f64::INFINITY * sign).copysign(cos(phi) * sign),
                f64::INFINITY.copysign(sin(phi) * sign),
            ),
        });
    }
    Ok(match (r, phi) {
        (0.0, _) => number(0.0, 0.0),
        (_, 0.0) => number(f64::NAN, 0.0),
        _ if r.is_infinite() => number(f64::INFINITY, f64::NAN),
        _ => number(f64::NAN, f64::NAN),
    })
}
