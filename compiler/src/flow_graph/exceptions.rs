//! Which handler an exception goes to, for each instruction.

use std::rc::Rc;

use super::blocks::{BlockId, Graph};
use super::{Malformed, blocks::Instr};
use crate::opcode::{Opcode, ResumePoint};

/// The handlers that are active, innermost last.
type Handlers = Rc<Vec<BlockId>>;

impl Graph {
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
        let mut visited = vec![false; self.blocks.len()];
        visited[Graph::ENTRY.0] = true;
        let mut todo: Vec<(BlockId, Handlers)> = vec![(Graph::ENTRY, Handlers::default())];
        while let Some((id, mut handlers)) = todo.pop() {
            let mut visit = |target: BlockId, handlers: &Handlers| {
                if !std::mem::replace(&mut visited[target.0], true) {
                    todo.push((target, handlers.clone()));
                }
            };
            let mut yield_depth = None;
            for index in 0..self[id].instrs.len() {
                let instr = self[id].instrs[index];
                if instr.opcode.pushes_handler() {
                    let target = instr.target.ok_or(Malformed("a handler's set-up without a target"))?;
                    visit(target, &handlers);
                    self.push_handler(&mut handlers, &instr, target);
                    continue;
                }
                if instr.opcode == Opcode::PopBlock {
                    Rc::make_mut(&mut handlers).pop().ok_or(Malformed("POP_BLOCK without a handler"))?;
                    self[id].instrs[index].set_nop();
                    continue;
                }
                let place = &mut self[id].instrs[index];
                place.handler = handlers.last().copied();
                match instr.opcode {
                    Opcode::YieldValue => yield_depth = Some(handlers.len()),
                    Opcode::Resume
                        if instr.operand != ResumePoint::FunctionStart as u32
                            && yield_depth.take() == Some(1) =>
                    {
                        place.operand |= ResumePoint::DEPTH_ONE;
                    }
                    opcode if opcode.is_jump() => {
                        let target = instr.target.ok_or(Malformed("a jump without a target"))?;
                        visit(target, &handlers);
                    }
                    _ => {}
                }
            }
            if self[id].falls_through() {
                let next = self[id].next.ok_or(Malformed("the code has no end"))?;
                visit(next, &handlers);
            }
        }
        Ok(())
    }

    fn push_handler(&mut self, handlers: &mut Handlers, setup: &Instr, target: BlockId) {
        if matches!(setup.opcode, Opcode::SetupWith | Opcode::SetupCleanup) {
            self[target].preserve_lasti = true;
        }
        Rc::make_mut(handlers).push(target);
    }

    /// Checks that jumps and exits stand at the ends of blocks.
    pub(super) fn check_terminators(&self) -> Result<(), Malformed> {
        for id in self.order() {
            let instrs = &self[id].instrs;
            if instrs.iter().rev().skip(1).any(Instr::ends_block) {
                return Err(Malformed("malformed control flow graph."));
            }
        }
        Ok(())
    }
}
