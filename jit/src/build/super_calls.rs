//! `super().method`: the class that the method is defined in and the receiver's shape say which method it is.

use super::bytecode::Instruction;
use super::{Builder, Outcome, Slot};
use crate::hir::{Opcode, Value};
use taipan_compiler::code::local_kind;
use taipan_runtime::builtins::super_object;
use taipan_runtime::object::cell::Cell;
use taipan_runtime::object::function::Function;
use taipan_runtime::object::kind::ObjectKind;
use taipan_runtime::object::pointer::Gc;
use taipan_runtime::object::shape::ShapeId;
use taipan_runtime::object::str::Str;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::object::type_object::TypeObject;
use taipan_runtime::types;
use taipan_runtime::value::Value as Word;

/// LOAD_SUPER_ATTR's operand: the method is for a call.
const FOR_CALL: u32 = 1;

impl Builder<'_> {
    pub(super) fn load_super(&mut self, instruction: &Instruction) -> Outcome {
        let found = match self.is_general() || instruction.operand & FOR_CALL == 0 {
            true => None,
            false => self.super_method(instruction)?,
        };
        let Some((class, shape, method)) = found else { return self.general(instruction) };
        let (Slot::Value(given), Slot::Value(receiver)) = (self.peek_slot(2)?, self.peek_slot(1)?) else {
            return self.general(instruction);
        };
        self.keep(class.value());
        self.emit(Opcode::GuardConstant, &[given], [class.value().0 as i64, 0]);
        let receiver = self.guard_shape(receiver, shape);
        for _ in 0..3 {
            self.pop_slot()?;
        }
        let method = self.constant(method);
        self.push(method);
        self.push(receiver);
        Ok(())
    }

    /// The class whose method asks, the receiver's shape, and the function that is found; if all are known.
    fn super_method(
        &mut self,
        instruction: &Instruction,
    ) -> Outcome<Option<(Gc<TypeObject>, ShapeId, Word)>> {
        let (Slot::Value(global), Slot::Value(given), Slot::Value(receiver)) =
            (self.peek_slot(3)?, self.peek_slot(2)?, self.peek_slot(1)?)
        else {
            return Ok(None);
        };
        if self.known(global) != Some(types().super_.value()) {
            return Ok(None);
        }
        let Some(class) = self.known(given).or_else(|| self.class_of_method()) else { return Ok(None) };
        let Some(class) = class.downcast::<TypeObject>() else { return Ok(None) };
        let Some(shape) = self.shape_of_receiver(instruction.pc, receiver) else { return Ok(None) };
        let name: Gc<Str> = self.frame().code.names.items()[instruction.operand as usize >> 2].cast();
        let receiver_class = super::objects::class_of_shape(shape);
        let order = receiver_class.method_resolution_order;
        if name.is("__class__") || !order.items().contains(&class.value()) {
            return Ok(None);
        }
        let Some(method) = super_object::find(class, receiver_class, name) else { return Ok(None) };
        if !method.is_kind(ObjectKind::Function) {
            return Ok(None);
        }
        self.assume_class(receiver_class);
        for other in order.items().iter().skip_while(|other| **other != class.value()).skip(1) {
            self.assume_class(other.cast());
        }
        Ok(Some((class, shape, method)))
    }

    fn shape_of_receiver(&self, pc: u32, receiver: Value) -> Option<ShapeId> {
        let shape = match self.type_of(receiver).shape {
            0 => self.only_shape(pc)?,
            known => known,
        };
        (!self.is_unguardable(shape)).then_some(shape)
    }

    /// What the function's `__class__` cell holds now.
    fn class_of_method(&self) -> Option<Word> {
        let frame = self.frame();
        let definition = frame.code.definition();
        let free = definition.localsplus_kinds.iter().zip(&definition.localsplus_names);
        let mut free = free.filter(|(kind, _)| **kind & local_kind::FREE != 0);
        let index = free.position(|(_, name)| name == "__class__")?;
        let closure = frame.function.downcast::<Function>()?.closure.downcast::<Tuple>()?;
        closure.items().get(index)?.downcast::<Cell>()?.contents.non_null()
    }
}
