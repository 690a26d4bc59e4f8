//! `for` over ranges, lists and tuples.

use crate::interpreter::state::{Control, State};
use crate::object::buffer::ValueBuffer;
use crate::object::iterator::{ListIterator, RangeIterator, TupleIterator};
use crate::object::kind::ObjectKind;
use crate::object::tuple::Tuple;
use crate::types::builtin_shape;
use crate::value::Value;

#[inline(always)]
unsafe fn has_shape(value: Value, shape: u32) -> bool {
    unsafe { value.is_pointer() && (*value.header()).shape == shape }
}

#[inline(always)]
unsafe fn give(s: &mut State, item: Value) -> Control {
    unsafe {
        s.push(item);
        s.advance(1);
    }
    Control::Next
}

/// Past END_FOR.
#[inline(always)]
unsafe fn end(s: &mut State) -> Control {
    unsafe {
        s.jump_forward(1);
        s.pc = s.pc.add(1);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn for_iter_range(s: &mut State) -> Control {
    unsafe {
        let iterator = s.peek(1);
        if !has_shape(iterator, builtin_shape::range_iterator) {
            return Control::Slow;
        }
        let range = iterator.0 as *mut RangeIterator;
        if (*range).remaining == 0 {
            return end(s);
        }
        // The last step may leave the range of words, so an item is checked, not the step behind it.
        let Some(item) = Value::try_small_int((*range).next) else { return Control::Slow };
        (*range).next = (*range).next.wrapping_add((*range).step);
        (*range).remaining -= 1;
        give(s, item)
    }
}

#[inline(always)]
pub unsafe fn for_iter_list(s: &mut State) -> Control {
    unsafe {
        let iterator = s.peek(1);
        if !has_shape(iterator, builtin_shape::list_iterator) {
            return Control::Slow;
        }
        let iterator = iterator.0 as *mut ListIterator;
        let list = (*iterator).list.0 as *const crate::object::list::List;
        if list.is_null() || (*iterator).index >= (*list).length {
            (*iterator).list = Value::NULL;
            return end(s);
        }
        let items = ((*list).items as *const u8).add(size_of::<ValueBuffer>()) as *const Value;
        let item = *items.add((*iterator).index);
        (*iterator).index += 1;
        give(s, item)
    }
}

#[inline(always)]
pub unsafe fn for_iter_tuple(s: &mut State) -> Control {
    unsafe {
        let iterator = s.peek(1);
        if !has_shape(iterator, builtin_shape::tuple_iterator) {
            return Control::Slow;
        }
        let iterator = iterator.0 as *mut TupleIterator;
        let tuple = (*iterator).tuple.0 as *const Tuple;
        if tuple.is_null() || (*iterator).index >= (*tuple).length {
            (*iterator).tuple = Value::NULL;
            return end(s);
        }
        let item = *(tuple.add(1) as *const Value).add((*iterator).index);
        (*iterator).index += 1;
        give(s, item)
    }
}

/// A generator that only this stack refers to must be closed, also where `break` drops it by POP_TOP.
#[inline(always)]
pub unsafe fn pop_iter(s: &mut State) -> Control {
    unsafe {
        if s.peek(1).is_kind(ObjectKind::Generator) {
            return Control::Slow;
        }
        s.drop(1);
        s.advance(0);
    }
    Control::Next
}
