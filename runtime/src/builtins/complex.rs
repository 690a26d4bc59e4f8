//! What Python code sees of `complex`.

use crate::builtins::complex_math::{Number, PowerError};
use crate::builtins::text_support::{OrRaise, class_name, convert_to_class};
use crate::object::float::Complex;
use crate::object::int::IntRef;
use crate::object::special::Special;
use crate::object::tuple::Tuple;
use crate::operations::compare::compare_int_with_float;
use crate::operations::{self, big_int, class_of, hash};
use crate::prelude::*;
use crate::text::float_parse::{parse_prefix, to_ascii, without_underscores};
use crate::text::float_repr::push_short;
use crate::text::format_spec::{FormatSpec, NumericLocale};

impl Gc<Complex> {
    fn number(self) -> Number {
        Number::new(self.real, self.imaginary)
    }
}

/// An operand of complex arithmetic. Real ones have no imaginary part, not even a zero.
#[derive(Clone, Copy)]
enum Operand {
    Real(f64),
    Complex(Number),
}

impl Operand {
    fn of(thread: &mut Thread, value: Value) -> Result<Option<Operand>> {
        if let Some(complex) = value.downcast::<Complex>() {
            return Ok(Some(Operand::Complex(complex.number())));
        }
        if let Some(d) = value.as_float() {
            return Ok(Some(Operand::Real(d)));
        }
        match value.as_int_or_bool() {
            Some(int) => Ok(Some(Operand::Real(big_int::to_float(thread, int)?))),
            None => Ok(None),
        }
    }

    fn number(self) -> Number {
        match self {
            Operand::Real(d) => Number::new(d, 0.0),
            Operand::Complex(number) => number,
        }
    }
}

#[derive(Clone, Copy)]
enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// `x OP y`; `None` for a division by zero.
fn apply(op: Operator, x: Operand, y: Operand) -> Option<Number> {
    use Operand::{Complex, Real};
    let new = Number::new;
    Some(match (op, x, y) {
        (Operator::Add, Real(x), Complex(y)) => new(x + y.real, y.imaginary),
        (Operator::Add, Complex(x), Real(y)) => new(x.real + y, x.imaginary),
        (Operator::Subtract, Real(x), Complex(y)) => new(x - y.real, -y.imaginary),
        (Operator::Subtract, Complex(x), Real(y)) => new(x.real - y, x.imaginary),
        (Operator::Multiply, Real(x), Complex(y)) => new(x * y.real, x * y.imaginary),
        (Operator::Multiply, Complex(x), Real(y)) => new(x.real * y, x.imaginary * y),
        (Operator::Divide, Real(x), Complex(y)) => return y.divide_real(x),
        (Operator::Divide, Complex(_), Real(0.0)) => return None,
        (Operator::Divide, Complex(x), Real(y)) => new(x.real / y, x.imaginary / y),
        _ => {
            let (x, y) = (x.number(), y.number());
            match op {
                Operator::Add => new(x.real + y.real, x.imaginary + y.imaginary),
                Operator::Subtract => new(x.real - y.real, x.imaginary - y.imaginary),
                Operator::Multiply => x.multiply(y),
                Operator::Divide => return x.divide(y),
            }
        }
    })
}

fn from_number(number: Number) -> Value {
    Complex::new(number.real, number.imaginary)
}

fn binary(thread: &mut Thread, op: Operator, x: Value, y: Value) -> Result {
    let Some(x) = Operand::of(thread, x)? else { return Ok(Value::NOT_IMPLEMENTED) };
    let Some(y) = Operand::of(thread, y)? else { return Ok(Value::NOT_IMPLEMENTED) };
    match apply(op, x, y) {
        Some(number) => Ok(from_number(number)),
        None => Err(thread.zero_division_error("division by zero")),
    }
}

fn power(thread: &mut Thread, base: Value, exponent: Value, modulus: Value) -> Result {
    let Some(base) = Operand::of(thread, base)? else { return Ok(Value::NOT_IMPLEMENTED) };
    let Some(exponent) = Operand::of(thread, exponent)? else { return Ok(Value::NOT_IMPLEMENTED) };
    if !modulus.is_none() {
        return Err(thread.value_error("complex modulo"));
    }
    match base.number().power(exponent.number()) {
        Ok(number) => Ok(from_number(number)),
        Err(PowerError::Domain) => Err(thread.zero_division_error("zero to a negative or complex power")),
        Err(PowerError::Range) => Err(thread.overflow_error("complex exponentiation")),
    }
}

