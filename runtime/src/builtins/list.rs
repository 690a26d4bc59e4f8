//! What Python code sees of `list`.

use crate::builtins::iterators::ListReverseIterator;
use crate::builtins::support::{
    cannot_concatenate, finish, guarded_repr, instantiate, push_reprs, repeat_count, search_bound,
    sequence_index, wrong_index,
};
use crate::object::buffer::ValueBuffer;
use crate::object::iterator::ListIterator;
use crate::object::list::List;
use crate::object::slice::{Slice, SliceIndices};
use crate::object::sort::sort_places;
use crate::object::special::Special;
use crate::object::tuple::Tuple;
use crate::operations::compare::compare_sequences;
use crate::operations::iterate::length_hint;
use crate::operations::{self, Comparison, class_of};
use crate::prelude::*;
use crate::text::TextBuilder;

impl Gc<List> {
    /// `self.extend(iterable)`
    pub fn extend(self, thread: &mut Thread, iterable: Value) -> Result<()> {
        let class = class_of(iterable);
        if class == types().list {
            return self.extend_from_list(thread, iterable.cast());
        }
        if class == types().tuple {
            let tuple = iterable.cast::<Tuple>();
            return self.extend_from_slice(thread, tuple.items());
        }
        let iterator = operations::get_iterator(thread, iterable)?;
        let hint = length_hint(thread, iterable, 8)?;
        // A wrong hint must not make this fail: the items decide.
        if hint < 1 << 32 && self.capacity() - self.length < hint {
            self.reserve(thread, hint)?;
        }
        while let Some(item) = operations::next(thread, iterator)? {
            self.try_push(thread, item)?;
        }
        Ok(())
    }

    /// A list of an iterable's items.
    pub fn from_iterable(thread: &mut Thread, iterable: Value) -> Result<Gc<List>> {
        let list = List::empty();
        list.extend(thread, iterable)?;
        Ok(list)
    }

    /// `self.sort(key=key, reverse=reverse)`; `key` is None for the items themselves.
    pub fn sort_by(mut self, thread: &mut Thread, key: Value, reverse: bool) -> Result<()> {
        let (saved, length) = (self.items, self.length);
        if u32::try_from(length).is_err() {
            return Err(thread.memory_error(""));
        }
        if length < 2 && (length == 0 || key.is_none()) {
            return Ok(());
        }
        // Keys and comparisons may look at the list: it is empty for as long as it is being sorted.
        let buffer = self.buffer();
        self.clear();
        let outcome = sort_buffer(thread, buffer, length, key, reverse);
        let modified = !self.items.is_null() || self.length != 0;
        self.items = saved;
        self.length = length;
        self.write_barrier();
        outcome?;
        if modified { Err(thread.value_error("list modified during sort")) } else { Ok(()) }
    }
}

/// `list.sort(key=key, reverse=reverse)`
pub fn sort(thread: &mut Thread, list: Gc<List>, key: Option<Value>, reverse: bool) -> Result<()> {
    list.sort_by(thread, key.unwrap_or(Value::NONE), reverse)
}

/// Sorts the first `length` values of a buffer that nothing else uses.
fn sort_buffer(
    thread: &mut Thread,
    buffer: Gc<ValueBuffer>,
    length: usize,
    key: Value,
    reverse: bool,
) -> Result<()> {
    let values = &buffer.values()[..length];
    let mut order = Vec::new();
    let outcome = if key.is_none() {
        sort_places(thread, values, reverse, &mut order)
    } else {
        let keys = ValueBuffer::try_allocate(thread, length)?;
        for (place, value) in values.iter().enumerate() {
            let key = thread.call(key, &[*value])?;
            // SAFETY: as many keys as values.
            unsafe { keys.store(place, key) };
        }
        let outcome = sort_places(thread, keys.values(), reverse, &mut order);
        // The keys live until here: their buffer is reached from this frame.
        std::hint::black_box(keys);
        outcome
    };
    // No allocation on the collector's heap happens between these lines, so the copies need no protection.
    let sorted: Vec<Value> = order.iter().map(|place| values[*place as usize]).collect();
    buffer.values_mut()[..length].copy_from_slice(&sorted);
    buffer.write_barrier();
    outcome
}

