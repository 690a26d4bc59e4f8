//! What Python code sees of `bytes`. What its methods do is in [`crate::builtins::bytes_methods`].

use crate::builtins::bytes_methods::{self as methods, make_bytes};
use crate::builtins::codecs;
use crate::builtins::support::{builtin, class, iterator_state, repeat_count, sequence_index, wrong_index};
use crate::builtins::text_support::{bytes_of, class_name, convert_to_class};
use crate::native_layout;
use crate::object::bytes::Bytes;
use crate::object::list::List;
use crate::object::native_object::{self, NativeHead};
use crate::object::slice::Slice;
use crate::object::special::Special;
use crate::object::tuple::Tuple;
use crate::operations::buffer::BytesLike;
use crate::operations::{self, Comparison};
use crate::prelude::*;
use crate::text::{repr, search};

/// A separator that can be an item of the result itself.
fn shared_separator(separator: Value) -> Value {
    if separator.downcast::<Bytes>().is_some() { separator } else { Value::NULL }
}

fn static_slice(this: Gc<Bytes>) -> &'static [u8] {
    this.as_slice()
}

fn compare(this: Gc<Bytes>, other: Value, op: Comparison) -> Value {
    // Other bytes-like objects compare themselves with bytes.
    match other.downcast::<Bytes>() {
        Some(other) => Value::from_bool(op.holds(this.as_slice().cmp(other.as_slice()))),
        None => Value::NOT_IMPLEMENTED,
    }
}

impl Bytes {
    /// A new instance of a class.
    pub fn of_class(thread: &mut Thread, class: Gc<TypeObject>, content: &[u8]) -> Result<Gc<Bytes>> {
        match Bytes::allocate(class, content.len()) {
            Some(bytes) => {
                // SAFETY: room for the content was allocated.
                unsafe { std::ptr::copy_nonoverlapping(content.as_ptr(), bytes.data(), content.len()) };
                Ok(bytes)
            }
            None => Err(thread.memory_error("")),
        }
    }
}

/// `bytes(source)` without encoding.
fn construct(thread: &mut Thread, source: Value) -> Result<Gc<Bytes>> {
    if operations::class_of(source) == types().bytes {
        return Ok(source.cast());
    }
    if operations::class_of(source).special(Special::Bytes).is_some_and(|method| !method.is_none()) {
        return bytes_of(thread, source);
    }
    let content = methods::source_content(thread, source, None, None, "bytes")?;
    Bytes::of_class(thread, types().bytes, &content)
}

/// An immutable sequence of bytes.
#[native_type(name = "bytes", base_type)]
impl Bytes {
    #[new("($type, /, source=b'', encoding='utf-8', errors='strict')", hidden)]
    fn new_bytes(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        source: Value,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
    ) -> Result<Gc<Bytes>> {
        let bytes = if source.is_null() || encoding.is_some() || errors.is_some() {
            Bytes::new(&methods::source_content(thread, source, encoding, errors, "bytes")?)
        } else {
            construct(thread, source)?
        };
        if class == types().bytes { Ok(bytes) } else { Bytes::of_class(thread, class, bytes.as_slice()) }
    }

    #[method]
    fn __repr__(this: Gc<Bytes>) -> Gc<Str> {
        let mut out = Vec::with_capacity(this.length + 3);
        repr::push_bytes_repr(this.as_slice(), &mut out);
        Str::from_one_byte(&out, true)
    }

    #[method]
    fn __str__(thread: &mut Thread, this: Gc<Bytes>) -> Result<Gc<Str>> {
        if crate::sys::flags().bytes_warning > 0 {
            crate::builtins::warnings::warn(thread, types().bytes_warning, "str() on a bytes instance", 1)?;
        }
        Ok(Bytes::__repr__(this))
    }

    #[method]
    fn __hash__(mut this: Gc<Bytes>) -> i64 {
        if this.hash == 0 {
            this.hash = operations::hash::hash_bytes(this.as_slice());
        }
        this.hash
    }

