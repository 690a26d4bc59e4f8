//! The import system: CPython's own `importlib` (its pure-Python core is embedded) over a few native functions.
//!
//! At start-up `importlib._bootstrap` runs as `_frozen_importlib` and installs the finders; modules compiled into the binary are its
//! *built-in* (native definitions) and *frozen* ones (the embedded standard library, as marshalled code). The library registers both
//! through [`register_native_modules`] and [`register_frozen`]; `_imp` ([`imp`]) shows them to importlib.

pub mod frozen;
pub mod imp;
pub mod lock;
mod trim;
mod zip;

use crate::interpreter::frames::Namespaces;
use crate::native::ModuleDefinition;
use crate::object::code::Code;
use crate::object::dict::Dict;
use crate::object::native_function::NativeFunction;
use crate::object::str::{Str, intern};
use crate::object::tuple::Tuple;
use crate::operations::{self, get_attribute, get_attribute_optional};
use crate::prelude::*;
use crate::roots::Root;
use crate::sys;

static NATIVE_MODULES: std::sync::Mutex<Vec<&'static ModuleDefinition>> = std::sync::Mutex::new(Vec::new());
/// `importlib._bootstrap`, once it runs.
static BOOTSTRAP: Root = Root::new();

/// Makes native modules importable.
pub fn register_native_modules(definitions: &[&'static ModuleDefinition]) {
    NATIVE_MODULES.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).extend_from_slice(definitions);
}

/// The definition of a native module.
pub fn native_module(name: &str) -> Option<&'static ModuleDefinition> {
    let modules = NATIVE_MODULES.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    modules.iter().find(|definition| definition.name == name).copied()
}

/// Names of all native modules.
pub fn native_module_names() -> Vec<&'static str> {
    let modules = NATIVE_MODULES.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let mut names: Vec<&str> = modules.iter().map(|definition| definition.name).collect();
    names.sort_unstable();
    names
}

/// Makes the module of a definition: functions, types, constants, then its own set-up.
pub fn make_native_module(thread: &mut Thread, definition: &'static ModuleDefinition) -> Result<Gc<Module>> {
    let dict = Dict::new();
    let name = intern(definition.name);
    dict.set_str(thread, intern("__name__"), name.value())?;
    let doc = definition.doc.map_or(Value::NONE, |doc| Str::new(doc).value());
    dict.set_str(thread, intern("__doc__"), doc)?;
    for absent in ["__package__", "__loader__", "__spec__"] {
        dict.set_str(thread, intern(absent), Value::NONE)?;
    }
    let module = Module::with_dict(dict);
    for function in definition.functions {
        let value = NativeFunction::new(function, module.value(), name.value(), Value::NULL);
        dict.set_str(thread, intern(function.name), value.value())?;
    }
    if let Some(classes) = definition.types {
        for class in classes() {
            let made = crate::builtins::class::class_of_definition(thread, class)?;
            dict.set_str(thread, intern(class.name), made.value())?;
        }
    }
    for constant in definition.constants {
        let value = (constant.make)(thread)?;
        dict.set_str(thread, intern(constant.name), value)?;
    }
    if let Some(execute) = definition.execute {
        execute(thread, module)?;
    }
    Ok(module)
}

pub use imp::set_check_hash_based_pycs;

/// Runs importlib's core and installs its finders.
pub fn initialize(thread: &mut Thread) -> Result<()> {
    let Some(core) = frozen::find("_frozen_importlib") else {
        return Err(thread.import_error("the embedded standard library has no importlib"));
    };
    let module = new_module(thread, "_frozen_importlib")?;
    sys::modules(thread).set_str(thread, intern("_frozen_importlib"), module.value())?;
    // What the frozen importer looks for in a module that it didn't load itself.
    module.dict.set_str(thread, intern("__origname__"), intern("importlib._bootstrap").value())?;
    let code = core.load(thread)?;
    run_module_code(thread, code, module)?;
    BOOTSTRAP.set(module.value());
    let imp = make_native_module(thread, imp::definition())?;
    let sys_module = sys::module(thread);
    thread.call_method(module.value(), "_install", &[sys_module.value(), imp.value()])?;
    thread.call_method(module.value(), "_install_external_importers", &[])?;
    zip::install(thread, imp)
}

