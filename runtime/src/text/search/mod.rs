//! Searching and cutting: what `find`, `count`, `replace`, `split`, `strip` and their like do, for strings of any
//! width and, seen as [`Characters::One`], for bytes. Positions are in characters; results that cut a text
//! are ranges of it.
//!
//! The text and the needle may differ in width: a needle is converted to the text's width first, and one
//! that doesn't fit cannot occur.

mod two_way;

use std::ops::Range;

use super::{Characters, TextBuilder, unicode};
use two_way::Unit;

/// Runs a generic function with the text's own slice and the needle converted to its unit; `$absent` is the value
/// when the needle can't occur because it has wider characters.
macro_rules! with_units {
    ($text:expr, $needle:expr, $absent:expr, |$slice:ident, $converted:ident| $body:expr) => {
        match $text {
            Characters::One($slice) => match u8::of($needle) {
                Some($converted) => $body,
                None => $absent,
            },
            Characters::Two($slice) => match u16::of($needle) {
                Some($converted) => $body,
                None => $absent,
            },
            Characters::Four($slice) => match u32::of($needle) {
                Some($converted) => $body,
                None => $absent,
            },
        }
    };
}

fn find_in<T: Unit>(text: &[T], needle: &[T]) -> Option<usize> {
    match needle {
        [] => Some(0),
        [c] => T::position(text, *c),
        _ if needle.len() > text.len() => None,
        _ => T::find(text, needle),
    }
}

fn find_last_in<T: Unit>(text: &[T], needle: &[T]) -> Option<usize> {
    match needle {
        [] => Some(text.len()),
        [c] => T::last_position(text, *c),
        _ if needle.len() > text.len() => None,
        _ => T::find_last(text, needle),
    }
}

/// The first position of `needle` (the text's slice is taken by the caller).
pub fn find(text: Characters, needle: Characters) -> Option<usize> {
    with_units!(text, needle, None, |text, needle| find_in(text, &needle))
}

/// The last position of `needle`.
pub fn rfind(text: Characters, needle: Characters) -> Option<usize> {
    with_units!(text, needle, None, |text, needle| find_last_in(text, &needle))
}

/// The first position of one character.
pub fn find_character(text: Characters, c: u32) -> Option<usize> {
    match text {
        Characters::One(s) => u8::position(s, u8::try_from(c).ok()?),
        Characters::Two(s) => u16::position(s, u16::try_from(c).ok()?),
        Characters::Four(s) => u32::position(s, c),
    }
}

/// Whether `needle` occurs.
pub fn contains(text: Characters, needle: Characters) -> bool {
    find(text, needle).is_some()
}

/// Calls `found` with the position of each occurrence from the left, none overlapping another, until it answers
/// false. The needle is not empty.
pub fn for_each_occurrence(text: Characters, needle: Characters, mut found: impl FnMut(usize) -> bool) {
    debug_assert!(!needle.is_empty());
    with_units!(text, needle, (), |text, needle| {
        if needle.len() <= text.len() {
            Unit::find_all(text, &needle, &mut found);
        }
    });
}

/// How many times `needle` occurs, at most `limit` times; an empty one occurs around every character.
pub fn count(text: Characters, needle: Characters, limit: usize) -> usize {
    if limit == 0 {
        return 0;
    }
    if needle.is_empty() {
        return (text.len() + 1).min(limit);
    }
    let mut found = 0;
    for_each_occurrence(text, needle, |_| {
        found += 1;
        found < limit
    });
    found
}

/// Adds the text with the first `limit` occurrences of `old` replaced by `new`. Answers false, and adds nothing,
/// when there is none, so that the text itself can be the result.
pub fn replace(
    text: Characters,
    old: Characters,
    new: Characters,
    limit: usize,
    out: &mut TextBuilder,
) -> bool {
    if limit == 0 {
        return false;
    }
    if old.is_empty() {
        if new.is_empty() {
            return false;
        }
        return interleave(text, new, limit, out);
    }
    let (mut from, mut done) = (0, 0);
    for_each_occurrence(text, old, |at| {
        out.push_characters(text.slice(from, at));
        out.push_characters(new);
        from = at + old.len();
        done += 1;
        done < limit
    });
    if done > 0 {
        out.push_characters(text.slice(from, text.len()));
    }
    done > 0
}

