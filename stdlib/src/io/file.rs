//! `FileIO`: a file descriptor as a raw stream.
//!
//! **Invariant.** `descriptor` is -1 for a closed file; nothing closes it behind the object's back except the program itself.

use super::base::{RawIoBase, close_base, closes_when_dead, shown_with_name};
use super::content::{Content, Target};
use super::support::{cannot_pickle, chain, not_supported, offset};
use crate::system::{blocking, c_path, last_error, os_error, os_error_with_name};
use taipan_runtime::builtins::support::is_index;
use taipan_runtime::lock::without_lock;
use taipan_runtime::native::Text;
use taipan_runtime::native_layout;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::{class_of, get_attribute_optional, set_attribute};
use taipan_runtime::prelude::*;

/// A file.
#[repr(C)]
pub struct FileIo {
    head: NativeHead,
    pub descriptor: i32,
    created: bool,
    pub readable: bool,
    pub writable: bool,
    appending: bool,
    closes_descriptor: bool,
    finalizing: bool,
    /// Known once `seekable()` was asked.
    seekable: Option<bool>,
    block_size: u32,
    /// The size when it was opened, a hint for `readall`.
    size_hint: Option<u64>,
}

native_layout!(FileIo, "_io.FileIO", |this, tracer| ());

/// Most bytes of one system call.
const MOST_AT_ONCE: usize = 0x7fff_f000;

/// What a mode string asks for.
struct Mode {
    created: bool,
    readable: bool,
    writable: bool,
    appending: bool,
    flags: i32,
}

fn parse_mode(thread: &mut Thread, text: &str) -> Result<Mode> {
    let wrong = "Must have exactly one of create/read/write/append mode and at most one plus";
    let mut mode = Mode { created: false, readable: false, writable: false, appending: false, flags: 0 };
    let (mut kinds, mut plus) = (0, 0);
    for c in text.chars() {
        match c {
            'x' => {
                (mode.created, mode.writable) = (true, true);
                mode.flags |= libc::O_EXCL | libc::O_CREAT;
            }
            'r' => mode.readable = true,
            'w' => {
                mode.writable = true;
                mode.flags |= libc::O_CREAT | libc::O_TRUNC;
            }
            'a' => {
                (mode.writable, mode.appending) = (true, true);
                mode.flags |= libc::O_APPEND | libc::O_CREAT;
            }
            'b' => continue,
            '+' => {
                plus += 1;
                (mode.readable, mode.writable) = (true, true);
                continue;
            }
            _ => return Err(thread.value_error(format!("invalid mode: {text}"))),
        }
        kinds += 1;
    }
    if kinds != 1 || plus > 1 {
        return Err(thread.value_error(wrong));
    }
    mode.flags |= match (mode.readable, mode.writable) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    } | libc::O_CLOEXEC;
    Ok(mode)
}

/// A file descriptor given instead of a name.
fn given_descriptor(thread: &mut Thread, file: Value) -> Result<Option<i32>> {
    if file.is_bool() {
        let message = "bool is used as a file descriptor";
        taipan_runtime::builtins::warnings::warn(thread, types().runtime_warning, message, 1)?;
    }
    if !is_index(file) {
        return Ok(None);
    }
    let descriptor = taipan_runtime::operations::index(thread, file)?;
    let Some(descriptor) = descriptor.as_small_int().and_then(|number| i32::try_from(number).ok()) else {
        return Err(thread.overflow_error("Python int too large to convert to C int"));
    };
    if descriptor < 0 {
        return Err(thread.value_error("negative file descriptor"));
    }
    Ok(Some(descriptor))
}

/// Opens by name, through the opener if there is one.
fn open_descriptor(thread: &mut Thread, file: Value, flags: i32, opener: Value) -> Result<i32> {
    if !opener.is_none() {
        let answer = thread.call(opener, &[file, Value::from_int(flags.into())])?;
        let Some(descriptor) = answer.as_int_or_bool() else {
            return Err(thread.type_error("expected integer from opener"));
        };
        let _ = descriptor;
        let descriptor = i32::try_from(taipan_runtime::operations::convert::index_i64(thread, answer)?)
            .map_err(|_| thread.overflow_error("Python int too large to convert to C int"))?;
        if descriptor < 0 {
            return Err(thread.value_error(format!("opener returned {descriptor}")));
        }
        return Ok(descriptor);
    }
    let path = c_path(thread, file)?;
    // SAFETY: the path is a C string that outlives the call.
    match blocking(thread, || unsafe { libc::open(path.as_ptr(), flags, 0o666 as libc::c_uint) })? {
        Ok(descriptor) => Ok(descriptor),
        Err(number) => Err(os_error_with_name(thread, number, file)),
    }
}

