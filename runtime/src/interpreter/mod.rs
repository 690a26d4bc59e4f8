//! The interpreter: runs 3.14 bytecode on a value stack, with inline caches in the code's cache words.
//!
//! # Structure
//!
//! Each opcode has a *fast body* ([`fast`]): an inlined function over [`State`](state::State) that either does the whole instruction without calling
//! anything, or gives up with nothing changed. [`dispatch`] makes one handler of each body; a handler ends in an indirect tail call of the next
//! instruction's handler, so that hot code runs from handler to handler with the whole state in registers: `pc`, `sp`,
//! `fp`, the thread, the operand, the handler table.
//!
//! When a fast body gives up, the handler ends in a tail call of the one cold function `slow_tail`, which stores the state into the frame's record and
//! runs the instruction's *general body* ([`slow`]), a function of the thread that may call anything and return an error. It also
//! [specialises](specialize): it may replace the opcode by a specialised one and fill the inline cache, so that the next execution stays fast. Then the state is
//! reloaded from the thread's current frame (which may be another one after a call, a return or an exception) and
//! dispatch goes on.
//!
//! In between are [warm bodies](warm): specialised instructions that must call something, but need none of that.
//!
//! # Invariants
//!
//! - While general code runs, the running frame's record is exact: `pc` is the instruction, `sp` the top of the operand stack. The values above
//!   `sp` are free for scratch ([`Thread::push_scratch`](crate::thread::Thread::push_scratch)).
//! - A callee's locals begin where the caller pushed the arguments; the caller's `sp` is stored as it will be when the callee's
//!   result is pushed.
//! - Fast bodies call nothing, and allocate only where the heap has memory at hand, which is no safepoint (`scripts/check_tail_calls.py` reads the
//!   release build's handlers).

pub mod attribute_table;
pub mod call;
pub mod compiled;
pub mod dispatch;
pub mod fast;
pub mod feedback;
pub mod frames;
pub mod generators;
#[cfg(feature = "slow-histogram")]
pub mod histogram;
pub mod safepoint;
pub mod slow;
pub mod specialize;
pub mod state;
pub mod trace;
pub mod unwind;
pub mod warm;

pub use call::call_function;

use crate::object::frame::FRAME_ENTRY;
use crate::thread::{Result, Thread};

/// Runs the thread's current frame, which has [`FRAME_ENTRY`] set, until it returns.
pub fn run(thread: &mut Thread) -> Result {
    // SAFETY: the frame was just pushed by the caller.
    debug_assert!(unsafe { (*thread.frame).flags } & FRAME_ENTRY != 0);
    crate::heap::nested_loop(|| {
        if !compiled::start(thread) {
            dispatch::run(thread);
        }
    });
    let result = thread.exit_value;
    thread.result_of(result)
}

/// [`run`] for a frame that has left its compiled code.
pub fn interpret(thread: &mut Thread) -> Result {
    crate::heap::nested_loop(|| dispatch::run(thread));
    let result = thread.exit_value;
    thread.result_of(result)
}
