//! What the operands of some opcodes mean: small numbered tables, CPython 3.14's numbers.

/// Defines an enum of numbered operands, each with the text that CPython shows for it.
macro_rules! numbered {
    ($(#[$meta:meta])* $name:ident { $($(#[$row_meta:meta])* $variant:ident = $number:literal, $text:literal;)* }) => {
        $(#[$meta])*
        #[repr(u8)]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[allow(missing_docs)]
        pub enum $name { $($(#[$row_meta])* $variant = $number,)* }

        impl $name {
            /// All of them, by number.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The one with this number, if there is one.
            pub fn from_u32(number: u32) -> Option<$name> {
                let is_it = |each: &$name| *each as u32 == number;
                // The numbers have no gaps, mostly.
                let there = $name::ALL.get(number as usize).copied().filter(is_it);
                there.or_else(|| $name::ALL.iter().copied().find(is_it))
            }

            /// The text that stands for it: a symbol or a name.
            pub fn text(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }
        }
    };
}

numbered! {
    /// The operand of `BINARY_OP`.
    BinaryOperator {
        Add = 0, "+";
        And = 1, "&";
        FloorDivide = 2, "//";
        LeftShift = 3, "<<";
        MatrixMultiply = 4, "@";
        Multiply = 5, "*";
        Remainder = 6, "%";
        Or = 7, "|";
        Power = 8, "**";
        RightShift = 9, ">>";
        Subtract = 10, "-";
        TrueDivide = 11, "/";
        Xor = 12, "^";
        InplaceAdd = 13, "+=";
        InplaceAnd = 14, "&=";
        InplaceFloorDivide = 15, "//=";
        InplaceLeftShift = 16, "<<=";
        InplaceMatrixMultiply = 17, "@=";
        InplaceMultiply = 18, "*=";
        InplaceRemainder = 19, "%=";
        InplaceOr = 20, "|=";
        InplacePower = 21, "**=";
        InplaceRightShift = 22, ">>=";
        InplaceSubtract = 23, "-=";
        InplaceTrueDivide = 24, "/=";
        InplaceXor = 25, "^=";
        Subscript = 26, "[]";
    }
}

numbered! {
    /// A comparison, as it stands in `COMPARE_OP`'s operand (shifted left by five).
    Comparison {
        Less = 0, "<";
        LessEqual = 1, "<=";
        Equal = 2, "==";
        NotEqual = 3, "!=";
        Greater = 4, ">";
        GreaterEqual = 5, ">=";
    }
}

impl Comparison {
    /// Bits of `COMPARE_OP`'s operand: which outcomes make the comparison true.
    pub const UNORDERED: u32 = 1;
    /// See [`Comparison::UNORDERED`].
    pub const LESS_THAN: u32 = 2;
    /// See [`Comparison::UNORDERED`].
    pub const GREATER_THAN: u32 = 4;
    /// See [`Comparison::UNORDERED`].
    pub const EQUALS: u32 = 8;
    /// Bit of `COMPARE_OP`'s operand: the result is wanted as a bool.
    pub const TO_BOOL: u32 = 16;

    /// The outcomes that make it true, as the lower four bits of `COMPARE_OP`'s operand.
    pub fn mask(self) -> u32 {
        match self {
            Comparison::Less => Comparison::LESS_THAN,
            Comparison::LessEqual => Comparison::LESS_THAN | Comparison::EQUALS,
            Comparison::Equal => Comparison::EQUALS,
            Comparison::NotEqual => Comparison::UNORDERED | Comparison::LESS_THAN | Comparison::GREATER_THAN,
            Comparison::Greater => Comparison::GREATER_THAN,
            Comparison::GreaterEqual => Comparison::GREATER_THAN | Comparison::EQUALS,
        }
    }

    /// `COMPARE_OP`'s operand for this comparison.
    pub fn operand(self) -> u32 {
        (self as u32) << 5 | self.mask()
    }

    /// The comparison in an operand of `COMPARE_OP`.
    pub fn of_operand(operand: u32) -> Option<Comparison> {
        Comparison::from_u32(operand >> 5)
    }
}

numbered! {
    /// The operand of `CALL_INTRINSIC_1`.
    Intrinsic1 {
        Invalid = 0, "INTRINSIC_1_INVALID";
        Print = 1, "INTRINSIC_PRINT";
        ImportStar = 2, "INTRINSIC_IMPORT_STAR";
        StopIterationError = 3, "INTRINSIC_STOPITERATION_ERROR";
        AsyncGenWrap = 4, "INTRINSIC_ASYNC_GEN_WRAP";
        UnaryPositive = 5, "INTRINSIC_UNARY_POSITIVE";
        ListToTuple = 6, "INTRINSIC_LIST_TO_TUPLE";
        TypeVar = 7, "INTRINSIC_TYPEVAR";
        ParamSpec = 8, "INTRINSIC_PARAMSPEC";
        TypeVarTuple = 9, "INTRINSIC_TYPEVARTUPLE";
        SubscriptGeneric = 10, "INTRINSIC_SUBSCRIPT_GENERIC";
        TypeAlias = 11, "INTRINSIC_TYPEALIAS";
    }
}

numbered! {
    /// The operand of `CALL_INTRINSIC_2`.
    Intrinsic2 {
        Invalid = 0, "INTRINSIC_2_INVALID";
        PrepareReraiseStar = 1, "INTRINSIC_PREP_RERAISE_STAR";
        TypeVarWithBound = 2, "INTRINSIC_TYPEVAR_WITH_BOUND";
        TypeVarWithConstraints = 3, "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS";
        SetFunctionTypeParams = 4, "INTRINSIC_SET_FUNCTION_TYPE_PARAMS";
        SetTypeParamDefault = 5, "INTRINSIC_SET_TYPEPARAM_DEFAULT";
    }
}

numbered! {
    /// The operand of `LOAD_COMMON_CONSTANT`.
    CommonConstant {
        AssertionError = 0, "AssertionError";
        NotImplementedError = 1, "NotImplementedError";
        Tuple = 2, "tuple";
        All = 3, "all";
        Any = 4, "any";
    }
}

numbered! {
    /// The operand of `LOAD_SPECIAL`.
    SpecialMethod {
        Enter = 0, "__enter__";
        Exit = 1, "__exit__";
        AsyncEnter = 2, "__aenter__";
        AsyncExit = 3, "__aexit__";
    }
}

numbered! {
    /// The operand of `SET_FUNCTION_ATTRIBUTE`: one bit.
    FunctionAttribute {
        Defaults = 1, "defaults";
        KeywordDefaults = 2, "kwdefaults";
        Annotations = 4, "annotations";
        Closure = 8, "closure";
        Annotate = 16, "annotate";
    }
}

numbered! {
    /// The operand of `CONVERT_VALUE`.
    Conversion {
        None = 0, "";
        Str = 1, "str";
        Repr = 2, "repr";
        Ascii = 3, "ascii";
    }
}

numbered! {
    /// The lower two bits of `RESUME`'s operand: what the frame resumes after.
    ResumePoint {
        FunctionStart = 0, "function start";
        AfterYield = 1, "yield";
        AfterYieldFrom = 2, "yield from";
        AfterAwait = 3, "await";
    }
}

impl ResumePoint {
    /// Bit of `RESUME`'s operand: the exception stack has depth one here.
    pub const DEPTH_ONE: u32 = 4;
}
