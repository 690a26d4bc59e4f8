//! Native layouts that only their own module knows: a `#[repr(C)]` struct that begins with [`NativeHead`].
//!
//! The second word of such an object points to its [`NativeVTable`], which tells the collector how to visit and drop it and serves as the
//! layout's identity. Declare one with [`native_layout!`](crate::native_layout).

use crate::heap::{Header, Tracer, heap};
use crate::object::kind::{Layout, ObjectKind};
use crate::object::pointer::Gc;
use crate::object::type_object::TypeObject;
use crate::thread::{Result, Thread};
use crate::value::Value;

/// What all objects of a native layout share.
pub struct NativeVTable {
    pub name: &'static str,
    /// Visits the values in the struct.
    pub trace: unsafe fn(*mut Header, &mut Tracer),
    /// For iterators: the next item without the detour over StopIteration. Must be what `__next__` does.
    pub next: Option<fn(&mut Thread, *mut Header) -> Result<Option<Value>>>,
    /// Drops the struct's malloc memory and resources when the object dies.
    pub drop: Option<unsafe fn(*mut Header)>,
}

/// Head of a native layout.
#[repr(C)]
pub struct NativeHead {
    pub header: Header,
    pub vtable: *const NativeVTable,
}

impl NativeHead {
    /// For struct literals: [`new`] fills it.
    pub const fn empty() -> NativeHead {
        NativeHead { header: Header { shape: 0, size_words: 0, gc: 0, kind: 0 }, vtable: std::ptr::null() }
    }
}

/// A [`Layout`] that begins with [`NativeHead`].
///
/// # Safety
/// `Self` is `#[repr(C)]` and its first field is a `NativeHead`.
pub unsafe trait NativeLayout: Layout {
    const VTABLE: &'static NativeVTable;

    /// Visits the values that the struct holds.
    fn trace(&self, tracer: &mut Tracer);
}

/// Allocates an object of a class with the layout `T` and moves `content` into it.
pub fn new<T: NativeLayout>(class: Gc<TypeObject>, content: T) -> Gc<T> {
    let size = crate::object::instance::allocation_size(class);
    debug_assert!(class.native_size as usize >= size_of::<T>());
    let header = heap().alloc(ObjectKind::Native as u8, class.root_shape, size);
    // SAFETY: freshly allocated with room for a `T`; the head is restored behind the move.
    unsafe {
        let saved = std::ptr::read(header);
        std::ptr::write(header as *mut T, content);
        let head = header as *mut NativeHead;
        (*head).header = saved;
        (*head).vtable = T::VTABLE;
        if T::VTABLE.drop.is_some() {
            heap().register_drop(header);
        }
    }
    Gc::from_header(header)
}

/// Visits a native object through its table.
///
/// # Safety
/// `object` is live.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    // SAFETY: every native object has its table set before the next safepoint; NULL means that it is being made.
    unsafe {
        let vtable = (*(object as *mut NativeHead)).vtable;
        if !vtable.is_null() {
            ((*vtable).trace)(object, tracer);
        }
        crate::object::trace::attributes_only(object, tracer);
    }
}

/// The function that advances an iterator of a native class, if it has one. Instances of Python subclasses may override
/// `__next__`, so they have none.
#[inline]
pub fn next_function(value: Value) -> Option<fn(&mut Thread, *mut Header) -> Result<Option<Value>>> {
    if !value.is_kind(ObjectKind::Native) {
        return None;
    }
    // SAFETY: a live native object; its table is null or static.
    let next = unsafe { (*(value.header() as *mut NativeHead)).vtable.as_ref()?.next? };
    crate::object::shape::class_of_header(value.header()).definition.map(|_| next)
}

/// Drops a dead native object's resources.
///
/// # Safety
/// `object` was registered for dropping, is dead, and isn't used afterwards.
pub unsafe fn drop_resources(object: *mut Header) {
    // SAFETY: as in `trace`.
    unsafe {
        if let Some(drop) = (*(*(object as *mut NativeHead)).vtable).drop {
            drop(object);
        }
    }
}

/// Declares a native layout: `native_layout!(Deque, "deque", |this, tracer| { ... })`. Iterators add
/// `, next = f` where `f` is a `fn(&mut Thread, Gc<Type>) -> Result<Option<Value>>`.
#[macro_export]
macro_rules! native_layout {
    (@next $type:ty,) => { None };
    (@next $type:ty, $next:expr) => {
        Some(|thread, object| $next(thread, $crate::object::pointer::Gc::<$type>::from_header(object)))
    };
    ($type:ty, $name:literal, |$this:ident, $tracer:ident| $trace:expr $(, next = $next:expr)?) => {
        // SAFETY: `$type` is `#[repr(C)]` and begins with a `NativeHead`; the table's address is its identity.
        unsafe impl $crate::object::kind::Layout for $type {
            const KIND: $crate::object::kind::ObjectKind = $crate::object::kind::ObjectKind::Native;
            const NAME: &'static str = $name;
            #[inline(always)]
            fn matches(header: *mut $crate::heap::Header) -> bool {
                unsafe {
                    (*header).kind == $crate::object::kind::ObjectKind::Native as u8
                        && std::ptr::eq(
                            (*(header as *mut $crate::object::native_object::NativeHead)).vtable,
                            <$type as $crate::object::native_object::NativeLayout>::VTABLE,
                        )
                }
            }
        }
        // SAFETY: as above.
        unsafe impl $crate::object::native_object::NativeLayout for $type {
            const VTABLE: &'static $crate::object::native_object::NativeVTable = {
                unsafe fn trace(object: *mut $crate::heap::Header, tracer: &mut $crate::heap::Tracer) {
                    // SAFETY: the collector calls this for objects of this layout.
                    unsafe { $crate::object::native_object::NativeLayout::trace(&*(object as *mut $type), tracer) }
                }
                unsafe fn drop(object: *mut $crate::heap::Header) {
                    // SAFETY: the collector calls this once, for a dead object of this layout.
                    unsafe { std::ptr::drop_in_place(object as *mut $type) }
                }
                static VTABLE: $crate::object::native_object::NativeVTable =
                    $crate::object::native_object::NativeVTable {
                        name: $name,
                        trace,
                        next: $crate::native_layout!(@next $type, $($next)?),
                        drop: if std::mem::needs_drop::<$type>() { Some(drop) } else { None },
                    };
                &VTABLE
            };
            #[allow(unused_variables)]
            fn trace(&self, $tracer: &mut $crate::heap::Tracer) {
                let $this = self;
                $trace
            }
        }
    };
}
