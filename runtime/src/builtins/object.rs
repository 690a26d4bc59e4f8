//! What Python code sees of `object`: the methods that every class inherits.

mod reduce;

use crate::heap::heap;
use crate::native::GetSetDefinition;
use crate::object::dict::Dict;
use crate::object::instance::{self, Instance};
use crate::object::kind::ObjectKind;
use crate::object::list::List;
use crate::object::special::Special;
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::object::type_object::{TYPE_ABSTRACT, TYPE_NO_NEW};
use crate::operations::attribute::{
    class_name, generic_get, generic_set, get_attribute_optional, no_attribute,
};
use crate::operations::{self, call, class_of};
use crate::prelude::*;

/// `object.__new__`, with its complaints about arguments that neither `__new__` nor `__init__` takes.
pub fn object_new(
    thread: &mut Thread,
    class: Gc<TypeObject>,
    arguments: &[Value],
    keyword_names: Value,
) -> Result {
    let _ = keyword_names;
    if !arguments.is_empty() {
        if class.special(Special::New) != Some(types().object_new) {
            return Err(
                thread.type_error("object.__new__() takes exactly one argument (the type to instantiate)")
            );
        }
        if class.special(Special::Init) == Some(types().object_init) {
            let name = class.name_text();
            return Err(thread.type_error(format!("{name}() takes no arguments")));
        }
    }
    if class.has(TYPE_ABSTRACT) {
        return Err(abstract_class(thread, class)?);
    }
    if class.instance_kind != ObjectKind::Instance {
        // Only the native base's constructor can fill its fields.
        let native = native_base(class);
        if native.has(TYPE_NO_NEW) {
            let name = super::class::full_name(class, &class.name_text());
            return Err(thread.type_error(format!("cannot create '{name}' instances")));
        }
        let (wanted, base) = (class.name_text(), super::class::full_name(native, &native.name_text()));
        return Err(thread.type_error(format!("object.__new__({wanted}) is not safe, use {base}.__new__()")));
    }
    let object = instance::allocate(class).value();
    super::finalization::register(object);
    Ok(object)
}

fn native_base(class: Gc<TypeObject>) -> Gc<TypeObject> {
    let mut at = class;
    while at.definition.is_none() {
        match at.base.downcast::<TypeObject>() {
            Some(base) => at = base,
            None => break,
        }
    }
    at
}

fn abstract_class(thread: &mut Thread, class: Gc<TypeObject>) -> Result<Raised> {
    let methods = operations::get_attribute(thread, class.value(), intern("__abstractmethods__"))?;
    let mut names: Vec<String> = Vec::new();
    operations::iterate::for_each(thread, methods, |thread, name| {
        names.push(operations::str_of(thread, name)?.to_string_lossy());
        Ok(())
    })?;
    names.sort();
    let (class, plural) = (class.name_text(), if names.len() == 1 { "" } else { "s" });
    let names = names.join("', '");
    Ok(thread.type_error(format!(
        "Can't instantiate abstract class {class} without an implementation for abstract method{plural} '{names}'"
    )))
}

/// `object.__init__`'s complaint about arguments.
pub fn check_object_init(thread: &mut Thread, class: Gc<TypeObject>, argument_count: usize) -> Result<()> {
    if argument_count == 0 {
        return Ok(());
    }
    if class.special(Special::Init) != Some(types().object_init) {
        return Err(
            thread.type_error("object.__init__() takes exactly one argument (the instance to initialize)")
        );
    }
    if class.special(Special::New) == Some(types().object_new) {
        let name = class.name_text();
        return Err(thread.type_error(format!(
            "{name}.__init__() takes exactly one argument (the instance to initialize)"
        )));
    }
    Ok(())
}

/// `__dict__` of an object whose class has one.
pub fn get_dictionary(thread: &mut Thread, object: Value) -> Result<Gc<Dict>> {
    let class = class_of(object);
    if !object.is_pointer() || class.attributes_offset == 0 {
        return Err(thread.attribute_error("This object has no __dict__"));
    }
    // SAFETY: a live object whose class has attributes.
    Ok(unsafe { instance::dictionary(object.header(), class) })
}

/// Assigns `__dict__`; `None` empties it.
pub fn set_dictionary(thread: &mut Thread, object: Value, value: Option<Value>) -> Result<()> {
    let class = class_of(object);
    if !object.is_pointer() || class.attributes_offset == 0 {
        return Err(thread.attribute_error("This object has no __dict__"));
    }
    let dict = match value {
        None => Dict::new(),
        Some(value) => value.downcast::<Dict>().ok_or_else(|| {
            let got = class_name(value);
            thread.type_error(format!("__dict__ must be set to a dictionary, not a '{got}'"))
        })?,
    };
    // SAFETY: as above.
    unsafe { instance::replace_dictionary(object.header(), class, dict) };
    Ok(())
}

