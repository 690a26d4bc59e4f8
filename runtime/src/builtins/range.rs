//! What Python code sees of `range`.

use crate::builtins::iterators::LongRangeIterator;
use crate::builtins::support::{finish, is_index, push_repr};
use crate::object::int::IntRef;
use crate::object::iterator::RangeIterator;
use crate::object::range::{Range, int};
use crate::object::slice::Slice;
use crate::object::tuple::Tuple;
use crate::operations::hash::combine_tuple;
use crate::operations::{self, big_int, class_of};
use crate::prelude::*;
use crate::text::TextBuilder;
use std::cmp::Ordering;

const ZERO: Value = Value(1);
const ONE: Value = Value(3);

/// Whether a value is an int or bool and no instance of another subclass of int.
fn is_plain_int(value: Value) -> bool {
    value.is_bool() || value.as_int().is_some() && class_of(value) == types().int
}

/// The place of an int in the range, `None` if it isn't in it.
fn place_of(this: Gc<Range>, number: IntRef) -> Option<Value> {
    let backwards = big_int::is_negative(int(this.step));
    let (from, to) =
        if backwards { (Ordering::Less, Ordering::Greater) } else { (Ordering::Greater, Ordering::Less) };
    let inside =
        big_int::compare(int(this.start), number) != from && big_int::compare(number, int(this.stop)) == to;
    if !inside {
        return None;
    }
    let offset = big_int::subtract(number, int(this.start));
    let (place, rest) = big_int::floor_div_mod(int(offset), int(this.step))?;
    if rest == ZERO { Some(place) } else { None }
}

/// The range of the elements `this[slice]`.
fn sliced(thread: &mut Thread, this: Gc<Range>, slice: Gc<Slice>) -> Result<Gc<Range>> {
    let [start, stop, step] = slice.exact_indices(thread, this.length)?;
    let (start, stop) = (this.element(start), this.element(stop));
    Ok(Range::of_ints(start, stop, big_int::multiply(int(step), int(this.step))))
}

/// What tells ranges apart: the length, and as far as they matter the first number and the step.
fn identity(this: Gc<Range>) -> [Value; 3] {
    match this.length {
        ZERO => [ZERO, Value::NONE, Value::NONE],
        ONE => [ONE, this.start, Value::NONE],
        length => [length, this.start, this.step],
    }
}

fn equality(this: Gc<Range>, other: Value, equal: bool) -> Value {
    let Some(other) = other.downcast::<Range>() else { return Value::NOT_IMPLEMENTED };
    let same = |(a, b): (Value, Value)| match (a.as_int(), b.as_int()) {
        (Some(a), Some(b)) => big_int::compare(a, b) == Ordering::Equal,
        _ => a == b,
    };
    Value::from_bool(std::iter::zip(identity(this), identity(other)).all(same) == equal)
}

fn iterator(start: Value, step: Value, length: Value) -> Value {
    let last = big_int::multiply(int(step), int(length));
    let end = big_int::add(int(start), int(last));
    match (start.as_small_int(), step.as_small_int(), length.as_small_int(), end.as_small_int()) {
        (Some(start), Some(step), Some(length), Some(_)) => RangeIterator::new(start, step, length).value(),
        _ => LongRangeIterator::new(start, step, length).value(),
    }
}

/// The numbers from start up to stop (not included), step apart.
#[native_type(name = "range", sequence)]
impl Range {
    #[new("($type, start_or_stop, stop=<unrepresentable>, step=1, /)", hidden)]
    fn new_range(
        thread: &mut Thread,
        _class: Gc<TypeObject>,
        start_or_stop: Value,
        stop: Value,
        step: Value,
    ) -> Result<Gc<Range>> {
        let first = operations::index(thread, start_or_stop)?;
        if stop.is_null() {
            return Ok(Range::of_ints(ZERO, first, ONE));
        }
        let stop = operations::index(thread, stop)?;
        let step = operations::index(thread, step)?;
        Range::new(thread, first, stop, step)
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<Range>) -> Result<Gc<Str>> {
        let mut text = TextBuilder::new();
        text.push_str("range(");
        push_repr(thread, &mut text, this.start)?;
        text.push_str(", ");
        push_repr(thread, &mut text, this.stop)?;
        if this.step != ONE {
            text.push_str(", ");
            push_repr(thread, &mut text, this.step)?;
        }
        text.push_str(")");
        Ok(finish(text))
    }

