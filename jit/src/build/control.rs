//! The operand stack, jumps, returns.

use super::bytecode::Instruction;
use super::{Builder, Outcome, Slot};
use crate::hir::{Kinds, Opcode, Terminator, Value};
use taipan_compiler::opcode::Opcode as Bytecodes;
use taipan_runtime::types;
use taipan_runtime::value::Value as Word;

impl Builder<'_> {
    pub(super) fn control(&mut self, instruction: &Instruction) -> Outcome {
        let operand = instruction.operand as usize;
        match instruction.opcode {
            Bytecodes::EndFor => {
                self.pop_slot()?;
            }
            Bytecodes::PopTop | Bytecodes::PopIter => return self.drop_top(instruction),
            Bytecodes::PushNull => self.frame_mut().stack.push(Slot::Absent),
            Bytecodes::Copy => {
                let slot = self.peek_slot(operand)?;
                // Two references to an iterator: it has to be one object.
                let slot = self.as_object(slot, operand)?;
                self.frame_mut().stack.push(slot);
            }
            Bytecodes::Swap => {
                let stack = &mut self.frame_mut().stack;
                let top = stack.len();
                if operand > top || operand == 0 {
                    return Err("the stack is too short".to_string());
                }
                stack.swap(top - 1, top - operand);
            }
            Bytecodes::JumpForward => return self.goto(instruction.next + instruction.operand),
            Bytecodes::JumpBackward | Bytecodes::JumpBackwardNoInterrupt => {
                if instruction.opcode == Bytecodes::JumpBackward {
                    self.op(Opcode::Safepoint, &[]);
                }
                return self.goto(instruction.next - instruction.operand);
            }
            Bytecodes::PopJumpIfFalse
            | Bytecodes::PopJumpIfTrue
            | Bytecodes::PopJumpIfNone
            | Bytecodes::PopJumpIfNotNone => return self.conditional_jump(instruction),
            Bytecodes::ReturnValue => return self.return_value(),
            _ => return self.raise(instruction),
        }
        Ok(())
    }

    /// Drops a value. A generator that nothing but a loop has is closed when the loop drops it: the general body does that.
    fn drop_top(&mut self, instruction: &Instruction) -> Outcome {
        if let Slot::Value(value) = self.peek_slot(1)? {
            if self.may_be_owned_iterator(value) && self.type_of(value).kinds.meets(Kinds::OBJECT) {
                let shape = types().generator.root_shape;
                let generator = self.emit(Opcode::HasShape, &[value], [i64::from(shape), 0]);
                let (close, done) = (self.hir.add_block(), self.hir.add_block());
                self.branch(generator, close, done);
                self.hir.block_mut(close).cold = true;
                self.start(close);
                self.operation(instruction, 1, false)?;
                self.pop_slot()?;
                self.check_valid(instruction.next);
                self.jump(done, &[]);
                self.start(done);
                return Ok(());
            }
        }
        self.pop_slot()?;
        Ok(())
    }

    /// Can this be an iterator that GET_ITER has made? Results of other instructions are not the loop's own.
    fn may_be_owned_iterator(&self, value: Value) -> bool {
        let instruction = self.hir.get(self.hir.strip(value));
        match instruction.opcode {
            Opcode::Parameter | Opcode::LoadLocal => true,
            Opcode::Operation => instruction.immediates[0] as u8 == Bytecodes::GetIter as u8,
            _ => false,
        }
    }

    fn as_object(&mut self, slot: Slot, depth: usize) -> Outcome<Slot> {
        match slot {
            Slot::Range { .. } | Slot::Sequence { .. } => {
                let value = self.slot_value(slot)?;
                let stack = &mut self.frame_mut().stack;
                let index = stack.len() - depth;
                stack[index] = Slot::Value(value);
                Ok(Slot::Value(value))
            }
            slot => Ok(slot),
        }
    }

    fn conditional_jump(&mut self, instruction: &Instruction) -> Outcome {
        let value = self.pop()?;
        let target = instruction.next + instruction.operand;
        let (condition, jump_if) = match instruction.opcode {
            Bytecodes::PopJumpIfFalse => (self.bool_operand(value), false),
            Bytecodes::PopJumpIfTrue => (self.bool_operand(value), true),
            opcode => {
                let none = self.emit(Opcode::IsConstant, &[value], [Word::NONE.0 as i64, 0]);
                (none, opcode == Bytecodes::PopJumpIfNone)
            }
        };
        if jump_if {
            self.goto_either(condition, target, instruction.next)
        } else {
            self.goto_either(condition, instruction.next, target)
        }
    }

    fn return_value(&mut self) -> Outcome {
        let value = self.pop()?;
        match self.frame().returns {
            Some(block) => match self.frame().owner {
                Some(owner) => {
                    // An `__init__` must return None; the interpreter complains.
                    self.emit(Opcode::GuardConstant, &[value], [Word::NONE.0 as i64, 0]);
                    self.jump(block, &[owner]);
                }
                None => self.jump(block, &[value]),
            },
            None => self.end(Terminator::Return(value)),
        }
        Ok(())
    }
}
