//! Whether nodes made by hand are a tree that the compiler can take.

use super::{Field, FieldType, Node, NodeClass};
use crate::constant::Constant;
use crate::depth::{Deep, Depth};
use crate::error::{ErrorKind, Problem, Result};
use crate::instruction_sequence::Location;

/// Fails with what is wrong with the tree.
pub fn validate(root: &Node) -> Result<()> {
    let mut validator = Validator::default();
    match root.class {
        NodeClass::Module | NodeClass::Interactive => validator.statements(&root.fields[0]),
        NodeClass::Expression => validator.expression(&root.fields[0], NodeClass::Load),
        NodeClass::FunctionType => {
            validator.expressions(&root.fields[0], NodeClass::Load, false)?;
            validator.expression(&root.fields[1], NodeClass::Load)
        }
        _ => Ok(()),
    }
}

#[derive(Default)]
struct Validator {
    depth: Depth,
}

impl Deep for Validator {
    fn depth(&mut self) -> &mut Depth {
        &mut self.depth
    }
}

fn value_error<T>(message: impl Into<String>) -> Result<T> {
    Err(Problem::of_kind(ErrorKind::ValueError, message, Location::NONE))
}

fn type_error<T>(message: impl Into<String>) -> Result<T> {
    Err(Problem::of_kind(ErrorKind::TypeError, message, Location::NONE))
}

fn items(field: &Field) -> &[Field] {
    match field {
        Field::List(items) => items,
        _ => &[],
    }
}

fn class_of(field: &Field) -> Option<NodeClass> {
    match field {
        Field::Node(node) => Some(node.class),
        _ => None,
    }
}

/// The position of a node must be a range.
fn positions(node: &Node) -> Result<()> {
    let Location { line, end_line, column, end_column } = node.location;
    if line > end_line {
        return value_error(format!("AST node line range ({line}, {end_line}) is not valid"));
    }
    if (line < 0 && end_line != line) || (column < 0 && column != end_column) {
        return value_error(format!(
            "AST node column range ({column}, {end_column}) for line range ({line}, {end_line}) is not valid"
        ));
    }
    if line == end_line && column > end_column {
        return value_error(format!("line {line}, column {column}-{end_column} is not a valid range"));
    }
    Ok(())
}

/// A name must not be a keyword constant.
fn identifier(field: &Field) -> Result<()> {
    if let Field::Text(text) = field {
        for forbidden in ["None", "True", "False"] {
            if *text == *forbidden {
                return value_error(format!("identifier field can't represent '{forbidden}' constant"));
            }
        }
    }
    Ok(())
}

/// The names that a node has, as far as they are looked at.
fn identifiers(node: &Node) -> Result<()> {
    let accepts_all = [
        NodeClass::ImportFrom,
        NodeClass::Global,
        NodeClass::Nonlocal,
        NodeClass::keyword,
        NodeClass::arg,
        NodeClass::Attribute,
    ];
    if accepts_all.contains(&node.class) {
        return Ok(());
    }
    for (definition, field) in node.class.fields().iter().zip(&node.fields) {
        match (definition.kind, field) {
            (FieldType::Identifier, Field::List(names)) => names.iter().try_for_each(identifier)?,
            (FieldType::Identifier, name) => identifier(name)?,
            _ => {}
        }
    }
    Ok(())
}

/// A name that a pattern binds.
fn capture(field: &Field) -> Result<()> {
    if matches!(field, Field::Text(text) if *text == *"_") {
        return value_error("can't capture name '_' in patterns");
    }
    identifier(field)
}

fn nonempty(field: &Field, what: &str, owner: NodeClass) -> Result<()> {
    if items(field).is_empty() {
        return value_error(format!("empty {what} on {}", owner.name()));
    }
    Ok(())
}

impl Validator {
    fn each(&mut self, field: &Field, mut check: impl FnMut(&mut Self, &Node) -> Result<()>) -> Result<()> {
        items(field).iter().try_for_each(|item| match item {
            Field::Node(node) => check(self, node),
            _ => Ok(()),
        })
    }

    fn statements(&mut self, field: &Field) -> Result<()> {
        for item in items(field) {
            match item {
                Field::Node(node) => self.deeper(|this| this.statement(node))?,
                _ => return value_error("None disallowed in statement list"),
            }
        }
        Ok(())
    }

