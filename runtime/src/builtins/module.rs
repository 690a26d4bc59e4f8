//! What Python code sees of modules.

use crate::object::dict::Dict;
use crate::object::list::List;
use crate::object::str::intern;
use crate::operations::{self, is_true};
use crate::prelude::*;

/// Create a module object.
///
/// The name must be a string; the optional docstring can have any type.
#[native_type(name = "module", base_type, weak_referencable, mutable)]
impl Module {
    #[new("(*args, **kwargs)", hidden)]
    fn new_module(class: Gc<TypeObject>, _args: &[Value], _kwargs: KeywordArguments) -> Gc<Module> {
        let mut module: Gc<Module> = Gc::from_header(crate::object::instance::allocate(class).header());
        module.dict = Dict::new();
        module.write_barrier();
        module
    }

    #[method("(name, doc=None)")]
    fn __init__(thread: &mut Thread, this: Gc<Module>, name: Gc<Str>, doc: Value) -> Result<()> {
        for (key, value) in [
            ("__name__", name.value()),
            ("__doc__", doc),
            ("__package__", Value::NONE),
            ("__loader__", Value::NONE),
            ("__spec__", Value::NONE),
        ] {
            this.dict.set_str(thread, intern(key), value)?;
        }
        Ok(())
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<Module>) -> Result {
        // importlib knows how modules are shown.
        let importlib = crate::sys::modules(thread).get_str(intern("_frozen_importlib"));
        if let Some(importlib) = importlib {
            return thread.call_method(importlib, "_module_repr", &[this.value()]);
        }
        let name = this.dict.get_str(intern("__name__")).unwrap_or(Value::NONE);
        let name = operations::repr(thread, name)?.to_string_lossy();
        Ok(Str::new(&format!("<module {name}>")).value())
    }

    #[method("($self, /)")]
    fn __dir__(thread: &mut Thread, this: Gc<Module>) -> Result {
        let own = operations::get_attribute(thread, this.value(), intern("__dict__"))?;
        if own.downcast::<Dict>().is_none() {
            let class = operations::attribute::class_name(this.value());
            return Err(thread.type_error(format!("{class}.__dict__ is not a dictionary")));
        }
        if let Some(function) = this.dict.get_str(intern("__dir__")) {
            return thread.call(function, &[]);
        }
        let list: Gc<List> = crate::builtins::object::keys(this.dict)?;
        Ok(list.value())
    }

    #[getter]
    fn __dict__(this: Gc<Module>) -> Gc<Dict> {
        this.dict
    }

    #[getter]
    fn __annotations__(thread: &mut Thread, this: Gc<Module>) -> Result {
        let name = intern("__annotations__");
        if let Some(found) = this.dict.get_str(name) {
            return Ok(found);
        }
        let annotate = this.dict.get_str(intern("__annotate__")).unwrap_or(Value::NULL);
        let annotations = crate::builtins::class::attributes::call_annotate(thread, annotate)?;
        // A module that is still being executed may get more annotations.
        if !is_initializing(thread, this)? {
            this.dict.set_str(thread, name, annotations)?;
        }
        Ok(annotations)
    }

    #[setter(__annotations__)]
    fn set_annotations(thread: &mut Thread, this: Gc<Module>, value: Option<Value>) -> Result<()> {
        let name = intern("__annotations__");
        match value {
            Some(value) => this.dict.set_str(thread, name, value)?,
            None if this.dict.delete_str(name) => {}
            None => return Err(thread.attribute_error("__annotations__")),
        }
        this.dict.delete_str(intern("__annotate__"));
        Ok(())
    }

    #[getter]
    fn __annotate__(thread: &mut Thread, this: Gc<Module>) -> Result {
        let name = intern("__annotate__");
        match this.dict.get_str(name) {
            Some(found) => Ok(found),
            None => {
                this.dict.set_str(thread, name, Value::NONE)?;
                Ok(Value::NONE)
            }
        }
    }

    #[setter(__annotate__)]
    fn set_annotate(thread: &mut Thread, this: Gc<Module>, value: Option<Value>) -> Result<()> {
        let Some(value) = value else {
            return Err(thread.type_error("cannot delete __annotate__ attribute"));
        };
        if !value.is_none() && !crate::builtins::function::is_callable(value) {
            return Err(thread.type_error("__annotate__ must be callable or None"));
        }
        this.dict.set_str(thread, intern("__annotate__"), value)?;
        if !value.is_none() {
            this.dict.delete_str(intern("__annotations__"));
        }
        Ok(())
    }
}

fn is_initializing(thread: &mut Thread, module: Gc<Module>) -> Result<bool> {
    let Some(spec) = module.dict.get_str(intern("__spec__")).filter(|spec| !spec.is_none()) else {
        return Ok(false);
    };
    match operations::get_attribute_optional(thread, spec, intern("_initializing"))? {
        Some(flag) => is_true(thread, flag),
        None => Ok(false),
    }
}
