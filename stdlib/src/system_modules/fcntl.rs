//! `fcntl`: control of descriptors and locks on files.

use super::{add_numbers, descriptor};
use crate::io::content::Content;
use crate::posix::files::on_descriptor;
use crate::system::{last_error, os_bytes_of_text, os_error};
use taipan_runtime::lock::without_lock;
use taipan_runtime::native::type_name;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::operations::buffer::get_buffer_optional;
use taipan_runtime::operations::convert::index_i64;
use taipan_runtime::prelude::*;

/// The module `fcntl`.
pub struct Fcntl;

/// Most bytes of an argument that is copied.
const MOST_BYTES: usize = 1024;

/// Linux's numbers.
#[rustfmt::skip]
const NUMBERS: &[(&str, i64)] = &[
    ("DN_ACCESS", 1), ("DN_ATTRIB", 32), ("DN_CREATE", 4), ("DN_DELETE", 8), ("DN_MODIFY", 2),
    ("DN_MULTISHOT", 2147483648), ("DN_RENAME", 16), ("FASYNC", 8192), ("FD_CLOEXEC", 1),
    ("FICLONE", 1074041865), ("FICLONERANGE", 1075876877), ("F_ADD_SEALS", 1033), ("F_DUPFD", 0),
    ("F_DUPFD_CLOEXEC", 1030), ("F_DUPFD_QUERY", 1027), ("F_EXLCK", 4), ("F_GETFD", 1), ("F_GETFL", 3),
    ("F_GETLEASE", 1025), ("F_GETLK", 5), ("F_GETLK64", 5), ("F_GETOWN", 9), ("F_GETOWN_EX", 16),
    ("F_GETPIPE_SZ", 1032), ("F_GETSIG", 11), ("F_GET_FILE_RW_HINT", 1037), ("F_GET_RW_HINT", 1035),
    ("F_GET_SEALS", 1034), ("F_NOTIFY", 1026), ("F_OFD_GETLK", 36), ("F_OFD_SETLK", 37),
    ("F_OFD_SETLKW", 38), ("F_OWNER_PGRP", 2), ("F_OWNER_PID", 1), ("F_OWNER_TID", 0), ("F_RDLCK", 0),
    ("F_SEAL_FUTURE_WRITE", 16), ("F_SEAL_GROW", 4), ("F_SEAL_SEAL", 1), ("F_SEAL_SHRINK", 2),
    ("F_SEAL_WRITE", 8), ("F_SETFD", 2), ("F_SETFL", 4), ("F_SETLEASE", 1024), ("F_SETLK", 6),
    ("F_SETLK64", 6), ("F_SETLKW", 7), ("F_SETLKW64", 7), ("F_SETOWN", 8), ("F_SETOWN_EX", 15),
    ("F_SETPIPE_SZ", 1031), ("F_SETSIG", 10), ("F_SET_FILE_RW_HINT", 1038), ("F_SET_RW_HINT", 1036),
    ("F_SHLCK", 8), ("F_UNLCK", 2), ("F_WRLCK", 1), ("LOCK_EX", 2), ("LOCK_MAND", 32), ("LOCK_NB", 4),
    ("LOCK_READ", 64), ("LOCK_RW", 192), ("LOCK_SH", 1), ("LOCK_UN", 8), ("LOCK_WRITE", 128),
    ("RWH_WRITE_LIFE_EXTREME", 5), ("RWH_WRITE_LIFE_LONG", 4), ("RWH_WRITE_LIFE_MEDIUM", 3),
    ("RWH_WRITE_LIFE_NONE", 1), ("RWH_WRITE_LIFE_NOT_SET", 0), ("RWH_WRITE_LIFE_SHORT", 2),
];

/// An int as C takes it: signed or unsigned in 32 bits.
fn c_int(thread: &mut Thread, value: Value) -> Result<i32> {
    let number = index_i64(thread, value)?;
    match number {
        _ if i32::try_from(number).is_ok() => Ok(number as i32),
        _ if u32::try_from(number).is_ok() => Ok(number as u32 as i32),
        number if number < 0 => Err(thread.overflow_error("signed integer is less than minimum")),
        _ => Err(thread.overflow_error("unsigned int is greater than maximum")),
    }
}

/// The bytes of an argument that isn't an int; `None` if it has none.
fn bytes_of(thread: &mut Thread, value: Value) -> Result<Option<Vec<u8>>> {
    if let Some(text) = value.downcast::<Str>() {
        return os_bytes_of_text(thread, text).map(Some);
    }
    match get_buffer_optional(thread, value, false)? {
        Some(view) => {
            let bytes = view.to_vec();
            view.release();
            Ok(Some(bytes))
        }
        None => Ok(None),
    }
}

