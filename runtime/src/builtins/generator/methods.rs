//! Sending into, throwing into, closing and finalizing suspended frames.

use crate::interpreter::generators::{self, Outcome};
use crate::object::exception::Exception;
use crate::object::generator::{Generator, GeneratorState};
use crate::object::str::intern;
use crate::object::traceback::Traceback;
use crate::object::type_object::TypeObject as Class;
use crate::operations::attribute::{class_name, get_attribute_optional};
use crate::operations::class_of;
use crate::prelude::*;

/// What a finished generator, coroutine or asynchronous generator raises when it is resumed, and what one that ends raises.
fn ended(thread: &mut Thread, generator: Gc<Generator>, outcome: Outcome) -> Result {
    match outcome {
        Outcome::Yielded(value) => Ok(value),
        Outcome::Returned(_) if generator.class() == types().async_generator => {
            Err(Exception::with_arguments(thread, types().stop_async_iteration, &[]))
        }
        Outcome::Returned(value) => Err(generators::stop_with(value)),
    }
}

/// `generator.send(value)`
pub fn send(thread: &mut Thread, generator: Gc<Generator>, value: Value) -> Result {
    if generator.state == GeneratorState::Created && !value.is_none() {
        let noun = super::noun(generator);
        return Err(thread.type_error(format!("can't send non-None value to a just-started {noun}")));
    }
    if generator.state == GeneratorState::Finished && generator.class() == types().coroutine {
        return Err(thread.runtime_error("cannot reuse already awaited coroutine"));
    }
    let outcome = generators::resume(thread, generator, value)?;
    ended(thread, generator, outcome)
}

/// The exception that `throw(type[, value[, traceback]])` means.
pub fn exception_of(thread: &mut Thread, args: &[Value]) -> Result {
    let (kind, value, traceback) = match *args {
        [kind] => (kind, Value::NONE, Value::NONE),
        [kind, value] => (kind, value, Value::NONE),
        [kind, value, traceback] => (kind, value, traceback),
        [] => return Err(thread.type_error("throw expected at least 1 argument, got 0")),
        _ => return Err(thread.type_error(format!("throw expected at most 3 arguments, got {}", args.len()))),
    };
    if args.len() > 1 {
        let message =
            "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.";
        crate::builtins::warnings::deprecation(thread, message)?;
    }
    if !traceback.is_none() && traceback.downcast::<Traceback>().is_none() {
        return Err(thread.type_error("throw() third argument must be a traceback object"));
    }
    let is_class = kind.downcast::<Class>().filter(|class| class.is_subclass_of(types().base_exception));
    let exception = if let Some(class) = is_class {
        match value.downcast::<Exception>() {
            Some(instance) if instance.class().is_subclass_of(class) => value,
            _ if value.is_none() => thread.call(kind, &[])?,
            _ => match value.downcast::<crate::object::tuple::Tuple>() {
                Some(arguments) => thread.call(kind, arguments.items())?,
                None => thread.call(kind, &[value])?,
            },
        }
    } else if kind.downcast::<Exception>().is_some() {
        if !value.is_none() {
            return Err(thread.type_error("instance exception may not have a separate value"));
        }
        kind
    } else {
        let got = class_name(kind);
        return Err(thread.type_error(format!(
            "exceptions must be classes or instances deriving from BaseException, not {got}"
        )));
    };
    // A class that makes something else throws the complaint about it.
    let exception = match exception.downcast::<Exception>() {
        Some(_) => exception,
        None => {
            let class = crate::operations::repr(thread, kind)?.to_string_lossy();
            let got = crate::builtins::support::fully_qualified_name(class_of(exception));
            let message =
                format!("calling {class} should have returned an instance of BaseException, not {got}");
            thread.type_error(message).0
        }
    };
    if !traceback.is_none() {
        if let Some(mut exception) = exception.downcast::<Exception>() {
            exception.traceback = traceback;
            exception.write_barrier();
        }
    }
    Ok(exception)
}

/// Throws an exception into a generator: into what it delegates to, if it does. `close_delegate`: GeneratorExit closes that first.
pub fn throw(
    thread: &mut Thread,
    generator: Gc<Generator>,
    exception: Value,
    close_delegate: bool,
) -> Result {
    if generator.state == GeneratorState::Finished && generator.class() == types().coroutine {
        return Err(thread.runtime_error("cannot reuse already awaited coroutine"));
    }
    let Some(delegate) = generators::delegate(generator) else {
        return throw_here(thread, generator, exception);
    };
    if class_of(exception).is_subclass_of(types().generator_exit) && close_delegate {
        return match running(generator, || close_iterator(thread, delegate)) {
            Ok(()) => throw_here(thread, generator, exception),
            Err(raised) => throw_here(thread, generator, raised.0),
        };
    }
    let result =
        match delegate.downcast::<Generator>().filter(|inner| inner.class() != types().async_generator) {
            Some(inner) => running(generator, || throw(thread, inner, exception, close_delegate)),
            None => {
                let Some(method) = get_attribute_optional(thread, delegate, intern("throw"))? else {
                    return throw_here(thread, generator, exception);
                };
                running(generator, || thread.call(method, &[exception]))
            }
        };
    match result {
        // Still delegating: what the inner one yields is yielded on.
        Ok(value) => Ok(value),
        // The end of the inner one, too: the code around the suspended instruction turns StopIteration into its value.
        Err(raised) => throw_here(thread, generator, raised.0),
    }
}

