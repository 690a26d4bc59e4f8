//! Augmented and annotated assignments, subscripts and slices.

use super::Generator;
use super::unit::{DeferredAnnotation, ScopeKind};
use crate::ast::*;
use crate::constant::Constant as Value;
use crate::error::Result;
use crate::opcode::{BinaryOperator, Opcode};

/// How far in-place operators are from the plain ones in `BINARY_OP`'s operand.
const INPLACE: u32 = BinaryOperator::InplaceAdd as u32;

impl<'a> Generator<'a, '_> {
    pub(super) fn augmented_assignment(
        &mut self,
        target: &'a Expr<'a>,
        op: Operator,
        value: &'a Expr<'a>,
        location: Location,
    ) -> Result<()> {
        let at = target.location;
        let operand = op as u32 + INPLACE;
        match target.kind {
            ExprKind::Attribute { value: object, attr, .. } => {
                self.expression(object)?;
                self.emit_with(Opcode::Copy, 1, at);
                let at = self.attribute_location(at, target);
                self.emit_name(Opcode::LoadAttr, attr, at);
                self.expression(value)?;
                self.emit_with(Opcode::BinaryOp, operand, location);
                self.emit_with(Opcode::Swap, 2, at);
                self.emit_name(Opcode::StoreAttr, attr, at);
            }
            ExprKind::Subscript { value: container, slice, .. } => {
                self.expression(container)?;
                if let Some((lower, upper)) = two_part_slice(slice) {
                    self.slice_bounds(lower, upper, slice.location)?;
                    for _ in 0..3 {
                        self.emit_with(Opcode::Copy, 3, at);
                    }
                    self.emit(Opcode::BinarySlice, at);
                    self.expression(value)?;
                    self.emit_with(Opcode::BinaryOp, operand, location);
                    for depth in [4, 3, 2] {
                        self.emit_with(Opcode::Swap, depth, at);
                    }
                    self.emit(Opcode::StoreSlice, at);
                } else {
                    self.expression(slice)?;
                    self.emit_with(Opcode::Copy, 2, at);
                    self.emit_with(Opcode::Copy, 2, at);
                    self.emit_with(Opcode::BinaryOp, BinaryOperator::Subscript as u32, at);
                    self.expression(value)?;
                    self.emit_with(Opcode::BinaryOp, operand, location);
                    self.emit_with(Opcode::Swap, 3, at);
                    self.emit_with(Opcode::Swap, 2, at);
                    self.emit(Opcode::StoreSubscr, at);
                }
            }
            ExprKind::Name { id, .. } => {
                self.load_name(id, at);
                self.expression(value)?;
                self.emit_with(Opcode::BinaryOp, operand, location);
                self.store_name(id, at);
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn annotated_assignment(&mut self, node: AnnAssign<'a>, location: Location) -> Result<()> {
        if let Some(value) = node.value {
            self.expression(value)?;
            self.expression(node.target)?;
        }
        let future = self.context.future_annotations;
        let in_namespace = matches!(self.unit.kind, ScopeKind::Module | ScopeKind::Class);
        match node.target.kind {
            ExprKind::Name { id, .. } if node.simple && in_namespace => {
                if future {
                    self.annotation_text(node.annotation);
                    self.emit_name(Opcode::LoadName, Name::ANNOTATIONS, location);
                    let mangled = self.mangle(id);
                    self.load_name_constant(mangled, location);
                    self.emit(Opcode::StoreSubscr, location);
                } else {
                    self.defer_annotation(node, location);
                }
            }
            ExprKind::Attribute { value, .. } if node.value.is_none() => self.evaluate(value)?,
            ExprKind::Subscript { value, slice, .. } if node.value.is_none() => {
                self.evaluate(value)?;
                self.evaluate_subscript(slice)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Leaves the annotation to the `__annotate__` function; notes that control came here, where it might not have.
    fn defer_annotation(&mut self, node: AnnAssign<'a>, location: Location) {
        let is_module = self.unit.kind == ScopeKind::Module;
        let condition =
            (is_module || self.unit.conditional_depth > 0).then_some(self.unit.conditional_annotations);
        self.unit.deferred_annotations.push(DeferredAnnotation { assignment: node, location, condition });
        let Some(index) = condition else { return };
        self.unit.conditional_annotations += 1;
        if is_module {
            self.emit_name(Opcode::LoadName, Name::CONDITIONAL_ANNOTATIONS, location);
        } else {
            let cell = self.unit.cell_index(Name::CONDITIONAL_ANNOTATIONS);
            self.emit_with(Opcode::LoadDeref, cell, location);
        }
        self.load_constant(Value::Int(index), location);
        self.emit_with(Opcode::SetAdd, 1, location);
        self.emit(Opcode::PopTop, location);
    }

    /// Evaluates an expression for its errors only.
    fn evaluate(&mut self, expression: &'a Expr<'a>) -> Result<()> {
        self.expression(expression)?;
        self.emit(Opcode::PopTop, expression.location);
        Ok(())
    }

    fn evaluate_subscript(&mut self, slice: &'a Expr<'a>) -> Result<()> {
        match slice.kind {
            ExprKind::Slice { lower, upper, step } => {
                [lower, upper, step].into_iter().flatten().try_for_each(|part| self.evaluate(part))
            }
            ExprKind::Tuple { elts, .. } => {
                elts.iter().try_for_each(|element| self.evaluate_subscript(element))
            }
            _ => self.evaluate(slice),
        }
    }

    pub(super) fn subscript(
        &mut self,
        value: &'a Expr<'a>,
        slice: &'a Expr<'a>,
        context: ExprContext,
        location: Location,
    ) -> Result<()> {
        if context == ExprContext::Load {
            self.check_subscripted(value);
            self.check_index(value, slice);
        }
        self.expression(value)?;
        match two_part_slice(slice) {
            Some((lower, upper)) if context != ExprContext::Del => {
                self.slice_bounds(lower, upper, slice.location)?;
                let load = context == ExprContext::Load;
                self.emit(if load { Opcode::BinarySlice } else { Opcode::StoreSlice }, location);
            }
            _ => {
                self.expression(slice)?;
                match context {
                    ExprContext::Load => {
                        self.emit_with(Opcode::BinaryOp, BinaryOperator::Subscript as u32, location);
                    }
                    ExprContext::Store => self.emit(Opcode::StoreSubscr, location),
                    ExprContext::Del => self.emit(Opcode::DeleteSubscr, location),
                }
            }
        }
        Ok(())
    }

    fn slice_bounds(
        &mut self,
        lower: Option<&'a Expr<'a>>,
        upper: Option<&'a Expr<'a>>,
        location: Location,
    ) -> Result<()> {
        for bound in [lower, upper] {
            match bound {
                Some(bound) => self.expression(bound)?,
                None => self.load_none(location),
            }
        }
        Ok(())
    }

    pub(super) fn slice(
        &mut self,
        lower: Option<&'a Expr<'a>>,
        upper: Option<&'a Expr<'a>>,
        step: Option<&'a Expr<'a>>,
        location: Location,
    ) -> Result<()> {
        if [lower, upper, step].into_iter().flatten().all(|part| part.constant().is_some()) {
            let mut part = |part: Option<&'a Expr<'a>>| match part.and_then(Expr::constant) {
                Some(constant) => self.literal(constant),
                None => Value::None,
            };
            let parts = [part(lower), part(upper), part(step)];
            self.load_constant(Value::Slice(parts.into()), location);
            return Ok(());
        }
        self.slice_bounds(lower, upper, location)?;
        if let Some(step) = step {
            self.expression(step)?;
        }
        self.emit_with(Opcode::BuildSlice, 2 + u32::from(step.is_some()), location);
        Ok(())
    }
}

type Bounds<'a> = (Option<&'a Expr<'a>>, Option<&'a Expr<'a>>);

/// The bounds of a slice without step, unless they are constant (then the slice itself is a constant).
fn two_part_slice<'a>(slice: &Expr<'a>) -> Option<Bounds<'a>> {
    let ExprKind::Slice { lower, upper, step: None } = slice.kind else { return None };
    let constant = |part: Option<&Expr>| part.is_none_or(|part| part.constant().is_some());
    (!(constant(lower) && constant(upper))).then_some((lower, upper))
}