    fn body(&mut self, field: &Field, owner: NodeClass) -> Result<()> {
        nonempty(field, "body", owner)?;
        self.statements(field)
    }

    fn expressions(&mut self, field: &Field, context: NodeClass, none_allowed: bool) -> Result<()> {
        for item in items(field) {
            match item {
                Field::None if none_allowed => {}
                Field::None => return value_error("None disallowed in expression list"),
                item => self.expression(item, context)?,
            }
        }
        Ok(())
    }

    fn optional(&mut self, field: &Field) -> Result<()> {
        if matches!(field, Field::None) { Ok(()) } else { self.expression(field, NodeClass::Load) }
    }

    fn load(&mut self, field: &Field) -> Result<()> {
        self.expression(field, NodeClass::Load)
    }

    fn loads(&mut self, field: &Field) -> Result<()> {
        self.expressions(field, NodeClass::Load, false)
    }

    fn statement(&mut self, node: &Node) -> Result<()> {
        positions(node)?;
        identifiers(node)?;
        let (class, fields) = (node.class, &node.fields[..]);
        match (class, fields) {
            (
                NodeClass::FunctionDef | NodeClass::AsyncFunctionDef,
                [_, args, body, decorators, returns, _, type_params],
            ) => {
                self.body(body, class)?;
                self.type_params(type_params)?;
                self.arguments(args)?;
                self.loads(decorators)?;
                self.optional(returns)
            }
            (NodeClass::ClassDef, [_, bases, keywords, body, decorators, type_params]) => {
                self.body(body, class)?;
                self.type_params(type_params)?;
                self.loads(bases)?;
                self.each(keywords, Self::keyword)?;
                self.loads(decorators)
            }
            (NodeClass::Return, [value]) => self.optional(value),
            (NodeClass::Delete, [targets]) => {
                nonempty(targets, "targets", class)?;
                self.expressions(targets, NodeClass::Del, false)
            }
            (NodeClass::Assign, [targets, value, _]) => {
                nonempty(targets, "targets", class)?;
                self.expressions(targets, NodeClass::Store, false)?;
                self.load(value)
            }
            (NodeClass::AugAssign, [target, _, value]) => {
                self.expression(target, NodeClass::Store)?;
                self.load(value)
            }
            (NodeClass::AnnAssign, [target, annotation, value, simple]) => {
                if class_of(target) != Some(NodeClass::Name) && !matches!(simple, Field::Int(0)) {
                    return type_error("AnnAssign with simple non-Name target");
                }
                self.expression(target, NodeClass::Store)?;
                self.optional(value)?;
                self.load(annotation)
            }
            (NodeClass::TypeAlias, [name, type_params, value]) => {
                if class_of(name) != Some(NodeClass::Name) {
                    return type_error("TypeAlias with non-Name name");
                }
                self.expression(name, NodeClass::Store)?;
                self.type_params(type_params)?;
                self.load(value)
            }
            (NodeClass::For | NodeClass::AsyncFor, [target, iter, body, orelse, _]) => {
                self.expression(target, NodeClass::Store)?;
                self.load(iter)?;
                self.body(body, class)?;
                self.statements(orelse)
            }
            (NodeClass::While | NodeClass::If, [test, body, orelse]) => {
                self.load(test)?;
                self.body(body, class)?;
                self.statements(orelse)
            }
            (NodeClass::With | NodeClass::AsyncWith, [items, body, _]) => {
                nonempty(items, "items", class)?;
                self.each(items, |this, item| {
                    this.load(&item.fields[0])?;
                    match &item.fields[1] {
                        Field::None => Ok(()),
                        vars => this.expression(vars, NodeClass::Store),
                    }
                })?;
                self.body(body, class)
            }
            (NodeClass::Match, [subject, cases]) => {
                self.load(subject)?;
                nonempty(cases, "cases", class)?;
                self.each(cases, |this, case| {
                    this.pattern(&case.fields[0], false)?;
                    this.optional(&case.fields[1])?;
                    this.body(&case.fields[2], NodeClass::match_case)
                })
            }
            (NodeClass::Raise, [exc, cause]) => match (exc, cause) {
                (Field::None, Field::None) => Ok(()),
                (Field::None, _) => value_error("Raise with cause but no exception"),
                _ => {
                    self.load(exc)?;
                    self.optional(cause)
                }
            },
            (NodeClass::Try | NodeClass::TryStar, [body, handlers, orelse, finalbody]) => {
                self.try_statement(class, body, handlers, orelse, finalbody)
            }
            (NodeClass::Assert, [test, msg]) => {
                self.load(test)?;
                self.optional(msg)
            }
            (NodeClass::Import | NodeClass::Global | NodeClass::Nonlocal, [names]) => {
                nonempty(names, "names", class)?;
                self.each(names, |_, alias| identifiers(alias))
            }
            (NodeClass::ImportFrom, [_, names, level]) => {
                if matches!(level, Field::Int(level) if *level < 0) {
                    return value_error("Negative ImportFrom level");
                }
                nonempty(names, "names", class)?;
                self.each(names, |_, alias| identifiers(alias))
            }
            (NodeClass::Expr, [value]) => self.load(value),
            _ => Ok(()),
        }
    }

