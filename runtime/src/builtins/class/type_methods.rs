//! What Python code sees of `type`.

use crate::object::dict::Dict;
use crate::object::list::List;
use crate::object::str::{intern, intern_string};
use crate::object::tuple::Tuple;
use crate::object::type_object::{
    TYPE_ABSTRACT, TYPE_BASE, TYPE_HEAP, TYPE_IMMUTABLE, TYPE_MAPPING, TYPE_NO_NEW, TYPE_SEQUENCE,
};
use crate::operations::attribute::{class_name, no_attribute, type_get, type_set};
use crate::operations::{self, call, is_true};
use crate::prelude::*;

use super::{assign, attributes, order, statement};

fn attribute_name(thread: &mut Thread, name: Value) -> Result<Gc<Str>> {
    name.downcast::<Str>().ok_or_else(|| {
        let got = class_name(name);
        thread.type_error(format!("attribute name must be string, not '{got}'"))
    })
}

fn expect<T: crate::object::kind::Layout>(
    thread: &mut Thread,
    value: Value,
    place: usize,
    wanted: &str,
) -> Result<Gc<T>> {
    value.downcast::<T>().ok_or_else(|| {
        let got = class_name(value);
        thread.type_error(format!("type.__new__() argument {place} must be {wanted}, not {got}"))
    })
}

