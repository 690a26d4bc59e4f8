//! The descriptive attributes of `sys`: version, platform, limits of numbers, flags.

use crate::builtins::struct_sequence::{self, Description};
use crate::object::dict::Dict;
use crate::object::list::List;
use crate::object::str::{Str, intern};
use crate::object::tuple::Tuple;
use crate::operations::hash;
use crate::prelude::*;
use crate::roots::Root;

/// The language version that Taipan implements.
pub const VERSION: (i64, i64, i64) = (3, 14, 0);

static ASYNCGEN_HOOKS: Root = Root::new();

fn int(i: i64) -> Value {
    Value::from_int(i)
}

fn text(s: &str) -> Value {
    Str::new(s).value()
}

/// Makes a struct sequence class that can't be instantiated from Python, and its one instance.
fn single(thread: &mut Thread, description: &Description, values: &[Value]) -> Result {
    let class = struct_sequence::define(thread, description)?;
    struct_sequence::make(thread, class, values)
}

fn version_info(thread: &mut Thread) -> Result {
    let values = [int(VERSION.0), int(VERSION.1), int(VERSION.2), text("final"), int(0)];
    let description = Description {
        module: "sys",
        name: "version_info",
        doc: "sys.version_info\n\nVersion information as a named tuple.",
        visible: &["major", "minor", "micro", "releaselevel", "serial"],
        hidden: &[],
    };
    single(thread, &description, &values)
}

fn flags(thread: &mut Thread) -> Result {
    let f = super::flags();
    let byte = |b: u8| int(b as i64);
    let values = [
        byte(f.debug),
        byte(f.inspect),
        byte(f.interactive),
        byte(f.optimize),
        byte(f.dont_write_bytecode),
        byte(f.no_user_site),
        byte(f.no_site),
        byte(f.ignore_environment),
        byte(f.verbose),
        byte(f.bytes_warning),
        byte(f.quiet),
        byte(f.hash_randomization),
        byte(f.isolated),
        Value::from_bool(f.dev_mode),
        byte(f.utf8_mode),
        byte(f.warn_default_encoding),
        Value::from_bool(f.safe_path),
        int(f.int_max_str_digits),
        int(1),
        int(0),
        int(0),
    ];
    let description = Description {
        module: "sys",
        name: "flags",
        doc: "sys.flags\n\nFlags provided through command line arguments or environment vars.",
        visible: &[
            "debug",
            "inspect",
            "interactive",
            "optimize",
            "dont_write_bytecode",
            "no_user_site",
            "no_site",
            "ignore_environment",
            "verbose",
            "bytes_warning",
            "quiet",
            "hash_randomization",
            "isolated",
            "dev_mode",
            "utf8_mode",
            "warn_default_encoding",
            "safe_path",
            "int_max_str_digits",
        ],
        hidden: &["gil", "thread_inherit_context", "context_aware_warnings"],
    };
    single(thread, &description, &values)
}

fn float_info(thread: &mut Thread) -> Result {
    let f = Value::from_float;
    let values = [
        f(f64::MAX),
        int(1024),
        int(308),
        f(f64::MIN_POSITIVE),
        int(-1021),
        int(-307),
        int(15),
        int(53),
        f(f64::EPSILON),
        int(2),
        int(1),
    ];
    let description = Description {
        module: "sys",
        name: "float_info",
        doc: "sys.float_info\n\nA named tuple holding information about the float type.",
        visible: &[
            "max",
            "max_exp",
            "max_10_exp",
            "min",
            "min_exp",
            "min_10_exp",
            "dig",
            "mant_dig",
            "epsilon",
            "radix",
            "rounds",
        ],
        hidden: &[],
    };
    single(thread, &description, &values)
}

fn int_info(thread: &mut Thread) -> Result {
    let description = Description {
        module: "sys",
        name: "int_info",
        doc: "sys.int_info\n\nA named tuple that holds information about Python's internal representation of integers.",
        visible: &["bits_per_digit", "sizeof_digit", "default_max_str_digits", "str_digits_check_threshold"],
        hidden: &[],
    };
    single(thread, &description, &[int(30), int(4), int(4300), int(640)])
}

fn hash_info(thread: &mut Thread) -> Result {
    let values = [
        int(64),
        Value::from_unsigned(hash::HASH_MODULUS),
        int(hash::HASH_INFINITY),
        int(0),
        int(1000003),
        text("siphash13"),
        int(64),
        int(128),
        int(0),
    ];
    let description = Description {
        module: "sys",
        name: "hash_info",
        doc: "hash_info\n\nA named tuple providing parameters used for computing hashes.",
        visible: &["width", "modulus", "inf", "nan", "imag", "algorithm", "hash_bits", "seed_bits", "cutoff"],
        hidden: &[],
    };
    single(thread, &description, &values)
}

