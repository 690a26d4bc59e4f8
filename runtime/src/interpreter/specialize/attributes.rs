//! Specialisation of attribute access: what [`attribute_table`] finds out about a name, put into the instruction's own cache, or, where a site
//! sees several shapes, into the global table.

use super::SEVERAL;
use crate::interpreter::attribute_table::{self, Found};
use crate::interpreter::feedback;
use crate::interpreter::state::{write_cache_u32, write_cache_u64};
use crate::jit_interface;
use crate::native::NativeRole;
use crate::object::kind::ObjectKind;
use crate::object::module::Module;
use crate::object::native_function::NativeMethod;
use crate::object::pointer::Gc;
use crate::object::shape::shape;
use crate::object::special::Special;
use crate::object::str::Str;
use crate::object::type_object::TypeObject;
use crate::operations::attribute::{DescriptorRole, descriptor_role};
use crate::operations::class_of;
use crate::thread::Thread;
use crate::types;
use crate::value::Value;
use taipan_compiler::opcode::Opcode;

fn name_at(thread: &Thread, index: usize) -> Gc<Str> {
    thread.code().names.items()[index].cast()
}

/// Enters a shape that a LOAD_ATTR for several shapes didn't find in the table.
pub fn enter_load(thread: &mut Thread, owner: Value, oparg: usize) -> bool {
    owner.is_pointer() && attribute_table::enter_load(owner, name_at(thread, oparg >> 1))
}

/// Enters a shape that a STORE_ATTR for several shapes didn't find in the table.
pub fn enter_store(thread: &mut Thread, owner: Value, index: usize) -> bool {
    owner.is_pointer() && attribute_table::enter_store(owner, name_at(thread, index))
}

/// Whether a site that changed that often gets the form for several shapes. The JIT wants to hear of each shape, until there are too many.
fn sees_several(thread: &Thread, pc: *mut u16, changes: u16) -> bool {
    changes >= SEVERAL && (jit_interface::jit().is_none() || feedback::site(thread.code(), pc).megamorphic)
}

/// LOAD_ATTR's cache: counter, shape (2), stamp (2), value or offset (4).
pub fn load_attr(
    thread: &mut Thread,
    pc: *mut u16,
    owner: Value,
    oparg: usize,
    changes: u16,
) -> Option<Opcode> {
    if !owner.is_pointer() {
        return None;
    }
    let name = name_at(thread, oparg >> 1);
    if owner.is_kind(ObjectKind::Module) && class_of(owner) == types().module {
        return load_attr_module(pc, owner.cast(), name);
    }
    if owner.is_kind(ObjectKind::Type) {
        return load_attr_class(pc, owner.cast(), name, oparg & 1 != 0);
    }
    let several = sees_several(thread, pc, changes);
    let (found, extra, value) = attribute_table::find_load(owner, name);
    let wants_method = oparg & 1 != 0;
    let opcode = match found {
        Found::Nothing | Found::NewSlot => return None,
        Found::ClassMethod if !wants_method => return None,
        Found::Property | Found::Computed if wants_method => return None,
        Found::Method if !wants_method => Opcode::LoadAttrBound,
        Found::Computed => Opcode::LoadAttrComputed,
        _ if several => {
            // SAFETY: LOAD_ATTR has nine cache words.
            unsafe { write_cache_u64(pc, 6, name.value().0) };
            attribute_table::enter_load(owner, name);
            return Some(Opcode::LoadAttrShapes);
        }
        Found::Slot => Opcode::LoadAttrInstanceValue,
        Found::Overflow => Opcode::LoadAttrOverflow,
        Found::Member => Opcode::LoadAttrSlot,
        Found::Method => Opcode::LoadAttrMethodWithValues,
        Found::Value => Opcode::LoadAttrNondescriptorWithValues,
        Found::ClassMethod => Opcode::LoadAttrClassMethod,
        Found::Property => Opcode::LoadAttrProperty,
    };
    let word = if found == Found::Overflow { value << 32 | extra as u64 } else { value };
    // SAFETY: the owner's header; LOAD_ATTR has nine cache words.
    unsafe {
        let id = (*owner.header()).shape;
        write_cache_u32(pc, 2, id);
        write_cache_u32(pc, 4, shape(id).stamp);
        write_cache_u64(pc, 6, word);
    }
    Some(opcode)
}

