//! property, classmethod, staticmethod and super objects.

use crate::heap::{Header, Tracer};
use crate::layout;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::value::Value;

/// A property.
#[repr(C)]
pub struct Property {
    pub header: Header,
    /// Each NULL if not given.
    pub getter: Value,
    pub setter: Value,
    pub deleter: Value,
    pub doc: Value,
    pub name: Value,
    /// Whether the doc string came from the getter.
    pub getter_doc: Value,
}

layout!(Property, ObjectKind::Property, "property");

/// A classmethod; [`StaticMethod`] has the same fields.
#[repr(C)]
pub struct ClassMethod {
    pub header: Header,
    pub callable: Value,
}

layout!(ClassMethod, ObjectKind::ClassMethod, "classmethod");

/// A staticmethod.
#[repr(C)]
pub struct StaticMethod {
    pub header: Header,
    pub callable: Value,
}

layout!(StaticMethod, ObjectKind::StaticMethod, "staticmethod");

/// A super object.
#[repr(C)]
pub struct Super {
    pub header: Header,
    /// Class behind which the search begins; each NULL until `__init__`.
    pub start: Value,
    pub receiver: Value,
    pub receiver_class: Value,
}

layout!(Super, ObjectKind::Super, "super");

fn trace_words(object: *mut Header, words: &[Value], tracer: &mut Tracer) {
    for word in words {
        tracer.value(word.0);
    }
    // SAFETY: `object` is live: the caller's promise.
    unsafe { crate::object::trace::attributes_only(object, tracer) };
}

/// # Safety
/// `object` is a live property.
pub unsafe fn trace_property(object: *mut Header, tracer: &mut Tracer) {
    let p: Gc<Property> = Gc::from_header(object);
    trace_words(object, &[p.getter, p.setter, p.deleter, p.doc, p.name, p.getter_doc], tracer);
}

/// # Safety
/// `object` is a live classmethod or staticmethod.
pub unsafe fn trace_wrapper(object: *mut Header, tracer: &mut Tracer) {
    let wrapper: Gc<ClassMethod> = Gc::from_header(object);
    trace_words(object, &[wrapper.callable], tracer);
}

/// # Safety
/// `object` is a live super object.
pub unsafe fn trace_super(object: *mut Header, tracer: &mut Tracer) {
    let s: Gc<Super> = Gc::from_header(object);
    trace_words(object, &[s.start, s.receiver, s.receiver_class], tracer);
}