/// A module with only its name.
pub fn new_module(thread: &mut Thread, name: &str) -> Result<Gc<Module>> {
    let dict = Dict::new();
    dict.set_str(thread, intern("__name__"), intern(name).value())?;
    for absent in ["__doc__", "__package__", "__loader__", "__spec__"] {
        dict.set_str(thread, intern(absent), Value::NONE)?;
    }
    Ok(Module::with_dict(dict))
}

/// Runs a code object as a module's body.
pub fn run_module_code(thread: &mut Thread, code: Gc<Code>, module: Gc<Module>) -> Result {
    let name = intern("__builtins__");
    if module.dict.get_str(name).is_none() {
        let builtins = crate::builtins::module();
        module.dict.set_str(thread, name, builtins.value())?;
    }
    let spaces =
        Namespaces { globals: module.dict, builtins: crate::builtins::dict(), locals: module.dict.value() };
    crate::interpreter::call::run_code(thread, code, spaces, Value::NULL)
}

/// `__import__(name, globals, locals, from_list, level)`
pub fn import(
    thread: &mut Thread,
    name: Gc<Str>,
    globals: Gc<Dict>,
    from_list: Value,
    level: Value,
) -> Result {
    import_untrimmed(thread, name, globals, from_list, level).inspect_err(trim::remove_importlib_frames)
}

fn import_untrimmed(
    thread: &mut Thread,
    name: Gc<Str>,
    globals: Gc<Dict>,
    from_list: Value,
    level: Value,
) -> Result {
    let level = operations::convert::index_i64(thread, level)?;
    if level < 0 {
        return Err(thread.value_error("level must be >= 0"));
    }
    let Some(bootstrap) = BOOTSTRAP.get() else {
        return Err(thread.import_error("the import system isn't initialized"));
    };
    let absolute = if level > 0 {
        resolve_relative(thread, bootstrap, name, globals, level)?
    } else if name.length == 0 {
        return Err(thread.value_error("Empty module name"));
    } else {
        name
    };
    let found = sys::modules(thread).get_str(absolute).filter(|module| !module.is_none());
    let module = match found {
        Some(module) => {
            ensure_initialized(thread, bootstrap, module, absolute)?;
            module
        }
        None => {
            let gcd_import = intern("_find_and_load");
            let function = crate::builtins::function_object(thread, "__import__")?;
            thread.call_method_named(bootstrap, gcd_import, &[absolute.value(), function])?
        }
    };
    let has_from_list = !from_list.is_none() && operations::is_true(thread, from_list)?;
    if has_from_list {
        return handle_from_list(thread, bootstrap, module, from_list);
    }
    first_part(thread, name, absolute, level, module)
}

/// `import a.b` binds `a`.
fn first_part(thread: &mut Thread, name: Gc<Str>, absolute: Gc<Str>, level: i64, module: Value) -> Result {
    let text = name.to_string_lossy();
    if level > 0 && text.is_empty() {
        return Ok(module);
    }
    let Some(front) = text.split('.').next().filter(|front| front.len() < text.len()) else {
        return Ok(module);
    };
    let wanted = if level == 0 {
        front.to_string()
    } else {
        let full = absolute.to_string_lossy();
        full[..full.len() - (text.len() - front.len())].to_string()
    };
    match sys::modules(thread).get_str(intern(&wanted)) {
        Some(module) => Ok(module),
        None if level == 0 => {
            import(thread, intern(&wanted), Dict::new(), Tuple::empty().value(), Value::from_small_int(0))
        }
        None => Err(thread.error(types().key_error, format!("'{wanted}' not in sys.modules as expected"))),
    }
}

/// A module found in `sys.modules` may still be being imported by another thread.
fn ensure_initialized(thread: &mut Thread, bootstrap: Value, module: Value, name: Gc<Str>) -> Result<()> {
    let Some(spec) = get_attribute_optional(thread, module, intern("__spec__"))? else { return Ok(()) };
    if spec.is_none() {
        return Ok(());
    }
    if let Some(initializing) = get_attribute_optional(thread, spec, intern("_initializing"))? {
        if operations::is_true(thread, initializing)? {
            thread.call_method(bootstrap, "_lock_unlock_module", &[name.value()])?;
        }
    }
    Ok(())
}

