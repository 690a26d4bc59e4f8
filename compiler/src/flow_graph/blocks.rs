//! Blocks, their instructions, and cutting a sequence into them.

use std::num::NonZeroU32;

use bumpalo::Bump;
use bumpalo::collections::Vec as ArenaVec;

use crate::instruction_sequence::{Instruction, InstructionSequence, Location};
use crate::opcode::Opcode;

/// Finds a block of a [`Graph`]: one more than its index, so that an optional one is as small.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct BlockId(NonZeroU32);

impl BlockId {
    /// The block with this index.
    pub fn new(index: usize) -> BlockId {
        let number = u32::try_from(index + 1).ok().and_then(NonZeroU32::new);
        BlockId(number.expect("no code has so many blocks"))
    }

    /// Its index among the blocks.
    #[inline]
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// An instruction or pseudo-instruction in a block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instr {
    pub opcode: Opcode,
    pub operand: u32,
    pub location: Location,
    /// Where a jump or a handler's set-up leads; meaningless for other opcodes.
    pub target: Option<BlockId>,
    /// The handler of an exception raised here.
    pub handler: Option<BlockId>,
}

/// A run of instructions that is entered at its start only.
#[derive(Debug)]
pub(crate) struct Block<'b> {
    pub instrs: ArenaVec<'b, Instr>,
    /// The handlers of instructions that were removed, the one whose place is next to be used again last.
    ///
    /// An instruction that CPython appends to a block gets the handler that its place in memory had before, if any. That
    /// shows in exception tables, so it is followed here.
    pub former_handlers: ArenaVec<'b, Option<BlockId>>,
    /// The block that follows in the code.
    pub next: Option<BlockId>,
    /// Whether it had a label when it was made: it may be jumped to.
    pub labelled: bool,
    /// How many ways lead here.
    pub predecessors: i32,
    /// The stack's depth on entry, once known.
    pub start_depth: Option<u32>,
    /// Whether it is the start of an exception handler.
    pub is_handler: bool,
    /// Whether the raising instruction is pushed when it is entered as a handler.
    pub preserve_lasti: bool,
    /// Whether it is only reached through exceptions.
    pub cold: bool,
    /// Whether it is reached without an exception.
    pub warm: bool,
}

/// The blocks of a code unit. The first is the entry. Everything that the passes make lives in the arena, which is
/// emptied when the unit is done.
pub(crate) struct Graph<'b> {
    pub blocks: ArenaVec<'b, Block<'b>>,
    /// Whether any block may be an exception handler.
    pub has_handlers: bool,
    pub arena: &'b Bump,
}

fn exits_scope(opcode: Opcode) -> bool {
    matches!(opcode, Opcode::ReturnValue | Opcode::RaiseVarargs | Opcode::Reraise)
}

fn ends_block(opcode: Opcode) -> bool {
    opcode.is_jump() || exits_scope(opcode)
}

impl Instr {
    pub fn new(opcode: Opcode, operand: u32, location: Location) -> Instr {
        Instr { opcode, operand, location, target: None, handler: None }
    }

    /// Makes it another instruction at the same place.
    pub fn set(&mut self, opcode: Opcode, operand: u32) {
        self.opcode = opcode;
        self.operand = operand;
    }

    /// Makes it do nothing; the line stays.
    pub fn set_nop(&mut self) {
        self.set(Opcode::Nop, 0);
    }

    /// Whether the operand is a label.
    pub fn has_target(&self) -> bool {
        self.opcode.is_jump() || self.opcode.pushes_handler()
    }

    /// The target of an instruction that has one.
    pub fn target_block(&self) -> Option<BlockId> {
        if self.has_target() { self.target } else { None }
    }

    /// Whether it always jumps.
    pub fn is_unconditional_jump(&self) -> bool {
        matches!(
            self.opcode,
            Opcode::Jump
                | Opcode::JumpNoInterrupt
                | Opcode::JumpForward
                | Opcode::JumpBackward
                | Opcode::JumpBackwardNoInterrupt
        )
    }

    /// Whether it leaves the code.
    pub fn exits_scope(&self) -> bool {
        exits_scope(self.opcode)
    }

