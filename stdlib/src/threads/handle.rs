//! `_thread._ThreadHandle` and the life of a thread: made by its parent, run by a thread of the system, joined through its handle.
//!
//! The parent makes the [`Thread`] and puts what it shall call into it, where the collector sees it; the new thread takes the interpreter lock,
//! calls it, marks the handle as done and gives its memory back.

use super::local::forget_thread;
use super::wait::{Patience, seconds_of, sleep_while, wake};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use taipan_runtime::heap::{ScratchValues, heap};
use taipan_runtime::native_layout;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::list::List;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::{call, class_of};
use taipan_runtime::prelude::*;
use taipan_runtime::roots::Root;
use taipan_runtime::{lock, start, sys};

const NOT_STARTED: u32 = 0;
const RUNNING: u32 = 1;
const DONE: u32 = 2;

/// A thread as `threading` holds it.
#[repr(C)]
pub struct ThreadHandle {
    head: NativeHead,
    identifier: u64,
    state: AtomicU32,
}

native_layout!(ThreadHandle, "_thread._ThreadHandle", |this, tracer| {});

/// Bytes of new threads' stacks as the program chose, 0 for [`DEFAULT_STACK`].
pub static STACK_SIZE: AtomicUsize = AtomicUsize::new(0);
const DEFAULT_STACK: usize = 16 << 20;
/// Part of a stack that is kept for raising RecursionError.
const STACK_RESERVE: usize = 256 << 10;
/// List of the handles of threads that the end of the program waits for.
static AWAITED: Root = Root::new();

fn awaited() -> Gc<List> {
    AWAITED.get_or_set(|| List::new(&[]).value()).cast()
}

/// A handle of no thread yet.
pub fn new_handle(thread: &mut Thread) -> Result<Gc<ThreadHandle>> {
    let class = taipan_runtime::builtins::class::class_of_definition(thread, ThreadHandle::DEFINITION)?;
    let state = AtomicU32::new(NOT_STARTED);
    Ok(native_object::new(class, ThreadHandle { head: NativeHead::empty(), identifier: 0, state }))
}

impl ThreadHandle {
    /// The thread's `get_ident()`, 0 before it starts.
    pub fn identifier(&self) -> u64 {
        self.identifier
    }

    /// Makes this the handle of a thread that exists already.
    pub fn stands_for(&mut self, identifier: u64) {
        self.identifier = identifier;
        self.state.store(RUNNING, Ordering::Relaxed);
    }

    fn is(&self, state: u32) -> bool {
        self.state.load(Ordering::Relaxed) == state
    }

    fn become_done(&self) {
        self.state.store(DONE, Ordering::Relaxed);
        wake(&self.state, i32::MAX);
    }
}

fn forget_awaited(handle: Gc<ThreadHandle>) {
    let list = awaited();
    if let Some(index) = list.items().iter().position(|&known| known == handle.value()) {
        list.remove(index);
    }
}

/// Starts a thread that calls `function(*arguments, **keywords)`.
pub fn start_thread(
    thread: &mut Thread,
    function: Value,
    arguments: Value,
    keywords: Value,
    mut handle: Gc<ThreadHandle>,
    daemon: bool,
) -> Result<()> {
    if !handle.is(NOT_STARTED) {
        return Err(thread.runtime_error("thread already started"));
    }
    if lock::is_finalizing() {
        let class = types().python_finalization_error;
        return Err(thread.error(class, "can't create new thread at interpreter shutdown"));
    }
    let Some(new) = start::new_thread_like(thread) else {
        return Err(thread.runtime_error("can't start new thread"));
    };
    // SAFETY: just made, and not running before this thread gives the interpreter lock up.
    unsafe { (*new).handle = Tuple::new(&[function, arguments, keywords, handle.value()]).value() };
    let size = match STACK_SIZE.load(Ordering::Relaxed) {
        0 => DEFAULT_STACK,
        size => size,
    };
    let address = new as usize;
    let builder = std::thread::Builder::new().stack_size(size);
    match builder.spawn(move || run(address as *mut Thread, size)) {
        Ok(system) => {
            use std::os::unix::thread::JoinHandleExt;
            handle.identifier = system.as_pthread_t() as u64;
            handle.state.store(RUNNING, Ordering::Relaxed);
            if !daemon {
                awaited().push(handle.value());
            }
            Ok(())
        }
        Err(_) => {
            // SAFETY: nobody has seen the thread.
            unsafe { start::discard_thread(new) };
            Err(thread.runtime_error("can't start new thread"))
        }
    }
}

/// The body of the system's thread.
fn run(new: *mut Thread, stack_size: usize) {
    let here = 0u8;
    let limit = (&raw const here as usize).saturating_sub(stack_size.saturating_sub(STACK_RESERVE));
    lock::acquire(new);
    let token = heap().attach_thread();
    // SAFETY: this thread's own record, until it is discarded below.
    let thread = unsafe { &mut *new };
    thread.start_running(limit);
    call_function(thread);
    heap().detach_thread(token);
    // SAFETY: nothing of this thread runs any more.
    unsafe { start::discard_thread(new) };
    lock::release();
}

