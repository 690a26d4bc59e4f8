//! `_socket`: sockets ([`object`]), their addresses ([`address`]), and the databases of hosts, services and interfaces.

pub mod address;
pub mod errors;
pub mod numbers;
pub mod object;

use self::address::{Address, Found, address_of, host_name, lookup, resolve};
use self::errors::{GAI_ERROR, HOST_ERROR, gai_error};
use self::object::{Socket, timeout_argument, timeout_value};
use crate::system::{last_error, os_error, text_of_os};
use std::ffi::{CStr, CString};
use std::sync::atomic::{AtomicU64, Ordering};
use taipan_runtime::lock::without_lock;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::list::List;
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::convert::index_i64;
use taipan_runtime::prelude::*;

/// The module `_socket`.
pub struct Sockets;

/// The bits of the timeout that new sockets have; negative is none.
pub static DEFAULT_TIMEOUT: AtomicU64 = AtomicU64::new((-1.0f64).to_bits());

fn system_error(thread: &mut Thread) -> Raised {
    let number = last_error();
    os_error(thread, number)
}

/// An unsigned number of at most `bits` bits.
fn unsigned(thread: &mut Thread, value: Value, bits: u32) -> Result<u32> {
    let number = index_i64(thread, value)?;
    if number < 0 {
        return Err(thread.value_error("Cannot convert negative int"));
    }
    if number >= 1 << bits {
        return Err(thread.overflow_error(format!("Python int too large for C uint{bits}_t")));
    }
    Ok(number as u32)
}

fn c_text(thread: &mut Thread, text: Gc<Str>) -> Result<CString> {
    let bytes = crate::system::os_bytes_of_text(thread, text)?;
    CString::new(bytes).map_err(|_| thread.value_error("embedded null character"))
}

/// # Safety
/// A C string.
unsafe fn text(pointer: *const libc::c_char) -> Value {
    // SAFETY: the caller's promise.
    text_of_os(unsafe { CStr::from_ptr(pointer) }.to_bytes()).value()
}

/// A host's entry as `(name, aliases, addresses)`.
///
/// # Safety
/// An entry that the C library gave and that is still valid.
unsafe fn host_value(entry: &libc::hostent) -> Gc<Tuple> {
    let (aliases, addresses) = (List::empty(), List::empty());
    // SAFETY: arrays that end with NULL.
    unsafe {
        let mut alias = entry.h_aliases;
        while !alias.is_null() && !(*alias).is_null() {
            aliases.push(text(*alias));
            alias = alias.add(1);
        }
        let mut address = entry.h_addr_list;
        while !(*address).is_null() {
            let shown = if entry.h_addrtype == libc::AF_INET6 {
                std::net::Ipv6Addr::from(std::ptr::read((*address).cast::<[u8; 16]>())).to_string()
            } else {
                std::net::Ipv4Addr::from(std::ptr::read((*address).cast::<[u8; 4]>())).to_string()
            };
            addresses.push(Str::new(&shown).value());
            address = address.add(1);
        }
        Tuple::new(&[text(entry.h_name), aliases.value(), addresses.value()])
    }
}

#[cold]
fn unknown_host(thread: &mut Thread) -> Raised {
    let arguments = [Value::from_int(1), Str::new("Unknown host").value()];
    taipan_runtime::object::exception::Exception::with_arguments(thread, HOST_ERROR.class(), &arguments)
}

fn found_value(found: &Found) -> Value {
    let numbers = [found.family, found.kind, found.protocol];
    let [family, kind, protocol] = numbers.map(|number| Value::from_int(number.into()));
    let name = Str::new(&found.canonical_name).value();
    Tuple::new(&[family, kind, protocol, name, found.address.value()]).value()
}

/// The service of `getaddrinfo` as text.
fn service_of(thread: &mut Thread, port: Value) -> Result<Option<CString>> {
    if port.is_none() {
        return Ok(None);
    }
    let bytes = if port.as_int_or_bool().is_some() {
        index_i64(thread, port)?.to_string().into_bytes()
    } else if let Some(name) = port.downcast::<Str>() {
        crate::system::os_bytes_of_text(thread, name)?
    } else if let Some(bytes) = port.downcast::<Bytes>() {
        bytes.as_slice().to_vec()
    } else {
        return Err(thread.os_error("Int or String expected"));
    };
    CString::new(bytes).map(Some).map_err(|_| thread.value_error("embedded null character"))
}

