//! Exception classes that a native module makes for itself.

use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::prelude::*;
use taipan_runtime::roots::Root;

/// Where a module remembers an exception class of its own, which is never freed.
pub struct ExceptionClass(Root);

impl ExceptionClass {
    pub const fn new() -> ExceptionClass {
        ExceptionClass(Root::new())
    }

    /// Makes the class, or gives the one made before, and puts it into a module.
    pub fn install(
        &'static self,
        thread: &mut Thread,
        module: Gc<Module>,
        name: &str,
        owner: &str,
        base: Gc<TypeObject>,
    ) -> Result<()> {
        let class = match self.0.get() {
            Some(class) => class,
            None => {
                let namespace = Dict::new();
                namespace.set_str_infallible(intern("__module__"), Str::new(owner).value());
                let bases = Tuple::new(&[base.value()]);
                let arguments = [Str::new(name).value(), bases.value(), namespace.value()];
                let class = thread.call(types().type_.value(), &arguments)?;
                self.0.set(class);
                class
            }
        };
        module.dict.set_str_infallible(intern(name), class);
        Ok(())
    }

    /// The class; Exception before it was made.
    pub fn class(&self) -> Gc<TypeObject> {
        self.0.get().and_then(|class| class.downcast::<TypeObject>()).unwrap_or(types().exception)
    }

    /// An exception of the class with a message.
    #[cold]
    pub fn error(&self, thread: &mut Thread, message: impl AsRef<str>) -> Raised {
        thread.error(self.class(), message)
    }
}

impl Default for ExceptionClass {
    fn default() -> ExceptionClass {
        ExceptionClass::new()
    }
}
