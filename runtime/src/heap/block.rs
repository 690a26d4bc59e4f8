//! Blocks, and the tables that describe them.
//!
//! The heap is one reserved range of address space cut into blocks of 32 KiB. Beside it, in the same
//! reservation and in proportion to it, lie the tables, all zero (and uncommitted) for memory never used:
//!
//! - `marks`, `starts`: a bit for every 8 bytes; a set mark bit is the start of an old object;
//! - `lines`: a byte for every 128-byte line; in blocks of small objects it says that the line holds
//!   (part of) an old object, in blocks of a large object it is a dirty card;
//! - `infos`: a [`BlockInfo`] for every block.
//!
//! Invariants: every block below `top` is free, or holds small objects, or belongs to exactly one large
//! object. A free block is in `free_blocks` or in exactly one run of `free_runs`, never both, and its line
//! bytes and mark bits are zero. A block that isn't `dirty` reads as zero.

use super::map_memory;
use std::collections::BTreeMap;

pub(super) const BLOCK_SHIFT: usize = 15;
/// Bytes in a block.
pub const BLOCK_BYTES: usize = 1 << BLOCK_SHIFT;
pub(super) const LINE_SHIFT: usize = 7;
/// Bytes in a line: the unit in which memory between live objects is reused.
pub const LINE_BYTES: usize = 1 << LINE_SHIFT;
pub(super) const LINES_PER_BLOCK: usize = BLOCK_BYTES / LINE_BYTES;
/// Bytes of a mark bitmap that describe one block.
pub(super) const BITMAP_BYTES_PER_BLOCK: usize = BLOCK_BYTES / 64;
/// "No block", "no hole".
pub(super) const NONE: u32 = u32::MAX;
/// Freed runs at least this long are given back at once; clearing them later costs as much.
const DISCARD_AT_ONCE_BLOCKS: u32 = (4 << 20 >> BLOCK_SHIFT) as u32;

/// What a block is used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum BlockUse {
    Free = 0,
    Small,
    LargeHead,
    LargeTail,
}

/// One block's record. All zero for a block never used.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct BlockInfo {
    pub usage: BlockUse,
    /// The block may hold something other than zeros.
    pub dirty: bool,
    /// The collection cycle for which the block's part of `starts` is up to date.
    pub starts_cycle: u32,
    /// Small: index of the hole handed out last since the last collection, or `NONE`.
    pub last_hole: u32,
    /// LargeHead: blocks of the object. LargeTail: distance to the head.
    pub span: u32,
    /// LargeHead: size of the object in bytes.
    pub large_bytes: usize,
}

/// The reserved range, its tables and its free blocks.
pub(super) struct BlockSpace {
    pub base: usize,
    /// Bytes reserved for objects.
    pub reserved: usize,
    pub marks: *mut u8,
    pub starts: *mut u8,
    pub lines: *mut u8,
    pub infos: *mut BlockInfo,
    /// Blocks ever used: those from here on have never been touched.
    pub top: u32,
    /// Blocks in use.
    pub used: u32,
    /// Blocks that may be in use at once.
    pub limit: u32,
    mapping: (usize, usize),
    free_blocks: Vec<u32>,
    free_runs: BTreeMap<u32, u32>,
}

impl BlockSpace {
    pub const fn empty() -> BlockSpace {
        BlockSpace {
            base: 0,
            reserved: 0,
            marks: std::ptr::null_mut(),
            starts: std::ptr::null_mut(),
            lines: std::ptr::null_mut(),
            infos: std::ptr::null_mut(),
            top: 0,
            used: 0,
            limit: 0,
            mapping: (0, 0),
            free_blocks: Vec::new(),
            free_runs: BTreeMap::new(),
        }
    }

    /// Reserves `bytes`, or half of it, and so on down to `minimum`, with tables in proportion. Leaves
    /// room under an address-space limit (`ulimit -v`) for everything that isn't on this heap.
    pub fn reserve(bytes: usize, minimum: usize) -> Option<BlockSpace> {
        let mut bytes = bytes.next_power_of_two().max(1 << 20);
        loop {
            if let Some(space) = BlockSpace::try_reserve(bytes) {
                return Some(space);
            }
            bytes /= 2;
            if bytes < minimum {
                return None;
            }
        }
    }

