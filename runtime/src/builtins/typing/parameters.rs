//! `TypeVar`, `ParamSpec` with its `args` and `kwargs`, `TypeVarTuple`.

use super::{Lazy, call_typing, no_default};
use crate::builtins::support::class;
use crate::native_layout;
use crate::object::native_object::{self, NativeHead};
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::operations::{self, attribute::class_name};
use crate::prelude::*;

/// A type variable.
#[repr(C)]
pub struct TypeVar {
    head: NativeHead,
    name: Value,
    bound: Lazy,
    constraints: Lazy,
    pub default: Lazy,
    covariant: bool,
    contravariant: bool,
    infer_variance: bool,
}

native_layout!(TypeVar, "typing.TypeVar", |this, tracer| {
    tracer.value(this.name.0);
    this.bound.trace(tracer);
    this.constraints.trace(tracer);
    this.default.trace(tracer);
});

/// A parameter specification.
#[repr(C)]
pub struct ParamSpec {
    head: NativeHead,
    name: Value,
    bound: Value,
    pub default: Lazy,
    covariant: bool,
    contravariant: bool,
    infer_variance: bool,
}

native_layout!(ParamSpec, "typing.ParamSpec", |this, tracer| {
    tracer.value(this.name.0);
    tracer.value(this.bound.0);
    this.default.trace(tracer);
});

/// `P.args`
#[repr(C)]
pub struct ParamSpecArgs {
    head: NativeHead,
    origin: Value,
}

native_layout!(ParamSpecArgs, "typing.ParamSpecArgs", |this, tracer| tracer.value(this.origin.0));

/// `P.kwargs`
#[repr(C)]
pub struct ParamSpecKwargs {
    head: NativeHead,
    origin: Value,
}

native_layout!(ParamSpecKwargs, "typing.ParamSpecKwargs", |this, tracer| tracer.value(this.origin.0));

/// A tuple of type variables.
#[repr(C)]
pub struct TypeVarTuple {
    head: NativeHead,
    name: Value,
    pub default: Lazy,
}

native_layout!(TypeVarTuple, "typing.TypeVarTuple", |this, tracer| {
    tracer.value(this.name.0);
    this.default.trace(tracer);
});

impl TypeVar {
    pub fn make(name: Value, bound: Lazy, constraints: Lazy, infer_variance: bool) -> Gc<TypeVar> {
        let content = TypeVar {
            head: NativeHead::empty(),
            name,
            bound,
            constraints,
            default: Lazy::NONE,
            covariant: false,
            contravariant: false,
            infer_variance,
        };
        native_object::new(class::<TypeVar>(), content)
    }
}

impl ParamSpec {
    pub fn make(name: Value, infer_variance: bool) -> Gc<ParamSpec> {
        let content = ParamSpec {
            head: NativeHead::empty(),
            name,
            bound: Value::NULL,
            default: Lazy::NONE,
            covariant: false,
            contravariant: false,
            infer_variance,
        };
        native_object::new(class::<ParamSpec>(), content)
    }
}

impl TypeVarTuple {
    pub fn make(name: Value) -> Gc<TypeVarTuple> {
        native_object::new(
            class::<TypeVarTuple>(),
            TypeVarTuple { head: NativeHead::empty(), name, default: Lazy::NONE },
        )
    }
}

/// Sets a parameter's `__module__` to that of the running code.
pub fn set_module(thread: &mut Thread, parameter: Value) -> Result<()> {
    let module = crate::builtins::class::attributes::calling_module(thread).unwrap_or(Value::NONE);
    operations::set_attribute(thread, parameter, intern("__module__"), module)
}

/// `evaluate_bound` and its kin: a function that gives the value, None if there is none.
pub fn evaluator(_: &mut Thread, lazy: Lazy) -> Result {
    if let Some(evaluate) = lazy.evaluate.non_null() {
        return Ok(evaluate);
    }
    match lazy.value.non_null() {
        None => Ok(Value::NONE),
        Some(value) => {
            let content = ConstantEvaluator { head: NativeHead::empty(), value };
            Ok(native_object::new(class::<ConstantEvaluator>(), content).value())
        }
    }
}

/// A callable that gives a value that was given as it is.
#[repr(C)]
pub struct ConstantEvaluator {
    head: NativeHead,
    value: Value,
}

native_layout!(ConstantEvaluator, "_typing._ConstEvaluator", |this, tracer| tracer.value(this.value.0));

