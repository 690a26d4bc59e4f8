//! Users, groups, sessions, priorities and scheduling.

use super::process::checked;
use super::stat::SCHED_PARAM;
use crate::system::{c_path, last_error, os_error, text_of_os};
use std::ffi::CStr;
use taipan_runtime::native::type_name;
use taipan_runtime::object::list::List;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::convert::index_i64;
use taipan_runtime::operations::iterate;
use taipan_runtime::prelude::*;

/// A user or group id as an argument, where -1 means no change.
pub fn identity(thread: &mut Thread, value: Value, what: &str) -> Result<u32> {
    if value.as_int_or_bool().is_none()
        && taipan_runtime::operations::class_of(value)
            .special(taipan_runtime::object::special::Special::Index)
            .is_none()
    {
        return Err(thread.type_error(format!("{what} should be integer, not {}", type_name(value))));
    }
    let bound = |thread: &mut Thread, negative: bool| {
        let bound = if negative { "less than minimum" } else { "greater than maximum" };
        thread.overflow_error(format!("{what} is {bound}"))
    };
    let int = taipan_runtime::operations::index(thread, value)?;
    match int.as_small_int() {
        Some(-1) => Ok(u32::MAX),
        Some(number) => u32::try_from(number).map_err(|_| bound(thread, number < 0)),
        None => {
            let negative = matches!(
                int.as_int_or_bool(),
                Some(taipan_runtime::object::int::IntRef::Big { negative: true, .. })
            );
            Err(bound(thread, negative))
        }
    }
}

/// An id as a value: -1 for the number that stands for none.
pub fn identity_value(number: u32) -> Value {
    if number == u32::MAX { Value::from_int(-1) } else { Value::from_int(number.into()) }
}

/// `sched_param` as the system has it.
pub fn scheduling_parameter(thread: &mut Thread, value: Value) -> Result<libc::sched_param> {
    let class = SCHED_PARAM.class(thread)?;
    if !taipan_runtime::operations::class_of(value).is_subclass_of(class) {
        return Err(thread.type_error("must have a sched_param object"));
    }
    let priority = index_i64(thread, value.cast::<Tuple>().items()[0])?;
    let Ok(sched_priority) = i32::try_from(priority) else {
        return Err(thread.overflow_error("sched_priority out of range"));
    };
    Ok(libc::sched_param { sched_priority })
}

fn done(thread: &mut Thread, result: i32) -> Result<()> {
    checked(thread, result).map(|_| ())
}

fn group_list(thread: &mut Thread, groups: Value) -> Result<Vec<libc::gid_t>> {
    let mut ids = Vec::new();
    for &group in iterate::collect(thread, groups)?.iter() {
        ids.push(identity(thread, group, "gid")?);
    }
    Ok(ids)
}

fn list_of(ids: &[libc::gid_t]) -> Gc<List> {
    let list = List::empty();
    ids.iter().for_each(|&id| list.push(identity_value(id)));
    list
}

unsafe extern "C" {
    fn getlogin_r(name: *mut libc::c_char, size: libc::size_t) -> libc::c_int;
}

/// The functions about users and scheduling.
pub struct Users;

#[native_module(name = "posix")]
impl Users {
    /// Set the current process's user id.
    #[function("(uid, /)")]
    fn setuid(thread: &mut Thread, uid: Value) -> Result<()> {
        let uid = identity(thread, uid, "uid")?;
        // SAFETY: a system call on numbers, as all below.
        let result = unsafe { libc::setuid(uid) };
        done(thread, result)
    }

    /// Set the current process's effective user id.
    #[function("(euid, /)")]
    fn seteuid(thread: &mut Thread, euid: Value) -> Result<()> {
        let euid = identity(thread, euid, "uid")?;
        // SAFETY: see `setuid`.
        let result = unsafe { libc::seteuid(euid) };
        done(thread, result)
    }

    /// Set the current process's group id.
    #[function("(gid, /)")]
    fn setgid(thread: &mut Thread, gid: Value) -> Result<()> {
        let gid = identity(thread, gid, "gid")?;
        // SAFETY: see `setuid`.
        let result = unsafe { libc::setgid(gid) };
        done(thread, result)
    }

    /// Set the current process's effective group id.
    #[function("(egid, /)")]
    fn setegid(thread: &mut Thread, egid: Value) -> Result<()> {
        let egid = identity(thread, egid, "gid")?;
        // SAFETY: see `setuid`.
        let result = unsafe { libc::setegid(egid) };
        done(thread, result)
    }

