//! Strings, bytes and tuples.

use std::sync::Arc;

use super::int;
use crate::constant::Constant;
use crate::text::Text;

/// Repetitions may have this many characters.
const MAX_STR_SIZE: usize = 4096;
/// Repetitions may have this many items.
const MAX_COLLECTION_SIZE: usize = 256;
/// Repetitions may have this many items, those of nested tuples included.
const MAX_TOTAL_ITEMS: usize = 1024;

/// How many items a sequence has; `None` for what isn't one.
fn length(constant: &Constant) -> Option<usize> {
    match constant {
        Constant::Str(text) => Some(text.code_point_count()),
        Constant::Bytes(bytes) => Some(bytes.len()),
        Constant::Tuple(items) => Some(items.len()),
        _ => None,
    }
}

/// The items of nested tuples, if there are at most `limit`.
fn total_items(constant: &Constant, limit: usize) -> Option<usize> {
    let Constant::Tuple(items) = constant else { return Some(limit) };
    let left = limit.checked_sub(items.len())?;
    items.iter().try_fold(left, |left, item| total_items(item, left))
}

/// `left + right` for two sequences of a kind.
pub(super) fn concatenate(left: &Constant, right: &Constant) -> Option<Constant> {
    match (left, right) {
        (Constant::Str(a), Constant::Str(b)) => {
            Text::from_code_points(a.code_points().chain(b.code_points())).map(Constant::Str)
        }
        (Constant::Bytes(a), Constant::Bytes(b)) => {
            Some(Constant::Bytes(a.iter().chain(b.iter()).copied().collect()))
        }
        (Constant::Tuple(a), Constant::Tuple(b)) => Some(Constant::tuple(a.iter().chain(b.iter()).cloned())),
        _ => None,
    }
}

/// `left * right` if one of them is a sequence; the inner `None` leaves it alone.
pub(super) fn repeat(left: &Constant, right: &Constant) -> Option<Option<Constant>> {
    match (length(left), length(right)) {
        (None, None) => None,
        (Some(size), None) => Some(repeated(left, size, right)),
        (None, Some(size)) => Some(repeated(right, size, left)),
        (Some(_), Some(_)) => Some(None),
    }
}

fn repeated(sequence: &Constant, size: usize, count: &Constant) -> Option<Constant> {
    let count = int::from_constant(count)?;
    if size == 0 {
        return i64::try_from(&count).ok().map(|_| sequence.clone());
    }
    let count = usize::try_from(&count).ok()?;
    let limit = if matches!(sequence, Constant::Tuple(_)) { MAX_COLLECTION_SIZE } else { MAX_STR_SIZE };
    if count > limit / size {
        return None;
    }
    match sequence {
        Constant::Str(text) => {
            let points: Vec<u32> = text.code_points().collect();
            Text::from_code_points(points.repeat(count)).map(Constant::Str)
        }
        Constant::Bytes(bytes) => Some(Constant::Bytes(bytes.repeat(count).into())),
        Constant::Tuple(items) => {
            total_items(sequence, MAX_TOTAL_ITEMS.checked_div(count).unwrap_or(usize::MAX))?;
            let copies = std::iter::repeat_n(items, count);
            Some(Constant::tuple(copies.flat_map(|items| items.iter().cloned())))
        }
        _ => None,
    }
}

/// `sequence[index]`
pub(super) fn subscript(sequence: &Constant, index: &Constant) -> Option<Constant> {
    let size = length(sequence)?;
    if let Constant::Slice(parts) = index {
        return pick(sequence, slice_indices(parts, size)?);
    }
    let index = i64::try_from(&int::from_constant(index)?).ok()?;
    let index = if index < 0 { index.checked_add(size as i64)? } else { index };
    let index = usize::try_from(index).ok().filter(|index| *index < size)?;
    match sequence {
        Constant::Str(text) => Text::from_code_points([text.code_points().nth(index)?]).map(Constant::Str),
        Constant::Bytes(bytes) => Some(Constant::Int(bytes[index].into())),
        Constant::Tuple(items) => Some(items[index].clone()),
        _ => None,
    }
}

fn pick(sequence: &Constant, indices: Vec<usize>) -> Option<Constant> {
    match sequence {
        Constant::Str(text) => {
            let points: Vec<u32> = text.code_points().collect();
            Text::from_code_points(indices.into_iter().map(|index| points[index])).map(Constant::Str)
        }
        Constant::Bytes(bytes) => {
            Some(Constant::Bytes(indices.into_iter().map(|index| bytes[index]).collect::<Arc<[u8]>>()))
        }
        Constant::Tuple(items) => {
            Some(Constant::tuple(indices.into_iter().map(|index| items[index].clone())))
        }
        _ => None,
    }
}

/// The indices that a slice of constants selects.
fn slice_indices(parts: &[Constant; 3], size: usize) -> Option<Vec<usize>> {
    let size = size as i128;
    let part = |constant: &Constant| match constant {
        Constant::None => Some(None),
        other => {
            let value = int::from_constant(other)?;
            let limit = i128::from(i64::MAX);
            let clamped = i128::try_from(&value)
                .unwrap_or(if int::bits(&value) > 0 && value < int::Integer::ZERO { -limit } else { limit });
            Some(Some(clamped.clamp(-limit, limit)))
        }
    };
    let step = part(&parts[2])?.unwrap_or(1);
    if step == 0 {
        return None;
    }
    let (lowest, highest) = if step > 0 { (0, size) } else { (-1, size - 1) };
    let bound = |value: i128| (if value < 0 { value + size } else { value }).clamp(lowest, highest);
    let (first, last) = if step > 0 { (lowest, highest) } else { (highest, lowest) };
    let start = part(&parts[0])?.map_or(first, bound);
    let stop = part(&parts[1])?.map_or(last, bound);
    let mut indices = Vec::new();
    let mut index = start;
    while if step > 0 { index < stop } else { index > stop } {
        indices.push(index as usize);
        index += step;
    }
    Some(indices)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices() {
        let text = Constant::str("hello");
        let slice = |a: Constant, b, c| Constant::Slice(Arc::new([a, b, c]));
        let none = || Constant::None;
        let cases = [
            (slice(Constant::Int(1), Constant::Int(3), none()), "el"),
            (slice(none(), none(), Constant::Int(-1)), "olleh"),
            (slice(Constant::Int(-2), none(), none()), "lo"),
            (slice(Constant::Int(10), none(), Constant::Int(-2)), "olh"),
        ];
        for (slice, expected) in cases {
            assert_eq!(subscript(&text, &slice), Some(Constant::str(expected)));
        }
        assert_eq!(subscript(&text, &Constant::Int(-5)), Some(Constant::str("h")));
        assert_eq!(subscript(&text, &Constant::Int(5)), None);
    }

    #[test]
    fn repetition_is_bounded() {
        let repeat = |count| repeat(&Constant::str("ab"), &Constant::Int(count));
        assert_eq!(repeat(2), Some(Some(Constant::str("abab"))));
        assert_eq!(repeat(2049), Some(None));
        assert_eq!(repeat(-1), Some(None));
    }
}
