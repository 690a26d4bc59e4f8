//! What Python code sees of built-in functions and of native descriptors.

use crate::builtins::function::call_with_keywords;
use crate::layout;
use crate::native::NativeRole;
use crate::object::function::BoundMethod;
use crate::object::kind::ObjectKind;
use crate::object::native_function::{GetSet, NativeFunction, NativeMethod};
use crate::object::tuple::Tuple;
use crate::operations::attribute::{class_name, descriptor_get, getset_get, getset_set};
use crate::operations::{self, class_of};
use crate::prelude::*;

/// A slot wrapper: a native method with the class wrapper_descriptor.
#[repr(C)]
pub struct WrapperDescriptor {
    base: NativeMethod,
}

layout!(WrapperDescriptor, ObjectKind::NativeMethod, "wrapper_descriptor");

/// A native method with the class classmethod_descriptor.
#[repr(C)]
pub struct ClassMethodDescriptor {
    base: NativeMethod,
}

layout!(ClassMethodDescriptor, ObjectKind::NativeMethod, "classmethod_descriptor");

/// A slot wrapper bound to an object: a bound method with the class method-wrapper.
#[repr(C)]
pub struct MethodWrapper {
    base: BoundMethod,
}

layout!(MethodWrapper, ObjectKind::BoundMethod, "method-wrapper");

/// A getset with the class member_descriptor.
#[repr(C)]
pub struct MemberDescriptor {
    base: GetSet,
}

layout!(MemberDescriptor, ObjectKind::GetSet, "member_descriptor");

impl BoundMethod {
    /// A slot wrapper bound to an object.
    pub fn native_wrapper(method: Gc<NativeMethod>, receiver: Value) -> Value {
        let class = types().method_wrapper;
        let header = crate::heap::heap().alloc(
            ObjectKind::BoundMethod as u8,
            class.root_shape,
            size_of::<BoundMethod>(),
        );
        let mut bound: Gc<BoundMethod> = Gc::from_header(header);
        bound.function = method.value();
        bound.receiver = receiver;
        bound.value()
    }
}

/// A built-in function's `__qualname__`: with the class it is bound to or declared in.
fn qualified_name(thread: &mut Thread, function: Gc<NativeFunction>) -> Result<String> {
    let name = function.definition.name;
    let receiver = receiver_of(function);
    if receiver.is_null() || receiver.downcast::<Module>().is_some() {
        return Ok(match function.owner.downcast::<TypeObject>() {
            Some(owner) => format!("{}.{name}", owner.qualified_name_text()),
            None => name.to_string(),
        });
    }
    let class = receiver.downcast::<TypeObject>().unwrap_or_else(|| class_of(receiver));
    let _ = thread;
    Ok(format!("{}.{name}", class.qualified_name_text()))
}

/// `__self__`, NULL for static methods and functions without a module.
fn receiver_of(function: Gc<NativeFunction>) -> Value {
    match function.definition.role {
        NativeRole::New => function.owner,
        _ => function.receiver,
    }
}

fn text_signature(text: Option<&'static str>) -> Value {
    text.map_or(Value::NONE, |text| Str::new(text).value())
}

fn doc_of(doc: Option<&'static str>) -> Value {
    doc.map_or(Value::NONE, |doc| Str::new(doc).value())
}

fn getattr_of(thread: &mut Thread, receiver: Value, name: &str) -> Result<Gc<Tuple>> {
    match crate::builtins::original("getattr") {
        Some(getattr) => Ok(Tuple::new(&[getattr, Tuple::new(&[receiver, Str::new(name).value()]).value()])),
        None => Err(thread.system_error("there is no built-in getattr")),
    }
}

#[native_type(name = "builtin_function_or_method", weak_referencable)]
impl NativeFunction {
    #[method]
    fn __repr__(this: Gc<NativeFunction>) -> String {
        let name = this.definition.name;
        let receiver = receiver_of(this);
        match receiver.is_null() || receiver.downcast::<Module>().is_some() {
            true => format!("<built-in function {name}>"),
            false => {
                let class = crate::native::convert::type_name(receiver);
                format!("<built-in method {name} of {class} object at {:#x}>", receiver.0)
            }
        }
    }

    #[method("(*args, **kwargs)")]
    fn __call__(
        thread: &mut Thread,
        this: Gc<NativeFunction>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result {
        call_with_keywords(thread, this.value(), args, kwargs)
    }

    #[method]
    fn __eq__(this: Gc<NativeFunction>, value: Value) -> Value {
        let Some(other) = value.downcast::<NativeFunction>() else { return Value::NOT_IMPLEMENTED };
        Value::from_bool(std::ptr::eq(this.definition, other.definition) && this.receiver == other.receiver)
    }

    #[method]
    fn __hash__(this: Gc<NativeFunction>) -> i64 {
        let function = Value(this.definition as *const _ as u64);
        operations::hash::hash_identity(this.receiver) ^ operations::hash::hash_identity(function)
    }

    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<NativeFunction>) -> Result {
        let receiver = receiver_of(this);
        if receiver.is_null() || receiver.downcast::<Module>().is_some() {
            return Ok(Str::new(this.definition.name).value());
        }
        Ok(getattr_of(thread, receiver, this.definition.name)?.value())
    }

