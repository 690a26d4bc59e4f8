//! Values, heap, object model, interpreter and built-ins: everything that running bytecode needs except the compiler from
//! source text, the optimising compiler to machine code and the larger part of the standard library.
//!
//! - [`value`] the 64-bit word; [`heap`] the collector; [`object`] layouts; [`types`] the table of built-in classes
//! - [`operations`] what can be done with any value; [`text`] algorithms on characters and digits
//! - [`native`] how Rust code declares functions, types and modules; [`builtins`] the built-in types and functions declared so
//! - [`interpreter`] frames, dispatch, inline caches; [`assumptions`] and [`jit_interface`] what compiled code hooks into
//! - [`import`], [`sys`] modules and the state of the process
// Natives take thin handles to heap objects, valid by the collector's invariant rather than by their callers' promise.
#![allow(clippy::not_unsafe_ptr_arg_deref)]
// Statics are read as `*(&raw const STATIC)`: the edition forbids references to them.
#![allow(clippy::deref_addrof)]
// Constructors make heap objects and give handles of another type; native types' methods have Python's names.
#![allow(clippy::new_ret_no_self, clippy::self_named_constructors)]
// Comparisons of bools as Python defines them; tables of function types and arguments as the calling conventions want them.
#![allow(
    clippy::bool_comparison,
    clippy::nonminimal_bool,
    clippy::type_complexity,
    clippy::too_many_arguments
)]
// Outer conditions often carry a comment of their own; indices of lines and parameters mean more than positions in one slice.
#![allow(clippy::collapsible_if, clippy::needless_range_loop)]

extern crate self as taipan_runtime;

pub mod assumptions;
pub mod builtins;
pub mod fast_hash;
pub mod heap;
pub mod import;
pub mod interpreter;
pub mod jit_interface;
pub mod lock;
pub mod native;
pub mod object;
pub mod operations;
pub mod roots;
pub mod start;
pub mod syntax_tree;
pub mod sys;
pub mod text;
pub mod thread;
pub mod types;
pub mod value;

pub use types::types;

/// What files that declare natives use.
pub mod prelude {
    pub use crate::native::{KeywordArguments, NativeModule, NativeType};
    pub use crate::object::module::Module;
    pub use crate::object::pointer::Gc;
    pub use crate::object::str::Str;
    pub use crate::object::type_object::TypeObject;
    pub use crate::thread::{Raised, Result, Thread};
    pub use crate::types::types;
    pub use crate::value::Value;
    pub use taipan_macros::{native_module, native_type};
}
