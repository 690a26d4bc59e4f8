//! Patterns.
//!
//! Each pattern takes its subject from the top of the stack. Captured values stay on the stack, below what the patterns around
//! are still using, until the whole pattern has matched. A failure pops whatever there is.

use rustc_hash::FxHashSet;

use super::Generator;
use crate::ast::*;
use crate::constant::Constant as Value;
use crate::depth::Deep;
use crate::error::{Problem, Result};
use crate::instruction_sequence::Label;
use crate::opcode::{BinaryOperator, Opcode};

/// The state of matching one case.
pub(super) struct Matching {
    /// The names captured so far, in the order of their values on the stack.
    pub stores: Vec<Name>,
    /// Whether a pattern that always matches may come here.
    allow_irrefutable: bool,
    /// Jumping to the n-th label pops n values.
    fail_pops: Vec<Label>,
    /// Values on top of the captured ones, popped on failure.
    on_top: usize,
}

impl Matching {
    pub fn new(allow_irrefutable: bool) -> Matching {
        Matching { stores: Vec::new(), allow_irrefutable, fail_pops: Vec::new(), on_top: 0 }
    }
}

impl<'a> Generator<'a, '_> {
    /// The label that pops `count` values and goes on to the next case.
    pub(super) fn fail_label(&mut self, matching: &mut Matching, count: usize) -> Label {
        while matching.fail_pops.len() <= count {
            let label = self.new_label();
            matching.fail_pops.push(label);
        }
        matching.fail_pops[count]
    }

    fn jump_to_fail(&mut self, matching: &mut Matching, opcode: Opcode, location: Location) {
        let label = self.fail_label(matching, matching.on_top + matching.stores.len());
        self.jump(opcode, label, location);
    }

    pub(super) fn place_fail_labels(&mut self, matching: &mut Matching, location: Location) {
        let labels = std::mem::take(&mut matching.fail_pops);
        for (count, label) in labels.into_iter().enumerate().rev() {
            self.use_label(label);
            if count > 0 {
                self.emit(Opcode::PopTop, location);
            }
        }
    }

    /// Moves the top below `count - 1` values.
    fn rotate(&mut self, count: usize, location: Location) {
        for depth in (2..=count).rev() {
            self.emit_with(Opcode::Swap, depth as u32, location);
        }
    }

    fn capture(&mut self, name: Option<Name>, matching: &mut Matching, location: Location) -> Result<()> {
        let Some(name) = name else {
            self.emit(Opcode::PopTop, location);
            return Ok(());
        };
        self.check_new_capture(name, matching, location)?;
        self.rotate(matching.on_top + matching.stores.len() + 1, location);
        matching.stores.push(name);
        Ok(())
    }

    fn check_new_capture(&self, name: Name, matching: &Matching, location: Location) -> Result<()> {
        if matching.stores.contains(&name) {
            let message = format!("multiple assignments to name '{}' in pattern", self.names.text(name));
            return Err(Problem::syntax(message, location));
        }
        Ok(())
    }

    pub(super) fn pattern(&mut self, pattern: &'a Pattern<'a>, matching: &mut Matching) -> Result<()> {
        self.deeper(|this| this.pattern_inner(pattern, matching))
    }

    fn pattern_inner(&mut self, pattern: &'a Pattern<'a>, matching: &mut Matching) -> Result<()> {
        let location = pattern.location;
        match pattern.kind {
            PatternKind::Value(value) => {
                if !matches!(value.kind, ExprKind::Constant(_) | ExprKind::Attribute { .. }) {
                    let message = "patterns may only match literals and attribute lookups";
                    return Err(Problem::syntax(message, location));
                }
                self.expression(value)?;
                self.comparison(CmpOp::Eq, location);
                self.emit(Opcode::ToBool, location);
                self.jump_to_fail(matching, Opcode::PopJumpIfFalse, location);
                Ok(())
            }
            PatternKind::Singleton(value) => {
                self.load_literal(value, location);
                self.comparison(CmpOp::Is, location);
                self.jump_to_fail(matching, Opcode::PopJumpIfFalse, location);
                Ok(())
            }
            PatternKind::Sequence(patterns) => self.sequence_pattern(patterns, matching, location),
            PatternKind::Mapping { keys, patterns, rest } => {
                self.mapping_pattern(keys, patterns, rest, matching, location)
            }
            PatternKind::Class { class, patterns, keyword_names, keyword_patterns } => {
                self.class_pattern(class, patterns, keyword_names, keyword_patterns, matching, location)
            }
            PatternKind::Star(name) => self.capture(name, matching, location),
            PatternKind::As { pattern: None, name } => {
                if !matching.allow_irrefutable {
                    let message = match name {
                        Some(name) => {
                            let text = self.names.text(name);
                            format!("name capture '{text}' makes remaining patterns unreachable")
                        }
                        None => "wildcard makes remaining patterns unreachable".to_owned(),
                    };
                    return Err(Problem::syntax(message, location));
                }
                self.capture(name, matching, location)
            }
            PatternKind::As { pattern: Some(pattern), name } => {
                matching.on_top += 1;
                self.emit_with(Opcode::Copy, 1, location);
                self.pattern(pattern, matching)?;
                matching.on_top -= 1;
                self.capture(name, matching, location)
            }
            PatternKind::Or(patterns) => self.or_pattern(patterns, matching, location),
        }
    }

    /// A pattern inside of another one, which may always match.
    fn subpattern(&mut self, pattern: &'a Pattern<'a>, matching: &mut Matching) -> Result<()> {
        let was = std::mem::replace(&mut matching.allow_irrefutable, true);
        self.pattern(pattern, matching)?;
        matching.allow_irrefutable = was;
        Ok(())
    }

    fn sequence_pattern(
        &mut self,
        patterns: &'a [Pattern<'a>],
        matching: &mut Matching,
        location: Location,
    ) -> Result<()> {
        let size = patterns.len();
        let is_star = |pattern: &Pattern| matches!(pattern.kind, PatternKind::Star(_));
        if patterns.iter().filter(|pattern| is_star(pattern)).count() > 1 {
            return Err(Problem::syntax("multiple starred names in sequence pattern", location));
        }
        let star = patterns.iter().position(is_star);
        let star_wildcard = star.is_some_and(|star| patterns[star].is_star_wildcard());
        let only_wildcards =
            patterns.iter().all(|pattern| pattern.is_wildcard() || pattern.is_star_wildcard());
        matching.on_top += 1;
        self.emit(Opcode::MatchSequence, location);
        self.jump_to_fail(matching, Opcode::PopJumpIfFalse, location);
        let length = match star {
            None => Some((size, CmpOp::Eq)),
            Some(_) if size > 1 => Some((size - 1, CmpOp::GtE)),
            Some(_) => None,
        };
        if let Some((length, op)) = length {
            self.check_length(length, op, matching, location);
        }
        matching.on_top -= 1;
        if only_wildcards {
            self.emit(Opcode::PopTop, location);
            Ok(())
        } else if star_wildcard {
            self.sequence_by_index(patterns, star.unwrap_or(size), matching, location)
        } else {
            self.sequence_by_unpacking(patterns, star, matching, location)
        }
    }

    fn check_length(&mut self, length: usize, op: CmpOp, matching: &mut Matching, location: Location) {
        self.emit(Opcode::GetLen, location);
        self.load_constant(Value::Int(length as i64), location);
        self.comparison(op, location);
        self.jump_to_fail(matching, Opcode::PopJumpIfFalse, location);
    }

    fn sequence_by_unpacking(
        &mut self,
        patterns: &'a [Pattern<'a>],
        star: Option<usize>,
        matching: &mut Matching,
        location: Location,
    ) -> Result<()> {
        let size = patterns.len();
        match star {
            None => self.emit_with(Opcode::UnpackSequence, size as u32, location),
            Some(before) => {
                let after = size - before - 1;
                if before >= 1 << 8 || after >= i32::MAX as usize >> 8 {
                    let message = "too many expressions in star-unpacking sequence pattern";
                    return Err(Problem::syntax(message, location));
                }
                self.emit_with(Opcode::UnpackEx, (before | after << 8) as u32, location);
            }
        }
        matching.on_top += size;
        for pattern in patterns {
            matching.on_top -= 1;
            self.subpattern(pattern, matching)?;
        }
        Ok(())
    }

    /// `[first, *_, last]`: the items wanted are fetched one by one.
    fn sequence_by_index(
        &mut self,
        patterns: &'a [Pattern<'a>],
        star: usize,
        matching: &mut Matching,
        location: Location,
    ) -> Result<()> {
        matching.on_top += 1;
        for (index, pattern) in patterns.iter().enumerate() {
            if pattern.is_wildcard() || index == star {
                continue;
            }
            self.emit_with(Opcode::Copy, 1, location);
            if index < star {
                self.load_constant(Value::Int(index as i64), location);
            } else {
                // The subject need not know negative indices.
                self.emit(Opcode::GetLen, location);
                self.load_constant(Value::Int((patterns.len() - index) as i64), location);
                self.emit_with(Opcode::BinaryOp, BinaryOperator::Subtract as u32, location);
            }
            self.emit_with(Opcode::BinaryOp, BinaryOperator::Subscript as u32, location);
            self.subpattern(pattern, matching)?;
        }
        matching.on_top -= 1;
        self.emit(Opcode::PopTop, location);
        Ok(())
    }

    fn class_pattern(
        &mut self,
        class: &'a Expr<'a>,
        patterns: &'a [Pattern<'a>],
        keyword_names: &'a [Name],
        keyword_patterns: &'a [Pattern<'a>],
        matching: &mut Matching,
        location: Location,
    ) -> Result<()> {
        for (index, name) in keyword_names.iter().enumerate() {
            if let Some(other) = keyword_names[index + 1..].iter().position(|other| other == name) {
                let message = format!("attribute name repeated in class pattern: {}", self.names.text(*name));
                return Err(Problem::syntax(message, keyword_patterns[index + 1 + other].location));
            }
        }
        self.expression(class)?;
        let names = self.name_tuple(keyword_names.iter().copied());
        self.load_constant(names, location);
        self.emit_with(Opcode::MatchClass, patterns.len() as u32, location);
        self.emit_with(Opcode::Copy, 1, location);
        self.load_none(location);
        self.emit_with(Opcode::IsOp, 1, location);
        // The tuple of attributes, or None.
        matching.on_top += 1;
        self.jump_to_fail(matching, Opcode::PopJumpIfFalse, location);
        let count = patterns.len() + keyword_patterns.len();
        self.emit_with(Opcode::UnpackSequence, count as u32, location);
        matching.on_top = matching.on_top + count - 1;
        for pattern in patterns.iter().chain(keyword_patterns) {
            matching.on_top -= 1;
            if pattern.is_wildcard() {
                self.emit(Opcode::PopTop, location);
            } else {
                self.subpattern(pattern, matching)?;
            }
        }
        Ok(())
    }

    fn mapping_pattern(
        &mut self,
        keys: &'a [Expr<'a>],
        patterns: &'a [Pattern<'a>],
        rest: Option<Name>,
        matching: &mut Matching,
        location: Location,
    ) -> Result<()> {
        let size = keys.len();
        matching.on_top += 1;
        self.emit(Opcode::MatchMapping, location);
        self.jump_to_fail(matching, Opcode::PopJumpIfFalse, location);
        if size == 0 && rest.is_none() {
            matching.on_top -= 1;
            self.emit(Opcode::PopTop, location);
            return Ok(());
        }
        if size > 0 {
            self.check_length(size, CmpOp::GtE, matching, location);
        }
        self.mapping_keys(keys, location)?;
        self.emit_with(Opcode::BuildTuple, size as u32, location);
        self.emit(Opcode::MatchKeys, location);
        // A tuple of keys and a tuple of values (or None) are above the subject.
        matching.on_top += 2;
        self.emit_with(Opcode::Copy, 1, location);
        self.load_none(location);
        self.emit_with(Opcode::IsOp, 1, location);
        self.jump_to_fail(matching, Opcode::PopJumpIfFalse, location);
        self.emit_with(Opcode::UnpackSequence, size as u32, location);
        matching.on_top = matching.on_top + size - 1;
        for pattern in patterns {
            matching.on_top -= 1;
            self.subpattern(pattern, matching)?;
        }
        matching.on_top -= 2;
        match rest {
            Some(name) => {
                // A copy of the subject without the keys.
                self.emit_with(Opcode::BuildMap, 0, location);
                self.emit_with(Opcode::Swap, 3, location);
                self.emit_with(Opcode::DictUpdate, 2, location);
                self.emit_with(Opcode::UnpackSequence, size as u32, location);
                for left in (1..=size).rev() {
                    self.emit_with(Opcode::Copy, 1 + left as u32, location);
                    self.emit_with(Opcode::Swap, 2, location);
                    self.emit(Opcode::DeleteSubscr, location);
                }
                self.capture(Some(name), matching, location)
            }
            None => {
                self.emit(Opcode::PopTop, location);
                self.emit(Opcode::PopTop, location);
                Ok(())
            }
        }
    }

    fn mapping_keys(&mut self, keys: &'a [Expr<'a>], location: Location) -> Result<()> {
        let mut seen = FxHashSet::default();
        for key in keys {
            match key.kind {
                ExprKind::Constant(constant) => {
                    let value = self.literal(constant);
                    if !seen.insert(hashable(&value)) {
                        let repr = super::unparse::repr(&constant);
                        let message = format!("mapping pattern checks duplicate key ({repr})");
                        return Err(Problem::syntax(message, location));
                    }
                }
                ExprKind::Attribute { .. } => {}
                _ => {
                    let message = "mapping pattern keys may only match literals and attribute lookups";
                    return Err(Problem::syntax(message, location));
                }
            }
            self.expression(key)?;
        }
        Ok(())
    }

    fn or_pattern(
        &mut self,
        patterns: &'a [Pattern<'a>],
        matching: &mut Matching,
        location: Location,
    ) -> Result<()> {
        let end = self.new_label();
        // The names that the first alternative binds: the others must bind the same, and leave them in this order.
        let mut control: Option<Vec<Name>> = None;
        for (index, alternative) in patterns.iter().enumerate() {
            let last = index + 1 == patterns.len();
            let mut inner = Matching::new(last && matching.allow_irrefutable);
            self.emit_with(Opcode::Copy, 1, alternative.location);
            self.pattern(alternative, &mut inner)?;
            match &control {
                None => control = Some(inner.stores.clone()),
                Some(control) => {
                    if !self.reorder_captures(control, &mut inner.stores, alternative.location) {
                        return Err(Problem::syntax("alternative patterns bind different names", location));
                    }
                }
            }
            self.jump(Opcode::Jump, end, alternative.location);
            self.place_fail_labels(&mut inner, alternative.location);
        }
        let control = control.unwrap_or_default();
        // No match: pop the subject's copy and fail.
        self.emit(Opcode::PopTop, location);
        self.jump_to_fail(matching, Opcode::Jump, location);
        self.use_label(end);
        // Between the new captures and their place are the others, the copy of the subject, and what is on top.
        let rotations = control.len() + 1 + matching.on_top + matching.stores.len();
        for name in control {
            self.rotate(rotations, location);
            self.check_new_capture(name, matching, location)?;
            matching.stores.push(name);
        }
        self.emit(Opcode::PopTop, location);
        Ok(())
    }

    /// Brings captured values into the order of `control`; false if the names differ.
    fn reorder_captures(&mut self, control: &[Name], stores: &mut Vec<Name>, location: Location) -> bool {
        if stores.len() != control.len() {
            return false;
        }
        for target in (0..control.len()).rev() {
            let Some(position) = stores.iter().position(|name| *name == control[target]) else {
                return false;
            };
            if position == target {
                continue;
            }
            let rotations = position + 1;
            let rotated: Vec<Name> = stores.drain(..rotations).collect();
            let at = target - position;
            stores.splice(at..at, rotated);
            for _ in 0..rotations {
                self.rotate(target + 1, location);
            }
        }
        true
    }
}

/// The value as dict keys see it: `1`, `1.0` and `True` are the same.
fn hashable(value: &Value) -> Value {
    match value {
        Value::Bool(value) => Value::Int(i64::from(*value)),
        Value::Float(float) if float.fract() == 0.0 && float.abs() < 9.0e15 => Value::Int(*float as i64),
        Value::Complex(real, imaginary) if *imaginary == 0.0 => hashable(&Value::Float(*real)),
        other => other.clone(),
    }
}
