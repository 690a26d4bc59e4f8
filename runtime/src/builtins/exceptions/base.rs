//! `BaseException`.

use crate::builtins::object::{get_dictionary, has_attributes, set_dictionary};
use crate::object::dict::Dict;
use crate::object::exception::Exception;
use crate::object::list::List;
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::operations::attribute::{class_name, get_attribute_optional, set_attribute};
use crate::operations::{self, class_of};
use crate::prelude::*;

/// The arguments of an exception.
pub fn arguments(exception: Gc<Exception>) -> Gc<Tuple> {
    exception.args.downcast::<Tuple>().unwrap_or_else(Tuple::empty)
}

/// Keeps the arguments of `__init__`.
pub fn keep_arguments(thread: &mut Thread, mut this: Gc<Exception>, args: &[Value]) -> Result<()> {
    this.args = Tuple::try_new(thread, args)?.value();
    this.write_barrier();
    Ok(())
}

/// `__init__` without keywords.
pub fn initialize(
    thread: &mut Thread,
    this: Gc<Exception>,
    args: &[Value],
    kwargs: KeywordArguments,
) -> Result<()> {
    if !kwargs.is_empty() {
        let name = this.class().name_text();
        return Err(thread.type_error(format!("{name}() takes no keyword arguments")));
    }
    keep_arguments(thread, this, args)
}

/// `BaseException.__str__`
pub fn plain_text(thread: &mut Thread, this: Gc<Exception>) -> Result<Gc<Str>> {
    match arguments(this).items() {
        [] => Ok(Str::new("")),
        [one] => operations::str_of(thread, *one),
        _ => operations::str_of(thread, this.args),
    }
}

/// The `__dict__`, if there is something in it.
pub fn state(thread: &mut Thread, this: Gc<Exception>) -> Result<Option<Gc<Dict>>> {
    match has_attributes(this.value()) {
        true => get_dictionary(thread, this.value()).map(Some),
        false => Ok(None),
    }
}

/// `exception.add_note(note)`
pub fn add_note(thread: &mut Thread, exception: Value, note: Gc<Str>) -> Result<()> {
    let name = intern("__notes__");
    let notes = match get_attribute_optional(thread, exception, name)? {
        Some(notes) => notes,
        None => {
            let notes = List::empty().value();
            set_attribute(thread, exception, name, notes)?;
            notes
        }
    };
    match notes.downcast::<List>() {
        Some(notes) => {
            notes.push(note.value());
            Ok(())
        }
        None => Err(thread.type_error("Cannot add note: __notes__ is not a list")),
    }
}

/// Checks a value for `__context__` or `__cause__`: an exception, or None as `NULL`.
fn chained(thread: &mut Thread, value: Option<Value>, name: &str, what: &str) -> Result {
    let Some(value) = value else { return Err(thread.type_error(format!("{name} may not be deleted"))) };
    if value.is_none() {
        return Ok(Value::NULL);
    }
    if value.downcast::<Exception>().is_none() {
        return Err(thread.type_error(format!("exception {what} must be None or derive from BaseException")));
    }
    Ok(value)
}

/// Common base class for all exceptions
#[native_type(name = "BaseException", base_type, has_dict, weak_referencable)]
impl Exception {
    #[new("(*args, **kwargs)", hidden)]
    fn new_exception(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        args: &[Value],
        _kwargs: KeywordArguments,
    ) -> Result {
        let args = Tuple::try_new(thread, args)?;
        let exception = Exception::allocate(class, args).value();
        crate::builtins::finalization::register(exception);
        Ok(exception)
    }

    #[method("(*args, **kwargs)")]
    fn __init__(
        thread: &mut Thread,
        this: Gc<Exception>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result<()> {
        initialize(thread, this, args, kwargs)
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<Exception>) -> Result<String> {
        let name = this.class().name_text();
        match arguments(this).items() {
            [one] => Ok(format!("{name}({})", operations::repr(thread, *one)?.to_string_lossy())),
            _ => Ok(format!("{name}{}", operations::repr(thread, this.args)?.to_string_lossy())),
        }
    }

    #[method]
    fn __str__(thread: &mut Thread, this: Gc<Exception>) -> Result<Gc<Str>> {
        plain_text(thread, this)
    }

    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<Exception>) -> Result<Gc<Tuple>> {
        let (class, args) = (this.class().value(), this.args);
        Ok(match state(thread, this)? {
            Some(state) => Tuple::new(&[class, args, state.value()]),
            None => Tuple::new(&[class, args]),
        })
    }

