//! Functions about processes, users, the environment and the system.

use super::files::on_descriptor;
use super::path::{PATH, PATH_OR_DESCRIPTOR, PathArgument};
use super::stat::{TIMES_RESULT, UNAME_RESULT};
use crate::system::{c_path, error_text, last_error, os_error, text_of_os};
use std::ffi::{CStr, CString};
use taipan_runtime::lock::without_lock;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::list::List;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::iterate;
use taipan_runtime::prelude::*;

/// The environment of the process, as the dict of bytes that `os.environ` begins with.
pub fn environment(thread: &mut Thread) -> Result<Gc<Dict>> {
    use std::os::unix::ffi::OsStrExt;
    let environ = Dict::new();
    for (name, value) in std::env::vars_os() {
        let (name, value) = (Bytes::new(name.as_bytes()), Bytes::new(value.as_bytes()));
        environ.set(thread, name.value(), value.value())?;
    }
    Ok(environ)
}

/// Strings for `exec`: C strings and the array of pointers to them.
pub struct StringArray {
    _strings: Vec<CString>,
    pointers: Vec<*const libc::c_char>,
}

impl StringArray {
    fn new(strings: Vec<CString>) -> StringArray {
        let mut pointers: Vec<_> = strings.iter().map(|string| string.as_ptr()).collect();
        pointers.push(std::ptr::null());
        StringArray { _strings: strings, pointers }
    }

    pub fn pointer(&self) -> *const *const libc::c_char {
        self.pointers.as_ptr()
    }
}

/// The arguments of a program.
pub fn argument_array(thread: &mut Thread, function: &str, argv: Value) -> Result<StringArray> {
    if argv.downcast::<List>().is_none() && argv.downcast::<Tuple>().is_none() {
        return Err(thread.type_error(format!("{function}: argv must be a tuple or list")));
    }
    let mut strings = Vec::new();
    for &argument in iterate::collect(thread, argv)?.iter() {
        strings.push(c_path(thread, argument)?);
    }
    match strings.first() {
        None => Err(thread.value_error(format!("{function}: argv must not be empty"))),
        Some(first) if first.is_empty() => {
            Err(thread.value_error(format!("{function}: argv first element cannot be empty")))
        }
        Some(_) => Ok(StringArray::new(strings)),
    }
}

/// An environment from a mapping.
pub fn environment_array(thread: &mut Thread, environment: Value) -> Result<StringArray> {
    let items = thread.call_method(environment, "items", &[])?;
    let mut strings = Vec::new();
    for &item in iterate::collect(thread, items)?.iter() {
        let Some(&[name, value]) = item.downcast::<Tuple>().map(|pair| pair.items()) else {
            return Err(thread.type_error("env.items() must give pairs"));
        };
        let (name, value) = (c_path(thread, name)?, c_path(thread, value)?);
        if name.is_empty() || name.as_bytes()[1..].contains(&b'=') {
            return Err(thread.value_error("illegal environment variable name"));
        }
        let joined = [name.as_bytes(), b"=", value.as_bytes()].concat();
        strings.push(CString::new(joined).map_err(|_| thread.value_error("embedded null byte"))?);
    }
    Ok(StringArray::new(strings))
}

/// The result of a system call, or its error.
pub fn checked(thread: &mut Thread, result: i32) -> Result<i32> {
    if result < 0 {
        let number = last_error();
        return Err(os_error(thread, number));
    }
    Ok(result)
}

/// The functions about processes and the system.
pub struct Processes;

#[native_module(name = "posix")]
impl Processes {
    /// Return the current process id.
    #[function("()")]
    fn getpid() -> u32 {
        std::process::id()
    }

    /// Return the parent's process id.
    #[function("()")]
    fn getppid() -> i32 {
        // SAFETY: takes nothing.
        unsafe { libc::getppid() }
    }

    /// Return the current process's user id.
    #[function("()")]
    fn getuid() -> u32 {
        // SAFETY: takes nothing.
        unsafe { libc::getuid() }
    }

