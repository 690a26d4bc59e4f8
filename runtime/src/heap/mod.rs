//! The heap: a generational, non-moving mark-region collector (Immix with sticky mark bits).
//!
//! # How memory goes round
//!
//! Objects are bumped into *holes*, runs of free 128-byte lines in 32 KiB blocks ([`allocate`], [`block`]).
//! When the nursery's budget is used up, a *minor* collection marks what is reachable from the roots and from
//! old objects that were written to, without crossing into other old objects: a mark bit that is set
//! already says "old", which is all that being old means. Survivors stay where they are and are old from
//! then on; lines without a live object are holes again. When old objects have grown past a factor, a
//! *full* collection drops all mark bits first and marks everything ([`collect`], [`mark`]).
//!
//! Fields of heap objects are traced precisely, by kind. Native stacks, registers and the interpreter's value
//! stack are scanned conservatively: a word that points into a live or young object, at its start or inside it,
//! keeps it alive and where it is ([`conservative`]). So Rust code and machine code hold plain pointers in
//! locals and root nothing.
//!
//! # What code outside must keep to
//!
//! 1. Any allocation may collect. A heap pointer survives it in a local, in a register, in a traced field, in a
//!    [`ScratchVec`], but not in a `Vec`, `Box` or other malloc memory that no root visitor traces.
//! 2. Memory from [`Heap::alloc`] is zero, and zero is a valid "nothing" for every traced field: an
//!    object may be collected over at any time after its allocation.
//! 3. After storing a heap pointer into a heap object, call [`write_barrier`] (or [`write_barrier_slot`] for arrays of
//!    words) before the next allocation. Only an object of at most [`LARGE_BYTES`] that is still being
//!    initialised, and was held in a local of native code ever since it was allocated, needs none: what the
//!    native stacks reach directly stays in the remembered set if it was young or remembered.
//! 4. A word of an object laid out as [`Layout::Words`] is a value: raw numbers in it must not look like heap
//!    pointers (low 3 bits zero).
//! 5. Trace and drop functions and after-mark hooks neither allocate nor write fields that hold pointers.
//! 6. Everything here is called by the thread that holds the interpreter's lock, and by no other.
//!
//! # Header
//!
//! `gc` is the collector's: [`GC_UNLOGGED`] marks an old object that isn't remembered, [`GC_CARDED`] an old
//! large array whose stores mark cards ([`remember`]). A barrier is one test of both bits.

// The contract above is the safety contract of the whole module: objects passed in are live.
#![allow(clippy::missing_safety_doc, clippy::not_unsafe_ptr_arg_deref)]

mod allocate;
mod block;
mod collect;
mod conservative;
mod finalize;
pub mod map_memory;
mod mark;
mod remember;
mod scratch;
mod stats;
#[cfg(test)]
mod tests;
mod verify;
mod weak;

pub use allocate::{AllocationRegion, LARGE_BYTES};
pub use block::{BLOCK_BYTES, LINE_BYTES};
pub use collect::Collection;
pub use conservative::{ThreadToken, collecting_call, native_call, nested_loop};
pub use mark::Tracer;
pub use remember::{
    GC_BARRIER_MASK, GC_CARDED, GC_UNLOGGED, heap_write_barrier_slot_slow, heap_write_barrier_slow,
    write_barrier, write_barrier_slot,
};
pub use scratch::{ScratchValues, ScratchVec};
pub use stats::HeapStats;
pub use weak::Liveness;

use std::cell::UnsafeCell;

/// First word of every heap object.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Header {
    /// The object's shape (hidden class).
    pub shape: u32,
    /// Size of the whole object in 8-byte words; 0 for a large object, whose size its block knows.
    pub size_words: u16,
    /// The collector's bits.
    pub gc: u8,
    /// The object's kind, which selects how it is traced.
    pub kind: u8,
}

/// Where memory for an object of a few bytes more than the caller could do without can't be had: there is no value to go on with. Callers that
/// allocate what a program asked for use [`Heap::alloc_fallible`] and raise MemoryError.
#[cold]
pub fn out_of_memory(bytes: usize) -> ! {
    map_memory::fatal(&format!("out of memory: {bytes} bytes for an object"))
}

