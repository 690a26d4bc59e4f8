//! `BytesIO`: a stream in memory.
//!
//! The bytes are in a bytearray, so that `getbuffer` can show them as a memoryview; while one exists, the size can't change.

use super::base::{BufferedIoBase, size_argument};
use super::content::{Content, Target, memoryview};
use super::support::offset;
use taipan_runtime::native::type_name;
use taipan_runtime::native_layout;
use taipan_runtime::object::bytes::{ByteArray, Bytes};
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::list::List;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::buffer::is_lent;
use taipan_runtime::operations::get_attribute_optional;
use taipan_runtime::operations::iterate::for_each;
use taipan_runtime::prelude::*;

/// A stream in memory.
#[repr(C)]
pub struct BytesIo {
    head: NativeHead,
    /// A bytearray, NULL when closed.
    content: Value,
    position: usize,
}

native_layout!(BytesIo, "_io.BytesIO", |this, tracer| tracer.value(this.content.0));

fn content(thread: &mut Thread, this: Gc<BytesIo>) -> Result<Gc<ByteArray>> {
    match this.content.non_null() {
        Some(content) => Ok(content.cast()),
        None => Err(thread.value_error("I/O operation on closed file.")),
    }
}

/// The content of a stream whose size may change.
fn resizable(thread: &mut Thread, this: Gc<BytesIo>) -> Result<Gc<ByteArray>> {
    let content = content(thread, this)?;
    match is_lent(content.exports) {
        false => Ok(content),
        true => Err(thread.buffer_error("Existing exports of data: object cannot be re-sized")),
    }
}

/// The next bytes, at most `most`; moves the position.
fn take(thread: &mut Thread, mut this: Gc<BytesIo>, most: Option<usize>) -> Result<Gc<Bytes>> {
    let content = content(thread, this)?;
    let from = this.position.min(content.length);
    let to = from + most.unwrap_or(usize::MAX).min(content.length - from);
    this.position = if to > from { to } else { this.position };
    Ok(Bytes::new(&content.as_slice()[from..to]))
}

fn take_line(thread: &mut Thread, this: Gc<BytesIo>, limit: Option<usize>) -> Result<Gc<Bytes>> {
    let content = content(thread, this)?;
    let rest = content.as_slice().get(this.position..).unwrap_or_default();
    let rest = &rest[..limit.unwrap_or(usize::MAX).min(rest.len())];
    let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
    take(thread, this, Some(length))
}

fn store(thread: &mut Thread, mut this: Gc<BytesIo>, bytes: &[u8]) -> Result<usize> {
    let mut array = resizable(thread, this)?;
    if bytes.is_empty() {
        return Ok(0);
    }
    let Some(end) = this.position.checked_add(bytes.len()).filter(|end| *end < isize::MAX as usize) else {
        return Err(thread.overflow_error("new position too large"));
    };
    if end > array.length {
        array.resize(end);
    }
    array.as_mut_slice()[this.position..end].copy_from_slice(bytes);
    this.position = end;
    Ok(bytes.len())
}

/// Buffered I/O implementation using an in-memory bytes buffer.
#[native_type(
    name = "BytesIO",
    module = "_io",
    base = <BufferedIoBase as NativeType>::DEFINITION,
    base_type,
    text_signature = "(initial_bytes=b'')"
)]
impl BytesIo {
    #[new("(*args, **kwargs)", text = "($type, *args, **kwargs)")]
    fn new(
        _thread: &mut Thread,
        class: Gc<TypeObject>,
        _args: &[Value],
        _kwargs: KeywordArguments<'_>,
    ) -> Gc<BytesIo> {
        let content = ByteArray::new(&[]).value();
        native_object::new(class, BytesIo { head: NativeHead::empty(), content, position: 0 })
    }

    #[method("(initial_bytes=b'')")]
    fn __init__(thread: &mut Thread, mut this: Gc<BytesIo>, initial_bytes: Option<Value>) -> Result<()> {
        let array = ByteArray::new(&[]);
        if let Some(initial) = initial_bytes.filter(|initial| !initial.is_none()) {
            let content = Content::of(thread, initial)?;
            array.replace(content.as_slice());
        }
        this.content = array.value();
        this.position = 0;
        this.write_barrier();
        Ok(())
    }

    /// Returns True if the IO object can be read.
    #[method("()")]
    fn readable(thread: &mut Thread, this: Gc<BytesIo>) -> Result<bool> {
        content(thread, this).map(|_| true)
    }

    /// Returns True if the IO object can be written.
    #[method("()")]
    fn writable(thread: &mut Thread, this: Gc<BytesIo>) -> Result<bool> {
        content(thread, this).map(|_| true)
    }

    /// Returns True if the IO object can be seeked.
    #[method("()")]
    fn seekable(thread: &mut Thread, this: Gc<BytesIo>) -> Result<bool> {
        content(thread, this).map(|_| true)
    }

