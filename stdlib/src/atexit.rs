//! The module `atexit`: functions to call at the end of the program.

use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::list::List;
use taipan_runtime::object::special::Special;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::{class_of, equal};
use taipan_runtime::prelude::*;
use taipan_runtime::roots::Root;
use taipan_runtime::sys;

/// allow programmer to define multiple exit functions to be executed
/// upon normal program termination.
pub struct AtExit;

/// List of (function, positional arguments, keyword arguments).
static FUNCTIONS: Root = Root::new();

fn functions() -> Gc<List> {
    FUNCTIONS.get_or_set(|| List::empty().value()).cast()
}

/// Calls the registered functions, the last first; what they raise is printed.
pub fn run(thread: &mut Thread) {
    while let Some(entry) = functions().pop() {
        let entry = entry.cast::<Tuple>();
        let (function, positional) = (entry.items()[0], entry.items()[1].cast::<Tuple>());
        let keywords = entry.items()[2].cast::<Dict>();
        let result =
            taipan_runtime::interpreter::slow::call_with_dict(thread, function, positional.items(), keywords);
        if let Err(raised) = result {
            sys::hooks::unraisable(thread, raised, Some("Exception ignored in atexit callback"), function);
        }
    }
}

#[native_module(name = "atexit")]
impl AtExit {
    /// Register a function to be executed upon normal program termination
    #[function("(func, /, *args, **kwargs)")]
    fn register(thread: &mut Thread, func: Value, args: &[Value], kwargs: KeywordArguments<'_>) -> Result {
        if class_of(func).special(Special::Call).is_none() {
            return Err(thread.type_error("the first argument must be callable"));
        }
        let keywords = Dict::new();
        for (name, value) in kwargs.iter() {
            keywords.set(thread, name.value(), value)?;
        }
        let positional = Tuple::new(args);
        functions().push(Tuple::new(&[func, positional.value(), keywords.value()]).value());
        Ok(func)
    }

    /// Clear the list of previously registered exit functions.
    #[function("()")]
    fn _clear() {
        functions().clear();
    }

    /// Run all registered exit functions.
    #[function("()")]
    fn _run_exitfuncs(thread: &mut Thread) {
        run(thread);
    }

    /// Return the number of registered exit functions.
    #[function("()")]
    fn _ncallbacks() -> i64 {
        functions().length as i64
    }

    /// Unregister an exit function which was previously registered using atexit.register
    #[function("(func, /)")]
    fn unregister(thread: &mut Thread, func: Value) -> Result<()> {
        let list = functions();
        let mut i = 0;
        while i < list.length {
            let registered = list.items()[i].cast::<Tuple>().items()[0];
            if equal(thread, registered, func)? {
                list.remove(i);
            } else {
                i += 1;
            }
        }
        Ok(())
    }
}
