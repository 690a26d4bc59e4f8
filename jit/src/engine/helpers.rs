//! The runtime's side of compiled code: functions that machine code calls.
//!
//! **Invariants.** Machine code calls them with the thread that runs it, whose current frame record (and those of inlined frames) it
//! has brought up to date. Values passed are live: the caller holds them in registers or on its native stack, which the collector scans.
//! A helper that raises returns 0 with the exception in `thread.raised`.

use crate::layout::Helper;
use taipan_compiler::opcode::Opcode;
use taipan_runtime::heap::{Header, heap, heap_write_barrier_slow, native_call};
use taipan_runtime::interpreter::generators::{self, Outcome};
use taipan_runtime::interpreter::slow::{Flow, GENERAL};
use taipan_runtime::interpreter::warm::slice_between;
use taipan_runtime::interpreter::{frames, run, unwind};
use taipan_runtime::native::NativeDefinition;
use taipan_runtime::object::frame::{FRAME_ENTRY, Frame};
use taipan_runtime::object::generator::Generator;
use taipan_runtime::object::iterator::{ListIterator, RangeIterator, TupleIterator};
use taipan_runtime::object::kind::ObjectKind;
use taipan_runtime::object::list::List;
use taipan_runtime::object::slice::Slice;
use taipan_runtime::object::str::Str;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations;
use taipan_runtime::thread::{Raised, Result, Thread};
use taipan_runtime::types;
use taipan_runtime::value::Value;

/// The helpers' addresses.
pub fn table() -> Vec<(Helper, usize)> {
    vec![
        (Helper::Deoptimize, super::exits::deoptimize as *const () as usize),
        (Helper::DetachFrame, detach_frame as *const () as usize),
        (Helper::Resume, resume as *const () as usize),
        (Helper::Enter, enter as *const () as usize),
        (Helper::BoxFloat, box_float as *const () as usize),
        (Helper::WriteBarrier, heap_write_barrier_slow as *const () as usize),
        (Helper::Truth, truth as *const () as usize),
        (Helper::Power, power as *const () as usize),
        (Helper::ListAppend, list_append as *const () as usize),
        (Helper::Subscript, subscript as *const () as usize),
        (Helper::Slice, slice as *const () as usize),
        (Helper::StoreSubscript, store_subscript as *const () as usize),
        (Helper::Contains, contains as *const () as usize),
        (Helper::StringItem, subscript as *const () as usize),
        (Helper::Call, call as *const () as usize),
        (Helper::CallNative, call_native as *const () as usize),
        (Helper::StringsEqual, strings_equal as *const () as usize),
        (Helper::NewTuple, new_tuple as *const () as usize),
        (Helper::NewList, new_list as *const () as usize),
        (Helper::Allocate, allocate as *const () as usize),
        (Helper::NewRangeIterator, new_range_iterator as *const () as usize),
        (Helper::NewEnumerate, new_enumerate as *const () as usize),
        (Helper::NewSequenceIterator, new_sequence_iterator as *const () as usize),
        (Helper::MissedResume, super::missed_resume as *const () as usize),
        (Helper::LeaveHandled, leave_handled as *const () as usize),
        (Helper::Propagate, propagate as *const () as usize),
        (Helper::Catch, catch as *const () as usize),
        (Helper::Operation, operation as *const () as usize),
    ]
}

/// Ends a helper: the value, or 0 with the exception in the thread.
fn finish(thread: &mut Thread, result: Result) -> u64 {
    match result {
        Ok(value) => value.0,
        Err(Raised(exception)) => {
            thread.raised = exception;
            0
        }
    }
}

unsafe extern "C" fn detach_frame(record: *mut Frame) {
    // SAFETY: a live record with a frame object.
    unsafe { frames::detach_frame_object(record) }
}

/// Runs the rebuilt frames from `record` up until that one returns.
unsafe extern "C" fn resume(thread: *mut Thread, record: *mut Frame) -> u64 {
    // SAFETY: the module's invariant.
    let thread = unsafe {
        (*record).flags |= FRAME_ENTRY;
        &mut *thread
    };
    if !thread.raised.is_null() {
        let raised = thread.take_raised();
        if !unwind::raise(thread, raised) {
            return 0;
        }
    }
    let result = run(thread);
    finish(thread, result)
}