fn equals(this: Gc<Complex>, other: Value) -> Option<bool> {
    if let Some(other) = other.downcast::<Complex>() {
        return Some(this.real == other.real && this.imaginary == other.imaginary);
    }
    if let Some(d) = other.as_float() {
        return Some(this.imaginary == 0.0 && this.real == d);
    }
    let int = other.as_int_or_bool()?;
    Some(
        this.imaginary == 0.0
            && compare_int_with_float(int, this.real).is_some_and(|ordering| ordering.is_eq()),
    )
}

/// `repr(complex)`
fn text(number: Number) -> String {
    let mut text = String::new();
    if number.real == 0.0 && number.real.is_sign_positive() {
        push_short(&mut text, number.imaginary, false);
        text.push('j');
        return text;
    }
    text.push('(');
    push_short(&mut text, number.real, false);
    let start = text.len();
    push_short(&mut text, number.imaginary, false);
    if !text[start..].starts_with('-') {
        text.insert(start, '+');
    }
    text + "j)"
}

/// Reads a string: `None` if it is malformed.
fn parse(text: &[u8]) -> Option<Number> {
    let plain = without_underscores(text)?;
    let mut rest = plain.trim_ascii();
    if let [b'(', inner @ .., b')'] = rest {
        rest = inner.trim_ascii();
    }
    let (first, length) = match parse_prefix(rest) {
        Some(found) => found,
        None => {
            // An imaginary unit without a number.
            let (sign, tail) = match rest {
                [b'+', tail @ ..] => (1.0, tail),
                [b'-', tail @ ..] => (-1.0, tail),
                tail => (1.0, tail),
            };
            return matches!(tail, [b'j' | b'J']).then_some(Number::new(0.0, sign));
        }
    };
    match &rest[length..] {
        [] => Some(Number::new(first, 0.0)),
        [b'j' | b'J'] => Some(Number::new(0.0, first)),
        [sign @ (b'+' | b'-'), tail @ ..] => {
            let signed = &rest[length..];
            if matches!(tail, [b'j' | b'J']) {
                return Some(Number::new(first, if *sign == b'-' { -1.0 } else { 1.0 }));
            }
            let (second, length) = parse_prefix(signed)?;
            matches!(&signed[length..], [b'j' | b'J']).then_some(Number::new(first, second))
        }
        _ => None,
    }
}

fn parse_string(thread: &mut Thread, string: Gc<Str>) -> Result<Number> {
    let ascii = to_ascii(string.characters());
    parse(&ascii).ok_or_else(|| thread.value_error("complex() arg is a malformed string"))
}

/// What `__complex__` gives, if the class has it.
fn by_special(thread: &mut Thread, value: Value) -> Result<Option<Number>> {
    if class_of(value) == types().complex {
        return Ok(value.downcast::<Complex>().map(|complex| complex.number()));
    }
    let Some(answer) = thread.call_special(value, Special::Complex, &[])? else { return Ok(None) };
    let got = class_name(answer);
    let Some(complex) = answer.downcast::<Complex>() else {
        return Err(thread.type_error(format!("__complex__ returned non-complex (type {got})")));
    };
    if class_of(answer) != types().complex {
        crate::builtins::warnings::deprecation(
            thread,
            &format!(
                "__complex__ returned non-complex (type {got}).  The ability to return an instance of a strict subclass of complex is deprecated, and may not be supported in a future version of Python."
            ),
        )?;
    }
    Ok(Some(complex.number()))
}

fn is_real(value: Value) -> bool {
    if value.as_float().is_some() || value.as_int_or_bool().is_some() {
        return true;
    }
    let class = class_of(value);
    [Special::Float, Special::Index]
        .into_iter()
        .any(|special| class.special(special).is_some_and(|m| !m.is_none()))
}

/// `float(value)` for something that [`is_real`].
fn real_of(thread: &mut Thread, value: Value) -> Result<f64> {
    operations::convert::to_float(thread, value)
}

/// A part of the two that `complex(real, imag)` takes. Complex parts are deprecated.
fn part(thread: &mut Thread, value: Value, name: &str) -> Result<Operand> {
    let complex = match value.downcast::<Complex>() {
        Some(complex) => Some(complex.number()),
        None if name == "real" => by_special(thread, value)?,
        None => None,
    };
    if let Some(number) = complex {
        let got = class_name(value);
        if value.downcast::<Complex>().is_some() {
            crate::builtins::warnings::deprecation(
                thread,
                &format!("complex() argument '{name}' must be a real number, not {got}"),
            )?;
        }
        return Ok(Operand::Complex(number));
    }
    if is_real(value) {
        return real_of(thread, value).map(Operand::Real);
    }
    let got = class_name(value);
    Err(thread.type_error(format!("complex() argument '{name}' must be a real number, not {got}")))
}

