//! The functions of `sys`.

use crate::interpreter::frames::frame_object;
use crate::interpreter::trace;
use crate::object::exception::Exception;
use crate::object::kind::ObjectKind;
use crate::object::str::{Str, intern, intern_string};
use crate::object::tuple::Tuple;
use crate::object::type_object::TYPE_IMMUTABLE;
use crate::operations::{self, class_of};
use crate::prelude::*;

/// This module provides access to some objects used or maintained by the
/// interpreter and to functions that interact strongly with the interpreter.
pub struct Sys;

#[native_module(name = "sys")]
impl Sys {
    /// Exit the interpreter by raising SystemExit(status).
    #[function("(status=None, /)")]
    fn exit(thread: &mut Thread, status: Option<Value>) -> Result {
        let arguments: &[Value] = match &status {
            Some(status) => std::slice::from_ref(status),
            None => &[],
        };
        Err(Exception::with_arguments(thread, types().system_exit, arguments))
    }

    /// Return the exception that is currently being handled.
    #[function("()")]
    fn exception(thread: &mut Thread) -> Value {
        thread.handled
    }

    /// Return current exception information: (type, value, traceback).
    #[function("()")]
    fn exc_info(thread: &mut Thread) -> Gc<Tuple> {
        let handled = thread.handled;
        if handled.is_none() {
            return Tuple::new(&[Value::NONE; 3]);
        }
        let traceback = handled.cast::<Exception>().traceback.non_null().unwrap_or(Value::NONE);
        Tuple::new(&[class_of(handled).value(), handled, traceback])
    }

    /// Return the current value of the recursion limit.
    #[function("()")]
    fn getrecursionlimit(thread: &mut Thread) -> i64 {
        thread.recursion_limit as i64
    }

    /// Set the maximum depth of the Python interpreter stack to n.
    #[function("(limit, /)")]
    fn setrecursionlimit(thread: &mut Thread, limit: i64) -> Result<()> {
        if limit < 1 {
            return Err(thread.value_error("recursion limit must be greater or equal than 1"));
        }
        // SAFETY: both point into the array of records.
        let depth = unsafe { thread.frame.offset_from(thread.frames) };
        if depth as i64 >= limit {
            return Err(thread.recursion_error(format!(
                "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
            )));
        }
        thread.set_recursion_limit(limit as usize);
        Ok(())
    }

    /// Return the size of object in bytes.
    #[function(hidden, "(object, default=None)")]
    fn getsizeof(thread: &mut Thread, object: Value, default: Option<Value>) -> Result {
        match class_of(object).lookup(intern("__sizeof__")) {
            Some(method) => operations::call::call_special(thread, method, object, &[]),
            None => match default {
                Some(default) => Ok(default),
                None => {
                    let class = operations::attribute::class_name(object);
                    Err(thread.type_error(format!("Type {class} doesn't define __sizeof__")))
                }
            },
        }
    }

    /// Return the reference count of object. Taipan doesn't count references: any live object has some.
    #[function("(object, /)")]
    fn getrefcount(_object: Value) -> i64 {
        2
    }

    /// ``Intern'' the given string.
    #[function("(string, /)")]
    fn intern(thread: &mut Thread, string: Gc<Str>) -> Result {
        if string.class() != types().str {
            let class = string.class().name_text();
            return Err(thread.type_error(format!("can't intern {class}")));
        }
        Ok(intern_string(string).value())
    }

    /// Return a frame object from the call stack.
    #[function("(depth=0, /)")]
    fn _getframe(thread: &mut Thread, depth: Option<i64>) -> Result {
        let record = thread.frame_at_depth(depth.unwrap_or(0).max(0) as usize);
        if record.is_null() {
            return Err(thread.value_error("call stack is not deep enough"));
        }
        Ok(frame_object(record).value())
    }

    /// Return the name of the module of the caller at a depth.
    #[function("(depth=0)")]
    fn _getframemodulename(thread: &mut Thread, depth: Option<i64>) -> Value {
        let record = thread.frame_at_depth(depth.unwrap_or(0).max(0) as usize);
        if record.is_null() {
            return Value::NONE;
        }
        // SAFETY: a live record.
        let function = unsafe { (*record).function };
        function
            .downcast::<crate::object::function::Function>()
            .map_or(Value::NONE, |function| function.module)
    }

