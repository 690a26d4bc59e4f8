//! Making functions and classes, cells, and the intrinsic functions.

use super::{Flow, operand};
use crate::interpreter::unwind;
use crate::object::cell::Cell;
use crate::object::code::Code;
use crate::object::dict::Dict;
use crate::object::function::Function;
use crate::object::kind::ObjectKind;
use crate::object::list::List;
use crate::object::pointer::Gc;
use crate::object::special::Special;
use crate::object::str::{Str, intern};
use crate::object::tuple::Tuple;
use crate::object::type_object::TypeObject;
use crate::operations::{self, arithmetic, class_of, get_attribute_optional, set_item};
use crate::thread::{Raised, Result, Thread};
use crate::types;
use crate::value::Value;
use taipan_compiler::code::CodeFlags;

pub fn make_function(thread: &mut Thread, _: usize) -> Result<Flow> {
    let code = thread.peek(1);
    let code = operand::<Code>(thread, code)?;
    // SAFETY: the running frame's record.
    let (globals, builtins) = unsafe { ((*thread.frame).globals, (*thread.frame).builtins) };
    let module = globals.get_str(intern("__name__")).unwrap_or(Value::NONE);
    let function = Function::new(code, globals, builtins, module);
    thread.put(1, function.value());
    Ok(Flow::Next)
}

/// The attributes, by operand: a bit each.
pub fn set_function_attribute(thread: &mut Thread, which: usize) -> Result<Flow> {
    let function = thread.pop();
    let mut function = operand::<Function>(thread, function)?;
    let value = thread.peek(1);
    let fits = match which {
        1 | 8 => value.is_kind(ObjectKind::Tuple),
        2 => value.is_kind(ObjectKind::Dict),
        _ => !value.is_null(),
    };
    if !fits {
        return Err(super::bad_operand(thread));
    }
    match which {
        1 => function.defaults = value,
        2 => function.keyword_defaults = value,
        4 => function.annotations = value,
        8 => function.closure = value,
        16 => function.annotate = value,
        _ => return Err(thread.system_error(format!("unknown function attribute {which}"))),
    }
    // Only defaults are of interest to caches of calls.
    match which {
        1 | 2 => function.changed(),
        _ => function.write_barrier(),
    }
    thread.put(1, function.value());
    Ok(Flow::Next)
}

pub fn copy_free_vars(thread: &mut Thread, count: usize) -> Result<Flow> {
    // SAFETY: the running frame's record.
    let function = unsafe { (*thread.frame).function };
    let function = operand::<Function>(thread, function)?;
    let first = thread.code().locals_count as usize - count;
    let cells = operand::<Tuple>(thread, function.closure)?;
    let cells = cells.items();
    if cells.len() != count || !cells.iter().all(|cell| cell.is_kind(ObjectKind::Cell)) {
        return Err(super::bad_operand(thread));
    }
    for (i, cell) in cells.iter().enumerate().take(count) {
        thread.set_local(first + i, *cell);
    }
    Ok(Flow::Next)
}

pub fn make_cell(thread: &mut Thread, index: usize) -> Result<Flow> {
    let cell = Cell::new(thread.local(index));
    thread.set_local(index, cell.value());
    Ok(Flow::Next)
}

/// The intrinsic functions of one argument, by operand.
pub fn call_intrinsic_1(thread: &mut Thread, which: usize) -> Result<Flow> {
    let value = thread.peek(1);
    let result = match which {
        1 => {
            crate::builtins::functions::display_hook(thread, value)?;
            Value::NONE
        }
        2 => {
            import_star(thread, value)?;
            Value::NONE
        }
        3 => stop_iteration_error(thread, value),
        4 => crate::builtins::generator::wrap_async_yield(value),
        5 => arithmetic::unary(thread, Special::Positive, value)?,
        6 => {
            let list = operand::<List>(thread, value)?;
            Tuple::try_new(thread, list.items())?.value()
        }
        7 => typing(thread, "TypeVar", value, &[])?,
        8 => typing(thread, "ParamSpec", value, &[])?,
        9 => typing(thread, "TypeVarTuple", value, &[])?,
        10 => crate::builtins::typing::subscript_generic(thread, value)?,
        11 => crate::builtins::typing::type_alias(thread, value)?,
        _ => return Err(thread.system_error(format!("unknown intrinsic function {which}"))),
    };
    thread.put(1, result);
    Ok(Flow::Next)
}

