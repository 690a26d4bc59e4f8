//! Classes from native definitions.

use crate::heap::heap;
use crate::native::{NativeRole, NativeType, TypeDefinition};
use crate::object::descriptor::StaticMethod;
use crate::object::dict::Dict;
use crate::object::kind::ObjectKind;
use crate::object::native_function::{Access, GetSet, NativeFunction, NativeMethod};
use crate::object::shape::shape_table;
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::object::type_object::{
    TYPE_HAS_DICT, TYPE_MAPPING, TYPE_NO_NEW, TYPE_SEQUENCE, TYPE_WEAK_REFERENCABLE,
};
use crate::prelude::*;
use crate::types::builtin_shape;

/// Every class that was made from a definition: they are never freed.
static mut MADE: Vec<Gc<TypeObject>> = Vec::new();

/// The classes made from definitions, which are roots.
pub fn native_classes() -> &'static [Gc<TypeObject>] {
    // SAFETY: guarded by the interpreter lock.
    unsafe { &*(&raw const MADE) }
}

fn base_of(definition: &TypeDefinition) -> Option<&'static TypeDefinition> {
    match definition.base {
        Some(base) => Some(base()),
        None => {
            let object = <crate::object::instance::Instance as NativeType>::DEFINITION;
            if std::ptr::eq(object, definition) { None } else { Some(object) }
        }
    }
}

/// Memory, layout and root shape of a class; names, bases and attributes come with [`fill_native_class`]. The base has memory already.
pub fn allocate_native_class(definition: &'static TypeDefinition) -> Gc<TypeObject> {
    // The metaclass's root shape is known by number, so that the first classes can be made before `type`.
    let header = heap().alloc(ObjectKind::Type as u8, builtin_shape::TYPE, size_of::<TypeObject>());
    let mut class: Gc<TypeObject> = Gc::from_header(header);
    let base = base_of(definition);
    let inherited = base.and_then(TypeDefinition::class).map_or(0, |base| {
        base.flags & (TYPE_HAS_DICT | TYPE_WEAK_REFERENCABLE | TYPE_SEQUENCE | TYPE_MAPPING | TYPE_NO_NEW)
    });
    class.definition = Some(definition);
    class.flags = definition.flags | inherited;
    let derives_from_object = base.is_some_and(|base| base_of(base).is_none());
    if definition.new.is_some() {
        if definition.flags & TYPE_NO_NEW == 0 {
            class.flags &= !TYPE_NO_NEW;
        }
    } else if derives_from_object && definition.kind != ObjectKind::Instance {
        class.flags |= TYPE_NO_NEW;
    }
    class.instance_kind = definition.kind;
    let size = definition.size.next_multiple_of(8) as u32;
    let size = base.and_then(TypeDefinition::class).map_or(size, |base| size.max(base.native_size));
    class.native_size = size;
    let inherited_size = base.and_then(TypeDefinition::class).map_or(size, |base| base.basic_size);
    class.basic_size = inherited_size.max(size + 8 * definition.value_fields as u32);
    class.attributes_offset = if class.flags & TYPE_HAS_DICT != 0 { class.basic_size } else { 0 };
    class.root_shape =
        shape_table().new_root(class, 0).expect("the shape table has room for built-in classes");
    class.version = shape_table().fresh_stamp();
    // SAFETY: guarded by the interpreter lock.
    unsafe { (*(&raw mut MADE)).push(class) };
    class
}

