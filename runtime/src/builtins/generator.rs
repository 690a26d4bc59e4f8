//! Generators, coroutines and asynchronous generators: their methods and attributes, and the awaitables around them.
//!
//! [`methods`] has what the three have in common: sending, throwing, closing. [`asynchronous`] has the awaitables that drive asynchronous
//! generators. The frames themselves are handled by [`crate::interpreter::generators`].

pub mod asynchronous;
mod attributes;
mod methods;

pub use asynchronous::{AsyncGenerator, anext_with_default, wrap_async_yield};
pub use attributes::{Coroutine, CoroutineWrapper};
pub use methods::{close, finalize, send, throw};

use crate::object::code::Code;
use crate::object::generator::Generator;
use crate::object::special::Special;
use crate::operations::attribute::class_name;
use crate::operations::{call, class_of};
use crate::prelude::*;
use taipan_compiler::code::CodeFlags;

/// Called for each new generator: those that have something to clean up are registered for finalization.
pub fn made(thread: &mut Thread, mut generator: Gc<Generator>) {
    let class = generator.class();
    // One entry of the exception table is the generator's own: it turns StopIteration into RuntimeError.
    let cleans_up = || generator.code.definition().handlers().nth(1).is_some();
    if class != types().generator || cleans_up() {
        crate::heap::heap().register_finalizer(generator.header());
    }
    if class == types().coroutine && thread.coroutine_origin_depth > 0 {
        generator.origin_or_finalizer = attributes::origin(thread);
        generator.write_barrier();
    }
}

/// What error messages call it.
pub fn noun(generator: Gc<Generator>) -> &'static str {
    let class = generator.class();
    if class == types().coroutine {
        "coroutine"
    } else if class == types().async_generator {
        "async generator"
    } else {
        "generator"
    }
}

fn is_iterable_coroutine(code: Gc<Code>) -> bool {
    code.has_flag(CodeFlags::ITERABLE_COROUTINE)
}

/// The iterator that `await value` runs: a coroutine itself, or what `__await__` gives.
pub fn awaitable_iterator(thread: &mut Thread, value: Value) -> Result {
    if let Some(generator) = value.downcast::<Generator>() {
        if generator.class() == types().coroutine || is_iterable_coroutine(generator.code) {
            return Ok(value);
        }
    }
    let method = match class_of(value).special(Special::Await) {
        Some(method) if !method.is_none() => method,
        _ => {
            let got = class_name(value);
            return Err(thread.type_error(format!("'{got}' object can't be awaited")));
        }
    };
    let iterator = call::call_special(thread, method, value, &[])?;
    if let Some(generator) = iterator.downcast::<Generator>() {
        if generator.class() == types().coroutine || is_iterable_coroutine(generator.code) {
            return Err(thread.type_error("__await__() returned a coroutine"));
        }
    }
    if class_of(iterator).special(Special::Next).is_none_or(Value::is_none) {
        let got = class_name(iterator);
        return Err(thread.type_error(format!("__await__() returned non-iterator of type '{got}'")));
    }
    Ok(iterator)
}
