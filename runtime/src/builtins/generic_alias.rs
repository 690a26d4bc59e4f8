//! `types.GenericAlias`: `list[int]`.

use crate::native_layout;
use crate::object::dict::Dict;
use crate::object::list::List;
use crate::object::native_object::{self, NativeHead};
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::operations::attribute::{
    class_name, generic_get, get_attribute, get_attribute_optional, no_attribute,
};
use crate::operations::{self, class_of};
use crate::prelude::*;

/// A generic class with arguments.
#[repr(C)]
pub struct GenericAlias {
    head: NativeHead,
    origin: Value,
    arguments: Gc<Tuple>,
    /// Type parameters among the arguments, NULL until asked for.
    parameters: Value,
    starred: bool,
}

native_layout!(GenericAlias, "types.GenericAlias", |this, tracer| {
    tracer.value(this.origin.0);
    tracer.value(this.arguments.value().0);
    tracer.value(this.parameters.0);
});

/// `origin[arguments]`, as the built-in classes' `__class_getitem__` makes it.
pub fn new(thread: &mut Thread, origin: Value, arguments: Value) -> Result {
    let _ = &thread;
    Ok(make(types().generic_alias, origin, arguments, false).value())
}

fn make(class: Gc<TypeObject>, origin: Value, arguments: Value, starred: bool) -> Gc<GenericAlias> {
    let arguments = arguments.downcast::<Tuple>().unwrap_or_else(|| Tuple::new(&[arguments]));
    native_object::new(
        class,
        GenericAlias { head: NativeHead::empty(), origin, arguments, parameters: Value::NULL, starred },
    )
}

/// Attributes that are the alias's own rather than its origin's.
const OWN: [&str; 12] = [
    "__class__",
    "__bases__",
    "__file__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
];

fn is_own(name: Gc<Str>) -> bool {
    OWN.iter().any(|&own| name.is(own)) || name.is("__deepcopy__")
}

/// An argument as it is shown: a class by its qualified name.
pub fn shown(thread: &mut Thread, value: Value) -> Result<String> {
    if value == Value::ELLIPSIS {
        return Ok("...".to_string());
    }
    if let Some(list) = value.downcast::<List>() {
        let mut parts = Vec::new();
        for i in 0..list.length {
            parts.push(shown(thread, list.items()[i])?);
        }
        return Ok(format!("[{}]", parts.join(", ")));
    }
    let alias = get_attribute_optional(thread, value, intern("__origin__"))?.is_some()
        && get_attribute_optional(thread, value, intern("__args__"))?.is_some();
    if !alias {
        let name = get_attribute_optional(thread, value, intern("__qualname__"))?;
        let module = get_attribute_optional(thread, value, intern("__module__"))?;
        if let (Some(name), Some(module)) =
            (name.and_then(|n| n.downcast::<Str>()), module.and_then(|m| m.downcast::<Str>()))
        {
            let name = name.to_string_lossy();
            return Ok(if module.is("builtins") {
                name
            } else {
                format!("{}.{name}", module.to_string_lossy())
            });
        }
    }
    Ok(operations::repr(thread, value)?.to_string_lossy())
}

/// The type parameters in a row of arguments, each once.
pub fn parameters_of(thread: &mut Thread, arguments: Gc<Tuple>) -> Result<Gc<Tuple>> {
    let found = List::empty();
    for &argument in arguments.items() {
        add_parameters(thread, found, argument)?;
    }
    Tuple::try_new(thread, found.items())
}

fn add_once(list: Gc<List>, value: Value) {
    if !list.items().contains(&value) {
        list.push(value);
    }
}

fn add_parameters(thread: &mut Thread, found: Gc<List>, argument: Value) -> Result<()> {
    if argument.downcast::<TypeObject>().is_some() {
        return Ok(());
    }
    let nested = match (argument.downcast::<Tuple>(), argument.downcast::<List>()) {
        (Some(tuple), _) => Some(tuple),
        (_, Some(list)) => Some(Tuple::try_new(thread, list.items())?),
        _ => None,
    };
    if let Some(nested) = nested {
        thread.check_native_stack()?;
        for &parameter in parameters_of(thread, nested)?.items() {
            add_once(found, parameter);
        }
        return Ok(());
    }
    if get_attribute_optional(thread, argument, intern("__typing_subst__"))?.is_some() {
        add_once(found, argument);
        return Ok(());
    }
    let inner = get_attribute_optional(thread, argument, intern("__parameters__"))?;
    if let Some(inner) = inner.and_then(|inner| inner.downcast::<Tuple>()) {
        for &parameter in inner.items() {
            add_once(found, parameter);
        }
    }
    Ok(())
}

