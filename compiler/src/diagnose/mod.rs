//! Why a source is no valid program, in CPython's words and at CPython's positions.
//!
//! When the parser has rejected a source, it is read again: `tokenizer` makes CPython's tokens, `engine` matches them against
//! the grammar in `grammar.txt`, whose rules for common mistakes have messages, and `actions` raises them.

mod actions;
mod engine;
mod grammar;
mod strings;
pub mod tokenizer;

use std::borrow::Cow;

use crate::Mode;
use crate::error::{ErrorKind, LineText, Notice, Problem, Result};
use crate::instruction_sequence::Location;

use engine::Parser;
use tokenizer::{Place, TokenKind};

/// How much native stack the search may take: CPython's limit of nesting, times what a level needs here.
const STACK: usize = 128 * 1024 * 1024;

/// Where an error is, in CPython's terms: lines from 1; offsets are how many bytes of the line lie before the end of the
/// character meant, 0 or -1 where CPython has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub line: i32,
    pub offset: i32,
    pub end_line: i32,
    pub end_offset: i32,
}

impl Span {
    pub const NONE: Span = Span { line: 0, offset: 0, end_line: 0, end_offset: 0 };
}

/// An error that was raised while matching.
#[derive(Clone, Debug)]
struct Raised {
    kind: ErrorKind,
    message: String,
    span: Span,
    /// Nothing more is to be found out about it.
    by_tokenizer: bool,
    /// It carries the text of its line without the newline.
    bare: bool,
}

/// What the search depends on.
pub struct DiagnoseContext {
    pub mode: Mode,
    /// `from __future__ import barry_as_FLUFL` is in force.
    pub barry: bool,
    /// Open blocks don't end with interactive input.
    pub dont_imply_dedent: bool,
    /// An error at the end of the input is an `_IncompleteInputError`.
    pub allow_incomplete_input: bool,
}

/// Fails with what is wrong with `source`, if anything is.
pub fn diagnose(source: &str, context: &DiagnoseContext) -> Result<()> {
    let complete = context.mode != Mode::Exec || source.ends_with('\n') || source.is_empty();
    let source = match complete {
        true => Cow::Borrowed(source),
        false => Cow::Owned(format!("{source}\n")),
    };
    match stacker::grow(STACK, || search(&source, context)) {
        None => Ok(()),
        Some((raised, line_text, last_statement, notices)) => Err(Box::new(Problem {
            notices,
            is_of_codec: false,
            line_text,
            last_statement: Some(last_statement),
            kind: raised.kind,
            message: raised.message,
            location: Location::NONE,
            span: Some(raised.span),
        })),
    }
}

fn search(source: &str, context: &DiagnoseContext) -> Option<(Raised, LineText, (i32, i32), Vec<Notice>)> {
    let mut parser = Parser::new(
        source,
        tokenizer::tokenize(source, context.mode == Mode::Single, !context.dont_imply_dedent),
    );
    parser.barry = context.barry;
    let raised = find(&mut parser, context)?;
    // Of lines that it has left behind, the tokenizer has no newline any more.
    let reading = match &parser.token_error {
        Some(error) if raised.by_tokenizer && error.at_end => source.lines().count() as i32,
        Some(error) if raised.by_tokenizer => error.span.line,
        _ => parser.tokens.get(parser.fetched.saturating_sub(1)).map_or(0, |token| token.end.line),
    };
    let is_bare = raised.bare || reading > raised.span.line;
    let Place { line, column } = parser.last_statement;
    let line_text = if is_bare { LineText::Bare } else { LineText::Complete };
    Some((raised, line_text, (line, column), std::mem::take(&mut parser.notices)))
}

fn find(parser: &mut Parser, context: &DiagnoseContext) -> Option<Raised> {
    let start = match context.mode {
        Mode::Exec => "file",
        Mode::Eval => "eval",
        Mode::Single => "interactive",
    };
    if parser.parse(start) {
        return if context.mode == Mode::Single { rest_of_interactive(parser) } else { None };
    }
    if context.allow_incomplete_input && at_end(parser) {
        return incomplete(parser);
    }
    if parser.raised.is_some() {
        return finished(parser);
    }
    let last = parser.fetched.saturating_sub(1);
    parser.second_pass();
    parser.parse(start);
    if parser.raised.is_none() {
        let token = *parser.tokens.get(last)?;
        match token.kind {
            TokenKind::Indent | TokenKind::Dedent => {
                let what = if token.kind == TokenKind::Indent { "indent" } else { "unindent" };
                parser.raise_last(ErrorKind::IndentationError, format!("unexpected {what}"));
                return parser.raised.clone();
            }
            _ => parser.raise_range("invalid syntax".to_owned(), token.start, token.end),
        }
    }
    finished(parser)
}

