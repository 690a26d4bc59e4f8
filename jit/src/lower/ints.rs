//! Ints: untagged 63-bit numbers in 64-bit registers.
//!
//! A sum or difference of two such numbers can't overflow 64 bits, so one addition and a sign test tell whether it is still
//! within 63 bits. For a product one factor is doubled first: the doubled product overflows 64 bits exactly if the
//! product overflows 63.

use super::Lowering;
use crate::hir::{Condition, Opcode, Value};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{self, InstBuilder};

/// The machine condition for ints.
pub(super) fn int_condition(number: i64) -> IntCC {
    match Condition::from_number(number).unwrap_or(Condition::Equal) {
        Condition::Equal => IntCC::Equal,
        Condition::NotEqual => IntCC::NotEqual,
        Condition::Less => IntCC::SignedLessThan,
        Condition::LessEqual => IntCC::SignedLessThanOrEqual,
        Condition::Greater => IntCC::SignedGreaterThan,
        Condition::GreaterEqual => IntCC::SignedGreaterThanOrEqual,
    }
}

impl Lowering<'_> {
    /// Lowers an instruction whose result is an int; `None` if it is of another file.
    pub(super) fn ints(&mut self, value: Value) -> Option<()> {
        let instruction = self.function.get(value);
        let opcode = instruction.opcode;
        let operand =
            |lowering: &mut Self, index: usize| lowering.value(lowering.function.get(value).operands[index]);
        let result = match opcode {
            Opcode::CheckInt => {
                let word = operand(self, 0);
                let tag = self.and(word, 1);
                self.guard(tag, value);
                self.shift_right(word, 1)
            }
            Opcode::UnboxInt => {
                let word = operand(self, 0);
                self.shift_right(word, 1)
            }
            Opcode::BoolToInt => {
                let truth = operand(self, 0);
                self.builder.ins().uextend(I64, truth)
            }
            Opcode::IntInvert => {
                let number = operand(self, 0);
                self.builder.ins().bnot(number)
            }
            Opcode::IntNeg => {
                let number = operand(self, 0);
                let negated = self.builder.ins().ineg(number);
                self.check_fits(negated, value)
            }
            Opcode::FloatTruncate => {
                let number = operand(self, 0);
                self.truncate(number, value)
            }
            Opcode::LoadLength | Opcode::LoadImmutableLength => {
                let object = operand(self, 0);
                let immediate = self.function.get(value).immediates[0];
                match immediate >> 32 {
                    4 => self.builder.ins().uload32(ir::MemFlagsData::trusted(), object, immediate as i32),
                    _ => self.load(I64, object, immediate as i32),
                }
            }
            Opcode::LoadIteratorWord => {
                let object = operand(self, 0);
                let offset = self.function.get(value).immediates[0] as i32;
                self.load(I64, object, offset)
            }
            _ if self.function.get(value).operands.len() == 2 => {
                let (left, right) = (operand(self, 0), operand(self, 1));
                self.binary_int(value, opcode, left, right)?
            }
            _ => return None,
        };
        self.define(value, result)
    }

    fn binary_int(
        &mut self,
        value: Value,
        opcode: Opcode,
        left: ir::Value,
        right: ir::Value,
    ) -> Option<ir::Value> {
        Some(match opcode {
            Opcode::IntAdd => {
                let sum = self.builder.ins().iadd(left, right);
                self.check_fits(sum, value)
            }
            Opcode::IntSub => {
                let difference = self.builder.ins().isub(left, right);
                self.check_fits(difference, value)
            }
            Opcode::IntMul => {
                let doubled = self.builder.ins().iadd(left, left);
                let (product, overflow) = self.builder.ins().smul_overflow(doubled, right);
                self.guard_not(overflow, value);
                self.shift_right(product, 1)
            }
            Opcode::IntAddFast => self.builder.ins().iadd(left, right),
            Opcode::IntSubFast => self.builder.ins().isub(left, right),
            Opcode::IntMulFast => self.builder.ins().imul(left, right),
            Opcode::IntShlFast => self.builder.ins().ishl(left, right),
            Opcode::IntShrFast => self.builder.ins().sshr(left, right),
            Opcode::IntAnd => self.builder.ins().band(left, right),
            Opcode::IntOr => self.builder.ins().bor(left, right),
            Opcode::IntXor => self.builder.ins().bxor(left, right),
            Opcode::IntMin | Opcode::IntMax => {
                let condition =
                    if opcode == Opcode::IntMin { IntCC::SignedLessThan } else { IntCC::SignedGreaterThan };
                let first = self.builder.ins().icmp(condition, left, right);
                self.builder.ins().select(first, left, right)
            }
            Opcode::IntShl => self.shift_left(value, left, right),
            Opcode::IntShr => {
                let negative = self.compare(IntCC::SignedLessThan, right, 0);
                self.guard_not(negative, value);
                let most = self.constant(63);
                let large = self.builder.ins().icmp(IntCC::SignedGreaterThan, right, most);
                let count = self.builder.ins().select(large, most, right);
                self.builder.ins().sshr(left, count)
            }
            Opcode::IntFloorDiv | Opcode::IntMod => self.divide(value, opcode, left, right),
            Opcode::IntDivFast | Opcode::IntModFast => self.divide_fast(value, opcode, left, right),
            Opcode::CheckIndex => {
                let sum = self.builder.ins().iadd(left, right);
                let negative = self.compare(IntCC::SignedLessThan, left, 0);
                let index = self.builder.ins().select(negative, sum, left);
                let fits = self.builder.ins().icmp(IntCC::UnsignedLessThan, index, right);
                self.guard(fits, value);
                index
            }
            Opcode::CheckBounds => {
                let fits = self.builder.ins().icmp(IntCC::UnsignedLessThan, left, right);
                self.guard(fits, value);
                left
            }
            _ => return None,
        })
    }

    /// Leaves if a number doesn't fit 63 bits.
    fn check_fits(&mut self, number: ir::Value, value: Value) -> ir::Value {
        let half = self.constant(1 << 62);
        let moved = self.builder.ins().iadd(number, half);
        let overflow = self.compare(IntCC::SignedLessThan, moved, 0);
        self.guard_not(overflow, value);
        number
    }

    fn shift_left(&mut self, value: Value, left: ir::Value, right: ir::Value) -> ir::Value {
        let in_range = self.compare(IntCC::UnsignedLessThan, right, 63);
        self.guard(in_range, value);
        let shifted = self.builder.ins().ishl(left, right);
        let back = self.builder.ins().sshr(shifted, right);
        let same = self.builder.ins().icmp(IntCC::Equal, back, left);
        self.guard(same, value);
        self.check_fits(shifted, value)
    }

    /// Python's division rounds down; the machine's towards zero.
    fn divide(&mut self, value: Value, opcode: Opcode, left: ir::Value, right: ir::Value) -> ir::Value {
        self.guard(right, value);
        let quotient = self.builder.ins().sdiv(left, right);
        let product = self.builder.ins().imul(quotient, right);
        let remainder = self.builder.ins().isub(left, product);
        let signs = self.builder.ins().bxor(remainder, right);
        let differ = self.compare(IntCC::SignedLessThan, signs, 0);
        let inexact = self.compare(IntCC::NotEqual, remainder, 0);
        let adjust = self.builder.ins().band(differ, inexact);
        if opcode == Opcode::IntMod {
            let adjusted = self.builder.ins().iadd(remainder, right);
            return self.builder.ins().select(adjust, adjusted, remainder);
        }
        let adjust = self.builder.ins().uextend(I64, adjust);
        let floor = self.builder.ins().isub(quotient, adjust);
        self.check_fits(floor, value)
    }

    /// Division by a positive constant, or of operands that aren't negative.
    fn divide_fast(&mut self, value: Value, opcode: Opcode, left: ir::Value, right: ir::Value) -> ir::Value {
        let instruction = self.function.get(value);
        let not_negative = self.function.get(instruction.operands[0]).ty.low >= 0;
        let Some(divisor) = self.function.int_constant(instruction.operands[1]) else {
            return match opcode {
                Opcode::IntDivFast => self.builder.ins().udiv(left, right),
                _ => self.builder.ins().urem(left, right),
            };
        };
        if divisor & (divisor - 1) == 0 {
            return match opcode {
                Opcode::IntDivFast => self.shift_right(left, i64::from(divisor.trailing_zeros())),
                _ => self.and(left, divisor - 1),
            };
        }
        let quotient = self.divide_by_constant(left, divisor, not_negative);
        if opcode == Opcode::IntDivFast {
            return quotient;
        }
        let product = self.builder.ins().imul(quotient, right);
        self.builder.ins().isub(left, product)
    }

    /// Floor division by a constant that is no power of two: with `sign` = 0 or -1, x // d is
    /// ((x ^ sign) / d) ^ sign of numbers below 2^62, and that is the high half of a product with 2^(64 + s) / d
    /// rounded up, shifted by s = floor(log2 d): the error is less than d / 2^(64 + s) per unit of x, in sum less than 1 / d.
    fn divide_by_constant(&mut self, left: ir::Value, divisor: i64, not_negative: bool) -> ir::Value {
        let shift = 63 - divisor.leading_zeros();
        let magic = ((1u128 << (64 + shift)) / divisor as u128 + 1) as u64;
        let magic = self.constant(magic as i64);
        let count = self.constant(i64::from(shift));
        if not_negative {
            let high = self.builder.ins().umulhi(left, magic);
            return self.builder.ins().ushr(high, count);
        }
        let sign = self.shift_right(left, 63);
        let magnitude = self.builder.ins().bxor(left, sign);
        let high = self.builder.ins().umulhi(magnitude, magic);
        let quotient = self.builder.ins().ushr(high, count);
        self.builder.ins().bxor(quotient, sign)
    }

    fn truncate(&mut self, number: ir::Value, value: Value) -> ir::Value {
        let magnitude = self.builder.ins().fabs(number);
        let limit = self.builder.ins().f64const((1u64 << 62) as f64);
        let fits = self.builder.ins().fcmp(FloatCC::LessThan, magnitude, limit);
        self.guard(fits, value);
        self.builder.ins().fcvt_to_sint_sat(I64, number)
    }
}
