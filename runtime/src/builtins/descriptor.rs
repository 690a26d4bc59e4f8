//! What Python code sees of property, classmethod and staticmethod.

use crate::builtins::function::call_with_keywords;
use crate::builtins::object::{get_dictionary, set_dictionary};
use crate::object::descriptor::{ClassMethod, Property, StaticMethod};
use crate::object::dict::Dict;
use crate::object::function::BoundMethod;
use crate::object::str::intern;
use crate::operations::attribute::{get_attribute, get_attribute_optional, property_error, set_attribute};
use crate::operations::{self, class_of};
use crate::prelude::*;

fn or_none(value: Value) -> Value {
    value.non_null().unwrap_or(Value::NONE)
}

fn given(value: Value) -> Option<Value> {
    value.non_null().filter(|value| !value.is_none())
}

/// A property like `this` with one part replaced.
fn copy_with(thread: &mut Thread, this: Gc<Property>, parts: [Option<Value>; 3]) -> Result {
    let old = [this.getter, this.setter, this.deleter];
    let part = |i: usize| parts[i].filter(|part| !part.is_none()).unwrap_or(or_none(old[i]));
    // A doc string taken from the getter is taken anew.
    let doc =
        if this.getter_doc == Value::TRUE && !part(0).is_none() { Value::NONE } else { or_none(this.doc) };
    let copy = thread.call(this.class().value(), &[part(0), part(1), part(2), doc])?;
    if let (Some(mut copy), Some(name)) = (copy.downcast::<Property>(), this.name.non_null()) {
        copy.name = name;
        copy.write_barrier();
    }
    Ok(copy)
}

/// Property attribute.
///
///   fget
///     function to be used for getting an attribute value
///   fset
///     function to be used for setting an attribute value
///   fdel
///     function to be used for del'ing an attribute
///   doc
///     docstring
///
/// Typical use is to define a managed attribute x:
///
/// class C(object):
///     def getx(self): return self._x
///     def setx(self, value): self._x = value
///     def delx(self): del self._x
///     x = property(getx, setx, delx, "I'm the 'x' property.")
///
/// Decorators make defining new properties or modifying existing ones easy:
///
/// class C(object):
///     @property
///     def x(self):
///         "I am the 'x' property."
///         return self._x
///     @x.setter
///     def x(self, value):
///         self._x = value
///     @x.deleter
///     def x(self):
///         del self._x
#[native_type(name = "property", base_type)]
impl Property {
    #[new("(*args, **kwargs)", hidden)]
    fn new_property(class: Gc<TypeObject>, _args: &[Value], _kwargs: KeywordArguments) -> Value {
        crate::object::instance::allocate(class).value()
    }

    #[method("(fget=None, fset=None, fdel=None, doc=None)")]
    fn __init__(
        thread: &mut Thread,
        mut this: Gc<Property>,
        fget: Value,
        fset: Value,
        fdel: Value,
        doc: Value,
    ) -> Result<()> {
        let part = |value: Value| if value.is_none() { Value::NULL } else { value };
        this.getter = part(fget);
        this.setter = part(fset);
        this.deleter = part(fdel);
        this.name = Value::NULL;
        this.getter_doc = Value::NULL;
        let mut text = doc;
        if doc.is_none() && !fget.is_none() {
            if let Some(found) = get_attribute_optional(thread, fget, intern("__doc__"))? {
                if !found.is_none() {
                    text = found;
                    this.getter_doc = Value::TRUE;
                }
            }
        }
        this.doc = Value::NULL;
        if class_of(this.value()) == types().property {
            this.doc = text;
        } else if let Err(raised) = set_attribute(thread, this.value(), intern("__doc__"), text) {
            // Instances of subclasses have the doc string as an attribute, else the class's would hide it. One that was given is
            // dropped where there is no place for it.
            let silent =
                this.getter_doc != Value::TRUE && class_of(raised.0).is_subclass_of(types().attribute_error);
            if !silent {
                return Err(raised);
            }
        }
        this.write_barrier();
        Ok(())
    }