/// Puts `new` before each character and at the end, at most `limit` times.
fn interleave(text: Characters, new: Characters, limit: usize, out: &mut TextBuilder) -> bool {
    let before = limit.min(text.len());
    for at in 0..before {
        out.push_characters(new);
        out.push(text.get(at));
    }
    out.push_characters(text.slice(before, text.len()));
    if limit > text.len() {
        out.push_characters(new);
    }
    true
}

/// Which characters are white space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    /// Those of strings.
    Unicode,
    /// Those of bytes.
    Ascii,
}

impl Space {
    #[inline]
    fn contains(self, c: u32) -> bool {
        if c < 0x80 {
            matches!(c, 0x20 | 0x09..=0x0d) || self == Space::Unicode && matches!(c, 0x1c..=0x1f)
        } else {
            self == Space::Unicode && unicode::is_space(c)
        }
    }
}

/// The parts between runs of white space, after at most `limit` cuts (the last part then is the rest, its
/// white space at the end included).
pub fn split_space(text: Characters, space: Space, limit: usize, mut part: impl FnMut(Range<usize>)) {
    let is_space = |at: usize| space.contains(text.get(at));
    let length = text.len();
    let (mut at, mut cuts) = (0, 0);
    loop {
        while at < length && is_space(at) {
            at += 1;
        }
        if at == length {
            return;
        }
        if cuts == limit {
            return part(at..length);
        }
        let start = at;
        while at < length && !is_space(at) {
            at += 1;
        }
        part(start..at);
        cuts += 1;
    }
}

/// As [`split_space`], cutting from the right; the parts come from the left all the same.
pub fn rsplit_space(text: Characters, space: Space, limit: usize) -> Vec<Range<usize>> {
    let is_space = |at: usize| space.contains(text.get(at));
    let mut parts = Vec::new();
    let mut end = text.len();
    loop {
        while end > 0 && is_space(end - 1) {
            end -= 1;
        }
        if end == 0 {
            break;
        }
        let mut start = end;
        if parts.len() == limit {
            parts.push(0..end);
            break;
        }
        while start > 0 && !is_space(start - 1) {
            start -= 1;
        }
        parts.push(start..end);
        end = start;
    }
    parts.reverse();
    parts
}

/// The parts between occurrences of `separator` (not empty), after at most `limit` cuts.
pub fn split(text: Characters, separator: Characters, limit: usize, mut part: impl FnMut(Range<usize>)) {
    let (mut from, mut cuts) = (0, 0);
    if limit > 0 {
        for_each_occurrence(text, separator, |at| {
            part(from..at);
            from = at + separator.len();
            cuts += 1;
            cuts < limit
        });
    }
    part(from..text.len());
}

/// As [`split`], cutting from the right; the parts come from the left all the same.
pub fn rsplit(text: Characters, separator: Characters, limit: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut end = text.len();
    while parts.len() < limit {
        let Some(at) = rfind(text.slice(0, end), separator) else {
            break;
        };
        parts.push(at + separator.len()..end);
        end = at;
    }
    parts.push(0..end);
    parts.reverse();
    parts
}

/// Which characters end lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineBreaks {
    /// Those of strings.
    Unicode,
    /// Those of bytes: `\n`, `\r`, `\r\n`.
    Ascii,
}

/// Whether `str.splitlines()` ends a line at `c`.
pub fn is_line_break(c: u32) -> bool {
    matches!(c, 0x0a..=0x0d | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}

/// The lines, with their ends if `keep_ends`.
pub fn split_lines(
    text: Characters,
    breaks: LineBreaks,
    keep_ends: bool,
    mut line: impl FnMut(Range<usize>),
) {
    let ends = |c: u32| match breaks {
        LineBreaks::Unicode => is_line_break(c),
        LineBreaks::Ascii => c == 0x0a || c == 0x0d,
    };
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        let c = text.get(at);
        if !ends(c) {
            at += 1;
            continue;
        }
        let end = at;
        at += if c == 0x0d && text.at(at + 1) == Some(0x0a) { 2 } else { 1 };
        line(start..if keep_ends { at } else { end });
        start = at;
    }
    if start < text.len() {
        line(start..text.len());
    }
}

/// What remains when characters are taken off the ends: those in `characters`, or else white space.
pub fn strip(
    text: Characters,
    characters: Option<Characters>,
    space: Space,
    at_start: bool,
    at_end: bool,
) -> Range<usize> {
    let set = characters.map(CharacterSet::new);
    let goes = |c: u32| match &set {
        Some(set) => set.contains(c),
        None => space.contains(c),
    };
    let (mut start, mut end) = (0, text.len());
    while at_start && start < end && goes(text.get(start)) {
        start += 1;
    }
    while at_end && start < end && goes(text.get(end - 1)) {
        end -= 1;
    }
    start..end
}

