//! Generators: where they are resumed, and how they yield.
//!
//! The unit of a generator's function is entered wherever the generator waits: its first block looks at which RESUME the frame is and goes to the
//! block that loads the frame's slots there. A yield saves the frame in the generator and returns from the unit. So no value lives in a
//! register across a yield, and iterators that a loop with a yield goes over are objects.

use super::bytecode::Instruction;
use super::{Builder, Bytecode, Outcome, Slot};
use crate::exit_reason::ExitReason;
use crate::hir::{Condition, Function, Opcode, Terminator};
use crate::layout::DEOPTED;
use taipan_compiler::code::CodeFlags;
use taipan_compiler::opcode::Opcode as Bytecodes;
use taipan_runtime::object::code::Code;
use taipan_runtime::object::pointer::Gc;
use taipan_runtime::value::Value as Word;

/// The RESUMEs of a generator's code that follow a yield; none for other code.
pub fn resume_points(code: Gc<Code>) -> Vec<u32> {
    if !CodeFlags(code.flags).is_generator_like() {
        return Vec::new();
    }
    let Ok(bytecode) = Bytecode::of(code) else { return Vec::new() };
    let resumes = bytecode.instructions.iter().filter(|instruction| instruction.opcode == Bytecodes::Resume);
    resumes.map(|instruction| instruction.pc).collect()
}

/// Does the loop with this header yield?
pub fn yields_in_loop(code: Gc<Code>, header: u32) -> bool {
    if !CodeFlags(code.flags).is_generator_like() {
        return false;
    }
    let Ok(bytecode) = Bytecode::of(code) else { return false };
    let jumps = bytecode.instructions.iter().filter(|it| it.target() == Some(header) && it.pc >= header);
    let end = jumps.map(|instruction| instruction.pc).max().unwrap_or(header);
    bytecode.yields_between(header, end)
}

impl Bytecode {
    fn yields_between(&self, first: u32, end: u32) -> bool {
        self.instructions.iter().any(|it| it.opcode == Bytecodes::YieldValue && (first..end).contains(&it.pc))
    }

    /// Does the loop over the iterator that is made at `pc` yield? An iterator that isn't for a loop counts as if.
    fn iterates_across_yield(&self, pc: u32) -> bool {
        let mut behind = self.instructions.iter().filter(|instruction| instruction.pc > pc);
        let Some(head) = behind.find(|instruction| instruction.opcode == Bytecodes::ForIter) else {
            return true;
        };
        head.target().is_none_or(|end| self.yields_between(head.pc, end))
    }
}

