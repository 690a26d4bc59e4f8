//! The flow graph: basic blocks between the code generator's instruction sequence and the assembler.
//!
//! An instruction sequence is cut into blocks ([`Graph::from_sequence`]), optimised ([`Graph::optimize`]) and brought
//! into the form that the assembler writes ([`Graph::finish`]). Each pass has a file of its own; their order, and what
//! each of them leaves alone, is CPython 3.14's, since the code must come out equal to CPython's op for op.
//!
//! A block is found by its [`BlockId`]; blocks that follow each other in the code are linked by `next`. Only the last
//! instruction of a block may be a jump or leave the code, and a jump leads to the start of a block.

mod blocks;
mod borrow;
mod cells;
mod cleanup;
mod cold;
mod constants;
mod depth;
mod exceptions;
mod fold;
mod lines;
mod locals;
mod peephole;
mod pseudo;
mod swaps;

pub(crate) use blocks::{BlockId, Graph};
pub(crate) use constants::Pool;

use crate::instruction_sequence::CodeUnit;

/// What [`Graph::finish`] found out.
pub(crate) struct Finished {
    /// The depth that the stack can reach.
    pub stack_depth: u32,
    /// How many cells share the slot of a local variable.
    pub shared_cells: usize,
}

/// The graph isn't one that the code generator may make; the text says why.
#[derive(Debug)]
pub(crate) struct Malformed(pub &'static str);

impl Graph<'_> {
    /// Optimises the code of a unit; `consts` grows and shrinks with what the code needs.
    pub(crate) fn optimize(
        &mut self,
        consts: &mut Pool,
        local_count: usize,
        parameter_count: usize,
    ) -> Result<(), Malformed> {
        if self.has_handlers {
            self.mark_handlers();
            self.label_exception_targets()?;
        }
        self.inline_small_blocks();
        self.remove_unreachable();
        self.resolve_lines();
        self.optimize_constant_loads(consts);
        self.optimize_blocks(consts);
        self.remove_redundant_nops_and_pairs();
        self.remove_unreachable();
        self.remove_redundant_nops_and_jumps();
        self.remove_unused_constants(consts);
        self.check_uninitialized_loads(local_count, parameter_count);
        self.insert_superinstructions();
        self.push_cold_blocks_to_end();
        self.resolve_lines();
        Ok(())
    }

    /// Replaces pseudo-instructions, adds the prefix and fixes the indices of cells.
    pub(crate) fn finish(&mut self, unit: &CodeUnit) -> Result<Finished, Malformed> {
        self.convert_conditional_pseudo_jumps();
        let stack_depth = self.stack_depth()?;
        let shared_cells = self.prepare_locals(unit);
        self.convert_pseudo_instructions();
        self.normalize_jumps();
        self.borrow_locals();
        Ok(Finished { stack_depth, shared_cells })
    }
}
