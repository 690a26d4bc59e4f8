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

static mut MAIN_THREAD: *mut Thread = std::ptr::null_mut();

/// The thread that holds the interpreter lock.
pub fn current_thread() -> &'static mut Thread {
    // SAFETY: set at start-up and at each hand-over of the lock.
    unsafe { &mut *MAIN_THREAD }
}

/// Makes `thread` the one that holds the interpreter lock.
pub fn set_current_thread(thread: *mut Thread) {
    // SAFETY: called by the thread that has just acquired the lock.
    unsafe {
        MAIN_THREAD = thread;
        safepoint::set_current(&*thread);
    }
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
    let thread = new_thread(native_stack_limit, settings);
    set_current_thread(thread);
    // SAFETY: just made; lives for the whole process.
    let thread = unsafe { &mut *thread };
    heap().attach_thread();
    heap().register_root_visitor(visit_roots);
    heap().register_conservative_range(value_stack);
    heap().register_after_mark_hook(|liveness| weak_reference::purge(&mut |object| liveness.is_live(object)));
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

/// Memory for a new Python thread.
pub fn new_thread(native_stack_limit: usize, settings: &StartSettings) -> *mut Thread {
    let stack = map_memory::reserve(STACK_BYTES).expect("no address space for a value stack") as *mut Value;
    let frames = map_memory::reserve(FRAMES_BYTES).expect("no address space for frame records") as *mut Frame;
    let threshold = settings.hot_threshold.unwrap_or(u32::MAX);
    let thread = Box::into_raw(Box::new(Thread::zeroed()));
    // SAFETY: just made. The base record is all zero but for its stack top; it is no frame.
    unsafe {
        let thread = &mut *thread;
        thread.stack = stack;
        thread.stack_limit = stack.add(STACK_BYTES / 8 - 4096);
        thread.frames = frames;
        thread.frame = frames;
        (*frames).sp = stack;
        (*frames).fp = stack;
        thread.loop_threshold = threshold.min(u16::MAX as u32);
        thread.call_threshold = threshold;
        thread.native_stack_limit = native_stack_limit;
        thread.handled = Value::NONE;
        thread.set_recursion_limit(RECURSION_LIMIT);
    }
    thread
}

/// Most frames that a thread has records for.
pub fn most_frames() -> usize {
    FRAMES_BYTES / size_of::<Frame>() - crate::thread::RECURSION_HEADROOM - 2
}

/// The used part of the value stack of the thread that holds the lock, and what its running frame may write before it is stored.
fn value_stack() -> (*const u64, *const u64) {
    let thread = current_thread();
    // SAFETY: the running frame's record; a frame's values end behind its code's frame size.
    unsafe {
        let frame = thread.frame;
        let mut end = (*frame).sp;
        if frame > thread.frames {
            let code = (*frame).code;
            end = end.max((*frame).fp.add(code.frame_size as usize));
        }
        (thread.stack as *const u64, end as *const u64)
    }
}

fn visit_roots(tracer: &mut Tracer) {
    let thread = current_thread();
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
    str::visit_interned(&mut |value| tracer.value(value.0));
    tuple::visit_empty(&mut |value| tracer.value(value.0));
    crate::builtins::class::native_classes().iter().for_each(|class| tracer.value(class.value().0));
    crate::roots::visit(&mut |value| tracer.value(value.0));
}