/// Whether an object has attributes of its own.
pub fn has_attributes(object: Value) -> bool {
    use crate::object::shape::{SHAPE_DICTIONARY, shape};
    let class = class_of(object);
    if !object.is_pointer() || class.attributes_offset == 0 {
        return false;
    }
    // SAFETY: a live object whose class has attributes.
    unsafe {
        let shape = shape((*object.header()).shape);
        match shape.flags & SHAPE_DICTIONARY {
            0 => shape.count != 0,
            _ => (*instance::attribute_word(object.header(), class))
                .downcast::<Dict>()
                .is_some_and(|dict| !dict.is_empty()),
        }
    }
}

macro_rules! raw_getset {
    ($get:ident, $set:ident, $getter:expr, $setter:expr) => {
        unsafe extern "C-unwind" fn $get(
            thread: *mut Thread,
            arguments: *const Value,
            _: usize,
            _: Value,
        ) -> Value {
            // SAFETY: the contract of `NativeCall`.
            let (thread, object) = unsafe { (&mut *thread, *arguments) };
            let result: Result = $getter(thread, object);
            thread.finish(result)
        }

        unsafe extern "C-unwind" fn $set(
            thread: *mut Thread,
            arguments: *const Value,
            _: usize,
            _: Value,
        ) -> Value {
            // SAFETY: the contract of `NativeCall`: the object, and the new value or NULL.
            let (thread, object, value) = unsafe { (&mut *thread, *arguments, *arguments.add(1)) };
            let result: Result<()> = $setter(thread, object, value.non_null());
            thread.finish(result.map(|()| Value::NONE))
        }
    };
}

raw_getset!(get_dict, set_dict, |thread, object| Ok(get_dictionary(thread, object)?.value()), set_dictionary);
raw_getset!(
    get_weak_reference,
    set_weak_reference,
    |_: &mut Thread, object| {
        let newest =
            crate::object::weak_reference::references_to(object).first().map(|reference| reference.value());
        Ok(newest.unwrap_or(Value::NONE))
    },
    |thread: &mut Thread, _, _| Err(thread.attribute_error("attribute '__weakref__' is not writable"))
);

/// The `__dict__` of classes made in Python.
pub static DICT_GETSET: GetSetDefinition =
    GetSetDefinition { name: "__dict__", doc: None, get: get_dict, set: Some(set_dict), member: false };

/// The `__weakref__` of classes made in Python.
pub static WEAKREF_GETSET: GetSetDefinition = GetSetDefinition {
    name: "__weakref__",
    doc: Some("list of weak references to the object"),
    get: get_weak_reference,
    set: Some(set_weak_reference),
    member: false,
};

/// Adds the names that instances of a class see in it and its bases.
pub fn merge_class_names(thread: &mut Thread, names: Gc<Dict>, class: Value) -> Result<()> {
    thread.check_native_stack()?;
    if let Some(dict) = get_attribute_optional(thread, class, intern("__dict__"))? {
        operations::iterate::for_each(thread, dict, |thread, name| names.set(thread, name, Value::NONE))?;
    }
    let bases = get_attribute_optional(thread, class, intern("__bases__"))?;
    if let Some(bases) = bases.and_then(|bases| bases.downcast::<Tuple>()) {
        for &base in bases.items() {
            merge_class_names(thread, names, base)?;
        }
    }
    Ok(())
}

/// A dict's keys as a list.
pub fn keys(dict: Gc<Dict>) -> Result<Gc<List>> {
    let list = List::with_capacity(dict.length);
    let mut position = 0;
    while let Some((key, _)) = dict.next_entry(&mut position) {
        list.push(key);
    }
    Ok(list)
}

fn attribute_name(thread: &mut Thread, name: Value) -> Result<Gc<Str>> {
    name.downcast::<Str>().ok_or_else(|| {
        let got = class_name(name);
        thread.type_error(format!("attribute name must be string, not '{got}'"))
    })
}

