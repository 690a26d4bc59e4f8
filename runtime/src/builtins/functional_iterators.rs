//! `enumerate`, `zip`, `map`, `filter` and `iter(callable, sentinel)`.
//!
//! The iterators of a zip or map are in a tuple that nothing else changes.

use crate::builtins::support::{builtin, class};
use crate::native_layout;
use crate::object::native_object::{self, NativeHead};
use crate::object::tuple::Tuple;
use crate::operations::arithmetic::{BinaryOperator, binary};
use crate::operations::{self, is_true};
use crate::prelude::*;

/// `enumerate(iterable, start)`
#[repr(C)]
pub struct Enumerate {
    head: NativeHead,
    iterator: Value,
    /// Number of the next item, an int.
    number: Value,
}

native_layout!(
    Enumerate,
    "enumerate",
    |this, tracer| {
        tracer.value(this.iterator.0);
        tracer.value(this.number.0);
    },
    next = Enumerate::advance
);

/// An enumerate object in the middle of its work: the number belongs to the iterator's next item.
pub fn enumerate_at(iterator: Value, number: Value) -> Value {
    let class = <Enumerate as NativeType>::DEFINITION.class().unwrap_or(types().object);
    native_object::new(class, Enumerate { head: NativeHead::empty(), iterator, number }).value()
}

impl Enumerate {
    fn advance(thread: &mut Thread, mut this: Gc<Enumerate>) -> Result<Option<Value>> {
        let Some(item) = operations::next(thread, this.iterator)? else { return Ok(None) };
        let number = this.number;
        this.number = match number.as_small_int().and_then(|number| Value::try_small_int(number + 1)) {
            Some(next) => next,
            None => binary(thread, BinaryOperator::Add, number, Value::from_small_int(1))?,
        };
        this.write_barrier();
        Ok(Some(Tuple::new(&[number, item]).value()))
    }
}

/// Pairs of a number, counted from start, and an item of the iterable.
#[native_type(name = "enumerate", base_type)]
impl Enumerate {
    #[new("($type, iterable, start=0)")]
    fn new_enumerate(
        thread: &mut Thread,
        made: Gc<TypeObject>,
        iterable: Value,
        start: Value,
    ) -> Result<Gc<Enumerate>> {
        let number = operations::index(thread, start)?;
        let iterator = operations::get_iterator(thread, iterable)?;
        Ok(native_object::new(made, Enumerate { head: NativeHead::empty(), iterator, number }))
    }

    #[method]
    fn __iter__(this: Gc<Enumerate>) -> Gc<Enumerate> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<Enumerate>) -> Result<Option<Value>> {
        Enumerate::advance(thread, this)
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(this: Gc<Enumerate>) -> Gc<Tuple> {
        let arguments = Tuple::new(&[this.iterator, this.number]);
        Tuple::new(&[this.class().value(), arguments.value()])
    }

    /// See PEP 585
    #[class_method("($type, object, /)")]
    fn __class_getitem__(thread: &mut Thread, class: Gc<TypeObject>, object: Value) -> Result {
        crate::builtins::generic_alias::new(thread, class.value(), object)
    }
}

/// The iterators of some iterables.
fn iterators_of(thread: &mut Thread, iterables: &[Value]) -> Result<Gc<Tuple>> {
    let mut iterators = crate::heap::ScratchVec::<Value>::with_capacity(iterables.len());
    for iterable in iterables {
        iterators.push(operations::get_iterator(thread, *iterable)?);
    }
    Ok(Tuple::new(&iterators))
}

/// The ValueError of a strict `function` whose iterator number `at` ended before the others, or went on behind their end.
#[cold]
fn length_mismatch(thread: &mut Thread, function: &str, at: usize, comparison: &str) -> Raised {
    let others = if at == 1 { "argument 1".to_string() } else { format!("arguments 1-{at}") };
    let number = at + 1;
    thread.value_error(format!("{function}() argument {number} is {comparison} than {others}"))
}

/// After iterator number `ended` of a strict zip or map ended: all others must be at their end too.
#[cold]
fn check_lengths(thread: &mut Thread, function: &str, iterators: Gc<Tuple>, ended: usize) -> Result<()> {
    if ended > 0 {
        return Err(length_mismatch(thread, function, ended, "shorter"));
    }
    for at in 1..iterators.length {
        if operations::next(thread, iterators.items()[at])?.is_some() {
            return Err(length_mismatch(thread, function, at, "longer"));
        }
    }
    Ok(())
}

/// `zip(*iterables, strict=False)`
#[repr(C)]
pub struct Zip {
    head: NativeHead,
    iterators: Gc<Tuple>,
    strict: bool,
}

native_layout!(Zip, "zip", |this, tracer| tracer.value(this.iterators.value().0), next = Zip::advance);