    #[getter]
    fn __doc__(this: Gc<NativeFunction>) -> Value {
        doc_of(this.definition.doc)
    }

    #[getter]
    fn __name__(this: Gc<NativeFunction>) -> &'static str {
        this.definition.name
    }

    #[getter]
    fn __qualname__(thread: &mut Thread, this: Gc<NativeFunction>) -> Result<String> {
        qualified_name(thread, this)
    }

    #[getter]
    fn __self__(this: Gc<NativeFunction>) -> Value {
        receiver_of(this).non_null().unwrap_or(Value::NONE)
    }

    #[getter]
    fn __text_signature__(this: Gc<NativeFunction>) -> Value {
        text_signature(this.definition.signature.text)
    }

    #[getter(member)]
    fn __module__(this: Gc<NativeFunction>) -> Value {
        this.module.non_null().unwrap_or(Value::NONE)
    }

    #[setter(__module__)]
    fn set_module(mut this: Gc<NativeFunction>, value: Option<Value>) {
        this.module = value.unwrap_or(Value::NULL);
        this.write_barrier();
    }
}

fn method_repr(kind: &str, method: Gc<NativeMethod>) -> String {
    format!("<{kind} '{}' of '{}' objects>", method.definition.name, method.owner.native_name())
}

fn method_qualified_name(method: Gc<NativeMethod>) -> String {
    format!("{}.{}", method.owner.qualified_name_text(), method.definition.name)
}

/// `descriptor.__get__(instance, owner)`
fn bind(thread: &mut Thread, descriptor: Value, instance: Value, owner: Option<Value>) -> Result {
    let owner = owner.filter(|owner| !owner.is_none());
    if instance.is_none() && owner.is_none() {
        return Err(thread.type_error("__get__(None, None) is invalid"));
    }
    let class = match owner.and_then(|owner| owner.downcast::<TypeObject>()) {
        Some(class) => class,
        None => class_of(instance),
    };
    let through_class = instance.is_none() && class != types().none_type;
    let instance = if through_class { Value::NULL } else { instance };
    descriptor_get(thread, descriptor, instance, class)
}

fn check_bindable(
    thread: &mut Thread,
    method: Gc<NativeMethod>,
    instance: Value,
    owner: Option<Value>,
) -> Result<()> {
    let through_class = instance.is_none() && owner.is_some_and(|owner| !owner.is_none());
    if through_class || class_of(instance).is_subclass_of(method.owner) {
        return Ok(());
    }
    let (name, owner, got) = (method.definition.name, method.owner.native_name(), class_name(instance));
    Err(thread
        .type_error(format!("descriptor '{name}' for '{owner}' objects doesn't apply to a '{got}' object")))
}

#[native_type(name = "method_descriptor")]
impl NativeMethod {
    #[method]
    fn __repr__(this: Gc<NativeMethod>) -> String {
        method_repr("method", this)
    }

    #[method("(*args, **kwargs)")]
    fn __call__(
        thread: &mut Thread,
        this: Gc<NativeMethod>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result {
        call_with_keywords(thread, this.value(), args, kwargs)
    }

    #[method("(instance, owner=None, /)")]
    fn __get__(thread: &mut Thread, this: Gc<NativeMethod>, instance: Value, owner: Option<Value>) -> Result {
        check_bindable(thread, this, instance, owner)?;
        bind(thread, this.value(), instance, owner)
    }

    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<NativeMethod>) -> Result<Gc<Tuple>> {
        getattr_of(thread, this.owner.value(), this.definition.name)
    }

    #[getter(member)]
    fn __objclass__(this: Gc<NativeMethod>) -> Gc<TypeObject> {
        this.owner
    }

    #[getter(member)]
    fn __name__(this: Gc<NativeMethod>) -> &'static str {
        this.definition.name
    }

    #[getter]
    fn __doc__(this: Gc<NativeMethod>) -> Value {
        doc_of(this.definition.doc)
    }

    #[getter]
    fn __qualname__(this: Gc<NativeMethod>) -> String {
        method_qualified_name(this)
    }

    #[getter]
    fn __text_signature__(this: Gc<NativeMethod>) -> Value {
        text_signature(this.definition.signature.text)
    }
}

#[native_type(name = "wrapper_descriptor")]
impl WrapperDescriptor {
    #[method]
    fn __repr__(this: Gc<NativeMethod>) -> String {
        method_repr("slot wrapper", this)
    }

