//! Roots: threads' stacks and registers, other memory that may hold pointers, and root visitors.
//!
//! A word found on a stack may be anything. It counts as a pointer if it lies inside an object that is old, or
//! was allocated since the last collection; `Collector::find` decides. Old objects start where mark bits are
//! set. Young ones are found by walking the holes handed out in the block that the word hits, once a block
//! and cycle, into the `starts` bitmap. During a full collection the mark bits are being rebuilt; then
//! `starts` *is* the bitmap of before, and only the young starts are added.
//!
//! Invariants: every thread that isn't running has published its stack from the registers it spilled up to
//! its base, and keeps that part of the stack as it is until it runs again. What is found is an intact object:
//! dead old objects keep their memory until the full collection that drops their mark bits.

use super::allocate::Hole;
use super::block::*;
use super::{Collector, Header, Heap, Layout, RangeProvider, RootVisitor, Tracer, map_memory};
use super::{remember::GC_UNLOGGED, scratch};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A thread's stack.
#[derive(Clone, Copy)]
struct NativeStack {
    low: usize,
    base: usize,
    /// Where its live part starts while the thread is parked; 0 while it runs.
    parked_at: usize,
}

/// Names a thread that was attached to the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadToken(usize);

/// Everything outside the heap that leads into it.
pub(super) struct RootSet {
    visitors: Vec<RootVisitor>,
    ranges: Vec<RangeProvider>,
    pub scratch: scratch::ScratchList,
    threads: Vec<Option<NativeStack>>,
    current: usize,
    /// Below this address of the running thread's stack, words that point to such objects don't count.
    pub ignored: Option<(usize, fn(*mut Header) -> bool)>,
}

impl RootSet {
    pub const fn empty() -> RootSet {
        RootSet {
            visitors: Vec::new(),
            ranges: Vec::new(),
            scratch: scratch::ScratchList::empty(),
            threads: Vec::new(),
            current: usize::MAX,
            ignored: None,
        }
    }

    /// Makes the calling thread the current one, attaching it if it isn't known.
    pub fn ensure_current(&mut self) -> ThreadToken {
        let here = approximate_stack_pointer();
        if let Some(Some(stack)) = self.threads.get(self.current)
            && (stack.low..stack.base).contains(&here)
        {
            return ThreadToken(self.current);
        }
        let (low, base) = map_memory::current_stack();
        let known =
            self.threads.iter().position(|thread| matches!(thread, Some(stack) if stack.base == base));
        let stack = Some(NativeStack { low, base, parked_at: 0 });
        self.current = match known.or_else(|| self.threads.iter().position(Option::is_none)) {
            Some(index) => {
                self.threads[index] = stack;
                index
            }
            None => {
                self.threads.push(stack);
                self.threads.len() - 1
            }
        };
        ThreadToken(self.current)
    }
}

#[inline(never)]
fn approximate_stack_pointer() -> usize {
    let marker = 0u8;
    std::hint::black_box(&raw const marker) as usize
}

/// Registers that a callee preserves: the only ones that can hold a caller's pointers here.
#[cfg(target_arch = "x86_64")]
const SAVED_REGISTERS: usize = 6;
#[cfg(target_arch = "aarch64")]
const SAVED_REGISTERS: usize = 20;

/// Stores the callee-saved registers.
#[inline(always)]
fn spill_registers(into: &mut [usize; SAVED_REGISTERS]) {
    // SAFETY: only stores, into the array.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        std::arch::asm!(
            "mov [{0}], rbx", "mov [{0} + 8], rbp", "mov [{0} + 16], r12",
            "mov [{0} + 24], r13", "mov [{0} + 32], r14", "mov [{0} + 40], r15",
            in(reg) into.as_mut_ptr(), options(nostack, preserves_flags)
        );
    }
    #[cfg(target_arch = "aarch64")]
    unsafe {
        std::arch::asm!(
            "stp x19, x20, [{0}]", "stp x21, x22, [{0}, #16]", "stp x23, x24, [{0}, #32]",
            "stp x25, x26, [{0}, #48]", "stp x27, x28, [{0}, #64]", "str x29, [{0}, #80]",
            "stp d8, d9, [{0}, #88]", "stp d10, d11, [{0}, #104]", "stp d12, d13, [{0}, #120]",
            "stp d14, d15, [{0}, #136]",
            in(reg) into.as_mut_ptr(), options(nostack, preserves_flags)
        );
    }
}

