//! Iterators, generators and awaitables.

use super::Flow;
use crate::interpreter::{generators, trace};
use crate::object::frame::FRAME_ENTRY;
use crate::object::generator::Generator;
use crate::object::kind::ObjectKind;
use crate::object::special::Special;
use crate::operations::{self, call, class_of};
use crate::thread::{Result, Thread};
use crate::types;
use crate::value::Value;
use taipan_compiler::code::CodeFlags;
use taipan_compiler::opcode::Opcode;

pub fn get_iter(thread: &mut Thread, _: usize) -> Result<Flow> {
    let iterable = thread.peek(1);
    let iterator = operations::get_iterator(thread, iterable)?;
    if iterator != iterable {
        generators::own_if_fresh(iterator, class_of(iterable));
    }
    thread.put(1, iterator);
    Ok(Flow::Next)
}

/// The end of a loop, or of an expression statement: a generator that nothing else refers to is closed.
pub fn pop_iter(thread: &mut Thread, _: usize) -> Result<Flow> {
    let iterator = thread.peek(1);
    generators::close_owned(thread, iterator);
    thread.pop();
    Ok(Flow::Next)
}

pub fn for_iter(thread: &mut Thread, distance: usize) -> Result<Flow> {
    let iterator = thread.peek(1);
    if iterator.is_kind(ObjectKind::Generator) && class_of(iterator) == types().generator {
        let generator = iterator.cast::<Generator>();
        if generators::can_resume(generator) {
            // Yields come back behind this instruction, the end at END_FOR.
            generators::enter(thread, generator, Value::NONE, (2 + distance) as u16)?;
            return Ok(Flow::Switched);
        }
    }
    let next = if trace::is_on(thread) {
        trace::next_with_event(thread, iterator)?
    } else {
        operations::next(thread, iterator)?
    };
    match next {
        Some(item) => {
            thread.push(item);
            Ok(Flow::Next)
        }
        // Past END_FOR.
        None => Ok(Flow::Jump(distance as isize + 1)),
    }
}

pub fn get_yield_from_iter(thread: &mut Thread, _: usize) -> Result<Flow> {
    let iterable = thread.peek(1);
    let class = class_of(iterable);
    if class == types().coroutine {
        let allowed =
            CodeFlags(thread.code().flags).intersects(CodeFlags::COROUTINE | CodeFlags::ITERABLE_COROUTINE);
        if !allowed {
            return Err(
                thread.type_error("cannot 'yield from' a coroutine object in a non-coroutine generator")
            );
        }
        return Ok(Flow::Next);
    }
    if class == types().generator {
        return Ok(Flow::Next);
    }
    let iterator = operations::get_iterator(thread, iterable)?;
    thread.put(1, iterator);
    Ok(Flow::Next)
}

/// Sends the top into the receiver below: a yielded value replaces the top; at the end its result does, and execution jumps.
pub fn send(thread: &mut Thread, distance: usize) -> Result<Flow> {
    let (receiver, value) = (thread.peek(2), thread.peek(1));
    let class = class_of(receiver);
    if class == types().generator || class == types().coroutine {
        let generator = receiver.cast::<Generator>();
        if generators::can_resume(generator) {
            thread.drop_operands(1);
            generators::enter(thread, generator, value, (2 + distance) as u16)?;
            return Ok(Flow::Switched);
        }
    }
    let outcome = if value.is_none() && class.special(Special::Next).is_some_and(|method| !method.is_none()) {
        call::call_special(thread, class.special(Special::Next).unwrap_or(Value::NULL), receiver, &[])
    } else {
        thread.call_method(receiver, "send", &[value])
    };
    match outcome {
        Ok(yielded) => {
            thread.put(1, yielded);
            Ok(Flow::Next)
        }
        Err(raised) if operations::iterate::is_stop(raised) => {
            let result = generators::stop_value(raised);
            thread.put(1, result);
            Ok(Flow::Jump(distance as isize))
        }
        Err(raised) => Err(raised),
    }
}