    /// Whether it must be the last of its block.
    pub fn ends_block(&self) -> bool {
        ends_block(self.opcode)
    }

    /// Whether signals and the like are looked for here.
    pub fn checks_interrupts(&self) -> bool {
        matches!(
            self.opcode,
            Opcode::Call | Opcode::CallFunctionEx | Opcode::Jump | Opcode::JumpBackward | Opcode::Resume
        )
    }
}

impl<'b> Block<'b> {
    /// An empty block that nothing leads to yet.
    pub fn new_in(arena: &'b Bump) -> Block<'b> {
        Block {
            instrs: ArenaVec::new_in(arena),
            former_handlers: ArenaVec::new_in(arena),
            next: None,
            labelled: false,
            predecessors: 0,
            start_depth: None,
            is_handler: false,
            preserve_lasti: false,
            cold: false,
            warm: false,
        }
    }

    /// Whether the end of the block leads into the next one.
    pub fn falls_through(&self) -> bool {
        !self.instrs.last().is_some_and(|last| last.exits_scope() || last.is_unconditional_jump())
    }

    /// Whether the last instruction leaves the code.
    pub fn exits_scope(&self) -> bool {
        self.instrs.last().is_some_and(Instr::exits_scope)
    }

    /// Whether no instruction has a line.
    pub fn has_no_line(&self) -> bool {
        self.instrs.iter().all(|instr| instr.location.line < 0)
    }

    /// Whether signals and the like are looked for in it.
    pub fn checks_interrupts(&self) -> bool {
        self.instrs.iter().any(Instr::checks_interrupts)
    }

    /// Appends an instruction in place of one that was removed, or at the end.
    pub fn append(&mut self, instr: Instr) {
        let handler = self.former_handlers.pop().flatten();
        self.instrs.push(Instr { handler, ..instr });
    }

    /// Inserts instructions as they are.
    pub fn insert(&mut self, index: usize, inserted: &[Instr]) {
        self.extend(inserted);
        self.instrs[index..].rotate_right(inserted.len());
    }

    /// Appends instructions as they are.
    pub fn extend(&mut self, instrs: &[Instr]) {
        let left = self.former_handlers.len().saturating_sub(instrs.len());
        self.former_handlers.truncate(left);
        self.instrs.extend_from_slice_copy(instrs);
    }

    /// Drops the instructions from `length` on.
    pub fn truncate(&mut self, length: usize) {
        let dropped = self.instrs[length..].iter().rev().map(|instr| instr.handler);
        // Those at the bottom that have none needn't be noted.
        let is_first = self.former_handlers.is_empty();
        self.former_handlers.extend(dropped.skip_while(|handler| is_first && handler.is_none()));
        self.instrs.truncate(length);
    }

    /// The opcode at an index, if there is one.
    pub fn opcode_at(&self, index: usize) -> Option<Opcode> {
        self.instrs.get(index).map(|instr| instr.opcode)
    }
}

impl<'b> std::ops::Index<BlockId> for Graph<'b> {
    type Output = Block<'b>;

    #[inline]
    fn index(&self, id: BlockId) -> &Block<'b> {
        &self.blocks[id.index()]
    }
}

impl<'b> std::ops::IndexMut<BlockId> for Graph<'b> {
    #[inline]
    fn index_mut(&mut self, id: BlockId) -> &mut Block<'b> {
        &mut self.blocks[id.index()]
    }
}

impl<'b> Graph<'b> {
    pub const ENTRY: BlockId = BlockId(NonZeroU32::MIN);

    /// Cuts a sequence into blocks. `None` if a jump leads outside of it.
    pub fn from_sequence(sequence: &InstructionSequence, arena: &'b Bump) -> Option<Graph<'b>> {
        Builder::new(sequence, arena).build()
    }

    /// Adds a block that nothing leads to yet.
    pub fn new_block(&mut self) -> BlockId {
        self.blocks.push(Block::new_in(self.arena));
        BlockId::new(self.blocks.len() - 1)
    }

    /// The blocks in the order of the code.
    pub fn order(&self) -> ArenaVec<'b, BlockId> {
        let mut order = ArenaVec::with_capacity_in(self.blocks.len(), self.arena);
        let mut block = Some(Graph::ENTRY);
        while let Some(id) = block {
            order.push(id);
            block = self[id].next;
        }
        order
    }

