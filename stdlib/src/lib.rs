//! The native half of the standard library.
//!
//! One module of Rust for a Python module, declared with `#[native_module]`; [`MODULES`] lists them for the import system. The
//! pure-Python half comes from the embedded `Lib`. [`start`] is what the command calls when the interpreter starts and ends, [`system`] what
//! the modules that call the operating system share.
// Natives take thin handles to heap objects, valid by the collector's invariant rather than by their callers' promise.
#![allow(clippy::not_unsafe_ptr_arg_deref)]
// Constructors make heap objects and give handles of another type; the modules' functions have as many arguments as Python's.
#![allow(clippy::new_ret_no_self, clippy::too_many_arguments)]
// The system's types differ from platform to platform.
#![allow(clippy::unnecessary_cast)]
// Outer conditions often carry a comment of their own; indices mean more than positions in one slice.
#![allow(clippy::collapsible_if, clippy::needless_range_loop)]

pub mod abc;
pub mod array;
pub mod atexit;
pub mod big;
pub mod binascii;
pub mod bisect;
pub mod build_variables;
pub mod bytes_like;
pub mod checksum;
pub mod cmath;
pub mod codecs;
pub mod collections;
pub mod context;
pub mod csv;
pub mod errno;
pub mod exception;
pub mod functools;
pub mod gc;
pub mod hashes;
pub mod heapq;
pub mod io;
pub mod itertools;
pub mod json;
pub mod marshal;
pub mod math;
pub mod opcode;
pub mod operator;
pub mod posix;
pub mod random;
pub mod recursion;
pub mod signal;
pub mod simple_queue;
pub mod sockets;
pub mod sre;
pub mod sre_module;
pub mod start;
pub mod string_module;
pub mod structs;
pub mod suggestions;
pub mod symtable;
pub mod system;
pub mod system_modules;
pub mod threads;
pub mod time;
pub mod tokenize;
pub mod typing;
pub mod unicodedata;
pub mod warnings;
pub mod weakref;
pub mod zlib;

pub use io::standard::open_standard_streams;
pub use start::{register, run_exit_functions};
pub use system::{os_bytes, os_error, os_error_text, text_of_os};
use taipan_runtime::native::{ModuleDefinition, NativeModule};

/// All native modules of this crate.
pub static MODULES: &[&ModuleDefinition] = &[
    abc::AbstractBaseClasses::DEFINITION,
    array::ArrayModule::DEFINITION,
    atexit::AtExit::DEFINITION,
    binascii::BinAscii::DEFINITION,
    bisect::Bisect::DEFINITION,
    cmath::ComplexMath::DEFINITION,
    build_variables::BuildVariables::DEFINITION,
    codecs::Codecs::DEFINITION,
    collections::Collections::DEFINITION,
    context::ContextVariables::DEFINITION,
    csv::Csv::DEFINITION,
    errno::Errno::DEFINITION,
    functools::FuncTools::DEFINITION,
    string_module::StringModule::DEFINITION,
    gc::GarbageCollector::DEFINITION,
    hashes::Blake2Module::DEFINITION,
    hashes::Md5Module::DEFINITION,
    hashes::Sha1Module::DEFINITION,
    hashes::Sha2Module::DEFINITION,
    hashes::Sha3Module::DEFINITION,
    heapq::HeapQ::DEFINITION,
    io::IoModule::DEFINITION,
    itertools::IterTools::DEFINITION,
    json::Json::DEFINITION,
    marshal::Marshal::DEFINITION,
    math::Math::DEFINITION,
    opcode::OpcodeModule::DEFINITION,
    operator::Operator::DEFINITION,
    posix::PosixModule::DEFINITION,
    random::RandomModule::DEFINITION,
    signal::Signal::DEFINITION,
    simple_queue::Queue::DEFINITION,
    sockets::Sockets::DEFINITION,
    sre_module::Sre::DEFINITION,
    structs::StructModule::DEFINITION,
    system_modules::accounts::Groups::DEFINITION,
    system_modules::accounts::Users::DEFINITION,
    system_modules::fcntl::Fcntl::DEFINITION,
    system_modules::resource::Resource::DEFINITION,
    system_modules::select::Select::DEFINITION,
    system_modules::subprocess::PosixSubprocess::DEFINITION,
    suggestions::Suggestions::DEFINITION,
    symtable::SymTable::DEFINITION,
    threads::Threads::DEFINITION,
    time::Time::DEFINITION,
    tokenize::Tokenize::DEFINITION,
    typing::Typing::DEFINITION,
    unicodedata::UnicodeData::DEFINITION,
    warnings::Warnings::DEFINITION,
    weakref::WeakReferences::DEFINITION,
    zlib::Zlib::DEFINITION,
];
