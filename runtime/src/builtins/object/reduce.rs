//! `object.__reduce_ex__` and `object.__getstate__`: how pickle and copy take objects apart.

use crate::object::dict::Dict;
use crate::object::kind::ObjectKind;
use crate::object::list::List;
use crate::object::native_function::NativeFunction;
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::object::type_object::TYPE_NO_NEW;
use crate::operations::attribute::{class_name, get_attribute, get_attribute_optional};
use crate::operations::{self, class_of};
use crate::prelude::*;

fn from_copyreg(thread: &mut Thread, name: &str) -> Result {
    crate::import::import_attribute(thread, "copyreg", name)
}

/// `object.__reduce_ex__(protocol)`: an overridden `__reduce__` comes first.
pub fn reduce_ex(thread: &mut Thread, this: Value, protocol: i32) -> Result {
    let name = intern("__reduce__");
    if class_of(this).lookup(name) != types().object.lookup(name) {
        return thread.call_method_named(this, name, &[]);
    }
    common_reduce(thread, this, protocol)
}

pub fn common_reduce(thread: &mut Thread, this: Value, protocol: i32) -> Result {
    if protocol >= 2 {
        return reduce_new_object(thread, this);
    }
    let function = from_copyreg(thread, "_reduce_ex")?;
    thread.call(function, &[this, Value::from_small_int(protocol as i64)])
}

fn reduce_new_object(thread: &mut Thread, this: Value) -> Result {
    let class = class_of(this);
    if class.has(TYPE_NO_NEW) {
        return Err(cannot_pickle(thread, this));
    }
    let (arguments, keywords) = new_arguments(thread, this)?;
    let has_arguments = arguments.is_some();
    let (function, arguments) = match (arguments, keywords) {
        (Some(arguments), Some(keywords)) if !keywords.is_empty() => (
            from_copyreg(thread, "__newobj_ex__")?,
            Tuple::new(&[class.value(), arguments.value(), keywords.value()]),
        ),
        (arguments, _) => {
            let items = arguments.map_or(&[][..], |arguments| arguments.items());
            let all = Tuple::from_fn(items.len() + 1, |i| if i == 0 { class.value() } else { items[i - 1] });
            (from_copyreg(thread, "__newobj__")?, all)
        }
    };
    let (is_list, is_dict) = (this.is_kind(ObjectKind::List), this.is_kind(ObjectKind::Dict));
    let state = state(thread, this, !(has_arguments || is_list || is_dict))?;
    let list_items = if is_list { operations::get_iterator(thread, this)? } else { Value::NONE };
    let dict_items = match is_dict {
        true => {
            let items = thread.call_method(this, "items", &[])?;
            operations::get_iterator(thread, items)?
        }
        false => Value::NONE,
    };
    Ok(Tuple::new(&[function, arguments.value(), state, list_items, dict_items]).value())
}

fn cannot_pickle(thread: &mut Thread, this: Value) -> Raised {
    let name = class_name(this);
    thread.type_error(format!("cannot pickle '{name}' object"))
}

/// What `__getnewargs_ex__` or `__getnewargs__` gives.
fn new_arguments(thread: &mut Thread, this: Value) -> Result<(Option<Gc<Tuple>>, Option<Gc<Dict>>)> {
    if let Some(method) = get_attribute_optional(thread, this, intern("__getnewargs_ex__"))? {
        let answer = thread.call(method, &[])?;
        let Some(pair) = answer.downcast::<Tuple>() else {
            let got = class_name(answer);
            return Err(thread.type_error(format!("__getnewargs_ex__ should return a tuple, not '{got}'")));
        };
        let &[arguments, keywords] = pair.items() else {
            let length = pair.length;
            return Err(thread
                .value_error(format!("__getnewargs_ex__ should return a tuple of length 2, not {length}")));
        };
        let Some(arguments) = arguments.downcast::<Tuple>() else {
            let got = class_name(arguments);
            let message =
                format!("first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{got}'");
            return Err(thread.type_error(message));
        };
        let Some(keywords) = keywords.downcast::<Dict>() else {
            let got = class_name(keywords);
            let message =
                format!("second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{got}'");
            return Err(thread.type_error(message));
        };
        return Ok((Some(arguments), Some(keywords)));
    }
    let Some(method) = get_attribute_optional(thread, this, intern("__getnewargs__"))? else {
        return Ok((None, None));
    };
    let answer = thread.call(method, &[])?;
    match answer.downcast::<Tuple>() {
        Some(arguments) => Ok((Some(arguments), None)),
        None => {
            let got = class_name(answer);
            Err(thread.type_error(format!("__getnewargs__ should return a tuple, not '{got}'")))
        }
    }
}

/// What `__getstate__` gives. `required`: the default one must account for the whole object.
fn state(thread: &mut Thread, this: Value, required: bool) -> Result {
    let method = get_attribute(thread, this, intern("__getstate__"))?;
    let default = method.downcast::<NativeFunction>().is_some_and(|function| {
        function.receiver == this
            && function.owner == types().object.value()
            && function.definition.name == "__getstate__"
    });
    if default { default_state(thread, this, required) } else { thread.call(method, &[]) }
}

/// `object.__getstate__`: the `__dict__`, with the values of `__slots__` beside it.
pub fn default_state(thread: &mut Thread, this: Value, required: bool) -> Result {
    let class = class_of(this);
    if required && class.instance_kind != ObjectKind::Instance {
        return Err(cannot_pickle(thread, this));
    }
    let state = match super::has_attributes(this) {
        true => super::get_dictionary(thread, this)?.value(),
        false => Value::NONE,
    };
    let names = slot_names(thread, class)?;
    let Some(names) = names.filter(|names| names.length > 0) else { return Ok(state) };
    let slots = Dict::new();
    for i in 0..names.length {
        let name = names.items()[i];
        let Some(text) = name.downcast::<Str>() else { continue };
        if let Some(value) = get_attribute_optional(thread, this, text)? {
            slots.set(thread, name, value)?;
        }
    }
    if slots.is_empty() { Ok(state) } else { Ok(Tuple::new(&[state, slots.value()]).value()) }
}

fn slot_names(thread: &mut Thread, class: Gc<TypeObject>) -> Result<Option<Gc<List>>> {
    if let Some(known) = class.dict.get_str(intern("__slotnames__")) {
        if known.is_none() {
            return Ok(None);
        }
        if let Some(list) = known.downcast::<List>() {
            return Ok(Some(list));
        }
        let (class, got) = (class.name_text(), class_name(known));
        return Err(thread.type_error(format!("{class}.__slotnames__ should be a list or None, not {got}")));
    }
    let function = from_copyreg(thread, "_slotnames")?;
    let names = thread.call(function, &[class.value()])?;
    if names.is_none() {
        return Ok(None);
    }
    names
        .downcast::<List>()
        .map(Some)
        .ok_or_else(|| thread.type_error("copyreg._slotnames didn't return a list or None"))
}
