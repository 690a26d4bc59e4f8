//! Attribute access. Feedback names the shapes that a site has seen; what an attribute is for a shape (a slot, a method, a property, a value of
//! the class) is looked up now and taken for granted as long as the class doesn't change.

use super::bytecode::Instruction;
use super::{Builder, Candidate, Outcome, Slot};
use crate::hir::{Kinds, Opcode, Representation, Value};
use std::mem::size_of;
use taipan_runtime::assumptions::Assumption;
use taipan_runtime::object::buffer::ValueBuffer;
use taipan_runtime::object::descriptor::{ClassMethod, Property, StaticMethod};
use taipan_runtime::object::function::Function;
use taipan_runtime::object::kind::ObjectKind;
use taipan_runtime::object::module::Module;
use taipan_runtime::object::native_function::{Access, GetSet};
use taipan_runtime::object::pointer::Gc;
use taipan_runtime::object::shape::{SHAPE_DICTIONARY, ShapeId, shape, shape_table};
use taipan_runtime::object::special::Special;
use taipan_runtime::object::str::{Str, intern};
use taipan_runtime::object::type_object::{ATTRIBUTES_AT_END, TypeObject};
use taipan_runtime::operations::attribute::{DescriptorRole, descriptor_role};
use taipan_runtime::operations::class_of;
use taipan_runtime::types;
use taipan_runtime::value::Value as Word;

/// What an attribute is for objects of one shape.
enum Attribute {
    /// A word at an offset in the object.
    Slot(u32),
    /// The n-th value of the buffer that the attribute word (at the offset) points to.
    Overflow { word: u32, index: u32 },
    /// A word at a fixed offset that may be absent (`__slots__`).
    Member(u32),
    /// A function or native method found in the class: bound when it is called.
    Method(Word),
    /// A plain value of the class.
    Constant(Word),
    /// A property with this Python function.
    Property(Gc<Function>),
    /// A class method: the function, and the class that it is bound to.
    ClassMethod(Word, Gc<TypeObject>),
}

/// An instance's slot of a number, as an attribute.
fn slot_attribute(class: Gc<TypeObject>, slot: u32) -> Attribute {
    if slot < class.inline_slots {
        Attribute::Slot(class.attributes_offset + 8 + 8 * slot)
    } else {
        Attribute::Overflow { word: class.attributes_offset, index: slot - class.inline_slots }
    }
}

fn has_slots(id: ShapeId, class: Gc<TypeObject>) -> bool {
    shape(id).flags & SHAPE_DICTIONARY == 0
        && class.attributes_offset != 0
        && class.attributes_offset != ATTRIBUTES_AT_END
}

fn find(id: ShapeId, name: Gc<Str>) -> Option<Attribute> {
    let class = super::objects::class_of_shape(id);
    if class.special(Special::GetAttribute) != Some(types().object_getattribute) {
        return None;
    }
    let in_class = class.lookup(name);
    let role = in_class.map_or(DescriptorRole::Plain, descriptor_role);
    if let (Some(attribute), DescriptorRole::Data) = (in_class, role) {
        if Some(attribute) == types().object.lookup(intern("__class__")) {
            return Some(Attribute::Constant(class.value()));
        }
        if let Some(getset) = attribute.downcast::<GetSet>() {
            return match getset.access {
                Access::Member { offset, absent_is_none: false, .. } => Some(Attribute::Member(offset)),
                _ => None,
            };
        }
        let property =
            attribute.downcast::<Property>().filter(|_| class_of(attribute) == types().property)?;
        return property.getter.downcast::<Function>().map(Attribute::Property);
    }
    if has_slots(id, class) {
        if let Some(slot) = shape_table().slot_of(id, name) {
            return Some(slot_attribute(class, slot));
        }
    } else if class.attributes_offset != 0 {
        return None; // The instance's dict may have anything.
    }
    found_in_class(in_class?, class)
}

/// What a class's attribute that isn't a data descriptor is for an instance.
fn found_in_class(attribute: Word, class: Gc<TypeObject>) -> Option<Attribute> {
    if let Some(wrapper) =
        attribute.downcast::<StaticMethod>().filter(|_| class_of(attribute) == types().staticmethod)
    {
        return Some(Attribute::Constant(wrapper.callable));
    }
    if let Some(function) = class_method(attribute) {
        return Some(Attribute::ClassMethod(function, class));
    }
    let unbound = attribute.is_kind(ObjectKind::Function)
        || attribute.is_kind(ObjectKind::NativeMethod)
            && class_of(attribute) != types().classmethod_descriptor;
    if unbound {
        Some(Attribute::Method(attribute))
    } else if descriptor_role(attribute) == DescriptorRole::Plain {
        Some(Attribute::Constant(attribute))
    } else {
        None
    }
}

