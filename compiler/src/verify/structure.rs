//! What can be checked without following the code.

use super::{Broken, operands, require};
use crate::code::{CodeFlags, CodeObject, Decoded, HandlerRange, decode, local_kind};
use crate::opcode::{Opcode, ResumePoint, Section};

/// No code needs a deeper stack or more locals.
const MAX_FRAME: usize = 1 << 20;

/// An instruction that is known to be one.
pub(super) struct Instruction {
    pub opcode: Opcode,
    pub operand: u32,
    /// Byte offset of the instruction itself.
    pub offset: usize,
    /// The index of the instruction it jumps to.
    pub target: Option<usize>,
    /// The index of its handler in [`Layout::handlers`].
    pub handler: Option<usize>,
}

/// An exception handler.
pub(super) struct Handler {
    /// The index of its first instruction.
    pub target: usize,
    /// The depth to which the stack is unwound before entering it.
    pub depth: usize,
    /// Whether the raising instruction is pushed.
    pub lasti: bool,
}

/// The instructions of a code object and the exception handlers of its table.
pub(super) struct Layout {
    pub instructions: Vec<Instruction>,
    pub handlers: Vec<Handler>,
}

/// Checks everything but the flow.
pub(super) fn check(code: &CodeObject) -> Result<Layout, Broken> {
    check_locals(code)?;
    let decoded = decode_all(code)?;
    let index_at = index_of_starts(&decoded, code.code.len());
    let mut instructions = Vec::with_capacity(decoded.len());
    for each in &decoded {
        instructions.push(instruction(code, each, &index_at)?);
    }
    let handlers = handlers(code, &mut instructions, &index_at)?;
    check_sequence(code, &instructions)?;
    Ok(Layout { instructions, handlers })
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
    let groups: Option<Vec<i32>> = kinds.iter().map(group).collect();
    let sorted = groups.is_some_and(|groups| groups.is_sorted());
    require(sorted, 0, "locals, cells and free variables stand in this order")?;
    require(code.posonlyargcount <= code.argcount, 0, "positional-only parameters are positional ones")?;
    let variadic = [CodeFlags::VARARGS, CodeFlags::VARKEYWORDS];
    let variadic = variadic.iter().filter(|flag| code.flags.contains(**flag)).count() as u64;
    let parameters = u64::from(code.argcount) + u64::from(code.kwonlyargcount) + variadic;
    let locals = kinds.iter().filter(|kind| **kind & LOCAL != 0).count();
    require(parameters <= locals as u64, 0, "each parameter is a local variable")
}

/// Splits the code into instructions.
fn decode_all(code: &CodeObject) -> Result<Vec<Decoded>, Broken> {
    let bytes = &code.code;
    require(!bytes.is_empty() && bytes.len().is_multiple_of(2), 0, "the code consists of code units")?;
    let decoded: Vec<Decoded> = decode(bytes).collect();
    let mut end = 0;
    for each in &decoded {
        let extensions = (each.offset - each.start) / 2;
        require(extensions <= 3, each.start, "an operand has at most 32 bits")?;
        require(each.end() <= bytes.len(), each.offset, "there is room for the instruction's caches")?;
        let clear = bytes[each.offset + 2..each.end()].iter().all(|byte| *byte == 0);
        require(clear, each.offset, "the instruction's caches are empty")?;
        end = each.end();
    }
    require(end == bytes.len(), end, "the code doesn't end in EXTENDED_ARG")?;
    Ok(decoded)
}

/// For each code unit, the index of the instruction that starts there.
fn index_of_starts(decoded: &[Decoded], length: usize) -> Vec<Option<usize>> {
    let mut index_at = vec![None; length / 2];
    for (index, each) in decoded.iter().enumerate() {
        index_at[each.start / 2] = Some(index);
    }
    index_at
}

/// The instruction that starts at a byte offset.
fn lookup(index_at: &[Option<usize>], offset: usize) -> Option<usize> {
    if offset.is_multiple_of(2) { index_at.get(offset / 2).copied().flatten() } else { None }
}

fn instruction(code: &CodeObject, each: &Decoded, index_at: &[Option<usize>]) -> Result<Instruction, Broken> {
    let opcode = each.opcode().filter(|opcode| opcode.section() == Section::Base);
    let never = matches!(opcode, None | Some(Opcode::Cache | Opcode::Reserved | Opcode::InterpreterExit));
    require(!never, each.offset, "the opcode is one that a compiler emits")?;
    let opcode = opcode.unwrap_or(Opcode::Nop);
    operands::check(code, opcode, each.operand).map_err(|rule| Broken { offset: each.offset, rule })?;
    let target = match each.jump_target() {
        None => None,
        Some(target) => {
            let index = usize::try_from(target).ok().and_then(|target| lookup(index_at, target));
            require(index.is_some(), each.offset, "the jump leads to an instruction")?;
            index
        }
    };
    Ok(Instruction { opcode, operand: each.operand, offset: each.offset, target, handler: None })
}

fn handlers(
    code: &CodeObject,
    instructions: &mut [Instruction],
    index_at: &[Option<usize>],
) -> Result<Vec<Handler>, Broken> {
    let mut table = code.handlers();
    let ranges: Vec<HandlerRange> = table.by_ref().collect();
    require(table.rest().is_empty(), 0, "the exception table is well-formed")?;
    let mut handlers = Vec::with_capacity(ranges.len());
    let mut covered = 0;
    for range in ranges {
        let (start, end) = (range.start, range.end);
        require(covered <= start && start < end, start, "the exception table's ranges follow each other")?;
        let first = lookup(index_at, start);
        let last = if end == code.code.len() { Some(instructions.len()) } else { lookup(index_at, end) };
        let target = lookup(index_at, range.handler.target);
        let (Some(first), Some(last), Some(target)) = (first, last, target) else {
            return Err(Broken { offset: start, rule: "the exception table refers to instructions" });
        };
        for instruction in &mut instructions[first..last] {
            instruction.handler = Some(handlers.len());
        }
        handlers.push(Handler { target, depth: range.handler.depth, lasti: range.handler.lasti });
        covered = end;
    }
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
            Opcode::ForIter => instruction.target.and_then(opcode_at) == Some(Opcode::EndFor),
            _ => true,
        };
        require(holds, instruction.offset, "the instruction is at a place where it may be")?;
        let last = index + 1 == instructions.len();
        require(
            !last || instruction.opcode.is_terminator(),
            instruction.offset,
            "the code doesn't run over its end",
        )?;
    }
    Ok(())
}
