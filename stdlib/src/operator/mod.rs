//! `_operator`: the operators as functions, and the callables `itemgetter`, `attrgetter` and `methodcaller`.

mod getters;

use getters::{AttributeGetter, ItemGetter, MethodCaller};
use taipan_runtime::native::{TypeDefinition, type_name};
use taipan_runtime::object::bytes::{ByteArray, Bytes};
use taipan_runtime::object::special::Special;
use taipan_runtime::operations::arithmetic::{BinaryOperator, binary, binary_in_place, unary};
use taipan_runtime::operations::iterate::{for_each, length_hint};
use taipan_runtime::operations::{
    Comparison, class_of, contains, delete_item, equal, get_item, index, is_true, rich_compare, set_item,
};
use taipan_runtime::prelude::*;

/// The module `_operator`.
pub struct Operator;

/// The operators of Python as functions.
#[native_module(name = "_operator")]
impl Operator {
    #[types]
    fn types() -> &'static [&'static TypeDefinition] {
        &[ItemGetter::DEFINITION, AttributeGetter::DEFINITION, MethodCaller::DEFINITION]
    }

    /// Same as a + b.
    #[function("(a, b, /)")]
    fn add(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary(thread, BinaryOperator::Add, a, b)
    }

    /// Same as a & b.
    #[function("(a, b, /)")]
    fn and_(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary(thread, BinaryOperator::And, a, b)
    }

    /// Same as a // b.
    #[function("(a, b, /)")]
    fn floordiv(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary(thread, BinaryOperator::FloorDivide, a, b)
    }

    /// Same as a << b.
    #[function("(a, b, /)")]
    fn lshift(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary(thread, BinaryOperator::LeftShift, a, b)
    }

    /// Same as a @ b.
    #[function("(a, b, /)")]
    fn matmul(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary(thread, BinaryOperator::MatrixMultiply, a, b)
    }

    /// Same as a % b.
    #[function(name = "mod", "(a, b, /)")]
    fn mod_(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary(thread, BinaryOperator::Remainder, a, b)
    }

    /// Same as a * b.
    #[function("(a, b, /)")]
    fn mul(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary(thread, BinaryOperator::Multiply, a, b)
    }

    /// Same as a | b.
    #[function("(a, b, /)")]
    fn or_(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary(thread, BinaryOperator::Or, a, b)
    }

    /// Same as a ** b.
    #[function("(a, b, /)")]
    fn pow(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary(thread, BinaryOperator::Power, a, b)
    }

    /// Same as a >> b.
    #[function("(a, b, /)")]
    fn rshift(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary(thread, BinaryOperator::RightShift, a, b)
    }

    /// Same as a - b.
    #[function("(a, b, /)")]
    fn sub(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary(thread, BinaryOperator::Subtract, a, b)
    }

    /// Same as a / b.
    #[function("(a, b, /)")]
    fn truediv(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary(thread, BinaryOperator::TrueDivide, a, b)
    }

    /// Same as a ^ b.
    #[function("(a, b, /)")]
    fn xor(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary(thread, BinaryOperator::Xor, a, b)
    }

    /// Same as a += b.
    #[function("(a, b, /)")]
    fn iadd(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary_in_place(thread, BinaryOperator::Add, a, b)
    }

    /// Same as a &= b.
    #[function("(a, b, /)")]
    fn iand(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary_in_place(thread, BinaryOperator::And, a, b)
    }

    /// Same as a //= b.
    #[function("(a, b, /)")]
    fn ifloordiv(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary_in_place(thread, BinaryOperator::FloorDivide, a, b)
    }

    /// Same as a <<= b.
    #[function("(a, b, /)")]
    fn ilshift(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary_in_place(thread, BinaryOperator::LeftShift, a, b)
    }

    /// Same as a @= b.
    #[function("(a, b, /)")]
    fn imatmul(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary_in_place(thread, BinaryOperator::MatrixMultiply, a, b)
    }

    /// Same as a %= b.
    #[function("(a, b, /)")]
    fn imod(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary_in_place(thread, BinaryOperator::Remainder, a, b)
    }

    /// Same as a *= b.
    #[function("(a, b, /)")]
    fn imul(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary_in_place(thread, BinaryOperator::Multiply, a, b)
    }

    /// Same as a |= b.
    #[function("(a, b, /)")]
    fn ior(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary_in_place(thread, BinaryOperator::Or, a, b)
    }

    /// Same as a **= b.
    #[function("(a, b, /)")]
    fn ipow(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary_in_place(thread, BinaryOperator::Power, a, b)
    }

    /// Same as a >>= b.
    #[function("(a, b, /)")]
    fn irshift(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary_in_place(thread, BinaryOperator::RightShift, a, b)
    }

    /// Same as a -= b.
    #[function("(a, b, /)")]
    fn isub(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary_in_place(thread, BinaryOperator::Subtract, a, b)
    }

    /// Same as a /= b.
    #[function("(a, b, /)")]
    fn itruediv(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary_in_place(thread, BinaryOperator::TrueDivide, a, b)
    }

    /// Same as a ^= b.
    #[function("(a, b, /)")]
    fn ixor(thread: &mut Thread, a: Value, b: Value) -> Result {
        binary_in_place(thread, BinaryOperator::Xor, a, b)
    }

    /// Same as a < b.
    #[function("(a, b, /)")]
    fn lt(thread: &mut Thread, a: Value, b: Value) -> Result {
        rich_compare(thread, Comparison::Less, a, b)
    }

    /// Same as a <= b.
    #[function("(a, b, /)")]
    fn le(thread: &mut Thread, a: Value, b: Value) -> Result {
        rich_compare(thread, Comparison::LessEqual, a, b)
    }

    /// Same as a == b.
    #[function("(a, b, /)")]
    fn eq(thread: &mut Thread, a: Value, b: Value) -> Result {
        rich_compare(thread, Comparison::Equal, a, b)
    }

    /// Same as a != b.
    #[function("(a, b, /)")]
    fn ne(thread: &mut Thread, a: Value, b: Value) -> Result {
        rich_compare(thread, Comparison::NotEqual, a, b)
    }

    /// Same as a >= b.
    #[function("(a, b, /)")]
    fn ge(thread: &mut Thread, a: Value, b: Value) -> Result {
        rich_compare(thread, Comparison::GreaterEqual, a, b)
    }

    /// Same as a > b.
    #[function("(a, b, /)")]
    fn gt(thread: &mut Thread, a: Value, b: Value) -> Result {
        rich_compare(thread, Comparison::Greater, a, b)
    }

    /// Same as -a.
    #[function("(a, /)")]
    fn neg(thread: &mut Thread, a: Value) -> Result {
        unary(thread, Special::Negative, a)
    }

    /// Same as +a.
    #[function("(a, /)")]
    fn pos(thread: &mut Thread, a: Value) -> Result {
        unary(thread, Special::Positive, a)
    }

    /// Same as ~a.
    #[function("(a, /)")]
    fn inv(thread: &mut Thread, a: Value) -> Result {
        unary(thread, Special::Invert, a)
    }

    /// Same as ~a.
    #[function("(a, /)")]
    fn invert(thread: &mut Thread, a: Value) -> Result {
        unary(thread, Special::Invert, a)
    }

    /// Same as abs(a).
    #[function("(a, /)")]
    fn abs(thread: &mut Thread, a: Value) -> Result {
        unary(thread, Special::Absolute, a)
    }

    /// Tell whether a is true.
    #[function("(a, /)")]
    fn truth(thread: &mut Thread, a: Value) -> Result<bool> {
        is_true(thread, a)
    }

    /// Same as not a.
    #[function("(a, /)")]
    fn not_(thread: &mut Thread, a: Value) -> Result<bool> {
        Ok(!is_true(thread, a)?)
    }

    /// Same as a is b.
    #[function("(a, b, /)")]
    fn is_(a: Value, b: Value) -> bool {
        taipan_runtime::operations::compare::is_same(a, b)
    }

    /// Same as a is not b.
    #[function("(a, b, /)")]
    fn is_not(a: Value, b: Value) -> bool {
        !taipan_runtime::operations::compare::is_same(a, b)
    }

    /// Same as a is None.
    #[function("(a, /)")]
    fn is_none(a: Value) -> bool {
        a.is_none()
    }

    /// Same as a is not None.
    #[function("(a, /)")]
    fn is_not_none(a: Value) -> bool {
        !a.is_none()
    }

    /// Return a as an integer, as indexing does.
    #[function("(a, /)")]
    fn index(thread: &mut Thread, a: Value) -> Result {
        index(thread, a)
    }

    /// Same as a + b, for sequences a and b.
    #[function("(a, b, /)")]
    fn concat(thread: &mut Thread, a: Value, b: Value) -> Result {
        check_sequence(thread, a)?;
        binary(thread, BinaryOperator::Add, a, b)
    }

    /// Same as a += b, for sequences a and b.
    #[function("(a, b, /)")]
    fn iconcat(thread: &mut Thread, a: Value, b: Value) -> Result {
        check_sequence(thread, a)?;
        binary_in_place(thread, BinaryOperator::Add, a, b)
    }

    /// Same as b in a (the operands are the other way round).
    #[function("(a, b, /)")]
    fn contains(thread: &mut Thread, a: Value, b: Value) -> Result<bool> {
        contains(thread, a, b)
    }

    /// Return how many items of a equal b.
    #[function(name = "countOf", "(a, b, /)")]
    fn count_of(thread: &mut Thread, a: Value, b: Value) -> Result<usize> {
        let mut count = 0;
        for_each(thread, a, |thread, item| {
            count += usize::from(equal(thread, item, b)?);
            Ok(())
        })?;
        Ok(count)
    }

    /// Return the index of the first item of a that equals b.
    #[function(name = "indexOf", "(a, b, /)")]
    fn index_of(thread: &mut Thread, a: Value, b: Value) -> Result<usize> {
        let iterator = taipan_runtime::operations::get_iterator(thread, a)?;
        let mut index = 0;
        while let Some(item) = taipan_runtime::operations::next(thread, iterator)? {
            if equal(thread, item, b)? {
                return Ok(index);
            }
            index += 1;
        }
        Err(thread.value_error("sequence.index(x): x not in sequence"))
    }

    /// Same as a[b].
    #[function("(a, b, /)")]
    fn getitem(thread: &mut Thread, a: Value, b: Value) -> Result {
        get_item(thread, a, b)
    }

    /// Same as a[b] = c.
    #[function("(a, b, c, /)")]
    fn setitem(thread: &mut Thread, a: Value, b: Value, c: Value) -> Result<()> {
        set_item(thread, a, b, c)
    }

    /// Same as del a[b].
    #[function("(a, b, /)")]
    fn delitem(thread: &mut Thread, a: Value, b: Value) -> Result<()> {
        delete_item(thread, a, b)
    }

    /// Return the number of items of an object, an estimate of it, or the default.
    #[function("(obj, default=0, /)")]
    fn length_hint(thread: &mut Thread, obj: Value, default: isize) -> Result<i64> {
        // The default comes back as it is, even where it can't be a length.
        match usize::try_from(default) {
            Ok(default) => Ok(length_hint(thread, obj, default)? as i64),
            Err(_) => {
                let known = length_hint(thread, obj, usize::MAX)?;
                Ok(if known == usize::MAX { default as i64 } else { known as i64 })
            }
        }
    }

    /// Same as obj(*args, **kwargs).
    #[function("(obj, /, *args, **kwargs)")]
    fn call(thread: &mut Thread, obj: Value, args: &[Value], kwargs: KeywordArguments<'_>) -> Result {
        kwargs.call(thread, obj, args)
    }

    /// Tell whether two ASCII strings or bytes-like objects are equal, in a time that doesn't tell where they differ.
    #[function("(a, b, /)")]
    fn _compare_digest(thread: &mut Thread, a: Value, b: Value) -> Result<bool> {
        if let (Some(x), Some(y)) = (a.downcast::<Str>(), b.downcast::<Str>()) {
            return match (x.as_ascii(), y.as_ascii()) {
                (Some(x), Some(y)) => Ok(equal_in_constant_time(x.as_bytes(), y.as_bytes())),
                _ => Err(thread.type_error("comparing strings with non-ASCII characters is not supported")),
            };
        }
        match (bytes_of(a), bytes_of(b)) {
            (Some(x), Some(y)) => Ok(equal_in_constant_time(&x, &y)),
            _ => {
                let (x, y) = (type_name(a), type_name(b));
                let message =
                    format!("unsupported operand types(s) or combination of types: '{x}' and '{y}'");
                Err(thread.type_error(message))
            }
        }
    }
}

fn bytes_of(value: Value) -> Option<Vec<u8>> {
    match value.downcast::<Bytes>() {
        Some(bytes) => Some(bytes.as_slice().to_vec()),
        None => value.downcast::<ByteArray>().map(|array| array.as_slice().to_vec()),
    }
}

fn equal_in_constant_time(a: &[u8], b: &[u8]) -> bool {
    // Of different lengths: compare b with itself, so that the time tells b's length only.
    let (left, mut difference) = if a.len() == b.len() { (a, 0) } else { (b, 1) };
    for (x, y) in left.iter().zip(b) {
        difference |= std::hint::black_box(x ^ y);
    }
    difference == 0
}

fn check_sequence(thread: &mut Thread, value: Value) -> Result<()> {
    if class_of(value).special(Special::GetItem).is_some() {
        return Ok(());
    }
    let class = type_name(value);
    Err(thread.type_error(format!("'{class}' object can't be concatenated")))
}
