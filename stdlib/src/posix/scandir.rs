//! `listdir`, `scandir` and `DirEntry`.

use super::path::{ANYTHING, PathArgument};
use super::stat::{stat_result, status_of};
use crate::system::{last_error, text_of_os};
use std::ffi::{CStr, CString};
use taipan_runtime::builtins::generic_alias;
use taipan_runtime::lock::without_lock;
use taipan_runtime::native_layout;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::list::List;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::operations::repr;
use taipan_runtime::prelude::*;

/// An open folder.
struct Folder(*mut libc::DIR);

impl Drop for Folder {
    fn drop(&mut self) {
        // SAFETY: opened by `open_folder`, closed once.
        unsafe { libc::closedir(self.0) };
    }
}

/// What a folder has about an entry.
struct Found {
    name: Vec<u8>,
    kind: u8,
    number: u64,
}

fn open_folder(thread: &mut Thread, path: &PathArgument) -> Result<Folder> {
    let (descriptor, name) = (path.descriptor, path.pointer());
    // SAFETY: the name outlives the call; a duplicate of the descriptor belongs to the folder.
    let (folder, number) = without_lock(thread, || unsafe {
        let folder = match descriptor {
            Some(descriptor) => match libc::fcntl(descriptor, libc::F_DUPFD_CLOEXEC, 0) {
                -1 => std::ptr::null_mut(),
                own => {
                    let folder = libc::fdopendir(own);
                    if folder.is_null() {
                        let number = last_error();
                        libc::close(own);
                        *libc::__errno_location() = number;
                    } else {
                        libc::rewinddir(folder);
                    }
                    folder
                }
            },
            None => libc::opendir(name),
        };
        (folder, last_error())
    });
    match folder.is_null() {
        true => Err(path.error(thread, number)),
        false => Ok(Folder(folder)),
    }
}

/// The next entry, without `.` and `..`.
fn next_entry(thread: &mut Thread, folder: &Folder) -> std::result::Result<Option<Found>, i32> {
    let pointer = folder.0;
    without_lock(thread, || {
        loop {
            // SAFETY: the folder is open; the entry is read before the next call.
            unsafe {
                *libc::__errno_location() = 0;
                let entry = libc::readdir(pointer);
                if entry.is_null() {
                    return match last_error() {
                        0 => Ok(None),
                        number => Err(number),
                    };
                }
                let name = CStr::from_ptr((*entry).d_name.as_ptr()).to_bytes();
                if name != b"." && name != b".." {
                    return Ok(Some(Found {
                        name: name.to_vec(),
                        kind: (*entry).d_type,
                        number: (*entry).d_ino,
                    }));
                }
            }
        }
    })
}

fn name_value(name: &[u8], as_bytes: bool) -> Value {
    if as_bytes { Bytes::new(name).value() } else { text_of_os(name).value() }
}

/// `listdir`
pub fn listdir(thread: &mut Thread, path: Value) -> Result<Gc<List>> {
    let path = PathArgument::of(thread, path, "listdir", "path", ANYTHING)?;
    let folder = open_folder(thread, &path)?;
    let names = List::empty();
    loop {
        match next_entry(thread, &folder) {
            Ok(Some(found)) => names.push(name_value(&found.name, path.is_bytes)),
            Ok(None) => return Ok(names),
            Err(number) => return Err(path.error(thread, number)),
        }
    }
}

/// The iterator of `scandir`.
#[repr(C)]
pub struct ScandirIterator {
    head: NativeHead,
    path: PathArgument,
    folder: Option<Folder>,
}

native_layout!(ScandirIterator, "posix.ScandirIterator", |this, tracer| tracer.value(this.path.given.0));

/// `scandir`
pub fn scandir(thread: &mut Thread, path: Value) -> Result<Gc<ScandirIterator>> {
    let path = PathArgument::of(thread, path, "scandir", "path", ANYTHING)?;
    let folder = Some(open_folder(thread, &path)?);
    let class = taipan_runtime::builtins::class::class_of_definition(
        thread,
        <ScandirIterator as NativeType>::DEFINITION,
    )?;
    Ok(native_object::new(class, ScandirIterator { head: NativeHead::empty(), path, folder }))
}

#[native_type(name = "ScandirIterator", module = "posix", no_new)]
impl ScandirIterator {
    #[method]
    fn __iter__(this: Gc<ScandirIterator>) -> Gc<ScandirIterator> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, mut this: Gc<ScandirIterator>) -> Result<Option<Value>> {
        // Out of the object while the lock is given up, so that no other thread closes it.
        let Some(folder) = this.folder.take() else { return Ok(None) };
        match next_entry(thread, &folder) {
            Ok(Some(found)) => {
                this.folder = Some(folder);
                DirEntry::make(thread, &this.path, &found).map(Some)
            }
            Ok(None) => Ok(None),
            Err(number) => Err(this.path.error(thread, number)),
        }
    }

    #[method("()")]
    fn __enter__(this: Gc<ScandirIterator>) -> Gc<ScandirIterator> {
        this
    }

    #[method("(*args)", hidden)]
    fn __exit__(mut this: Gc<ScandirIterator>, _args: &[Value]) {
        this.folder = None;
    }

    #[method("()")]
    fn close(mut this: Gc<ScandirIterator>) {
        this.folder = None;
    }
}

/// An entry of a folder.
#[repr(C)]
pub struct DirEntry {
    head: NativeHead,
    name: Value,
    path: Value,
    /// What `stat` and `lstat` said, NULL before they were asked.
    status: Value,
    link_status: Value,
    /// Where the file is: the path, or the name in the folder of a descriptor.
    place: CString,
    folder: i32,
    kind: u8,
    number: u64,
}

