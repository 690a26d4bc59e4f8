//! `select.poll` and `select.epoll` objects.

use super::descriptor;
use super::select::{is_number, wait};
use crate::system::{last_error, os_error};
use std::time::Duration;
use taipan_runtime::native_layout;
use taipan_runtime::object::exception::Exception;
use taipan_runtime::object::int::IntRef;
use taipan_runtime::object::list::List;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::convert::to_float;
use taipan_runtime::prelude::*;

/// A `select.poll` object: descriptors in the order of their registration, with the events they are watched for.
#[repr(C)]
pub struct Poll {
    head: NativeHead,
    watched: Vec<(i32, u16)>,
    running: bool,
}

native_layout!(Poll, "select.poll", |this, tracer| {});

/// A `select.epoll` object.
#[repr(C)]
pub struct Epoll {
    head: NativeHead,
    /// -1 when closed.
    descriptor: i32,
}

native_layout!(Epoll, "select.epoll", |this, tracer| {});

impl Drop for Epoll {
    fn drop(&mut self) {
        if self.descriptor >= 0 {
            // SAFETY: a descriptor of this object's own.
            unsafe { libc::close(self.descriptor) };
        }
    }
}

/// A new `select.poll` object.
pub fn new_poll(thread: &mut Thread) -> Result<Gc<Poll>> {
    let class = taipan_runtime::builtins::class::class_of_definition(thread, Poll::DEFINITION)?;
    Ok(native_object::new(class, Poll { head: NativeHead::empty(), watched: Vec::new(), running: false }))
}

fn key_error(thread: &mut Thread, fd: i32) -> Raised {
    Exception::with_arguments(thread, types().key_error, &[Value::from_int(fd.into())])
}

fn event_mask(thread: &mut Thread, value: Value) -> Result<u16> {
    match taipan_runtime::operations::index(thread, value)?.as_int_or_bool() {
        Some(IntRef::Small(number)) if (0..1 << 16).contains(&number) => Ok(number as u16),
        Some(IntRef::Small(number)) if number < 0 => Err(thread.value_error("Cannot convert negative int")),
        Some(IntRef::Big { negative: true, .. }) => Err(thread.value_error("Cannot convert negative int")),
        _ => Err(thread.overflow_error("Python int too large to convert to C unsigned short")),
    }
}

/// A time in milliseconds, rounded up; `None` is for ever.
fn milliseconds(thread: &mut Thread, value: Option<Value>) -> Result<Option<Duration>> {
    let Some(value) = value.filter(|value| !value.is_none()) else { return Ok(None) };
    if !is_number(value) {
        return Err(thread.type_error("timeout must be an integer or None"));
    }
    let given = to_float(thread, value)?;
    if given < 0.0 {
        return Ok(None);
    }
    let milliseconds = given.ceil();
    if milliseconds.is_nan() || milliseconds > f64::from(i32::MAX) {
        return Err(thread.overflow_error("timeout is too large"));
    }
    Ok(Some(Duration::from_millis(milliseconds as u64)))
}

/// What is left of a time, for the system: whole milliseconds, rounded up.
fn system_time(left: Option<Duration>) -> i32 {
    match left {
        None => -1,
        Some(left) => i32::try_from(left.as_micros().div_ceil(1000)).unwrap_or(i32::MAX),
    }
}

fn pair(fd: i32, events: i64) -> Value {
    Tuple::new(&[Value::from_int(fd.into()), Value::from_int(events)]).value()
}

const DEFAULT_POLL_EVENTS: u16 = (libc::POLLIN | libc::POLLPRI | libc::POLLOUT) as u16;

