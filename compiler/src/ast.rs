//! The abstract syntax tree, in the shape of CPython's `Python.asdl`.
//!
//! Nodes live in an arena and are immutable and `Copy`-cheap to refer to. Names are interned. Locations are CPython's
//! `lineno`/`col_offset` pairs. The parser builds this tree; symbol table and code generator only read it.

pub use crate::instruction_sequence::Location;
pub use crate::names::Name;

/// A whole program, by the mode it was parsed in.
#[derive(Debug)]
pub enum Module<'a> {
    Exec(&'a [Stmt<'a>]),
    Single(&'a [Stmt<'a>]),
    Eval(&'a Expr<'a>),
}

#[derive(Debug, Clone, Copy)]
pub struct Stmt<'a> {
    pub location: Location,
    pub kind: StmtKind<'a>,
}

#[derive(Debug, Clone, Copy)]
pub enum StmtKind<'a> {
    FunctionDef(&'a FunctionDef<'a>),
    ClassDef(&'a ClassDef<'a>),
    Return(Option<&'a Expr<'a>>),
    Delete(&'a [Expr<'a>]),
    Assign { targets: &'a [Expr<'a>], value: &'a Expr<'a> },
    TypeAlias(&'a TypeAlias<'a>),
    AugAssign { target: &'a Expr<'a>, op: Operator, value: &'a Expr<'a> },
    AnnAssign(AnnAssign<'a>),
    For(&'a For<'a>),
    While { test: &'a Expr<'a>, body: &'a [Stmt<'a>], orelse: &'a [Stmt<'a>] },
    If { test: &'a Expr<'a>, body: &'a [Stmt<'a>], orelse: &'a [Stmt<'a>] },
    With(&'a With<'a>),
    Match { subject: &'a Expr<'a>, cases: &'a [MatchCase<'a>] },
    Raise { exc: Option<&'a Expr<'a>>, cause: Option<&'a Expr<'a>> },
    Try(&'a Try<'a>),
    Assert { test: &'a Expr<'a>, msg: Option<&'a Expr<'a>> },
    Import(&'a [Alias]),
    ImportFrom { module: Option<Name>, names: &'a [Alias], level: u32 },
    Global(&'a [Name]),
    Nonlocal(&'a [Name]),
    Expr(&'a Expr<'a>),
    Pass,
    Break,
    Continue,
}

/// `def` and `async def`.
#[derive(Debug)]
pub struct FunctionDef<'a> {
    pub is_async: bool,
    pub name: Name,
    pub args: Arguments<'a>,
    pub body: &'a [Stmt<'a>],
    pub decorators: &'a [Expr<'a>],
    pub returns: Option<&'a Expr<'a>>,
    pub type_params: &'a [TypeParam<'a>],
}

#[derive(Debug)]
pub struct ClassDef<'a> {
    pub name: Name,
    pub bases: &'a [Expr<'a>],
    pub keywords: &'a [Keyword<'a>],
    pub body: &'a [Stmt<'a>],
    pub decorators: &'a [Expr<'a>],
    pub type_params: &'a [TypeParam<'a>],
}

#[derive(Debug)]
pub struct TypeAlias<'a> {
    /// Always a `Name` expression.
    pub target: Expr<'a>,
    pub name: Name,
    pub type_params: &'a [TypeParam<'a>],
    pub value: Expr<'a>,
}

#[derive(Debug, Clone, Copy)]
pub struct AnnAssign<'a> {
    pub target: &'a Expr<'a>,
    pub annotation: &'a Expr<'a>,
    pub value: Option<&'a Expr<'a>>,
    /// The target is a plain name without parentheses.
    pub simple: bool,
}

/// `for` and `async for`.
#[derive(Debug)]
pub struct For<'a> {
    pub is_async: bool,
    pub target: Expr<'a>,
    pub iter: Expr<'a>,
    pub body: &'a [Stmt<'a>],
    pub orelse: &'a [Stmt<'a>],
}

/// `with` and `async with`.
#[derive(Debug)]
pub struct With<'a> {
    pub is_async: bool,
    pub items: &'a [WithItem<'a>],
    pub body: &'a [Stmt<'a>],
}

#[derive(Debug)]
pub struct WithItem<'a> {
    pub context: Expr<'a>,
    pub vars: Option<Expr<'a>>,
}

/// `try`, with `except` or `except*` handlers.
#[derive(Debug)]
pub struct Try<'a> {
    pub is_star: bool,
    pub body: &'a [Stmt<'a>],
    pub handlers: &'a [ExceptHandler<'a>],
    pub orelse: &'a [Stmt<'a>],
    pub finalbody: &'a [Stmt<'a>],
}