    #[method("($self, state, /)")]
    fn __setstate__(thread: &mut Thread, this: Gc<Exception>, state: Value) -> Result<()> {
        if state.is_none() {
            return Ok(());
        }
        let Some(dict) = state.downcast::<Dict>() else {
            return Err(thread.type_error("state is not a dictionary"));
        };
        let mut position = 0;
        while let Some((key, value)) = dict.next_entry(&mut position) {
            let Some(name) = key.downcast::<Str>() else {
                let got = class_name(key);
                return Err(thread.type_error(format!("attribute name must be string, not '{got}'")));
            };
            set_attribute(thread, this.value(), name, value)?;
        }
        Ok(())
    }

    /// Set self.__traceback__ to tb and return self.
    #[method("($self, tb, /)")]
    fn with_traceback(thread: &mut Thread, this: Gc<Exception>, tb: Value) -> Result {
        Exception::set_traceback(thread, this, Some(tb))?;
        Ok(this.value())
    }

    /// Add a note to the exception
    #[method("($self, note, /)")]
    fn add_note(thread: &mut Thread, this: Gc<Exception>, note: Gc<Str>) -> Result<()> {
        add_note(thread, this.value(), note)
    }

    #[getter(member)]
    fn __suppress_context__(this: Gc<Exception>) -> bool {
        this.suppress_context == Value::TRUE
    }

    #[setter(__suppress_context__)]
    fn set_suppress_context(
        thread: &mut Thread,
        mut this: Gc<Exception>,
        value: Option<Value>,
    ) -> Result<()> {
        match value {
            None => Err(thread.type_error("can't delete numeric/char attribute")),
            Some(value) if value.is_bool() => {
                this.suppress_context = value;
                Ok(())
            }
            Some(_) => Err(thread.type_error("attribute value type must be bool")),
        }
    }

    #[getter]
    fn __dict__(thread: &mut Thread, this: Gc<Exception>) -> Result<Gc<Dict>> {
        get_dictionary(thread, this.value())
    }

    #[setter(__dict__)]
    fn set_dict(thread: &mut Thread, this: Gc<Exception>, value: Option<Value>) -> Result<()> {
        set_dictionary(thread, this.value(), value)
    }

    #[getter]
    fn args(this: Gc<Exception>) -> Gc<Tuple> {
        arguments(this)
    }

    #[setter(args)]
    fn set_args(thread: &mut Thread, mut this: Gc<Exception>, value: Option<Value>) -> Result<()> {
        let Some(value) = value else { return Err(thread.type_error("args may not be deleted")) };
        let args = match class_of(value) == types().tuple {
            true => value,
            false => {
                let items = operations::iterate::collect(thread, value)?;
                Tuple::try_new(thread, &items)?.value()
            }
        };
        this.args = args;
        this.write_barrier();
        Ok(())
    }

    #[getter]
    fn __traceback__(this: Gc<Exception>) -> Value {
        this.traceback.non_null().unwrap_or(Value::NONE)
    }

    #[setter(__traceback__)]
    fn set_traceback(thread: &mut Thread, mut this: Gc<Exception>, value: Option<Value>) -> Result<()> {
        let Some(value) = value else { return Err(thread.type_error("__traceback__ may not be deleted")) };
        if !value.is_none() && value.downcast::<crate::object::traceback::Traceback>().is_none() {
            return Err(thread.type_error("__traceback__ must be a traceback or None"));
        }
        this.traceback = if value.is_none() { Value::NULL } else { value };
        this.write_barrier();
        Ok(())
    }

    #[getter]
    fn __context__(this: Gc<Exception>) -> Value {
        this.context.non_null().unwrap_or(Value::NONE)
    }

    #[setter(__context__)]
    fn set_context(thread: &mut Thread, mut this: Gc<Exception>, value: Option<Value>) -> Result<()> {
        this.context = chained(thread, value, "__context__", "context")?;
        this.write_barrier();
        Ok(())
    }

    #[getter]
    fn __cause__(this: Gc<Exception>) -> Value {
        this.cause.non_null().unwrap_or(Value::NONE)
    }

    #[setter(__cause__)]
    fn set_cause(thread: &mut Thread, mut this: Gc<Exception>, value: Option<Value>) -> Result<()> {
        this.cause = chained(thread, value, "__cause__", "cause")?;
        this.suppress_context = Value::TRUE;
        this.write_barrier();
        Ok(())
    }
}
