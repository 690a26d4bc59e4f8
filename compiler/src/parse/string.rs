//! String, bytes, f-string and t-string literals, read from their source text.

use ruff_python_ast as ruff;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Converter;
use super::expression::constant;
use crate::ast::*;
use crate::error::{Notice, Problem, Result};
use crate::escapes::{self, Escapes};

/// The prefix and the body of a literal.
struct Literal {
    raw: bool,
    u_prefix: bool,
    body: TextRange,
}

impl<'a> Converter<'a, '_, '_> {
    pub(super) fn string(&mut self, node: &ruff::ExprStringLiteral, location: Location) -> Result<Expr<'a>> {
        let mut parts = node.value.iter();
        let (Some(first), rest) = (parts.next(), parts) else { unreachable!("a literal has a part") };
        let literal = self.literal(first.range);
        let u_prefix = literal.u_prefix;
        let mut value = self.decode(&literal, Escapes::Unicode, first.range)?;
        if node.value.is_implicit_concatenated() {
            let mut joined = value.to_vec();
            for part in rest {
                let literal = self.literal(part.range);
                joined.extend_from_slice(self.decode(&literal, Escapes::Unicode, part.range)?);
            }
            value = self.arena.alloc_slice_copy(&joined);
        }
        Ok(constant(location, Constant::Str { value, u_prefix }))
    }

    pub(super) fn bytes(&mut self, node: &ruff::ExprBytesLiteral, location: Location) -> Result<Expr<'a>> {
        let mut joined = Vec::new();
        for part in node.value.iter() {
            let literal = self.literal(part.range);
            joined.extend_from_slice(self.decode(&literal, Escapes::Bytes, part.range)?);
        }
        Ok(constant(location, Constant::Bytes(self.arena.alloc_slice_copy(&joined))))
    }

    pub(super) fn f_string(&mut self, node: &ruff::ExprFString, location: Location) -> Result<Expr<'a>> {
        let mut parts = Vec::new();
        for part in node.value.iter() {
            match part {
                ruff::FStringPart::Literal(part) => {
                    let literal = self.literal(part.range);
                    let value = self.decode(&literal, Escapes::Unicode, part.range)?;
                    let location = self.location(part.range);
                    parts.push(constant(location, Constant::Str { value, u_prefix: literal.u_prefix }));
                }
                ruff::FStringPart::FString(part) => {
                    let raw = self.literal(part.range).raw;
                    self.elements(&part.elements, raw, false, part.range, &mut parts)?;
                }
            }
        }
        let values = self.joined(parts);
        Ok(Expr { location, kind: ExprKind::JoinedStr(values) })
    }

    pub(super) fn t_string(&mut self, node: &ruff::ExprTString, location: Location) -> Result<Expr<'a>> {
        let mut parts = Vec::new();
        for part in node.value.iter() {
            let raw = self.literal(part.range).raw;
            self.elements(&part.elements, raw, true, part.range, &mut parts)?;
        }
        let values = self.joined(parts);
        Ok(Expr { location, kind: ExprKind::TemplateStr(values) })
    }

    /// Merges neighbouring constants and drops empty ones.
    fn joined(&self, parts: Vec<Expr<'a>>) -> &'a [Expr<'a>] {
        let mut values: bumpalo::collections::Vec<Expr<'a>> =
            bumpalo::collections::Vec::with_capacity_in(parts.len(), self.arena);
        let mut parts = parts.into_iter().peekable();
        while let Some(mut part) = parts.next() {
            if let ExprKind::Constant(Constant::Str { mut value, u_prefix }) = part.kind {
                let follows = |next: &Expr| next.constant().is_some();
                if parts.peek().is_some_and(follows) {
                    let mut joined = value.to_vec();
                    while let Some(next) = parts.next_if(follows) {
                        if let ExprKind::Constant(Constant::Str { value, .. }) = next.kind {
                            joined.extend_from_slice(value);
                        }
                        part.location.end_line = next.location.end_line;
                        part.location.end_column = next.location.end_column;
                    }
                    value = self.arena.alloc_slice_copy(&joined);
                }
                if value.is_empty() {
                    continue;
                }
                part.kind = ExprKind::Constant(Constant::Str { value, u_prefix });
            }
            values.push(part);
        }
        values.into_bump_slice()
    }

    /// Appends the pieces of one f-string or t-string (or format specification).
    fn elements(
        &mut self,
        elements: &ruff::InterpolatedStringElements,
        raw: bool,
        template: bool,
        token: TextRange,
        parts: &mut Vec<Expr<'a>>,
    ) -> Result<()> {
        for element in elements.iter() {
            match element {
                ruff::InterpolatedStringElement::Literal(literal) => {
                    if !raw {
                        self.warn_escaped_braces(literal.range, token);
                    }
                    let value = self.decode_braced(literal.range, raw, token)?;
                    if !value.is_empty() {
                        let location = self.location(literal.range);
                        parts.push(constant(location, Constant::Str { value, u_prefix: false }));
                    }
                }
                ruff::InterpolatedStringElement::Interpolation(field) => {
                    self.replacement_field(field, raw, template, token, parts)?;
                }
            }
        }
        Ok(())
    }

    /// Warns of backslashes before braces in an f-string's text.
    fn warn_escaped_braces(&mut self, range: TextRange, token: TextRange) {
        let (start, end) = (range.start().to_usize(), range.end().to_usize());
        let bytes = self.source.as_bytes();
        let mut at = start;
        while let Some(found) = memchr::memchr(b'\\', &bytes[at..end]) {
            at += found;
            if let Some(b'{' | b'}') = bytes.get(at + 1) {
                let sequence = &self.source[at..at + 2];
                self.warn_escape(sequence, false, at - start, range.start(), token);
                at += 1;
            } else {
                at += 2;
            }
            if at >= end {
                break;
            }
        }
    }

    fn replacement_field(
        &mut self,
        field: &ruff::InterpolatedElement,
        raw: bool,
        template: bool,
        token: TextRange,
        parts: &mut Vec<Expr<'a>>,
    ) -> Result<()> {
        let location = self.location(field.range);
        let mut conversion = match field.conversion {
            ruff::ConversionFlag::None => Conversion::None,
            ruff::ConversionFlag::Str => Conversion::Str,
            ruff::ConversionFlag::Ascii => Conversion::Ascii,
            ruff::ConversionFlag::Repr => Conversion::Repr,
        };
        let text_range = self.field_text(field);
        if field.debug_text.is_some() {
            parts.push(self.debug_text(text_range));
            if conversion == Conversion::None && field.format_spec.is_none() {
                conversion = Conversion::Repr;
            }
        }
        let value = self.expression(&field.expression)?;
        let format_spec = match &field.format_spec {
            Some(spec) => Some(self.format_spec(spec, raw, token)?),
            None => None,
        };
        let kind = if template {
            let text = without_comments(self.text(text_range));
            // Without the `=` of `{value=}` and what follows it.
            let marker = field.debug_text.as_ref().and_then(|_| text.rfind('='));
            let text = self.arena.alloc_slice_copy(&text.as_bytes()[..marker.unwrap_or(text.len())]);
            ExprKind::Interpolation(self.arena.alloc(Interpolation { value, text, conversion, format_spec }))
        } else {
            ExprKind::FormattedValue { value: self.arena.alloc(value), conversion, format_spec }
        };
        parts.push(Expr { location, kind });
        Ok(())
    }

    fn format_spec(
        &mut self,
        spec: &ruff::InterpolatedStringFormatSpec,
        raw: bool,
        token: TextRange,
    ) -> Result<&'a Expr<'a>> {
        let mut parts = Vec::new();
        self.elements(&spec.elements, raw, false, token, &mut parts)?;
        // The colon counts.
        let start = spec.start() - TextSize::new(1);
        let location = self.location(TextRange::new(start, spec.end()));
        let values = self.joined(parts);
        Ok(self.arena.alloc(Expr { location, kind: ExprKind::JoinedStr(values) }))
    }

    /// The text of a replacement field between `{` and `!`, `:` or `}`.
    fn field_text(&self, field: &ruff::InterpolatedElement) -> TextRange {
        let bytes = self.source.as_bytes();
        let mut end = field.expression.end().to_usize();
        while end < bytes.len() {
            match bytes[end] {
                b':' | b'}' => break,
                b'!' if bytes.get(end + 1) != Some(&b'=') => break,
                b'#' => end += memchr::memchr(b'\n', &bytes[end..]).unwrap_or(bytes.len() - end),
                _ => end += 1,
            }
        }
        TextRange::new(field.start() + TextSize::new(1), TextSize::new(end as u32))
    }

    /// The constant that `{value=}` shows before the value.
    fn debug_text(&mut self, text: TextRange) -> Expr<'a> {
        let location = self.location(text);
        let value = without_comments(self.text(text));
        let value = self.arena.alloc_slice_copy(value.as_bytes());
        constant(location, Constant::Str { value, u_prefix: false })
    }

    /// Takes a literal token apart.
    fn literal(&self, range: TextRange) -> Literal {
        let text = self.text(range);
        let quote_at = text.bytes().position(|byte| matches!(byte, b'\'' | b'"')).unwrap_or(0);
        let prefix = &text.as_bytes()[..quote_at];
        let rest = &text.as_bytes()[quote_at..];
        let quotes = if rest.len() >= 6 && rest[1] == rest[0] && rest[2] == rest[0] { 3 } else { 1 };
        let start = range.start() + TextSize::new((quote_at + quotes) as u32);
        let end = range.end() - TextSize::new(quotes as u32);
        Literal {
            raw: prefix.iter().any(|byte| byte.eq_ignore_ascii_case(&b'r')),
            u_prefix: prefix == b"u",
            body: TextRange::new(start, end),
        }
    }

    fn decode(&mut self, literal: &Literal, escapes: Escapes, token: TextRange) -> Result<&'a [u8]> {
        let body = self.text(literal.body);
        if literal.raw || !body.contains('\\') {
            return Ok(self.arena.alloc_slice_copy(body.as_bytes()));
        }
        self.unescape(body, literal.body.start(), escapes, token)
    }

    /// Decodes a literal piece of an f-string, where `{{` and `}}` stand for braces.
    fn decode_braced(&mut self, range: TextRange, raw: bool, token: TextRange) -> Result<&'a [u8]> {
        let body = self.text(range);
        if !body.contains(['{', '}']) {
            let literal = Literal { raw, u_prefix: false, body: range };
            return self.decode(&literal, Escapes::Unicode, token);
        }
        let bytes = body.as_bytes();
        let mut single = String::with_capacity(body.len());
        let mut copied = 0;
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                b'\\' if !raw && bytes[at..].starts_with(b"\\N{") => {
                    at += memchr::memchr(b'}', &bytes[at..]).unwrap_or(bytes.len() - at - 1) + 1;
                }
                b'\\' if !raw && at + 1 < bytes.len() && !matches!(bytes[at + 1], b'{' | b'}') => at += 2,
                b'{' | b'}' if bytes.get(at + 1) == Some(&bytes[at]) => {
                    single.push_str(&body[copied..=at]);
                    at += 2;
                    copied = at;
                }
                _ => at += 1,
            }
        }
        single.push_str(&body[copied..]);
        if raw || !single.contains('\\') {
            return Ok(self.arena.alloc_slice_copy(single.as_bytes()));
        }
        let unescaped = escapes::unescape(&single, Escapes::Unicode)
            .map_err(|message| self.literal_error(message, token))?;
        // Braces are warned of already.
        let others = unescaped.invalid.filter(|(at, _)| !single[at.clone()].ends_with(['{', '}']));
        if let Some((sequence, octal)) = others {
            self.warn_escape(&single[sequence.clone()], octal, sequence.start, range.start(), token);
        }
        Ok(self.arena.alloc_slice_copy(&unescaped.value))
    }

    /// Replaces the escape sequences of `body`, which stands at `offset`.
    fn unescape(
        &mut self,
        body: &str,
        offset: TextSize,
        escapes: Escapes,
        token: TextRange,
    ) -> Result<&'a [u8]> {
        let unescaped =
            escapes::unescape(body, escapes).map_err(|message| self.literal_error(message, token))?;
        if let Some((sequence, octal)) = unescaped.invalid {
            self.warn_escape(&body[sequence.clone()], octal, sequence.start, offset, token);
        }
        Ok(self.arena.alloc_slice_copy(&unescaped.value))
    }

    fn literal_error(&mut self, message: String, token: TextRange) -> Box<Problem> {
        let location = self.location(token);
        Problem::syntax(message, location)
    }

    fn warn_escape(&mut self, sequence: &str, octal: bool, start: usize, offset: TextSize, token: TextRange) {
        let message = escapes::invalid_escape(sequence, octal);
        let at = offset + TextSize::new(start as u32);
        let mut location = self.location(token);
        let line = self.lines.position(at.to_u32()).0 as i32 + 1;
        if line != location.line {
            location.line = line;
        }
        self.context.rewrites.notices.push(Notice { message, location });
    }
}

/// The text of a replacement field as CPython keeps it: without comments.
fn without_comments(text: &str) -> String {
    if !text.contains('#') {
        return text.to_owned();
    }
    let mut kept = String::with_capacity(text.len());
    let mut quote = None;
    let mut in_comment = false;
    let mut escaped = false;
    for character in text.chars() {
        if in_comment {
            if character == '\n' {
                in_comment = false;
                kept.push(character);
            }
            continue;
        }
        match (quote, character) {
            _ if std::mem::take(&mut escaped) => {}
            (Some(_), '\\') => escaped = true,
            (None, '#') => {
                in_comment = true;
                continue;
            }
            (None, '\'' | '"') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            _ => {}
        }
        kept.push(character);
    }
    kept
}
