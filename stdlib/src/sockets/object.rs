//! `_socket.socket`.
//!
//! A socket with a timeout is non-blocking for the system: an operation waits with `poll` until it is possible or the time is up.

use super::DEFAULT_TIMEOUT;
use super::address::{Address, address_of};
use crate::io::content::{Content, Target};
use crate::system::{last_error, os_error};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use taipan_runtime::heap::ScratchValues;
use taipan_runtime::interpreter::safepoint;
use taipan_runtime::lock::without_lock;
use taipan_runtime::native_layout;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::list::List;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::convert::index_i64;
use taipan_runtime::operations::iterate;
use taipan_runtime::prelude::*;

/// A socket.
#[repr(C)]
pub struct Socket {
    head: NativeHead,
    /// -1 when closed.
    descriptor: i32,
    family: i32,
    kind: i32,
    protocol: i32,
    /// Seconds; negative is no limit.
    timeout: f64,
}

native_layout!(Socket, "_socket.socket", |this, tracer| {});

impl Drop for Socket {
    fn drop(&mut self) {
        if self.descriptor >= 0 {
            // SAFETY: a descriptor of this object's own.
            unsafe { libc::close(self.descriptor) };
        }
    }
}

fn system_error(thread: &mut Thread) -> Raised {
    let number = last_error();
    os_error(thread, number)
}

fn set_blocking(descriptor: i32, blocking: bool) -> i32 {
    let mut flag = libc::c_int::from(!blocking);
    // SAFETY: a place of this frame.
    unsafe { libc::ioctl(descriptor, libc::FIONBIO, &mut flag) }
}

fn timed_out(thread: &mut Thread) -> Raised {
    thread.error(types().timeout_error, "timed out")
}

/// Waits until the socket can be read or written; false when the time is up.
fn wait_until(thread: &mut Thread, descriptor: i32, writing: bool, end: Option<Instant>) -> Result<bool> {
    loop {
        let milliseconds = match end {
            None => -1,
            Some(end) => {
                let left = end.saturating_duration_since(Instant::now());
                i32::try_from(left.as_micros().div_ceil(1000)).unwrap_or(i32::MAX)
            }
        };
        let events = if writing { libc::POLLOUT } else { libc::POLLIN };
        let mut entry = libc::pollfd { fd: descriptor, events, revents: 0 };
        let place = &raw mut entry;
        // SAFETY: the entry outlives the call.
        let (count, number) =
            without_lock(thread, || unsafe { (libc::poll(place, 1, milliseconds), last_error()) });
        match count {
            0 => return Ok(false),
            count if count > 0 => return Ok(true),
            _ if number != libc::EINTR => return Err(os_error(thread, number)),
            _ => safepoint::handle(thread)?,
        }
    }
}

/// The end of an operation's time that begins now.
fn end_of(timeout: f64) -> Option<Instant> {
    if timeout > 0.0 { Instant::now().checked_add(Duration::from_secs_f64(timeout)) } else { None }
}

/// Runs a call on a socket within its timeout.
fn perform(
    thread: &mut Thread,
    this: Gc<Socket>,
    writing: bool,
    end: Option<Instant>,
    mut call: impl FnMut(i32) -> isize,
) -> Result<usize> {
    let descriptor = this.descriptor;
    loop {
        if this.timeout > 0.0 && !wait_until(thread, descriptor, writing, end)? {
            return Err(timed_out(thread));
        }
        let (result, number) = without_lock(thread, || {
            let result = call(descriptor);
            (result, last_error())
        });
        if result >= 0 {
            return Ok(result as usize);
        }
        match number {
            libc::EINTR => safepoint::handle(thread)?,
            // Another reader was faster.
            libc::EAGAIN if this.timeout > 0.0 => {}
            number => return Err(os_error(thread, number)),
        }
    }
}

/// Connects; the error number instead of an exception where the system refuses.
fn connect(thread: &mut Thread, this: Gc<Socket>, address: &Address) -> Result<i32> {
    let (pointer, length, descriptor) = (address.pointer(), address.length, this.descriptor);
    // SAFETY: the address outlives the call.
    let (result, number) =
        without_lock(thread, || unsafe { (libc::connect(descriptor, pointer, length), last_error()) });
    if result == 0 {
        return Ok(0);
    }
    if number == libc::EINTR {
        safepoint::handle(thread)?;
    }
    let waits = match number {
        libc::EINTR => this.timeout != 0.0,
        libc::EINPROGRESS => this.timeout > 0.0,
        _ => false,
    };
    if !waits {
        return Ok(number);
    }
    if !wait_until(thread, descriptor, true, end_of(this.timeout))? {
        return Ok(libc::EWOULDBLOCK);
    }
    let mut error: libc::c_int = 0;
    let mut size = size_of::<libc::c_int>() as libc::socklen_t;
    // SAFETY: a place with its size.
    unsafe {
        libc::getsockopt(descriptor, libc::SOL_SOCKET, libc::SO_ERROR, (&raw mut error).cast(), &mut size);
    }
    Ok(error)
}