/// The base class of the class hierarchy.
///
/// When called, it accepts no arguments and returns a new featureless
/// instance that has no instance attributes and cannot be given any.
#[native_type(name = "object", base_type)]
impl Instance {
    #[new("(*args, **kwargs)", hidden)]
    fn new_object(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result {
        match kwargs.iter().next() {
            Some((_, value)) if args.is_empty() => object_new(thread, class, &[value], Value::NULL),
            _ => object_new(thread, class, args, Value::NULL),
        }
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Value) -> Result<String> {
        let name = super::class::attributes::shown_name(thread, class_of(this))?;
        Ok(format!("<{name} object at {:#x}>", this.0))
    }

    #[method]
    fn __hash__(this: Value) -> i64 {
        operations::hash::hash_identity(this)
    }

    #[method]
    fn __str__(thread: &mut Thread, this: Value) -> Result<Gc<Str>> {
        operations::repr(thread, this)
    }

    #[method]
    fn __getattribute__(thread: &mut Thread, this: Value, name: Value) -> Result {
        let name = attribute_name(thread, name)?;
        match generic_get(thread, this, class_of(this), name)? {
            Some(found) => Ok(found),
            None => Err(no_attribute(thread, this, name)),
        }
    }

    #[method]
    fn __setattr__(thread: &mut Thread, this: Value, name: Value, value: Value) -> Result<()> {
        let name = attribute_name(thread, name)?;
        if let Some(class) = this.downcast::<TypeObject>() {
            let class = class.class().native_name();
            return Err(thread.type_error(format!("can't apply this __setattr__ to {class} object")));
        }
        generic_set(thread, this, class_of(this), name, value)
    }

    #[method]
    fn __delattr__(thread: &mut Thread, this: Value, name: Value) -> Result<()> {
        let name = attribute_name(thread, name)?;
        if let Some(class) = this.downcast::<TypeObject>() {
            let class = class.class().native_name();
            return Err(thread.type_error(format!("can't apply this __delattr__ to {class} object")));
        }
        generic_set(thread, this, class_of(this), name, Value::NULL)
    }

    #[method]
    fn __lt__(_this: Value, _value: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __le__(_this: Value, _value: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __eq__(this: Value, value: Value) -> Value {
        if this == value { Value::TRUE } else { Value::NOT_IMPLEMENTED }
    }

    #[method]
    fn __ne__(thread: &mut Thread, this: Value, value: Value) -> Result {
        let Some(method) = class_of(this).special(Special::Equal) else { return Ok(Value::NOT_IMPLEMENTED) };
        match call::call_special(thread, method, this, &[value])? {
            Value::NOT_IMPLEMENTED => Ok(Value::NOT_IMPLEMENTED),
            equal => Ok(Value::from_bool(!operations::is_true(thread, equal)?)),
        }
    }

    #[method]
    fn __gt__(_this: Value, _value: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __ge__(_this: Value, _value: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method("(*args, **kwargs)")]
    fn __init__(thread: &mut Thread, this: Value, args: &[Value], kwargs: KeywordArguments) -> Result<()> {
        check_object_init(thread, class_of(this), args.len() + kwargs.len())
    }

    /// Helper for pickle.
    #[method("($self, protocol, /)")]
    fn __reduce_ex__(thread: &mut Thread, this: Value, protocol: i32) -> Result {
        reduce::reduce_ex(thread, this, protocol)
    }

    /// Helper for pickle.
    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Value) -> Result {
        reduce::common_reduce(thread, this, 0)
    }

    /// Helper for pickle.
    #[method("($self, /)")]
    fn __getstate__(thread: &mut Thread, this: Value) -> Result {
        reduce::default_state(thread, this, false)
    }

    /// Abstract classes can override this to customize issubclass().
    ///
    /// This is invoked early on by abc.ABCMeta.__subclasscheck__().
    /// It should return True, False or NotImplemented.  If it returns
    /// NotImplemented, the normal algorithm is used.  Otherwise, it
    /// overrides the normal algorithm (and the outcome is cached).
    #[class_method("($type, object, /)", hidden)]
    fn __subclasshook__(_class: Value, _object: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    /// This method is called when a class is subclassed.
    ///
    /// The default implementation does nothing. It may be
    /// overridden to extend subclasses.
    #[class_method("(*args, **kwargs)", hidden)]
    fn __init_subclass__(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result<()> {
        let name = class.name_text();
        if !kwargs.is_empty() {
            return Err(thread.type_error(format!("{name}.__init_subclass__() takes no keyword arguments")));
        }
        match args.len() {
            0 => Ok(()),
            given => {
                Err(thread
                    .type_error(format!("{name}.__init_subclass__() takes no arguments ({given} given)")))
            }
        }
    }

    /// Default object formatter.
    ///
    /// Return str(self) if format_spec is empty. Raise TypeError otherwise.
    #[method("($self, format_spec, /)")]
    fn __format__(thread: &mut Thread, this: Value, format_spec: Gc<Str>) -> Result<Gc<Str>> {
        if format_spec.length > 0 {
            let name = class_name(this);
            return Err(thread.type_error(format!("unsupported format string passed to {name}.__format__")));
        }
        operations::str_of(thread, this)
    }

    /// Size of object in memory, in bytes.
    #[method("($self, /)")]
    fn __sizeof__(this: Value) -> usize {
        if this.is_pointer() && heap().contains(this.0 as usize) {
            // SAFETY: a live object of the heap.
            unsafe { heap().size_of(this.header()) }
        } else {
            class_of(this).basic_size as usize
        }
    }

    /// Default dir() implementation.
    #[method("($self, /)")]
    fn __dir__(thread: &mut Thread, this: Value) -> Result<Gc<List>> {
        let names = Dict::new();
        let own = get_attribute_optional(thread, this, intern("__dict__"))?;
        if let Some(own) = own.and_then(|own| own.downcast::<Dict>()) {
            names.merge(thread, own, true)?;
        }
        if let Some(class) = get_attribute_optional(thread, this, intern("__class__"))? {
            merge_class_names(thread, names, class)?;
        }
        keys(names)
    }

    /// the object's class
    #[getter]
    fn __class__(this: Value) -> Value {
        class_of(this).value()
    }

    #[setter(__class__)]
    fn set_class(thread: &mut Thread, this: Value, value: Option<Value>) -> Result<()> {
        match value {
            Some(class) => super::class::assign_class(thread, this, class),
            None => Err(thread.type_error("can't delete __class__ attribute")),
        }
    }
}