/// The values assigned to a slice, as a list other than `target`.
fn assigned_values(thread: &mut Thread, target: Gc<List>, value: Value) -> Result<Gc<List>> {
    if let Some(list) = value.downcast::<List>() {
        return if list == target { list.copy(thread) } else { Ok(list) };
    }
    if value.downcast::<Tuple>().is_none() && class_of(value).special(Special::Iter).is_none() {
        let sequence = class_of(value).special(Special::GetItem).is_some();
        if !sequence {
            return Err(thread.type_error("must assign iterable to extended slice"));
        }
    }
    Gc::<List>::from_iterable(thread, value)
}

fn assign_slice(thread: &mut Thread, this: Gc<List>, slice: Gc<Slice>, value: Value) -> Result<()> {
    let (start, stop, step) = slice.unpack(thread)?;
    let values = assigned_values(thread, this, value)?;
    let SliceIndices { start, step, length, .. } = SliceIndices::clamp(start, stop, step, this.length);
    if step == 1 {
        let start = start as usize;
        return this.replace(thread, start, start + length, values.items());
    }
    if values.length != length {
        let given = values.length;
        return Err(thread.value_error(format!(
            "attempt to assign sequence of size {given} to extended slice of size {length}"
        )));
    }
    for (n, value) in values.items().iter().enumerate() {
        this.set((start + n as i64 * step) as usize, *value);
    }
    Ok(())
}

/// The first place from `start` up to `stop` whose item equals `value`.
fn find(
    thread: &mut Thread,
    this: Gc<List>,
    value: Value,
    start: usize,
    stop: usize,
) -> Result<Option<usize>> {
    let mut place = start;
    while place < stop.min(this.length) {
        if operations::equal(thread, this.items()[place], value)? {
            return Ok(Some(place));
        }
        place += 1;
    }
    Ok(None)
}

fn compare(thread: &mut Thread, this: Gc<List>, other: Value, op: Comparison) -> Result {
    let Some(other) = other.downcast::<List>() else { return Ok(Value::NOT_IMPLEMENTED) };
    compare_sequences(thread, op, move || this.items(), move || other.items())
}

/// Built-in mutable sequence.
///
/// Empty, or of an iterable's items.
#[native_type(name = "list", base_type, sequence, text_signature = "(iterable=(), /)")]
impl List {
    #[new("($type, *args, **kwargs)")]
    fn new_list(class: Gc<TypeObject>, _args: &[Value], _kwargs: KeywordArguments) -> Gc<List> {
        instantiate(class)
    }

    #[method("($self, iterable=(), /)")]
    fn __init__(thread: &mut Thread, this: Gc<List>, iterable: Value) -> Result<()> {
        this.clear();
        if iterable.is_null() { Ok(()) } else { this.extend(thread, iterable) }
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<List>) -> Result<Gc<Str>> {
        if this.length == 0 {
            return Ok(Str::new("[]"));
        }
        let text = guarded_repr(thread, this.value(), |thread| {
            let mut text = TextBuilder::new();
            text.push_str("[");
            push_reprs(thread, &mut text, |place| this.get(place))?;
            text.push_str("]");
            Ok(finish(text))
        })?;
        Ok(text.unwrap_or_else(|| Str::new("[...]")))
    }

    #[attribute]
    fn __hash__() -> Value {
        Value::NONE
    }

    #[method]
    fn __lt__(thread: &mut Thread, this: Gc<List>, other: Value) -> Result {
        compare(thread, this, other, Comparison::Less)
    }

    #[method]
    fn __le__(thread: &mut Thread, this: Gc<List>, other: Value) -> Result {
        compare(thread, this, other, Comparison::LessEqual)
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<List>, other: Value) -> Result {
        compare(thread, this, other, Comparison::Equal)
    }

    #[method]
    fn __ne__(thread: &mut Thread, this: Gc<List>, other: Value) -> Result {
        compare(thread, this, other, Comparison::NotEqual)
    }

