//! UTF-16, with and without a byte-order mark.

use super::{ByteOrder, CodecError, DecodeHandler, Decoded, EncodeHandler, Replacement, is_surrogate};
use crate::text::{Characters, TextBuilder};

fn native() -> ByteOrder {
    if cfg!(target_endian = "big") { ByteOrder::Big } else { ByteOrder::Little }
}

/// Decodes UTF-16. Without an `order` a byte-order mark at the start is skipped and decides; without one the order
/// is the machine's.
pub fn decode_utf16<H: DecodeHandler>(
    input: &[u8],
    order: Option<ByteOrder>,
    is_final: bool,
    handler: &mut H,
    out: &mut TextBuilder,
) -> Result<Decoded, H::Error> {
    let (mut at, found) = match (order, input) {
        (None, [0xff, 0xfe, ..]) => (2, Some(ByteOrder::Little)),
        (None, [0xfe, 0xff, ..]) => (2, Some(ByteOrder::Big)),
        _ => (0, order),
    };
    let little = found.unwrap_or_else(native) == ByteOrder::Little;
    let encoding = if little { "utf-16-le" } else { "utf-16-be" };
    let unit = |at: usize| {
        let pair = input.get(at..at + 2)?.try_into().ok()?;
        Some(u32::from(if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }))
    };
    while at < input.len() {
        let (end, reason) = match (unit(at), unit(at + 2)) {
            (None, _) => (input.len(), "truncated data"),
            (Some(c), _) if !is_surrogate(c) => {
                out.push(c);
                at += 2;
                continue;
            }
            (Some(0xdc00..), _) => (at + 2, "illegal encoding"),
            (Some(high), Some(low @ 0xdc00..0xe000)) => {
                out.push(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
                at += 4;
                continue;
            }
            (Some(_), Some(_)) => (at + 2, "illegal UTF-16 surrogate"),
            (Some(_), None) => (input.len(), "unexpected end of data"),
        };
        if !is_final && matches!(reason, "truncated data" | "unexpected end of data") {
            break;
        }
        at = handler.replace(&CodecError { encoding, start: at, end, reason }, input, out)?;
    }
    Ok(Decoded { consumed: at, order: found })
}

/// Encodes UTF-16: in the machine's order after a byte-order mark if there is no `order`.
pub fn encode_utf16<H: EncodeHandler>(
    text: Characters,
    order: Option<ByteOrder>,
    handler: &mut H,
) -> Result<Vec<u8>, H::Error> {
    let little = order.unwrap_or_else(native) == ByteOrder::Little;
    let encoding = match order {
        None => "utf-16",
        Some(ByteOrder::Little) => "utf-16-le",
        Some(ByteOrder::Big) => "utf-16-be",
    };
    let mut out = Vec::with_capacity(2 * text.len() + 2);
    let unit = |c: u32, out: &mut Vec<u8>| {
        let c = c as u16;
        out.extend_from_slice(&if little { c.to_le_bytes() } else { c.to_be_bytes() });
    };
    if order.is_none() {
        unit(0xfeff, &mut out);
    }
    let mut at = 0;
    while at < text.len() {
        let c = text.get(at);
        if is_surrogate(c) {
            let error = CodecError { encoding, start: at, end: at + 1, reason: "surrogates not allowed" };
            let (replacement, next) = handler.replace(&error, text)?;
            match replacement {
                Replacement::Bytes(bytes) if bytes.len() % 2 == 0 => out.extend_from_slice(&bytes),
                Replacement::Text(replacement) if replacement.characters().is_ascii() => {
                    replacement.characters().iter().for_each(|c| unit(c, &mut out));
                }
                _ => return Err(handler.refuse(&error, text)),
            }
            at = next;
            continue;
        }
        if c < 0x10000 {
            unit(c, &mut out);
        } else {
            unit(0xd800 + ((c - 0x10000) >> 10), &mut out);
            unit(0xdc00 + (c & 0x3ff), &mut out);
        }
        at += 1;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::codecs::Errors;

    #[test]
    fn problems() {
        let run = |input: &[u8], order, is_final| {
            let mut out = TextBuilder::new();
            let decoded = decode_utf16(input, order, is_final, &mut Errors::Strict, &mut out)?;
            Ok((out.finish().characters().iter().collect::<Vec<_>>(), decoded.consumed))
        };
        let little = Some(ByteOrder::Little);
        for (input, start, end, reason) in [
            (&b"a\0\0"[..], 2, 3, "truncated data"),
            (b"\x00\xd8", 0, 2, "unexpected end of data"),
            (b"\x00\xd8\x00", 0, 3, "unexpected end of data"),
            (b"\x00\xd8a\x00", 0, 2, "illegal UTF-16 surrogate"),
            (b"\x00\xdc", 0, 2, "illegal encoding"),
        ] {
            assert_eq!(
                run(input, little, true),
                Err(CodecError { encoding: "utf-16-le", start, end, reason })
            );
        }
        assert_eq!(run(b"\x00\xd8\x00", little, false), Ok((vec![], 0)));
        assert_eq!(run(b"\xfe\xff\x00a", None, true), Ok((vec![0x61], 4)));
        assert_eq!(run(b"\x3d\xd8\x00\xde", little, true), Ok((vec![0x1f600], 4)));
        assert_eq!(run(b"\xff\xfea\x00", little, true), Ok((vec![0xfeff, 0x61], 4)));
    }

    #[test]
    fn encoding() {
        let text = Characters::Four(&[0x61, 0x1f600]);
        let big = encode_utf16(text, Some(ByteOrder::Big), &mut Errors::Strict);
        assert_eq!(big.as_deref(), Ok(&b"\x00a\xd8\x3d\xde\x00"[..]));
        let lone = Characters::Two(&[0xdc80]);
        assert!(encode_utf16(lone, None, &mut Errors::SurrogateEscape).is_err());
        let passed = encode_utf16(lone, Some(ByteOrder::Little), &mut Errors::SurrogatePass);
        assert_eq!(passed.as_deref(), Ok(&b"\x80\xdc"[..]));
    }
}