    #[method("(instance, owner=None, /)")]
    fn __get__(thread: &mut Thread, this: Gc<Property>, instance: Value, _owner: Option<Value>) -> Result {
        if instance.is_none() {
            return Ok(this.value());
        }
        match given(this.getter) {
            Some(getter) => thread.call(getter, &[instance]),
            None => Err(property_error(thread, this, instance, "getter")),
        }
    }

    #[method]
    fn __set__(thread: &mut Thread, this: Gc<Property>, instance: Value, value: Value) -> Result<()> {
        match given(this.setter) {
            Some(setter) => thread.call(setter, &[instance, value]).map(|_| ()),
            None => Err(property_error(thread, this, instance, "setter")),
        }
    }

    #[method]
    fn __delete__(thread: &mut Thread, this: Gc<Property>, instance: Value) -> Result<()> {
        match given(this.deleter) {
            Some(deleter) => thread.call(deleter, &[instance]).map(|_| ()),
            None => Err(property_error(thread, this, instance, "deleter")),
        }
    }

    /// Descriptor to obtain a copy of the property with a different getter.
    #[method("($self, object, /)", hidden)]
    fn getter(thread: &mut Thread, this: Gc<Property>, object: Value) -> Result {
        copy_with(thread, this, [Some(object), None, None])
    }

    /// Descriptor to obtain a copy of the property with a different setter.
    #[method("($self, object, /)", hidden)]
    fn setter(thread: &mut Thread, this: Gc<Property>, object: Value) -> Result {
        copy_with(thread, this, [None, Some(object), None])
    }

    /// Descriptor to obtain a copy of the property with a different deleter.
    #[method("($self, object, /)", hidden)]
    fn deleter(thread: &mut Thread, this: Gc<Property>, object: Value) -> Result {
        copy_with(thread, this, [None, None, Some(object)])
    }

    /// Method to set name of a property.
    #[method("(*args)", hidden)]
    fn __set_name__(thread: &mut Thread, mut this: Gc<Property>, args: &[Value]) -> Result<()> {
        let [_, name] = args else {
            let message =
                format!("__set_name__() takes 2 positional arguments but {} were given", args.len());
            return Err(thread.type_error(message));
        };
        this.name = *name;
        this.write_barrier();
        Ok(())
    }

    #[getter(member)]
    fn fget(this: Gc<Property>) -> Value {
        or_none(this.getter)
    }

    #[getter(member)]
    fn fset(this: Gc<Property>) -> Value {
        or_none(this.setter)
    }

    #[getter(member)]
    fn fdel(this: Gc<Property>) -> Value {
        or_none(this.deleter)
    }

    #[getter(member)]
    fn __doc__(this: Gc<Property>) -> Value {
        or_none(this.doc)
    }

    #[setter(__doc__)]
    fn set_doc(mut this: Gc<Property>, value: Option<Value>) {
        this.doc = value.unwrap_or(Value::NULL);
        this.write_barrier();
    }

    #[getter]
    fn __name__(thread: &mut Thread, this: Gc<Property>) -> Result {
        if let Some(name) = this.name.non_null() {
            return Ok(name);
        }
        if let Some(getter) = given(this.getter) {
            if let Some(name) = get_attribute_optional(thread, getter, intern("__name__"))? {
                return Ok(name);
            }
        }
        Err(thread.attribute_error("'property' object has no attribute '__name__'"))
    }

    #[setter(__name__)]
    fn set_name(mut this: Gc<Property>, value: Option<Value>) {
        this.name = value.unwrap_or(Value::NULL);
        this.write_barrier();
    }