#[native_type(name = "_ConstEvaluator", module = "_typing", no_new)]
impl ConstantEvaluator {
    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<ConstantEvaluator>) -> Result<String> {
        let value = operations::repr(thread, this.value)?.to_string_lossy();
        Ok(format!("<constevaluator {value}>"))
    }

    #[method("(format, /)")]
    fn __call__(thread: &mut Thread, this: Gc<ConstantEvaluator>, format: i32) -> Result {
        // The format STRING of annotationlib.
        if format == 4 {
            let text = super::super::generic_alias::shown(thread, this.value)?;
            return Ok(Str::new(&text).value());
        }
        Ok(this.value)
    }
}

fn variance(name: &str, covariant: bool, contravariant: bool, infer: bool) -> String {
    let sign = if infer {
        ""
    } else if covariant {
        "+"
    } else if contravariant {
        "-"
    } else {
        "~"
    };
    format!("{sign}{name}")
}

fn check_variance(thread: &mut Thread, covariant: bool, contravariant: bool, infer: bool) -> Result<()> {
    if covariant && contravariant {
        return Err(thread.value_error("Bivariant types are not supported."));
    }
    if infer && (covariant || contravariant) {
        return Err(thread.value_error("Variance cannot be specified with infer_variance."));
    }
    Ok(())
}

fn text(name: Value) -> String {
    name.downcast::<Str>().map_or_else(String::new, |name| name.to_string_lossy())
}

fn checked_type(thread: &mut Thread, value: Value, message: &str) -> Result {
    if value.downcast::<TypeObject>().is_some() {
        return Ok(value);
    }
    call_typing(thread, "_type_check", &[value, Str::new(message).value()])
}

fn value_or_no_default(thread: &mut Thread, lazy: Lazy) -> Result {
    let value = lazy.get(thread)?;
    Ok(value.non_null().unwrap_or_else(no_default))
}

fn cannot_subclass(thread: &mut Thread, kind: &str) -> Raised {
    thread.type_error(format!("Cannot subclass an instance of {kind}"))
}

fn has_default(thread: &mut Thread, default: Lazy) -> bool {
    let _ = thread;
    default.is_given() && default.value != no_default()
}

fn given_default(default: Option<Value>) -> Lazy {
    match default {
        Some(value) if value != no_default() => Lazy::of(value),
        _ => Lazy::NONE,
    }
}

