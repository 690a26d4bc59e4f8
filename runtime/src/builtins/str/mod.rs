//! What Python code sees of `str`: this file declares the class, the others of this folder hold what its methods do.
//!
//! - [`arguments`] how methods read their arguments; [`find`] searching, splitting and joining; [`translate`]
//! - [`brace`] `format` and `format_map`; [`percent`] `%`, also that of bytes; [`iterator`] the iterators
//!
//! The algorithms are those of [`crate::text`].

mod arguments;
pub mod brace;
mod find;
pub mod iterator;
pub mod percent;
mod translate;

use crate::builtins::codecs;
use crate::builtins::support::{finish, repeat_count, sequence_index};
use crate::builtins::text_support::{
    OrRaise, build, character, characters_of, class_name, exact_str, substring,
};
use crate::object::bytes::Bytes;
use crate::object::list::List;
use crate::object::slice::{Slice, SliceIndices};
use crate::object::special::Special;
use crate::object::tuple::Tuple;
use crate::operations::{self, Comparison};
use crate::prelude::*;
use crate::text::format_spec::FormatSpec;
use crate::text::search::{self, LineBreaks, Space};
use crate::text::{Characters, TextBuilder, repr, unicode};
use arguments::{fill_character, limit_of, pad_width, required_str};

pub use find::join;

/// Most characters that a string may have.
pub const MAXIMUM_LENGTH: usize = 1 << 42;

/// The UnicodeEncodeError for a string with lone surrogates that must become UTF-8.
#[cold]
pub fn surrogate_encode_error(thread: &mut Thread, string: Gc<Str>) -> Raised {
    match codecs::encode_native(thread, string, "utf-8", "strict") {
        Err(raised) => raised,
        Ok(_) => thread.value_error("surrogates not allowed"),
    }
}

impl Str {
    /// A new instance of a subclass with the characters of a string.
    fn of_class(thread: &mut Thread, class: Gc<TypeObject>, string: Gc<Str>) -> Result<Gc<Str>> {
        match Str::allocate(class, string.length, string.width, string.ascii) {
            Some(copy) => {
                // SAFETY: as many characters of the same width.
                unsafe { std::ptr::copy_nonoverlapping(string.data(), copy.data(), string.bytes().len()) };
                Ok(copy)
            }
            None => Err(thread.memory_error("")),
        }
    }
}

/// `a + b`
pub fn concatenate(thread: &mut Thread, a: Gc<Str>, b: Gc<Str>) -> Result<Gc<Str>> {
    if a.length == 0 {
        return Ok(exact_str(b));
    }
    if b.length == 0 {
        return Ok(exact_str(a));
    }
    let width = a.width.max(b.width);
    let Some(sum) = Str::allocate(types().str, a.length + b.length, width, a.ascii && b.ascii) else {
        return Err(thread.memory_error(""));
    };
    // SAFETY: the new string has room for both, and nothing else sees it yet.
    unsafe {
        copy_characters(a.characters(), sum.data(), width);
        copy_characters(b.characters(), sum.data().add(a.length * width as usize), width);
    }
    Ok(sum)
}

/// Writes characters with a width at least their own.
///
/// # Safety
/// There is room for them at `target`.
pub(crate) unsafe fn copy_characters(characters: Characters, target: *mut u8, width: u8) {
    // SAFETY: the caller's promise.
    unsafe {
        match (characters, width) {
            (Characters::One(s), 1) => std::ptr::copy_nonoverlapping(s.as_ptr(), target, s.len()),
            (Characters::Two(s), 2) => std::ptr::copy_nonoverlapping(s.as_ptr(), target.cast(), s.len()),
            (Characters::Four(s), 4) => std::ptr::copy_nonoverlapping(s.as_ptr(), target.cast(), s.len()),
            (s, 2) => s.iter().enumerate().for_each(|(i, c)| *target.cast::<u16>().add(i) = c as u16),
            (s, 4) => s.iter().enumerate().for_each(|(i, c)| *target.cast::<u32>().add(i) = c),
            (s, _) => s.iter().enumerate().for_each(|(i, c)| *target.add(i) = c as u8),
        }
    }
}

