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

/// Makes modules importable as frozen ones. Called once, at start-up.
pub fn register_frozen(modules: impl Iterator<Item = Frozen>) {
    let _ = FROZEN.set(modules.map(|module| (module.name, module)).collect());
}

/// The frozen module of a name.
pub fn find(name: &str) -> Option<Frozen> {
    FROZEN.get()?.get(name).copied()
}

impl Frozen {
    /// The module's code object.
    pub fn load(self, thread: &mut Thread) -> Result<Gc<Code>> {
        match taipan_compiler::marshal::loads(self.code) {
            Ok(Constant::Code(code)) => Ok(Code::new(&code)),
            _ => {
                let name = self.name;
                Err(thread.import_error(format!("Frozen object named '{name}' is invalid")))
            }
        }
    }
}
