//! `ast.AST`: the base of all nodes, with the constructor that fills fields.

use crate::builtins::generic_alias::GenericAlias;
use crate::builtins::support::{finish, guarded_repr};
use crate::builtins::union::Union;
use crate::builtins::warnings;
use crate::heap::ScratchValues;
use crate::native::full_name;
use crate::native_layout;
use crate::object::dict::Dict;
use crate::object::instance;
use crate::object::list::List;
use crate::object::native_object::{self, NativeHead};
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::operations::iterate::collect;
use crate::operations::{class_of, get_attribute, get_attribute_optional, get_item, repr, set_attribute};
use crate::prelude::*;
use crate::text::TextBuilder;
use taipan_compiler::syntax_tree::{NodeClass, NodeGroup};

use super::classes::Classes;

/// A node of a syntax tree: its fields are attributes.
#[repr(C)]
pub struct AstNode {
    head: NativeHead,
}

native_layout!(AstNode, "ast.AST", |this, tracer| {});

impl AstNode {
    /// A node without attributes.
    pub fn new(class: Gc<TypeObject>) -> Gc<AstNode> {
        native_object::new(class, AstNode { head: NativeHead::empty() })
    }
}

/// How deep `repr` goes.
const REPR_DEPTH: u32 = 3;

impl Gc<AstNode> {
    /// Sets an attribute.
    pub fn set(self, thread: &mut Thread, name: Gc<Str>, value: Value) -> Result<()> {
        instance::set_own(thread, self.header(), name, value)
    }

    fn dict(self) -> Gc<Dict> {
        // SAFETY: a live instance of a class with `__dict__`.
        unsafe { instance::dictionary(self.header(), class_of(self.value())) }
    }
}

/// The names in the class attribute `_fields`, or in another one that may be missing.
fn class_names(thread: &mut Thread, class: Gc<TypeObject>, name: &str) -> Result<ScratchValues> {
    if name == "_fields" {
        let names = get_attribute(thread, class.value(), intern(name))?;
        return collect(thread, names);
    }
    match get_attribute_optional(thread, class.value(), intern(name))? {
        Some(names) => collect(thread, names),
        None => Ok(ScratchValues::new()),
    }
}

fn contains(names: &[Value], name: Gc<Str>) -> bool {
    names.iter().any(|other| other.downcast::<Str>().is_some_and(|other| other.equals(name)))
}

fn quoted(thread: &mut Thread, value: Value) -> Result<String> {
    Ok(repr(thread, value)?.to_string_lossy())
}

/// Gives a field that the constructor got no value for its default, or warns.
fn set_default(thread: &mut Thread, this: Gc<AstNode>, name: Value, field_types: Value) -> Result<()> {
    let class = class_of(this.value());
    let Some(kind) =
        field_types.downcast::<Dict>().map(|types| types.get(thread, name)).transpose()?.flatten()
    else {
        let (name, class) = (quoted(thread, name)?, full_name(class));
        let message = format!(
            "Field {name} is missing from {class}._field_types. This will become an error in Python 3.15."
        );
        return warnings::deprecation(thread, &message);
    };
    let name = name.cast::<Str>();
    if kind.downcast::<Union>().is_some() {
        // The class attribute None stands for it.
        return Ok(());
    }
    if kind.downcast::<GenericAlias>().is_some() {
        return set_attribute(thread, this.value(), name, List::empty().value());
    }
    let classes = Classes::get(thread)?;
    if kind == classes.group(NodeGroup::expr_context).value() {
        let load = classes.singleton(NodeClass::Load).unwrap_or(Value::NONE);
        return set_attribute(thread, this.value(), name, load);
    }
    let (name, class) = (quoted(thread, name.value())?, full_name(class));
    let message = format!(
        "{class}.__init__ missing 1 required positional argument: {name}. This will become an error in Python 3.15."
    );
    warnings::deprecation(thread, &message)
}

