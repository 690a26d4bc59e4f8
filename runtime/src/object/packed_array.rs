//! Arrays of machine numbers (`array.array`): their memory, and what compiled code may know about them.
//!
//! Exact arrays of a type code have a shape of their own, so that one compare of the shape tells compiled code the class and the kind of
//! the elements. [`elements_of`] names the kind and the places of the fields for such a shape.
//!
//! **Invariant.** [`PackedBytes`] is a `Vec<u8>` taken apart: pointer, length and capacity are always those of one that is valid.

use crate::fast_hash::FastMap;
use crate::object::pointer::Gc;
use crate::object::shape::{ShapeId, shape, shape_table};
use crate::object::type_object::TypeObject;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};

/// Bytes in malloc memory, with pointer and length at fixed places.
#[repr(C)]
pub struct PackedBytes {
    data: *mut u8,
    length: usize,
    capacity: usize,
}

impl PackedBytes {
    /// Where the address of the first byte is.
    pub const DATA_OFFSET: usize = std::mem::offset_of!(PackedBytes, data);
    /// Where the number of bytes is.
    pub const LENGTH_OFFSET: usize = std::mem::offset_of!(PackedBytes, length);

    /// The bytes as a vector to be changed.
    pub fn as_vec(&mut self) -> BorrowedVec<'_> {
        let empty = std::mem::replace(self, PackedBytes::from(Vec::new()));
        BorrowedVec { vec: empty.into_vec(), owner: self }
    }

    /// The bytes as a vector.
    pub fn into_vec(self) -> Vec<u8> {
        let parts = ManuallyDrop::new(self);
        // SAFETY: the module's invariant; the parts are given away.
        unsafe { Vec::from_raw_parts(parts.data, parts.length, parts.capacity) }
    }

    /// How many bytes there is room for.
    pub fn capacity(&self) -> usize {
        self.capacity
    }
}

impl From<Vec<u8>> for PackedBytes {
    fn from(vec: Vec<u8>) -> PackedBytes {
        let mut vec = ManuallyDrop::new(vec);
        PackedBytes { data: vec.as_mut_ptr(), length: vec.len(), capacity: vec.capacity() }
    }
}

impl Deref for PackedBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: the module's invariant.
        unsafe { std::slice::from_raw_parts(self.data, self.length) }
    }
}

impl DerefMut for PackedBytes {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: the module's invariant.
        unsafe { std::slice::from_raw_parts_mut(self.data, self.length) }
    }
}

impl Drop for PackedBytes {
    fn drop(&mut self) {
        // SAFETY: the module's invariant.
        drop(unsafe { Vec::from_raw_parts(self.data, self.length, self.capacity) });
    }
}

/// [`PackedBytes`] as a vector; what became of it goes back when this is dropped.
pub struct BorrowedVec<'a> {
    vec: Vec<u8>,
    owner: &'a mut PackedBytes,
}

impl Deref for BorrowedVec<'_> {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.vec
    }
}

impl DerefMut for BorrowedVec<'_> {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.vec
    }
}

impl Drop for BorrowedVec<'_> {
    fn drop(&mut self) {
        *self.owner = PackedBytes::from(std::mem::take(&mut self.vec));
    }
}

/// The machine type of an array's elements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum ElementKind {
    Int8,
    Unsigned8,
    Int16,
    Unsigned16,
    Int32,
    Unsigned32,
    Int64,
    Float32,
    Float64,
}

impl ElementKind {
    /// All kinds, by number.
    pub const ALL: [ElementKind; 9] = {
        use ElementKind::*;
        [Int8, Unsigned8, Int16, Unsigned16, Int32, Unsigned32, Int64, Float32, Float64]
    };

    /// Bytes of an element, as a power of two.
    pub fn size_log2(self) -> u32 {
        match self {
            ElementKind::Int8 | ElementKind::Unsigned8 => 0,
            ElementKind::Int16 | ElementKind::Unsigned16 => 1,
            ElementKind::Int32 | ElementKind::Unsigned32 | ElementKind::Float32 => 2,
            ElementKind::Int64 | ElementKind::Float64 => 3,
        }
    }

    /// Are elements floats?
    pub fn is_float(self) -> bool {
        matches!(self, ElementKind::Float32 | ElementKind::Float64)
    }

    /// The smallest and the largest int that an element holds.
    pub fn int_range(self) -> (i64, i64) {
        match self {
            ElementKind::Int8 => (i64::from(i8::MIN), i64::from(i8::MAX)),
            ElementKind::Unsigned8 => (0, i64::from(u8::MAX)),
            ElementKind::Int16 => (i64::from(i16::MIN), i64::from(i16::MAX)),
            ElementKind::Unsigned16 => (0, i64::from(u16::MAX)),
            ElementKind::Int32 => (i64::from(i32::MIN), i64::from(i32::MAX)),
            ElementKind::Unsigned32 => (0, i64::from(u32::MAX)),
            _ => (i64::MIN, i64::MAX),
        }
    }
}

/// What compiled code knows about the arrays of a shape.
#[derive(Clone, Copy, Debug)]
pub struct Elements {
    /// The machine type of an element.
    pub kind: ElementKind,
    /// Offset of the word with the address of the first element.
    pub data: u32,
    /// Offset of the word with the number of bytes.
    pub byte_length: u32,
}

#[derive(Default)]
struct Registry {
    shapes: FastMap<(u64, u8), ShapeId>,
    elements: FastMap<ShapeId, Elements>,
}

static mut REGISTRY: Option<Registry> = None;

/// The registry; guarded by the interpreter lock.
fn registry() -> &'static mut Registry {
    // SAFETY: only the holder of the interpreter lock comes here.
    #[allow(static_mut_refs, reason = "guarded by the interpreter lock")]
    unsafe {
        REGISTRY.get_or_insert_default()
    }
}

/// The shape of a class's arrays with elements of a kind, whose [`PackedBytes`] is at an offset; the root shape once there is no room
/// for more shapes.
pub fn shape_for(class: Gc<TypeObject>, kind: ElementKind, bytes_offset: usize) -> ShapeId {
    let registry = registry();
    let key = (class.value().0, kind as u8);
    if let Some(known) = registry.shapes.get(&key) {
        return *known;
    }
    let flags = shape(class.root_shape).flags;
    let Some(id) = shape_table().new_root(class, flags) else { return class.root_shape };
    let elements = Elements {
        kind,
        data: (bytes_offset + PackedBytes::DATA_OFFSET) as u32,
        byte_length: (bytes_offset + PackedBytes::LENGTH_OFFSET) as u32,
    };
    registry.shapes.insert(key, id);
    registry.elements.insert(id, elements);
    id
}

/// What objects of a shape have as elements, if they are arrays.
pub fn elements_of(id: ShapeId) -> Option<Elements> {
    registry().elements.get(&id).copied()
}
