//! Codecs that map bytes to characters one by one, by a table or by whatever the caller looks them up in.

use super::{CodecError, DecodeHandler, EncodeHandler, Replacement};
use crate::text::{Characters, Text, TextBuilder};

/// What a byte stands for.
pub enum Mapped {
    /// Nothing.
    Undefined,
    /// A character.
    Character(u32),
    /// Several, or none.
    Text(Text),
}

const UNDEFINED: &str = "character maps to <undefined>";

/// Decodes by a table: the character at the byte's place, U+FFFE for none.
pub fn decode_by_table<H: DecodeHandler>(
    input: &[u8],
    table: Characters,
    handler: &mut H,
    out: &mut TextBuilder,
) -> Result<(), H::Error> {
    let lookup = |byte: u8| match table.at(usize::from(byte)) {
        None | Some(0xfffe) => Ok(Mapped::Undefined),
        Some(c) => Ok(Mapped::Character(c)),
    };
    decode_charmap(input, lookup, handler, out)
}

/// Decodes by what `lookup` says of each byte.
pub fn decode_charmap<H: DecodeHandler>(
    input: &[u8],
    mut lookup: impl FnMut(u8) -> Result<Mapped, H::Error>,
    handler: &mut H,
    out: &mut TextBuilder,
) -> Result<(), H::Error> {
    let mut at = 0;
    while let Some(&byte) = input.get(at) {
        at = match lookup(byte)? {
            Mapped::Character(c) => {
                out.push(c);
                at + 1
            }
            Mapped::Text(text) => {
                out.push_characters(text.characters());
                at + 1
            }
            Mapped::Undefined => {
                let error = CodecError { encoding: "charmap", start: at, end: at + 1, reason: UNDEFINED };
                handler.replace(&error, input, out)?
            }
        };
    }
    Ok(())
}

/// Encodes by what `lookup` says of each character: its bytes, or none. `lookup` is asked about replacements too.
pub fn encode_charmap<H: EncodeHandler>(
    text: Characters,
    mut lookup: impl FnMut(u32) -> Result<Option<Vec<u8>>, H::Error>,
    handler: &mut H,
) -> Result<Vec<u8>, H::Error> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = text.at(at) {
        if let Some(bytes) = lookup(c)? {
            out.extend_from_slice(&bytes);
            at += 1;
            continue;
        }
        let mut end = at + 1;
        while let Some(c) = text.at(end) {
            if lookup(c)?.is_some() {
                break;
            }
            end += 1;
        }
        let error = CodecError { encoding: "charmap", start: at, end, reason: UNDEFINED };
        let (replacement, next) = handler.replace(&error, text)?;
        match replacement {
            Replacement::Bytes(bytes) => out.extend_from_slice(&bytes),
            Replacement::Text(replacement) => {
                for c in replacement.characters().iter() {
                    match lookup(c)? {
                        Some(bytes) => out.extend_from_slice(&bytes),
                        None => return Err(handler.refuse(&error, text)),
                    }
                }
            }
        }
        at = next;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::codecs::Errors;

    #[test]
    fn both_ways() {
        let table = Characters::Two(&[0x61, 0x20ac, 0xfffe]);
        let mut out = TextBuilder::new();
        assert_eq!(decode_by_table(&[0, 1], table, &mut Errors::Strict, &mut out), Ok(()));
        assert_eq!(out.finish(), Text::Two(vec![0x61, 0x20ac]));
        let mut out = TextBuilder::new();
        let error = decode_by_table(&[0, 2], table, &mut Errors::Strict, &mut out).unwrap_err();
        assert_eq!((error.start, error.end), (1, 2));
        let lookup = |c: u32| Ok((c != 0x62).then(|| vec![c as u8]));
        let encoded = encode_charmap(Characters::One(b"abba"), lookup, &mut Errors::Replace);
        assert_eq!(encoded.as_deref(), Ok(&b"a??a"[..]));
        let error = encode_charmap(Characters::One(b"abba"), lookup, &mut Errors::Strict).unwrap_err();
        assert_eq!((error.start, error.end), (1, 3));
    }
}
