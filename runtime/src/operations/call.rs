//! Calls from native code.
//!
//! Arguments are passed as in CPython's vectorcall: a run of values, the keyword arguments' last, and a tuple of their names. A receiver is put in front
//! by copying the run onto the thread's value stack, above the running frame's operands.

use crate::interpreter;
use crate::native::NativeRole;
use crate::object::descriptor::StaticMethod;
use crate::object::function::{BoundMethod, Function};
use crate::object::kind::ObjectKind;
use crate::object::native_function::{NativeFunction, NativeMethod};
use crate::object::pointer::Gc;
use crate::object::special::Special;
use crate::object::str::Str;
use crate::object::type_object::TypeObject;
use crate::operations::class_of;
use crate::thread::{Result, Thread};
use crate::types;
use crate::value::Value;

impl Thread {
    /// Calls with positional arguments.
    #[inline]
    pub fn call(&mut self, callable: Value, arguments: &[Value]) -> Result {
        call(self, callable, arguments, Value::NULL)
    }

    /// Calls `value.name(arguments)`.
    pub fn call_method(&mut self, value: Value, name: &str, arguments: &[Value]) -> Result {
        self.call_method_named(value, crate::object::str::intern(name), arguments)
    }

    /// [`Thread::call_method`] with an interned name.
    pub fn call_method_named(&mut self, value: Value, name: Gc<Str>, arguments: &[Value]) -> Result {
        let (method, receiver) = super::attribute::get_method(self, value, name)?;
        match receiver.is_null() {
            true => self.call(method, arguments),
            false => call_with_receiver(self, method, receiver, arguments, Value::NULL),
        }
    }

    /// Calls a special method of a value's class, `None` if the class doesn't define it.
    #[inline]
    pub fn call_special(
        &mut self,
        value: Value,
        special: Special,
        arguments: &[Value],
    ) -> Result<Option<Value>> {
        match class_of(value).special(special) {
            Some(method) => call_special(self, method, value, arguments).map(Some),
            None => Ok(None),
        }
    }
}

/// Calls any value. `arguments` holds the positional arguments, then those of the keywords in `keyword_names` (a tuple or NULL).
pub fn call(thread: &mut Thread, callable: Value, arguments: &[Value], keyword_names: Value) -> Result {
    match callable.kind() {
        Some(ObjectKind::Function) => {
            interpreter::call_function(thread, callable.cast::<Function>(), arguments, keyword_names)
        }
        Some(ObjectKind::NativeFunction) => {
            let function = callable.cast::<NativeFunction>();
            if function.receiver.is_null() || function.definition.role == NativeRole::Function {
                call_native(thread, function.definition.call, arguments, keyword_names)
            } else {
                call_with_receiver(thread, callable, function.receiver, arguments, keyword_names)
            }
        }
        Some(ObjectKind::NativeMethod) => {
            let method = callable.cast::<NativeMethod>();
            check_method_receiver(thread, method, arguments, keyword_names)?;
            call_native(thread, method.definition.call, arguments, keyword_names)
        }
        Some(ObjectKind::BoundMethod) => {
            let method = callable.cast::<BoundMethod>();
            call_with_receiver(thread, method.function, method.receiver, arguments, keyword_names)
        }
        Some(ObjectKind::Type) => call_class(thread, callable.cast::<TypeObject>(), arguments, keyword_names),
        _ => call_other(thread, callable, arguments, keyword_names),
    }
}

fn call_other(thread: &mut Thread, callable: Value, arguments: &[Value], keyword_names: Value) -> Result {
    match class_of(callable).special(Special::Call) {
        Some(method) => {
            thread.check_native_stack()?;
            call_bound(thread, method, callable, arguments, keyword_names)
        }
        None => {
            let class = super::attribute::class_name(callable);
            Err(thread.type_error(format!("'{class}' object is not callable")))
        }
    }
}

