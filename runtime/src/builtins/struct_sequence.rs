//! Struct sequences: tuples whose items have names (`sys.version_info`, `os.stat_result`, `time.struct_time`).
//!
//! Each is a class of its own derived from tuple. Visible fields are items, read through member descriptors; hidden ones are
//! only attributes, kept in the instance's dict.

use crate::native_layout;
use crate::object::dict::Dict;
use crate::object::instance;
use crate::object::native_function::{Access, GetSet, NativeMethod};
use crate::object::native_object::NativeHead;
use crate::object::str::{Str, intern};
use crate::object::tuple::Tuple;
use crate::operations::{self, class_of, iterate};
use crate::prelude::*;

/// What a struct sequence looks like.
pub struct Description {
    pub module: &'static str,
    pub name: &'static str,
    pub doc: &'static str,
    pub visible: &'static [&'static str],
    pub hidden: &'static [&'static str],
}

/// The methods that struct sequences share are declared on this type and copied into each class.
#[repr(C)]
pub struct SharedMethods {
    head: NativeHead,
}

native_layout!(SharedMethods, "structseq", |this, tracer| ());

#[native_type(name = "structseq", module = "builtins", no_new)]
impl SharedMethods {
    /// Return repr(self).
    #[method("($self, /)", plain)]
    fn __repr__(thread: &mut Thread, this: Value) -> Result<Gc<Str>> {
        let class = class_of(this);
        let names = visible_names(thread, class)?;
        let module = class.lookup(intern("__module__")).and_then(|module| module.downcast::<Str>());
        let mut text = match module {
            Some(module) => format!("{}.{}(", module.to_string_lossy(), class.name_text()),
            None => format!("{}(", class.name_text()),
        };
        for i in 0..names.length {
            let item = operations::repr(thread, this.cast::<Tuple>().items()[i])?.to_string_lossy();
            let separator = if i > 0 { ", " } else { "" };
            text.push_str(&format!("{separator}{}={item}", names.items()[i].cast::<Str>().to_string_lossy()));
        }
        text.push(')');
        Ok(Str::new(&text))
    }

    /// Helper for pickle.
    #[method("($self, /)", plain)]
    fn __reduce__(thread: &mut Thread, this: Value) -> Result {
        let class = class_of(this);
        let items = Tuple::new(this.cast::<Tuple>().items());
        let hidden = Dict::new();
        for name in hidden_names(class) {
            if let Some(value) = instance::get_own(this.header(), name) {
                hidden.set_str(thread, name, value)?;
            }
        }
        let arguments = Tuple::new(&[items.value(), hidden.value()]);
        Ok(Tuple::new(&[class.value(), arguments.value()]).value())
    }
}

fn visible_names(thread: &mut Thread, class: Gc<TypeObject>) -> Result<Gc<Tuple>> {
    match class.lookup(intern("__match_args__")).and_then(|names| names.downcast::<Tuple>()) {
        Some(names) => Ok(names),
        None => Err(thread.type_error("not a struct sequence class")),
    }
}

fn hidden_names(class: Gc<TypeObject>) -> Vec<Gc<Str>> {
    match class.lookup(intern("_hidden_fields")).and_then(|names| names.downcast::<Tuple>()) {
        Some(names) => names.items().iter().map(|name| name.cast()).collect(),
        None => Vec::new(),
    }
}

fn names_tuple(names: &[&str]) -> Value {
    let names: Vec<Value> = names.iter().map(|name| intern(name).value()).collect();
    Tuple::new(&names).value()
}

/// Makes the class.
pub fn define(thread: &mut Thread, description: &Description) -> Result<Gc<TypeObject>> {
    let namespace = Dict::new();
    let count = |n: usize| Value::from_int(n as i64);
    let entries = [
        ("__module__", intern(description.module).value()),
        ("__doc__", Str::new(description.doc).value()),
        ("__match_args__", names_tuple(description.visible)),
        ("_hidden_fields", names_tuple(description.hidden)),
        ("n_sequence_fields", count(description.visible.len())),
        ("n_fields", count(description.visible.len() + description.hidden.len())),
        ("n_unnamed_fields", count(0)),
    ];
    for (name, value) in entries {
        namespace.set_str(thread, intern(name), value)?;
    }
    let bases = Tuple::new(&[types().tuple.value()]);
    let arguments = [intern(description.name).value(), bases.value(), namespace.value()];
    let class = thread.call(types().type_.value(), &arguments)?.cast::<TypeObject>();
    for (index, name) in description.visible.iter().enumerate() {
        let access = Access::TupleItem { index: index as u32 };
        let member = GetSet::new(types().member_descriptor, access, intern(name).value(), class, Value::NONE);
        class.dict.set_str(thread, intern(name), member.value())?;
    }
    for definition in SharedMethods::DEFINITION.methods {
        let method = NativeMethod::new(types().method_descriptor, definition, class);
        class.dict.set_str(thread, intern(definition.name), method.value())?;
    }
    class.attribute_changed(None);
    Ok(class)
}

/// Makes an instance from the values of all fields, hidden ones last.
pub fn make(thread: &mut Thread, class: Gc<TypeObject>, values: &[Value]) -> Result {
    let visible = visible_names(thread, class)?.length;
    let tuple = Tuple::of_class(thread, class, &values[..visible])?;
    for (name, &value) in hidden_names(class).into_iter().zip(&values[visible..]) {
        instance::set_own(thread, tuple.header(), name, value)?;
    }
    Ok(tuple.value())
}

/// Makes an instance from a sequence, as the class's constructor does.
pub fn from_sequence(thread: &mut Thread, class: Gc<TypeObject>, sequence: Value) -> Result {
    let items = iterate::collect(thread, sequence)?;
    let (visible, all) = (visible_names(thread, class)?.length, hidden_names(class).len());
    let name = class.name_text();
    if items.len() < visible {
        let (least, got) = (visible, items.len());
        return Err(
            thread.type_error(format!("{name}() takes an at least {least}-sequence ({got}-sequence given)"))
        );
    }
    if items.len() > visible + all {
        let (most, got) = (visible + all, items.len());
        return Err(
            thread.type_error(format!("{name}() takes an at most {most}-sequence ({got}-sequence given)"))
        );
    }
    let mut values = crate::heap::ScratchValues::new();
    values.extend_from_slice(&items);
    while values.len() < visible + all {
        values.push(Value::NONE);
    }
    make(thread, class, &values)
}
