//! The operand stack, jumps, returns and frame entry.

use super::Flow;
use crate::interpreter::{compiled, feedback, generators, safepoint, trace};
use crate::jit_interface;
use crate::object::frame::{
    FRAME_COMPARISON, FRAME_DISCARD, FRAME_ENTRY, FRAME_GENERATOR, FRAME_INIT, FRAME_OPERATOR,
};
use crate::thread::{Raised, Result, Thread};
use crate::value::Value;

pub fn nop(_: &mut Thread, _: usize) -> Result<Flow> {
    Ok(Flow::Next)
}

/// Reached only for an EXTENDED_ARG whose handler is replaced; the operand's bits are carried by dispatch.
pub fn extended_arg(thread: &mut Thread, _: usize) -> Result<Flow> {
    Err(thread.system_error("EXTENDED_ARG reached a general body"))
}

pub fn pop_top(thread: &mut Thread, _: usize) -> Result<Flow> {
    thread.pop();
    Ok(Flow::Next)
}

pub fn push_null(thread: &mut Thread, _: usize) -> Result<Flow> {
    thread.push(Value::NULL);
    Ok(Flow::Next)
}

pub fn copy(thread: &mut Thread, n: usize) -> Result<Flow> {
    let value = thread.peek(n);
    thread.push(value);
    Ok(Flow::Next)
}

pub fn swap(thread: &mut Thread, n: usize) -> Result<Flow> {
    let (top, deep) = (thread.peek(1), thread.peek(n));
    thread.put(1, deep);
    thread.put(n, top);
    Ok(Flow::Next)
}

pub fn jump_forward(_: &mut Thread, distance: usize) -> Result<Flow> {
    Ok(Flow::Jump(distance as isize))
}

pub fn jump_backward_no_interrupt(_: &mut Thread, distance: usize) -> Result<Flow> {
    Ok(Flow::Jump(-(distance as isize)))
}

/// A back edge: serves what waits, and asks the JIT when the loop is hot.
pub fn jump_backward(thread: &mut Thread, distance: usize) -> Result<Flow> {
    let back = -(distance as isize);
    if safepoint::is_due(thread) {
        // As if the jump had been made: an exception raised here belongs to the back edge's line.
        safepoint::handle(thread)?;
    }
    let code = thread.code();
    // SAFETY: the running frame's pc is this instruction, which has one cache word.
    let (pc, header) = unsafe {
        let pc = (*thread.frame).pc;
        (pc, pc.add(2).offset(back))
    };
    if trace::is_on(thread) || !feedback::count_back_edge(pc) {
        return Ok(Flow::Jump(back));
    }
    let Some(jit) = jit_interface::jit() else { return Ok(Flow::Jump(back)) };
    // The compiled loop begins in the state at its header.
    // SAFETY: `header` is an instruction of the same code.
    unsafe { (*thread.frame).pc = header };
    let Some(entry) = jit.hot_loop(thread, code, code.unit_index(header)) else { return Ok(Flow::Switched) };
    compiled::enter(thread, entry)
}

pub fn pop_jump_if_false(thread: &mut Thread, distance: usize) -> Result<Flow> {
    Ok(if thread.pop() == Value::FALSE { Flow::Jump(distance as isize) } else { Flow::Next })
}

pub fn pop_jump_if_true(thread: &mut Thread, distance: usize) -> Result<Flow> {
    Ok(if thread.pop() == Value::TRUE { Flow::Jump(distance as isize) } else { Flow::Next })
}

pub fn pop_jump_if_none(thread: &mut Thread, distance: usize) -> Result<Flow> {
    Ok(if thread.pop().is_none() { Flow::Jump(distance as isize) } else { Flow::Next })
}

pub fn pop_jump_if_not_none(thread: &mut Thread, distance: usize) -> Result<Flow> {
    Ok(if thread.pop().is_none() { Flow::Next } else { Flow::Jump(distance as isize) })
}

/// Where a frame starts or continues: serves what waits.
pub fn resume(thread: &mut Thread, _: usize) -> Result<Flow> {
    if safepoint::is_due(thread) {
        safepoint::handle(thread)?;
    }
    let entry = thread.code().compiled_entry;
    if !entry.is_null() && !trace::is_on(thread) {
        // SAFETY: the entry was compiled for this code's state at its first RESUME, where the frame is; that of a generator looks
        // at which one it is.
        let entry = unsafe { std::mem::transmute::<*const u8, jit_interface::CompiledEntry>(entry) };
        return compiled::enter(thread, entry);
    }
    Ok(Flow::Next)
}

pub fn exit_init_check(thread: &mut Thread, _: usize) -> Result<Flow> {
    let result = thread.pop();
    check_init_result(thread, result)?;
    Ok(Flow::Next)
}

fn check_init_result(thread: &mut Thread, result: Value) -> Result<()> {
    if result.is_none() {
        return Ok(());
    }
    let got = crate::operations::attribute::class_name(result);
    Err(thread.type_error(format!("__init__() should return None, not '{got}'")))
}

pub fn return_value(thread: &mut Thread, _: usize) -> Result<Flow> {
    let value = thread.peek(1);
    trace::returning(thread, value)?;
    thread.pop();
    finish_frame(thread, value)
}

/// Ends the running frame with a value, which goes to the caller's stack or out of the loop.
pub fn finish_frame(thread: &mut Thread, mut value: Value) -> Result<Flow> {
    // SAFETY: the running frame's record.
    let (flags, owner) = unsafe { ((*thread.frame).flags, (*thread.frame).owner) };
    if flags & FRAME_GENERATOR != 0 {
        generators::finish(thread);
    }
    thread.pop_frame();
    if flags & (FRAME_INIT | FRAME_OPERATOR | FRAME_COMPARISON) != 0 {
        let settled = match flags & FRAME_INIT != 0 {
            true => check_init_result(thread, value).map(|()| owner),
            false => super::methods::settle(thread, flags, owner, value),
        };
        value = match settled {
            Ok(value) => value,
            // The loop's outermost frame is gone: its caller's exception isn't this loop's business.
            Err(Raised(exception)) if flags & FRAME_ENTRY != 0 => {
                thread.raised = exception;
                thread.exit_value = Value::NULL;
                return Ok(Flow::Exit);
            }
            Err(raised) => return Err(raised),
        };
    }
    if flags & FRAME_ENTRY != 0 {
        thread.exit_value = value;
        return Ok(Flow::Exit);
    }
    if flags & FRAME_DISCARD == 0 {
        thread.push(value);
    }
    // SAFETY: the caller's record; it set the offset when it made the call.
    unsafe {
        let caller = thread.frame;
        (*caller).pc = (*caller).pc.add((*caller).return_offset as usize);
    }
    Ok(Flow::Switched)
}
