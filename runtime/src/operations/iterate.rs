//! Iteration: `iter`, `next`, and running through any iterable.

use crate::heap::ScratchValues;
use crate::object::int::IntRef;
use crate::object::iterator::{ListIterator, RangeIterator, SequenceIterator, TupleIterator};
use crate::object::kind::ObjectKind;
use crate::object::list::List;
use crate::object::special::Special;
use crate::object::tuple::Tuple;
use crate::operations::{call, class_of};
use crate::thread::{Result, Thread};
use crate::types;
use crate::value::Value;

/// `iter(value)`
pub fn get_iterator(thread: &mut Thread, value: Value) -> Result {
    let class = class_of(value);
    match class.special(Special::Iter) {
        Some(method) if method.is_none() => Err(not_iterable(thread, value)),
        Some(method) => {
            if class == types().list {
                return Ok(ListIterator::new(value.cast::<List>()).value());
            }
            if class == types().tuple {
                return Ok(TupleIterator::new(value.cast::<Tuple>()).value());
            }
            if class == types().generator {
                return Ok(value);
            }
            let iterator = call::call_special(thread, method, value, &[])?;
            if class_of(iterator).special(Special::Next).is_none() {
                let got = super::attribute::class_name(iterator);
                return Err(thread.type_error(format!("iter() returned non-iterator of type '{got}'")));
            }
            Ok(iterator)
        }
        None if class.special(Special::GetItem).is_some_and(|method| !method.is_none())
            && !value.is_kind(ObjectKind::Dict) =>
        {
            Ok(SequenceIterator::new(value).value())
        }
        None => Err(not_iterable(thread, value)),
    }
}

#[cold]
fn not_iterable(thread: &mut Thread, value: Value) -> crate::thread::Raised {
    let class = super::attribute::class_name(value);
    thread.type_error(format!("'{class}' object is not iterable"))
}

/// The next item of an iterator, `None` at its end.
#[inline]
pub fn next(thread: &mut Thread, iterator: Value) -> Result<Option<Value>> {
    match iterator.kind() {
        Some(ObjectKind::ListIterator) => Ok(iterator.cast::<ListIterator>().advance()),
        Some(ObjectKind::RangeIterator) => Ok(iterator.cast::<RangeIterator>().advance()),
        Some(ObjectKind::TupleIterator) => Ok(iterator.cast::<TupleIterator>().advance()),
        Some(ObjectKind::Generator) if class_of(iterator) == types().generator => {
            crate::interpreter::generators::next(thread, iterator.cast())
        }
        _ => next_by_special(thread, iterator),
    }
}

fn next_by_special(thread: &mut Thread, iterator: Value) -> Result<Option<Value>> {
    if let Some(next) = crate::object::native_object::next_function(iterator) {
        return next(thread, iterator.header());
    }
    match class_of(iterator).special(Special::Next) {
        Some(method) => {
            // A native `__next__` tells its end by a bare StopIteration, which costs no object: see `native::convert`.
            match call::call_special(thread, method, iterator, &[]) {
                Ok(item) => Ok(Some(item)),
                Err(raised) if is_stop(raised) => Ok(None),
                Err(raised) => Err(raised),
            }
        }
        None => {
            let class = super::attribute::class_name(iterator);
            Err(thread.type_error(format!("'{class}' object is not an iterator")))
        }
    }
}

/// Whether an exception is a StopIteration.
pub fn is_stop(raised: crate::thread::Raised) -> bool {
    class_of(raised.0).is_subclass_of(types().stop_iteration)
}

/// Calls `visit` with each item of an iterable.
pub fn for_each(
    thread: &mut Thread,
    iterable: Value,
    mut visit: impl FnMut(&mut Thread, Value) -> Result<()>,
) -> Result<()> {
    let class = class_of(iterable);
    if class == types().tuple {
        let tuple = iterable.cast::<Tuple>();
        for i in 0..tuple.length {
            visit(thread, tuple.items()[i])?;
        }
        return Ok(());
    }
    if class == types().list {
        let list = iterable.cast::<List>();
        let mut i = 0;
        while i < list.length {
            visit(thread, list.items()[i])?;
            i += 1;
        }
        return Ok(());
    }
    let iterator = get_iterator(thread, iterable)?;
    while let Some(item) = next(thread, iterator)? {
        visit(thread, item)?;
    }
    Ok(())
}

/// All items of an iterable.
pub fn collect(thread: &mut Thread, iterable: Value) -> Result<ScratchValues> {
    let mut items = ScratchValues::new();
    for_each(thread, iterable, |_, item| {
        items.push(item);
        Ok(())
    })?;
    Ok(items)
}

/// `operator.length_hint(value, default)`
pub fn length_hint(thread: &mut Thread, value: Value, default: usize) -> Result<usize> {
    let class = class_of(value);
    if class.special(Special::Len).is_some_and(|method| !method.is_none()) {
        match super::length(thread, value) {
            Ok(length) => return Ok(length),
            Err(raised) if class_of(raised.0).is_subclass_of(types().type_error) => {}
            Err(raised) => return Err(raised),
        }
    }
    let Some(method) = class.special(Special::LengthHint) else { return Ok(default) };
    let hint = match call::call_special(thread, method, value, &[]) {
        Ok(hint) => hint,
        Err(raised) if class_of(raised.0).is_subclass_of(types().type_error) => return Ok(default),
        Err(raised) => return Err(raised),
    };
    match hint {
        Value::NOT_IMPLEMENTED => Ok(default),
        hint => match hint.as_int_or_bool() {
            Some(IntRef::Small(i)) if i >= 0 => Ok(i as usize),
            Some(IntRef::Big { .. }) => {
                Err(thread.overflow_error("Python int too large to convert to C ssize_t"))
            }
            Some(_) => Err(thread.value_error("__length_hint__() should return >= 0")),
            None => {
                let got = super::attribute::class_name(hint);
                Err(thread.type_error(format!("__length_hint__ must be an integer, not {got}")))
            }
        },
    }
}
