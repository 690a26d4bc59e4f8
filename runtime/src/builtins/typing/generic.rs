//! `typing.Generic` and `typing.NoDefault`.

use super::call_typing;
use crate::builtins::support::class;
use crate::native_layout;
use crate::object::instance::Instance;
use crate::object::list::List;
use crate::object::native_object::{self, NativeHead};
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::operations;
use crate::prelude::*;
use crate::roots::Root;

/// An instance of a class that derives from Generic: no fields.
#[repr(C)]
pub struct Generic {
    base: Instance,
}

crate::layout!(Generic, crate::object::kind::ObjectKind::Instance, "typing.Generic");

fn with_receiver(class: Value, args: &[Value]) -> Vec<Value> {
    std::iter::once(class).chain(args.iter().copied()).collect()
}

fn call_with(
    thread: &mut Thread,
    function: &str,
    class: Value,
    args: &[Value],
    kwargs: KeywordArguments,
) -> Result {
    let function = crate::import::import_attribute(thread, "typing", function)?;
    let all = with_receiver(class, args);
    crate::builtins::function::call_with_keywords(thread, function, &all, kwargs)
}

/// Abstract base class for generic types.
///
/// On Python 3.12 and newer, generic classes implicitly inherit from
/// Generic when they declare a parameter list after the class's name::
///
///     class Mapping[KT, VT]:
///         def __getitem__(self, key: KT) -> VT:
///             ...
///             # Etc.
///
/// On older versions of Python, however, generic classes have to
/// explicitly inherit from Generic.
///
/// After a class has been declared to be generic, it can then be used as
/// follows::
///
///     def lookup_name[KT, VT](mapping: Mapping[KT, VT], key: KT, default:
///  VT) -> VT:
///         try:
///             return mapping[key]
///         except KeyError:
///             return default
#[native_type(name = "Generic", module = "typing", base_type)]
impl Generic {
    /// Parameterizes a generic class.
    ///
    /// At least, parameterizing a generic class is the *main* thing this
    /// method
    /// does. For example, for some generic class `Foo`, this is called when we
    /// do `Foo[int]` - there, with `cls=Foo` and `params=int`.
    ///
    /// However, note that this method is also called when defining generic
    /// classes in the first place with `class Foo[T]: ...`.
    #[class_method("(*args, **kwargs)", hidden)]
    fn __class_getitem__(
        thread: &mut Thread,
        class: Value,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result {
        call_with(thread, "_generic_class_getitem", class, args, kwargs)
    }

    /// Function to initialize subclasses.
    #[class_method("(*args, **kwargs)", hidden)]
    fn __init_subclass__(
        thread: &mut Thread,
        class: Value,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result {
        call_with(thread, "_generic_init_subclass", class, args, kwargs)
    }
}

/// The base that `class C[T]` adds: `Generic[T]`.
pub fn subscript_generic(thread: &mut Thread, parameters: Value) -> Result {
    let list = List::empty();
    operations::iterate::for_each(thread, parameters, |thread, parameter| {
        // A TypeVarTuple stands for its unpacked self.
        if parameter.downcast::<super::TypeVarTuple>().is_some() {
            let unpack = crate::import::import_attribute(thread, "typing", "Unpack")?;
            list.push(operations::get_item(thread, unpack, parameter)?);
        } else {
            list.push(parameter);
        }
        Ok(())
    })?;
    let parameters = Tuple::try_new(thread, list.items())?;
    call_typing(thread, "_GenericAlias", &[class::<Generic>().value(), parameters.value()])
}

/// The class of `typing.NoDefault`.
#[repr(C)]
pub struct NoDefaultType {
    head: NativeHead,
}

native_layout!(NoDefaultType, "NoDefaultType", |this, tracer| {});

static NO_DEFAULT: Root = Root::new();

/// `typing.NoDefault`
pub fn no_default() -> Value {
    NO_DEFAULT.get_or_set(|| {
        native_object::new(class::<NoDefaultType>(), NoDefaultType { head: NativeHead::empty() }).value()
    })
}

/// The type of the NoDefault singleton.
#[native_type(name = "NoDefaultType", module = "typing")]
impl NoDefaultType {
    #[new("(*args, **kwargs)", hidden)]
    fn new_no_default(
        thread: &mut Thread,
        _class: Gc<TypeObject>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result {
        if !args.is_empty() || !kwargs.is_empty() {
            return Err(thread.type_error("NoDefaultType takes no arguments"));
        }
        Ok(no_default())
    }

    #[method]
    fn __repr__(_this: Value) -> &'static str {
        "typing.NoDefault"
    }

    #[method("($self, /)", hidden)]
    fn __reduce__(_this: Value) -> Value {
        intern("NoDefault").value()
    }
}
