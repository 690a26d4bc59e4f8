//! What Python code sees of functions and bound methods.

use crate::builtins::object::{get_dictionary, set_dictionary};
use crate::object::code::Code;
use crate::object::dict::Dict;
use crate::object::function::{BoundMethod, Function};
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::operations::attribute::{generic_get, get_attribute, get_attribute_optional, no_attribute};
use crate::operations::{self, call, class_of};
use crate::prelude::*;

fn or_none(value: Value) -> Value {
    value.non_null().unwrap_or(Value::NONE)
}

/// The closure of a new function, checked against its code.
fn check_closure(thread: &mut Thread, code: Gc<Code>, closure: Option<Value>) -> Result {
    let free = code.definition().freevars().len();
    let name = code.name.to_string_lossy();
    let Some(closure) = closure.filter(|closure| !closure.is_none()) else {
        return match free {
            0 => Ok(Value::NULL),
            _ => Err(thread.type_error("arg 5 (closure) must be tuple")),
        };
    };
    let Some(tuple) = closure.downcast::<Tuple>() else {
        return Err(thread.type_error("arg 5 (closure) must be None or tuple"));
    };
    if tuple.length != free {
        let given = tuple.length;
        return Err(thread.value_error(format!("{name} requires closure of length {free}, not {given}")));
    }
    for &cell in tuple.items() {
        super::cell::expect_cell(thread, cell)?;
    }
    Ok(if free == 0 { Value::NULL } else { closure })
}

/// Where code with these globals looks up builtins.
pub fn builtins_of(thread: &mut Thread, globals: Gc<Dict>) -> Gc<Dict> {
    let found = globals.get_str(intern("__builtins__"));
    if let Some(module) = found.and_then(|found| found.downcast::<Module>()) {
        return module.dict;
    }
    if let Some(dict) = found.and_then(|found| found.downcast::<Dict>()) {
        return dict;
    }
    // SAFETY: with a running frame its builtins are inherited.
    unsafe { if thread.has_frame() { (*thread.frame).builtins } else { globals } }
}

/// Create a function object.
///
///   code
///     a code object
///   globals
///     the globals dictionary
///   name
///     a string that overrides the name from the code object
///   argdefs
///     a tuple that specifies the default argument values
///   closure
///     a tuple that supplies the bindings for free variables
///   kwdefaults
///     a dictionary that specifies the default keyword argument values
#[native_type(name = "function", has_dict, weak_referencable)]
impl Function {
    #[new("(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)")]
    fn new_function(
        thread: &mut Thread,
        _class: Gc<TypeObject>,
        code: Gc<Code>,
        globals: Gc<Dict>,
        name: Value,
        argdefs: Value,
        closure: Option<Value>,
        kwdefaults: Value,
    ) -> Result<Gc<Function>> {
        if !name.is_none() && name.downcast::<Str>().is_none() {
            return Err(thread.type_error("arg 3 (name) must be None or string"));
        }
        if !argdefs.is_none() && argdefs.downcast::<Tuple>().is_none() {
            return Err(thread.type_error("arg 4 (defaults) must be None or tuple"));
        }
        if !kwdefaults.is_none() && kwdefaults.downcast::<Dict>().is_none() {
            return Err(thread.type_error("arg 6 (kwdefaults) must be None or dict"));
        }
        let closure = check_closure(thread, code, closure)?;
        let builtins = builtins_of(thread, globals);
        let module = globals.get_str(intern("__name__")).unwrap_or(Value::NONE);
        let mut function = Function::new(code, globals, builtins, module);
        if !name.is_none() {
            function.name = name;
        }
        function.closure = closure;
        function.defaults = if argdefs.is_none() { Value::NULL } else { argdefs };
        function.keyword_defaults = if kwdefaults.is_none() { Value::NULL } else { kwdefaults };
        function.changed();
        Ok(function)
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<Function>) -> Result<String> {
        let name = operations::str_of(thread, this.qualified_name)?.to_string_lossy();
        Ok(format!("<function {name} at {:#x}>", this.value().0))
    }