    #[method]
    fn __hash__(thread: &mut Thread, this: Gc<Range>) -> Result<i64> {
        combine_tuple(identity(this).into_iter().map(|part| operations::hash(thread, part)))
    }

    #[method]
    fn __lt__(_this: Gc<Range>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __le__(_this: Gc<Range>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __eq__(this: Gc<Range>, other: Value) -> Value {
        equality(this, other, true)
    }

    #[method]
    fn __ne__(this: Gc<Range>, other: Value) -> Value {
        equality(this, other, false)
    }

    #[method]
    fn __gt__(_this: Gc<Range>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __ge__(_this: Gc<Range>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __iter__(this: Gc<Range>) -> Value {
        match this.small_iterator() {
            Some(iterator) => iterator.value(),
            None => iterator(this.start, this.step, this.length),
        }
    }

    #[method]
    fn __bool__(this: Gc<Range>) -> bool {
        this.length != ZERO
    }

    #[method]
    fn __len__(thread: &mut Thread, this: Gc<Range>) -> Result {
        match int(this.length) {
            IntRef::Small(_) => Ok(this.length),
            IntRef::Big { .. } => Err(thread.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }

    #[method]
    fn __getitem__(thread: &mut Thread, this: Gc<Range>, key: Value) -> Result {
        if is_index(key) {
            let mut index = operations::index(thread, key)?;
            if big_int::is_negative(int(index)) {
                index = big_int::add(int(index), int(this.length));
            }
            let inside = !big_int::is_negative(int(index))
                && big_int::compare(int(index), int(this.length)) == Ordering::Less;
            return if inside {
                Ok(this.element(index))
            } else {
                Err(thread.index_error("range object index out of range"))
            };
        }
        match key.downcast::<Slice>() {
            Some(slice) => Ok(sliced(thread, this, slice)?.value()),
            None => {
                let class = class_of(key).native_name();
                Err(thread.type_error(format!("range indices must be integers or slices, not {class}")))
            }
        }
    }

    #[method]
    fn __contains__(thread: &mut Thread, this: Gc<Range>, item: Value) -> Result<bool> {
        match item.as_int_or_bool() {
            Some(number) if is_plain_int(item) => Ok(place_of(this, number).is_some()),
            _ => operations::container::contains_by_iteration(thread, this.value(), item),
        }
    }

    /// Return a reverse iterator.
    #[method("($self, /)")]
    fn __reversed__(this: Gc<Range>) -> Value {
        let last = big_int::subtract(int(this.length), IntRef::Small(1));
        let start = this.element(last);
        iterator(start, big_int::negate(int(this.step)), this.length)
    }

    #[method("($self, /)")]
    fn __reduce__(this: Gc<Range>) -> Gc<Tuple> {
        let arguments = Tuple::new(&[this.start, this.stop, this.step]);
        Tuple::new(&[this.class().value(), arguments.value()])
    }

    /// rangeobject.count(value) -> integer -- return number of occurrences of value
    #[method("($self, object, /)")]
    fn count(thread: &mut Thread, this: Gc<Range>, object: Value) -> Result<usize> {
        if let Some(number) = object.as_int_or_bool()
            && is_plain_int(object)
        {
            return Ok(place_of(this, number).is_some() as usize);
        }
        let iterator = operations::get_iterator(thread, this.value())?;
        let mut count = 0;
        while let Some(item) = operations::next(thread, iterator)? {
            count += operations::equal(thread, item, object)? as usize;
        }
        Ok(count)
    }

    /// rangeobject.index(value) -> integer -- return index of value. Raise ValueError if the value is not present.
    #[method("($self, object, /)")]
    fn index(thread: &mut Thread, this: Gc<Range>, object: Value) -> Result {
        if let Some(number) = object.as_int_or_bool()
            && is_plain_int(object)
        {
            return place_of(this, number)
                .ok_or_else(|| thread.value_error("range.index(x): x not in range"));
        }
        let iterator = operations::get_iterator(thread, this.value())?;
        let mut place = 0;
        while let Some(item) = operations::next(thread, iterator)? {
            if operations::equal(thread, item, object)? {
                return Ok(Value::from_int(place));
            }
            place += 1;
        }
        Err(thread.value_error("sequence.index(x): x not in sequence"))
    }

    #[getter(member)]
    fn start(this: Gc<Range>) -> Value {
        this.start
    }

    #[getter(member)]
    fn stop(this: Gc<Range>) -> Value {
        this.stop
    }

    #[getter(member)]
    fn step(this: Gc<Range>) -> Value {
        this.step
    }
}
