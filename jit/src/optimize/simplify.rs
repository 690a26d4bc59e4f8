//! Local rewriting: constant folding, algebraic identities, conversions that cancel each other, and guards that
//! the types already answer. Value numbering calls it for every instruction it visits.

use crate::hir::types::{INT_MAX, INT_MIN};
use crate::hir::{Condition, Function, Kinds, Opcode, Region, Type, Value};

/// What an instruction turns into.
pub enum Outcome {
    /// Nothing simpler is known.
    Same,
    /// An existing value.
    Alias(Value),
    /// Another instruction in its place.
    Rewrite(Opcode, Vec<Value>, [i64; 2]),
    /// Nothing: it has no result and no effect.
    Remove,
}

use Outcome::{Alias, Remove, Rewrite, Same};

fn int(number: i64) -> Outcome {
    Rewrite(Opcode::IntConstant, vec![], [number, 0])
}

fn float(number: f64) -> Outcome {
    Rewrite(Opcode::FloatConstant, vec![], [number.to_bits() as i64, 0])
}

fn boolean(truth: bool) -> Outcome {
    Rewrite(Opcode::BoolConstant, vec![], [i64::from(truth), 0])
}

fn fits(number: i64) -> bool {
    (INT_MIN..=INT_MAX).contains(&number)
}

/// Kinds whose objects keep their shape for life.
pub const FIXED_SHAPE: Kinds = Kinds(Kinds::ANY.0 & !Kinds::OBJECT.0 & !Kinds::CLASS.0);

/// Simplifies one instruction.
pub fn simplify(function: &Function, value: Value) -> Outcome {
    let instruction = function.get(value);
    let operands: Vec<Value> = instruction.operands.iter().map(|v| function.resolve(*v)).collect();
    let immediates = instruction.immediates;
    match instruction.opcode {
        Opcode::CheckInt
        | Opcode::UnboxInt
        | Opcode::CheckFloat
        | Opcode::UnboxFloat
        | Opcode::CheckNumber
        | Opcode::UnboxBool
        | Opcode::BoxInt
        | Opcode::BoxFloat
        | Opcode::BoxBool
        | Opcode::IntToFloat
        | Opcode::BoolToInt => conversion(function, instruction.opcode, operands[0]),
        Opcode::GuardShape
        | Opcode::GuardLayout
        | Opcode::GuardConstant
        | Opcode::GuardBool
        | Opcode::GuardPresent
        | Opcode::GuardTrue
        | Opcode::GuardFalse => guard(function, instruction.opcode, operands[0], immediates),
        Opcode::Is
        | Opcode::IsConstant
        | Opcode::HasShape
        | Opcode::TestInt
        | Opcode::TestFloat
        | Opcode::BoolNot
        | Opcode::Truth => predicate(function, instruction.opcode, &operands, immediates),
        Opcode::IntCompare | Opcode::FloatCompare => {
            comparison(function, instruction.opcode, &operands, immediates)
        }
        Opcode::LoadElement | Opcode::LoadImmutableLength | Opcode::CheckIndex | Opcode::CheckBounds => {
            access(function, instruction.opcode, &operands)
        }
        opcode => arithmetic(function, opcode, &operands),
    }
}

