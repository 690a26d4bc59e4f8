//! `_thread`: locks and the identity of the running thread. Starting threads is not possible yet, and says so.

use std::time::{Duration, Instant};
use taipan_runtime::lock::without_lock;
use taipan_runtime::native::TypeDefinition;
use taipan_runtime::native_layout;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::convert::to_float;
use taipan_runtime::prelude::*;

/// Greatest timeout in seconds.
const TIMEOUT_MAX: f64 = 9_223_372_036.0;

/// A lock: held by an owner, once or (if it is reentrant) several times.
#[derive(Default)]
struct Hold {
    owner: u64,
    count: u64,
}

/// How long an acquisition may wait.
fn wait_limit(thread: &mut Thread, blocking: bool, timeout: Option<Value>) -> Result<Option<Duration>> {
    let timeout = match timeout {
        Some(timeout) => to_float(thread, timeout)?,
        None => -1.0,
    };
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
        (false, _) => Some(Duration::ZERO),
        (true, -1.0) => None,
        (true, seconds) => Some(Duration::from_secs_f64(seconds)),
    })
}

/// Waits until `try_take` succeeds or the time is over.
fn wait(thread: &mut Thread, limit: Option<Duration>, mut try_take: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    loop {
        if try_take() {
            return true;
        }
        if limit.is_some_and(|limit| start.elapsed() >= limit) {
            return false;
        }
        without_lock(thread, || std::thread::sleep(Duration::from_micros(200)));
    }
}

/// A lock.
#[repr(C)]
pub struct Lock {
    head: NativeHead,
    held: bool,
}

native_layout!(Lock, "_thread.lock", |this, tracer| ());

fn acquire(thread: &mut Thread, mut this: Gc<Lock>, blocking: bool, timeout: Option<Value>) -> Result<bool> {
    let limit = wait_limit(thread, blocking, timeout)?;
    Ok(wait(thread, limit, || !std::mem::replace(&mut this.held, true)))
}

fn release(thread: &mut Thread, mut this: Gc<Lock>) -> Result<()> {
    if std::mem::replace(&mut this.held, false) {
        Ok(())
    } else {
        Err(thread.runtime_error("release unlocked lock"))
    }
}

/// A lock object is a synchronization primitive.
#[native_type(name = "lock", module = "_thread", weak_referencable)]
impl Lock {
    #[new("()")]
    fn new(class: Gc<TypeObject>) -> Gc<Lock> {
        native_object::new(class, Lock { head: NativeHead::empty(), held: false })
    }

    /// Lock the lock.
    #[method("(blocking=True, timeout=-1)")]
    fn acquire(thread: &mut Thread, this: Gc<Lock>, blocking: bool, timeout: Option<Value>) -> Result<bool> {
        acquire(thread, this, blocking, timeout)
    }

    /// Release the lock.
    #[method("()")]
    fn release(thread: &mut Thread, this: Gc<Lock>) -> Result<()> {
        release(thread, this)
    }

    /// Return whether the lock is in the locked state.
    #[method("()")]
    fn locked(this: Gc<Lock>) -> bool {
        this.held
    }

    /// Lock the lock.
    #[method("()")]
    fn __enter__(thread: &mut Thread, this: Gc<Lock>) -> Result<bool> {
        acquire(thread, this, true, None)
    }

    /// Release the lock.
    #[method("(*exc_info)")]
    fn __exit__(thread: &mut Thread, this: Gc<Lock>, _exc_info: &[Value]) -> Result<()> {
        release(thread, this)
    }

    #[method]
    fn __repr__(this: Gc<Lock>) -> String {
        let state = if this.held { "locked" } else { "unlocked" };
        format!("<{state} _thread.lock object at {:#x}>", this.value().0)
    }
}

/// A lock that its owner may acquire again.
#[repr(C)]
pub struct ReentrantLock {
    head: NativeHead,
    hold: Hold,
}

native_layout!(ReentrantLock, "_thread.RLock", |this, tracer| ());

