//! Instructions without a translation of their own: the interpreter's general body does them.

use super::bytecode::Instruction;
use super::{Builder, Outcome, Slot};
use crate::exit_reason::ExitReason;
use crate::hir::{Opcode, Value};
use crate::layout::Helper;
use std::fmt;
use taipan_compiler::opcode::Opcode as Bytecodes;
use taipan_runtime::object::code::Code;
use taipan_runtime::object::function::Function;
use taipan_runtime::object::kind::ObjectKind;
use taipan_runtime::object::native_function::{NativeFunction, NativeMethod};
use taipan_runtime::object::pointer::Gc;
use taipan_runtime::object::type_object::TypeObject;
use taipan_runtime::operations::class_of;
use taipan_runtime::value::Value as Word;

/// An instruction that compiled code leaves to the interpreter's general body.
#[derive(Clone, Debug)]
pub struct GenericSite {
    /// The code object, and where the instruction is in it, in code units.
    pub code: Gc<Code>,
    pub pc: u32,
    /// What it is.
    pub opcode: Bytecodes,
    pub operand: u32,
    /// Guesses about it went wrong in earlier versions.
    pub failed_before: bool,
    /// Kinds of operands seen, as bits of [`tag`](taipan_runtime::interpreter::feedback::tag).
    pub operands: (u16, u16),
    /// Classes of its main operand.
    pub classes: Vec<String>,
    /// What it calls, if that is known.
    pub callable: Option<String>,
}

impl fmt::Display for GenericSite {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.opcode.name(), self.operand)?;
        if let Some(callable) = &self.callable {
            write!(out, " of {callable}")?;
        }
        if !self.classes.is_empty() {
            write!(out, " on {}", self.classes.join(", "))?;
        }
        if self.operands != (0, 0) {
            write!(out, " operands {:#x} {:#x}", self.operands.0, self.operands.1)?;
        }
        if self.failed_before {
            write!(out, ", guessed wrong before")?;
        }
        Ok(())
    }
}

fn name_of_callable(word: Word) -> String {
    let class = class_of(word).name.to_string_lossy();
    let definition = match word.kind() {
        Some(ObjectKind::Function) => return word.cast::<Function>().code.qualified_name.to_string_lossy(),
        Some(ObjectKind::Type) => return word.cast::<TypeObject>().name.to_string_lossy(),
        Some(ObjectKind::NativeFunction) => word.cast::<NativeFunction>().definition,
        Some(ObjectKind::NativeMethod) => word.cast::<NativeMethod>().definition,
        _ => return class,
    };
    format!("{}.{}", definition.owner, definition.name)
}

/// Instructions whose general body only takes values from the stack and puts others there.
fn is_plain(opcode: Bytecodes) -> bool {
    use Bytecodes as B;
    matches!(
        opcode,
        B::BinarySlice
            | B::StoreSlice
            | B::DeleteSubscr
            | B::FormatSimple
            | B::FormatWithSpec
            | B::GetLen
            | B::UnaryInvert
            | B::UnaryNegative
            | B::BinaryOp
            | B::CompareOp
            | B::BuildMap
            | B::BuildSet
            | B::BuildSlice
            | B::BuildString
            | B::BuildInterpolation
            | B::BuildTemplate
            | B::Call
            | B::CallKw
            | B::CallFunctionEx
            | B::CheckEgMatch
            | B::CheckExcMatch
            | B::CallIntrinsic1
            | B::CallIntrinsic2
            | B::ContainsOp
            | B::ConvertValue
            | B::DeleteAttr
            | B::StoreAttr
            | B::LoadAttr
            | B::StoreSubscr
            | B::GetAiter
            | B::GetAnext
            | B::GetAwaitable
            | B::GetIter
            | B::GetYieldFromIter
            | B::ImportName
            | B::ImportFrom
            | B::LoadName
            | B::StoreName
            | B::DeleteName
            | B::LoadGlobal
            | B::StoreGlobal
            | B::DeleteGlobal
            | B::LoadBuildClass
            | B::LoadCommonConstant
            | B::LoadSuperAttr
            | B::LoadSpecial
            | B::MakeFunction
            | B::SetFunctionAttribute
            | B::MatchClass
            | B::MatchKeys
            | B::MatchMapping
            | B::MatchSequence
            | B::PopExcept
            | B::PopIter
            | B::PushExcInfo
            | B::PopTop
            | B::UnpackEx
            | B::UnpackSequence
            | B::WithExceptStart
    )
}

/// Instructions for which there is a helper that takes the operands as arguments, which is quicker than the general body.
fn direct_helper(instruction: &Instruction) -> Option<(Helper, i64)> {
    const SUBSCRIPT: u32 = 26;
    match instruction.opcode {
        Bytecodes::BinaryOp if instruction.operand == SUBSCRIPT => Some((Helper::Subscript, 0)),
        Bytecodes::BinarySlice => Some((Helper::Slice, 0)),
        Bytecodes::StoreSubscr => Some((Helper::StoreSubscript, 0)),
        Bytecodes::ContainsOp => Some((Helper::Contains, i64::from(instruction.operand))),
        _ => None,
    }
}

