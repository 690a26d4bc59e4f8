//! Expressions.

use super::{Generator, STACK_USE_GUIDELINE};
use crate::ast::*;
use crate::constant::Constant as Value;
use crate::depth::Deep;
use crate::error::{Problem, Result};
use crate::instruction_sequence::Label;
use crate::opcode::{Comparison, Intrinsic1, Opcode};

use super::unit::ScopeKind;

/// How a display of values is built when it isn't by one instruction.
#[derive(Clone, Copy)]
pub(super) struct Display {
    build: Opcode,
    add: Opcode,
    extend: Opcode,
    to_tuple: bool,
}

impl Display {
    const LIST: Display = Display {
        build: Opcode::BuildList,
        add: Opcode::ListAppend,
        extend: Opcode::ListExtend,
        to_tuple: false,
    };
    pub(super) const TUPLE: Display = Display { to_tuple: true, ..Display::LIST };
    const SET: Display =
        Display { build: Opcode::BuildSet, add: Opcode::SetAdd, extend: Opcode::SetUpdate, to_tuple: false };
}

impl<'a> Generator<'a, '_> {
    pub(super) fn expressions(&mut self, expressions: &'a [Expr<'a>]) -> Result<()> {
        expressions.iter().try_for_each(|expression| self.expression(expression))
    }

    pub(super) fn expression(&mut self, expression: &'a Expr<'a>) -> Result<()> {
        match expression.kind {
            ExprKind::Name { id, ctx } => self.name(id, ctx, expression.location),
            ExprKind::Constant(constant) => self.load_literal(constant, expression.location),
            _ => return self.deeper(|this| this.compound(expression)),
        }
        Ok(())
    }

    /// The value of a literal.
    pub(super) fn literal(&mut self, constant: Constant<'a>) -> Value {
        match constant {
            Constant::None => Value::None,
            Constant::Bool(value) => Value::Bool(value),
            Constant::Ellipsis => Value::Ellipsis,
            Constant::Int(value) => Value::Int(value),
            Constant::BigInt { negative, literal } => big_int(negative, literal),
            Constant::Float(value) => Value::Float(value),
            Constant::Complex { real, imaginary } => Value::Complex(real, imaginary),
            Constant::Str { value, .. } => self.string_constant(value),
            Constant::Bytes(value) => Value::Bytes(value.into()),
            Constant::Other(value) => value.clone(),
        }
    }

    pub(super) fn load_literal(&mut self, constant: Constant<'a>, location: Location) {
        let value = self.literal(constant);
        self.load_constant(value, location);
    }

    fn compound(&mut self, expression: &'a Expr<'a>) -> Result<()> {
        let location = expression.location;
        match expression.kind {
            ExprKind::NamedExpr { target, value } => {
                self.expression(value)?;
                self.emit_with(Opcode::Copy, 1, location);
                self.expression(target)?;
            }
            ExprKind::BoolOp { op, values } => self.boolean(op, values, location)?,
            ExprKind::BinOp { left, op, right } => {
                self.expression(left)?;
                self.expression(right)?;
                self.emit_with(Opcode::BinaryOp, op as u32, location);
            }
            ExprKind::UnaryOp { op, operand } => self.unary(op, operand, location)?,
            ExprKind::Lambda { args, body } => self.lambda(args, body, location)?,
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.new_label();
                let next = self.new_label();
                self.jump_if(test, next, false, location)?;
                self.expression(body)?;
                self.jump(Opcode::JumpNoInterrupt, end, Location::NONE);
                self.use_label(next);
                self.expression(orelse)?;
                self.use_label(end);
            }
            ExprKind::Dict(items) => self.dict(items, location)?,
            ExprKind::Set(elts) => self.display(elts, None, 0, Display::SET, location)?,
            ExprKind::Comprehension(node) => self.comprehension(node, location)?,
            ExprKind::Yield(value) => {
                self.require_function("'yield' outside function", location)?;
                match value {
                    Some(value) => self.expression(value)?,
                    None => self.load_none(location),
                }
                self.yield_value(location);
            }
            ExprKind::YieldFrom(value) => {
                self.require_function("'yield from' outside function", location)?;
                if self.unit.kind == ScopeKind::AsyncFunction {
                    return Err(Problem::syntax("'yield from' inside async function", location));
                }
                self.expression(value)?;
                self.emit(Opcode::GetYieldFromIter, location);
                self.load_none(location);
                self.yield_from(false, location);
            }
            ExprKind::Await(value) => {
                self.expression(value)?;
                self.await_value(0, location);
            }
            ExprKind::Compare { left, ops, comparators } => self.compare(left, ops, comparators, location)?,
            ExprKind::Call(call) => self.call(call, location)?,
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                self.formatted_value(value, conversion, format_spec, location)?;
            }
            ExprKind::Interpolation(node) => self.interpolation(node, location)?,
            ExprKind::JoinedStr(values) => self.joined_string(values, location)?,
            ExprKind::TemplateStr(values) => self.template_string(values, location)?,
            ExprKind::Attribute { value, attr, ctx } => self.attribute(expression, value, attr, ctx)?,
            ExprKind::Subscript { value, slice, ctx } => self.subscript(value, slice, ctx, location)?,
            ExprKind::Starred { ctx, .. } => {
                let message = match ctx {
                    ExprContext::Store => "starred assignment target must be in a list or tuple",
                    _ => "can't use starred expression here",
                };
                return Err(Problem::syntax(message, location));
            }
            ExprKind::List { elts, ctx } => self.sequence(elts, ctx, Display::LIST, location)?,
            ExprKind::Tuple { elts, ctx } => self.sequence(elts, ctx, Display::TUPLE, location)?,
            ExprKind::Slice { lower, upper, step } => self.slice(lower, upper, step, location)?,
            ExprKind::Constant(_) | ExprKind::Name { .. } => {}
        }
        Ok(())
    }

    fn require_function(&self, message: &str, location: Location) -> Result<()> {
        if self.is_function_like() { Ok(()) } else { Err(Problem::syntax(message, location)) }
    }

    pub(super) fn yield_value(&mut self, location: Location) {
        let block = self.block();
        if block.generator && block.coroutine {
            self.emit_with(Opcode::CallIntrinsic1, Intrinsic1::AsyncGenWrap as u32, location);
        }
        self.emit_with(Opcode::YieldValue, 0, location);
        self.emit_with(Opcode::Resume, crate::opcode::ResumePoint::AfterYield as u32, location);
    }

    fn unary(&mut self, op: UnaryOp, operand: &'a Expr<'a>, location: Location) -> Result<()> {
        self.expression(operand)?;
        match op {
            UnaryOp::UAdd => {
                self.emit_with(Opcode::CallIntrinsic1, Intrinsic1::UnaryPositive as u32, location)
            }
            UnaryOp::Not => {
                self.emit(Opcode::ToBool, location);
                self.emit(Opcode::UnaryNot, location);
            }
            UnaryOp::Invert => self.emit(Opcode::UnaryInvert, location),
            UnaryOp::USub => self.emit(Opcode::UnaryNegative, location),
        }
        Ok(())
    }

    fn boolean(&mut self, op: BoolOp, values: &'a [Expr<'a>], location: Location) -> Result<()> {
        let opcode = if op == BoolOp::And { Opcode::JumpIfFalse } else { Opcode::JumpIfTrue };
        let Some((last, rest)) = values.split_last() else { return Ok(()) };
        let end = self.new_label();
        for value in rest {
            self.expression(value)?;
            self.jump(opcode, end, location);
            self.emit(Opcode::PopTop, location);
        }
        self.expression(last)?;
        self.use_label(end);
        Ok(())
    }

    /// Jumps to `next` if the truth of `test` is `condition`.
    pub(super) fn jump_if(
        &mut self,
        test: &'a Expr<'a>,
        next: Label,
        condition: bool,
        location: Location,
    ) -> Result<()> {
        self.deeper(|this| this.jump_if_inner(test, next, condition, location))
    }

    fn jump_if_inner(
        &mut self,
        test: &'a Expr<'a>,
        next: Label,
        condition: bool,
        location: Location,
    ) -> Result<()> {
        match test.kind {
            ExprKind::UnaryOp { op: UnaryOp::Not, operand } => {
                return self.jump_if(operand, next, !condition, location);
            }
            ExprKind::BoolOp { op, values } => {
                let Some((last, rest)) = values.split_last() else { return Ok(()) };
                let stops_on = op == BoolOp::Or;
                let other = if stops_on == condition { next } else { self.new_label() };
                for value in rest {
                    self.jump_if(value, other, stops_on, location)?;
                }
                self.jump_if(last, next, condition, location)?;
                if other != next {
                    self.use_label(other);
                }
                return Ok(());
            }
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.new_label();
                let other = self.new_label();
                self.jump_if(test, other, false, location)?;
                self.jump_if(body, next, condition, location)?;
                self.jump(Opcode::JumpNoInterrupt, end, Location::NONE);
                self.use_label(other);
                self.jump_if(orelse, next, condition, location)?;
                self.use_label(end);
                return Ok(());
            }
            ExprKind::Compare { left, ops, comparators } if ops.len() > 1 => {
                return self.jump_if_chained(test.location, left, ops, comparators, next, condition);
            }
            _ => {}
        }
        self.expression(test)?;
        self.emit(Opcode::ToBool, test.location);
        self.jump(jump_on(condition), next, test.location);
        Ok(())
    }

    /// `a < b < c` as a condition.
    fn jump_if_chained(
        &mut self,
        location: Location,
        left: &'a Expr<'a>,
        ops: &'a [CmpOp],
        comparators: &'a [Expr<'a>],
        next: Label,
        condition: bool,
    ) -> Result<()> {
        self.check_compare(left, ops, comparators, location);
        let cleanup = self.new_label();
        self.expression(left)?;
        let last = ops.len() - 1;
        for (&op, comparator) in ops[..last].iter().zip(comparators) {
            self.expression(comparator)?;
            self.emit_with(Opcode::Swap, 2, location);
            self.emit_with(Opcode::Copy, 2, location);
            self.comparison(op, location);
            self.emit(Opcode::ToBool, location);
            self.jump(Opcode::PopJumpIfFalse, cleanup, location);
        }
        self.expression(&comparators[last])?;
        self.comparison(ops[last], location);
        self.emit(Opcode::ToBool, location);
        self.jump(jump_on(condition), next, location);
        let end = self.new_label();
        self.jump(Opcode::JumpNoInterrupt, end, Location::NONE);
        self.use_label(cleanup);
        self.emit(Opcode::PopTop, location);
        if !condition {
            self.jump(Opcode::JumpNoInterrupt, next, Location::NONE);
        }
        self.use_label(end);
        Ok(())
    }

    fn compare(
        &mut self,
        left: &'a Expr<'a>,
        ops: &'a [CmpOp],
        comparators: &'a [Expr<'a>],
        location: Location,
    ) -> Result<()> {
        self.check_compare(left, ops, comparators, location);
        self.expression(left)?;
        let last = ops.len() - 1;
        let cleanup = self.new_label();
        for (&op, comparator) in ops[..last].iter().zip(comparators) {
            self.expression(comparator)?;
            self.emit_with(Opcode::Swap, 2, location);
            self.emit_with(Opcode::Copy, 2, location);
            self.comparison(op, location);
            self.emit_with(Opcode::Copy, 1, location);
            self.emit(Opcode::ToBool, location);
            self.jump(Opcode::PopJumpIfFalse, cleanup, location);
            self.emit(Opcode::PopTop, location);
        }
        self.expression(&comparators[last])?;
        self.comparison(ops[last], location);
        let end = self.new_label();
        if last > 0 {
            self.jump(Opcode::JumpNoInterrupt, end, Location::NONE);
        }
        self.use_label(cleanup);
        if last > 0 {
            self.emit_with(Opcode::Swap, 2, location);
            self.emit(Opcode::PopTop, location);
        }
        self.use_label(end);
        Ok(())
    }

    pub(super) fn comparison(&mut self, op: CmpOp, location: Location) {
        let comparison = match op {
            CmpOp::Eq => Comparison::Equal,
            CmpOp::NotEq => Comparison::NotEqual,
            CmpOp::Lt => Comparison::Less,
            CmpOp::LtE => Comparison::LessEqual,
            CmpOp::Gt => Comparison::Greater,
            CmpOp::GtE => Comparison::GreaterEqual,
            CmpOp::Is => return self.emit_with(Opcode::IsOp, 0, location),
            CmpOp::IsNot => return self.emit_with(Opcode::IsOp, 1, location),
            CmpOp::In => return self.emit_with(Opcode::ContainsOp, 0, location),
            CmpOp::NotIn => return self.emit_with(Opcode::ContainsOp, 1, location),
        };
        self.emit_with(Opcode::CompareOp, comparison.operand(), location);
    }

    /// A list, tuple or set display. `pushed` values are on the stack already; `injected` is loaded after the others.
    pub(super) fn display(
        &mut self,
        elts: &'a [Expr<'a>],
        injected: Option<Name>,
        pushed: usize,
        display: Display,
        location: Location,
    ) -> Result<()> {
        let Display { build, add, extend, to_tuple } = display;
        let total = elts.len() + pushed + usize::from(injected.is_some());
        let big = total > STACK_USE_GUIDELINE;
        if !big && !elts.iter().any(Expr::is_starred) {
            self.expressions(elts)?;
            if let Some(name) = injected {
                self.load_name(name, location);
            }
            self.emit_with(if to_tuple { Opcode::BuildTuple } else { build }, total as u32, location);
            return Ok(());
        }
        let mut built = big;
        if big {
            self.emit_with(build, pushed as u32, location);
        }
        for (index, element) in elts.iter().enumerate() {
            if let ExprKind::Starred { value, .. } = element.kind {
                if !built {
                    self.emit_with(build, (index + pushed) as u32, location);
                    built = true;
                }
                self.expression(value)?;
                self.emit_with(extend, 1, location);
            } else {
                self.expression(element)?;
                if built {
                    self.emit_with(add, 1, location);
                }
            }
        }
        if let Some(name) = injected {
            self.load_name(name, location);
            self.emit_with(add, 1, location);
        }
        if to_tuple {
            self.emit_with(Opcode::CallIntrinsic1, Intrinsic1::ListToTuple as u32, location);
        }
        Ok(())
    }

    fn sequence(
        &mut self,
        elts: &'a [Expr<'a>],
        context: ExprContext,
        display: Display,
        location: Location,
    ) -> Result<()> {
        match context {
            ExprContext::Load => self.display(elts, None, 0, display, location),
            ExprContext::Del => self.expressions(elts),
            ExprContext::Store => {
                self.unpack(elts, location)?;
                for element in elts {
                    match element.kind {
                        ExprKind::Starred { value, .. } => self.expression(value)?,
                        _ => self.expression(element)?,
                    }
                }
                Ok(())
            }
        }
    }

    fn unpack(&mut self, elts: &'a [Expr<'a>], location: Location) -> Result<()> {
        let mut stars = elts.iter().enumerate().filter(|(_, element)| element.is_starred());
        let Some((before, _)) = stars.next() else {
            self.emit_with(Opcode::UnpackSequence, elts.len() as u32, location);
            return Ok(());
        };
        let after = elts.len() - before - 1;
        if before >= 1 << 8 || after >= i32::MAX as usize >> 8 {
            return Err(Problem::syntax("too many expressions in star-unpacking assignment", location));
        }
        self.emit_with(Opcode::UnpackEx, (before | after << 8) as u32, location);
        if stars.next().is_some() {
            return Err(Problem::syntax("multiple starred expressions in assignment", location));
        }
        Ok(())
    }

    fn dict(&mut self, items: &'a [DictItem<'a>], location: Location) -> Result<()> {
        let mut have_dict = false;
        let mut pending = 0;
        for (index, item) in items.iter().enumerate() {
            if item.key.is_none() {
                if pending > 0 {
                    self.dict_part(&items[index - pending..index], have_dict, location)?;
                    have_dict = true;
                    pending = 0;
                }
                if !have_dict {
                    self.emit_with(Opcode::BuildMap, 0, location);
                    have_dict = true;
                }
                self.expression(&item.value)?;
                self.emit_with(Opcode::DictUpdate, 1, location);
            } else if pending * 2 > STACK_USE_GUIDELINE {
                self.dict_part(&items[index - pending..=index], have_dict, location)?;
                have_dict = true;
                pending = 0;
            } else {
                pending += 1;
            }
        }
        if pending > 0 {
            self.dict_part(&items[items.len() - pending..], have_dict, location)?;
        } else if !have_dict {
            self.emit_with(Opcode::BuildMap, 0, location);
        }
        Ok(())
    }

    fn dict_part(&mut self, items: &'a [DictItem<'a>], update: bool, location: Location) -> Result<()> {
        let big = items.len() * 2 > STACK_USE_GUIDELINE;
        if big {
            self.emit_with(Opcode::BuildMap, 0, location);
        }
        for item in items {
            if let Some(key) = &item.key {
                self.expression(key)?;
            }
            self.expression(&item.value)?;
            if big {
                self.emit_with(Opcode::MapAdd, 1, location);
            }
        }
        if !big {
            self.emit_with(Opcode::BuildMap, items.len() as u32, location);
        }
        if update {
            self.emit_with(Opcode::DictUpdate, 1, location);
        }
        Ok(())
    }

    fn attribute(
        &mut self,
        expression: &'a Expr<'a>,
        value: &'a Expr<'a>,
        attr: Name,
        context: ExprContext,
    ) -> Result<()> {
        let location = expression.location;
        if context == ExprContext::Load
            && let Some(call) = self.optimizable_super(value, attr)
        {
            self.load_super_arguments(call, value.location)?;
            self.load_super(attr, false, !call.args.is_empty(), location);
            let location = self.attribute_location(location, expression);
            self.emit(Opcode::Nop, location);
            return Ok(());
        }
        if context == ExprContext::Store {
            self.note_static_attribute(value, attr);
        }
        self.expression(value)?;
        let location = self.attribute_location(location, expression);
        let opcode = match context {
            ExprContext::Load => Opcode::LoadAttr,
            ExprContext::Store => Opcode::StoreAttr,
            ExprContext::Del => Opcode::DeleteAttr,
        };
        self.emit_name(opcode, attr, location);
        Ok(())
    }

    /// Notes that a method assigns `self.attr`.
    fn note_static_attribute(&mut self, value: &Expr, attr: Name) {
        if !matches!(value.kind, ExprKind::Name { id: Name::SELF, .. }) {
            return;
        }
        if let Some(class) = self.outer.iter_mut().rev().find(|unit| unit.kind == ScopeKind::Class) {
            class.static_attributes.insert(attr);
        }
    }

    /// The location of an attribute access that spans lines: from the attribute's name on.
    pub(super) fn attribute_location(&self, mut location: Location, attribute: &Expr) -> Location {
        let ExprKind::Attribute { attr, .. } = attribute.kind else { return location };
        let end = attribute.location;
        if location.line != end.end_line {
            location.line = end.end_line;
            let length = self.names.text(attr).chars().count() as i32;
            if length <= end.end_column {
                location.column = end.end_column - length;
            } else {
                location.column = -1;
                location.end_column = -1;
            }
            location.end_line = location.end_line.max(location.line);
            if location.line == location.end_line {
                location.end_column = location.end_column.max(location.column);
            }
        }
        location
    }
}

fn jump_on(condition: bool) -> Opcode {
    if condition { Opcode::PopJumpIfTrue } else { Opcode::PopJumpIfFalse }
}

/// The value of a large int's literal.
pub(crate) fn big_int(negative: bool, literal: &str) -> Value {
    let (digits, radix) = match literal.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&literal[2..], 16),
        [b'0', b'o' | b'O', ..] => (&literal[2..], 8),
        [b'0', b'b' | b'B', ..] => (&literal[2..], 2),
        _ => (literal, 10),
    };
    let mut magnitude: Vec<u32> = Vec::new();
    for digit in digits.chars().filter_map(|digit| digit.to_digit(radix)) {
        let mut carry = u64::from(digit);
        for word in &mut magnitude {
            let value = u64::from(*word) * u64::from(radix) + carry;
            *word = value as u32;
            carry = value >> 32;
        }
        if carry > 0 {
            magnitude.push(carry as u32);
        }
    }
    Value::int_from_digits(negative, magnitude)
}
