//! Subscripts, membership and length.

use crate::object::dict::Dict;
use crate::object::list::List;
use crate::object::special::Special;
use crate::object::str::{Str, intern};
use crate::object::tuple::Tuple;
use crate::object::type_object::TypeObject;
use crate::operations::{call, class_of, equal, get_attribute_optional};
use crate::thread::{Result, Thread};
use crate::types;
use crate::value::Value;

/// The index of a sequence item, negative ones counted from the end.
#[inline]
pub fn wrap_index(index: i64, length: usize) -> Option<usize> {
    let index = if index < 0 { index + length as i64 } else { index };
    if index >= 0 && (index as usize) < length { Some(index as usize) } else { None }
}

/// `container[key]`
pub fn get_item(thread: &mut Thread, container: Value, key: Value) -> Result {
    let class = class_of(container);
    if let Some(i) = key.as_small_int() {
        if class == types().list {
            let list = container.cast::<List>();
            return match wrap_index(i, list.length) {
                Some(i) => Ok(list.items()[i]),
                None => Err(thread.index_error("list index out of range")),
            };
        }
        if class == types().tuple {
            let tuple = container.cast::<Tuple>();
            return match wrap_index(i, tuple.length) {
                Some(i) => Ok(tuple.items()[i]),
                None => Err(thread.index_error("tuple index out of range")),
            };
        }
    }
    if class == types().dict {
        return match container.cast::<Dict>().get(thread, key)? {
            Some(value) => Ok(value),
            None => Err(key_error(thread, key)),
        };
    }
    match class.special(Special::GetItem) {
        Some(method) if !method.is_none() => call::call_special(thread, method, container, &[key]),
        _ => get_item_of_class(thread, container, key),
    }
}

/// `C[key]`: a class's `__class_getitem__`.
fn get_item_of_class(thread: &mut Thread, container: Value, key: Value) -> Result {
    if let Some(class) = container.downcast::<TypeObject>() {
        if class == types().type_ {
            return crate::builtins::generic_alias::new(thread, container, key);
        }
        let method = get_attribute_optional(thread, container, intern("__class_getitem__"))?;
        return match method {
            Some(method) if !method.is_none() => thread.call(method, &[key]),
            _ => {
                let name = class.native_name();
                Err(thread.type_error(format!("type '{name}' is not subscriptable")))
            }
        };
    }
    let class = super::attribute::class_name(container);
    Err(thread.type_error(format!("'{class}' object is not subscriptable")))
}

/// KeyError for an absent key.
#[cold]
pub fn key_error(thread: &mut Thread, key: Value) -> crate::thread::Raised {
    let class = types().key_error;
    // A tuple key must not be spread over the arguments: pass it as the only one.
    crate::object::exception::Exception::with_arguments(thread, class, &[key])
}

/// `container[key] = value`
pub fn set_item(thread: &mut Thread, container: Value, key: Value, value: Value) -> Result<()> {
    let class = class_of(container);
    if class == types().dict {
        return container.cast::<Dict>().set(thread, key, value);
    }
    if class == types().list {
        if let Some(i) = key.as_small_int() {
            let list = container.cast::<List>();
            return match wrap_index(i, list.length) {
                Some(i) => {
                    list.set(i, value);
                    Ok(())
                }
                None => Err(thread.index_error("list assignment index out of range")),
            };
        }
    }
    match class.special(Special::SetItem) {
        Some(method) => call::call_special(thread, method, container, &[key, value]).map(|_| ()),
        None => {
            let class = class.native_name();
            Err(thread.type_error(format!("'{class}' object does not support item assignment")))
        }
    }
}

/// `del container[key]`
pub fn delete_item(thread: &mut Thread, container: Value, key: Value) -> Result<()> {
    let class = class_of(container);
    match class.special(Special::DelItem) {
        Some(method) => call::call_special(thread, method, container, &[key]).map(|_| ()),
        None => {
            // The sequence protocol's complaint differs from the mapping protocol's.
            let by_index = crate::builtins::support::is_index(key)
                && (class.definition.is_none()
                    || class.special(Special::Len).is_some()
                    || class.special(Special::Contains).is_some());
            let does_not = if by_index { "doesn't" } else { "does not" };
            let class = class.native_name();
            Err(thread.type_error(format!("'{class}' object {does_not} support item deletion")))
        }
    }
}

/// `item in container`
pub fn contains(thread: &mut Thread, container: Value, item: Value) -> Result<bool> {
    let class = class_of(container);
    if class == types().dict {
        return Ok(container.cast::<Dict>().get(thread, item)?.is_some());
    }
    if class == types().list || class == types().tuple {
        let mut found = false;
        // Lists may change while Python code compares: `for_each` looks at the length at each step.
        let mut i = 0;
        loop {
            let candidate = match container.downcast::<List>() {
                Some(list) => list.items().get(i).copied(),
                None => container.cast::<Tuple>().items().get(i).copied(),
            };
            let Some(candidate) = candidate else { break };
            if equal(thread, candidate, item)? {
                found = true;
                break;
            }
            i += 1;
        }
        return Ok(found);
    }
    match class.special(Special::Contains) {
        Some(method) if method.is_none() => {
            let class = class.native_name();
            Err(thread.type_error(format!("'{class}' object is not a container")))
        }
        Some(method) => {
            let answer = call::call_special(thread, method, container, &[item])?;
            super::is_true(thread, answer)
        }
        None => contains_by_iteration(thread, container, item),
    }
}

/// Membership in whatever can be iterated.
pub fn contains_by_iteration(thread: &mut Thread, container: Value, item: Value) -> Result<bool> {
    let class = class_of(container);
    if class.special(Special::Iter).is_none() && class.special(Special::GetItem).is_none() {
        let class = class.native_name();
        return Err(thread.type_error(format!("argument of type '{class}' is not a container or iterable")));
    }
    let iterator = super::get_iterator(thread, container)?;
    while let Some(candidate) = super::next(thread, iterator)? {
        if equal(thread, candidate, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `len(value)`
pub fn length(thread: &mut Thread, value: Value) -> Result<usize> {
    let class = class_of(value);
    if class == types().list {
        return Ok(value.cast::<List>().length);
    }
    if class == types().str {
        return Ok(value.cast::<Str>().length);
    }
    if class == types().tuple {
        return Ok(value.cast::<Tuple>().length);
    }
    match class.special(Special::Len) {
        Some(method) if !method.is_none() => {
            let answer = call::call_special(thread, method, value, &[])?;
            length_of_answer(thread, answer)
        }
        _ => {
            let class = class.native_name();
            Err(thread.type_error(format!("object of type '{class}' has no len()")))
        }
    }
}

/// Checks what a `__len__` returned.
fn length_of_answer(thread: &mut Thread, answer: Value) -> Result<usize> {
    if let Some(i) = answer.as_small_int() {
        return usize::try_from(i).map_err(|_| thread.value_error("__len__() should return >= 0"));
    }
    let index = super::index(thread, answer)?;
    match index.as_int() {
        Some(crate::object::int::IntRef::Small(i)) if i >= 0 => Ok(i as usize),
        Some(crate::object::int::IntRef::Small(_)) => Err(thread.value_error("__len__() should return >= 0")),
        Some(crate::object::int::IntRef::Big { negative: true, .. }) => {
            Err(thread.value_error("__len__() should return >= 0"))
        }
        _ => Err(thread.overflow_error("cannot fit 'int' into an index-sized integer")),
    }
}
