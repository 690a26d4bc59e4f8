//! Operators on values that are now an int, now a float: one test at run time chooses between the two ways, and neither makes a call.

use super::{Builder, Outcome};
use crate::hir::{Condition, Kinds, Opcode, Representation, Type, Value};
use taipan_compiler::opcode::BinaryOperator;

/// What is done with two numbers, if they are ints and if one of them is a float.
struct Ways {
    ints: Opcode,
    floats: Opcode,
}

fn ways(operator: BinaryOperator) -> Option<Ways> {
    use BinaryOperator as B;
    let (ints, floats) = match operator {
        B::Add | B::InplaceAdd => (Opcode::IntAdd, Opcode::FloatAdd),
        B::Subtract | B::InplaceSubtract => (Opcode::IntSub, Opcode::FloatSub),
        B::Multiply | B::InplaceMultiply => (Opcode::IntMul, Opcode::FloatMul),
        _ => return None,
    };
    Some(Ways { ints, floats })
}

impl Builder<'_> {
    /// A type: an int or a float.
    fn number_type() -> Type {
        Type::of(Kinds::INT | Kinds::FLOAT)
    }

    /// Is the value a small int? Branches to `yes` or `no` and goes on building in neither.
    fn branch_if_int(&mut self, value: Value, yes: crate::hir::BlockId, no: crate::hir::BlockId) {
        let is_int = self.op(Opcode::TestInt, &[value]);
        self.branch(is_int, yes, no);
    }

    /// Two numbers of which each may be an int or a float.
    pub(super) fn mixed_operator(
        &mut self,
        operator: BinaryOperator,
        left: Value,
        right: Value,
    ) -> Option<Value> {
        let ways = ways(operator)?;
        let [second, ints, floats, merge] = [(); 4].map(|()| self.hir.add_block());
        let result = self.hir.add_parameter(merge, Representation::Tagged);
        self.set_type(result, Self::number_type());
        self.branch_if_int(left, second, floats);
        self.start(second);
        self.branch_if_int(right, ints, floats);
        self.start(ints);
        let numbers = [left, right].map(|operand| self.op(Opcode::UnboxInt, &[operand]));
        let number = self.op(ways.ints, &numbers);
        let boxed = self.op(Opcode::BoxInt, &[number]);
        self.jump(merge, &[boxed]);
        self.start(floats);
        let numbers = [left, right].map(|operand| self.op(Opcode::CheckNumber, &[operand]));
        let number = self.op(ways.floats, &numbers);
        let boxed = self.op(Opcode::BoxFloat, &[number]);
        self.jump(merge, &[boxed]);
        self.start(merge);
        Some(result)
    }

    /// One number that may be an int or a float; anything else leaves.
    fn either(
        &mut self,
        operand: Value,
        of_int: impl FnOnce(&mut Self, Value) -> Value,
        of_float: impl FnOnce(&mut Self, Value) -> Value,
    ) -> Value {
        let [int, float, merge] = [(); 3].map(|()| self.hir.add_block());
        let result = self.hir.add_parameter(merge, Representation::Tagged);
        self.set_type(result, Self::number_type());
        self.branch_if_int(operand, int, float);
        self.start(int);
        let number = self.op(Opcode::UnboxInt, &[operand]);
        let value = of_int(self, number);
        self.jump(merge, &[value]);
        self.start(float);
        let number = self.op(Opcode::CheckFloat, &[operand]);
        let value = of_float(self, number);
        self.jump(merge, &[value]);
        self.start(merge);
        result
    }

    fn boxed(&mut self, opcode: Opcode, operands: &[Value]) -> Value {
        let number = self.op(opcode, operands);
        let boxes = match self.hir.get(number).representation {
            Representation::Float => Opcode::BoxFloat,
            _ => Opcode::BoxInt,
        };
        self.op(boxes, &[number])
    }

    /// -operand
    pub(super) fn negated(&mut self, operand: Value) -> Value {
        self.either(
            operand,
            |builder, number| builder.boxed(Opcode::IntNeg, &[number]),
            |builder, number| builder.boxed(Opcode::FloatNeg, &[number]),
        )
    }

    /// abs(operand)
    pub(super) fn magnitude(&mut self, operand: Value) -> Value {
        self.either(
            operand,
            |builder, number| {
                let negated = builder.op(Opcode::IntNeg, &[number]);
                builder.boxed(Opcode::IntMax, &[number, negated])
            },
            |builder, number| builder.boxed(Opcode::FloatAbs, &[number]),
        )
    }

    /// int(operand)
    pub(super) fn truncated(&mut self, operand: Value) -> Value {
        self.either(
            operand,
            |_, _| operand,
            |builder, number| builder.boxed(Opcode::FloatTruncate, &[number]),
        )
    }

    /// float(operand)
    pub(super) fn as_float(&mut self, operand: Value) -> Value {
        let result = self.either(
            operand,
            |builder, number| builder.boxed(Opcode::IntToFloat, &[number]),
            |_, _| operand,
        );
        self.set_type(result, Type::of(Kinds::FLOAT))
    }

    /// min(left, right) or max(left, right) of two ints or two floats: the second if it is less (greater), else the first.
    pub(super) fn extreme(&mut self, left: Value, right: Value, is_min: bool) -> Outcome<Value> {
        let condition = if is_min { Condition::Less } else { Condition::Greater };
        let [second, ints, floats, chosen, merge] = [(); 5].map(|()| self.hir.add_block());
        let result = self.hir.add_parameter(merge, Representation::Tagged);
        self.set_type(result, Self::number_type());
        self.branch_if_int(left, second, floats);
        self.start(second);
        self.branch_if_int(right, ints, floats);
        self.start(ints);
        let numbers = [left, right].map(|operand| self.op(Opcode::UnboxInt, &[operand]));
        let number = self.boxed(if is_min { Opcode::IntMin } else { Opcode::IntMax }, &numbers);
        self.jump(merge, &[number]);
        self.start(floats);
        // An int and a float compare by their exact values: left to the interpreter.
        let numbers = [left, right].map(|operand| self.op(Opcode::CheckFloat, &[operand]));
        let other = self.emit(Opcode::FloatCompare, &[numbers[1], numbers[0]], [condition as i64, 0]);
        let kept = self.hir.add_block();
        self.branch(other, chosen, kept);
        self.start(chosen);
        self.jump(merge, &[right]);
        self.start(kept);
        self.jump(merge, &[left]);
        self.start(merge);
        Ok(result)
    }
}
