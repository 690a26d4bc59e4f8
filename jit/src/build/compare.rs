//! Comparisons, identity and truth.

use super::arithmetic::is_float_pair;
use super::bytecode::Instruction;
use super::{Builder, Outcome};
use crate::hir::{Condition, Kinds, Opcode, Type, Value};
use taipan_compiler::opcode::{Comparison, Opcode as Bytecodes};
use taipan_runtime::interpreter::feedback::tag;
use taipan_runtime::object::special::Special;
use taipan_runtime::types;
use taipan_runtime::value::Value as Word;

impl Builder<'_> {
    pub(super) fn comparison(&mut self, instruction: &Instruction) -> Outcome {
        match instruction.opcode {
            Bytecodes::CompareOp => self.compare(instruction),
            Bytecodes::IsOp => {
                let right = self.pop()?;
                let left = self.pop()?;
                let mut same = self.op(Opcode::Is, &[left, right]);
                if instruction.operand != 0 {
                    same = self.op(Opcode::BoolNot, &[same]);
                }
                self.push_bool(same);
                Ok(())
            }
            Bytecodes::UnaryNot => {
                let operand = self.pop()?;
                let truth = self.bool_operand(operand);
                let negated = self.op(Opcode::BoolNot, &[truth]);
                self.push_bool(negated);
                Ok(())
            }
            _ => self.to_bool(instruction),
        }
    }

    pub(super) fn push_bool(&mut self, truth: Value) {
        let boxed = self.op(Opcode::BoxBool, &[truth]);
        self.push(boxed);
    }

    /// What is known to be a bool, unboxed.
    pub(super) fn bool_operand(&mut self, value: Value) -> Value {
        let checked = match self.type_of(value).kinds == Kinds::BOOL {
            true => value,
            false => self.op(Opcode::GuardBool, &[value]),
        };
        self.op(Opcode::UnboxBool, &[checked])
    }

    fn compare(&mut self, instruction: &Instruction) -> Outcome {
        let Some(comparison) = Comparison::of_operand(instruction.operand) else {
            return Err("an unknown comparison".to_string());
        };
        let condition = match comparison {
            Comparison::Less => Condition::Less,
            Comparison::LessEqual => Condition::LessEqual,
            Comparison::Equal => Condition::Equal,
            Comparison::NotEqual => Condition::NotEqual,
            Comparison::Greater => Condition::Greater,
            Comparison::GreaterEqual => Condition::GreaterEqual,
        };
        let (left, right) = (self.peek_slot(2)?, self.peek_slot(1)?);
        let (left, right) = (self.slot_value(left)?, self.slot_value(right)?);
        let seen = self.seen_tags(instruction.special);
        let tags = (self.operand_tags(left, seen.0), self.operand_tags(right, seen.1));
        if self.is_general() {
            return self.general_bool(instruction);
        }
        if tags.0 == 0 || tags.1 == 0 {
            self.never_executed();
            return Ok(());
        }
        let truth = if tags == (tag::SMALL_INT, tag::SMALL_INT) {
            let left = self.op(Opcode::CheckInt, &[left]);
            let right = self.op(Opcode::CheckInt, &[right]);
            self.emit(Opcode::IntCompare, &[left, right], [condition as i64, 0])
        } else if tags == (tag::FLOAT, tag::FLOAT) {
            let left = self.float_operand(left, tags.0);
            let right = self.float_operand(right, tags.1);
            self.emit(Opcode::FloatCompare, &[left, right], [condition as i64, 0])
        } else if is_float_pair(tags) && self.is_small_constant(left, right) {
            // An int compares with a float by its exact value: only those below 2^53 are the same as a float.
            let left = self.float_operand(left, tags.0);
            let right = self.float_operand(right, tags.1);
            self.emit(Opcode::FloatCompare, &[left, right], [condition as i64, 0])
        } else if let Some(wanted) = equality(condition) {
            let same = match self.equality(instruction, left, right, tags) {
                Some(same) => same,
                None => return self.general_bool(instruction),
            };
            if wanted { same } else { self.op(Opcode::BoolNot, &[same]) }
        } else {
            return self.general_bool(instruction);
        };
        self.pop_slot()?;
        self.pop_slot()?;
        self.push_bool(truth);
        Ok(())
    }

    /// Are two values equal, neither of which is a number? For strings, and for objects whose classes leave it at identity.
    fn equality(
        &mut self,
        instruction: &Instruction,
        left: Value,
        right: Value,
        tags: (u16, u16),
    ) -> Option<Value> {
        match tags {
            (tag::STR, tag::STR) => {
                let shape = types().str.root_shape;
                let (left, right) = (self.guard_shape(left, shape), self.guard_shape(right, shape));
                Some(self.op(Opcode::StringEqual, &[left, right]))
            }
            (tag::OTHER, tag::OTHER | tag::NONE) => {
                let [id] = self.seen_shapes(instruction.pc)[..] else { return None };
                let class = super::objects::class_of_shape(id);
                let leaves = |special| class.special(special) == types().object.special(special);
                if self.is_unguardable(id) || !leaves(Special::Equal) || !leaves(Special::NotEqual) {
                    return None;
                }
                self.assume_class(class);
                let left = self.guard_shape(left, id);
                if tags.1 == tag::NONE {
                    self.emit(Opcode::GuardConstant, &[right], [Word::NONE.0 as i64, 0]);
                    return Some(self.emit(Opcode::BoolConstant, &[], [0; 2]));
                }
                // The other's class is asked too, so it has to be one that has nothing to say either.
                let right = self.guard_shape(right, id);
                Some(self.op(Opcode::Is, &[left, right]))
            }
            _ => None,
        }
    }

    fn is_small_constant(&self, left: Value, right: Value) -> bool {
        [left, right].into_iter().any(|operand| {
            self.known(operand).is_some_and(|word| word.is_small_int() && word.small_int().abs() < 1 << 53)
        })
    }

    /// The general body of an instruction that yields a bool if it was asked to.
    fn general_bool(&mut self, instruction: &Instruction) -> Outcome {
        self.general(instruction)?;
        if instruction.operand & Comparison::TO_BOOL != 0 && !self.ended {
            let slot = self.peek_slot(1)?;
            let value = self.slot_value(slot)?;
            self.set_type(value, Type::of(Kinds::BOOL));
        }
        Ok(())
    }

    fn to_bool(&mut self, instruction: &Instruction) -> Outcome {
        let slot = self.peek_slot(1)?;
        let value = self.slot_value(slot)?;
        let (seen, _) = self.seen_tags(instruction.special);
        let seen = seen
            | match instruction.special {
                Bytecodes::ToBoolBool => tag::BOOL,
                Bytecodes::ToBoolInt => tag::SMALL_INT,
                Bytecodes::ToBoolNone => tag::NONE,
                Bytecodes::ToBoolList => tag::LIST,
                Bytecodes::ToBoolStr => tag::STR,
                _ => 0,
            };
        let tags = self.operand_tags(value, seen);
        if tags == 0 && !self.is_general() {
            self.never_executed();
            return Ok(());
        }
        let truth = if self.is_general() {
            self.op(Opcode::Truth, &[value])
        } else {
            match tags {
                tag::BOOL => self.bool_operand(value),
                tag::SMALL_INT => {
                    let number = self.op(Opcode::CheckInt, &[value]);
                    let zero = self.int(0);
                    self.emit(Opcode::IntCompare, &[number, zero], [Condition::NotEqual as i64, 0])
                }
                tag::FLOAT => {
                    let number = self.op(Opcode::CheckFloat, &[value]);
                    let zero = self.emit(Opcode::FloatConstant, &[], [0; 2]);
                    self.emit(Opcode::FloatCompare, &[number, zero], [Condition::NotEqual as i64, 0])
                }
                tag::LIST => {
                    let list = self.guard_list(value);
                    let length = self.list_length(list);
                    let zero = self.int(0);
                    self.emit(Opcode::IntCompare, &[length, zero], [Condition::NotEqual as i64, 0])
                }
                tag::NONE => {
                    let none = self.emit(Opcode::IsConstant, &[value], [Word::NONE.0 as i64, 0]);
                    self.op(Opcode::GuardTrue, &[none]);
                    self.emit(Opcode::BoolConstant, &[], [0; 2])
                }
                _ => self.op(Opcode::Truth, &[value]),
            }
        };
        let called = self.hir.opcode(truth) == Opcode::Truth;
        self.pop_slot()?;
        self.push_bool(truth);
        if called {
            self.check_valid(instruction.next);
        }
        Ok(())
    }
}

/// Does the condition ask whether two values are equal (or, false, whether they are not)?
fn equality(condition: Condition) -> Option<bool> {
    match condition {
        Condition::Equal => Some(true),
        Condition::NotEqual => Some(false),
        _ => None,
    }
}
