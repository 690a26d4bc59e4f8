//! Follows the code on every path, with what is known of the stack and the fast locals.

use super::state::{Large, Slot, Small, State};
use super::structure::{Instruction, Layout, NONE};
use super::{Broken, require};
use crate::code::{CodeFlags, CodeObject, local_kind};
use crate::opcode::Opcode;

/// Follows the code, and checks each instruction with what is known before it.
pub(super) fn check(code: &CodeObject, layout: &Layout) -> Result<(), Broken> {
    if code.local_count() <= Small::MOST && code.stacksize as usize <= Small::MOST {
        Flow::<Small>::new(code, layout).run()
    } else {
        Flow::<Large>::new(code, layout).run()
    }
}

fn initial_locals(code: &CodeObject) -> impl Iterator<Item = Slot> {
    let variadic = [CodeFlags::VARARGS, CodeFlags::VARKEYWORDS];
    let variadic = variadic.iter().filter(|flag| code.flags.contains(**flag)).count();
    let parameters = (code.argcount + code.kwonlyargcount) as usize + variadic;
    (0..code.local_count()).map(move |index| if index < parameters { Slot::VALUE } else { Slot::EMPTY })
}

/// What is known where paths meet: at jump targets and handlers.
struct Meeting<S> {
    state: S,
    /// Whether it is to be followed again.
    queued: bool,
}

struct Flow<'a, S> {
    code: &'a CodeObject,
    layout: &'a Layout,
    meetings: Vec<Meeting<S>>,
    /// For each instruction the index of its meeting, or [`NONE`].
    meeting_at: Vec<u32>,
    todo: Vec<u32>,
}

impl<'a, S: State> Flow<'a, S> {
    fn new(code: &'a CodeObject, layout: &'a Layout) -> Flow<'a, S> {
        let meeting_at = vec![NONE; layout.instructions.len()];
        Flow { code, layout, meetings: Vec::new(), meeting_at, todo: Vec::new() }
    }

    fn run(mut self) -> Result<(), Broken> {
        self.meet(0, S::new(initial_locals(self.code)), 0)?;
        while let Some(index) = self.todo.pop() {
            let meeting = &mut self.meetings[self.meeting_at[index as usize] as usize];
            meeting.queued = false;
            let state = meeting.state.clone();
            self.follow(index as usize, state)?;
        }
        Ok(())
    }

    /// Follows the code from an instruction until it ends or leads to where something is known already.
    fn follow(&mut self, mut index: usize, mut state: S) -> Result<(), Broken> {
        let layout = self.layout;
        let deepest = self.code.stacksize as usize;
        loop {
            let instruction = &layout.instructions[index];
            let offset = instruction.offset as usize;
            if instruction.handler != NONE {
                self.enter_handler(instruction, &state)?;
            }
            let mut step = Step { code: self.code, instruction, state: &mut state };
            let jumping = step.run()?;
            require(state.depth() <= deepest, offset, "the stack isn't deeper than declared")?;
            match jumping {
                Jumping::No => {}
                Jumping::Yes => self.meet(instruction.target as usize, state.clone(), offset)?,
                Jumping::Exhausted(there) => self.meet(instruction.target as usize, there, offset)?,
            }
            if instruction.opcode.is_terminator() {
                return Ok(());
            }
            index += 1;
            if self.meeting_at[index] != NONE {
                return self.meet(index, state, offset);
            }
        }
    }

    /// The instruction may raise, so what is known before it is known in the handler.
    fn enter_handler(&mut self, instruction: &Instruction, state: &S) -> Result<(), Broken> {
        // Around an inlined comprehension these are covered by a handler that doesn't expect what they leave behind.
        if instruction.opcode.never_raises() {
            return Ok(());
        }
        let handler = &self.layout.handlers[instruction.handler as usize];
        let offset = instruction.offset as usize;
        let depth = handler.depth as usize;
        require(depth <= state.depth(), offset, "the stack is as deep as the handler expects")?;
        let mut there = state.unwound(depth);
        there.push_values(1 + usize::from(handler.lasti));
        let deep = there.depth() <= self.code.stacksize as usize;
        require(deep, offset, "the stack isn't deeper than declared")?;
        self.meet(handler.target as usize, there, offset)
    }

    /// A path leads to `index`.
    fn meet(&mut self, index: usize, state: S, offset: usize) -> Result<(), Broken> {
        let number = self.meeting_at[index];
        if number == NONE {
            self.meeting_at[index] = self.meetings.len() as u32;
            self.meetings.push(Meeting { state, queued: true });
            self.todo.push(index as u32);
            return Ok(());
        }
        let meeting = &mut self.meetings[number as usize];
        let same = meeting.state.depth() == state.depth();
        require(same, offset, "the stack has one depth where paths meet")?;
        if meeting.state.join(&state) && !std::mem::replace(&mut meeting.queued, true) {
            self.todo.push(index as u32);
        }
        Ok(())
    }
}

