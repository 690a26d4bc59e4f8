//! `_heapq`: lists as binary heaps, with the least or the greatest item first.
//!
//! Comparisons run Python code, which may change the list: each step looks at its length again.

use taipan_runtime::object::list::List;
use taipan_runtime::operations::{Comparison, is_true, rich_compare};
use taipan_runtime::prelude::*;

/// The module `_heapq`.
pub struct HeapQ;

/// Which item comes first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum First {
    Least,
    Greatest,
}

impl First {
    /// Whether `a` comes before `b`.
    fn precedes(self, thread: &mut Thread, a: Value, b: Value) -> Result<bool> {
        let (a, b) = if self == First::Least { (a, b) } else { (b, a) };
        let answer = rich_compare(thread, Comparison::Less, a, b)?;
        is_true(thread, answer)
    }

    /// Moves the item at `position` towards the root `start`, to its place.
    fn sift_to_root(
        self,
        thread: &mut Thread,
        heap: Gc<List>,
        start: usize,
        mut position: usize,
    ) -> Result<()> {
        let length = heap.length;
        if position >= length {
            return Err(thread.index_error("index out of range"));
        }
        while position > start {
            let parent = (position - 1) / 2;
            let moves = self.precedes(thread, heap.items()[position], heap.items()[parent])?;
            if heap.length != length {
                return Err(size_changed(thread));
            }
            if !moves {
                break;
            }
            heap.items_mut().swap(position, parent);
            heap.items_barrier();
            position = parent;
        }
        Ok(())
    }

    /// Moves the item at `start` down to a leaf, the better child up each time, and then back up to its place:
    /// less comparisons than stopping on the way, since items from the end belong near the end.
    fn sift_to_leaf(self, thread: &mut Thread, heap: Gc<List>, start: usize) -> Result<()> {
        let length = heap.length;
        let mut position = start;
        while position < length / 2 {
            let mut child = 2 * position + 1;
            if child + 1 < length {
                let left_first = self.precedes(thread, heap.items()[child], heap.items()[child + 1])?;
                if heap.length != length {
                    return Err(size_changed(thread));
                }
                child += usize::from(!left_first);
            }
            heap.items_mut().swap(position, child);
            heap.items_barrier();
            position = child;
        }
        self.sift_to_root(thread, heap, start, position)
    }

    fn push(self, thread: &mut Thread, heap: Gc<List>, item: Value) -> Result<()> {
        heap.push(item);
        self.sift_to_root(thread, heap, 0, heap.length - 1)
    }

    fn pop(self, thread: &mut Thread, heap: Gc<List>) -> Result {
        let Some(last) = heap.pop() else { return Err(thread.index_error("index out of range")) };
        let Some(first) = heap.get(0) else { return Ok(last) };
        heap.set(0, last);
        self.sift_to_leaf(thread, heap, 0)?;
        Ok(first)
    }

    fn replace(self, thread: &mut Thread, heap: Gc<List>, item: Value) -> Result {
        let Some(first) = heap.get(0) else { return Err(thread.index_error("index out of range")) };
        heap.set(0, item);
        self.sift_to_leaf(thread, heap, 0)?;
        Ok(first)
    }

    fn push_pop(self, thread: &mut Thread, heap: Gc<List>, item: Value) -> Result {
        let Some(first) = heap.get(0) else { return Ok(item) };
        if !self.precedes(thread, first, item)? {
            return Ok(item);
        }
        if heap.length == 0 {
            return Err(thread.index_error("index out of range"));
        }
        self.replace(thread, heap, item)
    }

    fn heapify(self, thread: &mut Thread, heap: Gc<List>) -> Result<()> {
        for position in (0..heap.length / 2).rev() {
            self.sift_to_leaf(thread, heap, position)?;
        }
        Ok(())
    }
}

#[cold]
fn size_changed(thread: &mut Thread) -> Raised {
    thread.runtime_error("list changed size during iteration")
}

/// Heap queue algorithm (a.k.a. priority queue).
#[native_module(name = "_heapq")]
impl HeapQ {
    #[constant]
    fn __about__() -> &'static str {
        "A heap is a list whose item k is not above the items 2*k+1 and 2*k+2."
    }

    /// Push an item onto a heap.
    #[function("(heap, item, /)")]
    fn heappush(thread: &mut Thread, heap: Gc<List>, item: Value) -> Result<()> {
        First::Least.push(thread, heap, item)
    }

    /// Pop the least item off a heap.
    #[function("(heap, /)")]
    fn heappop(thread: &mut Thread, heap: Gc<List>) -> Result {
        First::Least.pop(thread, heap)
    }

    /// Pop the least item and push a new one.
    #[function("(heap, item, /)")]
    fn heapreplace(thread: &mut Thread, heap: Gc<List>, item: Value) -> Result {
        First::Least.replace(thread, heap, item)
    }

    /// Push an item, then pop the least.
    #[function("(heap, item, /)")]
    fn heappushpop(thread: &mut Thread, heap: Gc<List>, item: Value) -> Result {
        First::Least.push_pop(thread, heap, item)
    }

    /// Turn a list into a heap, in linear time.
    #[function("(heap, /)")]
    fn heapify(thread: &mut Thread, heap: Gc<List>) -> Result<()> {
        First::Least.heapify(thread, heap)
    }

    /// Push an item onto a max-heap.
    #[function("(heap, item, /)")]
    fn heappush_max(thread: &mut Thread, heap: Gc<List>, item: Value) -> Result<()> {
        First::Greatest.push(thread, heap, item)
    }

    /// Pop the greatest item off a max-heap.
    #[function("(heap, /)")]
    fn heappop_max(thread: &mut Thread, heap: Gc<List>) -> Result {
        First::Greatest.pop(thread, heap)
    }

    /// Pop the greatest item and push a new one.
    #[function("(heap, item, /)")]
    fn heapreplace_max(thread: &mut Thread, heap: Gc<List>, item: Value) -> Result {
        First::Greatest.replace(thread, heap, item)
    }

    /// Push an item, then pop the greatest.
    #[function("(heap, item, /)")]
    fn heappushpop_max(thread: &mut Thread, heap: Gc<List>, item: Value) -> Result {
        First::Greatest.push_pop(thread, heap, item)
    }

    /// Turn a list into a max-heap, in linear time.
    #[function("(heap, /)")]
    fn heapify_max(thread: &mut Thread, heap: Gc<List>) -> Result<()> {
        First::Greatest.heapify(thread, heap)
    }
}
