//! The module `_contextvars`: variables whose values belong to a context.
//!
//! A context maps variables to values. Contexts are copied when a variable is set, so that `copy_context()` and tokens only share dicts.

use taipan_runtime::builtins::class::class_of_definition;
use taipan_runtime::native_layout;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::{self, attribute::class_name};
use taipan_runtime::prelude::*;

/// Context Variables
pub struct ContextVariables;

/// A context.
#[repr(C)]
pub struct Context {
    head: NativeHead,
    /// Dict by variable.
    values: Value,
    /// The context that was current before this one was entered, NULL when it isn't entered.
    previous: Value,
    entered: bool,
}

native_layout!(Context, "_contextvars.Context", |this, tracer| {
    tracer.value(this.values.0);
    tracer.value(this.previous.0);
});

/// A context variable.
#[repr(C)]
pub struct ContextVar {
    head: NativeHead,
    name: Value,
    default: Value,
}

native_layout!(ContextVar, "_contextvars.ContextVar", |this, tracer| {
    tracer.value(this.name.0);
    tracer.value(this.default.0);
});

/// What setting a variable returns: the way back.
#[repr(C)]
pub struct Token {
    head: NativeHead,
    context: Value,
    variable: Value,
    old_value: Value,
    used: bool,
}

native_layout!(Token, "_contextvars.Token", |this, tracer| {
    for value in [this.context, this.variable, this.old_value] {
        tracer.value(value.0);
    }
});

fn new_context(thread: &mut Thread, values: Gc<Dict>) -> Result<Gc<Context>> {
    let class = class_of_definition(thread, Context::DEFINITION)?;
    let content =
        Context { head: NativeHead::empty(), values: values.value(), previous: Value::NULL, entered: false };
    Ok(native_object::new(class, content))
}

/// The thread's current context, made if there is none.
fn current(thread: &mut Thread) -> Result<Gc<Context>> {
    if let Some(context) = thread.context.downcast::<Context>() {
        return Ok(context);
    }
    let context = new_context(thread, Dict::new())?;
    thread.context = context.value();
    Ok(context)
}

impl Context {
    fn dict(&self) -> Gc<Dict> {
        self.values.cast()
    }
}

#[native_type(name = "Context", module = "_contextvars", weak_referencable, mapping)]
impl Context {
    #[new("()")]
    fn new(class: Gc<TypeObject>) -> Gc<Context> {
        let values = Dict::new().value();
        native_object::new(
            class,
            Context { head: NativeHead::empty(), values, previous: Value::NULL, entered: false },
        )
    }

    /// Calls a function in the context.
    #[method("($self, callable, /, *args, **kwargs)")]
    fn run(
        thread: &mut Thread,
        mut this: Gc<Context>,
        callable: Value,
        args: &[Value],
        kwargs: KeywordArguments<'_>,
    ) -> Result {
        if this.entered {
            let text = format!("<Context object at {:#x}>", this.value().0);
            return Err(thread.runtime_error(format!("cannot enter context: {text} is already entered")));
        }
        this.previous = thread.context;
        this.entered = true;
        this.write_barrier();
        thread.context = this.value();
        let result = kwargs.call(thread, callable, args);
        thread.context = this.previous;
        this.previous = Value::NULL;
        this.entered = false;
        result
    }

    /// Return a shallow copy of the context object.
    #[method("($self, /)")]
    fn copy(thread: &mut Thread, this: Gc<Context>) -> Result<Gc<Context>> {
        let values = this.dict().copy(thread)?;
        new_context(thread, values)
    }

    /// Return the value for the variable, or a default.
    #[method("($self, key, default=None, /)")]
    fn get(thread: &mut Thread, this: Gc<Context>, key: Value, default: Option<Value>) -> Result {
        check_variable(thread, key)?;
        Ok(this.dict().get(thread, key)?.unwrap_or(default.unwrap_or(Value::NONE)))
    }

    #[method]
    fn __getitem__(thread: &mut Thread, this: Gc<Context>, key: Value) -> Result {
        check_variable(thread, key)?;
        operations::get_item(thread, this.values, key)
    }

    #[method]
    fn __contains__(thread: &mut Thread, this: Gc<Context>, key: Value) -> Result<bool> {
        check_variable(thread, key)?;
        this.dict().contains(thread, key)
    }

    #[method]
    fn __len__(this: Gc<Context>) -> usize {
        this.dict().length
    }

    #[method]
    fn __iter__(thread: &mut Thread, this: Gc<Context>) -> Result {
        operations::get_iterator(thread, this.values)
    }

    /// Return all variables in the context object.
    #[method("($self, /)")]
    fn keys(thread: &mut Thread, this: Gc<Context>) -> Result {
        thread.call_method(this.values, "keys", &[])
    }

    /// Return a list of all variables' values in the context object.
    #[method("($self, /)")]
    fn values(thread: &mut Thread, this: Gc<Context>) -> Result {
        thread.call_method(this.values, "values", &[])
    }

    /// Return all variables and their values in the context object.
    #[method("($self, /)")]
    fn items(thread: &mut Thread, this: Gc<Context>) -> Result {
        thread.call_method(this.values, "items", &[])
    }
}