pub fn end_send(thread: &mut Thread, _: usize) -> Result<Flow> {
    let value = thread.pop();
    thread.put(1, value);
    Ok(Flow::Next)
}

pub fn yield_value(thread: &mut Thread, operand: usize) -> Result<Flow> {
    let value = thread.peek(1);
    trace::returning(thread, value)?;
    thread.pop();
    generators::suspend(thread, value, operand)
}

pub fn return_generator(thread: &mut Thread, _: usize) -> Result<Flow> {
    let flags = CodeFlags(thread.code().flags);
    let class = if flags.intersects(CodeFlags::COROUTINE) {
        types().coroutine
    } else if flags.intersects(CodeFlags::ASYNC_GENERATOR) {
        types().async_generator
    } else {
        types().generator
    };
    let mut generator = generators::make(thread, class);
    // SAFETY: a frame without FRAME_ENTRY has a caller's record below it, at the call, with the way to what follows.
    unsafe {
        let frame = thread.frame;
        if (*frame).flags & FRAME_ENTRY == 0 && class == types().generator {
            let caller = frame.sub(1);
            let next = *(*caller).pc.add((*caller).return_offset as usize) as u8;
            generator.owned_by_frame =
                next == Opcode::GetIter as u8 || next == Opcode::GetYieldFromIter as u8;
        }
    }
    super::control::finish_frame(thread, generator.value())
}

pub fn get_awaitable(thread: &mut Thread, operand: usize) -> Result<Flow> {
    let value = thread.peek(1);
    let awaitable = match crate::builtins::generator::awaitable_iterator(thread, value) {
        Ok(awaitable) => awaitable,
        Err(raised) => return Err(explain_with(thread, raised, value, operand)),
    };
    if class_of(awaitable) == types().coroutine && generators::is_being_awaited(awaitable.cast()) {
        return Err(thread.runtime_error("coroutine is being awaited already"));
    }
    thread.put(1, awaitable);
    Ok(Flow::Next)
}

/// The complaint about `__aenter__` or `__aexit__` giving something that can't be awaited.
fn explain_with(
    thread: &mut Thread,
    raised: crate::thread::Raised,
    value: Value,
    operand: usize,
) -> crate::thread::Raised {
    let method = match operand {
        1 => "__aenter__",
        2 => "__aexit__",
        _ => return raised,
    };
    if class_of(value).special(Special::Await).is_some() {
        return raised;
    }
    let class = operations::attribute::class_name(value);
    thread.type_error(format!(
        "'async with' received an object from {method} that does not implement __await__: {class}"
    ))
}

pub fn get_aiter(thread: &mut Thread, _: usize) -> Result<Flow> {
    let value = thread.peek(1);
    let class = class_of(value);
    let Some(iterator) = thread.call_special(value, Special::AsyncIter, &[])? else {
        let class = class.native_name();
        return Err(
            thread.type_error(format!("'async for' requires an object with __aiter__ method, got {class}"))
        );
    };
    if class_of(iterator).special(Special::AsyncNext).is_none() {
        let class = operations::attribute::class_name(iterator);
        return Err(thread.type_error(format!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {class}"
        )));
    }
    thread.put(1, iterator);
    Ok(Flow::Next)
}

pub fn get_anext(thread: &mut Thread, _: usize) -> Result<Flow> {
    let iterator = thread.peek(1);
    let Some(next) = thread.call_special(iterator, Special::AsyncNext, &[])? else {
        let class = operations::attribute::class_name(iterator);
        return Err(
            thread.type_error(format!("'async for' requires an iterator with __anext__ method, got {class}"))
        );
    };
    match crate::builtins::generator::awaitable_iterator(thread, next) {
        Ok(awaitable) => {
            thread.push(awaitable);
            Ok(Flow::Next)
        }
        Err(cause) => {
            let class = operations::attribute::class_name(next);
            let raised =
                thread.type_error(format!("'async for' received an invalid object from __anext__: {class}"));
            crate::interpreter::unwind::set_cause(raised, cause);
            Err(raised)
        }
    }
}
