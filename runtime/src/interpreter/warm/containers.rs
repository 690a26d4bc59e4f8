//! Subscripts, membership, slices, strings.

use super::{SLOW, behind, finish, has_shape, raise, store};
use crate::builtins::str::concatenate;
use crate::builtins::text_support::{character, substring};
use crate::heap;
use crate::object::dict::{self, Dict};
use crate::object::kind::ObjectKind;
use crate::object::list::List;
use crate::object::native_function::NativeMethod;
use crate::object::pointer::Gc;
use crate::object::set::Set;
use crate::object::slice::Slice;
use crate::object::special::Special;
use crate::object::str::Str;
use crate::object::tuple::Tuple;
use crate::operations::arithmetic::{self, BinaryOperator};
use crate::operations::{self, Comparison, class_of};
use crate::thread::{Raised, Thread};
use crate::types::builtin_shape;
use crate::value::Value;

const BINARY_OP_SIZE: usize = 6;
const STORE_SUBSCR_SIZE: usize = 2;
const CONTAINS_OP_SIZE: usize = 2;
const COMPARE_OP_SIZE: usize = 2;

/// `dict[key]`
#[inline(never)]
pub unsafe fn subscr_dict(thread: &mut Thread, pc: *mut u16, sp: *mut Value, _: usize) -> *mut Value {
    unsafe {
        let (container, key) = (*sp.sub(2), *sp.sub(1));
        if !has_shape(container, builtin_shape::dict) {
            return SLOW;
        }
        let dict: Gc<Dict> = container.cast();
        if let Some(key) = dict::exact_str(key)
            && let Some(value) = dict.get_str(key)
        {
            *sp.sub(2) = value;
            return sp.sub(1);
        }
        store(thread, pc, sp);
        let result = match dict.get(thread, key) {
            Ok(Some(value)) => Ok(value),
            Ok(None) => Err(operations::container::key_error(thread, key)),
            Err(raised) => Err(raised),
        };
        finish(thread, pc, BINARY_OP_SIZE, sp.sub(2), result)
    }
}

/// `str[int]`
#[inline(never)]
pub unsafe fn subscr_str_int(thread: &mut Thread, pc: *mut u16, sp: *mut Value, _: usize) -> *mut Value {
    unsafe {
        let (container, key) = (*sp.sub(2), *sp.sub(1));
        if !has_shape(container, builtin_shape::str) || !key.is_small_int() {
            return SLOW;
        }
        let string: Gc<Str> = container.cast();
        let Some(place) = operations::container::wrap_index(key.small_int(), string.length) else {
            return SLOW;
        };
        store(thread, pc, sp);
        *sp.sub(2) = character(string.at(place)).value();
        sp.sub(1)
    }
}

/// The native method for a special method of a value's class.
#[inline(always)]
unsafe fn native_special(value: Value, special: Special) -> Option<*const NativeMethod> {
    unsafe {
        let method = class_of(value).specials[special as usize];
        // Unfilled slots and absent methods aren't pointers.
        if method.is_pointer() && (*method.header()).kind == ObjectKind::NativeMethod as u8 {
            Some(method.0 as *const NativeMethod)
        } else {
            None
        }
    }
}

/// A native `__getitem__`: its arguments lie on the stack as it wants them.
#[inline(never)]
pub unsafe fn subscr_native(thread: &mut Thread, pc: *mut u16, sp: *mut Value, _: usize) -> *mut Value {
    unsafe {
        let Some(method) = native_special(*sp.sub(2), Special::GetItem) else { return SLOW };
        store(thread, pc, sp);
        let call = (*method).definition.call;
        let result = heap::native_call(|| call(thread, sp.sub(2), 2, Value::NULL));
        let result = thread.result_of(result);
        finish(thread, pc, BINARY_OP_SIZE, sp.sub(2), result)
    }
}

/// A native `__setitem__`.
#[inline(never)]
pub unsafe fn store_subscr_native(thread: &mut Thread, pc: *mut u16, sp: *mut Value, _: usize) -> *mut Value {
    unsafe {
        let (value, container, key) = (*sp.sub(3), *sp.sub(2), *sp.sub(1));
        let Some(method) = native_special(container, Special::SetItem) else { return SLOW };
        store(thread, pc, sp);
        let call = (*method).definition.call;
        // The operands' order with the value last; nobody looks at them any more.
        (*sp.sub(3), *sp.sub(2), *sp.sub(1)) = (container, key, value);
        let result = heap::native_call(|| call(thread, sp.sub(3), 3, Value::NULL));
        if result.is_null() {
            let raised = thread.take_raised();
            return raise(thread, raised);
        }
        behind(thread, pc, STORE_SUBSCR_SIZE, sp.sub(3))
    }
}

