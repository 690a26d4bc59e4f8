//! Tokens for the module `tokenize`, as CPython's `_tokenize` delivers them.

use std::ops::Range;

use crate::diagnose::tokenizer::{self, Token, TokenError, TokenKind};
use crate::error::ErrorKind;

/// A token in the terms of the module `token`.
#[derive(Clone, Debug)]
pub struct SourceToken {
    /// The number of its type.
    pub kind: u8,
    /// Its text in [`SourceTokens::text`].
    pub text: Range<usize>,
    /// Line from 1 and column in characters.
    pub start: (i64, i64),
    pub end: (i64, i64),
    /// The lines that it stands on.
    pub lines: Range<usize>,
}

/// Why there are no more tokens.
#[derive(Clone, Debug)]
pub struct SourceTokenError {
    pub kind: ErrorKind,
    pub message: String,
    pub line: i64,
    /// Characters from 1; 0 if unknown.
    pub offset: i64,
    /// The line's text and the end of the place, unless the source has just come to its end.
    pub place: Option<ErrorPlace>,
}

/// The text of an error's line, and line and offset of its end.
#[derive(Clone, Debug)]
pub struct ErrorPlace {
    pub text: Range<usize>,
    pub end: Option<(i64, i64)>,
}

/// The tokens of a source, up to its end or the first error.
#[derive(Clone, Debug, Default)]
pub struct SourceTokens {
    /// The source, with a newline at its end.
    pub text: String,
    pub tokens: Vec<SourceToken>,
    pub error: Option<SourceTokenError>,
}

/// The numbers of the types that aren't an operator's.
mod number {
    pub const END_MARKER: u8 = 0;
    pub const NAME: u8 = 1;
    pub const NUMBER: u8 = 2;
    pub const STRING: u8 = 3;
    pub const NEWLINE: u8 = 4;
    pub const INDENT: u8 = 5;
    pub const DEDENT: u8 = 6;
    pub const OP: u8 = 55;
    pub const FSTRING_START: u8 = 59;
    pub const FSTRING_MIDDLE: u8 = 60;
    pub const FSTRING_END: u8 = 61;
    pub const TSTRING_START: u8 = 62;
    pub const TSTRING_MIDDLE: u8 = 63;
    pub const TSTRING_END: u8 = 64;
    pub const COMMENT: u8 = 65;
    pub const NL: u8 = 66;
}

/// The operators in the order of their types' numbers, which start at 7.
const OPERATORS: [&str; 48] = [
    "(", ")", "[", "]", ":", ",", ";", "+", "-", "*", "/", "|", "&", "<", ">", "=", ".", "%", "{", "}", "==",
    "!=", "<=", ">=", "~", "^", "<<", ">>", "**", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=",
    ">>=", "**=", "//", "//=", "@", "@=", "->", "...", ":=", "!",
];
/// The tokenizer's message when no parenthesis is open at the end.
const OPEN_END: &str = "unexpected EOF while parsing";
const FIRST_OPERATOR: u8 = 7;

/// The tokens of a source. With `extra`, comments and blank lines are tokens too, and operators have a common type.
pub fn tokenize(source: &str, extra: bool) -> SourceTokens {
    let mut text = source.to_owned();
    let implicit_newline = !text.is_empty() && !text.ends_with('\n');
    if implicit_newline {
        text.push('\n');
    }
    let found =
        if extra { tokenizer::tokenize_extra(&text) } else { tokenizer::tokenize(&text, false, true) };
    let end = if implicit_newline { text.len() - 1 } else { text.len() };
    let mut maker = Maker { text: &text, end, extra, line_starts: line_starts(&text) };
    let tokens = found.tokens.iter().map(|token| maker.token(token)).collect();
    let error = found.error.map(|error| maker.error(error));
    SourceTokens { text, tokens, error }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect()
}

struct Maker<'t> {
    text: &'t str,
    /// Where the source really ends.
    end: usize,
    extra: bool,
    line_starts: Vec<usize>,
}

