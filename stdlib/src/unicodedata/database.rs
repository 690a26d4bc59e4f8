//! The character database: `database.txt`, which a tool writes, parsed at the first question.

use std::collections::HashMap;
use std::sync::LazyLock;

use taipan_runtime::text::unicode;

/// Which version is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Version {
    Current,
    /// 3.2, for the protocols that were defined with it.
    Old,
}

/// What the current version says of a run of characters.
struct Properties {
    bidirectional: &'static str,
    combining: u8,
    mirrored: bool,
    width: &'static str,
}

/// What version 3.2 says otherwise, by [`Change`]; `=` for the same, `-` for nothing.
type Changes = Vec<&'static str>;

#[derive(Clone, Copy)]
enum Change {
    Category,
    Bidirectional,
    Combining,
    Mirrored,
    Width,
    Decimal,
    Digit,
    Numeric,
}

/// How a character is taken apart.
pub struct Decomposition {
    /// As the database writes it, with the tag of a compatibility decomposition.
    text: &'static str,
    pub canonical: bool,
    pub parts: Vec<u32>,
}

#[derive(Default)]
struct Database {
    /// By the first code point of each run.
    properties: Vec<(u32, Properties)>,
    changes: Vec<(u32, Changes)>,
    decompositions: HashMap<u32, Decomposition>,
    /// Canonical decompositions into two that are undone by composition.
    compositions: HashMap<(u32, u32), u32>,
    /// Canonical decompositions that were wrong in version 3.2.
    corrections: HashMap<u32, u32>,
    sequences: HashMap<&'static str, String>,
}

static DATABASE: LazyLock<Database> = LazyLock::new(|| parse(include_str!("database.txt")));

fn hexadecimal(text: &str) -> u32 {
    u32::from_str_radix(text, 16).unwrap_or_default()
}

fn known(text: &'static str) -> &'static str {
    if text == "-" { "" } else { text }
}

fn parse(text: &'static str) -> Database {
    let mut database = Database::default();
    let mut section = "";
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        match line.strip_prefix('@') {
            Some(name) => section = name,
            None => parse_line(&mut database, section, line),
        }
    }
    database
}

fn parse_line(database: &mut Database, section: &str, line: &'static str) {
    if section == "sequences" {
        let (codes, name) = line.split_once(':').unwrap_or_default();
        let sequence = codes.split(' ').filter_map(|code| char::from_u32(hexadecimal(code))).collect();
        database.sequences.insert(name, sequence);
        return;
    }
    let (code, rest) = line.split_once(' ').unwrap_or_default();
    let code = hexadecimal(code);
    let mut words = rest.split(' ');
    let mut word = || words.next().unwrap_or_default();
    match section {
        "properties" => {
            let properties = Properties {
                bidirectional: known(word()),
                combining: word().parse().unwrap_or_default(),
                mirrored: word() == "1",
                width: word(),
            };
            database.properties.push((code, properties));
        }
        "changes" => database.changes.push((code, rest.split(' ').collect())),
        "corrections" => {
            database.corrections.insert(code, hexadecimal(rest));
        }
        _ => parse_decomposition(database, code, rest),
    }
}

fn parse_decomposition(database: &mut Database, code: u32, rest: &'static str) {
    let text = rest.trim_start_matches('!');
    let canonical = !text.starts_with('<');
    let codes = if canonical { text } else { text.split_once(' ').map_or("", |(_, codes)| codes) };
    let parts: Vec<u32> = codes.split(' ').map(hexadecimal).collect();
    if let (true, true, &[first, second]) = (canonical, text.len() == rest.len(), &parts[..]) {
        database.compositions.insert((first, second), code);
    }
    database.decompositions.insert(code, Decomposition { text, canonical, parts });
}

