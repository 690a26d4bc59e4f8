//! Formatted strings and template strings.

use super::Flow;
use crate::object::str::Str;
use crate::operations;
use crate::thread::{Result, Thread};
use crate::types;
use crate::value::Value;

pub fn format_simple(thread: &mut Thread, _: usize) -> Result<Flow> {
    let value = thread.peek(1);
    if operations::class_of(value) != types().str {
        let text = operations::format(thread, value, Value::NULL)?;
        thread.put(1, text.value());
    }
    Ok(Flow::Next)
}

pub fn format_with_spec(thread: &mut Thread, _: usize) -> Result<Flow> {
    let (value, specification) = (thread.peek(2), thread.peek(1));
    let text = operations::format(thread, value, specification)?;
    thread.drop_operands(1);
    thread.put(1, text.value());
    Ok(Flow::Next)
}

/// `!s`, `!r`, `!a`
pub fn convert_value(thread: &mut Thread, which: usize) -> Result<Flow> {
    let value = thread.peek(1);
    let text = match which {
        1 => operations::str_of(thread, value)?,
        2 => operations::repr(thread, value)?,
        3 => operations::ascii(thread, value)?,
        _ => return Err(thread.system_error(format!("unknown conversion {which}"))),
    };
    thread.put(1, text.value());
    Ok(Flow::Next)
}

pub fn build_template(thread: &mut Thread, _: usize) -> Result<Flow> {
    let (strings, interpolations) = (thread.peek(2), thread.peek(1));
    let template = crate::builtins::template::make_template(thread, strings, interpolations)?;
    thread.drop_operands(1);
    thread.put(1, template);
    Ok(Flow::Next)
}

/// Operand: bit 0 a format specification on top, the bits from 2 the conversion.
pub fn build_interpolation(thread: &mut Thread, operand: usize) -> Result<Flow> {
    let specification = if operand & 1 != 0 { thread.pop() } else { Str::new("").value() };
    let conversion = match operand >> 2 {
        0 => Value::NONE,
        1 => Str::new("s").value(),
        2 => Str::new("r").value(),
        _ => Str::new("a").value(),
    };
    let (value, text) = (thread.peek(2), thread.peek(1));
    let interpolation =
        crate::builtins::template::make_interpolation(thread, value, text, conversion, specification)?;
    thread.drop_operands(1);
    thread.put(1, interpolation);
    Ok(Flow::Next)
}
