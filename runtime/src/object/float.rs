//! Floats that their word can't hold, and instances of subclasses of float.

use crate::heap::{Header, heap};
use crate::layout;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::object::type_object::TypeObject;
use crate::value::Value;

/// A boxed float.
#[repr(C)]
pub struct Float {
    pub header: Header,
    pub value: f64,
}

layout!(Float, ObjectKind::Float, "float");

/// A complex number.
#[repr(C)]
pub struct Complex {
    pub header: Header,
    pub real: f64,
    pub imaginary: f64,
}

layout!(Complex, ObjectKind::Complex, "complex");

/// 0.0, shared: the commonest float that isn't immediate. Its shape is set at start-up.
pub static mut ZERO: Float =
    Float { header: Header { shape: 0, size_words: 2, gc: 0, kind: ObjectKind::Float as u8 }, value: 0.0 };

impl Float {
    /// Allocates a box of a class.
    pub fn allocate(class: Gc<TypeObject>, value: f64) -> Gc<Float> {
        let size = crate::object::instance::allocation_size(class);
        let mut float: Gc<Float> =
            Gc::from_header(heap().alloc(ObjectKind::Float as u8, class.root_shape, size));
        float.value = value;
        float
    }
}

impl Complex {
    pub fn allocate(class: Gc<TypeObject>, real: f64, imaginary: f64) -> Gc<Complex> {
        let size = crate::object::instance::allocation_size(class);
        let mut complex: Gc<Complex> =
            Gc::from_header(heap().alloc(ObjectKind::Complex as u8, class.root_shape, size));
        complex.real = real;
        complex.imaginary = imaginary;
        complex
    }

    pub fn new(real: f64, imaginary: f64) -> Value {
        Complex::allocate(crate::types().complex, real, imaginary).value()
    }
}

impl Value {
    /// The float object or word of `d`.
    #[inline(always)]
    pub fn from_float(d: f64) -> Value {
        match Value::try_immediate_float(d) {
            Some(value) => value,
            None => box_float(d),
        }
    }

    /// The value of a float or of an instance of a subclass of float.
    #[inline(always)]
    pub fn as_float(self) -> Option<f64> {
        if self.is_immediate_float() {
            Some(self.immediate_float())
        } else {
            self.downcast::<Float>().map(|float| float.value)
        }
    }
}

/// A float that its word can't hold.
#[cold]
#[inline(never)]
pub fn box_float(d: f64) -> Value {
    if d.to_bits() == 0 {
        return Value(&raw const ZERO as u64);
    }
    Float::allocate(crate::types().float, d).value()
}