/// `string * count`
pub fn repeat(thread: &mut Thread, string: Gc<Str>, count: i64) -> Result<Gc<Str>> {
    let count = count.max(0) as usize;
    if count == 0 || string.length == 0 {
        return Ok(Str::from_one_byte(&[], true));
    }
    if count == 1 {
        return Ok(exact_str(string));
    }
    let Some(length) = string.length.checked_mul(count).filter(|&length| length <= isize::MAX as usize)
    else {
        return Err(thread.overflow_error("repeated string is too long"));
    };
    let made = match length {
        ..=MAXIMUM_LENGTH => Str::allocate(types().str, length, string.width, string.ascii),
        _ => None,
    };
    let Some(made) = made else { return Err(thread.memory_error("")) };
    let pattern = string.bytes();
    // SAFETY: `length` characters of the pattern's width were allocated, and nothing else sees them yet.
    let target = unsafe { std::slice::from_raw_parts_mut(made.data(), length * string.width as usize) };
    fill_with_pattern(target, pattern);
    Ok(made)
}

/// Repeats a pattern over the whole target.
pub fn fill_with_pattern(target: &mut [u8], pattern: &[u8]) {
    if let [byte] = pattern {
        return target.fill(*byte);
    }
    let mut done = pattern.len().min(target.len());
    target[..done].copy_from_slice(&pattern[..done]);
    while done < target.len() {
        let more = done.min(target.len() - done);
        target.copy_within(..more, done);
        done += more;
    }
}

/// `string[slice]`
fn slice(thread: &mut Thread, string: Gc<Str>, slice: Gc<Slice>) -> Result<Gc<Str>> {
    let SliceIndices { start, step, length, .. } = slice.indices(thread, string.length)?;
    if length == 0 {
        return Ok(Str::from_one_byte(&[], true));
    }
    if step == 1 {
        return Ok(substring(string, start as usize, start as usize + length));
    }
    let characters = string.characters();
    Ok(build(|out| {
        for n in 0..length as i64 {
            out.push(characters.get((start + n * step) as usize));
        }
    }))
}

fn compare(this: Gc<Str>, other: Value, op: Comparison) -> Value {
    let Some(other) = other.downcast::<Str>() else { return Value::NOT_IMPLEMENTED };
    Value::from_bool(match op {
        Comparison::Equal => this.equals(other),
        Comparison::NotEqual => !this.equals(other),
        op => op.holds(search::compare(this.characters(), other.characters())),
    })
}

/// What a case mapping makes of a string.
fn mapped(string: Gc<Str>, map: fn(Characters, &mut TextBuilder)) -> Gc<Str> {
    build(|out| map(string.characters(), out))
}

/// Whether there are characters and all have a property.
fn all(string: Gc<Str>, property: fn(u32) -> bool) -> bool {
    string.length > 0 && string.characters().iter().all(property)
}

/// The string with padding on both sides.
fn padded(thread: &mut Thread, string: Gc<Str>, left: usize, right: usize, fill: u32) -> Result<Gc<Str>> {
    if left + right == 0 {
        return Ok(exact_str(string));
    }
    if left + right > MAXIMUM_LENGTH {
        return Err(thread.memory_error(""));
    }
    Ok(build(|out| {
        out.push_repeated(fill, left);
        out.push_characters(string.characters());
        out.push_repeated(fill, right);
    }))
}

/// `strip` and its relatives.
fn stripped(
    thread: &mut Thread,
    this: Gc<Str>,
    chars: Value,
    name: &str,
    ends: (bool, bool),
) -> Result<Gc<Str>> {
    let set = characters_of(chars);
    if set.is_none() && !chars.is_none() {
        return Err(thread.type_error(format!("{name} arg must be None or str")));
    }
    let range = search::strip(this.characters(), set, Space::Unicode, ends.0, ends.1);
    Ok(substring(this, range.start, range.end))
}