impl Zip {
    fn advance(thread: &mut Thread, this: Gc<Zip>) -> Result<Option<Value>> {
        let iterators = this.iterators;
        match *iterators.items() {
            [] => Ok(None),
            [first, second] => {
                let Some(a) = operations::next(thread, first)? else { return this.end(thread, 0) };
                let Some(b) = operations::next(thread, second)? else { return this.end(thread, 1) };
                Ok(Some(Tuple::new(&[a, b]).value()))
            }
            _ => {
                let Some(items) = Tuple::allocate(types().tuple, iterators.length) else {
                    return Err(thread.memory_error(""));
                };
                for (at, iterator) in iterators.items().iter().enumerate() {
                    let Some(item) = operations::next(thread, *iterator)? else {
                        return this.end(thread, at);
                    };
                    items.items_mut()[at] = item;
                    items.write_barrier();
                }
                Ok(Some(items.value()))
            }
        }
    }
}

impl Gc<Zip> {
    #[inline]
    fn end(self, thread: &mut Thread, ended: usize) -> Result<Option<Value>> {
        if self.strict {
            check_lengths(thread, "zip", self.iterators, ended)?;
        }
        Ok(None)
    }
}

/// Tuples of the iterables' first items, second items and so on, up to the end of the shortest. With strict, all must have the same length.
#[native_type(name = "zip", base_type)]
impl Zip {
    #[new("($type, *iterables, strict=False)")]
    fn new_zip(
        thread: &mut Thread,
        made: Gc<TypeObject>,
        iterables: &[Value],
        strict: bool,
    ) -> Result<Gc<Zip>> {
        let iterators = iterators_of(thread, iterables)?;
        Ok(native_object::new(made, Zip { head: NativeHead::empty(), iterators, strict }))
    }

    #[method]
    fn __iter__(this: Gc<Zip>) -> Gc<Zip> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<Zip>) -> Result<Option<Value>> {
        Zip::advance(thread, this)
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(this: Gc<Zip>) -> Gc<Tuple> {
        let (class, iterators) = (this.class().value(), this.iterators.value());
        match this.strict {
            true => Tuple::new(&[class, iterators, Value::TRUE]),
            false => Tuple::new(&[class, iterators]),
        }
    }

    /// Set state information for unpickling.
    #[method("($self, object, /)")]
    fn __setstate__(thread: &mut Thread, mut this: Gc<Zip>, state: Value) -> Result<()> {
        this.strict = is_true(thread, state)?;
        Ok(())
    }
}

/// `map(function, *iterables, strict=False)`
#[repr(C)]
pub struct Map {
    head: NativeHead,
    function: Value,
    iterators: Gc<Tuple>,
    strict: bool,
}

native_layout!(
    Map,
    "map",
    |this, tracer| {
        tracer.value(this.function.0);
        tracer.value(this.iterators.value().0);
    },
    next = Map::advance
);

impl Map {
    fn advance(thread: &mut Thread, this: Gc<Map>) -> Result<Option<Value>> {
        let iterators = this.iterators;
        let function = this.function;
        match *iterators.items() {
            [only] => match operations::next(thread, only)? {
                Some(item) => thread.call(function, &[item]).map(Some),
                None => Ok(None),
            },
            [first, second] => {
                let Some(a) = operations::next(thread, first)? else { return this.end(thread, 0) };
                let Some(b) = operations::next(thread, second)? else { return this.end(thread, 1) };
                thread.call(function, &[a, b]).map(Some)
            }
            _ => {
                let mut arguments = crate::heap::ScratchVec::<Value>::with_capacity(iterators.length);
                for (at, iterator) in iterators.items().iter().enumerate() {
                    let Some(item) = operations::next(thread, *iterator)? else {
                        return this.end(thread, at);
                    };
                    arguments.push(item);
                }
                thread.call(function, &arguments).map(Some)
            }
        }
    }
}

impl Gc<Map> {
    #[inline]
    fn end(self, thread: &mut Thread, ended: usize) -> Result<Option<Value>> {
        if self.strict {
            check_lengths(thread, "map", self.iterators, ended)?;
        }
        Ok(None)
    }
}

/// What the function gives for the iterables' first items, second items and so on, up to the end of the shortest. With strict, all
/// must have the same length.
#[native_type(name = "map", base_type, text_signature = "(function, iterable, /, *iterables, strict=False)")]
impl Map {
    #[new("($type, *arguments, strict=False)")]
    fn new_map(
        thread: &mut Thread,
        made: Gc<TypeObject>,
        arguments: &[Value],
        strict: bool,
    ) -> Result<Gc<Map>> {
        let [function, iterables @ ..] = arguments else {
            return Err(thread.type_error("map() must have at least two arguments."));
        };
        if iterables.is_empty() {
            return Err(thread.type_error("map() must have at least two arguments."));
        }
        let iterators = iterators_of(thread, iterables)?;
        Ok(native_object::new(
            made,
            Map { head: NativeHead::empty(), function: *function, iterators, strict },
        ))
    }

