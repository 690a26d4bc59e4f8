//! The import lock of `_imp`: reentrant, held over a fork so that the child finds no module half made by another thread. (importlib itself has a
//! lock a module.)

use crate::lock::without_lock;
use crate::thread::Thread;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Serial number of the thread that holds the lock, 0 if none does. Both are written under the interpreter lock.
static OWNER: AtomicU64 = AtomicU64::new(0);
static DEPTH: AtomicU64 = AtomicU64::new(0);

/// Whether a thread holds the lock.
pub fn is_held() -> bool {
    OWNER.load(Ordering::Relaxed) != 0
}

/// Takes the lock, once more if the thread has it.
pub fn acquire(thread: &mut Thread) {
    while is_held() && OWNER.load(Ordering::Relaxed) != thread.serial {
        without_lock(thread, || std::thread::sleep(Duration::from_millis(1)));
    }
    OWNER.store(thread.serial, Ordering::Relaxed);
    DEPTH.fetch_add(1, Ordering::Relaxed);
}

/// Gives the lock back; false if the thread doesn't have it.
pub fn release(thread: &mut Thread) -> bool {
    if OWNER.load(Ordering::Relaxed) != thread.serial {
        return false;
    }
    if DEPTH.fetch_sub(1, Ordering::Relaxed) == 1 {
        OWNER.store(0, Ordering::Relaxed);
    }
    true
}
