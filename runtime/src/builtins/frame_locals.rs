//! `frame.f_locals` of functions (PEP 667): a mapping that reads and writes the frame's variables themselves, running or not.
//! Names that the code doesn't have go to a dict that belongs to the frame.

use crate::builtins::support::{class, fully_qualified_name};
use crate::native_layout;
use crate::object::cell::Cell;
use crate::object::dict::Dict;
use crate::object::frame::FrameObject;
use crate::object::generator::{Generator, GeneratorState};
use crate::object::list::List;
use crate::object::native_object::{self, NativeHead};
use crate::object::tuple::Tuple;
use crate::operations::container::key_error;
use crate::operations::{self, Comparison, class_of, rich_compare};
use crate::prelude::*;
use taipan_compiler::code::local_kind;

/// The variables of a frame.
#[repr(C)]
pub struct FrameLocalsProxy {
    head: NativeHead,
    frame: Gc<FrameObject>,
}

native_layout!(FrameLocalsProxy, "FrameLocalsProxy", |this, tracer| tracer.value(this.frame.value().0));

/// The place of a fast local, in whatever form the frame is: running, suspended or finished. `None` if its locals were given up.
fn place(frame: Gc<FrameObject>, index: usize) -> Option<*mut Value> {
    // SAFETY: a frame object's record is live while it isn't null; generators have room for their code's locals.
    unsafe {
        if !frame.record.is_null() {
            return Some((*frame.record).fp.add(index));
        }
        if let Some(generator) = frame.generator.downcast::<Generator>() {
            if matches!(generator.state, GeneratorState::Created | GeneratorState::Suspended) {
                return Some(generator.saved().add(index));
            }
        }
        let saved = frame.saved_locals.downcast::<Tuple>()?;
        (index < saved.length).then(|| saved.items_pointer().add(index))
    }
}

fn kind(frame: Gc<FrameObject>, index: usize) -> u8 {
    frame.code.definition().localsplus_kinds[index]
}

/// The value of a variable, what a cell holds rather than the cell. NULL if it is unset.
pub fn variable(frame: Gc<FrameObject>, index: usize) -> Value {
    let kind = kind(frame, index);
    // SAFETY: the place of a local.
    let value = place(frame, index).map_or(Value::NULL, |place| unsafe { *place });
    match value.downcast::<Cell>() {
        Some(cell) if kind & (local_kind::CELL | local_kind::FREE) != 0 => cell.contents,
        _ => value,
    }
}

/// Whether a comprehension that runs in the frame has variables there now.
pub fn has_hidden(frame: Gc<FrameObject>) -> bool {
    (0..frame.code.local_names.length)
        .any(|index| kind(frame, index) & local_kind::HIDDEN != 0 && !variable(frame, index).is_null())
}

fn set_variable(frame: Gc<FrameObject>, index: usize, value: Value) {
    let Some(place) = place(frame, index) else { return };
    // SAFETY: the place of a local; what it lies in is told of the store.
    unsafe {
        match (*place).downcast::<Cell>() {
            Some(cell) if kind(frame, index) & (local_kind::CELL | local_kind::FREE) != 0 => cell.set(value),
            _ => *place = value,
        }
    }
    if let Some(generator) = frame.generator.downcast::<Generator>() {
        generator.write_barrier();
    }
    if let Some(saved) = frame.saved_locals.downcast::<Tuple>() {
        saved.write_barrier();
    }
}

/// The variables with values, in order, then the frame's further names.
pub fn entries(frame: Gc<FrameObject>) -> Gc<List> {
    let list = List::empty();
    for (index, &name) in frame.code.local_names.items().iter().enumerate() {
        let value = variable(frame, index);
        if !value.is_null() {
            list.push(Tuple::new(&[name, value]).value());
        }
    }
    if let Some(extra) = frame.extra_locals.downcast::<Dict>() {
        let mut position = 0;
        while let Some((key, value)) = extra.next_entry(&mut position) {
            list.push(Tuple::new(&[key, value]).value());
        }
    }
    list
}

/// One column of [`entries`].
fn column(frame: Gc<FrameObject>, which: usize) -> Gc<List> {
    let list = entries(frame);
    for index in 0..list.length {
        list.set(index, list.items()[index].cast::<Tuple>().items()[which]);
    }
    list
}