/// A timeout as the methods take it: None, or seconds.
pub fn timeout_argument(thread: &mut Thread, value: Value) -> Result<f64> {
    if value.is_none() {
        return Ok(-1.0);
    }
    let seconds = crate::threads::wait::seconds_of(thread, value)?;
    if seconds < 0.0 {
        return Err(thread.value_error("Timeout value out of range"));
    }
    Ok(seconds)
}

/// A timeout as a value.
pub fn timeout_value(timeout: f64) -> Value {
    if timeout < 0.0 { Value::NONE } else { Value::from_float(timeout) }
}

fn apply_timeout(thread: &mut Thread, mut this: Gc<Socket>, timeout: f64) -> Result<()> {
    this.timeout = timeout;
    if set_blocking(this.descriptor, timeout < 0.0) < 0 {
        return Err(system_error(thread));
    }
    Ok(())
}

fn option_number(descriptor: i32, option: i32) -> Option<i32> {
    let mut value: libc::c_int = 0;
    let mut size = size_of::<libc::c_int>() as libc::socklen_t;
    // SAFETY: a place with its size.
    let result =
        unsafe { libc::getsockopt(descriptor, libc::SOL_SOCKET, option, (&raw mut value).cast(), &mut size) };
    if result < 0 { None } else { Some(value) }
}

fn adopt(thread: &mut Thread, mut this: Gc<Socket>, fileno: Value, given: [i32; 3]) -> Result<()> {
    let number = index_i64(thread, fileno)?;
    let Ok(descriptor) = i32::try_from(number) else {
        return Err(thread.overflow_error("Python int too large to convert to C int"));
    };
    if descriptor < 0 {
        return Err(thread.value_error("negative file descriptor"));
    }
    let mut address = Address::empty();
    let pointer = address.pointer_mut();
    // SAFETY: an address with its length.
    let known = unsafe { libc::getsockname(descriptor, pointer, &mut address.length) } == 0;
    if !known && matches!(last_error(), libc::EBADF | libc::ENOTSOCK) {
        return Err(system_error(thread));
    }
    let [mut family, mut kind, mut protocol] = given;
    if family == -1 {
        family = i32::from(address.storage.ss_family);
    }
    if kind == -1 {
        kind = option_number(descriptor, libc::SO_TYPE).ok_or_else(|| system_error(thread))?;
    }
    if protocol == -1 {
        protocol = option_number(descriptor, libc::SO_PROTOCOL).unwrap_or(0);
    }
    (this.descriptor, this.family, this.kind, this.protocol) = (descriptor, family, kind, protocol);
    Ok(())
}

fn initialize(thread: &mut Thread, mut this: Gc<Socket>, given: [i32; 3], fileno: Value) -> Result<()> {
    if this.descriptor >= 0 {
        close(this);
    }
    if fileno.is_none() {
        let default = [libc::AF_INET, libc::SOCK_STREAM, 0];
        let [family, kind, protocol] =
            std::array::from_fn(|i| if given[i] == -1 { default[i] } else { given[i] });
        // SAFETY: a call on numbers.
        let descriptor = unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, protocol) };
        if descriptor < 0 {
            return Err(system_error(thread));
        }
        (this.descriptor, this.family, this.kind, this.protocol) = (descriptor, family, kind, protocol);
    } else {
        adopt(thread, this, fileno, given)?;
    }
    let flags = libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    if this.kind & libc::SOCK_NONBLOCK != 0 {
        this.timeout = 0.0;
    } else {
        let timeout = f64::from_bits(DEFAULT_TIMEOUT.load(Ordering::Relaxed));
        this.timeout = timeout;
        if timeout >= 0.0 {
            apply_timeout(thread, this, timeout)?;
        }
    }
    this.kind &= !flags;
    Ok(())
}

fn close(mut this: Gc<Socket>) -> i32 {
    let descriptor = std::mem::replace(&mut this.descriptor, -1);
    // SAFETY: a descriptor of this object's own.
    if descriptor >= 0 { unsafe { libc::close(descriptor) } } else { 0 }
}

fn check_size(thread: &mut Thread, function: &str, size: i64) -> Result<usize> {
    usize::try_from(size).map_err(|_| thread.value_error(format!("negative buffersize in {function}")))
}

