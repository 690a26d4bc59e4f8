//! Nodes to our tree, with the rewrites that the compiler wants.

use bumpalo::Bump;

use super::{Field, Node, NodeClass};
use crate::ast::*;
use crate::constant;
use crate::depth::{Deep, Depth};
use crate::error::{ErrorKind, Problem, Result};
use crate::names::Names;
use crate::parse::preprocess::{self, Exit, Rewrites};

/// The program of validated nodes. `rewrites` says what the preprocessor is to do with it.
pub fn import<'a>(
    root: &'a Node,
    arena: &'a Bump,
    names: &mut Names<'a>,
    rewrites: &mut Rewrites,
) -> Result<Module<'a>> {
    let mut importer = Importer { arena, names, rewrites, depth: Depth::default() };
    match (root.class, &root.fields[..]) {
        (NodeClass::Module, [body, _]) => {
            importer.rewrites.future_annotations |= imports_future_annotations(body);
            Ok(Module::Exec(importer.body(body)?))
        }
        (NodeClass::Interactive, [body]) => Ok(Module::Single(importer.statements(body)?)),
        (NodeClass::Expression, [body]) => {
            let body = importer.expression(body)?;
            Ok(Module::Eval(arena.alloc(body)))
        }
        _ => Err(malformed()),
    }
}

/// Whether the body has `from __future__ import annotations` among its leading future imports.
fn imports_future_annotations(body: &Field) -> bool {
    let Field::List(body) = body else { return false };
    let text = |field: &Field, expected: &str| matches!(field, Field::Text(text) if *text == *expected);
    body.iter().any(|statement| match statement {
        Field::Node(Node { class: NodeClass::ImportFrom, fields, .. }) => {
            let [module, Field::List(aliases), _] = &fields[..] else { return false };
            let is_annotations = |alias: &Field| match alias {
                Field::Node(alias) => text(&alias.fields[0], "annotations"),
                _ => false,
            };
            text(module, "__future__") && aliases.iter().any(is_annotations)
        }
        _ => false,
    })
}

struct Importer<'a, 'n> {
    arena: &'a Bump,
    names: &'n mut Names<'a>,
    rewrites: &'n mut Rewrites,
    depth: Depth,
}

impl Deep for Importer<'_, '_> {
    fn depth(&mut self) -> &mut Depth {
        &mut self.depth
    }
}

/// A node that doesn't fit the table. Whoever makes nodes keeps to it.
fn malformed() -> Box<Problem> {
    Problem::of_kind(ErrorKind::ValueError, "malformed syntax tree", Location::NONE)
}

fn node(field: &Field) -> Result<&Node> {
    match field {
        Field::Node(node) => Ok(node),
        _ => Err(malformed()),
    }
}

fn list(field: &Field) -> Result<&[Field]> {
    match field {
        Field::List(items) => Ok(items),
        _ => Err(malformed()),
    }
}

fn int(field: &Field) -> Result<i64> {
    match field {
        Field::Int(value) => Ok(*value),
        Field::None => Ok(0),
        _ => Err(malformed()),
    }
}

fn context(field: &Field) -> Result<ExprContext> {
    Ok(match node(field)?.class {
        NodeClass::Load => ExprContext::Load,
        NodeClass::Store => ExprContext::Store,
        NodeClass::Del => ExprContext::Del,
        _ => return Err(malformed()),
    })
}

fn operator(field: &Field) -> Result<Operator> {
    Ok(match node(field)?.class {
        NodeClass::Add => Operator::Add,
        NodeClass::BitAnd => Operator::BitAnd,
        NodeClass::FloorDiv => Operator::FloorDiv,
        NodeClass::LShift => Operator::LShift,
        NodeClass::MatMult => Operator::MatMult,
        NodeClass::Mult => Operator::Mult,
        NodeClass::Mod => Operator::Mod,
        NodeClass::BitOr => Operator::BitOr,
        NodeClass::Pow => Operator::Pow,
        NodeClass::RShift => Operator::RShift,
        NodeClass::Sub => Operator::Sub,
        NodeClass::Div => Operator::Div,
        NodeClass::BitXor => Operator::BitXor,
        _ => return Err(malformed()),
    })
}