/// Index of the variable of a name: one with a value to read it, any that is to be seen to write it.
fn find(thread: &mut Thread, frame: Gc<FrameObject>, key: Value, reading: bool) -> Result<Option<usize>> {
    let names = frame.code.local_names;
    let exact = key.downcast::<Str>().filter(|name| name.class() == types().str);
    let hash = if exact.is_none() { operations::hash(thread, key)? } else { 0 };
    for index in 0..names.length {
        let name = names.items()[index].cast::<Str>();
        let seen = match reading {
            true => !variable(frame, index).is_null(),
            false => kind(frame, index) & local_kind::HIDDEN == 0,
        };
        // What isn't exactly a str may still be equal to one.
        let same = match exact {
            Some(exact) => name.equals(exact),
            None => name.hash() == hash && operations::equal(thread, name.value(), key)?,
        };
        if seen && same {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

fn get(thread: &mut Thread, frame: Gc<FrameObject>, key: Value) -> Result<Option<Value>> {
    if let Some(index) = find(thread, frame, key, true)? {
        return Ok(Some(variable(frame, index)));
    }
    operations::hash(thread, key)?;
    match frame.extra_locals.downcast::<Dict>() {
        Some(extra) => extra.get(thread, key),
        None => Ok(None),
    }
}

fn set(thread: &mut Thread, mut frame: Gc<FrameObject>, key: Value, value: Value) -> Result<()> {
    if let Some(index) = find(thread, frame, key, false)? {
        set_variable(frame, index, value);
        return Ok(());
    }
    let extra = match frame.extra_locals.downcast::<Dict>() {
        Some(extra) => extra,
        None => {
            let extra = Dict::new();
            frame.extra_locals = extra.value();
            frame.write_barrier();
            extra
        }
    };
    extra.set(thread, key, value)
}

const CANNOT_REMOVE: &str = "cannot remove local variables from FrameLocalsProxy";

/// Adds the entries of a mapping, or of an iterable of pairs where that is allowed.
fn merge(thread: &mut Thread, frame: Gc<FrameObject>, other: Value) -> Result<()> {
    let copy = Dict::new();
    thread.call_method(copy.value(), "update", &[other])?;
    let mut position = 0;
    while let Some((key, value)) = copy.next_entry(&mut position) {
        set(thread, frame, key, value)?;
    }
    Ok(())
}

/// A dict of the variables.
pub fn snapshot(thread: &mut Thread, frame: Gc<FrameObject>) -> Result<Gc<Dict>> {
    let (dict, entries) = (Dict::new(), entries(frame));
    for index in 0..entries.length {
        let pair = entries.items()[index].cast::<Tuple>();
        dict.set(thread, pair.items()[0], pair.items()[1])?;
    }
    Ok(dict)
}

fn is_mapping_operand(value: Value) -> bool {
    value.downcast::<Dict>().is_some() || value.downcast::<FrameLocalsProxy>().is_some()
}

/// The dict behind an operand of `|`.
fn as_dict(thread: &mut Thread, value: Value) -> Result<Value> {
    match value.downcast::<FrameLocalsProxy>() {
        Some(proxy) => Ok(snapshot(thread, proxy.frame)?.value()),
        None => Ok(value),
    }
}

fn union(thread: &mut Thread, left: Value, right: Value) -> Result {
    if !is_mapping_operand(left) || !is_mapping_operand(right) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (left, right) = (as_dict(thread, left)?, as_dict(thread, right)?);
    let result = Dict::new();
    thread.call_method(result.value(), "update", &[left])?;
    thread.call_method(result.value(), "update", &[right])?;
    Ok(result.value())
}

impl FrameLocalsProxy {
    /// The proxy of a frame.
    pub fn of(frame: Gc<FrameObject>) -> Gc<FrameLocalsProxy> {
        native_object::new(class::<FrameLocalsProxy>(), FrameLocalsProxy { head: NativeHead::empty(), frame })
    }
}

/// The variables of a function's frame.
#[native_type(name = "FrameLocalsProxy", mapping)]
impl FrameLocalsProxy {
    #[new("(frame, /)", hidden)]
    fn new_proxy(thread: &mut Thread, _class: Gc<TypeObject>, frame: Value) -> Result<Gc<FrameLocalsProxy>> {
        match frame.downcast::<FrameObject>() {
            Some(frame) => Ok(FrameLocalsProxy::of(frame)),
            None => {
                let got = fully_qualified_name(class_of(frame));
                Err(thread.type_error(format!("expect frame, not {got}")))
            }
        }
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<FrameLocalsProxy>) -> Result<Gc<Str>> {
        let shown = crate::builtins::support::guarded_repr(thread, this.frame.value(), |thread| {
            let dict = snapshot(thread, this.frame)?;
            operations::repr(thread, dict.value())
        })?;
        Ok(shown.unwrap_or_else(|| Str::new("{...}")))
    }

    #[method]
    fn __len__(this: Gc<FrameLocalsProxy>) -> usize {
        entries(this.frame).length
    }

    #[method]
    fn __getitem__(thread: &mut Thread, this: Gc<FrameLocalsProxy>, key: Value) -> Result {
        match get(thread, this.frame, key)? {
            Some(value) => Ok(value),
            None => {
                let shown = operations::repr(thread, key)?.to_string_lossy();
                let message = Str::new(&format!("local variable '{shown}' is not defined"));
                Err(key_error(thread, message.value()))
            }
        }
    }

    #[method]
    fn __setitem__(thread: &mut Thread, this: Gc<FrameLocalsProxy>, key: Value, value: Value) -> Result<()> {
        set(thread, this.frame, key, value)
    }

    #[method]
    fn __delitem__(thread: &mut Thread, this: Gc<FrameLocalsProxy>, key: Value) -> Result<()> {
        if find(thread, this.frame, key, false)?.is_some() {
            return Err(thread.value_error(CANNOT_REMOVE));
        }
        let deleted = match this.frame.extra_locals.downcast::<Dict>() {
            Some(extra) => extra.remove(thread, key)?.is_some(),
            None => false,
        };
        if deleted { Ok(()) } else { Err(key_error(thread, key)) }
    }

    #[method]
    fn __contains__(thread: &mut Thread, this: Gc<FrameLocalsProxy>, key: Value) -> Result<bool> {
        Ok(get(thread, this.frame, key)?.is_some())
    }

    #[method]
    fn __iter__(thread: &mut Thread, this: Gc<FrameLocalsProxy>) -> Result {
        operations::get_iterator(thread, column(this.frame, 0).value())
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<FrameLocalsProxy>, other: Value) -> Result {
        if let Some(other) = other.downcast::<FrameLocalsProxy>() {
            return Ok(Value::from_bool(this.frame == other.frame));
        }
        if other.downcast::<Dict>().is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let dict = snapshot(thread, this.frame)?;
        rich_compare(thread, Comparison::Equal, dict.value(), other)
    }

    #[method]
    fn __ne__(thread: &mut Thread, this: Gc<FrameLocalsProxy>, other: Value) -> Result {
        if let Some(other) = other.downcast::<FrameLocalsProxy>() {
            return Ok(Value::from_bool(this.frame != other.frame));
        }
        if other.downcast::<Dict>().is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let dict = snapshot(thread, this.frame)?;
        rich_compare(thread, Comparison::NotEqual, dict.value(), other)
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
    fn __ior__(thread: &mut Thread, this: Gc<FrameLocalsProxy>, other: Value) -> Result {
        if !is_mapping_operand(other) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let other = as_dict(thread, other)?;
        merge(thread, this.frame, other)?;
        Ok(this.value())
    }

    /// Return the value for key if key is in the mapping, else default.
    #[method("($self, key, default=None, /)")]
    fn get(thread: &mut Thread, this: Gc<FrameLocalsProxy>, key: Value, default: Value) -> Result {
        Ok(get(thread, this.frame, key)?.unwrap_or(default))
    }

    /// The value for key, which is set to default if there is none.
    #[method("($self, key, default=None, /)")]
    fn setdefault(thread: &mut Thread, this: Gc<FrameLocalsProxy>, key: Value, default: Value) -> Result {
        match get(thread, this.frame, key)? {
            Some(value) => Ok(value),
            None => {
                set(thread, this.frame, key, default)?;
                Ok(default)
            }
        }
    }

    /// Removes a name that isn't a variable of the function, and returns its value.
    #[method("($self, key, default=None, /)", hidden)]
    fn pop(thread: &mut Thread, this: Gc<FrameLocalsProxy>, key: Value, default: Option<Value>) -> Result {
        if find(thread, this.frame, key, false)?.is_some() {
            return Err(thread.value_error(CANNOT_REMOVE));
        }
        if let Some(extra) = this.frame.extra_locals.downcast::<Dict>() {
            if let Some(value) = extra.remove(thread, key)? {
                return Ok(value);
            }
        }
        default.ok_or_else(|| key_error(thread, key))
    }

    /// Sets the variables that a mapping or an iterable of pairs names.
    #[method("($self, other, /)")]
    fn update(thread: &mut Thread, this: Gc<FrameLocalsProxy>, other: Value) -> Result<()> {
        let other = as_dict(thread, other)?;
        merge(thread, this.frame, other)
    }

    /// A list of the names.
    #[method("($self, /)")]
    fn keys(this: Gc<FrameLocalsProxy>) -> Gc<List> {
        column(this.frame, 0)
    }

    /// A list of the values.
    #[method("($self, /)")]
    fn values(this: Gc<FrameLocalsProxy>) -> Gc<List> {
        column(this.frame, 1)
    }

    /// A list of the pairs of name and value.
    #[method("($self, /)")]
    fn items(this: Gc<FrameLocalsProxy>) -> Gc<List> {
        entries(this.frame)
    }

    /// A dict of the variables.
    #[method("($self, /)")]
    fn copy(thread: &mut Thread, this: Gc<FrameLocalsProxy>) -> Result<Gc<Dict>> {
        snapshot(thread, this.frame)
    }

    /// A list of the names, last first.
    #[method("($self, /)")]
    fn __reversed__(this: Gc<FrameLocalsProxy>) -> Gc<List> {
        let names = column(this.frame, 0);
        let last = names.length.saturating_sub(1);
        for index in 0..names.length / 2 {
            let (front, back) = (names.items()[index], names.items()[last - index]);
            names.set(index, back);
            names.set(last - index, front);
        }
        names
    }
}
