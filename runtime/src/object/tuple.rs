//! [`Tuple`]: a length and the values behind it.
//!
//! **Invariants.** A tuple doesn't change once Python code can see it. The slices that [`Gc::items`] hands out are valid as long as the tuple
//! lives: the pointer they hold keeps it alive while it is in a local.

use crate::heap::{Header, Tracer, heap, out_of_memory};
use crate::layout;
use crate::object::buffer::MAXIMUM_CAPACITY;
use crate::object::kind::ObjectKind;
use crate::object::list::{fill_repeated, repeated_length};
use crate::object::pointer::Gc;
use crate::object::slice::SliceIndices;
use crate::object::type_object::TypeObject;
use crate::thread::{Result, Thread};
use crate::value::Value;
use std::mem::offset_of;

/// A tuple.
#[repr(C)]
pub struct Tuple {
    pub header: Header,
    pub length: usize,
    /// `hash(self)`, 0 where it isn't known yet.
    pub hash: i64,
    values: [Value; 0],
    // instances of subclasses have their attribute word behind the values
}

layout!(Tuple, ObjectKind::Tuple, "tuple");

/// Offset of a tuple's first item.
pub const TUPLE_ITEMS_OFFSET: usize = offset_of!(Tuple, values);

/// The one empty tuple, made when first wanted.
static mut EMPTY: Value = Value::NULL;

/// Visits a tuple's values.
///
/// # Safety
/// `object` is a live tuple.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    let tuple: Gc<Tuple> = Gc::from_header(object);
    for value in tuple.items() {
        tracer.value(value.0);
    }
    // SAFETY: `object` is live.
    unsafe { crate::object::trace::attributes_only(object, tracer) };
}

/// Visits the empty tuple, which is a root.
pub fn visit_empty(visit: &mut dyn FnMut(Value)) {
    // SAFETY: guarded by the interpreter lock.
    unsafe { visit(EMPTY) }
}

impl Tuple {
    /// The tuple of these items; without items it is always the same one.
    #[inline]
    pub fn new(items: &[Value]) -> Gc<Tuple> {
        if items.is_empty() {
            return Tuple::empty();
        }
        let tuple = Tuple::allocate(crate::types().tuple, items.len())
            .unwrap_or_else(|| out_of_memory(items.len() * 8));
        tuple.fill(items);
        tuple
    }

    /// As [`Tuple::new`]; MemoryError when there isn't enough memory.
    pub fn try_new(thread: &mut Thread, items: &[Value]) -> Result<Gc<Tuple>> {
        if items.is_empty() {
            return Ok(Tuple::empty());
        }
        Tuple::of_class(thread, crate::types().tuple, items)
    }

    /// A new tuple of a class that is `tuple` or derives from it.
    pub fn of_class(thread: &mut Thread, class: Gc<TypeObject>, items: &[Value]) -> Result<Gc<Tuple>> {
        match Tuple::allocate(class, items.len()) {
            Some(tuple) => {
                tuple.fill(items);
                Ok(tuple)
            }
            None => Err(thread.memory_error("")),
        }
    }

    /// The tuple of `item(0), item(1), ...`, which may allocate.
    pub fn from_fn(length: usize, mut item: impl FnMut(usize) -> Value) -> Gc<Tuple> {
        if length == 0 {
            return Tuple::empty();
        }
        let tuple =
            Tuple::allocate(crate::types().tuple, length).unwrap_or_else(|| out_of_memory(length * 8));
        for i in 0..length {
            let value = item(i);
            tuple.items_mut()[i] = value;
            tuple.write_barrier();
        }
        tuple
    }

    /// The empty tuple.
    pub fn empty() -> Gc<Tuple> {
        // SAFETY: guarded by the interpreter lock.
        unsafe {
            if EMPTY.is_null() {
                let empty = Tuple::allocate(crate::types().tuple, 0).unwrap_or_else(|| out_of_memory(24));
                EMPTY = empty.value();
            }
            EMPTY.cast()
        }
    }