/// Checks a keyword of the constructor that is no field.
fn check_keyword(thread: &mut Thread, class: Gc<TypeObject>, name: Gc<Str>) -> Result<()> {
    let attributes = class_names(thread, class, "_attributes")?;
    if contains(&attributes, name) {
        return Ok(());
    }
    let (name, class) = (quoted(thread, name.value())?, full_name(class));
    let message = format!(
        "{class}.__init__ got an unexpected keyword argument {name}. Support for arbitrary keyword arguments is \
         deprecated and will be removed in Python 3.15."
    );
    warnings::deprecation(thread, &message)
}

fn push_repr(thread: &mut Thread, text: &mut TextBuilder, value: Value, depth: u32) -> Result<()> {
    if let Some(node) = value.downcast::<AstNode>() {
        return push_node(thread, text, node, depth);
    }
    let repr = repr(thread, value)?;
    text.push_characters(repr.characters());
    Ok(())
}

/// The first and the last item of a list of nodes.
fn push_items(
    thread: &mut Thread,
    text: &mut TextBuilder,
    items: &[Value],
    brackets: [&str; 2],
    depth: u32,
) -> Result<()> {
    text.push_str(brackets[0]);
    if let Some(&first) = items.first() {
        push_repr(thread, text, first, depth)?;
    }
    if items.len() > 2 {
        text.push_str(", ...");
    }
    if items.len() > 1 {
        text.push_str(", ");
        push_repr(thread, text, items[items.len() - 1], depth)?;
    }
    text.push_str(brackets[1]);
    Ok(())
}

fn push_node(thread: &mut Thread, text: &mut TextBuilder, node: Gc<AstNode>, depth: u32) -> Result<()> {
    let class = class_of(node.value());
    text.push_str(&full_name(class));
    if depth == 0 {
        text.push_str("(...)");
        return Ok(());
    }
    text.push_str("(");
    let names = class_names(thread, class, "_fields")?;
    for (i, name) in names.iter().enumerate() {
        if i > 0 {
            text.push_str(", ");
        }
        let name = crate::operations::str_of(thread, *name)?;
        text.push_characters(name.characters());
        text.push_str("=");
        let value = get_attribute(thread, node.value(), name)?;
        match (value.downcast::<List>(), value.downcast::<Tuple>()) {
            (Some(list), _) => push_items(thread, text, list.items(), ["[", "]"], depth - 1)?,
            (_, Some(tuple)) => push_items(thread, text, tuple.items(), ["(", ")"], depth - 1)?,
            _ => push_repr(thread, text, value, depth - 1)?,
        }
    }
    text.push_str(")");
    Ok(())
}

