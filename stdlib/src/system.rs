//! What native modules that call the operating system share: file names, errors, and calls that may block.

use std::ffi::CStr;
use taipan_runtime::interpreter::safepoint;
use taipan_runtime::lock::without_lock;
use taipan_runtime::native::type_name;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::exception::Exception;
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::class_of;
use taipan_runtime::prelude::*;
use taipan_runtime::text::TextBuilder;
use taipan_runtime::text::codecs::{Errors, decode_utf8, encode_utf8};

/// The str of a name that the system gave: UTF-8, with bytes that aren't as lone surrogates (`os.fsdecode`).
pub fn text_of_os(bytes: &[u8]) -> Gc<Str> {
    if bytes.is_ascii() {
        return Str::from_one_byte(bytes, true);
    }
    let mut text = TextBuilder::with_capacity(bytes.len());
    let mut errors = Errors::SurrogateEscape;
    match decode_utf8(bytes, true, &mut errors, &mut text) {
        Ok(_) => Str::from_characters(text.characters()),
        // The handler answers for every byte that isn't ASCII, and ASCII decodes.
        Err(_) => Str::from_one_byte(bytes, false),
    }
}

/// The bytes of a str as the system shall get them (`os.fsencode`).
pub fn os_bytes_of_text(thread: &mut Thread, text: Gc<Str>) -> Result<Vec<u8>> {
    let mut errors = Errors::SurrogateEscape;
    encode_utf8(text.characters(), &mut errors).map_err(|error| {
        let position = |at: usize| Value::from_int(at as i64);
        let arguments = [
            intern(error.encoding).value(),
            text.value(),
            position(error.start),
            position(error.end),
            Str::new(error.reason).value(),
        ];
        Exception::with_arguments(thread, types().unicode_encode_error, &arguments)
    })
}

/// `os.fspath`: a str or bytes as it is, or what `__fspath__` gives.
pub fn path_of(thread: &mut Thread, value: Value) -> Result {
    if value.downcast::<Str>().is_some() || value.downcast::<Bytes>().is_some() {
        return Ok(value);
    }
    let method = class_of(value).lookup(intern("__fspath__")).filter(|method| !method.is_none());
    let Some(method) = method else {
        let got = type_name(value);
        return Err(thread.type_error(format!("expected str, bytes or os.PathLike object, not {got}")));
    };
    let path = taipan_runtime::operations::call::call_special(thread, method, value, &[])?;
    if path.downcast::<Str>().is_some() || path.downcast::<Bytes>().is_some() {
        return Ok(path);
    }
    let (class, got) = (type_name(value), type_name(path));
    Err(thread.type_error(format!("expected {class}.__fspath__() to return str or bytes, not {got}")))
}

/// The bytes of a file name: str, bytes or `os.PathLike`.
pub fn os_bytes(thread: &mut Thread, value: Value) -> Result<Vec<u8>> {
    let path = path_of(thread, value)?;
    let bytes = match path.downcast::<Str>() {
        Some(text) => os_bytes_of_text(thread, text)?,
        None => path.cast::<Bytes>().as_slice().to_vec(),
    };
    if bytes.contains(&0) {
        return Err(thread.value_error("embedded null byte"));
    }
    Ok(bytes)
}

/// As [`os_bytes`], with the zero byte at the end that system calls want.
pub fn c_path(thread: &mut Thread, value: Value) -> Result<std::ffi::CString> {
    let bytes = os_bytes(thread, value)?;
    std::ffi::CString::new(bytes).map_err(|_| thread.value_error("embedded null byte"))
}

/// `os.strerror`
pub fn error_text(number: i32) -> String {
    let mut buffer = [0 as libc::c_char; 256];
    // SAFETY: the buffer is as long as said, and holds a C string afterwards.
    unsafe {
        if libc::strerror_r(number, buffer.as_mut_ptr(), buffer.len()) != 0 {
            return format!("Unknown error {number}");
        }
        CStr::from_ptr(buffer.as_ptr()).to_string_lossy().into_owned()
    }
}

/// Number and text of a system error as Python shows it.
pub fn os_error_text(error: &std::io::Error) -> (i32, String) {
    match error.raw_os_error() {
        Some(number) => (number, error_text(number)),
        None => (0, error.to_string()),
    }
}

/// The error number of the last system call of this native thread.
pub fn last_error() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// `OSError(number, text)`, of the right subclass.
#[cold]
pub fn os_error(thread: &mut Thread, number: i32) -> Raised {
    let arguments = [Value::from_int(number.into()), Str::new(&error_text(number)).value()];
    Exception::with_arguments(thread, types().os_error, &arguments)
}

/// `OSError(number, text, filename)`
#[cold]
pub fn os_error_with_name(thread: &mut Thread, number: i32, name: Value) -> Raised {
    let text = Str::new(&error_text(number)).value();
    Exception::with_arguments(thread, types().os_error, &[Value::from_int(number.into()), text, name])
}

/// `OSError(number, text, filename, None, filename2)`
#[cold]
pub fn os_error_with_names(thread: &mut Thread, number: i32, first: Value, second: Value) -> Raised {
    let text = Str::new(&error_text(number)).value();
    let arguments = [Value::from_int(number.into()), text, first, Value::NONE, second];
    Exception::with_arguments(thread, types().os_error, &arguments)
}

/// Runs a system call that may block without the interpreter lock, again when a signal interrupted it and its Python handler
/// didn't raise. The result is the call's, or the error number.
pub fn blocking<R>(thread: &mut Thread, mut call: impl FnMut() -> R) -> Result<std::result::Result<R, i32>>
where
    R: Copy + PartialOrd + From<i8>,
{
    loop {
        let (result, number) = without_lock(thread, || {
            let result = call();
            (result, last_error())
        });
        if result >= R::from(0) {
            return Ok(Ok(result));
        }
        if number != libc::EINTR {
            return Ok(Err(number));
        }
        safepoint::handle(thread)?;
    }
}
