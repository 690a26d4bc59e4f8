//! Operators: arithmetic, comparison, membership, truth.

use super::{Flow, methods};
use crate::interpreter::call::enter_function;
use crate::object::function::Function;
use crate::object::pointer::Gc;
use crate::object::special::Special;
use crate::operations::arithmetic::{self, BinaryOperator};
use crate::operations::{self, Comparison, class_of};
use crate::thread::{Result, Thread};
use crate::value::Value;

/// Operand of `BINARY_OP` for a subscript; in-place operators are between the operators and it.
const SUBSCRIPT: usize = 26;
const IN_PLACE: usize = 13;
/// Code units of `BINARY_OP` with its cache.
const BINARY_OP_SIZE: u16 = 6;

/// `__getitem__` of an instance of a Python class, if it is a Python function: entered like a call's callee.
fn python_getter(container: Value) -> Option<Gc<Function>> {
    let class = class_of(container);
    if class.definition.is_some() {
        return None;
    }
    class.special(Special::GetItem)?.downcast::<Function>()
}

pub fn binary_op(thread: &mut Thread, which: usize) -> Result<Flow> {
    let (left, right) = (thread.peek(2), thread.peek(1));
    if which == SUBSCRIPT
        && let Some(function) = python_getter(left)
    {
        // SAFETY: the container and the key are on top of the running frame's stack.
        unsafe {
            let first = (*thread.frame).sp.sub(2);
            (*thread.frame).sp = first;
            (*thread.frame).return_offset = BINARY_OP_SIZE;
            enter_function(thread, function, first, 2, Value::NULL)?;
        }
        return Ok(Flow::Switched);
    }
    if methods::enter_binary(thread, which)? {
        return Ok(Flow::Switched);
    }
    let result = match which {
        SUBSCRIPT => operations::get_item(thread, left, right)?,
        op if op < IN_PLACE => arithmetic::binary(thread, BinaryOperator::ALL[op], left, right)?,
        op => arithmetic::binary_in_place(thread, BinaryOperator::ALL[op - IN_PLACE], left, right)?,
    };
    thread.drop_operands(1);
    thread.put(1, result);
    Ok(Flow::Next)
}

pub fn compare_op(thread: &mut Thread, operand: usize) -> Result<Flow> {
    let (left, right) = (thread.peek(2), thread.peek(1));
    if left.is_pointer() && methods::enter_comparison(thread, operand)? {
        return Ok(Flow::Switched);
    }
    let mut result = operations::rich_compare(thread, Comparison::ALL[operand >> 5], left, right)?;
    if operand & 16 != 0 {
        result = Value::from_bool(operations::is_true(thread, result)?);
    }
    thread.drop_operands(1);
    thread.put(1, result);
    Ok(Flow::Next)
}

pub fn contains_op(thread: &mut Thread, invert: usize) -> Result<Flow> {
    let (item, container) = (thread.peek(2), thread.peek(1));
    let found = operations::contains(thread, container, item)?;
    thread.drop_operands(1);
    thread.put(1, Value::from_bool(found != (invert != 0)));
    Ok(Flow::Next)
}

pub fn is_op(thread: &mut Thread, invert: usize) -> Result<Flow> {
    let same = operations::compare::is_same(thread.peek(2), thread.peek(1));
    thread.drop_operands(1);
    thread.put(1, Value::from_bool(same != (invert != 0)));
    Ok(Flow::Next)
}

pub fn to_bool(thread: &mut Thread, _: usize) -> Result<Flow> {
    let value = thread.peek(1);
    let truth = operations::is_true(thread, value)?;
    thread.put(1, Value::from_bool(truth));
    Ok(Flow::Next)
}

pub fn unary_not(thread: &mut Thread, _: usize) -> Result<Flow> {
    let value = thread.peek(1);
    thread.put(1, Value::from_bool(value == Value::FALSE));
    Ok(Flow::Next)
}

pub fn unary_negative(thread: &mut Thread, _: usize) -> Result<Flow> {
    unary(thread, Special::Negative)
}

pub fn unary_invert(thread: &mut Thread, _: usize) -> Result<Flow> {
    unary(thread, Special::Invert)
}

fn unary(thread: &mut Thread, special: Special) -> Result<Flow> {
    let value = thread.peek(1);
    let result = arithmetic::unary(thread, special, value)?;
    thread.put(1, result);
    Ok(Flow::Next)
}
