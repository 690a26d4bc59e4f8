//! What the methods of bytes and bytearray do, on plain slices.
//!
//! **Invariant.** Arguments are read first, since that may run Python code; the receiver's slice is taken afterwards.

use crate::builtins::support::is_index;
use crate::builtins::text_support::class_name;
use crate::heap::ScratchValues;
use crate::object::bytes::{ByteArray, Bytes};
use crate::object::list::List;
use crate::object::slice::SliceIndices;
use crate::object::special::Special;
use crate::object::tuple::Tuple;
use crate::operations::buffer::BytesLike;
use crate::operations::{self, class_of};
use crate::prelude::*;
use crate::text::search::{self, LineBreaks, Space};
use crate::text::{Characters, TextBuilder};
use std::ops::Range;

/// Most bytes that an object may have.
pub const MAXIMUM_LENGTH: usize = 1 << 43;

/// Makes an object of a slice: bytes or bytearray.
pub type Make = fn(&[u8]) -> Value;

pub fn make_bytes(content: &[u8]) -> Value {
    Bytes::new(content).value()
}

pub fn make_bytearray(content: &[u8]) -> Value {
    ByteArray::new(content).value()
}

/// The bytes that a builder, filled with bytes, holds.
pub fn built(out: &TextBuilder) -> &[u8] {
    match out.characters() {
        Characters::One(content) => content,
        // Only bytes are ever pushed.
        _ => &[],
    }
}

/// A substring argument: bytes-like, or one byte as an integer.
pub fn needle(thread: &mut Thread, value: Value) -> Result<Vec<u8>> {
    if let Some(content) = BytesLike::of(thread, value)? {
        return Ok(content.to_vec());
    }
    if !is_index(value) {
        let got = class_name(value);
        return Err(
            thread.type_error(format!("argument should be integer or bytes-like object, not '{got}'"))
        );
    }
    let index = operations::index(thread, value)?;
    match index.as_small_int().and_then(|i| u8::try_from(i).ok()) {
        Some(byte) => Ok(vec![byte]),
        None => Err(thread.value_error("byte must be in range(0, 256)")),
    }
}

/// Start and end arguments within a length; `None` if start lies behind the end.
pub fn bounds(thread: &mut Thread, start: Value, end: Value, length: usize) -> Result<Option<Range<usize>>> {
    let or_null = |value: Value| if value.is_none() { Value::NULL } else { value };
    let clamp = |thread: &mut Thread, value: Value, absent: i64| -> Result<i64> {
        if value.is_null() {
            return Ok(absent);
        }
        if !is_index(value) {
            return Err(
                thread.type_error("slice indices must be integers or None or have an __index__ method")
            );
        }
        operations::convert::index_clamped(thread, value)
    };
    let (start, end) = (clamp(thread, or_null(start), 0)?, clamp(thread, or_null(end), i64::MAX)?);
    let length = length as i64;
    let adjust = |bound: i64| if bound < 0 { bound.saturating_add(length).max(0) } else { bound };
    let (start, end) = (adjust(start), adjust(end.min(length)));
    Ok((start <= end).then_some(start as usize..end as usize))
}

/// Where a needle is in a part of a slice.
pub fn position(content: &[u8], needle: &[u8], range: Option<Range<usize>>, last: bool) -> Option<usize> {
    let range = range?;
    let within = content.get(range.clone())?;
    let find = if last { search::rfind } else { search::find };
    find(Characters::One(within), Characters::One(needle)).map(|place| place + range.start)
}

pub fn count(content: &[u8], needle: &[u8], range: Option<Range<usize>>) -> usize {
    match range.and_then(|range| content.get(range)) {
        Some(within) => search::count(Characters::One(within), Characters::One(needle), usize::MAX),
        None => 0,
    }
}

/// `x in bytes`
pub fn contains(thread: &mut Thread, value: Value, content: impl Fn() -> &'static [u8]) -> Result<bool> {
    if is_index(value) && !operations::buffer::has_buffer(value) {
        let index = operations::index(thread, value)?;
        return match index.as_small_int().and_then(|i| u8::try_from(i).ok()) {
            Some(byte) => Ok(content().contains(&byte)),
            None => Err(thread.value_error("byte must be in range(0, 256)")),
        };
    }
    let needle = BytesLike::required(thread, value)?;
    Ok(search::contains(Characters::One(content()), Characters::One(&needle)))
}

