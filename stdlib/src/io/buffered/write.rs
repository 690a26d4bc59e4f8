//! Writing through the buffer.

use super::{Buffered, check_open, raw, use_alone};
use crate::io::support::would_block;
use taipan_runtime::prelude::*;

const WOULD_BLOCK: &str = "write could not complete without blocking";

/// Writes what waits; false if the raw stream would block.
fn drain(thread: &mut Thread, mut this: Gc<Buffered>) -> Result<bool> {
    let mut waiting = std::mem::take(&mut this.write);
    let mut done = 0;
    let mut outcome = Ok(true);
    while done < waiting.len() {
        match raw::write(thread, this, &waiting[done..]) {
            Ok(Some(count)) => done += count,
            Ok(None) => {
                outcome = Ok(false);
                break;
            }
            Err(raised) => {
                outcome = Err(raised);
                break;
            }
        }
        // A handler may raise between the parts.
        if done < waiting.len()
            && let Err(raised) = taipan_runtime::interpreter::safepoint::handle(thread)
        {
            outcome = Err(raised);
            break;
        }
    }
    waiting.drain(..done);
    this.write = waiting;
    outcome
}

/// Writes what waits; the stream is in use already.
pub(super) fn flush_pending(thread: &mut Thread, this: Gc<Buffered>) -> Result<()> {
    match drain(thread, this)? {
        true => Ok(()),
        false => Err(would_block(thread, WOULD_BLOCK, 0)),
    }
}

/// `flush`: writes what waits, and brings the raw position back to the stream's.
pub fn flush(thread: &mut Thread, this: Gc<Buffered>) -> Result<()> {
    check_open(thread, this, "flush of closed file")?;
    if this.pending() == 0 && this.ahead() == 0 {
        return Ok(());
    }
    let _using = use_alone(thread, this)?;
    flush_and_rewind(thread, this)
}

/// As [`flush`]; the stream is in use already.
pub(super) fn flush_and_rewind(thread: &mut Thread, this: Gc<Buffered>) -> Result<()> {
    flush_pending(thread, this)?;
    rewind(thread, this)
}

/// Moves the raw position back by what was read ahead.
pub(super) fn rewind(thread: &mut Thread, this: Gc<Buffered>) -> Result<()> {
    let ahead = this.ahead();
    if this.readable && ahead > 0 {
        raw::seek(thread, this, -(ahead as i64), libc::SEEK_CUR)?;
    }
    super::read::drop_ahead(this);
    Ok(())
}

/// `write`
pub fn write(thread: &mut Thread, mut this: Gc<Buffered>, bytes: &[u8]) -> Result<usize> {
    check_open(thread, this, "write to closed file")?;
    if this.owner.is_none() && this.ahead() == 0 && this.write.len() + bytes.len() <= this.size {
        this.write.extend_from_slice(bytes);
        return Ok(bytes.len());
    }
    let _using = use_alone(thread, this)?;
    if this.ahead() > 0 {
        rewind(thread, this)?;
    }
    if this.write.len() + bytes.len() <= this.size {
        this.write.extend_from_slice(bytes);
        return Ok(bytes.len());
    }
    write_much(thread, this, bytes)
}

/// Writes more than the buffer has room for.
fn write_much(thread: &mut Thread, mut this: Gc<Buffered>, bytes: &[u8]) -> Result<usize> {
    if !drain(thread, this)? {
        return keep_some(thread, this, bytes, 0);
    }
    let mut done = 0;
    while bytes.len() - done > this.size {
        match raw::write(thread, this, &bytes[done..])? {
            Some(count) => done += count,
            None => return keep_some(thread, this, bytes, done),
        }
        taipan_runtime::interpreter::safepoint::handle(thread)?;
    }
    this.write.extend_from_slice(&bytes[done..]);
    Ok(bytes.len())
}

/// The raw stream would block: keeps what fits, and tells how much that was if it isn't all.
fn keep_some(thread: &mut Thread, mut this: Gc<Buffered>, bytes: &[u8], done: usize) -> Result<usize> {
    let room = this.size.saturating_sub(this.write.len());
    let kept = room.min(bytes.len() - done);
    this.write.extend_from_slice(&bytes[done..done + kept]);
    match done + kept == bytes.len() {
        true => Ok(bytes.len()),
        false => Err(would_block(thread, WOULD_BLOCK, done + kept)),
    }
}
