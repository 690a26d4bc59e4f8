//! `array`: numbers of one machine type, packed.

mod item;
mod machine_format;

use item::{CODES, element_kind, is_text, item_size, pack, unpack};
use std::mem::offset_of;
use taipan_runtime::builtins::memoryview::MemoryView;
use taipan_runtime::heap::ScratchValues;
use taipan_runtime::native::{TypeDefinition, full_name, type_name};
use taipan_runtime::native_layout;
use taipan_runtime::object::bytes::{ByteArray, Bytes};
use taipan_runtime::object::list::List;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::packed_array::{self, PackedBytes};
use taipan_runtime::object::slice::{Slice, SliceIndices};
use taipan_runtime::object::special::Special;
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::attribute::{get_attribute_optional, get_attribute_text};
use taipan_runtime::operations::buffer::{BytesLike, is_lent};
use taipan_runtime::operations::convert::{index_clamped, index_i64};
use taipan_runtime::operations::iterate::for_each;
use taipan_runtime::operations::{Comparison, class_of, equal, repr, rich_compare};
use taipan_runtime::prelude::*;

/// An array.
#[repr(C)]
pub struct Array {
    head: NativeHead,
    code: u8,
    item_size: usize,
    bytes: PackedBytes,
    /// Number of the loan of the memory to memoryviews, 0 if there never was one.
    loan: usize,
}

native_layout!(Array, "array.array", |this, tracer| ());

impl Array {
    fn length(&self) -> usize {
        self.bytes.len() / self.item_size
    }

    fn range(&self, index: usize) -> std::ops::Range<usize> {
        index * self.item_size..(index + 1) * self.item_size
    }
}

fn item(thread: &mut Thread, this: Gc<Array>, index: usize) -> Result<Option<Value>> {
    let range = this.range(index);
    match this.bytes.get(range) {
        Some(bytes) => unpack(thread, this.code, bytes).map(Some),
        None => Ok(None),
    }
}

fn append(thread: &mut Thread, mut this: Gc<Array>, value: Value) -> Result<()> {
    let bytes = pack(thread, this.code, value)?;
    let size = this.item_size;
    reserve(thread, this, size)?;
    this.bytes.as_vec().extend_from_slice(&bytes[..size]);
    Ok(())
}

/// Raises BufferError while a memoryview shows the memory, which therefore can't move or shrink.
fn check_resizable(thread: &mut Thread, this: Gc<Array>) -> Result<()> {
    if is_lent(this.loan) {
        return Err(thread.buffer_error("cannot resize an array that is exporting buffers"));
    }
    Ok(())
}

fn reserve(thread: &mut Thread, mut this: Gc<Array>, more: usize) -> Result<()> {
    if more > 0 {
        check_resizable(thread, this)?;
    }
    match this.bytes.as_vec().try_reserve(more) {
        Ok(()) => Ok(()),
        Err(_) => Err(thread.memory_error("")),
    }
}

fn extend(thread: &mut Thread, mut this: Gc<Array>, iterable: Value) -> Result<()> {
    if let Some(other) = iterable.downcast::<Array>() {
        if other.code != this.code {
            return Err(thread.type_error("can only extend with array of same kind"));
        }
        let more = other.bytes.to_vec();
        reserve(thread, this, more.len())?;
        this.bytes.as_vec().extend_from_slice(&more);
        return Ok(());
    }
    for_each(thread, iterable, |thread, value| append(thread, this, value))
}

fn append_text(mut this: Gc<Array>, text: Gc<Str>) {
    for c in text.characters().iter() {
        this.bytes.as_vec().extend_from_slice(&c.to_ne_bytes());
    }
}

fn append_bytes(thread: &mut Thread, mut this: Gc<Array>, bytes: &[u8]) -> Result<()> {
    if !bytes.len().is_multiple_of(this.item_size) {
        return Err(thread.value_error("bytes length not a multiple of item size"));
    }
    let copy = bytes.to_vec();
    reserve(thread, this, copy.len())?;
    this.bytes.as_vec().extend_from_slice(&copy);
    Ok(())
}

fn new_array(class: Gc<TypeObject>, code: u8, bytes: Vec<u8>) -> Gc<Array> {
    let item_size = item_size(code).unwrap_or(1);
    let content = Array { head: NativeHead::empty(), code, item_size, bytes: bytes.into(), loan: 0 };
    let array = native_object::new(class, content);
    if class == Array::class()
        && let Some(kind) = element_kind(code)
    {
        let shape = packed_array::shape_for(class, kind, offset_of!(Array, bytes));
        // SAFETY: a fresh object; the shape is of its class and, like all of them, without attributes.
        unsafe { (*array.value().header()).shape = shape };
    }
    array
}

