//! `_io`: streams of bytes and of text.
//!
//! A file is three layers: [`file`] (a descriptor), [`buffered`] (a buffer before it) and [`text`] (an encoding and line ends). [`open`]
//! stacks them up; [`bytes_io`] and [`string_io`] are files in memory. The abstract classes, from which Python classes may derive too, are
//! in [`base`]. Each layer speaks with the one below through methods, so that any object can stand in for it, but knows the native classes
//! and then leaves the detour out.
//!
//! There are no reference counts: a stream that isn't closed is closed by its finalizer when the collector finds it dead, a stream above
//! another before the other; what is still open when the program ends is flushed by [`standard`].

pub mod base;
pub mod buffered;
pub mod bytes_io;
pub mod content;
pub mod file;
pub mod newline;
pub mod open;
pub mod standard;
pub mod string_io;
pub mod support;
pub mod text;

use buffered::pair::BufferedPair;
use buffered::types::{BufferedRandom, BufferedReader, BufferedWriter};
use taipan_runtime::native::{Text, TypeDefinition};
use taipan_runtime::object::str::intern;
use taipan_runtime::prelude::*;

/// Size of buffers, and of the pieces in which files are read.
pub const DEFAULT_BUFFER_SIZE: usize = 128 << 10;

/// The module `_io`.
pub struct IoModule;

