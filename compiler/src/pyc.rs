//! `.pyc` files: a header that says what the code was compiled from, and a marshalled code object.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::hash::Hasher;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use siphasher::sip::SipHasher13;

use crate::code::CodeObject;
use crate::constant::Constant;
use crate::marshal::{self, ReadError};

/// The number of CPython 3.14's bytecode.
pub const MAGIC_NUMBER: u16 = 3627;
/// The first four bytes of a file.
pub const MAGIC: [u8; 4] = [MAGIC_NUMBER.to_le_bytes()[0], MAGIC_NUMBER.to_le_bytes()[1], b'\r', b'\n'];

const HEADER_SIZE: usize = 16;
const HASH_BASED: u32 = 1;
const CHECK_SOURCE: u32 = 2;

/// How to tell whether a file is still that of its source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Validation {
    /// The source had this time of modification (in seconds) and size; the lower 32 bits of each.
    Timestamp { modified: u32, size: u32 },
    /// The source had this hash; it is to be compared.
    CheckedHash(u64),
    /// The source had this hash; it is taken for granted.
    UncheckedHash(u64),
}

/// Why bytes aren't a usable `.pyc` file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PycError {
    /// The file is another version's, or none.
    BadMagic([u8; 4]),
    /// The header isn't complete.
    TruncatedHeader,
    /// The header has flags that mean nothing.
    InvalidFlags(u32),
    /// The code couldn't be read.
    Marshal(ReadError),
    /// What follows the header isn't a code object.
    NotCode,
}

impl fmt::Display for PycError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PycError::BadMagic(magic) => write!(formatter, "bad magic number: {magic:?}"),
            PycError::TruncatedHeader => formatter.write_str("reached EOF while reading pyc header"),
            PycError::InvalidFlags(flags) => write!(formatter, "invalid flags {flags:#x}"),
            PycError::Marshal(error) => error.fmt(formatter),
            PycError::NotCode => formatter.write_str("Non-code object"),
        }
    }
}

impl std::error::Error for PycError {}

/// The hash of a source file that hash-based files hold (`_imp.source_hash`).
pub fn source_hash(source: &[u8]) -> u64 {
    let mut hasher = SipHasher13::new_with_keys(u32::from_le_bytes(MAGIC).into(), 0);
    hasher.write(source);
    hasher.finish()
}

impl Validation {
    /// Whether a source with this content, time of modification and size is the one.
    pub fn matches(self, source: &[u8], modified: u64) -> bool {
        match self {
            Validation::Timestamp { modified: expected, size } => {
                expected == modified as u32 && size == source.len() as u32
            }
            Validation::CheckedHash(hash) => hash == source_hash(source),
            Validation::UncheckedHash(_) => true,
        }
    }

    fn header(self) -> [u8; HEADER_SIZE] {
        let (flags, rest) = match self {
            Validation::Timestamp { modified, size } => (0, u64::from(size) << 32 | u64::from(modified)),
            Validation::CheckedHash(hash) => (HASH_BASED | CHECK_SOURCE, hash),
            Validation::UncheckedHash(hash) => (HASH_BASED, hash),
        };
        let mut header = [0; HEADER_SIZE];
        header[..4].copy_from_slice(&MAGIC);
        header[4..8].copy_from_slice(&flags.to_le_bytes());
        header[8..].copy_from_slice(&rest.to_le_bytes());
        header
    }
}

/// Reads the header of a file.
///
/// # Errors
///
/// There is no header of this version.
pub fn read_header(bytes: &[u8]) -> Result<Validation, PycError> {
    let magic = bytes.first_chunk::<4>().copied().unwrap_or_default();
    if magic != MAGIC {
        return Err(PycError::BadMagic(magic));
    }
    let header = bytes.first_chunk::<HEADER_SIZE>().ok_or(PycError::TruncatedHeader)?;
    let flags = u32::from_le_bytes([header[4], header[5], header[6], header[7]]);
    let low = u32::from_le_bytes([header[8], header[9], header[10], header[11]]);
    let high = u32::from_le_bytes([header[12], header[13], header[14], header[15]]);
    let hash = u64::from(high) << 32 | u64::from(low);
    match flags {
        0 => Ok(Validation::Timestamp { modified: low, size: high }),
        HASH_BASED => Ok(Validation::UncheckedHash(hash)),
        3 => Ok(Validation::CheckedHash(hash)),
        other => Err(PycError::InvalidFlags(other)),
    }
}

/// Reads the code of a file. It isn't verified yet: see [`crate::verify`].
///
/// # Errors
///
/// The bytes aren't a header of this version and a code object.
pub fn read(bytes: &[u8]) -> Result<(Validation, Arc<CodeObject>), PycError> {
    let validation = read_header(bytes)?;
    match marshal::loads(&bytes[HEADER_SIZE..]).map_err(PycError::Marshal)? {
        Constant::Code(code) => Ok((validation, code)),
        _ => Err(PycError::NotCode),
    }
}

/// The bytes of a file.
pub fn to_bytes(validation: Validation, code: &Arc<CodeObject>) -> Vec<u8> {
    let mut bytes = validation.header().to_vec();
    bytes.extend(marshal::dumps(&Constant::Code(code.clone())));
    bytes
}

/// Writes a file such that whoever reads it finds either what was there before or all of the new content.
/// `mode` is the permission bits, where the system has them.
///
/// # Errors
///
/// The file can't be written; nothing is left behind.
pub fn write_atomically(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let temporary = temporary_path(path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode & 0o666);
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = options.open(&temporary)?;
    let written = file.write_all(bytes).and_then(|()| {
        drop(file);
        fs::rename(&temporary, path)
    });
    if written.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// A name beside `path` that no other thread or process uses.
fn temporary_path(path: &Path) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_survive() {
        for validation in [
            Validation::Timestamp { modified: 1, size: u32::MAX },
            Validation::CheckedHash(0x0102_0304_0506_0708),
            Validation::UncheckedHash(7),
        ] {
            assert_eq!(read_header(&validation.header()), Ok(validation));
        }
        assert_eq!(read_header(b"\x2b\x0e\r\n\x02\0\0\0"), Err(PycError::TruncatedHeader));
        assert_eq!(read_header(b"\x2b\x0f\r\n"), Err(PycError::BadMagic(*b"\x2b\x0f\r\n")));
        assert_eq!(read_header(b"\x2b\x0e\r\n\x02\0\0\0\0\0\0\0\0\0\0\0"), Err(PycError::InvalidFlags(2)));
    }

    #[test]
    fn the_oracles_source_hash() {
        // _imp.source_hash(int.from_bytes(importlib.util.MAGIC_NUMBER, "little"), b"pass\n")
        assert_eq!(source_hash(b"pass\n").to_le_bytes(), ORACLE_HASH);
    }

    #[test]
    fn files_are_replaced_whole() {
        let folder = std::env::temp_dir().join(format!("taipan-pyc-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("a.pyc");
        write_atomically(&path, b"one", 0o644).unwrap();
        write_atomically(&path, b"two", 0o644).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        fs::remove_dir_all(&folder).unwrap();
    }

    const ORACLE_HASH: [u8; 8] = [50, 81, 164, 150, 207, 36, 38, 185];
}
