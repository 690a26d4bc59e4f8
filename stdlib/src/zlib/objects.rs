//! Compression and decompression objects: streams fed piece by piece.

use crate::zlib::stream::Stream;
use crate::zlib::{ERROR, STEP, raise, refused, run_all};
use libz_rs_sys as z;
use taipan_runtime::native_layout;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::operations::buffer::BytesLike;
use taipan_runtime::prelude::*;

/// The bytes of a dictionary argument.
pub fn dictionary(thread: &mut Thread, zdict: Option<Value>) -> Result<Option<Vec<u8>>> {
    let Some(zdict) = zdict else { return Ok(None) };
    match BytesLike::of(thread, zdict)? {
        Some(bytes) if bytes.is_empty() => Ok(None),
        Some(bytes) => Ok(Some(bytes.to_vec())),
        None => Err(thread.type_error("zdict argument must support the buffer protocol")),
    }
}

/// A compressor.
#[repr(C)]
pub struct Compress {
    head: NativeHead,
    /// `None` once it was flushed to the end.
    stream: Option<Stream>,
}

native_layout!(Compress, "zlib.Compress", |this, tracer| ());

impl Compress {
    /// A compressor with a stream.
    pub fn of(stream: Stream) -> Gc<Compress> {
        native_object::new(Compress::class(), Compress { head: NativeHead::empty(), stream: Some(stream) })
    }
}

fn copy_compressor(thread: &mut Thread, mut this: Gc<Compress>) -> Result<Gc<Compress>> {
    match this.stream.as_mut().map(Stream::copy) {
        Some(Ok(stream)) => Ok(Compress::of(stream)),
        _ => Err(thread.value_error("Inconsistent stream state")),
    }
}

#[native_type(name = "Compress", module = "zlib", no_new)]
impl Compress {
    /// Returns a bytes object containing compressed data.
    #[method("(data, /)")]
    fn compress(thread: &mut Thread, mut this: Gc<Compress>, data: BytesLike) -> Result<Gc<Bytes>> {
        let Some(stream) = this.stream.as_mut() else {
            return Err(ERROR.error(thread, "Error -2 while compressing data: inconsistent stream state"));
        };
        match run_all(stream, &data, z::Z_NO_FLUSH) {
            Ok((out, ..)) => Ok(Bytes::new(&out)),
            Err(failure) => raise(thread, &failure, "while compressing data"),
        }
    }

    /// Return a bytes object containing any remaining compressed data.
    #[method("(mode=4, /)", text = "($self, mode=zlib.Z_FINISH, /)")]
    fn flush(thread: &mut Thread, mut this: Gc<Compress>, mode: i32) -> Result<Gc<Bytes>> {
        if mode == z::Z_NO_FLUSH {
            return Ok(Bytes::new(&[]));
        }
        let Some(stream) = this.stream.as_mut() else {
            return Err(ERROR.error(thread, "Error -2 while flushing: inconsistent stream state"));
        };
        match run_all(stream, &[], mode) {
            Ok((out, _, code)) => {
                if code == z::Z_STREAM_END {
                    this.stream = None;
                }
                Ok(Bytes::new(&out))
            }
            Err(failure) => raise(thread, &failure, "while flushing"),
        }
    }

    /// Return a copy of the compression object.
    #[method("()")]
    fn copy(thread: &mut Thread, this: Gc<Compress>) -> Result<Gc<Compress>> {
        copy_compressor(thread, this)
    }

    #[method("()")]
    fn __copy__(thread: &mut Thread, this: Gc<Compress>) -> Result<Gc<Compress>> {
        copy_compressor(thread, this)
    }

    #[method("(memo, /)")]
    fn __deepcopy__(thread: &mut Thread, this: Gc<Compress>, _memo: Value) -> Result<Gc<Compress>> {
        copy_compressor(thread, this)
    }
}

/// A decompressor.
#[repr(C)]
pub struct Decompress {
    head: NativeHead,
    /// `None` once it was flushed.
    stream: Option<Stream>,
    /// For when the stream asks for it.
    dictionary: Option<Vec<u8>>,
    eof: bool,
    unused: Gc<Bytes>,
    unconsumed: Gc<Bytes>,
}

native_layout!(Decompress, "zlib.Decompress", |this, tracer| {
    tracer.value(this.unused.value().0);
    tracer.value(this.unconsumed.value().0);
});

