//! What a pattern becomes: instructions for the machine, with the tables they refer to.

use super::set::{CharSet, Fold};
use taipan_runtime::text::Characters;

/// A character, as a subject stores it.
pub trait Unit: Copy + Eq + Into<u32> + 'static {
    /// Whether all characters are Latin-1.
    const IS_BYTE: bool;
    /// The first position of `c`.
    fn find(text: &[Self], c: u32) -> Option<usize>;
    /// The last position of `c`.
    fn find_last(text: &[Self], c: u32) -> Option<usize>;
    /// The text as characters.
    fn characters(text: &[Self]) -> Characters<'_>;
    /// The text as bytes, where it is.
    fn as_bytes(text: &[Self]) -> Option<&[u8]>;
}

impl Unit for u8 {
    const IS_BYTE: bool = true;
    #[inline]
    fn find(text: &[u8], c: u32) -> Option<usize> {
        memchr::memchr(u8::try_from(c).ok()?, text)
    }
    #[inline]
    fn find_last(text: &[u8], c: u32) -> Option<usize> {
        memchr::memrchr(u8::try_from(c).ok()?, text)
    }
    fn characters(text: &[u8]) -> Characters<'_> {
        Characters::One(text)
    }
    #[inline]
    fn as_bytes(text: &[u8]) -> Option<&[u8]> {
        Some(text)
    }
}

macro_rules! wide_unit {
    ($unit:ty, $variant:ident) => {
        impl Unit for $unit {
            const IS_BYTE: bool = false;
            #[inline]
            fn find(text: &[Self], c: u32) -> Option<usize> {
                let c = Self::try_from(c).ok()?;
                text.iter().position(|&each| each == c)
            }
            #[inline]
            fn find_last(text: &[Self], c: u32) -> Option<usize> {
                let c = Self::try_from(c).ok()?;
                text.iter().rposition(|&each| each == c)
            }
            fn characters(text: &[Self]) -> Characters<'_> {
                Characters::$variant(text)
            }
            #[inline]
            fn as_bytes(_: &[Self]) -> Option<&[u8]> {
                None
            }
        }
    };
}

wide_unit!(u16, Two);
wide_unit!(u32, Four);

/// Matches one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matcher {
    /// This one.
    Char(u32),
    /// All but this one.
    NotChar(u32),
    /// All but a line feed.
    Any,
    /// All.
    AnyAll,
    /// Those in the set of this number.
    Set(u32),
}

/// Where a position assertion holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// At the beginning.
    Start,
    /// At the beginning or after a line feed.
    LineStart,
    /// At the end or before a line feed there.
    End,
    /// At the end or before a line feed.
    LineEnd,
    /// At the very end.
    TextEnd,
    /// Between a word and what is none: in Unicode or ASCII.
    Boundary(bool),
    /// Not there.
    NotBoundary(bool),
}

/// A part of a pattern that is matched on its own and not gone back into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubKind {
    /// What it matched is matched: `(?>...)`.
    Atomic,
    /// It matches here, or so many characters before.
    Ahead,
    /// It doesn't.
    NotAhead,
}

/// An instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inst {
    /// The pattern has matched.
    Match,
    /// Go back to the last alternative.
    Fail,
    /// One character.
    One(Matcher),
    /// Characters in a row: `literals[start..start + length]`.
    Literal { start: u32, length: u32 },
    /// Remember where we are as this mark.
    Mark(u32),
    /// Assert something about the position.
    At(Position),
    /// Go on there.
    Jump(u32),
    /// If what follows fails, go on at `next`.
    Alternative { next: u32 },
    /// As `Alternative`, and what follows starts with what the matcher matches.
    AlternativeIf { matcher: Matcher, next: u32 },
    /// Repeat one character: `singles[..]`, as often as possible.
    Greedy(u32),
    /// As seldom as possible.
    Lazy(u32),
    /// As often as possible for good.
    Possessive(u32),
    /// Start counting rounds of `repeats[..]`, go on at its end.
    RepeatStart { repeat: u32, until: u32 },
    /// The end of a round that is followed by another if possible.
    MaxUntil(u32),
    /// The end of a round that is followed by another only if what comes after fails.
    MinUntil(u32),
    /// Start a part of its own, which is done at [`Inst::SubEnd`]; then go on at `next`.
    Sub { kind: SubKind, back: u32, next: u32 },
    /// The part of its own has matched.
    SubEnd,
    /// Start the rounds of a possessive repeat.
    RoundsStart(u32),
    /// Another round of a possessive repeat if there may be one, else go on at `next`.
    Rounds { repeat: u32, next: u32 },
    /// What the group has matched, once more.
    GroupRef { group: u32, fold: Fold },
    /// Go on at `otherwise` if the group has not matched.
    GroupExists { group: u32, otherwise: u32 },
}

