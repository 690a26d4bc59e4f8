//! Warnings about code that can't be meant.

use super::Generator;
use crate::ast::*;

impl<'a> Generator<'a, '_> {
    /// Warns of `is` with a literal.
    pub(super) fn check_compare(
        &mut self,
        left: &'a Expr<'a>,
        ops: &'a [CmpOp],
        comparators: &'a [Expr<'a>],
        location: Location,
    ) {
        let mut left = left;
        for (op, right) in ops.iter().zip(comparators) {
            let literal =
                if is_plain_literal(left) { Some(left) } else { Some(right).filter(|e| is_plain_literal(e)) };
            if let (CmpOp::Is | CmpOp::IsNot, Some(literal)) = (op, literal) {
                let (word, other) = if *op == CmpOp::Is { ("is", "==") } else { ("is not", "!=") };
                let name = type_name(literal).unwrap_or_default();
                return self
                    .warn(format!("\"{word}\" with '{name}' literal. Did you mean \"{other}\"?"), location);
            }
            left = right;
        }
    }

    /// Warns of a call of something that isn't callable.
    pub(super) fn check_called(&mut self, function: &Expr) {
        if matches!(function.kind, ExprKind::Lambda { .. }) {
            return;
        }
        if let Some(name) = type_name(function) {
            let message = format!("'{name}' object is not callable; perhaps you missed a comma?");
            self.warn(message, function.location);
        }
    }

    /// Warns of a subscript of something that has no items.
    pub(super) fn check_subscripted(&mut self, value: &Expr) {
        let unsubscriptable = match value.kind {
            ExprKind::Constant(constant) => matches!(
                constant,
                Constant::None
                    | Constant::Ellipsis
                    | Constant::Bool(_)
                    | Constant::Int(_)
                    | Constant::BigInt { .. }
                    | Constant::Float(_)
                    | Constant::Complex { .. }
            ),
            ExprKind::Set(_)
            | ExprKind::Lambda { .. }
            | ExprKind::TemplateStr(_)
            | ExprKind::Interpolation(_) => true,
            ExprKind::Comprehension(node) => {
                matches!(node.kind, ComprehensionKind::Set | ComprehensionKind::Generator)
            }
            _ => false,
        };
        if unsubscriptable {
            let name = type_name(value).unwrap_or_default();
            let message = format!("'{name}' object is not subscriptable; perhaps you missed a comma?");
            self.warn(message, value.location);
        }
    }

    /// Warns of an index that a sequence can't have.
    pub(super) fn check_index(&mut self, value: &Expr, index: &Expr) {
        let Some(index_type) = type_name(index) else { return };
        if matches!(index_type, "int" | "bool") {
            return;
        }
        let is_sequence = match value.kind {
            ExprKind::Constant(constant) => matches!(constant, Constant::Str { .. } | Constant::Bytes(_)),
            ExprKind::Tuple { .. }
            | ExprKind::List { .. }
            | ExprKind::JoinedStr(_)
            | ExprKind::FormattedValue { .. } => true,
            ExprKind::Comprehension(node) => node.kind == ComprehensionKind::List,
            _ => false,
        };
        if is_sequence {
            let name = type_name(value).unwrap_or_default();
            let message = format!(
                "{name} indices must be integers or slices, not {index_type}; perhaps you missed a comma?"
            );
            self.warn(message, value.location);
        }
    }
}

/// A literal that identity says nothing about.
fn is_plain_literal(expression: &Expr) -> bool {
    match expression.kind {
        ExprKind::Constant(constant) => {
            !matches!(constant, Constant::None | Constant::Bool(_) | Constant::Ellipsis)
        }
        ExprKind::Tuple { elts, .. } => elts.iter().all(|element| element.constant().is_some()),
        _ => false,
    }
}

/// The type that an expression certainly has.
fn type_name(expression: &Expr) -> Option<&'static str> {
    Some(match expression.kind {
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::List { .. } => "list",
        ExprKind::Dict(_) => "dict",
        ExprKind::Set(_) => "set",
        ExprKind::Comprehension(node) => match node.kind {
            ComprehensionKind::Generator => "generator",
            ComprehensionKind::List => "list",
            ComprehensionKind::Set => "set",
            ComprehensionKind::Dict => "dict",
        },
        ExprKind::Lambda { .. } => "function",
        ExprKind::JoinedStr(_) | ExprKind::FormattedValue { .. } => "str",
        ExprKind::TemplateStr(_) | ExprKind::Interpolation(_) => "string.templatelib.Template",
        ExprKind::Constant(constant) => match constant {
            Constant::None => "NoneType",
            Constant::Bool(_) => "bool",
            Constant::Ellipsis => "ellipsis",
            Constant::Int(_) | Constant::BigInt { .. } => "int",
            Constant::Float(_) => "float",
            Constant::Complex { .. } => "complex",
            Constant::Str { .. } => "str",
            Constant::Bytes(_) => "bytes",
            Constant::Other(crate::constant::Constant::Tuple(_)) => "tuple",
            Constant::Other(_) => "frozenset",
        },
        _ => return None,
    })
}
