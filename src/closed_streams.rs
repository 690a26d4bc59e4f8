//! Standard streams that were closed when the process started stay closed.
//!
//! Rust's start-up code opens `/dev/null` in place of closed standard descriptors; Python shows them as None. So a function that runs
//! before that notes which ones are closed, and `main` closes them again.

use std::sync::atomic::{AtomicU8, Ordering};

/// A bit a descriptor.
static CLOSED: AtomicU8 = AtomicU8::new(0);

extern "C" fn note() {
    for descriptor in 0..3 {
        // SAFETY: a system call on a number.
        if unsafe { libc::fcntl(descriptor, libc::F_GETFD) } < 0 {
            CLOSED.fetch_or(1 << descriptor, Ordering::Relaxed);
        }
    }
}

/// The loader calls what this section names before the program starts.
#[used]
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
#[cfg_attr(not(target_os = "macos"), unsafe(link_section = ".init_array"))]
static NOTE: extern "C" fn() = note;

/// Closes the descriptors that were closed at the start.
pub fn close_again() {
    let closed = CLOSED.load(Ordering::Relaxed);
    for descriptor in 0..3 {
        if closed & 1 << descriptor != 0 {
            // SAFETY: only `/dev/null` in place of a closed stream lies there, which nobody uses.
            unsafe { libc::close(descriptor) };
        }
    }
}
