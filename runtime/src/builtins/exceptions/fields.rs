//! Exception classes with a few fields: StopIteration, SystemExit, ImportError, NameError, AttributeError; and KeyError.

use super::base::{arguments, initialize, keep_arguments, plain_text, state};
use super::plain::{ExceptionType, LookupError};
use crate::object::dict::Dict;
use crate::object::exception::Exception;
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::operations::{self, class_of};
use crate::prelude::*;

exception! {
    "Signal the end from iterator.__next__()."
    StopIteration "StopIteration": ExceptionType {
        value "generator return value"
    }

    #[method("(*args, **kwargs)")]
    fn __init__(thread: &mut Thread, this: Gc<Exception>, args: &[Value], kwargs: KeywordArguments) -> Result<()> {
        initialize(thread, this, args, kwargs)?;
        this.set_field(0, args.first().copied().unwrap_or(Value::NONE));
        Ok(())
    }
}

exception! {
    "Request to exit from the interpreter."
    SystemExit "SystemExit": Exception {
        code "exception code"
    }

    #[method("(*args, **kwargs)")]
    fn __init__(thread: &mut Thread, this: Gc<Exception>, args: &[Value], kwargs: KeywordArguments) -> Result<()> {
        initialize(thread, this, args, kwargs)?;
        let code = match args {
            [] => Value::NONE,
            [one] => *one,
            _ => this.args,
        };
        this.set_field(0, code);
        Ok(())
    }
}

exception! {
    "Mapping key not found."
    KeyError "KeyError": LookupError

    #[method]
    fn __str__(thread: &mut Thread, this: Gc<Exception>) -> Result<Gc<Str>> {
        // The key's repr: an empty string or one with blanks would be misread.
        match arguments(this).items() {
            [key] => operations::repr(thread, *key),
            _ => plain_text(thread, this),
        }
    }
}

/// Places of ImportError's fields.
mod import_field {
    pub const MSG: usize = 0;
    pub const NAME: usize = 1;
    pub const PATH: usize = 2;
    pub const NAME_FROM: usize = 3;
}

exception! {
    "Import can't find module, or can't find name in module."
    ImportError "ImportError": ExceptionType {
        msg "exception message"
        name "module name"
        path "module path"
        name_from "name imported from module"
    }

    #[method("(*args, name=None, path=None, name_from=None)")]
    fn __init__(
        thread: &mut Thread,
        this: Gc<Exception>,
        args: &[Value],
        name: Option<Value>,
        path: Option<Value>,
        name_from: Option<Value>,
    ) -> Result<()> {
        keep_arguments(thread, this, args)?;
        let message = if let [message] = args { *message } else { Value::NULL };
        this.set_field(import_field::MSG, message);
        this.set_field(import_field::NAME, name.unwrap_or(Value::NULL));
        this.set_field(import_field::PATH, path.unwrap_or(Value::NULL));
        this.set_field(import_field::NAME_FROM, name_from.unwrap_or(Value::NULL));
        Ok(())
    }

    #[method]
    fn __str__(thread: &mut Thread, this: Gc<Exception>) -> Result<Gc<Str>> {
        let message = this.field(import_field::MSG);
        match message.non_null() {
            Some(message) if class_of(message) == types().str => Ok(message.cast()),
            _ => plain_text(thread, this),
        }
    }

    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<Exception>) -> Result<Gc<Tuple>> {
        let dict = match state(thread, this)? {
            Some(dict) => dict.copy(thread)?,
            None => Dict::new(),
        };
        let fields =
            [("name", import_field::NAME), ("path", import_field::PATH), ("name_from", import_field::NAME_FROM)];
        for (name, field) in fields {
            if let Some(value) = this.field(field).non_null() {
                dict.set_str(thread, intern(name), value)?;
            }
        }
        let (class, args) = (this.class().value(), this.args);
        Ok(match dict.is_empty() {
            true => Tuple::new(&[class, args]),
            false => Tuple::new(&[class, args, dict.value()]),
        })
    }
}

exception! {
    "Module not found."
    ModuleNotFoundError "ModuleNotFoundError": ImportError
}

exception! {
    "Name not found globally."
    NameError "NameError": ExceptionType {
        name "name"
    }

    #[method("(*args, name=None)")]
    fn __init__(thread: &mut Thread, this: Gc<Exception>, args: &[Value], name: Option<Value>) -> Result<()> {
        keep_arguments(thread, this, args)?;
        this.set_field(0, name.unwrap_or(Value::NULL));
        Ok(())
    }
}

exception! {
    "Local name referenced but not bound to a value."
    UnboundLocalError "UnboundLocalError": NameError
}

/// State of an AttributeError: attributes, name and arguments, but not the object, which may be anything.
fn attribute_error_state(thread: &mut Thread, this: Gc<Exception>) -> Result {
    let own = state(thread, this)?;
    let name = this.field(0);
    let dict = match own {
        Some(dict) => dict.copy(thread)?,
        None => Dict::new(),
    };
    if let Some(name) = name.non_null() {
        dict.set_str(thread, intern("name"), name)?;
    }
    dict.set_str(thread, intern("args"), this.args)?;
    Ok(dict.value())
}

exception! {
    "Attribute not found."
    AttributeError "AttributeError": ExceptionType {
        name "attribute name"
        obj "object"
    }

    #[method("(*args, name=None, obj=None)")]
    fn __init__(
        thread: &mut Thread,
        this: Gc<Exception>,
        args: &[Value],
        name: Option<Value>,
        obj: Option<Value>,
    ) -> Result<()> {
        keep_arguments(thread, this, args)?;
        this.set_field(0, name.unwrap_or(Value::NULL));
        this.set_field(1, obj.unwrap_or(Value::NULL));
        Ok(())
    }

    #[method("($self, /)")]
    fn __getstate__(thread: &mut Thread, this: Gc<Exception>) -> Result {
        attribute_error_state(thread, this)
    }

    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<Exception>) -> Result<Gc<Tuple>> {
        let state = attribute_error_state(thread, this)?;
        Ok(Tuple::new(&[this.class().value(), this.args, state]))
    }
}
