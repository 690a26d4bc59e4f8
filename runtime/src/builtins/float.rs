//! What Python code sees of `float`.

use crate::builtins::text_support::{OrRaise, class_name, convert_to_class};
use crate::native::{
    FromReceiver, GetSetDefinition, NativeDefinition, TypeDefinition, wrong_getset_receiver, wrong_receiver,
};
use crate::object::float::Float;
use crate::object::int::IntRef;
use crate::object::special::Special;
use crate::object::tuple::Tuple;
use crate::operations::arithmetic::{BinaryOperator, float_binary, float_floor_div_mod, float_power};
use crate::operations::buffer::BytesLike;
use crate::operations::compare::compare_int_with_float;
use crate::operations::{self, Comparison, big_int, class_of, hash};
use crate::prelude::*;
use crate::text::format_spec::{FormatSpec, NumericLocale};
use crate::text::{float_format, float_parse, float_repr};

/// The receiver of float's methods: a float, or an instance of a subclass.
#[derive(Clone, Copy)]
pub struct FloatSelf {
    pub value: Value,
    pub d: f64,
}

impl FloatSelf {
    /// As an exact float.
    fn exact(self) -> Value {
        if class_of(self.value) == types().float { self.value } else { Value::from_float(self.d) }
    }
}

impl FromReceiver for FloatSelf {
    #[inline(always)]
    fn from_receiver(
        thread: &mut Thread,
        value: Value,
        definition: &'static NativeDefinition,
    ) -> Result<FloatSelf> {
        match value.as_float() {
            Some(d) => Ok(FloatSelf { value, d }),
            None => Err(wrong_receiver(thread, value, definition)),
        }
    }

    fn from_getset_receiver(
        thread: &mut Thread,
        value: Value,
        getset: &'static GetSetDefinition,
        owner: &'static TypeDefinition,
    ) -> Result<FloatSelf> {
        match value.as_float() {
            Some(d) => Ok(FloatSelf { value, d }),
            None => Err(wrong_getset_receiver(thread, value, getset, owner)),
        }
    }
}

/// The other operand: a float or int; `None` for anything else.
fn operand(thread: &mut Thread, other: Value) -> Result<Option<f64>> {
    if let Some(d) = other.as_float() {
        return Ok(Some(d));
    }
    match other.as_int_or_bool() {
        Some(int) => big_int::to_float(thread, int).map(Some),
        None => Ok(None),
    }
}

fn apply(thread: &mut Thread, op: BinaryOperator, x: f64, y: f64) -> Result {
    float_binary(thread, op, x, y).unwrap_or(Ok(Value::NOT_IMPLEMENTED))
}

