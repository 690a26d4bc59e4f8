//! What Python code sees of `dict`. Its views are in [`crate::builtins::dict_views`].

use crate::builtins::dict_views::{DictItems, DictKeyIterator, DictKeys, DictReverseKeyIterator, DictValues};
use crate::builtins::support::{finish, guarded_repr, instantiate, push_repr};
use crate::object::dict::Dict;
use crate::object::list::List;
use crate::object::set::Set;
use crate::object::special::Special;
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::operations::container::key_error;
use crate::operations::{self, class_of, get_attribute_optional};
use crate::prelude::*;
use crate::text::TextBuilder;

/// Whether iterating a dict gives what a dict's own iteration gives, so that its entries may be taken directly.
fn iterates_as_dict(value: Value) -> bool {
    let class = class_of(value);
    class == types().dict || class.special(Special::Iter) == types().dict.special(Special::Iter)
}

impl Gc<Dict> {
    /// `self.update(other)`: a mapping (anything with `keys`) or an iterable of pairs.
    pub fn update(self, thread: &mut Thread, other: Value) -> Result<()> {
        if class_of(other) == types().dict {
            return self.merge(thread, other.cast(), true);
        }
        match get_attribute_optional(thread, other, intern("keys"))? {
            Some(_) => self.merge_mapping(thread, other, true),
            None => self.merge_pairs(thread, other),
        }
    }

    /// Takes over a mapping's items. Keys that are there already keep their value if not `replace`.
    pub fn merge_mapping(self, thread: &mut Thread, other: Value, replace: bool) -> Result<()> {
        if let Some(dict) = other.downcast::<Dict>()
            && iterates_as_dict(other)
        {
            return self.merge(thread, dict, replace);
        }
        let keys = thread.call_method(other, "keys", &[])?;
        let iterator = operations::get_iterator(thread, keys)?;
        while let Some(key) = operations::next(thread, iterator)? {
            if !replace && self.contains(thread, key)? {
                continue;
            }
            let value = operations::get_item(thread, other, key)?;
            self.set(thread, key, value)?;
        }
        Ok(())
    }

    /// Takes over pairs of key and value.
    fn merge_pairs(self, thread: &mut Thread, pairs: Value) -> Result<()> {
        let iterator = operations::get_iterator(thread, pairs)?;
        let mut number = 0usize;
        while let Some(pair) = operations::next(thread, iterator)? {
            let (key, value) = pair_of(thread, pair, number)?;
            self.set(thread, key, value)?;
            number += 1;
        }
        Ok(())
    }

    /// A shallow copy that is an exact dict, from any mapping.
    pub fn from_mapping(thread: &mut Thread, mapping: Value) -> Result<Gc<Dict>> {
        let dict = Dict::new();
        dict.update(thread, mapping)?;
        Ok(dict)
    }

    /// Takes over keyword arguments.
    pub fn set_keywords(self, thread: &mut Thread, keywords: KeywordArguments) -> Result<()> {
        for (name, value) in keywords.iter() {
            self.set(thread, name.value(), value)?;
        }
        Ok(())
    }
}

/// An element of an update sequence as key and value.
fn pair_of(thread: &mut Thread, pair: Value, number: usize) -> Result<(Value, Value)> {
    let items = match (pair.downcast::<Tuple>(), pair.downcast::<List>()) {
        (Some(tuple), _) => tuple.items(),
        (_, Some(list)) => list.items(),
        _ => operations::get_iterator(thread, pair)
            .map_err(|raised| match class_of(raised.0) == types().type_error {
                true => thread.type_error("object is not iterable"),
                false => raised,
            })
            .and_then(|iterator| Gc::<List>::from_iterable(thread, iterator))
            .map_err(|raised| not_a_pair(thread, raised, number))?
            .items(),
    };
    match items {
        [key, value] => Ok((*key, *value)),
        items => {
            let length = items.len();
            Err(thread.value_error(format!(
                "dictionary update sequence element #{number} has length {length}; 2 is required"
            )))
        }
    }
}

/// Explains a TypeError from iterating an element of an update sequence.
#[cold]
fn not_a_pair(thread: &mut Thread, raised: Raised, number: usize) -> Raised {
    if class_of(raised.0) != types().type_error {
        return raised;
    }
    let note =
        Str::new(&format!("Cannot convert dictionary update sequence element #{number} to a sequence"));
    match thread.call_method(raised.0, "add_note", &[note.value()]) {
        Ok(_) => raised,
        Err(raised) => raised,
    }
}

