//! What Python code sees of the built-in types and functions.
//!
//! Each file declares the methods and attributes of one type (or a family) with [`native_type`](crate::prelude::native_type), or the
//! functions of a module; layouts are in [`crate::object`], and the meaning of operators and protocols in [`crate::operations`]. [`class`] makes
//! classes, of these declarations and of class statements.

pub mod bool;
pub mod bytearray;
pub mod bytes;
pub mod bytes_methods;
pub mod cell;
pub mod class;
pub mod class_types;
pub mod code;
pub mod code_parts;
pub mod codec_errors;
pub mod codecs;
pub mod compile;
pub mod complex;
pub mod complex_math;
pub mod container_types;
pub mod descriptor;
pub mod dict;
pub mod dict_views;
pub mod exceptions;
pub mod finalization;
pub mod float;
pub mod frame;
pub mod frame_locals;
pub mod function;
pub mod functional_iterators;
pub mod functions;
pub mod generator;
pub mod generic_alias;
pub mod int;
pub mod int_convert;
pub mod iterators;
pub mod list;
pub mod mapping_proxy;
pub mod memory_items;
pub mod memoryview;
pub mod module;
pub mod namespace;
pub mod native_function;
pub mod object;
pub mod range;
pub mod scalar_types;
pub mod set;
pub mod simple_namespace;
pub mod singletons;
pub mod slice;
pub mod str;
pub mod struct_sequence;
pub mod super_object;
pub mod support;
pub mod template;
pub mod text_support;
pub mod traceback;
pub mod tuple;
pub mod typing;
pub mod union;
pub mod warnings;
pub mod weak_reference;

pub use namespace::{dict, function_object, initialize, module, original};
