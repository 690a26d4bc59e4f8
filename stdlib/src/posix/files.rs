//! Functions about descriptors, files and folders.

use super::path::{PATH, PATH_OR_DESCRIPTOR, PathArgument, descriptor_argument, folder};
use super::{scandir, stat};
use crate::io::content::{Content, Target};
use crate::system::{blocking, c_path, last_error, os_error, os_error_with_names, path_of, text_of_os};
use taipan_runtime::lock::without_lock;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::list::List;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::convert::{index_i64, to_float};
use taipan_runtime::operations::iterate;
use taipan_runtime::prelude::*;

/// Runs a system call on a path that doesn't wait for others; its error tells the path.
fn on_path(thread: &mut Thread, path: &PathArgument, mut call: impl FnMut() -> i32) -> Result<i32> {
    match blocking(thread, &mut call)? {
        Ok(result) => Ok(result),
        Err(number) => Err(path.error(thread, number)),
    }
}

/// Runs a system call on a descriptor.
pub fn on_descriptor<R: Copy + PartialOrd + From<i8>>(
    thread: &mut Thread,
    call: impl FnMut() -> R,
) -> Result<R> {
    match blocking(thread, call)? {
        Ok(result) => Ok(result),
        Err(number) => Err(os_error(thread, number)),
    }
}

fn path(thread: &mut Thread, value: Value, function: &str) -> Result<PathArgument> {
    PathArgument::of(thread, value, function, "path", PATH)
}

/// Two paths for `rename`, `link` and the like.
fn two_paths(
    thread: &mut Thread,
    source: Value,
    target: Value,
    function: &str,
) -> Result<(PathArgument, PathArgument)> {
    let source = PathArgument::of(thread, source, function, "src", PATH)?;
    let target = PathArgument::of(thread, target, function, "dst", PATH)?;
    Ok((source, target))
}

fn on_two_paths(
    thread: &mut Thread,
    paths: &(PathArgument, PathArgument),
    call: impl FnMut() -> i32,
) -> Result<()> {
    match blocking(thread, call)? {
        Ok(_) => Ok(()),
        Err(number) => Err(os_error_with_names(thread, number, paths.0.given, paths.1.given)),
    }
}

fn rename(thread: &mut Thread, function: &str, src: Value, dst: Value, folders: [Value; 2]) -> Result<()> {
    let paths = two_paths(thread, src, dst, function)?;
    let (from, to) = (folder(thread, folders[0])?, folder(thread, folders[1])?);
    let (source, target) = (paths.0.pointer(), paths.1.pointer());
    // SAFETY: the names outlive the call.
    on_two_paths(thread, &paths, || unsafe { libc::renameat(from, source, to, target) })
}

fn unlink(thread: &mut Thread, function: &str, name: Value, dir_fd: Value, flags: i32) -> Result<()> {
    let path = path(thread, name, function)?;
    let folder = folder(thread, dir_fd)?;
    let name = path.pointer();
    // SAFETY: the name outlives the call.
    on_path(thread, &path, || unsafe { libc::unlinkat(folder, name, flags) }).map(|_| ())
}

/// A user or group id, where -1 means no change.
fn identity(thread: &mut Thread, value: Value, what: &str) -> Result<u32> {
    let number = index_i64(thread, value)?;
    match number {
        -1 => Ok(u32::MAX),
        _ => u32::try_from(number).map_err(|_| {
            let bound = if number < 0 { "less than minimum" } else { "greater than maximum" };
            thread.overflow_error(format!("{what} is {bound}"))
        }),
    }
}

/// A time as seconds and nanoseconds, from an int or a float.
fn time_of(thread: &mut Thread, value: Value) -> Result<libc::timespec> {
    if value.as_int_or_bool().is_some() {
        return Ok(libc::timespec { tv_sec: index_i64(thread, value)?, tv_nsec: 0 });
    }
    let seconds = to_float(thread, value)?;
    if !seconds.is_finite() || seconds.abs() > 9.2e18 {
        return Err(thread.overflow_error("timestamp out of range for platform time_t"));
    }
    let whole = seconds.floor();
    let fraction = ((seconds - whole) * 1e9).floor() as i64;
    Ok(libc::timespec { tv_sec: whole as i64, tv_nsec: fraction.min(999_999_999) })
}

fn time_of_nanoseconds(thread: &mut Thread, value: Value) -> Result<libc::timespec> {
    let total = index_i64(thread, value)?;
    Ok(libc::timespec { tv_sec: total.div_euclid(1_000_000_000), tv_nsec: total.rem_euclid(1_000_000_000) })
}