    #[method]
    fn __gt__(thread: &mut Thread, this: Gc<List>, other: Value) -> Result {
        compare(thread, this, other, Comparison::Greater)
    }

    #[method]
    fn __ge__(thread: &mut Thread, this: Gc<List>, other: Value) -> Result {
        compare(thread, this, other, Comparison::GreaterEqual)
    }

    #[method]
    fn __iter__(this: Gc<List>) -> Gc<ListIterator> {
        ListIterator::new(this)
    }

    #[method]
    fn __len__(this: Gc<List>) -> usize {
        this.length
    }

    /// Return self[index].
    #[method("($self, index, /)", plain)]
    fn __getitem__(thread: &mut Thread, this: Gc<List>, key: Value) -> Result {
        if let Some(index) = sequence_index(thread, key)? {
            return match this.position(index) {
                Some(place) => Ok(this.items()[place]),
                None => Err(thread.index_error("list index out of range")),
            };
        }
        match key.downcast::<Slice>() {
            Some(slice) => {
                let (start, stop, step) = slice.unpack(thread)?;
                Ok(this.slice_indices(thread, SliceIndices::clamp(start, stop, step, this.length))?.value())
            }
            None => Err(wrong_index(thread, "list", key)),
        }
    }

    #[method]
    fn __setitem__(thread: &mut Thread, this: Gc<List>, key: Value, value: Value) -> Result<()> {
        if let Some(index) = sequence_index(thread, key)? {
            return match this.position(index) {
                Some(place) => {
                    this.set(place, value);
                    Ok(())
                }
                None => Err(thread.index_error("list assignment index out of range")),
            };
        }
        match key.downcast::<Slice>() {
            Some(slice) => assign_slice(thread, this, slice, value),
            None => Err(wrong_index(thread, "list", key)),
        }
    }

    #[method]
    fn __delitem__(thread: &mut Thread, this: Gc<List>, key: Value) -> Result<()> {
        if let Some(index) = sequence_index(thread, key)? {
            return match this.position(index) {
                Some(place) => {
                    this.remove(place);
                    Ok(())
                }
                None => Err(thread.index_error("list assignment index out of range")),
            };
        }
        match key.downcast::<Slice>() {
            Some(slice) => {
                let (start, stop, step) = slice.unpack(thread)?;
                this.delete_indices(thread, SliceIndices::clamp(start, stop, step, this.length))
            }
            None => Err(wrong_index(thread, "list", key)),
        }
    }

    #[method]
    fn __add__(thread: &mut Thread, this: Gc<List>, other: Value) -> Result {
        match other.downcast::<List>() {
            Some(other) => Ok(this.concat(thread, other)?.value()),
            None => cannot_concatenate(thread, "list", other),
        }
    }

