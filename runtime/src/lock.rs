//! The interpreter lock: one thread at a time runs Python code and touches the heap.
//!
//! A thread gives the lock up around blocking calls ([`without_lock`]) and, when another waits, at a safepoint: a waiter asks for it by setting
//! the holder's breaker.

use crate::heap::heap;
use crate::interpreter::safepoint;
use crate::start;
use crate::thread::Thread;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

struct State {
    held: bool,
    waiting: u32,
    /// Counts hand-overs, so that a yielding thread sees that another had its turn.
    turns: u64,
}

static STATE: Mutex<State> = Mutex::new(State { held: true, waiting: 0, turns: 0 });
static RELEASED: Condvar = Condvar::new();

/// How long a waiter waits before it asks the holder to yield (`sys.getswitchinterval()`).
pub const SWITCH_INTERVAL: Duration = Duration::from_millis(5);

fn state() -> std::sync::MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Takes the lock for a thread.
pub fn acquire(thread: *mut Thread) {
    let mut state = state();
    state.waiting += 1;
    while state.held {
        let (guard, timeout) =
            RELEASED.wait_timeout(state, SWITCH_INTERVAL).unwrap_or_else(|poisoned| poisoned.into_inner());
        state = guard;
        if timeout.timed_out() && state.held {
            safepoint::request(safepoint::BREAK_LOCK);
        }
    }
    state.waiting -= 1;
    state.held = true;
    state.turns += 1;
    start::set_current_thread(thread);
}

/// Gives the lock up.
pub fn release() {
    state().held = false;
    RELEASED.notify_one();
}

/// Runs something that blocks without the lock; it must not touch Python values.
pub fn without_lock<R>(thread: &mut Thread, blocking: impl FnOnce() -> R) -> R {
    let thread: *mut Thread = thread;
    heap().parked(|| {
        release();
        let result = blocking();
        acquire(thread);
        result
    })
}

/// Lets waiting threads have a turn.
pub fn yield_to_others(thread: &mut Thread) {
    let thread: *mut Thread = thread;
    if state().waiting == 0 {
        return;
    }
    heap().parked(|| {
        let turns = {
            let mut state = state();
            state.held = false;
            state.turns
        };
        RELEASED.notify_one();
        // Wait until a waiter took its turn, or none is left.
        loop {
            let state = state();
            if state.turns != turns || state.waiting == 0 {
                break;
            }
            drop(state);
            std::thread::yield_now();
        }
        acquire(thread);
    });
}