/// An array of the same type code.
fn like(this: Gc<Array>, bytes: Vec<u8>) -> Gc<Array> {
    new_array(Array::class(), this.code, bytes)
}

fn type_code(thread: &mut Thread, value: Value) -> Result<u8> {
    let Some(text) = value.downcast::<Str>() else {
        let got = type_name(value);
        return Err(thread.type_error(format!("array() argument 1 must be a unicode character, not {got}")));
    };
    if text.length != 1 {
        let length = text.length;
        let message =
            format!("array() argument 1 must be a unicode character, not a string of length {length}");
        return Err(thread.type_error(message));
    }
    match u8::try_from(text.at(0)).ok().filter(|code| item_size(*code).is_some()) {
        Some(code) => Ok(code),
        None => Err(thread.value_error("bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)")),
    }
}

fn fill(thread: &mut Thread, this: Gc<Array>, initial: Value) -> Result<()> {
    let code = char::from(this.code);
    if let Some(text) = initial.downcast::<Str>() {
        if !is_text(this.code) {
            let message = format!("cannot use a str to initialize an array with typecode '{code}'");
            return Err(thread.type_error(message));
        }
        append_text(this, text);
        return Ok(());
    }
    if let Some(other) = initial.downcast::<Array>() {
        if is_text(other.code) && !is_text(this.code) {
            let message = format!("cannot use a unicode array to initialize an array with typecode '{code}'");
            return Err(thread.type_error(message));
        }
        for i in 0..other.length() {
            if let Some(value) = item(thread, other, i)? {
                append(thread, this, value)?;
            }
        }
        return Ok(());
    }
    if initial.downcast::<Bytes>().is_some() || initial.downcast::<ByteArray>().is_some() {
        return match BytesLike::of(thread, initial)? {
            Some(bytes) => append_bytes(thread, this, &bytes),
            None => Ok(()),
        };
    }
    for_each(thread, initial, |thread, value| append(thread, this, value))
}

fn is_index(value: Value) -> bool {
    value.as_int_or_bool().is_some() || class_of(value).special(Special::Index).is_some()
}

/// The place that an integer subscript means.
fn position(thread: &mut Thread, this: Gc<Array>, key: Value, outside: &str) -> Result<usize> {
    let index = index_i64(thread, key)?;
    let length = this.length() as i64;
    let index = if index < 0 { index + length } else { index };
    if (0..length).contains(&index) { Ok(index as usize) } else { Err(thread.index_error(outside)) }
}

const ASSIGNED_OUTSIDE: &str = "array assignment index out of range";

/// What a subscript means.
enum Subscript {
    Item(usize),
    Slice(SliceIndices),
}

fn subscript(thread: &mut Thread, this: Gc<Array>, key: Value, outside: &str) -> Result<Subscript> {
    if is_index(key) {
        return position(thread, this, key, outside).map(Subscript::Item);
    }
    match key.downcast::<Slice>() {
        Some(slice) => slice.indices(thread, this.length()).map(Subscript::Slice),
        None => Err(thread.type_error("array indices must be integers")),
    }
}

impl Array {
    /// The bytes of the item at an index, of items of that many bytes.
    #[inline(always)]
    fn place<const SIZE: usize>(&self, key: Value) -> Option<std::ops::Range<usize>> {
        let length = self.bytes.len() / SIZE;
        let index = key.as_small_int()?;
        let index = if index < 0 { index + length as i64 } else { index } as usize;
        (index < length).then(|| index * SIZE..(index + 1) * SIZE)
    }

    #[inline(always)]
    fn read<const SIZE: usize>(&self, key: Value) -> Option<[u8; SIZE]> {
        self.bytes[self.place::<SIZE>(key)?].try_into().ok()
    }

    /// The number at a small index, of the common type codes.
    #[inline]
    fn number_at(&self, key: Value) -> Option<Value> {
        Some(match self.code {
            b'd' => Value::from_float(f64::from_ne_bytes(self.read::<8>(key)?)),
            b'l' | b'q' => Value::from_int(i64::from_ne_bytes(self.read::<8>(key)?)),
            b'i' => Value::from_small_int(i64::from(i32::from_ne_bytes(self.read::<4>(key)?))),
            b'I' => Value::from_small_int(i64::from(u32::from_ne_bytes(self.read::<4>(key)?))),
            b'h' => Value::from_small_int(i64::from(i16::from_ne_bytes(self.read::<2>(key)?))),
            b'H' => Value::from_small_int(i64::from(u16::from_ne_bytes(self.read::<2>(key)?))),
            b'b' => Value::from_small_int(i64::from(self.read::<1>(key)?[0] as i8)),
            b'B' => Value::from_small_int(i64::from(self.read::<1>(key)?[0])),
            _ => return None,
        })
    }

