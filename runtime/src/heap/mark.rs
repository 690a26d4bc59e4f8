//! Marking: the tracer, and the loop that empties the mark stack.
//!
//! Invariants: an object on the mark stack is marked, and everything it points to will be marked before the
//! stack is empty. A marked object has [`GC_UNLOGGED`] set once it was taken from the stack, and its lines are
//! marked. Large arrays are scanned in steps, so that the stack stays small.

use super::block::*;
use super::remember::*;
use super::{Collector, Header, Heap, KindDescription, Layout, ScratchVec};

/// Words of a large array scanned in one step.
const STEP_WORDS: usize = 1024;
/// Objects between being prefetched and being traced.
const PREFETCHED: usize = 8;
/// Tags of mark stack entries. (Addresses of objects are multiples of 8.)
const ENTRY_REST_OF_ARRAY: usize = 1;
const ENTRY_FINISHED: usize = 2;

/// What the tracer does with a pointer it is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Marks the object and puts it on the stack.
    Mark,
    /// Puts it on the stack to be marked when taken off: a true depth-first walk.
    Postorder,
    /// Collects it in `found`.
    List,
}

/// Shown every pointer that an object or a root holds.
pub struct Tracer {
    base: usize,
    extent: usize,
    marks: *mut u8,
    mode: Mode,
    stack: Vec<usize>,
    lines: *mut u8,
    infos: *mut BlockInfo,
    kinds: *const [KindDescription; 256],
    /// Bytes of the objects marked.
    pub(super) marked_bytes: usize,
    found: Vec<*mut Header>,
    /// Old objects are marked already, and known to be: a minor collection.
    young_only: bool,
}

impl Tracer {
    /// Whether roots that are certainly old need not be shown.
    pub fn sees_young_only(&self) -> bool {
        self.young_only
    }

    /// Takes the collector's mark stack; `finish` gives it back.
    pub(super) fn new(collector: &mut Collector, mode: Mode) -> Tracer {
        let space = &collector.space;
        Tracer {
            base: space.base,
            extent: space.extent(),
            marks: space.marks,
            mode,
            stack: std::mem::take(&mut collector.mark_stack),
            lines: space.lines,
            infos: space.infos,
            kinds: &raw const collector.kinds,
            marked_bytes: 0,
            found: Vec::new(),
            young_only: false,
        }
    }

    pub(super) fn finish(mut self, collector: &mut Collector) {
        const KEPT_ENTRIES: usize = 64 << 10;
        self.stack.shrink_to(KEPT_ENTRIES);
        collector.mark_stack = self.stack;
    }

    pub(super) fn set_young_only(&mut self, young_only: bool) {
        self.young_only = young_only;
    }

    pub(super) fn set_mode(&mut self, mode: Mode) {
        self.mode = mode;
    }

    pub(super) fn take_found(&mut self) -> Vec<*mut Header> {
        std::mem::take(&mut self.found)
    }

    /// Shows a value: a heap pointer or anything else that isn't a multiple of 8.
    #[inline(always)]
    pub fn value(&mut self, word: u64) {
        let offset = (word as usize).wrapping_sub(self.base);
        if word & 7 == 0 && offset < self.extent {
            // SAFETY: traced words that lie in the heap are objects' addresses.
            unsafe { self.visit(word as *mut Header, offset) }
        }
    }

    /// Shows a pointer to an object; null and static objects are fine.
    #[inline(always)]
    pub fn pointer<T>(&mut self, object: *mut T) {
        self.value(object as u64);
    }

    /// Shows a row of values.
    #[inline]
    pub fn values(&mut self, words: &[u64]) {
        for &word in words {
            self.value(word);
        }
    }

    #[inline(always)]
    unsafe fn visit(&mut self, object: *mut Header, offset: usize) {
        unsafe {
            if self.mode != Mode::Mark {
                return self.visit_otherwise(object);
            }
            if self.set_mark(offset) {
                self.stack.push(object as usize);
            }
        }
    }

    #[cold]
    unsafe fn visit_otherwise(&mut self, object: *mut Header) {
        match self.mode {
            Mode::List => self.found.push(object),
            _ => self.stack.push(object as usize),
        }
    }

    /// Sets the mark bit; true if it wasn't set.
    #[inline(always)]
    unsafe fn set_mark(&mut self, offset: usize) -> bool {
        unsafe {
            let granule = offset >> 3;
            let byte = self.marks.add(granule >> 3);
            let bit = 1u8 << (granule & 7);
            if *byte & bit != 0 {
                return false;
            }
            *byte |= bit;
            true
        }
    }

    /// Marks an object of the heap.
    #[inline(always)]
    pub(super) unsafe fn mark(&mut self, object: *mut Header) {
        unsafe { self.visit(object, object as usize - self.base) }
    }

    /// Empties the mark stack. Objects pass through a short queue between being prefetched and being traced.
    pub(super) unsafe fn drain(&mut self) {
        unsafe {
            let mut queue = [0usize; PREFETCHED];
            let mut position = 0;
            let mut empty_turns = 0;
            while empty_turns < PREFETCHED {
                let mut entry = 0;
                if let Some(popped) = self.stack.pop() {
                    if popped & ENTRY_REST_OF_ARRAY != 0 {
                        let from = self.stack.pop().unwrap_or(0);
                        self.trace_step((popped - ENTRY_REST_OF_ARRAY) as *mut Header, from);
                        continue;
                    }
                    entry = popped;
                    prefetch(entry);
                }
                let object = std::mem::replace(&mut queue[position], entry) as *mut Header;
                position = (position + 1) % PREFETCHED;
                if object.is_null() {
                    empty_turns = if entry == 0 { empty_turns + 1 } else { 0 };
                } else {
                    empty_turns = 0;
                    self.blacken(object);
                    self.trace_object(object);
                }
            }
        }
    }

