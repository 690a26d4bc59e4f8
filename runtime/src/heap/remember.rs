//! The write barrier: remembering old objects that may point to young ones.
//!
//! Invariant, at every safepoint: an old object that holds a pointer to a young one is in `remembered` with
//! [`GC_UNLOGGED`] clear, or it is a large array and the slot's card is dirty. Young objects have neither bit,
//! so that the barrier on them is a test that fails. An object is in `remembered` at most once.

use super::block::{LINE_BYTES, LINE_SHIFT};
use super::{Collector, HEAP, Header, Heap, Layout, Tracer};

/// Old, and not in the remembered set.
pub const GC_UNLOGGED: u8 = 0x01;
/// Old, large and an array of words: stores mark cards.
pub const GC_CARDED: u8 = 0x02;
/// Carded, but written to without telling where.
pub(super) const GC_ALL_CARDS: u8 = 0x04;
/// Passed to `register_finalizer`, and not queued yet.
pub(super) const GC_FINALIZABLE: u8 = 0x08;
/// A store into an object needs the barrier's slow path if one of these bits is set.
pub const GC_BARRIER_MASK: u8 = GC_UNLOGGED | GC_CARDED;

/// To be called after storing pointers into `object` (before the next safepoint).
///
/// # Safety
/// `object` points to a live object (or a static one, whose `gc` is 0).
#[inline(always)]
pub unsafe fn write_barrier(object: *mut Header) {
    unsafe {
        if (*object).gc & GC_BARRIER_MASK != 0 {
            heap_write_barrier_slow(object);
        }
    }
}

/// As [`write_barrier`], for a store into one slot of an array of words, which may be large.
///
/// # Safety
/// As there, and `slot` lies in the object.
#[inline(always)]
pub unsafe fn write_barrier_slot(object: *mut Header, slot: *mut u64) {
    unsafe {
        if (*object).gc & GC_BARRIER_MASK != 0 {
            heap_write_barrier_slot_slow(object, slot);
        }
    }
}

/// The slow path of [`write_barrier`], for compiled code too.
#[cold]
#[inline(never)]
pub unsafe extern "C" fn heap_write_barrier_slow(object: *mut Header) {
    unsafe { HEAP.collector().remember(object) }
}

/// The slow path of [`write_barrier_slot`], for compiled code too.
#[cold]
#[inline(never)]
pub unsafe extern "C" fn heap_write_barrier_slot_slow(object: *mut Header, slot: *mut u64) {
    unsafe { HEAP.collector().remember_slot(object, slot) }
}

impl Heap {
    /// [`write_barrier`] for an object of this heap, where it isn't the process's.
    #[inline(always)]
    pub unsafe fn write_barrier(&self, object: *mut Header) {
        unsafe {
            if (*object).gc & GC_BARRIER_MASK != 0 {
                self.collector().remember(object);
            }
        }
    }

    /// [`write_barrier_slot`] for an object of this heap, where it isn't the process's.
    #[inline(always)]
    pub unsafe fn write_barrier_slot(&self, object: *mut Header, slot: *mut u64) {
        unsafe {
            if (*object).gc & GC_BARRIER_MASK != 0 {
                self.collector().remember_slot(object, slot);
            }
        }
    }
}

impl Collector {
    pub(super) unsafe fn remember(&mut self, object: *mut Header) {
        unsafe {
            let gc = (*object).gc;
            if gc & GC_CARDED != 0 {
                (*object).gc |= GC_ALL_CARDS;
            }
            self.log(object);
        }
    }

    pub(super) unsafe fn remember_slot(&mut self, object: *mut Header, slot: *mut u64) {
        unsafe {
            if (*object).gc & GC_CARDED != 0 {
                *self.space.lines.add((slot as usize - self.space.base) >> LINE_SHIFT) = 1;
            }
            self.log(object);
        }
    }

    #[inline]
    pub(super) unsafe fn log(&mut self, object: *mut Header) {
        unsafe {
            if (*object).gc & GC_UNLOGGED != 0 {
                (*object).gc &= !GC_UNLOGGED;
                self.remembered.push(object);
            }
        }
    }

    /// Takes every object out of the remembered set, handing it to `trace` if the collection is minor.
    pub(super) unsafe fn drain_remembered(&mut self, tracer: &mut Tracer, trace: bool) {
        unsafe {
            let mut remembered = std::mem::take(&mut self.remembered);
            for &object in &remembered {
                let gc = (*object).gc;
                (*object).gc = (gc | GC_UNLOGGED) & !GC_ALL_CARDS;
                if !trace {
                    continue;
                }
                if gc & GC_CARDED != 0 {
                    self.trace_cards(object, gc & GC_ALL_CARDS != 0, tracer);
                } else {
                    tracer.trace_object(object);
                }
            }
            remembered.clear();
            self.remembered = remembered;
        }
    }

    /// Scans the dirty cards of a large array and cleans them.
    unsafe fn trace_cards(&mut self, object: *mut Header, all: bool, tracer: &mut Tracer) {
        unsafe {
            let Layout::Words(offset) = self.kinds[(*object).kind as usize].layout else {
                return tracer.trace_object(object);
            };
            let (first, end) = (object as usize + offset, object as usize + self.size_of(object));
            let cards = self.space.lines.add((object as usize - self.space.base) >> LINE_SHIFT);
            let count = (end - object as usize).div_ceil(LINE_BYTES);
            if all {
                std::ptr::write_bytes(cards, 0, count);
                return tracer.trace_object(object);
            }
            // Whole blocks of cards: eight at a time, most of them clean.
            let eights = std::slice::from_raw_parts_mut(cards as *mut u64, count.div_ceil(8));
            for (index, eight) in eights.iter_mut().enumerate().filter(|(_, eight)| **eight != 0) {
                let flags = std::mem::take(eight).to_ne_bytes();
                for card in (0..8).filter(|card| flags[*card] != 0) {
                    let start = object as usize + (index * 8 + card) * LINE_BYTES;
                    let (low, high) = (start.max(first), (start + LINE_BYTES).min(end));
                    let words = high.saturating_sub(low) / 8;
                    tracer.values(std::slice::from_raw_parts(low as *const u64, words));
                }
            }
        }
    }
}
