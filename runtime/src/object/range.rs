//! [`Range`] objects.
//!
//! **Invariants.** Start, stop, step and length are exact ints (words or int objects) and never change. Step isn't zero; length is
//! the number of elements.

use crate::heap::{Header, Tracer};
use crate::layout;
use crate::object::buffer;
use crate::object::int::IntRef;
use crate::object::iterator::RangeIterator;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::operations::big_int;
use crate::thread::{Result, Thread};
use crate::value::Value;
use std::cmp::Ordering;

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

    /// The range of exact ints, of which step isn't zero.
    pub fn of_ints(start: Value, stop: Value, step: Value) -> Gc<Range> {
        let length = length_of(start, stop, step);
        Range::allocate(start, stop, step, length)
    }

    /// The range of exact ints; ValueError if the step is zero.
    pub fn new(thread: &mut Thread, start: Value, stop: Value, step: Value) -> Result<Gc<Range>> {
        if step == Value::from_small_int(0) {
            return Err(thread.value_error("range() arg 3 must not be zero"));
        }
        Ok(Range::of_ints(start, stop, step))
    }

    /// `range(start, stop, step)` of small integers; step isn't zero.
    pub fn from_small(start: i64, stop: i64, step: i64) -> Gc<Range> {
        let length = Value::from_unsigned(small_length(start, stop, step));
        let [start, stop, step] = [start, stop, step].map(Value::from_small_int);
        Range::allocate(start, stop, step, length)
    }
}

fn length_of(start: Value, stop: Value, step: Value) -> Value {
    if let (Some(start), Some(stop), Some(step)) =
        (start.as_small_int(), stop.as_small_int(), step.as_small_int())
    {
        return Value::from_unsigned(small_length(start, stop, step));
    }
    let backwards = big_int::is_negative(int(step));
    let (low, high) = if backwards { (stop, start) } else { (start, stop) };
    if big_int::compare(int(low), int(high)) != Ordering::Less {
        return Value::from_small_int(0);
    }
    let step = if backwards { big_int::negate(int(step)) } else { step };
    let span = big_int::subtract(int(high), int(low));
    let last = big_int::subtract(int(span), IntRef::Small(1));
    match big_int::floor_div_mod(int(last), int(step)) {
        Some((steps, _)) => big_int::add(int(steps), IntRef::Small(1)),
        None => Value::from_small_int(0),
    }
}

/// The integer of a value that is known to be one.
pub fn int(value: Value) -> IntRef {
    value.as_int().unwrap_or(IntRef::Small(0))
}

impl Gc<Range> {
    /// The range in machine integers, if all of its numbers and its length are small.
    #[inline]
    pub fn as_small(self) -> Option<SmallRange> {
        let (start, step, length) =
            (self.start.as_small_int()?, self.step.as_small_int()?, self.length.as_small_int()?);
        // The last number lies between start and stop, so a small stop makes all of them small.
        self.stop.as_small_int()?;
        Some(SmallRange { start, step, length })
    }

    /// The number at an index, which need not be within the length.
    pub fn element(self, index: Value) -> Value {
        if let (Some(start), Some(step), Some(index)) =
            (self.start.as_small_int(), self.step.as_small_int(), index.as_small_int())
            && let Some(offset) = step.checked_mul(index)
            && let Some(element) = start.checked_add(offset)
        {
            return Value::from_int(element);
        }
        let offset = big_int::multiply(int(self.step), int(index));
        big_int::add(int(self.start), int(offset))
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
    use crate::value::{SMALL_INT_MAX, SMALL_INT_MIN};

    #[test]
    fn lengths_agree_with_exact_arithmetic() {
        let bounds = [SMALL_INT_MIN, -7, -1, 0, 1, 2, 9, SMALL_INT_MAX];
        for start in bounds {
            for stop in bounds {
                for step in [SMALL_INT_MIN, -3, -1, 1, 2, SMALL_INT_MAX] {
                    let (a, b, s) = (start as i128, stop as i128, step as i128);
                    let expected =
                        if s > 0 { (b - a + s - 1).div_euclid(s) } else { (a - b - s - 1).div_euclid(-s) };
                    assert_eq!(small_length(start, stop, step) as i128, expected.max(0));
                }
            }
        }
    }
}