/// type(object) -> the object's type
/// type(name, bases, dict, **kwds) -> a new type
#[native_type(name = "type", base_type, weak_referencable)]
impl TypeObject {
    #[new("(*args, **kwargs)", hidden)]
    fn new_type(
        thread: &mut Thread,
        metaclass: Gc<TypeObject>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result {
        let &[name, bases, namespace] = args else {
            if metaclass == types().type_ {
                return Err(thread.type_error("type() takes 1 or 3 arguments"));
            }
            let given = args.len();
            return Err(
                thread.type_error(format!("type.__new__() takes exactly 3 arguments ({given} given)"))
            );
        };
        let name = expect::<Str>(thread, name, 1, "str")?;
        let bases = expect::<Tuple>(thread, bases, 2, "tuple")?;
        let namespace = expect::<Dict>(thread, namespace, 3, "dict")?;
        let keywords: Vec<(Gc<Str>, Value)> = kwargs.iter().collect();
        statement::new_class(thread, metaclass, name, bases, namespace, &keywords)
    }

    #[method("(*args, **kwargs)")]
    fn __init__(
        thread: &mut Thread,
        _this: Gc<TypeObject>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result<()> {
        if args.len() == 1 && !kwargs.is_empty() {
            return Err(thread.type_error("type.__init__() takes no keyword arguments"));
        }
        if args.len() != 1 && args.len() != 3 {
            return Err(thread.type_error("type.__init__() takes 1 or 3 arguments"));
        }
        Ok(())
    }

    #[method("(*args, **kwargs)")]
    fn __call__(
        thread: &mut Thread,
        this: Gc<TypeObject>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result {
        let pairs: Vec<(Gc<Str>, Value)> = kwargs.iter().collect();
        if pairs.is_empty() {
            return call::instantiate(thread, this, args, Value::NULL);
        }
        let names = Tuple::from_fn(pairs.len(), |i| pairs[i].0.value());
        let all: Vec<Value> = args.iter().copied().chain(pairs.iter().map(|&(_, value)| value)).collect();
        call::instantiate(thread, this, &all, names.value())
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<TypeObject>) -> Result<String> {
        Ok(format!("<class '{}'>", attributes::shown_name(thread, this)?))
    }

    #[method]
    fn __getattribute__(thread: &mut Thread, this: Gc<TypeObject>, name: Value) -> Result {
        let name = attribute_name(thread, name)?;
        match type_get(thread, this, name)? {
            Some(found) => Ok(found),
            None => Err(no_attribute(thread, this.value(), name)),
        }
    }

    #[method]
    fn __setattr__(thread: &mut Thread, this: Gc<TypeObject>, name: Value, value: Value) -> Result<()> {
        let name = attribute_name(thread, name)?;
        type_set(thread, this, name, value)
    }

    #[method]
    fn __delattr__(thread: &mut Thread, this: Gc<TypeObject>, name: Value) -> Result<()> {
        let name = attribute_name(thread, name)?;
        type_set(thread, this, name, Value::NULL)
    }

    #[method]
    fn __or__(thread: &mut Thread, this: Value, value: Value) -> Result {
        crate::builtins::union::or(thread, this, value)
    }

    #[method]
    fn __ror__(thread: &mut Thread, this: Value, value: Value) -> Result {
        crate::builtins::union::or(thread, value, this)
    }

    /// Return a type's method resolution order.
    #[method("($self, /)")]
    fn mro(thread: &mut Thread, this: Gc<TypeObject>) -> Result<Gc<List>> {
        order::linearize(thread, this)
    }

    /// Return a list of immediate subclasses.
    #[method("($self, /)")]
    fn __subclasses__(this: Gc<TypeObject>) -> Gc<List> {
        let list = List::empty();
        for class in this.live_subclasses() {
            list.push(class.value());
        }
        list
    }

    /// Create the namespace for the class statement
    #[class_method("($cls, /, *args, **kwargs)", hidden)]
    fn __prepare__(_class: Value, _args: &[Value], _kwargs: KeywordArguments) -> Gc<Dict> {
        Dict::new()
    }

    /// Check if an object is an instance.
    #[method("($self, instance, /)")]
    fn __instancecheck__(thread: &mut Thread, this: Gc<TypeObject>, instance: Value) -> Result<bool> {
        operations::class::real_is_instance(thread, instance, this.value())
    }

    /// Check if a class is a subclass.
    #[method("($self, subclass, /)")]
    fn __subclasscheck__(thread: &mut Thread, this: Gc<TypeObject>, subclass: Value) -> Result<bool> {
        operations::class::real_is_subclass(thread, subclass, this.value())
    }

    /// Specialized __dir__ implementation for types.
    #[method("($self, /)")]
    fn __dir__(thread: &mut Thread, this: Gc<TypeObject>) -> Result<Gc<List>> {
        let names = Dict::new();
        crate::builtins::object::merge_class_names(thread, names, this.value())?;
        crate::builtins::object::keys(names)
    }

    /// Return memory consumption of the type object.
    #[method("($self, /)")]
    fn __sizeof__(this: Gc<TypeObject>) -> usize {
        let _ = this;
        size_of::<TypeObject>()
    }

    #[getter(member)]
    fn __basicsize__(this: Gc<TypeObject>) -> u32 {
        this.basic_size
    }

    #[getter(member)]
    fn __itemsize__(this: Gc<TypeObject>) -> u32 {
        use crate::object::kind::ObjectKind as K;
        match this.instance_kind {
            K::Int => 4,
            K::Bytes => 1,
            K::Tuple | K::Type => 8,
            _ => 0,
        }
    }

    #[getter(member)]
    fn __flags__(this: Gc<TypeObject>) -> u64 {
        let bits = [
            (TYPE_SEQUENCE, 5),
            (TYPE_MAPPING, 6),
            (TYPE_NO_NEW, 7),
            (TYPE_IMMUTABLE, 8),
            (TYPE_HEAP, 9),
            (TYPE_BASE, 10),
            (TYPE_ABSTRACT, 20),
        ];
        let own: u64 = bits.iter().filter(|&&(flag, _)| this.has(flag)).map(|&(_, bit)| 1u64 << bit).sum();
        let families = [
            (types().int, 24),
            (types().list, 25),
            (types().tuple, 26),
            (types().bytes, 27),
            (types().str, 28),
            (types().dict, 29),
            (types().base_exception, 30),
            (types().type_, 31),
        ];
        let family: u64 = families
            .iter()
            .filter(|(class, _)| this.is_subclass_of(*class))
            .map(|(_, bit)| 1u64 << bit)
            .sum();
        // Bit 12: the class is complete.
        own | family | 1 << 12
    }

    #[getter(member)]
    fn __weakrefoffset__(this: Gc<TypeObject>) -> u32 {
        if this.has(crate::object::type_object::TYPE_WEAK_REFERENCABLE) { this.basic_size } else { 0 }
    }

    #[getter(member)]
    fn __dictoffset__(this: Gc<TypeObject>) -> i64 {
        match this.attributes_offset {
            offset if offset != 0 && this.has(TYPE_HEAP) => -1,
            offset => offset as i64,
        }
    }

    #[getter(member)]
    fn __base__(this: Gc<TypeObject>) -> Value {
        this.base.non_null().unwrap_or(Value::NONE)
    }

    #[getter]
    fn __name__(this: Gc<TypeObject>) -> Gc<Str> {
        this.name
    }

    #[setter(__name__)]
    fn set_name(thread: &mut Thread, mut this: Gc<TypeObject>, value: Option<Value>) -> Result<()> {
        let value = attributes::check_assignable(thread, this, "__name__", value)?;
        let Some(name) = value.downcast::<Str>() else {
            let (class, got) = (this.name_text(), class_name(value));
            return Err(thread.type_error(format!("can only assign string to {class}.__name__, not '{got}'")));
        };
        attributes::check_name(thread, name)?;
        this.name = intern_string(name);
        this.write_barrier();
        Ok(())
    }

    #[getter]
    fn __qualname__(this: Gc<TypeObject>) -> Value {
        this.qualified_name
    }

    #[setter(__qualname__)]
    fn set_qualname(thread: &mut Thread, mut this: Gc<TypeObject>, value: Option<Value>) -> Result<()> {
        let value = attributes::check_assignable(thread, this, "__qualname__", value)?;
        if value.downcast::<Str>().is_none() {
            let (class, got) = (this.name_text(), class_name(value));
            return Err(
                thread.type_error(format!("can only assign string to {class}.__qualname__, not '{got}'"))
            );
        }
        this.qualified_name = value;
        this.write_barrier();
        Ok(())
    }

    #[getter]
    fn __bases__(this: Gc<TypeObject>) -> Gc<Tuple> {
        this.bases
    }

    #[setter(__bases__)]
    fn set_bases(thread: &mut Thread, this: Gc<TypeObject>, value: Option<Value>) -> Result<()> {
        let value = attributes::check_assignable(thread, this, "__bases__", value)?;
        assign::replace_bases(thread, this, value)
    }

    #[getter]
    fn __mro__(this: Gc<TypeObject>) -> Gc<Tuple> {
        this.method_resolution_order
    }

    #[getter]
    fn __module__(thread: &mut Thread, this: Gc<TypeObject>) -> Result {
        attributes::module(thread, this)
    }

    #[setter(__module__)]
    fn set_module(thread: &mut Thread, this: Gc<TypeObject>, value: Option<Value>) -> Result<()> {
        let value = attributes::check_assignable(thread, this, "__module__", value)?;
        this.dict.set_str(thread, intern("__module__"), value)?;
        this.dict.delete_str(intern("__firstlineno__"));
        this.attribute_changed(Some(intern("__module__")));
        Ok(())
    }

    #[getter]
    fn __abstractmethods__(thread: &mut Thread, this: Gc<TypeObject>) -> Result {
        // `type` itself has this descriptor in its dict, not a value.
        let found =
            if this == types().type_ { None } else { this.dict.get_str(intern("__abstractmethods__")) };
        found.ok_or_else(|| thread.attribute_error("__abstractmethods__"))
    }

    #[setter(__abstractmethods__)]
    fn set_abstractmethods(
        thread: &mut Thread,
        mut this: Gc<TypeObject>,
        value: Option<Value>,
    ) -> Result<()> {
        let name = intern("__abstractmethods__");
        let is_abstract = match value {
            Some(value) => {
                let is_abstract = is_true(thread, value)?;
                this.dict.set_str(thread, name, value)?;
                is_abstract
            }
            None if this != types().type_ && this.dict.delete_str(name) => false,
            None => return Err(thread.attribute_error("__abstractmethods__")),
        };
        this.flags = this.flags & !TYPE_ABSTRACT | if is_abstract { TYPE_ABSTRACT } else { 0 };
        this.attribute_changed(Some(name));
        Ok(())
    }

    #[getter]
    fn __dict__(thread: &mut Thread, this: Gc<TypeObject>) -> Result {
        let _ = &thread;
        Ok(crate::builtins::mapping_proxy::MappingProxy::new(this.dict.value()).value())
    }

    #[getter]
    fn __doc__(thread: &mut Thread, this: Gc<TypeObject>) -> Result {
        attributes::doc(thread, this)
    }

    #[setter(__doc__)]
    fn set_doc(thread: &mut Thread, this: Gc<TypeObject>, value: Option<Value>) -> Result<()> {
        let value = attributes::check_assignable(thread, this, "__doc__", value)?;
        this.dict.set_str(thread, intern("__doc__"), value)?;
        this.attribute_changed(Some(intern("__doc__")));
        Ok(())
    }

    #[getter]
    fn __text_signature__(this: Gc<TypeObject>) -> Option<&'static str> {
        this.definition.and_then(|definition| definition.text_signature)
    }

    #[getter]
    fn __annotations__(thread: &mut Thread, this: Gc<TypeObject>) -> Result {
        attributes::annotations(thread, this)
    }

    #[setter(__annotations__)]
    fn set_annotations(thread: &mut Thread, this: Gc<TypeObject>, value: Option<Value>) -> Result<()> {
        attributes::set_annotations(thread, this, value)
    }

    #[getter]
    fn __annotate__(thread: &mut Thread, this: Gc<TypeObject>) -> Result {
        attributes::annotate(thread, this)
    }

    #[setter(__annotate__)]
    fn set_annotate(thread: &mut Thread, this: Gc<TypeObject>, value: Option<Value>) -> Result<()> {
        attributes::set_annotate(thread, this, value)
    }

    #[getter]
    fn __type_params__(this: Gc<TypeObject>) -> Value {
        let own = if this.definition.is_some() { None } else { this.dict.get_str(intern("__type_params__")) };
        own.unwrap_or_else(|| Tuple::empty().value())
    }

    #[setter(__type_params__)]
    fn set_type_params(thread: &mut Thread, this: Gc<TypeObject>, value: Option<Value>) -> Result<()> {
        let value = attributes::check_assignable(thread, this, "__type_params__", value)?;
        this.dict.set_str(thread, intern("__type_params__"), value)?;
        this.attribute_changed(Some(intern("__type_params__")));
        Ok(())
    }
}
