//! Positions in a text stream.
//!
//! A cookie says how to get back to a place between two characters: seek the buffer to `start`, give the decoder the state `flags`, feed it
//! `feed` bytes (as the end of the input, if `at_end`), and skip `skip` characters of what comes out. The five are packed into one int of 64
//! bits each; where the last four are 0, which is the usual case, the cookie is the byte position.

use super::codec::DecoderState;
use super::read::with_decoder;
use super::{Encoder, Snapshot, TextIo, check_open, write};
use crate::io::support::not_supported;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::int::IntRef;
use taipan_runtime::operations::convert::index_i64;
use taipan_runtime::operations::{index, repr};
use taipan_runtime::prelude::*;

/// A position.
#[derive(Clone, Copy, Default)]
struct Cookie {
    start: u64,
    flags: u64,
    feed: u64,
    skip: u64,
    at_end: bool,
}

impl Cookie {
    fn pack(self) -> Value {
        let limbs = [self.start, self.flags, self.feed, self.skip, u64::from(self.at_end)];
        let count = limbs.iter().rposition(|limb| *limb != 0).map_or(0, |last| last + 1);
        match count {
            0 | 1 => Value::from_unsigned(self.start),
            _ => Value::from_limbs(false, &limbs[..count]),
        }
    }

    /// `None` for negative numbers.
    fn unpack(value: Value) -> Option<Cookie> {
        match value.as_int_or_bool()? {
            IntRef::Small(start) => Some(Cookie { start: u64::try_from(start).ok()?, ..Cookie::default() }),
            IntRef::Big { negative: true, .. } => None,
            IntRef::Big { limbs, .. } => {
                let limb = |i: usize| limbs.get(i).copied().unwrap_or(0);
                Some(Cookie {
                    start: limb(0),
                    flags: limb(1),
                    feed: limb(2),
                    skip: limb(3),
                    at_end: limb(4) != 0,
                })
            }
        }
    }
}

/// Finds bytes to feed and characters to skip so that the decoder has no bytes held back at the start.
fn locate(
    thread: &mut Thread,
    this: Gc<TextIo>,
    position: u64,
    flags: i64,
    input: &[u8],
    mut skip: usize,
) -> Result<Cookie> {
    with_decoder(thread, this, |thread, decoder| {
        let saved = decoder.state(thread)?;
        let mut found = Cookie { start: position, flags: flags as u64, ..Cookie::default() };
        decoder.set_state(thread, &DecoderState { held: Vec::new(), flags })?;
        let (mut at, mut done) = (0, false);
        let mut fed = 0;
        while at < input.len() && !done {
            let text = decoder.decode(thread, &input[at..=at], false)?;
            at += 1;
            fed += text.length;
            let state = decoder.state(thread)?;
            if state.held.is_empty() && fed <= skip {
                // A safe place to start from.
                found.start = position + at as u64;
                found.flags = state.flags as u64;
                skip -= fed;
                fed = 0;
                found.feed = 0;
            } else {
                found.feed += 1;
            }
            done = fed >= skip && (fed > 0 || skip == 0);
        }
        if fed < skip {
            let text = decoder.decode(thread, &[], true)?;
            found.at_end = true;
            if fed + text.length < skip {
                decoder.set_state(thread, &saved)?;
                return Err(thread.os_error("can't reconstruct logical file position"));
            }
        }
        decoder.set_state(thread, &saved)?;
        found.skip = skip as u64;
        if found.skip == 0 {
            found.feed = 0;
        }
        Ok(found)
    })
}

/// `tell`
pub fn tell(thread: &mut Thread, this: Gc<TextIo>) -> Result {
    check_open(thread, this)?;
    if !this.seekable {
        return Err(not_supported(thread, "underlying stream is not seekable"));
    }
    if !this.telling {
        return Err(thread.os_error("telling position disabled by next() call"));
    }
    write::hand_down(thread, this)?;
    thread.call_method(this.value(), "flush", &[])?;
    let position = thread.call_method(this.buffer, "tell", &[])?;
    let Some(snapshot) = this.snapshot.as_ref().filter(|_| this.decoder.is_some()) else {
        return Ok(position);
    };
    let (flags, input) = (snapshot.flags, snapshot.input.clone());
    let position = (index_i64(thread, position)? - input.len() as i64).max(0) as u64;
    match this.used {
        0 => Ok(Cookie { start: position, flags: flags as u64, ..Cookie::default() }.pack()),
        used => Ok(locate(thread, this, position, flags, &input, used)?.pack()),
    }
}

