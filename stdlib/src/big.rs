//! Python integers as `dashu-int` numbers, for the functions that need more than the operators do.

use dashu_int::ops::BitTest;
use dashu_int::{IBig, UBig};
use taipan_runtime::operations::big_int;
use taipan_runtime::operations::index;
use taipan_runtime::thread::{Result, Thread};
use taipan_runtime::value::Value;

pub use taipan_runtime::operations::big_int::from_ibig;

/// An argument's integer, through `__index__`.
pub fn argument(thread: &mut Thread, value: Value) -> Result<IBig> {
    let value = index(thread, value)?;
    // `index` gives ints only.
    Ok(value.as_int_or_bool().map_or(IBig::ZERO, big_int::to_ibig))
}

/// The Python int of a number that isn't negative.
pub fn from_unsigned(number: &UBig) -> Value {
    Value::from_limbs(false, number.as_words())
}

/// A positive number as a mantissa in [0.5, 1), rounded half to even, and a power of two.
pub fn split_exponent(number: &UBig) -> (f64, i64) {
    let bits = number.bit_len();
    let shift = bits.saturating_sub(64);
    let mut top = u64::try_from(&(number >> shift)).unwrap_or(u64::MAX);
    // Of what is cut off it matters only whether it is there: the lowest of 64 bits is far below a double's last.
    if number.trailing_zeros().is_some_and(|zeros| zeros < shift) {
        top |= 1;
    }
    let (mantissa, exponent) = crate::math::real::frexp(top as f64);
    (mantissa, i64::from(exponent) + shift as i64)
}
