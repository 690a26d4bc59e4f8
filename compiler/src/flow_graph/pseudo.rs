//! Replacing pseudo-instructions, and giving conditional jumps their final shape.

use super::blocks::{BlockId, Graph, Instr};
use crate::opcode::Opcode;

impl Instr {
    /// The operand for asking the opcode's stack effect: a jump's is no number yet.
    pub(super) fn operand_for_effect(&self) -> u32 {
        if self.has_target() { 0 } else { self.operand }
    }
}

impl Graph<'_> {
    /// `JUMP_IF_X` becomes `COPY 1, TO_BOOL, POP_JUMP_IF_X`.
    pub(super) fn convert_conditional_pseudo_jumps(&mut self) {
        for id in self.order() {
            let block = &mut self[id];
            let Some(last) = block.instrs.last_mut() else { continue };
            last.opcode = match last.opcode {
                Opcode::JumpIfFalse => Opcode::PopJumpIfFalse,
                Opcode::JumpIfTrue => Opcode::PopJumpIfTrue,
                _ => continue,
            };
            let mut inserted =
                [Instr::new(Opcode::Copy, 1, last.location), Instr::new(Opcode::ToBool, 0, last.location)];
            inserted.iter_mut().for_each(|instr| instr.handler = last.handler);
            block.insert(block.instrs.len() - 1, &inserted);
        }
    }

    /// Replaces the pseudo-instructions that are left, but for unconditional jumps.
    pub(super) fn convert_pseudo_instructions(&mut self) {
        for id in self.order() {
            for instr in &mut self[id].instrs {
                if instr.opcode.pushes_handler() {
                    instr.set_nop();
                } else if instr.opcode == Opcode::LoadClosure {
                    instr.opcode = Opcode::LoadFast;
                } else if instr.opcode == Opcode::StoreFastMaybeNull {
                    instr.opcode = Opcode::StoreFast;
                }
            }
        }
        self.remove_redundant_nops_and_jumps();
    }

    /// Conditional jumps only go forward: one that goes back becomes the opposite jump over an unconditional one.
    /// The way that isn't taken starts with `NOT_TAKEN`.
    pub(super) fn normalize_jumps(&mut self) {
        let passed = self.for_each_block(false);
        let mut block = Some(Graph::ENTRY);
        while let Some(id) = block {
            if let Some(passed) = passed.get_mut(id.index()) {
                *passed = true;
            }
            self.normalize_jump(id, passed);
            block = self[id].next;
        }
    }

    fn normalize_jump(&mut self, id: BlockId, passed: &[bool]) {
        let Some(last) = self[id].instrs.last().copied() else { return };
        let opposite = match last.opcode {
            Opcode::PopJumpIfFalse => Opcode::PopJumpIfTrue,
            Opcode::PopJumpIfTrue => Opcode::PopJumpIfFalse,
            Opcode::PopJumpIfNone => Opcode::PopJumpIfNotNone,
            Opcode::PopJumpIfNotNone => Opcode::PopJumpIfNone,
            _ => return,
        };
        let Some(target) = last.target else { return };
        let not_taken = Instr::new(Opcode::NotTaken, 0, last.location);
        if !passed.get(target.index()).copied().unwrap_or(false) {
            self[id].append(not_taken);
            return;
        }
        let backward = self.new_block();
        let mut jump = Instr::new(Opcode::Jump, 0, last.location);
        jump.target = Some(target);
        let (next, cold, start_depth) = (self[id].next, self[id].cold, self[target].start_depth);
        let block = &mut self[backward];
        block.instrs.extend_from_slice_copy(&[not_taken, jump]);
        (block.next, block.cold, block.start_depth) = (next, cold, start_depth);
        self[id].next = Some(backward);
        let last = self[id].instrs.last_mut().expect("it was there");
        last.opcode = opposite;
        last.target = next;
    }
}