impl FileIo {
    fn empty() -> FileIo {
        FileIo {
            head: NativeHead::empty(),
            descriptor: -1,
            created: false,
            readable: false,
            writable: false,
            appending: false,
            closes_descriptor: true,
            finalizing: false,
            seekable: None,
            block_size: 0,
            size_hint: None,
        }
    }

    /// A file of an open descriptor.
    pub fn of_descriptor(
        thread: &mut Thread,
        descriptor: i32,
        mode: &str,
        closes: bool,
    ) -> Result<Gc<FileIo>> {
        let file = native_object::new(FileIo::class(), FileIo::empty());
        closes_when_dead(file.value());
        initialize(thread, file, Value::from_int(descriptor.into()), mode, closes, Value::NONE)?;
        Ok(file)
    }

    /// Opens a file as the class would when called.
    pub fn open(
        thread: &mut Thread,
        name: Value,
        mode: &str,
        closes: bool,
        opener: Value,
    ) -> Result<Gc<FileIo>> {
        let file = native_object::new(FileIo::class(), FileIo::empty());
        closes_when_dead(file.value());
        initialize(thread, file, name, mode, closes, opener)?;
        Ok(file)
    }

    /// Whether it is an ordinary file.
    pub fn is_regular(&self) -> bool {
        self.size_hint.is_some()
    }

    /// The size of a buffer for it.
    pub fn buffer_size(&self) -> usize {
        let block = self.block_size as usize;
        block.clamp(super::DEFAULT_BUFFER_SIZE, 8 << 20)
    }
}

fn initialize(
    thread: &mut Thread,
    mut this: Gc<FileIo>,
    file: Value,
    mode: &str,
    closes: bool,
    opener: Value,
) -> Result<()> {
    if this.descriptor >= 0 {
        match this.closes_descriptor {
            true => close_descriptor(thread, this)?,
            false => this.descriptor = -1,
        }
    }
    let given = given_descriptor(thread, file)?;
    let mode = parse_mode(thread, mode)?;
    (this.created, this.readable, this.writable) = (mode.created, mode.readable, mode.writable);
    (this.appending, this.closes_descriptor) = (mode.appending, closes);
    (this.seekable, this.size_hint) = (None, None);
    let event = intern("open").value();
    let mode_text = Str::new(mode_name(&this)).value();
    taipan_runtime::sys::hooks::audit(thread, event, &[file, mode_text, Value::from_int(mode.flags.into())])?;
    let opened = match given {
        Some(descriptor) => descriptor,
        None if !closes => return Err(thread.value_error("Cannot use closefd=False with file name")),
        None => open_descriptor(thread, file, mode.flags, opener)?,
    };
    this.descriptor = opened;
    if let Err(raised) = inspect(thread, this, file) {
        // A descriptor that was given stays open.
        match given {
            Some(_) => this.descriptor = -1,
            None => close_descriptor(thread, this)?,
        }
        return Err(raised);
    }
    set_attribute(thread, this.value(), intern("name"), file)?;
    if mode.appending {
        // Fails for pipes, which have no end to go to.
        // SAFETY: a system call on a number.
        if unsafe { libc::lseek(opened, 0, libc::SEEK_END) } < 0 && last_error() != libc::ESPIPE {
            let number = last_error();
            return Err(os_error(thread, number));
        }
    }
    Ok(())
}

