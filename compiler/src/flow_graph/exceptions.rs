//! Which handler an exception goes to, for each instruction.

use bumpalo::collections::Vec as ArenaVec;

use super::Malformed;
use super::blocks::{BlockId, Graph};
use crate::opcode::{Opcode, ResumePoint};

/// The handlers that are active: the innermost, which leads to the others.
type Handlers<'b> = Option<&'b Active<'b>>;

/// An active handler.
struct Active<'b> {
    block: BlockId,
    /// How many are active, with this one.
    depth: u32,
    outer: Handlers<'b>,
}

impl<'b> Graph<'b> {
    /// Marks the blocks that are exception handlers.
    pub(super) fn mark_handlers(&mut self) {
        for id in self.order() {
            for index in 0..self[id].instrs.len() {
                let instr = self[id].instrs[index];
                if let (true, Some(target)) = (instr.opcode.pushes_handler(), instr.target) {
                    self[target].is_handler = true;
                }
            }
        }
    }

    /// Follows the ways through the code with the stack of active handlers, and notes at each instruction which
    /// handler an exception goes to. `POP_BLOCK` is gone afterwards.
    pub(super) fn label_exception_targets(&mut self) -> Result<(), Malformed> {
        let arena = self.arena;
        let visited = self.for_each_block(false);
        visited[Graph::ENTRY.index()] = true;
        let mut todo: ArenaVec<(BlockId, Handlers)> = bumpalo::vec![in arena; (Graph::ENTRY, None)];
        while let Some((id, mut handlers)) = todo.pop() {
            let mut visit = |target: BlockId, handlers: Handlers<'b>| {
                if !std::mem::replace(&mut visited[target.index()], true) {
                    todo.push((target, handlers));
                }
            };
            let mut yield_depth = None;
            for index in 0..self[id].instrs.len() {
                let instr = self[id].instrs[index];
                if instr.opcode.pushes_handler() {
                    let target = instr.target.ok_or(Malformed("a handler's set-up without a target"))?;
                    visit(target, handlers);
                    if matches!(instr.opcode, Opcode::SetupWith | Opcode::SetupCleanup) {
                        self[target].preserve_lasti = true;
                    }
                    let depth = handlers.map_or(0, |active| active.depth) + 1;
                    handlers = Some(arena.alloc(Active { block: target, depth, outer: handlers }));
                    continue;
                }
                if instr.opcode == Opcode::PopBlock {
                    handlers = handlers.ok_or(Malformed("POP_BLOCK without a handler"))?.outer;
                    self[id].instrs[index].set_nop();
                    continue;
                }
                let place = &mut self[id].instrs[index];
                place.handler = handlers.map(|active| active.block);
                match instr.opcode {
                    Opcode::YieldValue => yield_depth = handlers.map(|active| active.depth),
                    Opcode::Resume
                        if instr.operand != ResumePoint::FunctionStart as u32
                            && yield_depth.take() == Some(1) =>
                    {
                        place.operand |= ResumePoint::DEPTH_ONE;
                    }
                    opcode if opcode.is_jump() => {
                        let target = instr.target.ok_or(Malformed("a jump without a target"))?;
                        visit(target, handlers);
                    }
                    _ => {}
                }
            }
            if self[id].falls_through() {
                let next = self[id].next.ok_or(Malformed("the code has no end"))?;
                visit(next, handlers);
            }
        }
        Ok(())
    }
}
