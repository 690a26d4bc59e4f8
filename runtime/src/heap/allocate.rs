//! Allocation: a bump pointer over holes.
//!
//! Small objects are bumped through runs of free lines ("holes") of partly live blocks, then through free
//! blocks. An object longer than a line that doesn't fit the rest of the hole goes to the *overflow*
//! region, a free block of its own, so that a hole is never given up for one big object. Objects above
//! [`LARGE_BYTES`] get whole blocks.
//!
//! Invariants: the region between `cursor` and `limit` reads as zero. Everything handed out since the
//! last collection is covered by `holes`, and a hole's part below the cursor is a gapless row of objects
//! with true sizes in their headers (conservative marking parses it). Memory is cleared in steps of
//! [`CLEAR_STEP`], shortly before it is used, so that it is in cache when the object is initialised.

use super::block::*;
use super::collect::Collection;
use super::{Collector, Header, map_memory};
use std::ptr::null_mut;

/// Objects above this size get blocks of their own, unless they happen to fit the current hole.
pub const LARGE_BYTES: usize = 8 << 10;
const CLEAR_STEP: usize = 16 << 10;

/// The part of the heap that compiled code reads and writes.
#[repr(C)]
pub struct AllocationRegion {
    /// Where the next object starts.
    pub cursor: usize,
    /// End of the cleared memory behind the cursor.
    pub limit: usize,
    /// Address of the card byte of address 0: the card of a slot is `card_bias + (slot >> 8)`.
    pub card_bias: usize,
}

/// A stretch handed out since the last collection.
#[derive(Clone, Copy)]
pub(super) struct Hole {
    pub start: usize,
    /// End of the objects in it; exact after `retire`.
    pub end: usize,
    /// The hole handed out before in the same block.
    pub previous: u32,
}

/// A hole being filled.
#[derive(Clone, Copy)]
pub(super) struct OpenHole {
    /// Index in `holes`, or `NONE`.
    pub hole: u32,
    pub cursor: usize,
    pub cleared: usize,
    pub end: usize,
}

impl OpenHole {
    pub const NONE: OpenHole = OpenHole { hole: NONE, cursor: 0, cleared: 0, end: 0 };
}

/// Where allocation stands.
pub(super) struct AllocationState {
    pub holes: Vec<Hole>,
    /// The hole behind the region. Its cursor lives in the region, unless every allocation is slow.
    pub open: OpenHole,
    pub overflow: OpenHole,
    /// The partly live block being searched, and the line where the search goes on.
    pub searched: (u32, usize),
    /// Partly live blocks.
    pub recyclable: Vec<u32>,
    /// Blocks with holes handed out since the last collection.
    pub touched: Vec<u32>,
    pub large_young: Vec<u32>,
    pub large_old: Vec<u32>,
    /// Bytes handed out since the last collection.
    pub handed_out: usize,
    /// Blocks kept back for small objects when memory is exhausted.
    pub reserve_blocks: u32,
}

impl AllocationState {
    pub const fn empty() -> AllocationState {
        AllocationState {
            holes: Vec::new(),
            open: OpenHole::NONE,
            overflow: OpenHole::NONE,
            searched: (NONE, LINES_PER_BLOCK),
            recyclable: Vec::new(),
            touched: Vec::new(),
            large_young: Vec::new(),
            large_old: Vec::new(),
            handed_out: 0,
            reserve_blocks: 0,
        }
    }
}

impl Collector {
    /// Everything the inline path doesn't do. Never fails.
    pub(super) unsafe fn allocate_slow(&mut self, kind: u8, shape: u32, bytes: usize) -> *mut Header {
        unsafe {
            self.before_allocation(bytes);
            let mut tries = 0;
            loop {
                let kept_back = if tries < 2 { self.allocation.reserve_blocks } else { 0 };
                let object = if bytes > LARGE_BYTES {
                    self.try_large(kind, shape, bytes, kept_back)
                } else {
                    self.try_small(kind, shape, bytes, kept_back)
                };
                if !object.is_null() {
                    return object;
                }
                match tries {
                    0 => self.collect_here(Collection::Full),
                    1 => self.note_exhausted(),
                    _ => map_memory::fatal("out of memory, and the emergency reserve is used up"),
                }
                tries += 1;
            }
        }
    }

    /// As `allocate_slow`, but null if there isn't enough memory, and the reserve stays.
    pub(super) unsafe fn allocate_fallible(&mut self, kind: u8, shape: u32, bytes: usize) -> *mut Header {
        unsafe {
            if bytes.div_ceil(BLOCK_BYTES) > self.space.limit as usize {
                return null_mut();
            }
            if bytes <= LARGE_BYTES {
                return self.allocate_slow(kind, shape, bytes);
            }
            self.before_allocation(bytes);
            let object = self.try_large(kind, shape, bytes, self.allocation.reserve_blocks);
            if !object.is_null() {
                return object;
            }
            self.collect_here(Collection::Full);
            self.try_large(kind, shape, bytes, self.allocation.reserve_blocks)
        }
    }

