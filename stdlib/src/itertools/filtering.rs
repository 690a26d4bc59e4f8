//! `compress`, `dropwhile`, `takewhile` and `filterfalse`.

use taipan_runtime::native_layout;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::operations::{get_iterator, is_true, next};
use taipan_runtime::prelude::*;

/// Items whose selector is true.
#[repr(C)]
pub struct Compress {
    head: NativeHead,
    data: Value,
    selectors: Value,
}

native_layout!(Compress, "itertools.compress", |this, tracer| {
    tracer.value(this.data.0);
    tracer.value(this.selectors.0);
});

/// Return the items of data whose corresponding selector is true.
#[native_type(name = "compress", module = "itertools", base_type)]
impl Compress {
    #[new("(data, selectors)")]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        data: Value,
        selectors: Value,
    ) -> Result<Gc<Compress>> {
        let data = get_iterator(thread, data)?;
        let selectors = get_iterator(thread, selectors)?;
        Ok(native_object::new(class, Compress { head: NativeHead::empty(), data, selectors }))
    }

    #[method]
    fn __iter__(this: Gc<Compress>) -> Gc<Compress> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<Compress>) -> Result<Option<Value>> {
        loop {
            let Some(item) = next(thread, this.data)? else { return Ok(None) };
            let Some(selector) = next(thread, this.selectors)? else { return Ok(None) };
            if is_true(thread, selector)? {
                return Ok(Some(item));
            }
        }
    }
}

/// Items from the first one on that fails a test.
#[repr(C)]
pub struct DropWhile {
    head: NativeHead,
    predicate: Value,
    source: Value,
    started: bool,
}

native_layout!(DropWhile, "itertools.dropwhile", |this, tracer| {
    tracer.value(this.predicate.0);
    tracer.value(this.source.0);
});

/// Drop items of an iterable as long as predicate(item) is true; return the rest.
#[native_type(name = "dropwhile", module = "itertools", base_type)]
impl DropWhile {
    #[new("(predicate, iterable, /)")]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        predicate: Value,
        iterable: Value,
    ) -> Result<Gc<DropWhile>> {
        let source = get_iterator(thread, iterable)?;
        Ok(native_object::new(
            class,
            DropWhile { head: NativeHead::empty(), predicate, source, started: false },
        ))
    }

    #[method]
    fn __iter__(this: Gc<DropWhile>) -> Gc<DropWhile> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, mut this: Gc<DropWhile>) -> Result<Option<Value>> {
        loop {
            let Some(item) = next(thread, this.source)? else { return Ok(None) };
            if this.started {
                return Ok(Some(item));
            }
            let answer = thread.call(this.predicate, &[item])?;
            if !is_true(thread, answer)? {
                this.started = true;
                return Ok(Some(item));
            }
        }
    }
}

/// Items up to the first one that fails a test.
#[repr(C)]
pub struct TakeWhile {
    head: NativeHead,
    predicate: Value,
    source: Value,
    stopped: bool,
}

native_layout!(TakeWhile, "itertools.takewhile", |this, tracer| {
    tracer.value(this.predicate.0);
    tracer.value(this.source.0);
});

/// Return items of an iterable as long as predicate(item) is true.
#[native_type(name = "takewhile", module = "itertools", base_type)]
impl TakeWhile {
    #[new("(predicate, iterable, /)")]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        predicate: Value,
        iterable: Value,
    ) -> Result<Gc<TakeWhile>> {
        let source = get_iterator(thread, iterable)?;
        Ok(native_object::new(
            class,
            TakeWhile { head: NativeHead::empty(), predicate, source, stopped: false },
        ))
    }

    #[method]
    fn __iter__(this: Gc<TakeWhile>) -> Gc<TakeWhile> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, mut this: Gc<TakeWhile>) -> Result<Option<Value>> {
        if this.stopped {
            return Ok(None);
        }
        let Some(item) = next(thread, this.source)? else { return Ok(None) };
        let answer = thread.call(this.predicate, &[item])?;
        if is_true(thread, answer)? {
            return Ok(Some(item));
        }
        this.stopped = true;
        Ok(None)
    }
}

/// Items that fail a test.
#[repr(C)]
pub struct FilterFalse {
    head: NativeHead,
    function: Value,
    source: Value,
}

native_layout!(FilterFalse, "itertools.filterfalse", |this, tracer| {
    tracer.value(this.function.0);
    tracer.value(this.source.0);
});

/// Return the items of an iterable for which function(item) is false; with None, the false items.
#[native_type(name = "filterfalse", module = "itertools", base_type)]
impl FilterFalse {
    #[new("(function, iterable, /)")]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        function: Value,
        iterable: Value,
    ) -> Result<Gc<FilterFalse>> {
        let source = get_iterator(thread, iterable)?;
        Ok(native_object::new(class, FilterFalse { head: NativeHead::empty(), function, source }))
    }

    #[method]
    fn __iter__(this: Gc<FilterFalse>) -> Gc<FilterFalse> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<FilterFalse>) -> Result<Option<Value>> {
        loop {
            let Some(item) = next(thread, this.source)? else { return Ok(None) };
            let by_truth = this.function.is_none() || this.function == types().bool.value();
            let answer = if by_truth { item } else { thread.call(this.function, &[item])? };
            if !is_true(thread, answer)? {
                return Ok(Some(item));
            }
        }
    }
}