/// The two times of `utime`.
fn times_argument(thread: &mut Thread, times: Value, ns: Option<Value>) -> Result<[libc::timespec; 2]> {
    let pair = |value: Value| match value.downcast::<Tuple>().map(|pair| pair.items()) {
        Some(&[access, change]) => Some((access, change)),
        _ => None,
    };
    match (times.is_none(), ns) {
        (false, Some(_)) => {
            Err(thread.value_error("utime: you may specify either 'times' or 'ns' but not both"))
        }
        (false, None) => match pair(times) {
            Some((access, change)) => Ok([time_of(thread, access)?, time_of(thread, change)?]),
            None => Err(thread.type_error("utime: 'times' must be either a tuple of two ints or None")),
        },
        (true, Some(ns)) => match pair(ns) {
            Some((access, change)) => {
                Ok([time_of_nanoseconds(thread, access)?, time_of_nanoseconds(thread, change)?])
            }
            None => Err(thread.type_error("utime: 'ns' must be a tuple of two ints")),
        },
        (true, None) => Ok([libc::timespec { tv_sec: 0, tv_nsec: libc::UTIME_NOW }; 2]),
    }
}

/// Buffers of `readv` and `writev`, as one piece of memory.
fn gather(thread: &mut Thread, buffers: Value) -> Result<Vec<u8>> {
    let mut all = Vec::new();
    for &buffer in iterate::collect(thread, buffers)?.iter() {
        all.extend_from_slice(Content::of(thread, buffer)?.as_slice());
    }
    Ok(all)
}

/// Spreads what was read over buffers.
fn scatter(
    thread: &mut Thread,
    buffers: Value,
    read: impl FnOnce(&mut Thread, usize) -> Result<Vec<u8>>,
) -> Result<usize> {
    let mut targets = Vec::new();
    for &buffer in iterate::collect(thread, buffers)?.iter() {
        targets.push(Target::of(thread, buffer, "readv")?);
    }
    let bytes = read(thread, targets.iter().map(Target::length).sum())?;
    let mut rest = &bytes[..];
    for target in &mut targets {
        let (own, others) = rest.split_at(target.length().min(rest.len()));
        target.store(own);
        rest = others;
    }
    Ok(bytes.len())
}

/// Reads up to `length` bytes, from a place if one is given.
fn read_bytes(thread: &mut Thread, fd: i32, length: usize, place: Option<i64>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if bytes.try_reserve(length).is_err() {
        return Err(thread.memory_error(""));
    }
    bytes.resize(length, 0);
    let pointer: *mut u8 = bytes.as_mut_ptr();
    // SAFETY: the memory outlives the call.
    let count = on_descriptor(thread, || unsafe {
        match place {
            Some(place) => libc::pread(fd, pointer.cast(), length, place),
            None => libc::read(fd, pointer.cast(), length),
        }
    })?;
    bytes.truncate(count as usize);
    Ok(bytes)
}

fn write_bytes(thread: &mut Thread, fd: i32, bytes: &[u8], place: Option<i64>) -> Result<isize> {
    let (pointer, length) = (bytes.as_ptr(), bytes.len().min(0x7fff_f000));
    // SAFETY: the memory outlives the call.
    on_descriptor(thread, || unsafe {
        match place {
            Some(place) => libc::pwrite(fd, pointer.cast(), length, place),
            None => libc::write(fd, pointer.cast(), length),
        }
    })
}

/// The functions about files.
pub struct Files;

#[native_module(name = "posix")]
impl Files {
    /// Perform a stat system call on the given path.
    #[function("(path, *, dir_fd=None, follow_symlinks=True)")]
    fn stat(thread: &mut Thread, path: Value, dir_fd: Value, follow_symlinks: bool) -> Result {
        stat::stat(thread, "stat", path, dir_fd, follow_symlinks)
    }

    /// Perform a stat system call on the given path, without following symbolic links.
    #[function("(path, *, dir_fd=None)")]
    fn lstat(thread: &mut Thread, path: Value, dir_fd: Value) -> Result {
        stat::stat(thread, "lstat", path, dir_fd, false)
    }

    /// Perform a stat system call on the given file descriptor.
    #[function("(fd)")]
    fn fstat(thread: &mut Thread, fd: i32) -> Result {
        stat::fstat(thread, fd)
    }

    /// Perform a statvfs system call on the given path.
    #[function("(path)")]
    fn statvfs(thread: &mut Thread, path: Value) -> Result {
        let path = PathArgument::of(thread, path, "statvfs", "path", PATH_OR_DESCRIPTOR)?;
        stat::statvfs(thread, &path)
    }

    /// Perform an fstatvfs system call on the given fd.
    #[function("(fd, /)")]
    fn fstatvfs(thread: &mut Thread, fd: i32) -> Result {
        let path =
            PathArgument::of(thread, Value::from_int(fd.into()), "fstatvfs", "fd", PATH_OR_DESCRIPTOR)?;
        stat::statvfs(thread, &path)
    }

