//! What the grammar's outcomes do: mostly they raise errors.

use super::engine::{NodeId, Parser};
use super::grammar::NodeKind;
use super::tokenizer::Place;
use super::{Raised, Span, strings};
use crate::error::{ErrorKind, Notice};
use crate::instruction_sequence::Location;

/// Where an invalid target was found, which decides what may stand there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Assignment,
    For,
    Delete,
}

impl Parser<'_> {
    /// Performs an action. Gives whether the alternative counts as matched.
    pub(super) fn act(
        &mut self,
        name: &str,
        arguments: &[&str],
        message: &str,
        get: &dyn Fn(char) -> Option<NodeId>,
        start: usize,
    ) -> bool {
        let argument = |index: usize| arguments.get(index).and_then(|name| name.chars().next()).and_then(get);
        let first = argument(0).or_else(|| get('a'));
        let second = argument(1).or_else(|| get('b'));
        match (name, first, second) {
            ("last", ..) => self.raise_last(ErrorKind::SyntaxError, message.to_owned()),
            ("indent", ..) => {
                let message = self.filled(message, first);
                self.raise_last(ErrorKind::IndentationError, message);
            }
            ("next", ..) => self.raise_next(message),
            ("at", Some(node), _) => {
                let message = self.filled(message, first);
                self.raise_node(message, node, node);
            }
            ("range" | "items", Some(from), Some(to)) => {
                let message = self.filled(message, first);
                self.raise_node(message, from, to);
            }
            ("lastitem", Some(sequence), Some(to)) => {
                let from = self.elements(sequence).last().copied().unwrap_or(sequence);
                self.raise_node(message.to_owned(), from, to);
            }
            ("from", Some(node), _) => self.raise_from(message.to_owned(), node),
            ("key", Some(node), _) => {
                let (line, column) = (self.node(node).start.line, self.node(node).end.column);
                let end_line = self.node(node).end.line;
                let span = Span { line, offset: column, end_line, end_offset: 0 };
                self.raise(ErrorKind::SyntaxError, message.to_owned(), span);
            }
            ("target", Some(node), _) => return self.raise_target(node, Target::Assignment, message),
            ("for", Some(node), _) => return self.raise_target(node, Target::For, message),
            ("delete", Some(node), _) => return self.raise_target(node, Target::Delete, message),
            ("legacy", Some(function), Some(argument)) => {
                let text = self.text(function);
                if !matches!(text, "print" | "exec") {
                    return false;
                }
                let message = format!("Missing parentheses in call to '{text}'. Did you mean {text}(...)?");
                self.raise_node(message, function, argument);
            }
            ("comma", Some(left), Some(right)) => return self.missing_comma(left, right),
            ("bound", ..) => {
                let (Some(colon), Some(bound)) = (get('a'), get('b')) else { return false };
                let what = if self.node(bound).kind == NodeKind::Tuple { "constraints" } else { "bound" };
                let kind = arguments.first().copied().unwrap_or_default();
                self.raise_from(format!("cannot use {what} with {kind}"), colon);
            }
            ("generator", Some(args), Some(clauses)) => {
                let positional = self.positional(args);
                let [.., _, last] = positional[..] else { return false };
                self.raise_node("Generator expression must be parenthesized".to_owned(), last, clauses);
            }
            ("arguments", Some(args), _) => {
                let unpacks =
                    self.parts(args).iter().any(|&part| self.node(part).kind == NodeKind::Unpacking);
                let what = if unpacks { " unpacking" } else { "" };
                let message = format!("positional argument follows keyword argument{what}");
                self.raise_last(ErrorKind::SyntaxError, message);
            }
            ("real" | "imaginary", Some(number), _) => {
                let is_imaginary = self.text(number).ends_with(['j', 'J']);
                if is_imaginary == (name == "real") {
                    self.raise_node(message.to_owned(), number, number);
                }
                return true;
            }
            ("barry", Some(operator), _) => {
                if self.barry {
                    self.raise_node(message.to_owned(), operator, operator);
                }
                return true;
            }
            ("flufl", Some(operator), _) => {
                if !self.barry && self.invalid_rules {
                    self.raise_node(message.to_owned(), operator, operator);
                }
                return self.barry;
            }
            ("conversion", Some(mark), Some(conversion)) => {
                self.check_conversion(mark, conversion);
                return true;
            }
            ("string", Some(literal), _) => {
                let text = self.text(literal);
                match strings::check(text) {
                    Err(problem) => self.raise_string_problem(problem, literal),
                    Ok(Some((message, lines))) if !self.invalid_rules => self.warn(message, lines, literal),
                    Ok(_) => {}
                }
                return true;
            }
            ("strings", ..) => {
                self.check_concatenation(start);
                return true;
            }
            _ => return false,
        }
        false
    }

    /// Notes a warning about a string token, of so many lines further down.
    fn warn(&mut self, message: String, lines: i32, literal: NodeId) {
        let from = self.node(literal).from;
        let Some(token) = self.tokens.iter().find(|token| token.from == from) else { return };
        let location = Location {
            line: token.start.line + lines,
            end_line: token.end.line,
            column: token.start.column,
            end_column: token.end.column,
        };
        let known = self.notices.iter().any(|notice| notice.location == location);
        if !known {
            self.notices.push(Notice { message, location });
        }
    }

    fn raise_string_problem(&mut self, problem: strings::Problem, literal: NodeId) {
        match problem {
            strings::Problem::AtLiteral(message) => self.raise_node(message, literal, literal),
            strings::Problem::Decoding(message) => self.raise_last(ErrorKind::SyntaxError, message),
        }
    }

    /// A message with what its place holders stand for.
    fn filled(&self, message: &str, node: Option<NodeId>) -> String {
        let Some(id) = node else { return message.to_owned() };
        let node = self.node(id);
        message
            .replace("{a.line}", &node.start.line.to_string())
            .replace("{a.text}", self.text(id))
            .replace("{a}", node.kind.description())
    }

    pub(super) fn raise(&mut self, kind: ErrorKind, message: String, span: Span) {
        if self.raised.is_none() {
            self.raised = Some(Raised { kind, message, span, by_tokenizer: false, bare: false });
        }
    }

    pub(super) fn raise_range(&mut self, message: String, start: Place, end: Place) {
        let span = Span {
            line: start.line,
            offset: start.column + 1,
            end_line: end.line,
            end_offset: end.column + 1,
        };
        self.raise(ErrorKind::SyntaxError, message, span);
    }

    fn raise_node(&mut self, message: String, from: NodeId, to: NodeId) {
        self.raise_range(message, self.node(from).start, self.node(to).end);
    }

    /// From a node to where the tokenizer is.
    fn raise_from(&mut self, message: String, node: NodeId) {
        let start = self.node(node).start;
        let Some(last) = self.tokens.get(self.fetched.saturating_sub(1)) else { return };
        let end = if last.end.column < 0 { self.place_of(last.from) } else { last.end };
        let span =
            Span { line: start.line, offset: start.column + 1, end_line: end.line, end_offset: end.column };
        self.raise(ErrorKind::SyntaxError, message, span);
    }

    /// Line and column of an offset, where a newline belongs to the line that it ends.
    fn place_of(&self, offset: usize) -> Place {
        let before = &self.source[..offset.min(self.source.len())];
        let line_text = before.strip_suffix('\n').unwrap_or(before);
        let start = line_text.rfind('\n').map_or(0, |at| at + 1);
        let line = line_text.matches('\n').count() as i32 + 1;
        Place { line, column: (before.len() - start) as i32 }
    }

    /// At the last token that was looked at.
    pub(super) fn raise_last(&mut self, kind: ErrorKind, message: String) {
        self.raise_at_token(kind, message, self.fetched.saturating_sub(1));
    }

    fn raise_next(&mut self, message: &str) {
        if self.token(self.mark).is_some() {
            self.raise_at_token(ErrorKind::SyntaxError, message.to_owned(), self.mark);
        }
    }

    fn raise_at_token(&mut self, kind: ErrorKind, message: String, index: usize) {
        let Some(&token) = self.tokens.get(index) else { return };
        let span = if token.start.column < 0 {
            let is_end = token.from >= self.source.len();
            let column = if is_end {
                self.place_of(token.from).column
            } else {
                let start = self.source[..token.from].rfind('\n').map_or(0, |at| at + 1);
                (token.from - start) as i32
            };
            Span { line: token.start.line, offset: column, end_line: token.end.line, end_offset: -1 }
        } else {
            Span {
                line: token.start.line,
                offset: token.start.column + 1,
                end_line: token.end.line,
                end_offset: token.end.column + 1,
            }
        };
        self.raise(kind, message, span);
    }

    fn missing_comma(&mut self, left: NodeId, right: NodeId) -> bool {
        let level =
            self.mark.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(0, |token| token.level);
        if matches!(self.text(left), "print" | "exec") || level == 0 {
            return false;
        }
        self.raise_node("invalid syntax. Perhaps you forgot a comma?".to_owned(), left, right);
        false
    }

    /// Positional and starred arguments.
    fn positional(&self, args: NodeId) -> Vec<NodeId> {
        let is_positional =
            |&part: &NodeId| !matches!(self.node(part).kind, NodeKind::Keyword | NodeKind::Unpacking);
        self.parts(args).into_iter().filter(is_positional).collect()
    }

    fn raise_target(&mut self, node: NodeId, target: Target, message: &str) -> bool {
        if let Some(invalid) = self.invalid_target(node, target) {
            let message = self.filled(message, Some(invalid));
            self.raise_node(message, invalid, invalid);
        }
        false
    }

    /// The first part of an expression that can't be a target.
    fn invalid_target(&self, id: NodeId, target: Target) -> Option<NodeId> {
        match self.node(id).kind {
            NodeKind::List | NodeKind::Tuple => {
                self.parts(id).into_iter().find_map(|part| self.invalid_target(part, target))
            }
            NodeKind::Starred if target == Target::Delete => Some(id),
            NodeKind::Starred => self.parts(id).first().and_then(|&value| self.invalid_target(value, target)),
            NodeKind::Compare if target == Target::For => {
                let parts = self.parts(id);
                match (parts.first(), parts.get(1)) {
                    // `a in b` of `for a in b`
                    (Some(&left), Some(&first)) if self.node(first).kind == NodeKind::In => {
                        self.invalid_target(left, target)
                    }
                    _ => None,
                }
            }
            NodeKind::Name | NodeKind::Subscript | NodeKind::Attribute => None,
            _ => Some(id),
        }
    }

    fn check_conversion(&mut self, mark: NodeId, conversion: NodeId) {
        let kind = self.string_letter(mark);
        let (mark_end, start) = (self.node(mark).end, self.node(conversion).start);
        if mark_end != start {
            let message =
                format!("{kind}-string: conversion type must come right after the exclamation mark");
            return self.raise_node(message, mark, conversion);
        }
        let text = self.text(conversion);
        if !matches!(text, "s" | "r" | "a") {
            let message =
                format!("{kind}-string: invalid conversion character '{text}': expected 's', 'r', or 'a'");
            self.raise_node(message, conversion, conversion);
        }
    }

    /// Whether a token is in an f-string or a t-string.
    fn string_letter(&self, id: NodeId) -> char {
        use super::tokenizer::TokenKind;
        let from = self.node(id).from;
        let mut open = Vec::new();
        for token in self.tokens.iter().take_while(|token| token.from < from) {
            match token.kind {
                TokenKind::FStringStart => open.push('f'),
                TokenKind::TStringStart => open.push('t'),
                TokenKind::FStringEnd | TokenKind::TStringEnd => {
                    open.pop();
                }
                _ => {}
            }
        }
        open.last().copied().unwrap_or('f')
    }

    /// Literals next to each other must all be bytes or all be text.
    fn check_concatenation(&mut self, start: usize) {
        use super::tokenizer::TokenKind;
        let (mut bytes, mut text, mut depth) = (false, false, 0);
        for index in start..self.mark {
            let token = self.tokens[index];
            match token.kind {
                TokenKind::FStringStart | TokenKind::TStringStart => {
                    text = true;
                    depth += 1;
                }
                TokenKind::FStringEnd | TokenKind::TStringEnd => depth -= 1,
                TokenKind::FStringMiddle | TokenKind::TStringMiddle => {
                    let raw = self.is_raw_string(start, index);
                    let piece = &self.source[token.from..token.to];
                    if !raw && let Err(problem) = strings::check_piece(piece) {
                        return self.raise_range(problem, token.start, token.end);
                    }
                }
                TokenKind::String if depth == 0 => {
                    let is_bytes = strings::is_bytes(&self.source[token.from..token.to]);
                    bytes |= is_bytes;
                    text |= !is_bytes;
                }
                _ => {}
            }
        }
        if bytes && text {
            self.raise_last(ErrorKind::SyntaxError, "cannot mix bytes and nonbytes literals".to_owned());
        }
    }

    /// Whether the f-string around the token at `index` is raw.
    fn is_raw_string(&self, start: usize, index: usize) -> bool {
        use super::tokenizer::TokenKind;
        let mut open = Vec::new();
        for token in &self.tokens[start..index] {
            match token.kind {
                TokenKind::FStringStart | TokenKind::TStringStart => {
                    open.push(self.source[token.from..token.to].contains(['r', 'R']));
                }
                TokenKind::FStringEnd | TokenKind::TStringEnd => {
                    open.pop();
                }
                _ => {}
            }
        }
        open.last().copied().unwrap_or(false)
    }
}
