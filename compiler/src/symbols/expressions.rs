//! The first pass over expressions.

use super::build::{Builder, check_name};
use super::{BlockKind, Key, Symbol};
use crate::ast::*;
use crate::depth::Deep;
use crate::error::{Problem, Result};

impl<'a> Builder<'_, 'a> {
    pub(super) fn optional(&mut self, expression: Option<&'a Expr<'a>>) -> Result<()> {
        expression.map_or(Ok(()), |expression| self.expression(expression))
    }

    pub(super) fn expressions(&mut self, expressions: &'a [Expr<'a>]) -> Result<()> {
        expressions.iter().try_for_each(|expression| self.expression(expression))
    }

    pub(super) fn expression(&mut self, expression: &'a Expr<'a>) -> Result<()> {
        match expression.kind {
            ExprKind::Constant(_) => Ok(()),
            ExprKind::Name { id, ctx } => self.name(id, ctx, expression.location),
            _ => self.deeper(|this| this.compound(expression)),
        }
    }

    fn name(&mut self, id: Name, ctx: ExprContext, location: Location) -> Result<()> {
        if self.block().in_unevaluated_annotation {
            return Ok(());
        }
        let flag = if ctx == ExprContext::Load { Symbol::USE } else { Symbol::LOCAL };
        self.define_in_context(id, flag, location, ctx)?;
        // `super` counts as a use of `__class__`.
        if id == Name::SUPER && ctx == ExprContext::Load && self.block().is_function_like() {
            self.define(Name::CLASS, Symbol::USE, location)?;
        }
        Ok(())
    }

    fn compound(&mut self, expression: &'a Expr<'a>) -> Result<()> {
        let location = expression.location;
        match expression.kind {
            ExprKind::NamedExpr { target, value } => {
                self.forbid_in_annotation("named expression", location)?;
                self.named_expression(target, value, location)
            }
            ExprKind::BoolOp { values, .. } | ExprKind::JoinedStr(values) | ExprKind::TemplateStr(values) => {
                self.expressions(values)
            }
            ExprKind::BinOp { left, right, .. } => {
                self.expression(left)?;
                self.expression(right)
            }
            ExprKind::UnaryOp { operand, .. } => self.expression(operand),
            ExprKind::Lambda { args, body } => {
                self.defaults(args)?;
                self.enter(Name::LAMBDA, BlockKind::Function, Some(Key::lambda(args)), location)?;
                self.parameters(args)?;
                self.expression(body)?;
                self.exit();
                Ok(())
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expression(test)?;
                self.expression(body)?;
                self.expression(orelse)
            }
            ExprKind::Dict(items) => {
                items.iter().try_for_each(|item| self.optional(item.key.as_ref()))?;
                items.iter().try_for_each(|item| self.expression(&item.value))
            }
            ExprKind::Comprehension(node) => self.comprehension(node, location),
            ExprKind::Yield(value) => {
                self.forbid_in_annotation("yield expression", location)?;
                self.optional(value)?;
                self.yielding(location)
            }
            ExprKind::YieldFrom(value) => {
                self.forbid_in_annotation("yield expression", location)?;
                self.expression(value)?;
                self.yielding(location)
            }
            ExprKind::Await(value) => self.awaiting(value, location),
            ExprKind::Compare { left, comparators, .. } => {
                self.expression(left)?;
                self.expressions(comparators)
            }
            ExprKind::Call(call) => {
                self.expression(&call.func)?;
                self.expressions(call.args)?;
                self.keywords(call.keywords)
            }
            ExprKind::FormattedValue { value, format_spec, .. } => {
                self.expression(value)?;
                self.optional(format_spec)
            }
            ExprKind::Interpolation(node) => {
                self.expression(&node.value)?;
                self.optional(node.format_spec)
            }
            ExprKind::Attribute { value, attr, ctx } => {
                check_name(attr, location, ctx)?;
                self.expression(value)
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expression(value)?;
                self.expression(slice)
            }
            ExprKind::Starred { value, .. } => self.expression(value),
            ExprKind::Slice { lower, upper, step } => {
                self.optional(lower)?;
                self.optional(upper)?;
                self.optional(step)
            }
            ExprKind::Set(elts) | ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
                self.expressions(elts)
            }
            ExprKind::Constant(_) | ExprKind::Name { .. } => Ok(()),
        }
    }

    fn named_expression(
        &mut self,
        target: &'a Expr<'a>,
        value: &'a Expr<'a>,
        location: Location,
    ) -> Result<()> {
        if self.block().comprehension_iter_expr > 0 {
            let message = "assignment expression cannot be used in a comprehension iterable expression";
            return Err(Problem::syntax(message, location));
        }
        if self.block().comprehension.is_some() {
            self.extend_named_expression(target)?;
        }
        self.expression(value)?;
        self.expression(target)
    }

    /// `:=` in a comprehension binds in the function or module around it.
    fn extend_named_expression(&mut self, target: &'a Expr<'a>) -> Result<()> {
        let ExprKind::Name { id, .. } = target.kind else { return Ok(()) };
        let location = target.location;
        for index in (0..self.stack.len()).rev() {
            let outer = self.stack[index];
            let kind = self.table.block(outer).kind;
            if self.table.block(outer).comprehension.is_some() {
                let symbol = self.lookup(outer, id);
                if symbol.has(Symbol::COMPREHENSION_ITER) && symbol.has(Symbol::LOCAL) {
                    let text = self.names.text(id);
                    let message = format!(
                        "assignment expression cannot rebind comprehension iteration variable '{text}'"
                    );
                    return Err(Problem::syntax(message, location));
                }
                continue;
            }
            let place = match kind {
                BlockKind::Function => {
                    let is_global = self.lookup(outer, id).has(Symbol::GLOBAL);
                    self.define(id, if is_global { Symbol::GLOBAL } else { Symbol::NONLOCAL }, location)?;
                    self.record_directive(id, location);
                    return self.define_in(outer, id, Symbol::LOCAL, location);
                }
                BlockKind::Module => {
                    self.define(id, Symbol::GLOBAL, location)?;
                    self.record_directive(id, location);
                    return self.define_in(outer, id, Symbol::GLOBAL, location);
                }
                BlockKind::Class => "in a class body",
                BlockKind::TypeParameters => "within the definition of a generic",
                BlockKind::TypeAlias => "in a type alias",
                BlockKind::TypeVariable => "in a TypeVar bound",
                BlockKind::Annotation => continue,
            };
            let message = format!("assignment expression within a comprehension cannot be used {place}");
            return Err(Problem::syntax(message, location));
        }
        Ok(())
    }

    fn yielding(&mut self, location: Location) -> Result<()> {
        let block = self.block();
        block.generator = true;
        let Some(kind) = block.comprehension else { return Ok(()) };
        let what = match kind {
            ComprehensionKind::List => "list comprehension",
            ComprehensionKind::Set => "set comprehension",
            ComprehensionKind::Dict => "dict comprehension",
            ComprehensionKind::Generator => "generator expression",
        };
        Err(Problem::syntax(format!("'yield' inside {what}"), location))
    }

    fn awaiting(&mut self, value: &'a Expr<'a>, location: Location) -> Result<()> {
        self.forbid_in_annotation("await expression", location)?;
        if !self.allows_top_level_await() {
            if !self.block().is_function_like() {
                return Err(Problem::syntax("'await' outside function", location));
            }
            if !self.is_async_function() && self.block().comprehension.is_none() {
                return Err(Problem::syntax("'await' outside async function", location));
            }
        }
        self.expression(value)?;
        self.block().coroutine = true;
        Ok(())
    }

    fn forbid_in_annotation(&mut self, what: &str, location: Location) -> Result<()> {
        let block = self.block();
        let place = match block.kind {
            BlockKind::Annotation => "an annotation",
            BlockKind::TypeVariable => block.scope_info,
            BlockKind::TypeAlias => "a type alias",
            BlockKind::TypeParameters => "the definition of a generic",
            _ => return Ok(()),
        };
        Err(Problem::syntax(format!("{what} cannot be used within {place}"), location))
    }

    fn comprehension(&mut self, node: &'a Comprehension<'a>, location: Location) -> Result<()> {
        let name = match node.kind {
            ComprehensionKind::Generator => Name::GENEXPR,
            ComprehensionKind::List => Name::LISTCOMP,
            ComprehensionKind::Set => Name::SETCOMP,
            ComprehensionKind::Dict => Name::DICTCOMP,
        };
        let Some((outermost, rest)) = node.generators.split_first() else { return Ok(()) };
        // The outermost iterable is evaluated outside.
        self.block().comprehension_iter_expr += 1;
        self.expression(&outermost.iter)?;
        self.block().comprehension_iter_expr -= 1;
        self.enter(name, BlockKind::Function, Some(Key::comprehension(node)), location)?;
        let block = self.block();
        block.comprehension = Some(node.kind);
        block.coroutine |= outermost.is_async;
        self.define(Name::DOT_ZERO, Symbol::PARAM, location)?;
        self.comprehension_target(&outermost.target)?;
        self.expressions(outermost.ifs)?;
        for generator in rest {
            self.comprehension_target(&generator.target)?;
            self.block().comprehension_iter_expr += 1;
            self.expression(&generator.iter)?;
            self.block().comprehension_iter_expr -= 1;
            self.expressions(generator.ifs)?;
            self.block().coroutine |= generator.is_async;
        }
        self.optional(node.value.as_ref())?;
        self.expression(&node.elt)?;
        let is_generator = node.kind == ComprehensionKind::Generator;
        let block = self.block();
        block.generator = is_generator;
        let is_async = block.coroutine && !is_generator;
        self.exit();
        if !is_async {
            return Ok(());
        }
        if !self.is_async_function() && self.block().comprehension.is_none() && !self.allows_top_level_await()
        {
            let message = "asynchronous comprehension outside of an asynchronous function";
            return Err(Problem::syntax(message, location));
        }
        self.block().coroutine = true;
        Ok(())
    }

    fn comprehension_target(&mut self, target: &'a Expr<'a>) -> Result<()> {
        self.block().comprehension_iter_target = true;
        self.expression(target)?;
        self.block().comprehension_iter_target = false;
        Ok(())
    }
}