/// Calls with a copy of the bytes; gives what the call left in it.
fn with_copy(
    thread: &mut Thread,
    function: &str,
    bytes: &[u8],
    mut call: impl FnMut(*mut u8) -> i32,
) -> Result<(i32, Vec<u8>)> {
    if bytes.len() > MOST_BYTES {
        return Err(thread.value_error(format!("{function} argument 3 is too long")));
    }
    let mut buffer = [0u8; MOST_BYTES + 1];
    buffer[..bytes.len()].copy_from_slice(bytes);
    let place = buffer.as_mut_ptr();
    let result = on_descriptor(thread, || call(place))?;
    Ok((result, buffer[..bytes.len()].to_vec()))
}

fn wrong_argument(thread: &mut Thread, function: &str, value: Value) -> Raised {
    let got = type_name(value);
    thread.type_error(format!(
        "{function}() argument 3 must be an integer, a bytes-like object, or a string, not {got}"
    ))
}

/// This module performs file control and I/O control on file
/// descriptors.  It is an interface to the fcntl() and ioctl() Unix
/// routines.  File descriptors can be obtained with the fileno() method of
/// a file or socket object.
#[native_module(name = "fcntl")]
impl Fcntl {
    /// Perform the operation `cmd` on file descriptor fd.
    ///
    /// The values used for `cmd` are operating system dependent, and are available
    /// as constants in the fcntl module, using the same names as used in
    /// the relevant C header files.  The argument arg is optional, and
    /// defaults to 0; it may be an int or a string.  If arg is given as a string,
    /// the return value of fcntl is a string of that length, containing the
    /// resulting value put in the arg buffer by the operating system.  The length
    /// of the arg string is not allowed to exceed 1024 bytes.  If the arg given
    /// is an integer or if none is specified, the result value is an integer
    /// corresponding to the return value of the fcntl call in the C code.
    #[function("(fd, cmd, arg=0, /)")]
    fn fcntl(thread: &mut Thread, fd: Value, cmd: i32, arg: Option<Value>) -> Result {
        let fd = descriptor(thread, fd)?;
        let arg = arg.unwrap_or(Value::from_int(0));
        if arg.as_int_or_bool().is_some() {
            let number = c_int(thread, arg)?;
            // SAFETY: a call on numbers.
            let result = on_descriptor(thread, || unsafe { libc::fcntl(fd, cmd, number) })?;
            return Ok(Value::from_int(result.into()));
        }
        let Some(bytes) = bytes_of(thread, arg)? else {
            return Err(wrong_argument(thread, "fcntl", arg));
        };
        // SAFETY: the buffer is larger than what the commands write.
        let (_, bytes) = with_copy(thread, "fcntl", &bytes, |place| unsafe { libc::fcntl(fd, cmd, place) })?;
        Ok(Bytes::new(&bytes).value())
    }

    /// Perform the operation request on file descriptor fd.
    ///
    /// The values used for request are operating system dependent, and are available
    /// as constants in the fcntl or termios library modules, using the same names as
    /// used in the relevant C header files.
    #[function("(fd, request, arg=0, mutate_flag=True, /)")]
    fn ioctl(
        thread: &mut Thread,
        fd: Value,
        request: Value,
        arg: Option<Value>,
        mutate_flag: Option<bool>,
    ) -> Result {
        let fd = descriptor(thread, fd)?;
        let request = index_i64(thread, request)? as libc::c_ulong;
        let arg = arg.unwrap_or(Value::from_int(0));
        if arg.as_int_or_bool().is_some() {
            let number = c_int(thread, arg)?;
            // SAFETY: the program says what the device does with the number.
            let result = on_descriptor(thread, || unsafe { libc::ioctl(fd, request as _, number) })?;
            return Ok(Value::from_int(result.into()));
        }
        let writable = match arg.downcast::<Str>() {
            Some(_) => None,
            None => match get_buffer_optional(thread, arg, true) {
                Ok(view) => view,
                Err(raised)
                    if taipan_runtime::operations::class_of(raised.0)
                        .is_subclass_of(types().buffer_error) =>
                {
                    None
                }
                Err(raised) => return Err(raised),
            },
        };
        if writable.is_some() && mutate_flag.unwrap_or(true) {
            return ioctl_in_place(thread, fd, request, arg, writable);
        }
        if let Some(view) = writable {
            view.release();
        }
        let Some(bytes) = bytes_of(thread, arg)? else {
            return Err(wrong_argument(thread, "ioctl", arg));
        };
        // SAFETY: the buffer is larger than what the requests write.
        let (_, bytes) =
            with_copy(thread, "ioctl", &bytes, |place| unsafe { libc::ioctl(fd, request as _, place) })?;
        Ok(Bytes::new(&bytes).value())
    }

