//! Setting up a text stream, and `reconfigure`.

use super::codec::{Decoder, Inner, NativeCodec, incremental, look_up};
use super::{Encoder, TextIo, check_usable, write};
use crate::io::newline::{LineEnds, Newline};
use crate::io::support::not_supported;
use taipan_runtime::native::type_name;
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::convert::index_i64;
use taipan_runtime::operations::{get_attribute_optional, is_true};
use taipan_runtime::prelude::*;
use taipan_runtime::text::codecs::Errors;

/// The arguments of `TextIOWrapper` behind the buffer.
pub struct Arguments {
    pub encoding: Value,
    pub errors: Value,
    pub newline: Value,
    pub line_buffering: bool,
    pub write_through: bool,
}

/// The encoding that the process's locale says. The plain C locale means UTF-8, as in CPython's UTF-8 mode.
pub fn locale_encoding() -> &'static str {
    static ENCODING: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    ENCODING.get_or_init(|| {
        // SAFETY: called once, at start-up or from the first stream; the result is copied at once.
        let name = unsafe {
            libc::setlocale(libc::LC_CTYPE, c"".as_ptr());
            std::ffi::CStr::from_ptr(libc::nl_langinfo(libc::CODESET)).to_string_lossy().into_owned()
        };
        if name.is_empty() || name == "ANSI_X3.4-1968" { "utf-8".into() } else { name }
    })
}

/// The name of the encoding to use for an argument.
fn encoding_name(thread: &mut Thread, argument: Value) -> Result<Gc<Str>> {
    if !argument.is_none() {
        let Some(name) = argument.downcast::<Str>() else {
            let got = type_name(argument);
            let message = format!("TextIOWrapper() argument 'encoding' must be str or None, not {got}");
            return Err(thread.type_error(message));
        };
        if !name.is("locale") {
            return Ok(name);
        }
    } else if taipan_runtime::sys::flags().utf8_mode != 0 {
        return Ok(intern("utf-8"));
    }
    Ok(intern(locale_encoding()))
}

fn errors_name(thread: &mut Thread, argument: Value) -> Result<Gc<Str>> {
    if argument.is_none() {
        return Ok(intern("strict"));
    }
    argument.downcast::<Str>().ok_or_else(|| {
        let got = type_name(argument);
        thread.type_error(format!("TextIOWrapper() argument 'errors' must be str or None, not {got}"))
    })
}

/// `__init__`
pub fn initialize(
    thread: &mut Thread,
    mut this: Gc<TextIo>,
    buffer: Value,
    arguments: &Arguments,
) -> Result<()> {
    this.buffer = Value::NULL;
    this.detached = false;
    let newline = Newline::of(thread, arguments.newline)?;
    let encoding = encoding_name(thread, arguments.encoding)?;
    let errors = errors_name(thread, arguments.errors)?;
    for name in [encoding, errors] {
        if name.to_text().is_some_and(|text| text.contains('\0')) {
            return Err(thread.value_error("embedded null character"));
        }
    }
    this.line_buffering = arguments.line_buffering;
    this.write_through = arguments.write_through;
    this.newline = newline;
    this.pending = Vec::new();
    this.forget_decoded();
    this.snapshot = None;
    this.bytes_per_character = 0.0;
    set_codec(thread, this, buffer, encoding, errors)?;
    let seekable = thread.call_method(buffer, "seekable", &[])?;
    this.seekable = is_true(thread, seekable)?;
    this.telling = this.seekable;
    this.has_read1 = get_attribute_optional(thread, buffer, intern("read1"))?.is_some();
    this.buffer = buffer;
    this.write_barrier();
    start_encoder(thread, this)
}

/// An encoder that doesn't begin at the start of the file writes no byte order mark.
fn start_encoder(thread: &mut Thread, this: Gc<TextIo>) -> Result<()> {
    if let Encoder::Object(encoder) = this.encoder
        && this.seekable
    {
        let position = thread.call_method(this.buffer, "tell", &[])?;
        if index_i64(thread, position)? != 0 {
            thread.call_method(encoder, "setstate", &[Value::from_small_int(0)])?;
        }
    }
    Ok(())
}