/// `str(object, encoding, errors)` for an object that must be bytes-like.
fn decode_object(
    thread: &mut Thread,
    object: Value,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
) -> Result<Gc<Str>> {
    if object.downcast::<Str>().is_some() {
        return Err(thread.type_error("decoding str is not supported"));
    }
    match crate::operations::buffer::BytesLike::of(thread, object)? {
        Some(bytes) => codecs::decode_bytes(thread, &bytes, object, encoding, errors),
        None => {
            let got = class_name(object);
            Err(thread.type_error(format!("decoding to str: need a bytes-like object, {got} found")))
        }
    }
}

/// Text: a sequence of characters.
#[native_type(name = "str", base_type)]
impl Str {
    #[new("($type, /, object='', encoding='utf-8', errors='strict')", hidden)]
    fn new_str(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        object: Value,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
    ) -> Result<Gc<Str>> {
        let string = if object.is_null() {
            Str::from_one_byte(&[], true)
        } else if encoding.is_none() && errors.is_none() {
            operations::str_of(thread, object)?
        } else {
            decode_object(thread, object, encoding, errors)?
        };
        if class == types().str { Ok(string) } else { Str::of_class(thread, class, string) }
    }

    #[method]
    fn __repr__(this: Gc<Str>) -> Gc<Str> {
        build(|out| repr::push_str_repr(this.characters(), out))
    }

    #[method]
    fn __str__(this: Gc<Str>) -> Gc<Str> {
        exact_str(this)
    }

    #[method]
    fn __hash__(this: Gc<Str>) -> i64 {
        this.hash()
    }

    #[method]
    fn __lt__(this: Gc<Str>, other: Value) -> Value {
        compare(this, other, Comparison::Less)
    }

    #[method]
    fn __le__(this: Gc<Str>, other: Value) -> Value {
        compare(this, other, Comparison::LessEqual)
    }

    #[method]
    fn __eq__(this: Gc<Str>, other: Value) -> Value {
        compare(this, other, Comparison::Equal)
    }

    #[method]
    fn __ne__(this: Gc<Str>, other: Value) -> Value {
        compare(this, other, Comparison::NotEqual)
    }

    #[method]
    fn __gt__(this: Gc<Str>, other: Value) -> Value {
        compare(this, other, Comparison::Greater)
    }

    #[method]
    fn __ge__(this: Gc<Str>, other: Value) -> Value {
        compare(this, other, Comparison::GreaterEqual)
    }

    #[method]
    fn __iter__(this: Gc<Str>) -> Value {
        iterator::new(this)
    }

    #[method]
    fn __len__(this: Gc<Str>) -> usize {
        this.length
    }

    #[method]
    fn __getitem__(thread: &mut Thread, this: Gc<Str>, key: Value) -> Result<Gc<Str>> {
        if let Some(index) = sequence_index(thread, key)? {
            return match operations::container::wrap_index(index, this.length) {
                Some(place) => Ok(character(this.at(place))),
                None => Err(thread.index_error("string index out of range")),
            };
        }
        match key.downcast::<Slice>() {
            Some(key) => slice(thread, this, key),
            None => {
                let got = class_name(key);
                Err(thread.type_error(format!("string indices must be integers, not '{got}'")))
            }
        }
    }

    #[method]
    fn __contains__(thread: &mut Thread, this: Gc<Str>, key: Value) -> Result<bool> {
        match key.downcast::<Str>() {
            Some(key) => Ok(search::contains(this.characters(), key.characters())),
            None => {
                let got = class_name(key);
                Err(thread.type_error(format!("'in <string>' requires string as left operand, not {got}")))
            }
        }
    }

    #[method]
    fn __add__(thread: &mut Thread, this: Gc<Str>, other: Value) -> Result {
        match other.downcast::<Str>() {
            Some(other) => Ok(concatenate(thread, this, other)?.value()),
            None => crate::builtins::support::cannot_concatenate(thread, "str", other),
        }
    }