/// Refuses directories and notes what the system says about the file.
fn inspect(thread: &mut Thread, mut this: Gc<FileIo>, name: Value) -> Result<()> {
    let descriptor = this.descriptor;
    // SAFETY: `stat` is plain memory that the call fills.
    let (result, status, number) = without_lock(thread, || unsafe {
        let mut status: libc::stat = std::mem::zeroed();
        let result = libc::fstat(descriptor, &mut status);
        (result, status, last_error())
    });
    if result < 0 {
        return if number == libc::EBADF { Err(os_error(thread, number)) } else { Ok(()) };
    }
    if status.st_mode & libc::S_IFMT == libc::S_IFDIR {
        return Err(os_error_with_name(thread, libc::EISDIR, name));
    }
    this.block_size = u32::try_from(status.st_blksize).unwrap_or(0);
    if status.st_mode & libc::S_IFMT == libc::S_IFREG {
        this.size_hint = u64::try_from(status.st_size).ok();
    }
    Ok(())
}

fn mode_name(this: &FileIo) -> &'static str {
    match (this.created, this.appending, this.readable, this.writable) {
        (true, _, true, _) => "xb+",
        (true, ..) => "xb",
        (_, true, true, _) => "ab+",
        (_, true, ..) => "ab",
        (_, _, true, true) => "rb+",
        (_, _, true, false) => "rb",
        _ => "wb",
    }
}

fn check_open(thread: &mut Thread, this: Gc<FileIo>) -> Result<()> {
    match this.descriptor < 0 {
        true => Err(thread.value_error("I/O operation on closed file")),
        false => Ok(()),
    }
}

fn check_mode(thread: &mut Thread, allowed: bool, action: &str) -> Result<()> {
    match allowed {
        true => Ok(()),
        false => Err(not_supported(thread, &format!("File not open for {action}"))),
    }
}

/// Closes the descriptor. An interrupted `close` has closed it all the same.
fn close_descriptor(thread: &mut Thread, mut this: Gc<FileIo>) -> Result<()> {
    let descriptor = std::mem::replace(&mut this.descriptor, -1);
    if descriptor < 0 {
        return Ok(());
    }
    // SAFETY: a system call on a number.
    let (result, number) = without_lock(thread, || (unsafe { libc::close(descriptor) }, last_error()));
    if result < 0 && number != libc::EINTR { Err(os_error(thread, number)) } else { Ok(()) }
}

/// Reads once; `None` if the descriptor doesn't block and has nothing.
pub fn read_some(thread: &mut Thread, this: Gc<FileIo>, into: &mut [u8]) -> Result<Option<usize>> {
    check_open(thread, this)?;
    check_mode(thread, this.readable, "reading")?;
    let descriptor = this.descriptor;
    let (place, most) = (into.as_mut_ptr(), into.len().min(MOST_AT_ONCE));
    // SAFETY: the memory belongs to the caller and outlives the call.
    match blocking(thread, || unsafe { libc::read(descriptor, place.cast(), most) })? {
        Ok(count) => Ok(Some(count as usize)),
        Err(libc::EAGAIN) => Ok(None),
        Err(number) => Err(os_error(thread, number)),
    }
}

/// Writes once; `None` if the descriptor doesn't block and takes nothing.
pub fn write_some(thread: &mut Thread, this: Gc<FileIo>, bytes: &[u8]) -> Result<Option<usize>> {
    check_open(thread, this)?;
    check_mode(thread, this.writable, "writing")?;
    let descriptor = this.descriptor;
    let (place, most) = (bytes.as_ptr(), bytes.len().min(MOST_AT_ONCE));
    // SAFETY: as in `read_some`.
    match blocking(thread, || unsafe { libc::write(descriptor, place.cast(), most) })? {
        Ok(count) => Ok(Some(count as usize)),
        Err(libc::EAGAIN) => Ok(None),
        Err(number) => Err(os_error(thread, number)),
    }
}

