//! The one way to declare native functions, types and modules.
//!
//! The attribute macros of `taipan-macros` turn an `impl` block into static definitions ([`definition`]): a [`ModuleDefinition`] or [`TypeDefinition`]
//! lists [`NativeDefinition`]s, each with its [`Signature`], doc and wrapper. The object model makes modules, classes, descriptors and
//! built-in functions from them; compiled code looks into them for unboxed entries.
//!
//! A call goes: the caller lays positional arguments and then keyword values in a row and calls [`NativeCall`]. The wrapper uses that row as it
//! is when it already matches the parameters one to one; else [`bind`] sorts the arguments into an array, one place a parameter, with
//! CPython's complaints where they don't fit. Then [`convert`] turns each value into the Rust parameter's type, the Rust function runs,
//! and its result is turned back. An exception travels as `Err(Raised)` in Rust and as NULL with `Thread::raised` between wrappers.
//!
//! A Rust panic unwinds through the wrappers (`extern "C-unwind"`) up to the interpreter's outermost entry.

pub mod bind;
pub mod convert;
pub mod definition;
pub mod signature;
mod suggestion;

pub use bind::{bind_arguments, rest_of_arguments};
pub use convert::{
    ArgumentContext, FromArgument, FromReceiver, IntoNext, IntoReturn, Text, check_new_class, full_name,
    stop_iteration, type_name, wrong_argument_type, wrong_getset_receiver, wrong_receiver,
};
pub use definition::{
    CodeAddress, ConstantDefinition, GetSetDefinition, MadeType, ModuleDefinition, NativeCall,
    NativeDefinition, NativeModule, NativeRole, NativeType, TypeDefinition, UnboxedEntry, UnboxedKind,
};
pub use signature::{CallStyle, KeywordArguments, Parameter, ParameterKind, Signature};
pub use suggestion::closest_name;

use crate::thread::{Raised, Thread};
use crate::value::Value;

/// What wrappers return before the calling convention's NULL.
pub type NativeResult<T = Value> = core::result::Result<T, Raised>;

/// Ends a native call with an exception.
#[cold]
pub fn set_raised(thread: &mut Thread, raised: Raised) -> Value {
    thread.set_raised(raised.0);
    Value::NULL
}
