//! What Python code sees of the built-in types and functions.
//!
//! Each file declares the methods and attributes of one type (or a family) with [`native_type`](crate::prelude::native_type), or the
//! functions of a module; layouts are in [`crate::object`], and the meaning of operators and protocols in [`crate::operations`]. [`class`] makes
//! classes, of these declarations and of class statements.

pub mod cell;
pub mod class;
pub mod code;
pub mod descriptor;
pub mod exceptions;
pub mod finalization;
pub mod frame;
pub mod function;
pub mod generator;
pub mod generic_alias;
pub mod module;
pub mod native_function;
pub mod object;
pub mod singletons;
pub mod super_object;
pub mod template;
pub mod traceback;
pub mod typing;
pub mod union;
pub mod warnings;
pub mod weak_reference;
