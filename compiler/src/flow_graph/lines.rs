//! Lines for instructions that have none. Whatever may leave the frame or be interrupted needs one.

use super::blocks::{Block, Graph};
use crate::instruction_sequence::Location;

/// Whether a block without any line needs one.
fn wants_line(block: &Block) -> bool {
    (block.exits_scope() || block.checks_interrupts()) && block.has_no_line()
}

impl Graph<'_> {
    /// Gives lines to exits, and then to whatever follows an instruction with a line.
    pub(super) fn resolve_lines(&mut self) {
        self.duplicate_exits();
        self.propagate_lines();
    }

    /// Copies exits without lines for each jump that leads to them, so that each has the line of its only predecessor.
    fn duplicate_exits(&mut self) {
        let mut block = Some(Graph::ENTRY);
        while let Some(id) = block {
            if let Some(last) = self[id].instrs.last().copied()
                && last.opcode.is_jump()
                && let Some(target) = self.next_nonempty(last.target)
                && wants_line(&self[target])
                && self[target].predecessors > 1
            {
                let copy = self.new_block();
                let instrs = &*self.arena.alloc_slice_copy(&self[target].instrs);
                let next = self[target].next;
                let block = &mut self[copy];
                block.instrs.extend_from_slice_copy(instrs);
                block.instrs[0].location = last.location;
                (block.next, block.predecessors, block.labelled) = (next, 1, true);
                self[target].predecessors -= 1;
                self[target].next = Some(copy);
                self[id].instrs.last_mut().expect("it was there").target = Some(copy);
            }
            block = self[id].next;
        }
        // What is left is reached by falling through only.
        for id in self.order() {
            if let Some(last) = self[id].instrs.last().copied()
                && let Some(next) = self.fall_through(id)
                && wants_line(&self[next])
            {
                self[next].instrs[0].location = last.location;
            }
        }
    }

    /// Copies lines forward inside of blocks and to blocks with one predecessor.
    fn propagate_lines(&mut self) {
        for id in self.order() {
            let Some(last) = self[id].instrs.last().copied() else { continue };
            let mut previous = Location::NONE;
            for instr in &mut self[id].instrs {
                if instr.location.line == Location::NONE.line {
                    instr.location = previous;
                } else {
                    previous = instr.location;
                }
            }
            let jump_target = if last.opcode.is_jump() { last.target } else { None };
            for successor in self.fall_through(id).into_iter().chain(jump_target) {
                if self[successor].predecessors == 1
                    && let Some(first) = self[successor].instrs.first_mut()
                    && first.location.line == Location::NONE.line
                {
                    first.location = previous;
                }
            }
        }
    }
}
