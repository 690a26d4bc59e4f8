//! Raising, matching and ending exceptions.

use super::{Flow, operand};
use crate::interpreter::{generators, unwind};
use crate::object::exception::Exception;
use crate::object::frame::{FRAME_GENERATOR, FRAME_HANDLES};
use crate::object::tuple::Tuple;
use crate::object::type_object::TypeObject;
use crate::operations::{self, call, class_of};
use crate::thread::{Raised, Result, Thread};
use crate::types;
use crate::value::Value;

/// In a generator, whether the handled exception is the resumer's and not the generator's own.
fn handled_is_outer(thread: &Thread) -> bool {
    // SAFETY: the running frame's record.
    unsafe { (*thread.frame).flags & (FRAME_GENERATOR | FRAME_HANDLES) == FRAME_GENERATOR }
}

pub fn push_exc_info(thread: &mut Thread, _: usize) -> Result<Flow> {
    let exception = thread.peek(1);
    operand::<Exception>(thread, exception)?;
    let previous = if handled_is_outer(thread) { Value::NONE } else { thread.handled };
    thread.put(1, previous);
    thread.push(exception);
    thread.handled = exception;
    // SAFETY: the running frame's record.
    unsafe {
        if (*thread.frame).flags & FRAME_GENERATOR != 0 {
            (*thread.frame).flags |= FRAME_HANDLES;
        }
    }
    Ok(Flow::Next)
}

pub fn pop_except(thread: &mut Thread, _: usize) -> Result<Flow> {
    let previous = thread.pop();
    if !previous.is_none() {
        operand::<Exception>(thread, previous)?;
    }
    // SAFETY: the running frame's record.
    let (flags, outer) = unsafe { ((*thread.frame).flags, (*thread.frame).saved_handled) };
    thread.handled = if previous.is_none() && flags & FRAME_GENERATOR != 0 {
        // SAFETY: as above.
        unsafe { (*thread.frame).flags &= !FRAME_HANDLES };
        outer
    } else {
        previous
    };
    Ok(Flow::Next)
}

pub fn check_exc_match(thread: &mut Thread, _: usize) -> Result<Flow> {
    let (exception, pattern) = (thread.peek(2), thread.peek(1));
    check_pattern(thread, pattern, "catching classes that do not inherit from BaseException is not allowed")?;
    let matches = exception_matches(exception, pattern);
    thread.put(1, Value::from_bool(matches));
    Ok(Flow::Next)
}

/// Refuses what `except` can't catch.
fn check_pattern(thread: &mut Thread, pattern: Value, complaint: &str) -> Result<()> {
    let catchable = |value: Value| {
        value.downcast::<TypeObject>().is_some_and(|class| class.is_subclass_of(types().base_exception))
    };
    let all = match pattern.downcast::<Tuple>() {
        Some(patterns) => patterns.items().iter().all(|&pattern| catchable(pattern)),
        None => catchable(pattern),
    };
    if all { Ok(()) } else { Err(thread.type_error(complaint)) }
}

/// Whether an exception is an instance of a class or of one of a tuple of classes.
pub fn exception_matches(exception: Value, pattern: Value) -> bool {
    let class = class_of(exception);
    let is = |pattern: Value| {
        pattern.downcast::<TypeObject>().is_some_and(|pattern| class.is_subclass_of(pattern))
    };
    match pattern.downcast::<Tuple>() {
        Some(patterns) => patterns.items().iter().any(|&pattern| is(pattern)),
        None => is(pattern),
    }
}

pub fn check_eg_match(thread: &mut Thread, _: usize) -> Result<Flow> {
    let (exception, pattern) = (thread.peek(2), thread.peek(1));
    check_pattern(thread, pattern, "catching classes that do not inherit from BaseException is not allowed")?;
    let group = |value: Value| {
        value.downcast::<TypeObject>().is_some_and(|class| class.is_subclass_of(types().base_exception_group))
    };
    let catches_groups = match pattern.downcast::<Tuple>() {
        Some(patterns) => patterns.items().iter().any(|&pattern| group(pattern)),
        None => group(pattern),
    };
    if catches_groups {
        return Err(
            thread.type_error("catching ExceptionGroup with except* is not allowed. Use except instead.")
        );
    }
    let (matched, rest) = crate::builtins::exceptions::split_for_except_star(thread, exception, pattern)?;
    if !matched.is_none() {
        thread.handled = matched;
    }
    thread.put(2, rest);
    thread.put(1, matched);
    Ok(Flow::Next)
}