/// Visits every pointer in an object.
pub type TraceFunction = unsafe fn(object: *mut Header, tracer: &mut Tracer);
/// Releases what a dying object owns outside the heap. Must not look at other heap objects.
pub type DropFunction = unsafe fn(object: *mut Header);
/// Visits roots outside the heap.
pub type RootVisitor = fn(&mut Tracer);
/// Says which ranges outside the heap to scan conservatively, `(low, high)`, at each collection.
pub type RangeProvider = fn(scan: &mut dyn FnMut(*const u64, *const u64));
/// Called after marking, with the means to ask what is alive, to prune weak tables.
pub type AfterMarkHook = fn(&Liveness);

/// How objects of a kind are traced.
#[derive(Clone, Copy)]
pub enum Layout {
    /// No object of this kind may exist.
    Unregistered,
    /// A function visits the pointers.
    Precise(TraceFunction),
    /// Every word from this byte offset to the object's end is a value.
    Words(usize),
    /// Nothing to trace.
    NoPointers,
}

/// What the heap knows about an object kind.
#[derive(Clone, Copy)]
pub struct KindDescription {
    /// How to trace it.
    pub layout: Layout,
    /// What to do when an object that was passed to [`Heap::register_drop`] dies.
    pub drop: Option<DropFunction>,
}

/// Settings of a heap.
#[derive(Clone, Debug)]
pub struct HeapConfig {
    /// Address space to reserve; halved until the system grants it.
    pub reserve: usize,
    /// Bytes that blocks in use may take up.
    pub maximum: usize,
    /// Bytes allocated between collections at the least.
    pub nursery: usize,
    /// No full collection below this many live bytes.
    pub full_minimum: usize,
    /// A full collection is due when live bytes reach this percentage of what the last one left.
    pub full_growth_percent: usize,
    /// Collect at every n-th allocation, poison what is freed and verify the heap; 0 is off.
    pub torture: u32,
    /// Called when there is something for the runtime to do at its next safepoint: finalizers, cleared weak
    /// references or a MemoryError.
    pub on_pending: Option<fn()>,
}

impl Default for HeapConfig {
    fn default() -> HeapConfig {
        HeapConfig {
            reserve: 64 << 30,
            maximum: usize::MAX,
            nursery: 1 << 20,
            full_minimum: 16 << 20,
            full_growth_percent: 160,
            torture: 0,
            on_pending: None,
        }
    }
}

impl HeapConfig {
    /// The default with `TAIPAN_GC_TORTURE=N` applied.
    pub fn from_environment() -> HeapConfig {
        let torture = std::env::var("TAIPAN_GC_TORTURE").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
        HeapConfig { torture, ..HeapConfig::default() }
    }
}

/// A heap. The process has one, [`heap`]; tests make others.
#[repr(transparent)]
pub struct Heap {
    collector: UnsafeCell<Collector>,
}

// SAFETY: the interpreter's lock serialises all use (rule 6 above).
unsafe impl Sync for Heap {}

static HEAP: Heap = Heap { collector: UnsafeCell::new(Collector::empty()) };

/// The process's heap.
#[inline(always)]
pub fn heap() -> &'static Heap {
    &HEAP
}

/// All state. The region comes first, so that its address is the heap's.
#[repr(C)]
pub(crate) struct Collector {
    region: AllocationRegion,
    space: block::BlockSpace,
    allocation: allocate::AllocationState,
    kinds: [KindDescription; 256],
    config: HeapConfig,
    roots: conservative::RootSet,
    remembered: Vec<*mut Header>,
    weak: weak::WeakState,
    finalization: finalize::FinalizationState,
    mark_stack: Vec<usize>,
    cycle: u32,
    collecting: bool,
    enabled: bool,
    exhausted: bool,
    /// Bytes that objects hold outside the heap, as reported since the last collection.
    external_bytes: usize,
    /// Bytes of old objects.
    live_bytes: usize,
    nursery_bytes: usize,
    full_at: usize,
    torture_count: u32,
    torture_minor: bool,
    stats: stats::HeapStats,
}

