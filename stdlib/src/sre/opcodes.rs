//! The words of compiled patterns, as `re/_constants.py` numbers them.

/// `_sre.MAGIC`: the version of the code words.
pub const MAGIC: u32 = 20230612;
/// No upper bound of a repeat.
pub const MAXREPEAT: u32 = u32::MAX;
/// The most groups a pattern may have.
pub const MAXGROUPS: u32 = i32::MAX as u32 / 2;

macro_rules! numbered {
    ($type:ty: $($name:ident)*) => { numbered!(@ $type, 0; $($name)*); };
    (@ $type:ty, $number:expr; $name:ident $($rest:ident)*) => {
        #[allow(missing_docs, reason = "the names are those of re/_constants.py")]
        pub const $name: $type = $number;
        numbered!(@ $type, $number + 1; $($rest)*);
    };
    (@ $type:ty, $number:expr;) => {};
}

numbered! { u32:
    FAILURE SUCCESS ANY ANY_ALL ASSERT ASSERT_NOT AT BRANCH CATEGORY CHARSET BIGCHARSET GROUPREF GROUPREF_EXISTS
    IN INFO JUMP LITERAL MARK MAX_UNTIL MIN_UNTIL NOT_LITERAL NEGATE RANGE REPEAT REPEAT_ONE SUBPATTERN
    MIN_REPEAT_ONE ATOMIC_GROUP POSSESSIVE_REPEAT POSSESSIVE_REPEAT_ONE
    GROUPREF_IGNORE IN_IGNORE LITERAL_IGNORE NOT_LITERAL_IGNORE
    GROUPREF_LOC_IGNORE IN_LOC_IGNORE LITERAL_LOC_IGNORE NOT_LITERAL_LOC_IGNORE
    GROUPREF_UNI_IGNORE IN_UNI_IGNORE LITERAL_UNI_IGNORE NOT_LITERAL_UNI_IGNORE RANGE_UNI_IGNORE
}

numbered! { u32:
    AT_BEGINNING AT_BEGINNING_LINE AT_BEGINNING_STRING AT_BOUNDARY AT_NON_BOUNDARY AT_END AT_END_LINE AT_END_STRING
    AT_LOC_BOUNDARY AT_LOC_NON_BOUNDARY AT_UNI_BOUNDARY AT_UNI_NON_BOUNDARY
}

numbered! { u32:
    CATEGORY_DIGIT CATEGORY_NOT_DIGIT CATEGORY_SPACE CATEGORY_NOT_SPACE CATEGORY_WORD CATEGORY_NOT_WORD
    CATEGORY_LINEBREAK CATEGORY_NOT_LINEBREAK CATEGORY_LOC_WORD CATEGORY_LOC_NOT_WORD
    CATEGORY_UNI_DIGIT CATEGORY_UNI_NOT_DIGIT CATEGORY_UNI_SPACE CATEGORY_UNI_NOT_SPACE
    CATEGORY_UNI_WORD CATEGORY_UNI_NOT_WORD CATEGORY_UNI_LINEBREAK CATEGORY_UNI_NOT_LINEBREAK
}

/// `INFO`: the pattern starts with a literal.
pub const INFO_PREFIX: u32 = 1;
/// `INFO`: the pattern is nothing but that literal.
pub const INFO_LITERAL: u32 = 2;
/// `INFO`: the pattern starts with a character of a set.
pub const INFO_CHARSET: u32 = 4;
