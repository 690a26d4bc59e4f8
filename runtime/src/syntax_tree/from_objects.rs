//! Instances of the node classes to the compiler's nodes.

use taipan_compiler::instruction_sequence::Location;
use taipan_compiler::syntax_tree::{Field, FieldDefinition, FieldType, Node, NodeClass, NodeGroup, Quantity};
use taipan_compiler::{Constant, Mode, Text};

use super::classes::Classes;
use crate::object::bytes::Bytes;
use crate::object::code::to_constant;
use crate::object::list::List;
use crate::object::set::Set;
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::operations::attribute::class_name;
use crate::operations::class::is_instance;
use crate::operations::convert::index_i64;
use crate::operations::{get_attribute_optional, repr};
use crate::prelude::*;

/// Fails if an object isn't the root of a tree for `mode`.
pub fn check_mode(thread: &mut Thread, object: Value, mode: Mode) -> Result<()> {
    let wanted = match mode {
        Mode::Exec => NodeClass::Module,
        Mode::Eval => NodeClass::Expression,
        Mode::Single => NodeClass::Interactive,
    };
    check_class(thread, object, wanted)
}

/// Fails if an object isn't a node of a class.
pub fn check_class(thread: &mut Thread, object: Value, wanted: NodeClass) -> Result<()> {
    let classes = Classes::get(thread)?;
    if is_instance(thread, object, classes.class(wanted).value())? {
        return Ok(());
    }
    let (wanted, got) = (wanted.name(), class_name(object));
    Err(thread.type_error(format!("expected {wanted} node, got {got}")))
}

