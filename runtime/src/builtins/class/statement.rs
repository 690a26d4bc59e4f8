//! `type(name, bases, namespace, **keywords)`: what class statements come down to.

use crate::heap::heap;
use crate::object::cell::Cell;
use crate::object::descriptor::{ClassMethod, StaticMethod};
use crate::object::dict::Dict;
use crate::object::exception::Exception;
use crate::object::kind::ObjectKind;
use crate::object::list::List;
use crate::object::native_function::{Access, GetSet};
use crate::object::special::Special;
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::object::type_object::{
    TYPE_BASE, TYPE_HAS_DICT, TYPE_HEAP, TYPE_MAPPING, TYPE_NO_NEW, TYPE_SEQUENCE, TYPE_WEAK_REFERENCABLE,
};
use crate::operations::attribute::{class_name, descriptor_get};
use crate::operations::{self, call, class_of};
use crate::prelude::*;

use super::layout::{self, Slots};
use super::{attributes, bases, order};

/// Makes a class. `keywords` are the class statement's, values behind their names.
pub fn new_class(
    thread: &mut Thread,
    metaclass: Gc<TypeObject>,
    name: Gc<Str>,
    bases: Gc<Tuple>,
    namespace: Gc<Dict>,
    keywords: &[(Gc<Str>, Value)],
) -> Result {
    check_bases(thread, bases)?;
    let winner = bases::most_derived_metaclass(thread, metaclass, bases)?;
    if winner != metaclass {
        let constructor = winner.special(Special::New).unwrap_or(Value::NULL);
        if Some(constructor) != types().type_.special(Special::New) {
            let callable = descriptor_get(thread, constructor, Value::NULL, winner)?;
            return call_other_constructor(
                thread,
                callable,
                winner,
                [name.value(), bases.value(), namespace.value()],
                keywords,
            );
        }
    }
    let bases = if bases.length == 0 { Tuple::new(&[types().object.value()]) } else { bases };
    let base = layout::best_base(thread, bases)?;
    let slots = layout::read_slots(thread, name, base, bases, namespace)?;
    attributes::check_name(thread, name)?;
    let dict = copy_namespace(thread, namespace)?;
    let class = allocate(winner, name, base, bases, dict);
    let inline = inline_slots(dict, bases);
    let first_member = layout::apply(thread, class, base, &slots, inline)?;
    fill_dict(thread, class, dict)?;
    add_descriptors(thread, class, &slots, first_member)?;
    // Before a metaclass's `mro` runs, which may use `super()`.
    fill_class_cell(thread, class, dict)?;
    let mut class = class;
    class.method_resolution_order = order::compute(thread, class)?;
    class.write_barrier();
    inherit_flags(class);
    class.attribute_changed(None);
    for base in bases.items() {
        bases::add_subclass(base.cast(), class);
    }
    set_names(thread, class)?;
    init_subclass(thread, class, keywords)?;
    Ok(class.value())
}

fn check_bases(thread: &mut Thread, bases: Gc<Tuple>) -> Result<()> {
    for &base in bases.items() {
        if base.downcast::<TypeObject>().is_none()
            && operations::get_attribute_optional(thread, base, intern("__mro_entries__"))?.is_some()
        {
            return Err(
                thread.type_error("type() doesn't support MRO entry resolution; use types.new_class()")
            );
        }
    }
    Ok(())
}

fn call_other_constructor(
    thread: &mut Thread,
    callable: Value,
    metaclass: Gc<TypeObject>,
    arguments: [Value; 3],
    keywords: &[(Gc<Str>, Value)],
) -> Result {
    let all = List::new(&[metaclass.value()]);
    all.extend_from_slice(thread, &arguments)?;
    for &(_, value) in keywords {
        all.push(value);
    }
    let names = match keywords {
        [] => Value::NULL,
        _ => Tuple::from_fn(keywords.len(), |i| keywords[i].0.value()).value(),
    };
    call::call(thread, callable, all.items(), names)
}

/// A class's dict never changes under Python code that holds the namespace.
fn copy_namespace(thread: &mut Thread, namespace: Gc<Dict>) -> Result<Gc<Dict>> {
    let dict = Dict::new();
    let mut position = 0;
    while let Some((key, value)) = namespace.next_entry(&mut position) {
        match key.downcast::<Str>().filter(|_| class_of(key) == types().str) {
            Some(name) => dict.set_str(thread, crate::object::str::intern_string(name), value)?,
            None => dict.set(thread, key, value)?,
        }
    }
    Ok(dict)
}