/// Interprets the frame whose record was pushed last.
unsafe extern "C" fn enter(thread: *mut Thread, record: *mut Frame) -> u64 {
    // SAFETY: the module's invariant.
    unsafe {
        let thread = &mut *thread;
        let code = (*record).code;
        let end = (*record).fp.add(code.frame_size as usize);
        if record >= thread.frame_limit || end >= thread.stack_limit {
            thread.frame = record.sub(1);
            let Raised(exception) = thread.recursion_error("maximum recursion depth exceeded");
            thread.raised = exception;
            return 0;
        }
        if let Err(Raised(exception)) = thread.check_native_stack() {
            thread.frame = record.sub(1);
            thread.raised = exception;
            return 0;
        }
        (*record).flags |= FRAME_ENTRY;
        let result = run(thread);
        finish(thread, result)
    }
}

extern "C" fn box_float(number: f64) -> u64 {
    Value::from_float(number).0
}

unsafe extern "C" fn truth(thread: *mut Thread, value: Value) -> u64 {
    // SAFETY: the module's invariant.
    let thread = unsafe { &mut *thread };
    match operations::compare::is_true(thread, value) {
        Ok(truth) => u64::from(truth),
        Err(Raised(exception)) => {
            thread.raised = exception;
            2
        }
    }
}

extern "C" fn power(base: f64, exponent: f64) -> f64 {
    base.powf(exponent)
}

extern "C" fn list_append(list: Value, value: Value) {
    list.cast::<List>().push(value);
}

/// The values of an array argument.
unsafe fn values<'a>(array: *const Value, count: usize) -> &'a [Value] {
    // SAFETY: machine code passes a part of its native stack.
    unsafe { std::slice::from_raw_parts(array, count) }
}

/// Calls a native function; the arguments are the receiver, if it has one, and the positional ones.
unsafe extern "C" fn call_native(
    thread: *mut Thread,
    definition: *const NativeDefinition,
    array: *const Value,
    count: usize,
) -> u64 {
    // SAFETY: the module's invariant; definitions are static, and the arguments are on the caller's native stack.
    let result = unsafe { native_call(|| ((*definition).call)(thread, array, count, Value::NULL)) };
    result.0
}

unsafe extern "C" fn subscript(thread: *mut Thread, _: u64, container: Value, key: Value) -> u64 {
    // SAFETY: the module's invariant.
    let thread = unsafe { &mut *thread };
    let result = operations::get_item(thread, container, key);
    finish(thread, result)
}

unsafe extern "C" fn slice(thread: *mut Thread, _: u64, container: Value, start: Value, stop: Value) -> u64 {
    // SAFETY: the module's invariant.
    let thread = unsafe { &mut *thread };
    let result = match slice_between(thread, container, start, stop) {
        Some(result) => result,
        None => operations::get_item(thread, container, Slice::new(start, stop, Value::NONE).value()),
    };
    finish(thread, result)
}

unsafe extern "C" fn store_subscript(
    thread: *mut Thread,
    _: u64,
    container: Value,
    key: Value,
    value: Value,
) -> u64 {
    // SAFETY: the module's invariant.
    let thread = unsafe { &mut *thread };
    let result = operations::set_item(thread, container, key, value).map(|()| Value::NONE);
    finish(thread, result)
}

unsafe extern "C" fn contains(thread: *mut Thread, inverted: u64, container: Value, item: Value) -> u64 {
    // SAFETY: the module's invariant.
    let thread = unsafe { &mut *thread };
    let result = operations::contains(thread, container, item);
    finish(thread, result.map(|found| Value::from_bool(found != (inverted != 0))))
}

/// Calls the first value with the others.
unsafe extern "C" fn call(thread: *mut Thread, _: u64, array: *const Value, count: usize) -> u64 {
    // SAFETY: the module's invariant.
    let (thread, all) = unsafe { (&mut *thread, values(array, count)) };
    let result = native_call(|| operations::call::call(thread, all[0], &all[1..], Value::NULL));
    finish(thread, result)
}

extern "C" fn strings_equal(left: Value, right: Value) -> u64 {
    u64::from(left.cast::<Str>().equals(right.cast()))
}

unsafe extern "C" fn new_tuple(_: *mut Thread, _: u64, array: *const Value, count: usize) -> u64 {
    // SAFETY: the module's invariant.
    Tuple::new(unsafe { values(array, count) }).value().0
}

unsafe extern "C" fn new_list(_: *mut Thread, _: u64, array: *const Value, count: usize) -> u64 {
    // SAFETY: the module's invariant.
    List::new(unsafe { values(array, count) }).value().0
}

extern "C" fn allocate(layout: u64, shape: u64, bytes: u64) -> u64 {
    let header: *mut Header = heap().alloc(layout as u8, shape as u32, bytes as usize);
    header as u64
}

