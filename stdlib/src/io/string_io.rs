//! `StringIO`: text in memory.

use super::base::{TextIoBase, next_line, size_argument};
use super::bytes_io::set_dict;
use super::newline::{LineEnds, Newline, line_end, replace_lf};
use super::support::offset;
use taipan_runtime::native::type_name;
use taipan_runtime::native_layout;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::get_attribute_optional;
use taipan_runtime::prelude::*;
use taipan_runtime::text::TextBuilder;

/// A text stream in memory.
#[repr(C)]
pub struct StringIo {
    head: NativeHead,
    text: TextBuilder,
    position: usize,
    newline: Newline,
    /// Recognises line ends in what is written, in the universal modes.
    ends: Option<LineEnds>,
    initialized: bool,
    closed: bool,
}

native_layout!(StringIo, "_io.StringIO", |this, tracer| (), next = advance);

fn check(thread: &mut Thread, this: Gc<StringIo>) -> Result<()> {
    if !this.initialized {
        return Err(thread.value_error("I/O operation on uninitialized object"));
    }
    match this.closed {
        true => Err(thread.value_error("I/O operation on closed file")),
        false => Ok(()),
    }
}

fn advance(thread: &mut Thread, this: Gc<StringIo>) -> Result<Option<Value>> {
    check(thread, this)?;
    if this.class().definition.is_none() {
        return next_line(thread, this.value());
    }
    let line = take_line(this, None);
    Ok(if line.length == 0 { None } else { Some(line.value()) })
}

fn take_line(mut this: Gc<StringIo>, limit: Option<usize>) -> Gc<Str> {
    let characters = this.text.characters();
    let from = this.position.min(characters.len());
    let end = line_end(characters, this.newline, from).unwrap_or(characters.len());
    let end = end.min(from.saturating_add(limit.unwrap_or(usize::MAX)));
    let line = Str::from_characters(characters.slice(from, end));
    if end > from {
        this.position = end;
    }
    line
}

/// Writes at the position, over what is there.
fn write_text(mut this: Gc<StringIo>, text: Gc<Str>) {
    let text = match &mut this.ends {
        Some(ends) => ends.process(text, true),
        None => text,
    };
    let replaced = this.newline.written().map(|by| replace_lf(text.characters(), by));
    let new = replaced.as_ref().map_or(text.characters(), |replaced| replaced.characters());
    if new.is_empty() {
        return;
    }
    let (position, length) = (this.position, this.text.len());
    let end = position + new.len();
    if position >= length {
        this.text.push_repeated(0, position - length);
        this.text.push_characters(new);
    } else {
        let old = std::mem::take(&mut this.text);
        let old = old.characters();
        let mut whole = TextBuilder::with_capacity(length.max(end));
        whole.push_characters(old.slice(0, position));
        whole.push_characters(new);
        if end < length {
            whole.push_characters(old.slice(end, length));
        }
        this.text = whole;
    }
    this.position = end;
}

fn initialize(thread: &mut Thread, mut this: Gc<StringIo>, initial: Value, newline: Value) -> Result<()> {
    let mode = Newline::of(thread, newline)?;
    let initial = match initial.downcast::<Str>() {
        Some(text) => Some(text),
        None if initial.is_none() => None,
        None => {
            let got = type_name(initial);
            return Err(thread.type_error(format!("initial_value must be str or None, not {got}")));
        }
    };
    this.newline = mode;
    this.ends = mode.is_universal().then(|| LineEnds::new(mode == Newline::Universal));
    this.text = TextBuilder::new();
    this.position = 0;
    this.initialized = true;
    this.closed = false;
    if let Some(initial) = initial {
        write_text(this, initial);
        this.position = 0;
    }
    Ok(())
}

/// Text I/O implementation using an in-memory buffer.
///
/// The initial_value argument sets the value of object.  The newline
/// argument is like the one of TextIOWrapper's constructor.
#[native_type(
    name = "StringIO",
    module = "_io",
    base = <TextIoBase as NativeType>::DEFINITION,
    base_type,
    text_signature = "(initial_value='', newline='\\n')"
)]
impl StringIo {
    #[new("(*args, **kwargs)", text = "($type, *args, **kwargs)")]
    fn new(
        _thread: &mut Thread,
        class: Gc<TypeObject>,
        _args: &[Value],
        _kwargs: KeywordArguments<'_>,
    ) -> Gc<StringIo> {
        let empty = StringIo {
            head: NativeHead::empty(),
            text: TextBuilder::new(),
            position: 0,
            newline: Newline::Lf,
            ends: None,
            initialized: false,
            closed: false,
        };
        native_object::new(class, empty)
    }

