//! `OSError` and the subclasses that its constructor picks by the error number.

use super::base::{arguments, plain_text, state};
use super::plain::ExceptionType;
use crate::object::exception::Exception;
use crate::object::special::Special;
use crate::object::tuple::Tuple;
use crate::operations;
use crate::prelude::*;

const ERRNO: usize = 0;
const STRERROR: usize = 1;
const FILENAME: usize = 2;
const FILENAME2: usize = 3;
const WRITTEN: usize = 4;

/// The class of an error number.
pub fn class_of_errno(number: i64) -> Option<Gc<TypeObject>> {
    let t = types();
    Some(match i32::try_from(number).ok()? {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => t.blocking_io_error,
        libc::EPIPE | libc::ESHUTDOWN => t.broken_pipe_error,
        libc::ECHILD => t.child_process_error,
        libc::ECONNABORTED => t.connection_aborted_error,
        libc::ECONNREFUSED => t.connection_refused_error,
        libc::ECONNRESET => t.connection_reset_error,
        libc::EEXIST => t.file_exists_error,
        libc::ENOENT => t.file_not_found_error,
        libc::EISDIR => t.is_a_directory_error,
        libc::ENOTDIR => t.not_a_directory_error,
        libc::EINTR => t.interrupted_error,
        libc::EACCES | libc::EPERM => t.permission_error,
        libc::ESRCH => t.process_lookup_error,
        libc::ETIMEDOUT => t.timeout_error,
        _ => return None,
    })
}

/// A subclass that overrides `__init__` but not `__new__` has its fields set by `__init__`, others by `__new__`.
fn init_sets_fields(class: Gc<TypeObject>) -> bool {
    let own = types().os_error;
    class.special(Special::Init) != own.special(Special::Init)
        && class.special(Special::New) == own.special(Special::New)
}

fn check_keywords(thread: &mut Thread, class: Gc<TypeObject>, kwargs: &KeywordArguments) -> Result<()> {
    if kwargs.is_empty() {
        return Ok(());
    }
    let name = class.name_text();
    Err(thread.type_error(format!("{name}() takes no keyword arguments")))
}

/// Sets the fields from the arguments: errno, strerror, filename, winerror, filename2.
fn set_fields(thread: &mut Thread, mut this: Gc<Exception>, args: &[Value]) -> Result<()> {
    let mut kept = args;
    if (2..=5).contains(&args.len()) {
        this.set_field(ERRNO, args[0]);
        this.set_field(STRERROR, args[1]);
        let given = |i: usize| args.get(i).copied().filter(|value| !value.is_none());
        if let Some(filename) = given(2) {
            let blocking = this.class() == types().blocking_io_error;
            if blocking && filename.as_int_or_bool().is_some() {
                this.set_field(WRITTEN, operations::index(thread, filename)?);
            } else {
                this.set_field(FILENAME, filename);
                this.set_field(FILENAME2, given(4).unwrap_or(Value::NULL));
                kept = &args[..2];
            }
        }
    }
    this.args = Tuple::try_new(thread, kept)?.value();
    this.write_barrier();
    Ok(())
}