/// `seek`
pub fn seek(thread: &mut Thread, this: Gc<TextIo>, cookie: Value, whence: i32) -> Result {
    check_open(thread, this)?;
    if !this.seekable {
        return Err(not_supported(thread, "underlying stream is not seekable"));
    }
    let cookie = index(thread, cookie)?;
    let zero = cookie == Value::from_small_int(0) || cookie == Value::FALSE;
    match whence {
        0 => seek_cookie(thread, this, cookie),
        1 if !zero => Err(not_supported(thread, "can't do nonzero cur-relative seeks")),
        1 => {
            let here = thread.call_method(this.value(), "tell", &[])?;
            seek_cookie(thread, this, here)
        }
        2 if !zero => Err(not_supported(thread, "can't do nonzero end-relative seeks")),
        2 => seek_end(thread, this),
        _ => Err(thread.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
    }
}

fn seek_end(thread: &mut Thread, mut this: Gc<TextIo>) -> Result {
    thread.call_method(this.value(), "flush", &[])?;
    this.forget_decoded();
    this.snapshot = None;
    if this.decoder.is_some() {
        with_decoder(thread, this, |thread, decoder| decoder.reset(thread))?;
    }
    let arguments = [Value::from_small_int(0), Value::from_small_int(2)];
    let position = thread.call_method(this.buffer, "seek", &arguments)?;
    let at_start = index_i64(thread, position)? == 0;
    restart_encoder(thread, this, at_start)?;
    Ok(position)
}

/// Only at the start of the file an encoder writes a byte order mark.
fn restart_encoder(thread: &mut Thread, this: Gc<TextIo>, at_start: bool) -> Result<()> {
    if let Encoder::Object(encoder) = this.encoder {
        match at_start {
            true => thread.call_method(encoder, "reset", &[])?,
            false => thread.call_method(encoder, "setstate", &[Value::from_small_int(0)])?,
        };
    }
    Ok(())
}

fn seek_cookie(thread: &mut Thread, mut this: Gc<TextIo>, value: Value) -> Result {
    let Some(cookie) = Cookie::unpack(value) else {
        let shown = repr(thread, value)?.to_string_lossy();
        return Err(thread.value_error(format!("negative seek position {shown}")));
    };
    thread.call_method(this.value(), "flush", &[])?;
    thread.call_method(this.buffer, "seek", &[Value::from_unsigned(cookie.start)])?;
    this.forget_decoded();
    this.snapshot = None;
    let at_start = cookie.start == 0 && cookie.flags == 0;
    if this.decoder.is_some() {
        with_decoder(thread, this, |thread, decoder| match at_start {
            true => decoder.reset(thread),
            false => {
                decoder.set_state(thread, &DecoderState { held: Vec::new(), flags: cookie.flags as i64 })
            }
        })?;
        this.snapshot = Some(Snapshot { flags: cookie.flags as i64, input: Vec::new() });
    }
    if cookie.skip > 0 && this.decoder.is_some() {
        skip_characters(thread, this, cookie)?;
    }
    restart_encoder(thread, this, at_start)?;
    Ok(value)
}

/// Feeds the decoder what the cookie says and skips the characters before the place.
fn skip_characters(thread: &mut Thread, mut this: Gc<TextIo>, cookie: Cookie) -> Result<()> {
    let bytes = thread.call_method(this.buffer, "read", &[Value::from_unsigned(cookie.feed)])?;
    let Some(bytes) = bytes.downcast::<Bytes>() else {
        let got = taipan_runtime::native::type_name(bytes);
        let message = format!("underlying read() should have returned a bytes object, not '{got}'");
        return Err(thread.type_error(message));
    };
    let input = bytes.as_slice();
    let text = with_decoder(thread, this, |thread, decoder| decoder.decode(thread, input, cookie.at_end))?;
    if (text.length as u64) < cookie.skip {
        return Err(thread.os_error("can't restore logical file position"));
    }
    this.snapshot = Some(Snapshot { flags: cookie.flags as i64, input: input.to_vec() });
    this.decoded = text.value();
    this.used = cookie.skip as usize;
    this.write_barrier();
    Ok(())
}
