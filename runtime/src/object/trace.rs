//! Tracing helpers shared by the kinds.

use crate::heap::{Header, Tracer};
use crate::object::pointer::Gc;
use crate::object::shape::{class_of_header, shapes_base};
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
    // The first classes are made before their metaclass: its shape has no class yet, and they have no attributes.
    // SAFETY: a live object's shape number is within the table.
    if unsafe { (*shapes_base().add((*object).shape as usize)).class.is_null() } {
        return;
    }
    let class: Gc<TypeObject> = class_of_header(object);
    tracer.value(class.value().0);
    // SAFETY: `object` is live and has this class.
    unsafe { crate::object::instance::trace_attributes(object, class, tracer) };
}
