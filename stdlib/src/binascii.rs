//! `binascii`: bytes as text: base64, hexadecimal, quoted-printable, uuencode; and their checksums.

use crate::bytes_like::AsciiBytes;
use crate::checksum::crc32;
use crate::exception::ExceptionClass;
use taipan_runtime::native::{ArgumentContext, FromArgument};
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::int::IntRef;
use taipan_runtime::operations::buffer::BytesLike;
use taipan_runtime::operations::{index, length};
use taipan_runtime::prelude::*;

/// The module `binascii`.
pub struct BinAscii;

static ERROR: ExceptionClass = ExceptionClass::new();
static INCOMPLETE: ExceptionClass = ExceptionClass::new();

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// An integer of which the low 32 bits count.
pub struct Low32(pub u32);

impl FromArgument for Low32 {
    fn from_argument(thread: &mut Thread, value: Value, _: &ArgumentContext) -> Result<Low32> {
        let int = index(thread, value)?;
        Ok(Low32(match int.as_int_or_bool() {
            Some(IntRef::Small(small)) => small as u32,
            Some(IntRef::Big { negative, limbs }) => {
                let low = limbs.first().map_or(0, |limb| *limb as u32);
                if negative { low.wrapping_neg() } else { low }
            }
            None => 0,
        }))
    }
}

/// Conversion between binary data and ASCII
#[native_module(name = "binascii")]
impl BinAscii {
    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        ERROR.install(thread, module, "Error", "binascii", types().value_error)?;
        INCOMPLETE.install(thread, module, "Incomplete", "binascii", types().exception)
    }

    /// Decode a line of uuencoded data.
    #[function("(data, /)")]
    fn a2b_uu(thread: &mut Thread, data: AsciiBytes) -> Result<Gc<Bytes>> {
        decode_uu(thread, &data)
    }

    /// Encode a line of data by uuencode; spaces become backticks if wanted.
    #[function("(data, /, *, backtick=False)")]
    fn b2a_uu(thread: &mut Thread, data: BytesLike, backtick: bool) -> Result<Gc<Bytes>> {
        encode_uu(thread, &data, backtick)
    }

    /// Decode base64 data; in strict mode nothing but base64 is accepted.
    #[function("(data, /, *, strict_mode=False)")]
    fn a2b_base64(thread: &mut Thread, data: AsciiBytes, strict_mode: bool) -> Result<Gc<Bytes>> {
        decode_base64(thread, &data, strict_mode)
    }

    /// Encode data in base64, with a line break at the end if wanted.
    #[function("(data, /, *, newline=True)")]
    fn b2a_base64(data: BytesLike, newline: bool) -> Gc<Bytes> {
        let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
        for group in data.chunks(3) {
            let bits =
                group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
            for i in 0..4 {
                out.push(if i <= group.len() {
                    ALPHABET[(bits >> (18 - 6 * i)) as usize & 63]
                } else {
                    b'='
                });
            }
        }
        if newline {
            out.push(b'\n');
        }
        Bytes::new(&out)
    }

    /// Return the hexadecimal form of data, with a separator between groups of bytes if one is given: counted from the right if
    /// bytes_per_sep is positive, from the left if negative.
    #[function("(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn b2a_hex(
        thread: &mut Thread,
        data: BytesLike,
        sep: Option<Value>,
        bytes_per_sep: i32,
    ) -> Result<Gc<Bytes>> {
        hex(thread, &data, sep, bytes_per_sep)
    }

    /// Return the hexadecimal form of data, as b2a_hex() does.
    #[function("(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hexlify(
        thread: &mut Thread,
        data: BytesLike,
        sep: Option<Value>,
        bytes_per_sep: i32,
    ) -> Result<Gc<Bytes>> {
        hex(thread, &data, sep, bytes_per_sep)
    }

    /// Return the data of a hexadecimal form.
    #[function("(hexstr, /)")]
    fn a2b_hex(thread: &mut Thread, hexstr: AsciiBytes) -> Result<Gc<Bytes>> {
        unhex(thread, &hexstr)
    }

    /// Return the data of a hexadecimal form.
    #[function("(hexstr, /)")]
    fn unhexlify(thread: &mut Thread, hexstr: AsciiBytes) -> Result<Gc<Bytes>> {
        unhex(thread, &hexstr)
    }

    /// Compute the CRC-CCITT of data, beginning with crc.
    #[function("(data, crc, /)")]
    fn crc_hqx(data: BytesLike, crc: Low32) -> u32 {
        data.iter().fold(crc.0 & 0xffff, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte) << 8, |crc, _| {
                let shifted = crc << 1;
                (if crc & 0x8000 != 0 { shifted ^ 0x1021 } else { shifted }) & 0xffff
            })
        })
    }

    /// Compute CRC-32 of data, beginning with crc.
    #[function("(data, crc=0, /)")]
    fn crc32(data: BytesLike, crc: Option<Low32>) -> u32 {
        crc32(crc.map_or(0, |crc| crc.0), &data)
    }

    /// Decode quoted-printable data; in headers underscores are spaces.
    #[function("(data, header=False)")]
    fn a2b_qp(data: AsciiBytes, header: bool) -> Gc<Bytes> {
        Bytes::new(&decode_quoted(&data, header))
    }

    /// Encode data as quoted-printable: tabs and spaces too if quotetabs, line breaks too if not istext.
    #[function("(data, quotetabs=False, istext=True, header=False)")]
    fn b2a_qp(data: BytesLike, quotetabs: bool, istext: bool, header: bool) -> Gc<Bytes> {
        Bytes::new(&encode_quoted(&data, quotetabs, istext, header))
    }
}