#[native_type(name = "poll", module = "select", no_new)]
impl Poll {
    /// Register a file descriptor with the polling object.
    #[method(
        "($self, fd, eventmask=7, /)",
        text = "($self, fd,\n         eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)"
    )]
    fn register(thread: &mut Thread, mut this: Gc<Poll>, fd: Value, eventmask: Option<Value>) -> Result<()> {
        let fd = descriptor(thread, fd)?;
        let events = match eventmask {
            Some(mask) => event_mask(thread, mask)?,
            None => DEFAULT_POLL_EVENTS,
        };
        match this.watched.iter_mut().find(|(known, _)| *known == fd) {
            Some(entry) => entry.1 = events,
            None => this.watched.push((fd, events)),
        }
        Ok(())
    }

    /// Modify an already registered file descriptor.
    #[method("($self, fd, eventmask, /)")]
    fn modify(thread: &mut Thread, mut this: Gc<Poll>, fd: Value, eventmask: Value) -> Result<()> {
        let fd = descriptor(thread, fd)?;
        let events = event_mask(thread, eventmask)?;
        match this.watched.iter_mut().find(|(known, _)| *known == fd) {
            Some(entry) => {
                entry.1 = events;
                Ok(())
            }
            None => Err(os_error(thread, libc::ENOENT)),
        }
    }

    /// Remove a file descriptor being tracked by the polling object.
    #[method("($self, fd, /)")]
    fn unregister(thread: &mut Thread, mut this: Gc<Poll>, fd: Value) -> Result<()> {
        let fd = descriptor(thread, fd)?;
        match this.watched.iter().position(|&(known, _)| known == fd) {
            Some(index) => {
                this.watched.remove(index);
                Ok(())
            }
            None => Err(key_error(thread, fd)),
        }
    }

    /// Polls the set of registered file descriptors.
    ///
    /// Returns a list containing any descriptors that have events or errors to
    /// report, as a list of (fd, event) 2-tuples.
    #[method("($self, timeout=None, /)")]
    fn poll(thread: &mut Thread, mut this: Gc<Poll>, timeout: Option<Value>) -> Result<Gc<List>> {
        let timeout = milliseconds(thread, timeout)?;
        if this.running {
            return Err(thread.runtime_error("concurrent poll() invocation"));
        }
        let mut entries: Vec<libc::pollfd> = this
            .watched
            .iter()
            .map(|&(fd, events)| libc::pollfd { fd, events: events as i16, revents: 0 })
            .collect();
        this.running = true;
        let (place, count) = (entries.as_mut_ptr(), entries.len() as libc::nfds_t);
        // SAFETY: the entries outlive the call.
        let waited = wait(thread, timeout, |left| unsafe { libc::poll(place, count, system_time(left)) });
        this.running = false;
        waited?;
        let ready = List::empty();
        for entry in entries.iter().filter(|entry| entry.revents != 0) {
            ready.push(pair(entry.fd, i64::from(entry.revents as u16)));
        }
        Ok(ready)
    }
}

fn open_descriptor(thread: &mut Thread, this: Gc<Epoll>) -> Result<i32> {
    if this.descriptor < 0 {
        return Err(thread.value_error("I/O operation on closed epoll object"));
    }
    Ok(this.descriptor)
}

fn control(thread: &mut Thread, this: Gc<Epoll>, operation: i32, fd: Value, events: u32) -> Result<()> {
    let epoll = open_descriptor(thread, this)?;
    let fd = descriptor(thread, fd)?;
    let mut event = libc::epoll_event { events, u64: fd as u64 };
    // SAFETY: the event outlives the call.
    let result = unsafe { libc::epoll_ctl(epoll, operation, fd, &mut event) };
    if result < 0 {
        let number = last_error();
        return Err(os_error(thread, number));
    }
    Ok(())
}

fn close(mut this: Gc<Epoll>) {
    let descriptor = std::mem::replace(&mut this.descriptor, -1);
    if descriptor >= 0 {
        // SAFETY: a descriptor of this object's own.
        unsafe { libc::close(descriptor) };
    }
}

