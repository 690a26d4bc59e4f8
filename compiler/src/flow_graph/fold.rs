//! Computing with constants, as the interpreter would, where the result isn't too large. `None` means that the
//! operation is left to run time: it raises, or its result is too large to keep in a code object.

mod float;
mod int;
mod sequence;

use crate::constant::Constant;
use crate::opcode::BinaryOperator;
use float::Complex;
use int::Integer;

/// A number that an operator works on; a bool counts as an int.
enum Number {
    Int(Integer),
    Float(f64),
    Complex(Complex),
}

fn number(constant: &Constant) -> Option<Number> {
    match constant {
        Constant::Float(value) => Some(Number::Float(*value)),
        Constant::Complex(real, imaginary) => Some(Number::Complex(Complex::new(*real, *imaginary))),
        other => int::from_constant(other).map(Number::Int),
    }
}

impl Number {
    fn float(&self) -> Option<f64> {
        match self {
            Number::Int(value) => int::to_float(value),
            Number::Float(value) => Some(*value),
            Number::Complex(_) => None,
        }
    }
}

/// `bool(value)`
pub(super) fn is_true(constant: &Constant) -> bool {
    match constant {
        Constant::None => false,
        Constant::Bool(value) => *value,
        Constant::Int(value) => *value != 0,
        Constant::Float(value) => *value != 0.0,
        Constant::Complex(real, imaginary) => *real != 0.0 || *imaginary != 0.0,
        Constant::Str(text) => !text.is_empty(),
        Constant::Bytes(bytes) => !bytes.is_empty(),
        Constant::Tuple(items) | Constant::FrozenSet(items) => !items.is_empty(),
        Constant::Ellipsis | Constant::BigInt(_) | Constant::Slice(_) | Constant::Code(_) => true,
    }
}

/// `-value`
pub(super) fn negative(constant: &Constant) -> Option<Constant> {
    Some(match number(constant)? {
        Number::Int(value) => int::to_constant(-value),
        Number::Float(value) => Constant::Float(-value),
        Number::Complex(value) => Constant::Complex(-value.real, -value.imaginary),
    })
}

/// `+value`
pub(super) fn positive(constant: &Constant) -> Option<Constant> {
    Some(match number(constant)? {
        Number::Int(value) => int::to_constant(value),
        Number::Float(_) | Number::Complex(_) => constant.clone(),
    })
}

/// `~value`; of a bool it is deprecated, which must be said at run time.
pub(super) fn invert(constant: &Constant) -> Option<Constant> {
    match (constant, number(constant)?) {
        (Constant::Bool(_), _) => None,
        (_, Number::Int(value)) => Some(int::to_constant(-value - Integer::ONE)),
        _ => None,
    }
}

/// The items of a set display: the first of those that are equal in Python's sense.
pub(super) fn distinct(items: Vec<Constant>) -> Vec<Constant> {
    let mut kept: Vec<Constant> = Vec::new();
    for item in items {
        if !kept.iter().any(|other| python_equal(other, &item)) {
            kept.push(item);
        }
    }
    kept
}

/// Whether Python calls two constants equal.
fn python_equal(a: &Constant, b: &Constant) -> bool {
    if let (Some(a), Some(b)) = (number(a), number(b)) {
        return match (a, b) {
            (Number::Int(a), Number::Int(b)) => a == b,
            (Number::Complex(a), Number::Complex(b)) => (a.real, a.imaginary) == (b.real, b.imaginary),
            (Number::Complex(complex), real) | (real, Number::Complex(complex)) => {
                complex.imaginary == 0.0 && equal_to_float(&real, complex.real)
            }
            (Number::Float(float), other) | (other, Number::Float(float)) => equal_to_float(&other, float),
        };
    }
    match (a, b) {
        (Constant::Tuple(a), Constant::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| python_equal(a, b))
        }
        (Constant::FrozenSet(a), Constant::FrozenSet(b)) => {
            a.len() == b.len() && a.iter().all(|item| b.iter().any(|other| python_equal(item, other)))
        }
        _ => a == b,
    }
}

fn equal_to_float(number: &Number, float: f64) -> bool {
    match number {
        Number::Int(value) => int::from_float(float).is_some_and(|other| other == *value),
        Number::Float(value) => *value == float,
        Number::Complex(_) => false,
    }
}

/// `left operator right`
pub(super) fn binary(left: &Constant, operator: BinaryOperator, right: &Constant) -> Option<Constant> {
    match operator {
        BinaryOperator::Subscript => return sequence::subscript(left, right),
        BinaryOperator::MatrixMultiply => return None,
        BinaryOperator::Multiply => {
            if let Some(result) = sequence::repeat(left, right) {
                return result;
            }
        }
        BinaryOperator::Add => {
            if let Some(result) = sequence::concatenate(left, right) {
                return Some(result);
            }
        }
        _ => {}
    }
    if let (Constant::Bool(a), Constant::Bool(b)) = (left, right) {
        match operator {
            BinaryOperator::And => return Some(Constant::Bool(a & b)),
            BinaryOperator::Or => return Some(Constant::Bool(a | b)),
            BinaryOperator::Xor => return Some(Constant::Bool(a ^ b)),
            _ => {}
        }
    }
    match (number(left)?, number(right)?) {
        (Number::Int(a), Number::Int(b)) => int::binary(a, operator, b),
        (a @ Number::Complex(_), b) | (a, b @ Number::Complex(_)) => float::complex_binary(a, operator, b),
        (a, b) => float::binary(a.float()?, operator, b.float()?),
    }
}
