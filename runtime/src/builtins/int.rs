//! What Python code sees of `int`; the conversions from text and bytes are in [`crate::builtins::int_convert`].

use crate::builtins::int_convert::{self, decimal_text, int_of, int_of_text};
use crate::builtins::text_support::{OrRaise, bytes_of, convert_to_class};
use crate::native::{
    FromReceiver, GetSetDefinition, NativeDefinition, TypeDefinition, wrong_getset_receiver, wrong_receiver,
};
use crate::object::bytes::Bytes;
use crate::object::int::{Int, IntRef};
use crate::object::tuple::Tuple;
use crate::operations::arithmetic::{BinaryOperator, int_binary};
use crate::operations::{self, Comparison, big_int, hash};
use crate::prelude::*;
use crate::text::format_spec::{FormatSpec, IntForm, NumericLocale};

/// The receiver of int's methods: an int, a bool, or an instance of a subclass.
#[derive(Clone, Copy)]
pub struct IntSelf {
    pub value: Value,
    pub int: IntRef,
}

impl IntSelf {
    /// As an exact int.
    pub fn exact(self) -> Value {
        operations::convert::exact_int(self.value, self.int)
    }
}

impl FromReceiver for IntSelf {
    #[inline(always)]
    fn from_receiver(
        thread: &mut Thread,
        value: Value,
        definition: &'static NativeDefinition,
    ) -> Result<IntSelf> {
        match value.as_int_or_bool() {
            Some(int) => Ok(IntSelf { value, int }),
            None => Err(wrong_receiver(thread, value, definition)),
        }
    }

    fn from_getset_receiver(
        thread: &mut Thread,
        value: Value,
        getset: &'static GetSetDefinition,
        owner: &'static TypeDefinition,
    ) -> Result<IntSelf> {
        match value.as_int_or_bool() {
            Some(int) => Ok(IntSelf { value, int }),
            None => Err(wrong_getset_receiver(thread, value, getset, owner)),
        }
    }
}

impl IntRef {
    pub fn is_zero(self) -> bool {
        matches!(self, IntRef::Small(0))
    }
}