    /// Stores a number at a small index, if the type code is a common one and it is of that type and in range.
    #[inline]
    fn set_number_at(&mut self, key: Value, value: Value) -> bool {
        self.try_set_number_at(key, value).is_some()
    }

    #[inline(always)]
    fn try_set_number_at(&mut self, key: Value, value: Value) -> Option<()> {
        match self.code {
            b'd' => {
                let number = match value.is_immediate_float() {
                    true => value.immediate_float(),
                    false => value.as_small_int()? as f64,
                };
                let place = self.place::<8>(key)?;
                self.bytes[place].copy_from_slice(&number.to_ne_bytes());
            }
            b'l' | b'q' => {
                let (number, place) = (value.as_small_int()?, self.place::<8>(key)?);
                self.bytes[place].copy_from_slice(&number.to_ne_bytes());
            }
            b'i' => {
                let (number, place) = (i32::try_from(value.as_small_int()?).ok()?, self.place::<4>(key)?);
                self.bytes[place].copy_from_slice(&number.to_ne_bytes());
            }
            b'B' => {
                let (number, place) = (u8::try_from(value.as_small_int()?).ok()?, self.place::<1>(key)?);
                self.bytes[place].copy_from_slice(&[number]);
            }
            _ => return None,
        }
        Some(())
    }
}

fn slice_bytes(this: Gc<Array>, slice: SliceIndices) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(slice.length * this.item_size);
    for i in 0..slice.length {
        let at = (slice.start + i as i64 * slice.step) as usize;
        bytes.extend_from_slice(&this.bytes[this.range(at)]);
    }
    bytes
}

fn assign_slice(thread: &mut Thread, mut this: Gc<Array>, slice: SliceIndices, value: Value) -> Result<()> {
    let Some(other) = value.downcast::<Array>() else {
        let got = type_name(value);
        return Err(thread.type_error(format!("can only assign array (not \"{got}\") to array slice")));
    };
    if other.code != this.code {
        return Err(thread.type_error("bad argument type for built-in operation"));
    }
    let (new, size) = (other.bytes.to_vec(), this.item_size);
    if slice.step == 1 {
        let (start, stop) = (slice.start as usize, slice.start.max(slice.stop) as usize);
        if new.len() != (stop - start) * size {
            check_resizable(thread, this)?;
        }
        this.bytes.as_vec().splice(start * size..stop * size, new);
        return Ok(());
    }
    if other.length() != slice.length {
        let (given, expected) = (other.length(), slice.length);
        let message = format!("attempt to assign array of size {given} to extended slice of size {expected}");
        return Err(thread.value_error(message));
    }
    for (i, bytes) in new.chunks_exact(size).enumerate() {
        let at = (slice.start + i as i64 * slice.step) as usize;
        let range = this.range(at);
        this.bytes[range].copy_from_slice(bytes);
    }
    Ok(())
}

fn delete_slice(mut this: Gc<Array>, slice: SliceIndices) {
    let mut places: Vec<usize> =
        (0..slice.length).map(|i| (slice.start + i as i64 * slice.step) as usize).collect();
    places.sort_unstable();
    let (size, mut places) = (this.item_size, places.into_iter().peekable());
    let old = std::mem::take(&mut *this.bytes.as_vec());
    for (i, bytes) in old.chunks_exact(size).enumerate() {
        if places.next_if_eq(&i).is_none() {
            this.bytes.as_vec().extend_from_slice(bytes);
        }
    }
}

