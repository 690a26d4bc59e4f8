//! Sets of characters: a table for Latin-1, and for the rest either one answer or the set's own program.

use super::opcodes::*;
use taipan_runtime::text::{Characters, TextBuilder, search, unicode};

/// How a character is changed before it is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// Not at all.
    None,
    /// Its ASCII lower case.
    Ascii,
    /// Its simple lower case.
    Unicode,
    /// Its lower and its upper case in the locale, either of which may be in the set.
    Locale,
}

impl Fold {
    /// The character as it is compared (for the locale: its lower case).
    #[inline]
    pub fn apply(self, c: u32) -> u32 {
        match self {
            Fold::None => c,
            Fold::Ascii | Fold::Locale => lower_ascii(c),
            Fold::Unicode => unicode::simple_lower(c),
        }
    }
}

/// The lower case of ASCII letters. Locales are treated as agreeing with ASCII, which UTF-8 and C locales do.
#[inline]
pub fn lower_ascii(c: u32) -> u32 {
    if c < 128 { u32::from((c as u8).to_ascii_lowercase()) } else { c }
}

fn upper_ascii(c: u32) -> u32 {
    if c < 128 { u32::from((c as u8).to_ascii_uppercase()) } else { c }
}

/// The upper case where that is one character.
fn upper_unicode(c: u32) -> u32 {
    let mut out = TextBuilder::new();
    unicode::upper(Characters::Four(&[c]), &mut out);
    if out.len() == 1 { out.characters().get(0) } else { c }
}

/// Whether `c` is part of a word.
#[inline]
pub fn is_word(c: u32, in_unicode: bool) -> bool {
    if c < 128 {
        return c == 0x5f || (c as u8).is_ascii_alphanumeric();
    }
    in_unicode && unicode::is_alphanumeric(c)
}

/// Whether `c` belongs to a category; none if there is no such category.
pub fn category(code: u32, c: u32) -> Option<bool> {
    let is_ascii_space = matches!(c, 0x20 | 0x09..=0x0d);
    let is_ascii_digit = (0x30..=0x39).contains(&c);
    Some(match code {
        CATEGORY_DIGIT => is_ascii_digit,
        CATEGORY_NOT_DIGIT => !is_ascii_digit,
        CATEGORY_SPACE => is_ascii_space,
        CATEGORY_NOT_SPACE => !is_ascii_space,
        CATEGORY_WORD | CATEGORY_LOC_WORD => is_word(c, false),
        CATEGORY_NOT_WORD | CATEGORY_LOC_NOT_WORD => !is_word(c, false),
        CATEGORY_LINEBREAK => c == 0x0a,
        CATEGORY_NOT_LINEBREAK => c != 0x0a,
        CATEGORY_UNI_DIGIT => unicode::is_decimal(c),
        CATEGORY_UNI_NOT_DIGIT => !unicode::is_decimal(c),
        CATEGORY_UNI_SPACE => unicode::is_space(c),
        CATEGORY_UNI_NOT_SPACE => !unicode::is_space(c),
        CATEGORY_UNI_WORD => is_word(c, true),
        CATEGORY_UNI_NOT_WORD => !is_word(c, true),
        CATEGORY_UNI_LINEBREAK => search::is_line_break(c),
        CATEGORY_UNI_NOT_LINEBREAK => !search::is_line_break(c),
        _ => return None,
    })
}

/// One step of a set's program.
#[derive(Clone, Debug)]
pub enum Item {
    /// The following steps take characters out of the set rather than into it.
    Negate,
    /// A character.
    Literal(u32),
    /// Characters from the first to the last.
    Range(u32, u32),
    /// As `Range`, or the upper case is between them.
    RangeIgnore(u32, u32),
    /// A category.
    Category(u32),
    /// A bit for each Latin-1 character.
    Bits([u32; 8]),
    /// Blocks of 256 bits, and which block each 256 characters below U+10000 use.
    Big(Box<([u8; 256], Vec<u32>)>),
}

/// What is known of an item's answer for all characters above U+00FF.
enum HighAnswer {
    Never,
    Always,
    Depends,
}

