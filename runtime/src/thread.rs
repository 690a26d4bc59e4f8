//! What a Python thread is made of: its value stack and frame records, the exception in flight, and the word that asks it to stop.
//!
//! **Invariants.** The value stack and the array of frames are reserved address ranges that never move. Only the holder of the interpreter
//! lock touches a thread. An exception in flight between native functions travels as [`Raised`]; across the native calling
//! convention (result NULL) it is in [`Thread::raised`].

use crate::object::exception::Exception;
use crate::object::frame::Frame;
use crate::object::pointer::Gc;
use crate::object::type_object::TypeObject;
use crate::value::Value;
use std::sync::atomic::AtomicU32;

/// An exception on its way up: the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Raised(pub Value);

/// What may raise.
pub type Result<T = Value> = core::result::Result<T, Raised>;

/// Records beyond the recursion limit that are kept for making RecursionError itself.
pub const RECURSION_HEADROOM: usize = 64;

/// A Python thread. Fields up to `raised` are known to the interpreter's handlers and to compiled code by their offsets.
#[repr(C)]
pub struct Thread {
    /// Not 0: something waits for the next safepoint (see `safepoint.rs`).
    pub breaker: AtomicU32,
    /// Tells stress mode, torture mode and tracing apart from the common case.
    pub mode: u32,
    /// The running frame's record.
    pub frame: *mut Frame,
    /// Frames at or above this address exceed the recursion limit.
    pub frame_limit: *mut Frame,
    /// Values at or above this address don't fit.
    pub stack_limit: *mut Value,
    /// Counts of back edges and of calls at which fast bodies leave to general code, which asks the JIT.
    pub loop_threshold: u32,
    pub call_threshold: u32,
    /// What the outermost frame of an interpreter loop returned, NULL with the exception in `raised`.
    pub exit_value: Value,
    /// The exception behind a NULL result.
    pub raised: Value,
    /// `sys.exception()`: the exception being handled, None if none is.
    pub handled: Value,
    /// The exception on its way was raised again: its traceback gets no entry for this frame.
    pub reraising: bool,
    /// Code unit that a RERAISE says the exception comes from, -1 if it says nothing.
    pub reraised_unit: i64,
    /// The base record, which isn't a frame, followed by the frames.
    pub frames: *mut Frame,
    pub stack: *mut Value,
    /// `sys.getrecursionlimit()`
    pub recursion_limit: usize,
    /// Native stack addresses below this raise RecursionError.
    pub native_stack_limit: usize,
    /// The system's number of the thread, `_thread.get_ident()`.
    pub identifier: u64,
    /// Current context (contextvars), or NULL.
    pub context: Value,
    /// Hooks for asynchronous generators (first iteration, finalizer), or NULL.
    pub async_generator_hooks: [Value; 2],
    /// Origin tracking depth of coroutines.
    pub coroutine_origin_depth: u32,
    /// The exception that another thread asked this one to raise, or NULL.
    pub asynchronous: Value,
    pub trace_function: Value,
    pub profile_function: Value,
    /// Trace and profile functions that are running: what they do isn't traced.
    pub hooks_running: u32,
    /// Tells this thread from all others, also from those that ended before it.
    pub serial: u64,
    /// List of weak references to the thread-local objects that hold something for this thread, or NULL.
    pub locals: Value,
    /// What `_thread` keeps for the thread: before it runs what it shall call, then its handle; or NULL.
    pub handle: Value,
}

impl Thread {
    /// A thread with nothing in it; `start::new_thread` gives it its memory.
    pub fn zeroed() -> Thread {
        // SAFETY: all fields are numbers, raw pointers and values, for which zero is valid.
        let thread: Thread = unsafe { std::mem::zeroed() };
        Thread { reraised_unit: -1, ..thread }
    }

    /// `sys.setrecursionlimit`
    pub fn set_recursion_limit(&mut self, limit: usize) {
        self.recursion_limit = limit;
        let limit = limit.min(crate::start::most_frames());
        self.frame_limit = self.frames.wrapping_add(limit);
    }

    /// Makes an exception of a class with a message as its only argument.
    #[cold]
    pub fn error(&mut self, class: Gc<TypeObject>, message: impl AsRef<str>) -> Raised {
        Exception::with_message(self, class, message.as_ref())
    }

    /// Makes a MemoryError. Without a message it has no arguments, as the allocator's.
    #[cold]
    pub fn memory_error(&mut self, message: impl AsRef<str>) -> Raised {
        let class = crate::types().memory_error;
        match message.as_ref() {
            "" => Exception::with_arguments(self, class, &[]),
            message => self.error(class, message),
        }
    }

    /// Ends a native call by the calling convention: the value, or NULL with the exception in `raised`.
    #[inline]
    pub fn finish(&mut self, result: Result) -> Value {
        match result {
            Ok(value) => value,
            Err(Raised(exception)) => {
                self.raised = exception;
                Value::NULL
            }
        }
    }

    /// The reverse of [`Thread::finish`].
    #[inline]
    pub fn result_of(&mut self, value: Value) -> Result {
        if value.is_null() { Err(self.take_raised()) } else { Ok(value) }
    }

    /// The exception in flight, which must be there.
    #[cold]
    pub fn take_raised(&mut self) -> Raised {
        debug_assert!(!self.raised.is_null());
        Raised(std::mem::take(&mut self.raised))
    }

    pub fn set_raised(&mut self, exception: Value) {
        self.raised = exception;
    }

    /// Raises RecursionError when the native stack is nearly used up. Called by whatever recurses natively.
    #[inline]
    pub fn check_native_stack(&mut self) -> Result<()> {
        let here = 0u8;
        if (&raw const here as usize) < self.native_stack_limit {
            Err(self.native_stack_overflow())
        } else {
            Ok(())
        }
    }

    #[cold]
    fn native_stack_overflow(&mut self) -> Raised {
        self.error(crate::types().recursion_error, "maximum recursion depth exceeded")
    }
}

macro_rules! error_shorthands {
    ($($name:ident)*) => {
        impl Thread {
            $(
                #[doc = concat!("Makes the built-in exception `", stringify!($name), "` with a message.")]
                #[cold]
                pub fn $name(&mut self, message: impl AsRef<str>) -> Raised {
                    self.error(crate::types().$name, message)
                }
            )*
        }
    };
}

error_shorthands! {
    type_error value_error index_error overflow_error zero_division_error attribute_error runtime_error
    not_implemented_error system_error stop_iteration os_error import_error lookup_error
    assertion_error eof_error buffer_error arithmetic_error name_error unbound_local_error recursion_error
}