fn find(thread: &mut Thread, this: Gc<Array>, value: Value, from: usize, to: usize) -> Result<Option<usize>> {
    let mut i = from;
    while i < to
        && let Some(candidate) = item(thread, this, i)?
    {
        if equal(thread, candidate, value)? {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

fn compare(thread: &mut Thread, this: Gc<Array>, other: Value, op: Comparison) -> Result {
    let Some(other) = other.downcast::<Array>() else { return Ok(Value::NOT_IMPLEMENTED) };
    let by_length = matches!(op, Comparison::Equal | Comparison::NotEqual);
    if by_length && this.length() != other.length() {
        return Ok(Value::from_bool(op == Comparison::NotEqual));
    }
    let mut i = 0;
    while let (Some(a), Some(b)) = (item(thread, this, i)?, item(thread, other, i)?) {
        if !equal(thread, a, b)? {
            return match op {
                Comparison::Equal => Ok(Value::FALSE),
                Comparison::NotEqual => Ok(Value::TRUE),
                _ => rich_compare(thread, op, a, b),
            };
        }
        i += 1;
    }
    Ok(Value::from_bool(op.holds(this.length().cmp(&other.length()))))
}

fn repeated(thread: &mut Thread, this: Gc<Array>, count: Value) -> Result<Vec<u8>> {
    let count = usize::try_from(index_i64(thread, count)?).unwrap_or(0);
    let total = this.bytes.len().checked_mul(count).filter(|total| *total < isize::MAX as usize);
    let mut bytes = Vec::new();
    match total {
        Some(total) if bytes.try_reserve_exact(total).is_ok() => {}
        _ => return Err(thread.memory_error("")),
    }
    (0..count).for_each(|_| bytes.extend_from_slice(&this.bytes));
    Ok(bytes)
}

fn checked_factor(thread: &mut Thread, value: Value) -> Result<()> {
    if is_index(value) {
        return Ok(());
    }
    let got = type_name(value);
    Err(thread.type_error(format!("can't multiply sequence by non-int of type '{got}'")))
}

fn text_of(thread: &mut Thread, this: Gc<Array>) -> Result<Gc<Str>> {
    let characters: Vec<u32> =
        this.bytes.chunks_exact(4).map(|b| u32::from_ne_bytes([b[0], b[1], b[2], b[3]])).collect();
    let widest = characters.iter().copied().max().unwrap_or(0);
    if widest > 0x10_ffff {
        let message = format!("character U+{widest:x} is not in range [U+0000; U+10ffff]");
        return Err(thread.value_error(message));
    }
    Ok(Str::from_code_points(characters.iter().copied(), characters.len(), widest))
}

fn to_list(thread: &mut Thread, this: Gc<Array>) -> Result<Gc<List>> {
    let list = List::empty();
    let mut i = 0;
    while let Some(value) = item(thread, this, i)? {
        list.push(value);
        i += 1;
    }
    Ok(list)
}

/// array(typecode [, initializer]) -> array
///
/// Return a new array whose items are restricted by typecode, and
/// initialized from the optional initializer value, which must be a list,
/// string or iterable over elements of the appropriate type.
#[native_type(name = "array", module = "array", base_type, weak_referencable, sequence)]
impl Array {
    #[new("(*arguments, **keywords)", hidden)]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        arguments: &[Value],
        keywords: KeywordArguments<'_>,
    ) -> Result<Gc<Array>> {
        if class == Array::class() && !keywords.is_empty() {
            return Err(thread.type_error("array.array() takes no keyword arguments"));
        }
        let given = arguments.len();
        if !(1..=2).contains(&given) {
            let bound = if given == 0 { "at least 1 argument" } else { "at most 2 arguments" };
            return Err(thread.type_error(format!("array() takes {bound} ({given} given)")));
        }
        let code = type_code(thread, arguments[0])?;
        if code == b'u' {
            taipan_runtime::builtins::warnings::deprecation(
                thread,
                "The 'u' type code is deprecated and will be removed in Python 3.16",
            )?;
        }
        let this = new_array(class, code, Vec::new());
        if let Some(initial) = arguments.get(1) {
            fill(thread, this, *initial)?;
        }
        Ok(this)
    }

    /// the typecode character used to create the array
    #[getter]
    fn typecode(this: Gc<Array>) -> String {
        char::from(this.code).to_string()
    }

    /// the size, in bytes, of one array item
    #[getter]
    fn itemsize(this: Gc<Array>) -> usize {
        this.item_size
    }

    /// Append new value v to the end of the array.
    #[method("(v, /)")]
    fn append(thread: &mut Thread, this: Gc<Array>, v: Value) -> Result<()> {
        append(thread, this, v)
    }

    /// Remove all items from the array.
    #[method("()")]
    fn clear(thread: &mut Thread, mut this: Gc<Array>) -> Result<()> {
        if !this.bytes.is_empty() {
            check_resizable(thread, this)?;
        }
        this.bytes.as_vec().clear();
        Ok(())
    }

    /// Append items to the end of the array.
    #[method("(bb, /)")]
    fn extend(thread: &mut Thread, this: Gc<Array>, bb: Value) -> Result<()> {
        extend(thread, this, bb)
    }

    /// Insert a new item v into the array before position i.
    #[method("(i, v, /)")]
    fn insert(thread: &mut Thread, mut this: Gc<Array>, i: isize, v: Value) -> Result<()> {
        let (bytes, size) = (pack(thread, this.code, v)?, this.item_size);
        check_resizable(thread, this)?;
        let length = this.length() as isize;
        let place = if i < 0 { (i + length).max(0) } else { i.min(length) } as usize;
        this.bytes.as_vec().splice(place * size..place * size, bytes[..size].iter().copied());
        Ok(())
    }

    /// Return the i-th element and delete it from the array.
    #[method("(i=-1, /)")]
    fn pop(thread: &mut Thread, mut this: Gc<Array>, i: isize) -> Result {
        let length = this.length() as isize;
        if length == 0 {
            return Err(thread.index_error("pop from empty array"));
        }
        let place = if i < 0 { i + length } else { i };
        if !(0..length).contains(&place) {
            return Err(thread.index_error("pop index out of range"));
        }
        let value = item(thread, this, place as usize)?.unwrap_or(Value::NONE);
        check_resizable(thread, this)?;
        let range = this.range(place as usize);
        this.bytes.as_vec().drain(range);
        Ok(value)
    }

    /// Remove the first occurrence of v in the array.
    #[method("(v, /)")]
    fn remove(thread: &mut Thread, mut this: Gc<Array>, v: Value) -> Result<()> {
        match find(thread, this, v, 0, usize::MAX)? {
            Some(place) if place < this.length() => {
                let range = this.range(place);
                this.bytes.as_vec().drain(range);
                Ok(())
            }
            _ => Err(thread.value_error("array.remove(x): x not in array")),
        }
    }

    /// Return index of first occurrence of v in the array.
    #[method("(v, start=0, stop=sys.maxsize, /)")]
    fn index(
        thread: &mut Thread,
        this: Gc<Array>,
        v: Value,
        start: Option<Value>,
        stop: Option<Value>,
    ) -> Result<usize> {
        let mut bounds = [0, usize::MAX];
        for (bound, given) in bounds.iter_mut().zip([start, stop]) {
            let Some(given) = given else { continue };
            let index = index_clamped(thread, given)?;
            let index = if index < 0 { index.saturating_add(this.length() as i64).max(0) } else { index };
            *bound = index as usize;
        }
        match find(thread, this, v, bounds[0], bounds[1])? {
            Some(place) => Ok(place),
            None => Err(thread.value_error("array.index(x): x not in array")),
        }
    }

    /// Return number of occurrences of v in the array.
    #[method("(v, /)")]
    fn count(thread: &mut Thread, this: Gc<Array>, v: Value) -> Result<usize> {
        let (mut count, mut i) = (0, 0);
        while let Some(candidate) = item(thread, this, i)? {
            count += usize::from(equal(thread, candidate, v)?);
            i += 1;
        }
        Ok(count)
    }

    /// Reverse the order of the items in the array.
    #[method("()")]
    fn reverse(mut this: Gc<Array>) {
        let size = this.item_size;
        this.bytes.reverse();
        this.bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse);
    }

    /// Byteswap all items of the array.
    #[method("()")]
    fn byteswap(mut this: Gc<Array>) {
        let size = this.item_size;
        this.bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse);
    }

    /// Return a tuple (address, length) giving the current memory address and the length in items of the buffer.
    #[method("()")]
    fn buffer_info(this: Gc<Array>) -> Gc<Tuple> {
        let address = Value::from_unsigned(this.bytes.as_ptr() as u64);
        Tuple::new(&[address, Value::from_int(this.length() as i64)])
    }

    /// Convert the array to an array of machine values and return the bytes representation.
    #[method("()")]
    fn tobytes(this: Gc<Array>) -> Gc<Bytes> {
        Bytes::new(&this.bytes)
    }

    /// Appends items from the buffer, as machine values.
    #[method("(buffer, /)")]
    fn frombytes(thread: &mut Thread, this: Gc<Array>, buffer: BytesLike) -> Result<()> {
        append_bytes(thread, this, &buffer)
    }

    /// Convert array to an ordinary list with the same items.
    #[method("()")]
    fn tolist(thread: &mut Thread, this: Gc<Array>) -> Result<Gc<List>> {
        to_list(thread, this)
    }

    /// Append items to array from list.
    #[method("(list, /)")]
    fn fromlist(thread: &mut Thread, mut this: Gc<Array>, list: Value) -> Result<()> {
        let Some(list) = list.downcast::<List>() else { return Err(thread.type_error("arg must be list")) };
        let old = this.bytes.len();
        let mut i = 0;
        while let Some(value) = list.get(i) {
            // All or nothing.
            if let Err(raised) = append(thread, this, value) {
                this.bytes.as_vec().truncate(old);
                return Err(raised);
            }
            i += 1;
        }
        Ok(())
    }

    /// Extends this array with data from the unicode string ustr.
    #[method("(ustr, /)")]
    fn fromunicode(thread: &mut Thread, this: Gc<Array>, ustr: Gc<Str>) -> Result<()> {
        if !is_text(this.code) {
            let message = "fromunicode() may only be called on unicode type arrays ('u' or 'w')";
            return Err(thread.value_error(message));
        }
        append_text(this, ustr);
        Ok(())
    }

    /// Convert the array to a unicode string.
    #[method("()")]
    fn tounicode(thread: &mut Thread, this: Gc<Array>) -> Result<Gc<Str>> {
        if !is_text(this.code) {
            let message = "tounicode() may only be called on unicode type arrays ('u' or 'w')";
            return Err(thread.value_error(message));
        }
        text_of(thread, this)
    }

    /// Write all items (as machine values) to the file object f.
    #[method("(f, /)")]
    fn tofile(thread: &mut Thread, this: Gc<Array>, f: Value) -> Result<()> {
        /// Bytes written at a time.
        const BLOCK: usize = 64 * 1024;
        let copy = this.bytes.to_vec();
        let write = get_attribute_text(thread, f, "write")?;
        for block in copy.chunks(BLOCK) {
            thread.call(write, &[Bytes::new(block).value()])?;
        }
        Ok(())
    }

    /// Read n objects from the file object f and append them to the end of the array.
    #[method("(f, n, /)")]
    fn fromfile(thread: &mut Thread, this: Gc<Array>, f: Value, n: isize) -> Result<()> {
        let Ok(count) = usize::try_from(n) else { return Err(thread.value_error("negative count")) };
        let Some(wanted) = count.checked_mul(this.item_size).filter(|n| *n < isize::MAX as usize) else {
            return Err(thread.memory_error(""));
        };
        let data = thread.call_method(f, "read", &[Value::from_int(wanted as i64)])?;
        let Some(bytes) = data.downcast::<Bytes>() else {
            return Err(thread.type_error("read() didn't return bytes"));
        };
        append_bytes(thread, this, bytes.as_slice())?;
        if bytes.length == wanted {
            Ok(())
        } else {
            Err(thread.eof_error("read() didn't return enough bytes"))
        }
    }

    /// Return a copy of the array.
    #[method("()")]
    fn __copy__(this: Gc<Array>) -> Gc<Array> {
        like(this, this.bytes.to_vec())
    }

    /// Return a copy of the array.
    #[method("(unused, /)")]
    fn __deepcopy__(this: Gc<Array>, _unused: Value) -> Gc<Array> {
        like(this, this.bytes.to_vec())
    }

    /// Return state information for pickling.
    #[method("(value, /)")]
    fn __reduce_ex__(thread: &mut Thread, this: Gc<Array>, value: Value) -> Result<Gc<Tuple>> {
        let protocol = index_i64(thread, value)?;
        let dict = get_attribute_optional(thread, this.value(), intern("__dict__"))?.unwrap_or(Value::NONE);
        let (class, code) = (this.class().value(), Str::new(&char::from(this.code).to_string()).value());
        if protocol < 3 {
            let items = to_list(thread, this)?;
            let arguments = Tuple::new(&[code, items.value()]);
            return Ok(Tuple::new(&[class, arguments.value(), dict]));
        }
        let function = taipan_runtime::import::import_attribute(thread, "array", "_array_reconstructor")?;
        let format = Value::from_int(machine_format::of_code(this.code));
        let arguments = Tuple::new(&[class, code, format, Bytes::new(&this.bytes).value()]);
        Ok(Tuple::new(&[function, arguments.value(), dict]))
    }

    /// Size of the array in memory, in bytes.
    #[method("()")]
    fn __sizeof__(this: Gc<Array>) -> usize {
        size_of::<Array>() + this.bytes.capacity()
    }

    #[method]
    fn __buffer__(mut this: Gc<Array>, _flags: i64) -> Gc<MemoryView> {
        let (pointer, items, size) = (this.bytes.as_mut_ptr(), this.length(), this.item_size);
        let format = char::from(this.code).to_string();
        MemoryView::over(this.value(), pointer, items, &format, size, false, &mut this.loan)
    }

    #[method]
    fn __release_buffer__(thread: &mut Thread, _this: Gc<Array>, buffer: Value) -> Result<()> {
        taipan_runtime::builtins::memoryview::release_view(thread, buffer)
    }

    #[method]
    fn __len__(this: Gc<Array>) -> usize {
        this.length()
    }

    #[method]
    fn __getitem__(thread: &mut Thread, this: Gc<Array>, key: Value) -> Result {
        if let Some(number) = this.number_at(key) {
            return Ok(number);
        }
        match subscript(thread, this, key, "array index out of range")? {
            Subscript::Item(index) => Ok(item(thread, this, index)?.unwrap_or(Value::NONE)),
            Subscript::Slice(slice) => Ok(like(this, slice_bytes(this, slice)).value()),
        }
    }

    #[method]
    fn __setitem__(thread: &mut Thread, mut this: Gc<Array>, key: Value, value: Value) -> Result<()> {
        if this.set_number_at(key, value) {
            return Ok(());
        }
        match subscript(thread, this, key, ASSIGNED_OUTSIDE)? {
            Subscript::Item(index) => {
                let (bytes, size) = (pack(thread, this.code, value)?, this.item_size);
                let range = this.range(index);
                match this.bytes.get_mut(range) {
                    Some(target) => {
                        target.copy_from_slice(&bytes[..size]);
                        Ok(())
                    }
                    None => Err(thread.index_error(ASSIGNED_OUTSIDE)),
                }
            }
            Subscript::Slice(slice) => assign_slice(thread, this, slice, value),
        }
    }

    #[method]
    fn __delitem__(thread: &mut Thread, mut this: Gc<Array>, key: Value) -> Result<()> {
        match subscript(thread, this, key, ASSIGNED_OUTSIDE)? {
            Subscript::Item(index) => {
                let range = this.range(index);
                this.bytes.as_vec().drain(range);
            }
            Subscript::Slice(slice) => delete_slice(this, slice),
        }
        Ok(())
    }

    #[method]
    fn __contains__(thread: &mut Thread, this: Gc<Array>, key: Value) -> Result<bool> {
        Ok(find(thread, this, key, 0, usize::MAX)?.is_some())
    }

    #[method]
    fn __add__(thread: &mut Thread, this: Gc<Array>, value: Value) -> Result<Gc<Array>> {
        let Some(other) = value.downcast::<Array>() else {
            let got = type_name(value);
            return Err(thread.type_error(format!("can only append array (not \"{got}\") to array")));
        };
        if other.code != this.code {
            return Err(thread.type_error("bad argument type for built-in operation"));
        }
        Ok(like(this, [&this.bytes[..], &other.bytes[..]].concat()))
    }

    /// Implement self+=value.
    #[method]
    fn __iadd__(thread: &mut Thread, this: Gc<Array>, value: Value) -> Result<Gc<Array>> {
        if value.downcast::<Array>().is_none() {
            let got = type_name(value);
            return Err(thread.type_error(format!("can only extend array with array (not \"{got}\")")));
        }
        extend(thread, this, value)?;
        Ok(this)
    }

    #[method]
    fn __mul__(thread: &mut Thread, this: Gc<Array>, value: Value) -> Result<Gc<Array>> {
        checked_factor(thread, value)?;
        let bytes = repeated(thread, this, value)?;
        Ok(like(this, bytes))
    }

    #[method]
    fn __rmul__(thread: &mut Thread, this: Gc<Array>, value: Value) -> Result<Gc<Array>> {
        checked_factor(thread, value)?;
        let bytes = repeated(thread, this, value)?;
        Ok(like(this, bytes))
    }

    /// Implement self*=value.
    #[method]
    fn __imul__(thread: &mut Thread, mut this: Gc<Array>, value: Value) -> Result<Gc<Array>> {
        let bytes = repeated(thread, this, value)?;
        this.bytes = PackedBytes::from(bytes);
        Ok(this)
    }

    #[method]
    fn __lt__(thread: &mut Thread, this: Gc<Array>, value: Value) -> Result {
        compare(thread, this, value, Comparison::Less)
    }

    #[method]
    fn __le__(thread: &mut Thread, this: Gc<Array>, value: Value) -> Result {
        compare(thread, this, value, Comparison::LessEqual)
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<Array>, value: Value) -> Result {
        compare(thread, this, value, Comparison::Equal)
    }

    #[method]
    fn __ne__(thread: &mut Thread, this: Gc<Array>, value: Value) -> Result {
        compare(thread, this, value, Comparison::NotEqual)
    }

    #[method]
    fn __gt__(thread: &mut Thread, this: Gc<Array>, value: Value) -> Result {
        compare(thread, this, value, Comparison::Greater)
    }

    #[method]
    fn __ge__(thread: &mut Thread, this: Gc<Array>, value: Value) -> Result {
        compare(thread, this, value, Comparison::GreaterEqual)
    }

    #[attribute]
    fn __hash__() -> Value {
        Value::NONE
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<Array>) -> Result<String> {
        let (name, code) = (this.class().name_text(), char::from(this.code));
        if this.bytes.is_empty() {
            return Ok(format!("{name}('{code}')"));
        }
        let content = match is_text(this.code) {
            true => text_of(thread, this)?.value(),
            false => to_list(thread, this)?.value(),
        };
        Ok(format!("{name}('{code}', {})", repr(thread, content)?.to_string_lossy()))
    }

    #[method]
    fn __iter__(this: Gc<Array>) -> Gc<ArrayIterator> {
        let content = ArrayIterator { head: NativeHead::empty(), array: this.value(), index: 0 };
        native_object::new(ArrayIterator::class(), content)
    }

    /// See PEP 585
    #[class_method("(object, /)")]
    fn __class_getitem__(thread: &mut Thread, class: Gc<TypeObject>, object: Value) -> Result {
        taipan_runtime::builtins::generic_alias::new(thread, class.value(), object)
    }
}

