//! Our tree to nodes.

use super::{Field, Node, NodeClass, TypeComments};
use crate::ast::*;
use crate::constant;
use crate::depth::{Deep, Depth};
use crate::error::{Problem, Result};
use crate::instruction_sequence::Location;
use crate::names::Names;
use crate::text::Text;

/// The nodes of a program.
pub fn export(module: &Module, names: &Names, type_comments: Option<&TypeComments>) -> Result<Node> {
    let mut exporter = Exporter { names, type_comments, depth: Depth::default() };
    Ok(match *module {
        Module::Exec(body) => {
            let body = exporter.statements(body)?;
            let ignores = type_comments.map_or_else(Vec::new, TypeComments::ignores);
            Node::plain(NodeClass::Module, vec![body, Field::List(ignores)])
        }
        Module::Single(body) => Node::plain(NodeClass::Interactive, vec![exporter.statements(body)?]),
        Module::Eval(body) => Node::plain(NodeClass::Expression, vec![exporter.expression(body)?]),
    })
}

/// The node of a function type.
pub fn export_function_type(parameters: &[Expr], result: &Expr, names: &Names) -> Result<Node> {
    let mut exporter = Exporter { names, type_comments: None, depth: Depth::default() };
    let fields = vec![exporter.expressions(parameters)?, exporter.expression(result)?];
    Ok(Node::plain(NodeClass::FunctionType, fields))
}

struct Exporter<'a, 't> {
    names: &'t Names<'a>,
    type_comments: Option<&'t TypeComments>,
    depth: Depth,
}

impl Deep for Exporter<'_, '_> {
    fn depth(&mut self) -> &mut Depth {
        &mut self.depth
    }
}

fn node(class: NodeClass, location: Location, fields: Vec<Field>) -> Field {
    Field::Node(Node::new(class, location, fields))
}

fn plain(class: NodeClass, fields: Vec<Field>) -> Field {
    Field::Node(Node::plain(class, fields))
}

fn bytes_text(bytes: &[u8]) -> Text {
    Text::from_wtf8(bytes).unwrap_or_default()
}

fn context(context: ExprContext) -> Field {
    let class = match context {
        ExprContext::Load => NodeClass::Load,
        ExprContext::Store => NodeClass::Store,
        ExprContext::Del => NodeClass::Del,
    };
    plain(class, Vec::new())
}

fn operator(operator: Operator) -> Field {
    let class = match operator {
        Operator::Add => NodeClass::Add,
        Operator::BitAnd => NodeClass::BitAnd,
        Operator::FloorDiv => NodeClass::FloorDiv,
        Operator::LShift => NodeClass::LShift,
        Operator::MatMult => NodeClass::MatMult,
        Operator::Mult => NodeClass::Mult,
        Operator::Mod => NodeClass::Mod,
        Operator::BitOr => NodeClass::BitOr,
        Operator::Pow => NodeClass::Pow,
        Operator::RShift => NodeClass::RShift,
        Operator::Sub => NodeClass::Sub,
        Operator::Div => NodeClass::Div,
        Operator::BitXor => NodeClass::BitXor,
    };
    plain(class, Vec::new())
}

fn comparison(operator: CmpOp) -> Field {
    let class = match operator {
        CmpOp::Eq => NodeClass::Eq,
        CmpOp::NotEq => NodeClass::NotEq,
        CmpOp::Lt => NodeClass::Lt,
        CmpOp::LtE => NodeClass::LtE,
        CmpOp::Gt => NodeClass::Gt,
        CmpOp::GtE => NodeClass::GtE,
        CmpOp::Is => NodeClass::Is,
        CmpOp::IsNot => NodeClass::IsNot,
        CmpOp::In => NodeClass::In,
        CmpOp::NotIn => NodeClass::NotIn,
    };
    plain(class, Vec::new())
}

fn conversion(conversion: Conversion) -> Field {
    Field::Int(match conversion {
        Conversion::None => -1,
        Conversion::Str => i64::from(b's'),
        Conversion::Repr => i64::from(b'r'),
        Conversion::Ascii => i64::from(b'a'),
    })
}

