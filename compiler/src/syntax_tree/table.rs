//! The table of the node classes of the module `ast`: which fields each has, and of what type.
//!
//! The enum [`NodeClass`], the classes that Python sees with their docs, and the conversions in both directions come from it.

/// How many values a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    One,
    /// One, or None.
    Optional,
    /// A list.
    Many,
    /// A list whose items may be None.
    ManyOptional,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    Identifier,
    Int,
    String,
    Constant,
    /// A node of a class of this group.
    Node(NodeGroup),
}

/// One field of a node class.
#[derive(Clone, Copy, Debug)]
pub struct FieldDefinition {
    pub name: &'static str,
    pub kind: FieldType,
    pub quantity: Quantity,
}

/// A name without the mark of raw identifiers.
const fn plain_name(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

macro_rules! quantity {
    (one) => {
        Quantity::One
    };
    (optional) => {
        Quantity::Optional
    };
    (many) => {
        Quantity::Many
    };
    (many_optional) => {
        Quantity::ManyOptional
    };
}

macro_rules! kind {
    (identifier) => {
        FieldType::Identifier
    };
    (int) => {
        FieldType::Int
    };
    (string) => {
        FieldType::String
    };
    (constant) => {
        FieldType::Constant
    };
    ($group:ident) => {
        FieldType::Node(NodeGroup::$group)
    };
}

macro_rules! node_classes {
    ($($style:ident $group:ident $located:literal {
        $($class:ident($($quantity:ident $kind:ident $field:ident),*)),* $(,)?
    })*) => {
        /// A group of node classes: an abstract class and its subclasses, or a class that stands alone.
        #[allow(non_camel_case_types, missing_docs)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum NodeGroup { $($group,)* }

        /// A node class that can have instances.
        #[allow(non_camel_case_types, missing_docs)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum NodeClass { $($($class,)*)* }

        impl NodeGroup {
            /// All groups.
            pub const ALL: &'static [NodeGroup] = &[$(NodeGroup::$group,)*];

            /// The name of the class.
            pub fn name(self) -> &'static str {
                match self { $(NodeGroup::$group => plain_name(stringify!($group)),)* }
            }

            /// Whether nodes have a position.
            pub fn is_located(self) -> bool {
                match self { $(NodeGroup::$group => $located,)* }
            }

            /// Whether it is an abstract class with subclasses.
            pub fn is_sum(self) -> bool {
                match self { $(NodeGroup::$group => is_sum!($style),)* }
            }

            /// Its classes.
            pub fn classes(self) -> &'static [NodeClass] {
                match self { $(NodeGroup::$group => &[$(NodeClass::$class,)*],)* }
            }
        }

        impl NodeClass {
            /// All classes.
            pub const ALL: &'static [NodeClass] = &[$($(NodeClass::$class,)*)*];

            /// The name.
            pub fn name(self) -> &'static str {
                match self { $($(NodeClass::$class => stringify!($class),)*)* }
            }

            /// The group it belongs to.
            pub fn group(self) -> NodeGroup {
                match self { $($(NodeClass::$class => NodeGroup::$group,)*)* }
            }

            /// The fields, in order.
            pub fn fields(self) -> &'static [FieldDefinition] {
                match self {
                    $($(NodeClass::$class => const { &[$(FieldDefinition {
                        name: plain_name(stringify!($field)),
                        kind: kind!($kind),
                        quantity: quantity!($quantity),
                    },)*] },)*)*
                }
            }
        }
    };
}

macro_rules! is_sum {
    (sum) => {
        true
    };
    (product) => {
        false
    };
}