fn receive(thread: &mut Thread, this: Gc<Socket>, size: usize, flags: i32) -> Result<Gc<Bytes>> {
    let mut buffer = Vec::new();
    if buffer.try_reserve_exact(size).is_err() {
        return Err(thread.memory_error(""));
    }
    buffer.resize(size, 0u8);
    let place = buffer.as_mut_ptr();
    // SAFETY: a buffer with its length.
    let count = perform(thread, this, false, end_of(this.timeout), |descriptor| unsafe {
        libc::recv(descriptor, place.cast(), size, flags)
    })?;
    Ok(Bytes::new(&buffer[..count]))
}

fn receive_from(
    thread: &mut Thread,
    this: Gc<Socket>,
    place: *mut u8,
    size: usize,
    flags: i32,
) -> Result<(usize, Address)> {
    let mut address = Address::empty();
    let (pointer, length) = (address.pointer_mut(), &raw mut address.length);
    let most = address.length;
    // SAFETY: a buffer and an address with their lengths.
    let count = perform(thread, this, false, end_of(this.timeout), |descriptor| unsafe {
        *length = most;
        libc::recvfrom(descriptor, place.cast(), size, flags, pointer, length)
    })?;
    Ok((count, address))
}

/// How much of a target `recv_into` and `recvfrom_into` fill.
fn target_size(thread: &mut Thread, function: &str, target: &Target, wanted: Option<i64>) -> Result<usize> {
    let wanted = wanted.unwrap_or(0);
    let Ok(wanted) = usize::try_from(wanted) else {
        return Err(thread.value_error(format!("negative buffersize in {function}")));
    };
    match wanted {
        0 => Ok(target.length()),
        wanted if wanted > target.length() => Err(thread.value_error(match function {
            "recvfrom_into" => "nbytes is greater than the length of the buffer",
            _ => "buffer too small for requested bytes",
        })),
        wanted => Ok(wanted),
    }
}

/// Data and ancillary data of `sendmsg`, laid out for the system.
fn ancillary_bytes(thread: &mut Thread, ancillary: Value) -> Result<Vec<u64>> {
    let mut parts = Vec::new();
    for &item in iterate::collect(thread, ancillary)?.iter() {
        let Some(&[level, kind, data]) = item.downcast::<Tuple>().map(|tuple| tuple.items()) else {
            return Err(thread.type_error("[sendmsg() argument 2] must be a sequence of 3-tuples"));
        };
        let (level, kind) = (index_i64(thread, level)? as i32, index_i64(thread, kind)? as i32);
        parts.push((level, kind, Content::of(thread, data)?.as_slice().to_vec()));
    }
    // SAFETY: arithmetic on lengths.
    let total: usize =
        parts.iter().map(|(_, _, data)| unsafe { libc::CMSG_SPACE(data.len() as u32) as usize }).sum();
    let mut buffer = vec![0u64; total.div_ceil(8)];
    // SAFETY: a message whose control buffer has room for all parts.
    unsafe {
        let mut message: libc::msghdr = std::mem::zeroed();
        message.msg_control = buffer.as_mut_ptr().cast();
        message.msg_controllen = total as _;
        let mut header = libc::CMSG_FIRSTHDR(&message);
        for (level, kind, data) in &parts {
            (*header).cmsg_level = *level;
            (*header).cmsg_type = *kind;
            (*header).cmsg_len = libc::CMSG_LEN(data.len() as u32) as _;
            std::ptr::copy_nonoverlapping(data.as_ptr(), libc::CMSG_DATA(header), data.len());
            header = libc::CMSG_NXTHDR(&message, header);
        }
    }
    buffer.truncate(total.div_ceil(8));
    Ok(buffer)
}

/// The ancillary data that the system wrote, as a list of tuples.
///
/// # Safety
/// The message was filled by `recvmsg`.
unsafe fn ancillary_list(message: &libc::msghdr) -> Gc<List> {
    let list = List::empty();
    // SAFETY: the caller's promise.
    unsafe {
        let mut header = libc::CMSG_FIRSTHDR(message);
        while !header.is_null() {
            let data = libc::CMSG_DATA(header);
            let length = ((*header).cmsg_len as usize).saturating_sub(data as usize - header as usize);
            let bytes = Bytes::new(std::slice::from_raw_parts(data, length));
            let numbers = [(*header).cmsg_level, (*header).cmsg_type];
            let [level, kind] = numbers.map(|number| Value::from_int(number.into()));
            list.push(Tuple::new(&[level, kind, bytes.value()]).value());
            header = libc::CMSG_NXTHDR(message, header);
        }
    }
    list
}

