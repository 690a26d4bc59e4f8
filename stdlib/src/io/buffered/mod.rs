//! `BufferedReader`, `BufferedWriter` and `BufferedRandom`: one state for the three, a buffer before a raw stream.
//!
//! [`Buffered`] has the bytes read ahead and those waiting to be written; never both. [`raw`] speaks with the raw stream (with the descriptor
//! directly for an exact `FileIO`), [`read`] and [`write`] are the two directions, [`position`] seeks, [`types`] declares the classes,
//! [`pair`] is `BufferedRWPair`.
//!
//! **Invariants.** While an operation runs, its thread is the stream's `owner`; other threads wait, the same thread is refused. The
//! raw stream's position is that behind the bytes read ahead.

pub mod pair;
pub mod position;
pub mod raw;
pub mod read;
pub mod types;
pub mod write;

use super::file::FileIo;
use super::support::{chain, is_closed};
use taipan_runtime::lock::without_lock;
use taipan_runtime::native_layout;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::prelude::*;

/// A buffered stream.
#[repr(C)]
pub struct Buffered {
    head: NativeHead,
    /// The raw stream, NULL before initialisation and after `detach`.
    pub raw: Value,
    detached: bool,
    pub readable: bool,
    pub writable: bool,
    pub finalizing: bool,
    /// The raw stream is an exact `FileIO`.
    direct: bool,
    /// Identifier of the thread that is using the stream.
    owner: Option<u64>,
    /// Size of the buffer.
    pub size: usize,
    /// Bytes read ahead, those from `read_at` on not yet asked for.
    read: Vec<u8>,
    read_at: usize,
    /// Bytes waiting to be written.
    write: Vec<u8>,
}

native_layout!(Buffered, "_io._Buffered", |this, tracer| tracer.value(this.raw.0));

/// What a buffered stream can do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Reader,
    Writer,
    Random,
}

/// Keeps other threads from a stream while it lives.
pub struct Using {
    stream: Gc<Buffered>,
}

impl Drop for Using {
    fn drop(&mut self) {
        self.stream.owner = None;
    }
}

impl Buffered {
    pub fn empty() -> Buffered {
        Buffered {
            head: NativeHead::empty(),
            raw: Value::NULL,
            detached: false,
            readable: false,
            writable: false,
            finalizing: false,
            direct: false,
            owner: None,
            size: super::DEFAULT_BUFFER_SIZE,
            read: Vec::new(),
            read_at: 0,
            write: Vec::new(),
        }
    }

    /// A stream of one of the three classes over a raw stream that is known to fit.
    pub fn over(class: Gc<TypeObject>, raw: Value, direction: Direction, size: usize) -> Gc<Buffered> {
        let mut stream = native_object::new(class, Buffered::empty());
        super::base::closes_when_dead(stream.value());
        stream.attach(raw, direction, size);
        stream.write_barrier();
        stream
    }

    fn attach(&mut self, raw: Value, direction: Direction, size: usize) {
        self.raw = raw;
        self.detached = false;
        self.readable = direction != Direction::Writer;
        self.writable = direction != Direction::Reader;
        self.direct = raw.downcast::<FileIo>().is_some_and(|file| file.class() == FileIo::class());
        self.size = size;
        self.read = Vec::new();
        self.read_at = 0;
        self.write = Vec::new();
    }

    /// Number of bytes read ahead.
    pub fn ahead(&self) -> usize {
        self.read.len() - self.read_at
    }

    pub fn is_usable(&self) -> bool {
        !self.raw.is_null()
    }

    /// Bytes that wait to be written.
    pub fn pending(&self) -> usize {
        self.write.len()
    }
}

/// `__init__` of the three classes.
pub fn initialize(
    thread: &mut Thread,
    mut this: Gc<Buffered>,
    raw: Value,
    size: i64,
    direction: Direction,
) -> Result<()> {
    this.raw = Value::NULL;
    this.detached = false;
    if direction == Direction::Random {
        super::support::method_flag(thread, raw, "seekable", "File or stream is not seekable.")?;
    }
    if direction != Direction::Writer {
        super::support::method_flag(thread, raw, "readable", "File or stream is not readable.")?;
    }
    if direction != Direction::Reader {
        super::support::method_flag(thread, raw, "writable", "File or stream is not writable.")?;
    }
    if size <= 0 {
        return Err(thread.value_error("buffer size must be strictly positive"));
    }
    this.attach(raw, direction, size as usize);
    this.write_barrier();
    Ok(())
}

/// Raises ValueError before initialisation and after `detach`.
pub fn check_usable(thread: &mut Thread, this: Gc<Buffered>) -> Result<()> {
    match this.raw.is_null() {
        false => Ok(()),
        true if this.detached => Err(thread.value_error("raw stream has been detached")),
        true => Err(thread.value_error("I/O operation on uninitialized object")),
    }
}

/// Whether the raw stream is closed.
pub fn raw_is_closed(thread: &mut Thread, this: Gc<Buffered>) -> Result<bool> {
    match this.direct {
        true => Ok(this.raw.cast::<FileIo>().descriptor < 0),
        false => is_closed(thread, this.raw),
    }
}

/// Raises ValueError for a stream that can't be used any more.
pub fn check_open(thread: &mut Thread, this: Gc<Buffered>, message: &str) -> Result<()> {
    check_usable(thread, this)?;
    match raw_is_closed(thread, this)? {
        true => Err(thread.value_error(message)),
        false => Ok(()),
    }
}

/// Makes the running thread the stream's only user.
pub fn use_alone(thread: &mut Thread, mut this: Gc<Buffered>) -> Result<Using> {
    while let Some(owner) = this.owner {
        if owner == thread.identifier {
            let shown = taipan_runtime::operations::repr(thread, this.value())?.to_string_lossy();
            return Err(thread.runtime_error(format!("reentrant call inside {shown}")));
        }
        without_lock(thread, || std::thread::sleep(std::time::Duration::from_micros(50)));
        taipan_runtime::interpreter::safepoint::handle(thread)?;
    }
    this.owner = Some(thread.identifier);
    Ok(Using { stream: this })
}

/// `close`: flushes, then closes the raw stream even when that failed.
pub fn close(thread: &mut Thread, this: Gc<Buffered>) -> Result<()> {
    check_usable(thread, this)?;
    if raw_is_closed(thread, this)? {
        return Ok(());
    }
    if this.finalizing {
        // Only a warning: what goes wrong with it is told elsewhere.
        let _ = thread.call_method(this.raw, "_dealloc_warn", &[this.value()]);
    }
    let flushed = thread.call_method(this.value(), "flush", &[]).map(|_| ());
    let closed = thread.call_method(this.raw, "close", &[]).map(|_| ());
    forget(this);
    chain(flushed, closed)
}

/// Gives the buffers' memory back.
fn forget(mut this: Gc<Buffered>) {
    if this.owner.is_none() {
        this.read = Vec::new();
        this.read_at = 0;
        this.write = Vec::new();
    }
}

/// `detach`: flushes and gives the raw stream up.
pub fn detach(thread: &mut Thread, mut this: Gc<Buffered>) -> Result {
    check_usable(thread, this)?;
    thread.call_method(this.value(), "flush", &[])?;
    let raw = std::mem::take(&mut this.raw);
    this.detached = true;
    this.direct = false;
    this.read = Vec::new();
    this.read_at = 0;
    Ok(raw)
}
