//! The global table of attributes: what a name is for objects of a shape, for sites that see several shapes.
//!
//! An entry is a guess that names itself: it is right if it has the shape, the shape's present stamp and the name. A site's instruction finds the
//! entry by a hash of shape and name; what isn't there is looked up and entered by general code.
//!
//! **Invariants.** Values in entries aren't traced: like those in inline caches they live as long as the stamp is the shape's. A stamp belongs to
//! one shape only.

use crate::heap::Header;
use crate::object::function::Function;
use crate::object::kind::ObjectKind;
use crate::object::native_function::{Access, GetSet};
use crate::object::pointer::Gc;
use crate::object::shape::{SHAPE_DICTIONARY, SHAPE_STORES_CHANGED, Shape, ShapeId, shape, shape_table};
use crate::object::special::Special;
use crate::object::str::Str;
use crate::object::type_object::{ATTRIBUTES_AT_END, TYPE_STORES_CACHED, TypeObject};
use crate::operations::attribute::{DescriptorRole, descriptor_role};
use crate::operations::class_of;
use crate::types;
use crate::value::Value;

/// What an attribute is for the objects of a shape.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum Found {
    /// Nothing that the fast bodies know.
    Nothing,
    /// A word at an offset in the object.
    Slot,
    /// A word at an offset in the buffer that the attribute word points to.
    Overflow,
    /// A word at an offset in the object that may be absent (`__slots__`).
    Member,
    /// A function or native method of the class, bound when it is called.
    Method,
    /// A plain value of the class, or the function of a static method.
    Value,
    /// A class method's function.
    ClassMethod,
    /// A property whose getter is a Python function of one parameter.
    Property,
    /// A native descriptor with a function that gives the value.
    Computed,
    /// A store of a new attribute into an inline slot; `extra` is the shape behind it.
    NewSlot,
}

/// An entry of the table: half a cache line.
#[repr(C, align(32))]
#[derive(Clone, Copy)]
pub struct Entry {
    pub name: u64,
    pub shape: ShapeId,
    pub stamp: u32,
    pub found: Found,
    /// `Overflow`: the offset of the attribute word; `NewSlot`: the next shape.
    pub extra: u32,
    /// The offset, or the value.
    pub value: u64,
}

const SIZE: usize = 2048;
const EMPTY: Entry = Entry { name: 0, shape: 0, stamp: 0, found: Found::Nothing, extra: 0, value: 0 };

/// Attributes as they are read, and as they are stored.
static mut LOADS: [Entry; SIZE] = [EMPTY; SIZE];
static mut STORES: [Entry; SIZE] = [EMPTY; SIZE];

#[inline(always)]
fn index(shape: ShapeId, name: u64) -> usize {
    (shape as u64).wrapping_mul(0x9e3779b1).wrapping_add(name >> 4) as usize % SIZE
}

/// The place of a name in objects of a shape, for loads.
#[inline(always)]
pub fn load_entry(shape: ShapeId, name: u64) -> *mut Entry {
    // SAFETY: the index is below the size; the interpreter lock guards the table.
    unsafe { (&raw mut LOADS).cast::<Entry>().add(index(shape, name)) }
}

/// The place of a name in objects of a shape, for stores.
#[inline(always)]
pub fn store_entry(shape: ShapeId, name: u64) -> *mut Entry {
    // SAFETY: as in `load_entry`.
    unsafe { (&raw mut STORES).cast::<Entry>().add(index(shape, name)) }
}

/// Whether an entry is about a name in objects of a shape as it is now.
///
/// # Safety
/// `shapes` is the table of shapes, `shape` one of them.
#[inline(always)]
pub unsafe fn is_right(entry: *const Entry, shapes: *const Shape, shape: ShapeId, name: u64) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        (*entry).shape == shape
            && (*entry).name == name
            && (*entry).stamp == (*shapes.add(shape as usize)).stamp
    }
}

/// Enters what is known of a name in objects like `owner`; tells whether that is anything.
pub fn enter_load(owner: Value, name: Gc<Str>) -> bool {
    let id = shape_of(owner);
    let (found, extra, value) = find_load(owner, name);
    // SAFETY: the interpreter lock guards the table.
    unsafe {
        *load_entry(id, name.value().0) =
            Entry { name: name.value().0, shape: id, stamp: shape(id).stamp, found, extra, value };
    }
    found != Found::Nothing
}

/// As [`enter_load`], for stores.
pub fn enter_store(owner: Value, name: Gc<Str>) -> bool {
    let id = shape_of(owner);
    let (found, extra, value) = find_store(owner, name);
    // SAFETY: the interpreter lock guards the table.
    unsafe {
        *store_entry(id, name.value().0) =
            Entry { name: name.value().0, shape: id, stamp: shape(id).stamp, found, extra, value };
    }
    found != Found::Nothing
}

fn shape_of(owner: Value) -> ShapeId {
    // SAFETY: a live object's header; callers pass pointers.
    unsafe { (*owner.header()).shape }
}

const NOTHING: (Found, u32, u64) = (Found::Nothing, 0, 0);

/// Whether instances of a shape keep attributes in slots.
fn has_slots(id: ShapeId, class: Gc<TypeObject>) -> bool {
    shape(id).flags & SHAPE_DICTIONARY == 0
        && class.attributes_offset != 0
        && class.attributes_offset != ATTRIBUTES_AT_END
}

