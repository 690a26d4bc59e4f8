//! Moving what only exceptions lead to behind the rest.

use super::blocks::{BlockId, Graph, Instr};
use crate::instruction_sequence::Location;
use crate::opcode::Opcode;

impl Graph<'_> {
    /// Moves cold blocks to the end, keeping their order.
    pub(super) fn push_cold_blocks_to_end(&mut self) {
        // Without a handler nothing is cold.
        if !self.has_handlers {
            return;
        }
        self.mark_warm();
        self.mark_cold();
        self.make_cold_fall_through_explicit();
        let (warm, cold): (Vec<BlockId>, Vec<BlockId>) =
            self.order().into_iter().partition(|id| !self[*id].cold);
        let any_cold = !cold.is_empty();
        let order: Vec<BlockId> = warm.into_iter().chain(cold).collect();
        for pair in order.windows(2) {
            self[pair[0]].next = Some(pair[1]);
        }
        if let Some(last) = order.last() {
            self[*last].next = None;
        }
        if any_cold {
            self.remove_redundant_nops_and_jumps();
        }
    }

    fn mark_warm(&mut self) {
        let mut todo = bumpalo::vec![in self.arena; Graph::ENTRY];
        self[Graph::ENTRY].warm = true;
        while let Some(id) = todo.pop() {
            for successor in self.successors(id) {
                if !self[successor].warm {
                    self[successor].warm = true;
                    todo.push(successor);
                }
            }
        }
    }

    fn mark_cold(&mut self) {
        let mut todo: Vec<BlockId> = self.order().into_iter().filter(|id| self[*id].is_handler).collect();
        for id in &todo {
            self[*id].cold = true;
        }
        while let Some(id) = todo.pop() {
            for successor in self.successors(id) {
                if !self[successor].warm && !self[successor].cold {
                    self[successor].cold = true;
                    todo.push(successor);
                }
            }
        }
    }

    /// Where a block leads without an exception.
    fn successors(&self, id: BlockId) -> impl Iterator<Item = BlockId> + use<> {
        // Only the last instruction may be a jump.
        let jump =
            self[id].instrs.last().filter(|instr| instr.opcode.is_jump()).and_then(|instr| instr.target);
        self.fall_through(id).into_iter().chain(jump)
    }

    /// Adds a jump where a cold block falls through to a warm one.
    fn make_cold_fall_through_explicit(&mut self) {
        for id in self.order() {
            if let (true, Some(next)) = (self[id].cold, self.fall_through(id))
                && self[next].warm
            {
                let jump = self.new_block();
                self[next].labelled = true;
                let mut instr = Instr::new(Opcode::JumpNoInterrupt, 0, Location::NONE);
                instr.target = Some(next);
                let block = &mut self[jump];
                block.instrs.push(instr);
                block.cold = true;
                block.next = Some(next);
                block.predecessors = 1;
                self[id].next = Some(jump);
            }
        }
    }
}
