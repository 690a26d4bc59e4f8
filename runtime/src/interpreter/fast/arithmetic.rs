//! Arithmetic and comparison of small ints and floats, truth of common types.

use crate::interpreter::fast::allocate;
use crate::interpreter::state::{Control, State};
use crate::object::dict::Dict;
use crate::object::float::{Float, ZERO};
use crate::object::kind::ObjectKind;
use crate::object::list::List;
use crate::object::set::Set;
use crate::object::shape::shapes_base;
use crate::object::str::Str;
use crate::object::tuple::Tuple;
use crate::types::builtin_shape;
use crate::value::Value;

/// Replaces the two operands by a result.
#[inline(always)]
unsafe fn finish_binary(s: &mut State, result: Value, caches: usize) -> Control {
    unsafe {
        s.drop(1);
        s.put(1, result);
        s.advance(caches);
    }
    Control::Next
}

macro_rules! int_operator {
    ($name:ident, |$a:ident, $b:ident| $result:expr) => {
        #[inline(always)]
        pub unsafe fn $name(s: &mut State) -> Control {
            unsafe {
                let (left, right) = (s.peek(2), s.peek(1));
                if !Value::both_small_int(left, right) {
                    return Control::Slow;
                }
                let ($a, $b) = (left.0 as i64, right.0 as i64);
                match $result {
                    Some(word) => finish_binary(s, Value(word as u64), 5),
                    None => Control::Slow,
                }
            }
        }
    };
}

// On the tagged words 2a+1 and 2b+1.
int_operator!(add_int, |a, b| a.checked_add(b - 1));
int_operator!(subtract_int, |a, b| a.checked_sub(b - 1));
int_operator!(multiply_int, |a, b| (a - 1).checked_mul(b >> 1).map(|product| product + 1));

/// The value of an exact float, immediate or boxed.
#[inline(always)]
unsafe fn exact_float(value: Value) -> Option<f64> {
    if value.is_immediate_float() {
        return Some(value.immediate_float());
    }
    unsafe {
        if value.is_pointer() && (*value.header()).shape == builtin_shape::float {
            return Some((*(value.header() as *const Float)).value);
        }
    }
    None
}

/// A float's word, or a box for it; `None` where the heap has no room at hand.
#[inline(always)]
fn float_word(d: f64) -> Option<Value> {
    if let Some(value) = Value::try_immediate_float(d) {
        return Some(value);
    }
    if d.to_bits() == 0 {
        return Some(Value(&raw const ZERO as u64));
    }
    // SAFETY: what `allocate` gives is a float's memory.
    unsafe {
        let float = allocate(builtin_shape::float, ObjectKind::Float, size_of::<Float>()) as *mut Float;
        if float.is_null() {
            return None;
        }
        (*float).value = d;
        Some(Value(float as u64))
    }
}

macro_rules! float_operator {
    ($name:ident, |$a:ident, $b:ident| $result:expr) => {
        #[inline(always)]
        pub unsafe fn $name(s: &mut State) -> Control {
            unsafe {
                let (Some($a), Some($b)) = (exact_float(s.peek(2)), exact_float(s.peek(1))) else {
                    return Control::Slow;
                };
                match float_word($result) {
                    Some(value) => finish_binary(s, value, 5),
                    None => Control::Slow,
                }
            }
        }
    };
}

float_operator!(add_float, |a, b| a + b);
float_operator!(subtract_float, |a, b| a - b);
float_operator!(multiply_float, |a, b| a * b);

/// An int or float operand as float.
#[inline(always)]
unsafe fn number_as_float(value: Value) -> Option<f64> {
    if value.is_small_int() { Some(value.small_int() as f64) } else { unsafe { exact_float(value) } }
}

