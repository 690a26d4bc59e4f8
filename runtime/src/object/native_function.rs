//! Callables and descriptors made of native declarations.

use crate::heap::{Header, Tracer, heap};
use crate::layout;
use crate::native::{GetSetDefinition, NativeDefinition};
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::object::type_object::TypeObject;
use crate::value::Value;

/// A built-in function of a module, or a built-in method bound to its receiver.
#[repr(C)]
pub struct NativeFunction {
    pub header: Header,
    pub definition: &'static NativeDefinition,
    /// First argument of each call (a method's receiver, a class method's class), NULL for functions of modules.
    pub receiver: Value,
    /// `__module__`.
    pub module: Value,
    /// Class that declares the method, NULL for functions of modules.
    pub owner: Value,
}

layout!(NativeFunction, ObjectKind::NativeFunction, "builtin_function_or_method");

/// A native method in its class's dictionary.
#[repr(C)]
pub struct NativeMethod {
    pub header: Header,
    pub definition: &'static NativeDefinition,
    pub owner: Gc<TypeObject>,
}

layout!(NativeMethod, ObjectKind::NativeMethod, "method_descriptor");

/// How a [`GetSet`] reaches its value.
#[derive(Clone, Copy)]
pub enum Access {
    /// Native functions.
    Native(&'static GetSetDefinition),
    /// A value at a fixed offset of the instance (`__slots__`, native fields).
    Member { offset: u32, read_only: bool, absent_is_none: bool },
    /// An item of a tuple.
    TupleItem { index: u32 },
}

/// An attribute of instances that is computed natively or lies at a fixed offset.
#[repr(C)]
pub struct GetSet {
    pub header: Header,
    pub access: Access,
    pub name: Value,
    pub owner: Gc<TypeObject>,
    pub doc: Value,
}

layout!(GetSet, ObjectKind::GetSet, "getset_descriptor");

impl NativeFunction {
    pub fn new(
        definition: &'static NativeDefinition,
        receiver: Value,
        module: Value,
        owner: Value,
    ) -> Gc<NativeFunction> {
        let class = crate::types().builtin_function_or_method;
        let header =
            heap().alloc(ObjectKind::NativeFunction as u8, class.root_shape, size_of::<NativeFunction>());
        let mut function: Gc<NativeFunction> = Gc::from_header(header);
        function.definition = definition;
        function.receiver = receiver;
        function.module = module;
        function.owner = owner;
        function
    }
}

impl NativeMethod {
    /// `class` is one of method_descriptor, wrapper_descriptor and classmethod_descriptor.
    pub fn new(
        class: Gc<TypeObject>,
        definition: &'static NativeDefinition,
        owner: Gc<TypeObject>,
    ) -> Gc<NativeMethod> {
        let header =
            heap().alloc(ObjectKind::NativeMethod as u8, class.root_shape, size_of::<NativeMethod>());
        let mut method: Gc<NativeMethod> = Gc::from_header(header);
        method.definition = definition;
        method.owner = owner;
        method
    }
}

impl GetSet {
    /// `class` is one of getset_descriptor and member_descriptor.
    pub fn new(
        class: Gc<TypeObject>,
        access: Access,
        name: Value,
        owner: Gc<TypeObject>,
        doc: Value,
    ) -> Gc<GetSet> {
        let header = heap().alloc(ObjectKind::GetSet as u8, class.root_shape, size_of::<GetSet>());
        let mut getset: Gc<GetSet> = Gc::from_header(header);
        getset.access = access;
        getset.name = name;
        getset.owner = owner;
        getset.doc = doc;
        getset
    }
}

/// Visits a native function's values.
///
/// # Safety
/// `object` is live.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    let function: Gc<NativeFunction> = Gc::from_header(object);
    for value in [function.receiver, function.module, function.owner] {
        tracer.value(value.0);
    }
}

/// Visits a native method's class.
///
/// # Safety
/// `object` is live.
pub unsafe fn trace_method(object: *mut Header, tracer: &mut Tracer) {
    let method: Gc<NativeMethod> = Gc::from_header(object);
    tracer.value(method.owner.value().0);
}

/// Visits a getset's values.
///
/// # Safety
/// `object` is live.
pub unsafe fn trace_getset(object: *mut Header, tracer: &mut Tracer) {
    let getset: Gc<GetSet> = Gc::from_header(object);
    for value in [getset.name, getset.owner.value(), getset.doc] {
        tracer.value(value.0);
    }
}
