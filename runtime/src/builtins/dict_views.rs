//! `dict.keys()`, `dict.values()`, `dict.items()`, and the iterators over them, forwards and backwards.
//!
//! The three views differ in what they make of an entry ([`Part`]); so do the six iterators, which one macro declares.

use crate::builtins::mapping_proxy::MappingProxy;
use crate::builtins::support::{class, finish, guarded_repr, push_repr, reduce_to_list};
use crate::native_layout;
use crate::object::dict::Dict;
use crate::object::list::List;
use crate::object::native_object::{self, NativeHead};
use crate::object::set::Set;
use crate::object::tuple::Tuple;
use crate::operations::{self, Comparison, class_of};
use crate::prelude::*;
use crate::text::TextBuilder;

/// What a view or iterator makes of an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Keys,
    Values,
    Items,
}

impl Part {
    #[inline]
    fn of(self, (key, value): (Value, Value)) -> Value {
        match self {
            Part::Keys => key,
            Part::Values => value,
            Part::Items => Tuple::new(&[key, value]).value(),
        }
    }
}

/// Where an iteration over a dict stands.
struct Cursor {
    /// The dict, NULL when finished.
    dict: Value,
    /// Next entry forwards, or the end of those still to come backwards.
    position: usize,
    /// Number of keys when the iteration began; `usize::MAX` once it was found to have changed.
    expected: usize,
    /// Keys still to come.
    remaining: usize,
}

impl Cursor {
    fn new(dict: Gc<Dict>, backwards: bool) -> Cursor {
        let position = if backwards { dict.entries_count as usize } else { 0 };
        Cursor { dict: dict.value(), position, expected: dict.length, remaining: dict.length }
    }

    /// The next entry.
    #[inline]
    fn advance(&mut self, thread: &mut Thread, backwards: bool) -> Result<Option<(Value, Value)>> {
        let Some(dict) = self.dict.non_null().map(|dict| dict.cast::<Dict>()) else { return Ok(None) };
        if self.expected != dict.length {
            // This state stays.
            self.expected = usize::MAX;
            return Err(thread.runtime_error("dictionary changed size during iteration"));
        }
        let entry = match backwards {
            false => dict.next_entry(&mut self.position),
            true => dict.previous_entry(&mut self.position),
        };
        match entry {
            Some(_) if self.remaining == 0 => {
                self.dict = Value::NULL;
                Err(thread.runtime_error("dictionary keys changed during iteration"))
            }
            Some(entry) => {
                self.remaining -= 1;
                Ok(Some(entry))
            }
            None => {
                self.dict = Value::NULL;
                Ok(None)
            }
        }
    }

    fn length_hint(&self) -> usize {
        match self.dict.non_null() {
            Some(dict) if dict.cast::<Dict>().length == self.expected => self.remaining,
            _ => 0,
        }
    }

    /// What is still to come, as a list; the iterator stays where it is.
    fn rest(&self, thread: &mut Thread, part: Part, backwards: bool) -> Result<Gc<List>> {
        let rest = List::empty();
        let mut cursor = Cursor { ..*self };
        while let Some(entry) = cursor.advance(thread, backwards)? {
            rest.push(part.of(entry));
        }
        Ok(rest)
    }
}

