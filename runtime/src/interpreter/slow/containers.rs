//! Building, unpacking and changing containers.

use super::{Flow, operand};
use crate::heap::ScratchValues;
use crate::object::dict::Dict;
use crate::object::list::List;
use crate::object::pointer::Gc;
use crate::object::set::Set;
use crate::object::slice::Slice;
use crate::object::special::Special;
use crate::object::str::{Str, intern};
use crate::object::tuple::Tuple;
use crate::operations::{self, class_of, iterate};
use crate::text::TextBuilder;
use crate::thread::{Result, Thread};
use crate::types;
use crate::value::Value;

pub fn build_tuple(thread: &mut Thread, count: usize) -> Result<Flow> {
    let tuple = Tuple::try_new(thread, thread.operands(count))?;
    thread.drop_operands(count);
    thread.push(tuple.value());
    Ok(Flow::Next)
}

pub fn build_list(thread: &mut Thread, count: usize) -> Result<Flow> {
    let list = List::new(thread.operands(count));
    thread.drop_operands(count);
    thread.push(list.value());
    Ok(Flow::Next)
}

pub fn build_set(thread: &mut Thread, count: usize) -> Result<Flow> {
    let set = Set::new();
    for &item in thread.operands(count) {
        set.add(thread, item)?;
    }
    thread.drop_operands(count);
    thread.push(set.value());
    Ok(Flow::Next)
}

pub fn build_map(thread: &mut Thread, count: usize) -> Result<Flow> {
    let dict = Dict::with_capacity(count);
    for pair in thread.operands(2 * count).chunks_exact(2) {
        dict.set(thread, pair[0], pair[1])?;
    }
    thread.drop_operands(2 * count);
    thread.push(dict.value());
    Ok(Flow::Next)
}

pub fn build_slice(thread: &mut Thread, count: usize) -> Result<Flow> {
    let parts = thread.operands(count);
    let slice = Slice::new(parts[0], parts[1], parts.get(2).copied().unwrap_or(Value::NONE));
    thread.drop_operands(count);
    thread.push(slice.value());
    Ok(Flow::Next)
}

pub fn build_string(thread: &mut Thread, count: usize) -> Result<Flow> {
    let parts = thread.operands(count);
    let mut builder = TextBuilder::new();
    for part in parts {
        builder.push_characters(operand::<Str>(thread, *part)?.characters());
    }
    let string = Str::from_characters(builder.characters());
    thread.drop_operands(count);
    thread.push(string.value());
    Ok(Flow::Next)
}

pub fn binary_slice(thread: &mut Thread, _: usize) -> Result<Flow> {
    let (container, start, stop) = (thread.peek(3), thread.peek(2), thread.peek(1));
    let slice = Slice::new(start, stop, Value::NONE).value();
    let result = operations::get_item(thread, container, slice)?;
    thread.drop_operands(2);
    thread.put(1, result);
    Ok(Flow::Next)
}

pub fn store_slice(thread: &mut Thread, _: usize) -> Result<Flow> {
    let (value, container) = (thread.peek(4), thread.peek(3));
    let slice = Slice::new(thread.peek(2), thread.peek(1), Value::NONE).value();
    operations::set_item(thread, container, slice, value)?;
    thread.drop_operands(4);
    Ok(Flow::Next)
}

pub fn store_subscr(thread: &mut Thread, _: usize) -> Result<Flow> {
    let (value, container, key) = (thread.peek(3), thread.peek(2), thread.peek(1));
    operations::set_item(thread, container, key, value)?;
    thread.drop_operands(3);
    Ok(Flow::Next)
}

pub fn delete_subscr(thread: &mut Thread, _: usize) -> Result<Flow> {
    let (container, key) = (thread.peek(2), thread.peek(1));
    operations::delete_item(thread, container, key)?;
    thread.drop_operands(2);
    Ok(Flow::Next)
}

pub fn list_append(thread: &mut Thread, depth: usize) -> Result<Flow> {
    let value = thread.pop();
    let target = thread.peek(depth);
    operand::<List>(thread, target)?.try_push(thread, value)?;
    Ok(Flow::Next)
}