impl Decompress {
    /// A decompressor with a stream; a raw stream gets its dictionary at once.
    pub fn of(
        thread: &mut Thread,
        mut stream: Stream,
        dictionary: Option<Vec<u8>>,
        raw: bool,
    ) -> Result<Gc<Decompress>> {
        if let Some(dictionary) = &dictionary
            && raw
            && let Err(failure) = stream.set_dictionary(dictionary)
        {
            return raise(thread, &failure, "while setting zdict");
        }
        let nothing = Bytes::new(&[]);
        let content = Decompress {
            head: NativeHead::empty(),
            stream: Some(stream),
            dictionary,
            eof: false,
            unused: nothing,
            unconsumed: nothing,
        };
        Ok(native_object::new(Decompress::class(), content))
    }
}

/// Output of at most `most` bytes, and the number of input bytes used; sets `eof` at the stream's end.
fn inflate(
    thread: &mut Thread,
    stream: &mut Stream,
    dictionary: Option<&[u8]>,
    input: &[u8],
    most: Option<usize>,
    eof: &mut bool,
) -> Result<(Vec<u8>, usize)> {
    let (mut out, mut at) = (Vec::new(), 0);
    loop {
        let left = most.map_or(usize::MAX, |most| most - out.len());
        let room = STEP.max(out.len()).min(left);
        if room == 0 {
            return Ok((out, at));
        }
        let before = out.len();
        let progress = match stream.run(&input[at..], &mut out, room, z::Z_SYNC_FLUSH) {
            Ok(progress) => progress,
            Err(failure) => return raise(thread, &failure, "while decompressing data"),
        };
        at += progress.used;
        match progress.code {
            z::Z_STREAM_END => {
                *eof = true;
                return Ok((out, at));
            }
            z::Z_NEED_DICT => {
                let Some(dictionary) = dictionary else {
                    return Err(ERROR.error(thread, "Error 2 while decompressing data"));
                };
                if let Err(failure) = stream.set_dictionary(dictionary) {
                    return raise(thread, &failure, "while setting zdict");
                }
            }
            _ if out.len() - before < room && (at == input.len() || progress.used == 0) => {
                return Ok((out, at));
            }
            _ => {}
        }
    }
}

/// Decompresses a piece of input and keeps what is left of it where Python code can see it.
fn feed(
    thread: &mut Thread,
    mut this: Gc<Decompress>,
    input: &[u8],
    most: Option<usize>,
) -> Result<Gc<Bytes>> {
    let object = &mut *this;
    let Some(stream) = object.stream.as_mut().filter(|_| !object.eof) else {
        let unused = [object.unused.as_slice(), input].concat();
        this.unused = Bytes::new(&unused);
        this.write_barrier();
        return Ok(Bytes::new(&[]));
    };
    let (out, used) = inflate(thread, stream, object.dictionary.as_deref(), input, most, &mut object.eof)?;
    let rest = &input[used..];
    let ended = this.eof;
    let (unused, unconsumed) = if ended { (rest, &[][..]) } else { (&[][..], rest) };
    if ended {
        this.unused = Bytes::new(&[this.unused.as_slice(), unused].concat());
        this.write_barrier();
    }
    this.unconsumed = Bytes::new(unconsumed);
    this.write_barrier();
    Ok(Bytes::new(&out))
}

fn copy_decompressor(thread: &mut Thread, mut this: Gc<Decompress>) -> Result<Gc<Decompress>> {
    let Some(Ok(stream)) = this.stream.as_mut().map(Stream::copy) else {
        return Err(thread.value_error("Inconsistent stream state"));
    };
    let content = Decompress {
        head: NativeHead::empty(),
        stream: Some(stream),
        dictionary: this.dictionary.clone(),
        eof: this.eof,
        unused: this.unused,
        unconsumed: this.unconsumed,
    };
    Ok(native_object::new(Decompress::class(), content))
}

#[native_type(name = "Decompress", module = "zlib", no_new)]
impl Decompress {
    /// Return a bytes object containing the decompressed version of the data.
    #[method("(data, /, max_length=0)")]
    fn decompress(
        thread: &mut Thread,
        this: Gc<Decompress>,
        data: BytesLike,
        max_length: isize,
    ) -> Result<Gc<Bytes>> {
        let Ok(most) = usize::try_from(max_length) else {
            return Err(thread.value_error("max_length must be non-negative"));
        };
        feed(thread, this, &data, if most == 0 { None } else { Some(most) })
    }

