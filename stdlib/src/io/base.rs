//! The abstract base classes: what every stream can do, mostly by telling that it can't.
//!
//! Their methods take any value: an instance may have the layout of any stream class or of a Python class. Whether a stream of a class
//! without a state of its own was closed is the attribute `__IOBase_closed`.

use super::support::{check_closed, method_flag, not_supported};
use taipan_runtime::heap::heap;
use taipan_runtime::native::type_name;
use taipan_runtime::native_layout;
use taipan_runtime::object::bytes::{ByteArray, Bytes};
use taipan_runtime::object::list::List;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::{class_of, get_attribute_optional, iterate, length, set_attribute};
use taipan_runtime::prelude::*;

/// The layout of streams that have no native state.
#[repr(C)]
pub struct IoBase {
    head: NativeHead,
}

native_layout!(IoBase, "_io._IOBase", |this, tracer| ());

/// Name of the attribute that tells a plain stream was closed.
const CLOSED: &str = "__IOBase_closed";

/// Whether the plain state says closed.
pub fn is_marked_closed(thread: &mut Thread, stream: Value) -> Result<bool> {
    Ok(get_attribute_optional(thread, stream, intern(CLOSED))?.is_some())
}

/// `_IOBase.close`
pub fn close_base(thread: &mut Thread, stream: Value) -> Result<()> {
    if is_marked_closed(thread, stream)? {
        return Ok(());
    }
    let flushed = thread.call_method(stream, "flush", &[]);
    let marked = set_attribute(thread, stream, intern(CLOSED), Value::TRUE);
    flushed?;
    marked
}

/// Has the collector call `__del__`, which closes the stream.
pub fn closes_when_dead(stream: Value) {
    heap().register_finalizer(stream.header());
}

/// An optional size: None and negative numbers are no limit.
pub fn size_argument(thread: &mut Thread, size: Value) -> Result<Option<usize>> {
    if size.is_none() || size.is_null() {
        return Ok(None);
    }
    if !taipan_runtime::builtins::support::is_index(size) {
        let got = type_name(size);
        return Err(thread.type_error(format!("argument should be integer or None, not '{got}'")));
    }
    let size = taipan_runtime::operations::convert::index_i64(thread, size)?;
    Ok(usize::try_from(size).ok())
}

/// How many bytes `readline` shall take at once: up to a line's end if `peek` shows one, else 1.
fn line_step(thread: &mut Thread, stream: Value, peek: Value, limit: Option<usize>) -> Result<usize> {
    let ahead = thread.call(peek, &[Value::from_small_int(1)])?;
    let Some(ahead) = ahead.downcast::<Bytes>() else {
        let got = type_name(ahead);
        let message = format!("peek() should have returned a bytes object, not '{got}'");
        return Err(thread.error(types().os_error, message));
    };
    let _ = stream;
    let ahead = ahead.as_slice();
    let shown = &ahead[..limit.unwrap_or(usize::MAX).min(ahead.len())];
    Ok(match memchr::memchr(b'\n', shown) {
        Some(end) => end + 1,
        None => shown.len().max(1),
    })
}

