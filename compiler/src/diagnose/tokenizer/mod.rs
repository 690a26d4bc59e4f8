//! Tokens as CPython's tokenizer makes them, and its errors.
//!
//! Only sources that the parser rejects come here, so this is written for fidelity, not for speed: positions of errors are
//! where CPython's reading position is when it notices them.

mod number;
mod string;

use super::Span;
use crate::error::ErrorKind;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Name,
    Number,
    String,
    /// Operators and anything else of one character.
    Op,
    Newline,
    Indent,
    Dedent,
    End,
    FStringStart,
    FStringMiddle,
    FStringEnd,
    TStringStart,
    TStringMiddle,
    TStringEnd,
    /// A comment, for `tokenize` only.
    Comment,
    /// A line break that ends no statement, for `tokenize` only.
    Blank,
}

/// A place: a line from 1 and a byte column from 0; -1 where CPython has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub line: i32,
    pub column: i32,
}

#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub kind: TokenKind,
    pub start: Place,
    pub end: Place,
    /// The text's byte range.
    pub from: usize,
    pub to: usize,
    /// How many parentheses are open after it.
    pub level: usize,
}

/// What the tokenizer raises, with CPython's own columns: bytes from the line's start, without 1 added.
#[derive(Clone, Debug)]
pub struct TokenError {
    pub kind: ErrorKind,
    pub message: String,
    pub span: Span,
    /// The source ended inside of something: an unclosed parenthesis or a line continuation.
    pub at_end: bool,
    /// More of the source could have avoided it.
    pub incomplete: bool,
    /// It is noticed even when the parser has stopped before it.
    pub explicit: bool,
    /// It carries the text of its line without the newline.
    pub bare: bool,
    /// The innermost parenthesis open at that place, as an error.
    pub unclosed: Option<(String, Span)>,
}

/// The tokens up to the end or the first error.
pub struct Tokens {
    pub tokens: Vec<Token>,
    pub error: Option<TokenError>,
}

const MAX_LEVEL: usize = 200;
const MAX_INDENT: usize = 100;
const MAX_FSTRING_LEVEL: usize = 150;
const MAX_EXPRESSION_NESTING: i32 = 3;
const TAB_SIZE: i32 = 8;

/// The state of an f-string or t-string that is being read.
struct StringMode {
    quote: u8,
    quote_size: usize,
    raw: bool,
    kind: char,
    start: usize,
    line_start: usize,
    first_line: i32,
    /// Reading text, not an expression.
    in_text: bool,
    depth: i32,
    expression_start_depth: i32,
    in_format_spec: bool,
}

struct Tokenizer<'s> {
    source: &'s [u8],
    text: &'s str,
    at: usize,
    line: i32,
    line_start: usize,
    parentheses: Vec<(u8, i32, i32)>,
    /// Columns by tabs of 8 and of 1.
    indents: Vec<(i32, i32)>,
    at_line_start: bool,
    modes: Vec<StringMode>,
    tokens: Vec<Token>,
    /// In interactive mode the end of the source counts as a newline first.
    interactive: bool,
    imply_dedent: bool,
    started: bool,
    /// What the parser doesn't look at is wanted too, and mistakes of parentheses don't count.
    extra: bool,
}

type Step<T = ()> = Result<T, TokenError>;

/// Reads all tokens of a source.
pub fn tokenize(text: &str, interactive: bool, imply_dedent: bool) -> Tokens {
    read(text, interactive, imply_dedent, false)
}

/// Reads all tokens of a source, comments and blank lines too.
pub fn tokenize_extra(text: &str) -> Tokens {
    read(text, false, true, true)
}

fn read(text: &str, interactive: bool, imply_dedent: bool, extra: bool) -> Tokens {
    let mut tokenizer = Tokenizer {
        source: text.as_bytes(),
        text,
        at: 0,
        line: 1,
        line_start: 0,
        parentheses: Vec::new(),
        indents: vec![(0, 0)],
        at_line_start: true,
        modes: Vec::new(),
        tokens: Vec::new(),
        interactive,
        imply_dedent,
        started: false,
        extra,
    };
    let error = tokenizer.run().err();
    Tokens { tokens: tokenizer.tokens, error }
}

