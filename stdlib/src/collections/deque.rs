//! `deque`: a ring of values that grows at both ends.
//!
//! **Invariants.** The ring's capacity is a power of two. The item of index i is in slot `(start + i) % capacity`; all other slots are NULL.
//! `changes` counts what would confuse an iterator.

use crate::recursion::Showing;
use taipan_runtime::heap::ScratchValues;
use taipan_runtime::native::type_name;
use taipan_runtime::native_layout;
use taipan_runtime::object::buffer::ValueBuffer;
use taipan_runtime::object::int::IntRef;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::special::Special;
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::attribute::get_attribute_optional;
use taipan_runtime::operations::convert::{index_clamped, index_i64};
use taipan_runtime::operations::iterate::for_each;
use taipan_runtime::operations::{Comparison, class_of, equal, get_iterator, repr, rich_compare};
use taipan_runtime::prelude::*;

/// A double-ended queue.
#[repr(C)]
pub struct Deque {
    head: NativeHead,
    /// The ring, or NULL while nothing was ever in it.
    ring: Value,
    start: usize,
    length: usize,
    most: Option<usize>,
    changes: usize,
}

native_layout!(Deque, "collections.deque", |this, tracer| tracer.value(this.ring.0));

const FIRST_CAPACITY: usize = 8;

fn ring(this: Gc<Deque>) -> Gc<ValueBuffer> {
    this.ring.cast::<ValueBuffer>()
}

fn slot(this: Gc<Deque>, index: usize) -> usize {
    (this.start + index) & (ring(this).capacity - 1)
}

/// The item at an index, `None` behind the end.
fn item(this: Gc<Deque>, index: usize) -> Option<Value> {
    if index < this.length { Some(ring(this).values()[slot(this, index)]) } else { None }
}

fn store(this: Gc<Deque>, index: usize, value: Value) {
    // SAFETY: slots are below the capacity.
    unsafe { ring(this).store(slot(this, index), value) };
}

/// Makes room for one more item.
fn grow(thread: &mut Thread, mut this: Gc<Deque>) -> Result<()> {
    let capacity = if this.ring.is_null() { 0 } else { ring(this).capacity };
    if this.length < capacity {
        return Ok(());
    }
    let larger = ValueBuffer::try_allocate(thread, (capacity * 2).max(FIRST_CAPACITY))?;
    for i in 0..this.length {
        larger.values_mut()[i] = ring(this).values()[slot(this, i)];
    }
    larger.write_barrier();
    this.ring = larger.value();
    this.start = 0;
    this.write_barrier();
    Ok(())
}

fn push_back(thread: &mut Thread, mut this: Gc<Deque>, value: Value) -> Result<()> {
    if this.most == Some(0) {
        return Ok(());
    }
    this.changes += 1;
    if this.most == Some(this.length) {
        take_front(this);
    }
    grow(thread, this)?;
    this.length += 1;
    store(this, this.length - 1, value);
    Ok(())
}

fn push_front(thread: &mut Thread, mut this: Gc<Deque>, value: Value) -> Result<()> {
    if this.most == Some(0) {
        return Ok(());
    }
    this.changes += 1;
    if this.most == Some(this.length) {
        take_back(this);
    }
    grow(thread, this)?;
    this.start = this.start.wrapping_sub(1) & (ring(this).capacity - 1);
    this.length += 1;
    store(this, 0, value);
    Ok(())
}

fn take_back(mut this: Gc<Deque>) -> Option<Value> {
    let value = item(this, this.length.checked_sub(1)?)?;
    store(this, this.length - 1, Value::NULL);
    this.length -= 1;
    this.changes += 1;
    Some(value)
}

fn take_front(mut this: Gc<Deque>) -> Option<Value> {
    let value = item(this, 0)?;
    store(this, 0, Value::NULL);
    this.start = slot(this, 1);
    this.length -= 1;
    this.changes += 1;
    Some(value)
}

fn clear(mut this: Gc<Deque>) {
    this.ring = Value::NULL;
    this.start = 0;
    this.length = 0;
    this.changes += 1;
}