fn decode_base64(thread: &mut Thread, data: &[u8], strict: bool) -> Result<Gc<Bytes>> {
    let mut out = Vec::with_capacity(data.len() / 4 * 3 + 3);
    let (mut bits, mut digits, mut padding) = (0u32, 0usize, 0usize);
    let mut padding_started = false;
    if strict && data.first() == Some(&b'=') {
        return Err(ERROR.error(thread, "Leading padding not allowed"));
    }
    for (i, &c) in data.iter().enumerate() {
        let place = digits % 4;
        if c == b'=' {
            padding_started = true;
            if strict && place == 0 {
                return Err(ERROR.error(thread, "Excess padding not allowed"));
            }
            padding += 1;
            if place >= 2 && place + padding >= 4 {
                // A complete last group.
                if strict && i + 1 < data.len() {
                    let excess = data[i + 1] == b'=';
                    let message =
                        if excess { "Excess padding not allowed" } else { "Excess data after padding" };
                    return Err(ERROR.error(thread, message));
                }
                return Ok(Bytes::new(&out));
            }
            continue;
        }
        let Some(digit) = ALPHABET.iter().position(|known| *known == c) else {
            if strict {
                return Err(ERROR.error(thread, "Only base64 data is allowed"));
            }
            continue;
        };
        if strict && padding_started {
            return Err(ERROR.error(thread, "Discontinuous padding not allowed"));
        }
        padding = 0;
        bits = bits << 6 | digit as u32;
        digits += 1;
        if place > 0 {
            out.push((bits >> (6 - 2 * place)) as u8);
        }
    }
    match digits % 4 {
        0 => Ok(Bytes::new(&out)),
        1 => {
            let message = format!(
                "Invalid base64-encoded string: number of data characters ({digits}) cannot be 1 more than a multiple of 4"
            );
            Err(ERROR.error(thread, message))
        }
        _ => Err(ERROR.error(thread, "Incorrect padding")),
    }
}

fn hex(thread: &mut Thread, data: &[u8], separator: Option<Value>, group: i32) -> Result<Gc<Bytes>> {
    let separator = match separator {
        Some(separator) => Some(separator_byte(thread, separator)?),
        None => None,
    };
    let digit = |nibble: u8| b"0123456789abcdef"[nibble as usize];
    let mut out = Vec::with_capacity(data.len() * 3);
    let size = group.unsigned_abs() as usize;
    for (i, byte) in data.iter().enumerate() {
        if let Some(separator) = separator
            && i > 0
            && size > 0
        {
            let distance = if group > 0 { data.len() - i } else { i };
            if distance % size == 0 {
                out.push(separator);
            }
        }
        out.extend([digit(byte >> 4), digit(byte & 15)]);
    }
    Ok(Bytes::new(&out))
}

fn separator_byte(thread: &mut Thread, separator: Value) -> Result<u8> {
    if length(thread, separator)? != 1 {
        return Err(thread.value_error("sep must be length 1."));
    }
    let byte = match (separator.downcast::<Str>(), separator.downcast::<Bytes>()) {
        (Some(text), _) => u8::try_from(text.at(0)).ok(),
        (_, Some(bytes)) => Some(bytes.as_slice()[0]),
        _ => return Err(thread.type_error("sep must be str or bytes.")),
    };
    match byte {
        Some(byte) if byte.is_ascii() => Ok(byte),
        _ => Err(thread.value_error("sep must be ASCII.")),
    }
}

fn unhex(thread: &mut Thread, data: &[u8]) -> Result<Gc<Bytes>> {
    if !data.len().is_multiple_of(2) {
        return Err(ERROR.error(thread, "Odd-length string"));
    }
    let digit = |c: u8| char::from(c).to_digit(16).map(|digit| digit as u8);
    let bytes: Option<Vec<u8>> =
        data.chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect();
    match bytes {
        Some(bytes) => Ok(Bytes::new(&bytes)),
        None => Err(ERROR.error(thread, "Non-hexadecimal digit found")),
    }
}

