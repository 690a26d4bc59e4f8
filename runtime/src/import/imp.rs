//! The module `_imp`, through which importlib sees built-in and frozen modules.

use crate::import::frozen::{self, Frozen};
use crate::import::{make_native_module, native_module};
use crate::native::{ModuleDefinition, Text};
use crate::object::bytes::Bytes;
use crate::object::list::List;
use crate::object::str::Str;
use crate::object::tuple::Tuple;
use crate::operations::attribute::get_attribute_text;
use crate::prelude::*;
use std::sync::OnceLock;

static CHECK_HASH_BASED_PYCS: OnceLock<&str> = OnceLock::new();

/// Sets `_imp.check_hash_based_pycs`: `default`, `always` or `never`.
pub fn set_check_hash_based_pycs(mode: &str) {
    let known = ["default", "always", "never"].into_iter().find(|known| *known == mode);
    // Only the first start counts.
    let _ = CHECK_HASH_BASED_PYCS.set(known.unwrap_or("default"));
}

/// (Extremely) low-level import machinery bits as used by importlib.
pub struct Imp;

/// The module's definition.
pub fn definition() -> &'static ModuleDefinition {
    Imp::DEFINITION
}

fn no_such_frozen(thread: &mut Thread, name: &str) -> Raised {
    let raised = thread.import_error(format!("No such frozen object named {name}"));
    let name = Str::new(name).value();
    match crate::operations::set_attribute(thread, raised.0, crate::object::str::intern("name"), name) {
        Ok(()) => raised,
        Err(raised) => raised,
    }
}

fn find(thread: &mut Thread, name: &str) -> Result<Frozen> {
    frozen::find(name).ok_or_else(|| no_such_frozen(thread, name))
}

#[native_module(name = "_imp")]
impl Imp {
    /// Return True if the module name corresponds to a built-in module.
    #[function("(name, /)")]
    fn is_builtin(name: Text) -> i64 {
        if native_module(&name).is_none() {
            0
        } else if matches!(&*name, "sys" | "builtins" | "_imp") {
            -1
        } else {
            1
        }
    }

    /// Create an extension module.
    #[function("(spec, /)")]
    fn create_builtin(thread: &mut Thread, spec: Value) -> Result {
        let name = get_attribute_text(thread, spec, "name")?;
        let name = crate::operations::str_of(thread, name)?.to_string_lossy();
        match native_module(&name) {
            Some(definition) => Ok(make_native_module(thread, definition)?.value()),
            None => Ok(Value::NONE),
        }
    }

    /// Stand in for zipimport.zipimporter in sys.path_hooks until a path leads to a file.
    #[function("(path, /)")]
    fn zip_path_hook(thread: &mut Thread, path: Value) -> Result {
        super::zip::path_hook(thread, path)
    }

    /// Initialize a built-in module.
    #[function("(mod, /)")]
    fn exec_builtin(_module: Value) -> i64 {
        0
    }

    /// Create an extension module.
    #[function("(spec, file=None, /)")]
    fn create_dynamic(thread: &mut Thread, spec: Value, _file: Option<Value>) -> Result {
        let name = get_attribute_text(thread, spec, "name")?;
        let name = crate::operations::str_of(thread, name)?.to_string_lossy();
        Err(thread.import_error(format!(
            "{name} is an extension module for CPython's C API, which Taipan doesn't have"
        )))
    }

    /// Initialize an extension module.
    #[function("(mod, /)")]
    fn exec_dynamic(thread: &mut Thread, _module: Value) -> Result<i64> {
        Err(thread.import_error("extension modules for CPython's C API can't be loaded"))
    }

    /// Returns the list of file suffixes used to identify extension modules.
    #[function("()")]
    fn extension_suffixes() -> Gc<List> {
        List::empty()
    }

    /// Returns True if the module name corresponds to a frozen module.
    #[function("(name, /)")]
    fn is_frozen(name: Text) -> bool {
        frozen::find(&name).is_some()
    }