fn construct(thread: &mut Thread, real: Option<Value>, imag: Option<Value>) -> Result<Number> {
    let Some(imag) = imag else {
        let Some(real) = real else { return Ok(Number::new(0.0, 0.0)) };
        if let Some(string) = real.downcast::<Str>() {
            return parse_string(thread, string);
        }
        if let Some(number) = by_special(thread, real)? {
            return Ok(number);
        }
        if let Some(complex) = real.downcast::<Complex>() {
            return Ok(complex.number());
        }
        if is_real(real) {
            return real_of(thread, real).map(|real| Number::new(real, 0.0));
        }
        let got = class_name(real);
        return Err(thread.type_error(format!("complex() argument must be a string or a number, not {got}")));
    };
    let real = match real {
        Some(real) => part(thread, real, "real")?,
        None => Operand::Real(0.0),
    };
    let imag = part(thread, imag, "imag")?;
    // real + imag * 1j
    let mut number = Number::new(real.number().real, imag.number().real);
    if let Operand::Complex(imag) = imag {
        number.real -= imag.imaginary;
    }
    if let Operand::Complex(real) = real {
        number.imaginary += real.imaginary;
    }
    Ok(number)
}

/// A number with a real and an imaginary part.
#[native_type(name = "complex", base_type)]
impl Complex {
    #[new("($type, /, real=0, imag=0)", text = "(real=0, imag=0)")]
    fn new_complex(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        real: Option<Value>,
        imag: Option<Value>,
    ) -> Result<Value> {
        if let (Some(real), None) = (real, imag)
            && class == types().complex
            && class_of(real) == class
        {
            return Ok(real);
        }
        let number = construct(thread, real, imag)?;
        Ok(Complex::allocate(class, number.real, number.imaginary).value())
    }

    #[method]
    fn __repr__(this: Gc<Complex>) -> String {
        text(this.number())
    }

    #[method]
    fn __hash__(this: Gc<Complex>) -> i64 {
        hash::hash_complex(this.real, this.imaginary)
    }

    #[method]
    fn __eq__(this: Gc<Complex>, other: Value) -> Value {
        equals(this, other).map_or(Value::NOT_IMPLEMENTED, Value::from_bool)
    }

    #[method]
    fn __ne__(this: Gc<Complex>, other: Value) -> Value {
        equals(this, other).map_or(Value::NOT_IMPLEMENTED, |equal| Value::from_bool(!equal))
    }

    #[method]
    fn __add__(thread: &mut Thread, this: Gc<Complex>, other: Value) -> Result {
        binary(thread, Operator::Add, this.value(), other)
    }

    #[method]
    fn __radd__(thread: &mut Thread, this: Gc<Complex>, other: Value) -> Result {
        binary(thread, Operator::Add, other, this.value())
    }

    #[method]
    fn __sub__(thread: &mut Thread, this: Gc<Complex>, other: Value) -> Result {
        binary(thread, Operator::Subtract, this.value(), other)
    }

    #[method]
    fn __rsub__(thread: &mut Thread, this: Gc<Complex>, other: Value) -> Result {
        binary(thread, Operator::Subtract, other, this.value())
    }

    #[method]
    fn __mul__(thread: &mut Thread, this: Gc<Complex>, other: Value) -> Result {
        binary(thread, Operator::Multiply, this.value(), other)
    }

    #[method]
    fn __rmul__(thread: &mut Thread, this: Gc<Complex>, other: Value) -> Result {
        binary(thread, Operator::Multiply, other, this.value())
    }

    #[method]
    fn __truediv__(thread: &mut Thread, this: Gc<Complex>, other: Value) -> Result {
        binary(thread, Operator::Divide, this.value(), other)
    }

    #[method]
    fn __rtruediv__(thread: &mut Thread, this: Gc<Complex>, other: Value) -> Result {
        binary(thread, Operator::Divide, other, this.value())
    }