fn conversion(function: &Function, opcode: Opcode, operand: Value) -> Outcome {
    let plain = function.strip(operand);
    let source = function.get(plain);
    let ty = function.get(operand).ty;
    let inner = source.operands.first().map(|v| function.resolve(*v));
    match (opcode, source.opcode) {
        (Opcode::CheckInt | Opcode::UnboxInt, Opcode::BoxInt) => Alias(inner.unwrap()),
        (Opcode::CheckFloat | Opcode::UnboxFloat | Opcode::CheckNumber, Opcode::BoxFloat) => {
            Alias(inner.unwrap())
        }
        (Opcode::CheckNumber, Opcode::BoxInt) => Rewrite(Opcode::IntToFloat, vec![inner.unwrap()], [0; 2]),
        (Opcode::UnboxBool, Opcode::BoxBool) => Alias(inner.unwrap()),
        (Opcode::BoxInt, Opcode::CheckInt | Opcode::UnboxInt) => Alias(inner.unwrap()),
        (Opcode::BoxFloat, Opcode::CheckFloat | Opcode::UnboxFloat) => Alias(inner.unwrap()),
        (Opcode::BoxBool, Opcode::UnboxBool) => Alias(inner.unwrap()),
        (Opcode::CheckInt | Opcode::UnboxInt, Opcode::Constant) if ty.is(Kinds::INT) => {
            int(source.immediates[0] >> 1)
        }
        (Opcode::CheckFloat | Opcode::UnboxFloat | Opcode::CheckNumber, Opcode::Constant)
            if ty.is(Kinds::FLOAT) =>
        {
            Rewrite(Opcode::FloatConstant, vec![], [source.immediates[1], 0])
        }
        (Opcode::UnboxBool, Opcode::Constant) if ty.is(Kinds::BOOL) => {
            boolean(source.immediates[0] as u64 == crate::layout::TRUE)
        }
        (Opcode::BoxInt, Opcode::IntConstant) => {
            Rewrite(Opcode::Constant, vec![], [source.immediates[0] << 1 | 1, 0])
        }
        (Opcode::BoxBool, Opcode::BoolConstant) => {
            Rewrite(Opcode::Constant, vec![], [crate::layout::bool_word(source.immediates[0] != 0) as i64, 0])
        }
        (Opcode::IntToFloat, Opcode::IntConstant) => float(source.immediates[0] as f64),
        (Opcode::BoolToInt, Opcode::BoolConstant) => int(source.immediates[0]),
        (Opcode::CheckInt, _) if ty.is(Kinds::INT) => Rewrite(Opcode::UnboxInt, vec![operand], [0; 2]),
        (Opcode::CheckFloat | Opcode::CheckNumber, _) if ty.is(Kinds::FLOAT) => {
            Rewrite(Opcode::UnboxFloat, vec![operand], [0; 2])
        }
        _ => Same,
    }
}

fn guard(function: &Function, opcode: Opcode, operand: Value, immediates: [i64; 2]) -> Outcome {
    let ty = function.get(operand).ty;
    match opcode {
        Opcode::GuardShape if ty.shape == immediates[0] as u32 && ty.shape != 0 && ty.is(FIXED_SHAPE) => {
            Alias(operand)
        }
        Opcode::GuardLayout
            if ty.kinds != Kinds::NOTHING && layout_known(function, operand, immediates[0]) =>
        {
            Alias(operand)
        }
        Opcode::GuardConstant if ty.constant == immediates[0] as u64 && ty.constant != 0 => Alias(operand),
        Opcode::GuardBool if ty.is(Kinds::BOOL) => Alias(operand),
        Opcode::GuardPresent if !ty.kinds.meets(Kinds::ABSENT) => Alias(operand),
        Opcode::GuardTrue | Opcode::GuardFalse => {
            let wanted = opcode == Opcode::GuardTrue;
            if function.bool_constant(operand) == Some(wanted) {
                return Remove;
            }
            let source = function.get(operand);
            if source.opcode == Opcode::BoolNot {
                let opposite = if wanted { Opcode::GuardFalse } else { Opcode::GuardTrue };
                return Rewrite(opposite, vec![source.operands[0]], [0; 2]);
            }
            Same
        }
        _ => Same,
    }
}

/// Has a guard on the way to the value already found this layout byte?
fn layout_known(function: &Function, mut value: Value, layout: i64) -> bool {
    loop {
        value = function.resolve(value);
        let instruction = function.get(value);
        if !instruction.opcode.has(crate::hir::Flags::NARROWS) {
            return false;
        }
        if instruction.opcode == Opcode::GuardLayout && instruction.immediates[0] == layout {
            return true;
        }
        value = instruction.operands[0];
    }
}

