//! Assigning `__class__` and `__bases__`: both need equal layouts.

use crate::heap::Header;
use crate::object::instance;
use crate::object::kind::ObjectKind;
use crate::object::list::List;
use crate::object::shape::shape_table;
use crate::object::tuple::Tuple;
use crate::object::type_object::{TYPE_HAS_DICT, TYPE_IMMUTABLE, TYPE_WEAK_REFERENCABLE};
use crate::operations::attribute::class_name;
use crate::operations::class_of;
use crate::prelude::*;

use super::layout::{best_base, solid_base};
use super::{bases, order};

/// Whether an object of one class can become one of another.
fn same_layout(old: Gc<TypeObject>, new: Gc<TypeObject>) -> bool {
    let sizes = |class: Gc<TypeObject>| {
        (class.instance_kind, class.native_size, class.basic_size, class.attributes_offset)
    };
    let flags = TYPE_HAS_DICT | TYPE_WEAK_REFERENCABLE;
    if sizes(old) != sizes(new) || old.flags & flags != new.flags & flags {
        return false;
    }
    let (a, b) = (solid_base(old), solid_base(new));
    a == b || a.base == b.base && member_names(a) == member_names(b)
}

fn member_names(class: Gc<TypeObject>) -> Vec<(u32, Value)> {
    use crate::object::native_function::{Access, GetSet};
    let mut names = Vec::new();
    let mut position = 0;
    while let Some((_, value)) = class.dict.next_entry(&mut position) {
        if let Some(getset) = value.downcast::<GetSet>() {
            if let Access::Member { offset, .. } = getset.access {
                names.push((offset, getset.name));
            }
        }
    }
    names.sort_by_key(|&(offset, _)| offset);
    names
}

/// `object.__class__ = class`
pub fn assign_class(thread: &mut Thread, object: Value, class: Value) -> Result<()> {
    let Some(new) = class.downcast::<TypeObject>() else {
        let got = class_name(class);
        return Err(thread.type_error(format!("__class__ must be set to a class, not '{got}' object")));
    };
    let old = class_of(object);
    let modules = old.is_subclass_of(types().module) && new.is_subclass_of(types().module);
    if !object.is_pointer() || !modules && (old.has(TYPE_IMMUTABLE) || new.has(TYPE_IMMUTABLE)) {
        return Err(thread
            .type_error("__class__ assignment only supported for mutable types or ModuleType subclasses"));
    }
    if old == new {
        return Ok(());
    }
    if !same_layout(old, new) {
        let (old, new) = (old.name_text(), new.name_text());
        return Err(
            thread.type_error(format!("__class__ assignment: '{new}' object layout differs from '{old}'"))
        );
    }
    // SAFETY: the layouts are equal up to the attribute word.
    unsafe { change_class(thread, object.header(), old, new) }
}

/// # Safety
/// `object` is a live instance of `old`, whose layout up to the attribute word is that of `new`.
unsafe fn change_class(
    thread: &mut Thread,
    object: *mut Header,
    old: Gc<TypeObject>,
    mut new: Gc<TypeObject>,
) -> Result<()> {
    // SAFETY: the caller's promise. The number of inline slots may differ, so attributes go into a dict first.
    unsafe {
        if old.attributes_offset == 0
            || old.inline_slots == new.inline_slots && (*object).shape == old.root_shape
        {
            (*object).shape = new.root_shape;
        } else {
            instance::dictionary(object, old);
            if new.dictionary_shape == 0 {
                let made = shape_table().new_root(new, crate::object::shape::SHAPE_DICTIONARY);
                new.dictionary_shape = made.ok_or_else(|| thread.memory_error("too many classes"))?;
            }
            (*object).shape = new.dictionary_shape;
        }
        crate::heap::write_barrier(object);
    }
    if (unsafe { *object }).kind == ObjectKind::Type as u8 {
        Gc::<TypeObject>::from_header(object).attribute_changed(None);
    }
    crate::builtins::finalization::register(Value::from_header(object));
    Ok(())
}