fn comparison(field: &Field) -> Result<CmpOp> {
    Ok(match node(field)?.class {
        NodeClass::Eq => CmpOp::Eq,
        NodeClass::NotEq => CmpOp::NotEq,
        NodeClass::Lt => CmpOp::Lt,
        NodeClass::LtE => CmpOp::LtE,
        NodeClass::Gt => CmpOp::Gt,
        NodeClass::GtE => CmpOp::GtE,
        NodeClass::Is => CmpOp::Is,
        NodeClass::IsNot => CmpOp::IsNot,
        NodeClass::In => CmpOp::In,
        NodeClass::NotIn => CmpOp::NotIn,
        _ => return Err(malformed()),
    })
}

fn conversion(field: &Field) -> Result<Conversion> {
    const STR: i64 = b's' as i64;
    const REPR: i64 = b'r' as i64;
    const ASCII: i64 = b'a' as i64;
    Ok(match int(field)? {
        -1 => Conversion::None,
        STR => Conversion::Str,
        REPR => Conversion::Repr,
        ASCII => Conversion::Ascii,
        other => {
            let message = format!("Unrecognized conversion character {other}");
            return Err(Problem::of_kind(ErrorKind::SystemError, message, Location::NONE));
        }
    })
}

impl<'a> Importer<'a, '_> {
    fn name(&mut self, field: &'a Field) -> Result<Name> {
        match field {
            Field::Text(text) => match text.as_str() {
                Some(text) => Ok(self.names.intern(text)),
                None => {
                    let message = "surrogates not allowed in identifiers";
                    Err(Problem::of_kind(ErrorKind::ValueError, message, Location::NONE))
                }
            },
            _ => Err(malformed()),
        }
    }

    fn optional_name(&mut self, field: &'a Field) -> Result<Option<Name>> {
        if matches!(field, Field::None) { Ok(None) } else { self.name(field).map(Some) }
    }

    fn each<T>(
        &mut self,
        field: &'a Field,
        mut import: impl FnMut(&mut Self, &'a Field) -> Result<T>,
    ) -> Result<&'a [T]> {
        let items = list(field)?;
        let mut imported = bumpalo::collections::Vec::with_capacity_in(items.len(), self.arena);
        for item in items {
            imported.push(import(self, item)?);
        }
        Ok(imported.into_bump_slice())
    }

    fn names(&mut self, field: &'a Field) -> Result<&'a [Name]> {
        self.each(field, Self::name)
    }

    fn statements(&mut self, field: &'a Field) -> Result<&'a [Stmt<'a>]> {
        self.each(field, Self::statement)
    }

    /// The body of a module, class or function.
    fn body(&mut self, field: &'a Field) -> Result<&'a [Stmt<'a>]> {
        let body = self.statements(field)?;
        Ok(if self.rewrites.preprocess {
            preprocess::without_docstring(self.arena, self.rewrites.optimize, body)
        } else {
            body
        })
    }

    fn inside(&mut self, exit: Exit, field: &'a Field) -> Result<&'a [Stmt<'a>]> {
        self.rewrites.exits.push(exit);
        let body = match exit {
            Exit::Function => self.body(field),
            _ => self.statements(field),
        };
        self.rewrites.exits.pop();
        body
    }

    fn expressions(&mut self, field: &'a Field) -> Result<&'a [Expr<'a>]> {
        self.each(field, Self::expression)
    }

    fn boxed(&mut self, field: &'a Field) -> Result<&'a Expr<'a>> {
        let expression = self.expression(field)?;
        Ok(self.arena.alloc(expression))
    }

    fn optional(&mut self, field: &'a Field) -> Result<Option<Expr<'a>>> {
        if matches!(field, Field::None) { Ok(None) } else { self.expression(field).map(Some) }
    }

    fn optional_boxed(&mut self, field: &'a Field) -> Result<Option<&'a Expr<'a>>> {
        Ok(self.optional(field)?.map(|expression| &*self.arena.alloc(expression)))
    }

    /// An annotation: left as it is if it will only become a string.
    fn annotation(&mut self, field: &'a Field) -> Result<Option<Expr<'a>>> {
        let preprocess = self.rewrites.preprocess;
        self.rewrites.preprocess = preprocess && !self.rewrites.future_annotations;
        let imported = self.optional(field);
        self.rewrites.preprocess = preprocess;
        imported
    }

    fn statement(&mut self, field: &'a Field) -> Result<Stmt<'a>> {
        let node = node(field)?;
        let kind = self.deeper(|this| this.statement_kind(node))?;
        Ok(Stmt { location: node.location, kind })
    }

    fn statement_kind(&mut self, node: &'a Node) -> Result<StmtKind<'a>> {
        Ok(match (node.class, &node.fields[..]) {
            (NodeClass::FunctionDef | NodeClass::AsyncFunctionDef, fields) => self.function(node, fields)?,
            (NodeClass::ClassDef, [name, bases, keywords, body, decorators, type_params]) => {
                let class = ClassDef {
                    name: self.name(name)?,
                    type_params: self.each(type_params, Self::type_param)?,
                    bases: self.expressions(bases)?,
                    keywords: self.each(keywords, Self::keyword)?,
                    body: self.body(body)?,
                    decorators: self.expressions(decorators)?,
                };
                StmtKind::ClassDef(self.arena.alloc(class))
            }
            (NodeClass::Return, [value]) => {
                self.rewrites.warn_exit("return", node.location);
                StmtKind::Return(self.optional_boxed(value)?)
            }
            (NodeClass::Delete, [targets]) => StmtKind::Delete(self.expressions(targets)?),
            (NodeClass::Assign, [targets, value, _]) => {
                StmtKind::Assign { targets: self.expressions(targets)?, value: self.boxed(value)? }
            }
            (NodeClass::TypeAlias, [target, type_params, value]) => {
                let target = self.expression(target)?;
                let ExprKind::Name { id: name, .. } = target.kind else { return Err(malformed()) };
                let type_params = self.each(type_params, Self::type_param)?;
                let value = self.expression(value)?;
                StmtKind::TypeAlias(self.arena.alloc(TypeAlias { target, name, type_params, value }))
            }
            (NodeClass::AugAssign, [target, op, value]) => StmtKind::AugAssign {
                target: self.boxed(target)?,
                op: operator(op)?,
                value: self.boxed(value)?,
            },
            (NodeClass::AnnAssign, [target, annotation, value, simple]) => {
                let target = self.boxed(target)?;
                let annotation = self.annotation(annotation)?.ok_or_else(malformed)?;
                StmtKind::AnnAssign(AnnAssign {
                    target,
                    annotation: self.arena.alloc(annotation),
                    value: self.optional_boxed(value)?,
                    simple: int(simple)? != 0,
                })
            }
            (NodeClass::For | NodeClass::AsyncFor, [target, iter, body, orelse, _]) => {
                let node = For {
                    is_async: node.class == NodeClass::AsyncFor,
                    target: self.expression(target)?,
                    iter: self.expression(iter)?,
                    body: self.inside(Exit::Loop, body)?,
                    orelse: self.statements(orelse)?,
                };
                StmtKind::For(self.arena.alloc(node))
            }
            (NodeClass::While, [test, body, orelse]) => StmtKind::While {
                test: self.boxed(test)?,
                body: self.inside(Exit::Loop, body)?,
                orelse: self.statements(orelse)?,
            },
            (NodeClass::If, [test, body, orelse]) => StmtKind::If {
                test: self.boxed(test)?,
                body: self.statements(body)?,
                orelse: self.statements(orelse)?,
            },
            (NodeClass::With | NodeClass::AsyncWith, [items, body, _]) => {
                let node = With {
                    is_async: node.class == NodeClass::AsyncWith,
                    items: self.each(items, Self::with_item)?,
                    body: self.statements(body)?,
                };
                StmtKind::With(self.arena.alloc(node))
            }
            (NodeClass::Match, [subject, cases]) => {
                StmtKind::Match { subject: self.boxed(subject)?, cases: self.each(cases, Self::match_case)? }
            }
            (NodeClass::Raise, [exc, cause]) => {
                StmtKind::Raise { exc: self.optional_boxed(exc)?, cause: self.optional_boxed(cause)? }
            }
            (NodeClass::Try | NodeClass::TryStar, [body, handlers, orelse, finalbody]) => {
                let node = Try {
                    is_star: node.class == NodeClass::TryStar,
                    body: self.statements(body)?,
                    handlers: self.each(handlers, Self::handler)?,
                    orelse: self.statements(orelse)?,
                    finalbody: self.inside(Exit::Finally, finalbody)?,
                };
                StmtKind::Try(self.arena.alloc(node))
            }
            (NodeClass::Assert, [test, msg]) => {
                StmtKind::Assert { test: self.boxed(test)?, msg: self.optional_boxed(msg)? }
            }
            (NodeClass::Import, [names]) => StmtKind::Import(self.each(names, Self::alias)?),
            (NodeClass::ImportFrom, [module, names, level]) => StmtKind::ImportFrom {
                module: self.optional_name(module)?,
                names: self.each(names, Self::alias)?,
                level: u32::try_from(int(level)?).unwrap_or(u32::MAX),
            },
            (NodeClass::Global, [names]) => StmtKind::Global(self.names(names)?),
            (NodeClass::Nonlocal, [names]) => StmtKind::Nonlocal(self.names(names)?),
            (NodeClass::Expr, [value]) => StmtKind::Expr(self.boxed(value)?),
            (NodeClass::Pass, _) => StmtKind::Pass,
            (NodeClass::Break, _) => {
                self.rewrites.warn_exit("break", node.location);
                StmtKind::Break
            }
            (NodeClass::Continue, _) => {
                self.rewrites.warn_exit("continue", node.location);
                StmtKind::Continue
            }
            _ => return Err(malformed()),
        })
    }

    fn function(&mut self, node: &'a Node, fields: &'a [Field]) -> Result<StmtKind<'a>> {
        let [name, args, body, decorators, returns, _, type_params] = fields else {
            return Err(malformed());
        };
        let function = FunctionDef {
            is_async: node.class == NodeClass::AsyncFunctionDef,
            name: self.name(name)?,
            type_params: self.each(type_params, Self::type_param)?,
            args: self.arguments(args)?,
            body: self.inside(Exit::Function, body)?,
            decorators: self.expressions(decorators)?,
            returns: self.annotation(returns)?.map(|returns| &*self.arena.alloc(returns)),
        };
        Ok(StmtKind::FunctionDef(self.arena.alloc(function)))
    }

    fn with_item(&mut self, field: &'a Field) -> Result<WithItem<'a>> {
        let [context, vars] = &node(field)?.fields[..] else { return Err(malformed()) };
        Ok(WithItem { context: self.expression(context)?, vars: self.optional(vars)? })
    }

    fn handler(&mut self, field: &'a Field) -> Result<ExceptHandler<'a>> {
        let node = node(field)?;
        let [exception, name, body] = &node.fields[..] else { return Err(malformed()) };
        Ok(ExceptHandler {
            location: node.location,
            exception: self.optional(exception)?,
            name: self.optional_name(name)?,
            body: self.statements(body)?,
        })
    }

    fn alias(&mut self, field: &'a Field) -> Result<Alias> {
        let node = node(field)?;
        let [name, asname] = &node.fields[..] else { return Err(malformed()) };
        Ok(Alias { location: node.location, name: self.name(name)?, asname: self.optional_name(asname)? })
    }

    fn keyword(&mut self, field: &'a Field) -> Result<Keyword<'a>> {
        let node = node(field)?;
        let [name, value] = &node.fields[..] else { return Err(malformed()) };
        Ok(Keyword {
            location: node.location,
            name: self.optional_name(name)?,
            value: self.expression(value)?,
        })
    }

    fn type_param(&mut self, field: &'a Field) -> Result<TypeParam<'a>> {
        let node = node(field)?;
        let (name, kind, default) = match (node.class, &node.fields[..]) {
            (NodeClass::TypeVar, [name, bound, default]) => {
                (name, TypeParamKind::TypeVar { bound: self.optional(bound)? }, default)
            }
            (NodeClass::TypeVarTuple, [name, default]) => (name, TypeParamKind::TypeVarTuple, default),
            (NodeClass::ParamSpec, [name, default]) => (name, TypeParamKind::ParamSpec, default),
            _ => return Err(malformed()),
        };
        let default = self.optional(default)?;
        Ok(TypeParam { location: node.location, name: self.name(name)?, kind, default })
    }

    fn arguments(&mut self, field: &'a Field) -> Result<Arguments<'a>> {
        let [posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults] = &node(field)?.fields[..]
        else {
            return Err(malformed());
        };
        Ok(Arguments {
            posonlyargs: self.each(posonlyargs, Self::argument)?,
            args: self.each(args, Self::argument)?,
            vararg: self.optional_argument(vararg)?,
            kwonlyargs: self.each(kwonlyargs, Self::argument)?,
            kw_defaults: self.each(kw_defaults, Self::optional)?,
            kwarg: self.optional_argument(kwarg)?,
            defaults: self.expressions(defaults)?,
        })
    }

    fn optional_argument(&mut self, field: &'a Field) -> Result<Option<&'a Arg<'a>>> {
        if matches!(field, Field::None) {
            return Ok(None);
        }
        let argument = self.argument(field)?;
        Ok(Some(self.arena.alloc(argument)))
    }

    fn argument(&mut self, field: &'a Field) -> Result<Arg<'a>> {
        let node = node(field)?;
        let [name, annotation, _] = &node.fields[..] else { return Err(malformed()) };
        Ok(Arg { location: node.location, name: self.name(name)?, annotation: self.annotation(annotation)? })
    }

    fn match_case(&mut self, field: &'a Field) -> Result<MatchCase<'a>> {
        let [pattern, guard, body] = &node(field)?.fields[..] else { return Err(malformed()) };
        Ok(MatchCase {
            pattern: self.pattern(pattern)?,
            guard: self.optional(guard)?,
            body: self.statements(body)?,
        })
    }

    fn pattern(&mut self, field: &'a Field) -> Result<Pattern<'a>> {
        let node = node(field)?;
        let kind = self.deeper(|this| this.pattern_kind(node))?;
        Ok(Pattern { location: node.location, kind })
    }

    fn pattern_kind(&mut self, node: &'a Node) -> Result<PatternKind<'a>> {
        Ok(match (node.class, &node.fields[..]) {
            (NodeClass::MatchValue, [value]) => {
                let value = self.pattern_value(value)?;
                PatternKind::Value(self.arena.alloc(value))
            }
            (NodeClass::MatchSingleton, [Field::Constant(value)]) => {
                PatternKind::Singleton(self.constant(value, false))
            }
            (NodeClass::MatchSequence, [patterns]) => {
                PatternKind::Sequence(self.each(patterns, Self::pattern)?)
            }
            (NodeClass::MatchMapping, [keys, patterns, rest]) => PatternKind::Mapping {
                keys: self.each(keys, Self::pattern_value)?,
                patterns: self.each(patterns, Self::pattern)?,
                rest: self.optional_name(rest)?,
            },
            (NodeClass::MatchClass, [class, patterns, keyword_names, keyword_patterns]) => {
                PatternKind::Class {
                    class: self.boxed(class)?,
                    patterns: self.each(patterns, Self::pattern)?,
                    keyword_names: self.names(keyword_names)?,
                    keyword_patterns: self.each(keyword_patterns, Self::pattern)?,
                }
            }
            (NodeClass::MatchStar, [name]) => PatternKind::Star(self.optional_name(name)?),
            (NodeClass::MatchAs, [pattern, name]) => {
                let pattern = match pattern {
                    Field::None => None,
                    pattern => {
                        let pattern = self.pattern(pattern)?;
                        Some(&*self.arena.alloc(pattern))
                    }
                };
                PatternKind::As { pattern, name: self.optional_name(name)? }
            }
            (NodeClass::MatchOr, [patterns]) => PatternKind::Or(self.each(patterns, Self::pattern)?),
            _ => return Err(malformed()),
        })
    }

    fn pattern_value(&mut self, field: &'a Field) -> Result<Expr<'a>> {
        let mut value = self.expression(field)?;
        if self.rewrites.preprocess
            && let Some(constant) = preprocess::folded(&value)
        {
            value.kind = ExprKind::Constant(constant);
        }
        Ok(value)
    }

    fn constant(&mut self, value: &'a constant::Constant, u_prefix: bool) -> Constant<'a> {
        match value {
            constant::Constant::None => Constant::None,
            constant::Constant::Ellipsis => Constant::Ellipsis,
            constant::Constant::Bool(value) => Constant::Bool(*value),
            constant::Constant::Int(value) => Constant::Int(*value),
            constant::Constant::BigInt(value) => {
                let digits: String =
                    value.magnitude.iter().rev().map(|digit| format!("{digit:08x}")).collect();
                let literal = self.arena.alloc_str(&format!("0x{digits}"));
                Constant::BigInt { negative: value.negative, literal }
            }
            constant::Constant::Float(value) => Constant::Float(*value),
            constant::Constant::Complex(real, imaginary) => {
                Constant::Complex { real: *real, imaginary: *imaginary }
            }
            constant::Constant::Str(text) => Constant::Str { value: text.as_bytes(), u_prefix },
            constant::Constant::Bytes(bytes) => Constant::Bytes(bytes),
            other => Constant::Other(other),
        }
    }

    fn expression(&mut self, field: &'a Field) -> Result<Expr<'a>> {
        let node = node(field)?;
        let kind = self.deeper(|this| this.expression_kind(node))?;
        Ok(Expr { location: node.location, kind })
    }

    fn expression_kind(&mut self, node: &'a Node) -> Result<ExprKind<'a>> {
        Ok(match (node.class, &node.fields[..]) {
            (NodeClass::BoolOp, [op, values]) => ExprKind::BoolOp {
                op: if self::node(op)?.class == NodeClass::And { BoolOp::And } else { BoolOp::Or },
                values: self.expressions(values)?,
            },
            (NodeClass::NamedExpr, [target, value]) => {
                ExprKind::NamedExpr { target: self.boxed(target)?, value: self.boxed(value)? }
            }
            (NodeClass::BinOp, [left, op, right]) => self.binary(left, operator(op)?, right)?,
            (NodeClass::UnaryOp, [op, operand]) => ExprKind::UnaryOp {
                op: match self::node(op)?.class {
                    NodeClass::Invert => UnaryOp::Invert,
                    NodeClass::Not => UnaryOp::Not,
                    NodeClass::UAdd => UnaryOp::UAdd,
                    _ => UnaryOp::USub,
                },
                operand: self.boxed(operand)?,
            },
            (NodeClass::Lambda, [args, body]) => {
                let args = self.arguments(args)?;
                ExprKind::Lambda { args: self.arena.alloc(args), body: self.boxed(body)? }
            }
            (NodeClass::IfExp, [test, body, orelse]) => ExprKind::IfExp {
                test: self.boxed(test)?,
                body: self.boxed(body)?,
                orelse: self.boxed(orelse)?,
            },
            (NodeClass::Dict, [keys, values]) => {
                let (keys, values) = (list(keys)?, list(values)?);
                let mut items = bumpalo::collections::Vec::with_capacity_in(keys.len(), self.arena);
                for (key, value) in keys.iter().zip(values) {
                    items.push(DictItem { key: self.optional(key)?, value: self.expression(value)? });
                }
                ExprKind::Dict(items.into_bump_slice())
            }
            (NodeClass::Set, [elements]) => ExprKind::Set(self.expressions(elements)?),
            (NodeClass::ListComp, [elt, generators]) => {
                self.comprehension(ComprehensionKind::List, elt, None, generators)?
            }
            (NodeClass::SetComp, [elt, generators]) => {
                self.comprehension(ComprehensionKind::Set, elt, None, generators)?
            }
            (NodeClass::GeneratorExp, [elt, generators]) => {
                self.comprehension(ComprehensionKind::Generator, elt, None, generators)?
            }
            (NodeClass::DictComp, [key, value, generators]) => {
                self.comprehension(ComprehensionKind::Dict, key, Some(value), generators)?
            }
            (NodeClass::Await, [value]) => ExprKind::Await(self.boxed(value)?),
            (NodeClass::Yield, [value]) => ExprKind::Yield(self.optional_boxed(value)?),
            (NodeClass::YieldFrom, [value]) => ExprKind::YieldFrom(self.boxed(value)?),
            (NodeClass::Compare, [left, ops, comparators]) => ExprKind::Compare {
                left: self.boxed(left)?,
                ops: self.each(ops, |_, op| comparison(op))?,
                comparators: self.expressions(comparators)?,
            },
            (NodeClass::Call, [func, args, keywords]) => {
                let call = Call {
                    func: self.expression(func)?,
                    args: self.expressions(args)?,
                    keywords: self.each(keywords, Self::keyword)?,
                };
                ExprKind::Call(self.arena.alloc(call))
            }
            (NodeClass::FormattedValue, [value, kind, format_spec]) => ExprKind::FormattedValue {
                value: self.boxed(value)?,
                conversion: conversion(kind)?,
                format_spec: self.optional_boxed(format_spec)?,
            },
            (NodeClass::Interpolation, [value, Field::Constant(text), kind, format_spec]) => {
                let field = Interpolation {
                    value: self.expression(value)?,
                    text: match text {
                        constant::Constant::Str(text) => text.as_bytes(),
                        _ => b"",
                    },
                    conversion: conversion(kind)?,
                    format_spec: self.optional_boxed(format_spec)?,
                };
                ExprKind::Interpolation(self.arena.alloc(field))
            }
            (NodeClass::JoinedStr, [values]) => ExprKind::JoinedStr(self.expressions(values)?),
            (NodeClass::TemplateStr, [values]) => ExprKind::TemplateStr(self.expressions(values)?),
            (NodeClass::Constant, [Field::Constant(value), kind]) => {
                let u_prefix = matches!(kind, Field::Text(kind) if *kind == *"u");
                ExprKind::Constant(self.constant(value, u_prefix))
            }
            (NodeClass::Attribute, [value, attr, ctx]) => {
                ExprKind::Attribute { value: self.boxed(value)?, attr: self.name(attr)?, ctx: context(ctx)? }
            }
            (NodeClass::Subscript, [value, slice, ctx]) => ExprKind::Subscript {
                value: self.boxed(value)?,
                slice: self.boxed(slice)?,
                ctx: context(ctx)?,
            },
            (NodeClass::Starred, [value, ctx]) => {
                ExprKind::Starred { value: self.boxed(value)?, ctx: context(ctx)? }
            }
            (NodeClass::Name, [id, ctx]) => {
                let (id, ctx) = (self.name(id)?, context(ctx)?);
                if id == Name::DEBUG && self.rewrites.preprocess && ctx == ExprContext::Load {
                    ExprKind::Constant(Constant::Bool(self.rewrites.optimize == 0))
                } else {
                    ExprKind::Name { id, ctx }
                }
            }
            (NodeClass::List, [elts, ctx]) => {
                ExprKind::List { elts: self.expressions(elts)?, ctx: context(ctx)? }
            }
            (NodeClass::Tuple, [elts, ctx]) => {
                ExprKind::Tuple { elts: self.expressions(elts)?, ctx: context(ctx)? }
            }
            (NodeClass::Slice, [lower, upper, step]) => ExprKind::Slice {
                lower: self.optional_boxed(lower)?,
                upper: self.optional_boxed(upper)?,
                step: self.optional_boxed(step)?,
            },
            _ => return Err(malformed()),
        })
    }

    fn binary(&mut self, left: &'a Field, op: Operator, right: &'a Field) -> Result<ExprKind<'a>> {
        let (left, right) = (self.boxed(left)?, self.boxed(right)?);
        if self.rewrites.preprocess
            && let Some(values) = preprocess::percent_format(self.arena, left, op, right)
        {
            return Ok(ExprKind::JoinedStr(values));
        }
        Ok(ExprKind::BinOp { left, op, right })
    }

    fn comprehension(
        &mut self,
        kind: ComprehensionKind,
        elt: &'a Field,
        value: Option<&'a Field>,
        generators: &'a Field,
    ) -> Result<ExprKind<'a>> {
        let comprehension = Comprehension {
            kind,
            elt: self.expression(elt)?,
            value: value.map(|value| self.expression(value)).transpose()?,
            generators: self.each(generators, |this, generator| {
                let [target, iter, ifs, is_async] = &node(generator)?.fields[..] else {
                    return Err(malformed());
                };
                Ok(Generator {
                    is_async: int(is_async)? != 0,
                    target: this.expression(target)?,
                    iter: this.expression(iter)?,
                    ifs: this.expressions(ifs)?,
                })
            })?,
        };
        Ok(ExprKind::Comprehension(self.arena.alloc(comprehension)))
    }
}