fn predicate(function: &Function, opcode: Opcode, operands: &[Value], immediates: [i64; 2]) -> Outcome {
    let ty = function.get(operands[0]).ty;
    match opcode {
        Opcode::Is => {
            let (left, right) = (function.strip(operands[0]), function.strip(operands[1]));
            if left == right {
                return boolean(true);
            }
            for (side, other) in [(left, operands[1]), (right, operands[0])] {
                if function.opcode(side) == Opcode::Constant {
                    return Rewrite(Opcode::IsConstant, vec![other], [function.get(side).immediates[0], 0]);
                }
            }
            let other = function.get(operands[1]).ty;
            if ty.kinds.meets(other.kinds) { Same } else { boolean(false) }
        }
        Opcode::IsConstant => {
            let word = immediates[0] as u64;
            if ty.constant != 0 {
                return boolean(ty.constant == word);
            }
            let kinds = crate::layout::kinds_of_word(word);
            if ty.kinds.meets(kinds) { Same } else { boolean(false) }
        }
        Opcode::HasShape if ty.shape != 0 && ty.is(FIXED_SHAPE) => {
            boolean(i64::from(ty.shape) == immediates[0])
        }
        Opcode::HasShape if ty.is(Kinds::IMMEDIATE) => boolean(false),
        Opcode::TestInt if ty.is(Kinds::INT) => boolean(true),
        Opcode::TestInt if !ty.kinds.meets(Kinds::INT) => boolean(false),
        Opcode::TestFloat if ty.is(Kinds::FLOAT) => boolean(true),
        Opcode::TestFloat if !ty.kinds.meets(Kinds::FLOAT) => boolean(false),
        Opcode::BoolNot => {
            if let Some(truth) = function.bool_constant(operands[0]) {
                return boolean(!truth);
            }
            let source = function.get(operands[0]);
            match (source.opcode, Condition::from_number(source.immediates[0])) {
                (Opcode::BoolNot, _) => Alias(function.resolve(source.operands[0])),
                (Opcode::IntCompare, Some(condition)) => {
                    let operands = source.operands.iter().map(|v| function.resolve(*v)).collect();
                    Rewrite(Opcode::IntCompare, operands, [condition.negate() as i64, 0])
                }
                _ => Same,
            }
        }
        Opcode::Truth if ty.is(Kinds::BOOL) => Rewrite(Opcode::UnboxBool, operands.to_vec(), [0; 2]),
        Opcode::Truth if ty.is(Kinds::NONE) => boolean(false),
        _ => Same,
    }
}

fn comparison(function: &Function, opcode: Opcode, operands: &[Value], immediates: [i64; 2]) -> Outcome {
    let Some(condition) = Condition::from_number(immediates[0]) else { return Same };
    if opcode == Opcode::FloatCompare {
        return match (function.float_constant(operands[0]), function.float_constant(operands[1])) {
            (Some(left), Some(right)) => boolean(condition.holds(left, right)),
            _ => Same,
        };
    }
    if operands[0] == operands[1] {
        return boolean(condition.holds(0, 0));
    }
    match (function.int_constant(operands[0]), function.int_constant(operands[1])) {
        (Some(left), Some(right)) => boolean(condition.holds(left, right)),
        (Some(_), None) => {
            Rewrite(Opcode::IntCompare, vec![operands[1], operands[0]], [condition.swap() as i64, 0])
        }
        _ => Same,
    }
}

fn access(function: &Function, opcode: Opcode, operands: &[Value]) -> Outcome {
    let base = function.strip(operands[0]);
    match opcode {
        Opcode::LoadImmutableLength if function.opcode(base) == Opcode::NewTuple => {
            int(function.get(base).operands.len() as i64)
        }
        Opcode::LoadElement if function.opcode(base) == Opcode::NewTuple => {
            let elements = &function.get(base).operands;
            match function
                .int_constant(operands[1])
                .and_then(|index| elements.get(usize::try_from(index).ok()?))
            {
                Some(element) => Alias(function.resolve(*element)),
                None => Same,
            }
        }
        Opcode::CheckIndex | Opcode::CheckBounds => {
            match (function.int_constant(operands[0]), function.int_constant(operands[1])) {
                (Some(index), Some(length)) if (0..length).contains(&index) => Alias(operands[0]),
                (Some(index), Some(length))
                    if opcode == Opcode::CheckIndex && (-length..0).contains(&index) =>
                {
                    int(index + length)
                }
                _ => Same,
            }
        }
        _ => Same,
    }
}