impl Builder<'_> {
    /// Must the iterator that the current instruction makes be an object?
    pub(super) fn needs_iterator_object(&self) -> bool {
        let frame = self.frame();
        CodeFlags(frame.code.flags).is_generator_like() && frame.bytecode.iterates_across_yield(frame.pc)
    }

    /// At the entry of a generator's function: the way to its first RESUME is one of several.
    pub(super) fn begin_resumes(&mut self, start: u32) {
        if CodeFlags(self.frame().code.flags).is_generator_like() {
            let first = self.hir.add_block();
            self.resumes = Some(vec![(start, first)]);
            self.start(first);
        }
    }

    /// Builds the entry that finds the way.
    pub(super) fn finish_resumes(&mut self) {
        let Some(resumes) = self.resumes.take() else { return };
        self.start(Function::ENTRY);
        let first = self.frame().code.instructions as i64;
        let point = self.emit(Opcode::ResumePoint, &[], [first, 0]);
        for (pc, block) in resumes {
            let pc = self.int(i64::from(pc));
            let here = self.emit(Opcode::IntCompare, &[point, pc], [Condition::Equal as i64, 0]);
            let next = self.hir.add_block();
            self.branch(here, block, next);
            self.start(next);
        }
        self.hir.block_mut(self.current).cold = true;
        self.op(Opcode::SkipResume, &[]);
        let left = self.constant(Word(DEOPTED));
        self.end(Terminator::Return(left));
    }

    pub(super) fn yield_value(&mut self, instruction: &Instruction) -> Outcome {
        if self.frames.len() != 1 {
            self.leave(ExitReason::Unsupported);
            return Ok(());
        }
        let value = self.pop()?;
        let mut saved = Vec::new();
        for (index, slot) in self.frame().locals.clone().into_iter().enumerate() {
            // What is dead keeps what was saved last, unless it was deleted.
            if slot != Slot::Absent || self.frame().bytecode.may_be_absent(instruction.next, index) {
                saved.push((index, self.slot_value(slot)?));
            }
        }
        let bottom = self.frame().locals.len();
        let stack = self.frame().stack.clone();
        for (index, slot) in stack.iter().enumerate() {
            saved.push((bottom + index, self.slot_value(*slot)?));
        }
        let generator = self.op(Opcode::Owner, &[]);
        for (index, value) in saved {
            self.emit(Opcode::SaveLocal, &[generator, value], [index as i64, 0]);
        }
        // SAFETY: an address within the code's instructions, which isn't read.
        let address = unsafe { self.frame().code.instructions.add(instruction.pc as usize) } as i64;
        let delegating = i64::from(instruction.operand & 1) << 32;
        self.emit(Opcode::Suspend, &[generator], [address, stack.len() as i64 | delegating]);
        self.end(Terminator::Return(value));
        if self.resumes.is_some() {
            self.resume_behind(instruction.next, &stack)?;
            self.ended = true;
        }
        Ok(())
    }

    /// The way in behind a yield, where the sent value is on the stack.
    fn resume_behind(&mut self, pc: u32, stack: &[Slot]) -> Outcome {
        let block = self.hir.add_block();
        self.start(block);
        let bytecode = self.frame().bytecode.clone();
        let locals = self.frame().locals.len();
        for index in 0..locals {
            self.frame_mut().locals[index] = match bytecode.is_live(pc, index) {
                true => Slot::Value(self.emit(Opcode::LoadLocal, &[], [index as i64, 0])),
                false => Slot::Absent,
            };
        }
        self.frame_mut().stack.clear();
        for index in 0..=stack.len() {
            let slot = match stack.get(index) {
                Some(Slot::Absent) => Slot::Absent,
                _ => Slot::Value(self.emit(Opcode::LoadLocal, &[], [(locals + index) as i64, 0])),
            };
            self.frame_mut().stack.push(slot);
        }
        self.begin_instruction(pc, pc);
        self.goto(pc)?;
        if let Some(resumes) = &mut self.resumes {
            resumes.push((pc, block));
        }
        Ok(())
    }

    /// SEND: the receiver stays, and what it yields takes the sent value's place; at its end, its result does.
    pub(super) fn send(&mut self, instruction: &Instruction) -> Outcome {
        let done = instruction.target().ok_or("a delegation without an end")?;
        let yielded = self.operation(instruction, 2, true)?;
        let finished = self.emit(Opcode::IsConstant, &[yielded], [DEOPTED as i64, 0]);
        let (body, end) = (self.hir.add_block(), self.hir.add_block());
        self.branch(finished, end, body);
        self.pop_slot()?;
        let saved = (self.frame().locals.clone(), self.frame().stack.clone());
        self.start(end);
        let frame = self.frame();
        let top = frame.base as usize + frame.locals.len() + frame.stack.len();
        let result = self.emit(Opcode::LoadLocal, &[], [top as i64, 0]);
        self.push(result);
        self.check_valid(done);
        self.goto(done)?;
        (self.frame_mut().locals, self.frame_mut().stack) = saved;
        self.start(body);
        self.push(yielded);
        self.check_valid(instruction.next);
        Ok(())
    }

    pub(super) fn end_send(&mut self) -> Outcome {
        let value = self.pop_slot()?;
        self.pop_slot()?;
        self.frame_mut().stack.push(value);
        Ok(())
    }
}
