//! Errors and questions that all stream classes share.

use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::exception::Exception;
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::{class_of, get_attribute, is_true};
use taipan_runtime::prelude::*;
use taipan_runtime::roots::Root;

static UNSUPPORTED: Root = Root::new();

/// `io.UnsupportedOperation`, made at the first call: both an OSError and a ValueError.
pub fn unsupported_operation(thread: &mut Thread) -> Result<Gc<TypeObject>> {
    if let Some(class) = UNSUPPORTED.get() {
        return Ok(class.cast());
    }
    let namespace = Dict::new();
    namespace.set_str(thread, intern("__module__"), intern("io").value())?;
    let bases = Tuple::new(&[types().os_error.value(), types().value_error.value()]);
    let arguments = [intern("UnsupportedOperation").value(), bases.value(), namespace.value()];
    let class = thread.call(types().type_.value(), &arguments)?;
    UNSUPPORTED.set(class);
    Ok(class.cast())
}

/// `UnsupportedOperation` with a message.
#[cold]
pub fn not_supported(thread: &mut Thread, message: &str) -> Raised {
    match unsupported_operation(thread) {
        Ok(class) => thread.error(class, message),
        Err(raised) => raised,
    }
}

/// `stream.closed`
pub fn is_closed(thread: &mut Thread, stream: Value) -> Result<bool> {
    let closed = get_attribute(thread, stream, intern("closed"))?;
    is_true(thread, closed)
}

/// Raises ValueError for a closed stream.
pub fn check_closed(thread: &mut Thread, stream: Value) -> Result<()> {
    match is_closed(thread, stream)? {
        true => Err(thread.value_error("I/O operation on closed file.")),
        false => Ok(()),
    }
}

/// Raises UnsupportedOperation unless a method such as `readable` says True.
pub fn method_flag(thread: &mut Thread, stream: Value, method: &str, message: &str) -> Result<()> {
    match thread.call_method(stream, method, &[])? {
        Value::TRUE => Ok(()),
        _ => Err(not_supported(thread, message)),
    }
}

/// `BlockingIOError(EAGAIN, message, written)`
#[cold]
pub fn would_block(thread: &mut Thread, message: &str, written: usize) -> Raised {
    let arguments =
        [Value::from_int(libc::EAGAIN.into()), Str::new(message).value(), Value::from_int(written as i64)];
    Exception::with_arguments(thread, types().blocking_io_error, &arguments)
}

/// The exception to raise when two steps failed one after the other: the second, with the first as its context.
pub fn chain(first: Result<()>, second: Result<()>) -> Result<()> {
    match (first, second) {
        (Err(first), Err(second)) => {
            if first != second
                && let Some(mut exception) = second.0.downcast::<Exception>()
                && exception.context.is_null()
            {
                exception.context = first.0;
                exception.write_barrier();
            }
            Err(second)
        }
        (Err(raised), Ok(())) | (Ok(()), Err(raised)) => Err(raised),
        (Ok(()), Ok(())) => Ok(()),
    }
}

/// `TypeError: cannot pickle '...' instances`
#[cold]
pub fn cannot_pickle(thread: &mut Thread, stream: Value) -> Raised {
    let class = taipan_runtime::native::full_name(class_of(stream));
    thread.type_error(format!("cannot pickle '{class}' instances"))
}

/// A file position from an argument.
pub fn offset(thread: &mut Thread, value: Value) -> Result<i64> {
    if value.downcast::<taipan_runtime::object::float::Float>().is_some() || value.is_immediate_float() {
        let got = taipan_runtime::native::type_name(value);
        return Err(thread.type_error(format!("'{got}' object cannot be interpreted as an integer")));
    }
    taipan_runtime::operations::convert::index_i64(thread, value)
}