/// The value of a literal.
fn constant_value(value: Constant) -> constant::Constant {
    match value {
        Constant::None => constant::Constant::None,
        Constant::Bool(value) => constant::Constant::Bool(value),
        Constant::Ellipsis => constant::Constant::Ellipsis,
        Constant::Int(value) => constant::Constant::Int(value),
        Constant::BigInt { negative, literal } => crate::codegen::big_int(negative, literal),
        Constant::Float(value) => constant::Constant::Float(value),
        Constant::Complex { real, imaginary } => constant::Constant::Complex(real, imaginary),
        Constant::Str { value, .. } => constant::Constant::Str(bytes_text(value)),
        Constant::Bytes(value) => constant::Constant::Bytes(value.into()),
        Constant::Other(value) => value.clone(),
    }
}

impl Exporter<'_, '_> {
    fn name(&self, name: Name) -> Field {
        Field::Text(Text::from(self.names.text(name)))
    }

    fn optional_name(&self, name: Option<Name>) -> Field {
        name.map_or(Field::None, |name| self.name(name))
    }

    fn names(&self, names: &[Name]) -> Field {
        Field::List(names.iter().map(|&name| self.name(name)).collect())
    }

    fn each<T>(
        &mut self,
        items: &[T],
        mut export: impl FnMut(&mut Self, &T) -> Result<Field>,
    ) -> Result<Field> {
        Ok(Field::List(items.iter().map(|item| export(self, item)).collect::<Result<Vec<Field>>>()?))
    }

    fn statements(&mut self, statements: &[Stmt]) -> Result<Field> {
        self.each(statements, Self::statement)
    }

    fn expressions(&mut self, expressions: &[Expr]) -> Result<Field> {
        self.each(expressions, Self::expression)
    }

    fn optional(&mut self, expression: Option<&Expr>) -> Result<Field> {
        expression.map_or(Ok(Field::None), |expression| self.expression(expression))
    }

    fn type_comment(&self, location: Location) -> Field {
        match self.type_comments.and_then(|comments| comments.of(location)) {
            Some(text) => Field::Text(Text::from(text)),
            None => Field::None,
        }
    }

    fn statement(&mut self, statement: &Stmt) -> Result<Field> {
        self.deeper(|this| this.statement_inner(statement))
    }

    fn statement_inner(&mut self, statement: &Stmt) -> Result<Field> {
        let location = statement.location;
        let (class, fields) = match statement.kind {
            StmtKind::FunctionDef(function) => return self.function(function, location),
            StmtKind::ClassDef(class) => {
                let fields = vec![
                    self.name(class.name),
                    self.expressions(class.bases)?,
                    self.each(class.keywords, Self::keyword)?,
                    self.statements(class.body)?,
                    self.expressions(class.decorators)?,
                    self.each(class.type_params, Self::type_param)?,
                ];
                (NodeClass::ClassDef, fields)
            }
            StmtKind::Return(value) => (NodeClass::Return, vec![self.optional(value)?]),
            StmtKind::Delete(targets) => (NodeClass::Delete, vec![self.expressions(targets)?]),
            StmtKind::Assign { targets, value } => (
                NodeClass::Assign,
                vec![self.expressions(targets)?, self.expression(value)?, self.type_comment(location)],
            ),
            StmtKind::TypeAlias(alias) => (
                NodeClass::TypeAlias,
                vec![
                    self.expression(&alias.target)?,
                    self.each(alias.type_params, Self::type_param)?,
                    self.expression(&alias.value)?,
                ],
            ),
            StmtKind::AugAssign { target, op, value } => {
                (NodeClass::AugAssign, vec![self.expression(target)?, operator(op), self.expression(value)?])
            }
            StmtKind::AnnAssign(AnnAssign { target, annotation, value, simple }) => (
                NodeClass::AnnAssign,
                vec![
                    self.expression(target)?,
                    self.expression(annotation)?,
                    self.optional(value)?,
                    Field::Int(i64::from(simple)),
                ],
            ),
            StmtKind::For(node) => (
                if node.is_async { NodeClass::AsyncFor } else { NodeClass::For },
                vec![
                    self.expression(&node.target)?,
                    self.expression(&node.iter)?,
                    self.statements(node.body)?,
                    self.statements(node.orelse)?,
                    self.type_comment(location),
                ],
            ),
            StmtKind::While { test, body, orelse } => (
                NodeClass::While,
                vec![self.expression(test)?, self.statements(body)?, self.statements(orelse)?],
            ),
            StmtKind::If { test, body, orelse } => (
                NodeClass::If,
                vec![self.expression(test)?, self.statements(body)?, self.statements(orelse)?],
            ),
            StmtKind::With(node) => {
                let items = self.each(node.items, |this, item| {
                    let fields = vec![this.expression(&item.context)?, this.optional(item.vars.as_ref())?];
                    Ok(plain(NodeClass::withitem, fields))
                })?;
                (
                    if node.is_async { NodeClass::AsyncWith } else { NodeClass::With },
                    vec![items, self.statements(node.body)?, self.type_comment(location)],
                )
            }
            StmtKind::Match { subject, cases } => {
                (NodeClass::Match, vec![self.expression(subject)?, self.each(cases, Self::match_case)?])
            }
            StmtKind::Raise { exc, cause } => {
                (NodeClass::Raise, vec![self.optional(exc)?, self.optional(cause)?])
            }
            StmtKind::Try(node) => (
                if node.is_star { NodeClass::TryStar } else { NodeClass::Try },
                vec![
                    self.statements(node.body)?,
                    self.each(node.handlers, Self::handler)?,
                    self.statements(node.orelse)?,
                    self.statements(node.finalbody)?,
                ],
            ),
            StmtKind::Assert { test, msg } => {
                (NodeClass::Assert, vec![self.expression(test)?, self.optional(msg)?])
            }
            StmtKind::Import(names) => (NodeClass::Import, vec![self.each(names, Self::alias)?]),
            StmtKind::ImportFrom { module, names, level } => (
                NodeClass::ImportFrom,
                vec![
                    self.optional_name(module),
                    self.each(names, Self::alias)?,
                    Field::Int(i64::from(level)),
                ],
            ),
            StmtKind::Global(names) => (NodeClass::Global, vec![self.names(names)]),
            StmtKind::Nonlocal(names) => (NodeClass::Nonlocal, vec![self.names(names)]),
            StmtKind::Expr(value) => (NodeClass::Expr, vec![self.expression(value)?]),
            StmtKind::Pass => (NodeClass::Pass, Vec::new()),
            StmtKind::Break => (NodeClass::Break, Vec::new()),
            StmtKind::Continue => (NodeClass::Continue, Vec::new()),
        };
        Ok(node(class, location, fields))
    }

