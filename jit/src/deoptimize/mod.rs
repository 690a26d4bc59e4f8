//! Leaving compiled code: what each exit and call site means in terms of interpreter frames.
//!
//! Lowering numbers a unit's exits. An exit's machine code stores the values of the frame state where the rebuilt
//! frames will have them and calls the deoptimiser with the unit and the number; from the [`Exit`] that belongs to it
//! the deoptimiser makes the frames' control records. The same descriptions serve call sites: a compiled frame's record
//! holds the number of the site that it is at, so that tracebacks and `sys._getframe` find the frames it stands for.

use crate::exit_reason::ExitReason;

/// One frame to rebuild.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitFrame {
    /// The code object, as a number of the compilation request.
    pub code: u32,
    /// Where its first local is, in values from the unit's frame pointer.
    pub base: u32,
    /// How many locals it has.
    pub locals: u32,
    /// How many values are on its operand stack.
    pub stack: u32,
    /// The bytecode offset, in code units.
    pub pc: u32,
    /// Is it an `__init__` called by its class, with the new instance in the slot below `base`?
    pub is_init: bool,
    /// What its record holds.
    pub record: crate::hir::function::RecordWords,
}

/// A place where compiled code can be left, or calls out.
#[derive(Clone, Debug)]
pub struct Exit {
    /// Why.
    pub reason: ExitReason,
    /// The records of inlined frames are those of the call just before, frame objects and all.
    pub published: bool,
    /// The frames, outermost first.
    pub frames: Vec<ExitFrame>,
}