fn check_variable(thread: &mut Thread, key: Value) -> Result<()> {
    if key.downcast::<ContextVar>().is_some() {
        return Ok(());
    }
    let got = class_name(key);
    Err(thread.type_error(format!("a ContextVar key was expected, got {got}")))
}

#[native_type(name = "ContextVar", module = "_contextvars", weak_referencable)]
impl ContextVar {
    #[new("(name, /, *, default=None)")]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        name: Value,
        default: Option<Value>,
    ) -> Result<Gc<ContextVar>> {
        if name.downcast::<Str>().is_none() {
            return Err(thread.type_error("context variable name must be a str"));
        }
        let default = default.unwrap_or(Value::NULL);
        Ok(native_object::new(class, ContextVar { head: NativeHead::empty(), name, default }))
    }

    /// Return a value for the context variable for the current context.
    #[method("($self, default=None, /)")]
    fn get(thread: &mut Thread, this: Gc<ContextVar>, default: Option<Value>) -> Result {
        let context = current(thread)?;
        if let Some(value) = context.dict().get(thread, this.value())? {
            return Ok(value);
        }
        match default.or(this.default.non_null()) {
            Some(value) => Ok(value),
            None => {
                let class = types().lookup_error;
                Err(taipan_runtime::object::exception::Exception::with_arguments(
                    thread,
                    class,
                    &[this.value()],
                ))
            }
        }
    }

    /// Call to set a new value for the context variable in the current context.
    #[method("($self, value, /)")]
    fn set(thread: &mut Thread, this: Gc<ContextVar>, value: Value) -> Result<Gc<Token>> {
        let mut context = current(thread)?;
        let old_value = context.dict().get(thread, this.value())?.unwrap_or(Value::NULL);
        let values = context.dict().copy(thread)?;
        values.set(thread, this.value(), value)?;
        context.values = values.value();
        context.write_barrier();
        let class = class_of_definition(thread, Token::DEFINITION)?;
        let token = Token {
            head: NativeHead::empty(),
            context: context.value(),
            variable: this.value(),
            old_value,
            used: false,
        };
        Ok(native_object::new(class, token))
    }

    /// Reset the context variable.
    #[method("($self, token, /)")]
    fn reset(thread: &mut Thread, this: Gc<ContextVar>, mut token: Gc<Token>) -> Result<()> {
        if token.used {
            return Err(thread.runtime_error("Token has already been used once"));
        }
        if token.variable != this.value() {
            return Err(thread.value_error("Token was created by a different ContextVar"));
        }
        let mut context = current(thread)?;
        if token.context != context.value() {
            return Err(thread.value_error("Token was created in a different Context"));
        }
        token.used = true;
        let values = context.dict().copy(thread)?;
        match token.old_value.non_null() {
            Some(old) => values.set(thread, this.value(), old)?,
            None => {
                values.remove(thread, this.value())?;
            }
        }
        context.values = values.value();
        context.write_barrier();
        Ok(())
    }

    #[getter]
    fn name(this: Gc<ContextVar>) -> Value {
        this.name
    }

    #[class_method("($type, item, /)")]
    fn __class_getitem__(thread: &mut Thread, class: Gc<TypeObject>, item: Value) -> Result {
        taipan_runtime::builtins::generic_alias::new(thread, class.value(), item)
    }
}

#[native_type(name = "Token", module = "_contextvars", no_new)]
impl Token {
    #[getter]
    fn var(this: Gc<Token>) -> Value {
        this.variable
    }

    #[getter]
    fn old_value(thread: &mut Thread, this: Gc<Token>) -> Result {
        match this.old_value.non_null() {
            Some(value) => Ok(value),
            None => {
                let class = class_of_definition(thread, Token::DEFINITION)?;
                operations::get_attribute(thread, class.value(), intern("MISSING"))
            }
        }
    }

    #[attribute(name = "MISSING")]
    fn missing() -> Gc<Str> {
        intern("<Token.MISSING>")
    }

    /// Enter into Token context manager.
    #[method("($self, /)", plain)]
    fn __enter__(this: Gc<Token>) -> Gc<Token> {
        this
    }

    /// Exit from Token context manager, restore the linked ContextVar.
    #[method("($self, type, val, tb, /)", plain)]
    fn __exit__(thread: &mut Thread, this: Gc<Token>, _type: Value, _val: Value, _tb: Value) -> Result {
        thread.call_method(this.variable, "reset", &[this.value()])
    }
}

#[native_module(name = "_contextvars")]
impl ContextVariables {
    /// Return a copy of the current context.
    #[function("()")]
    fn copy_context(thread: &mut Thread) -> Result<Gc<Context>> {
        let context = current(thread)?;
        let values = context.dict().copy(thread)?;
        new_context(thread, values)
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        let classes = [
            ("Context", Context::DEFINITION),
            ("ContextVar", ContextVar::DEFINITION),
            ("Token", Token::DEFINITION),
        ];
        for (name, definition) in classes {
            let class = class_of_definition(thread, definition)?;
            module.dict.set_str(thread, intern(name), class.value())?;
        }
        Ok(())
    }
}
