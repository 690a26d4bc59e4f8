//! The `match` statement.

use super::Generator;
use super::pattern::Matching;
use crate::ast::*;
use crate::error::Result;
use crate::opcode::Opcode;

impl<'a> Generator<'a, '_> {
    pub(super) fn match_statement(
        &mut self,
        subject: &'a Expr<'a>,
        cases: &'a [MatchCase<'a>],
    ) -> Result<()> {
        self.expression(subject)?;
        let end = self.new_label();
        let (ordinary, default) = match cases.split_last() {
            Some((last, rest)) if last.pattern.is_wildcard() && !rest.is_empty() => (rest, Some(last)),
            _ => (cases, None),
        };
        for (index, case) in ordinary.iter().enumerate() {
            let location = case.pattern.location;
            let is_last = index + 1 == ordinary.len();
            // The last case needs no copy of the subject.
            if !is_last {
                self.emit_with(Opcode::Copy, 1, location);
            }
            let allow_irrefutable = case.guard.is_some() || is_last && default.is_none();
            let mut matching = Matching::new(allow_irrefutable);
            self.pattern(&case.pattern, &mut matching)?;
            // The captured values are on the stack.
            for &name in &matching.stores {
                self.store_name(name, location);
            }
            if let Some(guard) = &case.guard {
                let fail = self.fail_label(&mut matching, 0);
                self.jump_if(guard, fail, false, location)?;
            }
            if !is_last {
                self.emit(Opcode::PopTop, Location::NEXT);
            }
            self.statements(case.body)?;
            self.jump(Opcode::Jump, end, Location::NONE);
            self.place_fail_labels(&mut matching, location);
        }
        if let Some(case) = default {
            let location = case.pattern.location;
            self.emit(Opcode::Nop, location);
            if let Some(guard) = &case.guard {
                self.jump_if(guard, end, false, location)?;
            }
            self.statements(case.body)?;
        }
        self.use_label(end);
        Ok(())
    }
}
