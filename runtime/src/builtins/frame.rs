//! What Python code sees of frames.

use crate::object::code::Code;
use crate::object::dict::Dict;
use crate::object::frame::FrameObject;
use crate::object::generator::{Generator, GeneratorState};
use crate::operations::{self, class_of};
use crate::prelude::*;
use taipan_compiler::code::CodeFlags;

/// A snapshot of the frame's variables by name; what cells hold rather than the cells.
pub fn locals_snapshot(thread: &mut Thread, frame: Gc<FrameObject>) -> Result {
    Ok(super::frame_locals::snapshot(thread, frame)?.value())
}

/// `frame.f_locals`: the namespace of module and class bodies, a proxy of a function's variables.
pub fn locals(frame: Gc<FrameObject>) -> Value {
    match frame.locals.non_null() {
        Some(_) if super::frame_locals::has_hidden(frame) => {
            super::frame_locals::FrameLocalsProxy::of(frame).value()
        }
        Some(locals) => locals,
        None if CodeFlags(frame.code.flags).intersects(CodeFlags::OPTIMIZED) => {
            super::frame_locals::FrameLocalsProxy::of(frame).value()
        }
        None => frame.globals.value(),
    }
}

/// Byte offset of the frame's instruction.
fn last_instruction(frame: Gc<FrameObject>) -> i32 {
    // SAFETY: as in `local`.
    match frame.record.is_null() {
        true => frame.last_instruction,
        false => unsafe { frame.code.unit_index((*frame.record).pc) as i32 * 2 },
    }
}

fn line(frame: Gc<FrameObject>) -> Option<i32> {
    if frame.line_override != 0 {
        return Some(frame.line_override);
    }
    frame.code.definition().line_of(usize::try_from(last_instruction(frame)).ok()?)
}

#[native_type(name = "frame")]
impl FrameObject {
    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<FrameObject>) -> Result<String> {
        let file = operations::repr(thread, this.code.filename)?.to_string_lossy();
        let name = this.code.name.to_string_lossy();
        let line = line(this).map_or("None".to_string(), |line| line.to_string());
        Ok(format!("<frame at {:#x}, file {file}, line {line}, code {name}>", this.value().0))
    }

    /// Clear all references held by the frame.
    #[method("($self, /)")]
    fn clear(thread: &mut Thread, mut this: Gc<FrameObject>) -> Result<()> {
        if !this.record.is_null() {
            return Err(thread.runtime_error("cannot clear an executing frame"));
        }
        if let Some(generator) = this.generator.downcast::<Generator>() {
            match generator.state {
                GeneratorState::Suspended => {
                    return Err(thread.runtime_error("cannot clear a suspended frame"));
                }
                GeneratorState::Created => super::generator::finalize(thread, generator)?,
                _ => {}
            }
        }
        this.saved_locals = Value::NULL;
        this.extra_locals = Value::NULL;
        Ok(())
    }

    #[getter]
    fn f_locals(this: Gc<FrameObject>) -> Value {
        locals(this)
    }

    #[getter]
    fn f_globals(this: Gc<FrameObject>) -> Gc<Dict> {
        this.globals
    }

    #[getter]
    fn f_builtins(this: Gc<FrameObject>) -> Gc<Dict> {
        this.builtins
    }

    #[getter]
    fn f_code(this: Gc<FrameObject>) -> Gc<Code> {
        this.code
    }

    #[getter]
    fn f_back(thread: &mut Thread, this: Gc<FrameObject>) -> Value {
        // SAFETY: records below a live one are live, down to the base record.
        unsafe {
            if this.record.is_null() {
                return this.back.non_null().unwrap_or(Value::NONE);
            }
            let back = this.record.sub(1);
            match back <= thread.frames {
                true => Value::NONE,
                false => crate::interpreter::frames::frame_object(back).value(),
            }
        }
    }

    #[getter]
    fn f_lasti(this: Gc<FrameObject>) -> i32 {
        last_instruction(this)
    }

    #[getter]
    fn f_lineno(this: Gc<FrameObject>) -> Option<i32> {
        line(this)
    }

    #[setter(f_lineno)]
    fn set_f_lineno(thread: &mut Thread, this: Gc<FrameObject>, value: Option<Value>) -> Result<()> {
        let Some(value) = value else { return Err(thread.attribute_error("cannot delete attribute")) };
        if class_of(value) != types().int {
            return Err(thread.value_error("lineno must be an integer"));
        }
        let line = operations::convert::index_clamped(thread, value)?;
        match i32::try_from(line) {
            Ok(line) => crate::interpreter::trace::set_line(thread, this, line),
            Err(_) => Err(thread.value_error("lineno out of range")),
        }
    }

    #[getter]
    fn f_trace(this: Gc<FrameObject>) -> Value {
        this.trace.non_null().unwrap_or(Value::NONE)
    }

    #[setter(f_trace)]
    fn set_f_trace(mut this: Gc<FrameObject>, value: Option<Value>) {
        this.trace = value.filter(|value| !value.is_none()).unwrap_or(Value::NULL);
        this.write_barrier();
    }

    #[getter(member)]
    fn f_trace_lines(this: Gc<FrameObject>) -> bool {
        this.trace_lines
    }

    #[setter(f_trace_lines)]
    fn set_f_trace_lines(thread: &mut Thread, mut this: Gc<FrameObject>, value: Option<Value>) -> Result<()> {
        if value.is_none() {
            return Err(thread.type_error("can't delete numeric/char attribute"));
        }
        match value.filter(|value| value.is_bool()) {
            Some(value) => {
                this.trace_lines = value == Value::TRUE;
                Ok(())
            }
            None => Err(thread.type_error("attribute value type must be bool")),
        }
    }

    #[getter]
    fn f_trace_opcodes(this: Gc<FrameObject>) -> bool {
        this.trace_opcodes
    }

    #[setter(f_trace_opcodes)]
    fn set_f_trace_opcodes(
        thread: &mut Thread,
        mut this: Gc<FrameObject>,
        value: Option<Value>,
    ) -> Result<()> {
        if value.is_none() {
            return Err(thread.attribute_error("attribute 'f_trace_opcodes' cannot be deleted"));
        }
        match value.filter(|value| value.is_bool()) {
            Some(value) => {
                this.trace_opcodes = value == Value::TRUE;
                Ok(())
            }
            None => Err(thread.type_error("attribute value type must be bool")),
        }
    }

    #[getter]
    fn f_generator(this: Gc<FrameObject>) -> Value {
        this.generator.non_null().unwrap_or(Value::NONE)
    }
}
