//! Calls.

use super::{Flow, operand};
use crate::heap;
use crate::interpreter::call::enter_function;
use crate::interpreter::trace;
use crate::object::dict::Dict;
use crate::object::frame::FRAME_INIT;
use crate::object::function::{BoundMethod, Function};
use crate::object::kind::ObjectKind;
use crate::object::list::List;
use crate::object::native_function::NativeFunction;
use crate::object::pointer::Gc;
use crate::object::special::Special;
use crate::object::str::{Str, intern};
use crate::object::tuple::Tuple;
use crate::object::type_object::{TYPE_ABSTRACT, TYPE_NO_NEW, TypeObject};
use crate::operations::{self, call as call_operation, class_of};
use crate::thread::{Result, Thread};
use crate::types;
use crate::value::Value;

pub fn call(thread: &mut Thread, count: usize) -> Result<Flow> {
    // SAFETY: verified code has the callable, the receiver slot and the arguments on the stack.
    let base = unsafe { (*thread.frame).sp.sub(count + 2) };
    dispatch_call(thread, base, count, Value::NULL, 4)
}

pub fn call_kw(thread: &mut Thread, count: usize) -> Result<Flow> {
    let keyword_names = thread.pop();
    // SAFETY: as in `call`; the names lay on top.
    let base = unsafe { (*thread.frame).sp.sub(count + 2) };
    let names =
        if operand::<Tuple>(thread, keyword_names)?.length == 0 { Value::NULL } else { keyword_names };
    dispatch_call(thread, base, count, names, 4)
}

/// Calls what lies at `base`: callable, receiver or NULL, `count` arguments. `size` is the instruction's, in code units.
fn dispatch_call(
    thread: &mut Thread,
    base: *mut Value,
    count: usize,
    keyword_names: Value,
    size: u16,
) -> Result<Flow> {
    // SAFETY: `base` and the values above it are on the running frame's operand stack.
    unsafe {
        let mut callable = *base;
        if callable.is_kind(ObjectKind::BoundMethod) && (*base.add(1)).is_null() {
            let method = callable.cast::<BoundMethod>();
            *base.add(1) = method.receiver;
            *base = method.function;
            callable = method.function;
        }
        let has_receiver = !(*base.add(1)).is_null();
        let (first, total) = if has_receiver { (base.add(1), count + 1) } else { (base.add(2), count) };
        let positional = total - call_operation::keyword_count(keyword_names);
        if let Some(function) = callable.downcast::<Function>() {
            (*thread.frame).sp = base;
            (*thread.frame).return_offset = size;
            enter_function(thread, function, first, positional, keyword_names)?;
            return Ok(Flow::Switched);
        }
        // The receiver slot takes the new instance; where it holds an argument (a decorator's function), the general way serves.
        if let Some(class) = callable.downcast::<TypeObject>()
            && !has_receiver
            && let Some(initializer) = python_initializer(class)
        {
            let instance = crate::object::instance::allocate(class).value();
            crate::builtins::finalization::register(instance);
            *base.add(1) = instance;
            (*thread.frame).sp = base;
            (*thread.frame).return_offset = size;
            enter_function(thread, initializer, base.add(1), positional + 1, keyword_names)?;
            (*thread.frame).flags |= FRAME_INIT;
            (*thread.frame).owner = instance;
            return Ok(Flow::Switched);
        }
        call_natively(thread, base, first, total, keyword_names, callable)
    }
}

/// The Python `__init__` of a class whose instances are made in the default way.
pub fn python_initializer(class: Gc<TypeObject>) -> Option<Gc<Function>> {
    if class.has(TYPE_ABSTRACT | TYPE_NO_NEW)
        || class.instance_kind != ObjectKind::Instance
        || class.special(Special::New) != Some(types().object_new)
        || class.class().special(Special::Call) != Some(types().type_call)
    {
        return None;
    }
    let initializer = class.special(Special::Init)?.downcast::<Function>()?;
    let code = initializer.code;
    // A generator function as `__init__` gives a generator: the general way complains.
    if taipan_compiler::code::CodeFlags(code.flags).is_generator_like() { None } else { Some(initializer) }
}

/// # Safety
/// `first..first+total` and `base` are on the running frame's operand stack.
unsafe fn call_natively(
    thread: &mut Thread,
    base: *mut Value,
    first: *mut Value,
    total: usize,
    keyword_names: Value,
    callable: Value,
) -> Result<Flow> {
    // SAFETY: the caller's promise; the arguments stay on the stack during the call.
    let arguments = unsafe { std::slice::from_raw_parts(first, total) };
    let result = trace::call_with_events(thread, callable, arguments, |thread| {
        let collects = callable.downcast::<NativeFunction>().is_some_and(|f| f.definition.collects());
        let call = || call_operation::call(thread, callable, arguments, keyword_names);
        if collects { heap::collecting_call(call) } else { heap::native_call(call) }
    })?;
    // SAFETY: as above.
    unsafe {
        *base = result;
        (*thread.frame).sp = base.add(1);
    }
    Ok(Flow::Next)
}