/// `startswith` and `endswith`: whether the affix, or one of a tuple, passes `test`.
pub fn has_affix(
    thread: &mut Thread,
    affix: Value,
    name: &str,
    mut test: impl FnMut(&[u8]) -> bool,
) -> Result<bool> {
    if let Some(affixes) = affix.downcast::<Tuple>() {
        for &affix in affixes.items() {
            let affix = BytesLike::required(thread, affix)?;
            if test(&affix) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match BytesLike::of(thread, affix)? {
        Some(affix) => Ok(test(&affix)),
        None => {
            let got = class_name(affix);
            Err(thread.type_error(format!("{name} first arg must be bytes or a tuple of bytes, not {got}")))
        }
    }
}

/// A separator argument: `None` for white space.
pub fn separator(thread: &mut Thread, value: Value) -> Result<Option<Vec<u8>>> {
    if value.is_none() { Ok(None) } else { required_separator(thread, value).map(Some) }
}

/// A separator argument that must be there and not empty.
pub fn required_separator(thread: &mut Thread, value: Value) -> Result<Vec<u8>> {
    let separator = BytesLike::required(thread, value)?.to_vec();
    if separator.is_empty() {
        return Err(thread.value_error("empty separator"));
    }
    Ok(separator)
}

pub fn split(content: &[u8], separator: Option<&[u8]>, limit: usize, make: Make) -> Gc<List> {
    let parts = List::empty();
    let push = |part: Range<usize>| parts.push(make(&content[part]));
    match separator {
        Some(separator) => search::split(Characters::One(content), Characters::One(separator), limit, push),
        None => search::split_space(Characters::One(content), Space::Ascii, limit, push),
    }
    parts
}

pub fn rsplit(content: &[u8], separator: Option<&[u8]>, limit: usize, make: Make) -> Gc<List> {
    let ranges = match separator {
        Some(separator) => search::rsplit(Characters::One(content), Characters::One(separator), limit),
        None => search::rsplit_space(Characters::One(content), Space::Ascii, limit),
    };
    let parts = List::empty();
    for part in ranges {
        parts.push(make(&content[part]));
    }
    parts
}

pub fn split_lines(content: &[u8], keep_ends: bool, make: Make) -> Gc<List> {
    let lines = List::empty();
    search::split_lines(Characters::One(content), LineBreaks::Ascii, keep_ends, |line| {
        lines.push(make(&content[line]));
    });
    lines
}

/// The parts around a separator, for which `given` stands if it isn't NULL.
pub fn partition(content: &[u8], separator: &[u8], given: Value, last: bool, make: Make) -> Gc<Tuple> {
    let found = position(content, separator, Some(0..content.len()), last);
    match found {
        Some(at) => {
            let middle = given.non_null().unwrap_or_else(|| make(separator));
            Tuple::new(&[make(&content[..at]), middle, make(&content[at + separator.len()..])])
        }
        None if last => Tuple::new(&[make(&[]), make(&[]), make(content)]),
        None => Tuple::new(&[make(content), make(&[]), make(&[])]),
    }
}

/// `strip` and its relatives: the range that stays.
pub fn strip(content: &[u8], set: Option<&[u8]>, at_start: bool, at_end: bool) -> Range<usize> {
    search::strip(Characters::One(content), set.map(Characters::One), Space::Ascii, at_start, at_end)
}

/// The set of bytes that `strip` takes off.
pub fn strip_set(thread: &mut Thread, value: Value) -> Result<Option<Vec<u8>>> {
    if value.is_none() { Ok(None) } else { Ok(Some(BytesLike::required(thread, value)?.to_vec())) }
}

/// The text with occurrences replaced.
pub fn replace(thread: &mut Thread, content: &[u8], old: &[u8], new: &[u8], limit: usize) -> Result<Vec<u8>> {
    if old.len() < new.len() && (content.len() + 1).saturating_mul(new.len()) > MAXIMUM_LENGTH {
        return Err(thread.overflow_error("replace bytes is too long"));
    }
    let mut out = TextBuilder::with_capacity(content.len());
    let replaced = search::replace(
        Characters::One(content),
        Characters::One(old),
        Characters::One(new),
        limit,
        &mut out,
    );
    Ok(if replaced { built(&out).to_vec() } else { content.to_vec() })
}

/// `separator.join(iterable)`
pub fn join(thread: &mut Thread, separator: &[u8], iterable: Value) -> Result<Vec<u8>> {
    let class = class_of(iterable);
    let has = |special| class.special(special).is_some_and(|method: Value| !method.is_none());
    if !has(Special::Iter) && !has(Special::GetItem) {
        return Err(thread.type_error("can only join an iterable"));
    }
    let items: ScratchValues = operations::iterate::collect(thread, iterable)?;
    let mut joined = Vec::new();
    for (place, &item) in items.iter().enumerate() {
        if place > 0 {
            joined.extend_from_slice(separator);
        }
        match BytesLike::of(thread, item)? {
            Some(content) => joined.extend_from_slice(&content),
            None => {
                let got = class_name(item);
                let message = format!("sequence item {place}: expected a bytes-like object, {got} found");
                return Err(thread.type_error(message));
            }
        }
    }
    Ok(joined)
}

/// The byte to pad with; NULL is a space.
pub fn fill_byte(thread: &mut Thread, value: Value, name: &str) -> Result<u8> {
    if value.is_null() {
        return Ok(b' ');
    }
    let (content, class) = match (value.downcast::<Bytes>(), value.downcast::<ByteArray>()) {
        (Some(bytes), _) => (bytes.as_slice().to_vec(), "bytes"),
        (_, Some(array)) => (array.as_slice().to_vec(), "bytearray"),
        _ => {
            let got = class_name(value);
            let message = format!("{name}() argument 2 must be a byte string of length 1, not {got}");
            return Err(thread.type_error(message));
        }
    };
    match content[..] {
        [byte] => Ok(byte),
        _ => {
            let length = content.len();
            Err(thread.type_error(format!(
                "{name}(): argument 2 must be a byte string of length 1, not a {class} object of length {length}"
            )))
        }
    }
}

/// The content between padding.
pub fn padded(thread: &mut Thread, content: &[u8], left: usize, right: usize, fill: u8) -> Result<Vec<u8>> {
    if left.saturating_add(right) > MAXIMUM_LENGTH {
        return Err(thread.memory_error(""));
    }
    let mut out = vec![fill; left];
    out.extend_from_slice(content);
    out.resize(out.len() + right, fill);
    Ok(out)
}

pub fn zero_fill(thread: &mut Thread, content: &[u8], width: usize) -> Result<Vec<u8>> {
    if width > MAXIMUM_LENGTH {
        return Err(thread.memory_error(""));
    }
    let mut out = TextBuilder::with_capacity(width);
    search::zero_fill(Characters::One(content), width, &mut out);
    Ok(built(&out).to_vec())
}

pub fn expand_tabs(thread: &mut Thread, content: &[u8], size: usize) -> Result<Vec<u8>> {
    let mut out = TextBuilder::with_capacity(content.len());
    match search::expand_tabs(Characters::One(content), size, &mut out) {
        true => Ok(built(&out).to_vec()),
        false => Err(thread.overflow_error("result too long")),
    }
}

/// Each byte with its case changed.
pub fn swap_case(content: &[u8]) -> Vec<u8> {
    content
        .iter()
        .map(
            |byte| {
                if byte.is_ascii_uppercase() { byte.to_ascii_lowercase() } else { byte.to_ascii_uppercase() }
            },
        )
        .collect()
}

pub fn capitalize(content: &[u8]) -> Vec<u8> {
    let mut out = content.to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    out
}

pub fn title(content: &[u8]) -> Vec<u8> {
    let mut in_word = false;
    content
        .iter()
        .map(|byte| {
            let mapped = if in_word { byte.to_ascii_lowercase() } else { byte.to_ascii_uppercase() };
            in_word = byte.is_ascii_alphabetic();
            mapped
        })
        .collect()
}

pub fn is_title(content: &[u8]) -> bool {
    let (mut cased, mut in_word) = (false, false);
    for byte in content {
        if byte.is_ascii_uppercase() == in_word && byte.is_ascii_alphabetic() {
            return false;
        }
        in_word = byte.is_ascii_alphabetic();
        cased |= in_word;
    }
    cased
}

pub fn is_lower(content: &[u8]) -> bool {
    content.iter().any(u8::is_ascii_lowercase) && !content.iter().any(u8::is_ascii_uppercase)
}

pub fn is_upper(content: &[u8]) -> bool {
    content.iter().any(u8::is_ascii_uppercase) && !content.iter().any(u8::is_ascii_lowercase)
}

/// Whether there are bytes and all have a property.
pub fn all(content: &[u8], property: impl Fn(&u8) -> bool) -> bool {
    !content.is_empty() && content.iter().all(property)
}

/// White space of bytes.
pub fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | 0x09..=0x0d)
}

