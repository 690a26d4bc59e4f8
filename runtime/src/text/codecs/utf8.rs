//! UTF-8.

use super::{CodecError, DecodeHandler, EncodeHandler, Replacement, is_surrogate};
use crate::text::{Characters, TextBuilder};

/// Decodes UTF-8 and returns how many bytes were used up: all if `is_final`, else all but a sequence that may go on.
pub fn decode_utf8<H: DecodeHandler>(
    input: &[u8],
    is_final: bool,
    handler: &mut H,
    out: &mut TextBuilder,
) -> Result<usize, H::Error> {
    let mut at = 0;
    loop {
        let rest = &input[at..];
        let problem = match std::str::from_utf8(rest) {
            Ok(text) => {
                out.push_str(text);
                return Ok(input.len());
            }
            Err(problem) => problem,
        };
        let (valid, rest) = rest.split_at(problem.valid_up_to());
        out.push_str(std::str::from_utf8(valid).unwrap_or_default());
        at += valid.len();
        // The start of an encoded surrogate is kept as well: `surrogatepass` may want all of it.
        let unfinished = problem.error_len().is_none() || matches!(rest, [0xed, 0xa0..=0xbf]);
        if unfinished && !is_final {
            return Ok(at);
        }
        let reason = match (problem.error_len(), rest.first()) {
            (None, _) => "unexpected end of data",
            (_, Some(0xc2..=0xf4)) => "invalid continuation byte",
            _ => "invalid start byte",
        };
        let end = at + problem.error_len().unwrap_or(rest.len());
        at = handler.replace(&CodecError { encoding: "utf-8", start: at, end, reason }, input, out)?;
    }
}

/// Encodes UTF-8.
pub fn encode_utf8<H: EncodeHandler>(text: Characters, handler: &mut H) -> Result<Vec<u8>, H::Error> {
    if let Characters::One(latin1) = text
        && latin1.is_ascii()
    {
        return Ok(latin1.to_vec());
    }
    let mut out = Vec::with_capacity(text.len() + text.len() / 2);
    let mut at = 0;
    while at < text.len() {
        let c = text.get(at);
        if !is_surrogate(c) {
            push(c, &mut out);
            at += 1;
            continue;
        }
        let run = (at..text.len()).take_while(|&i| is_surrogate(text.get(i))).count();
        let error =
            CodecError { encoding: "utf-8", start: at, end: at + run, reason: "surrogates not allowed" };
        let (replacement, next) = handler.replace(&error, text)?;
        match replacement {
            Replacement::Bytes(bytes) => out.extend_from_slice(&bytes),
            Replacement::Text(replacement) => {
                let characters = replacement.characters();
                if !characters.is_ascii() {
                    return Err(handler.refuse(&error, text));
                }
                out.extend(characters.iter().map(|c| c as u8));
            }
        }
        at = next;
    }
    Ok(out)
}

#[inline]
fn push(c: u32, out: &mut Vec<u8>) {
    let tail = |shift: u32| 0x80 | (c >> shift & 0x3f) as u8;
    match c {
        0..0x80 => out.push(c as u8),
        0x80..0x800 => out.extend_from_slice(&[0xc0 | (c >> 6) as u8, tail(0)]),
        0x800..0x10000 => out.extend_from_slice(&[0xe0 | (c >> 12) as u8, tail(6), tail(0)]),
        _ => out.extend_from_slice(&[0xf0 | (c >> 18) as u8, tail(12), tail(6), tail(0)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::codecs::Errors;

    fn decode(input: &[u8], mut errors: Errors, is_final: bool) -> Result<(Vec<u32>, usize), CodecError> {
        let mut out = TextBuilder::new();
        let consumed = decode_utf8(input, is_final, &mut errors, &mut out)?;
        Ok((out.finish().characters().iter().collect(), consumed))
    }

    #[test]
    fn problems_are_where_cpython_sees_them() {
        for (input, end, reason) in [
            (&b"\xff"[..], 1, "invalid start byte"),
            (b"\x80", 1, "invalid start byte"),
            (b"\xc1", 1, "invalid start byte"),
            (b"\xc2", 1, "unexpected end of data"),
            (b"\xc2a", 1, "invalid continuation byte"),
            (b"\xe0\x80\x80", 1, "invalid continuation byte"),
            (b"\xe0\xa0", 2, "unexpected end of data"),
            (b"\xe0\xa0a", 2, "invalid continuation byte"),
            (b"\xed\xa0\x80", 1, "invalid continuation byte"),
            (b"\xed\xa0", 1, "invalid continuation byte"),
            (b"\xf0\x90\x80a", 3, "invalid continuation byte"),
            (b"\xf4\x90\x80\x80", 1, "invalid continuation byte"),
            (b"\xf5", 1, "invalid start byte"),
            (b"\xf4\x8f\xbf", 3, "unexpected end of data"),
        ] {
            let expected = CodecError { encoding: "utf-8", start: 0, end, reason };
            assert_eq!(decode(input, Errors::Strict, true), Err(expected), "{input:x?}");
        }
        assert_eq!(decode(b"a\xe2\x82", Errors::Strict, false), Ok((vec![0x61], 1)));
        assert_eq!(decode(b"\xed\xa0", Errors::Strict, false), Ok((vec![], 0)));
        assert_eq!(decode(b"\xe0\xa0a", Errors::Replace, true), Ok((vec![0xfffd, 0x61], 3)));
        assert_eq!(decode(b"\xed\xa0\x80", Errors::SurrogatePass, true), Ok((vec![0xd800], 3)));
        assert_eq!(decode(b"\xe0\xa0a", Errors::SurrogateEscape, true), Ok((vec![0xdce0, 0xdca0, 0x61], 3)));
    }

    #[test]
    fn encoding() {
        let text = [0x61, 0xd800, 0xdc00, 0x1f600, 0x20ac, 0xe9];
        let run = |mut errors: Errors| encode_utf8(Characters::Four(&text), &mut errors);
        assert_eq!(run(Errors::Strict).map_err(|e| (e.start, e.end)), Err((1, 3)));
        assert_eq!(run(Errors::Ignore).as_deref(), Ok("a😀€é".as_bytes()));
        assert_eq!(run(Errors::XmlCharRefReplace).as_deref(), Ok("a&#55296;&#56320;😀€é".as_bytes()));
        let mut escape = Errors::SurrogateEscape;
        let escaped = encode_utf8(Characters::Two(&[0xdc80, 0xdcff, 0xdc00]), &mut escape);
        assert_eq!(escaped.map_err(|e| (e.start, e.end)), Err((2, 3)));
    }
}