    fn function(&mut self, function: &FunctionDef, location: Location) -> Result<Field> {
        let class = if function.is_async { NodeClass::AsyncFunctionDef } else { NodeClass::FunctionDef };
        let fields = vec![
            self.name(function.name),
            self.arguments(&function.args)?,
            self.statements(function.body)?,
            self.expressions(function.decorators)?,
            self.optional(function.returns)?,
            self.type_comment(location),
            self.each(function.type_params, Self::type_param)?,
        ];
        Ok(node(class, location, fields))
    }

    fn handler(&mut self, handler: &ExceptHandler) -> Result<Field> {
        let fields = vec![
            self.optional(handler.exception.as_ref())?,
            self.optional_name(handler.name),
            self.statements(handler.body)?,
        ];
        Ok(node(NodeClass::ExceptHandler, handler.location, fields))
    }

    fn alias(&mut self, alias: &Alias) -> Result<Field> {
        let fields = vec![self.name(alias.name), self.optional_name(alias.asname)];
        Ok(node(NodeClass::alias, alias.location, fields))
    }

    fn keyword(&mut self, keyword: &Keyword) -> Result<Field> {
        let fields = vec![self.optional_name(keyword.name), self.expression(&keyword.value)?];
        Ok(node(NodeClass::keyword, keyword.location, fields))
    }

    fn type_param(&mut self, param: &TypeParam) -> Result<Field> {
        let mut fields = vec![self.name(param.name)];
        let class = match &param.kind {
            TypeParamKind::TypeVar { bound } => {
                fields.push(self.optional(bound.as_ref())?);
                NodeClass::TypeVar
            }
            TypeParamKind::TypeVarTuple => NodeClass::TypeVarTuple,
            TypeParamKind::ParamSpec => NodeClass::ParamSpec,
        };
        fields.push(self.optional(param.default.as_ref())?);
        Ok(node(class, param.location, fields))
    }

    fn arguments(&mut self, arguments: &Arguments) -> Result<Field> {
        let fields = vec![
            self.each(arguments.posonlyargs, Self::argument)?,
            self.each(arguments.args, Self::argument)?,
            arguments.vararg.map_or(Ok(Field::None), |argument| self.argument(argument))?,
            self.each(arguments.kwonlyargs, Self::argument)?,
            self.each(arguments.kw_defaults, |this, default| this.optional(default.as_ref()))?,
            arguments.kwarg.map_or(Ok(Field::None), |argument| self.argument(argument))?,
            self.expressions(arguments.defaults)?,
        ];
        Ok(plain(NodeClass::arguments, fields))
    }