/// The value of a key: what `__missing__` of a subclass gives if there is none.
fn get_or_missing(thread: &mut Thread, this: Gc<Dict>, key: Value) -> Result {
    if let Some(value) = this.get(thread, key)? {
        return Ok(value);
    }
    if !this.is_exact()
        && let Some(value) = thread.call_special(this.value(), Special::Missing, &[key])?
    {
        return Ok(value);
    }
    Err(key_error(thread, key))
}

fn equality(thread: &mut Thread, this: Gc<Dict>, other: Value, equal: bool) -> Result {
    let Some(other) = other.downcast::<Dict>() else { return Ok(Value::NOT_IMPLEMENTED) };
    thread.check_native_stack()?;
    Ok(Value::from_bool(this.equals(thread, other)? == equal))
}

/// dict() -> new empty dictionary
///
/// A mapping of keys to values: empty, or of a mapping's items, of an iterable of pairs, of keyword arguments.
#[native_type(name = "dict", base_type, mapping)]
impl Dict {
    #[new("($type, *args, **kwargs)", hidden)]
    fn new_dict(class: Gc<TypeObject>, _args: &[Value], _kwargs: KeywordArguments) -> Gc<Dict> {
        instantiate(class)
    }

    #[method("($self, mapping=<unrepresentable>, /, **kwargs)")]
    fn __init__(thread: &mut Thread, this: Gc<Dict>, mapping: Value, kwargs: KeywordArguments) -> Result<()> {
        if !mapping.is_null() {
            this.update(thread, mapping)?;
        }
        this.set_keywords(thread, kwargs)
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<Dict>) -> Result<Gc<Str>> {
        if this.length == 0 {
            return Ok(Str::new("{}"));
        }
        let text = guarded_repr(thread, this.value(), |thread| {
            let mut text = TextBuilder::new();
            text.push_str("{");
            let mut position = 0;
            while let Some((key, value)) = this.next_entry(&mut position) {
                if text.len() > 1 {
                    text.push_str(", ");
                }
                push_repr(thread, &mut text, key)?;
                text.push_str(": ");
                push_repr(thread, &mut text, value)?;
            }
            text.push_str("}");
            Ok(finish(text))
        })?;
        Ok(text.unwrap_or_else(|| Str::new("{...}")))
    }

    #[attribute]
    fn __hash__() -> Value {
        Value::NONE
    }

