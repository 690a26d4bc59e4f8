//! `math`: functions of real numbers, of integers, and sums.

mod gamma;
pub mod integers;
pub mod real;
mod sums;

use crate::big;
use dashu_int::{IBig, UBig};
use real::{checked, domain_error, overflowing, range_error};
use sums::{ExactSum, TripleSum, length};
use taipan_runtime::object::int::IntRef;
use taipan_runtime::object::special::Special;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::arithmetic::{BinaryOperator, binary};
use taipan_runtime::operations::convert::to_float;
use taipan_runtime::operations::iterate::for_each;
use taipan_runtime::operations::{class_of, get_iterator, index, next};
use taipan_runtime::prelude::*;

/// The module `math`.
pub struct Math;

const UNIT: &str = "a number in range from -1 up to 1";
const POSITIVE: &str = "a positive input";
const FINITE: &str = "a finite input";

/// Functions of real numbers and of integers.
#[native_module(name = "math")]
impl Math {
    /// The ratio of a circle's circumference to its diameter.
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

    /// Return the angle in radians, from 0 to pi, whose cosine is x.
    #[function("(x, /)", unboxed_finite = real::acos)]
    fn acos(thread: &mut Thread, x: f64) -> Result<f64> {
        checked(thread, x, real::acos(x), false, UNIT)
    }

    /// Return the inverse hyperbolic cosine of x.
    #[function("(x, /)", unboxed_finite = real::acosh)]
    fn acosh(thread: &mut Thread, x: f64) -> Result<f64> {
        checked(thread, x, real::acosh(x), false, "argument value not less than 1")
    }

    /// Return the angle in radians, from -pi/2 to pi/2, whose sine is x.
    #[function("(x, /)", unboxed_finite = real::asin)]
    fn asin(thread: &mut Thread, x: f64) -> Result<f64> {
        checked(thread, x, real::asin(x), false, UNIT)
    }

    /// Return the inverse hyperbolic sine of x.
    #[function("(x, /)", unboxed)]
    fn asinh(x: f64) -> f64 {
        real::asinh(x)
    }

    /// Return the angle in radians, from -pi/2 to pi/2, whose tangent is x.
    #[function("(x, /)", unboxed)]
    fn atan(x: f64) -> f64 {
        real::atan(x)
    }

    /// Return the angle in radians of the point (x, y), in the right quadrant.
    #[function("(y, x, /)", unboxed)]
    fn atan2(y: f64, x: f64) -> f64 {
        real::atan2(y, x)
    }

    /// Return the inverse hyperbolic tangent of x.
    #[function("(x, /)", unboxed_finite = real::atanh)]
    fn atanh(thread: &mut Thread, x: f64) -> Result<f64> {
        checked(thread, x, real::atanh(x), false, "a number between -1 and 1")
    }

    /// Return the cube root of x.
    #[function("(x, /)", unboxed)]
    fn cbrt(x: f64) -> f64 {
        real::cbrt(x)
    }

    /// Return the least integer that is not below x.
    #[function("(x, /)")]
    fn ceil(thread: &mut Thread, x: Value) -> Result {
        round_by(thread, x, Special::Ceil, f64::ceil)
    }

    /// Return the magnitude of x with the sign of y.
    #[function("(x, y, /)", unboxed)]
    fn copysign(x: f64, y: f64) -> f64 {
        x.copysign(y)
    }

    /// Return the cosine of x radians.
    #[function("(x, /)", unboxed_finite = real::cos)]
    fn cos(thread: &mut Thread, x: f64) -> Result<f64> {
        checked(thread, x, real::cos(x), false, FINITE)
    }

    /// Return the hyperbolic cosine of x.
    #[function("(x, /)", unboxed_finite = real::cosh)]
    fn cosh(thread: &mut Thread, x: f64) -> Result<f64> {
        overflowing(thread, x, real::cosh(x))
    }

    /// Convert an angle from radians to degrees.
    #[function("(x, /)", unboxed)]
    fn degrees(x: f64) -> f64 {
        x * (180.0 / std::f64::consts::PI)
    }

    /// Return the Euclidean distance of two points, given as sequences of coordinates.
    #[function("(p, q, /)")]
    fn dist(thread: &mut Thread, p: Value, q: Value) -> Result<f64> {
        let p = as_tuple(thread, p)?;
        let q = as_tuple(thread, q)?;
        if p.length != q.length {
            return Err(thread.value_error("both points must have the same number of dimensions"));
        }
        let mut differences = Vec::with_capacity(p.length);
        for i in 0..p.length {
            let (a, b) = (to_float(thread, p.items()[i])?, to_float(thread, q.items()[i])?);
            differences.push((a - b).abs());
        }
        Ok(length(&mut differences))
    }

