//! Locals, cells, globals, names and constants.

use super::Flow;
use crate::object::cell::Cell;
use crate::object::dict::Dict;
use crate::object::pointer::Gc;
use crate::object::str::{Str, intern};
use crate::operations::{class_of, delete_item, get_item, set_item};
use crate::thread::{Raised, Result, Thread};
use crate::types;
use crate::value::Value;

/// The n-th of the running code's names.
#[inline]
pub fn name(thread: &Thread, index: usize) -> Gc<Str> {
    thread.code().names.items()[index].cast()
}

fn local_name(thread: &Thread, index: usize) -> String {
    thread.code().local_names.items()[index].cast::<Str>().to_string_lossy()
}

pub fn load_fast(thread: &mut Thread, index: usize) -> Result<Flow> {
    let value = thread.local(index);
    thread.push(value);
    Ok(Flow::Next)
}

pub fn load_fast_load_fast(thread: &mut Thread, pair: usize) -> Result<Flow> {
    let (first, second) = (thread.local(pair >> 4), thread.local(pair & 15));
    thread.push(first);
    thread.push(second);
    Ok(Flow::Next)
}

pub fn load_fast_and_clear(thread: &mut Thread, index: usize) -> Result<Flow> {
    let value = thread.local(index);
    thread.set_local(index, Value::NULL);
    thread.push(value);
    Ok(Flow::Next)
}

pub fn load_fast_check(thread: &mut Thread, index: usize) -> Result<Flow> {
    let value = thread.local(index);
    if value.is_null() {
        return Err(unbound_local(thread, index));
    }
    thread.push(value);
    Ok(Flow::Next)
}

#[cold]
fn unbound_local(thread: &mut Thread, index: usize) -> Raised {
    let name = local_name(thread, index);
    let class = types().unbound_local_error;
    name_error(
        thread,
        class,
        &name,
        format!("cannot access local variable '{name}' where it is not associated with a value"),
    )
}

/// NameError or UnboundLocalError with its `name` set.
#[cold]
fn name_error(
    thread: &mut Thread,
    class: Gc<crate::object::type_object::TypeObject>,
    name: &str,
    message: String,
) -> Raised {
    let raised = thread.error(class, message);
    if class_of(raised.0) == types().name_error {
        raised.0.cast::<crate::object::exception::Exception>().set_field(0, Str::new(name).value());
    }
    raised
}

pub fn store_fast(thread: &mut Thread, index: usize) -> Result<Flow> {
    let value = thread.pop();
    thread.set_local(index, value);
    Ok(Flow::Next)
}

pub fn store_fast_load_fast(thread: &mut Thread, pair: usize) -> Result<Flow> {
    let value = thread.pop();
    thread.set_local(pair >> 4, value);
    let value = thread.local(pair & 15);
    thread.push(value);
    Ok(Flow::Next)
}

pub fn store_fast_store_fast(thread: &mut Thread, pair: usize) -> Result<Flow> {
    let first = thread.pop();
    thread.set_local(pair >> 4, first);
    let second = thread.pop();
    thread.set_local(pair & 15, second);
    Ok(Flow::Next)
}

pub fn delete_fast(thread: &mut Thread, index: usize) -> Result<Flow> {
    if thread.local(index).is_null() {
        return Err(unbound_local(thread, index));
    }
    thread.set_local(index, Value::NULL);
    Ok(Flow::Next)
}

pub fn load_const(thread: &mut Thread, index: usize) -> Result<Flow> {
    let value = thread.code().constants.items()[index];
    thread.push(value);
    Ok(Flow::Next)
}

pub fn load_small_int(thread: &mut Thread, value: usize) -> Result<Flow> {
    thread.push(Value::from_small_int(value as i64));
    Ok(Flow::Next)
}

pub fn load_common_constant(thread: &mut Thread, which: usize) -> Result<Flow> {
    // The order of CPython's table of common constants.
    let value = match which {
        0 => types().assertion_error.value(),
        1 => types().not_implemented_error.value(),
        2 => types().tuple.value(),
        3 => builtin(thread, "all")?,
        4 => builtin(thread, "any")?,
        5 => types().list.value(),
        6 => types().set.value(),
        _ => return Err(thread.system_error(format!("unknown common constant {which}"))),
    };
    thread.push(value);
    Ok(Flow::Next)
}