macro_rules! dict_iterator {
    ($(#[$doc:meta])* $type:ident, $name:tt, $part:expr, $backwards:literal) => {
        $(#[$doc])*
        #[repr(C)]
        pub struct $type {
            head: NativeHead,
            cursor: Cursor,
        }

        native_layout!($type, $name, |this, tracer| tracer.value(this.cursor.dict.0), next = $type::advance);

        impl $type {
            pub fn new(dict: Gc<Dict>) -> Gc<$type> {
                let cursor = Cursor::new(dict, $backwards);
                native_object::new(class::<$type>(), $type { head: NativeHead::empty(), cursor })
            }

            #[inline]
            fn advance(thread: &mut Thread, mut this: Gc<$type>) -> Result<Option<Value>> {
                Ok(this.cursor.advance(thread, $backwards)?.map(|entry| $part.of(entry)))
            }
        }

        #[native_type(name = $name, no_new)]
        impl $type {
            #[method]
            fn __iter__(this: Gc<$type>) -> Gc<$type> {
                this
            }

            #[method]
            fn __next__(thread: &mut Thread, this: Gc<$type>) -> Result<Option<Value>> {
                $type::advance(thread, this)
            }

            /// Private method returning an estimate of len(list(it)).
            #[method("($self, /)")]
            fn __length_hint__(this: Gc<$type>) -> usize {
                this.cursor.length_hint()
            }

            /// Return state information for pickling.
            #[method("($self, /)")]
            fn __reduce__(thread: &mut Thread, this: Gc<$type>) -> Result {
                let rest = this.cursor.rest(thread, $part, $backwards)?;
                reduce_to_list(thread, rest)
            }
        }
    };
}

dict_iterator!(/** Iterator over a dict's keys. */ DictKeyIterator, "dict_keyiterator", Part::Keys, false);
dict_iterator!(/** Iterator over a dict's values. */ DictValueIterator, "dict_valueiterator", Part::Values, false);
dict_iterator!(/** Iterator over a dict's items. */ DictItemIterator, "dict_itemiterator", Part::Items, false);
dict_iterator!(
    /** Iterator over a dict's keys, backwards. */ DictReverseKeyIterator, "dict_reversekeyiterator", Part::Keys, true
);
dict_iterator!(
    /** Iterator over a dict's values, backwards. */ DictReverseValueIterator,
    "dict_reversevalueiterator", Part::Values, true
);
dict_iterator!(
    /** Iterator over a dict's items, backwards. */ DictReverseItemIterator,
    "dict_reverseitemiterator", Part::Items, true
);

/// View on a dict's keys.
#[repr(C)]
pub struct DictKeys {
    head: NativeHead,
    dict: Gc<Dict>,
}

/// View on a dict's values.
#[repr(C)]
pub struct DictValues {
    head: NativeHead,
    dict: Gc<Dict>,
}

/// View on a dict's items.
#[repr(C)]
pub struct DictItems {
    head: NativeHead,
    dict: Gc<Dict>,
}

native_layout!(DictKeys, "dict_keys", |this, tracer| tracer.value(this.dict.value().0));
native_layout!(DictValues, "dict_values", |this, tracer| tracer.value(this.dict.value().0));
native_layout!(DictItems, "dict_items", |this, tracer| tracer.value(this.dict.value().0));

impl DictKeys {
    pub fn new(dict: Gc<Dict>) -> Gc<DictKeys> {
        native_object::new(types().dict_keys, DictKeys { head: NativeHead::empty(), dict })
    }
}

impl DictValues {
    pub fn new(dict: Gc<Dict>) -> Gc<DictValues> {
        native_object::new(types().dict_values, DictValues { head: NativeHead::empty(), dict })
    }
}

impl DictItems {
    pub fn new(dict: Gc<Dict>) -> Gc<DictItems> {
        native_object::new(types().dict_items, DictItems { head: NativeHead::empty(), dict })
    }
}

/// A keys or items view: the views that are sets.
#[derive(Clone, Copy)]
struct SetView {
    view: Value,
    dict: Gc<Dict>,
    part: Part,
}

impl SetView {
    fn of(value: Value) -> Option<SetView> {
        let (dict, part) = match (value.downcast::<DictKeys>(), value.downcast::<DictItems>()) {
            (Some(keys), _) => (keys.dict, Part::Keys),
            (_, Some(items)) => (items.dict, Part::Items),
            _ => return None,
        };
        Some(SetView { view: value, dict, part })
    }

    fn contains(self, thread: &mut Thread, item: Value) -> Result<bool> {
        match self.part {
            Part::Keys | Part::Values => self.dict.contains(thread, item),
            Part::Items => contains_item(thread, self.dict, item),
        }
    }
}

/// Whether `item` is a pair of a key and its value.
fn contains_item(thread: &mut Thread, dict: Gc<Dict>, item: Value) -> Result<bool> {
    let Some(pair) = item.downcast::<Tuple>() else { return Ok(false) };
    let [key, value] = *pair.items() else { return Ok(false) };
    match dict.get(thread, key)? {
        Some(found) => operations::equal(thread, found, value),
        None => Ok(false),
    }
}

fn view_repr(thread: &mut Thread, view: Value, dict: Gc<Dict>, part: Part) -> Result<Gc<Str>> {
    let text = guarded_repr(thread, view, |thread| {
        let mut text = TextBuilder::new();
        text.push_str(&class_of(view).name_text());
        text.push_str("([");
        let mut cursor = Cursor::new(dict, false);
        let mut first = true;
        while let Some(entry) = cursor.advance(thread, false)? {
            if !std::mem::take(&mut first) {
                text.push_str(", ");
            }
            push_repr(thread, &mut text, part.of(entry))?;
        }
        text.push_str("])");
        Ok(finish(text))
    })?;
    Ok(text.unwrap_or_else(|| Str::new("...")))
}

/// A set of what `value`, one of an operation's operands, iterates over.
fn set_of(thread: &mut Thread, value: Value) -> Result<Gc<Set>> {
    let set = Set::new();
    set.update(thread, value)?;
    Ok(set)
}

fn difference(thread: &mut Thread, left: Value, right: Value) -> Result<Gc<Set>> {
    let set = set_of(thread, left)?;
    set.subtract_iterable(thread, right)?;
    Ok(set)
}

fn union(thread: &mut Thread, left: Value, right: Value) -> Result<Gc<Set>> {
    let set = set_of(thread, left)?;
    set.update(thread, right)?;
    Ok(set)
}

fn symmetric_difference(thread: &mut Thread, left: Value, right: Value) -> Result<Gc<Set>> {
    let set = set_of(thread, left)?;
    let other = set_of(thread, right)?;
    set.symmetric_difference_update(thread, other)?;
    Ok(set)
}

fn intersection(thread: &mut Thread, left: Value, right: Value) -> Result {
    let (mut view, mut other) = match SetView::of(left) {
        Some(view) => (view, right),
        None => match SetView::of(right) {
            Some(view) => (view, left),
            None => return Ok(Value::NOT_IMPLEMENTED),
        },
    };
    let exact_set = class_of(other) == types().set || class_of(other) == types().frozenset;
    if exact_set && view.dict.length <= other.cast::<Set>().length {
        return thread.call_method(other, "intersection", &[view.view]);
    }
    // Walk the smaller of two views.
    if let Some(second) = SetView::of(other)
        && second.dict.length > view.dict.length
    {
        (view, other) = (second, view.view);
    }
    let result = Set::new();
    let iterator = operations::get_iterator(thread, other)?;
    while let Some(item) = operations::next(thread, iterator)? {
        if view.contains(thread, item)? {
            result.add(thread, item)?;
        }
    }
    Ok(result.value())
}

fn is_disjoint(thread: &mut Thread, view: SetView, other: Value) -> Result<bool> {
    if view.view == other {
        return Ok(view.dict.length == 0);
    }
    let (mut view, mut other) = (view, other);
    if let Some(second) = SetView::of(other)
        && second.dict.length > view.dict.length
    {
        (view, other) = (second, view.view);
    } else if class_of(other) == types().set && other.cast::<Set>().length > view.dict.length {
        let set = other.cast::<Set>();
        let iterator = operations::get_iterator(thread, view.view)?;
        while let Some(item) = operations::next(thread, iterator)? {
            if set.contains(thread, item)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let iterator = operations::get_iterator(thread, other)?;
    while let Some(item) = operations::next(thread, iterator)? {
        if view.contains(thread, item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether all that `part` iterates over is in `whole`.
fn all_in(thread: &mut Thread, part: Value, whole: Value) -> Result<bool> {
    let iterator = operations::get_iterator(thread, part)?;
    while let Some(item) = operations::next(thread, iterator)? {
        if !operations::contains(thread, whole, item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare(thread: &mut Thread, view: Value, other: Value, op: Comparison) -> Result {
    let other_length = match (SetView::of(other), other.downcast::<Set>()) {
        (Some(other), _) => other.dict.length,
        (_, Some(_)) => operations::length(thread, other)?,
        _ => return Ok(Value::NOT_IMPLEMENTED),
    };
    let length = operations::length(thread, view)?;
    let answer = match op {
        Comparison::Equal => length == other_length && all_in(thread, view, other)?,
        Comparison::NotEqual => !(length == other_length && all_in(thread, view, other)?),
        Comparison::Less => length < other_length && all_in(thread, view, other)?,
        Comparison::LessEqual => length <= other_length && all_in(thread, view, other)?,
        Comparison::Greater => length > other_length && all_in(thread, other, view)?,
        Comparison::GreaterEqual => length >= other_length && all_in(thread, other, view)?,
    };
    Ok(Value::from_bool(answer))
}

macro_rules! set_view_methods {
    ($type:ident, $name:tt, $part:expr, $iterator:ident, $reverse:ident) => {
        #[native_type(name = $name, no_new)]
        impl $type {
            #[method]
            fn __repr__(thread: &mut Thread, this: Gc<$type>) -> Result<Gc<Str>> {
                view_repr(thread, this.value(), this.dict, $part)
            }

            #[attribute]
            fn __hash__() -> Value {
                Value::NONE
            }

            #[method]
            fn __lt__(thread: &mut Thread, this: Gc<$type>, other: Value) -> Result {
                compare(thread, this.value(), other, Comparison::Less)
            }

            #[method]
            fn __le__(thread: &mut Thread, this: Gc<$type>, other: Value) -> Result {
                compare(thread, this.value(), other, Comparison::LessEqual)
            }

            #[method]
            fn __eq__(thread: &mut Thread, this: Gc<$type>, other: Value) -> Result {
                compare(thread, this.value(), other, Comparison::Equal)
            }

            #[method]
            fn __ne__(thread: &mut Thread, this: Gc<$type>, other: Value) -> Result {
                compare(thread, this.value(), other, Comparison::NotEqual)
            }

            #[method]
            fn __gt__(thread: &mut Thread, this: Gc<$type>, other: Value) -> Result {
                compare(thread, this.value(), other, Comparison::Greater)
            }

            #[method]
            fn __ge__(thread: &mut Thread, this: Gc<$type>, other: Value) -> Result {
                compare(thread, this.value(), other, Comparison::GreaterEqual)
            }

            #[method]
            fn __iter__(this: Gc<$type>) -> Gc<$iterator> {
                $iterator::new(this.dict)
            }

            #[method]
            fn __sub__(thread: &mut Thread, this: Gc<$type>, other: Value) -> Result<Gc<Set>> {
                difference(thread, this.value(), other)
            }

            #[method]
            fn __rsub__(thread: &mut Thread, this: Gc<$type>, other: Value) -> Result<Gc<Set>> {
                difference(thread, other, this.value())
            }

            #[method]
            fn __and__(thread: &mut Thread, this: Gc<$type>, other: Value) -> Result {
                intersection(thread, this.value(), other)
            }

            #[method]
            fn __rand__(thread: &mut Thread, this: Gc<$type>, other: Value) -> Result {
                intersection(thread, other, this.value())
            }

            #[method]
            fn __xor__(thread: &mut Thread, this: Gc<$type>, other: Value) -> Result<Gc<Set>> {
                symmetric_difference(thread, this.value(), other)
            }

            #[method]
            fn __rxor__(thread: &mut Thread, this: Gc<$type>, other: Value) -> Result<Gc<Set>> {
                symmetric_difference(thread, other, this.value())
            }

            #[method]
            fn __or__(thread: &mut Thread, this: Gc<$type>, other: Value) -> Result<Gc<Set>> {
                union(thread, this.value(), other)
            }

            #[method]
            fn __ror__(thread: &mut Thread, this: Gc<$type>, other: Value) -> Result<Gc<Set>> {
                union(thread, other, this.value())
            }

            #[method]
            fn __len__(this: Gc<$type>) -> usize {
                this.dict.length
            }

            #[method]
            fn __contains__(thread: &mut Thread, this: Gc<$type>, item: Value) -> Result<bool> {
                SetView { view: this.value(), dict: this.dict, part: $part }.contains(thread, item)
            }

            /// Return True if the view and the given iterable have a null intersection.
            #[method("($self, object, /)")]
            fn isdisjoint(thread: &mut Thread, this: Gc<$type>, other: Value) -> Result<bool> {
                is_disjoint(thread, SetView { view: this.value(), dict: this.dict, part: $part }, other)
            }

            /// Return a reverse iterator over the dict's entries.
            #[method("($self, /)")]
            fn __reversed__(this: Gc<$type>) -> Gc<$reverse> {
                $reverse::new(this.dict)
            }

            /// dictionary that this view refers to
            #[getter]
            fn mapping(this: Gc<$type>) -> Gc<MappingProxy> {
                MappingProxy::new(this.dict.value())
            }
        }
    };
}

set_view_methods!(DictKeys, "dict_keys", Part::Keys, DictKeyIterator, DictReverseKeyIterator);
set_view_methods!(DictItems, "dict_items", Part::Items, DictItemIterator, DictReverseItemIterator);

#[native_type(name = "dict_values", no_new)]
impl DictValues {
    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<DictValues>) -> Result<Gc<Str>> {
        view_repr(thread, this.value(), this.dict, Part::Values)
    }

    #[method]
    fn __iter__(this: Gc<DictValues>) -> Gc<DictValueIterator> {
        DictValueIterator::new(this.dict)
    }

    #[method]
    fn __len__(this: Gc<DictValues>) -> usize {
        this.dict.length
    }

    /// Return a reverse iterator over the dict's values.
    #[method("($self, /)")]
    fn __reversed__(this: Gc<DictValues>) -> Gc<DictReverseValueIterator> {
        DictReverseValueIterator::new(this.dict)
    }

    /// dictionary that this view refers to
    #[getter]
    fn mapping(this: Gc<DictValues>) -> Gc<MappingProxy> {
        MappingProxy::new(this.dict.value())
    }
}
