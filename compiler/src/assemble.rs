//! From the flow graph to a code object: jump offsets, code bytes, location table, exception table, fast locals.

use crate::code::parameter_kind;
use crate::code::{
    CodeFlags, CodeLocation, CodeObject, Handler, HandlerRange, LocationWriter, encode_exception_table,
    local_kind,
};
use crate::flow_graph::{BlockId, Finished, Graph, Malformed, Pool};
use crate::instruction_sequence::{CodeUnit, Location};
use crate::opcode::Opcode;
use crate::text::Text;

/// An instruction in its final place.
struct Placed {
    opcode: Opcode,
    operand: u32,
    location: Location,
    /// The index of the instruction that it jumps to.
    target: Option<usize>,
    handler: Option<BlockId>,
    /// In code units.
    offset: usize,
}

/// Code units between a SEND and the END_SEND after it.
const END_SEND_OFFSET: usize = 5;

/// Makes the code object of a unit.
///
/// # Errors
///
/// A unit that the code generator should not have made.
pub fn assemble_unit(unit: CodeUnit) -> Result<CodeObject, String> {
    assemble(unit).map_err(|Malformed(reason)| reason.to_owned())
}

fn assemble(mut unit: CodeUnit) -> Result<CodeObject, Malformed> {
    let mut graph =
        Graph::from_sequence(&unit.sequence).ok_or(Malformed("a label without an instruction"))?;
    let mut consts = Pool::new(std::mem::take(&mut unit.consts));
    graph.optimize(&mut consts, unit.varnames.len(), parameter_count(&unit))?;
    let Finished { stack_depth, shared_cells } = graph.finish(&unit)?;

    let (mut placed, block_starts) = place(&graph)?;
    resolve_directions(&mut placed);
    resolve_offsets(&mut placed);
    resolve_locations(&mut placed);

    let (localsplus_names, localsplus_kinds) = fast_locals(&unit, shared_cells);
    Ok(CodeObject {
        argcount: unit.argcount,
        posonlyargcount: unit.posonlyargcount,
        kwonlyargcount: unit.kwonlyargcount,
        stacksize: stack_depth,
        flags: unit.flags,
        code: code_bytes(&placed),
        consts: consts.into_constants(),
        names: unit.names,
        localsplus_names,
        localsplus_kinds,
        filename: unit.filename,
        name: unit.name,
        qualname: unit.qualname,
        firstlineno: unit.firstlineno as i32,
        linetable: location_table(&placed, unit.firstlineno as i32),
        exceptiontable: exception_table(&placed, &graph, &block_starts),
    })
}

/// How many of the local variables are parameters.
fn parameter_count(unit: &CodeUnit) -> usize {
    let flags = unit.flags;
    let variadic = [CodeFlags::VARARGS, CodeFlags::VARKEYWORDS].iter().filter(|flag| flags.contains(**flag));
    (unit.argcount + unit.kwonlyargcount) as usize + variadic.count()
}

/// The instructions one after another, and where each block starts among them.
fn place(graph: &Graph) -> Result<(Vec<Placed>, Vec<usize>), Malformed> {
    let mut block_starts = vec![usize::MAX; graph.blocks.len()];
    let mut count = 0;
    for id in graph.order() {
        block_starts[id.0] = count;
        count += graph[id].instrs.len();
    }
    let mut placed = Vec::with_capacity(count);
    for id in graph.order() {
        for instr in &graph[id].instrs {
            let target = instr.target_block().map(|block| block_starts[block.0]);
            if target.is_some_and(|target| target >= count) {
                return Err(Malformed("a jump beyond the end"));
            }
            placed.push(Placed {
                opcode: instr.opcode,
                // CPython starts with the target's index in place of the distance, and that decides which of several
                // fixed points `resolve_offsets` finds.
                operand: target.map_or(instr.operand, |target| target as u32),
                location: instr.location,
                target,
                handler: instr.handler,
                offset: 0,
            });
        }
    }
    Ok((placed, block_starts))
}

fn resolve_directions(placed: &mut [Placed]) {
    for (index, instr) in placed.iter_mut().enumerate() {
        let forward = instr.target.is_some_and(|target| target > index);
        instr.opcode = match instr.opcode {
            Opcode::Jump | Opcode::JumpNoInterrupt if forward => Opcode::JumpForward,
            Opcode::Jump => Opcode::JumpBackward,
            Opcode::JumpNoInterrupt => Opcode::JumpBackwardNoInterrupt,
            other => other,
        };
    }
}

/// How many `EXTENDED_ARG`s an operand needs.
fn extensions(operand: u32) -> usize {
    match operand {
        0..=0xFF => 0,
        0x100..=0xFFFF => 1,
        0x1_0000..=0xFF_FFFF => 2,
        _ => 3,
    }
}

/// How many code units an instruction takes.
fn size(instr: &Placed) -> usize {
    extensions(instr.operand) + 1 + instr.opcode.cache_words()
}

