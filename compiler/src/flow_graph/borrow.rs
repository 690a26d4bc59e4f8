//! Loads of locals that needn't own what they push, since the local outlives it on the stack.
//!
//! Inside of each block the stack is followed as a list of where its values come from. A load stays as it is if what it
//! pushed is still there when the local is rebound or the block ends, or is stored into a local itself.

use bumpalo::collections::Vec as ArenaVec;

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
struct Follower<'b> {
    stack: ArenaVec<'b, Reference>,
    /// Instructions whose value must be owned.
    owned: ArenaVec<'b, bool>,
}

impl Follower<'_> {
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
        for index in 0..self.stack.len() {
            let reference = self.stack[index];
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

impl Graph<'_> {
    /// Makes borrowing forms of the loads that allow it. Needs the blocks' start depths.
    pub(super) fn borrow_locals(&mut self) {
        let visited = self.for_each_block(false);
        visited[Graph::ENTRY.index()] = true;
        let mut todo = bumpalo::vec![in self.arena; Graph::ENTRY];
        let mut follower =
            Follower { stack: ArenaVec::new_in(self.arena), owned: ArenaVec::new_in(self.arena) };
        while let Some(id) = todo.pop() {
            self.borrow_in_block(id, &mut follower);
            let mut visit = |successor: BlockId| {
                if !std::mem::replace(&mut visited[successor.index()], true) {
                    todo.push(successor);
                }
            };
            self[id].instrs.iter().filter_map(Instr::target_block).for_each(&mut visit);
            if !self[id].instrs.is_empty() {
                self.fall_through(id).into_iter().for_each(visit);
            }
        }
    }

    /// Rewrites the loads of a block.
    fn borrow_in_block(&mut self, id: BlockId, follower: &mut Follower) {
        let block = &mut self[id];
        follower.stack.clear();
        follower.stack.resize(block.start_depth.unwrap_or(0) as usize, UNKNOWN);
        follower.owned.clear();
        follower.owned.resize(block.instrs.len(), false);
        for (index, instr) in block.instrs.iter().enumerate() {
            follow(follower, index, instr);
        }
        for index in 0..follower.stack.len() {
            follower.own(follower.stack[index]);
        }
        for (instr, owned) in block.instrs.iter_mut().zip(&follower.owned) {
            if !owned {
                match instr.opcode {
                    Opcode::LoadFast => instr.opcode = Opcode::LoadFastBorrow,
                    Opcode::LoadFastLoadFast => instr.opcode = Opcode::LoadFastBorrowLoadFastBorrow,
                    _ => {}
                }
            }
        }
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