/// A method descriptor called as a function: the first argument must be of its class.
fn check_method_receiver(
    thread: &mut Thread,
    method: Gc<NativeMethod>,
    arguments: &[Value],
    keyword_names: Value,
) -> Result<()> {
    let positional = arguments.len() - keyword_count(keyword_names);
    let (name, owner) = (method.definition.name, method.owner);
    if method.definition.role == NativeRole::ClassMethod {
        let owner_name = owner.native_name();
        let Some(class) = arguments[..positional].first() else {
            return Err(
                thread.type_error(format!("descriptor '{name}' of '{owner_name}' object needs an argument"))
            );
        };
        return match class.downcast::<TypeObject>() {
            Some(class) if class.is_subclass_of(owner) => Ok(()),
            Some(class) => {
                let got = class.native_name();
                Err(thread.type_error(format!(
                    "descriptor '{name}' requires a subtype of '{owner_name}' but received '{got}'"
                )))
            }
            None => {
                let got = super::attribute::class_name(*class);
                Err(thread.type_error(format!(
                    "descriptor '{name}' for type '{owner_name}' needs a type, not a '{got}' as arg 2"
                )))
            }
        };
    }
    match arguments[..positional].first() {
        Some(receiver) if class_of(*receiver).is_subclass_of(owner) => Ok(()),
        Some(receiver) => {
            let (owner, got) = (owner.native_name(), super::attribute::class_name(*receiver));
            let message = match method.definition.role {
                NativeRole::SlotWrapper => {
                    format!("descriptor '{name}' requires a '{owner}' object but received a '{got}'")
                }
                _ => format!("descriptor '{name}' for '{owner}' objects doesn't apply to a '{got}' object"),
            };
            Err(thread.type_error(message))
        }
        None => {
            let owner = owner.native_name();
            let message = match method.definition.role {
                NativeRole::SlotWrapper => {
                    format!("descriptor '{name}' of '{owner}' object needs an argument")
                }
                _ => format!("unbound method {owner}.{name}() needs an argument"),
            };
            Err(thread.type_error(message))
        }
    }
}

/// Number of keyword arguments of a call.
#[inline]
pub fn keyword_count(keyword_names: Value) -> usize {
    if keyword_names.is_null() { 0 } else { keyword_names.cast::<crate::object::tuple::Tuple>().length }
}

/// Calls a native function by its calling convention.
#[inline]
pub fn call_native(
    thread: &mut Thread,
    function: crate::native::NativeCall,
    arguments: &[Value],
    keyword_names: Value,
) -> Result {
    let positional = arguments.len() - keyword_count(keyword_names);
    // SAFETY: the arguments are as the convention says and outlive the call.
    let result = unsafe { function(thread, arguments.as_ptr(), positional, keyword_names) };
    thread.result_of(result)
}

/// Calls with a receiver in front of the arguments.
pub fn call_with_receiver(
    thread: &mut Thread,
    callable: Value,
    receiver: Value,
    arguments: &[Value],
    keyword_names: Value,
) -> Result {
    let room = thread.push_scratch(arguments.len() + 1)?;
    // SAFETY: `push_scratch` gave room for them above the running frame's operands.
    let all = unsafe {
        *room = receiver;
        std::ptr::copy_nonoverlapping(arguments.as_ptr(), room.add(1), arguments.len());
        std::slice::from_raw_parts(room, arguments.len() + 1)
    };
    let result = match callable.kind() {
        // The receiver is in place already.
        Some(ObjectKind::NativeFunction) => {
            call_native(thread, callable.cast::<NativeFunction>().definition.call, all, keyword_names)
        }
        _ => call(thread, callable, all, keyword_names),
    };
    thread.pop_scratch(room);
    result
}

/// Calls a special method as found in a class: binds it to the receiver first.
#[inline]
pub fn call_special(thread: &mut Thread, method: Value, receiver: Value, arguments: &[Value]) -> Result {
    call_bound(thread, method, receiver, arguments, Value::NULL)
}

fn call_bound(
    thread: &mut Thread,
    method: Value,
    receiver: Value,
    arguments: &[Value],
    keyword_names: Value,
) -> Result {
    match method.kind() {
        Some(ObjectKind::Function) => call_with_receiver(thread, method, receiver, arguments, keyword_names),
        Some(ObjectKind::NativeMethod)
            if method.cast::<NativeMethod>().definition.role != NativeRole::ClassMethod =>
        {
            call_native_method(thread, method.cast(), receiver, arguments, keyword_names)
        }
        Some(ObjectKind::StaticMethod) if class_of(method).definition.is_some() => {
            call(thread, method.cast::<StaticMethod>().callable, arguments, keyword_names)
        }
        _ => {
            let bound = super::attribute::descriptor_get(thread, method, receiver, class_of(receiver))?;
            call(thread, bound, arguments, keyword_names)
        }
    }
}

