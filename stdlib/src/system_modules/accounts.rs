//! `pwd` and `grp`: the databases of users and groups.

use crate::posix::stat::SequenceClass;
use crate::posix::users::{identity, identity_value};
use crate::system::{os_bytes_of_text, text_of_os};
use std::ffi::{CStr, CString};
use taipan_runtime::object::exception::Exception;
use taipan_runtime::object::list::List;
use taipan_runtime::object::str::intern;
use taipan_runtime::operations;
use taipan_runtime::prelude::*;

/// The module `pwd`.
pub struct Users;
/// The module `grp`.
pub struct Groups;

static STRUCT_PASSWD: SequenceClass = SequenceClass::new(
    "pwd",
    "struct_passwd",
    "pwd.struct_passwd: Results from getpw*() routines.\n\nThis object may be accessed either as a tuple of\n  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\nor via the object attributes as named in the above tuple.",
    &["pw_name", "pw_passwd", "pw_uid", "pw_gid", "pw_gecos", "pw_dir", "pw_shell"],
    &[],
);

static STRUCT_GROUP: SequenceClass = SequenceClass::new(
    "grp",
    "struct_group",
    "grp.struct_group: Results from getgr*() routines.\n\nThis object may be accessed either as a tuple of\n  (gr_name,gr_passwd,gr_gid,gr_mem)\nor via the object attributes as named in the above tuple.",
    &["gr_name", "gr_passwd", "gr_gid", "gr_mem"],
    &[],
);

/// The text of a C string that may be absent.
///
/// # Safety
/// NULL or a C string.
unsafe fn text(pointer: *const libc::c_char) -> Value {
    if pointer.is_null() {
        return Value::NONE;
    }
    // SAFETY: the caller's promise.
    text_of_os(unsafe { CStr::from_ptr(pointer) }.to_bytes()).value()
}

fn user_value(thread: &mut Thread, user: &libc::passwd) -> Result {
    // SAFETY: the C library's entry, which holds C strings until the next call.
    let list = unsafe {
        let list = List::new(&[text(user.pw_name), text(user.pw_passwd)]);
        list.push(identity_value(user.pw_uid));
        list.push(identity_value(user.pw_gid));
        for part in [user.pw_gecos, user.pw_dir, user.pw_shell] {
            list.push(text(part));
        }
        list
    };
    STRUCT_PASSWD.make(thread, list.items())
}

fn group_value(thread: &mut Thread, group: &libc::group) -> Result {
    let members = List::empty();
    // SAFETY: as in `user_value`; the array of members ends with NULL.
    let list = unsafe {
        let mut member = group.gr_mem;
        while !member.is_null() && !(*member).is_null() {
            members.push(text(*member));
            member = member.add(1);
        }
        let list = List::new(&[text(group.gr_name), text(group.gr_passwd)]);
        list.push(identity_value(group.gr_gid));
        list.push(members.value());
        list
    };
    STRUCT_GROUP.make(thread, list.items())
}

fn key_error(thread: &mut Thread, message: &str) -> Raised {
    Exception::with_arguments(thread, types().key_error, &[Str::new(message).value()])
}

fn name_bytes(thread: &mut Thread, name: Gc<Str>) -> Result<CString> {
    let bytes = os_bytes_of_text(thread, name)?;
    CString::new(bytes).map_err(|_| thread.value_error("embedded null byte"))
}

/// An id; one out of range is in no database.
fn wanted(thread: &mut Thread, value: Value, function: &str, what: &str) -> Result<u32> {
    match identity(thread, value, what) {
        Ok(id) => Ok(id),
        Err(raised) if operations::class_of(raised.0).is_subclass_of(types().overflow_error) => {
            Err(key_error(thread, &format!("{function}(): {what} not found")))
        }
        Err(raised) => Err(raised),
    }
}

/// This module provides access to the Unix password database.
/// It is available on all Unix versions.
///
/// Password database entries are reported as 7-tuples containing the following
/// items from the password database (see `<pwd.h>'), in order:
/// pw_name, pw_passwd, pw_uid, pw_gid, pw_gecos, pw_dir, pw_shell.
/// The uid and gid items are integers, all others are strings. An
/// exception is raised if the entry asked for cannot be found.
#[native_module(name = "pwd")]
impl Users {
    /// Return the password database entry for the given numeric user ID.
    ///
    /// See `help(pwd)` for more on password database entries.
    #[function("(uidobj, /)")]
    fn getpwuid(thread: &mut Thread, uidobj: Value) -> Result {
        let id = wanted(thread, uidobj, "getpwuid", "uid")?;
        // SAFETY: the interpreter lock keeps other Python threads from the C library's buffer.
        match unsafe { libc::getpwuid(id).as_ref() } {
            Some(user) => user_value(thread, user),
            None => {
                let shown = operations::repr(thread, uidobj)?.to_string_lossy();
                Err(key_error(thread, &format!("getpwuid(): uid not found: {shown}")))
            }
        }
    }

