//! What Python code sees of `set` and `frozenset`. Results are of these two classes, whatever subclass the operands are of.

pub use crate::object::set::{FrozenSet, MutableSet};

use crate::builtins::support::{class, finish, guarded_repr, instantiate, push_reprs, reduce_to_list};
use crate::native_layout;
use crate::object::dict::Dict;
use crate::object::list::List;
use crate::object::native_object::{self, NativeHead};
use crate::object::set::{Set, hash_key};
use crate::object::tuple::Tuple;
use crate::operations::container::key_error;
use crate::operations::{self, Comparison, class_of};
use crate::prelude::*;
use crate::text::TextBuilder;

impl Gc<Set> {
    /// `self.update(iterable)`
    pub fn update(self, thread: &mut Thread, iterable: Value) -> Result<()> {
        if let Some(set) = iterable.downcast::<Set>() {
            return self.merge(thread, set);
        }
        if class_of(iterable) == types().dict {
            return self.merge_dict(thread, iterable.cast::<Dict>());
        }
        let iterator = operations::get_iterator(thread, iterable)?;
        while let Some(key) = operations::next(thread, iterator)? {
            self.add(thread, key)?;
        }
        Ok(())
    }

    /// `self.difference_update(iterable)`
    pub fn subtract_iterable(self, thread: &mut Thread, iterable: Value) -> Result<()> {
        if let Some(set) = iterable.downcast::<Set>() {
            return self.subtract(thread, set);
        }
        if class_of(iterable) == types().dict {
            // Its keys have their hashes.
            let (dict, mut position) = (iterable.cast::<Dict>(), 0);
            while let Some(entry) = dict.next_full_entry(&mut position) {
                self.discard_with_hash(thread, entry.key, entry.hash)?;
            }
            return self.purge_after_difference(thread);
        }
        let iterator = operations::get_iterator(thread, iterable)?;
        while let Some(key) = operations::next(thread, iterator)? {
            self.discard(thread, key)?;
        }
        self.purge_after_difference(thread)
    }

    fn is_frozen(self) -> bool {
        self.value().downcast::<FrozenSet>().is_some()
    }

    /// An empty set of the class that results get: set or frozenset.
    fn new_like(self) -> Gc<Set> {
        if self.is_frozen() { Set::new_frozen() } else { Set::new() }
    }

    /// A copy as results are.
    fn copy_like(self, thread: &mut Thread) -> Result<Gc<Set>> {
        let copy = self.new_like();
        copy.merge(thread, self)?;
        Ok(copy)
    }

    fn copy_updated(self, thread: &mut Thread, others: &[Value]) -> Result<Gc<Set>> {
        let result = self.copy_like(thread)?;
        for other in others {
            result.update(thread, *other)?;
        }
        Ok(result)
    }

    fn intersection(self, thread: &mut Thread, other: Value) -> Result<Gc<Set>> {
        if other == self.value() {
            return self.copy_like(thread);
        }
        let result = self.new_like();
        if let Some(other) = other.downcast::<Set>() {
            self.intersect_into(thread, other, result)?;
            return Ok(result);
        }
        let iterator = operations::get_iterator(thread, other)?;
        while let Some(key) = operations::next(thread, iterator)? {
            let hash = hash_key(thread, key)?;
            if self.contains_with_hash(thread, key, hash)? {
                result.add_with_hash(thread, key, hash)?;
            }
        }
        Ok(result)
    }

    fn intersection_of_all(self, thread: &mut Thread, others: &[Value]) -> Result<Gc<Set>> {
        let Some((first, others)) = others.split_first() else { return self.copy_like(thread) };
        let mut result = self.intersection(thread, *first)?;
        for other in others {
            result = result.intersection(thread, *other)?;
        }
        Ok(result)
    }

