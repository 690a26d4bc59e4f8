//! From the flow graph to a code object: jump offsets, code bytes, location table, exception table, fast locals.

use bumpalo::Bump;
use bumpalo::collections::Vec as ArenaVec;

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
#[derive(Clone, Copy)]
struct Placed {
    opcode: Opcode,
    operand: u32,
    location: Location,
    /// The index of the instruction that it jumps to; [`NOWHERE`] if it isn't a jump.
    target: u32,
    handler: Option<BlockId>,
    /// In code units.
    offset: u32,
}

const NOWHERE: u32 = u32::MAX;

/// Code units between a SEND and the END_SEND after it.
const END_SEND_OFFSET: u32 = 5;

/// Makes the code object of a unit. `arena` takes what is needed on the way; it can be emptied afterwards.
///
/// # Errors
///
/// A unit that the code generator should not have made.
pub fn assemble_unit(unit: CodeUnit, arena: &Bump) -> Result<CodeObject, String> {
    assemble(unit, arena).map_err(|Malformed(reason)| reason.to_owned())
}

fn assemble(mut unit: CodeUnit, arena: &Bump) -> Result<CodeObject, Malformed> {
    let mut graph =
        Graph::from_sequence(unit.sequence, arena).ok_or(Malformed("a label without an instruction"))?;
    let mut consts = Pool::new(std::mem::take(&mut unit.consts));
    graph.optimize(&mut consts, unit.varnames.len(), parameter_count(&unit))?;
    let Finished { stack_depth, shared_cells } = graph.finish(&unit)?;

    let (mut placed, block_starts) = place(&graph)?;
    resolve_directions(&mut placed);
    let units = resolve_offsets(&mut placed);
    resolve_locations(&mut placed);

    let (localsplus_names, localsplus_kinds) = fast_locals(&unit, shared_cells);
    Ok(CodeObject {
        argcount: unit.argcount,
        posonlyargcount: unit.posonlyargcount,
        kwonlyargcount: unit.kwonlyargcount,
        stacksize: stack_depth,
        flags: unit.flags,
        code: code_bytes(&placed, units),
        consts: consts.into_constants(),
        names: unit.names,
        localsplus_names,
        localsplus_kinds,
        filename: unit.filename,
        name: unit.name,
        qualname: unit.qualname,
        firstlineno: unit.firstlineno as i32,
        linetable: location_table(&placed, unit.firstlineno as i32),
        exceptiontable: exception_table(&placed, &graph, block_starts),
    })
}

/// How many of the local variables are parameters.
fn parameter_count(unit: &CodeUnit) -> usize {
    let flags = unit.flags;
    let variadic = [CodeFlags::VARARGS, CodeFlags::VARKEYWORDS].iter().filter(|flag| flags.contains(**flag));
    (unit.argcount + unit.kwonlyargcount) as usize + variadic.count()
}

/// The instructions one after another, and where each block starts among them.
fn place<'b>(graph: &Graph<'b>) -> Result<(ArenaVec<'b, Placed>, &'b [u32]), Malformed> {
    let block_starts = graph.for_each_block(u32::MAX);
    let order = graph.order();
    let mut count = 0;
    for id in &order {
        block_starts[id.index()] = count;
        count += graph[*id].instrs.len() as u32;
    }
    let mut placed = ArenaVec::with_capacity_in(count as usize, graph.arena);
    for id in &order {
        for instr in &graph[*id].instrs {
            let target = instr.target_block().map(|block| block_starts[block.index()]);
            if target.is_some_and(|target| target >= count) {
                return Err(Malformed("a jump beyond the end"));
            }
            placed.push(Placed {
                opcode: instr.opcode,
                // CPython starts with the target's index in place of the distance, and that decides which of several
                // fixed points `resolve_offsets` finds.
                operand: target.unwrap_or(instr.operand),
                location: instr.location,
                target: target.unwrap_or(NOWHERE),
                handler: instr.handler,
                offset: 0,
            });
        }
    }
    Ok((placed, block_starts))
}

fn resolve_directions(placed: &mut [Placed]) {
    for (instr, index) in placed.iter_mut().zip(0..) {
        let forward = instr.target != NOWHERE && instr.target > index;
        instr.opcode = match instr.opcode {
            Opcode::Jump | Opcode::JumpNoInterrupt if forward => Opcode::JumpForward,
            Opcode::Jump => Opcode::JumpBackward,
            Opcode::JumpNoInterrupt => Opcode::JumpBackwardNoInterrupt,
            other => other,
        };
    }
}

/// How many `EXTENDED_ARG`s an operand needs.
fn extensions(operand: u32) -> u32 {
    match operand {
        0..=0xFF => 0,
        0x100..=0xFFFF => 1,
        0x1_0000..=0xFF_FFFF => 2,
        _ => 3,
    }
}

/// How many code units an instruction takes.
fn size(instr: &Placed) -> u32 {
    extensions(instr.operand) + 1 + instr.opcode.cache_words() as u32
}

/// Computes the operands of jumps; their sizes depend on each other, so this goes on until none changes. Returns the
/// size of all.
fn resolve_offsets(placed: &mut [Placed]) -> u32 {
    loop {
        let mut offset = 0;
        for instr in placed.iter_mut() {
            instr.offset = offset;
            offset += size(instr);
        }
        let mut changed = false;
        for index in 0..placed.len() {
            let Placed { opcode, target, offset, .. } = placed[index];
            if target == NOWHERE {
                continue;
            }
            let before = size(&placed[index]);
            let end = offset + before;
            let target = placed[target as usize].offset;
            placed[index].operand = match opcode {
                // Monitoring looks for the END_SEND, but the label is the SEND's.
                Opcode::EndAsyncFor => end - target - END_SEND_OFFSET,
                _ => end.abs_diff(target),
            };
            changed |= size(&placed[index]) != before;
        }
        if !changed {
            return offset;
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

fn code_bytes(placed: &[Placed], units: u32) -> Vec<u8> {
    let mut code = Vec::with_capacity(2 * units as usize);
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
    let mut writer = LocationWriter::new(first_line, 2 * placed.len());
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

fn exception_table(placed: &[Placed], graph: &Graph, block_starts: &[u32]) -> Vec<u8> {
    let mut ranges: Vec<HandlerRange> = Vec::new();
    let mut current: Option<(BlockId, u32)> = None;
    let mut close = |current: Option<(BlockId, u32)>, end: u32| {
        if let Some((block, start)) = current {
            ranges.push(HandlerRange {
                start: 2 * start as usize,
                end: 2 * end as usize,
                handler: handler(block, placed, graph, block_starts),
            });
        }
    };
    for instr in placed {
        if instr.handler != current.map(|(block, _)| block) {
            close(current, instr.offset);
            current = instr.handler.map(|block| (block, instr.offset));
        }
    }
    close(current, placed.last().map_or(0, |last| last.offset + size(last)));
    encode_exception_table(ranges)
}

fn handler(block: BlockId, placed: &[Placed], graph: &Graph, block_starts: &[u32]) -> Handler {
    let start = placed.get(block_starts[block.index()] as usize).map_or(0, |instr| instr.offset as usize);
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
