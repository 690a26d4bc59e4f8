//! Exceptions that the unit itself catches.

use super::Lowering;
use crate::hir::Value;
use crate::layout::Helper;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{self, InstBuilder};

/// In the second immediate of an instruction that calls: it doesn't leave when it raises, but yields 0.
pub const CAUGHT: i64 = 1 << 62;

/// In the second immediate of an instruction that calls: nothing catches what it raises, and nothing has to be done about its frames' operands.
pub const PROPAGATED: i64 = 1 << 61;

/// Both.
pub const RAISING: i64 = CAUGHT | PROPAGATED;

impl Lowering<'_> {
    /// Behind a call that yields 0 if it raised: leaves then, unless the unit catches that.
    pub(super) fn guard_raised(&mut self, result: ir::Value, value: Value) {
        if self.is_caught(value) {
            self.records_are_published = false;
        } else if self.function.get(value).immediates[1] & PROPAGATED != 0 && self.shows_all(value) {
            self.records_are_published = false;
            let (raised, next) = (self.cold_block(), self.fresh_block());
            self.builder.ins().brif(result, next, &[], raised, &[]);
            self.builder.switch_to_block(raised);
            let innermost = self.innermost_record(value);
            let zero = self.call_internal(Helper::Propagate, &[self.thread, innermost]);
            self.builder.ins().return_(&[zero]);
            self.builder.switch_to_block(next);
        } else {
            self.guard(result, value);
        }
    }

    /// Are all locals of the instruction's frames where others look for them? Objects that escape analysis took apart aren't.
    fn shows_all(&self, value: Value) -> bool {
        let Some(state) = self.function.get(value).state else { return false };
        self.chain(state).into_iter().all(|id| {
            let mut locals = self.function.state(id).locals.iter().flatten();
            locals.all(|local| {
                !self.function.opcode(*local).has(crate::hir::Flags::ALLOCATES)
                    || self.values[local.index()].is_some()
            })
        })
    }

    /// The record of the innermost frame of an instruction's state.
    fn innermost_record(&mut self, value: Value) -> ir::Value {
        let state = self.function.get(value).state.expect("what raises has a state");
        let record = self.record.expect("a unit with calls has a record");
        let above = self.chain(state).len() as i32 - 1;
        let offset = self.constant(i64::from(above * self.context.layout.frame_bytes));
        self.builder.ins().iadd(record, offset)
    }

    pub(super) fn is_caught(&self, value: Value) -> bool {
        self.function.get(value).immediates[1] & CAUGHT != 0
    }

    /// Takes the exception, adds the frames to its traceback whose records the raising call has published, and leaves the inlined ones.
    pub(super) fn catch(&mut self, value: Value) -> ir::Value {
        let instruction = self.function.get(value).clone();
        let innermost = self.innermost_record(value);
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
