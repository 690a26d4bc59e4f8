//! The iterators over lists, tuples, ranges and sequences, forwards and backwards, as Python code sees them. The functional
//! ones (`enumerate`, `zip`, `map`, `filter`, `iter(f, sentinel)`) are in [`crate::builtins::functional_iterators`].

use crate::builtins::functional_iterators::CallableIterator;
use crate::builtins::support::{builtin, class, iterator_state};
use crate::native_layout;
use crate::object::int::IntRef;
use crate::object::iterator::{ListIterator, RangeIterator, SequenceIterator, TupleIterator};
use crate::object::list::List;
use crate::object::native_object::{self, NativeHead};
use crate::object::range::{Range, int};
use crate::object::special::Special;
use crate::object::tuple::Tuple;
use crate::operations::{self, big_int, class_of};
use crate::prelude::*;
use std::cmp::Ordering;

/// `iter(callable, sentinel)`
pub fn callable_iterator(callable: Value, sentinel: Value) -> Value {
    CallableIterator::new(callable, sentinel).value()
}

/// `(function, (argument,), state)`, or without the state.
fn reduction(function: Value, argument: Value, state: Option<i64>) -> Gc<Tuple> {
    let arguments = Tuple::new(&[argument]).value();
    match state {
        Some(state) => Tuple::new(&[function, arguments, Value::from_int(state)]),
        None => Tuple::new(&[function, arguments]),
    }
}

#[native_type(name = "list_iterator", no_new)]
impl ListIterator {
    #[method]
    fn __iter__(this: Gc<ListIterator>) -> Gc<ListIterator> {
        this
    }

    #[method]
    fn __next__(this: Gc<ListIterator>) -> Option<Value> {
        this.advance()
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("($self, /)")]
    fn __length_hint__(this: Gc<ListIterator>) -> usize {
        this.list.non_null().map_or(0, |list| list.cast::<List>().length.saturating_sub(this.index))
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<ListIterator>) -> Result<Gc<Tuple>> {
        let iter = builtin(thread, "iter")?;
        Ok(match this.list.non_null() {
            Some(list) => reduction(iter, list, Some(this.index as i64)),
            None => reduction(iter, List::empty().value(), None),
        })
    }

    /// Set state information for unpickling.
    #[method("($self, object, /)")]
    fn __setstate__(thread: &mut Thread, mut this: Gc<ListIterator>, state: Value) -> Result<()> {
        let state = iterator_state(thread, state)?;
        if let Some(list) = this.list.non_null() {
            match state < 0 {
                true => this.list = Value::NULL,
                false => this.index = (state as usize).min(list.cast::<List>().length),
            }
        }
        Ok(())
    }
}

#[native_type(name = "tuple_iterator", no_new)]
impl TupleIterator {
    #[method]
    fn __iter__(this: Gc<TupleIterator>) -> Gc<TupleIterator> {
        this
    }

    #[method]
    fn __next__(this: Gc<TupleIterator>) -> Option<Value> {
        this.advance()
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("($self, /)")]
    fn __length_hint__(this: Gc<TupleIterator>) -> usize {
        this.tuple.non_null().map_or(0, |tuple| tuple.cast::<Tuple>().length - this.index)
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<TupleIterator>) -> Result<Gc<Tuple>> {
        let iter = builtin(thread, "iter")?;
        Ok(match this.tuple.non_null() {
            Some(tuple) => reduction(iter, tuple, Some(this.index as i64)),
            None => reduction(iter, Tuple::empty().value(), None),
        })
    }

    /// Set state information for unpickling.
    #[method("($self, object, /)")]
    fn __setstate__(thread: &mut Thread, mut this: Gc<TupleIterator>, state: Value) -> Result<()> {
        let state = iterator_state(thread, state)?;
        if let Some(tuple) = this.tuple.non_null() {
            this.index = (state.max(0) as usize).min(tuple.cast::<Tuple>().length);
        }
        Ok(())
    }
}

#[native_type(name = "range_iterator", no_new)]
impl RangeIterator {
    #[method]
    fn __iter__(this: Gc<RangeIterator>) -> Gc<RangeIterator> {
        this
    }

