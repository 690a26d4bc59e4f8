//! Shapes (hidden classes): a 32-bit number in every header that stands for an object's class and, for instances, for
//! the names of its attributes and the slots which hold them.
//!
//! A shape grows from its class's *root shape* by one attribute at a time; objects that gain the same attributes in the same order
//! share shapes. An object whose attributes can't be described so (one was deleted, `__dict__` was taken, there are too many)
//! gets its class's *dictionary shape*: its attribute word then holds a real dict.
//!
//! **Invariants.** The table never moves: compiled code and the interpreter index it by number. A shape's class, name and slot never change.
//! `stamp` changes whenever an attribute of the class or of one of its bases is set or deleted, so an inline cache that remembers
//! (shape, stamp) may keep what a class lookup gave; see [`crate::object::type_object`].

use crate::fast_hash::FastMap;
use crate::heap::{Header, map_memory};
use crate::object::pointer::Gc;
use crate::object::str::Str;
use crate::object::type_object::TypeObject;
use crate::value::Value;

/// Index into the shape table. 0 is no shape.
pub type ShapeId = u32;

/// Most shapes that a process can make; objects of further classes and attributes use dictionaries.
pub const MAXIMUM_SHAPES: usize = 1 << 20;
/// Most attributes that a shape describes.
pub const MAXIMUM_SLOTS: u32 = 256;

/// Shape of instances whose attribute word holds a dict.
pub const SHAPE_DICTIONARY: u32 = 1;

/// Inline caches of stores into objects of this shape are void: its class came to treat some attribute differently.
pub const SHAPE_STORES_CHANGED: u32 = 2;

/// What a shape number stands for.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Shape {
    /// Class of the objects with this shape.
    pub class: *mut TypeObject,
    /// Changes when a class attribute may have changed.
    pub stamp: u32,
    /// Number of attributes; the newest one is in slot `count - 1`.
    pub count: u32,
    /// The newest attribute's interned name, NULL in a root shape.
    pub name: Value,
    /// Shape without the newest attribute, 0 in a root shape.
    pub parent: ShapeId,
    /// Next shape of the same class.
    pub next_of_class: ShapeId,
    pub flags: u32,
    unused: u32,
}

/// All shapes and the ways between them.
pub struct ShapeTable {
    shapes: *mut Shape,
    used: u32,
    next_stamp: u32,
    transitions: FastMap<(ShapeId, u64), ShapeId>,
    lookups: Box<[LookupEntry; LOOKUP_CACHE]>,
}

const LOOKUP_CACHE: usize = 2048;

#[derive(Clone, Copy)]
struct LookupEntry {
    shape: ShapeId,
    name: u64,
    slot: i32,
}

static mut TABLE: *mut ShapeTable = std::ptr::null_mut();
/// Start of the table of shapes, fixed for the life of the process.
static mut SHAPES: *mut Shape = std::ptr::null_mut();

/// Makes the table. Called once, before the first object is allocated.
pub fn initialize() {
    let bytes = MAXIMUM_SHAPES * size_of::<Shape>();
    let shapes = map_memory::reserve(bytes).expect("no address space for the shape table") as *mut Shape;
    let empty = LookupEntry { shape: 0, name: 0, slot: -1 };
    let table = ShapeTable {
        shapes,
        used: 1,
        next_stamp: 1,
        transitions: FastMap::default(),
        lookups: vec![empty; LOOKUP_CACHE].into_boxed_slice().try_into().unwrap_or_else(|_| unreachable!()),
    };
    // SAFETY: single-threaded start-up.
    unsafe {
        SHAPES = shapes;
        TABLE = Box::into_raw(Box::new(table));
    }
}

/// The table; guarded by the global interpreter lock.
#[inline(always)]
pub fn shape_table() -> &'static mut ShapeTable {
    // SAFETY: made by `initialize`; only the holder of the interpreter lock comes here.
    unsafe { &mut *TABLE }
}

/// Address of the table's first shape, for compiled code.
#[inline(always)]
pub fn shapes_base() -> *mut Shape {
    // SAFETY: written once at start-up.
    unsafe { SHAPES }
}

