//! Calls of helpers, and allocation.

use super::Lowering;
use crate::hir::{Cfg, Flags, Opcode, Value};
use crate::layout::{Convention, Helper};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I8, I32, I64};
use cranelift_codegen::ir::{self, BlockArg, InstBuilder, StackSlotData, StackSlotKind};

impl Lowering<'_> {
    /// Lowers a call or allocation; `None` if it has no result.
    pub(super) fn calls(&mut self, value: Value) -> Option<ir::Value> {
        let instruction = self.function.get(value);
        let opcode = instruction.opcode;
        let immediates = instruction.immediates;
        if opcode.has(Flags::CALLS) && opcode != Opcode::Safepoint {
            self.mark_site(value);
        }
        let operands: Vec<ir::Value> =
            instruction.operands.clone().iter().map(|operand| self.value(*operand)).collect();
        Some(match opcode {
            Opcode::CallHelper | Opcode::CallPure => {
                let helper = Helper::ALL[immediates[0] as usize];
                let result = self.call_helper(helper, immediates[1], &operands);
                self.guard(result, value);
                result
            }
            Opcode::CallPython => {
                let result = self.call_helper(Helper::CallFunction, immediates[1], &operands);
                self.guard(result, value);
                result
            }
            Opcode::NewTuple => self.call_helper(Helper::NewTuple, 0, &operands),
            Opcode::NewList => self.call_helper(Helper::NewList, 0, &operands),
            Opcode::NewBoundMethod => self.call_helper(Helper::NewBoundMethod, 0, &operands),
            Opcode::NewCell => self.call_helper(Helper::NewCell, 0, &operands),
            Opcode::NewRangeIterator => self.call_internal(Helper::NewRangeIterator, &operands),
            Opcode::NewSequenceIterator => {
                let is_tuple = self.constant(immediates[0]);
                self.call_internal(Helper::NewSequenceIterator, &[operands[0], operands[1], is_tuple])
            }
            Opcode::NewInstance => self.new_instance(immediates, &operands),
            Opcode::StringItem => {
                let index = self.builder.ins().iadd(operands[1], operands[1]);
                let one = self.constant(1);
                let index = self.builder.ins().bor(index, one);
                self.call_helper(Helper::StringItem, 0, &[operands[0], index])
            }
            Opcode::Truth => {
                let helper = self.call_internal(Helper::Truth, &[self.thread, operands[0]]);
                let fine = self.compare(IntCC::NotEqual, helper, 2);
                self.guard(fine, value);
                self.builder.ins().ireduce(I8, helper)
            }
            Opcode::ListAppend => {
                self.call_without_result(Helper::ListAppend, &operands);
                return None;
            }
            Opcode::Safepoint => {
                self.safepoint(value);
                return None;
            }
            other => unreachable!("{other} is not lowered"),
        })
    }

    /// Tells the frame record where the unit is.
    fn mark_site(&mut self, value: Value) {
        let (Some(record), Some(state)) = (self.record, self.function.get(value).state) else { return };
        let reason = crate::exit_reason::ExitReason::Exception;
        let number = self.describe(state, reason);
        let number = self.builder.ins().iconst(I32, i64::from(number));
        self.store(number, record, self.context.layout.frame_site);
    }

    fn call_internal(&mut self, helper: Helper, arguments: &[ir::Value]) -> ir::Value {
        let types = vec![I64; arguments.len()];
        let signature = self.internal_signature(&types, true);
        let address = self.constant(self.helper(helper));
        let call = self.builder.ins().call_indirect(signature, address, arguments);
        self.builder.inst_results(call)[0]
    }

    fn call_without_result(&mut self, helper: Helper, arguments: &[ir::Value]) {
        let types = vec![I64; arguments.len()];
        let signature = self.internal_signature(&types, false);
        let address = self.constant(self.helper(helper));
        self.builder.ins().call_indirect(signature, address, arguments);
    }

    fn call_helper(&mut self, helper: Helper, immediate: i64, operands: &[ir::Value]) -> ir::Value {
        let immediate = self.constant(immediate);
        if helper.convention() == Convention::Registers {
            let mut arguments = vec![self.thread, immediate];
            arguments.extend(operands);
            return self.call_internal(helper, &arguments);
        }
        let slot = self.scratch();
        for (index, operand) in operands.iter().enumerate() {
            self.builder.ins().stack_store(I64, *operand, slot, 8 * index as i32);
        }
        let array = self.builder.ins().stack_addr(I64, slot, 0);
        let count = self.constant(operands.len() as i64);
        self.call_internal(helper, &[self.thread, immediate, array, count])
    }

    /// The stack slot that arrays of arguments are built in. The collector scans it with the rest of the stack.
    fn scratch(&mut self) -> ir::StackSlot {
        let count = self.scratch_count.max(1);
        let builder = &mut self.builder;
        *self.scratch.get_or_insert_with(|| {
            builder.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, 8 * count, 3))
        })
    }

    /// The most operands of any instruction: the size of the scratch slot.
    pub(super) fn most_array_operands(&self, cfg: &Cfg) -> u32 {
        let values = cfg.order.iter().flat_map(|block| &self.function.block(*block).instructions);
        values.map(|value| self.function.get(*value).operands.len() as u32).max().unwrap_or(0)
    }

    fn new_instance(&mut self, immediates: [i64; 2], slots: &[ir::Value]) -> ir::Value {
        let shape = self.constant(immediates[0]);
        let bytes = self.constant(immediates[1] & 0xffff_ffff);
        let object = self.call_internal(Helper::NewInstance, &[shape, bytes]);
        let first = crate::layout::instance_first_slot(immediates[1]) as i32;
        for (index, slot) in slots.iter().enumerate() {
            self.store(*slot, object, first + 8 * index as i32);
        }
        object
    }

    /// Polls the breaker; the cold path lets the runtime do what it wants and leaves if it must.
    fn safepoint(&mut self, value: Value) {
        let layout = self.context.layout;
        let breaker = self.load(I32, self.thread, layout.thread_breaker);
        let (slow, done) = (self.cold_block(), self.fresh_block());
        let invalid = self.constant(self.context.invalid_flag as i64);
        let flag = self.load(I8, invalid, 0);
        let flag = self.builder.ins().uextend(I32, flag);
        let wanted = self.builder.ins().bor(breaker, flag);
        let no_arguments: [BlockArg; 0] = [];
        self.builder.ins().brif(wanted, slow, &no_arguments, done, &no_arguments);
        self.builder.switch_to_block(slow);
        let instruction = self.function.get(value);
        let state = instruction.state.expect("safepoints have a state");
        let (exit, number) = self.exit(state, crate::exit_reason::ExitReason::Safepoint);
        let number = self.builder.ins().iconst(I32, i64::from(number));
        self.builder.ins().jump(exit, &[BlockArg::Value(number)]);
        self.builder.switch_to_block(done);
    }
}
