//! Code objects: what the compiler makes and the interpreter runs, with CPython 3.14's fields and encodings.

use std::ops::{BitOr, BitOrAssign};
use std::sync::Arc;

use crate::constant::Constant;
use crate::opcode::{CACHE_WORDS, Opcode};
use crate::text::Text;

mod exception_table;
mod location;

#[allow(unused_imports)]
pub(crate) use exception_table::encode as encode_exception_table;
pub use exception_table::{ExceptionTable, Handler, Range as HandlerRange};
#[allow(unused_imports)]
pub(crate) use location::Writer as LocationWriter;
pub use location::{CodeLocation, Positions, Span};

/// The flags of a code object (`co_flags`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct CodeFlags(pub u32);

#[allow(missing_docs)]
impl CodeFlags {
    pub const OPTIMIZED: CodeFlags = CodeFlags(0x1);
    pub const NEWLOCALS: CodeFlags = CodeFlags(0x2);
    pub const VARARGS: CodeFlags = CodeFlags(0x4);
    pub const VARKEYWORDS: CodeFlags = CodeFlags(0x8);
    pub const NESTED: CodeFlags = CodeFlags(0x10);
    pub const GENERATOR: CodeFlags = CodeFlags(0x20);
    pub const COROUTINE: CodeFlags = CodeFlags(0x80);
    pub const ITERABLE_COROUTINE: CodeFlags = CodeFlags(0x100);
    pub const ASYNC_GENERATOR: CodeFlags = CodeFlags(0x200);
    pub const FUTURE_DIVISION: CodeFlags = CodeFlags(0x2_0000);
    pub const FUTURE_ABSOLUTE_IMPORT: CodeFlags = CodeFlags(0x4_0000);
    pub const FUTURE_WITH_STATEMENT: CodeFlags = CodeFlags(0x8_0000);
    pub const FUTURE_PRINT_FUNCTION: CodeFlags = CodeFlags(0x10_0000);
    pub const FUTURE_UNICODE_LITERALS: CodeFlags = CodeFlags(0x20_0000);
    pub const FUTURE_BARRY_AS_BDFL: CodeFlags = CodeFlags(0x40_0000);
    pub const FUTURE_GENERATOR_STOP: CodeFlags = CodeFlags(0x80_0000);
    pub const FUTURE_ANNOTATIONS: CodeFlags = CodeFlags(0x100_0000);
    pub const NO_MONITORING_EVENTS: CodeFlags = CodeFlags(0x200_0000);
    pub const HAS_DOCSTRING: CodeFlags = CodeFlags(0x400_0000);
    pub const METHOD: CodeFlags = CodeFlags(0x800_0000);
}

impl CodeFlags {
    /// Whether all of `flags` are set.
    pub fn contains(self, flags: CodeFlags) -> bool {
        self.0 & flags.0 == flags.0
    }

    /// Whether any of `flags` is set.
    pub fn intersects(self, flags: CodeFlags) -> bool {
        self.0 & flags.0 != 0
    }

    /// Whether the frame is a generator's, a coroutine's or an asynchronous generator's.
    pub fn is_generator_like(self) -> bool {
        self.intersects(CodeFlags::GENERATOR | CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR)
    }
}

impl BitOr for CodeFlags {
    type Output = CodeFlags;

    fn bitor(self, other: CodeFlags) -> CodeFlags {
        CodeFlags(self.0 | other.0)
    }
}

impl BitOrAssign for CodeFlags {
    fn bitor_assign(&mut self, other: CodeFlags) {
        self.0 |= other.0;
    }
}

/// The kinds of fast locals: bits of [`CodeObject::localsplus_kinds`].
pub mod local_kind {
    /// A positional parameter.
    pub const ARG_POSITIONAL: u8 = 0x02;
    /// A parameter that can be given by keyword.
    pub const ARG_KEYWORD: u8 = 0x04;
    /// `*args` or `**kwargs` (with the other two saying which).
    pub const ARG_VARIADIC: u8 = 0x08;
    /// A local of an inlined comprehension in a scope that isn't a function.
    pub const HIDDEN: u8 = 0x10;
    /// A local variable.
    pub const LOCAL: u8 = 0x20;
    /// A cell that this code makes.
    pub const CELL: u8 = 0x40;
    /// A cell of the closure.
    pub const FREE: u8 = 0x80;
}

/// A code object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeObject {
    /// Positional parameters, positional-only ones included.
    pub argcount: u32,
    /// Positional-only parameters.
    pub posonlyargcount: u32,
    /// Keyword-only parameters.
    pub kwonlyargcount: u32,
    /// The depth that the stack can reach.
    pub stacksize: u32,
    /// `co_flags`
    pub flags: CodeFlags,
    /// Two bytes a code unit: base opcodes and operands, cache words zero.
    pub code: Vec<u8>,
    /// `co_consts`
    pub consts: Vec<Constant>,
    /// `co_names`
    pub names: Vec<Text>,
    /// The names of the fast locals: locals, then cells that aren't locals, then free variables.
    pub localsplus_names: Vec<Text>,
    /// The kinds of the fast locals: bits of [`local_kind`].
    pub localsplus_kinds: Vec<u8>,
    /// `co_filename`
    pub filename: Text,
    /// `co_name`
    pub name: Text,
    /// `co_qualname`
    pub qualname: Text,
    /// `co_firstlineno`
    pub firstlineno: i32,
    /// `co_linetable`
    pub linetable: Vec<u8>,
    /// `co_exceptiontable`
    pub exceptiontable: Vec<u8>,
}