    #[method]
    fn __next__(this: Gc<RangeIterator>) -> Option<Value> {
        this.advance()
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("($self, /)")]
    fn __length_hint__(this: Gc<RangeIterator>) -> i64 {
        this.remaining
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<RangeIterator>) -> Result<Gc<Tuple>> {
        let (start, step) = (Value::from_int(this.next), Value::from_int(this.step));
        reduce_range(thread, start, step, Value::from_int(this.remaining))
    }

    /// Set state information for unpickling.
    #[method("($self, object, /)")]
    fn __setstate__(thread: &mut Thread, mut this: Gc<RangeIterator>, state: Value) -> Result<()> {
        let skipped = iterator_state(thread, state)?.clamp(0, this.remaining);
        this.next = this.next.wrapping_add(this.step.wrapping_mul(skipped));
        this.remaining -= skipped;
        Ok(())
    }
}

/// `(iter, (range,), None)` for an iterator with these numbers to come.
fn reduce_range(thread: &mut Thread, start: Value, step: Value, length: Value) -> Result<Gc<Tuple>> {
    let iter = builtin(thread, "iter")?;
    let span = big_int::multiply(int(step), int(length));
    let stop = big_int::add(int(start), int(span));
    let range = Range::of_ints(start, stop, step);
    let arguments = Tuple::new(&[range.value()]);
    Ok(Tuple::new(&[iter, arguments.value(), Value::NONE]))
}

/// Iterator over a range whose numbers are not all small integers.
#[repr(C)]
pub struct LongRangeIterator {
    head: NativeHead,
    /// Exact ints, as the following.
    next: Value,
    step: Value,
    remaining: Value,
}

native_layout!(
    LongRangeIterator,
    "longrange_iterator",
    |this, tracer| {
        for value in [this.next, this.step, this.remaining] {
            tracer.value(value.0);
        }
    },
    next = LongRangeIterator::advance
);

impl LongRangeIterator {
    /// An iterator over `length` numbers from `start` on; all are exact ints.
    pub fn new(start: Value, step: Value, length: Value) -> Gc<LongRangeIterator> {
        let iterator = LongRangeIterator { head: NativeHead::empty(), next: start, step, remaining: length };
        native_object::new(class::<LongRangeIterator>(), iterator)
    }

    fn advance(_: &mut Thread, this: Gc<LongRangeIterator>) -> Result<Option<Value>> {
        if this.remaining == Value::from_small_int(0) {
            return Ok(None);
        }
        let number = this.next;
        this.skip(IntRef::Small(1));
        Ok(Some(number))
    }
}

impl Gc<LongRangeIterator> {
    fn skip(mut self, count: IntRef) {
        let span = big_int::multiply(int(self.step), count);
        let next = big_int::add(int(self.next), int(span));
        let remaining = big_int::subtract(int(self.remaining), count);
        self.next = next;
        self.remaining = remaining;
        self.write_barrier();
    }
}

#[native_type(name = "longrange_iterator", no_new)]
impl LongRangeIterator {
    #[method]
    fn __iter__(this: Gc<LongRangeIterator>) -> Gc<LongRangeIterator> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<LongRangeIterator>) -> Result<Option<Value>> {
        LongRangeIterator::advance(thread, this)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("($self, /)")]
    fn __length_hint__(this: Gc<LongRangeIterator>) -> Value {
        this.remaining
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<LongRangeIterator>) -> Result<Gc<Tuple>> {
        reduce_range(thread, this.next, this.step, this.remaining)
    }

    /// Set state information for unpickling.
    #[method("($self, object, /)")]
    fn __setstate__(thread: &mut Thread, this: Gc<LongRangeIterator>, state: Value) -> Result<()> {
        let Some(state) = state.as_int_or_bool() else {
            let class = class_of(state).name_text();
            return Err(thread.type_error(format!("state must be an int, not {class}")));
        };
        if big_int::is_negative(state) {
            return Ok(());
        }
        let above = big_int::compare(state, int(this.remaining)) == Ordering::Greater;
        this.skip(if above { int(this.remaining) } else { state });
        Ok(())
    }
}

