//! What compiled code shows of itself at calls: the frame records of all its frames, and their locals.
//!
//! Whoever is called may walk the frames (tracebacks, `sys._getframe`, `locals()`), and the interpreter's stack may be scanned. So before a
//! call the records are brought up to date and the live locals are stored where the interpreter would have them, boxed. [`Memory`]
//! remembers what was stored, so that the same value isn't stored again on the way from one call to the next.
//! Locals that are dead keep what was stored last; objects that escape analysis took apart count as unbound.

use super::Lowering;
use crate::hir::function::RecordWords;
use crate::hir::{BlockId, Cfg, Flags, Function, Opcode, Representation, StateId, Value};
use crate::layout::Helper;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{self, InstBuilder};
use rustc_hash::FxHashMap;

/// What slots of the interpreter's stack are known to hold, counted from the frame pointer.
pub(super) struct Memory {
    known: FxHashMap<u32, Value>,
    /// What is known where blocks end that the only edge to another block leaves from.
    at_end: FxHashMap<BlockId, FxHashMap<u32, Value>>,
    /// The block that another is entered from, if it is the only one.
    before: FxHashMap<BlockId, BlockId>,
    /// Locals of the unit's own frame that get another value than they had at entry.
    changed: Vec<bool>,
}

impl Memory {
    pub(super) fn new(function: &Function, cfg: &Cfg) -> Memory {
        let mut before = FxHashMap::default();
        let mut changed = Vec::new();
        for &block in &cfg.order {
            if let [predecessor] = cfg.predecessors[block.index()][..] {
                before.insert(block, predecessor);
            }
            for value in &function.block(block).instructions {
                let instruction = function.get(*value);
                if instruction.opcode == Opcode::StoreLocal {
                    note_change(instruction.immediates[0] as usize, &mut changed);
                }
                if let Some(state) = instruction.state.filter(|_| publishes(instruction.opcode)) {
                    note_changes(function, state, &mut changed);
                }
            }
        }
        Memory { known: FxHashMap::default(), at_end: FxHashMap::default(), before, changed }
    }

    /// Begins a block.
    pub(super) fn enter(&mut self, block: BlockId) {
        let known = self.before.get(&block).and_then(|before| self.at_end.get(before));
        self.known = known.cloned().unwrap_or_default();
    }

    /// Ends a block.
    pub(super) fn leave(&mut self, block: BlockId) {
        if !self.known.is_empty() {
            self.at_end.insert(block, std::mem::take(&mut self.known));
        }
    }

    /// A slot was written.
    pub(super) fn forget(&mut self, slot: u32) {
        self.known.remove(&slot);
    }

    /// A call ran that may have written to slots from this one on.
    fn forget_from(&mut self, slot: u32) {
        self.known.retain(|known, _| *known < slot);
    }

    /// Does the unit's own frame have the value in this local since its entry?
    pub(super) fn still_holds(&self, function: &Function, value: Value, index: u32) -> bool {
        is_entry_value(function, value, index) && !self.changed.get(index as usize).copied().unwrap_or(false)
    }
}

/// Does the instruction show the frames?
fn publishes(opcode: Opcode) -> bool {
    opcode.has(Flags::CALLS) && !matches!(opcode, Opcode::Safepoint | Opcode::Catch)
}

fn note_changes(function: &Function, mut state: StateId, changed: &mut Vec<bool>) {
    while let Some(parent) = function.state(state).parent {
        state = parent;
    }
    for (index, local) in function.state(state).locals.iter().enumerate() {
        if let Some(value) = local
            && !is_entry_value(function, *value, index as u32)
        {
            note_change(index, changed);
        }
    }
}

fn note_change(index: usize, changed: &mut Vec<bool>) {
    changed.resize(changed.len().max(index + 1), false);
    changed[index] = true;
}

/// Is the value what the interpreter's frame had in this local at entry?
fn is_entry_value(function: &Function, value: Value, index: u32) -> bool {
    let mut value = function.strip(value);
    if matches!(function.opcode(value), Opcode::BoxInt | Opcode::BoxFloat) {
        let unboxed = function.resolve(function.get(value).operands[0]);
        if !matches!(
            function.opcode(unboxed),
            Opcode::CheckInt | Opcode::CheckFloat | Opcode::UnboxInt | Opcode::UnboxFloat
        ) {
            return false;
        }
        value = function.strip(function.get(unboxed).operands[0]);
    }
    let instruction = function.get(value);
    instruction.opcode == Opcode::LoadLocal && instruction.immediates[0] == i64::from(index)
}

