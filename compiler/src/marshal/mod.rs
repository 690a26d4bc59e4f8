//! CPython's marshal format, as far as code objects and constants use it: version 5.
//!
//! [`dumps`] writes what the oracle's `marshal.loads` reads; [`loads`] reads what the oracle's `marshal.dumps` writes of
//! such objects. The bytes may come from anyone: sizes are checked against what is there before anything is allocated,
//! nesting is limited, and so is what shared parts expand to.

mod read;
mod write;

pub use read::{ReadError, loads};
pub use write::dumps;

/// The format's version.
pub const VERSION: u32 = 5;

/// Set in the type byte of an object that later references may name.
const FLAG_REF: u8 = 0x80;

/// The bytes that introduce objects.
mod tag {
    pub const NULL: u8 = b'0';
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const ELLIPSIS: u8 = b'.';
    pub const INT: u8 = b'i';
    pub const LONG: u8 = b'l';
    pub const FLOAT_TEXT: u8 = b'f';
    pub const FLOAT: u8 = b'g';
    pub const COMPLEX_TEXT: u8 = b'x';
    pub const COMPLEX: u8 = b'y';
    pub const BYTES: u8 = b's';
    pub const UNICODE: u8 = b'u';
    pub const INTERNED: u8 = b't';
    pub const ASCII: u8 = b'a';
    pub const ASCII_INTERNED: u8 = b'A';
    pub const SHORT_ASCII: u8 = b'z';
    pub const SHORT_ASCII_INTERNED: u8 = b'Z';
    pub const TUPLE: u8 = b'(';
    pub const SMALL_TUPLE: u8 = b')';
    pub const FROZEN_SET: u8 = b'>';
    pub const SLICE: u8 = b':';
    pub const CODE: u8 = b'c';
    pub const REFERENCE: u8 = b'r';
}

#[cfg(test)]
mod tests;