exception! {
    "Base class for I/O related errors."
    OsError "OSError": ExceptionType {
        errno "POSIX exception code"
        strerror "exception strerror"
        filename "exception filename"
        filename2 "second exception filename"
        ; written
    }

    #[new("(*args, **kwargs)", hidden)]
    fn new_os_error(thread: &mut Thread, class: Gc<TypeObject>, args: &[Value], kwargs: KeywordArguments) -> Result {
        let mut class = class;
        let later = init_sets_fields(class);
        if !later {
            check_keywords(thread, class, &kwargs)?;
            if class == types().os_error && (2..=5).contains(&args.len()) {
                class = args[0].as_small_int().and_then(class_of_errno).unwrap_or(class);
            }
        }
        let exception = Exception::allocate(class, Tuple::empty());
        if !later {
            set_fields(thread, exception, args)?;
        }
        crate::builtins::finalization::register(exception.value());
        Ok(exception.value())
    }

    #[method("(*args, **kwargs)")]
    fn __init__(thread: &mut Thread, this: Gc<Exception>, args: &[Value], kwargs: KeywordArguments) -> Result<()> {
        if !init_sets_fields(this.class()) {
            return Ok(());
        }
        check_keywords(thread, this.class(), &kwargs)?;
        set_fields(thread, this, args)
    }

    #[method]
    fn __str__(thread: &mut Thread, this: Gc<Exception>) -> Result<Gc<Str>> {
        let text = |thread: &mut Thread, field: usize| -> Result<String> {
            let value = this.field(field).non_null().unwrap_or(Value::NONE);
            Ok(operations::str_of(thread, value)?.to_string_lossy())
        };
        let head = |thread: &mut Thread| -> Result<String> {
            Ok(format!("[Errno {}] {}", text(thread, ERRNO)?, text(thread, STRERROR)?))
        };
        if let Some(filename) = this.field(FILENAME).non_null() {
            let head = head(thread)?;
            let first = operations::repr(thread, filename)?.to_string_lossy();
            return Ok(Str::new(&match this.field(FILENAME2).non_null() {
                Some(second) => format!("{head}: {first} -> {}", operations::repr(thread, second)?.to_string_lossy()),
                None => format!("{head}: {first}"),
            }));
        }
        match (this.field(ERRNO).non_null(), this.field(STRERROR).non_null()) {
            (Some(_), Some(_)) => Ok(Str::new(&head(thread)?)),
            _ => plain_text(thread, this),
        }
    }

    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<Exception>) -> Result<Gc<Tuple>> {
        let mut args = arguments(this);
        if let (&[number, text], Some(filename)) = (args.items(), this.field(FILENAME).non_null()) {
            args = match this.field(FILENAME2).non_null() {
                Some(second) => Tuple::new(&[number, text, filename, Value::NONE, second]),
                None => Tuple::new(&[number, text, filename]),
            };
        }
        let class = this.class().value();
        Ok(match state(thread, this)? {
            Some(state) => Tuple::new(&[class, args.value(), state.value()]),
            None => Tuple::new(&[class, args.value()]),
        })
    }

    #[getter]
    fn characters_written(thread: &mut Thread, this: Gc<Exception>) -> Result {
        this.field(WRITTEN).non_null().ok_or_else(|| thread.attribute_error("characters_written"))
    }

    #[setter(characters_written)]
    fn set_characters_written(thread: &mut Thread, this: Gc<Exception>, value: Option<Value>) -> Result<()> {
        match value {
            Some(value) => {
                let value = operations::index(thread, value)?;
                this.set_field(WRITTEN, value);
            }
            None if this.field(WRITTEN).is_null() => return Err(thread.attribute_error("characters_written")),
            None => this.set_field(WRITTEN, Value::NULL),
        }
        Ok(())
    }
}

exception! {
    "I/O operation would block."
    BlockingIoError "BlockingIOError": OsError
}

exception! {
    "Child process error."
    ChildProcessError "ChildProcessError": OsError
}

exception! {
    "Connection error."
    ConnectionError "ConnectionError": OsError
}

exception! {
    "Broken pipe."
    BrokenPipeError "BrokenPipeError": ConnectionError
}

exception! {
    "Connection aborted."
    ConnectionAbortedError "ConnectionAbortedError": ConnectionError
}

exception! {
    "Connection refused."
    ConnectionRefusedError "ConnectionRefusedError": ConnectionError
}

exception! {
    "Connection reset."
    ConnectionResetError "ConnectionResetError": ConnectionError
}

exception! {
    "File already exists."
    FileExistsError "FileExistsError": OsError
}

exception! {
    "File not found."
    FileNotFoundError "FileNotFoundError": OsError
}

exception! {
    "Interrupted by signal."
    InterruptedError "InterruptedError": OsError
}

exception! {
    "Operation doesn't work on directories."
    IsADirectoryError "IsADirectoryError": OsError
}

exception! {
    "Operation only works on directories."
    NotADirectoryError "NotADirectoryError": OsError
}

exception! {
    "Not enough permissions."
    PermissionError "PermissionError": OsError
}

exception! {
    "Process not found."
    ProcessLookupError "ProcessLookupError": OsError
}

exception! {
    "Timeout expired."
    TimeoutError "TimeoutError": OsError
}