/// `_IOBase.readline`: by `read`, and `peek` where there is one.
fn read_line(thread: &mut Thread, stream: Value, limit: Option<usize>) -> Result<Gc<Bytes>> {
    let peek = get_attribute_optional(thread, stream, intern("peek"))?;
    let mut line: Vec<u8> = Vec::new();
    while limit.is_none_or(|limit| line.len() < limit) {
        let left = limit.map(|limit| limit - line.len());
        let step = match peek {
            Some(peek) => line_step(thread, stream, peek, left)?,
            None => 1,
        };
        let more = thread.call_method(stream, "read", &[Value::from_int(step as i64)])?;
        let Some(more) = more.downcast::<Bytes>() else {
            let got = type_name(more);
            let message = format!("read() should have returned a bytes object, not '{got}'");
            return Err(thread.error(types().os_error, message));
        };
        line.extend_from_slice(more.as_slice());
        if more.length == 0 || line.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(Bytes::new(&line))
}

/// The next line for iteration, `None` at the end.
pub fn next_line(thread: &mut Thread, stream: Value) -> Result<Option<Value>> {
    let line = thread.call_method_named(stream, intern("readline"), &[])?;
    let empty = match (line.downcast::<Bytes>(), line.downcast::<Str>()) {
        (Some(line), _) => line.length == 0,
        (_, Some(line)) => line.length == 0,
        _ => length(thread, line)? == 0,
    };
    Ok(if empty { None } else { Some(line) })
}

/// `__del__` of streams: closes, and tells of failures only by `sys.unraisablehook`.
fn finalize(thread: &mut Thread, stream: Value) -> Result<()> {
    let closed = match get_attribute_optional(thread, stream, intern("closed")) {
        Ok(Some(closed)) => taipan_runtime::operations::is_true(thread, closed).unwrap_or(true),
        // A stream that was never initialised.
        _ => return Ok(()),
    };
    if closed {
        return Ok(());
    }
    let _ = set_attribute(thread, stream, intern("_finalizing"), Value::TRUE);
    thread.call_method(stream, "close", &[]).map(|_| ())
}

/// The abstract base class for all I/O classes.
///
/// This class provides dummy implementations for many methods that
/// derived classes can override selectively; the default implementations
/// represent a file that cannot be read, written or seeked.
///
/// Even though IOBase does not declare read, readinto, or write because
/// their signatures will vary, implementations and clients should
/// consider those methods part of the interface. Also, implementations
/// may raise UnsupportedOperation when operations they do not support are
/// called.
///
/// The basic type used for binary data read from or written to a file is
/// bytes. Other bytes-like objects are accepted as method arguments too.
/// In some cases (such as readinto), a writable object is required. Text
/// I/O classes work with str data.
///
/// Note that calling any method (except additional calls to close(),
/// which are ignored) on a closed stream should raise a ValueError.
///
/// IOBase (and its subclasses) support the iterator protocol, meaning
/// that an IOBase object can be iterated over yielding the lines in a
/// stream.
///
/// IOBase also supports the :keyword:`with` statement. In this example,
/// fp is closed after the suite of the with statement is complete:
///
/// with open('spam.txt', 'r') as fp:
///     fp.write('Spam and eggs!')
#[native_type(name = "_IOBase", module = "_io", base_type, has_dict, weak_referencable)]
impl IoBase {
    #[new("(*args, **kwargs)", hidden)]
    fn new(
        _thread: &mut Thread,
        class: Gc<TypeObject>,
        _args: &[Value],
        _kwargs: KeywordArguments<'_>,
    ) -> Value {
        let stream = native_object::new(class, IoBase { head: NativeHead::empty() }).value();
        closes_when_dead(stream);
        stream
    }

    /// Change the stream position to the given byte offset.
    #[method("(offset, whence=0, /)", text = "($self, offset, whence=os.SEEK_SET, /)")]
    fn seek(thread: &mut Thread, _this: Value, _offset: Value, _whence: Value) -> Result {
        Err(not_supported(thread, "seek"))
    }

    /// Return current stream position.
    #[method("()")]
    fn tell(thread: &mut Thread, this: Value) -> Result {
        thread.call_method(this, "seek", &[Value::from_small_int(0), Value::from_small_int(1)])
    }

    /// Truncate file to size bytes.
    ///
    /// File pointer is left unchanged. Size defaults to the current IO position
    /// as reported by tell(). Return the new size.
    #[method("(size=None, /)")]
    fn truncate(thread: &mut Thread, _this: Value, _size: Value) -> Result {
        Err(not_supported(thread, "truncate"))
    }

    /// Flush write buffers, if applicable.
    ///
    /// This is not implemented for read-only and non-blocking streams.
    #[method("()")]
    fn flush(thread: &mut Thread, this: Value) -> Result<()> {
        if is_marked_closed(thread, this)? {
            return Err(thread.value_error("I/O operation on closed file."));
        }
        Ok(())
    }

    /// Flush and close the IO object.
    ///
    /// This method has no effect if the file is already closed.
    #[method("()")]
    fn close(thread: &mut Thread, this: Value) -> Result<()> {
        close_base(thread, this)
    }

    /// Return whether object supports random access.
    ///
    /// If False, seek(), tell() and truncate() will raise OSError.
    /// This method may need to do a test seek().
    #[method("()")]
    fn seekable(_this: Value) -> bool {
        false
    }

    /// Return whether object was opened for reading.
    ///
    /// If False, read() will raise OSError.
    #[method("()")]
    fn readable(_this: Value) -> bool {
        false
    }

    /// Return whether object was opened for writing.
    ///
    /// If False, write() will raise OSError.
    #[method("()")]
    fn writable(_this: Value) -> bool {
        false
    }

    #[method("()", name = "_checkClosed")]
    fn check_not_closed(thread: &mut Thread, this: Value) -> Result<()> {
        check_closed(thread, this)
    }

    #[method("()", name = "_checkSeekable")]
    fn check_seekable(thread: &mut Thread, this: Value) -> Result<bool> {
        method_flag(thread, this, "seekable", "File or stream is not seekable.")?;
        Ok(true)
    }

    #[method("()", name = "_checkReadable")]
    fn check_readable(thread: &mut Thread, this: Value) -> Result<bool> {
        method_flag(thread, this, "readable", "File or stream is not readable.")?;
        Ok(true)
    }

    #[method("()", name = "_checkWritable")]
    fn check_writable(thread: &mut Thread, this: Value) -> Result<bool> {
        method_flag(thread, this, "writable", "File or stream is not writable.")?;
        Ok(true)
    }

    /// Return underlying file descriptor if one exists.
    ///
    /// Raise OSError if the IO object does not use a file descriptor.
    #[method("()")]
    fn fileno(thread: &mut Thread, _this: Value) -> Result {
        Err(not_supported(thread, "fileno"))
    }

    /// Return whether this is an 'interactive' stream.
    ///
    /// Return False if it can't be determined.
    #[method("()")]
    fn isatty(thread: &mut Thread, this: Value) -> Result<bool> {
        check_closed(thread, this)?;
        Ok(false)
    }

    #[method("()")]
    fn __enter__(thread: &mut Thread, this: Value) -> Result {
        check_closed(thread, this)?;
        Ok(this)
    }

    #[method("(*args)", hidden)]
    fn __exit__(thread: &mut Thread, this: Value, _args: &[Value]) -> Result {
        thread.call_method_named(this, intern("close"), &[])
    }

    #[method]
    fn __iter__(thread: &mut Thread, this: Value) -> Result {
        check_closed(thread, this)?;
        Ok(this)
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Value) -> Result<Option<Value>> {
        next_line(thread, this)
    }

    /// Called when the instance is about to be destroyed.
    #[method]
    fn __del__(thread: &mut Thread, this: Value) -> Result<()> {
        finalize(thread, this)
    }

    /// Read and return a line from the stream.
    ///
    /// If size is specified, at most size bytes will be read.
    ///
    /// The line terminator is always b'\n' for binary files; for text
    /// files, the newlines argument to open can be used to select the line
    /// terminator(s) recognized.
    #[method("(size=-1, /)")]
    fn readline(thread: &mut Thread, this: Value, size: Value) -> Result<Gc<Bytes>> {
        let limit = size_argument(thread, size)?;
        read_line(thread, this, limit)
    }

    /// Return a list of lines from the stream.
    ///
    /// hint can be specified to control the number of lines read: no more
    /// lines will be read if the total size (in bytes/characters) of all
    /// lines so far exceeds hint.
    #[method("(hint=-1, /)")]
    fn readlines(thread: &mut Thread, this: Value, hint: Value) -> Result<Gc<List>> {
        let hint = size_argument(thread, hint)?.filter(|hint| *hint > 0);
        let lines = List::empty();
        let iterator = iterate::get_iterator(thread, this)?;
        let mut total = 0;
        while let Some(line) = iterate::next(thread, iterator)? {
            lines.push(line);
            if let Some(hint) = hint {
                total += length(thread, line)?;
                if total > hint {
                    break;
                }
            }
        }
        Ok(lines)
    }

    /// Write a list of lines to stream.
    ///
    /// Line separators are not added, so it is usual for each of the
    /// lines provided to have a line separator at the end.
    #[method("(lines, /)")]
    fn writelines(thread: &mut Thread, this: Value, lines: Value) -> Result<()> {
        check_closed(thread, this)?;
        let name = intern("write");
        iterate::for_each(thread, lines, |thread, line| {
            thread.call_method_named(this, name, &[line]).map(|_| ())
        })
    }

    #[getter]
    fn closed(thread: &mut Thread, this: Value) -> Result<bool> {
        is_marked_closed(thread, this)
    }
}

/// The layout's marker of `_RawIOBase`.
#[repr(C)]
pub struct RawIoBase {
    head: NativeHead,
}

native_layout!(RawIoBase, "_io._RawIOBase", |this, tracer| ());

/// Everything that `read` gives until the end; `None` if it had nothing at the first try.
fn read_to_end(thread: &mut Thread, stream: Value) -> Result {
    let mut all: Vec<u8> = Vec::new();
    loop {
        let size = Value::from_int(super::DEFAULT_BUFFER_SIZE as i64);
        let more = thread.call_method(stream, "read", &[size])?;
        if more.is_none() {
            return Ok(if all.is_empty() { Value::NONE } else { Bytes::new(&all).value() });
        }
        let Some(more) = more.downcast::<Bytes>() else {
            return Err(thread.type_error("read() should return bytes"));
        };
        if more.length == 0 {
            return Ok(Bytes::new(&all).value());
        }
        all.extend_from_slice(more.as_slice());
    }
}

/// Base class for raw binary I/O.
#[native_type(name = "_RawIOBase", module = "_io", base = <IoBase as NativeType>::DEFINITION, base_type)]
impl RawIoBase {
    #[method("(size=-1, /)")]
    fn read(thread: &mut Thread, this: Value, size: i64) -> Result {
        let Ok(size) = usize::try_from(size) else {
            return thread.call_method(this, "readall", &[]);
        };
        let array = ByteArray::new(&vec![0; size]);
        let count = thread.call_method(this, "readinto", &[array.value()])?;
        if count.is_none() {
            return Ok(count);
        }
        let count = taipan_runtime::operations::convert::index_i64(thread, count)?;
        match usize::try_from(count).ok().filter(|count| *count <= size) {
            Some(count) => Ok(Bytes::new(&array.as_slice()[..count.min(array.length)]).value()),
            None => {
                let message = format!("readinto returned {count} outside buffer size {size}");
                Err(thread.value_error(message))
            }
        }
    }

    /// Read until EOF, using multiple read() call.
    #[method("()")]
    fn readall(thread: &mut Thread, this: Value) -> Result {
        read_to_end(thread, this)
    }

    #[method("(*args)", hidden)]
    fn readinto(thread: &mut Thread, _this: Value, _args: &[Value]) -> Result {
        Err(thread.error(types().not_implemented_error, ""))
    }

    #[method("(*args)", hidden)]
    fn write(thread: &mut Thread, _this: Value, _args: &[Value]) -> Result {
        Err(thread.error(types().not_implemented_error, ""))
    }
}

/// The layout's marker of `_BufferedIOBase`.
#[repr(C)]
pub struct BufferedIoBase {
    head: NativeHead,
}

native_layout!(BufferedIoBase, "_io._BufferedIOBase", |this, tracer| ());

/// `readinto` by `read` or `read1`.
fn read_into(thread: &mut Thread, stream: Value, buffer: Value, by: &str, function: &str) -> Result<usize> {
    let mut target = super::content::Target::of(thread, buffer, function)?;
    let length = target.length();
    let data = thread.call_method(stream, by, &[Value::from_int(length as i64)])?;
    let Some(data) = data.downcast::<Bytes>() else {
        return Err(thread.type_error("read() should return bytes"));
    };
    if data.length > length {
        let got = data.length;
        let message = format!("read() returned too much data: {length} bytes requested, {got} returned");
        return Err(thread.value_error(message));
    }
    target.store(data.as_slice());
    Ok(data.length)
}

/// Base class for buffered IO objects.
///
/// The main difference with RawIOBase is that the read() method
/// supports omitting the size argument, and does not have a default
/// implementation that defers to readinto().
///
/// In addition, read(), readinto() and write() may raise
/// BlockingIOError if the underlying raw stream is in non-blocking
/// mode and not ready; unlike their raw counterparts, they will never
/// return None.
///
/// A typical implementation should not inherit from a RawIOBase
/// implementation, but wrap one.
#[native_type(name = "_BufferedIOBase", module = "_io", base = <IoBase as NativeType>::DEFINITION, base_type)]
impl BufferedIoBase {
    /// Disconnect this buffer from its underlying raw stream and return it.
    ///
    /// After the raw stream has been detached, the buffer is in an unusable
    /// state.
    #[method("()")]
    fn detach(thread: &mut Thread, _this: Value) -> Result {
        Err(not_supported(thread, "detach"))
    }

    /// Read and return up to n bytes.
    ///
    /// If the size argument is omitted, None, or negative, read and
    /// return all data until EOF.
    ///
    /// If the size argument is positive, and the underlying raw stream is
    /// not 'interactive', multiple raw reads may be issued to satisfy
    /// the byte count (unless EOF is reached first).
    /// However, for interactive raw streams (as well as sockets and pipes),
    /// at most one raw read will be issued, and a short result does not
    /// imply that EOF is imminent.
    ///
    /// Return an empty bytes object on EOF.
    ///
    /// Return None if the underlying raw stream was open in non-blocking
    /// mode and no data is available at the moment.
    #[method("(size=-1, /)")]
    fn read(thread: &mut Thread, _this: Value, _size: Value) -> Result {
        Err(not_supported(thread, "read"))
    }

    /// Read and return up to size bytes, with at most one read() call to the underlying raw stream.
    ///
    /// Return an empty bytes object on EOF.
    /// A short result does not imply that EOF is imminent.
    #[method("(size=-1, /)")]
    fn read1(thread: &mut Thread, _this: Value, _size: Value) -> Result {
        Err(not_supported(thread, "read1"))
    }

    #[method("(buffer, /)")]
    fn readinto(thread: &mut Thread, this: Value, buffer: Value) -> Result<usize> {
        read_into(thread, this, buffer, "read", "readinto")
    }

    #[method("(buffer, /)")]
    fn readinto1(thread: &mut Thread, this: Value, buffer: Value) -> Result<usize> {
        read_into(thread, this, buffer, "read1", "readinto1")
    }

    /// Write buffer b to the IO stream.
    ///
    /// Return the number of bytes written, which is always
    /// the length of b in bytes.
    ///
    /// Raise BlockingIOError if the buffer is full and the
    /// underlying raw stream cannot accept more data at the moment.
    #[method("(b, /)")]
    fn write(thread: &mut Thread, _this: Value, _b: Value) -> Result {
        Err(not_supported(thread, "write"))
    }
}

/// The layout's marker of `_TextIOBase`.
#[repr(C)]
pub struct TextIoBase {
    head: NativeHead,
}

native_layout!(TextIoBase, "_io._TextIOBase", |this, tracer| ());

/// Base class for text I/O.
///
/// This class provides a character and line based interface to stream
/// I/O. There is no readinto method because Python's character strings
/// are immutable.
#[native_type(name = "_TextIOBase", module = "_io", base = <IoBase as NativeType>::DEFINITION, base_type)]
impl TextIoBase {
    /// Separate the underlying buffer from the TextIOBase and return it.
    ///
    /// After the underlying buffer has been detached, the TextIO is in an unusable state.
    #[method("()")]
    fn detach(thread: &mut Thread, _this: Value) -> Result {
        Err(not_supported(thread, "detach"))
    }

    /// Read at most size characters from stream.
    ///
    /// Read from underlying buffer until we have size characters or we hit EOF.
    /// If size is negative or omitted, read until EOF.
    #[method("(size=-1, /)")]
    fn read(thread: &mut Thread, _this: Value, _size: Value) -> Result {
        Err(not_supported(thread, "read"))
    }

    /// Read until newline or EOF.
    ///
    /// Return an empty string if EOF is hit immediately.
    /// If size is specified, at most size characters will be read.
    #[method("(size=-1, /)")]
    fn readline(thread: &mut Thread, _this: Value, _size: Value) -> Result {
        Err(not_supported(thread, "readline"))
    }

    /// Write string s to stream.
    ///
    /// Return the number of characters written
    /// (which is always equal to the length of the string).
    #[method("(s, /)")]
    fn write(thread: &mut Thread, _this: Value, _s: Value) -> Result {
        Err(not_supported(thread, "write"))
    }

    /// Encoding of the text stream.
    ///
    /// Subclasses should override.
    #[getter]
    fn encoding(_this: Value) -> Value {
        Value::NONE
    }

    /// Line endings translated so far.
    ///
    /// Only line endings translated during reading are considered.
    ///
    /// Subclasses should override.
    #[getter]
    fn newlines(_this: Value) -> Value {
        Value::NONE
    }

    /// The error setting of the decoder or encoder.
    ///
    /// Subclasses should override.
    #[getter]
    fn errors(_this: Value) -> Value {
        Value::NONE
    }
}

/// The text `<_io.Name name='...'>` that shows a stream.
pub fn shown_with_name(thread: &mut Thread, stream: Value, more: &str) -> Result<String> {
    let class = taipan_runtime::native::full_name(class_of(stream));
    let name = match get_attribute_optional(thread, stream, intern("name")) {
        Ok(name) => name,
        Err(Raised(raised)) if class_of(raised).is_subclass_of(types().value_error) => None,
        Err(raised) => return Err(raised),
    };
    let Some(name) = name else { return Ok(format!("<{class}{more}>")) };
    let Some(_showing) = crate::recursion::Showing::enter(stream) else {
        return Err(thread.runtime_error(format!("reentrant call inside {class}.__repr__")));
    };
    let name = taipan_runtime::operations::repr(thread, name)?.to_string_lossy();
    Ok(format!("<{class} name={name}{more}>"))
}