/// Type variable.
///
/// The preferred way to construct a type variable is via the dedicated
/// syntax for generic functions, classes, and type aliases::
///
///     class Sequence[T]:  # T is a TypeVar
///         ...
#[native_type(name = "TypeVar", module = "typing", has_dict, weak_referencable)]
impl TypeVar {
    #[new(
        "(name, *constraints, bound=None, default=None, covariant=False, contravariant=False, infer_variance=False)",
        hidden
    )]
    fn new_type_var(
        thread: &mut Thread,
        _class: Gc<TypeObject>,
        name: Gc<Str>,
        constraints: &[Value],
        bound: Option<Value>,
        default: Option<Value>,
        covariant: bool,
        contravariant: bool,
        infer_variance: bool,
    ) -> Result<Gc<TypeVar>> {
        check_variance(thread, covariant, contravariant, infer_variance)?;
        let bound = match bound.filter(|bound| !bound.is_none()) {
            Some(bound) => Lazy::of(checked_type(thread, bound, "Bound must be a type.")?),
            None => Lazy::NONE,
        };
        let constraints = match constraints {
            [] => Lazy::NONE,
            [_] => return Err(thread.type_error("A single constraint is not allowed")),
            _ if bound.is_given() => {
                return Err(thread.type_error("Constraints cannot be combined with bound=..."));
            }
            _ => Lazy::of(Tuple::new(constraints).value()),
        };
        let mut made = TypeVar::make(name.value(), bound, constraints, infer_variance);
        made.covariant = covariant;
        made.contravariant = contravariant;
        made.default = given_default(default);
        set_module(thread, made.value())?;
        Ok(made)
    }

    #[method]
    fn __repr__(this: Gc<TypeVar>) -> String {
        variance(&text(this.name), this.covariant, this.contravariant, this.infer_variance)
    }

    #[method]
    fn __or__(thread: &mut Thread, this: Value, value: Value) -> Result {
        crate::builtins::union::of(thread, &[this, value])
    }

    #[method]
    fn __ror__(thread: &mut Thread, this: Value, value: Value) -> Result {
        crate::builtins::union::of(thread, &[value, this])
    }

    #[method("($self, arg, /)", hidden)]
    fn __typing_subst__(thread: &mut Thread, this: Gc<TypeVar>, arg: Value) -> Result {
        call_typing(thread, "_typevar_subst", &[this.value(), arg])
    }

    #[method("($self, alias, args, /)", hidden)]
    fn __typing_prepare_subst__(thread: &mut Thread, this: Gc<TypeVar>, alias: Value, args: Value) -> Result {
        prepare_with_default(thread, this.value(), this.default, alias, args)
    }

    #[method("($self, bases, /)", hidden)]
    fn __mro_entries__(thread: &mut Thread, _this: Gc<TypeVar>, _bases: Value) -> Result {
        Err(cannot_subclass(thread, "TypeVar"))
    }

    #[method("($self, /)", hidden)]
    fn __reduce__(this: Gc<TypeVar>) -> Value {
        this.name
    }

    #[method("($self, /)", hidden)]
    fn has_default(thread: &mut Thread, this: Gc<TypeVar>) -> bool {
        has_default(thread, this.default)
    }

    #[getter(member)]
    fn __name__(this: Gc<TypeVar>) -> Value {
        this.name
    }

    #[getter(member)]
    fn __covariant__(this: Gc<TypeVar>) -> bool {
        this.covariant
    }

    #[getter(member)]
    fn __contravariant__(this: Gc<TypeVar>) -> bool {
        this.contravariant
    }

    #[getter(member)]
    fn __infer_variance__(this: Gc<TypeVar>) -> bool {
        this.infer_variance
    }

    #[getter]
    fn __bound__(thread: &mut Thread, mut this: Gc<TypeVar>) -> Result {
        let value = this.bound.get(thread)?;
        this.bound.value = value;
        this.write_barrier();
        Ok(value.non_null().unwrap_or(Value::NONE))
    }

    #[getter]
    fn __constraints__(thread: &mut Thread, mut this: Gc<TypeVar>) -> Result {
        let value = this.constraints.get(thread)?;
        this.constraints.value = value;
        this.write_barrier();
        Ok(value.non_null().unwrap_or_else(|| Tuple::empty().value()))
    }

    #[getter]
    fn __default__(thread: &mut Thread, mut this: Gc<TypeVar>) -> Result {
        let value = value_or_no_default(thread, this.default)?;
        if this.default.is_given() {
            this.default.value = value;
            this.write_barrier();
        }
        Ok(value)
    }

    #[getter]
    fn evaluate_bound(thread: &mut Thread, this: Gc<TypeVar>) -> Result {
        evaluator(thread, this.bound)
    }

    #[getter]
    fn evaluate_constraints(thread: &mut Thread, this: Gc<TypeVar>) -> Result {
        evaluator(thread, this.constraints)
    }

    #[getter]
    fn evaluate_default(thread: &mut Thread, this: Gc<TypeVar>) -> Result {
        evaluator(thread, this.default)
    }
}

/// Where the subscript gives nothing for a type variable, its default stands.
fn prepare_with_default(
    thread: &mut Thread,
    this: Value,
    default: Lazy,
    alias: Value,
    args: Value,
) -> Result {
    let parameters = operations::get_attribute(thread, alias, intern("__parameters__"))?;
    let (Some(parameters), Some(given)) = (parameters.downcast::<Tuple>(), args.downcast::<Tuple>()) else {
        return Ok(args);
    };
    let place = parameters.items().iter().position(|&parameter| parameter == this).unwrap_or(0);
    if place < given.length {
        return Ok(args);
    }
    if place == given.length && has_default(thread, default) {
        let value = default.get(thread)?;
        let mut all = given.items().to_vec();
        all.push(value);
        return Ok(Tuple::try_new(thread, &all)?.value());
    }
    let alias = operations::repr(thread, alias)?.to_string_lossy();
    let (given, wanted) = (given.length, parameters.length);
    Err(thread.type_error(format!("Too few arguments for {alias}; actual {given}, expected {wanted}")))
}