    /// Return the error function at x.
    #[function("(x, /)", unboxed)]
    fn erf(x: f64) -> f64 {
        real::erf(x)
    }

    /// Return the complementary error function at x.
    #[function("(x, /)", unboxed)]
    fn erfc(x: f64) -> f64 {
        real::erfc(x)
    }

    /// Return e raised to the power of x.
    #[function("(x, /)", unboxed_finite = real::exp)]
    fn exp(thread: &mut Thread, x: f64) -> Result<f64> {
        overflowing(thread, x, real::exp(x))
    }

    /// Return 2 raised to the power of x.
    #[function("(x, /)", unboxed_finite = real::exp2)]
    fn exp2(thread: &mut Thread, x: f64) -> Result<f64> {
        overflowing(thread, x, real::exp2(x))
    }

    /// Return exp(x) - 1, without loss of precision for small x.
    #[function("(x, /)", unboxed_finite = real::expm1)]
    fn expm1(thread: &mut Thread, x: f64) -> Result<f64> {
        overflowing(thread, x, real::expm1(x))
    }

    /// Return the magnitude of x as a float.
    #[function("(x, /)", unboxed)]
    fn fabs(x: f64) -> f64 {
        x.abs()
    }

    /// Return n!, the product of the integers from 1 to n.
    #[function("(n, /)")]
    fn factorial(thread: &mut Thread, n: Value) -> Result {
        let n = big::argument(thread, n)?;
        factorial(thread, n)
    }

    /// Return the greatest integer that is not above x.
    #[function("(x, /)")]
    fn floor(thread: &mut Thread, x: Value) -> Result {
        round_by(thread, x, Special::Floor, f64::floor)
    }