    /// Returns True if the module name is of a frozen package.
    #[function("(name, /)")]
    fn is_frozen_package(thread: &mut Thread, name: Text) -> Result<bool> {
        find(thread, &name).map(|frozen| frozen.is_package)
    }

    /// Return info about the corresponding frozen module (if there is one) or None.
    #[function("(name, /, *, withdata=False)")]
    fn find_frozen(name: Text, withdata: Option<bool>) -> Value {
        let Some(frozen) = frozen::find(&name) else { return Value::NONE };
        let data = if withdata.unwrap_or(false) { Bytes::new(frozen.code).value() } else { Value::NONE };
        let original = Str::new(frozen.original_name).value();
        Tuple::new(&[data, Value::from_bool(frozen.is_package), original]).value()
    }

    /// Create a code object for a frozen module.
    #[function("(name, data=None, /)")]
    fn get_frozen_object(thread: &mut Thread, name: Text, _data: Option<Value>) -> Result {
        let frozen = find(thread, &name)?;
        Ok(frozen.load(thread)?.value())
    }

    /// Initializes a frozen module.
    #[function("(name, /)")]
    fn init_frozen(thread: &mut Thread, name: Text) -> Result {
        let Some(frozen) = frozen::find(&name) else { return Ok(Value::NONE) };
        let module = crate::import::new_module(thread, &name)?;
        let code = frozen.load(thread)?;
        crate::import::run_module_code(thread, code, module)?;
        Ok(module.value())
    }

    /// Return True if the import lock is currently held, else False.
    #[function("()")]
    fn lock_held() -> bool {
        super::lock::is_held()
    }

    /// Acquires the interpreter's import lock for the current thread.
    ///
    /// This lock should be used by import hooks to ensure thread-safety when importing
    /// modules. On platforms without threads, this function does nothing.
    #[function("()")]
    fn acquire_lock(thread: &mut Thread) {
        super::lock::acquire(thread);
    }

    /// Release the interpreter's import lock.
    #[function("()")]
    fn release_lock(thread: &mut Thread) -> Result<()> {
        match super::lock::release(thread) {
            true => Ok(()),
            false => Err(thread.runtime_error("not holding the import lock")),
        }
    }

    /// Changes code.co_filename to specify the passed-in path, of the code object and those nested in it.
    #[function("(code, path, /)")]
    fn _fix_co_filename(code: Gc<crate::object::code::Code>, path: Gc<Str>) {
        fix_filename(code, path.value());
    }

    /// Hash of a source file's content, as hash-based .pyc files have it.
    #[function("(key, source)")]
    fn source_hash(thread: &mut Thread, key: i64, source: Gc<Bytes>) -> Result<Gc<Bytes>> {
        if key != PYC_MAGIC_NUMBER_TOKEN {
            return Err(thread.value_error("only hashes with the .pyc key are supported"));
        }
        Ok(Bytes::new(&taipan_compiler::pyc::source_hash(source.as_slice()).to_le_bytes()))
    }

    #[constant]
    fn check_hash_based_pycs() -> &'static str {
        CHECK_HASH_BASED_PYCS.get().copied().unwrap_or("default")
    }

    #[constant]
    fn pyc_magic_number_token() -> i64 {
        PYC_MAGIC_NUMBER_TOKEN
    }

    #[function("(value, /)")]
    fn _override_frozen_modules_for_tests(_value: Value) {}

    #[function("(value, /)")]
    fn _override_multi_interp_extensions_check(_value: Value) -> i64 {
        0
    }
}

/// CPython 3.14's magic number with its line end, as an integer.
pub const PYC_MAGIC_NUMBER_TOKEN: i64 = 0x0a0d_0000 | 3627;

fn fix_filename(mut code: Gc<crate::object::code::Code>, path: Value) {
    code.filename = path;
    code.write_barrier();
    for constant in code.constants.items() {
        if let Some(nested) = constant.downcast() {
            fix_filename(nested, path);
        }
    }
}
