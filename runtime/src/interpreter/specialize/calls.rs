//! Specialisation of calls. CALL's cache: counter, and what the opcode compares (2): a function's version, a class's version, or the low half of a
//! native definition's address.

use super::SEVERAL;
use crate::interpreter::slow::python_initializer;
use crate::interpreter::state::write_cache_u32;
use crate::native::{NativeDefinition, NativeRole};
use crate::object::function::{BoundMethod, CALL_SIMPLE, Function};
use crate::object::native_function::{NativeFunction, NativeMethod};
use crate::object::pointer::Gc;
use crate::object::type_object::{ATTRIBUTES_AT_END, TYPE_HAS_FINALIZER, TypeObject};
use crate::types;
use crate::value::Value;
use taipan_compiler::opcode::Opcode;

/// Writes what the opcode compares.
fn write_cache(pc: *mut u16, word: u32) {
    // SAFETY: CALL has three cache words.
    unsafe { write_cache_u32(pc, 2, word) };
}

fn write_definition(pc: *mut u16, definition: &'static NativeDefinition) {
    write_cache(pc, std::ptr::from_ref(definition) as usize as u32);
}

pub fn call(pc: *mut u16, callable: Value, receiver: Value, count: usize, changes: u16) -> Option<Opcode> {
    let bound = callable.downcast::<BoundMethod>().filter(|_| receiver.is_null());
    let (target, total) = match bound {
        Some(method) => (method.function, count + 1),
        None => (callable, count + !receiver.is_null() as usize),
    };
    if let Some(function) = target.downcast::<Function>() {
        return python_function(pc, function, bound.is_some(), total, changes);
    }
    if bound.is_some() {
        return target.downcast::<NativeMethod>().map(|_| Opcode::CallNonPyGeneral);
    }
    if let Some(function) = callable.downcast::<NativeFunction>() {
        return native_function(pc, function, receiver, count);
    }
    if let Some(method) = callable.downcast::<NativeMethod>() {
        return native_method(pc, method, receiver, count);
    }
    let class = callable.downcast::<TypeObject>().filter(|_| receiver.is_null())?;
    if class == types().type_ && count == 1 {
        return Some(Opcode::CallType1);
    }
    if class.class() != types().type_ {
        return None;
    }
    if class.definition.is_some() {
        return Some(Opcode::CallBuiltinClass);
    }
    python_class(pc, class)
}

fn python_function(
    pc: *mut u16,
    function: Gc<Function>,
    bound: bool,
    total: usize,
    changes: u16,
) -> Option<Opcode> {
    if function.call_shape & CALL_SIMPLE == 0 {
        return None;
    }
    let wanted = function.code.argument_count as usize;
    if wanted != total || changes >= SEVERAL {
        let enough = total <= wanted && wanted - total <= function.default_values().len();
        return enough.then_some(if bound { Opcode::CallBoundMethodGeneral } else { Opcode::CallPyGeneral });
    }
    write_cache(pc, function.version);
    Some(if bound { Opcode::CallBoundMethodExactArgs } else { Opcode::CallPyExactArgs })
}

fn native_function(
    pc: *mut u16,
    function: Gc<NativeFunction>,
    receiver: Value,
    count: usize,
) -> Option<Opcode> {
    let definition = function.definition;
    if !receiver.is_null() || definition.collects() {
        return None;
    }
    if !function.receiver.is_null() && definition.role != NativeRole::Function {
        return Some(Opcode::CallNativeBound);
    }
    match (definition.owner, definition.name, count) {
        ("builtins", "len", 1) => {
            write_definition(pc, definition);
            Some(Opcode::CallLen)
        }
        ("builtins", "isinstance", 2) => {
            write_definition(pc, definition);
            Some(Opcode::CallIsinstance)
        }
        _ => Some(Opcode::CallBuiltinFast),
    }
}

fn native_method(pc: *mut u16, method: Gc<NativeMethod>, receiver: Value, count: usize) -> Option<Opcode> {
    let definition = method.definition;
    if receiver.is_null() || definition.role == NativeRole::ClassMethod {
        return None;
    }
    if method.owner == types().list && definition.name == "append" && count == 1 {
        write_definition(pc, definition);
        return Some(Opcode::CallListAppend);
    }
    Some(Opcode::CallMethodDescriptorFast)
}

/// A class whose instances a Python `__init__` fills.
fn python_class(pc: *mut u16, class: Gc<TypeObject>) -> Option<Opcode> {
    let initializer = python_initializer(class)?;
    let plain = class.attributes_offset != ATTRIBUTES_AT_END
        && !class.has(TYPE_HAS_FINALIZER)
        && initializer.call_shape & CALL_SIMPLE != 0;
    if !plain {
        return None;
    }
    write_cache(pc, class.version);
    Some(Opcode::CallAllocAndEnterInit)
}
