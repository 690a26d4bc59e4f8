//! Tracing: the events of `sys.settrace` and `sys.setprofile`.
//!
//! While a thread has a trace or profile function its loop uses a table of handlers that all come here first
//! ([`execute`]): the event of the instruction, then its general body. So code that isn't traced pays nothing. Functions
//! that run as hooks aren't traced themselves. As in CPython the events tell of base instructions: `call` at RESUME,
//! `line` where [`lines`] says that one begins, `return` at RETURN_VALUE and YIELD_VALUE and where an exception leaves a frame.

mod jump;
mod lines;

use super::frames::frame_object;
use super::slow;
use super::unwind;
use crate::object::code::Code;
use crate::object::exception::Exception;
use crate::object::frame::{FRAME_GENERATOR, FRAME_HANDLES, Frame, FrameObject};
use crate::object::kind::ObjectKind;
use crate::object::native_function::{NativeFunction, NativeMethod};
use crate::object::pointer::Gc;
use crate::object::special::Special;
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::operations::{self, class_of};
use crate::thread::{Raised, Result, Thread};
use crate::types;
use crate::value::Value;
use lines::Lines;
use std::collections::HashMap;
use taipan_compiler::opcode::Opcode;

/// Bit of [`Thread::mode`]: events are to be told.
pub const MODE_TRACING: u32 = 1;

/// Whether the thread tells of events now.
#[inline(always)]
pub fn is_on(thread: &Thread) -> bool {
    thread.mode & MODE_TRACING != 0
}

/// Sets or, with NULL, removes the thread's trace function.
pub fn set_trace_function(thread: &mut Thread, function: Value) {
    thread.trace_function = function;
    leave_compiled_code(function);
    update_mode(thread);
}

/// Sets or, with NULL, removes the thread's profile function.
pub fn set_profile_function(thread: &mut Thread, function: Value) {
    thread.profile_function = function;
    leave_compiled_code(function);
    update_mode(thread);
}

/// Loops that run compiled tell no events: they go on interpreted once there is somebody to tell.
fn leave_compiled_code(function: Value) {
    if !function.is_null() {
        crate::jit_interface::leave_all();
    }
}

fn update_mode(thread: &mut Thread) {
    let functions = !thread.trace_function.is_null() || !thread.profile_function.is_null();
    let on = functions && thread.hooks_running == 0;
    thread.mode = thread.mode & !MODE_TRACING | if on { MODE_TRACING } else { 0 };
    if !functions {
        // SAFETY: guarded by the interpreter lock.
        unsafe { *(&raw mut LINES) = None };
    }
}

/// `sys.call_tracing`: a call that is traced even from within a hook.
pub fn call_traced(thread: &mut Thread, function: Value, arguments: &[Value]) -> Result {
    let running = std::mem::take(&mut thread.hooks_running);
    update_mode(thread);
    let result = thread.call(function, arguments);
    thread.hooks_running = running;
    update_mode(thread);
    result
}

/// The frame whose line a hook set last, and its stack's new top.
static mut JUMPED: (*mut Frame, *mut Value) = (std::ptr::null_mut(), std::ptr::null_mut());

/// The event of the hook that runs.
static mut EVENT: &str = "";

