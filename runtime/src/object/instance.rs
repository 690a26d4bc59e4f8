//! Instances and where they keep their attributes.
//!
//! An instance of a class with `__dict__` has an *attribute word* followed by the class's inline slots. The word is
//! NULL, or the buffer of the slots that don't fit inline, or, when the shape is a dictionary shape, the instance's dict. `__slots__` members
//! lie before the attribute word, at fixed offsets. Instances of variable-size built-in layouts (str, bytes, tuple, int) keep the word
//! at their end and always use a dict.

use crate::heap::{Header, Tracer, heap};
use crate::layout;
use crate::object::buffer::ValueBuffer;
use crate::object::dict::Dict;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::object::shape::{SHAPE_DICTIONARY, class_of_header, shape, shape_table};
use crate::object::str::Str;
use crate::object::type_object::{ATTRIBUTES_AT_END, TypeObject};
use crate::thread::{Result, Thread};
use crate::value::Value;

/// An object with no native fields.
#[repr(C)]
pub struct Instance {
    pub header: Header,
}

layout!(Instance, ObjectKind::Instance, "object");

/// Visits an instance's class and attributes, `__slots__` members included.
///
/// # Safety
/// `object` is a live instance.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    // SAFETY: passed on.
    unsafe { crate::object::trace::attributes_only(object, tracer) };
}

/// Visits the `__slots__` members and attributes of any object.
///
/// # Safety
/// `object` is live and an instance of `class`.
pub unsafe fn trace_attributes(object: *mut Header, class: Gc<TypeObject>, tracer: &mut Tracer) {
    // SAFETY: slots of a live object, within its size.
    unsafe {
        let native_end = native_size(class);
        for offset in (native_end..class.basic_size).step_by(8) {
            tracer.value(*(object as *mut u8).add(offset as usize).cast::<u64>());
        }
        if class.attributes_offset == 0 {
            return;
        }
        let word = attribute_word(object, class);
        tracer.value((*word).0);
        if class.attributes_offset != ATTRIBUTES_AT_END
            && shape((*object).shape).flags & SHAPE_DICTIONARY == 0
        {
            for slot in 0..class.inline_slots as usize {
                tracer.value((*word.add(1 + slot)).0);
            }
        }
    }
}

/// Bytes of the native fields of a class's layout, header included.
pub fn native_size(class: Gc<TypeObject>) -> u32 {
    class.native_size
}

/// Address of an object's attribute word.
///
/// # Safety
/// `object` is a live instance of `class`, which has `attributes_offset != 0`.
#[inline(always)]
pub unsafe fn attribute_word(object: *mut Header, class: Gc<TypeObject>) -> *mut Value {
    // SAFETY: the caller's promise.
    unsafe {
        if class.attributes_offset != ATTRIBUTES_AT_END {
            (object as *mut u8).add(class.attributes_offset as usize).cast()
        } else {
            (object as *mut u8).add(heap().size_of(object) - 8).cast()
        }
    }
}

/// Allocates a plain instance without attributes.
#[inline]
pub fn allocate(class: Gc<TypeObject>) -> Gc<Instance> {
    Gc::from_header(heap().alloc(class.instance_kind as u8, class.root_shape, allocation_size(class)))
}

/// Bytes of a fixed-size instance of a class.
#[inline]
pub fn allocation_size(class: Gc<TypeObject>) -> usize {
    match class.attributes_offset {
        0 => class.basic_size as usize,
        offset => offset as usize + 8 + 8 * class.inline_slots as usize,
    }
}

/// Address of the slot of number `slot`.
///
/// # Safety
/// The object's shape has that slot and isn't a dictionary shape.
#[inline(always)]
pub unsafe fn slot_address(object: *mut Header, class: Gc<TypeObject>, slot: u32) -> *mut Value {
    // SAFETY: the caller's promise: inline slots lie behind the attribute word, the others in its buffer.
    unsafe {
        let word = attribute_word(object, class);
        if slot < class.inline_slots {
            word.add(1 + slot as usize)
        } else {
            (*word).cast::<ValueBuffer>().values_pointer().add((slot - class.inline_slots) as usize)
        }
    }
}

/// An attribute in the instance itself (not its class).
#[inline]
pub fn get_own(object: *mut Header, name: Gc<Str>) -> Option<Value> {
    let class = class_of_header(object);
    if class.attributes_offset == 0 {
        return None;
    }
    // SAFETY: a live object of a class with attributes; dictionary shapes hold a dict or NULL.
    unsafe {
        let id = (*object).shape;
        if shape(id).flags & SHAPE_DICTIONARY != 0 {
            return (*attribute_word(object, class)).downcast::<Dict>()?.get_str(name);
        }
        let slot = shape_table().slot_of(id, name)?;
        Some(*slot_address(object, class, slot))
    }
}