fn arithmetic(function: &Function, opcode: Opcode, operands: &[Value]) -> Outcome {
    let [left, right] = match operands {
        [left, right] => [*left, *right],
        [only] => return unary(function, opcode, *only),
        _ => return Same,
    };
    if let (Some(a), Some(b)) = (function.float_constant(left), function.float_constant(right)) {
        return match opcode {
            Opcode::FloatAdd => float(a + b),
            Opcode::FloatSub => float(a - b),
            Opcode::FloatMul => float(a * b),
            Opcode::FloatDiv if b != 0.0 => float(a / b),
            _ => Same,
        };
    }
    match (function.int_constant(left), function.int_constant(right)) {
        (Some(a), Some(b)) => fold(opcode, a, b).filter(|result| fits(*result)).map_or(Same, int),
        (_, Some(b)) => identity(opcode, left, b).unwrap_or_else(|| reduce(function, opcode, left, right, b)),
        (Some(a), None) if opcode.has(crate::hir::Flags::COMMUTES) => {
            identity(opcode, right, a).unwrap_or(Same)
        }
        _ if left == right => match opcode {
            Opcode::IntAnd | Opcode::IntOr | Opcode::IntMin | Opcode::IntMax => Alias(left),
            Opcode::IntXor | Opcode::IntSub | Opcode::IntSubFast => int(0),
            _ => Same,
        },
        _ => Same,
    }
}

fn unary(function: &Function, opcode: Opcode, operand: Value) -> Outcome {
    match (opcode, function.int_constant(operand), function.float_constant(operand)) {
        (Opcode::IntNeg, Some(a), _) if fits(-a) => int(-a),
        (Opcode::IntInvert, Some(a), _) => int(!a),
        (Opcode::FloatNeg, _, Some(a)) => float(-a),
        (Opcode::FloatAbs, _, Some(a)) => float(a.abs()),
        (Opcode::FloatSqrt, _, Some(a)) if a >= 0.0 => float(a.sqrt()),
        _ => Same,
    }
}

fn fold(opcode: Opcode, a: i64, b: i64) -> Option<i64> {
    match opcode {
        Opcode::IntAdd | Opcode::IntAddFast => a.checked_add(b),
        Opcode::IntSub | Opcode::IntSubFast => a.checked_sub(b),
        Opcode::IntMul | Opcode::IntMulFast => a.checked_mul(b),
        Opcode::IntFloorDiv | Opcode::IntDivFast if b != 0 => {
            Some(a.div_euclid(b) - i64::from(b < 0 && a.rem_euclid(b) != 0))
        }
        Opcode::IntMod | Opcode::IntModFast if b > 0 => Some(a.rem_euclid(b)),
        Opcode::IntShl | Opcode::IntShlFast if (0..63).contains(&b) => a.checked_mul(1 << b),
        Opcode::IntShr | Opcode::IntShrFast if b >= 0 => Some(a >> b.min(63)),
        Opcode::IntAnd => Some(a & b),
        Opcode::IntOr => Some(a | b),
        Opcode::IntXor => Some(a ^ b),
        Opcode::IntMin => Some(a.min(b)),
        Opcode::IntMax => Some(a.max(b)),
        _ => None,
    }
}

/// The operation on `left` and the constant `b`, where that is `left` or another constant.
fn identity(opcode: Opcode, left: Value, b: i64) -> Option<Outcome> {
    Some(match (opcode, b) {
        (Opcode::IntAdd | Opcode::IntAddFast | Opcode::IntSub | Opcode::IntSubFast, 0) => Alias(left),
        (Opcode::IntMul | Opcode::IntMulFast | Opcode::IntFloorDiv | Opcode::IntDivFast, 1) => Alias(left),
        (Opcode::IntMul | Opcode::IntMulFast | Opcode::IntAnd, 0) => int(0),
        (Opcode::IntShl | Opcode::IntShr | Opcode::IntShlFast | Opcode::IntShrFast, 0) => Alias(left),
        (Opcode::IntOr | Opcode::IntXor, 0) | (Opcode::IntAnd, -1) => Alias(left),
        (Opcode::IntMod | Opcode::IntModFast, 1) => int(0),
        _ => return None,
    })
}

