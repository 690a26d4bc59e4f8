//! What Python code sees of `bool`.

use crate::builtins::int::IntSelf;
use crate::heap::Header;
use crate::native::NativeType;
use crate::object::int::Int;
use crate::object::kind::{Layout, ObjectKind};
use crate::object::str::intern;
use crate::operations::arithmetic::{BinaryOperator, int_binary};
use crate::operations::{self, big_int};
use crate::prelude::*;

/// Stands for the class bool, whose two instances are constants and no heap objects.
#[repr(C)]
pub struct Bool {
    int: Int,
}

// SAFETY: no object matches.
unsafe impl Layout for Bool {
    const KIND: ObjectKind = ObjectKind::Int;
    const NAME: &'static str = "bool";

    fn matches(_: *mut Header) -> bool {
        false
    }
}

/// `x OP y`: a bool if both are.
fn logical(thread: &mut Thread, op: BinaryOperator, this: IntSelf, other: Value) -> Result {
    if !this.value.is_bool() || !other.is_bool() {
        return match other.as_int_or_bool() {
            Some(other) => int_binary(thread, op, this.int, other),
            None => Ok(Value::NOT_IMPLEMENTED),
        };
    }
    let (x, y) = (this.value == Value::TRUE, other == Value::TRUE);
    Ok(Value::from_bool(match op {
        BinaryOperator::And => x & y,
        BinaryOperator::Or => x | y,
        _ => x ^ y,
    }))
}

/// The truth of a value.
#[native_type(name = "bool", base = Int::DEFINITION)]
impl Bool {
    #[new("($type, object=False, /)")]
    fn new_bool(thread: &mut Thread, _class: Gc<TypeObject>, object: Value) -> Result<bool> {
        operations::is_true(thread, object)
    }

    #[method]
    fn __repr__(this: IntSelf) -> Gc<Str> {
        intern(if this.int.is_zero() { "False" } else { "True" })
    }

    #[method]
    fn __and__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        logical(thread, BinaryOperator::And, this, other)
    }

    #[method]
    fn __rand__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        logical(thread, BinaryOperator::And, this, other)
    }

    #[method]
    fn __or__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        logical(thread, BinaryOperator::Or, this, other)
    }

    #[method]
    fn __ror__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        logical(thread, BinaryOperator::Or, this, other)
    }

    #[method]
    fn __xor__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        logical(thread, BinaryOperator::Xor, this, other)
    }

    #[method]
    fn __rxor__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        logical(thread, BinaryOperator::Xor, this, other)
    }

    #[method]
    fn __invert__(thread: &mut Thread, this: IntSelf) -> Result {
        crate::builtins::warnings::deprecation(
            thread,
            "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise inversion of the underlying int object and is usually not what you expect from negating a bool. Use the 'not' operator for boolean negation or ~int(x) if you really want the bitwise inversion of the underlying int.",
        )?;
        Ok(big_int::invert(this.int))
    }
}
