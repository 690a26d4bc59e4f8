//! Arguments that are read from or written to as bytes: whatever shares memory.
//!
//! The memory counts as lent while one of these lives, so that no other thread can move it during a system call.

use taipan_runtime::native::type_name;
use taipan_runtime::operations::buffer::{BufferView, get_buffer, get_buffer_optional};
use taipan_runtime::prelude::*;

/// Bytes to be read.
pub struct Content {
    view: BufferView,
    /// The content, where it doesn't lie in one piece.
    copy: Option<Vec<u8>>,
}

impl Content {
    /// The bytes of an argument.
    pub fn of(thread: &mut Thread, value: Value) -> Result<Content> {
        let view = get_buffer(thread, value, false)?;
        let copy = if view.is_c_contiguous() { None } else { Some(view.to_vec()) };
        Ok(Content { view, copy })
    }

    /// The bytes, valid while `self` lives.
    pub fn as_slice(&self) -> &[u8] {
        self.copy.as_deref().unwrap_or_else(|| self.view.as_slice())
    }
}

impl Drop for Content {
    fn drop(&mut self) {
        self.view.release();
    }
}

/// Memory to be written.
pub struct Target {
    view: BufferView,
}

impl Target {
    /// The memory of an argument, which must be writable and in one piece.
    pub fn of(thread: &mut Thread, value: Value, function: &str) -> Result<Target> {
        let found = match get_buffer_optional(thread, value, true) {
            Err(raised)
                if taipan_runtime::operations::class_of(raised.0).is_subclass_of(types().buffer_error) =>
            {
                None
            }
            found => found?,
        };
        match found {
            Some(view) if view.is_c_contiguous() => Ok(Target { view }),
            found => {
                if let Some(view) = found {
                    view.release();
                }
                let got = if value.is_none() { "None".to_string() } else { type_name(value) };
                let message =
                    format!("{function}() argument must be read-write bytes-like object, not {got}");
                Err(thread.type_error(message))
            }
        }
    }

    pub fn length(&self) -> usize {
        self.view.length
    }

    /// The memory itself.
    pub fn memory(&mut self) -> &mut [u8] {
        self.view.as_mut_slice()
    }

    /// Writes to the start of the memory.
    pub fn store(&mut self, bytes: &[u8]) {
        self.view.as_mut_slice()[..bytes.len()].copy_from_slice(bytes);
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        self.view.release();
    }
}

/// A memoryview of a bytes-like object, for what Python code shall see of native memory.
pub fn memoryview(thread: &mut Thread, value: Value) -> Result {
    thread.call(types().memoryview.value(), &[value])
}
