//! Tracing helpers shared by the kinds.

use crate::heap::{Header, Tracer};
use crate::object::pointer::Gc;
use crate::object::shape::class_of_header;
use crate::object::type_object::TypeObject;

/// For objects that hold no values.
///
/// # Safety
/// None is needed; the signature is that of all trace functions.
pub unsafe fn nothing(_: *mut Header, _: &mut Tracer) {}

/// For objects whose only values are their class and the attributes of instances of subclasses.
///
/// # Safety
/// `object` is live.
pub unsafe fn attributes_only(object: *mut Header, tracer: &mut Tracer) {
    let class: Gc<TypeObject> = class_of_header(object);
    tracer.value(class.value().0);
    // SAFETY: `object` is live and has this class.
    unsafe { crate::object::instance::trace_attributes(object, class, tracer) };
}
