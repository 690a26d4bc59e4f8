//! The classes `BufferedReader`, `BufferedWriter` and `BufferedRandom`.

use super::{
    Buffered, Direction, check_open, check_usable, close, detach, initialize, position, read, write,
};
use crate::io::base::{BufferedIoBase, closes_when_dead, next_line, shown_with_name, size_argument};
use crate::io::content::{Content, Target};
use crate::io::support::cannot_pickle;
use taipan_runtime::native_layout;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::native_object;
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::{get_attribute, is_true};
use taipan_runtime::prelude::*;

/// `read(n)` with CPython's check of n.
fn read_size(thread: &mut Thread, this: Gc<Buffered>, size: Value) -> Result<Option<Gc<Bytes>>> {
    check_usable(thread, this)?;
    let limit = size_argument(thread, size)?;
    if limit.is_none() && !size.is_none() && !size.is_null() && size != Value::from_small_int(-1) {
        return Err(thread.value_error("read length must be non-negative or -1"));
    }
    Ok(read::read(thread, this, limit)?.map(|bytes| Bytes::new(&bytes)))
}

fn read_into(thread: &mut Thread, this: Gc<Buffered>, buffer: Value, once: bool) -> Result<Option<usize>> {
    check_usable(thread, this)?;
    let name = if once { "readinto1" } else { "readinto" };
    let mut target = Target::of(thread, buffer, name)?;
    match read::read_into(thread, this, target.length(), once)? {
        None => Ok(None),
        Some(bytes) => {
            target.store(&bytes);
            Ok(Some(bytes.len()))
        }
    }
}

fn raw_method(thread: &mut Thread, this: Gc<Buffered>, name: &str, arguments: &[Value]) -> Result {
    check_usable(thread, this)?;
    thread.call_method(this.raw, name, arguments)
}

fn raw_attribute(thread: &mut Thread, this: Gc<Buffered>, name: &str) -> Result {
    check_usable(thread, this)?;
    get_attribute(thread, this.raw, intern(name))
}

