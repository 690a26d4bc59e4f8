//! Runs of SWAP: fewer of them, or none where the instructions after them can change places instead.

use super::blocks::{Block, Graph};
use crate::opcode::Opcode;

impl Graph<'_> {
    /// Optimises the SWAPs of all blocks.
    pub(super) fn optimize_swaps(block: &mut Block) {
        let mut index = 0;
        while index < block.instrs.len() {
            if block.instrs[index].opcode == Opcode::Swap {
                index = shorten_run(block, index);
                apply_statically(block, index);
            }
            index += 1;
        }
    }
}

/// Replaces a run of SWAPs and NOPs with the shortest one of the same effect. Returns the index of its end.
fn shorten_run(block: &mut Block, start: usize) -> usize {
    let in_run = |opcode| matches!(opcode, Opcode::Swap | Opcode::Nop);
    let length = block.instrs[start..].iter().take_while(|instr| in_run(instr.opcode)).count();
    let run = &mut block.instrs[start..start + length];
    let swaps: Vec<usize> =
        run.iter().filter(|instr| instr.opcode == Opcode::Swap).map(|instr| instr.operand as usize).collect();
    if swaps.len() < 2 {
        return start;
    }
    let depth = swaps.iter().copied().max().unwrap_or(0);
    // What the run does to a stack of the numbers 0, 1, 2, ...
    let mut stack: Vec<usize> = (0..depth).collect();
    for operand in swaps {
        stack.swap(0, operand - 1);
    }
    // Each cycle of the permutation takes a SWAP for each of its members, the top excepted; they are found in reverse.
    let mut visited = vec![false; depth];
    let mut free = length;
    let mut emit = |place: usize| {
        if place > 0 {
            free -= 1;
            run[free].set(Opcode::Swap, place as u32 + 1);
        }
    };
    for first in 0..depth {
        if visited[first] || stack[first] == first {
            continue;
        }
        let mut place = first;
        loop {
            emit(place);
            if visited[place] {
                break;
            }
            visited[place] = true;
            place = stack[place];
        }
    }
    for instr in &mut run[..free] {
        instr.set_nop();
    }
    start + length - 1
}

/// Whether an instruction only pops the top and does nothing that could be noticed.
fn is_swappable(opcode: Opcode) -> bool {
    matches!(opcode, Opcode::StoreFast | Opcode::StoreFastMaybeNull | Opcode::PopTop)
}

/// The local that an instruction stores to.
fn stores_to(block: &Block, index: usize) -> Option<u32> {
    let instr = &block.instrs[index];
    matches!(instr.opcode, Opcode::StoreFast | Opcode::StoreFastMaybeNull).then_some(instr.operand)
}

/// The next swappable instruction after `index`, on `line` if one is given.
fn next_swappable(block: &Block, index: usize, line: Option<i32>) -> Option<usize> {
    for (place, instr) in block.instrs.iter().enumerate().skip(index + 1) {
        if line.is_some_and(|line| line >= 0 && instr.location.line != line) {
            return None;
        }
        if instr.opcode != Opcode::Nop {
            return is_swappable(instr.opcode).then_some(place);
        }
    }
    None
}

/// Applies the SWAPs from `index` back by exchanging the instructions after them.
fn apply_statically(block: &mut Block, index: usize) {
    for place in (0..=index).rev() {
        let instr = block.instrs[place];
        if instr.opcode != Opcode::Swap {
            if instr.opcode == Opcode::Nop || is_swappable(instr.opcode) {
                continue;
            }
            return;
        }
        let Some((first, last)) = operands_of_swap(block, place, instr.operand) else { return };
        block.instrs[place].set_nop();
        block.instrs.swap(first, last);
    }
}

/// The two instructions that pop what a SWAP exchanges, if they may change places.
fn operands_of_swap(block: &Block, swap: usize, operand: u32) -> Option<(usize, usize)> {
    let first = next_swappable(block, swap, None)?;
    let line = block.instrs[first].location.line;
    let mut last = first;
    for _ in 1..operand {
        last = next_swappable(block, last, Some(line))?;
    }
    let stores = [stores_to(block, first), stores_to(block, last)];
    if stores != [None, None] {
        if stores[0] == stores[1] {
            return None;
        }
        let between = (first + 1..last).filter_map(|place| stores_to(block, place));
        if between.into_iter().any(|local| stores.contains(&Some(local))) {
            return None;
        }
    }
    Some((first, last))
}