    /// Return x * y + z, rounded once.
    #[function("(x, y, z, /)", unboxed_finite = real::fma)]
    fn fma(thread: &mut Thread, x: f64, y: f64, z: f64) -> Result<f64> {
        let result = real::fma(x, y, z);
        if result.is_finite() {
            return Ok(result);
        }
        if result.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
            return Err(thread.value_error("invalid operation in fma"));
        }
        if result.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
            return Err(thread.overflow_error("overflow in fma"));
        }
        Ok(result)
    }

    /// Return the remainder of x / y with the sign of x, as C's fmod does.
    #[function("(x, y, /)", unboxed_finite = real::fmod)]
    fn fmod(thread: &mut Thread, x: f64, y: f64) -> Result<f64> {
        let result = real::fmod(x, y);
        if result.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain_error(thread)) } else { Ok(result) }
    }

    /// Return the pair (m, e) with x == m * 2**e, where m is 0 or its magnitude is in [0.5, 1).
    #[function("(x, /)")]
    fn frexp(x: f64) -> Gc<Tuple> {
        let (mantissa, exponent) = real::frexp(x);
        Tuple::new(&[Value::from_float(mantissa), Value::from_small_int(i64::from(exponent))])
    }

    /// Return the sum of the numbers of an iterable, rounded only at the end.
    #[function("(seq, /)")]
    fn fsum(thread: &mut Thread, seq: Value) -> Result<f64> {
        let mut sum = ExactSum::default();
        for_each(thread, seq, |thread, item| {
            let number = to_float(thread, item)?;
            sum.add(thread, number)
        })?;
        sum.finish(thread)
    }

    /// Return the gamma function at x.
    #[function("(x, /)")]
    fn gamma(thread: &mut Thread, x: f64) -> Result<f64> {
        gamma::gamma(thread, x)
    }

    /// Return the greatest common divisor of the integers.
    #[function("(*integers)")]
    fn gcd(thread: &mut Thread, integers: &[Value]) -> Result {
        use dashu_int::ops::Gcd;
        fold_integers(thread, integers, 0, small_gcd, |a, b| match (a.is_zero(), b.is_zero()) {
            (true, _) => b,
            (_, true) => a,
            _ => a.gcd(b),
        })
    }

    /// Return the length of the vector with these coordinates.
    #[function("(*coordinates)")]
    fn hypot(thread: &mut Thread, coordinates: &[Value]) -> Result<f64> {
        let mut numbers = Vec::with_capacity(coordinates.len());
        for coordinate in coordinates {
            numbers.push(to_float(thread, *coordinate)?);
        }
        Ok(length(&mut numbers))
    }

    /// Tell whether a and b differ by no more than the greater of the absolute tolerance and of the relative one times
    /// the larger magnitude.
    #[function("(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(thread: &mut Thread, a: f64, b: f64, rel_tol: f64, abs_tol: f64) -> Result<bool> {
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return Err(thread.value_error("tolerances must be non-negative"));
        }
        if a == b {
            return Ok(true);
        }
        if a.is_infinite() || b.is_infinite() {
            return Ok(false);
        }
        let difference = (b - a).abs();
        Ok(difference <= (rel_tol * b).abs() || difference <= (rel_tol * a).abs() || difference <= abs_tol)
    }

    /// Tell whether x is neither infinite nor NaN.
    #[function("(x, /)", unboxed)]
    fn isfinite(x: f64) -> bool {
        x.is_finite()
    }

    /// Tell whether x is positive or negative infinity.
    #[function("(x, /)", unboxed)]
    fn isinf(x: f64) -> bool {
        x.is_infinite()
    }

    /// Tell whether x is NaN.
    #[function("(x, /)", unboxed)]
    fn isnan(x: f64) -> bool {
        x.is_nan()
    }

    /// Return the integer part of the square root of a nonnegative integer.
    #[function("(n, /)")]
    fn isqrt(thread: &mut Thread, n: Value) -> Result {
        let n = big::argument(thread, n)?;
        match UBig::try_from(n) {
            Ok(n) => Ok(big::from_unsigned(&integers::square_root(&n))),
            Err(_) => Err(thread.value_error("isqrt() argument must be nonnegative")),
        }
    }

    /// Return the least common multiple of the integers.
    #[function("(*integers)")]
    fn lcm(thread: &mut Thread, integers: &[Value]) -> Result {
        use dashu_int::ops::Gcd;
        fold_integers(thread, integers, 1, small_lcm, |a, b| {
            if a.is_zero() || b.is_zero() { UBig::ZERO } else { &a / (&a).gcd(&b) * b }
        })
    }

    /// Return x * 2**i.
    #[function("(x, i, /)")]
    fn ldexp(thread: &mut Thread, x: f64, i: Value) -> Result<f64> {
        let exponent = match i.as_int_or_bool() {
            Some(IntRef::Small(small)) => small,
            Some(IntRef::Big { negative: true, .. }) => i64::MIN,
            Some(IntRef::Big { .. }) => i64::MAX,
            None => return Err(thread.type_error("Expected an int as second argument to ldexp.")),
        };
        let result = real::ldexp(x, exponent);
        if result.is_infinite() && x.is_finite() { Err(range_error(thread)) } else { Ok(result) }
    }

    /// Return the natural logarithm of the gamma function's magnitude at x.
    #[function("(x, /)")]
    fn lgamma(thread: &mut Thread, x: f64) -> Result<f64> {
        gamma::log_gamma(thread, x)
    }

    /// log(x, [base=math.e])
    /// Return the logarithm of x to the given base, the natural one without.
    #[function("(x, base=None, /)", hidden)]
    fn log(thread: &mut Thread, x: Value, base: Option<Value>) -> Result {
        let numerator = logarithm(thread, x, |x| real::log(x))?;
        let Some(base) = base else { return Ok(Value::from_float(numerator)) };
        let denominator = logarithm(thread, base, |x| real::log(x))?;
        binary(
            thread,
            BinaryOperator::TrueDivide,
            Value::from_float(numerator),
            Value::from_float(denominator),
        )
    }

    /// Return the logarithm of x to the base 10.
    #[function("(x, /)")]
    fn log10(thread: &mut Thread, x: Value) -> Result<f64> {
        logarithm(thread, x, |x| real::log10(x))
    }

    /// Return the natural logarithm of 1 + x, without loss of precision for small x.
    #[function("(x, /)", unboxed_finite = real::log1p)]
    fn log1p(thread: &mut Thread, x: f64) -> Result<f64> {
        checked(thread, x, real::log1p(x), false, "argument value > -1")
    }

    /// Return the logarithm of x to the base 2.
    #[function("(x, /)")]
    fn log2(thread: &mut Thread, x: Value) -> Result<f64> {
        logarithm(thread, x, |x| real::log2(x))
    }

    /// Return the fractional and the integral part of x, both with the sign of x, as floats.
    #[function("(x, /)")]
    fn modf(x: f64) -> Gc<Tuple> {
        let (fraction, whole) = match x {
            _ if x.is_infinite() => (0f64.copysign(x), x),
            _ if x.is_nan() => (x, x),
            _ => ((x - x.trunc()).copysign(x), x.trunc()),
        };
        Tuple::new(&[Value::from_float(fraction), Value::from_float(whole)])
    }

    /// Return the float the given number of steps (1 if not given) from x towards y.
    #[function("(x, y, /, *, steps=None)")]
    fn nextafter(thread: &mut Thread, x: f64, y: f64, steps: Value) -> Result<f64> {
        if steps.is_none() {
            return Ok(real::nextafter(x, y));
        }
        let steps = index(thread, steps)?;
        let steps = match steps.as_int_or_bool() {
            Some(IntRef::Small(small)) => u64::try_from(small).ok(),
            Some(IntRef::Big { negative: false, limbs: [limb] }) => Some(*limb),
            Some(IntRef::Big { negative: false, .. }) => Some(u64::MAX),
            _ => None,
        };
        match steps {
            Some(steps) => Ok(real::next_after(x, y, steps)),
            None => Err(thread.value_error("steps must be a non-negative integer")),
        }
    }

    /// Return the number of ways to choose and arrange k of n items; without k, n!.
    #[function("(n, k=None, /)")]
    fn perm(thread: &mut Thread, n: Value, k: Value) -> Result {
        let n = big::argument(thread, n)?;
        if k.is_none() {
            return factorial(thread, n);
        }
        let k = big::argument(thread, k)?;
        let (n, k) = natural_numbers(thread, n, k)?;
        if n < k {
            return Ok(Value::from_small_int(0));
        }
        match count(&k) {
            Some(k) => Ok(big::from_unsigned(&integers::falling_product(&n, k))),
            None => Err(thread.overflow_error(format!("k must not exceed {}", i64::MAX))),
        }
    }

    /// Return the number of ways to choose k of n items, whatever their order.
    #[function("(n, k, /)")]
    fn comb(thread: &mut Thread, n: Value, k: Value) -> Result {
        let n = big::argument(thread, n)?;
        let k = big::argument(thread, k)?;
        let (n, k) = natural_numbers(thread, n, k)?;
        if n < k {
            return Ok(Value::from_small_int(0));
        }
        let rest = &n - &k;
        match count(if k < rest { &k } else { &rest }) {
            Some(k) => Ok(big::from_unsigned(&integers::binomial(&n, k))),
            None => Err(thread.overflow_error(format!("min(n - k, k) must not exceed {}", i64::MAX))),
        }
    }

    /// Return x raised to the power of y, as a float.
    #[function("(x, y, /)", unboxed_finite = real::pow)]
    fn pow(thread: &mut Thread, x: f64, y: f64) -> Result<f64> {
        real::power(thread, x, y)
    }

    /// Return the product of start and the items of an iterable.
    #[function("(iterable, /, *, start=1)")]
    fn prod(thread: &mut Thread, iterable: Value, start: Value) -> Result {
        let mut product = start;
        for_each(thread, iterable, |thread, item| {
            product = binary(thread, BinaryOperator::Multiply, product, item)?;
            Ok(())
        })?;
        Ok(product)
    }

    /// Convert an angle from degrees to radians.
    #[function("(x, /)", unboxed)]
    fn radians(x: f64) -> f64 {
        x * (std::f64::consts::PI / 180.0)
    }

    /// Return x - n*y, where n is the integer nearest to x / y, the even one of two.
    #[function("(x, y, /)", unboxed_finite = real::remainder)]
    fn remainder(thread: &mut Thread, x: f64, y: f64) -> Result<f64> {
        let result = real::remainder(x, y);
        if result.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain_error(thread)) } else { Ok(result) }
    }

    /// Return the sine of x radians.
    #[function("(x, /)", unboxed_finite = real::sin)]
    fn sin(thread: &mut Thread, x: f64) -> Result<f64> {
        checked(thread, x, real::sin(x), false, FINITE)
    }

    /// Return the hyperbolic sine of x.
    #[function("(x, /)", unboxed_finite = real::sinh)]
    fn sinh(thread: &mut Thread, x: f64) -> Result<f64> {
        overflowing(thread, x, real::sinh(x))
    }

    /// Return the square root of x.
    #[function("(x, /)", unboxed_finite = f64::sqrt)]
    fn sqrt(thread: &mut Thread, x: f64) -> Result<f64> {
        checked(thread, x, x.sqrt(), false, "a nonnegative input")
    }

    /// Return the sum of the products of corresponding items of two iterables of the same length.
    #[function("(p, q, /)")]
    fn sumprod(thread: &mut Thread, p: Value, q: Value) -> Result {
        sum_of_products(thread, p, q)
    }

    /// Return the tangent of x radians.
    #[function("(x, /)", unboxed_finite = real::tan)]
    fn tan(thread: &mut Thread, x: f64) -> Result<f64> {
        checked(thread, x, real::tan(x), false, FINITE)
    }

    /// Return the hyperbolic tangent of x.
    #[function("(x, /)", unboxed)]
    fn tanh(x: f64) -> f64 {
        real::tanh(x)
    }

    /// Return the integer next to x towards 0.
    #[function("(x, /)")]
    fn trunc(thread: &mut Thread, x: Value) -> Result {
        if class_of(x) == types().float
            && let Some(float) = x.as_float()
        {
            return whole_number(thread, float.trunc());
        }
        match thread.call_special(x, Special::Trunc, &[])? {
            Some(whole) => Ok(whole),
            None => {
                let class = taipan_runtime::native::type_name(x);
                Err(thread.type_error(format!("type {class} doesn't define __trunc__ method")))
            }
        }
    }

    /// Return the value of the least significant bit of x.
    #[function("(x, /)", unboxed)]
    fn ulp(x: f64) -> f64 {
        real::ulp(x)
    }
}