fn encode_uu(thread: &mut Thread, data: &[u8], backtick: bool) -> Result<Gc<Bytes>> {
    if data.len() > 45 {
        return Err(ERROR.error(thread, "At most 45 bytes at once"));
    }
    let character = |six: u32| if six == 0 && backtick { b'`' } else { six as u8 + b' ' };
    let mut out = vec![character(data.len() as u32)];
    for group in data.chunks(3) {
        let bits =
            group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        out.extend((0..4).map(|i| character((bits >> (18 - 6 * i)) & 63)));
    }
    out.push(b'\n');
    Ok(Bytes::new(&out))
}

fn decode_uu(thread: &mut Thread, data: &[u8]) -> Result<Gc<Bytes>> {
    let Some((&first, rest)) = data.split_first() else {
        return Err(ERROR.error(thread, "Missing length byte"));
    };
    let wanted = usize::from(first.wrapping_sub(b' ') & 63);
    let mut out = Vec::with_capacity(wanted);
    let (mut bits, mut count) = (0u32, 0u32);
    let mut rest = rest.iter();
    while out.len() < wanted {
        // Editors strip spaces from line ends: what is missing counts as zero.
        let six = match rest.next().copied() {
            None | Some(b'\n' | b'\r') => 0,
            Some(c) if (b' '..=b' ' + 64).contains(&c) => u32::from(c - b' ') & 63,
            Some(_) => return Err(ERROR.error(thread, "Illegal char")),
        };
        bits = bits << 6 | six;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    if rest.any(|c| !matches!(*c, b' ' | b'`' | b'\n' | b'\r')) {
        return Err(ERROR.error(thread, "Trailing garbage"));
    }
    Ok(Bytes::new(&out))
}

fn decode_quoted(data: &[u8], header: bool) -> Vec<u8> {
    let digit = |c: Option<&u8>| c.and_then(|c| char::from(*c).to_digit(16)).map(|digit| digit as u8);
    let mut out = Vec::with_capacity(data.len());
    let mut i = 0;
    while i < data.len() {
        let c = data[i];
        i += 1;
        if c == b'_' && header {
            out.push(b' ');
            continue;
        }
        if c != b'=' {
            out.push(c);
            continue;
        }
        match data.get(i) {
            None => break,
            // A soft line break: everything to the end of the line goes.
            Some(b'\n' | b'\r') => {
                while i < data.len() && data[i] != b'\n' {
                    i += 1;
                }
                i += 1;
            }
            Some(b'=') => {
                out.push(b'=');
                i += 1;
            }
            _ => match (digit(data.get(i)), digit(data.get(i + 1))) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    i += 2;
                }
                _ => out.push(b'='),
            },
        }
    }
    out
}

/// Most characters of a line, without the soft break.
const LINE: usize = 76;

fn encode_quoted(data: &[u8], quote_tabs: bool, text: bool, header: bool) -> Vec<u8> {
    let crlf = data.iter().position(|c| *c == b'\n').is_some_and(|i| i > 0 && data[i - 1] == b'\r');
    let line_end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let mut out = Vec::with_capacity(data.len());
    let (mut column, mut i) = (0, 0);
    let quote = |out: &mut Vec<u8>, c: u8| {
        let digit = |nibble: u8| b"0123456789ABCDEF"[nibble as usize];
        out.extend([b'=', digit(c >> 4), digit(c & 15)]);
    };
    while i < data.len() {
        let c = data[i];
        let next = data.get(i + 1).copied();
        let ends_line = |at: usize| {
            matches!(data.get(at), None | Some(b'\n'))
                || data.get(at) == Some(&b'\r') && data.get(at + 1) == Some(&b'\n')
        };
        let quoted = c > 126
            || c == b'='
            || header && c == b'_'
            || c == b'.' && column == 0 && (next.is_none() || matches!(next, Some(b'\n' | b'\r' | 0)))
            || !text && (c == b'\r' || c == b'\n')
            || (c == b'\t' || c == b' ') && i + 1 == data.len()
            || c < 33 && !matches!(c, b'\r' | b'\n') && (quote_tabs || !matches!(c, b'\t' | b' '));
        if quoted {
            if column + 3 >= LINE {
                out.extend(b"=");
                out.extend(line_end);
                column = 0;
            }
            quote(&mut out, c);
            column += 3;
            i += 1;
            continue;
        }
        if text && (c == b'\n' || c == b'\r' && next == Some(b'\n')) {
            column = 0;
            // White space before a line break must be quoted.
            if let Some(last) = out.last().copied()
                && (last == b' ' || last == b'\t')
            {
                out.pop();
                quote(&mut out, last);
            }
            out.extend(line_end);
            i += if c == b'\r' { 2 } else { 1 };
            continue;
        }
        if !ends_line(i + 1) && column + 1 >= LINE {
            out.extend(b"=");
            out.extend(line_end);
            column = 0;
        }
        column += 1;
        out.push(if header && c == b' ' { b'_' } else { c });
        i += 1;
    }
    out
}
