//! Text as algorithms over plain slices, with no object in sight: numbers to text and back, the format
//! mini-languages, character properties, searching, and the codecs.
//!
//! A string is seen as [`Characters`]: one, two or four bytes a character (Latin-1, UCS-2, UCS-4), lone
//! surrogates allowed. Results that are text leave through a [`TextBuilder`], which starts narrow and widens when
//! a character asks for it, so that what it hands out is always in the narrowest form that fits. What can
//! go wrong is a [`TextError`]: the kind of Python exception and its message.

pub mod brace_format;
pub mod codecs;
pub mod float_format;
pub mod float_parse;
pub mod float_repr;
pub mod format_spec;
pub mod int_parse;

pub mod percent_format;
pub mod repr;
pub mod search;
pub mod unicode;

/// The characters of a string, as it stores them.
#[derive(Clone, Copy, Debug)]
pub enum Characters<'a> {
    /// Latin-1.
    One(&'a [u8]),
    /// Up to U+FFFF.
    Two(&'a [u16]),
    /// Everything.
    Four(&'a [u32]),
}

impl<'a> Characters<'a> {
    /// The number of characters.
    #[inline]
    pub fn len(self) -> usize {
        match self {
            Characters::One(s) => s.len(),
            Characters::Two(s) => s.len(),
            Characters::Four(s) => s.len(),
        }
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The character at `index`, which must be below `len()`.
    #[inline]
    pub fn get(self, index: usize) -> u32 {
        match self {
            Characters::One(s) => u32::from(s[index]),
            Characters::Two(s) => u32::from(s[index]),
            Characters::Four(s) => s[index],
        }
    }

    /// The character at `index`, if there is one.
    #[inline]
    pub fn at(self, index: usize) -> Option<u32> {
        (index < self.len()).then(|| self.get(index))
    }

    /// The characters from `start` up to `end`.
    #[inline]
    pub fn slice(self, start: usize, end: usize) -> Characters<'a> {
        match self {
            Characters::One(s) => Characters::One(&s[start..end]),
            Characters::Two(s) => Characters::Two(&s[start..end]),
            Characters::Four(s) => Characters::Four(&s[start..end]),
        }
    }

    /// The characters one after the other.
    #[inline]
    pub fn iter(self) -> CharactersIter<'a> {
        CharactersIter { characters: self, front: 0, back: self.len() }
    }

    /// The largest character, 0 when there is none.
    pub fn maximum(self) -> u32 {
        match self {
            Characters::One(s) => u32::from(if s.is_ascii() { 0x7f * u8::from(!s.is_empty()) } else { 0xff }),
            Characters::Two(s) => u32::from(s.iter().fold(0, |all, &c| all | c)),
            Characters::Four(s) => s.iter().fold(0, |all, &c| all | c),
        }
    }

    /// Whether all characters are below U+0080.
    pub fn is_ascii(self) -> bool {
        self.maximum() < 0x80
    }

    /// The characters as a Rust string; lone surrogates become U+FFFD.
    pub fn to_string_lossy(self) -> String {
        self.iter().map(|c| char::from_u32(c).unwrap_or('\u{fffd}')).collect()
    }

    /// Whether the characters are those of `text`, in whatever width.
    pub fn equals_str(self, text: &str) -> bool {
        self.iter().eq(text.chars().map(u32::from))
    }
}

impl<'a> From<&'a [u8]> for Characters<'a> {
    fn from(latin1: &'a [u8]) -> Self {
        Characters::One(latin1)
    }
}

/// Goes through [`Characters`], from either end.
#[derive(Clone)]
pub struct CharactersIter<'a> {
    characters: Characters<'a>,
    front: usize,
    back: usize,
}

impl Iterator for CharactersIter<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.front == self.back {
            return None;
        }
        self.front += 1;
        Some(self.characters.get(self.front - 1))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.back - self.front, Some(self.back - self.front))
    }
}

impl DoubleEndedIterator for CharactersIter<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        if self.front == self.back {
            return None;
        }
        self.back -= 1;
        Some(self.characters.get(self.back))
    }
}

impl ExactSizeIterator for CharactersIter<'_> {}

/// Text that a [`TextBuilder`] has made: always in the narrowest width that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// Latin-1.
    One(Vec<u8>),
    /// At least one character above U+00FF.
    Two(Vec<u16>),
    /// At least one character above U+FFFF.
    Four(Vec<u32>),
}

impl Text {
    /// The characters.
    #[inline]
    pub fn characters(&self) -> Characters<'_> {
        match self {
            Text::One(s) => Characters::One(s),
            Text::Two(s) => Characters::Two(s),
            Text::Four(s) => Characters::Four(s),
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        let mut builder = TextBuilder::new();
        builder.push_str(text);
        builder.finish()
    }
}

/// Collects characters, widening when one needs it.
#[derive(Clone, Debug)]
pub struct TextBuilder {
    text: Text,
}

impl Default for TextBuilder {
    fn default() -> Self {
        TextBuilder::new()
    }
}

impl TextBuilder {
    /// An empty one.
    pub fn new() -> Self {
        TextBuilder { text: Text::One(Vec::new()) }
    }

    /// An empty one with room for `capacity` Latin-1 characters.
    pub fn with_capacity(capacity: usize) -> Self {
        TextBuilder { text: Text::One(Vec::with_capacity(capacity)) }
    }

