//! Format strings of `struct`: parsing them, and packing and unpacking single values.

use crate::structs::ERROR;
use taipan_runtime::native::type_name;
use taipan_runtime::object::bytes::{ByteArray, Bytes};
use taipan_runtime::object::float::Complex;
use taipan_runtime::object::int::IntRef;
use taipan_runtime::object::special::Special;
use taipan_runtime::operations::convert::to_float;
use taipan_runtime::operations::{class_of, index, is_true};
use taipan_runtime::prelude::*;

/// Values of one kind that follow each other.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    pub code: u8,
    /// Offset of the first.
    pub offset: usize,
    /// Bytes of one.
    pub size: usize,
    pub count: usize,
}

/// A parsed format.
#[derive(Debug)]
pub struct Format {
    pub runs: Vec<Run>,
    pub big_endian: bool,
    /// Total bytes.
    pub size: usize,
    /// Number of values.
    pub values: usize,
}

/// Size of a code, `None` if there is no such code. Native sizes are those of 64-bit Unix.
fn size_of_code(code: u8, native: bool) -> Option<usize> {
    Some(match code {
        b'x' | b'b' | b'B' | b'c' | b's' | b'p' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' => {
            if native {
                8
            } else {
                4
            }
        }
        b'q' | b'Q' | b'd' | b'F' => 8,
        b'n' | b'N' | b'P' if native => 8,
        b'D' => 16,
        _ => return None,
    })
}

fn alignment_of(code: u8, size: usize) -> usize {
    match code {
        b'F' => 4,
        b'D' => 8,
        _ => size,
    }
}

impl Format {
    /// Parses a format.
    pub fn parse(thread: &mut Thread, text: &[u8]) -> Result<Format> {
        let (native, big_endian, rest) = match text.first() {
            Some(b'@') => (true, cfg!(target_endian = "big"), &text[1..]),
            Some(b'=') => (false, cfg!(target_endian = "big"), &text[1..]),
            Some(b'<') => (false, false, &text[1..]),
            Some(b'>' | b'!') => (false, true, &text[1..]),
            _ => (true, cfg!(target_endian = "big"), text),
        };
        let mut format = Format { runs: Vec::new(), big_endian, size: 0, values: 0 };
        let mut codes = rest.iter().copied().peekable();
        while let Some(c) = codes.next() {
            if c.is_ascii_whitespace() || c == 0x0b {
                continue;
            }
            let mut code = c;
            let mut count = Some(1usize);
            if c.is_ascii_digit() {
                count = Some(usize::from(c - b'0'));
                while let Some(digit) = codes.next_if(u8::is_ascii_digit) {
                    let times = |n: usize| n.checked_mul(10)?.checked_add(usize::from(digit - b'0'));
                    count = count.and_then(times);
                }
                match codes.next() {
                    Some(next) => code = next,
                    None => return Err(ERROR.error(thread, "repeat count given without format specifier")),
                }
            }
            let Some(count) = count else { return Err(ERROR.error(thread, "total struct size too long")) };
            let Some(size) = size_of_code(code, native) else {
                return Err(ERROR.error(thread, "bad char in struct format"));
            };
            if format.add(code, size, count, native).is_none() {
                return Err(ERROR.error(thread, "total struct size too long"));
            }
        }
        Ok(format)
    }

    fn add(&mut self, code: u8, size: usize, count: usize, native: bool) -> Option<()> {
        let offset =
            if native { self.size.checked_next_multiple_of(alignment_of(code, size))? } else { self.size };
        let end = offset.checked_add(size.checked_mul(count)?)?;
        if end > isize::MAX as usize {
            return None;
        }
        self.size = end;
        match code {
            b'x' => {}
            b's' | b'p' => {
                self.runs.push(Run { code, offset, size: count, count: 1 });
                self.values += 1;
            }
            _ if count > 0 => {
                self.runs.push(Run { code, offset, size, count });
                self.values += count;
            }
            _ => {}
        }
        Some(())
    }

    /// Writes values into zeroed bytes. There are as many as the format has.
    pub fn pack(&self, thread: &mut Thread, values: &[Value], out: &mut [u8]) -> Result<()> {
        let mut values = values.iter();
        for run in &self.runs {
            for (i, value) in (0..run.count).zip(values.by_ref()) {
                let start = run.offset + i * run.size;
                self.pack_one(thread, run.code, *value, &mut out[start..start + run.size])?;
            }
        }
        Ok(())
    }

    /// Reads all values.
    pub fn unpack(&self, bytes: &[u8]) -> taipan_runtime::heap::ScratchValues {
        let mut values = taipan_runtime::heap::ScratchValues::with_capacity(self.values);
        for run in &self.runs {
            for i in 0..run.count {
                let start = run.offset + i * run.size;
                values.push(self.unpack_one(run.code, &bytes[start..start + run.size]));
            }
        }
        values
    }

