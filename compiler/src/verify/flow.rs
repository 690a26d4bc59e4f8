//! Follows the code on every path, with what is known of the stack and the fast locals.

use super::structure::{Instruction, Layout};
use super::{Broken, require};
use crate::code::{CodeFlags, CodeObject, local_kind};
use crate::opcode::Opcode;

/// What is known of a slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Slot {
    /// It holds a value.
    Value,
    /// It holds a cell.
    Cell,
    /// It is empty.
    Empty,
    /// It may be empty.
    Unknown,
}

impl Slot {
    /// What is known if either may be the case.
    fn join(self, other: Slot) -> Slot {
        match (self, other) {
            (a, b) if a == b => a,
            (Slot::Value | Slot::Cell, Slot::Value | Slot::Cell) => Slot::Value,
            _ => Slot::Unknown,
        }
    }

    fn is_filled(self) -> bool {
        matches!(self, Slot::Value | Slot::Cell)
    }
}

/// What is known before an instruction.
#[derive(Clone, PartialEq)]
struct State {
    stack: Vec<Slot>,
    locals: Vec<Slot>,
}

/// Follows the code, and checks each instruction with what is known before it.
pub(super) fn check(code: &CodeObject, layout: &Layout) -> Result<(), Broken> {
    let mut flow = Flow { code, layout, known: Vec::new(), todo: vec![0] };
    flow.known.resize_with(layout.instructions.len(), || None);
    flow.known[0] = Some(State { stack: Vec::new(), locals: initial_locals(code) });
    while let Some(index) = flow.todo.pop() {
        flow.follow(index)?;
    }
    Ok(())
}

fn initial_locals(code: &CodeObject) -> Vec<Slot> {
    let variadic = [CodeFlags::VARARGS, CodeFlags::VARKEYWORDS];
    let variadic = variadic.iter().filter(|flag| code.flags.contains(**flag)).count();
    let parameters = (code.argcount + code.kwonlyargcount) as usize + variadic;
    let slot = |index| if index < parameters { Slot::Value } else { Slot::Empty };
    (0..code.local_count()).map(slot).collect()
}

struct Flow<'a> {
    code: &'a CodeObject,
    layout: &'a Layout,
    /// What is known where paths meet: at jump targets and handlers.
    known: Vec<Option<State>>,
    todo: Vec<usize>,
}

impl Flow<'_> {
    /// Follows the code from an instruction until it ends or leads to where something is known already.
    fn follow(&mut self, mut index: usize) -> Result<(), Broken> {
        let Some(mut state) = self.known[index].clone() else { return Ok(()) };
        loop {
            let layout = self.layout;
            let instruction = &layout.instructions[index];
            self.enter_handler(instruction, &state)?;
            let mut step = Step { code: self.code, instruction, state: &mut state };
            let jumping = step.run()?;
            require(
                state.stack.len() <= self.code.stacksize as usize,
                instruction.offset,
                "the stack isn't deeper than declared",
            )?;
            if let (Some(target), Some(state)) = (instruction.target, jumping) {
                self.join(target, state, instruction.offset)?;
            }
            if instruction.opcode.is_terminator() {
                return Ok(());
            }
            index += 1;
            if self.known[index].is_some() {
                return self.join(index, state, instruction.offset);
            }
        }
    }

    /// The instruction may raise, so what is known before it is known in the handler.
    fn enter_handler(&mut self, instruction: &Instruction, state: &State) -> Result<(), Broken> {
        // Around an inlined comprehension these are covered by a handler that doesn't expect what they leave behind.
        if instruction.opcode.never_raises() {
            return Ok(());
        }
        let Some(handler) = instruction.handler else { return Ok(()) };
        let handler = &self.layout.handlers[handler];
        require(
            handler.depth <= state.stack.len(),
            instruction.offset,
            "the stack is as deep as the handler expects",
        )?;
        let mut stack = state.stack[..handler.depth].to_vec();
        stack.resize(handler.depth + 1 + usize::from(handler.lasti), Slot::Value);
        let deep = stack.len() <= self.code.stacksize as usize;
        require(deep, instruction.offset, "the stack isn't deeper than declared")?;
        self.join(handler.target, State { stack, locals: state.locals.clone() }, instruction.offset)
    }

    /// Another path leads to `index`.
    fn join(&mut self, index: usize, state: State, offset: usize) -> Result<(), Broken> {
        let Some(known) = &mut self.known[index] else {
            self.known[index] = Some(state);
            self.todo.push(index);
            return Ok(());
        };
        require(known.stack.len() == state.stack.len(), offset, "the stack has one depth where paths meet")?;
        let mut changed = false;
        let slots = known.stack.iter_mut().chain(&mut known.locals);
        for (slot, other) in slots.zip(state.stack.into_iter().chain(state.locals)) {
            let joined = slot.join(other);
            changed |= joined != *slot;
            *slot = joined;
        }
        if changed && !self.todo.contains(&index) {
            self.todo.push(index);
        }
        Ok(())
    }
}

