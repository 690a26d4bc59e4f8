//! The module `_thread`: locks and the current thread's identity. Starting further threads isn't there yet and says so.
//!
//! With one thread a lock that is held can only be released by the thread that would wait for it: a wait without a time limit
//! serves signals and nothing else.

use std::time::{Duration, Instant};
use taipan_runtime::interpreter::safepoint;
use taipan_runtime::native_layout;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::attribute::class_name;
use taipan_runtime::prelude::*;

/// This module provides primitive operations to write multi-threaded programs.
pub struct Threads;

/// A lock.
#[repr(C)]
pub struct Lock {
    head: NativeHead,
    locked: bool,
}

native_layout!(Lock, "_thread.lock", |this, tracer| {});

/// A reentrant lock.
#[repr(C)]
pub struct ReentrantLock {
    head: NativeHead,
    count: usize,
}

native_layout!(ReentrantLock, "_thread.RLock", |this, tracer| {});

/// Longest wait in seconds.
const TIMEOUT_MAX: f64 = 9223372036.0;

/// Checks `acquire`'s arguments: the end of the wait, `None` to wait for ever; `Err(None)` for no wait at all.
fn deadline(
    thread: &mut Thread,
    blocking: bool,
    timeout: f64,
) -> Result<std::result::Result<Option<Instant>, ()>> {
    if !blocking && timeout != -1.0 {
        return Err(thread.value_error("can't specify a timeout for a non-blocking call"));
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(thread.value_error("timeout value must be a non-negative number"));
    }
    if timeout > TIMEOUT_MAX {
        return Err(thread.overflow_error("timeout value is too large"));
    }
    Ok(match (blocking, timeout) {
        (false, _) => Err(()),
        (true, -1.0) => Ok(None),
        (true, seconds) => Ok(Some(Instant::now() + Duration::from_secs_f64(seconds))),
    })
}

fn acquire(thread: &mut Thread, mut this: Gc<Lock>, blocking: bool, timeout: f64) -> Result<bool> {
    let end = deadline(thread, blocking, timeout)?;
    while this.locked {
        match end {
            Err(()) => return Ok(false),
            Ok(Some(end)) if Instant::now() >= end => return Ok(false),
            _ => {}
        }
        taipan_runtime::lock::without_lock(thread, || std::thread::sleep(Duration::from_millis(1)));
        if safepoint::is_due(thread) {
            safepoint::handle(thread)?;
        }
    }
    this.locked = true;
    Ok(true)
}

fn release(thread: &mut Thread, mut this: Gc<Lock>) -> Result<()> {
    if !this.locked {
        return Err(thread.runtime_error("release unlocked lock"));
    }
    this.locked = false;
    Ok(())
}

fn new_lock(thread: &mut Thread) -> Result<Gc<Lock>> {
    let class = taipan_runtime::builtins::class::class_of_definition(thread, Lock::DEFINITION)?;
    Ok(native_object::new(class, Lock { head: NativeHead::empty(), locked: false }))
}

/// A lock object is a synchronization primitive.
#[native_type(name = "lock", module = "_thread", weak_referencable)]
impl Lock {
    #[new("()")]
    fn new(class: Gc<TypeObject>) -> Gc<Lock> {
        native_object::new(class, Lock { head: NativeHead::empty(), locked: false })
    }

    /// Lock the lock.
    #[method("($self, blocking=True, timeout=-1)")]
    fn acquire(
        thread: &mut Thread,
        this: Gc<Lock>,
        blocking: Option<bool>,
        timeout: Option<f64>,
    ) -> Result<bool> {
        acquire(thread, this, blocking.unwrap_or(true), timeout.unwrap_or(-1.0))
    }

    /// Lock the lock.
    #[method("($self, blocking=True, timeout=-1)")]
    fn acquire_lock(
        thread: &mut Thread,
        this: Gc<Lock>,
        blocking: Option<bool>,
        timeout: Option<f64>,
    ) -> Result<bool> {
        acquire(thread, this, blocking.unwrap_or(true), timeout.unwrap_or(-1.0))
    }

    /// Release the lock.
    #[method("($self, /)")]
    fn release(thread: &mut Thread, this: Gc<Lock>) -> Result<()> {
        release(thread, this)
    }

