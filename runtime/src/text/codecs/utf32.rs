//! UTF-32, with and without a byte-order mark.

use super::{ByteOrder, CodecError, DecodeHandler, Decoded, EncodeHandler, Replacement, is_surrogate};
use crate::text::{Characters, TextBuilder};

fn native() -> ByteOrder {
    if cfg!(target_endian = "big") { ByteOrder::Big } else { ByteOrder::Little }
}

/// Decodes UTF-32. Without an `order` a byte-order mark at the start is skipped and decides; without one the order
/// is the machine's.
pub fn decode_utf32<H: DecodeHandler>(
    input: &[u8],
    order: Option<ByteOrder>,
    is_final: bool,
    handler: &mut H,
    out: &mut TextBuilder,
) -> Result<Decoded, H::Error> {
    let (mut at, found) = match (order, input) {
        (None, [0xff, 0xfe, 0, 0, ..]) => (4, Some(ByteOrder::Little)),
        (None, [0, 0, 0xfe, 0xff, ..]) => (4, Some(ByteOrder::Big)),
        _ => (0, order),
    };
    let little = found.unwrap_or_else(native) == ByteOrder::Little;
    let encoding = if little { "utf-32-le" } else { "utf-32-be" };
    while at < input.len() {
        let unit = input.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        let (end, reason) = match unit
            .map(|bytes| if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
        {
            None if !is_final => break,
            None => (input.len(), "truncated data"),
            Some(c) if is_surrogate(c) => {
                (at + 4, "code point in surrogate code point range(0xd800, 0xe000)")
            }
            Some(0x110000..) => (at + 4, "code point not in range(0x110000)"),
            Some(c) => {
                out.push(c);
                at += 4;
                continue;
            }
        };
        at = handler.replace(&CodecError { encoding, start: at, end, reason }, input, out)?;
    }
    Ok(Decoded { consumed: at, order: found })
}

/// Encodes UTF-32: in the machine's order after a byte-order mark if there is no `order`.
pub fn encode_utf32<H: EncodeHandler>(
    text: Characters,
    order: Option<ByteOrder>,
    handler: &mut H,
) -> Result<Vec<u8>, H::Error> {
    let little = order.unwrap_or_else(native) == ByteOrder::Little;
    let encoding = match order {
        None => "utf-32",
        Some(ByteOrder::Little) => "utf-32-le",
        Some(ByteOrder::Big) => "utf-32-be",
    };
    let mut out = Vec::with_capacity(4 * text.len() + 4);
    let unit = |c: u32, out: &mut Vec<u8>| {
        out.extend_from_slice(&if little { c.to_le_bytes() } else { c.to_be_bytes() });
    };
    if order.is_none() {
        unit(0xfeff, &mut out);
    }
    let mut at = 0;
    while at < text.len() {
        let c = text.get(at);
        if !is_surrogate(c) {
            unit(c, &mut out);
            at += 1;
            continue;
        }
        let error = CodecError { encoding, start: at, end: at + 1, reason: "surrogates not allowed" };
        let (replacement, next) = handler.replace(&error, text)?;
        match replacement {
            Replacement::Bytes(bytes) if bytes.len() % 4 == 0 => out.extend_from_slice(&bytes),
            Replacement::Text(replacement) if replacement.characters().is_ascii() => {
                replacement.characters().iter().for_each(|c| unit(c, &mut out));
            }
            _ => return Err(handler.refuse(&error, text)),
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
    fn problems() {
        let run = |input: &[u8], order| {
            let mut out = TextBuilder::new();
            decode_utf32(input, order, true, &mut Errors::Strict, &mut out)
                .map(|_| out.finish().characters().iter().collect::<Vec<_>>())
                .map_err(|error| (error.start, error.end, error.reason))
        };
        let surrogate = "code point in surrogate code point range(0xd800, 0xe000)";
        assert_eq!(run(b"a\0\0", None), Err((0, 3, "truncated data")));
        assert_eq!(run(b"\0\xd8\0\0", None), Err((0, 4, surrogate)));
        assert_eq!(run(b"\0\0\x11\0", None), Err((0, 4, "code point not in range(0x110000)")));
        assert_eq!(run(b"\0\0\xfe\xff\0\0\0a", None), Ok(vec![0x61]));
    }
}
