//! The module's exceptions.

use crate::exception::ExceptionClass;
use std::ffi::CStr;
use taipan_runtime::object::exception::Exception;
use taipan_runtime::prelude::*;

/// `socket.gaierror`
pub static GAI_ERROR: ExceptionClass = ExceptionClass::new();
/// `socket.herror`
pub static HOST_ERROR: ExceptionClass = ExceptionClass::new();

/// The error of `getaddrinfo` and `getnameinfo`.
#[cold]
pub fn gai_error(thread: &mut Thread, status: i32) -> Raised {
    if status == libc::EAI_SYSTEM {
        let number = crate::system::last_error();
        return crate::os_error(thread, number);
    }
    // SAFETY: a static text of the C library.
    let text = unsafe { CStr::from_ptr(libc::gai_strerror(status)) }.to_string_lossy();
    let arguments = [Value::from_int(status.into()), Str::new(&text).value()];
    Exception::with_arguments(thread, GAI_ERROR.class(), &arguments)
}
