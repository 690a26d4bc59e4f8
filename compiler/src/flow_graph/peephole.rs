//! Improving short runs of instructions inside of a block, and threading jumps that lead to jumps.

use super::blocks::{BlockId, Graph, Instr};
use super::constants::{self, Pool};
use crate::opcode::{Comparison, Intrinsic1, Opcode};

/// What to do after an instruction has been looked at.
#[derive(PartialEq)]
enum Then {
    /// Go on with the next one.
    Advance,
    /// Look at this one again: it has changed.
    Again,
}

impl Graph<'_> {
    /// Optimises all blocks.
    pub(super) fn optimize_blocks(&mut self, consts: &mut Pool) {
        for id in self.order() {
            let mut index = 0;
            while index < self[id].instrs.len() {
                if self.optimize_at(id, index, consts) == Then::Advance {
                    index += 1;
                }
            }
            Graph::optimize_swaps(&mut self[id]);
        }
    }

    fn optimize_at(&mut self, id: BlockId, index: usize, consts: &mut Pool) -> Then {
        if self[id].instrs[index].opcode.is_jump() {
            return self.thread_jump(id, index);
        }
        let block = &mut self[id];
        let instr = block.instrs[index];
        let next = block.instrs.get(index + 1).copied();
        let next_opcode = next.map(|next| next.opcode);
        match instr.opcode {
            Opcode::BuildTuple => {
                if let Some(next) = next
                    && next.opcode == Opcode::UnpackSequence
                    && next.operand == instr.operand
                    && (1..=3).contains(&instr.operand)
                {
                    block.instrs[index].set_nop();
                    match instr.operand {
                        1 => block.instrs[index + 1].set_nop(),
                        _ => block.instrs[index + 1].opcode = Opcode::Swap,
                    }
                } else {
                    block.fold_tuple(index, consts);
                }
            }
            Opcode::BuildList | Opcode::BuildSet => block.fold_list_or_set(index, next_opcode, consts),
            Opcode::StoreFast => {
                if let Some(next) = next
                    && next.opcode == Opcode::StoreFast
                    && next.operand == instr.operand
                    && next.location.line == instr.location.line
                {
                    block.instrs[index].set(Opcode::PopTop, 0);
                }
            }
            Opcode::Swap if instr.operand == 1 => block.instrs[index].set_nop(),
            Opcode::LoadGlobal if next_opcode == Some(Opcode::PushNull) && instr.operand & 1 == 0 => {
                block.instrs[index].operand |= 1;
                block.instrs[index + 1].set_nop();
            }
            Opcode::BinaryOp => block.fold_binary(index, consts),
            Opcode::CallIntrinsic1 if instr.operand == Intrinsic1::ListToTuple as u32 => {
                block.fold_built(index, consts);
                let folded = block.instrs[index].opcode != Opcode::CallIntrinsic1;
                if !folded && next_opcode == Some(Opcode::GetIter) {
                    block.instrs[index].set_nop();
                }
            }
            Opcode::ListAppend | Opcode::SetAdd if instr.operand == 1 => {
                if matches!(next_opcode, Some(Opcode::GetIter | Opcode::ContainsOp)) {
                    block.fold_built(index, consts);
                }
            }
            Opcode::CallIntrinsic1 if constants::is_positive(instr.operand) => {
                block.fold_unary(index, consts)
            }
            Opcode::UnaryInvert | Opcode::UnaryNegative => block.fold_unary(index, consts),
            _ => self.optimize_truth(id, index, instr, next_opcode, consts),
        }
        Then::Advance
    }

    /// Tests and negations, where one of two instructions is enough.
    fn optimize_truth(
        &mut self,
        id: BlockId,
        index: usize,
        instr: Instr,
        next: Option<Opcode>,
        consts: &mut Pool,
    ) {
        let replacement = match (instr.opcode, next) {
            (Opcode::CompareOp, Some(Opcode::ToBool)) => {
                (Opcode::CompareOp, instr.operand | Comparison::TO_BOOL)
            }
            (Opcode::ContainsOp | Opcode::IsOp, Some(Opcode::ToBool)) => (instr.opcode, instr.operand),
            (Opcode::ContainsOp | Opcode::IsOp, Some(Opcode::UnaryNot)) => (instr.opcode, instr.operand ^ 1),
            (Opcode::ToBool, Some(Opcode::ToBool)) => (Opcode::ToBool, 0),
            (Opcode::UnaryNot, Some(Opcode::ToBool)) => (Opcode::UnaryNot, 0),
            (Opcode::UnaryNot, Some(Opcode::UnaryNot)) => (Opcode::Nop, 0),
            (Opcode::UnaryNot, _) => return self[id].fold_unary(index, consts),
            _ => return,
        };
        self[id].instrs[index].set_nop();
        self[id].instrs[index + 1].set(replacement.0, replacement.1);
    }

    /// Leads a jump to a jump straight to where that goes.
    fn thread_jump(&mut self, id: BlockId, index: usize) -> Then {
        use Opcode::*;
        let instr = self[id].instrs[index];
        let Some(target) = instr.target else { return Then::Advance };
        let Some(there) = self[target].instrs.first().copied() else { return Then::Advance };
        let opcode = match (instr.opcode, there.opcode) {
            (PopJumpIfNone | PopJumpIfNotNone | PopJumpIfFalse | PopJumpIfTrue, Jump) => instr.opcode,
            (JumpIfFalse, Jump | JumpIfFalse) | (JumpIfTrue, Jump | JumpIfTrue) => instr.opcode,
            (JumpIfFalse, JumpIfTrue) | (JumpIfTrue, JumpIfFalse) => {
                // The other jump isn't taken.
                let Some(next) = self[target].next else { return Then::Advance };
                self[id].instrs[index].target = Some(next);
                return Then::Again;
            }
            (Jump | JumpNoInterrupt, Jump) => Jump,
            (Jump | JumpNoInterrupt, JumpNoInterrupt) => instr.opcode,
            _ => return Then::Advance,
        };
        // A jump that leads where the other one does may be part of an endless loop of jumps.
        if instr.target == there.target {
            return Then::Advance;
        }
        let mut jump = Instr::new(opcode, 0, there.location);
        jump.target = there.target;
        self[id].instrs[index].set_nop();
        self[id].append(jump);
        Then::Again
    }
}