    #[method("(initial_value='', newline='\\n')")]
    fn __init__(
        thread: &mut Thread,
        this: Gc<StringIo>,
        initial_value: Option<Value>,
        newline: Option<Value>,
    ) -> Result<()> {
        let newline = newline.unwrap_or_else(|| intern("\n").value());
        initialize(thread, this, initial_value.unwrap_or(Value::NONE), newline)
    }

    /// Retrieve the entire contents of the object.
    #[method("()")]
    fn getvalue(thread: &mut Thread, this: Gc<StringIo>) -> Result<Gc<Str>> {
        check(thread, this)?;
        Ok(Str::from_characters(this.text.characters()))
    }

    /// Tell the current file position.
    #[method("()")]
    fn tell(thread: &mut Thread, this: Gc<StringIo>) -> Result<usize> {
        check(thread, this)?;
        Ok(this.position)
    }

    /// Read at most size characters, returned as a string.
    ///
    /// If the argument is negative or omitted, read until EOF
    /// is reached. Return an empty string at EOF.
    #[method("(size=-1, /)")]
    fn read(thread: &mut Thread, mut this: Gc<StringIo>, size: Value) -> Result<Gc<Str>> {
        check(thread, this)?;
        let size = size_argument(thread, size)?.unwrap_or(usize::MAX);
        let characters = this.text.characters();
        let from = this.position.min(characters.len());
        let to = from + size.min(characters.len() - from);
        let text = Str::from_characters(characters.slice(from, to));
        if to > from {
            this.position = to;
        }
        Ok(text)
    }

    /// Read until newline or EOF.
    ///
    /// Returns an empty string if EOF is hit immediately.
    #[method("(size=-1, /)")]
    fn readline(thread: &mut Thread, this: Gc<StringIo>, size: Value) -> Result<Gc<Str>> {
        check(thread, this)?;
        let limit = size_argument(thread, size)?;
        Ok(take_line(this, limit))
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<StringIo>) -> Result<Option<Value>> {
        advance(thread, this)
    }

    /// Truncate size to pos.
    ///
    /// The pos argument defaults to the current file position, as
    /// returned by tell().  The current file position is unchanged.
    /// Returns the new absolute position.
    #[method("(pos=None, /)")]
    fn truncate(thread: &mut Thread, mut this: Gc<StringIo>, pos: Value) -> Result<usize> {
        check(thread, this)?;
        let size = match pos.is_none() {
            true => this.position as i64,
            false => offset(thread, pos)?,
        };
        let Ok(size) = usize::try_from(size) else {
            return Err(thread.value_error(format!("Negative size value {size}")));
        };
        if size < this.text.len() {
            let old = std::mem::take(&mut this.text);
            this.text.push_characters(old.characters().slice(0, size));
        }
        Ok(size)
    }

    /// Change stream position.
    ///
    /// Seek to character offset pos relative to position indicated by whence:
    ///     0  Start of stream (the default).  pos should be >= 0;
    ///     1  Current position - pos must be 0;
    ///     2  End of stream - pos must be 0.
    /// Returns the new absolute position.
    #[method("(pos, whence=0, /)")]
    fn seek(thread: &mut Thread, mut this: Gc<StringIo>, pos: Value, whence: i32) -> Result<usize> {
        check(thread, this)?;
        let step = offset(thread, pos)?;
        if !(0..=2).contains(&whence) {
            let message = format!("Invalid whence ({whence}, should be 0, 1 or 2)");
            return Err(thread.value_error(message));
        }
        if whence == 0 && step < 0 {
            return Err(thread.value_error(format!("Negative seek position {step}")));
        }
        if whence != 0 && step != 0 {
            return Err(thread.os_error("Can't do nonzero cur-relative seeks"));
        }
        this.position = match whence {
            0 => step as usize,
            1 => this.position,
            _ => this.text.len(),
        };
        Ok(this.position)
    }

