//! Statements, functions and classes.

use ruff_python_ast as ruff;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Converter;
use super::preprocess::{self, Exit};
use crate::ast::*;
use crate::depth::Deep;
use crate::error::{Problem, Result};

/// Whether the body has `from __future__ import annotations` among its leading future imports.
pub fn imports_future_annotations(body: &[ruff::Stmt]) -> bool {
    let is_docstring = |statement: &ruff::Stmt| matches!(statement, ruff::Stmt::Expr(expression) if expression.value.is_string_literal_expr());
    let skipped = usize::from(body.first().is_some_and(is_docstring));
    body[skipped..]
        .iter()
        .map_while(|statement| match statement {
            ruff::Stmt::ImportFrom(import)
                if import.level == 0
                    && import.module.as_ref().is_some_and(|module| module.id == "__future__") =>
            {
                Some(import)
            }
            _ => None,
        })
        .any(|import| import.names.iter().any(|alias| alias.name.id == "annotations"))
}

impl<'a> Converter<'a, '_, '_> {
    /// The body of a module, class or function: without its docstring from `-OO` on.
    pub(super) fn body(&mut self, statements: &[ruff::Stmt]) -> Result<&'a [Stmt<'a>]> {
        let body = self.statements(statements)?;
        if !self.context.rewrites.preprocess || self.context.mode == crate::Mode::Single {
            return Ok(body);
        }
        Ok(preprocess::without_docstring(self.arena, self.context.rewrites.optimize, body))
    }

    pub(super) fn statement(&mut self, statement: &ruff::Stmt) -> Result<Stmt<'a>> {
        self.deeper(|this| this.statement_inner(statement))
    }

    fn statement_inner(&mut self, statement: &ruff::Stmt) -> Result<Stmt<'a>> {
        let range = self.statement_range(statement);
        let mut location = self.location(range);
        let kind = match statement {
            // `lazy` is a keyword of the next version only, so what follows the name isn't expected.
            ruff::Stmt::Import(ruff::StmtImport { is_lazy: true, .. })
            | ruff::Stmt::ImportFrom(ruff::StmtImportFrom { is_lazy: true, .. }) => {
                let text = self.text(range);
                let rest = text["lazy".len()..].trim_start();
                let start = range.start() + TextSize::of(&text[..text.len() - rest.len()]);
                let keyword = if rest.starts_with("from") { "from" } else { "import" };
                let location = self.location(TextRange::at(start, TextSize::of(keyword)));
                return Err(Problem::syntax("invalid syntax", location));
            }
            ruff::Stmt::FunctionDef(node) => {
                location = self.definition_location(&node.decorator_list, range);
                let head = node.returns.as_ref().map_or(node.parameters.end(), |returns| returns.end());
                self.take_head_comment(head, true, location)?;
                if node.is_async {
                    self.require_version(5, "Async functions are", location)?;
                }
                self.function(node)?
            }
            ruff::Stmt::ClassDef(node) => {
                location = self.definition_location(&node.decorator_list, range);
                self.class(node)?
            }
            ruff::Stmt::Return(node) => {
                self.context.rewrites.warn_exit("return", location);
                StmtKind::Return(self.optional(&node.value)?)
            }
            ruff::Stmt::Delete(node) => StmtKind::Delete(self.expressions(&node.targets)?),
            ruff::Stmt::Assign(node) => {
                self.take_type_comment(node.end(), b"", location);
                let targets = self.expressions(&node.targets)?;
                StmtKind::Assign { targets, value: self.boxed(&node.value)? }
            }
            ruff::Stmt::AugAssign(node) => StmtKind::AugAssign {
                target: self.boxed(&node.target)?,
                op: operator(node.op),
                value: self.boxed(&node.value)?,
            },
            ruff::Stmt::AnnAssign(node) => {
                self.require_version(6, "Variable annotation syntax is", location)?;
                StmtKind::AnnAssign(AnnAssign {
                    target: self.boxed(&node.target)?,
                    annotation: self.arena.alloc(self.annotation(&node.annotation)?),
                    value: self.optional(&node.value)?,
                    simple: node.simple,
                })
            }
            ruff::Stmt::TypeAlias(node) => {
                self.require_version(12, "Type statement is", location)?;
                self.type_alias(node)?
            }
            ruff::Stmt::For(node) => {
                if node.is_async {
                    self.require_version(5, "Async for loops are", location)?;
                }
                let target = self.expression(&node.target)?;
                let iter = self.expression(&node.iter)?;
                self.take_head_comment(node.iter.end(), false, location)?;
                let body = self.exiting(Exit::Loop, &node.body)?;
                let orelse = self.statements(&node.orelse)?;
                StmtKind::For(self.arena.alloc(For { is_async: node.is_async, target, iter, body, orelse }))
            }
            ruff::Stmt::While(node) => StmtKind::While {
                test: self.boxed(&node.test)?,
                body: self.exiting(Exit::Loop, &node.body)?,
                orelse: self.statements(&node.orelse)?,
            },
            ruff::Stmt::If(node) => {
                let test = self.boxed(&node.test)?;
                let body = self.statements(&node.body)?;
                StmtKind::If { test, body, orelse: self.elif_clauses(&node.elif_else_clauses, range.end())? }
            }
            ruff::Stmt::With(node) => {
                if node.is_async {
                    self.require_version(5, "Async with statements are", location)?;
                }
                let items = self.each(&node.items, |this, item| {
                    let vars = match &item.optional_vars {
                        Some(vars) => Some(this.expression(vars)?),
                        None => None,
                    };
                    Ok(WithItem { context: this.expression(&item.context_expr)?, vars })
                })?;
                if let Some(last) = node.items.last() {
                    self.take_head_comment(last.end(), false, location)?;
                }
                let body = self.statements(&node.body)?;
                StmtKind::With(self.arena.alloc(With { is_async: node.is_async, items, body }))
            }
            ruff::Stmt::Match(node) => {
                self.require_version(10, "Pattern matching is", location)?;
                let subject = self.boxed(&node.subject)?;
                StmtKind::Match { subject, cases: self.each(&node.cases, Self::match_case)? }
            }
            ruff::Stmt::Raise(node) => {
                StmtKind::Raise { exc: self.optional(&node.exc)?, cause: self.optional(&node.cause)? }
            }
            ruff::Stmt::Try(node) => {
                if node.is_star {
                    self.require_version(11, "Exception groups are", location)?;
                }
                // The parser accepts an `else` without an `except`.
                self.suspicious |= node.handlers.is_empty() && !node.orelse.is_empty();
                self.try_statement(node)?
            }
            ruff::Stmt::Assert(node) => {
                StmtKind::Assert { test: self.boxed(&node.test)?, msg: self.optional(&node.msg)? }
            }
            ruff::Stmt::Import(node) => StmtKind::Import(self.each(&node.names, Self::alias)?),
            ruff::Stmt::ImportFrom(node) => StmtKind::ImportFrom {
                module: self.optional_name(&node.module),
                names: self.each(&node.names, Self::alias)?,
                level: node.level,
            },
            ruff::Stmt::Global(node) => {
                StmtKind::Global(self.each(&node.names, |this, name| Ok(this.name(name)))?)
            }
            ruff::Stmt::Nonlocal(node) => {
                StmtKind::Nonlocal(self.each(&node.names, |this, name| Ok(this.name(name)))?)
            }
            ruff::Stmt::Expr(node) => StmtKind::Expr(self.boxed(&node.value)?),
            ruff::Stmt::Pass(_) | ruff::Stmt::IpyEscapeCommand(_) => StmtKind::Pass,
            ruff::Stmt::Break(_) => {
                self.context.rewrites.warn_exit("break", location);
                StmtKind::Break
            }
            ruff::Stmt::Continue(_) => {
                self.context.rewrites.warn_exit("continue", location);
                StmtKind::Continue
            }
        };
        Ok(Stmt { location, kind })
    }

    /// A statement's range. A compound statement ends with the semicolon after its last simple statement, if there is one.
    fn statement_range(&self, statement: &ruff::Stmt) -> TextRange {
        match statement {
            ruff::Stmt::FunctionDef(_)
            | ruff::Stmt::ClassDef(_)
            | ruff::Stmt::For(_)
            | ruff::Stmt::While(_)
            | ruff::Stmt::If(_)
            | ruff::Stmt::With(_)
            | ruff::Stmt::Match(_)
            | ruff::Stmt::Try(_) => TextRange::new(statement.start(), self.block_end(statement.end())),
            _ => statement.range(),
        }
    }

    fn block_end(&self, end: TextSize) -> TextSize {
        let rest = &self.source.as_bytes()[end.to_usize()..];
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c')).count();
        match rest.get(blanks) {
            Some(b';') => end + TextSize::new(blanks as u32 + 1),
            _ => end,
        }
    }

    /// Converts a block inside of which `exit` is what a jump leaves.
    fn exiting(&mut self, exit: Exit, statements: &[ruff::Stmt]) -> Result<&'a [Stmt<'a>]> {
        self.context.rewrites.exits.push(exit);
        let body = self.statements(statements);
        self.context.rewrites.exits.pop();
        body
    }

    /// The location of a definition proper, without its decorators.
    fn definition_location(&mut self, decorators: &[ruff::Decorator], range: TextRange) -> Location {
        let start = match decorators.last() {
            None => range.start(),
            Some(decorator) => self.skip_blank(decorator.end()),
        };
        self.location(TextRange::new(start, range.end()))
    }

    /// The first offset at or after `from` that isn't white space, a comment or a line continuation.
    pub(super) fn skip_blank(&self, from: TextSize) -> TextSize {
        let bytes = self.source.as_bytes();
        let mut at = from.to_usize();
        while at < bytes.len() {
            match bytes[at] {
                b' ' | b'\t' | b'\n' | b'\x0c' | b'\\' => at += 1,
                b'#' => at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at),
                _ => break,
            }
        }
        TextSize::new(at as u32)
    }

    fn function(&mut self, node: &ruff::StmtFunctionDef) -> Result<StmtKind<'a>> {
        let name = self.name(&node.name);
        let type_params = self.type_params(&node.type_params)?;
        let args = self.arguments(&node.parameters)?;
        self.context.rewrites.exits.push(Exit::Function);
        let body = self.body(&node.body);
        self.context.rewrites.exits.pop();
        let body = body?;
        let decorators = self.each(&node.decorator_list, |this, each| this.expression(&each.expression))?;
        let returns = match &node.returns {
            Some(returns) => Some(&*self.arena.alloc(self.annotation(returns)?)),
            None => None,
        };
        let is_async = node.is_async;
        Ok(StmtKind::FunctionDef(self.arena.alloc(FunctionDef {
            is_async,
            name,
            args,
            body,
            decorators,
            returns,
            type_params,
        })))
    }

    fn class(&mut self, node: &ruff::StmtClassDef) -> Result<StmtKind<'a>> {
        let name = self.name(&node.name);
        let type_params = self.type_params(&node.type_params)?;
        let (bases, keywords): (&[Expr], &[Keyword]) = match &node.arguments {
            None => (&[], &[]),
            Some(arguments) => self.call_arguments(arguments)?,
        };
        let body = self.body(&node.body)?;
        let decorators = self.each(&node.decorator_list, |this, each| this.expression(&each.expression))?;
        Ok(StmtKind::ClassDef(self.arena.alloc(ClassDef {
            name,
            bases,
            keywords,
            body,
            decorators,
            type_params,
        })))
    }

    fn type_alias(&mut self, node: &ruff::StmtTypeAlias) -> Result<StmtKind<'a>> {
        let target = self.expression(&node.name)?;
        let ExprKind::Name { id: name, .. } = target.kind else {
            unreachable!("the parser takes names only")
        };
        let type_params = self.type_params(&node.type_params)?;
        let value = self.expression(&node.value)?;
        Ok(StmtKind::TypeAlias(self.arena.alloc(TypeAlias { target, name, type_params, value })))
    }

    fn type_params(&mut self, params: &Option<Box<ruff::TypeParams>>) -> Result<&'a [TypeParam<'a>]> {
        let Some(params) = params else { return Ok(&[]) };
        let location = self.location(params.range());
        self.require_version(12, "Type parameter lists are", location)?;
        if params.type_params.iter().any(|param| param.default().is_some()) {
            self.require_version(13, "Type parameter defaults are", location)?;
        }
        self.each(&params.type_params, |this, param| {
            let location = this.location(param.range());
            let (name, kind, default) = match param {
                ruff::TypeParam::TypeVar(param) => {
                    let bound = match &param.bound {
                        Some(bound) => Some(this.expression(bound)?),
                        None => None,
                    };
                    (&param.name, TypeParamKind::TypeVar { bound }, &param.default)
                }
                ruff::TypeParam::TypeVarTuple(param) => {
                    (&param.name, TypeParamKind::TypeVarTuple, &param.default)
                }
                ruff::TypeParam::ParamSpec(param) => (&param.name, TypeParamKind::ParamSpec, &param.default),
            };
            let name = this.name(name);
            let default = match default {
                Some(default) => Some(this.expression(default)?),
                None => None,
            };
            Ok(TypeParam { location, name, kind, default })
        })
    }

    /// The chain of `elif` and `else` after an `if`, as nested `if` statements that all end at `end`.
    fn elif_clauses(&mut self, clauses: &[ruff::ElifElseClause], end: TextSize) -> Result<&'a [Stmt<'a>]> {
        // From the last to the first, so that long chains don't recurse. The pieces are still converted in order.
        let mut converted = Vec::with_capacity(clauses.len());
        for clause in clauses {
            let test = match &clause.test {
                Some(test) => Some(self.boxed(test)?),
                None => None,
            };
            converted.push((test, self.statements(&clause.body)?, clause.start()));
        }
        let mut orelse: &'a [Stmt<'a>] = &[];
        for (test, body, start) in converted.into_iter().rev() {
            orelse = match test {
                None => body,
                Some(test) => {
                    let location = self.location(TextRange::new(start, end));
                    let kind = StmtKind::If { test, body, orelse };
                    self.arena.alloc_slice_fill_iter([Stmt { location, kind }])
                }
            };
        }
        Ok(orelse)
    }

    fn try_statement(&mut self, node: &ruff::StmtTry) -> Result<StmtKind<'a>> {
        let body = self.statements(&node.body)?;
        let handlers = self.each(&node.handlers, |this, handler| {
            let ruff::ExceptHandler::ExceptHandler(handler) = handler;
            let end = this.block_end(handler.end());
            let location = this.location(TextRange::new(handler.start(), end));
            if matches!(handler.type_.as_deref(), Some(ruff::Expr::Tuple(tuple)) if !tuple.parenthesized) {
                this.require_version(14, "except expressions without parentheses are", location)?;
            }
            let exception = match &handler.type_ {
                Some(exception) => Some(this.expression(exception)?),
                None => None,
            };
            let name = this.optional_name(&handler.name);
            Ok(ExceptHandler { location, exception, name, body: this.statements(&handler.body)? })
        })?;
        let orelse = self.statements(&node.orelse)?;
        let finalbody = self.exiting(Exit::Finally, &node.finalbody)?;
        let is_star = node.is_star;
        Ok(StmtKind::Try(self.arena.alloc(Try { is_star, body, handlers, orelse, finalbody })))
    }

    fn alias(&mut self, alias: &ruff::Alias) -> Result<Alias> {
        let location = self.location(alias.range());
        // Blanks are allowed around the dots of a module's name.
        let name = if alias.name.id.contains([' ', '\t', '\\', '\n', '\x0c']) {
            let compact: String =
                alias.name.id.chars().filter(|c| !matches!(c, ' ' | '\t' | '\\' | '\n' | '\x0c')).collect();
            self.names.intern(&compact)
        } else {
            self.name(&alias.name)
        };
        Ok(Alias { location, name, asname: self.optional_name(&alias.asname) })
    }

    pub(super) fn arguments(&mut self, parameters: &ruff::Parameters) -> Result<Arguments<'a>> {
        if !parameters.posonlyargs.is_empty() {
            let location = self.location(parameters.range());
            self.require_version(8, "Positional-only parameters are", location)?;
        }
        let posonlyargs = self.each(&parameters.posonlyargs, Self::argument_with_default)?;
        let args = self.each(&parameters.args, Self::argument_with_default)?;
        let vararg = match &parameters.vararg {
            Some(parameter) => Some(&*self.arena.alloc(self.argument(parameter)?)),
            None => None,
        };
        let kwonlyargs = self.each(&parameters.kwonlyargs, Self::argument_with_default)?;
        let kw_defaults = self.each(&parameters.kwonlyargs, |this, each| match &each.default {
            Some(default) => Ok(Some(this.expression(default)?)),
            None => Ok(None),
        })?;
        let kwarg = match &parameters.kwarg {
            Some(parameter) => Some(&*self.arena.alloc(self.argument(parameter)?)),
            None => None,
        };
        let mut defaults = bumpalo::collections::Vec::new_in(self.arena);
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args) {
            if let Some(default) = &parameter.default {
                defaults.push(self.expression(default)?);
            }
        }
        let defaults = defaults.into_bump_slice();
        Ok(Arguments { posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults })
    }

    fn argument_with_default(&mut self, parameter: &ruff::ParameterWithDefault) -> Result<Arg<'a>> {
        let argument = self.argument(&parameter.parameter)?;
        self.take_type_comment(parameter.end(), b",", argument.location);
        Ok(argument)
    }

    fn argument(&mut self, parameter: &ruff::Parameter) -> Result<Arg<'a>> {
        let location = self.location(TextRange::new(parameter.name.start(), parameter.end()));
        self.take_type_comment(parameter.end(), b",", location);
        let annotation = match &parameter.annotation {
            Some(annotation) => Some(self.annotation(annotation)?),
            None => None,
        };
        Ok(Arg { location, name: self.name(&parameter.name), annotation })
    }

    /// An annotation: left as it is written if it will only become a string.
    fn annotation(&mut self, annotation: &ruff::Expr) -> Result<Expr<'a>> {
        let preprocess = self.context.rewrites.preprocess;
        self.context.rewrites.preprocess = preprocess && !self.context.rewrites.future_annotations;
        let converted = self.expression(annotation);
        self.context.rewrites.preprocess = preprocess;
        converted
    }
}

pub(super) fn operator(operator: ruff::Operator) -> Operator {
    match operator {
        ruff::Operator::Add => Operator::Add,
        ruff::Operator::Sub => Operator::Sub,
        ruff::Operator::Mult => Operator::Mult,
        ruff::Operator::MatMult => Operator::MatMult,
        ruff::Operator::Div => Operator::Div,
        ruff::Operator::Mod => Operator::Mod,
        ruff::Operator::Pow => Operator::Pow,
        ruff::Operator::LShift => Operator::LShift,
        ruff::Operator::RShift => Operator::RShift,
        ruff::Operator::BitOr => Operator::BitOr,
        ruff::Operator::BitXor => Operator::BitXor,
        ruff::Operator::BitAnd => Operator::BitAnd,
        ruff::Operator::FloorDiv => Operator::FloorDiv,
    }
}
