//! The interpreter lock: one thread at a time runs Python code and touches the heap.
//!
//! A thread gives the lock up around blocking calls ([`without_lock`]) and, when another waits, at a safepoint: a waiter asks for it by setting
//! the holder's breaker. A holder that is asked hands over: it waits until another thread had its turn.

use crate::heap::heap;
use crate::interpreter::safepoint;
use crate::start;
use crate::thread::Thread;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

struct State {
    held: bool,
    waiting: u32,
    /// Counts hand-overs, so that a yielding thread sees that another had its turn.
    turns: u64,
}

static STATE: Mutex<State> = Mutex::new(State { held: true, waiting: 0, turns: 0 });
static RELEASED: Condvar = Condvar::new();
/// A waiter took the lock.
static TAKEN: Condvar = Condvar::new();
/// How long a waiter waits before it asks the holder to yield, in nanoseconds.
static SWITCH_INTERVAL: AtomicU64 = AtomicU64::new(5_000_000);
/// The interpreter ends: only the main thread gets the lock any more.
static FINALIZING: AtomicBool = AtomicBool::new(false);

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// `sys.getswitchinterval()`
pub fn switch_interval() -> Duration {
    Duration::from_nanos(SWITCH_INTERVAL.load(Ordering::Relaxed))
}

/// `sys.setswitchinterval()`
pub fn set_switch_interval(interval: Duration) {
    let nanoseconds = u64::try_from(interval.as_nanos()).unwrap_or(u64::MAX).max(1);
    SWITCH_INTERVAL.store(nanoseconds, Ordering::Relaxed);
}

/// From here on threads other than the main one hang as soon as they ask for the lock.
pub fn begin_finalization() {
    FINALIZING.store(true, Ordering::Release);
}

/// Whether [`begin_finalization`] was called.
pub fn is_finalizing() -> bool {
    FINALIZING.load(Ordering::Acquire)
}

/// Takes the lock for a thread.
pub fn acquire(thread: *mut Thread) {
    let mut state = state();
    state.waiting += 1;
    while state.held {
        let interval = switch_interval();
        let (guard, timeout) =
            RELEASED.wait_timeout(state, interval).unwrap_or_else(|poisoned| poisoned.into_inner());
        state = guard;
        if timeout.timed_out() && state.held {
            safepoint::request(safepoint::BREAK_LOCK);
        }
    }
    state.waiting -= 1;
    state.held = true;
    state.turns += 1;
    // SAFETY: the thread now holds the lock.
    if is_finalizing() && !start::is_main_thread(unsafe { &*thread }) {
        state.held = false;
        drop(state);
        RELEASED.notify_one();
        hang();
    }
    start::set_current_thread(thread);
    drop(state);
    TAKEN.notify_all();
}

/// What becomes of a thread that would go on after the interpreter's end.
fn hang() -> ! {
    loop {
        std::thread::park();
    }
}

/// Whether some thread holds the lock.
pub fn is_held() -> bool {
    state().held
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
        // What the call left in `errno` is looked at afterwards.
        let error = std::io::Error::last_os_error();
        acquire(thread);
        set_errno(error.raw_os_error().unwrap_or(0));
        result
    })
}

fn set_errno(number: i32) {
    // SAFETY: the calling thread's own `errno`.
    unsafe { *libc::__errno_location() = number };
}

/// Lets waiting threads have a turn.
pub fn yield_to_others(thread: &mut Thread) {
    let thread: *mut Thread = thread;
    if state().waiting == 0 {
        return;
    }
    heap().parked(|| {
        let mut state = state();
        state.held = false;
        let turns = state.turns;
        RELEASED.notify_one();
        // Wait until a waiter took its turn, or none is left.
        while state.turns == turns && state.waiting > 0 {
            state = TAKEN.wait(state).unwrap_or_else(|poisoned| poisoned.into_inner());
        }
        drop(state);
        acquire(thread);
    });
}

/// Calls `fork` so that the child finds the lock as it is now, held by the thread that forks.
pub fn forking<R>(fork: impl FnOnce() -> R) -> R {
    let guard = state();
    let result = fork();
    drop(guard);
    result
}

/// In the child of a fork: nobody waits any more.
pub fn after_fork_in_child() {
    let mut state = state();
    state.waiting = 0;
    state.held = true;
}