    /// Return the current process's effective user id.
    #[function("()")]
    fn geteuid() -> u32 {
        // SAFETY: takes nothing.
        unsafe { libc::geteuid() }
    }

    /// Return the current process's group id.
    #[function("()")]
    fn getgid() -> u32 {
        // SAFETY: takes nothing.
        unsafe { libc::getgid() }
    }

    /// Return the current process's effective group id.
    #[function("()")]
    fn getegid() -> u32 {
        // SAFETY: takes nothing.
        unsafe { libc::getegid() }
    }

    /// Return the current process group id.
    #[function("()")]
    fn getpgrp() -> i32 {
        // SAFETY: takes nothing.
        unsafe { libc::getpgrp() }
    }

    /// Call the system call getpgid(), and return the result.
    #[function("(pid)")]
    fn getpgid(thread: &mut Thread, pid: i32) -> Result<i32> {
        // SAFETY: a system call on a number.
        let result = unsafe { libc::getpgid(pid) };
        checked(thread, result)
    }

    /// Call the system call setsid().
    #[function("()")]
    fn setsid(thread: &mut Thread) -> Result<()> {
        // SAFETY: takes nothing.
        let result = unsafe { libc::setsid() };
        checked(thread, result).map(|_| ())
    }

    /// Kill a process with a signal.
    #[function("(pid, signal, /)")]
    fn kill(thread: &mut Thread, pid: i32, signal: i32) -> Result<()> {
        // SAFETY: a system call on numbers.
        let result = unsafe { libc::kill(pid, signal) };
        checked(thread, result)?;
        // A signal to the process itself is handled at once.
        taipan_runtime::interpreter::safepoint::handle(thread)
    }

    /// Kill a process group with a signal.
    #[function("(pgid, signal, /)")]
    fn killpg(thread: &mut Thread, pgid: i32, signal: i32) -> Result<()> {
        // SAFETY: a system call on numbers.
        let result = unsafe { libc::killpg(pgid, signal) };
        checked(thread, result)?;
        taipan_runtime::interpreter::safepoint::handle(thread)
    }

    /// Wait for completion of a given child process.
    ///
    /// Returns a tuple of information regarding the child process:
    ///     (pid, status)
    #[function("(pid, options, /)")]
    fn waitpid(thread: &mut Thread, pid: i32, options: i32) -> Result<Gc<Tuple>> {
        let mut status = 0;
        let place = &raw mut status;
        // SAFETY: the place outlives the call.
        let process = on_descriptor(thread, || unsafe { libc::waitpid(pid, place, options) })?;
        Ok(Tuple::new(&[Value::from_int(process.into()), Value::from_int(status.into())]))
    }

    /// Wait for completion of a child process.
    #[function("()")]
    fn wait(thread: &mut Thread) -> Result<Gc<Tuple>> {
        Processes::waitpid(thread, -1, 0)
    }

    #[function("(status, /)")]
    fn WCOREDUMP(status: i32) -> bool {
        libc::WCOREDUMP(status)
    }

    #[function("(status)")]
    fn WIFCONTINUED(status: i32) -> bool {
        libc::WIFCONTINUED(status)
    }

    #[function("(status)")]
    fn WIFSTOPPED(status: i32) -> bool {
        libc::WIFSTOPPED(status)
    }

    #[function("(status)")]
    fn WIFSIGNALED(status: i32) -> bool {
        libc::WIFSIGNALED(status)
    }

    #[function("(status)")]
    fn WIFEXITED(status: i32) -> bool {
        libc::WIFEXITED(status)
    }

    #[function("(status)")]
    fn WEXITSTATUS(status: i32) -> i32 {
        libc::WEXITSTATUS(status)
    }

    #[function("(status)")]
    fn WTERMSIG(status: i32) -> i32 {
        libc::WTERMSIG(status)
    }

    #[function("(status)")]
    fn WSTOPSIG(status: i32) -> i32 {
        libc::WSTOPSIG(status)
    }

