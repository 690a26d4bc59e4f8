//! Attributes behind shape checks. LOAD_ATTR's cache: counter, shape (2), stamp (2), value or offset (4). STORE_ATTR's: counter, shape (2),
//! offset (1); no stamp, but a flag of the shape says when what it was made for no longer holds.

use crate::heap::{GC_BARRIER_MASK, Header};
use crate::interpreter::attribute_table::{self, Found};
use crate::interpreter::state::{Control, State};
use crate::object::dict;
use crate::object::function::{CALL_SIMPLE, Function};
use crate::object::module::Module;
use crate::object::shape::{SHAPE_STORES_CHANGED, shapes_base};
use crate::object::type_object::TypeObject;
use crate::types::builtin_shape;
use crate::value::Value;

/// Cache words of LOAD_ATTR and STORE_ATTR.
const LOAD_ATTR_CACHES: usize = 9;
const STORE_ATTR_CACHES: usize = 4;

/// Whether the owner on top has the cached shape.
#[inline(always)]
unsafe fn shape_matches(s: &State, owner: Value) -> bool {
    unsafe { owner.is_pointer() && (*owner.header()).shape == s.cache_u32(2) }
}

/// Whether class lookups through the cached shape still give what they gave.
#[inline(always)]
unsafe fn stamp_matches(s: &State) -> bool {
    unsafe { (*shapes_base().add(s.cache_u32(2) as usize)).stamp == s.cache_u32(4) }
}

/// Replaces the owner by a value, followed by NULL if a method was asked for.
#[inline(always)]
unsafe fn finish_load(s: &mut State, value: Value) -> Control {
    unsafe {
        s.put(1, value);
        *s.sp = Value::NULL;
        s.sp = s.sp.add(s.oparg as usize & 1);
        s.advance(LOAD_ATTR_CACHES);
    }
    Control::Next
}

/// An attribute in an inline slot. The class had no data descriptor of the name when the stamp was taken.
#[inline(always)]
pub unsafe fn load_attr_instance_value(s: &mut State) -> Control {
    unsafe {
        let owner = s.peek(1);
        if !shape_matches(s, owner) || !stamp_matches(s) {
            return Control::Slow;
        }
        let value = *((owner.0 + s.cache_u64(6)) as *const Value);
        finish_load(s, value)
    }
}

/// A member of `__slots__`; NULL is an unset one.
#[inline(always)]
pub unsafe fn load_attr_slot(s: &mut State) -> Control {
    unsafe {
        let owner = s.peek(1);
        if !shape_matches(s, owner) || !stamp_matches(s) {
            return Control::Slow;
        }
        let value = *((owner.0 + s.cache_u64(6)) as *const Value);
        if value.is_null() {
            return Control::Slow;
        }
        finish_load(s, value)
    }
}

/// A method: pushes it and the owner.
#[inline(always)]
pub unsafe fn load_attr_method(s: &mut State) -> Control {
    unsafe {
        let owner = s.peek(1);
        if !shape_matches(s, owner) || !stamp_matches(s) || s.oparg & 1 == 0 {
            return Control::Slow;
        }
        let method = Value(s.cache_u64(6));
        s.put(1, method);
        s.push(owner);
        s.advance(LOAD_ATTR_CACHES);
    }
    Control::Next
}

/// A plain value of the class.
#[inline(always)]
pub unsafe fn load_attr_nondescriptor(s: &mut State) -> Control {
    unsafe {
        let owner = s.peek(1);
        if !shape_matches(s, owner) || !stamp_matches(s) {
            return Control::Slow;
        }
        let value = Value(s.cache_u64(6));
        finish_load(s, value)
    }
}

/// Cache: keys version (2), entry index (2), the module (4).
#[inline(always)]
pub unsafe fn load_attr_module(s: &mut State) -> Control {
    unsafe {
        let owner = s.peek(1);
        if owner.0 != s.cache_u64(6) {
            return Control::Slow;
        }
        let dict = (*(owner.0 as *const Module)).dict.as_pointer();
        if (*dict).keys_version != s.cache_u32(2) {
            return Control::Slow;
        }
        let value = dict::entry_value(dict, s.cache_u32(4) as usize);
        finish_load(s, value)
    }
}

/// An attribute of a class whose metaclass isn't `type`, or a method of the class itself. Cache: class version (2), stamp of the class's own
/// shape (2), the attribute (4).
#[inline(always)]
pub unsafe fn load_attr_class_with_metaclass_check(s: &mut State) -> Control {
    unsafe {
        let owner = s.peek(1);
        if !owner.is_pointer()
            || (*shapes_base().add((*owner.header()).shape as usize)).stamp != s.cache_u32(4)
            || (*(owner.0 as *const TypeObject)).version != s.cache_u32(2)
        {
            return Control::Slow;
        }
        let value = Value(s.cache_u64(6));
        finish_load(s, value)
    }
}