fn items_of(this: Gc<Deque>) -> ScratchValues {
    let mut items = ScratchValues::with_capacity(this.length);
    for i in 0..this.length {
        items.extend_from_slice(&[item(this, i).unwrap_or(Value::NULL)]);
    }
    items
}

fn extend(thread: &mut Thread, this: Gc<Deque>, iterable: Value) -> Result<()> {
    if iterable == this.value() {
        let items = items_of(this);
        return items.iter().try_for_each(|item| push_back(thread, this, *item));
    }
    for_each(thread, iterable, |thread, item| push_back(thread, this, item))
}

/// Turns the deque by `n` places to the right.
fn rotate(mut this: Gc<Deque>, n: i64) {
    if this.length <= 1 {
        return;
    }
    let turns = n.rem_euclid(this.length as i64) as usize;
    if turns == 0 {
        return;
    }
    this.changes += 1;
    if this.length == ring(this).capacity {
        this.start = this.start.wrapping_sub(turns) & (ring(this).capacity - 1);
        return;
    }
    let left = this.length - turns;
    // Move what is less from one end to the other.
    if turns <= left {
        for _ in 0..turns {
            let value = item(this, this.length - 1).unwrap_or(Value::NULL);
            store(this, this.length - 1, Value::NULL);
            this.start = this.start.wrapping_sub(1) & (ring(this).capacity - 1);
            store(this, 0, value);
        }
    } else {
        for _ in 0..left {
            let value = item(this, 0).unwrap_or(Value::NULL);
            store(this, 0, Value::NULL);
            this.start = slot(this, 1);
            store(this, this.length - 1, value);
        }
    }
}

fn new_like(thread: &mut Thread, this: Gc<Deque>) -> Result<Gc<Deque>> {
    if this.class() == Deque::class() {
        return Ok(empty(this.class(), this.most));
    }
    let most = most_value(this);
    let arguments = [Tuple::empty().value(), most];
    let used = if most.is_none() { &arguments[..1] } else { &arguments[..] };
    let made = thread.call(this.class().value(), used)?;
    made.downcast::<Deque>().ok_or_else(|| {
        let (class, got) = (this.class().name_text(), type_name(made));
        thread.type_error(format!("{class}() must return a deque, not {got}"))
    })
}

fn empty(class: Gc<TypeObject>, most: Option<usize>) -> Gc<Deque> {
    let content =
        Deque { head: NativeHead::empty(), ring: Value::NULL, start: 0, length: 0, most, changes: 0 };
    native_object::new(class, content)
}

fn copy(thread: &mut Thread, this: Gc<Deque>) -> Result<Gc<Deque>> {
    let new = new_like(thread, this)?;
    for i in 0..this.length {
        if let Some(value) = item(this, i) {
            push_back(thread, new, value)?;
        }
    }
    Ok(new)
}

fn most_value(this: Gc<Deque>) -> Value {
    this.most.map_or(Value::NONE, |most| Value::from_unsigned(most as u64))
}

/// The index that a subscript means.
fn position(thread: &mut Thread, this: Gc<Deque>, key: Value) -> Result<usize> {
    if class_of(key).special(Special::Index).is_none() && key.as_int_or_bool().is_none() {
        let got = type_name(key);
        return Err(thread.type_error(format!("sequence index must be integer, not '{got}'")));
    }
    let index = index_i64(thread, key)?;
    let index = if index < 0 { index + this.length as i64 } else { index };
    match usize::try_from(index) {
        Ok(index) if index < this.length => Ok(index),
        _ => Err(thread.index_error("deque index out of range")),
    }
}

fn delete(mut this: Gc<Deque>, index: usize) {
    // The shorter side moves up.
    if index < this.length / 2 {
        for i in (0..index).rev() {
            let value = item(this, i).unwrap_or(Value::NULL);
            store(this, i + 1, value);
        }
        take_front(this);
    } else {
        for i in index + 1..this.length {
            let value = item(this, i).unwrap_or(Value::NULL);
            store(this, i - 1, value);
        }
        take_back(this);
    }
    this.changes += 1;
}

