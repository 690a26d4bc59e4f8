//! Asynchronous generators and their awaitables: `__anext__`, `asend`, `athrow`, `aclose`, and `anext` with a default.
//!
//! An asynchronous generator's own yields are wrapped, so that its awaitables tell them from what its awaits yield to the event loop: a wrapped value
//! ends the awaitable with StopIteration.

use super::attributes::{frame_of, shown};
use super::methods::exception_of;
use super::{awaitable_iterator, send, throw};
use crate::builtins::support::class;
use crate::interpreter::generators::{self, stop_with};
use crate::object::code::Code;
use crate::object::exception::Exception;
use crate::object::generator::{Generator, GeneratorState};
use crate::object::kind::ObjectKind;
use crate::object::native_object::{self, NativeHead};
use crate::object::tuple::Tuple;
use crate::operations::{self, class_of};
use crate::prelude::*;
use crate::{layout, native_layout};

/// A generator with the class async_generator.
#[repr(C)]
pub struct AsyncGenerator {
    base: Generator,
}

layout!(AsyncGenerator, ObjectKind::Generator, "async_generator");

/// A value that an asynchronous generator yields.
#[repr(C)]
pub struct WrappedValue {
    head: NativeHead,
    value: Value,
}

native_layout!(WrappedValue, "async_generator_wrapped_value", |this, tracer| tracer.value(this.value.0));

/// Wraps a value that an asynchronous generator yields.
pub fn wrap_async_yield(value: Value) -> Value {
    native_object::new(class::<WrappedValue>(), WrappedValue { head: NativeHead::empty(), value }).value()
}

#[native_type(name = "async_generator_wrapped_value", no_new)]
impl WrappedValue {}

/// How far an awaitable is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Fresh,
    Iterating,
    Closed,
}

/// What `__anext__` and `asend` give.
#[repr(C)]
pub struct AsyncSend {
    head: NativeHead,
    generator: Gc<Generator>,
    value: Value,
    progress: Progress,
}

native_layout!(AsyncSend, "async_generator_asend", |this, tracer| {
    tracer.value(this.generator.value().0);
    tracer.value(this.value.0);
});

/// What `athrow` and `aclose` give. `arguments` is NULL for `aclose`.
#[repr(C)]
pub struct AsyncThrow {
    head: NativeHead,
    generator: Gc<Generator>,
    arguments: Value,
    progress: Progress,
}

native_layout!(AsyncThrow, "async_generator_athrow", |this, tracer| {
    tracer.value(this.generator.value().0);
    tracer.value(this.arguments.0);
});

/// Calls the thread's hook for the first iteration, once.
fn run_hooks(thread: &mut Thread, mut generator: Gc<Generator>) -> Result<()> {
    if std::mem::replace(&mut generator.hooks_started, true) {
        return Ok(());
    }
    let [first, finalizer] = thread.async_generator_hooks;
    if !finalizer.is_null() && !finalizer.is_none() {
        generator.origin_or_finalizer = finalizer;
        generator.write_barrier();
    }
    if !first.is_null() && !first.is_none() {
        thread.call(first, &[generator.value()])?;
    }
    Ok(())
}

fn asend(thread: &mut Thread, generator: Gc<Generator>, value: Value) -> Result {
    run_hooks(thread, generator)?;
    let content = AsyncSend { head: NativeHead::empty(), generator, value, progress: Progress::Fresh };
    Ok(native_object::new(class::<AsyncSend>(), content).value())
}

fn athrow(thread: &mut Thread, generator: Gc<Generator>, arguments: Value) -> Result {
    run_hooks(thread, generator)?;
    let content = AsyncThrow { head: NativeHead::empty(), generator, arguments, progress: Progress::Fresh };
    Ok(native_object::new(class::<AsyncThrow>(), content).value())
}

fn is_end(raised: Raised) -> bool {
    let class = class_of(raised.0);
    class.is_subclass_of(types().stop_async_iteration) || class.is_subclass_of(types().generator_exit)
}

/// What a step of the generator means for its awaitable: a wrapped value ends it.
fn unwrap(mut generator: Gc<Generator>, step: Result) -> Result {
    match step {
        Ok(value) => match value.downcast::<WrappedValue>() {
            Some(wrapped) => {
                generator.running_async = false;
                Err(stop_with(wrapped.value))
            }
            None => Ok(value),
        },
        Err(raised) => {
            generator.closed |= is_end(raised);
            generator.running_async = false;
            Err(raised)
        }
    }
}