pub fn raise_varargs(thread: &mut Thread, count: usize) -> Result<Flow> {
    let cause = if count == 2 { thread.pop() } else { Value::NULL };
    if count == 0 {
        let handled = thread.handled;
        if handled.is_none() {
            return Err(thread.runtime_error("No active exception to reraise"));
        }
        // No new entry in the traceback.
        thread.reraising = true;
        return Err(Raised(handled));
    }
    let exception = thread.pop();
    let exception = instance_of(thread, exception, "exceptions must derive from BaseException")?;
    if !cause.is_null() {
        let cause = match cause.is_none() {
            true => Value::NULL,
            false => instance_of(thread, cause, "exception causes must derive from BaseException")?,
        };
        let mut raised = exception.cast::<Exception>();
        raised.cause = cause;
        raised.suppress_context = Value::TRUE;
        raised.write_barrier();
    }
    unwind::set_context(thread, exception);
    Err(Raised(exception))
}

/// The exception that `raise value` means: the value, or what calling the class gives.
fn instance_of(thread: &mut Thread, value: Value, complaint: &str) -> Result {
    if let Some(class) = value.downcast::<TypeObject>() {
        if class.is_subclass_of(types().base_exception) {
            let instance = thread.call(value, &[])?;
            if !class_of(instance).is_subclass_of(types().base_exception) {
                let got = operations::repr(thread, class_of(instance).value())?.to_string_lossy();
                let class = operations::repr(thread, value)?.to_string_lossy();
                return Err(thread.type_error(format!(
                    "calling {class} should have returned an instance of BaseException, not {got}"
                )));
            }
            return Ok(instance);
        }
    }
    if class_of(value).is_subclass_of(types().base_exception) {
        Ok(value)
    } else {
        Err(thread.type_error(complaint))
    }
}

/// Raises again without a new traceback entry; with an operand, at the instruction that the handler's entry saved.
pub fn reraise(thread: &mut Thread, depth: usize) -> Result<Flow> {
    // The handler is looked up for this instruction, not for the one that raised first: that one's handler is where we are.
    let exception = thread.pop();
    operand::<Exception>(thread, exception)?;
    if depth > 0 {
        thread.reraised_unit = thread.peek(depth).as_small_int().unwrap_or(-1);
    }
    thread.reraising = true;
    Err(Raised(exception))
}

pub fn end_async_for(thread: &mut Thread, _: usize) -> Result<Flow> {
    let exception = thread.pop();
    operand::<Exception>(thread, exception)?;
    thread.pop();
    if class_of(exception).is_subclass_of(types().stop_async_iteration) {
        return Ok(Flow::Next);
    }
    thread.reraising = true;
    Err(Raised(exception))
}

pub fn cleanup_throw(thread: &mut Thread, _: usize) -> Result<Flow> {
    let exception = thread.peek(1);
    operand::<Exception>(thread, exception)?;
    if class_of(exception).is_subclass_of(types().stop_iteration) {
        let value = generators::stop_value(Raised(exception));
        thread.drop_operands(1);
        thread.put(2, Value::NONE);
        thread.put(1, value);
        return Ok(Flow::Next);
    }
    thread.reraising = true;
    Err(Raised(exception))
}

/// Calls `__exit__` with the exception: stack holds the method, its receiver or NULL, the saved instruction, the previous
/// exception and the exception.
pub fn with_except_start(thread: &mut Thread, _: usize) -> Result<Flow> {
    let (exit, receiver, exception) = (thread.peek(5), thread.peek(4), thread.peek(1));
    let class = class_of(exception).value();
    let traceback = operand::<Exception>(thread, exception)?.traceback;
    let traceback = if traceback.is_null() { Value::NONE } else { traceback };
    let result = match receiver.is_null() {
        true => thread.call(exit, &[class, exception, traceback])?,
        false => {
            call::call_with_receiver(thread, exit, receiver, &[class, exception, traceback], Value::NULL)?
        }
    };
    thread.push(result);
    Ok(Flow::Next)
}
