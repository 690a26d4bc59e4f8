//! `__del__` and the callbacks of weak references: what the collector found dead waits here for a safepoint.

use crate::heap::heap;
use crate::object::kind::ObjectKind;
use crate::object::special::Special;
use crate::object::type_object::TYPE_HAS_FINALIZER;
use crate::object::weak_reference::WeakReference;
use crate::operations::{self, call, class_of};
use crate::prelude::*;
use crate::sys::hooks::unraisable;

/// Registers a new instance whose class defines `__del__`.
#[inline]
pub fn register(instance: Value) {
    if class_of(instance).has(TYPE_HAS_FINALIZER)
        && instance.is_pointer()
        && heap().contains(instance.0 as usize)
    {
        heap().register_finalizer(instance.header());
    }
}

/// Runs the callbacks of weak references whose referents died, then the finalizers of dead objects. Their exceptions go to
/// `sys.unraisablehook`; what is raised here is MemoryError alone.
pub fn run_pending(thread: &mut Thread) -> Result<()> {
    while let Some(cell) = heap().take_cleared_weak() {
        run_callback(thread, Value::from_header(cell));
    }
    while let Some(object) = heap().take_finalizer() {
        finalize(thread, Value::from_header(object));
    }
    if heap().take_memory_exhausted() {
        return Err(thread.memory_error(""));
    }
    Ok(())
}

fn run_callback(thread: &mut Thread, cell: Value) {
    let Some(mut reference) = cell.downcast::<WeakReference>() else { return };
    let callback = std::mem::take(&mut reference.callback);
    if callback.is_null() {
        return;
    }
    if let Err(raised) = thread.call(callback, &[cell]) {
        unraisable_in(thread, raised, "calling weakref callback", callback);
    }
}

/// Runs an object's finalizer: a generator is closed, for others `__del__` is called.
pub fn finalize(thread: &mut Thread, object: Value) {
    let (result, doing, what) = match object.is_kind(ObjectKind::Generator) {
        true => {
            let coroutine = class_of(object) == types().coroutine;
            let doing = if coroutine { "finalizing coroutine" } else { "closing generator" };
            (super::generator::finalize(thread, object.cast()), doing, object)
        }
        false => match class_of(object).special(Special::Del) {
            Some(method) => {
                let result = call::call_special(thread, method, object, &[]).map(|_| ());
                (result, "calling deallocator", method)
            }
            None => return,
        },
    };
    if let Err(raised) = result {
        unraisable_in(thread, raised, doing, what);
    }
}

fn unraisable_in(thread: &mut Thread, raised: Raised, doing: &str, what: Value) {
    let shown = operations::repr(thread, what)
        .map_or("<object repr() failed>".to_string(), |text| text.to_string_lossy());
    let message = format!("Exception ignored while {doing} {shown}");
    unraisable(thread, raised, Some(&message), Value::NONE);
}