/// The io module provides the Python interfaces to stream handling. The
/// builtin open function is defined in this module.
///
/// At the top of the I/O hierarchy is the abstract base class IOBase. It
/// defines the basic interface to a stream. Note, however, that there is no
/// separation between reading and writing to streams; implementations are
/// allowed to raise an OSError if they do not support a given operation.
///
/// Extending IOBase is RawIOBase which deals simply with the reading and
/// writing of raw bytes to a stream. FileIO subclasses RawIOBase to provide
/// an interface to OS files.
///
/// BufferedIOBase deals with buffering on a raw byte stream (RawIOBase). Its
/// subclasses, BufferedWriter, BufferedReader, and BufferedRWPair buffer
/// streams that are readable, writable, and both respectively.
/// BufferedRandom provides a buffered interface to random access
/// streams. BytesIO is a simple stream of in-memory bytes.
///
/// Another IOBase subclass, TextIOBase, deals with the encoding and decoding
/// of streams into text. TextIOWrapper, which extends it, is a buffered text
/// interface to a buffered raw stream (`BufferedIOBase`). Finally, StringIO
/// is an in-memory stream for text.
///
/// Argument names are not part of the specification, and only the arguments
/// of open() are intended to be used as keyword arguments.
///
/// data:
///
/// DEFAULT_BUFFER_SIZE
///    An int containing the default buffer size used by the module's buffered
///    I/O classes.
#[native_module(name = "_io")]
impl IoModule {
    #[types]
    fn types() -> &'static [&'static TypeDefinition] {
        &[
            <base::IoBase as NativeType>::DEFINITION,
            <base::RawIoBase as NativeType>::DEFINITION,
            <base::BufferedIoBase as NativeType>::DEFINITION,
            <base::TextIoBase as NativeType>::DEFINITION,
            <file::FileIo as NativeType>::DEFINITION,
            <bytes_io::BytesIo as NativeType>::DEFINITION,
            <BufferedReader as NativeType>::DEFINITION,
            <BufferedWriter as NativeType>::DEFINITION,
            <BufferedRandom as NativeType>::DEFINITION,
            <BufferedPair as NativeType>::DEFINITION,
            <newline::NewlineDecoder as NativeType>::DEFINITION,
            <text::TextIo as NativeType>::DEFINITION,
            <string_io::StringIo as NativeType>::DEFINITION,
        ]
    }

    #[constant]
    fn DEFAULT_BUFFER_SIZE() -> i64 {
        DEFAULT_BUFFER_SIZE as i64
    }

    #[constant(name = "UnsupportedOperation")]
    fn unsupported_operation(thread: &mut Thread) -> Result<Gc<TypeObject>> {
        support::unsupported_operation(thread)
    }

    #[constant(name = "BlockingIOError")]
    fn blocking_io_error() -> Gc<TypeObject> {
        types().blocking_io_error
    }

    /// Open file and return a stream.  Raise OSError upon failure.
    ///
    /// file is either a text or byte string giving the name (and the path
    /// if the file isn't in the current working directory) of the file to
    /// be opened or an integer file descriptor of the file to be
    /// wrapped. (If a file descriptor is given, it is closed when the
    /// returned I/O object is closed, unless closefd is set to False.)
    ///
    /// mode is an optional string that specifies the mode in which the file
    /// is opened. It defaults to 'r' which means open for reading in text
    /// mode.  Other common values are 'w' for writing (truncating the file if
    /// it already exists), 'x' for creating and writing to a new file, and
    /// 'a' for appending (which on some Unix systems, means that all writes
    /// append to the end of the file regardless of the current seek position).
    /// In text mode, if encoding is not specified the encoding used is platform
    /// dependent: locale.getencoding() is called to get the current locale encoding.
    /// (For reading and writing raw bytes use binary mode and leave encoding
    /// unspecified.) The available modes are:
    ///
    /// ========= ===============================================================
    /// Character Meaning
    /// --------- ---------------------------------------------------------------
    /// 'r'       open for reading (default)
    /// 'w'       open for writing, truncating the file first
    /// 'x'       create a new file and open it for writing
    /// 'a'       open for writing, appending to the end of the file if it exists
    /// 'b'       binary mode
    /// 't'       text mode (default)
    /// '+'       open a disk file for updating (reading and writing)
    /// ========= ===============================================================
    ///
    /// The default mode is 'rt' (open for reading text).
    #[function(
        "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)",
        text = "($module, /, file, mode='r', buffering=-1, encoding=None,\n     errors=None, newline=None, closefd=True, opener=None)"
    )]
    #[allow(clippy::too_many_arguments)]
    fn open(
        thread: &mut Thread,
        file: Value,
        mode: Text,
        buffering: i32,
        encoding: Value,
        errors: Value,
        newline: Value,
        closefd: bool,
        opener: Value,
    ) -> Result {
        let options = open::Options { buffering, encoding, errors, newline, closes: closefd, opener };
        open::open(thread, file, &mode, &options)
    }

    /// Opens the provided file with the intent to import the contents.
    ///
    /// This may perform extra validation beyond open(), but is otherwise interchangeable
    /// with calling open(path, 'rb').
    #[function("(path)", text = "($module, /, path)")]
    fn open_code(thread: &mut Thread, path: Value) -> Result {
        if path.downcast::<Str>().is_none() {
            let got = taipan_runtime::native::type_name(path);
            return Err(thread.type_error(format!("open_code() argument 'path' must be str, not {got}")));
        }
        let options = open::Options { buffering: -1, ..open::Options::default() };
        open::open(thread, path, "rb", &options)
    }

    /// A helper function to choose the text encoding.
    ///
    /// When encoding is not None, this function returns it.
    /// Otherwise, this function returns the default text encoding
    /// (i.e. "locale" or "utf-8" depends on UTF-8 mode).
    ///
    /// This function emits an EncodingWarning if encoding is None and
    /// sys.flags.warn_default_encoding is true.
    ///
    /// This can be used in APIs with an encoding=None parameter.
    /// However, please consider using encoding="utf-8" for new APIs.
    #[function("(encoding, stacklevel=2, /)")]
    fn text_encoding(thread: &mut Thread, encoding: Value, stacklevel: i64) -> Result {
        if !encoding.is_none() {
            return Ok(encoding);
        }
        let flags = taipan_runtime::sys::flags();
        if flags.warn_default_encoding != 0 {
            let message = "'encoding' argument not specified";
            let category = types().encoding_warning;
            taipan_runtime::builtins::warnings::warn(thread, category, message, stacklevel)?;
        }
        Ok(intern(if flags.utf8_mode != 0 { "utf-8" } else { "locale" }).value())
    }
}