/// The intrinsic functions of two arguments, by operand.
pub fn call_intrinsic_2(thread: &mut Thread, which: usize) -> Result<Flow> {
    let (left, right) = (thread.peek(2), thread.peek(1));
    let result = match which {
        1 => crate::builtins::exceptions::prepare_reraise_star(thread, left, right)?,
        2 => typing(thread, "TypeVar with bound", left, &[right])?,
        3 => typing(thread, "TypeVar with constraints", left, &[right])?,
        4 => {
            let mut function = operand::<Function>(thread, left)?;
            function.type_parameters = right;
            function.write_barrier();
            left
        }
        5 => crate::builtins::typing::set_default(thread, left, right)?,
        _ => return Err(thread.system_error(format!("unknown intrinsic function {which}"))),
    };
    thread.drop_operands(1);
    thread.put(1, result);
    Ok(Flow::Next)
}

fn typing(thread: &mut Thread, what: &str, name: Value, extra: &[Value]) -> Result {
    crate::builtins::typing::make_parameter(thread, what, name, extra)
}

/// A StopIteration that leaves a generator's body becomes a RuntimeError, which the next instruction raises.
fn stop_iteration_error(thread: &mut Thread, exception: Value) -> Value {
    let class = class_of(exception);
    let flags = CodeFlags(thread.code().flags);
    let (body, asynchronous) = if flags.intersects(CodeFlags::ASYNC_GENERATOR) {
        ("async generator", true)
    } else if flags.intersects(CodeFlags::COROUTINE) {
        ("coroutine", false)
    } else {
        ("generator", false)
    };
    let kind = if class.is_subclass_of(types().stop_iteration) {
        "StopIteration"
    } else if asynchronous && class.is_subclass_of(types().stop_async_iteration) {
        "StopAsyncIteration"
    } else {
        return exception;
    };
    let raised = thread.runtime_error(format!("{body} raised {kind}"));
    unwind::set_cause(raised, Raised(exception));
    raised.0
}

fn import_star(thread: &mut Thread, module: Value) -> Result<()> {
    // SAFETY: the running frame's record.
    let locals = unsafe { (*thread.frame).locals };
    if locals.is_null() {
        return Err(thread.system_error("no locals found during 'import *'"));
    }
    let all = get_attribute_optional(thread, module, intern("__all__"))?;
    let (names, skip_private) = match all {
        Some(names) => (names, false),
        None => match get_attribute_optional(thread, module, intern("__dict__"))? {
            Some(dict) => (thread.call_method(dict, "keys", &[])?, true),
            None => return Err(thread.import_error("from-import-* object has no __dict__ and no __all__")),
        },
    };
    let names = operations::iterate::collect(thread, names)?;
    for &name in names.iter() {
        let Some(text) = name.downcast::<Str>() else {
            return Err(bad_star_name(thread, module, name, skip_private)?);
        };
        if skip_private && text.length > 0 && text.at(0) == '_' as u32 {
            continue;
        }
        let value = operations::get_attribute(thread, module, text)?;
        match locals.downcast::<Dict>().filter(|dict| dict.is_exact()) {
            Some(dict) => dict.set_str(thread, text, value)?,
            None => set_item(thread, locals, name, value)?,
        }
    }
    Ok(())
}

