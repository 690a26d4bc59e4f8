//! Attribute access: classes of values, the descriptor protocol, `object.__getattribute__` and its kin.

use crate::native::NativeRole;
use crate::object::descriptor::{ClassMethod, Property, StaticMethod};
use crate::object::function::BoundMethod;
use crate::object::instance;
use crate::object::kind::ObjectKind;
use crate::object::module::Module;
use crate::object::native_function::{Access, GetSet, NativeFunction, NativeMethod};
use crate::object::pointer::Gc;
use crate::object::shape::class_of_header;
use crate::object::special::Special;
use crate::object::str::{Str, intern, intern_string};
use crate::object::type_object::TypeObject;
use crate::thread::{Result, Thread};
use crate::types;
use crate::value::Value;

/// The class of any value.
#[inline]
pub fn class_of(value: Value) -> Gc<TypeObject> {
    if value.is_pointer() {
        return class_of_header(value.header());
    }
    if value.is_small_int() {
        return types().int;
    }
    if value.is_immediate_float() {
        return types().float;
    }
    match value {
        Value::FALSE | Value::TRUE => types().bool,
        Value::NONE => types().none_type,
        Value::ELLIPSIS => types().ellipsis,
        _ => types().not_implemented_type,
    }
}

/// Name of a value's class, for messages.
pub fn class_name(value: Value) -> String {
    class_of(value).native_name()
}

/// `value.name`
#[inline]
pub fn get_attribute(thread: &mut Thread, value: Value, name: Gc<Str>) -> Result {
    let class = class_of(value);
    let getter = class.special(Special::GetAttribute).unwrap_or(Value::NULL);
    if getter == types().object_getattribute {
        if class.special(Special::GetAttr).is_none() {
            return match generic_get(thread, value, class, name)? {
                Some(found) => Ok(found),
                None => {
                    get_from_module(thread, value, name)?.ok_or_else(|| no_attribute(thread, value, name))
                }
            };
        }
        if let Some(found) = generic_get_suppressing(thread, value, class, name)? {
            return Ok(found);
        }
        return call_getattr(thread, value, class, name);
    }
    if getter == types().type_getattribute {
        if let Some(this) = value.downcast::<TypeObject>() {
            if class.special(Special::GetAttr).is_none() {
                return match type_get(thread, this, name)? {
                    Some(found) => Ok(found),
                    None => Err(no_attribute(thread, value, name)),
                };
            }
        }
    }
    get_by_special(thread, value, class, getter, name)
}

/// What a module's `__getattr__` function says about an absent attribute.
#[cold]
fn get_from_module(thread: &mut Thread, value: Value, name: Gc<Str>) -> Result<Option<Value>> {
    let Some(module) = value.downcast::<Module>() else { return Ok(None) };
    match module.dict.get_str(intern("__getattr__")) {
        Some(getter) => thread.call(getter, &[name.value()]).map(Some),
        None => Ok(None),
    }
}

/// A class with its own `__getattribute__`, or a metaclass with `__getattr__`.
fn get_by_special(
    thread: &mut Thread,
    value: Value,
    class: Gc<TypeObject>,
    getter: Value,
    name: Gc<Str>,
) -> Result {
    let result = super::call::call_special(thread, getter, value, &[name.value()]);
    match result {
        Err(raised)
            if class.special(Special::GetAttr).is_some()
                && class_of(raised.0).is_subclass_of(types().attribute_error) =>
        {
            call_getattr(thread, value, class, name)
        }
        result => result,
    }
}

fn call_getattr(thread: &mut Thread, value: Value, class: Gc<TypeObject>, name: Gc<Str>) -> Result {
    let method = class.special(Special::GetAttr).unwrap_or(Value::NULL);
    super::call::call_special(thread, method, value, &[name.value()])
}

/// Instance attributes with `__getattr__` behind them: an AttributeError of a descriptor counts as absent.
fn generic_get_suppressing(
    thread: &mut Thread,
    value: Value,
    class: Gc<TypeObject>,
    name: Gc<Str>,
) -> Result<Option<Value>> {
    match generic_get(thread, value, class, name) {
        Err(raised) if class_of(raised.0).is_subclass_of(types().attribute_error) => Ok(None),
        result => result,
    }
}

