//! Exception instances.
//!
//! All exceptions have the fields of [`Exception`]; classes with further native attributes (OSError, SyntaxError,
//! StopIteration, ...) have them as values behind, described by member descriptors.

use crate::heap::{Header, Tracer, heap};
use crate::layout;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::object::str::Str;
use crate::object::tuple::Tuple;
use crate::object::type_object::TypeObject;
use crate::thread::{Raised, Thread};
use crate::value::Value;

/// An exception.
#[repr(C)]
pub struct Exception {
    pub header: Header,
    /// Tuple.
    pub args: Value,
    /// A traceback, or NULL.
    pub traceback: Value,
    /// `__context__`, or NULL.
    pub context: Value,
    /// `__cause__`, or NULL.
    pub cause: Value,
    /// True or NULL.
    pub suppress_context: Value,
    // further fields of the class follow, all values
}

layout!(Exception, ObjectKind::Exception, "BaseException");

impl Exception {
    /// Allocates an instance with the given arguments, without running `__init__`.
    pub fn allocate(class: Gc<TypeObject>, args: Gc<Tuple>) -> Gc<Exception> {
        let size = crate::object::instance::allocation_size(class);
        let mut exception: Gc<Exception> =
            Gc::from_header(heap().alloc(ObjectKind::Exception as u8, class.root_shape, size));
        exception.args = args.value();
        exception
    }

    /// What native code raises: an instance of a class whose `__init__` only keeps its arguments.
    pub fn with_message(thread: &mut Thread, class: Gc<TypeObject>, message: &str) -> Raised {
        let message = Str::new(message).value();
        Exception::with_arguments(thread, class, &[message])
    }

    /// Makes an instance by calling the class, so that classes with fields of their own fill them.
    pub fn with_arguments(thread: &mut Thread, class: Gc<TypeObject>, arguments: &[Value]) -> Raised {
        match thread.call(class.value(), arguments) {
            Ok(exception) => Raised(exception),
            Err(raised) => raised,
        }
    }
}

impl Gc<Exception> {
    /// A native field of the class, by its number behind the common ones.
    #[inline]
    pub fn field(self, index: usize) -> Value {
        debug_assert!(size_of::<Exception>() + 8 * (index + 1) <= self.class().native_size as usize);
        // SAFETY: within the native size of the class.
        unsafe { *(self.as_pointer().add(1) as *mut Value).add(index) }
    }

    /// Sets a native field.
    pub fn set_field(self, index: usize, value: Value) {
        debug_assert!(size_of::<Exception>() + 8 * (index + 1) <= self.class().native_size as usize);
        // SAFETY: within the native size of the class.
        unsafe { *(self.as_pointer().add(1) as *mut Value).add(index) = value };
        self.write_barrier();
    }
}

/// Visits an exception's values.
///
/// # Safety
/// `object` is live.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    let exception: Gc<Exception> = Gc::from_header(object);
    let words = (exception.class().native_size as usize - size_of::<Header>()) / 8;
    for i in 0..words {
        // SAFETY: all native fields of exceptions are values.
        tracer.value(unsafe { *(object.add(1) as *mut u64).add(i) });
    }
    // SAFETY: passed on.
    unsafe { crate::object::trace::attributes_only(object, tracer) };
}