#[derive(Debug)]
pub struct ExceptHandler<'a> {
    pub location: Location,
    pub exception: Option<Expr<'a>>,
    pub name: Option<Name>,
    pub body: &'a [Stmt<'a>],
}

#[derive(Debug)]
pub struct Alias {
    pub location: Location,
    pub name: Name,
    pub asname: Option<Name>,
}

#[derive(Debug)]
pub struct MatchCase<'a> {
    pub pattern: Pattern<'a>,
    pub guard: Option<Expr<'a>>,
    pub body: &'a [Stmt<'a>],
}

#[derive(Debug)]
pub struct Pattern<'a> {
    pub location: Location,
    pub kind: PatternKind<'a>,
}

#[derive(Debug)]
pub enum PatternKind<'a> {
    Value(&'a Expr<'a>),
    /// `None`, `True` or `False`.
    Singleton(Constant<'a>),
    Sequence(&'a [Pattern<'a>]),
    Mapping {
        keys: &'a [Expr<'a>],
        patterns: &'a [Pattern<'a>],
        rest: Option<Name>,
    },
    Class {
        class: &'a Expr<'a>,
        patterns: &'a [Pattern<'a>],
        keyword_names: &'a [Name],
        keyword_patterns: &'a [Pattern<'a>],
    },
    Star(Option<Name>),
    As {
        pattern: Option<&'a Pattern<'a>>,
        name: Option<Name>,
    },
    Or(&'a [Pattern<'a>]),
}

impl Pattern<'_> {
    /// `_`
    pub fn is_wildcard(&self) -> bool {
        matches!(self.kind, PatternKind::As { pattern: _, name: None })
    }

    /// `*_`
    pub fn is_star_wildcard(&self) -> bool {
        matches!(self.kind, PatternKind::Star(None))
    }
}

#[derive(Debug)]
pub struct TypeParam<'a> {
    pub location: Location,
    pub name: Name,
    pub kind: TypeParamKind<'a>,
    pub default: Option<Expr<'a>>,
}

#[derive(Debug)]
pub enum TypeParamKind<'a> {
    TypeVar { bound: Option<Expr<'a>> },
    TypeVarTuple,
    ParamSpec,
}

/// The parameters of a function. As in CPython, `defaults` belong to the last of the positional ones.
#[derive(Debug, Default)]
pub struct Arguments<'a> {
    pub posonlyargs: &'a [Arg<'a>],
    pub args: &'a [Arg<'a>],
    pub vararg: Option<&'a Arg<'a>>,
    pub kwonlyargs: &'a [Arg<'a>],
    /// One for each of `kwonlyargs`.
    pub kw_defaults: &'a [Option<Expr<'a>>],
    pub kwarg: Option<&'a Arg<'a>>,
    pub defaults: &'a [Expr<'a>],
}

#[derive(Debug)]
pub struct Arg<'a> {
    pub location: Location,
    pub name: Name,
    pub annotation: Option<Expr<'a>>,
}

#[derive(Debug)]
pub struct Keyword<'a> {
    pub location: Location,
    /// `None` for `**value`.
    pub name: Option<Name>,
    pub value: Expr<'a>,
}

#[derive(Debug, Clone, Copy)]
pub struct Expr<'a> {
    pub location: Location,
    pub kind: ExprKind<'a>,
}

#[derive(Debug, Clone, Copy)]
pub enum ExprKind<'a> {
    BoolOp {
        op: BoolOp,
        values: &'a [Expr<'a>],
    },
    NamedExpr {
        target: &'a Expr<'a>,
        value: &'a Expr<'a>,
    },
    BinOp {
        left: &'a Expr<'a>,
        op: Operator,
        right: &'a Expr<'a>,
    },
    UnaryOp {
        op: UnaryOp,
        operand: &'a Expr<'a>,
    },
    Lambda {
        args: &'a Arguments<'a>,
        body: &'a Expr<'a>,
    },
    IfExp {
        test: &'a Expr<'a>,
        body: &'a Expr<'a>,
        orelse: &'a Expr<'a>,
    },
    Dict(&'a [DictItem<'a>]),
    Set(&'a [Expr<'a>]),
    /// Comprehensions and generator expressions.
    Comprehension(&'a Comprehension<'a>),
    Await(&'a Expr<'a>),
    Yield(Option<&'a Expr<'a>>),
    YieldFrom(&'a Expr<'a>),
    Compare {
        left: &'a Expr<'a>,
        ops: &'a [CmpOp],
        comparators: &'a [Expr<'a>],
    },
    Call(&'a Call<'a>),
    FormattedValue {
        value: &'a Expr<'a>,
        conversion: Conversion,
        format_spec: Option<&'a Expr<'a>>,
    },
    Interpolation(&'a Interpolation<'a>),
    JoinedStr(&'a [Expr<'a>]),
    TemplateStr(&'a [Expr<'a>]),
    Constant(Constant<'a>),
    Attribute {
        value: &'a Expr<'a>,
        attr: Name,
        ctx: ExprContext,
    },
    Subscript {
        value: &'a Expr<'a>,
        slice: &'a Expr<'a>,
        ctx: ExprContext,
    },
    Starred {
        value: &'a Expr<'a>,
        ctx: ExprContext,
    },
    Name {
        id: Name,
        ctx: ExprContext,
    },
    List {
        elts: &'a [Expr<'a>],
        ctx: ExprContext,
    },
    Tuple {
        elts: &'a [Expr<'a>],
        ctx: ExprContext,
    },
    Slice {
        lower: Option<&'a Expr<'a>>,
        upper: Option<&'a Expr<'a>>,
        step: Option<&'a Expr<'a>>,
    },
}

