//! What can be checked without following the code.

use super::{Broken, operands, require};
use crate::code::{CodeFlags, CodeObject, local_kind};
use crate::opcode::{EMITTED, Opcode, OperandKind, ResumePoint};

/// No code needs a deeper stack or more locals.
const MAX_FRAME: usize = 1 << 20;
/// Offsets are below this, so that sums of them stay in 32 bits.
const MAX_LENGTH: u32 = 1 << 30;

/// In place of an index: there is none.
pub(super) const NONE: u32 = u32::MAX;

/// An instruction that is known to be one.
#[derive(Clone, Copy)]
pub(super) struct Instruction {
    pub opcode: Opcode,
    pub operand: u32,
    /// Byte offset of the instruction itself.
    pub offset: u32,
    /// The index of the instruction it jumps to, or [`NONE`].
    pub target: u32,
    /// The index of its handler in [`Layout::handlers`], or [`NONE`].
    pub handler: u32,
}

/// An exception handler.
pub(super) struct Handler {
    /// The index of its first instruction.
    pub target: u32,
    /// The depth to which the stack is unwound before entering it.
    pub depth: u32,
    /// Whether the raising instruction is pushed.
    pub lasti: bool,
}

/// The instructions of a code object and the exception handlers of its table.
pub(super) struct Layout {
    pub instructions: Vec<Instruction>,
    pub handlers: Vec<Handler>,
    /// Whether a jump or an exception leads back without looking for interrupts.
    pub goes_back_silently: bool,
}

/// Checks everything but the flow.
pub(super) fn check(code: &CodeObject) -> Result<Layout, Broken> {
    check_locals(code)?;
    let (mut instructions, index_at) = decode(code)?;
    let mut goes_back_silently = resolve_jumps(&mut instructions, &index_at)?;
    let handlers = handlers(code, &mut instructions, &index_at, &mut goes_back_silently)?;
    check_sequence(code, &instructions)?;
    Ok(Layout { instructions, handlers, goes_back_silently })
}

fn check_locals(code: &CodeObject) -> Result<(), Broken> {
    use local_kind::{CELL, FREE, LOCAL};
    let kinds = &code.localsplus_kinds;
    require(kinds.len() == code.localsplus_names.len(), 0, "each fast local has a name and a kind")?;
    require(
        kinds.len() <= MAX_FRAME && code.stacksize as usize <= MAX_FRAME,
        0,
        "the frame has a reasonable size",
    )?;
    // Locals come first, then other cells, then free variables.
    let group = |kind: &u8| match kind & (LOCAL | CELL | FREE) {
        LOCAL => Some(0),
        kind if kind == LOCAL | CELL => Some(0),
        CELL => Some(1),
        FREE => Some(2),
        _ => None,
    };
    let known = kinds.iter().all(|kind| group(kind).is_some());
    let sorted = known && kinds.iter().map(group).is_sorted();
    require(sorted, 0, "locals, cells and free variables stand in this order")?;
    require(code.posonlyargcount <= code.argcount, 0, "positional-only parameters are positional ones")?;
    let variadic = [CodeFlags::VARARGS, CodeFlags::VARKEYWORDS];
    let variadic = variadic.iter().filter(|flag| code.flags.contains(**flag)).count() as u64;
    let parameters = u64::from(code.argcount) + u64::from(code.kwonlyargcount) + variadic;
    let locals = kinds.iter().filter(|kind| **kind & LOCAL != 0).count();
    require(parameters <= locals as u64, 0, "each parameter is a local variable")
}

/// Splits the code into instructions, whose targets are byte offsets for now. Returns also the index of the instruction
/// that starts at each code unit, or [`NONE`].
fn decode(code: &CodeObject) -> Result<(Vec<Instruction>, Vec<u32>), Broken> {
    let bytes = &code.code;
    let reasonable = u32::try_from(bytes.len()).is_ok_and(|length| length < MAX_LENGTH);
    require(
        reasonable && !bytes.is_empty() && bytes.len().is_multiple_of(2),
        0,
        "the code consists of code units",
    )?;
    let mut index_at = vec![NONE; bytes.len() / 2];
    let mut instructions = Vec::with_capacity(bytes.len() / 4 + 1);
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let mut operand = u32::from(bytes[at + 1]);
        while bytes[at] == Opcode::ExtendedArg as u8 {
            at += 2;
            require(at < bytes.len(), at, "the code doesn't end in EXTENDED_ARG")?;
            require(at - start <= 6, start, "an operand has at most 32 bits")?;
            operand = operand << 8 | u32::from(bytes[at + 1]);
        }
        let Some(opcode) = EMITTED[usize::from(bytes[at])] else {
            return Err(Broken { offset: at, rule: "the opcode is one that a compiler emits" });
        };
        let offset = at;
        at += 2 + 2 * opcode.cache_words();
        require(at <= bytes.len(), offset, "there is room for the instruction's caches")?;
        let clear = bytes[offset + 2..at].iter().fold(0, |all, byte| all | byte) == 0;
        require(clear, offset, "the instruction's caches are empty")?;
        operands::check(code, opcode, operand).map_err(|rule| Broken { offset, rule })?;
        let distance = 2 * i64::from(operand);
        let target = match opcode.operand_kind() {
            OperandKind::JumpForward => at as i64 + distance,
            OperandKind::JumpBackward => at as i64 - distance,
            _ => i64::from(NONE),
        };
        // What is beyond the code's bounds isn't the offset of an instruction.
        let target = u32::try_from(target).unwrap_or(NONE - 1);
        index_at[start / 2] = instructions.len() as u32;
        instructions.push(Instruction { opcode, operand, offset: offset as u32, target, handler: NONE });
    }
    Ok((instructions, index_at))
}

