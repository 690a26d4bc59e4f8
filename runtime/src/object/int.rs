//! Integers too wide for a word, and instances of subclasses of int: sign and magnitude in 64-bit limbs, little end first.
//!
//! **Invariants.** The top limb isn't zero. An exact int that fits in 63 bits is never an object: constructors normalise. Arithmetic is the
//! crate `dashu-int`'s, through [`crate::operations::big_int`].

use crate::heap::{Header, Tracer, heap};
use crate::layout;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::object::type_object::TypeObject;
use crate::value::Value;

/// An int object.
#[repr(C)]
pub struct Int {
    pub header: Header,
    /// Number of limbs.
    pub length: usize,
    pub negative: bool,
    padding: [u8; 7],
    // the limbs follow
}

layout!(Int, ObjectKind::Int, "int");

/// Visits an int's class and the attributes of subclass instances.
///
/// # Safety
/// `object` is live.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    // SAFETY: passed on.
    unsafe { crate::object::trace::attributes_only(object, tracer) };
}

/// An integer's value, wherever it is stored.
#[derive(Clone, Copy)]
pub enum IntRef {
    Small(i64),
    Big { negative: bool, limbs: &'static [u64] },
}

impl Int {
    /// Allocates an object with these limbs, of which the last isn't zero.
    pub fn allocate(class: Gc<TypeObject>, negative: bool, limbs: &[u64]) -> Option<Gc<Int>> {
        debug_assert!(limbs.last() != Some(&0));
        let tail = if class.attributes_offset != 0 { 8 } else { 0 };
        let header = heap().alloc_fallible(
            ObjectKind::Int as u8,
            class.root_shape,
            size_of::<Int>() + limbs.len() * 8 + tail,
        )?;
        let mut int: Gc<Int> = Gc::from_header(header);
        int.length = limbs.len();
        int.negative = negative;
        // SAFETY: the allocation has room for the limbs.
        unsafe { std::ptr::copy_nonoverlapping(limbs.as_ptr(), int.data(), limbs.len()) };
        Some(int)
    }
}

impl Gc<Int> {
    #[inline(always)]
    fn data(self) -> *mut u64 {
        // SAFETY: the limbs follow the fields.
        unsafe { self.as_pointer().add(1).cast() }
    }

    /// The magnitude.
    pub fn limbs(self) -> &'static [u64] {
        // SAFETY: `length` limbs follow the fields; the caller's pointer keeps the object alive.
        unsafe { std::slice::from_raw_parts(self.data(), self.length) }
    }
}

impl Value {
    /// The value of an int or of an instance of a subclass of int; bools are not included.
    #[inline]
    pub fn as_int(self) -> Option<IntRef> {
        if self.is_small_int() {
            return Some(IntRef::Small(self.small_int()));
        }
        let int = self.downcast::<Int>()?;
        let (negative, limbs) = (int.negative, int.limbs());
        Some(match limbs {
            [] => IntRef::Small(0),
            [limb] if *limb <= i64::MAX as u64 => {
                IntRef::Small(if negative { -(*limb as i64) } else { *limb as i64 })
            }
            _ => IntRef::Big { negative, limbs },
        })
    }

    /// As [`Value::as_int`], with False and True as 0 and 1.
    #[inline]
    pub fn as_int_or_bool(self) -> Option<IntRef> {
        if self.is_bool() { Some(IntRef::Small((self == Value::TRUE) as i64)) } else { self.as_int() }
    }

    /// The int of any i64.
    #[inline]
    pub fn from_int(i: i64) -> Value {
        match Value::try_small_int(i) {
            Some(value) => value,
            None => Value::from_limbs(i < 0, &[i.unsigned_abs()]),
        }
    }

    /// The int of any u64.
    #[inline]
    pub fn from_unsigned(i: u64) -> Value {
        match i64::try_from(i).ok().and_then(Value::try_small_int) {
            Some(value) => value,
            None => Value::from_limbs(false, &[i]),
        }
    }

    /// The int of a sign and magnitude; high zero limbs are dropped.
    pub fn from_limbs(negative: bool, limbs: &[u64]) -> Value {
        let used = limbs.iter().rposition(|&limb| limb != 0).map_or(0, |i| i + 1);
        match &limbs[..used] {
            [] => Value::from_small_int(0),
            [limb] if *limb < 1 << 62 || negative && *limb == 1 << 62 => {
                Value::from_small_int(if negative { (*limb as i64).wrapping_neg() } else { *limb as i64 })
            }
            limbs => Int::allocate(crate::types().int, negative, limbs)
                .unwrap_or_else(|| crate::heap::out_of_memory(limbs.len() * 8))
                .value(),
        }
    }
}
