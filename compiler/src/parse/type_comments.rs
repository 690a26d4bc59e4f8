//! Gives type comments to the nodes before them.

use ruff_python_ast as ruff;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::Parsed;
use ruff_text_size::{Ranged, TextSize};

use super::{Converter, Lines};
use crate::error::{Problem, Result};
use crate::instruction_sequence::Location;
use crate::syntax_tree::TypeComments;

/// The type comments among the tokens.
pub(super) fn collect(source: &str, tree: &Parsed<ruff::Mod>) -> TypeComments {
    let mut comments = TypeComments::default();
    let mut lines = Lines::new(source);
    for token in tree.tokens().iter().filter(|token| token.kind() == TokenKind::Comment) {
        let line = lines.position(token.start().to_u32()).0 + 1;
        comments.add(source, token.start().to_usize()..token.end().to_usize(), line);
    }
    comments
}

impl Converter<'_, '_, '_> {
    /// Takes the type comment that follows `end` on its line, past blanks and the characters in `skipped`.
    pub(super) fn take_type_comment(&mut self, end: TextSize, skipped: &[u8], location: Location) {
        let Some(comments) = self.type_comments.as_mut().filter(|comments| !comments.is_empty()) else {
            return;
        };
        let bytes = self.source.as_bytes();
        let is_skipped = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\x0c') || skipped.contains(byte);
        let mut at = end.to_usize();
        at += bytes[at..].iter().take_while(|byte| is_skipped(byte)).count();
        comments.take(self.source, at, location);
    }

    /// Takes the type comment after the colon that ends the head of a compound statement, whose last part ends at `end`. A function's may
    /// also stand on a line of its own before the body.
    pub(super) fn take_head_comment(
        &mut self,
        end: TextSize,
        is_function: bool,
        location: Location,
    ) -> Result<()> {
        if self.type_comments.as_ref().is_none_or(TypeComments::is_empty) {
            return Ok(());
        }
        let bytes = self.source.as_bytes();
        let mut at = self.skip_blank(end).to_usize();
        while matches!(bytes.get(at), Some(b')' | b',')) {
            at = self.skip_blank(TextSize::new(at as u32 + 1)).to_usize();
        }
        if bytes.get(at) != Some(&b':') {
            return Ok(());
        }
        let after = TextSize::new(at as u32 + 1);
        self.take_type_comment(after, b"", location);
        if is_function {
            let first = self.type_comments.as_ref().and_then(|comments| comments.of(location)).is_some();
            let rest = &bytes[after.to_usize()..];
            let blanks = |rest: &[u8]| rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let newline = match first {
                true => memchr::memchr(b'\n', rest).unwrap_or(rest.len()),
                false => blanks(rest),
            };
            if rest.get(newline) == Some(&b'\n') {
                let start = newline + 1 + blanks(&rest[newline + 1..]);
                let second = after + TextSize::new(start as u32);
                let is_second =
                    self.type_comments.as_ref().is_some_and(|comments| comments.starts_at(second.to_usize()));
                if first && is_second {
                    return Err(Problem::syntax("Cannot have two type comments on def", location));
                }
                self.take_type_comment(second, b"", location);
            }
        }
        Ok(())
    }

    /// Fails if a type comment stands where none may.
    pub(super) fn check_type_comments(&mut self) -> Result<()> {
        let Some(at) = self.type_comments.as_ref().and_then(TypeComments::first_left) else { return Ok(()) };
        let end =
            memchr::memchr(b'\n', &self.source.as_bytes()[at..]).map_or(self.source.len(), |len| at + len);
        let location = self.lines.location(at as u32, end as u32);
        Err(Problem::syntax("invalid syntax", location))
    }
}
