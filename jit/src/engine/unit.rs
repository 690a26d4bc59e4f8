//! A unit of compiled code.

use crate::build::GenericSite;
use crate::code_memory::CodeBlock;
use crate::deoptimize::ExitTable;
use taipan_runtime::assumptions::UnitId;
use taipan_runtime::value::Value;

/// A unit. Its address is in its machine code, so that it never moves; it lives as long as the process, since
/// frames may still run in it after it was invalidated.
pub struct Unit {
    /// Its number.
    pub id: UnitId,
    /// Not 0 once an assumption is broken. Machine code reads it.
    pub invalid: u8,
    /// The code object's version.
    pub version: u32,
    /// Where it begins, in code units.
    pub start: u32,
    /// Its name, for listings.
    pub name: String,
    /// What its exits mean.
    pub exits: ExitTable,
    /// How often each was taken.
    pub taken: Vec<u32>,
    /// How often it was entered at a place that it isn't compiled for.
    pub missed: u32,
    /// The machine code, once there is some.
    pub machine: Option<CodeBlock>,
    /// Objects that it mentions.
    pub constants: Vec<Value>,
    /// What it leaves to the interpreter's general bodies.
    pub generic: Vec<GenericSite>,
    /// Entries and loop iterations, if somebody counts them. Machine code writes it.
    pub iterations: u64,
}

impl Unit {
    /// The address to enter, if it is valid.
    pub fn entry(&self) -> Option<*const u8> {
        self.machine.as_ref().filter(|_| self.invalid == 0).map(CodeBlock::entry)
    }
}
