//! `select`: waiting until descriptors are ready. `poll` and `epoll` objects are in [`super::poll`].

use super::poll::{Epoll, Poll, new_poll};
use super::{add_numbers, descriptor};
use crate::system::{last_error, os_error};
use std::time::{Duration, Instant};
use taipan_runtime::interpreter::safepoint;
use taipan_runtime::lock::without_lock;
use taipan_runtime::object::list::List;
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::iterate;
use taipan_runtime::prelude::*;

/// The module `select`.
pub struct Select;

/// Linux's numbers.
#[rustfmt::skip]
const NUMBERS: &[(&str, i64)] = &[
    ("EPOLLERR", 8), ("EPOLLET", 2147483648), ("EPOLLEXCLUSIVE", 268435456), ("EPOLLHUP", 16),
    ("EPOLLIN", 1), ("EPOLLMSG", 1024), ("EPOLLONESHOT", 1073741824), ("EPOLLOUT", 4), ("EPOLLPRI", 2),
    ("EPOLLRDBAND", 128), ("EPOLLRDHUP", 8192), ("EPOLLRDNORM", 64), ("EPOLLWAKEUP", 536870912),
    ("EPOLLWRBAND", 512), ("EPOLLWRNORM", 256), ("EPOLL_CLOEXEC", 524288), ("PIPE_BUF", 4096),
    ("POLLERR", 8), ("POLLHUP", 16), ("POLLIN", 1), ("POLLMSG", 1024), ("POLLNVAL", 32), ("POLLOUT", 4),
    ("POLLPRI", 2), ("POLLRDBAND", 128), ("POLLRDHUP", 8192), ("POLLRDNORM", 64), ("POLLWRBAND", 512),
    ("POLLWRNORM", 256),
];

/// Repeats a call that waits until it isn't interrupted any more, each time with what is left of the time.
pub fn wait(
    thread: &mut Thread,
    timeout: Option<Duration>,
    mut call: impl FnMut(Option<Duration>) -> i32,
) -> Result<i32> {
    let end = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    let mut left = timeout;
    loop {
        let (result, number) = without_lock(thread, || {
            let result = call(left);
            (result, last_error())
        });
        if result >= 0 {
            return Ok(result);
        }
        if number != libc::EINTR {
            return Err(os_error(thread, number));
        }
        safepoint::handle(thread)?;
        left = end
            .map(|end| end.saturating_duration_since(Instant::now()))
            .or(timeout.filter(|_| end.is_some()));
    }
}

/// Whether a value is an int or a float.
pub fn is_number(value: Value) -> bool {
    value.as_int_or_bool().is_some()
        || value.is_immediate_float()
        || value.downcast::<taipan_runtime::object::float::Float>().is_some()
}

/// A list itself, or a list of what else there is to iterate over.
fn collected(thread: &mut Thread, value: Value) -> Result<Gc<List>> {
    match value.downcast::<List>() {
        Some(list) => Ok(list),
        None => Ok(List::new(&iterate::collect(thread, value)?)),
    }
}

/// The descriptors of a list's items, which are put into `objects` too.
fn descriptors(thread: &mut Thread, items: Gc<List>, objects: Gc<List>) -> Result<Vec<(i32, usize)>> {
    let mut found = Vec::new();
    // A list may change while its items tell their descriptors.
    while let Some(&item) = items.items().get(found.len()) {
        let fd = descriptor(thread, item)?;
        if fd as usize >= libc::FD_SETSIZE {
            return Err(thread.value_error("filedescriptor out of range in select()"));
        }
        objects.push(item);
        found.push((fd, found.len()));
    }
    Ok(found)
}

fn set_of(descriptors: &[(i32, usize)]) -> libc::fd_set {
    // SAFETY: plain memory; the numbers were checked.
    unsafe {
        let mut set: libc::fd_set = std::mem::zeroed();
        libc::FD_ZERO(&mut set);
        descriptors.iter().for_each(|&(fd, _)| libc::FD_SET(fd, &mut set));
        set
    }
}

