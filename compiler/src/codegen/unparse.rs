//! Annotations back to source text, for `from __future__ import annotations`.

use std::fmt::Write;

use crate::ast::*;
use crate::names::Names;
use crate::text::Text;

/// How tightly an expression binds; a looser one in the place of a tighter one gets parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Arithmetic,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    const EXPRESSION: Level = Level::BitOr;

    fn tighter(self) -> Level {
        match self {
            Level::Tuple => Level::Test,
            Level::Test => Level::Or,
            Level::Or => Level::And,
            Level::And => Level::Not,
            Level::Not => Level::Compare,
            Level::Compare => Level::BitOr,
            Level::BitOr => Level::BitXor,
            Level::BitXor => Level::BitAnd,
            Level::BitAnd => Level::Shift,
            Level::Shift => Level::Arithmetic,
            Level::Arithmetic => Level::Term,
            Level::Term => Level::Factor,
            Level::Factor => Level::Power,
            Level::Power => Level::Await,
            Level::Await | Level::Atom => Level::Atom,
        }
    }
}

/// The text of an expression.
pub(super) fn unparse(expression: &Expr, names: &Names) -> Text {
    let mut writer = Writer { names, out: Vec::new() };
    writer.expression(expression, Level::Test);
    Text::from_wtf8(&writer.out).unwrap_or_else(Text::empty)
}

/// `repr()` of a literal's value.
pub(super) fn repr(constant: &Constant) -> String {
    let mut out = Vec::new();
    write_constant(&mut out, constant, false);
    String::from_utf8_lossy(&out).into_owned()
}

struct Writer<'n, 'a> {
    names: &'n Names<'a>,
    /// Generalised UTF-8.
    out: Vec<u8>,
}

impl Writer<'_, '_> {
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn name(&mut self, name: Name) {
        let text = self.names.text(name);
        self.text(text);
    }

    fn parenthesized(&mut self, condition: bool, write: impl FnOnce(&mut Self)) {
        if condition {
            self.text("(");
        }
        write(self);
        if condition {
            self.text(")");
        }
    }

    fn separated(&mut self, expressions: &[Expr], level: Level) {
        for (index, expression) in expressions.iter().enumerate() {
            if index > 0 {
                self.text(", ");
            }
            self.expression(expression, level);
        }
    }