/// One instruction at work.
struct Step<'a> {
    code: &'a CodeObject,
    instruction: &'a Instruction,
    state: &'a mut State,
}

impl Step<'_> {
    fn require(&self, holds: bool, rule: &'static str) -> Result<(), Broken> {
        require(holds, self.instruction.offset, rule)
    }

    fn pop(&mut self) -> Result<Slot, Broken> {
        let slot = self.state.stack.pop();
        self.require(slot.is_some(), "the stack holds what the instruction takes")?;
        Ok(slot.unwrap_or(Slot::Unknown))
    }

    fn pop_value(&mut self) -> Result<Slot, Broken> {
        let slot = self.pop()?;
        self.require(slot.is_filled(), "the instruction takes values")?;
        Ok(slot)
    }

    fn pop_values(&mut self, count: usize) -> Result<(), Broken> {
        (0..count).try_for_each(|_| self.pop_value().map(drop))
    }

    fn push(&mut self, slot: Slot) {
        self.state.stack.push(slot);
    }

    /// The slot that is `depth` from the top, counted from 1.
    fn peek(&self, depth: usize) -> Result<Slot, Broken> {
        let slot = self.state.stack.len().checked_sub(depth).and_then(|index| self.state.stack.get(index));
        self.require(slot.is_some(), "the stack holds what the instruction takes")?;
        Ok(slot.copied().unwrap_or(Slot::Unknown))
    }

    fn peek_value(&self, depth: usize) -> Result<(), Broken> {
        let slot = self.peek(depth)?;
        self.require(slot.is_filled(), "the instruction takes values")
    }

    fn load(&mut self, local: usize) -> Result<(), Broken> {
        let slot = self.state.locals[local];
        self.require(slot.is_filled(), "the local variable is bound")?;
        self.push(slot);
        Ok(())
    }

    fn store(&mut self, local: usize) -> Result<(), Broken> {
        self.state.locals[local] = self.pop()?;
        Ok(())
    }

    /// Runs the instruction. Returns what is known where it jumps to, if it jumps.
    fn run(&mut self) -> Result<Option<State>, Broken> {
        let operand = self.instruction.operand as usize;
        match self.instruction.opcode {
            Opcode::ForIter => {
                self.peek_value(1)?;
                let mut exhausted = self.state.clone();
                exhausted.stack.push(Slot::Empty);
                self.push(Slot::Value);
                return Ok(Some(exhausted));
            }
            // Its operand leads back to the SEND, but it never goes there.
            Opcode::EndAsyncFor => {
                self.pop_values(2)?;
                return Ok(None);
            }
            _ => {}
        }
        if !self.run_local(operand)? && !self.run_stack(operand)? {
            let opcode = self.instruction.opcode;
            self.pop_values(opcode.pops(self.instruction.operand) as usize)?;
            let pushes = opcode.pushes(self.instruction.operand) as usize;
            let depth = self.state.stack.len();
            self.state.stack.resize(depth + pushes, Slot::Value);
        }
        Ok(self.instruction.target.map(|_| self.state.clone()))
    }

    /// Instructions that work on fast locals. Returns whether it is one.
    fn run_local(&mut self, operand: usize) -> Result<bool, Broken> {
        match self.instruction.opcode {
            Opcode::LoadFast | Opcode::LoadFastBorrow => self.load(operand)?,
            Opcode::LoadFastLoadFast | Opcode::LoadFastBorrowLoadFastBorrow => {
                self.load(operand >> 4)?;
                self.load(operand & 15)?;
            }
            Opcode::LoadFastCheck => {
                let local = &mut self.state.locals[operand];
                *local = if local.is_filled() { *local } else { Slot::Value };
                self.load(operand)?;
            }
            Opcode::LoadFastAndClear => {
                let slot = std::mem::replace(&mut self.state.locals[operand], Slot::Empty);
                self.push(slot);
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
            Opcode::DeleteFast => self.state.locals[operand] = Slot::Empty,
            Opcode::MakeCell => self.state.locals[operand] = Slot::Cell,
            Opcode::CopyFreeVars => {
                let free = self.code.localsplus_kinds.iter().map(|kind| kind & local_kind::FREE != 0);
                for (local, free) in self.state.locals.iter_mut().zip(free) {
                    if free {
                        *local = Slot::Cell;
                    }
                }
            }
            Opcode::LoadDeref | Opcode::StoreDeref | Opcode::DeleteDeref | Opcode::LoadFromDictOrDeref => {
                let cell = self.state.locals[operand] == Slot::Cell;
                self.require(cell, "the fast local holds a cell")?;
                // What it does to the stack is as usual.
                return Ok(false);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Instructions that move slots, or take or leave empty ones. Returns whether it is one.
    fn run_stack(&mut self, operand: usize) -> Result<bool, Broken> {
        match self.instruction.opcode {
            Opcode::PopTop | Opcode::EndFor => drop(self.pop()?),
            Opcode::PushNull => self.push(Slot::Empty),
            Opcode::Copy => {
                let slot = self.peek(operand)?;
                self.push(slot);
            }
            Opcode::Swap => {
                self.peek(operand)?;
                let top = self.state.stack.len() - 1;
                self.state.stack.swap(top, top + 1 - operand);
            }
            Opcode::Call => self.call(operand)?,
            Opcode::CallKw => {
                self.pop_value()?;
                self.call(operand)?;
            }
            Opcode::CallFunctionEx => {
                self.pop()?;
                self.pop_value()?;
                self.pop()?;
                self.pop_value()?;
                self.push(Slot::Value);
            }
            Opcode::LoadGlobal => {
                self.push(Slot::Value);
                if operand & 1 != 0 {
                    self.push(Slot::Empty);
                }
            }
            Opcode::LoadAttr | Opcode::LoadSuperAttr | Opcode::LoadSpecial => {
                let pops = self.instruction.opcode.pops(self.instruction.operand);
                self.pop_values(pops as usize)?;
                self.push(Slot::Value);
                if operand & 1 != 0 || self.instruction.opcode == Opcode::LoadSpecial {
                    self.push(Slot::Unknown);
                }
            }
            // The exit function's `self` may be absent.
            Opcode::WithExceptStart => {
                for depth in [1, 2, 3, 5] {
                    self.peek_value(depth)?;
                }
                self.push(Slot::Value);
            }
            // These change a container that lies deeper; what is between isn't touched.
            Opcode::ListAppend
            | Opcode::ListExtend
            | Opcode::SetAdd
            | Opcode::SetUpdate
            | Opcode::DictUpdate
            | Opcode::DictMerge => {
                self.pop_value()?;
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
        self.pop_value()?;
        self.push(Slot::Value);
        Ok(())
    }
}
