//! Exits: the interpreter's frames are rebuilt, the exit is counted, and the policy learns from it.
//!
//! **Invariant.** Machine code calls [`deoptimize`] with the thread that runs it, whose current record is the unit's own, after storing the
//! values of all frames where the exit's description says.

use super::unit::Unit;
use crate::deoptimize::ExitFrame;
use crate::layout::DEOPTED;
use taipan_runtime::interpreter::slow::cache_words;
use taipan_runtime::object::code::Code;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::frame::{FRAME_INIT, Frame};
use taipan_runtime::object::pointer::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::value::Value;

/// Rebuilds the frames of an exit. Gives the marker that they are to be run.
pub unsafe extern "C" fn deoptimize(
    thread: *mut Thread,
    fp: *mut Value,
    unit: *mut Unit,
    number: u32,
) -> u64 {
    // SAFETY: the module's invariant.
    unsafe {
        let exit = &(&(*unit).exits)[number as usize];
        let record = (*thread).frame;
        for (depth, frame) in exit.frames.iter().enumerate() {
            let target = record.add(depth);
            if depth > 0 {
                push(target, frame, fp, exit.published);
            }
            let first = fp.add(frame.base as usize);
            (*target).pc = (frame.record.instructions as *mut u16).add(frame.pc as usize);
            (*target).sp = first.add((frame.locals + frame.stack) as usize);
            if depth + 1 < exit.frames.len() {
                let call = *(*target).pc as u8;
                (*target).return_offset = 1 + cache_words(call) as u16;
            }
        }
        (*thread).frame = record.add(exit.frames.len() - 1);
        super::exit_taken(&mut *unit, number);
        DEOPTED
    }
}

unsafe fn push(target: *mut Frame, frame: &ExitFrame, fp: *mut Value, published: bool) {
    let words = &frame.record;
    // SAFETY: the module's invariant; the array of records has room for inlined frames beyond its limit.
    unsafe {
        let first = fp.add(frame.base as usize);
        let object = if published { (*target).object } else { Value::NULL };
        target.write(Frame {
            pc: std::ptr::null_mut(),
            fp: first,
            sp: first,
            code: Value(words.code).cast::<Code>(),
            constants: words.constants as *const Value,
            function: Value(words.function),
            globals: Value(words.globals).cast::<Dict>(),
            builtins: Value(words.builtins).cast::<Dict>(),
            locals: Value::NULL,
            owner: if frame.is_init { *first.sub(1) } else { Value::NULL },
            object,
            saved_handled: Value::NULL,
            flags: words.flags | if frame.is_init { FRAME_INIT } else { 0 },
            return_offset: 0,
            unused: 0,
            site: 0,
        });
    }
}

/// The code object of a frame.
pub fn code_of(frame: &ExitFrame) -> Gc<Code> {
    Value(frame.record.code).cast()
}