/// `this OP other`
fn binary(thread: &mut Thread, op: BinaryOperator, this: IntSelf, other: Value) -> Result {
    match other.as_int_or_bool() {
        Some(other) => int_binary(thread, op, this.int, other),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `other OP this`
fn reflected(thread: &mut Thread, op: BinaryOperator, this: IntSelf, other: Value) -> Result {
    match other.as_int_or_bool() {
        Some(other) => int_binary(thread, op, other, this.int),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn compare(this: IntSelf, other: Value, op: Comparison) -> Value {
    match other.as_int_or_bool() {
        Some(other) => Value::from_bool(op.holds(big_int::compare(this.int, other))),
        None => Value::NOT_IMPLEMENTED,
    }
}

fn div_mod(thread: &mut Thread, x: IntRef, y: IntRef) -> Result {
    match big_int::floor_div_mod(x, y) {
        Some((quotient, remainder)) => Ok(Tuple::new(&[quotient, remainder]).value()),
        None => Err(thread.zero_division_error("division by zero")),
    }
}

/// `pow(base, exponent, modulus)`
fn power(thread: &mut Thread, base: Value, exponent: Value, modulus: Value) -> Result {
    let (Some(base), Some(exponent)) = (base.as_int_or_bool(), exponent.as_int_or_bool()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if modulus.is_none() {
        return int_binary(thread, BinaryOperator::Power, base, exponent);
    }
    let Some(modulus) = modulus.as_int_or_bool() else { return Ok(Value::NOT_IMPLEMENTED) };
    if modulus.is_zero() {
        return Err(thread.value_error("pow() 3rd argument cannot be 0"));
    }
    match big_int::power_modulo(base, exponent, modulus) {
        Some(power) => Ok(power),
        None => Err(thread.value_error("base is not invertible for the given modulus")),
    }
}

/// `round(int, digits)`: half to even.
fn round(thread: &mut Thread, this: IntSelf, digits: Value) -> Result {
    if digits.is_null() {
        return Ok(this.exact());
    }
    let digits = operations::index(thread, digits)?;
    let places = match digits.as_int() {
        Some(IntRef::Small(digits)) if digits >= 0 => return Ok(this.exact()),
        Some(IntRef::Big { negative: false, .. }) => return Ok(this.exact()),
        Some(IntRef::Small(digits)) => digits.unsigned_abs(),
        _ => u64::MAX,
    };
    // More places than digits: everything rounds to zero.
    if places > big_int::bit_length(this.int) / 3 + 2 {
        return Ok(Value::from_small_int(0));
    }
    Ok(big_int::round_to_power_of_ten(this.int, places as usize))
}

/// `format(int, spec)`
fn format(thread: &mut Thread, this: IntSelf, spec: Gc<Str>) -> Result<Gc<Str>> {
    if spec.length == 0 {
        return operations::str_of(thread, this.value);
    }
    let name = operations::attribute::class_name(this.value);
    let spec = FormatSpec::parse_for_int(spec.characters(), &name).or_raise(thread)?;
    let locale = NumericLocale::default();
    let mut out = crate::text::TextBuilder::new();
    match spec.int_form(&name).or_raise(thread)? {
        IntForm::Float => {
            let d = big_int::to_float(thread, this.int)?;
            spec.write_float(d, &name, &locale, &mut out).or_raise(thread)?;
        }
        IntForm::Character => {
            let c = match this.int {
                IntRef::Small(i) => u32::try_from(i).ok(),
                _ => None,
            };
            spec.write_character(c, &mut out).or_raise(thread)?;
        }
        IntForm::Digits(radix) => {
            let negative = big_int::is_negative(this.int);
            let digits = match radix {
                10 => decimal_text(thread, this.int)?.trim_start_matches('-').to_string(),
                radix => big_int::digits_in_base(this.int, radix),
            };
            spec.write_int(negative, &digits, &locale, &mut out).or_raise(thread)?;
        }
    }
    Ok(Str::from_characters(out.characters()))
}

/// `int(x, base)`, where absent arguments are NULL.
fn construct(thread: &mut Thread, x: Value, base: Value) -> Result {
    if base.is_null() {
        return if x.is_null() { Ok(Value::from_small_int(0)) } else { int_of(thread, x) };
    }
    if x.is_null() {
        return Err(thread.type_error("int() missing string argument"));
    }
    let base = operations::convert::index_clamped(thread, base)?;
    if base != 0 && !(2..=36).contains(&base) {
        return Err(thread.value_error("int() base must be >= 2 and <= 36, or 0"));
    }
    match int_of_text(thread, x, base)? {
        Some(int) => Ok(int),
        None => Err(thread.type_error("int() can't convert non-string with explicit base")),
    }
}

/// The instance of a subclass with an int's value.
fn instance(thread: &mut Thread, class: Gc<TypeObject>, int: Value) -> Result {
    let mut limb = [0u64];
    let (negative, limbs): (bool, &[u64]) = match int.as_int() {
        Some(IntRef::Big { negative, limbs }) => (negative, limbs),
        Some(IntRef::Small(0)) | None => (false, &[]),
        Some(IntRef::Small(i)) => {
            limb[0] = i.unsigned_abs();
            (i < 0, &limb)
        }
    };
    match Int::allocate(class, negative, limbs) {
        Some(int) => Ok(int.value()),
        None => Err(thread.memory_error("")),
    }
}

/// int([x]) -> integer
/// int(x, base=10) -> integer
///
/// An integer, of any size.
#[native_type(name = "int", base_type)]
impl Int {
    #[new("($type, x=0, /, base=10)", hidden)]
    fn new_int(thread: &mut Thread, class: Gc<TypeObject>, x: Option<Value>, base: Option<Value>) -> Result {
        let int = construct(thread, x.unwrap_or(Value::NULL), base.unwrap_or(Value::NULL))?;
        if class == types().int { Ok(int) } else { instance(thread, class, int) }
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: IntSelf) -> Result<Gc<Str>> {
        if let IntRef::Small(i @ 0..10) = this.int {
            return Ok(crate::builtins::text_support::latin1_character(b'0' + i as u8));
        }
        let text = decimal_text(thread, this.int)?;
        Ok(Str::from_one_byte(text.as_bytes(), true))
    }

    #[method]
    fn __hash__(this: IntSelf) -> i64 {
        hash::hash_int(this.int)
    }

    #[method]
    fn __lt__(this: IntSelf, other: Value) -> Value {
        compare(this, other, Comparison::Less)
    }

    #[method]
    fn __le__(this: IntSelf, other: Value) -> Value {
        compare(this, other, Comparison::LessEqual)
    }

    #[method]
    fn __eq__(this: IntSelf, other: Value) -> Value {
        compare(this, other, Comparison::Equal)
    }

    #[method]
    fn __ne__(this: IntSelf, other: Value) -> Value {
        compare(this, other, Comparison::NotEqual)
    }

    #[method]
    fn __gt__(this: IntSelf, other: Value) -> Value {
        compare(this, other, Comparison::Greater)
    }

    #[method]
    fn __ge__(this: IntSelf, other: Value) -> Value {
        compare(this, other, Comparison::GreaterEqual)
    }

    #[method]
    fn __add__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        binary(thread, BinaryOperator::Add, this, other)
    }

    #[method]
    fn __radd__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        reflected(thread, BinaryOperator::Add, this, other)
    }

    #[method]
    fn __sub__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        binary(thread, BinaryOperator::Subtract, this, other)
    }

    #[method]
    fn __rsub__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        reflected(thread, BinaryOperator::Subtract, this, other)
    }

    #[method]
    fn __mul__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        binary(thread, BinaryOperator::Multiply, this, other)
    }

    #[method]
    fn __rmul__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        reflected(thread, BinaryOperator::Multiply, this, other)
    }

    #[method]
    fn __floordiv__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        binary(thread, BinaryOperator::FloorDivide, this, other)
    }

    #[method]
    fn __rfloordiv__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        reflected(thread, BinaryOperator::FloorDivide, this, other)
    }

    #[method]
    fn __mod__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        binary(thread, BinaryOperator::Remainder, this, other)
    }

    #[method]
    fn __rmod__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        reflected(thread, BinaryOperator::Remainder, this, other)
    }

    #[method]
    fn __truediv__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        binary(thread, BinaryOperator::TrueDivide, this, other)
    }

    #[method]
    fn __rtruediv__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        reflected(thread, BinaryOperator::TrueDivide, this, other)
    }

    #[method]
    fn __lshift__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        binary(thread, BinaryOperator::LeftShift, this, other)
    }

    #[method]
    fn __rlshift__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        reflected(thread, BinaryOperator::LeftShift, this, other)
    }

    #[method]
    fn __rshift__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        binary(thread, BinaryOperator::RightShift, this, other)
    }

    #[method]
    fn __rrshift__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        reflected(thread, BinaryOperator::RightShift, this, other)
    }

    #[method]
    fn __and__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        binary(thread, BinaryOperator::And, this, other)
    }

    #[method]
    fn __rand__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        reflected(thread, BinaryOperator::And, this, other)
    }

    #[method]
    fn __or__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        binary(thread, BinaryOperator::Or, this, other)
    }

    #[method]
    fn __ror__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        reflected(thread, BinaryOperator::Or, this, other)
    }

    #[method]
    fn __xor__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        binary(thread, BinaryOperator::Xor, this, other)
    }

    #[method]
    fn __rxor__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        reflected(thread, BinaryOperator::Xor, this, other)
    }

    #[method]
    fn __divmod__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        match other.as_int_or_bool() {
            Some(other) => div_mod(thread, this.int, other),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __rdivmod__(thread: &mut Thread, this: IntSelf, other: Value) -> Result {
        match other.as_int_or_bool() {
            Some(other) => div_mod(thread, other, this.int),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __pow__(thread: &mut Thread, this: IntSelf, value: Value, modulus: Value) -> Result {
        power(thread, this.value, value, modulus)
    }

    #[method]
    fn __rpow__(thread: &mut Thread, this: IntSelf, value: Value, modulus: Value) -> Result {
        power(thread, value, this.value, modulus)
    }

    #[method]
    fn __neg__(this: IntSelf) -> Value {
        big_int::negate(this.int)
    }

    #[method]
    fn __pos__(this: IntSelf) -> Value {
        this.exact()
    }

    #[method]
    fn __abs__(this: IntSelf) -> Value {
        if big_int::is_negative(this.int) { big_int::negate(this.int) } else { this.exact() }
    }

    #[method]
    fn __invert__(this: IntSelf) -> Value {
        big_int::invert(this.int)
    }

    #[method]
    fn __bool__(this: IntSelf) -> bool {
        !this.int.is_zero()
    }

    #[method]
    fn __int__(this: IntSelf) -> Value {
        this.exact()
    }

    #[method]
    fn __index__(this: IntSelf) -> Value {
        this.exact()
    }

    #[method]
    fn __float__(thread: &mut Thread, this: IntSelf) -> Result<f64> {
        big_int::to_float(thread, this.int)
    }

    /// The number itself.
    #[method("($self, /)")]
    fn __trunc__(this: IntSelf) -> Value {
        this.exact()
    }

    /// The number itself.
    #[method("($self, /)")]
    fn __floor__(this: IntSelf) -> Value {
        this.exact()
    }

    /// The number itself.
    #[method("($self, /)")]
    fn __ceil__(this: IntSelf) -> Value {
        this.exact()
    }

    /// Rounds to a power of ten, half to even; the number itself without a negative number of digits.
    #[method("($self, ndigits=<unrepresentable>, /)")]
    fn __round__(thread: &mut Thread, this: IntSelf, ndigits: Value) -> Result {
        round(thread, this, ndigits)
    }

    /// The text of the number by a format specifier.
    #[method("($self, format_spec, /)")]
    fn __format__(thread: &mut Thread, this: IntSelf, format_spec: Gc<Str>) -> Result<Gc<Str>> {
        format(thread, this, format_spec)
    }

    #[method("($self, /)")]
    fn __getnewargs__(this: IntSelf) -> Gc<Tuple> {
        Tuple::new(&[this.exact()])
    }

    /// Size in memory, in bytes.
    #[method("($self, /)")]
    fn __sizeof__(this: IntSelf) -> u64 {
        24 + 4 * big_int::bit_length(this.int).div_ceil(30).max(1)
    }

    /// The number itself, the complex conjugate of any integer.
    #[method("($self, /)")]
    fn conjugate(this: IntSelf) -> Value {
        this.exact()
    }

    /// Number of bits that the magnitude takes in binary.
    #[method("($self, /)")]
    fn bit_length(this: IntSelf) -> u64 {
        big_int::bit_length(this.int)
    }

    /// Number of ones in the binary representation of the magnitude.
    #[method("($self, /)")]
    fn bit_count(this: IntSelf) -> u64 {
        match this.int {
            IntRef::Small(i) => u64::from(i.unsigned_abs().count_ones()),
            IntRef::Big { limbs, .. } => limbs.iter().map(|limb| u64::from(limb.count_ones())).sum(),
        }
    }

    /// The pair of the number and 1.
    #[method("($self, /)")]
    fn as_integer_ratio(this: IntSelf) -> Gc<Tuple> {
        Tuple::new(&[this.exact(), Value::from_small_int(1)])
    }

    /// True.
    #[method("($self, /)")]
    fn is_integer(_this: IntSelf) -> bool {
        true
    }

    /// The number as an array of bytes; OverflowError if it doesn't fit.
    #[method("($self, /, length=1, byteorder='big', *, signed=False)")]
    fn to_bytes(
        thread: &mut Thread,
        this: IntSelf,
        length: isize,
        byteorder: Option<Gc<Str>>,
        signed: bool,
    ) -> Result<Gc<Bytes>> {
        let little = int_convert::is_little_endian(thread, byteorder)?;
        int_convert::to_bytes(thread, this.int, length, little, signed)
    }

    /// The integer that an array of bytes represents.
    #[class_method("($type, /, bytes, byteorder='big', *, signed=False)")]
    fn from_bytes(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        bytes: Value,
        byteorder: Option<Gc<Str>>,
        signed: bool,
    ) -> Result {
        let little = int_convert::is_little_endian(thread, byteorder)?;
        let bytes = bytes_of(thread, bytes)?;
        let int = int_convert::from_bytes(bytes.as_slice(), little, signed);
        convert_to_class(thread, class, types().int, int)
    }

    /// the real part of a complex number
    #[getter]
    fn real(this: IntSelf) -> Value {
        this.exact()
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(_this: IntSelf) -> i64 {
        0
    }

    /// the numerator of a rational number in lowest terms
    #[getter]
    fn numerator(this: IntSelf) -> Value {
        this.exact()
    }

    /// the denominator of a rational number in lowest terms
    #[getter]
    fn denominator(_this: IntSelf) -> i64 {
        1
    }
}
