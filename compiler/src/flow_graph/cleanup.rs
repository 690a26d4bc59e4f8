//! Removing what does nothing: unreachable blocks, redundant NOPs, pairs and jumps, jumps to tiny blocks.

use super::blocks::{Block, BlockId, Graph};
use crate::opcode::Opcode;

/// Blocks that leave the code are copied in place of a jump to them up to this size.
const MAX_COPY_SIZE: usize = 4;

impl Graph<'_> {
    /// Counts predecessors and empties the blocks that nothing leads to.
    pub(super) fn remove_unreachable(&mut self) {
        let visited = self.for_each_block(false);
        let order = self.order();
        for id in &order {
            self[*id].predecessors = 0;
        }
        self[Graph::ENTRY].predecessors = 1;
        visited[Graph::ENTRY.index()] = true;
        let mut todo = bumpalo::vec![in self.arena; Graph::ENTRY];
        while let Some(id) = todo.pop() {
            let mut visit = |graph: &mut Self, successor: BlockId| {
                if !std::mem::replace(&mut visited[successor.index()], true) {
                    todo.push(successor);
                }
                graph[successor].predecessors += 1;
            };
            if let Some(next) = self.fall_through(id) {
                visit(self, next);
            }
            for index in 0..self[id].instrs.len() {
                if let Some(target) = self[id].instrs[index].target_block() {
                    visit(self, target);
                }
            }
        }
        for id in order {
            if self[id].predecessors == 0 {
                self[id].truncate(0);
                self[id].is_handler = false;
            }
        }
    }

    /// Removes the NOPs of a block whose line some neighbour carries too. Returns how many.
    fn remove_block_nops(&mut self, id: BlockId) -> usize {
        let Some(first) = self[id].instrs.iter().position(|instr| instr.opcode == Opcode::Nop) else {
            return 0;
        };
        let after = self.first_line_after(id);
        let block = &mut self[id];
        let count = block.instrs.len();
        let mut kept = first;
        let mut previous_line = first.checked_sub(1).map_or(-1, |last| block.instrs[last].location.line);
        for index in first..count {
            let instr = block.instrs[index];
            let line = instr.location.line;
            if instr.opcode == Opcode::Nop {
                if line < 0 || previous_line == line {
                    continue;
                }
                if let Some(following) = block.instrs.get_mut(index + 1) {
                    if following.location.line == line {
                        continue;
                    }
                    if following.location.line < 0 {
                        following.location = instr.location;
                        continue;
                    }
                } else if after == Some(line) {
                    continue;
                }
            }
            block.instrs[kept] = instr;
            kept += 1;
            previous_line = line;
        }
        block.truncate(kept);
        count - kept
    }

    /// The line of the first instruction after a block, leaving out NOPs that will go.
    fn first_line_after(&self, id: BlockId) -> Option<i32> {
        let next = &self[self.next_nonempty(self[id].next)?];
        let stays = next.instrs.iter().find(|instr| instr.opcode != Opcode::Nop || instr.location.line >= 0);
        stays.map(|instr| instr.location.line)
    }

    /// Removes redundant NOPs. Returns how many.
    pub(super) fn remove_redundant_nops(&mut self) -> usize {
        self.order().into_iter().map(|id| self.remove_block_nops(id)).sum()
    }

    /// Removes redundant NOPs, and loads that are popped at once.
    pub(super) fn remove_redundant_nops_and_pairs(&mut self) {
        while self.remove_pairs_once() {}
    }

    fn remove_pairs_once(&mut self) -> bool {
        let mut changed = false;
        let mut previous: Option<(BlockId, usize)> = None;
        for id in self.order() {
            self.remove_block_nops(id);
            if self[id].labelled {
                previous = None;
            }
            for index in 0..self[id].instrs.len() {
                if self[id].instrs[index].opcode == Opcode::PopTop
                    && let Some((block, place)) = previous
                {
                    let load = &mut self[block].instrs[place];
                    if matches!(load.opcode, Opcode::LoadConst | Opcode::LoadSmallInt)
                        || load.opcode == Opcode::Copy && load.operand == 1
                    {
                        load.set_nop();
                        self[id].instrs[index].set_nop();
                        changed = true;
                    }
                }
                previous = Some((id, index));
            }
            let ends_in_jump =
                previous.is_some_and(|(block, place)| self[block].instrs[place].opcode.is_jump());
            if ends_in_jump || !self[id].falls_through() {
                previous = None;
            }
        }
        changed
    }

    /// Removes jumps to what comes next. Returns how many.
    fn remove_redundant_jumps(&mut self) -> usize {
        let mut changes = 0;
        for id in self.order() {
            let Some(last) = self[id].instrs.last() else { continue };
            if last.is_unconditional_jump() {
                let target = self.next_nonempty(last.target);
                if target.is_some() && target == self.next_nonempty(self[id].next) {
                    changes += 1;
                    self[id].instrs.last_mut().expect("it was there").set_nop();
                }
            }
        }
        changes
    }

    /// Removes redundant NOPs and jumps until there are none.
    pub(super) fn remove_redundant_nops_and_jumps(&mut self) {
        while self.remove_redundant_nops() + self.remove_redundant_jumps() > 0 {}
    }

    /// Replaces jumps to small blocks that leave the code, and to blocks without lines, with copies of those blocks.
    pub(super) fn inline_small_blocks(&mut self) {
        loop {
            let mut changed = false;
            for id in self.order() {
                changed |= self.inline_target(id);
            }
            if !changed {
                return;
            }
        }
    }

    fn inline_target(&mut self, id: BlockId) -> bool {
        let Some(last) = self[id].instrs.last().copied() else { return false };
        let (true, Some(target)) = (last.is_unconditional_jump(), last.target) else { return false };
        let block: &Block = &self[target];
        let small_exit = block.exits_scope() && block.instrs.len() <= MAX_COPY_SIZE;
        let without_line = block.has_no_line() && !block.falls_through();
        if !small_exit && !without_line {
            return false;
        }
        let copied = &*self.arena.alloc_slice_copy(&block.instrs);
        let block = &mut self[id];
        block.instrs.last_mut().expect("it was there").set_nop();
        block.extend(copied);
        if without_line
            && last.opcode == Opcode::Jump
            && let Some(new_last) = block.instrs.last_mut()
            && new_last.is_unconditional_jump()
        {
            // The jump that went looked for interrupts; this one must do it.
            new_last.opcode = Opcode::Jump;
        }
        self[target].predecessors -= 1;
        true
    }
}
