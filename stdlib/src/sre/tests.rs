//! The engine against CPython: code words and spans in `testdata/cases.txt`, written by `tools/sre_cases.py`.

use super::*;
use taipan_runtime::text::{Text, TextBuilder};

/// Text in which `\{hex}` stands for a character.
fn unescape(escaped: &str) -> Text {
    let mut out = TextBuilder::new();
    let mut rest = escaped;
    while let Some((before, after)) = rest.split_once("\\{") {
        out.push_str(before);
        let (code, after) = after.split_once('}').unwrap();
        out.push(u32::from_str_radix(code, 16).unwrap());
        rest = after;
    }
    out.push_str(rest);
    out.finish()
}

/// The match as the cases show it: spans, `-` for a group that took no part, and the last group.
fn shown(found: bool, scratch: &Scratch, groups: usize) -> String {
    if !found {
        return "none".into();
    }
    let mut out = format!("{},{}", scratch.start, scratch.end);
    for group in 0..groups {
        match scratch.group(group) {
            Some((start, end)) => out += &format!(" {start},{end}"),
            None => out += " -",
        }
    }
    out + &format!(" {}", scratch.last_index)
}

fn run_cases(cases: &str) -> usize {
    let mut pattern = None;
    let (mut shown_pattern, mut count) = ("", 0);
    let mut scratch = Scratch::default();
    for line in cases.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields[..] {
            ["P", groups, code, source] => {
                let code: Vec<u32> = code.split(' ').map(|word| word.parse().unwrap()).collect();
                let compiled = Pattern::new(&code, groups.parse().unwrap());
                pattern = Some(compiled.unwrap_or_else(|_| panic!("invalid code: {source}")));
                shown_pattern = source;
            }
            [mode, start, subject, expected] => {
                let pattern = pattern.as_ref().unwrap();
                let text = unescape(subject);
                let (mode, must_advance) = match mode {
                    "m" => (Mode::Match, false),
                    "f" => (Mode::FullMatch, false),
                    "a" => (Mode::Search, true),
                    _ => (Mode::Search, false),
                };
                let start = start.parse().unwrap();
                let found =
                    pattern.find(text.characters(), start, mode, must_advance, &mut scratch, &mut || true);
                let got = shown(found.unwrap(), &scratch, pattern.groups());
                assert_eq!(got, expected, "{shown_pattern} on {subject} from {start}, {mode:?}");
                count += 1;
            }
            _ => panic!("{line}"),
        }
    }
    count
}

#[test]
fn as_in_cpython() {
    assert!(run_cases(include_str!("testdata/cases.txt")) > 1000);
}

/// Cases from a file named by `SRE_CASES`, to compare more than is kept here.
#[test]
#[ignore = "needs a file of cases"]
fn cases_of_file() {
    let path = std::env::var("SRE_CASES").expect("SRE_CASES names a file");
    run_cases(&std::fs::read_to_string(path).unwrap());
}

/// Random words are refused or run, and nothing else.
#[test]
fn damaged_code_is_harmless() {
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    let cases = include_str!("testdata/cases.txt");
    let codes: Vec<(u32, Vec<u32>)> = cases
        .lines()
        .filter_map(|line| line.strip_prefix("P\t"))
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            (fields[0].parse().unwrap(), fields[1].split(' ').map(|word| word.parse().unwrap()).collect())
        })
        .collect();
    let mut scratch = Scratch::default();
    for _ in 0..20_000 {
        let (groups, mut code) = codes[random() as usize % codes.len()].clone();
        for _ in 0..1 + random() % 3 {
            let at = random() as usize % code.len();
            code[at] = match random() % 4 {
                0 => random() as u32,
                1 => u32::MAX,
                _ => (random() % 45) as u32,
            };
        }
        let Ok(pattern) = Pattern::new(&code, groups) else {
            continue;
        };
        let mut checks = 0;
        let mut check = || {
            checks += 1;
            checks < 2
        };
        let subject = Characters::One(b"aab bcc\n\xff1_x aaaa");
        let _ = pattern.find(subject, 0, Mode::Search, false, &mut scratch, &mut check);
    }
}