fn allocate(
    metaclass: Gc<TypeObject>,
    name: Gc<Str>,
    base: Gc<TypeObject>,
    bases: Gc<Tuple>,
    dict: Gc<Dict>,
) -> Gc<TypeObject> {
    let size = crate::object::instance::allocation_size(metaclass);
    let header = heap().alloc(ObjectKind::Type as u8, metaclass.root_shape, size);
    let mut class: Gc<TypeObject> = Gc::from_header(header);
    class.flags = TYPE_HEAP | TYPE_BASE | base.flags & (TYPE_HAS_DICT | TYPE_WEAK_REFERENCABLE | TYPE_NO_NEW);
    class.name = name;
    class.qualified_name = name.value();
    class.base = base.value();
    class.bases = bases;
    // Until the order is known, lookups see the class and its layout base.
    class.method_resolution_order = Tuple::empty();
    class.dict = dict;
    class.version = crate::object::shape::shape_table().fresh_stamp();
    class.write_barrier();
    class
}

/// An estimate from `__static_attributes__` along the bases: attributes that methods set on `self`.
fn inline_slots(dict: Gc<Dict>, bases: Gc<Tuple>) -> usize {
    let name = intern("__static_attributes__");
    let mut names: Vec<Value> = Vec::new();
    let mut add = |dict: Gc<Dict>| {
        for &attribute in dict
            .get_str(name)
            .and_then(|found| found.downcast::<Tuple>())
            .map_or(&[][..], |found| found.items())
        {
            if !names.contains(&attribute) {
                names.push(attribute);
            }
        }
    };
    add(dict);
    for base in bases.items() {
        for class in base.cast::<TypeObject>().method_resolution_order.items() {
            add(class.cast::<TypeObject>().dict);
        }
    }
    names.len()
}

/// What `type.__new__` adds to and takes from the namespace.
fn fill_dict(thread: &mut Thread, mut class: Gc<TypeObject>, dict: Gc<Dict>) -> Result<()> {
    if dict.get_str(intern("__module__")).is_none() {
        if let Some(module) = attributes::calling_module(thread) {
            dict.set_str(thread, intern("__module__"), module)?;
        }
    }
    if let Some(name) = dict.get_str(intern("__qualname__")) {
        if name.downcast::<Str>().is_none() {
            let got = class_name(name);
            return Err(thread.type_error(format!("type __qualname__ must be a str, not {got}")));
        }
        class.qualified_name = name;
        class.write_barrier();
        dict.delete_str(intern("__qualname__"));
    }
    let wrap = |name: &str, is_static: bool| {
        let name = intern(name);
        let Some(function) = dict.get_str(name).filter(|found| found.is_kind(ObjectKind::Function)) else {
            return;
        };
        let wrapper = match is_static {
            true => StaticMethod::new(function).value(),
            false => ClassMethod::new(function).value(),
        };
        dict.set_str_infallible(name, wrapper);
    };
    wrap("__new__", true);
    wrap("__init_subclass__", false);
    wrap("__class_getitem__", false);
    if let Some(cell) = dict.get_str(intern("__classcell__")) {
        check_cell(thread, cell, "__classcell__")?;
    }
    if let Some(cell) = dict.get_str(intern("__classdictcell__")) {
        let cell = check_cell(thread, cell, "__classdictcell__")?;
        cell.set(dict.value());
        dict.delete_str(intern("__classdictcell__"));
    }
    if dict.get_str(intern("__eq__")).is_some() && dict.get_str(intern("__hash__")).is_none() {
        dict.set_str(thread, intern("__hash__"), Value::NONE)?;
    }
    Ok(())
}

fn check_cell(thread: &mut Thread, cell: Value, name: &str) -> Result<Gc<Cell>> {
    match cell.downcast::<Cell>() {
        Some(cell) => Ok(cell),
        None => {
            let got = operations::repr(thread, class_of(cell).value())?.to_string_lossy();
            Err(thread.type_error(format!("{name} must be a nonlocal cell, not {got}")))
        }
    }
}

