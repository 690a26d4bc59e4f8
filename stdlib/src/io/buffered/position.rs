//! Where a buffered stream stands.

use super::{Buffered, check_open, raw, read, use_alone, write};
use crate::io::support::{not_supported, offset};
use taipan_runtime::prelude::*;

/// `tell`
pub fn tell(thread: &mut Thread, this: Gc<Buffered>) -> Result<i64> {
    super::check_usable(thread, this)?;
    let position = raw::tell(thread, this)?;
    Ok((position - this.ahead() as i64 + this.pending() as i64).max(0))
}

/// `seek`
pub fn seek(thread: &mut Thread, mut this: Gc<Buffered>, target: Value, whence: i32) -> Result<i64> {
    if !matches!(whence, 0..=2 | libc::SEEK_DATA | libc::SEEK_HOLE) {
        return Err(thread.value_error(format!("whence value {whence} unsupported")));
    }
    check_open(thread, this, "seek of closed file")?;
    if !raw::is_seekable(thread, this)? {
        return Err(not_supported(thread, "File or stream is not seekable."));
    }
    let target = offset(thread, target)?;
    if whence <= 1 && this.ahead() > 0 {
        // A place in the buffer needs no system call but that which tells where the buffer is.
        let position = raw::tell(thread, this)?;
        let at = position - this.ahead() as i64;
        let step = if whence == 0 { target.saturating_sub(at) } else { target };
        if step >= -(this.read_at as i64) && step <= this.ahead() as i64 {
            this.read_at = (this.read_at as i64 + step) as usize;
            return Ok((at + step).max(0));
        }
    }
    let _using = use_alone(thread, this)?;
    write::flush_pending(thread, this)?;
    let target = if whence == 1 { target - this.ahead() as i64 } else { target };
    let position = raw::seek(thread, this, target, whence)?;
    read::drop_ahead(this);
    Ok(position)
}

/// `truncate`
pub fn truncate(thread: &mut Thread, this: Gc<Buffered>, size: Value) -> Result {
    check_open(thread, this, "truncate of closed file")?;
    if !this.writable {
        return Err(not_supported(thread, "truncate"));
    }
    let _using = use_alone(thread, this)?;
    write::flush_and_rewind(thread, this)?;
    thread.call_method(this.raw, "truncate", &[size])
}
