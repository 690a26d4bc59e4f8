//! The values that a code object may hold as constants.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::code::CodeObject;
use crate::text::Text;

/// An int that doesn't fit 64 bits.
///
/// Invariant: the magnitude has no zero digit at its end, and the value is outside of `i64`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct BigInt {
    /// Whether it is below zero.
    pub negative: bool,
    /// The absolute value, least significant 32 bits first.
    pub magnitude: Vec<u32>,
}

/// A constant. Equality is that by which the compiler shares constants: type by type, `0.0` apart from `-0.0`.
#[derive(Clone, Debug)]
pub enum Constant {
    /// `None`
    None,
    /// `...`
    Ellipsis,
    /// `True` or `False`
    Bool(bool),
    /// An int of at most 64 bits.
    Int(i64),
    /// A larger int.
    BigInt(Arc<BigInt>),
    /// A float.
    Float(f64),
    /// A complex number: real and imaginary part.
    Complex(f64, f64),
    /// A string.
    Str(Text),
    /// A bytes object.
    Bytes(Arc<[u8]>),
    /// A tuple.
    Tuple(Arc<[Constant]>),
    /// A frozenset; equality doesn't mind the order.
    FrozenSet(Arc<[Constant]>),
    /// A slice: start, stop, step.
    Slice(Arc<[Constant; 3]>),
    /// A nested code object.
    Code(Arc<CodeObject>),
}

impl Constant {
    /// The int with this sign and these 32-bit digits, least significant first.
    pub fn int_from_digits(negative: bool, mut magnitude: Vec<u32>) -> Constant {
        while magnitude.last() == Some(&0) {
            magnitude.pop();
        }
        if magnitude.len() <= 2 {
            let low = u64::from(magnitude.first().copied().unwrap_or(0));
            let value = i128::from(u64::from(magnitude.get(1).copied().unwrap_or(0)) << 32 | low);
            if let Ok(small) = i64::try_from(if negative { -value } else { value }) {
                return Constant::Int(small);
            }
        }
        Constant::BigInt(Arc::new(BigInt { negative, magnitude }))
    }

    /// A string constant.
    pub fn str(text: impl Into<Text>) -> Constant {
        Constant::Str(text.into())
    }

    /// A tuple constant.
    pub fn tuple(items: impl IntoIterator<Item = Constant>) -> Constant {
        Constant::Tuple(items.into_iter().collect())
    }
}

impl PartialEq for Constant {
    fn eq(&self, other: &Constant) -> bool {
        use Constant::*;
        match (self, other) {
            (None, None) | (Ellipsis, Ellipsis) => true,
            (Bool(a), Bool(b)) => a == b,
            (Int(a), Int(b)) => a == b,
            (BigInt(a), BigInt(b)) => a == b,
            (Float(a), Float(b)) => a.to_bits() == b.to_bits(),
            (Complex(a, b), Complex(c, d)) => (a.to_bits(), b.to_bits()) == (c.to_bits(), d.to_bits()),
            (Str(a), Str(b)) => a == b,
            (Bytes(a), Bytes(b)) => a == b,
            (Tuple(a), Tuple(b)) => a == b,
            (FrozenSet(a), FrozenSet(b)) => a.len() == b.len() && a.iter().all(|item| b.contains(item)),
            (Slice(a), Slice(b)) => a == b,
            (Code(a), Code(b)) => Arc::ptr_eq(a, b) || a == b,
            _ => false,
        }
    }
}

impl Eq for Constant {}

impl Hash for Constant {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Constant::None | Constant::Ellipsis => {}
            Constant::Bool(value) => value.hash(state),
            Constant::Int(value) => value.hash(state),
            Constant::BigInt(value) => value.hash(state),
            Constant::Float(value) => value.to_bits().hash(state),
            Constant::Complex(real, imaginary) => (real.to_bits(), imaginary.to_bits()).hash(state),
            Constant::Str(text) => text.hash(state),
            Constant::Bytes(bytes) => bytes.hash(state),
            Constant::Tuple(items) => items.hash(state),
            Constant::FrozenSet(items) => {
                let hash = |item: &Constant| BuildHasherDefault::<DefaultHasher>::default().hash_one(item);
                // The order doesn't count.
                items.iter().map(hash).fold(0, u64::wrapping_add).hash(state);
            }
            Constant::Slice(parts) => parts.hash(state),
            Constant::Code(code) => (code.firstlineno, &code.name, &code.code).hash(state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_is_by_type_and_sign() {
        assert_ne!(Constant::Int(1), Constant::Bool(true));
        assert_ne!(Constant::Int(1), Constant::Float(1.0));
        assert_ne!(Constant::Float(0.0), Constant::Float(-0.0));
        assert_eq!(Constant::Float(f64::NAN), Constant::Float(f64::NAN));
        let set = |items: &[i64]| Constant::FrozenSet(items.iter().map(|i| Constant::Int(*i)).collect());
        assert_eq!(set(&[1, 2]), set(&[2, 1]));
    }

    #[test]
    fn ints_are_normal() {
        assert_eq!(Constant::int_from_digits(true, vec![0, 0x8000_0000, 0]), Constant::Int(i64::MIN));
        assert!(matches!(Constant::int_from_digits(false, vec![0, 0x8000_0000]), Constant::BigInt(_)));
        assert_eq!(Constant::int_from_digits(true, vec![]), Constant::Int(0));
    }
}
