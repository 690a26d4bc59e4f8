//! Statements.

use super::Generator;
use crate::ast::*;
use crate::depth::Deep;
use crate::error::Result;
use crate::opcode::{CommonConstant, Intrinsic1, Opcode};

impl<'a> Generator<'a, '_> {
    pub(super) fn statements(&mut self, statements: &'a [Stmt<'a>]) -> Result<()> {
        statements.iter().try_for_each(|statement| self.deeper(|this| this.statement(statement)))
    }

    /// A module's or class's body: its docstring, its statements, its annotations.
    pub(super) fn body(&mut self, body: &'a [Stmt<'a>], location: Location, interactive: bool) -> Result<()> {
        if self.context.future_annotations && self.block().annotations_used {
            self.emit(Opcode::SetupAnnotations, location);
        }
        if body.is_empty() {
            return Ok(());
        }
        let mut rest = body;
        if !interactive
            && self.block().has_docstring
            && let Some((text, location)) = docstring(body)
        {
            rest = &body[1..];
            let text = self.clean_docstring(text)?;
            self.load_constant(text, location);
            self.store_name(Name::DOC, Location::NONE);
        }
        self.statements(rest)?;
        if !self.context.future_annotations {
            self.deferred_annotations(location)?;
        }
        Ok(())
    }

    fn statement(&mut self, statement: &'a Stmt<'a>) -> Result<()> {
        let location = statement.location;
        match statement.kind {
            StmtKind::FunctionDef(node) => self.function(node, location),
            StmtKind::ClassDef(node) => self.class(node, location),
            StmtKind::TypeAlias(node) => self.type_alias(node, location),
            StmtKind::Return(value) => self.return_statement(value, location),
            StmtKind::Delete(targets) => self.expressions(targets),
            StmtKind::Assign { targets, value } => {
                self.expression(value)?;
                for (index, target) in targets.iter().enumerate() {
                    if index + 1 < targets.len() {
                        self.emit_with(Opcode::Copy, 1, location);
                    }
                    self.expression(target)?;
                }
                Ok(())
            }
            StmtKind::AugAssign { target, op, value } => {
                self.augmented_assignment(target, op, value, location)
            }
            StmtKind::AnnAssign(node) => self.annotated_assignment(node, location),
            StmtKind::Raise { exc, cause } => {
                let mut count = 0;
                for value in [exc, exc.and(cause)].into_iter().flatten() {
                    self.expression(value)?;
                    count += 1;
                }
                self.emit_with(Opcode::RaiseVarargs, count, location);
                Ok(())
            }
            StmtKind::Assert { test, msg } => self.assert_statement(test, msg, location),
            StmtKind::Import(aliases) => {
                self.import(aliases, location);
                Ok(())
            }
            StmtKind::ImportFrom { module, names, level } => {
                self.import_from(module, names, level, location);
                Ok(())
            }
            StmtKind::Global(_) | StmtKind::Nonlocal(_) => Ok(()),
            StmtKind::Expr(value) => self.expression_statement(value, location),
            StmtKind::Pass => {
                self.emit(Opcode::Nop, location);
                Ok(())
            }
            StmtKind::Break => self.break_statement(location),
            StmtKind::Continue => self.continue_statement(location),
            _ => {
                self.unit.conditional_depth += 1;
                self.conditional_statement(statement)?;
                self.unit.conditional_depth -= 1;
                Ok(())
            }
        }
    }

    /// A statement whose parts may not be executed.
    fn conditional_statement(&mut self, statement: &'a Stmt<'a>) -> Result<()> {
        let location = statement.location;
        match statement.kind {
            StmtKind::For(node) if node.is_async => self.async_for_statement(node, location),
            StmtKind::For(node) => self.for_statement(node, location),
            StmtKind::While { test, body, orelse } => self.while_statement(test, body, orelse, location),
            StmtKind::If { test, body, orelse } => self.if_statement(test, body, orelse, location),
            StmtKind::Match { subject, cases } => self.match_statement(subject, cases),
            StmtKind::Try(node) if node.finalbody.is_empty() => self.try_except(node, location),
            StmtKind::Try(node) => self.try_finally(node, location),
            StmtKind::With(node) => self.with_statement(node, node.items),
            _ => Ok(()),
        }
    }

    fn assert_statement(
        &mut self,
        test: &'a Expr<'a>,
        msg: Option<&'a Expr<'a>>,
        location: Location,
    ) -> Result<()> {
        if matches!(test.kind, ExprKind::Tuple { elts, .. } if !elts.is_empty()) {
            self.warn("assertion is always true, perhaps remove parentheses?".to_owned(), location);
        }
        if self.context.optimize > 0 {
            return Ok(());
        }
        let end = self.new_label();
        self.jump_if(test, end, true, location)?;
        self.emit_with(Opcode::LoadCommonConstant, CommonConstant::AssertionError as u32, location);
        if let Some(msg) = msg {
            self.expression(msg)?;
            self.emit_with(Opcode::Call, 0, location);
        }
        self.emit_with(Opcode::RaiseVarargs, 1, test.location);
        self.use_label(end);
        Ok(())
    }

    fn expression_statement(&mut self, value: &'a Expr<'a>, location: Location) -> Result<()> {
        if self.interactive && self.outer.is_empty() {
            self.expression(value)?;
            self.emit_with(Opcode::CallIntrinsic1, Intrinsic1::Print as u32, location);
            self.emit(Opcode::PopTop, Location::NONE);
        } else if value.constant().is_some() {
            self.emit(Opcode::Nop, location);
        } else {
            self.expression(value)?;
            self.emit(Opcode::PopTop, Location::NONE);
        }
        Ok(())
    }
}