    /// Write string to file.
    ///
    /// Returns the number of characters written, which is always equal to
    /// the length of the string.
    #[method("(s, /)")]
    fn write(thread: &mut Thread, this: Gc<StringIo>, s: Value) -> Result<usize> {
        check(thread, this)?;
        let Some(text) = s.downcast::<Str>() else {
            let got = type_name(s);
            return Err(thread.type_error(format!("string argument expected, got '{got}'")));
        };
        write_text(this, text);
        Ok(text.length)
    }

    /// Close the IO object.
    ///
    /// Attempting any further operation after the object is closed
    /// will raise a ValueError.
    ///
    /// This method has no effect if the file is already closed.
    #[method("()")]
    fn close(mut this: Gc<StringIo>) {
        this.closed = true;
        this.text = TextBuilder::new();
    }

    /// Returns True if the IO object can be read.
    #[method("()")]
    fn readable(thread: &mut Thread, this: Gc<StringIo>) -> Result<bool> {
        check(thread, this).map(|()| true)
    }

    /// Returns True if the IO object can be written.
    #[method("()")]
    fn writable(thread: &mut Thread, this: Gc<StringIo>) -> Result<bool> {
        check(thread, this).map(|()| true)
    }

    /// Returns True if the IO object can be seeked.
    #[method("()")]
    fn seekable(thread: &mut Thread, this: Gc<StringIo>) -> Result<bool> {
        check(thread, this).map(|()| true)
    }

    #[method("()")]
    fn __getstate__(thread: &mut Thread, this: Gc<StringIo>) -> Result<Gc<Tuple>> {
        check(thread, this)?;
        let text = Str::from_characters(this.text.characters()).value();
        let newline = match this.newline {
            Newline::Universal => Value::NONE,
            Newline::Any => intern("").value(),
            Newline::Lf => intern("\n").value(),
            Newline::Cr => intern("\r").value(),
            Newline::CrLf => intern("\r\n").value(),
        };
        let dict = get_attribute_optional(thread, this.value(), intern("__dict__"))?;
        let dict = match dict.and_then(|dict| dict.downcast::<Dict>()) {
            Some(dict) if !dict.is_empty() => dict.copy(thread)?.value(),
            _ => Value::NONE,
        };
        Ok(Tuple::new(&[text, newline, Value::from_int(this.position as i64), dict]))
    }

    #[method("(state, /)")]
    fn __setstate__(thread: &mut Thread, mut this: Gc<StringIo>, state: Value) -> Result<()> {
        let parts = state.downcast::<Tuple>().map(|state| state.items());
        let Some(&[initial, newline, position, dict]) = parts else {
            let (class, got) = (taipan_runtime::native::full_name(this.class()), type_name(state));
            let message = format!("{class}.__setstate__ argument should be 4-tuple, got {got}");
            return Err(thread.type_error(message));
        };
        initialize(thread, this, Value::NONE, newline)?;
        // The text was translated when it was written.
        match initial.downcast::<Str>() {
            Some(text) => this.text.push_characters(text.characters()),
            None if initial.is_none() => {}
            None => {
                let got = type_name(initial);
                return Err(thread.type_error(format!("initial_value must be str or None, not {got}")));
            }
        }
        let Some(at) = position.as_small_int() else {
            let got = type_name(position);
            return Err(thread.type_error(format!("third item of state must be an integer, got {got}")));
        };
        let Ok(at) = usize::try_from(at) else {
            return Err(thread.value_error("position value cannot be negative"));
        };
        this.position = at;
        if !dict.is_none() && dict.downcast::<Dict>().is_none() {
            let got = type_name(dict);
            return Err(thread.type_error(format!("fourth item of state should be a dict, got a {got}")));
        }
        set_dict(thread, this.value(), dict)
    }

    #[getter]
    fn closed(thread: &mut Thread, this: Gc<StringIo>) -> Result<bool> {
        match this.initialized {
            true => Ok(this.closed),
            false => Err(thread.value_error("I/O operation on uninitialized object")),
        }
    }

    #[getter]
    fn line_buffering(thread: &mut Thread, this: Gc<StringIo>) -> Result<bool> {
        check(thread, this).map(|()| false)
    }

    #[getter]
    fn newlines(thread: &mut Thread, this: Gc<StringIo>) -> Result {
        check(thread, this)?;
        Ok(this.ends.map_or(Value::NONE, |ends| ends.shown()))
    }
}
