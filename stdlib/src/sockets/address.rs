//! Addresses: Python tuples and names to the system's `sockaddr` and back.

use super::errors::{GAI_ERROR, gai_error};
use std::ffi::CString;
use std::mem::{offset_of, size_of};
use taipan_runtime::lock::without_lock;
use taipan_runtime::native::type_name;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::convert::index_i64;
use taipan_runtime::prelude::*;

/// A socket's address as the system has it.
#[derive(Clone, Copy)]
pub struct Address {
    pub storage: libc::sockaddr_storage,
    pub length: libc::socklen_t,
}

impl Address {
    /// Room for one that a system call fills.
    pub fn empty() -> Address {
        // SAFETY: plain memory.
        let storage = unsafe { std::mem::zeroed() };
        Address { storage, length: size_of::<libc::sockaddr_storage>() as libc::socklen_t }
    }

    pub fn pointer(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }

    pub fn pointer_mut(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }

    /// An address of `T`'s layout.
    fn from<T: Copy>(value: T) -> Address {
        let mut address = Address::empty();
        // SAFETY: every address fits the storage.
        unsafe { std::ptr::write((&raw mut address.storage).cast::<T>(), value) };
        address.length = size_of::<T>() as libc::socklen_t;
        address
    }

    /// # Safety
    /// The address is of `T`'s family.
    unsafe fn view<T: Copy>(&self) -> T {
        // SAFETY: the caller's promise.
        unsafe { std::ptr::read((&raw const self.storage).cast::<T>()) }
    }

    /// As a Python value.
    pub fn value(&self) -> Value {
        if self.length == 0 {
            return Value::NONE;
        }
        // SAFETY: the family says which layout it is.
        unsafe {
            match i32::from(self.storage.ss_family) {
                libc::AF_INET => {
                    let address: libc::sockaddr_in = self.view();
                    let host = std::net::Ipv4Addr::from(u32::from_be(address.sin_addr.s_addr)).to_string();
                    let port = u16::from_be(address.sin_port);
                    Tuple::new(&[Str::new(&host).value(), Value::from_int(port.into())]).value()
                }
                libc::AF_INET6 => {
                    let address: libc::sockaddr_in6 = self.view();
                    let host = self.numeric_host();
                    let numbers = [
                        u32::from(u16::from_be(address.sin6_port)),
                        u32::from_be(address.sin6_flowinfo),
                        address.sin6_scope_id,
                    ];
                    let [port, flow, scope] = numbers.map(|number| Value::from_int(number.into()));
                    Tuple::new(&[Str::new(&host).value(), port, flow, scope]).value()
                }
                libc::AF_UNIX => self.unix_value(),
                family => {
                    let data = &raw const self.storage as *const u8;
                    let length = (self.length as usize).saturating_sub(2);
                    let bytes = Bytes::new(std::slice::from_raw_parts(data.add(2), length));
                    Tuple::new(&[Value::from_int(family.into()), bytes.value()]).value()
                }
            }
        }
    }

    /// The path of a Unix socket: str, or bytes for the abstract ones.
    fn unix_value(&self) -> Value {
        let start = offset_of!(libc::sockaddr_un, sun_path);
        let length = (self.length as usize).saturating_sub(start);
        // SAFETY: the system filled that many bytes.
        let path =
            unsafe { std::slice::from_raw_parts((&raw const self.storage as *const u8).add(start), length) };
        match path {
            [0, _, ..] => Bytes::new(path).value(),
            path => {
                let end = path.iter().position(|&byte| byte == 0).unwrap_or(path.len());
                crate::text_of_os(&path[..end]).value()
            }
        }
    }

    /// The host as digits.
    pub fn numeric_host(&self) -> String {
        let mut host = [0u8; libc::NI_MAXHOST as usize];
        // SAFETY: address and buffer with their lengths.
        let status = unsafe {
            libc::getnameinfo(
                self.pointer(),
                self.length,
                host.as_mut_ptr().cast(),
                host.len() as libc::socklen_t,
                std::ptr::null_mut(),
                0,
                libc::NI_NUMERICHOST,
            )
        };
        let end = if status == 0 { host.iter().position(|&byte| byte == 0).unwrap_or(0) } else { 0 };
        String::from_utf8_lossy(&host[..end]).into_owned()
    }
}

