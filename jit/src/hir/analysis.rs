//! Analyses of the graph that several passes share: order, predecessors, dominators, loops.

use super::function::{BlockId, Function, Terminator, Value};
use std::collections::HashMap;

/// Which blocks can be reached from the entry?
pub fn reachable(function: &Function) -> Vec<bool> {
    let mut seen = vec![false; function.blocks.len()];
    let mut work = vec![Function::ENTRY];
    seen[0] = true;
    while let Some(block) = work.pop() {
        for edge in function.block(block).terminator.edges() {
            if !std::mem::replace(&mut seen[edge.block.index()], true) {
                work.push(edge.block);
            }
        }
    }
    seen
}

/// Order, predecessors and dominators of the reachable blocks.
pub struct Cfg {
    /// Reverse postorder: a block comes before its successors, but for the back edges.
    pub order: Vec<BlockId>,
    /// A block's place in `order`; `u32::MAX` if unreachable.
    pub position: Vec<u32>,
    /// A block's predecessors (twice if both edges of a branch lead there).
    pub predecessors: Vec<Vec<BlockId>>,
    /// A block's immediate dominator; its own for the entry.
    pub dominator: Vec<BlockId>,
}

impl Cfg {
    /// Computes them.
    pub fn new(function: &Function) -> Cfg {
        let order = reverse_postorder(function);
        let mut position = vec![u32::MAX; function.blocks.len()];
        for (index, block) in order.iter().enumerate() {
            position[block.index()] = index as u32;
        }
        let mut predecessors = vec![Vec::new(); function.blocks.len()];
        for &block in &order {
            for edge in function.block(block).terminator.edges() {
                predecessors[edge.block.index()].push(block);
            }
        }
        let dominator = dominators(&order, &position, &predecessors, function.blocks.len());
        Cfg { order, position, predecessors, dominator }
    }

    /// Is the block reachable?
    pub fn is_reachable(&self, block: BlockId) -> bool {
        self.position[block.index()] != u32::MAX
    }

    /// Is every path from the entry to `below` one through `above`?
    pub fn dominates(&self, above: BlockId, mut below: BlockId) -> bool {
        while self.position[below.index()] > self.position[above.index()] {
            below = self.dominator[below.index()];
        }
        above == below
    }

    /// The block and those that dominate it, innermost first.
    pub fn dominators_of(&self, block: BlockId) -> impl Iterator<Item = BlockId> + '_ {
        let mut next = Some(block);
        std::iter::from_fn(move || {
            let current = next?;
            let above = self.dominator[current.index()];
            next = (above != current).then_some(above);
            Some(current)
        })
    }
}

fn reverse_postorder(function: &Function) -> Vec<BlockId> {
    let mut order = Vec::new();
    let mut seen = vec![false; function.blocks.len()];
    let mut stack = vec![(Function::ENTRY, 0)];
    seen[0] = true;
    while let Some((block, next)) = stack.pop() {
        let edges = function.block(block).terminator.edges();
        // Visit the last edge first: the first successor then comes first in the order.
        match edges.len().checked_sub(next + 1) {
            Some(index) => {
                stack.push((block, next + 1));
                let target = edges[index].block;
                if !std::mem::replace(&mut seen[target.index()], true) {
                    stack.push((target, 0));
                }
            }
            None => order.push(block),
        }
    }
    order.reverse();
    order
}

fn dominators(
    order: &[BlockId],
    position: &[u32],
    predecessors: &[Vec<BlockId>],
    count: usize,
) -> Vec<BlockId> {
    let unknown = BlockId(u32::MAX);
    let mut dominator = vec![unknown; count];
    dominator[Function::ENTRY.index()] = Function::ENTRY;
    let mut changed = true;
    while changed {
        changed = false;
        for &block in &order[1..] {
            let mut new = unknown;
            for &predecessor in &predecessors[block.index()] {
                if dominator[predecessor.index()] == unknown {
                    continue;
                }
                new = if new == unknown { predecessor } else { meet(&dominator, position, predecessor, new) };
            }
            if dominator[block.index()] != new {
                dominator[block.index()] = new;
                changed = true;
            }
        }
    }
    dominator
}

fn meet(dominator: &[BlockId], position: &[u32], mut left: BlockId, mut right: BlockId) -> BlockId {
    while left != right {
        while position[left.index()] > position[right.index()] {
            left = dominator[left.index()];
        }
        while position[right.index()] > position[left.index()] {
            right = dominator[right.index()];
        }
    }
    left
}

/// A natural loop.
pub struct Loop {
    /// Its header.
    pub header: BlockId,
    /// Its blocks, the header and those of inner loops included.
    pub blocks: Vec<BlockId>,
    /// The blocks that jump back to the header.
    pub latches: Vec<BlockId>,
    /// The only block outside that enters it, if that block does nothing else than jump there.
    pub preheader: Option<BlockId>,
}

/// The loops of a function, inner ones before those around them.
pub struct LoopForest {
    /// The loops.
    pub loops: Vec<Loop>,
    /// The innermost loop of a block.
    pub innermost: HashMap<BlockId, usize>,
}

impl LoopForest {
    /// Finds them.
    pub fn new(function: &Function, cfg: &Cfg) -> LoopForest {
        let mut loops = Vec::new();
        for &header in cfg.order.iter().rev() {
            let (latches, entries): (Vec<BlockId>, Vec<BlockId>) =
                cfg.predecessors[header.index()].iter().partition(|block| cfg.dominates(header, **block));
            if latches.is_empty() {
                continue;
            }
            let blocks = body(cfg, header, &latches);
            let preheader = match entries[..] {
                [only] if matches!(function.block(only).terminator, Terminator::Jump(_)) => Some(only),
                _ => None,
            };
            loops.push(Loop { header, blocks, latches, preheader });
        }
        loops.sort_by_key(|found| found.blocks.len());
        let mut innermost = HashMap::new();
        for (index, found) in loops.iter().enumerate() {
            for block in &found.blocks {
                innermost.entry(*block).or_insert(index);
            }
        }
        LoopForest { loops, innermost }
    }
}

fn body(cfg: &Cfg, header: BlockId, latches: &[BlockId]) -> Vec<BlockId> {
    let mut blocks = vec![header];
    let mut work = latches.to_vec();
    while let Some(block) = work.pop() {
        if !blocks.contains(&block) {
            blocks.push(block);
            work.extend(&cfg.predecessors[block.index()]);
        }
    }
    blocks
}

/// The block that each scheduled value is in.
pub fn block_of_values(function: &Function) -> Vec<Option<BlockId>> {
    let mut blocks = vec![None; function.instructions.len()];
    for id in function.block_ids() {
        let block = function.block(id);
        for &value in block.parameters.iter().chain(&block.instructions) {
            blocks[value.index()] = Some(id);
        }
    }
    blocks
}

/// The values of the arguments that reach a block's parameter, by predecessor edge.
pub fn incoming(function: &Function, cfg: &Cfg, block: BlockId, index: usize) -> Vec<(BlockId, Value)> {
    let mut found = Vec::new();
    let mut sources = cfg.predecessors[block.index()].clone();
    sources.sort_unstable();
    sources.dedup();
    for source in sources {
        for edge in function.block(source).terminator.edges() {
            if edge.block == block {
                found.push((source, edge.arguments[index]));
            }
        }
    }
    found
}
