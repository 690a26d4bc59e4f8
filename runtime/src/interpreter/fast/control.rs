//! Jumps, returns and frame entry.

use crate::interpreter::state::{Control, State};
use crate::object::frame::{FRAME_COMPARISON, FRAME_DISCARD, FRAME_ENTRY, FRAME_INIT, FRAME_OPERATOR};
use crate::value::Value;
use std::sync::atomic::Ordering;

#[inline(always)]
pub unsafe fn nop(s: &mut State) -> Control {
    unsafe { s.advance(0) };
    Control::Next
}

#[inline(always)]
pub unsafe fn extended_arg(s: &mut State) -> Control {
    unsafe { s.advance(0) };
    Control::Extend
}

#[inline(always)]
unsafe fn breaker_is_set(s: &State) -> bool {
    unsafe { (*s.thread).breaker.load(Ordering::Relaxed) != 0 }
}

#[inline(always)]
pub unsafe fn resume_check(s: &mut State) -> Control {
    unsafe {
        if breaker_is_set(s) {
            return Control::Slow;
        }
        s.advance(0);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn jump_forward(s: &mut State) -> Control {
    unsafe { s.jump_forward(0) };
    Control::Next
}

#[inline(always)]
pub unsafe fn jump_backward_no_interrupt(s: &mut State) -> Control {
    unsafe { s.jump_backward(0) };
    Control::Next
}

#[inline(always)]
pub unsafe fn jump_backward_no_jit(s: &mut State) -> Control {
    unsafe {
        if breaker_is_set(s) {
            return Control::Slow;
        }
        s.jump_backward(1);
    }
    Control::Next
}

/// Counts in its cache word; general code takes over when the loop is hot.
#[inline(always)]
pub unsafe fn jump_backward_jit(s: &mut State) -> Control {
    unsafe {
        let counter = s.pc.add(1);
        if breaker_is_set(s) || *counter as u32 + 1 >= (*s.thread).loop_threshold {
            return Control::Slow;
        }
        *counter += 1;
        s.jump_backward(1);
    }
    Control::Next
}

macro_rules! pop_jump {
    ($name:ident, |$value:ident| $jumps:expr) => {
        #[inline(always)]
        pub unsafe fn $name(s: &mut State) -> Control {
            unsafe {
                let $value = s.pop();
                if $jumps {
                    s.jump_forward(1);
                } else {
                    s.advance(1);
                }
            }
            Control::Next
        }
    };
}

pop_jump!(pop_jump_if_false, |value| value == Value::FALSE);
pop_jump!(pop_jump_if_true, |value| value == Value::TRUE);
pop_jump!(pop_jump_if_none, |value| value == Value::NONE);
pop_jump!(pop_jump_if_not_none, |value| value != Value::NONE);

/// A frame without a frame object, and without flags but that of an `__init__`, returns to its caller's frame.
#[inline(always)]
pub unsafe fn return_value(s: &mut State) -> Control {
    unsafe {
        let frame = s.frame();
        let mut value = s.peek(1);
        if (*frame).flags != 0 || !(*frame).object.is_null() {
            if !(*frame).object.is_null() {
                return Control::Slow;
            }
            match (*frame).flags {
                FRAME_INIT if value.is_none() => value = (*frame).owner,
                // The operands lie below the copies that were the arguments.
                FRAME_OPERATOR if value != Value::NOT_IMPLEMENTED => {
                    (*frame.sub(1)).sp = (*frame.sub(1)).sp.sub(2)
                }
                FRAME_ENTRY => {
                    (*s.thread).exit_value = value;
                    (*s.thread).frame = frame.sub(1);
                    return Control::Exit;
                }
                FRAME_DISCARD => {
                    leave(s);
                    return Control::Next;
                }
                FRAME_COMPARISON if value.is_bool() => (*frame.sub(1)).sp = (*frame.sub(1)).sp.sub(2),
                _ => return Control::Slow,
            }
        }
        leave(s);
        s.push(value);
    }
    Control::Next
}

/// Goes on in the caller's frame, behind the instruction that made the call.
#[inline(always)]
unsafe fn leave(s: &mut State) {
    unsafe {
        let caller = s.frame().sub(1);
        (*s.thread).frame = caller;
        s.sp = (*caller).sp;
        s.fp = (*caller).fp;
        s.pc = (*caller).pc.add((*caller).return_offset as usize);
    }
}
