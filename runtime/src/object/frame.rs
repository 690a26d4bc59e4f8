//! Frames: the control records of running Python code, and the frame objects that Python code sees.
//!
//! A record is small and lives in its thread's array; locals, cells, free variables and the operand stack are in the thread's value
//! stack from `fp`. A call makes the arguments on the caller's stack the callee's first locals, in place. A [`FrameObject`] is made
//! when someone looks, and takes a copy of the locals when its record goes away.

use crate::heap::{Header, Tracer, heap};
use crate::layout;
use crate::object::code::Code;
use crate::object::dict::Dict;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::value::Value;

/// `Frame::flags`: the interpreter loop that runs this frame returns to its native caller behind it.
pub const FRAME_ENTRY: u32 = 1;
/// The frame runs as compiled code: `site` tells where.
pub const FRAME_COMPILED: u32 = 2;
/// The frame belongs to a generator, coroutine or async generator.
pub const FRAME_GENERATOR: u32 = 4;
/// An `__init__` called by its class: the result must be None, and the instance is the value of the call.
pub const FRAME_INIT: u32 = 8;
/// The value returned is dropped by the caller's instruction (`__setitem__` and the like inlined).
pub const FRAME_DISCARD: u32 = 16;

/// A generator's frame that handles an exception of its own; without it the handled one is the resumer's.
pub const FRAME_HANDLES: u32 = 32;

/// The method of a BINARY_OP, or of a COMPARE_OP, written in Python: see `interpreter::slow::methods`.
pub const FRAME_OPERATOR: u32 = 64;
pub const FRAME_COMPARISON: u32 = 128;

/// The control record of a running frame.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Frame {
    /// The instruction being executed, up to date whenever the frame calls out or isn't the running one.
    pub pc: *mut u16,
    /// First local.
    pub fp: *mut Value,
    /// Top of the operand stack, up to date as `pc` is.
    pub sp: *mut Value,
    pub code: Gc<Code>,
    /// First of the code's constants.
    pub constants: *const Value,
    /// The function, NULL for module and class bodies and `exec`.
    pub function: Value,
    pub globals: Gc<Dict>,
    /// Where builtins are looked up.
    pub builtins: Gc<Dict>,
    /// Mapping of the local names of module and class bodies; NULL where locals are in `fp`.
    pub locals: Value,
    /// The generator that runs, or the new instance (`FRAME_INIT`), or the stage of an operator's protocol, or NULL.
    pub owner: Value,
    /// The frame object, if one was made.
    pub object: Value,
    /// Generators: the exception that the resumer was handling.
    pub saved_handled: Value,
    pub flags: u32,
    /// Code units to go on behind `pc` when a callee returns.
    pub return_offset: u16,
    pub unused: u16,
    /// Compiled code's call site.
    pub site: u64,
}

/// A frame as Python code sees it.
#[repr(C)]
pub struct FrameObject {
    pub header: Header,
    /// The running record, null when the frame is finished or suspended.
    pub record: *mut Frame,
    pub code: Gc<Code>,
    pub globals: Gc<Dict>,
    pub builtins: Gc<Dict>,
    /// Mapping of local names, or NULL for optimised code.
    pub locals: Value,
    /// Tuple of the locals that a finished frame left.
    pub saved_locals: Value,
    /// Extra names stored through `f_locals`, or NULL.
    pub extra_locals: Value,
    /// Frame that called this one, kept when that frame was already asked for; NULL otherwise.
    pub back: Value,
    pub generator: Value,
    /// `f_trace`, NULL if not set.
    pub trace: Value,
    /// Byte offset of the last instruction, when there is no record.
    pub last_instruction: i32,
    /// Code unit of the instruction traced last, plus one; 0 if there was none.
    pub traced_unit: u32,
    pub trace_lines: bool,
    pub trace_opcodes: bool,
    /// `f_lineno` as a debugger set it, 0 if not.
    pub line_override: i32,
}

impl FrameObject {
    /// A frame object without a record.
    pub fn new(code: Gc<Code>, globals: Gc<Dict>, builtins: Gc<Dict>, locals: Value) -> Gc<FrameObject> {
        let class = crate::types().frame;
        let header = heap().alloc(ObjectKind::Frame as u8, class.root_shape, size_of::<FrameObject>());
        let mut frame: Gc<FrameObject> = Gc::from_header(header);
        frame.code = code;
        frame.globals = globals;
        frame.builtins = builtins;
        frame.locals = locals;
        frame.trace_lines = true;
        frame
    }
}

layout!(FrameObject, ObjectKind::Frame, "frame");

/// Visits a frame object's values.
///
/// # Safety
/// `object` is a live frame object.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    let frame: Gc<FrameObject> = Gc::from_header(object);
    let FrameObject {
        code,
        globals,
        builtins,
        locals,
        saved_locals,
        extra_locals,
        back,
        generator,
        trace,
        ..
    } = *frame;
    for value in [
        code.value(),
        globals.value(),
        builtins.value(),
        locals,
        saved_locals,
        extra_locals,
        back,
        generator,
        trace,
    ] {
        tracer.value(value.0);
    }
}