impl SequenceIterator {
    fn advance(thread: &mut Thread, mut this: Gc<SequenceIterator>) -> Result<Option<Value>> {
        let Some(sequence) = this.sequence.non_null() else { return Ok(None) };
        if this.index == i64::MAX {
            return Err(thread.overflow_error("iter index too large"));
        }
        match operations::get_item(thread, sequence, Value::from_int(this.index)) {
            Ok(item) => {
                this.index += 1;
                Ok(Some(item))
            }
            Err(raised) if ends_sequence(raised) => {
                this.sequence = Value::NULL;
                Ok(None)
            }
            Err(raised) => Err(raised),
        }
    }
}

/// Whether an exception from `__getitem__` means that the sequence is at its end.
fn ends_sequence(raised: Raised) -> bool {
    let class = class_of(raised.0);
    class.is_subclass_of(types().index_error) || class.is_subclass_of(types().stop_iteration)
}

#[native_type(name = "iterator", no_new)]
impl SequenceIterator {
    #[method]
    fn __iter__(this: Gc<SequenceIterator>) -> Gc<SequenceIterator> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<SequenceIterator>) -> Result<Option<Value>> {
        SequenceIterator::advance(thread, this)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("($self, /)")]
    fn __length_hint__(thread: &mut Thread, this: Gc<SequenceIterator>) -> Result {
        let Some(sequence) = this.sequence.non_null() else { return Ok(Value::from_small_int(0)) };
        if class_of(sequence).special(Special::Len).is_none_or(Value::is_none) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let length = operations::length(thread, sequence)? as i64;
        Ok(Value::from_int((length - this.index).max(0)))
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<SequenceIterator>) -> Result<Gc<Tuple>> {
        let iter = builtin(thread, "iter")?;
        Ok(match this.sequence.non_null() {
            Some(sequence) => reduction(iter, sequence, Some(this.index)),
            None => reduction(iter, Tuple::empty().value(), None),
        })
    }

    /// Set state information for unpickling.
    #[method("($self, object, /)")]
    fn __setstate__(thread: &mut Thread, mut this: Gc<SequenceIterator>, state: Value) -> Result<()> {
        let state = iterator_state(thread, state)?;
        if !this.sequence.is_null() {
            this.index = state.max(0);
        }
        Ok(())
    }
}

/// Iterator over a list, backwards.
#[repr(C)]
pub struct ListReverseIterator {
    head: NativeHead,
    /// The list, NULL when finished.
    list: Value,
    /// Place of the next item, -1 at the end.
    index: i64,
}

native_layout!(
    ListReverseIterator,
    "list_reverseiterator",
    |this, tracer| tracer.value(this.list.0),
    next = ListReverseIterator::advance
);

impl ListReverseIterator {
    pub fn new(list: Gc<List>) -> Gc<ListReverseIterator> {
        let index = list.length as i64 - 1;
        let iterator = ListReverseIterator { head: NativeHead::empty(), list: list.value(), index };
        native_object::new(class::<ListReverseIterator>(), iterator)
    }

    fn advance(_: &mut Thread, mut this: Gc<ListReverseIterator>) -> Result<Option<Value>> {
        let Some(list) = this.list.non_null() else { return Ok(None) };
        let item = usize::try_from(this.index).ok().and_then(|index| list.cast::<List>().get(index));
        match item {
            Some(_) => this.index -= 1,
            None => {
                this.index = -1;
                this.list = Value::NULL;
            }
        }
        Ok(item)
    }
}

