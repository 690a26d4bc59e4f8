//! Truth and comparison.

use crate::object::dict::Dict;
use crate::object::int::IntRef;
use crate::object::list::List;
use crate::object::special::Special;
use crate::object::str::Str;
use crate::object::tuple::Tuple;
use crate::operations::{big_int, call, class_of};
use crate::thread::{Result, Thread};
use crate::types;
use crate::value::Value;
use std::cmp::Ordering;

/// A comparison operator, numbered as in `COMPARE_OP`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Comparison {
    Less,
    LessEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
}

impl Comparison {
    pub const ALL: [Comparison; 6] = [
        Comparison::Less,
        Comparison::LessEqual,
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Greater,
        Comparison::GreaterEqual,
    ];

    pub fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }

    pub fn special(self) -> Special {
        [
            Special::Less,
            Special::LessEqual,
            Special::Equal,
            Special::NotEqual,
            Special::Greater,
            Special::GreaterEqual,
        ][self as usize]
    }

    /// The operator with its sides exchanged.
    pub fn reflected(self) -> Comparison {
        match self {
            Comparison::Less => Comparison::Greater,
            Comparison::LessEqual => Comparison::GreaterEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterEqual => Comparison::LessEqual,
            same => same,
        }
    }

    /// Whether the operator holds for an ordering.
    #[inline(always)]
    pub fn holds(self, ordering: Ordering) -> bool {
        match self {
            Comparison::Less => ordering.is_lt(),
            Comparison::LessEqual => ordering.is_le(),
            Comparison::Equal => ordering.is_eq(),
            Comparison::NotEqual => ordering.is_ne(),
            Comparison::Greater => ordering.is_gt(),
            Comparison::GreaterEqual => ordering.is_ge(),
        }
    }

    /// Whether the operator holds for two floats.
    #[inline(always)]
    pub fn holds_for_floats(self, a: f64, b: f64) -> bool {
        match self {
            Comparison::Less => a < b,
            Comparison::LessEqual => a <= b,
            Comparison::Equal => a == b,
            Comparison::NotEqual => a != b,
            Comparison::Greater => a > b,
            Comparison::GreaterEqual => a >= b,
        }
    }
}

/// `bool(value)`
#[inline]
pub fn is_true(thread: &mut Thread, value: Value) -> Result<bool> {
    match value {
        Value::TRUE => return Ok(true),
        Value::FALSE | Value::NONE => return Ok(false),
        _ => {}
    }
    if let Some(i) = value.as_small_int() {
        return Ok(i != 0);
    }
    if value.is_immediate_float() {
        return Ok(true);
    }
    if let Some(s) = value.downcast::<Str>() {
        if class_of(value) == types().str {
            return Ok(s.length != 0);
        }
    }
    is_true_by_special(thread, value)
}

fn is_true_by_special(thread: &mut Thread, value: Value) -> Result<bool> {
    let class = class_of(value);
    if class == types().list {
        return Ok(value.cast::<List>().length != 0);
    }
    if class == types().dict {
        return Ok(!value.cast::<Dict>().is_empty());
    }
    if let Some(method) = class.special(Special::Bool) {
        let answer = call::call_special(thread, method, value, &[])?;
        if !answer.is_bool() {
            let got = super::attribute::class_name(answer);
            return Err(thread.type_error(format!("__bool__ should return bool, returned {got}")));
        }
        return Ok(answer == Value::TRUE);
    }
    if class.special(Special::Len).is_some() {
        return Ok(super::length(thread, value)? != 0);
    }
    Ok(true)
}

/// `a == b` as a truth value, identity first, as containers compare.
#[inline]
pub fn equal(thread: &mut Thread, a: Value, b: Value) -> Result<bool> {
    if a == b {
        return Ok(true);
    }
    if let Some(quick) = equal_without_code(a, b) {
        return Ok(quick);
    }
    let answer = rich_compare(thread, Comparison::Equal, a, b)?;
    is_true(thread, answer)
}

/// Equality of common built-in values, which can't run Python code.
#[inline]
pub fn equal_without_code(a: Value, b: Value) -> Option<bool> {
    if a.is_small_int() && b.is_small_int() {
        return Some(a == b);
    }
    let (x, y) = (a.downcast::<Str>()?, b.downcast::<Str>()?);
    let exact = types().str;
    if x.class() == exact && y.class() == exact { Some(x.equals(y)) } else { None }
}

/// `a OP b`
pub fn rich_compare(thread: &mut Thread, op: Comparison, a: Value, b: Value) -> Result {
    if let Some(answer) = compare_numbers(op, a, b) {
        return Ok(Value::from_bool(answer));
    }
    thread.check_native_stack()?;
    let (left, right) = (class_of(a), class_of(b));
    let mut reflected_tried = false;
    if left != right && right.is_subclass_of(left) {
        if let Some(method) = right.special(op.reflected().special()) {
            reflected_tried = true;
            let answer = call_comparison(thread, method, b, a)?;
            if answer != Value::NOT_IMPLEMENTED {
                return Ok(answer);
            }
        }
    }
    if let Some(method) = left.special(op.special()) {
        let answer = call_comparison(thread, method, a, b)?;
        if answer != Value::NOT_IMPLEMENTED {
            return Ok(answer);
        }
    }
    if reflected_tried { compare_by_identity(thread, op, a, b) } else { rest_of_comparison(thread, op, a, b) }
}

