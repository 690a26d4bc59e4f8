//! `for` over generators and iterators of native classes, `iter`.

use super::{EXIT, SLOW, SWITCHED, behind, finish, has_shape, raise, store};
use crate::interpreter::slow::Flow;
use crate::interpreter::{feedback, generators};
use crate::object::frame::FRAME_GENERATOR;
use crate::object::generator::Generator;
use crate::object::iterator::{ListIterator, TupleIterator};
use crate::object::native_object;
use crate::object::pointer::Gc;
use crate::operations::{self, class_of};
use crate::thread::Thread;
use crate::types::builtin_shape;
use crate::value::Value;

/// Code units of FOR_ITER and SEND with their cache.
const SIZE: usize = 2;

/// Goes on in a generator, whose yields come back behind this instruction and whose end goes to END_FOR.
#[inline(never)]
pub unsafe fn for_iter_gen(thread: &mut Thread, pc: *mut u16, sp: *mut Value, distance: usize) -> *mut Value {
    unsafe {
        let iterator = *sp.sub(1);
        if !has_shape(iterator, builtin_shape::generator) {
            return SLOW;
        }
        let generator: Gc<Generator> = iterator.cast();
        if !generators::can_resume(generator) {
            return SLOW;
        }
        store(thread, pc, sp);
        match generators::enter(thread, generator, Value::NONE, (SIZE + distance) as u16) {
            Ok(()) => SWITCHED,
            Err(raised) => raise(thread, raised),
        }
    }
}

/// Sends into a generator or coroutine.
#[inline(never)]
pub unsafe fn send_gen(thread: &mut Thread, pc: *mut u16, sp: *mut Value, distance: usize) -> *mut Value {
    unsafe {
        let (receiver, value) = (*sp.sub(2), *sp.sub(1));
        if !(has_shape(receiver, builtin_shape::generator) || has_shape(receiver, builtin_shape::coroutine)) {
            return SLOW;
        }
        let generator: Gc<Generator> = receiver.cast();
        if !generators::can_resume(generator) {
            return SLOW;
        }
        store(thread, pc, sp.sub(1));
        match generators::enter(thread, generator, value, (SIZE + distance) as u16) {
            Ok(()) => SWITCHED,
            Err(raised) => raise(thread, raised),
        }
    }
}

/// Suspends the running generator.
#[inline(never)]
pub unsafe fn yield_value(thread: &mut Thread, pc: *mut u16, sp: *mut Value, operand: usize) -> *mut Value {
    unsafe {
        if (*thread.frame).flags & FRAME_GENERATOR == 0 {
            return SLOW;
        }
        let value = *sp.sub(1);
        store(thread, pc, sp.sub(1));
        match generators::suspend(thread, value, operand) {
            Ok(Flow::Exit) => EXIT,
            Ok(_) => SWITCHED,
            Err(raised) => raise(thread, raised),
        }
    }
}

/// The next item of an iterator of a native class.
#[inline(never)]
pub unsafe fn for_iter_native(
    thread: &mut Thread,
    pc: *mut u16,
    sp: *mut Value,
    distance: usize,
) -> *mut Value {
    unsafe {
        let iterator = *sp.sub(1);
        if !iterator.is_pointer() || class_of(iterator).definition.is_none() {
            return SLOW;
        }
        store(thread, pc, sp);
        let next = match native_object::next_function(iterator) {
            Some(next) => next(thread, iterator.header()),
            None => operations::next(thread, iterator),
        };
        match next {
            Ok(Some(item)) => {
                *sp = item;
                behind(thread, pc, SIZE, sp.add(1))
            }
            Ok(None) => {
                // Past END_FOR.
                store(thread, pc.add(SIZE + distance + 1), sp);
                SWITCHED
            }
            Err(raised) => raise(thread, raised),
        }
    }
}

/// `iter(x)`
#[inline(never)]
pub unsafe fn get_iter(thread: &mut Thread, pc: *mut u16, sp: *mut Value, _: usize) -> *mut Value {
    unsafe {
        let iterable = *sp.sub(1);
        store(thread, pc, sp);
        feedback::note_shape(thread.code(), pc, iterable);
        let iterator = if has_shape(iterable, builtin_shape::list) {
            ListIterator::new(iterable.cast()).value()
        } else if has_shape(iterable, builtin_shape::tuple) {
            TupleIterator::new(iterable.cast()).value()
        } else if has_shape(iterable, builtin_shape::generator) {
            iterable
        } else {
            let made = operations::get_iterator(thread, iterable);
            if let Ok(iterator) = made
                && iterator != iterable
            {
                generators::own_if_fresh(iterator, class_of(iterable));
            }
            return finish(thread, pc, 1, sp.sub(1), made);
        };
        *sp.sub(1) = iterator;
        sp
    }
}
