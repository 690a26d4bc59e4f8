//! Characters by their Unicode names.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// Formal aliases and the abbreviations of control characters, which a tool writes.
static ALIASES: LazyLock<FxHashMap<&str, char>> = LazyLock::new(|| {
    let lines = include_str!("character_aliases.txt").lines();
    let entry = |line: &'static str| {
        let (code, name) = line.split_once(' ')?;
        Some((name, char::from_u32(u32::from_str_radix(code, 16).ok()?)?))
    };
    lines.filter_map(entry).collect()
});

/// The character with this name or alias; only case doesn't matter.
pub fn character_of_name(name: &str) -> Option<char> {
    let name = name.to_ascii_uppercase();
    if let Some(&character) = ALIASES.get(name.as_str()) {
        return Some(character);
    }
    // The search doesn't mind blanks and hyphens, Python does.
    let character = unicode_names2::character(&name)?;
    unicode_names2::name(character).is_some_and(|own| own.to_string() == name).then_some(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_exact() {
        assert_eq!(character_of_name("latin small letter a"), Some('a'));
        assert_eq!(character_of_name("LATIN-SMALL LETTER A"), None);
        assert_eq!(character_of_name("Line Feed"), Some('\n'));
        assert_eq!(character_of_name("HANGUL SYLLABLE GA"), Some('\u{AC00}'));
        assert_eq!(character_of_name("HANGUL JUNGSEONG O-E"), Some('\u{1180}'));
    }
}