/// Where the interpreter called the native function that runs; 0 while it runs none, or none directly.
static CALL_BOUNDARY: AtomicUsize = AtomicUsize::new(0);

/// Bit of the boundary: the function relies on nothing but its arguments.
const HOLDS_NOTHING: usize = 1;

/// Runs a native function's call from the interpreter. What lies below this on the stack belongs to that function alone, and its
/// arguments are on the value stack.
#[inline]
pub fn native_call<R>(call: impl FnOnce() -> R) -> R {
    let marker = 0u64;
    let here = std::hint::black_box(&raw const marker) as usize;
    // Not a swap, which costs as much as the call: the interpreter lock guards the boundary.
    let outer = CALL_BOUNDARY.load(Ordering::Relaxed);
    CALL_BOUNDARY.store(here, Ordering::Relaxed);
    let result = call();
    CALL_BOUNDARY.store(outer, Ordering::Relaxed);
    result
}

/// [`native_call`] for a function that holds nothing but asks for a collection: its callers' registers are kept above the boundary.
#[inline(never)]
pub fn collecting_call<R>(call: impl FnOnce() -> R) -> R {
    with_registers_spilled(|stack_pointer| {
        let outer = CALL_BOUNDARY.swap(stack_pointer | HOLDS_NOTHING, Ordering::Relaxed);
        let result = call();
        CALL_BOUNDARY.store(outer, Ordering::Relaxed);
        result
    })
}

/// Runs an interpreter loop, in which no native function runs directly.
#[inline]
pub fn nested_loop<R>(run: impl FnOnce() -> R) -> R {
    let outer = CALL_BOUNDARY.load(Ordering::Relaxed);
    CALL_BOUNDARY.store(0, Ordering::Relaxed);
    let result = run();
    CALL_BOUNDARY.store(outer, Ordering::Relaxed);
    result
}

/// Calls `function` with the address of a place on the stack, above which are all of the callers' frames and
/// the registers they keep values in.
#[inline(never)]
pub(super) fn with_registers_spilled<R>(function: impl FnOnce(usize) -> R) -> R {
    let mut registers = [0usize; SAVED_REGISTERS];
    spill_registers(&mut registers);
    let result = function(std::hint::black_box(&raw const registers) as usize);
    std::hint::black_box(&registers);
    result
}

impl Collector {
    /// Marks the object that `word` points into and returns it, if any. A word that points just behind an object
    /// counts too if that is large or without pointers (string data): loops may hold only the end. (For other
    /// kinds it would keep every neighbour of a referenced object alive.)
    #[inline]
    pub(super) unsafe fn mark_word(&mut self, word: usize, full: bool, tracer: &mut Tracer) -> *mut Header {
        unsafe {
            if word.wrapping_sub(self.space.base) > self.space.extent() {
                return null_mut();
            }
            let object = self.find(word, full);
            if !object.is_null() {
                tracer.mark(object);
            }
            if object.is_null() || object as usize == word {
                let before = self.find(word.wrapping_sub(1), full);
                if !before.is_null() && ((*before).size_words == 0 || self.is_plain(before)) {
                    tracer.mark(before);
                }
            }
            object
        }
    }

    unsafe fn is_plain(&self, object: *mut Header) -> bool {
        unsafe { matches!(self.kinds[(*object).kind as usize].layout, Layout::NoPointers) }
    }

    /// The object that has `word` as the address of one of its bytes, or null.
    pub(super) unsafe fn find(&mut self, word: usize, full: bool) -> *mut Header {
        unsafe {
            let offset = word.wrapping_sub(self.space.base);
            if offset >= self.space.extent() {
                return null_mut();
            }
            let block = (offset >> BLOCK_SHIFT) as u32;
            let info = self.space.info(block);
            match info.usage {
                BlockUse::Free => null_mut(),
                BlockUse::LargeHead => self.large_at(block, word),
                BlockUse::LargeTail => self.large_at(block - info.span, word),
                BlockUse::Small => self.small_at(block, word, full),
            }
        }
    }

