//! Calls of helpers, and allocation.

use super::Lowering;
use super::exceptions::RAISING;
use crate::hir::{Cfg, Flags, Opcode, Value};
use crate::layout::{Convention, Helper};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I8, I32, I64};
use cranelift_codegen::ir::{self, BlockArg, InstBuilder, StackSlotData, StackSlotKind};

/// The most values above its frame pointer that a unit may need.
pub const MAXIMUM_EXTENT: u32 = 2048;

impl Lowering<'_> {
    /// Lowers a call or allocation; `None` if it has no result.
    pub(super) fn calls(&mut self, value: Value) -> Option<ir::Value> {
        let instruction = self.function.get(value);
        let opcode = instruction.opcode;
        let immediates = instruction.immediates;
        if let Some(object) = self.allocations(value) {
            return Some(object);
        }
        match opcode {
            Opcode::CallPython => return Some(self.call_python(value)),
            Opcode::Operation => return Some(self.operation(value)),
            Opcode::Catch => return Some(self.catch(value)),
            Opcode::ResumePoint
            | Opcode::SkipResume
            | Opcode::Owner
            | Opcode::SaveLocal
            | Opcode::Suspend => return self.generators(value),
            _ => {}
        }
        let mut pushed = 0;
        if opcode.has(Flags::CALLS) && opcode != Opcode::Safepoint {
            pushed = self.publish_frames(instruction.state.expect("calls have a state"), 0);
        }
        let operands: Vec<ir::Value> =
            instruction.operands.clone().iter().map(|operand| self.value(*operand)).collect();
        Some(match opcode {
            Opcode::CallHelper | Opcode::CallPure => {
                let helper = Helper::ALL[immediates[0] as usize];
                let result = self.call_helper(helper, immediates[1] & !RAISING, &operands);
                self.retract_frames(pushed);
                self.guard_raised(result, value);
                result
            }
            Opcode::NewTuple => self.call_helper(Helper::NewTuple, 0, &operands),
            Opcode::NewList => self.call_helper(Helper::NewList, 0, &operands),
            Opcode::NewRangeIterator => self.call_internal(Helper::NewRangeIterator, &operands),
            Opcode::NewSequenceIterator => {
                let is_tuple = self.constant(immediates[0]);
                self.call_internal(Helper::NewSequenceIterator, &[operands[0], operands[1], is_tuple])
            }
            Opcode::NewEnumerate => {
                let (is_tuple, start) = (self.constant(immediates[0]), self.constant(immediates[1]));
                self.call_internal(Helper::NewEnumerate, &[operands[0], operands[1], is_tuple, start])
            }
            Opcode::StringItem => {
                let index = self.builder.ins().iadd(operands[1], operands[1]);
                let one = self.constant(1);
                let index = self.builder.ins().bor(index, one);
                self.call_helper(Helper::StringItem, 0, &[operands[0], index])
            }
            Opcode::Truth => {
                let helper = self.call_internal(Helper::Truth, &[self.thread, operands[0]]);
                self.retract_frames(pushed);
                let fine = self.compare(IntCC::NotEqual, helper, 2);
                self.guard(fine, value);
                self.builder.ins().ireduce(I8, helper)
            }
            Opcode::StringEqual => {
                let (equal, differ, done) = (self.fresh_block(), self.fresh_block(), self.fresh_block());
                let truth = self.builder.append_block_param(done, I8);
                let same = self.builder.ins().icmp(IntCC::Equal, operands[0], operands[1]);
                self.builder.ins().brif(same, equal, &[], differ, &[]);
                self.builder.switch_to_block(equal);
                let yes = self.builder.ins().iconst(I8, 1);
                self.builder.ins().jump(done, &[BlockArg::Value(yes)]);
                self.builder.switch_to_block(differ);
                let found = self.call_internal(Helper::StringsEqual, &operands);
                let found = self.builder.ins().ireduce(I8, found);
                self.builder.ins().jump(done, &[BlockArg::Value(found)]);
                self.builder.switch_to_block(done);
                truth
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

    /// The general body of an instruction: its operands go where the interpreter has them.
    fn operation(&mut self, value: Value) -> ir::Value {
        let instruction = self.function.get(value).clone();
        let state = instruction.state.expect("calls have a state");
        let data = self.function.state(state);
        let count = instruction.operands.len() as u32;
        let locals = self.function.frames[data.frame.index()].locals;
        let first = self.frame_base(state) + locals + data.stack.len() as u32 - count;
        for (index, operand) in instruction.operands.iter().enumerate() {
            let word = self.value(*operand);
            self.store(word, self.fp, 8 * (first + index as u32) as i32);
        }
        let pushed = self.publish_frames(state, 0);
        let what = self.constant(instruction.immediates[0]);
        let result = self.call_internal(Helper::Operation, &[self.thread, what]);
        self.retract_frames(pushed);
        self.guard_raised(result, value);
        result
    }

    /// Calls a Python function: pushes its record, with the arguments as its first locals, and enters its compiled code if
    /// there is any.
    fn call_python(&mut self, value: Value) -> ir::Value {
        let layout = self.context.layout;
        let instruction = self.function.get(value).clone();
        let state = instruction.state.expect("calls have a state");
        let record = self.record.expect("a unit with calls has a record");
        let info = self.function.frames[instruction.immediates[0] as usize].clone();
        let data = self.function.state(state);
        let locals = self.function.frames[data.frame.index()].locals;
        let base = self.frame_base(state) + locals + data.stack.len() as u32;
        for (index, operand) in instruction.operands.iter().enumerate() {
            let word = self.value(*operand);
            self.store(word, self.fp, 8 * (base + index as u32) as i32);
        }
        let taken = (instruction.immediates[1] & 0xffff_ffff) as u32;
        let pushed = self.publish_frames(state, taken);
        let above = (pushed + 1) * layout.frame_bytes;
        let code = self.constant(info.record.code as i64);
        let entry = self.load(I64, code, layout.code_entry);
        let callee_fp = self.constant(8 * i64::from(base));
        let callee_fp = self.builder.ins().iadd(self.fp, callee_fp);
        self.push_record(record, above, &info.record, base);
        let pc = self.constant(info.record.instructions as i64);
        self.store(pc, record, above + layout.frame_pc);
        let top = self.constant(8 * i64::from(info.locals));
        let sp = self.builder.ins().iadd(callee_fp, top);
        self.store(sp, record, above + layout.frame_sp);
        // Locals that aren't arguments are unbound: the interpreter and frame objects look at them.
        let zero = self.constant(0);
        for index in instruction.operands.len() as u32..info.locals {
            self.store(zero, self.fp, 8 * (base + index) as i32);
        }
        self.set_frame(above);
        let result = self.enter(entry, callee_fp, record, above);
        self.detach_frame_object(record, above);
        self.store(record, self.thread, layout.thread_frame);
        self.retract_frames(pushed);
        self.guard_raised(result, value);
        result
    }

    /// Runs a frame whose record was pushed: as compiled code if there is an entry and room, else in the interpreter.
    fn enter(&mut self, entry: ir::Value, callee_fp: ir::Value, record: ir::Value, above: i32) -> ir::Value {
        let layout = self.context.layout;
        let (compiled, interpreted, special, done) =
            (self.fresh_block(), self.cold_block(), self.cold_block(), self.fresh_block());
        let result = self.builder.append_block_param(done, I64);
        let offset = self.constant(i64::from(above));
        let callee = self.builder.ins().iadd(record, offset);
        let limit = self.load(I64, self.thread, layout.thread_frame_limit);
        let fits = self.builder.ins().icmp(IntCC::UnsignedLessThan, callee, limit);
        // Room for the callee and whatever it inlines: units refuse to be longer than this.
        let extent = self.constant(8 * i64::from(MAXIMUM_EXTENT));
        let end = self.builder.ins().iadd(callee_fp, extent);
        let stack_limit = self.load(I64, self.thread, layout.thread_stack_limit);
        let stack_fits = self.builder.ins().icmp(IntCC::UnsignedLessThan, end, stack_limit);
        let stack_pointer = self.builder.ins().get_stack_pointer(I64);
        let native_limit = self.load(I64, self.thread, layout.thread_native_limit);
        let native_fits = self.builder.ins().icmp(IntCC::UnsignedGreaterThan, stack_pointer, native_limit);
        let has_entry = self.compare(IntCC::NotEqual, entry, 0);
        let fine = self.builder.ins().band(fits, stack_fits);
        let fine = self.builder.ins().band(fine, native_fits);
        let fine = self.builder.ins().band(fine, has_entry);
        self.builder.ins().brif(fine, compiled, &[], interpreted, &[]);
        self.builder.switch_to_block(compiled);
        let signature = self.builder.import_signature(super::unit_signature(self.convention));
        let call = self.builder.ins().call_indirect(signature, entry, &[self.thread, callee_fp]);
        let word = self.builder.inst_results(call)[0];
        let left = self.compare(IntCC::Equal, word, crate::layout::DEOPTED as i64);
        self.builder.ins().brif(left, special, &[], done, &[BlockArg::Value(word)]);
        self.builder.switch_to_block(special);
        let word = self.call_internal(Helper::Resume, &[self.thread, callee]);
        self.builder.ins().jump(done, &[BlockArg::Value(word)]);
        self.builder.switch_to_block(interpreted);
        let word = self.call_internal(Helper::Enter, &[self.thread, callee]);
        self.builder.ins().jump(done, &[BlockArg::Value(word)]);
        self.builder.switch_to_block(done);
        result
    }

    pub(super) fn call_internal(&mut self, helper: Helper, arguments: &[ir::Value]) -> ir::Value {
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
    pub(super) fn scratch(&mut self) -> ir::StackSlot {
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

    /// Polls the breaker; the cold path lets the runtime do what it wants and leaves if it must.
    fn safepoint(&mut self, value: Value) {
        let layout = self.context.layout;
        self.count_iteration();
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
