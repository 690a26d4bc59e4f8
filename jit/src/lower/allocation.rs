//! Allocation: objects are cut off the heap's current region inline; a helper is called when it is used up.
//!
//! Memory of the region is cleared, so that only fields which aren't NULL need a store. The collector must not run between the allocation
//! and those stores, and doesn't: nothing in between is a safepoint.

use super::Lowering;
use crate::hir::{Opcode, Value};
use crate::layout::{Helper, ObjectLayout, instance_first_slot};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{self, BlockArg, InstBuilder};

impl Lowering<'_> {
    /// Lowers an allocation; `None` if the instruction is none.
    pub(super) fn allocations(&mut self, value: Value) -> Option<ir::Value> {
        let instruction = self.function.get(value).clone();
        let layout = self.context.layout;
        let immediates = instruction.immediates;
        let operands: Vec<Value> = instruction.operands.to_vec();
        match instruction.opcode {
            Opcode::NewInstance => {
                let object = ObjectLayout { layout: layout.instance_layout, shape: immediates[0] as u32 };
                let bytes = immediates[1] & 0xffff_ffff;
                let first = instance_first_slot(immediates[1]) as i32;
                Some(self.allocate_with(object, bytes, first, &operands))
            }
            Opcode::NewTuple if !operands.is_empty() && operands.len() < 64 => {
                let bytes = i64::from(layout.tuple_items) + 8 * operands.len() as i64;
                let tuple = self.allocate_with(layout.tuple, bytes, layout.tuple_items, &operands);
                let length = self.constant(operands.len() as i64);
                self.store(length, tuple, layout.tuple_length);
                Some(tuple)
            }
            Opcode::NewBoundMethod => {
                let bytes = i64::from(layout.method_function) + 16;
                Some(self.allocate_with(layout.method, bytes, layout.method_function, &operands))
            }
            Opcode::NewCell => {
                let bytes = i64::from(layout.cell_contents) + 8;
                Some(self.allocate_with(layout.cell, bytes, layout.cell_contents, &operands))
            }
            _ => None,
        }
    }

    /// Allocates an object and fills consecutive words of it.
    fn allocate_with(&mut self, object: ObjectLayout, bytes: i64, first: i32, values: &[Value]) -> ir::Value {
        // The values first: making one of them may itself allocate.
        let words: Vec<Option<ir::Value>> = values
            .iter()
            .map(|value| {
                let instruction = self.function.get(*value);
                let null = instruction.opcode == Opcode::Constant && instruction.immediates[0] == 0;
                (!null).then(|| self.value(*value))
            })
            .collect();
        let address = self.allocate(object, bytes);
        for (index, word) in words.into_iter().enumerate() {
            if let Some(word) = word {
                self.store(word, address, first + 8 * index as i32);
            }
        }
        address
    }

    /// Allocates a cleared object.
    fn allocate(&mut self, object: ObjectLayout, bytes: i64) -> ir::Value {
        let layout = self.context.layout;
        let (fast, slow, done) = (self.fresh_block(), self.cold_block(), self.fresh_block());
        let result = self.builder.append_block_param(done, I64);
        let cursor_address = self.constant(layout.region_cursor as i64);
        let limit_address = self.constant(layout.region_limit as i64);
        let cursor = self.load(I64, cursor_address, 0);
        let limit = self.load(I64, limit_address, 0);
        let size = self.constant(bytes);
        let end = self.builder.ins().iadd(cursor, size);
        let fits = self.builder.ins().icmp(IntCC::UnsignedLessThanOrEqual, end, limit);
        self.builder.ins().brif(fits, fast, &[], slow, &[]);
        self.builder.switch_to_block(slow);
        let kind = self.constant(i64::from(object.layout));
        let shape = self.constant(i64::from(object.shape));
        let made = self.call_internal(Helper::Allocate, &[kind, shape, size]);
        self.builder.ins().jump(done, &[BlockArg::Value(made)]);
        self.builder.switch_to_block(fast);
        self.store(end, cursor_address, 0);
        let header = i64::from(object.shape) | (bytes / 8) << 32 | i64::from(object.layout) << 56;
        let header = self.constant(header);
        self.store(header, cursor, 0);
        self.builder.ins().jump(done, &[BlockArg::Value(cursor)]);
        self.builder.switch_to_block(done);
        result
    }
}
