//! Which pages hold machine code, for the profiler's signal handler: looking takes no lock.
//!
//! **Invariant.** A slot of the table is 0 or the number of a page that holds, or held, machine code: pages that are freed stay in it (the system seldom
//! hands them out for anything else, and a profile is a sample).

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Slots of the table: four times the pages that the cap allows.
const SLOTS: usize = 4 * super::DEFAULT_CAP / PAGE;
const PAGE: usize = 4096;

static PAGES: [AtomicUsize; SLOTS] = [const { AtomicUsize::new(0) }; SLOTS];
static WATCHED: AtomicBool = AtomicBool::new(false);

/// From here on the pages of new code are noted.
pub fn watch() {
    WATCHED.store(true, Ordering::Relaxed);
}

fn slots(page: usize) -> impl Iterator<Item = &'static AtomicUsize> {
    let first = page.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    (0..SLOTS).map(move |step| &PAGES[(first + step) % SLOTS])
}

pub(super) fn add(address: usize, bytes: usize) {
    if !WATCHED.load(Ordering::Relaxed) {
        return;
    }
    for page in address / PAGE..(address + bytes).div_ceil(PAGE) {
        for slot in slots(page) {
            let found = slot.compare_exchange(0, page, Ordering::Relaxed, Ordering::Relaxed);
            if found.is_ok() || found == Err(page) {
                break;
            }
        }
    }
}

/// Whether an address is in machine code. Safe to call from a signal handler.
pub fn contains(address: usize) -> bool {
    let page = address / PAGE;
    for slot in slots(page) {
        match slot.load(Ordering::Relaxed) {
            0 => return false,
            found if found == page => return true,
            _ => {}
        }
    }
    false
}
