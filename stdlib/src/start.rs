//! What the command calls when the interpreter starts and ends.

use crate::MODULES;
use taipan_runtime::builtins::finalization::finalize;
use taipan_runtime::heap::heap;
use taipan_runtime::import::frozen::{Frozen, register_frozen};
use taipan_runtime::import::{imp, register_native_modules};
use taipan_runtime::object::kind::ObjectKind;
use taipan_runtime::object::str::intern;
use taipan_runtime::prelude::*;
use taipan_runtime::{syntax_tree, sys};

/// Makes the library importable: its native and its embedded modules.
pub fn register() {
    register_native_modules(MODULES);
    register_native_modules(&[imp::definition(), syntax_tree::definition()]);
    register_frozen(taipan_library::modules().map(|module| Frozen {
        name: module.name,
        code: module.code,
        is_package: module.is_package,
        original_name: module.original_name,
    }));
}

/// Calls a function of a module if the program has imported it; an exception goes to `sys.unraisablehook`.
fn call_if_imported(thread: &mut Thread, module: &str, function: &str) {
    let Some(module) = sys::modules(thread).get_str(intern(module)).filter(|module| !module.is_none()) else {
        return;
    };
    let called = taipan_runtime::operations::get_attribute(thread, module, intern(function))
        .and_then(|function| thread.call(function, &[]));
    if let Err(raised) = called {
        sys::hooks::unraisable(thread, raised, None, module);
    }
}

/// What CPython does when a program ends: waits for its threads, calls the functions of `atexit`, finalizes objects, flushes files.
pub fn run_exit_functions(thread: &mut Thread) {
    call_if_imported(thread, "threading", "_shutdown");
    call_if_imported(thread, "atexit", "_run_exitfuncs");
    taipan_runtime::lock::begin_finalization();
    finalize_instances(thread);
    crate::io::standard::flush_all(thread);
}

/// Calls the finalizers of the instances of Python classes that are still alive. Streams and generators keep their turn: streams
/// are only flushed, and a generator that waits at the end of the program is left as it is.
fn finalize_instances(thread: &mut Thread) {
    for &object in heap().take_all_finalizable().iter() {
        let value = Value::from_header(object);
        match value.is_kind(ObjectKind::Native) || value.is_kind(ObjectKind::Generator) {
            true => heap().register_finalizer(object),
            false => finalize(thread, value),
        }
    }
}

/// The built-ins that the module `site` adds: `exit`, `quit`, `copyright`, `credits`, `license` and `help`.
pub fn add_site_builtins(thread: &mut Thread) -> Result<()> {
    use taipan_runtime::import::import_attribute;
    use taipan_runtime::object::list::List;
    let builtins = taipan_runtime::builtins::dict();
    let quitter = import_attribute(thread, "_sitebuiltins", "Quitter")?;
    let end_of_input = Str::new("Ctrl-D (i.e. EOF)").value();
    for name in ["quit", "exit"] {
        let value = thread.call(quitter, &[intern(name).value(), end_of_input])?;
        builtins.set_str(thread, intern(name), value)?;
    }
    let printer = import_attribute(thread, "_sitebuiltins", "_Printer")?;
    let copyright = sys::attribute(thread, "copyright").unwrap_or(Value::NONE);
    let credits = "Thanks to CWI, CNRI, BeOpen, Zope Corporation, the Python Software\n\
                   Foundation, and a cast of thousands for supporting Python\n\
                   development.  See www.python.org for more information.";
    for (name, text) in [("copyright", copyright), ("credits", Str::new(credits).value())] {
        let value = thread.call(printer, &[intern(name).value(), text])?;
        builtins.set_str(thread, intern(name), value)?;
    }
    let place = Str::new("See https://www.python.org/psf/license/").value();
    let (files, folders) = (List::empty().value(), List::empty().value());
    let license = thread.call(printer, &[intern("license").value(), place, files, folders])?;
    builtins.set_str(thread, intern("license"), license)?;
    let helper = import_attribute(thread, "_sitebuiltins", "_Helper")?;
    let help = thread.call(helper, &[])?;
    builtins.set_str(thread, intern("help"), help)
}