/// One instruction of a code object, with the operand that its `EXTENDED_ARG`s complete.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decoded {
    /// Byte offset of the instruction itself.
    pub offset: usize,
    /// Byte offset of its first `EXTENDED_ARG`, or of itself.
    pub start: usize,
    /// The byte that says which opcode.
    pub number: u8,
    /// The whole operand.
    pub operand: u32,
}

impl Decoded {
    /// The opcode, if the number is one.
    pub fn opcode(&self) -> Option<Opcode> {
        Opcode::from_u8(self.number)
    }

    /// Byte offset of what follows the instruction and its caches.
    pub fn end(&self) -> usize {
        self.offset + 2 + 2 * usize::from(CACHE_WORDS[usize::from(self.number)])
    }

    /// Byte offset that it jumps to, if it is a jump; negative or beyond the end in malformed code.
    pub fn jump_target(&self) -> Option<isize> {
        use crate::opcode::OperandKind;
        let distance = 2 * self.operand as isize;
        match self.opcode()?.operand_kind() {
            OperandKind::JumpForward => Some(self.end() as isize + distance),
            OperandKind::JumpBackward => Some(self.end() as isize - distance),
            _ => None,
        }
    }
}

impl CodeObject {
    /// The instructions, without `EXTENDED_ARG`s and caches.
    pub fn instructions(&self) -> impl Iterator<Item = Decoded> + '_ {
        decode(&self.code)
    }

    /// The bits of [`local_kind`] that say what kind of parameter the local variable with this index is.
    pub fn parameter_kind(&self, index: u32) -> u8 {
        parameter_kind([self.argcount, self.posonlyargcount, self.kwonlyargcount], self.flags, index)
    }

    /// The line of the instruction at a byte offset.
    pub fn line_of(&self, offset: usize) -> Option<i32> {
        self.positions().find(|span| offset < span.end)?.location.line
    }

    /// The location table: consecutive ranges of byte offsets and where in the source they come from.
    pub fn positions(&self) -> Positions<'_> {
        Positions::new(&self.linetable, self.firstlineno)
    }

    /// The code object, with those nested in it, whose location tables know lines only.
    pub fn without_columns(&self) -> CodeObject {
        let nested = |constant: &Constant| match constant {
            Constant::Code(code) => Constant::Code(Arc::new(code.without_columns())),
            other => other.clone(),
        };
        let consts = self.consts.iter().map(nested).collect();
        let linetable = location::without_columns(&self.linetable, self.firstlineno);
        CodeObject { consts, linetable, ..self.clone() }
    }

    /// The handler of an exception raised by the instruction at a byte offset.
    pub fn handler_for(&self, offset: usize) -> Option<Handler> {
        self.handlers().find(|range| range.start <= offset && offset < range.end).map(|range| range.handler)
    }

    /// The exception table; it ends early where it is malformed.
    pub fn handlers(&self) -> ExceptionTable<'_> {
        ExceptionTable::new(&self.exceptiontable)
    }

    /// How many fast locals there are.
    pub fn local_count(&self) -> usize {
        self.localsplus_names.len()
    }

    /// `co_varnames`
    pub fn varnames(&self) -> Vec<Text> {
        self.names_of_kind(local_kind::LOCAL)
    }

    /// `co_cellvars`
    pub fn cellvars(&self) -> Vec<Text> {
        self.names_of_kind(local_kind::CELL)
    }

    /// `co_freevars`
    pub fn freevars(&self) -> Vec<Text> {
        self.names_of_kind(local_kind::FREE)
    }

    fn names_of_kind(&self, kind: u8) -> Vec<Text> {
        let pairs = self.localsplus_names.iter().zip(&self.localsplus_kinds);
        pairs.filter(|(_, kinds)| **kinds & kind != 0).map(|(name, _)| name.clone()).collect()
    }
}

/// The bits that say what kind of parameter the local variable with this index is. `counts` are the numbers of positional, positional-only
/// and keyword-only parameters.
pub(crate) fn parameter_kind(counts: [u32; 3], flags: CodeFlags, index: u32) -> u8 {
    use local_kind::{ARG_KEYWORD, ARG_POSITIONAL, ARG_VARIADIC};
    let [argcount, posonlyargcount, kwonlyargcount] = counts;
    let groups = [
        (posonlyargcount, ARG_POSITIONAL),
        (argcount.saturating_sub(posonlyargcount), ARG_POSITIONAL | ARG_KEYWORD),
        (kwonlyargcount, ARG_KEYWORD),
        (flags.contains(CodeFlags::VARARGS).into(), ARG_VARIADIC | ARG_POSITIONAL),
        (flags.contains(CodeFlags::VARKEYWORDS).into(), ARG_VARIADIC | ARG_KEYWORD),
    ];
    let mut end = 0u32;
    for (count, kind) in groups {
        end = end.saturating_add(count);
        if index < end {
            return kind;
        }
    }
    0
}

/// The instructions in code bytes, without `EXTENDED_ARG`s and caches.
pub fn decode(code: &[u8]) -> impl Iterator<Item = Decoded> + '_ {
    let mut offset = 0;
    std::iter::from_fn(move || {
        let start = offset;
        let mut high = 0u32;
        loop {
            let [number, low] = *code.get(offset..offset + 2)? else { return None };
            let operand = high << 8 | u32::from(low);
            if number == Opcode::ExtendedArg as u8 {
                high = operand;
                offset += 2;
                continue;
            }
            let decoded = Decoded { offset, start, number, operand };
            offset = decoded.end();
            return Some(decoded);
        }
    })
}
