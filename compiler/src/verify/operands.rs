//! What an operand may be.

use crate::code::{CodeObject, local_kind};
use crate::opcode::{
    BinaryOperator, CommonConstant, Comparison, Conversion, FunctionAttribute, Intrinsic1, Intrinsic2,
    Opcode, OperandKind, SpecialMethod,
};

/// Checks an instruction's operand against the code object. Jumps are checked where they are resolved.
pub(super) fn check(code: &CodeObject, opcode: Opcode, operand: u32) -> Result<(), &'static str> {
    let index = operand as usize;
    let holds = |holds: bool, rule| if holds { Ok(()) } else { Err(rule) };
    let local = |index: usize| index < code.local_count();
    match opcode.operand_kind() {
        OperandKind::None | OperandKind::JumpForward | OperandKind::JumpBackward => Ok(()),
        OperandKind::Raw | OperandKind::Count => count(code, opcode, operand),
        OperandKind::Depth => {
            let least = if opcode == Opcode::Swap { 2 } else { 1 };
            holds(operand >= least && operand <= code.stacksize, "the operand is a place in the stack")
        }
        OperandKind::Const => holds(index < code.consts.len(), "the operand is the index of a constant"),
        OperandKind::Name => holds(index < code.names.len(), "the operand is the index of a name"),
        OperandKind::Global | OperandKind::Attribute => {
            holds(index >> 1 < code.names.len(), "the operand is the index of a name")
        }
        OperandKind::SuperAttribute => {
            holds(index >> 2 < code.names.len(), "the operand is the index of a name")
        }
        OperandKind::Local => holds(local(index), "the operand is the index of a fast local"),
        OperandKind::LocalPair => {
            holds(local(index >> 4) && local(index & 15), "the operand is a pair of indices of fast locals")
        }
        OperandKind::Free => {
            let kind = code.localsplus_kinds.get(index).copied().unwrap_or(0);
            holds(kind & (local_kind::CELL | local_kind::FREE) != 0, "the operand is the index of a cell")
        }
        OperandKind::Compare => {
            holds(Comparison::of_operand(operand).is_some(), "the operand is a comparison")
        }
        OperandKind::BinaryOperator => {
            holds(BinaryOperator::from_u32(operand).is_some(), "the operand is a binary operator")
        }
        OperandKind::SmallInt => holds(operand <= 255, "the operand is a small int"),
        OperandKind::Invert => holds(operand <= 1, "the operand is 0 or 1"),
        OperandKind::Intrinsic1 => {
            let known = Intrinsic1::from_u32(operand).is_some_and(|function| function != Intrinsic1::Invalid);
            holds(known, "the operand is an internal function")
        }
        OperandKind::Intrinsic2 => {
            let known = Intrinsic2::from_u32(operand).is_some_and(|function| function != Intrinsic2::Invalid);
            holds(known, "the operand is an internal function")
        }
        OperandKind::CommonConstant => {
            holds(CommonConstant::from_u32(operand).is_some(), "the operand is a common constant")
        }
        OperandKind::SpecialMethod => {
            holds(SpecialMethod::from_u32(operand).is_some(), "the operand is a special method")
        }
        OperandKind::FunctionAttribute => {
            holds(FunctionAttribute::from_u32(operand).is_some(), "the operand is a function's attribute")
        }
        OperandKind::Conversion => {
            let known =
                Conversion::from_u32(operand).is_some_and(|conversion| conversion != Conversion::None);
            holds(known, "the operand is a conversion")
        }
        OperandKind::Resume => holds(operand <= 7, "the operand says what is resumed"),
        OperandKind::UnpackEx => holds(operand <= 0xFFFF, "the operand is a pair of counts"),
        OperandKind::Interpolation => holds(operand <= 15, "the operand is a conversion and a flag"),
        OperandKind::Jump | OperandKind::Handler => Err("the opcode is one that a compiler emits"),
    }
}

/// Counts, and numbers with a meaning of their own.
fn count(code: &CodeObject, opcode: Opcode, operand: u32) -> Result<(), &'static str> {
    let free = || code.localsplus_kinds.iter().filter(|kind| **kind & local_kind::FREE != 0).count();
    let holds = match opcode {
        Opcode::RaiseVarargs => operand <= 2,
        Opcode::BuildSlice => operand == 2 || operand == 3,
        Opcode::GetAwaitable => operand <= 2,
        Opcode::CopyFreeVars => operand as usize == free(),
        Opcode::YieldValue => operand <= 1,
        // These take or give as many values; the bound keeps sums of them small.
        _ => operand <= code.stacksize,
    };
    if holds { Ok(()) } else { Err("the operand is a count that makes sense") }
}
