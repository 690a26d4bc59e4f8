//! Values, heap, objects and the interpreter.

pub mod text;