/// A few characters to be looked up often: those below U+0080 in a bitmap, so that most misses cost nothing.
struct CharacterSet<'a> {
    ascii: u128,
    all: Characters<'a>,
    only_ascii: bool,
}

impl<'a> CharacterSet<'a> {
    fn new(all: Characters<'a>) -> Self {
        let ascii = all.iter().filter(|&c| c < 128).fold(0, |bits, c| bits | 1u128 << c);
        CharacterSet { ascii, all, only_ascii: all.iter().all(|c| c < 128) }
    }

    fn contains(&self, c: u32) -> bool {
        if c < 128 {
            self.ascii >> c & 1 == 1
        } else {
            !self.only_ascii && find_character(self.all, c).is_some()
        }
    }
}

/// Adds the text with tabs turned into spaces up to the next multiple of `size`. Answers false when that would be
/// longer than any string can be.
pub fn expand_tabs(text: Characters, size: usize, out: &mut TextBuilder) -> bool {
    let mut column = 0usize;
    for c in text.iter() {
        if c == 0x09 {
            if size > 0 {
                let spaces = size - column % size;
                if out.len().checked_add(spaces).is_none_or(|length| length > isize::MAX as usize / 4) {
                    return false;
                }
                out.push_repeated(0x20, spaces);
                column += spaces;
            }
        } else {
            out.push(c);
            column = if c == 0x0a || c == 0x0d { 0 } else { column + 1 };
        }
    }
    true
}

/// Adds what `str.zfill()` makes of the text: zeros after the sign.
pub fn zero_fill(text: Characters, width: usize, out: &mut TextBuilder) {
    let zeros = width.saturating_sub(text.len());
    let sign = usize::from(matches!(text.at(0), Some(0x2b | 0x2d)));
    out.push_characters(text.slice(0, sign));
    out.push_repeated(0x30, zeros);
    out.push_characters(text.slice(sign, text.len()));
}

/// How much padding `str.center()` puts on the left of a text of `length` characters.
pub fn center_left_padding(length: usize, width: usize) -> usize {
    let padding = width.saturating_sub(length);
    padding / 2 + (padding & width & 1)
}

/// Whether two texts have the same characters.
pub fn equal(a: Characters, b: Characters) -> bool {
    match (a, b) {
        (Characters::One(a), Characters::One(b)) => a == b,
        (Characters::Two(a), Characters::Two(b)) => a == b,
        (Characters::Four(a), Characters::Four(b)) => a == b,
        _ => a.len() == b.len() && a.iter().eq(b.iter()),
    }
}

/// Which of two texts comes first, by code points.
pub fn compare(a: Characters, b: Characters) -> std::cmp::Ordering {
    match (a, b) {
        (Characters::One(a), Characters::One(b)) => a.cmp(b),
        (Characters::Two(a), Characters::Two(b)) => a.cmp(b),
        (Characters::Four(a), Characters::Four(b)) => a.cmp(b),
        _ => a.iter().cmp(b.iter()),
    }
}

/// Whether the text starts with `prefix`.
pub fn starts_with(text: Characters, prefix: Characters) -> bool {
    prefix.len() <= text.len() && equal(text.slice(0, prefix.len()), prefix)
}