/// `class.__bases__ = value`
pub fn replace_bases(thread: &mut Thread, mut class: Gc<TypeObject>, value: Value) -> Result<()> {
    let name = class.name_text();
    let Some(new) = value.downcast::<Tuple>() else {
        let got = class_name(value);
        return Err(thread.type_error(format!("can only assign tuple to {name}.__bases__, not {got}")));
    };
    if new.length == 0 {
        return Err(thread.type_error(format!("can only assign non-empty tuple to {name}.__bases__, not ()")));
    }
    for &base in new.items() {
        let Some(base) = base.downcast::<TypeObject>() else {
            let got = class_name(base);
            return Err(thread.type_error(format!("{name}.__bases__ must be tuple of classes, not '{got}'")));
        };
        if base.is_subclass_of(class) || leads_to(base, class) {
            return Err(thread.type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let base = best_base(thread, new)?;
    let old_base = class.base.cast::<TypeObject>();
    if base != old_base && !same_extension(old_base, base) {
        let native = old_base.definition.is_some() || base.definition.is_some();
        let what = if native { "deallocator" } else { "object layout" };
        let (old, new) = (old_base.name_text(), base.name_text());
        return Err(thread.type_error(format!("__bases__ assignment: '{new}' {what} differs from '{old}'")));
    }
    let old = class.bases;
    let undo = (class.base, old);
    class.bases = new;
    class.base = base.value();
    class.write_barrier();
    let changed = List::empty();
    if let Err(raised) = recompute(thread, class, changed) {
        restore_orders(changed);
        if class.bases == new {
            (class.base, class.bases) = undo;
            class.write_barrier();
        }
        class.attribute_changed(None);
        return Err(raised);
    }
    if class.bases != new {
        // A metaclass's `mro` has set the bases meanwhile: that stands.
        return Ok(());
    }
    for &base in old.items() {
        bases::remove_subclass(base.cast(), class);
    }
    for &base in new.items() {
        bases::add_subclass(base.cast(), class);
    }
    class.attribute_changed(None);
    Ok(())
}

/// Whether a class that extends one base fits on the other.
fn same_extension(old: Gc<TypeObject>, new: Gc<TypeObject>) -> bool {
    let sizes = |class: Gc<TypeObject>| (class.instance_kind, class.native_size, class.basic_size);
    sizes(old) == sizes(new) && solid_base(old) == solid_base(new)
}

/// Whether the chain of bases whose layout is extended leads from one class to another.
fn leads_to(class: Gc<TypeObject>, other: Gc<TypeObject>) -> bool {
    let mut at = Some(class);
    while let Some(class) = at {
        if class == other {
            return true;
        }
        at = class.base.downcast::<TypeObject>();
    }
    false
}

/// New orders for a class and all its subclasses. Adds to `changed` each class with its new and its old order.
fn recompute(thread: &mut Thread, mut class: Gc<TypeObject>, changed: Gc<List>) -> Result<()> {
    thread.check_native_stack()?;
    let old = class.method_resolution_order;
    let new = order::compute(thread, class)?;
    if class.method_resolution_order != old {
        // A metaclass's `mro` changed the class meanwhile.
        return Ok(());
    }
    class.method_resolution_order = new;
    class.write_barrier();
    changed.push(Tuple::new(&[class.value(), new.value(), old.value()]).value());
    class.attribute_changed(None);
    for subclass in class.live_subclasses() {
        recompute(thread, subclass, changed)?;
    }
    Ok(())
}

/// Takes back what [`recompute`] did, but for classes that were changed again.
fn restore_orders(changed: Gc<List>) {
    for entry in changed.items() {
        let entry = entry.cast::<Tuple>();
        let mut class = entry.items()[0].cast::<TypeObject>();
        if class.method_resolution_order.value() == entry.items()[1] {
            class.method_resolution_order = entry.items()[2].cast();
            class.write_barrier();
            class.attribute_changed(None);
        }
    }
}

/// Gives a class made from a definition bases that its definition can't say.
pub fn set_native_bases(thread: &mut Thread, mut class: Gc<TypeObject>, new: Gc<Tuple>) -> Result<()> {
    let old = class.bases;
    class.bases = new;
    class.write_barrier();
    recompute(thread, class, List::empty())?;
    for &base in new.items().iter().filter(|base| !old.items().contains(base)) {
        bases::add_subclass(base.cast(), class);
    }
    Ok(())
}
