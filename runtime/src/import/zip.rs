//! Archives on `sys.path`. CPython imports `zipimport` at every start to put its importer into `sys.path_hooks`; here a
//! stand-in does that when the first path comes along that may be an archive.

use std::path::Path;

use crate::object::list::List;
use crate::object::module::Module;
use crate::object::str::intern;
use crate::operations;
use crate::prelude::*;
use crate::sys;

/// Puts the stand-in before the other hooks.
pub fn install(thread: &mut Thread, imp: Gc<Module>) -> Result<()> {
    let Some(hook) = imp.dict.get_str(intern("zip_path_hook")) else { return Ok(()) };
    let hooks = path_hooks(thread)?;
    let rest: Vec<Value> = hooks.items().to_vec();
    hooks.clear();
    hooks.push(hook);
    rest.into_iter().for_each(|each| hooks.push(each));
    Ok(())
}

fn path_hooks(thread: &mut Thread) -> Result<Gc<List>> {
    let hooks =
        sys::module(thread).dict.get_str(intern("path_hooks")).and_then(|hooks| hooks.downcast::<List>());
    hooks.ok_or_else(|| thread.import_error("sys.path_hooks must be a list"))
}

/// `sys.path_hooks[0](path)`
pub fn path_hook(thread: &mut Thread, path: Value) -> Result {
    if !path.downcast::<Str>().is_some_and(|path| leads_to_file(&path.to_string_lossy())) {
        return Err(thread.import_error("not a Zip file"));
    }
    let module = super::import_module(thread, "zipimport")?;
    let importer = operations::get_attribute(thread, module, intern("zipimporter"))?;
    let imp = super::import_module(thread, "_imp")?;
    let stand_in = operations::get_attribute(thread, imp, intern("zip_path_hook"))?;
    let hooks = path_hooks(thread)?;
    if let Some(place) = hooks.items().iter().position(|hook| *hook == stand_in) {
        hooks.set(place, importer);
    }
    thread.call(importer, &[path])
}

/// Whether the path, or what exists of it, is something else than a folder.
fn leads_to_file(path: &str) -> bool {
    let mut path = Path::new(path);
    loop {
        match std::fs::metadata(path) {
            Ok(found) => return !found.is_dir(),
            Err(_) => match path.parent() {
                Some(parent) if parent != Path::new("") => path = parent,
                _ => return false,
            },
        }
    }
}