/// Does something while the generator counts as running.
fn running<R>(mut generator: Gc<Generator>, action: impl FnOnce() -> R) -> R {
    let state = std::mem::replace(&mut generator.state, GeneratorState::Running);
    // The collector visits the saved values of suspended generators only: they stay reachable through the copy.
    let count = generator.code.locals_count as usize + generator.stack_depth as usize;
    let mut saved = crate::heap::ScratchValues::new();
    // SAFETY: the generator was suspended, so its values are saved.
    saved.extend_from_slice(unsafe { std::slice::from_raw_parts(generator.saved(), count) });
    let result = action();
    generator.state = state;
    generator.write_barrier();
    drop(saved);
    result
}

fn throw_here(thread: &mut Thread, generator: Gc<Generator>, exception: Value) -> Result {
    let outcome = generators::throw(thread, generator, exception)?;
    ended(thread, generator, outcome)
}

/// Closes an iterator that is delegated to, if it can be closed.
fn close_iterator(thread: &mut Thread, iterator: Value) -> Result<()> {
    if let Some(generator) =
        iterator.downcast::<Generator>().filter(|inner| inner.class() != types().async_generator)
    {
        return close(thread, generator).map(|_| ());
    }
    match get_attribute_optional(thread, iterator, intern("close"))? {
        Some(method) => thread.call(method, &[]).map(|_| ()),
        None => Ok(()),
    }
}

/// `generator.close()`: the value that the generator returns, None if it has nothing to say.
pub fn close(thread: &mut Thread, mut generator: Gc<Generator>) -> Result {
    match generator.state {
        GeneratorState::Created => {
            generator.state = GeneratorState::Finished;
            generator.frame_object = Value::NULL;
            return Ok(Value::NONE);
        }
        GeneratorState::Finished => return Ok(Value::NONE),
        _ => {}
    }
    let mut exception = Value::NULL;
    if let Some(delegate) = generators::delegate(generator) {
        if let Err(raised) = running(generator, || close_iterator(thread, delegate)) {
            exception = raised.0;
        }
    }
    if exception.is_null() {
        exception = thread.call(types().generator_exit.value(), &[])?;
    }
    match generators::throw(thread, generator, exception) {
        Ok(Outcome::Yielded(_)) => {
            let noun = super::noun(generator);
            Err(thread.runtime_error(format!("{noun} ignored GeneratorExit")))
        }
        Ok(Outcome::Returned(value)) => Ok(value),
        Err(raised) if class_of(raised.0).is_subclass_of(types().generator_exit) => Ok(Value::NONE),
        Err(raised) if class_of(raised.0).is_subclass_of(types().stop_iteration) => Ok(Value::NONE),
        Err(raised) => Err(raised),
    }
}

/// What happens to a generator that was found dead.
pub fn finalize(thread: &mut Thread, mut generator: Gc<Generator>) -> Result<()> {
    let state = generator.state;
    if !matches!(state, GeneratorState::Created | GeneratorState::Suspended) {
        return Ok(());
    }
    let class = generator.class();
    if class == types().async_generator {
        if let Some(finalizer) = generator.origin_or_finalizer.non_null().filter(|_| !generator.closed) {
            return thread.call(finalizer, &[generator.value()]).map(|_| ());
        }
    }
    if class == types().coroutine && state == GeneratorState::Created {
        generator.state = GeneratorState::Finished;
        return warn_never_awaited(thread, generator);
    }
    close(thread, generator).map(|_| ())
}

fn warn_never_awaited(thread: &mut Thread, coroutine: Gc<Generator>) -> Result<()> {
    let Some(warnings) = crate::sys::modules(thread).get_str(intern("warnings")) else {
        let name = crate::operations::str_of(thread, coroutine.qualified_name)?.to_string_lossy();
        let message = format!("coroutine '{name}' was never awaited");
        return crate::builtins::warnings::warn(thread, types().runtime_warning, &message, 1);
    };
    match get_attribute_optional(thread, warnings, intern("_warn_unawaited_coroutine"))? {
        Some(function) => thread.call(function, &[coroutine.value()]).map(|_| ()),
        None => Ok(()),
    }
}
