//! What the system says about itself (`sysconf` and its kin), extended attributes, event descriptors, terminals.

use super::files::on_descriptor;
use super::names::{CONFSTR, PATHCONF, SYSCONF};
use super::path::{ANYTHING, PATH_OR_DESCRIPTOR, PathArgument};
use super::process::checked;
use crate::system::{c_path, last_error, os_error, text_of_os};
use std::ffi::CStr;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::list::List;
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::convert::index_i64;
use taipan_runtime::prelude::*;

/// A configuration name as a number: given as such, or by its name.
fn name_of(thread: &mut Thread, names: &[(&str, i32)], value: Value) -> Result<i32> {
    if value.as_int_or_bool().is_some() {
        let number = index_i64(thread, value)?;
        return i32::try_from(number)
            .map_err(|_| thread.overflow_error("Python int too large to convert to C int"));
    }
    let Some(name) = value.downcast::<Str>() else {
        return Err(thread.type_error("configuration names must be strings or integers"));
    };
    match names.iter().find(|(known, _)| name.is(known)) {
        Some(&(_, number)) => Ok(number),
        None => Err(thread.value_error("unrecognized configuration name")),
    }
}

/// A dict of names, such as `os.sysconf_names`.
fn names_value(thread: &mut Thread, names: &[(&str, i32)]) -> Result {
    let dict = Dict::new();
    for (name, number) in names {
        dict.set_str(thread, intern(name), Value::from_int((*number).into()))?;
    }
    Ok(dict.value())
}

/// Puts the tables of names into the module.
pub fn add_names(thread: &mut Thread, module: Gc<Dict>) -> Result<()> {
    for (name, table) in
        [("sysconf_names", SYSCONF), ("confstr_names", CONFSTR), ("pathconf_names", PATHCONF)]
    {
        let value = names_value(thread, table)?;
        module.set_str(thread, intern(name), value)?;
    }
    Ok(())
}

/// The result of a call that gives -1 both as an answer and for an error.
fn answer(thread: &mut Thread, call: impl FnOnce() -> i64) -> Result<std::result::Result<i64, i32>> {
    let _ = thread;
    // SAFETY: the calling thread's own `errno`.
    unsafe { *libc::__errno_location() = 0 };
    let value = call();
    let number = last_error();
    Ok(if value == -1 && number != 0 { Err(number) } else { Ok(value) })
}

/// What the functions on extended attributes work on.
struct AttributePlace {
    path: PathArgument,
    follow: bool,
}

impl AttributePlace {
    fn of(thread: &mut Thread, function: &str, path: Value, follow: bool) -> Result<AttributePlace> {
        let allowed = if function == "listxattr" { ANYTHING } else { PATH_OR_DESCRIPTOR };
        let path = PathArgument::of(thread, path, function, "path", allowed)?;
        if path.descriptor.is_some() && !follow {
            return Err(thread.value_error(format!("{function}: cannot use fd and follow_symlinks together")));
        }
        Ok(AttributePlace { path, follow })
    }

    /// Asks with buffers that grow until the answer fits.
    fn read(&self, thread: &mut Thread, mut call: impl FnMut(&mut [u8]) -> isize) -> Result<Vec<u8>> {
        for size in [256, 4096, 65536, 1 << 20] {
            let mut buffer = vec![0u8; size];
            let length = call(&mut buffer);
            if length >= 0 {
                buffer.truncate(length as usize);
                return Ok(buffer);
            }
            let number = last_error();
            if number != libc::ERANGE {
                return Err(self.path.error(thread, number));
            }
        }
        Err(self.path.error(thread, libc::ERANGE))
    }

    fn finish(&self, thread: &mut Thread, result: i32) -> Result<()> {
        if result < 0 {
            let number = last_error();
            return Err(self.path.error(thread, number));
        }
        Ok(())
    }
}

/// The functions about the system.
pub struct Configuration;

#[native_module(name = "posix")]
impl Configuration {
    /// Return an integer-valued system configuration variable.
    #[function("(name, /)")]
    fn sysconf(thread: &mut Thread, name: Value) -> Result<i64> {
        let name = name_of(thread, SYSCONF, name)?;
        // SAFETY: a call on a number.
        answer(thread, || unsafe { libc::sysconf(name) })?.map_err(|number| os_error(thread, number))
    }

    /// Return a string-valued system configuration variable.
    #[function("(name, /)")]
    fn confstr(thread: &mut Thread, name: Value) -> Result {
        let name = name_of(thread, CONFSTR, name)?;
        let mut buffer = vec![0u8; 4096];
        // SAFETY: a buffer with its length.
        let (length, number) = unsafe {
            *libc::__errno_location() = 0;
            (libc::confstr(name, buffer.as_mut_ptr().cast(), buffer.len()), last_error())
        };
        match length {
            0 if number != 0 => Err(os_error(thread, number)),
            0 => Ok(Value::NONE),
            length => Ok(text_of_os(&buffer[..length.min(buffer.len()) - 1]).value()),
        }
    }

