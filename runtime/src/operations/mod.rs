//! Operations that work on any value: attributes, calls, arithmetic, comparison, iteration, conversion.
//!
//! Each is the meaning of a bytecode or of a built-in function. They look at the operands' tags and layouts first (the common
//! built-in types are done on the spot), then go through the class's [special methods](crate::object::special).

pub mod arithmetic;
pub mod attribute;
pub mod big_int;
pub mod buffer;
pub mod call;
pub mod class;
pub mod compare;
pub mod container;
pub mod convert;
pub mod hash;
pub mod iterate;

pub use attribute::{class_of, delete_attribute, get_attribute, get_attribute_optional, set_attribute};
pub use class::{is_instance, is_subclass};
pub use compare::{Comparison, equal, is_true, rich_compare};
pub use container::{contains, delete_item, get_item, length, set_item};
pub use convert::{ascii, format, index, repr, str_of};
pub use hash::hash;
pub use iterate::{get_iterator, next};
