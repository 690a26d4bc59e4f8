//! Values, heap, objects and the interpreter.

pub mod text;

pub mod heap;