/// `a OP b` where the left operand's method declined and the right one's wasn't asked yet.
pub fn rest_of_comparison(thread: &mut Thread, op: Comparison, a: Value, b: Value) -> Result {
    if let Some(method) = class_of(b).special(op.reflected().special()) {
        let answer = call_comparison(thread, method, b, a)?;
        if answer != Value::NOT_IMPLEMENTED {
            return Ok(answer);
        }
    }
    compare_by_identity(thread, op, a, b)
}

fn compare_by_identity(thread: &mut Thread, op: Comparison, a: Value, b: Value) -> Result {
    let (left, right) = (class_of(a), class_of(b));
    match op {
        Comparison::Equal => Ok(Value::from_bool(a == b)),
        Comparison::NotEqual => Ok(Value::from_bool(a != b)),
        _ => {
            let (left, right) = (left.native_name(), right.native_name());
            let symbol = op.symbol();
            Err(thread
                .type_error(format!("'{symbol}' not supported between instances of '{left}' and '{right}'")))
        }
    }
}

fn call_comparison(thread: &mut Thread, method: Value, receiver: Value, other: Value) -> Result {
    call::call_special(thread, method, receiver, &[other])
}

/// `a < b` as a truth value.
#[inline]
pub fn less(thread: &mut Thread, a: Value, b: Value) -> Result<bool> {
    match rich_compare(thread, Comparison::Less, a, b)? {
        Value::TRUE => Ok(true),
        Value::FALSE => Ok(false),
        answer => is_true(thread, answer),
    }
}

/// Comparison of exact numbers.
#[inline]
fn compare_numbers(op: Comparison, a: Value, b: Value) -> Option<bool> {
    if a.is_small_int() && b.is_small_int() {
        return Some(op.holds(a.small_int().cmp(&b.small_int())));
    }
    if a.is_immediate_float() && b.is_immediate_float() {
        return Some(op.holds_for_floats(a.immediate_float(), b.immediate_float()));
    }
    None
}

/// Ordering of an int and a float, exact; `None` for NaN.
pub fn compare_int_with_float(int: IntRef, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    if float.is_infinite() {
        return Some(if float > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let whole = float.trunc();
    let ordering = match int {
        IntRef::Small(i) if whole.abs() < 9.2e18 => i.cmp(&(whole as i64)),
        int => big_int::compare(int, big_int::from_float(whole)),
    };
    // Equal whole parts: the fraction decides.
    Some(ordering.then(whole.partial_cmp(&float).unwrap_or(Ordering::Equal)))
}

/// Compares two runs of values as sequences do: `None` if all common items are equal, else the first pair that differs.
pub fn first_difference(
    thread: &mut Thread,
    mut left: impl FnMut(usize) -> Option<Value>,
    mut right: impl FnMut(usize) -> Option<Value>,
) -> Result<Option<(Value, Value)>> {
    let mut i = 0;
    while let (Some(a), Some(b)) = (left(i), right(i)) {
        if !equal(thread, a, b)? {
            return Ok(Some((a, b)));
        }
        i += 1;
    }
    Ok(None)
}

/// `a OP b` of two tuples' or lists' items: what `list.__lt__` and its kin do.
pub fn compare_sequences(
    thread: &mut Thread,
    op: Comparison,
    left: impl Fn() -> &'static [Value],
    right: impl Fn() -> &'static [Value],
) -> Result {
    if left().len() != right().len() && matches!(op, Comparison::Equal | Comparison::NotEqual) {
        return Ok(Value::from_bool(op == Comparison::NotEqual));
    }
    match first_difference(thread, |i| left().get(i).copied(), |i| right().get(i).copied())? {
        None => Ok(Value::from_bool(op.holds(left().len().cmp(&right().len())))),
        Some(_) if op == Comparison::Equal => Ok(Value::FALSE),
        Some(_) if op == Comparison::NotEqual => Ok(Value::TRUE),
        Some((a, b)) => rich_compare(thread, op, a, b),
    }
}

/// The items of a tuple, as `compare_sequences` wants them.
pub fn tuple_items(tuple: crate::object::pointer::Gc<Tuple>) -> impl Fn() -> &'static [Value] {
    // SAFETY of the lifetime: the closure's caller holds the tuple, whose items don't move.
    move || unsafe { std::slice::from_raw_parts(tuple.items().as_ptr(), tuple.length) }
}

/// `a is b`
#[inline]
pub fn is_same(a: Value, b: Value) -> bool {
    a == b
}