pub fn set_add(thread: &mut Thread, depth: usize) -> Result<Flow> {
    let value = thread.pop();
    let target = thread.peek(depth);
    operand::<Set>(thread, target)?.add(thread, value)?;
    Ok(Flow::Next)
}

pub fn map_add(thread: &mut Thread, depth: usize) -> Result<Flow> {
    let (key, value) = (thread.peek(2), thread.peek(1));
    thread.drop_operands(2);
    let target = thread.peek(depth);
    operand::<Dict>(thread, target)?.set(thread, key, value)?;
    Ok(Flow::Next)
}

pub fn list_extend(thread: &mut Thread, depth: usize) -> Result<Flow> {
    let iterable = thread.pop();
    let list = thread.peek(depth);
    let list = operand::<List>(thread, list)?;
    match list.extend(thread, iterable) {
        Ok(()) => Ok(Flow::Next),
        Err(raised) => {
            let class = class_of(iterable);
            let iterable_class =
                class.special(Special::Iter).is_some() || class.special(Special::GetItem).is_some();
            if !iterable_class && class_of(raised.0) == types().type_error {
                let class = class.native_name();
                return Err(thread.type_error(format!("Value after * must be an iterable, not {class}")));
            }
            Err(raised)
        }
    }
}

pub fn set_update(thread: &mut Thread, depth: usize) -> Result<Flow> {
    let iterable = thread.pop();
    let set = thread.peek(depth);
    let set = operand::<Set>(thread, set)?;
    set.update(thread, iterable)?;
    Ok(Flow::Next)
}

pub fn dict_update(thread: &mut Thread, depth: usize) -> Result<Flow> {
    let update = thread.pop();
    let dict = thread.peek(depth);
    let dict = operand::<Dict>(thread, dict)?;
    if let Some(other) = update.downcast::<Dict>() {
        dict.merge(thread, other, true)?;
        return Ok(Flow::Next);
    }
    for_each_pair(thread, update, format_not_mapping, |thread, key, value| dict.set(thread, key, value))?;
    Ok(Flow::Next)
}

fn format_not_mapping(_: &mut Thread, class: String) -> String {
    format!("'{class}' object is not a mapping")
}

/// Visits the pairs of a mapping that isn't a dict, by its `keys` method.
fn for_each_pair(
    thread: &mut Thread,
    mapping: Value,
    complaint: impl FnOnce(&mut Thread, String) -> String,
    mut visit: impl FnMut(&mut Thread, Value, Value) -> Result<()>,
) -> Result<()> {
    if operations::get_attribute_optional(thread, mapping, intern("keys"))?.is_none() {
        let class = operations::attribute::class_name(mapping);
        let message = complaint(thread, class);
        return Err(thread.type_error(message));
    }
    let keys = thread.call_method(mapping, "keys", &[])?;
    iterate::for_each(thread, keys, |thread, key| {
        let value = operations::get_item(thread, mapping, key)?;
        visit(thread, key, value)
    })
}

/// `f(**mapping)`: merges into the keywords, refusing duplicates. The callable is four below the dict's depth.
pub fn dict_merge(thread: &mut Thread, depth: usize) -> Result<Flow> {
    let update = thread.pop();
    let dict = thread.peek(depth);
    let dict = operand::<Dict>(thread, dict)?;
    let callable = thread.peek(depth + 4 - 1);
    if let Some(other) = update.downcast::<Dict>().filter(|other| other.is_exact()) {
        let mut position = 0;
        while let Some((key, value)) = other.next_entry(&mut position) {
            merge_keyword(thread, dict, callable, key, value)?;
        }
        return Ok(Flow::Next);
    }
    let function = super::calls::callable_text(thread, callable)?;
    for_each_pair(
        thread,
        update,
        |_, class| format!("{function} argument after ** must be a mapping, not {class}"),
        |thread, key, value| merge_keyword(thread, dict, callable, key, value),
    )?;
    Ok(Flow::Next)
}

fn merge_keyword(
    thread: &mut Thread,
    dict: Gc<Dict>,
    callable: Value,
    key: Value,
    value: Value,
) -> Result<()> {
    if dict.contains(thread, key)? {
        let function = super::calls::callable_text(thread, callable)?;
        let message = match key.downcast::<Str>() {
            Some(key) => {
                format!("{function} got multiple values for keyword argument '{}'", key.to_string_lossy())
            }
            None => "keywords must be strings".to_string(),
        };
        return Err(thread.type_error(message));
    }
    dict.set(thread, key, value)
}