    /// Return the configuration limit name for the file or directory path.
    ///
    /// If there is no limit, return -1.
    /// On some platforms, path may also be specified as an open file descriptor.
    ///   If this functionality is unavailable, using it raises an exception.
    #[function("(path, name)")]
    fn pathconf(thread: &mut Thread, path: Value, name: Value) -> Result<i64> {
        let path = PathArgument::of(thread, path, "pathconf", "path", PATH_OR_DESCRIPTOR)?;
        let name = name_of(thread, PATHCONF, name)?;
        // SAFETY: the name outlives the call.
        let call = || unsafe {
            match path.descriptor {
                Some(descriptor) => libc::fpathconf(descriptor, name),
                None => libc::pathconf(path.pointer(), name),
            }
        };
        answer(thread, call)?.map_err(|number| path.error(thread, number))
    }

    /// Return the configuration limit name for the file descriptor fd.
    ///
    /// If there is no limit, return -1.
    #[function("(fd, name, /)")]
    fn fpathconf(thread: &mut Thread, fd: i32, name: Value) -> Result<i64> {
        let name = name_of(thread, PATHCONF, name)?;
        // SAFETY: a call on numbers.
        answer(thread, || unsafe { libc::fpathconf(fd, name) })?.map_err(|number| os_error(thread, number))
    }

    /// Return the value of extended attribute attribute on path.
    #[function("(path, attribute, *, follow_symlinks=True)")]
    fn getxattr(
        thread: &mut Thread,
        path: Value,
        attribute: Value,
        follow_symlinks: Option<bool>,
    ) -> Result<Gc<Bytes>> {
        let place = AttributePlace::of(thread, "getxattr", path, follow_symlinks.unwrap_or(true))?;
        let name = c_path(thread, attribute)?;
        // SAFETY: names and buffer outlive the call.
        let value = place.read(thread, |buffer| unsafe {
            let (data, size) = (buffer.as_mut_ptr().cast(), buffer.len());
            match place.path.descriptor {
                Some(descriptor) => libc::fgetxattr(descriptor, name.as_ptr(), data, size),
                None if place.follow => libc::getxattr(place.path.pointer(), name.as_ptr(), data, size),
                None => libc::lgetxattr(place.path.pointer(), name.as_ptr(), data, size),
            }
        })?;
        Ok(Bytes::new(&value))
    }

    /// Set extended attribute attribute on path to value.
    #[function("(path, attribute, value, flags=0, *, follow_symlinks=True)")]
    fn setxattr(
        thread: &mut Thread,
        path: Value,
        attribute: Value,
        value: Value,
        flags: Option<i32>,
        follow_symlinks: Option<bool>,
    ) -> Result<()> {
        let place = AttributePlace::of(thread, "setxattr", path, follow_symlinks.unwrap_or(true))?;
        let name = c_path(thread, attribute)?;
        let content = crate::io::content::Content::of(thread, value)?;
        let (data, size, flags) =
            (content.as_slice().as_ptr().cast(), content.as_slice().len(), flags.unwrap_or(0));
        // SAFETY: names and value outlive the call.
        let result = unsafe {
            match place.path.descriptor {
                Some(descriptor) => libc::fsetxattr(descriptor, name.as_ptr(), data, size, flags),
                None if place.follow => {
                    libc::setxattr(place.path.pointer(), name.as_ptr(), data, size, flags)
                }
                None => libc::lsetxattr(place.path.pointer(), name.as_ptr(), data, size, flags),
            }
        };
        place.finish(thread, result)
    }

    /// Remove extended attribute attribute on path.
    #[function("(path, attribute, *, follow_symlinks=True)")]
    fn removexattr(
        thread: &mut Thread,
        path: Value,
        attribute: Value,
        follow_symlinks: Option<bool>,
    ) -> Result<()> {
        let place = AttributePlace::of(thread, "removexattr", path, follow_symlinks.unwrap_or(true))?;
        let name = c_path(thread, attribute)?;
        // SAFETY: names outlive the call.
        let result = unsafe {
            match place.path.descriptor {
                Some(descriptor) => libc::fremovexattr(descriptor, name.as_ptr()),
                None if place.follow => libc::removexattr(place.path.pointer(), name.as_ptr()),
                None => libc::lremovexattr(place.path.pointer(), name.as_ptr()),
            }
        };
        place.finish(thread, result)
    }