    fn pack_one(&self, thread: &mut Thread, code: u8, value: Value, out: &mut [u8]) -> Result<()> {
        match code {
            b'c' => match value.downcast::<Bytes>() {
                Some(bytes) if bytes.length == 1 => out[0] = bytes.as_slice()[0],
                _ => return Err(ERROR.error(thread, "char format requires a bytes object of length 1")),
            },
            b's' | b'p' => pack_string(thread, code, value, out)?,
            b'?' => out[0] = u8::from(is_true(thread, value)?),
            b'e' | b'f' | b'd' => {
                let Ok(float) = to_float(thread, value) else {
                    return Err(ERROR.error(thread, "required argument is not a float"));
                };
                self.put_float(thread, code, float, out)?;
            }
            b'F' | b'D' => {
                let (real, imaginary) = complex_of(thread, value)?;
                let (half, part) = (out.len() / 2, if code == b'F' { b'f' } else { b'd' });
                let (first, second) = out.split_at_mut(half);
                self.put_float(thread, part, real, first)?;
                self.put_float(thread, part, imaginary, second)?;
            }
            _ => {
                let number = integer(thread, code, value, out.len())?;
                self.put(out, number);
            }
        }
        Ok(())
    }

    /// The low bytes of a number.
    fn put(&self, out: &mut [u8], number: u64) {
        let size = out.len();
        out.copy_from_slice(&number.to_le_bytes()[..size]);
        if self.big_endian {
            out.reverse();
        }
    }

    fn put_float(&self, thread: &mut Thread, code: u8, float: f64, out: &mut [u8]) -> Result<()> {
        let bits = match code {
            b'd' => float.to_bits(),
            b'f' => {
                let narrow = float as f32;
                if narrow.is_infinite() && float.is_finite() {
                    return Err(thread.overflow_error("float too large to pack with f format"));
                }
                u64::from(narrow.to_bits())
            }
            _ => match half_bits(float) {
                Some(bits) => u64::from(bits),
                None => return Err(thread.overflow_error("float too large to pack with e format")),
            },
        };
        self.put(out, bits);
        Ok(())
    }

    /// The number in up to eight bytes, unsigned.
    fn get(&self, bytes: &[u8]) -> u64 {
        let mut wide = [0; 8];
        wide[..bytes.len()].copy_from_slice(bytes);
        if self.big_endian {
            wide[..bytes.len()].reverse();
        }
        u64::from_le_bytes(wide)
    }

    fn get_float(&self, code: u8, bytes: &[u8]) -> f64 {
        let bits = self.get(bytes);
        match code {
            b'd' => f64::from_bits(bits),
            b'f' => f64::from(f32::from_bits(bits as u32)),
            _ => half_value(bits as u16),
        }
    }

    fn unpack_one(&self, code: u8, bytes: &[u8]) -> Value {
        match code {
            b'c' | b's' => Bytes::new(bytes).value(),
            b'p' => {
                let length = bytes.first().map_or(0, |length| usize::from(*length).min(bytes.len() - 1));
                Bytes::new(if length == 0 { &[] } else { &bytes[1..=length] }).value()
            }
            b'?' => Value::from_bool(bytes[0] != 0),
            b'e' | b'f' | b'd' => Value::from_float(self.get_float(code, bytes)),
            b'F' | b'D' => {
                let (half, part) = (bytes.len() / 2, if code == b'F' { b'f' } else { b'd' });
                Complex::new(self.get_float(part, &bytes[..half]), self.get_float(part, &bytes[half..]))
            }
            _ => {
                let number = self.get(bytes);
                if !is_signed(code) {
                    return Value::from_unsigned(number);
                }
                let shift = 64 - 8 * bytes.len();
                Value::from_int((number << shift) as i64 >> shift)
            }
        }
    }
}

fn is_signed(code: u8) -> bool {
    code.is_ascii_lowercase()
}

fn pack_string(thread: &mut Thread, code: u8, value: Value, out: &mut [u8]) -> Result<()> {
    let array = value.downcast::<ByteArray>();
    let content = match (value.downcast::<Bytes>(), &array) {
        (Some(bytes), _) => bytes.as_slice(),
        (None, Some(array)) => array.as_slice(),
        _ => {
            let code = char::from(code);
            return Err(ERROR.error(thread, format!("argument for '{code}' must be a bytes object")));
        }
    };
    if code == b's' {
        let length = content.len().min(out.len());
        out[..length].copy_from_slice(&content[..length]);
    } else if let Some((first, rest)) = out.split_first_mut() {
        let length = content.len().min(rest.len());
        rest[..length].copy_from_slice(&content[..length]);
        *first = length.min(255) as u8;
    }
    Ok(())
}