/// An int as a number of repetitions; negative ones are 0.
fn repetitions(thread: &mut Thread, n: Value) -> Result<Option<usize>> {
    if n.as_int_or_bool().is_none() && class_of(n).special(Special::Index).is_none() {
        return Ok(None);
    }
    let int = taipan_runtime::operations::index(thread, n)?;
    match int.as_int_or_bool() {
        Some(IntRef::Small(small)) => Ok(Some(usize::try_from(small).unwrap_or(0))),
        _ => {
            let got = type_name(n);
            Err(thread.overflow_error(format!("cannot fit '{got}' into an index-sized integer")))
        }
    }
}

fn repeat_in_place(thread: &mut Thread, this: Gc<Deque>, n: usize) -> Result<()> {
    if n == 0 {
        clear(this);
        return Ok(());
    }
    let items = items_of(this);
    // Only the last `most` items stay.
    let rounds = match this.most {
        Some(most) if !items.is_empty() => (n - 1).min(most / items.len() + 1),
        _ => n - 1,
    };
    if items.len().checked_mul(rounds).is_none_or(|total| total > isize::MAX as usize / 8) {
        return Err(thread.memory_error(""));
    }
    for _ in 0..rounds {
        items.iter().try_for_each(|item| push_back(thread, this, *item))?;
    }
    Ok(())
}

fn repeated(thread: &mut Thread, this: Gc<Deque>, n: Value) -> Result {
    let Some(count) = repetitions(thread, n)? else {
        let got = type_name(n);
        return Err(thread.type_error(format!("can't multiply sequence by non-int of type '{got}'")));
    };
    let new = copy(thread, this)?;
    repeat_in_place(thread, new, count)?;
    Ok(new.value())
}

fn compare(thread: &mut Thread, this: Gc<Deque>, other: Value, op: Comparison) -> Result {
    let Some(other) = other.downcast::<Deque>() else { return Ok(Value::NOT_IMPLEMENTED) };
    if this.length != other.length && matches!(op, Comparison::Equal | Comparison::NotEqual) {
        return Ok(Value::from_bool(op == Comparison::NotEqual));
    }
    let mut i = 0;
    let (mut mine, mut theirs) = (this.changes, other.changes);
    while let (Some(a), Some(b)) = (item(this, i), item(other, i)) {
        if !equal(thread, a, b)? {
            return match op {
                Comparison::Equal => Ok(Value::FALSE),
                Comparison::NotEqual => Ok(Value::TRUE),
                _ => rich_compare(thread, op, a, b),
            };
        }
        if (mine, theirs) != (this.changes, other.changes) {
            return Err(thread.runtime_error("deque mutated during iteration"));
        }
        (mine, theirs) = (this.changes, other.changes);
        i += 1;
    }
    Ok(Value::from_bool(op.holds(this.length.cmp(&other.length))))
}