    #[method]
    fn __iter__(this: Gc<Map>) -> Gc<Map> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<Map>) -> Result<Option<Value>> {
        Map::advance(thread, this)
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(this: Gc<Map>) -> Gc<Tuple> {
        let iterators = this.iterators;
        let arguments = Tuple::from_fn(iterators.length + 1, |at| {
            if at == 0 { this.function } else { iterators.items()[at - 1] }
        });
        let (class, arguments) = (this.class().value(), arguments.value());
        match this.strict {
            true => Tuple::new(&[class, arguments, Value::TRUE]),
            false => Tuple::new(&[class, arguments]),
        }
    }

    /// Set state information for unpickling.
    #[method("($self, object, /)")]
    fn __setstate__(thread: &mut Thread, mut this: Gc<Map>, state: Value) -> Result<()> {
        this.strict = is_true(thread, state)?;
        Ok(())
    }
}

/// `filter(function, iterable)`
#[repr(C)]
pub struct Filter {
    head: NativeHead,
    function: Value,
    iterator: Value,
}

native_layout!(
    Filter,
    "filter",
    |this, tracer| {
        tracer.value(this.function.0);
        tracer.value(this.iterator.0);
    },
    next = Filter::advance
);

impl Filter {
    fn advance(thread: &mut Thread, this: Gc<Filter>) -> Result<Option<Value>> {
        let plain = this.function.is_none() || this.function == types().bool.value();
        while let Some(item) = operations::next(thread, this.iterator)? {
            let good = if plain { item } else { thread.call(this.function, &[item])? };
            if is_true(thread, good)? {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
}

/// The items of the iterable for which the function gives something true, or with None the true items.
#[native_type(name = "filter", base_type)]
impl Filter {
    #[new("($type, function, iterable, /)")]
    fn new_filter(
        thread: &mut Thread,
        made: Gc<TypeObject>,
        function: Value,
        iterable: Value,
    ) -> Result<Gc<Filter>> {
        let iterator = operations::get_iterator(thread, iterable)?;
        Ok(native_object::new(made, Filter { head: NativeHead::empty(), function, iterator }))
    }

    #[method]
    fn __iter__(this: Gc<Filter>) -> Gc<Filter> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<Filter>) -> Result<Option<Value>> {
        Filter::advance(thread, this)
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(this: Gc<Filter>) -> Gc<Tuple> {
        let arguments = Tuple::new(&[this.function, this.iterator]);
        Tuple::new(&[this.class().value(), arguments.value()])
    }
}

/// `iter(callable, sentinel)`
#[repr(C)]
pub struct CallableIterator {
    head: NativeHead,
    /// NULL when finished.
    callable: Value,
    sentinel: Value,
}

native_layout!(
    CallableIterator,
    "callable_iterator",
    |this, tracer| {
        tracer.value(this.callable.0);
        tracer.value(this.sentinel.0);
    },
    next = CallableIterator::advance
);

impl CallableIterator {
    pub fn new(callable: Value, sentinel: Value) -> Gc<CallableIterator> {
        let iterator = CallableIterator { head: NativeHead::empty(), callable, sentinel };
        native_object::new(class::<CallableIterator>(), iterator)
    }

    fn advance(thread: &mut Thread, mut this: Gc<CallableIterator>) -> Result<Option<Value>> {
        let Some(callable) = this.callable.non_null() else { return Ok(None) };
        match thread.call(callable, &[]) {
            Ok(item) => {
                // The call may have run this iterator to its end.
                if this.callable.is_null() {
                    return Ok(None);
                }
                if !operations::equal(thread, this.sentinel, item)? {
                    return Ok(Some(item));
                }
            }
            Err(raised) if operations::iterate::is_stop(raised) => {}
            Err(raised) => return Err(raised),
        }
        this.callable = Value::NULL;
        this.sentinel = Value::NULL;
        Ok(None)
    }
}

#[native_type(name = "callable_iterator", no_new)]
impl CallableIterator {
    #[method]
    fn __iter__(this: Gc<CallableIterator>) -> Gc<CallableIterator> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<CallableIterator>) -> Result<Option<Value>> {
        CallableIterator::advance(thread, this)
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<CallableIterator>) -> Result<Gc<Tuple>> {
        let iter = builtin(thread, "iter")?;
        let arguments = match this.callable.non_null() {
            Some(callable) => Tuple::new(&[callable, this.sentinel]),
            None => Tuple::new(&[Tuple::empty().value()]),
        };
        Ok(Tuple::new(&[iter, arguments.value()]))
    }
}
