//! Sums without rounding on the way: `fsum`, `hypot`, `dist`, `sumprod`.

use crate::math::real::{frexp, ldexp};
use taipan_runtime::thread::{Result, Thread};

/// a + b and what rounding lost of it.
#[inline]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

/// a * b and what rounding lost of it.
#[inline]
fn two_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    (product, a.mul_add(b, -product))
}

/// A sum kept exactly, as numbers of increasing size whose bits don't overlap (Shewchuk).
#[derive(Default)]
pub struct ExactSum {
    partials: Vec<f64>,
    /// Sum of the infinities and NaNs.
    special: f64,
    /// Sum of the infinities.
    infinities: f64,
}

impl ExactSum {
    /// Adds a number. An error if finite numbers overflow on the way.
    pub fn add(&mut self, thread: &mut Thread, number: f64) -> Result<()> {
        let mut x = number;
        let mut kept = 0;
        for i in 0..self.partials.len() {
            let mut y = self.partials[i];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                self.partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        self.partials.truncate(kept);
        if x.is_finite() {
            if x != 0.0 {
                self.partials.push(x);
            }
            return Ok(());
        }
        if number.is_finite() {
            return Err(thread.overflow_error("intermediate overflow in fsum"));
        }
        if number.is_infinite() {
            self.infinities += number;
        }
        self.special += number;
        self.partials.clear();
        Ok(())
    }

    /// The sum, rounded once, half to even.
    pub fn finish(self, thread: &mut Thread) -> Result<f64> {
        if self.special != 0.0 {
            // NaN compares unequal to 0 as well.
            return if self.infinities.is_nan() {
                Err(thread.value_error("-inf + inf in fsum"))
            } else {
                Ok(self.special)
            };
        }
        Ok(self.rounded())
    }

    fn rounded(&self) -> f64 {
        let mut rest = self.partials.iter().rev().copied();
        let Some(mut high) = rest.next() else { return 0.0 };
        let mut low = 0.0;
        for y in rest.by_ref() {
            let x = high;
            high = x + y;
            low = y - (high - x);
            if low != 0.0 {
                break;
            }
        }
        // A tie was rounded to even by the addition; what lies below decides otherwise when it has the tie's sign.
        if let Some(next) = rest.next()
            && (low < 0.0 && next < 0.0 || low > 0.0 && next > 0.0)
        {
            let doubled = low * 2.0;
            let x = high + doubled;
            if doubled == x - high {
                high = x;
            }
        }
        high
    }
}

/// The Euclidean length of a vector, within one rounding of exact in all but very rare cases.
pub fn length(coordinates: &mut [f64]) -> f64 {
    let (mut largest, mut found_nan) = (0f64, false);
    for x in coordinates.iter_mut() {
        *x = x.abs();
        found_nan |= x.is_nan();
        largest = largest.max(*x);
    }
    if largest.is_infinite() {
        return largest;
    }
    if found_nan {
        return f64::NAN;
    }
    if largest == 0.0 || coordinates.len() <= 1 {
        return largest;
    }
    let exponent = frexp(largest).1 as i64;
    if exponent < -1023 {
        // All are subnormal: work with their ratios to the least normal number.
        for x in coordinates.iter_mut() {
            *x /= f64::MIN_POSITIVE;
        }
        return f64::MIN_POSITIVE * length(coordinates);
    }
    let scale = ldexp(1.0, -exponent);
    let (mut sum, mut low_products, mut low_sums) = (1.0, 0.0, 0.0);
    let mut add = |a: f64, b: f64| {
        let (product, low_product) = two_product(a, b);
        let high = sum + product;
        // The running sum is at least 1 and the product below it.
        low_sums += product - (high - sum);
        low_products += low_product;
        sum = high;
        sum - 1.0 + (low_products + low_sums)
    };
    let mut squares = 0.0;
    for &x in coordinates.iter() {
        let scaled = x * scale;
        squares = add(scaled, scaled);
    }
    let root = squares.sqrt();
    // One step of Newton's method with the remainder in higher precision.
    let remainder = add(-root, root);
    (root + remainder / (2.0 * root)) / scale
}

/// A sum of products with three doubles.
#[derive(Clone, Copy, Default)]
pub struct TripleSum {
    high: f64,
    middle: f64,
    low: f64,
}

impl TripleSum {
    /// Adds a * b.
    #[inline]
    pub fn add_product(&mut self, a: f64, b: f64) {
        let (product, product_low) = two_product(a, b);
        let (high, high_low) = two_sum(self.high, product);
        let (middle, middle_low) = two_sum(self.middle, product_low);
        let (middle, carried_low) = two_sum(middle, high_low);
        self.high = high;
        self.middle = middle;
        self.low += middle_low + carried_low;
    }

    /// The sum, rounded.
    pub fn rounded(self) -> f64 {
        let (last, rest) = two_sum(self.low, self.middle);
        let (total, lost) = two_sum(self.high, last);
        total + (rest + lost)
    }

    pub fn is_finite(self) -> bool {
        self.high.is_finite() && self.middle.is_finite() && self.low.is_finite()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_summed_without_loss() {
        let mut sum = TripleSum::default();
        for _ in 0..10 {
            sum.add_product(0.1, 0.1);
        }
        assert_eq!(sum.rounded(), 0.1);
    }

    #[test]
    fn lengths_neither_overflow_nor_vanish() {
        assert_eq!(length(&mut [3.0, 4.0]), 5.0);
        // CPython gives the same last digit.
        assert_eq!(length(&mut [3e200, -4e200]), 4.9999999999999995e200);
        assert_eq!(length(&mut [3e-320, 4e-320]), 5e-320);
        assert_eq!(length(&mut [f64::NAN, f64::INFINITY]), f64::INFINITY);
    }
}