    /// Makes a newly marked object old: its header, its lines, its bytes.
    #[inline(always)]
    unsafe fn blacken(&mut self, object: *mut Header) {
        unsafe {
            let header = *object;
            if header.size_words == 0 {
                return self.blacken_large(object);
            }
            if header.gc & GC_UNLOGGED == 0 {
                (*object).gc = header.gc | GC_UNLOGGED;
            }
            let bytes = header.size_words as usize * 8;
            self.marked_bytes += bytes;
            let offset = object as usize - self.base;
            let last = (offset + bytes - 1) >> LINE_SHIFT;
            let mut line = offset >> LINE_SHIFT;
            while line <= last {
                *self.lines.add(line) = 1;
                line += 1;
            }
        }
    }

    #[cold]
    unsafe fn blacken_large(&mut self, object: *mut Header) {
        unsafe {
            let carded = matches!((*self.kinds)[(*object).kind as usize].layout, Layout::Words(_));
            (*object).gc |= GC_UNLOGGED | if carded { GC_CARDED } else { 0 };
            self.marked_bytes += self.size_of(object);
        }
    }

    unsafe fn size_of(&self, object: *mut Header) -> usize {
        unsafe {
            match (*object).size_words {
                0 => (*self.infos.add((object as usize - self.base) >> BLOCK_SHIFT)).large_bytes,
                words => words as usize * 8,
            }
        }
    }

    /// Shows itself every pointer in an object.
    #[inline(always)]
    pub(super) unsafe fn trace_object(&mut self, object: *mut Header) {
        unsafe {
            match (*self.kinds)[(*object).kind as usize].layout {
                Layout::Precise(trace) => trace(object, self),
                Layout::Words(offset) => self.trace_step(object, offset),
                Layout::NoPointers => {}
                Layout::Unregistered => unknown_kind(object),
            }
        }
    }

    /// Traces an array of words from a byte offset on; what is more than a step is left on the mark stack.
    unsafe fn trace_step(&mut self, object: *mut Header, from: usize) {
        unsafe {
            let end = self.size_of(object);
            let mut to = end;
            if end - from > STEP_WORDS * 8 && self.mode == Mode::Mark {
                to = from + STEP_WORDS * 8;
                self.stack.push(to);
                self.stack.push(object as usize | ENTRY_REST_OF_ARRAY);
            }
            let first = (object as *const u8).add(from) as *const u64;
            self.values(std::slice::from_raw_parts(first, (to - from) / 8));
        }
    }

    /// Marks what isn't marked from `root` on, and appends the finalizable objects of it to `found`, each after all
    /// finalizable ones that it reaches (cycles aside). In `Mode::Postorder`.
    pub(super) unsafe fn mark_in_postorder(&mut self, root: *mut Header) {
        unsafe {
            self.stack.push(root as usize);
            while let Some(entry) = self.stack.pop() {
                if entry & ENTRY_FINISHED != 0 {
                    self.found.push((entry - ENTRY_FINISHED) as *mut Header);
                    continue;
                }
                if !self.set_mark(entry - self.base) {
                    continue;
                }
                let object = entry as *mut Header;
                self.blacken(object);
                if (*object).gc & GC_FINALIZABLE != 0 {
                    self.stack.push(entry | ENTRY_FINISHED);
                }
                self.trace_object(object);
            }
        }
    }
}

#[inline(always)]
fn prefetch(address: usize) {
    // SAFETY: a hint, which no address makes fail.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        std::arch::x86_64::_mm_prefetch(address as *const i8, std::arch::x86_64::_MM_HINT_T0);
    }
    #[cfg(target_arch = "aarch64")]
    unsafe {
        std::arch::asm!("prfm pldl1keep, [{0}]", in(reg) address, options(nostack, readonly, preserves_flags));
    }
}

#[cold]
#[inline(never)]
unsafe fn unknown_kind(object: *mut Header) -> ! {
    let header = unsafe { *object };
    super::map_memory::fatal(&format!("the heap is damaged: object {object:p} with header {header:x?}"))
}

impl Heap {
    /// The objects that `object` refers to directly, as its trace function tells.
    pub fn referents(&self, object: *mut Header) -> ScratchVec<*mut Header> {
        let collector = self.collector();
        let mut tracer = Tracer::new(collector, Mode::List);
        // SAFETY: the object is live.
        unsafe { tracer.trace_object(object) };
        let found = tracer.take_found();
        tracer.finish(collector);
        let mut referents = ScratchVec::new_in(self);
        referents.extend(found);
        referents
    }

    /// Every live object, after a full collection.
    pub fn objects(&self) -> ScratchVec<*mut Header> {
        self.collect(super::Collection::Full);
        let collector = self.collector();
        let mut objects = ScratchVec::new_in(self);
        let granules = collector.space.extent() / 64;
        for index in 0..granules {
            // SAFETY: the bitmap covers the extent; after a collection the mark bits are the live objects.
            let mut bits = unsafe { *collector.space.marks.add(index) };
            while bits != 0 {
                let granule = index * 8 + bits.trailing_zeros() as usize;
                objects.push((collector.space.base + granule * 8) as *mut Header);
                bits &= bits - 1;
            }
        }
        objects
    }

    /// Calls `visitor` with every live object, after a full collection.
    pub fn for_each_object(&self, mut visitor: impl FnMut(*mut Header)) {
        for &object in &self.objects() {
            visitor(object);
        }
    }
}
