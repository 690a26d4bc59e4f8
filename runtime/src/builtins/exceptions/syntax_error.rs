//! `SyntaxError` and its subclasses.

use super::base::{initialize, keep_arguments};
use super::plain::ExceptionType;
use crate::object::exception::Exception;
use crate::operations;
use crate::prelude::*;

const MSG: usize = 0;
const FILENAME: usize = 1;
const LINENO: usize = 2;
const END_LINENO: usize = 5;
const END_OFFSET: usize = 6;
/// The field `_metadata`, in which `traceback` looks for misspelt keywords.
pub const METADATA: usize = 8;

/// Sets the fields from the tuple `(filename, lineno, offset, text[, end_lineno, end_offset[, metadata]])`.
fn set_location(thread: &mut Thread, this: Gc<Exception>, location: Value) -> Result<()> {
    let parts = operations::iterate::collect(thread, location)?;
    let count = parts.len();
    if !(4..=7).contains(&count) {
        let bound = if count < 4 { "at least 4" } else { "at most 7" };
        return Err(thread.type_error(format!("function takes {bound} arguments ({count} given)")));
    }
    if count == 5 {
        return Err(thread.type_error("end_offset must be provided when end_lineno is provided"));
    }
    for (i, &part) in parts.iter().take(6).enumerate() {
        this.set_field(FILENAME + i, part);
    }
    for field in FILENAME + count.min(6)..=END_OFFSET {
        this.set_field(field, Value::NULL);
    }
    this.set_field(METADATA, parts.get(6).copied().unwrap_or(Value::NULL));
    Ok(())
}

exception! {
    "Invalid syntax."
    SyntaxError "SyntaxError": ExceptionType {
        msg "exception msg"
        filename "exception filename"
        lineno "exception lineno"
        offset "exception offset"
        text "exception text"
        end_lineno "exception end lineno"
        end_offset "exception end offset"
        print_file_and_line "exception print_file_and_line"
        _metadata "exception private metadata"
    }

    #[method("(*args, **kwargs)")]
    fn __init__(thread: &mut Thread, this: Gc<Exception>, args: &[Value], kwargs: KeywordArguments) -> Result<()> {
        initialize(thread, this, args, kwargs)?;
        keep_arguments(thread, this, args)?;
        if let [message, ..] = args {
            this.set_field(MSG, *message);
        }
        match args {
            [_, location] => set_location(thread, this, *location),
            _ => Ok(()),
        }
    }

    #[method]
    fn __str__(thread: &mut Thread, this: Gc<Exception>) -> Result<String> {
        let message = this.field(MSG).non_null().unwrap_or(Value::NONE);
        let message = operations::str_of(thread, message)?.to_string_lossy();
        let file = this.field(FILENAME).downcast::<Str>().map(|name| {
            let name = name.to_string_lossy();
            name.rsplit('/').next().unwrap_or_default().to_string()
        });
        let line = this.field(LINENO).as_small_int();
        Ok(match (file, line) {
            (Some(file), Some(line)) => format!("{message} ({file}, line {line})"),
            (Some(file), None) => format!("{message} ({file})"),
            (None, Some(line)) => format!("{message} (line {line})"),
            (None, None) => message,
        })
    }
}

const _: () = assert!(END_LINENO + 1 == END_OFFSET);

exception! {
    "Improper indentation."
    IndentationError "IndentationError": SyntaxError
}

exception! {
    "Improper mixture of spaces and tabs."
    TabError "TabError": IndentationError
}

exception! {
    "incomplete input."
    IncompleteInputError "_IncompleteInputError": SyntaxError
}