pub(super) extern "C" fn new_range_iterator(next: i64, stop: i64, step: i64) -> u64 {
    let distance = if step > 0 { stop as i128 - next as i128 } else { next as i128 - stop as i128 };
    let size = i128::from(step.unsigned_abs());
    let remaining = if distance <= 0 { 0 } else { (distance + size - 1) / size };
    RangeIterator::new(next, step, remaining as i64).value().0
}

pub(super) extern "C" fn new_enumerate(sequence: Value, index: usize, is_tuple: u64, start: i64) -> u64 {
    let iterator = Value(new_sequence_iterator(sequence, index, is_tuple));
    let number = Value::from_small_int(index as i64 + start);
    taipan_runtime::builtins::functional_iterators::enumerate_at(iterator, number).0
}

pub(super) extern "C" fn new_sequence_iterator(sequence: Value, index: usize, is_tuple: u64) -> u64 {
    if is_tuple != 0 {
        let mut iterator = TupleIterator::new(sequence.cast::<Tuple>());
        iterator.index = index;
        iterator.value().0
    } else {
        let mut iterator = ListIterator::new(sequence.cast::<List>());
        iterator.index = index;
        iterator.value().0
    }
}

unsafe extern "C" fn propagate(thread: *mut Thread, innermost: *mut Frame) -> u64 {
    // SAFETY: the module's invariant.
    unsafe { unwind::propagate_compiled(&mut *thread, innermost) };
    0
}

/// The unit's own frame, the thread's current one, catches what was raised in the frame of a record above it (or in itself).
unsafe extern "C" fn catch(
    thread: *mut Thread,
    innermost: *mut Frame,
    dropped: *const Value,
    count: usize,
) -> u64 {
    // SAFETY: the module's invariant.
    unsafe {
        let thread = &mut *thread;
        let exception = unwind::catch_compiled(thread, innermost);
        for value in values(dropped, count) {
            generators::close_owned(thread, *value);
        }
        exception.0
    }
}

unsafe extern "C" fn leave_handled(thread: *mut Thread) -> u64 {
    // SAFETY: the module's invariant; the current frame is a generator's.
    unsafe { generators::leave_handled(&mut *thread) };
    0
}

/// SEND: the yielded value; or, with the result on the stack instead of what was sent, the word of 44.
fn send(thread: &mut Thread, operand: usize) -> Result {
    let (receiver, value) = (thread.peek(2), thread.peek(1));
    let class = operations::class_of(receiver);
    if class == types().generator || class == types().coroutine {
        let generator = receiver.cast::<Generator>();
        if generators::can_resume(generator) {
            return Ok(match generators::resume(thread, generator, value)? {
                Outcome::Yielded(value) => value,
                Outcome::Returned(value) => {
                    thread.put(1, value);
                    Value(crate::layout::DEOPTED)
                }
            });
        }
    }
    match GENERAL[Opcode::Send as usize](thread, operand)? {
        Flow::Jump(_) => Ok(Value(crate::layout::DEOPTED)),
        _ => Ok(thread.peek(1)),
    }
}

/// The general body of an instruction, on the interpreter's stack.
unsafe extern "C" fn operation(thread: *mut Thread, what: u64) -> u64 {
    // SAFETY: the module's invariant.
    let thread = unsafe { &mut *thread };
    let result = run_operation(thread, what as u8, (what >> 8) as usize);
    finish(thread, result)
}

fn run_operation(thread: &mut Thread, number: u8, operand: usize) -> Result {
    if number == Opcode::ForIter as u8 {
        let iterator = thread.peek(1);
        if iterator.is_kind(ObjectKind::Generator) && operations::class_of(iterator) == types().generator {
            let generator = iterator.cast::<Generator>();
            if generators::can_resume(generator) {
                return Ok(match generators::resume(thread, generator, Value::NONE)? {
                    Outcome::Yielded(value) => value,
                    Outcome::Returned(_) => Value(crate::layout::DEOPTED),
                });
            }
        }
        let item = operations::next(thread, iterator)?;
        return Ok(item.unwrap_or(Value(crate::layout::DEOPTED)));
    }
    if number == Opcode::Send as u8 {
        return send(thread, operand);
    }
    let opcode = Opcode::from_u8(number).unwrap_or(Opcode::Nop);
    match GENERAL[number as usize](thread, operand)? {
        Flow::Next | Flow::Jump(_) => match opcode.pushes(operand as u32) {
            1 => Ok(thread.peek(1)),
            _ => Ok(Value::NONE),
        },
        // A Python function was entered: run it to its end here.
        Flow::Switched => super::generators::run_entered(thread),
        Flow::Exit => Ok(thread.exit_value),
    }
}