/// `dict[key] = value`
#[inline(never)]
pub unsafe fn store_subscr_dict(thread: &mut Thread, pc: *mut u16, sp: *mut Value, _: usize) -> *mut Value {
    unsafe {
        let (value, container, key) = (*sp.sub(3), *sp.sub(2), *sp.sub(1));
        if !has_shape(container, builtin_shape::dict) {
            return SLOW;
        }
        store(thread, pc, sp);
        let dict: Gc<Dict> = container.cast();
        match dict.set(thread, key, value) {
            Ok(()) => behind(thread, pc, STORE_SUBSCR_SIZE, sp.sub(3)),
            Err(raised) => raise(thread, raised),
        }
    }
}

/// Puts the answer of `in` or `not in`.
#[inline(always)]
unsafe fn answer(
    thread: &mut Thread,
    pc: *mut u16,
    sp: *mut Value,
    invert: usize,
    found: crate::thread::Result<bool>,
) -> *mut Value {
    let result = found.map(|found| Value::from_bool(found != (invert != 0)));
    unsafe { finish(thread, pc, CONTAINS_OP_SIZE, sp.sub(2), result) }
}

/// `key in dict`
#[inline(never)]
pub unsafe fn contains_op_dict(
    thread: &mut Thread,
    pc: *mut u16,
    sp: *mut Value,
    invert: usize,
) -> *mut Value {
    unsafe {
        let (item, container) = (*sp.sub(2), *sp.sub(1));
        if !has_shape(container, builtin_shape::dict) {
            return SLOW;
        }
        store(thread, pc, sp);
        let dict: Gc<Dict> = container.cast();
        let found = dict.contains(thread, item);
        answer(thread, pc, sp, invert, found)
    }
}

/// `key in set`
#[inline(never)]
pub unsafe fn contains_op_set(
    thread: &mut Thread,
    pc: *mut u16,
    sp: *mut Value,
    invert: usize,
) -> *mut Value {
    unsafe {
        let (item, container) = (*sp.sub(2), *sp.sub(1));
        // Sets hash sets among their keys in a way of their own: only what can't be one goes here.
        if !(has_shape(container, builtin_shape::set) || has_shape(container, builtin_shape::frozenset))
            || item.is_kind(ObjectKind::Set)
        {
            return SLOW;
        }
        store(thread, pc, sp);
        let set: Gc<Set> = container.cast();
        let found = set.contains(thread, item);
        answer(thread, pc, sp, invert, found)
    }
}

/// `item in list`, `item in tuple`
#[inline(never)]
pub unsafe fn contains_op_sequence(
    thread: &mut Thread,
    pc: *mut u16,
    sp: *mut Value,
    invert: usize,
) -> *mut Value {
    unsafe {
        let (item, container) = (*sp.sub(2), *sp.sub(1));
        if !(has_shape(container, builtin_shape::list) || has_shape(container, builtin_shape::tuple)) {
            return SLOW;
        }
        store(thread, pc, sp);
        let found = operations::contains(thread, container, item);
        answer(thread, pc, sp, invert, found)
    }
}

/// `container[start:stop]` of lists, tuples and strings, without a slice object.
#[inline(never)]
pub unsafe fn binary_slice(thread: &mut Thread, pc: *mut u16, sp: *mut Value, _: usize) -> *mut Value {
    unsafe {
        let (container, start, stop) = (*sp.sub(3), *sp.sub(2), *sp.sub(1));
        store(thread, pc, sp);
        match slice_between(thread, container, start, stop) {
            Some(result) => finish(thread, pc, 1, sp.sub(3), result),
            None => SLOW,
        }
    }
}

/// `container[start:stop]` of a built-in sequence where that needs no Python code.
#[inline]
pub fn slice_between(
    thread: &mut Thread,
    container: Value,
    start: Value,
    stop: Value,
) -> Option<Result<Value, Raised>> {
    if !is_plain_bound(start) || !is_plain_bound(stop) || !container.is_pointer() {
        return None;
    }
    // SAFETY: a live object's header.
    let shape = unsafe { (*container.header()).shape };
    let length = match shape {
        builtin_shape::list => container.cast::<List>().length,
        builtin_shape::tuple => container.cast::<Tuple>().length,
        builtin_shape::str => container.cast::<Str>().length,
        _ => return None,
    };
    Some(Slice::simple_bounds(thread, start, stop, length).and_then(|(from, to)| match shape {
        builtin_shape::list => container.cast::<List>().slice(thread, from, to).map(|list| list.value()),
        builtin_shape::tuple if (from, to) == (0, length) => Ok(container),
        builtin_shape::tuple => {
            let items = &container.cast::<Tuple>().items()[from..to];
            Tuple::try_new(thread, items).map(|tuple| tuple.value())
        }
        _ if from == to => Ok(Str::new("").value()),
        _ => Ok(substring(container.cast(), from, to).value()),
    }))
}

/// A bound whose meaning needs no Python code.
#[inline(always)]
fn is_plain_bound(bound: Value) -> bool {
    bound.is_none() || bound.is_small_int()
}