    /// Return a bytes object containing any remaining decompressed data.
    #[method("(length=16384, /)", text = "($self, length=zlib.DEF_BUF_SIZE, /)")]
    fn flush(thread: &mut Thread, mut this: Gc<Decompress>, length: isize) -> Result<Gc<Bytes>> {
        if length <= 0 {
            return Err(thread.value_error("length must be greater than zero"));
        }
        let input = this.unconsumed.as_slice();
        let out = feed(thread, this, input, None)?;
        if this.eof {
            this.stream = None;
        }
        Ok(out)
    }

    /// Return a copy of the decompression object.
    #[method("()")]
    fn copy(thread: &mut Thread, this: Gc<Decompress>) -> Result<Gc<Decompress>> {
        copy_decompressor(thread, this)
    }

    #[method("()")]
    fn __copy__(thread: &mut Thread, this: Gc<Decompress>) -> Result<Gc<Decompress>> {
        copy_decompressor(thread, this)
    }

    #[method("(memo, /)")]
    fn __deepcopy__(thread: &mut Thread, this: Gc<Decompress>, _memo: Value) -> Result<Gc<Decompress>> {
        copy_decompressor(thread, this)
    }

    #[getter(member)]
    fn eof(this: Gc<Decompress>) -> bool {
        this.eof
    }

    #[getter(member)]
    fn unused_data(this: Gc<Decompress>) -> Gc<Bytes> {
        this.unused
    }

    #[getter(member)]
    fn unconsumed_tail(this: Gc<Decompress>) -> Gc<Bytes> {
        this.unconsumed
    }
}

/// A decompressor that keeps its input until it is needed.
#[repr(C)]
pub struct Decompressor {
    head: NativeHead,
    stream: Stream,
    dictionary: Option<Vec<u8>>,
    /// Input not used yet.
    pending: Vec<u8>,
    eof: bool,
    needs_input: bool,
    unused: Gc<Bytes>,
}

native_layout!(Decompressor, "zlib._ZlibDecompressor", |this, tracer| tracer.value(this.unused.value().0));

/// Create a decompressor object for decompressing data incrementally.
#[native_type(name = "_ZlibDecompressor", module = "zlib")]
impl Decompressor {
    #[new("(wbits=15, zdict=b'')")]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        wbits: i32,
        zdict: Option<Value>,
    ) -> Result<Gc<Decompressor>> {
        let dictionary = dictionary(thread, zdict)?;
        let mut stream = match Stream::inflate(wbits) {
            Ok(stream) => stream,
            Err(failure) => return Err(refused(thread, &failure, "while creating decompression object")),
        };
        if let Some(dictionary) = &dictionary
            && wbits < 0
            && let Err(failure) = stream.set_dictionary(dictionary)
        {
            return raise(thread, &failure, "while setting zdict");
        }
        let content = Decompressor {
            head: NativeHead::empty(),
            stream,
            dictionary,
            pending: Vec::new(),
            eof: false,
            needs_input: true,
            unused: Bytes::new(&[]),
        };
        Ok(native_object::new(class, content))
    }

    /// Decompress *data*, returning uncompressed data as bytes: at most max_length bytes if that isn't negative.
    #[method("(data, max_length=-1)", text = "($self, /, data, max_length=-1)")]
    fn decompress(
        thread: &mut Thread,
        mut this: Gc<Decompressor>,
        data: BytesLike,
        max_length: isize,
    ) -> Result<Gc<Bytes>> {
        if this.eof {
            return Err(thread.eof_error("End of stream already reached"));
        }
        let mut input = std::mem::take(&mut this.pending);
        input.extend_from_slice(&data);
        let object = &mut *this;
        let most = usize::try_from(max_length).ok();
        let (out, used) =
            inflate(thread, &mut object.stream, object.dictionary.as_deref(), &input, most, &mut object.eof)?;
        input.drain(..used);
        if this.eof {
            this.unused = Bytes::new(&input);
            this.write_barrier();
            this.needs_input = false;
        } else {
            this.needs_input = input.is_empty() && most.is_none_or(|most| out.len() < most);
            this.pending = input;
        }
        Ok(Bytes::new(&out))
    }

    /// True if the end-of-stream marker has been reached.
    #[getter(member)]
    fn eof(this: Gc<Decompressor>) -> bool {
        this.eof
    }

    /// Data found after the end of the compressed stream.
    #[getter(member)]
    fn unused_data(this: Gc<Decompressor>) -> Gc<Bytes> {
        this.unused
    }

    /// True if more input is needed before more decompressed data can be produced.
    #[getter(member)]
    fn needs_input(this: Gc<Decompressor>) -> bool {
        this.needs_input
    }
}
