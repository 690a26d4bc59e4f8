//! Exits, and the frame record at a unit's entry.
//!
//! An exit block is shared by all guards with the same frame state; which of them failed is its parameter. It
//! stores the values of all frames where the interpreter will have them: the unit's own frame at the frame pointer, inlined
//! ones behind it, with their function in the slot below. Boxes and other instructions that only frame states use are
//! lowered here, once an exit.

use super::Lowering;
use crate::deoptimize::{Exit, ExitFrame};
use crate::exit_reason::ExitReason;
use crate::hir::{Cfg, StateId, Terminator, Value};
use crate::layout::Helper;
use cranelift_codegen::ir::types::{I32, I64};
use cranelift_codegen::ir::{self, AbiParam, InstBuilder, Signature};

impl Lowering<'_> {
    /// The exit block for a frame state and the number of the exit for this reason.
    pub(super) fn exit(&mut self, state: StateId, reason: ExitReason) -> (ir::Block, u32) {
        let published = match reason {
            ExitReason::FrameSeen => true,
            ExitReason::Exception => std::mem::take(&mut self.records_are_published),
            _ => false,
        };
        let number = self.describe(state, reason, published);
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
    fn describe(&mut self, state: StateId, reason: ExitReason, published: bool) -> u32 {
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
        self.exits.push(Exit { reason, published, frames });
        self.exits.len() as u32 - 1
    }

    /// The states from the outermost frame to the innermost.
    pub(super) fn chain(&self, state: StateId) -> Vec<StateId> {
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
                match data.locals.get(index as usize).copied().flatten() {
                    Some(value) if depth == 0 && self.memory.still_holds(self.function, value, index) => {}
                    // Nobody looks at it again but debuggers, which find what was there last.
                    None if depth == 0 => {}
                    local => words.push((base + index, self.word_of_exit(local))),
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
}
