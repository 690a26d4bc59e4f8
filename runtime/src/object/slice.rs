//! [`Slice`] objects, and what they mean for a sequence of known length.

use crate::heap::{Header, Tracer};
use crate::layout;
use crate::object::buffer;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::object::special::Special;
use crate::operations;
use crate::thread::{Result, Thread};
use crate::value::Value;

/// A slice object.
#[repr(C)]
pub struct Slice {
    pub header: Header,
    pub start: Value,
    pub stop: Value,
    pub step: Value,
}

layout!(Slice, ObjectKind::Slice, "slice");

/// Visits a slice's values.
///
/// # Safety
/// `object` is a live slice.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    let slice: Gc<Slice> = Gc::from_header(object);
    for value in [slice.start, slice.stop, slice.step] {
        tracer.value(value.0);
    }
}

/// Which items of a sequence a slice takes: `length` of them, from `start` on, each `step` behind the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceIndices {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
    pub length: usize,
}

impl SliceIndices {
    /// Clamps the bounds to a sequence of `length` items. `step` isn't 0.
    pub fn clamp(start: i64, stop: i64, step: i64, length: usize) -> SliceIndices {
        let length = length as i64;
        let clamp = |bound: i64| {
            if bound < 0 {
                let bound = bound.saturating_add(length);
                if bound >= 0 {
                    bound
                } else if step < 0 {
                    -1
                } else {
                    0
                }
            } else if bound >= length {
                if step < 0 { length - 1 } else { length }
            } else {
                bound
            }
        };
        let (start, stop) = (clamp(start), clamp(stop));
        let count = match step < 0 {
            true if stop < start => (start - stop - 1) / -step + 1,
            false if start < stop => (stop - start - 1) / step + 1,
            _ => 0,
        };
        SliceIndices { start, stop, step, length: count as usize }
    }
}

/// A bound or step as a machine integer, clamped: None (as None), or something with `__index__`.
fn evaluate(thread: &mut Thread, value: Value) -> Result<Option<i64>> {
    if value.is_none() {
        return Ok(None);
    }
    if let Some(i) = value.as_small_int() {
        return Ok(Some(i));
    }
    if value.as_int_or_bool().is_none()
        && operations::class_of(value).special(Special::Index).is_none_or(Value::is_none)
    {
        return Err(thread.type_error("slice indices must be integers or None or have an __index__ method"));
    }
    operations::convert::index_clamped(thread, value).map(Some)
}

impl Slice {
    /// A slice object.
    pub fn new(start: Value, stop: Value, step: Value) -> Gc<Slice> {
        let mut slice: Gc<Slice> = buffer::allocate(crate::types().slice.root_shape, size_of::<Slice>());
        slice.start = start;
        slice.stop = stop;
        slice.step = step;
        slice.write_barrier();
        slice
    }

    /// The bounds `start:stop` with a step of 1 for a sequence of `length` items, as the BINARY_SLICE instruction means them.
    pub fn simple_bounds(
        thread: &mut Thread,
        start: Value,
        stop: Value,
        length: usize,
    ) -> Result<(usize, usize)> {
        let start = evaluate(thread, start)?.unwrap_or(0);
        let stop = evaluate(thread, stop)?.unwrap_or(i64::MAX);
        let indices = SliceIndices::clamp(start, stop, 1, length);
        Ok((indices.start as usize, indices.start as usize + indices.length))
    }
}

impl Gc<Slice> {
    /// Start, stop and step as machine integers, before they meet a length.
    pub fn unpack(self, thread: &mut Thread) -> Result<(i64, i64, i64)> {
        let step = match evaluate(thread, self.step)? {
            None => 1,
            Some(0) => return Err(thread.value_error("slice step cannot be zero")),
            // So that the step can be negated.
            Some(step) => step.max(-i64::MAX),
        };
        let start = match evaluate(thread, self.start)? {
            None if step < 0 => i64::MAX,
            None => 0,
            Some(start) => start,
        };
        let stop = match evaluate(thread, self.stop)? {
            None if step < 0 => i64::MIN,
            None => i64::MAX,
            Some(stop) => stop,
        };
        Ok((start, stop, step))
    }

    /// What the slice takes from a sequence of `length` items. Where `__index__` may change the length, use [`Gc::unpack`] first.
    pub fn indices(self, thread: &mut Thread, length: usize) -> Result<SliceIndices> {
        let (start, stop, step) = self.unpack(thread)?;
        Ok(SliceIndices::clamp(start, stop, step, length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_clamped_as_a_walk_over_the_indices_says() {
        let bounds = [i64::MIN, -8, -5, -4, -1, 0, 1, 3, 4, 5, 9, i64::MAX];
        for length in [0usize, 1, 4, 5] {
            for step in [-i64::MAX, -3, -1, 1, 2, i64::MAX] {
                for start in bounds {
                    for stop in bounds {
                        let SliceIndices { start: first, stop: end, step, length: count } =
                            SliceIndices::clamp(start, stop, step, length);
                        let mut walked = 0;
                        let mut at = first as i128;
                        while if step < 0 { at > end as i128 } else { at < end as i128 } {
                            assert!((0..length as i128).contains(&at));
                            walked += 1;
                            at += step as i128;
                        }
                        assert_eq!(walked, count);
                    }
                }
            }
        }
    }
}