/// Implementation module for socket operations.
///
/// See the socket module for documentation.
#[native_module(name = "_socket")]
impl Sockets {
    /// Return a pair of sockets that are connected to each other, as descriptors in objects.
    #[function("(family=None, type=1, proto=0, /)", hidden)]
    fn socketpair(
        thread: &mut Thread,
        family: Option<Value>,
        r#type: Option<i32>,
        proto: Option<i32>,
    ) -> Result<Gc<Tuple>> {
        let family = match family.filter(|family| !family.is_none()) {
            Some(family) => index_i64(thread, family)? as i32,
            None => libc::AF_UNIX,
        };
        let (kind, protocol) = (r#type.unwrap_or(libc::SOCK_STREAM), proto.unwrap_or(0));
        let mut pair = [-1; 2];
        // SAFETY: room for two descriptors.
        if unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, protocol, pair.as_mut_ptr()) } < 0 {
            return Err(system_error(thread));
        }
        let class = taipan_runtime::builtins::class::class_of_definition(thread, Socket::DEFINITION)?;
        let mut make = |descriptor: i32| {
            let numbers = [family, kind, protocol, descriptor];
            let arguments = numbers.map(|number| Value::from_int(number.into()));
            thread.call(class.value(), &arguments)
        };
        let first = make(pair[0])?;
        let second = make(pair[1])?;
        Ok(Tuple::new(&[first, second]))
    }

    /// close(integer) -> None
    ///
    /// Close an integer socket file descriptor.  This is like os.close(), but for
    /// sockets; on some platforms os.close() won't work for socket file descriptors.
    #[function("(fd, /)")]
    fn close(thread: &mut Thread, fd: i32) -> Result<()> {
        // SAFETY: the caller's descriptor.
        let result = without_lock(thread, || unsafe { libc::close(fd) });
        if result < 0 && last_error() != libc::ECONNRESET { Err(system_error(thread)) } else { Ok(()) }
    }

    /// dup(integer) -> integer
    ///
    /// Duplicate an integer socket file descriptor.  This is like os.dup(), but for
    /// sockets; on some platforms os.dup() won't work for socket file descriptors.
    #[function("(fd, /)")]
    fn dup(thread: &mut Thread, fd: i32) -> Result<i32> {
        // SAFETY: a call on numbers.
        let new = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) };
        if new < 0 { Err(system_error(thread)) } else { Ok(new) }
    }

    /// Resolve host and port into addrinfo struct.
    #[function("(host, port, family=0, type=0, proto=0, flags=0)", hidden)]
    fn getaddrinfo(
        thread: &mut Thread,
        host: Value,
        port: Value,
        family: i32,
        r#type: i32,
        proto: i32,
        flags: i32,
    ) -> Result<Gc<List>> {
        let name = if host.is_none() {
            None
        } else if host.downcast::<Str>().is_some() || host.downcast::<Bytes>().is_some() {
            let bytes = host_name(thread, host)?;
            Some(CString::new(bytes).map_err(|_| thread.value_error("embedded null character"))?)
        } else {
            return Err(thread.type_error("getaddrinfo() argument 1 must be string or None"));
        };
        let service = service_of(thread, port)?;
        // SAFETY: plain memory.
        let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
        hints.ai_family = family;
        hints.ai_socktype = r#type;
        hints.ai_protocol = proto;
        hints.ai_flags = flags;
        let found = lookup(thread, name.as_deref(), service.as_deref(), &hints)?;
        let list = List::empty();
        found.iter().for_each(|found| list.push(found_value(found)));
        Ok(list)
    }

    /// getnameinfo(sockaddr, flags) --> (host, port)
    ///
    /// Get host and port for a sockaddr.
    #[function("(sockaddr, flags, /)", hidden)]
    fn getnameinfo(thread: &mut Thread, sockaddr: Value, flags: i32) -> Result<Gc<Tuple>> {
        let Some(parts) = sockaddr.downcast::<Tuple>().map(|tuple| tuple.items()) else {
            return Err(thread.type_error("getnameinfo() argument 1 must be a tuple"));
        };
        let Some(host) = parts.first().and_then(|host| host.downcast::<Str>()) else {
            return Err(thread.type_error("getnameinfo(): illegal sockaddr argument"));
        };
        let family = match host.to_string_lossy().contains(':') {
            true => libc::AF_INET6,
            false => libc::AF_INET,
        };
        let address = address_of(thread, "getnameinfo", family, sockaddr)?;
        let mut host = [0 as libc::c_char; libc::NI_MAXHOST as usize];
        let mut service = [0 as libc::c_char; 32];
        let (host_place, service_place) = (host.as_mut_ptr(), service.as_mut_ptr());
        let (host_size, service_size) = (host.len() as u32, service.len() as u32);
        let (pointer, length) = (address.pointer(), address.length);
        // SAFETY: an address and buffers with their lengths.
        let status = without_lock(thread, || unsafe {
            libc::getnameinfo(pointer, length, host_place, host_size, service_place, service_size, flags)
        });
        if status != 0 {
            return Err(gai_error(thread, status));
        }
        // SAFETY: C strings that the call wrote.
        unsafe { Ok(Tuple::new(&[text(host.as_ptr()), text(service.as_ptr())])) }
    }

    /// Return the current host name.
    #[function("()", hidden)]
    fn gethostname(thread: &mut Thread) -> Result {
        let mut name = [0 as libc::c_char; 1025];
        // SAFETY: a buffer with its length; the last byte stays 0.
        if unsafe { libc::gethostname(name.as_mut_ptr(), name.len() - 1) } < 0 {
            return Err(system_error(thread));
        }
        // SAFETY: a C string that the call wrote.
        unsafe { Ok(text(name.as_ptr())) }
    }

    /// sethostname(name)
    ///
    /// Sets the hostname to name.
    #[function("(name, /)", hidden)]
    fn sethostname(thread: &mut Thread, name: Value) -> Result<()> {
        let name = crate::system::os_bytes(thread, name)?;
        // SAFETY: a buffer with its length.
        if unsafe { libc::sethostname(name.as_ptr().cast(), name.len()) } < 0 {
            return Err(system_error(thread));
        }
        Ok(())
    }

    /// gethostbyname(host) -> address
    ///
    /// Return the IP address (a string of the form '255.255.255.255') for a host.
    #[function("(host, /)", hidden)]
    fn gethostbyname(thread: &mut Thread, host: Value) -> Result<String> {
        let host = host_name(thread, host)?;
        Ok(resolve(thread, &host, libc::AF_INET)?.numeric_host())
    }

    /// gethostbyname_ex(host) -> (name, aliaslist, addresslist)
    ///
    /// Return the true host name, a list of aliases, and a list of IP addresses,
    /// for a host.  The host argument is a string giving a host name or IP number.
    #[function("(host, /)", hidden)]
    fn gethostbyname_ex(thread: &mut Thread, host: Value) -> Result<Gc<Tuple>> {
        let bytes = host_name(thread, host)?;
        resolve(thread, &bytes, libc::AF_INET)?;
        let name = CString::new(bytes).map_err(|_| thread.value_error("embedded null character"))?;
        // SAFETY: the interpreter lock keeps other Python threads from the C library's buffer.
        unsafe {
            match gethostbyname(name.as_ptr()).as_ref() {
                Some(entry) => Ok(host_value(entry)),
                None => Err(unknown_host(thread)),
            }
        }
    }

    /// gethostbyaddr(host) -> (name, aliaslist, addresslist)
    ///
    /// Return the true host name, a list of aliases, and a list of IP addresses,
    /// for a host.  The host argument is a string giving a host name or IP number.
    #[function("(host, /)", hidden)]
    fn gethostbyaddr(thread: &mut Thread, host: Value) -> Result<Gc<Tuple>> {
        let host = host_name(thread, host)?;
        let address: Address = resolve(thread, &host, libc::AF_UNSPEC)?;
        let data = &raw const address.storage as *const u8;
        // SAFETY: the family says where the address's bytes are; as in `gethostbyname_ex`.
        unsafe {
            let (offset, length, family) = match i32::from(address.storage.ss_family) {
                libc::AF_INET6 => (8, 16, libc::AF_INET6),
                _ => (4, 4, libc::AF_INET),
            };
            match gethostbyaddr(data.add(offset).cast(), length, family).as_ref() {
                Some(entry) => Ok(host_value(entry)),
                None => Err(unknown_host(thread)),
            }
        }
    }

    /// getservbyname(servicename[, protocolname]) -> integer
    ///
    /// Return a port number from a service name and protocol name.
    /// The optional protocol name, if given, should be 'tcp' or 'udp',
    /// otherwise any protocol will match.
    #[function("(servicename, protocolname=None, /)", hidden)]
    fn getservbyname(
        thread: &mut Thread,
        servicename: Gc<Str>,
        protocolname: Option<Gc<Str>>,
    ) -> Result<u16> {
        let name = c_text(thread, servicename)?;
        let protocol = protocolname.map(|protocol| c_text(thread, protocol)).transpose()?;
        let protocol = protocol.as_ref().map_or(std::ptr::null(), |protocol| protocol.as_ptr());
        // SAFETY: as in `gethostbyname_ex`.
        match unsafe { libc::getservbyname(name.as_ptr(), protocol).as_ref() } {
            Some(entry) => Ok(u16::from_be(entry.s_port as u16)),
            None => Err(thread.os_error("service/proto not found")),
        }
    }

    /// getservbyport(port[, protocolname]) -> string
    ///
    /// Return the service name from a port number and protocol name.
    /// The optional protocol name, if given, should be 'tcp' or 'udp',
    /// otherwise any protocol will match.
    #[function("(port, protocolname=None, /)", hidden)]
    fn getservbyport(thread: &mut Thread, port: i32, protocolname: Option<Gc<Str>>) -> Result {
        let Ok(port) = u16::try_from(port) else {
            return Err(thread.overflow_error("getservbyport: port must be 0-65535."));
        };
        let protocol = protocolname.map(|protocol| c_text(thread, protocol)).transpose()?;
        let protocol = protocol.as_ref().map_or(std::ptr::null(), |protocol| protocol.as_ptr());
        // SAFETY: as in `gethostbyname_ex`.
        unsafe {
            match libc::getservbyport(port.to_be().into(), protocol).as_ref() {
                Some(entry) => Ok(text(entry.s_name)),
                None => Err(thread.os_error("port/proto not found")),
            }
        }
    }

    /// getprotobyname(name) -> integer
    ///
    /// Return the protocol number for the named protocol.  (Rarely used.)
    #[function("(name, /)", hidden)]
    fn getprotobyname(thread: &mut Thread, name: Gc<Str>) -> Result<i32> {
        let name = c_text(thread, name)?;
        // SAFETY: as in `gethostbyname_ex`.
        match unsafe { libc::getprotobyname(name.as_ptr()).as_ref() } {
            Some(entry) => Ok(entry.p_proto),
            None => Err(thread.os_error("protocol not found")),
        }
    }

    /// Convert a 16-bit unsigned integer from host to network byte order.
    #[function("(x, /)")]
    fn htons(thread: &mut Thread, x: Value) -> Result<u16> {
        Ok((unsigned(thread, x, 16)? as u16).to_be())
    }

    /// Convert a 16-bit unsigned integer from network to host byte order.
    #[function("(x, /)")]
    fn ntohs(thread: &mut Thread, x: Value) -> Result<u16> {
        Ok(u16::from_be(unsigned(thread, x, 16)? as u16))
    }

    /// Convert a 32-bit unsigned integer from host to network byte order.
    #[function("(x, /)")]
    fn htonl(thread: &mut Thread, x: Value) -> Result<u32> {
        Ok(unsigned(thread, x, 32)?.to_be())
    }

    /// Convert a 32-bit unsigned integer from network to host byte order.
    #[function("(x, /)")]
    fn ntohl(thread: &mut Thread, x: Value) -> Result<u32> {
        Ok(u32::from_be(unsigned(thread, x, 32)?))
    }

    /// Convert an IP address in string format (123.45.67.89) to the 32-bit packed binary format used in low-level network functions.
    #[function("(ip_addr, /)")]
    fn inet_aton(thread: &mut Thread, ip_addr: Gc<Str>) -> Result<Gc<Bytes>> {
        let text = c_text(thread, ip_addr)?;
        let mut address = libc::in_addr { s_addr: 0 };
        // SAFETY: the string and the place outlive the call.
        if unsafe { inet_aton(text.as_ptr(), &mut address) } == 0 {
            return Err(thread.os_error("illegal IP address string passed to inet_aton"));
        }
        Ok(Bytes::new(&address.s_addr.to_ne_bytes()))
    }

    /// Convert an IP address from 32-bit packed binary format to string format.
    #[function("(packed_ip, /)")]
    fn inet_ntoa(thread: &mut Thread, packed_ip: Value) -> Result<String> {
        let content = crate::io::content::Content::of(thread, packed_ip)?;
        match <[u8; 4]>::try_from(content.as_slice()) {
            Ok(bytes) => Ok(std::net::Ipv4Addr::from(bytes).to_string()),
            Err(_) => Err(thread.os_error("packed IP wrong length for inet_ntoa")),
        }
    }

    /// inet_pton(af, ip) -> packed IP address string
    ///
    /// Convert an IP address from string format to a packed string suitable
    /// for use with low-level network functions.
    #[function("(af, ip, /)", hidden)]
    fn inet_pton(thread: &mut Thread, af: i32, ip: Gc<Str>) -> Result<Gc<Bytes>> {
        let text = c_text(thread, ip)?;
        let mut packed = [0u8; 16];
        // SAFETY: room for the longest address.
        match unsafe { inet_pton(af, text.as_ptr(), packed.as_mut_ptr().cast()) } {
            -1 => Err(system_error(thread)),
            0 => Err(thread.os_error("illegal IP address string passed to inet_pton")),
            _ => Ok(Bytes::new(&packed[..if af == libc::AF_INET6 { 16 } else { 4 }])),
        }
    }

    /// inet_ntop(af, packed_ip) -> string formatted IP address
    ///
    /// Convert a packed IP address of the given family to string format.
    #[function("(af, packed_ip, /)", hidden)]
    fn inet_ntop(thread: &mut Thread, af: i32, packed_ip: Value) -> Result {
        let content = crate::io::content::Content::of(thread, packed_ip)?;
        let wanted = match af {
            libc::AF_INET => 4,
            libc::AF_INET6 => 16,
            _ => return Err(thread.value_error(format!("unknown address family {af}"))),
        };
        if content.as_slice().len() != wanted {
            return Err(thread.value_error("invalid length of packed IP address string"));
        }
        let mut shown = [0 as libc::c_char; 64];
        // SAFETY: an address of the family's length, and a buffer with its length.
        unsafe {
            let packed = content.as_slice().as_ptr().cast();
            if inet_ntop(af, packed, shown.as_mut_ptr(), shown.len() as libc::socklen_t).is_null() {
                return Err(system_error(thread));
            }
            Ok(text(shown.as_ptr()))
        }
    }

    /// Returns a list of network interface information (index, name) tuples.
    #[function("()")]
    fn if_nameindex(thread: &mut Thread) -> Result<Gc<List>> {
        let list = List::empty();
        // SAFETY: an array that ends with an index of 0, freed afterwards.
        unsafe {
            let first = libc::if_nameindex();
            if first.is_null() {
                return Err(system_error(thread));
            }
            let mut entry = first;
            while (*entry).if_index != 0 {
                let index = Value::from_int((*entry).if_index.into());
                list.push(Tuple::new(&[index, text((*entry).if_name)]).value());
                entry = entry.add(1);
            }
            libc::if_freenameindex(first);
        }
        Ok(list)
    }

    /// Returns the interface index corresponding to the interface name if_name.
    #[function("(oname, /)")]
    fn if_nametoindex(thread: &mut Thread, oname: Value) -> Result<u32> {
        let name = crate::system::c_path(thread, oname)?;
        // SAFETY: the name outlives the call.
        match unsafe { libc::if_nametoindex(name.as_ptr()) } {
            0 => Err(system_error(thread)),
            index => Ok(index),
        }
    }

    /// Returns the interface name corresponding to the interface index if_index.
    #[function("(if_index, /)")]
    fn if_indextoname(thread: &mut Thread, if_index: u32) -> Result {
        let mut name = [0 as libc::c_char; libc::IF_NAMESIZE];
        // SAFETY: a buffer of the size that the call wants.
        unsafe {
            if libc::if_indextoname(if_index, name.as_mut_ptr()).is_null() {
                return Err(system_error(thread));
            }
            Ok(text(name.as_ptr()))
        }
    }

    /// getdefaulttimeout() -> timeout
    ///
    /// Returns the default timeout in seconds (float) for new socket objects.
    /// A value of None indicates that new socket objects have no timeout.
    /// When the socket module is first imported, the default is None.
    #[function("()")]
    fn getdefaulttimeout() -> Value {
        timeout_value(f64::from_bits(DEFAULT_TIMEOUT.load(Ordering::Relaxed)))
    }

    /// setdefaulttimeout(timeout)
    ///
    /// Set the default timeout in seconds (float) for new socket objects.
    /// A value of None indicates that new socket objects have no timeout.
    /// When the socket module is first imported, the default is None.
    #[function("(timeout, /)")]
    fn setdefaulttimeout(thread: &mut Thread, timeout: Value) -> Result<()> {
        let timeout = timeout_argument(thread, timeout)?;
        DEFAULT_TIMEOUT.store(timeout.to_bits(), Ordering::Relaxed);
        Ok(())
    }

    /// CMSG_LEN(length) -> control message length
    #[function("(length, /)", hidden)]
    fn CMSG_LEN(thread: &mut Thread, length: i64) -> Result<u32> {
        match u32::try_from(length).ok().filter(|&length| length < i32::MAX as u32 - 64) {
            // SAFETY: arithmetic on a length.
            Some(length) => Ok(unsafe { libc::CMSG_LEN(length) }),
            None => Err(thread.overflow_error("CMSG_LEN() argument out of range")),
        }
    }

    /// CMSG_SPACE(length) -> buffer size
    #[function("(length, /)", hidden)]
    fn CMSG_SPACE(thread: &mut Thread, length: i64) -> Result<u32> {
        match u32::try_from(length).ok().filter(|&length| length < i32::MAX as u32 - 64) {
            // SAFETY: arithmetic on a length.
            Some(length) => Ok(unsafe { libc::CMSG_SPACE(length) }),
            None => Err(thread.overflow_error("CMSG_SPACE() argument out of range")),
        }
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        GAI_ERROR.install(thread, module, "gaierror", "socket", types().os_error)?;
        HOST_ERROR.install(thread, module, "herror", "socket", types().os_error)?;
        let class = taipan_runtime::builtins::class::class_of_definition(thread, Socket::DEFINITION)?;
        let values = [
            ("error", types().os_error.value()),
            ("timeout", types().timeout_error.value()),
            ("socket", class.value()),
            ("SocketType", class.value()),
            ("has_ipv6", Value::TRUE),
            ("BDADDR_ANY", Str::new("00:00:00:00:00:00").value()),
            ("BDADDR_LOCAL", Str::new("00:00:00:FF:FF:FF").value()),
        ];
        for (name, value) in values {
            module.dict.set_str(thread, intern(name), value)?;
        }
        crate::system_modules::add_numbers(thread, module, numbers::NUMBERS)
    }
}

unsafe extern "C" {
    fn gethostbyname(name: *const libc::c_char) -> *mut libc::hostent;
    fn gethostbyaddr(
        address: *const libc::c_void,
        length: libc::socklen_t,
        family: libc::c_int,
    ) -> *mut libc::hostent;
    fn inet_aton(text: *const libc::c_char, address: *mut libc::in_addr) -> libc::c_int;
    fn inet_pton(family: libc::c_int, text: *const libc::c_char, packed: *mut libc::c_void) -> libc::c_int;
    fn inet_ntop(
        family: libc::c_int,
        packed: *const libc::c_void,
        text: *mut libc::c_char,
        size: libc::socklen_t,
    ) -> *const libc::c_char;
}
