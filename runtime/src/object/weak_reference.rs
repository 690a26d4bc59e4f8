//! Weak references. The collector clears `referent` when the object dies.

use crate::fast_hash::FastMap;
use crate::heap::{Header, Liveness, Tracer, heap};
use crate::layout;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::object::type_object::TypeObject;
use crate::value::Value;

/// A weak reference or weak proxy.
#[repr(C)]
pub struct WeakReference {
    pub header: Header,
    /// Not traced; NULL when the object is dead.
    pub referent: Value,
    /// Callable, or NULL.
    pub callback: Value,
    /// Hash of the referent, when `hashed`.
    pub hash: i64,
    pub hashed: bool,
}

layout!(WeakReference, ObjectKind::WeakReference, "weakref.ReferenceType");

/// Offset of the referent, for the collector.
pub const REFERENT_OFFSET: usize = std::mem::offset_of!(WeakReference, referent);

/// Weak references by the address of their referent. Purged as references are cleared.
static mut REFERENCES: *mut FastMap<u64, Vec<u64>> = std::ptr::null_mut();

fn references() -> &'static mut FastMap<u64, Vec<u64>> {
    // SAFETY: guarded by the interpreter lock.
    unsafe {
        if REFERENCES.is_null() {
            REFERENCES = Box::into_raw(Box::default());
        }
        &mut *REFERENCES
    }
}

impl WeakReference {
    /// A reference of a class; one without callback of the exact class is shared.
    pub fn new(class: Gc<TypeObject>, referent: Value, callback: Value) -> Gc<WeakReference> {
        if callback.is_null() && class.definition.is_some() {
            for &known in references().get(&referent.0).into_iter().flatten() {
                let known: Gc<WeakReference> = Gc::from_header(known as *mut Header);
                if known.class() == class && known.callback.is_null() && known.referent == referent {
                    return known;
                }
            }
        }
        let size = crate::object::instance::allocation_size(class);
        let header = heap().alloc(ObjectKind::WeakReference as u8, class.root_shape, size);
        let mut reference: Gc<WeakReference> = Gc::from_header(header);
        reference.referent = referent;
        reference.callback = callback;
        if referent.is_pointer() && heap().contains(referent.0 as usize) {
            heap().register_weak(header, REFERENT_OFFSET);
        }
        references().entry(referent.0).or_default().push(header as u64);
        newly_referenced().push(referent.0);
        reference
    }
}

/// The live object behind a weak reference.
pub fn referent(reference: Value) -> Option<Value> {
    reference.downcast::<WeakReference>()?.referent.non_null()
}

/// All living weak references to an object, newest first.
pub fn references_to(referent: Value) -> Vec<Gc<WeakReference>> {
    let mut found: Vec<Gc<WeakReference>> = references()
        .get(&referent.0)
        .into_iter()
        .flatten()
        .map(|&address| Gc::from_header(address as *mut Header))
        .collect();
    found.reverse();
    found
}

/// Referents that got a reference since the last collection: a minor collection can only have killed these or their references.
static mut NEWLY_REFERENCED: Vec<u64> = Vec::new();

fn newly_referenced() -> &'static mut Vec<u64> {
    // SAFETY: guarded by the interpreter lock.
    unsafe { &mut *(&raw mut NEWLY_REFERENCED) }
}

/// Forgets dead references and the references of dead objects, at the end of a collection's marking.
pub fn purge(liveness: &Liveness) {
    let keep = |referent: u64, list: &mut Vec<u64>| {
        list.retain(|&reference| liveness.is_live(reference as *mut Header));
        !list.is_empty() && (referent & 7 != 0 || liveness.is_live(referent as *mut Header))
    };
    if liveness.is_full() {
        newly_referenced().clear();
        references().retain(|&referent, list| keep(referent, list));
        return;
    }
    for referent in newly_referenced().drain(..) {
        let dead = references().get_mut(&referent).is_some_and(|list| !keep(referent, list));
        if dead {
            references().remove(&referent);
        }
    }
}

/// Visits a reference's callback, not its referent.
///
/// # Safety
/// `object` is live.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    let reference: Gc<WeakReference> = Gc::from_header(object);
    tracer.value(reference.callback.0);
    // SAFETY: passed on.
    unsafe { crate::object::trace::attributes_only(object, tracer) };
}
