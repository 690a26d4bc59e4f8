//! `TextIOWrapper`: text over a buffered stream of bytes.
//!
//! [`TextIo`] is the state; [`init`] sets it up from the arguments, [`write`] collects encoded bytes and hands them down, [`read`] decodes chunks
//! and cuts lines out of them, [`position`] makes and follows the cookies of `tell` and `seek`, [`types`] declares the class. [`codec`]
//! is what encodes and decodes.
//!
//! Between this and an exact native buffered stream nothing goes through Python objects.

pub mod codec;
pub mod init;
pub mod position;
pub mod read;
pub mod types;
pub mod write;

use super::buffered::types::{BufferedRandom, BufferedReader, BufferedWriter};
use super::buffered::{self, Buffered};
use super::newline::Newline;
use super::support::is_closed;
use codec::{Decoder, NativeCodec};
use taipan_runtime::heap::Tracer;
use taipan_runtime::native_layout;
use taipan_runtime::object::native_object::NativeHead;
use taipan_runtime::prelude::*;
use taipan_runtime::text::codecs::Errors;

/// What encodes.
#[derive(Clone, Copy)]
pub enum Encoder {
    /// The stream isn't writable.
    Absent,
    Native(NativeCodec, Errors),
    /// An incremental encoder object.
    Object(Value),
}

/// The decoder's state before the bytes that the decoded text came from, and these bytes.
pub struct Snapshot {
    flags: i64,
    input: Vec<u8>,
}

/// A text stream.
#[repr(C)]
pub struct TextIo {
    head: NativeHead,
    /// The stream of bytes, NULL before initialisation and after `detach`.
    pub buffer: Value,
    /// The encoding's and the error handler's names.
    encoding: Value,
    errors: Value,
    detached: bool,
    line_buffering: bool,
    write_through: bool,
    finalizing: bool,
    /// The buffer can seek; `telling` is false while iteration makes positions unknown.
    seekable: bool,
    telling: bool,
    has_read1: bool,
    newline: Newline,
    chunk_size: usize,
    encoder: Encoder,
    /// Encoded bytes not yet handed down.
    pending: Vec<u8>,
    decoder: Option<Decoder>,
    /// Decoded text (a str or NULL) and how many of its characters were given out.
    decoded: Value,
    used: usize,
    snapshot: Option<Snapshot>,
    /// Bytes a character of the last chunk, for guesses.
    bytes_per_character: f64,
}

native_layout!(TextIo, "_io.TextIOWrapper", |this, tracer| trace(this, tracer), next = types::advance);

fn trace(this: &TextIo, tracer: &mut Tracer) {
    for value in [this.buffer, this.encoding, this.errors, this.decoded] {
        tracer.value(value.0);
    }
    if let Encoder::Object(object) = this.encoder {
        tracer.value(object.0);
    }
    if let Some(decoder) = &this.decoder {
        decoder.trace(tracer);
    }
}

/// Characters that are decoded at once.
const CHUNK_SIZE: usize = 8192;

impl TextIo {
    pub fn empty() -> TextIo {
        TextIo {
            head: NativeHead::empty(),
            buffer: Value::NULL,
            encoding: Value::NULL,
            errors: Value::NULL,
            detached: false,
            line_buffering: false,
            write_through: false,
            finalizing: false,
            seekable: false,
            telling: false,
            has_read1: false,
            newline: Newline::Universal,
            chunk_size: CHUNK_SIZE,
            encoder: Encoder::Absent,
            pending: Vec::new(),
            decoder: None,
            decoded: Value::NULL,
            used: 0,
            snapshot: None,
            bytes_per_character: 0.0,
        }
    }

    /// The decoded text.
    fn text(&self) -> Option<Gc<Str>> {
        self.decoded.downcast::<Str>()
    }

    fn forget_decoded(&mut self) {
        self.decoded = Value::NULL;
        self.used = 0;
    }
}

/// The buffer, if it is of one of the native classes themselves.
fn native_buffer(this: Gc<TextIo>) -> Option<Gc<Buffered>> {
    let buffer = this.buffer.downcast::<Buffered>()?;
    let class = buffer.class();
    let known = [BufferedWriter::class(), BufferedReader::class(), BufferedRandom::class()];
    if known.contains(&class) { Some(buffer) } else { None }
}

/// Raises ValueError before initialisation and after `detach`.
fn check_usable(thread: &mut Thread, this: Gc<TextIo>) -> Result<()> {
    match this.buffer.is_null() {
        false => Ok(()),
        true if this.detached => Err(thread.value_error("underlying buffer has been detached")),
        true => Err(thread.value_error("I/O operation on uninitialized object")),
    }
}

/// Whether the buffer is closed.
fn buffer_is_closed(thread: &mut Thread, this: Gc<TextIo>) -> Result<bool> {
    match native_buffer(this) {
        Some(buffer) if buffer.is_usable() => buffered::raw_is_closed(thread, buffer),
        _ => is_closed(thread, this.buffer),
    }
}

fn check_open(thread: &mut Thread, this: Gc<TextIo>) -> Result<()> {
    check_usable(thread, this)?;
    let closed = match this.class().definition.is_some() {
        true => buffer_is_closed(thread, this)?,
        false => is_closed(thread, this.value())?,
    };
    match closed {
        true => Err(thread.value_error("I/O operation on closed file.")),
        false => Ok(()),
    }
}
