//! Loads of locals that needn't own what they push, since the local outlives it on the stack.
//!
//! Inside of each block the stack is followed as a list of where its values come from. A load stays as it is if what it
//! pushed is still there when the local is rebound or the block ends, or is stored into a local itself.

use super::blocks::{BlockId, Graph, Instr};
use crate::opcode::Opcode;

/// Where a value on the stack comes from.
#[derive(Clone, Copy)]
struct Reference {
    /// The instruction that pushed it, if it is in this block.
    instr: Option<usize>,
    /// The local that it was loaded from.
    local: Option<u32>,
}

const UNKNOWN: Reference = Reference { instr: None, local: None };

/// The state while following a block.
struct Follower {
    stack: Vec<Reference>,
    /// Instructions whose value must be owned.
    owned: Vec<bool>,
}

impl Follower {
    fn push(&mut self, instr: usize, local: Option<u32>) {
        self.stack.push(Reference { instr: Some(instr), local });
    }

    fn pop(&mut self) -> Reference {
        self.stack.pop().unwrap_or(UNKNOWN)
    }

    fn own(&mut self, reference: Reference) {
        if let Some(instr) = reference.instr {
            self.owned[instr] = true;
        }
    }

    /// A local is rebound.
    fn kill(&mut self, local: u32) {
        for reference in self.stack.clone() {
            if reference.local == Some(local) {
                self.own(reference);
            }
        }
    }

    fn store(&mut self, local: u32) {
        let reference = self.pop();
        self.kill(local);
        self.own(reference);
    }
}

impl Graph {
    /// Makes borrowing forms of the loads that allow it. Needs the blocks' start depths.
    pub(super) fn borrow_locals(&mut self) {
        let mut visited = vec![false; self.blocks.len()];
        visited[Graph::ENTRY.0] = true;
        let mut todo = vec![Graph::ENTRY];
        while let Some(id) = todo.pop() {
            for successor in self.borrow_in_block(id) {
                if !std::mem::replace(&mut visited[successor.0], true) {
                    todo.push(successor);
                }
            }
        }
    }

    /// Rewrites the loads of a block. Returns where it leads.
    fn borrow_in_block(&mut self, id: BlockId) -> Vec<BlockId> {
        let depth = self[id].start_depth.unwrap_or(0) as usize;
        let count = self[id].instrs.len();
        let mut follower = Follower { stack: vec![UNKNOWN; depth], owned: vec![false; count] };
        let mut successors = Vec::new();
        for index in 0..count {
            let instr = self[id].instrs[index];
            follow(&mut follower, index, &instr);
            successors.extend(instr.target_block());
        }
        if !self[id].instrs.is_empty() {
            successors.extend(self.fall_through(id));
        }
        for reference in follower.stack.clone() {
            follower.own(reference);
        }
        for (instr, owned) in self[id].instrs.iter_mut().zip(&follower.owned) {
            if !owned {
                match instr.opcode {
                    Opcode::LoadFast => instr.opcode = Opcode::LoadFastBorrow,
                    Opcode::LoadFastLoadFast => instr.opcode = Opcode::LoadFastBorrowLoadFastBorrow,
                    _ => {}
                }
            }
        }
        successors
    }
}

fn follow(follower: &mut Follower, index: usize, instr: &Instr) {
    let operand = instr.operand_for_effect();
    let (pops, pushes) = (instr.opcode.pops(operand) as usize, instr.opcode.pushes(operand) as usize);
    match instr.opcode {
        Opcode::LoadFast => follower.push(index, Some(operand)),
        Opcode::LoadFastAndClear => {
            follower.kill(operand);
            follower.push(index, Some(operand));
        }
        Opcode::LoadFastLoadFast => {
            follower.push(index, Some(operand >> 4));
            follower.push(index, Some(operand & 15));
        }
        Opcode::StoreFast => follower.store(operand),
        Opcode::DeleteFast => follower.kill(operand),
        Opcode::StoreFastLoadFast => {
            follower.store(operand >> 4);
            follower.push(index, Some(operand & 15));
        }
        Opcode::StoreFastStoreFast => {
            follower.store(operand >> 4);
            follower.store(operand & 15);
        }
        Opcode::Copy => {
            let place = follower.stack.len().checked_sub(operand as usize);
            let reference = place.and_then(|place| follower.stack.get(place)).copied().unwrap_or(UNKNOWN);
            follower.stack.push(reference);
        }
        Opcode::Swap => {
            let top = follower.stack.len().wrapping_sub(1);
            if let Some(place) = follower.stack.len().checked_sub(operand as usize) {
                follower.stack.swap(place, top);
            }
        }
        // The result may be the value itself.
        Opcode::GetYieldFromIter | Opcode::FormatSimple => {}
        // These leave what they look at.
        Opcode::GetAnext
        | Opcode::GetLen
        | Opcode::ImportFrom
        | Opcode::MatchKeys
        | Opcode::MatchMapping
        | Opcode::MatchSequence
        | Opcode::WithExceptStart => {
            // CPython attributes these values to the first instructions of the block, so those stay owning.
            for place in 0..pushes - pops {
                follower.push(place, None);
            }
        }
        // These leave the container that they change.
        Opcode::DictMerge
        | Opcode::DictUpdate
        | Opcode::ListAppend
        | Opcode::ListExtend
        | Opcode::MapAdd
        | Opcode::Reraise
        | Opcode::SetAdd
        | Opcode::SetUpdate => {
            for _ in 0..pops - pushes {
                follower.pop();
            }
        }
        // The top stays on top.
        Opcode::EndSend | Opcode::SetFunctionAttribute => {
            let top = follower.pop();
            follower.pop();
            follower.stack.push(top);
        }
        Opcode::PushExcInfo => {
            let top = follower.pop();
            follower.push(index, None);
            follower.stack.push(top);
        }
        Opcode::CheckExcMatch | Opcode::Send => {
            follower.pop();
            follower.push(index, None);
        }
        Opcode::ForIter => follower.push(index, None),
        Opcode::LoadAttr | Opcode::LoadSuperAttr | Opcode::LoadSpecial => {
            let owner = follower.pop();
            for _ in 1..pops {
                follower.pop();
            }
            follower.push(index, None);
            if pushes > 1 {
                // The receiver of a method call stays.
                follower.stack.push(owner);
            }
        }
        opcode if opcode.pushes_handler() => {}
        _ => {
            for _ in 0..pops {
                follower.pop();
            }
            for _ in 0..pushes {
                follower.push(index, None);
            }
        }
    }
}
