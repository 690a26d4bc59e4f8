//! Generators made by compiled code, without the interpreter's loop in between.
//!
//! **Invariant.** As for all helpers: the thread's current record is exact, its operand stack included.

use taipan_compiler::code::CodeFlags;
use taipan_compiler::opcode::Opcode;
use taipan_runtime::interpreter::slow::{Flow, GENERAL};
use taipan_runtime::interpreter::{run, trace};
use taipan_runtime::object::frame::FRAME_ENTRY;
use taipan_runtime::object::generator::Generator;
use taipan_runtime::thread::{Result, Thread};
use taipan_runtime::types;

/// Runs a function's frame that a general body has just pushed to its end.
pub fn run_entered(thread: &mut Thread) -> Result {
    // SAFETY: the entered frame's record.
    let code = unsafe {
        (*thread.frame).flags |= FRAME_ENTRY;
        (*thread.frame).code
    };
    if CodeFlags(code.flags).is_generator_like() && !trace::is_on(thread) {
        return make(thread);
    }
    if let Err(raised) = thread.check_native_stack() {
        thread.pop_frame();
        return Err(raised);
    }
    run(thread)
}

/// Executes what a generator function does when it is called: makes a generator.
fn make(thread: &mut Thread) -> Result {
    // SAFETY: the pushed frame's record and the caller's below it, at the call with the way to what follows.
    let owned = unsafe {
        let caller = thread.frame.sub(1);
        let next = *(*caller).pc.add((*caller).return_offset as usize) as u8;
        next == Opcode::GetIter as u8 || next == Opcode::GetYieldFromIter as u8
    };
    loop {
        // SAFETY: the running frame's record; none of the instructions has cache words.
        let (pc, opcode, operand) = unsafe {
            let pc = (*thread.frame).pc;
            (pc, *pc as u8, (*pc >> 8) as usize)
        };
        let expected = [Opcode::CopyFreeVars, Opcode::MakeCell, Opcode::ReturnGenerator];
        if !expected.iter().any(|prefix| *prefix as u8 == opcode) {
            return run(thread);
        }
        match GENERAL[opcode as usize](thread, operand) {
            // SAFETY: as above.
            Ok(Flow::Next) => unsafe { (*thread.frame).pc = pc.add(1) },
            Ok(_) => break,
            Err(raised) => {
                thread.pop_frame();
                return Err(raised);
            }
        }
    }
    let value = thread.exit_value;
    if let Some(mut generator) = value.downcast::<Generator>()
        && generator.class() == types().generator
    {
        generator.owned_by_frame = owned;
    }
    Ok(value)
}
