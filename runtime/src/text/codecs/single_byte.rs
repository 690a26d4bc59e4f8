//! ASCII and Latin-1.

use super::{CodecError, DecodeHandler, EncodeHandler, Replacement};
use crate::text::{Characters, TextBuilder};

/// Decodes ASCII.
pub fn decode_ascii<H: DecodeHandler>(
    input: &[u8],
    handler: &mut H,
    out: &mut TextBuilder,
) -> Result<(), H::Error> {
    let mut at = 0;
    while at < input.len() {
        let length = input[at..].iter().position(|byte| !byte.is_ascii()).unwrap_or(input.len() - at);
        out.push_latin1(&input[at..at + length]);
        at += length;
        if at < input.len() {
            let reason = "ordinal not in range(128)";
            let error = CodecError { encoding: "ascii", start: at, end: at + 1, reason };
            at = handler.replace(&error, input, out)?;
        }
    }
    Ok(())
}

/// Decodes Latin-1, which never fails.
pub fn decode_latin1(input: &[u8], out: &mut TextBuilder) {
    out.push_latin1(input);
}

/// Encodes ASCII.
pub fn encode_ascii<H: EncodeHandler>(text: Characters, handler: &mut H) -> Result<Vec<u8>, H::Error> {
    encode(text, 0x80, "ascii", "ordinal not in range(128)", handler)
}

/// Encodes Latin-1.
pub fn encode_latin1<H: EncodeHandler>(text: Characters, handler: &mut H) -> Result<Vec<u8>, H::Error> {
    encode(text, 0x100, "latin-1", "ordinal not in range(256)", handler)
}

fn encode<H: EncodeHandler>(
    text: Characters,
    limit: u32,
    encoding: &'static str,
    reason: &'static str,
    handler: &mut H,
) -> Result<Vec<u8>, H::Error> {
    if let Characters::One(latin1) = text
        && (limit == 0x100 || latin1.is_ascii())
    {
        return Ok(latin1.to_vec());
    }
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let c = text.get(at);
        if c < limit {
            out.push(c as u8);
            at += 1;
            continue;
        }
        let run = (at..text.len()).take_while(|&i| text.get(i) >= limit).count();
        let error = CodecError { encoding, start: at, end: at + run, reason };
        let (replacement, next) = handler.replace(&error, text)?;
        match replacement {
            Replacement::Bytes(bytes) => out.extend_from_slice(&bytes),
            Replacement::Text(replacement) => {
                let characters = replacement.characters();
                if characters.iter().any(|c| c >= limit) {
                    return Err(handler.refuse(&error, text));
                }
                out.extend(characters.iter().map(|c| c as u8));
            }
        }
        at = next;
    }
    Ok(out)
}