    #[method("(*args, **kwargs)")]
    fn __call__(thread: &mut Thread, this: Gc<Function>, args: &[Value], kwargs: KeywordArguments) -> Result {
        call_with_keywords(thread, this.value(), args, kwargs)
    }

    #[method("(instance, owner=None, /)")]
    fn __get__(this: Gc<Function>, instance: Value, owner: Option<Value>) -> Value {
        match instance.is_none() && owner.is_some_and(|owner| owner != types().none_type.value()) {
            true => this.value(),
            false if instance.is_none() && owner.is_none() => this.value(),
            false => BoundMethod::new(this.value(), instance).value(),
        }
    }

    #[getter(member)]
    fn __closure__(this: Gc<Function>) -> Value {
        or_none(this.closure)
    }

    #[getter]
    fn __doc__(this: Gc<Function>) -> Value {
        or_none(this.doc)
    }

    #[setter(__doc__)]
    fn set_doc(mut this: Gc<Function>, value: Option<Value>) {
        this.doc = value.unwrap_or(Value::NONE);
        this.write_barrier();
    }

    #[getter(member)]
    fn __globals__(this: Gc<Function>) -> Gc<Dict> {
        this.globals
    }

    #[getter]
    fn __module__(this: Gc<Function>) -> Value {
        or_none(this.module)
    }

    #[setter(__module__)]
    fn set_module(mut this: Gc<Function>, value: Option<Value>) {
        this.module = value.unwrap_or(Value::NULL);
        this.write_barrier();
    }

    #[getter(member)]
    fn __builtins__(this: Gc<Function>) -> Gc<Dict> {
        this.builtins
    }

    #[getter]
    fn __code__(this: Gc<Function>) -> Gc<Code> {
        this.code
    }

    #[setter(__code__)]
    fn set_code(thread: &mut Thread, mut this: Gc<Function>, value: Option<Value>) -> Result<()> {
        let Some(code) = value.and_then(|value| value.downcast::<Code>()) else {
            return Err(thread.type_error("__code__ must be set to a code object"));
        };
        let free = code.definition().freevars().len();
        let cells = this.closure.downcast::<Tuple>().map_or(0, |closure| closure.length);
        if free != cells {
            let name = operations::str_of(thread, this.name)?.to_string_lossy();
            return Err(thread
                .value_error(format!("{name}() requires a code object with {cells} free vars, not {free}")));
        }
        this.code = code;
        this.changed();
        Ok(())
    }

    #[getter]
    fn __defaults__(this: Gc<Function>) -> Value {
        or_none(this.defaults)
    }

    #[setter(__defaults__)]
    fn set_defaults(thread: &mut Thread, mut this: Gc<Function>, value: Option<Value>) -> Result<()> {
        let value = value.filter(|value| !value.is_none());
        if value.is_some_and(|value| value.downcast::<Tuple>().is_none()) {
            return Err(thread.type_error("__defaults__ must be set to a tuple object"));
        }
        this.defaults = value.unwrap_or(Value::NULL);
        this.changed();
        Ok(())
    }

    #[getter]
    fn __kwdefaults__(this: Gc<Function>) -> Value {
        or_none(this.keyword_defaults)
    }

    #[setter(__kwdefaults__)]
    fn set_kwdefaults(thread: &mut Thread, mut this: Gc<Function>, value: Option<Value>) -> Result<()> {
        let value = value.filter(|value| !value.is_none());
        if value.is_some_and(|value| value.downcast::<Dict>().is_none()) {
            return Err(thread.type_error("__kwdefaults__ must be set to a dict object"));
        }
        this.keyword_defaults = value.unwrap_or(Value::NULL);
        this.changed();
        Ok(())
    }

