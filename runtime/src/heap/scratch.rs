//! Vectors in malloc memory that the collector scans.
//!
//! A `Vec<Value>` is invisible to the collector: what only it points to is freed. [`ScratchVec`] is the vector to
//! use instead. Its `Vec` sits in a boxed node of a doubly linked list that a collection walks, so the handle
//! may be moved freely. Each node is scanned conservatively, so that elements may hold pointers of any form.
//!
//! Invariants: the list's links are valid; a node is unlinked before it is freed. The `Vec` itself is not lent
//! out: `Vec::extend` sets its length once at the end, and an iterator that allocates would have its items
//! collected before.

use super::Heap;
use std::ops::{Deref, DerefMut};
use std::ptr::null_mut;

#[repr(C)]
pub(super) struct Node {
    previous: *mut Node,
    next: *mut Node,
    list: *mut ScratchList,
    range: unsafe fn(*const Node) -> (*const u64, *const u64),
}

#[repr(C)]
struct TypedNode<T> {
    node: Node,
    items: Vec<T>,
}

/// All scratch vectors of a heap.
pub(super) struct ScratchList {
    first: *mut Node,
}

impl ScratchList {
    pub const fn empty() -> ScratchList {
        ScratchList { first: null_mut() }
    }

    pub fn first(&self) -> *mut Node {
        self.first
    }
}

pub(super) unsafe fn next_of(node: *mut Node) -> *mut Node {
    unsafe { (*node).next }
}

pub(super) unsafe fn range_of(node: *mut Node) -> (*const u64, *const u64) {
    unsafe { ((*node).range)(node) }
}

/// A vector whose elements the collector sees: it keeps alive what they point to.
pub struct ScratchVec<T> {
    node: Box<TypedNode<T>>,
}

/// A scratch vector of value words.
pub type ScratchValues = ScratchVec<crate::value::Value>;

impl<T> ScratchVec<T> {
    const LAID_OUT_IN_WORDS: () = assert!(align_of::<T>() == 8 && size_of::<T>().is_multiple_of(8));

    /// An empty vector known to the process's heap.
    pub fn new() -> ScratchVec<T> {
        ScratchVec::new_in(super::heap())
    }

    /// An empty vector known to `heap`, which must outlive it.
    pub fn new_in(heap: &Heap) -> ScratchVec<T> {
        let () = Self::LAID_OUT_IN_WORDS;
        let list = &raw mut heap.collector().roots.scratch;
        // SAFETY: the list is only touched by the thread that holds the interpreter's lock.
        unsafe {
            let node = Node { previous: null_mut(), next: (*list).first, list, range: items_of::<T> };
            let mut node = Box::new(TypedNode { node, items: Vec::new() });
            let address = &raw mut node.node;
            if !(*list).first.is_null() {
                (*(*list).first).previous = address;
            }
            (*list).first = address;
            ScratchVec { node }
        }
    }

    /// An empty vector with room for `capacity` elements.
    pub fn with_capacity(capacity: usize) -> ScratchVec<T> {
        let mut vector = ScratchVec::new();
        vector.node.items.reserve(capacity);
        vector
    }

    /// Appends an element.
    #[inline]
    pub fn push(&mut self, item: T) {
        self.node.items.push(item);
    }

    /// Takes the last element.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        self.node.items.pop()
    }

    /// Makes room for `additional` more elements.
    pub fn reserve(&mut self, additional: usize) {
        self.node.items.reserve(additional);
    }

    /// As `reserve`, false if there isn't that much memory.
    pub fn try_reserve(&mut self, additional: usize) -> bool {
        self.node.items.try_reserve(additional).is_ok()
    }

    /// Inserts an element before the one at `index`.
    pub fn insert(&mut self, index: usize, item: T) {
        self.node.items.insert(index, item);
    }

    /// Takes the element at `index`, moving those behind it.
    pub fn remove(&mut self, index: usize) -> T {
        self.node.items.remove(index)
    }

    /// Takes the element at `index`, moving the last one into its place.
    pub fn swap_remove(&mut self, index: usize) -> T {
        self.node.items.swap_remove(index)
    }

    /// Drops the elements from `length` on.
    pub fn truncate(&mut self, length: usize) {
        self.node.items.truncate(length);
    }

    /// Drops all elements.
    pub fn clear(&mut self) {
        self.node.items.clear();
    }
}

impl<T: Clone> ScratchVec<T> {
    /// Appends copies of all elements of a slice.
    pub fn extend_from_slice(&mut self, items: &[T]) {
        self.node.items.extend_from_slice(items);
    }

    /// Sets the length, filling with copies of `item`.
    pub fn resize(&mut self, length: usize, item: T) {
        self.node.items.resize(length, item);
    }
}

unsafe fn items_of<T>(node: *const Node) -> (*const u64, *const u64) {
    let items = unsafe { &(*(node as *const TypedNode<T>)).items };
    let range = items.as_ptr_range();
    (range.start as *const u64, range.end as *const u64)
}

impl<T> Drop for ScratchVec<T> {
    fn drop(&mut self) {
        let node = &self.node.node;
        // SAFETY: the links are valid, and the heap with the list outlives its vectors.
        unsafe {
            match node.previous.is_null() {
                true => (*node.list).first = node.next,
                false => (*node.previous).next = node.next,
            }
            if !node.next.is_null() {
                (*node.next).previous = node.previous;
            }
        }
    }
}

impl<T> Default for ScratchVec<T> {
    fn default() -> ScratchVec<T> {
        ScratchVec::new()
    }
}

impl<T> Deref for ScratchVec<T> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        &self.node.items
    }
}

impl<T> DerefMut for ScratchVec<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.node.items
    }
}

impl<T> Extend<T> for ScratchVec<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        for item in items {
            self.push(item);
        }
    }
}

impl<T> FromIterator<T> for ScratchVec<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> ScratchVec<T> {
        let mut vector = ScratchVec::new();
        vector.extend(items);
        vector
    }
}

impl<'a, T> IntoIterator for &'a ScratchVec<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
