//! The helper classes of str, bytes, bytearray and memoryview that the table of built-in classes doesn't name.

use crate::builtins::bytearray::ByteArrayIterator;
use crate::builtins::bytes::BytesIterator;
use crate::builtins::memoryview::MemoryIterator;
use crate::builtins::str::iterator::{StrAsciiIterator, StrIterator};
use crate::native::{NativeType, TypeDefinition};

/// Classes to be made at start-up, behind those of the table.
pub static DEFINITIONS: &[&TypeDefinition] = &[
    StrIterator::DEFINITION,
    StrAsciiIterator::DEFINITION,
    BytesIterator::DEFINITION,
    ByteArrayIterator::DEFINITION,
    MemoryIterator::DEFINITION,
];
