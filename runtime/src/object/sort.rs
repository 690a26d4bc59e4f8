//! Stable sorting of values by keys, whose comparison may run Python code, raise, or look at the list.
//!
//! What is sorted is a row of numbers (32-bit places in the row of keys), in malloc memory; values and keys lie still in objects that the collector
//! knows, so nothing needs barriers until the end. Keys that are all small integers, all floats or all strings go to
//! the standard library's sort. All others go through [`MergeSort`]: runs that are there already are found, short ones lengthened by
//! binary insertion, and merged in the order of the powersort rule, so that ordered input costs n - 1 comparisons.

use crate::object::dict::exact_str;
use crate::object::pointer::Gc;
use crate::object::str::Str;
use crate::object::tuple::Tuple;
use crate::operations;
use crate::operations::compare;
use crate::text::Characters;
use crate::thread::{Result, Thread};
use crate::value::Value;
use std::cmp::Ordering;

/// Runs shorter than this are lengthened by insertion.
const MINIMUM_RUN: usize = 32;

/// The order of the keys: place `i` of the result gets key `order[i]`. On an exception `order` still holds each place once.
/// The row of keys must not change meanwhile, and something must keep it alive.
pub fn sort_places(thread: &mut Thread, keys: &[Value], reverse: bool, order: &mut Vec<u32>) -> Result<()> {
    order.clear();
    order.extend(0..keys.len() as u32);
    if sort_integers(keys, reverse, order)
        || sort_floats(keys, reverse, order)
        || sort_strings(keys, reverse, order)
    {
        return Ok(());
    }
    // Reversing before and after keeps equal keys in their order.
    if reverse {
        order.reverse();
    }
    let outcome = MergeSort { keys, scratch: Vec::new(), runs: Vec::new() }.sort(thread, order);
    if reverse {
        order.reverse();
    }
    outcome
}

fn take_places<K>(keyed: Vec<(K, u32)>, order: &mut [u32]) -> bool {
    order.iter_mut().zip(keyed).for_each(|(place, (_, sorted))| *place = sorted);
    true
}

/// Pairs all keys with their places, if all of them have the wanted form.
fn paired<K>(keys: &[Value], form: impl Fn(Value) -> Option<K>) -> Option<Vec<(K, u32)>> {
    // Most rows that don't qualify show it at once.
    form(*keys.first()?)?;
    form(*keys.last()?)?;
    keys.iter().enumerate().map(|(place, key)| Some((form(*key)?, place as u32))).collect()
}

fn sort_integers(keys: &[Value], reverse: bool, order: &mut [u32]) -> bool {
    let Some(mut keyed) = paired(keys, Value::as_small_int) else { return false };
    match reverse {
        false => keyed.sort_by_key(|(key, _)| *key),
        true => keyed.sort_by_key(|(key, _)| std::cmp::Reverse(*key)),
    }
    take_places(keyed, order)
}

fn sort_floats(keys: &[Value], reverse: bool, order: &mut [u32]) -> bool {
    let exact = crate::types().float.root_shape;
    let form = |key: Value| {
        // SAFETY: a pointer value has a live header.
        let is_float =
            key.is_immediate_float() || key.is_pointer() && unsafe { (*key.header()).shape } == exact;
        if is_float { key.as_float().filter(|float| !float.is_nan()) } else { None }
    };
    let Some(mut keyed) = paired(keys, form) else { return false };
    let compare = |a: f64, b: f64| a.partial_cmp(&b).unwrap_or(Ordering::Equal);
    match reverse {
        false => keyed.sort_by(|(a, _), (b, _)| compare(*a, *b)),
        true => keyed.sort_by(|(a, _), (b, _)| compare(*b, *a)),
    }
    take_places(keyed, order)
}

/// The first eight characters of a one-byte string as a number that compares as they do.
fn prefix(bytes: &[u8]) -> u64 {
    let mut start = [0u8; 8];
    let length = bytes.len().min(8);
    start[..length].copy_from_slice(&bytes[..length]);
    u64::from_be_bytes(start)
}