/// A native method whose receiver is known to have the right layout; the few arguments go through the native stack.
#[inline]
fn call_native_method(
    thread: &mut Thread,
    method: Gc<NativeMethod>,
    receiver: Value,
    arguments: &[Value],
    keyword_names: Value,
) -> Result {
    let call = method.definition.call;
    match *arguments {
        [] => call_native(thread, call, &[receiver], keyword_names),
        [a] => call_native(thread, call, &[receiver, a], keyword_names),
        [a, b] => call_native(thread, call, &[receiver, a, b], keyword_names),
        _ => {
            let room = thread.push_scratch(arguments.len() + 1)?;
            // SAFETY: as in `call_with_receiver`.
            let all = unsafe {
                *room = receiver;
                std::ptr::copy_nonoverlapping(arguments.as_ptr(), room.add(1), arguments.len());
                std::slice::from_raw_parts(room, arguments.len() + 1)
            };
            let result = call_native(thread, call, all, keyword_names);
            thread.pop_scratch(room);
            result
        }
    }
}

/// Calls a class: `type.__call__`, or what its metaclass defines.
pub fn call_class(
    thread: &mut Thread,
    class: Gc<TypeObject>,
    arguments: &[Value],
    keyword_names: Value,
) -> Result {
    match class.class().special(Special::Call) {
        Some(method) if method != types().type_call => {
            call_bound(thread, method, class.value(), arguments, keyword_names)
        }
        _ => instantiate(thread, class, arguments, keyword_names),
    }
}

/// `type.__call__`: `__new__`, then `__init__` if that gave an instance.
pub fn instantiate(
    thread: &mut Thread,
    class: Gc<TypeObject>,
    arguments: &[Value],
    keyword_names: Value,
) -> Result {
    if class == types().type_ && arguments.len() == 1 && keyword_names.is_null() {
        return Ok(class_of(arguments[0]).value());
    }
    if class.has(crate::object::type_object::TYPE_NO_NEW) {
        let name = class.native_name();
        return Err(thread.type_error(format!(
            "cannot create '{}' instances",
            crate::builtins::class::full_name(class, &name)
        )));
    }
    let constructor = class.special(Special::New).unwrap_or(Value::NULL);
    let instance = match constructor {
        found if found == types().object_new => {
            crate::builtins::class::object_new(thread, class, arguments, keyword_names)?
        }
        found => {
            let callable = super::attribute::descriptor_get(thread, found, Value::NULL, class)?;
            call_constructor(thread, callable, class, arguments, keyword_names)?
        }
    };
    if !class_of(instance).is_subclass_of(class) {
        return Ok(instance);
    }
    let initializer = class_of(instance).special(Special::Init).unwrap_or(Value::NULL);
    if initializer == types().object_init {
        crate::builtins::class::check_object_init(thread, class_of(instance), arguments.len())?;
        return Ok(instance);
    }
    let result = call_bound(thread, initializer, instance, arguments, keyword_names)?;
    if !result.is_none() {
        let got = super::attribute::class_name(result);
        return Err(thread.type_error(format!("__init__() should return None, not '{got}'")));
    }
    Ok(instance)
}

/// Calls `__new__` with the class in front.
fn call_constructor(
    thread: &mut Thread,
    callable: Value,
    class: Gc<TypeObject>,
    arguments: &[Value],
    keyword_names: Value,
) -> Result {
    if let Some(native) = callable.downcast::<NativeFunction>() {
        if native.definition.role == NativeRole::New {
            let room = thread.push_scratch(arguments.len() + 1)?;
            // SAFETY: as in `call_with_receiver`.
            let all = unsafe {
                *room = class.value();
                std::ptr::copy_nonoverlapping(arguments.as_ptr(), room.add(1), arguments.len());
                std::slice::from_raw_parts(room, arguments.len() + 1)
            };
            let result = call_native(thread, native.definition.call, all, keyword_names);
            thread.pop_scratch(room);
            return result;
        }
    }
    call_with_receiver(thread, callable, class.value(), arguments, keyword_names)
}

impl Thread {
    /// Room for `count` values above the running frame's operands; given back by [`Thread::pop_scratch`].
    #[inline]
    pub fn push_scratch(&mut self, count: usize) -> Result<*mut Value> {
        // SAFETY: a thread always has a frame record (its base record before any Python code runs).
        unsafe {
            let room = (*self.frame).sp;
            if room.add(count) >= self.stack_limit {
                return Err(self.recursion_error("maximum recursion depth exceeded"));
            }
            (*self.frame).sp = room.add(count);
            Ok(room)
        }
    }

    /// Gives back what [`Thread::push_scratch`] gave.
    #[inline]
    pub fn pop_scratch(&mut self, room: *mut Value) {
        // SAFETY: as in `push_scratch`; calls nest, so the running frame is the same again.
        unsafe { (*self.frame).sp = room };
    }
}
