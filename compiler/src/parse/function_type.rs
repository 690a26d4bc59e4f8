//! Function types, `(int, *str) -> bool`, which stand in type comments.

use bumpalo::Bump;
use ruff_python_ast as ruff;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode as RuffMode, ParseOptions, Parsed, parse_unchecked};
use ruff_text_size::{Ranged, TextSize};

use super::{Converter, Lines, ParseContext};
use crate::ast::Expr;
use crate::depth::Depth;
use crate::error::{Problem, Result};
use crate::instruction_sequence::Location;
use crate::names::Names;

/// The parameters' types and the result's.
pub fn parse_function_type<'a>(
    source: &str,
    context: ParseContext,
    arena: &'a Bump,
    names: &mut Names<'a>,
) -> Result<(&'a [Expr<'a>], Expr<'a>)> {
    let invalid = || Problem::syntax("invalid syntax", Location::new(1, 1, 0, 0));
    let whole = parse_unchecked(source, ParseOptions::from(RuffMode::Expression));
    let (mut depth, mut open, mut arrow) = (0u32, None, None);
    // The text with blanks for the stars, which make no difference.
    let mut text = source.as_bytes().to_vec();
    let mut may_be_star = false;
    // How many stars the last parameter with any has: they come last, in this order.
    let mut stars = 0;
    for token in whole.tokens() {
        let start = token.start().to_usize();
        match token.kind() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                open.get_or_insert(start);
                depth += 1;
                may_be_star = depth == 1;
                continue;
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => depth = depth.saturating_sub(1),
            kind @ (TokenKind::Star | TokenKind::DoubleStar) if may_be_star => {
                let count = if kind == TokenKind::Star { 1 } else { 2 };
                if count <= stars {
                    return Err(invalid());
                }
                stars = count;
                text[start..token.end().to_usize()].fill(b' ');
            }
            TokenKind::Comma => {
                may_be_star = depth == 1;
                continue;
            }
            _ if may_be_star && stars > 0 => return Err(invalid()),
            TokenKind::Rarrow if depth == 0 => {
                arrow = Some(start);
                break;
            }
            _ => {}
        }
        may_be_star = false;
    }
    let (Some(open), Some(arrow)) = (open, arrow) else { return Err(invalid()) };
    let mut parameters = text.clone();
    parameters.truncate(arrow);
    let mut result = text;
    let after = arrow + "->".len();
    result[..after].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    let parse = |mut text: Vec<u8>| -> Result<Parsed<ruff::Mod>> {
        // Blanks aren't allowed first, except in parentheses.
        if text.first().is_some_and(u8::is_ascii_whitespace) {
            text[0] = b'(';
            text.push(b')');
        }
        let text = String::from_utf8(text).map_err(|_| invalid())?;
        let tree = parse_unchecked(&text, ParseOptions::from(RuffMode::Expression));
        if tree.errors().is_empty() { Ok(tree) } else { Err(invalid()) }
    };
    let (parameters, result) = (parse(parameters)?, parse(result)?);
    let (ruff::Mod::Expression(parameters), ruff::Mod::Expression(result)) =
        (parameters.syntax(), result.syntax())
    else {
        return Err(invalid());
    };
    let parameters = match &*parameters.body {
        ruff::Expr::Tuple(tuple) if tuple.parenthesized && tuple.start() == TextSize::new(open as u32) => {
            &tuple.elts[..]
        }
        only => std::slice::from_ref(only),
    };
    let lines = Lines::new(source);
    let depth = Depth::default();
    let mut converter =
        Converter { arena, names, source, lines, context, depth, type_comments: None, suspicious: false };
    Ok((converter.expressions(parameters)?, converter.expression(&result.body)?))
}
