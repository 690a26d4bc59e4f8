//! `groupby`.

use taipan_runtime::native_layout;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::{equal, get_iterator, next};
use taipan_runtime::prelude::*;

/// Runs of items with the same key.
#[repr(C)]
pub struct GroupBy {
    head: NativeHead,
    source: Value,
    /// None: the items are their own keys.
    key_function: Value,
    /// Key of the group that was returned last, or NULL.
    group_key: Value,
    /// Key of the item that was read last, or NULL.
    key: Value,
    /// That item, NULL when its group has returned it.
    item: Value,
    /// The group that was returned last: older ones have ended.
    group: Value,
}

native_layout!(GroupBy, "itertools.groupby", |this, tracer| {
    for value in [this.source, this.key_function, this.group_key, this.key, this.item, this.group] {
        tracer.value(value.0);
    }
});

/// Return (key, group) pairs of an iterable: each group iterates over a run of items with the same key.
#[native_type(name = "groupby", module = "itertools", base_type)]
impl GroupBy {
    #[new("(iterable, key=None)")]
    fn new(thread: &mut Thread, class: Gc<TypeObject>, iterable: Value, key: Value) -> Result<Gc<GroupBy>> {
        let source = get_iterator(thread, iterable)?;
        let content = GroupBy {
            head: NativeHead::empty(),
            source,
            key_function: key,
            group_key: Value::NULL,
            key: Value::NULL,
            item: Value::NULL,
            group: Value::NULL,
        };
        Ok(native_object::new(class, content))
    }

    #[method]
    fn __iter__(this: Gc<GroupBy>) -> Gc<GroupBy> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, mut this: Gc<GroupBy>) -> Result<Option<Value>> {
        this.group = Value::NULL;
        // Skip what is left of the last group.
        while this.key.is_null() || !this.group_key.is_null() && equal(thread, this.group_key, this.key)? {
            if !read(thread, this)? {
                return Ok(None);
            }
        }
        let key = this.key;
        this.group_key = key;
        let group = Grouper { head: NativeHead::empty(), parent: this, key };
        let group = native_object::new(Grouper::class(), group);
        this.group = group.value();
        this.write_barrier();
        Ok(Some(Tuple::new(&[key, group.value()]).value()))
    }
}

/// Reads the next item and its key; false at the end.
fn read(thread: &mut Thread, mut this: Gc<GroupBy>) -> Result<bool> {
    let Some(item) = next(thread, this.source)? else { return Ok(false) };
    let key = if this.key_function.is_none() { item } else { thread.call(this.key_function, &[item])? };
    this.item = item;
    this.key = key;
    this.write_barrier();
    Ok(true)
}

/// One run of items.
#[repr(C)]
pub struct Grouper {
    head: NativeHead,
    parent: Gc<GroupBy>,
    key: Value,
}

native_layout!(Grouper, "itertools._grouper", |this, tracer| {
    tracer.value(this.parent.value().0);
    tracer.value(this.key.0);
});

#[native_type(name = "_grouper", module = "itertools")]
impl Grouper {
    #[new("(parent, tgtkey, /)", hidden)]
    fn new(class: Gc<TypeObject>, mut parent: Gc<GroupBy>, tgtkey: Value) -> Gc<Grouper> {
        let group = native_object::new(class, Grouper { head: NativeHead::empty(), parent, key: tgtkey });
        parent.group = group.value();
        parent.write_barrier();
        group
    }

    #[method]
    fn __iter__(this: Gc<Grouper>) -> Gc<Grouper> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<Grouper>) -> Result<Option<Value>> {
        let mut parent = this.parent;
        if parent.group != this.value() {
            return Ok(None);
        }
        if parent.item.is_null() && !read(thread, parent)? {
            return Ok(None);
        }
        if !equal(thread, this.key, parent.key)? {
            return Ok(None);
        }
        Ok(std::mem::take(&mut parent.item).non_null())
    }
}
