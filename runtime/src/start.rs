//! Start and end of the process's interpreter: heap, threads' memory, built-in classes, the modules that must be there first.

use crate::heap::{HeapConfig, KindDescription, Layout, Tracer, heap, map_memory};
use crate::interpreter::safepoint;
use crate::object::frame::Frame;
use crate::object::kind::{KIND_COUNT, ObjectKind, TRACE_FUNCTIONS};
use crate::object::{code, native_object, shape, str, tuple, weak_reference};
use crate::operations::hash;
use crate::thread::{Result, Thread};
use crate::types;
use crate::value::Value;

/// What a process is started with, beyond what `sys.flags` says.
#[derive(Clone, Debug, Default)]
pub struct StartSettings {
    /// `PYTHONHASHSEED`; `None` is random.
    pub hash_seed: Option<u32>,
    /// Loop iterations and calls behind which the JIT is asked; `None` runs without a JIT.
    pub hot_threshold: Option<u32>,
}

/// Bytes of a thread's value stack.
const STACK_BYTES: usize = 64 << 20;
/// Bytes of a thread's frame records.
const FRAMES_BYTES: usize = 64 << 20;
/// `sys.getrecursionlimit()` at the start.
pub const RECURSION_LIMIT: usize = 1000;

static mut CURRENT_THREAD: *mut Thread = std::ptr::null_mut();
/// All threads, the main one first. Guarded by the interpreter lock.
static mut THREADS: Vec<*mut Thread> = Vec::new();
/// Counts the threads ever made.
static mut SERIAL: u64 = 0;

/// The thread that holds the interpreter lock.
pub fn current_thread() -> &'static mut Thread {
    // SAFETY: set at start-up and at each hand-over of the lock.
    unsafe { &mut *CURRENT_THREAD }
}

/// Makes `thread` the one that holds the interpreter lock.
pub fn set_current_thread(thread: *mut Thread) {
    // SAFETY: called by the thread that has just acquired the lock.
    unsafe {
        CURRENT_THREAD = thread;
        safepoint::set_current(&*thread);
    }
}

/// All threads, the main one first. The caller holds the interpreter lock.
pub fn threads() -> &'static [*mut Thread] {
    // SAFETY: guarded by the interpreter lock.
    unsafe { &*(&raw const THREADS) }
}

/// Whether this is the thread that the program started in (or, after a fork, the one that forked).
pub fn is_main_thread(thread: &Thread) -> bool {
    threads().first().is_some_and(|&main| std::ptr::eq(main, thread))
}

fn main_has_changed() {
    let main = threads()[0];
    // SAFETY: the main thread lives as long as the process.
    unsafe { safepoint::set_main(&*main) };
}

/// In the child of a fork: only the calling thread, which becomes the main one, is left. `ended` is called for each of the others.
pub fn after_fork_in_child(thread: &mut Thread, mut ended: impl FnMut(&mut Thread)) {
    let this: *mut Thread = thread;
    heap().after_fork_in_child();
    crate::lock::after_fork_in_child();
    // SAFETY: the calling thread holds the interpreter lock and no other thread exists.
    unsafe {
        let others: Vec<*mut Thread> = threads().iter().copied().filter(|&other| other != this).collect();
        for &other in &others {
            ended(&mut *other);
        }
        let list = &mut *(&raw mut THREADS);
        list.clear();
        list.push(this);
        for other in others {
            free_thread(other);
        }
    }
    main_has_changed();
}

/// Makes the heap, the main thread and the built-in classes. `native_stack_limit` is the lowest native stack address that may be used.
pub fn initialize(settings: &StartSettings, native_stack_limit: usize) -> Result<&'static mut Thread> {
    let mut config = HeapConfig::from_environment();
    config.on_pending = Some(|| safepoint::request(safepoint::BREAK_HEAP));
    heap().initialize(config);
    heap().set_enabled(false);
    for (kind, trace) in TRACE_FUNCTIONS.iter().enumerate() {
        heap().register_kind(kind as u8, describe(kind, *trace));
    }
    shape::initialize();
    hash::set_seed(settings.hash_seed);
    let thread = new_thread(settings.hot_threshold).expect("no address space for the main thread");
    main_has_changed();
    set_current_thread(thread);
    // SAFETY: just made; lives for the whole process.
    let thread = unsafe { &mut *thread };
    thread.start_running(native_stack_limit);
    heap().attach_thread();
    heap().register_root_visitor(visit_roots);
    heap().register_conservative_range(value_stacks);
    heap().register_after_mark_hook(weak_reference::purge);
    types::initialize(thread)?;
    thread.handled = Value::NONE;
    crate::builtins::initialize(thread)?;
    crate::sys::initialize(thread)?;
    heap().set_enabled(true);
    Ok(thread)
}

fn describe(kind: usize, trace: crate::heap::TraceFunction) -> KindDescription {
    let drop: Option<crate::heap::DropFunction> = match ObjectKind::from_u8(kind as u8) {
        ObjectKind::Code => Some(code::drop_resources),
        ObjectKind::Native => Some(native_object::drop_resources),
        _ => None,
    };
    let layout = match ObjectKind::from_u8(kind as u8) {
        ObjectKind::ByteBuffer => Layout::NoPointers,
        // All words behind the capacity are values, so that stores into large lists can mark cards.
        ObjectKind::ValueBuffer => Layout::Words(crate::object::buffer::BUFFER_VALUES_OFFSET),
        _ => Layout::Precise(trace),
    };
    debug_assert!(kind < KIND_COUNT);
    KindDescription { layout, drop }
}