/// An iterator over an array.
#[repr(C)]
pub struct ArrayIterator {
    head: NativeHead,
    /// NULL at the end.
    array: Value,
    index: usize,
}

native_layout!(ArrayIterator, "array.arrayiterator", |this, tracer| tracer.value(this.array.0));

#[native_type(name = "arrayiterator", module = "array", no_new)]
impl ArrayIterator {
    #[method]
    fn __iter__(this: Gc<ArrayIterator>) -> Gc<ArrayIterator> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, mut this: Gc<ArrayIterator>) -> Result<Option<Value>> {
        let Some(array) = this.array.downcast::<Array>() else { return Ok(None) };
        let next = item(thread, array, this.index)?;
        match next {
            Some(_) => this.index += 1,
            None => this.array = Value::NULL,
        }
        Ok(next)
    }

    /// Return state information for pickling.
    #[method("()")]
    fn __reduce__(thread: &mut Thread, this: Gc<ArrayIterator>) -> Result<Gc<Tuple>> {
        let iter = taipan_runtime::import::import_attribute(thread, "builtins", "iter")?;
        match this.array.non_null() {
            Some(array) => {
                let index = Value::from_int(this.index as i64);
                Ok(Tuple::new(&[iter, Tuple::new(&[array]).value(), index]))
            }
            None => Ok(Tuple::new(&[iter, Tuple::new(&[List::empty().value()]).value()])),
        }
    }

    /// Set state information for unpickling.
    #[method("(state, /)")]
    fn __setstate__(thread: &mut Thread, mut this: Gc<ArrayIterator>, state: Value) -> Result<()> {
        let index = index_clamped(thread, state)?;
        if let Some(array) = this.array.downcast::<Array>() {
            this.index = usize::try_from(index).unwrap_or(0).min(array.length());
        }
        Ok(())
    }
}