/// The other operators of small ints, and those of floats or a float and an int.
#[inline(always)]
pub unsafe fn binary_op_extend(s: &mut State) -> Control {
    unsafe {
        let (left, right) = (s.peek(2), s.peek(1));
        let result = if Value::both_small_int(left, right) {
            small_int_operator(s.oparg, left.small_int(), right.small_int())
        } else {
            match (number_as_float(left), number_as_float(right)) {
                (Some(a), Some(b)) => float_operation(s.oparg, a, b),
                _ => None,
            }
        };
        match result {
            Some(value) => finish_binary(s, value, 5),
            None => Control::Slow,
        }
    }
}

#[inline(always)]
fn float_operation(operator: u64, a: f64, b: f64) -> Option<Value> {
    match operator {
        0 | 13 => float_word(a + b),
        10 | 23 => float_word(a - b),
        5 | 18 => float_word(a * b),
        11 | 24 if b != 0.0 => float_word(a / b),
        _ => None,
    }
}

#[inline(always)]
fn small_int_operator(operator: u64, a: i64, b: i64) -> Option<Value> {
    match operator {
        0 | 13 => Value::try_small_int(a + b),
        10 | 23 => Value::try_small_int(a - b),
        5 | 18 => a.checked_mul(b).and_then(Value::try_small_int),
        1 | 14 => Some(Value::from_small_int(a & b)),
        7 | 20 => Some(Value::from_small_int(a | b)),
        12 | 25 => Some(Value::from_small_int(a ^ b)),
        9 | 22 if (0..63).contains(&b) => Some(Value::from_small_int(a >> b)),
        3 | 16 if (0..62).contains(&b) && (a << b) >> b == a => Value::try_small_int(a << b),
        // b == -1 could overflow.
        2 | 15 if b > 0 => Some(Value::from_small_int(a.div_euclid(b))),
        6 | 19 if b > 0 => Some(Value::from_small_int(a.rem_euclid(b))),
        // Correctly rounded, if both are exact as floats.
        11 | 24 if b != 0 && is_exact_as_float(a) && is_exact_as_float(b) => float_word(a as f64 / b as f64),
        _ => None,
    }
}

#[inline(always)]
fn is_exact_as_float(i: i64) -> bool {
    i.unsigned_abs() <= 1 << 53
}

/// The comparison operand: operator in bits 5 and up.
#[inline(always)]
unsafe fn finish_compare(s: &mut State, less: bool, equal: bool, greater: bool) -> Control {
    let holds = match s.oparg >> 5 {
        0 => less,
        1 => less | equal,
        2 => equal,
        3 => !equal,
        4 => greater,
        _ => greater | equal,
    };
    unsafe { finish_binary(s, Value::from_bool(holds), 1) }
}

#[inline(always)]
pub unsafe fn compare_int(s: &mut State) -> Control {
    unsafe {
        let (left, right) = (s.peek(2), s.peek(1));
        if !Value::both_small_int(left, right) {
            return Control::Slow;
        }
        let (a, b) = (left.0 as i64, right.0 as i64);
        finish_compare(s, a < b, a == b, a > b)
    }
}

#[inline(always)]
pub unsafe fn compare_float(s: &mut State) -> Control {
    unsafe {
        let (Some(a), Some(b)) = (exact_float(s.peek(2)), exact_float(s.peek(1))) else {
            return Control::Slow;
        };
        finish_compare(s, a < b, a == b, a > b)
    }
}

/// A float and a small int, either way.
#[inline(always)]
pub unsafe fn compare_mixed(s: &mut State) -> Control {
    unsafe {
        let (left, right) = (s.peek(2), s.peek(1));
        if left.is_small_int() && !is_exact_as_float(left.small_int())
            || right.is_small_int() && !is_exact_as_float(right.small_int())
        {
            return Control::Slow;
        }
        let (Some(a), Some(b)) = (number_as_float(left), number_as_float(right)) else {
            return Control::Slow;
        };
        finish_compare(s, a < b, a == b, a > b)
    }
}