impl Collector {
    const fn empty() -> Collector {
        Collector {
            region: AllocationRegion { cursor: 0, limit: 0, card_bias: 0 },
            space: block::BlockSpace::empty(),
            allocation: allocate::AllocationState::empty(),
            kinds: [KindDescription { layout: Layout::Unregistered, drop: None }; 256],
            config: HeapConfig {
                reserve: 0,
                maximum: 0,
                nursery: 0,
                full_minimum: 0,
                full_growth_percent: 0,
                torture: 0,
                on_pending: None,
            },
            roots: conservative::RootSet::empty(),
            remembered: Vec::new(),
            weak: weak::WeakState::empty(),
            finalization: finalize::FinalizationState::empty(),
            mark_stack: Vec::new(),
            cycle: 0,
            collecting: false,
            enabled: true,
            exhausted: false,
            external_bytes: 0,
            live_bytes: 0,
            nursery_bytes: 0,
            full_at: 0,
            torture_count: 0,
            torture_minor: false,
            stats: stats::HeapStats::empty(),
        }
    }

    /// Reserves memory and attaches the calling thread. Kinds and roots may be registered before or after.
    fn initialize(&mut self, config: HeapConfig) {
        if self.space.base != 0 {
            map_memory::fatal("the heap is initialised twice");
        }
        match block::BlockSpace::reserve(config.reserve, (256 << 20).min(config.reserve)) {
            Some(space) => self.space = space,
            None => map_memory::fatal("no address space for the heap"),
        }
        self.space.limit = self.space.limit.min((config.maximum >> block::BLOCK_SHIFT).max(64) as u32);
        self.allocation.reserve_blocks = (self.space.limit / 16).min(256);
        self.region.card_bias =
            (self.space.lines as usize).wrapping_sub(self.space.base >> block::LINE_SHIFT);
        self.nursery_bytes = config.nursery;
        self.full_at = config.full_minimum;
        self.config = config;
        self.roots.ensure_current();
    }

    fn announce_pending(&self) {
        if let Some(announce) = self.config.on_pending {
            announce();
        }
    }

    /// Size of an object in bytes.
    #[inline(always)]
    unsafe fn size_of(&self, object: *mut Header) -> usize {
        unsafe {
            match (*object).size_words {
                0 => self.space.info(self.space.block_of(object as usize)).large_bytes,
                words => words as usize * 8,
            }
        }
    }
}

impl Heap {
    /// A heap of its own, for tests. (The process's is [`heap`].)
    pub fn new(config: HeapConfig) -> Box<Heap> {
        let heap = Box::new(Heap { collector: UnsafeCell::new(Collector::empty()) });
        heap.initialize(config);
        heap
    }

    /// Sets the heap up. Without it the first allocation does, from the environment.
    pub fn initialize(&self, config: HeapConfig) {
        self.collector().initialize(config);
    }

    #[inline(always)]
    #[allow(clippy::mut_from_ref)] // One thread at a time, and never across a callback that comes back here.
    fn collector(&self) -> &mut Collector {
        // SAFETY: rule 6 of the module.
        unsafe { &mut *self.collector.get() }
    }

    /// The words that compiled code bumps. Its address is fixed.
    #[inline(always)]
    pub fn region(&self) -> *mut AllocationRegion {
        self.collector.get() as *mut AllocationRegion
    }

    /// A new object of `bytes` bytes (rounded up to 8), all zero but its header. A safepoint. Never fails: when
    /// memory runs out it draws on a reserve and raises the flag [`Heap::take_memory_exhausted`].
    /// For sizes that a program chooses use [`Heap::alloc_fallible`].
    #[inline(always)]
    pub fn alloc(&self, kind: u8, shape: u32, bytes: usize) -> *mut Header {
        let bytes = (bytes + 7) & !7;
        // SAFETY: rule 6; what is between cursor and limit belongs to nobody.
        unsafe {
            let region = self.region();
            let cursor = (*region).cursor;
            if (*region).limit - cursor >= bytes {
                (*region).cursor = cursor + bytes;
                let object = cursor as *mut Header;
                *object = Header { shape, size_words: (bytes / 8) as u16, gc: 0, kind };
                return object;
            }
            self.alloc_slow(kind, shape, bytes)
        }
    }

    #[cold]
    #[inline(never)]
    unsafe fn alloc_slow(&self, kind: u8, shape: u32, bytes: usize) -> *mut Header {
        unsafe { self.collector().allocate_slow(kind, shape, bytes) }
    }

