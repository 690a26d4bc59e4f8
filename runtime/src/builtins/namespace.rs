//! The module `builtins` itself: its functions, the built-in classes and exceptions, the constants.

use crate::builtins::class::class_of_definition;
use crate::builtins::container_types;
use crate::builtins::functions::Builtins;
use crate::object::dict::Dict;
use crate::object::str::intern;
use crate::prelude::*;
use crate::roots::Root;

static MODULE: Root = Root::new();
/// A copy of the namespace as it was made: what code relies on even when the program changes the module.
static ORIGINAL: Root = Root::new();

/// The module.
pub fn module() -> Gc<Module> {
    MODULE.get_or_set(|| Module::with_dict(Dict::new()).value()).cast()
}

/// The module's namespace.
pub fn dict() -> Gc<Dict> {
    module().dict
}

/// A name of the namespace as it was made.
pub fn original(name: &str) -> Option<Value> {
    ORIGINAL.get()?.cast::<Dict>().get_str(intern(name))
}

/// A built-in function as it is now, for code that passes it on.
pub fn function_object(thread: &mut Thread, name: &str) -> Result {
    match dict().get_str(intern(name)) {
        Some(function) => Ok(function),
        None => Err(thread.import_error(format!("{name} not found"))),
    }
}

/// Makes the module.
pub fn initialize(thread: &mut Thread) -> Result<()> {
    for definition in container_types::DEFINITIONS {
        class_of_definition(thread, definition)?;
    }
    let module = crate::import::make_native_module(thread, Builtins::DEFINITION)?;
    let dict = module.dict;
    let public = crate::types::definitions()
        .iter()
        .filter(|definition| definition.module == "builtins" && is_public(definition.name))
        .chain(container_types::IN_BUILTINS);
    for definition in public {
        let class = class_of_definition(thread, definition)?;
        dict.set_str(thread, class.name, class.value())?;
    }
    let constants = [
        ("None", Value::NONE),
        ("Ellipsis", Value::ELLIPSIS),
        ("NotImplemented", Value::NOT_IMPLEMENTED),
        ("False", Value::FALSE),
        ("True", Value::TRUE),
        ("__debug__", Value::from_bool(crate::sys::flags().optimize == 0)),
        ("EnvironmentError", types().os_error.value()),
        ("IOError", types().os_error.value()),
    ];
    for (name, value) in constants {
        dict.set_str(thread, intern(name), value)?;
    }
    ORIGINAL.set(dict.copy(thread)?.value());
    MODULE.set(module.value());
    Ok(())
}

/// Classes that are in the namespace; the others (`function`, `generator`, iterators) have no public name.
fn is_public(name: &str) -> bool {
    const PUBLIC: [&str; 26] = [
        "object",
        "type",
        "int",
        "bool",
        "float",
        "complex",
        "str",
        "bytes",
        "bytearray",
        "memoryview",
        "tuple",
        "list",
        "dict",
        "set",
        "frozenset",
        "range",
        "slice",
        "property",
        "classmethod",
        "staticmethod",
        "super",
        "BaseException",
        "Exception",
        "BaseExceptionGroup",
        "ExceptionGroup",
        "Warning",
    ];
    PUBLIC.contains(&name)
        || name.ends_with("Error")
        || name.ends_with("Warning")
        || ["StopIteration", "StopAsyncIteration", "GeneratorExit", "KeyboardInterrupt", "SystemExit"]
            .contains(&name)
}
