//! Small modules on top of the system: `resource`, `pwd`, `grp`, `fcntl`, `select` and `_posixsubprocess`.

pub mod accounts;
pub mod fcntl;
pub mod poll;
pub mod resource;
pub mod select;
pub mod subprocess;

use taipan_runtime::object::str::intern;
use taipan_runtime::operations::class_of;
use taipan_runtime::operations::convert::index_i64;
use taipan_runtime::prelude::*;

/// A descriptor: an int, or what an object's `fileno()` gives.
pub fn descriptor(thread: &mut Thread, value: Value) -> Result<i32> {
    let number = match value.as_int_or_bool() {
        Some(_) => value,
        None => {
            let method = taipan_runtime::operations::get_attribute_optional(thread, value, intern("fileno"))?;
            let Some(method) = method else {
                return Err(thread.type_error("argument must be an int, or have a fileno() method."));
            };
            let number = thread.call(method, &[])?;
            if !class_of(number).is_subclass_of(types().int) {
                return Err(thread.type_error("fileno() returned a non-integer"));
            }
            number
        }
    };
    let number = index_i64(thread, number)?;
    let Ok(descriptor) = i32::try_from(number) else {
        return Err(thread.overflow_error("Python int too large to convert to C int"));
    };
    if descriptor < 0 {
        return Err(
            thread.value_error(format!("file descriptor cannot be a negative integer ({descriptor})"))
        );
    }
    Ok(descriptor)
}

/// Adds numbers to a module.
pub fn add_numbers(thread: &mut Thread, module: Gc<Module>, numbers: &[(&str, i64)]) -> Result<()> {
    for (name, number) in numbers {
        module.dict.set_str(thread, intern(name), Value::from_int(*number))?;
    }
    Ok(())
}