/// Reads to the end; `None` if there was nothing to read without blocking.
pub fn read_all(thread: &mut Thread, this: Gc<FileIo>) -> Result<Option<Vec<u8>>> {
    check_open(thread, this)?;
    check_mode(thread, this.readable, "reading")?;
    let mut all: Vec<u8> = Vec::new();
    let mut room = this.size_hint.map_or(super::DEFAULT_BUFFER_SIZE, |size| {
        // SAFETY: a system call on a number.
        let position = unsafe { libc::lseek(this.descriptor, 0, libc::SEEK_CUR) };
        size.saturating_sub(u64::try_from(position).unwrap_or(0)).min(1 << 30) as usize + 1
    });
    loop {
        let start = all.len();
        all.resize(start + room, 0);
        match read_some(thread, this, &mut all[start..])? {
            Some(count) => {
                all.truncate(start + count);
                if count == 0 {
                    return Ok(Some(all));
                }
                room = (all.len() / 2).max(super::DEFAULT_BUFFER_SIZE);
                if count < 1 << 16 && this.size_hint.is_some() {
                    room = 1 << 13;
                }
            }
            None => {
                all.truncate(start);
                return Ok(if all.is_empty() { None } else { Some(all) });
            }
        }
    }
}

/// Moves the position and gives the new one.
pub fn seek_to(thread: &mut Thread, mut this: Gc<FileIo>, position: i64, whence: i32) -> Result<i64> {
    check_open(thread, this)?;
    let descriptor = this.descriptor;
    // SAFETY: a system call on a number.
    let (result, number) =
        without_lock(thread, || (unsafe { libc::lseek(descriptor, position, whence) }, last_error()));
    if this.seekable.is_none() {
        this.seekable = Some(result >= 0);
    }
    if result < 0 { Err(os_error(thread, number)) } else { Ok(result) }
}

/// Whether the descriptor is a terminal.
pub fn is_terminal(thread: &mut Thread, this: Gc<FileIo>) -> Result<bool> {
    check_open(thread, this)?;
    let descriptor = this.descriptor;
    // SAFETY: a system call on a number.
    Ok(without_lock(thread, || unsafe { libc::isatty(descriptor) }) == 1)
}

/// `ResourceWarning: unclosed file ...`
pub fn warn_unclosed(thread: &mut Thread, this: Gc<FileIo>, source: Value) {
    if this.descriptor < 0 || !this.closes_descriptor {
        return;
    }
    let warned = taipan_runtime::operations::repr(thread, source).and_then(|shown| {
        let message = format!("unclosed file {}", shown.to_string_lossy());
        taipan_runtime::builtins::warnings::warn(thread, types().resource_warning, &message, 1)
    });
    if let Err(raised) = warned {
        taipan_runtime::sys::hooks::unraisable(thread, raised, None, this.value());
    }
}

/// Open a file.
///
/// The mode can be 'r' (default), 'w', 'x' or 'a' for reading,
/// writing, exclusive creation or appending.  The file will be created if it
/// doesn't exist when opened for writing or appending; it will be truncated
/// when opened for writing.  A FileExistsError will be raised if it already
/// exists when opened for creating. Opening a file for creating implies
/// writing so this mode behaves in a similar way to 'w'.Add a '+' to the mode
/// to allow simultaneous reading and writing. A custom opener can be used by
/// passing a callable as *opener*. The underlying file descriptor for the file
/// object is then obtained by calling opener with (*name*, *flags*).
/// *opener* must return an open file descriptor (passing os.open as *opener*
/// results in functionality similar to passing None).
#[native_type(
    name = "FileIO",
    module = "_io",
    base = <RawIoBase as NativeType>::DEFINITION,
    base_type,
    text_signature = "(file, mode='r', closefd=True, opener=None)"
)]
impl FileIo {
    #[new("(*args, **kwargs)", text = "($type, *args, **kwargs)")]
    fn new(
        _thread: &mut Thread,
        class: Gc<TypeObject>,
        _args: &[Value],
        _kwargs: KeywordArguments<'_>,
    ) -> Value {
        let file = native_object::new(class, FileIo::empty()).value();
        closes_when_dead(file);
        file
    }

    #[method("(file, mode='r', closefd=True, opener=None)")]
    fn __init__(
        thread: &mut Thread,
        this: Gc<FileIo>,
        file: Value,
        mode: Text,
        closefd: bool,
        opener: Value,
    ) -> Result<()> {
        initialize(thread, this, file, &mode, closefd, opener)
    }