    fn difference(self, thread: &mut Thread, other: Value) -> Result<Gc<Set>> {
        let (set, dict) = (other.downcast::<Set>(), class_of(other) == types().dict);
        let other_length = match set {
            Some(set) => set.length,
            None if dict => other.cast::<Dict>().length,
            None => usize::MAX,
        };
        // If this is much larger, walking the other costs less.
        if other_length == usize::MAX || self.length >> 2 > other_length {
            let result = self.copy_like(thread)?;
            result.subtract_iterable(thread, other)?;
            return Ok(result);
        }
        let result = self.new_like();
        match set {
            Some(set) => self.difference_into(thread, set, result)?,
            None => {
                let dict = other.cast::<Dict>();
                let mut position = 0;
                while let Some(slot) = self.next_slot(&mut position) {
                    if dict.get_with_hash(thread, slot.key, slot.hash)?.is_none() {
                        result.add_with_hash(thread, slot.key, slot.hash)?;
                    }
                }
            }
        }
        Ok(result)
    }

    fn difference_of_all(self, thread: &mut Thread, others: &[Value]) -> Result<Gc<Set>> {
        let Some((first, others)) = others.split_first() else { return self.copy_like(thread) };
        let result = self.difference(thread, *first)?;
        for other in others {
            result.subtract_iterable(thread, *other)?;
        }
        Ok(result)
    }

    fn symmetric_difference(self, thread: &mut Thread, other: Value) -> Result<Gc<Set>> {
        let result = self.new_like();
        result.update(thread, other)?;
        result.symmetric_difference_update(thread, self)?;
        Ok(result)
    }

    fn toggle(self, thread: &mut Thread, other: Value) -> Result<()> {
        if other == self.value() {
            self.clear();
            return Ok(());
        }
        let other = match other.downcast::<Set>() {
            Some(set) => set,
            None => {
                let set = Set::new();
                set.update(thread, other)?;
                set
            }
        };
        self.symmetric_difference_update(thread, other)
    }

    fn is_subset_of(self, thread: &mut Thread, other: Value) -> Result<bool> {
        match other.downcast::<Set>() {
            Some(other) => self.is_subset(thread, other),
            None => Ok(self.intersection(thread, other)?.length == self.length),
        }
    }