/// As [`get_attribute`], with `None` instead of AttributeError.
pub fn get_attribute_optional(thread: &mut Thread, value: Value, name: Gc<Str>) -> Result<Option<Value>> {
    let class = class_of(value);
    if class.special(Special::GetAttribute) == Some(types().object_getattribute)
        && class.special(Special::GetAttr).is_none()
    {
        if let Some(found) = generic_get_suppressing(thread, value, class, name)? {
            return Ok(Some(found));
        }
        return match get_from_module(thread, value, name) {
            Err(raised) if class_of(raised.0).is_subclass_of(types().attribute_error) => Ok(None),
            result => result,
        };
    }
    match get_attribute(thread, value, name) {
        Ok(found) => Ok(Some(found)),
        Err(raised) if class_of(raised.0).is_subclass_of(types().attribute_error) => Ok(None),
        Err(raised) => Err(raised),
    }
}

/// [`get_attribute`] with the name as Rust text.
pub fn get_attribute_text(thread: &mut Thread, value: Value, name: &str) -> Result {
    get_attribute(thread, value, intern(name))
}

/// How an attribute found in a class behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DescriptorRole {
    /// An ordinary value.
    Plain,
    /// Has `__get__`; an instance attribute hides it.
    NonData,
    /// Has `__set__` or `__delete__`: comes before instance attributes.
    Data,
}

/// The descriptor role of an attribute's value.
#[inline]
pub fn descriptor_role(attribute: Value) -> DescriptorRole {
    let Some(kind) = attribute.kind() else { return DescriptorRole::Plain };
    match kind {
        ObjectKind::Function | ObjectKind::NativeMethod => DescriptorRole::NonData,
        ObjectKind::GetSet | ObjectKind::Property => DescriptorRole::Data,
        ObjectKind::Str | ObjectKind::Tuple | ObjectKind::Type | ObjectKind::List | ObjectKind::Dict
            if class_of(attribute).definition.is_some() =>
        {
            DescriptorRole::Plain
        }
        _ => {
            let class = class_of(attribute);
            if class.special(Special::Set).is_some() || class.special(Special::Delete).is_some() {
                DescriptorRole::Data
            } else if class.special(Special::Get).is_some() {
                DescriptorRole::NonData
            } else {
                DescriptorRole::Plain
            }
        }
    }
}

/// Whether a data descriptor has `__get__`; one without only hides setting the instance's attribute.
fn has_getter(attribute: Value) -> bool {
    matches!(attribute.kind(), Some(ObjectKind::GetSet | ObjectKind::Property))
        || class_of(attribute).special(Special::Get).is_some()
}

/// Calls a descriptor's `__get__`. `instance` is NULL for access through the class.
pub fn descriptor_get(
    thread: &mut Thread,
    attribute: Value,
    instance: Value,
    owner: Gc<TypeObject>,
) -> Result {
    let Some(kind) = attribute.kind() else { return Ok(attribute) };
    match kind {
        ObjectKind::Function if !instance.is_null() => Ok(BoundMethod::new(attribute, instance).value()),
        ObjectKind::Function => Ok(attribute),
        ObjectKind::NativeMethod => Ok(bind_native_method(attribute.cast(), instance, owner)),
        ObjectKind::GetSet if !instance.is_null() => getset_get(thread, attribute.cast(), instance),
        ObjectKind::StaticMethod if class_of(attribute).definition.is_some() => {
            Ok(attribute.cast::<StaticMethod>().callable)
        }
        ObjectKind::ClassMethod if class_of(attribute).definition.is_some() => {
            Ok(BoundMethod::new(attribute.cast::<ClassMethod>().callable, owner.value()).value())
        }
        ObjectKind::Property if class_of(attribute) == types().property && !instance.is_null() => {
            property_get(thread, attribute.cast(), instance)
        }
        _ => {
            let class = class_of(attribute);
            match class.special(Special::Get) {
                None => Ok(attribute),
                Some(getter) => {
                    let instance = if instance.is_null() { Value::NONE } else { instance };
                    super::call::call_special(thread, getter, attribute, &[instance, owner.value()])
                }
            }
        }
    }
}

fn bind_native_method(method: Gc<NativeMethod>, instance: Value, owner: Gc<TypeObject>) -> Value {
    match method.definition.role {
        NativeRole::ClassMethod => {
            NativeFunction::new(method.definition, owner.value(), Value::NONE, method.owner.value()).value()
        }
        _ if instance.is_null() => method.value(),
        NativeRole::SlotWrapper => BoundMethod::native_wrapper(method, instance),
        _ => NativeFunction::new(method.definition, instance, Value::NONE, method.owner.value()).value(),
    }
}

fn property_get(thread: &mut Thread, property: Gc<Property>, instance: Value) -> Result {
    match property.getter.non_null() {
        Some(getter) if !getter.is_none() => thread.call(getter, &[instance]),
        _ => Err(property_error(thread, property, instance, "getter")),
    }
}

