//! What Python code sees of `tuple`.

use crate::builtins::support::{
    cannot_concatenate, finish, guarded_repr, push_reprs, repeat_count, search_bound, sequence_index,
    wrong_index,
};
use crate::object::iterator::TupleIterator;
use crate::object::list::List;
use crate::object::slice::Slice;
use crate::object::special::Special;
use crate::object::tuple::Tuple;
use crate::operations::compare::compare_sequences;
use crate::operations::hash::hash_tuple;
use crate::operations::{self, Comparison, class_of};
use crate::prelude::*;
use crate::text::TextBuilder;

impl Gc<Tuple> {
    /// The tuple of an iterable's items: an exact tuple is its own.
    pub fn from_iterable(thread: &mut Thread, iterable: Value) -> Result<Gc<Tuple>> {
        if class_of(iterable) == types().tuple {
            return Ok(iterable.cast());
        }
        // Filled through a list, since other code may get hold of nothing that changes a tuple.
        let items = if class_of(iterable) == types().list {
            iterable.cast::<List>()
        } else {
            Gc::<List>::from_iterable(thread, iterable)?
        };
        Tuple::try_new(thread, items.items())
    }
}

fn compare(thread: &mut Thread, this: Gc<Tuple>, other: Value, op: Comparison) -> Result {
    let Some(other) = other.downcast::<Tuple>() else { return Ok(Value::NOT_IMPLEMENTED) };
    compare_sequences(thread, op, move || this.items(), move || other.items())
}

/// A sequence that can't change: empty, or of an iterable's items. The tuple of a tuple is itself.
#[native_type(name = "tuple", base_type, sequence)]
impl Tuple {
    #[new("($type, iterable=(), /)")]
    fn new_tuple(thread: &mut Thread, class: Gc<TypeObject>, iterable: Value) -> Result<Gc<Tuple>> {
        let items =
            if iterable.is_null() { Tuple::empty() } else { Gc::<Tuple>::from_iterable(thread, iterable)? };
        if class == types().tuple { Ok(items) } else { Tuple::of_class(thread, class, items.items()) }
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<Tuple>) -> Result<Gc<Str>> {
        if this.length == 0 {
            return Ok(Str::new("()"));
        }
        let text = guarded_repr(thread, this.value(), |thread| {
            let mut text = TextBuilder::new();
            text.push_str("(");
            push_reprs(thread, &mut text, |place| this.get(place))?;
            text.push_str(if this.length == 1 { ",)" } else { ")" });
            Ok(finish(text))
        })?;
        Ok(text.unwrap_or_else(|| Str::new("(...)")))
    }

    #[method]
    fn __hash__(thread: &mut Thread, this: Gc<Tuple>) -> Result<i64> {
        hash_tuple(thread, this)
    }

    #[method]
    fn __lt__(thread: &mut Thread, this: Gc<Tuple>, other: Value) -> Result {
        compare(thread, this, other, Comparison::Less)
    }

    #[method]
    fn __le__(thread: &mut Thread, this: Gc<Tuple>, other: Value) -> Result {
        compare(thread, this, other, Comparison::LessEqual)
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<Tuple>, other: Value) -> Result {
        compare(thread, this, other, Comparison::Equal)
    }

    #[method]
    fn __ne__(thread: &mut Thread, this: Gc<Tuple>, other: Value) -> Result {
        compare(thread, this, other, Comparison::NotEqual)
    }

    #[method]
    fn __gt__(thread: &mut Thread, this: Gc<Tuple>, other: Value) -> Result {
        compare(thread, this, other, Comparison::Greater)
    }

    #[method]
    fn __ge__(thread: &mut Thread, this: Gc<Tuple>, other: Value) -> Result {
        compare(thread, this, other, Comparison::GreaterEqual)
    }

    #[method]
    fn __iter__(this: Gc<Tuple>) -> Gc<TupleIterator> {
        TupleIterator::new(this)
    }

    #[method]
    fn __len__(this: Gc<Tuple>) -> usize {
        this.length
    }

    #[method]
    fn __getitem__(thread: &mut Thread, this: Gc<Tuple>, key: Value) -> Result {
        if let Some(index) = sequence_index(thread, key)? {
            return match this.position(index) {
                Some(place) => Ok(this.items()[place]),
                None => Err(thread.index_error("tuple index out of range")),
            };
        }
        match key.downcast::<Slice>() {
            Some(slice) => {
                let indices = slice.indices(thread, this.length)?;
                Ok(this.slice_indices(thread, indices)?.value())
            }
            None => Err(wrong_index(thread, "tuple", key)),
        }
    }

    #[method]
    fn __add__(thread: &mut Thread, this: Gc<Tuple>, other: Value) -> Result {
        match other.downcast::<Tuple>() {
            Some(other) => Ok(this.concat(thread, other)?.value()),
            None => cannot_concatenate(thread, "tuple", other),
        }
    }

    #[method]
    fn __mul__(thread: &mut Thread, this: Gc<Tuple>, count: Value) -> Result {
        match repeat_count(thread, count, Special::ReflectedMultiply)? {
            Some(count) => Ok(this.repeat(thread, count)?.value()),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __rmul__(thread: &mut Thread, this: Gc<Tuple>, count: Value) -> Result {
        match repeat_count(thread, count, Special::Multiply)? {
            Some(count) => Ok(this.repeat(thread, count)?.value()),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __contains__(thread: &mut Thread, this: Gc<Tuple>, item: Value) -> Result<bool> {
        for candidate in this.items() {
            if operations::equal(thread, *candidate, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[method("($self, /)")]
    fn __getnewargs__(thread: &mut Thread, this: Gc<Tuple>) -> Result<Gc<Tuple>> {
        let plain = Tuple::try_new(thread, this.items())?;
        Ok(Tuple::new(&[plain.value()]))
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method("($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(thread: &mut Thread, this: Gc<Tuple>, value: Value, start: Value, stop: Value) -> Result<usize> {
        let start = search_bound(thread, start, this.length, 0)?;
        let stop = search_bound(thread, stop, this.length, this.length)?;
        for place in start..stop {
            if operations::equal(thread, this.items()[place], value)? {
                return Ok(place);
            }
        }
        Err(thread.value_error("tuple.index(x): x not in tuple"))
    }

    /// Return number of occurrences of value.
    #[method("($self, value, /)")]
    fn count(thread: &mut Thread, this: Gc<Tuple>, value: Value) -> Result<usize> {
        let mut count = 0;
        for item in this.items() {
            count += operations::equal(thread, *item, value)? as usize;
        }
        Ok(count)
    }

    /// See PEP 585
    #[class_method("($type, object, /)")]
    fn __class_getitem__(thread: &mut Thread, class: Gc<TypeObject>, object: Value) -> Result {
        crate::builtins::generic_alias::new(thread, class.value(), object)
    }
}