/// Receives into pieces of memory with ancillary data.
fn receive_message(
    thread: &mut Thread,
    this: Gc<Socket>,
    pieces: &mut [libc::iovec],
    ancillary_size: i64,
    flags: i32,
) -> Result<(usize, [Value; 3])> {
    let Ok(ancillary_size) = usize::try_from(ancillary_size) else {
        return Err(thread.value_error("invalid ancillary data buffer length"));
    };
    let mut control = vec![0u64; ancillary_size.div_ceil(8)];
    let mut address = Address::empty();
    // SAFETY: plain memory.
    let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
    let place = &raw mut message;
    let (pieces, count) = (pieces.as_mut_ptr(), pieces.len());
    let (name, control_place, most) = (address.pointer_mut(), control.as_mut_ptr(), address.length);
    // SAFETY: all memory that the message describes outlives the call.
    let received = perform(thread, this, false, end_of(this.timeout), |descriptor| unsafe {
        (*place).msg_name = name.cast();
        (*place).msg_namelen = most;
        (*place).msg_iov = pieces;
        (*place).msg_iovlen = count as _;
        (*place).msg_control = control_place.cast();
        (*place).msg_controllen = ancillary_size as _;
        libc::recvmsg(descriptor, place, flags)
    })?;
    address.length = message.msg_namelen;
    // SAFETY: filled by the call.
    let ancillary = unsafe { ancillary_list(&message) };
    let flags = Value::from_int(message.msg_flags.into());
    Ok((received, [ancillary.value(), flags, address.value()]))
}

/// socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object
/// socket(family=-1, type=-1, proto=-1, fileno=None) -> socket object
///
/// Open a socket of the given type.  The family argument specifies the
/// address family; it defaults to AF_INET.  The type argument specifies
/// whether this is a stream (SOCK_STREAM, this is the default)
/// or datagram (SOCK_DGRAM) socket.  The protocol argument defaults to 0,
/// specifying the default protocol.  Keyword arguments are accepted.
/// The socket is created as non-inheritable.
#[native_type(name = "socket", module = "_socket", base_type)]
impl Socket {
    #[new("(*args, **kwargs)", hidden)]
    fn new(class: Gc<TypeObject>, _args: &[Value], _kwargs: KeywordArguments<'_>) -> Gc<Socket> {
        let content = Socket {
            head: NativeHead::empty(),
            descriptor: -1,
            family: -1,
            kind: -1,
            protocol: -1,
            timeout: -1.0,
        };
        native_object::new(class, content)
    }

