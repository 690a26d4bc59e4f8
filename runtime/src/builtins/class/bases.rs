//! Bases of a new class: `__mro_entries__`, the metaclass they ask for, the lists of subclasses.

use crate::object::list::List;
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::object::weak_reference::{self, WeakReference};
use crate::operations::{class_of, get_attribute_optional};
use crate::prelude::*;

/// `types.resolve_bases`: replaces each base that isn't a class by what its `__mro_entries__` gives. The same tuple if nothing changed.
pub fn resolve_bases(thread: &mut Thread, bases: Gc<Tuple>) -> Result<Gc<Tuple>> {
    let mut resolved: Option<Gc<List>> = None;
    for (i, &base) in bases.items().iter().enumerate() {
        let entries = match base.downcast::<TypeObject>() {
            Some(_) => None,
            None => get_attribute_optional(thread, base, intern("__mro_entries__"))?,
        };
        let Some(entries) = entries else {
            if let Some(list) = resolved {
                list.push(base);
            }
            continue;
        };
        let entries = thread.call(entries, &[bases.value()])?;
        let Some(entries) = entries.downcast::<Tuple>() else {
            return Err(thread.type_error("__mro_entries__ must return a tuple"));
        };
        let list = *resolved.get_or_insert_with(|| List::new(&bases.items()[..i]));
        list.extend_from_slice(thread, entries.items())?;
    }
    match resolved {
        Some(list) => Tuple::try_new(thread, list.items()),
        None => Ok(bases),
    }
}

/// The metaclass of a class with these bases that asks for `metaclass`: the most derived of all.
pub fn most_derived_metaclass(
    thread: &mut Thread,
    metaclass: Gc<TypeObject>,
    bases: Gc<Tuple>,
) -> Result<Gc<TypeObject>> {
    let mut winner = metaclass;
    for &base in bases.items() {
        let candidate = class_of(base);
        if winner.is_subclass_of(candidate) {
            continue;
        }
        if candidate.is_subclass_of(winner) {
            winner = candidate;
            continue;
        }
        return Err(thread.type_error(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
        ));
    }
    Ok(winner)
}

/// Lists a class among its base's subclasses, which are held weakly.
pub fn add_subclass(mut base: Gc<TypeObject>, class: Gc<TypeObject>) {
    let list = match base.subclasses.downcast::<List>() {
        Some(list) => list,
        None => {
            let list = List::empty();
            base.subclasses = list.value();
            base.write_barrier();
            list
        }
    };
    let reference = WeakReference::new(types().weak_reference, class.value(), Value::NULL).value();
    // The place of a dead subclass is used again.
    match list.items().iter().position(|&old| weak_reference::referent(old).is_none()) {
        Some(free) => list.set(free, reference),
        None => list.push(reference),
    }
}

/// Takes a class off its base's list.
pub fn remove_subclass(base: Gc<TypeObject>, class: Gc<TypeObject>) {
    let Some(list) = base.subclasses.downcast::<List>() else { return };
    let place =
        list.items().iter().position(|&reference| weak_reference::referent(reference) == Some(class.value()));
    if let Some(place) = place {
        list.remove(place);
    }
}
