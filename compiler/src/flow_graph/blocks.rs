//! Blocks, their instructions, and cutting a sequence into them.

use crate::instruction_sequence::{InstructionSequence, Location};
use crate::opcode::Opcode;

/// Finds a block of a [`Graph`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct BlockId(pub usize);

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
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    pub instrs: Vec<Instr>,
    /// The handlers of instructions that were removed, the one whose place is next to be used again last.
    ///
    /// An instruction that CPython appends to a block gets the handler that its place in memory had before, if any. That
    /// shows in exception tables, so it is followed here.
    pub former_handlers: Vec<Option<BlockId>>,
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

/// The blocks of a code unit. The first is the entry.
#[derive(Debug)]
pub(crate) struct Graph {
    pub blocks: Vec<Block>,
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
        matches!(self.opcode, Opcode::ReturnValue | Opcode::RaiseVarargs | Opcode::Reraise)
    }

    /// Whether it must be the last of its block.
    pub fn ends_block(&self) -> bool {
        self.opcode.is_jump() || self.exits_scope()
    }

    /// Whether signals and the like are looked for here.
    pub fn checks_interrupts(&self) -> bool {
        matches!(
            self.opcode,
            Opcode::Call | Opcode::CallFunctionEx | Opcode::Jump | Opcode::JumpBackward | Opcode::Resume
        )
    }
}

impl Block {
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
    pub fn insert(&mut self, index: usize, inserted: Vec<Instr>) {
        self.forget_places(inserted.len());
        self.instrs.splice(index..index, inserted);
    }

    /// Appends instructions as they are.
    pub fn extend(&mut self, instrs: Vec<Instr>) {
        self.forget_places(instrs.len());
        self.instrs.extend(instrs);
    }

    fn forget_places(&mut self, count: usize) {
        let left = self.former_handlers.len().saturating_sub(count);
        self.former_handlers.truncate(left);
    }

    /// Replaces the instructions by some of them.
    pub fn retain(&mut self, kept: Vec<Instr>) {
        self.former_handlers.extend(self.instrs[kept.len()..].iter().rev().map(|instr| instr.handler));
        self.instrs = kept;
    }

    /// The opcode at an index, if there is one.
    pub fn opcode_at(&self, index: usize) -> Option<Opcode> {
        self.instrs.get(index).map(|instr| instr.opcode)
    }
}

impl std::ops::Index<BlockId> for Graph {
    type Output = Block;

    fn index(&self, id: BlockId) -> &Block {
        &self.blocks[id.0]
    }
}

impl std::ops::IndexMut<BlockId> for Graph {
    fn index_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id.0]
    }
}

impl Graph {
    pub const ENTRY: BlockId = BlockId(0);

    /// Cuts a sequence into blocks. `None` if a jump leads outside of it.
    pub fn from_sequence(sequence: &InstructionSequence) -> Option<Graph> {
        Builder::new(sequence)?.build()
    }

    /// Adds a block that nothing leads to yet.
    pub fn new_block(&mut self) -> BlockId {
        self.blocks.push(Block::default());
        BlockId(self.blocks.len() - 1)
    }

    /// The blocks in the order of the code.
    pub fn order(&self) -> Vec<BlockId> {
        let mut order = Vec::with_capacity(self.blocks.len());
        let mut block = Some(Graph::ENTRY);
        while let Some(id) = block {
            order.push(id);
            block = self[id].next;
        }
        order
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
struct Builder<'a> {
    sequence: &'a InstructionSequence,
    graph: Graph,
    current: BlockId,
    /// For each instruction, the block that starts there, if a label stands before it.
    block_at: Vec<Option<BlockId>>,
}

impl<'a> Builder<'a> {
    fn new(sequence: &'a InstructionSequence) -> Option<Builder<'a>> {
        let graph = Graph { blocks: vec![Block::default()] };
        let block_at = vec![None; sequence.instructions.len()];
        Some(Builder { sequence, graph, current: Graph::ENTRY, block_at })
    }

    fn build(mut self) -> Option<Graph> {
        let mut is_target = vec![false; self.sequence.instructions.len()];
        for instruction in &self.sequence.instructions {
            if instruction.opcode.is_jump() || instruction.opcode.pushes_handler() {
                *is_target.get_mut(self.position(instruction.argument)?)? = true;
            }
        }
        for (index, instruction) in self.sequence.instructions.iter().enumerate() {
            if is_target[index] {
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
        for block in 0..self.graph.blocks.len() {
            for index in 0..self.graph.blocks[block].instrs.len() {
                let instr = self.graph.blocks[block].instrs[index];
                if instr.has_target() {
                    let target = self.block_at[self.position(instr.operand)?];
                    self.graph.blocks[block].instrs[index].target = Some(target?);
                }
            }
        }
        Some(())
    }
}