    #[method("(family=-1, type=-1, proto=-1, fileno=None)")]
    fn __init__(
        thread: &mut Thread,
        this: Gc<Socket>,
        family: i32,
        r#type: i32,
        proto: i32,
        fileno: Value,
    ) -> Result<()> {
        initialize(thread, this, [family, r#type, proto], fileno)
    }

    /// the socket family
    #[getter(member)]
    fn family(this: Gc<Socket>) -> i32 {
        this.family
    }

    /// the socket type
    #[getter(member)]
    fn r#type(this: Gc<Socket>) -> i32 {
        this.kind
    }

    /// the socket protocol
    #[getter(member)]
    fn proto(this: Gc<Socket>) -> i32 {
        this.protocol
    }

    /// the socket timeout
    #[getter]
    fn timeout(this: Gc<Socket>) -> Value {
        timeout_value(this.timeout)
    }

    #[method]
    fn __repr__(this: Gc<Socket>) -> String {
        let Socket { descriptor, family, kind, protocol, .. } = &*this;
        format!("<socket object, fd={descriptor}, family={family}, type={kind}, proto={protocol}>")
    }

    /// _accept() -> (integer, address info)
    ///
    /// Wait for an incoming connection.  Return a new socket file descriptor
    /// representing the connection, and the address of the client.
    /// For IP sockets, the address info is a pair (hostaddr, port).
    #[method("($self, /)")]
    fn _accept(thread: &mut Thread, this: Gc<Socket>) -> Result<Gc<Tuple>> {
        let mut address = Address::empty();
        let (pointer, length, most) = (address.pointer_mut(), &raw mut address.length, address.length);
        // SAFETY: an address with its length.
        let descriptor = perform(thread, this, false, end_of(this.timeout), |descriptor| unsafe {
            *length = most;
            libc::accept4(descriptor, pointer, length, libc::SOCK_CLOEXEC) as isize
        })?;
        Ok(Tuple::new(&[Value::from_int(descriptor as i64), address.value()]))
    }

    /// bind(address)
    ///
    /// Bind the socket to a local address.  For IP sockets, the address is a
    /// pair (host, port); the host must refer to the local host. For raw packet
    /// sockets the address is a tuple (ifname, proto [,pkttype [,hatype [,addr]]])
    #[method("($self, object, /)")]
    fn bind(thread: &mut Thread, this: Gc<Socket>, object: Value) -> Result<()> {
        let address = address_of(thread, "bind", this.family, object)?;
        // SAFETY: an address with its length.
        if unsafe { libc::bind(this.descriptor, address.pointer(), address.length) } < 0 {
            return Err(system_error(thread));
        }
        Ok(())
    }

    /// close()
    ///
    /// Close the socket.  It cannot be used after this call.
    #[method("($self, /)")]
    fn close(thread: &mut Thread, this: Gc<Socket>) -> Result<()> {
        // A connection that was reset is closed all the same.
        if close(this) < 0 && last_error() != libc::ECONNRESET {
            return Err(system_error(thread));
        }
        Ok(())
    }

    /// connect(address)
    ///
    /// Connect the socket to a remote address.  For IP sockets, the address
    /// is a pair (host, port).
    #[method("($self, object, /)")]
    fn connect(thread: &mut Thread, this: Gc<Socket>, object: Value) -> Result<()> {
        let address = address_of(thread, "connect", this.family, object)?;
        match connect(thread, this, &address)? {
            0 => Ok(()),
            libc::EWOULDBLOCK if this.timeout > 0.0 => Err(timed_out(thread)),
            number => Err(os_error(thread, number)),
        }
    }

    /// connect_ex(address) -> errno
    ///
    /// This is like connect(address), but returns an error code (the errno value)
    /// instead of raising an exception when an error occurs.
    #[method("($self, object, /)")]
    fn connect_ex(thread: &mut Thread, this: Gc<Socket>, object: Value) -> Result<i32> {
        let address = address_of(thread, "connect_ex", this.family, object)?;
        connect(thread, this, &address)
    }

    /// detach()
    ///
    /// Close the socket object without closing the underlying file descriptor.
    /// The object cannot be used after this call, but the file descriptor
    /// can be reused for other purposes.  The file descriptor is returned.
    #[method("($self, /)")]
    fn detach(mut this: Gc<Socket>) -> i32 {
        std::mem::replace(&mut this.descriptor, -1)
    }

    /// fileno() -> integer
    ///
    /// Return the integer file descriptor of the socket.
    #[method("($self, /)")]
    fn fileno(this: Gc<Socket>) -> i32 {
        this.descriptor
    }

    /// getpeername() -> address info
    ///
    /// Return the address of the remote endpoint.  For IP sockets, the address
    /// info is a pair (hostaddr, port).
    #[method("($self, /)")]
    fn getpeername(thread: &mut Thread, this: Gc<Socket>) -> Result {
        let mut address = Address::empty();
        let pointer = address.pointer_mut();
        // SAFETY: an address with its length.
        if unsafe { libc::getpeername(this.descriptor, pointer, &mut address.length) } < 0 {
            return Err(system_error(thread));
        }
        Ok(address.value())
    }

    /// getsockname() -> address info
    ///
    /// Return the address of the local endpoint. The format depends on the
    /// address family. For IPv4 sockets, the address info is a pair
    /// (hostaddr, port). For IPv6 sockets, the address info is a 4-tuple
    /// (hostaddr, port, flowinfo, scope_id).
    #[method("($self, /)")]
    fn getsockname(thread: &mut Thread, this: Gc<Socket>) -> Result {
        let mut address = Address::empty();
        let pointer = address.pointer_mut();
        // SAFETY: an address with its length.
        if unsafe { libc::getsockname(this.descriptor, pointer, &mut address.length) } < 0 {
            return Err(system_error(thread));
        }
        Ok(address.value())
    }

    /// getsockopt(level, option[, buffersize]) -> value
    ///
    /// Get a socket option.  See the Unix manual for level and option.
    /// If a nonzero buffersize argument is given, the return value is a
    /// string of that length; otherwise it is an integer.
    #[method("($self, level, option, buffersize=0, /)", hidden)]
    fn getsockopt(
        thread: &mut Thread,
        this: Gc<Socket>,
        level: i32,
        option: i32,
        buffersize: Option<i64>,
    ) -> Result {
        let wanted = buffersize.unwrap_or(0);
        let mut buffer = vec![0u8; if wanted == 0 { 4 } else { wanted.clamp(0, 1024) as usize }];
        if !(0..=1024).contains(&wanted) {
            return Err(thread.os_error("getsockopt buflen out of range"));
        }
        let mut size = buffer.len() as libc::socklen_t;
        // SAFETY: a buffer with its length.
        let result = unsafe {
            libc::getsockopt(this.descriptor, level, option, buffer.as_mut_ptr().cast(), &mut size)
        };
        if result < 0 {
            return Err(system_error(thread));
        }
        match wanted {
            0 => {
                let number = i32::from_ne_bytes([buffer[0], buffer[1], buffer[2], buffer[3]]);
                Ok(Value::from_int(number.into()))
            }
            _ => Ok(Bytes::new(&buffer[..size as usize]).value()),
        }
    }

    /// setsockopt(level, option, value: int)
    /// setsockopt(level, option, value: buffer)
    /// setsockopt(level, option, None, optlen: int)
    ///
    /// Set a socket option.  See the Unix manual for level and option.
    /// The value argument can either be an integer, a string buffer, or
    /// None, optlen.
    #[method("($self, level, option, value, optlen=0, /)", hidden)]
    fn setsockopt(
        thread: &mut Thread,
        this: Gc<Socket>,
        level: i32,
        option: i32,
        value: Value,
        optlen: Option<u32>,
    ) -> Result<()> {
        let set = |data: *const libc::c_void, size: usize| {
            // SAFETY: memory with its length, or NULL.
            unsafe { libc::setsockopt(this.descriptor, level, option, data, size as libc::socklen_t) }
        };
        let result = if value.is_none() {
            set(std::ptr::null(), optlen.unwrap_or(0) as usize)
        } else if value.as_int_or_bool().is_some() {
            let number = index_i64(thread, value)?;
            let Ok(number) = i32::try_from(number) else {
                return Err(thread.overflow_error("signed integer is greater than maximum"));
            };
            set((&raw const number).cast(), size_of::<i32>())
        } else {
            let content = Content::of(thread, value)?;
            set(content.as_slice().as_ptr().cast(), content.as_slice().len())
        };
        if result < 0 { Err(system_error(thread)) } else { Ok(()) }
    }

    /// gettimeout() -> timeout
    ///
    /// Returns the timeout in seconds (float) associated with socket
    /// operations. A timeout of None indicates that timeouts on socket
    /// operations are disabled.
    #[method("($self, /)")]
    fn gettimeout(this: Gc<Socket>) -> Value {
        timeout_value(this.timeout)
    }

    /// settimeout(timeout)
    ///
    /// Set a timeout on socket operations.  'timeout' can be a float,
    /// giving in seconds, or None.  Setting a timeout of None disables
    /// the timeout feature and is equivalent to setblocking(1).
    /// Setting a timeout of zero is the same as setblocking(0).
    #[method("($self, object, /)")]
    fn settimeout(thread: &mut Thread, this: Gc<Socket>, object: Value) -> Result<()> {
        let timeout = timeout_argument(thread, object)?;
        apply_timeout(thread, this, timeout)
    }

    /// setblocking(flag)
    ///
    /// Set the socket to blocking (flag is true) or non-blocking (false).
    /// setblocking(True) is equivalent to settimeout(None);
    /// setblocking(False) is equivalent to settimeout(0.0).
    #[method("($self, object, /)")]
    fn setblocking(thread: &mut Thread, this: Gc<Socket>, object: bool) -> Result<()> {
        apply_timeout(thread, this, if object { -1.0 } else { 0.0 })
    }

    /// getblocking()
    ///
    /// Returns True if socket is in blocking mode, or False if it
    /// is in non-blocking mode.
    #[method("($self, /)")]
    fn getblocking(this: Gc<Socket>) -> bool {
        this.timeout != 0.0
    }

    /// listen([backlog])
    ///
    /// Enable a server to accept connections.  If backlog is specified, it must be
    /// at least 0 (if it is lower, it is set to 0); it specifies the number of
    /// unaccepted connections that the system will allow before refusing new
    /// connections. If not specified, a default reasonable value is chosen.
    #[method("($self, backlog=128, /)", hidden)]
    fn listen(thread: &mut Thread, this: Gc<Socket>, backlog: Option<i32>) -> Result<()> {
        // SAFETY: a call on numbers.
        if unsafe { libc::listen(this.descriptor, backlog.unwrap_or(128).max(0)) } < 0 {
            return Err(system_error(thread));
        }
        Ok(())
    }

    /// recv(buffersize[, flags]) -> data
    ///
    /// Receive up to buffersize bytes from the socket.  For the optional flags
    /// argument, see the Unix manual.  When no data is available, block until
    /// at least one byte is available or until the remote end is closed.  When
    /// the remote end is closed and all data is read, return the empty string.
    #[method("($self, buffersize, flags=0, /)", hidden)]
    fn recv(thread: &mut Thread, this: Gc<Socket>, buffersize: i64, flags: Option<i32>) -> Result<Gc<Bytes>> {
        let size = check_size(thread, "recv", buffersize)?;
        receive(thread, this, size, flags.unwrap_or(0))
    }

    /// recv_into(buffer, [nbytes[, flags]]) -> nbytes_read
    ///
    /// A version of recv() that stores its data into a buffer rather than creating
    /// a new string.  Receive up to buffersize bytes from the socket.  If buffersize
    /// is not specified (or 0), receive up to the size available in the given buffer.
    ///
    /// See recv() for documentation about the flags.
    #[method("($self, buffer, nbytes=0, flags=0)", hidden)]
    fn recv_into(
        thread: &mut Thread,
        this: Gc<Socket>,
        buffer: Value,
        nbytes: Option<i64>,
        flags: Option<i32>,
    ) -> Result<usize> {
        let mut target = Target::of(thread, buffer, "recv_into")?;
        let size = target_size(thread, "recv_into", &target, nbytes)?;
        let (place, flags) = (target.memory().as_mut_ptr(), flags.unwrap_or(0));
        // SAFETY: lent memory with its length.
        perform(thread, this, false, end_of(this.timeout), |descriptor| unsafe {
            libc::recv(descriptor, place.cast(), size, flags)
        })
    }

    /// recvfrom(buffersize[, flags]) -> (data, address info)
    ///
    /// Like recv(buffersize, flags) but also return the sender's address info.
    #[method("($self, buffersize, flags=0, /)", hidden)]
    fn recvfrom(
        thread: &mut Thread,
        this: Gc<Socket>,
        buffersize: i64,
        flags: Option<i32>,
    ) -> Result<Gc<Tuple>> {
        let size = check_size(thread, "recvfrom", buffersize)?;
        let mut buffer = vec![0u8; size];
        let (count, address) = receive_from(thread, this, buffer.as_mut_ptr(), size, flags.unwrap_or(0))?;
        let data = Bytes::new(&buffer[..count]);
        Ok(Tuple::new(&[data.value(), address.value()]))
    }

    /// recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)
    ///
    /// Like recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info.
    #[method("($self, buffer, nbytes=0, flags=0)", hidden)]
    fn recvfrom_into(
        thread: &mut Thread,
        this: Gc<Socket>,
        buffer: Value,
        nbytes: Option<i64>,
        flags: Option<i32>,
    ) -> Result<Gc<Tuple>> {
        let mut target = Target::of(thread, buffer, "recvfrom_into")?;
        let size = target_size(thread, "recvfrom_into", &target, nbytes)?;
        let place = target.memory().as_mut_ptr();
        let (count, address) = receive_from(thread, this, place, size, flags.unwrap_or(0))?;
        Ok(Tuple::new(&[Value::from_int(count as i64), address.value()]))
    }

    /// recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)
    ///
    /// Receive normal data (up to bufsize bytes) and ancillary data from the
    /// socket.
    #[method("($self, bufsize, ancbufsize=0, flags=0, /)", hidden)]
    fn recvmsg(
        thread: &mut Thread,
        this: Gc<Socket>,
        bufsize: i64,
        ancbufsize: Option<i64>,
        flags: Option<i32>,
    ) -> Result<Gc<Tuple>> {
        let Ok(size) = usize::try_from(bufsize) else {
            return Err(thread.value_error("negative buffer size in recvmsg()"));
        };
        let mut buffer = vec![0u8; size];
        let mut pieces = [libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: size }];
        let (count, [ancillary, flags, address]) =
            receive_message(thread, this, &mut pieces, ancbufsize.unwrap_or(0), flags.unwrap_or(0))?;
        let data = Bytes::new(&buffer[..count]);
        Ok(Tuple::new(&[data.value(), ancillary, flags, address]))
    }

