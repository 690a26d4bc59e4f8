//! Normal forms: decomposition, canonical order, composition.

use super::database::{Character, Version, composition, correction, decomposition};

/// A normal form.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Compatibility decompositions are applied too.
    pub compatible: bool,
    pub composed: bool,
}

// Hangul syllables follow from their number.
const SYLLABLES: u32 = 0xAC00;
const LEADING: u32 = 0x1100;
const VOWELS: u32 = 0x1161;
const TRAILING: u32 = 0x11A7;
const LEADING_COUNT: u32 = 19;
const VOWEL_COUNT: u32 = 21;
const TRAILING_COUNT: u32 = 28;
const SYLLABLE_COUNT: u32 = LEADING_COUNT * VOWEL_COUNT * TRAILING_COUNT;

fn syllable_index(code: u32) -> Option<u32> {
    code.checked_sub(SYLLABLES).filter(|index| *index < SYLLABLE_COUNT)
}

/// The letters of a Hangul syllable.
fn letters(code: u32) -> Option<[u32; 3]> {
    let index = syllable_index(code)?;
    let leading = LEADING + index / (VOWEL_COUNT * TRAILING_COUNT);
    let vowel = VOWELS + index % (VOWEL_COUNT * TRAILING_COUNT) / TRAILING_COUNT;
    Some([leading, vowel, TRAILING + index % TRAILING_COUNT])
}

/// The two or three letters of a Hangul syllable.
pub fn hangul_letters(code: u32) -> Option<Vec<u32>> {
    let mut letters = letters(code)?.to_vec();
    letters.retain(|letter| *letter != TRAILING);
    Some(letters)
}

/// The string in a normal form. Version 3.2 leaves characters alone that it doesn't have.
pub fn normalize(points: &[u32], form: Form, version: Version) -> Vec<u32> {
    let mut normal = decompose(points, form, version);
    order(&mut normal);
    if form.composed { compose(&normal) } else { normal }
}

fn decompose(points: &[u32], form: Form, version: Version) -> Vec<u32> {
    let mut out = Vec::with_capacity(points.len());
    // What is still to be looked at, the next one last.
    let mut rest: Vec<u32> = points.iter().rev().copied().collect();
    while let Some(code) = rest.pop() {
        if let Some([leading, vowel, trailing]) = letters(code) {
            out.extend([leading, vowel]);
            if trailing != TRAILING {
                out.push(trailing);
            }
            continue;
        }
        if version == Version::Old {
            if let Some(corrected) = correction(code) {
                rest.push(corrected);
                continue;
            }
            if !Character::new(version, code).is_assigned() {
                out.push(code);
                continue;
            }
        }
        match decomposition(code).filter(|found| found.canonical || form.compatible) {
            Some(found) => rest.extend(found.parts.iter().rev()),
            None => out.push(code),
        }
    }
    out
}

/// The class by which characters are ordered: that of the current version, also for the forms of version 3.2.
fn class(code: u32) -> u8 {
    Character::new(Version::Current, code).combining()
}

/// Sorts each run of combining characters by class.
fn order(points: &mut [u32]) {
    let mut at = 0;
    while at < points.len() {
        if class(points[at]) == 0 {
            at += 1;
            continue;
        }
        let length = points[at..].iter().take_while(|&&code| class(code) != 0).count();
        points[at..at + length].sort_by_key(|&code| class(code));
        at += length;
    }
}

fn compose_hangul(first: u32, second: u32) -> Option<u32> {
    if let Some(leading) = first.checked_sub(LEADING).filter(|index| *index < LEADING_COUNT) {
        let vowel = second.checked_sub(VOWELS).filter(|index| *index < VOWEL_COUNT)?;
        return Some(SYLLABLES + (leading * VOWEL_COUNT + vowel) * TRAILING_COUNT);
    }
    let index = syllable_index(first).filter(|index| index.is_multiple_of(TRAILING_COUNT))?;
    let trailing = second.checked_sub(TRAILING).filter(|index| (1..TRAILING_COUNT).contains(index))?;
    Some(SYLLABLES + index + trailing)
}

/// Puts starters together with what follows them and isn't blocked.
fn compose(points: &[u32]) -> Vec<u32> {
    let mut out: Vec<u32> = Vec::with_capacity(points.len());
    let mut starter: Option<usize> = None;
    // The class of the last character kept behind the starter; none if nothing is in between.
    let mut last: Option<u8> = None;
    for &code in points {
        let class = self::class(code);
        let is_blocked = last.is_some_and(|last| last == 0 || last >= class);
        let composed = starter
            .filter(|_| !is_blocked)
            .and_then(|at| compose_hangul(out[at], code).or_else(|| composition(out[at], code)));
        match (composed, starter) {
            (Some(composed), Some(at)) => out[at] = composed,
            _ => {
                if class == 0 {
                    starter = Some(out.len());
                    last = None;
                } else {
                    last = Some(class);
                }
                out.push(code);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const NFC: Form = Form { compatible: false, composed: true };
    const NFD: Form = Form { compatible: false, composed: false };
    const NFKD: Form = Form { compatible: true, composed: false };

    #[test]
    fn forms() {
        let now = Version::Current;
        assert_eq!(normalize(&[0xE9], NFD, now), [0x65, 0x301]);
        assert_eq!(normalize(&[0x65, 0x301], NFC, now), [0xE9]);
        assert_eq!(normalize(&[0xAC01], NFD, now), [0x1100, 0x1161, 0x11A8]);
        assert_eq!(normalize(&[0x1100, 0x1161, 0x11A8], NFC, now), [0xAC01]);
        assert_eq!(normalize(&[0xBD], NFKD, now), [0x31, 0x2044, 0x32]);
        // Order comes before composition; equal classes block.
        assert_eq!(normalize(&[0x61, 0x323, 0x302], NFC, now), normalize(&[0x61, 0x302, 0x323], NFC, now));
        assert_eq!(normalize(&[0x61, 0x300, 0x301], NFC, now), [0xE0, 0x301]);
    }

    #[test]
    fn version_3_2_is_corrected() {
        assert_eq!(normalize(&[0x2F868], NFD, Version::Old), [0x2136A]);
        assert_eq!(normalize(&[0x2F868], NFD, Version::Current), [0x36FC]);
    }
}
