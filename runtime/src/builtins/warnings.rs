//! Warnings that native code issues, through the module `warnings` as the program configured it.

use crate::import::import_attribute;
use crate::prelude::*;

/// Issues a warning of a category; raises if the filters turn it into an error.
pub fn warn(thread: &mut Thread, category: Gc<TypeObject>, message: &str, stack_level: i64) -> Result<()> {
    let function = import_attribute(thread, "warnings", "warn")?;
    let arguments = [Str::new(message).value(), category.value(), Value::from_small_int(stack_level)];
    thread.call(function, &arguments).map(|_| ())
}

/// Issues a DeprecationWarning for the code that is running.
pub fn deprecation(thread: &mut Thread, message: &str) -> Result<()> {
    warn(thread, types().deprecation_warning, message, 1)
}

/// Issues a SyntaxWarning for a line of source text.
pub fn syntax_warning(thread: &mut Thread, message: &str, filename: &str, line: u32) -> Result<()> {
    let function = import_attribute(thread, "warnings", "warn_explicit")?;
    let arguments = [
        Str::new(message).value(),
        types().syntax_warning.value(),
        Str::new(filename).value(),
        Value::from_int(line as i64),
    ];
    thread.call(function, &arguments).map(|_| ())
}