    /// Close the file.
    ///
    /// A closed file cannot be used for further I/O operations.  close() may be
    /// called more than once without error.
    #[method("()")]
    fn close(thread: &mut Thread, mut this: Gc<FileIo>) -> Result<()> {
        let closed = close_base(thread, this.value());
        if !this.closes_descriptor {
            this.descriptor = -1;
            return closed;
        }
        if this.finalizing {
            warn_unclosed(thread, this, this.value());
        }
        let released = close_descriptor(thread, this);
        chain(closed, released)
    }

    /// Return the underlying file descriptor (an integer).
    #[method("()")]
    fn fileno(thread: &mut Thread, this: Gc<FileIo>) -> Result<i32> {
        check_open(thread, this)?;
        Ok(this.descriptor)
    }

    /// True if file was opened in a read mode.
    #[method("()")]
    fn readable(thread: &mut Thread, this: Gc<FileIo>) -> Result<bool> {
        check_open(thread, this)?;
        Ok(this.readable)
    }

    /// True if file was opened in a write mode.
    #[method("()")]
    fn writable(thread: &mut Thread, this: Gc<FileIo>) -> Result<bool> {
        check_open(thread, this)?;
        Ok(this.writable)
    }

    /// True if file supports random-access.
    #[method("()")]
    fn seekable(thread: &mut Thread, mut this: Gc<FileIo>) -> Result<bool> {
        check_open(thread, this)?;
        if this.seekable.is_none() {
            this.seekable = Some(seek_to(thread, this, 0, libc::SEEK_CUR).is_ok());
        }
        Ok(this.seekable == Some(true))
    }

    /// Same as RawIOBase.readinto().
    #[method("(buffer, /)")]
    fn readinto(thread: &mut Thread, this: Gc<FileIo>, buffer: Value) -> Result<Option<usize>> {
        check_open(thread, this)?;
        check_mode(thread, this.readable, "reading")?;
        let mut target = Target::of(thread, buffer, "readinto")?;
        read_some(thread, this, target.memory())
    }

    /// Read all data from the file, returned as bytes.
    ///
    /// Reads until either there is an error or read() returns size 0
    /// (indicates EOF). If the file is already at EOF, returns an
    /// empty bytes object.
    ///
    /// In non-blocking mode, returns as much data as could be read
    /// before EAGAIN. If no data is available (EAGAIN is returned
    /// before bytes are read) returns None.
    #[method("()")]
    fn readall(thread: &mut Thread, this: Gc<FileIo>) -> Result<Option<Gc<Bytes>>> {
        Ok(read_all(thread, this)?.map(|all| Bytes::new(&all)))
    }

    /// Read at most size bytes, returned as bytes.
    ///
    /// If size is less than 0, read all bytes in the file making
    /// multiple read calls. See ``FileIO.readall``.
    ///
    /// Attempts to make only one system call, retrying only per
    /// PEP 475 (EINTR). This means less data may be returned than
    /// requested.
    ///
    /// In non-blocking mode, returns None if no data is available.
    /// Return an empty bytes object at EOF.
    #[method("(size=-1, /)")]
    fn read(thread: &mut Thread, this: Gc<FileIo>, size: Value) -> Result<Option<Gc<Bytes>>> {
        check_open(thread, this)?;
        check_mode(thread, this.readable, "reading")?;
        let Some(size) = super::base::size_argument(thread, size)? else {
            return Ok(read_all(thread, this)?.map(|all| Bytes::new(&all)));
        };
        let mut bytes = vec![0; size.min(MOST_AT_ONCE)];
        let count = read_some(thread, this, &mut bytes)?;
        Ok(count.map(|count| Bytes::new(&bytes[..count])))
    }

    /// Write buffer b to file, return number of bytes written.
    ///
    /// Only makes one system call, so not all of the data may be written.
    /// The number of bytes actually written is returned.  In non-blocking mode,
    /// returns None if the write would block.
    #[method("(b, /)")]
    fn write(thread: &mut Thread, this: Gc<FileIo>, b: Value) -> Result<Option<usize>> {
        check_open(thread, this)?;
        check_mode(thread, this.writable, "writing")?;
        let content = Content::of(thread, b)?;
        write_some(thread, this, content.as_slice())
    }

