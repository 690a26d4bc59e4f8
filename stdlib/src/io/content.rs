//! Arguments that are read from or written to as bytes: bytes, bytearray, and through a memoryview whatever else exports a buffer.
//!
//! A bytearray counts as exported while one of these holds it, so that no other thread changes its size during a system call.

use taipan_runtime::native::type_name;
use taipan_runtime::object::bytes::{ByteArray, Bytes};
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::{get_attribute, is_true, set_item};
use taipan_runtime::prelude::*;

/// Bytes to be read.
pub struct Content {
    source: Source,
}

enum Source {
    Bytes(Gc<Bytes>),
    Array(Gc<ByteArray>),
}

impl Content {
    /// The bytes of an argument.
    pub fn of(thread: &mut Thread, value: Value) -> Result<Content> {
        if let Some(bytes) = value.downcast::<Bytes>() {
            return Ok(Content { source: Source::Bytes(bytes) });
        }
        if let Some(mut array) = value.downcast::<ByteArray>() {
            array.exports += 1;
            return Ok(Content { source: Source::Array(array) });
        }
        let refused = |thread: &mut Thread| {
            let got = type_name(value);
            thread.type_error(format!("a bytes-like object is required, not '{got}'"))
        };
        let view = view_of(thread, value)?.ok_or_else(|| refused(thread))?;
        let bytes = thread.call_method(view, "tobytes", &[])?;
        thread.call_method(view, "release", &[])?;
        match bytes.downcast::<Bytes>() {
            Some(bytes) => Ok(Content { source: Source::Bytes(bytes) }),
            None => Err(refused(thread)),
        }
    }

    /// The bytes, valid while `self` lives.
    pub fn as_slice(&self) -> &[u8] {
        match &self.source {
            Source::Bytes(bytes) => bytes.as_slice(),
            Source::Array(array) => array.as_slice(),
        }
    }
}

impl Drop for Content {
    fn drop(&mut self) {
        if let Source::Array(array) = &mut self.source {
            array.exports -= 1;
        }
    }
}

/// A memoryview of an object, `None` if it exports no buffer.
fn view_of(thread: &mut Thread, value: Value) -> Result<Option<Value>> {
    match thread.call(types().memoryview.value(), &[value]) {
        Ok(view) => Ok(Some(view)),
        Err(Raised(raised)) if taipan_runtime::operations::class_of(raised) == types().type_error => Ok(None),
        Err(raised) => Err(raised),
    }
}

/// Memory to be written.
pub struct Target {
    place: Place,
}

enum Place {
    Array(Gc<ByteArray>),
    /// A memoryview of bytes.
    View { view: Value, length: usize },
}

impl Target {
    /// The memory of an argument that must be writable.
    pub fn of(thread: &mut Thread, value: Value, function: &str) -> Result<Target> {
        if let Some(mut array) = value.downcast::<ByteArray>() {
            array.exports += 1;
            return Ok(Target { place: Place::Array(array) });
        }
        let refused = |thread: &mut Thread| {
            let got = if value.is_none() { "None".to_string() } else { type_name(value) };
            thread.type_error(format!("{function}() argument must be read-write bytes-like object, not {got}"))
        };
        let Some(view) = view_of(thread, value)? else { return Err(refused(thread)) };
        let read_only = get_attribute(thread, view, intern("readonly"))?;
        if is_true(thread, read_only)? {
            return Err(refused(thread));
        }
        let length = get_attribute(thread, view, intern("nbytes"))?.as_small_int().unwrap_or(0) as usize;
        let view = match length {
            0 => view,
            _ => thread.call_method(view, "cast", &[intern("B").value()])?,
        };
        Ok(Target { place: Place::View { view, length } })
    }

    pub fn length(&self) -> usize {
        match &self.place {
            Place::Array(array) => array.length,
            Place::View { length, .. } => *length,
        }
    }

    /// Writes to the memory from `at` on.
    pub fn store(&mut self, thread: &mut Thread, at: usize, bytes: &[u8]) -> Result<()> {
        match &mut self.place {
            Place::Array(array) => {
                array.as_mut_slice()[at..at + bytes.len()].copy_from_slice(bytes);
                Ok(())
            }
            Place::View { .. } if bytes.is_empty() => Ok(()),
            Place::View { view, .. } => {
                let slice = slice_of(thread, at, at + bytes.len())?;
                let bytes = Bytes::new(bytes).value();
                set_item(thread, *view, slice, bytes)
            }
        }
    }

    /// The memory itself, where it is known.
    pub fn memory(&mut self) -> Option<&mut [u8]> {
        match &mut self.place {
            Place::Array(array) => Some(array.as_mut_slice()),
            Place::View { .. } => None,
        }
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Place::Array(array) = &mut self.place {
            array.exports -= 1;
        }
    }
}

fn slice_of(thread: &mut Thread, from: usize, to: usize) -> Result {
    let bounds = [Value::from_int(from as i64), Value::from_int(to as i64)];
    thread.call(types().slice.value(), &bounds)
}

/// A memoryview of a bytes-like object, for what Python code shall see of native memory.
pub fn memoryview(thread: &mut Thread, value: Value) -> Result {
    thread.call(types().memoryview.value(), &[value])
}
