//! Arguments that name files: text, bytes, `os.PathLike`, descriptors, and folders to start from.

use crate::system::{os_bytes_of_text, os_error_with_name};
use std::ffi::CString;
use taipan_runtime::builtins::support::is_index;
use taipan_runtime::native::type_name;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::class_of;
use taipan_runtime::operations::convert::index_i64;
use taipan_runtime::prelude::*;

/// What else than a path an argument may be.
#[derive(Clone, Copy, Default)]
pub struct Allowed {
    pub descriptor: bool,
    pub none: bool,
}

pub const PATH: Allowed = Allowed { descriptor: false, none: false };
pub const PATH_OR_DESCRIPTOR: Allowed = Allowed { descriptor: true, none: false };
pub const ANYTHING: Allowed = Allowed { descriptor: true, none: true };

/// A file named by an argument.
pub struct PathArgument {
    /// The argument, for error messages.
    pub given: Value,
    pub name: CString,
    pub descriptor: Option<i32>,
    /// The name was given as bytes.
    pub is_bytes: bool,
}

impl PathArgument {
    pub fn of(
        thread: &mut Thread,
        value: Value,
        function: &str,
        argument: &str,
        allowed: Allowed,
    ) -> Result<PathArgument> {
        if value.is_none() && allowed.none {
            return Ok(PathArgument { given: value, name: c".".into(), descriptor: None, is_bytes: false });
        }
        if allowed.descriptor && is_index(value) {
            let descriptor = descriptor_of(thread, value)?;
            return Ok(PathArgument {
                given: value,
                name: CString::default(),
                descriptor: Some(descriptor),
                is_bytes: false,
            });
        }
        let path = match value.downcast::<Str>().is_some() || value.downcast::<Bytes>().is_some() {
            true => value,
            false => match class_of(value).lookup(intern("__fspath__")).filter(|method| !method.is_none()) {
                Some(_) => crate::system::path_of(thread, value)?,
                None => return Err(wrong_type(thread, value, function, argument, allowed)),
            },
        };
        let (bytes, is_bytes) = match path.downcast::<Str>() {
            Some(text) => (os_bytes_of_text(thread, text)?, false),
            None => (path.cast::<Bytes>().as_slice().to_vec(), true),
        };
        match CString::new(bytes) {
            Ok(name) => Ok(PathArgument { given: path, name, descriptor: None, is_bytes }),
            Err(_) => Err(thread.value_error(format!("{function}: embedded null character in {argument}"))),
        }
    }

    /// The error of a system call about this file.
    pub fn error(&self, thread: &mut Thread, number: i32) -> Raised {
        os_error_with_name(thread, number, self.given)
    }

    pub fn pointer(&self) -> *const libc::c_char {
        self.name.as_ptr()
    }
}

fn descriptor_of(thread: &mut Thread, value: Value) -> Result<i32> {
    if value.is_bool() {
        let message = "bool is used as a file descriptor";
        taipan_runtime::builtins::warnings::warn(thread, types().runtime_warning, message, 1)?;
    }
    let index = taipan_runtime::operations::index(thread, value)?;
    match index.as_small_int().map(i32::try_from) {
        Some(Ok(descriptor)) => Ok(descriptor),
        Some(Err(_)) | None => {
            let negative = index_i64(thread, value).map_or(true, |number| number < 0);
            Err(thread.overflow_error(match negative {
                true => "fd is less than minimum",
                false => "fd is greater than maximum",
            }))
        }
    }
}

#[cold]
fn wrong_type(thread: &mut Thread, value: Value, function: &str, argument: &str, allowed: Allowed) -> Raised {
    let kinds = match (allowed.descriptor, allowed.none) {
        (true, true) => "string, bytes, os.PathLike, integer or None",
        (true, false) => "string, bytes, os.PathLike or integer",
        (false, true) => "string, bytes, os.PathLike or None",
        (false, false) => "string, bytes or os.PathLike",
    };
    let got = type_name(value);
    thread.type_error(format!("{function}: {argument} should be {kinds}, not {got}"))
}

/// A file descriptor, or an object with a method `fileno`.
pub fn descriptor_argument(thread: &mut Thread, value: Value) -> Result<i32> {
    let value = match is_index(value) {
        true => value,
        false => match taipan_runtime::operations::get_attribute_optional(thread, value, intern("fileno"))? {
            Some(method) => thread.call(method, &[])?,
            None => {
                return Err(thread.type_error("argument must be an int, or have a fileno() method."));
            }
        },
    };
    let number = index_i64(thread, value)?;
    match i32::try_from(number) {
        Ok(number) if number >= 0 => Ok(number),
        Ok(number) => {
            let message = format!("file descriptor cannot be a negative integer ({number})");
            Err(thread.value_error(message))
        }
        Err(_) => Err(thread.overflow_error("Python int too large to convert to C int")),
    }
}

/// The argument `dir_fd`.
pub fn folder(thread: &mut Thread, value: Value) -> Result<i32> {
    if value.is_none() || value.is_null() {
        return Ok(libc::AT_FDCWD);
    }
    if !is_index(value) {
        let got = type_name(value);
        return Err(thread.type_error(format!("argument should be integer or None, not {got}")));
    }
    descriptor_of(thread, value)
}
