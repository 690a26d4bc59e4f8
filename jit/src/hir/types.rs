//! The type lattice: what is known about a value.
//!
//! A [`Type`] is a set of kinds of object, and where the set says so, more: the exact shape, the interval of
//! a small int, or the one constant it can be. The empty set means that the value can't exist (dead code).

use std::fmt;

/// The smallest and largest small int: 63 bits, signed.
pub const INT_MIN: i64 = -(1 << 62);
/// See [`INT_MIN`].
pub const INT_MAX: i64 = (1 << 62) - 1;

macro_rules! kinds {
    ($($name:ident = $bit:literal, $text:literal, $doc:literal;)*) => {
        /// A set of kinds of object.
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct Kinds(pub u32);

        impl Kinds {
            $(#[doc = $doc] pub const $name: Kinds = Kinds(1 << $bit);)*
            /// Every kind.
            pub const ANY: Kinds = Kinds($((1 << $bit))|*);
            /// No kind: the value does not exist.
            pub const NOTHING: Kinds = Kinds(0);
            const NAMES: &'static [(Kinds, &'static str)] = &[$((Kinds::$name, $text)),*];
        }
    };
}

kinds! {
    INT = 0, "Int", "A small int, held in the value word.";
    BIG_INT = 1, "BigInt", "An int object.";
    BOOL = 2, "Bool", "True or False.";
    FLOAT = 3, "Float", "A float, immediate or boxed.";
    NONE = 4, "None", "None.";
    STR = 5, "Str", "A string of the exact type str.";
    LIST = 6, "List", "A list of the exact type list.";
    TUPLE = 7, "Tuple", "A tuple of the exact type tuple.";
    DICT = 8, "Dict", "A dict of the exact type dict.";
    SET = 9, "Set", "A set of the exact type set.";
    RANGE = 10, "Range", "A range object.";
    FUNCTION = 11, "Function", "A function written in Python.";
    BOUND_METHOD = 12, "BoundMethod", "A bound method.";
    CLASS = 13, "Class", "A class.";
    CELL = 14, "Cell", "A cell of a closure.";
    ITERATOR = 15, "Iterator", "A native iterator over a built-in container.";
    OBJECT = 16, "Object", "Any other heap object.";
    CONSTANT = 17, "Constant", "Ellipsis and NotImplemented.";
    ABSENT = 18, "Absent", "No value: an unbound local, a NULL on the stack.";
}

impl Kinds {
    /// Kinds that never need a write barrier when stored into an object.
    pub const IMMEDIATE: Kinds =
        Kinds(Kinds::INT.0 | Kinds::BOOL.0 | Kinds::NONE.0 | Kinds::CONSTANT.0 | Kinds::ABSENT.0);

    /// Is every kind of `self` one of `other`?
    pub fn within(self, other: Kinds) -> bool {
        self.0 & !other.0 == 0
    }

    /// Have the two sets a kind in common?
    pub fn meets(self, other: Kinds) -> bool {
        self.0 & other.0 != 0
    }

    /// Parses the text form, kinds joined by `|`.
    pub fn parse(text: &str) -> Option<Kinds> {
        if text == "Any" {
            return Some(Kinds::ANY);
        }
        let mut set = Kinds::NOTHING;
        for part in text.split('|') {
            set = set | Kinds::NAMES.iter().find(|(_, name)| *name == part)?.0;
        }
        Some(set)
    }
}

impl std::ops::BitOr for Kinds {
    type Output = Kinds;
    fn bitor(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }
}

impl std::ops::BitAnd for Kinds {
    type Output = Kinds;
    fn bitand(self, other: Kinds) -> Kinds {
        Kinds(self.0 & other.0)
    }
}

impl fmt::Display for Kinds {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Kinds::ANY {
            return out.write_str("Any");
        }
        if *self == Kinds::NOTHING {
            return out.write_str("Nothing");
        }
        let mut first = true;
        for (kind, name) in Kinds::NAMES {
            if self.meets(*kind) {
                if !first {
                    out.write_str("|")?;
                }
                out.write_str(name)?;
                first = false;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Kinds {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// What is known about a value. For values that aren't tagged (`Int`, `Float`, `Bool` representations) the
/// kinds are those of the value once boxed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Type {
    /// The kinds it can have.
    pub kinds: Kinds,
    /// Its exact shape, if known; 0 if not.
    pub shape: u32,
    /// The interval it lies in, if it is an int; meaningless otherwise.
    pub low: i64,
    /// See `low`.
    pub high: i64,
    /// The tagged word of the only value that it can be, if known; 0 if not.
    pub constant: u64,
}

impl Type {
    /// Nothing is known.
    pub const ANY: Type = Type::of(Kinds::ANY);
    /// The value can't exist.
    pub const NOTHING: Type = Type::of(Kinds::NOTHING);

    /// All that is known is the set of kinds.
    pub const fn of(kinds: Kinds) -> Type {
        Type { kinds, shape: 0, low: INT_MIN, high: INT_MAX, constant: 0 }
    }

    /// A small int in an interval.
    pub fn int(low: i64, high: i64) -> Type {
        Type { low: low.max(INT_MIN), high: high.min(INT_MAX), ..Type::of(Kinds::INT) }
    }

    /// An object of one shape.
    pub fn shaped(kinds: Kinds, shape: u32) -> Type {
        Type { shape, ..Type::of(kinds) }
    }

    /// The type of a value that may be either.
    pub fn join(self, other: Type) -> Type {
        if self.kinds == Kinds::NOTHING {
            return other;
        }
        if other.kinds == Kinds::NOTHING {
            return self;
        }
        let (low, high) = match (self.kinds.meets(Kinds::INT), other.kinds.meets(Kinds::INT)) {
            (true, true) => (self.low.min(other.low), self.high.max(other.high)),
            (true, false) => (self.low, self.high),
            (false, true) => (other.low, other.high),
            (false, false) => (INT_MIN, INT_MAX),
        };
        Type {
            kinds: self.kinds | other.kinds,
            shape: if self.shape == other.shape { self.shape } else { 0 },
            low,
            high,
            constant: if self.constant == other.constant { self.constant } else { 0 },
        }
    }

    /// Is every value of this type of one of these kinds?
    pub fn is(self, kinds: Kinds) -> bool {
        self.kinds.within(kinds)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.kinds)?;
        if self.shape != 0 {
            write!(out, "/{}", self.shape)?;
        }
        if self.kinds == Kinds::INT && (self.low, self.high) != (INT_MIN, INT_MAX) {
            write!(out, "[{}..{}]", self.low, self.high)?;
        }
        Ok(())
    }
}
