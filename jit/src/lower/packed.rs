//! Elements of arrays of machine numbers.

use super::Lowering;
use crate::hir::types::{INT_MAX, INT_MIN};
use crate::hir::{Opcode, Value};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{F32, F64, I8, I16, I32, I64};
use cranelift_codegen::ir::{self, InstBuilder, MemFlagsData};
use taipan_runtime::object::packed_array::ElementKind;

/// The machine type of an element in memory.
fn memory_type(kind: ElementKind) -> ir::Type {
    match kind {
        ElementKind::Int8 | ElementKind::Unsigned8 => I8,
        ElementKind::Int16 | ElementKind::Unsigned16 => I16,
        ElementKind::Int32 | ElementKind::Unsigned32 => I32,
        ElementKind::Int64 => I64,
        ElementKind::Float32 => F32,
        ElementKind::Float64 => F64,
    }
}

fn is_unsigned(kind: ElementKind) -> bool {
    matches!(kind, ElementKind::Unsigned8 | ElementKind::Unsigned16 | ElementKind::Unsigned32)
}

impl Lowering<'_> {
    fn packed_address(&mut self, value: Value) -> (ElementKind, ir::Value) {
        let instruction = self.function.get(value);
        let kind = ElementKind::ALL[instruction.immediates[0] as usize];
        let (base, index) = (instruction.operands[0], instruction.operands[1]);
        let (base, index) = (self.value(base), self.value(index));
        let size = self.constant(i64::from(kind.size_log2()));
        let offset = self.builder.ins().ishl(index, size);
        (kind, self.builder.ins().iadd(base, offset))
    }

    pub(super) fn load_packed(&mut self, value: Value) -> ir::Value {
        let (kind, address) = self.packed_address(value);
        let found = self.builder.ins().load(memory_type(kind), MemFlagsData::trusted(), address, 0);
        match kind {
            ElementKind::Float64 => found,
            ElementKind::Float32 => self.builder.ins().fpromote(F64, found),
            ElementKind::Int64 => {
                self.guard_small(found, value);
                found
            }
            _ if is_unsigned(kind) => self.builder.ins().uextend(I64, found),
            _ => self.builder.ins().sextend(I64, found),
        }
    }

    /// Leaves unless a 64-bit int is one of 63 bits.
    fn guard_small(&mut self, number: ir::Value, value: Value) {
        let smallest = self.constant(INT_MIN);
        let above = self.builder.ins().isub(number, smallest);
        let limit = self.constant(INT_MAX.wrapping_sub(INT_MIN));
        let fits = self.builder.ins().icmp(IntCC::UnsignedLessThanOrEqual, above, limit);
        self.guard(fits, value);
    }

    pub(super) fn store_packed(&mut self, value: Value) {
        let number = self.function.get(value).operands[2];
        let number_type = self.function.get(number).ty;
        let number = self.value(number);
        let opcode = self.function.opcode(value);
        let kind = ElementKind::ALL[self.function.get(value).immediates[0] as usize];
        let (low, high) = kind.int_range();
        if opcode == Opcode::StorePackedInt
            && low != i64::MIN
            && (number_type.low < low || number_type.high > high)
        {
            let smallest = self.constant(low);
            let above = self.builder.ins().isub(number, smallest);
            let limit = self.constant(high - low);
            let fits = self.builder.ins().icmp(IntCC::UnsignedLessThanOrEqual, above, limit);
            self.guard(fits, value);
        }
        let (kind, address) = self.packed_address(value);
        let number = match kind {
            ElementKind::Float64 | ElementKind::Int64 => number,
            ElementKind::Float32 => self.builder.ins().fdemote(F32, number),
            _ => self.builder.ins().ireduce(memory_type(kind), number),
        };
        self.builder.ins().store(MemFlagsData::trusted(), number, address, 0);
    }
}
