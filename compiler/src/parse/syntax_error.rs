//! What the parser rejects, and what it accepts although CPython doesn't.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Mod, Stmt};
use ruff_python_parser::Parsed;
use ruff_text_size::Ranged;

use super::{Lines, ParseContext};
use crate::Mode;
use crate::diagnose::{DiagnoseContext, diagnose};
use crate::error::{Problem, Result};

/// CPython's limits of open parentheses and of indentation.
const MAX_PARENTHESES: u32 = 200;
const MAX_INDENTS: u32 = 99;

/// The parser skips it, CPython only in bytes.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Fails with CPython's error if the source isn't a valid program.
pub(super) fn check(source: &str, parsed: &Parsed<Mod>, context: &ParseContext) -> Result<()> {
    let error = parsed.errors().first();
    let barry = source.contains("barry_as_FLUFL") && imports_barry(parsed);
    let suspicious =
        context.mode == Mode::Single || barry || source.starts_with(BYTE_ORDER_MARK) || is_too_deep(parsed);
    if error.is_none() && !suspicious {
        return Ok(());
    }
    let &ParseContext { mode, dont_imply_dedent, allow_incomplete_input, .. } = context;
    diagnose(source, &DiagnoseContext { mode, barry, dont_imply_dedent, allow_incomplete_input })?;
    let Some(error) = error else { return Ok(()) };
    // What only the parser objects to.
    let mut lines = Lines::new(source);
    let location = lines.location(error.range().start().to_u32(), error.range().end().to_u32());
    Err(Problem::syntax("invalid syntax", location))
}

/// Whether `from __future__ import barry_as_FLUFL` is among the statements.
fn imports_barry(parsed: &Parsed<Mod>) -> bool {
    let Mod::Module(module) = parsed.syntax() else { return false };
    module.body.iter().any(|statement| match statement {
        Stmt::ImportFrom(import) => {
            import.module.as_ref().is_some_and(|module| module.id == "__future__")
                && import.names.iter().any(|alias| alias.name.id == "barry_as_FLUFL")
        }
        _ => false,
    })
}

/// Whether parentheses, f-strings or blocks are nested too deeply.
fn is_too_deep(parsed: &Parsed<Mod>) -> bool {
    let (mut parentheses, mut indents, mut strings) = (0u32, 0u32, 0u32);
    for token in parsed.tokens() {
        match token.kind() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                parentheses += 1;
                // Three levels of replacement fields in format specifications are too many.
                if parentheses > MAX_PARENTHESES || strings > 0 && parentheses > 3 {
                    return true;
                }
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                parentheses = parentheses.saturating_sub(1)
            }
            TokenKind::Indent => {
                indents += 1;
                if indents > MAX_INDENTS {
                    return true;
                }
            }
            TokenKind::Dedent => indents = indents.saturating_sub(1),
            TokenKind::FStringStart | TokenKind::TStringStart => strings += 1,
            TokenKind::FStringEnd | TokenKind::TStringEnd => strings = strings.saturating_sub(1),
            _ => {}
        }
    }
    false
}
