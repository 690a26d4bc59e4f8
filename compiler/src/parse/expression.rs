//! Expressions.

use ruff_python_ast as ruff;
use ruff_text_size::{Ranged, TextRange};

use super::Converter;
use super::preprocess::percent_format;
use super::statement::operator;
use crate::ast::*;
use crate::depth::Deep;
use crate::error::{ErrorKind, Notice, Problem, Result};

impl<'a> Converter<'a, '_, '_> {
    pub(super) fn expressions(&mut self, expressions: &[ruff::Expr]) -> Result<&'a [Expr<'a>]> {
        self.each(expressions, Self::expression)
    }

    pub(super) fn boxed(&mut self, expression: &ruff::Expr) -> Result<&'a Expr<'a>> {
        let converted = self.expression(expression)?;
        Ok(self.arena.alloc(converted))
    }

    pub(super) fn optional(&mut self, expression: &Option<Box<ruff::Expr>>) -> Result<Option<&'a Expr<'a>>> {
        expression.as_ref().map(|expression| self.boxed(expression)).transpose()
    }

    pub(super) fn expression(&mut self, expression: &ruff::Expr) -> Result<Expr<'a>> {
        match expression {
            // The commonest leaves need no stack check.
            ruff::Expr::Name(node) => {
                let location = self.location(node.range);
                let id = self.names.intern(node.id.as_str());
                if let name @ ("True" | "False" | "None") = node.id.as_str() {
                    // Written with compatibility characters.
                    let message = format!("identifier field can't represent '{name}' constant");
                    return Err(Problem::of_kind(ErrorKind::ValueError, message, location));
                }
                if id == Name::DEBUG
                    && self.context.rewrites.preprocess
                    && node.ctx == ruff::ExprContext::Load
                {
                    return Ok(constant(location, Constant::Bool(self.context.rewrites.optimize == 0)));
                }
                Ok(Expr { location, kind: ExprKind::Name { id, ctx: context(node.ctx) } })
            }
            _ => self.deeper(|this| this.expression_inner(expression)),
        }
    }

    fn expression_inner(&mut self, expression: &ruff::Expr) -> Result<Expr<'a>> {
        let location = self.location(expression.range());
        let kind = match expression {
            ruff::Expr::BoolOp(node) => {
                let op = if node.op == ruff::BoolOp::And { BoolOp::And } else { BoolOp::Or };
                ExprKind::BoolOp { op, values: self.expressions(&node.values)? }
            }
            ruff::Expr::Named(node) => {
                self.require_version(8, "Assignment expressions are", location)?;
                ExprKind::NamedExpr { target: self.boxed(&node.target)?, value: self.boxed(&node.value)? }
            }
            ruff::Expr::BinOp(node) => return self.binary(node, location),
            ruff::Expr::UnaryOp(node) => {
                ExprKind::UnaryOp { op: unary_operator(node.op), operand: self.boxed(&node.operand)? }
            }
            ruff::Expr::Lambda(node) => {
                let args = match &node.parameters {
                    Some(parameters) => self.arguments(parameters)?,
                    None => Arguments::default(),
                };
                ExprKind::Lambda { args: self.arena.alloc(args), body: self.boxed(&node.body)? }
            }
            ruff::Expr::If(node) => ExprKind::IfExp {
                test: self.boxed(&node.test)?,
                body: self.boxed(&node.body)?,
                orelse: self.boxed(&node.orelse)?,
            },
            ruff::Expr::Dict(node) => ExprKind::Dict(self.each(&node.items, |this, item| {
                let key = match &item.key {
                    Some(key) => Some(this.expression(key)?),
                    None => None,
                };
                Ok(DictItem { key, value: this.expression(&item.value)? })
            })?),
            ruff::Expr::Set(node) => ExprKind::Set(self.expressions(&node.elts)?),
            ruff::Expr::ListComp(node) => {
                self.comprehension(ComprehensionKind::List, &node.elt, None, &node.generators)?
            }
            ruff::Expr::SetComp(node) => {
                self.comprehension(ComprehensionKind::Set, &node.elt, None, &node.generators)?
            }
            ruff::Expr::DictComp(node) => {
                let Some(key) = &node.key else {
                    let stars = self.source[..node.value.start().to_usize()].rfind("**").unwrap_or(0) as u32;
                    let location = self.lines.location(stars, stars + 2);
                    let message = "dict unpacking cannot be used in dict comprehension";
                    return Err(Problem::syntax(message, location));
                };
                self.comprehension(ComprehensionKind::Dict, key, Some(&node.value), &node.generators)?
            }
            ruff::Expr::Generator(node) => {
                self.comprehension(ComprehensionKind::Generator, &node.elt, None, &node.generators)?
            }
            ruff::Expr::Await(node) => {
                self.require_version(5, "Await expressions are", location)?;
                ExprKind::Await(self.boxed(&node.value)?)
            }
            ruff::Expr::Yield(node) => ExprKind::Yield(self.optional(&node.value)?),
            ruff::Expr::YieldFrom(node) => ExprKind::YieldFrom(self.boxed(&node.value)?),
            ruff::Expr::Compare(node) => ExprKind::Compare {
                left: self.boxed(&node.left)?,
                ops: self.each(&*node.ops, |_, op| Ok(comparison(*op)))?,
                comparators: self.expressions(&node.comparators)?,
            },
            ruff::Expr::Call(node) => {
                let func = self.expression(&node.func)?;
                let (args, keywords) = self.call_arguments(&node.arguments)?;
                ExprKind::Call(self.arena.alloc(Call { func, args, keywords }))
            }
            ruff::Expr::FString(node) => return self.f_string(node, location),
            ruff::Expr::TString(node) => {
                self.require_version(14, "t-strings are", location)?;
                return self.t_string(node, location);
            }
            ruff::Expr::StringLiteral(node) => return self.string(node, location),
            ruff::Expr::BytesLiteral(node) => return self.bytes(node, location),
            ruff::Expr::NumberLiteral(node) => ExprKind::Constant(self.number(node, location)?),
            ruff::Expr::BooleanLiteral(node) => ExprKind::Constant(Constant::Bool(node.value)),
            ruff::Expr::NoneLiteral(_) => ExprKind::Constant(Constant::None),
            ruff::Expr::EllipsisLiteral(_) => ExprKind::Constant(Constant::Ellipsis),
            ruff::Expr::Attribute(node) => {
                let value = self.boxed(&node.value)?;
                ExprKind::Attribute { value, attr: self.name(&node.attr), ctx: context(node.ctx) }
            }
            ruff::Expr::Subscript(node) => ExprKind::Subscript {
                value: self.boxed(&node.value)?,
                slice: self.boxed(&node.slice)?,
                ctx: context(node.ctx),
            },
            ruff::Expr::Starred(node) => {
                ExprKind::Starred { value: self.boxed(&node.value)?, ctx: context(node.ctx) }
            }
            ruff::Expr::Name(node) => {
                ExprKind::Name { id: self.names.intern(node.id.as_str()), ctx: context(node.ctx) }
            }
            ruff::Expr::List(node) => {
                ExprKind::List { elts: self.expressions(&node.elts)?, ctx: context(node.ctx) }
            }
            ruff::Expr::Tuple(node) => {
                ExprKind::Tuple { elts: self.expressions(&node.elts)?, ctx: context(node.ctx) }
            }
            ruff::Expr::Slice(node) => ExprKind::Slice {
                lower: self.optional(&node.lower)?,
                upper: self.optional(&node.upper)?,
                step: self.optional(&node.step)?,
            },
            ruff::Expr::IpyEscapeCommand(_) => return Err(Problem::syntax("invalid syntax", location)),
        };
        Ok(Expr { location, kind })
    }

    /// A binary operation. The left operands of a long chain `a + b + c + ...` nest deeply: no recursion for them.
    fn binary(&mut self, node: &ruff::ExprBinOp, location: Location) -> Result<Expr<'a>> {
        let left = self.boxed(&node.left)?;
        let right = self.boxed(&node.right)?;
        let op = operator(node.op);
        if op == Operator::MatMult {
            self.require_version(5, "The '@' operator is", location)?;
        }
        if self.context.rewrites.preprocess
            && let Some(values) = percent_format(self.arena, left, op, right)
        {
            return Ok(Expr { location, kind: ExprKind::JoinedStr(values) });
        }
        Ok(Expr { location, kind: ExprKind::BinOp { left, op, right } })
    }

    fn comprehension(
        &mut self,
        kind: ComprehensionKind,
        elt: &ruff::Expr,
        value: Option<&ruff::Expr>,
        generators: &[ruff::Comprehension],
    ) -> Result<ExprKind<'a>> {
        let elt = self.expression(elt)?;
        if elt.is_starred() {
            return Err(Problem::syntax("iterable unpacking cannot be used in comprehension", elt.location));
        }
        let value = match value {
            Some(value) => Some(self.expression(value)?),
            None => None,
        };
        let generators = self.each(generators, |this, generator| {
            if generator.is_async {
                let location = this.location(generator.range());
                this.require_version(6, "Async comprehensions are", location)?;
            }
            Ok(Generator {
                is_async: generator.is_async,
                target: this.expression(&generator.target)?,
                iter: this.expression(&generator.iter)?,
                ifs: this.expressions(&generator.ifs)?,
            })
        })?;
        Ok(ExprKind::Comprehension(self.arena.alloc(Comprehension { kind, elt, value, generators })))
    }

    pub(super) fn call_arguments(
        &mut self,
        arguments: &ruff::Arguments,
    ) -> Result<(&'a [Expr<'a>], &'a [Keyword<'a>])> {
        let args = self.each(&*arguments.args, |this, argument| {
            let mut converted = this.expression(argument)?;
            if let ruff::Expr::Generator(generator) = argument
                && !generator.parenthesized
            {
                // The call's parentheses are the generator's.
                converted.location = this.location(arguments.range());
            }
            Ok(converted)
        })?;
        let keywords = self.each(&arguments.keywords, |this, keyword| {
            let location = this.location(keyword.range());
            if keyword.arg.is_some() && this.text(keyword.range).starts_with('(') {
                let message = "expression cannot contain assignment, perhaps you meant \"==\"?";
                return Err(Problem::syntax(message, location));
            }
            let name = this.optional_name(&keyword.arg);
            Ok(Keyword { location, name, value: this.expression(&keyword.value)? })
        })?;
        Ok((args, keywords))
    }

    fn number(&mut self, node: &ruff::ExprNumberLiteral, location: Location) -> Result<Constant<'a>> {
        self.warn_number_end(node.range, location);
        if self.text(node.range).contains('_') {
            self.require_version(6, "Underscores in numeric literals are", location)?;
        }
        match &node.value {
            ruff::Number::Float(value) => Ok(Constant::Float(*value)),
            ruff::Number::Complex { real, imag } => Ok(Constant::Complex { real: *real, imaginary: *imag }),
            ruff::Number::Int(value) => match value.as_i64() {
                Some(value) => Ok(Constant::Int(value)),
                None => self.big_int(node.range, location),
            },
        }
    }

    /// Warns of a keyword that directly follows a number.
    fn warn_number_end(&mut self, range: TextRange, location: Location) {
        let next = self.source.as_bytes().get(range.end().to_usize());
        if !next.is_some_and(u8::is_ascii_alphabetic) {
            return;
        }
        let text = self.text(range);
        let kind = match text.as_bytes() {
            [b'0', b'x' | b'X', ..] => "hexadecimal",
            [b'0', b'o' | b'O', ..] => "octal",
            [b'0', b'b' | b'B', ..] => "binary",
            [.., b'j' | b'J'] => "imaginary",
            _ => "decimal",
        };
        self.context.rewrites.notices.push(Notice { message: format!("invalid {kind} literal"), location });
    }

    fn big_int(&mut self, range: TextRange, location: Location) -> Result<Constant<'a>> {
        let max_digits = self.context.int_max_str_digits;
        let literal: String = self.text(range).chars().filter(|&c| c != '_').collect();
        if literal.as_bytes()[0] != b'0' && max_digits > 0 && literal.len() > max_digits {
            let message = format!(
                "Exceeds the limit ({max_digits} digits) for integer string conversion: value has {} digits; use \
                 sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals \
                 to avoid decimal conversion limits.",
                literal.len()
            );
            return Err(Problem::syntax(message, location));
        }
        Ok(Constant::BigInt { negative: false, literal: self.arena.alloc_str(&literal) })
    }
}

