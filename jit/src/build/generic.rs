//! Instructions without a translation of their own: the interpreter's general body does them.

use super::bytecode::Instruction;
use super::{Builder, Outcome, Slot};
use crate::exit_reason::ExitReason;
use crate::hir::{Opcode, Value};
use taipan_compiler::opcode::Opcode as Bytecodes;

/// Instructions whose general body only takes values from the stack and puts others there.
fn is_plain(opcode: Bytecodes) -> bool {
    use Bytecodes as B;
    matches!(
        opcode,
        B::BinarySlice
            | B::StoreSlice
            | B::DeleteSubscr
            | B::FormatSimple
            | B::FormatWithSpec
            | B::GetLen
            | B::UnaryInvert
            | B::UnaryNegative
            | B::BinaryOp
            | B::CompareOp
            | B::BuildMap
            | B::BuildSet
            | B::BuildSlice
            | B::BuildString
            | B::BuildInterpolation
            | B::BuildTemplate
            | B::Call
            | B::CallKw
            | B::CallFunctionEx
            | B::CallIntrinsic1
            | B::CallIntrinsic2
            | B::ContainsOp
            | B::ConvertValue
            | B::DeleteAttr
            | B::StoreAttr
            | B::LoadAttr
            | B::StoreSubscr
            | B::GetIter
            | B::ImportName
            | B::ImportFrom
            | B::LoadName
            | B::StoreName
            | B::DeleteName
            | B::LoadGlobal
            | B::StoreGlobal
            | B::DeleteGlobal
            | B::LoadBuildClass
            | B::LoadCommonConstant
            | B::LoadSuperAttr
            | B::LoadSpecial
            | B::MakeFunction
            | B::SetFunctionAttribute
            | B::MatchClass
            | B::MatchKeys
            | B::MatchMapping
            | B::MatchSequence
            | B::PopIter
            | B::PopTop
            | B::UnpackEx
            | B::UnpackSequence
    )
}

/// Instructions that change an object some way down the stack by what is on top: how many values they take off.
fn takes_from_top(opcode: Bytecodes) -> Option<usize> {
    use Bytecodes as B;
    match opcode {
        B::ListAppend | B::ListExtend | B::SetAdd | B::SetUpdate | B::DictUpdate | B::DictMerge => Some(1),
        B::MapAdd => Some(2),
        _ => None,
    }
}

impl Builder<'_> {
    pub(super) fn general(&mut self, instruction: &Instruction) -> Outcome {
        let opcode = instruction.opcode;
        if let Some(taken) = takes_from_top(opcode) {
            let all = opcode.pops(instruction.operand) as usize;
            self.operation(instruction, all, false)?;
            for _ in 0..taken {
                self.pop_slot()?;
            }
        } else if is_plain(opcode) {
            let pops = opcode.pops(instruction.operand) as usize;
            let pushes = opcode.pushes(instruction.operand) as usize;
            let first = self.frame().stack.len() - pops;
            let result = self.operation(instruction, pops, false)?;
            self.frame_mut().stack.truncate(first);
            self.push_results(first, pushes, result);
        } else {
            // What remains is of exceptions and coroutines: the interpreter goes on from here.
            self.leave(ExitReason::Unsupported);
            return Ok(());
        }
        self.check_valid(instruction.next);
        Ok(())
    }

    /// Emits the general body with the top `pops` values as operands, which stay on the abstract stack.
    pub(super) fn operation(
        &mut self,
        instruction: &Instruction,
        pops: usize,
        jumps: bool,
    ) -> Outcome<Value> {
        let stack = self.frame().stack.clone();
        let first = stack.len().checked_sub(pops).ok_or("the stack is too short")?;
        let mut operands = Vec::with_capacity(pops);
        for (index, slot) in stack[first..].iter().enumerate() {
            let value = self.slot_value(*slot)?;
            if matches!(slot, Slot::Range { .. } | Slot::Sequence { .. }) {
                self.frame_mut().stack[first + index] = Slot::Value(value);
            }
            operands.push(value);
        }
        let what = i64::from(instruction.opcode as u16) | i64::from(instruction.operand) << 8;
        Ok(self.emit(Opcode::Operation, &operands, [what, i64::from(jumps)]))
    }

    /// Pushes what an operation left at a depth of the interpreter's stack.
    fn push_results(&mut self, first: usize, pushes: usize, result: Value) {
        if pushes == 1 {
            self.push(result);
            return;
        }
        let frame = self.frame();
        let bottom = frame.base as usize + frame.locals.len() + first;
        for index in 0..pushes {
            let value = self.emit(Opcode::LoadLocal, &[], [(bottom + index) as i64, 0]);
            self.push(value);
        }
    }
}