/// `translate(table, delete)`
pub fn translate(
    thread: &mut Thread,
    table: Value,
    delete: Value,
    content: impl Fn() -> &'static [u8],
) -> Result<Vec<u8>> {
    let table = match table.is_none() {
        true => None,
        false => Some(BytesLike::required(thread, table)?.to_vec()),
    };
    if table.as_ref().is_some_and(|table| table.len() != 256) {
        return Err(thread.value_error("translation table must be 256 characters long"));
    }
    let mut deleted = [false; 256];
    if !delete.is_null() {
        for &byte in BytesLike::required(thread, delete)?.iter() {
            deleted[byte as usize] = true;
        }
    }
    let kept = content().iter().filter(|&&byte| !deleted[byte as usize]);
    Ok(match &table {
        Some(table) => kept.map(|&byte| table[byte as usize]).collect(),
        None => kept.copied().collect(),
    })
}

/// `bytes.maketrans(from, to)`
pub fn make_table(thread: &mut Thread, from: Value, to: Value) -> Result<Gc<Bytes>> {
    let from = BytesLike::required(thread, from)?.to_vec();
    let to = BytesLike::required(thread, to)?;
    if from.len() != to.len() {
        return Err(thread.value_error("maketrans arguments must have same length"));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    for (from, &to) in from.iter().zip(to.iter()) {
        table[*from as usize] = to;
    }
    Ok(Bytes::new(&table))
}

/// `hex(sep, bytes_per_sep)`
pub fn hex(thread: &mut Thread, content: &[u8], separator: Value, group: i32) -> Result<Gc<Str>> {
    let separator = if separator.is_null() { None } else { Some(hex_separator(thread, separator)?) };
    let digit = |nibble: u8| b"0123456789abcdef"[nibble as usize];
    let mut out = Vec::with_capacity(content.len() * 2);
    let size = group.unsigned_abs() as usize;
    for (place, byte) in content.iter().enumerate() {
        if let Some(separator) = separator
            && size > 0
            && place > 0
        {
            let from_edge = if group > 0 { content.len() - place } else { place };
            if from_edge % size == 0 {
                out.push(separator);
            }
        }
        out.extend_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
    Ok(Str::from_one_byte(&out, true))
}

fn hex_separator(thread: &mut Thread, separator: Value) -> Result<u8> {
    let length = operations::length(thread, separator)?;
    if length != 1 {
        return Err(thread.value_error("sep must be length 1."));
    }
    let c = if let Some(string) = separator.downcast::<Str>() {
        string.at(0)
    } else if let Some(bytes) = separator.downcast::<Bytes>() {
        u32::from(bytes.as_slice()[0])
    } else {
        return Err(thread.type_error("sep must be str or bytes."));
    };
    match u8::try_from(c) {
        Ok(c) if c.is_ascii() => Ok(c),
        _ => Err(thread.value_error("sep must be ASCII.")),
    }
}

/// `fromhex(string)`: pairs of digits, white space between them.
pub fn from_hex(thread: &mut Thread, value: Value) -> Result<Vec<u8>> {
    let text: Vec<u32> = if let Some(string) = value.downcast::<Str>() {
        string.characters().iter().collect()
    } else if let Some(content) = BytesLike::of(thread, value)? {
        content.iter().map(|&byte| u32::from(byte)).collect()
    } else {
        let got = class_name(value);
        return Err(thread.type_error(format!("fromhex() argument must be str or bytes-like, not {got}")));
    };
    let digit = |at: usize| text.get(at).and_then(|&c| char::from_u32(c)).and_then(|c| c.to_digit(16));
    let wrong = |thread: &mut Thread, at: usize| {
        thread.value_error(format!("non-hexadecimal number found in fromhex() arg at position {at}"))
    };
    let mut content = Vec::with_capacity(text.len() / 2);
    let mut at = 0;
    while at < text.len() {
        if text[at] < 0x80 && is_space(&(text[at] as u8)) {
            at += 1;
            continue;
        }
        let Some(high) = digit(at) else { return Err(wrong(thread, at)) };
        if at + 1 == text.len() {
            return Err(thread.value_error("fromhex() arg must contain an even number of hexadecimal digits"));
        }
        let Some(low) = digit(at + 1) else { return Err(wrong(thread, at + 1)) };
        content.push((high << 4 | low) as u8);
        at += 2;
    }
    Ok(content)
}

/// The bytes that a slice takes.
pub fn slice(content: &[u8], indices: SliceIndices) -> Vec<u8> {
    let SliceIndices { start, step, length, .. } = indices;
    if step == 1 {
        return content[start as usize..start as usize + length].to_vec();
    }
    (0..length as i64).map(|n| content[(start + n * step) as usize]).collect()
}

/// `content * count`
pub fn repeat(thread: &mut Thread, content: &[u8], count: i64) -> Result<Vec<u8>> {
    let count = count.max(0) as usize;
    match content.len().checked_mul(count) {
        Some(length) if length <= MAXIMUM_LENGTH => Ok(content.repeat(count)),
        _ => Err(thread.memory_error("")),
    }
}

/// [`repeat`] for bytes, which tell apart what can't be a length at all.
pub fn repeat_bytes(thread: &mut Thread, content: &[u8], count: i64) -> Result<Vec<u8>> {
    match content.len().checked_mul(count.max(0) as usize) {
        Some(length) if length <= isize::MAX as usize => repeat(thread, content, count),
        _ => Err(thread.overflow_error("repeated bytes are too long")),
    }
}

/// What bytes and bytearray are made from: `source`, `encoding` and `errors` arguments, NULL where absent.
pub fn source_content(
    thread: &mut Thread,
    source: Value,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
    target: &str,
) -> Result<Vec<u8>> {
    let string = source.downcast::<Str>();
    if encoding.is_some() || errors.is_some() {
        let what = if encoding.is_some() { "encoding" } else { "errors" };
        return match (string, encoding) {
            (Some(string), Some(_)) => {
                Ok(crate::builtins::codecs::encode_str(thread, string, encoding, errors)?.as_slice().to_vec())
            }
            (Some(_), None) => Err(thread.type_error("string argument without an encoding")),
            (None, _) => Err(thread.type_error(format!("{what} without a string argument"))),
        };
    }
    if source.is_null() {
        return Ok(Vec::new());
    }
    if string.is_some() {
        return Err(thread.type_error("string argument without an encoding"));
    }
    if is_index(source) && !operations::buffer::has_buffer(source) {
        let count = operations::index(thread, source)?;
        let Some(count) = count.as_small_int() else {
            let got = class_name(source);
            return Err(thread.overflow_error(format!("cannot fit '{got}' into an index-sized integer")));
        };
        return match usize::try_from(count) {
            Ok(count) if count <= MAXIMUM_LENGTH => zeros(thread, count),
            Ok(_) => Err(thread.memory_error("")),
            Err(_) => Err(thread.value_error("negative count")),
        };
    }
    match crate::builtins::text_support::content_of(thread, source, target)? {
        Some(content) => Ok(content),
        None => {
            let got = class_name(source);
            Err(thread.type_error(format!("cannot convert '{got}' object to {target}")))
        }
    }
}

/// So many zero bytes, MemoryError if there isn't room.
fn zeros(thread: &mut Thread, count: usize) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    if content.try_reserve_exact(count).is_err() {
        return Err(thread.memory_error(""));
    }
    content.resize(count, 0);
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases() {
        assert_eq!(title(b"hello wOrld1a"), b"Hello World1A");
        assert!(is_title(b"Hello World1A") && !is_title(b"HEllo") && !is_title(b"hello") && !is_title(b""));
        assert_eq!(capitalize(b"aB"), b"Ab");
        assert_eq!(swap_case(b"aB1"), b"Ab1");
        assert!(is_lower(b"a1") && !is_lower(b"aB") && !is_upper(b"1"));
    }
}
