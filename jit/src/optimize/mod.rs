//! The passes over HIR, and the order in which they run.
//!
//! Each pass is one file and takes a function to an equivalent, better one. `run` is the pipeline. In debug
//! builds and in the modes eager and stress the verifier runs after every pass.

pub mod dead_code;
pub mod escape;
pub mod infer_types;
pub mod loop_invariant;
pub mod memory;
pub mod parameters;
pub mod ranges;
pub mod simplify;
pub mod value_numbering;

use crate::hir::{Function, verify::verify};

/// A pass: its name and what runs it.
pub type Pass = (&'static str, fn(&mut Function));

/// The pipeline.
pub const PIPELINE: &[Pass] = &[
    ("dead_code", dead_code::run),
    ("parameters", parameters::run),
    ("infer_types", infer_types::run),
    ("value_numbering", value_numbering::run),
    ("escape", escape::run),
    ("parameters", parameters::run),
    ("infer_types", infer_types::run),
    ("unbox_parameters", parameters::unbox),
    ("value_numbering", value_numbering::run),
    ("ranges", ranges::run),
    ("dead_code", dead_code::run),
    ("loop_invariant", loop_invariant::run),
    ("infer_types", infer_types::run),
    ("unbox_parameters", parameters::unbox),
    ("value_numbering", value_numbering::run),
    ("ranges", ranges::run),
    ("parameters", parameters::run),
    ("dead_code", dead_code::run),
];

/// Runs all passes. If `checked`, the verifier looks at what was built and at the result of each pass; the error says which of them made
/// something invalid.
pub fn run(function: &mut Function, checked: bool) -> Result<(), String> {
    let check = |function: &Function, name: &str| match checked {
        true => verify(function).map_err(|message| format!("invalid HIR after {name}: {message}")),
        false => Ok(()),
    };
    check(function, "build")?;
    for (name, pass) in PIPELINE {
        pass(function);
        check(function, name)?;
    }
    Ok(())
}

/// Runs one pass on a function given as text, for the tests of the passes.
#[cfg(test)]
pub fn run_text(text: &str, pass: fn(&mut Function)) -> String {
    let mut function = crate::hir::parse::parse(text).expect("the test's text is valid");
    verify(&function).expect("the test's function is valid");
    pass(&mut function);
    verify(&function).expect("the pass keeps functions valid");
    function.to_string()
}