fn bad_star_name(thread: &mut Thread, module: Value, name: Value, key: bool) -> Result<Raised> {
    let module = match get_attribute_optional(thread, module, intern("__name__"))?
        .and_then(|name| name.downcast::<Str>())
    {
        Some(name) => name.to_string_lossy(),
        None => return Ok(thread.type_error("__name__ must be a string, not NoneType")),
    };
    let class = operations::attribute::class_name(name);
    Ok(thread.type_error(match key {
        true => format!("Key in {module}.__dict__ must be str, not {class}"),
        false => format!("Item in {module}.__all__ must be str, not {class}"),
    }))
}

/// `__build_class__(function, name, *bases, metaclass=..., **keywords)`
pub fn build_class(
    thread: &mut Thread,
    function: Gc<Function>,
    name: Gc<Str>,
    bases: &[Value],
    keywords: Gc<Dict>,
) -> Result {
    let original_bases = Tuple::try_new(thread, bases)?;
    let bases = crate::builtins::class::resolve_bases(thread, original_bases)?;
    let explicit = keywords.remove(thread, intern("metaclass").value())?;
    let (mut metaclass, is_class) = match explicit {
        Some(metaclass) => (metaclass, metaclass.downcast::<TypeObject>().is_some()),
        None => match bases.items().first() {
            Some(base) => (class_of(*base).value(), true),
            None => (types().type_.value(), true),
        },
    };
    if is_class {
        metaclass = crate::builtins::class::most_derived_metaclass(thread, metaclass.cast(), bases)?.value();
    }
    let namespace = match get_attribute_optional(thread, metaclass, intern("__prepare__"))? {
        None => Dict::new().value(),
        Some(prepare) => call_with_dict(thread, prepare, &[name.value(), bases.value()], keywords)?,
    };
    if class_of(namespace).special(Special::GetItem).is_none() {
        let what = match metaclass.downcast::<TypeObject>() {
            Some(metaclass) => metaclass.native_name(),
            None => "<metaclass>".to_string(),
        };
        let got = operations::attribute::class_name(namespace);
        return Err(thread.type_error(format!("{what}.__prepare__() must return a mapping, not {got}")));
    }
    let cell = crate::interpreter::call::run_class_body(thread, function, namespace)?;
    if bases != original_bases {
        set_item(thread, namespace, intern("__orig_bases__").value(), original_bases.value())?;
    }
    let class = call_with_dict(thread, metaclass, &[name.value(), bases.value(), namespace], keywords)?;
    if let (Some(cell), true) = (cell.downcast::<Cell>(), class.downcast::<TypeObject>().is_some()) {
        check_class_cell(thread, cell, name, class)?;
    }
    Ok(class)
}

/// `__class__` must have been set by `type.__new__` to the class that came out.
fn check_class_cell(thread: &mut Thread, cell: Gc<Cell>, name: Gc<Str>, class: Value) -> Result<()> {
    let found = cell.contents;
    if found == class {
        return Ok(());
    }
    let name = operations::repr(thread, name.value())?.to_string_lossy();
    if found.is_null() {
        let class = operations::repr(thread, class)?.to_string_lossy();
        return Err(thread.runtime_error(format!(
            "__class__ not set defining {name} as {class}. Was __classcell__ propagated to type.__new__?"
        )));
    }
    let (found, class) = (
        operations::repr(thread, found)?.to_string_lossy(),
        operations::repr(thread, class)?.to_string_lossy(),
    );
    Err(thread.type_error(format!("__class__ set to {found} defining {name} as {class}")))
}

/// Calls with positional arguments and the keywords of a dict with string keys.
pub fn call_with_dict(
    thread: &mut Thread,
    callable: Value,
    positional: &[Value],
    keywords: Gc<Dict>,
) -> Result {
    if keywords.is_empty() {
        return thread.call(callable, positional);
    }
    let mut all = crate::heap::ScratchValues::new();
    all.extend_from_slice(positional);
    let names = List::with_capacity(keywords.length);
    let mut position = 0;
    while let Some((key, value)) = keywords.next_entry(&mut position) {
        names.push(key);
        all.push(value);
    }
    let names = Tuple::try_new(thread, names.items())?;
    operations::call::call(thread, callable, &all, names.value())
}