    #[method("(*args, **kwargs)")]
    fn __call__(
        thread: &mut Thread,
        this: Gc<NativeMethod>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result {
        call_with_keywords(thread, this.value(), args, kwargs)
    }

    #[method("(instance, owner=None, /)")]
    fn __get__(thread: &mut Thread, this: Gc<NativeMethod>, instance: Value, owner: Option<Value>) -> Result {
        check_bindable(thread, this, instance, owner)?;
        bind(thread, this.value(), instance, owner)
    }

    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<NativeMethod>) -> Result<Gc<Tuple>> {
        getattr_of(thread, this.owner.value(), this.definition.name)
    }

    #[getter(member)]
    fn __objclass__(this: Gc<NativeMethod>) -> Gc<TypeObject> {
        this.owner
    }

    #[getter(member)]
    fn __name__(this: Gc<NativeMethod>) -> &'static str {
        this.definition.name
    }

    #[getter]
    fn __doc__(this: Gc<NativeMethod>) -> Value {
        doc_of(this.definition.doc)
    }

    #[getter]
    fn __qualname__(this: Gc<NativeMethod>) -> String {
        method_qualified_name(this)
    }

    #[getter]
    fn __text_signature__(this: Gc<NativeMethod>) -> Value {
        text_signature(this.definition.signature.text)
    }
}

#[native_type(name = "classmethod_descriptor")]
impl ClassMethodDescriptor {
    #[method]
    fn __repr__(this: Gc<NativeMethod>) -> String {
        method_repr("method", this)
    }

    #[method("(*args, **kwargs)")]
    fn __call__(
        thread: &mut Thread,
        this: Gc<NativeMethod>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result {
        let (name, owner) = (this.definition.name, this.owner.native_name());
        let Some(class) = args.first() else {
            return Err(thread.type_error(format!("unbound method {owner}.{name}() needs an argument")));
        };
        let owner = class_argument(thread, this, *class)?;
        let bound = descriptor_get(thread, this.value(), Value::NULL, owner)?;
        call_with_keywords(thread, bound, &args[1..], kwargs)
    }

    #[method("(instance, owner=None, /)")]
    fn __get__(thread: &mut Thread, this: Gc<NativeMethod>, instance: Value, owner: Option<Value>) -> Result {
        let owner = match owner.filter(|owner| !owner.is_none()) {
            Some(owner) => owner,
            None => class_of(instance).value(),
        };
        let class = class_argument(thread, this, owner)?;
        descriptor_get(thread, this.value(), Value::NULL, class)
    }

    #[getter(member)]
    fn __objclass__(this: Gc<NativeMethod>) -> Gc<TypeObject> {
        this.owner
    }

    #[getter(member)]
    fn __name__(this: Gc<NativeMethod>) -> &'static str {
        this.definition.name
    }

    #[getter]
    fn __doc__(this: Gc<NativeMethod>) -> Value {
        doc_of(this.definition.doc)
    }

    #[getter]
    fn __qualname__(this: Gc<NativeMethod>) -> String {
        method_qualified_name(this)
    }

    #[getter]
    fn __text_signature__(this: Gc<NativeMethod>) -> Value {
        text_signature(this.definition.signature.text)
    }
}

fn class_argument(thread: &mut Thread, method: Gc<NativeMethod>, value: Value) -> Result<Gc<TypeObject>> {
    let (name, owner) = (method.definition.name, method.owner.native_name());
    let Some(class) = value.downcast::<TypeObject>() else {
        let got = class_name(value);
        return Err(thread.type_error(format!(
            "descriptor '{name}' for type '{owner}' needs a type, not a '{got}' as arg 2"
        )));
    };
    match class.is_subclass_of(method.owner) {
        true => Ok(class),
        false => {
            let got = class.native_name();
            Err(thread.type_error(format!(
                "descriptor '{name}' requires a subtype of '{owner}' but received '{got}'"
            )))
        }
    }
}

fn wrapped(wrapper: Gc<BoundMethod>) -> Gc<NativeMethod> {
    wrapper.function.cast()
}

#[native_type(name = "method-wrapper")]
impl MethodWrapper {
    #[method]
    fn __repr__(this: Gc<BoundMethod>) -> String {
        let class = crate::native::convert::type_name(this.receiver);
        format!(
            "<method-wrapper '{}' of {class} object at {:#x}>",
            wrapped(this).definition.name,
            this.receiver.0
        )
    }

