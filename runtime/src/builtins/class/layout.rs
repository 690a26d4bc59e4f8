//! The memory layout of a new class's instances: which base is extended, `__slots__`, `__dict__`, `__weakref__`.

use crate::object::dict::Dict;
use crate::object::kind::ObjectKind;
use crate::object::shape::{SHAPE_DICTIONARY, shape_table};
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::object::type_object::{ATTRIBUTES_AT_END, TYPE_BASE, TYPE_HAS_DICT, TYPE_WEAK_REFERENCABLE};
use crate::operations::{self, attribute::class_name};
use crate::prelude::*;

/// Least and greatest number of slots behind the attribute word.
const INLINE_SLOTS: std::ops::RangeInclusive<usize> = 4..=32;

/// The nearest base (or the class itself) that adds fields to the layout it extends.
pub fn solid_base(class: Gc<TypeObject>) -> Gc<TypeObject> {
    let mut at = class;
    while let Some(base) = at.base.downcast::<TypeObject>() {
        let same = at.native_size == base.native_size
            && at.instance_kind == base.instance_kind
            && at.basic_size == base.basic_size;
        let native = at.definition.is_some() && at.instance_kind != base.instance_kind;
        if !same || native {
            return at;
        }
        at = base;
    }
    at
}

/// The base whose layout the class extends.
pub fn best_base(thread: &mut Thread, bases: Gc<Tuple>) -> Result<Gc<TypeObject>> {
    let mut found: Option<(Gc<TypeObject>, Gc<TypeObject>)> = None;
    for &base in bases.items() {
        let Some(base) = base.downcast::<TypeObject>() else {
            return Err(thread.type_error("bases must be types"));
        };
        if !base.has(TYPE_BASE) {
            let name = super::full_name(base, &base.name_text());
            return Err(thread.type_error(format!("type '{name}' is not an acceptable base type")));
        }
        let candidate = solid_base(base);
        found = match found {
            None => Some((candidate, base)),
            Some((winner, _)) if winner.is_subclass_of(candidate) => found,
            Some((winner, _)) if candidate.is_subclass_of(winner) => Some((candidate, base)),
            Some(_) => return Err(thread.type_error("multiple bases have instance lay-out conflict")),
        };
    }
    Ok(found.map_or(types().object, |(_, base)| base))
}

/// Whether instances of this kind have a size of their own each.
fn is_variable(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::Int | ObjectKind::Str | ObjectKind::Bytes | ObjectKind::Tuple)
}

/// What a new class's `__slots__` say.
pub struct Slots {
    /// Names of the members, mangled and sorted.
    pub members: Vec<Gc<Str>>,
    pub adds_dict: bool,
    pub adds_weak_reference: bool,
}

fn has_own_dictionary(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::Type | ObjectKind::Module)
}