/// This module supports asynchronous I/O on multiple file descriptors.
///
/// *** IMPORTANT NOTICE ***
/// On Windows, only sockets are supported; on Unix, all file descriptors.
#[native_module(name = "select")]
impl Select {
    /// Wait until one or more file descriptors are ready for some kind of I/O.
    ///
    /// The first three arguments are iterables of file descriptors to be waited for:
    /// rlist -- wait until ready for reading
    /// wlist -- wait until ready for writing
    /// xlist -- wait for an "exceptional condition"
    /// If only one kind of condition is required, pass [] for the other lists.
    ///
    /// A file descriptor is either a socket or file object, or a small integer
    /// gotten from a fileno() method call on one of those.
    ///
    /// The optional 4th argument specifies a timeout in seconds; it may be
    /// a floating-point number to specify fractions of seconds.  If it is absent
    /// or None, the call will never time out.
    ///
    /// The return value is a tuple of three lists corresponding to the first three
    /// arguments; each contains the subset of the corresponding file descriptors
    /// that are ready.
    ///
    /// *** IMPORTANT NOTICE ***
    /// On Windows, only sockets are supported; on Unix, all file
    /// descriptors can be used.
    #[function("(rlist, wlist, xlist, timeout=None, /)")]
    fn select(
        thread: &mut Thread,
        rlist: Value,
        wlist: Value,
        xlist: Value,
        timeout: Option<Value>,
    ) -> Result<Gc<Tuple>> {
        let timeout = match timeout.filter(|timeout| !timeout.is_none()) {
            None => None,
            Some(timeout) => {
                if !is_number(timeout) {
                    return Err(thread.type_error("timeout must be a float or None"));
                }
                let seconds = crate::threads::wait::seconds_of(thread, timeout)?;
                if seconds < 0.0 {
                    return Err(thread.value_error("timeout must be non-negative"));
                }
                Some(Duration::from_secs_f64(seconds))
            }
        };
        let given = [rlist, wlist, xlist];
        let kept = Tuple::from_fn(3, |_| List::empty().value());
        let mut wanted = Vec::new();
        for index in 0..3 {
            let items = match collected(thread, given[index]) {
                Ok(items) => items,
                Err(raised)
                    if taipan_runtime::operations::class_of(raised.0).is_subclass_of(types().type_error) =>
                {
                    return Err(thread.type_error("arguments 1-3 must be sequences"));
                }
                Err(raised) => return Err(raised),
            };
            wanted.push(descriptors(thread, items, kept.items()[index].cast())?);
        }
        let highest = wanted.iter().flatten().map(|&(fd, _)| fd).max().unwrap_or(-1);
        let mut sets = [set_of(&wanted[0]), set_of(&wanted[1]), set_of(&wanted[2])];
        let fresh = sets;
        let places = sets.as_mut_ptr();
        wait(thread, timeout, |left| {
            let mut time = left.map(|left| libc::timeval {
                tv_sec: left.as_secs() as libc::time_t,
                tv_usec: left.subsec_micros().into(),
            });
            let time = time.as_mut().map_or(std::ptr::null_mut(), |time| time as *mut libc::timeval);
            // SAFETY: the sets and the time outlive the call.
            unsafe {
                std::ptr::copy_nonoverlapping(fresh.as_ptr(), places, 3);
                libc::select(highest + 1, places, places.add(1), places.add(2), time)
            }
        })?;
        let results = Tuple::from_fn(3, |which| {
            let ready = List::empty();
            for &(fd, index) in &wanted[which] {
                // SAFETY: a number within the set.
                if unsafe { libc::FD_ISSET(fd, &sets[which]) } {
                    ready.push(kept.items()[which].cast::<List>().items()[index]);
                }
            }
            ready.value()
        });
        Ok(results)
    }

    /// Returns a polling object.
    ///
    /// This object supports registering and unregistering file descriptors, and then
    /// polling them for I/O events.
    #[function("()")]
    fn poll(thread: &mut Thread) -> Result<Gc<Poll>> {
        new_poll(thread)
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        let class = taipan_runtime::builtins::class::class_of_definition(thread, Epoll::DEFINITION)?;
        module.dict.set_str(thread, intern("epoll"), class.value())?;
        module.dict.set_str(thread, intern("error"), types().os_error.value())?;
        add_numbers(thread, module, NUMBERS)
    }
}