/// The module `array`.
pub struct ArrayModule;

/// This module defines an object type which can efficiently represent
/// an array of basic values: characters, integers, floating-point
/// numbers.  Arrays are sequence types and behave very much like lists,
/// except that the type of objects stored in them is constrained.
#[native_module(name = "array")]
impl ArrayModule {
    #[constant]
    fn typecodes() -> &'static str {
        CODES
    }

    #[types]
    fn types() -> &'static [&'static TypeDefinition] {
        &[Array::DEFINITION]
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        taipan_runtime::builtins::class::class_of_definition(thread, ArrayIterator::DEFINITION)?;
        module.dict.set_str_infallible(intern("ArrayType"), Array::class().value());
        Ok(())
    }

    /// Internal. Used for pickling support.
    #[function("(arraytype, typecode, mformat_code, items, /)")]
    fn _array_reconstructor(
        thread: &mut Thread,
        arraytype: Value,
        typecode: Value,
        mformat_code: i32,
        items: Value,
    ) -> Result {
        let Some(class) = arraytype.downcast::<TypeObject>() else {
            let got = type_name(arraytype);
            return Err(thread.type_error(format!("first argument must be a type object, not {got}")));
        };
        if !class.is_subclass_of(Array::class()) {
            let name = full_name(class);
            return Err(thread.type_error(format!("{name} is not a subtype of array.array")));
        }
        let code = typecode.downcast::<Str>().filter(|text| text.length == 1).map(|text| text.at(0));
        let code = code.and_then(|code| u8::try_from(code).ok()).filter(|code| item_size(*code).is_some());
        let Some(code) = code else {
            return Err(thread.value_error("second argument must be a valid type code"));
        };
        let Some(format) = machine_format::Format::of_number(i64::from(mformat_code)) else {
            return Err(thread.value_error("third argument must be a valid machine format code."));
        };
        let Some(bytes) = items.downcast::<Bytes>() else {
            let got = type_name(items);
            return Err(thread.type_error(format!("fourth argument should be bytes, not {got}")));
        };
        if bytes.length % format.size() != 0 {
            return Err(thread.value_error("bytes length not a multiple of item size"));
        }
        let mut values = ScratchValues::new();
        for part in bytes.as_slice().chunks_exact(format.size()) {
            values.push(format.value(part));
        }
        let code = Str::new(&char::from(code).to_string()).value();
        thread.call(class.value(), &[code, List::new(&values).value()])
    }
}
