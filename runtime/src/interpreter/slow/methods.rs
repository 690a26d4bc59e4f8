//! Operators and comparisons whose method is a Python function: it is entered like a call's callee instead of running in a loop of its own.
//!
//! The operands stay on the caller's stack, with copies above them as the callee's arguments. The callee's frame says by its flags that it is an
//! operator's method, and by its owner which operator, at which [`Stage`] of the protocol; when it returns, [`settle`] makes the instruction's result of its
//! result: NotImplemented means that the protocol goes on, natively.

use crate::interpreter::call::enter_function;
use crate::object::frame::{FRAME_COMPARISON, FRAME_OPERATOR};
use crate::object::function::Function;
use crate::object::pointer::Gc;
use crate::object::special::Special;
use crate::object::type_object::TypeObject;
use crate::operations::arithmetic::{self, BinaryOperator};
use crate::operations::{self, Comparison, call, class_of, compare};
use crate::thread::{Result, Thread};
use crate::types;
use crate::value::Value;

const IN_PLACE: usize = 13;
/// Operand of `BINARY_OP` for a subscript.
const SUBSCRIPT: usize = 26;
/// Code units of BINARY_OP and COMPARE_OP with their caches.
const BINARY_OP_SIZE: u16 = 6;
const COMPARE_OP_SIZE: u16 = 2;

/// The method of an operator that is asked, by number.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Stage {
    InPlace,
    Left,
    Reflected,
}

/// Numbers of stages: the owner of a method's frame is the operand times this, plus the stage.
const STAGES: i64 = 4;

/// A special method of a class, if it is a Python function.
fn function_of(class: Gc<TypeObject>, special: Special) -> Option<Gc<Function>> {
    class.special(special)?.downcast::<Function>()
}

/// Whether the right operand's class comes first: it derives from the left one's and has a reflected method of its own.
fn right_comes_first(left: Gc<TypeObject>, right: Gc<TypeObject>, reflected: Special) -> bool {
    left != right
        && right.special(reflected).is_some_and(|method| left.special(reflected) != Some(method))
        && right.is_subclass_of(left)
}

/// The Python function that a binary operator begins with.
fn binary_method(operand: usize, left: Value, right: Value) -> Option<(Gc<Function>, Stage)> {
    if operand >= SUBSCRIPT {
        return None;
    }
    let operator = BinaryOperator::ALL[operand % IN_PLACE];
    let (left_class, right_class) = (class_of(left), class_of(right));
    if left_class.definition.is_some() {
        // A number knows nothing of instances that aren't numbers.
        let number = left.is_small_int() || left_class == types().float;
        if !number
            || right_class.definition.is_some()
            || right_class.instance_kind != crate::object::kind::ObjectKind::Instance
        {
            return None;
        }
        return Some((function_of(right_class, operator.reflected())?, Stage::Reflected));
    }
    if operand >= IN_PLACE
        && let Some(method) = left_class.special(operator.in_place())
    {
        return Some((method.downcast::<Function>()?, Stage::InPlace));
    }
    if right_comes_first(left_class, right_class, operator.reflected()) {
        return None;
    }
    Some((function_of(left_class, operator.special())?, Stage::Left))
}

/// Enters the method of the BINARY_OP at the frame's `pc`; false if there is none that is a Python function.
pub fn enter_binary(thread: &mut Thread, operand: usize) -> Result<bool> {
    let (left, right) = (thread.peek(2), thread.peek(1));
    let Some((function, stage)) = binary_method(operand, left, right) else { return Ok(false) };
    let arguments = if stage == Stage::Reflected { (right, left) } else { (left, right) };
    enter(thread, function, arguments, (stage, operand), BINARY_OP_SIZE, FRAME_OPERATOR)?;
    Ok(true)
}

/// Enters the method of the COMPARE_OP at the frame's `pc`; false if there is none that is a Python function.
pub fn enter_comparison(thread: &mut Thread, operand: usize) -> Result<bool> {
    let (left, right) = (thread.peek(2), thread.peek(1));
    let (left_class, right_class) = (class_of(left), class_of(right));
    if left_class.definition.is_some() || left_class != right_class && right_class.is_subclass_of(left_class)
    {
        return Ok(false);
    }
    let special = Comparison::ALL[operand >> 5].special();
    let Some(function) = function_of(left_class, special) else { return Ok(false) };
    enter(thread, function, (left, right), (Stage::Left, operand), COMPARE_OP_SIZE, FRAME_COMPARISON)?;
    Ok(true)
}

fn enter(
    thread: &mut Thread,
    function: Gc<Function>,
    arguments: (Value, Value),
    (stage, operand): (Stage, usize),
    size: u16,
    flags: u32,
) -> Result<()> {
    // SAFETY: the room above the running frame's operands is free; entering checks that the callee's frame fits there.
    unsafe {
        let frame = thread.frame;
        let first = (*frame).sp;
        if first.add(2) >= thread.stack_limit {
            return Err(thread.recursion_error("maximum recursion depth exceeded"));
        }
        *first = arguments.0;
        *first.add(1) = arguments.1;
        (*frame).return_offset = size;
        enter_function(thread, function, first, 2, Value::NULL)?;
        (*thread.frame).flags |= flags;
        (*thread.frame).owner = Value::from_small_int(operand as i64 * STAGES + stage as i64);
    }
    Ok(())
}

/// What the instruction of the running frame gives, whose method returned `value`; takes its operands from the stack.
pub fn settle(thread: &mut Thread, flags: u32, owner: Value, value: Value) -> Result {
    let (operand, stage) = ((owner.small_int() / STAGES) as usize, owner.small_int() % STAGES);
    let (left, right) = (thread.peek(2), thread.peek(1));
    let mut result = value;
    if value == Value::NOT_IMPLEMENTED {
        result = match flags & FRAME_OPERATOR != 0 {
            true => rest_of_binary(thread, operand, stage, left, right)?,
            false => compare::rest_of_comparison(thread, Comparison::ALL[operand >> 5], left, right)?,
        };
    }
    if flags & FRAME_COMPARISON != 0 && operand & 16 != 0 {
        result = Value::from_bool(operations::is_true(thread, result)?);
    }
    thread.drop_operands(2);
    Ok(result)
}

/// The protocol behind a method that declined.
fn rest_of_binary(thread: &mut Thread, operand: usize, stage: i64, left: Value, right: Value) -> Result {
    let operator = BinaryOperator::ALL[operand % IN_PLACE];
    let result = if stage == Stage::InPlace as i64 {
        arithmetic::binary_optional(thread, operator, left, right)?
    } else if stage == Stage::Left as i64 && class_of(left) != class_of(right) {
        match class_of(right).special(operator.reflected()) {
            Some(method) => call::call_special(thread, method, right, &[left])?,
            None => Value::NOT_IMPLEMENTED,
        }
    } else {
        Value::NOT_IMPLEMENTED
    };
    if result != Value::NOT_IMPLEMENTED {
        return Ok(result);
    }
    let symbol = operator.symbol();
    match operand >= IN_PLACE {
        true => Err(arithmetic::unsupported(thread, &format!("{symbol}="), left, right)),
        false => Err(arithmetic::unsupported(thread, symbol, left, right)),
    }
}