    /// As many values of this kind as there are blocks.
    pub fn for_each_block<T: Copy>(&self, value: T) -> &'b mut [T] {
        self.arena.alloc_slice_fill_copy(self.blocks.len(), value)
    }

    /// The first block from `block` on that has instructions.
    pub fn next_nonempty(&self, mut block: Option<BlockId>) -> Option<BlockId> {
        while let Some(id) = block {
            if !self[id].instrs.is_empty() {
                break;
            }
            block = self[id].next;
        }
        block
    }

    /// The block that the end of `id` leads into.
    pub fn fall_through(&self, id: BlockId) -> Option<BlockId> {
        if self[id].falls_through() { self[id].next } else { None }
    }
}

/// Cuts a sequence into blocks.
struct Builder<'s, 'b> {
    sequence: &'s InstructionSequence,
    graph: Graph<'b>,
    current: BlockId,
    /// For each instruction, the block that starts there, if a label stands before it.
    block_at: &'b mut [Option<BlockId>],
}

impl<'s, 'b> Builder<'s, 'b> {
    fn new(sequence: &'s InstructionSequence, arena: &'b Bump) -> Builder<'s, 'b> {
        let block_at = arena.alloc_slice_fill_copy(sequence.instructions.len(), None);
        let graph = Graph { blocks: ArenaVec::new_in(arena), has_handlers: false, arena };
        Builder { sequence, graph, current: Graph::ENTRY, block_at }
    }

    fn build(mut self) -> Option<Graph<'b>> {
        let mut most_blocks = 1;
        for instruction in &self.sequence.instructions {
            let Instruction { opcode, argument, .. } = *instruction;
            if opcode.is_jump() || opcode.pushes_handler() {
                // Which block it is turns out when it starts.
                let place = self.position(argument)?;
                most_blocks += usize::from(self.block_at.get(place)?.is_none());
                self.block_at[place] = Some(Graph::ENTRY);
                self.graph.has_handlers |= opcode.pushes_handler();
            }
            most_blocks += usize::from(ends_block(opcode));
        }
        // With room for all blocks, the arena lets the instructions of the last one grow in place.
        self.graph.blocks.reserve(most_blocks);
        self.graph.new_block();
        for (index, instruction) in self.sequence.instructions.iter().enumerate() {
            if self.block_at[index].is_some() {
                self.start_labelled();
                self.block_at[index] = Some(self.current);
            }
            if instruction.opcode == Opcode::AnnotationsPlaceholder {
                for inner in self.sequence.annotations.iter().flat_map(|inner| &inner.instructions) {
                    self.push(Instr::new(inner.opcode, inner.argument, inner.location));
                }
            } else {
                self.push(Instr::new(instruction.opcode, instruction.argument, instruction.location));
            }
        }
        self.resolve_targets()?;
        Some(self.graph)
    }

    /// The index of the instruction that a label stands before.
    fn position(&self, label: u32) -> Option<usize> {
        self.sequence.labels.get(label as usize).map(|position| *position as usize)
    }

    fn start_block(&mut self) {
        let block = self.graph.new_block();
        self.graph[self.current].next = Some(block);
        self.current = block;
    }

    fn start_labelled(&mut self) {
        let current = &self.graph[self.current];
        if !current.instrs.is_empty() || current.labelled {
            self.start_block();
        }
        self.graph[self.current].labelled = true;
    }

    fn push(&mut self, instr: Instr) {
        if self.graph[self.current].instrs.last().is_some_and(Instr::ends_block) {
            self.start_block();
        }
        self.graph[self.current].instrs.push(instr);
    }

    fn resolve_targets(&mut self) -> Option<()> {
        let (sequence, block_at) = (self.sequence, &*self.block_at);
        for block in &mut self.graph.blocks {
            for instr in block.instrs.iter_mut().filter(|instr| instr.has_target()) {
                let position = *sequence.labels.get(instr.operand as usize)?;
                instr.target = Some((*block_at.get(position as usize)?)?);
            }
        }
        Some(())
    }
}
