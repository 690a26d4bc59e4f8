//! The iterators that the interpreter and compiled code know: over lists, tuples, and ranges of small integers; and the one over
//! anything with `__getitem__`. The others are in [`crate::builtins`].
//!
//! **Invariants.** A finished list or tuple iterator has NULL for its sequence, and stays finished. A range iterator's `remaining` values
//! `next, next + step, ...` are all small integers.

use crate::heap::{Header, Tracer};
use crate::object::buffer;
use crate::object::kind::ObjectKind;
use crate::object::list::List;
use crate::object::native_object::{self, NativeHead};
use crate::object::pointer::Gc;
use crate::object::tuple::Tuple;
use crate::value::Value;
use crate::{layout, native_layout};

/// Iterator over a list.
#[repr(C)]
pub struct ListIterator {
    pub header: Header,
    /// The list, NULL when finished.
    pub list: Value,
    pub index: usize,
}

layout!(ListIterator, ObjectKind::ListIterator, "list_iterator");

/// Iterator over a tuple.
#[repr(C)]
pub struct TupleIterator {
    pub header: Header,
    /// The tuple, NULL when finished.
    pub tuple: Value,
    pub index: usize,
}

layout!(TupleIterator, ObjectKind::TupleIterator, "tuple_iterator");

/// Iterator over a range whose numbers are all small integers.
#[repr(C)]
pub struct RangeIterator {
    pub header: Header,
    pub next: i64,
    pub step: i64,
    pub remaining: i64,
}

layout!(RangeIterator, ObjectKind::RangeIterator, "range_iterator");

/// Iterator over an object with `__getitem__` but without `__iter__`.
#[repr(C)]
pub struct SequenceIterator {
    pub head: NativeHead,
    /// The object, NULL when finished.
    pub sequence: Value,
    pub index: i64,
}

native_layout!(SequenceIterator, "iterator", |this, tracer| tracer.value(this.sequence.0));

/// Visits a list iterator's list.
///
/// # Safety
/// `object` is a live list iterator.
pub unsafe fn trace_list_iterator(object: *mut Header, tracer: &mut Tracer) {
    let iterator: Gc<ListIterator> = Gc::from_header(object);
    tracer.value(iterator.list.0);
}

/// Visits a tuple iterator's tuple.
///
/// # Safety
/// `object` is a live tuple iterator.
pub unsafe fn trace_tuple_iterator(object: *mut Header, tracer: &mut Tracer) {
    let iterator: Gc<TupleIterator> = Gc::from_header(object);
    tracer.value(iterator.tuple.0);
}

/// A range iterator holds no values.
///
/// # Safety
/// None is needed.
pub unsafe fn trace_range_iterator(_: *mut Header, _: &mut Tracer) {}

impl ListIterator {
    #[inline]
    pub fn new(list: Gc<List>) -> Gc<ListIterator> {
        let mut iterator: Gc<ListIterator> =
            buffer::allocate(crate::types().list_iterator.root_shape, size_of::<ListIterator>());
        iterator.list = list.value();
        iterator
    }
}

impl Gc<ListIterator> {
    /// The next item, `None` at the end.
    #[inline(always)]
    pub fn advance(mut self) -> Option<Value> {
        if self.list.is_null() {
            return None;
        }
        let list: Gc<List> = self.list.cast();
        match list.get(self.index) {
            Some(item) => {
                self.index += 1;
                Some(item)
            }
            None => {
                self.list = Value::NULL;
                None
            }
        }
    }
}

impl TupleIterator {
    #[inline]
    pub fn new(tuple: Gc<Tuple>) -> Gc<TupleIterator> {
        let mut iterator: Gc<TupleIterator> =
            buffer::allocate(crate::types().tuple_iterator.root_shape, size_of::<TupleIterator>());
        iterator.tuple = tuple.value();
        iterator
    }
}

impl Gc<TupleIterator> {
    /// The next item, `None` at the end.
    #[inline(always)]
    pub fn advance(mut self) -> Option<Value> {
        if self.tuple.is_null() {
            return None;
        }
        let tuple: Gc<Tuple> = self.tuple.cast();
        match tuple.get(self.index) {
            Some(item) => {
                self.index += 1;
                Some(item)
            }
            None => {
                self.tuple = Value::NULL;
                None
            }
        }
    }
}

impl SequenceIterator {
    pub fn new(sequence: Value) -> Gc<SequenceIterator> {
        let class = crate::types().sequence_iterator;
        native_object::new(class, SequenceIterator { head: NativeHead::empty(), sequence, index: 0 })
    }
}

impl RangeIterator {
    /// The caller sees to it that all the numbers are small integers.
    #[inline]
    pub fn new(start: i64, step: i64, length: i64) -> Gc<RangeIterator> {
        let mut iterator: Gc<RangeIterator> =
            buffer::allocate(crate::types().range_iterator.root_shape, size_of::<RangeIterator>());
        iterator.next = start;
        iterator.step = step;
        iterator.remaining = length;
        iterator
    }
}

impl Gc<RangeIterator> {
    /// The next number, `None` at the end.
    #[inline(always)]
    pub fn advance(mut self) -> Option<Value> {
        if self.remaining <= 0 {
            return None;
        }
        self.remaining -= 1;
        let number = self.next;
        // Behind the last number this may leave the range of small integers, or wrap.
        self.next = number.wrapping_add(self.step);
        Some(Value::from_small_int(number))
    }
}
