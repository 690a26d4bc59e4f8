//! The one list of object kinds: how an object's memory is laid out.
//!
//! A kind is the last byte of a [`Header`](crate::heap::Header). Instances of a subclass have the kind of the built-in base whose
//! layout they extend, so `kind == List` means "has a list's fields", while the shape tells the exact class.

use crate::heap::{Header, Tracer};

macro_rules! object_kinds {
    ($($(#[$doc:meta])* $name:ident => $trace:path,)*) => {
        /// Layout of a heap object.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum ObjectKind { $($(#[$doc])* $name,)* }

        /// Number of kinds.
        pub const KIND_COUNT: usize = [$(ObjectKind::$name),*].len();

        /// For each kind the function that visits the values which an object holds.
        pub const TRACE_FUNCTIONS: [unsafe fn(*mut Header, &mut Tracer); KIND_COUNT] = [$($trace),*];
    };
}

use crate::object as o;

object_kinds! {
    /// Never a live object: zeroed memory.
    Free => o::trace::nothing,
    /// A plain instance: header, attribute word, inline slots ([`o::instance`]).
    Instance => o::instance::trace,
    /// An integer too wide for a word, or an instance of a subclass of int.
    Int => o::int::trace,
    /// A float that its word can't hold, or an instance of a subclass of float.
    Float => o::trace::attributes_only,
    Complex => o::trace::attributes_only,
    Str => o::trace::attributes_only,
    Bytes => o::trace::attributes_only,
    ByteArray => o::bytes::trace_bytearray,
    Tuple => o::tuple::trace,
    List => o::list::trace,
    Dict => o::dict::trace,
    /// set and frozenset
    Set => o::set::trace,
    Range => o::range::trace,
    Slice => o::slice::trace,
    Type => o::type_object::trace,
    Function => o::function::trace,
    Code => o::code::trace,
    Frame => o::frame::trace,
    Traceback => o::traceback::trace,
    /// generator, coroutine and async generator
    Generator => o::generator::trace,
    Cell => o::cell::trace,
    BoundMethod => o::function::trace_bound_method,
    /// A built-in function, or a built-in method bound to its `self`.
    NativeFunction => o::native_function::trace,
    /// A method descriptor or slot wrapper in a native type's dictionary.
    NativeMethod => o::native_function::trace_method,
    /// getset and member descriptors.
    GetSet => o::native_function::trace_getset,
    Property => o::descriptor::trace_property,
    ClassMethod => o::descriptor::trace_wrapper,
    StaticMethod => o::descriptor::trace_wrapper,
    Super => o::descriptor::trace_super,
    Module => o::module::trace,
    Exception => o::exception::trace,
    WeakReference => o::weak_reference::trace,
    ListIterator => o::iterator::trace_list_iterator,
    TupleIterator => o::iterator::trace_tuple_iterator,
    RangeIterator => o::iterator::trace_range_iterator,
    /// A run of values owned by another object (a list's items, an instance's overflow slots).
    ValueBuffer => o::buffer::trace,
    /// A run of bytes owned by another object.
    ByteBuffer => o::trace::nothing,
    /// A dict's or set's indices and entries.
    DictTable => o::dict::trace_table,
    SetTable => o::set::trace_table,
    /// Any other native layout: the second word points to its [`NativeVTable`](o::native_object::NativeVTable).
    Native => o::native_object::trace,
}

impl ObjectKind {
    /// The kind of number `n`.
    #[inline(always)]
    pub fn from_u8(n: u8) -> ObjectKind {
        debug_assert!((n as usize) < KIND_COUNT);
        // SAFETY: headers only ever get kinds of this enumeration, whose numbers are dense.
        unsafe { std::mem::transmute(n) }
    }
}

/// A Rust struct that is the beginning of a heap object: `#[repr(C)]` with [`Header`] first.
///
/// # Safety
/// `matches` must be true only for objects whose memory begins with a valid `Self`.
pub unsafe trait Layout: Sized + 'static {
    const KIND: ObjectKind;
    /// Class name for error messages.
    const NAME: &'static str;

    /// Whether the object behind a header has this layout.
    #[inline(always)]
    fn matches(header: *mut Header) -> bool {
        // SAFETY: the header of a live object.
        unsafe { (*header).kind == Self::KIND as u8 }
    }
}

/// Declares the layouts of a file: `layout!(List, ObjectKind::List, "list")`.
#[macro_export]
macro_rules! layout {
    ($type:ty, $kind:expr, $name:literal) => {
        // SAFETY: `$type` is `#[repr(C)]`, begins with the header, and only objects of this layout get `$kind`.
        unsafe impl $crate::object::kind::Layout for $type {
            const KIND: $crate::object::kind::ObjectKind = $kind;
            const NAME: &'static str = $name;
        }
    };
}