/// Not inlined: its frame, with pointers into the heap, is gone when the thread detaches.
#[inline(never)]
fn call_function(thread: &mut Thread) {
    let task: Gc<Tuple> = thread.handle.cast();
    let [function, arguments, keywords, handle] = *task.items() else { unreachable!("made by start_thread") };
    thread.handle = handle;
    if let Err(raised) = call_with(thread, function, arguments, keywords)
        && !class_of(raised.0).is_subclass_of(types().system_exit)
    {
        let shown = match taipan_runtime::operations::repr(thread, function) {
            Ok(shown) => shown.to_string_lossy(),
            Err(_) => "<object repr() failed>".to_string(),
        };
        let message = format!("Exception ignored in thread started by {shown}");
        sys::hooks::unraisable(thread, raised, Some(&message), Value::NONE);
    }
    forget_thread(thread);
    let handle: Gc<ThreadHandle> = handle.cast();
    forget_awaited(handle);
    handle.become_done();
}

fn call_with(thread: &mut Thread, function: Value, arguments: Value, keywords: Value) -> Result {
    let mut given = ScratchValues::new();
    given.extend_from_slice(arguments.cast::<Tuple>().items());
    let mut names = ScratchValues::new();
    if let Some(keywords) = keywords.downcast::<Dict>() {
        let mut position = 0;
        while let Some((name, value)) = keywords.next_entry(&mut position) {
            if name.downcast::<Str>().is_none() {
                return Err(thread.type_error("keywords must be strings"));
            }
            names.push(name);
            given.push(value);
        }
    }
    let names = if names.is_empty() { Value::NULL } else { Tuple::new(&names).value() };
    call::call(thread, function, &given, names)
}

fn join(thread: &mut Thread, this: Gc<ThreadHandle>, patience: Patience) -> Result<()> {
    if this.is(NOT_STARTED) {
        return Err(thread.runtime_error("thread not started"));
    }
    if !this.is(DONE) && this.identifier == thread.identifier {
        return Err(thread.runtime_error("Cannot join current thread"));
    }
    if !this.is(DONE) && lock::is_finalizing() {
        // Other threads run no more: they would never be done.
        let class = types().python_finalization_error;
        return Err(thread.error(class, "cannot join thread at Python shutdown"));
    }
    while !this.is(DONE) && !patience.is_over() {
        sleep_while(thread, &this.state, RUNNING, patience)?;
    }
    Ok(())
}

/// Waits for all threads that aren't daemons.
pub fn join_all(thread: &mut Thread) {
    while let Some(&handle) = awaited().items().first() {
        let handle: Gc<ThreadHandle> = handle.cast();
        if handle.identifier != thread.identifier
            && let Err(raised) = join(thread, handle, Patience::Forever)
        {
            sys::hooks::unraisable(thread, raised, Some("Exception ignored on joining thread"), Value::NONE);
            return;
        }
        forget_awaited(handle);
    }
}

/// In the child of a fork: a thread that wasn't the one that forked has ended.
pub fn ended_by_fork(thread: &mut Thread) {
    let handle = match thread.handle.downcast::<Tuple>() {
        Some(task) => task.items().last().copied().unwrap_or(Value::NULL),
        None => thread.handle,
    };
    if let Some(handle) = handle.downcast::<ThreadHandle>() {
        handle.become_done();
        forget_awaited(handle);
    }
}

#[native_type(name = "_ThreadHandle", module = "_thread", weak_referencable)]
impl ThreadHandle {
    #[new("()")]
    fn new(class: Gc<TypeObject>) -> Gc<ThreadHandle> {
        let state = AtomicU32::new(NOT_STARTED);
        native_object::new(class, ThreadHandle { head: NativeHead::empty(), identifier: 0, state })
    }

    #[getter]
    fn ident(this: Gc<ThreadHandle>) -> u64 {
        this.identifier
    }

    /// Wait until the thread has ended.
    #[method("($self, timeout=None, /)")]
    fn join(thread: &mut Thread, this: Gc<ThreadHandle>, timeout: Option<Value>) -> Result<()> {
        let patience = match timeout.filter(|timeout| !timeout.is_none()) {
            None => Patience::Forever,
            Some(timeout) => match seconds_of(thread, timeout)? {
                seconds if seconds < 0.0 => Patience::Forever,
                seconds => Patience::seconds(seconds),
            },
        };
        join(thread, this, patience)
    }

    /// Whether the thread has ended.
    #[method("($self, /)")]
    fn is_done(this: Gc<ThreadHandle>) -> bool {
        this.is(DONE)
    }

    /// Marks the thread as ended.
    #[method("($self, /)")]
    fn _set_done(thread: &mut Thread, this: Gc<ThreadHandle>) -> Result<()> {
        if this.is(NOT_STARTED) {
            return Err(thread.runtime_error("thread not started"));
        }
        forget_awaited(this);
        this.become_done();
        Ok(())
    }

    #[method]
    fn __repr__(this: Gc<ThreadHandle>) -> String {
        format!("<_thread._ThreadHandle object: ident={}>", this.identifier)
    }
}
