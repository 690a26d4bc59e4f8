//! The 64-bit word that holds any Python value.
//!
//! | low bits | meaning |
//! | --- | --- |
//! | `...1` | a 63-bit integer, shifted left by one |
//! | `..10` | a float whose exponent is near zero, stored in the word itself |
//! | `100` | one of the constants below |
//! | `000` | a pointer to a heap object; the word 0 is "no value" |
//!
//! Floats are *self-tagged*: `rotate_left(bits + 2^60, 3)` moves the sign and the two top exponent bits down to the tag;
//! values of magnitude 2^-255 to 2^257 give the tag `10`. All others (0.0, infinities, NaN, the very small and
//! very large) are boxed as heap objects; see [`crate::object::float`].
//!
//! The numbers here are also known to compiled code, which takes them from this module.

use crate::heap::Header;
use crate::object::kind::{Layout, ObjectKind};
use crate::object::pointer::Gc;

/// Any Python value, or no value at all ([`Value::NULL`]).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Value(pub u64);

/// Least integer that a word holds.
pub const SMALL_INT_MIN: i64 = -(1 << 62);
/// Greatest integer that a word holds.
pub const SMALL_INT_MAX: i64 = (1 << 62) - 1;
/// Added to a float's bits before rotation.
pub const FLOAT_BIAS: u64 = 1 << 60;
/// Rotation of a float's biased bits.
pub const FLOAT_ROTATION: u32 = 3;

impl Value {
    /// No value: an unset local, an absent argument, "an exception was raised".
    pub const NULL: Value = Value(0);
    pub const FALSE: Value = Value(4);
    pub const TRUE: Value = Value(12);
    pub const NONE: Value = Value(20);
    pub const ELLIPSIS: Value = Value(28);
    pub const NOT_IMPLEMENTED: Value = Value(36);
    /// Greatest word of the constants; used to tell a result from a marker with one comparison.
    pub const LAST_CONSTANT: u64 = 36;

    /// True for the word 0.
    #[inline(always)]
    pub fn is_null(self) -> bool {
        self.0 == 0
    }

    #[inline(always)]
    pub fn is_none(self) -> bool {
        self == Value::NONE
    }

    /// `None` for the null word.
    #[inline(always)]
    pub fn non_null(self) -> Option<Value> {
        if self.is_null() { None } else { Some(self) }
    }

    #[inline(always)]
    pub fn from_bool(b: bool) -> Value {
        Value(4 + ((b as u64) << 3))
    }

    #[inline(always)]
    pub fn is_bool(self) -> bool {
        self.0 & !8 == 4
    }

    /// True for an integer stored in the word.
    #[inline(always)]
    pub fn is_small_int(self) -> bool {
        self.0 & 1 != 0
    }

    /// The integer of a word that [`Value::is_small_int`].
    #[inline(always)]
    pub fn small_int(self) -> i64 {
        self.0 as i64 >> 1
    }

    /// An integer known to fit in 63 bits.
    #[inline(always)]
    pub fn from_small_int(i: i64) -> Value {
        debug_assert!((SMALL_INT_MIN..=SMALL_INT_MAX).contains(&i));
        Value(((i << 1) | 1) as u64)
    }

    /// The word of `i`, if it fits in 63 bits.
    #[inline(always)]
    pub fn try_small_int(i: i64) -> Option<Value> {
        i.checked_mul(2).map(|x| Value((x | 1) as u64))
    }

    #[inline(always)]
    pub fn as_small_int(self) -> Option<i64> {
        if self.is_small_int() { Some(self.small_int()) } else { None }
    }

    /// True when both are integers stored in their words.
    #[inline(always)]
    pub fn both_small_int(a: Value, b: Value) -> bool {
        a.0 & b.0 & 1 != 0
    }

    /// True for a float stored in the word.
    #[inline(always)]
    pub fn is_immediate_float(self) -> bool {
        self.0 & 3 == 2
    }

