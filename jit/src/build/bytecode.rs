//! Decoded bytecode, its blocks, and which locals are live where.

use super::Refusal;
use rustc_hash::FxHashMap;
use taipan_compiler::code::local_kind;
use taipan_compiler::opcode::Opcode;
use taipan_runtime::object::code::Code;
use taipan_runtime::object::pointer::Gc;

/// An instruction.
#[derive(Clone, Copy, Debug)]
pub struct Instruction {
    /// Where it is (behind its EXTENDED_ARG prefixes), in code units.
    pub pc: u32,
    /// Where its first prefix is.
    pub first: u32,
    /// The opcode as the interpreter has specialised it.
    pub special: Opcode,
    /// What it is a specialisation of.
    pub opcode: Opcode,
    /// The operand.
    pub operand: u32,
    /// Where the next one begins.
    pub next: u32,
}

impl Instruction {
    /// Where it jumps to, if it does.
    pub fn target(&self) -> Option<u32> {
        match self.opcode {
            Opcode::JumpBackward | Opcode::JumpBackwardNoInterrupt => Some(self.next - self.operand),
            // Past END_FOR, which the exhausted loop never executes.
            Opcode::ForIter => Some(self.next + self.operand + 1),
            Opcode::JumpForward
            | Opcode::Send
            | Opcode::PopJumpIfFalse
            | Opcode::PopJumpIfTrue
            | Opcode::PopJumpIfNone
            | Opcode::PopJumpIfNotNone => Some(self.next + self.operand),
            _ => None,
        }
    }

    /// Does control never reach the next instruction from here?
    pub fn ends(&self) -> bool {
        matches!(
            self.opcode,
            Opcode::JumpBackward
                | Opcode::JumpBackwardNoInterrupt
                | Opcode::JumpForward
                | Opcode::ReturnValue
                // The next one is where a generator is resumed.
                | Opcode::YieldValue
                | Opcode::RaiseVarargs
                | Opcode::Reraise
        )
    }
}

/// Kinds of locals that hold a cell.
const HOLDS_CELL: u8 = local_kind::CELL | local_kind::FREE;

/// A set of locals.
pub type LocalSet = Vec<u64>;

/// A code object's instructions.
pub struct Bytecode {
    /// The instructions in order.
    pub instructions: Vec<Instruction>,
    /// Index of the instruction whose first prefix (or itself) is at a code unit.
    pub at: FxHashMap<u32, usize>,
    /// How many edges lead to the beginning of a block.
    pub entries: FxHashMap<u32, u32>,
    /// Targets of backward jumps.
    pub headers: Vec<u32>,
    /// Per instruction: the handler of an exception that it raises, in code units.
    handlers: Vec<Option<u32>>,
    /// Locals that others than the bytecode look for, so that they always count as used.
    shown: Vec<bool>,
    live: Vec<LocalSet>,
    /// Per instruction: is it in the body of a `for`?
    in_for: Vec<bool>,
}

impl Bytecode {
    /// Decodes a code object.
    pub fn of(code: Gc<Code>) -> Result<Bytecode, Refusal> {
        let mut instructions = Vec::new();
        let mut at = FxHashMap::default();
        let mut unit = 0;
        let mut prefix = 0;
        let mut first = 0;
        while unit < code.length as u32 {
            // SAFETY: within the code's instructions, which only the holder of the interpreter lock changes.
            let word = unsafe { *code.instructions.add(unit as usize) };
            let special = Opcode::from_u8(word as u8).ok_or("an unknown opcode")?;
            let operand = prefix << 8 | u32::from(word >> 8);
            if special == Opcode::ExtendedArg {
                prefix = operand;
                unit += 1;
                continue;
            }
            let next = unit + 1 + special.cache_words() as u32;
            at.insert(first, instructions.len());
            at.entry(unit).or_insert(instructions.len());
            instructions.push(Instruction {
                pc: unit,
                first,
                special,
                opcode: special.base(),
                operand,
                next,
            });
            (unit, first, prefix) = (next, next, 0);
        }
        let mut bytecode = Bytecode {
            instructions,
            at,
            entries: FxHashMap::default(),
            headers: Vec::new(),
            handlers: Vec::new(),
            shown: shown_locals(code),
            live: Vec::new(),
            in_for: Vec::new(),
        };
        bytecode.find_handlers(code);
        bytecode.find_blocks();
        bytecode.find_for_bodies();
        bytecode.find_live_locals(code.locals_count as usize);
        Ok(bytecode)
    }

    fn find_handlers(&mut self, code: Gc<Code>) {
        let definition = code.definition();
        let handler = |instruction: &Instruction| definition.handler_for(instruction.pc as usize * 2);
        self.handlers =
            self.instructions.iter().map(|it| handler(it).map(|found| found.target as u32 / 2)).collect();
    }

    fn find_for_bodies(&mut self) {
        self.in_for = vec![false; self.instructions.len()];
        for index in 0..self.instructions.len() {
            let head = self.instructions[index];
            if head.opcode == Opcode::ForIter
                && let Some(end) = head.target().and_then(|target| self.at.get(&target))
                && *end > index
            {
                self.in_for[index + 1..*end].fill(true);
            }
        }
    }

    /// Is an instruction in the body of a `for`, whose iterator is then on the stack?
    pub fn is_in_for(&self, pc: u32) -> bool {
        self.at.get(&pc).is_some_and(|index| self.in_for[*index])
    }

