//! Items of arrays of machine numbers: loaded and stored unboxed.

use super::Builder;
use super::bytecode::Instruction;
use super::containers::word_field;
use crate::hir::{Opcode, Type, Value};
use taipan_runtime::object::packed_array::{Elements, elements_of};
use taipan_runtime::object::shape::ShapeId;

impl Builder<'_> {
    /// The shape of arrays that the current instruction always had as its container.
    pub(super) fn elements_seen(&self, instruction: &Instruction) -> Option<(ShapeId, Elements)> {
        let [shape] = self.seen_shapes(instruction.pc)[..] else { return None };
        Some((shape, elements_of(shape)?))
    }

    /// The address of an array's elements, and an index that is in bounds.
    fn packed_place(
        &mut self,
        array: Value,
        index: Value,
        shape: ShapeId,
        elements: Elements,
    ) -> (Value, Value) {
        let array = self.guard_shape(array, shape);
        let bytes = self.emit(Opcode::LoadLength, &[array], [word_field(elements.byte_length as usize), 0]);
        let size = self.int(i64::from(elements.kind.size_log2()));
        let length = self.op(Opcode::IntShrFast, &[bytes, size]);
        let index = self.op(Opcode::CheckInt, &[index]);
        let index = self.op(Opcode::CheckIndex, &[index, length]);
        let base = self.emit(Opcode::LoadPointer, &[array], [i64::from(elements.data), 0]);
        (base, index)
    }

    /// array[index]
    pub(super) fn packed_item(
        &mut self,
        array: Value,
        index: Value,
        shape: ShapeId,
        elements: Elements,
    ) -> Value {
        let (base, index) = self.packed_place(array, index, shape, elements);
        let kind = [elements.kind as i64, 0];
        if elements.kind.is_float() {
            let number = self.emit(Opcode::LoadPackedFloat, &[base, index], kind);
            return self.op(Opcode::BoxFloat, &[number]);
        }
        let number = self.emit(Opcode::LoadPackedInt, &[base, index], kind);
        let (low, high) = elements.kind.int_range();
        if low != i64::MIN {
            self.set_type(number, Type::int(low, high));
        }
        self.op(Opcode::BoxInt, &[number])
    }

    /// array[index] = value
    pub(super) fn store_packed_item(
        &mut self,
        value: Value,
        array: Value,
        index: Value,
        shape: ShapeId,
        elements: Elements,
    ) {
        let float = elements.kind.is_float();
        let (opcode, check) = match float {
            true => (Opcode::StorePackedFloat, Opcode::CheckNumber),
            false => (Opcode::StorePackedInt, Opcode::CheckInt),
        };
        // The value is converted before the index is looked at: no matter, both leave before anything is done.
        let number = self.op(check, &[value]);
        let (base, index) = self.packed_place(array, index, shape, elements);
        self.emit(opcode, &[base, index, number], [elements.kind as i64, 0]);
    }
}