/// Parameter specification variable.
///
/// The preferred way to construct a parameter specification is via the
/// dedicated syntax for generic functions, classes, and type aliases,
/// where the use of '**' creates a parameter specification::
///
///     type IntFunc[**P] = Callable[P, int]
#[native_type(name = "ParamSpec", module = "typing", has_dict, weak_referencable)]
impl ParamSpec {
    #[new(
        "(name, *, bound=None, default=None, covariant=False, contravariant=False, infer_variance=False)",
        hidden
    )]
    fn new_param_spec(
        thread: &mut Thread,
        _class: Gc<TypeObject>,
        name: Gc<Str>,
        bound: Option<Value>,
        default: Option<Value>,
        covariant: bool,
        contravariant: bool,
        infer_variance: bool,
    ) -> Result<Gc<ParamSpec>> {
        check_variance(thread, covariant, contravariant, infer_variance)?;
        let bound = match bound.filter(|bound| !bound.is_none()) {
            Some(bound) => checked_type(thread, bound, "Bound must be a type.")?,
            None => Value::NULL,
        };
        let mut made = ParamSpec::make(name.value(), infer_variance);
        made.bound = bound;
        made.covariant = covariant;
        made.contravariant = contravariant;
        made.default = given_default(default);
        set_module(thread, made.value())?;
        Ok(made)
    }

    #[method]
    fn __repr__(this: Gc<ParamSpec>) -> String {
        variance(&text(this.name), this.covariant, this.contravariant, this.infer_variance)
    }

    #[method]
    fn __or__(thread: &mut Thread, this: Value, value: Value) -> Result {
        crate::builtins::union::of(thread, &[this, value])
    }

    #[method]
    fn __ror__(thread: &mut Thread, this: Value, value: Value) -> Result {
        crate::builtins::union::of(thread, &[value, this])
    }

    #[method("($self, arg, /)", hidden)]
    fn __typing_subst__(thread: &mut Thread, this: Gc<ParamSpec>, arg: Value) -> Result {
        call_typing(thread, "_paramspec_subst", &[this.value(), arg])
    }

    #[method("($self, alias, args, /)", hidden)]
    fn __typing_prepare_subst__(
        thread: &mut Thread,
        this: Gc<ParamSpec>,
        alias: Value,
        args: Value,
    ) -> Result {
        call_typing(thread, "_paramspec_prepare_subst", &[this.value(), alias, args])
    }

    #[method("($self, bases, /)", hidden)]
    fn __mro_entries__(thread: &mut Thread, _this: Gc<ParamSpec>, _bases: Value) -> Result {
        Err(cannot_subclass(thread, "ParamSpec"))
    }

    #[method("($self, /)", hidden)]
    fn __reduce__(this: Gc<ParamSpec>) -> Value {
        this.name
    }

    #[method("($self, /)", hidden)]
    fn has_default(thread: &mut Thread, this: Gc<ParamSpec>) -> bool {
        has_default(thread, this.default)
    }

    #[getter(member)]
    fn __name__(this: Gc<ParamSpec>) -> Value {
        this.name
    }

    #[getter(member)]
    fn __bound__(this: Gc<ParamSpec>) -> Value {
        this.bound.non_null().unwrap_or(Value::NONE)
    }

    #[getter(member)]
    fn __covariant__(this: Gc<ParamSpec>) -> bool {
        this.covariant
    }

    #[getter(member)]
    fn __contravariant__(this: Gc<ParamSpec>) -> bool {
        this.contravariant
    }

    #[getter(member)]
    fn __infer_variance__(this: Gc<ParamSpec>) -> bool {
        this.infer_variance
    }

    /// Represents positional arguments.
    #[getter]
    fn args(this: Gc<ParamSpec>) -> Value {
        let content = ParamSpecArgs { head: NativeHead::empty(), origin: this.value() };
        native_object::new(class::<ParamSpecArgs>(), content).value()
    }

    /// Represents keyword arguments.
    #[getter]
    fn kwargs(this: Gc<ParamSpec>) -> Value {
        let content = ParamSpecKwargs { head: NativeHead::empty(), origin: this.value() };
        native_object::new(class::<ParamSpecKwargs>(), content).value()
    }

    #[getter]
    fn __default__(thread: &mut Thread, mut this: Gc<ParamSpec>) -> Result {
        let value = value_or_no_default(thread, this.default)?;
        if this.default.is_given() {
            this.default.value = value;
            this.write_barrier();
        }
        Ok(value)
    }

    #[getter]
    fn evaluate_default(thread: &mut Thread, this: Gc<ParamSpec>) -> Result {
        evaluator(thread, this.default)
    }
}