/// Chooses what encodes and decodes.
fn set_codec(
    thread: &mut Thread,
    mut this: Gc<TextIo>,
    buffer: Value,
    encoding: Gc<Str>,
    errors: Gc<Str>,
) -> Result<()> {
    let readable = thread.call_method(buffer, "readable", &[])?;
    let readable = is_true(thread, readable)?;
    let writable = thread.call_method(buffer, "writable", &[])?;
    let writable = is_true(thread, writable)?;
    let native = encoding.to_text().and_then(|name| NativeCodec::from_name(&name));
    let handler = errors.to_text().and_then(|name| Errors::from_name(&name));
    let newline = this.newline;
    let ends = newline.is_universal().then(|| LineEnds::new(newline == Newline::Universal));
    let (encoder, decoder) = match (native, handler) {
        (Some(codec), Some(errors)) if errors.can_decode() || !readable => {
            let encoder = if writable { Encoder::Native(codec, errors) } else { Encoder::Absent };
            let inner = || Inner::Native { codec, errors, held: Vec::new() };
            (encoder, readable.then(inner))
        }
        _ => {
            let information = look_up(thread, encoding, "codecs.open()")?;
            let decoder = match readable {
                true => Some(Inner::Object(incremental(thread, information, "incrementaldecoder", errors)?)),
                false => None,
            };
            let encoder = match writable {
                true => Encoder::Object(incremental(thread, information, "incrementalencoder", errors)?),
                false => Encoder::Absent,
            };
            (encoder, decoder)
        }
    };
    this.encoder = encoder;
    this.decoder = decoder.map(|inner| Decoder::new(inner, ends));
    this.encoding = encoding.value();
    this.errors = errors.value();
    this.write_barrier();
    Ok(())
}

/// What `reconfigure` shall change; NULL where nothing was given.
pub struct Changes {
    pub encoding: Value,
    pub errors: Value,
    pub newline: Value,
    pub line_buffering: Value,
    pub write_through: Value,
}

/// `reconfigure`
pub fn reconfigure(thread: &mut Thread, mut this: Gc<TextIo>, changes: &Changes) -> Result<()> {
    check_usable(thread, this)?;
    let given = |value: Value| value.non_null().filter(|value| !value.is_none());
    let newline = changes.newline.non_null();
    let new_codec = given(changes.encoding).is_some() || given(changes.errors).is_some() || newline.is_some();
    if new_codec && (!this.decoded.is_null() || this.snapshot.is_some()) {
        let message = "It is not possible to set the encoding or newline of stream after the first read";
        return Err(not_supported(thread, message));
    }
    let newline = match newline {
        Some(newline) => Some(Newline::of(thread, newline)?),
        None => None,
    };
    let flag = |thread: &mut Thread, value: Value, old: bool| match given(value) {
        Some(value) => Ok(index_i64(thread, value)? != 0),
        None => Ok(old),
    };
    let line_buffering = flag(thread, changes.line_buffering, this.line_buffering)?;
    let write_through = flag(thread, changes.write_through, this.write_through)?;
    write::flush(thread, this)?;
    if new_codec {
        let encoding = match given(changes.encoding) {
            Some(encoding) => encoding_name(thread, encoding)?,
            None => this.encoding.cast(),
        };
        // Another encoding comes with its own default of the error handler.
        let errors = match (given(changes.errors), given(changes.encoding)) {
            (Some(errors), _) => errors_name(thread, errors)?,
            (None, Some(_)) => intern("strict"),
            (None, None) => this.errors.cast(),
        };
        if let Some(newline) = newline {
            this.newline = newline;
        }
        set_codec(thread, this, this.buffer, encoding, errors)?;
        start_encoder(thread, this)?;
    }
    this.line_buffering = line_buffering;
    this.write_through = write_through;
    Ok(())
}
