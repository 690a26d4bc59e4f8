//! Declares native functions, types and modules.
//!
//! [`macro@native_module`] and [`macro@native_type`] stand on an `impl` block whose functions carry attributes such as
//! `#[function("(x, /)")]`. A block goes through three steps: [`attributes`] takes our attributes off each function, [`signature`] parses the
//! Python signature, [`function`] checks it against the Rust parameters and writes the wrapper with the native calling convention together with
//! a static `NativeDefinition`; [`module`] and [`class`] gather these into a `ModuleDefinition` or `TypeDefinition`, reachable as
//! `<T as NativeModule>::DEFINITION` and `<T as NativeType>::DEFINITION`. The types generated code uses are in `taipan_runtime::native`.
//!
//! A mistake (a signature that doesn't parse, or doesn't fit the Rust function) is a compile error at the signature.

mod attributes;
mod class;
mod function;
mod module;
mod signature;
mod slots;

use proc_macro::TokenStream;

/// Declares a module: `#[native_module(name = "math")] impl Math { ... }`.
///
/// The block's doc comment is the module's. Functions in it carry one of
/// - `#[function("(x, /)")]`: a function; options `name = "..."`, `unboxed` (all parameters and the result are `f64`, `i64` or `bool`: also
///   callable by compiled code), `unboxed_finite = path` (such a function that can fail, and tells it by a result that isn't finite),
///   `hidden` (no `__text_signature__`), `text = "..."` (another one than the signature);
/// - `#[constant]`: computes a module constant, named as the function or `name = "..."`;
/// - `#[execute]`: `fn(thread: &mut Thread, module: Gc<Module>) -> Result<()>`, further set-up;
/// - `#[types]`: `fn() -> &'static [&'static TypeDefinition]`, types put into the module.
#[proc_macro_attribute]
pub fn native_module(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand(module::expand(arguments.into(), item.into()))
}

/// Declares a type: `#[native_type(name = "deque", module = "collections", base_type)] impl Deque { ... }`, where `Deque: Layout`.
///
/// The block's doc comment is the type's. Options: `base = expression` (a `&'static TypeDefinition`), `text_signature = "..."` (where it isn't
/// that of `#[new]`), `value_fields = n` (the last n fields of the struct are values that the layout's kind doesn't know; the collector visits
/// them like `__slots__`), and the flags `base_type` (may be subclassed),
/// `has_dict`, `weak_referencable`, `sequence`, `mapping`, `mutable` (class attributes may be assigned), `no_new`. Functions in it carry one of
/// - `#[method("($self, x, /)")]`; the special methods that CPython makes slot wrappers become such, and need no signature;
///   the option `plain` makes such a one an ordinary method; `__next__` may return `Option`, `None` at the end;
/// - `#[new("(iterable=(), /)")]`, `#[class_method("($type, x, /)")]`, `#[static_method("(x, /)")]`;
/// - `#[getter]` (option `member`), `#[setter(name)]`, whose last parameter is `Option<Value>`, `None` to delete;
/// - `#[attribute]`: computes a plain value of the type's dictionary.
#[proc_macro_attribute]
pub fn native_type(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand(class::expand(arguments.into(), item.into()))
}

fn expand(result: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    result.unwrap_or_else(|error| error.to_compile_error()).into()
}
