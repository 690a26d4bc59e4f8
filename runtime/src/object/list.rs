//! [`List`]: length and a buffer that grows ahead of it.
//!
//! **Invariants.** `items` is null while nothing was ever stored (a zeroed list is a valid empty one), else it points to a
//! [`ValueBuffer`] with `capacity >= length` whose words from `length` on are NULL. Slices handed out by [`Gc::items`] follow the rules of
//! [`crate::object::buffer`].

use crate::heap::{Header, Tracer};
use crate::layout;
use crate::object::buffer::{self, MAXIMUM_CAPACITY, ValueBuffer};
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::object::slice::SliceIndices;
use crate::thread::{Result, Thread};
use crate::value::Value;
use std::ptr::null_mut;

/// A list.
#[repr(C)]
pub struct List {
    pub header: Header,
    /// The items and room for more; null if there never was one.
    pub items: *mut ValueBuffer,
    pub length: usize,
}

layout!(List, ObjectKind::List, "list");

/// Visits a list's values.
///
/// # Safety
/// `object` is a live list.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    let list: Gc<List> = Gc::from_header(object);
    tracer.value(list.items as u64);
    // SAFETY: `object` is live.
    unsafe { crate::object::trace::attributes_only(object, tracer) };
}

/// Room for a list that has to hold `needed` items: an eighth more, in steps of four.
fn grown_capacity(needed: usize) -> usize {
    (needed + (needed >> 3) + 6) & !3
}

impl List {
    /// An empty list.
    pub fn empty() -> Gc<List> {
        buffer::allocate(crate::types().list.root_shape, size_of::<List>())
    }

    /// A list of the given items.
    pub fn new(items: &[Value]) -> Gc<List> {
        let mut list = List::with_capacity(items.len());
        if !items.is_empty() {
            list.spare()[..items.len()].copy_from_slice(items);
            list.length = items.len();
            list.items_barrier();
        }
        list
    }

    /// An empty list with room for `capacity` items.
    pub fn with_capacity(capacity: usize) -> Gc<List> {
        // The buffer comes first: the list is initialised when it can be seen by the collector.
        let items = if capacity == 0 { null_mut() } else { ValueBuffer::allocate(capacity).as_pointer() };
        let mut list = List::empty();
        list.items = items;
        list.write_barrier();
        list
    }

    /// As [`List::with_capacity`]; MemoryError when there isn't enough memory.
    pub fn try_with_capacity(thread: &mut Thread, capacity: usize) -> Result<Gc<List>> {
        let items = if capacity == 0 {
            null_mut()
        } else {
            ValueBuffer::try_allocate(thread, capacity)?.as_pointer()
        };
        let mut list = List::empty();
        list.items = items;
        list.write_barrier();
        Ok(list)
    }

    /// A list that takes over a buffer of `length` items.
    pub fn from_buffer(items: Gc<ValueBuffer>, length: usize) -> Gc<List> {
        let mut list = List::empty();
        list.items = items.as_pointer();
        list.length = length;
        list.write_barrier();
        list
    }
}

impl Gc<List> {
    /// The items.
    #[inline(always)]
    pub fn items<'a>(self) -> &'a [Value] {
        if self.length == 0 {
            return &[];
        }
        // SAFETY: the buffer holds `length` items.
        unsafe { std::slice::from_raw_parts(self.buffer().values_pointer(), self.length) }
    }

    /// The items, to be changed; [`Gc::items_barrier`] must follow.
    #[inline(always)]
    pub fn items_mut<'a>(self) -> &'a mut [Value] {
        if self.length == 0 {
            return &mut [];
        }
        // SAFETY: the buffer holds `length` items.
        unsafe { std::slice::from_raw_parts_mut(self.buffer().values_pointer(), self.length) }
    }

    /// The buffer, which must be there.
    #[inline(always)]
    pub fn buffer(self) -> Gc<ValueBuffer> {
        Gc::from_header(self.items as *mut Header)
    }

    #[inline(always)]
    pub fn capacity(self) -> usize {
        if self.items.is_null() { 0 } else { self.buffer().capacity }
    }

    /// Tells the collector that items were stored.
    #[inline(always)]
    pub fn items_barrier(self) {
        if !self.items.is_null() {
            self.buffer().write_barrier();
        }
    }

