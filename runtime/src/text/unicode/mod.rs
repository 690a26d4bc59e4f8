//! What Python knows about characters: the properties behind `str.isalpha()` and its like, case mappings, and the
//! values of digits. A code point leads through a two-stage index to one of a few hundred distinct
//! [`Record`]s (`tables.rs`, generated); ASCII takes a shorter way where it pays.

mod tables;

use super::{Characters, TextBuilder};
pub use tables::{CATEGORIES, UNICODE_VERSION};

/// Everything that the table knows about one character.
pub struct Record {
    flags: u16,
    upper: i32,
    lower: i32,
    title: i32,
    fold: i32,
    simple_lower: i32,
    decimal: u8,
    digit: u8,
    category: u8,
}

impl Record {
    #[allow(clippy::too_many_arguments, reason = "a row of the generated table")]
    const fn new(
        flags: u16,
        upper: i32,
        lower: i32,
        title: i32,
        fold: i32,
        simple_lower: i32,
        decimal: u8,
        digit: u8,
        category: u8,
    ) -> Self {
        Record { flags, upper, lower, title, fold, simple_lower, decimal, digit, category }
    }
}

/// The record of a code point; of an unassigned one when it is out of range.
#[inline]
fn record(c: u32) -> &'static Record {
    let c = if c < 0x110000 { c } else { 0x10ffff };
    let block = usize::from(tables::FIRST[(c >> tables::SHIFT) as usize]);
    let within = (c & ((1 << tables::SHIFT) - 1)) as usize;
    &tables::RECORDS[usize::from(tables::SECOND[(block << tables::SHIFT) + within])]
}

