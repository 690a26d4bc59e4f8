//! `islice`.

use taipan_runtime::native_layout;
use taipan_runtime::object::int::IntRef;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::operations::{class_of, get_iterator, index, next};
use taipan_runtime::prelude::*;

/// Items by position.
#[repr(C)]
pub struct Islice {
    head: NativeHead,
    /// NULL once it has ended.
    source: Value,
    /// Items taken from the source.
    count: usize,
    /// Position of the item that comes next.
    wanted: usize,
    stop: Option<usize>,
    step: usize,
}

native_layout!(Islice, "itertools.islice", |this, tracer| tracer.value(this.source.0));

/// A position: an integer from 0 to the greatest size, `None` for anything else.
fn position(thread: &mut Thread, value: Value) -> Result<Option<usize>> {
    let int = match index(thread, value) {
        Ok(int) => int,
        Err(raised) if class_of(raised.0).is_subclass_of(types().exception) => return Ok(None),
        Err(raised) => return Err(raised),
    };
    Ok(match int.as_int_or_bool() {
        Some(IntRef::Small(small)) => usize::try_from(small).ok(),
        _ => None,
    })
}

fn known_position(thread: &mut Thread, value: Value, what: &str) -> Result<usize> {
    match position(thread, value)? {
        Some(position) => Ok(position),
        None => {
            let message = format!("{what} for islice() must be None or an integer: 0 <= x <= sys.maxsize.");
            Err(thread.value_error(message))
        }
    }
}

/// islice(iterable, stop) --> islice object
/// islice(iterable, start, stop[, step]) --> islice object
///
/// Return the items that a slice with the same arguments would select. Negative ones are not possible.
#[native_type(name = "islice", module = "itertools", base_type)]
impl Islice {
    #[new("(iterable, first, second=None, step=None, /)", hidden)]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        iterable: Value,
        first: Value,
        second: Option<Value>,
        step: Value,
    ) -> Result<Gc<Islice>> {
        let (start, stop) = match second {
            Some(stop) => (first, stop),
            None => (Value::NONE, first),
        };
        let stop = match stop.is_none() {
            true => None,
            false => Some(known_position(thread, stop, "Stop argument")?),
        };
        let start = match start.is_none() {
            true => 0,
            false => known_position(thread, start, "Indices")?,
        };
        let step = match step.is_none() {
            true => 1,
            false => match position(thread, step)? {
                Some(step) if step > 0 => step,
                _ => return Err(thread.value_error("Step for islice() must be a positive integer or None.")),
            },
        };
        let source = get_iterator(thread, iterable)?;
        let content = Islice { head: NativeHead::empty(), source, count: 0, wanted: start, stop, step };
        Ok(native_object::new(class, content))
    }

    #[method]
    fn __iter__(this: Gc<Islice>) -> Gc<Islice> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, mut this: Gc<Islice>) -> Result<Option<Value>> {
        let Some(source) = this.source.non_null() else { return Ok(None) };
        while this.count < this.wanted {
            if next(thread, source)?.is_none() {
                this.source = Value::NULL;
                return Ok(None);
            }
            this.count += 1;
        }
        if this.stop.is_some_and(|stop| this.count >= stop) {
            this.source = Value::NULL;
            return Ok(None);
        }
        let Some(item) = next(thread, source)? else {
            this.source = Value::NULL;
            return Ok(None);
        };
        this.count += 1;
        let following = this.wanted.saturating_add(this.step);
        this.wanted = this.stop.map_or(following, |stop| following.min(stop));
        Ok(Some(item))
    }
}
