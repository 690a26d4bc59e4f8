//! Modules compiled into the binary: the embedded standard library.

use crate::object::code::Code;
use crate::prelude::*;
use std::collections::HashMap;
use std::sync::OnceLock;
use taipan_compiler::Constant;

/// A frozen module.
#[derive(Clone, Copy)]
pub struct Frozen {
    pub name: &'static str,
    /// Marshalled code.
    pub code: &'static [u8],
    pub is_package: bool,
    /// Name that the module has in the library (`importlib._bootstrap` for `_frozen_importlib`).
    pub original_name: &'static str,
}

static FROZEN: OnceLock<HashMap<&'static str, Frozen>> = OnceLock::new();
/// The addresses between which all the modules' code lies, in one static array.
static EXTENT: OnceLock<(usize, usize)> = OnceLock::new();

/// Makes modules importable as frozen ones. Called once, at start-up. Their code lies in one array.
pub fn register_frozen(modules: impl Iterator<Item = Frozen>) {
    let modules: HashMap<&'static str, Frozen> = modules.map(|module| (module.name, module)).collect();
    let ranges = || modules.values().map(|module| module.code.as_ptr_range());
    let low = ranges().map(|range| range.start as usize).min().unwrap_or(0);
    let high = ranges().map(|range| range.end as usize).max().unwrap_or(0);
    let _ = EXTENT.set((low, high));
    let _ = FROZEN.set(modules);
}

/// The frozen module of a name.
pub fn find(name: &str) -> Option<Frozen> {
    FROZEN.get()?.get(name).copied()
}

impl Frozen {
    /// Lets the system take back the pages of the marshalled code, and those that it read along with them: they come from the executable, and
    /// would come from there again.
    fn forget(self) {
        const READ_ALONG: usize = 64 << 10;
        let Some(&(low, high)) = EXTENT.get() else { return };
        let range = self.code.as_ptr_range();
        let start = (range.start as usize & !(READ_ALONG - 1)).max(low);
        let end = ((range.end as usize | (READ_ALONG - 1)) + 1).min(high);
        crate::heap::map_memory::forget_read_only(start, end);
    }

    /// The module's code object.
    pub fn load(self, thread: &mut Thread) -> Result<Gc<Code>> {
        match taipan_compiler::marshal::loads(self.code) {
            Ok(Constant::Code(code)) => {
                self.forget();
                Ok(Code::new(&code))
            }
            _ => {
                let name = self.name;
                Err(thread.import_error(format!("Frozen object named '{name}' is invalid")))
            }
        }
    }
}
