//! `chain`, `accumulate`, `batched`, `pairwise`, `starmap` and `zip_longest`.

use taipan_runtime::heap::ScratchValues;
use taipan_runtime::native_layout;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::arithmetic::{BinaryOperator, binary};
use taipan_runtime::operations::iterate::collect;
use taipan_runtime::operations::{get_iterator, next};
use taipan_runtime::prelude::*;

/// The items of several iterables.
#[repr(C)]
pub struct Chain {
    head: NativeHead,
    /// Iterator over the iterables, NULL once it has ended.
    iterables: Value,
    /// Iterator over the current one, or NULL.
    active: Value,
}

native_layout!(Chain, "itertools.chain", |this, tracer| {
    tracer.value(this.iterables.0);
    tracer.value(this.active.0);
});

/// Return the items of the first iterable, then those of the next, and so on.
#[native_type(name = "chain", module = "itertools", base_type)]
impl Chain {
    #[new("(*iterables)")]
    fn new(thread: &mut Thread, class: Gc<TypeObject>, iterables: &[Value]) -> Result<Gc<Chain>> {
        let iterables = get_iterator(thread, Tuple::new(iterables).value())?;
        Ok(native_object::new(class, Chain { head: NativeHead::empty(), iterables, active: Value::NULL }))
    }

    /// As chain(), for iterables that one iterable gives.
    #[class_method("(iterable, /)")]
    fn from_iterable(thread: &mut Thread, class: Gc<TypeObject>, iterable: Value) -> Result<Gc<Chain>> {
        let iterables = get_iterator(thread, iterable)?;
        Ok(native_object::new(class, Chain { head: NativeHead::empty(), iterables, active: Value::NULL }))
    }

    /// See PEP 585.
    #[class_method("(object, /)")]
    fn __class_getitem__(thread: &mut Thread, class: Gc<TypeObject>, object: Value) -> Result {
        taipan_runtime::builtins::generic_alias::new(thread, class.value(), object)
    }

    #[method]
    fn __iter__(this: Gc<Chain>) -> Gc<Chain> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, mut this: Gc<Chain>) -> Result<Option<Value>> {
        loop {
            if let Some(active) = this.active.non_null() {
                if let Some(item) = next(thread, active)? {
                    return Ok(Some(item));
                }
                this.active = Value::NULL;
            }
            let Some(iterables) = this.iterables.non_null() else { return Ok(None) };
            let following = match next(thread, iterables) {
                Ok(Some(iterable)) => get_iterator(thread, iterable),
                other => {
                    this.iterables = Value::NULL;
                    return other;
                }
            };
            match following {
                Ok(iterator) => {
                    this.active = iterator;
                    this.write_barrier();
                }
                Err(raised) => {
                    this.iterables = Value::NULL;
                    return Err(raised);
                }
            }
        }
    }
}

/// Running totals.
#[repr(C)]
pub struct Accumulate {
    head: NativeHead,
    source: Value,
    /// None to add.
    function: Value,
    /// NULL before the first item.
    total: Value,
    /// The initial value, until it was returned; else NULL.
    initial: Value,
}

native_layout!(Accumulate, "itertools.accumulate", |this, tracer| {
    tracer.value(this.source.0);
    tracer.value(this.function.0);
    tracer.value(this.total.0);
    tracer.value(this.initial.0);
});

/// Return the running totals of an iterable, by addition or by another function of two arguments.
#[native_type(name = "accumulate", module = "itertools", base_type)]
impl Accumulate {
    #[new("(iterable, func=None, *, initial=None)")]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        iterable: Value,
        func: Value,
        initial: Value,
    ) -> Result<Gc<Accumulate>> {
        let source = get_iterator(thread, iterable)?;
        let initial = if initial.is_none() { Value::NULL } else { initial };
        let content =
            Accumulate { head: NativeHead::empty(), source, function: func, total: Value::NULL, initial };
        Ok(native_object::new(class, content))
    }

    #[method]
    fn __iter__(this: Gc<Accumulate>) -> Gc<Accumulate> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, mut this: Gc<Accumulate>) -> Result<Option<Value>> {
        let total = match this.initial.non_null() {
            Some(initial) => {
                this.initial = Value::NULL;
                initial
            }
            None => {
                let Some(item) = next(thread, this.source)? else { return Ok(None) };
                match this.total.non_null() {
                    None => item,
                    Some(total) if this.function.is_none() => {
                        binary(thread, BinaryOperator::Add, total, item)?
                    }
                    Some(total) => thread.call(this.function, &[total, item])?,
                }
            }
        };
        this.total = total;
        this.write_barrier();
        Ok(Some(total))
    }
}

/// Tuples of a number of items.
#[repr(C)]
pub struct Batched {
    head: NativeHead,
    /// NULL once it has ended.
    source: Value,
    size: usize,
    strict: bool,
}

native_layout!(Batched, "itertools.batched", |this, tracer| tracer.value(this.source.0));

/// Return the items of an iterable in tuples of n; the last may be shorter, which is an error if strict.
#[native_type(name = "batched", module = "itertools", base_type)]
impl Batched {
    #[new("(iterable, n, *, strict=False)")]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        iterable: Value,
        n: isize,
        strict: bool,
    ) -> Result<Gc<Batched>> {
        let Some(size) = usize::try_from(n).ok().filter(|n| *n > 0) else {
            return Err(thread.value_error("n must be at least one"));
        };
        let source = get_iterator(thread, iterable)?;
        Ok(native_object::new(class, Batched { head: NativeHead::empty(), source, size, strict }))
    }

    #[method]
    fn __iter__(this: Gc<Batched>) -> Gc<Batched> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, mut this: Gc<Batched>) -> Result<Option<Value>> {
        let Some(source) = this.source.non_null() else { return Ok(None) };
        let mut batch = ScratchValues::new();
        while batch.len() < this.size {
            match next(thread, source) {
                Ok(Some(item)) => batch.push(item),
                Ok(None) => break,
                Err(raised) => {
                    this.source = Value::NULL;
                    return Err(raised);
                }
            }
        }
        if batch.len() < this.size {
            this.source = Value::NULL;
            if batch.is_empty() {
                return Ok(None);
            }
            if this.strict {
                return Err(thread.value_error("batched(): incomplete batch"));
            }
        }
        Ok(Some(Tuple::new(&batch).value()))
    }
}