/// A function of the builtins module as it was made, whatever the program did to the module.
fn builtin(thread: &mut Thread, name: &str) -> Result {
    match crate::builtins::original(name) {
        Some(value) => Ok(value),
        None => Err(thread.system_error(format!("there is no built-in {name}"))),
    }
}

fn cell(thread: &Thread, index: usize) -> Gc<Cell> {
    thread.local(index).cast()
}

pub fn load_deref(thread: &mut Thread, index: usize) -> Result<Flow> {
    let value = cell(thread, index).contents;
    if value.is_null() {
        return Err(unbound_deref(thread, index));
    }
    thread.push(value);
    Ok(Flow::Next)
}

#[cold]
fn unbound_deref(thread: &mut Thread, index: usize) -> Raised {
    let name = local_name(thread, index);
    let code = thread.code();
    let free = code.definition().localsplus_kinds[index] & taipan_compiler::code::local_kind::FREE != 0;
    match free {
        true => name_error(
            thread,
            types().name_error,
            &name,
            format!(
                "cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
            ),
        ),
        false => unbound_local(thread, index),
    }
}

pub fn store_deref(thread: &mut Thread, index: usize) -> Result<Flow> {
    let value = thread.pop();
    cell(thread, index).set(value);
    Ok(Flow::Next)
}

pub fn delete_deref(thread: &mut Thread, index: usize) -> Result<Flow> {
    let cell = cell(thread, index);
    if cell.contents.is_null() {
        return Err(unbound_deref(thread, index));
    }
    cell.set(Value::NULL);
    Ok(Flow::Next)
}

/// The running frame's mapping of local names.
fn namespace(thread: &mut Thread, purpose: &str) -> Result {
    // SAFETY: the running frame's record.
    match unsafe { (*thread.frame).locals }.non_null() {
        Some(locals) => Ok(locals),
        None => Err(thread.system_error(format!("no locals {purpose}"))),
    }
}

pub fn load_locals(thread: &mut Thread, _: usize) -> Result<Flow> {
    let locals = namespace(thread, "found")?;
    thread.push(locals);
    Ok(Flow::Next)
}

/// `mapping[name]`, `None` if it isn't there.
fn mapping_get(thread: &mut Thread, mapping: Value, name: Gc<Str>) -> Result<Option<Value>> {
    if class_of(mapping) == types().dict {
        return Ok(mapping.cast::<Dict>().get_str(name));
    }
    match get_item(thread, mapping, name.value()) {
        Ok(value) => Ok(Some(value)),
        Err(raised) if class_of(raised.0).is_subclass_of(types().key_error) => Ok(None),
        Err(raised) => Err(raised),
    }
}

/// A name in globals, then builtins. Subclasses of dict may have a `__getitem__` or `__missing__` of their own.
#[inline]
pub fn load_global(thread: &mut Thread, name: Gc<Str>) -> Result {
    // SAFETY: the running frame's record.
    let (globals, builtins) = unsafe { ((*thread.frame).globals, (*thread.frame).builtins) };
    let mut value = mapping_get(thread, globals.value(), name)?;
    if value.is_none() {
        value = mapping_get(thread, builtins.value(), name)?;
    }
    value.ok_or_else(|| undefined(thread, name))
}

/// The same for `LOAD_GLOBAL`, which lets a subclass of dict say what its items are.
fn load_global_of_mapping(thread: &mut Thread, name: Gc<Str>) -> Result {
    // SAFETY: the running frame's record.
    let (globals, builtins) = unsafe { ((*thread.frame).globals, (*thread.frame).builtins) };
    if globals.is_exact() && builtins.is_exact() {
        return load_global(thread, name);
    }
    if let Some(value) = mapping_get(thread, globals.value(), name)? {
        return Ok(value);
    }
    match mapping_get(thread, builtins.value(), name)? {
        Some(value) => Ok(value),
        None => Err(undefined(thread, name)),
    }
}

#[cold]
fn undefined(thread: &mut Thread, name: Gc<Str>) -> Raised {
    let name = name.to_string_lossy();
    name_error(thread, types().name_error, &name, format!("name '{name}' is not defined"))
}

pub fn load_global_op(thread: &mut Thread, operand: usize) -> Result<Flow> {
    let name = name(thread, operand >> 1);
    let value = load_global_of_mapping(thread, name)?;
    thread.push(value);
    if operand & 1 != 0 {
        thread.push(Value::NULL);
    }
    Ok(Flow::Next)
}

