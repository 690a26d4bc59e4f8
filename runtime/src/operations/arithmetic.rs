//! Binary and unary operators.

use crate::object::int::IntRef;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::object::special::Special;
use crate::object::str::Str;
use crate::object::type_object::TypeObject;
use crate::operations::{big_int, call, class_of};
use crate::thread::{Result, Thread};
use crate::types;
use crate::value::Value;

macro_rules! binary_operators {
    ($($name:ident $symbol:literal $reflected:ident $in_place:ident,)*) => {
        /// A binary operator, numbered as in `BINARY_OP` (in-place forms follow at 13).
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum BinaryOperator { $($name),* }

        impl BinaryOperator {
            pub const ALL: [BinaryOperator; 13] = [$(BinaryOperator::$name),*];
            /// The operator as it is written.
            pub fn symbol(self) -> &'static str { [$($symbol),*][self as usize] }
            pub fn special(self) -> Special { [$(Special::$name),*][self as usize] }
            pub fn reflected(self) -> Special { [$(Special::$reflected),*][self as usize] }
            pub fn in_place(self) -> Special { [$(Special::$in_place),*][self as usize] }
        }
    };
}

binary_operators! {
    Add "+" ReflectedAdd InPlaceAdd,
    And "&" ReflectedAnd InPlaceAnd,
    FloorDivide "//" ReflectedFloorDivide InPlaceFloorDivide,
    LeftShift "<<" ReflectedLeftShift InPlaceLeftShift,
    MatrixMultiply "@" ReflectedMatrixMultiply InPlaceMatrixMultiply,
    Multiply "*" ReflectedMultiply InPlaceMultiply,
    Remainder "%" ReflectedRemainder InPlaceRemainder,
    Or "|" ReflectedOr InPlaceOr,
    Power "**" ReflectedPower InPlacePower,
    RightShift ">>" ReflectedRightShift InPlaceRightShift,
    Subtract "-" ReflectedSubtract InPlaceSubtract,
    TrueDivide "/" ReflectedTrueDivide InPlaceTrueDivide,
    Xor "^" ReflectedXor InPlaceXor,
}

/// `a OP b`
pub fn binary(thread: &mut Thread, op: BinaryOperator, a: Value, b: Value) -> Result {
    if let Some(result) = binary_numbers(thread, op, a, b) {
        return result;
    }
    match binary_optional(thread, op, a, b)? {
        Value::NOT_IMPLEMENTED => Err(unsupported(thread, op.symbol(), a, b)),
        result => Ok(result),
    }
}