    /// Return a list of extended attributes on path.
    ///
    /// path may be either None, a string, a path-like object, or an open file descriptor.
    /// if path is None, listxattr will examine the current directory.
    #[function("(path=None, *, follow_symlinks=True)")]
    fn listxattr(
        thread: &mut Thread,
        path: Option<Value>,
        follow_symlinks: Option<bool>,
    ) -> Result<Gc<List>> {
        let path = path.unwrap_or(Value::NONE);
        let place = AttributePlace::of(thread, "listxattr", path, follow_symlinks.unwrap_or(true))?;
        // SAFETY: name and buffer outlive the call.
        let names = place.read(thread, |buffer| unsafe {
            let (data, size) = (buffer.as_mut_ptr().cast(), buffer.len());
            match place.path.descriptor {
                Some(descriptor) => libc::flistxattr(descriptor, data, size),
                None if place.follow => libc::listxattr(place.path.pointer(), data, size),
                None => libc::llistxattr(place.path.pointer(), data, size),
            }
        })?;
        let list = List::empty();
        for name in names.split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
            list.push(text_of_os(name).value());
        }
        Ok(list)
    }

    /// Creates and returns an event notification file descriptor.
    #[function("(initval, flags=524288)", text = "($module, /, initval, flags=EFD_CLOEXEC)")]
    fn eventfd(thread: &mut Thread, initval: u32, flags: Option<i32>) -> Result<i32> {
        let flags = flags.unwrap_or(libc::EFD_CLOEXEC);
        // SAFETY: a call on numbers.
        let result = unsafe { libc::eventfd(initval, flags) };
        checked(thread, result)
    }

    /// Read eventfd value
    #[function("(fd)")]
    fn eventfd_read(thread: &mut Thread, fd: i32) -> Result<u64> {
        let mut value = 0u64;
        let place = &raw mut value;
        // SAFETY: the place outlives the call.
        on_descriptor(thread, || unsafe { libc::eventfd_read(fd, place) })?;
        Ok(value)
    }

    /// Write eventfd value.
    #[function("(fd, value)")]
    fn eventfd_write(thread: &mut Thread, fd: i32, value: u64) -> Result<()> {
        // SAFETY: a call on numbers.
        on_descriptor(thread, || unsafe { libc::eventfd_write(fd, value) }).map(|_| ())
    }

    /// Return a file descriptor referring to the process *pid*.
    ///
    /// The descriptor can be used to perform process management without races and
    /// signals.
    #[function("(pid, flags=0)")]
    fn pidfd_open(thread: &mut Thread, pid: i32, flags: Option<u32>) -> Result<i32> {
        let flags = flags.unwrap_or(0);
        // SAFETY: a call on numbers.
        let result = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags) };
        checked(thread, result as i32)
    }

    /// Open a pseudo-terminal.
    ///
    /// Return a tuple of (master_fd, slave_fd) containing open file descriptors
    /// for both the master and slave ends.
    #[function("()")]
    fn openpty(thread: &mut Thread) -> Result<Gc<Tuple>> {
        let (mut master, mut slave) = (-1, -1);
        let null = std::ptr::null_mut();
        // SAFETY: the places outlive the calls.
        let result = unsafe { libc::openpty(&mut master, &mut slave, null, null.cast(), null.cast()) };
        checked(thread, result)?;
        for descriptor in [master, slave] {
            // SAFETY: the descriptors just opened.
            let result = unsafe { libc::fcntl(descriptor, libc::F_SETFD, libc::FD_CLOEXEC) };
            checked(thread, result)?;
        }
        Ok(Tuple::new(&[Value::from_int(master.into()), Value::from_int(slave.into())]))
    }

    /// Return the name of the slave pseudo-terminal device.
    ///
    ///   fd
    ///     File descriptor of a master pseudo-terminal.
    #[function("(fd, /)")]
    fn ptsname(thread: &mut Thread, fd: i32) -> Result<Gc<Str>> {
        let mut name = [0 as libc::c_char; 256];
        // SAFETY: a buffer with its length, a C string afterwards.
        let status = unsafe { libc::ptsname_r(fd, name.as_mut_ptr(), name.len()) };
        if status != 0 {
            return Err(os_error(thread, status));
        }
        // SAFETY: as above.
        Ok(text_of_os(unsafe { CStr::from_ptr(name.as_ptr()) }.to_bytes()))
    }

    /// Open and return a file descriptor for a master pseudo-terminal device.
    #[function("(oflag, /)")]
    fn posix_openpt(thread: &mut Thread, oflag: i32) -> Result<i32> {
        // SAFETY: a call on a number.
        let result = unsafe { libc::posix_openpt(oflag) };
        checked(thread, result)
    }

    /// Grant access to the slave pseudo-terminal device.
    #[function("(fd, /)")]
    fn grantpt(thread: &mut Thread, fd: i32) -> Result<()> {
        // SAFETY: a call on a number.
        let result = unsafe { libc::grantpt(fd) };
        checked(thread, result).map(|_| ())
    }

    /// Unlock a pseudo-terminal master/slave pair.
    #[function("(fd, /)")]
    fn unlockpt(thread: &mut Thread, fd: i32) -> Result<()> {
        // SAFETY: a call on a number.
        let result = unsafe { libc::unlockpt(fd) };
        checked(thread, result).map(|_| ())
    }

    /// Return the name of the controlling terminal for this process.
    #[function("()")]
    fn ctermid() -> Gc<Str> {
        Str::new("/dev/tty")
    }
}