    #[method]
    fn __lt__(_this: Gc<Dict>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __le__(_this: Gc<Dict>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<Dict>, other: Value) -> Result {
        equality(thread, this, other, true)
    }

    #[method]
    fn __ne__(thread: &mut Thread, this: Gc<Dict>, other: Value) -> Result {
        equality(thread, this, other, false)
    }

    #[method]
    fn __gt__(_this: Gc<Dict>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __ge__(_this: Gc<Dict>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __iter__(this: Gc<Dict>) -> Gc<DictKeyIterator> {
        DictKeyIterator::new(this)
    }

    #[method]
    fn __or__(thread: &mut Thread, this: Value, other: Value) -> Result {
        union(thread, this, other)
    }

    #[method]
    fn __ror__(thread: &mut Thread, this: Value, other: Value) -> Result {
        union(thread, other, this)
    }

    #[method]
    fn __ior__(thread: &mut Thread, this: Gc<Dict>, other: Value) -> Result<Gc<Dict>> {
        this.update(thread, other)?;
        Ok(this)
    }

    #[method]
    fn __len__(this: Gc<Dict>) -> usize {
        this.length
    }

    /// Return self[key].
    #[method("($self, key, /)", plain)]
    fn __getitem__(thread: &mut Thread, this: Gc<Dict>, key: Value) -> Result {
        get_or_missing(thread, this, key)
    }

    #[method]
    fn __setitem__(thread: &mut Thread, this: Gc<Dict>, key: Value, value: Value) -> Result<()> {
        this.set(thread, key, value)
    }

    #[method]
    fn __delitem__(thread: &mut Thread, this: Gc<Dict>, key: Value) -> Result<()> {
        match this.remove(thread, key)? {
            Some(_) => Ok(()),
            None => Err(key_error(thread, key)),
        }
    }

    /// True if the dictionary has the specified key, else False.
    #[method("($self, key, /)", plain)]
    fn __contains__(thread: &mut Thread, this: Gc<Dict>, key: Value) -> Result<bool> {
        this.contains(thread, key)
    }

    /// Return the size of the dict in memory.
    #[method("($self, /)")]
    fn __sizeof__(this: Gc<Dict>) -> usize {
        48 + this.table_bytes()
    }

    /// Return the value for key if key is in the dictionary, else default.
    #[method("($self, key, default=None, /)")]
    fn get(thread: &mut Thread, this: Gc<Dict>, key: Value, default: Value) -> Result {
        Ok(this.get(thread, key)?.unwrap_or(default))
    }

    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[method("($self, key, default=None, /)")]
    fn setdefault(thread: &mut Thread, this: Gc<Dict>, key: Value, default: Value) -> Result {
        this.set_default(thread, key, default)
    }

    /// Remove the key and return its value; without the key return default, or raise KeyError if none is given.
    #[method("($self, key, default=<unrepresentable>, /)")]
    fn pop(thread: &mut Thread, this: Gc<Dict>, key: Value, default: Value) -> Result {
        match this.remove(thread, key)?.or(default.non_null()) {
            Some(value) => Ok(value),
            None => Err(key_error(thread, key)),
        }
    }

    /// Remove and return the newest item as a pair of key and value; KeyError if the dict is empty.
    #[method("($self, /)")]
    fn popitem(thread: &mut Thread, this: Gc<Dict>) -> Result<Gc<Tuple>> {
        match this.pop_last() {
            Some((key, value)) => Ok(Tuple::new(&[key, value])),
            None => {
                let message = Str::new("popitem(): dictionary is empty").value();
                Err(key_error(thread, message))
            }
        }
    }

    /// Return a set-like object providing a view on the dict's keys.
    #[method("($self, /)")]
    fn keys(this: Gc<Dict>) -> Gc<DictKeys> {
        DictKeys::new(this)
    }

    /// Return a set-like object providing a view on the dict's items.
    #[method("($self, /)")]
    fn items(this: Gc<Dict>) -> Gc<DictItems> {
        DictItems::new(this)
    }

    /// Return an object providing a view on the dict's values.
    #[method("($self, /)")]
    fn values(this: Gc<Dict>) -> Gc<DictValues> {
        DictValues::new(this)
    }

    /// Take over the items of a mapping or of an iterable of pairs, then those of the keyword arguments.
    #[method("($self, other=<unrepresentable>, /, **kwargs)", hidden)]
    fn update(thread: &mut Thread, this: Gc<Dict>, other: Value, kwargs: KeywordArguments) -> Result<()> {
        if !other.is_null() {
            this.update(thread, other)?;
        }
        this.set_keywords(thread, kwargs)
    }

    /// Create a new dictionary with keys from iterable and values set to value.
    #[class_method("($type, iterable, value=None, /)")]
    fn fromkeys(thread: &mut Thread, class: Gc<TypeObject>, iterable: Value, value: Value) -> Result {
        let made = thread.call(class.value(), &[])?;
        let iterator = operations::get_iterator(thread, iterable)?;
        if class_of(made) == types().dict {
            let dict = made.cast::<Dict>();
            if let Some(set) = iterable.downcast::<Set>().filter(|set| set.class().definition.is_some()) {
                let mut position = 0;
                while let Some(slot) = set.next_slot(&mut position) {
                    dict.set_with_hash(thread, slot.key, slot.hash, value)?;
                }
                return Ok(made);
            }
            while let Some(key) = operations::next(thread, iterator)? {
                dict.set(thread, key, value)?;
            }
        } else {
            while let Some(key) = operations::next(thread, iterator)? {
                operations::set_item(thread, made, key, value)?;
            }
        }
        Ok(made)
    }

    /// Remove all items from the dict.
    #[method("($self, /)")]
    fn clear(this: Gc<Dict>) {
        this.clear();
    }

    /// Return a shallow copy of the dict.
    #[method("($self, /)")]
    fn copy(thread: &mut Thread, this: Gc<Dict>) -> Result<Gc<Dict>> {
        this.copy(thread)
    }

    /// Return a reverse iterator over the dict keys.
    #[method("($self, /)")]
    fn __reversed__(this: Gc<Dict>) -> Gc<DictReverseKeyIterator> {
        DictReverseKeyIterator::new(this)
    }

    /// See PEP 585
    #[class_method("($type, object, /)")]
    fn __class_getitem__(thread: &mut Thread, class: Gc<TypeObject>, object: Value) -> Result {
        crate::builtins::generic_alias::new(thread, class.value(), object)
    }
}

/// `left | right` of dicts: a new dict, for subclasses too.
fn union(thread: &mut Thread, left: Value, right: Value) -> Result {
    let (Some(left), Some(right)) = (left.downcast::<Dict>(), right.downcast::<Dict>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let result = left.copy(thread)?;
    result.update(thread, right.value())?;
    Ok(result.value())
}
