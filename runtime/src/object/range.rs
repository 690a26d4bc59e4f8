//! [`Range`] objects.
//!
//! **Invariants.** Start, stop, step and length are exact ints (words or int objects) and never change. Step isn't zero; length is
//! the number of elements.

use crate::heap::{Header, Tracer};
use crate::layout;
use crate::object::buffer;
use crate::object::iterator::RangeIterator;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::operations::arithmetic;
use crate::operations::compare::less;
use crate::thread::{Result, Thread};
use crate::value::{SMALL_INT_MAX, SMALL_INT_MIN, Value};

/// A range.
#[repr(C)]
pub struct Range {
    pub header: Header,
    pub start: Value,
    pub stop: Value,
    pub step: Value,
    pub length: Value,
}

layout!(Range, ObjectKind::Range, "range");

/// Visits a range's values.
///
/// # Safety
/// `object` is a live range.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    let range: Gc<Range> = Gc::from_header(object);
    for value in [range.start, range.stop, range.step, range.length] {
        tracer.value(value.0);
    }
}

/// A range whose bounds, step, numbers and length are small integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmallRange {
    pub start: i64,
    pub step: i64,
    pub length: i64,
}

/// Number of elements of `range(start, stop, step)`.
pub fn small_length(start: i64, stop: i64, step: i64) -> u64 {
    let (low, high) = if step > 0 { (start, stop) } else { (stop, start) };
    if low >= high { 0 } else { high.wrapping_sub(low).wrapping_sub(1) as u64 / step.unsigned_abs() + 1 }
}

impl Range {
    fn allocate(start: Value, stop: Value, step: Value, length: Value) -> Gc<Range> {
        let mut range: Gc<Range> = buffer::allocate(crate::types().range.root_shape, size_of::<Range>());
        range.start = start;
        range.stop = stop;
        range.step = step;
        range.length = length;
        range
    }

    /// The range of exact ints; ValueError if the step is zero.
    pub fn new(thread: &mut Thread, start: Value, stop: Value, step: Value) -> Result<Gc<Range>> {
        if step == Value::from_small_int(0) {
            return Err(thread.value_error("range() arg 3 must not be zero"));
        }
        let length = length_of(thread, start, stop, step)?;
        Ok(Range::allocate(start, stop, step, length))
    }

    /// `range(start, stop, step)` of small integers; step isn't zero.
    pub fn from_small(start: i64, stop: i64, step: i64) -> Gc<Range> {
        let length = Value::from_unsigned(small_length(start, stop, step));
        let [start, stop, step] = [start, stop, step].map(Value::from_small_int);
        Range::allocate(start, stop, step, length)
    }
}

fn length_of(thread: &mut Thread, start: Value, stop: Value, step: Value) -> Result<Value> {
    if let (Some(start), Some(stop), Some(step)) = (start.as_small_int(), stop.as_small_int(), step.as_small_int()) {
        return Ok(Value::from_unsigned(small_length(start, stop, step)));
    }
    let zero = Value::from_small_int(0);
    let backwards = less(thread, step, zero)?;
    let (low, high) = if backwards { (stop, start) } else { (start, stop) };
    if !less(thread, low, high)? {
        return Ok(zero);
    }
    let step = if backwards { arithmetic::negative(thread, step)? } else { step };
    let one = Value::from_small_int(1);
    let span = arithmetic::subtract(thread, high, low)?;
    let span = arithmetic::subtract(thread, span, one)?;
    let steps = arithmetic::floor_divide(thread, span, step)?;
    arithmetic::add(thread, steps, one)
}

impl Gc<Range> {
    /// The range in machine integers, if all of its numbers and its length are small.
    #[inline]
    pub fn as_small(self) -> Option<SmallRange> {
        let (start, step, length) = (self.start.as_small_int()?, self.step.as_small_int()?, self.length.as_small_int()?);
        // The last number lies between start and stop, so a small stop makes all of them small.
        self.stop.as_small_int()?;
        Some(SmallRange { start, step, length })
    }

    /// The element at an index that is an exact int within the length (or any int, for computing bounds).
    pub fn element(self, thread: &mut Thread, index: Value) -> Result<Value> {
        if let (Some(start), Some(step), Some(index)) =
            (self.start.as_small_int(), self.step.as_small_int(), index.as_small_int())
            && let Some(offset) = step.checked_mul(index)
            && let Some(element) = start.checked_add(offset)
            && (SMALL_INT_MIN..=SMALL_INT_MAX).contains(&element)
        {
            return Ok(Value::from_small_int(element));
        }
        let offset = arithmetic::multiply(thread, self.step, index)?;
        arithmetic::add(thread, self.start, offset)
    }

    /// The iterator that compiled code knows, if all the numbers are small.
    #[inline]
    pub fn small_iterator(self) -> Option<Gc<RangeIterator>> {
        let SmallRange { start, step, length } = self.as_small()?;
        Some(RangeIterator::new(start, step, length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_agree_with_exact_arithmetic() {
        let bounds = [SMALL_INT_MIN, -7, -1, 0, 1, 2, 9, SMALL_INT_MAX];
        for start in bounds {
            for stop in bounds {
                for step in [SMALL_INT_MIN, -3, -1, 1, 2, SMALL_INT_MAX] {
                    let (a, b, s) = (start as i128, stop as i128, step as i128);
                    let expected = if s > 0 { (b - a + s - 1).div_euclid(s) } else { (a - b - s - 1).div_euclid(-s) };
                    assert_eq!(small_length(start, stop, step) as i128, expected.max(0));
                }
            }
        }
    }
}
