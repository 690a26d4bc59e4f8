//! What `profile` and `dis` ask the engine.

use super::{engine, exits};
use crate::build::{Target, build};
use taipan_runtime::object::code::Code;
use taipan_runtime::object::pointer::Gc;

/// A compiled unit.
pub struct UnitReport {
    /// The function's qualified name.
    pub name: String,
    /// Where it begins, in code units; 0 or the place of RESUME for a whole function, else a loop's header.
    pub start: u32,
    /// Bytes of machine code.
    pub bytes: usize,
    /// Is it in service?
    pub valid: bool,
    /// The exits that were taken.
    pub exits: Vec<ExitReport>,
}

/// An exit that was taken.
pub struct ExitReport {
    /// The function whose bytecode it belongs to.
    pub function: String,
    /// The file.
    pub file: String,
    /// The line, if known.
    pub line: Option<i32>,
    /// Why.
    pub reason: &'static str,
    /// How often.
    pub times: u32,
}

/// All units made so far.
pub fn units() -> Vec<UnitReport> {
    let Some(engine) = engine() else { return Vec::new() };
    let mut reports: Vec<(u64, UnitReport)> = engine
        .units
        .values()
        .filter_map(|unit| {
            let bytes = unit.machine.as_ref()?.bytes().len();
            let exits = unit.exits.exits.iter().zip(&unit.taken).filter(|(_, times)| **times > 0);
            let exits = exits
                .filter_map(|(exit, times)| {
                    let (frame, record) = unit.exits.innermost(exit)?;
                    let code = exits::code_of(record);
                    let definition = code.definition();
                    Some(ExitReport {
                        function: code.qualified_name.to_string_lossy(),
                        file: definition.filename.to_string_lossy().into_owned(),
                        line: definition.line_of(frame.pc as usize * 2),
                        reason: exit.reason.text(),
                        times: *times,
                    })
                })
                .collect();
            let report = UnitReport {
                name: unit.name.clone(),
                start: unit.start,
                bytes,
                valid: unit.invalid == 0,
                exits,
            };
            Some((unit.id, report))
        })
        .collect();
    reports.sort_by_key(|(id, _)| *id);
    reports.into_iter().map(|(_, report)| report).collect()
}

/// Code objects that can't be compiled, by version, with the reason.
pub fn refusals() -> Vec<(u32, String)> {
    let Some(engine) = engine() else { return Vec::new() };
    let refused = engine.places.iter().filter_map(|(key, place)| Some((key.0, place.refused.clone()?)));
    let mut all: Vec<(u32, String)> = refused.collect();
    all.sort();
    all
}

/// The HIR of a function as built and as optimised, for `dis`.
pub fn listing(target: &Target) -> Result<(String, String), String> {
    let lessons = Default::default();
    let mut built = build(target, &lessons)?;
    let before = built.function.to_string();
    crate::optimize::run(&mut built.function, false)?;
    Ok((before, built.function.to_string()))
}

/// The version of a code object, by which [`refusals`] names it.
pub fn version(code: Gc<Code>) -> u32 {
    code.version
}
