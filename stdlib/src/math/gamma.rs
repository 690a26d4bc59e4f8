//! The gamma function and its logarithm, by Lanczos' approximation with g = 6.0246800407767296 and 13 terms.

use crate::math::real::{exp, log, pow, range_error, sin};
use std::f64::consts::PI;
use taipan_runtime::text::float_repr;
use taipan_runtime::thread::{Raised, Result, Thread};

#[allow(clippy::excessive_precision)]
const G: f64 = 6.024680040776729583740234375;

/// Numerator and denominator of the rational form of Lanczos' sum, constant term first.
#[allow(clippy::excessive_precision)]
const TERMS: [(f64, f64); 13] = [
    (23531376880.410759688572007674451636754734846804940, 0.0),
    (42919803642.649098768957899047001988850926355848959, 39916800.0),
    (35711959237.355668049440185451547166705960488635843, 120543840.0),
    (17921034426.037209699919755754458931112671403265390, 150917976.0),
    (6039542586.3520280050642916443072979210699388420708, 105258076.0),
    (1439720407.3117216736632230727949123939715485786372, 45995730.0),
    (248874557.86205415651146038641322942321632125127801, 13339535.0),
    (31426415.585400194380614231628318205362874684987640, 2637558.0),
    (2876370.6289353724412254090516208496135991145378768, 357423.0),
    (186056.26539522349504029498971604569928220784236328, 32670.0),
    (8071.6720023658162106380029022722506138218516325024, 1925.0),
    (210.82427775157934587250973392071336271166969580291, 66.0),
    (2.5066282746310002701649081771338373386264310793408, 1.0),
];

/// Lanczos' sum at a positive number; in powers of 1/x where x is large, so that nothing overflows.
fn lanczos(x: f64) -> f64 {
    let add = |(a, b): (f64, f64), (p, q): (f64, f64)| {
        if x < 5.0 { (a * x + p, b * x + q) } else { (a / x + p, b / x + q) }
    };
    let (numerator, denominator) = if x < 5.0 {
        TERMS.iter().rev().copied().fold((0.0, 0.0), add)
    } else {
        TERMS.iter().copied().fold((0.0, 0.0), add)
    };
    numerator / denominator
}

/// sin(pi x), exact where it is 0 or 1.
fn sine_of_pi(x: f64) -> f64 {
    let y = x.abs() % 2.0;
    let value = match (2.0 * y).round() as u32 {
        0 => sin(PI * y),
        1 => crate::math::real::cos(PI * (y - 0.5)),
        2 => sin(PI * (1.0 - y)),
        3 => -crate::math::real::cos(PI * (y - 1.5)),
        _ => sin(PI * (y - 2.0)),
    };
    1f64.copysign(x) * value
}

#[cold]
fn pole(thread: &mut Thread, x: f64) -> Raised {
    thread.value_error(format!("expected a noninteger or positive integer, got {}", float_repr::repr(x)))
}

/// `math.gamma`
pub fn gamma(thread: &mut Thread, x: f64) -> Result<f64> {
    if x.is_nan() || x == f64::INFINITY {
        return Ok(x);
    }
    if x == f64::NEG_INFINITY || x == 0.0 || x < 0.0 && x == x.floor() {
        return Err(pole(thread, x));
    }
    if x == x.floor() && x <= 23.0 {
        return Ok((1..x as u64).map(|i| i as f64).product());
    }
    let size = x.abs();
    let result = if size < 1e-20 {
        1.0 / x
    } else if size > 200.0 {
        if x < 0.0 { 0.0 / sine_of_pi(x) } else { f64::INFINITY }
    } else {
        by_lanczos(x)
    };
    if result.is_infinite() { Err(range_error(thread)) } else { Ok(result) }
}

fn by_lanczos(x: f64) -> f64 {
    let size = x.abs();
    let y = size + (G - 0.5);
    // What rounding took from y, for a correction of the power below.
    let lost = if size > G - 0.5 { (y - size) - (G - 0.5) } else { (y - (G - 0.5)) - size };
    let correction = lost * G / y;
    let (mut result, divide) = if x < 0.0 {
        let result = -PI / sine_of_pi(size) / size * exp(y) / lanczos(size);
        (result - correction * result, true)
    } else {
        let result = lanczos(size) / exp(y);
        (result + correction * result, false)
    };
    // The power alone could overflow; half of it, twice, doesn't.
    let (power, times) = if size < 140.0 { (pow(y, size - 0.5), 1) } else { (pow(y, size / 2.0 - 0.25), 2) };
    for _ in 0..times {
        result = if divide { result / power } else { result * power };
    }
    result
}

/// `math.lgamma`
pub fn log_gamma(thread: &mut Thread, x: f64) -> Result<f64> {
    if !x.is_finite() {
        return Ok(x.abs());
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { Err(pole(thread, x)) } else { Ok(0.0) };
    }
    let size = x.abs();
    if size < 1e-20 {
        return Ok(-log(size));
    }
    let mut result = log(lanczos(size)) - G;
    result += (size - 0.5) * (log(size + G - 0.5) - 1.0);
    if x < 0.0 {
        #[allow(clippy::excessive_precision)]
        const LOG_PI: f64 = 1.144729885849400174143427351353058711647;
        result = LOG_PI - log(sine_of_pi(size).abs()) - log(size) - result;
    }
    if result.is_infinite() { Err(range_error(thread)) } else { Ok(result) }
}