impl AsyncSend {
    fn step(thread: &mut Thread, mut this: Gc<AsyncSend>, argument: Value) -> Result {
        let mut generator = this.generator;
        let mut argument = argument;
        match this.progress {
            Progress::Closed => {
                return Err(thread.runtime_error("cannot reuse already awaited __anext__()/asend()"));
            }
            Progress::Fresh => {
                if generator.running_async {
                    this.progress = Progress::Closed;
                    return Err(thread.runtime_error("anext(): asynchronous generator is already running"));
                }
                if argument.is_none() {
                    argument = this.value;
                }
                this.progress = Progress::Iterating;
            }
            Progress::Iterating => {}
        }
        generator.running_async = true;
        let step = send(thread, generator, argument);
        let result = unwrap(generator, step);
        if result.is_err() {
            this.progress = Progress::Closed;
        }
        result
    }
}

#[native_type(name = "async_generator_asend", no_new)]
impl AsyncSend {
    #[method]
    fn __await__(this: Gc<AsyncSend>) -> Gc<AsyncSend> {
        this
    }

    #[method]
    fn __iter__(this: Gc<AsyncSend>) -> Gc<AsyncSend> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<AsyncSend>) -> Result {
        AsyncSend::step(thread, this, Value::NONE)
    }

    #[method("($self, arg, /)", hidden)]
    fn send(thread: &mut Thread, this: Gc<AsyncSend>, arg: Value) -> Result {
        AsyncSend::step(thread, this, arg)
    }

    #[method("($self, /, *args)", hidden)]
    fn throw(thread: &mut Thread, mut this: Gc<AsyncSend>, args: &[Value]) -> Result {
        let mut generator = this.generator;
        match this.progress {
            Progress::Closed => {
                return Err(thread.runtime_error("cannot reuse already awaited __anext__()/asend()"));
            }
            Progress::Fresh => {
                if generator.running_async {
                    this.progress = Progress::Closed;
                    return Err(thread.runtime_error("anext(): asynchronous generator is already running"));
                }
                this.progress = Progress::Iterating;
                generator.running_async = true;
            }
            Progress::Iterating => {}
        }
        let exception = exception_of(thread, args)?;
        let step = throw(thread, generator, exception, false);
        let result = unwrap(generator, step);
        if result.is_err() {
            this.progress = Progress::Closed;
        }
        result
    }

    #[method("($self, /)", hidden)]
    fn close(thread: &mut Thread, this: Gc<AsyncSend>) -> Result {
        if this.progress == Progress::Closed {
            return Ok(Value::NONE);
        }
        let exit = types().generator_exit.value();
        match AsyncSend::throw(thread, this, &[exit]) {
            Ok(_) => Err(thread.runtime_error("coroutine ignored GeneratorExit")),
            Err(raised) if is_end(raised) || operations::iterate::is_stop(raised) => Ok(Value::NONE),
            Err(raised) => Err(raised),
        }
    }
}

impl AsyncThrow {
    fn step(thread: &mut Thread, mut this: Gc<AsyncThrow>, argument: Value) -> Result {
        let mut generator = this.generator;
        let closing = this.arguments.is_null();
        let what = if closing { "aclose" } else { "athrow" };
        if this.progress == Progress::Closed {
            return Err(thread.runtime_error("cannot reuse already awaited aclose()/athrow()"));
        }
        if generator.state == GeneratorState::Finished {
            this.progress = Progress::Closed;
            return Err(stop_with(Value::NONE));
        }
        if this.progress == Progress::Iterating {
            let step = send(thread, generator, argument);
            return AsyncThrow::conclude(thread, this, step);
        }
        if generator.running_async {
            this.progress = Progress::Closed;
            return Err(thread.runtime_error(format!("{what}(): asynchronous generator is already running")));
        }
        if generator.closed {
            this.progress = Progress::Closed;
            return Err(Exception::with_arguments(thread, types().stop_async_iteration, &[]));
        }
        if !argument.is_none() {
            return Err(thread.runtime_error("can't send non-None value to a just-started coroutine"));
        }
        this.progress = Progress::Iterating;
        generator.running_async = true;
        let exception = match this.arguments.downcast::<Tuple>() {
            None => {
                generator.closed = true;
                thread.call(types().generator_exit.value(), &[])?
            }
            Some(arguments) => match exception_of(thread, arguments.items()) {
                Ok(exception) => exception,
                Err(raised) => {
                    generator.running_async = false;
                    this.progress = Progress::Closed;
                    return Err(raised);
                }
            },
        };
        let step = throw(thread, generator, exception, false);
        AsyncThrow::conclude(thread, this, step)
    }