    /// Set the current process's real and effective user ids.
    #[function("(ruid, euid, /)")]
    fn setreuid(thread: &mut Thread, ruid: Value, euid: Value) -> Result<()> {
        let (ruid, euid) = (identity(thread, ruid, "uid")?, identity(thread, euid, "uid")?);
        // SAFETY: see `setuid`.
        let result = unsafe { libc::setreuid(ruid, euid) };
        done(thread, result)
    }

    /// Set the current process's real and effective group ids.
    #[function("(rgid, egid, /)")]
    fn setregid(thread: &mut Thread, rgid: Value, egid: Value) -> Result<()> {
        let (rgid, egid) = (identity(thread, rgid, "gid")?, identity(thread, egid, "gid")?);
        // SAFETY: see `setuid`.
        let result = unsafe { libc::setregid(rgid, egid) };
        done(thread, result)
    }

    /// Set the current process's real, effective, and saved user ids.
    #[function("(ruid, euid, suid, /)")]
    fn setresuid(thread: &mut Thread, ruid: Value, euid: Value, suid: Value) -> Result<()> {
        let (ruid, euid) = (identity(thread, ruid, "uid")?, identity(thread, euid, "uid")?);
        let suid = identity(thread, suid, "uid")?;
        // SAFETY: see `setuid`.
        let result = unsafe { libc::setresuid(ruid, euid, suid) };
        done(thread, result)
    }

    /// Set the current process's real, effective, and saved group ids.
    #[function("(rgid, egid, sgid, /)")]
    fn setresgid(thread: &mut Thread, rgid: Value, egid: Value, sgid: Value) -> Result<()> {
        let (rgid, egid) = (identity(thread, rgid, "gid")?, identity(thread, egid, "gid")?);
        let sgid = identity(thread, sgid, "gid")?;
        // SAFETY: see `setuid`.
        let result = unsafe { libc::setresgid(rgid, egid, sgid) };
        done(thread, result)
    }

    /// Return a tuple of the current process's real, effective, and saved user ids.
    #[function("()")]
    fn getresuid(thread: &mut Thread) -> Result<Gc<Tuple>> {
        let (mut real, mut effective, mut saved) = (0, 0, 0);
        // SAFETY: three places of this frame.
        let result = unsafe { libc::getresuid(&mut real, &mut effective, &mut saved) };
        checked(thread, result)?;
        Ok(Tuple::new(&[real, effective, saved].map(identity_value)))
    }

    /// Return a tuple of the current process's real, effective, and saved group ids.
    #[function("()")]
    fn getresgid(thread: &mut Thread) -> Result<Gc<Tuple>> {
        let (mut real, mut effective, mut saved) = (0, 0, 0);
        // SAFETY: three places of this frame.
        let result = unsafe { libc::getresgid(&mut real, &mut effective, &mut saved) };
        checked(thread, result)?;
        Ok(Tuple::new(&[real, effective, saved].map(identity_value)))
    }

    /// Return list of supplemental group IDs for the process.
    #[function("()")]
    fn getgroups(thread: &mut Thread) -> Result<Gc<List>> {
        // SAFETY: asks for the count only, then for as many as there is room for.
        unsafe {
            let count = libc::getgroups(0, std::ptr::null_mut());
            let count = checked(thread, count)?;
            let mut ids = vec![0; count as usize];
            let count = libc::getgroups(count, ids.as_mut_ptr());
            let count = checked(thread, count)?;
            Ok(list_of(&ids[..count as usize]))
        }
    }

    /// Set the groups of the current process to list.
    #[function("(groups, /)")]
    fn setgroups(thread: &mut Thread, groups: Value) -> Result<()> {
        let ids = group_list(thread, groups)?;
        // SAFETY: an array with its length.
        let result = unsafe { libc::setgroups(ids.len(), ids.as_ptr()) };
        done(thread, result)
    }

    /// Initialize the group access list.
    #[function("(username, gid, /)")]
    fn initgroups(thread: &mut Thread, username: Value, gid: Value) -> Result<()> {
        let name = c_path(thread, username)?;
        let gid = identity(thread, gid, "gid")?;
        // SAFETY: the name outlives the call.
        let result = unsafe { libc::initgroups(name.as_ptr(), gid) };
        done(thread, result)
    }

