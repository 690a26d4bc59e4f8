//! Loops over iterables. Iterators over ranges, lists and tuples that only the loop can see aren't made: the loop keeps their position
//! in registers, and exits make them.

use super::bytecode::Instruction;
use super::{Builder, Outcome, Slot, Step, Target};
use crate::hir::{Condition, Kinds, Opcode, Type, Value};
use crate::layout::DEOPTED;
use std::mem::offset_of;
use taipan_compiler::opcode::Opcode as Bytecodes;
use taipan_runtime::object::iterator::RangeIterator;
use taipan_runtime::object::kind::ObjectKind;
use taipan_runtime::object::shape::ShapeId;
use taipan_runtime::object::special::Special;
use taipan_runtime::types;
use taipan_runtime::value::Value as Word;

impl Builder<'_> {
    /// The only shape that the main operand of an instruction has had.
    pub(super) fn only_shape(&self, pc: u32) -> Option<ShapeId> {
        let mut code = self.frame().code;
        match code.feedback_mut().get(&pc) {
            Some(site) if !site.megamorphic && site.shapes.len() == 1 => Some(site.shapes[0]),
            _ => None,
        }
    }

    /// Was the instruction's operand ever noted?
    pub(super) fn was_executed(&self, pc: u32) -> bool {
        let mut code = self.frame().code;
        code.feedback_mut().contains_key(&pc)
    }

    pub(super) fn get_iterator(&mut self, instruction: &Instruction) -> Outcome {
        let slot = self.peek_slot(1)?;
        if self.needs_iterator_object() {
            return match slot {
                Slot::Range { .. } | Slot::Sequence { .. } => {
                    let iterator = self.pop()?;
                    self.push(iterator);
                    Ok(())
                }
                _ => self.general(instruction),
            };
        }
        if let Slot::Range { .. } | Slot::Sequence { .. } = slot {
            return Ok(()); // range(...) or enumerate(...) as built by `builtins`, consumed by this loop only.
        }
        let value = self.slot_value(slot)?;
        let kinds = self.type_of(value).kinds;
        let shape = self.only_shape(instruction.pc);
        let is_list = self.is_list_with(value, Special::Iter)
            || shape.is_some_and(|shape| self.inherits_from_list(shape, Special::Iter));
        if !self.is_general() && is_list {
            let object = match shape {
                Some(shape) if kinds != Kinds::LIST => self.guard_shape(value, shape),
                _ => value,
            };
            let index = self.int(0);
            self.pop_slot()?;
            self.frame_mut().stack.push(Slot::Sequence { object, index, is_tuple: false, start: None });
            return Ok(());
        }
        if !self.is_general() && (kinds == Kinds::TUPLE || shape == Some(types().tuple.root_shape)) {
            let object = self.guard_tuple(value);
            let index = self.int(0);
            self.pop_slot()?;
            self.frame_mut().stack.push(Slot::Sequence { object, index, is_tuple: true, start: None });
            return Ok(());
        }
        if !self.is_general() && shape == Some(types().range.root_shape) {
            return self.iterate_range(value);
        }
        self.general(instruction)
    }

    /// Takes apart a range object of small ints with a step of 1.
    fn iterate_range(&mut self, value: Value) -> Outcome {
        use taipan_runtime::object::range::Range;
        let range = self.guard_shape(value, types().range.root_shape);
        let step = self.emit(Opcode::LoadImmutable, &[range], [offset_of!(Range, step) as i64, 0]);
        self.emit(Opcode::GuardConstant, &[step], [Word::from_small_int(1).0 as i64, 0]);
        let start = self.emit(Opcode::LoadImmutable, &[range], [offset_of!(Range, start) as i64, 0]);
        let next = self.op(Opcode::CheckInt, &[start]);
        let stop = self.emit(Opcode::LoadImmutable, &[range], [offset_of!(Range, stop) as i64, 0]);
        let stop = self.op(Opcode::CheckInt, &[stop]);
        self.pop_slot()?;
        self.frame_mut().stack.push(Slot::Range { next, stop, step: Step::Known(1) });
        Ok(())
    }

    pub(super) fn for_iterator(&mut self, instruction: &Instruction) -> Outcome {
        let done = instruction.target().ok_or("a loop without an end")?;
        match self.peek_slot(1)? {
            Slot::Range { next, stop, step } => self.next_of_range(next, stop, step, done),
            Slot::Sequence { object, index, is_tuple, start } => {
                self.next_of_sequence(object, index, is_tuple, start, done)
            }
            slot => {
                if !self.was_executed(instruction.pc)
                    && instruction.special == Bytecodes::ForIter
                    && !self.is_general()
                {
                    self.never_executed();
                    return Ok(());
                }
                let value = self.slot_value(slot)?;
                if self.next_of_object(instruction, value, done)? {
                    return Ok(());
                }
                self.next_of_any(instruction, value, done)
            }
        }
    }

    fn next_of_range(&mut self, next: Value, stop: Value, step: Step, done: u32) -> Outcome {
        let condition = match step {
            Step::Known(step) if step < 0 => Condition::Greater,
            _ => Condition::Less,
        };
        let more = self.emit(Opcode::IntCompare, &[next, stop], [condition as i64, 0]);
        let (body, end) = (self.hir.add_block(), self.hir.add_block());
        self.branch(more, body, end);
        let saved = (self.frame().locals.clone(), self.frame().stack.clone());
        self.start(end);
        self.goto(done)?;
        (self.frame_mut().locals, self.frame_mut().stack) = saved;
        self.start(body);
        let step_value = match step {
            Step::Known(step) => self.int(step),
            Step::Positive(step) => step,
        };
        let after = self.op(Opcode::IntAddFast, &[next, step_value]);
        let item = self.op(Opcode::BoxInt, &[next]);
        self.pop_slot()?;
        self.frame_mut().stack.push(Slot::Range { next: after, stop, step });
        self.push(item);
        Ok(())
    }

    fn next_of_sequence(
        &mut self,
        object: Value,
        index: Value,
        is_tuple: bool,
        start: Option<i64>,
        done: u32,
    ) -> Outcome {
        let length = if is_tuple { self.tuple_length(object) } else { self.list_length(object) };
        let more = self.emit(Opcode::IntCompare, &[index, length], [Condition::Less as i64, 0]);
        let (body, end) = (self.hir.add_block(), self.hir.add_block());
        self.branch(more, body, end);
        let saved = (self.frame().locals.clone(), self.frame().stack.clone());
        self.start(end);
        self.goto(done)?;
        (self.frame_mut().locals, self.frame_mut().stack) = saved;
        self.start(body);
        let item = if is_tuple { self.tuple_item(object, index) } else { self.list_item(object, index) };
        let item = match start {
            Some(start) => {
                let start = self.int(start);
                let number = self.op(Opcode::IntAddFast, &[index, start]);
                let number = self.op(Opcode::BoxInt, &[number]);
                let pair = self.op(Opcode::NewTuple, &[number, item]);
                self.set_type(pair, Type::of(Kinds::TUPLE))
            }
            None => item,
        };
        let one = self.int(1);
        let after = self.op(Opcode::IntAddFast, &[index, one]);
        self.pop_slot()?;
        self.frame_mut().stack.push(Slot::Sequence { object, index: after, is_tuple, start });
        self.push(item);
        Ok(())
    }

    fn next_of_any(&mut self, instruction: &Instruction, iterator: Value, done: u32) -> Outcome {
        let depth = self.frame().stack.len();
        self.frame_mut().stack[depth - 1] = Slot::Value(iterator);
        let item = self.operation(instruction, 1, true)?;
        let exhausted = self.emit(Opcode::IsConstant, &[item], [DEOPTED as i64, 0]);
        let (body, end) = (self.hir.add_block(), self.hir.add_block());
        self.branch(exhausted, end, body);
        let saved = (self.frame().locals.clone(), self.frame().stack.clone());
        self.start(end);
        self.check_valid(done);
        self.goto(done)?;
        (self.frame_mut().locals, self.frame_mut().stack) = saved;
        self.start(body);
        self.push(item);
        self.check_valid(instruction.next);
        Ok(())
    }

    /// On entry from a running frame: takes apart the iterator on top of the stack if nobody else can have it.
    pub(super) fn open_iterator(&mut self, target: &Target) -> Outcome {
        let Some(&iterator) = target.stack.last() else { return Ok(()) };
        let bytecode = self.frame().bytecode.clone();
        let Some(&header) = bytecode.at.get(&target.start) else { return Ok(()) };
        let made_here = header > 0
            && bytecode.instructions[header].opcode == Bytecodes::ForIter
            && bytecode.instructions[header - 1].opcode == Bytecodes::GetIter;
        if !made_here {
            return Ok(());
        }
        let iterable = self.only_shape(bytecode.instructions[header - 1].pc);
        let slot = self.peek_slot(1)?;
        let value = self.slot_value(slot)?;
        let opened = match iterator.kind() {
            Some(ObjectKind::RangeIterator) if iterable == Some(types().range.root_shape) => {
                self.open_range_iterator(iterator, value)
            }
            Some(ObjectKind::ListIterator) if iterable == Some(types().list.root_shape) => {
                Some(self.open_sequence_iterator(value, false))
            }
            Some(ObjectKind::TupleIterator) if iterable == Some(types().tuple.root_shape) => {
                Some(self.open_sequence_iterator(value, true))
            }
            _ => None,
        };
        if let Some(slot) = opened {
            let depth = self.frame().stack.len();
            self.frame_mut().stack[depth - 1] = slot;
        }
        Ok(())
    }

    fn open_range_iterator(&mut self, iterator: Word, value: Value) -> Option<Slot> {
        let step = iterator.downcast::<RangeIterator>()?.step;
        if step.unsigned_abs() > 1 << 32 || step == 0 {
            return None;
        }
        let object = self.guard_shape(value, types().range_iterator.root_shape);
        let next =
            self.emit(Opcode::LoadIteratorWord, &[object], [offset_of!(RangeIterator, next) as i64, 0]);
        let found =
            self.emit(Opcode::LoadIteratorWord, &[object], [offset_of!(RangeIterator, step) as i64, 0]);
        let step_value = self.int(step);
        let same = self.emit(Opcode::IntCompare, &[found, step_value], [Condition::Equal as i64, 0]);
        self.op(Opcode::GuardTrue, &[same]);
        let remaining =
            self.emit(Opcode::LoadIteratorWord, &[object], [offset_of!(RangeIterator, remaining) as i64, 0]);
        let distance = self.op(Opcode::IntMul, &[remaining, step_value]);
        let stop = self.op(Opcode::IntAdd, &[next, distance]);
        Some(Slot::Range { next, stop, step: Step::Known(step) })
    }

    fn open_sequence_iterator(&mut self, value: Value, is_tuple: bool) -> Slot {
        use taipan_runtime::object::iterator::{ListIterator, TupleIterator};
        let (shape, sequence, index) = match is_tuple {
            true => {
                (types().tuple_iterator, offset_of!(TupleIterator, tuple), offset_of!(TupleIterator, index))
            }
            false => (types().list_iterator, offset_of!(ListIterator, list), offset_of!(ListIterator, index)),
        };
        let iterator = self.guard_shape(value, shape.root_shape);
        let object = self.emit(Opcode::LoadIteratorValue, &[iterator], [sequence as i64, 0]);
        let object = if is_tuple { self.guard_tuple(object) } else { self.guard_list(object) };
        let index = self.emit(Opcode::LoadIteratorWord, &[iterator], [index as i64, 0]);
        self.set_type(index, Type::int(0, 1 << 47));
        Slot::Sequence { object, index, is_tuple, start: None }
    }
}
