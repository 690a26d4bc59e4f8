//! How deep the stack gets.

use bumpalo::collections::Vec as ArenaVec;

use super::Malformed;
use super::blocks::{BlockId, Graph};
use crate::opcode::Opcode;

impl Graph<'_> {
    /// Finds the stack's depth at the start of each block, and the largest.
    pub(super) fn stack_depth(&mut self) -> Result<u32, Malformed> {
        for id in self.order() {
            self[id].start_depth = None;
        }
        self[Graph::ENTRY].start_depth = Some(0);
        let mut todo = bumpalo::vec![in self.arena; Graph::ENTRY];
        let mut largest = 0;
        while let Some(id) = todo.pop() {
            let mut depth = self[id].start_depth.unwrap_or(0);
            for index in 0..self[id].instrs.len() {
                let instr = self[id].instrs[index];
                largest = largest.max(depth);
                if let Some(target) = instr.target_block()
                    && instr.opcode != Opcode::EndAsyncFor
                {
                    let there = after(depth, instr.opcode.stack_effect(instr.operand_for_effect(), true))?;
                    self.enter(target, there, &mut todo)?;
                }
                depth = after(depth, instr.opcode.stack_effect(instr.operand_for_effect(), false))?;
            }
            if let Some(next) = self.fall_through(id) {
                self.enter(next, depth, &mut todo)?;
            }
        }
        Ok(largest)
    }

    fn enter(&mut self, block: BlockId, depth: u32, todo: &mut ArenaVec<BlockId>) -> Result<(), Malformed> {
        match self[block].start_depth {
            None => {
                self[block].start_depth = Some(depth);
                todo.push(block);
                Ok(())
            }
            Some(known) if known == depth => Ok(()),
            Some(_) => Err(Malformed("Invalid CFG, inconsistent stackdepth")),
        }
    }
}

fn after(depth: u32, effect: i32) -> Result<u32, Malformed> {
    depth.checked_add_signed(effect).ok_or(Malformed("Invalid CFG, stack underflow"))
}