    fn try_statement(
        &mut self,
        class: NodeClass,
        body: &Field,
        handlers: &Field,
        orelse: &Field,
        finalbody: &Field,
    ) -> Result<()> {
        let name = class.name();
        self.body(body, class)?;
        if items(handlers).is_empty() && items(finalbody).is_empty() {
            return value_error(format!("{name} has neither except handlers nor finalbody"));
        }
        if items(handlers).is_empty() && !items(orelse).is_empty() {
            return value_error(format!("{name} has orelse but no except handlers"));
        }
        self.each(handlers, |this, handler| {
            positions(handler)?;
            identifiers(handler)?;
            this.optional(&handler.fields[0])?;
            this.body(&handler.fields[2], NodeClass::ExceptHandler)
        })?;
        self.statements(finalbody)?;
        self.statements(orelse)
    }

    fn type_params(&mut self, field: &Field) -> Result<()> {
        self.each(field, |this, param| {
            positions(param)?;
            identifier(&param.fields[0])?;
            param.fields[1..].iter().try_for_each(|field| this.optional(field))
        })
    }

    fn arguments(&mut self, field: &Field) -> Result<()> {
        let Field::Node(arguments) = field else { return Ok(()) };
        let [posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults] = &arguments.fields[..]
        else {
            return Ok(());
        };
        self.each(posonlyargs, Self::argument)?;
        self.each(args, Self::argument)?;
        if let Field::Node(vararg) = vararg {
            self.optional(&vararg.fields[1])?;
        }
        self.each(kwonlyargs, Self::argument)?;
        if let Field::Node(kwarg) = kwarg {
            self.optional(&kwarg.fields[1])?;
        }
        if items(defaults).len() > items(posonlyargs).len() + items(args).len() {
            return value_error("more positional defaults than args on arguments");
        }
        if items(kw_defaults).len() != items(kwonlyargs).len() {
            return value_error("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        self.loads(defaults)?;
        self.expressions(kw_defaults, NodeClass::Load, true)
    }

    fn keyword(&mut self, keyword: &Node) -> Result<()> {
        identifiers(keyword)?;
        self.load(&keyword.fields[1])
    }

    fn argument(&mut self, argument: &Node) -> Result<()> {
        positions(argument)?;
        identifiers(argument)?;
        self.optional(&argument.fields[1])
    }

    fn expression(&mut self, field: &Field, context: NodeClass) -> Result<()> {
        match field {
            Field::Node(node) => self.deeper(|this| this.expression_node(node, context)),
            _ => Ok(()),
        }
    }

    fn expression_node(&mut self, node: &Node, context: NodeClass) -> Result<()> {
        positions(node)?;
        let (class, fields) = (node.class, &node.fields[..]);
        match class {
            NodeClass::Attribute
            | NodeClass::Subscript
            | NodeClass::Starred
            | NodeClass::Name
            | NodeClass::List
            | NodeClass::Tuple => {
                let actual = fields.last().and_then(class_of).unwrap_or(context);
                identifiers(node)?;
                if actual != context {
                    let (wanted, got) = (context.name(), actual.name());
                    return value_error(format!(
                        "expression must have {wanted} context but has {got} instead"
                    ));
                }
            }
            _ if context != NodeClass::Load => {
                let context = context.name();
                return value_error(format!("expression which can't be assigned to in {context} context"));
            }
            _ => {}
        }
        self.expression_fields(class, fields, context)
    }

    fn expression_fields(&mut self, class: NodeClass, fields: &[Field], context: NodeClass) -> Result<()> {
        match (class, fields) {
            (NodeClass::BoolOp, [_, values]) => {
                if items(values).len() < 2 {
                    return value_error("BoolOp with less than 2 values");
                }
                self.loads(values)
            }
            (NodeClass::NamedExpr, [target, value]) => {
                if class_of(target) != Some(NodeClass::Name) {
                    return type_error("NamedExpr target must be a Name");
                }
                self.load(value)
            }
            (NodeClass::Lambda, [args, body]) => {
                self.arguments(args)?;
                self.load(body)
            }
            (NodeClass::Dict, [keys, values]) => {
                if items(keys).len() != items(values).len() {
                    return value_error("Dict doesn't have the same number of keys as values");
                }
                self.expressions(keys, NodeClass::Load, true)?;
                self.loads(values)
            }
            (NodeClass::ListComp | NodeClass::SetComp | NodeClass::GeneratorExp, [elt, generators]) => {
                self.comprehensions(generators)?;
                self.load(elt)
            }
            (NodeClass::DictComp, [key, value, generators]) => {
                self.comprehensions(generators)?;
                self.load(key)?;
                self.load(value)
            }
            (NodeClass::Compare, [left, ops, comparators]) => {
                if items(comparators).is_empty() {
                    return value_error("Compare with no comparators");
                }
                if items(comparators).len() != items(ops).len() {
                    return value_error("Compare has a different number of comparators and operands");
                }
                self.loads(comparators)?;
                self.load(left)
            }
            (NodeClass::Call, [func, args, keywords]) => {
                self.load(func)?;
                self.loads(args)?;
                self.each(keywords, Self::keyword)
            }
            (NodeClass::Interpolation, [value, text, _, format_spec]) => {
                if !matches!(text, Field::Constant(Constant::Str(_))) {
                    return type_error("got an invalid type in Interpolation: str expected");
                }
                self.load(value)?;
                self.optional(format_spec)
            }
            (NodeClass::Starred, [value, _]) => self.expression(value, context),
            (NodeClass::List | NodeClass::Tuple, [elts, _]) => self.expressions(elts, context, false),
            (NodeClass::Subscript, [value, slice, _]) => {
                self.load(slice)?;
                self.load(value)
            }
            _ => fields.iter().try_for_each(|field| match field {
                Field::List(_) => self.loads(field),
                _ => self.optional(field),
            }),
        }
    }

    fn comprehensions(&mut self, generators: &Field) -> Result<()> {
        if items(generators).is_empty() {
            return value_error("comprehension with no generators");
        }
        self.each(generators, |this, generator| {
            this.expression(&generator.fields[0], NodeClass::Store)?;
            this.load(&generator.fields[1])?;
            this.loads(&generator.fields[2])
        })
    }

    fn pattern(&mut self, field: &Field, star_allowed: bool) -> Result<()> {
        match field {
            Field::Node(node) => self.deeper(|this| this.pattern_node(node, star_allowed)),
            _ => Ok(()),
        }
    }

    fn patterns(&mut self, field: &Field, star_allowed: bool) -> Result<()> {
        items(field).iter().try_for_each(|pattern| self.pattern(pattern, star_allowed))
    }

    fn pattern_node(&mut self, node: &Node, star_allowed: bool) -> Result<()> {
        positions(node)?;
        match (node.class, &node.fields[..]) {
            (NodeClass::MatchValue, [value]) => self.match_value(value),
            (NodeClass::MatchSingleton, [value]) => match value {
                Field::Constant(Constant::None | Constant::Bool(_)) => Ok(()),
                _ => value_error("MatchSingleton can only contain True, False and None"),
            },
            (NodeClass::MatchSequence, [patterns]) => self.patterns(patterns, true),
            (NodeClass::MatchMapping, [keys, patterns, rest]) => {
                if items(keys).len() != items(patterns).len() {
                    return value_error("MatchMapping doesn't have the same number of keys as patterns");
                }
                capture(rest)?;
                for key in items(keys) {
                    let is_singleton = matches!(
                        key,
                        Field::Node(Node { class: NodeClass::Constant, fields, .. })
                            if matches!(fields[0], Field::Constant(Constant::None | Constant::Bool(_)))
                    );
                    if !is_singleton {
                        self.match_value(key)?;
                    }
                }
                self.patterns(patterns, false)
            }
            (NodeClass::MatchClass, [class, patterns, names, keyword_patterns]) => {
                if items(names).len() != items(keyword_patterns).len() {
                    return value_error(
                        "MatchClass doesn't have the same number of keyword attributes as patterns",
                    );
                }
                self.load(class)?;
                self.match_class(class)?;
                items(names).iter().try_for_each(identifier)?;
                self.patterns(patterns, false)?;
                self.patterns(keyword_patterns, false)
            }
            (NodeClass::MatchStar, [name]) => {
                if !star_allowed {
                    return value_error("can't use MatchStar here");
                }
                capture(name)
            }
            (NodeClass::MatchAs, [pattern, name]) => {
                capture(name)?;
                match (pattern, name) {
                    (Field::None, _) => Ok(()),
                    (_, Field::None) => {
                        value_error("MatchAs must specify a target name if a pattern is given")
                    }
                    _ => self.pattern(pattern, false),
                }
            }
            (NodeClass::MatchOr, [patterns]) => {
                if items(patterns).len() < 2 {
                    return value_error("MatchOr requires at least 2 patterns");
                }
                self.patterns(patterns, false)
            }
            _ => Ok(()),
        }
    }

    /// The class of a class pattern must be a dotted name.
    fn match_class(&mut self, class: &Field) -> Result<()> {
        let mut class = class;
        loop {
            match class {
                Field::Node(Node { class: NodeClass::Name, .. }) => return Ok(()),
                Field::Node(Node { class: NodeClass::Attribute, fields, .. }) => class = &fields[0],
                _ => {
                    return value_error("MatchClass cls field can only contain Name or Attribute nodes.");
                }
            }
        }
    }

    /// The value of a pattern must be a literal or a dotted name.
    fn match_value(&mut self, value: &Field) -> Result<()> {
        self.load(value)?;
        let Field::Node(node) = value else { return Ok(()) };
        let is_literal = match (node.class, &node.fields[..]) {
            (NodeClass::Constant, [Field::Constant(constant), _]) => match constant {
                Constant::Int(_)
                | Constant::BigInt(_)
                | Constant::Float(_)
                | Constant::Bytes(_)
                | Constant::Complex(..)
                | Constant::Str(_) => return Ok(()),
                _ => return value_error("unexpected constant inside of a literal pattern"),
            },
            (NodeClass::Attribute, _) => true,
            (NodeClass::UnaryOp, [_, operand]) => is_number(operand, true) && is_negation(node),
            (NodeClass::BinOp, [left, op, right]) => {
                let is_sum = matches!(class_of(op), Some(NodeClass::Add | NodeClass::Sub));
                let is_left = match left {
                    Field::Node(left) if left.class == NodeClass::UnaryOp => {
                        is_negation(left) && is_number(&left.fields[1], false)
                    }
                    left => is_number(left, false),
                };
                is_sum && is_left && is_imaginary(right)
            }
            (NodeClass::JoinedStr | NodeClass::TemplateStr, _) => true,
            _ => false,
        };
        if is_literal {
            Ok(())
        } else {
            value_error("patterns may only match literals and attribute lookups")
        }
    }
}

fn is_negation(node: &Node) -> bool {
    class_of(&node.fields[0]) == Some(NodeClass::USub)
}

fn constant_of(field: &Field) -> Option<&Constant> {
    match field {
        Field::Node(Node { class: NodeClass::Constant, fields, .. }) => match &fields[0] {
            Field::Constant(constant) => Some(constant),
            _ => None,
        },
        _ => None,
    }
}

fn is_number(field: &Field, complex_allowed: bool) -> bool {
    match constant_of(field) {
        Some(Constant::Int(_) | Constant::BigInt(_) | Constant::Float(_)) => true,
        Some(Constant::Complex(..)) => complex_allowed,
        _ => false,
    }
}

fn is_imaginary(field: &Field) -> bool {
    matches!(constant_of(field), Some(Constant::Complex(..)))
}