    /// Returns a list of groups to which a user belongs.
    #[function("(user, group, /)")]
    fn getgrouplist(thread: &mut Thread, user: Value, group: Value) -> Result<Gc<List>> {
        let name = c_path(thread, user)?;
        let group = identity(thread, group, "gid")?;
        let mut room = 64;
        loop {
            let mut ids = vec![0; room as usize];
            let mut count = room;
            // SAFETY: an array with its length; the name outlives the call.
            if unsafe { libc::getgrouplist(name.as_ptr(), group, ids.as_mut_ptr(), &mut count) } >= 0 {
                return Ok(list_of(&ids[..count as usize]));
            }
            room = count.max(room * 2);
        }
    }

    /// Return the actual login name.
    #[function("()")]
    fn getlogin(thread: &mut Thread) -> Result<Gc<Str>> {
        let mut name = [0 as libc::c_char; 256];
        // SAFETY: a buffer with its length, a C string afterwards.
        let status = unsafe { getlogin_r(name.as_mut_ptr(), name.len()) };
        if status != 0 {
            return Err(os_error(thread, status));
        }
        // SAFETY: as above.
        Ok(text_of_os(unsafe { CStr::from_ptr(name.as_ptr()) }.to_bytes()))
    }

    /// Call the system call getsid(pid) and return the result.
    #[function("(pid, /)")]
    fn getsid(thread: &mut Thread, pid: i32) -> Result<i32> {
        // SAFETY: see `setuid`.
        let result = unsafe { libc::getsid(pid) };
        checked(thread, result)
    }

    /// Call the system call setpgid(pid, pgrp).
    #[function("(pid, pgrp, /)")]
    fn setpgid(thread: &mut Thread, pid: i32, pgrp: i32) -> Result<()> {
        // SAFETY: see `setuid`.
        let result = unsafe { libc::setpgid(pid, pgrp) };
        done(thread, result)
    }

    /// Make the current process the leader of its process group.
    #[function("()")]
    fn setpgrp(thread: &mut Thread) -> Result<()> {
        // SAFETY: see `setuid`.
        let result = unsafe { libc::setpgid(0, 0) };
        done(thread, result)
    }

    /// Return the process group associated with the terminal specified by fd.
    #[function("(fd, /)")]
    fn tcgetpgrp(thread: &mut Thread, fd: i32) -> Result<i32> {
        // SAFETY: see `setuid`.
        let result = unsafe { libc::tcgetpgrp(fd) };
        checked(thread, result)
    }

    /// Set the process group associated with the terminal specified by fd.
    #[function("(fd, pgid, /)")]
    fn tcsetpgrp(thread: &mut Thread, fd: i32, pgid: i32) -> Result<()> {
        // SAFETY: see `setuid`.
        let result = unsafe { libc::tcsetpgrp(fd, pgid) };
        done(thread, result)
    }

    /// Return program scheduling priority.
    #[function("(which, who)")]
    fn getpriority(thread: &mut Thread, which: i32, who: i32) -> Result<i32> {
        // -1 may be a priority: only the error number tells.
        // SAFETY: see `setuid`; `errno` is this thread's.
        let (priority, number) = unsafe {
            *libc::__errno_location() = 0;
            (libc::getpriority(which as _, who as _), last_error())
        };
        if number != 0 { Err(os_error(thread, number)) } else { Ok(priority) }
    }

    /// Set program scheduling priority.
    #[function("(which, who, priority)")]
    fn setpriority(thread: &mut Thread, which: i32, who: i32, priority: i32) -> Result<()> {
        // SAFETY: see `setuid`.
        let result = unsafe { libc::setpriority(which as _, who as _, priority) };
        done(thread, result)
    }

    /// Add increment to the priority of process and return the new priority.
    #[function("(increment, /)")]
    fn nice(thread: &mut Thread, increment: i32) -> Result<i32> {
        // SAFETY: as in `getpriority`.
        let (value, number) = unsafe {
            *libc::__errno_location() = 0;
            (libc::nice(increment), last_error())
        };
        if value == -1 && number != 0 { Err(os_error(thread, number)) } else { Ok(value) }
    }

    /// Voluntarily relinquish the CPU.
    #[function("()")]
    fn sched_yield(thread: &mut Thread) -> Result<()> {
        // SAFETY: takes nothing.
        let result = taipan_runtime::lock::without_lock(thread, || unsafe { libc::sched_yield() });
        done(thread, result)
    }