fn slot_place(class: Gc<TypeObject>, slot: u32) -> (Found, u32, u64) {
    if slot < class.inline_slots {
        (Found::Slot, 0, (class.attributes_offset + 8 + 8 * slot) as u64)
    } else {
        let offset = crate::object::buffer::BUFFER_VALUES_OFFSET + 8 * (slot - class.inline_slots) as usize;
        (Found::Overflow, class.attributes_offset, offset as u64)
    }
}

/// What reading an attribute of a heap object gives: `(what, extra, value)`.
pub fn find_load(owner: Value, name: Gc<Str>) -> (Found, u32, u64) {
    let class = class_of(owner);
    if class.special(Special::GetAttribute) != Some(types().object_getattribute)
        || owner.is_kind(ObjectKind::Module)
        || owner.is_kind(ObjectKind::Type)
    {
        return NOTHING;
    }
    let id = shape_of(owner);
    let in_class = class.lookup(name);
    let role = in_class.map_or(DescriptorRole::Plain, descriptor_role);
    if let (Some(attribute), DescriptorRole::Data) = (in_class, role) {
        return find_descriptor(attribute, class);
    }
    if has_slots(id, class) {
        if let Some(slot) = shape_table().slot_of(id, name) {
            return slot_place(class, slot);
        }
    } else if class.attributes_offset != 0 {
        return NOTHING; // The dict may hide the class's attribute at any time.
    }
    let Some(attribute) = in_class else { return NOTHING };
    match attribute.kind() {
        Some(ObjectKind::Function) => (Found::Method, 0, attribute.0),
        Some(ObjectKind::NativeMethod) if class_of(attribute) != types().classmethod_descriptor => {
            (Found::Method, 0, attribute.0)
        }
        _ => match class_value(attribute) {
            Some((found, value)) => (found, 0, value.0),
            None if role == DescriptorRole::Plain => (Found::Value, 0, attribute.0),
            None => NOTHING,
        },
    }
}

/// The functions behind static and class methods.
pub fn class_value(attribute: Value) -> Option<(Found, Value)> {
    use crate::object::descriptor::{ClassMethod, StaticMethod};
    if class_of(attribute) == types().staticmethod {
        return Some((Found::Value, attribute.cast::<StaticMethod>().callable));
    }
    if class_of(attribute) == types().classmethod {
        let callable = attribute.cast::<ClassMethod>().callable;
        return callable.is_kind(ObjectKind::Function).then_some((Found::ClassMethod, callable));
    }
    None
}

fn find_descriptor(attribute: Value, class: Gc<TypeObject>) -> (Found, u32, u64) {
    if let Some(getset) = attribute.downcast::<GetSet>() {
        return match getset.access {
            Access::Member { offset, absent_is_none: false, .. } if class.is_subclass_of(getset.owner) => {
                (Found::Member, 0, offset as u64)
            }
            Access::Native(_) if class.is_subclass_of(getset.owner) => (Found::Computed, 0, attribute.0),
            _ => NOTHING,
        };
    }
    if class_of(attribute) == types().property {
        let getter = attribute.cast::<crate::object::descriptor::Property>().getter;
        if let Some(function) = getter.downcast::<Function>()
            && function.call_shape & crate::object::function::CALL_SIMPLE != 0
            && function.code.argument_count == 1
        {
            return (Found::Property, 0, getter.0);
        }
    }
    NOTHING
}

/// Where storing an attribute of a heap object puts it.
pub fn find_store(owner: Value, name: Gc<Str>) -> (Found, u32, u64) {
    let mut class = class_of(owner);
    class.flags |= TYPE_STORES_CACHED;
    let id = shape_of(owner);
    if class.special(Special::SetAttr) != Some(types().object_setattr)
        || shape(id).flags & SHAPE_STORES_CHANGED != 0
        || owner.is_kind(ObjectKind::Module)
    {
        return NOTHING;
    }
    match class.lookup(name) {
        Some(attribute) if descriptor_role(attribute) == DescriptorRole::Data => {
            match attribute.downcast::<GetSet>().map(|getset| (getset.access, getset.owner)) {
                Some((Access::Member { offset, read_only: false, .. }, owner))
                    if class.is_subclass_of(owner) =>
                {
                    (Found::Slot, 0, offset as u64)
                }
                _ => NOTHING,
            }
        }
        _ if !has_slots(id, class) => NOTHING,
        _ => match shape_table().slot_of(id, name) {
            Some(slot) => slot_place(class, slot),
            None => {
                let slot = shape(id).count;
                match shape_table().with_attribute(id, name) {
                    Some(next) if slot < class.inline_slots => {
                        (Found::NewSlot, next, (class.attributes_offset + 8 + 8 * slot) as u64)
                    }
                    _ => NOTHING,
                }
            }
        },
    }
}

/// The object's attribute word at an offset.
///
/// # Safety
/// `object` is live and has a word there.
#[inline(always)]
pub unsafe fn word_at(object: *mut Header, offset: u64) -> *mut Value {
    // SAFETY: the caller's promise.
    unsafe { (object as *mut u8).add(offset as usize).cast() }
}