/// The tree that an object stands for, which must be one for `mode`.
pub fn from_object(thread: &mut Thread, object: Value, mode: Mode) -> Result<Node> {
    check_mode(thread, object, mode)?;
    let classes = Classes::get(thread)?;
    let mut reader = Reader { classes, invalid: None };
    let tree = reader.sum(thread, object, NodeGroup::r#mod)?;
    match reader.invalid {
        Some(got) => Err(thread.type_error(format!("got an invalid type in Constant: {got}"))),
        None => Ok(tree),
    }
}

struct Reader {
    classes: Classes,
    /// The type of the first constant that isn't one: found out only when the whole tree is read.
    invalid: Option<String>,
}

impl Reader {
    /// An instance of one of a group's classes.
    fn sum(&mut self, thread: &mut Thread, object: Value, group: NodeGroup) -> Result<Node> {
        thread.check_native_stack()?;
        let unexpected = |thread: &mut Thread| -> Result<Node> {
            let (group, got) = (group.name(), repr(thread, object)?.to_string_lossy());
            Err(thread.type_error(format!("expected some sort of {group}, but got {got}")))
        };
        let location = self.location(thread, object, group)?;
        for &class in group.classes() {
            if is_instance(thread, object, self.classes.class(class).value())? {
                let fields = self.fields(thread, object, class)?;
                return Ok(Node::new(class, location, fields));
            }
        }
        unexpected(thread)
    }

    /// An instance of a class that stands alone, or something like one.
    fn product(&mut self, thread: &mut Thread, object: Value, group: NodeGroup) -> Result<Node> {
        thread.check_native_stack()?;
        let class = group.classes()[0];
        let fields = self.fields(thread, object, class)?;
        let location = self.location(thread, object, group)?;
        Ok(Node::new(class, location, fields))
    }

    fn location(&mut self, thread: &mut Thread, object: Value, group: NodeGroup) -> Result<Location> {
        if !group.is_located() {
            return Ok(Location::NONE);
        }
        let mut required = |name: &str| match get_attribute_optional(thread, object, intern(name))? {
            Some(value) => int(thread, value),
            None => {
                let group = group.name();
                Err(thread.type_error(format!("required field \"{name}\" missing from {group}")))
            }
        };
        let (line, column) = (required("lineno")?, required("col_offset")?);
        let mut optional = |name: &str, default| match get_attribute_optional(thread, object, intern(name))? {
            Some(value) if !value.is_none() => int(thread, value),
            _ => Ok(default),
        };
        let (end_line, end_column) = (optional("end_lineno", line)?, optional("end_col_offset", column)?);
        Ok(Location::new(line, end_line, column, end_column))
    }

    fn fields(&mut self, thread: &mut Thread, object: Value, class: NodeClass) -> Result<Vec<Field>> {
        let mut fields = Vec::with_capacity(class.fields().len());
        for definition in class.fields() {
            fields.push(self.field(thread, object, class, definition)?);
        }
        for (definition, field) in class.fields().iter().zip(&fields) {
            if definition.quantity == Quantity::One && matches!(field, Field::None) {
                let (name, class) = (definition.name, class.name());
                return Err(thread.value_error(format!("field '{name}' is required for {class}")));
            }
        }
        Ok(fields)
    }

    fn field(
        &mut self,
        thread: &mut Thread,
        object: Value,
        class: NodeClass,
        definition: &FieldDefinition,
    ) -> Result<Field> {
        let FieldDefinition { name, kind, quantity } = *definition;
        let value = get_attribute_optional(thread, object, intern(name))?;
        match (quantity, value) {
            (Quantity::Optional, None) => Ok(Field::None),
            (Quantity::Optional, Some(value)) if value.is_none() => Ok(Field::None),
            (Quantity::Many | Quantity::ManyOptional, None) => Ok(Field::List(Vec::new())),
            (Quantity::Many | Quantity::ManyOptional, Some(value)) => {
                self.list(thread, value, class, definition)
            }
            (_, None) if kind == FieldType::Node(NodeGroup::expr_context) => {
                Ok(Field::Node(Node::plain(NodeClass::Load, Vec::new())))
            }
            (_, None) => {
                let class = class.name();
                Err(thread.type_error(format!("required field \"{name}\" missing from {class}")))
            }
            (Quantity::One, Some(value))
                if value.is_none() && !matches!(kind, FieldType::Constant | FieldType::Int) =>
            {
                // Complained of when all fields are read.
                Ok(Field::None)
            }
            (_, Some(value)) => self.value(thread, value, kind),
        }
    }

    fn list(
        &mut self,
        thread: &mut Thread,
        value: Value,
        class: NodeClass,
        definition: &FieldDefinition,
    ) -> Result<Field> {
        let (class, name) = (class.name(), definition.name);
        let Some(list) = value.downcast::<List>() else {
            let got = class_name(value);
            return Err(thread.type_error(format!("{class} field \"{name}\" must be a list, not a {got}")));
        };
        let length = list.length;
        let mut items = Vec::with_capacity(length);
        for i in 0..length {
            let Some(item) = list.get(i).filter(|_| list.length == length) else {
                let message = format!("{class} field \"{name}\" changed size during iteration");
                return Err(thread.runtime_error(message));
            };
            let is_plain = matches!(definition.kind, FieldType::Node(group) if group.is_sum())
                || definition.kind == FieldType::Identifier;
            items.push(match item.is_none() && is_plain {
                true => Field::None,
                false => self.value(thread, item, definition.kind)?,
            });
        }
        Ok(Field::List(items))
    }

    fn value(&mut self, thread: &mut Thread, value: Value, kind: FieldType) -> Result<Field> {
        match kind {
            FieldType::Node(group) if group.is_sum() => self.sum(thread, value, group).map(Field::Node),
            FieldType::Node(group) => self.product(thread, value, group).map(Field::Node),
            FieldType::Int => Ok(Field::Int(i64::from(int(thread, value)?))),
            FieldType::Identifier if crate::operations::class_of(value) == types().str => {
                text(thread, value.cast())
            }
            FieldType::String if crate::operations::class_of(value) == types().str => {
                text(thread, value.cast())
            }
            FieldType::String if value.downcast::<Bytes>().is_some() => Ok(Field::None),
            FieldType::Identifier | FieldType::String => {
                let kind = kind.name();
                Err(thread.type_error(format!("AST {kind} must be of type str")))
            }
            FieldType::Constant => match to_constant(value) {
                Some(constant) => Ok(Field::Constant(constant)),
                None => {
                    self.invalid.get_or_insert_with(|| crate::native::type_name(not_constant(value)));
                    Ok(Field::Constant(Constant::None))
                }
            },
        }
    }
}

/// The innermost value that isn't a constant.
fn not_constant(value: Value) -> Value {
    let mut items = value.downcast::<Tuple>().map_or_else(Vec::new, |tuple| tuple.items().to_vec());
    if crate::operations::class_of(value) == types().frozenset {
        let mut position = 0;
        items.extend(std::iter::from_fn(|| value.cast::<Set>().next_key(&mut position)));
    }
    match items.into_iter().find(|item| to_constant(*item).is_none()) {
        Some(item) => not_constant(item),
        None => value,
    }
}

fn text(thread: &mut Thread, string: Gc<Str>) -> Result<Field> {
    match Text::from_code_points((0..string.length).map(|i| string.at(i))) {
        Some(text) => Ok(Field::Text(text)),
        None => Err(thread.value_error("character out of range")),
    }
}

fn int(thread: &mut Thread, value: Value) -> Result<i32> {
    if value.as_int_or_bool().is_none() {
        let got = repr(thread, value)?.to_string_lossy();
        return Err(thread.value_error(format!("invalid integer value: {got}")));
    }
    let wide = index_i64(thread, value);
    match wide.ok().and_then(|wide| i32::try_from(wide).ok()) {
        Some(int) => Ok(int),
        None => Err(thread.overflow_error("Python int too large to convert to C int")),
    }
}