    fn try_reserve(bytes: usize) -> Option<BlockSpace> {
        let blocks = bytes >> BLOCK_SHIFT;
        let bitmap = blocks * BITMAP_BYTES_PER_BLOCK;
        let lines = blocks * LINES_PER_BLOCK;
        let infos = blocks * size_of::<BlockInfo>();
        let tables = 2 * bitmap + lines + infos;
        let total = BLOCK_BYTES + bytes + tables;
        let raw = map_memory::reserve(total)?;
        let elbow_room = (bytes / 4).clamp(64 << 20, 1 << 30);
        match map_memory::reserve(elbow_room) {
            // SAFETY: both ranges were just mapped and nobody knows them.
            Some(probe) => unsafe { map_memory::unreserve(probe, elbow_room) },
            None => {
                unsafe { map_memory::unreserve(raw, total) };
                return None;
            }
        }
        let base = raw.next_multiple_of(BLOCK_BYTES);
        let marks = base + bytes;
        unsafe { map_memory::prefer_small_pages(marks, tables) };
        let mut space = BlockSpace::empty();
        space.base = base;
        space.reserved = bytes;
        space.marks = marks as *mut u8;
        space.starts = (marks + bitmap) as *mut u8;
        space.infos = (marks + 2 * bitmap) as *mut BlockInfo;
        space.lines = (marks + 2 * bitmap + infos) as *mut u8;
        space.limit = blocks as u32;
        space.mapping = (raw, total);
        Some(space)
    }

