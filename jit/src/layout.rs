//! Where things are in objects: everything that compiled code knows about the runtime's data.
//!
//! Value words are defined by the design and repeated here for the passes; the offsets come from the runtime
//! by `offset_of!`.

use crate::hir::{Kinds, Type};

/// The word of False.
pub const FALSE: u64 = 4;
/// The word of True.
pub const TRUE: u64 = 12;
/// The word of None.
pub const NONE: u64 = 20;
/// The word of Ellipsis.
pub const ELLIPSIS: u64 = 28;
/// The word of NotImplemented.
pub const NOT_IMPLEMENTED: u64 = 36;
/// What compiled code returns when it has rebuilt interpreter frames that the caller must run.
pub const DEOPTED: u64 = 44;
/// Results of compiled code at or above this (unsigned), and constants other than 0 and [`DEOPTED`], are values.
pub const FIRST_SPECIAL: u64 = DEOPTED;

/// The word of a bool.
pub fn bool_word(truth: bool) -> u64 {
    if truth { TRUE } else { FALSE }
}

/// The word of a float, if it can be immediate.
pub fn float_word(number: f64) -> Option<u64> {
    let word = number.to_bits().wrapping_add(1 << 60).rotate_left(3);
    (word & 3 == 2).then_some(word)
}

/// The float in an immediate float's word.
pub fn word_float(word: u64) -> f64 {
    f64::from_bits(word.rotate_right(3).wrapping_sub(1 << 60))
}

/// The kinds that a constant word can be of; heap pointers can be anything on the heap.
pub fn kinds_of_word(word: u64) -> Kinds {
    type_of_word(word).kinds
}

/// The type of a constant word.
pub fn type_of_word(word: u64) -> Type {
    if word & 1 == 1 {
        let number = word as i64 >> 1;
        return Type { constant: word, ..Type::int(number, number) };
    }
    let kinds = match word {
        0 => Kinds::ABSENT,
        FALSE | TRUE => Kinds::BOOL,
        NONE => Kinds::NONE,
        _ if word & 3 == 2 => Kinds::FLOAT,
        _ if word & 7 == 4 => Kinds::CONSTANT,
        _ => Kinds(Kinds::ANY.0 & !(Kinds::IMMEDIATE.0)),
    };
    Type { constant: word, ..Type::of(kinds) }
}

/// Where an instance's first inline attribute slot is.
pub const SLOTS_OFFSET: i64 = 16;
