//! `_thread.lock` and `_thread.RLock`.

use super::wait::{Patience, seconds_of, sleep_while, wake};
use std::sync::atomic::{AtomicU32, Ordering};
use taipan_runtime::native_layout;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::attribute::class_name;
use taipan_runtime::prelude::*;

const FREE: u32 = 0;
const HELD: u32 = 1;

/// The part that both locks have.
struct Gate {
    state: AtomicU32,
    waiting: u32,
}

impl Gate {
    const fn open() -> Gate {
        Gate { state: AtomicU32::new(FREE), waiting: 0 }
    }

    fn is_held(&self) -> bool {
        self.state.load(Ordering::Relaxed) == HELD
    }

    /// Takes the gate; false when patience ends before it is free.
    fn enter(&mut self, thread: &mut Thread, patience: Patience) -> Result<bool> {
        while self.is_held() {
            if patience.is_over() {
                return Ok(false);
            }
            self.waiting += 1;
            let slept = sleep_while(thread, &self.state, HELD, patience);
            self.waiting -= 1;
            if slept.is_err() {
                // The wake-up that was meant for this thread goes to another.
                if !self.is_held() && self.waiting > 0 {
                    wake(&self.state, 1);
                }
                slept?;
            }
        }
        self.state.store(HELD, Ordering::Relaxed);
        Ok(true)
    }

    fn leave(&mut self) {
        self.state.store(FREE, Ordering::Relaxed);
        if self.waiting > 0 {
            wake(&self.state, 1);
        }
    }
}

/// A lock.
#[repr(C)]
pub struct Lock {
    head: NativeHead,
    gate: Gate,
}

native_layout!(Lock, "_thread.lock", |this, tracer| {});

/// A reentrant lock.
#[repr(C)]
pub struct ReentrantLock {
    head: NativeHead,
    gate: Gate,
    /// Identity of the thread that holds it, 0 if none does.
    owner: u64,
    count: u64,
}

native_layout!(ReentrantLock, "_thread.RLock", |this, tracer| {});

/// Reads `acquire`'s arguments.
fn patience(thread: &mut Thread, blocking: Option<bool>, timeout: Option<Value>) -> Result<Patience> {
    let blocking = blocking.unwrap_or(true);
    let seconds = match timeout {
        Some(timeout) => seconds_of(thread, timeout)?,
        None => -1.0,
    };
    if !blocking && seconds != -1.0 {
        return Err(thread.value_error("can't specify a timeout for a non-blocking call"));
    }
    if seconds < 0.0 && seconds != -1.0 {
        return Err(thread.value_error("timeout value must be a non-negative number"));
    }
    Ok(match blocking {
        false => Patience::None,
        true if seconds == -1.0 => Patience::Forever,
        true => Patience::seconds(seconds),
    })
}

fn release(thread: &mut Thread, mut this: Gc<Lock>) -> Result<()> {
    if !this.gate.is_held() {
        return Err(thread.runtime_error("release unlocked lock"));
    }
    this.gate.leave();
    Ok(())
}

/// A new lock.
pub fn new_lock(thread: &mut Thread) -> Result<Gc<Lock>> {
    let class = taipan_runtime::builtins::class::class_of_definition(thread, Lock::DEFINITION)?;
    Ok(native_object::new(class, Lock { head: NativeHead::empty(), gate: Gate::open() }))
}

/// A lock object is a synchronization primitive.  To create a lock,
/// call threading.Lock().  Methods are:
///
/// acquire() -- lock the lock, possibly blocking until it can be obtained
/// release() -- unlock of the lock
/// locked() -- test whether the lock is currently locked
///
/// A lock is not owned by the thread that locked it; another thread may
/// unlock it.  A thread attempting to lock a lock that it has already locked
/// will block until another thread unlocks it.  Deadlocks may ensue.
#[native_type(name = "lock", module = "_thread", weak_referencable)]
impl Lock {
    #[new("()")]
    fn new(class: Gc<TypeObject>) -> Gc<Lock> {
        native_object::new(class, Lock { head: NativeHead::empty(), gate: Gate::open() })
    }

