//! Traceback entries.

use crate::heap::{Header, Tracer, heap};
use crate::layout;
use crate::object::frame::FrameObject;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::value::Value;

/// One entry: a frame, and where in it the exception passed.
#[repr(C)]
pub struct Traceback {
    pub header: Header,
    /// The next inner entry, None at the innermost.
    pub next: Value,
    pub frame: Gc<FrameObject>,
    /// Byte offset of the instruction.
    pub last_instruction: i32,
    /// Source line, -1: to be found from the instruction.
    pub line: i32,
}

layout!(Traceback, ObjectKind::Traceback, "traceback");

impl Traceback {
    pub fn new(next: Value, frame: Gc<FrameObject>, last_instruction: i32, line: i32) -> Gc<Traceback> {
        let class = crate::types().traceback;
        let header = heap().alloc(ObjectKind::Traceback as u8, class.root_shape, size_of::<Traceback>());
        let mut entry: Gc<Traceback> = Gc::from_header(header);
        entry.next = next;
        entry.frame = frame;
        entry.last_instruction = last_instruction;
        entry.line = line;
        entry
    }
}

/// Visits an entry's values.
///
/// # Safety
/// `object` is live.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    let entry: Gc<Traceback> = Gc::from_header(object);
    tracer.value(entry.next.0);
    tracer.value(entry.frame.value().0);
}
