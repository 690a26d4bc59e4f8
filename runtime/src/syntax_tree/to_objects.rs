//! The compiler's nodes to instances of the node classes.

use taipan_compiler::syntax_tree::{ATTRIBUTES, Field, Node};

use super::classes::Classes;
use super::node::AstNode;
use crate::object::code::constant;
use crate::object::list::List;
use crate::object::str::{intern, intern_string};
use crate::prelude::*;

/// The object that stands for a tree.
pub fn to_object(thread: &mut Thread, tree: &Node) -> Result {
    let classes = Classes::get(thread)?;
    object(thread, classes, tree)
}

fn object(thread: &mut Thread, classes: Classes, node: &Node) -> Result {
    if let Some(singleton) = classes.singleton(node.class) {
        return Ok(singleton);
    }
    thread.check_native_stack()?;
    let object = AstNode::new(classes.class(node.class));
    for (definition, field) in node.class.fields().iter().zip(&node.fields) {
        let value = field_value(thread, classes, field)?;
        object.set(thread, intern(definition.name), value)?;
    }
    if node.class.group().is_located() {
        let location = node.location;
        let numbers = [location.line, location.column, location.end_line, location.end_column];
        for (name, number) in ATTRIBUTES.iter().zip(numbers) {
            object.set(thread, intern(name), Value::from_int(i64::from(number)))?;
        }
    }
    Ok(object.value())
}

fn field_value(thread: &mut Thread, classes: Classes, field: &Field) -> Result {
    Ok(match field {
        Field::None => Value::NONE,
        Field::Text(text) => intern_string(Str::from_text(text)).value(),
        Field::Int(value) => Value::from_int(*value),
        Field::Constant(value) => constant(value, Value::NULL),
        Field::Node(node) => object(thread, classes, node)?,
        Field::List(items) => {
            let list = List::with_capacity(items.len());
            for item in items {
                let value = field_value(thread, classes, item)?;
                list.push(value);
            }
            list.value()
        }
    })
}