    fn expression(&mut self, expression: &Expr, level: Level) {
        match expression.kind {
            ExprKind::BoolOp { op, values } => {
                let (own, word) = if op == BoolOp::And { (Level::And, " and ") } else { (Level::Or, " or ") };
                self.parenthesized(level > own, |this| {
                    for (index, value) in values.iter().enumerate() {
                        if index > 0 {
                            this.text(word);
                        }
                        this.expression(value, own.tighter());
                    }
                });
            }
            ExprKind::NamedExpr { target, value } => self.parenthesized(level > Level::Tuple, |this| {
                this.expression(target, Level::Atom);
                this.text(" := ");
                this.expression(value, Level::Atom);
            }),
            ExprKind::BinOp { left, op, right } => self.binary(left, op, right, level),
            ExprKind::UnaryOp { op, operand } => {
                let (own, text) = match op {
                    UnaryOp::Invert => (Level::Factor, "~"),
                    UnaryOp::Not => (Level::Not, "not "),
                    UnaryOp::UAdd => (Level::Factor, "+"),
                    UnaryOp::USub => (Level::Factor, "-"),
                };
                self.parenthesized(level > own, |this| {
                    this.text(text);
                    this.expression(operand, own);
                });
            }
            ExprKind::Lambda { args, body } => self.parenthesized(level > Level::Test, |this| {
                let positional = !args.args.is_empty() || !args.posonlyargs.is_empty();
                this.text(if positional { "lambda " } else { "lambda" });
                this.arguments(args);
                this.text(": ");
                this.expression(body, Level::Test);
            }),
            ExprKind::IfExp { test, body, orelse } => self.parenthesized(level > Level::Test, |this| {
                this.expression(body, Level::Or);
                this.text(" if ");
                this.expression(test, Level::Or);
                this.text(" else ");
                this.expression(orelse, Level::Test);
            }),
            ExprKind::Dict(items) => self.dict(items),
            ExprKind::Set(elts) => {
                self.text("{");
                self.separated(elts, Level::Test);
                self.text("}");
            }
            ExprKind::Comprehension(node) => self.comprehension(node),
            ExprKind::Await(value) => self.parenthesized(level > Level::Await, |this| {
                this.text("await ");
                this.expression(value, Level::Atom);
            }),
            ExprKind::Yield(None) => self.text("(yield)"),
            ExprKind::Yield(Some(value)) => {
                self.text("(yield ");
                self.expression(value, Level::Test);
                self.text(")");
            }
            ExprKind::YieldFrom(value) => {
                self.text("(yield from ");
                self.expression(value, Level::Test);
                self.text(")");
            }
            ExprKind::Compare { left, ops, comparators } => {
                self.parenthesized(level > Level::Compare, |this| {
                    this.expression(left, Level::EXPRESSION);
                    for (op, comparator) in ops.iter().zip(comparators) {
                        this.text(comparison(*op));
                        this.expression(comparator, Level::EXPRESSION);
                    }
                })
            }
            ExprKind::Call(call) => self.call(call),
            ExprKind::FormattedValue { .. }
            | ExprKind::Interpolation(_)
            | ExprKind::JoinedStr(_)
            | ExprKind::TemplateStr(_) => self.interpolated(expression),
            ExprKind::Constant(Constant::Ellipsis) => self.text("..."),
            ExprKind::Constant(constant) => {
                if let Constant::Str { u_prefix: true, .. } = constant {
                    self.text("u");
                }
                write_constant(&mut self.out, &constant, true);
            }
            ExprKind::Attribute { value, attr, .. } => {
                self.expression(value, Level::Atom);
                let is_int = matches!(
                    value.kind,
                    ExprKind::Constant(Constant::Int(_) | Constant::BigInt { .. } | Constant::Bool(_))
                );
                self.text(if is_int && !matches!(value.kind, ExprKind::Constant(Constant::Bool(_))) {
                    " ."
                } else {
                    "."
                });
                self.name(attr);
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expression(value, Level::Atom);
                self.text("[");
                self.expression(slice, Level::Tuple);
                self.text("]");
            }
            ExprKind::Starred { value, .. } => {
                self.text("*");
                self.expression(value, Level::EXPRESSION);
            }
            ExprKind::Name { id, .. } => self.name(id),
            ExprKind::List { elts, .. } => {
                self.text("[");
                self.separated(elts, Level::Test);
                self.text("]");
            }
            ExprKind::Tuple { elts: [], .. } => self.text("()"),
            ExprKind::Tuple { elts, .. } => self.parenthesized(level > Level::Tuple, |this| {
                this.separated(elts, Level::Test);
                if elts.len() == 1 {
                    this.text(",");
                }
            }),
            ExprKind::Slice { lower, upper, step } => self.slice(lower, upper, step),
        }
    }

    fn binary(&mut self, left: &Expr, op: Operator, right: &Expr, level: Level) {
        let (own, text) = match op {
            Operator::Add => (Level::Arithmetic, " + "),
            Operator::Sub => (Level::Arithmetic, " - "),
            Operator::Mult => (Level::Term, " * "),
            Operator::MatMult => (Level::Term, " @ "),
            Operator::Div => (Level::Term, " / "),
            Operator::Mod => (Level::Term, " % "),
            Operator::FloorDiv => (Level::Term, " // "),
            Operator::LShift => (Level::Shift, " << "),
            Operator::RShift => (Level::Shift, " >> "),
            Operator::BitOr => (Level::BitOr, " | "),
            Operator::BitXor => (Level::BitXor, " ^ "),
            Operator::BitAnd => (Level::BitAnd, " & "),
            Operator::Pow => (Level::Power, " ** "),
        };
        let (left_level, right_level) =
            if op == Operator::Pow { (own.tighter(), own) } else { (own, own.tighter()) };
        self.parenthesized(level > own, |this| {
            this.expression(left, left_level);
            this.text(text);
            this.expression(right, right_level);
        });
    }

