//! Lists, tuples and subscripts.

use super::bytecode::Instruction;
use super::{Builder, Outcome};
use crate::hir::{Kinds, Opcode, Type, Value};
use std::mem::{offset_of, size_of};
use taipan_compiler::opcode::Opcode as Bytecodes;
use taipan_runtime::interpreter::feedback::tag;
use taipan_runtime::object::buffer::ValueBuffer;
use taipan_runtime::object::list::List;
use taipan_runtime::object::shape::ShapeId;
use taipan_runtime::object::special::Special;
use taipan_runtime::object::str::Str;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::types;
use taipan_runtime::value::Value as Word;

/// Where a field is and, in the upper half, how many bytes it has.
pub(super) const fn word_field(offset: usize) -> i64 {
    offset as i64 | 8 << 32
}

const LIST_LENGTH: i64 = word_field(offset_of!(List, length));
const LIST_ITEMS: i64 = offset_of!(List, items) as i64;
const TUPLE_LENGTH: i64 = word_field(offset_of!(Tuple, length));
const TUPLE_ITEMS: i64 = size_of::<Tuple>() as i64;
const STR_LENGTH: i64 = word_field(offset_of!(Str, length));
const BUFFER_VALUES: i64 = size_of::<ValueBuffer>() as i64;

impl Builder<'_> {
    pub(super) fn guard_shape(&mut self, value: Value, shape: ShapeId) -> Value {
        let kinds = super::objects::kinds_of_shape(shape);
        let guarded = self.emit(Opcode::GuardShape, &[value], [i64::from(shape), i64::from(kinds.0)]);
        self.set_type(guarded, Type::shaped(kinds, shape))
    }

    /// What a branch on its shape has shown.
    pub(super) fn narrow_shape(&mut self, value: Value, shape: ShapeId) -> Value {
        let kinds = super::objects::kinds_of_shape(shape);
        let narrowed = self.emit(Opcode::NarrowShape, &[value], [i64::from(shape), i64::from(kinds.0)]);
        self.set_type(narrowed, Type::shaped(kinds, shape))
    }

    pub(super) fn guard_list(&mut self, value: Value) -> Value {
        if self.type_of(value).kinds == Kinds::LIST {
            return value;
        }
        self.guard_shape(value, types().list.root_shape)
    }

    /// What may be used as a list's storage: an exact list, or an instance of a subclass.
    pub(super) fn as_list(&mut self, value: Value) -> Value {
        let shape = self.type_of(value).shape;
        if shape != 0 && super::objects::class_of_shape(shape).is_subclass_of(types().list) {
            return value;
        }
        self.guard_list(value)
    }

    /// A list, or an instance of the subclass that the current instruction has always had, if that leaves a special method as it is.
    fn list_with(&mut self, instruction: &Instruction, value: Value, special: Special) -> Option<Value> {
        if self.is_list_with(value, special) {
            return Some(value);
        }
        match self.seen_shapes(instruction.pc)[..] {
            [] => Some(self.guard_list(value)),
            [shape] if self.inherits_from_list(shape, special) => Some(self.guard_shape(value, shape)),
            _ => None,
        }
    }

    /// Is it known to be a list, or an instance of a subclass which leaves a special method as it is?
    pub(super) fn is_list_with(&mut self, value: Value, special: Special) -> bool {
        let ty = self.type_of(value);
        ty.kinds == Kinds::LIST || (ty.shape != 0 && self.inherits_from_list(ty.shape, special))
    }

    /// Are objects of a shape lists as far as a special method goes? Their class is assumed to stay as it is.
    pub(super) fn inherits_from_list(&mut self, shape: ShapeId, special: Special) -> bool {
        let (class, list) = (super::objects::class_of_shape(shape), types().list);
        let inherits = class.is_subclass_of(list) && class.special(special) == list.special(special);
        if inherits && class != list {
            self.assume_class(class);
        }
        inherits
    }

    pub(super) fn guard_tuple(&mut self, value: Value) -> Value {
        if self.type_of(value).kinds == Kinds::TUPLE {
            return value;
        }
        self.guard_shape(value, types().tuple.root_shape)
    }

    pub(super) fn list_length(&mut self, list: Value) -> Value {
        self.emit(Opcode::LoadLength, &[list], [LIST_LENGTH, 0])
    }

    pub(super) fn tuple_length(&mut self, tuple: Value) -> Value {
        self.emit(Opcode::LoadImmutableLength, &[tuple], [TUPLE_LENGTH, 0])
    }

    /// A list's item at an index that is in bounds. Lists hold no absent values.
    pub(super) fn list_item(&mut self, list: Value, index: Value) -> Value {
        let buffer = self.emit(Opcode::LoadPointer, &[list], [LIST_ITEMS, 0]);
        let item = self.emit(Opcode::LoadItem, &[buffer, index], [BUFFER_VALUES, 0]);
        self.set_type(item, present())
    }

    pub(super) fn tuple_item(&mut self, tuple: Value, index: Value) -> Value {
        let item = self.emit(Opcode::LoadElement, &[tuple, index], [TUPLE_ITEMS, 0]);
        self.set_type(item, present())
    }

    pub(super) fn subscript(&mut self, instruction: &Instruction) -> Outcome {
        let (container, index) = (self.peek_slot(2)?, self.peek_slot(1)?);
        let (container, index) = (self.slot_value(container)?, self.slot_value(index)?);
        let seen = self.seen_tags(instruction.special);
        if self.is_general() {
            return self.general(instruction);
        }
        let kinds = self.type_of(container).kinds;
        let container_tag = match kinds {
            Kinds::LIST => tag::LIST,
            Kinds::TUPLE => tag::TUPLE,
            _ => seen.0,
        };
        let tags = (container_tag, self.operand_tags(index, seen.1));
        if tags.0 == 0 || tags.1 == 0 {
            self.never_executed();
            return Ok(());
        }
        let item = match tags {
            (tag::LIST, tag::SMALL_INT) => {
                let Some(list) = self.list_with(instruction, container, Special::GetItem) else {
                    return self.general(instruction);
                };
                let length = self.list_length(list);
                let index = self.op(Opcode::CheckInt, &[index]);
                let index = self.op(Opcode::CheckIndex, &[index, length]);
                self.list_item(list, index)
            }
            (tag::TUPLE, tag::SMALL_INT) => {
                let tuple = self.guard_tuple(container);
                let length = self.tuple_length(tuple);
                let index = self.op(Opcode::CheckInt, &[index]);
                let index = self.op(Opcode::CheckIndex, &[index, length]);
                self.tuple_item(tuple, index)
            }
            (tag::STR, tag::SMALL_INT) => {
                let string = self.guard_shape(container, types().str.root_shape);
                let length = self.emit(Opcode::LoadImmutableLength, &[string], [STR_LENGTH, 0]);
                let index = self.op(Opcode::CheckInt, &[index]);
                let index = self.op(Opcode::CheckIndex, &[index, length]);
                let item = self.op(Opcode::StringItem, &[string, index]);
                self.set_type(item, Type::of(Kinds::STR))
            }
            (tag::OTHER, tag::SMALL_INT) if let Some((shape, elements)) = self.elements_seen(instruction) => {
                self.packed_item(container, index, shape, elements)
            }
            (tag::OTHER, _) => return self.get_item_method(instruction, container, index),
            _ => return self.general(instruction),
        };
        self.pop_slot()?;
        self.pop_slot()?;
        self.push(item);
        Ok(())
    }

    pub(super) fn containers(&mut self, instruction: &Instruction) -> Outcome {
        let count = instruction.operand as usize;
        match instruction.opcode {
            Bytecodes::StoreSubscr => self.store_subscript(instruction),
            Bytecodes::BuildTuple | Bytecodes::BuildList => {
                let mut items = Vec::with_capacity(count);
                for _ in 0..count {
                    items.push(self.pop()?);
                }
                items.reverse();
                let (opcode, kinds) = match instruction.opcode {
                    Bytecodes::BuildTuple => (Opcode::NewTuple, Kinds::TUPLE),
                    _ => (Opcode::NewList, Kinds::LIST),
                };
                let value = self.op(opcode, &items);
                self.set_type(value, Type::of(kinds));
                self.push(value);
                Ok(())
            }
            Bytecodes::ListAppend => {
                let value = self.pop()?;
                let slot = self.peek_slot(count)?;
                let list = self.slot_value(slot)?;
                let list = self.guard_list(list);
                self.op(Opcode::ListAppend, &[list, value]);
                Ok(())
            }
            _ => self.unpack_sequence(instruction),
        }
    }

    fn store_subscript(&mut self, instruction: &Instruction) -> Outcome {
        let seen = self.seen_tags(instruction.special);
        if self.is_general() {
            return self.general(instruction);
        }
        let (value, container, index) = (self.peek_slot(3)?, self.peek_slot(2)?, self.peek_slot(1)?);
        let (value, container, index) =
            (self.slot_value(value)?, self.slot_value(container)?, self.slot_value(index)?);
        let container_tag = if self.type_of(container).kinds == Kinds::LIST { tag::LIST } else { seen.0 };
        let tags = (container_tag, self.operand_tags(index, seen.1));
        if tags.0 == 0 || tags.1 == 0 {
            self.never_executed();
            return Ok(());
        }
        if tags == (tag::OTHER, tag::SMALL_INT)
            && let Some((shape, elements)) = self.elements_seen(instruction)
        {
            self.store_packed_item(value, container, index, shape, elements);
            for _ in 0..3 {
                self.pop_slot()?;
            }
            return Ok(());
        }
        if tags.0 == tag::OTHER {
            return self.set_item_method(instruction, value, container, index);
        }
        if tags != (tag::LIST, tag::SMALL_INT) {
            return self.general(instruction);
        }
        let Some(list) = self.list_with(instruction, container, Special::SetItem) else {
            return self.general(instruction);
        };
        let length = self.list_length(list);
        let index = self.op(Opcode::CheckInt, &[index]);
        let index = self.op(Opcode::CheckIndex, &[index, length]);
        let buffer = self.emit(Opcode::LoadPointer, &[list], [LIST_ITEMS, 0]);
        self.emit(Opcode::StoreItem, &[list, buffer, index, value], [BUFFER_VALUES, 0]);
        for _ in 0..3 {
            self.pop_slot()?;
        }
        Ok(())
    }

    fn unpack_sequence(&mut self, instruction: &Instruction) -> Outcome {
        let slot = self.peek_slot(1)?;
        let value = self.slot_value(slot)?;
        let count = i64::from(instruction.operand);
        let kinds = self.type_of(value).kinds;
        let shape = self.only_shape(instruction.pc);
        if self.is_general() {
            return self.general(instruction);
        }
        let is_tuple = kinds == Kinds::TUPLE || shape == Some(types().tuple.root_shape);
        let is_list = kinds == Kinds::LIST || shape == Some(types().list.root_shape);
        if !is_tuple && !is_list {
            if shape.is_none() && !self.was_executed(instruction.pc) {
                self.never_executed();
                return Ok(());
            }
            return self.general(instruction);
        }
        let sequence = if is_tuple { self.guard_tuple(value) } else { self.guard_list(value) };
        let length = if is_tuple { self.tuple_length(sequence) } else { self.list_length(sequence) };
        let wanted = self.int(count);
        let same = self.emit(Opcode::IntCompare, &[length, wanted], [crate::hir::Condition::Equal as i64, 0]);
        self.op(Opcode::GuardTrue, &[same]);
        self.pop_slot()?;
        for index in (0..count).rev() {
            let index = self.int(index);
            let item =
                if is_tuple { self.tuple_item(sequence, index) } else { self.list_item(sequence, index) };
            self.push(item);
        }
        Ok(())
    }
}

/// Any value that is there.
pub(super) fn present() -> Type {
    debug_assert!(Word::NULL.is_null());
    Type::of(Kinds(Kinds::ANY.0 & !Kinds::ABSENT.0))
}