impl Maker<'_> {
    /// The number (from 0) of the line at an offset.
    fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= offset) - 1
    }

    fn place(&self, offset: usize) -> (i64, i64) {
        let line = self.line(offset);
        let column = self.text[self.line_starts[line]..offset].chars().count();
        (line as i64 + 1, column as i64)
    }

    fn line_end(&self, line: usize) -> usize {
        self.line_starts.get(line + 1).copied().unwrap_or(self.text.len()).min(self.end)
    }

    fn kind(&self, token: &Token) -> u8 {
        match token.kind {
            TokenKind::Name => number::NAME,
            TokenKind::Number => number::NUMBER,
            TokenKind::String => number::STRING,
            TokenKind::Newline => number::NEWLINE,
            TokenKind::Indent => number::INDENT,
            TokenKind::Dedent => number::DEDENT,
            TokenKind::End => number::END_MARKER,
            TokenKind::FStringStart => number::FSTRING_START,
            TokenKind::FStringMiddle => number::FSTRING_MIDDLE,
            TokenKind::FStringEnd => number::FSTRING_END,
            TokenKind::TStringStart => number::TSTRING_START,
            TokenKind::TStringMiddle => number::TSTRING_MIDDLE,
            TokenKind::TStringEnd => number::TSTRING_END,
            TokenKind::Comment => number::COMMENT,
            TokenKind::Blank => number::NL,
            TokenKind::Op if self.extra => number::OP,
            TokenKind::Op => {
                let text = &self.text[token.from..token.to];
                let index = OPERATORS.iter().position(|operator| *operator == text);
                index.map_or(number::OP, |index| FIRST_OPERATOR + index as u8)
            }
        }
    }

    fn token(&mut self, token: &Token) -> SourceToken {
        let kind = self.kind(token);
        let Token { from, to, .. } = *token;
        let at_end = from >= self.text.len() && matches!(token.kind, TokenKind::End | TokenKind::Dedent);
        if at_end && self.extra {
            let place = (self.line_starts.len() as i64, 0);
            let nothing = self.text.len()..self.text.len();
            return SourceToken { kind, text: nothing.clone(), start: place, end: place, lines: nothing };
        }
        let is_break = matches!(token.kind, TokenKind::Newline | TokenKind::Blank);
        if !self.extra {
            return self.plain_token(token, kind, is_break);
        }
        let start = self.place(from);
        let end = match is_break {
            // The width of the line break, also of one that isn't there.
            true => (start.0, start.1 + (to - from) as i64),
            false => self.place(to),
        };
        let is_string = !matches!(
            token.kind,
            TokenKind::Name | TokenKind::Number | TokenKind::Op | TokenKind::Comment | TokenKind::End
        );
        let (first, last) = (self.line(from), self.line(if is_break { from } else { to }));
        let first = if is_string { first } else { last };
        let lines = self.line_starts[first].min(self.end)..self.line_end(last);
        SourceToken { kind, text: from.min(self.end)..to.min(self.end), start, end, lines }
    }

    /// A token as the parser sees it.
    fn plain_token(&self, token: &Token, kind: u8, is_break: bool) -> SourceToken {
        let Token { from, to, start, end, .. } = *token;
        let to = if is_break { to.max(from + 1) - 1 } else { to };
        let place = |line: i32, column: i32, offset: usize| match column {
            -1 => (i64::from(line), -1),
            _ => self.place(offset.min(self.text.len())),
        };
        let line = self.line(from.min(self.end.saturating_sub(1)));
        let lines = match from >= self.text.len() {
            true if self.end == self.text.len() && self.extra => self.end..self.end,
            _ => self.line_starts[line]..self.line_end(line),
        };
        let (start, end) = (place(start.line, start.column, from), place(end.line, end.column, to));
        SourceToken { kind, text: from.min(self.end)..to.min(self.end), start, end, lines }
    }

    fn error(&self, error: TokenError) -> SourceTokenError {
        let TokenError { kind, message, span, incomplete, .. } = error;
        let line = span.line.max(1) as usize;
        let is_string = message.starts_with("unterminated");
        if incomplete && !is_string {
            let last = self.line_starts.len().saturating_sub(1).max(1);
            return SourceTokenError {
                kind: ErrorKind::SyntaxError,
                message: "unexpected EOF in multi-line statement".to_owned(),
                line: last as i64,
                offset: if message == OPEN_END { i64::from(span.offset) } else { 0 },
                place: None,
            };
        }
        let start = self.line_starts.get(line - 1).copied().unwrap_or(self.end);
        let line_end = self.line_end(line - 1);
        let text = start..start + self.text[start..line_end].trim_end_matches('\n').len();
        let characters = |bytes: i32| {
            let end = (start + bytes.max(0) as usize).min(self.text.len());
            self.text.get(start..end).map_or(i64::from(bytes), |before| before.chars().count() as i64)
        };
        let (offset, end) = match kind {
            ErrorKind::SyntaxError => {
                let end_offset = if span.end_offset > 0 { span.end_offset } else { span.offset };
                (characters(span.offset), Some((line as i64, characters(end_offset))))
            }
            _ => ((line_end - start) as i64, None),
        };
        SourceTokenError { kind, message, line: line as i64, offset, place: Some(ErrorPlace { text, end }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<(u8, String)> {
        let found = tokenize(source, true);
        assert!(found.error.is_none(), "{:?}", found.error);
        found.tokens.iter().map(|token| (token.kind, found.text[token.text.clone()].to_owned())).collect()
    }

    #[test]
    fn comments_and_blank_lines_are_tokens() {
        let found = texts("if x: # c\n\n  (y,\n )");
        let kinds: Vec<u8> = found.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, [1, 1, 55, 65, 4, 66, 5, 55, 1, 55, 66, 55, 4, 6, 0]);
        assert_eq!(found[3].1, "# c");
    }

    #[test]
    fn operators_have_their_own_types() {
        let found = tokenize("a ** b\n", false);
        assert_eq!(found.tokens[1].kind, 35);
    }
}
