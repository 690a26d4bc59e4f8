//! Setting `f_lineno` from a trace function: where the line begins in the code, and whether the operand stack there fits the frame's.

use super::lines::{Instruction, instructions};
use crate::object::code::Code;
use crate::object::pointer::Gc;
use taipan_compiler::opcode::Opcode;

/// What lies in a place of the operand stack.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Object,
    Iterator,
    Exception,
    /// The instruction that an exception came from.
    Origin,
    Null,
}

impl Place {
    /// Whether code that expects a place of this kind can go on with one of the other.
    fn accepts(self, other: Place) -> bool {
        match self {
            Place::Object => other != Place::Null,
            Place::Null => true,
            kind => kind == other,
        }
    }
}

type Stack = Vec<Place>;

/// The operand stacks before the instructions, `None` where nothing leads to one.
struct Stacks(Vec<Option<Stack>>);

impl Stacks {
    fn of(code: Gc<Code>) -> Stacks {
        let instructions = instructions(code);
        let mut stacks = Stacks(vec![None; code.length + 1]);
        stacks.0[0] = Some(Vec::new());
        let mut again = true;
        while again {
            again = false;
            for instruction in &instructions {
                again |= stacks.step(instruction);
            }
            again |= stacks.enter_handlers(code);
        }
        stacks
    }

    fn set(&mut self, unit: usize, stack: Stack) {
        if let Some(place) = self.0.get_mut(unit) {
            *place = Some(stack);
        }
    }

    /// Carries the stack over an instruction. Tells whether an earlier one became reachable.
    fn step(&mut self, instruction: &Instruction) -> bool {
        let Some(mut stack) = self.0[instruction.unit].clone() else { return false };
        let next = instruction.end();
        let operand = instruction.operand;
        match instruction.opcode {
            Opcode::PopJumpIfFalse
            | Opcode::PopJumpIfTrue
            | Opcode::PopJumpIfNone
            | Opcode::PopJumpIfNotNone => {
                stack.pop();
            }
            Opcode::ForIter => stack.push(Place::Object),
            Opcode::Send | Opcode::JumpForward => {}
            Opcode::JumpBackward | Opcode::JumpBackwardNoInterrupt => {
                let Some(target) = instruction.target() else { return false };
                let found = self.0[target].is_none() && target < instruction.unit;
                self.set(target, stack);
                return found;
            }
            Opcode::ReturnValue | Opcode::RaiseVarargs | Opcode::Reraise => return false,
            Opcode::GetIter | Opcode::GetAiter => {
                stack.pop();
                stack.push(Place::Iterator);
            }
            Opcode::PushExcInfo => stack.push(Place::Exception),
            Opcode::PushNull => stack.push(Place::Null),
            Opcode::LoadGlobal => {
                stack.push(Place::Object);
                if operand & 1 != 0 {
                    stack.push(Place::Null);
                }
            }
            Opcode::LoadAttr if operand & 1 != 0 => {
                stack.pop();
                stack.extend([Place::Object, Place::Null]);
            }
            Opcode::Swap if operand <= stack.len() => {
                let top = stack.len() - 1;
                stack.swap(top, top + 1 - operand);
            }
            Opcode::Copy if operand <= stack.len() => {
                let copied = stack[stack.len() - operand];
                stack.push(copied);
            }
            opcode => {
                let effect = opcode.stack_effect(operand as u32, false);
                for _ in effect..0 {
                    stack.pop();
                }
                for _ in 0..effect {
                    stack.push(Place::Object);
                }
            }
        }
        if let Some(target) = instruction.target() {
            self.set(target, stack.clone());
        }
        if instruction.opcode != Opcode::JumpForward {
            self.set(next, stack);
        }
        false
    }

    /// Carries stacks into exception handlers. Tells whether one became reachable.
    fn enter_handlers(&mut self, code: Gc<Code>) -> bool {
        let mut found = false;
        for range in code.definition().handlers() {
            let target = range.handler.target / 2;
            let Some(mut stack) = self.0.get(range.start / 2).cloned().flatten() else { continue };
            if self.0[target].is_some() {
                continue;
            }
            found = true;
            stack.truncate(range.handler.depth);
            if range.handler.lasti {
                stack.push(Place::Origin);
            }
            stack.push(Place::Exception);
            self.set(target, stack);
        }
        found
    }
}

/// Whether a frame can go on where `to` is expected, the operands above its depth dropped.
fn fits(from: &Option<Stack>, to: &Option<Stack>) -> bool {
    let (Some(from), Some(to)) = (from, to) else { return false };
    from.len() >= to.len() && to.iter().zip(from).all(|(expected, found)| expected.accepts(*found))
}

fn why_not(to: &Option<Stack>) -> &'static str {
    match to.as_ref().map(|stack| stack.last()) {
        None => "can't jump into an exception handler, or code may be unreachable",
        Some(Some(Place::Exception)) => "can't jump into an 'except' block as there's no exception",
        Some(Some(Place::Origin)) => "can't jump into a re-raising block as there's no location",
        Some(Some(Place::Iterator)) => "can't jump into the body of a for loop",
        Some(_) => "incompatible stacks",
    }
}

/// Where a jump goes.
pub struct Target {
    pub unit: usize,
    /// Operands that stay.
    pub depth: usize,
    /// What is to be dropped from the frame's operand stack, top first.
    pub dropped: Vec<Place>,
}

/// Finds where a frame that is at the instruction `from` can go on for a line; else why it can't.
pub fn find(code: Gc<Code>, from: usize, line: i32) -> Result<Target, String> {
    let definition = code.definition();
    if line < definition.firstlineno {
        return Err(format!("line {line} comes before the current code block"));
    }
    // Where the line changes: in the middle of a line the stack is as nobody expects it.
    let mut starts: Vec<(usize, i32)> = Vec::new();
    for span in definition.positions() {
        if let Some(start) = span.location.line
            && starts.last().is_none_or(|(_, last)| *last != start)
            && span.start / 2 < code.length
        {
            starts.push((span.start / 2, start));
        }
    }
    let Some(nearest) = starts.iter().map(|(_, start)| *start).filter(|start| *start >= line).min() else {
        return Err(format!("line {line} comes after the current code block"));
    };
    let stacks = Stacks::of(code).0;
    let mut best: Option<usize> = None;
    let mut complaint = None;
    for (unit, _) in starts.iter().filter(|(_, start)| *start == nearest) {
        let depth = |unit: usize| stacks[unit].as_ref().map_or(0, Vec::len);
        if fits(&stacks[from], &stacks[*unit]) {
            if best.is_none_or(|best| depth(*unit) > depth(best)) {
                best = Some(*unit);
            }
        } else if complaint.is_none() {
            complaint = Some(match stacks[from] {
                None => "can't jump from unreachable code",
                Some(_) => why_not(&stacks[*unit]),
            });
        }
    }
    let Some(unit) = best else {
        return Err(complaint.unwrap_or("cannot find bytecode for specified line").to_string());
    };
    let (from, to) = (stacks[from].as_deref().unwrap_or(&[]), stacks[unit].as_deref().unwrap_or(&[]));
    Ok(Target { unit, depth: to.len(), dropped: from[to.len()..].iter().rev().copied().collect() })
}
