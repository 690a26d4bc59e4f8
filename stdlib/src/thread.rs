//! `_thread`: locks and identities. Starting threads isn't there yet and says so.
//!
//! A lock's state is guarded by the interpreter lock; who waits gives that up between looks.

use std::time::{Duration, Instant};
use taipan_runtime::interpreter::safepoint;
use taipan_runtime::lock::without_lock;
use taipan_runtime::native::TypeDefinition;
use taipan_runtime::native_layout;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::convert::to_float;
use taipan_runtime::prelude::*;

/// Greatest timeout, in seconds.
const TIMEOUT_MAX: f64 = 9_223_372_036.0;
/// How long a waiter sleeps between two looks at a lock.
const STEP: Duration = Duration::from_micros(100);

/// The state of `lock` and `RLock` alike: a plain lock has no owner to speak of.
#[repr(C)]
pub struct Lock {
    head: NativeHead,
    count: usize,
    owner: u64,
}

native_layout!(Lock, "_thread.lock", |this, tracer| ());

/// The state of an `RLock`.
#[repr(C)]
pub struct ReentrantLock {
    head: NativeHead,
    count: usize,
    owner: u64,
}

native_layout!(ReentrantLock, "_thread.RLock", |this, tracer| ());

/// Until when an `acquire` may wait: `None` is for ever.
fn deadline(thread: &mut Thread, blocking: bool, timeout: Option<Value>) -> Result<Option<Instant>> {
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
    Ok(match (blocking, timeout < 0.0) {
        (false, _) => Some(Instant::now()),
        (true, true) => None,
        (true, false) => Instant::now().checked_add(Duration::from_secs_f64(timeout)),
    })
}

/// Waits until `is_free`, or the deadline: whether it became free.
fn wait(thread: &mut Thread, deadline: Option<Instant>, is_free: impl Fn() -> bool) -> Result<bool> {
    while !is_free() {
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Ok(false);
        }
        without_lock(thread, || std::thread::sleep(STEP));
        safepoint::handle(thread)?;
    }
    Ok(true)
}

fn acquire(thread: &mut Thread, mut this: Gc<Lock>, blocking: bool, timeout: Option<Value>) -> Result<bool> {
    let deadline = deadline(thread, blocking, timeout)?;
    let got = wait(thread, deadline, || this.count == 0)?;
    if got {
        this.count = 1;
        this.owner = thread.identifier;
    }
    Ok(got)
}

fn acquire_again(
    thread: &mut Thread,
    mut this: Gc<ReentrantLock>,
    blocking: bool,
    timeout: Option<Value>,
) -> Result<bool> {
    let deadline = deadline(thread, blocking, timeout)?;
    let own = thread.identifier;
    let got = wait(thread, deadline, || this.count == 0 || this.owner == own)?;
    if got {
        this.count += 1;
        this.owner = own;
    }
    Ok(got)
}

/// A lock is a synchronization primitive: it is either locked or unlocked.
#[native_type(name = "lock", module = "_thread", weak_referencable)]
impl Lock {
    #[new("()")]
    fn new(class: Gc<TypeObject>) -> Gc<Lock> {
        native_object::new(class, Lock { head: NativeHead::empty(), count: 0, owner: 0 })
    }

    /// Lock the lock.
    #[method("(blocking=True, timeout=-1)")]
    fn acquire(thread: &mut Thread, this: Gc<Lock>, blocking: bool, timeout: Option<Value>) -> Result<bool> {
        acquire(thread, this, blocking, timeout)
    }

    /// Release the lock.
    #[method("()")]
    fn release(thread: &mut Thread, mut this: Gc<Lock>) -> Result<()> {
        if this.count == 0 {
            return Err(thread.runtime_error("release unlocked lock"));
        }
        this.count = 0;
        Ok(())
    }

    /// Return whether the lock is in the locked state.
    #[method("()")]
    fn locked(this: Gc<Lock>) -> bool {
        this.count > 0
    }

    /// Lock the lock.
    #[method("()")]
    fn __enter__(thread: &mut Thread, this: Gc<Lock>) -> Result<bool> {
        acquire(thread, this, true, None)
    }

    /// Release the lock.
    #[method("(*exc_info)", hidden)]
    fn __exit__(thread: &mut Thread, this: Gc<Lock>, _exc_info: &[Value]) -> Result<()> {
        Lock::release(thread, this)
    }
}

/// A lock that its owner may lock again.
#[native_type(name = "RLock", module = "_thread", weak_referencable, base_type)]
impl ReentrantLock {
    #[new("()")]
    fn new(class: Gc<TypeObject>) -> Gc<ReentrantLock> {
        native_object::new(class, ReentrantLock { head: NativeHead::empty(), count: 0, owner: 0 })
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
    fn release(thread: &mut Thread, mut this: Gc<ReentrantLock>) -> Result<()> {
        if this.count == 0 || this.owner != thread.identifier {
            return Err(thread.runtime_error("cannot release un-acquired lock"));
        }
        this.count -= 1;
        Ok(())
    }

    /// Return whether the lock is in the locked state.
    #[method("()")]
    fn locked(this: Gc<ReentrantLock>) -> bool {
        this.count > 0
    }

    #[method("()")]
    fn _is_owned(thread: &mut Thread, this: Gc<ReentrantLock>) -> bool {
        this.count > 0 && this.owner == thread.identifier
    }

    /// Lock the lock.
    #[method("()")]
    fn __enter__(thread: &mut Thread, this: Gc<ReentrantLock>) -> Result<bool> {
        acquire_again(thread, this, true, None)
    }

    /// Release the lock.
    #[method("(*exc_info)", hidden)]
    fn __exit__(thread: &mut Thread, this: Gc<ReentrantLock>, _exc_info: &[Value]) -> Result<()> {
        ReentrantLock::release(thread, this)
    }
}

/// The module `_thread`.
pub struct ThreadModule;

/// This module provides primitive operations to write multi-threaded programs.
/// The 'threading' module provides a more convenient interface.
#[native_module(name = "_thread")]
impl ThreadModule {
    #[types]
    fn types() -> &'static [&'static TypeDefinition] {
        &[<Lock as NativeType>::DEFINITION, <ReentrantLock as NativeType>::DEFINITION]
    }

    /// Create a new lock object.
    #[function("()")]
    fn allocate_lock() -> Gc<Lock> {
        Lock::new(Lock::class())
    }

    /// Return a non-zero integer that uniquely identifies the current thread.
    #[function("()")]
    fn get_ident(thread: &mut Thread) -> u64 {
        thread.identifier
    }

    /// Return a non-negative integer identifying the thread as reported by the OS.
    #[function("()")]
    fn get_native_id() -> i32 {
        // SAFETY: takes nothing.
        unsafe { libc::gettid() }
    }

    /// Start a new thread and return its identifier.
    #[function("(function, args, kwargs={}, /)", hidden)]
    fn start_new_thread(
        thread: &mut Thread,
        _function: Value,
        _args: Value,
        _kwargs: Option<Value>,
    ) -> Result {
        Err(thread.not_implemented_error("starting threads is not implemented yet"))
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        let dict = module.dict;
        dict.set_str(thread, intern("LockType"), Lock::class().value())?;
        dict.set_str(thread, intern("error"), types().runtime_error.value())?;
        dict.set_str(thread, intern("TIMEOUT_MAX"), Value::from_float(TIMEOUT_MAX))
    }
}
