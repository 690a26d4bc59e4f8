//! Substring search that never takes more than linear time: one-byte characters go to `memchr`, wider ones
//! through Crochemore and Perrin's two-way algorithm, with a scan for the first character before it.

use std::borrow::Cow;

use crate::text::Characters;

/// A character as a string stores it.
pub trait Unit: Copy + Eq + Ord + Into<u32> + TryFrom<u32> + 'static {
    /// The first position of `c`.
    fn position(text: &[Self], c: Self) -> Option<usize>;
    /// The last position of `c`.
    fn last_position(text: &[Self], c: Self) -> Option<usize>;
    /// The first position of `needle`, which has at least two characters.
    fn find(text: &[Self], needle: &[Self]) -> Option<usize>;
    /// The last position of `needle`, which has at least two characters.
    fn find_last(text: &[Self], needle: &[Self]) -> Option<usize>;
    /// Calls `found` for each occurrence from the left, none overlapping another, until it answers false.
    fn find_all(text: &[Self], needle: &[Self], found: &mut dyn FnMut(usize) -> bool);
    /// The characters as a slice of this unit, none if one doesn't fit.
    fn of(text: Characters<'_>) -> Option<Cow<'_, [Self]>>;
}

impl Unit for u8 {
    #[inline]
    fn position(text: &[u8], c: u8) -> Option<usize> {
        memchr::memchr(c, text)
    }

    #[inline]
    fn last_position(text: &[u8], c: u8) -> Option<usize> {
        memchr::memrchr(c, text)
    }

    #[inline]
    fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
        memchr::memmem::find(text, needle)
    }

    #[inline]
    fn find_last(text: &[u8], needle: &[u8]) -> Option<usize> {
        memchr::memmem::rfind(text, needle)
    }

    fn find_all(text: &[u8], needle: &[u8], found: &mut dyn FnMut(usize) -> bool) {
        let _ = match needle {
            [c] => memchr::memchr_iter(*c, text).all(found),
            _ => memchr::memmem::find_iter(text, needle).all(found),
        };
    }

    fn of(text: Characters<'_>) -> Option<Cow<'_, [u8]>> {
        match text {
            Characters::One(s) => Some(Cow::Borrowed(s)),
            Characters::Two(s) => converted(s),
            Characters::Four(s) => converted(s),
        }
    }
}

macro_rules! wide_unit {
    ($unit:ty, $own:ident, $other:ident, $another:ident) => {
        impl Unit for $unit {
            #[inline]
            fn position(text: &[Self], c: Self) -> Option<usize> {
                text.iter().position(|&each| each == c)
            }

            #[inline]
            fn last_position(text: &[Self], c: Self) -> Option<usize> {
                text.iter().rposition(|&each| each == c)
            }

            fn find(text: &[Self], needle: &[Self]) -> Option<usize> {
                TwoWay::new(needle).find(text.len(), |at| text[at])
            }

            fn find_last(text: &[Self], needle: &[Self]) -> Option<usize> {
                let reversed: Vec<Self> = needle.iter().rev().copied().collect();
                let found = TwoWay::new(&reversed).find(text.len(), |at| text[text.len() - 1 - at])?;
                Some(text.len() - found - needle.len())
            }

            fn find_all(text: &[Self], needle: &[Self], found: &mut dyn FnMut(usize) -> bool) {
                let searcher = TwoWay::new(needle);
                let mut from = 0;
                while let Some(at) = searcher.find(text.len() - from, |at| text[from + at]) {
                    if !found(from + at) {
                        return;
                    }
                    from += at + needle.len();
                }
            }

            fn of(text: Characters<'_>) -> Option<Cow<'_, [Self]>> {
                match text {
                    Characters::$own(s) => Some(Cow::Borrowed(s)),
                    Characters::$other(s) => converted(s),
                    Characters::$another(s) => converted(s),
                }
            }
        }
    };
}

wide_unit!(u16, Two, One, Four);
wide_unit!(u32, Four, One, Two);

fn converted<A: Copy + Into<u32>, B: Copy + TryFrom<u32>>(text: &[A]) -> Option<Cow<'static, [B]>> {
    text.iter().map(|&c| B::try_from(c.into()).ok()).collect::<Option<Vec<B>>>().map(Cow::Owned)
}

/// The needle cut at a critical position, and its period.
struct TwoWay<'a, T> {
    needle: &'a [T],
    cut: usize,
    period: usize,
    /// Whether the needle repeats with `period` from its start, so that a matched prefix is remembered.
    periodic: bool,
}

impl<'a, T: Copy + Ord> TwoWay<'a, T> {
    /// `needle` is not empty.
    fn new(needle: &'a [T]) -> Self {
        let (cut, period) = maximal_suffix(needle, |a, b| a < b).max(maximal_suffix(needle, |a, b| a > b));
        let periodic = period + cut <= needle.len() && needle[..cut] == needle[period..period + cut];
        let period = if periodic { period } else { cut.max(needle.len() - cut) + 1 };
        TwoWay { needle, cut, period, periodic }
    }

    /// The first occurrence in a text of `length` characters.
    #[inline]
    fn find(&self, length: usize, text: impl Fn(usize) -> T) -> Option<usize> {
        let (needle, cut) = (self.needle, self.cut);
        let (mut at, mut known) = (0, 0);
        while at + needle.len() <= length {
            if known == 0 {
                // The critical character rarely fits: skip to where it does.
                let first = needle[cut];
                while text(at + cut) != first {
                    at += 1;
                    if at + needle.len() > length {
                        return None;
                    }
                }
            }
            let start = cut.max(known);
            if let Some(wrong) = (start..needle.len()).find(|&i| needle[i] != text(at + i)) {
                at += wrong - cut + 1;
                known = 0;
                continue;
            }
            if (known..cut).rev().all(|i| needle[i] == text(at + i)) {
                return Some(at);
            }
            at += self.period;
            known = if self.periodic { needle.len() - self.period } else { 0 };
        }
        None
    }
}

/// Where the lexicographically largest suffix (under the given order) starts, and its period.
fn maximal_suffix<T: Copy + Eq>(needle: &[T], before: impl Fn(T, T) -> bool) -> (usize, usize) {
    let (mut best, mut candidate, mut offset, mut period) = (0, 1, 0, 1);
    while candidate + offset < needle.len() {
        let (a, b) = (needle[candidate + offset], needle[best + offset]);
        if before(a, b) {
            candidate += offset + 1;
            offset = 0;
            period = candidate - best;
        } else if a == b {
            if offset + 1 == period {
                candidate += period;
                offset = 0;
            } else {
                offset += 1;
            }
        } else {
            best = candidate;
            candidate += 1;
            (offset, period) = (0, 1);
        }
    }
    (best, period)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All needles and texts over two letters up to small lengths, against the obvious search.
    #[test]
    fn two_way_finds_what_there_is() {
        for needle_length in 2..7 {
            for needle_bits in 0..1u32 << needle_length {
                let needle: Vec<u16> = (0..needle_length).map(|i| (needle_bits >> i & 1) as u16).collect();
                for text_bits in (0..1u32 << 13).step_by(3) {
                    let text: Vec<u16> = (0..13).map(|i| (text_bits >> i & 1) as u16).collect();
                    let first = text.windows(needle.len()).position(|w| w == needle);
                    let last = text.windows(needle.len()).rposition(|w| w == needle);
                    assert_eq!(u16::find(&text, &needle), first, "{text:?} {needle:?}");
                    assert_eq!(u16::find_last(&text, &needle), last, "{text:?} {needle:?}");
                }
            }
        }
    }
}