/// The instruction that starts at a byte offset.
fn lookup(index_at: &[u32], offset: usize) -> Option<u32> {
    if !offset.is_multiple_of(2) {
        return None;
    }
    index_at.get(offset / 2).copied().filter(|index| *index != NONE)
}

/// Makes indices of the targets. Returns whether a jump leads back without looking for interrupts.
fn resolve_jumps(instructions: &mut [Instruction], index_at: &[u32]) -> Result<bool, Broken> {
    let mut goes_back_silently = false;
    for (instruction, index) in instructions.iter_mut().zip(0..) {
        if instruction.target == NONE {
            continue;
        }
        let Some(target) = lookup(index_at, instruction.target as usize) else {
            let offset = instruction.offset as usize;
            return Err(Broken { offset, rule: "the jump leads to an instruction" });
        };
        instruction.target = target;
        goes_back_silently |= target <= index && instruction.opcode == Opcode::JumpBackwardNoInterrupt;
    }
    Ok(goes_back_silently)
}

fn handlers(
    code: &CodeObject,
    instructions: &mut [Instruction],
    index_at: &[u32],
    goes_back_silently: &mut bool,
) -> Result<Vec<Handler>, Broken> {
    let mut table = code.handlers();
    let mut handlers = Vec::new();
    let mut covered = 0;
    for range in table.by_ref() {
        let (start, end) = (range.start, range.end);
        require(covered <= start && start < end, start, "the exception table's ranges follow each other")?;
        let first = lookup(index_at, start);
        let last =
            if end == code.code.len() { Some(instructions.len() as u32) } else { lookup(index_at, end) };
        let target = lookup(index_at, range.handler.target);
        let (Some(first), Some(last), Some(target), Ok(depth)) =
            (first, last, target, u32::try_from(range.handler.depth))
        else {
            return Err(Broken { offset: start, rule: "the exception table refers to instructions" });
        };
        for instruction in &mut instructions[first as usize..last as usize] {
            instruction.handler = handlers.len() as u32;
        }
        *goes_back_silently |= target < last;
        handlers.push(Handler { target, depth, lasti: range.handler.lasti });
        covered = end;
    }
    require(table.rest().is_empty(), 0, "the exception table is well-formed")?;
    Ok(handlers)
}

/// Checks what must follow what, and where generators start.
fn check_sequence(code: &CodeObject, instructions: &[Instruction]) -> Result<(), Broken> {
    let opcode_at = |index: usize| instructions.get(index).map(|instruction| instruction.opcode);
    let prefix = instructions
        .iter()
        .position(|instruction| !matches!(instruction.opcode, Opcode::CopyFreeVars | Opcode::MakeCell))
        .unwrap_or(instructions.len());
    let generator = code.flags.is_generator_like();
    if generator {
        let starts = opcode_at(prefix) == Some(Opcode::ReturnGenerator)
            && opcode_at(prefix + 1) == Some(Opcode::PopTop);
        require(starts, 0, "a generator starts with RETURN_GENERATOR and POP_TOP")?;
    }
    for (index, instruction) in instructions.iter().enumerate() {
        let next = opcode_at(index + 1);
        let holds = match instruction.opcode {
            Opcode::ReturnGenerator => generator && index == prefix,
            Opcode::YieldValue => generator && next == Some(Opcode::Resume),
            Opcode::Resume if instruction.operand & 3 == ResumePoint::FunctionStart as u32 => true,
            Opcode::Resume => generator,
            Opcode::CopyFreeVars => index == 0,
            // It goes on behind the END_FOR when there is no next item.
            Opcode::ForIter => opcode_at(instruction.target as usize) == Some(Opcode::EndFor),
            _ => true,
        };
        require(holds, instruction.offset as usize, "the instruction is at a place where it may be")?;
    }
    let ends = instructions.last().is_some_and(|last| last.opcode.is_terminator());
    let offset = instructions.last().map_or(0, |last| last.offset as usize);
    require(ends, offset, "the code doesn't run over its end")
}
