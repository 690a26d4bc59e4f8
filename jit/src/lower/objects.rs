//! Guards, boxes, and access to the fields of objects.

use super::Lowering;
use super::floats::float_condition;
use super::ints::int_condition;
use crate::exit_reason::ExitReason;
use crate::hir::{Kinds, Opcode, Value};
use crate::layout::{FALSE, Helper, TRUE};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I8, I32, I64};
use cranelift_codegen::ir::{self, BlockArg, InstBuilder};
use std::mem::offset_of;
use taipan_runtime::object::dict::Dict;

impl Lowering<'_> {
    /// Lowers an instruction on objects or booleans; `None` if it has no result or is of another file.
    pub(super) fn objects(&mut self, value: Value) -> Option<ir::Value> {
        let instruction = self.function.get(value);
        let immediates = instruction.immediates;
        let opcode = instruction.opcode;
        let operands = instruction.operands.clone();
        let operand = |lowering: &mut Self, index: usize| lowering.value(operands[index]);
        Some(match opcode {
            Opcode::LoadLocal => self.load(I64, self.fp, 8 * immediates[0] as i32),
            Opcode::GuardShape | Opcode::GuardLayout => {
                let word = operand(self, 0);
                self.guard_object(value, word);
                word
            }
            Opcode::LoadPackedInt | Opcode::LoadPackedFloat => self.load_packed(value),
            Opcode::NarrowShape => operand(self, 0),
            Opcode::GuardConstant => {
                let word = operand(self, 0);
                let same = self.compare(IntCC::Equal, word, immediates[0]);
                self.guard(same, value);
                word
            }
            Opcode::GuardBool => {
                let word = operand(self, 0);
                let masked = self.and(word, !8);
                let is_bool = self.compare(IntCC::Equal, masked, FALSE as i64);
                self.guard(is_bool, value);
                word
            }
            Opcode::GuardPresent => {
                let word = operand(self, 0);
                self.guard(word, value);
                word
            }
            Opcode::BoxInt => {
                let number = operand(self, 0);
                let doubled = self.builder.ins().iadd(number, number);
                let one = self.constant(1);
                self.builder.ins().bor(doubled, one)
            }
            Opcode::BoxFloat => {
                let number = operand(self, 0);
                self.box_float(number)
            }
            Opcode::BoxBool => {
                let truth = operand(self, 0);
                let wide = self.builder.ins().uextend(I64, truth);
                let three = self.constant(3);
                let shifted = self.builder.ins().ishl(wide, three);
                let base = self.constant(FALSE as i64);
                self.builder.ins().bor(shifted, base)
            }
            Opcode::UnboxBool => {
                let word = operand(self, 0);
                self.compare(IntCC::Equal, word, TRUE as i64)
            }
            Opcode::IntCompare => {
                let (left, right) = (operand(self, 0), operand(self, 1));
                self.builder.ins().icmp(int_condition(immediates[0]), left, right)
            }
            Opcode::FloatCompare => {
                let (left, right) = (operand(self, 0), operand(self, 1));
                self.builder.ins().fcmp(float_condition(immediates[0]), left, right)
            }
            Opcode::BoolNot => {
                let truth = operand(self, 0);
                self.compare(IntCC::Equal, truth, 0)
            }
            Opcode::Is => {
                let (left, right) = (operand(self, 0), operand(self, 1));
                self.builder.ins().icmp(IntCC::Equal, left, right)
            }
            Opcode::IsConstant => {
                let word = operand(self, 0);
                self.compare(IntCC::Equal, word, immediates[0])
            }
            Opcode::Raised => {
                let word = operand(self, 0);
                self.compare(IntCC::Equal, word, 0)
            }
            Opcode::TestInt => {
                let word = operand(self, 0);
                let bit = self.and(word, 1);
                self.builder.ins().ireduce(I8, bit)
            }
            Opcode::TestFloat => {
                let word = operand(self, 0);
                let tag = self.and(word, 3);
                let immediate = self.compare(IntCC::Equal, tag, 2);
                self.or_else_shape(immediate, word, i64::from(self.context.layout.float_shape))
            }
            Opcode::HasShape => {
                let word = operand(self, 0);
                let no = self.builder.ins().iconst(I8, 0);
                self.or_else_shape(no, word, immediates[0])
            }
            Opcode::LoadSlot
            | Opcode::LoadImmutable
            | Opcode::LoadPointer
            | Opcode::LoadCell
            | Opcode::LoadIteratorValue => {
                let object = operand(self, 0);
                self.load(I64, object, immediates[0] as i32)
            }
            Opcode::LoadGlobal => {
                let namespace = operand(self, 0);
                let version = self.load(I32, namespace, offset_of!(Dict, keys_version) as i32);
                let same = self.compare(IntCC::Equal, version, immediates[1]);
                self.guard(same, value);
                let table = self.load(I64, namespace, offset_of!(Dict, table) as i32);
                self.load(I64, table, immediates[0] as i32)
            }
            Opcode::LoadItem | Opcode::LoadElement => {
                let (base, index) = (operand(self, 0), operand(self, 1));
                let address = self.element(base, index);
                self.load(I64, address, immediates[0] as i32)
            }
            _ => return self.effects(value),
        })
    }

    /// Instructions without a result.
    fn effects(&mut self, value: Value) -> Option<ir::Value> {
        let instruction = self.function.get(value);
        let immediates = instruction.immediates;
        let opcode = instruction.opcode;
        let operands = instruction.operands.clone();
        match opcode {
            Opcode::GuardTrue => {
                let truth = self.value(operands[0]);
                self.guard(truth, value);
            }
            Opcode::GuardFalse => {
                let truth = self.value(operands[0]);
                self.guard_not(truth, value);
            }
            Opcode::GuardValid => {
                let address = self.constant(self.context.invalid_flag as i64);
                let invalid = self.load(I8, address, 0);
                self.guard_not(invalid, value);
                if let Some(seen) = self.seen_frames.take() {
                    self.guard_not_because(seen, value, ExitReason::FrameSeen);
                }
            }
            Opcode::StoreLocal => {
                let word = self.value(operands[0]);
                self.store(word, self.fp, 8 * immediates[0] as i32);
                self.memory.forget(immediates[0] as u32);
            }
            Opcode::StoreSlot | Opcode::StoreCell => {
                let (object, word) = (self.value(operands[0]), self.value(operands[1]));
                self.store(word, object, immediates[0] as i32);
                self.write_barrier(object, operands[1]);
            }
            Opcode::StoreShape => {
                let object = self.value(operands[0]);
                let shape = self.builder.ins().iconst(I32, immediates[0]);
                self.store(shape, object, self.context.layout.header_shape);
            }
            Opcode::StoreIteratorWord => {
                let (object, number) = (self.value(operands[0]), self.value(operands[1]));
                self.store(number, object, immediates[0] as i32);
            }
            Opcode::StoreItem => {
                let (buffer, index) = (self.value(operands[1]), self.value(operands[2]));
                let word = self.value(operands[3]);
                let address = self.element(buffer, index);
                self.store(word, address, immediates[0] as i32);
                self.write_barrier(buffer, operands[3]);
            }
            Opcode::StorePackedInt | Opcode::StorePackedFloat => self.store_packed(value),
            Opcode::CountExit => {
                let address = self.constant(immediates[0]);
                let count = self.load(I64, address, 0);
                let one = self.constant(1);
                let more = self.builder.ins().iadd(count, one);
                self.store(more, address, 0);
            }
            _ => return self.calls(value),
        }
        None
    }

    fn element(&mut self, base: ir::Value, index: ir::Value) -> ir::Value {
        let three = self.constant(3);
        let offset = self.builder.ins().ishl(index, three);
        self.builder.ins().iadd(base, offset)
    }

    /// Leaves unless a word is a pointer to an object with the shape or layout that the guard wants.
    fn guard_object(&mut self, value: Value, word: ir::Value) {
        let instruction = self.function.get(value);
        let layout = self.context.layout;
        let kinds = self.function.get(instruction.operands[0]).ty.kinds;
        let words = Kinds::INT | Kinds::BOOL | Kinds::FLOAT | Kinds::NONE | Kinds::CONSTANT;
        if kinds.meets(words) {
            let tag = self.and(word, 7);
            self.guard_not(tag, value);
        }
        if kinds.meets(Kinds::ABSENT) {
            self.guard(word, value);
        }
        let found = match instruction.opcode {
            Opcode::GuardShape => self.load(I32, word, layout.header_shape),
            _ => self.load(I8, word, layout.header_layout),
        };
        let same = self.compare(IntCC::Equal, found, instruction.immediates[0]);
        self.guard(same, value);
    }

    /// `first`, or whether the word is a pointer to an object of a shape.
    fn or_else_shape(&mut self, first: ir::Value, word: ir::Value, shape: i64) -> ir::Value {
        let (look, read, done) = (self.fresh_block(), self.fresh_block(), self.fresh_block());
        let result = self.builder.append_block_param(done, I8);
        self.builder.ins().brif(first, done, &[BlockArg::Value(first)], look, &[]);
        self.builder.switch_to_block(look);
        let no = self.builder.ins().iconst(I8, 0);
        // Small words are constants and NULL; ints and floats have a low bit set.
        let tag = self.and(word, 7);
        let in_word = self.compare(IntCC::NotEqual, tag, 0);
        let null = self.compare(IntCC::Equal, word, 0);
        let not_object = self.builder.ins().bor(in_word, null);
        self.builder.ins().brif(not_object, done, &[BlockArg::Value(no)], read, &[]);
        self.builder.switch_to_block(read);
        let found = self.load(I32, word, self.context.layout.header_shape);
        let same = self.compare(IntCC::Equal, found, shape);
        self.builder.ins().jump(done, &[BlockArg::Value(same)]);
        self.builder.switch_to_block(done);
        result
    }

    /// Tells the collector about a pointer stored into an object that it may have finished with.
    pub(super) fn write_barrier(&mut self, object: ir::Value, stored: Value) {
        if self.function.get(stored).ty.is(Kinds::IMMEDIATE) {
            return;
        }
        self.note_written(object);
    }

    /// The barrier of an object that anything may have been stored into.
    pub(super) fn note_written(&mut self, object: ir::Value) {
        let layout = self.context.layout;
        let byte = self.load(I8, object, layout.header_collector);
        let mask = self.builder.ins().iconst(I8, layout.barrier_mask);
        let needed = self.builder.ins().band(byte, mask);
        let (slow, done) = (self.cold_block(), self.fresh_block());
        self.builder.ins().brif(needed, slow, &[], done, &[]);
        self.builder.switch_to_block(slow);
        let signature = self.internal_signature(&[I64], false);
        let helper = self.constant(self.helper(Helper::WriteBarrier));
        self.builder.ins().call_indirect(signature, helper, &[object]);
        self.builder.ins().jump(done, &[]);
        self.builder.switch_to_block(done);
    }
}