/// Neighbouring items.
#[repr(C)]
pub struct Pairwise {
    head: NativeHead,
    /// NULL once it has ended.
    source: Value,
    /// The last item, NULL before the first.
    old: Value,
}

native_layout!(Pairwise, "itertools.pairwise", |this, tracer| {
    tracer.value(this.source.0);
    tracer.value(this.old.0);
});

/// Return the pairs of neighbouring items of an iterable.
#[native_type(name = "pairwise", module = "itertools", base_type)]
impl Pairwise {
    #[new("(iterable, /)")]
    fn new(thread: &mut Thread, class: Gc<TypeObject>, iterable: Value) -> Result<Gc<Pairwise>> {
        let source = get_iterator(thread, iterable)?;
        Ok(native_object::new(class, Pairwise { head: NativeHead::empty(), source, old: Value::NULL }))
    }

    #[method]
    fn __iter__(this: Gc<Pairwise>) -> Gc<Pairwise> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, mut this: Gc<Pairwise>) -> Result<Option<Value>> {
        let Some(source) = this.source.non_null() else { return Ok(None) };
        if this.old.is_null() {
            let Some(first) = next(thread, source)? else {
                this.source = Value::NULL;
                return Ok(None);
            };
            this.old = first;
            this.write_barrier();
            // The source's code may have run this iterator to its end.
            if this.source.is_null() {
                return Ok(None);
            }
        }
        let old = this.old;
        match next(thread, source)? {
            Some(new) => {
                this.old = new;
                this.write_barrier();
                Ok(Some(Tuple::new(&[old, new]).value()))
            }
            None => {
                this.source = Value::NULL;
                this.old = Value::NULL;
                Ok(None)
            }
        }
    }
}

/// Results of a function whose arguments come in tuples.
#[repr(C)]
pub struct StarMap {
    head: NativeHead,
    function: Value,
    source: Value,
}

native_layout!(StarMap, "itertools.starmap", |this, tracer| {
    tracer.value(this.function.0);
    tracer.value(this.source.0);
});

/// Return function(*item) for each item of an iterable.
#[native_type(name = "starmap", module = "itertools", base_type)]
impl StarMap {
    #[new("(function, iterable, /)")]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        function: Value,
        iterable: Value,
    ) -> Result<Gc<StarMap>> {
        let source = get_iterator(thread, iterable)?;
        Ok(native_object::new(class, StarMap { head: NativeHead::empty(), function, source }))
    }

    #[method]
    fn __iter__(this: Gc<StarMap>) -> Gc<StarMap> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<StarMap>) -> Result<Option<Value>> {
        let Some(arguments) = next(thread, this.source)? else { return Ok(None) };
        if let Some(tuple) = arguments.downcast::<Tuple>() {
            return thread.call(this.function, tuple.items()).map(Some);
        }
        let arguments = collect(thread, arguments)?;
        thread.call(this.function, &arguments).map(Some)
    }
}

/// Tuples of corresponding items, to the end of the longest iterable.
#[repr(C)]
pub struct ZipLongest {
    head: NativeHead,
    /// The iterators; NULL for those that have ended.
    sources: Gc<Tuple>,
    active: usize,
    fill: Value,
}

native_layout!(ZipLongest, "itertools.zip_longest", |this, tracer| {
    tracer.value(this.sources.value().0);
    tracer.value(this.fill.0);
});

/// Return tuples of corresponding items; where an iterable has ended, the fillvalue stands for its items.
#[native_type(name = "zip_longest", module = "itertools", base_type)]
impl ZipLongest {
    #[new("(*iterables, **options)", text = "(*iterables, fillvalue=None)")]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        iterables: &[Value],
        options: KeywordArguments<'_>,
    ) -> Result<Gc<ZipLongest>> {
        let fill = options.get("fillvalue");
        if options.len() > usize::from(fill.is_some()) {
            return Err(thread.type_error("zip_longest() got an unexpected keyword argument"));
        }
        let mut sources = ScratchValues::with_capacity(iterables.len());
        for iterable in iterables {
            sources.push(get_iterator(thread, *iterable)?);
        }
        let content = ZipLongest {
            head: NativeHead::empty(),
            active: sources.len(),
            sources: Tuple::new(&sources),
            fill: fill.unwrap_or(Value::NONE),
        };
        Ok(native_object::new(class, content))
    }

    #[method]
    fn __iter__(this: Gc<ZipLongest>) -> Gc<ZipLongest> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, mut this: Gc<ZipLongest>) -> Result<Option<Value>> {
        if this.active == 0 {
            return Ok(None);
        }
        let mut items = ScratchValues::with_capacity(this.sources.length);
        for i in 0..this.sources.length {
            let Some(source) = this.sources.items()[i].non_null() else {
                items.push(this.fill);
                continue;
            };
            match next(thread, source) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => {
                    this.active -= 1;
                    if this.active == 0 {
                        return Ok(None);
                    }
                    this.sources.items_mut()[i] = Value::NULL;
                    items.push(this.fill);
                }
                Err(raised) => {
                    this.active = 0;
                    return Err(raised);
                }
            }
        }
        Ok(Some(Tuple::new(&items).value()))
    }
}