/// `frame.f_lineno = line`, from a trace function: the frame goes on at that line.
pub fn set_line(thread: &mut Thread, mut frame: Gc<FrameObject>, line: i32) -> Result<()> {
    // SAFETY: guarded by the interpreter lock.
    let event = unsafe { *(&raw const EVENT) };
    let record = frame.record;
    if thread.hooks_running == 0 || record.is_null() {
        return Err(thread.value_error("f_lineno can only be set in a trace function"));
    }
    // SAFETY: a frame object's record is live while it isn't null.
    let (code, unit) = unsafe { ((*record).code, (*record).code.unit_index((*record).pc)) };
    match event {
        "line" | "opcode" => {}
        // SAFETY: the record's instruction.
        "call" if unsafe { *(*record).pc >> 8 } & 3 == 0 => {
            return Err(thread.value_error("can't jump from the 'call' trace event of a new frame"));
        }
        _ => return Err(thread.value_error("can only jump from a 'line' trace event")),
    }
    let target = match jump::find(code, unit, line) {
        Ok(target) => target,
        Err(complaint) => return Err(thread.value_error(complaint)),
    };
    fill_unbound(thread, record)?;
    // The record's own top counts what the hook's call needed, too.
    // SAFETY: a live record.
    let bottom = unsafe { (*record).fp.add(code.locals_count as usize) };
    let mut top = unsafe { bottom.add(target.depth + target.dropped.len()) };
    for place in target.dropped {
        // SAFETY: the operands that the analysis found are there.
        unsafe {
            top = top.sub(1);
            let value = *top;
            if place == jump::Place::Exception {
                let outer = (*record).flags & FRAME_GENERATOR != 0 && value.is_none();
                thread.handled = if outer { (*record).saved_handled } else { value };
                if outer {
                    (*record).flags &= !FRAME_HANDLES;
                }
            }
            super::generators::close_owned(thread, value);
        }
    }
    // SAFETY: a unit of the frame's code. The top is set when the hook has returned: its call restores the one it began with.
    unsafe {
        (*record).pc = code.instructions.add(target.unit);
        *(&raw mut JUMPED) = (record, top);
    }
    frame.traced_unit = target.unit as u32 + 1;
    Ok(())
}

/// Code relies on locals that were certainly set before it: those that aren't become None.
fn fill_unbound(thread: &mut Thread, record: *mut Frame) -> Result<()> {
    // SAFETY: the locals of a live record.
    let locals = unsafe {
        let code = (*record).code;
        std::slice::from_raw_parts_mut((*record).fp, code.locals_count as usize)
    };
    let unbound = locals.iter().filter(|local| local.is_null()).count();
    if unbound == 0 {
        return Ok(());
    }
    let plural = if unbound == 1 { "" } else { "s" };
    let message = format!("assigning None to {unbound} unbound local{plural}");
    crate::builtins::warnings::warn(thread, types().runtime_warning, &message, 0)?;
    locals.iter_mut().filter(|local| local.is_null()).for_each(|local| *local = Value::NONE);
    Ok(())
}

/// The lines of the code objects that were traced, by the codes' versions.
static mut LINES: Option<HashMap<u32, &'static Lines>> = None;

fn lines_of(code: Gc<Code>) -> &'static Lines {
    // SAFETY: guarded by the interpreter lock; no reference into the map is kept. What is in it lives on: a hook may
    // switch tracing off while its caller still looks at the lines.
    unsafe {
        let map = (*(&raw mut LINES)).get_or_insert_with(HashMap::new);
        map.entry(code.version).or_insert_with(|| Box::leak(Box::new(Lines::of(code))))
    }
}

fn call_hook(
    thread: &mut Thread,
    hook: Value,
    frame: Gc<FrameObject>,
    event: &'static str,
    argument: Value,
) -> Result {
    thread.hooks_running += 1;
    update_mode(thread);
    // SAFETY: guarded by the interpreter lock.
    let outer = unsafe { std::mem::replace(&mut *(&raw mut EVENT), event) };
    let result = thread.call(hook, &[frame.value(), intern(event).value(), argument]);
    // SAFETY: as above.
    unsafe { *(&raw mut EVENT) = outer };
    thread.hooks_running -= 1;
    update_mode(thread);
    result
}

/// Tells the running frame's trace function (at a call the thread's) of an event.
fn tell_tracer(thread: &mut Thread, event: &'static str, argument: Value) -> Result<()> {
    if thread.trace_function.is_null() {
        return Ok(());
    }
    let hook = if event == "call" {
        thread.trace_function
    } else {
        // SAFETY: the running frame's record.
        match unsafe { (*thread.frame).object }.downcast::<FrameObject>() {
            Some(object) => object.trace,
            None => Value::NULL,
        }
    };
    if hook.is_null() {
        return Ok(());
    }
    let mut frame = frame_object(thread.frame);
    match call_hook(thread, hook, frame, event, argument) {
        Ok(Value::NONE) => Ok(()),
        Ok(next) => {
            frame.trace = next;
            frame.write_barrier();
            Ok(())
        }
        Err(raised) => {
            set_trace_function(thread, Value::NULL);
            frame.trace = Value::NULL;
            Err(raised)
        }
    }
}

