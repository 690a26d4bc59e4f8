//! `_struct`: values as C structures in bytes.

mod format;

use crate::exception::ExceptionClass;
use format::{Format, format_text};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use taipan_runtime::native::{TypeDefinition, type_name};
use taipan_runtime::native_layout;
use taipan_runtime::object::bytes::{ByteArray, Bytes};
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::buffer::BytesLike;
use taipan_runtime::operations::{index, repr};
use taipan_runtime::prelude::*;

/// `struct.error`
pub static ERROR: ExceptionClass = ExceptionClass::new();

/// Most formats that are remembered.
const CACHE: usize = 100;

thread_local! {
    /// Formats parsed before.
    static FORMATS: RefCell<HashMap<Vec<u8>, Rc<Format>>> = RefCell::new(HashMap::new());
}

fn parsed(thread: &mut Thread, format: Value) -> Result<Rc<Format>> {
    if let Some(this) = format.downcast::<Struct>() {
        return this.known(thread);
    }
    let text = format_text(thread, format)?;
    if let Some(known) = FORMATS.with_borrow(|formats| formats.get(&text).cloned()) {
        return Ok(known);
    }
    let new = Rc::new(Format::parse(thread, &text)?);
    FORMATS.with_borrow_mut(|formats| {
        if formats.len() >= CACHE {
            formats.clear();
        }
        formats.insert(text, new.clone());
    });
    Ok(new)
}

fn pack(thread: &mut Thread, format: &Format, values: &[Value]) -> Result<Gc<Bytes>> {
    check_count(thread, "pack", format, values)?;
    let mut out = vec![0; format.size];
    format.pack(thread, values, &mut out)?;
    Ok(Bytes::new(&out))
}

fn check_count(thread: &mut Thread, function: &str, format: &Format, values: &[Value]) -> Result<()> {
    if values.len() == format.values {
        return Ok(());
    }
    let (expected, given) = (format.values, values.len());
    let message = format!("{function} expected {expected} items for packing (got {given})");
    Err(ERROR.error(thread, message))
}

