//! Searching in strings, splitting, replacing and joining.

use super::arguments::{self, limit_of};
use super::{MAXIMUM_LENGTH, copy_characters};
use crate::builtins::support::finish;
use crate::builtins::text_support::{class_name, exact_str, substring};
use crate::heap::ScratchValues;
use crate::object::list::List;
use crate::object::special::Special;
use crate::object::tuple::Tuple;
use crate::operations::{self, class_of};
use crate::prelude::*;
use crate::text::search::{self, Space};
use crate::text::{Characters, TextBuilder};

/// Where a substring is within the bounds.
pub fn position(
    thread: &mut Thread,
    this: Gc<Str>,
    sub: Gc<Str>,
    start: Value,
    end: Value,
    last: bool,
) -> Result<Option<usize>> {
    let Some(range) = arguments::range(thread, start, end, this.length)? else { return Ok(None) };
    let within = this.characters().slice(range.start, range.end);
    let find = if last { search::rfind } else { search::find };
    Ok(find(within, sub.characters()).map(|place| place + range.start))
}

/// `startswith` and `endswith`
pub fn has_affix(
    thread: &mut Thread,
    this: Gc<Str>,
    affix: Value,
    bounds: (Value, Value),
    name: &str,
    test: fn(Characters, Characters) -> bool,
) -> Result<bool> {
    let range = arguments::range(thread, bounds.0, bounds.1, this.length)?;
    let within = range.map(|range| this.characters().slice(range.start, range.end));
    let matches = |affix: Gc<Str>| within.is_some_and(|within| test(within, affix.characters()));
    if let Some(affixes) = affix.downcast::<Tuple>() {
        for &affix in affixes.items() {
            let Some(affix) = affix.downcast::<Str>() else {
                let got = class_name(affix);
                return Err(thread.type_error(format!("tuple for {name} must only contain str, not {got}")));
            };
            if matches(affix) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match affix.downcast::<Str>() {
        Some(affix) => Ok(matches(affix)),
        None => {
            let got = class_name(affix);
            Err(thread.type_error(format!("{name} first arg must be str or a tuple of str, not {got}")))
        }
    }
}

pub fn replace(
    thread: &mut Thread,
    this: Gc<Str>,
    old: Gc<Str>,
    new: Gc<Str>,
    count: isize,
) -> Result<Gc<Str>> {
    // The longest that an empty pattern can make of it; other patterns make less.
    if old.length < new.length && (this.length + 1).saturating_mul(new.length) > MAXIMUM_LENGTH {
        return Err(thread.overflow_error("replace string is too long"));
    }
    let mut out = TextBuilder::new();
    let replaced =
        search::replace(this.characters(), old.characters(), new.characters(), limit_of(count), &mut out);
    Ok(if replaced { finish(out) } else { exact_str(this) })
}

/// A separator argument: `None` for white space.
fn separator(thread: &mut Thread, value: Value) -> Result<Option<Gc<Str>>> {
    if value.is_none() {
        return Ok(None);
    }
    let Some(separator) = value.downcast::<Str>() else {
        let got = class_name(value);
        return Err(thread.type_error(format!("must be str or None, not {got}")));
    };
    if separator.length == 0 {
        return Err(thread.value_error("empty separator"));
    }
    Ok(Some(separator))
}

pub fn split(thread: &mut Thread, this: Gc<Str>, by: Value, limit: usize) -> Result<Gc<List>> {
    let separator = separator(thread, by)?;
    let parts = List::empty();
    let text = this.characters();
    let push = |part: std::ops::Range<usize>| parts.push(substring(this, part.start, part.end).value());
    match separator {
        Some(separator) => search::split(text, separator.characters(), limit, push),
        None => search::split_space(text, Space::Unicode, limit, push),
    }
    Ok(parts)
}

pub fn rsplit(thread: &mut Thread, this: Gc<Str>, by: Value, limit: usize) -> Result<Gc<List>> {
    let separator = separator(thread, by)?;
    let text = this.characters();
    let ranges = match separator {
        Some(separator) => search::rsplit(text, separator.characters(), limit),
        None => search::rsplit_space(text, Space::Unicode, limit),
    };
    let parts = List::empty();
    for part in ranges {
        parts.push(substring(this, part.start, part.end).value());
    }
    Ok(parts)
}

pub fn partition(thread: &mut Thread, this: Gc<Str>, separator: Gc<Str>, last: bool) -> Result<Gc<Tuple>> {
    if separator.length == 0 {
        return Err(thread.value_error("empty separator"));
    }
    let find = if last { search::rfind } else { search::find };
    let empty = || Str::from_one_byte(&[], true).value();
    Ok(match find(this.characters(), separator.characters()) {
        Some(at) => {
            let before = substring(this, 0, at).value();
            let behind = substring(this, at + separator.length, this.length).value();
            Tuple::new(&[before, separator.value(), behind])
        }
        None if last => Tuple::new(&[empty(), empty(), exact_str(this).value()]),
        None => Tuple::new(&[exact_str(this).value(), empty(), empty()]),
    })
}

/// `separator.join(iterable)`
pub fn join(thread: &mut Thread, separator: Gc<Str>, iterable: Value) -> Result<Gc<Str>> {
    if let Some(list) = iterable.downcast::<List>()
        && class_of(iterable) == types().list
    {
        return join_items(thread, separator, list.items());
    }
    if let Some(tuple) = iterable.downcast::<Tuple>()
        && class_of(iterable) == types().tuple
    {
        return join_items(thread, separator, tuple.items());
    }
    let class = class_of(iterable);
    let has = |special| class.special(special).is_some_and(|method: Value| !method.is_none());
    if !has(Special::Iter) && !has(Special::GetItem) {
        return Err(thread.type_error("can only join an iterable"));
    }
    let items: ScratchValues = operations::iterate::collect(thread, iterable)?;
    join_items(thread, separator, &items)
}

/// Joins; runs no Python code, so the items can't change meanwhile.
fn join_items(thread: &mut Thread, separator: Gc<Str>, items: &[Value]) -> Result<Gc<Str>> {
    let mut length = separator.length.saturating_mul(items.len().saturating_sub(1));
    let (mut width, mut ascii) = if items.len() > 1 { (separator.width, separator.ascii) } else { (1, true) };
    for (place, item) in items.iter().enumerate() {
        let Some(string) = item.downcast::<Str>() else {
            let got = class_name(*item);
            return Err(
                thread.type_error(format!("sequence item {place}: expected str instance, {got} found"))
            );
        };
        length = length.saturating_add(string.length);
        width = width.max(string.width);
        ascii &= string.ascii;
    }
    if let [single] = items {
        return Ok(exact_str(single.cast()));
    }
    if length > MAXIMUM_LENGTH {
        return Err(thread.overflow_error("join() result is too long for a Python string"));
    }
    let Some(joined) = Str::allocate(types().str, length, width, ascii) else {
        return Err(thread.memory_error(""));
    };
    let mut at = joined.data();
    // SAFETY: the lengths above are those of the parts written here; nothing else sees the new string yet.
    unsafe {
        for (place, item) in items.iter().enumerate() {
            if place > 0 && separator.length > 0 {
                copy_characters(separator.characters(), at, width);
                at = at.add(separator.length * width as usize);
            }
            let string: Gc<Str> = item.cast();
            copy_characters(string.characters(), at, width);
            at = at.add(string.length * width as usize);
        }
    }
    Ok(joined)
}
