//! Classes: made from native definitions, by class statements and by `type(...)`, and what Python code sees of `type`.
//!
//! A class is made in the same steps however it comes about: its [layout](layout) is that of its best base with the new `__slots__` behind it,
//! its attributes go into an ordinary dict, and its [method resolution order](order) is computed from its bases. For class statements
//! [`statement`] does this, for native definitions [`native`].

mod assign;
pub mod attributes;
mod bases;
mod layout;
mod native;
mod order;
mod statement;
mod type_methods;

pub use assign::{assign_class, replace_bases, set_native_bases};
pub use bases::{most_derived_metaclass, resolve_bases};
pub use native::{allocate_native_class, class_of_definition, fill_native_class, member, native_classes};
pub use statement::new_class;

pub use crate::builtins::object::{check_object_init, object_new};

use crate::object::pointer::Gc;
use crate::object::type_object::TypeObject;

/// CPython's `tp_name`: `name`, for native classes outside of builtins with the module before it.
pub fn full_name(class: Gc<TypeObject>, name: &str) -> String {
    match class.definition {
        Some(definition) => definition.full_name(),
        None => name.to_string(),
    }
}