    /// Perform the lock operation `operation` on file descriptor `fd`.
    ///
    /// See the Unix manual page for flock(2) for details (On some systems, this
    /// function is emulated using fcntl()).
    #[function("(fd, operation, /)")]
    fn flock(thread: &mut Thread, fd: Value, operation: i32) -> Result<()> {
        let fd = descriptor(thread, fd)?;
        // SAFETY: a call on numbers.
        on_descriptor(thread, || unsafe { libc::flock(fd, operation) }).map(|_| ())
    }

    /// A wrapper around the fcntl() locking calls.
    ///
    /// `fd` is the file descriptor of the file to lock or unlock, and operation is one
    /// of the following values:
    ///
    ///     LOCK_UN - unlock
    ///     LOCK_SH - acquire a shared lock
    ///     LOCK_EX - acquire an exclusive lock
    ///
    /// When operation is LOCK_SH or LOCK_EX, it can also be bitwise ORed with
    /// LOCK_NB to avoid blocking on lock acquisition.  If LOCK_NB is used and the
    /// lock cannot be acquired, an OSError will be raised and the exception will
    /// have an errno attribute set to EACCES or EAGAIN (depending on the operating
    /// system -- for portability, check for either value).
    ///
    /// `len` is the number of bytes to lock, with the default meaning to lock to
    /// EOF.  `start` is the byte offset, relative to `whence`, to that the lock
    /// starts.  `whence` is as with fileobj.seek(), specifically:
    ///
    ///     0 - relative to the start of the file (SEEK_SET)
    ///     1 - relative to the current buffer position (SEEK_CUR)
    ///     2 - relative to the end of the file (SEEK_END)
    #[function("(fd, cmd, len=0, start=0, whence=0, /)")]
    fn lockf(
        thread: &mut Thread,
        fd: Value,
        cmd: i32,
        len: Option<i64>,
        start: Option<i64>,
        whence: Option<i32>,
    ) -> Result<()> {
        let fd = descriptor(thread, fd)?;
        let kind = match cmd {
            _ if cmd == libc::LOCK_UN => libc::F_UNLCK,
            _ if cmd & libc::LOCK_SH != 0 => libc::F_RDLCK,
            _ if cmd & libc::LOCK_EX != 0 => libc::F_WRLCK,
            _ => return Err(thread.value_error("unrecognized lockf argument")),
        };
        // SAFETY: plain memory.
        let mut lock: libc::flock = unsafe { std::mem::zeroed() };
        lock.l_type = kind as libc::c_short;
        lock.l_len = len.unwrap_or(0);
        lock.l_start = start.unwrap_or(0);
        lock.l_whence = whence.unwrap_or(0) as libc::c_short;
        let command = if cmd & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
        let place = &raw const lock;
        // SAFETY: the description outlives the call.
        on_descriptor(thread, || unsafe { libc::fcntl(fd, command, place) }).map(|_| ())
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        add_numbers(thread, module, NUMBERS)
    }
}

/// An `ioctl` on the argument's own memory; short arguments go through a larger buffer.
fn ioctl_in_place(
    thread: &mut Thread,
    fd: i32,
    request: libc::c_ulong,
    arg: Value,
    writable: Option<taipan_runtime::operations::buffer::BufferView>,
) -> Result {
    let Some(view) = writable else {
        return Err(wrong_argument(thread, "ioctl", arg));
    };
    let content = Content::of(thread, arg)?;
    let (memory, length) = (content.as_slice().as_ptr() as *mut u8, content.as_slice().len());
    let mut buffer = [0u8; MOST_BYTES + 1];
    // SAFETY: the view lends the memory for writing; the buffer is larger than what short requests write.
    let (result, number) = unsafe {
        let place = if length <= MOST_BYTES {
            std::ptr::copy_nonoverlapping(memory, buffer.as_mut_ptr(), length);
            buffer.as_mut_ptr()
        } else {
            memory
        };
        let address = place as usize;
        let outcome =
            without_lock(thread, || (libc::ioctl(fd, request as _, address as *mut u8), last_error()));
        if length <= MOST_BYTES {
            std::ptr::copy_nonoverlapping(buffer.as_ptr(), memory, length);
        }
        outcome
    };
    drop(content);
    view.release();
    if result < 0 { Err(os_error(thread, number)) } else { Ok(Value::from_int(result.into())) }
}
