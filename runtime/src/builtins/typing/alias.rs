//! `typing.TypeAliasType`: what `type A = ...` makes.

use super::Lazy;
use crate::builtins::support::class;
use crate::native_layout;
use crate::object::native_object::{self, NativeHead};
use crate::object::tuple::Tuple;
use crate::operations;
use crate::prelude::*;

/// A type alias.
#[repr(C)]
pub struct TypeAlias {
    head: NativeHead,
    name: Value,
    /// Tuple, or NULL.
    parameters: Value,
    value: Lazy,
    module: Value,
}

native_layout!(TypeAlias, "typing.TypeAliasType", |this, tracer| {
    tracer.value(this.name.0);
    tracer.value(this.parameters.0);
    tracer.value(this.module.0);
    this.value.trace(tracer);
});

impl TypeAlias {
    pub fn make(name: Value, parameters: Value, value: Lazy, module: Value) -> Gc<TypeAlias> {
        let content = TypeAlias { head: NativeHead::empty(), name, parameters, value, module };
        native_object::new(class::<TypeAlias>(), content)
    }
}

fn type_parameters(this: Gc<TypeAlias>) -> Gc<Tuple> {
    this.parameters.downcast::<Tuple>().unwrap_or_else(Tuple::empty)
}

/// Type alias.
///
/// Type aliases are created through the type statement::
///
///     type Alias = int
///
/// In this example, Alias and int will be treated equivalently by static
/// type checkers.
///
/// At runtime, Alias is an instance of TypeAliasType. The __name__
/// attribute holds the name of the type alias. The value of the type alias
/// is stored in the __value__ attribute. It is evaluated lazily, so the
/// value is computed only if the attribute is accessed.
///
/// Type aliases can also be generic::
///
///     type ListOrSet[T] = list[T] | set[T]
///
/// In this case, the type parameters of the alias are stored in the
/// __type_params__ attribute.
///
/// See PEP 695 for more information.
#[native_type(name = "TypeAliasType", module = "typing")]
impl TypeAlias {
    #[new("(name, value, *, type_params=None)")]
    fn new_alias(
        thread: &mut Thread,
        _class: Gc<TypeObject>,
        name: Gc<Str>,
        value: Value,
        type_params: Option<Value>,
    ) -> Result<Gc<TypeAlias>> {
        if type_params.is_some_and(|parameters| parameters.downcast::<Tuple>().is_none()) {
            return Err(thread.type_error("type_params must be a tuple"));
        }
        let module = crate::builtins::class::attributes::calling_module(thread).unwrap_or(Value::NONE);
        let parameters =
            type_params.filter(|parameters| parameters.cast::<Tuple>().length > 0).unwrap_or(Value::NULL);
        Ok(TypeAlias::make(name.value(), parameters, Lazy::of(value), module))
    }

    #[method]
    fn __repr__(this: Gc<TypeAlias>) -> Value {
        this.name
    }

    #[method]
    fn __iter__(thread: &mut Thread, this: Gc<TypeAlias>) -> Result {
        let unpack = crate::import::import_attribute(thread, "typing", "Unpack")?;
        let unpacked = operations::get_item(thread, unpack, this.value())?;
        operations::get_iterator(thread, Tuple::new(&[unpacked]).value())
    }

    #[method]
    fn __or__(thread: &mut Thread, this: Value, value: Value) -> Result {
        crate::builtins::union::or(thread, this, value)
    }

    #[method]
    fn __ror__(thread: &mut Thread, this: Value, value: Value) -> Result {
        crate::builtins::union::or(thread, value, this)
    }

    #[method]
    fn __getitem__(thread: &mut Thread, this: Gc<TypeAlias>, key: Value) -> Result {
        if this.parameters.is_null() {
            return Err(thread.type_error("Only generic type aliases are subscriptable"));
        }
        crate::builtins::generic_alias::new(thread, this.value(), key)
    }

    #[method("($self, /)", hidden)]
    fn __reduce__(this: Gc<TypeAlias>) -> Value {
        this.name
    }

    #[getter(member)]
    fn __name__(this: Gc<TypeAlias>) -> Value {
        this.name
    }

    #[getter]
    fn __parameters__(thread: &mut Thread, this: Gc<TypeAlias>) -> Result<Gc<Tuple>> {
        let mut all = Vec::new();
        for &parameter in type_parameters(this).items() {
            if parameter.downcast::<super::TypeVarTuple>().is_some() {
                let unpack = crate::import::import_attribute(thread, "typing", "Unpack")?;
                all.push(operations::get_item(thread, unpack, parameter)?);
            } else {
                all.push(parameter);
            }
        }
        Tuple::try_new(thread, &all)
    }

    #[getter]
    fn __type_params__(this: Gc<TypeAlias>) -> Gc<Tuple> {
        type_parameters(this)
    }

    #[getter]
    fn __value__(thread: &mut Thread, mut this: Gc<TypeAlias>) -> Result {
        let value = this.value.get(thread)?;
        this.value.value = value;
        this.write_barrier();
        Ok(value)
    }

    #[getter]
    fn evaluate_value(thread: &mut Thread, this: Gc<TypeAlias>) -> Result {
        super::parameters::evaluator(thread, this.value)
    }

    #[getter]
    fn __module__(this: Gc<TypeAlias>) -> Value {
        this.module
    }
}