/// `callable(*args, **kwargs)`: stack holds callable, NULL, a tuple or iterable, and a dict or NULL.
pub fn call_function_ex(thread: &mut Thread, _: usize) -> Result<Flow> {
    let (callable, mut args, kwargs) = (thread.peek(4), thread.peek(2), thread.peek(1));
    if class_of(args) != types().tuple {
        args = iterable_to_tuple(thread, callable, args)?;
        thread.put(2, args);
    }
    let args = args.cast::<Tuple>();
    let keywords = match kwargs.downcast::<Dict>() {
        Some(dict) if !dict.is_empty() => Some(dict),
        Some(_) => None,
        None if kwargs.is_null() => None,
        None => Some(mapping_to_dict(thread, callable, kwargs)?),
    };
    let extra = keywords.map_or(0, |dict| dict.length);
    let room = thread.push_scratch(args.length + extra)?;
    let mut names = Value::NULL;
    // SAFETY: `push_scratch` gave room for all arguments.
    let arguments = unsafe {
        std::ptr::copy_nonoverlapping(args.items_pointer(), room, args.length);
        if let Some(dict) = keywords {
            names = spread_keywords(thread, dict, room.add(args.length))?.value();
        }
        std::slice::from_raw_parts(room, args.length + extra)
    };
    // SAFETY: the operands lie below the scratch room.
    let base = unsafe { room.sub(4) };
    if let Some(function) = callable.downcast::<Function>() {
        // SAFETY: the callee's locals begin at its arguments; the result goes where the callable was.
        unsafe {
            (*thread.frame).sp = base;
            (*thread.frame).return_offset = 1;
        }
        enter_function(thread, function, room, args.length, names)?;
        return Ok(Flow::Switched);
    }
    let result = trace::call_with_events(thread, callable, arguments, |thread| {
        call_operation::call(thread, callable, arguments, names)
    })?;
    thread.pop_scratch(room);
    thread.drop_operands(3);
    thread.put(1, result);
    Ok(Flow::Next)
}

/// Writes a dict's values to `room` and gives the tuple of its keys.
///
/// # Safety
/// There is room for all values.
unsafe fn spread_keywords(thread: &mut Thread, dict: Gc<Dict>, room: *mut Value) -> Result<Gc<Tuple>> {
    let names = List::with_capacity(dict.length);
    let mut position = 0;
    let mut written = 0;
    while let Some((key, value)) = dict.next_entry(&mut position) {
        if !key.is_kind(ObjectKind::Str) {
            return Err(thread.type_error("keywords must be strings"));
        }
        names.push(key);
        // SAFETY: the caller's promise.
        unsafe { *room.add(written) = value };
        written += 1;
    }
    Tuple::try_new(thread, names.items())
}

fn iterable_to_tuple(thread: &mut Thread, callable: Value, args: Value) -> Result {
    let class = class_of(args);
    if class.special(Special::Iter).is_none() && class.special(Special::GetItem).is_none() {
        let (function, class) = (callable_text(thread, callable)?, class.native_name());
        return Err(
            thread.type_error(format!("{function} argument after * must be an iterable, not {class}"))
        );
    }
    let items = operations::iterate::collect(thread, args)?;
    Ok(Tuple::try_new(thread, &items)?.value())
}

fn mapping_to_dict(thread: &mut Thread, callable: Value, mapping: Value) -> Result<Gc<Dict>> {
    if operations::get_attribute_optional(thread, mapping, intern("keys"))?.is_none() {
        let (function, class) =
            (callable_text(thread, callable)?, operations::attribute::class_name(mapping));
        return Err(thread.type_error(format!("{function} argument after ** must be a mapping, not {class}")));
    }
    let dict = Dict::new();
    thread.call_method(dict.value(), "update", &[mapping])?;
    Ok(dict)
}

/// A callable as messages about its arguments name it: `module.f()`.
pub fn callable_text(thread: &mut Thread, callable: Value) -> Result<String> {
    let Some(name) = operations::get_attribute_optional(thread, callable, intern("__qualname__"))? else {
        return Ok(operations::str_of(thread, callable)?.to_string_lossy());
    };
    let name = operations::str_of(thread, name)?.to_string_lossy();
    let module = operations::get_attribute_optional(thread, callable, intern("__module__"))?;
    Ok(match module.and_then(|module| module.downcast::<Str>()) {
        Some(module) if !module.is("builtins") => format!("{}.{name}()", module.to_string_lossy()),
        _ => format!("{name}()"),
    })
}
