//! Module objects.

use crate::heap::{Header, Tracer, heap};
use crate::layout;
use crate::object::dict::Dict;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;

/// A module: a namespace.
#[repr(C)]
pub struct Module {
    pub header: Header,
    pub dict: Gc<Dict>,
}

layout!(Module, ObjectKind::Module, "module");

impl Module {
    /// A module with an empty namespace (not even `__name__`).
    pub fn with_dict(dict: Gc<Dict>) -> Gc<Module> {
        let class = crate::types().module;
        let header = heap().alloc(
            ObjectKind::Module as u8,
            class.root_shape,
            crate::object::instance::allocation_size(class),
        );
        let mut module: Gc<Module> = Gc::from_header(header);
        module.dict = dict;
        module
    }
}

/// Visits a module's namespace.
///
/// # Safety
/// `object` is live.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    let module: Gc<Module> = Gc::from_header(object);
    // A module under construction has no dict yet.
    tracer.value(module.dict.as_pointer() as u64);
    // SAFETY: passed on.
    unsafe { crate::object::trace::attributes_only(object, tracer) };
}