    #[method("(*args, **kwargs)")]
    fn __call__(
        thread: &mut Thread,
        this: Gc<BoundMethod>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result {
        call_with_keywords(thread, this.value(), args, kwargs)
    }

    #[method]
    fn __eq__(this: Gc<BoundMethod>, value: Value) -> Value {
        match value.downcast::<BoundMethod>().filter(|other| other.class() == types().method_wrapper) {
            Some(other) => {
                Value::from_bool(this.function == other.function && this.receiver == other.receiver)
            }
            None => Value::NOT_IMPLEMENTED,
        }
    }

    #[method]
    fn __hash__(this: Gc<BoundMethod>) -> i64 {
        operations::hash::hash_identity(this.receiver) ^ operations::hash::hash_identity(this.function)
    }

    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<BoundMethod>) -> Result<Gc<Tuple>> {
        getattr_of(thread, this.receiver, wrapped(this).definition.name)
    }

    #[getter(member)]
    fn __self__(this: Gc<BoundMethod>) -> Value {
        this.receiver
    }

    #[getter]
    fn __objclass__(this: Gc<BoundMethod>) -> Gc<TypeObject> {
        wrapped(this).owner
    }

    #[getter]
    fn __name__(this: Gc<BoundMethod>) -> &'static str {
        wrapped(this).definition.name
    }

    #[getter]
    fn __qualname__(this: Gc<BoundMethod>) -> String {
        method_qualified_name(wrapped(this))
    }

    #[getter]
    fn __doc__(this: Gc<BoundMethod>) -> Value {
        doc_of(wrapped(this).definition.doc)
    }

    #[getter]
    fn __text_signature__(this: Gc<BoundMethod>) -> Value {
        text_signature(wrapped(this).definition.signature.text)
    }
}

fn getset_repr(kind: &str, getset: Gc<GetSet>) -> String {
    format!(
        "<{kind} '{}' of '{}' objects>",
        getset.name.cast::<Str>().to_string_lossy(),
        getset.owner.native_name()
    )
}

fn getset_bind(thread: &mut Thread, getset: Gc<GetSet>, instance: Value) -> Result {
    if instance.is_none() && getset.owner != types().none_type {
        return Ok(getset.value());
    }
    getset_get(thread, getset, instance)
}

fn getset_qualified_name(getset: Gc<GetSet>) -> String {
    format!("{}.{}", getset.owner.qualified_name_text(), getset.name.cast::<Str>().to_string_lossy())
}

#[native_type(name = "getset_descriptor")]
impl GetSet {
    #[method]
    fn __repr__(this: Gc<GetSet>) -> String {
        getset_repr("attribute", this)
    }

    #[method("(instance, owner=None, /)")]
    fn __get__(thread: &mut Thread, this: Gc<GetSet>, instance: Value, _owner: Option<Value>) -> Result {
        getset_bind(thread, this, instance)
    }

    #[method]
    fn __set__(thread: &mut Thread, this: Gc<GetSet>, instance: Value, value: Value) -> Result<()> {
        getset_set(thread, this, instance, value)
    }

    #[method]
    fn __delete__(thread: &mut Thread, this: Gc<GetSet>, instance: Value) -> Result<()> {
        getset_set(thread, this, instance, Value::NULL)
    }

    #[getter(member)]
    fn __objclass__(this: Gc<GetSet>) -> Gc<TypeObject> {
        this.owner
    }

    #[getter(member)]
    fn __name__(this: Gc<GetSet>) -> Value {
        this.name
    }

    #[getter]
    fn __doc__(this: Gc<GetSet>) -> Value {
        this.doc
    }

    #[getter]
    fn __qualname__(this: Gc<GetSet>) -> String {
        getset_qualified_name(this)
    }
}

#[native_type(name = "member_descriptor")]
impl MemberDescriptor {
    #[method]
    fn __repr__(this: Gc<GetSet>) -> String {
        getset_repr("member", this)
    }

    #[method("(instance, owner=None, /)")]
    fn __get__(thread: &mut Thread, this: Gc<GetSet>, instance: Value, _owner: Option<Value>) -> Result {
        getset_bind(thread, this, instance)
    }

    #[method]
    fn __set__(thread: &mut Thread, this: Gc<GetSet>, instance: Value, value: Value) -> Result<()> {
        getset_set(thread, this, instance, value)
    }

    #[method]
    fn __delete__(thread: &mut Thread, this: Gc<GetSet>, instance: Value) -> Result<()> {
        getset_set(thread, this, instance, Value::NULL)
    }

    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<GetSet>) -> Result<Gc<Tuple>> {
        let name = this.name.cast::<Str>().to_string_lossy();
        getattr_of(thread, this.owner.value(), &name)
    }

    #[getter(member)]
    fn __objclass__(this: Gc<GetSet>) -> Gc<TypeObject> {
        this.owner
    }

    #[getter(member)]
    fn __name__(this: Gc<GetSet>) -> Value {
        this.name
    }

    #[getter]
    fn __doc__(this: Gc<GetSet>) -> Value {
        this.doc
    }

    #[getter]
    fn __qualname__(this: Gc<GetSet>) -> String {
        getset_qualified_name(this)
    }
}
