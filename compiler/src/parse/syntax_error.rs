//! What the parser rejects, in CPython's words.

use ruff_python_ast::Mod;
use ruff_python_parser::Parsed;
use ruff_text_size::Ranged;

use super::Lines;
use crate::Mode;
use crate::error::{Problem, Result};

/// Fails with CPython's error if the source isn't a valid program.
pub(super) fn check(source: &str, lines: &Lines, parsed: &Parsed<Mod>, mode: Mode) -> Result<()> {
    let _ = (source, lines, mode);
    let Some(error) = parsed.errors().first() else { return Ok(()) };
    let mut lines = Lines::new(source);
    let location = lines.location(error.range().start().to_u32(), error.range().end().to_u32());
    Err(Problem::syntax(format!("invalid syntax: {error}"), location))
}