    #[getter]
    fn __annotations__(thread: &mut Thread, mut this: Gc<Function>) -> Result {
        if this.annotations.is_null() {
            this.annotations = crate::builtins::class::attributes::call_annotate(thread, this.annotate)?;
            this.write_barrier();
        } else if let Some(pairs) = this.annotations.downcast::<Tuple>() {
            // The compiler lays names and values in a row.
            let dict = Dict::new();
            for pair in pairs.items().chunks_exact(2) {
                dict.set(thread, pair[0], pair[1])?;
            }
            this.annotations = dict.value();
            this.write_barrier();
        }
        Ok(this.annotations)
    }

    #[setter(__annotations__)]
    fn set_annotations(thread: &mut Thread, mut this: Gc<Function>, value: Option<Value>) -> Result<()> {
        let value = value.filter(|value| !value.is_none());
        if value.is_some_and(|value| value.downcast::<Dict>().is_none()) {
            return Err(thread.type_error("__annotations__ must be set to a dict object"));
        }
        this.annotations = value.unwrap_or(Value::NULL);
        this.annotate = Value::NULL;
        this.write_barrier();
        Ok(())
    }

    #[getter]
    fn __annotate__(this: Gc<Function>) -> Value {
        or_none(this.annotate)
    }

    #[setter(__annotate__)]
    fn set_annotate(thread: &mut Thread, mut this: Gc<Function>, value: Option<Value>) -> Result<()> {
        let Some(value) = value else { return Err(thread.type_error("__annotate__ cannot be deleted")) };
        if value.is_none() {
            this.annotate = Value::NULL;
        } else if is_callable(value) {
            this.annotate = value;
            this.annotations = Value::NULL;
        } else {
            return Err(thread.type_error("__annotate__ must be callable or None"));
        }
        this.write_barrier();
        Ok(())
    }

    #[getter]
    fn __dict__(thread: &mut Thread, this: Gc<Function>) -> Result<Gc<Dict>> {
        get_dictionary(thread, this.value())
    }

    #[setter(__dict__)]
    fn set_dict(thread: &mut Thread, this: Gc<Function>, value: Option<Value>) -> Result<()> {
        if value.is_none() {
            return Err(thread.type_error("cannot delete __dict__"));
        }
        set_dictionary(thread, this.value(), value)
    }

    #[getter]
    fn __name__(this: Gc<Function>) -> Value {
        this.name
    }

    #[setter(__name__)]
    fn set_name(thread: &mut Thread, mut this: Gc<Function>, value: Option<Value>) -> Result<()> {
        let name = value.filter(|value| value.downcast::<Str>().is_some());
        this.name = name.ok_or_else(|| thread.type_error("__name__ must be set to a string object"))?;
        this.write_barrier();
        Ok(())
    }

    #[getter]
    fn __qualname__(this: Gc<Function>) -> Value {
        this.qualified_name
    }

    #[setter(__qualname__)]
    fn set_qualname(thread: &mut Thread, mut this: Gc<Function>, value: Option<Value>) -> Result<()> {
        let name = value.filter(|value| value.downcast::<Str>().is_some());
        this.qualified_name =
            name.ok_or_else(|| thread.type_error("__qualname__ must be set to a string object"))?;
        this.write_barrier();
        Ok(())
    }

    #[getter]
    fn __type_params__(this: Gc<Function>) -> Value {
        this.type_parameters.non_null().unwrap_or_else(|| Tuple::empty().value())
    }

    #[setter(__type_params__)]
    fn set_type_params(thread: &mut Thread, mut this: Gc<Function>, value: Option<Value>) -> Result<()> {
        let parameters = value.filter(|value| value.downcast::<Tuple>().is_some());
        this.type_parameters =
            parameters.ok_or_else(|| thread.type_error("__type_params__ must be set to a tuple"))?;
        this.write_barrier();
        Ok(())
    }
}

/// Whether a value can be called.
pub fn is_callable(value: Value) -> bool {
    use crate::object::special::Special;
    class_of(value).special(Special::Call).is_some_and(|method| !method.is_none())
}