impl Tokenizer<'_> {
    fn run(&mut self) -> Step {
        loop {
            let before = self.tokens.len();
            if self.modes.last().is_some_and(|mode| mode.in_text) {
                self.string_text()?
            } else {
                self.normal()?
            }
            if self.tokens[before..].last().is_some_and(|token| token.kind == TokenKind::End)
                && !self.end_as_newline()
            {
                return Ok(());
            }
            self.started |= self.tokens.len() > before;
        }
    }

    /// Makes the END just found a NEWLINE, as CPython does once for each statement of interactive input; open blocks end.
    fn end_as_newline(&mut self) -> bool {
        if !self.interactive || !std::mem::take(&mut self.started) {
            return false;
        }
        if let Some(end) = self.tokens.last_mut() {
            end.kind = TokenKind::Newline;
        }
        if self.imply_dedent {
            for _ in 1..self.indents.len() {
                self.push_placeless(TokenKind::Dedent);
                self.started = true;
            }
            self.indents.truncate(1);
        }
        // What comes next, an END, is taken as such if no block has ended.
        if !self.started {
            self.push_placeless(TokenKind::End);
            return false;
        }
        true
    }

    fn peek(&self) -> Option<u8> {
        self.source.get(self.at).copied()
    }

    fn peek_at(&self, offset: usize) -> Option<u8> {
        self.source.get(self.at + offset).copied()
    }

    fn column(&self, at: usize) -> i32 {
        (at - self.line_start) as i32
    }

    fn new_line(&mut self) {
        self.line += 1;
        self.line_start = self.at;
    }

    fn push(&mut self, kind: TokenKind, from: usize, start: Place) {
        let end = Place { line: self.line, column: self.column(self.at) };
        let level = self.parentheses.len();
        self.tokens.push(Token { kind, start, end, from, to: self.at, level });
    }

    fn push_simple(&mut self, kind: TokenKind, from: usize) {
        let start = Place { line: self.line, column: self.column(from) };
        self.push(kind, from, start);
    }

    /// A token without columns.
    fn push_placeless(&mut self, kind: TokenKind) {
        // At the end of the source the last line is still the current one.
        let line = if self.source.is_empty() { 0 } else { self.last_line() };
        let place = Place { line, column: -1 };
        let level = self.parentheses.len();
        self.tokens.push(Token { kind, start: place, end: place, from: self.at, to: self.at, level });
    }

    /// An error at the reading position.
    fn error<T>(&self, message: impl Into<String>) -> Step<T> {
        let column = self.column(self.at);
        self.error_range(message, column, column)
    }

    fn error_range<T>(&self, message: impl Into<String>, column: i32, end_column: i32) -> Step<T> {
        let span = Span { line: self.line, offset: column, end_line: self.line, end_offset: end_column };
        // CPython doesn't look for errors in f-strings beyond the place where the parser has stopped.
        let explicit = self.modes.is_empty();
        let unclosed = if explicit { self.unclosed() } else { None };
        let (kind, message) = (ErrorKind::SyntaxError, message.into());
        Err(TokenError {
            kind,
            message,
            span,
            at_end: false,
            incomplete: false,
            explicit,
            bare: true,
            unclosed,
        })
    }

    fn indentation_error<T>(&self, kind: ErrorKind, message: &str) -> Step<T> {
        let span = Span { line: self.line, offset: 1, end_line: self.line, end_offset: 0 };
        Err(TokenError {
            kind,
            message: message.to_owned(),
            span,
            at_end: false,
            incomplete: false,
            explicit: false,
            bare: false,
            unclosed: self.unclosed(),
        })
    }

    /// An error that more of the source could have avoided if `incomplete`.
    fn unterminated<T>(&self, message: String, incomplete: bool) -> Step<T> {
        self.error(message).map_err(|error| TokenError { incomplete, ..error })
    }

    fn end_error<T>(&self) -> Step<T> {
        let (message, span) = self.unclosed().unwrap_or_else(|| {
            let line = self.last_line();
            let before = &self.source[..self.at];
            let line_text = before.strip_suffix(b"\n").unwrap_or(before);
            let start = line_text.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
            let offset = (self.at - start) as i32;
            ("unexpected EOF while parsing".to_owned(), Span { line, offset, end_line: line, end_offset: -1 })
        });
        let kind = ErrorKind::SyntaxError;
        let at_end = self.modes.is_empty();
        let unclosed = if at_end { self.unclosed() } else { None };
        Err(TokenError {
            kind,
            message,
            span,
            at_end,
            incomplete: true,
            explicit: false,
            bare: false,
            unclosed,
        })
    }

    /// The error about the innermost open parenthesis.
    fn unclosed(&self) -> Option<(String, Span)> {
        let &(open, line, column) = self.parentheses.last()?;
        let span = Span { line, offset: column + 1, end_line: line, end_offset: 0 };
        Some((format!("'{}' was never closed", open as char), span))
    }

    /// The indentation of a line; INDENT and DEDENT tokens. Gives whether the line is blank.
    fn indentation(&mut self) -> Step<bool> {
        let (mut column, mut alternative) = (0, 0);
        // The indentation before the first line continuation counts.
        let mut continued = None;
        loop {
            match self.peek() {
                Some(b' ') => (column, alternative) = (column + 1, alternative + 1),
                Some(b'\t') => (column, alternative) = ((column / TAB_SIZE + 1) * TAB_SIZE, alternative + 1),
                Some(b'\x0c') => (column, alternative) = (0, 0),
                Some(b'\\') => {
                    continued = continued.or((column > 0).then_some(column));
                    self.at += 1;
                    self.continuation()?;
                    continue;
                }
                _ => break,
            }
            self.at += 1;
        }
        let is_break = self.is_break(self.at);
        if is_break || self.peek() == Some(b'#') {
            return Ok(true);
        }
        if let Some(first) = continued {
            (column, alternative) = (first, first);
        }
        if !self.parentheses.is_empty() {
            return Ok(false);
        }
        let tab_error = "inconsistent use of tabs and spaces in indentation";
        let &(top, top_alternative) = self.indents.last().unwrap_or(&(0, 0));
        if column == top {
            if alternative != top_alternative {
                return self.indentation_error(ErrorKind::TabError, tab_error);
            }
        } else if column > top {
            if self.indents.len() >= MAX_INDENT {
                return self.indentation_error(ErrorKind::IndentationError, "too many levels of indentation");
            }
            if alternative <= top_alternative {
                return self.indentation_error(ErrorKind::TabError, tab_error);
            }
            self.indents.push((column, alternative));
            match self.extra {
                true => self.push_simple(TokenKind::Indent, self.line_start),
                false => self.push_placeless(TokenKind::Indent),
            }
        } else {
            while self.indents.len() > 1 && column < self.indents.last().map_or(0, |indent| indent.0) {
                self.indents.pop();
                match self.extra {
                    true => self.push_simple(TokenKind::Dedent, self.at),
                    false => self.push_placeless(TokenKind::Dedent),
                }
            }
            let &(top, top_alternative) = self.indents.last().unwrap_or(&(0, 0));
            if column != top {
                let end = self.line_end();
                let span =
                    Span { line: self.line, offset: self.column(end), end_line: self.line, end_offset: -1 };
                let message = "unindent does not match any outer indentation level".to_owned();
                // The DEDENT tokens before it are never seen.
                while self.tokens.last().is_some_and(|token| token.kind == TokenKind::Dedent) {
                    self.tokens.pop();
                }
                return Err(TokenError {
                    kind: ErrorKind::IndentationError,
                    message,
                    span,
                    at_end: false,
                    incomplete: false,
                    explicit: false,
                    bare: false,
                    unclosed: self.unclosed(),
                });
            }
            if alternative != top_alternative {
                return self.indentation_error(ErrorKind::TabError, tab_error);
            }
        }
        Ok(false)
    }

    /// Whether a line break is at `at`. Only `tokenize` sees carriage returns.
    fn is_break(&self, at: usize) -> bool {
        match self.source.get(at) {
            Some(b'\n') => true,
            Some(b'\r') => self.extra && self.source.get(at + 1) == Some(&b'\n'),
            _ => false,
        }
    }

    /// The offset after the current line's newline.
    fn line_end(&self) -> usize {
        memchr::memchr(b'\n', &self.source[self.at..]).map_or(self.source.len(), |found| self.at + found + 1)
    }

    /// After a backslash: the newline.
    fn continuation(&mut self) -> Step {
        if self.is_break(self.at) && self.peek() == Some(b'\r') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'\n') => {
                self.at += 1;
                if self.at >= self.source.len() {
                    return self.end_error();
                }
                self.new_line();
                Ok(())
            }
            other => {
                self.at += usize::from(other.is_some());
                let span = Span {
                    line: self.line,
                    offset: self.column(self.at),
                    end_line: self.line,
                    end_offset: 0,
                };
                let message = "unexpected character after line continuation character".to_owned();
                Err(TokenError {
                    kind: ErrorKind::SyntaxError,
                    message,
                    span,
                    at_end: false,
                    incomplete: false,
                    explicit: false,
                    bare: false,
                    unclosed: self.unclosed(),
                })
            }
        }
    }

    /// One token outside of strings' text.
    fn normal(&mut self) -> Step {
        let mut blank_line = false;
        if std::mem::take(&mut self.at_line_start) {
            blank_line = self.indentation()?;
        }
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\x0c')) {
            self.at += 1;
        }
        let from = self.at;
        if self.peek() == Some(b'#') {
            while self.peek().is_some() && !self.is_break(self.at) {
                self.at += 1;
            }
            if self.extra {
                self.push_simple(TokenKind::Comment, from);
            }
        }
        let from = if self.extra { self.at } else { from };
        if self.is_break(self.at) {
            // The carriage return of a line as the module `tokenize` gets it.
            self.at += usize::from(self.peek() == Some(b'\r'));
        }
        let Some(byte) = self.peek() else {
            if !self.parentheses.is_empty() || self.extra && !self.modes.is_empty() {
                return self.end_error();
            }
            self.push_placeless(TokenKind::End);
            return Ok(());
        };
        match byte {
            b'\n' => {
                self.at += 1;
                if !blank_line && self.parentheses.is_empty() {
                    self.push_simple(TokenKind::Newline, from);
                } else if self.extra {
                    self.push_simple(TokenKind::Blank, from);
                }
                self.at_line_start = true;
                self.new_line();
                Ok(())
            }
            b'\\' => {
                self.at += 1;
                self.continuation()
            }
            b'0'..=b'9' => self.number(),
            b'.' if self.peek_at(1).is_some_and(|byte| byte.is_ascii_digit()) => self.number(),
            b'\'' | b'"' => self.string(from, ""),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.identifier(),
            _ => self.operator(),
        }
    }

    fn identifier(&mut self) -> Step {
        let from = self.at;
        let mut prefix = String::new();
        while let Some(byte) = self.peek() {
            let lower = byte.to_ascii_lowercase() as char;
            if !"burft".contains(lower) || prefix.contains(lower) {
                break;
            }
            prefix.push(lower);
            self.at += 1;
            if matches!(self.peek(), Some(b'\'' | b'"')) {
                return self.string(from, &prefix);
            }
        }
        self.at = from;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80) {
            self.at += 1;
        }
        let text = &self.text[from..self.at];
        if !text.is_ascii() {
            self.check_identifier(from, text.to_owned())?;
        }
        self.push_simple(TokenKind::Name, from);
        Ok(())
    }

    fn check_identifier(&mut self, from: usize, text: String) -> Step {
        use unicode_normalization::UnicodeNormalization;
        for (offset, character) in text.char_indices() {
            let valid = |c: char| match offset {
                0 => c == '_' || unicode_ident::is_xid_start(c),
                _ => unicode_ident::is_xid_continue(c),
            };
            if valid(character) || character.nfkc().all(valid) {
                continue;
            }
            self.at = from + offset + character.len_utf8();
            return self.invalid_character(character);
        }
        Ok(())
    }

    fn invalid_character(&self, character: char) -> Step {
        let code = u32::from(character);
        if is_printable(character) {
            self.error(format!("invalid character '{character}' (U+{code:04X})"))
        } else {
            self.error(format!("invalid non-printable character U+{code:04X}"))
        }
    }

    fn operator(&mut self) -> Step {
        const THREE: [&str; 5] = ["**=", "//=", ">>=", "<<=", "..."];
        const TWO: [&str; 21] = [
            "!=", "%=", "&=", "**", "*=", "+=", "-=", "->", "//", "/=", ":=", "<<", "<=", "<>", "==", ">=",
            ">>", "@=", "^=", "|=", "\0\0",
        ];
        let from = self.at;
        let byte = self.source[self.at];
        if let Some(mode) = self.modes.last_mut()
            && mode.expression_start_depth >= 0
            && byte == b':'
            && mode.depth == mode.expression_start_depth + 1
        {
            mode.in_text = true;
            mode.in_format_spec = true;
            self.at += 1;
            self.push_simple(TokenKind::Op, from);
            return Ok(());
        }
        let rest = &self.text[self.at..];
        let length = if THREE.iter().any(|op| rest.starts_with(op)) {
            3
        } else if self.extra && rest.starts_with("<>") {
            1
        } else if TWO.iter().any(|op| rest.starts_with(op)) {
            2
        } else {
            1
        };
        self.at += length;
        if length == 1 {
            match byte {
                b'(' | b'[' | b'{' => self.open(byte, from)?,
                b')' | b']' | b'}' => self.close(byte)?,
                _ if !(0x20..0x7F).contains(&byte) => return self.invalid_character(byte as char),
                _ => {}
            }
        }
        self.push_simple(TokenKind::Op, from);
        Ok(())
    }

    fn open(&mut self, byte: u8, from: usize) -> Step {
        if self.parentheses.len() >= MAX_LEVEL {
            return self.error("too many nested parentheses");
        }
        self.parentheses.push((byte, self.line, self.column(from)));
        if let Some(mode) = self.modes.last_mut() {
            mode.depth += 1;
        }
        Ok(())
    }

    fn close(&mut self, byte: u8) -> Step {
        let close = byte as char;
        if let Some(mode) = self.modes.last()
            && mode.depth == 0
            && byte == b'}'
        {
            return self.error(format!("{}-string: single '}}' is not allowed", mode.kind));
        }
        let Some((open, line, _)) = self.parentheses.pop() else {
            if self.extra {
                return Ok(());
            }
            return self.error(format!("unmatched '{close}'"));
        };
        if !self.extra && !matches!((open, byte), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
            if let Some(mode) = self.modes.last()
                && open == b'{'
                && mode.depth - 1 == mode.expression_start_depth
            {
                return self.error(format!("{}-string: unmatched '{close}'", mode.kind));
            }
            let open = open as char;
            let place = if line == self.line { String::new() } else { format!(" on line {line}") };
            return self.error(format!(
                "closing parenthesis '{close}' does not match opening parenthesis '{open}'{place}"
            ));
        }
        if let Some(mode) = self.modes.last_mut() {
            mode.depth -= 1;
            if mode.depth < 0 {
                let kind = mode.kind;
                return self.error(format!("{kind}-string: unmatched '{close}'"));
            }
            if byte == b'}' && mode.depth == mode.expression_start_depth {
                mode.expression_start_depth -= 1;
                mode.in_text = true;
                // A field inside of a format specification goes back to that.
                mode.in_format_spec = mode.expression_start_depth >= 0;
            }
        }
        Ok(())
    }
}

fn is_printable(character: char) -> bool {
    !(character.is_control()
        || character.is_whitespace()
        || matches!(u32::from(character),
            0xAD | 0x600..=0x605 | 0x61C | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFEFF
            | 0xFFF9..=0xFFFB | 0xE000..=0xF8FF | 0xE0000..=0xE007F | 0xF0000..))
}
