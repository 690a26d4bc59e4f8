//! The compiler's intermediate representation.
//!
//! A [`Function`] is a control-flow graph of basic blocks in SSA form; values flow between blocks through
//! block parameters. Every instruction defines at most one value, so an instruction and its value share one
//! number. The table in [`instruction`] says for each opcode what it takes, what it yields, what it reads and
//! writes, and whether it can leave the compiled code. An instruction that can leave names a [`FrameState`]:
//! the interpreter frames (inlined ones too) as they were before the bytecode it belongs to.
//!
//! `builder` fills a function from bytecode, `optimize` rewrites it, `lower` turns it into Cranelift IR.
//! [`print`] and [`parse`] give a textual form, used by the tests of the passes; [`verify`] checks a
//! function's invariants after each pass in tests.

pub mod analysis;
pub mod function;
pub mod instruction;
pub mod parse;
pub mod print;
pub mod types;
pub mod verify;

pub use analysis::{Cfg, Loop, LoopForest};
pub use function::{
    Block, BlockId, Edge, FrameId, FrameInfo, FrameState, Function, Instruction, StateId, Terminator, Value,
};
pub use instruction::{Condition, Flags, Opcode, Region, Representation};
pub use types::{Kinds, Type};
