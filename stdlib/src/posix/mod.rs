//! `posix`: the system calls behind the module `os`.
//!
//! [`files`], [`process`], [`fork`], [`users`] and [`configuration`] declare the functions, [`stat`] the results that are struct sequences, [`scandir`] folders; [`path`] turns
//! arguments into names and descriptors, [`constants`] has the numbers. [`PosixModule`] puts all into one module.
//!
//! Linux only: other systems have other numbers and fewer calls.

pub mod configuration;
pub mod constants;
pub mod files;
pub mod fork;
pub mod names;
pub mod path;
pub mod process;
pub mod scandir;
pub mod stat;
pub mod users;

use taipan_runtime::native::{ModuleDefinition, TypeDefinition};
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::list::List;
use taipan_runtime::object::native_function::NativeFunction;
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::prelude::*;
use taipan_runtime::text::TextBuilder;
use taipan_runtime::text::codecs::{Errors, decode_utf8, encode_utf8};

/// The module `posix`.
pub struct PosixModule;

/// The declarations whose functions are in the module too.
const PARTS: [&ModuleDefinition; 5] = [
    <files::Files as NativeModule>::DEFINITION,
    <process::Processes as NativeModule>::DEFINITION,
    <fork::Forks as NativeModule>::DEFINITION,
    <users::Users as NativeModule>::DEFINITION,
    <configuration::Configuration as NativeModule>::DEFINITION,
];

/// Collapses `//`, `.` and `..` in a path, as `posixpath.normpath` does.
fn normalized(path: &[u8]) -> Vec<u8> {
    let slashes = path.iter().take_while(|byte| **byte == b'/').count();
    // Two slashes at the start, and no more, mean something of their own.
    let start = if slashes == 2 { 2 } else { slashes.min(1) };
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if parts.last().is_some_and(|last| *last != b"..") => {
                parts.pop();
            }
            b".." if start > 0 => {}
            part => parts.push(part),
        }
    }
    let mut result = vec![b'/'; start];
    result.extend_from_slice(&parts.join(&b'/'));
    if result.is_empty() { b".".to_vec() } else { result }
}

/// Length of the root of a path.
fn root_length(path: &[u8]) -> usize {
    match path {
        [b'/', b'/', b'/', ..] => 1,
        [b'/', b'/', ..] => 2,
        [b'/', ..] => 1,
        _ => 0,
    }
}

/// The UTF-8 of a path, and whether it was bytes. Surrogates pass through: nothing here looks inside of characters.
fn path_bytes(thread: &mut Thread, path: Value) -> Result<(Vec<u8>, bool)> {
    let path = crate::system::path_of(thread, path)?;
    match path.downcast::<Bytes>() {
        Some(bytes) => Ok((bytes.as_slice().to_vec(), true)),
        None => match encode_utf8(path.cast::<Str>().characters(), &mut Errors::SurrogatePass) {
            Ok(bytes) => Ok((bytes, false)),
            Err(error) => Err(thread.value_error(error.reason)),
        },
    }
}

fn path_value(thread: &mut Thread, bytes: &[u8], is_bytes: bool) -> Result {
    if is_bytes {
        return Ok(Bytes::new(bytes).value());
    }
    let mut text = TextBuilder::with_capacity(bytes.len());
    match decode_utf8(bytes, true, &mut Errors::SurrogatePass, &mut text) {
        Ok(_) => Ok(Str::from_characters(text.characters()).value()),
        Err(error) => Err(thread.value_error(error.reason)),
    }
}

/// This module provides access to operating system functionality that is
/// standardized by the C Standard and the POSIX standard (a thinly
/// disguised Unix interface).  Refer to the library manual and
/// corresponding Unix manual entries for more information on calls.
#[native_module(name = "posix")]
impl PosixModule {
    #[types]
    fn types() -> &'static [&'static TypeDefinition] {
        &[<scandir::DirEntry as NativeType>::DEFINITION]
    }

    /// Normalize path, eliminating double slashes, etc.
    #[function("(path)")]
    fn _path_normpath(thread: &mut Thread, path: Value) -> Result {
        let (bytes, is_bytes) = path_bytes(thread, path)?;
        path_value(thread, &normalized(&bytes), is_bytes)
    }

    /// Split a pathname into drive, root and tail.
    #[function("(p)")]
    fn _path_splitroot_ex(thread: &mut Thread, p: Value) -> Result<Gc<Tuple>> {
        let (bytes, is_bytes) = path_bytes(thread, p)?;
        let (root, tail) = bytes.split_at(root_length(&bytes));
        let parts = [
            path_value(thread, b"", is_bytes)?,
            path_value(thread, root, is_bytes)?,
            path_value(thread, tail, is_bytes)?,
        ];
        Ok(Tuple::new(&parts))
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        let dict = module.dict;
        for function in PARTS.iter().flat_map(|part| part.functions) {
            let value = NativeFunction::new(function, module.value(), intern("posix").value(), Value::NULL);
            dict.set_str(thread, intern(function.name), value.value())?;
        }
        for (name, number) in constants::NUMBERS.iter().chain(constants::FIXED) {
            dict.set_str(thread, intern(name), Value::from_int(*number))?;
        }
        for class in &stat::CLASSES {
            let made = class.class(thread)?;
            dict.set_str(thread, intern(class.name()), made.value())?;
        }
        dict.set_str(thread, intern("error"), types().os_error.value())?;
        configuration::add_names(thread, dict)?;
        let environ = process::environment(thread)?;
        dict.set_str(thread, intern("environ"), environ.value())?;
        let have = List::empty();
        constants::HAVE_FUNCTIONS.iter().for_each(|name| have.push(intern(name).value()));
        dict.set_str(thread, intern("_have_functions"), have.value())
    }
}
