//! `BufferedRWPair`: a reader and a writer over two raw streams.

use super::types::{BufferedReader, BufferedWriter};
use crate::io::base::{BufferedIoBase, closes_when_dead};
use crate::io::support::chain;
use taipan_runtime::native_layout;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::{get_attribute, is_true};
use taipan_runtime::prelude::*;

/// A reader and a writer.
#[repr(C)]
pub struct BufferedPair {
    head: NativeHead,
    /// Buffered streams, NULL before initialisation.
    reader: Value,
    writer: Value,
}

native_layout!(BufferedPair, "_io.BufferedRWPair", |this, tracer| {
    tracer.value(this.reader.0);
    tracer.value(this.writer.0);
});

/// Calls the reader's or the writer's method.
fn forward(thread: &mut Thread, stream: Value, name: &str, arguments: &[Value]) -> Result {
    match stream.is_null() {
        true => Err(thread.value_error("I/O operation on uninitialized object")),
        false => thread.call_method(stream, name, arguments),
    }
}

/// A buffered reader and writer object together.
///
/// A buffered reader object and buffered writer object put together to
/// form a sequential IO object that can read and write. This is typically
/// used with a socket or two-way pipe.
///
/// reader and writer are RawIOBase objects that are readable and
/// writeable respectively. If the buffer_size is omitted it defaults to
/// DEFAULT_BUFFER_SIZE.
#[native_type(
    name = "BufferedRWPair",
    module = "_io",
    base = <BufferedIoBase as NativeType>::DEFINITION,
    base_type,
    text_signature = "(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)"
)]
impl BufferedPair {
    #[new("(*args, **kwargs)", hidden)]
    fn new(
        _thread: &mut Thread,
        class: Gc<TypeObject>,
        _args: &[Value],
        _kwargs: KeywordArguments<'_>,
    ) -> Value {
        let empty = BufferedPair { head: NativeHead::empty(), reader: Value::NULL, writer: Value::NULL };
        let pair = native_object::new(class, empty).value();
        closes_when_dead(pair);
        pair
    }

    #[method("(reader, writer, buffer_size=131072, /)")]
    fn __init__(
        thread: &mut Thread,
        mut this: Gc<BufferedPair>,
        reader: Value,
        writer: Value,
        buffer_size: i64,
    ) -> Result<()> {
        crate::io::support::method_flag(thread, reader, "readable", "File or stream is not readable.")?;
        crate::io::support::method_flag(thread, writer, "writable", "File or stream is not writable.")?;
        let size = Value::from_int(buffer_size);
        let reader = thread.call(BufferedReader::class().value(), &[reader, size])?;
        let writer = thread.call(BufferedWriter::class().value(), &[writer, size])?;
        this.reader = reader;
        this.writer = writer;
        this.write_barrier();
        Ok(())
    }

    #[method("(*args)", hidden)]
    fn read(thread: &mut Thread, this: Gc<BufferedPair>, args: &[Value]) -> Result {
        forward(thread, this.reader, "read", args)
    }

    #[method("(*args)", hidden)]
    fn peek(thread: &mut Thread, this: Gc<BufferedPair>, args: &[Value]) -> Result {
        forward(thread, this.reader, "peek", args)
    }

    #[method("(*args)", hidden)]
    fn read1(thread: &mut Thread, this: Gc<BufferedPair>, args: &[Value]) -> Result {
        forward(thread, this.reader, "read1", args)
    }

    #[method("(*args)", hidden)]
    fn readinto(thread: &mut Thread, this: Gc<BufferedPair>, args: &[Value]) -> Result {
        forward(thread, this.reader, "readinto", args)
    }

    #[method("(*args)", hidden)]
    fn readinto1(thread: &mut Thread, this: Gc<BufferedPair>, args: &[Value]) -> Result {
        forward(thread, this.reader, "readinto1", args)
    }

    #[method("(*args)", hidden)]
    fn write(thread: &mut Thread, this: Gc<BufferedPair>, args: &[Value]) -> Result {
        forward(thread, this.writer, "write", args)
    }

    #[method("()")]
    fn flush(thread: &mut Thread, this: Gc<BufferedPair>) -> Result {
        forward(thread, this.writer, "flush", &[])
    }

    #[method("()")]
    fn readable(thread: &mut Thread, this: Gc<BufferedPair>) -> Result {
        forward(thread, this.reader, "readable", &[])
    }

    #[method("()")]
    fn writable(thread: &mut Thread, this: Gc<BufferedPair>) -> Result {
        forward(thread, this.writer, "writable", &[])
    }

    #[method("()")]
    fn close(thread: &mut Thread, this: Gc<BufferedPair>) -> Result<()> {
        let written = forward(thread, this.writer, "close", &[]).map(|_| ());
        let read = forward(thread, this.reader, "close", &[]).map(|_| ());
        chain(written, read)
    }

    #[method("()")]
    fn isatty(thread: &mut Thread, this: Gc<BufferedPair>) -> Result {
        let writer = forward(thread, this.writer, "isatty", &[])?;
        if is_true(thread, writer)? { Ok(writer) } else { forward(thread, this.reader, "isatty", &[]) }
    }

    #[getter]
    fn closed(thread: &mut Thread, this: Gc<BufferedPair>) -> Result {
        match this.writer.is_null() {
            true => Err(thread.runtime_error("the BufferedRWPair object is being garbage-collected")),
            false => get_attribute(thread, this.writer, intern("closed")),
        }
    }
}