/// `this OP other`
fn binary(thread: &mut Thread, op: BinaryOperator, this: FloatSelf, other: Value) -> Result {
    match operand(thread, other)? {
        Some(other) => apply(thread, op, this.d, other),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `other OP this`
fn reflected(thread: &mut Thread, op: BinaryOperator, this: FloatSelf, other: Value) -> Result {
    match operand(thread, other)? {
        Some(other) => apply(thread, op, other, this.d),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn compare(this: FloatSelf, other: Value, op: Comparison) -> Value {
    if let Some(other) = other.as_float() {
        return Value::from_bool(op.holds_for_floats(this.d, other));
    }
    let Some(int) = other.as_int_or_bool() else { return Value::NOT_IMPLEMENTED };
    Value::from_bool(match compare_int_with_float(int, this.d) {
        Some(ordering) => op.holds(ordering.reverse()),
        None => op == Comparison::NotEqual,
    })
}

fn div_mod(thread: &mut Thread, x: f64, y: f64) -> Result {
    if y == 0.0 {
        return Err(thread.zero_division_error("division by zero"));
    }
    let (quotient, remainder) = float_floor_div_mod(x, y);
    Ok(Tuple::new(&[Value::from_float(quotient), Value::from_float(remainder)]).value())
}

fn check_no_modulus(thread: &mut Thread, modulus: Value) -> Result<()> {
    if modulus.is_none() {
        return Ok(());
    }
    Err(thread.type_error("pow() 3rd argument not allowed unless all arguments are integers"))
}

/// The int of a float without fraction, or what is wrong with infinities and NaN.
fn whole(thread: &mut Thread, d: f64) -> Result {
    if d.is_infinite() {
        return Err(thread.overflow_error("cannot convert float infinity to integer"));
    }
    if d.is_nan() {
        return Err(thread.value_error("cannot convert float NaN to integer"));
    }
    Ok(big_int::value_from_float(d))
}

/// `float(value)`
pub fn float_of(thread: &mut Thread, value: Value) -> Result {
    let class = class_of(value);
    if class == types().float {
        return Ok(value);
    }
    if let Some(string) = value.downcast::<Str>()
        && class == types().str
    {
        return match float_parse::parse(string.characters()) {
            Some(d) => Ok(Value::from_float(d)),
            None => Err(not_convertible(thread, value)),
        };
    }
    if let Some(answer) = thread.call_special(value, Special::Float, &[])? {
        return float_answer(thread, class, answer);
    }
    if class.special(Special::Index).is_some_and(|method| !method.is_none()) {
        let index = operations::index(thread, value)?;
        return big_int::to_float(thread, index.as_int().unwrap_or(IntRef::Small(0))).map(Value::from_float);
    }
    if let Some(d) = value.as_float() {
        return Ok(Value::from_float(d));
    }
    let parsed = if let Some(string) = value.downcast::<Str>() {
        float_parse::parse(string.characters())
    } else if let Some(bytes) = BytesLike::of(thread, value)? {
        float_parse::parse_bytes(&bytes)
    } else {
        let got = class_name(value);
        return Err(
            thread.type_error(format!("float() argument must be a string or a real number, not '{got}'"))
        );
    };
    match parsed {
        Some(d) => Ok(Value::from_float(d)),
        None => Err(not_convertible(thread, value)),
    }
}

/// Checks what `__float__` returned.
fn float_answer(thread: &mut Thread, class: Gc<TypeObject>, answer: Value) -> Result {
    if class_of(answer) == types().float {
        return Ok(answer);
    }
    let (class, got) = (class.name_text(), class_name(answer));
    let Some(d) = answer.as_float() else {
        return Err(thread.type_error(format!("{class}.__float__ returned non-float (type {got})")));
    };
    crate::builtins::warnings::deprecation(
        thread,
        &format!(
            "{class}.__float__ returned non-float (type {got}).  The ability to return an instance of a strict subclass of float is deprecated, and may not be supported in a future version of Python."
        ),
    )?;
    Ok(Value::from_float(d))
}

#[cold]
fn not_convertible(thread: &mut Thread, value: Value) -> Raised {
    match operations::repr(thread, value) {
        Ok(repr) => {
            thread.value_error(format!("could not convert string to float: {}", repr.to_string_lossy()))
        }
        Err(raised) => raised,
    }
}

/// The numerator and denominator of a finite float in lowest terms.
fn integer_ratio(d: f64) -> (Value, Value) {
    let bits = d.to_bits();
    let biased = (bits >> 52 & 0x7ff) as i64;
    let fraction = bits & ((1 << 52) - 1);
    let (mut mantissa, mut exponent) =
        if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
    if mantissa == 0 {
        return (Value::from_small_int(0), Value::from_small_int(1));
    }
    let zeros = mantissa.trailing_zeros();
    mantissa >>= zeros;
    exponent += i64::from(zeros);
    let signed = if d < 0.0 { -(mantissa as i64) } else { mantissa as i64 };
    let power = |exponent: i64| dashu_int::IBig::ONE << exponent as usize;
    if exponent >= 0 {
        let numerator = big_int::from_ibig(&(dashu_int::IBig::from(signed) * power(exponent)));
        (numerator, Value::from_small_int(1))
    } else {
        (Value::from_int(signed), big_int::from_ibig(&power(-exponent)))
    }
}

/// A floating-point number of double precision.
#[native_type(name = "float", base_type)]
impl Float {
    #[new("($type, x=0, /)")]
    fn new_float(thread: &mut Thread, class: Gc<TypeObject>, x: Option<Value>) -> Result {
        let float = match x {
            Some(x) => float_of(thread, x)?,
            None => Value::from_float(0.0),
        };
        if class == types().float {
            return Ok(float);
        }
        Ok(Float::allocate(class, float.as_float().unwrap_or(0.0)).value())
    }

    #[method]
    fn __repr__(this: FloatSelf) -> Gc<Str> {
        Str::from_one_byte(float_repr::repr(this.d).as_bytes(), true)
    }

    #[method]
    fn __hash__(this: FloatSelf) -> i64 {
        hash::hash_float_value(this.value)
    }

    #[method]
    fn __lt__(this: FloatSelf, other: Value) -> Value {
        compare(this, other, Comparison::Less)
    }

    #[method]
    fn __le__(this: FloatSelf, other: Value) -> Value {
        compare(this, other, Comparison::LessEqual)
    }

    #[method]
    fn __eq__(this: FloatSelf, other: Value) -> Value {
        compare(this, other, Comparison::Equal)
    }

    #[method]
    fn __ne__(this: FloatSelf, other: Value) -> Value {
        compare(this, other, Comparison::NotEqual)
    }

    #[method]
    fn __gt__(this: FloatSelf, other: Value) -> Value {
        compare(this, other, Comparison::Greater)
    }

    #[method]
    fn __ge__(this: FloatSelf, other: Value) -> Value {
        compare(this, other, Comparison::GreaterEqual)
    }

    #[method]
    fn __add__(thread: &mut Thread, this: FloatSelf, other: Value) -> Result {
        binary(thread, BinaryOperator::Add, this, other)
    }

    #[method]
    fn __radd__(thread: &mut Thread, this: FloatSelf, other: Value) -> Result {
        reflected(thread, BinaryOperator::Add, this, other)
    }

    #[method]
    fn __sub__(thread: &mut Thread, this: FloatSelf, other: Value) -> Result {
        binary(thread, BinaryOperator::Subtract, this, other)
    }

    #[method]
    fn __rsub__(thread: &mut Thread, this: FloatSelf, other: Value) -> Result {
        reflected(thread, BinaryOperator::Subtract, this, other)
    }

    #[method]
    fn __mul__(thread: &mut Thread, this: FloatSelf, other: Value) -> Result {
        binary(thread, BinaryOperator::Multiply, this, other)
    }

    #[method]
    fn __rmul__(thread: &mut Thread, this: FloatSelf, other: Value) -> Result {
        reflected(thread, BinaryOperator::Multiply, this, other)
    }

    #[method]
    fn __floordiv__(thread: &mut Thread, this: FloatSelf, other: Value) -> Result {
        binary(thread, BinaryOperator::FloorDivide, this, other)
    }

    #[method]
    fn __rfloordiv__(thread: &mut Thread, this: FloatSelf, other: Value) -> Result {
        reflected(thread, BinaryOperator::FloorDivide, this, other)
    }

    #[method]
    fn __mod__(thread: &mut Thread, this: FloatSelf, other: Value) -> Result {
        binary(thread, BinaryOperator::Remainder, this, other)
    }

    #[method]
    fn __rmod__(thread: &mut Thread, this: FloatSelf, other: Value) -> Result {
        reflected(thread, BinaryOperator::Remainder, this, other)
    }

    #[method]
    fn __truediv__(thread: &mut Thread, this: FloatSelf, other: Value) -> Result {
        binary(thread, BinaryOperator::TrueDivide, this, other)
    }

    #[method]
    fn __rtruediv__(thread: &mut Thread, this: FloatSelf, other: Value) -> Result {
        reflected(thread, BinaryOperator::TrueDivide, this, other)
    }

    #[method]
    fn __divmod__(thread: &mut Thread, this: FloatSelf, other: Value) -> Result {
        match operand(thread, other)? {
            Some(other) => div_mod(thread, this.d, other),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __rdivmod__(thread: &mut Thread, this: FloatSelf, other: Value) -> Result {
        match operand(thread, other)? {
            Some(other) => div_mod(thread, other, this.d),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __pow__(thread: &mut Thread, this: FloatSelf, value: Value, modulus: Value) -> Result {
        check_no_modulus(thread, modulus)?;
        match operand(thread, value)? {
            Some(exponent) => float_power(thread, this.d, exponent),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __rpow__(thread: &mut Thread, this: FloatSelf, value: Value, modulus: Value) -> Result {
        check_no_modulus(thread, modulus)?;
        match operand(thread, value)? {
            Some(base) => float_power(thread, base, this.d),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __neg__(this: FloatSelf) -> f64 {
        -this.d
    }

    #[method]
    fn __pos__(this: FloatSelf) -> Value {
        this.exact()
    }

    #[method]
    fn __abs__(this: FloatSelf) -> f64 {
        this.d.abs()
    }

    #[method]
    fn __bool__(this: FloatSelf) -> bool {
        this.d != 0.0
    }

    #[method]
    fn __int__(thread: &mut Thread, this: FloatSelf) -> Result {
        whole(thread, this.d)
    }

    #[method]
    fn __float__(this: FloatSelf) -> Value {
        this.exact()
    }

    /// The integer towards zero.
    #[method("($self, /)")]
    fn __trunc__(thread: &mut Thread, this: FloatSelf) -> Result {
        whole(thread, this.d)
    }

    /// The largest integer that is not larger.
    #[method("($self, /)")]
    fn __floor__(thread: &mut Thread, this: FloatSelf) -> Result {
        whole(thread, this.d.floor())
    }

    /// The smallest integer that is not smaller.
    #[method("($self, /)")]
    fn __ceil__(thread: &mut Thread, this: FloatSelf) -> Result {
        whole(thread, this.d.ceil())
    }

    /// The nearest integer, or the nearest number with so many decimal digits; half to even.
    #[method("($self, ndigits=None, /)")]
    fn __round__(thread: &mut Thread, this: FloatSelf, ndigits: Value) -> Result {
        if ndigits.is_none() {
            return whole(thread, this.d.round_ties_even());
        }
        let digits = operations::convert::index_clamped(thread, ndigits)?;
        float_format::round_to_digits(this.d, digits).or_raise(thread).map(Value::from_float)
    }

    /// The text of the number by a format specifier.
    #[method("($self, format_spec, /)")]
    fn __format__(thread: &mut Thread, this: FloatSelf, format_spec: Gc<Str>) -> Result<Gc<Str>> {
        if format_spec.length == 0 {
            return operations::str_of(thread, this.value);
        }
        let name = class_name(this.value);
        let spec = FormatSpec::parse_for_float(format_spec.characters(), &name).or_raise(thread)?;
        let mut out = crate::text::TextBuilder::new();
        spec.write_float(this.d, &name, &NumericLocale::default(), &mut out).or_raise(thread)?;
        Ok(Str::from_characters(out.characters()))
    }

    #[method("($self, /)")]
    fn __getnewargs__(this: FloatSelf) -> Gc<Tuple> {
        Tuple::new(&[Value::from_float(this.d)])
    }

    /// The number itself, the complex conjugate of any float.
    #[method("($self, /)")]
    fn conjugate(this: FloatSelf) -> Value {
        this.exact()
    }

    /// Whether the number has no fraction.
    #[method("($self, /)")]
    fn is_integer(this: FloatSelf) -> bool {
        this.d.is_finite() && this.d.floor() == this.d
    }

    /// A pair of integers whose ratio is exactly the number, the second one positive.
    #[method("($self, /)")]
    fn as_integer_ratio(thread: &mut Thread, this: FloatSelf) -> Result<Gc<Tuple>> {
        if this.d.is_infinite() {
            return Err(thread.overflow_error("cannot convert Infinity to integer ratio"));
        }
        if this.d.is_nan() {
            return Err(thread.value_error("cannot convert NaN to integer ratio"));
        }
        let (numerator, denominator) = integer_ratio(this.d);
        Ok(Tuple::new(&[numerator, denominator]))
    }

    /// The number in hexadecimal.
    #[method("($self, /)")]
    fn hex(this: FloatSelf) -> String {
        float_format::hex(this.d)
    }

    /// The number that a hexadecimal string spells.
    #[class_method("($type, string, /)")]
    fn fromhex(thread: &mut Thread, class: Gc<TypeObject>, string: Value) -> Result {
        let Some(string) = string.downcast::<Str>() else {
            return Err(thread.type_error("bad argument type for built-in operation"));
        };
        let d = float_format::from_hex(string.characters()).or_raise(thread)?;
        convert_to_class(thread, class, types().float, Value::from_float(d))
    }

    /// A float of a real number.
    #[class_method("($type, number, /)")]
    fn from_number(thread: &mut Thread, class: Gc<TypeObject>, number: Value) -> Result {
        if class_of(number) == types().float && class == types().float {
            return Ok(number);
        }
        let d = operations::convert::to_float(thread, number)?;
        convert_to_class(thread, class, types().float, Value::from_float(d))
    }

    /// How C's double or float is stored.
    #[class_method("($type, typestr, /)")]
    fn __getformat__(thread: &mut Thread, _class: Gc<TypeObject>, typestr: Gc<Str>) -> Result<&'static str> {
        if !typestr.is("double") && !typestr.is("float") {
            return Err(thread.value_error("__getformat__() argument 1 must be 'double' or 'float'"));
        }
        Ok(if cfg!(target_endian = "big") { "IEEE, big-endian" } else { "IEEE, little-endian" })
    }

    /// the real part of a complex number
    #[getter]
    fn real(this: FloatSelf) -> Value {
        this.exact()
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(_this: FloatSelf) -> f64 {
        0.0
    }
}
