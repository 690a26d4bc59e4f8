//! The object model: how values are laid out in memory and what can be done with each layout in Rust.
//!
//! A heap object begins with a [`Header`](crate::heap::Header): its [shape](shape) number tells the class and, for instances, where attributes are; its
//! [kind](kind) tells the layout. One file a layout: the `#[repr(C)]` struct, how to make one, the operations that the interpreter,
//! native code and compiled code share, and the function by which the collector visits its values. What Python code sees of these types
//! (methods, attributes) is declared in [`crate::builtins`]; operations that work on any value are in [`crate::operations`].

pub mod buffer;
pub mod bytes;
pub mod cell;
pub mod code;
pub mod descriptor;
pub mod dict;
pub mod exception;
pub mod float;
pub mod frame;
pub mod function;
pub mod generator;
pub mod instance;
pub mod int;
pub mod iterator;
pub mod kind;
pub mod list;
pub mod module;
pub mod native_function;
pub mod native_object;
pub mod packed_array;
pub mod pointer;
pub mod range;
pub mod set;
pub mod shape;
pub mod slice;
pub mod sort;
pub mod special;
pub mod str;
pub mod trace;
pub mod traceback;
pub mod tuple;
pub mod type_object;
pub mod weak_reference;
