//! Between ints and other things: `int(x)`, decimal text within the limit on digits, arrays of bytes.

use crate::builtins::text_support::{class_name, raise};
use crate::object::bytes::Bytes;
use crate::object::int::IntRef;
use crate::object::special::Special;
use crate::operations::buffer::BytesLike;
use crate::operations::{self, big_int, class_of};
use crate::prelude::*;
use crate::text::int_parse::{self, IntParseError, ParsedInt};
use dashu_int::{IBig, UBig};

/// `int(value)`
pub fn int_of(thread: &mut Thread, value: Value) -> Result {
    let class = class_of(value);
    if class == types().int {
        return Ok(value);
    }
    for (special, name) in [(Special::Int, "__int__"), (Special::Index, "__index__")] {
        if let Some(answer) = thread.call_special(value, special, &[])? {
            return operations::convert::int_answer(thread, answer, name);
        }
    }
    match int_of_text(thread, value, 10)? {
        Some(int) => Ok(int),
        None => {
            let got = class_name(value);
            Err(thread.type_error(format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{got}'"
            )))
        }
    }
}

/// The int that a str or bytes-like object spells; `None` for other objects.
pub fn int_of_text(thread: &mut Thread, value: Value, base: i64) -> Result<Option<Value>> {
    let limit = int_parse::digit_limit();
    if let Some(string) = value.downcast::<Str>() {
        let parsed = int_parse::parse(string.characters(), base, limit);
        return finish(thread, parsed, value, base).map(Some);
    }
    let Some(bytes) = BytesLike::of(thread, value)? else { return Ok(None) };
    let parsed = int_parse::parse_bytes(&bytes, base, limit);
    let shown = match value.downcast::<Bytes>() {
        Some(_) => value,
        None => Bytes::new(&bytes).value(),
    };
    finish(thread, parsed, shown, base).map(Some)
}

fn finish(
    thread: &mut Thread,
    parsed: std::result::Result<ParsedInt, IntParseError>,
    shown: Value,
    base: i64,
) -> Result {
    match parsed {
        Ok(ParsedInt::Small(i)) => Ok(Value::from_int(i)),
        Ok(ParsedInt::Big { negative, digits, radix }) => Ok(big_from_digits(negative, &digits, radix)),
        Err(error) => {
            let repr = operations::repr(thread, shown)?.to_string_lossy();
            let error = error.into_error(base, || repr);
            Err(raise(thread, error))
        }
    }
}

/// The int of plain digits.
pub fn big_from_digits(negative: bool, digits: &str, radix: u32) -> Value {
    let magnitude = IBig::from(UBig::from_str_radix(digits, radix).unwrap_or(UBig::ZERO));
    big_int::from_ibig(&if negative { -magnitude } else { magnitude })
}

/// `str(int)`: ValueError if that is more digits than `sys.set_int_max_str_digits` allows.
pub fn decimal_text(thread: &mut Thread, int: IntRef) -> Result<String> {
    if let IntRef::Small(i) = int {
        return Ok(i.to_string());
    }
    let limit = int_parse::digit_limit();
    // At least as many digits as this: far too large numbers aren't converted at all.
    let least = (big_int::bit_length(int) - 1) as f64 * std::f64::consts::LOG10_2;
    if limit > 0 && least > (limit + 1) as f64 {
        return Err(too_many_digits(thread, limit));
    }
    let text = big_int::to_decimal(int);
    if limit > 0 && text.trim_start_matches('-').len() > limit {
        return Err(too_many_digits(thread, limit));
    }
    Ok(text)
}

#[cold]
fn too_many_digits(thread: &mut Thread, limit: usize) -> Raised {
    raise(thread, int_parse::too_many_digits_to_write(limit))
}

/// Reads a `byteorder` argument.
pub fn is_little_endian(thread: &mut Thread, order: Option<Gc<Str>>) -> Result<bool> {
    match order {
        None => Ok(false),
        Some(order) if order.is("big") => Ok(false),
        Some(order) if order.is("little") => Ok(true),
        Some(_) => Err(thread.value_error("byteorder must be either 'little' or 'big'")),
    }
}

/// `int.from_bytes`
pub fn from_bytes(bytes: &[u8], little: bool, signed: bool) -> Value {
    let mut bytes = bytes.to_vec();
    if !little {
        bytes.reverse();
    }
    let negative = signed && bytes.last().is_some_and(|top| top & 0x80 != 0);
    let fill = if negative { 0xff } else { 0 };
    bytes.resize(bytes.len().next_multiple_of(8), fill);
    let word = |chunk: &[u8]| chunk.iter().rev().fold(0u64, |word, &byte| word << 8 | u64::from(byte));
    let mut limbs: Vec<u64> = bytes.chunks(8).map(word).collect();
    if negative {
        negate_limbs(&mut limbs);
    }
    Value::from_limbs(negative, &limbs)
}

/// Two's complement.
fn negate_limbs(limbs: &mut [u64]) {
    let mut carry = true;
    for limb in limbs {
        (*limb, carry) = (!*limb).overflowing_add(u64::from(carry));
    }
}

/// `int.to_bytes`
pub fn to_bytes(
    thread: &mut Thread,
    int: IntRef,
    length: isize,
    little: bool,
    signed: bool,
) -> Result<Gc<Bytes>> {
    let Ok(length) = usize::try_from(length) else {
        return Err(thread.value_error("length argument must be non-negative"));
    };
    let negative = big_int::is_negative(int);
    if negative && !signed {
        return Err(thread.overflow_error("can't convert negative int to unsigned"));
    }
    let small;
    let limbs = match int {
        IntRef::Small(i) => {
            small = [i.unsigned_abs()];
            &small[..]
        }
        IntRef::Big { limbs, .. } => limbs,
    };
    let mut limbs = limbs.to_vec();
    // Room for the sign bit.
    limbs.push(0);
    if negative {
        negate_limbs(&mut limbs);
    }
    let mut bytes: Vec<u8> = limbs.iter().flat_map(|limb| limb.to_le_bytes()).collect();
    let fill = if negative { 0xff } else { 0 };
    let fits = bytes.iter().skip(length).all(|&byte| byte == fill)
        && (!signed
            || length == 0 && !negative
            || length > 0 && (bytes.get(length - 1).copied().unwrap_or(fill) & 0x80 != 0) == negative);
    if !fits {
        return Err(thread.overflow_error("int too big to convert"));
    }
    if length > isize::MAX as usize / 2 {
        return Err(thread.memory_error(""));
    }
    bytes.resize(length, fill);
    if !little {
        bytes.reverse();
    }
    Ok(Bytes::new(&bytes))
}

#[cfg(test)]
mod tests {
    use super::from_bytes;

    #[test]
    fn bytes_to_small_ints() {
        assert_eq!(from_bytes(b"\x01\x00", false, false).as_small_int(), Some(256));
        assert_eq!(from_bytes(b"\x01\x00", true, false).as_small_int(), Some(1));
        assert_eq!(from_bytes(b"\xff\xfe", false, true).as_small_int(), Some(-2));
        assert_eq!(from_bytes(b"", false, true).as_small_int(), Some(0));
        assert_eq!(from_bytes(b"\x80\0\0\0\0\0\0", false, true).as_small_int(), Some(-(1 << 55)));
    }
}
