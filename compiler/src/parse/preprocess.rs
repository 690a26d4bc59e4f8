//! The rewrites of CPython's AST preprocessor that don't depend on where a tree comes from.

use bumpalo::Bump;

use crate::ast::*;
use crate::error::Notice;

use super::expression::constant;

/// What is to be rewritten, and where in the tree we are.
pub struct Rewrites {
    /// Whether to rewrite at all.
    pub preprocess: bool,
    pub optimize: u8,
    /// `from __future__ import annotations` is in force.
    pub future_annotations: bool,
    /// What `return`, `break` and `continue` would leave.
    pub exits: Vec<Exit>,
    pub notices: Vec<Notice>,
}

impl Rewrites {
    /// Warns of a jump that stands directly in a `finally` block (not in a loop or function inside of it).
    pub fn warn_exit(&mut self, keyword: &str, location: Location) {
        if self.preprocess && self.exits.last() == Some(&Exit::Finally) {
            self.notices.push(Notice { message: format!("'{keyword}' in a 'finally' block"), location });
        }
    }
}

/// What a jump would leave, for the warning about `finally`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Finally,
    Function,
    Loop,
}

/// The body of a module, class or function: without its docstring from `-OO` on.
pub fn without_docstring<'a>(arena: &'a Bump, optimize: u8, body: &'a [Stmt<'a>]) -> &'a [Stmt<'a>] {
    if optimize < 2 || docstring(body).is_none() {
        return body;
    }
    if let [only] = body {
        let Location { line, column, .. } = only.location;
        let location = Location::new(line, line, column, column + 4);
        return arena.alloc_slice_fill_iter([Stmt { location, kind: StmtKind::Pass }]);
    }
    let body = &body[1..];
    if docstring(body).is_none() {
        return body;
    }
    // A string that comes first only now must not become the docstring.
    let body = arena.alloc_slice_copy(body);
    let Stmt { location, kind: StmtKind::Expr(value) } = body[0] else { return body };
    let values = arena.alloc_slice_copy(&[*value]);
    body[0].kind = StmtKind::Expr(arena.alloc(Expr { location, kind: ExprKind::JoinedStr(values) }));
    body
}

/// Rewrites `format % (values)` into the parts of an f-string, if the format is simple enough.
pub fn percent_format<'a>(
    arena: &'a Bump,
    left: &Expr<'a>,
    op: Operator,
    right: &Expr<'a>,
) -> Option<&'a [Expr<'a>]> {
    let (Operator::Mod, Some(Constant::Str { value: format, .. }), ExprKind::Tuple { elts: values, .. }) =
        (op, left.constant(), right.kind)
    else {
        return None;
    };
    if values.iter().any(Expr::is_starred) {
        return None;
    }
    let mut parts = bumpalo::collections::Vec::with_capacity_in(values.len() * 2 + 1, arena);
    let mut values = values.iter();
    let mut rest = format;
    loop {
        let (literal, after) = percent_literal(rest);
        if !literal.is_empty() {
            let value = arena.alloc_slice_copy(&literal);
            parts.push(constant(Location::NONE, Constant::Str { value, u_prefix: false }));
        }
        if after.is_empty() {
            break;
        }
        let value = values.next()?;
        let (conversion, spec, after) = percent_specifier(&after[1..])?;
        let format_spec = (!spec.is_empty()).then(|| {
            let value = arena.alloc_slice_copy(spec.as_bytes());
            &*arena.alloc(constant(Location::NONE, Constant::Str { value, u_prefix: false }))
        });
        let kind = ExprKind::FormattedValue { value, conversion, format_spec };
        parts.push(Expr { location: value.location, kind });
        rest = after;
    }
    values.next().is_none().then(|| parts.into_bump_slice())
}

/// The literal text up to the next specifier, `%%` undoubled, and what follows.
fn percent_literal(format: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut literal = Vec::new();
    let mut at = 0;
    while at < format.len() {
        if format[at] == b'%' {
            if format.get(at + 1) != Some(&b'%') {
                break;
            }
            at += 1;
        }
        literal.push(format[at]);
        at += 1;
    }
    (literal, &format[at..])
}

/// A specifier after its `%`: conversion, format specification and what follows.
fn percent_specifier(format: &[u8]) -> Option<(Conversion, String, &[u8])> {
    const MAX_DIGITS: usize = 3;
    let mut at = 0;
    let mut left = false;
    while let b'-' | b'+' | b' ' | b'#' | b'0' = *format.get(at)? {
        left |= format[at] == b'-';
        at += 1;
    }
    let number = |at: &mut usize| -> Option<Option<u32>> {
        let start = *at;
        let mut value = 0;
        while format.get(*at)?.is_ascii_digit() {
            value = value * 10 + u32::from(format[*at] - b'0');
            *at += 1;
            if *at - start >= MAX_DIGITS {
                return None;
            }
        }
        // A missing digit after the last one is as much the end of the format as a missing conversion.
        format.get(*at)?;
        Some((*at > start).then_some(value))
    };
    let width = number(&mut at)?;
    let precision = if *format.get(at)? == b'.' {
        at += 1;
        format.get(at)?;
        Some(number(&mut at)?.unwrap_or(0))
    } else {
        None
    };
    let conversion = match format.get(at)? {
        b's' => Conversion::Str,
        b'r' => Conversion::Repr,
        b'a' => Conversion::Ascii,
        _ => return None,
    };
    let mut spec = String::new();
    if !left && width.is_some_and(|width| width > 0) {
        spec.push('>');
    }
    if let Some(width) = width {
        spec.push_str(&width.to_string());
    }
    if let Some(precision) = precision {
        spec.push_str(&format!(".{precision}"));
    }
    Some((conversion, spec, &format[at + 1..]))
}

/// The value of `-number` and `number ± imaginary`.
pub fn folded<'a>(expression: &Expr<'a>) -> Option<Constant<'a>> {
    match expression.kind {
        ExprKind::Constant(constant) => Some(constant),
        ExprKind::UnaryOp { op: UnaryOp::USub, operand } => match operand.constant()? {
            Constant::Int(value) => Some(Constant::Int(-value)),
            Constant::BigInt { negative, literal } => Some(Constant::BigInt { negative: !negative, literal }),
            Constant::Float(value) => Some(Constant::Float(-value)),
            Constant::Complex { real, imaginary } => {
                Some(Constant::Complex { real: -real, imaginary: -imaginary })
            }
            _ => None,
        },
        ExprKind::BinOp { left, op: op @ (Operator::Add | Operator::Sub), right } => {
            let left = match folded(left)? {
                Constant::Int(value) => value as f64,
                Constant::BigInt { negative, literal } => {
                    let value = literal.parse::<f64>().ok()?;
                    if negative { -value } else { value }
                }
                Constant::Float(value) => value,
                _ => return None,
            };
            let Constant::Complex { real, imaginary } = right.constant()? else { return None };
            // As in mixed-mode complex arithmetic, the real operand leaves the imaginary part's sign alone.
            Some(match op {
                Operator::Add => Constant::Complex { real: left + real, imaginary },
                _ => Constant::Complex { real: left - real, imaginary: -imaginary },
            })
        }
        _ => None,
    }
}