/// The Python function of a class method.
fn class_method(attribute: Word) -> Option<Word> {
    let wrapper =
        attribute.downcast::<ClassMethod>().filter(|_| class_of(attribute) == types().classmethod)?;
    wrapper.callable.is_kind(ObjectKind::Function).then_some(wrapper.callable)
}

impl Builder<'_> {
    fn name_at(&self, index: u32) -> Gc<Str> {
        self.frame().code.names.items()[index as usize].cast()
    }

    pub(super) fn seen_shapes(&self, pc: u32) -> Vec<ShapeId> {
        let mut code = self.frame().code;
        match code.feedback_mut().get(&pc) {
            Some(site) if !site.megamorphic => site.shapes.clone(),
            _ => Vec::new(),
        }
    }

    pub(super) fn assume_class(&mut self, class: Gc<TypeObject>) {
        self.keep(class.value());
        self.assume(Assumption::Class { class: class.value().0 });
    }

    pub(super) fn load_attribute(&mut self, instruction: &Instruction) -> Outcome {
        let name = self.name_at(instruction.operand >> 1);
        let wants_method = instruction.operand & 1 != 0;
        let slot = self.peek_slot(1)?;
        let owner = self.slot_value(slot)?;
        if let Some(word) = self.known(owner)
            && let Some(found) = self.constant_attribute(word, name)
        {
            self.pop_slot()?;
            self.push_attribute_of_constant(found, wants_method);
            return Ok(());
        }
        if self.is_general() {
            return self.general(instruction);
        }
        let shapes = self.seen_shapes(instruction.pc);
        if shapes.is_empty() {
            if !self.was_executed(instruction.pc) {
                self.never_executed();
                return Ok(());
            }
            return self.general(instruction);
        }
        let Some(found) = shapes.iter().map(|id| find(*id, name)).collect::<Option<Vec<_>>>() else {
            return self.general(instruction);
        };
        // Shapes of values that aren't objects (ints, None) can't be guarded by their header.
        if shapes.iter().any(|id| self.is_unguardable(*id)) {
            return self.general(instruction);
        }
        if found.len() == 1 {
            return self.load_one(instruction, owner, shapes[0], &found[0], wants_method);
        }
        self.load_polymorphic(instruction, owner, &shapes, &found, wants_method)
    }

    pub(super) fn is_unguardable(&self, id: ShapeId) -> bool {
        let class = super::objects::class_of_shape(id);
        [types().int, types().float, types().bool, types().none_type].contains(&class)
    }

    /// Pushes an attribute that is known, and what LOAD_ATTR pushes with it.
    fn push_attribute_of_constant(&mut self, found: Attribute, wants_method: bool) {
        let (value, receiver) = match found {
            Attribute::ClassMethod(function, class) => {
                let function = self.constant(function);
                let class = self.constant(class.value());
                match wants_method {
                    true => (function, Some(class)),
                    false => (self.bound_method(function, class), None),
                }
            }
            Attribute::Constant(word) | Attribute::Method(word) => (self.constant(word), None),
            _ => unreachable!("attributes of modules and classes are not in slots"),
        };
        self.push(value);
        if wants_method {
            self.frame_mut().stack.push(receiver.map_or(Slot::Absent, Slot::Value));
        }
    }

    fn bound_method(&mut self, function: Value, receiver: Value) -> Value {
        let bound = self.op(Opcode::NewBoundMethod, &[function, receiver]);
        self.set_type(bound, crate::hir::Type::of(Kinds::BOUND_METHOD))
    }

    fn constant_attribute(&mut self, word: Word, name: Gc<Str>) -> Option<Attribute> {
        if word.is_kind(ObjectKind::Module) && class_of(word) == types().module {
            let hidden = types()
                .module
                .lookup(name)
                .is_some_and(|found| descriptor_role(found) == DescriptorRole::Data);
            if hidden {
                return None;
            }
            let module: Gc<Module> = word.cast();
            return self.assumed_entry(module.dict, name).flatten().map(Attribute::Constant);
        }
        if word.is_kind(ObjectKind::Type) {
            let class: Gc<TypeObject> = word.cast();
            let metaclass = class_of(word);
            if metaclass != types().type_ || metaclass.lookup(name).is_some() {
                return None;
            }
            let attribute = class.lookup(name)?;
            let found = match found_in_class(attribute, class)? {
                // Looked up in the class itself, a function is what it is.
                Attribute::Method(word) if word.is_kind(ObjectKind::Function) => Attribute::Constant(word),
                Attribute::Method(_) => return None,
                found => found,
            };
            self.assume_class(class);
            return Some(found);
        }
        None
    }

    fn load_one(
        &mut self,
        instruction: &Instruction,
        owner: Value,
        id: ShapeId,
        found: &Attribute,
        wants_method: bool,
    ) -> Outcome {
        let class = super::objects::class_of_shape(id);
        self.assume_class(class);
        let object = self.guard_shape(owner, id);
        match found {
            Attribute::Property(getter) => {
                let getter = *getter;
                return self.call_property(instruction, getter, object, wants_method);
            }
            Attribute::Method(method) if wants_method => {
                self.pop_slot()?;
                let method = self.constant(*method);
                self.push(method);
                self.push(object);
                return Ok(());
            }
            Attribute::ClassMethod(function, class) => {
                self.pop_slot()?;
                self.push_attribute_of_constant(Attribute::ClassMethod(*function, *class), wants_method);
                return Ok(());
            }
            _ => {}
        }
        let value = self.attribute_value(object, found);
        self.pop_slot()?;
        self.push(value);
        if wants_method {
            self.frame_mut().stack.push(Slot::Absent);
        }
        Ok(())
    }

    /// An attribute that isn't computed, of an object whose shape was checked.
    fn attribute_value(&mut self, object: Value, found: &Attribute) -> Value {
        match found {
            Attribute::Slot(offset) => {
                let value = self.emit(Opcode::LoadSlot, &[object], [i64::from(*offset), 0]);
                self.set_type(value, super::containers::present())
            }
            Attribute::Overflow { word, index } => {
                let buffer = self.emit(Opcode::LoadSlot, &[object], [i64::from(*word), 0]);
                let offset = size_of::<ValueBuffer>() as i64 + 8 * i64::from(*index);
                let value = self.emit(Opcode::LoadSlot, &[buffer], [offset, 0]);
                self.set_type(value, super::containers::present())
            }
            Attribute::Member(offset) => {
                let value = self.emit(Opcode::LoadSlot, &[object], [i64::from(*offset), 0]);
                self.op(Opcode::GuardPresent, &[value])
            }
            Attribute::Method(method) => {
                let method = self.constant(*method);
                self.bound_method(method, object)
            }
            Attribute::ClassMethod(function, class) => {
                let function = self.constant(*function);
                let class = self.constant(class.value());
                self.bound_method(function, class)
            }
            Attribute::Constant(word) => self.constant(*word),
            Attribute::Property(_) => unreachable!("properties are called"),
        }
    }

    /// Up to four shapes: a chain of tests, the last of which is a guard.
    fn load_polymorphic(
        &mut self,
        instruction: &Instruction,
        owner: Value,
        shapes: &[ShapeId],
        found: &[Attribute],
        wants_method: bool,
    ) -> Outcome {
        let methods: Vec<Word> = found
            .iter()
            .filter_map(|attribute| match attribute {
                Attribute::Method(method) => Some(*method),
                _ => None,
            })
            .collect();
        let all_methods = methods.len() == found.len() && wants_method;
        let native = |attribute: &Attribute| {
            !all_methods
                && matches!(attribute, Attribute::Method(word) if !word.is_kind(ObjectKind::Function))
        };
        let unsuitable =
            found.iter().any(|attribute| matches!(attribute, Attribute::Property(_)) || native(attribute));
        if unsuitable || (!methods.is_empty() && !all_methods) {
            return self.general(instruction);
        }
        let merge = self.hir.add_block();
        let result = self.hir.add_parameter(merge, Representation::Tagged);
        for (index, (id, attribute)) in shapes.iter().zip(found).enumerate() {
            self.assume_class(super::objects::class_of_shape(*id));
            let last = index + 1 == shapes.len();
            if !last {
                let same = self.emit(Opcode::HasShape, &[owner], [i64::from(*id), 0]);
                let (yes, no) = (self.hir.add_block(), self.hir.add_block());
                self.branch(same, yes, no);
                self.start(yes);
                let object = self.narrow_shape(owner, *id);
                let value = self.polymorphic_value(object, attribute, all_methods);
                self.jump(merge, &[value]);
                self.start(no);
            } else {
                let object = self.guard_shape(owner, *id);
                let value = self.polymorphic_value(object, attribute, all_methods);
                self.jump(merge, &[value]);
            }
        }
        self.start(merge);
        self.pop_slot()?;
        self.push(result);
        if all_methods {
            self.push(owner);
            let mut candidates: Vec<Candidate> = Vec::new();
            for (id, method) in shapes.iter().zip(methods) {
                match candidates.iter_mut().find(|known| known.method == method) {
                    Some(known) => known.shape = None,
                    None => candidates.push(Candidate { method, shape: Some(*id) }),
                }
            }
            self.candidates.insert(result, candidates);
        } else if wants_method {
            self.frame_mut().stack.push(Slot::Absent);
        }
        Ok(())
    }

    fn polymorphic_value(&mut self, object: Value, attribute: &Attribute, all_methods: bool) -> Value {
        match attribute {
            Attribute::Method(method) if all_methods => self.constant(*method),
            attribute => self.attribute_value(object, attribute),
        }
    }

    pub(super) fn store_attribute(&mut self, instruction: &Instruction) -> Outcome {
        let name = self.name_at(instruction.operand);
        let (value, owner) = (self.peek_slot(2)?, self.peek_slot(1)?);
        let (value, owner) = (self.slot_value(value)?, self.slot_value(owner)?);
        if self.is_general() {
            return self.general(instruction);
        }
        let shapes = self.seen_shapes(instruction.pc);
        if shapes.is_empty() && !self.was_executed(instruction.pc) {
            self.never_executed();
            return Ok(());
        }
        let unguardable = shapes.iter().any(|id| self.is_unguardable(*id));
        let places: Option<Vec<Place>> = shapes.iter().map(|id| stored_place(*id, name)).collect();
        let Some(places) = places.filter(|places| !places.is_empty() && !unguardable) else {
            return self.general(instruction);
        };
        // Up to four shapes: a chain of tests, the last of which is a guard.
        let merge = self.hir.add_block();
        for (index, (id, place)) in shapes.iter().zip(&places).enumerate() {
            self.assume_class(super::objects::class_of_shape(*id));
            if index + 1 == shapes.len() {
                let object = self.guard_shape(owner, *id);
                self.store_place(object, place, value);
                self.jump(merge, &[]);
                break;
            }
            let same = self.emit(Opcode::HasShape, &[owner], [i64::from(*id), 0]);
            let (yes, no) = (self.hir.add_block(), self.hir.add_block());
            self.branch(same, yes, no);
            self.start(yes);
            let object = self.narrow_shape(owner, *id);
            self.store_place(object, place, value);
            self.jump(merge, &[]);
            self.start(no);
        }
        self.start(merge);
        self.pop_slot()?;
        self.pop_slot()?;
        Ok(())
    }

    fn store_place(&mut self, object: Value, place: &Place, value: Value) {
        match *place {
            Place::Slot { offset, next } => {
                self.emit(Opcode::StoreSlot, &[object, value], [i64::from(offset), 0]);
                if let Some(next) = next {
                    let kinds = super::objects::kinds_of_shape(next);
                    self.emit(Opcode::StoreShape, &[object], [i64::from(next), i64::from(kinds.0)]);
                }
            }
            Place::Overflow { word, index } => {
                let buffer = self.emit(Opcode::LoadSlot, &[object], [i64::from(word), 0]);
                let offset = size_of::<ValueBuffer>() as i64 + 8 * i64::from(index);
                self.emit(Opcode::StoreSlot, &[buffer, value], [offset, 0]);
            }
        }
    }
}