    /// recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)
    ///
    /// Receive normal data and ancillary data from the socket, scattering the
    /// non-ancillary data into a series of buffers.
    #[method("($self, buffers, ancbufsize=0, flags=0, /)", hidden)]
    fn recvmsg_into(
        thread: &mut Thread,
        this: Gc<Socket>,
        buffers: Value,
        ancbufsize: Option<i64>,
        flags: Option<i32>,
    ) -> Result<Gc<Tuple>> {
        let mut targets = Vec::new();
        for &buffer in iterate::collect(thread, buffers)?.iter() {
            targets.push(Target::of(thread, buffer, "recvmsg_into")?);
        }
        let mut pieces: Vec<libc::iovec> = targets
            .iter_mut()
            .map(|target| libc::iovec {
                iov_len: target.length(),
                iov_base: target.memory().as_mut_ptr().cast(),
            })
            .collect();
        let (count, [ancillary, flags, address]) =
            receive_message(thread, this, &mut pieces, ancbufsize.unwrap_or(0), flags.unwrap_or(0))?;
        Ok(Tuple::new(&[Value::from_int(count as i64), ancillary, flags, address]))
    }

    /// send(data[, flags]) -> count
    ///
    /// Send a data string to the socket.  For the optional flags
    /// argument, see the Unix manual.  Return the number of bytes
    /// sent; this may be less than len(data) if the network is busy.
    #[method("($self, data, flags=0, /)", hidden)]
    fn send(thread: &mut Thread, this: Gc<Socket>, data: Value, flags: Option<i32>) -> Result<usize> {
        let content = Content::of(thread, data)?;
        let (place, size, flags) =
            (content.as_slice().as_ptr(), content.as_slice().len(), flags.unwrap_or(0));
        // SAFETY: lent memory with its length.
        perform(thread, this, true, end_of(this.timeout), |descriptor| unsafe {
            libc::send(descriptor, place.cast(), size, flags)
        })
    }