/// A new Python thread, known to the collector from here on; `None` if there is no address space for it. The caller holds the interpreter lock.
pub fn new_thread(hot_threshold: Option<u32>) -> Option<*mut Thread> {
    let stack = map_memory::reserve(STACK_BYTES)? as *mut Value;
    let Some(frames) = map_memory::reserve(FRAMES_BYTES) else {
        // SAFETY: just reserved.
        unsafe { map_memory::unreserve(stack as usize, STACK_BYTES) };
        return None;
    };
    let threshold = hot_threshold.unwrap_or(u32::MAX);
    let thread = Box::into_raw(Box::new(Thread::zeroed()));
    // SAFETY: just made. The base record is all zero but for its stack top; it is no frame.
    unsafe {
        (*thread).stack = stack;
        (*thread).stack_limit = stack.add(STACK_BYTES / 8 - 4096);
        (*thread).frames = frames as *mut Frame;
        (*thread).frame = frames as *mut Frame;
        (*(*thread).frame).sp = stack;
        (*(*thread).frame).fp = stack;
        (*thread).loop_threshold = threshold.min(u16::MAX as u32);
        (*thread).call_threshold = threshold;
        (*thread).handled = Value::NONE;
        (*thread).set_recursion_limit(RECURSION_LIMIT);
        SERIAL += 1;
        (*thread).serial = SERIAL;
        (*(&raw mut THREADS)).push(thread);
    }
    Some(thread)
}

/// A new Python thread with the settings of `like`.
pub fn new_thread_like(like: &Thread) -> Option<*mut Thread> {
    let thread = new_thread(None)?;
    // SAFETY: just made.
    let new = unsafe { &mut *thread };
    new.loop_threshold = like.loop_threshold;
    new.call_threshold = like.call_threshold;
    new.set_recursion_limit(like.recursion_limit);
    Some(thread)
}

/// Forgets a thread that will run no more and gives its memory back. The caller holds the interpreter lock.
///
/// # Safety
/// Nothing refers to the thread any more.
pub unsafe fn discard_thread(thread: *mut Thread) {
    // SAFETY: guarded by the interpreter lock.
    unsafe {
        (*(&raw mut THREADS)).retain(|&known| known != thread);
        free_thread(thread);
    }
}

/// # Safety
/// As [`discard_thread`]; the thread isn't in the list.
unsafe fn free_thread(thread: *mut Thread) {
    // SAFETY: the caller's promise; both ranges were reserved by `new_thread`.
    unsafe {
        map_memory::unreserve((*thread).stack as usize, STACK_BYTES);
        map_memory::unreserve((*thread).frames as usize, FRAMES_BYTES);
        drop(Box::from_raw(thread));
    }
}

impl Thread {
    /// Called by the system's thread that is to run this one, before it runs any Python code.
    pub fn start_running(&mut self, native_stack_limit: usize) {
        self.native_stack_limit = native_stack_limit;
        // SAFETY: no memory is involved.
        self.identifier = unsafe { libc::pthread_self() } as u64;
    }
}

/// Most frames that a thread has records for.
pub fn most_frames() -> usize {
    FRAMES_BYTES / size_of::<Frame>() - crate::thread::RECURSION_HEADROOM - 2
}

impl Thread {
    /// Forgets the values that frames left above the running frame's operands, so that an explicit collection frees what only they refer to.
    pub fn forget_free_values(&mut self) {
        if self.frame <= self.frames {
            return;
        }
        // SAFETY: above the running frame's operands, within its room, nothing is in use while it is in a native call.
        unsafe {
            let (mut at, frame) = ((*self.frame).sp, &*self.frame);
            let end = frame.fp.add(frame.code.frame_size as usize);
            while at < end {
                *at = Value::NULL;
                at = at.add(1);
            }
        }
    }
}

/// The used parts of the threads' value stacks. What lies above the stored top of the running frame is dead: the interpreter stores the top
/// before it calls out, and compiled code has what it needs in its locals below the top and in its native frame.
fn value_stacks(scan: &mut dyn FnMut(*const u64, *const u64)) {
    for &thread in threads() {
        // SAFETY: threads in the list are live; a frame's values end behind its code's frame size.
        unsafe {
            let end = (*(*thread).frame).sp;
            scan((*thread).stack as *const u64, end as *const u64);
        }
    }
}

fn visit_thread(thread: &Thread, tracer: &mut Tracer) {
    for value in [
        thread.exit_value,
        thread.raised,
        thread.handled,
        thread.context,
        thread.async_generator_hooks[0],
        thread.async_generator_hooks[1],
        thread.asynchronous,
        thread.trace_function,
        thread.profile_function,
        thread.locals,
        thread.handle,
    ] {
        tracer.value(value.0);
    }
    let mut frame = thread.frame;
    while frame > thread.frames {
        // SAFETY: records between the base and the running one are live.
        unsafe {
            let f = &*frame;
            for value in [
                f.code.value(),
                f.function,
                f.globals.value(),
                f.builtins.value(),
                f.locals,
                f.owner,
                f.object,
                f.saved_handled,
            ] {
                tracer.value(value.0);
            }
            frame = frame.sub(1);
        }
    }
}

fn visit_roots(tracer: &mut Tracer) {
    for &thread in threads() {
        // SAFETY: threads in the list are live.
        visit_thread(unsafe { &*thread }, tracer);
    }
    str::visit_interned(tracer.sees_young_only(), &mut |value| tracer.value(value.0));
    tuple::visit_empty(&mut |value| tracer.value(value.0));
    crate::builtins::class::native_classes().iter().for_each(|class| tracer.value(class.value().0));
    crate::roots::visit(&mut |value| tracer.value(value.0));
}
