//! Files that are there whole or not at all: written under another name, then renamed.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

/// Fails if a file of this name can't be written, so that long work doesn't end with nothing to show for it.
pub fn probe(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::Error::from_raw_os_error(libc::EISDIR));
    }
    let temporary = temporary_name(path)?;
    std::fs::OpenOptions::new().write(true).create_new(true).open(&temporary)?;
    std::fs::remove_file(&temporary)
}

/// Writes a file; what was there before stays if that fails.
pub fn write(path: &Path, contents: &[u8]) -> io::Result<()> {
    let temporary = temporary_name(path)?;
    let written = std::fs::write(&temporary, contents).and_then(|()| std::fs::rename(&temporary, path));
    if written.is_err() {
        // What can't be removed wasn't created either.
        let _ = std::fs::remove_file(&temporary);
    }
    written
}

fn temporary_name(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| io::Error::from_raw_os_error(libc::EISDIR))?;
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}.tmp", std::process::id()));
    Ok(path.with_file_name(hidden))
}

/// What the system says about an error, as Python prints it: `[Errno 2] No such file or directory`.
pub fn describe(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(number) => {
            let text = error.to_string();
            let text = text.strip_suffix(&format!(" (os error {number})")).unwrap_or(&text);
            format!("[Errno {number}] {text}")
        }
        None => error.to_string(),
    }
}