    /// What a step of the generator means: `aclose` must not see a yield, and swallows the end.
    fn conclude(thread: &mut Thread, mut this: Gc<AsyncThrow>, step: Result) -> Result {
        let mut generator = this.generator;
        let closing = this.arguments.is_null();
        if !closing {
            let result = unwrap(generator, step);
            if result.is_err() {
                this.progress = Progress::Closed;
            }
            return result;
        }
        match step {
            Ok(value) if value.downcast::<WrappedValue>().is_some() => {
                generator.running_async = false;
                this.progress = Progress::Closed;
                Err(thread.runtime_error("async generator ignored GeneratorExit"))
            }
            Ok(value) => Ok(value),
            Err(raised) => {
                generator.running_async = false;
                this.progress = Progress::Closed;
                if is_end(raised) { Err(stop_with(Value::NONE)) } else { Err(raised) }
            }
        }
    }
}

#[native_type(name = "async_generator_athrow", no_new)]
impl AsyncThrow {
    #[method]
    fn __await__(this: Gc<AsyncThrow>) -> Gc<AsyncThrow> {
        this
    }

    #[method]
    fn __iter__(this: Gc<AsyncThrow>) -> Gc<AsyncThrow> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<AsyncThrow>) -> Result {
        AsyncThrow::step(thread, this, Value::NONE)
    }

    #[method("($self, arg, /)", hidden)]
    fn send(thread: &mut Thread, this: Gc<AsyncThrow>, arg: Value) -> Result {
        AsyncThrow::step(thread, this, arg)
    }

    #[method("($self, /, *args)", hidden)]
    fn throw(thread: &mut Thread, mut this: Gc<AsyncThrow>, args: &[Value]) -> Result {
        let mut generator = this.generator;
        match this.progress {
            Progress::Closed => {
                return Err(thread.runtime_error("cannot reuse already awaited aclose()/athrow()"));
            }
            Progress::Fresh => {
                if generator.running_async {
                    this.progress = Progress::Closed;
                    let what = if this.arguments.is_null() { "aclose" } else { "athrow" };
                    return Err(
                        thread.runtime_error(format!("{what}(): asynchronous generator is already running"))
                    );
                }
                this.progress = Progress::Iterating;
                generator.running_async = true;
            }
            Progress::Iterating => {}
        }
        let exception = exception_of(thread, args)?;
        let step = throw(thread, generator, exception, false);
        AsyncThrow::conclude(thread, this, step)
    }

    #[method("($self, /)", hidden)]
    fn close(thread: &mut Thread, this: Gc<AsyncThrow>) -> Result {
        if this.progress == Progress::Closed {
            return Ok(Value::NONE);
        }
        let exit = types().generator_exit.value();
        match AsyncThrow::throw(thread, this, &[exit]) {
            Ok(_) => Err(thread.runtime_error("coroutine ignored GeneratorExit")),
            Err(raised) if is_end(raised) || operations::iterate::is_stop(raised) => Ok(Value::NONE),
            Err(raised) => Err(raised),
        }
    }
}

