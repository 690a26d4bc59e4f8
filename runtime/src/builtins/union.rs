//! `typing.Union`: `int | str`.

use crate::native_layout;
use crate::object::list::List;
use crate::object::native_object::{self, NativeHead};
use crate::object::tuple::Tuple;
use crate::operations::{self, class_of};
use crate::prelude::*;

/// A union of types.
#[repr(C)]
pub struct Union {
    head: NativeHead,
    arguments: Gc<Tuple>,
    /// Type parameters among the arguments, NULL until asked for.
    parameters: Value,
}

native_layout!(Union, "typing.Union", |this, tracer| {
    tracer.value(this.arguments.value().0);
    tracer.value(this.parameters.0);
});

/// Whether `|` with this makes a union.
fn is_unionable(value: Value) -> bool {
    if value.is_none() || value.downcast::<TypeObject>().is_some() {
        return true;
    }
    let class = class_of(value);
    class == types().generic_alias
        || class == types().union
        || value.downcast::<super::typing::TypeAlias>().is_some()
}

/// `left | right`, NotImplemented if one of them isn't a type.
pub fn or(thread: &mut Thread, left: Value, right: Value) -> Result {
    if !is_unionable(left) || !is_unionable(right) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    of(thread, &[left, right])
}

/// The union of any types: unions among them are spread, equal ones counted once, a single one stays what it is.
pub fn of(thread: &mut Thread, arguments: &[Value]) -> Result {
    let flat = List::empty();
    for &argument in arguments {
        match argument.downcast::<Union>() {
            Some(union) => {
                for &inner in union.arguments.items() {
                    add(thread, flat, inner)?;
                }
            }
            None => add(thread, flat, argument)?,
        }
    }
    if let &[one] = flat.items() {
        return Ok(one);
    }
    let arguments = Tuple::try_new(thread, flat.items())?;
    let content = Union { head: NativeHead::empty(), arguments, parameters: Value::NULL };
    Ok(native_object::new(types().union, content).value())
}

fn add(thread: &mut Thread, flat: Gc<List>, argument: Value) -> Result<()> {
    let argument = if argument.is_none() { types().none_type.value() } else { argument };
    let argument = match argument.downcast::<Str>() {
        // A name of a type that isn't there yet.
        Some(_) => {
            let class = crate::import::import_attribute(thread, "annotationlib", "ForwardRef")?;
            thread.call(class, &[argument])?
        }
        None => argument,
    };
    for i in 0..flat.length {
        let known = flat.items()[i];
        // Aliases that are equal but hash differently are told apart by typing, too.
        if known == argument
            || class_of(known) == class_of(argument) && operations::equal(thread, known, argument)?
        {
            return Ok(());
        }
    }
    flat.push(argument);
    Ok(())
}

fn own_parameters(thread: &mut Thread, mut this: Gc<Union>) -> Result<Gc<Tuple>> {
    if this.parameters.is_null() {
        let parameters = super::generic_alias::parameters_of(thread, this.arguments)?;
        this.parameters = parameters.value();
        this.write_barrier();
    }
    Ok(this.parameters.cast())
}

/// Represent a union type
///
/// E.g. for int | str
#[native_type(name = "Union", module = "typing", weak_referencable)]
impl Union {
    #[new("(*args, **kwargs)", hidden)]
    fn new_union(
        thread: &mut Thread,
        _class: Gc<TypeObject>,
        _args: &[Value],
        _kwargs: KeywordArguments,
    ) -> Result {
        Err(thread.type_error("cannot create 'typing.Union' instances"))
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<Union>) -> Result<String> {
        thread.check_native_stack()?;
        let mut parts = Vec::new();
        for &argument in this.arguments.items() {
            parts.push(match argument == types().none_type.value() {
                true => "None".to_string(),
                false => super::generic_alias::shown(thread, argument)?,
            });
        }
        Ok(parts.join(" | "))
    }

    #[method]
    fn __hash__(thread: &mut Thread, this: Gc<Union>) -> Result<i64> {
        let set = thread.call(types().frozenset.value(), &[this.arguments.value()])?;
        operations::hash(thread, set)
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<Union>, value: Value) -> Result {
        let Some(other) = value.downcast::<Union>() else { return Ok(Value::NOT_IMPLEMENTED) };
        let a = thread.call(types().frozenset.value(), &[this.arguments.value()])?;
        let b = thread.call(types().frozenset.value(), &[other.arguments.value()])?;
        Ok(Value::from_bool(operations::equal(thread, a, b)?))
    }

    #[method]
    fn __or__(thread: &mut Thread, this: Value, value: Value) -> Result {
        or(thread, this, value)
    }

    #[method]
    fn __ror__(thread: &mut Thread, this: Value, value: Value) -> Result {
        or(thread, value, this)
    }

    #[method]
    fn __getitem__(thread: &mut Thread, this: Gc<Union>, key: Value) -> Result {
        let parameters = own_parameters(thread, this)?;
        let arguments =
            super::generic_alias::substitute(thread, this.value(), this.arguments, parameters, key)?;
        of(thread, arguments.items())
    }

    #[method("($self, instance, /)", hidden)]
    fn __instancecheck__(thread: &mut Thread, this: Gc<Union>, instance: Value) -> Result<bool> {
        for &argument in this.arguments.items() {
            if operations::is_instance(thread, instance, argument)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[method("($self, subclass, /)", hidden)]
    fn __subclasscheck__(thread: &mut Thread, this: Gc<Union>, subclass: Value) -> Result<bool> {
        for &argument in this.arguments.items() {
            if operations::is_subclass(thread, subclass, argument)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[method("($self, bases, /)", hidden)]
    fn __mro_entries__(thread: &mut Thread, this: Gc<Union>, _bases: Value) -> Result {
        let shown = operations::repr(thread, this.value())?.to_string_lossy();
        Err(thread.type_error(format!("Cannot subclass {shown}")))
    }

    /// See PEP 585
    #[class_method("($type, object, /)", hidden)]
    fn __class_getitem__(thread: &mut Thread, _class: Value, object: Value) -> Result {
        match object.downcast::<Tuple>() {
            Some(arguments) if arguments.length == 0 => {
                Err(thread.type_error("Cannot take a Union of no types."))
            }
            Some(arguments) => {
                // Anything may be an argument: what isn't a type is for type checkers to judge.
                of(thread, arguments.items())
            }
            None => of(thread, &[object]),
        }
    }

    #[getter(member)]
    fn __args__(this: Gc<Union>) -> Gc<Tuple> {
        this.arguments
    }

    #[getter]
    fn __name__(_this: Gc<Union>) -> &'static str {
        "Union"
    }

    #[getter]
    fn __qualname__(_this: Gc<Union>) -> &'static str {
        "Union"
    }

    #[getter]
    fn __module__(_this: Gc<Union>) -> &'static str {
        "typing"
    }

    #[getter]
    fn __origin__(_this: Gc<Union>) -> Gc<TypeObject> {
        types().union
    }

    #[getter]
    fn __parameters__(thread: &mut Thread, this: Gc<Union>) -> Result<Gc<Tuple>> {
        own_parameters(thread, this)
    }
}
