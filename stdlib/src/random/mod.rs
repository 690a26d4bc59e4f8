//! `_random`: the generator behind `random.Random`.

mod twister;

use crate::big;
use taipan_runtime::native::TypeDefinition;
use taipan_runtime::native_layout;
use taipan_runtime::object::int::IntRef;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::hash;
use taipan_runtime::prelude::*;
use twister::{STATE, Twister};

/// The module `_random`.
pub struct RandomModule;

/// Module implements the Mersenne Twister random number generator.
#[native_module(name = "_random")]
impl RandomModule {
    #[types]
    fn types() -> &'static [&'static TypeDefinition] {
        &[Random::DEFINITION]
    }
}

/// A generator.
#[repr(C)]
pub struct Random {
    head: NativeHead,
    twister: Box<Twister>,
}

native_layout!(Random, "_random.Random", |this, tracer| ());

/// Seeds from an int's magnitude, another object's hash, or the system's randomness.
fn seed(thread: &mut Thread, mut this: Gc<Random>, n: Value) -> Result<()> {
    if n.is_none() {
        let (mut words, mut bytes) = ([0u32; STATE], [0; STATE * 4]);
        if getrandom::getrandom(&mut bytes).is_err() {
            return Err(thread.os_error("the system gives no random bytes"));
        }
        for (word, bytes) in words.iter_mut().zip(bytes.chunks_exact(4)) {
            *word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        this.twister.seed(&words);
        return Ok(());
    }
    if n.as_int_or_bool().is_none() {
        let hash = hash(thread, n)? as u64;
        let words = [hash as u32, (hash >> 32) as u32];
        let used = if words[1] == 0 { 1 } else { 2 };
        this.twister.seed(&words[..used]);
        return Ok(());
    }
    let (_, magnitude) = big::argument(thread, n)?.into_parts();
    let mut words: Vec<u32> =
        magnitude.as_words().iter().flat_map(|word| [*word as u32, (*word >> 32) as u32]).collect();
    while words.len() > 1 && words.last() == Some(&0) {
        words.pop();
    }
    if words.is_empty() {
        words.push(0);
    }
    this.twister.seed(&words);
    Ok(())
}

/// Random() -> create a random number generator with its own internal state.
#[native_type(name = "Random", module = "_random", base_type, mutable)]
impl Random {
    #[new("(*args, **kwargs)", hidden)]
    fn new(class: Gc<TypeObject>, _args: &[Value], _kwargs: KeywordArguments<'_>) -> Gc<Random> {
        native_object::new(class, Random { head: NativeHead::empty(), twister: Box::default() })
    }

    #[method("(n=None, /)")]
    fn __init__(thread: &mut Thread, this: Gc<Random>, n: Value) -> Result<()> {
        seed(thread, this, n)
    }

    /// Set the state from n, or from the system's randomness without.
    #[method("(n=None, /)")]
    fn seed(thread: &mut Thread, this: Gc<Random>, n: Value) -> Result<()> {
        seed(thread, this, n)
    }

    /// Return a float from 0.0 up to but not including 1.0.
    #[method("()")]
    fn random(mut this: Gc<Random>) -> f64 {
        this.twister.next_float()
    }

    /// Return an int of k random bits.
    #[method("(k, /)")]
    fn getrandbits(thread: &mut Thread, mut this: Gc<Random>, k: Value) -> Result {
        let k = taipan_runtime::operations::index(thread, k)?;
        let Some(bits) = k.as_small_int() else {
            return Err(match k.as_int() {
                Some(IntRef::Big { negative: true, .. }) => thread.value_error("Cannot convert negative int"),
                _ => thread.overflow_error("Python int too large for C uint64_t"),
            });
        };
        let Ok(bits) = usize::try_from(bits) else {
            return Err(thread.value_error("Cannot convert negative int"));
        };
        if bits == 0 {
            return Ok(Value::from_small_int(0));
        }
        if bits <= 32 {
            return Ok(Value::from_int(i64::from(this.twister.next_word() >> (32 - bits))));
        }
        let count = bits.div_ceil(32);
        let mut limbs = Vec::new();
        if limbs.try_reserve_exact(count.div_ceil(2)).is_err() {
            return Err(thread.memory_error(""));
        }
        for i in 0..count {
            let mut word = this.twister.next_word();
            let left = bits - 32 * i;
            if left < 32 {
                word >>= 32 - left;
            }
            match i % 2 {
                0 => limbs.push(u64::from(word)),
                _ => limbs[i / 2] |= u64::from(word) << 32,
            }
        }
        Ok(Value::from_limbs(false, &limbs))
    }

    /// Return the state as a tuple of ints.
    #[method("()")]
    fn getstate(this: Gc<Random>) -> Gc<Tuple> {
        let twister = &this.twister;
        Tuple::from_fn(STATE + 1, |i| {
            let number = if i < STATE { twister.words[i] as i64 } else { twister.index as i64 };
            Value::from_small_int(number)
        })
    }

    /// Set the state that getstate() returned.
    #[method("(state, /)")]
    fn setstate(thread: &mut Thread, mut this: Gc<Random>, state: Value) -> Result<()> {
        let Some(state) = state.downcast::<Tuple>() else {
            return Err(thread.type_error("state vector must be a tuple"));
        };
        if state.length != STATE + 1 {
            return Err(thread.value_error("state vector is the wrong size"));
        }
        let mut new = Twister::default();
        for (word, item) in new.words.iter_mut().zip(state.items()) {
            *word = word_of(thread, *item)?;
        }
        let index = taipan_runtime::operations::index(thread, state.items()[STATE])?;
        let Some(index) = index.as_small_int() else {
            return Err(thread.overflow_error("Python int too large to convert to C long"));
        };
        match usize::try_from(index) {
            Ok(index) if index <= STATE => new.index = index,
            _ => return Err(thread.value_error("invalid state")),
        }
        *this.twister = new;
        Ok(())
    }
}

/// A word of the state: 32 bits of an int.
fn word_of(thread: &mut Thread, item: Value) -> Result<u32> {
    match item.as_int_or_bool() {
        Some(IntRef::Small(small)) if small >= 0 => {
            u32::try_from(small).map_err(|_| thread.value_error("invalid state"))
        }
        Some(IntRef::Big { negative: false, limbs: [_] }) => Err(thread.value_error("invalid state")),
        Some(IntRef::Small(_) | IntRef::Big { negative: true, .. }) => {
            Err(thread.overflow_error("can't convert negative value to unsigned int"))
        }
        Some(_) => Err(thread.overflow_error("Python int too large to convert to C unsigned long")),
        None => Err(thread.type_error("an integer is required")),
    }
}