    #[method]
    fn __iter__(this: Gc<Bytes>) -> Gc<BytesIterator> {
        let content = BytesIterator { head: NativeHead::empty(), sequence: this.value(), index: 0 };
        native_object::new(class::<BytesIterator>(), content)
    }

    #[method]
    fn __len__(this: Gc<Bytes>) -> usize {
        this.length
    }

    #[method]
    fn __getitem__(thread: &mut Thread, this: Gc<Bytes>, key: Value) -> Result {
        if let Some(index) = sequence_index(thread, key)? {
            return match operations::container::wrap_index(index, this.length) {
                Some(place) => Ok(Value::from_small_int(i64::from(this.as_slice()[place]))),
                None => Err(thread.index_error("index out of range")),
            };
        }
        match key.downcast::<Slice>() {
            Some(key) => {
                let indices = key.indices(thread, this.length)?;
                if indices.step == 1 && indices.length == this.length && this.class() == types().bytes {
                    return Ok(this.value());
                }
                Ok(make_bytes(&methods::slice(this.as_slice(), indices)))
            }
            None => Err(wrong_index(thread, "byte", key)),
        }
    }

    #[method]
    fn __contains__(thread: &mut Thread, this: Gc<Bytes>, key: Value) -> Result<bool> {
        methods::contains(thread, key, || this.as_slice())
    }

    #[method]
    fn __add__(thread: &mut Thread, this: Gc<Bytes>, other: Value) -> Result {
        let Some(content) = BytesLike::of(thread, other)? else {
            let got = class_name(other);
            return Err(thread.type_error(format!("can't concat {got} to bytes")));
        };
        if content.is_empty() && this.class() == types().bytes {
            return Ok(this.value());
        }
        let Some(sum) = Bytes::allocate(types().bytes, this.length + content.len()) else {
            return Err(thread.memory_error(""));
        };
        // SAFETY: room for both was allocated; nothing else sees the new object yet.
        unsafe {
            std::ptr::copy_nonoverlapping(this.data(), sum.data(), this.length);
            std::ptr::copy_nonoverlapping(content.as_ptr(), sum.data().add(this.length), content.len());
        }
        Ok(sum.value())
    }