    /// The safepoint of an allocation: collects if it is due.
    unsafe fn before_allocation(&mut self, bytes: usize) {
        unsafe {
            if self.space.base == 0 {
                self.initialize(super::HeapConfig::from_environment());
            }
            if self.collecting {
                map_memory::fatal("allocation during a collection");
            }
            if self.config.torture != 0 {
                self.torture_count += 1;
                if self.torture_count >= self.config.torture {
                    self.torture_count = 0;
                    self.torture_minor = !self.torture_minor;
                    let what = if self.torture_minor { Collection::Minor } else { Collection::Full };
                    return self.collect_here(what);
                }
            }
            let large = if bytes > LARGE_BYTES { bytes } else { 0 };
            let due = self.allocation.handed_out + self.external_bytes + large >= self.nursery_bytes;
            if due && self.allocation.handed_out + self.external_bytes > 0 && self.enabled {
                self.collect_here(Collection::Automatic);
            }
        }
    }

    #[cold]
    fn note_exhausted(&mut self) {
        self.exhausted = true;
        self.announce_pending();
    }

    unsafe fn try_small(&mut self, kind: u8, shape: u32, bytes: usize, kept_back: u32) -> *mut Header {
        unsafe {
            self.load_cursor();
            let address = loop {
                let open = &mut self.allocation.open;
                if open.end - open.cursor >= bytes {
                    break bump(open, bytes);
                }
                if bytes > LINE_BYTES && open.hole != NONE {
                    match self.bump_overflow(bytes, kept_back) {
                        Some(address) => break address,
                        None => return null_mut(),
                    }
                }
                if !self.next_hole() && !self.next_block(kept_back) {
                    self.store_region();
                    return null_mut();
                }
            };
            self.store_region();
            let object = address as *mut Header;
            *object = Header { shape, size_words: (bytes / 8) as u16, gc: 0, kind };
            object
        }
    }

    /// Takes the cursor back from the region, where the inline path moves it.
    fn load_cursor(&mut self) {
        if self.allocation.open.hole != NONE {
            self.allocation.open.cursor = self.region.cursor;
        }
    }

    /// Publishes the cleared part of the open hole, or nothing if every allocation must come here.
    fn store_region(&mut self) {
        let open = &self.allocation.open;
        self.region.cursor = open.cursor;
        self.region.limit = if self.config.torture != 0 { open.cursor } else { open.cleared };
    }

    unsafe fn bump_overflow(&mut self, bytes: usize, kept_back: u32) -> Option<usize> {
        unsafe {
            if self.allocation.overflow.end - self.allocation.overflow.cursor < bytes {
                self.close_hole(self.allocation.overflow);
                self.allocation.overflow = OpenHole::NONE;
                let block = self.space.take_block(kept_back)?;
                let start = self.space.address(block);
                self.allocation.overflow = self.open_hole(block, start, start + BLOCK_BYTES);
            }
            Some(bump(&mut self.allocation.overflow, bytes))
        }
    }

    unsafe fn open_hole(&mut self, block: u32, start: usize, end: usize) -> OpenHole {
        let info = unsafe { self.space.info(block) };
        if info.last_hole == NONE {
            self.allocation.touched.push(block);
        }
        let index = self.allocation.holes.len() as u32;
        self.allocation.holes.push(Hole { start, end: start, previous: info.last_hole });
        info.last_hole = index;
        self.allocation.handed_out += end - start;
        // A block that reads as zero needs no clearing; from now on it no longer reads as zero.
        let cleared = if info.dirty { start } else { end };
        info.dirty = true;
        OpenHole { hole: index, cursor: start, cleared, end }
    }

    /// Records how far a hole was filled.
    fn close_hole(&mut self, open: OpenHole) {
        if open.hole != NONE {
            self.allocation.holes[open.hole as usize].end = open.cursor;
        }
    }