/// A class method read through its class: pushes the function and the class. Cache as above.
#[inline(always)]
pub unsafe fn load_attr_method_lazy_dict(s: &mut State) -> Control {
    unsafe {
        let owner = s.peek(1);
        if !owner.is_pointer()
            || (*shapes_base().add((*owner.header()).shape as usize)).stamp != s.cache_u32(4)
            || (*(owner.0 as *const TypeObject)).version != s.cache_u32(2)
            || s.oparg & 1 == 0
        {
            return Control::Slow;
        }
        let function = Value(s.cache_u64(6));
        s.put(1, function);
        s.push(owner);
        s.advance(LOAD_ATTR_CACHES);
    }
    Control::Next
}

/// Cache: class version (2), unused (2), the attribute (4).
#[inline(always)]
pub unsafe fn load_attr_class(s: &mut State) -> Control {
    unsafe {
        let owner = s.peek(1);
        if !owner.is_pointer()
            || (*owner.header()).shape != builtin_shape::type_
            || (*(owner.0 as *const TypeObject)).version != s.cache_u32(2)
        {
            return Control::Slow;
        }
        let value = Value(s.cache_u64(6));
        finish_load(s, value)
    }
}

/// An attribute in the buffer of the slots that don't fit the object. Cache: the attribute word's offset in the low half of the value, the
/// slot's in the high one.
#[inline(always)]
pub unsafe fn load_attr_overflow(s: &mut State) -> Control {
    unsafe {
        let owner = s.peek(1);
        if !shape_matches(s, owner) || !stamp_matches(s) {
            return Control::Slow;
        }
        let offsets = s.cache_u64(6);
        let buffer = *((owner.0 + (offsets & 0xffff_ffff)) as *const u64);
        let value = *((buffer + (offsets >> 32)) as *const Value);
        finish_load(s, value)
    }
}

/// A class method: pushes the function and the object's class.
#[inline(always)]
pub unsafe fn load_attr_class_method(s: &mut State) -> Control {
    unsafe {
        let owner = s.peek(1);
        if !shape_matches(s, owner) || !stamp_matches(s) || s.oparg & 1 == 0 {
            return Control::Slow;
        }
        let class = (*shapes_base().add(s.cache_u32(2) as usize)).class;
        let function = Value(s.cache_u64(6));
        s.put(1, function);
        s.push(Value(class as u64));
        s.advance(LOAD_ATTR_CACHES);
    }
    Control::Next
}

/// A property written in Python: its getter is entered with the object as its only argument.
#[inline(always)]
pub unsafe fn load_attr_property(s: &mut State) -> Control {
    unsafe {
        let owner = s.peek(1);
        if !shape_matches(s, owner) || !stamp_matches(s) || s.oparg & 1 != 0 {
            return Control::Slow;
        }
        enter_getter(s, s.cache_u64(6) as *const Function)
    }
}

#[inline(always)]
unsafe fn enter_getter(s: &mut State, function: *const Function) -> Control {
    unsafe {
        if (*function).call_shape & CALL_SIMPLE == 0 || (*(*function).code.as_pointer()).argument_count != 1 {
            return Control::Slow;
        }
        let base = s.sp.sub(1);
        super::calls::enter(s, function, base, base, 1, 1 + LOAD_ATTR_CACHES as u16, 0, Value::NULL)
    }
}

/// The global table's entry for the owner on top, whose name is in the cache; null if there is none.
#[inline(always)]
unsafe fn table_entry(
    owner: Value,
    name: u64,
    place: impl FnOnce(u32, u64) -> *mut attribute_table::Entry,
) -> *const attribute_table::Entry {
    unsafe {
        if !owner.is_pointer() {
            return std::ptr::null();
        }
        let shape = (*owner.header()).shape;
        let entry = place(shape, name);
        if attribute_table::is_right(entry, shapes_base(), shape, name) { entry } else { std::ptr::null() }
    }
}

