//! What Python code sees of `slice`.

use crate::builtins::support::{finish, is_index, push_repr};
use crate::object::int::IntRef;
use crate::object::range::int;
use crate::object::slice::Slice;
use crate::object::tuple::Tuple;
use crate::operations::compare::compare_sequences;
use crate::operations::{self, Comparison, big_int};
use crate::prelude::*;
use crate::text::TextBuilder;
use std::cmp::Ordering;

/// A bound or step as an exact int.
fn evaluate(thread: &mut Thread, value: Value) -> Result {
    if !is_index(value) {
        return Err(thread.type_error("slice indices must be integers or None or have an __index__ method"));
    }
    operations::index(thread, value)
}

impl Gc<Slice> {
    /// What `slice.indices(length)` gives: start, stop and step as exact ints of any size.
    pub fn exact_indices(self, thread: &mut Thread, length: Value) -> Result<[Value; 3]> {
        let zero = Value::from_small_int(0);
        let step = if self.step.is_none() { Value::from_small_int(1) } else { evaluate(thread, self.step)? };
        if step == zero {
            return Err(thread.value_error("slice step cannot be zero"));
        }
        let backwards = big_int::is_negative(int(step));
        // The least and greatest that a bound can be.
        let (lower, upper) = match backwards {
            false => (zero, length),
            true => (Value::from_small_int(-1), big_int::subtract(int(length), IntRef::Small(1))),
        };
        let mut bound = |value: Value, absent: Value| -> Result {
            if value.is_none() {
                return Ok(absent);
            }
            let mut bound = evaluate(thread, value)?;
            if big_int::is_negative(int(bound)) {
                bound = big_int::add(int(bound), int(length));
                let below = big_int::compare(int(bound), int(lower)) == Ordering::Less;
                return Ok(if below { lower } else { bound });
            }
            let above = big_int::compare(int(bound), int(upper)) == Ordering::Greater;
            Ok(if above { upper } else { bound })
        };
        let (first, last) = if backwards { (upper, lower) } else { (lower, upper) };
        let start = bound(self.start, first)?;
        let stop = bound(self.stop, last)?;
        Ok([start, stop, step])
    }

    fn parts(self) -> Gc<Tuple> {
        Tuple::new(&[self.start, self.stop, self.step])
    }
}

fn compare(thread: &mut Thread, this: Gc<Slice>, other: Value, op: Comparison) -> Result {
    let Some(other) = other.downcast::<Slice>() else { return Ok(Value::NOT_IMPLEMENTED) };
    if this == other {
        let holds = matches!(op, Comparison::Equal | Comparison::LessEqual | Comparison::GreaterEqual);
        return Ok(Value::from_bool(holds));
    }
    let (left, right) = (this.parts(), other.parts());
    compare_sequences(thread, op, move || left.items(), move || right.items())
}

/// What stands between the brackets of a[start:stop:step].
#[native_type(name = "slice")]
impl Slice {
    #[new("($type, start_or_stop, stop=<unrepresentable>, step=None, /)", hidden)]
    fn new_slice(_class: Gc<TypeObject>, start_or_stop: Value, stop: Value, step: Value) -> Gc<Slice> {
        match stop.non_null() {
            Some(stop) => Slice::new(start_or_stop, stop, step),
            None => Slice::new(Value::NONE, start_or_stop, Value::NONE),
        }
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<Slice>) -> Result<Gc<Str>> {
        let mut text = TextBuilder::new();
        text.push_str("slice(");
        push_repr(thread, &mut text, this.start)?;
        text.push_str(", ");
        push_repr(thread, &mut text, this.stop)?;
        text.push_str(", ");
        push_repr(thread, &mut text, this.step)?;
        text.push_str(")");
        Ok(finish(text))
    }

    #[method]
    fn __hash__(thread: &mut Thread, this: Gc<Slice>) -> Result<i64> {
        operations::hash::combine_slice(
            [this.start, this.stop, this.step].map(|part| operations::hash(thread, part)),
        )
    }

    #[method]
    fn __lt__(thread: &mut Thread, this: Gc<Slice>, other: Value) -> Result {
        compare(thread, this, other, Comparison::Less)
    }

    #[method]
    fn __le__(thread: &mut Thread, this: Gc<Slice>, other: Value) -> Result {
        compare(thread, this, other, Comparison::LessEqual)
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<Slice>, other: Value) -> Result {
        compare(thread, this, other, Comparison::Equal)
    }

    #[method]
    fn __ne__(thread: &mut Thread, this: Gc<Slice>, other: Value) -> Result {
        compare(thread, this, other, Comparison::NotEqual)
    }

    #[method]
    fn __gt__(thread: &mut Thread, this: Gc<Slice>, other: Value) -> Result {
        compare(thread, this, other, Comparison::Greater)
    }

    #[method]
    fn __ge__(thread: &mut Thread, this: Gc<Slice>, other: Value) -> Result {
        compare(thread, this, other, Comparison::GreaterEqual)
    }

    /// For a sequence of the given length: start, stop and step of the slice, clamped to it.
    #[method("($self, object, /)")]
    fn indices(thread: &mut Thread, this: Gc<Slice>, length: Value) -> Result<Gc<Tuple>> {
        let length = operations::index(thread, length)?;
        if big_int::is_negative(int(length)) {
            return Err(thread.value_error("length should not be negative"));
        }
        let indices = this.exact_indices(thread, length)?;
        Ok(Tuple::new(&indices))
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(this: Gc<Slice>) -> Gc<Tuple> {
        Tuple::new(&[this.class().value(), this.parts().value()])
    }

    #[getter(member)]
    fn start(this: Gc<Slice>) -> Value {
        this.start
    }

    #[getter(member)]
    fn stop(this: Gc<Slice>) -> Value {
        this.stop
    }

    #[getter(member)]
    fn step(this: Gc<Slice>) -> Value {
        this.step
    }
}