    /// Lock the lock.
    #[method("($self, blocking=True, timeout=-1)")]
    fn acquire(
        thread: &mut Thread,
        mut this: Gc<Lock>,
        blocking: Option<bool>,
        timeout: Option<Value>,
    ) -> Result<bool> {
        let patience = patience(thread, blocking, timeout)?;
        this.gate.enter(thread, patience)
    }

    /// An obsolete synonym of acquire().
    #[method("($self, blocking=True, timeout=-1)")]
    fn acquire_lock(
        thread: &mut Thread,
        mut this: Gc<Lock>,
        blocking: Option<bool>,
        timeout: Option<Value>,
    ) -> Result<bool> {
        let patience = patience(thread, blocking, timeout)?;
        this.gate.enter(thread, patience)
    }

    /// Release the lock.
    #[method("($self, /)")]
    fn release(thread: &mut Thread, this: Gc<Lock>) -> Result<()> {
        release(thread, this)
    }

    /// An obsolete synonym of release().
    #[method("($self, /)")]
    fn release_lock(thread: &mut Thread, this: Gc<Lock>) -> Result<()> {
        release(thread, this)
    }

    /// Return whether the lock is in the locked state.
    #[method("($self, /)")]
    fn locked(this: Gc<Lock>) -> bool {
        this.gate.is_held()
    }

    /// An obsolete synonym of locked().
    #[method("($self, /)")]
    fn locked_lock(this: Gc<Lock>) -> bool {
        this.gate.is_held()
    }

    /// Lock the lock.
    #[method("($self, /)", plain)]
    fn __enter__(thread: &mut Thread, mut this: Gc<Lock>) -> Result<bool> {
        this.gate.enter(thread, Patience::Forever)
    }

    /// Release the lock.
    #[method("($self, /, *exc_info)", plain)]
    fn __exit__(thread: &mut Thread, this: Gc<Lock>, _exc_info: &[Value]) -> Result<()> {
        release(thread, this)
    }

    /// Makes the lock free in a child process.
    #[method("($self, /)")]
    fn _at_fork_reinit(mut this: Gc<Lock>) {
        this.gate = Gate::open();
    }

    #[method]
    fn __repr__(this: Gc<Lock>) -> String {
        let state = if this.gate.is_held() { "locked" } else { "unlocked" };
        format!("<{state} {} object at {:#x}>", qualified(this.value()), this.value().0)
    }
}

/// The class's name with its module.
fn qualified(value: Value) -> String {
    match taipan_runtime::operations::class_of(value).definition {
        Some(definition) => definition.full_name(),
        None => class_name(value),
    }
}

fn acquire_again(thread: &mut Thread, mut this: Gc<ReentrantLock>, patience: Patience) -> Result<bool> {
    if this.owner == thread.identifier {
        this.count += 1;
        return Ok(true);
    }
    let entered = this.gate.enter(thread, patience)?;
    if entered {
        this.owner = thread.identifier;
        this.count = 1;
    }
    Ok(entered)
}

fn check_owner(thread: &mut Thread, this: Gc<ReentrantLock>) -> Result<()> {
    if this.count == 0 || this.owner != thread.identifier {
        return Err(thread.runtime_error("cannot release un-acquired lock"));
    }
    Ok(())
}

fn release_once(thread: &mut Thread, mut this: Gc<ReentrantLock>) -> Result<()> {
    check_owner(thread, this)?;
    this.count -= 1;
    if this.count == 0 {
        this.owner = 0;
        this.gate.leave();
    }
    Ok(())
}

fn new_reentrant(class: Gc<TypeObject>) -> Gc<ReentrantLock> {
    native_object::new(
        class,
        ReentrantLock { head: NativeHead::empty(), gate: Gate::open(), owner: 0, count: 0 },
    )
}