/// `list[start:stop] = list`
#[inline(never)]
pub unsafe fn store_slice(thread: &mut Thread, pc: *mut u16, sp: *mut Value, _: usize) -> *mut Value {
    unsafe {
        let (value, container, start, stop) = (*sp.sub(4), *sp.sub(3), *sp.sub(2), *sp.sub(1));
        if !is_plain_bound(start)
            || !is_plain_bound(stop)
            || !has_shape(container, builtin_shape::list)
            || !has_shape(value, builtin_shape::list)
            || value == container
        {
            return SLOW;
        }
        store(thread, pc, sp);
        let list: Gc<List> = container.cast();
        let done = Slice::simple_bounds(thread, start, stop, list.length)
            .and_then(|(from, to)| list.replace(thread, from, to, value.cast::<List>().items()));
        match done {
            Ok(()) => sp.sub(4),
            Err(raised) => raise(thread, raised),
        }
    }
}

/// `list.append(value)`, LIST_APPEND: where the list must grow.
#[inline(never)]
pub unsafe fn call_list_append(thread: &mut Thread, pc: *mut u16, sp: *mut Value, _: usize) -> *mut Value {
    unsafe {
        let (callable, list, value) = (*sp.sub(3), *sp.sub(2), *sp.sub(1));
        if !has_shape(callable, builtin_shape::method_descriptor)
            || std::ptr::from_ref((*(callable.0 as *const NativeMethod)).definition) as usize as u32
                != (pc.add(2) as *const u32).read_unaligned()
            || !has_shape(list, builtin_shape::list)
        {
            return SLOW;
        }
        store(thread, pc, sp);
        match list.cast::<List>().try_push(thread, value) {
            Ok(()) => {
                *sp.sub(3) = Value::NONE;
                sp.sub(2)
            }
            Err(raised) => raise(thread, raised),
        }
    }
}

#[inline(never)]
pub unsafe fn list_append(thread: &mut Thread, pc: *mut u16, sp: *mut Value, depth: usize) -> *mut Value {
    unsafe {
        let (list, value) = (*sp.sub(depth + 1), *sp.sub(1));
        if !has_shape(list, builtin_shape::list) {
            return SLOW;
        }
        store(thread, pc, sp);
        match list.cast::<List>().try_push(thread, value) {
            Ok(()) => sp.sub(1),
            Err(raised) => raise(thread, raised),
        }
    }
}

/// A comparison by native methods.
#[inline(never)]
pub unsafe fn compare_native(
    thread: &mut Thread,
    pc: *mut u16,
    sp: *mut Value,
    operand: usize,
) -> *mut Value {
    unsafe {
        let (left, right) = (*sp.sub(2), *sp.sub(1));
        if Value::both_small_int(left, right) || class_of(left).definition.is_none() {
            return SLOW;
        }
        store(thread, pc, sp);
        let mut result = operations::rich_compare(thread, Comparison::ALL[operand >> 5], left, right);
        if let Ok(answer) = result
            && operand & 16 != 0
            && !answer.is_bool()
        {
            result = operations::is_true(thread, answer).map(Value::from_bool);
        }
        finish(thread, pc, COMPARE_OP_SIZE, sp.sub(2), result)
    }
}

/// `str == str`, `str != str`
#[inline(never)]
pub unsafe fn compare_str(_: &mut Thread, _: *mut u16, sp: *mut Value, operand: usize) -> *mut Value {
    unsafe {
        let (left, right) = (*sp.sub(2), *sp.sub(1));
        let operator = operand >> 5;
        if !(has_shape(left, builtin_shape::str) && has_shape(right, builtin_shape::str))
            || !(2..=3).contains(&operator)
        {
            return SLOW;
        }
        let same = left.cast::<Str>().equals(right.cast::<Str>());
        *sp.sub(2) = Value::from_bool(same == (operator == 2));
        sp.sub(1)
    }
}

/// Any ints and floats.
#[inline(never)]
pub unsafe fn binary_numbers(
    thread: &mut Thread,
    pc: *mut u16,
    sp: *mut Value,
    operator: usize,
) -> *mut Value {
    unsafe {
        let (left, right) = (*sp.sub(2), *sp.sub(1));
        let Some(&operator) = BinaryOperator::ALL.get(operator % 13) else { return SLOW };
        store(thread, pc, sp);
        match arithmetic::binary_numbers(thread, operator, left, right) {
            Some(result) => finish(thread, pc, BINARY_OP_SIZE, sp.sub(2), result),
            None => SLOW,
        }
    }
}

/// `str + str`
#[inline(never)]
pub unsafe fn add_unicode(thread: &mut Thread, pc: *mut u16, sp: *mut Value, _: usize) -> *mut Value {
    unsafe {
        let (left, right) = (*sp.sub(2), *sp.sub(1));
        if !(has_shape(left, builtin_shape::str) && has_shape(right, builtin_shape::str)) {
            return SLOW;
        }
        store(thread, pc, sp);
        let result = concatenate(thread, left.cast(), right.cast()).map(|sum| sum.value());
        finish(thread, pc, BINARY_OP_SIZE, sp.sub(2), result)
    }
}
