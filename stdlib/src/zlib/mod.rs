//! `zlib`: compression, and its checksums.

mod objects;
mod stream;

use crate::binascii::Low32;
use crate::checksum::{adler32, crc32};
use crate::exception::ExceptionClass;
use libz_rs_sys as z;
use objects::{Compress, Decompress, Decompressor};
use stream::{Failure, Stream};
use taipan_runtime::native::TypeDefinition;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::operations::buffer::BytesLike;
use taipan_runtime::prelude::*;

/// `zlib.error`
static ERROR: ExceptionClass = ExceptionClass::new();

/// Room for output of one step.
const STEP: usize = 16 * 1024;

/// Raises what zlib complained about.
fn raise<T>(thread: &mut Thread, failure: &Failure, action: &str) -> Result<T> {
    Err(ERROR.error(thread, failure.text(action)))
}

/// Runs a stream over all of its input.
fn run_all(
    stream: &mut Stream,
    input: &[u8],
    flush: i32,
) -> std::result::Result<(Vec<u8>, usize, i32), Failure> {
    let (mut out, mut at) = (Vec::new(), 0);
    loop {
        let before = out.len();
        let room = STEP.max(out.len());
        let progress = stream.run(&input[at..], &mut out, room, flush)?;
        at += progress.used;
        // Room left over: there is nothing more to say about this input.
        let done = out.len() - before < room && (at == input.len() || progress.used == 0);
        if done || matches!(progress.code, z::Z_STREAM_END | z::Z_NEED_DICT) {
            return Ok((out, at, progress.code));
        }
    }
}

/// The module `zlib`.
pub struct Zlib;