    fn dict(&mut self, items: &[DictItem]) {
        self.text("{");
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.text(", ");
            }
            match &item.key {
                Some(key) => {
                    self.expression(key, Level::Test);
                    self.text(": ");
                    self.expression(&item.value, Level::Test);
                }
                None => {
                    self.text("**");
                    self.expression(&item.value, Level::EXPRESSION);
                }
            }
        }
        self.text("}");
    }

    fn comprehension(&mut self, node: &Comprehension) {
        let (open, close) = match node.kind {
            ComprehensionKind::Generator => ("(", ")"),
            ComprehensionKind::List => ("[", "]"),
            ComprehensionKind::Set | ComprehensionKind::Dict => ("{", "}"),
        };
        self.text(open);
        self.expression(&node.elt, Level::Test);
        if let Some(value) = &node.value {
            self.text(": ");
            self.expression(value, Level::Test);
        }
        for generator in node.generators {
            self.text(if generator.is_async { " async for " } else { " for " });
            self.expression(&generator.target, Level::Tuple);
            self.text(" in ");
            self.expression(&generator.iter, Level::Or);
            for condition in generator.ifs {
                self.text(" if ");
                self.expression(condition, Level::Or);
            }
        }
        self.text(close);
    }

    fn call(&mut self, call: &Call) {
        self.expression(&call.func, Level::Atom);
        if let ([only], []) = (call.args, call.keywords)
            && matches!(only.kind, ExprKind::Comprehension(node) if node.kind == ComprehensionKind::Generator)
        {
            return self.expression(only, Level::Test);
        }
        self.text("(");
        self.separated(call.args, Level::Test);
        for (index, keyword) in call.keywords.iter().enumerate() {
            if index > 0 || !call.args.is_empty() {
                self.text(", ");
            }
            match keyword.name {
                Some(name) => {
                    self.name(name);
                    self.text("=");
                }
                None => self.text("**"),
            }
            self.expression(&keyword.value, Level::Test);
        }
        self.text(")");
    }

    fn slice(&mut self, lower: Option<&Expr>, upper: Option<&Expr>, step: Option<&Expr>) {
        if let Some(lower) = lower {
            self.expression(lower, Level::Test);
        }
        self.text(":");
        if let Some(upper) = upper {
            self.expression(upper, Level::Test);
        }
        if let Some(step) = step {
            self.text(":");
            self.expression(step, Level::Test);
        }
    }

    fn arguments(&mut self, args: &Arguments) {
        let mut first = true;
        let mut separate = |this: &mut Self| {
            if !std::mem::take(&mut first) {
                this.text(", ");
            }
        };
        let positional = args.posonlyargs.len() + args.args.len();
        for (index, arg) in args.posonlyargs.iter().chain(args.args).enumerate() {
            separate(self);
            self.name(arg.name);
            if index + args.defaults.len() >= positional {
                self.text("=");
                self.expression(&args.defaults[index + args.defaults.len() - positional], Level::Test);
            }
            if index + 1 == args.posonlyargs.len() {
                self.text(", /");
            }
        }
        if args.vararg.is_some() || !args.kwonlyargs.is_empty() {
            separate(self);
            self.text("*");
            if let Some(vararg) = args.vararg {
                self.name(vararg.name);
            }
        }
        for (arg, default) in args.kwonlyargs.iter().zip(args.kw_defaults) {
            separate(self);
            self.name(arg.name);
            if let Some(default) = default {
                self.text("=");
                self.expression(default, Level::Test);
            }
        }
        if let Some(kwarg) = args.kwarg {
            separate(self);
            self.text("**");
            self.name(kwarg.name);
        }
    }

    /// An f-string or t-string: its body is put together, and then quoted as a whole.
    fn interpolated(&mut self, expression: &Expr) {
        let (prefix, values) = match expression.kind {
            ExprKind::JoinedStr(values) => ("f", values),
            ExprKind::TemplateStr(values) => ("t", values),
            _ => return self.interpolated_part(expression),
        };
        let mut body = Writer { names: self.names, out: Vec::new() };
        values.iter().for_each(|value| body.interpolated_part(value));
        self.text(prefix);
        write_string(&mut self.out, &body.out);
    }

    fn interpolated_part(&mut self, expression: &Expr) {
        match expression.kind {
            ExprKind::Constant(Constant::Str { value, .. }) => {
                for &byte in value {
                    self.out.push(byte);
                    if matches!(byte, b'{' | b'}') {
                        self.out.push(byte);
                    }
                }
            }
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                let mut inner = Writer { names: self.names, out: Vec::new() };
                inner.expression(value, Level::Or);
                let text = inner.out;
                self.field(&text, conversion, format_spec);
            }
            ExprKind::Interpolation(node) => self.field(node.text, node.conversion, node.format_spec),
            _ => self.interpolated(expression),
        }
    }

    fn field(&mut self, text: &[u8], conversion: Conversion, format_spec: Option<&Expr>) {
        self.text(if text.starts_with(b"{") { "{ " } else { "{" });
        self.out.extend_from_slice(text);
        self.text(match conversion {
            Conversion::None => "",
            Conversion::Str => "!s",
            Conversion::Repr => "!r",
            Conversion::Ascii => "!a",
        });
        if let Some(spec) = format_spec {
            self.text(":");
            match spec.kind {
                ExprKind::JoinedStr(values) => values.iter().for_each(|value| self.interpolated_part(value)),
                _ => self.interpolated_part(spec),
            }
        }
        self.text("}");
    }
}

