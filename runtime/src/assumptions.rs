//! Facts that compiled code relies on without checking them: a global that isn't rebound, a class attribute that stays, a
//! function whose code stays.
//!
//! Compiled code lists itself with each [`Assumption`] it makes. When the runtime is about to break one, it tells the JIT, which
//! invalidates the code that listed itself. Where nobody assumes anything the cost is one test of a flag.

use crate::object::dict::Dict;
use crate::object::function::Function;
use crate::object::pointer::Gc;
use crate::object::str::Str;
use crate::object::type_object::TypeObject;
use crate::value::Value;
use std::collections::HashMap;

/// Something that compiled code takes for granted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Assumption {
    /// The dict's entry for an interned name stays as it is, absent or with this value.
    Entry { dict: u64, name: u64 },
    /// Lookups of any name in the class give what they gave.
    Class { class: u64 },
    /// The function keeps its code and defaults.
    Function { function: u64 },
}

/// A unit of compiled code, as the JIT numbers them.
pub type UnitId = u64;

static mut LISTED: *mut HashMap<Assumption, Vec<UnitId>> = std::ptr::null_mut();

fn listed() -> &'static mut HashMap<Assumption, Vec<UnitId>> {
    // SAFETY: guarded by the interpreter lock.
    unsafe {
        if LISTED.is_null() {
            LISTED = Box::into_raw(Box::default());
        }
        &mut *LISTED
    }
}

/// Lists a unit of compiled code. Dicts must be marked as watched by the caller ([`Dict::watch`]).
pub fn list(assumption: Assumption, unit: UnitId) {
    listed().entry(assumption).or_default().push(unit);
}

/// Forgets a unit.
pub fn unlist(unit: UnitId) {
    listed().retain(|_, units| {
        units.retain(|&listed| listed != unit);
        !units.is_empty()
    });
}

fn broken(assumption: Assumption) {
    if let Some(units) = listed().remove(&assumption) {
        units.into_iter().for_each(crate::jit_interface::invalidate);
    }
}

/// A watched dict's entry was set, replaced or deleted; `None` when the whole dict changed.
#[cold]
pub fn dict_changed(dict: Gc<Dict>, key: Option<Value>) {
    let dict = dict.value().0;
    match key {
        Some(key) => broken(Assumption::Entry { dict, name: key.0 }),
        None => {
            let all: Vec<Assumption> = listed()
                .keys()
                .filter(|assumption| matches!(assumption, Assumption::Entry { dict: d, .. } if *d == dict))
                .copied()
                .collect();
            all.into_iter().for_each(broken);
        }
    }
}

/// A class's attribute changed, or its bases.
pub fn class_changed(class: Gc<TypeObject>, _name: Option<Gc<Str>>) {
    // SAFETY: guarded by the interpreter lock.
    if unsafe { LISTED.is_null() } {
        return;
    }
    broken(Assumption::Class { class: class.value().0 });
}

/// A function's code or defaults were replaced.
pub fn function_changed(function: Gc<Function>) {
    // SAFETY: guarded by the interpreter lock.
    if unsafe { LISTED.is_null() } {
        return;
    }
    broken(Assumption::Function { function: function.value().0 });
}
