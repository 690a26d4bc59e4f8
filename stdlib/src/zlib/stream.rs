//! Safe streams over zlib-rs's C interface.
//!
//! **Invariants.** A stream is initialised as long as the object lives, and is ended once, when it is dropped. Its input and output pointers are
//! set for each call and not used between calls.

use libz_rs_sys as z;
use std::ffi::CStr;
use std::mem::MaybeUninit;

/// What a call of zlib returned, with its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub code: i32,
    pub message: Option<String>,
}

impl Failure {
    /// `Error -3 while decompressing data: incorrect header check`
    pub fn text(&self, action: &str) -> String {
        let known = match self.code {
            z::Z_BUF_ERROR => Some("incomplete or truncated stream"),
            z::Z_STREAM_ERROR => Some("inconsistent stream state"),
            z::Z_DATA_ERROR => Some("invalid input data"),
            _ => None,
        };
        let message = match self.code {
            z::Z_BUF_ERROR => known,
            _ => self.message.as_deref().or(known),
        };
        match message {
            Some(message) => format!("Error {} {action}: {message}", self.code),
            None => format!("Error {} {action}", self.code),
        }
    }
}

/// Which way a stream goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Deflate,
    Inflate,
}

/// A compressing or decompressing stream.
pub struct Stream {
    raw: Box<z::z_stream>,
    direction: Direction,
}

/// How far one call got.
pub struct Progress {
    /// Bytes of input used.
    pub used: usize,
    /// Z_OK, Z_STREAM_END, Z_BUF_ERROR or Z_NEED_DICT.
    pub code: i32,
}

fn empty() -> Box<z::z_stream> {
    Box::new(z::z_stream::default())
}

const STREAM_SIZE: i32 = size_of::<z::z_stream>() as i32;

impl Stream {
    /// A stream that compresses.
    pub fn deflate(
        level: i32,
        method: i32,
        window_bits: i32,
        memory_level: i32,
        strategy: i32,
    ) -> Result<Stream, Failure> {
        let mut raw = empty();
        // SAFETY: a default stream, which is initialised here; the version string is zlib's own.
        let code = unsafe {
            z::deflateInit2_(
                &mut *raw,
                level,
                method,
                window_bits,
                memory_level,
                strategy,
                z::zlibVersion(),
                STREAM_SIZE,
            )
        };
        Stream::initialised(raw, Direction::Deflate, code)
    }

    /// A stream that decompresses.
    pub fn inflate(window_bits: i32) -> Result<Stream, Failure> {
        let mut raw = empty();
        // SAFETY: as in `deflate`.
        let code = unsafe { z::inflateInit2_(&mut *raw, window_bits, z::zlibVersion(), STREAM_SIZE) };
        Stream::initialised(raw, Direction::Inflate, code)
    }

    fn initialised(raw: Box<z::z_stream>, direction: Direction, code: i32) -> Result<Stream, Failure> {
        if code == z::Z_OK {
            return Ok(Stream { raw, direction });
        }
        let failure = failure(&raw, code);
        Err(failure)
    }

    fn failure(&self, code: i32) -> Failure {
        failure(&self.raw, code)
    }

    /// Gives the stream a dictionary.
    pub fn set_dictionary(&mut self, dictionary: &[u8]) -> Result<(), Failure> {
        let length = u32::try_from(dictionary.len()).unwrap_or(u32::MAX);
        // SAFETY: an initialised stream, and bytes that outlive the call.
        let code = unsafe {
            match self.direction {
                Direction::Deflate => z::deflateSetDictionary(&mut *self.raw, dictionary.as_ptr(), length),
                Direction::Inflate => z::inflateSetDictionary(&mut *self.raw, dictionary.as_ptr(), length),
            }
        };
        if code == z::Z_OK { Ok(()) } else { Err(self.failure(code)) }
    }

    /// Runs over input, appending at most `room` bytes to `out`.
    pub fn run(
        &mut self,
        input: &[u8],
        out: &mut Vec<u8>,
        room: usize,
        flush: i32,
    ) -> Result<Progress, Failure> {
        let given = u32::try_from(input.len()).unwrap_or(u32::MAX);
        out.reserve(room);
        let spare: &mut [MaybeUninit<u8>] = out.spare_capacity_mut();
        let available = u32::try_from(spare.len().min(room)).unwrap_or(u32::MAX);
        self.raw.next_in = input.as_ptr();
        self.raw.avail_in = given;
        self.raw.next_out = spare.as_mut_ptr().cast();
        self.raw.avail_out = available;
        // SAFETY: an initialised stream whose input and output are valid for the lengths given.
        let code = unsafe {
            match self.direction {
                Direction::Deflate => z::deflate(&mut *self.raw, flush),
                Direction::Inflate => z::inflate(&mut *self.raw, flush),
            }
        };
        let written = (available - self.raw.avail_out) as usize;
        // SAFETY: zlib initialised that many bytes of the spare room.
        unsafe { out.set_len(out.len() + written) };
        let used = (given - self.raw.avail_in) as usize;
        match code {
            z::Z_OK | z::Z_STREAM_END | z::Z_BUF_ERROR | z::Z_NEED_DICT => Ok(Progress { used, code }),
            _ => Err(self.failure(code)),
        }
    }

    /// An independent stream in the same state.
    pub fn copy(&mut self) -> Result<Stream, Failure> {
        let mut raw = empty();
        // SAFETY: an initialised source, and a target that is not.
        let code = unsafe {
            match self.direction {
                Direction::Deflate => z::deflateCopy(&mut *raw, &mut *self.raw),
                Direction::Inflate => z::inflateCopy(&mut *raw, &*self.raw),
            }
        };
        Stream::initialised(raw, self.direction, code)
    }
}

fn failure(raw: &z::z_stream, code: i32) -> Failure {
    // SAFETY: zlib's messages are static C strings.
    let message =
        (!raw.msg.is_null()).then(|| unsafe { CStr::from_ptr(raw.msg) }.to_string_lossy().into_owned());
    Failure { code, message }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: an initialised stream, ended once.
        unsafe {
            match self.direction {
                Direction::Deflate => z::deflateEnd(&mut *self.raw),
                Direction::Inflate => z::inflateEnd(&mut *self.raw),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compressed_comes_back() {
        let data: Vec<u8> = (0..100_000u32).flat_map(|i| (i.wrapping_mul(i) / 7).to_le_bytes()).collect();
        let mut packed = Vec::new();
        let mut deflate = Stream::deflate(6, 8, 15, 8, 0).unwrap();
        let mut at = 0;
        loop {
            let progress = deflate.run(&data[at..], &mut packed, 4096, z::Z_FINISH).unwrap();
            at += progress.used;
            if progress.code == z::Z_STREAM_END {
                break;
            }
        }
        let mut unpacked = Vec::new();
        let mut inflate = Stream::inflate(15).unwrap();
        at = 0;
        loop {
            let progress = inflate.run(&packed[at..], &mut unpacked, 1000, z::Z_SYNC_FLUSH).unwrap();
            at += progress.used;
            if progress.code == z::Z_STREAM_END {
                break;
            }
        }
        assert!(packed.len() < data.len());
        assert_eq!(unpacked, data);
    }
}
