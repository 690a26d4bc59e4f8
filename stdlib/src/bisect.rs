//! `_bisect`: places in sorted sequences.

use taipan_runtime::native::type_name;
use taipan_runtime::object::int::IntRef;
use taipan_runtime::object::list::List;
use taipan_runtime::object::special::Special;
use taipan_runtime::operations::{Comparison, class_of, get_item, index, is_true, length, rich_compare};
use taipan_runtime::prelude::*;

/// The module `_bisect`.
pub struct Bisect;

/// What a search compares the value with.
struct Search {
    sequence: Value,
    value: Value,
    lo: isize,
    hi: Value,
    key: Value,
}

impl Search {
    /// The first place before which all items are below the value (`right`: not above it).
    fn place(&self, thread: &mut Thread, right: bool) -> Result<usize> {
        let Ok(mut lo) = usize::try_from(self.lo) else {
            return Err(thread.value_error("lo must be non-negative"));
        };
        let mut hi = match self.end(thread)? {
            // -1 stands for the sequence's end, as None does.
            -1 => length(thread, self.sequence)?,
            hi => usize::try_from(hi).unwrap_or(0),
        };
        while lo < hi {
            let middle = lo + (hi - lo) / 2;
            let mut item = self.item(thread, middle)?;
            if !self.key.is_none() {
                item = thread.call(self.key, &[item])?;
            }
            let (a, b) = if right { (self.value, item) } else { (item, self.value) };
            let below = rich_compare(thread, Comparison::Less, a, b)?;
            if is_true(thread, below)? == right {
                hi = middle;
            } else {
                lo = middle + 1;
            }
        }
        Ok(lo)
    }

    /// `hi` as an integer, -1 for None.
    fn end(&self, thread: &mut Thread) -> Result<i64> {
        if self.hi.is_none() {
            return Ok(-1);
        }
        if self.hi.as_int_or_bool().is_none() && class_of(self.hi).special(Special::Index).is_none() {
            let got = type_name(self.hi);
            return Err(thread.type_error(format!("argument should be integer or None, not '{got}'")));
        }
        let int = index(thread, self.hi)?;
        match int.as_int_or_bool() {
            Some(IntRef::Small(end)) => Ok(end),
            _ => Err(thread.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }

    fn item(&self, thread: &mut Thread, index: usize) -> Result {
        match self.sequence.downcast::<List>() {
            Some(list) if list.class() == types().list && index < list.length => Ok(list.items()[index]),
            _ => get_item(thread, self.sequence, Value::from_int(index as i64)),
        }
    }
}

/// Inserts a value into a sorted sequence.
fn insort(thread: &mut Thread, mut search: Search, right: bool) -> Result<()> {
    let value = search.value;
    if !search.key.is_none() {
        search.value = thread.call(search.key, &[value])?;
    }
    let place = search.place(thread, right)?;
    match search.sequence.downcast::<List>() {
        Some(list) if list.class() == types().list => list.insert(place.min(list.length), value),
        _ => {
            thread.call_method(search.sequence, "insert", &[Value::from_int(place as i64), value])?;
        }
    }
    Ok(())
}

/// Bisection algorithms.
#[native_module(name = "_bisect")]
impl Bisect {
    /// Return the place behind all items that are not above x in a sorted sequence.
    #[function("(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_right(
        thread: &mut Thread,
        a: Value,
        x: Value,
        lo: isize,
        hi: Value,
        key: Value,
    ) -> Result<usize> {
        Search { sequence: a, value: x, lo, hi, key }.place(thread, true)
    }

    /// Return the place before all items that are not below x in a sorted sequence.
    #[function("(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_left(
        thread: &mut Thread,
        a: Value,
        x: Value,
        lo: isize,
        hi: Value,
        key: Value,
    ) -> Result<usize> {
        Search { sequence: a, value: x, lo, hi, key }.place(thread, false)
    }

    /// Insert x into a sorted sequence, behind equal items.
    #[function("(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_right(thread: &mut Thread, a: Value, x: Value, lo: isize, hi: Value, key: Value) -> Result<()> {
        insort(thread, Search { sequence: a, value: x, lo, hi, key }, true)
    }

    /// Insert x into a sorted sequence, before equal items.
    #[function("(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_left(thread: &mut Thread, a: Value, x: Value, lo: isize, hi: Value, key: Value) -> Result<()> {
        insort(thread, Search { sequence: a, value: x, lo, hi, key }, false)
    }
}
