//! Attributes, special methods and `super`.

use super::Flow;
use super::names::name;
use crate::object::pointer::Gc;
use crate::object::special::Special;
use crate::object::type_object::TypeObject;
use crate::operations::attribute::{self, get_attribute, get_method};
use crate::operations::{class_of, delete_attribute, set_attribute};
use crate::thread::{Result, Thread};
use crate::types;
use crate::value::Value;

pub fn load_attr(thread: &mut Thread, operand: usize) -> Result<Flow> {
    let name = name(thread, operand >> 1);
    let owner = thread.peek(1);
    if operand & 1 != 0 {
        let (method, receiver) = get_method(thread, owner, name)?;
        thread.put(1, method);
        thread.push(receiver);
    } else {
        let value = get_attribute(thread, owner, name)?;
        thread.put(1, value);
    }
    Ok(Flow::Next)
}

pub fn store_attr(thread: &mut Thread, index: usize) -> Result<Flow> {
    let name = name(thread, index);
    let (value, owner) = (thread.peek(2), thread.peek(1));
    set_attribute(thread, owner, name, value)?;
    thread.drop_operands(2);
    Ok(Flow::Next)
}

pub fn delete_attr(thread: &mut Thread, index: usize) -> Result<Flow> {
    let name = name(thread, index);
    let owner = thread.peek(1);
    delete_attribute(thread, owner, name)?;
    thread.drop_operands(1);
    Ok(Flow::Next)
}

/// The methods of `with` statements, by operand, with the complaint about their absence.
const WITH_METHODS: [(Special, &str, &str); 4] = [
    (Special::Enter, "context manager", "__enter__"),
    (Special::Exit, "context manager", "__exit__"),
    (Special::AsyncEnter, "asynchronous context manager", "__aenter__"),
    (Special::AsyncExit, "asynchronous context manager", "__aexit__"),
];

pub fn load_special(thread: &mut Thread, which: usize) -> Result<Flow> {
    let (special, protocol, method) = WITH_METHODS[which];
    let owner = thread.peek(1);
    let class = class_of(owner);
    let Some(found) = class.special(special).filter(|found| !found.is_none()) else {
        return Err(no_with_method(thread, class, protocol, method, which));
    };
    let unbound = found.is_kind(crate::object::kind::ObjectKind::Function)
        || found.is_kind(crate::object::kind::ObjectKind::NativeMethod);
    if unbound {
        thread.put(1, found);
        thread.push(owner);
    } else {
        let bound = attribute::descriptor_get(thread, found, owner, class)?;
        thread.put(1, bound);
        thread.push(Value::NULL);
    }
    Ok(Flow::Next)
}

#[cold]
fn no_with_method(
    thread: &mut Thread,
    class: Gc<TypeObject>,
    protocol: &str,
    method: &str,
    which: usize,
) -> crate::thread::Raised {
    let other = if which < 2 { Special::AsyncEnter } else { Special::Enter };
    let name = crate::builtins::class::full_name(class, &class.native_name());
    let mut message =
        format!("'{name}' object does not support the {protocol} protocol (missed {method} method)");
    if class.special(other).is_some() {
        message.push_str(match which < 2 {
            true => " but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?",
            false => " but it supports the context manager protocol. Did you mean to use 'with'?",
        });
    }
    thread.type_error(message)
}

/// `super().name`: stack holds the global `super`, the class and the receiver.
pub fn load_super_attr(thread: &mut Thread, operand: usize) -> Result<Flow> {
    let name = name(thread, operand >> 2);
    let (global, class, receiver) = (thread.peek(3), thread.peek(2), thread.peek(1));
    let wants_method = operand & 1 != 0;
    let (value, bound_to) = if global == types().super_.value() {
        let Some(class) = class.downcast::<TypeObject>() else {
            return Err(thread.type_error(
                "super() argument 1 must be a type, not ".to_string() + &attribute::class_name(class),
            ));
        };
        let receiver_class = crate::builtins::super_object::check(thread, class, receiver)?;
        crate::builtins::super_object::lookup(thread, class, receiver, receiver_class, name, wants_method)?
    } else {
        // The name `super` was rebound: call what it is.
        let arguments = if operand & 2 != 0 { [class, receiver].to_vec() } else { Vec::new() };
        let object = thread.call(global, &arguments)?;
        (get_attribute(thread, object, name)?, Value::NULL)
    };
    thread.drop_operands(2);
    thread.put(1, value);
    if wants_method {
        thread.push(bound_to);
    }
    Ok(Flow::Next)
}
