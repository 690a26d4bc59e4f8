//! Cells: the instructions that make them at the start of the code, and their indices among the fast locals.

use super::blocks::{Graph, Instr};
use crate::instruction_sequence::{CodeUnit, Location};
use crate::opcode::Opcode;

impl Graph<'_> {
    /// Adds the prefix and turns indices of cells and free variables into indices of fast locals. Returns how many
    /// cells share the slot of a local variable.
    pub(super) fn prepare_locals(&mut self, unit: &CodeUnit) -> usize {
        let mut slots = cell_slots(unit);
        self.insert_prefix(unit, &slots);
        if slots.is_empty() { 0 } else { self.fix_cell_indices(unit, &mut slots) }
    }

    fn insert_prefix(&mut self, unit: &CodeUnit, slots: &[usize]) {
        let mut prefix = Vec::new();
        if !unit.freevars.is_empty() {
            prefix.push(Instr::new(Opcode::CopyFreeVars, unit.freevars.len() as u32, Location::NONE));
        }
        let mut cells: Vec<usize> = (0..unit.cellvars.len()).collect();
        cells.sort_by_key(|cell| slots[*cell]);
        prefix.extend(cells.iter().map(|cell| Instr::new(Opcode::MakeCell, *cell as u32, Location::NONE)));
        if unit.flags.is_generator_like() {
            let location = Location::line_only(unit.firstlineno as i32);
            prefix.push(Instr::new(Opcode::ReturnGenerator, 0, location));
            prefix.push(Instr::new(Opcode::PopTop, 0, location));
        }
        self[Graph::ENTRY].insert(0, &prefix);
    }

    fn fix_cell_indices(&mut self, unit: &CodeUnit, slots: &mut [usize]) -> usize {
        let mut shared = 0;
        for (index, slot) in slots.iter_mut().enumerate() {
            if *slot == index + unit.varnames.len() {
                *slot -= shared;
            } else {
                shared += 1;
            }
        }
        for id in self.order() {
            for instr in &mut self[id].instrs {
                if matches!(
                    instr.opcode,
                    Opcode::MakeCell
                        | Opcode::LoadClosure
                        | Opcode::LoadDeref
                        | Opcode::StoreDeref
                        | Opcode::DeleteDeref
                        | Opcode::LoadFromDictOrDeref
                ) {
                    instr.operand = slots[instr.operand as usize] as u32;
                }
            }
        }
        shared
    }
}

/// For each cell and free variable the slot it would have if none were shared, or that of the local it shares.
fn cell_slots(unit: &CodeUnit) -> Vec<usize> {
    let own = |index: usize| unit.varnames.len() + index;
    let cells = unit.cellvars.iter().enumerate();
    let cells =
        cells.map(|(index, name)| unit.varnames.iter().position(|local| local == name).unwrap_or(own(index)));
    cells.chain((0..unit.freevars.len()).map(|index| own(unit.cellvars.len() + index))).collect()
}