/// `pack_into` behind the format: a buffer, an offset, values.
fn pack_into(thread: &mut Thread, format: &Format, arguments: &[Value]) -> Result<()> {
    let (buffer, offset, values) = match arguments {
        [] => return Err(ERROR.error(thread, "pack_into expected buffer argument")),
        [_] => return Err(ERROR.error(thread, "pack_into expected offset argument")),
        [buffer, offset, values @ ..] => (*buffer, *offset, values),
    };
    check_count(thread, "pack_into", format, values)?;
    let Some(mut array) = buffer.downcast::<ByteArray>() else {
        let got = type_name(buffer);
        let message = format!("argument must be read-write bytes-like object, not {got}");
        return Err(thread.type_error(message));
    };
    let offset = index(thread, offset)?;
    let Some(offset) = offset.as_small_int() else {
        return Err(thread.index_error("cannot fit 'int' into an index-sized integer"));
    };
    let (size, length) = (format.size, array.length);
    let start = place(thread, offset, size, length, Direction::Pack)?;
    let mut out = vec![0; size];
    format.pack(thread, values, &mut out)?;
    // Converting the values may have run code that shrank the array.
    match array.as_mut_slice().get_mut(start..start + size) {
        Some(target) => target.copy_from_slice(&out),
        None => return Err(thread.buffer_error("the buffer changed its size")),
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Pack,
    Unpack,
}

/// Where `size` bytes at an offset begin, in a buffer of `length` bytes.
fn place(
    thread: &mut Thread,
    offset: i64,
    size: usize,
    length: usize,
    direction: Direction,
) -> Result<usize> {
    let packs = direction == Direction::Pack;
    if offset < 0 {
        if offset + size as i64 > 0 {
            let what = if packs { "no space to pack" } else { "not enough data to unpack" };
            return Err(ERROR.error(thread, format!("{what} {size} bytes at offset {offset}")));
        }
        if offset + (length as i64) < 0 {
            let message = format!("offset {offset} out of range for {length}-byte buffer");
            return Err(ERROR.error(thread, message));
        }
    }
    let start = if offset < 0 { (offset + length as i64) as usize } else { offset as usize };
    if start > length || length - start < size {
        let (function, verb) = if packs { ("pack_into", "packing") } else { ("unpack_from", "unpacking") };
        let needed = start as u128 + size as u128;
        let message = format!(
            "{function} requires a buffer of at least {needed} bytes for {verb} {size} bytes at offset {offset} (actual buffer size is {length})"
        );
        return Err(ERROR.error(thread, message));
    }
    Ok(start)
}

fn unpack(thread: &mut Thread, format: &Format, buffer: &BytesLike) -> Result<Gc<Tuple>> {
    if buffer.len() != format.size {
        return Err(ERROR.error(thread, format!("unpack requires a buffer of {} bytes", format.size)));
    }
    Ok(Tuple::new(&format.unpack(buffer)))
}

fn unpack_from(thread: &mut Thread, format: &Format, buffer: &BytesLike, offset: isize) -> Result<Gc<Tuple>> {
    let start = place(thread, offset as i64, format.size, buffer.len(), Direction::Unpack)?;
    Ok(Tuple::new(&format.unpack(&buffer[start..start + format.size])))
}

fn iter_unpack(thread: &mut Thread, format: Rc<Format>, buffer: Value) -> Result<Gc<UnpackIterator>> {
    if format.size == 0 {
        return Err(ERROR.error(thread, "cannot iteratively unpack with a struct of length 0"));
    }
    let Some(bytes) = BytesLike::of(thread, buffer)? else {
        let got = type_name(buffer);
        return Err(thread.type_error(format!("a bytes-like object is required, not '{got}'")));
    };
    if bytes.len() % format.size != 0 {
        let message = format!("iterative unpacking requires a buffer of a multiple of {} bytes", format.size);
        return Err(ERROR.error(thread, message));
    }
    let content = UnpackIterator { head: NativeHead::empty(), format, buffer, index: 0 };
    Ok(native_object::new(UnpackIterator::class(), content))
}

/// The module `_struct`.
pub struct StructModule;

/// Functions to convert between Python values and C structs.
/// Python bytes objects are used to hold the data representing the C struct
/// and also as format strings (explained below) to describe the layout of data
/// in the C struct.
#[native_module(name = "_struct")]
impl StructModule {
    #[types]
    fn types() -> &'static [&'static TypeDefinition] {
        &[Struct::DEFINITION]
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        taipan_runtime::builtins::class::class_of_definition(thread, UnpackIterator::DEFINITION)?;
        ERROR.install(thread, module, "error", "struct", types().exception)
    }

    /// Clear the internal cache.
    #[function("()")]
    fn _clearcache() {
        FORMATS.with_borrow_mut(HashMap::clear);
    }

    /// Return size in bytes of the struct described by the format string.
    #[function("(format, /)")]
    fn calcsize(thread: &mut Thread, format: Value) -> Result<usize> {
        Ok(parsed(thread, format)?.size)
    }

    /// pack(format, v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing the values v1, v2, ... packed according
    /// to the format string.
    #[function("(*arguments)", hidden)]
    fn pack(thread: &mut Thread, arguments: &[Value]) -> Result<Gc<Bytes>> {
        let Some((format, values)) = arguments.split_first() else {
            return Err(thread.type_error("missing format argument"));
        };
        let format = parsed(thread, *format)?;
        pack(thread, &format, values)
    }

    /// pack_into(format, buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string and write
    /// the packed bytes into the writable buffer buf starting at offset.
    #[function("(*arguments)", hidden)]
    fn pack_into(thread: &mut Thread, arguments: &[Value]) -> Result<()> {
        let Some((format, rest)) = arguments.split_first() else {
            return Err(thread.type_error("missing format argument"));
        };
        let format = parsed(thread, *format)?;
        pack_into(thread, &format, rest)
    }

    /// Return a tuple containing values unpacked according to the format string.
    #[function("(format, buffer, /)")]
    fn unpack(thread: &mut Thread, format: Value, buffer: BytesLike) -> Result<Gc<Tuple>> {
        let format = parsed(thread, format)?;
        unpack(thread, &format, &buffer)
    }

    /// Return a tuple containing values unpacked according to the format string, from an offset of the buffer on.
    #[function("(format, /, buffer, offset=0)")]
    fn unpack_from(
        thread: &mut Thread,
        format: Value,
        buffer: BytesLike,
        offset: isize,
    ) -> Result<Gc<Tuple>> {
        let format = parsed(thread, format)?;
        unpack_from(thread, &format, &buffer, offset)
    }

    /// Return an iterator yielding tuples unpacked from the given bytes.
    #[function("(format, buffer, /)")]
    fn iter_unpack(thread: &mut Thread, format: Value, buffer: Value) -> Result<Gc<UnpackIterator>> {
        let format = parsed(thread, format)?;
        iter_unpack(thread, format, buffer)
    }
}

/// A format, parsed once.
#[repr(C)]
pub struct Struct {
    head: NativeHead,
    format: Option<Rc<Format>>,
    text: Value,
}

native_layout!(Struct, "_struct.Struct", |this, tracer| tracer.value(this.text.0));

impl Struct {
    fn known(&self, thread: &mut Thread) -> Result<Rc<Format>> {
        self.format.clone().ok_or_else(|| thread.runtime_error("Struct object is not initialized"))
    }
}

