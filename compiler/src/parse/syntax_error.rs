//! What the parser rejects, and what it accepts although CPython doesn't.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Mod, Stmt};
use ruff_python_parser::Parsed;
use ruff_text_size::Ranged;

use super::{Lines, ParseContext};
use crate::Mode;
use crate::diagnose::tokenizer::{TokenKind as TokenizerKind, tokenize};
use crate::diagnose::{DiagnoseContext, diagnose};
use crate::error::{Problem, Result};

/// CPython's limits of open parentheses, of indentation, of f-strings in each other and of fields in format specifications.
const MAX_PARENTHESES: u32 = 200;
const MAX_INDENTS: u32 = 99;
const MAX_STRINGS: usize = 149;
const MAX_FIELDS: u32 = 3;

/// The parser skips it, CPython only in bytes.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Fails with CPython's error if the source isn't a valid program.
pub(super) fn check(source: &str, parsed: &Parsed<Mod>, context: &ParseContext) -> Result<()> {
    let suspicious =
        context.mode == Mode::Single || source.starts_with(BYTE_ORDER_MARK) || is_too_deep(parsed);
    if parsed.errors().is_empty() && !suspicious {
        return Ok(());
    }
    diagnose_with(source, context, false)?;
    check_parser(source, parsed)
}

/// Fails with what only the parser objects to.
pub(super) fn check_parser(source: &str, parsed: &Parsed<Mod>) -> Result<()> {
    let Some(error) = parsed.errors().first() else { return Ok(()) };
    let mut lines = Lines::new(source);
    let location = lines.location(error.range().start().to_u32(), error.range().end().to_u32());
    Err(Problem::syntax("invalid syntax", location))
}

/// The source with `!=` in place of each operator `<>`.
pub(super) fn without_diamonds(source: &str) -> String {
    let mut replaced = source.to_owned();
    if source.contains("<>") {
        for token in tokenize(source, false, true).tokens {
            if token.kind == TokenizerKind::Op && &source[token.from..token.to] == "<>" {
                replaced.replace_range(token.from..token.to, "!=");
            }
        }
    }
    replaced
}

/// Reads the source as CPython would, and fails if it finds something wrong.
pub(super) fn diagnose_with(source: &str, context: &ParseContext, barry: bool) -> Result<()> {
    let &ParseContext { mode, dont_imply_dedent, allow_incomplete_input, .. } = context;
    diagnose(source, &DiagnoseContext { mode, barry, dont_imply_dedent, allow_incomplete_input })
}

/// Whether `from __future__ import barry_as_FLUFL` is among the statements.
pub(super) fn imports_barry(source: &str, parsed: &Parsed<Mod>) -> bool {
    if memchr::memmem::find(source.as_bytes(), b"barry_as_FLUFL").is_none() {
        return false;
    }
    let Mod::Module(module) = parsed.syntax() else { return false };
    module.body.iter().any(|statement| match statement {
        Stmt::ImportFrom(import) => {
            import.module.as_ref().is_some_and(|module| module.id == "__future__")
                && import.names.iter().any(|alias| alias.name.id == "barry_as_FLUFL")
        }
        _ => false,
    })
}

/// Whether parentheses, f-strings or blocks may be nested too deeply.
fn is_too_deep(parsed: &Parsed<Mod>) -> bool {
    let (mut parentheses, mut indents) = (0u32, 0u32);
    // The braces open in each f-string around.
    let mut strings: Vec<u32> = Vec::new();
    for token in parsed.tokens() {
        match token.kind() {
            TokenKind::Lpar | TokenKind::Lsqb => parentheses += 1,
            TokenKind::Lbrace => {
                parentheses += 1;
                if let Some(braces) = strings.last_mut() {
                    *braces += 1;
                    if *braces > MAX_FIELDS {
                        return true;
                    }
                }
            }
            TokenKind::Rpar | TokenKind::Rsqb => parentheses = parentheses.saturating_sub(1),
            TokenKind::Rbrace => {
                parentheses = parentheses.saturating_sub(1);
                if let Some(braces) = strings.last_mut() {
                    *braces = braces.saturating_sub(1);
                }
            }
            TokenKind::Indent => indents += 1,
            TokenKind::Dedent => indents = indents.saturating_sub(1),
            TokenKind::FStringStart | TokenKind::TStringStart => strings.push(0),
            TokenKind::FStringEnd | TokenKind::TStringEnd => {
                strings.pop();
            }
            _ => continue,
        }
        if parentheses > MAX_PARENTHESES || indents > MAX_INDENTS || strings.len() > MAX_STRINGS {
            return true;
        }
    }
    false
}
