//! What Python code sees of `bytearray`. What its methods do is in [`crate::builtins::bytes_methods`].

use crate::builtins::bytes_methods::{self as methods, make_bytearray, make_bytes};
use crate::builtins::codecs;
use crate::builtins::support::{
    builtin, class, instantiate, iterator_state, repeat_count, sequence_index, wrong_index,
};
use crate::builtins::text_support::{byte_of, class_name, content_of, convert_to_class};
use crate::native_layout;
use crate::object::bytes::{ByteArray, Bytes};
use crate::object::list::List;
use crate::object::native_object::{self, NativeHead};
use crate::object::slice::{Slice, SliceIndices};
use crate::object::special::Special;
use crate::object::tuple::Tuple;
use crate::operations::buffer::BytesLike;
use crate::operations::{self, Comparison};
use crate::prelude::*;
use crate::text::{repr, search};

fn static_slice(this: Gc<ByteArray>) -> &'static [u8] {
    // SAFETY: the callers look at the content at once, before anything can resize the array, which they hold.
    unsafe { std::slice::from_raw_parts(this.as_slice().as_ptr(), this.length) }
}

fn compare(thread: &mut Thread, this: Gc<ByteArray>, other: Value, op: Comparison) -> Result {
    if other.downcast::<Str>().is_some() || !crate::operations::buffer::has_buffer(other) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    match BytesLike::of(thread, other)? {
        Some(other) => Ok(Value::from_bool(op.holds(this.as_slice().cmp(&other)))),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// Refuses to change the size of an array whose memory is lent out.
fn check_resizable(thread: &mut Thread, array: Gc<ByteArray>) -> Result<()> {
    if array.exports == 0 || !crate::operations::buffer::is_lent(array.exports) {
        return Ok(());
    }
    Err(thread.buffer_error("Existing exports of data: object cannot be re-sized"))
}

/// Replaces a part by other content, which may have another length.
fn splice(
    thread: &mut Thread,
    mut this: Gc<ByteArray>,
    from: usize,
    to: usize,
    content: &[u8],
) -> Result<()> {
    let (length, tail) = (this.length, this.length - to);
    let new_length = from + content.len() + tail;
    if new_length > methods::MAXIMUM_LENGTH {
        return Err(thread.memory_error(""));
    }
    if new_length != length {
        check_resizable(thread, this)?;
    }
    if new_length > length {
        this.resize(new_length);
        this.as_mut_slice().copy_within(to..length, from + content.len());
    } else {
        this.as_mut_slice().copy_within(to..length, from + content.len());
        this.resize(new_length);
    }
    this.as_mut_slice()[from..from + content.len()].copy_from_slice(content);
    Ok(())
}

/// Takes the bytes of a slice out.
fn delete(thread: &mut Thread, mut this: Gc<ByteArray>, indices: SliceIndices) -> Result<()> {
    let SliceIndices { start, step, length, .. } = indices;
    if length == 0 {
        return Ok(());
    }
    if step == 1 {
        return splice(thread, this, start as usize, start as usize + length, &[]);
    }
    check_resizable(thread, this)?;
    let mut gone = vec![false; this.length];
    for n in 0..length as i64 {
        gone[(start + n * step) as usize] = true;
    }
    let kept: Vec<u8> =
        this.as_slice().iter().zip(&gone).filter(|(_, gone)| !**gone).map(|(byte, _)| *byte).collect();
    this.as_mut_slice()[..kept.len()].copy_from_slice(&kept);
    this.resize(kept.len());
    Ok(())
}

fn assign_slice(thread: &mut Thread, mut this: Gc<ByteArray>, slice: Gc<Slice>, value: Value) -> Result<()> {
    let (start, stop, step) = slice.unpack(thread)?;
    let content = match content_of(thread, value, "bytearray")? {
        Some(content) => content,
        None => {
            return Err(
                thread.type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)")
            );
        }
    };
    let indices = SliceIndices::clamp(start, stop, step, this.length);
    let SliceIndices { start, step, length, .. } = indices;
    if step == 1 {
        return splice(thread, this, start as usize, start as usize + length, &content);
    }
    if content.is_empty() {
        return delete(thread, this, indices);
    }
    if content.len() != length {
        let given = content.len();
        return Err(thread.value_error(format!(
            "attempt to assign bytes of size {given} to extended slice of size {length}"
        )));
    }
    for (n, byte) in content.iter().enumerate() {
        this.as_mut_slice()[(start + n as i64 * step) as usize] = *byte;
    }
    Ok(())
}

const RANGE: &str = "byte must be in range(0, 256)";

/// A mutable sequence of bytes.
#[native_type(name = "bytearray", base_type)]
impl ByteArray {
    #[new("($type, *args, **kwargs)", hidden)]
    fn new_bytearray(class: Gc<TypeObject>, _args: &[Value], _kwargs: KeywordArguments) -> Gc<ByteArray> {
        instantiate(class)
    }

    #[method("($self, /, source=b'', encoding='utf-8', errors='strict')")]
    fn __init__(
        thread: &mut Thread,
        this: Gc<ByteArray>,
        source: Value,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
    ) -> Result<()> {
        let content = methods::source_content(thread, source, encoding, errors, "bytearray")?;
        let length = this.length;
        splice(thread, this, 0, length, &content)
    }

    #[method]
    fn __repr__(this: Gc<ByteArray>) -> Gc<Str> {
        let name = class_name(this.value());
        let mut out = name.into_bytes();
        let ascii = out.is_ascii();
        out.extend_from_slice(b"(b");
        repr::push_bytearray_quoted(this.as_slice(), &mut out);
        out.push(b')');
        if ascii { Str::from_one_byte(&out, true) } else { Str::new(&String::from_utf8_lossy(&out)) }
    }

    #[method]
    fn __str__(thread: &mut Thread, this: Gc<ByteArray>) -> Result<Gc<Str>> {
        if crate::sys::flags().bytes_warning > 0 {
            crate::builtins::warnings::warn(
                thread,
                types().bytes_warning,
                "str() on a bytearray instance",
                1,
            )?;
        }
        Ok(ByteArray::__repr__(this))
    }

    #[attribute]
    fn __hash__() -> Value {
        Value::NONE
    }

    #[method]
    fn __iter__(this: Gc<ByteArray>) -> Gc<ByteArrayIterator> {
        let content = ByteArrayIterator { head: NativeHead::empty(), sequence: this.value(), index: 0 };
        native_object::new(class::<ByteArrayIterator>(), content)
    }

    #[method]
    fn __len__(this: Gc<ByteArray>) -> usize {
        this.length
    }

    #[method]
    fn __getitem__(thread: &mut Thread, this: Gc<ByteArray>, key: Value) -> Result {
        if let Some(index) = sequence_index(thread, key)? {
            return match operations::container::wrap_index(index, this.length) {
                Some(place) => Ok(Value::from_small_int(i64::from(this.as_slice()[place]))),
                None => Err(thread.index_error("bytearray index out of range")),
            };
        }
        match key.downcast::<Slice>() {
            Some(key) => {
                let (start, stop, step) = key.unpack(thread)?;
                let indices = SliceIndices::clamp(start, stop, step, this.length);
                Ok(make_bytearray(&methods::slice(this.as_slice(), indices)))
            }
            None => Err(wrong_index(thread, "bytearray", key)),
        }
    }

    #[method]
    fn __setitem__(thread: &mut Thread, mut this: Gc<ByteArray>, key: Value, value: Value) -> Result<()> {
        if let Some(index) = sequence_index(thread, key)? {
            let outside = "bytearray index out of range";
            if operations::container::wrap_index(index, this.length).is_none() {
                return Err(thread.index_error(outside));
            }
            let byte = byte_of(thread, value, RANGE)?;
            // Converting the value may have changed the array.
            return match operations::container::wrap_index(index, this.length) {
                Some(place) => {
                    this.as_mut_slice()[place] = byte;
                    Ok(())
                }
                None => Err(thread.index_error(outside)),
            };
        }
        match key.downcast::<Slice>() {
            Some(slice) => assign_slice(thread, this, slice, value),
            None => Err(wrong_index(thread, "bytearray", key)),
        }
    }

    #[method]
    fn __delitem__(thread: &mut Thread, this: Gc<ByteArray>, key: Value) -> Result<()> {
        if let Some(index) = sequence_index(thread, key)? {
            return match operations::container::wrap_index(index, this.length) {
                Some(place) => splice(thread, this, place, place + 1, &[]),
                None => Err(thread.index_error("bytearray index out of range")),
            };
        }
        match key.downcast::<Slice>() {
            Some(slice) => {
                let (start, stop, step) = slice.unpack(thread)?;
                delete(thread, this, SliceIndices::clamp(start, stop, step, this.length))
            }
            None => Err(wrong_index(thread, "bytearray", key)),
        }
    }

    #[method]
    fn __contains__(thread: &mut Thread, this: Gc<ByteArray>, key: Value) -> Result<bool> {
        methods::contains(thread, key, || static_slice(this))
    }

    #[method]
    fn __add__(thread: &mut Thread, this: Gc<ByteArray>, other: Value) -> Result {
        let Some(content) = BytesLike::of(thread, other)? else {
            let got = class_name(other);
            return Err(thread.type_error(format!("can't concat {got} to bytearray")));
        };
        Ok(make_bytearray(&[this.as_slice(), &content[..]].concat()))
    }

    #[method]
    fn __iadd__(thread: &mut Thread, this: Gc<ByteArray>, other: Value) -> Result<Gc<ByteArray>> {
        let Some(content) = BytesLike::of(thread, other)? else {
            let got = class_name(other);
            return Err(thread.type_error(format!("can't concat {got} to bytearray")));
        };
        let (content, length) = (content.to_vec(), this.length);
        splice(thread, this, length, length, &content)?;
        Ok(this)
    }

    #[method]
    fn __mul__(thread: &mut Thread, this: Gc<ByteArray>, count: Value) -> Result {
        match repeat_count(thread, count, Special::ReflectedMultiply)? {
            Some(count) => Ok(make_bytearray(&methods::repeat(thread, this.as_slice(), count)?)),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __rmul__(thread: &mut Thread, this: Gc<ByteArray>, count: Value) -> Result {
        match repeat_count(thread, count, Special::Multiply)? {
            Some(count) => Ok(make_bytearray(&methods::repeat(thread, this.as_slice(), count)?)),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __imul__(thread: &mut Thread, this: Gc<ByteArray>, count: Value) -> Result<Gc<ByteArray>> {
        let count = operations::convert::index_i64(thread, count)?;
        let content = methods::repeat(thread, this.as_slice(), count)?;
        let length = this.length;
        splice(thread, this, 0, length, &content)?;
        Ok(this)
    }

    #[method]
    fn __mod__(thread: &mut Thread, this: Gc<ByteArray>, values: Value) -> Result {
        // The format is copied: converting values may run code that changes the array.
        let format = Bytes::new(this.as_slice());
        Ok(make_bytearray(&crate::builtins::str::percent::format_bytes(thread, format.as_slice(), values)?))
    }

    #[method]
    fn __rmod__(thread: &mut Thread, this: Gc<ByteArray>, format: Value) -> Result {
        match format.downcast::<ByteArray>() {
            Some(format) => ByteArray::__mod__(thread, format, this.value()),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __buffer__(thread: &mut Thread, this: Gc<ByteArray>, flags: i64) -> Result {
        crate::builtins::memoryview::view_for_flags(thread, this.value(), flags)
    }

    #[method]
    fn __release_buffer__(thread: &mut Thread, _this: Gc<ByteArray>, buffer: Value) -> Result<()> {
        crate::builtins::memoryview::release_view(thread, buffer)
    }

    /// Number of bytes that are allocated.
    #[method("($self, /)")]
    fn __alloc__(this: Gc<ByteArray>) -> usize {
        if this.capacity == 0 { 0 } else { this.capacity + 1 }
    }

    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<ByteArray>) -> Result<Gc<Tuple>> {
        reduce(thread, this, 2)
    }

    #[method("($self, proto=0, /)")]
    fn __reduce_ex__(thread: &mut Thread, this: Gc<ByteArray>, proto: i64) -> Result<Gc<Tuple>> {
        reduce(thread, this, proto)
    }

    /// Size in memory, in bytes.
    #[method("($self, /)")]
    fn __sizeof__(this: Gc<ByteArray>) -> usize {
        56 + if this.capacity == 0 { 0 } else { this.capacity + 1 }
    }

    /// The bytearray that hexadecimal digits spell.
    #[class_method("($type, string, /)")]
    fn fromhex(thread: &mut Thread, class: Gc<TypeObject>, string: Value) -> Result {
        let content = methods::from_hex(thread, string)?;
        convert_to_class(thread, class, types().bytearray, make_bytearray(&content))
    }

    /// Adds a byte at the end.
    #[method("($self, item, /)")]
    fn append(thread: &mut Thread, mut this: Gc<ByteArray>, item: Value) -> Result<()> {
        let byte = byte_of(thread, item, RANGE)?;
        check_resizable(thread, this)?;
        let length = this.length;
        this.resize(length + 1);
        this.as_mut_slice()[length] = byte;
        Ok(())
    }

    /// Adds the bytes of an iterable of integers, or of a buffer, at the end.
    #[method("($self, iterable_of_ints, /)")]
    fn extend(thread: &mut Thread, this: Gc<ByteArray>, iterable_of_ints: Value) -> Result<()> {
        let got = class_name(iterable_of_ints);
        if iterable_of_ints.downcast::<Str>().is_some() {
            return Err(thread.type_error(format!("expected iterable of integers; got: '{got}'")));
        }
        let Some(content) = content_of(thread, iterable_of_ints, "bytearray")? else {
            return Err(thread.type_error(format!("can't extend bytearray with {got}")));
        };
        let length = this.length;
        splice(thread, this, length, length, &content)
    }

    /// Inserts a byte before an index.
    #[method("($self, index, item, /)")]
    fn insert(thread: &mut Thread, this: Gc<ByteArray>, index: isize, item: Value) -> Result<()> {
        let byte = byte_of(thread, item, RANGE)?;
        let length = this.length as isize;
        let at = if index < 0 { (index + length).max(0) } else { index.min(length) } as usize;
        splice(thread, this, at, at, &[byte])
    }

    /// Takes the byte at an index away and returns it.
    #[method("($self, index=-1, /)")]
    fn pop(thread: &mut Thread, this: Gc<ByteArray>, index: isize) -> Result<u8> {
        if this.length == 0 {
            return Err(thread.index_error("pop from empty bytearray"));
        }
        let Some(place) = operations::container::wrap_index(index as i64, this.length) else {
            return Err(thread.index_error("pop index out of range"));
        };
        let byte = this.as_slice()[place];
        splice(thread, this, place, place + 1, &[])?;
        Ok(byte)
    }

    /// Removes the first occurrence of a byte.
    #[method("($self, value, /)")]
    fn remove(thread: &mut Thread, this: Gc<ByteArray>, value: Value) -> Result<()> {
        let byte = byte_of(thread, value, RANGE)?;
        match this.as_slice().iter().position(|&known| known == byte) {
            Some(place) => splice(thread, this, place, place + 1, &[]),
            None => Err(thread.value_error("value not found in bytearray")),
        }
    }

    /// Removes all bytes.
    #[method("($self, /)")]
    fn clear(thread: &mut Thread, this: Gc<ByteArray>) -> Result<()> {
        let length = this.length;
        splice(thread, this, 0, length, &[])
    }

    /// A copy.
    #[method("($self, /)")]
    fn copy(this: Gc<ByteArray>) -> Value {
        make_bytearray(this.as_slice())
    }

    /// Reverses the order of the bytes.
    #[method("($self, /)")]
    fn reverse(mut this: Gc<ByteArray>) {
        this.as_mut_slice().reverse();
    }

    /// Changes the length; new bytes are zero.
    #[method("($self, size, /)")]
    fn resize(thread: &mut Thread, this: Gc<ByteArray>, size: isize) -> Result<()> {
        let Ok(size) = usize::try_from(size) else {
            return Err(thread.value_error(format!("Can only resize to positive sizes, got {size}")));
        };
        if size == this.length {
            return Ok(());
        }
        check_resizable(thread, this)?;
        if size > methods::MAXIMUM_LENGTH {
            return Err(thread.memory_error(""));
        }
        Gc::<ByteArray>::resize(this, size);
        Ok(())
    }

    /// First place where the subsection is found, -1 if nowhere.
    #[method("($self, sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn find(thread: &mut Thread, this: Gc<ByteArray>, sub: Value, start: Value, end: Value) -> Result<i64> {
        let needle = methods::needle(thread, sub)?;
        let range = methods::bounds(thread, start, end, this.length)?;
        let found = methods::position(this.as_slice(), &needle, range, false);
        Ok(found.map_or(-1, |place| place as i64))
    }

    /// Last place where the subsection is found, -1 if nowhere.
    #[method("($self, sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn rfind(thread: &mut Thread, this: Gc<ByteArray>, sub: Value, start: Value, end: Value) -> Result<i64> {
        let needle = methods::needle(thread, sub)?;
        let range = methods::bounds(thread, start, end, this.length)?;
        let found = methods::position(this.as_slice(), &needle, range, true);
        Ok(found.map_or(-1, |place| place as i64))
    }

    /// As find, but ValueError if the subsection is not found.
    #[method("($self, sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn index(
        thread: &mut Thread,
        this: Gc<ByteArray>,
        sub: Value,
        start: Value,
        end: Value,
    ) -> Result<usize> {
        let needle = methods::needle(thread, sub)?;
        let range = methods::bounds(thread, start, end, this.length)?;
        let found = methods::position(this.as_slice(), &needle, range, false);
        found.ok_or_else(|| thread.value_error("subsection not found"))
    }

    /// As rfind, but ValueError if the subsection is not found.
    #[method("($self, sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn rindex(
        thread: &mut Thread,
        this: Gc<ByteArray>,
        sub: Value,
        start: Value,
        end: Value,
    ) -> Result<usize> {
        let needle = methods::needle(thread, sub)?;
        let range = methods::bounds(thread, start, end, this.length)?;
        let found = methods::position(this.as_slice(), &needle, range, true);
        found.ok_or_else(|| thread.value_error("subsection not found"))
    }

    /// How often the subsection occurs without overlap.
    #[method("($self, sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn count(
        thread: &mut Thread,
        this: Gc<ByteArray>,
        sub: Value,
        start: Value,
        end: Value,
    ) -> Result<usize> {
        let needle = methods::needle(thread, sub)?;
        let range = methods::bounds(thread, start, end, this.length)?;
        Ok(methods::count(this.as_slice(), &needle, range))
    }

    /// Whether the object, or the part from start to end, startss with a prefix or with one of a tuple.
    #[method("($self, prefix, start=None, end=None, /)", text = "($self, prefix[, start[, end]], /)")]
    fn startswith(
        thread: &mut Thread,
        this: Gc<ByteArray>,
        prefix: Value,
        start: Value,
        end: Value,
    ) -> Result<bool> {
        let range = methods::bounds(thread, start, end, this.length)?;
        methods::has_affix(thread, prefix, "startswith", |affix| {
            range
                .clone()
                .and_then(|range| this.as_slice().get(range))
                .is_some_and(|within| within.starts_with(affix))
        })
    }

    /// Whether the object, or the part from start to end, endss with a suffix or with one of a tuple.
    #[method("($self, suffix, start=None, end=None, /)", text = "($self, suffix[, start[, end]], /)")]
    fn endswith(
        thread: &mut Thread,
        this: Gc<ByteArray>,
        suffix: Value,
        start: Value,
        end: Value,
    ) -> Result<bool> {
        let range = methods::bounds(thread, start, end, this.length)?;
        methods::has_affix(thread, suffix, "endswith", |affix| {
            range
                .clone()
                .and_then(|range| this.as_slice().get(range))
                .is_some_and(|within| within.ends_with(affix))
        })
    }

    /// The object without a prefix, if it has it.
    #[method("($self, prefix, /)")]
    fn removeprefix(thread: &mut Thread, this: Gc<ByteArray>, prefix: Value) -> Result {
        let affix = BytesLike::required(thread, prefix)?.to_vec();
        let content = this.as_slice();
        Ok(make_bytearray(content.strip_prefix(&affix[..]).unwrap_or(content)))
    }

    /// The object without a suffix, if it has it.
    #[method("($self, suffix, /)")]
    fn removesuffix(thread: &mut Thread, this: Gc<ByteArray>, suffix: Value) -> Result {
        let affix = BytesLike::required(thread, suffix)?.to_vec();
        let content = this.as_slice();
        Ok(make_bytearray(content.strip_suffix(&affix[..]).unwrap_or(content)))
    }

    /// The object without the given bytes, or white space, at both ends.
    #[method("($self, bytes=None, /)")]
    fn strip(thread: &mut Thread, this: Gc<ByteArray>, bytes: Value) -> Result {
        let set = methods::strip_set(thread, bytes)?;
        let content = this.as_slice();
        Ok(make_bytearray(&content[methods::strip(content, set.as_deref(), true, true)]))
    }

    /// The object without the given bytes, or white space, at the start.
    #[method("($self, bytes=None, /)")]
    fn lstrip(thread: &mut Thread, this: Gc<ByteArray>, bytes: Value) -> Result {
        let set = methods::strip_set(thread, bytes)?;
        let content = this.as_slice();
        Ok(make_bytearray(&content[methods::strip(content, set.as_deref(), true, false)]))
    }

    /// The object without the given bytes, or white space, at the end.
    #[method("($self, bytes=None, /)")]
    fn rstrip(thread: &mut Thread, this: Gc<ByteArray>, bytes: Value) -> Result {
        let set = methods::strip_set(thread, bytes)?;
        let content = this.as_slice();
        Ok(make_bytearray(&content[methods::strip(content, set.as_deref(), false, true)]))
    }

    /// Replaces occurrences of a subsection: all, or at most count.
    #[method("($self, old, new, /, count=-1)")]
    fn replace(
        thread: &mut Thread,
        this: Gc<ByteArray>,
        old: BytesLike,
        new: BytesLike,
        count: isize,
    ) -> Result {
        let (old, new) = (old.to_vec(), new.to_vec());
        let limit = usize::try_from(count).unwrap_or(usize::MAX);
        Ok(make_bytearray(&methods::replace(thread, this.as_slice(), &old, &new, limit)?))
    }

    /// The parts between the separators, or between runs of white space.
    #[method("($self, /, sep=None, maxsplit=-1)")]
    fn split(thread: &mut Thread, this: Gc<ByteArray>, sep: Value, maxsplit: isize) -> Result<Gc<List>> {
        let separator = methods::separator(thread, sep)?;
        let limit = usize::try_from(maxsplit).unwrap_or(usize::MAX);
        Ok(methods::split(this.as_slice(), separator.as_deref(), limit, make_bytearray))
    }

    /// As split, from the end.
    #[method("($self, /, sep=None, maxsplit=-1)")]
    fn rsplit(thread: &mut Thread, this: Gc<ByteArray>, sep: Value, maxsplit: isize) -> Result<Gc<List>> {
        let separator = methods::separator(thread, sep)?;
        let limit = usize::try_from(maxsplit).unwrap_or(usize::MAX);
        Ok(methods::rsplit(this.as_slice(), separator.as_deref(), limit, make_bytearray))
    }

    /// The lines, with their ends if keepends.
    #[method("($self, /, keepends=False)")]
    fn splitlines(this: Gc<ByteArray>, keepends: bool) -> Gc<List> {
        methods::split_lines(this.as_slice(), keepends, make_bytearray)
    }

    /// What is before the first separator, the separator, and what is behind.
    #[method("($self, sep, /)")]
    fn partition(thread: &mut Thread, this: Gc<ByteArray>, sep: Value) -> Result<Gc<Tuple>> {
        let separator = methods::required_separator(thread, sep)?;
        Ok(methods::partition(this.as_slice(), &separator, Value::NULL, false, make_bytearray))
    }

    /// What is before the last separator, the separator, and what is behind.
    #[method("($self, sep, /)")]
    fn rpartition(thread: &mut Thread, this: Gc<ByteArray>, sep: Value) -> Result<Gc<Tuple>> {
        let separator = methods::required_separator(thread, sep)?;
        Ok(methods::partition(this.as_slice(), &separator, Value::NULL, true, make_bytearray))
    }

    /// The bytes-like objects of an iterable with this one between them.
    #[method("($self, iterable_of_bytes, /)")]
    fn join(thread: &mut Thread, this: Gc<ByteArray>, iterable_of_bytes: Value) -> Result {
        let separator = this.as_slice().to_vec();
        Ok(make_bytearray(&methods::join(thread, &separator, iterable_of_bytes)?))
    }

    /// The object in the middle of a field of that width.
    #[method("($self, width, fillchar=b' ', /)")]
    fn center(thread: &mut Thread, this: Gc<ByteArray>, width: isize, fillchar: Value) -> Result {
        let fill = methods::fill_byte(thread, fillchar, "center")?;
        let width = usize::try_from(width).unwrap_or(0);
        let left = search::center_left_padding(this.length, width);
        let right = width.saturating_sub(this.length) - left;
        Ok(make_bytearray(&methods::padded(thread, this.as_slice(), left, right, fill)?))
    }

    /// The object at the left of a field of that width.
    #[method("($self, width, fillchar=b' ', /)")]
    fn ljust(thread: &mut Thread, this: Gc<ByteArray>, width: isize, fillchar: Value) -> Result {
        let fill = methods::fill_byte(thread, fillchar, "ljust")?;
        let padding = usize::try_from(width).unwrap_or(0).saturating_sub(this.length);
        Ok(make_bytearray(&methods::padded(thread, this.as_slice(), 0, padding, fill)?))
    }

    /// The object at the right of a field of that width.
    #[method("($self, width, fillchar=b' ', /)")]
    fn rjust(thread: &mut Thread, this: Gc<ByteArray>, width: isize, fillchar: Value) -> Result {
        let fill = methods::fill_byte(thread, fillchar, "rjust")?;
        let padding = usize::try_from(width).unwrap_or(0).saturating_sub(this.length);
        Ok(make_bytearray(&methods::padded(thread, this.as_slice(), padding, 0, fill)?))
    }

    /// The object with zeros before it, behind its sign, up to that width.
    #[method("($self, width, /)")]
    fn zfill(thread: &mut Thread, this: Gc<ByteArray>, width: isize) -> Result {
        let width = usize::try_from(width).unwrap_or(0);
        Ok(make_bytearray(&methods::zero_fill(thread, this.as_slice(), width)?))
    }

    /// The object with spaces up to the next multiple of tabsize for each tab.
    #[method("($self, /, tabsize=8)")]
    fn expandtabs(thread: &mut Thread, this: Gc<ByteArray>, tabsize: i32) -> Result {
        Ok(make_bytearray(&methods::expand_tabs(thread, this.as_slice(), tabsize.max(0) as usize)?))
    }

    /// The object with ASCII letters in upper case.
    #[method("($self, /)")]
    fn upper(this: Gc<ByteArray>) -> Value {
        make_bytearray(&this.as_slice().to_ascii_uppercase())
    }

    /// The object with ASCII letters in lower case.
    #[method("($self, /)")]
    fn lower(this: Gc<ByteArray>) -> Value {
        make_bytearray(&this.as_slice().to_ascii_lowercase())
    }

    /// The object with each ASCII word's first letter in upper case, the others in lower case.
    #[method("($self, /)")]
    fn title(this: Gc<ByteArray>) -> Value {
        make_bytearray(&methods::title(this.as_slice()))
    }

    /// The object with its first byte in upper case, the others in lower case.
    #[method("($self, /)")]
    fn capitalize(this: Gc<ByteArray>) -> Value {
        make_bytearray(&methods::capitalize(this.as_slice()))
    }

    /// The object with upper case for lower case and the reverse.
    #[method("($self, /)")]
    fn swapcase(this: Gc<ByteArray>) -> Value {
        make_bytearray(&methods::swap_case(this.as_slice()))
    }

    /// Whether all bytes are below 128.
    #[method("($self, /)")]
    fn isascii(this: Gc<ByteArray>) -> bool {
        this.as_slice().is_ascii()
    }

    /// Whether there are bytes and all are ASCII letters.
    #[method("($self, /)")]
    fn isalpha(this: Gc<ByteArray>) -> bool {
        methods::all(this.as_slice(), u8::is_ascii_alphabetic)
    }

    /// Whether there are bytes and all are ASCII letters or digits.
    #[method("($self, /)")]
    fn isalnum(this: Gc<ByteArray>) -> bool {
        methods::all(this.as_slice(), u8::is_ascii_alphanumeric)
    }

    /// Whether there are bytes and all are ASCII digits.
    #[method("($self, /)")]
    fn isdigit(this: Gc<ByteArray>) -> bool {
        methods::all(this.as_slice(), u8::is_ascii_digit)
    }

    /// Whether there are bytes and all are ASCII white space.
    #[method("($self, /)")]
    fn isspace(this: Gc<ByteArray>) -> bool {
        methods::all(this.as_slice(), methods::is_space)
    }

    /// Whether there are cased bytes and all are in lower case.
    #[method("($self, /)")]
    fn islower(this: Gc<ByteArray>) -> bool {
        methods::is_lower(this.as_slice())
    }

    /// Whether there are cased bytes and all are in upper case.
    #[method("($self, /)")]
    fn isupper(this: Gc<ByteArray>) -> bool {
        methods::is_upper(this.as_slice())
    }

    /// Whether there are words and all start in upper case and go on in lower case.
    #[method("($self, /)")]
    fn istitle(this: Gc<ByteArray>) -> bool {
        methods::is_title(this.as_slice())
    }

    /// The object with bytes replaced as a table of 256 says, those in delete left out.
    #[method("($self, table, /, delete=b'')")]
    fn translate(thread: &mut Thread, this: Gc<ByteArray>, table: Value, delete: Value) -> Result {
        let translated = methods::translate(thread, table, delete, || static_slice(this))?;
        Ok(make_bytearray(&translated))
    }

    /// A table for translate.
    #[static_method("(frm, to, /)")]
    fn maketrans(thread: &mut Thread, frm: Value, to: Value) -> Result<Gc<Bytes>> {
        methods::make_table(thread, frm, to)
    }

    /// Decodes the bytes by the codec of that name.
    #[method("($self, /, encoding='utf-8', errors='strict')")]
    fn decode(
        thread: &mut Thread,
        this: Gc<ByteArray>,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
    ) -> Result<Gc<Str>> {
        codecs::decode_bytes(thread, this.as_slice(), this.value(), encoding, errors)
    }

    /// The bytes in hexadecimal, a separator between groups.
    #[method("($self, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(thread: &mut Thread, this: Gc<ByteArray>, sep: Value, bytes_per_sep: i32) -> Result<Gc<Str>> {
        methods::hex(thread, this.as_slice(), sep, bytes_per_sep)
    }

    #[method]
    fn __lt__(thread: &mut Thread, this: Gc<ByteArray>, other: Value) -> Result {
        compare(thread, this, other, Comparison::Less)
    }

    #[method]
    fn __le__(thread: &mut Thread, this: Gc<ByteArray>, other: Value) -> Result {
        compare(thread, this, other, Comparison::LessEqual)
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<ByteArray>, other: Value) -> Result {
        compare(thread, this, other, Comparison::Equal)
    }

    #[method]
    fn __ne__(thread: &mut Thread, this: Gc<ByteArray>, other: Value) -> Result {
        compare(thread, this, other, Comparison::NotEqual)
    }

    #[method]
    fn __gt__(thread: &mut Thread, this: Gc<ByteArray>, other: Value) -> Result {
        compare(thread, this, other, Comparison::Greater)
    }

    #[method]
    fn __ge__(thread: &mut Thread, this: Gc<ByteArray>, other: Value) -> Result {
        compare(thread, this, other, Comparison::GreaterEqual)
    }
}