fn fill_class_cell(thread: &mut Thread, class: Gc<TypeObject>, dict: Gc<Dict>) -> Result<()> {
    let name = intern("__classcell__");
    if let Some(cell) = dict.get_str(name) {
        check_cell(thread, cell, "__classcell__")?.set(class.value());
        dict.delete_str(name);
        class.attribute_changed(Some(name));
    }
    Ok(())
}

fn add_descriptors(thread: &mut Thread, class: Gc<TypeObject>, slots: &Slots, first: u32) -> Result<()> {
    let dict = class.dict;
    for (i, &name) in slots.members.iter().enumerate() {
        let access = Access::Member { offset: first + 8 * i as u32, read_only: false, absent_is_none: false };
        let member = GetSet::new(types().member_descriptor, access, name.value(), class, Value::NONE);
        dict.set_str(thread, name, member.value())?;
    }
    let added = [
        (slots.adds_dict, &crate::builtins::object::DICT_GETSET),
        (slots.adds_weak_reference, &crate::builtins::object::WEAKREF_GETSET),
    ];
    for (adds, definition) in added {
        let name = intern(definition.name);
        if adds && dict.get_str(name).is_none() {
            let doc = definition.doc.map_or(Value::NONE, |doc| Str::new(doc).value());
            let getset =
                GetSet::new(types().getset_descriptor, Access::Native(definition), name.value(), class, doc);
            dict.set_str(thread, name, getset.value())?;
        }
    }
    if dict.get_str(intern("__doc__")).is_none() {
        dict.set_str(thread, intern("__doc__"), Value::NONE)?;
    }
    Ok(())
}

fn inherit_flags(mut class: Gc<TypeObject>) {
    for base in class.method_resolution_order.items().iter().skip(1) {
        let base = base.cast::<TypeObject>();
        // The first base that matches one kind of pattern decides.
        if !class.has(TYPE_SEQUENCE | TYPE_MAPPING) {
            class.flags |= base.flags & (TYPE_SEQUENCE | TYPE_MAPPING);
        }
    }
    // A class that can be made in Python, whatever its native base says.
    if class.dict.get_str(intern("__new__")).is_some() {
        class.flags &= !TYPE_NO_NEW;
    }
}

/// Calls `__set_name__` of the values in the class's namespace.
fn set_names(thread: &mut Thread, class: Gc<TypeObject>) -> Result<()> {
    let entries = List::empty();
    let mut position = 0;
    while let Some((key, value)) = class.dict.next_entry(&mut position) {
        if class_of(value).special(Special::SetName).is_some() {
            entries.push(key);
            entries.push(value);
        }
    }
    for pair in entries.items().chunks_exact(2) {
        let (key, value) = (pair[0], pair[1]);
        let result = thread.call_special(value, Special::SetName, &[class.value(), key]);
        if let Err(raised) = result {
            let shown = operations::repr(thread, key)?.to_string_lossy();
            let (kind, owner) = (class_name(value), class.name_text());
            let note = format!("Error calling __set_name__ on '{kind}' instance {shown} in '{owner}'");
            if raised.0.downcast::<Exception>().is_some() {
                crate::builtins::exceptions::add_note(thread, raised.0, Str::new(&note))?;
            }
            return Err(raised);
        }
    }
    Ok(())
}

/// `super(class, class).__init_subclass__(**keywords)`
fn init_subclass(thread: &mut Thread, class: Gc<TypeObject>, keywords: &[(Gc<Str>, Value)]) -> Result<()> {
    let name = intern("__init_subclass__");
    let found = class
        .method_resolution_order
        .items()
        .iter()
        .skip_while(|&&other| other != class.value())
        .skip(1)
        .find_map(|other| other.cast::<TypeObject>().dict.get_str(name));
    let Some(found) = found else { return Ok(()) };
    let method = descriptor_get(thread, found, Value::NULL, class)?;
    let values: Vec<Value> = keywords.iter().map(|&(_, value)| value).collect();
    let names = match keywords {
        [] => Value::NULL,
        _ => Tuple::from_fn(keywords.len(), |i| keywords[i].0.value()).value(),
    };
    call::call(thread, method, &values, names).map(|_| ())
}