#[native_type(name = "async_generator", weak_referencable)]
impl AsyncGenerator {
    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<Generator>) -> Result<String> {
        shown(thread, this)
    }

    #[method]
    fn __aiter__(this: Gc<Generator>) -> Gc<Generator> {
        this
    }

    #[method]
    fn __anext__(thread: &mut Thread, this: Gc<Generator>) -> Result {
        asend(thread, this, Value::NONE)
    }

    #[method]
    fn __del__(thread: &mut Thread, this: Gc<Generator>) -> Result<()> {
        super::finalize(thread, this)
    }

    /// asend(v) -> send 'v' in generator.
    #[method("($self, value, /)", hidden)]
    fn asend(thread: &mut Thread, this: Gc<Generator>, value: Value) -> Result {
        asend(thread, this, value)
    }

    /// athrow(value)
    /// athrow(type[,value[,tb]])
    ///
    /// raise exception in generator.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[method("($self, /, *args)", hidden)]
    fn athrow(thread: &mut Thread, this: Gc<Generator>, args: &[Value]) -> Result {
        if args.len() > 1 {
            let message = "the (type, exc, tb) signature of athrow() is deprecated, use the single-arg signature instead.";
            crate::builtins::warnings::deprecation(thread, message)?;
        }
        let arguments = Tuple::try_new(thread, args)?;
        athrow(thread, this, arguments.value())
    }

    /// aclose() -> raise GeneratorExit inside generator.
    #[method("($self, /)", hidden)]
    fn aclose(thread: &mut Thread, this: Gc<Generator>) -> Result {
        athrow(thread, this, Value::NULL)
    }

    /// See PEP 585
    #[class_method("($type, object, /)", hidden)]
    fn __class_getitem__(thread: &mut Thread, class: Value, object: Value) -> Result {
        crate::builtins::generic_alias::new(thread, class, object)
    }

    #[getter]
    fn __name__(this: Gc<Generator>) -> Value {
        this.name
    }

    #[getter]
    fn __qualname__(this: Gc<Generator>) -> Value {
        this.qualified_name
    }

    #[getter]
    fn ag_await(this: Gc<Generator>) -> Value {
        generators::delegate(this).unwrap_or(Value::NONE)
    }

    #[getter]
    fn ag_frame(thread: &mut Thread, this: Gc<Generator>) -> Value {
        frame_of(thread, this)
    }

    #[getter(member)]
    fn ag_running(this: Gc<Generator>) -> bool {
        this.running_async
    }

    #[getter]
    fn ag_code(this: Gc<Generator>) -> Gc<Code> {
        this.code
    }

    #[getter]
    fn ag_suspended(this: Gc<Generator>) -> bool {
        this.state == GeneratorState::Suspended
    }
}

/// What `anext(iterator, default)` gives.
#[repr(C)]
pub struct AnextAwaitable {
    head: NativeHead,
    wrapped: Value,
    default: Value,
}

native_layout!(AnextAwaitable, "anext_awaitable", |this, tracer| {
    tracer.value(this.wrapped.0);
    tracer.value(this.default.0);
});

/// The awaitable of `anext(iterator, default)`.
pub fn anext_with_default(thread: &mut Thread, awaitable: Value, default: Value) -> Result {
    let _ = &thread;
    let content = AnextAwaitable { head: NativeHead::empty(), wrapped: awaitable, default };
    Ok(native_object::new(class::<AnextAwaitable>(), content).value())
}

/// The end of the iteration becomes the default value.
fn with_default(this: Gc<AnextAwaitable>, step: Result) -> Result {
    match step {
        Err(raised) if class_of(raised.0).is_subclass_of(types().stop_async_iteration) => {
            Err(stop_with(this.default))
        }
        step => step,
    }
}

fn proxied(thread: &mut Thread, this: Gc<AnextAwaitable>, method: &str, arguments: &[Value]) -> Result {
    let iterator = awaitable_iterator(thread, this.wrapped)?;
    let step = thread.call_method(iterator, method, arguments);
    with_default(this, step)
}

#[native_type(name = "anext_awaitable", no_new)]
impl AnextAwaitable {
    #[method]
    fn __await__(this: Gc<AnextAwaitable>) -> Gc<AnextAwaitable> {
        this
    }

    #[method]
    fn __iter__(this: Gc<AnextAwaitable>) -> Gc<AnextAwaitable> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<AnextAwaitable>) -> Result {
        let iterator = awaitable_iterator(thread, this.wrapped)?;
        let step = match iterator.downcast::<Generator>() {
            Some(coroutine) => send(thread, coroutine, Value::NONE),
            None => thread.call_method(iterator, "__next__", &[]),
        };
        with_default(this, step)
    }

    #[method("($self, arg, /)", hidden)]
    fn send(thread: &mut Thread, this: Gc<AnextAwaitable>, arg: Value) -> Result {
        proxied(thread, this, "send", &[arg])
    }

    #[method("($self, /, *args)", hidden)]
    fn throw(thread: &mut Thread, this: Gc<AnextAwaitable>, args: &[Value]) -> Result {
        proxied(thread, this, "throw", args)
    }

    #[method("($self, /)", hidden)]
    fn close(thread: &mut Thread, this: Gc<AnextAwaitable>) -> Result {
        proxied(thread, this, "close", &[])
    }
}