    #[method]
    fn __mul__(thread: &mut Thread, this: Gc<Str>, count: Value) -> Result {
        match repeat_count(thread, count, Special::ReflectedMultiply)? {
            Some(count) => Ok(repeat(thread, this, count)?.value()),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __rmul__(thread: &mut Thread, this: Gc<Str>, count: Value) -> Result {
        match repeat_count(thread, count, Special::Multiply)? {
            Some(count) => Ok(repeat(thread, this, count)?.value()),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __mod__(thread: &mut Thread, this: Gc<Str>, values: Value) -> Result<Gc<Str>> {
        percent::format_str(thread, this, values)
    }

    #[method]
    fn __rmod__(thread: &mut Thread, this: Gc<Str>, format: Value) -> Result {
        match format.downcast::<Str>() {
            Some(format) => Ok(percent::format_str(thread, format, this.value())?.value()),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    /// The string by a format specifier.
    #[method("($self, format_spec, /)")]
    fn __format__(thread: &mut Thread, this: Gc<Str>, format_spec: Gc<Str>) -> Result<Gc<Str>> {
        if format_spec.length == 0 {
            return operations::str_of(thread, this.value());
        }
        let name = class_name(this.value());
        let spec = FormatSpec::parse_for_str(format_spec.characters(), &name).or_raise(thread)?;
        let mut out = TextBuilder::new();
        spec.write_str(this.characters(), &name, &mut out).or_raise(thread)?;
        Ok(finish(out))
    }

    #[method("($self, /)")]
    fn __getnewargs__(this: Gc<Str>) -> Gc<Tuple> {
        Tuple::new(&[Str::from_characters(this.characters()).value()])
    }

    /// Size in memory, in bytes.
    #[method("($self, /)")]
    fn __sizeof__(this: Gc<Str>) -> usize {
        (if this.ascii { 40 } else { 56 }) + (this.length + 1) * this.width as usize
    }

    /// Encodes the string by the codec of that name.
    #[method("($self, /, encoding='utf-8', errors='strict')")]
    fn encode(
        thread: &mut Thread,
        this: Gc<Str>,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
    ) -> Result<Gc<Bytes>> {
        codecs::encode_str(thread, this, encoding, errors)
    }

    /// Replaces occurrences of a substring: all, or at most count.
    #[method("($self, old, new, /, count=-1)")]
    fn replace(
        thread: &mut Thread,
        this: Gc<Str>,
        old: Gc<Str>,
        new: Gc<Str>,
        count: isize,
    ) -> Result<Gc<Str>> {
        find::replace(thread, this, old, new, count)
    }

    /// The parts between the separators, or between runs of white space.
    #[method("($self, /, sep=None, maxsplit=-1)")]
    fn split(thread: &mut Thread, this: Gc<Str>, sep: Value, maxsplit: isize) -> Result<Gc<List>> {
        find::split(thread, this, sep, limit_of(maxsplit))
    }

    /// As split, from the end.
    #[method("($self, /, sep=None, maxsplit=-1)")]
    fn rsplit(thread: &mut Thread, this: Gc<Str>, sep: Value, maxsplit: isize) -> Result<Gc<List>> {
        find::rsplit(thread, this, sep, limit_of(maxsplit))
    }

    /// The lines, with their ends if keepends.
    #[method("($self, /, keepends=False)")]
    fn splitlines(this: Gc<Str>, keepends: bool) -> Gc<List> {
        let lines = List::empty();
        search::split_lines(this.characters(), LineBreaks::Unicode, keepends, |line| {
            lines.push(substring(this, line.start, line.end).value());
        });
        lines
    }

    /// The strings of an iterable with this one between them.
    #[method("($self, iterable, /)")]
    fn join(thread: &mut Thread, this: Gc<Str>, iterable: Value) -> Result<Gc<Str>> {
        find::join(thread, this, iterable)
    }

    /// What is before the first separator, the separator, and what is behind.
    #[method("($self, sep, /)")]
    fn partition(thread: &mut Thread, this: Gc<Str>, sep: Value) -> Result<Gc<Tuple>> {
        let separator = required_str(thread, sep)?;
        find::partition(thread, this, separator, false)
    }

    /// What is before the last separator, the separator, and what is behind.
    #[method("($self, sep, /)")]
    fn rpartition(thread: &mut Thread, this: Gc<Str>, sep: Value) -> Result<Gc<Tuple>> {
        let separator = required_str(thread, sep)?;
        find::partition(thread, this, separator, true)
    }

    /// First place where the substring is found, -1 if nowhere.
    #[method("($self, sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn find(thread: &mut Thread, this: Gc<Str>, sub: Gc<Str>, start: Value, end: Value) -> Result<i64> {
        Ok(find::position(thread, this, sub, start, end, false)?.map_or(-1, |place| place as i64))
    }

    /// Last place where the substring is found, -1 if nowhere.
    #[method("($self, sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn rfind(thread: &mut Thread, this: Gc<Str>, sub: Gc<Str>, start: Value, end: Value) -> Result<i64> {
        Ok(find::position(thread, this, sub, start, end, true)?.map_or(-1, |place| place as i64))
    }

    /// As find, but ValueError if the substring is not found.
    #[method("($self, sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn index(thread: &mut Thread, this: Gc<Str>, sub: Gc<Str>, start: Value, end: Value) -> Result<usize> {
        match find::position(thread, this, sub, start, end, false)? {
            Some(place) => Ok(place),
            None => Err(thread.value_error("substring not found")),
        }
    }

    /// As rfind, but ValueError if the substring is not found.
    #[method("($self, sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn rindex(thread: &mut Thread, this: Gc<Str>, sub: Gc<Str>, start: Value, end: Value) -> Result<usize> {
        match find::position(thread, this, sub, start, end, true)? {
            Some(place) => Ok(place),
            None => Err(thread.value_error("substring not found")),
        }
    }

    /// How often the substring occurs without overlap.
    #[method("($self, sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
    fn count(thread: &mut Thread, this: Gc<Str>, sub: Gc<Str>, start: Value, end: Value) -> Result<usize> {
        let Some(range) = arguments::range(thread, start, end, this.length)? else { return Ok(0) };
        let within = this.characters().slice(range.start, range.end);
        Ok(search::count(within, sub.characters(), usize::MAX))
    }

    /// Whether the string, or the part from start to end, starts with a prefix or with one of a tuple.
    #[method("($self, prefix, start=None, end=None, /)", text = "($self, prefix[, start[, end]], /)")]
    fn startswith(
        thread: &mut Thread,
        this: Gc<Str>,
        prefix: Value,
        start: Value,
        end: Value,
    ) -> Result<bool> {
        find::has_affix(thread, this, prefix, (start, end), "startswith", search::starts_with)
    }

    /// Whether the string, or the part from start to end, ends with a suffix or with one of a tuple.
    #[method("($self, suffix, start=None, end=None, /)", text = "($self, suffix[, start[, end]], /)")]
    fn endswith(thread: &mut Thread, this: Gc<Str>, suffix: Value, start: Value, end: Value) -> Result<bool> {
        find::has_affix(thread, this, suffix, (start, end), "endswith", search::ends_with)
    }

    /// The string without a prefix, if it has it.
    #[method("($self, prefix, /)")]
    fn removeprefix(this: Gc<Str>, prefix: Gc<Str>) -> Gc<Str> {
        let start =
            if search::starts_with(this.characters(), prefix.characters()) { prefix.length } else { 0 };
        substring(this, start, this.length)
    }

    /// The string without a suffix, if it has it.
    #[method("($self, suffix, /)")]
    fn removesuffix(this: Gc<Str>, suffix: Gc<Str>) -> Gc<Str> {
        let cut = if search::ends_with(this.characters(), suffix.characters()) { suffix.length } else { 0 };
        substring(this, 0, this.length - cut)
    }

    /// The string without the given characters, or white space, at both ends.
    #[method("($self, chars=None, /)")]
    fn strip(thread: &mut Thread, this: Gc<Str>, chars: Value) -> Result<Gc<Str>> {
        stripped(thread, this, chars, "strip", (true, true))
    }

    /// The string without the given characters, or white space, at the start.
    #[method("($self, chars=None, /)")]
    fn lstrip(thread: &mut Thread, this: Gc<Str>, chars: Value) -> Result<Gc<Str>> {
        stripped(thread, this, chars, "lstrip", (true, false))
    }

    /// The string without the given characters, or white space, at the end.
    #[method("($self, chars=None, /)")]
    fn rstrip(thread: &mut Thread, this: Gc<Str>, chars: Value) -> Result<Gc<Str>> {
        stripped(thread, this, chars, "rstrip", (false, true))
    }

    /// The string in the middle of a field of that width.
    #[method("($self, width, fillchar=' ', /)")]
    fn center(thread: &mut Thread, this: Gc<Str>, width: isize, fillchar: Value) -> Result<Gc<Str>> {
        let fill = fill_character(thread, fillchar)?;
        let width = pad_width(width);
        let left = search::center_left_padding(this.length, width);
        let right = width.saturating_sub(this.length) - left;
        padded(thread, this, left, right, fill)
    }

    /// The string at the left of a field of that width.
    #[method("($self, width, fillchar=' ', /)")]
    fn ljust(thread: &mut Thread, this: Gc<Str>, width: isize, fillchar: Value) -> Result<Gc<Str>> {
        let fill = fill_character(thread, fillchar)?;
        padded(thread, this, 0, pad_width(width).saturating_sub(this.length), fill)
    }

    /// The string at the right of a field of that width.
    #[method("($self, width, fillchar=' ', /)")]
    fn rjust(thread: &mut Thread, this: Gc<Str>, width: isize, fillchar: Value) -> Result<Gc<Str>> {
        let fill = fill_character(thread, fillchar)?;
        padded(thread, this, pad_width(width).saturating_sub(this.length), 0, fill)
    }

    /// The string with zeros before it, behind its sign, up to that width.
    #[method("($self, width, /)")]
    fn zfill(thread: &mut Thread, this: Gc<Str>, width: isize) -> Result<Gc<Str>> {
        let width = pad_width(width);
        if width <= this.length {
            return Ok(exact_str(this));
        }
        if width > MAXIMUM_LENGTH {
            return Err(thread.memory_error(""));
        }
        Ok(build(|out| search::zero_fill(this.characters(), width, out)))
    }

    /// The string with spaces up to the next multiple of tabsize for each tab.
    #[method("($self, /, tabsize=8)")]
    fn expandtabs(thread: &mut Thread, this: Gc<Str>, tabsize: i32) -> Result<Gc<Str>> {
        let mut out = TextBuilder::new();
        match search::expand_tabs(this.characters(), tabsize.max(0) as usize, &mut out) {
            true => Ok(finish(out)),
            false => Err(thread.overflow_error("new string is too long")),
        }
    }

    /// The string in upper case.
    #[method("($self, /)")]
    fn upper(this: Gc<Str>) -> Gc<Str> {
        mapped(this, unicode::upper)
    }

    /// The string in lower case.
    #[method("($self, /)")]
    fn lower(this: Gc<Str>) -> Gc<Str> {
        mapped(this, unicode::lower)
    }

    /// The string for comparing without regard to case.
    #[method("($self, /)")]
    fn casefold(this: Gc<Str>) -> Gc<Str> {
        mapped(this, unicode::casefold)
    }

    /// The string with each word's first letter in title case, the others in lower case.
    #[method("($self, /)")]
    fn title(this: Gc<Str>) -> Gc<Str> {
        mapped(this, unicode::title)
    }

    /// The string with its first character in title case, the others in lower case.
    #[method("($self, /)")]
    fn capitalize(this: Gc<Str>) -> Gc<Str> {
        mapped(this, unicode::capitalize)
    }

    /// The string with upper case for lower case and the reverse.
    #[method("($self, /)")]
    fn swapcase(this: Gc<Str>) -> Gc<Str> {
        mapped(this, unicode::swapcase)
    }

    /// The string with characters replaced as a table says: by their numbers, None to leave out.
    #[method("($self, table, /)")]
    fn translate(thread: &mut Thread, this: Gc<Str>, table: Value) -> Result<Gc<Str>> {
        translate::translate(thread, this, table)
    }

    /// A table for translate.
    #[static_method("(x, y=<unrepresentable>, z=<unrepresentable>, /)")]
    fn maketrans(thread: &mut Thread, x: Value, y: Option<Gc<Str>>, z: Option<Gc<Str>>) -> Result {
        translate::make_table(thread, x, y, z)
    }

    /// Replaces the fields in braces by the arguments.
    #[method("($self, /, *args, **kwargs)", text = "($self, /, *args, **kwargs)")]
    fn format(
        thread: &mut Thread,
        this: Gc<Str>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result<Gc<Str>> {
        brace::format(
            thread,
            this,
            brace::Arguments { positional: Some(args), keywords: brace::Keywords::Call(&kwargs) },
        )
    }

    /// Replaces the fields in braces by the items of a mapping.
    #[method("($self, mapping, /)")]
    fn format_map(thread: &mut Thread, this: Gc<Str>, mapping: Value) -> Result<Gc<Str>> {
        brace::format(
            thread,
            this,
            brace::Arguments { positional: None, keywords: brace::Keywords::Mapping(mapping) },
        )
    }

    /// Whether all characters are below U+0080.
    #[method("($self, /)")]
    fn isascii(this: Gc<Str>) -> bool {
        this.ascii
    }

    /// Whether there are characters and all are letters.
    #[method("($self, /)")]
    fn isalpha(this: Gc<Str>) -> bool {
        all(this, unicode::is_alpha)
    }

    /// Whether there are characters and all are letters or numeric.
    #[method("($self, /)")]
    fn isalnum(this: Gc<Str>) -> bool {
        all(this, unicode::is_alphanumeric)
    }

    /// Whether there are characters and all are decimal digits.
    #[method("($self, /)")]
    fn isdecimal(this: Gc<Str>) -> bool {
        all(this, unicode::is_decimal)
    }

    /// Whether there are characters and all are digits.
    #[method("($self, /)")]
    fn isdigit(this: Gc<Str>) -> bool {
        all(this, unicode::is_digit)
    }

    /// Whether there are characters and all are numeric.
    #[method("($self, /)")]
    fn isnumeric(this: Gc<Str>) -> bool {
        all(this, unicode::is_numeric)
    }

    /// Whether there are characters and all are white space.
    #[method("($self, /)")]
    fn isspace(this: Gc<Str>) -> bool {
        all(this, unicode::is_space)
    }

    /// Whether repr shows all characters as they are.
    #[method("($self, /)")]
    fn isprintable(this: Gc<Str>) -> bool {
        this.characters().iter().all(unicode::is_printable)
    }

    /// Whether there are cased characters and all are in lower case.
    #[method("($self, /)")]
    fn islower(this: Gc<Str>) -> bool {
        unicode::is_lower_text(this.characters())
    }

    /// Whether there are cased characters and all are in upper case.
    #[method("($self, /)")]
    fn isupper(this: Gc<Str>) -> bool {
        unicode::is_upper_text(this.characters())
    }

    /// Whether there are words and all start in upper or title case and go on in lower case.
    #[method("($self, /)")]
    fn istitle(this: Gc<Str>) -> bool {
        unicode::is_title_text(this.characters())
    }

    /// Whether the string is a valid identifier.
    #[method("($self, /)")]
    fn isidentifier(this: Gc<Str>) -> bool {
        unicode::is_identifier(this.characters())
    }
}
