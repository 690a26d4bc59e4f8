//! Weak references.
//!
//! A weak cell is an object whose trace function skips one word, the referent's. The heap lists the cells; after
//! marking, a live cell whose referent is dead gets its referent cleared and joins the queue of cleared cells,
//! from which the runtime takes it to run callbacks. A cell that is dead itself is forgotten.
//!
//! Order, compared with CPython (PEP 442): there, when a reference count reaches zero the finalizer runs first,
//! with weak references still working, and then they are cleared and called back; only in cyclic trash are
//! they cleared before finalizers. Here the first order holds always: a dead object with a finalizer is kept
//! alive for it with everything it reaches, its weak references still work, and they are cleared by the
//! collection that finds it dead again. (`gc.collect()` therefore collects again after running finalizers.)
//!
//! Invariant: an old cell in `old` has an old referent, so minor collections need not look at `old`. Hence a
//! cell must be registered again when it is given another referent.

use super::block::BlockSpace;
use super::{Collector, Header, Heap, Tracer};
use std::collections::VecDeque;

#[derive(Clone, Copy)]
struct WeakCell {
    cell: *mut Header,
    /// Byte offset of the referent in the cell.
    referent: usize,
}

/// The known cells.
pub(super) struct WeakState {
    young: Vec<WeakCell>,
    old: Vec<WeakCell>,
    cleared: VecDeque<*mut Header>,
    hooks: Vec<super::AfterMarkHook>,
}

impl WeakState {
    pub const fn empty() -> WeakState {
        WeakState { young: Vec::new(), old: Vec::new(), cleared: VecDeque::new(), hooks: Vec::new() }
    }

    pub fn has_pending(&self) -> bool {
        !self.cleared.is_empty()
    }

    /// Queued cells are roots.
    pub fn trace_queue(&self, tracer: &mut Tracer) {
        for &cell in &self.cleared {
            tracer.pointer(cell);
        }
    }
}

/// Tells after marking what is alive.
pub struct Liveness {
    space: *const BlockSpace,
    full: bool,
}

impl Liveness {
    /// Whether old objects may have died, too.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// Whether an object survives this collection. True for what is outside the heap.
    #[inline]
    pub fn is_live(&self, object: *const Header) -> bool {
        // SAFETY: made for the time of a hook call.
        unsafe { !(*self.space).contains(object as usize) || (*self.space).is_marked(object as usize) }
    }
}

impl Collector {
    /// Clears the referents that died, and calls the after-mark hooks.
    pub(super) unsafe fn clear_weak(&mut self, full: bool) {
        unsafe {
            let mut cells = std::mem::take(&mut self.weak.young);
            if full {
                std::mem::swap(&mut cells, &mut self.weak.old);
                cells.append(&mut self.weak.old);
            }
            for entry in cells.drain(..) {
                if !self.space.is_marked(entry.cell as usize) {
                    continue;
                }
                let slot = (entry.cell as *mut u8).add(entry.referent) as *mut u64;
                let referent = *slot as usize;
                if referent & 7 != 0 || !self.space.contains(referent) || self.space.is_marked(referent) {
                    if referent != 0 {
                        self.weak.old.push(entry);
                    }
                } else {
                    *slot = 0;
                    self.weak.cleared.push_back(entry.cell);
                }
            }
            if self.weak.young.capacity() == 0 {
                self.weak.young = cells;
            }
            let liveness = Liveness { space: &raw const self.space, full };
            for index in 0..self.weak.hooks.len() {
                self.weak.hooks[index](&liveness);
            }
        }
    }
}

impl Heap {
    /// Makes `cell` weak: the word at `referent` bytes into it doesn't keep its referent alive (its trace function
    /// skips it) and becomes zero when that dies. To be called anew whenever the word is set.
    pub fn register_weak(&self, cell: *mut Header, referent: usize) {
        self.collector().weak.young.push(WeakCell { cell, referent });
    }

    /// The next weak cell whose referent died, in the order of their registration.
    pub fn take_cleared_weak(&self) -> Option<*mut Header> {
        self.collector().weak.cleared.pop_front()
    }

    /// Adds a hook that runs after marking in every collection, to prune weak tables outside the heap. (In a
    /// minor collection every old object counts as alive.)
    pub fn register_after_mark_hook(&self, hook: super::AfterMarkHook) {
        self.collector().weak.hooks.push(hook);
    }
}