/// `alias[items]`: the arguments with their type parameters replaced.
pub fn substitute(
    thread: &mut Thread,
    alias: Value,
    arguments: Gc<Tuple>,
    parameters: Gc<Tuple>,
    items: Value,
) -> Result<Gc<Tuple>> {
    if parameters.length == 0 {
        let alias = operations::repr(thread, alias)?.to_string_lossy();
        return Err(thread.type_error(format!("{alias} is not a generic class")));
    }
    let mut items = unpack(thread, items)?;
    for &parameter in parameters.items() {
        if let Some(prepare) = get_attribute_optional(thread, parameter, intern("__typing_prepare_subst__"))?
        {
            if !prepare.is_none() {
                let prepared = thread.call(prepare, &[alias, items.value()])?;
                items = prepared.downcast::<Tuple>().unwrap_or_else(|| Tuple::new(&[prepared]));
            }
        }
    }
    if items.length != parameters.length {
        let few = if items.length > parameters.length { "many" } else { "few" };
        let (given, wanted) = (items.length, parameters.length);
        let alias = operations::repr(thread, alias)?.to_string_lossy();
        return Err(
            thread.type_error(format!("Too {few} arguments for {alias}; actual {given}, expected {wanted}"))
        );
    }
    let result = List::empty();
    for &argument in arguments.items() {
        substitute_one(thread, result, argument, parameters, items)?;
    }
    Tuple::try_new(thread, result.items())
}

/// The items of a subscript, unpacked tuples spread.
fn unpack(thread: &mut Thread, items: Value) -> Result<Gc<Tuple>> {
    let items = items.downcast::<Tuple>().unwrap_or_else(|| Tuple::new(&[items]));
    let list = List::empty();
    for &item in items.items() {
        let spread = match item.downcast::<TypeObject>() {
            Some(_) => None,
            None => get_attribute_optional(thread, item, intern("__typing_unpacked_tuple_args__"))?,
        };
        match spread.and_then(|spread| spread.downcast::<Tuple>()) {
            Some(spread) if spread.items().last() != Some(&Value::ELLIPSIS) => {
                list.extend_from_slice(thread, spread.items())?
            }
            _ => list.push(item),
        }
    }
    Tuple::try_new(thread, list.items())
}

fn position(parameters: Gc<Tuple>, parameter: Value) -> Option<usize> {
    parameters.items().iter().position(|&known| known == parameter)
}

fn substitute_one(
    thread: &mut Thread,
    result: Gc<List>,
    argument: Value,
    parameters: Gc<Tuple>,
    items: Gc<Tuple>,
) -> Result<()> {
    if argument.downcast::<TypeObject>().is_some() {
        result.push(argument);
        return Ok(());
    }
    if let Some(list) = argument.downcast::<List>() {
        let inner = List::empty();
        for i in 0..list.length {
            substitute_one(thread, inner, list.items()[i], parameters, items)?;
        }
        result.push(inner.value());
        return Ok(());
    }
    if let Some(tuple) = argument.downcast::<Tuple>() {
        let inner = List::empty();
        for &item in tuple.items() {
            substitute_one(thread, inner, item, parameters, items)?;
        }
        let inner = Tuple::try_new(thread, inner.items())?;
        result.push(inner.value());
        return Ok(());
    }
    let spreads =
        match get_attribute_optional(thread, argument, intern("__typing_is_unpacked_typevartuple__"))? {
            Some(flag) => operations::is_true(thread, flag)?,
            None => false,
        };
    let value = match get_attribute_optional(thread, argument, intern("__typing_subst__"))? {
        Some(method) => match position(parameters, argument) {
            Some(i) => thread.call(method, &[items.items()[i]])?,
            None => argument,
        },
        None => substitute_nested(thread, argument, parameters, items)?,
    };
    match value.downcast::<Tuple>() {
        Some(values) if spreads => result.extend_from_slice(thread, values.items())?,
        _ => result.push(value),
    }
    Ok(())
}

