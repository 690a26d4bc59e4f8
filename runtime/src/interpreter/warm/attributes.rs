//! Attributes that are made when they are read.

use super::{SLOW, finish, store};
use crate::object::native_function::{Access, GetSet};
use crate::object::shape::shapes_base;
use crate::operations::attribute::descriptor_get;
use crate::operations::class_of;
use crate::thread::Thread;
use crate::value::Value;

/// Code units of LOAD_ATTR with its cache.
const LOAD_ATTR_SIZE: usize = 10;

/// Whether the owner has the cached shape, and its class the cached stamp.
#[inline(always)]
unsafe fn is_cached(pc: *mut u16, owner: Value) -> bool {
    unsafe {
        let shape = (pc.add(2) as *const u32).read_unaligned();
        owner.is_pointer()
            && (*owner.header()).shape == shape
            && (*shapes_base().add(shape as usize)).stamp == (pc.add(4) as *const u32).read_unaligned()
    }
}

/// A method of the object's class that isn't called at once: a bound method. Cache: shape (2), stamp (2), the function (4).
#[inline(never)]
pub unsafe fn load_attr_bound(
    thread: &mut Thread,
    pc: *mut u16,
    sp: *mut Value,
    operand: usize,
) -> *mut Value {
    unsafe {
        let owner = *sp.sub(1);
        if operand & 1 != 0 || !is_cached(pc, owner) {
            return SLOW;
        }
        store(thread, pc, sp);
        let function = Value((pc.add(6) as *const u64).read_unaligned());
        let bound = descriptor_get(thread, function, owner, class_of(owner));
        finish(thread, pc, LOAD_ATTR_SIZE, sp.sub(1), bound)
    }
}

/// A native attribute that a function gives. Cache: shape (2), stamp (2), the descriptor (4).
#[inline(never)]
pub unsafe fn load_attr_computed(
    thread: &mut Thread,
    pc: *mut u16,
    sp: *mut Value,
    operand: usize,
) -> *mut Value {
    unsafe {
        let owner = *sp.sub(1);
        if operand & 1 != 0 || !is_cached(pc, owner) {
            return SLOW;
        }
        let descriptor = (pc.add(6) as *const u64).read_unaligned() as *const GetSet;
        let Access::Native(definition) = (*descriptor).access else { return SLOW };
        store(thread, pc, sp);
        let result = (definition.get)(thread, sp.sub(1), 1, Value::NULL);
        let result = thread.result_of(result);
        finish(thread, pc, LOAD_ATTR_SIZE, sp.sub(1), result)
    }
}
