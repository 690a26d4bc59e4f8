//! Loads of locals that may be unbound, and pairs of accesses in one instruction.

use bumpalo::collections::Vec as ArenaVec;

use super::blocks::{BlockId, Graph, Instr};
use crate::opcode::Opcode;

/// So many locals are followed through the graph, one bit each; the others only inside of a block.
const TRACKED: usize = 64;

impl Graph<'_> {
    /// Makes `LOAD_FAST_CHECK` of each `LOAD_FAST` whose local may be unbound there.
    pub(super) fn check_uninitialized_loads(&mut self, local_count: usize, parameter_count: usize) {
        if local_count == 0 {
            return;
        }
        if local_count > TRACKED {
            self.check_untracked_loads(local_count);
        }
        let tracked = local_count.min(TRACKED);
        let mut scan = Scan {
            unsafe_at: self.for_each_block(0),
            queued: self.for_each_block(false),
            todo: ArenaVec::new_in(self.arena),
        };
        let start = (parameter_count..tracked).fold(0, |mask, local| mask | 1 << local);
        scan.enter(Graph::ENTRY, start);
        for id in self.order() {
            self.scan_block(id, &mut scan);
        }
        while let Some(id) = scan.todo.pop() {
            scan.queued[id.index()] = false;
            self.scan_block(id, &mut scan);
        }
    }

    fn scan_block(&mut self, id: BlockId, scan: &mut Scan) {
        let mut unsafe_locals = scan.unsafe_at[id.index()];
        for instr in &mut self[id].instrs {
            if let Some(handler) = instr.handler {
                scan.enter(handler, unsafe_locals);
            }
            if instr.operand >= TRACKED as u32 {
                continue;
            }
            let bit = 1u64 << instr.operand;
            match instr.opcode {
                Opcode::DeleteFast | Opcode::LoadFastAndClear | Opcode::StoreFastMaybeNull => {
                    unsafe_locals |= bit
                }
                Opcode::StoreFast | Opcode::LoadFastCheck => unsafe_locals &= !bit,
                Opcode::LoadFast => {
                    if unsafe_locals & bit != 0 {
                        instr.opcode = Opcode::LoadFastCheck;
                    }
                    unsafe_locals &= !bit;
                }
                _ => {}
            }
        }
        if let Some(next) = self.fall_through(id) {
            scan.enter(next, unsafe_locals);
        }
        if let Some(last) = self[id].instrs.last()
            && let (true, Some(target)) = (last.opcode.is_jump(), last.target)
        {
            scan.enter(target, unsafe_locals);
        }
    }

    fn check_untracked_loads(&mut self, local_count: usize) {
        // The number of the block in which a local was last known to be bound.
        let mut bound_in = vec![0usize; local_count - TRACKED];
        for (number, id) in (1..).zip(self.order()) {
            for instr in &mut self[id].instrs {
                let Some(local) = (instr.operand as usize).checked_sub(TRACKED) else { continue };
                match instr.opcode {
                    Opcode::DeleteFast | Opcode::LoadFastAndClear | Opcode::StoreFastMaybeNull => {
                        bound_in[local] = number - 1;
                    }
                    Opcode::StoreFast => bound_in[local] = number,
                    Opcode::LoadFast => {
                        if bound_in[local] != number {
                            instr.opcode = Opcode::LoadFastCheck;
                        }
                        bound_in[local] = number;
                    }
                    _ => {}
                }
            }
        }
    }

    /// Joins neighbouring accesses to locals.
    pub(super) fn insert_superinstructions(&mut self) {
        for id in self.order() {
            let instrs = &mut self[id].instrs;
            for index in 1..instrs.len() {
                let joined = match (instrs[index - 1].opcode, instrs[index].opcode) {
                    (Opcode::LoadFast, Opcode::LoadFast) => Opcode::LoadFastLoadFast,
                    (Opcode::StoreFast, Opcode::LoadFast) => Opcode::StoreFastLoadFast,
                    (Opcode::StoreFast, Opcode::StoreFast) => Opcode::StoreFastStoreFast,
                    _ => continue,
                };
                let (first, second) = instrs.split_at_mut(index);
                join(&mut first[index - 1], &mut second[0], joined);
            }
        }
        self.remove_redundant_nops();
    }
}

fn join(first: &mut Instr, second: &mut Instr, opcode: Opcode) {
    let (line, next_line) = (first.location.line, second.location.line);
    let other_line = line >= 0 && next_line >= 0 && line != next_line;
    if !other_line && first.operand < 16 && second.operand < 16 {
        first.set(opcode, first.operand << 4 | second.operand);
        second.set_nop();
    }
}

/// What is known of the tracked locals: a bit is set where one may be unbound.
struct Scan<'b> {
    unsafe_at: &'b mut [u64],
    queued: &'b mut [bool],
    todo: ArenaVec<'b, BlockId>,
}

impl Scan<'_> {
    fn enter(&mut self, block: BlockId, unsafe_locals: u64) {
        let both = self.unsafe_at[block.index()] | unsafe_locals;
        if self.unsafe_at[block.index()] != both {
            self.unsafe_at[block.index()] = both;
            if !std::mem::replace(&mut self.queued[block.index()], true) {
                self.todo.push(block);
            }
        }
    }
}
