//! Collections, from the roots to the sweep.
//!
//! The order matters:
//! 1. close the holes, so that young objects can be found by walking them;
//! 2. native stacks, while young and remembered objects can still be told from others by their headers;
//! 3. remembered objects (minor), other roots, and all that is reachable;
//! 4. finalizers resurrect, and only then weak references die;
//! 5. drop functions, while the dead are still intact;
//! 6. sweep: blocks without live lines are free, others have holes;
//! 7. what native code holds and was young stays remembered (rule 3 of the module).
//!
//! Afterwards no object is young: the mark bits are exactly the objects that exist.

use super::block::*;
use super::mark::Mode;
use super::{Collector, Header, Heap, Tracer, conservative, map_memory};
use std::time::Instant;

/// Which collection to make.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Collection {
    /// Only objects allocated since the last collection are freed.
    Minor,
    /// Everything unreachable is freed.
    Full,
    /// Whichever is due.
    Automatic,
}

const POISON: u8 = 0xDD;

impl Collector {
    /// Collects with the caller's registers and stack as roots.
    #[inline(never)]
    pub(super) unsafe fn collect_here(&mut self, what: Collection) {
        self.roots.ensure_current();
        conservative::with_registers_spilled(|stack_pointer| unsafe { self.collect(what, stack_pointer) });
    }

    unsafe fn collect(&mut self, what: Collection, stack_pointer: usize) {
        unsafe {
            if self.collecting {
                map_memory::fatal("a collection during a collection");
            }
            let started = Instant::now();
            self.collecting = true;
            self.retire();
            if self.config.torture != 0 {
                self.verify(stack_pointer);
            }
            let full = match what {
                Collection::Minor => false,
                Collection::Full => true,
                Collection::Automatic => self.live_bytes + self.external_bytes >= self.full_at,
            };
            self.cycle = self.cycle.wrapping_add(1);
            if full {
                self.forget_marks();
            }
            let mut held = Vec::new();
            self.mark_everything(full, stack_pointer, &mut held);
            self.drop_dead(full);
            self.sweep(full);
            for object in held {
                self.log(object);
            }
            self.account(full);
            self.collecting = false;
            let pause = started.elapsed();
            self.stats.collection_time += pause;
            self.stats.longest_pause = self.stats.longest_pause.max(pause);
        }
        if self.exhausted || self.finalization.has_pending() || self.weak.has_pending() {
            self.announce_pending();
        }
    }

    /// Starts a full collection: what was old is to be marked anew. The old bits become `starts`.
    unsafe fn forget_marks(&mut self) {
        unsafe {
            std::mem::swap(&mut self.space.marks, &mut self.space.starts);
            std::ptr::write_bytes(self.space.marks, 0, self.space.top as usize * BITMAP_BYTES_PER_BLOCK);
            std::ptr::write_bytes(self.space.lines, 0, self.space.top as usize * LINES_PER_BLOCK);
        }
        self.live_bytes = 0;
    }

    unsafe fn mark_everything(&mut self, full: bool, stack_pointer: usize, held: &mut Vec<*mut Header>) {
        unsafe {
            let mut tracer = Tracer::new(self, Mode::Mark);
            tracer.set_young_only(!full);
            self.mark_stacks(stack_pointer, full, &mut tracer, held);
            self.drain_remembered(&mut tracer, !full);
            self.mark_other_roots(full, &mut tracer);
            tracer.drain();
            self.resurrect_finalizable(full, &mut tracer);
            self.clear_weak(full);
            self.live_bytes += tracer.marked_bytes;
            tracer.finish(self);
        }
    }

    unsafe fn sweep(&mut self, full: bool) {
        unsafe {
            self.sweep_large(full);
            let mut touched = std::mem::take(&mut self.allocation.touched);
            if full {
                touched.clear();
                self.allocation.recyclable.clear();
                for block in (0..self.space.top).rev() {
                    if self.space.info(block).usage == BlockUse::Small {
                        self.sweep_block(block);
                    }
                }
                let keep = (2 * self.nursery_bytes).max(self.live_bytes / 4);
                self.space.settle(keep);
            } else {
                for &block in touched.iter().rev() {
                    self.sweep_block(block);
                }
                touched.clear();
            }
            self.allocation.touched = touched;
            self.allocation.holes.clear();
        }
    }

    unsafe fn sweep_large(&mut self, full: bool) {
        unsafe {
            let mut candidates = std::mem::take(&mut self.allocation.large_young);
            if full {
                candidates.append(&mut self.allocation.large_old);
            }
            for head in candidates.drain(..) {
                if self.space.is_marked(self.space.address(head)) {
                    self.allocation.large_old.push(head);
                    continue;
                }
                let span = self.space.info(head).span;
                if self.config.torture != 0 {
                    let bytes = self.space.info(head).large_bytes;
                    std::ptr::write_bytes(self.space.address(head) as *mut u8, POISON, bytes);
                }
                self.space.free_run(head, span);
            }
            self.allocation.large_young = candidates;
        }
    }

    /// Frees a block of small objects, or makes its holes available.
    unsafe fn sweep_block(&mut self, block: u32) {
        unsafe {
            let lines = std::slice::from_raw_parts(self.space.lines_of(block), LINES_PER_BLOCK);
            // Line bytes are 0 or 1.
            let eights = std::slice::from_raw_parts(lines.as_ptr() as *const u64, LINES_PER_BLOCK / 8);
            let live: usize = eights.iter().map(|eight| eight.count_ones() as usize).sum();
            self.space.info(block).last_hole = NONE;
            if self.config.torture != 0 {
                self.poison_free_lines(block, lines);
            }
            if live == 0 {
                self.space.free_block(block);
            } else if live < LINES_PER_BLOCK {
                self.allocation.recyclable.push(block);
            }
        }
    }

    unsafe fn poison_free_lines(&mut self, block: u32, lines: &[u8]) {
        unsafe {
            self.space.info(block).dirty = true;
            let start = self.space.address(block) as *mut u8;
            for (index, _) in lines.iter().enumerate().filter(|(_, line)| **line == 0) {
                std::ptr::write_bytes(start.add(index * LINE_BYTES), POISON, LINE_BYTES);
            }
        }
    }

    /// Sets the thresholds for what comes.
    fn account(&mut self, full: bool) {
        let used_bytes = (self.space.used as usize) << BLOCK_SHIFT;
        self.stats.peak_used_bytes = self.stats.peak_used_bytes.max(used_bytes);
        self.stats.allocated_bytes += self.allocation.handed_out as u64;
        self.allocation.handed_out = 0;
        self.external_bytes = 0;
        if full {
            self.stats.full_collections += 1;
            let grown = (self.live_bytes / 100).saturating_mul(self.config.full_growth_percent);
            self.full_at = grown.max(self.config.full_minimum);
        } else {
            self.stats.minor_collections += 1;
        }
        const LARGEST_NURSERY: usize = 16 << 20;
        self.nursery_bytes =
            (self.live_bytes / 8).clamp(self.config.nursery, self.config.nursery.max(LARGEST_NURSERY));
    }
}

impl Heap {
    /// Collects now.
    pub fn collect(&self, what: Collection) {
        let collector = self.collector();
        if collector.space.base == 0 {
            collector.initialize(super::HeapConfig::from_environment());
        }
        // SAFETY: rule 6 of the module.
        unsafe { collector.collect_here(what) }
    }
}