    /// Convert a wait status to an exit code.
    #[function("(status)")]
    fn waitstatus_to_exitcode(thread: &mut Thread, status: i32) -> Result<i32> {
        if libc::WIFEXITED(status) {
            return Ok(libc::WEXITSTATUS(status));
        }
        if libc::WIFSIGNALED(status) {
            return Ok(-libc::WTERMSIG(status));
        }
        Err(match libc::WIFSTOPPED(status) {
            true => {
                let signal = libc::WSTOPSIG(status);
                thread.value_error(format!("process stopped by delivery of signal {signal}"))
            }
            false => thread.value_error(format!("invalid wait status: {status}")),
        })
    }

    /// Exit to the system with specified status, without normal exit processing.
    #[function("(status)")]
    fn _exit(status: i32) {
        // SAFETY: ends the process.
        unsafe { libc::_exit(status) };
    }

    /// Abort the interpreter immediately.
    #[function("()")]
    fn abort() {
        std::process::abort();
    }

    /// Execute the command in a subshell.
    #[function("(command)")]
    fn system(thread: &mut Thread, command: Value) -> Result<i32> {
        let command = c_path(thread, command)?;
        // SAFETY: the command outlives the call.
        Ok(without_lock(thread, || unsafe { libc::system(command.as_ptr()) }))
    }

    /// Execute an executable path with arguments, replacing current process.
    #[function("(path, argv, /)")]
    fn execv(thread: &mut Thread, path: Value, argv: Value) -> Result<()> {
        let path = PathArgument::of(thread, path, "execv", "path", PATH)?;
        let arguments = argument_array(thread, "execv", argv)?;
        // SAFETY: the strings outlive the call.
        unsafe { libc::execv(path.pointer(), arguments.pointer()) };
        let number = last_error();
        Err(path.error(thread, number))
    }

    /// Execute an executable path with arguments, replacing current process.
    #[function("(path, argv, env)")]
    fn execve(thread: &mut Thread, path: Value, argv: Value, env: Value) -> Result<()> {
        let path = PathArgument::of(thread, path, "execve", "path", PATH_OR_DESCRIPTOR)?;
        let arguments = argument_array(thread, "execve", argv)?;
        let environment = environment_array(thread, env)?;
        // SAFETY: the strings outlive the call.
        unsafe {
            match path.descriptor {
                Some(fd) => libc::fexecve(fd, arguments.pointer(), environment.pointer()),
                None => libc::execve(path.pointer(), arguments.pointer(), environment.pointer()),
            }
        };
        let number = last_error();
        Err(path.error(thread, number))
    }

