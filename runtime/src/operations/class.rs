//! `isinstance` and `issubclass`.

use crate::object::pointer::Gc;
use crate::object::special::Special;
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::object::type_object::TypeObject;
use crate::operations::{class_of, get_attribute_optional, is_true};
use crate::thread::{Result, Thread};
use crate::types;
use crate::value::Value;

/// How deep tuples of classes may be nested.
const DEEPEST_TUPLES: usize = 10_000;

fn too_deep(thread: &mut Thread) -> crate::thread::Raised {
    thread.recursion_error("maximum recursion depth exceeded in __instancecheck__")
}

/// `isinstance(value, class)`
pub fn is_instance(thread: &mut Thread, value: Value, class: Value) -> Result<bool> {
    is_instance_at(thread, value, class, 0)
}

fn is_instance_at(thread: &mut Thread, value: Value, class: Value, depth: usize) -> Result<bool> {
    if class_of(value).value() == class {
        return Ok(true);
    }
    let metaclass = class_of(class);
    if metaclass == types().type_ {
        return real_is_instance(thread, value, class);
    }
    if let Some(classes) = class.downcast::<Tuple>() {
        thread.check_native_stack()?;
        if depth > DEEPEST_TUPLES {
            return Err(too_deep(thread));
        }
        for class in classes.items() {
            if is_instance_at(thread, value, *class, depth + 1)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match metaclass.special(Special::InstanceCheck) {
        Some(method) => {
            thread.check_native_stack()?;
            let answer = super::call::call_special(thread, method, class, &[value])?;
            is_true(thread, answer)
        }
        None => real_is_instance(thread, value, class),
    }
}

/// `type.__instancecheck__`
pub fn real_is_instance(thread: &mut Thread, value: Value, class: Value) -> Result<bool> {
    if let Some(class) = class.downcast::<TypeObject>() {
        if class_of(value).is_subclass_of(class) {
            return Ok(true);
        }
        if !value.is_pointer()
            || class_of(value).special(Special::GetAttribute) == Some(types().object_getattribute)
                && class_of(value).lookup(intern("__class__")) == types().object.lookup(intern("__class__"))
        {
            return Ok(false);
        }
        let claimed = get_attribute_optional(thread, value, intern("__class__"))?;
        return Ok(claimed
            .and_then(|claimed| claimed.downcast::<TypeObject>())
            .is_some_and(|claimed| claimed != class_of(value) && claimed.is_subclass_of(class)));
    }
    check_class(thread, class, "isinstance() arg 2 must be a type, a tuple of types, or a union")?;
    match get_attribute_optional(thread, value, intern("__class__"))? {
        Some(own) => abstract_is_subclass(thread, own, class),
        None => Ok(false),
    }
}

/// `issubclass(derived, class)`
pub fn is_subclass(thread: &mut Thread, derived: Value, class: Value) -> Result<bool> {
    is_subclass_at(thread, derived, class, 0)
}

fn is_subclass_at(thread: &mut Thread, derived: Value, class: Value, depth: usize) -> Result<bool> {
    let metaclass = class_of(class);
    if metaclass == types().type_ {
        if derived == class {
            return Ok(true);
        }
        return real_is_subclass(thread, derived, class);
    }
    if let Some(classes) = class.downcast::<Tuple>() {
        thread.check_native_stack()?;
        if depth > DEEPEST_TUPLES {
            return Err(too_deep(thread));
        }
        for class in classes.items() {
            if is_subclass_at(thread, derived, *class, depth + 1)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match metaclass.special(Special::SubclassCheck) {
        Some(method) => {
            thread.check_native_stack()?;
            let answer = super::call::call_special(thread, method, class, &[derived])?;
            is_true(thread, answer)
        }
        None => real_is_subclass(thread, derived, class),
    }
}

/// `type.__subclasscheck__`
pub fn real_is_subclass(thread: &mut Thread, derived: Value, class: Value) -> Result<bool> {
    if let (Some(derived), Some(class)) = (derived.downcast::<TypeObject>(), class.downcast::<TypeObject>()) {
        return Ok(derived.is_subclass_of(class));
    }
    check_class(thread, derived, "issubclass() arg 1 must be a class")?;
    check_class(thread, class, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
    abstract_is_subclass(thread, derived, class)
}

fn abstract_bases(thread: &mut Thread, class: Value) -> Result<Option<Gc<Tuple>>> {
    Ok(get_attribute_optional(thread, class, intern("__bases__"))?
        .and_then(|bases| bases.downcast::<Tuple>()))
}

fn check_class(thread: &mut Thread, class: Value, message: &str) -> Result<()> {
    match abstract_bases(thread, class)? {
        Some(_) => Ok(()),
        None => Err(thread.type_error(message)),
    }
}

fn abstract_is_subclass(thread: &mut Thread, derived: Value, class: Value) -> Result<bool> {
    if derived == class {
        return Ok(true);
    }
    thread.check_native_stack()?;
    let Some(bases) = abstract_bases(thread, derived)? else { return Ok(false) };
    for base in bases.items() {
        if abstract_is_subclass(thread, *base, class)? {
            return Ok(true);
        }
    }
    Ok(false)
}