    /// sendall(data[, flags])
    ///
    /// Send a data string to the socket.  For the optional flags
    /// argument, see the Unix manual.  This calls send() repeatedly
    /// until all data is sent.  If an error occurs, it's impossible
    /// to tell how much data has been sent.
    #[method("($self, data, flags=0, /)", hidden)]
    fn sendall(thread: &mut Thread, this: Gc<Socket>, data: Value, flags: Option<i32>) -> Result<()> {
        let content = Content::of(thread, data)?;
        let (flags, end) = (flags.unwrap_or(0), end_of(this.timeout));
        let mut rest = content.as_slice();
        loop {
            let (place, size) = (rest.as_ptr(), rest.len());
            // SAFETY: lent memory with its length.
            let count = perform(thread, this, true, end, |descriptor| unsafe {
                libc::send(descriptor, place.cast(), size, flags)
            })?;
            rest = &rest[count..];
            if rest.is_empty() {
                return Ok(());
            }
            if safepoint::is_due(thread) {
                safepoint::handle(thread)?;
            }
        }
    }

    /// sendto(data[, flags], address) -> count
    ///
    /// Like send(data, flags) but allows specifying the destination address.
    /// For IP sockets, the address is a pair (hostaddr, port).
    #[method("($self, /, *args)", hidden)]
    fn sendto(thread: &mut Thread, this: Gc<Socket>, args: &[Value]) -> Result<usize> {
        let (data, flags, address) = match *args {
            [data, address] => (data, 0, address),
            [data, flags, address] => (data, index_i64(thread, flags)? as i32, address),
            _ => {
                let count = args.len();
                return Err(thread.type_error(format!("sendto() takes 2 or 3 arguments ({count} given)")));
            }
        };
        let content = Content::of(thread, data)?;
        let address = address_of(thread, "sendto", this.family, address)?;
        let (place, size) = (content.as_slice().as_ptr(), content.as_slice().len());
        let (name, length) = (address.pointer(), address.length);
        // SAFETY: lent memory and an address with their lengths.
        perform(thread, this, true, end_of(this.timeout), |descriptor| unsafe {
            libc::sendto(descriptor, place.cast(), size, flags, name, length)
        })
    }

