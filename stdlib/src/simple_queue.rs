//! `_queue`: the unbounded queue between threads.

use crate::exception::ExceptionClass;
use crate::threads::wait::{Patience, seconds_of, sleep_while, wake};
use std::sync::atomic::{AtomicU32, Ordering};
use taipan_runtime::native_layout;
use taipan_runtime::object::list::List;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::prelude::*;

/// The module `_queue`.
pub struct Queue;

static EMPTY: ExceptionClass = ExceptionClass::new();

/// Items taken before the list of items is cut.
const LEAST_CUT: usize = 32;

/// A queue: the items are those of a list from `first` on.
#[repr(C)]
pub struct SimpleQueue {
    head: NativeHead,
    items: Value,
    first: usize,
    /// Counts the puts; takers sleep on it.
    puts: AtomicU32,
    sleeping: u32,
}

native_layout!(SimpleQueue, "_queue.SimpleQueue", |this, tracer| tracer.value(this.items.0));

fn length(this: Gc<SimpleQueue>) -> usize {
    this.items.cast::<List>().length - this.first
}

fn put(this: Gc<SimpleQueue>, item: Value) {
    this.items.cast::<List>().push(item);
    this.puts.fetch_add(1, Ordering::Relaxed);
    if this.sleeping > 0 {
        wake(&this.puts, 1);
    }
}

/// Takes the first item.
fn take(thread: &mut Thread, mut this: Gc<SimpleQueue>) -> Result<Option<Value>> {
    let items: Gc<List> = this.items.cast();
    let Some(&item) = items.items().get(this.first) else { return Ok(None) };
    items.set(this.first, Value::NONE);
    this.first += 1;
    if this.first >= LEAST_CUT && this.first * 2 >= items.length {
        let end = std::mem::take(&mut this.first);
        items.replace(thread, 0, end, &[])?;
    }
    Ok(Some(item))
}

#[cold]
fn empty(thread: &mut Thread) -> Raised {
    taipan_runtime::object::exception::Exception::with_arguments(thread, EMPTY.class(), &[])
}

fn get(thread: &mut Thread, mut this: Gc<SimpleQueue>, patience: Patience) -> Result {
    loop {
        if let Some(item) = take(thread, this)? {
            return Ok(item);
        }
        if patience.is_over() {
            return Err(empty(thread));
        }
        let seen = this.puts.load(Ordering::Relaxed);
        this.sleeping += 1;
        let slept = sleep_while(thread, &this.puts, seen, patience);
        this.sleeping -= 1;
        if slept.is_err() && length(this) > 0 && this.sleeping > 0 {
            // The wake-up that was meant for this thread goes to another.
            wake(&this.puts, 1);
        }
        slept?;
    }
}

/// Simple, unbounded, reentrant FIFO queue.
#[native_type(name = "SimpleQueue", module = "_queue", base_type, weak_referencable)]
impl SimpleQueue {
    #[new("()")]
    fn new(class: Gc<TypeObject>) -> Gc<SimpleQueue> {
        let items = List::empty().value();
        let content =
            SimpleQueue { head: NativeHead::empty(), items, first: 0, puts: AtomicU32::new(0), sleeping: 0 };
        native_object::new(class, content)
    }

    /// Put the item on the queue.
    ///
    /// The optional 'block' and 'timeout' arguments are ignored, as this method
    /// never blocks.  They are provided for compatibility with the Queue class.
    #[method("($self, item, block=True, timeout=None)")]
    fn put(this: Gc<SimpleQueue>, item: Value, _block: Value, _timeout: Value) {
        put(this, item);
    }

    /// Put an item into the queue without blocking.
    ///
    /// This is exactly equivalent to `put(item)` and is only provided
    /// for compatibility with the Queue class.
    #[method("($self, item)")]
    fn put_nowait(this: Gc<SimpleQueue>, item: Value) {
        put(this, item);
    }

    /// Remove and return an item from the queue.
    ///
    /// If optional args 'block' is true and 'timeout' is None (the default),
    /// block if necessary until an item is available. If 'timeout' is
    /// a non-negative number, it blocks at most 'timeout' seconds and raises
    /// the Empty exception if no item was available within that time.
    /// Otherwise ('block' is false), return an item if one is immediately
    /// available, else raise the Empty exception ('timeout' is ignored
    /// in that case).
    #[method("($self, block=True, timeout=None)")]
    fn get(thread: &mut Thread, this: Gc<SimpleQueue>, block: bool, timeout: Value) -> Result {
        let patience = if !block {
            Patience::None
        } else if timeout.is_none() {
            Patience::Forever
        } else {
            let seconds = seconds_of(thread, timeout)?;
            if seconds < 0.0 {
                return Err(thread.value_error("'timeout' must be a non-negative number"));
            }
            Patience::seconds(seconds)
        };
        get(thread, this, patience)
    }

    /// Remove and return an item from the queue without blocking.
    ///
    /// Only get an item if one is immediately available. Otherwise
    /// raise the Empty exception.
    #[method("($self, /)")]
    fn get_nowait(thread: &mut Thread, this: Gc<SimpleQueue>) -> Result {
        get(thread, this, Patience::None)
    }

    /// Return True if the queue is empty, False otherwise (not reliable!).
    #[method("($self, /)")]
    fn empty(this: Gc<SimpleQueue>) -> bool {
        length(this) == 0
    }

    /// Return the approximate size of the queue (not reliable!).
    #[method("($self, /)")]
    fn qsize(this: Gc<SimpleQueue>) -> usize {
        length(this)
    }

    /// See PEP 585
    #[class_method("(object, /)")]
    fn __class_getitem__(thread: &mut Thread, class: Gc<TypeObject>, object: Value) -> Result {
        taipan_runtime::builtins::generic_alias::new(thread, class.value(), object)
    }
}

/// C implementation of the Python queue module.
/// This module is an implementation detail, please do not use it directly.
#[native_module(name = "_queue")]
impl Queue {
    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        EMPTY.install(thread, module, "Empty", "_queue", types().exception)?;
        let class = taipan_runtime::builtins::class::class_of_definition(thread, SimpleQueue::DEFINITION)?;
        module.dict.set_str(thread, taipan_runtime::object::str::intern("SimpleQueue"), class.value())
    }
}
