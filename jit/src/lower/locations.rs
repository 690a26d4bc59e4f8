//! Which part of the program machine code belongs to, and how often its loops go round: for `profile` and `dis` only.
//!
//! Every machine instruction gets the frame state of the HIR instruction before it that has one. From a state follow the function and bytecode
//! offset, and those of the functions that it is inlined into.

use super::Lowering;
use crate::hir::{BlockId, Function, StateId, Terminator};
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{InstBuilder, SourceLoc};
use cranelift_codegen::{Final, MachSrcLoc};
use rustc_hash::FxHashMap;

/// A place in the program: a code object and a code unit of it, outermost first where functions are inlined.
pub type Place = Vec<(u64, u32)>;

/// Machine code from one offset to another, and the number of its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// The first byte.
    pub start: u32,
    /// Behind the last byte.
    pub end: u32,
    /// Its place.
    pub place: u32,
}

impl Lowering<'_> {
    /// What is emitted from here on belongs to a frame state.
    pub(super) fn locate(&mut self, state: Option<StateId>) {
        if let Some(state) = state
            && self.context.located
        {
            self.builder.set_srcloc(SourceLoc::new(state.0));
        }
    }

    /// What a block begins with belongs to its first frame state.
    pub(super) fn locate_block(&mut self, block: BlockId) {
        let block = self.function.block(block);
        let of_instruction = block.instructions.iter().find_map(|value| self.function.get(*value).state);
        let of_end = match block.terminator {
            Terminator::Exit(state, _) => Some(state),
            _ => None,
        };
        self.locate(of_instruction.or(of_end).or(block.entry_state));
    }

    /// Counts a loop iteration or an entry.
    pub(super) fn count_iteration(&mut self) {
        if self.context.iterations == 0 {
            return;
        }
        let address = self.constant(self.context.iterations as i64);
        let count = self.load(I64, address, 0);
        let count = self.builder.ins().iadd_imm_s(count, 1);
        self.store(count, address, 0);
    }
}

/// The map from machine code to places.
pub fn locations(function: &Function, sources: &[MachSrcLoc<Final>]) -> (Vec<Location>, Vec<Place>) {
    let (mut locations, mut places) = (Vec::<Location>::new(), Vec::new());
    let mut numbers = FxHashMap::default();
    for source in sources.iter().filter(|source| !source.loc.is_default()) {
        let number = *numbers.entry(source.loc.bits()).or_insert_with(|| {
            places.push(place(function, StateId(source.loc.bits())));
            places.len() as u32 - 1
        });
        match locations.last_mut() {
            Some(last) if last.end == source.start && last.place == number => last.end = source.end,
            _ => locations.push(Location { start: source.start, end: source.end, place: number }),
        }
    }
    (locations, places)
}

fn place(function: &Function, state: StateId) -> Place {
    let mut place = Vec::new();
    let mut next = Some(state);
    while let Some(id) = next {
        let data = function.state(id);
        place.push((function.frames[data.frame.index()].record.code, data.pc));
        next = data.parent;
    }
    place.reverse();
    place
}