impl Item {
    fn contains(&self, c: u32) -> bool {
        let bit =
            |words: &[u32], at: usize| words.get(at / 32).is_some_and(|word| word >> (at % 32) & 1 == 1);
        match self {
            Item::Negate => false,
            Item::Literal(own) => c == *own,
            Item::Range(first, last) => (*first..=*last).contains(&c),
            Item::RangeIgnore(first, last) => {
                (*first..=*last).contains(&c) || (*first..=*last).contains(&upper_unicode(c))
            }
            Item::Category(code) => category(*code, c).unwrap_or(false),
            Item::Bits(words) => c < 256 && bit(words, c as usize),
            Item::Big(big) => {
                c < 0x10000 && bit(&big.1, usize::from(big.0[(c >> 8) as usize]) * 256 + (c as usize & 255))
            }
        }
    }

    fn high_answer(&self) -> HighAnswer {
        match self {
            Item::Negate | Item::Bits(_) => HighAnswer::Never,
            Item::Literal(c) if *c < 256 => HighAnswer::Never,
            Item::Range(_, last) if *last < 256 => HighAnswer::Never,
            Item::Range(first, last) if *first <= 256 && *last >= 0x10ffff => HighAnswer::Always,
            Item::Category(code) if *code < CATEGORY_UNI_DIGIT => {
                if category(*code, 0x100) == Some(true) {
                    HighAnswer::Always
                } else {
                    HighAnswer::Never
                }
            }
            _ => HighAnswer::Depends,
        }
    }
}

/// A set of characters.
#[derive(Clone, Debug)]
pub struct CharSet {
    /// The Latin-1 members.
    pub low: [bool; 256],
    /// The answer for all others, if it is the same.
    pub high: Option<bool>,
    items: Vec<Item>,
    fold: Fold,
}

impl CharSet {
    /// The set of characters that the program accepts once they are folded.
    pub fn new(items: Vec<Item>, fold: Fold) -> Self {
        let mut set = CharSet { low: [false; 256], high: None, items, fold };
        for c in 0..256 {
            set.low[c as usize] = set.folded_contains(c);
        }
        set.high = set.constant_high();
        set
    }

    /// The characters of a category.
    pub fn of_category(code: u32) -> Self {
        CharSet::new(vec![Item::Category(code)], Fold::None)
    }

    /// The characters that are `literal` once folded, or all others if `negate`.
    pub fn of_literal(literal: u32, fold: Fold, negate: bool) -> Self {
        let mut items = vec![Item::Literal(literal)];
        if negate {
            items.insert(0, Item::Negate);
        }
        if negate && fold == Fold::Locale {
            // Any of the forms is excluded, where a set would be satisfied by one that isn't.
            items.extend([lower_ascii(literal), upper_ascii(literal)].map(Item::Literal));
            return CharSet::new(items, Fold::None);
        }
        CharSet::new(items, fold)
    }

    /// Whether `c` is a member.
    #[inline]
    pub fn contains(&self, c: u32) -> bool {
        if c < 256 {
            return self.low[c as usize];
        }
        match self.high {
            Some(answer) => answer,
            None => self.folded_contains(c),
        }
    }

    fn folded_contains(&self, c: u32) -> bool {
        match self.fold {
            Fold::None => self.run(c),
            Fold::Locale => self.run(lower_ascii(c)) || self.run(upper_ascii(c)),
            fold => self.run(fold.apply(c)),
        }
    }

    fn run(&self, c: u32) -> bool {
        let mut answer = true;
        for item in &self.items {
            if let Item::Negate = item {
                answer = !answer;
            } else if item.contains(c) {
                return answer;
            }
        }
        !answer
    }

    fn constant_high(&self) -> Option<bool> {
        if self.fold == Fold::Unicode {
            return None;
        }
        let mut answer = true;
        for item in &self.items {
            if let Item::Negate = item {
                answer = !answer;
                continue;
            }
            match item.high_answer() {
                HighAnswer::Never => {}
                HighAnswer::Always => return Some(answer),
                HighAnswer::Depends => return None,
            }
        }
        Some(!answer)
    }
}
