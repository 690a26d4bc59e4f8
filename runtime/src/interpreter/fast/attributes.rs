//! Attributes behind shape checks. LOAD_ATTR's cache: counter, shape (2), stamp (2), value or offset (4).

use crate::heap::GC_BARRIER_MASK;
use crate::interpreter::state::{Control, State};
use crate::object::dict;
use crate::object::module::Module;
use crate::object::shape::shapes_base;
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

/// Cache: counter, shape (2), offset (1). Serves inline slots and members of `__slots__`. Storing into an old object that isn't remembered yet
/// is left to general code.
#[inline(always)]
pub unsafe fn store_attr_instance_value(s: &mut State) -> Control {
    unsafe {
        let (value, owner) = (s.peek(2), s.peek(1));
        if !shape_matches(s, owner) || (*owner.header()).gc & GC_BARRIER_MASK != 0 && value.is_pointer() {
            return Control::Slow;
        }
        *((owner.0 + s.cache(4) as u64) as *mut Value) = value;
        s.drop(2);
        s.advance(STORE_ATTR_CACHES);
    }
    Control::Next
}