/// An argument that has type parameters of its own, subscripted with what they stand for.
fn substitute_nested(
    thread: &mut Thread,
    argument: Value,
    parameters: Gc<Tuple>,
    items: Gc<Tuple>,
) -> Result {
    let inner = get_attribute_optional(thread, argument, intern("__parameters__"))?;
    let Some(inner) = inner.and_then(|inner| inner.downcast::<Tuple>()).filter(|inner| inner.length > 0)
    else {
        return Ok(argument);
    };
    let subscript = List::empty();
    for &parameter in inner.items() {
        match position(parameters, parameter) {
            Some(i) => match items.items()[i].downcast::<Tuple>() {
                Some(values) if class_name(parameter) == "TypeVarTuple" => {
                    subscript.extend_from_slice(thread, values.items())?
                }
                _ => subscript.push(items.items()[i]),
            },
            None => subscript.push(parameter),
        }
    }
    let subscript = Tuple::try_new(thread, subscript.items())?;
    operations::get_item(thread, argument, subscript.value())
}

fn own_parameters(thread: &mut Thread, mut this: Gc<GenericAlias>) -> Result<Gc<Tuple>> {
    if this.parameters.is_null() {
        let parameters = parameters_of(thread, this.arguments)?;
        this.parameters = parameters.value();
        this.write_barrier();
    }
    Ok(this.parameters.cast())
}

/// Represent a PEP 585 generic type
///
/// E.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).
#[native_type(name = "GenericAlias", module = "types", base_type, weak_referencable)]
impl GenericAlias {
    #[new("($type, origin, args, /)", hidden)]
    fn new_alias(class: Gc<TypeObject>, origin: Value, args: Value) -> Gc<GenericAlias> {
        make(class, origin, args, false)
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<GenericAlias>) -> Result<String> {
        thread.check_native_stack()?;
        let origin = shown(thread, this.origin)?;
        let mut parts = Vec::new();
        for &argument in this.arguments.items() {
            parts.push(shown(thread, argument)?);
        }
        if parts.is_empty() {
            parts.push("()".to_string());
        }
        let star = if this.starred { "*" } else { "" };
        Ok(format!("{star}{origin}[{}]", parts.join(", ")))
    }

    #[method]
    fn __hash__(thread: &mut Thread, this: Gc<GenericAlias>) -> Result<i64> {
        let origin = operations::hash(thread, this.origin)?;
        Ok(origin ^ operations::hash(thread, this.arguments.value())?)
    }