macro_rules! properties {
    ($($(#[$doc:meta])* $name:ident = $flag:ident;)*) => {
        $($(#[$doc])* #[inline] pub fn $name(c: u32) -> bool { record(c).flags & tables::$flag != 0 })*
    };
}

properties! {
    /// A letter (general categories Lu, Ll, Lt, Lm, Lo).
    is_alpha = ALPHA;
    /// Has a decimal value: usable in `int("...")`.
    is_decimal = DECIMAL;
    /// Has a digit value.
    is_digit = DIGIT;
    /// Has a numeric value.
    is_numeric = NUMERIC;
    /// White space to `str.isspace()`, `str.split()` and `str.strip()`.
    is_space = SPACE;
    /// Shown as it is by `repr()`.
    is_printable = PRINTABLE;
    /// Has the Uppercase property.
    is_upper = UPPER;
    /// Has the Lowercase property.
    is_lower = LOWER;
    /// Has general category Lt.
    is_title = TITLE;
    /// Upper, lower or title case.
    is_cased = CASED;
    /// Skipped when the context of a capital sigma is looked at.
    is_case_ignorable = CASE_IGNORABLE;
    /// May start an identifier (the underscore included).
    is_identifier_start = XID_START;
    /// May continue an identifier.
    is_identifier_continue = XID_CONTINUE;
    /// Differs from its simple lower or upper case: whether ignoring case concerns it.
    has_case_variants = CASE_VARIANTS;
}

/// What `str.isalnum()` asks.
#[inline]
pub fn is_alphanumeric(c: u32) -> bool {
    record(c).flags & (tables::ALPHA | tables::DECIMAL | tables::DIGIT | tables::NUMERIC) != 0
}

/// The name of the general category.
pub fn category(c: u32) -> &'static str {
    CATEGORIES[usize::from(record(c).category)]
}

/// The value of a decimal digit.
#[inline]
pub fn decimal_value(c: u32) -> Option<u8> {
    if c < 0x80 {
        return (0x30..=0x39).contains(&c).then_some((c as u8).wrapping_sub(b'0'));
    }
    Some(record(c).decimal).filter(|&value| value != 255)
}

/// The value of a digit (superscripts and the like included).
pub fn digit_value(c: u32) -> Option<u8> {
    Some(record(c).digit).filter(|&value| value != 255)
}

/// The numeric value.
pub fn numeric_value(c: u32) -> Option<f64> {
    let record = record(c);
    if record.digit != 255 {
        return Some(f64::from(record.digit));
    }
    if record.flags & tables::NUMERIC == 0 {
        return None;
    }
    let at = tables::NUMERIC_VALUES.binary_search_by_key(&c, |entry| entry.0).ok()?;
    Some(tables::NUMERIC_VALUES[at].1)
}

/// The simple lower-case mapping: always one character (what `_sre` compares by).
#[inline]
pub fn simple_lower(c: u32) -> u32 {
    if c < 0x80 {
        return u32::from((c as u8).to_ascii_lowercase());
    }
    c.wrapping_add_signed(record(c).simple_lower)
}

/// The four full forms of a character for which one delta is not enough.
fn full_cases(c: u32) -> Option<&'static [&'static [u32]; 4]> {
    let at = tables::FULL_CASES.binary_search_by_key(&c, |entry| entry.0).ok()?;
    Some(&tables::FULL_CASES[at].1)
}

/// The four case mappings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mapping {
    Upper = 0,
    Lower = 1,
    Title = 2,
    Fold = 3,
}

/// Adds the full mapping of one character.
#[inline]
fn push_mapped(builder: &mut TextBuilder, c: u32, mapping: Mapping) {
    let record = record(c);
    if record.flags & tables::FULL_CASE != 0
        && let Some(forms) = full_cases(c)
    {
        forms[mapping as usize].iter().for_each(|&c| builder.push(c));
        return;
    }
    let delta = match mapping {
        Mapping::Upper => record.upper,
        Mapping::Lower => record.lower,
        Mapping::Title => record.title,
        Mapping::Fold => record.fold,
    };
    builder.push(c.wrapping_add_signed(delta));
}

const CAPITAL_SIGMA: u32 = 0x3a3;
const SMALL_SIGMA: u32 = 0x3c3;
const SMALL_FINAL_SIGMA: u32 = 0x3c2;

/// Adds the lower-case form of the character at `index`, which for a capital sigma depends on its neighbours.
#[inline]
fn push_lower(builder: &mut TextBuilder, text: Characters, index: usize) {
    match text.get(index) {
        CAPITAL_SIGMA => {
            let is_final = is_final_sigma(text, index);
            builder.push(if is_final { SMALL_FINAL_SIGMA } else { SMALL_SIGMA });
        }
        c => push_mapped(builder, c, Mapping::Lower),
    }
}

/// Whether a sigma at `index` ends a word: a cased character before it and none after it.
fn is_final_sigma(text: Characters, index: usize) -> bool {
    let before = (0..index).rev().map(|i| text.get(i)).find(|&c| !is_case_ignorable(c));
    let after = (index + 1..text.len()).map(|i| text.get(i)).find(|&c| !is_case_ignorable(c));
    before.is_some_and(is_cased) && !after.is_some_and(is_cased)
}

/// Adds what `str.upper()` makes of the text.
pub fn upper(text: Characters, builder: &mut TextBuilder) {
    if let Some(ascii) = as_ascii(text) {
        return builder.push_latin1(&ascii.to_ascii_uppercase());
    }
    text.iter().for_each(|c| push_mapped(builder, c, Mapping::Upper));
}

/// Adds what `str.lower()` makes of the text.
pub fn lower(text: Characters, builder: &mut TextBuilder) {
    if let Some(ascii) = as_ascii(text) {
        return builder.push_latin1(&ascii.to_ascii_lowercase());
    }
    (0..text.len()).for_each(|index| push_lower(builder, text, index));
}

/// Adds what `str.casefold()` makes of the text.
pub fn casefold(text: Characters, builder: &mut TextBuilder) {
    if let Some(ascii) = as_ascii(text) {
        return builder.push_latin1(&ascii.to_ascii_lowercase());
    }
    text.iter().for_each(|c| push_mapped(builder, c, Mapping::Fold));
}

/// Adds what `str.title()` makes of the text.
pub fn title(text: Characters, builder: &mut TextBuilder) {
    let mut previous_is_cased = false;
    for index in 0..text.len() {
        let c = text.get(index);
        if previous_is_cased {
            push_lower(builder, text, index);
        } else {
            push_mapped(builder, c, Mapping::Title);
        }
        previous_is_cased = is_cased(c);
    }
}

/// Adds what `str.capitalize()` makes of the text.
pub fn capitalize(text: Characters, builder: &mut TextBuilder) {
    if text.is_empty() {
        return;
    }
    push_mapped(builder, text.get(0), Mapping::Title);
    (1..text.len()).for_each(|index| push_lower(builder, text, index));
}

/// Adds what `str.swapcase()` makes of the text.
pub fn swapcase(text: Characters, builder: &mut TextBuilder) {
    for index in 0..text.len() {
        let c = text.get(index);
        if is_upper(c) {
            push_lower(builder, text, index);
        } else if is_lower(c) {
            push_mapped(builder, c, Mapping::Upper);
        } else {
            builder.push(c);
        }
    }
}

/// The bytes of a text that is ASCII and stored as such.
#[inline]
fn as_ascii(text: Characters<'_>) -> Option<&[u8]> {
    match text {
        Characters::One(s) if s.is_ascii() => Some(s),
        _ => None,
    }
}

/// `str.isupper()`: at least one cased character and none in lower or title case.
pub fn is_upper_text(text: Characters) -> bool {
    let mut cased = false;
    for c in text.iter() {
        if is_lower(c) || is_title(c) {
            return false;
        }
        cased |= is_upper(c);
    }
    cased
}

/// `str.islower()`: at least one cased character and none in upper or title case.
pub fn is_lower_text(text: Characters) -> bool {
    let mut cased = false;
    for c in text.iter() {
        if is_upper(c) || is_title(c) {
            return false;
        }
        cased |= is_lower(c);
    }
    cased
}

/// `str.istitle()`: words start in upper or title case, and go on in lower case.
pub fn is_title_text(text: Characters) -> bool {
    let (mut cased, mut previous_is_cased) = (false, false);
    for c in text.iter() {
        if is_upper(c) || is_title(c) {
            if previous_is_cased {
                return false;
            }
            (cased, previous_is_cased) = (true, true);
        } else if is_lower(c) {
            if !previous_is_cased {
                return false;
            }
            (cased, previous_is_cased) = (true, true);
        } else {
            previous_is_cased = false;
        }
    }
    cased
}

/// `str.isidentifier()`.
pub fn is_identifier(text: Characters) -> bool {
    let mut characters = text.iter();
    characters.next().is_some_and(is_identifier_start) && characters.all(is_identifier_continue)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped(text: &str, map: fn(Characters, &mut TextBuilder)) -> String {
        let mut builder = TextBuilder::new();
        map(crate::text::Text::from(text).characters(), &mut builder);
        builder.finish().characters().to_string_lossy()
    }

    #[test]
    fn case_mappings_with_context() {
        assert_eq!(mapped("ΑΣ Σ ΑΣΑ", lower), "ας σ ασα");
        assert_eq!(mapped("straße", upper), "STRASSE");
        assert_eq!(mapped("ǆungla o'neil", title), "ǅungla O'Neil");
        assert_eq!(mapped("ﬁn", capitalize), "Fin");
        assert_eq!(mapped("Straße İ", swapcase), "sTRASSE i̇");
        assert_eq!(mapped("Straße", casefold), "strasse");
    }

    /// FNV-1a over one property of every code point; the expected sums come from CPython 3.14.
    fn digest(property: impl Fn(u32) -> u32) -> u64 {
        let mut sum = 0xcbf2_9ce4_8422_2325_u64;
        for c in 0..0x110000 {
            sum = (sum ^ u64::from(property(c))).wrapping_mul(0x100_0000_01b3);
        }
        sum
    }

    #[test]
    fn every_code_point_as_in_cpython() {
        let flags: [fn(u32) -> bool; 10] = [
            is_alpha,
            is_decimal,
            is_digit,
            is_numeric,
            is_space,
            is_printable,
            is_upper,
            is_lower,
            is_identifier_start,
            is_identifier_continue,
        ];
        let all = |c| flags.iter().enumerate().map(|(bit, flag)| u32::from(flag(c)) << bit).sum();
        assert_eq!(digest(all), FLAGS_DIGEST);
        assert_eq!(digest(simple_lower), SIMPLE_LOWER_DIGEST);
        assert_eq!(digest(|c| u32::from(has_case_variants(c))), CASED_DIGEST);
        let maps: [fn(Characters, &mut TextBuilder); 6] =
            [upper, lower, title, casefold, swapcase, capitalize];
        for (map, expected) in maps.into_iter().zip(MAPPING_DIGESTS) {
            let sum = |c| {
                let mut builder = TextBuilder::new();
                map(Characters::Four(&[c]), &mut builder);
                let text = builder.finish();
                text.characters().iter().fold(7, |sum: u32, c| sum.wrapping_mul(31).wrapping_add(c))
            };
            assert_eq!(digest(sum), expected);
        }
        let category_sum = |c| category(c).bytes().fold(0, |sum, b| sum * 256 + u32::from(b));
        assert_eq!(digest(category_sum), CATEGORY_DIGEST);
        let numeric = |c| numeric_value(c).map_or(1, |v| (v.to_bits() >> 32) as u32);
        assert_eq!(digest(numeric), NUMERIC_DIGEST);
    }

    const FLAGS_DIGEST: u64 = 0xa336_5235_ade6_de31;
    const SIMPLE_LOWER_DIGEST: u64 = 0x760a_45dd_4c5b_52f2;
    const CASED_DIGEST: u64 = 0x4571_6a5d_3f96_57a6;
    const MAPPING_DIGESTS: [u64; 6] = [
        0x3e7a_a345_006d_3ceb,
        0x1365_1133_79ee_d747,
        0x6502_1cd1_2248_8f3f,
        0x3f71_2cba_e9c7_ce4e,
        0x04cf_0384_65fa_a9b4,
        0x6502_1cd1_2248_8f3f,
    ];
    const CATEGORY_DIGEST: u64 = 0x95d0_b631_2f7b_8b68;
    const NUMERIC_DIGEST: u64 = 0x8d39_686f_fddb_ad0e;
}
