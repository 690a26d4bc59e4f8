//! Values that native code keeps for the life of the process: module state, caches, registries.
//!
//! `static MODULES: Root = Root::new();` is a place for one value that the collector sees. Guarded by the interpreter lock like all values.

use crate::value::Value;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A static place for a value.
pub struct Root {
    value: AtomicU64,
    registered: AtomicBool,
}

static ROOTS: Mutex<Vec<&'static Root>> = Mutex::new(Vec::new());

impl Root {
    /// An empty place.
    pub const fn new() -> Root {
        Root { value: AtomicU64::new(0), registered: AtomicBool::new(false) }
    }

    /// The value, `None` if none was set.
    #[inline]
    pub fn get(&self) -> Option<Value> {
        Value(self.value.load(Ordering::Relaxed)).non_null()
    }

    /// Keeps a value; NULL empties the place.
    pub fn set(&'static self, value: Value) {
        self.value.store(value.0, Ordering::Relaxed);
        if !self.registered.swap(true, Ordering::Relaxed) {
            ROOTS.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(self);
        }
    }

    /// The value, made by `make` at the first call.
    pub fn get_or_set(&'static self, make: impl FnOnce() -> Value) -> Value {
        match self.get() {
            Some(value) => value,
            None => {
                let value = make();
                self.set(value);
                value
            }
        }
    }
}

impl Default for Root {
    fn default() -> Root {
        Root::new()
    }
}

/// Visits all values that roots hold.
pub fn visit(visit: &mut dyn FnMut(Value)) {
    for root in ROOTS.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).iter() {
        if let Some(value) = root.get() {
            visit(value);
        }
    }
}
