//! How pickled arrays describe their bytes, independently of the machine.

use taipan_runtime::prelude::*;

/// An item's size in bytes, signedness and byte order.
#[derive(Clone, Copy)]
pub enum Format {
    Integer {
        size: usize,
        signed: bool,
        big_endian: bool,
    },
    Float {
        size: usize,
        big_endian: bool,
    },
    /// UTF-16 or UTF-32 code units.
    Text {
        size: usize,
        big_endian: bool,
    },
}

/// The number of the format that items of a code have on this machine.
pub fn of_code(code: u8) -> i64 {
    let little = match code {
        b'b' => return 1,
        b'B' => return 0,
        b'u' | b'w' => 20,
        b'H' => 2,
        b'h' => 4,
        b'I' => 6,
        b'i' => 8,
        b'L' | b'Q' => 10,
        b'l' | b'q' => 12,
        b'f' => 14,
        _ => 16,
    };
    little + i64::from(cfg!(target_endian = "big"))
}

impl Format {
    /// The format of a number.
    pub fn of_number(number: i64) -> Option<Format> {
        let big_endian = number % 2 == 1;
        Some(match number {
            0 => Format::Integer { size: 1, signed: false, big_endian: false },
            1 => Format::Integer { size: 1, signed: true, big_endian: false },
            2..=13 => {
                let pair = (number - 2) / 2;
                Format::Integer { size: 2 << (pair / 2), signed: pair % 2 == 1, big_endian }
            }
            14 | 15 => Format::Float { size: 4, big_endian },
            16 | 17 => Format::Float { size: 8, big_endian },
            18 | 19 => Format::Text { size: 2, big_endian },
            20 | 21 => Format::Text { size: 4, big_endian },
            _ => return None,
        })
    }

    /// Bytes of an item.
    pub fn size(self) -> usize {
        match self {
            Format::Integer { size, .. } | Format::Float { size, .. } | Format::Text { size, .. } => size,
        }
    }

    /// The item in its bytes. UTF-16 code units come out one by one.
    pub fn value(self, bytes: &[u8]) -> Value {
        let (Format::Integer { big_endian, .. }
        | Format::Float { big_endian, .. }
        | Format::Text { big_endian, .. }) = self;
        let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        let number = if big_endian { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) };
        match self {
            Format::Integer { size, signed: true, .. } => {
                let shift = 64 - 8 * size;
                Value::from_int((number << shift) as i64 >> shift)
            }
            Format::Integer { .. } => Value::from_unsigned(number),
            Format::Float { size: 4, .. } => Value::from_float(f64::from(f32::from_bits(number as u32))),
            Format::Float { .. } => Value::from_float(f64::from_bits(number)),
            Format::Text { .. } => {
                let c = (number as u32).min(0x10_ffff);
                Str::from_code_points(std::iter::once(c), 1, c).value()
            }
        }
    }
}