    /// Use the real uid/gid to test for access to a path.
    #[function("(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)")]
    fn access(
        thread: &mut Thread,
        path: Value,
        mode: i32,
        dir_fd: Value,
        effective_ids: bool,
        follow_symlinks: bool,
    ) -> Result<bool> {
        let path = self::path(thread, path, "access")?;
        let folder = folder(thread, dir_fd)?;
        let flags = if effective_ids { libc::AT_EACCESS } else { 0 }
            | if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        let name = path.pointer();
        // SAFETY: the name outlives the call.
        Ok(without_lock(thread, || unsafe { libc::faccessat(folder, name, mode, flags) }) == 0)
    }

    /// Open a file for low level IO.  Returns a file descriptor (integer).
    #[function("(path, flags, mode=511, *, dir_fd=None)")]
    fn open(thread: &mut Thread, path: Value, flags: i32, mode: i32, dir_fd: Value) -> Result<i32> {
        let path = self::path(thread, path, "open")?;
        let folder = folder(thread, dir_fd)?;
        let event = taipan_runtime::object::str::intern("open").value();
        let arguments = [path.given, Value::NONE, Value::from_int(flags.into())];
        taipan_runtime::sys::hooks::audit(thread, event, &arguments)?;
        let name = path.pointer();
        // SAFETY: the name outlives the call.
        on_path(thread, &path, || unsafe {
            libc::openat(folder, name, flags | libc::O_CLOEXEC, mode as libc::c_uint)
        })
    }

    /// Close a file descriptor.
    #[function("(fd)")]
    fn close(thread: &mut Thread, fd: i32) -> Result<()> {
        // SAFETY: a system call on a number. An interrupted close has closed.
        let (result, number) = without_lock(thread, || (unsafe { libc::close(fd) }, last_error()));
        if result < 0 && number != libc::EINTR { Err(os_error(thread, number)) } else { Ok(()) }
    }

    /// Closes all file descriptors in [fd_low, fd_high), ignoring errors.
    #[function("(fd_low, fd_high, /)")]
    fn closerange(thread: &mut Thread, fd_low: i32, fd_high: i32) {
        without_lock(thread, || {
            for fd in fd_low.max(0)..fd_high {
                // SAFETY: a system call on a number.
                unsafe { libc::close(fd) };
            }
        });
    }