pub fn get_len(thread: &mut Thread, _: usize) -> Result<Flow> {
    let value = thread.peek(1);
    let length = operations::length(thread, value)?;
    thread.push(Value::from_int(length as i64));
    Ok(Flow::Next)
}

pub fn unpack_sequence(thread: &mut Thread, count: usize) -> Result<Flow> {
    let sequence = thread.pop();
    if let Some(items) = exact_items(sequence) {
        check_count(thread, items.len(), count, sequence)?;
        for i in (0..count).rev() {
            thread.push(items[i]);
        }
        return Ok(Flow::Next);
    }
    let iterator = unpack_iterator(thread, sequence)?;
    let mut items = ScratchValues::new();
    while items.len() < count {
        match operations::next(thread, iterator)? {
            Some(item) => items.push(item),
            None => return Err(too_few(thread, items.len(), count, false)),
        }
    }
    if operations::next(thread, iterator)?.is_some() {
        return Err(too_many(thread, sequence, count));
    }
    for i in (0..count).rev() {
        thread.push(items[i]);
    }
    Ok(Flow::Next)
}

/// Items of an exact tuple or list.
fn exact_items(sequence: Value) -> Option<&'static [Value]> {
    let class = class_of(sequence);
    if class == types().tuple {
        Some(sequence.cast::<Tuple>().items())
    } else if class == types().list {
        Some(sequence.cast::<List>().items())
    } else {
        None
    }
}

fn unpack_iterator(thread: &mut Thread, sequence: Value) -> Result {
    let class = class_of(sequence);
    if class.special(Special::Iter).is_none() && class.special(Special::GetItem).is_none() {
        let class = class.native_name();
        return Err(thread.type_error(format!("cannot unpack non-iterable {class} object")));
    }
    operations::get_iterator(thread, sequence)
}

fn check_count(thread: &mut Thread, got: usize, count: usize, sequence: Value) -> Result<()> {
    match got.cmp(&count) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Less => Err(too_few(thread, got, count, false)),
        std::cmp::Ordering::Greater => Err(too_many(thread, sequence, count)),
    }
}

#[cold]
fn too_few(thread: &mut Thread, got: usize, count: usize, starred: bool) -> crate::thread::Raised {
    let at_least = if starred { "at least " } else { "" };
    thread.value_error(format!("not enough values to unpack (expected {at_least}{count}, got {got})"))
}

#[cold]
fn too_many(thread: &mut Thread, sequence: Value, count: usize) -> crate::thread::Raised {
    let class = class_of(sequence);
    let known = if class == types().list || class == types().tuple || class == types().dict {
        operations::length(thread, sequence).ok()
    } else {
        None
    };
    match known {
        Some(got) => thread.value_error(format!("too many values to unpack (expected {count}, got {got})")),
        None => thread.value_error(format!("too many values to unpack (expected {count})")),
    }
}

pub fn unpack_ex(thread: &mut Thread, operand: usize) -> Result<Flow> {
    let (before, after) = (operand & 255, operand >> 8);
    let sequence = thread.pop();
    let iterator = unpack_iterator(thread, sequence)?;
    let mut items = ScratchValues::new();
    while items.len() < before {
        match operations::next(thread, iterator)? {
            Some(item) => items.push(item),
            None => return Err(too_few(thread, items.len(), before + after, true)),
        }
    }
    // As a list is made of it: what has an `__iter__` of its own is asked once more.
    operations::iterate::for_each(thread, iterator, |_, item| {
        items.push(item);
        Ok(())
    })?;
    if items.len() < before + after {
        return Err(too_few(thread, items.len(), before + after, true));
    }
    let middle = List::new(&items[before..items.len() - after]);
    for i in (items.len() - after..items.len()).rev() {
        thread.push(items[i]);
    }
    thread.push(middle.value());
    for i in (0..before).rev() {
        thread.push(items[i]);
    }
    Ok(Flow::Next)
}
