//! Where lines begin in a code object, as line events see it.

use crate::object::code::Code;
use crate::object::pointer::Gc;
use taipan_compiler::opcode::{CACHE_WORDS, Opcode};

/// What line events need to know of a code object, by code unit.
pub struct Lines {
    /// Source line, -1 where there is none.
    pub line: Vec<i32>,
    /// Whether the instruction begins a line.
    pub starts: Vec<bool>,
}

/// An instruction with the index of its code unit, EXTENDED_ARG prefixes on their own.
pub(super) struct Instruction {
    pub unit: usize,
    pub opcode: Opcode,
    pub operand: usize,
}

impl Instruction {
    /// The unit behind it and its caches.
    pub fn end(&self) -> usize {
        self.unit + 1 + CACHE_WORDS[self.opcode as usize] as usize
    }

    /// The unit that it may jump to.
    pub fn target(&self) -> Option<usize> {
        match self.opcode {
            Opcode::Send
            | Opcode::ForIter
            | Opcode::PopJumpIfFalse
            | Opcode::PopJumpIfTrue
            | Opcode::PopJumpIfNone
            | Opcode::PopJumpIfNotNone
            | Opcode::JumpForward => Some(self.end() + self.operand),
            Opcode::JumpBackward | Opcode::JumpBackwardNoInterrupt => self.end().checked_sub(self.operand),
            _ => None,
        }
    }
}

/// The base instructions of a code object, one after the other.
pub(super) fn instructions(code: Gc<Code>) -> Vec<Instruction> {
    let bytes = &code.definition().code;
    let mut found = Vec::new();
    let (mut unit, mut prefix) = (0, 0usize);
    while 2 * unit + 1 < bytes.len() {
        let Some(opcode) = Opcode::from_u8(bytes[2 * unit]).map(Opcode::base) else { break };
        let operand = prefix << 8 | bytes[2 * unit + 1] as usize;
        prefix = if opcode == Opcode::ExtendedArg { operand } else { 0 };
        let instruction = Instruction { unit, opcode, operand };
        unit = instruction.end();
        found.push(instruction);
    }
    found
}

impl Lines {
    /// Finds the lines of a code object.
    pub fn of(code: Gc<Code>) -> Lines {
        let definition = code.definition();
        let mut line = vec![-1; code.length];
        for span in definition.positions() {
            for unit in span.start / 2..(span.end / 2).min(code.length) {
                line[unit] = span.location.line.unwrap_or(-1);
            }
        }
        let mut lines = Lines { starts: vec![false; code.length], line };
        let instructions = instructions(code);
        lines.mark_changes(&instructions);
        lines.mark_targets(&instructions);
        for range in definition.handlers() {
            let handler = range.handler.target / 2;
            let ends_async_for = instructions
                .iter()
                .any(|instruction| instruction.unit == handler && instruction.opcode == Opcode::EndAsyncFor);
            if !ends_async_for {
                lines.mark(handler);
            }
        }
        lines
    }

    fn mark(&mut self, unit: usize) {
        if self.line.get(unit).is_some_and(|line| *line >= 0) {
            self.starts[unit] = true;
        }
    }

    /// Marks the instructions whose line differs from that of the one before.
    fn mark_changes(&mut self, instructions: &[Instruction]) {
        let mut current = -1;
        let first = first_traceable(instructions);
        for instruction in instructions.iter().filter(|instruction| instruction.unit >= first) {
            // These are skipped, or serve the events themselves.
            let silent = matches!(
                instruction.opcode,
                Opcode::EndAsyncFor | Opcode::EndFor | Opcode::EndSend | Opcode::Resume | Opcode::PopIter
            );
            let line = self.line[instruction.unit];
            if !silent && line >= 0 {
                if line != current {
                    self.mark(instruction.unit);
                }
                current = line;
            }
            // What follows these is reached from elsewhere.
            if matches!(instruction.opcode, Opcode::ReturnValue | Opcode::RaiseVarargs | Opcode::Reraise) {
                current = -1;
            }
        }
    }

    fn mark_targets(&mut self, instructions: &[Instruction]) {
        let first = first_traceable(instructions);
        for instruction in instructions.iter().filter(|instruction| instruction.unit >= first) {
            if let Some(target) = instruction.target() {
                self.mark(target);
            }
        }
    }
}

/// The first instruction that events tell of: what comes before only sets the frame up.
fn first_traceable(instructions: &[Instruction]) -> usize {
    instructions
        .iter()
        .find(|instruction| instruction.opcode == Opcode::Resume)
        .map_or(0, |instruction| instruction.unit)
}