    /// A tuple of NULLs, to be filled before anything else can see it. `None` if there isn't enough memory.
    pub fn allocate(class: Gc<TypeObject>, length: usize) -> Option<Gc<Tuple>> {
        if length > MAXIMUM_CAPACITY {
            return None;
        }
        let tail = if class.attributes_offset != 0 { 8 } else { 0 };
        let bytes = TUPLE_ITEMS_OFFSET + length * 8 + tail;
        let mut tuple: Gc<Tuple> =
            Gc::from_header(heap().alloc_fallible(ObjectKind::Tuple as u8, class.root_shape, bytes)?);
        tuple.length = length;
        Some(tuple)
    }
}

impl Gc<Tuple> {
    /// Address of the first item.
    #[inline(always)]
    pub fn items_pointer(self) -> *mut Value {
        // SAFETY: the items follow the fixed part.
        unsafe { (self.as_pointer() as *mut u8).add(TUPLE_ITEMS_OFFSET) as *mut Value }
    }

    /// The items.
    #[inline(always)]
    pub fn items<'a>(self) -> &'a [Value] {
        // SAFETY: `length` items follow the fixed part.
        unsafe { std::slice::from_raw_parts(self.items_pointer(), self.length) }
    }

    /// The items of a tuple under construction; a write barrier must follow.
    #[inline(always)]
    pub fn items_mut<'a>(self) -> &'a mut [Value] {
        // SAFETY: as in `items`.
        unsafe { std::slice::from_raw_parts_mut(self.items_pointer(), self.length) }
    }

    fn fill(self, items: &[Value]) {
        self.items_mut().copy_from_slice(items);
        self.write_barrier();
    }

    #[inline(always)]
    pub fn get(self, index: usize) -> Option<Value> {
        self.items().get(index).copied()
    }

    /// The place that a Python index means.
    #[inline(always)]
    pub fn position(self, index: i64) -> Option<usize> {
        let index = if index < 0 { index + self.length as i64 } else { index };
        if (index as usize) < self.length { Some(index as usize) } else { None }
    }

    /// Whether this is a tuple, not an instance of a subclass.
    #[inline(always)]
    pub fn is_exact(self) -> bool {
        self.class() == crate::types().tuple
    }

    /// `self + other`
    pub fn concat(self, thread: &mut Thread, other: Gc<Tuple>) -> Result<Gc<Tuple>> {
        if other.length == 0 && self.is_exact() {
            return Ok(self);
        }
        if self.length == 0 && other.is_exact() {
            return Ok(other);
        }
        let result = new_uninitialised(thread, self.length + other.length)?;
        let (first, second) = result.items_mut().split_at_mut(self.length);
        first.copy_from_slice(self.items());
        second.copy_from_slice(other.items());
        result.write_barrier();
        Ok(result)
    }

    /// `self * count`
    pub fn repeat(self, thread: &mut Thread, count: i64) -> Result<Gc<Tuple>> {
        if (count == 1 || self.length == 0) && self.is_exact() {
            return Ok(self);
        }
        let count = usize::try_from(count).unwrap_or(0);
        let total = repeated_length(thread, self.length, count)?;
        if total == 0 {
            return Ok(Tuple::empty());
        }
        let result = new_uninitialised(thread, total)?;
        fill_repeated(result.items_mut(), self.items());
        result.write_barrier();
        Ok(result)
    }

    /// `self[slice]`
    pub fn slice_indices(self, thread: &mut Thread, indices: SliceIndices) -> Result<Gc<Tuple>> {
        let SliceIndices { start, step, length, .. } = indices;
        if start == 0 && step == 1 && length == self.length && self.is_exact() {
            return Ok(self);
        }
        if length == 0 {
            return Ok(Tuple::empty());
        }
        let result = new_uninitialised(thread, length)?;
        let items = self.items();
        for (n, word) in result.items_mut().iter_mut().enumerate() {
            *word = items[(start + n as i64 * step) as usize];
        }
        result.write_barrier();
        Ok(result)
    }
}

fn new_uninitialised(thread: &mut Thread, length: usize) -> Result<Gc<Tuple>> {
    match Tuple::allocate(crate::types().tuple, length) {
        Some(tuple) => Ok(tuple),
        None => Err(thread.memory_error("")),
    }
}