/// A name in the frame's namespace, then globals, then builtins.
pub fn lookup_name(thread: &mut Thread, name: Gc<Str>) -> Result {
    let locals = namespace(thread, "when loading a name")?;
    if let Some(value) = mapping_get(thread, locals, name)? {
        return Ok(value);
    }
    // SAFETY: the running frame's record.
    let (globals, builtins) = unsafe { ((*thread.frame).globals, (*thread.frame).builtins) };
    // Unlike LOAD_GLOBAL this looks at a dict subclass's entries only.
    match globals.get_str(name) {
        Some(value) => Ok(value),
        None => match mapping_get(thread, builtins.value(), name)? {
            Some(value) => Ok(value),
            None => Err(undefined(thread, name)),
        },
    }
}

pub fn load_name(thread: &mut Thread, index: usize) -> Result<Flow> {
    let name = name(thread, index);
    let value = lookup_name(thread, name)?;
    thread.push(value);
    Ok(Flow::Next)
}

pub fn load_from_dict_or_globals(thread: &mut Thread, index: usize) -> Result<Flow> {
    let name = name(thread, index);
    let mapping = thread.pop();
    let value = match mapping_get(thread, mapping, name)? {
        Some(value) => value,
        None => load_global_of_mapping(thread, name)?,
    };
    thread.push(value);
    Ok(Flow::Next)
}

pub fn load_from_dict_or_deref(thread: &mut Thread, index: usize) -> Result<Flow> {
    let name: Gc<Str> = thread.code().local_names.items()[index].cast();
    let mapping = thread.pop();
    if let Some(value) = mapping_get(thread, mapping, name)? {
        thread.push(value);
        return Ok(Flow::Next);
    }
    load_deref(thread, index)
}

pub fn store_name(thread: &mut Thread, index: usize) -> Result<Flow> {
    let name = name(thread, index);
    let value = thread.pop();
    let what = name.to_string_lossy();
    let locals = namespace(thread, &format!("found when storing '{what}'"))?;
    match class_of(locals) == types().dict {
        true => locals.cast::<Dict>().set_str(thread, name, value)?,
        false => set_item(thread, locals, name.value(), value)?,
    }
    Ok(Flow::Next)
}

pub fn delete_name(thread: &mut Thread, index: usize) -> Result<Flow> {
    let name = name(thread, index);
    let locals = namespace(thread, "when deleting a name")?;
    match delete_item(thread, locals, name.value()) {
        Ok(()) => Ok(Flow::Next),
        Err(raised) if class_of(raised.0).is_subclass_of(types().key_error) => Err(undefined(thread, name)),
        Err(raised) => Err(raised),
    }
}

pub fn store_global(thread: &mut Thread, index: usize) -> Result<Flow> {
    let name = name(thread, index);
    let value = thread.pop();
    // SAFETY: the running frame's record.
    let globals = unsafe { (*thread.frame).globals };
    globals.set_str(thread, name, value)?;
    Ok(Flow::Next)
}

pub fn delete_global(thread: &mut Thread, index: usize) -> Result<Flow> {
    let name = name(thread, index);
    // SAFETY: the running frame's record.
    let globals = unsafe { (*thread.frame).globals };
    if globals.delete_str(name) { Ok(Flow::Next) } else { Err(undefined(thread, name)) }
}

pub fn load_build_class(thread: &mut Thread, _: usize) -> Result<Flow> {
    // SAFETY: the running frame's record.
    let builtins = unsafe { (*thread.frame).builtins };
    match builtins.get_str(intern("__build_class__")) {
        Some(function) => thread.push(function),
        None => {
            return Err(name_error(
                thread,
                types().name_error,
                "__build_class__",
                "__build_class__ not found".to_string(),
            ));
        }
    }
    Ok(Flow::Next)
}

pub fn setup_annotations(thread: &mut Thread, _: usize) -> Result<Flow> {
    let locals = namespace(thread, "found when setting up annotations")?;
    let name = intern("__annotations__");
    if mapping_get(thread, locals, name)?.is_none() {
        set_item(thread, locals, name.value(), Dict::new().value())?;
    }
    Ok(Flow::Next)
}