    /// Release the lock.
    #[method("($self, /)")]
    fn release_lock(thread: &mut Thread, this: Gc<Lock>) -> Result<()> {
        release(thread, this)
    }

    /// Return whether the lock is in the locked state.
    #[method("($self, /)")]
    fn locked(this: Gc<Lock>) -> bool {
        this.locked
    }

    /// Lock the lock.
    #[method("($self, /)", plain)]
    fn __enter__(thread: &mut Thread, this: Gc<Lock>) -> Result<bool> {
        acquire(thread, this, true, -1.0)
    }

    /// Release the lock.
    #[method("($self, /, *exc_info)", plain)]
    fn __exit__(thread: &mut Thread, this: Gc<Lock>, _exc_info: &[Value]) -> Result<()> {
        release(thread, this)
    }

    /// Makes the lock free in a child process.
    #[method("($self, /)")]
    fn _at_fork_reinit(mut this: Gc<Lock>) {
        this.locked = false;
    }

    #[method]
    fn __repr__(this: Gc<Lock>) -> String {
        let state = if this.locked { "locked" } else { "unlocked" };
        format!("<{state} {} object at {:#x}>", class_name(this.value()), this.value().0)
    }
}

fn acquire_again(
    thread: &mut Thread,
    mut this: Gc<ReentrantLock>,
    blocking: bool,
    timeout: f64,
) -> Result<bool> {
    let _ = deadline(thread, blocking, timeout)?;
    this.count += 1;
    Ok(true)
}

fn release_once(thread: &mut Thread, mut this: Gc<ReentrantLock>) -> Result<()> {
    if this.count == 0 {
        return Err(thread.runtime_error("cannot release un-acquired lock"));
    }
    this.count -= 1;
    Ok(())
}

/// A reentrant lock, which its owner can acquire again.
#[native_type(name = "RLock", module = "_thread", base_type, weak_referencable)]
impl ReentrantLock {
    #[new("()")]
    fn new(class: Gc<TypeObject>) -> Gc<ReentrantLock> {
        native_object::new(class, ReentrantLock { head: NativeHead::empty(), count: 0 })
    }

    /// Lock the lock.
    #[method("($self, blocking=True, timeout=-1)")]
    fn acquire(
        thread: &mut Thread,
        this: Gc<ReentrantLock>,
        blocking: Option<bool>,
        timeout: Option<f64>,
    ) -> Result<bool> {
        acquire_again(thread, this, blocking.unwrap_or(true), timeout.unwrap_or(-1.0))
    }

    /// Release the lock.
    #[method("($self, /)")]
    fn release(thread: &mut Thread, this: Gc<ReentrantLock>) -> Result<()> {
        release_once(thread, this)
    }

    /// Return whether the lock is locked.
    #[method("($self, /)")]
    fn locked(this: Gc<ReentrantLock>) -> bool {
        this.count > 0
    }

    /// Lock the lock.
    #[method("($self, /)", plain)]
    fn __enter__(thread: &mut Thread, this: Gc<ReentrantLock>) -> Result<bool> {
        acquire_again(thread, this, true, -1.0)
    }

    /// Release the lock.
    #[method("($self, /, *exc_info)", plain)]
    fn __exit__(thread: &mut Thread, this: Gc<ReentrantLock>, _exc_info: &[Value]) -> Result<()> {
        release_once(thread, this)
    }

    /// For internal use by `threading.Condition`.
    #[method("($self, /)")]
    fn _is_owned(this: Gc<ReentrantLock>) -> bool {
        this.count > 0
    }

    /// For internal use by `threading.Condition`.
    #[method("($self, /)")]
    fn _recursion_count(this: Gc<ReentrantLock>) -> i64 {
        this.count as i64
    }

    /// Makes the lock free in a child process.
    #[method("($self, /)")]
    fn _at_fork_reinit(mut this: Gc<ReentrantLock>) {
        this.count = 0;
    }
}

/// Thread-local data.
#[repr(C)]
pub struct Local {
    head: NativeHead,
}

native_layout!(Local, "_thread._local", |this, tracer| {});

/// Thread-local data
#[native_type(name = "_local", module = "_thread", base_type, has_dict, weak_referencable)]
impl Local {
    #[new("(*args, **kwargs)", hidden)]
    fn new(class: Gc<TypeObject>, _args: &[Value], _kwargs: KeywordArguments<'_>) -> Gc<Local> {
        native_object::new(class, Local { head: NativeHead::empty() })
    }
}

