//! How a buffered stream reads from and writes to its raw stream.

use super::Buffered;
use crate::io::content::memoryview;
use crate::io::file::{FileIo, read_all, read_some, seek_to, write_some};
use taipan_runtime::object::bytes::{ByteArray, Bytes};
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::convert::index_i64;
use taipan_runtime::operations::{get_attribute_optional, is_true};
use taipan_runtime::prelude::*;

/// Reads at most `into.len()` bytes once; `None` if that would block.
pub fn read(thread: &mut Thread, this: Gc<Buffered>, into: &mut [u8]) -> Result<Option<usize>> {
    if this.direct {
        return read_some(thread, this.raw.cast::<FileIo>(), into);
    }
    let array = ByteArray::new(into);
    let view = memoryview(thread, array.value())?;
    let count = thread.call_method_named(this.raw, intern("readinto"), &[view])?;
    if count.is_none() {
        return Ok(None);
    }
    let wanted = into.len();
    let count = match index_i64(thread, count) {
        Ok(count) => count,
        Err(raised) => return Err(chained_os_error(thread, raised, "raw readinto() failed")),
    };
    match usize::try_from(count).ok().filter(|count| *count <= wanted && *count <= array.length) {
        Some(count) => {
            into[..count].copy_from_slice(&array.as_slice()[..count]);
            Ok(Some(count))
        }
        None => {
            let message = format!(
                "raw readinto() returned invalid length {count} (should have been between 0 and {wanted})"
            );
            Err(thread.os_error(message))
        }
    }
}

/// An OSError whose cause is another exception.
fn chained_os_error(thread: &mut Thread, cause: Raised, message: &str) -> Raised {
    let raised = thread.os_error(message);
    let mut exception = raised.0.cast::<taipan_runtime::object::exception::Exception>();
    exception.cause = cause.0;
    exception.context = cause.0;
    exception.suppress_context = Value::TRUE;
    exception.write_barrier();
    raised
}

/// Writes once; `None` if that would block.
pub fn write(thread: &mut Thread, this: Gc<Buffered>, bytes: &[u8]) -> Result<Option<usize>> {
    if this.direct {
        return write_some(thread, this.raw.cast::<FileIo>(), bytes);
    }
    let copy = Bytes::new(bytes).value();
    let view = memoryview(thread, copy)?;
    let count = thread.call_method_named(this.raw, intern("write"), &[view])?;
    if count.is_none() {
        return Ok(None);
    }
    let (count, most) = (index_i64(thread, count)?, bytes.len());
    match usize::try_from(count).ok().filter(|count| *count <= most) {
        Some(count) => Ok(Some(count)),
        None => {
            let message = format!(
                "raw write() returned invalid length {count} (should have been between 0 and {most})"
            );
            Err(thread.os_error(message))
        }
    }
}

/// Reads the rest; `None` if nothing is there without blocking.
pub fn read_rest(thread: &mut Thread, this: Gc<Buffered>) -> Result<Option<Vec<u8>>> {
    if this.direct {
        return read_all(thread, this.raw.cast::<FileIo>());
    }
    let bytes_of = |thread: &mut Thread, value: Value, method: &str| -> Result<Option<Vec<u8>>> {
        match value.downcast::<Bytes>() {
            _ if value.is_none() => Ok(None),
            Some(bytes) => Ok(Some(bytes.as_slice().to_vec())),
            None => Err(thread.type_error(format!("{method}() should return bytes"))),
        }
    };
    if let Some(method) = get_attribute_optional(thread, this.raw, intern("readall"))? {
        let rest = thread.call(method, &[])?;
        return bytes_of(thread, rest, "readall");
    }
    let mut all: Option<Vec<u8>> = None;
    loop {
        let more = thread.call_method(this.raw, "read", &[])?;
        match bytes_of(thread, more, "read")? {
            None => return Ok(all),
            Some(more) if more.is_empty() => return Ok(Some(all.unwrap_or_default())),
            Some(more) => all.get_or_insert_default().extend_from_slice(&more),
        }
    }
}

/// Moves the raw stream's position and gives the new one.
pub fn seek(thread: &mut Thread, this: Gc<Buffered>, offset: i64, whence: i32) -> Result<i64> {
    if this.direct {
        return seek_to(thread, this.raw.cast::<FileIo>(), offset, whence);
    }
    let arguments = [Value::from_int(offset), Value::from_int(whence.into())];
    let position = thread.call_method(this.raw, "seek", &arguments)?;
    checked_position(thread, position)
}

/// The raw stream's position.
pub fn tell(thread: &mut Thread, this: Gc<Buffered>) -> Result<i64> {
    if this.direct {
        return seek_to(thread, this.raw.cast::<FileIo>(), 0, libc::SEEK_CUR);
    }
    let position = thread.call_method(this.raw, "tell", &[])?;
    checked_position(thread, position)
}

fn checked_position(thread: &mut Thread, position: Value) -> Result<i64> {
    let position = index_i64(thread, position)?;
    match position < 0 {
        true => Err(thread.os_error(format!("Raw stream returned invalid position {position}"))),
        false => Ok(position),
    }
}

/// Whether the raw stream can seek.
pub fn is_seekable(thread: &mut Thread, this: Gc<Buffered>) -> Result<bool> {
    let seekable = thread.call_method(this.raw, "seekable", &[])?;
    is_true(thread, seekable)
}
