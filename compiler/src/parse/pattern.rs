//! `match` cases and patterns.

use ruff_python_ast as ruff;
use ruff_text_size::Ranged;

use super::Converter;
use super::preprocess::folded;
use super::syntax_error::diagnose_with;
use crate::ast::*;
use crate::depth::Deep;
use crate::error::Result;

impl<'a> Converter<'a, '_, '_> {
    pub(super) fn match_case(&mut self, case: &ruff::MatchCase) -> Result<MatchCase<'a>> {
        let pattern = self.pattern(&case.pattern)?;
        let guard = match &case.guard {
            Some(guard) => Some(self.expression(guard)?),
            None => None,
        };
        Ok(MatchCase { pattern, guard, body: self.statements(&case.body)? })
    }

    fn pattern(&mut self, pattern: &ruff::Pattern) -> Result<Pattern<'a>> {
        self.deeper(|this| this.pattern_inner(pattern))
    }

    fn pattern_inner(&mut self, pattern: &ruff::Pattern) -> Result<Pattern<'a>> {
        let location = self.location(pattern.range());
        let kind = match pattern {
            ruff::Pattern::MatchValue(node) => {
                PatternKind::Value(self.arena.alloc(self.pattern_value(&node.value)?))
            }
            ruff::Pattern::MatchSingleton(node) => PatternKind::Singleton(match node.value {
                ruff::Singleton::None => Constant::None,
                ruff::Singleton::True => Constant::Bool(true),
                ruff::Singleton::False => Constant::Bool(false),
            }),
            ruff::Pattern::MatchSequence(node) => {
                PatternKind::Sequence(self.each(&node.patterns, Self::pattern)?)
            }
            ruff::Pattern::MatchMapping(node) => PatternKind::Mapping {
                keys: self.each(&node.keys, Self::pattern_value)?,
                patterns: self.each(&node.patterns, Self::pattern)?,
                rest: self.optional_name(&node.rest),
            },
            ruff::Pattern::MatchClass(node) => PatternKind::Class {
                class: self.boxed(&node.cls)?,
                patterns: self.each(&node.arguments.patterns, Self::pattern)?,
                keyword_names: self.each(&node.arguments.keywords, |this, each| Ok(this.name(&each.attr)))?,
                keyword_patterns: self
                    .each(&node.arguments.keywords, |this, each| this.pattern(&each.pattern))?,
            },
            ruff::Pattern::MatchStar(node) => PatternKind::Star(self.optional_name(&node.name)),
            ruff::Pattern::MatchAs(node) => {
                let pattern = match &node.pattern {
                    Some(pattern) => Some(&*self.arena.alloc(self.pattern(pattern)?)),
                    None => None,
                };
                PatternKind::As { pattern, name: self.optional_name(&node.name) }
            }
            ruff::Pattern::MatchOr(node) => PatternKind::Or(self.each(&node.patterns, Self::pattern)?),
        };
        Ok(Pattern { location, kind })
    }

    /// A literal of a pattern; negative and complex numbers are folded into constants.
    fn pattern_value(&mut self, value: &ruff::Expr) -> Result<Expr<'a>> {
        let mut converted = self.expression(value)?;
        match folded(&converted) {
            Some(constant) if self.context.rewrites.preprocess => {
                converted.kind = ExprKind::Constant(constant)
            }
            None if matches!(converted.kind, ExprKind::UnaryOp { .. } | ExprKind::BinOp { .. }) => {
                // The parser takes `-1 ** 2`, too.
                diagnose_with(self.source, &self.context, false)?;
            }
            _ => {}
        }
        Ok(converted)
    }
}