    /// Get the maximum scheduling priority for policy.
    #[function("(policy)")]
    fn sched_get_priority_max(thread: &mut Thread, policy: i32) -> Result<i32> {
        // SAFETY: see `setuid`.
        let result = unsafe { libc::sched_get_priority_max(policy) };
        checked(thread, result)
    }

    /// Get the minimum scheduling priority for policy.
    #[function("(policy)")]
    fn sched_get_priority_min(thread: &mut Thread, policy: i32) -> Result<i32> {
        // SAFETY: see `setuid`.
        let result = unsafe { libc::sched_get_priority_min(policy) };
        checked(thread, result)
    }

    /// Get the scheduling policy for the process identified by pid.
    ///
    /// Passing 0 for pid returns the scheduling policy for the calling process.
    #[function("(pid, /)")]
    fn sched_getscheduler(thread: &mut Thread, pid: i32) -> Result<i32> {
        // SAFETY: see `setuid`.
        let result = unsafe { libc::sched_getscheduler(pid) };
        checked(thread, result)
    }

    /// Set the scheduling policy for the process identified by pid.
    ///
    /// If pid is 0, the calling process is changed.
    /// param is an instance of sched_param.
    #[function("(pid, policy, param, /)")]
    fn sched_setscheduler(thread: &mut Thread, pid: i32, policy: i32, param: Value) -> Result<()> {
        let parameter = scheduling_parameter(thread, param)?;
        // SAFETY: the parameter outlives the call.
        let result = unsafe { libc::sched_setscheduler(pid, policy, &parameter) };
        done(thread, result)
    }

    /// Returns scheduling parameters for the process identified by pid.
    ///
    /// If pid is 0, returns parameters for the calling process.
    /// Return value is an instance of sched_param.
    #[function("(pid, /)")]
    fn sched_getparam(thread: &mut Thread, pid: i32) -> Result {
        let mut parameter = libc::sched_param { sched_priority: 0 };
        // SAFETY: the place outlives the call.
        let result = unsafe { libc::sched_getparam(pid, &mut parameter) };
        checked(thread, result)?;
        SCHED_PARAM.make(thread, &[Value::from_int(parameter.sched_priority.into())])
    }

    /// Set scheduling parameters for the process identified by pid.
    ///
    /// If pid is 0, sets parameters for the calling process.
    /// param should be an instance of sched_param.
    #[function("(pid, param, /)")]
    fn sched_setparam(thread: &mut Thread, pid: i32, param: Value) -> Result<()> {
        let parameter = scheduling_parameter(thread, param)?;
        // SAFETY: the parameter outlives the call.
        let result = unsafe { libc::sched_setparam(pid, &parameter) };
        done(thread, result)
    }

    /// Return the round-robin quantum for the process identified by pid, in seconds.
    ///
    /// Value returned is a float.
    #[function("(pid, /)")]
    fn sched_rr_get_interval(thread: &mut Thread, pid: i32) -> Result<f64> {
        let mut interval = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: the place outlives the call.
        let result = unsafe { libc::sched_rr_get_interval(pid, &mut interval) };
        checked(thread, result)?;
        Ok(interval.tv_sec as f64 + interval.tv_nsec as f64 * 1e-9)
    }

    /// Set the CPU affinity of the process identified by pid to mask.
    ///
    ///   pid
    ///     The identifier of the process, or 0 for the calling process.
    ///   mask
    ///     An iterable of integers identifying CPUs.
    #[function("(pid, mask, /)")]
    fn sched_setaffinity(thread: &mut Thread, pid: i32, mask: Value) -> Result<()> {
        // SAFETY: plain memory.
        let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
        for &cpu in iterate::collect(thread, mask)?.iter() {
            let cpu = index_i64(thread, cpu)?;
            if cpu < 0 {
                return Err(thread.value_error("negative CPU number"));
            }
            if cpu as usize >= 8 * size_of::<libc::cpu_set_t>() {
                return Err(os_error(thread, libc::EINVAL));
            }
            // SAFETY: within the set.
            unsafe { libc::CPU_SET(cpu as usize, &mut set) };
        }
        // SAFETY: a set with its size.
        let result = unsafe { libc::sched_setaffinity(pid, size_of::<libc::cpu_set_t>(), &set) };
        done(thread, result)
    }
}
