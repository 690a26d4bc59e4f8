//! Warm bodies: specialised instructions that call something, but need neither the table of general bodies nor another look at their operands.
//!
//! A warm body gets the state by value and gives the new top of the operand stack, and its handler goes on behind the instruction; or one of three
//! small words: [`SLOW`], nothing was changed and general code takes over; [`SWITCHED`], go on in the thread's current frame as it is stored;
//! [`EXIT`], the loop is left. Before a body may allocate or call it stores the state ([`store`]), as the collector, tracebacks and callees want it.
//! Bodies aren't inlined into their handlers: locals with an address would cost those their tail calls.

#![allow(clippy::missing_safety_doc)] // The contract of every body is that of `State`'s methods.

mod attributes;
mod calls;
mod containers;
mod iteration;
mod operators;

pub use attributes::*;
pub use calls::*;
pub use containers::*;
pub use iteration::*;
pub use operators::*;

use crate::interpreter::unwind;
use crate::thread::{Raised, Result, Thread};
use crate::value::Value;

pub const SLOW: *mut Value = std::ptr::null_mut();
pub const SWITCHED: *mut Value = std::ptr::without_provenance_mut(1);
pub const EXIT: *mut Value = std::ptr::without_provenance_mut(2);

/// Stores the state into the running frame's record.
#[inline(always)]
unsafe fn store(thread: &mut Thread, pc: *mut u16, sp: *mut Value) {
    unsafe {
        (*thread.frame).pc = pc;
        (*thread.frame).sp = sp;
    }
}

/// Raises in the running frame.
#[cold]
#[inline(never)]
fn raise(thread: &mut Thread, raised: Raised) -> *mut Value {
    if unwind::raise(thread, raised) { SWITCHED } else { EXIT }
}

/// Ends an instruction of `size` code units that ran Python code, perhaps: puts the result at `base`.
#[inline(always)]
unsafe fn finish(
    thread: &mut Thread,
    pc: *mut u16,
    size: usize,
    base: *mut Value,
    result: Result,
) -> *mut Value {
    match result {
        Ok(value) => unsafe {
            *base = value;
            behind(thread, pc, size, base.add(1))
        },
        Err(raised) => raise(thread, raised),
    }
}

/// Goes on behind an instruction of `size` code units. What it called may have asked for events: these need the other handlers.
#[inline(always)]
unsafe fn behind(thread: &mut Thread, pc: *mut u16, size: usize, sp: *mut Value) -> *mut Value {
    if crate::interpreter::trace::is_on(thread) {
        unsafe { store(thread, pc.add(size), sp) };
        return SWITCHED;
    }
    sp
}

#[inline(always)]
unsafe fn has_shape(value: Value, shape: u32) -> bool {
    unsafe { value.is_pointer() && (*value.header()).shape == shape }
}