/// What pickling needs: the class, the content, and the attributes of an instance of a subclass.
fn reduce(thread: &mut Thread, this: Gc<ByteArray>, protocol: i64) -> Result<Gc<Tuple>> {
    let content = this.as_slice();
    let arguments = match (content.is_empty(), protocol < 3) {
        (true, _) => Tuple::empty(),
        (_, true) => {
            let text = Str::from_one_byte(content, content.is_ascii());
            Tuple::new(&[text.value(), Str::new("latin-1").value()])
        }
        _ => Tuple::new(&[make_bytes(content)]),
    };
    let state = thread.call_method(this.value(), "__getstate__", &[])?;
    Ok(Tuple::new(&[this.class().value(), arguments.value(), state]))
}

/// Iterator over a bytearray.
#[repr(C)]
pub struct ByteArrayIterator {
    pub head: NativeHead,
    /// The bytearray, NULL when finished.
    pub sequence: Value,
    pub index: usize,
}

native_layout!(
    ByteArrayIterator,
    "bytearray_iterator",
    |this, tracer| tracer.value(this.sequence.0),
    next = ByteArrayIterator::next
);

#[native_type(name = "bytearray_iterator", no_new)]
impl ByteArrayIterator {
    fn next(_: &mut Thread, mut this: Gc<ByteArrayIterator>) -> Result<Option<Value>> {
        let Some(sequence) = this.sequence.non_null() else { return Ok(None) };
        match sequence.cast::<ByteArray>().as_slice().get(this.index) {
            Some(&byte) => {
                this.index += 1;
                Ok(Some(Value::from_small_int(i64::from(byte))))
            }
            None => {
                this.sequence = Value::NULL;
                Ok(None)
            }
        }
    }