    /// Return the current default encoding used by the Unicode implementation.
    #[function("()")]
    fn getdefaultencoding() -> &'static str {
        "utf-8"
    }

    /// Return the encoding used to convert Unicode filenames to OS filenames.
    #[function("()")]
    fn getfilesystemencoding() -> &'static str {
        "utf-8"
    }

    /// Return the error mode used for Unicode to OS filename conversion.
    #[function("()")]
    fn getfilesystemencodeerrors() -> &'static str {
        "surrogateescape"
    }

    /// Return True if Python is exiting.
    #[function("()")]
    fn is_finalizing() -> bool {
        crate::lock::is_finalizing()
    }

    /// The number of processors that `-X cpu_count` gives, -1 without it.
    #[function("()")]
    fn _get_cpu_count_config() -> i64 {
        -1
    }

    /// Return whether the global interpreter lock is enabled.
    #[function("()")]
    fn _is_gil_enabled() -> bool {
        true
    }

    /// Return True if the string is interned.
    #[function("(string, /)")]
    fn _is_interned(string: Gc<Str>) -> bool {
        string.interned
    }

    /// Return the maximum string digits limit for non-binary int<->str conversions.
    #[function("()")]
    fn get_int_max_str_digits() -> i64 {
        crate::text::int_parse::digit_limit() as i64
    }

    /// Set the maximum string digits limit for non-binary int<->str conversions.
    #[function("(maxdigits)")]
    fn set_int_max_str_digits(thread: &mut Thread, maxdigits: i64) -> Result<()> {
        if maxdigits != 0 && maxdigits < 640 {
            return Err(thread.value_error("maxdigits must be 0 or larger than 640"));
        }
        crate::text::int_parse::set_digit_limit(maxdigits as usize);
        Ok(())
    }

    /// Return the current thread switch interval.
    #[function("()")]
    fn getswitchinterval() -> f64 {
        crate::lock::switch_interval().as_secs_f64()
    }

    /// Set the ideal thread switching delay inside the Python interpreter.
    ///
    /// The actual frequency of switching threads can be lower if the
    /// interpreter executes long sequences of uninterruptible code
    /// (this is implementation-specific and workload-dependent).
    ///
    /// The parameter must represent the desired switching delay in seconds
    /// A typical value is 0.005 (5 milliseconds).
    #[function("(interval, /)")]
    fn setswitchinterval(thread: &mut Thread, interval: f64) -> Result<()> {
        if interval.is_nan() || interval <= 0.0 {
            return Err(thread.value_error("switch interval must be strictly positive"));
        }
        let interval = std::time::Duration::try_from_secs_f64(interval).unwrap_or(std::time::Duration::MAX);
        crate::lock::set_switch_interval(interval);
        Ok(())
    }

    /// Set the global debug tracing function.
    #[function("(function, /)")]
    fn settrace(thread: &mut Thread, function: Value) {
        trace::set_trace_function(thread, if function.is_none() { Value::NULL } else { function });
    }

    /// Return the global debug tracing function set with sys.settrace.
    #[function("()")]
    fn gettrace(thread: &mut Thread) -> Value {
        thread.trace_function.non_null().unwrap_or(Value::NONE)
    }

    /// Set the profiling function.
    #[function("(function, /)")]
    fn setprofile(thread: &mut Thread, function: Value) {
        trace::set_profile_function(thread, if function.is_none() { Value::NULL } else { function });
    }

    /// Set the global debug tracing function for all threads belonging to the current interpreter.
    ///
    /// It will be called on each function call. See the debugger chapter
    /// in the library manual.
    #[function("(arg, /)")]
    fn _settraceallthreads(arg: Value) {
        let function = if arg.is_none() { Value::NULL } else { arg };
        for &other in crate::start::threads() {
            // SAFETY: threads in the list are live, and stand still while this one holds the interpreter lock.
            trace::set_trace_function(unsafe { &mut *other }, function);
        }
    }

    /// Set the profiling function in all running threads belonging to the current interpreter.
    ///
    /// It will be called on each function call and return. See the profiler
    /// chapter in the library manual.
    #[function("(arg, /)")]
    fn _setprofileallthreads(arg: Value) {
        let function = if arg.is_none() { Value::NULL } else { arg };
        for &other in crate::start::threads() {
            // SAFETY: as in `_settraceallthreads`.
            trace::set_profile_function(unsafe { &mut *other }, function);
        }
    }

    /// Return the profiling function set with sys.setprofile.
    #[function("()")]
    fn getprofile(thread: &mut Thread) -> Value {
        thread.profile_function.non_null().unwrap_or(Value::NONE)
    }

    /// Remove the descriptors of a class's `__dict__` and `__weakref__`.
    #[function("(type, /)")]
    fn _clear_type_descriptors(thread: &mut Thread, class: Gc<TypeObject>) -> Result<()> {
        if class.has(TYPE_IMMUTABLE) {
            return Err(thread.type_error("argument is immutable"));
        }
        for name in ["__dict__", "__weakref__"].map(intern) {
            if class.dict.get_str(name).is_some_and(|found| found.is_kind(ObjectKind::GetSet)) {
                class.dict.delete_str(name);
                class.attribute_changed(Some(name));
            }
        }
        Ok(())
    }

    /// Return True if the object never dies.
    #[function("(op, /)")]
    fn _is_immortal(op: Value) -> bool {
        !op.is_pointer()
    }

    /// Whether other processes may have this one run code.
    #[function("()")]
    fn is_remote_debug_enabled() -> bool {
        false
    }

    /// Whether a stack trampoline is active.
    #[function("()")]
    fn is_stack_trampoline_active() -> bool {
        false
    }

    /// Call a function with arguments while tracing is enabled, also from within a trace function.
    #[function("(func, args, /)")]
    fn call_tracing(thread: &mut Thread, func: Value, args: Gc<Tuple>) -> Result {
        trace::call_traced(thread, func, args.items())
    }

    /// Return the installed asynchronous generators hooks.
    #[function("()")]
    fn get_asyncgen_hooks(thread: &mut Thread) -> Result {
        let hooks = thread.async_generator_hooks.map(|hook| hook.non_null().unwrap_or(Value::NONE));
        super::information::asyncgen_hooks(thread, &hooks)
    }

    /// Set a finalizer for async generators objects.
    #[function(hidden, "(firstiter=None, finalizer=None)")]
    fn set_asyncgen_hooks(
        thread: &mut Thread,
        firstiter: Option<Value>,
        finalizer: Option<Value>,
    ) -> Result<()> {
        for (place, (hook, name)) in
            [(firstiter, "firstiter"), (finalizer, "finalizer")].into_iter().enumerate()
        {
            let Some(hook) = hook else { continue };
            if !hook.is_none() && class_of(hook).special(crate::object::special::Special::Call).is_none() {
                let class = operations::attribute::class_name(hook);
                return Err(thread.type_error(format!("callable {name} expected, got {class}")));
            }
            thread.async_generator_hooks[place] = if hook.is_none() { Value::NULL } else { hook };
        }
        Ok(())
    }

    /// Check status of origin tracking for coroutine objects in this thread.
    #[function("()")]
    fn get_coroutine_origin_tracking_depth(thread: &mut Thread) -> i64 {
        thread.coroutine_origin_depth as i64
    }

    /// Enable or disable origin tracking for coroutine objects in this thread.
    #[function("(depth)")]
    fn set_coroutine_origin_tracking_depth(thread: &mut Thread, depth: i64) -> Result<()> {
        match u32::try_from(depth) {
            Ok(depth) => {
                thread.coroutine_origin_depth = depth;
                Ok(())
            }
            Err(_) => Err(thread.value_error("depth must be >= 0")),
        }
    }

    /// Passes the event to any hooks that are attached.
    #[function("(event, /, *args)")]
    fn audit(thread: &mut Thread, event: Value, args: &[Value]) -> Result<()> {
        super::hooks::audit(thread, event, args)
    }

    /// Adds a new audit hook callback.
    #[function("(hook)")]
    fn addaudithook(thread: &mut Thread, hook: Value) -> Result<()> {
        super::hooks::add_audit_hook(thread, hook)
    }

    /// Print an object to sys.stdout and also save it in builtins._
    #[function("(object, /)")]
    fn displayhook(thread: &mut Thread, object: Value) -> Result<()> {
        super::hooks::display(thread, object)
    }

    /// Handle an exception by displaying it with a traceback on sys.stderr.
    #[function("(exctype, value, traceback, /)")]
    fn excepthook(thread: &mut Thread, exctype: Value, value: Value, traceback: Value) -> Result<()> {
        let _ = exctype;
        super::hooks::print_exception(thread, value, traceback)
    }

    /// Handle an unraisable exception.
    #[function("(unraisable, /)")]
    fn unraisablehook(thread: &mut Thread, unraisable: Value) -> Result<()> {
        super::hooks::print_unraisable(thread, unraisable)
    }

    /// This hook function is called by built-in breakpoint().
    #[function("(*args, **kwargs)")]
    fn breakpointhook(thread: &mut Thread, args: &[Value], kwargs: KeywordArguments<'_>) -> Result {
        let name = std::env::var("PYTHONBREAKPOINT").unwrap_or_default();
        if name == "0" {
            return Ok(Value::NONE);
        }
        let name = if name.is_empty() { "pdb.set_trace".to_string() } else { name };
        let (module, function) = name.rsplit_once('.').unwrap_or(("builtins", &name));
        let hook = crate::import::import_attribute(thread, module, function)?;
        let keywords = crate::object::dict::Dict::new();
        for (key, value) in kwargs.iter() {
            keywords.set(thread, key.value(), value)?;
        }
        crate::interpreter::slow::call_with_dict(thread, hook, args, keywords)
    }

    /// Clear all internal performance-related caches.
    #[function("()")]
    fn _clear_internal_caches() {}

    /// Clear the internal type lookup cache.
    #[function("()")]
    fn _clear_type_cache() {}

    /// Return a dict mapping each thread's identifier to its topmost frame.
    #[function("()")]
    fn _current_frames(thread: &mut Thread) -> Result {
        let frames = crate::object::dict::Dict::new();
        for &other in crate::start::threads() {
            // SAFETY: threads in the list are live, and stand still while this one holds the interpreter lock.
            let (record, identifier) = unsafe { ((*other).frame_at_depth(0), (*other).identifier) };
            if !record.is_null() {
                frames.set(thread, Value::from_unsigned(identifier), frame_object(record).value())?;
            }
        }
        Ok(frames.value())
    }
}