/// Struct(fmt) --> compiled struct object
#[native_type(name = "Struct", module = "_struct", base_type, weak_referencable)]
impl Struct {
    #[new("(*args, **kwargs)", hidden)]
    fn new(class: Gc<TypeObject>, _args: &[Value], _kwargs: KeywordArguments<'_>) -> Gc<Struct> {
        native_object::new(class, Struct { head: NativeHead::empty(), format: None, text: Value::NULL })
    }

    #[method("(format)")]
    fn __init__(thread: &mut Thread, mut this: Gc<Struct>, format: Value) -> Result<()> {
        let text = format_text(thread, format)?;
        this.format = Some(Rc::new(Format::parse(thread, &text)?));
        this.text = Str::from_one_byte(&text, text.is_ascii()).value();
        this.write_barrier();
        Ok(())
    }

    /// S.pack(v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing values v1, v2, ... packed according
    /// to the format string S.format.
    #[method("(*values)", hidden)]
    fn pack(thread: &mut Thread, this: Gc<Struct>, values: &[Value]) -> Result<Gc<Bytes>> {
        let format = this.known(thread)?;
        pack(thread, &format, values)
    }

    /// S.pack_into(buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string S.format
    /// and write the packed bytes into the writable buffer buf starting at
    /// offset.
    #[method("(*arguments)", hidden)]
    fn pack_into(thread: &mut Thread, this: Gc<Struct>, arguments: &[Value]) -> Result<()> {
        let format = this.known(thread)?;
        pack_into(thread, &format, arguments)
    }

    /// Return a tuple containing unpacked values.
    #[method("(buffer, /)")]
    fn unpack(thread: &mut Thread, this: Gc<Struct>, buffer: BytesLike) -> Result<Gc<Tuple>> {
        let format = this.known(thread)?;
        unpack(thread, &format, &buffer)
    }

    /// Return a tuple containing values unpacked from an offset of the buffer on.
    #[method("(buffer, offset=0)")]
    fn unpack_from(
        thread: &mut Thread,
        this: Gc<Struct>,
        buffer: BytesLike,
        offset: isize,
    ) -> Result<Gc<Tuple>> {
        let format = this.known(thread)?;
        unpack_from(thread, &format, &buffer, offset)
    }

    /// Return an iterator yielding tuples.
    #[method("(buffer, /)")]
    fn iter_unpack(thread: &mut Thread, this: Gc<Struct>, buffer: Value) -> Result<Gc<UnpackIterator>> {
        let format = this.known(thread)?;
        iter_unpack(thread, format, buffer)
    }

    /// struct format string
    #[getter]
    fn format(thread: &mut Thread, this: Gc<Struct>) -> Result {
        this.known(thread)?;
        Ok(this.text)
    }

    /// struct size in bytes
    #[getter]
    fn size(thread: &mut Thread, this: Gc<Struct>) -> Result<usize> {
        Ok(this.known(thread)?.size)
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<Struct>) -> Result<String> {
        this.known(thread)?;
        Ok(format!("{}({})", this.class().name_text(), repr(thread, this.text)?.to_string_lossy()))
    }

    /// S.__sizeof__() -> size of S in memory, in bytes
    #[method("()")]
    fn __sizeof__(this: Gc<Struct>) -> usize {
        let runs = this.format.as_ref().map_or(0, |format| format.runs.len());
        size_of::<Struct>() + size_of::<Format>() + runs * size_of::<format::Run>()
    }
}

/// Tuples unpacked one after the other.
#[repr(C)]
pub struct UnpackIterator {
    head: NativeHead,
    format: Rc<Format>,
    /// NULL at the end.
    buffer: Value,
    index: usize,
}

native_layout!(UnpackIterator, "_struct.unpack_iterator", |this, tracer| tracer.value(this.buffer.0));

#[native_type(name = "unpack_iterator", module = "_struct", no_new)]
impl UnpackIterator {
    #[method]
    fn __iter__(this: Gc<UnpackIterator>) -> Gc<UnpackIterator> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, mut this: Gc<UnpackIterator>) -> Result<Option<Value>> {
        let Some(buffer) = this.buffer.non_null() else { return Ok(None) };
        let Some(bytes) = BytesLike::of(thread, buffer)? else { return Ok(None) };
        let format = this.format.clone();
        let Some(part) = bytes.get(this.index..this.index + format.size) else {
            this.buffer = Value::NULL;
            return Ok(None);
        };
        this.index += format.size;
        Ok(Some(Tuple::new(&format.unpack(part)).value()))
    }

    #[method("()", hidden)]
    fn __length_hint__(thread: &mut Thread, this: Gc<UnpackIterator>) -> Result<usize> {
        let Some(buffer) = this.buffer.non_null() else { return Ok(0) };
        let length = BytesLike::of(thread, buffer)?.map_or(0, |bytes| bytes.len());
        Ok(length.saturating_sub(this.index) / this.format.size)
    }
}