    /// Move to new file position and return the file position.
    ///
    /// Argument offset is a byte count.  Optional argument whence defaults to
    /// SEEK_SET or 0 (offset from start of file, offset should be >= 0); other values
    /// are SEEK_CUR or 1 (move relative to current position, positive or negative),
    /// and SEEK_END or 2 (move relative to end of file, usually negative, although
    /// many platforms allow seeking beyond the end of a file).
    ///
    /// Note that not all file objects are seekable.
    #[method("(pos, whence=0, /)")]
    fn seek(thread: &mut Thread, this: Gc<FileIo>, pos: Value, whence: i32) -> Result<i64> {
        check_open(thread, this)?;
        let position = offset(thread, pos)?;
        seek_to(thread, this, position, whence)
    }

    /// Current file position.
    ///
    /// Can raise OSError for non seekable files.
    #[method("()")]
    fn tell(thread: &mut Thread, this: Gc<FileIo>) -> Result<i64> {
        seek_to(thread, this, 0, libc::SEEK_CUR)
    }

    /// Truncate the file to at most size bytes and return the truncated size.
    ///
    /// Size defaults to the current file position, as returned by tell().
    /// The current file position is changed to the value of size.
    #[method("(size=None, /)")]
    fn truncate(thread: &mut Thread, this: Gc<FileIo>, size: Value) -> Result<i64> {
        check_open(thread, this)?;
        check_mode(thread, this.writable, "writing")?;
        let size = match size.is_none() {
            true => seek_to(thread, this, 0, libc::SEEK_CUR)?,
            false => offset(thread, size)?,
        };
        let descriptor = this.descriptor;
        // SAFETY: a system call on a number.
        match blocking(thread, || unsafe { libc::ftruncate(descriptor, size) })? {
            Ok(_) => Ok(size),
            Err(number) => Err(os_error(thread, number)),
        }
    }

    /// True if the file is connected to a TTY device.
    #[method("()")]
    fn isatty(thread: &mut Thread, this: Gc<FileIo>) -> Result<bool> {
        is_terminal(thread, this)
    }

    #[method("()")]
    fn _isatty_open_only(thread: &mut Thread, this: Gc<FileIo>) -> Result<bool> {
        if this.size_hint.is_some() {
            return Ok(false);
        }
        is_terminal(thread, this)
    }

    #[method("(object, /)")]
    fn _dealloc_warn(thread: &mut Thread, this: Gc<FileIo>, object: Value) {
        warn_unclosed(thread, this, object);
    }

    #[method("()")]
    fn __getstate__(thread: &mut Thread, this: Gc<FileIo>) -> Result {
        Err(cannot_pickle(thread, this.value()))
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<FileIo>) -> Result<String> {
        if this.descriptor < 0 {
            return Ok(format!("<{} [closed]>", taipan_runtime::native::full_name(class_of(this.value()))));
        }
        let mode = mode_name(&this);
        let closes = if this.closes_descriptor { "True" } else { "False" };
        let more = format!(" mode='{mode}' closefd={closes}");
        match get_attribute_optional(thread, this.value(), intern("name"))? {
            Some(_) => shown_with_name(thread, this.value(), &more),
            None => {
                let class = taipan_runtime::native::full_name(class_of(this.value()));
                Ok(format!("<{class} fd={}{more}>", this.descriptor))
            }
        }
    }

    /// True if the file is closed
    #[getter]
    fn closed(this: Gc<FileIo>) -> bool {
        this.descriptor < 0
    }

    /// True if the file descriptor will be closed by close().
    #[getter]
    fn closefd(this: Gc<FileIo>) -> bool {
        this.closes_descriptor
    }

    /// String giving the file mode
    #[getter]
    fn mode(this: Gc<FileIo>) -> &'static str {
        mode_name(&this)
    }

    /// Preferred I/O block size
    #[getter]
    fn _blksize(this: Gc<FileIo>) -> u32 {
        this.block_size
    }

    #[getter(member)]
    fn _finalizing(this: Gc<FileIo>) -> bool {
        this.finalizing
    }

    #[setter(_finalizing)]
    fn set_finalizing(thread: &mut Thread, mut this: Gc<FileIo>, value: Option<Value>) -> Result<()> {
        this.finalizing =
            value.map_or(Ok(false), |value| taipan_runtime::operations::is_true(thread, value))?;
        Ok(())
    }
}
