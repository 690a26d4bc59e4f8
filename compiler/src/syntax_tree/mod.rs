//! Syntax trees for the outside: what the module `ast` shows of them, and takes back.
//!
//! [`NodeClass`] and its table (`table`) say which nodes there are. A tree of ours becomes [`Node`]s in `export`, which the runtime turns
//! into objects; nodes made of objects are checked by `validate` and become a tree again in `import`, ready to be compiled.

mod export;
mod import;
mod table;
mod type_comments;
mod validate;

pub use table::{ATTRIBUTES, FieldDefinition, FieldType, NodeClass, NodeGroup, Quantity};

pub(crate) use export::{export, export_function_type};
pub(crate) use import::import;
pub(crate) use type_comments::TypeComments;
pub(crate) use validate::validate;

use crate::constant::Constant;
use crate::instruction_sequence::Location;
use crate::text::Text;

/// A node, with the values of its class's fields in order.
#[derive(Clone, Debug)]
pub struct Node {
    pub class: NodeClass,
    /// Where it stands in the source; none if nodes of the class have no position.
    pub location: Location,
    pub fields: Vec<Field>,
}

/// The value of a field.
#[derive(Clone, Debug)]
pub enum Field {
    /// None, for what is optional.
    None,
    /// An identifier or string.
    Text(Text),
    Int(i64),
    Constant(Constant),
    Node(Node),
    List(Vec<Field>),
}

impl Node {
    /// A node at a place in the source.
    pub fn new(class: NodeClass, location: Location, fields: Vec<Field>) -> Node {
        debug_assert_eq!(fields.len(), class.fields().len());
        Node { class, location, fields }
    }

    /// A node without position.
    pub fn plain(class: NodeClass, fields: Vec<Field>) -> Node {
        Node::new(class, Location::NONE, fields)
    }
}

/// Trees may be deeper than the native stack allows a recursive destructor.
impl Drop for Node {
    fn drop(&mut self) {
        let is_flat = |field: &Field| !matches!(field, Field::Node(_) | Field::List(_));
        if self.fields.iter().all(is_flat) {
            return;
        }
        let mut rest = std::mem::take(&mut self.fields);
        while let Some(field) = rest.pop() {
            match field {
                Field::Node(mut node) => rest.append(&mut node.fields),
                Field::List(mut items) => rest.append(&mut items),
                _ => {}
            }
        }
    }
}