/// Calls with the arguments of a native `*args, **kwargs` function.
pub fn call_with_keywords(
    thread: &mut Thread,
    callable: Value,
    args: &[Value],
    kwargs: KeywordArguments,
) -> Result {
    let pairs: Vec<(Gc<Str>, Value)> = kwargs.iter().collect();
    if pairs.is_empty() {
        return thread.call(callable, args);
    }
    let names = Tuple::from_fn(pairs.len(), |i| pairs[i].0.value());
    // The values stay alive through the caller's row of arguments.
    let all: Vec<Value> = args.iter().copied().chain(pairs.iter().map(|&(_, value)| value)).collect();
    call::call(thread, callable, &all, names.value())
}

/// Create a bound instance method object.
#[native_type(name = "method", weak_referencable)]
impl BoundMethod {
    #[new("($type, function, instance, /)")]
    fn new_method(
        thread: &mut Thread,
        _class: Gc<TypeObject>,
        function: Value,
        instance: Value,
    ) -> Result<Gc<BoundMethod>> {
        if !is_callable(function) {
            return Err(thread.type_error("first argument must be callable"));
        }
        if instance.is_none() {
            return Err(thread.type_error("instance must not be None"));
        }
        Ok(BoundMethod::new(function, instance))
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<BoundMethod>) -> Result<String> {
        let mut name = get_attribute_optional(thread, this.function, intern("__qualname__"))?;
        if name.is_none() {
            name = get_attribute_optional(thread, this.function, intern("__name__"))?;
        }
        let name = name
            .and_then(|name| name.downcast::<Str>())
            .map_or("?".to_string(), |name| name.to_string_lossy());
        let receiver = operations::repr(thread, this.receiver)?.to_string_lossy();
        Ok(format!("<bound method {name} of {receiver}>"))
    }

    #[method("(*args, **kwargs)")]
    fn __call__(
        thread: &mut Thread,
        this: Gc<BoundMethod>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result {
        call_with_keywords(thread, this.value(), args, kwargs)
    }

    #[method("(instance, owner=None, /)")]
    fn __get__(this: Gc<BoundMethod>, _instance: Value, _owner: Option<Value>) -> Gc<BoundMethod> {
        this
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<BoundMethod>, value: Value) -> Result {
        let Some(other) = value.downcast::<BoundMethod>() else { return Ok(Value::NOT_IMPLEMENTED) };
        if this.receiver != other.receiver {
            return Ok(Value::FALSE);
        }
        Ok(Value::from_bool(operations::equal(thread, this.function, other.function)?))
    }

    #[method]
    fn __hash__(thread: &mut Thread, this: Gc<BoundMethod>) -> Result<i64> {
        let function = operations::hash(thread, this.function)?;
        Ok(operations::hash::hash_identity(this.receiver) ^ function)
    }

    #[method]
    fn __getattribute__(thread: &mut Thread, this: Gc<BoundMethod>, name: Gc<Str>) -> Result {
        if types().method.lookup(crate::object::str::intern_string(name)).is_some() {
            return match generic_get(thread, this.value(), this.class(), name)? {
                Some(found) => Ok(found),
                None => Err(no_attribute(thread, this.value(), name)),
            };
        }
        get_attribute(thread, this.function, name)
    }

    #[method("($self, /)")]
    fn __reduce__(thread: &mut Thread, this: Gc<BoundMethod>) -> Result<Gc<Tuple>> {
        let Some(getattr) = crate::builtins::original("getattr") else {
            return Err(thread.system_error("there is no built-in getattr"));
        };
        let name = get_attribute(thread, this.function, intern("__name__"))?;
        Ok(Tuple::new(&[getattr, Tuple::new(&[this.receiver, name]).value()]))
    }

    #[getter]
    fn __doc__(thread: &mut Thread, this: Gc<BoundMethod>) -> Result {
        Ok(get_attribute_optional(thread, this.function, intern("__doc__"))?.unwrap_or(Value::NONE))
    }

    /// the function (or other callable) implementing a method
    #[getter(member)]
    fn __func__(this: Gc<BoundMethod>) -> Value {
        this.function
    }

    /// the instance to which a method is bound
    #[getter(member)]
    fn __self__(this: Gc<BoundMethod>) -> Value {
        this.receiver
    }
}