/// Cheaper instructions for an operation by the constant `b`.
fn reduce(function: &Function, opcode: Opcode, left: Value, right: Value, b: i64) -> Outcome {
    match opcode {
        Opcode::IntFloorDiv if b > 0 => Rewrite(Opcode::IntDivFast, vec![left, right], [0; 2]),
        Opcode::IntMod if b > 0 => Rewrite(Opcode::IntModFast, vec![left, right], [0; 2]),
        Opcode::IntShr if b >= 0 => Rewrite(Opcode::IntShrFast, vec![left, right], [0; 2]),
        // (x + a) + b is x + (a + b): both constants are small, so that the sum can't hide an overflow.
        Opcode::IntAddFast => {
            let source = function.get(left);
            match (source.opcode, source.operands.get(1).and_then(|v| function.int_constant(*v))) {
                (Opcode::IntAddFast, Some(a)) if a.abs() < 1 << 30 && b.abs() < 1 << 30 && a + b == 0 => {
                    Alias(function.resolve(source.operands[0]))
                }
                _ => Same,
            }
        }
        _ => Same,
    }
}

/// Gives a rewritten instruction its type.
pub fn set_opcode(
    function: &mut Function,
    value: Value,
    opcode: Opcode,
    operands: &[Value],
    immediates: [i64; 2],
) {
    let representation = opcode.definition().result;
    let old = function.get(value).ty;
    let instruction = function.get_mut(value);
    instruction.opcode = opcode;
    instruction.operands = operands.into();
    instruction.immediates = immediates;
    instruction.representation = representation;
    instruction.ty = match opcode {
        Opcode::IntConstant => Type::int(immediates[0], immediates[0]),
        Opcode::Constant => crate::layout::type_of_word(immediates[0] as u64),
        _ if old.kinds == Kinds::NOTHING => Type::of(crate::hir::function::kinds_of(representation)),
        _ => old,
    };
    if opcode.definition().reads == Region::NONE && !opcode.has(crate::hir::Flags::EXITS) {
        instruction.state = None;
    }
}

#[cfg(test)]
mod tests {
    use crate::optimize::{run_text, value_numbering};

    #[track_caller]
    fn check(body: &str, expected: &str) {
        let text = format!(
            "function t {{\nframe f0 code 0 locals 1 stack 1\nstate s0 = f0 @0 [_|]\nblock0:\n{body}\n}}"
        );
        let output = run_text(&text, |function| {
            value_numbering::run(function);
            crate::optimize::dead_code::run(function);
        });
        assert!(output.contains(expected), "{output}");
    }

    #[test]
    fn conversions_cancel() {
        check(
            "v0 = load_local #0\nv1 = check_int v0 !s0\nv2 = box_int v1\nv3 = check_int v2 !s0\nv4 = int #5\nv5 = int_and v3, v4\nv6 = box_int v5\nreturn v6",
            "v5 = int_and v1, v4",
        );
    }

    #[test]
    fn constants_fold() {
        check("v0 = int #6\nv1 = int #7\nv2 = int_mul v0, v1 !s0\nv3 = box_int v2\nreturn v3", "const #0x55");
        check(
            "v0 = int #-7\nv1 = int #2\nv2 = int_floordiv v0, v1 !s0\nv3 = box_int v2\nreturn v3",
            "const #0xfffffffffffffff9",
        );
    }

    #[test]
    fn overflowing_constants_stay() {
        let big = (1i64 << 62) - 1;
        check(
            &format!("v0 = int #{big}\nv1 = int #1\nv2 = int_add v0, v1 !s0\nv3 = box_int v2\nreturn v3"),
            "int_add v0, v1",
        );
    }

    #[test]
    fn tuple_elements_are_found() {
        check(
            "v0 = load_local #0\nv1 = new_tuple v0, v0\nv2 = int #1\nv3 = load_element #16 v1, v2\nreturn v3",
            "block0:\n  v0 = load_local #0\n  return v0",
        );
    }
}
