//! JSON strings: reading them with their escapes, and writing them.

use taipan_runtime::prelude::*;
use taipan_runtime::text::{Characters, TextBuilder};

const QUOTE: u32 = b'"' as u32;
const BACKSLASH: u32 = b'\\' as u32;

/// `json.decoder.JSONDecodeError(message, text, position)`
#[cold]
pub fn decode_error(thread: &mut Thread, message: &str, text: Gc<Str>, position: i64) -> Raised {
    let make = |thread: &mut Thread| {
        let class = taipan_runtime::import::import_attribute(thread, "json.decoder", "JSONDecodeError")?;
        thread.call(class, &[Str::new(message).value(), text.value(), Value::from_int(position)])
    };
    match make(thread) {
        Ok(exception) => Raised(exception),
        Err(raised) => raised,
    }
}

/// Reads the string that begins at `start`, behind its opening quote: the decoded string, and the index behind its closing quote.
pub fn scan(thread: &mut Thread, text: Gc<Str>, start: usize, strict: bool) -> Result<(Gc<Str>, usize)> {
    let characters = text.characters();
    let mut at = start;
    let plain = plain_run(thread, text, characters, &mut at, start, strict)?;
    if characters.at(at) == Some(QUOTE) {
        return Ok((Str::from_characters(plain), at + 1));
    }
    let mut out = TextBuilder::with_capacity(plain.len() + 16);
    out.push_characters(plain);
    while characters.at(at) == Some(BACKSLASH) {
        at = push_escape(thread, text, characters, &mut out, at, start)?;
        let run = plain_run(thread, text, characters, &mut at, start, strict)?;
        out.push_characters(run);
    }
    // `plain_run` stops at a backslash or at the closing quote only.
    Ok((Str::from_characters(out.characters()), at + 1))
}

/// The characters from `at` up to a quote or backslash, to which `at` moves.
fn plain_run<'a>(
    thread: &mut Thread,
    text: Gc<Str>,
    characters: Characters<'a>,
    at: &mut usize,
    start: usize,
    strict: bool,
) -> Result<Characters<'a>> {
    let begin = *at;
    let stops = |c: u32| c == QUOTE || c == BACKSLASH || strict && c < 0x20;
    let found = match characters {
        Characters::One(bytes) => bytes[begin..].iter().position(|c| stops(u32::from(*c))),
        Characters::Two(units) => units[begin..].iter().position(|c| stops(u32::from(*c))),
        Characters::Four(units) => units[begin..].iter().position(|c| stops(*c)),
    };
    let Some(length) = found else { return Err(unterminated(thread, text, start)) };
    *at = begin + length;
    let stop = characters.get(*at);
    if stop != QUOTE && stop != BACKSLASH {
        return Err(decode_error(thread, "Invalid control character at", text, *at as i64));
    }
    Ok(characters.slice(begin, *at))
}

#[cold]
fn unterminated(thread: &mut Thread, text: Gc<Str>, start: usize) -> Raised {
    decode_error(thread, "Unterminated string starting at", text, start as i64 - 1)
}

/// Decodes the escape whose backslash is at `at`; the index behind it.
fn push_escape(
    thread: &mut Thread,
    text: Gc<Str>,
    characters: Characters,
    out: &mut TextBuilder,
    at: usize,
    start: usize,
) -> Result<usize> {
    let Some(letter) = characters.at(at + 1) else { return Err(unterminated(thread, text, start)) };
    let simple = match u8::try_from(letter).unwrap_or(0) {
        b'"' => b'"',
        b'\\' => b'\\',
        b'/' => b'/',
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => 0,
        _ => return Err(decode_error(thread, "Invalid \\escape", text, at as i64)),
    };
    if simple != 0 {
        out.push(u32::from(simple));
        return Ok(at + 2);
    }
    let Some(first) = four_digits(characters, at + 2) else {
        return Err(decode_error(thread, "Invalid \\uXXXX escape", text, at as i64 + 1));
    };
    let mut next = at + 6;
    let mut c = first;
    // A pair of escaped surrogates is one character.
    if (0xd800..0xdc00).contains(&first)
        && characters.at(next) == Some(BACKSLASH)
        && characters.at(next + 1) == Some(u32::from(b'u'))
        && next + 6 < characters.len()
    {
        match four_digits(characters, next + 2) {
            Some(second @ 0xdc00..=0xdfff) => {
                c = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                next += 6;
            }
            Some(_) => {}
            None => return Err(decode_error(thread, "Invalid \\uXXXX escape", text, next as i64 + 1)),
        }
    }
    out.push(c);
    Ok(next)
}

fn four_digits(characters: Characters, at: usize) -> Option<u32> {
    (at..at + 4).try_fold(0, |number, i| {
        let digit = char::from_u32(characters.at(i)?)?.to_digit(16)?;
        Some(number * 16 + digit)
    })
}

/// Writes a string with its quotes; with `ascii`, all characters but printable ASCII as escapes.
pub fn push_encoded(out: &mut TextBuilder, characters: Characters, ascii: bool) {
    out.push(QUOTE);
    let safe = |c: u32| c != QUOTE && c != BACKSLASH && c >= 0x20 && (!ascii || c < 0x7f);
    if let Characters::One(bytes) = characters {
        // Runs that need no escape are copied as they are.
        let mut rest = bytes;
        while !rest.is_empty() {
            let run = rest.iter().position(|c| !safe(u32::from(*c))).unwrap_or(rest.len());
            out.push_latin1(&rest[..run]);
            rest = &rest[run..];
            if let Some((c, behind)) = rest.split_first() {
                push_escaped(out, u32::from(*c));
                rest = behind;
            }
        }
    } else {
        for c in characters.iter() {
            if safe(c) { out.push(c) } else { push_escaped(out, c) }
        }
    }
    out.push(QUOTE);
}

fn push_escaped(out: &mut TextBuilder, c: u32) {
    let letter = match c {
        QUOTE => "\\\"",
        BACKSLASH => "\\\\",
        8 => "\\b",
        12 => "\\f",
        10 => "\\n",
        13 => "\\r",
        9 => "\\t",
        _ if c >= 0x1_0000 => {
            let c = c - 0x1_0000;
            return out.push_str(&format!("\\u{:04x}\\u{:04x}", 0xd800 + (c >> 10), 0xdc00 + (c & 0x3ff)));
        }
        _ => return out.push_str(&format!("\\u{c:04x}")),
    };
    out.push_str(letter);
}
