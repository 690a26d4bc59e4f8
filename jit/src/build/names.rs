//! Locals, constants, cells and globals.

use super::bytecode::Instruction;
use super::{Builder, Outcome, Slot};
use crate::hir::{Opcode, Value};
use std::mem::offset_of;
use taipan_compiler::opcode::Opcode as Bytecodes;
use taipan_runtime::assumptions::Assumption;
use taipan_runtime::object::cell::Cell;
use taipan_runtime::object::dict::{Dict, entry_value_offset};
use taipan_runtime::object::function::Function;
use taipan_runtime::object::pointer::Gc;
use taipan_runtime::object::str::Str;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::value::Value as Word;

const CELL_CONTENTS: i64 = offset_of!(Cell, contents) as i64;

impl Builder<'_> {
    pub(super) fn names(&mut self, instruction: &Instruction) -> Outcome {
        let operand = instruction.operand as usize;
        let (high, low) = (operand >> 4, operand & 15);
        match instruction.opcode {
            Bytecodes::LoadFast | Bytecodes::LoadFastBorrow => self.load_local(operand)?,
            Bytecodes::LoadFastCheck => {
                let value = match self.frame().locals[operand] {
                    Slot::Absent => self.constant(Word::NULL),
                    slot => self.slot_value(slot)?,
                };
                let value = self.op(Opcode::GuardPresent, &[value]);
                self.frame_mut().locals[operand] = Slot::Value(value);
                self.push(value);
            }
            Bytecodes::LoadFastAndClear => {
                let slot = std::mem::replace(&mut self.frame_mut().locals[operand], Slot::Absent);
                // The value is put back later, when it may again be absent.
                let value = match slot {
                    Slot::Absent => self.constant(Word::NULL),
                    slot => self.slot_value(slot)?,
                };
                self.push(value);
            }
            Bytecodes::LoadFastLoadFast | Bytecodes::LoadFastBorrowLoadFastBorrow => {
                self.load_local(high)?;
                self.load_local(low)?;
            }
            Bytecodes::StoreFast => self.store_local(operand)?,
            Bytecodes::StoreFastLoadFast => {
                self.store_local(high)?;
                self.load_local(low)?;
            }
            Bytecodes::StoreFastStoreFast => {
                self.store_local(high)?;
                self.store_local(low)?;
            }
            Bytecodes::DeleteFast => {
                let slot = self.frame().locals[operand];
                let value = self.slot_value(slot)?;
                self.op(Opcode::GuardPresent, &[value]);
                self.frame_mut().locals[operand] = Slot::Absent;
                if self.frames.len() == 1 {
                    // What was shown there must not keep the object alive.
                    let null = self.constant(Word::NULL);
                    self.emit(Opcode::StoreLocal, &[null], [operand as i64, 0]);
                }
            }
            Bytecodes::LoadConst => {
                let word = self.frame().code.constants.items()[operand];
                let value = self.constant(word);
                self.push(value);
            }
            Bytecodes::LoadSmallInt => {
                let value = self.constant(Word::from_small_int(i64::from(instruction.operand)));
                self.push(value);
            }
            Bytecodes::LoadDeref => {
                let cell = self.cell(operand)?;
                let value = self.emit(Opcode::LoadCell, &[cell], [CELL_CONTENTS, 0]);
                let value = self.op(Opcode::GuardPresent, &[value]);
                self.push(value);
            }
            Bytecodes::StoreDeref => {
                let value = self.pop()?;
                let cell = self.cell(operand)?;
                self.emit(Opcode::StoreCell, &[cell, value], [CELL_CONTENTS, 0]);
            }
            Bytecodes::MakeCell => {
                let slot = self.frame().locals[operand];
                let value = self.slot_value(slot)?;
                let cell = self.op(Opcode::NewCell, &[value]);
                self.frame_mut().locals[operand] = Slot::Value(cell);
            }
            Bytecodes::CopyFreeVars => self.copy_free_variables(operand)?,
            _ => return self.load_global(instruction),
        }
        Ok(())
    }

    fn load_local(&mut self, index: usize) -> Outcome {
        let slot = self.frame().locals[index];
        let value = self.slot_value(slot)?;
        self.push(value);
        Ok(())
    }

    fn store_local(&mut self, index: usize) -> Outcome {
        let slot = self.pop_slot()?;
        let slot = match slot {
            Slot::Range { .. } | Slot::Sequence { .. } => Slot::Value(self.slot_value(slot)?),
            // A cleared variable that is put back: its absence is a word that LOAD_FAST_CHECK looks at.
            Slot::Value(value) if self.known(value) == Some(Word::NULL) => Slot::Absent,
            slot => slot,
        };
        self.frame_mut().locals[index] = slot;
        Ok(())
    }

    fn cell(&mut self, index: usize) -> Outcome<Value> {
        let slot = self.frame().locals[index];
        self.slot_value(slot)
    }

    fn copy_free_variables(&mut self, count: usize) -> Outcome {
        let Some(function) = self.frame().function.downcast::<Function>() else {
            return Err("a closure without a function".to_string());
        };
        let Some(closure) = function.closure.downcast::<Tuple>() else {
            return Err("a closure without cells".to_string());
        };
        let first = self.frame().locals.len() - count;
        for (index, cell) in closure.items().iter().enumerate() {
            let value = self.constant(*cell);
            self.frame_mut().locals[first + index] = Slot::Value(value);
        }
        Ok(())
    }

    /// The value that a name has in a namespace, `None` if it has none, taken for granted from now on.
    pub(super) fn assumed_entry(&mut self, dict: Gc<Dict>, name: Gc<Str>) -> Option<Option<Word>> {
        let key = (dict.value().0, name.value().0);
        if self.lessons.volatile.contains(&key) || !dict.is_exact() {
            return None;
        }
        self.keep(dict.value());
        self.keep(name.value());
        self.assume(Assumption::Entry { dict: key.0, name: key.1 });
        Some(dict.get_str(name))
    }

    /// A global variable that changes, from its entry in the namespace.
    fn global_entry(&mut self, globals: Gc<Dict>, name: Gc<Str>) -> Option<Value> {
        if self.is_general() || !globals.is_exact() {
            return None;
        }
        let index = globals.entry_index_of_str(name)?;
        let version = globals.stamp_keys();
        if version == 0 {
            return None;
        }
        let namespace = self.constant(globals.value());
        let immediates = [entry_value_offset(index) as i64, i64::from(version)];
        let value = self.emit(Opcode::LoadGlobal, &[namespace], immediates);
        Some(self.set_type(value, super::containers::present()))
    }

    fn load_global(&mut self, instruction: &Instruction) -> Outcome {
        let name: Gc<Str> = self.frame().code.names.items()[instruction.operand as usize >> 1].cast();
        let (globals, builtins) = (self.frame().globals, self.frame().builtins);
        let found = match self.assumed_entry(globals, name) {
            Some(None) => self.assumed_entry(builtins, name).flatten(),
            found => found.flatten(),
        };
        let value = match found {
            Some(word) => self.constant(word),
            None => match self.global_entry(globals, name) {
                Some(value) => value,
                None => return self.general(instruction),
            },
        };
        self.push(value);
        if instruction.operand & 1 != 0 {
            self.frame_mut().stack.push(Slot::Absent);
        }
        Ok(())
    }
}