    #[method("(*args, **kwargs)")]
    fn __call__(
        thread: &mut Thread,
        this: Gc<GenericAlias>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result {
        let object = super::function::call_with_keywords(thread, this.origin, args, kwargs)?;
        // Objects that can't have the attribute do without.
        let name = intern("__orig_class__");
        match operations::set_attribute(thread, object, name, this.value()) {
            Err(raised)
                if !class_of(raised.0).is_subclass_of(types().attribute_error)
                    && !class_of(raised.0).is_subclass_of(types().type_error) =>
            {
                Err(raised)
            }
            _ => Ok(object),
        }
    }

    #[method]
    fn __getattribute__(thread: &mut Thread, this: Gc<GenericAlias>, name: Gc<Str>) -> Result {
        let special = name.to_string_lossy();
        let dunder = special.starts_with("__") && special.ends_with("__");
        if is_own(name)
            || dunder
                && this.class().lookup(crate::object::str::intern_string(name)).is_some()
                && !passed_on(&special)
        {
            return match generic_get(thread, this.value(), this.class(), name)? {
                Some(found) => Ok(found),
                None => Err(no_attribute(thread, this.value(), name)),
            };
        }
        get_attribute(thread, this.origin, name)
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<GenericAlias>, value: Value) -> Result {
        let Some(other) = value.downcast::<GenericAlias>() else { return Ok(Value::NOT_IMPLEMENTED) };
        let equal = this.starred == other.starred
            && operations::equal(thread, this.origin, other.origin)?
            && operations::equal(thread, this.arguments.value(), other.arguments.value())?;
        Ok(Value::from_bool(equal))
    }

    #[method]
    fn __iter__(thread: &mut Thread, this: Gc<GenericAlias>) -> Result {
        let starred = make(this.class(), this.origin, this.arguments.value(), true);
        operations::get_iterator(thread, Tuple::new(&[starred.value()]).value())
    }

    #[method]
    fn __or__(thread: &mut Thread, this: Value, value: Value) -> Result {
        super::union::or(thread, this, value)
    }

    #[method]
    fn __ror__(thread: &mut Thread, this: Value, value: Value) -> Result {
        super::union::or(thread, value, this)
    }

    #[method]
    fn __getitem__(thread: &mut Thread, this: Gc<GenericAlias>, key: Value) -> Result<Gc<GenericAlias>> {
        let parameters = own_parameters(thread, this)?;
        let arguments = substitute(thread, this.value(), this.arguments, parameters, key)?;
        Ok(make(this.class(), this.origin, arguments.value(), this.starred))
    }

    #[method("($self, bases, /)", hidden)]
    fn __mro_entries__(this: Gc<GenericAlias>, _bases: Value) -> Gc<Tuple> {
        Tuple::new(&[this.origin])
    }

    #[method("($self, instance, /)", hidden)]
    fn __instancecheck__(thread: &mut Thread, _this: Gc<GenericAlias>, _instance: Value) -> Result {
        Err(thread.type_error("isinstance() argument 2 cannot be a parameterized generic"))
    }

    #[method("($self, subclass, /)", hidden)]
    fn __subclasscheck__(thread: &mut Thread, _this: Gc<GenericAlias>, _subclass: Value) -> Result {
        Err(thread.type_error("issubclass() argument 2 cannot be a parameterized generic"))
    }

    #[method("($self, /)", hidden)]
    fn __reduce__(thread: &mut Thread, this: Gc<GenericAlias>) -> Result<Gc<Tuple>> {
        if this.starred {
            let plain = make(this.class(), this.origin, this.arguments.value(), false);
            let iterator = operations::get_iterator(thread, plain.value())?;
            let next = crate::builtins::original("next").unwrap_or(Value::NONE);
            return Ok(Tuple::new(&[next, Tuple::new(&[iterator]).value()]));
        }
        let arguments = Tuple::new(&[this.origin, this.arguments.value()]);
        Ok(Tuple::new(&[this.class().value(), arguments.value()]))
    }

    #[method("($self, /)", hidden)]
    fn __dir__(thread: &mut Thread, this: Gc<GenericAlias>) -> Result<Gc<List>> {
        let names = Dict::new();
        super::object::merge_class_names(thread, names, this.origin)?;
        for name in OWN {
            if this.class().lookup(intern(name)).is_some() {
                names.set_str(thread, intern(name), Value::NONE)?;
            }
        }
        super::object::keys(names)
    }

    #[getter(member)]
    fn __origin__(this: Gc<GenericAlias>) -> Value {
        this.origin
    }

    #[getter(member)]
    fn __args__(this: Gc<GenericAlias>) -> Gc<Tuple> {
        this.arguments
    }

    #[getter(member)]
    fn __unpacked__(this: Gc<GenericAlias>) -> bool {
        this.starred
    }

    #[getter]
    fn __parameters__(thread: &mut Thread, this: Gc<GenericAlias>) -> Result<Gc<Tuple>> {
        own_parameters(thread, this)
    }

    #[getter]
    fn __typing_unpacked_tuple_args__(this: Gc<GenericAlias>) -> Value {
        match this.starred && this.origin == types().tuple.value() {
            true => this.arguments.value(),
            false => Value::NONE,
        }
    }
}

/// Dunder attributes that every object has but which are the origin's here.
fn passed_on(name: &str) -> bool {
    matches!(
        name,
        "__doc__"
            | "__module__"
            | "__name__"
            | "__qualname__"
            | "__dict__"
            | "__init__"
            | "__new__"
            | "__init_subclass__"
    )
}