fn acquire_again(
    thread: &mut Thread,
    mut this: Gc<ReentrantLock>,
    blocking: bool,
    timeout: Option<Value>,
) -> Result<bool> {
    let limit = wait_limit(thread, blocking, timeout)?;
    let me = thread.identifier;
    Ok(wait(thread, limit, || {
        let free = this.hold.count == 0 || this.hold.owner == me;
        if free {
            this.hold = Hold { owner: me, count: this.hold.count + 1 };
        }
        free
    }))
}

fn release_once(thread: &mut Thread, mut this: Gc<ReentrantLock>) -> Result<()> {
    if this.hold.count == 0 || this.hold.owner != thread.identifier {
        return Err(thread.runtime_error("cannot release un-acquired lock"));
    }
    this.hold.count -= 1;
    Ok(())
}

/// A reentrant lock.
#[native_type(name = "RLock", module = "_thread", base_type, weak_referencable)]
impl ReentrantLock {
    #[new("(*args, **kwargs)", hidden)]
    fn new(class: Gc<TypeObject>, _args: &[Value], _kwargs: KeywordArguments<'_>) -> Gc<ReentrantLock> {
        native_object::new(class, ReentrantLock { head: NativeHead::empty(), hold: Hold::default() })
    }

    /// Lock the lock.
    #[method("(blocking=True, timeout=-1)")]
    fn acquire(
        thread: &mut Thread,
        this: Gc<ReentrantLock>,
        blocking: bool,
        timeout: Option<Value>,
    ) -> Result<bool> {
        acquire_again(thread, this, blocking, timeout)
    }

    /// Release the lock.
    #[method("()")]
    fn release(thread: &mut Thread, this: Gc<ReentrantLock>) -> Result<()> {
        release_once(thread, this)
    }

    /// Return whether the lock is held.
    #[method("()")]
    fn locked(this: Gc<ReentrantLock>) -> bool {
        this.hold.count > 0
    }

    /// For internal use by `threading.Condition`.
    #[method("()")]
    fn _is_owned(thread: &mut Thread, this: Gc<ReentrantLock>) -> bool {
        this.hold.count > 0 && this.hold.owner == thread.identifier
    }

    /// Lock the lock.
    #[method("()")]
    fn __enter__(thread: &mut Thread, this: Gc<ReentrantLock>) -> Result<bool> {
        acquire_again(thread, this, true, None)
    }

    /// Release the lock.
    #[method("(*exc_info)")]
    fn __exit__(thread: &mut Thread, this: Gc<ReentrantLock>, _exc_info: &[Value]) -> Result<()> {
        release_once(thread, this)
    }
}

/// The module `_thread`.
pub struct ThreadModule;

/// This module provides primitive operations to write multi-threaded programs.
/// The 'threading' module provides a more convenient interface.
#[native_module(name = "_thread")]
impl ThreadModule {
    #[constant]
    fn TIMEOUT_MAX() -> f64 {
        TIMEOUT_MAX
    }

    #[types]
    fn types() -> &'static [&'static TypeDefinition] {
        &[Lock::DEFINITION, ReentrantLock::DEFINITION]
    }

    #[execute]
    fn execute(_thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        module.dict.set_str_infallible(intern("LockType"), Lock::class().value());
        module.dict.set_str_infallible(intern("error"), types().runtime_error.value());
        Ok(())
    }

    /// Create a new lock object.
    #[function("()")]
    fn allocate_lock() -> Gc<Lock> {
        native_object::new(Lock::class(), Lock { head: NativeHead::empty(), held: false })
    }

    /// An obsolete synonym of allocate_lock().
    #[function("()")]
    fn allocate() -> Gc<Lock> {
        native_object::new(Lock::class(), Lock { head: NativeHead::empty(), held: false })
    }

    /// Return a non-zero integer that uniquely identifies the current thread amongst other threads that exist simultaneously.
    #[function("()")]
    fn get_ident(thread: &mut Thread) -> u64 {
        thread.identifier
    }

    /// Start a new thread.
    #[function("(function, args, kwargs=None, /)")]
    fn start_new_thread(thread: &mut Thread, _function: Value, _args: Value, _kwargs: Value) -> Result {
        Err(thread.not_implemented_error("threads can't be started yet"))
    }
}
