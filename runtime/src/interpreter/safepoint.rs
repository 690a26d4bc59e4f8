//! Safepoints: what a thread does when its breaker is set.
//!
//! Back edges and function entries test [`Thread::breaker`](crate::thread::Thread); whoever wants a thread's attention sets a bit.

use crate::thread::{Raised, Result, Thread};
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

/// A signal arrived whose Python handler must run.
pub const BREAK_SIGNAL: u32 = 1;
/// The heap has finalizers or weak reference callbacks to run, or ran out of memory.
pub const BREAK_HEAP: u32 = 2;
/// Another thread waits for the interpreter lock.
pub const BREAK_LOCK: u32 = 4;
/// Another thread asked for an exception here.
pub const BREAK_ASYNCHRONOUS: u32 = 16;

static HOLDERS_BREAKER: AtomicPtr<AtomicU32> = AtomicPtr::new(std::ptr::null_mut());
static MAIN_BREAKER: AtomicPtr<AtomicU32> = AtomicPtr::new(std::ptr::null_mut());

/// Makes a thread the one that [`request`] reaches.
pub fn set_current(thread: &Thread) {
    HOLDERS_BREAKER.store((&raw const thread.breaker).cast_mut(), Ordering::Release);
}

/// Makes a thread the one that [`request_of_main`] reaches.
pub fn set_main(thread: &Thread) {
    MAIN_BREAKER.store((&raw const thread.breaker).cast_mut(), Ordering::Release);
}

/// Asks the main thread, which alone runs signal handlers, to come to a safepoint. Safe to call from a signal handler.
pub fn request_of_main(reason: u32) {
    let breaker = MAIN_BREAKER.load(Ordering::Acquire);
    if !breaker.is_null() {
        // SAFETY: the main thread lives as long as the process.
        unsafe { (*breaker).fetch_or(reason, Ordering::Release) };
    }
}

/// Asks the thread that holds the interpreter lock to come to a safepoint. Safe to call from a signal handler.
pub fn request(reason: u32) {
    let breaker = HOLDERS_BREAKER.load(Ordering::Acquire);
    if !breaker.is_null() {
        // SAFETY: threads outlive their registration.
        unsafe { (*breaker).fetch_or(reason, Ordering::Release) };
    }
}

/// Signal handlers' Python side, installed by the signal module: runs the handlers of signals that arrived.
static mut RUN_SIGNAL_HANDLERS: Option<fn(&mut Thread) -> Result<()>> = None;

/// Installs what runs Python-level signal handlers.
pub fn set_signal_runner(runner: fn(&mut Thread) -> Result<()>) {
    // SAFETY: called at start-up.
    unsafe { RUN_SIGNAL_HANDLERS = Some(runner) };
}

/// Does what waits for this thread.
#[cold]
pub fn handle(thread: &mut Thread) -> Result<()> {
    let reasons = thread.breaker.swap(0, Ordering::AcqRel);
    if reasons & BREAK_HEAP != 0 {
        crate::builtins::finalization::run_pending(thread)?;
    }
    if reasons & BREAK_SIGNAL != 0 {
        // SAFETY: written at start-up.
        if let Some(run) = unsafe { RUN_SIGNAL_HANDLERS } {
            run(thread)?;
        }
    }
    if reasons & BREAK_LOCK != 0 {
        crate::lock::yield_to_others(thread);
    }
    if reasons & BREAK_ASYNCHRONOUS != 0 {
        let exception = std::mem::take(&mut thread.asynchronous);
        if let Some(class) = exception.non_null() {
            let instance = thread.call(class, &[]).unwrap_or_else(|Raised(raised)| raised);
            return Err(Raised(instance));
        }
    }
    Ok(())
}

/// Whether something waits.
#[inline(always)]
pub fn is_due(thread: &Thread) -> bool {
    thread.breaker.load(Ordering::Relaxed) != 0
}
