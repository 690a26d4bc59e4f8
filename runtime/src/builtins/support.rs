//! What the declarations of built-in types share: texts of representations, the way an iterator ends, indices from arguments.

use crate::native::{NativeType, TypeDefinition};
use crate::object::int::IntRef;
use crate::object::kind::{Layout, ObjectKind};
use crate::object::special::Special;
use crate::operations::{self, class_of};
use crate::prelude::*;
use crate::text::TextBuilder;

/// A zeroed instance of a class of fixed size.
#[inline]
pub fn instantiate<T: Layout>(class: Gc<TypeObject>) -> Gc<T> {
    Gc::from_header(crate::object::instance::allocate(class).header())
}

/// The class of a native type that is made at start-up.
#[inline]
pub fn class<T: NativeType>() -> Gc<TypeObject> {
    T::DEFINITION.class().unwrap_or_else(|| unmade(T::DEFINITION))
}

#[cold]
fn unmade(definition: &TypeDefinition) -> ! {
    unreachable!("the class {} is not made at start-up", definition.name)
}

/// A class's name for messages of the form `%T`: with its module, unless that is `builtins` or `__main__`.
pub fn fully_qualified_name(class: Gc<TypeObject>) -> String {
    let name = class.qualified_name_text();
    let module = class.dict.get_str(crate::object::str::intern("__module__"));
    match (class.definition, module.and_then(|module| module.downcast::<Str>())) {
        (Some(definition), _) => definition.full_name(),
        (None, Some(module)) if !module.is("builtins") && !module.is("__main__") => {
            format!("{}.{name}", module.to_string_lossy())
        }
        _ => name,
    }
}

/// A built-in function or class by name, as the running code sees it.
pub fn builtin(thread: &mut Thread, name: &str) -> Result {
    // SAFETY: a thread's frame is null or a live record.
    let found = unsafe { thread.frame.as_ref() }
        .and_then(|frame| frame.builtins.get_str(crate::object::str::intern(name)));
    found.ok_or_else(|| thread.attribute_error(name))
}

// ---------------------------------------------------------------------- text

/// Objects whose representation is being made, by thread: they show as `...` inside themselves.
static mut IN_REPR: Vec<(u64, Value)> = Vec::new();

/// Runs `make` for the representation of `value`, or gives `None` if that is under way already.
pub fn guarded_repr<T>(
    thread: &mut Thread,
    value: Value,
    make: impl FnOnce(&mut Thread) -> Result<T>,
) -> Result<Option<T>> {
    let entry = (thread.identifier, value);
    // SAFETY: guarded by the interpreter lock; no reference is held while `make` runs. The values are alive, being on the stack.
    unsafe {
        let in_repr = &raw mut IN_REPR;
        if (*in_repr).contains(&entry) {
            return Ok(None);
        }
        (*in_repr).push(entry);
    }
    let made = thread.check_native_stack().and_then(|()| make(thread));
    // SAFETY: as above.
    unsafe {
        let in_repr = &raw mut IN_REPR;
        if let Some(index) = (*in_repr).iter().rposition(|other| *other == entry) {
            (*in_repr).remove(index);
        }
    }
    made.map(Some)
}

/// Adds `repr(value)`.
pub fn push_repr(thread: &mut Thread, text: &mut TextBuilder, value: Value) -> Result<()> {
    let repr = operations::repr(thread, value)?;
    text.push_characters(repr.characters());
    Ok(())
}

/// Adds the representations of the items of a sequence that may change meanwhile, with `, ` between.
pub fn push_reprs(
    thread: &mut Thread,
    text: &mut TextBuilder,
    mut item: impl FnMut(usize) -> Option<Value>,
) -> Result<()> {
    let mut index = 0;
    while let Some(value) = item(index) {
        if index > 0 {
            text.push_str(", ");
        }
        push_repr(thread, text, value)?;
        index += 1;
    }
    Ok(())
}