pub(super) fn constant(location: Location, value: Constant<'_>) -> Expr<'_> {
    Expr { location, kind: ExprKind::Constant(value) }
}

fn context(context: ruff::ExprContext) -> ExprContext {
    match context {
        ruff::ExprContext::Load | ruff::ExprContext::Invalid => ExprContext::Load,
        ruff::ExprContext::Store => ExprContext::Store,
        ruff::ExprContext::Del => ExprContext::Del,
    }
}

fn unary_operator(operator: ruff::UnaryOp) -> UnaryOp {
    match operator {
        ruff::UnaryOp::Invert => UnaryOp::Invert,
        ruff::UnaryOp::Not => UnaryOp::Not,
        ruff::UnaryOp::UAdd => UnaryOp::UAdd,
        ruff::UnaryOp::USub => UnaryOp::USub,
    }
}

fn comparison(operator: ruff::CmpOp) -> CmpOp {
    match operator {
        ruff::CmpOp::Eq => CmpOp::Eq,
        ruff::CmpOp::NotEq => CmpOp::NotEq,
        ruff::CmpOp::Lt => CmpOp::Lt,
        ruff::CmpOp::LtE => CmpOp::LtE,
        ruff::CmpOp::Gt => CmpOp::Gt,
        ruff::CmpOp::GtE => CmpOp::GtE,
        ruff::CmpOp::Is => CmpOp::Is,
        ruff::CmpOp::IsNot => CmpOp::IsNot,
        ruff::CmpOp::In => CmpOp::In,
        ruff::CmpOp::NotIn => CmpOp::NotIn,
    }
}