/// "property 'x' of 'C' object has no setter"
pub fn property_error(
    thread: &mut Thread,
    property: Gc<Property>,
    instance: Value,
    missing: &str,
) -> crate::thread::Raised {
    let class = class_of(instance).qualified_name_text();
    let name = match property.name.non_null() {
        Some(name) => Some(name),
        // A getter without `__name__` just leaves the property without a name.
        None => match property.getter.non_null().filter(|getter| !getter.is_none()) {
            Some(getter) => match get_attribute_optional(thread, getter, intern("__name__")) {
                Ok(name) => name,
                Err(raised) => return raised,
            },
            None => None,
        },
    };
    match name {
        Some(name) => match repr_of_name(thread, name) {
            Ok(name) => {
                thread.attribute_error(format!("property {name} of '{class}' object has no {missing}"))
            }
            Err(raised) => raised,
        },
        None => thread.attribute_error(format!("property of '{class}' object has no {missing}")),
    }
}

fn repr_of_name(thread: &mut Thread, name: Value) -> Result<String> {
    Ok(super::repr(thread, name)?.to_string_lossy())
}

/// Reads a getset or member descriptor.
pub fn getset_get(thread: &mut Thread, getset: Gc<GetSet>, instance: Value) -> Result {
    check_receiver(thread, getset, instance)?;
    match getset.access {
        Access::Native(definition) => {
            // SAFETY: one argument, which lives on this stack.
            let result = unsafe { (definition.get)(thread, &instance, 1, Value::NULL) };
            thread.result_of(result)
        }
        Access::TupleItem { index } => {
            let item = instance
                .downcast::<crate::object::tuple::Tuple>()
                .and_then(|tuple| tuple.get(index as usize));
            item.ok_or_else(|| no_attribute(thread, instance, getset.name.cast()))
        }
        Access::Member { offset, absent_is_none, .. } => {
            // SAFETY: the receiver has the layout of the descriptor's class.
            let value = unsafe { *(instance.header() as *mut u8).add(offset as usize).cast::<Value>() };
            match value.non_null() {
                Some(value) => Ok(value),
                None if absent_is_none => Ok(Value::NONE),
                None => {
                    let class = crate::builtins::support::fully_qualified_name(class_of(instance));
                    let name = getset.name.cast::<Str>();
                    let message = format!("'{class}' object has no attribute '{}'", name.to_string_lossy());
                    Err(attribute_error_with(thread, message, instance, name))
                }
            }
        }
    }
}

/// Writes (or, with NULL, deletes through) a getset or member descriptor.
pub fn getset_set(thread: &mut Thread, getset: Gc<GetSet>, instance: Value, value: Value) -> Result<()> {
    check_receiver(thread, getset, instance)?;
    match getset.access {
        Access::Native(definition) => match definition.set {
            Some(set) => {
                let arguments = [instance, value];
                // SAFETY: two arguments, which live on this stack.
                let result = unsafe { set(thread, arguments.as_ptr(), 2, Value::NULL) };
                thread.result_of(result).map(|_| ())
            }
            None if definition.member => Err(thread.attribute_error("readonly attribute")),
            None => {
                let (name, class) = (definition.name, getset.owner.native_name());
                Err(thread
                    .attribute_error(format!("attribute '{name}' of '{class}' objects is not writable")))
            }
        },
        Access::TupleItem { .. } | Access::Member { read_only: true, .. } => {
            Err(thread.attribute_error("readonly attribute"))
        }
        Access::Member { offset, absent_is_none, .. } => {
            // SAFETY: the receiver has the layout of the descriptor's class.
            unsafe {
                let slot = (instance.header() as *mut u8).add(offset as usize).cast::<Value>();
                if value.is_null() && !absent_is_none && (*slot).is_null() {
                    return Err(thread.attribute_error(getset.name.cast::<Str>().to_string_lossy()));
                }
                *slot = value;
                crate::heap::write_barrier(instance.header());
            }
            Ok(())
        }
    }
}

fn check_receiver(thread: &mut Thread, getset: Gc<GetSet>, instance: Value) -> Result<()> {
    if class_of(instance).is_subclass_of(getset.owner) {
        return Ok(());
    }
    let (name, owner) = (getset.name.cast::<Str>().to_string_lossy(), getset.owner.native_name());
    let got = class_name(instance);
    Err(thread
        .type_error(format!("descriptor '{name}' for '{owner}' objects doesn't apply to a '{got}' object")))
}