/// `a OP= b`
pub fn binary_in_place(thread: &mut Thread, op: BinaryOperator, a: Value, b: Value) -> Result {
    if let Some(result) = binary_numbers(thread, op, a, b) {
        return result;
    }
    if let Some(result) = reflected_before_sequence(thread, op, a, b)? {
        return Ok(result);
    }
    if let Some(method) = class_of(a).special(op.in_place()) {
        let result = call::call_special(thread, method, a, &[b])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    match binary_optional(thread, op, a, b)? {
        Value::NOT_IMPLEMENTED => Err(unsupported(thread, &format!("{}=", op.symbol()), a, b)),
        result => Ok(result),
    }
}

/// Native sequences concatenate and repeat in place only behind what the other operand's class says of the operator.
fn reflected_before_sequence(
    thread: &mut Thread,
    op: BinaryOperator,
    a: Value,
    b: Value,
) -> Result<Option<Value>> {
    let is_sequence = matches!(op, BinaryOperator::Add | BinaryOperator::Multiply)
        && class_of(b).definition.is_none()
        && class_of(a).special(op.in_place()).is_some_and(|method| method.is_kind(ObjectKind::NativeMethod))
        && class_of(a).special(Special::GetItem).is_some();
    if !is_sequence {
        return Ok(None);
    }
    match class_of(b).special(op.reflected()) {
        Some(method) if !method.is_kind(ObjectKind::NativeMethod) => {
            let result = call::call_special(thread, method, b, &[a])?;
            Ok(Some(result).filter(|result| *result != Value::NOT_IMPLEMENTED))
        }
        _ => Ok(None),
    }
}

/// `a OP b`, NotImplemented where neither side knows how.
pub fn binary_optional(thread: &mut Thread, op: BinaryOperator, a: Value, b: Value) -> Result {
    binary_by_specials(thread, op.special(), op.reflected(), a, b)
}

/// The protocol of binary special methods; a subclass's reflected method that overrides comes first.
pub fn binary_by_specials(
    thread: &mut Thread,
    special: Special,
    reflected: Special,
    a: Value,
    b: Value,
) -> Result {
    thread.check_native_stack()?;
    let (left, right) = (class_of(a), class_of(b));
    let left_method = left.special(special);
    let right_method = if left == right { None } else { right.special(reflected) };
    if let Some(method) = right_method {
        if right.is_subclass_of(left) && left.special(reflected) != Some(method) {
            let result = call::call_special(thread, method, b, &[a])?;
            if result != Value::NOT_IMPLEMENTED {
                return Ok(result);
            }
            return match left_method {
                Some(method) => call::call_special(thread, method, a, &[b]),
                None => Ok(Value::NOT_IMPLEMENTED),
            };
        }
    }
    if let Some(method) = left_method {
        let result = call::call_special(thread, method, a, &[b])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    match right_method {
        Some(method) => call::call_special(thread, method, b, &[a]),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `divmod(a, b)`
pub fn divide_with_remainder(thread: &mut Thread, a: Value, b: Value) -> Result {
    match binary_by_specials(thread, Special::DivMod, Special::ReflectedDivMod, a, b)? {
        Value::NOT_IMPLEMENTED => Err(unsupported(thread, "divmod()", a, b)),
        result => Ok(result),
    }
}

/// TypeError for operands that no method accepts.
#[cold]
pub fn unsupported(thread: &mut Thread, symbol: &str, a: Value, b: Value) -> crate::thread::Raised {
    let (left, right) = (super::attribute::class_name(a), super::attribute::class_name(b));
    let symbol = match symbol {
        "**" => "** or pow()",
        symbol => symbol,
    };
    if symbol == ">>"
        && a.is_pointer()
        && class_of(a) == types().builtin_function_or_method
        && left == "builtin_function_or_method"
    {
        let function = a.cast::<crate::object::native_function::NativeFunction>();
        if function.definition.name == "print" && function.definition.owner == "builtins" {
            return thread.type_error(format!(
                "unsupported operand type(s) for >>: '{left}' and '{right}'. Did you mean \"print(<message>, file=<output_stream>)\"?"
            ));
        }
    }
    thread.type_error(format!("unsupported operand type(s) for {symbol}: '{left}' and '{right}'"))
}

/// Exact ints and floats, mixed too; `None` for all other operands.
#[inline]
pub fn binary_numbers(thread: &mut Thread, op: BinaryOperator, a: Value, b: Value) -> Option<Result> {
    let (left, right) = (exact_number(a)?, exact_number(b)?);
    match (left, right) {
        // Ints don't have the operator.
        (Number::Int(_), Number::Int(_)) if op == BinaryOperator::MatrixMultiply => None,
        (Number::Int(x), Number::Int(y)) => Some(int_binary(thread, op, x, y)),
        (Number::Float(x), Number::Float(y)) => float_binary(thread, op, x, y),
        (Number::Int(x), Number::Float(y)) => match big_int::to_float(thread, x) {
            Ok(x) => float_binary(thread, op, x, y),
            Err(raised) => is_float_operator(op).then_some(Err(raised)),
        },
        (Number::Float(x), Number::Int(y)) => match big_int::to_float(thread, y) {
            Ok(y) => float_binary(thread, op, x, y),
            Err(raised) => is_float_operator(op).then_some(Err(raised)),
        },
    }
}

fn is_float_operator(op: BinaryOperator) -> bool {
    use BinaryOperator::*;
    matches!(op, Add | Subtract | Multiply | TrueDivide | FloorDivide | Remainder | Power)
}

enum Number {
    Int(IntRef),
    Float(f64),
}

#[inline]
fn exact_number(value: Value) -> Option<Number> {
    if let Some(i) = value.as_small_int() {
        return Some(Number::Int(IntRef::Small(i)));
    }
    if value.is_immediate_float() {
        return Some(Number::Float(value.immediate_float()));
    }
    if !value.is_pointer() {
        return None;
    }
    let class: Gc<TypeObject> = class_of(value);
    if class == types().float {
        return value.as_float().map(Number::Float);
    }
    if class == types().int {
        return value.as_int().map(Number::Int);
    }
    None
}

/// `x OP y` of ints.
pub fn int_binary(thread: &mut Thread, op: BinaryOperator, x: IntRef, y: IntRef) -> Result {
    Ok(match op {
        BinaryOperator::Add => big_int::add(x, y),
        BinaryOperator::Subtract => big_int::subtract(x, y),
        BinaryOperator::Multiply => big_int::multiply(x, y),
        BinaryOperator::FloorDivide => match big_int::floor_div_mod(x, y) {
            Some((quotient, _)) => quotient,
            None => return Err(thread.zero_division_error("division by zero")),
        },
        BinaryOperator::Remainder => match big_int::floor_div_mod(x, y) {
            Some((_, remainder)) => remainder,
            None => return Err(thread.zero_division_error("division by zero")),
        },
        BinaryOperator::TrueDivide => Value::from_float(big_int::true_divide(thread, x, y)?),
        BinaryOperator::LeftShift => return big_int::shift_left(thread, x, y),
        BinaryOperator::RightShift => return big_int::shift_right(thread, x, y),
        BinaryOperator::And => big_int::bitwise(x, y, |x, y| x & y, |x, y| x & y),
        BinaryOperator::Or => big_int::bitwise(x, y, |x, y| x | y, |x, y| x | y),
        BinaryOperator::Xor => big_int::bitwise(x, y, |x, y| x ^ y, |x, y| x ^ y),
        BinaryOperator::Power => {
            if big_int::is_negative(y) {
                let (x, y) = (big_int::to_float(thread, x)?, big_int::to_float(thread, y)?);
                return float_power(thread, x, y);
            }
            return big_int::power(thread, x, y);
        }
        BinaryOperator::MatrixMultiply => return Ok(Value::NOT_IMPLEMENTED),
    })
}

/// `x OP y` of floats, `None` where floats don't have the operator.
pub fn float_binary(thread: &mut Thread, op: BinaryOperator, x: f64, y: f64) -> Option<Result> {
    Some(Ok(Value::from_float(match op {
        BinaryOperator::Add => x + y,
        BinaryOperator::Subtract => x - y,
        BinaryOperator::Multiply => x * y,
        BinaryOperator::TrueDivide if y == 0.0 => {
            return Some(Err(thread.zero_division_error("division by zero")));
        }
        BinaryOperator::TrueDivide => x / y,
        BinaryOperator::FloorDivide | BinaryOperator::Remainder if y == 0.0 => {
            return Some(Err(thread.zero_division_error("division by zero")));
        }
        BinaryOperator::FloorDivide => float_floor_div_mod(x, y).0,
        BinaryOperator::Remainder => float_floor_div_mod(x, y).1,
        BinaryOperator::Power => return Some(float_power(thread, x, y)),
        _ => return None,
    })))
}

/// `x // y` and `x % y` of floats with a divisor that isn't zero.
pub fn float_floor_div_mod(x: f64, y: f64) -> (f64, f64) {
    let mut remainder = x % y;
    let mut quotient = (x - remainder) / y;
    if remainder != 0.0 {
        if (y < 0.0) != (remainder < 0.0) {
            remainder += y;
            quotient -= 1.0;
        }
    } else {
        remainder = 0f64.copysign(y);
    }
    let floor = if quotient != 0.0 {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    } else {
        0f64.copysign(x / y)
    };
    (floor, remainder)
}

/// `x ** y` of floats.
pub fn float_power(thread: &mut Thread, x: f64, y: f64) -> Result {
    if x == 0.0 && y < 0.0 && y.is_finite() {
        return Err(thread.zero_division_error("zero to a negative power"));
    }
    if x < 0.0 && x.is_finite() && y.is_finite() && y.floor() != y {
        let magnitude = (-x).powf(y);
        let angle = std::f64::consts::PI * y;
        return Ok(crate::object::float::Complex::new(magnitude * angle.cos(), magnitude * angle.sin()));
    }
    let result = x.powf(y);
    if result.is_infinite() && x.is_finite() && y.is_finite() {
        let errno_range = Str::new("Numerical result out of range").value();
        return Err(crate::object::exception::Exception::with_arguments(
            thread,
            types().overflow_error,
            &[Value::from_small_int(34), errno_range],
        ));
    }
    Ok(Value::from_float(result))
}

/// `-value`, `+value`, `~value`, `abs(value)` by the special method.
pub fn unary(thread: &mut Thread, special: Special, value: Value) -> Result {
    if let Some(i) = value.as_small_int() {
        match special {
            Special::Negative => return Ok(Value::from_int(-i)),
            Special::Invert => return Ok(Value::from_int(!i)),
            Special::Positive => return Ok(value),
            Special::Absolute => return Ok(Value::from_int(i.abs())),
            _ => {}
        }
    }
    if value.is_immediate_float() && special == Special::Negative {
        return Ok(Value::from_float(-value.immediate_float()));
    }
    match class_of(value).special(special) {
        Some(method) => call::call_special(thread, method, value, &[]),
        None => {
            let class = super::attribute::class_name(value);
            let message = match special {
                Special::Negative => format!("bad operand type for unary -: '{class}'"),
                Special::Positive => format!("bad operand type for unary +: '{class}'"),
                Special::Invert => format!("bad operand type for unary ~: '{class}'"),
                _ => format!("bad operand type for abs(): '{class}'"),
            };
            Err(thread.type_error(message))
        }
    }
}
