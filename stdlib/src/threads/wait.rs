//! Waiting for a word of memory to change: what locks and `join` are made of.
//!
//! **Invariants.** The words belong to heap objects, which don't move, and whoever waits holds a reference on its stack. Words are written under the
//! interpreter lock only; a waiter looks at its word under the lock, and the system looks again before it sleeps, so no change is missed.

use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};
use taipan_runtime::interpreter::safepoint;
use taipan_runtime::lock::without_lock;
use taipan_runtime::object::float::Float;
use taipan_runtime::prelude::*;

/// Longest wait in seconds.
pub const TIMEOUT_MAX: f64 = 9223372036.0;

/// How long a caller is ready to wait.
#[derive(Clone, Copy)]
pub enum Patience {
    None,
    Until(Instant),
    Forever,
}

impl Patience {
    /// For a number of seconds from now.
    pub fn seconds(seconds: f64) -> Patience {
        match Duration::try_from_secs_f64(seconds)
            .ok()
            .and_then(|duration| Instant::now().checked_add(duration))
        {
            Some(end) => Patience::Until(end),
            None => Patience::Forever,
        }
    }

    /// Whether it is at its end.
    pub fn is_over(self) -> bool {
        match self {
            Patience::None => true,
            Patience::Until(end) => Instant::now() >= end,
            Patience::Forever => false,
        }
    }
}

/// A Python number of seconds.
pub fn seconds_of(thread: &mut Thread, value: Value) -> Result<f64> {
    let is_float = value.is_immediate_float() || value.downcast::<Float>().is_some();
    if !is_float && value.as_int_or_bool().is_none() {
        let got = taipan_runtime::native::type_name(value);
        return Err(thread.type_error(format!("'{got}' object cannot be interpreted as an integer or float")));
    }
    let seconds = taipan_runtime::operations::convert::to_float(thread, value)?;
    if seconds.is_nan() {
        return Err(thread.value_error("Invalid value NaN (not a number)"));
    }
    if seconds.abs() > TIMEOUT_MAX {
        return Err(thread.overflow_error("timestamp out of range for C PyTime_t"));
    }
    Ok(seconds)
}

/// Sleeps without the interpreter lock while the word is `expected`, until somebody calls [`wake`], a signal arrives or patience ends; then serves
/// what waits for the thread (signal handlers may raise).
pub fn sleep_while(thread: &mut Thread, word: &AtomicU32, expected: u32, patience: Patience) -> Result<()> {
    let timeout = match patience {
        Patience::None => return Ok(()),
        Patience::Until(end) => Some(end.saturating_duration_since(Instant::now())),
        Patience::Forever => None,
    };
    let timeout = timeout.map(|timeout| libc::timespec {
        tv_sec: timeout.as_secs() as libc::time_t,
        tv_nsec: timeout.subsec_nanos().into(),
    });
    without_lock(thread, || {
        let limit = timeout.as_ref().map_or(std::ptr::null(), |timeout| timeout as *const libc::timespec);
        // SAFETY: the word and the time limit are valid during the call.
        unsafe {
            libc::syscall(
                libc::SYS_futex,
                word.as_ptr(),
                libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG,
                expected,
                limit,
            )
        };
    });
    if safepoint::is_due(thread) { safepoint::handle(thread) } else { Ok(()) }
}

/// Wakes up to `count` of those who sleep at the word.
pub fn wake(word: &AtomicU32, count: i32) {
    // SAFETY: the word is valid during the call.
    unsafe {
        libc::syscall(libc::SYS_futex, word.as_ptr(), libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG, count)
    };
}