    /// Does nothing.
    #[method("()")]
    fn flush(thread: &mut Thread, this: Gc<BytesIo>) -> Result<()> {
        content(thread, this).map(|_| ())
    }

    /// Always returns False.
    ///
    /// BytesIO objects are not connected to a TTY-like device.
    #[method("()")]
    fn isatty(thread: &mut Thread, this: Gc<BytesIo>) -> Result<bool> {
        content(thread, this).map(|_| false)
    }

    /// Get a read-write view over the contents of the BytesIO object.
    #[method("()")]
    fn getbuffer(thread: &mut Thread, this: Gc<BytesIo>) -> Result {
        let content = content(thread, this)?;
        memoryview(thread, content.value())
    }

    /// Retrieve the entire contents of the BytesIO object.
    #[method("()")]
    fn getvalue(thread: &mut Thread, this: Gc<BytesIo>) -> Result<Gc<Bytes>> {
        Ok(Bytes::new(content(thread, this)?.as_slice()))
    }

    /// Current file position, an integer.
    #[method("()")]
    fn tell(thread: &mut Thread, this: Gc<BytesIo>) -> Result<usize> {
        content(thread, this)?;
        Ok(this.position)
    }

    /// Read at most size bytes, returned as a bytes object.
    ///
    /// If the size argument is negative, read until EOF is reached.
    /// Return an empty bytes object at EOF.
    #[method("(size=-1, /)")]
    fn read(thread: &mut Thread, this: Gc<BytesIo>, size: Value) -> Result<Gc<Bytes>> {
        let size = size_argument(thread, size)?;
        take(thread, this, size)
    }

    /// Read at most size bytes, returned as a bytes object.
    ///
    /// If the size argument is negative or omitted, read until EOF is reached.
    /// Return an empty bytes object at EOF.
    #[method("(size=-1, /)")]
    fn read1(thread: &mut Thread, this: Gc<BytesIo>, size: Value) -> Result<Gc<Bytes>> {
        let size = size_argument(thread, size)?;
        take(thread, this, size)
    }

    /// Next line from the file, as a bytes object.
    ///
    /// Retain newline.  A non-negative size argument limits the maximum
    /// number of bytes to return (an incomplete line may be returned then).
    /// Return an empty bytes object at EOF.
    #[method("(size=-1, /)")]
    fn readline(thread: &mut Thread, this: Gc<BytesIo>, size: Value) -> Result<Gc<Bytes>> {
        let size = size_argument(thread, size)?;
        take_line(thread, this, size)
    }

    /// List of bytes objects, each a line from the file.
    ///
    /// Call readline() repeatedly and return a list of the lines so read.
    /// The optional size argument, if given, is an approximate bound on the
    /// total number of bytes in the lines returned.
    #[method("(size=None, /)")]
    fn readlines(thread: &mut Thread, this: Gc<BytesIo>, size: Value) -> Result<Gc<List>> {
        let most = if size.is_none() {
            0
        } else if taipan_runtime::builtins::support::is_index(size) {
            taipan_runtime::operations::convert::index_i64(thread, size)?
        } else {
            let got = type_name(size);
            let message = format!("integer argument expected, got '{got}'");
            return Err(thread.type_error(message));
        };
        let lines = List::empty();
        let mut total = 0;
        loop {
            let line = take_line(thread, this, None)?;
            if line.length == 0 {
                return Ok(lines);
            }
            lines.push(line.value());
            total += line.length as i64;
            if most > 0 && total >= most {
                return Ok(lines);
            }
        }
    }

    /// Read bytes into buffer.
    ///
    /// Returns number of bytes read (0 for EOF), or None if the object
    /// is set not to block and has no data to read.
    #[method("(buffer, /)")]
    fn readinto(thread: &mut Thread, this: Gc<BytesIo>, buffer: Value) -> Result<usize> {
        content(thread, this)?;
        let mut target = Target::of(thread, buffer, "readinto")?;
        let bytes = take(thread, this, Some(target.length()))?;
        target.store(bytes.as_slice());
        Ok(bytes.length)
    }

    /// Write bytes to file.
    ///
    /// Return the number of bytes written.
    #[method("(b, /)")]
    fn write(thread: &mut Thread, this: Gc<BytesIo>, b: Value) -> Result<usize> {
        content(thread, this)?;
        let bytes = Content::of(thread, b)?.as_slice().to_vec();
        store(thread, this, &bytes)
    }

    /// Write lines to the file.
    ///
    /// Note that newlines are not added.  lines can be any iterable object
    /// producing bytes-like objects. This is equivalent to calling write() for
    /// each element.
    #[method("(lines, /)")]
    fn writelines(thread: &mut Thread, this: Gc<BytesIo>, lines: Value) -> Result<()> {
        content(thread, this)?;
        for_each(thread, lines, |thread, line| {
            let bytes = Content::of(thread, line)?.as_slice().to_vec();
            store(thread, this, &bytes).map(|_| ())
        })
    }

