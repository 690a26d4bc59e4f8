//! `_collections`: `deque`, `defaultdict`, and helpers of `namedtuple` and `Counter`.

mod default_dict;
mod deque;
mod tuple_getter;

use default_dict::DefaultDict;
use deque::{Deque, DequeIterator, DequeReverseIterator};
use taipan_runtime::native::TypeDefinition;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::operations::arithmetic::{BinaryOperator, binary};
use taipan_runtime::operations::attribute::get_attribute_text;
use taipan_runtime::operations::iterate::for_each;
use taipan_runtime::operations::{class_of, hash, set_item};
use taipan_runtime::prelude::*;
use tuple_getter::TupleGetter;

/// The module `_collections`.
pub struct Collections;

/// High performance data structures.
#[native_module(name = "_collections")]
impl Collections {
    #[types]
    fn types() -> &'static [&'static TypeDefinition] {
        &[
            Deque::DEFINITION,
            DefaultDict::DEFINITION,
            DequeIterator::DEFINITION,
            DequeReverseIterator::DEFINITION,
            TupleGetter::DEFINITION,
        ]
    }

    /// Count the items of an iterable in a mapping.
    #[function("(mapping, iterable, /)")]
    fn _count_elements(thread: &mut Thread, mapping: Value, iterable: Value) -> Result<()> {
        let one = Value::from_small_int(1);
        if let Some(dict) = mapping.downcast::<Dict>()
            && has_dict_methods(mapping)
        {
            return for_each(thread, iterable, |thread, item| {
                let item_hash = hash(thread, item)?;
                let count = match dict.get_with_hash(thread, item, item_hash)? {
                    Some(count) => binary(thread, BinaryOperator::Add, count, one)?,
                    None => one,
                };
                dict.set_with_hash(thread, item, item_hash, count)
            });
        }
        let get = get_attribute_text(thread, mapping, "get")?;
        for_each(thread, iterable, |thread, item| {
            let count = thread.call(get, &[item, Value::from_small_int(0)])?;
            let count = binary(thread, BinaryOperator::Add, count, one)?;
            set_item(thread, mapping, item, count)
        })
    }
}

/// Whether a dict's class didn't override `get` and `__setitem__`.
fn has_dict_methods(mapping: Value) -> bool {
    let class = class_of(mapping);
    ["get", "__setitem__"].iter().all(|name| {
        let name = taipan_runtime::object::str::intern(name);
        class.lookup(name) == types().dict.lookup(name)
    })
}