    /// Opens the next run of free lines of the block being searched.
    unsafe fn next_hole(&mut self) -> bool {
        unsafe {
            self.close_hole(self.allocation.open);
            self.allocation.open = OpenHole::NONE;
            let (block, from) = self.allocation.searched;
            if block == NONE {
                return false;
            }
            let lines = std::slice::from_raw_parts(self.space.lines_of(block), LINES_PER_BLOCK);
            let Some(first) = (from..LINES_PER_BLOCK).find(|line| lines[*line] == 0) else {
                self.allocation.searched = (NONE, LINES_PER_BLOCK);
                return false;
            };
            let end = (first..LINES_PER_BLOCK).find(|line| lines[*line] != 0).unwrap_or(LINES_PER_BLOCK);
            self.allocation.searched = (block, end);
            let address = self.space.address(block);
            self.allocation.open =
                self.open_hole(block, address + first * LINE_BYTES, address + end * LINE_BYTES);
            true
        }
    }

    /// Opens a block: a partly live one if there is one, else a free one.
    unsafe fn next_block(&mut self, kept_back: u32) -> bool {
        unsafe {
            if let Some(block) = self.allocation.recyclable.pop() {
                self.allocation.searched = (block, 0);
                return true;
            }
            let Some(block) = self.space.take_block(kept_back) else { return false };
            let start = self.space.address(block);
            self.allocation.open = self.open_hole(block, start, start + BLOCK_BYTES);
            true
        }
    }

    unsafe fn try_large(&mut self, kind: u8, shape: u32, bytes: usize, kept_back: u32) -> *mut Header {
        unsafe {
            let Some(first) = self.space.take_large(bytes, kept_back) else { return null_mut() };
            self.clear_large(first, 0, bytes);
            self.allocation.large_young.push(first);
            self.allocation.handed_out += bytes;
            let object = self.space.address(first) as *mut Header;
            *object = Header { shape, size_words: 0, gc: 0, kind };
            object
        }
    }

    /// Makes the bytes `from..to` of the large object in blocks `first..` read as zero. Memory behind the
    /// object's end stays untouched, and so uncommitted if it was.
    unsafe fn clear_large(&mut self, first: u32, from: usize, to: usize) {
        unsafe {
            let address = self.space.address(first);
            let mut at = from;
            while at < to {
                let info = self.space.info(first + (at >> BLOCK_SHIFT) as u32);
                let next = ((at >> BLOCK_SHIFT) + 1) << BLOCK_SHIFT;
                if info.dirty {
                    std::ptr::write_bytes((address + at) as *mut u8, 0, next.min(to) - at);
                }
                info.dirty = true;
                at = next;
            }
        }
    }

    /// Lengthens or shortens a large object in place, true if that worked. New memory is zero.
    pub(super) unsafe fn resize_large(&mut self, object: *mut Header, bytes: usize) -> bool {
        unsafe {
            if (*object).size_words != 0 || bytes <= LARGE_BYTES {
                return false;
            }
            let first = self.space.block_of(object as usize);
            let info = self.space.info(first);
            let old = info.large_bytes;
            if !self.space.resize_large(first, bytes, self.allocation.reserve_blocks) {
                return false;
            }
            if bytes > old {
                // The rest of the last old block is flagged dirty as a whole, so it is cleared like the others.
                self.clear_large(first, old, bytes);
                self.allocation.handed_out += bytes - old;
            }
            true
        }
    }

    /// Empties a large object whose owner no longer needs it: its memory goes back at once, and it stays
    /// behind as a valid object without content until the next collection takes it.
    pub(super) unsafe fn release_large(&mut self, object: *mut Header) {
        unsafe {
            if (*object).size_words != 0 {
                return;
            }
            let first = self.space.block_of(object as usize);
            if self.space.info(first).large_bytes > BLOCK_BYTES {
                // What the kept part holds must be dropped too, or it would keep its referents alive.
                self.space.resize_large(first, BLOCK_BYTES, 0);
            }
            let bytes = self.space.info(first).large_bytes;
            std::ptr::write_bytes((object as *mut u8).add(8), 0, bytes - 8);
        }
    }

    /// Publishes where the open holes end and closes them: no allocation without a new hole.
    pub(super) fn retire(&mut self) {
        self.load_cursor();
        self.close_hole(self.allocation.open);
        self.close_hole(self.allocation.overflow);
        self.allocation.open = OpenHole::NONE;
        self.allocation.overflow = OpenHole::NONE;
        self.allocation.searched = (NONE, LINES_PER_BLOCK);
        self.region.cursor = 0;
        self.region.limit = 0;
    }
}

/// Takes `bytes` from an open hole that has them, clearing ahead.
unsafe fn bump(open: &mut OpenHole, bytes: usize) -> usize {
    let address = open.cursor;
    open.cursor += bytes;
    if open.cursor > open.cleared {
        let to = (open.cursor + CLEAR_STEP).min(open.end);
        // SAFETY: the hole's free part belongs to allocation alone.
        unsafe { std::ptr::write_bytes(open.cleared as *mut u8, 0, to - open.cleared) };
        open.cleared = to;
    }
    address
}