    /// Change or add an environment variable.
    #[function("(name, value, /)")]
    fn putenv(thread: &mut Thread, name: Value, value: Value) -> Result<()> {
        let (name, value) = (c_path(thread, name)?, c_path(thread, value)?);
        if name.as_bytes().contains(&b'=') {
            return Err(thread.value_error("illegal environment variable name"));
        }
        // SAFETY: the interpreter lock keeps other Python threads from the environment.
        let result = unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) };
        checked(thread, result).map(|_| ())
    }

    /// Delete an environment variable.
    #[function("(name, /)")]
    fn unsetenv(thread: &mut Thread, name: Value) -> Result<()> {
        let name = c_path(thread, name)?;
        // SAFETY: as in `putenv`.
        let result = unsafe { libc::unsetenv(name.as_ptr()) };
        checked(thread, result).map(|_| ())
    }

    /// Create the environment dictionary.
    #[function("()")]
    fn _create_environ(thread: &mut Thread) -> Result<Gc<Dict>> {
        environment(thread)
    }

    /// Translate an error code to a message string.
    #[function("(code, /)")]
    fn strerror(code: i32) -> String {
        error_text(code)
    }

    /// Return the number of logical CPUs in the system.
    ///
    /// Return None if indeterminable.
    #[function("()")]
    fn cpu_count() -> Option<i64> {
        // SAFETY: a system call on a number.
        Some(unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) }).filter(|count| *count >= 1)
    }

    /// Return the affinity of the process identified by pid (or the current process if zero).
    #[function("(pid, /)")]
    fn sched_getaffinity(thread: &mut Thread, pid: i32) -> Result {
        // SAFETY: the set is plain memory that the call fills.
        let (set, result) = unsafe {
            let mut set: libc::cpu_set_t = std::mem::zeroed();
            let result = libc::sched_getaffinity(pid, size_of::<libc::cpu_set_t>(), &mut set);
            (set, result)
        };
        checked(thread, result)?;
        let members = List::empty();
        for cpu in 0..8 * size_of::<libc::cpu_set_t>() {
            // SAFETY: within the set.
            if unsafe { libc::CPU_ISSET(cpu, &set) } {
                members.push(Value::from_int(cpu as i64));
            }
        }
        thread.call(types().set.value(), &[members.value()])
    }

    /// Return a bytes object containing random bytes suitable for cryptographic use.
    #[function("(size, /)")]
    fn urandom(thread: &mut Thread, size: isize) -> Result<Gc<Bytes>> {
        let Ok(size) = usize::try_from(size) else {
            return Err(thread.value_error("negative argument not allowed"));
        };
        random_bytes(thread, size, 0, true)
    }

    /// Obtain a series of random bytes.
    #[function("(size, flags=0)")]
    fn getrandom(thread: &mut Thread, size: isize, flags: u32) -> Result<Gc<Bytes>> {
        let Ok(size) = usize::try_from(size) else { return Err(os_error(thread, libc::EINVAL)) };
        random_bytes(thread, size, flags, false)
    }

    /// Return a collection containing process timing information.
    #[function("()")]
    fn times(thread: &mut Thread) -> Result {
        // SAFETY: plain memory that the call fills; a system call on a number.
        let (elapsed, times, rate) = unsafe {
            let mut times: libc::tms = std::mem::zeroed();
            (libc::times(&mut times), times, libc::sysconf(libc::_SC_CLK_TCK) as f64)
        };
        let ticks = [times.tms_utime, times.tms_stime, times.tms_cutime, times.tms_cstime, elapsed];
        TIMES_RESULT.make(thread, &ticks.map(|ticks| Value::from_float(ticks as f64 / rate)))
    }

    /// Return an object identifying the current operating system.
    #[function("()")]
    fn uname(thread: &mut Thread) -> Result {
        // SAFETY: plain memory that the call fills with C strings.
        let names = unsafe {
            let mut names: libc::utsname = std::mem::zeroed();
            checked(thread, libc::uname(&mut names))?;
            names
        };
        let text = |name: &[libc::c_char]| {
            // SAFETY: a C string within the structure.
            text_of_os(unsafe { CStr::from_ptr(name.as_ptr()) }.to_bytes()).value()
        };
        let values = [
            text(&names.sysname),
            text(&names.nodename),
            text(&names.release),
            text(&names.version),
            text(&names.machine),
        ];
        UNAME_RESULT.make(thread, &values)
    }

    /// Return average recent system load information.
    #[function("()")]
    fn getloadavg(thread: &mut Thread) -> Result<Gc<Tuple>> {
        let mut loads = [0.0; 3];
        // SAFETY: the array has room for three.
        if unsafe { libc::getloadavg(loads.as_mut_ptr(), 3) } != 3 {
            return Err(thread.os_error("Load averages are unobtainable"));
        }
        Ok(Tuple::new(&loads.map(Value::from_float)))
    }
}

/// Bytes from the system's generator: all that were asked for, or what one call gives.
fn random_bytes(thread: &mut Thread, size: usize, flags: u32, all: bool) -> Result<Gc<Bytes>> {
    let mut bytes = vec![0u8; size];
    let mut done = 0;
    while done < size {
        let rest = &mut bytes[done..];
        let (place, length) = (rest.as_mut_ptr(), rest.len());
        // SAFETY: the memory outlives the call.
        done += on_descriptor(thread, || unsafe { libc::getrandom(place.cast(), length, flags) })? as usize;
        if !all {
            break;
        }
    }
    Ok(Bytes::new(&bytes[..done]))
}