/// `object.__getattribute__` without the error: data descriptors, the instance's own attributes, the class's.
#[inline]
pub fn generic_get(
    thread: &mut Thread,
    value: Value,
    class: Gc<TypeObject>,
    name: Gc<Str>,
) -> Result<Option<Value>> {
    let name = if name.interned { name } else { intern_string(name) };
    let in_class = class.lookup(name);
    let role = in_class.map_or(DescriptorRole::Plain, descriptor_role);
    if let (DescriptorRole::Data, Some(attribute)) = (role, in_class) {
        if has_getter(attribute) {
            return descriptor_get(thread, attribute, value, class).map(Some);
        }
    }
    if value.is_pointer() {
        let own = match value.downcast::<Module>() {
            Some(module) => module.dict.get_str(name),
            None => instance::get_own(value.header(), name),
        };
        if own.is_some() {
            return Ok(own);
        }
    }
    match (in_class, role) {
        (Some(attribute), DescriptorRole::NonData) => {
            descriptor_get(thread, attribute, value, class).map(Some)
        }
        (found, _) => Ok(found),
    }
}

/// `type.__getattribute__` without the error: the metaclass's data descriptors, the class's own attributes, the metaclass's.
pub fn type_get(thread: &mut Thread, class: Gc<TypeObject>, name: Gc<Str>) -> Result<Option<Value>> {
    let name = if name.interned { name } else { intern_string(name) };
    let metaclass = class.class();
    let in_metaclass = metaclass.lookup(name);
    let role = in_metaclass.map_or(DescriptorRole::Plain, descriptor_role);
    if let (DescriptorRole::Data, Some(attribute)) = (role, in_metaclass) {
        if has_getter(attribute) {
            return descriptor_get(thread, attribute, class.value(), metaclass).map(Some);
        }
    }
    if let Some(attribute) = class.lookup(name) {
        return match descriptor_role(attribute) {
            DescriptorRole::Plain => Ok(Some(attribute)),
            _ => descriptor_get(thread, attribute, Value::NULL, class).map(Some),
        };
    }
    match (in_metaclass, role) {
        (Some(attribute), DescriptorRole::NonData) => {
            descriptor_get(thread, attribute, class.value(), metaclass).map(Some)
        }
        (found, _) => Ok(found),
    }
}

/// `value.name = new`
pub fn set_attribute(thread: &mut Thread, value: Value, name: Gc<Str>, new: Value) -> Result<()> {
    let class = class_of(value);
    let setter = class.special(Special::SetAttr).unwrap_or(Value::NULL);
    if setter == types().object_setattr {
        return generic_set(thread, value, class, name, new);
    }
    super::call::call_special(thread, setter, value, &[name.value(), new]).map(|_| ())
}

/// `del value.name`
pub fn delete_attribute(thread: &mut Thread, value: Value, name: Gc<Str>) -> Result<()> {
    let class = class_of(value);
    let deleter = class.special(Special::DelAttr).unwrap_or(Value::NULL);
    if deleter == types().object_delattr {
        return generic_set(thread, value, class, name, Value::NULL);
    }
    super::call::call_special(thread, deleter, value, &[name.value()]).map(|_| ())
}

/// `object.__setattr__`, or with NULL `object.__delattr__`.
pub fn generic_set(
    thread: &mut Thread,
    value: Value,
    class: Gc<TypeObject>,
    name: Gc<Str>,
    new: Value,
) -> Result<()> {
    let name = intern_string(name);
    let in_class = class.lookup(name);
    if let Some(attribute) = in_class {
        if descriptor_role(attribute) == DescriptorRole::Data {
            return descriptor_set(thread, attribute, value, new);
        }
    }
    if let Some(module) = value.downcast::<Module>() {
        let changed = match new.is_null() {
            true => module.dict.delete_str(name),
            false => module.dict.set_str(thread, name, new).map(|_| true)?,
        };
        return if changed { Ok(()) } else { Err(no_attribute(thread, value, name)) };
    }
    if !value.is_pointer() || class.attributes_offset == 0 {
        return Err(cannot_set(thread, value, class, name, in_class.is_some()));
    }
    if new.is_null() {
        return match instance::delete_own(value.header(), name) {
            true => Ok(()),
            false => Err(no_attribute(thread, value, name)),
        };
    }
    instance::set_own(thread, value.header(), name, new)
}

fn cannot_set(
    thread: &mut Thread,
    value: Value,
    class: Gc<TypeObject>,
    name: Gc<Str>,
    in_class: bool,
) -> crate::thread::Raised {
    let (class, text) = (class.native_name(), name.to_string_lossy());
    let message = match in_class {
        true => format!("'{class}' object attribute '{text}' is read-only"),
        false => {
            format!("'{class}' object has no attribute '{text}' and no __dict__ for setting new attributes")
        }
    };
    attribute_error_with(thread, message, value, name)
}

