//! Reading through the buffer.

use super::{Buffered, check_open, raw, use_alone, write};
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::prelude::*;

/// Empties the read buffer. The raw position is then that of the stream.
pub(super) fn drop_ahead(mut this: Gc<Buffered>) {
    this.read.clear();
    this.read_at = 0;
}

/// Takes up to `most` bytes from the buffer.
fn take(mut this: Gc<Buffered>, most: usize, out: &mut Vec<u8>) {
    let from = this.read_at;
    let to = from + most.min(this.ahead());
    out.extend_from_slice(&this.read[from..to]);
    this.read_at = to;
}

/// Refills the empty buffer once: the number of bytes, 0 at the end, `None` if it would block.
fn fill(thread: &mut Thread, mut this: Gc<Buffered>) -> Result<Option<usize>> {
    // The memory is out of the object while the raw stream runs, which may be Python code.
    let mut memory = std::mem::take(&mut this.read);
    this.read_at = 0;
    memory.resize(this.size, 0);
    let count = raw::read(thread, this, &mut memory);
    memory.truncate(count.unwrap_or_default().unwrap_or(0));
    this.read = memory;
    count
}

/// What all reading begins with.
fn begin(thread: &mut Thread, this: Gc<Buffered>) -> Result<()> {
    if this.pending() > 0 { write::flush_pending(thread, this) } else { Ok(()) }
}

/// `read(n)`; `None` if nothing can be read without blocking.
pub fn read(thread: &mut Thread, this: Gc<Buffered>, size: Option<usize>) -> Result<Option<Vec<u8>>> {
    check_open(thread, this, "read of closed file")?;
    let _using = use_alone(thread, this)?;
    begin(thread, this)?;
    match size {
        Some(size) => read_exactly(thread, this, size),
        None => read_rest(thread, this),
    }
}

fn read_rest(thread: &mut Thread, mut this: Gc<Buffered>) -> Result<Option<Vec<u8>>> {
    let from = this.read_at;
    let mut all = this.read.split_off(from);
    drop_ahead(this);
    match raw::read_rest(thread, this)? {
        None if all.is_empty() => Ok(None),
        None => Ok(Some(all)),
        Some(rest) if all.is_empty() => Ok(Some(rest)),
        Some(rest) => {
            all.extend_from_slice(&rest);
            Ok(Some(all))
        }
    }
}

fn read_exactly(thread: &mut Thread, this: Gc<Buffered>, size: usize) -> Result<Option<Vec<u8>>> {
    let mut out = Vec::with_capacity(size.min(1 << 20));
    take(this, size, &mut out);
    while out.len() < size {
        let left = size - out.len();
        // Whole buffers go past the buffer.
        let whole = left - left % this.size;
        let count = if whole > 0 {
            let start = out.len();
            let step = whole.min(1 << 26);
            out.resize(start + step, 0);
            let count = raw::read(thread, this, &mut out[start..]);
            out.truncate(start + count.unwrap_or_default().unwrap_or(0));
            count?
        } else {
            let count = fill(thread, this)?;
            take(this, left, &mut out);
            count
        };
        match count {
            Some(0) => break,
            Some(_) => {}
            None if out.is_empty() => return Ok(None),
            None => break,
        }
    }
    Ok(Some(out))
}

/// `read1`: what is buffered, else one raw read.
pub fn read_once(thread: &mut Thread, this: Gc<Buffered>, size: Option<usize>) -> Result<Vec<u8>> {
    check_open(thread, this, "read of closed file")?;
    let size = size.unwrap_or(this.size);
    if size == 0 {
        return Ok(Vec::new());
    }
    let _using = use_alone(thread, this)?;
    let mut out = Vec::new();
    if this.ahead() > 0 {
        take(this, size, &mut out);
        return Ok(out);
    }
    begin(thread, this)?;
    drop_ahead(this);
    out.resize(size, 0);
    let count = raw::read(thread, this, &mut out)?.unwrap_or(0);
    out.truncate(count);
    Ok(out)
}

/// `peek`: what is buffered, after one raw read if that is nothing.
pub fn peek(thread: &mut Thread, this: Gc<Buffered>) -> Result<Gc<Bytes>> {
    check_open(thread, this, "peek of closed file")?;
    let _using = use_alone(thread, this)?;
    begin(thread, this)?;
    if this.ahead() == 0 {
        fill(thread, this)?;
    }
    Ok(Bytes::new(&this.read[this.read_at..]))
}

/// `readinto(1)`: fills memory as far as possible, with one raw read at most if `once`; `None` if it would block.
pub fn read_into(
    thread: &mut Thread,
    this: Gc<Buffered>,
    length: usize,
    once: bool,
) -> Result<Option<Vec<u8>>> {
    check_open(thread, this, "readinto of closed file")?;
    if !once {
        let _using = use_alone(thread, this)?;
        begin(thread, this)?;
        return read_exactly(thread, this, length);
    }
    let _using = use_alone(thread, this)?;
    let mut out = Vec::new();
    take(this, length, &mut out);
    if out.is_empty() && length > 0 {
        begin(thread, this)?;
        let count = if length >= this.size {
            drop_ahead(this);
            out.resize(length, 0);
            let count = raw::read(thread, this, &mut out)?;
            out.truncate(count.unwrap_or(0));
            count
        } else {
            let count = fill(thread, this)?;
            take(this, length, &mut out);
            count
        };
        if count.is_none() {
            return Ok(None);
        }
    }
    Ok(Some(out))
}

/// `readline`
pub fn read_line(thread: &mut Thread, mut this: Gc<Buffered>, limit: Option<usize>) -> Result<Gc<Bytes>> {
    check_open(thread, this, "readline of closed file")?;
    // Most lines are in the buffer.
    let most = limit.unwrap_or(usize::MAX);
    if this.owner.is_none() {
        let ahead = &this.read[this.read_at..];
        let ahead = &ahead[..most.min(ahead.len())];
        if let Some(end) = memchr::memchr(b'\n', ahead) {
            let line = Bytes::new(&ahead[..=end]);
            this.read_at += end + 1;
            return Ok(line);
        }
    }
    let _using = use_alone(thread, this)?;
    begin(thread, this)?;
    let mut line = Vec::new();
    loop {
        let from = this.read_at;
        let part = &this.read[from..];
        let part = &part[..(most - line.len()).min(part.len())];
        let end = memchr::memchr(b'\n', part);
        let count = end.map_or(part.len(), |end| end + 1);
        line.extend_from_slice(part.get(..count).unwrap_or_default());
        this.read_at += count;
        if end.is_some() || line.len() >= most || fill(thread, this)?.unwrap_or(0) == 0 {
            return Ok(Bytes::new(&line));
        }
    }
}
