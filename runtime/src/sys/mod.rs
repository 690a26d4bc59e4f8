//! The module `sys`: the state of the interpreter that Python code sees.
//!
//! [`functions`] declares the module; [`information`] makes its descriptive attributes; [`hooks`] are the default `displayhook`,
//! `excepthook` and `unraisablehook`. The command sets what it knows (`argv`, `path`, options) through [`configure`].

pub mod functions;
pub mod hooks;
pub mod information;
mod jit;
mod monitoring;

use crate::object::dict::Dict;
use crate::object::str::intern;
use crate::prelude::*;
use crate::roots::Root;
use std::sync::Mutex;

/// `sys.flags`
#[derive(Clone, Copy, Debug, Default)]
pub struct Flags {
    pub debug: u8,
    pub inspect: u8,
    pub interactive: u8,
    pub optimize: u8,
    pub dont_write_bytecode: u8,
    pub no_user_site: u8,
    pub no_site: u8,
    pub ignore_environment: u8,
    pub verbose: u8,
    pub bytes_warning: u8,
    pub quiet: u8,
    pub hash_randomization: u8,
    pub isolated: u8,
    pub dev_mode: bool,
    pub utf8_mode: u8,
    pub warn_default_encoding: u8,
    pub safe_path: bool,
    pub int_max_str_digits: i64,
}

static FLAGS: Mutex<Option<Flags>> = Mutex::new(None);
static MODULE: Root = Root::new();
static MODULES: Root = Root::new();

/// The flags that the process runs with.
pub fn flags() -> Flags {
    FLAGS
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
        .unwrap_or(Flags { int_max_str_digits: 4300, ..Flags::default() })
}

/// Sets the flags; before [`initialize`].
pub fn set_flags(flags: Flags) {
    *FLAGS.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(flags);
}

/// The module.
pub fn module(_: &mut Thread) -> Gc<Module> {
    MODULE.get_or_set(|| Module::with_dict(Dict::new()).value()).cast()
}

/// `sys.modules`
pub fn modules(_: &mut Thread) -> Gc<Dict> {
    MODULES.get_or_set(|| Dict::new().value()).cast()
}

/// An attribute of the module, `None` if it was deleted.
pub fn attribute(thread: &mut Thread, name: &str) -> Option<Value> {
    module(thread).dict.get_str(intern(name))
}

/// Sets an attribute of the module.
pub fn set_attribute(thread: &mut Thread, name: &str, value: Value) -> Result<()> {
    module(thread).dict.set_str(thread, intern(name), value)
}

/// Makes the module and registers it and `builtins`.
pub fn initialize(thread: &mut Thread) -> Result<()> {
    let made = crate::import::make_native_module(thread, functions::Sys::DEFINITION)?;
    MODULE.set(made.value());
    information::fill(thread, made)?;
    let jit = crate::import::make_native_module(thread, jit::JitModule::DEFINITION)?;
    set_attribute(thread, "_jit", jit.value())?;
    let monitoring = crate::import::make_native_module(thread, monitoring::Monitoring::DEFINITION)?;
    set_attribute(thread, "monitoring", monitoring.value())?;
    let modules = modules(thread);
    set_attribute(thread, "modules", modules.value())?;
    modules.set_str(thread, intern("sys"), made.value())?;
    let builtins = crate::builtins::module();
    modules.set_str(thread, intern("builtins"), builtins.value())
}