    /// The words behind the items.
    fn spare<'a>(self) -> &'a mut [Value] {
        if self.items.is_null() { &mut [] } else { &mut self.buffer().values_mut()[self.length..] }
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

    /// Replaces the item at an index below the length.
    #[inline(always)]
    pub fn set(self, index: usize, value: Value) {
        assert!(index < self.length);
        // SAFETY: just checked.
        unsafe { self.buffer().store(index, value) };
    }

    /// Appends.
    #[inline(always)]
    pub fn push(mut self, value: Value) {
        if self.length == self.capacity() {
            self.grow(self.length + 1);
        }
        let length = self.length;
        // SAFETY: there is room for one more.
        unsafe { self.buffer().store(length, value) };
        self.length = length + 1;
    }

    /// [`Gc::push`] where the program decides how long the list gets: MemoryError if there is no room.
    #[inline(always)]
    pub fn try_push(self, thread: &mut Thread, value: Value) -> Result<()> {
        if self.length == self.capacity() {
            self.make_room(thread)?;
        }
        self.push(value);
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn make_room(self, thread: &mut Thread) -> Result<()> {
        let new = ValueBuffer::try_allocate(thread, grown_capacity(self.length + 1))?;
        self.adopt(new);
        Ok(())
    }

    /// Moves the items to a larger buffer.
    #[cold]
    #[inline(never)]
    fn grow(self, needed: usize) {
        self.adopt(ValueBuffer::allocate(grown_capacity(needed)));
    }

    fn adopt(mut self, new: Gc<ValueBuffer>) {
        new.values_mut()[..self.length].copy_from_slice(self.items());
        new.write_barrier();
        self.items = new.as_pointer();
        self.write_barrier();
    }

    /// Makes room for `more` items.
    pub fn reserve(self, thread: &mut Thread, more: usize) -> Result<()> {
        let needed = self.length.saturating_add(more);
        if needed <= self.capacity() {
            return Ok(());
        }
        if needed > MAXIMUM_CAPACITY {
            return Err(thread.memory_error(""));
        }
        let exact = self.length == 0;
        let new = ValueBuffer::try_allocate(thread, if exact { needed } else { grown_capacity(needed) })?;
        self.adopt(new);
        Ok(())
    }

    /// Takes the last item away.
    #[inline(always)]
    pub fn pop(mut self) -> Option<Value> {
        let last = self.length.checked_sub(1)?;
        let value = std::mem::take(&mut self.items_mut()[last]);
        self.length = last;
        self.shrink();
        Some(value)
    }

    /// Gives memory back when less than half of it is used.
    #[inline(always)]
    fn shrink(self) {
        if self.capacity() > 64 && self.length < self.capacity() / 2 {
            self.shrink_buffer();
        }
    }

    #[cold]
    #[inline(never)]
    fn shrink_buffer(mut self) {
        if self.length == 0 {
            self.items = null_mut();
        } else {
            self.adopt(ValueBuffer::allocate(grown_capacity(self.length)));
        }
    }

    /// Inserts before an index, which is clamped to the length.
    pub fn insert(mut self, index: usize, value: Value) {
        self.push(value);
        let length = self.length;
        if index + 1 < length {
            self.items_mut()[index..].rotate_right(1);
        }
        self.length = length;
    }

    /// Takes out the item at an index below the length.
    pub fn remove(mut self, index: usize) -> Value {
        let items = self.items_mut();
        let value = items[index];
        items.copy_within(index + 1.., index);
        let last = items.len() - 1;
        items[last] = Value::NULL;
        self.length = last;
        // The items moved to other words of the buffer.
        self.items_barrier();
        self.shrink();
        value
    }

    /// Keeps the first `length` items.
    pub fn truncate(mut self, length: usize) {
        if length < self.length {
            self.items_mut()[length..].fill(Value::NULL);
            self.length = length;
            self.shrink();
        }
    }

    /// Removes all items. The list is empty before anything else can see it.
    pub fn clear(mut self) {
        self.length = 0;
        self.items = null_mut();
    }

    /// Appends items. The slice must not be this list's own.
    pub fn extend_from_slice(mut self, thread: &mut Thread, more: &[Value]) -> Result<()> {
        self.reserve(thread, more.len())?;
        if !more.is_empty() {
            self.spare()[..more.len()].copy_from_slice(more);
            self.length += more.len();
            self.items_barrier();
        }
        Ok(())
    }

    /// Appends all items of a list, which may be this one.
    pub fn extend_from_list(mut self, thread: &mut Thread, other: Gc<List>) -> Result<()> {
        let count = other.length;
        self.reserve(thread, count)?;
        if count > 0 {
            let start = other.buffer().values_pointer();
            // SAFETY: `reserve` made room for `count` words behind the items, and the two runs don't overlap.
            unsafe {
                std::ptr::copy_nonoverlapping(start, self.buffer().values_pointer().add(self.length), count)
            };
            self.length += count;
            self.items_barrier();
        }
        Ok(())
    }

    /// `self + other`, a new list.
    pub fn concat(self, thread: &mut Thread, other: Gc<List>) -> Result<Gc<List>> {
        let result = List::try_with_capacity(thread, self.length + other.length)?;
        result.extend_from_list(thread, self)?;
        result.extend_from_list(thread, other)?;
        Ok(result)
    }

    /// A new list of the same items.
    pub fn copy(self, thread: &mut Thread) -> Result<Gc<List>> {
        self.slice(thread, 0, self.length)
    }

    /// `self * count`, a new list.
    pub fn repeat(self, thread: &mut Thread, count: i64) -> Result<Gc<List>> {
        let count = usize::try_from(count).unwrap_or(0);
        let total = repeated_length(thread, self.length, count)?;
        let mut result = List::try_with_capacity(thread, total)?;
        let items = self.items();
        if total > 0 {
            fill_repeated(result.spare(), items);
            result.length = total;
            result.items_barrier();
        }
        Ok(result)
    }

    /// `self *= count`
    pub fn repeat_in_place(mut self, thread: &mut Thread, count: i64) -> Result<()> {
        let count = usize::try_from(count).unwrap_or(0);
        if count == 0 {
            self.clear();
            return Ok(());
        }
        let length = self.length;
        let total = repeated_length(thread, length, count)?;
        self.reserve(thread, total - length)?;
        if length > 0 {
            let buffer = self.buffer();
            let (items, spare) = buffer.values_mut().split_at_mut(length);
            fill_repeated(&mut spare[..total - length], items);
            self.length = total;
            self.items_barrier();
        }
        Ok(())
    }

    /// `self[from:to]` for `from <= to <= length`, a new list.
    pub fn slice(self, thread: &mut Thread, from: usize, to: usize) -> Result<Gc<List>> {
        let result = List::try_with_capacity(thread, to - from)?;
        result.extend_from_slice(thread, &self.items()[from..to])?;
        Ok(result)
    }

    /// `self[slice]`, a new list.
    pub fn slice_indices(self, thread: &mut Thread, indices: SliceIndices) -> Result<Gc<List>> {
        let SliceIndices { start, step, length, .. } = indices;
        if step == 1 {
            return self.slice(thread, start as usize, start as usize + length);
        }
        let mut result = List::try_with_capacity(thread, length)?;
        if length > 0 {
            let (items, spare) = (self.items(), result.spare());
            for (n, word) in spare[..length].iter_mut().enumerate() {
                *word = items[(start + n as i64 * step) as usize];
            }
            result.length = length;
            result.items_barrier();
        }
        Ok(result)
    }

    /// `self[from:to] = values` for `from <= to <= length`. The values must not be this list's own items.
    pub fn replace(mut self, thread: &mut Thread, from: usize, to: usize, values: &[Value]) -> Result<()> {
        let removed = to - from;
        let length = self.length;
        if values.len() > removed {
            self.reserve(thread, values.len() - removed)?;
        }
        let new_length = length - removed + values.len();
        if self.items.is_null() {
            return Ok(());
        }
        let words = self.buffer().values_mut();
        words.copy_within(to..length, from + values.len());
        words[from..from + values.len()].copy_from_slice(values);
        if new_length < length {
            words[new_length..length].fill(Value::NULL);
        }
        self.length = new_length;
        self.items_barrier();
        self.shrink();
        Ok(())
    }

    /// `del self[slice]`
    pub fn delete_indices(mut self, thread: &mut Thread, indices: SliceIndices) -> Result<()> {
        let SliceIndices { mut start, mut step, length: count, .. } = indices;
        if count == 0 {
            return Ok(());
        }
        if step < 0 {
            start += step * (count as i64 - 1);
            step = -step;
        }
        let start = start as usize;
        if step == 1 {
            return self.replace(thread, start, start + count, &[]);
        }
        let items = self.items_mut();
        let (mut write, mut next, mut left) = (start, start, count);
        for read in start..items.len() {
            if left > 0 && read == next {
                left -= 1;
                next = next.saturating_add(step as usize);
            } else {
                items[write] = items[read];
                write += 1;
            }
        }
        items[write..].fill(Value::NULL);
        self.length = write;
        self.items_barrier();
        self.shrink();
        Ok(())
    }

    /// `self.reverse()`
    pub fn reverse(self) {
        self.items_mut().reverse();
        self.items_barrier();
    }
}

/// Length of a sequence repeated; MemoryError if that is too long.
pub fn repeated_length(thread: &mut Thread, length: usize, count: usize) -> Result<usize> {
    match length.checked_mul(count) {
        Some(total) if total <= MAXIMUM_CAPACITY => Ok(total),
        _ => Err(thread.memory_error("")),
    }
}

/// Fills words with a pattern over and over; the last time it may be cut off.
pub fn fill_repeated(words: &mut [Value], pattern: &[Value]) {
    if let [value] = pattern {
        words.fill(*value);
    } else {
        for chunk in words.chunks_mut(pattern.len()) {
            chunk.copy_from_slice(&pattern[..chunk.len()]);
        }
    }
}