    #[method]
    fn __mul__(thread: &mut Thread, this: Gc<Bytes>, count: Value) -> Result {
        match repeat_count(thread, count, Special::ReflectedMultiply)? {
            Some(count) => Ok(make_bytes(&methods::repeat_bytes(thread, this.as_slice(), count)?)),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __rmul__(thread: &mut Thread, this: Gc<Bytes>, count: Value) -> Result {
        match repeat_count(thread, count, Special::Multiply)? {
            Some(count) => Ok(make_bytes(&methods::repeat_bytes(thread, this.as_slice(), count)?)),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __mod__(thread: &mut Thread, this: Gc<Bytes>, values: Value) -> Result {
        Ok(make_bytes(&crate::builtins::str::percent::format_bytes(thread, this.as_slice(), values)?))
    }

    #[method]
    fn __rmod__(thread: &mut Thread, this: Gc<Bytes>, format: Value) -> Result {
        match format.downcast::<Bytes>() {
            Some(format) => {
                let text =
                    crate::builtins::str::percent::format_bytes(thread, format.as_slice(), this.value())?;
                Ok(make_bytes(&text))
            }
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __buffer__(thread: &mut Thread, this: Gc<Bytes>, flags: i64) -> Result {
        crate::builtins::memoryview::view_for_flags(thread, this.value(), flags)
    }

    /// The object as exact bytes.
    #[method("($self, /)")]
    fn __bytes__(this: Gc<Bytes>) -> Value {
        if this.class() == types().bytes { this.value() } else { make_bytes(this.as_slice()) }
    }

    #[method("($self, /)")]
    fn __getnewargs__(this: Gc<Bytes>) -> Gc<Tuple> {
        Tuple::new(&[make_bytes(this.as_slice())])
    }

    /// Size in memory, in bytes.
    #[method("($self, /)")]
    fn __sizeof__(this: Gc<Bytes>) -> usize {
        33 + this.length
    }

    /// The bytes that hexadecimal digits spell.
    #[class_method("($type, string, /)")]
    fn fromhex(thread: &mut Thread, class: Gc<TypeObject>, string: Value) -> Result {
        let content = methods::from_hex(thread, string)?;
        convert_to_class(thread, class, types().bytes, make_bytes(&content))
    }

    /// First place where the subsection is found, -1 if nowhere.
    #[method("($self, sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn find(thread: &mut Thread, this: Gc<Bytes>, sub: Value, start: Value, end: Value) -> Result<i64> {
        let needle = methods::needle(thread, sub)?;
        let range = methods::bounds(thread, start, end, this.length)?;
        let found = methods::position(this.as_slice(), &needle, range, false);
        Ok(found.map_or(-1, |place| place as i64))
    }

    /// Last place where the subsection is found, -1 if nowhere.
    #[method("($self, sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn rfind(thread: &mut Thread, this: Gc<Bytes>, sub: Value, start: Value, end: Value) -> Result<i64> {
        let needle = methods::needle(thread, sub)?;
        let range = methods::bounds(thread, start, end, this.length)?;
        let found = methods::position(this.as_slice(), &needle, range, true);
        Ok(found.map_or(-1, |place| place as i64))
    }

    /// As find, but ValueError if the subsection is not found.
    #[method("($self, sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn index(thread: &mut Thread, this: Gc<Bytes>, sub: Value, start: Value, end: Value) -> Result<usize> {
        let needle = methods::needle(thread, sub)?;
        let range = methods::bounds(thread, start, end, this.length)?;
        let found = methods::position(this.as_slice(), &needle, range, false);
        found.ok_or_else(|| thread.value_error("subsection not found"))
    }

    /// As rfind, but ValueError if the subsection is not found.
    #[method("($self, sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn rindex(thread: &mut Thread, this: Gc<Bytes>, sub: Value, start: Value, end: Value) -> Result<usize> {
        let needle = methods::needle(thread, sub)?;
        let range = methods::bounds(thread, start, end, this.length)?;
        let found = methods::position(this.as_slice(), &needle, range, true);
        found.ok_or_else(|| thread.value_error("subsection not found"))
    }

    /// How often the subsection occurs without overlap.
    #[method("($self, sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn count(thread: &mut Thread, this: Gc<Bytes>, sub: Value, start: Value, end: Value) -> Result<usize> {
        let needle = methods::needle(thread, sub)?;
        let range = methods::bounds(thread, start, end, this.length)?;
        Ok(methods::count(this.as_slice(), &needle, range))
    }

    /// Whether the object, or the part from start to end, startss with a prefix or with one of a tuple.
    #[method("($self, prefix, start=None, end=None, /)", text = "($self, prefix[, start[, end]], /)")]
    fn startswith(
        thread: &mut Thread,
        this: Gc<Bytes>,
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
        this: Gc<Bytes>,
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
    fn removeprefix(thread: &mut Thread, this: Gc<Bytes>, prefix: Value) -> Result {
        let affix = BytesLike::required(thread, prefix)?.to_vec();
        let content = this.as_slice();
        Ok(make_bytes(content.strip_prefix(&affix[..]).unwrap_or(content)))
    }

    /// The object without a suffix, if it has it.
    #[method("($self, suffix, /)")]
    fn removesuffix(thread: &mut Thread, this: Gc<Bytes>, suffix: Value) -> Result {
        let affix = BytesLike::required(thread, suffix)?.to_vec();
        let content = this.as_slice();
        Ok(make_bytes(content.strip_suffix(&affix[..]).unwrap_or(content)))
    }

    /// The object without the given bytes, or white space, at both ends.
    #[method("($self, bytes=None, /)")]
    fn strip(thread: &mut Thread, this: Gc<Bytes>, bytes: Value) -> Result {
        let set = methods::strip_set(thread, bytes)?;
        let content = this.as_slice();
        Ok(make_bytes(&content[methods::strip(content, set.as_deref(), true, true)]))
    }

    /// The object without the given bytes, or white space, at the start.
    #[method("($self, bytes=None, /)")]
    fn lstrip(thread: &mut Thread, this: Gc<Bytes>, bytes: Value) -> Result {
        let set = methods::strip_set(thread, bytes)?;
        let content = this.as_slice();
        Ok(make_bytes(&content[methods::strip(content, set.as_deref(), true, false)]))
    }

    /// The object without the given bytes, or white space, at the end.
    #[method("($self, bytes=None, /)")]
    fn rstrip(thread: &mut Thread, this: Gc<Bytes>, bytes: Value) -> Result {
        let set = methods::strip_set(thread, bytes)?;
        let content = this.as_slice();
        Ok(make_bytes(&content[methods::strip(content, set.as_deref(), false, true)]))
    }

    /// Replaces occurrences of a subsection: all, or at most count.
    #[method("($self, old, new, /, count=-1)")]
    fn replace(thread: &mut Thread, this: Gc<Bytes>, old: BytesLike, new: BytesLike, count: isize) -> Result {
        let (old, new) = (old.to_vec(), new.to_vec());
        let limit = usize::try_from(count).unwrap_or(usize::MAX);
        Ok(make_bytes(&methods::replace(thread, this.as_slice(), &old, &new, limit)?))
    }

    /// The parts between the separators, or between runs of white space.
    #[method("($self, /, sep=None, maxsplit=-1)")]
    fn split(thread: &mut Thread, this: Gc<Bytes>, sep: Value, maxsplit: isize) -> Result<Gc<List>> {
        let separator = methods::separator(thread, sep)?;
        let limit = usize::try_from(maxsplit).unwrap_or(usize::MAX);
        Ok(methods::split(this.as_slice(), separator.as_deref(), limit, make_bytes))
    }

    /// As split, from the end.
    #[method("($self, /, sep=None, maxsplit=-1)")]
    fn rsplit(thread: &mut Thread, this: Gc<Bytes>, sep: Value, maxsplit: isize) -> Result<Gc<List>> {
        let separator = methods::separator(thread, sep)?;
        let limit = usize::try_from(maxsplit).unwrap_or(usize::MAX);
        Ok(methods::rsplit(this.as_slice(), separator.as_deref(), limit, make_bytes))
    }

    /// The lines, with their ends if keepends.
    #[method("($self, /, keepends=False)")]
    fn splitlines(this: Gc<Bytes>, keepends: bool) -> Gc<List> {
        methods::split_lines(this.as_slice(), keepends, make_bytes)
    }

    /// What is before the first separator, the separator, and what is behind.
    #[method("($self, sep, /)")]
    fn partition(thread: &mut Thread, this: Gc<Bytes>, sep: Value) -> Result<Gc<Tuple>> {
        let separator = methods::required_separator(thread, sep)?;
        Ok(methods::partition(this.as_slice(), &separator, shared_separator(sep), false, make_bytes))
    }

    /// What is before the last separator, the separator, and what is behind.
    #[method("($self, sep, /)")]
    fn rpartition(thread: &mut Thread, this: Gc<Bytes>, sep: Value) -> Result<Gc<Tuple>> {
        let separator = methods::required_separator(thread, sep)?;
        Ok(methods::partition(this.as_slice(), &separator, shared_separator(sep), true, make_bytes))
    }

    /// The bytes-like objects of an iterable with this one between them.
    #[method("($self, iterable_of_bytes, /)")]
    fn join(thread: &mut Thread, this: Gc<Bytes>, iterable_of_bytes: Value) -> Result {
        let separator = this.as_slice().to_vec();
        Ok(make_bytes(&methods::join(thread, &separator, iterable_of_bytes)?))
    }

    /// The object in the middle of a field of that width.
    #[method("($self, width, fillchar=b' ', /)")]
    fn center(thread: &mut Thread, this: Gc<Bytes>, width: isize, fillchar: Value) -> Result {
        let fill = methods::fill_byte(thread, fillchar, "center")?;
        let width = usize::try_from(width).unwrap_or(0);
        let left = search::center_left_padding(this.length, width);
        let right = width.saturating_sub(this.length) - left;
        Ok(make_bytes(&methods::padded(thread, this.as_slice(), left, right, fill)?))
    }

    /// The object at the left of a field of that width.
    #[method("($self, width, fillchar=b' ', /)")]
    fn ljust(thread: &mut Thread, this: Gc<Bytes>, width: isize, fillchar: Value) -> Result {
        let fill = methods::fill_byte(thread, fillchar, "ljust")?;
        let padding = usize::try_from(width).unwrap_or(0).saturating_sub(this.length);
        Ok(make_bytes(&methods::padded(thread, this.as_slice(), 0, padding, fill)?))
    }

    /// The object at the right of a field of that width.
    #[method("($self, width, fillchar=b' ', /)")]
    fn rjust(thread: &mut Thread, this: Gc<Bytes>, width: isize, fillchar: Value) -> Result {
        let fill = methods::fill_byte(thread, fillchar, "rjust")?;
        let padding = usize::try_from(width).unwrap_or(0).saturating_sub(this.length);
        Ok(make_bytes(&methods::padded(thread, this.as_slice(), padding, 0, fill)?))
    }

    /// The object with zeros before it, behind its sign, up to that width.
    #[method("($self, width, /)")]
    fn zfill(thread: &mut Thread, this: Gc<Bytes>, width: isize) -> Result {
        let width = usize::try_from(width).unwrap_or(0);
        Ok(make_bytes(&methods::zero_fill(thread, this.as_slice(), width)?))
    }

    /// The object with spaces up to the next multiple of tabsize for each tab.
    #[method("($self, /, tabsize=8)")]
    fn expandtabs(thread: &mut Thread, this: Gc<Bytes>, tabsize: i32) -> Result {
        Ok(make_bytes(&methods::expand_tabs(thread, this.as_slice(), tabsize.max(0) as usize)?))
    }

    /// The object with ASCII letters in upper case.
    #[method("($self, /)")]
    fn upper(this: Gc<Bytes>) -> Value {
        make_bytes(&this.as_slice().to_ascii_uppercase())
    }

    /// The object with ASCII letters in lower case.
    #[method("($self, /)")]
    fn lower(this: Gc<Bytes>) -> Value {
        make_bytes(&this.as_slice().to_ascii_lowercase())
    }

    /// The object with each ASCII word's first letter in upper case, the others in lower case.
    #[method("($self, /)")]
    fn title(this: Gc<Bytes>) -> Value {
        make_bytes(&methods::title(this.as_slice()))
    }

    /// The object with its first byte in upper case, the others in lower case.
    #[method("($self, /)")]
    fn capitalize(this: Gc<Bytes>) -> Value {
        make_bytes(&methods::capitalize(this.as_slice()))
    }

    /// The object with upper case for lower case and the reverse.
    #[method("($self, /)")]
    fn swapcase(this: Gc<Bytes>) -> Value {
        make_bytes(&methods::swap_case(this.as_slice()))
    }

    /// Whether all bytes are below 128.
    #[method("($self, /)")]
    fn isascii(this: Gc<Bytes>) -> bool {
        this.as_slice().is_ascii()
    }

    /// Whether there are bytes and all are ASCII letters.
    #[method("($self, /)")]
    fn isalpha(this: Gc<Bytes>) -> bool {
        methods::all(this.as_slice(), u8::is_ascii_alphabetic)
    }

    /// Whether there are bytes and all are ASCII letters or digits.
    #[method("($self, /)")]
    fn isalnum(this: Gc<Bytes>) -> bool {
        methods::all(this.as_slice(), u8::is_ascii_alphanumeric)
    }

    /// Whether there are bytes and all are ASCII digits.
    #[method("($self, /)")]
    fn isdigit(this: Gc<Bytes>) -> bool {
        methods::all(this.as_slice(), u8::is_ascii_digit)
    }

    /// Whether there are bytes and all are ASCII white space.
    #[method("($self, /)")]
    fn isspace(this: Gc<Bytes>) -> bool {
        methods::all(this.as_slice(), methods::is_space)
    }

    /// Whether there are cased bytes and all are in lower case.
    #[method("($self, /)")]
    fn islower(this: Gc<Bytes>) -> bool {
        methods::is_lower(this.as_slice())
    }

    /// Whether there are cased bytes and all are in upper case.
    #[method("($self, /)")]
    fn isupper(this: Gc<Bytes>) -> bool {
        methods::is_upper(this.as_slice())
    }

    /// Whether there are words and all start in upper case and go on in lower case.
    #[method("($self, /)")]
    fn istitle(this: Gc<Bytes>) -> bool {
        methods::is_title(this.as_slice())
    }

    /// The object with bytes replaced as a table of 256 says, those in delete left out.
    #[method("($self, table, /, delete=b'')")]
    fn translate(thread: &mut Thread, this: Gc<Bytes>, table: Value, delete: Value) -> Result {
        let translated = methods::translate(thread, table, delete, || static_slice(this))?;
        Ok(make_bytes(&translated))
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
        this: Gc<Bytes>,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
    ) -> Result<Gc<Str>> {
        codecs::decode_bytes(thread, this.as_slice(), this.value(), encoding, errors)
    }

    /// The bytes in hexadecimal, a separator between groups.
    #[method("($self, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(thread: &mut Thread, this: Gc<Bytes>, sep: Value, bytes_per_sep: i32) -> Result<Gc<Str>> {
        methods::hex(thread, this.as_slice(), sep, bytes_per_sep)
    }

    #[method]
    fn __lt__(this: Gc<Bytes>, other: Value) -> Value {
        compare(this, other, Comparison::Less)
    }

    #[method]
    fn __le__(this: Gc<Bytes>, other: Value) -> Value {
        compare(this, other, Comparison::LessEqual)
    }

    #[method]
    fn __eq__(this: Gc<Bytes>, other: Value) -> Value {
        compare(this, other, Comparison::Equal)
    }

    #[method]
    fn __ne__(this: Gc<Bytes>, other: Value) -> Value {
        compare(this, other, Comparison::NotEqual)
    }

    #[method]
    fn __gt__(this: Gc<Bytes>, other: Value) -> Value {
        compare(this, other, Comparison::Greater)
    }

    #[method]
    fn __ge__(this: Gc<Bytes>, other: Value) -> Value {
        compare(this, other, Comparison::GreaterEqual)
    }
}

/// Iterator over a bytes.
#[repr(C)]
pub struct BytesIterator {
    pub head: NativeHead,
    /// The bytes, NULL when finished.
    pub sequence: Value,
    pub index: usize,
}

native_layout!(
    BytesIterator,
    "bytes_iterator",
    |this, tracer| tracer.value(this.sequence.0),
    next = BytesIterator::next
);

#[native_type(name = "bytes_iterator", no_new)]
impl BytesIterator {
    fn next(_: &mut Thread, mut this: Gc<BytesIterator>) -> Result<Option<Value>> {
        let Some(sequence) = this.sequence.non_null() else { return Ok(None) };
        match sequence.cast::<Bytes>().as_slice().get(this.index) {
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
    fn __iter__(this: Gc<BytesIterator>) -> Gc<BytesIterator> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<BytesIterator>) -> Result<Option<Value>> {
        BytesIterator::next(thread, this)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("($self, /)")]
    fn __length_hint__(this: Gc<BytesIterator>) -> usize {
        this.sequence
            .non_null()
            .map_or(0, |sequence| sequence.cast::<Bytes>().length.saturating_sub(this.index))
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<BytesIterator>) -> Result<Gc<Tuple>> {
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
    fn __setstate__(thread: &mut Thread, mut this: Gc<BytesIterator>, state: Value) -> Result<()> {
        let state = iterator_state(thread, state)?;
        if let Some(sequence) = this.sequence.non_null() {
            this.index = (state.max(0) as usize).min(sequence.cast::<Bytes>().length);
        }
        Ok(())
    }
}