    /// sendmsg(buffers[, ancdata[, flags[, address]]]) -> count
    ///
    /// Send normal and ancillary data to the socket, gathering the
    /// non-ancillary data from a series of buffers and concatenating it into
    /// a single message.
    #[method("($self, buffers, ancdata=(), flags=0, address=None, /)", hidden)]
    fn sendmsg(
        thread: &mut Thread,
        this: Gc<Socket>,
        buffers: Value,
        ancdata: Option<Value>,
        flags: Option<i32>,
        address: Option<Value>,
    ) -> Result<usize> {
        let mut contents = Vec::new();
        let kept: ScratchValues = iterate::collect(thread, buffers)?;
        for &buffer in kept.iter() {
            contents.push(Content::of(thread, buffer)?);
        }
        let mut pieces: Vec<libc::iovec> = contents
            .iter()
            .map(|content| libc::iovec {
                iov_base: content.as_slice().as_ptr() as *mut libc::c_void,
                iov_len: content.as_slice().len(),
            })
            .collect();
        let mut control = match ancdata {
            Some(ancillary) => ancillary_bytes(thread, ancillary)?,
            None => Vec::new(),
        };
        let address = match address.filter(|address| !address.is_none()) {
            Some(address) => Some(address_of(thread, "sendmsg", this.family, address)?),
            None => None,
        };
        // SAFETY: plain memory.
        let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
        if let Some(address) = &address {
            message.msg_name = address.pointer() as *mut libc::c_void;
            message.msg_namelen = address.length;
        }
        message.msg_iov = pieces.as_mut_ptr();
        message.msg_iovlen = pieces.len() as _;
        if !control.is_empty() {
            message.msg_control = control.as_mut_ptr().cast();
            message.msg_controllen = (control.len() * 8) as _;
        }
        let (place, flags) = (&raw const message, flags.unwrap_or(0));
        // SAFETY: all memory that the message describes outlives the call.
        perform(thread, this, true, end_of(this.timeout), |descriptor| unsafe {
            libc::sendmsg(descriptor, place, flags)
        })
    }

    /// shutdown(flag)
    ///
    /// Shut down the reading side of the socket (flag == SHUT_RD), the writing side
    /// of the socket (flag == SHUT_WR), or both ends (flag == SHUT_RDWR).
    #[method("($self, object, /)")]
    fn shutdown(thread: &mut Thread, this: Gc<Socket>, object: i32) -> Result<()> {
        // SAFETY: a call on numbers.
        if unsafe { libc::shutdown(this.descriptor, object) } < 0 {
            return Err(system_error(thread));
        }
        Ok(())
    }
}
