//! Operators and comparisons of instances whose class has a Python method for them.

use super::{SLOW, SWITCHED, raise, store};
use crate::interpreter::slow::methods;
use crate::thread::Thread;
use crate::value::Value;

/// Enters the method of a binary operator.
#[inline(never)]
pub unsafe fn binary_method(thread: &mut Thread, pc: *mut u16, sp: *mut Value, operand: usize) -> *mut Value {
    unsafe { store(thread, pc, sp) };
    match methods::enter_binary(thread, operand) {
        Ok(true) => SWITCHED,
        Ok(false) => SLOW,
        Err(raised) => raise(thread, raised),
    }
}

/// Enters the method of a comparison.
#[inline(never)]
pub unsafe fn compare_method(
    thread: &mut Thread,
    pc: *mut u16,
    sp: *mut Value,
    operand: usize,
) -> *mut Value {
    unsafe { store(thread, pc, sp) };
    match methods::enter_comparison(thread, operand) {
        Ok(true) => SWITCHED,
        Ok(false) => SLOW,
        Err(raised) => raise(thread, raised),
    }
}