/// The str of what was collected.
pub fn finish(text: TextBuilder) -> Gc<Str> {
    Str::from_characters(text.characters())
}

// ---------------------------------------------------------------------- indices

/// Whether a value can serve as an index.
pub fn is_index(value: Value) -> bool {
    value.as_int_or_bool().is_some()
        || class_of(value).special(Special::Index).is_some_and(|method| !method.is_none())
}

/// A key as a sequence's index; `None` if it can't be one (and may be a slice).
#[inline]
pub fn sequence_index(thread: &mut Thread, key: Value) -> Result<Option<i64>> {
    if let Some(index) = key.as_small_int() {
        return Ok(Some(index));
    }
    if is_index(key) { operations::convert::index_i64(thread, key).map(Some) } else { Ok(None) }
}

/// A bound (NULL if not given) as the `index` methods of sequences take it: clamped to `length`.
pub fn search_bound(thread: &mut Thread, bound: Value, length: usize, absent: usize) -> Result<usize> {
    if bound.is_null() {
        return Ok(absent);
    }
    if !is_index(bound) {
        return Err(thread.type_error("slice indices must be integers or have an __index__ method"));
    }
    let bound = operations::convert::index_clamped(thread, bound)?;
    Ok(if bound < 0 {
        bound.saturating_add(length as i64).max(0) as usize
    } else {
        (bound as usize).min(length)
    })
}

/// How often a sequence shall be repeated. `None`: the other operand may know better.
pub fn repeat_count(thread: &mut Thread, count: Value, reflected: Special) -> Result<Option<i64>> {
    if let Some(count) = count.as_small_int() {
        return Ok(Some(count));
    }
    let class = class_of(count);
    let own = |method: Value| !method.is_kind(ObjectKind::NativeMethod);
    if class.definition.is_none() && class.special(reflected).is_some_and(own) {
        return Ok(None);
    }
    if !is_index(count) {
        let class = fully_qualified_name(class);
        return Err(thread.type_error(format!("can't multiply sequence by non-int of type '{class}'")));
    }
    let index = operations::index(thread, count)?;
    match index.as_int() {
        Some(IntRef::Small(count)) => Ok(Some(count)),
        _ => {
            let class = class.native_name();
            Err(thread.overflow_error(format!("cannot fit '{class}' into an index-sized integer")))
        }
    }
}

/// What `sequence + other` does if `other` isn't such a sequence: it may know better, else this is the error.
pub fn cannot_concatenate(thread: &mut Thread, sequence: &str, other: Value) -> Result {
    let class = class_of(other);
    if class.definition.is_none()
        && class.special(Special::ReflectedAdd).is_some_and(|method| !method.is_none())
    {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let class = class.native_name();
    Err(thread.type_error(format!("can only concatenate {sequence} (not \"{class}\") to {sequence}")))
}

/// `TypeError`: an index of the wrong type.
#[cold]
pub fn wrong_index(thread: &mut Thread, sequence: &str, key: Value) -> Raised {
    let class = class_of(key).native_name();
    thread.type_error(format!("{sequence} indices must be integers or slices, not {class}"))
}

/// The state given to an iterator's `__setstate__`: a machine integer.
pub fn iterator_state(thread: &mut Thread, state: Value) -> Result<i64> {
    match state.as_int_or_bool() {
        Some(IntRef::Small(state)) => Ok(state),
        Some(_) => Err(thread.overflow_error("Python int too large to convert to C ssize_t")),
        None => Err(thread.type_error("an integer is required")),
    }
}

/// A list of the rest of an iterator, for `__reduce__`: `(iter, (list,))`.
pub fn reduce_to_list(thread: &mut Thread, rest: Gc<crate::object::list::List>) -> Result {
    use crate::object::tuple::Tuple;
    let iter = builtin(thread, "iter")?;
    let arguments = Tuple::new(&[rest.value()]);
    Ok(Tuple::new(&[iter, arguments.value()]).value())
}