/// A float without fraction as an int; infinities and NaN raise.
fn whole_number(thread: &mut Thread, float: f64) -> Result {
    if float.is_nan() {
        return Err(thread.value_error("cannot convert float NaN to integer"));
    }
    if float.is_infinite() {
        return Err(thread.overflow_error("cannot convert float infinity to integer"));
    }
    Ok(taipan_runtime::operations::big_int::value_from_float(float))
}

/// `floor` and `ceil`: floats directly, others by their special method, else by their float.
fn round_by(thread: &mut Thread, x: Value, special: Special, round: fn(f64) -> f64) -> Result {
    if class_of(x) != types().float
        && let Some(rounded) = thread.call_special(x, special, &[])?
    {
        return Ok(rounded);
    }
    let float = to_float(thread, x)?;
    whole_number(thread, round(float))
}

fn as_tuple(thread: &mut Thread, sequence: Value) -> Result<Gc<Tuple>> {
    if let Some(tuple) = sequence.downcast::<Tuple>() {
        return Ok(tuple);
    }
    let items = taipan_runtime::operations::iterate::collect(thread, sequence)?;
    Ok(Tuple::new(&items))
}

/// A logarithm of a number, also of integers beyond the range of floats.
fn logarithm(thread: &mut Thread, x: Value, function: fn(f64) -> f64) -> Result<f64> {
    if x.as_int_or_bool().is_none() {
        let x = to_float(thread, x)?;
        return checked(thread, x, function(x), false, POSITIVE);
    }
    let number = big::argument(thread, x)?;
    match UBig::try_from(number) {
        Ok(number) if !number.is_zero() => {
            let (mantissa, exponent) = big::split_exponent(&number);
            if exponent <= 1024 && real::ldexp(mantissa, exponent).is_finite() {
                return Ok(function(real::ldexp(mantissa, exponent)));
            }
            Ok(function(mantissa) + function(2.0) * exponent as f64)
        }
        _ => Err(thread.value_error(format!("expected {POSITIVE}"))),
    }
}