fn complex_of(thread: &mut Thread, value: Value) -> Result<(f64, f64)> {
    if let Some(complex) = value.downcast::<Complex>() {
        return Ok((complex.real, complex.imaginary));
    }
    match to_float(thread, value) {
        Ok(real) => Ok((real, 0.0)),
        Err(_) => Err(ERROR.error(thread, "required argument is not a complex")),
    }
}

/// An integer in the range of a code, in two's complement.
fn integer(thread: &mut Thread, code: u8, value: Value, size: usize) -> Result<u64> {
    if value.as_int_or_bool().is_none() && class_of(value).special(Special::Index).is_none() {
        return Err(ERROR.error(thread, "required argument is not an integer"));
    }
    let int = index(thread, value)?;
    let wide = match int.as_int_or_bool() {
        Some(IntRef::Small(small)) => Some(i128::from(small)),
        Some(IntRef::Big { negative, limbs: [limb] }) => {
            Some(if negative { -i128::from(*limb) } else { i128::from(*limb) })
        }
        _ => None,
    };
    let bits = 8 * size as u32;
    let (least, greatest) = match (code, is_signed(code)) {
        // A pointer may be given either way.
        (b'P', _) => (i128::from(i64::MIN), i128::from(u64::MAX)),
        (_, true) => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
        (_, false) => (0, (1i128 << bits) - 1),
    };
    match wide {
        Some(wide) if (least..=greatest).contains(&wide) => Ok(wide as u64),
        _ if code == b'P' => Err(thread.overflow_error("int too large to convert")),
        _ => {
            let code = char::from(code);
            Err(ERROR.error(thread, format!("'{code}' format requires {least} <= number <= {greatest}")))
        }
    }
}

/// A float as half precision, rounded half to even; `None` if it is too large.
fn half_bits(float: f64) -> Option<u16> {
    let sign = if float.is_sign_negative() { 0x8000 } else { 0 };
    let size = float.abs();
    if float.is_nan() {
        return Some(sign | 0x7e00);
    }
    if size.is_infinite() {
        return Some(sign | 0x7c00);
    }
    // In units of the last place: 2^-24 for subnormals, 2^(e-10) for numbers in [2^e, 2^(e+1)).
    let exponent =
        if size < 2f64.powi(-14) { -14 } else { i32::from(((size.to_bits() >> 52) & 0x7ff) as u16) - 1023 };
    if exponent > 15 {
        return None;
    }
    let units = (size * 2f64.powi(10 - exponent)).round_ties_even() as u32;
    // A carry out of the mantissa goes into the exponent by itself.
    let bits = ((exponent + 14) as u32) * 1024 + units;
    if bits >= 0x7c00 { None } else { Some(sign | bits as u16) }
}

/// The value of half precision bits.
fn half_value(bits: u16) -> f64 {
    let (exponent, mantissa) = (i32::from((bits >> 10) & 0x1f), f64::from(bits & 0x3ff));
    let size = match exponent {
        0 => mantissa * 2f64.powi(-24),
        31 if mantissa == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + mantissa) * 2f64.powi(exponent - 25),
    };
    if bits & 0x8000 != 0 { -size } else { size }
}

/// The text of a format argument.
pub fn format_text(thread: &mut Thread, format: Value) -> Result<Vec<u8>> {
    if let Some(bytes) = format.downcast::<Bytes>() {
        return Ok(bytes.as_slice().to_vec());
    }
    let Some(text) = format.downcast::<Str>() else {
        let got = type_name(format);
        let message = format!("Struct() argument 1 must be a str or bytes object, not {got}");
        return Err(thread.type_error(message));
    };
    match text.as_ascii() {
        Some(text) => Ok(text.as_bytes().to_vec()),
        None => {
            // The codec makes the UnicodeEncodeError.
            thread.call_method(format, "encode", &[Str::new("ascii").value()])?;
            Ok(Vec::new())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{half_bits, half_value};

    #[test]
    fn half_precision_round_trips() {
        for bits in (0..0x7c00u16).chain(0x8000..0xfc00) {
            assert_eq!(half_bits(half_value(bits)), Some(bits), "{bits:#x}");
        }
        assert_eq!(half_bits(65520.0), None);
        assert_eq!(half_bits(65519.0), Some(0x7bff));
        assert_eq!(half_bits(2f64.powi(-25)), Some(0));
        assert_eq!(half_bits(2f64.powi(-24)), Some(1));
    }
}