fn comparison(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => " == ",
        CmpOp::NotEq => " != ",
        CmpOp::Lt => " < ",
        CmpOp::LtE => " <= ",
        CmpOp::Gt => " > ",
        CmpOp::GtE => " >= ",
        CmpOp::Is => " is ",
        CmpOp::IsNot => " is not ",
        CmpOp::In => " in ",
        CmpOp::NotIn => " not in ",
    }
}

/// Writes `repr()` of a constant; in source text, infinity is a number too large.
fn write_constant(out: &mut Vec<u8>, constant: &Constant, source: bool) {
    let infinity = if source { "1e309" } else { "inf" };
    let text = match *constant {
        Constant::None => "None".to_owned(),
        Constant::Bool(true) => "True".to_owned(),
        Constant::Bool(false) => "False".to_owned(),
        Constant::Ellipsis => "Ellipsis".to_owned(),
        Constant::Int(value) => value.to_string(),
        Constant::BigInt { negative, literal } => {
            format!("{}{}", if negative { "-" } else { "" }, decimal(literal))
        }
        Constant::Float(value) => float_repr(value, infinity),
        Constant::Complex { real, imaginary } => complex_repr(real, imaginary, infinity),
        Constant::Str { value, .. } => return write_string(out, value),
        Constant::Bytes(value) => return write_bytes(out, value),
        Constant::Other(value) => crate::disassemble::constant_repr(value),
    };
    out.extend_from_slice(text.as_bytes());
}

/// A large int's literal in decimal.
fn decimal(literal: &str) -> String {
    let radix = match literal.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => return literal.to_owned(),
    };
    const GROUP: u64 = 1_000_000_000;
    let mut groups: Vec<u64> = vec![0];
    for digit in literal[2..].chars().filter_map(|digit| digit.to_digit(radix)) {
        let mut carry = u64::from(digit);
        for group in &mut groups {
            let value = *group * u64::from(radix) + carry;
            *group = value % GROUP;
            carry = value / GROUP;
        }
        if carry > 0 {
            groups.push(carry);
        }
    }
    let mut text = groups.last().map(u64::to_string).unwrap_or_default();
    for group in groups.iter().rev().skip(1) {
        let _ = write!(text, "{group:09}");
    }
    text
}

fn float_repr(value: f64, infinity: &str) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return format!("{}{infinity}", if value < 0.0 { "-" } else { "" });
    }
    // The shortest digits; the exponent decides the notation.
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = format!("{value}");
        return if plain.contains('.') { plain } else { format!("{plain}.0") };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

fn complex_repr(real: f64, imaginary: f64, infinity: &str) -> String {
    let part = |value: f64| {
        let text = float_repr(value, infinity);
        text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
    };
    if real == 0.0 && !real.is_sign_negative() {
        return format!("{}j", part(imaginary));
    }
    let imaginary_text = part(imaginary);
    let sign = if imaginary_text.starts_with('-') { "" } else { "+" };
    format!("({}{sign}{imaginary_text}j)", part(real))
}

/// The quote for a literal with this text: double ones only if that saves escapes.
fn quote(value: &[u8]) -> u8 {
    if value.contains(&b'\'') && !value.contains(&b'"') { b'"' } else { b'\'' }
}

fn write_string(out: &mut Vec<u8>, value: &[u8]) {
    let quote = quote(value);
    out.push(quote);
    let text = Text::from_wtf8(value).unwrap_or_else(Text::empty);
    for point in text.code_points() {
        match point {
            0x5C => out.extend_from_slice(b"\\\\"),
            0x0A => out.extend_from_slice(b"\\n"),
            0x0D => out.extend_from_slice(b"\\r"),
            0x09 => out.extend_from_slice(b"\\t"),
            _ if point == u32::from(quote) => out.extend_from_slice(&[b'\\', quote]),
            0..0x20 | 0x7F..0xA0 | 0xAD => out.extend_from_slice(format!("\\x{point:02x}").as_bytes()),
            0x2028 | 0x2029 | 0xFEFF | 0x200B..=0x200F | 0xD800..0xE000 | 0xE000..0xF900 => {
                out.extend_from_slice(format!("\\u{point:04x}").as_bytes());
            }
            _ => {
                let _ = crate::text::push_code_point(out, point);
            }
        }
    }
    out.push(quote);
}

fn write_bytes(out: &mut Vec<u8>, value: &[u8]) {
    let quote = quote(value);
    out.extend_from_slice(&[b'b', quote]);
    for &byte in value {
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ if byte == quote => out.extend_from_slice(&[b'\\', quote]),
            0x20..0x7F => out.push(byte),
            _ => out.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
        }
    }
    out.push(quote);
}