/// A host name as the system takes it: str (by IDNA where it isn't ASCII), bytes or bytearray.
pub fn host_name(thread: &mut Thread, value: Value) -> Result<Vec<u8>> {
    if let Some(text) = value.downcast::<Str>() {
        if let Some(ascii) = text.as_ascii() {
            return Ok(ascii.as_bytes().to_vec());
        }
        let encoded = thread.call_method(value, "encode", &[Str::new("idna").value()])?;
        return Ok(encoded.cast::<Bytes>().as_slice().to_vec());
    }
    if value.downcast::<Bytes>().is_some()
        || taipan_runtime::operations::class_of(value).is_subclass_of(types().bytearray)
    {
        let content = crate::io::content::Content::of(thread, value)?;
        return Ok(content.as_slice().to_vec());
    }
    let got = type_name(value);
    Err(thread.type_error(format!("str, bytes or bytearray expected, not {got}")))
}

/// The first address of a host in a family. An empty host is any address.
pub fn resolve(thread: &mut Thread, host: &[u8], family: i32) -> Result<Address> {
    if host == b"<broadcast>" && family == libc::AF_INET {
        return Ok(inet(u32::MAX, 0));
    }
    // SAFETY: plain memory; all it holds is a choice.
    let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
    hints.ai_family = family;
    if host.is_empty() {
        hints.ai_flags = libc::AI_PASSIVE;
        hints.ai_socktype = libc::SOCK_DGRAM;
    }
    let name = CString::new(host).map_err(|_| thread.value_error("embedded null character"))?;
    let service = if host.is_empty() { Some(c"0") } else { None };
    let name = if host.is_empty() { None } else { Some(name.as_c_str()) };
    let found = lookup(thread, name, service, &hints)?;
    match found.first() {
        Some(entry) => Ok(entry.address),
        None => Err(GAI_ERROR.error(thread, "no address")),
    }
}

/// An IPv4 address.
pub fn inet(host: u32, port: u16) -> Address {
    // SAFETY: plain memory.
    let mut address: libc::sockaddr_in = unsafe { std::mem::zeroed() };
    address.sin_family = libc::AF_INET as libc::sa_family_t;
    address.sin_port = port.to_be();
    address.sin_addr.s_addr = host.to_be();
    Address::from(address)
}

/// One answer of `getaddrinfo`.
pub struct Found {
    pub family: i32,
    pub kind: i32,
    pub protocol: i32,
    pub canonical_name: String,
    pub address: Address,
}

/// `getaddrinfo`
pub fn lookup(
    thread: &mut Thread,
    host: Option<&std::ffi::CStr>,
    service: Option<&std::ffi::CStr>,
    hints: &libc::addrinfo,
) -> Result<Vec<Found>> {
    let mut list: *mut libc::addrinfo = std::ptr::null_mut();
    let place = &raw mut list;
    let pointer = |text: Option<&std::ffi::CStr>| text.map_or(std::ptr::null(), |text| text.as_ptr());
    let (host, service) = (pointer(host), pointer(service));
    // SAFETY: the strings, the hints and the place outlive the call.
    let status = without_lock(thread, || unsafe { libc::getaddrinfo(host, service, hints, place) });
    if status != 0 {
        return Err(gai_error(thread, status));
    }
    let mut found = Vec::new();
    // SAFETY: the list that the call made, until it is freed.
    unsafe {
        let mut entry = list;
        while let Some(this) = entry.as_ref() {
            let mut address = Address::empty();
            let length = (this.ai_addrlen as usize).min(size_of::<libc::sockaddr_storage>());
            std::ptr::copy_nonoverlapping(
                this.ai_addr as *const u8,
                address.pointer_mut() as *mut u8,
                length,
            );
            address.length = length as libc::socklen_t;
            let canonical_name = match this.ai_canonname.is_null() {
                true => String::new(),
                false => std::ffi::CStr::from_ptr(this.ai_canonname).to_string_lossy().into_owned(),
            };
            found.push(Found {
                family: this.ai_family,
                kind: this.ai_socktype,
                protocol: this.ai_protocol,
                canonical_name,
                address,
            });
            entry = this.ai_next;
        }
        libc::freeaddrinfo(list);
    }
    Ok(found)
}

