//! The iterators over strings: one for ASCII, whose characters are shared, and one for the others.

use crate::builtins::support::{builtin, class, iterator_state};
use crate::builtins::text_support::{character, latin1_character};
use crate::native_layout;
use crate::object::native_object::{self, NativeHead};
use crate::object::tuple::Tuple;
use crate::prelude::*;

/// Iterator over a string of any characters.
#[repr(C)]
pub struct StrIterator {
    pub head: NativeHead,
    /// The string, NULL when finished.
    pub string: Value,
    pub index: usize,
}

native_layout!(
    StrIterator,
    "str_iterator",
    |this, tracer| tracer.value(this.string.0),
    next = StrIterator::next
);

/// Iterator over an ASCII string.
#[repr(C)]
pub struct StrAsciiIterator {
    pub head: NativeHead,
    /// The string, NULL when finished.
    pub string: Value,
    pub index: usize,
}

native_layout!(
    StrAsciiIterator,
    "str_ascii_iterator",
    |this, tracer| tracer.value(this.string.0),
    next = StrAsciiIterator::next
);

/// `iter(string)`
pub fn new(string: Gc<Str>) -> Value {
    let (head, index, ascii) = (NativeHead::empty(), 0, string.ascii);
    let string = string.value();
    if ascii {
        native_object::new(class::<StrAsciiIterator>(), StrAsciiIterator { head, string, index }).value()
    } else {
        native_object::new(class::<StrIterator>(), StrIterator { head, string, index }).value()
    }
}

fn remaining(string: Value, index: usize) -> usize {
    string.non_null().map_or(0, |string| string.cast::<Str>().length.saturating_sub(index))
}

/// `(iter, (string,), index)`
fn reduce(thread: &mut Thread, string: Value, index: usize) -> Result<Gc<Tuple>> {
    let iter = builtin(thread, "iter")?;
    Ok(match string.non_null() {
        Some(string) => Tuple::new(&[iter, Tuple::new(&[string]).value(), Value::from_int(index as i64)]),
        None => Tuple::new(&[iter, Tuple::new(&[Str::from_one_byte(&[], true).value()]).value()]),
    })
}

/// The index that `__setstate__` sets.
fn clamped(thread: &mut Thread, string: Value, state: Value, index: usize) -> Result<usize> {
    let state = iterator_state(thread, state)?;
    Ok(string.non_null().map_or(index, |string| (state.max(0) as usize).min(string.cast::<Str>().length)))
}

#[native_type(name = "str_iterator", no_new)]
impl StrIterator {
    fn next(_: &mut Thread, mut this: Gc<StrIterator>) -> Result<Option<Value>> {
        if this.string.is_null() {
            return Ok(None);
        }
        let string: Gc<Str> = this.string.cast();
        if this.index >= string.length {
            this.string = Value::NULL;
            return Ok(None);
        }
        let c = string.at(this.index);
        this.index += 1;
        Ok(Some(character(c).value()))
    }

    #[method]
    fn __iter__(this: Gc<StrIterator>) -> Gc<StrIterator> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<StrIterator>) -> Result<Option<Value>> {
        StrIterator::next(thread, this)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("($self, /)")]
    fn __length_hint__(this: Gc<StrIterator>) -> usize {
        remaining(this.string, this.index)
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<StrIterator>) -> Result<Gc<Tuple>> {
        reduce(thread, this.string, this.index)
    }

    /// Set state information for unpickling.
    #[method("($self, object, /)")]
    fn __setstate__(thread: &mut Thread, mut this: Gc<StrIterator>, state: Value) -> Result<()> {
        this.index = clamped(thread, this.string, state, this.index)?;
        Ok(())
    }
}

#[native_type(name = "str_ascii_iterator", no_new)]
impl StrAsciiIterator {
    fn next(_: &mut Thread, mut this: Gc<StrAsciiIterator>) -> Result<Option<Value>> {
        if this.string.is_null() {
            return Ok(None);
        }
        let string: Gc<Str> = this.string.cast();
        match string.bytes().get(this.index) {
            Some(&c) => {
                this.index += 1;
                Ok(Some(latin1_character(c).value()))
            }
            None => {
                this.string = Value::NULL;
                Ok(None)
            }
        }
    }

    #[method]
    fn __iter__(this: Gc<StrAsciiIterator>) -> Gc<StrAsciiIterator> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<StrAsciiIterator>) -> Result<Option<Value>> {
        StrAsciiIterator::next(thread, this)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("($self, /)")]
    fn __length_hint__(this: Gc<StrAsciiIterator>) -> usize {
        remaining(this.string, this.index)
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<StrAsciiIterator>) -> Result<Gc<Tuple>> {
        reduce(thread, this.string, this.index)
    }

    /// Set state information for unpickling.
    #[method("($self, object, /)")]
    fn __setstate__(thread: &mut Thread, mut this: Gc<StrAsciiIterator>, state: Value) -> Result<()> {
        this.index = clamped(thread, this.string, state, this.index)?;
        Ok(())
    }
}