macro_rules! part_of_param_spec {
    ($type:ident $name:tt $suffix:tt) => {
        #[native_type(name = $name, module = "typing", weak_referencable)]
        impl $type {
            #[new("(origin)")]
            fn new_part(_class: Gc<TypeObject>, origin: Value) -> Gc<$type> {
                native_object::new(class::<$type>(), $type { head: NativeHead::empty(), origin })
            }

            #[method]
            fn __repr__(thread: &mut Thread, this: Gc<$type>) -> Result<String> {
                if let Some(origin) = this.origin.downcast::<ParamSpec>() {
                    return Ok(format!("{}.{}", text(origin.name), $suffix));
                }
                Ok(format!("{}.{}", operations::repr(thread, this.origin)?.to_string_lossy(), $suffix))
            }

            #[method]
            fn __eq__(thread: &mut Thread, this: Gc<$type>, value: Value) -> Result {
                match value.downcast::<$type>() {
                    Some(other) => {
                        Ok(Value::from_bool(operations::equal(thread, this.origin, other.origin)?))
                    }
                    None => Ok(Value::NOT_IMPLEMENTED),
                }
            }

            #[method("($self, bases, /)", hidden)]
            fn __mro_entries__(thread: &mut Thread, this: Value, _bases: Value) -> Result {
                let class = class_name(this);
                Err(cannot_subclass(thread, &class))
            }

            #[getter(member)]
            fn __origin__(this: Gc<$type>) -> Value {
                this.origin
            }
        }
    };
}

part_of_param_spec!(ParamSpecArgs "ParamSpecArgs" "args");
part_of_param_spec!(ParamSpecKwargs "ParamSpecKwargs" "kwargs");

/// Type variable tuple.
///
/// A specialized form of type variable that enables variadic generics.
///
/// The preferred way to construct a type variable tuple is via the
/// dedicated syntax for generic functions, classes, and type aliases,
/// where a single '*' indicates a type variable tuple::
///
///     def move_first_element_to_last[T, *Ts](tup: tuple[T, *Ts]) -> tuple[*Ts, T]:
///         return (*tup[1:], tup[0])
#[native_type(name = "TypeVarTuple", module = "typing", has_dict, weak_referencable)]
impl TypeVarTuple {
    #[new("(name, *, default=None)", hidden)]
    fn new_type_var_tuple(
        thread: &mut Thread,
        _class: Gc<TypeObject>,
        name: Gc<Str>,
        default: Option<Value>,
    ) -> Result<Gc<TypeVarTuple>> {
        let mut made = TypeVarTuple::make(name.value());
        made.default = given_default(default);
        set_module(thread, made.value())?;
        Ok(made)
    }

    #[method]
    fn __repr__(this: Gc<TypeVarTuple>) -> Value {
        this.name
    }

    #[method]
    fn __iter__(thread: &mut Thread, this: Gc<TypeVarTuple>) -> Result {
        let unpack = crate::import::import_attribute(thread, "typing", "Unpack")?;
        let unpacked = operations::get_item(thread, unpack, this.value())?;
        operations::get_iterator(thread, Tuple::new(&[unpacked]).value())
    }

    #[method("($self, arg, /)", hidden)]
    fn __typing_subst__(thread: &mut Thread, _this: Gc<TypeVarTuple>, _arg: Value) -> Result {
        Err(thread.type_error("Substitution of bare TypeVarTuple is not supported"))
    }

    #[method("($self, alias, args, /)", hidden)]
    fn __typing_prepare_subst__(
        thread: &mut Thread,
        this: Gc<TypeVarTuple>,
        alias: Value,
        args: Value,
    ) -> Result {
        call_typing(thread, "_typevartuple_prepare_subst", &[this.value(), alias, args])
    }

    #[method("($self, bases, /)", hidden)]
    fn __mro_entries__(thread: &mut Thread, _this: Gc<TypeVarTuple>, _bases: Value) -> Result {
        Err(cannot_subclass(thread, "TypeVarTuple"))
    }

    #[method("($self, /)", hidden)]
    fn __reduce__(this: Gc<TypeVarTuple>) -> Value {
        this.name
    }

    #[method("($self, /)", hidden)]
    fn has_default(thread: &mut Thread, this: Gc<TypeVarTuple>) -> bool {
        has_default(thread, this.default)
    }

    #[getter(member)]
    fn __name__(this: Gc<TypeVarTuple>) -> Value {
        this.name
    }

    #[getter]
    fn __default__(thread: &mut Thread, mut this: Gc<TypeVarTuple>) -> Result {
        let value = value_or_no_default(thread, this.default)?;
        if this.default.is_given() {
            this.default.value = value;
            this.write_barrier();
        }
        Ok(value)
    }

    #[getter]
    fn evaluate_default(thread: &mut Thread, this: Gc<TypeVarTuple>) -> Result {
        evaluator(thread, this.default)
    }
}
