//! The textual form of functions. [`super::parse`] reads it back.

use super::function::{BlockId, Edge, FrameState, Function, StateId, Terminator, Value};
use super::instruction::{Condition, Immediate, Opcode, Representation};
use super::types::{INT_MAX, INT_MIN, Kinds};
use std::fmt::{self, Display, Formatter};

impl Display for Function {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        writeln!(out, "function {} {{", self.name)?;
        for (index, frame) in self.frames.iter().enumerate() {
            writeln!(
                out,
                "frame f{index} code {} locals {} stack {}",
                frame.code, frame.locals, frame.stack
            )?;
        }
        let mut used = vec![false; self.states.len()];
        for block in &self.blocks {
            let of_instructions = block.instructions.iter().filter_map(|value| self.get(*value).state);
            let of_exit = match block.terminator {
                Terminator::Exit(state, _) => Some(state),
                _ => None,
            };
            for state in of_instructions.chain(of_exit).chain(block.entry_state) {
                let mut next = Some(state);
                while let Some(id) = next {
                    used[id.index()] = true;
                    next = self.state(id).parent;
                }
            }
        }
        for (index, state) in self.states.iter().enumerate() {
            if used[index] {
                write_state(out, StateId(index as u32), state)?;
            }
        }
        let reachable = super::analysis::reachable(self);
        for block in self.block_ids().filter(|block| reachable[block.index()]) {
            self.write_block(out, block)?;
        }
        writeln!(out, "}}")
    }
}

fn write_state(out: &mut Formatter<'_>, id: StateId, state: &FrameState) -> fmt::Result {
    write!(out, "state {id} = {} @{} [", state.frame, state.pc)?;
    write_slots(out, &state.locals)?;
    write!(out, "|")?;
    write_slots(out, &state.stack)?;
    write!(out, "]")?;
    if let Some(owner) = state.owner {
        write!(out, " of {owner}")?;
    }
    if let Some(parent) = state.parent {
        write!(out, " in {parent}")?;
    }
    writeln!(out)
}

fn write_slots(out: &mut Formatter<'_>, slots: &[Option<Value>]) -> fmt::Result {
    for (index, slot) in slots.iter().enumerate() {
        if index > 0 {
            write!(out, " ")?;
        }
        match slot {
            Some(value) => write!(out, "{value}")?,
            None => write!(out, "_")?,
        }
    }
    Ok(())
}

/// The text form of a representation.
pub fn representation_name(representation: Representation) -> &'static str {
    match representation {
        Representation::Tagged => "tagged",
        Representation::Int => "int",
        Representation::Float => "float",
        Representation::Bool => "bool",
        Representation::Pointer => "pointer",
        Representation::Nothing => "nothing",
    }
}

impl Function {
    fn write_block(&self, out: &mut Formatter<'_>, id: BlockId) -> fmt::Result {
        let block = self.block(id);
        write!(out, "{id}")?;
        if !block.parameters.is_empty() {
            write!(out, "(")?;
            for (index, parameter) in block.parameters.iter().enumerate() {
                let separator = if index > 0 { ", " } else { "" };
                let name = representation_name(self.get(*parameter).representation);
                write!(out, "{separator}{parameter}: {name}")?;
                self.write_type(out, *parameter)?;
            }
            write!(out, ")")?;
        }
        writeln!(out, "{}:", if block.cold { " cold" } else { "" })?;
        for &value in &block.instructions {
            write!(out, "  ")?;
            self.write_instruction(out, value)?;
            writeln!(out)?;
        }
        write!(out, "  ")?;
        match &block.terminator {
            Terminator::Missing => write!(out, "missing")?,
            Terminator::Jump(edge) => {
                write!(out, "jump ")?;
                write_edge(out, edge)?;
            }
            Terminator::Branch { condition, yes, no } => {
                write!(out, "branch {condition}, ")?;
                write_edge(out, yes)?;
                write!(out, ", ")?;
                write_edge(out, no)?;
            }
            Terminator::Return(value) => write!(out, "return {value}")?,
            Terminator::Exit(state, reason) => write!(out, "exit #{reason} !{state}")?,
        }
        if let Some(state) = block.entry_state {
            write!(out, " !{state}")?;
        }
        writeln!(out)
    }

    fn write_type(&self, out: &mut Formatter<'_>, value: Value) -> fmt::Result {
        let instruction = self.get(value);
        let plain = super::function::kinds_of(instruction.representation);
        let ty = instruction.ty;
        let ranged = ty.kinds == Kinds::INT && (ty.low, ty.high) != (INT_MIN, INT_MAX);
        if ty.kinds != plain || ty.shape != 0 || ranged {
            write!(out, " {ty}")?;
        }
        Ok(())
    }

    fn write_instruction(&self, out: &mut Formatter<'_>, value: Value) -> fmt::Result {
        let instruction = self.get(value);
        let definition = instruction.opcode.definition();
        if definition.result != Representation::Nothing {
            write!(out, "{value} = ")?;
        }
        write!(out, "{}", definition.name)?;
        for (immediate, number) in definition.immediates.iter().zip(instruction.immediates) {
            match immediate {
                Immediate::Number => write!(out, " #{number}")?,
                Immediate::Word => write!(out, " #{:#x}", number as u64)?,
                Immediate::FloatBits => write!(out, " #{:?}", f64::from_bits(number as u64))?,
                Immediate::Condition => {
                    write!(out, ".{}", Condition::from_number(number).map_or("?", Condition::name))?;
                }
            }
        }
        for (index, operand) in instruction.operands.iter().enumerate() {
            write!(out, "{}{operand}", if index > 0 { ", " } else { " " })?;
        }
        if let Some(state) = instruction.state {
            write!(out, " !{state}")?;
        }
        if shows_type(instruction.opcode) {
            let plain = super::function::kinds_of(definition.result);
            let ty = instruction.ty;
            let ranged = ty.kinds == Kinds::INT && (ty.low, ty.high) != (INT_MIN, INT_MAX);
            if ty.kinds != plain || ty.shape != 0 || ranged {
                write!(out, " : {ty}")?;
            }
        }
        Ok(())
    }
}

/// Is the type worth printing? That of constants and boxes follows from the opcode.
fn shows_type(opcode: Opcode) -> bool {
    !matches!(
        opcode,
        Opcode::Constant
            | Opcode::IntConstant
            | Opcode::FloatConstant
            | Opcode::BoolConstant
            | Opcode::BoxFloat
            | Opcode::BoxBool
            | Opcode::NewTuple
            | Opcode::NewList
    )
}

fn write_edge(out: &mut Formatter<'_>, edge: &Edge) -> fmt::Result {
    write!(out, "{}", edge.block)?;
    if !edge.arguments.is_empty() {
        write!(out, "(")?;
        for (index, argument) in edge.arguments.iter().enumerate() {
            write!(out, "{}{argument}", if index > 0 { ", " } else { "" })?;
        }
        write!(out, ")")?;
    }
    Ok(())
}
