//! The module `_thread`: threads, locks, thread-local data.
//!
//! A Python thread is a thread of the system ([`handle`]) that runs Python code while it holds the interpreter lock
//! (`taipan_runtime::lock`). Locks ([`lock`](mod@lock)) and `join` sleep on words of memory ([`wait`]); [`local`] has the thread-local data.

pub mod handle;
pub mod local;
pub mod lock;
pub mod wait;

use self::handle::{STACK_SIZE, ThreadHandle, join_all, new_handle, start_thread};
use self::local::Local;
use self::lock::{Lock, ReentrantLock, new_lock};
use std::sync::atomic::Ordering;
use taipan_runtime::builtins::function::is_callable;
use taipan_runtime::interpreter::safepoint;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::exception::Exception;
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::prelude::*;
use taipan_runtime::start;

/// This module provides primitive operations to write multi-threaded programs.
/// The 'threading' module provides a more convenient interface.
pub struct Threads;

/// Least stack size that `stack_size` takes.
const LEAST_STACK: i64 = 53248;
/// Longest name of a thread in bytes, without the final NUL.
const MOST_NAME_BYTES: usize = 15;

fn start_new(thread: &mut Thread, function: Value, args: Value, kwargs: Option<Value>) -> Result<u64> {
    if !is_callable(function) {
        return Err(thread.type_error("first arg must be callable"));
    }
    if args.downcast::<Tuple>().is_none() {
        return Err(thread.type_error("2nd arg must be a tuple"));
    }
    if kwargs.is_some_and(|kwargs| kwargs.downcast::<Dict>().is_none()) {
        return Err(thread.type_error("optional 3rd arg must be a dictionary"));
    }
    let handle = new_handle(thread)?;
    start_thread(thread, function, args, kwargs.unwrap_or(Value::NONE), handle, true)?;
    Ok(handle.identifier())
}

fn exit(thread: &mut Thread) -> Raised {
    Exception::with_arguments(thread, types().system_exit, &[])
}

#[native_module(name = "_thread")]
impl Threads {
    /// Create a new lock object. See help(type(threading.Lock())) for
    /// information about locks.
    #[function("()")]
    fn allocate_lock(thread: &mut Thread) -> Result<Gc<Lock>> {
        new_lock(thread)
    }

    /// An obsolete synonym of allocate_lock().
    #[function("()")]
    fn allocate(thread: &mut Thread) -> Result<Gc<Lock>> {
        new_lock(thread)
    }

    /// Return a non-zero integer that uniquely identifies the current thread
    /// amongst other threads that exist simultaneously.
    #[function("()")]
    fn get_ident(thread: &mut Thread) -> u64 {
        thread.identifier
    }

    /// Return a non-negative integer identifying the thread as reported
    /// by the OS (kernel).
    #[function("()")]
    fn get_native_id() -> i64 {
        // SAFETY: no memory is involved.
        unsafe { libc::gettid() as i64 }
    }

    /// Internal only. Return a non-zero integer that uniquely identifies the main thread
    /// of the main interpreter.
    #[function("()")]
    fn _get_main_thread_ident() -> u64 {
        // SAFETY: the main thread lives as long as the process.
        unsafe { (*start::threads()[0]).identifier }
    }

    /// Return the number of currently running Python threads, excluding
    /// the main thread.
    #[function("()")]
    fn _count() -> i64 {
        start::threads().len() as i64 - 1
    }

    /// Return True if the current interpreter is the main Python interpreter.
    #[function("()")]
    fn _is_main_interpreter() -> bool {
        true
    }

    /// Return True if daemon threads are allowed in the current interpreter,
    /// and False otherwise.
    #[function("()")]
    fn daemon_threads_allowed() -> bool {
        true
    }

    /// Start a new thread and return its identifier.
    ///
    /// The thread will call the function with positional arguments from the
    /// tuple args and keyword arguments taken from the optional dictionary
    /// kwargs.  The thread exits when the function returns; the return value
    /// is ignored.  The thread will also exit when the function raises an
    /// unhandled exception; a stack trace will be printed unless the exception
    /// is SystemExit.
    #[function("(function, args, kwargs={}, /)")]
    fn start_new_thread(
        thread: &mut Thread,
        function: Value,
        args: Value,
        kwargs: Option<Value>,
    ) -> Result<u64> {
        start_new(thread, function, args, kwargs)
    }

    /// An obsolete synonym of start_new_thread().
    #[function("(function, args, kwargs={}, /)")]
    fn start_new(thread: &mut Thread, function: Value, args: Value, kwargs: Option<Value>) -> Result<u64> {
        start_new(thread, function, args, kwargs)
    }