    /// Return the password database entry for the given user name.
    ///
    /// See `help(pwd)` for more on password database entries.
    #[function("(name, /)")]
    fn getpwnam(thread: &mut Thread, name: Gc<Str>) -> Result {
        let bytes = name_bytes(thread, name)?;
        // SAFETY: as in `getpwuid`; the name outlives the call.
        match unsafe { libc::getpwnam(bytes.as_ptr()).as_ref() } {
            Some(user) => user_value(thread, user),
            None => {
                let shown = operations::repr(thread, name.value())?.to_string_lossy();
                Err(key_error(thread, &format!("getpwnam(): name not found: {shown}")))
            }
        }
    }

    /// Return a list of all available password database entries, in arbitrary order.
    ///
    /// See help(pwd) for more on password database entries.
    #[function("()")]
    fn getpwall(thread: &mut Thread) -> Result<Gc<List>> {
        let list = List::empty();
        // SAFETY: as in `getpwuid`.
        unsafe { libc::setpwent() };
        // SAFETY: as above.
        while let Some(user) = unsafe { libc::getpwent().as_ref() } {
            list.push(user_value(thread, user)?);
        }
        // SAFETY: as above.
        unsafe { libc::endpwent() };
        Ok(list)
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        let class = STRUCT_PASSWD.class(thread)?;
        module.dict.set_str(thread, intern("struct_passwd"), class.value())
    }
}

/// Access to the Unix group database.
///
/// Group entries are reported as 4-tuples containing the following fields
/// from the group database, in order:
///
///   name   - name of the group
///   passwd - group password (encrypted); often empty
///   gid    - numeric ID of the group
///   mem    - list of members
///
/// The gid is an integer, name and password are strings.  (Note that most
/// users are not explicitly listed as members of the groups they are in
/// according to the password database.  Check both databases to get
/// complete membership information.)
#[native_module(name = "grp")]
impl Groups {
    /// Return the group database entry for the given numeric group ID.
    ///
    /// If id is not valid, raise KeyError.
    #[function("(id)")]
    fn getgrgid(thread: &mut Thread, id: Value) -> Result {
        let number = identity(thread, id, "gid")?;
        // SAFETY: as in `getpwuid`.
        match unsafe { libc::getgrgid(number).as_ref() } {
            Some(group) => group_value(thread, group),
            None => {
                let shown = operations::repr(thread, id)?.to_string_lossy();
                Err(key_error(thread, &format!("getgrgid(): gid not found: {shown}")))
            }
        }
    }

    /// Return the group database entry for the given group name.
    ///
    /// If name is not valid, raise KeyError.
    #[function("(name)")]
    fn getgrnam(thread: &mut Thread, name: Gc<Str>) -> Result {
        let bytes = name_bytes(thread, name)?;
        // SAFETY: as in `getpwnam`.
        match unsafe { libc::getgrnam(bytes.as_ptr()).as_ref() } {
            Some(group) => group_value(thread, group),
            None => {
                let shown = operations::repr(thread, name.value())?.to_string_lossy();
                Err(key_error(thread, &format!("getgrnam(): name not found: {shown}")))
            }
        }
    }

    /// Return a list of all available group entries, in arbitrary order.
    ///
    /// An entry whose name starts with '+' or '-' represents an instruction
    /// to use YP/NIS and may not be accessible via getgrnam or getgrgid.
    #[function("()")]
    fn getgrall(thread: &mut Thread) -> Result<Gc<List>> {
        let list = List::empty();
        // SAFETY: as in `getpwuid`.
        unsafe { libc::setgrent() };
        // SAFETY: as above.
        while let Some(group) = unsafe { libc::getgrent().as_ref() } {
            list.push(group_value(thread, group)?);
        }
        // SAFETY: as above.
        unsafe { libc::endgrent() };
        Ok(list)
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        let class = STRUCT_GROUP.class(thread)?;
        module.dict.set_str(thread, intern("struct_group"), class.value())
    }
}