/// Reads `__slots__` (or notes its absence) from the namespace of a class that extends `base`.
pub fn read_slots(
    thread: &mut Thread,
    name: Gc<Str>,
    base: Gc<TypeObject>,
    bases: Gc<Tuple>,
    namespace: Gc<Dict>,
) -> Result<Slots> {
    let may_add_dict = !base.has(TYPE_HAS_DICT) && !has_own_dictionary(base.instance_kind);
    let may_add_weak = !base.has(TYPE_WEAK_REFERENCABLE);
    let Some(declared) = namespace.get_str(intern("__slots__")) else {
        let adds_weak_reference = may_add_weak
            && !matches!(base.instance_kind, ObjectKind::Int | ObjectKind::Bytes | ObjectKind::Tuple);
        return Ok(Slots { members: Vec::new(), adds_dict: may_add_dict, adds_weak_reference });
    };
    let listed = match declared.downcast::<Str>() {
        Some(one) => Tuple::new(&[one.value()]),
        None => {
            let items = operations::iterate::collect(thread, declared)?;
            Tuple::try_new(thread, &items)?
        }
    };
    if !listed.items().is_empty()
        && matches!(base.instance_kind, ObjectKind::Int | ObjectKind::Bytes | ObjectKind::Tuple)
    {
        let base = base.name_text();
        return Err(thread.type_error(format!("nonempty __slots__ not supported for subtype of '{base}'")));
    }
    let mut slots = Slots { members: Vec::new(), adds_dict: false, adds_weak_reference: false };
    for &item in listed.items() {
        let item = slot_name(thread, item)?;
        if item.is("__dict__") {
            if !may_add_dict || slots.adds_dict {
                return Err(thread.type_error("__dict__ slot disallowed: we already got one"));
            }
            slots.adds_dict = true;
        } else if item.is("__weakref__") {
            if !may_add_weak || slots.adds_weak_reference {
                return Err(thread.type_error("__weakref__ slot disallowed: we already got one"));
            }
            slots.adds_weak_reference = true;
        } else {
            let mangled = mangle(name, item);
            let allowed =
                ["__qualname__", "__classcell__", "__classdictcell__"].iter().any(|&known| mangled.is(known));
            if !allowed && namespace.get_str(mangled).is_some() {
                let shown = operations::repr(thread, mangled.value())?.to_string_lossy();
                return Err(thread.value_error(format!("{shown} in __slots__ conflicts with class variable")));
            }
            slots.members.push(mangled);
        }
    }
    slots.members.sort_by_key(|name| name.to_string_lossy());
    if base.instance_kind == ObjectKind::Str && !slots.members.is_empty() {
        // Nothing lies at a fixed offset in a str: the members are ordinary attributes.
        slots.members.clear();
        slots.adds_dict = may_add_dict;
    }
    // Another base may bring what the slots don't mention.
    for &other in bases.items().iter().filter(|&&other| other != base.value()) {
        let other = other.cast::<TypeObject>();
        slots.adds_dict |= may_add_dict && other.has(TYPE_HAS_DICT);
        slots.adds_weak_reference |= may_add_weak && other.has(TYPE_WEAK_REFERENCABLE);
    }
    Ok(slots)
}

fn slot_name(thread: &mut Thread, item: Value) -> Result<Gc<Str>> {
    let Some(text) = item.downcast::<Str>() else {
        let got = class_name(item);
        return Err(thread.type_error(format!("__slots__ items must be strings, not '{got}'")));
    };
    let identifier = text.to_text().is_some_and(|text| is_identifier(&text));
    if identifier { Ok(text) } else { Err(thread.type_error("__slots__ must be identifiers")) }
}

fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    let start = characters.next().is_some_and(|c| c == '_' || c.is_alphabetic());
    start && characters.all(|c| c == '_' || c.is_alphanumeric())
}

/// A private name as code of the class sees it.
fn mangle(class: Gc<Str>, name: Gc<Str>) -> Gc<Str> {
    let text = name.to_string_lossy();
    let class = class.to_string_lossy();
    let class = class.trim_start_matches('_');
    if !text.starts_with("__") || text.ends_with("__") || text.contains('.') || class.is_empty() {
        return crate::object::str::intern_string(name);
    }
    intern(&format!("_{class}{text}"))
}

/// Sets sizes, offsets and shapes of a new class that extends `base`. Gives the offset of the first new member.
pub fn apply(
    thread: &mut Thread,
    mut class: Gc<TypeObject>,
    base: Gc<TypeObject>,
    slots: &Slots,
    inline: usize,
) -> Result<u32> {
    class.instance_kind = base.instance_kind;
    class.native_size = base.native_size;
    let first = base.basic_size;
    class.basic_size = first + 8 * slots.members.len() as u32;
    if slots.adds_dict {
        class.flags |= TYPE_HAS_DICT;
    }
    if slots.adds_weak_reference {
        class.flags |= TYPE_WEAK_REFERENCABLE;
    }
    let mut shape_flags = 0;
    if class.has(TYPE_HAS_DICT) {
        if is_variable(class.instance_kind) {
            class.attributes_offset = ATTRIBUTES_AT_END;
            shape_flags = SHAPE_DICTIONARY;
        } else {
            class.attributes_offset = class.basic_size;
            class.inline_slots = inline.clamp(*INLINE_SLOTS.start(), *INLINE_SLOTS.end()) as u32;
        }
    }
    let Some(root) = shape_table().new_root(class, shape_flags) else {
        return Err(thread.memory_error("too many classes"));
    };
    class.root_shape = root;
    if shape_flags & SHAPE_DICTIONARY != 0 {
        class.dictionary_shape = root;
    }
    Ok(first)
}
