//! Loops over iterators that are objects: where they are kept is read and written in place.

use super::bytecode::Instruction;
use super::{Builder, Outcome};
use crate::hir::{Condition, Opcode, Type, Value};
use std::mem::offset_of;
use taipan_runtime::object::iterator::{ListIterator, RangeIterator, TupleIterator};
use taipan_runtime::types;

impl Builder<'_> {
    /// The next item of an iterator object, if it always was of a kind that is known here. Tells whether it was.
    pub(super) fn next_of_object(
        &mut self,
        instruction: &Instruction,
        iterator: Value,
        done: u32,
    ) -> Outcome<bool> {
        let shape = self.only_shape(instruction.pc);
        if self.is_general() {
            return Ok(false);
        }
        if shape == Some(types().range_iterator.root_shape) {
            self.next_of_range_object(iterator, done)?;
        } else if shape == Some(types().list_iterator.root_shape) {
            self.next_of_sequence_object(instruction, iterator, done, false)?;
        } else if shape == Some(types().tuple_iterator.root_shape) {
            self.next_of_sequence_object(instruction, iterator, done, true)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn next_of_range_object(&mut self, iterator: Value, done: u32) -> Outcome {
        let object = self.guard_shape(iterator, types().range_iterator.root_shape);
        let field = |builder: &mut Self, offset: usize| {
            builder.emit(Opcode::LoadIteratorWord, &[object], [offset as i64, 0])
        };
        let remaining = field(self, offset_of!(RangeIterator, remaining));
        let zero = self.int(0);
        let more = self.emit(Opcode::IntCompare, &[remaining, zero], [Condition::Greater as i64, 0]);
        self.branch_to_end(more, done)?;
        let next = field(self, offset_of!(RangeIterator, next));
        let step = field(self, offset_of!(RangeIterator, step));
        let after = self.op(Opcode::IntAddFast, &[next, step]);
        let one = self.int(1);
        let less = self.op(Opcode::IntSubFast, &[remaining, one]);
        for (value, offset) in
            [(after, offset_of!(RangeIterator, next)), (less, offset_of!(RangeIterator, remaining))]
        {
            self.emit(Opcode::StoreIteratorWord, &[object, value], [offset as i64, 0]);
        }
        let item = self.op(Opcode::BoxInt, &[next]);
        self.push(item);
        Ok(())
    }

    fn next_of_sequence_object(
        &mut self,
        instruction: &Instruction,
        iterator: Value,
        done: u32,
        is_tuple: bool,
    ) -> Outcome {
        let (class, sequence, index) = match is_tuple {
            true => {
                (types().tuple_iterator, offset_of!(TupleIterator, tuple), offset_of!(TupleIterator, index))
            }
            false => (types().list_iterator, offset_of!(ListIterator, list), offset_of!(ListIterator, index)),
        };
        let object = self.guard_shape(iterator, class.root_shape);
        // A finished iterator has none.
        let items = self.emit(Opcode::LoadIteratorValue, &[object], [sequence as i64, 0]);
        let items = self.op(Opcode::GuardPresent, &[items]);
        let items = if is_tuple { self.guard_tuple(items) } else { self.guard_list(items) };
        let at = self.emit(Opcode::LoadIteratorWord, &[object], [index as i64, 0]);
        self.set_type(at, Type::int(0, 1 << 47));
        let length = if is_tuple { self.tuple_length(items) } else { self.list_length(items) };
        let more = self.emit(Opcode::IntCompare, &[at, length], [Condition::Less as i64, 0]);
        let (body, end) = (self.hir.add_block(), self.hir.add_block());
        self.branch(more, body, end);
        let saved = (self.frame().locals.clone(), self.frame().stack.clone());
        self.start(end);
        // Marks the iterator as finished.
        self.operation(instruction, 1, true)?;
        self.check_valid(done);
        self.goto(done)?;
        (self.frame_mut().locals, self.frame_mut().stack) = saved;
        self.start(body);
        let item = if is_tuple { self.tuple_item(items, at) } else { self.list_item(items, at) };
        let one = self.int(1);
        let after = self.op(Opcode::IntAddFast, &[at, one]);
        self.emit(Opcode::StoreIteratorWord, &[object, after], [index as i64, 0]);
        self.push(item);
        Ok(())
    }

    /// Goes on if there is more, and to the end of the loop otherwise.
    fn branch_to_end(&mut self, more: Value, done: u32) -> Outcome {
        let (body, end) = (self.hir.add_block(), self.hir.add_block());
        self.branch(more, body, end);
        let saved = (self.frame().locals.clone(), self.frame().stack.clone());
        self.start(end);
        self.goto(done)?;
        (self.frame_mut().locals, self.frame_mut().stack) = saved;
        self.start(body);
        Ok(())
    }
}