/// Whether an instruction may jump.
enum Jumping<S> {
    No,
    /// With what is known behind it.
    Yes,
    /// With something else.
    Exhausted(S),
}

/// One instruction at work.
struct Step<'a, S> {
    code: &'a CodeObject,
    instruction: &'a Instruction,
    state: &'a mut S,
}

impl<S: State> Step<'_, S> {
    fn require(&self, holds: bool, rule: &'static str) -> Result<(), Broken> {
        require(holds, self.instruction.offset as usize, rule)
    }

    fn there<T>(&self, found: Option<T>) -> Result<T, Broken> {
        let offset = self.instruction.offset as usize;
        found.ok_or(Broken { offset, rule: "the stack holds what the instruction takes" })
    }

    fn pop(&mut self) -> Result<Slot, Broken> {
        let slot = self.state.pop();
        self.there(slot)
    }

    fn pop_values(&mut self, count: usize) -> Result<(), Broken> {
        let filled = self.state.pop_values(count);
        let filled = self.there(filled)?;
        self.require(filled, "the instruction takes values")
    }

    fn peek(&self, depth: usize) -> Result<Slot, Broken> {
        self.there(self.state.peek(depth))
    }

    fn peek_value(&self, depth: usize) -> Result<(), Broken> {
        let slot = self.peek(depth)?;
        self.require(slot.is_filled(), "the instruction takes values")
    }

    fn load(&mut self, local: usize) -> Result<(), Broken> {
        let slot = self.state.local(local);
        self.require(slot.is_filled(), "the local variable is bound")?;
        self.state.push(slot);
        Ok(())
    }

    fn store(&mut self, local: usize) -> Result<(), Broken> {
        let slot = self.pop()?;
        self.state.set_local(local, slot);
        Ok(())
    }

    fn require_cell(&self, local: usize) -> Result<(), Broken> {
        self.require(self.state.local(local).is_cell(), "the fast local holds a cell")
    }

    /// What an instruction does as its row in the table says.
    fn by_table(&mut self) -> Result<(), Broken> {
        let Instruction { opcode, operand, .. } = *self.instruction;
        self.pop_values(opcode.pops(operand) as usize)?;
        self.state.push_values(opcode.pushes(operand) as usize);
        Ok(())
    }

    /// Runs the instruction.
    fn run(&mut self) -> Result<Jumping<S>, Broken> {
        let operand = self.instruction.operand as usize;
        let opcode = self.instruction.opcode;
        match opcode {
            Opcode::LoadFast | Opcode::LoadFastBorrow => self.load(operand)?,
            Opcode::LoadConst | Opcode::LoadSmallInt => self.state.push(Slot::VALUE),
            Opcode::LoadFastLoadFast | Opcode::LoadFastBorrowLoadFastBorrow => {
                self.load(operand >> 4)?;
                self.load(operand & 15)?;
            }
            Opcode::LoadFastCheck => {
                if !self.state.local(operand).is_filled() {
                    self.state.set_local(operand, Slot::VALUE);
                }
                self.load(operand)?;
            }
            Opcode::LoadFastAndClear => {
                let slot = self.state.local(operand);
                self.state.set_local(operand, Slot::EMPTY);
                self.state.push(slot);
            }
            Opcode::StoreFast => self.store(operand)?,
            Opcode::StoreFastLoadFast => {
                self.store(operand >> 4)?;
                self.load(operand & 15)?;
            }
            Opcode::StoreFastStoreFast => {
                self.store(operand >> 4)?;
                self.store(operand & 15)?;
            }
            Opcode::DeleteFast => self.state.set_local(operand, Slot::EMPTY),
            Opcode::MakeCell => self.state.set_local(operand, Slot::CELL),
            Opcode::CopyFreeVars => {
                let kinds = self.code.localsplus_kinds.iter().enumerate();
                for (local, _) in kinds.filter(|(_, kind)| **kind & local_kind::FREE != 0) {
                    self.state.set_local(local, Slot::CELL);
                }
            }
            Opcode::LoadDeref | Opcode::StoreDeref | Opcode::DeleteDeref | Opcode::LoadFromDictOrDeref => {
                self.require_cell(operand)?;
                self.by_table()?;
            }
            Opcode::ForIter => {
                self.peek_value(1)?;
                let mut exhausted = self.state.clone();
                exhausted.push(Slot::EMPTY);
                self.state.push(Slot::VALUE);
                return Ok(Jumping::Exhausted(exhausted));
            }
            // Its operand leads back to the SEND, but it never goes there.
            Opcode::EndAsyncFor => {
                self.pop_values(2)?;
                return Ok(Jumping::No);
            }
            _ => {
                if !self.run_stack(operand)? {
                    self.by_table()?;
                }
            }
        }
        Ok(if self.instruction.target == NONE { Jumping::No } else { Jumping::Yes })
    }

    /// Instructions that move slots, or take or leave empty ones. Returns whether it is one.
    fn run_stack(&mut self, operand: usize) -> Result<bool, Broken> {
        match self.instruction.opcode {
            Opcode::PopTop | Opcode::EndFor => drop(self.pop()?),
            Opcode::PushNull => self.state.push(Slot::EMPTY),
            Opcode::Copy => {
                let slot = self.peek(operand)?;
                self.state.push(slot);
            }
            Opcode::Swap => {
                self.peek(operand)?;
                self.state.swap(operand);
            }
            Opcode::Call => self.call(operand)?,
            Opcode::CallKw => {
                self.pop_values(1)?;
                self.call(operand)?;
            }
            Opcode::CallFunctionEx => {
                self.pop()?;
                self.pop_values(1)?;
                self.pop()?;
                self.pop_values(1)?;
                self.state.push(Slot::VALUE);
            }
            Opcode::LoadGlobal => {
                self.state.push(Slot::VALUE);
                if operand & 1 != 0 {
                    self.state.push(Slot::EMPTY);
                }
            }
            Opcode::LoadAttr | Opcode::LoadSuperAttr | Opcode::LoadSpecial => {
                let pops = self.instruction.opcode.pops(self.instruction.operand);
                self.pop_values(pops as usize)?;
                self.state.push(Slot::VALUE);
                if operand & 1 != 0 || self.instruction.opcode == Opcode::LoadSpecial {
                    self.state.push(Slot::EMPTY);
                }
            }
            // The exit function's `self` may be absent.
            Opcode::WithExceptStart => {
                for depth in [1, 2, 3, 5] {
                    self.peek_value(depth)?;
                }
                self.state.push(Slot::VALUE);
            }
            // These change a container that lies deeper; what is between isn't touched.
            Opcode::ListAppend
            | Opcode::ListExtend
            | Opcode::SetAdd
            | Opcode::SetUpdate
            | Opcode::DictUpdate
            | Opcode::DictMerge => {
                self.pop_values(1)?;
                self.peek_value(operand)?;
                if self.instruction.opcode == Opcode::DictMerge {
                    self.peek_value(operand + 3)?;
                }
            }
            Opcode::MapAdd => {
                self.pop_values(2)?;
                self.peek_value(operand)?;
            }
            Opcode::Reraise => {
                self.peek_value(1)?;
                self.peek_value(operand + 1)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn call(&mut self, arguments: usize) -> Result<(), Broken> {
        self.pop_values(arguments)?;
        self.pop()?;
        self.pop_values(1)?;
        self.state.push(Slot::VALUE);
        Ok(())
    }
}
