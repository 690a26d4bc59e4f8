//! Unary and binary operators. What the operands were decides: both small ints, numbers of which one is a float, or anything.

use super::bytecode::Instruction;
use super::{Builder, Outcome};
use crate::hir::types::INT_MAX;
use crate::hir::{Condition, Kinds, Opcode, Value};
use taipan_compiler::opcode::{BinaryOperator, Opcode as Bytecodes};
use taipan_runtime::interpreter::feedback::tag;

/// What feedback or construction tells about an operand: bits of [`tag`].
type Tags = u16;

impl Builder<'_> {
    /// The operand tags seen at the current instruction; zeros if it was never executed.
    pub(super) fn seen_tags(&self, special: Bytecodes) -> (Tags, Tags) {
        let frame = self.frame();
        let mut code = frame.code;
        let (mut left, mut right) =
            code.feedback_mut().get(&frame.pc).map_or((0, 0), |site| (site.left, site.right));
        let specialised = match special {
            Bytecodes::BinaryOpAddInt
            | Bytecodes::BinaryOpSubtractInt
            | Bytecodes::BinaryOpMultiplyInt
            | Bytecodes::CompareOpInt => (tag::SMALL_INT, tag::SMALL_INT),
            Bytecodes::BinaryOpAddFloat
            | Bytecodes::BinaryOpSubtractFloat
            | Bytecodes::BinaryOpMultiplyFloat
            | Bytecodes::CompareOpFloat => (tag::FLOAT, tag::FLOAT),
            Bytecodes::BinaryOpSubscrListInt | Bytecodes::StoreSubscrListInt => (tag::LIST, tag::SMALL_INT),
            Bytecodes::BinaryOpSubscrTupleInt => (tag::TUPLE, tag::SMALL_INT),
            _ => (0, 0),
        };
        left |= specialised.0;
        right |= specialised.1;
        (left, right)
    }

    /// Narrows what feedback says by what building knows.
    pub(super) fn operand_tags(&self, value: Value, seen: Tags) -> Tags {
        let kinds = self.type_of(value).kinds;
        if kinds == Kinds::INT {
            tag::SMALL_INT
        } else if kinds == Kinds::FLOAT {
            tag::FLOAT
        } else if kinds == Kinds::BOOL {
            tag::BOOL
        } else {
            seen
        }
    }

    pub(super) fn binary(&mut self, instruction: &Instruction) -> Outcome {
        let Some(operator) = BinaryOperator::from_u32(instruction.operand) else {
            return Err("an unknown binary operator".to_string());
        };
        let (left, right) = (self.peek_slot(2)?, self.peek_slot(1)?);
        let (left, right) = (self.slot_value(left)?, self.slot_value(right)?);
        let seen = self.seen_tags(instruction.special);
        let tags = (self.operand_tags(left, seen.0), self.operand_tags(right, seen.1));
        if self.is_general() {
            return self.general(instruction);
        }
        if tags.0 == 0 || tags.1 == 0 {
            self.never_executed();
            return Ok(());
        }
        let result = if tags == (tag::SMALL_INT, tag::SMALL_INT) {
            self.int_operator(operator, left, right)
        } else if is_float_pair(tags) {
            self.float_operator(operator, left, right, tags)
        } else if is_number(tags.0) && is_number(tags.1) {
            self.mixed_operator(operator, left, right)
        } else if tags.0 == tag::OTHER {
            return self.binary_method(instruction, operator, left, right, tags.1);
        } else {
            None
        };
        match result {
            Some(result) => {
                self.pop_slot()?;
                self.pop_slot()?;
                self.push(result);
                Ok(())
            }
            None => self.general(instruction),
        }
    }

    fn int_operator(&mut self, operator: BinaryOperator, left: Value, right: Value) -> Option<Value> {
        use BinaryOperator as B;
        let opcode = match operator {
            B::Add | B::InplaceAdd => Opcode::IntAdd,
            B::Subtract | B::InplaceSubtract => Opcode::IntSub,
            B::Multiply | B::InplaceMultiply => Opcode::IntMul,
            B::FloorDivide | B::InplaceFloorDivide => Opcode::IntFloorDiv,
            B::Remainder | B::InplaceRemainder => Opcode::IntMod,
            B::And | B::InplaceAnd => Opcode::IntAnd,
            B::Or | B::InplaceOr => Opcode::IntOr,
            B::Xor | B::InplaceXor => Opcode::IntXor,
            B::LeftShift | B::InplaceLeftShift => Opcode::IntShl,
            B::RightShift | B::InplaceRightShift => Opcode::IntShr,
            B::TrueDivide | B::InplaceTrueDivide => return Some(self.divide_ints(left, right)),
            B::Power | B::InplacePower if self.known(right).is_some_and(|word| word.0 == 5) => {
                let number = self.op(Opcode::CheckInt, &[left]);
                let square = self.op(Opcode::IntMul, &[number, number]);
                return Some(self.op(Opcode::BoxInt, &[square]));
            }
            _ => return None,
        };
        let left = self.op(Opcode::CheckInt, &[left]);
        let right = self.op(Opcode::CheckInt, &[right]);
        let result = self.op(opcode, &[left, right]);
        Some(self.op(Opcode::BoxInt, &[result]))
    }

    /// int / int is the correctly rounded quotient, which the machine's division gives if both are exact as floats.
    fn divide_ints(&mut self, left: Value, right: Value) -> Value {
        let [left, right] = [left, right].map(|operand| {
            let number = self.op(Opcode::CheckInt, &[operand]);
            self.check_exact(number);
            self.op(Opcode::IntToFloat, &[number])
        });
        let quotient = self.op(Opcode::FloatDiv, &[left, right]);
        self.op(Opcode::BoxFloat, &[quotient])
    }

    fn check_exact(&mut self, number: Value) {
        const LIMIT: i64 = 1 << 53;
        const { assert!(LIMIT < INT_MAX) };
        for (condition, limit) in [(Condition::LessEqual, LIMIT), (Condition::GreaterEqual, -LIMIT)] {
            let limit = self.int(limit);
            let fits = self.emit(Opcode::IntCompare, &[number, limit], [condition as i64, 0]);
            self.op(Opcode::GuardTrue, &[fits]);
        }
    }

    /// A number as a float.
    pub(super) fn float_operand(&mut self, value: Value, tags: Tags) -> Value {
        match tags {
            tag::FLOAT => self.op(Opcode::CheckFloat, &[value]),
            tag::SMALL_INT => {
                let number = self.op(Opcode::CheckInt, &[value]);
                self.op(Opcode::IntToFloat, &[number])
            }
            _ => self.op(Opcode::CheckNumber, &[value]),
        }
    }

    fn float_operator(
        &mut self,
        operator: BinaryOperator,
        left: Value,
        right: Value,
        tags: (Tags, Tags),
    ) -> Option<Value> {
        use BinaryOperator as B;
        let opcode = match operator {
            B::Add | B::InplaceAdd => Opcode::FloatAdd,
            B::Subtract | B::InplaceSubtract => Opcode::FloatSub,
            B::Multiply | B::InplaceMultiply => Opcode::FloatMul,
            B::TrueDivide | B::InplaceTrueDivide => Opcode::FloatDiv,
            B::Power | B::InplacePower => Opcode::FloatPower,
            _ => return None,
        };
        let left = self.float_operand(left, tags.0);
        let right = self.float_operand(right, tags.1);
        let result = self.op(opcode, &[left, right]);
        Some(self.op(Opcode::BoxFloat, &[result]))
    }

    pub(super) fn unary(&mut self, instruction: &Instruction) -> Outcome {
        let operand = self.peek_slot(1)?;
        let operand = self.slot_value(operand)?;
        let kinds = self.type_of(operand).kinds;
        let result = if kinds == Kinds::INT {
            let opcode = if instruction.opcode == Bytecodes::UnaryNegative {
                Opcode::IntNeg
            } else {
                Opcode::IntInvert
            };
            let number = self.op(Opcode::CheckInt, &[operand]);
            let result = self.op(opcode, &[number]);
            self.op(Opcode::BoxInt, &[result])
        } else if kinds == Kinds::FLOAT && instruction.opcode == Bytecodes::UnaryNegative {
            let number = self.op(Opcode::CheckFloat, &[operand]);
            let result = self.op(Opcode::FloatNeg, &[number]);
            self.op(Opcode::BoxFloat, &[result])
        } else if instruction.opcode == Bytecodes::UnaryNegative
            && kinds.meets(Kinds::INT | Kinds::FLOAT)
            && !self.is_general()
        {
            self.negated(operand)
        } else {
            return self.general(instruction);
        };
        self.pop_slot()?;
        self.push(result);
        Ok(())
    }
}

/// Only floats and small ints?
fn is_number(tags: Tags) -> bool {
    tags & !(tag::FLOAT | tag::SMALL_INT) == 0
}

/// Numbers of which at least one is always a float? Then the result is one.
pub(super) fn is_float_pair(tags: (Tags, Tags)) -> bool {
    is_number(tags.0) && is_number(tags.1) && (tags.0 == tag::FLOAT || tags.1 == tag::FLOAT)
}