/// An attribute of objects of several shapes. Cache: unused (4), the name (4).
#[inline(always)]
pub unsafe fn load_attr_shapes(s: &mut State) -> Control {
    unsafe {
        let owner = s.peek(1);
        let entry = table_entry(owner, s.cache_u64(6), attribute_table::load_entry);
        if entry.is_null() {
            return Control::Slow;
        }
        let (found, value) = ((*entry).found, (*entry).value);
        // Branches, not a jump through a table: they are foretold by the way to this site.
        if found == Found::Slot {
            return finish_load(s, *((owner.0 + value) as *const Value));
        }
        if found == Found::Method {
            if s.oparg & 1 == 0 {
                return Control::Slow;
            }
            s.put(1, Value(value));
            s.push(owner);
            s.advance(LOAD_ATTR_CACHES);
            return Control::Next;
        }
        match found {
            Found::Overflow => {
                let buffer = *((owner.0 + (*entry).extra as u64) as *const u64);
                finish_load(s, *((buffer + value) as *const Value))
            }
            Found::Member => {
                let value = *((owner.0 + value) as *const Value);
                if value.is_null() {
                    return Control::Slow;
                }
                finish_load(s, value)
            }
            Found::Value => finish_load(s, Value(value)),
            Found::ClassMethod => {
                if s.oparg & 1 == 0 {
                    return Control::Slow;
                }
                let class = (*shapes_base().add((*entry).shape as usize)).class;
                s.put(1, Value(value));
                s.push(Value(class as u64));
                s.advance(LOAD_ATTR_CACHES);
                Control::Next
            }
            Found::Property => {
                if s.oparg & 1 != 0 {
                    return Control::Slow;
                }
                enter_getter(s, value as *const Function)
            }
            _ => Control::Slow,
        }
    }
}

/// The end of a store into an object (or the buffer of its slots): the collector hears of it if the object is old.
#[inline(always)]
unsafe fn finish_store(s: &mut State, object: u64, value: Value) -> Control {
    unsafe {
        s.drop(2);
        s.advance(STORE_ATTR_CACHES);
        if value.is_pointer() && (*(object as *const Header)).gc & GC_BARRIER_MASK != 0 {
            s.oparg = object;
            return Control::Remember;
        }
    }
    Control::Next
}

/// Whether stores into objects of a shape still go where they went.
#[inline(always)]
unsafe fn stores_are_valid(shape: u32) -> bool {
    unsafe { (*shapes_base().add(shape as usize)).flags & SHAPE_STORES_CHANGED == 0 }
}

/// Cache: counter, shape (2), offset (1). Serves inline slots and members of `__slots__`.
#[inline(always)]
pub unsafe fn store_attr_instance_value(s: &mut State) -> Control {
    unsafe {
        let (value, owner) = (s.peek(2), s.peek(1));
        if !shape_matches(s, owner) || !stores_are_valid(s.cache_u32(2)) {
            return Control::Slow;
        }
        *((owner.0 + s.cache(4) as u64) as *mut Value) = value;
        finish_store(s, owner.0, value)
    }
}

/// A store into the buffer of slots. Cache: counter, shape (2), offset in the buffer (1).
#[inline(always)]
pub unsafe fn store_attr_overflow(s: &mut State) -> Control {
    unsafe {
        let (value, owner) = (s.peek(2), s.peek(1));
        if !shape_matches(s, owner) || !stores_are_valid(s.cache_u32(2)) {
            return Control::Slow;
        }
        let class = (*shapes_base().add(s.cache_u32(2) as usize)).class;
        let buffer = *((owner.0 + (*class).attributes_offset as u64) as *const u64);
        *((buffer + s.cache(4) as u64) as *mut Value) = value;
        finish_store(s, buffer, value)
    }
}

/// A store of a new attribute into an inline slot. Cache: counter, the shape with the attribute (2), offset (1).
#[inline(always)]
pub unsafe fn store_attr_new(s: &mut State) -> Control {
    unsafe {
        let (value, owner) = (s.peek(2), s.peek(1));
        let next = s.cache_u32(2);
        let shapes = shapes_base();
        if !owner.is_pointer()
            || (*shapes.add(next as usize)).parent != (*owner.header()).shape
            || (*shapes.add(next as usize)).flags & SHAPE_STORES_CHANGED != 0
        {
            return Control::Slow;
        }
        *((owner.0 + s.cache(4) as u64) as *mut Value) = value;
        (*owner.header()).shape = next;
        finish_store(s, owner.0, value)
    }
}

/// A store into objects of several shapes, whose name is found by the running code.
#[inline(always)]
pub unsafe fn store_attr_shapes(s: &mut State) -> Control {
    unsafe {
        let (value, owner) = (s.peek(2), s.peek(1));
        let names = (*(*s.frame()).code.as_pointer()).names.as_pointer();
        let name = (*(names.add(1) as *const Value).add(s.oparg as usize)).0;
        let entry = table_entry(owner, name, attribute_table::store_entry);
        if entry.is_null() || !stores_are_valid((*entry).shape) {
            return Control::Slow;
        }
        let offset = (*entry).value;
        match (*entry).found {
            Found::Slot => {
                *((owner.0 + offset) as *mut Value) = value;
                finish_store(s, owner.0, value)
            }
            Found::NewSlot => {
                *((owner.0 + offset) as *mut Value) = value;
                (*owner.header()).shape = (*entry).extra;
                finish_store(s, owner.0, value)
            }
            Found::Overflow => {
                let buffer = *((owner.0 + (*entry).extra as u64) as *const u64);
                *((buffer + offset) as *mut Value) = value;
                finish_store(s, buffer, value)
            }
            _ => Control::Slow,
        }
    }
}
