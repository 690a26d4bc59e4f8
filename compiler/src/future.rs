//! `from __future__ import ...`.

use crate::ast::{ExprKind, Module, StmtKind, docstring};
use crate::code::CodeFlags;
use crate::error::{Problem, Result};
use crate::instruction_sequence::Location;
use crate::names::{Name, Names};

/// The future features of a program.
pub struct Future {
    /// `CO_FUTURE_*` bits.
    pub flags: u32,
    /// The last of the leading imports.
    pub location: Location,
}

/// Looks at the leading imports from `__future__`.
pub fn scan(module: &Module, names: &Names) -> Result<Future> {
    let mut future = Future { flags: 0, location: Location::NONE };
    let body = match *module {
        Module::Exec(body) | Module::Single(body) => body,
        Module::Eval(_) => return Ok(future),
    };
    let skipped = usize::from(docstring(body).is_some() || starts_with_removed_docstring(module));
    for statement in &body[skipped..] {
        let StmtKind::ImportFrom { module: Some(Name::FUTURE), names: aliases, level: 0 } = statement.kind
        else {
            break;
        };
        for alias in aliases {
            future.flags |= match names.text(alias.name) {
                "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement"
                | "print_function" | "unicode_literals" | "generator_stop" => 0,
                "barry_as_FLUFL" => CodeFlags::FUTURE_BARRY_AS_BDFL.0,
                "annotations" => CodeFlags::FUTURE_ANNOTATIONS.0,
                "braces" => return Err(Problem::syntax("not a chance", alias.location)),
                name => {
                    let message = format!("future feature {name} is not defined");
                    return Err(Problem::syntax(message, alias.location));
                }
            };
        }
        future.location = statement.location;
    }
    Ok(future)
}

/// Whether the first statement stands for a docstring that optimisation took away.
fn starts_with_removed_docstring(module: &Module) -> bool {
    let Module::Exec(body) = module else { return false };
    match body.first().map(|statement| statement.kind) {
        Some(StmtKind::Pass) => body.len() == 1,
        Some(StmtKind::Expr(expression)) => {
            matches!(expression.kind, ExprKind::JoinedStr([only]) if only.constant().is_some())
        }
        _ => false,
    }
}