node_classes! {
    sum r#mod false {
        Module(many stmt body, many type_ignore type_ignores),
        Interactive(many stmt body),
        Expression(one expr body),
        FunctionType(many expr argtypes, one expr returns),
    }
    sum stmt true {
        FunctionDef(one identifier name, one arguments args, many stmt body, many expr decorator_list,
            optional expr returns, optional string type_comment, many type_param type_params),
        AsyncFunctionDef(one identifier name, one arguments args, many stmt body, many expr decorator_list,
            optional expr returns, optional string type_comment, many type_param type_params),
        ClassDef(one identifier name, many expr bases, many keyword keywords, many stmt body,
            many expr decorator_list, many type_param type_params),
        Return(optional expr value),
        Delete(many expr targets),
        Assign(many expr targets, one expr value, optional string type_comment),
        TypeAlias(one expr name, many type_param type_params, one expr value),
        AugAssign(one expr target, one operator op, one expr value),
        AnnAssign(one expr target, one expr annotation, optional expr value, one int simple),
        For(one expr target, one expr iter, many stmt body, many stmt orelse, optional string type_comment),
        AsyncFor(one expr target, one expr iter, many stmt body, many stmt orelse, optional string type_comment),
        While(one expr test, many stmt body, many stmt orelse),
        If(one expr test, many stmt body, many stmt orelse),
        With(many withitem items, many stmt body, optional string type_comment),
        AsyncWith(many withitem items, many stmt body, optional string type_comment),
        Match(one expr subject, many match_case cases),
        Raise(optional expr exc, optional expr cause),
        Try(many stmt body, many excepthandler handlers, many stmt orelse, many stmt finalbody),
        TryStar(many stmt body, many excepthandler handlers, many stmt orelse, many stmt finalbody),
        Assert(one expr test, optional expr msg),
        Import(many alias names),
        ImportFrom(optional identifier module, many alias names, optional int level),
        Global(many identifier names),
        Nonlocal(many identifier names),
        Expr(one expr value),
        Pass(),
        Break(),
        Continue(),
    }
    sum expr true {
        BoolOp(one boolop op, many expr values),
        NamedExpr(one expr target, one expr value),
        BinOp(one expr left, one operator op, one expr right),
        UnaryOp(one unaryop op, one expr operand),
        Lambda(one arguments args, one expr body),
        IfExp(one expr test, one expr body, one expr orelse),
        Dict(many_optional expr keys, many expr values),
        Set(many expr elts),
        ListComp(one expr elt, many comprehension generators),
        SetComp(one expr elt, many comprehension generators),
        DictComp(one expr key, one expr value, many comprehension generators),
        GeneratorExp(one expr elt, many comprehension generators),
        Await(one expr value),
        Yield(optional expr value),
        YieldFrom(one expr value),
        Compare(one expr left, many cmpop ops, many expr comparators),
        Call(one expr func, many expr args, many keyword keywords),
        FormattedValue(one expr value, one int conversion, optional expr format_spec),
        Interpolation(one expr value, one constant str, one int conversion, optional expr format_spec),
        JoinedStr(many expr values),
        TemplateStr(many expr values),
        Constant(one constant value, optional string kind),
        Attribute(one expr value, one identifier attr, one expr_context ctx),
        Subscript(one expr value, one expr slice, one expr_context ctx),
        Starred(one expr value, one expr_context ctx),
        Name(one identifier id, one expr_context ctx),
        List(many expr elts, one expr_context ctx),
        Tuple(many expr elts, one expr_context ctx),
        Slice(optional expr lower, optional expr upper, optional expr step),
    }
    sum expr_context false { Load(), Store(), Del() }
    sum boolop false { And(), Or() }
    sum operator false {
        Add(), Sub(), Mult(), MatMult(), Div(), Mod(), Pow(), LShift(), RShift(), BitOr(), BitXor(), BitAnd(),
        FloorDiv(),
    }
    sum unaryop false { Invert(), Not(), UAdd(), USub() }
    sum cmpop false { Eq(), NotEq(), Lt(), LtE(), Gt(), GtE(), Is(), IsNot(), In(), NotIn() }
    product comprehension false {
        comprehension(one expr target, one expr iter, many expr ifs, one int is_async),
    }
    sum excepthandler true {
        ExceptHandler(optional expr r#type, optional identifier name, many stmt body),
    }
    product arguments false {
        arguments(many arg posonlyargs, many arg args, optional arg vararg, many arg kwonlyargs,
            many_optional expr kw_defaults, optional arg kwarg, many expr defaults),
    }
    product arg true {
        arg(one identifier arg, optional expr annotation, optional string type_comment),
    }
    product keyword true { keyword(optional identifier arg, one expr value) }
    product alias true { alias(one identifier name, optional identifier asname) }
    product withitem false { withitem(one expr context_expr, optional expr optional_vars) }
    product match_case false { match_case(one pattern pattern, optional expr guard, many stmt body) }
    sum pattern true {
        MatchValue(one expr value),
        MatchSingleton(one constant value),
        MatchSequence(many pattern patterns),
        MatchMapping(many expr keys, many pattern patterns, optional identifier rest),
        MatchClass(one expr cls, many pattern patterns, many identifier kwd_attrs, many pattern kwd_patterns),
        MatchStar(optional identifier name),
        MatchAs(optional pattern pattern, optional identifier name),
        MatchOr(many pattern patterns),
    }
    sum type_ignore false { TypeIgnore(one int lineno, one string tag) }
    sum type_param true {
        TypeVar(one identifier name, optional expr bound, optional expr default_value),
        ParamSpec(one identifier name, optional expr default_value),
        TypeVarTuple(one identifier name, optional expr default_value),
    }
}

/// The positions of nodes, in order.
pub const ATTRIBUTES: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

impl FieldType {
    /// The name in docs and messages.
    pub fn name(self) -> &'static str {
        match self {
            FieldType::Identifier => "identifier",
            FieldType::Int => "int",
            FieldType::String => "string",
            FieldType::Constant => "constant",
            FieldType::Node(group) => group.name(),
        }
    }
}

impl NodeClass {
    /// The definition as the `__doc__` shows it.
    pub fn doc(self) -> String {
        let fields = self.fields();
        if fields.is_empty() {
            return self.name().to_owned();
        }
        let fields: Vec<String> = fields
            .iter()
            .map(|field| {
                let mark = match field.quantity {
                    Quantity::One => "",
                    Quantity::Optional => "?",
                    Quantity::Many => "*",
                    Quantity::ManyOptional => "?*",
                };
                format!("{}{mark} {}", field.kind.name(), field.name)
            })
            .collect();
        format!("{}({})", self.name(), fields.join(", "))
    }
}

impl NodeGroup {
    /// The definition as the `__doc__` shows it.
    pub fn doc(self) -> String {
        let docs: Vec<String> = self.classes().iter().map(|class| class.doc()).collect();
        if !self.is_sum() {
            return docs.concat();
        }
        let name = self.name();
        // Groups without fields stand on one line.
        let plain = self.classes().iter().all(|class| class.fields().is_empty());
        let separator = if plain { " | ".to_owned() } else { format!("\n{:1$}| ", "", name.len() + 1) };
        format!("{name} = {}", docs.join(&separator))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docs_show_the_definitions() {
        assert_eq!(NodeClass::Dict.doc(), "Dict(expr?* keys, expr* values)");
        assert_eq!(NodeClass::Pass.doc(), "Pass");
        assert_eq!(NodeGroup::expr_context.doc(), "expr_context = Load | Store | Del");
        assert_eq!(NodeGroup::withitem.doc(), "withitem(expr context_expr, expr? optional_vars)");
        let groups = "type_param = TypeVar(identifier name, expr? bound, expr? default_value)\n           | ParamSpec(";
        assert!(NodeGroup::type_param.doc().starts_with(groups));
    }
}