impl Lowering<'_> {
    /// Where the innermost frame of a state has its first local, in values from the frame pointer.
    pub(super) fn frame_base(&self, state: StateId) -> u32 {
        let mut base = 0;
        let chain = self.chain(state);
        for id in &chain[..chain.len() - 1] {
            let data = self.function.state(*id);
            base += self.function.frames[data.frame.index()].locals + data.stack.len() as u32 + 1;
        }
        base
    }

    /// Before a call: brings the records of all frames of the state up to date, and pushes those of inlined ones. `popped`
    /// is how many values the instruction takes from the stack before it calls. Tells how many records were pushed.
    pub(super) fn publish_frames(&mut self, state: StateId, popped: u32) -> i32 {
        let Some(unit_record) = self.record else { return 0 };
        let layout = self.context.layout;
        let chain = self.chain(state);
        let last = chain.len() - 1;
        let mut base = 0;
        for (depth, id) in chain.into_iter().enumerate() {
            let data = self.function.state(id).clone();
            let info = self.function.frames[data.frame.index()].clone();
            let offset = depth as i32 * layout.frame_bytes;
            if depth > 0 {
                base += 1;
                self.push_record(unit_record, offset, &info.record, base);
            }
            self.publish_locals(&data.locals, info.locals, base);
            if depth > 0 {
                if let Some(owner) = data.owner {
                    // A sunk instance is made here; the record needs it.
                    let owner = self.rebuilt(owner);
                    self.store(owner, unit_record, offset + layout.frame_owner);
                    let flags = self.constant(layout.frame_init_flag);
                    self.store(flags, unit_record, offset + layout.frame_flags);
                }
            }
            let pc = self.constant(info.record.instructions as i64 + 2 * i64::from(data.pc));
            self.store(pc, unit_record, offset + layout.frame_pc);
            self.shown_extent = base + info.locals;
            let stack = data.stack.len() as u32 - if depth == last { popped } else { 0 };
            base += info.locals;
            let top = self.constant(8 * i64::from(base + stack));
            let sp = self.builder.ins().iadd(self.fp, top);
            self.store(sp, unit_record, offset + layout.frame_sp);
            base += data.stack.len() as u32;
        }
        if last > 0 {
            self.set_frame(last as i32 * layout.frame_bytes);
        }
        last as i32
    }

    /// Stores what a frame has in its locals where others look for them.
    fn publish_locals(&mut self, locals: &[Option<Value>], count: u32, base: u32) {
        for index in 0..count {
            match locals.get(index as usize).copied().flatten() {
                None if base == 0 => {}
                Some(value) if base == 0 && self.memory.still_holds(self.function, value, index) => {}
                Some(value) if self.memory.known.get(&(base + index)) == Some(&value) => {}
                local => {
                    let word = match local {
                        Some(value) => self.shown(value),
                        None => self.constant(0),
                    };
                    self.store(word, self.fp, 8 * (base + index) as i32);
                    match local {
                        Some(value) => self.memory.known.insert(base + index, value),
                        None => self.memory.known.remove(&(base + index)),
                    };
                }
            }
        }
    }

    /// A local's word. Boxes are made; what escape analysis took apart isn't there.
    fn shown(&mut self, value: Value) -> ir::Value {
        let instruction = self.function.get(value);
        let is_box = matches!(instruction.opcode, Opcode::BoxInt | Opcode::BoxFloat | Opcode::BoxBool);
        let is_constant = instruction.opcode == Opcode::Constant;
        if is_box && self.values[value.index()].is_none() {
            return self.rebuilt(value);
        }
        let is_made = self.values[value.index()].is_some();
        match (is_made || is_constant) && instruction.representation == Representation::Tagged {
            true => self.value(value),
            false => self.constant(0),
        }
    }

    /// A value as a tagged word, made here if compiled code doesn't have it.
    fn rebuilt(&mut self, value: Value) -> ir::Value {
        if self.values[value.index()].is_none()
            && crate::optimize::dead_code::is_sunk(self.function, &self.uses, value)
        {
            let mut made = Vec::new();
            let word = self.make(value, &mut made);
            // Made here, where they need not dominate other uses.
            for value in made {
                self.values[value.index()] = None;
            }
            return word;
        }
        self.value(value)
    }

    fn make(&mut self, value: Value, made: &mut Vec<Value>) -> ir::Value {
        if self.values[value.index()].is_none()
            && crate::optimize::dead_code::is_sunk(self.function, &self.uses, value)
        {
            // Operands that are themselves only needed here come first.
            for operand in self.function.get(value).operands.clone() {
                self.make(operand, made);
            }
            let result = self.instruction(value);
            if result.is_some() {
                self.values[value.index()] = result;
                made.push(value);
            }
        }
        self.value(value)
    }

    /// Fills a record that is pushed, at an offset from the unit's.
    pub(super) fn push_record(
        &mut self,
        unit_record: ir::Value,
        offset: i32,
        words: &RecordWords,
        base: u32,
    ) {
        let layout = self.context.layout;
        let zero = self.constant(0);
        let base = self.constant(8 * i64::from(base));
        let fp = self.builder.ins().iadd(self.fp, base);
        self.store(fp, unit_record, offset + layout.frame_fp);
        for (word, field) in [
            (words.code, layout.frame_code),
            (words.constants, layout.frame_constants),
            (words.function, layout.frame_function),
            (words.globals, layout.frame_globals),
            (words.builtins, layout.frame_builtins),
        ] {
            let word = self.constant(word as i64);
            self.store(word, unit_record, offset + field);
        }
        for field in [
            layout.frame_locals,
            layout.frame_owner,
            layout.frame_object,
            layout.frame_handled,
            layout.frame_flags,
        ] {
            self.store(zero, unit_record, offset + field);
        }
    }

    /// Makes the record at an offset from the unit's the thread's current one.
    pub(super) fn set_frame(&mut self, offset: i32) {
        let Some(unit_record) = self.record else { return };
        let offset = self.constant(i64::from(offset));
        let record = self.builder.ins().iadd(unit_record, offset);
        self.store(record, self.thread, self.context.layout.thread_frame);
    }

    /// After a call: takes the records of inlined frames off. If somebody has asked for their frame objects, compiled code is left at
    /// the validity check that follows, where the frames become the interpreter's. Where none follows, the objects take over the locals.
    pub(super) fn retract_frames(&mut self, pushed: i32) {
        let layout = self.context.layout;
        self.memory.forget_from(self.shown_extent);
        let Some(unit_record) = self.record else { return };
        if pushed == 0 {
            return;
        }
        if self.checks_next {
            let first = self.load(I64, unit_record, layout.frame_bytes + layout.frame_object);
            let seen = (2..=pushed).fold(first, |seen, depth| {
                let object = self.load(I64, unit_record, depth * layout.frame_bytes + layout.frame_object);
                self.builder.ins().bor(seen, object)
            });
            self.seen_frames = Some(seen);
            self.records_are_published = true;
        } else {
            for depth in 1..=pushed {
                self.detach_frame_object(unit_record, depth * layout.frame_bytes);
            }
        }
        self.store(unit_record, self.thread, layout.thread_frame);
    }

    /// If somebody has asked for the frame object of a record that is about to go, it takes over the locals.
    pub(super) fn detach_frame_object(&mut self, unit_record: ir::Value, offset: i32) {
        let object = self.load(I64, unit_record, offset + self.context.layout.frame_object);
        let (slow, done) = (self.cold_block(), self.fresh_block());
        self.builder.ins().brif(object, slow, &[], done, &[]);
        self.builder.switch_to_block(slow);
        let offset = self.constant(i64::from(offset));
        let record = self.builder.ins().iadd(unit_record, offset);
        let signature = self.internal_signature(&[I64], false);
        let helper = self.constant(self.helper(Helper::DetachFrame));
        self.builder.ins().call_indirect(signature, helper, &[record]);
        self.builder.ins().jump(done, &[]);
        self.builder.switch_to_block(done);
    }
}