fn factorial(thread: &mut Thread, n: IBig) -> Result {
    let Ok(n) = UBig::try_from(n) else {
        return Err(thread.value_error("factorial() not defined for negative values"));
    };
    match count(&n) {
        Some(n) => Ok(big::from_unsigned(&integers::factorial(n))),
        None => Err(thread.overflow_error(format!("factorial() argument should not exceed {}", i64::MAX))),
    }
}

/// A number that fits in a C long.
fn count(number: &UBig) -> Option<u64> {
    u64::try_from(number).ok().filter(|n| *n <= i64::MAX as u64)
}

fn natural_numbers(thread: &mut Thread, n: IBig, k: IBig) -> Result<(UBig, UBig)> {
    let Ok(n) = UBig::try_from(n) else { return Err(thread.value_error("n must be a non-negative integer")) };
    let Ok(k) = UBig::try_from(k) else { return Err(thread.value_error("k must be a non-negative integer")) };
    Ok((n, k))
}

/// Combines the magnitudes of integers, in machine words as long as they fit.
fn fold_integers(
    thread: &mut Thread,
    integers: &[Value],
    start: u64,
    small: fn(u64, u64) -> Option<u64>,
    large: fn(UBig, UBig) -> UBig,
) -> Result {
    let mut total: std::result::Result<u64, UBig> = Ok(start);
    for &integer in integers {
        let int = index(thread, integer)?;
        let word = int.as_small_int().map(i64::unsigned_abs);
        if let (Ok(so_far), Some(word)) = (&total, word)
            && let Some(combined) = small(*so_far, word)
        {
            total = Ok(combined);
            continue;
        }
        let (_, magnitude) = big::argument(thread, int)?.into_parts();
        let so_far = match total {
            Ok(word) => UBig::from(word),
            Err(number) => number,
        };
        total = Err(large(so_far, magnitude));
    }
    Ok(match total {
        Ok(word) => Value::from_unsigned(word),
        Err(big) => big::from_unsigned(&big),
    })
}

