//! `count`, `cycle` and `repeat`.

use taipan_runtime::native_layout;
use taipan_runtime::object::list::List;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::special::Special;
use taipan_runtime::operations::arithmetic::{BinaryOperator, binary};
use taipan_runtime::operations::{class_of, get_iterator, next, repr};
use taipan_runtime::prelude::*;

/// Numbers at a constant distance.
#[repr(C)]
pub struct Count {
    head: NativeHead,
    /// The number that comes next.
    at: Value,
    step: Value,
}

native_layout!(Count, "itertools.count", |this, tracer| {
    tracer.value(this.at.0);
    tracer.value(this.step.0);
});

/// What the protocol of numbers takes: anything that can become an int, float or complex.
fn is_number(value: Value) -> bool {
    let class = class_of(value);
    value.as_int_or_bool().is_some()
        || value.as_float().is_some()
        || class == types().complex
        || [Special::Index, Special::Int, Special::Float]
            .iter()
            .any(|special| class.special(*special).is_some())
}

/// Return evenly spaced numbers, beginning with start.
#[native_type(name = "count", module = "itertools", base_type)]
impl Count {
    #[new("(start=0, step=1)")]
    fn new(thread: &mut Thread, class: Gc<TypeObject>, start: Value, step: Value) -> Result<Gc<Count>> {
        if !is_number(start) || !is_number(step) {
            return Err(thread.type_error("a number is required"));
        }
        // Bools count as the ints they are.
        let exact = |value: Value| {
            if value.is_bool() { Value::from_int((value == Value::TRUE) as i64) } else { value }
        };
        let (at, step) = (exact(start), exact(step));
        Ok(native_object::new(class, Count { head: NativeHead::empty(), at, step }))
    }

    #[method]
    fn __iter__(this: Gc<Count>) -> Gc<Count> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, mut this: Gc<Count>) -> Result {
        let current = this.at;
        let following = match (current.as_small_int(), this.step.as_small_int()) {
            (Some(a), Some(b)) => a.checked_add(b).and_then(Value::try_small_int),
            _ => None,
        };
        this.at = match following {
            Some(value) => value,
            None => binary(thread, BinaryOperator::Add, current, this.step)?,
        };
        this.write_barrier();
        Ok(current)
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<Count>) -> Result<String> {
        let at = repr(thread, this.at)?.to_string_lossy();
        let name = this.class().name_text();
        // A step of exactly 1 isn't shown; 1.0 is.
        if this.step == Value::from_small_int(1) {
            return Ok(format!("{name}({at})"));
        }
        let step = repr(thread, this.step)?.to_string_lossy();
        Ok(format!("{name}({at}, {step})"))
    }
}

/// The items of an iterable over and over.
#[repr(C)]
pub struct Cycle {
    head: NativeHead,
    /// The source, NULL once it has ended.
    source: Value,
    saved: Gc<List>,
    /// Place among the saved items, once the source has ended.
    index: usize,
}

native_layout!(Cycle, "itertools.cycle", |this, tracer| {
    tracer.value(this.source.0);
    tracer.value(this.saved.value().0);
});

/// Return the items of an iterable until it ends, then the same ones again and again.
#[native_type(name = "cycle", module = "itertools", base_type)]
impl Cycle {
    #[new("(iterable, /)")]
    fn new(thread: &mut Thread, class: Gc<TypeObject>, iterable: Value) -> Result<Gc<Cycle>> {
        let source = get_iterator(thread, iterable)?;
        Ok(native_object::new(
            class,
            Cycle { head: NativeHead::empty(), source, saved: List::empty(), index: 0 },
        ))
    }

    #[method]
    fn __iter__(this: Gc<Cycle>) -> Gc<Cycle> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, mut this: Gc<Cycle>) -> Result<Option<Value>> {
        if let Some(source) = this.source.non_null() {
            if let Some(item) = next(thread, source)? {
                this.saved.push(item);
                return Ok(Some(item));
            }
            this.source = Value::NULL;
        }
        let Some(item) = this.saved.get(this.index) else { return Ok(None) };
        this.index += 1;
        if this.index >= this.saved.length {
            this.index = 0;
        }
        Ok(Some(item))
    }
}

/// One object over and over.
#[repr(C)]
pub struct Repeat {
    head: NativeHead,
    object: Value,
    /// How often still; `None` forever.
    left: Option<usize>,
}

native_layout!(Repeat, "itertools.repeat", |this, tracer| tracer.value(this.object.0));

/// repeat(object [,times]) -> create an iterator which returns the object
/// the given number of times, or endlessly.
#[native_type(name = "repeat", module = "itertools", base_type)]
impl Repeat {
    #[new("(object, times=None)", hidden)]
    fn new(class: Gc<TypeObject>, object: Value, times: Option<isize>) -> Gc<Repeat> {
        let left = times.map(|times| usize::try_from(times).unwrap_or(0));
        native_object::new(class, Repeat { head: NativeHead::empty(), object, left })
    }

    #[method]
    fn __iter__(this: Gc<Repeat>) -> Gc<Repeat> {
        this
    }

    #[method]
    fn __next__(mut this: Gc<Repeat>) -> Option<Value> {
        if let Some(left) = this.left {
            this.left = Some(left.checked_sub(1)?);
        }
        Some(this.object)
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<Repeat>) -> Result<String> {
        let object = repr(thread, this.object)?.to_string_lossy();
        let name = this.class().name_text();
        Ok(match this.left {
            Some(left) => format!("{name}({object}, {left})"),
            None => format!("{name}({object})"),
        })
    }

    /// Return how many items are left.
    #[method("()")]
    fn __length_hint__(thread: &mut Thread, this: Gc<Repeat>) -> Result<usize> {
        this.left.ok_or_else(|| thread.type_error("len() of unsized object"))
    }
}