/// Whether the text ends with `suffix`.
pub fn ends_with(text: Characters, suffix: Characters) -> bool {
    suffix.len() <= text.len() && equal(text.slice(text.len() - suffix.len(), text.len()), suffix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    fn parts(text: &str, ranges: impl IntoIterator<Item = Range<usize>>) -> Vec<String> {
        let text = Text::from(text);
        let cut = |range: Range<usize>| text.characters().slice(range.start, range.end).to_string_lossy();
        ranges.into_iter().map(cut).collect()
    }

    fn collected(run: impl FnOnce(&mut dyn FnMut(Range<usize>))) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        run(&mut |range| ranges.push(range));
        ranges
    }

    #[test]
    fn mixed_widths() {
        let text = Text::from("añb€a€b€");
        let find_text = |needle: &str| find(text.characters(), Text::from(needle).characters());
        assert_eq!(find_text("€"), Some(3));
        assert_eq!(find_text("a"), Some(0));
        assert_eq!(find_text("b€"), Some(2));
        assert_eq!(find_text("😀"), None);
        assert_eq!(find_text(""), Some(0));
        assert_eq!(rfind(text.characters(), Text::from("b€").characters()), Some(6));
        assert_eq!(count(text.characters(), Text::from("€").characters(), usize::MAX), 3);
        assert_eq!(count(text.characters(), Text::from("").characters(), usize::MAX), 9);
        assert!(starts_with(text.characters(), Text::from("añ").characters()));
    }

    #[test]
    fn replacing() {
        let run = |text: &str, old: &str, new: &str, limit| {
            let mut out = TextBuilder::new();
            let (text, old, new) = (Text::from(text), Text::from(old), Text::from(new));
            replace(text.characters(), old.characters(), new.characters(), limit, &mut out)
                .then(|| out.finish().characters().to_string_lossy())
        };
        assert_eq!(run("aaa", "a", "é€", 2).as_deref(), Some("é€é€a"));
        assert_eq!(run("aaa", "b", "c", 9), None);
        assert_eq!(run("abc", "", "-", usize::MAX).as_deref(), Some("-a-b-c-"));
        assert_eq!(run("abc", "", "-", 2).as_deref(), Some("-a-bc"));
        assert_eq!(run("", "", "-", 1).as_deref(), Some("-"));
        assert_eq!(run("x€x", "x€", "", 5).as_deref(), Some("x"));
    }

    #[test]
    fn splitting() {
        let on_space = |text: &str, limit| {
            let of = Text::from(text);
            parts(text, collected(|part| split_space(of.characters(), Space::Unicode, limit, part)))
        };
        assert_eq!(on_space("  a b\u{2003}c ", usize::MAX), ["a", "b", "c"]);
        assert_eq!(on_space(" a  b c ", 1), ["a", "b c "]);
        assert_eq!(on_space(" a ", 0), ["a "]);
        let from_right = |text: &str, limit| {
            parts(text, rsplit_space(Text::from(text).characters(), Space::Unicode, limit))
        };
        assert_eq!(from_right(" a b  c ", 1), [" a b", "c"]);
        assert_eq!(from_right("  ", 1), [""; 0]);
        let on = |text: &str, separator: &str, limit| {
            let (of, separator) = (Text::from(text), Text::from(separator));
            parts(text, collected(|part| split(of.characters(), separator.characters(), limit, part)))
        };
        assert_eq!(on("a,b,,c", ",", usize::MAX), ["a", "b", "", "c"]);
        assert_eq!(on("a,b,,c", ",", 1), ["a", "b,,c"]);
        assert_eq!(on("", ",", 1), [""]);
        let back = |text: &str, limit| {
            parts(text, rsplit(Text::from(text).characters(), Text::from(",,").characters(), limit))
        };
        assert_eq!(back("a,,b,,,c", usize::MAX), ["a", "b,", "c"]);
        assert_eq!(back("a,,b,,,c", 1), ["a,,b,", "c"]);
        let lines = |text: &str, keep| {
            let of = Text::from(text);
            parts(text, collected(|line| split_lines(of.characters(), LineBreaks::Unicode, keep, line)))
        };
        assert_eq!(lines("a\nb\r\nc\rd\u{2028}\n", false), ["a", "b", "c", "d", ""]);
        assert_eq!(lines("a\r\n\rb", true), ["a\r\n", "\r", "b"]);
    }

    #[test]
    fn trimming_and_padding() {
        let stripped = |text: &str, set: Option<&str>| {
            let (of, set) = (Text::from(text), set.map(Text::from));
            let set = set.as_ref().map(Text::characters);
            parts(text, [strip(of.characters(), set, Space::Unicode, true, true)]).remove(0)
        };
        assert_eq!(stripped(" \x1c a\u{85}", None), "a");
        assert_eq!(stripped("xé€axé", Some("é€x")), "a");
        let mut out = TextBuilder::new();
        assert!(expand_tabs(Text::from("a\tb\n\tc").characters(), 4, &mut out));
        assert_eq!(out.finish().characters().to_string_lossy(), "a   b\n    c");
        let mut out = TextBuilder::new();
        zero_fill(Text::from("-42").characters(), 6, &mut out);
        assert_eq!(out.finish().characters().to_string_lossy(), "-00042");
        assert_eq!((center_left_padding(3, 6), center_left_padding(2, 5)), (1, 2));
    }
}