    fn find_blocks(&mut self) {
        let mut previous_ends = true;
        let mut targets: FxHashMap<u32, u32> = FxHashMap::default();
        for instruction in &self.instructions {
            if let Some(target) = instruction.target() {
                *targets.entry(target).or_insert(0) += 1;
                if target <= instruction.pc && !self.headers.contains(&target) {
                    self.headers.push(target);
                }
            }
        }
        for instruction in &self.instructions {
            if let Some(count) = targets.get(&instruction.first) {
                self.entries.insert(instruction.first, count + u32::from(!previous_ends));
            } else if previous_ends {
                self.entries.insert(instruction.first, 0);
            }
            previous_ends = instruction.ends();
        }
    }

    /// Does a block begin here?
    pub fn is_block(&self, pc: u32) -> bool {
        self.entries.contains_key(&pc)
    }

    /// Is it a loop's header?
    pub fn is_header(&self, pc: u32) -> bool {
        self.headers.contains(&pc)
    }

    /// The instruction at a code unit.
    pub fn instruction(&self, pc: u32) -> Option<&Instruction> {
        self.at.get(&pc).map(|index| &self.instructions[*index])
    }

    /// Is a local's value used behind this point (its prefixes included) before it is set?
    pub fn is_live(&self, pc: u32, local: usize) -> bool {
        match self.at.get(&pc) {
            _ if self.shown[local] => true,
            Some(index) => self.live[*index][local / 64] >> (local % 64) & 1 != 0,
            None => true,
        }
    }

    /// Does an instruction give a local another value, or take it away?
    pub fn sets(&self, local: usize) -> bool {
        self.instructions.iter().any(|it| {
            let (high, low) = ((it.operand >> 4) as usize, (it.operand & 15) as usize);
            match it.opcode {
                Opcode::StoreFast
                | Opcode::DeleteFast
                | Opcode::LoadFastAndClear
                | Opcode::LoadFastCheck
                | Opcode::MakeCell => it.operand as usize == local,
                Opcode::StoreFastLoadFast => high == local,
                Opcode::StoreFastStoreFast => high == local || low == local,
                _ => false,
            }
        })
    }

    /// Can a local that is unbound here have had a value before, which somebody would miss the end of?
    pub fn may_be_absent(&self, pc: u32, local: usize) -> bool {
        let clears = |it: &Instruction| {
            matches!(it.opcode, Opcode::DeleteFast | Opcode::LoadFastAndClear) && it.operand as usize == local
        };
        self.is_live(pc, local) || self.instructions.iter().any(clears)
    }

    fn find_live_locals(&mut self, locals: usize) {
        let words = locals.div_ceil(64).max(1);
        self.live = vec![vec![0; words]; self.instructions.len() + 1];
        let mut changed = true;
        while changed {
            changed = false;
            for index in (0..self.instructions.len()).rev() {
                let instruction = self.instructions[index];
                let mut live = match instruction.ends() && instruction.opcode != Opcode::YieldValue {
                    true => vec![0; words],
                    false => self.live[index + 1].clone(),
                };
                if let Some(target) = instruction.target().and_then(|target| self.at.get(&target)) {
                    for (word, other) in live.iter_mut().zip(&self.live[*target]) {
                        *word |= other;
                    }
                }
                transfer(&instruction, &mut live);
                // An exception leaves the locals as they were before the instruction, or as it has set them.
                if let Some(handler) = self.handlers[index].and_then(|target| self.at.get(&target)) {
                    for (word, other) in live.iter_mut().zip(&self.live[*handler]) {
                        *word |= other;
                    }
                }
                if live != self.live[index] {
                    self.live[index] = live;
                    changed = true;
                }
            }
        }
    }
}

/// Cells are looked for by frame objects, and by `super()` together with the first argument.
fn shown_locals(code: Gc<Code>) -> Vec<bool> {
    let definition = code.definition();
    let mut shown: Vec<bool> =
        definition.localsplus_kinds.iter().map(|kind| kind & HOLDS_CELL != 0).collect();
    if definition.freevars().iter().any(|name| name == "__class__")
        && let Some(first) = shown.first_mut()
    {
        *first = true;
    }
    shown
}

/// What an instruction does to the set of live locals, backwards.
fn transfer(instruction: &Instruction, live: &mut LocalSet) {
    let (high, low) = ((instruction.operand >> 4) as usize, (instruction.operand & 15) as usize);
    let operand = instruction.operand as usize;
    let mut define = |local: usize| live[local / 64] &= !(1 << (local % 64));
    match instruction.opcode {
        Opcode::StoreFast | Opcode::DeleteFast => define(operand),
        Opcode::StoreFastLoadFast => define(high),
        Opcode::StoreFastStoreFast => {
            define(high);
            define(low);
        }
        _ => {}
    }
    let mut used = |local: usize| live[local / 64] |= 1 << (local % 64);
    match instruction.opcode {
        Opcode::LoadFast
        | Opcode::LoadFastBorrow
        | Opcode::LoadFastCheck
        | Opcode::LoadFastAndClear
        | Opcode::DeleteFast
        | Opcode::LoadDeref
        | Opcode::StoreDeref
        | Opcode::DeleteDeref
        | Opcode::LoadFromDictOrDeref
        | Opcode::MakeCell => used(operand),
        Opcode::LoadFastLoadFast | Opcode::LoadFastBorrowLoadFastBorrow => {
            used(high);
            used(low);
        }
        Opcode::StoreFastLoadFast if high != low => used(low),
        _ => {}
    }
}
