//! Warnings that native code issues, through the module `warnings` as the program configured it.

use crate::builtins::object::reduce::import_top_level;
use crate::operations::attribute::get_attribute_text;
use crate::prelude::*;

/// Issues a warning of a category; raises if the filters turn it into an error.
pub fn warn(thread: &mut Thread, category: Gc<TypeObject>, message: &str, stack_level: i64) -> Result<()> {
    let module = import_top_level(thread, "warnings")?;
    let function = get_attribute_text(thread, module, "warn")?;
    let arguments = [Str::new(message).value(), category.value(), Value::from_small_int(stack_level)];
    thread.call(function, &arguments).map(|_| ())
}

/// Issues a DeprecationWarning for the code that is running.
pub fn deprecation(thread: &mut Thread, message: &str) -> Result<()> {
    warn(thread, types().deprecation_warning, message, 1)
}

/// Issues a SyntaxWarning for a line of a source that is being compiled.
pub fn syntax_warning(thread: &mut Thread, message: &str, filename: &str, line: u32) -> Result<()> {
    let module = import_top_level(thread, "warnings")?;
    let function = get_attribute_text(thread, module, "warn_explicit")?;
    let arguments = [
        Str::new(message).value(),
        types().syntax_warning.value(),
        Str::new(filename).value(),
        Value::from_int(line as i64),
    ];
    thread.call(function, &arguments).map(|_| ())
}
