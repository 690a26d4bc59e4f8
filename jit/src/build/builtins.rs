//! Built-in functions and classes that have HIR of their own.

use super::bytecode::Instruction;
use super::{Builder, Outcome, Slot, Step};
use crate::hir::{Condition, Kinds, Opcode, Representation, Value};
use crate::layout::Helper;
use taipan_compiler::opcode::Opcode as Bytecodes;
use taipan_runtime::native::{NativeRole, UnboxedEntry, UnboxedKind};
use taipan_runtime::object::kind::ObjectKind;
use taipan_runtime::object::native_function::{NativeFunction, NativeMethod};
use taipan_runtime::object::pointer::Gc;
use taipan_runtime::object::special::Special;
use taipan_runtime::object::type_object::TypeObject;
use taipan_runtime::types;
use taipan_runtime::value::Value as Word;

impl Builder<'_> {
    /// Translates a call of a native function or method; false if it has no translation.
    pub(super) fn call_builtin(
        &mut self,
        instruction: &Instruction,
        callable: Word,
        arguments: &[Value],
    ) -> Outcome<bool> {
        let definition = match callable.kind() {
            Some(ObjectKind::NativeFunction) => callable.cast::<NativeFunction>().definition,
            _ => callable.cast::<NativeMethod>().definition,
        };
        let result = match (definition.owner, definition.name, arguments) {
            ("builtins", "len", [object]) => self.length(instruction, *object)?,
            ("builtins", "abs", [number]) if self.is_perhaps_number(*number) => Some(self.magnitude(*number)),
            ("builtins", name @ ("min" | "max"), [left, right])
                if self.is_perhaps_number(*left) && self.is_perhaps_number(*right) =>
            {
                Some(self.extreme(*left, *right, name == "min")?)
            }
            ("builtins", "isinstance", [object, class]) => self.is_instance(*object, *class),
            ("list", "append", [list, value]) => {
                let list = self.as_list(*list);
                self.op(Opcode::ListAppend, &[list, *value]);
                Some(self.constant(Word::NONE))
            }
            ("math", "sqrt", [number]) => {
                let number = self.op(Opcode::CheckNumber, &[*number]);
                let root = self.op(Opcode::FloatSqrt, &[number]);
                Some(self.op(Opcode::BoxFloat, &[root]))
            }
            _ => definition.unboxed.as_ref().and_then(|entry| self.unboxed(entry, arguments)),
        };
        let Some(result) = result else { return self.call_native(instruction, callable, arguments) };
        self.replace_call(instruction, result)?;
        if definition.name == "len" {
            // Perhaps a `__len__` was run.
            self.check_valid(instruction.next);
        }
        Ok(true)
    }

    fn is_perhaps_number(&self, value: Value) -> bool {
        self.type_of(value).kinds.meets(Kinds::INT | Kinds::FLOAT)
    }

    /// Calls a native function without the interpreter's detours.
    fn call_native(
        &mut self,
        instruction: &Instruction,
        callable: Word,
        arguments: &[Value],
    ) -> Outcome<bool> {
        let mut all = Vec::with_capacity(arguments.len() + 1);
        let definition = match callable.kind() {
            Some(ObjectKind::NativeFunction) => {
                let function = callable.cast::<NativeFunction>();
                if !function.receiver.is_null() && function.definition.role != NativeRole::Function {
                    all.push(self.constant(function.receiver));
                }
                function.definition
            }
            _ => {
                let method = callable.cast::<NativeMethod>();
                let fits =
                    arguments.first().is_some_and(|receiver| self.is_instance_of(*receiver, method.owner));
                if !fits || method.definition.role == NativeRole::ClassMethod {
                    return Ok(false);
                }
                method.definition
            }
        };
        // What asks for a collection wants to be called with nothing else in registers.
        if definition.collects() {
            return Ok(false);
        }
        all.extend_from_slice(arguments);
        self.keep(callable);
        let immediates = [Helper::CallNative as i64, std::ptr::from_ref(definition) as i64];
        let result = self.emit(Opcode::CallHelper, &all, immediates);
        self.set_type(result, super::containers::present());
        self.catch(result)?;
        self.replace_call(instruction, result)?;
        self.check_valid(instruction.next);
        Ok(true)
    }

    /// Does building know that a value is an instance of a class?
    fn is_instance_of(&self, value: Value, class: Gc<TypeObject>) -> bool {
        let ty = self.type_of(value);
        let actual = match ty.shape {
            0 => match ty.kinds {
                Kinds::STR => types().str,
                Kinds::LIST => types().list,
                Kinds::TUPLE => types().tuple,
                Kinds::DICT => types().dict,
                Kinds::SET => types().set,
                _ => return false,
            },
            shape => super::objects::class_of_shape(shape),
        };
        actual.is_subclass_of(class)
    }

    fn replace_call(&mut self, instruction: &Instruction, result: Value) -> Outcome {
        for _ in 0..instruction.operand + 2 {
            self.pop_slot()?;
        }
        self.push(result);
        Ok(())
    }

    /// A native function of floats, by its entry for machine values.
    fn unboxed(&mut self, entry: &UnboxedEntry, arguments: &[Value]) -> Option<Value> {
        let floats = entry.parameters.iter().all(|kind| *kind == UnboxedKind::Float);
        if !floats || entry.result != UnboxedKind::Float || entry.parameters.len() != arguments.len() {
            return None;
        }
        let opcode = match arguments.len() {
            1 => Opcode::FloatCall1,
            2 => Opcode::FloatCall2,
            _ => return None,
        };
        let numbers: Vec<Value> =
            arguments.iter().map(|argument| self.op(Opcode::CheckNumber, &[*argument])).collect();
        let result = self.emit(opcode, &numbers, [entry.address.0 as usize as i64, 0]);
        if entry.only_finite {
            let magnitude = self.op(Opcode::FloatAbs, &[result]);
            let infinity = self.emit(Opcode::FloatConstant, &[], [f64::INFINITY.to_bits() as i64, 0]);
            let finite = self.emit(Opcode::FloatCompare, &[magnitude, infinity], [Condition::Less as i64, 0]);
            self.op(Opcode::GuardTrue, &[finite]);
        }
        Some(self.op(Opcode::BoxFloat, &[result]))
    }

    /// len(object): lists and tuples have an answer of their own, where only running it tells what comes the rest is left to the
    /// general body.
    fn length(&mut self, instruction: &Instruction, object: Value) -> Outcome<Option<Value>> {
        let kinds = self.type_of(object).kinds;
        let is_list = self.is_list_with(object, Special::Len);
        if is_list || kinds == Kinds::TUPLE {
            let length = if is_list { self.list_length(object) } else { self.tuple_length(object) };
            return Ok(Some(self.op(Opcode::BoxInt, &[length])));
        }
        if !kinds.meets(Kinds::LIST) {
            return Ok(None);
        }
        let shape = types().list.root_shape;
        let is_list = self.emit(Opcode::HasShape, &[object], [i64::from(shape), 0]);
        let (list, other, merge) = (self.hir.add_block(), self.hir.add_block(), self.hir.add_block());
        let result = self.hir.add_parameter(merge, Representation::Tagged);
        self.branch(is_list, list, other);
        self.start(list);
        let guarded = self.guard_list(object);
        let length = self.list_length(guarded);
        let length = self.op(Opcode::BoxInt, &[length]);
        self.jump(merge, &[length]);
        self.start(other);
        let length = self.operation(instruction, instruction.operand as usize + 2, false)?;
        self.jump(merge, &[length]);
        self.start(merge);
        Ok(Some(result))
    }

    /// isinstance(object, class) where building knows the object's class.
    fn is_instance(&mut self, object: Value, class: Value) -> Option<Value> {
        let class: Gc<TypeObject> = self.known(class).filter(|word| word.is_kind(ObjectKind::Type))?.cast();
        if taipan_runtime::operations::class_of(class.value()) != types().type_ {
            return None;
        }
        let ty = self.type_of(object);
        let actual = if ty.shape != 0 {
            super::objects::class_of_shape(ty.shape)
        } else {
            match ty.kinds {
                Kinds::INT => types().int,
                Kinds::FLOAT => types().float,
                Kinds::BOOL => types().bool,
                Kinds::STR => types().str,
                Kinds::LIST => types().list,
                Kinds::TUPLE => types().tuple,
                Kinds::DICT => types().dict,
                _ => return None,
            }
        };
        let truth = actual.is_subclass_of(class);
        Some(self.constant(Word::from_bool(truth)))
    }

    /// Translates a call of a built-in class; false if it has no translation.
    pub(super) fn call_builtin_class(
        &mut self,
        instruction: &Instruction,
        class: Gc<TypeObject>,
        arguments: &[Value],
    ) -> Outcome<bool> {
        if class == types().range && !arguments.is_empty() && arguments.len() <= 3 {
            return self.range(instruction, arguments);
        }
        if super::objects::is_enumerate(class) && !arguments.is_empty() && arguments.len() <= 2 {
            return self.enumerate(instruction, arguments);
        }
        let [argument] = arguments else { return Ok(false) };
        let kinds = self.type_of(*argument).kinds;
        if !kinds.meets(Kinds::INT | Kinds::FLOAT) {
            return Ok(false);
        }
        let result = if class == types().float {
            self.as_float(*argument)
        } else if class == types().int {
            self.truncated(*argument)
        } else {
            return Ok(false);
        };
        self.replace_call(instruction, result)?;
        Ok(true)
    }

    /// Is the result of a call only iterated over, by the next instruction?
    fn is_iterated(&self, instruction: &Instruction) -> bool {
        let bytecode = self.frame().bytecode.clone();
        bytecode
            .instruction(instruction.next)
            .is_some_and(|next| next.opcode == Bytecodes::GetIter && !bytecode.is_block(instruction.next))
    }

    /// `enumerate(...)` of a list or tuple that the next instruction iterates over.
    fn enumerate(&mut self, instruction: &Instruction, arguments: &[Value]) -> Outcome<bool> {
        let start = match arguments {
            [_, start] => match self.known(*start) {
                Some(word) if word.is_small_int() && word.small_int().abs() < 1 << 32 => word.small_int(),
                _ => return Ok(false),
            },
            _ => 0,
        };
        let kinds = self.type_of(arguments[0]).kinds;
        if !self.is_iterated(instruction) || !kinds.meets(Kinds::LIST | Kinds::TUPLE) {
            return Ok(false);
        }
        let is_tuple = kinds == Kinds::TUPLE;
        let object = if is_tuple { arguments[0] } else { self.guard_list(arguments[0]) };
        let index = self.int(0);
        for _ in 0..instruction.operand + 2 {
            self.pop_slot()?;
        }
        self.frame_mut().stack.push(Slot::Sequence { object, index, is_tuple, start: Some(start) });
        Ok(true)
    }

    /// A step that is an int from 1 to 2^32, so that the sum with a value before the end is one, too.
    fn positive_step(&mut self, step: Value) -> Value {
        let step = self.op(Opcode::CheckInt, &[step]);
        for (condition, limit) in [(Condition::Greater, 0), (Condition::Less, 1 << 32)] {
            let limit = self.int(limit);
            let fits = self.emit(Opcode::IntCompare, &[step, limit], [condition as i64, 0]);
            self.op(Opcode::GuardTrue, &[fits]);
        }
        step
    }

    /// `range(...)` that the next instruction iterates over: no range object is made.
    fn range(&mut self, instruction: &Instruction, arguments: &[Value]) -> Outcome<bool> {
        if !self.is_iterated(instruction) {
            return Ok(false);
        }
        let step = match arguments {
            [_, _, step] => match self.known(*step) {
                Some(word)
                    if word.is_small_int() && word.small_int() != 0 && word.small_int().abs() < 1 << 32 =>
                {
                    Step::Known(word.small_int())
                }
                Some(_) => return Ok(false),
                None => Step::Positive(self.positive_step(*step)),
            },
            _ => Step::Known(1),
        };
        let (next, stop) = match arguments {
            [stop] => (self.int(0), self.op(Opcode::CheckInt, &[*stop])),
            [start, stop, ..] => {
                let start = self.op(Opcode::CheckInt, &[*start]);
                (start, self.op(Opcode::CheckInt, &[*stop]))
            }
            [] => return Ok(false),
        };
        for _ in 0..instruction.operand + 2 {
            self.pop_slot()?;
        }
        debug_assert_eq!(self.hir.get(next).representation, Representation::Int);
        self.frame_mut().stack.push(Slot::Range { next, stop, step });
        Ok(true)
    }
}
