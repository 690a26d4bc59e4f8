//! `stat` and its result, `statvfs`, and the other struct sequences of the module.

use super::path::{PATH, PATH_OR_DESCRIPTOR, PathArgument, folder};
use crate::system::{last_error, os_error};
use taipan_runtime::builtins::struct_sequence::{self, Description};
use taipan_runtime::lock::without_lock;
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::big_int;
use taipan_runtime::prelude::*;
use taipan_runtime::roots::Root;

/// A struct sequence class of the module.
pub struct SequenceClass {
    description: Description,
    class: Root,
}

impl SequenceClass {
    pub const fn new(
        module: &'static str,
        name: &'static str,
        doc: &'static str,
        visible: &'static [&'static str],
        hidden: &'static [&'static str],
    ) -> SequenceClass {
        SequenceClass { description: Description { module, name, doc, visible, hidden }, class: Root::new() }
    }

    /// The class, made at the first call.
    pub fn class(&'static self, thread: &mut Thread) -> Result<Gc<TypeObject>> {
        if let Some(class) = self.class.get() {
            return Ok(class.cast());
        }
        let class = struct_sequence::define(thread, &self.description)?;
        // A hidden field that has the name of a visible one is what the attribute gives.
        for name in self.description.hidden {
            if self.description.visible.contains(name) {
                class.dict.delete_str(intern(name));
            }
        }
        class.attribute_changed(None);
        self.class.set(class.value());
        Ok(class)
    }

    pub fn make(&'static self, thread: &mut Thread, values: &[Value]) -> Result {
        let class = self.class(thread)?;
        struct_sequence::make(thread, class, values)
    }

    pub fn name(&self) -> &'static str {
        self.description.name
    }
}

pub static STAT_RESULT: SequenceClass = SequenceClass::new(
    "os",
    "stat_result",
    "stat_result: Result from stat, fstat, or lstat.\n\nThis object may be accessed either as a tuple of\n  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\nor via the attributes st_mode, st_ino, st_dev, st_nlink, st_uid, and so on.\n\nPosix/windows: If your platform supports st_blksize, st_blocks, st_rdev,\nor st_flags, they are available as attributes only.\n\nSee os.stat for more information.",
    &[
        "st_mode", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid", "st_size", "st_atime", "st_mtime",
        "st_ctime",
    ],
    &[
        "st_atime",
        "st_mtime",
        "st_ctime",
        "st_atime_ns",
        "st_mtime_ns",
        "st_ctime_ns",
        "st_blksize",
        "st_blocks",
        "st_rdev",
    ],
);

pub static STATVFS_RESULT: SequenceClass = SequenceClass::new(
    "os",
    "statvfs_result",
    "statvfs_result: Result from statvfs or fstatvfs.\n\nThis object may be accessed either as a tuple of\n  (bsize, frsize, blocks, bfree, bavail, files, ffree, favail, flag, namemax),\nor via the attributes f_bsize, f_frsize, f_blocks, f_bfree, and so on.\n\nSee os.statvfs for more information.",
    &[
        "f_bsize",
        "f_frsize",
        "f_blocks",
        "f_bfree",
        "f_bavail",
        "f_files",
        "f_ffree",
        "f_favail",
        "f_flag",
        "f_namemax",
    ],
    &["f_fsid"],
);

pub static TERMINAL_SIZE: SequenceClass = SequenceClass::new(
    "os",
    "terminal_size",
    "A tuple of (columns, lines) for holding terminal window size",
    &["columns", "lines"],
    &[],
);

pub static TIMES_RESULT: SequenceClass = SequenceClass::new(
    "posix",
    "times_result",
    "times_result: Result from os.times().\n\nThis object may be accessed either as a tuple of\n  (user, system, children_user, children_system, elapsed),\nor via the attributes user, system, children_user, children_system,\nand elapsed.\n\nSee os.times for more information.",
    &["user", "system", "children_user", "children_system", "elapsed"],
    &[],
);

pub static UNAME_RESULT: SequenceClass = SequenceClass::new(
    "posix",
    "uname_result",
    "uname_result: Result from os.uname().\n\nThis object may be accessed either as a tuple of\n  (sysname, nodename, release, version, machine),\nor via the attributes sysname, nodename, release, version, and machine.\n\nSee os.uname for more information.",
    &["sysname", "nodename", "release", "version", "machine"],
    &[],
);

pub static SCHED_PARAM: SequenceClass = SequenceClass::new(
    "posix",
    "sched_param",
    "Currently has only one field: sched_priority",
    &["sched_priority"],
    &[],
);

pub static WAITID_RESULT: SequenceClass = SequenceClass::new(
    "posix",
    "waitid_result",
    "waitid_result: Result from waitid.\n\nThis object may be accessed either as a tuple of\n  (si_pid, si_uid, si_signo, si_status, si_code),\nor via the attributes si_pid, si_uid, and so on.\n\nSee os.waitid for more information.",
    &["si_pid", "si_uid", "si_signo", "si_status", "si_code"],
    &[],
);

/// All of them.
pub static CLASSES: [&SequenceClass; 7] = [
    &STAT_RESULT,
    &STATVFS_RESULT,
    &TERMINAL_SIZE,
    &TIMES_RESULT,
    &UNAME_RESULT,
    &SCHED_PARAM,
    &WAITID_RESULT,
];