/// Where a store to an attribute goes.
enum Place {
    /// A word at an offset in the object, which gets a new shape if the attribute is new.
    Slot { offset: u32, next: Option<ShapeId> },
    /// The n-th value of the buffer that the attribute word (at the offset) points to.
    Overflow { word: u32, index: u32 },
}

/// Where objects of a shape have the attribute that is stored, if that is all there is to it.
fn stored_place(id: ShapeId, name: Gc<Str>) -> Option<Place> {
    let class = super::objects::class_of_shape(id);
    if class.special(Special::SetAttr) != Some(types().object_setattr) {
        return None;
    }
    match class.lookup(name) {
        Some(attribute) if descriptor_role(attribute) == DescriptorRole::Data => {
            match attribute.downcast::<GetSet>().map(|getset| getset.access) {
                Some(Access::Member { offset, read_only: false, .. }) => {
                    Some(Place::Slot { offset, next: None })
                }
                _ => None,
            }
        }
        _ => stored_slot(id, class, name),
    }
}

/// The slot that a store goes to. New attributes beyond the inline slots may need a larger buffer: they are left to the interpreter.
fn stored_slot(id: ShapeId, class: Gc<TypeObject>, name: Gc<Str>) -> Option<Place> {
    if !has_slots(id, class) {
        return None;
    }
    let (slot, next) = match shape_table().slot_of(id, name) {
        Some(slot) => (slot, None),
        None => (shape(id).count, Some(shape_table().with_attribute(id, name)?)),
    };
    match slot_attribute(class, slot) {
        Attribute::Slot(offset) => Some(Place::Slot { offset, next }),
        Attribute::Overflow { word, index } if next.is_none() => Some(Place::Overflow { word, index }),
        _ => None,
    }
}