    /// *For internal use only*: start a new thread.
    ///
    /// Like start_new_thread(), this starts a new thread calling the given function.
    /// Unlike start_new_thread(), this returns a handle object with methods to join
    /// or detach the given thread.
    /// This function is not for third-party code, please use the
    /// `threading` module instead. During finalization the runtime will not wait for
    /// the thread to exit if daemon is True. If handle is provided it must be a
    /// newly created thread._ThreadHandle instance.
    #[function("(function, handle=None, daemon=True)")]
    fn start_joinable_thread(
        thread: &mut Thread,
        function: Value,
        handle: Option<Value>,
        daemon: Option<bool>,
    ) -> Result<Gc<ThreadHandle>> {
        if !is_callable(function) {
            return Err(thread.type_error("thread function must be callable"));
        }
        let handle = match handle.filter(|handle| !handle.is_none()) {
            None => new_handle(thread)?,
            Some(handle) => match handle.downcast::<ThreadHandle>() {
                Some(handle) => handle,
                None => return Err(thread.type_error("'handle' must be a _ThreadHandle")),
            },
        };
        let arguments = Tuple::new(&[]).value();
        start_thread(thread, function, arguments, Value::NONE, handle, daemon.unwrap_or(true))?;
        Ok(handle)
    }

    /// Internal only. Make a thread handle for threads not spawned
    /// by the _thread or threading module.
    #[function("(ident, /)")]
    fn _make_thread_handle(thread: &mut Thread, ident: u64) -> Result<Gc<ThreadHandle>> {
        let mut handle = new_handle(thread)?;
        handle.stands_for(ident);
        Ok(handle)
    }

    /// Wait until all non-daemon threads have finished.
    #[function("()")]
    fn _shutdown(thread: &mut Thread) {
        join_all(thread);
    }

    /// Return the thread stack size used when creating new threads.  The
    /// optional size argument specifies the stack size (in bytes) to be used
    /// when creating new threads.
    #[function("(size=0, /)")]
    fn stack_size(thread: &mut Thread, size: Option<i64>) -> Result<u64> {
        let size = size.unwrap_or(0);
        if size != 0 && size < LEAST_STACK {
            return Err(thread.value_error(format!("size must be at least {LEAST_STACK} bytes")));
        }
        Ok(STACK_SIZE.swap(size as usize, Ordering::Relaxed) as u64)
    }

    /// This is synonymous to ``raise SystemExit''.  It will cause the current
    /// thread to exit silently unless the exception is caught.
    #[function("()")]
    fn exit(thread: &mut Thread) -> Result {
        Err(exit(thread))
    }

    /// An obsolete synonym of exit().
    #[function("()")]
    fn exit_thread(thread: &mut Thread) -> Result {
        Err(exit(thread))
    }

    /// Simulate the arrival of the given signal in the main thread,
    /// where the corresponding signal handler will be executed.
    /// If *signum* is omitted, SIGINT is assumed.
    /// A subthread can use this function to interrupt the main thread.
    ///
    /// Note: the default signal handler for SIGINT raises ``KeyboardInterrupt``.
    #[function("(signum=signal.SIGINT, /)", text = "($module, signum=signal.SIGINT, /)")]
    fn interrupt_main(thread: &mut Thread, signum: Option<i64>) -> Result<()> {
        crate::signal::simulate(thread, signum.unwrap_or(libc::SIGINT.into()))?;
        // The main thread interrupts itself at once.
        if safepoint::is_due(thread) { safepoint::handle(thread) } else { Ok(()) }
    }

    /// Set the name of the current thread.
    #[function("(name)")]
    fn set_name(thread: &mut Thread, name: Gc<Str>) -> Result<()> {
        let mut bytes = crate::system::os_bytes_of_text(thread, name)?;
        let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
        bytes.truncate(end.min(MOST_NAME_BYTES));
        bytes.push(0);
        // SAFETY: a NUL-terminated name of the calling thread.
        let status = unsafe { libc::pthread_setname_np(libc::pthread_self(), bytes.as_ptr().cast()) };
        if status == 0 { Ok(()) } else { Err(crate::os_error(thread, status)) }
    }

    /// Get the name of the current thread.
    #[function("()")]
    fn _get_name(thread: &mut Thread) -> Result<Gc<Str>> {
        let mut bytes = [0u8; 64];
        // SAFETY: a buffer with its length.
        let status =
            unsafe { libc::pthread_getname_np(libc::pthread_self(), bytes.as_mut_ptr().cast(), bytes.len()) };
        if status != 0 {
            return Err(crate::os_error(thread, status));
        }
        let length = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
        Ok(crate::text_of_os(&bytes[..length]))
    }

    #[constant(name = "TIMEOUT_MAX")]
    fn timeout_max() -> f64 {
        wait::TIMEOUT_MAX
    }

    #[constant(name = "_NAME_MAXLEN")]
    fn name_max_length() -> i64 {
        MOST_NAME_BYTES as i64
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        let types_of_module = [
            ("LockType", Lock::DEFINITION),
            ("lock", Lock::DEFINITION),
            ("RLock", ReentrantLock::DEFINITION),
            ("_local", Local::DEFINITION),
            ("_ThreadHandle", ThreadHandle::DEFINITION),
        ];
        for (name, definition) in types_of_module {
            let class = taipan_runtime::builtins::class::class_of_definition(thread, definition)?;
            module.dict.set_str(thread, intern(name), class.value())?;
        }
        module.dict.set_str(thread, intern("error"), types().runtime_error.value())
    }
}
