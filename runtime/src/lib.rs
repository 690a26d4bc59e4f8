//! Values, heap, objects and the interpreter.