    fn argument(&mut self, argument: &Arg) -> Result<Field> {
        let fields = vec![
            self.name(argument.name),
            self.optional(argument.annotation.as_ref())?,
            self.type_comment(argument.location),
        ];
        Ok(node(NodeClass::arg, argument.location, fields))
    }

    fn match_case(&mut self, case: &MatchCase) -> Result<Field> {
        let fields = vec![
            self.pattern(&case.pattern)?,
            self.optional(case.guard.as_ref())?,
            self.statements(case.body)?,
        ];
        Ok(plain(NodeClass::match_case, fields))
    }

    fn pattern(&mut self, pattern: &Pattern) -> Result<Field> {
        self.deeper(|this| this.pattern_inner(pattern))
    }

    fn pattern_inner(&mut self, pattern: &Pattern) -> Result<Field> {
        let (class, fields) = match &pattern.kind {
            PatternKind::Value(value) => (NodeClass::MatchValue, vec![self.expression(value)?]),
            PatternKind::Singleton(value) => {
                (NodeClass::MatchSingleton, vec![Field::Constant(constant_value(*value))])
            }
            PatternKind::Sequence(patterns) => {
                (NodeClass::MatchSequence, vec![self.each(patterns, Self::pattern)?])
            }
            PatternKind::Mapping { keys, patterns, rest } => {
                let fields = vec![
                    self.expressions(keys)?,
                    self.each(patterns, Self::pattern)?,
                    self.optional_name(*rest),
                ];
                (NodeClass::MatchMapping, fields)
            }
            PatternKind::Class { class, patterns, keyword_names, keyword_patterns } => {
                let fields = vec![
                    self.expression(class)?,
                    self.each(patterns, Self::pattern)?,
                    self.names(keyword_names),
                    self.each(keyword_patterns, Self::pattern)?,
                ];
                (NodeClass::MatchClass, fields)
            }
            PatternKind::Star(name) => (NodeClass::MatchStar, vec![self.optional_name(*name)]),
            PatternKind::As { pattern, name } => {
                let pattern = pattern.map_or(Ok(Field::None), |pattern| self.pattern(pattern))?;
                (NodeClass::MatchAs, vec![pattern, self.optional_name(*name)])
            }
            PatternKind::Or(patterns) => (NodeClass::MatchOr, vec![self.each(patterns, Self::pattern)?]),
        };
        Ok(node(class, pattern.location, fields))
    }

    fn expression(&mut self, expression: &Expr) -> Result<Field> {
        self.deeper(|this| this.expression_inner(expression)).map_err(during_construction)
    }