fn sort_strings(keys: &[Value], reverse: bool, order: &mut [u32]) -> bool {
    let narrow = |key: Value| match exact_str(key)?.characters() {
        Characters::One(bytes) => Some((prefix(bytes), bytes)),
        _ => None,
    };
    if let Some(mut keyed) = paired(keys, narrow) {
        match reverse {
            false => keyed.sort_by_key(|(key, _)| *key),
            true => keyed.sort_by(|(a, _), (b, _)| b.cmp(a)),
        }
        return take_places(keyed, order);
    }
    let Some(mut keyed) = paired(keys, exact_str) else { return false };
    match reverse {
        false => keyed.sort_by(|(a, _), (b, _)| compare_strings(*a, *b)),
        true => keyed.sort_by(|(a, _), (b, _)| compare_strings(*b, *a)),
    }
    take_places(keyed, order)
}

/// Order of two strings by code points.
pub fn compare_strings(a: Gc<Str>, b: Gc<Str>) -> Ordering {
    match (a.characters(), b.characters()) {
        (Characters::One(a), Characters::One(b)) => a.cmp(b),
        (Characters::Two(a), Characters::Two(b)) => a.cmp(b),
        (Characters::Four(a), Characters::Four(b)) => a.cmp(b),
        (a, b) => a.iter().cmp(b.iter()),
    }
}

/// `a < b`, on the spot for what is commonly sorted.
fn less(thread: &mut Thread, a: Value, b: Value) -> Result<bool> {
    if Value::both_small_int(a, b) {
        return Ok(a.small_int() < b.small_int());
    }
    if Value::both_immediate_float(a, b) {
        return Ok(a.immediate_float() < b.immediate_float());
    }
    if let (Some(a), Some(b)) = (exact_str(a), exact_str(b)) {
        return Ok(compare_strings(a, b) == Ordering::Less);
    }
    if let (Some(x), Some(y)) = (a.downcast::<Tuple>(), b.downcast::<Tuple>())
        && x.is_exact()
        && y.is_exact()
    {
        return less_tuples(thread, x, y);
    }
    compare::less(thread, a, b)
}

fn less_tuples(thread: &mut Thread, a: Gc<Tuple>, b: Gc<Tuple>) -> Result<bool> {
    thread.check_native_stack()?;
    for (x, y) in a.items().iter().zip(b.items()) {
        if x != y && !operations::equal(thread, *x, *y)? {
            return less(thread, *x, *y);
        }
    }
    Ok(a.length < b.length)
}

/// A stretch in order, and the power of its border to the next.
#[derive(Clone, Copy)]
struct Run {
    start: usize,
    end: usize,
    power: u32,
}

struct MergeSort<'a> {
    keys: &'a [Value],
    scratch: Vec<u32>,
    runs: Vec<Run>,
}