/// Checks the keywords of `__replace__`, and that no field would be missing.
fn check_replacement(thread: &mut Thread, this: Gc<AstNode>, changes: KeywordArguments) -> Result<()> {
    let class = class_of(this.value());
    let fields = class_names(thread, class, "_fields")?;
    let attributes = class_names(thread, class, "_attributes")?;
    for (name, _) in changes.iter() {
        if !contains(&fields, name) && !contains(&attributes, name) {
            let (name, class) = (quoted(thread, name.value())?, full_name(class));
            let message = format!("{class}.__replace__ got an unexpected keyword argument {name}.");
            return Err(thread.type_error(message));
        }
    }
    let field_types = get_attribute_optional(thread, class.value(), intern("_field_types"))?;
    let mut missing = Vec::new();
    for &field in fields.iter() {
        let given = changes.iter().any(|(name, _)| contains(&[field], name));
        if given || this.dict().get(thread, field)?.is_some() {
            continue;
        }
        let kind = match field_types {
            Some(types) => Some(get_item(thread, types, field)?),
            None => None,
        };
        if kind.and_then(|kind| kind.downcast::<Union>()).is_none() {
            missing.push(quoted(thread, field)?);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    missing.sort_unstable();
    let (class, count) = (full_name(class), missing.len());
    let plural = if count == 1 { "" } else { "s" };
    let names = missing.join(", ");
    Err(thread.type_error(format!("{class}.__replace__ missing {count} keyword argument{plural}: {names}.")))
}

#[native_type(name = "AST", module = "ast", base_type, has_dict, mutable)]
impl AstNode {
    #[new("($type, *args, **kwargs)", hidden)]
    fn new_node(class: Gc<TypeObject>, _args: &[Value], _kwargs: KeywordArguments) -> Gc<AstNode> {
        AstNode::new(class)
    }

    #[method("(*args, **kwargs)")]
    fn __init__(
        thread: &mut Thread,
        this: Gc<AstNode>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result<()> {
        let class = class_of(this.value());
        let mut remaining = class_names(thread, class, "_fields")?;
        if args.len() > remaining.len() {
            let (name, count) = (full_name(class), remaining.len());
            let plural = if count == 1 { "" } else { "s" };
            let message = format!("{name} constructor takes at most {count} positional argument{plural}");
            return Err(thread.type_error(message));
        }
        let fields = Tuple::new(&remaining);
        for &argument in args {
            let name = remaining.remove(0);
            let Some(name) = name.downcast::<Str>() else {
                return Err(thread.type_error("attribute name must be string"));
            };
            set_attribute(thread, this.value(), name, argument)?;
        }
        for (name, value) in kwargs.iter() {
            match remaining.iter().position(|field| contains(&[*field], name)) {
                Some(index) => {
                    remaining.remove(index);
                }
                None if contains(fields.items(), name) => {
                    let (class, name) = (full_name(class), quoted(thread, name.value())?);
                    return Err(thread.type_error(format!("{class} got multiple values for argument {name}")));
                }
                None => check_keyword(thread, class, name)?,
            }
            set_attribute(thread, this.value(), name, value)?;
        }
        if remaining.is_empty() {
            return Ok(());
        }
        // Classes that programs derive may lack the types.
        let Some(field_types) = get_attribute_optional(thread, class.value(), intern("_field_types"))? else {
            return Ok(());
        };
        remaining.iter().try_for_each(|&name| set_default(thread, this, name, field_types))
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<AstNode>) -> Result<Gc<Str>> {
        let text = guarded_repr(thread, this.value(), |thread| {
            let mut text = TextBuilder::new();
            push_node(thread, &mut text, this, REPR_DEPTH)?;
            Ok(finish(text))
        })?;
        Ok(text.unwrap_or_else(|| Str::new(&format!("{}(...)", full_name(class_of(this.value()))))))
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<AstNode>) -> Result<Gc<Tuple>> {
        let class = class_of(this.value());
        let fields = class_names(thread, class, "_fields")?;
        let dict = this.dict();
        let mut present = 0;
        for &field in fields.iter() {
            if dict.get(thread, field)?.is_none() {
                break;
            }
            present += 1;
        }
        let arguments = Tuple::from_fn(present, |_| Value::NONE);
        let state = dict.copy(thread)?;
        Ok(Tuple::new(&[class.value(), arguments.value(), state.value()]))
    }

    /// Return a copy of the AST node with new values for the specified fields.
    #[method("(*args, **changes)", text = "($self, /, **fields)")]
    fn __replace__(
        thread: &mut Thread,
        this: Gc<AstNode>,
        args: &[Value],
        changes: KeywordArguments,
    ) -> Result {
        if !args.is_empty() {
            return Err(thread.type_error("__replace__() takes no positional arguments"));
        }
        check_replacement(thread, this, changes)?;
        let class = class_of(this.value());
        let mut names = class_names(thread, class, "_fields")?;
        let attributes = class_names(thread, class, "_attributes")?;
        names.extend_from_slice(&attributes);
        let payload = Dict::new();
        for &name in names.iter() {
            if let Some(value) = this.dict().get(thread, name)? {
                payload.set(thread, name, value)?;
            }
        }
        for (name, value) in changes.iter() {
            payload.set_str(thread, name, value)?;
        }
        let (mut given, mut values) = (ScratchValues::new(), ScratchValues::new());
        let mut position = 0;
        while let Some((name, value)) = payload.next_entry(&mut position) {
            given.push(name);
            values.push(value);
        }
        crate::operations::call::call(thread, class.value(), &values, Tuple::new(&given).value())
    }

    #[attribute]
    fn _fields() -> Value {
        Tuple::empty().value()
    }

    #[attribute]
    fn __match_args__() -> Value {
        Tuple::empty().value()
    }

    #[attribute]
    fn _attributes() -> Value {
        Tuple::empty().value()
    }
}