#[inline(always)]
pub unsafe fn unary_negative(s: &mut State) -> Control {
    unsafe {
        let value = s.peek(1);
        let result = if value.is_small_int() {
            match 2i64.checked_sub(value.0 as i64) {
                Some(word) => Value(word as u64),
                None => return Control::Slow,
            }
        } else if value.is_immediate_float() {
            Value(value.0 ^ FLOAT_SIGN)
        } else {
            return Control::Slow;
        };
        s.put(1, result);
        s.advance(0);
    }
    Control::Next
}

/// The sign in the word of an immediate float.
const FLOAT_SIGN: u64 = 1 << (crate::value::FLOAT_ROTATION - 1);

#[inline(always)]
pub unsafe fn is_op(s: &mut State) -> Control {
    unsafe {
        let same = s.peek(2) == s.peek(1);
        let result = Value::from_bool(same != (s.oparg != 0));
        finish_binary(s, result, 0)
    }
}

#[inline(always)]
unsafe fn finish_truth(s: &mut State, truth: bool, caches: usize) -> Control {
    unsafe {
        s.put(1, Value::from_bool(truth));
        s.advance(caches);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn unary_not(s: &mut State) -> Control {
    unsafe {
        let value = s.peek(1);
        finish_truth(s, value == Value::FALSE, 0)
    }
}

#[inline(always)]
pub unsafe fn to_bool_bool(s: &mut State) -> Control {
    unsafe {
        if !s.peek(1).is_bool() {
            return Control::Slow;
        }
        s.advance(3);
    }
    Control::Next
}

/// An object whose class says nothing about truth, None or a bool. Cache: counter, class version (2).
#[inline(always)]
pub unsafe fn to_bool_always_true(s: &mut State) -> Control {
    unsafe {
        let value = s.peek(1);
        if value.is_pointer() {
            let class = (*shapes_base().add((*value.header()).shape as usize)).class;
            if (*class).version != s.cache_u32(2) {
                return Control::Slow;
            }
            return finish_truth(s, true, 3);
        }
        if value.is_none() {
            return finish_truth(s, false, 3);
        }
        to_bool_bool(s)
    }
}

#[inline(always)]
pub unsafe fn to_bool_int(s: &mut State) -> Control {
    unsafe {
        let value = s.peek(1);
        if !value.is_small_int() {
            return Control::Slow;
        }
        finish_truth(s, value.0 != 1, 3)
    }
}

#[inline(always)]
pub unsafe fn to_bool_none(s: &mut State) -> Control {
    unsafe {
        if !s.peek(1).is_none() {
            return Control::Slow;
        }
        finish_truth(s, false, 3)
    }
}

#[inline(always)]
pub unsafe fn to_bool_list(s: &mut State) -> Control {
    unsafe {
        let value = s.peek(1);
        if !value.is_pointer() || (*value.header()).shape != builtin_shape::list {
            return Control::Slow;
        }
        finish_truth(s, (*(value.header() as *const List)).length != 0, 3)
    }
}

/// A container other than a list: whether it has items.
#[inline(always)]
pub unsafe fn to_bool_sized(s: &mut State) -> Control {
    unsafe {
        let value = s.peek(1);
        if !value.is_pointer() {
            return Control::Slow;
        }
        let length = match (*value.header()).shape {
            builtin_shape::tuple => (*(value.0 as *const Tuple)).length,
            builtin_shape::dict => (*(value.0 as *const Dict)).length,
            builtin_shape::set | builtin_shape::frozenset => (*(value.0 as *const Set)).length,
            _ => return Control::Slow,
        };
        finish_truth(s, length != 0, 3)
    }
}

#[inline(always)]
pub unsafe fn to_bool_str(s: &mut State) -> Control {
    unsafe {
        let value = s.peek(1);
        if !value.is_pointer() || (*value.header()).shape != builtin_shape::str {
            return Control::Slow;
        }
        finish_truth(s, (*(value.header() as *const Str)).length != 0, 3)
    }
}
