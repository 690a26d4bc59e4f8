//! `import` statements.

use super::Flow;
use super::names::name;
use crate::object::str::{Str, intern};
use crate::operations::get_attribute_optional;
use crate::thread::{Result, Thread};
use crate::value::Value;

pub fn import_name(thread: &mut Thread, index: usize) -> Result<Flow> {
    let name = name(thread, index);
    let (level, from_list) = (thread.peek(2), thread.peek(1));
    // SAFETY: the running frame's record.
    let (globals, builtins, locals) =
        unsafe { ((*thread.frame).globals, (*thread.frame).builtins, (*thread.frame).locals) };
    let Some(function) = builtins.get_str(intern("__import__")) else {
        return Err(thread.import_error("__import__ not found"));
    };
    let module = if Some(function) == crate::builtins::original("__import__") {
        crate::import::import(thread, name, globals, from_list, level)?
    } else {
        let locals = if locals.is_null() { Value::NONE } else { locals };
        thread.call(function, &[name.value(), globals.value(), locals, from_list, level])?
    };
    thread.drop_operands(1);
    thread.put(1, module);
    Ok(Flow::Next)
}

pub fn import_from(thread: &mut Thread, index: usize) -> Result<Flow> {
    let name = name(thread, index);
    let module = thread.peek(1);
    if let Some(value) = get_attribute_optional(thread, module, name)? {
        thread.push(value);
        return Ok(Flow::Next);
    }
    // A submodule that is being imported in a circle is in sys.modules already.
    let package = get_attribute_optional(thread, module, intern("__name__"))?;
    if let Some(package) = package.and_then(|package| package.downcast::<Str>()) {
        let full = format!("{}.{}", package.to_string_lossy(), name.to_string_lossy());
        if let Some(found) = crate::sys::modules(thread).get_str(intern(&full)) {
            thread.push(found);
            return Ok(Flow::Next);
        }
    }
    Err(crate::import::cannot_import_name(thread, module, name))
}