/// Sets an attribute in the instance itself. The class has `__dict__`.
pub fn set_own(thread: &mut Thread, object: *mut Header, name: Gc<Str>, value: Value) -> Result<()> {
    let class = class_of_header(object);
    debug_assert!(class.attributes_offset != 0);
    // SAFETY: as in `get_own`; new slots are written before the shape that describes them.
    unsafe {
        let id = (*object).shape;
        if shape(id).flags & SHAPE_DICTIONARY == 0 {
            if let Some(slot) = shape_table().slot_of(id, name) {
                *slot_address(object, class, slot) = value;
                crate::heap::write_barrier(object);
                if slot >= class.inline_slots {
                    crate::heap::write_barrier((*attribute_word(object, class)).header());
                }
                return Ok(());
            }
            if let Some(next) = shape_table().with_attribute(id, name) {
                add_slot(object, class, shape(id).count, value);
                (*object).shape = next;
                return Ok(());
            }
        }
        dictionary(object, class).set_str(thread, name, value)
    }
}

/// Writes the value of a slot that the object's shape doesn't describe yet.
///
/// # Safety
/// `slot` is the shape's number of attributes.
pub unsafe fn add_slot(object: *mut Header, class: Gc<TypeObject>, slot: u32, value: Value) {
    // SAFETY: within the inline slots, or within the buffer that is made large enough here.
    unsafe {
        let word = attribute_word(object, class);
        if slot >= class.inline_slots {
            let index = (slot - class.inline_slots) as usize;
            let buffer = match (*word).downcast::<ValueBuffer>() {
                Some(buffer) if index < buffer.capacity => buffer,
                old => {
                    let larger = ValueBuffer::allocate((index + 1).next_power_of_two().max(4));
                    if let Some(old) = old {
                        std::ptr::copy_nonoverlapping(old.values_pointer(), larger.values_pointer(), index);
                    }
                    *word = larger.value();
                    larger
                }
            };
            *buffer.values_pointer().add(index) = value;
            buffer.write_barrier();
        } else {
            *word.add(1 + slot as usize) = value;
        }
        crate::heap::write_barrier(object);
    }
}

/// Deletes an attribute of the instance itself; tells whether it was there.
pub fn delete_own(object: *mut Header, name: Gc<Str>) -> bool {
    if get_own(object, name).is_none() {
        return false;
    }
    let class = class_of_header(object);
    // SAFETY: the class has attributes, since one was found.
    unsafe { dictionary(object, class).delete_str(name) }
}

/// The instance's `__dict__`: the object changes to a dictionary shape if it hadn't one.
///
/// # Safety
/// `object` is a live instance of `class`, which has `attributes_offset != 0`.
pub unsafe fn dictionary(object: *mut Header, class: Gc<TypeObject>) -> Gc<Dict> {
    // SAFETY: the caller's promise; the dict is filled before the shape changes.
    unsafe {
        let id = (*object).shape;
        if shape(id).flags & SHAPE_DICTIONARY != 0 {
            if let Some(dict) = (*attribute_word(object, class)).downcast::<Dict>() {
                return dict;
            }
        }
        let dict = Dict::new();
        if shape(id).flags & SHAPE_DICTIONARY == 0 {
            for (slot, name) in shape_table().names(id).into_iter().enumerate() {
                dict.set_str_infallible(name.cast::<Str>(), *slot_address(object, class, slot as u32));
            }
        }
        replace_dictionary(object, class, dict);
        dict
    }
}

/// Makes `dict` the instance's `__dict__`.
///
/// # Safety
/// As [`dictionary`].
pub unsafe fn replace_dictionary(object: *mut Header, class: Gc<TypeObject>, dict: Gc<Dict>) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut class = class;
        if class.dictionary_shape == 0 {
            class.dictionary_shape = shape_table()
                .new_root(class, SHAPE_DICTIONARY)
                .expect("the shape table has room for dictionary shapes");
        }
        let word = attribute_word(object, class);
        if shape((*object).shape).flags & SHAPE_DICTIONARY == 0
            && class.attributes_offset != ATTRIBUTES_AT_END
        {
            // The inline slots are no longer described by the shape, so the collector no longer visits them.
            std::ptr::write_bytes(word.add(1), 0, class.inline_slots as usize);
        }
        *word = dict.value();
        (*object).shape = class.dictionary_shape;
        crate::heap::write_barrier(object);
    }
}
