//! Items of arrays: type codes, and packing and unpacking one item.

use crate::big;
use taipan_runtime::native::type_name;
use taipan_runtime::object::int::IntRef;
use taipan_runtime::object::packed_array::ElementKind;
use taipan_runtime::operations::convert::to_float;
use taipan_runtime::operations::index;
use taipan_runtime::prelude::*;

/// The type codes, in the order of `typecodes`.
pub const CODES: &str = "bBuwhHiIlLqQfd";

/// Bytes of an item, `None` if there is no such code.
pub fn item_size(code: u8) -> Option<usize> {
    Some(match code {
        b'b' | b'B' => 1,
        b'h' | b'H' => 2,
        b'u' | b'w' | b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'd' => 8,
        _ => return None,
    })
}

/// The machine type of the items as compiled code knows it, if it does.
pub fn element_kind(code: u8) -> Option<ElementKind> {
    Some(match code {
        b'b' => ElementKind::Int8,
        b'B' => ElementKind::Unsigned8,
        b'h' => ElementKind::Int16,
        b'H' => ElementKind::Unsigned16,
        b'i' => ElementKind::Int32,
        b'I' => ElementKind::Unsigned32,
        b'l' | b'q' => ElementKind::Int64,
        b'f' => ElementKind::Float32,
        b'd' => ElementKind::Float64,
        _ => return None,
    })
}

/// Whether items are characters.
pub fn is_text(code: u8) -> bool {
    matches!(code, b'u' | b'w')
}

/// The item in its bytes.
pub fn unpack(thread: &mut Thread, code: u8, bytes: &[u8]) -> Result {
    let mut wide = [0; 8];
    wide[..bytes.len()].copy_from_slice(bytes);
    let number = u64::from_ne_bytes(if cfg!(target_endian = "big") {
        wide.rotate_right(8 - bytes.len());
        wide
    } else {
        wide
    });
    Ok(match code {
        b'f' => Value::from_float(f64::from(f32::from_bits(number as u32))),
        b'd' => Value::from_float(f64::from_bits(number)),
        b'u' | b'w' => {
            let c = number as u32;
            if c > 0x10_ffff {
                return Err(
                    thread.value_error(format!("character U+{c:x} is not in range [U+0000; U+10ffff]"))
                );
            }
            Str::from_code_points(std::iter::once(c), 1, c).value()
        }
        b'b' => Value::from_int(i64::from(number as i8)),
        b'h' => Value::from_int(i64::from(number as i16)),
        b'i' => Value::from_int(i64::from(number as i32)),
        b'l' | b'q' => Value::from_int(number as i64),
        _ => Value::from_unsigned(number),
    })
}

/// The bytes of an item, in the first places.
pub fn pack(thread: &mut Thread, code: u8, value: Value) -> Result<[u8; 8]> {
    let mut bytes = [0; 8];
    match code {
        b'f' => bytes[..4].copy_from_slice(&(to_float(thread, value)? as f32).to_ne_bytes()),
        b'd' => bytes.copy_from_slice(&to_float(thread, value)?.to_ne_bytes()),
        b'u' | b'w' => bytes[..4].copy_from_slice(&character(thread, value)?.to_ne_bytes()),
        b'b' => bytes[..1]
            .copy_from_slice(&(ranged(thread, value, -0x80, 0x7f, "signed char")? as i8).to_ne_bytes()),
        b'B' => bytes[0] = ranged(thread, value, 0, 0xff, "unsigned byte integer")? as u8,
        b'h' => {
            let number = ranged(thread, value, -0x8000, 0x7fff, "signed short integer")?;
            bytes[..2].copy_from_slice(&(number as i16).to_ne_bytes());
        }
        b'H' => {
            let number = ranged(thread, value, 0, 0xffff, "unsigned short")?;
            bytes[..2].copy_from_slice(&(number as u16).to_ne_bytes());
        }
        b'i' => {
            let number = ranged(thread, value, i64::from(i32::MIN), i64::from(i32::MAX), "signed integer")?;
            bytes[..4].copy_from_slice(&(number as i32).to_ne_bytes());
        }
        b'I' => {
            let number = unsigned(thread, code, value)?;
            match u32::try_from(number) {
                Ok(number) => bytes[..4].copy_from_slice(&number.to_ne_bytes()),
                Err(_) => return Err(thread.overflow_error("unsigned int is greater than maximum")),
            }
        }
        b'l' | b'q' => {
            let message = if code == b'l' {
                "Python int too large to convert to C long"
            } else {
                "int too big to convert"
            };
            let number = signed(thread, value)?.ok_or_else(|| thread.overflow_error(message))?;
            bytes.copy_from_slice(&number.to_ne_bytes());
        }
        _ => bytes.copy_from_slice(&unsigned(thread, code, value)?.to_ne_bytes()),
    }
    Ok(bytes)
}

fn character(thread: &mut Thread, value: Value) -> Result<u32> {
    let Some(text) = value.downcast::<Str>() else {
        let got = type_name(value);
        return Err(thread.type_error(format!("array item must be a unicode character, not {got}")));
    };
    if text.length != 1 {
        let length = text.length;
        let message = format!("array item must be a unicode character, not a string of length {length}");
        return Err(thread.type_error(message));
    }
    Ok(text.at(0))
}

fn signed(thread: &mut Thread, value: Value) -> Result<Option<i64>> {
    if let Some(small) = value.as_small_int() {
        return Ok(Some(small));
    }
    let number = big::argument(thread, value)?;
    Ok(i64::try_from(&number).ok())
}

fn ranged(thread: &mut Thread, value: Value, least: i64, greatest: i64, what: &str) -> Result<i64> {
    match signed(thread, value)? {
        Some(number) if number < least => Err(thread.overflow_error(format!("{what} is less than minimum"))),
        Some(number) if number > greatest => {
            Err(thread.overflow_error(format!("{what} is greater than maximum")))
        }
        Some(number) => Ok(number),
        None => Err(thread.overflow_error("Python int too large to convert to C long")),
    }
}

fn unsigned(thread: &mut Thread, code: u8, value: Value) -> Result<u64> {
    let int = index(thread, value)?;
    let number = match int.as_int_or_bool() {
        Some(IntRef::Small(small)) => u64::try_from(small).map_err(|_| true),
        Some(IntRef::Big { negative: false, limbs: [limb] }) => Ok(*limb),
        Some(IntRef::Big { negative, .. }) => Err(negative),
        None => Err(false),
    };
    number.map_err(|negative| {
        let message = match (negative, code) {
            (true, b'Q') => "can't convert negative int to unsigned",
            (true, _) => "can't convert negative value to unsigned int",
            (false, b'Q') => "int too big to convert",
            (false, _) => "Python int too large to convert to C unsigned long",
        };
        thread.overflow_error(message)
    })
}
