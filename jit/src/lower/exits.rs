//! Exits, call sites, and the frame record at a unit's entry.
//!
//! An exit block is shared by all guards with the same frame state; which of them failed is its parameter. It
//! stores the values of all frames where the interpreter will have them: the unit's own frame at the frame pointer, inlined
//! ones behind it, with their function in the slot below. Boxes and other instructions that only frame states use are
//! lowered here, once an exit.

use super::Lowering;
use crate::deoptimize::{Exit, ExitFrame};
use crate::exit_reason::ExitReason;
use crate::hir::function::RecordWords;
use crate::hir::{Cfg, Opcode, Representation, StateId, Terminator, Value};
use crate::layout::Helper;
use cranelift_codegen::ir::types::{I32, I64};
use cranelift_codegen::ir::{self, AbiParam, InstBuilder, Signature};

impl Lowering<'_> {
    /// The exit block for a frame state and the number of the exit for this reason.
    pub(super) fn exit(&mut self, state: StateId, reason: ExitReason) -> (ir::Block, u32) {
        let number = self.describe(state, reason);
        if let Some(block) = self.exit_blocks.get(&state) {
            return (*block, number);
        }
        let block = self.cold_block();
        self.builder.append_block_param(block, I32);
        self.exit_blocks.insert(state, block);
        self.pending_exits.push((state, block));
        (block, number)
    }

    /// Adds the description of an exit or call site.
    pub(super) fn describe(&mut self, state: StateId, reason: ExitReason) -> u32 {
        let mut frames = Vec::new();
        let mut base = 0;
        for (depth, id) in self.chain(state).into_iter().enumerate() {
            let data = self.function.state(id);
            let info = &self.function.frames[data.frame.index()];
            if depth > 0 {
                base += 1;
            }
            frames.push(ExitFrame {
                code: info.code,
                base,
                locals: info.locals,
                stack: data.stack.len() as u32,
                pc: data.pc,
                is_init: data.owner.is_some(),
                record: info.record.clone(),
            });
            base += info.locals + data.stack.len() as u32;
        }
        self.exits.push(Exit { reason, frames });
        self.exits.len() as u32 - 1
    }

    /// The states from the outermost frame to the innermost.
    fn chain(&self, state: StateId) -> Vec<StateId> {
        let mut chain = vec![state];
        let mut at = state;
        while let Some(parent) = self.function.state(at).parent {
            chain.push(parent);
            at = parent;
        }
        chain.reverse();
        chain
    }

    /// How many values above the frame pointer the exits of the function fill at most.
    pub(super) fn state_extent(&self, cfg: &Cfg) -> u32 {
        let mut most = 0;
        for &block in &cfg.order {
            let block = self.function.block(block);
            let states = block.instructions.iter().filter_map(|value| self.function.get(*value).state);
            let end = match block.terminator {
                Terminator::Exit(state, _) => Some(state),
                _ => None,
            };
            for state in states.chain(end) {
                let total: u32 = self
                    .chain(state)
                    .iter()
                    .map(|id| {
                        let data = self.function.state(*id);
                        1 + self.function.frames[data.frame.index()].locals.max(data.locals.len() as u32)
                            + self.function.frames[data.frame.index()].stack
                    })
                    .sum();
                most = most.max(total);
            }
        }
        most
    }

    pub(super) fn emit_exit(&mut self, state: StateId, block: ir::Block) {
        self.builder.switch_to_block(block);
        let number = self.builder.block_params(block)[0];
        let saved = self.values.clone();
        // All words before any store: making one may run the collector, which doesn't look at what is stored this far up.
        let mut words = Vec::new();
        let mut base = 0;
        for (depth, id) in self.chain(state).into_iter().enumerate() {
            let data = self.function.state(id).clone();
            let locals = self.function.frames[data.frame.index()].locals;
            if depth > 0 {
                words.push((base, self.word_of_exit(data.owner)));
                base += 1;
            }
            for index in 0..locals {
                let local = data.locals.get(index as usize).copied().flatten();
                if !(depth == 0 && local.is_some_and(|value| self.is_untouched_local(value, index))) {
                    words.push((base + index, self.word_of_exit(local)));
                }
            }
            base += locals;
            for (index, value) in data.stack.iter().enumerate() {
                words.push((base + index as u32, self.word_of_exit(*value)));
            }
            base += data.stack.len() as u32;
        }
        for (index, word) in words {
            self.store(word, self.fp, 8 * index as i32);
        }
        self.values = saved;
        let signature = self.internal_signature(&[I64, I64, I64, I32], true);
        let unit = self.constant(self.context.unit as i64);
        let helper = self.constant(self.helper(Helper::Deoptimize));
        let arguments = [self.thread, self.fp, unit, number];
        let call = self.builder.ins().call_indirect(signature, helper, &arguments);
        let result = self.builder.inst_results(call)[0];
        self.builder.ins().return_(&[result]);
    }

    /// Is the value what the interpreter's frame had in this local at entry, and still has?
    fn is_untouched_local(&self, value: Value, index: u32) -> bool {
        let instruction = self.function.get(self.function.strip(value));
        instruction.opcode == Opcode::LoadLocal && instruction.immediates[0] == i64::from(index)
    }

    fn word_of_exit(&mut self, value: Option<Value>) -> ir::Value {
        match value {
            Some(value) => self.rebuilt(value),
            None => self.constant(0),
        }
    }

    /// A value as a tagged word, made in the exit if compiled code doesn't have it.
    pub(super) fn rebuilt(&mut self, value: Value) -> ir::Value {
        if self.values[value.index()].is_none()
            && crate::optimize::dead_code::is_sunk(self.function, &self.uses, value)
        {
            // Operands that are themselves only needed here come first.
            for operand in self.function.get(value).operands.clone() {
                if crate::optimize::dead_code::is_sunk(self.function, &self.uses, operand)
                    || self.values[operand.index()].is_none()
                {
                    self.rebuilt(operand);
                }
            }
            let result = self.instruction(value);
            if result.is_some() {
                self.values[value.index()] = result;
            }
        }
        let word = self.value(value);
        debug_assert_eq!(self.builder.func.dfg.value_type(word), I64);
        word
    }

    /// Imports the signature of a helper called by lowering itself.
    pub(super) fn internal_signature(&mut self, parameters: &[ir::Type], returns: bool) -> ir::SigRef {
        let mut signature = Signature::new(self.convention);
        signature.params.extend(parameters.iter().map(|ty| AbiParam::new(*ty)));
        if returns {
            signature.returns.push(AbiParam::new(I64));
        }
        self.builder.import_signature(signature)
    }

    /// Finds the unit's frame record, which whoever calls it has pushed.
    pub(super) fn prologue(&mut self, has_calls: bool) {
        if has_calls {
            self.record = Some(self.load(I64, self.thread, self.context.layout.thread_frame));
        }
    }

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
                self.publish_locals(&data.locals, info.locals, base);
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

    /// Stores what an inlined frame has in its locals where others look for them; what isn't a tagged value yet counts as unbound.
    fn publish_locals(&mut self, locals: &[Option<Value>], count: u32, base: u32) {
        for index in 0..count {
            let known = locals.get(index as usize).copied().flatten().filter(|value| {
                self.values[value.index()].is_some()
                    && self.function.get(*value).representation == Representation::Tagged
            });
            let word = match known {
                Some(value) => self.value(value),
                None => self.constant(0),
            };
            self.store(word, self.fp, 8 * (base + index) as i32);
        }
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

    /// After a call: takes the records of inlined frames off.
    pub(super) fn retract_frames(&mut self, pushed: i32) {
        let layout = self.context.layout;
        let Some(unit_record) = self.record else { return };
        for depth in 1..=pushed {
            self.detach_frame_object(unit_record, depth * layout.frame_bytes);
        }
        if pushed > 0 {
            self.store(unit_record, self.thread, layout.thread_frame);
        }
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
