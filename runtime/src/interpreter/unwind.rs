//! Exceptions on their way: tracebacks, handlers, leaving frames.

use crate::interpreter::frames::frame_object;
use crate::interpreter::{generators, trace};
use crate::object::exception::Exception;
use crate::object::frame::{FRAME_ENTRY, FRAME_GENERATOR, Frame};
use crate::object::traceback::Traceback;
use crate::thread::{Raised, Thread};
use crate::value::Value;

/// Raises in the running frame: goes to a handler, or leaves frames until one has one. Tells whether the loop goes on; if it
/// doesn't, its outermost frame was left, and the exception is in `raised`.
pub fn raise(thread: &mut Thread, raised: Raised) -> bool {
    let mut exception = raised.0;
    let mut reraising = std::mem::take(&mut thread.reraising);
    if !reraising && exception.cast::<Exception>().traceback.is_null() {
        set_context(thread, exception);
    }
    let mut origin = std::mem::replace(&mut thread.reraised_unit, -1);
    loop {
        if !reraising {
            add_traceback(thread.frame, exception);
            exception = trace::raised(thread, Raised(exception)).0;
        }
        reraising = false;
        if enter_handler(thread, exception, origin) {
            return true;
        }
        let code = thread.code();
        if (0..code.length as i64).contains(&origin) {
            // Whoever looks at the frame now sees the line that raised first.
            // SAFETY: the running frame's record, and a unit of its code.
            unsafe { (*thread.frame).pc = code.instructions.add(origin as usize) };
        }
        origin = -1;
        exception = trace::unwinding(thread, Raised(exception)).0;
        // SAFETY: the running frame's record.
        let flags = unsafe { (*thread.frame).flags };
        if flags & FRAME_GENERATOR != 0 {
            generators::finish(thread);
        }
        thread.pop_frame();
        if flags & FRAME_ENTRY != 0 {
            thread.raised = exception;
            thread.exit_value = Value::NULL;
            return false;
        }
    }
}

/// For compiled code: the running frame catches what has been raised in the frame of a record above it, or in itself. The frames
/// above are left, and all are added to the traceback. Gives the exception.
///
/// # Safety
/// The records from the running frame's to `innermost` are exact but for the operand stack.
pub unsafe fn catch_compiled(thread: &mut Thread, innermost: *mut Frame) -> Value {
    let own = std::mem::replace(&mut thread.frame, innermost);
    let Raised(exception) = thread.take_raised();
    let mut reraising = std::mem::take(&mut thread.reraising);
    if !reraising && exception.cast::<Exception>().traceback.is_null() {
        set_context(thread, exception);
    }
    thread.reraised_unit = -1;
    loop {
        if !reraising {
            add_traceback(thread.frame, exception);
        }
        reraising = false;
        if thread.frame == own {
            return exception;
        }
        thread.pop_frame();
    }
}

/// For compiled code: what has been raised in the frame of a record above the running frame's, or in itself, is caught by none of them. The
/// frames above are left, and all are added to the traceback. The exception is `raised` again, and the running frame is to be left.
///
/// # Safety
/// As [`catch_compiled`].
pub unsafe fn propagate_compiled(thread: &mut Thread, innermost: *mut Frame) {
    let own = std::mem::replace(&mut thread.frame, innermost);
    let mut raised = thread.take_raised();
    let mut reraising = std::mem::take(&mut thread.reraising);
    if !reraising && raised.0.cast::<Exception>().traceback.is_null() {
        set_context(thread, raised.0);
    }
    thread.reraised_unit = -1;
    loop {
        if !reraising {
            add_traceback(thread.frame, raised.0);
            raised = trace::raised(thread, raised);
        }
        reraising = false;
        raised = trace::unwinding(thread, raised);
        if thread.frame == own {
            thread.raised = raised.0;
            return;
        }
        thread.pop_frame();
    }
}

/// Goes to the handler of the running frame's instruction, if there is one. `origin` is the unit that raised first, if not that one.
fn enter_handler(thread: &mut Thread, exception: Value, origin: i64) -> bool {
    let code = thread.code();
    // SAFETY: the running frame's record; a handler's depth and target were verified.
    unsafe {
        let frame = thread.frame;
        let unit = code.unit_index((*frame).pc);
        let handler = code.definition().handler_for(unit * 2);
        let depth = handler.as_ref().map_or(0, |handler| handler.depth);
        generators::close_owned_operands(thread, depth);
        let Some(handler) = handler else { return false };
        (*frame).sp = (*frame).fp.add(code.locals_count as usize + handler.depth);
        if handler.lasti {
            thread.push(Value::from_small_int(if origin < 0 { unit as i64 } else { origin }));
        }
        thread.push(exception);
        (*frame).pc = code.instructions.add(handler.target / 2);
    }
    true
}

/// The line of a traceback's entry that is found when somebody asks.
const LINE_OF_INSTRUCTION: i32 = -1;

/// Adds an entry for a frame to an exception's traceback.
pub fn add_traceback(frame: *mut Frame, exception: Value) {
    // SAFETY: a live record.
    unsafe {
        let code = (*frame).code;
        let object = frame_object(frame);
        let offset = code.unit_index((*frame).pc) as i32 * 2;
        let mut exception = exception.cast::<Exception>();
        let next = if exception.traceback.is_null() { Value::NONE } else { exception.traceback };
        exception.traceback = Traceback::new(next, object, offset, LINE_OF_INSTRUCTION).value();
        exception.write_barrier();
    }
}

/// Makes the exception being handled the context of one that is raised now. A cycle is cut.
pub fn set_context(thread: &Thread, exception: Value) {
    let handled = thread.handled;
    if handled.is_none() || handled == exception {
        return;
    }
    // Where the chain from the handled one leads back to this one, cut it there. Floyd's second pointer stops at older cycles.
    let mut at = handled.cast::<Exception>();
    let mut slow = at;
    let mut advance_slow = false;
    while let Some(context) = at.context.downcast::<Exception>() {
        if context.value() == exception {
            at.context = Value::NULL;
            break;
        }
        at = context;
        if at == slow {
            break;
        }
        if advance_slow {
            if let Some(next) = slow.context.downcast::<Exception>() {
                slow = next;
            }
        }
        advance_slow = !advance_slow;
    }
    let mut raised = exception.cast::<Exception>();
    raised.context = handled;
    raised.write_barrier();
}

/// `raise raised from cause`, and the cause as context too.
pub fn set_cause(raised: Raised, cause: Raised) {
    if let Some(mut exception) = raised.0.downcast::<Exception>() {
        exception.cause = cause.0;
        exception.context = cause.0;
        exception.suppress_context = Value::TRUE;
        exception.write_barrier();
    }
}