fn thread_info(thread: &mut Thread) -> Result {
    let description = Description {
        module: "sys",
        name: "thread_info",
        doc: "sys.thread_info\n\nA named tuple holding information about the thread implementation.",
        visible: &["name", "lock", "version"],
        hidden: &[],
    };
    single(thread, &description, &[text("pthread"), text("semaphore"), Value::NONE])
}

/// What `sys.get_asyncgen_hooks()` returns.
pub fn asyncgen_hooks(thread: &mut Thread, hooks: &[Value]) -> Result {
    let class = match ASYNCGEN_HOOKS.get() {
        Some(class) => class.cast(),
        None => {
            let description = Description {
                module: "sys",
                name: "asyncgen_hooks",
                doc: "",
                visible: &["firstiter", "finalizer"],
                hidden: &[],
            };
            let class = struct_sequence::define(thread, &description)?;
            ASYNCGEN_HOOKS.set(class.value());
            class
        }
    };
    struct_sequence::make(thread, class, hooks)
}

fn implementation(thread: &mut Thread, version: Value) -> Result {
    let attributes = Dict::new();
    for (name, value) in [
        ("name", text("taipan")),
        ("cache_tag", text("cpython-314")),
        ("version", version),
        ("hexversion", int(hex_version())),
        ("supports_isolated_interpreters", Value::FALSE),
        ("_multiarch", text(concat_multiarch())),
    ] {
        attributes.set_str(thread, intern(name), value)?;
    }
    crate::builtins::simple_namespace::make(thread, attributes)
}

fn concat_multiarch() -> &'static str {
    if cfg!(target_arch = "aarch64") { "aarch64-linux-gnu" } else { "x86_64-linux-gnu" }
}

fn hex_version() -> i64 {
    VERSION.0 << 24 | VERSION.1 << 16 | VERSION.2 << 8 | 0xf0
}

/// Sets the attributes.
pub fn fill(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
    let version = version_info(thread)?;
    let release = env!("CARGO_PKG_VERSION");
    let mut builtin_names = crate::import::native_module_names();
    builtin_names.extend(["builtins", "sys"]);
    builtin_names.sort_unstable();
    let builtin_names: Vec<Value> = builtin_names.into_iter().map(|name| intern(name).value()).collect();
    let attributes = [
        ("version_info", version),
        ("version", text(&format!("{}.{}.{} (Taipan {release})", VERSION.0, VERSION.1, VERSION.2))),
        ("hexversion", int(hex_version())),
        ("api_version", int(1013)),
        (
            "copyright",
            text(
                "Copyright (c) 2001 Python Software Foundation (standard library).\nCopyright the Taipan developers.",
            ),
        ),
        ("implementation", implementation(thread, version)?),
        ("flags", flags(thread)?),
        ("float_info", float_info(thread)?),
        ("int_info", int_info(thread)?),
        ("hash_info", hash_info(thread)?),
        ("thread_info", thread_info(thread)?),
        ("float_repr_style", text("short")),
        ("maxsize", int(i64::MAX)),
        ("maxunicode", int(0x10ffff)),
        ("byteorder", text(if cfg!(target_endian = "little") { "little" } else { "big" })),
        ("platform", text(if cfg!(target_os = "linux") { "linux" } else { std::env::consts::OS })),
        ("platlibdir", text("lib")),
        ("builtin_module_names", Tuple::new(&builtin_names).value()),
        ("stdlib_module_names", stdlib_module_names()),
        ("path", List::empty().value()),
        ("path_hooks", List::empty().value()),
        ("path_importer_cache", Dict::new().value()),
        ("meta_path", List::empty().value()),
        ("argv", List::empty().value()),
        ("orig_argv", List::empty().value()),
        ("warnoptions", List::empty().value()),
        ("_xoptions", Dict::new().value()),
        ("dont_write_bytecode", Value::from_bool(super::flags().dont_write_bytecode != 0)),
        ("pycache_prefix", Value::NONE),
        ("_git", Tuple::new(&[text("Taipan"), text(""), text("")]).value()),
        ("_framework", text("")),
        ("abiflags", text("")),
        ("_stdlib_dir", Value::NONE),
        ("_home", Value::NONE),
    ];
    for (name, value) in attributes {
        module.dict.set_str(thread, intern(name), value)?;
    }
    for name in ["prefix", "exec_prefix", "base_prefix", "base_exec_prefix"] {
        module.dict.set_str(thread, intern(name), text("/usr"))?;
    }
    for name in ["displayhook", "excepthook", "unraisablehook", "breakpointhook"] {
        if let Some(hook) = module.dict.get_str(intern(name)) {
            module.dict.set_str(thread, intern(&format!("__{name}__")), hook)?;
        }
    }
    Ok(())
}

/// The names of all modules of CPython's library, for suggestions.
fn stdlib_module_names() -> Value {
    let names: Vec<&str> = include_str!("stdlib_module_names.txt").lines().collect();
    let names = Tuple::from_fn(names.len(), |i| crate::object::str::intern(names[i]).value());
    crate::object::set::Set::frozen_of_constants(names.items()).value()
}
