//! Exceptions that the unit itself catches.

use super::Lowering;
use crate::hir::Value;
use crate::layout::Helper;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{self, InstBuilder};

/// In the second immediate of an instruction that calls: it doesn't leave when it raises, but yields 0.
pub const CAUGHT: i64 = 1 << 62;

impl Lowering<'_> {
    /// Behind a call that yields 0 if it raised: leaves then, unless the unit catches that.
    pub(super) fn guard_raised(&mut self, result: ir::Value, value: Value) {
        if self.is_caught(value) {
            self.records_are_published = false;
        } else {
            self.guard(result, value);
        }
    }

    pub(super) fn is_caught(&self, value: Value) -> bool {
        self.function.get(value).immediates[1] & CAUGHT != 0
    }

    /// Takes the exception, adds the frames to its traceback whose records the raising call has published, and leaves the inlined ones.
    pub(super) fn catch(&mut self, value: Value) -> ir::Value {
        let instruction = self.function.get(value).clone();
        let state = instruction.state.expect("the raising call had a state");
        let record = self.record.expect("a unit with calls has a record");
        let above = self.chain(state).len() as i32 - 1;
        let offset = self.constant(i64::from(above * self.context.layout.frame_bytes));
        let innermost = self.builder.ins().iadd(record, offset);
        let operands: Vec<ir::Value> =
            instruction.operands.iter().map(|operand| self.value(*operand)).collect();
        let slot = self.scratch();
        for (index, operand) in operands.iter().enumerate() {
            self.builder.ins().stack_store(I64, *operand, slot, 8 * index as i32);
        }
        let array = self.builder.ins().stack_addr(I64, slot, 0);
        let count = self.constant(operands.len() as i64);
        self.call_internal(Helper::Catch, &[self.thread, innermost, array, count])
    }
}