/// Compression compatible with GNU zip.
#[native_module(name = "zlib")]
impl Zlib {
    #[types]
    fn types() -> &'static [&'static TypeDefinition] {
        &[Decompressor::DEFINITION]
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        use taipan_runtime::object::str::intern;
        taipan_runtime::builtins::class::class_of_definition(thread, Compress::DEFINITION)?;
        taipan_runtime::builtins::class::class_of_definition(thread, Decompress::DEFINITION)?;
        for (name, number) in CONSTANTS {
            module.dict.set_str_infallible(intern(name), Value::from_int(i64::from(*number)));
        }
        for name in ["ZLIB_VERSION", "ZLIB_RUNTIME_VERSION"] {
            module.dict.set_str_infallible(intern(name), Str::new("1.3.1").value());
        }
        ERROR.install(thread, module, "error", "zlib", types().exception)
    }

    /// Compute an Adler-32 checksum of data.
    #[function("(data, value=1, /)")]
    fn adler32(data: BytesLike, value: Option<Low32>) -> u32 {
        adler32(value.map_or(1, |value| value.0), &data)
    }

    /// Compute a CRC-32 checksum of data.
    #[function("(data, value=0, /)")]
    fn crc32(data: BytesLike, value: Option<Low32>) -> u32 {
        crc32(value.map_or(0, |value| value.0), &data)
    }

    /// Returns a bytes object containing compressed data.
    #[function(
        "(data, /, level=-1, wbits=15)",
        text = "($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)"
    )]
    fn compress(thread: &mut Thread, data: BytesLike, level: i32, wbits: i32) -> Result<Gc<Bytes>> {
        let Ok(mut stream) = Stream::deflate(level, z::Z_DEFLATED, wbits, 8, z::Z_DEFAULT_STRATEGY) else {
            return Err(ERROR.error(thread, "Bad compression level"));
        };
        match run_all(&mut stream, &data, z::Z_FINISH) {
            Ok((out, ..)) => Ok(Bytes::new(&out)),
            Err(failure) => raise(thread, &failure, "while compressing data"),
        }
    }

    /// Returns a bytes object containing the uncompressed data.
    #[function(
        "(data, /, wbits=15, bufsize=16384)",
        text = "($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)"
    )]
    fn decompress(thread: &mut Thread, data: BytesLike, wbits: i32, bufsize: isize) -> Result<Gc<Bytes>> {
        if bufsize < 0 {
            return Err(thread.value_error("bufsize must be non-negative"));
        }
        let mut stream = match Stream::inflate(wbits) {
            Ok(stream) => stream,
            Err(failure) => return raise(thread, &failure, "while preparing to decompress data"),
        };
        match run_all(&mut stream, &data, z::Z_SYNC_FLUSH) {
            Ok((out, _, z::Z_STREAM_END)) => Ok(Bytes::new(&out)),
            Ok((_, _, code)) => {
                let code = if code == z::Z_NEED_DICT { code } else { z::Z_BUF_ERROR };
                raise(thread, &Failure { code, message: None }, "while decompressing data")
            }
            Err(failure) => raise(thread, &failure, "while decompressing data"),
        }
    }

    /// Return a compressor object.
    #[function(
        "(level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=<unrepresentable>)",
        text = "($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED,\n            wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL,\n            strategy=Z_DEFAULT_STRATEGY, zdict=<unrepresentable>)"
    )]
    fn compressobj(
        thread: &mut Thread,
        level: i32,
        method: i32,
        wbits: i32,
        memLevel: i32,
        strategy: i32,
        zdict: Option<BytesLike>,
    ) -> Result<Gc<Compress>> {
        let mut stream = match Stream::deflate(level, method, wbits, memLevel, strategy) {
            Ok(stream) => stream,
            Err(failure) => return Err(refused(thread, &failure, "while creating compression object")),
        };
        if let Some(zdict) = zdict
            && stream.set_dictionary(&zdict).is_err()
        {
            return Err(thread.value_error("Invalid dictionary"));
        }
        Ok(Compress::of(stream))
    }

    /// Return a decompressor object.
    #[function("(wbits=15, zdict=b'')", text = "($module, /, wbits=MAX_WBITS, zdict=b'')")]
    fn decompressobj(thread: &mut Thread, wbits: i32, zdict: Option<Value>) -> Result<Gc<Decompress>> {
        let dictionary = objects::dictionary(thread, zdict)?;
        let stream = match Stream::inflate(wbits) {
            Ok(stream) => stream,
            Err(failure) => return Err(refused(thread, &failure, "while creating decompression object")),
        };
        Decompress::of(thread, stream, dictionary, wbits < 0)
    }
}

/// The complaint about options that zlib refuses.
fn refused(thread: &mut Thread, failure: &Failure, action: &str) -> Raised {
    if failure.code == z::Z_STREAM_ERROR {
        return thread.value_error("Invalid initialization option");
    }
    ERROR.error(thread, failure.text(action))
}

const CONSTANTS: &[(&str, i32)] = &[
    ("MAX_WBITS", 15),
    ("DEFLATED", z::Z_DEFLATED),
    ("DEF_MEM_LEVEL", 8),
    ("DEF_BUF_SIZE", 16 * 1024),
    ("Z_NO_COMPRESSION", 0),
    ("Z_BEST_SPEED", 1),
    ("Z_BEST_COMPRESSION", 9),
    ("Z_DEFAULT_COMPRESSION", -1),
    ("Z_FILTERED", 1),
    ("Z_HUFFMAN_ONLY", 2),
    ("Z_RLE", 3),
    ("Z_FIXED", 4),
    ("Z_DEFAULT_STRATEGY", 0),
    ("Z_NO_FLUSH", z::Z_NO_FLUSH),
    ("Z_PARTIAL_FLUSH", z::Z_PARTIAL_FLUSH),
    ("Z_SYNC_FLUSH", z::Z_SYNC_FLUSH),
    ("Z_FULL_FLUSH", z::Z_FULL_FLUSH),
    ("Z_FINISH", z::Z_FINISH),
    ("Z_BLOCK", z::Z_BLOCK),
    ("Z_TREES", z::Z_TREES),
];