/// Declares one of the classes: what all have, and its own methods.
macro_rules! buffered_type {
    (
        $(#[doc = $doc:literal])*
        $name:ident, $python:tt, $direction:expr,
        { $($own:tt)* }
    ) => {
        #[doc = concat!("The layout's marker of `", $python, "`.")]
        #[repr(C)]
        pub struct $name {
            state: Buffered,
        }

        native_layout!($name, $python, |this, tracer| tracer.value(this.state.raw.0));

        $(#[doc = $doc])*
        #[native_type(
            name = $python,
            module = "_io",
            base = <BufferedIoBase as NativeType>::DEFINITION,
            base_type,
            text_signature = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)"
        )]
        impl $name {
            #[new("(*args, **kwargs)", hidden)]
            fn new(
                _thread: &mut Thread,
                class: Gc<TypeObject>,
                _args: &[Value],
                _kwargs: KeywordArguments<'_>,
            ) -> Value {
                let stream = native_object::new(class, Buffered::empty()).value();
                closes_when_dead(stream);
                stream
            }

            #[method("(raw, buffer_size=131072)")]
            fn __init__(thread: &mut Thread, this: Gc<Buffered>, raw: Value, buffer_size: i64) -> Result<()> {
                initialize(thread, this, raw, buffer_size, $direction)
            }

            #[method]
            fn __repr__(thread: &mut Thread, this: Gc<Buffered>) -> Result<String> {
                shown_with_name(thread, this.value(), "")
            }

            #[method("()")]
            fn close(thread: &mut Thread, this: Gc<Buffered>) -> Result<()> {
                close(thread, this)
            }

            /// Disconnect this buffer from its underlying raw stream and return it.
            ///
            /// After the raw stream has been detached, the buffer is in an unusable
            /// state.
            #[method("()")]
            fn detach(thread: &mut Thread, this: Gc<Buffered>) -> Result {
                detach(thread, this)
            }

            #[method("()")]
            fn seekable(thread: &mut Thread, this: Gc<Buffered>) -> Result {
                raw_method(thread, this, "seekable", &[])
            }

            #[method("()")]
            fn fileno(thread: &mut Thread, this: Gc<Buffered>) -> Result {
                raw_method(thread, this, "fileno", &[])
            }

            #[method("()")]
            fn isatty(thread: &mut Thread, this: Gc<Buffered>) -> Result {
                raw_method(thread, this, "isatty", &[])
            }

            #[method("(source, /)")]
            fn _dealloc_warn(thread: &mut Thread, this: Gc<Buffered>, source: Value) {
                if this.is_usable() {
                    // Only a warning: what goes wrong with it is told elsewhere.
                    let _ = thread.call_method(this.raw, "_dealloc_warn", &[source]);
                }
            }

            #[method("(target, whence=0, /)")]
            fn seek(thread: &mut Thread, this: Gc<Buffered>, target: Value, whence: i32) -> Result<i64> {
                check_usable(thread, this)?;
                position::seek(thread, this, target, whence)
            }

            #[method("()")]
            fn tell(thread: &mut Thread, this: Gc<Buffered>) -> Result<i64> {
                position::tell(thread, this)
            }

            #[method("(pos=None, /)")]
            fn truncate(thread: &mut Thread, this: Gc<Buffered>, pos: Value) -> Result {
                check_usable(thread, this)?;
                position::truncate(thread, this, pos)
            }

            #[method("()")]
            fn __sizeof__(this: Gc<Buffered>) -> usize {
                this.class().basic_size as usize + if this.is_usable() { this.size } else { 0 }
            }

            #[method("()")]
            fn __getstate__(thread: &mut Thread, this: Gc<Buffered>) -> Result {
                Err(cannot_pickle(thread, this.value()))
            }

            #[getter(member)]
            fn raw(this: Gc<Buffered>) -> Option<Value> {
                this.raw.non_null()
            }

            #[getter(member)]
            fn _finalizing(this: Gc<Buffered>) -> bool {
                this.finalizing
            }

            #[setter(_finalizing)]
            fn set_finalizing(thread: &mut Thread, mut this: Gc<Buffered>, value: Option<Value>) -> Result<()> {
                this.finalizing = value.map_or(Ok(false), |value| is_true(thread, value))?;
                Ok(())
            }

            #[getter]
            fn closed(thread: &mut Thread, this: Gc<Buffered>) -> Result {
                raw_attribute(thread, this, "closed")
            }

            #[getter]
            fn name(thread: &mut Thread, this: Gc<Buffered>) -> Result {
                raw_attribute(thread, this, "name")
            }

            #[getter]
            fn mode(thread: &mut Thread, this: Gc<Buffered>) -> Result {
                raw_attribute(thread, this, "mode")
            }

            $($own)*
        }
    };
}

