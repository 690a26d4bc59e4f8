//! Handlers in compiled code: where an instruction raises inside a `try` of the unit's own frame, control goes to the handler's block.
//!
//! At first a raise leaves compiled code, and the interpreter finds the handler. Where that happens often the unit is made again with an edge
//! from each instruction that can raise to the handler (see [`Lessons::catches`](super::Lessons)); a handler in an inlined frame
//! makes its function one that isn't inlined. The records of inlined frames that the exception goes through are those that the raising call has
//! published: `catch` adds them to the traceback.

use super::bytecode::Instruction;
use super::{Builder, Outcome, Slot};
use crate::exit_reason::ExitReason;
use crate::hir::{Kinds, Opcode, Value};
use taipan_compiler::code::Handler;
use taipan_compiler::opcode::Opcode as Bytecodes;
use taipan_runtime::object::code::Code;
use taipan_runtime::object::pointer::Gc;
use taipan_runtime::value::Value as Word;

/// The handler of an instruction, if it has one.
pub fn handler_of(code: Gc<Code>, pc: u32) -> Option<Handler> {
    code.definition().handler_for(pc as usize * 2)
}

impl Builder<'_> {
    /// The handler that an exception of the current instruction goes to, if the unit is to have it.
    fn own_handler(&self) -> Option<Handler> {
        let inlined = self.frames[1..].iter();
        if inlined.into_iter().any(|frame| handler_of(frame.code, frame.pc).is_some()) {
            return None;
        }
        let own = &self.frames[0];
        let handler = handler_of(own.code, own.pc)?;
        let known = self.lessons.catches.contains(&(own.code.version, handler.target as u32 / 2));
        (known || self.lessons.catches_all).then_some(handler)
    }

    /// Does an exception of the current instruction leave the unit's frames, where nothing waits for that?
    fn is_uncaught(&self) -> bool {
        self.frames.iter().all(|frame| {
            // The operands that the instruction takes are not a loop's own.
            let taken = frame.bytecode.instruction(frame.pc).map_or(0, |it| it.opcode.pops(it.operand));
            let kept = frame.stack.len().saturating_sub(taken as usize);
            let mut values = frame.stack[..kept].iter().filter_map(|slot| match slot {
                Slot::Value(value) => Some(*value),
                _ => None,
            });
            let iterates = frame.bytecode.is_in_for(frame.pc) && values.any(|it| self.may_be_generator(it));
            !iterates && handler_of(frame.code, frame.pc).is_none()
        })
    }

    fn may_be_generator(&self, value: Value) -> bool {
        self.type_of(value).kinds.meets(Kinds::OBJECT) && self.known(value).is_none()
    }

    /// Goes to the handler, if there is one in the unit, where an instruction just appended has raised. Such an instruction yields 0
    /// then rather than leaving.
    pub(super) fn catch(&mut self, value: Value) -> Outcome {
        let Some(handler) = self.own_handler() else {
            if self.is_uncaught() {
                self.hir.get_mut(value).immediates[1] |= crate::lower::PROPAGATED;
            }
            return Ok(());
        };
        let state = self.hir.get(value).state;
        self.hir.get_mut(value).immediates[1] |= crate::lower::CAUGHT;
        let raised = self.op(Opcode::Raised, &[value]);
        let (caught, go_on) = (self.hir.add_block(), self.hir.add_block());
        self.branch(raised, caught, go_on);
        self.start(caught);
        let frames = self.frames.split_off(1);
        let saved = (self.frame().locals.clone(), self.frame().stack.clone());
        let dropped = self.dropped(&frames, handler.depth);
        let exception = self.hir.append(self.current, Opcode::Catch, &dropped, [0; 2], state);
        self.enter_handler(handler, exception)?;
        (self.frame_mut().locals, self.frame_mut().stack) = saved;
        self.frames.extend(frames);
        self.start(go_on);
        Ok(())
    }

    /// What the frames that are left, and this one down to a depth, have on their stacks that may be a generator, to be closed.
    fn dropped(&mut self, inlined: &[super::frame::Frame], depth: usize) -> Vec<Value> {
        let own = &self.frame().stack;
        let own = own[depth.min(own.len())..].iter();
        let all = own.chain(inlined.iter().flat_map(|frame| &frame.stack));
        let mut values: Vec<Value> = all
            .filter_map(|slot| match slot {
                Slot::Value(value) => Some(*value),
                _ => None,
            })
            .collect();
        values.retain(|value| self.may_be_generator(*value));
        values
    }

    fn enter_handler(&mut self, handler: Handler, exception: Value) -> Outcome {
        let pc = self.frame().pc;
        let origin = self.reraised_from()?;
        self.frame_mut().stack.truncate(handler.depth);
        if handler.lasti {
            let unit = origin.unwrap_or_else(|| self.constant(Word::from_small_int(i64::from(pc))));
            self.push(unit);
        }
        self.push(exception);
        let target = handler.target as u32 / 2;
        self.check_valid(target);
        self.goto(target)
    }

    /// For RERAISE with an operand: where the exception was raised first.
    fn reraised_from(&self) -> Outcome<Option<Value>> {
        let frame = self.frame();
        let instruction = frame.bytecode.instruction(frame.pc).copied();
        let Some(Instruction { opcode: Bytecodes::Reraise, operand: 1.., .. }) = instruction else {
            return Ok(None);
        };
        let depth = instruction.map_or(0, |it| it.operand as usize);
        Ok(match self.peek_slot(depth + 1)? {
            Slot::Value(value) => Some(value),
            _ => None,
        })
    }

    /// RAISE_VARARGS and RERAISE: where a handler is in the unit, it is gone to.
    pub(super) fn raise(&mut self, instruction: &Instruction) -> Outcome {
        let is_reraise = instruction.opcode == Bytecodes::Reraise;
        if self.own_handler().is_none() && (is_reraise || !self.is_uncaught()) {
            self.leave(ExitReason::Unsupported);
            return Ok(());
        }
        let pops = instruction.opcode.pops(instruction.operand) as usize;
        self.operation(instruction, pops, false)?;
        // It always raises.
        self.leave(ExitReason::Unsupported);
        Ok(())
    }
}