/// A reentrant lock, which its owner can acquire again.
#[native_type(name = "RLock", module = "_thread", base_type, weak_referencable)]
impl ReentrantLock {
    #[new("(*args, **kwargs)", hidden)]
    fn new(class: Gc<TypeObject>, _args: &[Value], _kwargs: KeywordArguments<'_>) -> Gc<ReentrantLock> {
        new_reentrant(class)
    }

    /// Lock the lock.
    #[method("($self, blocking=True, timeout=-1)")]
    fn acquire(
        thread: &mut Thread,
        this: Gc<ReentrantLock>,
        blocking: Option<bool>,
        timeout: Option<Value>,
    ) -> Result<bool> {
        let patience = patience(thread, blocking, timeout)?;
        acquire_again(thread, this, patience)
    }

    /// Release the lock.
    #[method("($self, /)")]
    fn release(thread: &mut Thread, this: Gc<ReentrantLock>) -> Result<()> {
        release_once(thread, this)
    }

    /// Return a boolean indicating whether this object is locked right now.
    #[method("($self, /)")]
    fn locked(this: Gc<ReentrantLock>) -> bool {
        this.count > 0
    }

    /// Lock the lock.
    #[method("($self, /)", plain)]
    fn __enter__(thread: &mut Thread, this: Gc<ReentrantLock>) -> Result<bool> {
        acquire_again(thread, this, Patience::Forever)
    }

    /// Release the lock.
    #[method("($self, /, *exc_info)", plain)]
    fn __exit__(thread: &mut Thread, this: Gc<ReentrantLock>, _exc_info: &[Value]) -> Result<()> {
        release_once(thread, this)
    }

    /// For internal use by `threading.Condition`.
    #[method("($self, /)")]
    fn _is_owned(thread: &mut Thread, this: Gc<ReentrantLock>) -> bool {
        this.count > 0 && this.owner == thread.identifier
    }

    /// For internal use by reentrancy checks.
    #[method("($self, /)")]
    fn _recursion_count(thread: &mut Thread, this: Gc<ReentrantLock>) -> u64 {
        if this.owner == thread.identifier { this.count } else { 0 }
    }

    /// For internal use by `threading.Condition`.
    #[method("($self, /)")]
    fn _release_save(thread: &mut Thread, mut this: Gc<ReentrantLock>) -> Result {
        check_owner(thread, this)?;
        let saved = [Value::from_unsigned(this.count), Value::from_unsigned(this.owner)];
        this.count = 0;
        this.owner = 0;
        this.gate.leave();
        Ok(Tuple::new(&saved).value())
    }

    /// For internal use by `threading.Condition`.
    #[method("($self, state, /)")]
    fn _acquire_restore(thread: &mut Thread, mut this: Gc<ReentrantLock>, state: Gc<Tuple>) -> Result<()> {
        let [count, owner] = *state.items() else {
            return Err(thread.type_error("_acquire_restore() argument 1 must be 2-item tuple"));
        };
        let count = taipan_runtime::operations::convert::index_i64(thread, count)?;
        let owner = taipan_runtime::operations::convert::index_i64(thread, owner)?;
        this.gate.enter(thread, Patience::Forever)?;
        this.count = count as u64;
        this.owner = owner as u64;
        Ok(())
    }

    /// Makes the lock free in a child process.
    #[method("($self, /)")]
    fn _at_fork_reinit(mut this: Gc<ReentrantLock>) {
        this.gate = Gate::open();
        this.owner = 0;
        this.count = 0;
    }

    #[method]
    fn __repr__(this: Gc<ReentrantLock>) -> String {
        let state = if this.count > 0 { "locked" } else { "unlocked" };
        format!(
            "<{state} {} object owner={} count={} at {:#x}>",
            qualified(this.value()),
            this.owner,
            this.count,
            this.value().0
        )
    }
}