fn tell_profiler(thread: &mut Thread, event: &'static str, argument: Value) -> Result<()> {
    let hook = thread.profile_function;
    if hook.is_null() {
        return Ok(());
    }
    let frame = frame_object(thread.frame);
    match call_hook(thread, hook, frame, event, argument) {
        Ok(_) => Ok(()),
        Err(raised) => {
            set_profile_function(thread, Value::NULL);
            Err(raised)
        }
    }
}

fn tell_both(thread: &mut Thread, event: &'static str, argument: Value) -> Result<()> {
    tell_tracer(thread, event, argument)?;
    tell_profiler(thread, event, argument)
}

/// The running frame begins or goes on.
pub fn entered(thread: &mut Thread) -> Result<()> {
    if is_on(thread) { tell_both(thread, "call", Value::NONE) } else { Ok(()) }
}

/// The running frame is about to return or yield a value.
pub fn returning(thread: &mut Thread, value: Value) -> Result<()> {
    if is_on(thread) { tell_both(thread, "return", value) } else { Ok(()) }
}

/// An exception arrived in the running frame. What a hook raises takes its place.
pub fn raised(thread: &mut Thread, raised: Raised) -> Raised {
    if !is_on(thread) || thread.trace_function.is_null() {
        return raised;
    }
    let traceback = raised.0.cast::<Exception>().traceback.non_null().unwrap_or(Value::NONE);
    let argument = Tuple::new(&[class_of(raised.0).value(), raised.0, traceback]);
    match tell_tracer(thread, "exception", argument.value()) {
        Ok(()) => raised,
        Err(other) => other,
    }
}

/// An exception is about to leave the running frame. What a hook raises takes its place.
pub fn unwinding(thread: &mut Thread, raised: Raised) -> Raised {
    if !is_on(thread) {
        return raised;
    }
    match tell_both(thread, "return", Value::NONE) {
        Ok(()) => raised,
        Err(other) => other,
    }
}

/// The next item of an iterator; a StopIteration of a class written in Python is an event.
pub fn next_with_event(thread: &mut Thread, iterator: Value) -> Result<Option<Value>> {
    let class = class_of(iterator);
    let method = match class.special(Special::Next) {
        Some(method) if class.definition.is_none() => method,
        _ => return operations::next(thread, iterator),
    };
    match operations::call::call_special(thread, method, iterator, &[]) {
        Ok(item) => Ok(Some(item)),
        Err(stop) if operations::iterate::is_stop(stop) => {
            let told = raised(thread, stop);
            if told == stop { Ok(None) } else { Err(told) }
        }
        Err(raised) => Err(raised),
    }
}

/// A generator or coroutine that the running frame iterates over or awaits came to its end with a value.
fn stopped(thread: &mut Thread, value: Value) -> Result<()> {
    let stop = super::generators::stop_with(value);
    let told = raised(thread, stop);
    if told == stop { Ok(()) } else { Err(told) }
}

/// What the profiler is told of a native call: the function, bound to its receiver.
fn profiled(callable: Value, arguments: &[Value]) -> Option<Value> {
    if callable.downcast::<NativeFunction>().is_some() {
        return Some(callable);
    }
    let method = callable.downcast::<NativeMethod>()?;
    let receiver = *arguments.first()?;
    Some(NativeFunction::new(method.definition, receiver, Value::NONE, method.owner.value()).value())
}

/// Makes a call from Python code, with the profiler's events if it is of a native function.
pub fn call_with_events(
    thread: &mut Thread,
    callable: Value,
    arguments: &[Value],
    call: impl FnOnce(&mut Thread) -> Result,
) -> Result {
    if !is_on(thread) || thread.profile_function.is_null() {
        return call(thread);
    }
    let Some(function) = profiled(callable, arguments) else { return call(thread) };
    tell_profiler(thread, "c_call", function)?;
    match call(thread) {
        Ok(result) => {
            if is_on(thread) {
                tell_profiler(thread, "c_return", function)?;
            }
            Ok(result)
        }
        Err(raised) => {
            if is_on(thread) {
                tell_profiler(thread, "c_exception", function)?;
            }
            Err(raised)
        }
    }
}