    #[getter]
    fn __isabstractmethod__(thread: &mut Thread, this: Gc<Property>) -> Result<bool> {
        for part in [this.getter, this.setter, this.deleter] {
            if let Some(part) = part.non_null() {
                if is_abstract(thread, part)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// Whether a callable is marked as an abstract method.
fn is_abstract(thread: &mut Thread, callable: Value) -> Result<bool> {
    match get_attribute_optional(thread, callable, intern("__isabstractmethod__"))? {
        Some(flag) => operations::is_true(thread, flag),
        None => Ok(false),
    }
}

/// Copies what `functools.wraps` would from the callable to its wrapper.
fn copy_attributes(thread: &mut Thread, wrapper: Value, callable: Value) -> Result<()> {
    for name in ["__module__", "__name__", "__qualname__", "__doc__"] {
        let name = intern(name);
        if let Some(value) = get_attribute_optional(thread, callable, name)? {
            let class = class_of(wrapper);
            // Into the instance: the class has no descriptors of these names but those that lead here.
            operations::attribute::generic_set(thread, wrapper, class, name, value)?;
        }
    }
    Ok(())
}

/// `__annotations__` and `__annotate__` are the callable's until they are set on the wrapper.
fn delegated(thread: &mut Thread, wrapper: Value, callable: Value, name: &str) -> Result {
    let dict = get_dictionary(thread, wrapper)?;
    if let Some(own) = dict.get_str(intern(name)) {
        return Ok(own);
    }
    let value = get_attribute(thread, callable, intern(name))?;
    dict.set_str(thread, intern(name), value)?;
    Ok(value)
}

fn set_delegated(thread: &mut Thread, wrapper: Value, name: &str, value: Option<Value>) -> Result<()> {
    let dict = get_dictionary(thread, wrapper)?;
    match value {
        Some(value) => dict.set_str(thread, intern(name), value),
        None if dict.delete_str(intern(name)) => Ok(()),
        None => {
            let class = operations::attribute::class_name(wrapper);
            Err(thread.attribute_error(format!("'{class}' object has no attribute '{name}'")))
        }
    }
}

fn one_callable(thread: &mut Thread, what: &str, args: &[Value], kwargs: KeywordArguments) -> Result {
    if !kwargs.is_empty() {
        return Err(thread.type_error(format!("{what}() takes no keyword arguments")));
    }
    match args {
        [callable] => Ok(*callable),
        _ => Err(thread.type_error(format!("{what} expected 1 argument, got {}", args.len()))),
    }
}

impl ClassMethod {
    /// A class method of a callable, as `type.__new__` makes it: without the callable's attributes.
    pub fn new(callable: Value) -> Gc<ClassMethod> {
        let mut wrapper: Gc<ClassMethod> =
            Gc::from_header(crate::object::instance::allocate(types().classmethod).header());
        wrapper.callable = callable;
        wrapper
    }
}

impl StaticMethod {
    /// A static method of a callable.
    pub fn new(callable: Value) -> Gc<StaticMethod> {
        let mut wrapper: Gc<StaticMethod> =
            Gc::from_header(crate::object::instance::allocate(types().staticmethod).header());
        wrapper.callable = callable;
        wrapper
    }
}

macro_rules! method_wrapper {
    ($(#[$doc:meta])* $type:ident $name:tt $($body:tt)*) => {
        $(#[$doc])*
        #[native_type(name = $name, base_type, has_dict, weak_referencable)]
        impl $type {
            #[new("(*args, **kwargs)", hidden)]
            fn new_wrapper(class: Gc<TypeObject>, _args: &[Value], _kwargs: KeywordArguments) -> Value {
                let mut wrapper: Gc<$type> = Gc::from_header(crate::object::instance::allocate(class).header());
                wrapper.callable = Value::NONE;
                wrapper.value()
            }

            #[method("(*args, **kwargs)")]
            fn __init__(thread: &mut Thread, mut this: Gc<$type>, args: &[Value], kwargs: KeywordArguments) -> Result<()> {
                let callable = one_callable(thread, $name, args, kwargs)?;
                this.callable = callable;
                this.write_barrier();
                copy_attributes(thread, this.value(), callable)
            }

            #[method]
            fn __repr__(thread: &mut Thread, this: Gc<$type>) -> Result<String> {
                let callable = operations::repr(thread, or_none(this.callable))?.to_string_lossy();
                Ok(format!("<{}({callable})>", $name))
            }

            #[getter(member)]
            fn __func__(this: Gc<$type>) -> Value {
                or_none(this.callable)
            }

            #[getter(member)]
            fn __wrapped__(this: Gc<$type>) -> Value {
                or_none(this.callable)
            }

            #[getter]
            fn __isabstractmethod__(thread: &mut Thread, this: Gc<$type>) -> Result<bool> {
                is_abstract(thread, or_none(this.callable))
            }

            #[getter]
            fn __dict__(thread: &mut Thread, this: Gc<$type>) -> Result<Gc<Dict>> {
                get_dictionary(thread, this.value())
            }

            #[setter(__dict__)]
            fn set_dict(thread: &mut Thread, this: Gc<$type>, value: Option<Value>) -> Result<()> {
                set_dictionary(thread, this.value(), value)
            }

            #[getter]
            fn __annotations__(thread: &mut Thread, this: Gc<$type>) -> Result {
                delegated(thread, this.value(), or_none(this.callable), "__annotations__")
            }

            #[setter(__annotations__)]
            fn set_annotations(thread: &mut Thread, this: Gc<$type>, value: Option<Value>) -> Result<()> {
                set_delegated(thread, this.value(), "__annotations__", value)
            }

            #[getter]
            fn __annotate__(thread: &mut Thread, this: Gc<$type>) -> Result {
                delegated(thread, this.value(), or_none(this.callable), "__annotate__")
            }

            #[setter(__annotate__)]
            fn set_annotate(thread: &mut Thread, this: Gc<$type>, value: Option<Value>) -> Result<()> {
                set_delegated(thread, this.value(), "__annotate__", value)
            }

            #[class_method("($type, object, /)", hidden)]
            fn __class_getitem__(thread: &mut Thread, class: Value, object: Value) -> Result {
                crate::builtins::generic_alias::new(thread, class, object)
            }

            $($body)*
        }
    };
}

method_wrapper! {
    /// Convert a function to be a class method.
    ///
    /// A class method receives the class as implicit first argument,
    /// just like an instance method receives the instance.
    /// To declare a class method, use this idiom:
    ///
    ///   class C:
    ///       @classmethod
    ///       def f(cls, arg1, arg2, argN):
    ///           ...
    ///
    /// It can be called either on the class (e.g. C.f()) or on an instance
    /// (e.g. C().f()).  The instance is ignored except for its class.
    /// If a class method is called for a derived class, the derived class
    /// object is passed as the implied first argument.
    ///
    /// Class methods are different than C++ or Java static methods.
    /// If you want those, see the staticmethod builtin.
    ClassMethod "classmethod"

    #[method("(instance, owner=None, /)")]
    fn __get__(thread: &mut Thread, this: Gc<ClassMethod>, instance: Value, owner: Option<Value>) -> Result {
        if this.callable.is_null() {
            return Err(thread.runtime_error("uninitialized classmethod object"));
        }
        let owner = match owner.filter(|owner| !owner.is_none()) {
            Some(owner) => owner,
            None => class_of(instance).value(),
        };
        Ok(BoundMethod::new(this.callable, owner).value())
    }
}

method_wrapper! {
    /// Convert a function to be a static method.
    ///
    /// A static method does not receive an implicit first argument.
    /// To declare a static method, use this idiom:
    ///
    ///      class C:
    ///          @staticmethod
    ///          def f(arg1, arg2, argN):
    ///              ...
    ///
    /// It can be called either on the class (e.g. C.f()) or on an instance
    /// (e.g. C().f()). Both the class and the instance are ignored, and
    /// neither is passed implicitly as the first argument to the method.
    ///
    /// Static methods in Python are similar to those found in Java or C++.
    /// For a more advanced concept, see the classmethod builtin.
    StaticMethod "staticmethod"

    #[method("(instance, owner=None, /)")]
    fn __get__(thread: &mut Thread, this: Gc<StaticMethod>, _instance: Value, _owner: Option<Value>) -> Result {
        this.callable.non_null().ok_or_else(|| thread.runtime_error("uninitialized staticmethod object"))
    }

    #[method("(*args, **kwargs)")]
    fn __call__(thread: &mut Thread, this: Gc<StaticMethod>, args: &[Value], kwargs: KeywordArguments) -> Result {
        call_with_keywords(thread, or_none(this.callable), args, kwargs)
    }
}
