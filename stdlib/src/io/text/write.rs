//! Writing text: encoded bytes are collected in `pending` and handed down when they are many or the line ends.

use super::{Encoder, TextIo, buffer_is_closed, check_open, check_usable, native_buffer};
use crate::io::buffered;
use crate::io::content::Content;
use crate::io::newline::{find, replace_lf};
use crate::io::support::{chain, not_supported};
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::str::intern;
use taipan_runtime::prelude::*;

/// Hands the pending bytes to the buffer.
pub(super) fn hand_down(thread: &mut Thread, mut this: Gc<TextIo>) -> Result<()> {
    if this.pending.is_empty() {
        return Ok(());
    }
    let mut pending = std::mem::take(&mut this.pending);
    match native_buffer(this) {
        Some(buffer) if buffer.is_usable() && buffer.writable => {
            buffered::write::write(thread, buffer, &pending)?;
        }
        _ => {
            let bytes = Bytes::new(&pending).value();
            thread.call_method_named(this.buffer, intern("write"), &[bytes])?;
        }
    }
    // Keep the memory, unless another thread has begun to write meanwhile.
    if this.pending.is_empty() {
        pending.clear();
        this.pending = pending;
    }
    Ok(())
}

/// Encodes with an encoder object.
fn encode_by_object(thread: &mut Thread, encoder: Value, text: Value) -> Result<Vec<u8>> {
    let bytes = thread.call_method(encoder, "encode", &[text])?;
    match bytes.downcast::<Bytes>() {
        Some(bytes) => Ok(bytes.as_slice().to_vec()),
        None => {
            let got = taipan_runtime::native::type_name(bytes);
            Err(thread.type_error(format!("encoder should return a bytes object, not '{got}'")))
        }
    }
}

/// Appends encoded text to the pending bytes.
fn append(thread: &mut Thread, mut this: Gc<TextIo>, text: Gc<Str>) -> Result<()> {
    let mut encoded = Vec::new();
    match this.encoder {
        Encoder::Native(codec, errors) => {
            let characters = text.characters();
            if text.ascii && this.pending.len() + text.length <= this.chunk_size {
                this.pending.extend_from_slice(text.bytes());
                return Ok(());
            }
            codec.encode(thread, text.value(), characters, errors, &mut encoded)?;
        }
        Encoder::Object(encoder) => encoded = encode_by_object(thread, encoder, text.value())?,
        Encoder::Absent => return Err(not_supported(thread, "not writable")),
    }
    if this.pending.len() + encoded.len() > this.chunk_size {
        hand_down(thread, this)?;
    }
    match this.pending.is_empty() {
        true => this.pending = encoded,
        false => this.pending.extend_from_slice(&encoded),
    }
    Ok(())
}

/// `write`: the number of characters.
pub fn write(thread: &mut Thread, mut this: Gc<TextIo>, text: Gc<Str>) -> Result<usize> {
    check_open(thread, this)?;
    if matches!(this.encoder, Encoder::Absent) {
        return Err(not_supported(thread, "not writable"));
    }
    let length = text.length;
    let characters = text.characters();
    let replacement = this.newline.written();
    let has_lf =
        (replacement.is_some() || this.line_buffering) && find(characters, u32::from(b'\n'), 0).is_some();
    let flush = this.line_buffering && (has_lf || find(characters, u32::from(b'\r'), 0).is_some());
    match replacement {
        Some(by) if has_lf => {
            let replaced = replace_lf(characters, by);
            append(thread, this, Str::from_characters(replaced.characters()))?;
        }
        _ => append(thread, this, text)?,
    }
    if this.pending.len() >= this.chunk_size || flush || this.write_through {
        hand_down(thread, this)?;
    }
    if flush {
        flush_buffer(thread, this)?;
    }
    if this.decoder.is_some() {
        this.forget_decoded();
        this.snapshot = None;
        super::read::with_decoder(thread, this, |thread, decoder| decoder.reset(thread))?;
    }
    Ok(length)
}

fn flush_buffer(thread: &mut Thread, this: Gc<TextIo>) -> Result<()> {
    match native_buffer(this) {
        Some(buffer) if buffer.is_usable() && buffer.writable => buffered::write::flush(thread, buffer),
        _ => thread.call_method(this.buffer, "flush", &[]).map(|_| ()),
    }
}

/// `flush`
pub fn flush(thread: &mut Thread, mut this: Gc<TextIo>) -> Result<()> {
    check_open(thread, this)?;
    this.telling = this.seekable;
    hand_down(thread, this)?;
    flush_buffer(thread, this)
}

/// `close`
pub fn close(thread: &mut Thread, this: Gc<TextIo>) -> Result<()> {
    check_usable(thread, this)?;
    if buffer_is_closed(thread, this)? {
        return Ok(());
    }
    if this.finalizing {
        // Only a warning: what goes wrong with it is told elsewhere.
        let _ = thread.call_method(this.buffer, "_dealloc_warn", &[this.value()]);
    }
    let flushed = thread.call_method(this.value(), "flush", &[]).map(|_| ());
    let closed = thread.call_method(this.buffer, "close", &[]).map(|_| ());
    chain(flushed, closed)
}

/// `detach`
pub fn detach(thread: &mut Thread, mut this: Gc<TextIo>) -> Result {
    check_usable(thread, this)?;
    thread.call_method(this.value(), "flush", &[])?;
    let buffer = std::mem::take(&mut this.buffer);
    this.detached = true;
    Ok(buffer)
}

/// Bytes that a `read` method gave.
pub(super) fn bytes_of(thread: &mut Thread, value: Value, method: &str) -> Result<Vec<u8>> {
    if let Some(bytes) = value.downcast::<Bytes>() {
        return Ok(bytes.as_slice().to_vec());
    }
    match Content::of(thread, value) {
        Ok(content) => Ok(content.as_slice().to_vec()),
        Err(_) => {
            let got = taipan_runtime::native::type_name(value);
            let message =
                format!("underlying {method}() should have returned a bytes-like object, not '{got}'");
            Err(thread.type_error(message))
        }
    }
}