fn port_of(thread: &mut Thread, function: &str, value: Value) -> Result<u16> {
    let port = index_i64(thread, value)?;
    u16::try_from(port).map_err(|_| thread.overflow_error(format!("{function}(): port must be 0-65535.")))
}

/// A Python value as an address of a family.
pub fn address_of(thread: &mut Thread, function: &str, family: i32, value: Value) -> Result<Address> {
    match family {
        libc::AF_UNIX => unix_address(thread, value),
        libc::AF_INET | libc::AF_INET6 => {
            let name = if family == libc::AF_INET { "AF_INET" } else { "AF_INET6" };
            let Some(parts) = value.downcast::<Tuple>().map(|tuple| tuple.items()) else {
                let got = type_name(value);
                return Err(
                    thread.type_error(format!("{function}(): {name} address must be tuple, not {got}"))
                );
            };
            if family == libc::AF_INET {
                inet_address(thread, function, parts)
            } else {
                inet6_address(thread, function, parts)
            }
        }
        _ => Err(thread.os_error(format!("{function}(): bad family"))),
    }
}

fn inet_address(thread: &mut Thread, function: &str, parts: &[Value]) -> Result<Address> {
    let &[host, port] = parts else {
        return Err(thread.type_error("AF_INET address must be a pair (host, port)"));
    };
    let host = host_name(thread, host)?;
    let port = port_of(thread, function, port)?;
    let found = resolve(thread, &host, libc::AF_INET)?;
    // SAFETY: `resolve` gave an address of the family it was asked for.
    let mut address: libc::sockaddr_in = unsafe { found.view() };
    address.sin_port = port.to_be();
    Ok(Address::from(address))
}

fn inet6_address(thread: &mut Thread, function: &str, parts: &[Value]) -> Result<Address> {
    if !(2..=4).contains(&parts.len()) {
        return Err(thread.type_error("AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"));
    }
    let host = host_name(thread, parts[0])?;
    let port = port_of(thread, function, parts[1])?;
    let number = |thread: &mut Thread, index: usize| match parts.get(index) {
        Some(&value) => index_i64(thread, value),
        None => Ok(0),
    };
    let flow = number(thread, 2)?;
    if !(0..=0xfffff).contains(&flow) {
        return Err(thread.overflow_error(format!("{function}(): flowinfo must be 0-1048575.")));
    }
    let scope = number(thread, 3)? as u32;
    let found = resolve(thread, &host, libc::AF_INET6)?;
    // SAFETY: as in `inet_address`.
    let mut address: libc::sockaddr_in6 = unsafe { found.view() };
    address.sin6_port = port.to_be();
    address.sin6_flowinfo = (flow as u32).to_be();
    address.sin6_scope_id = scope;
    Ok(Address::from(address))
}

fn unix_address(thread: &mut Thread, value: Value) -> Result<Address> {
    let path = match value.downcast::<Str>() {
        Some(text) => crate::system::os_bytes_of_text(thread, text)?,
        None => crate::io::content::Content::of(thread, value)?.as_slice().to_vec(),
    };
    // SAFETY: plain memory.
    let mut address: libc::sockaddr_un = unsafe { std::mem::zeroed() };
    let is_abstract = path.first() == Some(&0);
    let room = address.sun_path.len() - usize::from(!is_abstract);
    if path.len() > room {
        return Err(thread.os_error("AF_UNIX path too long"));
    }
    address.sun_family = libc::AF_UNIX as libc::sa_family_t;
    for (place, &byte) in address.sun_path.iter_mut().zip(&path) {
        *place = byte as libc::c_char;
    }
    let mut made = Address::from(address);
    let end =
        offset_of!(libc::sockaddr_un, sun_path) + path.len() + usize::from(!is_abstract && !path.is_empty());
    made.length = end as libc::socklen_t;
    Ok(made)
}
