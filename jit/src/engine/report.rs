//! What `profile` and `dis` ask the engine when the program has ended. Everything comes from [`History`], so that it must have been installed with
//! something to observe.
//!
//! **Invariant.** The caller holds the interpreter lock.

use super::history::Refusal;
use super::{Unit, engine, exits, first_resume};
use crate::build::GenericSite;
use crate::code_memory::CodeBlock;
use crate::lower::{Location, Place};
use std::time::{Duration, Instant};
use taipan_compiler::opcode::{BinaryOperator, Opcode};
use taipan_runtime::assumptions::UnitId;
use taipan_runtime::interpreter::feedback::tag;
use taipan_runtime::object::code::Code;
use taipan_runtime::object::pointer::Gc;
use taipan_runtime::value::Value;

pub use super::history::sample_iterations;

/// A place in the program.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Site {
    /// The file.
    pub file: String,
    /// The function's qualified name.
    pub function: String,
    /// The line, if known.
    pub line: Option<i32>,
    /// The instruction.
    pub opcode: &'static str,
}

/// A unit that was asked for.
pub struct UnitReport {
    /// Its number.
    pub id: UnitId,
    /// The code object.
    pub code: Gc<Code>,
    /// Where it begins: a function's first instruction or a loop's header.
    pub start: u32,
    /// Is it a loop, entered from the running frame?
    pub is_loop: bool,
    /// Where it begins in the source.
    pub site: Site,
    /// When it was asked for, since the engine's start.
    pub requested: Duration,
    /// How long the program waited for its HIR.
    pub build_time: Duration,
    /// How long optimising and generating code took.
    pub compile_time: Duration,
    /// When it was installed, if it was.
    pub finished: Option<Duration>,
    /// When and why it was taken out of service.
    pub retired: Option<(Duration, &'static str)>,
    /// Why there is no code.
    pub failure: Option<String>,
    /// HIR as built and as optimised, if listed.
    pub listings: [String; 2],
    /// The address of the machine code, and how much there is.
    pub address: usize,
    /// The machine code.
    pub bytes: &'static [u8],
    /// What the machine code belongs to.
    pub locations: &'static [Location],
    /// The places that the locations name.
    pub places: &'static [Place],
    /// Entries and loop iterations.
    pub iterations: u64,
    /// The exits that were taken.
    pub exits: Vec<ExitReport>,
    /// Where it calls general bodies, with what was seen there.
    pub general: Vec<(Site, String)>,
}

/// An exit that was taken.
pub struct ExitReport {
    /// The instruction before which the interpreter went on.
    pub site: Site,
    /// Why.
    pub reason: &'static str,
    /// How often.
    pub times: u32,
    /// How often within slices of time: see [`Totals::slice`].
    pub slices: Vec<(u32, u32)>,
}

/// What the engine did as a whole.
pub struct Totals {
    /// When it began.
    pub start: Instant,
    /// How long a slice of time is.
    pub slice: Duration,
    /// Code that can't be compiled.
    pub refusals: &'static [Refusal],
}

/// What the engine did, if it was observed.
pub fn totals() -> Option<Totals> {
    let history = engine()?.history.as_ref()?;
    Some(Totals { start: history.start(), slice: history.slice(), refusals: &history.refusals })
}

/// All units asked for so far, oldest first.
pub fn units() -> Vec<UnitReport> {
    let Some(engine) = engine() else { return Vec::new() };
    let Some(history) = &engine.history else { return Vec::new() };
    let mut reports: Vec<UnitReport> = Vec::new();
    for unit in engine.units.values() {
        let Some(record) = history.units.get(&unit.id) else { continue };
        let mut taken = exits_of(unit);
        for ((slice, id, number), times) in &history.exits {
            if *id == unit.id
                && let Some(exit) = taken.iter_mut().find(|(at, _)| at == number)
            {
                exit.1.slices.push((*slice, *times));
            }
        }
        taken.sort_by_key(|(number, _)| *number);
        let is_loop = first_resume(record.code) != Some(unit.start);
        reports.push(UnitReport {
            id: unit.id,
            code: record.code,
            start: unit.start,
            is_loop,
            site: unit_site(record.code, unit.start, is_loop),
            requested: record.requested,
            build_time: record.build_time,
            compile_time: record.compile_time,
            finished: record.finished,
            retired: record.retired,
            failure: record.failure.clone(),
            listings: record.listings.clone(),
            address: unit.machine.as_ref().map_or(0, |block| block.entry() as usize),
            bytes: unit.machine.as_ref().map_or(&[], CodeBlock::bytes),
            locations: &record.locations,
            places: &record.places,
            iterations: unit.iterations,
            exits: taken.into_iter().map(|(_, exit)| exit).collect(),
            general: unit
                .generic
                .iter()
                .map(|generic| (site((generic.code.value().0, generic.pc)), describe(generic)))
                .collect(),
        });
    }
    reports.sort_by_key(|report| report.id);
    reports
}

fn exits_of(unit: &Unit) -> Vec<(u32, ExitReport)> {
    let taken = unit.exits.exits.iter().zip(&unit.taken).enumerate().filter(|(_, (_, times))| **times > 0);
    taken
        .filter_map(|(number, (exit, times))| {
            let (frame, record) = unit.exits.innermost(exit)?;
            let site = site((exits::code_of(record).value().0, frame.pc));
            let exit = ExitReport { site, reason: exit.reason.text(), times: *times, slices: Vec::new() };
            Some((number as u32, exit))
        })
        .collect()
}

/// What was seen at a site that stays generic.
fn describe(site: &GenericSite) -> String {
    let mut parts = Vec::new();
    if site.opcode == Opcode::BinaryOp
        && let Some(operator) = BinaryOperator::from_u32(site.operand)
    {
        parts.push(operator.text().to_string());
    }
    parts.extend(site.callable.clone());
    if !site.classes.is_empty() {
        parts.push(format!("on {}", site.classes.join(", ")));
    }
    let kinds = |tags: u16| {
        let all = KINDS.iter().filter(move |(tag, _)| tags & tag != 0);
        all.map(|(_, name)| *name).collect::<Vec<_>>().join(" or ")
    };
    match site.operands {
        (0, 0) => {}
        (left, 0) => parts.push(format!("of {}", kinds(left))),
        (left, right) => parts.push(format!("of {} and {}", kinds(left), kinds(right))),
    }
    if site.failed_before {
        parts.push("guessed wrong before".to_string());
    }
    parts.join(", ")
}

const KINDS: [(u16, &str); 10] = [
    (tag::SMALL_INT, "small int"),
    (tag::FLOAT, "float"),
    (tag::BOOL, "bool"),
    (tag::BIG_INT, "big int"),
    (tag::STR, "str"),
    (tag::LIST, "list"),
    (tag::TUPLE, "tuple"),
    (tag::DICT, "dict"),
    (tag::NONE, "None"),
    (tag::OTHER, "something else"),
];

fn unit_site(code: Gc<Code>, start: u32, is_loop: bool) -> Site {
    let place = site((code.value().0, start));
    match is_loop {
        true => place,
        false => Site { line: Some(code.definition().firstlineno), ..place },
    }
}

/// The site of a code unit of a code object that is alive.
pub fn site((code, unit): (u64, u32)) -> Site {
    let code = Value(code).cast::<Code>();
    let definition = code.definition();
    Site {
        file: definition.filename.to_string_lossy().into_owned(),
        function: code.qualified_name.to_string_lossy(),
        line: definition.line_of(unit as usize * 2),
        opcode: instruction(code, unit),
    }
}

/// The name of the instruction at a code unit, or behind the prefixes there.
fn instruction(code: Gc<Code>, mut unit: u32) -> &'static str {
    while (unit as usize) < code.length {
        // SAFETY: within the code's instructions.
        let number = unsafe { *code.instructions.add(unit as usize) } as u8;
        if number != Opcode::ExtendedArg as u8 {
            return Opcode::from_u8(number).map_or("?", |opcode| opcode.base().name());
        }
        unit += 1;
    }
    "?"
}