fn handle_from_list(thread: &mut Thread, bootstrap: Value, module: Value, from_list: Value) -> Result {
    if get_attribute_optional(thread, module, intern("__path__"))?.is_none() {
        return Ok(module);
    }
    let function = crate::builtins::function_object(thread, "__import__")?;
    thread.call_method(bootstrap, "_handle_fromlist", &[module, from_list, function])
}

fn resolve_relative(
    thread: &mut Thread,
    bootstrap: Value,
    name: Gc<Str>,
    globals: Gc<Dict>,
    level: i64,
) -> Result<Gc<Str>> {
    let package = thread.call_method(bootstrap, "_calc___package__", &[globals.value()])?;
    let resolved = if name.length == 0 && package.downcast::<Str>().is_some_and(|package| package.length == 0)
    {
        return Err(thread.import_error("attempted relative import with no known parent package"));
    } else {
        thread.call_method(bootstrap, "_sanity_check", &[name.value(), package, Value::from_int(level)])?;
        thread.call_method(bootstrap, "_resolve_name", &[name.value(), package, Value::from_int(level)])?
    };
    Ok(crate::object::str::intern_string(resolved.cast()))
}

/// Imports a module by its full name, for native code.
pub fn import_module(thread: &mut Thread, name: &str) -> Result {
    if let Some(found) = sys::modules(thread).get_str(intern(name)) {
        return Ok(found);
    }
    import(thread, intern(name), Dict::new(), Tuple::empty().value(), Value::from_small_int(0))?;
    match sys::modules(thread).get_str(intern(name)) {
        Some(module) => Ok(module),
        None => Err(thread.import_error(format!("{name} is not in sys.modules behind its import"))),
    }
}

/// `module.name` for native code: imports the module.
pub fn import_attribute(thread: &mut Thread, module: &str, name: &str) -> Result {
    let module = import_module(thread, module)?;
    get_attribute(thread, module, intern(name))
}

/// AttributeError for a module's missing attribute, behind its `__getattr__`.
pub fn attribute_of_module_error(thread: &mut Thread, module: Gc<Module>, name: Gc<Str>) -> Raised {
    let text = name.to_string_lossy();
    let message = match module.dict.get_str(intern("__name__")).and_then(|name| name.downcast::<Str>()) {
        Some(own) => {
            let own = own.to_string_lossy();
            let initializing = module.dict.get_str(intern("__spec__")).is_some_and(|spec| {
                get_attribute_optional(thread, spec, intern("_initializing")).ok().flatten()
                    == Some(Value::TRUE)
            });
            match initializing {
                true => format!(
                    "partially initialized module '{own}' has no attribute '{text}' (most likely due to a circular import)"
                ),
                false => format!("module '{own}' has no attribute '{text}'"),
            }
        }
        None => format!("module has no attribute '{text}'"),
    };
    operations::attribute::attribute_error_with(thread, message, module.value(), name)
}

/// ImportError of `from module import name`.
pub fn cannot_import_name(thread: &mut Thread, module: Value, name: Gc<Str>) -> Raised {
    let text = name.to_string_lossy();
    let own = get_attribute_optional(thread, module, intern("__name__"))
        .ok()
        .flatten()
        .and_then(|name| name.downcast::<Str>())
        .map_or("<unknown module name>".to_string(), |name| name.to_string_lossy());
    let file = get_attribute_optional(thread, module, intern("__file__")).ok().flatten();
    let file = file.and_then(|file| file.downcast::<Str>());
    let origin = file.map_or("unknown location".to_string(), |file| file.to_string_lossy());
    let initializing = match get_attribute_optional(thread, module, intern("__spec__")) {
        Ok(Some(spec)) => {
            get_attribute_optional(thread, spec, intern("_initializing")).ok().flatten() == Some(Value::TRUE)
        }
        _ => false,
    };
    let message = match initializing {
        true => format!(
            "cannot import name '{text}' from partially initialized module '{own}' (most likely due to a circular import) ({origin})"
        ),
        false => format!("cannot import name '{text}' from '{own}' ({origin})"),
    };
    let raised = thread.import_error(message);
    for (attribute, value) in [
        ("name", Str::new(&own).value()),
        ("path", file.map_or(Value::NONE, Gc::value)),
        ("name_from", name.value()),
    ] {
        if let Err(raised) = operations::set_attribute(thread, raised.0, intern(attribute), value) {
            return raised;
        }
    }
    raised
}
