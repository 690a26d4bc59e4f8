//! Floats: boxing, unboxing and arithmetic.
//!
//! A float's word is `rotate_left(bits + 2^60, 3)` if that ends in binary 10; all other floats are objects. The test
//! of the two bits is the fast path; objects are handled in cold blocks.

use super::Lowering;
use crate::hir::{Condition, Kinds, Opcode, Value};
use crate::layout::Helper;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F64, I32, I64};
use cranelift_codegen::ir::{self, AbiParam, BlockArg, InstBuilder, MemFlagsData, Signature};

/// The machine condition for floats: all but "not equal" are false for NaN.
pub(super) fn float_condition(number: i64) -> FloatCC {
    match Condition::from_number(number).unwrap_or(Condition::Equal) {
        Condition::Equal => FloatCC::Equal,
        Condition::NotEqual => FloatCC::NotEqual,
        Condition::Less => FloatCC::LessThan,
        Condition::LessEqual => FloatCC::LessThanOrEqual,
        Condition::Greater => FloatCC::GreaterThan,
        Condition::GreaterEqual => FloatCC::GreaterThanOrEqual,
    }
}

impl Lowering<'_> {
    /// Lowers an instruction whose result is a float; `None` if it is of another file.
    pub(super) fn floats(&mut self, value: Value) -> Option<()> {
        let instruction = self.function.get(value);
        let opcode = instruction.opcode;
        let immediate = instruction.immediates[0];
        let operands: Vec<ir::Value> =
            instruction.operands.clone().iter().map(|operand| self.value(*operand)).collect();
        let result = match opcode {
            Opcode::FloatConstant => self.builder.ins().f64const(f64::from_bits(immediate as u64)),
            Opcode::CheckFloat | Opcode::UnboxFloat | Opcode::CheckNumber => {
                self.unbox_float(value, operands[0])
            }
            Opcode::IntToFloat => self.builder.ins().fcvt_from_sint(F64, operands[0]),
            Opcode::FloatAdd => self.builder.ins().fadd(operands[0], operands[1]),
            Opcode::FloatSub => self.builder.ins().fsub(operands[0], operands[1]),
            Opcode::FloatMul => self.builder.ins().fmul(operands[0], operands[1]),
            Opcode::FloatDiv => {
                let divisor = self.function.float_constant(self.function.get(value).operands[1]);
                if divisor.is_none_or(|number| number == 0.0) {
                    let zero = self.builder.ins().f64const(0.0);
                    let bad = self.builder.ins().fcmp(FloatCC::Equal, operands[1], zero);
                    self.guard_not(bad, value);
                }
                self.builder.ins().fdiv(operands[0], operands[1])
            }
            Opcode::FloatNeg => self.builder.ins().fneg(operands[0]),
            Opcode::FloatAbs => self.builder.ins().fabs(operands[0]),
            Opcode::FloatSqrt => {
                let zero = self.builder.ins().f64const(0.0);
                let fine = self.builder.ins().fcmp(FloatCC::GreaterThanOrEqual, operands[0], zero);
                self.guard(fine, value);
                self.builder.ins().sqrt(operands[0])
            }
            Opcode::FloatPower => {
                let power = self.float_call(self.helper(Helper::Power), &operands);
                let magnitude = self.builder.ins().fabs(power);
                let infinity = self.builder.ins().f64const(f64::INFINITY);
                let finite = self.builder.ins().fcmp(FloatCC::LessThan, magnitude, infinity);
                self.guard(finite, value);
                power
            }
            Opcode::FloatCall1 | Opcode::FloatCall2 => self.float_call(immediate, &operands),
            _ => return None,
        };
        self.define(value, result)
    }

    fn float_call(&mut self, address: i64, operands: &[ir::Value]) -> ir::Value {
        let mut signature = Signature::new(self.convention);
        signature.params.extend(operands.iter().map(|_| AbiParam::new(F64)));
        signature.returns.push(AbiParam::new(F64));
        let signature = self.builder.import_signature(signature);
        let address = self.constant(address);
        let call = self.builder.ins().call_indirect(signature, address, operands);
        self.builder.inst_results(call)[0]
    }

    /// The number in a word that is a float (checked, unless the opcode is `UnboxFloat`).
    fn unbox_float(&mut self, value: Value, word: ir::Value) -> ir::Value {
        let layout = self.context.layout;
        let opcode = self.function.opcode(value);
        let tag = self.and(word, 3);
        let immediate = self.compare(IntCC::Equal, tag, 2);
        let (fast, done, slow) = (self.fresh_block(), self.fresh_block(), self.cold_block());
        let result = self.builder.append_block_param(done, F64);
        self.builder.ins().brif(immediate, fast, &[], slow, &[]);
        self.builder.switch_to_block(slow);
        if opcode == Opcode::CheckNumber {
            let (int, other) = (self.cold_block(), self.cold_block());
            let is_int = self.and(word, 1);
            self.builder.ins().brif(is_int, int, &[], other, &[]);
            self.builder.switch_to_block(int);
            let number = self.shift_right(word, 1);
            let number = self.builder.ins().fcvt_from_sint(F64, number);
            self.builder.ins().jump(done, &[BlockArg::Value(number)]);
            self.builder.switch_to_block(other);
        }
        if opcode != Opcode::UnboxFloat {
            let low = self.and(word, 7);
            let is_pointer = self.compare(IntCC::Equal, low, 0);
            self.guard(is_pointer, value);
            if self.function.get(self.function.get(value).operands[0]).ty.kinds.meets(Kinds::ABSENT) {
                self.guard(word, value);
            }
            let shape = self.load(I32, word, layout.header_shape);
            let is_float = self.compare(IntCC::Equal, shape, i64::from(layout.float_shape));
            self.guard(is_float, value);
        }
        let number = self.load(F64, word, layout.float_value);
        self.builder.ins().jump(done, &[BlockArg::Value(number)]);
        self.builder.switch_to_block(fast);
        let three = self.constant(3);
        let rotated = self.builder.ins().rotr(word, three);
        let bias = self.constant(-(1 << 60));
        let bits = self.builder.ins().iadd(rotated, bias);
        let number = self.builder.ins().bitcast(F64, MemFlagsData::new(), bits);
        self.builder.ins().jump(done, &[BlockArg::Value(number)]);
        self.builder.switch_to_block(done);
        result
    }

    /// The word of a float.
    pub(super) fn box_float(&mut self, number: ir::Value) -> ir::Value {
        let bits = self.builder.ins().bitcast(I64, MemFlagsData::new(), number);
        let bias = self.constant(1 << 60);
        let moved = self.builder.ins().iadd(bits, bias);
        let three = self.constant(3);
        let word = self.builder.ins().rotl(moved, three);
        let tag = self.and(word, 3);
        let immediate = self.compare(IntCC::Equal, tag, 2);
        let (done, slow) = (self.fresh_block(), self.cold_block());
        let result = self.builder.append_block_param(done, I64);
        self.builder.ins().brif(immediate, done, &[BlockArg::Value(word)], slow, &[]);
        self.builder.switch_to_block(slow);
        let mut signature = Signature::new(self.convention);
        signature.params.push(AbiParam::new(F64));
        signature.returns.push(AbiParam::new(I64));
        let signature = self.builder.import_signature(signature);
        let helper = self.constant(self.helper(Helper::BoxFloat));
        let call = self.builder.ins().call_indirect(signature, helper, &[number]);
        let boxed = self.builder.inst_results(call)[0];
        self.builder.ins().jump(done, &[BlockArg::Value(boxed)]);
        self.builder.switch_to_block(done);
        result
    }
}
