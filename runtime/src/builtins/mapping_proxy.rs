//! `types.MappingProxyType`: a read-only view on a mapping, which does what is asked of it.

use crate::builtins::support::{class, finish, push_repr};
use crate::native_layout;
use crate::object::dict::Dict;
use crate::object::list::List;
use crate::object::native_object::{self, NativeHead};
use crate::object::special::Special;
use crate::object::tuple::Tuple;
use crate::operations::arithmetic::{BinaryOperator, binary};
use crate::operations::{self, Comparison, class_of, rich_compare};
use crate::prelude::*;
use crate::text::TextBuilder;

/// A read-only view on a mapping.
#[repr(C)]
pub struct MappingProxy {
    head: NativeHead,
    mapping: Value,
}

native_layout!(MappingProxy, "mappingproxy", |this, tracer| tracer.value(this.mapping.0));

impl MappingProxy {
    /// The proxy of a mapping.
    pub fn new(mapping: Value) -> Gc<MappingProxy> {
        native_object::new(class::<MappingProxy>(), MappingProxy { head: NativeHead::empty(), mapping })
    }
}

/// The mapping behind a proxy; other values as they are.
fn unwrapped(value: Value) -> Value {
    value.downcast::<MappingProxy>().map_or(value, |proxy| proxy.mapping)
}

/// Read-only proxy of a mapping.
#[native_type(name = "mappingproxy", mapping)]
impl MappingProxy {
    #[new("($type, mapping)")]
    fn new_proxy(thread: &mut Thread, _class: Gc<TypeObject>, mapping: Value) -> Result<Gc<MappingProxy>> {
        let is_sequence = mapping.downcast::<List>().is_some() || mapping.downcast::<Tuple>().is_some();
        if is_sequence || class_of(mapping).special(Special::GetItem).is_none() {
            let class = class_of(mapping).native_name();
            return Err(thread.type_error(format!("mappingproxy() argument must be a mapping, not {class}")));
        }
        Ok(MappingProxy::new(mapping))
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<MappingProxy>) -> Result<Gc<Str>> {
        thread.check_native_stack()?;
        let mut text = TextBuilder::new();
        text.push_str("mappingproxy(");
        push_repr(thread, &mut text, this.mapping)?;
        text.push_str(")");
        Ok(finish(text))
    }

    #[method]
    fn __hash__(thread: &mut Thread, this: Gc<MappingProxy>) -> Result<i64> {
        operations::hash(thread, this.mapping)
    }

    #[method]
    fn __str__(thread: &mut Thread, this: Gc<MappingProxy>) -> Result<Gc<Str>> {
        operations::str_of(thread, this.mapping)
    }

    #[method]
    fn __lt__(thread: &mut Thread, this: Gc<MappingProxy>, other: Value) -> Result {
        rich_compare(thread, Comparison::Less, this.mapping, other)
    }

    #[method]
    fn __le__(thread: &mut Thread, this: Gc<MappingProxy>, other: Value) -> Result {
        rich_compare(thread, Comparison::LessEqual, this.mapping, other)
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<MappingProxy>, other: Value) -> Result {
        rich_compare(thread, Comparison::Equal, this.mapping, other)
    }

    #[method]
    fn __ne__(thread: &mut Thread, this: Gc<MappingProxy>, other: Value) -> Result {
        rich_compare(thread, Comparison::NotEqual, this.mapping, other)
    }

    #[method]
    fn __gt__(thread: &mut Thread, this: Gc<MappingProxy>, other: Value) -> Result {
        rich_compare(thread, Comparison::Greater, this.mapping, other)
    }

    #[method]
    fn __ge__(thread: &mut Thread, this: Gc<MappingProxy>, other: Value) -> Result {
        rich_compare(thread, Comparison::GreaterEqual, this.mapping, other)
    }

    #[method]
    fn __iter__(thread: &mut Thread, this: Gc<MappingProxy>) -> Result {
        operations::get_iterator(thread, this.mapping)
    }

    #[method]
    fn __or__(thread: &mut Thread, this: Value, other: Value) -> Result {
        binary(thread, BinaryOperator::Or, unwrapped(this), unwrapped(other))
    }

    #[method]
    fn __ror__(thread: &mut Thread, this: Value, other: Value) -> Result {
        binary(thread, BinaryOperator::Or, unwrapped(other), unwrapped(this))
    }

    #[method]
    fn __ior__(thread: &mut Thread, this: Gc<MappingProxy>, _other: Value) -> Result {
        let class = this.class().name_text();
        Err(thread.type_error(format!("'|=' is not supported by {class}; use '|' instead")))
    }

    #[method]
    fn __len__(thread: &mut Thread, this: Gc<MappingProxy>) -> Result<usize> {
        operations::length(thread, this.mapping)
    }

    #[method]
    fn __getitem__(thread: &mut Thread, this: Gc<MappingProxy>, key: Value) -> Result {
        operations::get_item(thread, this.mapping, key)
    }

    #[method]
    fn __contains__(thread: &mut Thread, this: Gc<MappingProxy>, key: Value) -> Result<bool> {
        match class_of(this.mapping) == types().dict {
            true => this.mapping.cast::<Dict>().contains(thread, key),
            false => operations::contains(thread, this.mapping, key),
        }
    }

    /// Return the value for key if key is in the mapping, else default.
    #[method("($self, key, default=None, /)")]
    fn get(thread: &mut Thread, this: Gc<MappingProxy>, key: Value, default: Value) -> Result {
        thread.call_method(this.mapping, "get", &[key, default])
    }

    /// A set-like object providing a view on the mapping's keys.
    #[method("($self, /)")]
    fn keys(thread: &mut Thread, this: Gc<MappingProxy>) -> Result {
        thread.call_method(this.mapping, "keys", &[])
    }

    /// An object providing a view on the mapping's values.
    #[method("($self, /)")]
    fn values(thread: &mut Thread, this: Gc<MappingProxy>) -> Result {
        thread.call_method(this.mapping, "values", &[])
    }

    /// A set-like object providing a view on the mapping's items.
    #[method("($self, /)")]
    fn items(thread: &mut Thread, this: Gc<MappingProxy>) -> Result {
        thread.call_method(this.mapping, "items", &[])
    }

    /// A shallow copy of the mapping.
    #[method("($self, /)")]
    fn copy(thread: &mut Thread, this: Gc<MappingProxy>) -> Result {
        thread.call_method(this.mapping, "copy", &[])
    }

    /// See PEP 585
    #[class_method("($type, object, /)")]
    fn __class_getitem__(thread: &mut Thread, class: Gc<TypeObject>, object: Value) -> Result {
        crate::builtins::generic_alias::new(thread, class.value(), object)
    }

    /// A reverse iterator over the mapping's keys.
    #[method("($self, /)")]
    fn __reversed__(thread: &mut Thread, this: Gc<MappingProxy>) -> Result {
        thread.call_method(this.mapping, "__reversed__", &[])
    }
}
