//! Frame records: pushing and popping them, the operand stack as general bodies use it, and frame objects.

use crate::object::code::Code;
use crate::object::dict::Dict;
use crate::object::frame::{FRAME_GENERATOR, Frame, FrameObject};
use crate::object::generator::Generator;
use crate::object::pointer::Gc;
use crate::object::tuple::Tuple;
use crate::thread::{Result, Thread};
use crate::value::Value;

/// What a new frame runs in.
#[derive(Clone, Copy)]
pub struct Namespaces {
    pub globals: Gc<Dict>,
    pub builtins: Gc<Dict>,
    /// Mapping for module and class bodies, NULL for functions.
    pub locals: Value,
}

impl Thread {
    /// Pushes a record for a frame whose locals begin at `fp`. The caller fills the locals; the operand stack is empty.
    #[inline]
    pub fn push_frame(
        &mut self,
        code: Gc<Code>,
        fp: *mut Value,
        function: Value,
        spaces: Namespaces,
        flags: u32,
    ) -> Result<()> {
        // SAFETY: `frame` points into the array of records, which ends behind `frame_limit`.
        unsafe {
            let frame = self.frame.add(1);
            let end = fp.add(code.frame_size as usize);
            if frame >= self.frame_limit || end >= self.stack_limit {
                return Err(self.recursion_limit_reached());
            }
            frame.write(Frame {
                pc: code.instructions,
                fp,
                sp: fp.add(code.locals_count as usize),
                code,
                constants: code.constants.items_pointer(),
                function,
                globals: spaces.globals,
                builtins: spaces.builtins,
                locals: spaces.locals,
                owner: Value::NULL,
                object: Value::NULL,
                saved_handled: Value::NULL,
                flags,
                return_offset: 0,
                unused: 0,
                site: 0,
            });
            self.frame = frame;
        }
        Ok(())
    }

    #[cold]
    fn recursion_limit_reached(&mut self) -> crate::thread::Raised {
        // Making the exception runs a little code of its own: give it room.
        let limit = self.frame_limit;
        self.frame_limit = limit.wrapping_add(crate::thread::RECURSION_HEADROOM);
        let raised = self.recursion_error("maximum recursion depth exceeded");
        self.frame_limit = limit;
        raised
    }

    /// Drops the running frame's record; its frame object, if there is one, takes over the locals.
    #[inline]
    pub fn pop_frame(&mut self) {
        // SAFETY: there is always a record below a pushed one.
        unsafe {
            if !(*self.frame).object.is_null() {
                detach_frame_object(self.frame);
            }
            self.frame = self.frame.sub(1);
        }
    }

    // The operand stack of the running frame, for general bodies.

    /// The n-th operand from the top, the top being 1.
    #[inline(always)]
    pub fn peek(&self, n: usize) -> Value {
        // SAFETY: verified code has the operands that its instructions name.
        unsafe { *(*self.frame).sp.sub(n) }
    }

    #[inline(always)]
    pub fn put(&mut self, n: usize, value: Value) {
        // SAFETY: as in `peek`.
        unsafe { *(*self.frame).sp.sub(n) = value }
    }

    #[inline(always)]
    pub fn push(&mut self, value: Value) {
        // SAFETY: frames have room for their code's stack size.
        unsafe {
            *(*self.frame).sp = value;
            (*self.frame).sp = (*self.frame).sp.add(1);
        }
    }

    #[inline(always)]
    pub fn pop(&mut self) -> Value {
        // SAFETY: as in `peek`.
        unsafe {
            (*self.frame).sp = (*self.frame).sp.sub(1);
            *(*self.frame).sp
        }
    }

    #[inline(always)]
    pub fn drop_operands(&mut self, n: usize) {
        // SAFETY: as in `peek`.
        unsafe { (*self.frame).sp = (*self.frame).sp.sub(n) }
    }

    /// The top `n` operands, deepest first. Valid until the stack is touched.
    #[inline(always)]
    pub fn operands(&self, n: usize) -> &'static [Value] {
        // SAFETY: as in `peek`; callers don't keep the slice across pushes.
        unsafe { std::slice::from_raw_parts((*self.frame).sp.sub(n), n) }
    }

    #[inline(always)]
    pub fn local(&self, index: usize) -> Value {
        // SAFETY: verified code names existing locals.
        unsafe { *(*self.frame).fp.add(index) }
    }

    #[inline(always)]
    pub fn set_local(&mut self, index: usize, value: Value) {
        // SAFETY: as in `local`.
        unsafe { *(*self.frame).fp.add(index) = value }
    }

    /// The running frame's code.
    #[inline(always)]
    pub fn code(&self) -> Gc<Code> {
        // SAFETY: a running frame has code.
        unsafe { (*self.frame).code }
    }

    /// Whether Python code is running on this thread.
    pub fn has_frame(&self) -> bool {
        self.frame > self.frames
    }

    /// The record of the innermost Python frame `depth` frames out, null if there are not that many.
    pub fn frame_at_depth(&self, depth: usize) -> *mut Frame {
        // SAFETY: records between `frames` (the base, which isn't a frame) and `frame` are live.
        let count = unsafe { self.frame.offset_from(self.frames) } as usize;
        if depth >= count { std::ptr::null_mut() } else { unsafe { self.frame.sub(depth) } }
    }
}

/// The frame object of a running frame, made if there is none yet.
pub fn frame_object(record: *mut Frame) -> Gc<FrameObject> {
    // SAFETY: `record` is a live record.
    unsafe {
        if let Some(object) = (*record).object.downcast::<FrameObject>() {
            return object;
        }
        let object =
            FrameObject::new((*record).code, (*record).globals, (*record).builtins, (*record).locals);
        let mut object = object;
        object.record = record;
        object.generator = match (*record).flags & FRAME_GENERATOR {
            0 => Value::NULL,
            _ => (*record).owner,
        };
        (*record).object = object.value();
        if let Some(mut generator) = object.generator.downcast::<Generator>() {
            generator.frame_object = object.value();
            generator.write_barrier();
        }
        object
    }
}

/// Links the frame object of a finished or suspended record to what it needs without the record.
///
/// # Safety
/// `record` is a live record with a frame object.
pub unsafe fn detach_frame_object(record: *mut Frame) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut object = (*record).object.cast::<FrameObject>();
        let code = (*record).code;
        let locals = std::slice::from_raw_parts((*record).fp, code.locals_count as usize);
        object.saved_locals = Tuple::new(locals).value();
        object.last_instruction = code.unit_index((*record).pc) as i32 * 2;
        object.record = std::ptr::null_mut();
        object.write_barrier();
        (*record).object = Value::NULL;
    }
}