impl<'a> Expr<'a> {
    pub fn constant(&self) -> Option<Constant<'a>> {
        match self.kind {
            ExprKind::Constant(constant) => Some(constant),
            _ => None,
        }
    }

    pub fn is_starred(&self) -> bool {
        matches!(self.kind, ExprKind::Starred { .. })
    }
}

#[derive(Debug)]
pub struct DictItem<'a> {
    /// `None` for `**value`.
    pub key: Option<Expr<'a>>,
    pub value: Expr<'a>,
}

#[derive(Debug)]
pub struct Comprehension<'a> {
    pub kind: ComprehensionKind,
    /// The element, or the key of a dict comprehension.
    pub elt: Expr<'a>,
    /// The value of a dict comprehension.
    pub value: Option<Expr<'a>>,
    pub generators: &'a [Generator<'a>],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComprehensionKind {
    Generator,
    List,
    Set,
    Dict,
}

#[derive(Debug)]
pub struct Generator<'a> {
    pub is_async: bool,
    pub target: Expr<'a>,
    pub iter: Expr<'a>,
    pub ifs: &'a [Expr<'a>],
}

#[derive(Debug)]
pub struct Call<'a> {
    pub func: Expr<'a>,
    pub args: &'a [Expr<'a>],
    pub keywords: &'a [Keyword<'a>],
}

/// A replacement field of a t-string.
#[derive(Debug)]
pub struct Interpolation<'a> {
    pub value: Expr<'a>,
    /// The source text of `value`.
    pub text: &'a [u8],
    pub conversion: Conversion,
    pub format_spec: Option<&'a Expr<'a>>,
}

/// `!s`, `!r`, `!a` in a replacement field; the discriminant is the operand of `CONVERT_VALUE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    None = 0,
    Str = 1,
    Repr = 2,
    Ascii = 3,
}

/// A literal's value. Strings are WTF-8 (UTF-8 that may hold lone surrogates).
#[derive(Debug, Clone, Copy)]
pub enum Constant<'a> {
    None,
    Bool(bool),
    Ellipsis,
    Int(i64),
    /// An int that doesn't fit: its literal without underscores, with prefix, and whether it is negated.
    BigInt {
        negative: bool,
        literal: &'a str,
    },
    Float(f64),
    Complex {
        real: f64,
        imaginary: f64,
    },
    /// `u_prefix`: written `u"..."`, which `from __future__ import annotations` keeps.
    Str {
        value: &'a [u8],
        u_prefix: bool,
    },
    Bytes(&'a [u8]),
    /// A tuple or frozenset, which only a tree made by hand has.
    Other(&'a crate::constant::Constant),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExprContext {
    Load,
    Store,
    Del,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoolOp {
    And,
    Or,
}

/// Binary operators; the discriminant is the operand of `BINARY_OP`, in-place ones are 13 higher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Add = 0,
    BitAnd = 1,
    FloorDiv = 2,
    LShift = 3,
    MatMult = 4,
    Mult = 5,
    Mod = 6,
    BitOr = 7,
    Pow = 8,
    RShift = 9,
    Sub = 10,
    Div = 11,
    BitXor = 12,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    Invert,
    Not,
    UAdd,
    USub,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CmpOp {
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}

/// The docstring of a body: the string constant that is its first statement.
pub fn docstring<'a>(body: &'a [Stmt<'a>]) -> Option<(&'a [u8], Location)> {
    let StmtKind::Expr(expression) = body.first()?.kind else { return None };
    match expression.kind {
        ExprKind::Constant(Constant::Str { value, .. }) => Some((value, expression.location)),
        _ => None,
    }
}
