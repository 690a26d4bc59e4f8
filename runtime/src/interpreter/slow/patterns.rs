//! Pattern matching.

use super::{Flow, operand};
use crate::object::list::List;
use crate::object::set::Set;
use crate::object::str::{Str, intern};
use crate::object::tuple::Tuple;
use crate::object::type_object::{TYPE_MAPPING, TYPE_SEQUENCE, TypeObject};
use crate::operations::{self, class_of, get_attribute_optional};
use crate::thread::{Result, Thread};
use crate::types;
use crate::value::Value;

pub fn match_mapping(thread: &mut Thread, _: usize) -> Result<Flow> {
    let matches = class_of(thread.peek(1)).has(TYPE_MAPPING);
    thread.push(Value::from_bool(matches));
    Ok(Flow::Next)
}

pub fn match_sequence(thread: &mut Thread, _: usize) -> Result<Flow> {
    let matches = class_of(thread.peek(1)).has(TYPE_SEQUENCE);
    thread.push(Value::from_bool(matches));
    Ok(Flow::Next)
}

/// Pushes a tuple of the subject's values for the keys on top, or None if one is missing.
pub fn match_keys(thread: &mut Thread, _: usize) -> Result<Flow> {
    let (subject, keys) = (thread.peek(2), thread.peek(1));
    let keys = operand::<Tuple>(thread, keys)?;
    let get = operations::get_attribute(thread, subject, intern("get"))?;
    let absent = crate::object::instance::allocate(types().object).value();
    let (seen, values) = (Set::new(), List::empty());
    for i in 0..keys.length {
        let key = keys.items()[i];
        if !seen.add(thread, key)? {
            let key = operations::repr(thread, key)?.to_string_lossy();
            return Err(thread.value_error(format!("mapping pattern checks duplicate key ({key})")));
        }
        let value = thread.call(get, &[key, absent])?;
        if value == absent {
            thread.push(Value::NONE);
            return Ok(Flow::Next);
        }
        values.push(value);
    }
    let values = Tuple::try_new(thread, values.items())?;
    thread.push(values.value());
    Ok(Flow::Next)
}

/// Stack holds subject, class and the names of keyword patterns; the attributes or None replace them.
pub fn match_class(thread: &mut Thread, positional: usize) -> Result<Flow> {
    let (subject, class, names) = (thread.peek(3), thread.peek(2), thread.peek(1));
    let names = operand::<Tuple>(thread, names)?;
    let attributes = class_attributes(thread, subject, class, positional, names)?;
    thread.drop_operands(2);
    thread.put(1, attributes);
    Ok(Flow::Next)
}

fn class_attributes(
    thread: &mut Thread,
    subject: Value,
    class: Value,
    positional: usize,
    names: crate::object::pointer::Gc<Tuple>,
) -> Result {
    let Some(class_object) = class.downcast::<TypeObject>() else {
        return Err(thread.type_error("called match pattern must be a class"));
    };
    if !operations::is_instance(thread, subject, class)? {
        return Ok(Value::NONE);
    }
    let (seen, attributes) = (Set::new(), List::empty());
    let class_name = class_object.native_name();
    if positional > 0 {
        let match_self =
            match get_attribute_optional(thread, class, intern("__match_args__"))? {
                Some(match_args) => {
                    let Some(match_args) = match_args.downcast::<Tuple>() else {
                        let got = operations::attribute::class_name(match_args);
                        return Err(thread
                            .type_error(format!("{class_name}.__match_args__ must be a tuple (got {got})")));
                    };
                    check_positional(thread, &class_name, positional, match_args.length)?;
                    for i in 0..positional {
                        let name = match_args.items()[i];
                        let Some(name) = name.downcast::<Str>() else {
                            let got = operations::attribute::class_name(name);
                            return Err(thread
                                .type_error(format!("__match_args__ elements must be strings (got {got})")));
                        };
                        match attribute(thread, subject, name, seen, &class_name)? {
                            Some(value) => attributes.push(value),
                            None => return Ok(Value::NONE),
                        }
                    }
                    false
                }
                None => matches_itself(class_object),
            };
        if match_self {
            check_positional(thread, &class_name, positional, 1)?;
            attributes.push(subject);
        } else if attributes.length == 0 {
            check_positional(thread, &class_name, positional, 0)?;
        }
    }
    for i in 0..names.length {
        let name = operand(thread, names.items()[i])?;
        match attribute(thread, subject, name, seen, &class_name)? {
            Some(value) => attributes.push(value),
            None => return Ok(Value::NONE),
        }
    }
    Ok(Tuple::try_new(thread, attributes.items())?.value())
}

fn check_positional(thread: &mut Thread, class: &str, positional: usize, allowed: usize) -> Result<()> {
    if positional <= allowed {
        return Ok(());
    }
    let plural = if allowed == 1 { "" } else { "s" };
    Err(thread.type_error(format!(
        "{class}() accepts {allowed} positional sub-pattern{plural} ({positional} given)"
    )))
}

fn attribute(
    thread: &mut Thread,
    subject: Value,
    name: crate::object::pointer::Gc<Str>,
    seen: crate::object::pointer::Gc<Set>,
    class: &str,
) -> Result<Option<Value>> {
    if !seen.add(thread, name.value())? {
        let name = operations::repr(thread, name.value())?.to_string_lossy();
        return Err(thread.type_error(format!("{class}() got multiple sub-patterns for attribute {name}")));
    }
    get_attribute_optional(thread, subject, name)
}

/// Built-in classes whose single positional pattern matches the subject itself.
fn matches_itself(class: crate::object::pointer::Gc<TypeObject>) -> bool {
    let t = types();
    [t.bool, t.bytearray, t.bytes, t.dict, t.float, t.frozenset, t.int, t.list, t.set, t.str, t.tuple]
        .iter()
        .any(|&known| class.is_subclass_of(known))
}