/// The index of the first item from `from` up to `to` that equals a value.
fn find(
    thread: &mut Thread,
    this: Gc<Deque>,
    value: Value,
    from: usize,
    to: usize,
    changed: &str,
) -> Result<Option<usize>> {
    let changes = this.changes;
    let mut i = from;
    while i < to
        && let Some(candidate) = item(this, i)
    {
        let found = equal(thread, candidate, value)?;
        if changes != this.changes {
            let message = changed.to_string();
            return Err(if changed.starts_with("deque.") {
                thread.index_error(message)
            } else {
                thread.runtime_error(message)
            });
        }
        if found {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

const MUTATED: &str = "deque mutated during iteration";

/// A list-like sequence optimized for data accesses near its endpoints.
#[native_type(name = "deque", module = "collections", base_type, weak_referencable, sequence)]
impl Deque {
    #[new("(*args, **kwargs)", text = "([iterable[, maxlen]])")]
    fn new(class: Gc<TypeObject>, _args: &[Value], _kwargs: KeywordArguments<'_>) -> Gc<Deque> {
        empty(class, None)
    }

    #[method("(iterable=(), maxlen=None)")]
    fn __init__(
        thread: &mut Thread,
        mut this: Gc<Deque>,
        iterable: Option<Value>,
        maxlen: Value,
    ) -> Result<()> {
        let most = match maxlen.is_none() {
            true => None,
            false => {
                let Some(int) = maxlen.as_int_or_bool() else {
                    return Err(thread.type_error("an integer is required"));
                };
                match int {
                    IntRef::Small(small) if small >= 0 => Some(small as usize),
                    IntRef::Small(_) => return Err(thread.value_error("maxlen must be non-negative")),
                    IntRef::Big { .. } => {
                        return Err(thread.overflow_error("Python int too large to convert to C ssize_t"));
                    }
                }
            }
        };
        this.most = most;
        if this.length > 0 {
            clear(this);
        }
        match iterable {
            Some(iterable) => extend(thread, this, iterable),
            None => Ok(()),
        }
    }

    /// Add an element to the right side of the deque.
    #[method("(item, /)")]
    fn append(thread: &mut Thread, this: Gc<Deque>, item: Value) -> Result<()> {
        push_back(thread, this, item)
    }

    /// Add an element to the left side of the deque.
    #[method("(item, /)")]
    fn appendleft(thread: &mut Thread, this: Gc<Deque>, item: Value) -> Result<()> {
        push_front(thread, this, item)
    }

    /// Remove and return the rightmost element.
    #[method("()")]
    fn pop(thread: &mut Thread, this: Gc<Deque>) -> Result {
        take_back(this).ok_or_else(|| thread.index_error("pop from an empty deque"))
    }

    /// Remove and return the leftmost element.
    #[method("()")]
    fn popleft(thread: &mut Thread, this: Gc<Deque>) -> Result {
        take_front(this).ok_or_else(|| thread.index_error("pop from an empty deque"))
    }

    /// Add the items of an iterable to the right side.
    #[method("(iterable, /)")]
    fn extend(thread: &mut Thread, this: Gc<Deque>, iterable: Value) -> Result<()> {
        extend(thread, this, iterable)
    }

    /// Add the items of an iterable to the left side, one after the other.
    #[method("(iterable, /)")]
    fn extendleft(thread: &mut Thread, this: Gc<Deque>, iterable: Value) -> Result<()> {
        if iterable == this.value() {
            let items = items_of(this);
            return items.iter().try_for_each(|item| push_front(thread, this, *item));
        }
        for_each(thread, iterable, |thread, item| push_front(thread, this, item))
    }

    /// Rotate the deque n steps to the right; to the left if n is negative.
    #[method("(n=1, /)")]
    fn rotate(this: Gc<Deque>, n: isize) {
        rotate(this, n as i64);
    }

    /// Reverse the deque in place.
    #[method("()")]
    fn reverse(mut this: Gc<Deque>) {
        for i in 0..this.length / 2 {
            let j = this.length - 1 - i;
            let (a, b) = (item(this, i).unwrap_or(Value::NULL), item(this, j).unwrap_or(Value::NULL));
            store(this, i, b);
            store(this, j, a);
        }
        this.changes += 1;
    }

    /// Return the number of occurrences of a value.
    #[method("(value, /)")]
    fn count(thread: &mut Thread, this: Gc<Deque>, value: Value) -> Result<usize> {
        let (changes, mut count, mut i) = (this.changes, 0, 0);
        while let Some(candidate) = item(this, i) {
            count += usize::from(equal(thread, candidate, value)?);
            if changes != this.changes {
                return Err(thread.runtime_error(MUTATED));
            }
            i += 1;
        }
        Ok(count)
    }

    /// Return the first index of a value. Raises ValueError if it isn't there.
    #[method("(value, start=<start>, stop=<stop>, /)", text = "($self, value, [start, [stop]])")]
    fn index(thread: &mut Thread, this: Gc<Deque>, value: Value, start: Value, stop: Value) -> Result<usize> {
        let start = bound(thread, this, start, 0)?;
        let stop = bound(thread, this, stop, this.length)?;
        match find(thread, this, value, start, stop, MUTATED)? {
            Some(index) => Ok(index),
            None => Err(thread.value_error("deque.index(x): x not in deque")),
        }
    }

    /// Remove the first occurrence of a value.
    #[method("(value, /)")]
    fn remove(thread: &mut Thread, this: Gc<Deque>, value: Value) -> Result<()> {
        match find(thread, this, value, 0, usize::MAX, "deque.remove(x): deque mutated during remove().")? {
            Some(index) => {
                delete(this, index);
                Ok(())
            }
            None => Err(thread.value_error("deque.remove(x): x not in deque")),
        }
    }

    /// Insert a value before the index.
    #[method("(index, value, /)")]
    fn insert(thread: &mut Thread, this: Gc<Deque>, index: isize, value: Value) -> Result<()> {
        if this.most == Some(this.length) {
            return Err(thread.index_error("deque already at its maximum size"));
        }
        let length = this.length as isize;
        let index = if index < 0 { (index + length).max(0) } else { index.min(length) } as usize;
        if index <= this.length / 2 {
            push_front(thread, this, value)?;
            for i in 0..index {
                let next = item(this, i + 1).unwrap_or(Value::NULL);
                store(this, i, next);
            }
        } else {
            push_back(thread, this, value)?;
            for i in (index + 1..this.length).rev() {
                let previous = item(this, i - 1).unwrap_or(Value::NULL);
                store(this, i, previous);
            }
        }
        store(this, index, value);
        Ok(())
    }

    /// Remove all elements.
    #[method("()")]
    fn clear(this: Gc<Deque>) {
        clear(this);
    }

    /// Return a shallow copy.
    #[method("()")]
    fn copy(thread: &mut Thread, this: Gc<Deque>) -> Result<Gc<Deque>> {
        copy(thread, this)
    }

    /// Return a shallow copy.
    #[method("()")]
    fn __copy__(thread: &mut Thread, this: Gc<Deque>) -> Result<Gc<Deque>> {
        copy(thread, this)
    }

    /// maximum size of a deque or None if unbounded
    #[getter]
    fn maxlen(this: Gc<Deque>) -> Value {
        most_value(this)
    }

    #[method]
    fn __len__(this: Gc<Deque>) -> usize {
        this.length
    }

    #[method]
    fn __getitem__(thread: &mut Thread, this: Gc<Deque>, key: Value) -> Result {
        let index = position(thread, this, key)?;
        Ok(item(this, index).unwrap_or(Value::NONE))
    }

    #[method]
    fn __setitem__(thread: &mut Thread, this: Gc<Deque>, key: Value, value: Value) -> Result<()> {
        let index = position(thread, this, key)?;
        store(this, index, value);
        Ok(())
    }

    #[method]
    fn __delitem__(thread: &mut Thread, this: Gc<Deque>, key: Value) -> Result<()> {
        let index = position(thread, this, key)?;
        delete(this, index);
        Ok(())
    }

    #[method]
    fn __contains__(thread: &mut Thread, this: Gc<Deque>, key: Value) -> Result<bool> {
        Ok(find(thread, this, key, 0, usize::MAX, MUTATED)?.is_some())
    }

    #[method]
    fn __add__(thread: &mut Thread, this: Gc<Deque>, value: Value) -> Result {
        let Some(other) = value.downcast::<Deque>() else {
            let got = type_name(value);
            return Err(thread.type_error(format!("can only concatenate deque (not \"{got}\") to deque")));
        };
        let new = copy(thread, this)?;
        extend(thread, new, other.value())?;
        Ok(new.value())
    }

    /// Implement self+=value.
    #[method]
    fn __iadd__(thread: &mut Thread, this: Gc<Deque>, value: Value) -> Result<Gc<Deque>> {
        extend(thread, this, value)?;
        Ok(this)
    }

    #[method]
    fn __mul__(thread: &mut Thread, this: Gc<Deque>, value: Value) -> Result {
        repeated(thread, this, value)
    }

    #[method]
    fn __rmul__(thread: &mut Thread, this: Gc<Deque>, value: Value) -> Result {
        repeated(thread, this, value)
    }

    /// Implement self*=value.
    #[method]
    fn __imul__(thread: &mut Thread, this: Gc<Deque>, value: Value) -> Result<Gc<Deque>> {
        let Some(count) = repetitions(thread, value)? else {
            let got = type_name(value);
            return Err(thread.type_error(format!("can't multiply sequence by non-int of type '{got}'")));
        };
        repeat_in_place(thread, this, count)?;
        Ok(this)
    }

    #[method]
    fn __lt__(thread: &mut Thread, this: Gc<Deque>, value: Value) -> Result {
        compare(thread, this, value, Comparison::Less)
    }

    #[method]
    fn __le__(thread: &mut Thread, this: Gc<Deque>, value: Value) -> Result {
        compare(thread, this, value, Comparison::LessEqual)
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<Deque>, value: Value) -> Result {
        compare(thread, this, value, Comparison::Equal)
    }

    #[method]
    fn __ne__(thread: &mut Thread, this: Gc<Deque>, value: Value) -> Result {
        compare(thread, this, value, Comparison::NotEqual)
    }

    #[method]
    fn __gt__(thread: &mut Thread, this: Gc<Deque>, value: Value) -> Result {
        compare(thread, this, value, Comparison::Greater)
    }

    #[method]
    fn __ge__(thread: &mut Thread, this: Gc<Deque>, value: Value) -> Result {
        compare(thread, this, value, Comparison::GreaterEqual)
    }

    #[attribute]
    fn __hash__() -> Value {
        Value::NONE
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<Deque>) -> Result<String> {
        let Some(_showing) = Showing::enter(this.value()) else { return Ok("[...]".into()) };
        thread.check_native_stack()?;
        let mut shown = Vec::new();
        for item in items_of(this).iter() {
            shown.push(repr(thread, *item)?.to_string_lossy());
        }
        let most = this.most.map_or(String::new(), |most| format!(", maxlen={most}"));
        Ok(format!("{}([{}]{most})", this.class().name_text(), shown.join(", ")))
    }

    #[method]
    fn __iter__(this: Gc<Deque>) -> Gc<DequeIterator> {
        let state = Cursor { deque: this, index: 0, changes: this.changes };
        native_object::new(DequeIterator::class(), DequeIterator { head: NativeHead::empty(), cursor: state })
    }

    /// Return a reverse iterator over the deque.
    #[method("()")]
    fn __reversed__(this: Gc<Deque>) -> Gc<DequeReverseIterator> {
        let state = Cursor { deque: this, index: 0, changes: this.changes };
        native_object::new(
            DequeReverseIterator::class(),
            DequeReverseIterator { head: NativeHead::empty(), cursor: state },
        )
    }

    /// Return state information for pickling.
    #[method("()")]
    fn __reduce__(thread: &mut Thread, this: Gc<Deque>) -> Result<Gc<Tuple>> {
        let state = get_attribute_optional(thread, this.value(), intern("__dict__"))?.unwrap_or(Value::NONE);
        let arguments = match this.most {
            None => Tuple::empty(),
            Some(_) => Tuple::new(&[Tuple::empty().value(), most_value(this)]),
        };
        let iterator = get_iterator(thread, this.value())?;
        Ok(Tuple::new(&[this.class().value(), arguments.value(), state, iterator]))
    }

    /// Return the size of the deque in memory, in bytes.
    #[method("()")]
    fn __sizeof__(this: Gc<Deque>) -> usize {
        let slots = if this.ring.is_null() { 0 } else { ring(this).capacity };
        size_of::<Deque>() + slots * size_of::<Value>()
    }

    /// See PEP 585
    #[class_method("(object, /)")]
    fn __class_getitem__(thread: &mut Thread, class: Gc<TypeObject>, object: Value) -> Result {
        taipan_runtime::builtins::generic_alias::new(thread, class.value(), object)
    }
}

/// A bound of `index`, as slices take it: clamped, negative ones from the end.
fn bound(thread: &mut Thread, this: Gc<Deque>, value: Value, default: usize) -> Result<usize> {
    if value.is_null() {
        return Ok(default);
    }
    if value.as_int_or_bool().is_none() && class_of(value).special(Special::Index).is_none() {
        return Err(thread.type_error("slice indices must be integers or have an __index__ method"));
    }
    let index = index_clamped(thread, value)?;
    let index = if index < 0 { index.saturating_add(this.length as i64).max(0) } else { index };
    Ok((index as usize).min(this.length))
}

/// Where an iterator over a deque stands.
struct Cursor {
    deque: Gc<Deque>,
    /// Items returned.
    index: usize,
    changes: usize,
}

impl Cursor {
    fn left(&self) -> usize {
        self.deque.length.saturating_sub(self.index)
    }

    fn advance(&mut self, thread: &mut Thread, backwards: bool) -> Result<Option<Value>> {
        if self.left() == 0 {
            return Ok(None);
        }
        if self.changes != self.deque.changes {
            self.index = usize::MAX;
            return Err(thread.runtime_error(MUTATED));
        }
        let index = if backwards { self.left() - 1 } else { self.index };
        self.index += 1;
        Ok(item(self.deque, index))
    }
}

/// An iterator over a deque, from the left.
#[repr(C)]
pub struct DequeIterator {
    head: NativeHead,
    cursor: Cursor,
}

native_layout!(DequeIterator, "collections._deque_iterator", |this, tracer| {
    tracer.value(this.cursor.deque.value().0)
});

/// An iterator over a deque, from the right.
#[repr(C)]
pub struct DequeReverseIterator {
    head: NativeHead,
    cursor: Cursor,
}

native_layout!(DequeReverseIterator, "collections._deque_reverse_iterator", |this, tracer| {
    tracer.value(this.cursor.deque.value().0)
});

fn reduce_iterator(class: Gc<TypeObject>, cursor: &Cursor) -> Gc<Tuple> {
    let index = cursor.deque.length - cursor.left();
    let arguments = Tuple::new(&[cursor.deque.value(), Value::from_int(index as i64)]);
    Tuple::new(&[class.value(), arguments.value()])
}

#[native_type(name = "_deque_iterator", module = "collections")]
impl DequeIterator {
    #[new("(iterable, index=0, /)", hidden)]
    fn new(class: Gc<TypeObject>, iterable: Gc<Deque>, index: isize) -> Gc<DequeIterator> {
        let index = usize::try_from(index).unwrap_or(0).min(iterable.length);
        let cursor = Cursor { deque: iterable, index, changes: iterable.changes };
        native_object::new(class, DequeIterator { head: NativeHead::empty(), cursor })
    }

    #[method]
    fn __iter__(this: Gc<DequeIterator>) -> Gc<DequeIterator> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, mut this: Gc<DequeIterator>) -> Result<Option<Value>> {
        this.cursor.advance(thread, false)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("()")]
    fn __length_hint__(this: Gc<DequeIterator>) -> usize {
        this.cursor.left()
    }

    /// Return state information for pickling.
    #[method("()")]
    fn __reduce__(this: Gc<DequeIterator>) -> Gc<Tuple> {
        reduce_iterator(this.class(), &this.cursor)
    }
}

#[native_type(name = "_deque_reverse_iterator", module = "collections")]
impl DequeReverseIterator {
    #[new("(iterable, index=0, /)", hidden)]
    fn new(class: Gc<TypeObject>, iterable: Gc<Deque>, index: isize) -> Gc<DequeReverseIterator> {
        let index = usize::try_from(index).unwrap_or(0).min(iterable.length);
        let cursor = Cursor { deque: iterable, index, changes: iterable.changes };
        native_object::new(class, DequeReverseIterator { head: NativeHead::empty(), cursor })
    }

    #[method]
    fn __iter__(this: Gc<DequeReverseIterator>) -> Gc<DequeReverseIterator> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, mut this: Gc<DequeReverseIterator>) -> Result<Option<Value>> {
        this.cursor.advance(thread, true)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("()")]
    fn __length_hint__(this: Gc<DequeReverseIterator>) -> usize {
        this.cursor.left()
    }

    /// Return state information for pickling.
    #[method("()")]
    fn __reduce__(this: Gc<DequeReverseIterator>) -> Gc<Tuple> {
        reduce_iterator(this.class(), &this.cursor)
    }
}
