//! Type parameters and aliases: what the module `_typing` exports, and what `def f[T]`, `class C[T]` and `type A = ...` make.
//!
//! Bounds, constraints, defaults and values may be given by functions that compute them when they are first asked for: a [`Lazy`]. Substitution and
//! the rest of generics is Python code in the module `typing`, called by name.

pub mod alias;
pub mod generic;
pub mod parameters;

pub use alias::TypeAlias;
pub use generic::{Generic, NoDefaultType, no_default, subscript_generic};
pub use parameters::{ParamSpec, ParamSpecArgs, ParamSpecKwargs, TypeVar, TypeVarTuple};

use crate::object::tuple::Tuple;
use crate::operations::attribute::class_name;
use crate::prelude::*;

/// A value, or the function that computes it. Both NULL: not given.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Lazy {
    pub value: Value,
    pub evaluate: Value,
}

impl Lazy {
    pub const NONE: Lazy = Lazy { value: Value::NULL, evaluate: Value::NULL };

    pub fn of(value: Value) -> Lazy {
        Lazy { value, evaluate: Value::NULL }
    }

    pub fn by(evaluate: Value) -> Lazy {
        Lazy { value: Value::NULL, evaluate }
    }

    pub fn is_given(self) -> bool {
        !self.value.is_null() || !self.evaluate.is_null()
    }

    /// The value, computed if it hasn't been; NULL if there is none.
    pub fn get(self, thread: &mut Thread) -> Result {
        if self.value.is_null() && !self.evaluate.is_null() {
            // The format VALUE of annotationlib.
            return thread.call(self.evaluate, &[Value::from_small_int(1)]);
        }
        Ok(self.value)
    }

    pub fn trace(self, tracer: &mut crate::heap::Tracer) {
        tracer.value(self.value.0);
        tracer.value(self.evaluate.0);
    }
}

/// A function of the Python module `typing`, called.
pub fn call_typing(thread: &mut Thread, function: &str, arguments: &[Value]) -> Result {
    let function = crate::import::import_attribute(thread, "typing", function)?;
    thread.call(function, arguments)
}

/// What the compiler's intrinsic functions for type parameters make: `extra` holds the function that computes a bound or constraints.
pub fn make_parameter(thread: &mut Thread, what: &str, name: Value, extra: &[Value]) -> Result {
    let extra = extra.first().copied().unwrap_or(Value::NULL);
    let made = match what {
        "TypeVar" => TypeVar::make(name, Lazy::NONE, Lazy::NONE, true).value(),
        "TypeVar with bound" => TypeVar::make(name, Lazy::by(extra), Lazy::NONE, true).value(),
        "TypeVar with constraints" => TypeVar::make(name, Lazy::NONE, Lazy::by(extra), true).value(),
        "ParamSpec" => ParamSpec::make(name, true).value(),
        "TypeVarTuple" => TypeVarTuple::make(name).value(),
        _ => return Err(thread.system_error(format!("unknown type parameter {what}"))),
    };
    parameters::set_module(thread, made)?;
    Ok(made)
}

/// Sets the function that computes a type parameter's default.
pub fn set_default(thread: &mut Thread, parameter: Value, evaluate: Value) -> Result {
    if let Some(mut variable) = parameter.downcast::<TypeVar>() {
        variable.default = Lazy::by(evaluate);
        variable.write_barrier();
    } else if let Some(mut specification) = parameter.downcast::<ParamSpec>() {
        specification.default = Lazy::by(evaluate);
        specification.write_barrier();
    } else if let Some(mut variables) = parameter.downcast::<TypeVarTuple>() {
        variables.default = Lazy::by(evaluate);
        variables.write_barrier();
    } else {
        let got = class_name(parameter);
        return Err(thread.type_error(format!("Expected a type param, got {got}")));
    }
    Ok(parameter)
}

/// What a `type` statement makes of (name, type parameters or None, function that computes the value).
pub fn type_alias(thread: &mut Thread, parts: Value) -> Result {
    let parts = parts.cast::<Tuple>();
    let &[name, parameters, evaluate] = parts.items() else {
        return Err(thread.system_error("a type alias has three parts"));
    };
    let module = crate::builtins::class::attributes::calling_module(thread).unwrap_or(Value::NONE);
    let parameters = if parameters.is_none() { Value::NULL } else { parameters };
    Ok(TypeAlias::make(name, parameters, Lazy::by(evaluate), module).value())
}