/// Adds what only some of the classes have to the methods of [`buffered_type`].
macro_rules! with_reading {
    ($(#[doc = $doc:literal])* $name:ident, $python:tt, $direction:expr, { $($own:tt)* }) => {
        buffered_type! {
            $(#[doc = $doc])*
            $name, $python, $direction,
            {
                $($own)*

                #[method("()")]
                fn readable(thread: &mut Thread, this: Gc<Buffered>) -> Result {
                    raw_method(thread, this, "readable", &[])
                }

                #[method("(size=-1, /)")]
                fn read(thread: &mut Thread, this: Gc<Buffered>, size: Value) -> Result<Option<Gc<Bytes>>> {
                    read_size(thread, this, size)
                }

                #[method("(size=-1, /)")]
                fn read1(thread: &mut Thread, this: Gc<Buffered>, size: i64) -> Result<Gc<Bytes>> {
                    check_usable(thread, this)?;
                    let bytes = read::read_once(thread, this, usize::try_from(size).ok())?;
                    Ok(Bytes::new(&bytes))
                }

                #[method("(buffer, /)")]
                fn readinto(thread: &mut Thread, this: Gc<Buffered>, buffer: Value) -> Result<Option<usize>> {
                    read_into(thread, this, buffer, false)
                }

                #[method("(buffer, /)")]
                fn readinto1(thread: &mut Thread, this: Gc<Buffered>, buffer: Value) -> Result<Option<usize>> {
                    read_into(thread, this, buffer, true)
                }

                #[method("(size=-1, /)")]
                fn readline(thread: &mut Thread, this: Gc<Buffered>, size: Value) -> Result<Gc<Bytes>> {
                    check_usable(thread, this)?;
                    let limit = size_argument(thread, size)?;
                    read::read_line(thread, this, limit)
                }

                #[method("(size=0, /)")]
                fn peek(thread: &mut Thread, this: Gc<Buffered>, size: i64) -> Result<Gc<Bytes>> {
                    let _ = size;
                    check_usable(thread, this)?;
                    read::peek(thread, this)
                }

                #[method]
                fn __next__(thread: &mut Thread, this: Gc<Buffered>) -> Result<Option<Value>> {
                    check_usable(thread, this)?;
                    if this.class().definition.is_none() {
                        return next_line(thread, this.value());
                    }
                    let line = read::read_line(thread, this, None)?;
                    Ok(if line.length == 0 { None } else { Some(line.value()) })
                }
            }
        }
    };
}

with_reading! {
    /// Create a new buffered reader using the given readable raw IO object.
    BufferedReader, "BufferedReader", Direction::Reader,
    {
        #[method("()")]
        fn flush(thread: &mut Thread, this: Gc<Buffered>) -> Result {
            raw_method(thread, this, "flush", &[])
        }
    }
}

buffered_type! {
    /// A buffer for a writeable sequential RawIO object.
    ///
    /// The constructor creates a BufferedWriter for the given writeable raw
    /// stream. If the buffer_size is not given, it defaults to
    /// DEFAULT_BUFFER_SIZE.
    BufferedWriter, "BufferedWriter", Direction::Writer,
    {
        #[method("()")]
        fn writable(thread: &mut Thread, this: Gc<Buffered>) -> Result {
            raw_method(thread, this, "writable", &[])
        }

        /// Write the given buffer to the IO stream.
        ///
        /// Return the number of bytes written, which is always the length of the
        /// buffer in bytes.
        ///
        /// Raise BlockingIOError if the buffer is full and the underlying raw
        /// stream cannot accept more data at the moment.
        #[method("(buffer, /)")]
        fn write(thread: &mut Thread, this: Gc<Buffered>, buffer: Value) -> Result<usize> {
            check_usable(thread, this)?;
            let content = Content::of(thread, buffer)?;
            write::write(thread, this, content.as_slice())
        }

        #[method("()")]
        fn flush(thread: &mut Thread, this: Gc<Buffered>) -> Result<()> {
            check_usable(thread, this)?;
            write::flush(thread, this)
        }
    }
}

with_reading! {
    /// A buffered interface to random access streams.
    ///
    /// The constructor creates a reader and writer for a seekable stream,
    /// raw, given in the first argument. If the buffer_size is omitted it
    /// defaults to DEFAULT_BUFFER_SIZE.
    BufferedRandom, "BufferedRandom", Direction::Random,
    {
        #[method("()")]
        fn writable(thread: &mut Thread, this: Gc<Buffered>) -> Result {
            raw_method(thread, this, "writable", &[])
        }

        #[method("(buffer, /)")]
        fn write(thread: &mut Thread, this: Gc<Buffered>, buffer: Value) -> Result<usize> {
            check_usable(thread, this)?;
            let content = Content::of(thread, buffer)?;
            write::write(thread, this, content.as_slice())
        }

        #[method("()")]
        fn flush(thread: &mut Thread, this: Gc<Buffered>) -> Result<()> {
            check_open(thread, this, "flush of closed file")?;
            write::flush(thread, this)
        }
    }
}