    /// As [`Heap::alloc`], for sizes that a program chooses: `None` if there isn't that much memory.
    #[inline]
    pub fn alloc_fallible(&self, kind: u8, shape: u32, bytes: usize) -> Option<*mut Header> {
        let bytes = bytes.checked_add(7)? & !7;
        // SAFETY: rule 6; as in `alloc`.
        unsafe {
            let region = self.region();
            let cursor = (*region).cursor;
            if (*region).limit - cursor >= bytes {
                (*region).cursor = cursor + bytes;
                let object = cursor as *mut Header;
                *object = Header { shape, size_words: (bytes / 8) as u16, gc: 0, kind };
                return Some(object);
            }
            self.alloc_fallible_slow(kind, shape, bytes)
        }
    }

    #[cold]
    #[inline(never)]
    unsafe fn alloc_fallible_slow(&self, kind: u8, shape: u32, bytes: usize) -> Option<*mut Header> {
        let object = unsafe { self.collector().allocate_fallible(kind, shape, bytes) };
        if object.is_null() { None } else { Some(object) }
    }

    /// Lengthens (with zeros) or shortens a large object where it stands. False if that isn't possible, or it
    /// isn't a large object; then nothing has changed. Not a safepoint.
    pub unsafe fn resize_large(&self, object: *mut Header, bytes: usize) -> bool {
        match bytes.checked_add(7) {
            Some(bytes) => unsafe { self.collector().resize_large(object, bytes & !7) },
            None => false,
        }
    }

    /// Tells that nobody will use this buffer's content any more: a large one's memory is given back now and
    /// not at the next full collection. (The buffer is left zeroed; others are left alone.)
    pub unsafe fn release_large(&self, object: *mut Header) {
        unsafe { self.collector().release_large(object) }
    }

    /// Size of an object in bytes, header included.
    #[inline]
    pub unsafe fn size_of(&self, object: *mut Header) -> usize {
        unsafe { self.collector().size_of(object) }
    }

    /// Whether an address lies in the heap (static objects don't).
    #[inline(always)]
    pub fn contains(&self, address: usize) -> bool {
        self.collector().space.contains(address)
    }

    /// Describes an object kind. Do it before the first object of the kind.
    pub fn register_kind(&self, kind: u8, description: KindDescription) {
        self.collector().kinds[kind as usize] = description;
    }

    /// Tells that objects hold `bytes` more outside the heap; counts towards the next collection.
    #[inline]
    pub fn note_external_bytes(&self, bytes: usize) {
        let collector = self.collector();
        collector.external_bytes = collector.external_bytes.saturating_add(bytes);
    }

    /// Switches automatic collections on or off. (Off lasts until memory runs out.)
    pub fn set_enabled(&self, enabled: bool) {
        self.collector().enabled = enabled;
    }

    /// Whether automatic collections are on.
    pub fn is_enabled(&self) -> bool {
        self.collector().enabled
    }

    /// Whether a collection is under way. Safe to call from a signal handler of the thread that collects.
    pub fn is_collecting(&self) -> bool {
        self.collector().collecting
    }

    /// Whether memory ran out since last asked; the runtime then raises MemoryError.
    pub fn take_memory_exhausted(&self) -> bool {
        std::mem::take(&mut self.collector().exhausted)
    }

    /// Whether the runtime has finalizers, weak reference callbacks or a MemoryError to see to.
    pub fn has_pending(&self) -> bool {
        let collector = self.collector();
        collector.exhausted || collector.finalization.has_pending() || collector.weak.has_pending()
    }

    /// Sets what is called when [`Heap::has_pending`] becomes true.
    pub fn set_on_pending(&self, announce: fn()) {
        self.collector().config.on_pending = Some(announce);
    }

    /// Sets the torture interval (0 is off) from here on.
    pub fn set_torture(&self, interval: u32) {
        let collector = self.collector();
        collector.retire();
        collector.config.torture = interval;
    }
}

/// The slow path of compiled code's allocation on the process's heap; `bytes` is a multiple of 8.
pub unsafe extern "C" fn heap_allocate_slow(kind: u32, shape: u32, bytes: usize) -> *mut Header {
    unsafe { HEAP.alloc_slow(kind as u8, shape, bytes) }
}