    #[method]
    fn __mul__(thread: &mut Thread, this: Gc<List>, count: Value) -> Result {
        match repeat_count(thread, count, Special::ReflectedMultiply)? {
            Some(count) => Ok(this.repeat(thread, count)?.value()),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __rmul__(thread: &mut Thread, this: Gc<List>, count: Value) -> Result {
        match repeat_count(thread, count, Special::Multiply)? {
            Some(count) => Ok(this.repeat(thread, count)?.value()),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __contains__(thread: &mut Thread, this: Gc<List>, item: Value) -> Result<bool> {
        Ok(find(thread, this, item, 0, usize::MAX)?.is_some())
    }

    #[method]
    fn __iadd__(thread: &mut Thread, this: Gc<List>, other: Value) -> Result<Gc<List>> {
        this.extend(thread, other)?;
        Ok(this)
    }

    #[method]
    fn __imul__(thread: &mut Thread, this: Gc<List>, count: Value) -> Result {
        match repeat_count(thread, count, Special::ReflectedMultiply)? {
            Some(count) => {
                this.repeat_in_place(thread, count)?;
                Ok(this.value())
            }
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    /// Return a reverse iterator over the list.
    #[method("($self, /)")]
    fn __reversed__(this: Gc<List>) -> Gc<ListReverseIterator> {
        ListReverseIterator::new(this)
    }

    /// Return the size of the list in memory, in bytes.
    #[method("($self, /)")]
    fn __sizeof__(this: Gc<List>) -> usize {
        40 + 8 * this.capacity()
    }

    /// Remove all items from list.
    #[method("($self, /)")]
    fn clear(this: Gc<List>) {
        this.clear();
    }

    /// Return a shallow copy of the list.
    #[method("($self, /)")]
    fn copy(thread: &mut Thread, this: Gc<List>) -> Result<Gc<List>> {
        this.copy(thread)
    }

    /// Append object to the end of the list.
    #[method("($self, object, /)")]
    fn append(thread: &mut Thread, this: Gc<List>, object: Value) -> Result<()> {
        this.try_push(thread, object)
    }

    /// Insert object before index.
    #[method("($self, index, object, /)")]
    fn insert(this: Gc<List>, index: isize, object: Value) {
        let length = this.length;
        let place =
            if index < 0 { index.saturating_add(length as isize).max(0) as usize } else { index as usize };
        this.insert(place.min(length), object);
    }

    /// Extend list by appending elements from the iterable.
    #[method("($self, iterable, /)")]
    fn extend(thread: &mut Thread, this: Gc<List>, iterable: Value) -> Result<()> {
        this.extend(thread, iterable)
    }

    /// Remove and return item at index (default last).
    ///
    /// Raises IndexError if list is empty or index is out of range.
    #[method("($self, index=-1, /)")]
    fn pop(thread: &mut Thread, this: Gc<List>, index: isize) -> Result {
        if index == -1
            && let Some(item) = this.pop()
        {
            return Ok(item);
        }
        if this.length == 0 {
            return Err(thread.index_error("pop from empty list"));
        }
        match this.position(index as i64) {
            Some(place) => Ok(this.remove(place)),
            None => Err(thread.index_error("pop index out of range")),
        }
    }

    /// Remove first occurrence of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method("($self, value, /)")]
    fn remove(thread: &mut Thread, this: Gc<List>, value: Value) -> Result<()> {
        match find(thread, this, value, 0, usize::MAX)? {
            Some(place) => {
                // The comparison may have shortened the list.
                if place < this.length {
                    this.remove(place);
                }
                Ok(())
            }
            None => Err(thread.value_error("list.remove(x): x not in list")),
        }
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method("($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(thread: &mut Thread, this: Gc<List>, value: Value, start: Value, stop: Value) -> Result<usize> {
        let start = search_bound(thread, start, this.length, 0)?;
        let stop = search_bound(thread, stop, this.length, usize::MAX)?;
        match find(thread, this, value, start, stop)? {
            Some(place) => Ok(place),
            None => Err(thread.value_error("list.index(x): x not in list")),
        }
    }

    /// Return number of occurrences of value.
    #[method("($self, value, /)")]
    fn count(thread: &mut Thread, this: Gc<List>, value: Value) -> Result<usize> {
        let (mut count, mut place) = (0, 0);
        while let Some(item) = this.get(place) {
            count += operations::equal(thread, item, value)? as usize;
            place += 1;
        }
        Ok(count)
    }

    /// Reverse *IN PLACE*.
    #[method("($self, /)")]
    fn reverse(this: Gc<List>) {
        this.reverse();
    }

    /// Sort the list in place, ascending unless reverse is true; items that compare equal keep their order.
    ///
    /// With a key function, items are compared by what it gives for them; it is called once for each.
    #[method("($self, /, *, key=None, reverse=False)")]
    fn sort(thread: &mut Thread, this: Gc<List>, key: Value, reverse: bool) -> Result<()> {
        this.sort_by(thread, key, reverse)
    }

    /// See PEP 585
    #[class_method("($type, object, /)")]
    fn __class_getitem__(thread: &mut Thread, class: Gc<TypeObject>, object: Value) -> Result {
        crate::builtins::generic_alias::new(thread, class.value(), object)
    }
}
