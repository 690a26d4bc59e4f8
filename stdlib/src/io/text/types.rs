//! The class `TextIOWrapper`.

use super::init::{Arguments, Changes, initialize, reconfigure};
use super::{TextIo, check_open, check_usable, position, read, write};
use crate::io::base::{TextIoBase, closes_when_dead, next_line, size_argument};
use crate::io::support::cannot_pickle;
use taipan_runtime::native::{full_name, type_name};
use taipan_runtime::object::native_object;
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::{get_attribute, get_attribute_optional, is_true, repr};
use taipan_runtime::prelude::*;

/// The next line; positions are unknown from here on until the end or a flush.
pub fn advance(thread: &mut Thread, mut this: Gc<TextIo>) -> Result<Option<Value>> {
    check_usable(thread, this)?;
    this.telling = false;
    let line = match this.class().definition {
        Some(_) => Some(read::read_line(thread, this, None)?.value()),
        None => next_line(thread, this.value())?,
    };
    let line = line.filter(|line| line.downcast::<Str>().is_none_or(|line| line.length > 0));
    if line.is_none() {
        this.snapshot = None;
        this.telling = this.seekable;
    }
    Ok(line)
}

fn buffer_method(thread: &mut Thread, this: Gc<TextIo>, name: &str) -> Result {
    check_usable(thread, this)?;
    thread.call_method(this.buffer, name, &[])
}

/// Character and line based layer over a BufferedIOBase object, buffer.
///
/// encoding gives the name of the encoding that the stream will be
/// decoded or encoded with. It defaults to locale.getencoding().
///
/// errors determines the strictness of encoding and decoding (see
/// help(codecs.Codec) or the documentation for codecs.register) and
/// defaults to "strict".
///
/// newline controls how line endings are handled. It can be None, '',
/// '\n', '\r', and '\r\n'.  It works as follows:
///
/// * On input, if newline is None, universal newlines mode is
///   enabled. Lines in the input can end in '\n', '\r', or '\r\n', and
///   these are translated into '\n' before being returned to the
///   caller. If it is '', universal newline mode is enabled, but line
///   endings are returned to the caller untranslated. If it has any of
///   the other legal values, input lines are only terminated by the given
///   string, and the line ending is returned to the caller untranslated.
///
/// * On output, if newline is None, any '\n' characters written are
///   translated to the system default line separator, os.linesep. If
///   newline is '' or '\n', no translation takes place. If newline is any
///   of the other legal values, any '\n' characters written are translated
///   to the given string.
///
/// If line_buffering is True, a call to flush is implied when a call to
/// write contains a newline character.
#[native_type(
    name = "TextIOWrapper",
    module = "_io",
    base = <TextIoBase as NativeType>::DEFINITION,
    base_type,
    text_signature = "(buffer, encoding=None, errors=None, newline=None,\n              line_buffering=False, write_through=False)"
)]
impl TextIo {
    #[new("(*args, **kwargs)", hidden)]
    fn new(
        _thread: &mut Thread,
        class: Gc<TypeObject>,
        _args: &[Value],
        _kwargs: KeywordArguments<'_>,
    ) -> Value {
        let stream = native_object::new(class, TextIo::empty()).value();
        closes_when_dead(stream);
        stream
    }

    #[method("(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)")]
    #[allow(clippy::too_many_arguments)]
    fn __init__(
        thread: &mut Thread,
        this: Gc<TextIo>,
        buffer: Value,
        encoding: Value,
        errors: Value,
        newline: Value,
        line_buffering: bool,
        write_through: bool,
    ) -> Result<()> {
        let arguments = Arguments { encoding, errors, newline, line_buffering, write_through };
        initialize(thread, this, buffer, &arguments)
    }

