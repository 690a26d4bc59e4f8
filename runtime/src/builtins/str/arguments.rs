//! How the methods of str read their arguments.

use crate::builtins::support::is_index;
use crate::builtins::text_support::class_name;
use crate::operations;
use crate::prelude::*;
use std::ops::Range;

/// A start or end argument; None counts as absent.
fn bound(thread: &mut Thread, value: Value, absent: i64) -> Result<i64> {
    if value.is_null() || value.is_none() {
        return Ok(absent);
    }
    if !is_index(value) {
        return Err(thread.type_error("slice indices must be integers or None or have an __index__ method"));
    }
    operations::convert::index_clamped(thread, value)
}

/// The part of a sequence between start and end arguments; `None` if start lies behind the end.
pub fn range(thread: &mut Thread, start: Value, end: Value, length: usize) -> Result<Option<Range<usize>>> {
    let (start, end) = (bound(thread, start, 0)?, bound(thread, end, i64::MAX)?);
    let length = length as i64;
    let adjust = |bound: i64| if bound < 0 { bound.saturating_add(length).max(0) } else { bound };
    let (start, end) = (adjust(start), adjust(end.min(length)));
    Ok((start <= end).then_some(start as usize..end as usize))
}

/// A count argument: negative ones mean all.
pub fn limit_of(count: isize) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// A width argument: negative ones mean nothing.
pub fn pad_width(width: isize) -> usize {
    usize::try_from(width).unwrap_or(0)
}

/// `must be str, not int`
pub fn required_str(thread: &mut Thread, value: Value) -> Result<Gc<Str>> {
    match value.downcast::<Str>() {
        Some(string) => Ok(string),
        None => {
            let got = class_name(value);
            Err(thread.type_error(format!("must be str, not {got}")))
        }
    }
}

/// The character to pad with; NULL is a space.
pub fn fill_character(thread: &mut Thread, fill: Value) -> Result<u32> {
    if fill.is_null() {
        return Ok(0x20);
    }
    match fill.downcast::<Str>() {
        Some(fill) if fill.length == 1 => Ok(fill.at(0)),
        Some(_) => Err(thread.type_error("The fill character must be exactly one character long")),
        None => {
            let got = class_name(fill);
            Err(thread.type_error(format!("The fill character must be a unicode character, not {got}")))
        }
    }
}
