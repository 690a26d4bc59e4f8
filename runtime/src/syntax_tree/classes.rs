//! The Python classes of nodes, made from the compiler's table when they are first needed.

use taipan_compiler::syntax_tree::{ATTRIBUTES, FieldDefinition, FieldType, NodeClass, NodeGroup, Quantity};

use super::node::AstNode;
use crate::builtins::class::class_of_definition;
use crate::object::dict::Dict;
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::operations::arithmetic::{BinaryOperator, binary};
use crate::operations::{get_item, set_attribute};
use crate::prelude::*;
use crate::roots::Root;

/// A tuple of tuples: the classes of the groups, the classes, and the instances of the classes without fields or position.
static CLASSES: Root = Root::new();

/// The classes, and the instances that stand for all of their class.
#[derive(Clone, Copy)]
pub struct Classes {
    groups: Gc<Tuple>,
    classes: Gc<Tuple>,
    singletons: Gc<Tuple>,
}

impl Classes {
    /// The classes, made at the first call.
    pub fn get(thread: &mut Thread) -> Result<Classes> {
        let all = match CLASSES.get() {
            Some(all) => all.cast::<Tuple>(),
            None => {
                let all = make(thread)?;
                CLASSES.set(all.value());
                all
            }
        };
        let [groups, classes, singletons] = *all.items() else { unreachable!("made so above") };
        Ok(Classes { groups: groups.cast(), classes: classes.cast(), singletons: singletons.cast() })
    }

    /// The class of a group.
    pub fn group(self, group: NodeGroup) -> Gc<TypeObject> {
        self.groups.items()[group as usize].cast()
    }

    /// A class.
    pub fn class(self, class: NodeClass) -> Gc<TypeObject> {
        self.classes.items()[class as usize].cast()
    }

    /// The instance of a class whose instances have nothing to tell them apart.
    pub fn singleton(self, class: NodeClass) -> Option<Value> {
        Some(self.singletons.items()[class as usize]).filter(|value| !value.is_none())
    }
}

/// Calls `visit` with the name of each class, and with the class.
pub fn for_each(
    thread: &mut Thread,
    mut visit: impl FnMut(&mut Thread, Gc<Str>, Value) -> Result<()>,
) -> Result<()> {
    let base = class_of_definition(thread, AstNode::DEFINITION)?;
    visit(thread, intern("AST"), base.value())?;
    let classes = Classes::get(thread)?;
    for &group in NodeGroup::ALL {
        visit(thread, intern(group.name()), classes.group(group).value())?;
    }
    for &class in NodeClass::ALL {
        visit(thread, intern(class.name()), classes.class(class).value())?;
    }
    Ok(())
}

fn make(thread: &mut Thread) -> Result<Gc<Tuple>> {
    let base = class_of_definition(thread, AstNode::DEFINITION)?;
    let mut groups = crate::heap::ScratchValues::new();
    let mut classes = crate::heap::ScratchValues::new();
    for &group in NodeGroup::ALL {
        let fields = if group.is_sum() { &[][..] } else { group.classes()[0].fields() };
        let made = make_class(thread, group.name(), base.value(), fields, &group.doc())?;
        set_attributes(thread, made, group)?;
        set_defaults(thread, made, fields)?;
        groups.push(made);
        for &class in group.classes() {
            if !group.is_sum() {
                classes.push(made);
                continue;
            }
            let made = make_class(thread, class.name(), made, class.fields(), &class.doc())?;
            set_defaults(thread, made, class.fields())?;
            classes.push(made);
        }
    }
    let (groups, classes) = (Tuple::new(&groups), Tuple::new(&classes));
    for &class in NodeClass::ALL {
        set_field_types(thread, classes.items()[class as usize], class.fields(), groups)?;
    }
    let mut singletons = crate::heap::ScratchValues::new();
    for &class in NodeClass::ALL {
        let is_single = class.fields().is_empty() && !class.group().is_located();
        singletons.push(match is_single {
            true => AstNode::new(classes.items()[class as usize].cast()).value(),
            false => Value::NONE,
        });
    }
    let singletons = Tuple::new(&singletons);
    Ok(Tuple::new(&[groups.value(), classes.value(), singletons.value()]))
}

fn names(fields: impl ExactSizeIterator<Item = &'static str>) -> Value {
    let names: Vec<Gc<Str>> = fields.map(intern).collect();
    Tuple::from_fn(names.len(), |i| names[i].value()).value()
}

fn make_class(
    thread: &mut Thread,
    name: &str,
    base: Value,
    fields: &'static [FieldDefinition],
    doc: &str,
) -> Result {
    let dict = Dict::new();
    let fields = names(fields.iter().map(|field| field.name));
    dict.set_str(thread, intern("_fields"), fields)?;
    dict.set_str(thread, intern("__match_args__"), fields)?;
    dict.set_str(thread, intern("__module__"), intern("ast").value())?;
    dict.set_str(thread, intern("__doc__"), Str::new(doc).value())?;
    let bases = Tuple::new(&[base]);
    thread.call(types().type_.value(), &[intern(name).value(), bases.value(), dict.value()])
}

/// The attributes of a group's nodes; the end of their position is optional.
fn set_attributes(thread: &mut Thread, class: Value, group: NodeGroup) -> Result<()> {
    let attributes = if group.is_located() { &ATTRIBUTES[..] } else { &[] };
    set_attribute(thread, class, intern("_attributes"), names(attributes.iter().copied()))?;
    for optional in attributes.iter().skip(2) {
        set_attribute(thread, class, intern(optional), Value::NONE)?;
    }
    Ok(())
}

fn set_defaults(thread: &mut Thread, class: Value, fields: &[FieldDefinition]) -> Result<()> {
    for field in fields.iter().filter(|field| field.quantity == Quantity::Optional) {
        set_attribute(thread, class, intern(field.name), Value::NONE)?;
    }
    Ok(())
}

fn set_field_types(
    thread: &mut Thread,
    class: Value,
    fields: &[FieldDefinition],
    groups: Gc<Tuple>,
) -> Result<()> {
    let dict = Dict::new();
    for field in fields {
        let plain = match field.kind {
            FieldType::Identifier | FieldType::String => types().str.value(),
            FieldType::Int => types().int.value(),
            FieldType::Constant => types().object.value(),
            FieldType::Node(group) => groups.items()[group as usize],
        };
        let full = match field.quantity {
            Quantity::One => plain,
            Quantity::Optional => binary(thread, BinaryOperator::Or, plain, Value::NONE)?,
            Quantity::Many | Quantity::ManyOptional => get_item(thread, types().list.value(), plain)?,
        };
        dict.set_str(thread, intern(field.name), full)?;
    }
    set_attribute(thread, class, intern("_field_types"), dict.value())?;
    set_attribute(thread, class, intern("__annotations__"), dict.value())
}