/// A point in time as nanoseconds, which may exceed 64 bits.
fn nanoseconds(seconds: i64, nanoseconds: i64) -> Value {
    match seconds.checked_mul(1_000_000_000).and_then(|whole| whole.checked_add(nanoseconds)) {
        Some(total) => Value::from_int(total),
        None => {
            use taipan_runtime::object::int::IntRef;
            let billion = IntRef::Small(1_000_000_000);
            match big_int::multiply(IntRef::Small(seconds), billion).as_int() {
                Some(whole) => big_int::add(whole, IntRef::Small(nanoseconds)),
                None => Value::from_int(i64::MAX),
            }
        }
    }
}

/// `os.stat_result` of what the system says.
pub fn stat_result(thread: &mut Thread, status: &libc::stat) -> Result {
    let int = |number: i64| Value::from_int(number);
    let times = [
        (status.st_atime, status.st_atime_nsec),
        (status.st_mtime, status.st_mtime_nsec),
        (status.st_ctime, status.st_ctime_nsec),
    ];
    let mut values = taipan_runtime::heap::ScratchValues::with_capacity(19);
    values.push(int(status.st_mode.into()));
    values.push(Value::from_unsigned(status.st_ino));
    values.push(Value::from_unsigned(status.st_dev));
    values.push(int(status.st_nlink as i64));
    values.push(int(status.st_uid.into()));
    values.push(int(status.st_gid.into()));
    values.push(int(status.st_size));
    for (seconds, _) in times {
        values.push(int(seconds));
    }
    for (seconds, fraction) in times {
        values.push(Value::from_float(seconds as f64 + 1e-9 * fraction as f64));
    }
    for (seconds, fraction) in times {
        values.push(nanoseconds(seconds, fraction));
    }
    values.push(int(status.st_blksize as i64));
    values.push(int(status.st_blocks));
    values.push(Value::from_unsigned(status.st_rdev));
    STAT_RESULT.make(thread, &values)
}

/// Asks the system about a file; the error number if it refuses.
pub fn status_of(
    thread: &mut Thread,
    path: &PathArgument,
    folder: i32,
    follow: bool,
) -> std::result::Result<libc::stat, i32> {
    let (descriptor, name) = (path.descriptor, path.pointer());
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: `status` is plain memory that the call fills; the name outlives the call.
    let (result, status, number) = without_lock(thread, || unsafe {
        let mut status: libc::stat = std::mem::zeroed();
        let result = match descriptor {
            Some(descriptor) => libc::fstat(descriptor, &mut status),
            None => libc::fstatat(folder, name, &mut status, flags),
        };
        (result, status, last_error())
    });
    if result < 0 { Err(number) } else { Ok(status) }
}

/// `stat`, `lstat`
pub fn stat(thread: &mut Thread, function: &str, path: Value, dir_fd: Value, follow: bool) -> Result {
    let allowed = if function == "stat" { PATH_OR_DESCRIPTOR } else { PATH };
    let path = PathArgument::of(thread, path, function, "path", allowed)?;
    let folder = folder(thread, dir_fd)?;
    if path.descriptor.is_some() && folder != libc::AT_FDCWD {
        return Err(thread.value_error("stat: can't specify dir_fd without matching path"));
    }
    if path.descriptor.is_some() && !follow {
        return Err(thread.value_error("stat: cannot use fd and follow_symlinks together"));
    }
    match status_of(thread, &path, folder, follow) {
        Ok(status) => stat_result(thread, &status),
        Err(number) => Err(path.error(thread, number)),
    }
}

/// `fstat`
pub fn fstat(thread: &mut Thread, descriptor: i32) -> Result {
    let path = PathArgument {
        given: Value::NONE,
        name: std::ffi::CString::default(),
        descriptor: Some(descriptor),
        is_bytes: false,
    };
    match status_of(thread, &path, libc::AT_FDCWD, true) {
        Ok(status) => stat_result(thread, &status),
        Err(number) => Err(os_error(thread, number)),
    }
}

/// `statvfs`, `fstatvfs`
pub fn statvfs(thread: &mut Thread, path: &PathArgument) -> Result {
    let (descriptor, name) = (path.descriptor, path.pointer());
    // SAFETY: as in `status_of`.
    let (result, status, number) = without_lock(thread, || unsafe {
        let mut status: libc::statvfs = std::mem::zeroed();
        let result = match descriptor {
            Some(descriptor) => libc::fstatvfs(descriptor, &mut status),
            None => libc::statvfs(name, &mut status),
        };
        (result, status, last_error())
    });
    if result < 0 {
        return Err(if descriptor.is_some() { os_error(thread, number) } else { path.error(thread, number) });
    }
    let numbers = [
        status.f_bsize,
        status.f_frsize,
        status.f_blocks,
        status.f_bfree,
        status.f_bavail,
        status.f_files,
        status.f_ffree,
        status.f_favail,
        status.f_flag,
        status.f_namemax,
        status.f_fsid,
    ];
    let values: Vec<Value> = numbers.iter().map(|number| Value::from_unsigned(*number)).collect();
    STATVFS_RESULT.make(thread, &values)
}
