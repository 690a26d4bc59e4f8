//! Items of memoryviews: single values in the machine's own formats, as the module `struct` names them.
//!
//! **Invariant.** Callers pass addresses of items with as many bytes as [`size_of_format`] says.

use crate::native::{ArgumentContext, FromArgument};
use crate::object::bytes::Bytes;
use crate::operations::class_of;
use crate::prelude::*;

/// The letter of a format of one native item.
pub fn native_letter(format: &str) -> Option<u8> {
    match format.strip_prefix('@').unwrap_or(format).as_bytes() {
        [letter] if size_of_letter(*letter).is_some() => Some(*letter),
        _ => None,
    }
}

fn size_of_letter(letter: u8) -> Option<usize> {
    Some(match letter {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
        _ => return None,
    })
}

/// Bytes of an item of a native format.
pub fn size_of_format(format: &str) -> Option<usize> {
    native_letter(format).and_then(size_of_letter)
}

/// Whether items are single bytes.
pub fn is_byte_format(format: &str) -> bool {
    matches!(native_letter(format), Some(b'B' | b'b' | b'c'))
}

/// The value of an item.
///
/// # Safety
/// The item's bytes can be read.
pub unsafe fn unpack(letter: u8, at: *const u8) -> Value {
    // SAFETY: the caller's promise; items may be unaligned.
    unsafe {
        macro_rules! read {
            ($type:ty) => {
                at.cast::<$type>().read_unaligned()
            };
        }
        match letter {
            b'c' => Bytes::new(&[read!(u8)]).value(),
            b'b' => Value::from_small_int(i64::from(read!(i8))),
            b'B' => Value::from_small_int(i64::from(read!(u8))),
            b'?' => Value::from_bool(read!(u8) != 0),
            b'h' => Value::from_small_int(i64::from(read!(i16))),
            b'H' => Value::from_small_int(i64::from(read!(u16))),
            b'i' => Value::from_small_int(i64::from(read!(i32))),
            b'I' => Value::from_small_int(i64::from(read!(u32))),
            b'l' | b'q' | b'n' => Value::from_int(read!(i64)),
            b'L' | b'Q' | b'N' | b'P' => Value::from_unsigned(read!(u64)),
            b'f' => Value::from_float(f64::from(read!(f32))),
            b'd' => Value::from_float(read!(f64)),
            _ => Value::from_float(half_to_double(read!(u16))),
        }
    }
}

/// An item's bytes for a value.
pub fn pack(thread: &mut Thread, letter: u8, value: Value, format: &str) -> Result<Vec<u8>> {
    macro_rules! integer {
        ($type:ty) => {{
            let int = integer_of(thread, value, format)?;
            match <$type as FromArgument>::from_argument(thread, int, &NOWHERE) {
                Ok(number) => number.to_ne_bytes().to_vec(),
                Err(_) => return Err(invalid_value(thread, format)),
            }
        }};
    }
    macro_rules! small_integer {
        ($type:ty) => {{
            let int = integer_of(thread, value, format)?;
            match int.as_small_int().and_then(|int| <$type>::try_from(int).ok()) {
                Some(number) => number.to_ne_bytes().to_vec(),
                None => return Err(invalid_value(thread, format)),
            }
        }};
    }
    Ok(match letter {
        b'c' => match value.downcast::<Bytes>() {
            Some(bytes) if bytes.length == 1 => bytes.as_slice().to_vec(),
            Some(_) => return Err(invalid_value(thread, format)),
            None => return Err(invalid_type(thread, format)),
        },
        b'?' => vec![u8::from(crate::operations::is_true(thread, value)?)],
        b'b' => small_integer!(i8),
        b'B' => small_integer!(u8),
        b'h' => small_integer!(i16),
        b'H' => small_integer!(u16),
        b'i' => small_integer!(i32),
        b'I' => small_integer!(u32),
        b'l' | b'q' | b'n' => integer!(i64),
        b'L' | b'Q' | b'N' | b'P' => integer!(u64),
        b'f' => (float_of(thread, value, format)? as f32).to_ne_bytes().to_vec(),
        b'd' => float_of(thread, value, format)?.to_ne_bytes().to_vec(),
        _ => match double_to_half(float_of(thread, value, format)?) {
            Some(half) => half.to_ne_bytes().to_vec(),
            None => return Err(thread.overflow_error("float too large to pack with e format")),
        },
    })
}

const NOWHERE: ArgumentContext = ArgumentContext { function: "memoryview", argument: "argument" };

fn integer_of(thread: &mut Thread, value: Value, format: &str) -> Result {
    match crate::operations::index(thread, value) {
        Err(raised) if class_of(raised.0).is_subclass_of(types().type_error) => {
            Err(invalid_type(thread, format))
        }
        result => result,
    }
}

fn float_of(thread: &mut Thread, value: Value, format: &str) -> Result<f64> {
    match crate::operations::convert::to_float(thread, value) {
        Err(raised) if class_of(raised.0).is_subclass_of(types().type_error) => {
            Err(invalid_type(thread, format))
        }
        result => result,
    }
}

#[cold]
fn invalid_type(thread: &mut Thread, format: &str) -> Raised {
    thread.type_error(format!("memoryview: invalid type for format '{format}'"))
}

#[cold]
fn invalid_value(thread: &mut Thread, format: &str) -> Raised {
    thread.value_error(format!("memoryview: invalid value for format '{format}'"))
}

/// IEEE half precision to double.
pub fn half_to_double(half: u16) -> f64 {
    let sign = if half & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(half >> 10 & 0x1f), f64::from(half & 0x3ff));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if half & 0x3ff == 0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    }
}

/// Double to IEEE half precision, half to even; `None` if it is too large.
pub fn double_to_half(d: f64) -> Option<u16> {
    let sign = if d.is_sign_negative() { 0x8000 } else { 0 };
    if d.is_nan() {
        return Some(sign | 0x7e00);
    }
    let magnitude = d.abs();
    if magnitude.is_infinite() {
        return Some(sign | 0x7c00);
    }
    if magnitude < 2f64.powi(-14) {
        // Subnormal: a multiple of 2^-24.
        return Some(sign | (magnitude * 2f64.powi(24)).round_ties_even() as u16);
    }
    let exponent = (magnitude.to_bits() >> 52) as i32 - 1023;
    if exponent > 15 {
        return None;
    }
    let scaled = (magnitude * 2f64.powi(10 - exponent)).round_ties_even() as u32;
    // Rounding up may carry into the exponent.
    let bits = ((exponent + 14) as u32) * 1024 + scaled;
    (bits < 0x7c00).then_some(sign | bits as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves() {
        for half in (0..0x7c00u16).chain(0x8000..0xfc00) {
            assert_eq!(double_to_half(half_to_double(half)), Some(half));
        }
        assert_eq!(double_to_half(65519.0), Some(0x7bff));
        assert_eq!(double_to_half(65520.0), None);
        assert_eq!(double_to_half(f64::NEG_INFINITY), Some(0xfc00));
    }
}