impl MergeSort<'_> {
    fn less(&self, thread: &mut Thread, a: u32, b: u32) -> Result<bool> {
        less(thread, self.keys[a as usize], self.keys[b as usize])
    }

    fn sort(mut self, thread: &mut Thread, order: &mut [u32]) -> Result<()> {
        let length = order.len();
        let mut start = 0;
        while start < length {
            let end = self.next_run(thread, order, start)?;
            if let Some(last) = self.runs.last().copied() {
                let power = border_power(last.start, last.end, end, length);
                while self.runs.len() > 1 && self.runs[self.runs.len() - 2].power > power {
                    self.merge_top(thread, order)?;
                }
                if let Some(last) = self.runs.last_mut() {
                    last.power = power;
                }
            }
            self.runs.push(Run { start, end, power: 0 });
            start = end;
        }
        while self.runs.len() > 1 {
            self.merge_top(thread, order)?;
        }
        Ok(())
    }

    /// Finds or makes the run that starts at `start`, and gives its end.
    fn next_run(&self, thread: &mut Thread, order: &mut [u32], start: usize) -> Result<usize> {
        let length = order.len();
        let mut end = start + 1;
        if end == length {
            return Ok(end);
        }
        let descending = self.less(thread, order[end], order[start])?;
        end += 1;
        while end < length && self.less(thread, order[end], order[end - 1])? == descending {
            end += 1;
        }
        if descending {
            // Strictly descending: reversing it moves no equal keys past each other.
            order[start..end].reverse();
        }
        let wanted = (start + MINIMUM_RUN).min(length);
        while end < wanted {
            self.insert(thread, order, start, end)?;
            end += 1;
        }
        Ok(end)
    }

    /// Inserts the item at `at` into the sorted stretch before it.
    fn insert(&self, thread: &mut Thread, order: &mut [u32], start: usize, at: usize) -> Result<()> {
        let item = order[at];
        let (mut low, mut high) = (start, at);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.less(thread, item, order[middle])? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        order.copy_within(low..at, low + 1);
        order[low] = item;
        Ok(())
    }

    /// Merges the two newest runs.
    fn merge_top(&mut self, thread: &mut Thread, order: &mut [u32]) -> Result<()> {
        let (Some(right), Some(left)) = (self.runs.pop(), self.runs.pop()) else { return Ok(()) };
        self.runs.push(Run { start: left.start, end: right.end, power: right.power });
        // What is in its place already at both ends needs no merging.
        let start = self.first_greater(thread, order, left.start, left.end, order[right.start])?;
        if start == left.end {
            return Ok(());
        }
        let end = self.first_not_less(thread, order, right.start, right.end, order[left.end - 1])?;
        self.merge(thread, order, start, right.start, end)
    }

    /// First place in a sorted stretch whose key is greater than `item`'s.
    fn first_greater(
        &self,
        thread: &mut Thread,
        order: &[u32],
        low: usize,
        high: usize,
        item: u32,
    ) -> Result<usize> {
        let (mut low, mut high) = (low, high);
        let mut step = 1;
        while low < high {
            // Gallop from the left, then halve.
            let probe = (low + step - 1).min(low + (high - low) / 2);
            if self.less(thread, item, order[probe])? {
                high = probe;
            } else {
                low = probe + 1;
                step *= 2;
            }
        }
        Ok(low)
    }

    /// First place in a sorted stretch whose key is not less than `item`'s, searched from the right.
    fn first_not_less(
        &self,
        thread: &mut Thread,
        order: &[u32],
        low: usize,
        high: usize,
        item: u32,
    ) -> Result<usize> {
        let (mut low, mut high) = (low, high);
        let mut step = 1;
        while low < high {
            let probe = (high - step.min(high - low)).max(low + (high - low) / 2);
            if self.less(thread, order[probe], item)? {
                low = probe + 1;
            } else {
                high = probe;
                step *= 2;
            }
        }
        Ok(low)
    }

    /// Merges `start..middle` with `middle..end`; on an exception the rest is put back unmerged.
    fn merge(
        &mut self,
        thread: &mut Thread,
        order: &mut [u32],
        start: usize,
        middle: usize,
        end: usize,
    ) -> Result<()> {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        scratch.extend_from_slice(&order[start..middle]);
        let (mut left, mut right, mut write) = (0, middle, start);
        let mut outcome = Ok(());
        while left < scratch.len() && right < end {
            match self.less(thread, order[right], scratch[left]) {
                Ok(true) => {
                    order[write] = order[right];
                    right += 1;
                }
                Ok(false) => {
                    order[write] = scratch[left];
                    left += 1;
                }
                Err(raised) => {
                    outcome = Err(raised);
                    break;
                }
            }
            write += 1;
        }
        // The gap between `write` and `right` is as long as what is left in the scratch row.
        order[write..right].copy_from_slice(&scratch[left..]);
        self.scratch = scratch;
        outcome
    }
}

/// Power of the border between the runs `start..middle` and `middle..end` of a row: the depth at which a balanced merge tree parts them.
fn border_power(start: usize, middle: usize, end: usize, length: usize) -> u32 {
    let length = length as u128;
    // The runs' midpoints, as fractions of the row in fixed point.
    let left = ((start as u128 + middle as u128) << 62) / length;
    let right = ((middle as u128 + end as u128) << 62) / length;
    (left ^ right).leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_near_the_middle_have_the_least_power() {
        let middle = border_power(0, 50, 100, 100);
        assert!(middle < border_power(0, 25, 50, 100));
        assert!(middle < border_power(50, 75, 100, 100));
        assert!(border_power(0, 25, 50, 100) < border_power(0, 10, 25, 100));
    }

    #[test]
    fn prefixes_compare_as_their_strings() {
        let texts: [&[u8]; 6] = [b"", b"a", b"ab", b"abcdefgh", b"abcdefghi", b"b"];
        for a in texts {
            for b in texts {
                let by_prefix = prefix(a).cmp(&prefix(b)).then(a.cmp(b));
                assert_eq!(by_prefix, a.cmp(b));
            }
        }
    }
}