/// The shape of number `id`.
#[inline(always)]
pub fn shape(id: ShapeId) -> &'static mut Shape {
    // SAFETY: numbers in headers and caches are below `used`.
    unsafe { &mut *shapes_base().add(id as usize) }
}

/// Class of the object behind a header.
#[inline(always)]
pub fn class_of_header(header: *mut Header) -> Gc<TypeObject> {
    // SAFETY: a live object's header has a valid shape number.
    unsafe { Gc::from_header((*shapes_base().add((*header).shape as usize)).class as *mut Header) }
}

impl ShapeTable {
    /// A fresh shape with no attributes for a class. `None` when the table is full.
    pub fn new_root(&mut self, class: Gc<TypeObject>, flags: u32) -> Option<ShapeId> {
        let next = class.first_shape;
        let id = self.push(Shape {
            class: class.as_pointer(),
            stamp: 0,
            count: 0,
            name: Value::NULL,
            parent: 0,
            next_of_class: next,
            flags,
            unused: 0,
        })?;
        let mut class = class;
        class.first_shape = id;
        Some(id)
    }

    fn push(&mut self, mut new: Shape) -> Option<ShapeId> {
        if self.used as usize == MAXIMUM_SHAPES {
            return None;
        }
        new.stamp = self.fresh_stamp();
        let id = self.used;
        self.used += 1;
        // SAFETY: within the reserved range.
        unsafe { self.shapes.add(id as usize).write(new) };
        Some(id)
    }

    /// A stamp that no shape has had.
    pub fn fresh_stamp(&mut self) -> u32 {
        self.next_stamp = self.next_stamp.checked_add(1).expect("shape stamps are used up");
        self.next_stamp
    }

    /// Gives new stamps to all shapes of a class, so that caches of its class lookups miss.
    pub fn restamp(&mut self, class: Gc<TypeObject>) {
        let mut id = class.first_shape;
        while id != 0 {
            shape(id).stamp = self.fresh_stamp();
            id = shape(id).next_of_class;
        }
    }

    /// Makes the inline caches of stores into a class's instances void, for ever.
    pub fn void_stores(&mut self, class: Gc<TypeObject>) {
        let mut id = class.first_shape;
        while id != 0 {
            shape(id).flags |= SHAPE_STORES_CHANGED;
            id = shape(id).next_of_class;
        }
    }

    /// Slot of the attribute with an interned name.
    pub fn slot_of(&mut self, id: ShapeId, name: Gc<Str>) -> Option<u32> {
        let key = name.value().0;
        let entry = &mut self.lookups[((id as u64 ^ (key >> 4)) as usize) % LOOKUP_CACHE];
        if entry.shape != id || entry.name != key {
            *entry = LookupEntry { shape: id, name: key, slot: walk(id, name.value()) };
        }
        u32::try_from(entry.slot).ok()
    }

    /// The shape that an object of shape `id` gets with a further attribute, `None` where only a dict will do.
    pub fn with_attribute(&mut self, id: ShapeId, name: Gc<Str>) -> Option<ShapeId> {
        let parent = *shape(id);
        if parent.flags & SHAPE_DICTIONARY != 0 || parent.count >= MAXIMUM_SLOTS {
            return None;
        }
        let key = (id, name.value().0);
        if let Some(&next) = self.transitions.get(&key) {
            return Some(next);
        }
        let mut class: Gc<TypeObject> = Gc::from_header(parent.class as *mut Header);
        let next = self.push(Shape {
            count: parent.count + 1,
            name: name.value(),
            parent: id,
            next_of_class: class.first_shape,
            ..parent
        })?;
        class.first_shape = next;
        self.transitions.insert(key, next);
        Some(next)
    }

    /// Names of a shape's attributes in the order of their slots.
    pub fn names(&self, id: ShapeId) -> Vec<Value> {
        let mut names = Vec::with_capacity(shape(id).count as usize);
        let mut at = id;
        while !shape(at).name.is_null() {
            names.push(shape(at).name);
            at = shape(at).parent;
        }
        names.reverse();
        names
    }
}

fn walk(id: ShapeId, name: Value) -> i32 {
    let mut at = id;
    while at != 0 {
        let s = shape(at);
        if s.name == name {
            return s.count as i32 - 1;
        }
        at = s.parent;
    }
    -1
}