/// Computes the operands of jumps; their sizes depend on each other, so this goes on until none changes.
fn resolve_offsets(placed: &mut [Placed]) {
    loop {
        let mut offset = 0;
        for instr in placed.iter_mut() {
            instr.offset = offset;
            offset += size(instr);
        }
        let mut changed = false;
        let mut end = 0;
        for index in 0..placed.len() {
            let before = size(&placed[index]);
            end += before;
            let Some(target) = placed[index].target else { continue };
            let target = placed[target].offset;
            let distance = match placed[index].opcode {
                // Monitoring looks for the END_SEND, but the label is the SEND's.
                Opcode::EndAsyncFor => end - target - END_SEND_OFFSET,
                _ => end.abs_diff(target),
            };
            placed[index].operand = distance as u32;
            changed |= size(&placed[index]) != before;
        }
        if !changed {
            return;
        }
    }
}

/// Replaces the request for the next instruction's location.
fn resolve_locations(placed: &mut [Placed]) {
    let mut next = Location::NONE;
    for instr in placed.iter_mut().rev() {
        if instr.location == Location::NEXT {
            let terminator = instr.opcode.is_jump()
                || matches!(instr.opcode, Opcode::ReturnValue | Opcode::RaiseVarargs | Opcode::Reraise);
            instr.location = if terminator { Location::NONE } else { next };
        }
        next = instr.location;
    }
}

fn code_bytes(placed: &[Placed]) -> Vec<u8> {
    let mut code = Vec::new();
    for instr in placed {
        for extension in (1..=extensions(instr.operand)).rev() {
            code.extend([Opcode::ExtendedArg as u8, (instr.operand >> (8 * extension)) as u8]);
        }
        debug_assert!(!instr.opcode.is_pseudo());
        code.extend([instr.opcode as u16 as u8, instr.operand as u8]);
        code.resize(code.len() + 2 * instr.opcode.cache_words(), 0);
    }
    code
}

fn location_table(placed: &[Placed], first_line: i32) -> Vec<u8> {
    let mut writer = LocationWriter::new(first_line);
    let mut location = Location::NONE;
    let mut units = 0;
    for instr in placed {
        if instr.location != location {
            writer.push(code_location(location), units);
            (location, units) = (instr.location, 0);
        }
        units += size(instr);
    }
    writer.push(code_location(location), units);
    writer.finish()
}

fn code_location(location: Location) -> CodeLocation {
    let known = |value: i32| (value >= 0).then_some(value);
    CodeLocation {
        line: known(location.line),
        end_line: known(location.end_line),
        column: known(location.column),
        end_column: known(location.end_column),
    }
}

fn exception_table(placed: &[Placed], graph: &Graph, block_starts: &[usize]) -> Vec<u8> {
    let mut ranges: Vec<HandlerRange> = Vec::new();
    let mut current: Option<(BlockId, usize)> = None;
    let mut offset = 0;
    let mut close = |current: Option<(BlockId, usize)>, end: usize| {
        if let Some((block, start)) = current {
            ranges.push(HandlerRange {
                start: 2 * start,
                end: 2 * end,
                handler: handler(block, placed, graph, block_starts),
            });
        }
    };
    for instr in placed {
        if instr.handler != current.map(|(block, _)| block) {
            close(current, offset);
            current = instr.handler.map(|block| (block, offset));
        }
        offset += size(instr);
    }
    close(current, offset);
    encode_exception_table(ranges)
}

fn handler(block: BlockId, placed: &[Placed], graph: &Graph, block_starts: &[usize]) -> Handler {
    let start = placed.get(block_starts[block.0]).map_or(0, |instr| instr.offset);
    let lasti = graph[block].preserve_lasti;
    // The exception, and the instruction's offset if it is wanted, are pushed on entering.
    let depth = (graph[block].start_depth.unwrap_or(0) as usize).saturating_sub(1 + usize::from(lasti));
    Handler { target: 2 * start, depth, lasti }
}

/// The names and kinds of the fast locals.
fn fast_locals(unit: &CodeUnit, shared_cells: usize) -> (Vec<Text>, Vec<u8>) {
    let mut names =
        Vec::with_capacity(unit.varnames.len() + unit.cellvars.len() + unit.freevars.len() - shared_cells);
    let mut kinds = Vec::with_capacity(names.capacity());
    for (index, name) in unit.varnames.iter().enumerate() {
        let counts = [unit.argcount, unit.posonlyargcount, unit.kwonlyargcount];
        let mut kind = local_kind::LOCAL | parameter_kind(counts, unit.flags, index as u32);
        if unit.hidden.get(index).copied().unwrap_or(false) {
            kind |= local_kind::HIDDEN;
        }
        if unit.cellvars.contains(name) {
            kind |= local_kind::CELL;
        }
        names.push(name.clone());
        kinds.push(kind);
    }
    for name in unit.cellvars.iter().filter(|name| !unit.varnames.contains(name)) {
        names.push(name.clone());
        kinds.push(local_kind::CELL);
    }
    for name in &unit.freevars {
        names.push(name.clone());
        kinds.push(local_kind::FREE);
    }
    (names, kinds)
}
