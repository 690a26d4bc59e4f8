//! Reading text: chunks of bytes are decoded, characters and lines are cut out of the decoded text.

use super::codec::Decoder;
use super::{Snapshot, TextIo, check_open, native_buffer, write};
use crate::io::buffered;
use crate::io::newline::{Newline, line_end};
use crate::io::support::not_supported;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::str::intern;
use taipan_runtime::prelude::*;
use taipan_runtime::text::{Characters, TextBuilder};

/// Uses the decoder, which is taken out of the object meanwhile: it may run Python code.
pub(super) fn with_decoder<R>(
    thread: &mut Thread,
    mut this: Gc<TextIo>,
    run: impl FnOnce(&mut Thread, &mut Decoder) -> Result<R>,
) -> Result<R> {
    let Some(decoder) = this.decoder.take() else { return Err(not_supported(thread, "not readable")) };
    // An object in it is only reachable from here meanwhile.
    let kept = decoder.object();
    let mut decoder = decoder;
    let result = run(thread, &mut decoder);
    std::hint::black_box(kept);
    this.decoder = Some(decoder);
    this.write_barrier();
    result
}

/// The part of the decoded text that wasn't given out.
fn rest(this: &TextIo) -> Option<Characters<'static>> {
    let characters = this.text()?.characters();
    Some(characters.slice(this.used, characters.len()))
}

/// Reads bytes from the buffer, and whether that was the end.
fn read_bytes(thread: &mut Thread, this: Gc<TextIo>, size: usize) -> Result<Vec<u8>> {
    if let Some(buffer) = native_buffer(this)
        && buffer.is_usable()
        && buffer.readable
    {
        return buffered::read::read_once(thread, buffer, Some(size));
    }
    let method = if this.has_read1 { "read1" } else { "read" };
    let bytes = thread.call_method_named(this.buffer, intern(method), &[Value::from_int(size as i64)])?;
    write::bytes_of(thread, bytes, method)
}

/// Decodes another chunk; false at the end. `hint` characters are wanted.
fn read_chunk(thread: &mut Thread, mut this: Gc<TextIo>, hint: Option<usize>) -> Result<bool> {
    let state = match this.telling {
        true => Some(with_decoder(thread, this, |thread, decoder| decoder.state(thread))?),
        false => None,
    };
    let hint = hint.map_or(0, |hint| (this.bytes_per_character.max(1.0) * hint as f64) as usize);
    let chunk = read_bytes(thread, this, this.chunk_size.max(hint))?;
    let at_end = chunk.is_empty();
    let text = with_decoder(thread, this, |thread, decoder| decoder.decode(thread, &chunk, at_end))?;
    this.decoded = text.value();
    this.used = 0;
    this.bytes_per_character = match text.length {
        0 => 0.0,
        characters => chunk.len() as f64 / characters as f64,
    };
    if let Some(state) = state {
        let mut input = state.held;
        input.extend_from_slice(&chunk);
        this.snapshot = Some(Snapshot { flags: state.flags, input });
    }
    this.write_barrier();
    Ok(!at_end || text.length > 0)
}

/// What all reading begins with.
fn begin(thread: &mut Thread, this: Gc<TextIo>) -> Result<()> {
    check_open(thread, this)?;
    if this.decoder.is_none() {
        return Err(not_supported(thread, "not readable"));
    }
    write::hand_down(thread, this)
}

fn string(characters: Characters) -> Gc<Str> {
    Str::from_characters(characters)
}

/// `read`
pub fn read(thread: &mut Thread, mut this: Gc<TextIo>, size: Option<usize>) -> Result<Gc<Str>> {
    begin(thread, this)?;
    let Some(size) = size else { return read_rest(thread, this) };
    if let Some(rest) = rest(&this)
        && rest.len() >= size
    {
        this.used += size;
        return Ok(string(rest.slice(0, size)));
    }
    let mut out = TextBuilder::new();
    loop {
        if let Some(rest) = rest(&this) {
            let count = rest.len().min(size - out.len());
            out.push_characters(rest.slice(0, count));
            this.used += count;
        }
        if out.len() >= size || !read_chunk(thread, this, Some(size - out.len()))? {
            return Ok(string(out.characters()));
        }
    }
}

fn read_rest(thread: &mut Thread, mut this: Gc<TextIo>) -> Result<Gc<Str>> {
    let bytes = match native_buffer(this) {
        Some(buffer) if buffer.is_usable() && buffer.readable => buffered::read::read(thread, buffer, None)?
            .ok_or_else(|| crate::io::support::would_block(thread, "Read returned None.", 0))?,
        _ => {
            let bytes = thread.call_method(this.buffer, "read", &[])?;
            if bytes.is_none() {
                return Err(crate::io::support::would_block(thread, "Read returned None.", 0));
            }
            match bytes.downcast::<Bytes>() {
                Some(bytes) => bytes.as_slice().to_vec(),
                None => write::bytes_of(thread, bytes, "read")?,
            }
        }
    };
    let text = with_decoder(thread, this, |thread, decoder| decoder.decode(thread, &bytes, true))?;
    let before = rest(&this).filter(|before| !before.is_empty());
    let all = match before {
        None => text,
        Some(before) => {
            let mut out = TextBuilder::new();
            out.push_characters(before);
            out.push_characters(text.characters());
            string(out.characters())
        }
    };
    this.forget_decoded();
    this.snapshot = None;
    Ok(all)
}

/// `readline`
pub fn read_line(thread: &mut Thread, mut this: Gc<TextIo>, limit: Option<usize>) -> Result<Gc<Str>> {
    begin(thread, this)?;
    let limit = limit.unwrap_or(usize::MAX);
    // Most lines lie in the decoded text as a whole.
    if let Some(text) = this.text() {
        let characters = text.characters();
        if let Some(end) = line_end(characters, this.newline, this.used)
            && end - this.used <= limit
        {
            let line = characters.slice(this.used, end);
            this.used = end;
            return Ok(match (line, text.ascii) {
                (Characters::One(bytes), true) => Str::from_one_byte(bytes, true),
                (line, _) => string(line),
            });
        }
    }
    read_long_line(thread, this, limit)
}

/// A line that goes on behind the decoded text.
fn read_long_line(thread: &mut Thread, mut this: Gc<TextIo>, limit: usize) -> Result<Gc<Str>> {
    let mut line = TextBuilder::new();
    loop {
        if let Some(text) = this.text() {
            let characters = text.characters();
            // Half of a `\r\n` may be at the end of what is there already.
            let split = this.newline == Newline::CrLf
                && line.characters().iter().next_back() == Some(13)
                && characters.at(this.used) == Some(10);
            let end = if split { Some(this.used + 1) } else { line_end(characters, this.newline, this.used) };
            let stop = end.unwrap_or(characters.len()).min(this.used.saturating_add(limit - line.len()));
            line.push_characters(characters.slice(this.used, stop));
            this.used = stop;
            if end == Some(stop) || line.len() >= limit {
                break;
            }
        }
        if !read_chunk(thread, this, None)? {
            this.forget_decoded();
            this.snapshot = None;
            break;
        }
    }
    Ok(string(line.characters()))
}