/// Instructions that change an object some way down the stack by what is on top: how many values they take off.
fn takes_from_top(opcode: Bytecodes) -> Option<usize> {
    use Bytecodes as B;
    match opcode {
        B::ListAppend | B::ListExtend | B::SetAdd | B::SetUpdate | B::DictUpdate | B::DictMerge => Some(1),
        B::MapAdd => Some(2),
        _ => None,
    }
}

impl Builder<'_> {
    pub(super) fn general(&mut self, instruction: &Instruction) -> Outcome {
        let opcode = instruction.opcode;
        if let Some((helper, immediate)) = direct_helper(instruction) {
            self.note_generic(instruction);
            return self.call_directly(instruction, helper, immediate);
        }
        if let Some(taken) = takes_from_top(opcode) {
            self.note_generic(instruction);
            let all = opcode.pops(instruction.operand) as usize;
            self.operation(instruction, all, false)?;
            for _ in 0..taken {
                self.pop_slot()?;
            }
        } else if is_plain(opcode) {
            self.note_generic(instruction);
            let pops = opcode.pops(instruction.operand) as usize;
            let pushes = opcode.pushes(instruction.operand) as usize;
            let first = self.frame().stack.len() - pops;
            let result = self.operation(instruction, pops, false)?;
            self.frame_mut().stack.truncate(first);
            self.push_results(first, pushes, result);
        } else {
            // What remains is of exceptions and coroutines: the interpreter goes on from here.
            self.leave(ExitReason::Unsupported);
            return Ok(());
        }
        self.check_valid(instruction.next);
        Ok(())
    }

    /// A helper that does the same as the general body, with the operands as arguments.
    fn call_directly(&mut self, instruction: &Instruction, helper: Helper, immediate: i64) -> Outcome {
        let pops = instruction.opcode.pops(instruction.operand) as usize;
        let mut operands = Vec::with_capacity(pops);
        for depth in (1..=pops).rev() {
            let slot = self.peek_slot(depth)?;
            operands.push(self.slot_value(slot)?);
        }
        match instruction.opcode {
            // value, container, key
            Bytecodes::StoreSubscr => operands.rotate_left(1),
            // item, container
            Bytecodes::ContainsOp => operands.swap(0, 1),
            _ => {}
        }
        let result = self.emit(Opcode::CallHelper, &operands, [helper as i64, immediate]);
        self.set_type(result, super::containers::present());
        self.catch(result)?;
        for _ in 0..pops {
            self.pop_slot()?;
        }
        if instruction.opcode == Bytecodes::ContainsOp {
            self.set_type(result, crate::hir::Type::of(crate::hir::Kinds::BOOL));
        }
        if instruction.opcode.pushes(instruction.operand) == 1 {
            self.push(result);
        }
        self.check_valid(instruction.next);
        Ok(())
    }

    /// Notes for `profile` that the current instruction takes the interpreter's general body, and what it was about.
    pub(super) fn note_generic(&mut self, instruction: &Instruction) {
        let frame = self.frame();
        let operands = self.seen_tags(instruction.special);
        let mut classes: Vec<String> = self
            .seen_shapes(instruction.pc)
            .into_iter()
            .map(|id| super::objects::class_of_shape(id).name.to_string_lossy())
            .collect();
        classes.dedup();
        let callable = match instruction.opcode {
            Bytecodes::Call | Bytecodes::CallKw => {
                let depth =
                    instruction.operand as usize + 2 + usize::from(instruction.opcode == Bytecodes::CallKw);
                match self.peek_slot(depth) {
                    Ok(Slot::Value(value)) => self.known(value).map(name_of_callable),
                    _ => None,
                }
            }
            _ => None,
        };
        self.generic.push(GenericSite {
            code: frame.code,
            pc: frame.pc,
            opcode: instruction.opcode,
            operand: instruction.operand,
            failed_before: self.is_general(),
            operands,
            classes,
            callable,
        });
    }

    /// Emits the general body with the top `pops` values as operands, which stay on the abstract stack.
    pub(super) fn operation(
        &mut self,
        instruction: &Instruction,
        pops: usize,
        jumps: bool,
    ) -> Outcome<Value> {
        let stack = self.frame().stack.clone();
        let first = stack.len().checked_sub(pops).ok_or("the stack is too short")?;
        let mut operands = Vec::with_capacity(pops);
        for (index, slot) in stack[first..].iter().enumerate() {
            let value = self.slot_value(*slot)?;
            if matches!(slot, Slot::Range { .. } | Slot::Sequence { .. }) {
                self.frame_mut().stack[first + index] = Slot::Value(value);
            }
            operands.push(value);
        }
        let what = i64::from(instruction.opcode as u16) | i64::from(instruction.operand) << 8;
        let value = self.emit(Opcode::Operation, &operands, [what, i64::from(jumps)]);
        self.catch(value)?;
        Ok(value)
    }

    /// Pushes what an operation left at a depth of the interpreter's stack.
    fn push_results(&mut self, first: usize, pushes: usize, result: Value) {
        if pushes == 1 {
            self.push(result);
            return;
        }
        let frame = self.frame();
        let bottom = frame.base as usize + frame.locals.len() + first;
        for index in 0..pushes {
            let value = self.emit(Opcode::LoadLocal, &[], [(bottom + index) as i64, 0]);
            self.push(value);
        }
    }
}