    /// The number of characters so far.
    pub fn len(&self) -> usize {
        self.text.characters().len()
    }

    /// Whether nothing has been pushed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What has been pushed so far.
    pub fn characters(&self) -> Characters<'_> {
        self.text.characters()
    }

    /// Adds one character (a code point, surrogates included).
    #[inline]
    pub fn push(&mut self, c: u32) {
        match &mut self.text {
            Text::One(s) if c <= 0xff => s.push(c as u8),
            Text::Two(s) if c <= 0xffff => s.push(c as u16),
            Text::Four(s) => s.push(c),
            _ => {
                self.widen(c);
                self.push(c);
            }
        }
    }

    /// Adds the same character `count` times.
    pub fn push_repeated(&mut self, c: u32, count: usize) {
        if count == 0 {
            return;
        }
        self.widen(c);
        match &mut self.text {
            Text::One(s) => s.resize(s.len() + count, c as u8),
            Text::Two(s) => s.resize(s.len() + count, c as u16),
            Text::Four(s) => s.resize(s.len() + count, c),
        }
    }

    /// Adds Latin-1 bytes.
    pub fn push_latin1(&mut self, latin1: &[u8]) {
        match &mut self.text {
            Text::One(s) => s.extend_from_slice(latin1),
            Text::Two(s) => s.extend(latin1.iter().map(|&c| u16::from(c))),
            Text::Four(s) => s.extend(latin1.iter().map(|&c| u32::from(c))),
        }
    }

    /// Adds a Rust string.
    pub fn push_str(&mut self, text: &str) {
        if text.is_ascii() {
            self.push_latin1(text.as_bytes());
        } else {
            text.chars().for_each(|c| self.push(u32::from(c)));
        }
    }

    /// Adds the characters of a string or of a part of one.
    pub fn push_characters(&mut self, characters: Characters) {
        match characters {
            Characters::One(s) => self.push_latin1(s),
            Characters::Two(s) => {
                self.widen(characters.maximum());
                match &mut self.text {
                    Text::One(text) => text.extend(s.iter().map(|&c| c as u8)),
                    Text::Two(text) => text.extend_from_slice(s),
                    Text::Four(text) => text.extend(s.iter().map(|&c| u32::from(c))),
                }
            }
            Characters::Four(s) => {
                self.widen(characters.maximum());
                match &mut self.text {
                    Text::One(text) => text.extend(s.iter().map(|&c| c as u8)),
                    Text::Two(text) => text.extend(s.iter().map(|&c| c as u16)),
                    Text::Four(text) => text.extend_from_slice(s),
                }
            }
        }
    }

    /// The text.
    pub fn finish(self) -> Text {
        self.text
    }

    /// Makes the storage wide enough for `c`.
    fn widen(&mut self, c: u32) {
        if c <= 0xff {
            return;
        }
        match &self.text {
            Text::One(s) if c <= 0xffff => {
                self.text = Text::Two(widened(s, |&c| u16::from(c)));
            }
            Text::One(s) => self.text = Text::Four(widened(s, |&c| u32::from(c))),
            Text::Two(s) if c > 0xffff => self.text = Text::Four(widened(s, |&c| u32::from(c))),
            _ => {}
        }
    }
}

/// A copy in a wider element, with room to grow.
fn widened<A, B>(narrow: &[A], convert: impl Fn(&A) -> B) -> Vec<B> {
    let mut wide = Vec::with_capacity(narrow.len() + narrow.len() / 2 + 8);
    wide.extend(narrow.iter().map(convert));
    wide
}

impl std::fmt::Write for TextBuilder {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

/// Which Python exception a [`TextError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `ValueError`
    Value,
    /// `TypeError`
    Type,
    /// `OverflowError`
    Overflow,
    /// `MemoryError`
    Memory,
    /// `LookupError`
    Lookup,
}

/// A Python exception to be raised: its type and its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    /// The type.
    pub kind: ErrorKind,
    /// The message.
    pub message: String,
}

impl TextError {
    /// A `ValueError`.
    pub fn value(message: impl Into<String>) -> Self {
        TextError { kind: ErrorKind::Value, message: message.into() }
    }

    /// A `TypeError`.
    pub fn type_error(message: impl Into<String>) -> Self {
        TextError { kind: ErrorKind::Type, message: message.into() }
    }

    /// An `OverflowError`.
    pub fn overflow(message: impl Into<String>) -> Self {
        TextError { kind: ErrorKind::Overflow, message: message.into() }
    }
}

/// What most of this module returns.
pub type Result<T> = std::result::Result<T, TextError>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builder_is_as_narrow_as_possible() {
        let mut builder = TextBuilder::new();
        builder.push_characters(Characters::Four(&[0x61, 0xe9]));
        assert_eq!(builder.clone().finish(), Text::One(vec![0x61, 0xe9]));
        builder.push(0x20ac);
        assert_eq!(builder.clone().finish(), Text::Two(vec![0x61, 0xe9, 0x20ac]));
        builder.push_characters(Characters::Two(&[0x20]));
        builder.push(0x1f600);
        assert_eq!(builder.finish(), Text::Four(vec![0x61, 0xe9, 0x20ac, 0x20, 0x1f600]));
    }
}
