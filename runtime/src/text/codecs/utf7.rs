//! UTF-7 (RFC 2152): ASCII as it is, everything else in runs of base 64 between `+` and `-`.

use super::{CodecError, DecodeHandler};
use crate::text::{Characters, TextBuilder};

fn base64_value(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

fn base64_digit(value: u32) -> u8 {
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[(value & 63) as usize]
}

/// Whether a character stands for itself in encoded text.
fn is_direct(c: u32) -> bool {
    c < 0x80
        && match c as u8 {
            b'\t' | b'\n' | b'\r' | b' ' => true,
            b'+' | b'\\' | b'~' => false,
            byte => byte.is_ascii_graphic(),
        }
}

/// A run of base 64 while it is being read.
#[derive(Default)]
struct Run {
    /// Where its `+` stands.
    start: usize,
    /// Text length before it.
    text_start: usize,
    bits: u32,
    count: u32,
    /// A high surrogate that waits for a low one.
    surrogate: Option<u32>,
    empty: bool,
}

impl Run {
    /// Takes the UTF-16 unit that the bits hold, if they are enough.
    fn take_unit(&mut self, out: &mut TextBuilder) {
        if self.count < 16 {
            return;
        }
        let unit = self.bits >> (self.count - 16) & 0xffff;
        self.count -= 16;
        self.bits &= (1 << self.count) - 1;
        if let Some(high) = self.surrogate.take() {
            if (0xdc00..0xe000).contains(&unit) {
                out.push(0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
                return;
            }
            out.push(high);
        }
        if (0xd800..0xdc00).contains(&unit) {
            self.surrogate = Some(unit);
        } else {
            out.push(unit);
        }
    }

    /// What is wrong with the bits that are left at the end of the run.
    fn problem(&self) -> Option<&'static str> {
        if self.surrogate.is_some() || self.count >= 6 {
            Some("partial character in base64 sequence")
        } else if self.bits != 0 {
            Some("non-zero padding bits in base64 sequence")
        } else {
            None
        }
    }
}

/// Decodes UTF-7 and returns how many bytes were used up: all if `is_final`, else all but a run that may go on.
pub fn decode_utf7<H: DecodeHandler>(
    input: &[u8],
    is_final: bool,
    handler: &mut H,
    out: &mut TextBuilder,
) -> Result<usize, H::Error> {
    let mut at = 0;
    let mut run: Option<Run> = None;
    let error =
        |start: usize, end: usize, reason: &'static str| CodecError { encoding: "utf-7", start, end, reason };
    while at < input.len() {
        let byte = input[at];
        if let Some(current) = &mut run {
            if let Some(value) = base64_value(byte) {
                current.bits = current.bits << 6 | value;
                current.count += 6;
                current.empty = false;
                current.take_unit(out);
                at += 1;
                continue;
            }
            let (start, problem, empty) = (current.start, current.problem(), current.empty);
            let lone = current.surrogate.filter(|_| current.count < 6 && current.bits == 0);
            run = None;
            match (problem, lone) {
                (Some(_), Some(high)) => out.push(high),
                (Some(reason), None) => {
                    at = handler.replace(&error(start, at + 1, reason), input, out)?;
                    continue;
                }
                _ => {}
            }
            if byte == b'-' {
                at += 1;
                if empty {
                    out.push(u32::from(b'+'));
                }
                continue;
            }
            if byte >= 0x80 {
                at = handler.replace(&error(start, at + 1, "unexpected special character"), input, out)?;
                continue;
            }
            if empty {
                at = handler.replace(&error(start, at + 1, "ill-formed sequence"), input, out)?;
                continue;
            }
            out.push(u32::from(byte));
            at += 1;
        } else if byte == b'+' {
            run = Some(Run { start: at, text_start: out.len(), empty: true, ..Run::default() });
            at += 1;
        } else if byte < 0x80 {
            out.push(u32::from(byte));
            at += 1;
        } else {
            at = handler.replace(&error(at, at + 1, "unexpected special character"), input, out)?;
        }
    }
    match run {
        Some(open) if !is_final => {
            truncate(out, open.text_start);
            Ok(open.start)
        }
        Some(open) if open.surrogate.is_some() || open.count >= 6 || open.bits != 0 => {
            handler.replace(&error(open.start, input.len(), "unterminated shift sequence"), input, out)?;
            Ok(input.len())
        }
        _ => Ok(input.len()),
    }
}

/// Takes back what was added behind a length.
fn truncate(out: &mut TextBuilder, length: usize) {
    let mut kept = TextBuilder::with_capacity(length);
    kept.push_characters(out.characters().slice(0, length));
    *out = kept;
}

/// Encodes UTF-7, which never fails.
pub fn encode_utf7(text: Characters) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 2);
    let (mut in_run, mut bits, mut count) = (false, 0u32, 0);
    for c in text.iter() {
        if in_run && is_direct(c) {
            if count > 0 {
                out.push(base64_digit(bits << (6 - count)));
                (bits, count) = (0, 0);
            }
            in_run = false;
            // Characters that could belong to the run end it by a mark.
            if base64_value(c as u8).is_some() || c == u32::from(b'-') {
                out.push(b'-');
            }
            out.push(c as u8);
            continue;
        }
        if !in_run {
            if is_direct(c) {
                out.push(c as u8);
                continue;
            }
            if c == u32::from(b'+') {
                out.extend_from_slice(b"+-");
                continue;
            }
            out.push(b'+');
            in_run = true;
        }
        let mut push_unit = |unit: u32| {
            bits = bits << 16 | unit;
            count += 16;
            while count >= 6 {
                count -= 6;
                out.push(base64_digit(bits >> count));
            }
            bits &= (1 << count) - 1;
        };
        if c >= 0x10000 {
            push_unit(0xd800 + ((c - 0x10000) >> 10));
            push_unit(0xdc00 + (c & 0x3ff));
        } else {
            push_unit(c);
        }
    }
    if count > 0 {
        out.push(base64_digit(bits << (6 - count)));
    }
    if in_run {
        out.push(b'-');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::codecs::Errors;

    #[test]
    fn both_ways() {
        let text: Vec<u32> = "a€b+~é😀-".chars().map(u32::from).collect();
        let encoded = encode_utf7(Characters::Four(&text));
        assert_eq!(encoded, b"a+IKw-b+-+AH4A6dg93gA--");
        let mut out = TextBuilder::new();
        assert_eq!(decode_utf7(&encoded, true, &mut Errors::Strict, &mut out), Ok(encoded.len()));
        assert_eq!(out.characters().iter().collect::<Vec<_>>(), text);
    }
}
