//! The module in which `sysconfig` looks for how Python was built. What isn't so here (a C compiler, a Makefile, a library to link) is
//! absent.

use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::str::intern;
use taipan_runtime::prelude::*;

/// The variables that say something of Taipan.
const NUMBERS: &[(&str, i64)] = &[
    ("Py_DEBUG", 0),
    ("Py_GIL_DISABLED", 0),
    ("Py_TRACE_REFS", 0),
    ("SIZEOF_VOID_P", size_of::<*const ()>() as i64),
    ("SIZEOF_SIZE_T", size_of::<usize>() as i64),
    ("SIZEOF_LONG", size_of::<std::ffi::c_long>() as i64),
    ("WITH_DOC_STRINGS", 1),
];

const TEXTS: &[(&str, &str)] = &[("VERSION", "3.14"), ("abs_builddir", ""), ("abs_srcdir", "")];

/// How this Python was built.
pub struct BuildVariables;

#[cfg_attr(
    all(target_os = "linux", target_arch = "x86_64"),
    native_module(name = "_sysconfigdata__linux_x86_64-linux-gnu")
)]
#[cfg_attr(
    all(target_os = "linux", target_arch = "aarch64"),
    native_module(name = "_sysconfigdata__linux_aarch64-linux-gnu")
)]
#[cfg_attr(not(target_os = "linux"), native_module(name = "_sysconfigdata__darwin_darwin"))]
impl BuildVariables {
    #[constant]
    fn build_time_vars(thread: &mut Thread) -> Result<Gc<Dict>> {
        let variables = Dict::new();
        for &(name, number) in NUMBERS {
            variables.set_str(thread, intern(name), Value::from_int(number))?;
        }
        for &(name, text) in TEXTS {
            variables.set_str(thread, intern(name), Str::new(text).value())?;
        }
        Ok(variables)
    }
}