/// Gives a class its name, bases and attributes. Its base is complete.
pub fn fill_native_class(thread: &mut Thread, definition: &'static TypeDefinition) -> Result<()> {
    let mut class =
        definition.class().ok_or_else(|| thread.system_error("a class is filled before it is allocated"))?;
    let base = base_of(definition).and_then(TypeDefinition::class);
    // Each store is followed by the barrier before the next allocation.
    class.name = intern(definition.name);
    class.qualified_name = class.name.value();
    class.base = base.map_or(Value::NULL, |base| base.value());
    class.write_barrier();
    class.bases = base.map_or_else(Tuple::empty, |base| Tuple::new(&[base.value()]));
    class.write_barrier();
    class.method_resolution_order = match base {
        None => Tuple::new(&[class.value()]),
        Some(base) => {
            let rest = base.method_resolution_order;
            Tuple::from_fn(rest.length + 1, |i| if i == 0 { class.value() } else { rest.items()[i - 1] })
        }
    };
    class.write_barrier();
    class.dict = Dict::new();
    class.write_barrier();
    add_methods(class, definition);
    let own_dictionary = definition.flags & TYPE_HAS_DICT != 0
        && base.is_none_or(|base| !base.has(TYPE_HAS_DICT))
        && !definition.getsets.iter().any(|getset| getset.name == "__dict__");
    let dictionary = own_dictionary.then_some(&crate::builtins::object::DICT_GETSET);
    for getset in definition.getsets.iter().copied().chain(dictionary) {
        let kind = if getset.member { types().member_descriptor } else { types().getset_descriptor };
        let name = intern(getset.name);
        let doc = getset.doc.map_or(Value::NONE, |doc| Str::new(doc).value());
        let descriptor = GetSet::new(kind, Access::Native(getset), name.value(), class, doc);
        class.dict.set_str_infallible(name, descriptor.value());
    }
    for attribute in definition.attributes {
        let value = (attribute.make)(thread)?;
        class.dict.set_str_infallible(intern(attribute.name), value);
    }
    if class.dict.get_str(intern("__eq__")).is_some() && class.dict.get_str(intern("__hash__")).is_none() {
        class.dict.set_str_infallible(intern("__hash__"), Value::NONE);
    }
    if class.dict.get_str(intern("__doc__")).is_none() {
        let doc = definition.doc.map_or(Value::NONE, |doc| Str::new(doc).value());
        class.dict.set_str_infallible(intern("__doc__"), doc);
    }
    if let Some(base) = base {
        super::bases::add_subclass(base, class);
    }
    class.attribute_changed(None);
    Ok(())
}

fn add_methods(class: Gc<TypeObject>, definition: &'static TypeDefinition) {
    if let Some(new) = definition.new {
        // `__self__` is the owner: a receiver would be passed in addition to the class that callers pass.
        let function = NativeFunction::new(new, Value::NULL, Value::NONE, class.value());
        class.dict.set_str_infallible(intern("__new__"), function.value());
    }
    for &method in definition.methods {
        let value = match method.role {
            NativeRole::SlotWrapper => NativeMethod::new(types().wrapper_descriptor, method, class).value(),
            NativeRole::ClassMethod => {
                NativeMethod::new(types().classmethod_descriptor, method, class).value()
            }
            NativeRole::StaticMethod => {
                let function = NativeFunction::new(method, Value::NULL, Value::NONE, class.value());
                let header = crate::object::instance::allocate(types().staticmethod).header();
                let mut wrapper: Gc<StaticMethod> = Gc::from_header(header);
                wrapper.callable = function.value();
                wrapper.value()
            }
            _ => NativeMethod::new(types().method_descriptor, method, class).value(),
        };
        class.dict.set_str_infallible(intern(method.name), value);
    }
}

/// The class of a definition that isn't in the table of built-in classes: made when it is first asked for, with its bases.
pub fn class_of_definition(
    thread: &mut Thread,
    definition: &'static TypeDefinition,
) -> Result<Gc<TypeObject>> {
    if let Some(class) = definition.class() {
        return Ok(class);
    }
    if let Some(base) = base_of(definition) {
        class_of_definition(thread, base)?;
    }
    let class = allocate_native_class(definition);
    definition.made.set(class);
    fill_native_class(thread, definition)?;
    Ok(class)
}

/// A member descriptor of a native field that is a value, for `#[attribute]` functions of `T`'s declaration.
pub fn member<T: NativeType>(
    thread: &mut Thread,
    name: &str,
    offset: usize,
    read_only: bool,
    doc: Option<&str>,
) -> Result {
    let class =
        T::DEFINITION.class().ok_or_else(|| thread.system_error("a member of a class that isn't made"))?;
    let access = Access::Member { offset: offset as u32, read_only, absent_is_none: true };
    let doc = doc.map_or(Value::NONE, |doc| Str::new(doc).value());
    Ok(GetSet::new(types().member_descriptor, access, intern(name).value(), class, doc).value())
}