#[native_type(name = "list_reverseiterator", no_new)]
impl ListReverseIterator {
    #[method]
    fn __iter__(this: Gc<ListReverseIterator>) -> Gc<ListReverseIterator> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<ListReverseIterator>) -> Result<Option<Value>> {
        ListReverseIterator::advance(thread, this)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("($self, /)")]
    fn __length_hint__(this: Gc<ListReverseIterator>) -> i64 {
        let length = this.index + 1;
        match this.list.non_null() {
            Some(list) if list.cast::<List>().length as i64 >= length => length,
            _ => 0,
        }
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<ListReverseIterator>) -> Result<Gc<Tuple>> {
        let reversed = builtin(thread, "reversed")?;
        Ok(match this.list.non_null() {
            Some(list) if this.index >= 0 => reduction(reversed, list, Some(this.index)),
            _ => reduction(reversed, List::empty().value(), None),
        })
    }

    /// Set state information for unpickling.
    #[method("($self, object, /)")]
    fn __setstate__(thread: &mut Thread, mut this: Gc<ListReverseIterator>, state: Value) -> Result<()> {
        let state = iterator_state(thread, state)?;
        if let Some(list) = this.list.non_null() {
            this.index = state.clamp(-1, list.cast::<List>().length as i64 - 1);
        }
        Ok(())
    }
}

/// `reversed(sequence)` of a sequence without `__reversed__`.
#[repr(C)]
pub struct Reversed {
    head: NativeHead,
    /// The sequence, NULL when finished.
    sequence: Value,
    /// Place of the next item, -1 at the end.
    index: i64,
}

native_layout!(Reversed, "reversed", |this, tracer| tracer.value(this.sequence.0), next = Reversed::advance);

impl Reversed {
    fn advance(thread: &mut Thread, mut this: Gc<Reversed>) -> Result<Option<Value>> {
        let Some(sequence) = this.sequence.non_null() else { return Ok(None) };
        if this.index >= 0 {
            match operations::get_item(thread, sequence, Value::from_int(this.index)) {
                Ok(item) => {
                    this.index -= 1;
                    return Ok(Some(item));
                }
                Err(raised) if ends_sequence(raised) => {}
                Err(raised) => return Err(raised),
            }
        }
        this.index = -1;
        this.sequence = Value::NULL;
        Ok(None)
    }
}

#[cold]
fn not_reversible(thread: &mut Thread, value: Value) -> Raised {
    let class = class_of(value).native_name();
    thread.type_error(format!("'{class}' object is not reversible"))
}

/// Return a reverse iterator over the values of the given sequence.
#[native_type(name = "reversed", base_type)]
impl Reversed {
    #[new("($type, sequence, /)")]
    fn new_reversed(thread: &mut Thread, made: Gc<TypeObject>, sequence: Value) -> Result {
        let class = class_of(sequence);
        match class.special(Special::Reversed) {
            Some(method) if method.is_none() => return Err(not_reversible(thread, sequence)),
            Some(method) => return operations::call::call_special(thread, method, sequence, &[]),
            None => {}
        }
        let is_mapping = sequence.is_kind(crate::object::kind::ObjectKind::Dict);
        if is_mapping || class.special(Special::GetItem).is_none_or(Value::is_none) {
            return Err(not_reversible(thread, sequence));
        }
        let index = operations::length(thread, sequence)? as i64 - 1;
        Ok(native_object::new(made, Reversed { head: NativeHead::empty(), sequence, index }).value())
    }

    #[method]
    fn __iter__(this: Gc<Reversed>) -> Gc<Reversed> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<Reversed>) -> Result<Option<Value>> {
        Reversed::advance(thread, this)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("($self, /)")]
    fn __length_hint__(thread: &mut Thread, this: Gc<Reversed>) -> Result<i64> {
        let Some(sequence) = this.sequence.non_null() else { return Ok(0) };
        let (length, wanted) = (operations::length(thread, sequence)? as i64, this.index + 1);
        Ok(if length < wanted { 0 } else { wanted })
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(this: Gc<Reversed>) -> Gc<Tuple> {
        let class = this.class().value();
        match this.sequence.non_null() {
            Some(sequence) => reduction(class, sequence, Some(this.index)),
            None => reduction(class, Tuple::empty().value(), None),
        }
    }

    /// Set state information for unpickling.
    #[method("($self, object, /)")]
    fn __setstate__(thread: &mut Thread, mut this: Gc<Reversed>, state: Value) -> Result<()> {
        let state = iterator_state(thread, state)?;
        if let Some(sequence) = this.sequence.non_null() {
            let length = operations::length(thread, sequence)? as i64;
            this.index = state.clamp(-1, length - 1);
        }
        Ok(())
    }
}