    #[method]
    fn __iter__(this: Gc<ByteArrayIterator>) -> Gc<ByteArrayIterator> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<ByteArrayIterator>) -> Result<Option<Value>> {
        ByteArrayIterator::next(thread, this)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("($self, /)")]
    fn __length_hint__(this: Gc<ByteArrayIterator>) -> usize {
        this.sequence
            .non_null()
            .map_or(0, |sequence| sequence.cast::<ByteArray>().length.saturating_sub(this.index))
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<ByteArrayIterator>) -> Result<Gc<Tuple>> {
        let iter = builtin(thread, "iter")?;
        Ok(match this.sequence.non_null() {
            Some(sequence) => {
                Tuple::new(&[iter, Tuple::new(&[sequence]).value(), Value::from_int(this.index as i64)])
            }
            None => Tuple::new(&[iter, Tuple::new(&[Tuple::empty().value()]).value()]),
        })
    }

    /// Set state information for unpickling.
    #[method("($self, object, /)")]
    fn __setstate__(thread: &mut Thread, mut this: Gc<ByteArrayIterator>, state: Value) -> Result<()> {
        let state = iterator_state(thread, state)?;
        if let Some(sequence) = this.sequence.non_null() {
            this.index = (state.max(0) as usize).min(sequence.cast::<ByteArray>().length);
        }
        Ok(())
    }
}
