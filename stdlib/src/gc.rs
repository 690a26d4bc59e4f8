//! The module `gc`: the collector as CPython's module shows it.

use taipan_runtime::builtins::finalization;
use taipan_runtime::heap::heap;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::kind::ObjectKind;
use taipan_runtime::object::list::List;
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::prelude::*;

/// This module provides access to the garbage collector for reference cycles.
pub struct GarbageCollector;

/// The thresholds that were set; they have no effect on Taipan's collector, which decides by bytes.
static THRESHOLDS: std::sync::Mutex<[i64; 3]> = std::sync::Mutex::new([2000, 10, 0]);
static ENABLED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(true);

fn is_internal(kind: u8) -> bool {
    matches!(
        ObjectKind::from_u8(kind),
        ObjectKind::ValueBuffer | ObjectKind::ByteBuffer | ObjectKind::DictTable | ObjectKind::SetTable
    )
}

/// Kinds that never hold references: the collector of CPython doesn't track them.
fn is_atomic(value: Value) -> bool {
    !value.is_pointer()
        || matches!(
            value.kind(),
            Some(
                ObjectKind::Str
                    | ObjectKind::Bytes
                    | ObjectKind::Int
                    | ObjectKind::Float
                    | ObjectKind::Complex
            )
        )
}

#[native_module(name = "gc")]
impl GarbageCollector {
    /// Enable automatic garbage collection.
    #[function("()")]
    fn enable() {
        ENABLED.store(true, std::sync::atomic::Ordering::Relaxed);
    }

    /// Disable automatic garbage collection.
    #[function("()")]
    fn disable() {
        ENABLED.store(false, std::sync::atomic::Ordering::Relaxed);
    }

    /// Returns true if automatic garbage collection is enabled.
    #[function("()")]
    fn isenabled() -> bool {
        ENABLED.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Run the garbage collector.
    #[function("(generation=2)")]
    fn collect(thread: &mut Thread, generation: Option<i64>) -> Result<i64> {
        if !(0..=2).contains(&generation.unwrap_or(2)) {
            return Err(thread.value_error("invalid generation"));
        }
        thread.forget_free_values();
        // Finalizers may free more: collect, run them, collect again.
        heap().collect_for_caller();
        finalization::run_pending(thread)?;
        heap().collect_for_caller();
        finalization::run_pending(thread)?;
        Ok(0)
    }

    /// Return a three-tuple of the current collection counts.
    #[function("()")]
    fn get_count() -> Gc<Tuple> {
        Tuple::new(&[Value::from_small_int(0); 3])
    }

    /// Return the current collection thresholds.
    #[function("()")]
    fn get_threshold() -> Gc<Tuple> {
        let thresholds = *THRESHOLDS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        Tuple::new(&thresholds.map(Value::from_int))
    }

    /// Set the collection thresholds (the collection frequency).
    #[function("(threshold0, threshold1=None, threshold2=None, /)")]
    fn set_threshold(threshold0: i64, threshold1: Option<i64>, threshold2: Option<i64>) {
        let mut thresholds = THRESHOLDS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let [_, one, two] = *thresholds;
        *thresholds = [threshold0, threshold1.unwrap_or(one), threshold2.unwrap_or(two)];
    }

    /// Return a list of dictionaries containing per-generation statistics.
    #[function("()")]
    fn get_stats(thread: &mut Thread) -> Result<Gc<List>> {
        let stats = List::empty();
        for _ in 0..3 {
            let generation = Dict::new();
            for name in ["collections", "collected", "uncollectable"] {
                generation.set_str(thread, intern(name), Value::from_small_int(0))?;
            }
            stats.push(generation.value());
        }
        Ok(stats)
    }

    /// Return a list of objects tracked by the collector (excluding the list returned).
    #[function("(generation=None)")]
    fn get_objects(_generation: Option<Value>) -> Gc<List> {
        let objects = heap().objects();
        let list = List::empty();
        for &object in objects.iter() {
            // SAFETY: the heap lists live objects.
            let kind = unsafe { (*object).kind };
            let value = Value::from_header(object);
            if !is_internal(kind) && !is_atomic(value) && value != list.value() {
                list.push(value);
            }
        }
        list
    }

    /// Return the list of objects that are directly referred to by 'objs'.
    #[function("(*objs)")]
    fn get_referents(objs: &[Value]) -> Gc<List> {
        let list = List::empty();
        for object in objs.iter().filter(|object| object.is_pointer()) {
            push_referents(*object, list);
        }
        list
    }

    /// Return the list of objects that directly refer to any of 'objs'.
    #[function("(*objs)")]
    fn get_referrers(objs: &[Value]) -> Gc<List> {
        let list = List::empty();
        let objects = heap().objects();
        for &object in objects.iter() {
            // SAFETY: the heap lists live objects.
            let kind = unsafe { (*object).kind };
            let value = Value::from_header(object);
            if is_internal(kind) || value == list.value() {
                continue;
            }
            let found = List::empty();
            push_referents(value, found);
            if found.items().iter().any(|referent| objs.contains(referent)) {
                list.push(value);
            }
        }
        list
    }

    /// Returns true if the object is tracked by the garbage collector.
    #[function("(obj, /)")]
    fn is_tracked(obj: Value) -> bool {
        !is_atomic(obj)
    }

    /// Returns true if the object has been already finalized by the GC.
    #[function("(obj, /)")]
    fn is_finalized(_obj: Value) -> bool {
        false
    }

    /// Freeze all current tracked objects and ignore them for future collections.
    #[function("()")]
    fn freeze() {}

    /// Unfreeze all objects in the permanent generation.
    #[function("()")]
    fn unfreeze() {}

    /// Return the number of objects in the permanent generation.
    #[function("()")]
    fn get_freeze_count() -> i64 {
        0
    }

    /// Get the garbage collection debugging flags.
    #[function("()")]
    fn get_debug() -> i64 {
        0
    }

    /// Set the garbage collection debugging flags.
    #[function("(flags, /)")]
    fn set_debug(thread: &mut Thread, flags: i64) -> Result<()> {
        match flags {
            0 => Ok(()),
            _ => Err(thread.not_implemented_error("gc.set_debug() has no flags in Taipan")),
        }
    }

    #[constant]
    fn garbage() -> Gc<List> {
        List::empty()
    }

    #[constant]
    fn callbacks() -> Gc<List> {
        List::empty()
    }

    #[constant(name = "DEBUG_STATS")]
    fn debug_stats() -> i64 {
        1
    }

    #[constant(name = "DEBUG_COLLECTABLE")]
    fn debug_collectable() -> i64 {
        2
    }

    #[constant(name = "DEBUG_UNCOLLECTABLE")]
    fn debug_uncollectable() -> i64 {
        4
    }

    #[constant(name = "DEBUG_SAVEALL")]
    fn debug_saveall() -> i64 {
        32
    }

    #[constant(name = "DEBUG_LEAK")]
    fn debug_leak() -> i64 {
        38
    }
}

/// Adds the objects that `object` refers to, looking through its internal buffers.
fn push_referents(object: Value, list: Gc<List>) {
    let referents = heap().referents(object.header());
    for &referent in referents.iter() {
        // SAFETY: referents of live objects are live.
        let kind = unsafe { (*referent).kind };
        if is_internal(kind) {
            push_referents(Value::from_header(referent), list);
        } else {
            list.push(Value::from_header(referent));
        }
    }
}