/// The entry of the run that a code point is in.
fn run<T>(runs: &'static [(u32, T)], code: u32) -> Option<&'static T> {
    let after = runs.partition_point(|(start, _)| *start <= code);
    runs.get(after.checked_sub(1)?).map(|(_, entry)| entry)
}

/// The string that a named sequence stands for.
pub fn sequence(name: &str) -> Option<String> {
    DATABASE.sequences.get(name.to_ascii_uppercase().as_str()).cloned()
}

/// The character that two compose to.
pub fn composition(first: u32, second: u32) -> Option<u32> {
    DATABASE.compositions.get(&(first, second)).copied()
}

/// How a character is taken apart (Hangul syllables, which follow a rule, excluded).
pub fn decomposition(code: u32) -> Option<&'static Decomposition> {
    DATABASE.decompositions.get(&code)
}

/// The canonical decomposition that version 3.2 had instead of the current one.
pub fn correction(code: u32) -> Option<u32> {
    DATABASE.corrections.get(&code).copied()
}

/// A character in a version of the database.
#[derive(Clone, Copy)]
pub struct Character {
    version: Version,
    code: u32,
}

impl Character {
    pub fn new(version: Version, code: u32) -> Character {
        Character { version, code }
    }

    /// What version 3.2 says if it is asked and says something else; `-` for nothing.
    fn change(self, change: Change) -> Option<&'static str> {
        if self.version == Version::Current {
            return None;
        }
        let changed = run(&DATABASE.changes, self.code)?.get(change as usize).copied();
        changed.filter(|text| *text != "=")
    }

    fn properties(self) -> Option<&'static Properties> {
        run(&DATABASE.properties, self.code)
    }

    pub fn category(self) -> &'static str {
        self.change(Change::Category).unwrap_or_else(|| unicode::category(self.code))
    }

    pub fn is_assigned(self) -> bool {
        self.category() != "Cn"
    }

    pub fn bidirectional(self) -> &'static str {
        match self.change(Change::Bidirectional) {
            Some(changed) => known(changed),
            // Version 3.2 knows no class of characters that it doesn't have.
            None => self.properties().map_or("", |properties| properties.bidirectional),
        }
    }

    pub fn combining(self) -> u8 {
        match self.change(Change::Combining) {
            Some(changed) => changed.parse().unwrap_or_default(),
            None => self.properties().map_or(0, |properties| properties.combining),
        }
    }

    pub fn is_mirrored(self) -> bool {
        match self.change(Change::Mirrored) {
            Some(changed) => changed == "1",
            None => self.properties().is_some_and(|properties| properties.mirrored),
        }
    }

    pub fn east_asian_width(self) -> &'static str {
        let width = self.change(Change::Width);
        width.unwrap_or_else(|| self.properties().map_or("N", |properties| properties.width))
    }

    pub fn decimal(self) -> Option<i64> {
        match self.change(Change::Decimal) {
            Some(changed) => changed.parse().ok(),
            None => unicode::decimal_value(self.code).map(i64::from),
        }
    }

    pub fn digit(self) -> Option<i64> {
        match self.change(Change::Digit) {
            Some(changed) => changed.parse().ok(),
            None => unicode::digit_value(self.code).map(i64::from),
        }
    }

    pub fn numeric(self) -> Option<f64> {
        match self.change(Change::Numeric) {
            Some(changed) => changed.parse().ok(),
            None => unicode::numeric_value(self.code),
        }
    }

    pub fn name(self) -> Option<String> {
        if self.version == Version::Old && !self.is_assigned() {
            return None;
        }
        Some(unicode_names2::name(char::from_u32(self.code)?)?.to_string())
    }

    /// The decomposition as the database writes it.
    pub fn decomposition(self) -> String {
        if self.version == Version::Old && !self.is_assigned() {
            return String::new();
        }
        if let Some(parts) = super::normalize::hangul_letters(self.code) {
            let parts: Vec<String> = parts.iter().map(|part| format!("{part:04X}")).collect();
            return parts.join(" ");
        }
        decomposition(self.code).map_or_else(String::new, |found| found.text.to_owned())
    }
}
