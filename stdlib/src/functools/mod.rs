//! `_functools`: `partial`, `reduce`, `cmp_to_key` and the wrapper behind `lru_cache`.

mod key_wrapper;
mod lru_cache;
mod partial;

use key_wrapper::KeyWrapper;
use lru_cache::LruCacheWrapper;
use partial::{Partial, PlaceholderType};
use taipan_runtime::native::TypeDefinition;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::operations::{class_of, get_iterator, next};
use taipan_runtime::prelude::*;

/// The module `_functools`.
pub struct FuncTools;

/// Tools that operate on functions.
#[native_module(name = "_functools")]
impl FuncTools {
    #[types]
    fn types() -> &'static [&'static TypeDefinition] {
        &[Partial::DEFINITION, PlaceholderType::DEFINITION, LruCacheWrapper::DEFINITION]
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        taipan_runtime::builtins::class::class_of_definition(thread, KeyWrapper::DEFINITION)?;
        taipan_runtime::builtins::class::class_of_definition(thread, lru_cache::Link::DEFINITION)?;
        module
            .dict
            .set_str_infallible(taipan_runtime::object::str::intern("Placeholder"), partial::placeholder());
        Ok(())
    }

    /// Combine the items of an iterable into one value: function(function(function(initial, a), b), c) and so on.
    /// Without initial the first item takes its place.
    #[function("(function, iterable, /, initial=<unrepresentable>)")]
    fn reduce(thread: &mut Thread, function: Value, iterable: Value, initial: Option<Value>) -> Result {
        let iterator = match get_iterator(thread, iterable) {
            Ok(iterator) => iterator,
            Err(raised) if class_of(raised.0).is_subclass_of(types().type_error) => {
                return Err(thread.type_error("reduce() arg 2 must support iteration"));
            }
            Err(raised) => return Err(raised),
        };
        let mut total = match initial {
            Some(initial) => initial,
            None => match next(thread, iterator)? {
                Some(first) => first,
                None => return Err(thread.type_error("reduce() of empty iterable with no initial value")),
            },
        };
        while let Some(item) = next(thread, iterator)? {
            total = thread.call(function, &[total, item])?;
        }
        Ok(total)
    }

    /// Convert a function that compares two values into a key function.
    #[function("(mycmp)")]
    fn cmp_to_key(mycmp: Value) -> Gc<KeyWrapper> {
        let content = KeyWrapper { head: NativeHead::empty(), compare: mycmp, object: Value::NULL };
        native_object::new(KeyWrapper::class(), content)
    }
}
