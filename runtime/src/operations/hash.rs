//! Hashing, with CPython's values.

use crate::object::float::Float;
use crate::object::int::IntRef;
use crate::object::pointer::Gc;
use crate::object::special::Special;
use crate::object::str::Str;
use crate::object::tuple::Tuple;
use crate::operations::{call, class_of};
use crate::thread::{Result, Thread};
use crate::types;
use crate::value::Value;
use siphasher::sip::SipHasher13;
use std::hash::Hasher;

/// The Mersenne prime 2^61 - 1, modulo which numbers are hashed.
pub const HASH_MODULUS: u64 = (1 << 61) - 1;
/// Hash of infinity.
pub const HASH_INFINITY: i64 = 314159;

/// Hash of None, the same in every process.
pub const HASH_NONE: i64 = 0xfca8_6420;
const HASH_IMAGINARY: i64 = 1_000_003;

static mut HASH_KEY: (u64, u64) = (0, 0);

/// Sets the key of string hashes, from `PYTHONHASHSEED`: 0 switches randomisation off.
pub fn set_seed(seed: Option<u32>) {
    let key = match seed {
        Some(0) => (0, 0),
        Some(seed) => expand_seed(seed),
        None => {
            let state = std::hash::RandomState::new();
            let part = |n: u8| {
                let mut hasher = std::hash::BuildHasher::build_hasher(&state);
                hasher.write_u8(n);
                hasher.finish()
            };
            (part(0), part(1))
        }
    };
    // SAFETY: called once at start-up.
    unsafe { HASH_KEY = key };
}

/// CPython's linear congruential generator for seeds.
fn expand_seed(seed: u32) -> (u64, u64) {
    let mut x = seed;
    let mut bytes = [0u8; 16];
    for byte in &mut bytes {
        x = x.wrapping_mul(214013).wrapping_add(2531011);
        *byte = (x >> 16) as u8;
    }
    let half = |i: usize| u64::from_le_bytes(std::array::from_fn(|k| bytes[i + k]));
    (half(0), half(8))
}

/// Hash of a str's or bytes object's memory.
pub fn hash_bytes(bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    // SAFETY: written once at start-up.
    let (k0, k1) = unsafe { HASH_KEY };
    let mut hasher = SipHasher13::new_with_keys(k0, k1);
    hasher.write(bytes);
    avoid_error(hasher.finish() as i64)
}