    fn expression_inner(&mut self, expression: &Expr) -> Result<Field> {
        let (class, fields) = match expression.kind {
            ExprKind::BoolOp { op, values } => {
                let op = if op == BoolOp::And { NodeClass::And } else { NodeClass::Or };
                (NodeClass::BoolOp, vec![plain(op, Vec::new()), self.expressions(values)?])
            }
            ExprKind::NamedExpr { target, value } => {
                (NodeClass::NamedExpr, vec![self.expression(target)?, self.expression(value)?])
            }
            ExprKind::BinOp { left, op, right } => {
                (NodeClass::BinOp, vec![self.expression(left)?, operator(op), self.expression(right)?])
            }
            ExprKind::UnaryOp { op, operand } => {
                let op = match op {
                    UnaryOp::Invert => NodeClass::Invert,
                    UnaryOp::Not => NodeClass::Not,
                    UnaryOp::UAdd => NodeClass::UAdd,
                    UnaryOp::USub => NodeClass::USub,
                };
                (NodeClass::UnaryOp, vec![plain(op, Vec::new()), self.expression(operand)?])
            }
            ExprKind::Lambda { args, body } => {
                (NodeClass::Lambda, vec![self.arguments(args)?, self.expression(body)?])
            }
            ExprKind::IfExp { test, body, orelse } => (
                NodeClass::IfExp,
                vec![self.expression(test)?, self.expression(body)?, self.expression(orelse)?],
            ),
            ExprKind::Dict(items) => {
                let keys = self.each(items, |this, item| this.optional(item.key.as_ref()))?;
                (NodeClass::Dict, vec![keys, self.each(items, |this, item| this.expression(&item.value))?])
            }
            ExprKind::Set(elements) => (NodeClass::Set, vec![self.expressions(elements)?]),
            ExprKind::Comprehension(comprehension) => self.comprehension(comprehension)?,
            ExprKind::Await(value) => (NodeClass::Await, vec![self.expression(value)?]),
            ExprKind::Yield(value) => (NodeClass::Yield, vec![self.optional(value)?]),
            ExprKind::YieldFrom(value) => (NodeClass::YieldFrom, vec![self.expression(value)?]),
            ExprKind::Compare { left, ops, comparators } => {
                let ops = Field::List(ops.iter().map(|&op| comparison(op)).collect());
                (NodeClass::Compare, vec![self.expression(left)?, ops, self.expressions(comparators)?])
            }
            ExprKind::Call(call) => (
                NodeClass::Call,
                vec![
                    self.expression(&call.func)?,
                    self.expressions(call.args)?,
                    self.each(call.keywords, Self::keyword)?,
                ],
            ),
            ExprKind::FormattedValue { value, conversion: kind, format_spec } => (
                NodeClass::FormattedValue,
                vec![self.expression(value)?, conversion(kind), self.optional(format_spec)?],
            ),
            ExprKind::Interpolation(field) => (
                NodeClass::Interpolation,
                vec![
                    self.expression(&field.value)?,
                    Field::Constant(constant::Constant::Str(bytes_text(field.text))),
                    conversion(field.conversion),
                    self.optional(field.format_spec)?,
                ],
            ),
            ExprKind::JoinedStr(values) => (NodeClass::JoinedStr, vec![self.expressions(values)?]),
            ExprKind::TemplateStr(values) => (NodeClass::TemplateStr, vec![self.expressions(values)?]),
            ExprKind::Constant(value) => {
                let is_unicode = matches!(value, Constant::Str { u_prefix: true, .. });
                let kind = if is_unicode { Field::Text(Text::from("u")) } else { Field::None };
                (NodeClass::Constant, vec![Field::Constant(constant_value(value)), kind])
            }
            ExprKind::Attribute { value, attr, ctx } => {
                (NodeClass::Attribute, vec![self.expression(value)?, self.name(attr), context(ctx)])
            }
            ExprKind::Subscript { value, slice, ctx } => {
                (NodeClass::Subscript, vec![self.expression(value)?, self.expression(slice)?, context(ctx)])
            }
            ExprKind::Starred { value, ctx } => {
                (NodeClass::Starred, vec![self.expression(value)?, context(ctx)])
            }
            ExprKind::Name { id, ctx } => (NodeClass::Name, vec![self.name(id), context(ctx)]),
            ExprKind::List { elts, ctx } => (NodeClass::List, vec![self.expressions(elts)?, context(ctx)]),
            ExprKind::Tuple { elts, ctx } => (NodeClass::Tuple, vec![self.expressions(elts)?, context(ctx)]),
            ExprKind::Slice { lower, upper, step } => {
                (NodeClass::Slice, vec![self.optional(lower)?, self.optional(upper)?, self.optional(step)?])
            }
        };
        Ok(node(class, expression.location, fields))
    }

    fn comprehension(&mut self, comprehension: &Comprehension) -> Result<(NodeClass, Vec<Field>)> {
        let class = match comprehension.kind {
            ComprehensionKind::Generator => NodeClass::GeneratorExp,
            ComprehensionKind::List => NodeClass::ListComp,
            ComprehensionKind::Set => NodeClass::SetComp,
            ComprehensionKind::Dict => NodeClass::DictComp,
        };
        let mut fields = vec![self.expression(&comprehension.elt)?];
        if let Some(value) = &comprehension.value {
            fields.push(self.expression(value)?);
        }
        fields.push(self.each(comprehension.generators, |this, generator| {
            let fields = vec![
                this.expression(&generator.target)?,
                this.expression(&generator.iter)?,
                this.expressions(generator.ifs)?,
                Field::Int(i64::from(generator.is_async)),
            ];
            Ok(plain(NodeClass::comprehension, fields))
        })?);
        Ok((class, fields))
    }
}

/// Names what the recursion limit was hit in.
fn during_construction(mut problem: Box<Problem>) -> Box<Problem> {
    problem.message = problem.message.replace("during compilation", "during ast construction");
    problem
}