/// Calls a data descriptor's `__set__`, or with NULL its `__delete__`.
pub fn descriptor_set(thread: &mut Thread, attribute: Value, instance: Value, new: Value) -> Result<()> {
    if let Some(getset) = attribute.downcast::<GetSet>() {
        return getset_set(thread, getset, instance, new);
    }
    let class = class_of(attribute);
    let (special, arguments) = match new.is_null() {
        true => (Special::Delete, &[instance][..]),
        false => (Special::Set, &[instance, new][..]),
    };
    match class.special(special) {
        Some(method) => super::call::call_special(thread, method, attribute, arguments).map(|_| ()),
        None => Err(thread.attribute_error(special.name())),
    }
}

/// `type.__setattr__`, or with NULL `type.__delattr__`.
pub fn type_set(thread: &mut Thread, class: Gc<TypeObject>, name: Gc<Str>, new: Value) -> Result<()> {
    let name = intern_string(name);
    if class.has(crate::object::type_object::TYPE_IMMUTABLE) {
        let (name, class) = (name.to_string_lossy(), class.native_name());
        return Err(thread.type_error(format!("cannot set '{name}' attribute of immutable type '{class}'")));
    }
    let metaclass = class.class();
    if let Some(attribute) = metaclass.lookup(name) {
        if descriptor_role(attribute) == DescriptorRole::Data {
            return descriptor_set(thread, attribute, class.value(), new);
        }
    }
    if new.is_null() {
        if !class.dict.delete_str(name) {
            return Err(no_attribute(thread, class.value(), name));
        }
    } else {
        class.dict.set_str(thread, name, new)?;
    }
    class.attribute_changed(Some(name));
    Ok(())
}

/// AttributeError for an absent attribute, with `name` and `obj` set.
#[cold]
pub fn no_attribute(thread: &mut Thread, value: Value, name: Gc<Str>) -> crate::thread::Raised {
    let text = name.to_string_lossy();
    let message = if let Some(class) = value.downcast::<TypeObject>() {
        format!("type object '{}' has no attribute '{text}'", class.native_name())
    } else if let Some(module) = value.downcast::<Module>() {
        return super::super::import::attribute_of_module_error(thread, module, name);
    } else {
        format!("'{}' object has no attribute '{text}'", class_name(value))
    };
    attribute_error_with(thread, message, value, name)
}

/// AttributeError with a message, `name` and `obj`.
#[cold]
pub fn attribute_error_with(
    thread: &mut Thread,
    message: String,
    value: Value,
    name: Gc<Str>,
) -> crate::thread::Raised {
    let raised = thread.attribute_error(message);
    if let Some(exception) = raised.0.downcast::<crate::object::exception::Exception>() {
        if class_of(raised.0).is_subclass_of(types().attribute_error) {
            // The order of AttributeError's fields: name, obj.
            exception.set_field(0, name.value());
            exception.set_field(1, value);
        }
    }
    raised
}

/// What `LOAD_ATTR` as a method call pushes: a callable, and the receiver to pass first, or NULL.
pub fn get_method(thread: &mut Thread, value: Value, name: Gc<Str>) -> Result<(Value, Value)> {
    let class = class_of(value);
    if class.special(Special::GetAttribute) == Some(types().object_getattribute)
        && !value.is_kind(ObjectKind::Module)
    {
        if let Some(attribute) = class.lookup(name) {
            let unbound = attribute.is_kind(ObjectKind::Function)
                || attribute
                    .downcast::<NativeMethod>()
                    .is_some_and(|m| m.definition.role != NativeRole::ClassMethod);
            if unbound {
                let own = if value.is_pointer() { instance::get_own(value.header(), name) } else { None };
                return Ok(own.map_or((attribute, value), |own| (own, Value::NULL)));
            }
        }
    }
    Ok((get_attribute(thread, value, name)?, Value::NULL))
}

impl Gc<TypeObject> {
    /// The name as CPython's messages have it: native classes show their module, unless that is `builtins`.
    pub fn native_name(self) -> String {
        match self.definition {
            Some(definition) => definition.full_name(),
            None => self.name_text(),
        }
    }

    /// The qualified name as Rust text, for messages.
    pub fn qualified_name_text(self) -> String {
        self.qualified_name.downcast::<Str>().unwrap_or(self.name).to_string_lossy()
    }
}
