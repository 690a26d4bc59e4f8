//! The module `_weakref`.

use taipan_runtime::builtins::weak_reference::{CallableProxy, WeakProxy};
use taipan_runtime::native::TypeDefinition;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::list::List;
use taipan_runtime::object::str::intern;
use taipan_runtime::object::weak_reference::{WeakReference, references_to};
use taipan_runtime::prelude::*;

/// Weak-reference support module.
pub struct WeakReferences;

#[native_module(name = "_weakref")]
impl WeakReferences {
    /// Return the number of weak references to 'object'.
    #[function("(object, /)")]
    fn getweakrefcount(object: Value) -> i64 {
        references_to(object).len() as i64
    }

    /// Return a list of all weak reference objects pointing to 'object'.
    #[function("(object, /)")]
    fn getweakrefs(object: Value) -> Gc<List> {
        let list = List::empty();
        references_to(object).into_iter().for_each(|reference| list.push(reference.value()));
        list
    }

    /// Create a proxy object that weakly references 'object'.
    #[function("(object, callback=None, /)")]
    fn proxy(thread: &mut Thread, object: Value, callback: Option<Value>) -> Result {
        let callback = callback.filter(|callback| !callback.is_none()).unwrap_or(Value::NULL);
        taipan_runtime::builtins::weak_reference::make_proxy(thread, object, callback).map(Gc::value)
    }

    /// Atomically remove key from dict if it points to a dead weakref.
    #[function("(dct, key, /)")]
    fn _remove_dead_weakref(thread: &mut Thread, dct: Gc<Dict>, key: Value) -> Result<()> {
        if let Some(reference) = dct.get(thread, key)? {
            if reference.downcast::<WeakReference>().is_some_and(|reference| reference.referent.is_null()) {
                dct.remove(thread, key)?;
            }
        }
        Ok(())
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        let reference = types().weak_reference.value();
        module.dict.set_str(thread, intern("ref"), reference)?;
        module.dict.set_str(thread, intern("ReferenceType"), reference)?;
        let proxies: [(&str, &'static TypeDefinition); 2] =
            [("ProxyType", WeakProxy::DEFINITION), ("CallableProxyType", CallableProxy::DEFINITION)];
        for (name, definition) in proxies {
            let class = taipan_runtime::builtins::class::class_of_definition(thread, definition)?;
            module.dict.set_str(thread, intern(name), class.value())?;
        }
        Ok(())
    }
}