/// A thread as `threading` holds it.
#[repr(C)]
pub struct ThreadHandle {
    head: NativeHead,
    ident: Value,
}

native_layout!(ThreadHandle, "_thread._ThreadHandle", |this, tracer| tracer.value(this.ident.0));

#[native_type(name = "_ThreadHandle", module = "_thread", weak_referencable)]
impl ThreadHandle {
    #[new("()")]
    fn new(class: Gc<TypeObject>) -> Gc<ThreadHandle> {
        native_object::new(class, ThreadHandle { head: NativeHead::empty(), ident: Value::NONE })
    }

    #[getter]
    fn ident(this: Gc<ThreadHandle>) -> Value {
        this.ident
    }

    /// Whether the thread has ended.
    #[method("($self, /)")]
    fn is_done(_this: Gc<ThreadHandle>) -> bool {
        false
    }
}

fn identifier() -> i64 {
    // SAFETY: no memory is involved.
    unsafe { libc::pthread_self() as i64 }
}

#[cold]
fn no_threads(thread: &mut Thread) -> Raised {
    thread.not_implemented_error("starting threads is not implemented yet")
}

#[native_module(name = "_thread")]
impl Threads {
    /// Create a new lock object.
    #[function("()")]
    fn allocate_lock(thread: &mut Thread) -> Result<Gc<Lock>> {
        new_lock(thread)
    }

    /// Create a new lock object.
    #[function("()")]
    fn allocate(thread: &mut Thread) -> Result<Gc<Lock>> {
        new_lock(thread)
    }

    /// Return a non-zero integer that uniquely identifies the current thread.
    #[function("()")]
    fn get_ident() -> i64 {
        identifier()
    }

    /// Return a non-negative integer identifying the thread as reported by the OS kernel.
    #[function("()")]
    fn get_native_id() -> i64 {
        // SAFETY: no memory is involved.
        unsafe { libc::gettid() as i64 }
    }

    /// The main thread's identity.
    #[function("()")]
    fn _get_main_thread_ident() -> i64 {
        identifier()
    }

    /// Return the number of threads that were started.
    #[function("()")]
    fn _count() -> i64 {
        0
    }

    /// Whether this is the main interpreter.
    #[function("()")]
    fn _is_main_interpreter() -> bool {
        true
    }

    /// Whether daemon threads may be started.
    #[function("()")]
    fn daemon_threads_allowed() -> bool {
        true
    }

    /// Start a new thread.
    #[function("(function, args, kwargs={}, /)")]
    fn start_new_thread(
        thread: &mut Thread,
        _function: Value,
        _args: Value,
        _kwargs: Option<Value>,
    ) -> Result {
        Err(no_threads(thread))
    }

    /// Start a new thread that can be joined.
    #[function("(function, handle=None, daemon=True)")]
    fn start_joinable_thread(
        thread: &mut Thread,
        _function: Value,
        _handle: Option<Value>,
        _daemon: Option<Value>,
    ) -> Result {
        Err(no_threads(thread))
    }

    /// Makes a handle of a thread; only `threading` calls this, for threads that exist.
    #[function("(ident)")]
    fn _make_thread_handle(thread: &mut Thread, ident: Value) -> Result {
        let class = taipan_runtime::builtins::class::class_of_definition(thread, ThreadHandle::DEFINITION)?;
        Ok(native_object::new(class, ThreadHandle { head: NativeHead::empty(), ident }).value())
    }

    /// Wait for all threads to end.
    #[function("()")]
    fn _shutdown() {}

    /// Return the thread stack size used when creating new threads.
    #[function("(size=0, /)")]
    fn stack_size(thread: &mut Thread, size: Option<i64>) -> Result<i64> {
        match size {
            None | Some(0) => Ok(0),
            Some(_) => Err(thread.value_error("setting stack size not supported")),
        }
    }

    /// Raise SystemExit.
    #[function("()")]
    fn exit(thread: &mut Thread) -> Result {
        Err(taipan_runtime::object::exception::Exception::with_arguments(thread, types().system_exit, &[]))
    }

    #[constant(name = "TIMEOUT_MAX")]
    fn timeout_max() -> f64 {
        TIMEOUT_MAX
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
