//! Entering compiled code, and what comes of it.
//!
//! Compiled code is entered where a frame is at a RESUME: that of a function's start, or any at which a generator waits. **Invariant.** The
//! frame's record is the thread's current one, and its values are where the interpreter has them. A generator's compiled code that yields has
//! saved the frame in the generator and marked it suspended; its record is still there.

use crate::interpreter::slow::{Flow, GENERAL, finish_frame};
use crate::interpreter::{generators, safepoint, trace, unwind};
use crate::jit_interface::{CompiledEntry, DEOPTIMIZED};
use crate::object::code::Code;
use crate::object::frame::{FRAME_ENTRY, FRAME_GENERATOR};
use crate::object::generator::{Generator, GeneratorState};
use crate::object::pointer::Gc;
use crate::thread::{Result, Thread};
use crate::value::Value;
use taipan_compiler::opcode::Opcode;

/// Goes on with the running frame in compiled code.
pub fn enter(thread: &mut Thread, entry: CompiledEntry) -> Result<Flow> {
    // SAFETY: the entry was compiled for this code's state at the frame's pc.
    let result = unsafe {
        let fp = (*thread.frame).fp;
        entry(thread, fp)
    };
    left(thread, result)
}

/// What comes of a compiled unit's result.
pub fn left(thread: &mut Thread, result: Value) -> Result<Flow> {
    // SAFETY: the running frame's record.
    let (flags, owner) = unsafe { ((*thread.frame).flags, (*thread.frame).owner) };
    if result == DEOPTIMIZED {
        return if thread.raised.is_null() { Ok(Flow::Switched) } else { Err(thread.take_raised()) };
    }
    if result.is_null() {
        return raised(thread, flags);
    }
    if flags & FRAME_GENERATOR != 0 && owner.cast::<Generator>().state == GeneratorState::Suspended {
        return generators::suspended(thread, result);
    }
    finish_frame(thread, result)
}

/// A unit that an exception goes through: its frame is in the traceback already.
fn raised(thread: &mut Thread, flags: u32) -> Result<Flow> {
    let raised = thread.take_raised();
    if flags & FRAME_GENERATOR != 0 {
        generators::finish(thread);
    }
    thread.pop_frame();
    if flags & FRAME_ENTRY == 0 {
        return Err(raised);
    }
    thread.raised = raised.0;
    thread.exit_value = Value::NULL;
    Ok(Flow::Exit)
}

/// The compiled code of a code object, if it may be entered now.
#[inline]
pub fn entry(thread: &Thread, code: Gc<Code>) -> Option<CompiledEntry> {
    let entry = code.compiled_entry;
    if entry.is_null() || trace::is_on(thread) || safepoint::is_due(thread) {
        return None;
    }
    // SAFETY: the engine sets entries of that type.
    Some(unsafe { std::mem::transmute::<*const u8, CompiledEntry>(entry) })
}

/// Runs the current frame, which has just been pushed with `FRAME_ENTRY`, as compiled code if there is some. Tells whether it is done:
/// it has returned, yielded or raised. Else the interpreter is to go on with the thread's current frame.
#[inline]
pub fn start(thread: &mut Thread) -> bool {
    let Some(entry) = entry(thread, thread.code()) else { return false };
    if !go_to_resume(thread) {
        return false;
    }
    match enter(thread, entry) {
        Ok(Flow::Exit) => true,
        Ok(_) => false,
        Err(raised) => !unwind::raise(thread, raised),
    }
}

/// Executes what comes before a frame's RESUME. Tells whether the frame is at one that compiled code may be entered at; if not, it is
/// somewhere in front of it.
fn go_to_resume(thread: &mut Thread) -> bool {
    loop {
        // SAFETY: the running frame's record; the code was verified.
        let (pc, opcode, operand) = unsafe {
            let pc = (*thread.frame).pc;
            (pc, *pc as u8, (*pc >> 8) as usize)
        };
        if opcode == Opcode::Resume as u8 {
            return true;
        }
        let prepares = opcode == Opcode::CopyFreeVars as u8
            || opcode == Opcode::MakeCell as u8
            // The value sent to a generator that begins.
            || opcode == Opcode::PopTop as u8;
        if !prepares || !matches!(GENERAL[opcode as usize](thread, operand), Ok(Flow::Next)) {
            return false;
        }
        // SAFETY: none of them has cache words.
        unsafe { (*thread.frame).pc = pc.add(1) };
    }
}