    /// Reconfigure the text stream with new parameters.
    ///
    /// This also does an implicit stream flush.
    #[method(
        "(*, encoding=None, errors=None, newline=NULL, line_buffering=None, write_through=None)",
        text = "($self, /, *, encoding=None, errors=None, newline=None,\n            line_buffering=None, write_through=None)"
    )]
    #[allow(clippy::too_many_arguments)]
    fn reconfigure(
        thread: &mut Thread,
        this: Gc<TextIo>,
        encoding: Value,
        errors: Value,
        newline: Value,
        line_buffering: Value,
        write_through: Value,
    ) -> Result<()> {
        reconfigure(thread, this, &Changes { encoding, errors, newline, line_buffering, write_through })
    }

    #[method("()")]
    fn detach(thread: &mut Thread, this: Gc<TextIo>) -> Result {
        write::detach(thread, this)
    }

    #[method("(text, /)")]
    fn write(thread: &mut Thread, this: Gc<TextIo>, text: Value) -> Result<usize> {
        check_usable(thread, this)?;
        match text.downcast::<Str>() {
            Some(text) => write::write(thread, this, text),
            None => {
                let got = type_name(text);
                Err(thread.type_error(format!("write() argument must be str, not {got}")))
            }
        }
    }

    #[method("(size=-1, /)")]
    fn read(thread: &mut Thread, this: Gc<TextIo>, size: Value) -> Result<Gc<Str>> {
        check_usable(thread, this)?;
        let size = size_argument(thread, size)?;
        read::read(thread, this, size)
    }

    #[method("(size=-1, /)")]
    fn readline(thread: &mut Thread, this: Gc<TextIo>, size: i64) -> Result<Gc<Str>> {
        check_usable(thread, this)?;
        read::read_line(thread, this, usize::try_from(size).ok())
    }

    #[method("()")]
    fn flush(thread: &mut Thread, this: Gc<TextIo>) -> Result<()> {
        write::flush(thread, this)
    }

    #[method("()")]
    fn close(thread: &mut Thread, this: Gc<TextIo>) -> Result<()> {
        write::close(thread, this)
    }

    #[method("()")]
    fn fileno(thread: &mut Thread, this: Gc<TextIo>) -> Result {
        buffer_method(thread, this, "fileno")
    }

    #[method("()")]
    fn seekable(thread: &mut Thread, this: Gc<TextIo>) -> Result {
        buffer_method(thread, this, "seekable")
    }

    #[method("()")]
    fn readable(thread: &mut Thread, this: Gc<TextIo>) -> Result {
        buffer_method(thread, this, "readable")
    }

    #[method("()")]
    fn writable(thread: &mut Thread, this: Gc<TextIo>) -> Result {
        buffer_method(thread, this, "writable")
    }

    #[method("()")]
    fn isatty(thread: &mut Thread, this: Gc<TextIo>) -> Result {
        buffer_method(thread, this, "isatty")
    }

    /// Set the stream position, and return the new stream position.
    ///
    ///   cookie
    ///     Zero or an opaque number returned by tell().
    ///   whence
    ///     The relative position to seek from.
    ///
    /// Four operations are supported, given by the following argument
    /// combinations:
    ///
    /// - seek(0, SEEK_SET): Rewind to the start of the stream.
    /// - seek(cookie, SEEK_SET): Restore a previous position.
    ///   'cookie' must be a number returned by tell().
    /// - seek(0, SEEK_END): Fast-forward to the end of the stream.
    /// - seek(0, SEEK_CUR): Leave the current stream position unchanged.
    ///
    /// Any other argument combinations are invalid,
    /// and may raise exceptions.
    #[method("(cookie, whence=0, /)", text = "($self, cookie, whence=os.SEEK_SET, /)")]
    fn seek(thread: &mut Thread, this: Gc<TextIo>, cookie: Value, whence: i32) -> Result {
        check_usable(thread, this)?;
        position::seek(thread, this, cookie, whence)
    }

    /// Return the stream position as an opaque number.
    ///
    /// The return value of tell() can be given as input to seek(), to restore a
    /// previous stream position.
    #[method("()")]
    fn tell(thread: &mut Thread, this: Gc<TextIo>) -> Result {
        check_usable(thread, this)?;
        position::tell(thread, this)
    }

    #[method("(pos=None, /)")]
    fn truncate(thread: &mut Thread, this: Gc<TextIo>, pos: Value) -> Result {
        check_usable(thread, this)?;
        thread.call_method(this.value(), "flush", &[])?;
        thread.call_method(this.buffer, "truncate", &[pos])
    }

    #[method("()")]
    fn __getstate__(thread: &mut Thread, this: Gc<TextIo>) -> Result {
        Err(cannot_pickle(thread, this.value()))
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<TextIo>) -> Result<Option<Value>> {
        advance(thread, this)
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<TextIo>) -> Result<String> {
        check_usable(thread, this)?;
        let class = full_name(this.class());
        let Some(_showing) = crate::recursion::Showing::enter(this.value()) else {
            return Err(thread.runtime_error(format!("reentrant call inside {class}.__repr__")));
        };
        let mut shown = format!("<{class}");
        for name in ["name", "mode"] {
            let value = match get_attribute_optional(thread, this.value(), intern(name)) {
                Err(Raised(raised))
                    if taipan_runtime::operations::class_of(raised).is_subclass_of(types().value_error) =>
                {
                    None
                }
                value => value?,
            };
            if let Some(value) = value {
                shown.push_str(&format!(" {name}={}", repr(thread, value)?.to_string_lossy()));
            }
        }
        let encoding = repr(thread, this.encoding)?.to_string_lossy();
        Ok(format!("{shown} encoding={encoding}>"))
    }

    #[getter(member)]
    fn encoding(this: Gc<TextIo>) -> Option<Value> {
        this.encoding.non_null()
    }

    #[getter]
    fn errors(thread: &mut Thread, this: Gc<TextIo>) -> Result {
        check_usable(thread, this)?;
        Ok(this.errors)
    }

    #[getter(member)]
    fn line_buffering(this: Gc<TextIo>) -> bool {
        this.line_buffering
    }

    #[getter(member)]
    fn write_through(this: Gc<TextIo>) -> bool {
        this.write_through
    }

    #[getter(member)]
    fn _finalizing(this: Gc<TextIo>) -> bool {
        this.finalizing
    }

    #[setter(_finalizing)]
    fn set_finalizing(thread: &mut Thread, mut this: Gc<TextIo>, value: Option<Value>) -> Result<()> {
        this.finalizing = value.map_or(Ok(false), |value| is_true(thread, value))?;
        Ok(())
    }

    #[getter]
    fn buffer(thread: &mut Thread, this: Gc<TextIo>) -> Result {
        check_usable(thread, this)?;
        Ok(this.buffer)
    }

    #[getter]
    fn name(thread: &mut Thread, this: Gc<TextIo>) -> Result {
        check_usable(thread, this)?;
        get_attribute(thread, this.buffer, intern("name"))
    }

    #[getter]
    fn closed(thread: &mut Thread, this: Gc<TextIo>) -> Result {
        check_usable(thread, this)?;
        get_attribute(thread, this.buffer, intern("closed"))
    }

    #[getter]
    fn newlines(thread: &mut Thread, this: Gc<TextIo>) -> Result {
        check_usable(thread, this)?;
        Ok(this.decoder.as_ref().and_then(|decoder| decoder.ends).map_or(Value::NONE, |ends| ends.shown()))
    }

    #[getter]
    fn _CHUNK_SIZE(thread: &mut Thread, this: Gc<TextIo>) -> Result<usize> {
        check_usable(thread, this)?;
        Ok(this.chunk_size)
    }

    #[setter(_CHUNK_SIZE)]
    fn set_chunk_size(thread: &mut Thread, mut this: Gc<TextIo>, value: Option<Value>) -> Result<()> {
        check_usable(thread, this)?;
        let Some(value) = value else { return Err(thread.attribute_error("cannot delete attribute")) };
        let size = taipan_runtime::operations::convert::index_i64(thread, value)?;
        if size <= 0 {
            return Err(thread.value_error("a strictly positive integer is required"));
        }
        this.chunk_size = size as usize;
        Ok(())
    }
}

/// Whether a stream can still be used, for what runs at exit.
pub fn flush_if_open(thread: &mut Thread, stream: Gc<TextIo>) -> Result<()> {
    if stream.buffer.is_null() || check_open(thread, stream).is_err() {
        return Ok(());
    }
    write::flush(thread, stream)
}