    /// Return a duplicate of a file descriptor.
    #[function("(fd, /)")]
    fn dup(thread: &mut Thread, fd: i32) -> Result<i32> {
        // SAFETY: a system call on a number.
        on_descriptor(thread, || unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })
    }

    /// Duplicate file descriptor.
    #[function("(fd, fd2, inheritable=True)")]
    fn dup2(thread: &mut Thread, fd: i32, fd2: i32, inheritable: bool) -> Result<i32> {
        if fd < 0 || fd2 < 0 {
            return Err(os_error(thread, libc::EBADF));
        }
        // SAFETY: a system call on numbers.
        on_descriptor(thread, || unsafe {
            match inheritable || fd == fd2 {
                true => libc::dup2(fd, fd2),
                false => libc::dup3(fd, fd2, libc::O_CLOEXEC),
            }
        })
    }

    /// Create a pipe.
    #[function("()")]
    fn pipe(thread: &mut Thread) -> Result<Gc<Tuple>> {
        Files::pipe2(thread, libc::O_CLOEXEC)
    }

    /// Create a pipe with flags set atomically.
    #[function("(flags, /)")]
    fn pipe2(thread: &mut Thread, flags: i32) -> Result<Gc<Tuple>> {
        let mut ends = [0; 2];
        let place: *mut i32 = ends.as_mut_ptr();
        // SAFETY: the array has room for both.
        on_descriptor(thread, || unsafe { libc::pipe2(place, flags) })?;
        Ok(Tuple::new(&ends.map(|end| Value::from_int(end.into()))))
    }

    /// Read from a file descriptor.  Returns a bytes object.
    #[function("(fd, length, /)")]
    fn read(thread: &mut Thread, fd: i32, length: isize) -> Result<Gc<Bytes>> {
        let Ok(length) = usize::try_from(length) else { return Err(os_error(thread, libc::EINVAL)) };
        Ok(Bytes::new(&read_bytes(thread, fd, length.min(0x7fff_f000), None)?))
    }

    /// Read into a buffer object from a file descriptor.
    #[function("(fd, buffer, /)")]
    fn readinto(thread: &mut Thread, fd: i32, buffer: Value) -> Result<isize> {
        let mut target = Target::of(thread, buffer, "readinto")?;
        let memory = target.memory();
        let (pointer, length) = (memory.as_mut_ptr(), memory.len());
        // SAFETY: the memory is lent until the call is over.
        on_descriptor(thread, || unsafe { libc::read(fd, pointer.cast(), length) })
    }

    /// Read a number of bytes from a file descriptor starting at a particular offset.
    #[function("(fd, length, offset, /)")]
    fn pread(thread: &mut Thread, fd: i32, length: isize, offset: i64) -> Result<Gc<Bytes>> {
        let Ok(length) = usize::try_from(length) else { return Err(os_error(thread, libc::EINVAL)) };
        Ok(Bytes::new(&read_bytes(thread, fd, length, Some(offset))?))
    }

    /// Read from a file descriptor fd into an iterable of buffers.
    #[function("(fd, buffers, /)")]
    fn readv(thread: &mut Thread, fd: i32, buffers: Value) -> Result<usize> {
        scatter(thread, buffers, |thread, length| read_bytes(thread, fd, length, None))
    }

    /// Write a bytes object to a file descriptor.
    #[function("(fd, data, /)")]
    fn write(thread: &mut Thread, fd: i32, data: Value) -> Result<isize> {
        let content = Content::of(thread, data)?;
        write_bytes(thread, fd, content.as_slice(), None)
    }

    /// Write bytes to a file descriptor starting at a particular offset.
    #[function("(fd, buffer, offset, /)")]
    fn pwrite(thread: &mut Thread, fd: i32, buffer: Value, offset: i64) -> Result<isize> {
        let content = Content::of(thread, buffer)?;
        write_bytes(thread, fd, content.as_slice(), Some(offset))
    }

    /// Iterate over buffers, and write the contents of each to a file descriptor.
    #[function("(fd, buffers, /)")]
    fn writev(thread: &mut Thread, fd: i32, buffers: Value) -> Result<isize> {
        let bytes = gather(thread, buffers)?;
        write_bytes(thread, fd, &bytes, None)
    }

    /// Set the position of a file descriptor.  Return the new position.
    #[function("(fd, position, whence, /)")]
    fn lseek(thread: &mut Thread, fd: i32, position: i64, whence: i32) -> Result<i64> {
        // SAFETY: a system call on numbers.
        on_descriptor(thread, || unsafe { libc::lseek(fd, position, whence) })
    }

    /// Force write of fd to disk.
    #[function("(fd)")]
    fn fsync(thread: &mut Thread, fd: Value) -> Result<()> {
        let fd = descriptor_argument(thread, fd)?;
        // SAFETY: a system call on a number.
        on_descriptor(thread, || unsafe { libc::fsync(fd) }).map(|_| ())
    }

    /// Force write of fd to disk without forcing update of metadata.
    #[function("(fd)")]
    fn fdatasync(thread: &mut Thread, fd: Value) -> Result<()> {
        let fd = descriptor_argument(thread, fd)?;
        // SAFETY: a system call on a number.
        on_descriptor(thread, || unsafe { libc::fdatasync(fd) }).map(|_| ())
    }

    /// Force write of everything to disk.
    #[function("()")]
    fn sync(thread: &mut Thread) {
        // SAFETY: takes nothing.
        without_lock(thread, || unsafe { libc::sync() });
    }

    /// Truncate a file, specified by file descriptor, to a specific length.
    #[function("(fd, length, /)")]
    fn ftruncate(thread: &mut Thread, fd: i32, length: i64) -> Result<()> {
        // SAFETY: a system call on numbers.
        on_descriptor(thread, || unsafe { libc::ftruncate(fd, length) }).map(|_| ())
    }

    /// Truncate a file, specified by path, to a specific length.
    #[function("(path, length)")]
    fn truncate(thread: &mut Thread, path: Value, length: i64) -> Result<()> {
        let path = PathArgument::of(thread, path, "truncate", "path", PATH_OR_DESCRIPTOR)?;
        let (descriptor, name) = (path.descriptor, path.pointer());
        // SAFETY: the name outlives the call.
        on_path(thread, &path, || unsafe {
            match descriptor {
                Some(fd) => libc::ftruncate(fd, length),
                None => libc::truncate(name, length),
            }
        })
        .map(|_| ())
    }

    /// Return True if the fd is connected to a terminal.
    #[function("(fd, /)")]
    fn isatty(thread: &mut Thread, fd: i32) -> bool {
        // SAFETY: a system call on a number.
        without_lock(thread, || unsafe { libc::isatty(fd) }) == 1
    }

    /// Get the close-on-exe flag of the specified file descriptor.
    #[function("(fd, /)")]
    fn get_inheritable(thread: &mut Thread, fd: i32) -> Result<bool> {
        // SAFETY: a system call on a number.
        let flags = on_descriptor(thread, || unsafe { libc::fcntl(fd, libc::F_GETFD) })?;
        Ok(flags & libc::FD_CLOEXEC == 0)
    }

    /// Set the inheritable flag of the specified file descriptor.
    #[function("(fd, inheritable, /)")]
    fn set_inheritable(thread: &mut Thread, fd: i32, inheritable: i32) -> Result<()> {
        // SAFETY: system calls on numbers.
        on_descriptor(thread, || unsafe {
            let flags = libc::fcntl(fd, libc::F_GETFD);
            if flags < 0 {
                return flags;
            }
            let wanted = if inheritable != 0 { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC };
            libc::fcntl(fd, libc::F_SETFD, wanted)
        })
        .map(|_| ())
    }

    /// Get the blocking mode of the file descriptor.
    #[function("(fd, /)")]
    fn get_blocking(thread: &mut Thread, fd: i32) -> Result<bool> {
        // SAFETY: a system call on a number.
        let flags = on_descriptor(thread, || unsafe { libc::fcntl(fd, libc::F_GETFL) })?;
        Ok(flags & libc::O_NONBLOCK == 0)
    }

    /// Set the blocking mode of the specified file descriptor.
    #[function("(fd, blocking, /)")]
    fn set_blocking(thread: &mut Thread, fd: i32, blocking: bool) -> Result<()> {
        // SAFETY: system calls on numbers.
        on_descriptor(thread, || unsafe {
            let flags = libc::fcntl(fd, libc::F_GETFL);
            if flags < 0 {
                return flags;
            }
            let wanted = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
            libc::fcntl(fd, libc::F_SETFL, wanted)
        })
        .map(|_| ())
    }

    /// Return a list containing the names of the files in the directory.
    #[function("(path=None)")]
    fn listdir(thread: &mut Thread, path: Value) -> Result<Gc<List>> {
        let event = taipan_runtime::object::str::intern("os.listdir").value();
        taipan_runtime::sys::hooks::audit(thread, event, &[path])?;
        scandir::listdir(thread, path)
    }

    /// Return an iterator of DirEntry objects for given path.
    #[function("(path=None)")]
    fn scandir(thread: &mut Thread, path: Value) -> Result<Gc<scandir::ScandirIterator>> {
        let event = taipan_runtime::object::str::intern("os.scandir").value();
        taipan_runtime::sys::hooks::audit(thread, event, &[path])?;
        scandir::scandir(thread, path)
    }

    /// Create a directory.
    #[function("(path, mode=511, *, dir_fd=None)")]
    fn mkdir(thread: &mut Thread, path: Value, mode: i32, dir_fd: Value) -> Result<()> {
        let path = self::path(thread, path, "mkdir")?;
        let (folder, name) = (folder(thread, dir_fd)?, path.pointer());
        // SAFETY: the name outlives the call.
        on_path(thread, &path, || unsafe { libc::mkdirat(folder, name, mode as libc::mode_t) }).map(|_| ())
    }

    /// Remove a directory.
    #[function("(path, *, dir_fd=None)")]
    fn rmdir(thread: &mut Thread, path: Value, dir_fd: Value) -> Result<()> {
        unlink(thread, "rmdir", path, dir_fd, libc::AT_REMOVEDIR)
    }

    /// Remove a file (same as remove()).
    #[function("(path, *, dir_fd=None)")]
    fn unlink(thread: &mut Thread, path: Value, dir_fd: Value) -> Result<()> {
        unlink(thread, "unlink", path, dir_fd, 0)
    }

    /// Remove a file (same as unlink()).
    #[function("(path, *, dir_fd=None)")]
    fn remove(thread: &mut Thread, path: Value, dir_fd: Value) -> Result<()> {
        unlink(thread, "remove", path, dir_fd, 0)
    }

    /// Rename a file or directory.
    #[function("(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn rename(
        thread: &mut Thread,
        src: Value,
        dst: Value,
        src_dir_fd: Value,
        dst_dir_fd: Value,
    ) -> Result<()> {
        rename(thread, "rename", src, dst, [src_dir_fd, dst_dir_fd])
    }

    /// Rename a file or directory, overwriting the destination.
    #[function("(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn replace(
        thread: &mut Thread,
        src: Value,
        dst: Value,
        src_dir_fd: Value,
        dst_dir_fd: Value,
    ) -> Result<()> {
        rename(thread, "replace", src, dst, [src_dir_fd, dst_dir_fd])
    }

    /// Create a hard link to a file.
    #[function("(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)")]
    fn link(
        thread: &mut Thread,
        src: Value,
        dst: Value,
        src_dir_fd: Value,
        dst_dir_fd: Value,
        follow_symlinks: bool,
    ) -> Result<()> {
        let paths = two_paths(thread, src, dst, "link")?;
        let (from, to) = (folder(thread, src_dir_fd)?, folder(thread, dst_dir_fd)?);
        let (source, target) = (paths.0.pointer(), paths.1.pointer());
        let flags = if follow_symlinks { libc::AT_SYMLINK_FOLLOW } else { 0 };
        // SAFETY: the names outlive the call.
        on_two_paths(thread, &paths, || unsafe { libc::linkat(from, source, to, target, flags) })
    }

    /// Create a symbolic link pointing to src named dst.
    #[function("(src, dst, target_is_directory=False, *, dir_fd=None)")]
    fn symlink(
        thread: &mut Thread,
        src: Value,
        dst: Value,
        target_is_directory: bool,
        dir_fd: Value,
    ) -> Result<()> {
        // Only Windows makes a difference.
        let _ = target_is_directory;
        let paths = two_paths(thread, src, dst, "symlink")?;
        let folder = folder(thread, dir_fd)?;
        let (source, target) = (paths.0.pointer(), paths.1.pointer());
        // SAFETY: the names outlive the call.
        on_two_paths(thread, &paths, || unsafe { libc::symlinkat(source, folder, target) })
    }

    /// Return a string representing the path to which the symbolic link points.
    #[function("(path, *, dir_fd=None)")]
    fn readlink(thread: &mut Thread, path: Value, dir_fd: Value) -> Result {
        let path = self::path(thread, path, "readlink")?;
        let (folder, name) = (folder(thread, dir_fd)?, path.pointer());
        let mut target = vec![0u8; libc::PATH_MAX as usize + 1];
        let (place, room) = (target.as_mut_ptr(), target.len());
        // SAFETY: name and memory outlive the call.
        let length = match blocking(thread, || unsafe { libc::readlinkat(folder, name, place.cast(), room) })?
        {
            Ok(length) => length as usize,
            Err(number) => return Err(path.error(thread, number)),
        };
        let target = &target[..length];
        Ok(if path.is_bytes { Bytes::new(target).value() } else { text_of_os(target).value() })
    }

    /// Change the access permissions of a file.
    #[function("(path, mode, *, dir_fd=None, follow_symlinks=True)")]
    fn chmod(
        thread: &mut Thread,
        path: Value,
        mode: i32,
        dir_fd: Value,
        follow_symlinks: bool,
    ) -> Result<()> {
        let path = PathArgument::of(thread, path, "chmod", "path", PATH_OR_DESCRIPTOR)?;
        let (folder, descriptor, name) = (folder(thread, dir_fd)?, path.descriptor, path.pointer());
        let flags = if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        // SAFETY: the name outlives the call.
        on_path(thread, &path, || unsafe {
            match descriptor {
                Some(fd) => libc::fchmod(fd, mode as libc::mode_t),
                None => libc::fchmodat(folder, name, mode as libc::mode_t, flags),
            }
        })
        .map(|_| ())
    }

    /// Change the access permissions of the file given by file descriptor fd.
    #[function("(fd, mode)")]
    fn fchmod(thread: &mut Thread, fd: i32, mode: i32) -> Result<()> {
        // SAFETY: a system call on numbers.
        on_descriptor(thread, || unsafe { libc::fchmod(fd, mode as libc::mode_t) }).map(|_| ())
    }

    /// Change the owner and group id of path to the numeric uid and gid.
    #[function("(path, uid, gid, *, dir_fd=None, follow_symlinks=True)")]
    fn chown(
        thread: &mut Thread,
        path: Value,
        uid: Value,
        gid: Value,
        dir_fd: Value,
        follow_symlinks: bool,
    ) -> Result<()> {
        let path = PathArgument::of(thread, path, "chown", "path", PATH_OR_DESCRIPTOR)?;
        let (uid, gid) = (identity(thread, uid, "uid")?, identity(thread, gid, "gid")?);
        let (folder, descriptor, name) = (folder(thread, dir_fd)?, path.descriptor, path.pointer());
        let flags = if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        // SAFETY: the name outlives the call.
        on_path(thread, &path, || unsafe {
            match descriptor {
                Some(fd) => libc::fchown(fd, uid, gid),
                None => libc::fchownat(folder, name, uid, gid, flags),
            }
        })
        .map(|_| ())
    }

    /// Change the owner and group id of path, without following symbolic links.
    #[function("(path, uid, gid)")]
    fn lchown(thread: &mut Thread, path: Value, uid: Value, gid: Value) -> Result<()> {
        Files::chown(thread, path, uid, gid, Value::NONE, false)
    }

    /// Change the owner and group id of the file specified by file descriptor.
    #[function("(fd, uid, gid)")]
    fn fchown(thread: &mut Thread, fd: i32, uid: Value, gid: Value) -> Result<()> {
        let (uid, gid) = (identity(thread, uid, "uid")?, identity(thread, gid, "gid")?);
        // SAFETY: a system call on numbers.
        on_descriptor(thread, || unsafe { libc::fchown(fd, uid, gid) }).map(|_| ())
    }

    /// Set the access and modified time of path.
    #[function("(path, times=None, *, ns=NULL, dir_fd=None, follow_symlinks=True)", hidden)]
    fn utime(
        thread: &mut Thread,
        path: Value,
        times: Value,
        ns: Option<Value>,
        dir_fd: Value,
        follow_symlinks: bool,
    ) -> Result<()> {
        let path = PathArgument::of(thread, path, "utime", "path", PATH_OR_DESCRIPTOR)?;
        let times = times_argument(thread, times, ns)?;
        let (folder, descriptor, name) = (folder(thread, dir_fd)?, path.descriptor, path.pointer());
        let flags = if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        // SAFETY: name and times outlive the call.
        on_path(thread, &path, || unsafe {
            match descriptor {
                Some(fd) => libc::futimens(fd, times.as_ptr()),
                None => libc::utimensat(folder, name, times.as_ptr(), flags),
            }
        })
        .map(|_| ())
    }

    /// Create a "fifo" (a POSIX named pipe).
    #[function("(path, mode=438, *, dir_fd=None)")]
    fn mkfifo(thread: &mut Thread, path: Value, mode: i32, dir_fd: Value) -> Result<()> {
        let path = self::path(thread, path, "mkfifo")?;
        let (folder, name) = (folder(thread, dir_fd)?, path.pointer());
        // SAFETY: the name outlives the call.
        on_path(thread, &path, || unsafe { libc::mkfifoat(folder, name, mode as libc::mode_t) }).map(|_| ())
    }

    /// Create a node in the file system.
    #[function("(path, mode=384, device=0, *, dir_fd=None)")]
    fn mknod(thread: &mut Thread, path: Value, mode: i32, device: u64, dir_fd: Value) -> Result<()> {
        let path = self::path(thread, path, "mknod")?;
        let (folder, name) = (folder(thread, dir_fd)?, path.pointer());
        // SAFETY: the name outlives the call.
        on_path(thread, &path, || unsafe { libc::mknodat(folder, name, mode as libc::mode_t, device) })
            .map(|_| ())
    }

    /// Extracts a device major number from a raw device number.
    #[function("(device, /)")]
    fn major(device: u64) -> u32 {
        libc::major(device)
    }

    /// Extracts a device minor number from a raw device number.
    #[function("(device, /)")]
    fn minor(device: u64) -> u32 {
        libc::minor(device)
    }

    /// Composes a raw device number from the major and minor device numbers.
    #[function("(major, minor, /)")]
    fn makedev(major: u32, minor: u32) -> u64 {
        libc::makedev(major, minor)
    }

    /// Change the current working directory to the specified path.
    #[function("(path)")]
    fn chdir(thread: &mut Thread, path: Value) -> Result<()> {
        let path = PathArgument::of(thread, path, "chdir", "path", PATH_OR_DESCRIPTOR)?;
        let (descriptor, name) = (path.descriptor, path.pointer());
        // SAFETY: the name outlives the call.
        on_path(thread, &path, || unsafe {
            match descriptor {
                Some(fd) => libc::fchdir(fd),
                None => libc::chdir(name),
            }
        })
        .map(|_| ())
    }

    /// Change to the directory of the given file descriptor.
    #[function("(fd)")]
    fn fchdir(thread: &mut Thread, fd: Value) -> Result<()> {
        let fd = descriptor_argument(thread, fd)?;
        // SAFETY: a system call on a number.
        on_descriptor(thread, || unsafe { libc::fchdir(fd) }).map(|_| ())
    }

    /// Change root directory to path.
    #[function("(path)")]
    fn chroot(thread: &mut Thread, path: Value) -> Result<()> {
        let path = self::path(thread, path, "chroot")?;
        let name = path.pointer();
        // SAFETY: the name outlives the call.
        on_path(thread, &path, || unsafe { libc::chroot(name) }).map(|_| ())
    }

    /// Return a unicode string representing the current working directory.
    #[function("()")]
    fn getcwd(thread: &mut Thread) -> Result<Gc<Str>> {
        Ok(text_of_os(&working_folder(thread)?))
    }

    /// Return a bytes string representing the current working directory.
    #[function("()")]
    fn getcwdb(thread: &mut Thread) -> Result<Gc<Bytes>> {
        Ok(Bytes::new(&working_folder(thread)?))
    }

    /// Return the file system path representation of the object.
    ///
    /// If the object is str or bytes, then allow it to pass through as-is. If the
    /// object defines __fspath__(), then return the result of that method. All other
    /// types raise a TypeError.
    #[function("(path)")]
    fn fspath(thread: &mut Thread, path: Value) -> Result {
        path_of(thread, path)
    }

    /// Set the current numeric umask and return the previous umask.
    #[function("(mask, /)")]
    fn umask(mask: i32) -> i32 {
        // SAFETY: a system call on a number.
        unsafe { libc::umask(mask as libc::mode_t) as i32 }
    }

    /// Copy count bytes from file descriptor in_fd to file descriptor out_fd.
    #[function("(out_fd, in_fd, offset, count)")]
    fn sendfile(thread: &mut Thread, out_fd: i32, in_fd: i32, offset: Value, count: isize) -> Result<isize> {
        let Ok(count) = usize::try_from(count) else {
            return Err(thread.value_error("count cannot be negative"));
        };
        let mut place = if offset.is_none() { None } else { Some(index_i64(thread, offset)?) };
        let pointer = place.as_mut().map_or(std::ptr::null_mut(), |place| &raw mut *place);
        // SAFETY: the offset outlives the call.
        on_descriptor(thread, || unsafe { libc::sendfile(out_fd, in_fd, pointer, count) })
    }

    /// Copy count bytes from one file descriptor to another.
    #[function("(src, dst, count, offset_src=None, offset_dst=None)")]
    fn copy_file_range(
        thread: &mut Thread,
        src: i32,
        dst: i32,
        count: isize,
        offset_src: Value,
        offset_dst: Value,
    ) -> Result<isize> {
        let Ok(count) = usize::try_from(count) else {
            return Err(thread.value_error("negative value for 'count' not allowed"));
        };
        let place = |thread: &mut Thread, value: Value| -> Result<Option<i64>> {
            if value.is_none() { Ok(None) } else { index_i64(thread, value).map(Some) }
        };
        let (mut from, mut to) = (place(thread, offset_src)?, place(thread, offset_dst)?);
        let from = from.as_mut().map_or(std::ptr::null_mut(), |place| &raw mut *place);
        let to = to.as_mut().map_or(std::ptr::null_mut(), |place| &raw mut *place);
        // SAFETY: the offsets outlive the call.
        on_descriptor(thread, || unsafe { libc::copy_file_range(src, from, dst, to, count, 0) })
    }

    /// Announce an intention to access data in a specific pattern.
    #[function("(fd, offset, length, advice, /)")]
    fn posix_fadvise(thread: &mut Thread, fd: i32, offset: i64, length: i64, advice: i32) -> Result<()> {
        // SAFETY: a system call on numbers.
        match without_lock(thread, || unsafe { libc::posix_fadvise(fd, offset, length, advice) }) {
            0 => Ok(()),
            number => Err(os_error(thread, number)),
        }
    }

    /// Ensure a file has allocated at least a particular number of bytes on disk.
    #[function("(fd, offset, length, /)")]
    fn posix_fallocate(thread: &mut Thread, fd: i32, offset: i64, length: i64) -> Result<()> {
        // SAFETY: a system call on numbers.
        match without_lock(thread, || unsafe { libc::posix_fallocate(fd, offset, length) }) {
            0 => Ok(()),
            number => Err(os_error(thread, number)),
        }
    }

    /// Apply, test or remove a POSIX lock on an open file descriptor.
    #[function("(fd, command, length, /)")]
    fn lockf(thread: &mut Thread, fd: i32, command: i32, length: i64) -> Result<()> {
        // SAFETY: a system call on numbers.
        on_descriptor(thread, || unsafe { libc::lockf(fd, command, length) }).map(|_| ())
    }

    /// Create an anonymous file.
    #[function("(name, flags=1)")]
    fn memfd_create(thread: &mut Thread, name: Value, flags: u32) -> Result<i32> {
        let name = c_path(thread, name)?;
        // SAFETY: the name outlives the call.
        on_descriptor(thread, || unsafe { libc::memfd_create(name.as_ptr(), flags) })
    }

    /// Return the size of the terminal window as (columns, lines).
    #[function("(fd=1, /)", hidden)]
    fn get_terminal_size(thread: &mut Thread, fd: i32) -> Result {
        let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
        let place = &raw mut size;
        // SAFETY: the structure outlives the call.
        on_descriptor(thread, || unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, place) })?;
        let values = [Value::from_int(size.ws_col.into()), Value::from_int(size.ws_row.into())];
        stat::TERMINAL_SIZE.make(thread, &values)
    }

    /// Return a string describing the encoding of a terminal's file descriptor.
    #[function("(fd)")]
    fn device_encoding(thread: &mut Thread, fd: i32) -> Value {
        match Files::isatty(thread, fd) {
            true => Str::new(crate::io::text::init::locale_encoding()).value(),
            false => Value::NONE,
        }
    }

    /// Return the name of the terminal device connected to 'fd'.
    #[function("(fd, /)")]
    fn ttyname(thread: &mut Thread, fd: i32) -> Result<Gc<Str>> {
        let mut name = [0u8; 512];
        // SAFETY: the memory is as long as said.
        match unsafe { libc::ttyname_r(fd, name.as_mut_ptr().cast(), name.len()) } {
            0 => Ok(text_of_os(name.split(|byte| *byte == 0).next().unwrap_or_default())),
            number => Err(os_error(thread, number)),
        }
    }
}

/// The working folder.
fn working_folder(thread: &mut Thread) -> Result<Vec<u8>> {
    use std::os::unix::ffi::OsStringExt;
    match without_lock(thread, std::env::current_dir) {
        Ok(folder) => Ok(folder.into_os_string().into_vec()),
        Err(error) => Err(os_error(thread, error.raw_os_error().unwrap_or(libc::ENOENT))),
    }
}