/// -1 stands for an error in CPython, so no hash has it.
#[inline]
fn avoid_error(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// `hash(value)`
#[inline]
pub fn hash(thread: &mut Thread, value: Value) -> Result<i64> {
    if let Some(s) = value.downcast::<Str>() {
        if class_of(value) == types().str {
            return Ok(s.hash());
        }
    }
    if let Some(i) = value.as_small_int() {
        return Ok(hash_small_int(i));
    }
    if value.is_immediate_float() {
        return Ok(hash_float(value.immediate_float()));
    }
    if let Some(tuple) = value.downcast::<Tuple>()
        && class_of(value) == types().tuple
    {
        return hash_tuple(thread, tuple);
    }
    hash_by_special(thread, value)
}

fn hash_by_special(thread: &mut Thread, value: Value) -> Result<i64> {
    if value.is_bool() {
        return Ok((value == Value::TRUE) as i64);
    }
    let class = class_of(value);
    match class.special(Special::Hash) {
        Some(method) if !method.is_none() => {
            if method == types().object_hash {
                return Ok(hash_identity(value));
            }
            let answer = call::call_special(thread, method, value, &[])?;
            match answer.as_int_or_bool() {
                Some(IntRef::Small(i)) => Ok(avoid_error(i)),
                Some(int) => Ok(hash_int(int)),
                None => Err(thread.type_error("__hash__ method should return an integer")),
            }
        }
        _ => {
            let class = class.native_name();
            Err(thread.type_error(format!("unhashable type: '{class}'")))
        }
    }
}

/// Hash of an object by its identity.
pub fn hash_identity(value: Value) -> i64 {
    avoid_error(value.0.rotate_right(4) as i64)
}

/// Hash of an int in a word.
#[inline]
pub fn hash_small_int(i: i64) -> i64 {
    let magnitude = i.unsigned_abs();
    if magnitude < HASH_MODULUS {
        return avoid_error(i);
    }
    let reduced = (magnitude % HASH_MODULUS) as i64;
    avoid_error(if i < 0 { -reduced } else { reduced })
}

/// Hash of any int.
pub fn hash_int(int: IntRef) -> i64 {
    match int {
        IntRef::Small(i) => hash_small_int(i),
        IntRef::Big { negative, limbs } => {
            let mut reduced: u64 = 0;
            for &limb in limbs.iter().rev() {
                reduced = (((reduced as u128) << 64 | limb as u128) % HASH_MODULUS as u128) as u64;
            }
            avoid_error(if negative { -(reduced as i64) } else { reduced as i64 })
        }
    }
}

/// Hash of a float; a NaN that isn't an object of its own hashes as 0.
pub fn hash_float(d: f64) -> i64 {
    if d.is_infinite() {
        return if d > 0.0 { HASH_INFINITY } else { -HASH_INFINITY };
    }
    if d.is_nan() || d == 0.0 {
        return 0;
    }
    let bits = d.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let (mantissa, exponent) = match exponent {
        0 => (bits & ((1 << 52) - 1), -1074),
        e => (bits & ((1 << 52) - 1) | 1 << 52, e - 1075),
    };
    // Multiplying by 2^e modulo 2^61 - 1 is a rotation in 61 bits.
    let rotation = exponent.rem_euclid(61) as u32;
    let m = mantissa % HASH_MODULUS;
    let rotated = ((m << rotation) & HASH_MODULUS) | (m >> (61 - rotation));
    let hash = (rotated % HASH_MODULUS) as i64;
    avoid_error(if d < 0.0 { -hash } else { hash })
}

/// Hash of a complex number.
pub fn hash_complex(real: f64, imaginary: f64) -> i64 {
    let imaginary = HASH_IMAGINARY.wrapping_mul(hash_float(imaginary));
    avoid_error(hash_float(real).wrapping_add(imaginary))
}

/// Hash of a float value: NaN objects hash by identity.
pub fn hash_float_value(value: Value) -> i64 {
    match value.downcast::<Float>() {
        Some(float) if float.value.is_nan() => hash_identity(value),
        Some(float) => hash_float(float.value),
        None => hash_float(value.immediate_float()),
    }
}

/// Hash of a tuple, computed once.
pub fn hash_tuple(thread: &mut Thread, mut tuple: Gc<Tuple>) -> Result<i64> {
    if tuple.hash == 0 {
        thread.check_native_stack()?;
        tuple.hash = combine_tuple(tuple.items().iter().map(|item| hash(thread, *item)))?;
    }
    Ok(tuple.hash)
}

/// Combines the hashes of a tuple's items (xxHash's mixing, as CPython).
pub fn combine_tuple(hashes: impl ExactSizeIterator<Item = Result<i64>>) -> Result<i64> {
    let length = hashes.len() as u64;
    let mixed = mix(hashes)?.wrapping_add(length ^ (PRIME_5 ^ 3527539));
    Ok(finish_mix(mixed))
}

/// Combines the hashes of a slice's parts: as a tuple's, without the length.
pub fn combine_slice(hashes: [Result<i64>; 3]) -> Result<i64> {
    mix(hashes.into_iter()).map(finish_mix)
}

const PRIME_1: u64 = 11400714785074694791;
const PRIME_2: u64 = 14029467366897019727;
const PRIME_5: u64 = 2870177450012600261;

fn mix(hashes: impl Iterator<Item = Result<i64>>) -> Result<u64> {
    let mut accumulator = PRIME_5;
    for hash in hashes {
        accumulator = accumulator.wrapping_add((hash? as u64).wrapping_mul(PRIME_2));
        accumulator = accumulator.rotate_left(31).wrapping_mul(PRIME_1);
    }
    Ok(accumulator)
}

fn finish_mix(mixed: u64) -> i64 {
    if mixed == u64::MAX { 1546275796 } else { mixed as i64 }
}
