//! Tuples, lists and slices of values on the stack, where the heap has room at hand.

use crate::interpreter::fast::allocate;
use crate::interpreter::state::{Control, State};
use crate::object::buffer::ValueBuffer;
use crate::object::kind::ObjectKind;
use crate::object::list::List;
use crate::object::slice::Slice;
use crate::object::tuple::Tuple;
use crate::types::builtin_shape;
use crate::value::Value;

/// Longer ones are left to general code.
const LONGEST: usize = 64;

/// Copies the top `count` values. Volatile, or the loop becomes a call of memcpy.
#[inline(always)]
unsafe fn copy_operands(s: &State, count: usize, to: *mut Value) {
    unsafe {
        let from = s.sp.sub(count);
        let mut i = 0;
        while i < count {
            to.add(i).write_volatile(*from.add(i));
            i += 1;
        }
    }
}

#[inline(always)]
unsafe fn finish(s: &mut State, count: usize, built: u64) -> Control {
    unsafe {
        s.drop(count);
        s.push(Value(built));
        s.advance(0);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn build_tuple(s: &mut State) -> Control {
    unsafe {
        let count = s.oparg as usize;
        if count == 0 || count > LONGEST {
            return Control::Slow;
        }
        let bytes = size_of::<Tuple>() + 8 * count;
        let tuple = allocate(builtin_shape::tuple, ObjectKind::Tuple, bytes) as *mut Tuple;
        if tuple.is_null() {
            return Control::Slow;
        }
        (*tuple).length = count;
        copy_operands(s, count, tuple.add(1) as *mut Value);
        finish(s, count, tuple as u64)
    }
}

/// The list and its buffer are taken at once.
#[inline(always)]
pub unsafe fn build_list(s: &mut State) -> Control {
    unsafe {
        let count = s.oparg as usize;
        if count > LONGEST {
            return Control::Slow;
        }
        let buffer_bytes = if count == 0 { 0 } else { size_of::<ValueBuffer>() + 8 * count };
        let list =
            allocate(builtin_shape::list, ObjectKind::List, size_of::<List>() + buffer_bytes) as *mut List;
        if list.is_null() {
            return Control::Slow;
        }
        (*list).header.size_words = (size_of::<List>() / 8) as u16;
        (*list).length = count;
        if count > 0 {
            let buffer = list.add(1) as *mut ValueBuffer;
            (*buffer).header = crate::heap::Header {
                shape: 0,
                size_words: (buffer_bytes / 8) as u16,
                gc: 0,
                kind: ObjectKind::ValueBuffer as u8,
            };
            (*buffer).capacity = count;
            (*list).items = buffer;
            copy_operands(s, count, buffer.add(1) as *mut Value);
        }
        finish(s, count, list as u64)
    }
}

#[inline(always)]
pub unsafe fn build_slice(s: &mut State) -> Control {
    unsafe {
        let count = s.oparg as usize;
        let slice = allocate(builtin_shape::slice, ObjectKind::Slice, size_of::<Slice>()) as *mut Slice;
        if slice.is_null() {
            return Control::Slow;
        }
        (*slice).start = s.peek(count);
        (*slice).stop = s.peek(count - 1);
        (*slice).step = if count == 3 { s.peek(1) } else { Value::NONE };
        finish(s, count, slice as u64)
    }
}
