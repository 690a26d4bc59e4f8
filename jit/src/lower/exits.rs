//! Exits, call sites, and the frame record at a unit's entry.
//!
//! An exit block is shared by all guards with the same frame state; which of them failed is its parameter. It
//! stores the values of all frames where the interpreter will have them: the unit's own frame at the frame pointer, inlined
//! ones behind it, with their function in the slot below. Boxes and other instructions that only frame states use are
//! lowered here, once an exit.

use super::Lowering;
use crate::deoptimize::{Exit, ExitFrame};
use crate::exit_reason::ExitReason;
use crate::hir::{Cfg, Opcode, StateId, Terminator, Value};
use crate::layout::Helper;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I32, I64};
use cranelift_codegen::ir::{self, AbiParam, InstBuilder, Signature};

/// The exit number that stands for "not even entered: the stack is used up".
pub const STACK_EXIT: u32 = u32::MAX;

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
                function_below: depth > 0,
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
        let mut base = 0;
        for (depth, id) in self.chain(state).into_iter().enumerate() {
            let data = self.function.state(id).clone();
            let locals = self.function.frames[data.frame.index()].locals;
            if depth > 0 {
                self.store_slot_of_exit(base, data.function);
                base += 1;
            }
            for index in 0..locals {
                let local = data.locals.get(index as usize).copied().flatten();
                if !(depth == 0 && local.is_some_and(|value| self.is_untouched_local(value, index))) {
                    self.store_slot_of_exit(base + index, local);
                }
            }
            base += locals;
            for (index, value) in data.stack.iter().enumerate() {
                self.store_slot_of_exit(base + index as u32, *value);
            }
            base += data.stack.len() as u32;
        }
        self.values = saved;
        let signature = self.internal_signature(&[I64, I64, I64, I32, I64], true);
        let unit = self.constant(self.context.unit as i64);
        let helper = self.constant(self.helper(Helper::Deoptimize));
        let arguments = [self.thread, self.fp, unit, number, self.callee];
        let call = self.builder.ins().call_indirect(signature, helper, &arguments);
        let result = self.builder.inst_results(call)[0];
        self.builder.ins().return_(&[result]);
    }

    /// Is the value what the interpreter's frame had in this local at entry, and still has?
    fn is_untouched_local(&self, value: Value, index: u32) -> bool {
        let instruction = self.function.get(self.function.strip(value));
        instruction.opcode == Opcode::LoadLocal && instruction.immediates[0] == i64::from(index)
    }

    fn store_slot_of_exit(&mut self, index: u32, value: Option<Value>) {
        let word = match value {
            Some(value) => self.rebuilt(value),
            None => self.constant(0),
        };
        self.store(word, self.fp, 8 * index as i32);
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

    /// Checks that the frame fits, and pushes the unit's frame record if it calls out.
    pub(super) fn prologue(&mut self, has_calls: bool) {
        let layout = self.context.layout;
        if self.context.on_stack_replacement {
            self.record = has_calls.then(|| {
                self.builder.ins().load(I64, ir::MemFlagsData::trusted(), self.thread, layout.thread_frame)
            });
            return;
        }
        let extent = self.constant(8 * i64::from(self.extent));
        let end = self.builder.ins().iadd(self.fp, extent);
        let limit = self.load(I64, self.thread, layout.thread_stack_limit);
        let fits = self.builder.ins().icmp(IntCC::UnsignedLessThan, end, limit);
        self.enter_or_leave(fits);
        if !has_calls {
            return;
        }
        let caller = self.load(I64, self.thread, layout.thread_frame);
        let bytes = self.constant(i64::from(layout.frame_bytes));
        let record = self.builder.ins().iadd(caller, bytes);
        let limit = self.load(I64, self.thread, layout.thread_frame_limit);
        let fits = self.builder.ins().icmp(IntCC::UnsignedLessThan, record, limit);
        self.enter_or_leave(fits);
        let zero = self.constant(0);
        let code = self.constant(self.context.code as i64);
        let flags = self.constant(layout.frame_compiled);
        let site = self.builder.ins().iconst(I32, i64::from(STACK_EXIT));
        self.store(self.fp, record, layout.frame_fp);
        self.store(end, record, layout.frame_sp);
        self.store(code, record, layout.frame_code);
        self.store(self.callee, record, layout.frame_function);
        self.store(zero, record, layout.frame_locals);
        self.store(zero, record, layout.frame_owner);
        self.store(zero, record, layout.frame_object);
        self.store(flags, record, layout.frame_flags);
        self.store(site, record, layout.frame_site);
        self.store(record, self.thread, layout.thread_frame);
        self.record = Some(record);
    }

    /// Goes on if the condition holds; otherwise lets the interpreter run the frame from its start.
    fn enter_or_leave(&mut self, fits: ir::Value) {
        let next = self.builder.create_block();
        let leave = self.cold_block();
        self.builder.ins().brif(fits, next, &[], leave, &[]);
        self.builder.switch_to_block(leave);
        let signature = self.internal_signature(&[I64, I64, I64, I32, I64], true);
        let unit = self.constant(self.context.unit as i64);
        let number = self.builder.ins().iconst(I32, i64::from(STACK_EXIT));
        let helper = self.constant(self.helper(Helper::Deoptimize));
        let arguments = [self.thread, self.fp, unit, number, self.callee];
        let call = self.builder.ins().call_indirect(signature, helper, &arguments);
        let result = self.builder.inst_results(call)[0];
        self.builder.ins().return_(&[result]);
        self.builder.switch_to_block(next);
    }

    /// Takes the unit's frame record off.
    pub(super) fn epilogue(&mut self) {
        if let (Some(record), false) = (self.record, self.context.on_stack_replacement) {
            let layout = self.context.layout;
            let bytes = self.constant(i64::from(layout.frame_bytes));
            let caller = self.builder.ins().isub(record, bytes);
            self.store(caller, self.thread, layout.thread_frame);
        }
    }
}
