//! Subscripts of lists and tuples by small ints, unpacking.

use crate::heap::{GC_BARRIER_MASK, GC_CARDED, GC_UNLOGGED, LINE_BYTES, heap};
use crate::interpreter::state::{Control, State};
use crate::object::buffer::ValueBuffer;
use crate::object::frame::FRAME_DISCARD;
use crate::object::function::{CALL_SIMPLE, Function};
use crate::object::list::List;
use crate::object::shape::shapes_base;
use crate::object::special::Special;
use crate::object::tuple::Tuple;
use crate::types::builtin_shape;
use crate::value::Value;

#[inline(always)]
unsafe fn has_shape(value: Value, shape: u32) -> bool {
    unsafe { value.is_pointer() && (*value.header()).shape == shape }
}

/// An index into `length` items, negative ones from the end.
#[inline(always)]
fn wrap(index: Value, length: usize) -> Option<usize> {
    let i = index.small_int();
    let i = if i < 0 { i + length as i64 } else { i } as usize;
    if i < length { Some(i) } else { None }
}

/// Address of a list's first item.
#[inline(always)]
unsafe fn list_items(list: *const List) -> *mut Value {
    unsafe { ((*list).items as *mut u8).add(size_of::<ValueBuffer>()) as *mut Value }
}

/// Address of a tuple's first item.
#[inline(always)]
unsafe fn tuple_items(tuple: *const Tuple) -> *const Value {
    unsafe { tuple.add(1) as *const Value }
}

#[inline(always)]
unsafe fn finish(s: &mut State, value: Value) -> Control {
    unsafe {
        s.drop(1);
        s.put(1, value);
        s.advance(5);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn subscr_list_int(s: &mut State) -> Control {
    unsafe {
        let (container, index) = (s.peek(2), s.peek(1));
        if !index.is_small_int() || !has_shape(container, builtin_shape::list) {
            return Control::Slow;
        }
        let list = container.0 as *const List;
        match wrap(index, (*list).length) {
            Some(i) => finish(s, *list_items(list).add(i)),
            None => Control::Slow,
        }
    }
}

#[inline(always)]
pub unsafe fn subscr_tuple_int(s: &mut State) -> Control {
    unsafe {
        let (container, index) = (s.peek(2), s.peek(1));
        if !index.is_small_int() || !has_shape(container, builtin_shape::tuple) {
            return Control::Slow;
        }
        let tuple = container.0 as *const Tuple;
        match wrap(index, (*tuple).length) {
            Some(i) => finish(s, *tuple_items(tuple).add(i)),
            None => Control::Slow,
        }
    }
}

/// The first store of a pointer into a large old buffer is left to general code.
#[inline(always)]
pub unsafe fn store_subscr_list_int(s: &mut State) -> Control {
    unsafe {
        let (value, container, index) = (s.peek(3), s.peek(2), s.peek(1));
        if !index.is_small_int() || !has_shape(container, builtin_shape::list) {
            return Control::Slow;
        }
        let list = container.0 as *const List;
        let Some(i) = wrap(index, (*list).length) else { return Control::Slow };
        let slot = list_items(list).add(i);
        let barrier = barrier((*list).items, slot, value);
        if barrier == Control::Slow {
            return Control::Slow;
        }
        *slot = value;
        s.drop(3);
        s.advance(1);
        s.oparg = (*list).items as u64;
        barrier
    }
}

/// What the collector has to hear of storing a value into a slot of a list's buffer. `Slow`: nothing may be stored here.
#[inline(always)]
pub unsafe fn barrier(buffer: *mut ValueBuffer, slot: *mut Value, value: Value) -> Control {
    unsafe {
        let gc = (*buffer).header.gc;
        if gc & GC_BARRIER_MASK == 0 || !value.is_pointer() {
            return Control::Next;
        }
        if gc & GC_CARDED == 0 {
            return Control::Remember;
        }
        if gc & GC_UNLOGGED != 0 {
            return Control::Slow;
        }
        let card = (*heap().region()).card_bias.wrapping_add(slot as usize / LINE_BYTES);
        *(card as *mut u8) = 1;
        Control::Next
    }
}

/// A Python-level `__getitem__`, entered with the operands as its arguments. Cache: counter, class version (2).
#[inline(always)]
pub unsafe fn subscr_getitem(s: &mut State) -> Control {
    unsafe {
        let container = s.peek(2);
        if !container.is_pointer() {
            return Control::Slow;
        }
        let class = (*shapes_base().add((*container.header()).shape as usize)).class;
        let method = (*class).specials[Special::GetItem as usize];
        if (*class).version != s.cache_u32(2) || !has_shape(method, builtin_shape::function) {
            return Control::Slow;
        }
        let function = method.0 as *const Function;
        if (*function).call_shape & CALL_SIMPLE == 0 || (*(*function).code.as_pointer()).argument_count != 2 {
            return Control::Slow;
        }
        let base = s.sp.sub(2);
        super::calls::enter(s, function, base, base, 2, 6, 0, Value::NULL)
    }
}

/// A Python-level `__setitem__`, entered with container, key and value as its arguments; what it returns is dropped. Cache: counter; the function
/// is found by its class.
#[inline(always)]
pub unsafe fn store_subscr_method(s: &mut State) -> Control {
    unsafe {
        let (value, container, index) = (s.peek(3), s.peek(2), s.peek(1));
        if !container.is_pointer() {
            return Control::Slow;
        }
        let class = (*shapes_base().add((*container.header()).shape as usize)).class;
        let method = (*class).specials[Special::SetItem as usize];
        if !has_shape(method, builtin_shape::function) || (*class).definition.is_some() {
            return Control::Slow;
        }
        let function = method.0 as *const Function;
        if (*function).call_shape & CALL_SIMPLE == 0 || (*(*function).code.as_pointer()).argument_count != 3 {
            return Control::Slow;
        }
        let base = s.sp.sub(3);
        let control = super::calls::enter(s, function, base, base, 3, 2, FRAME_DISCARD, Value::NULL);
        if control == Control::Next {
            *base = container;
            *base.add(1) = index;
            *base.add(2) = value;
        }
        control
    }
}

/// Pushes `oparg` items, the first on top.
#[inline(always)]
unsafe fn unpack(s: &mut State, items: *const Value) -> Control {
    unsafe {
        s.drop(1);
        let count = s.oparg as usize;
        let mut i = count;
        while i > 0 {
            i -= 1;
            let item = items.add(i).read();
            s.push(item);
        }
        s.advance(1);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn unpack_sequence_tuple(s: &mut State) -> Control {
    unsafe {
        let sequence = s.peek(1);
        let tuple = sequence.0 as *const Tuple;
        if !has_shape(sequence, builtin_shape::tuple) || (*tuple).length != s.oparg as usize {
            return Control::Slow;
        }
        unpack(s, tuple_items(tuple))
    }
}

#[inline(always)]
pub unsafe fn unpack_sequence_list(s: &mut State) -> Control {
    unsafe {
        let sequence = s.peek(1);
        let list = sequence.0 as *const List;
        if !has_shape(sequence, builtin_shape::list) || (*list).length != s.oparg as usize {
            return Control::Slow;
        }
        unpack(s, list_items(list))
    }
}