/// The base opcode of a code unit.
fn opcode_at(pc: *const u16) -> Option<Opcode> {
    // SAFETY: callers pass an instruction of a running frame's code.
    Opcode::from_u8(unsafe { *pc } as u8).map(Opcode::base)
}

/// The events that come before the running frame's instruction at `pc`.
fn before_instruction(thread: &mut Thread, pc: *const u16) -> Result<()> {
    // SAFETY: the running frame's record.
    let object = unsafe { (*thread.frame).object }.downcast::<FrameObject>();
    if let Some(mut object) = object {
        let unit = thread.code().unit_index(pc);
        let previous = std::mem::replace(&mut object.traced_unit, unit as u32 + 1).checked_sub(1);
        if !thread.trace_function.is_null() && !object.trace.is_null() {
            if object.trace_lines {
                line_event(thread, unit, previous.map(|unit| unit as usize))?;
            }
            let jumped = !std::ptr::eq(unsafe { (*thread.frame).pc }, pc);
            if object.trace_opcodes && !jumped {
                tell_tracer(thread, "opcode", Value::NONE)?;
            }
        }
    }
    match opcode_at(pc) {
        Some(Opcode::Resume) => entered(thread),
        Some(Opcode::EndFor) if class_of(thread.peek(2)) == types().generator => {
            let value = thread.peek(1);
            stopped(thread, value)
        }
        Some(Opcode::EndSend) if thread.peek(2).is_kind(ObjectKind::Generator) => {
            let value = thread.peek(1);
            stopped(thread, value)
        }
        _ => Ok(()),
    }
}

fn line_event(thread: &mut Thread, unit: usize, previous: Option<usize>) -> Result<()> {
    let code = thread.code();
    let lines = lines_of(code);
    let same_line = previous.is_some_and(|previous| lines.line[previous] == lines.line[unit]);
    // SAFETY: units of the frame's code.
    let previous_opcode = previous.and_then(|previous| opcode_at(unsafe { code.instructions.add(previous) }));
    let begins = if same_line {
        match previous_opcode {
            // A loop on one line begins it anew each time round.
            Some(Opcode::JumpBackward) => lines.line[unit] >= 0,
            Some(Opcode::Resume) => lines.starts[unit],
            _ => false,
        }
    } else {
        lines.starts[unit]
    };
    if begins { tell_tracer(thread, "line", Value::NONE) } else { Ok(()) }
}

/// Runs the instruction at `pc` with its events. Tells whether the loop goes on, in the thread's current frame.
///
/// # Safety
/// As [`slow::execute`].
// Never inlined, as that isn't.
#[inline(never)]
pub unsafe fn execute(thread: *mut Thread, mut pc: *mut u16, sp: *mut Value, oparg: u64) -> bool {
    // SAFETY: the caller's promise; the thread is live and this is the only reference to it.
    unsafe {
        let thread = &mut *thread;
        (*thread.frame).pc = pc;
        (*thread.frame).sp = sp;
        if is_on(thread) {
            if let Err(raised) = before_instruction(thread, pc) {
                return unwind::raise(thread, raised);
            }
            if (*thread.frame).pc != pc {
                // The hook set `f_lineno`.
                let (record, top) = *(&raw const JUMPED);
                if record == thread.frame {
                    (*record).sp = top;
                }
                return true;
            }
        }
        let mut operand = oparg as usize;
        while *pc as u8 == Opcode::ExtendedArg as u8 {
            pc = pc.add(1);
            operand = operand << 8 | (*pc >> 8) as usize;
        }
        (*thread.frame).pc = pc;
        if let Some(mut object) = (*thread.frame).object.downcast::<FrameObject>() {
            object.traced_unit = thread.code().unit_index(pc) as u32 + 1;
        }
        slow::execute_general(thread, pc, operand)
    }
}