    #[method]
    fn __lt__(_this: Gc<Complex>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __le__(_this: Gc<Complex>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __gt__(_this: Gc<Complex>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __ge__(_this: Gc<Complex>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __pow__(thread: &mut Thread, this: Gc<Complex>, value: Value, modulus: Value) -> Result {
        power(thread, this.value(), value, modulus)
    }

    #[method]
    fn __rpow__(thread: &mut Thread, this: Gc<Complex>, value: Value, modulus: Value) -> Result {
        power(thread, value, this.value(), modulus)
    }

    #[method]
    fn __neg__(this: Gc<Complex>) -> Value {
        Complex::new(-this.real, -this.imaginary)
    }

    #[method]
    fn __pos__(this: Gc<Complex>) -> Value {
        if this.class() == types().complex { this.value() } else { Complex::new(this.real, this.imaginary) }
    }

    #[method]
    fn __abs__(thread: &mut Thread, this: Gc<Complex>) -> Result<f64> {
        let magnitude = this.real.hypot(this.imaginary);
        if magnitude.is_infinite() && this.real.is_finite() && this.imaginary.is_finite() {
            return Err(thread.overflow_error("absolute value too large"));
        }
        Ok(magnitude)
    }

    #[method]
    fn __bool__(this: Gc<Complex>) -> bool {
        this.real != 0.0 || this.imaginary != 0.0
    }

    /// The number as an exact complex.
    #[method("($self, /)")]
    fn __complex__(this: Gc<Complex>) -> Value {
        if this.class() == types().complex { this.value() } else { Complex::new(this.real, this.imaginary) }
    }

    /// The number with the sign of its imaginary part changed.
    #[method("($self, /)")]
    fn conjugate(this: Gc<Complex>) -> Value {
        Complex::new(this.real, -this.imaginary)
    }

    #[method("($self, /)")]
    fn __getnewargs__(this: Gc<Complex>) -> Gc<Tuple> {
        Tuple::new(&[Value::from_float(this.real), Value::from_float(this.imaginary)])
    }

    /// The text of the number by a format specifier.
    #[method("($self, format_spec, /)")]
    fn __format__(thread: &mut Thread, this: Gc<Complex>, format_spec: Gc<Str>) -> Result<Gc<Str>> {
        if format_spec.length == 0 {
            return operations::str_of(thread, this.value());
        }
        let name = class_name(this.value());
        let spec = FormatSpec::parse_for_float(format_spec.characters(), &name).or_raise(thread)?;
        let mut out = crate::text::TextBuilder::new();
        let locale = NumericLocale::default();
        spec.write_complex(this.real, this.imaginary, &name, &locale, &mut out).or_raise(thread)?;
        Ok(Str::from_characters(out.characters()))
    }

    /// A complex of a number.
    #[class_method("($type, number, /)")]
    fn from_number(thread: &mut Thread, class: Gc<TypeObject>, number: Value) -> Result {
        if class_of(number) == types().complex && class == types().complex {
            return Ok(number);
        }
        let complex = match by_special(thread, number)? {
            Some(number) => number,
            None => match number.downcast::<Complex>() {
                Some(complex) => complex.number(),
                None => Number::new(real_of(thread, number)?, 0.0),
            },
        };
        let complex = Complex::new(complex.real, complex.imaginary);
        convert_to_class(thread, class, types().complex, complex)
    }

    /// the real part of a complex number
    #[getter(member)]
    fn real(this: Gc<Complex>) -> f64 {
        this.real
    }

    /// the imaginary part of a complex number
    #[getter(member)]
    fn imag(this: Gc<Complex>) -> f64 {
        this.imaginary
    }
}

/// The parts of a number that `cmath` functions take.
pub fn complex_of(thread: &mut Thread, value: Value) -> Result<(f64, f64)> {
    let number = match by_special(thread, value)? {
        Some(number) => number,
        None => match value.as_int_or_bool() {
            Some(IntRef::Small(i)) => Number::new(i as f64, 0.0),
            _ => Number::new(real_of(thread, value)?, 0.0),
        },
    };
    Ok((number.real, number.imaginary))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading() {
        for (source, expected) in [
            ("1", Some((1.0, 0.0))),
            (" ( 1_0+2j ) ", Some((10.0, 2.0))),
            ("-j", Some((0.0, -1.0))),
            ("1e3-infj", Some((1000.0, f64::NEG_INFINITY))),
            ("1+", None),
            ("1+2", None),
            ("1 + 2j", None),
            ("(1", None),
            ("", None),
        ] {
            let read = parse(source.as_bytes()).map(|number| (number.real, number.imaginary));
            assert_eq!(read, expected, "{source}");
        }
    }
}