/// Whether the tokenizer has looked beyond the end of the source.
fn at_end(parser: &Parser) -> bool {
    if parser.raised.as_ref().is_some_and(|raised| raised.by_tokenizer) {
        return parser.token_error.as_ref().is_some_and(|error| error.incomplete);
    }
    let fetched = parser.fetched.min(parser.tokens.len());
    let Some(token) = parser.tokens[..fetched].last() else { return false };
    let looks_no_further = match token.kind {
        TokenKind::Newline => token.from < token.to && parser.source[token.from..token.to].ends_with('\n'),
        TokenKind::String | TokenKind::FStringEnd | TokenKind::TStringEnd => true,
        _ => false,
    };
    token.to >= parser.source.len() && !looks_no_further
}

/// That there must be more: at the last token, at the start of an unterminated string, or else at the end of the source.
fn incomplete(parser: &mut Parser) -> Option<Raised> {
    let (kind, message) = (ErrorKind::IncompleteInputError, "incomplete input".to_owned());
    let Some(raised) = parser.raised.take() else {
        parser.raise_last(kind, message);
        return parser.raised.clone();
    };
    let source = parser.source;
    let (line, offset) = if source.is_empty() {
        (0, 0)
    } else if raised.message.starts_with("unterminated") {
        (raised.span.line, raised.span.offset)
    } else {
        let last_line = source.strip_suffix('\n').unwrap_or(source);
        let start = last_line.rfind('\n').map_or(0, |at| at + 1);
        (last_line.matches('\n').count() as i32 + 1, (source.len() - start) as i32)
    };
    let span = Span { line, offset, end_line: line, end_offset: -1 };
    Some(Raised { kind, message, span, by_tokenizer: true, bare: false })
}

/// An error of the tokenizer further on takes precedence over one of the parser; so does a parenthesis that is never closed,
/// if it was opened on an earlier line.
fn finished(parser: &mut Parser) -> Option<Raised> {
    let raised = parser.raised.clone()?;
    if raised.by_tokenizer || raised.kind == ErrorKind::MemoryError {
        return Some(raised);
    }
    let line = parser.tokens.get(parser.fetched.saturating_sub(1)).map_or(0, |token| token.start.line);
    match parser.token_error.clone() {
        Some(error) if error.at_end && error.span.line >= line => Some(raised),
        Some(error) if error.kind == ErrorKind::SyntaxError && (error.explicit || error.at_end) => {
            Some(Raised {
                kind: error.kind,
                message: error.message,
                span: error.span,
                by_tokenizer: true,
                bare: error.bare,
            })
        }
        Some(error) => match error.unclosed {
            Some(unclosed) if line > unclosed.1.line => Some(Raised {
                kind: ErrorKind::SyntaxError,
                message: unclosed.0,
                span: unclosed.1,
                by_tokenizer: true,
                bare: false,
            }),
            _ => Some(raised),
        },
        None => Some(raised),
    }
}

/// An interactive statement must be the only one.
fn rest_of_interactive(parser: &mut Parser) -> Option<Raised> {
    let last =
        parser.mark.checked_sub(1).and_then(|index| parser.tokens.get(index)).map_or(0, |token| token.to);
    let mut rest = &parser.source.as_bytes()[last.min(parser.source.len())..];
    loop {
        rest = match rest.first() {
            None => return None,
            Some(b' ' | b'\t' | b'\n' | b'\x0c') => &rest[1..],
            Some(b'#') => &rest[memchr::memchr(b'\n', rest).unwrap_or(rest.len())..],
            Some(_) => break,
        };
    }
    let message = "multiple statements found while compiling a single statement".to_owned();
    parser.raise_last(ErrorKind::SyntaxError, message);
    parser.raised.clone()
}