    fn is_superset_of(self, thread: &mut Thread, other: Value) -> Result<bool> {
        if let Some(other) = other.downcast::<Set>() {
            return other.is_subset(thread, self);
        }
        let iterator = operations::get_iterator(thread, other)?;
        while let Some(key) = operations::next(thread, iterator)? {
            if !self.contains(thread, key)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn is_disjoint_from(self, thread: &mut Thread, other: Value) -> Result<bool> {
        if other == self.value() {
            return Ok(self.length == 0);
        }
        if let Some(other) = other.downcast::<Set>() {
            return self.is_disjoint(thread, other);
        }
        let iterator = operations::get_iterator(thread, other)?;
        while let Some(key) = operations::next(thread, iterator)? {
            if self.contains(thread, key)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn compare(self, thread: &mut Thread, other: Value, op: Comparison) -> Result {
        let Some(other) = other.downcast::<Set>() else { return Ok(Value::NOT_IMPLEMENTED) };
        let answer = match op {
            Comparison::Equal => self.equals(thread, other)?,
            Comparison::NotEqual => !self.equals(thread, other)?,
            Comparison::Less => self.length < other.length && self.is_subset(thread, other)?,
            Comparison::LessEqual => self.is_subset(thread, other)?,
            Comparison::Greater => self.length > other.length && other.is_subset(thread, self)?,
            Comparison::GreaterEqual => other.is_subset(thread, self)?,
        };
        Ok(Value::from_bool(answer))
    }

    /// Does `operation` with a key; an unhashable set stands for the frozenset of its keys.
    fn with_key<T>(self, thread: &mut Thread, key: Value, operation: Operation<T>) -> Result<T> {
        match hash_key(thread, key) {
            Ok(hash) => operation(self, thread, key, hash),
            Err(raised) => {
                let set = key.downcast::<Set>();
                match set.filter(|_| class_of(raised.0).is_subclass_of(types().type_error)) {
                    Some(set) => {
                        let frozen = Set::new_frozen();
                        frozen.merge(thread, set)?;
                        operation(self, thread, frozen.value(), frozen.frozen_hash())
                    }
                    None => Err(raised),
                }
            }
        }
    }

    fn contains_key(self, thread: &mut Thread, key: Value) -> Result<bool> {
        self.with_key(thread, key, Gc::<Set>::contains_with_hash)
    }

    fn repr(self, thread: &mut Thread) -> Result<Gc<Str>> {
        let name = class_of(self.value()).name_text();
        if self.length == 0 {
            return Ok(Str::new(&format!("{name}()")));
        }
        let text = guarded_repr(thread, self.value(), |thread| {
            let keys = Gc::<List>::from_iterable(thread, self.value())?;
            let plain = class_of(self.value()) == types().set;
            let mut text = TextBuilder::new();
            if !plain {
                text.push_str(&format!("{name}("));
            }
            text.push_str("{");
            push_reprs(thread, &mut text, |place| keys.get(place))?;
            text.push_str(if plain { "}" } else { "})" });
            Ok(finish(text))
        })?;
        Ok(text.unwrap_or_else(|| Str::new(&format!("{name}(...)"))))
    }

    fn reduce(self, thread: &mut Thread) -> Result<Gc<Tuple>> {
        let keys = Gc::<List>::from_iterable(thread, self.value())?;
        let state = thread.call_method(self.value(), "__getstate__", &[])?;
        let arguments = Tuple::new(&[keys.value()]);
        Ok(Tuple::new(&[class_of(self.value()).value(), arguments.value(), state]))
    }
}

type Operation<T> = fn(Gc<Set>, &mut Thread, Value, i64) -> Result<T>;

/// The two operands of an operator, if both are sets.
fn both(left: Value, right: Value) -> Option<(Gc<Set>, Gc<Set>)> {
    Some((left.downcast::<Set>()?, right.downcast::<Set>()?))
}

fn and(thread: &mut Thread, left: Value, right: Value) -> Result {
    match both(left, right) {
        Some((left, right)) => Ok(left.intersection(thread, right.value())?.value()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn or(thread: &mut Thread, left: Value, right: Value) -> Result {
    match both(left, right) {
        Some((left, right)) => Ok(left.copy_updated(thread, &[right.value()])?.value()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn xor(thread: &mut Thread, left: Value, right: Value) -> Result {
    match both(left, right) {
        Some((left, right)) => Ok(left.symmetric_difference(thread, right.value())?.value()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn minus(thread: &mut Thread, left: Value, right: Value) -> Result {
    match both(left, right) {
        Some((left, right)) => Ok(left.difference(thread, right.value())?.value()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// Iterator over a set.
#[repr(C)]
pub struct SetIterator {
    head: NativeHead,
    /// The set, NULL when finished.
    set: Value,
    position: usize,
    /// Number of keys when the iteration began; `usize::MAX` once it was found to have changed.
    expected: usize,
    remaining: usize,
}

native_layout!(
    SetIterator,
    "set_iterator",
    |this, tracer| tracer.value(this.set.0),
    next = SetIterator::advance
);

impl SetIterator {
    pub fn new(set: Gc<Set>) -> Gc<SetIterator> {
        let length = set.length;
        let iterator = SetIterator {
            head: NativeHead::empty(),
            set: set.value(),
            position: 0,
            expected: length,
            remaining: length,
        };
        native_object::new(class::<SetIterator>(), iterator)
    }

    fn advance(thread: &mut Thread, mut this: Gc<SetIterator>) -> Result<Option<Value>> {
        let Some(set) = this.set.non_null().map(|set| set.cast::<Set>()) else { return Ok(None) };
        if this.expected != set.length {
            this.expected = usize::MAX;
            return Err(thread.runtime_error("Set changed size during iteration"));
        }
        let mut position = this.position;
        let key = set.next_key(&mut position);
        this.position = position;
        match key {
            Some(_) => this.remaining = this.remaining.saturating_sub(1),
            None => this.set = Value::NULL,
        }
        Ok(key)
    }
}

#[native_type(name = "set_iterator", no_new)]
impl SetIterator {
    #[method]
    fn __iter__(this: Gc<SetIterator>) -> Gc<SetIterator> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<SetIterator>) -> Result<Option<Value>> {
        SetIterator::advance(thread, this)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("($self, /)")]
    fn __length_hint__(this: Gc<SetIterator>) -> usize {
        match this.set.non_null() {
            Some(set) if set.cast::<Set>().length == this.expected => this.remaining,
            _ => 0,
        }
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<SetIterator>) -> Result {
        let rest = List::empty();
        if let Some(set) = this.set.non_null().map(|set| set.cast::<Set>()) {
            let mut position = this.position;
            while let Some(key) = set.next_key(&mut position) {
                rest.push(key);
            }
        }
        reduce_to_list(thread, rest)
    }
}

/// Build an unordered collection of unique elements.
#[native_type(name = "set", base_type, weak_referencable, text_signature = "(iterable=(), /)")]
impl MutableSet {
    #[new("($type, *args, **kwargs)")]
    fn new_set(class: Gc<TypeObject>, _args: &[Value], _kwargs: KeywordArguments) -> Gc<MutableSet> {
        instantiate(class)
    }

    #[method("($self, iterable=(), /)")]
    fn __init__(thread: &mut Thread, this: Gc<MutableSet>, iterable: Value) -> Result<()> {
        this.set().clear();
        if iterable.is_null() { Ok(()) } else { this.set().update(thread, iterable) }
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<MutableSet>) -> Result<Gc<Str>> {
        this.set().repr(thread)
    }

    #[attribute]
    fn __hash__() -> Value {
        Value::NONE
    }

    #[method]
    fn __lt__(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result {
        this.set().compare(thread, other, Comparison::Less)
    }

    #[method]
    fn __le__(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result {
        this.set().compare(thread, other, Comparison::LessEqual)
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result {
        this.set().compare(thread, other, Comparison::Equal)
    }

    #[method]
    fn __ne__(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result {
        this.set().compare(thread, other, Comparison::NotEqual)
    }

    #[method]
    fn __gt__(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result {
        this.set().compare(thread, other, Comparison::Greater)
    }

    #[method]
    fn __ge__(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result {
        this.set().compare(thread, other, Comparison::GreaterEqual)
    }

    #[method]
    fn __iter__(this: Gc<MutableSet>) -> Gc<SetIterator> {
        SetIterator::new(this.set())
    }

    #[method]
    fn __sub__(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result {
        minus(thread, this.value(), other)
    }

    #[method]
    fn __rsub__(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result {
        minus(thread, other, this.value())
    }

    #[method]
    fn __and__(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result {
        and(thread, this.value(), other)
    }

    #[method]
    fn __rand__(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result {
        and(thread, other, this.value())
    }

    #[method]
    fn __xor__(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result {
        xor(thread, this.value(), other)
    }

    #[method]
    fn __rxor__(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result {
        xor(thread, other, this.value())
    }

    #[method]
    fn __or__(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result {
        or(thread, this.value(), other)
    }

    #[method]
    fn __ror__(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result {
        or(thread, other, this.value())
    }

    #[method]
    fn __isub__(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result {
        let Some(other) = other.downcast::<Set>() else { return Ok(Value::NOT_IMPLEMENTED) };
        this.set().subtract(thread, other)?;
        Ok(this.value())
    }

    #[method]
    fn __iand__(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result {
        if other.downcast::<Set>().is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let common = this.set().intersection(thread, other)?;
        this.set().swap_keys(common);
        Ok(this.value())
    }

    #[method]
    fn __ixor__(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result {
        if other.downcast::<Set>().is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        this.set().toggle(thread, other)?;
        Ok(this.value())
    }

    #[method]
    fn __ior__(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result {
        let Some(other) = other.downcast::<Set>() else { return Ok(Value::NOT_IMPLEMENTED) };
        this.set().merge(thread, other)?;
        Ok(this.value())
    }

    #[method]
    fn __len__(this: Gc<MutableSet>) -> usize {
        this.set().length
    }

    /// x.__contains__(y) <==> y in x.
    #[method("($self, object, /)", plain)]
    fn __contains__(thread: &mut Thread, this: Gc<MutableSet>, object: Value) -> Result<bool> {
        this.set().contains_key(thread, object)
    }

    /// Add an element to a set. Nothing happens if it is there already.
    #[method("($self, object, /)")]
    fn add(thread: &mut Thread, this: Gc<MutableSet>, object: Value) -> Result<()> {
        this.set().add(thread, object).map(|_| ())
    }

    /// Remove all elements from this set.
    #[method("($self, /)")]
    fn clear(this: Gc<MutableSet>) {
        this.set().clear();
    }

    /// Return a shallow copy of a set.
    #[method("($self, /)")]
    fn copy(thread: &mut Thread, this: Gc<MutableSet>) -> Result<Gc<Set>> {
        this.set().copy_like(thread)
    }

    /// Remove an element from a set if it is there.
    #[method("($self, object, /)")]
    fn discard(thread: &mut Thread, this: Gc<MutableSet>, object: Value) -> Result<()> {
        this.set().with_key(thread, object, Gc::<Set>::discard_with_hash).map(|_| ())
    }

    /// Return a new set with elements in the set that are not in the others.
    #[method("($self, /, *others)")]
    fn difference(thread: &mut Thread, this: Gc<MutableSet>, others: &[Value]) -> Result<Gc<Set>> {
        this.set().difference_of_all(thread, others)
    }

    /// Update the set, removing elements found in others.
    #[method("($self, /, *others)")]
    fn difference_update(thread: &mut Thread, this: Gc<MutableSet>, others: &[Value]) -> Result<()> {
        others.iter().try_for_each(|other| this.set().subtract_iterable(thread, *other))
    }

    /// Return a new set with elements common to the set and all others.
    #[method("($self, /, *others)")]
    fn intersection(thread: &mut Thread, this: Gc<MutableSet>, others: &[Value]) -> Result<Gc<Set>> {
        this.set().intersection_of_all(thread, others)
    }

    /// Update the set, keeping only elements found in it and all others.
    #[method("($self, /, *others)")]
    fn intersection_update(thread: &mut Thread, this: Gc<MutableSet>, others: &[Value]) -> Result<()> {
        let common = this.set().intersection_of_all(thread, others)?;
        this.set().swap_keys(common);
        Ok(())
    }

    /// Return True if two sets have a null intersection.
    #[method("($self, other, /)")]
    fn isdisjoint(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result<bool> {
        this.set().is_disjoint_from(thread, other)
    }

    /// Report whether another set contains this set.
    #[method("($self, other, /)")]
    fn issubset(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result<bool> {
        this.set().is_subset_of(thread, other)
    }

    /// Report whether this set contains another set.
    #[method("($self, other, /)")]
    fn issuperset(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result<bool> {
        this.set().is_superset_of(thread, other)
    }

    /// Remove and return an arbitrary set element; KeyError if the set is empty.
    #[method("($self, /)")]
    fn pop(thread: &mut Thread, this: Gc<MutableSet>) -> Result {
        match this.set().pop() {
            Some(key) => Ok(key),
            None => {
                let message = Str::new("pop from an empty set").value();
                Err(key_error(thread, message))
            }
        }
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<MutableSet>) -> Result<Gc<Tuple>> {
        this.set().reduce(thread)
    }

    /// Remove an element from a set; KeyError if it isn't there.
    #[method("($self, object, /)")]
    fn remove(thread: &mut Thread, this: Gc<MutableSet>, object: Value) -> Result<()> {
        match this.set().with_key(thread, object, Gc::<Set>::discard_with_hash)? {
            true => Ok(()),
            false => Err(key_error(thread, object)),
        }
    }

    /// S.__sizeof__() -> size of S in memory, in bytes.
    #[method("($self, /)")]
    fn __sizeof__(this: Gc<MutableSet>) -> usize {
        this.set().size_in_memory()
    }

    /// Return a new set with elements in either the set or other but not both.
    #[method("($self, other, /)")]
    fn symmetric_difference(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result<Gc<Set>> {
        this.set().symmetric_difference(thread, other)
    }

    /// Update the set, keeping only elements found in either set, but not in both.
    #[method("($self, other, /)")]
    fn symmetric_difference_update(thread: &mut Thread, this: Gc<MutableSet>, other: Value) -> Result<()> {
        this.set().toggle(thread, other)
    }

    /// Return a new set with elements from the set and all others.
    #[method("($self, /, *others)")]
    fn union(thread: &mut Thread, this: Gc<MutableSet>, others: &[Value]) -> Result<Gc<Set>> {
        this.set().copy_updated(thread, others)
    }

    /// Update the set, adding elements from all others.
    #[method("($self, /, *others)")]
    fn update(thread: &mut Thread, this: Gc<MutableSet>, others: &[Value]) -> Result<()> {
        others.iter().try_for_each(|other| this.set().update(thread, *other))
    }

    /// See PEP 585
    #[class_method("($type, object, /)")]
    fn __class_getitem__(thread: &mut Thread, class: Gc<TypeObject>, object: Value) -> Result {
        crate::builtins::generic_alias::new(thread, class.value(), object)
    }
}

/// Build an immutable unordered collection of unique elements.
#[native_type(name = "frozenset", base_type, weak_referencable)]
impl FrozenSet {
    #[new("($type, iterable=(), /)")]
    fn new_frozenset(thread: &mut Thread, class: Gc<TypeObject>, iterable: Value) -> Result {
        if class == types().frozenset && !iterable.is_null() && class_of(iterable) == class {
            return Ok(iterable);
        }
        let set: Gc<Set> = instantiate(class);
        if !iterable.is_null() {
            set.update(thread, iterable)?;
        }
        Ok(set.value())
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<FrozenSet>) -> Result<Gc<Str>> {
        this.set().repr(thread)
    }

    #[method]
    fn __hash__(this: Gc<FrozenSet>) -> i64 {
        this.set().frozen_hash()
    }

    #[method]
    fn __lt__(thread: &mut Thread, this: Gc<FrozenSet>, other: Value) -> Result {
        this.set().compare(thread, other, Comparison::Less)
    }

    #[method]
    fn __le__(thread: &mut Thread, this: Gc<FrozenSet>, other: Value) -> Result {
        this.set().compare(thread, other, Comparison::LessEqual)
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<FrozenSet>, other: Value) -> Result {
        this.set().compare(thread, other, Comparison::Equal)
    }

    #[method]
    fn __ne__(thread: &mut Thread, this: Gc<FrozenSet>, other: Value) -> Result {
        this.set().compare(thread, other, Comparison::NotEqual)
    }

    #[method]
    fn __gt__(thread: &mut Thread, this: Gc<FrozenSet>, other: Value) -> Result {
        this.set().compare(thread, other, Comparison::Greater)
    }

    #[method]
    fn __ge__(thread: &mut Thread, this: Gc<FrozenSet>, other: Value) -> Result {
        this.set().compare(thread, other, Comparison::GreaterEqual)
    }

    #[method]
    fn __iter__(this: Gc<FrozenSet>) -> Gc<SetIterator> {
        SetIterator::new(this.set())
    }

    #[method]
    fn __sub__(thread: &mut Thread, this: Gc<FrozenSet>, other: Value) -> Result {
        minus(thread, this.value(), other)
    }

    #[method]
    fn __rsub__(thread: &mut Thread, this: Gc<FrozenSet>, other: Value) -> Result {
        minus(thread, other, this.value())
    }

    #[method]
    fn __and__(thread: &mut Thread, this: Gc<FrozenSet>, other: Value) -> Result {
        and(thread, this.value(), other)
    }

    #[method]
    fn __rand__(thread: &mut Thread, this: Gc<FrozenSet>, other: Value) -> Result {
        and(thread, other, this.value())
    }

    #[method]
    fn __xor__(thread: &mut Thread, this: Gc<FrozenSet>, other: Value) -> Result {
        xor(thread, this.value(), other)
    }

    #[method]
    fn __rxor__(thread: &mut Thread, this: Gc<FrozenSet>, other: Value) -> Result {
        xor(thread, other, this.value())
    }

    #[method]
    fn __or__(thread: &mut Thread, this: Gc<FrozenSet>, other: Value) -> Result {
        or(thread, this.value(), other)
    }

    #[method]
    fn __ror__(thread: &mut Thread, this: Gc<FrozenSet>, other: Value) -> Result {
        or(thread, other, this.value())
    }

    #[method]
    fn __len__(this: Gc<FrozenSet>) -> usize {
        this.set().length
    }

    /// x.__contains__(y) <==> y in x.
    #[method("($self, object, /)", plain)]
    fn __contains__(thread: &mut Thread, this: Gc<FrozenSet>, object: Value) -> Result<bool> {
        this.set().contains_key(thread, object)
    }

    /// Return a shallow copy of a set.
    #[method("($self, /)")]
    fn copy(thread: &mut Thread, this: Gc<FrozenSet>) -> Result<Gc<Set>> {
        if this.class() == types().frozenset { Ok(this.set()) } else { this.set().copy_like(thread) }
    }

    /// Return a new set with elements in the set that are not in the others.
    #[method("($self, /, *others)")]
    fn difference(thread: &mut Thread, this: Gc<FrozenSet>, others: &[Value]) -> Result<Gc<Set>> {
        this.set().difference_of_all(thread, others)
    }

    /// Return a new set with elements common to the set and all others.
    #[method("($self, /, *others)")]
    fn intersection(thread: &mut Thread, this: Gc<FrozenSet>, others: &[Value]) -> Result<Gc<Set>> {
        this.set().intersection_of_all(thread, others)
    }

    /// Return True if two sets have a null intersection.
    #[method("($self, other, /)")]
    fn isdisjoint(thread: &mut Thread, this: Gc<FrozenSet>, other: Value) -> Result<bool> {
        this.set().is_disjoint_from(thread, other)
    }

    /// Report whether another set contains this set.
    #[method("($self, other, /)")]
    fn issubset(thread: &mut Thread, this: Gc<FrozenSet>, other: Value) -> Result<bool> {
        this.set().is_subset_of(thread, other)
    }

    /// Report whether this set contains another set.
    #[method("($self, other, /)")]
    fn issuperset(thread: &mut Thread, this: Gc<FrozenSet>, other: Value) -> Result<bool> {
        this.set().is_superset_of(thread, other)
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<FrozenSet>) -> Result<Gc<Tuple>> {
        this.set().reduce(thread)
    }

    /// S.__sizeof__() -> size of S in memory, in bytes.
    #[method("($self, /)")]
    fn __sizeof__(this: Gc<FrozenSet>) -> usize {
        this.set().size_in_memory()
    }

    /// Return a new set with elements in either the set or other but not both.
    #[method("($self, other, /)")]
    fn symmetric_difference(thread: &mut Thread, this: Gc<FrozenSet>, other: Value) -> Result<Gc<Set>> {
        this.set().symmetric_difference(thread, other)
    }

    /// Return a new set with elements from the set and all others.
    #[method("($self, /, *others)")]
    fn union(thread: &mut Thread, this: Gc<FrozenSet>, others: &[Value]) -> Result<Gc<Set>> {
        this.set().copy_updated(thread, others)
    }

    /// See PEP 585
    #[class_method("($type, object, /)")]
    fn __class_getitem__(thread: &mut Thread, class: Gc<TypeObject>, object: Value) -> Result {
        crate::builtins::generic_alias::new(thread, class.value(), object)
    }
}
