//! `tee`: several iterators over the items of one, which are kept as long as one of them needs them.
//!
//! Items are in a chain of blocks ([`TeeData`]); each iterator holds its block and place in it. Blocks that all have left are garbage.

use taipan_runtime::heap::ScratchValues;
use taipan_runtime::native_layout;
use taipan_runtime::object::list::List;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::attribute::get_attribute_optional;
use taipan_runtime::operations::{get_iterator, next};
use taipan_runtime::prelude::*;

/// Items of a block.
const BLOCK: usize = 56;

/// A block of items.
#[repr(C)]
pub struct TeeData {
    head: NativeHead,
    source: Value,
    items: Gc<List>,
    /// The next block, or NULL.
    following: Value,
    /// The source is being asked for an item.
    running: bool,
}

native_layout!(TeeData, "itertools._tee_dataobject", |this, tracer| {
    tracer.value(this.source.0);
    tracer.value(this.items.value().0);
    tracer.value(this.following.0);
});

/// A block of the items that tee iterators share.
#[native_type(name = "_tee_dataobject", module = "itertools", no_new)]
impl TeeData {}

fn new_block(source: Value) -> Gc<TeeData> {
    let content = TeeData {
        head: NativeHead::empty(),
        source,
        items: List::empty(),
        following: Value::NULL,
        running: false,
    };
    native_object::new(TeeData::class(), content)
}

/// One of the iterators.
#[repr(C)]
pub struct Tee {
    head: NativeHead,
    block: Gc<TeeData>,
    index: usize,
}

native_layout!(Tee, "itertools._tee", |this, tracer| tracer.value(this.block.value().0));

/// Iterator wrapped to make it copyable.
#[native_type(name = "_tee", module = "itertools", weak_referencable)]
impl Tee {
    #[new("(iterable, /)")]
    fn new(thread: &mut Thread, class: Gc<TypeObject>, iterable: Value) -> Result<Gc<Tee>> {
        let iterator = get_iterator(thread, iterable)?;
        let (block, index) = match iterator.downcast::<Tee>() {
            Some(tee) => (tee.block, tee.index),
            None => (new_block(iterator), 0),
        };
        Ok(native_object::new(class, Tee { head: NativeHead::empty(), block, index }))
    }

    /// Returns an independent iterator.
    #[method("()")]
    fn __copy__(this: Gc<Tee>) -> Gc<Tee> {
        copy(this)
    }

    #[method]
    fn __iter__(this: Gc<Tee>) -> Gc<Tee> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, mut this: Gc<Tee>) -> Result<Option<Value>> {
        if this.index >= BLOCK {
            this.block = following(this.block);
            this.index = 0;
            this.write_barrier();
        }
        let mut block = this.block;
        if let Some(item) = block.items.get(this.index) {
            this.index += 1;
            return Ok(Some(item));
        }
        if block.running {
            return Err(thread.runtime_error("cannot re-enter the tee iterator"));
        }
        block.running = true;
        let item = next(thread, block.source);
        block.running = false;
        let Some(item) = item? else { return Ok(None) };
        block.items.push(item);
        this.index += 1;
        Ok(Some(item))
    }
}

fn copy(this: Gc<Tee>) -> Gc<Tee> {
    native_object::new(this.class(), Tee { head: NativeHead::empty(), block: this.block, index: this.index })
}

fn following(mut block: Gc<TeeData>) -> Gc<TeeData> {
    if let Some(known) = block.following.downcast::<TeeData>() {
        return known;
    }
    let new = new_block(block.source);
    block.following = new.value();
    block.write_barrier();
    new
}

/// `itertools.tee`
pub fn tee(thread: &mut Thread, iterable: Value, n: isize) -> Result<Gc<Tuple>> {
    let Ok(n) = usize::try_from(n) else { return Err(thread.value_error("n must be >= 0")) };
    if n == 0 {
        return Ok(Tuple::empty());
    }
    let iterator = get_iterator(thread, iterable)?;
    let copier = match iterator.downcast::<Tee>() {
        Some(_) => None,
        None => get_attribute_optional(thread, iterator, intern("__copy__"))?,
    };
    let mut made = ScratchValues::with_capacity(n.min(1024));
    match copier {
        Some(copier) => {
            // The iterator is copyable by itself.
            made.push(iterator);
            for _ in 1..n {
                made.push(thread.call(copier, &[])?);
            }
        }
        None => {
            let first = Tee::new(thread, Tee::class(), iterator)?;
            made.push(first.value());
            for _ in 1..n {
                made.push(copy(first).value());
            }
        }
    }
    Ok(Tuple::new(&made))
}
