//! [`Gc`]: a plain pointer to a heap object of known layout.
//!
//! **Invariants.** The collector doesn't move objects and scans native stacks conservatively, so a `Gc` in a local variable keeps
//! its object alive; a `Gc` in malloc memory doesn't (see [`crate::heap::ScratchValues`]). `Deref` and `DerefMut` hand out references into the object:
//! a mutable one must not live across anything that may run Python code or reach the same object by another
//! path. A store of a value into an object is followed by [`Gc::write_barrier`] before the next allocation.

use crate::heap::{Header, write_barrier};
use crate::object::kind::Layout;
use crate::object::type_object::TypeObject;
use crate::value::Value;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

/// Pointer to a heap object that begins with a `T`.
#[repr(transparent)]
pub struct Gc<T>(NonNull<T>, PhantomData<*mut T>);

impl<T> Clone for Gc<T> {
    #[inline(always)]
    fn clone(&self) -> Gc<T> {
        *self
    }
}

impl<T> Copy for Gc<T> {}

impl<T> PartialEq for Gc<T> {
    #[inline(always)]
    fn eq(&self, other: &Gc<T>) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Gc<T> {}

impl<T> std::fmt::Debug for Gc<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Gc({:p})", self.0)
    }
}

impl<T> Gc<T> {
    /// The object behind a header that is known to be a `T`.
    #[inline(always)]
    pub fn from_header(header: *mut Header) -> Gc<T> {
        debug_assert!(!header.is_null());
        // SAFETY: headers of live objects are never null.
        Gc(unsafe { NonNull::new_unchecked(header as *mut T) }, PhantomData)
    }

    #[inline(always)]
    pub fn as_pointer(self) -> *mut T {
        self.0.as_ptr()
    }

    #[inline(always)]
    pub fn header(self) -> *mut Header {
        self.0.as_ptr() as *mut Header
    }

    /// The object as a value.
    #[inline(always)]
    pub fn value(self) -> Value {
        Value(self.0.as_ptr() as u64)
    }

    /// Tells the collector that a value was stored into this object.
    #[inline(always)]
    pub fn write_barrier(self) {
        // SAFETY: a live object.
        unsafe { write_barrier(self.header()) }
    }

    /// The object's class.
    #[inline(always)]
    pub fn class(self) -> Gc<TypeObject> {
        crate::object::shape::class_of_header(self.header())
    }
}

impl<T: Layout> From<Gc<T>> for Value {
    #[inline(always)]
    fn from(object: Gc<T>) -> Value {
        object.value()
    }
}

impl<T> Deref for Gc<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: see the module's invariants.
        unsafe { self.0.as_ref() }
    }
}

impl<T> DerefMut for Gc<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: see the module's invariants.
        unsafe { self.0.as_mut() }
    }
}