const DEFAULT_EPOLL_EVENTS: u32 = (libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as u32;

/// select.epoll(sizehint=-1, flags=0)
///
/// Returns an epolling object
///
/// sizehint must be a positive integer or -1 for the default size. The
/// sizehint is used to optimize internal data structures. It doesn't limit
/// the maximum number of monitored events.
#[native_type(name = "epoll", module = "select")]
impl Epoll {
    #[new("(sizehint=-1, flags=0)", hidden)]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        sizehint: Option<i32>,
        flags: Option<i32>,
    ) -> Result<Gc<Epoll>> {
        let sizehint = sizehint.unwrap_or(-1);
        if sizehint != -1 && sizehint <= 0 {
            return Err(thread.value_error("negative sizehint"));
        }
        if flags.unwrap_or(0) & !libc::EPOLL_CLOEXEC != 0 {
            return Err(thread.os_error("invalid flags"));
        }
        // SAFETY: a call on a number.
        let descriptor = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
        if descriptor < 0 {
            let number = last_error();
            return Err(os_error(thread, number));
        }
        Ok(native_object::new(class, Epoll { head: NativeHead::empty(), descriptor }))
    }

    /// Create an epoll object from a given control fd.
    #[class_method("($type, fd, /)")]
    fn fromfd(class: Gc<TypeObject>, fd: i32) -> Gc<Epoll> {
        native_object::new(class, Epoll { head: NativeHead::empty(), descriptor: fd })
    }

    /// Close the epoll control file descriptor.
    ///
    /// Further operations on the epoll object will raise an exception.
    #[method("($self, /)")]
    fn close(this: Gc<Epoll>) {
        close(this);
    }

    /// True if the epoll handler is closed
    #[getter]
    fn closed(this: Gc<Epoll>) -> bool {
        this.descriptor < 0
    }

    /// Return the epoll control file descriptor.
    #[method("($self, /)")]
    fn fileno(thread: &mut Thread, this: Gc<Epoll>) -> Result<i32> {
        open_descriptor(thread, this)
    }

    /// Registers a new fd or raises an OSError if the fd is already registered.
    #[method(
        "($self, fd, eventmask=7)",
        text = "($self, /, fd,\n         eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)"
    )]
    fn register(thread: &mut Thread, this: Gc<Epoll>, fd: Value, eventmask: Option<u32>) -> Result<()> {
        control(thread, this, libc::EPOLL_CTL_ADD, fd, eventmask.unwrap_or(DEFAULT_EPOLL_EVENTS))
    }

    /// Modify event mask for a registered file descriptor.
    #[method("($self, fd, eventmask)")]
    fn modify(thread: &mut Thread, this: Gc<Epoll>, fd: Value, eventmask: u32) -> Result<()> {
        control(thread, this, libc::EPOLL_CTL_MOD, fd, eventmask)
    }

    /// Remove a registered file descriptor from the epoll object.
    #[method("($self, fd)")]
    fn unregister(thread: &mut Thread, this: Gc<Epoll>, fd: Value) -> Result<()> {
        control(thread, this, libc::EPOLL_CTL_DEL, fd, 0)
    }

    /// Wait for events on the epoll file descriptor.
    ///
    ///   timeout
    ///     the maximum time to wait in seconds (as float);
    ///     a timeout of None or -1 makes poll wait indefinitely
    ///   maxevents
    ///     the maximum number of events returned; -1 means no limit
    ///
    /// Returns a list containing any descriptors that have events to report,
    /// as a list of (fd, events) 2-tuples.
    #[method("($self, timeout=None, maxevents=-1)")]
    fn poll(
        thread: &mut Thread,
        this: Gc<Epoll>,
        timeout: Option<Value>,
        maxevents: Option<i32>,
    ) -> Result<Gc<List>> {
        let epoll = open_descriptor(thread, this)?;
        let timeout = match timeout.filter(|timeout| !timeout.is_none()) {
            None => None,
            Some(timeout) => {
                if !is_number(timeout) {
                    return Err(thread.type_error("timeout must be an integer or None"));
                }
                let seconds = crate::threads::wait::seconds_of(thread, timeout)?;
                if seconds < 0.0 { None } else { Some(Duration::from_secs_f64(seconds)) }
            }
        };
        let most = match maxevents.unwrap_or(-1) {
            -1 => libc::FD_SETSIZE as i32 - 1,
            most if most < 1 => {
                return Err(thread.value_error(format!("maxevents must be greater than 0, got {most}")));
            }
            most => most,
        };
        let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; most as usize];
        let place = events.as_mut_ptr();
        // SAFETY: the events outlive the call.
        let count =
            wait(thread, timeout, |left| unsafe { libc::epoll_wait(epoll, place, most, system_time(left)) })?;
        let ready = List::empty();
        for event in &events[..count as usize] {
            let (fd, mask) = (event.u64 as i32, event.events);
            ready.push(pair(fd, i64::from(mask)));
        }
        Ok(ready)
    }

    #[method("($self, /)", plain)]
    fn __enter__(thread: &mut Thread, this: Gc<Epoll>) -> Result<Gc<Epoll>> {
        open_descriptor(thread, this)?;
        Ok(this)
    }

    #[method("($self, exc_type=None, exc_value=None, exc_tb=None, /)", plain)]
    fn __exit__(
        this: Gc<Epoll>,
        _exc_type: Option<Value>,
        _exc_value: Option<Value>,
        _exc_tb: Option<Value>,
    ) {
        close(this);
    }
}