    /// The float of a word that [`Value::is_immediate_float`].
    #[inline(always)]
    pub fn immediate_float(self) -> f64 {
        f64::from_bits(self.0.rotate_right(FLOAT_ROTATION).wrapping_sub(FLOAT_BIAS))
    }

    /// The word of `d`, if its exponent allows.
    #[inline(always)]
    pub fn try_immediate_float(d: f64) -> Option<Value> {
        let word = d.to_bits().wrapping_add(FLOAT_BIAS).rotate_left(FLOAT_ROTATION);
        if word & 3 == 2 { Some(Value(word)) } else { None }
    }

    /// True when both are floats stored in their words.
    #[inline(always)]
    pub fn both_immediate_float(a: Value, b: Value) -> bool {
        ((a.0 ^ 2) | (b.0 ^ 2)) & 3 == 0
    }

    /// True for a pointer to a heap object.
    #[inline(always)]
    pub fn is_pointer(self) -> bool {
        self.0 & 7 == 0 && self.0 != 0
    }

    /// The header of a value that [`Value::is_pointer`].
    #[inline(always)]
    pub fn header(self) -> *mut Header {
        debug_assert!(self.is_pointer());
        self.0 as *mut Header
    }

    #[inline(always)]
    pub fn from_header(header: *mut Header) -> Value {
        Value(header as u64)
    }

    /// The kind of a heap object, `None` for values stored in their word.
    #[inline(always)]
    pub fn kind(self) -> Option<ObjectKind> {
        // SAFETY: a pointer value always points at a live object's header.
        if self.is_pointer() { Some(unsafe { ObjectKind::from_u8((*self.header()).kind) }) } else { None }
    }

    /// True for a heap object of layout `kind` (subclasses included).
    #[inline(always)]
    pub fn is_kind(self, kind: ObjectKind) -> bool {
        // SAFETY: as in `kind`.
        self.is_pointer() && unsafe { (*self.header()).kind == kind as u8 }
    }

    /// The object as a `T`, if it has that layout.
    #[inline(always)]
    pub fn downcast<T: Layout>(self) -> Option<Gc<T>> {
        if self.is_pointer() && T::matches(self.header()) {
            Some(Gc::from_header(self.header()))
        } else {
            None
        }
    }

    /// The object as a `T`, whose layout the caller has established.
    #[inline(always)]
    pub fn cast<T: Layout>(self) -> Gc<T> {
        debug_assert!(self.is_pointer() && T::matches(self.header()));
        Gc::from_header(self.header())
    }
}

impl Default for Value {
    fn default() -> Value {
        Value::NULL
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Value::NULL => f.write_str("NULL"),
            Value::FALSE => f.write_str("False"),
            Value::TRUE => f.write_str("True"),
            Value::NONE => f.write_str("None"),
            Value::ELLIPSIS => f.write_str("Ellipsis"),
            Value::NOT_IMPLEMENTED => f.write_str("NotImplemented"),
            v if v.is_small_int() => write!(f, "{}", v.small_int()),
            v if v.is_immediate_float() => write!(f, "{:?}", v.immediate_float()),
            v => write!(f, "{:?}@{:#x}", v.kind(), v.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_round_trip() {
        for i in [0, 1, -1, SMALL_INT_MIN, SMALL_INT_MAX] {
            assert_eq!(Value::try_small_int(i).map(Value::small_int), Some(i));
        }
        assert_eq!(Value::try_small_int(SMALL_INT_MAX + 1), None);
        assert_eq!(Value::try_small_int(SMALL_INT_MIN - 1), None);
    }

    #[test]
    fn floats_near_one_are_immediate_and_the_rest_are_not() {
        for d in [1.0, -1.0, 1e-70, -1e70, std::f64::consts::PI] {
            assert_eq!(Value::try_immediate_float(d).map(Value::immediate_float), Some(d));
        }
        for d in [0.0, -0.0, f64::INFINITY, f64::NAN, 1e300, 1e-300, f64::MIN_POSITIVE] {
            assert_eq!(Value::try_immediate_float(d), None);
        }
    }
}