native_layout!(DirEntry, "posix.DirEntry", |this, tracer| {
    for value in [this.name, this.path, this.status, this.link_status] {
        tracer.value(value.0);
    }
});

/// The type of a file from its mode.
fn kind_of_mode(mode: u32) -> u8 {
    ((mode & libc::S_IFMT) >> 12) as u8
}

impl DirEntry {
    fn make(thread: &mut Thread, folder: &PathArgument, found: &Found) -> Result {
        let name = name_value(&found.name, folder.is_bytes);
        let (path, place) = match folder.descriptor {
            Some(_) => (name, found.name.clone()),
            None => {
                let mut joined = folder.name.to_bytes().to_vec();
                if joined.last().is_some_and(|last| *last != b'/') {
                    joined.push(b'/');
                }
                joined.extend_from_slice(&found.name);
                (name_value(&joined, folder.is_bytes), joined)
            }
        };
        let class = taipan_runtime::builtins::class::class_of_definition(
            thread,
            <DirEntry as NativeType>::DEFINITION,
        )?;
        let entry = DirEntry {
            head: NativeHead::empty(),
            name,
            path,
            status: Value::NULL,
            link_status: Value::NULL,
            place: CString::new(place).unwrap_or_default(),
            folder: folder.descriptor.unwrap_or(libc::AT_FDCWD),
            kind: found.kind,
            number: found.number,
        };
        Ok(native_object::new(class, entry).value())
    }

    fn ask(thread: &mut Thread, this: Gc<DirEntry>, follow: bool) -> std::result::Result<libc::stat, i32> {
        let place =
            PathArgument { given: this.path, name: this.place.clone(), descriptor: None, is_bytes: false };
        status_of(thread, &place, this.folder, follow)
    }

    /// Whether the file is of a type; a file that is gone is of none.
    fn is_kind(thread: &mut Thread, this: Gc<DirEntry>, follow: bool, kind: u8) -> Result<bool> {
        let needs_system = this.kind == libc::DT_UNKNOWN || follow && this.kind == libc::DT_LNK;
        if !needs_system {
            return Ok(this.kind == kind);
        }
        match DirEntry::ask(thread, this, follow) {
            Ok(status) => Ok(kind_of_mode(status.st_mode) == kind),
            Err(libc::ENOENT) => Ok(false),
            Err(number) => Err(crate::system::os_error_with_name(thread, number, this.path)),
        }
    }
}

#[native_type(name = "DirEntry", module = "posix", no_new)]
impl DirEntry {
    /// the entry's base filename, relative to scandir() "path" argument
    #[getter(member)]
    fn name(this: Gc<DirEntry>) -> Value {
        this.name
    }

    /// the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)
    #[getter(member)]
    fn path(this: Gc<DirEntry>) -> Value {
        this.path
    }

    /// Return True if the entry is a directory; cached per entry.
    #[method("(*, follow_symlinks=True)", text = "($self, /, *, follow_symlinks=True)")]
    fn is_dir(thread: &mut Thread, this: Gc<DirEntry>, follow_symlinks: bool) -> Result<bool> {
        DirEntry::is_kind(thread, this, follow_symlinks, libc::DT_DIR)
    }

    /// Return True if the entry is a file; cached per entry.
    #[method("(*, follow_symlinks=True)", text = "($self, /, *, follow_symlinks=True)")]
    fn is_file(thread: &mut Thread, this: Gc<DirEntry>, follow_symlinks: bool) -> Result<bool> {
        DirEntry::is_kind(thread, this, follow_symlinks, libc::DT_REG)
    }

    /// Return True if the entry is a symbolic link; cached per entry.
    #[method("()")]
    fn is_symlink(thread: &mut Thread, this: Gc<DirEntry>) -> Result<bool> {
        DirEntry::is_kind(thread, this, false, libc::DT_LNK)
    }

    /// Return True if the entry is a junction; cached per entry.
    #[method("()")]
    fn is_junction(_this: Gc<DirEntry>) -> bool {
        false
    }

    /// Return stat_result object for the entry; cached per entry.
    #[method("(*, follow_symlinks=True)", text = "($self, /, *, follow_symlinks=True)")]
    fn stat(thread: &mut Thread, mut this: Gc<DirEntry>, follow_symlinks: bool) -> Result {
        let known = if follow_symlinks { this.status } else { this.link_status };
        if let Some(known) = known.non_null() {
            return Ok(known);
        }
        let status = match DirEntry::ask(thread, this, follow_symlinks) {
            Ok(status) => stat_result(thread, &status)?,
            Err(number) => return Err(crate::system::os_error_with_name(thread, number, this.path)),
        };
        match follow_symlinks {
            true => this.status = status,
            false => this.link_status = status,
        }
        this.write_barrier();
        Ok(status)
    }

    /// Return inode of the entry; cached per entry.
    #[method("()")]
    fn inode(this: Gc<DirEntry>) -> u64 {
        this.number
    }

    /// Return the path for the entry.
    #[method("()")]
    fn __fspath__(this: Gc<DirEntry>) -> Value {
        this.path
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<DirEntry>) -> Result<String> {
        Ok(format!("<DirEntry {}>", repr(thread, this.name)?.to_string_lossy()))
    }

    /// See PEP 585
    #[class_method("(object, /)")]
    fn __class_getitem__(thread: &mut Thread, class: Gc<TypeObject>, object: Value) -> Result {
        generic_alias::new(thread, class.value(), object)
    }
}