    unsafe fn large_at(&self, head: u32, word: usize) -> *mut Header {
        unsafe {
            let start = self.space.address(head);
            if word < start + self.space.info(head).large_bytes { start as *mut Header } else { null_mut() }
        }
    }

    unsafe fn small_at(&mut self, block: u32, word: usize, full: bool) -> *mut Header {
        unsafe {
            self.build_starts(block, full);
            let starts = self.space.starts.add(block as usize * BITMAP_BYTES_PER_BLOCK) as *const u64;
            let granule = (word & (BLOCK_BYTES - 1)) >> 3;
            let mut index = granule >> 6;
            let mut bits = *starts.add(index) & (u64::MAX >> (63 - (granule & 63)));
            while bits == 0 {
                if index == 0 {
                    return null_mut();
                }
                index -= 1;
                bits = *starts.add(index);
            }
            let start = (index << 6) + 63 - bits.leading_zeros() as usize;
            let object = (self.space.address(block) + start * 8) as *mut Header;
            if word < object as usize + self.size_of(object) { object } else { null_mut() }
        }
    }

    /// Brings the block's part of `starts` up to date for this cycle.
    pub(super) unsafe fn build_starts(&mut self, block: u32, full: bool) {
        unsafe {
            let info = self.space.info(block);
            if info.starts_cycle == self.cycle {
                return;
            }
            info.starts_cycle = self.cycle;
            let at = block as usize * BITMAP_BYTES_PER_BLOCK;
            let starts = self.space.starts.add(at);
            if !full {
                std::ptr::copy_nonoverlapping(self.space.marks.add(at), starts, BITMAP_BYTES_PER_BLOCK);
            }
            let mut hole = info.last_hole;
            while hole != NONE {
                let Hole { start, end, previous } = self.allocation.holes[hole as usize];
                let mut address = start;
                while address < end {
                    let granule = (address & (BLOCK_BYTES - 1)) >> 3;
                    *starts.add(granule >> 3) |= 1 << (granule & 7);
                    address += self.size_of(address as *mut Header);
                }
                hole = previous;
            }
        }
    }

    /// Marks what the native stacks point to, and collects in `held` what was young or remembered of it.
    pub(super) unsafe fn mark_stacks(
        &mut self,
        stack_pointer: usize,
        full: bool,
        tracer: &mut Tracer,
        held: &mut Vec<*mut Header>,
    ) {
        unsafe {
            for index in 0..self.roots.threads.len() {
                let Some(stack) = self.roots.threads[index] else { continue };
                let low = if index == self.roots.current { stack_pointer } else { stack.parked_at };
                // A thread that neither runs nor is parked died without detaching.
                if low == 0 {
                    self.roots.threads[index] = None;
                    continue;
                }
                self.mark_native_range(low & !7, stack.base, full, tracer, held);
            }
        }
    }

    unsafe fn mark_native_range(
        &mut self,
        low: usize,
        high: usize,
        full: bool,
        tracer: &mut Tracer,
        held: &mut Vec<*mut Header>,
    ) {
        unsafe {
            let mut at = low;
            while at < high {
                let word = std::ptr::read_volatile(at as *const usize);
                at += 8;
                if let Some((limit, ignores)) = self.roots.ignored
                    && at <= limit
                {
                    let object = self.find(word, full);
                    if !object.is_null() && ignores(object) {
                        continue;
                    }
                }
                let object = self.mark_word(word, full, tracer);
                if !object.is_null() && (*object).gc & GC_UNLOGGED == 0 && (*object).size_words != 0 {
                    held.push(object);
                }
            }
        }
    }

    /// Marks whatever the words of `low..high` point into.
    pub(super) unsafe fn mark_range(
        &mut self,
        low: *const u64,
        high: *const u64,
        full: bool,
        tracer: &mut Tracer,
    ) {
        unsafe {
            let mut at = low;
            while at < high {
                self.mark_word(*at as usize, full, tracer);
                at = at.add(1);
            }
        }
    }

