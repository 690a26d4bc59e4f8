//! [`ValueBuffer`]: a run of values that belongs to another object, such as a list's items.
//!
//! **Invariants.** Every word of a buffer is a value or [`Value::NULL`]; what lies behind the owner's length is NULL, so that a buffer
//! keeps nothing alive that its owner doesn't hold. A store of values is followed by a write barrier on the *buffer*. A slice into
//! a buffer must not live across anything that may replace or change it, that is across any Python code.

use crate::heap::{Header, Tracer, heap, write_barrier_slot};
use crate::layout;
use crate::object::kind::{Layout, ObjectKind};
use crate::object::pointer::Gc;
use crate::object::shape::ShapeId;
use crate::thread::{Result, Thread};
use crate::value::Value;
use std::mem::offset_of;

/// A run of values owned by another object.
#[repr(C)]
pub struct ValueBuffer {
    pub header: Header,
    /// Number of words in `values`.
    pub capacity: usize,
    values: [Value; 0],
}

layout!(ValueBuffer, ObjectKind::ValueBuffer, "value buffer");

/// Offset of a buffer's first value.
pub const BUFFER_VALUES_OFFSET: usize = offset_of!(ValueBuffer, values);

/// Most values that a buffer may have: larger sizes don't fit the address space.
pub const MAXIMUM_CAPACITY: usize = 1 << 43;

/// Allocates a zeroed object of a layout.
#[inline]
pub fn allocate<T: Layout>(shape: ShapeId, bytes: usize) -> Gc<T> {
    Gc::from_header(heap().alloc(T::KIND as u8, shape, bytes))
}

/// As [`allocate`]; MemoryError when there isn't enough memory.
pub fn try_allocate<T: Layout>(thread: &mut Thread, shape: ShapeId, bytes: usize) -> Result<Gc<T>> {
    match heap().alloc_fallible(T::KIND as u8, shape, bytes) {
        Some(header) => Ok(Gc::from_header(header)),
        None => Err(thread.memory_error("")),
    }
}

/// Visits a buffer's values.
///
/// # Safety
/// `object` is a live value buffer.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    let buffer: Gc<ValueBuffer> = Gc::from_header(object);
    for value in buffer.values() {
        tracer.value(value.0);
    }
}

impl ValueBuffer {
    /// Bytes of a buffer of `capacity` values.
    pub fn bytes(capacity: usize) -> usize {
        BUFFER_VALUES_OFFSET + capacity * size_of::<Value>()
    }

    /// A buffer of NULLs.
    pub fn allocate(capacity: usize) -> Gc<ValueBuffer> {
        let mut buffer: Gc<ValueBuffer> = allocate(0, ValueBuffer::bytes(capacity));
        buffer.capacity = capacity;
        buffer
    }

    /// As [`ValueBuffer::allocate`]; MemoryError when there isn't enough memory.
    pub fn try_allocate(thread: &mut Thread, capacity: usize) -> Result<Gc<ValueBuffer>> {
        if capacity > MAXIMUM_CAPACITY {
            return Err(thread.memory_error(""));
        }
        let mut buffer: Gc<ValueBuffer> = try_allocate(thread, 0, ValueBuffer::bytes(capacity))?;
        buffer.capacity = capacity;
        Ok(buffer)
    }
}

impl Gc<ValueBuffer> {
    /// Address of the first value.
    #[inline(always)]
    pub fn values_pointer(self) -> *mut Value {
        // SAFETY: the values follow the fixed part.
        unsafe { (self.as_pointer() as *mut u8).add(BUFFER_VALUES_OFFSET) as *mut Value }
    }

    /// Replaces the value at an index below the capacity, and tells the collector where.
    ///
    /// # Safety
    /// The index is below the capacity.
    #[inline(always)]
    pub unsafe fn store(self, index: usize, value: Value) {
        // SAFETY: the caller's promise.
        unsafe {
            let slot = self.values_pointer().add(index);
            *slot = value;
            write_barrier_slot(self.header(), slot as *mut u64);
        }
    }

    /// All the words, used or not.
    #[inline(always)]
    pub fn values<'a>(self) -> &'a [Value] {
        // SAFETY: `capacity` words follow the fixed part.
        unsafe { std::slice::from_raw_parts(self.values_pointer(), self.capacity) }
    }

    /// All the words, to be changed; a write barrier must follow.
    #[inline(always)]
    pub fn values_mut<'a>(self) -> &'a mut [Value] {
        // SAFETY: as in `values`.
        unsafe { std::slice::from_raw_parts_mut(self.values_pointer(), self.capacity) }
    }
}