    #[inline(always)]
    pub unsafe fn info(&self, block: u32) -> &'static mut BlockInfo {
        unsafe { &mut *self.infos.add(block as usize) }
    }

    #[inline(always)]
    pub fn address(&self, block: u32) -> usize {
        self.base + ((block as usize) << BLOCK_SHIFT)
    }

    #[inline(always)]
    pub fn block_of(&self, address: usize) -> u32 {
        ((address - self.base) >> BLOCK_SHIFT) as u32
    }

    /// Bytes from `base` that have ever been used.
    #[inline(always)]
    pub fn extent(&self) -> usize {
        (self.top as usize) << BLOCK_SHIFT
    }

    #[inline(always)]
    pub fn contains(&self, address: usize) -> bool {
        address.wrapping_sub(self.base) < self.extent()
    }

    #[inline(always)]
    pub unsafe fn is_marked(&self, address: usize) -> bool {
        let granule = (address - self.base) >> 3;
        unsafe { *self.marks.add(granule >> 3) >> (granule & 7) & 1 != 0 }
    }

    /// The line bytes of a block.
    #[inline(always)]
    pub unsafe fn lines_of(&self, block: u32) -> *mut u8 {
        unsafe { self.lines.add(block as usize * LINES_PER_BLOCK) }
    }

    /// Takes one free block for small objects, if `limit - kept_back` allows.
    pub unsafe fn take_block(&mut self, kept_back: u32) -> Option<u32> {
        if self.used + 1 + kept_back > self.limit {
            return None;
        }
        let block = match self.free_blocks.pop() {
            Some(block) => block,
            None => self.take_run(1)?,
        };
        self.used += 1;
        let dirty = unsafe { self.info(block) }.dirty;
        *unsafe { self.info(block) } = BlockInfo {
            usage: BlockUse::Small,
            dirty,
            starts_cycle: 0,
            last_hole: NONE,
            span: 0,
            large_bytes: 0,
        };
        Some(block)
    }

    /// Takes adjacent blocks for a large object of `bytes`. The caller clears what is dirty.
    pub unsafe fn take_large(&mut self, bytes: usize, kept_back: u32) -> Option<u32> {
        let count = u32::try_from(bytes.div_ceil(BLOCK_BYTES)).ok()?;
        if count > self.limit || self.used + count + kept_back > self.limit {
            return None;
        }
        let first = self.take_run(count)?;
        self.used += count;
        unsafe { self.describe_large(first, bytes) };
        Some(first)
    }

    unsafe fn describe_large(&mut self, first: u32, bytes: usize) {
        let count = bytes.div_ceil(BLOCK_BYTES) as u32;
        for index in 0..count {
            let info = unsafe { self.info(first + index) };
            let (usage, span) =
                if index == 0 { (BlockUse::LargeHead, count) } else { (BlockUse::LargeTail, index) };
            *info = BlockInfo {
                usage,
                dirty: info.dirty,
                starts_cycle: 0,
                last_hole: NONE,
                span,
                large_bytes: bytes,
            };
        }
    }

    /// Lengthens or shortens the large object that starts at `first`, where it stands. False if the
    /// blocks behind it are taken. Blocks gained hold whatever they held.
    pub unsafe fn resize_large(&mut self, first: u32, bytes: usize, kept_back: u32) -> bool {
        let old = unsafe { self.info(first) }.span;
        let new = bytes.div_ceil(BLOCK_BYTES).max(1) as u32;
        if new < old {
            unsafe { self.free_run(first + new, old - new) };
        } else if new > old {
            let more = new - old;
            if self.used + more + kept_back > self.limit || !self.take_run_at(first + old, more) {
                return false;
            }
            self.used += more;
        }
        unsafe { self.describe_large(first, bytes) };
        true
    }

    /// First fit by address; else fresh blocks at the top.
    fn take_run(&mut self, count: u32) -> Option<u32> {
        if let Some(first) = self.take_from_runs(count) {
            return Some(first);
        }
        if self.free_blocks.len() >= count as usize {
            for block in std::mem::take(&mut self.free_blocks) {
                self.insert_run(block, 1);
            }
            if let Some(first) = self.take_from_runs(count) {
                return Some(first);
            }
        }
        let reserved = (self.reserved >> BLOCK_SHIFT) as u32;
        let mut first = self.top;
        if let Some((&start, &length)) = self.free_runs.last_key_value()
            && start + length == self.top
        {
            first = start;
        }
        if count > reserved - first {
            return None;
        }
        self.free_runs.remove(&first);
        self.top = first + count;
        Some(first)
    }

    fn take_from_runs(&mut self, count: u32) -> Option<u32> {
        let (&start, &length) = self.free_runs.iter().find(|(_, length)| **length >= count)?;
        self.free_runs.remove(&start);
        if length > count {
            self.free_runs.insert(start + count, length - count);
        }
        Some(start)
    }

    /// Takes exactly the blocks from `first` on, if they are free.
    fn take_run_at(&mut self, first: u32, count: u32) -> bool {
        let reserved = (self.reserved >> BLOCK_SHIFT) as u32;
        if first == self.top {
            if count > reserved - self.top {
                return false;
            }
            self.top += count;
            return true;
        }
        match self.free_runs.get(&first) {
            Some(&length) if length >= count => {
                self.free_runs.remove(&first);
                if length > count {
                    self.free_runs.insert(first + count, length - count);
                }
                true
            }
            _ => false,
        }
    }

    fn insert_run(&mut self, mut start: u32, mut length: u32) {
        if let Some((&before, &before_length)) = self.free_runs.range(..start).next_back()
            && before + before_length == start
        {
            self.free_runs.remove(&before);
            (start, length) = (before, before_length + length);
        }
        if let Some(after) = self.free_runs.remove(&(start + length)) {
            length += after;
        }
        self.free_runs.insert(start, length);
    }

    /// A block of small objects in which nothing lives any more; it is reused soonest, while in cache.
    pub unsafe fn free_block(&mut self, block: u32) {
        unsafe { self.info(block) }.usage = BlockUse::Free;
        self.used -= 1;
        self.free_blocks.push(block);
    }

    /// The blocks of a dead large object, or the tail of one that shrank.
    pub unsafe fn free_run(&mut self, first: u32, count: u32) {
        let discarded = count >= DISCARD_AT_ONCE_BLOCKS
            && unsafe { map_memory::discard(self.address(first), (count as usize) << BLOCK_SHIFT) };
        for block in first..first + count {
            let info = unsafe { self.info(block) };
            info.usage = BlockUse::Free;
            info.dirty &= !discarded;
        }
        // The line bytes were the object's cards.
        let lines = count as usize * LINES_PER_BLOCK;
        unsafe { std::ptr::write_bytes(self.lines_of(first), 0, lines) };
        self.used -= count;
        self.insert_run(first, count);
    }

    /// After a full collection: all free blocks become runs again, in order of address, and memory that is
    /// free beyond `keep` bytes goes back to the system, from the top down.
    pub unsafe fn settle(&mut self, keep: usize) {
        self.free_blocks.sort_unstable();
        for block in std::mem::take(&mut self.free_blocks) {
            self.insert_run(block, 1);
        }
        let mut kept = 0;
        for (&start, &length) in &self.free_runs {
            let mut from = start;
            while from < start + length {
                let dirty = unsafe { self.info(from) }.dirty;
                let mut to = from + 1;
                while to < start + length && unsafe { self.info(to) }.dirty == dirty {
                    to += 1;
                }
                if dirty {
                    let room = (keep.saturating_sub(kept) >> BLOCK_SHIFT) as u32;
                    let kept_to = from + room.min(to - from);
                    kept += ((kept_to - from) as usize) << BLOCK_SHIFT;
                    let bytes = ((to - kept_to) as usize) << BLOCK_SHIFT;
                    if bytes > 0 && unsafe { map_memory::discard(self.address(kept_to), bytes) } {
                        for block in kept_to..to {
                            unsafe { self.info(block) }.dirty = false;
                        }
                    }
                }
                from = to;
            }
        }
    }
}

impl Drop for BlockSpace {
    fn drop(&mut self) {
        if self.mapping.1 != 0 {
            // SAFETY: the space owns its mapping, and the heap that owned the space is gone.
            unsafe { map_memory::unreserve(self.mapping.0, self.mapping.1) };
        }
    }
}