    /// Marks from all roots but the native stacks.
    pub(super) unsafe fn mark_other_roots(&mut self, full: bool, tracer: &mut Tracer) {
        unsafe {
            for index in 0..self.roots.ranges.len() {
                let provider = self.roots.ranges[index];
                provider(&mut |low, high| self.mark_range(low, high, full, tracer));
            }
            let mut node = self.roots.scratch.first();
            while !node.is_null() {
                let (low, high) = scratch::range_of(node);
                self.mark_range(low, high, full, tracer);
                node = scratch::next_of(node);
            }
            for index in 0..self.roots.visitors.len() {
                self.roots.visitors[index](tracer);
            }
            self.weak.trace_queue(tracer);
            self.finalization.trace_queue(tracer);
        }
    }
}

impl Heap {
    /// Adds a visitor of roots outside the heap.
    pub fn register_root_visitor(&self, visitor: RootVisitor) {
        self.collector().roots.visitors.push(visitor);
    }

    /// Adds memory outside the heap to be scanned conservatively. It may hold stale words.
    pub fn register_conservative_range(&self, provider: RangeProvider) {
        self.collector().roots.ranges.push(provider);
    }

    /// Collects, where words on the native stack that point to such objects don't count as far as they belong to the native
    /// function that the interpreter called directly: they are likely left over, and the function doesn't rely on them.
    pub fn collect_ignoring(&self, what: super::Collection, ignores: fn(*mut Header) -> bool) {
        let boundary = CALL_BOUNDARY.load(Ordering::Relaxed);
        self.collector().roots.ignored = (boundary != 0).then_some((boundary & !HOLDS_NOTHING, ignores));
        self.collect(what);
        self.collector().roots.ignored = None;
    }

    /// A full collection for a function that the interpreter called by [`collecting_call`]: it holds nothing at all.
    pub fn collect_for_caller(&self) {
        match CALL_BOUNDARY.load(Ordering::Relaxed) & HOLDS_NOTHING {
            0 => self.collect(super::Collection::Full),
            _ => self.collect_ignoring(super::Collection::Full, |_| true),
        }
    }

    /// Attaches the calling thread, which holds the interpreter's lock, as the running one.
    pub fn attach_thread(&self) -> ThreadToken {
        let collector = self.collector();
        if collector.space.base == 0 {
            collector.initialize(super::HeapConfig::from_environment());
        }
        collector.roots.ensure_current()
    }

    /// Detaches the calling thread, which holds the lock and uses no heap pointer any more.
    pub fn detach_thread(&self, token: ThreadToken) {
        let roots = &mut self.collector().roots;
        roots.threads[token.0] = None;
        if roots.current == token.0 {
            roots.current = usize::MAX;
        }
    }

    /// Calls `blocking`, which releases the interpreter's lock at its start and has it again at its end, with
    /// the calling thread's registers and stack published for collections by others in between.
    pub fn parked<R>(&self, blocking: impl FnOnce() -> R) -> R {
        let token = self.attach_thread();
        with_registers_spilled(|stack_pointer| {
            let roots = &mut self.collector().roots;
            if let Some(stack) = &mut roots.threads[token.0] {
                stack.parked_at = stack_pointer;
            }
            roots.current = usize::MAX;
            let unpark = Unpark { heap: self, token };
            let result = blocking();
            drop(unpark);
            result
        })
    }

    /// In the child of a fork: only the calling thread is left.
    pub fn after_fork_in_child(&self) {
        let roots = &mut self.collector().roots;
        let token = roots.ensure_current();
        for (index, thread) in roots.threads.iter_mut().enumerate() {
            if index != token.0 {
                *thread = None;
            }
        }
    }
}

/// Makes a parked thread the running one again, even if what it waited for panicked.
struct Unpark<'a> {
    heap: &'a Heap,
    token: ThreadToken,
}

impl Drop for Unpark<'_> {
    fn drop(&mut self) {
        let roots = &mut self.heap.collector().roots;
        if let Some(stack) = &mut roots.threads[self.token.0] {
            stack.parked_at = 0;
        }
        roots.current = self.token.0;
    }
}