/// Cache of module attributes: counter, keys version (2), entry index (2).
fn load_attr_module(pc: *mut u16, module: Gc<Module>, name: Gc<Str>) -> Option<Opcode> {
    if types().module.lookup(name).is_some_and(|attribute| descriptor_role(attribute) == DescriptorRole::Data)
    {
        return None;
    }
    let entry = module.dict.entry_index_of_str(name)?;
    // SAFETY: LOAD_ATTR has nine cache words.
    unsafe {
        write_cache_u32(pc, 2, module.dict.stamp_keys());
        write_cache_u32(pc, 4, entry as u32);
        write_cache_u64(pc, 6, module.value().0);
    }
    Some(Opcode::LoadAttrModule)
}

/// Cache of class attributes: counter, class version (2), the stamp of the class's own shape (2), the attribute (4).
fn load_attr_class(pc: *mut u16, class: Gc<TypeObject>, name: Gc<Str>, wants_method: bool) -> Option<Opcode> {
    let metaclass = class.class();
    if metaclass.special(Special::GetAttribute) != Some(types().type_getattribute) {
        return None;
    }
    let in_metaclass = metaclass.lookup(name);
    if in_metaclass.is_some_and(|attribute| descriptor_role(attribute) == DescriptorRole::Data) {
        return None;
    }
    let attribute = class.lookup(name)?;
    let plain = descriptor_role(attribute) == DescriptorRole::Plain
        || attribute.is_kind(ObjectKind::Function)
        || attribute
            .downcast::<NativeMethod>()
            .is_some_and(|method| method.definition.role != NativeRole::ClassMethod);
    let (opcode, value) = if plain {
        let simple = metaclass == types().type_ && in_metaclass.is_none();
        let opcode = if simple { Opcode::LoadAttrClass } else { Opcode::LoadAttrClassWithMetaclassCheck };
        (opcode, attribute)
    } else {
        match attribute_table::class_value(attribute)? {
            (Found::ClassMethod, _) if !wants_method => return None,
            (Found::ClassMethod, function) => (Opcode::LoadAttrMethodLazyDict, function),
            (_, function) => (Opcode::LoadAttrClassWithMetaclassCheck, function),
        }
    };
    // SAFETY: LOAD_ATTR has nine cache words; a class has a header.
    unsafe {
        write_cache_u32(pc, 2, class.version);
        write_cache_u32(pc, 4, shape((*class.header()).shape).stamp);
        write_cache_u64(pc, 6, value.0);
    }
    Some(opcode)
}

/// STORE_ATTR's cache: counter, shape (2), offset (1).
pub fn store_attr(
    thread: &mut Thread,
    pc: *mut u16,
    owner: Value,
    index: usize,
    changes: u16,
) -> Option<Opcode> {
    if !owner.is_pointer() {
        return None;
    }
    let name = name_at(thread, index);
    let (found, extra, value) = attribute_table::find_store(owner, name);
    if found == Found::Nothing {
        return None;
    }
    if sees_several(thread, pc, changes) {
        attribute_table::enter_store(owner, name);
        return Some(Opcode::StoreAttrShapes);
    }
    // SAFETY: the owner's header; STORE_ATTR has four cache words.
    unsafe {
        *pc.add(4) = u16::try_from(value).ok()?;
        let id = (*owner.header()).shape;
        let (opcode, id) = match found {
            Found::NewSlot => (Opcode::StoreAttrNew, extra),
            Found::Overflow => (Opcode::StoreAttrOverflow, id),
            _ => (Opcode::StoreAttrInstanceValue, id),
        };
        write_cache_u32(pc, 2, id);
        Some(opcode)
    }
}
