//! Operators on instances whose class defines them in Python: calls of the method, which may be inlined.

use super::bytecode::Instruction;
use super::{Builder, Outcome, Slot};
use crate::hir::{Opcode, Value};
use taipan_compiler::opcode::BinaryOperator;
use taipan_runtime::interpreter::feedback::tag;
use taipan_runtime::object::frame::FRAME_DISCARD;
use taipan_runtime::object::function::Function;
use taipan_runtime::object::pointer::Gc;
use taipan_runtime::object::shape::ShapeId;
use taipan_runtime::object::str::{Str, intern};
use taipan_runtime::value::Value as Word;

/// The method of an operator, and that of its in-place form if it is one.
fn methods(operator: BinaryOperator) -> Option<(&'static str, Option<&'static str>)> {
    use BinaryOperator as B;
    Some(match operator {
        B::Add => ("__add__", None),
        B::Subtract => ("__sub__", None),
        B::Multiply => ("__mul__", None),
        B::TrueDivide => ("__truediv__", None),
        B::FloorDivide => ("__floordiv__", None),
        B::Remainder => ("__mod__", None),
        B::And => ("__and__", None),
        B::Or => ("__or__", None),
        B::Xor => ("__xor__", None),
        B::InplaceAdd => ("__add__", Some("__iadd__")),
        B::InplaceSubtract => ("__sub__", Some("__isub__")),
        B::InplaceMultiply => ("__mul__", Some("__imul__")),
        B::InplaceTrueDivide => ("__truediv__", Some("__itruediv__")),
        _ => return None,
    })
}

impl Builder<'_> {
    /// The shape that the instruction's container or left operand always had, and the Python function that its class has for a name.
    fn method_of_operand(
        &mut self,
        instruction: &Instruction,
        name: &str,
    ) -> Option<(ShapeId, Gc<Function>)> {
        let [id] = self.seen_shapes(instruction.pc)[..] else { return None };
        if self.is_unguardable(id) {
            return None;
        }
        let class = super::objects::class_of_shape(id);
        let function = class.lookup(intern(name))?.downcast::<Function>()?;
        Some((id, function))
    }

    pub(super) fn binary_method(
        &mut self,
        instruction: &Instruction,
        operator: BinaryOperator,
        left: Value,
        right: Value,
        right_tags: u16,
    ) -> Outcome {
        let Some((name, in_place)) = methods(operator) else { return self.general(instruction) };
        let Some((id, function)) = self.method_of_operand(instruction, name) else {
            return self.general(instruction);
        };
        let class = super::objects::class_of_shape(id);
        if in_place.is_some_and(|name| class.lookup(intern(name)).is_some()) || may_decline(function) {
            return self.general(instruction);
        }
        // The right operand's class must not come first: a number's doesn't, nor does the very same class.
        if right_tags & !(tag::SMALL_INT | tag::FLOAT) != 0 {
            if right_tags != tag::OTHER {
                return self.general(instruction);
            }
            self.guard_shape(right, id);
        } else {
            self.op(Opcode::CheckNumber, &[right]);
        }
        self.assume_class(class);
        let object = self.guard_shape(left, id);
        let Some(bound) = self.bind(function, &[object, right]) else { return self.general(instruction) };
        self.call_function(instruction, function, &bound, 2, None)
    }

    pub(super) fn get_item_method(
        &mut self,
        instruction: &Instruction,
        container: Value,
        index: Value,
    ) -> Outcome {
        let Some((id, function)) = self.method_of_operand(instruction, "__getitem__") else {
            return self.general(instruction);
        };
        self.assume_class(super::objects::class_of_shape(id));
        let object = self.guard_shape(container, id);
        match self.bind(function, &[object, index]) {
            Some(bound) => self.call_function(instruction, function, &bound, 2, None),
            None => self.general(instruction),
        }
    }

    pub(super) fn set_item_method(
        &mut self,
        instruction: &Instruction,
        value: Value,
        container: Value,
        index: Value,
    ) -> Outcome {
        let Some((id, function)) = self.method_of_operand(instruction, "__setitem__") else {
            return self.general(instruction);
        };
        let bytecode = match super::Bytecode::of(function.code) {
            Ok(bytecode) if self.may_inline(function, &bytecode) => std::rc::Rc::new(bytecode),
            _ => return self.general(instruction),
        };
        self.assume_class(super::objects::class_of_shape(id));
        let object = self.guard_shape(container, id);
        let Some(bound) = self.bind(function, &[object, index, value]) else {
            return self.general(instruction);
        };
        self.inline_flagged(instruction, function, bytecode, &bound, 3, FRAME_DISCARD)?;
        let dropped = self.pop_slot()?;
        debug_assert!(dropped != Slot::Absent);
        Ok(())
    }
}

/// Does the function mention NotImplemented, so that the other operand's class may have to be asked?
fn may_decline(function: Gc<Function>) -> bool {
    let declines: Gc<Str> = intern("NotImplemented");
    function.code.names.items().contains(&declines.value())
        || function.code.constants.items().contains(&Word::NOT_IMPLEMENTED)
}