    /// Change stream position.
    ///
    /// Seek to byte offset pos relative to position indicated by whence:
    ///      0  Start of stream (the default).  pos should be >= 0;
    ///      1  Current position - pos may be negative;
    ///      2  End of stream - pos usually negative.
    /// Returns the new absolute position.
    #[method("(pos, whence=0, /)")]
    fn seek(thread: &mut Thread, mut this: Gc<BytesIo>, pos: Value, whence: i32) -> Result<usize> {
        let content = content(thread, this)?;
        let step = offset(thread, pos)?;
        let base = match whence {
            0 if step < 0 => {
                return Err(thread.value_error(format!("negative seek value {step}")));
            }
            0 => 0,
            1 => this.position as i64,
            2 => content.length as i64,
            _ => {
                let message = format!("invalid whence ({whence}, should be 0, 1 or 2)");
                return Err(thread.value_error(message));
            }
        };
        let Some(position) = base.checked_add(step) else {
            return Err(thread.overflow_error("new position too large"));
        };
        this.position = position.max(0) as usize;
        Ok(this.position)
    }

    /// Truncate the file to at most size bytes.
    ///
    /// Size defaults to the current file position, as returned by tell().
    /// The current file position is unchanged.  Returns the new size.
    #[method("(size=None, /)")]
    fn truncate(thread: &mut Thread, this: Gc<BytesIo>, size: Value) -> Result<usize> {
        let array = resizable(thread, this)?;
        let size = match size.is_none() {
            true => this.position as i64,
            false => offset(thread, size)?,
        };
        let Ok(size) = usize::try_from(size) else {
            return Err(thread.value_error(format!("negative size value {size}")));
        };
        if size < array.length {
            array.resize(size);
        }
        Ok(size)
    }

    /// Disable all I/O operations.
    #[method("()")]
    fn close(thread: &mut Thread, mut this: Gc<BytesIo>) -> Result<()> {
        if !this.content.is_null() {
            resizable(thread, this)?;
            this.content = Value::NULL;
        }
        Ok(())
    }

    #[method]
    fn __iter__(thread: &mut Thread, this: Gc<BytesIo>) -> Result<Gc<BytesIo>> {
        content(thread, this)?;
        Ok(this)
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<BytesIo>) -> Result<Option<Value>> {
        let line = take_line(thread, this, None)?;
        Ok(if line.length == 0 { None } else { Some(line.value()) })
    }

    #[method("()")]
    fn __getstate__(thread: &mut Thread, this: Gc<BytesIo>) -> Result<Gc<Tuple>> {
        let content = content(thread, this)?;
        let dict = get_attribute_optional(thread, this.value(), intern("__dict__"))?;
        let dict = match dict.and_then(|dict| dict.downcast::<Dict>()) {
            Some(dict) if !dict.is_empty() => dict.copy(thread)?.value(),
            _ => Value::NONE,
        };
        let bytes = Bytes::new(content.as_slice()).value();
        Ok(Tuple::new(&[bytes, Value::from_int(this.position as i64), dict]))
    }

    #[method("(object, /)")]
    fn __setstate__(thread: &mut Thread, mut this: Gc<BytesIo>, object: Value) -> Result<()> {
        let parts = object.downcast::<Tuple>().map(|state| state.items());
        let Some(&[initial, position, dict]) = parts else {
            let got = type_name(object);
            let class = taipan_runtime::native::full_name(this.class());
            let message = format!("{class}.__setstate__ argument should be 3-tuple, got {got}");
            return Err(thread.type_error(message));
        };
        let content = Content::of(thread, initial)?;
        let Some(at) = position.as_small_int() else {
            let got = type_name(position);
            let message = format!("second item of state must be an integer, not {got}");
            return Err(thread.type_error(message));
        };
        let Ok(at) = usize::try_from(at) else {
            return Err(thread.value_error("position value cannot be negative"));
        };
        if !dict.is_none() && dict.downcast::<Dict>().is_none() {
            let got = type_name(dict);
            return Err(thread.type_error(format!("third item of state should be a dict, got a {got}")));
        }
        this.content = ByteArray::new(content.as_slice()).value();
        this.position = at;
        this.write_barrier();
        set_dict(thread, this.value(), dict)
    }

    /// Returns size in memory, in bytes.
    #[method("()")]
    fn __sizeof__(this: Gc<BytesIo>) -> usize {
        let content = this.content.downcast::<ByteArray>().map_or(0, |content| content.capacity);
        this.class().basic_size as usize + content
    }

    /// True if the file is closed.
    #[getter]
    fn closed(this: Gc<BytesIo>) -> bool {
        this.content.is_null()
    }
}

/// Sets the attributes that a pickled state has.
pub fn set_dict(thread: &mut Thread, stream: Value, dict: Value) -> Result<()> {
    let Some(dict) = dict.downcast::<Dict>() else { return Ok(()) };
    let own = taipan_runtime::operations::get_attribute(thread, stream, intern("__dict__"))?;
    thread.call_method(own, "update", &[dict.value()]).map(|_| ())
}