/// What comes after the repeat of one character has to start with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// Not known.
    Unknown,
    /// A character that the matcher matches.
    StartsWith(Matcher),
}

/// The repeat of one character.
#[derive(Clone, Copy, Debug)]
pub struct Single {
    /// What is repeated.
    pub matcher: Matcher,
    /// At least so often.
    pub min: usize,
    /// At most so often.
    pub max: usize,
    /// How the rest of the pattern starts.
    pub tail: Tail,
    /// Where the rest starts with a character that isn't repeated, fewer repeats can't help: for Latin-1 subjects,
    /// and for all.
    pub exclusive: [bool; 2],
}

/// The repeat of a part.
#[derive(Clone, Copy, Debug)]
pub struct Repeat {
    /// At least so often.
    pub min: usize,
    /// At most so often.
    pub max: usize,
    /// Where the part starts.
    pub body: u32,
}

/// What every match starts with, as far as that is known.
#[derive(Clone, Debug)]
pub struct FirstSet {
    /// The Latin-1 characters among it.
    pub low: Box<[bool; 256]>,
    /// Whether others may be among it.
    pub high: bool,
    /// The characters, when they are Latin-1 and at most three.
    pub few: Vec<u8>,
}

/// A pattern's instructions.
#[derive(Debug, Default)]
pub struct Program {
    /// The instructions; the first is at 0.
    pub code: Vec<Inst>,
    /// The sets.
    pub sets: Vec<CharSet>,
    /// The characters of [`Inst::Literal`].
    pub literals: Vec<u32>,
    /// The repeats of one character.
    pub singles: Vec<Single>,
    /// The repeats of parts.
    pub repeats: Vec<Repeat>,
    /// No match is shorter.
    pub min_width: usize,
    /// Every match starts with this literal.
    pub prefix: Vec<u32>,
    /// Every match is this literal, and the pattern has no groups.
    pub is_literal: bool,
    /// What every match starts with, if there is no prefix.
    pub first: Option<FirstSet>,
    /// Whether a match can only be at the beginning of the subject.
    pub anchored: bool,
}

impl Program {
    /// Whether the matcher matches the character.
    #[inline(always)]
    pub fn matches(&self, matcher: Matcher, c: u32) -> bool {
        match matcher {
            Matcher::Char(own) => c == own,
            Matcher::NotChar(own) => c != own,
            Matcher::Any => c != 0x0a,
            Matcher::AnyAll => true,
            Matcher::Set(set) => self.sets[set as usize].contains(c),
        }
    }

    /// Whether no character is matched by both: among Latin-1, and among all.
    pub fn are_disjoint(&self, a: Matcher, b: Matcher) -> [bool; 2] {
        let low = (0..256).all(|c| !(self.matches(a, c) && self.matches(b, c)));
        let none_high = |matcher| match matcher {
            Matcher::Char(c) => c < 256,
            Matcher::Set(set) => self.sets[set as usize].high == Some(false),
            _ => false,
        };
        let single_high = |one, other| matches!(one, Matcher::Char(c) if c >= 256 && !self.matches(other, c));
        let all = low && (none_high(a) || none_high(b) || single_high(a, b) || single_high(b, a));
        [low, all]
    }
}