fn small_gcd(mut a: u64, mut b: u64) -> Option<u64> {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    Some(a)
}

fn small_lcm(a: u64, b: u64) -> Option<u64> {
    match small_gcd(a, b) {
        Some(0) | None => Some(0),
        Some(divisor) => (a / divisor).checked_mul(b),
    }
}

/// How far `sumprod` got: in machine integers, in extended floats, or with the operators.
struct ProductSum {
    /// Sum of what the operators did.
    total: Value,
    ints: i64,
    floats: TripleSum,
    has_floats: bool,
}

impl ProductSum {
    /// Adds a product the fast way, if the operands allow.
    fn add_fast(&mut self, p: Value, q: Value) -> bool {
        if let (Some(a), Some(b)) = (exact_small(p), exact_small(q)) {
            let sum = a.checked_mul(b).and_then(|product| self.ints.checked_add(product));
            return match sum {
                Some(sum) => {
                    self.ints = sum;
                    true
                }
                None => false,
            };
        }
        if class_of(p) != types().float && class_of(q) != types().float {
            return false;
        }
        let (Some(a), Some(b)) = (exact_number(p), exact_number(q)) else { return false };
        let mut sum = self.floats;
        sum.add_product(a, b);
        if sum.is_finite() {
            self.floats = sum;
            self.has_floats = true;
        }
        sum.is_finite()
    }

    /// Puts the fast sums into the total.
    fn settle(&mut self, thread: &mut Thread) -> Result<()> {
        if self.ints != 0 {
            self.total = binary(thread, BinaryOperator::Add, self.total, Value::from_int(self.ints))?;
            self.ints = 0;
        }
        if self.has_floats {
            let float = Value::from_float(self.floats.rounded());
            self.total = binary(thread, BinaryOperator::Add, self.total, float)?;
            self.floats = TripleSum::default();
            self.has_floats = false;
        }
        Ok(())
    }
}

/// An exact int that fits in a word.
fn exact_small(value: Value) -> Option<i64> {
    if class_of(value) == types().int { value.as_small_int() } else { None }
}

/// A float, or an int or bool that a float can stand for beside one.
fn exact_number(value: Value) -> Option<f64> {
    let class = class_of(value);
    if class == types().float {
        return value.as_float();
    }
    match value.as_int_or_bool() {
        Some(IntRef::Small(small)) if class == types().int || class == types().bool => Some(small as f64),
        _ => None,
    }
}

fn sum_of_products(thread: &mut Thread, p: Value, q: Value) -> Result {
    let p = get_iterator(thread, p)?;
    let q = get_iterator(thread, q)?;
    let mut sum = ProductSum {
        total: Value::from_small_int(0),
        ints: 0,
        floats: TripleSum::default(),
        has_floats: false,
    };
    loop {
        let (a, b) = match (next(thread, p)?, next(thread, q)?) {
            (Some(a), Some(b)) => (a, b),
            (None, None) => break,
            _ => return Err(thread.value_error("Inputs are not the same length")),
        };
        if !sum.add_fast(a, b) {
            sum.settle(thread)?;
            let product = binary(thread, BinaryOperator::Multiply, a, b)?;
            sum.total = binary(thread, BinaryOperator::Add, sum.total, product)?;
        }
    }
    sum.settle(thread)?;
    Ok(sum.total)
}
