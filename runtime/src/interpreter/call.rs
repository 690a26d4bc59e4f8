//! Calls of Python functions: binding arguments to locals, entering frames.

use crate::interpreter::frames::Namespaces;
use crate::interpreter::run;
use crate::jit_interface;
use crate::object::code::Code;
use crate::object::dict::Dict;
use crate::object::frame::FRAME_ENTRY;
use crate::object::function::{CALL_SIMPLE, Function};
use crate::object::pointer::Gc;
use crate::object::str::Str;
use crate::object::tuple::Tuple;
use crate::operations::call::keyword_count;
use crate::thread::{Raised, Result, Thread};
use crate::value::Value;
use taipan_compiler::code::CodeFlags;

/// Calls a function from native code and runs it to its end.
pub fn call_function(
    thread: &mut Thread,
    function: Gc<Function>,
    arguments: &[Value],
    keyword_names: Value,
) -> Result {
    thread.check_native_stack()?;
    // SAFETY: the room above the running frame's operands is free; entering checks that the callee's frame fits.
    unsafe {
        let fp = (*thread.frame).sp;
        if fp.add(arguments.len()) >= thread.stack_limit {
            return Err(thread.recursion_error("maximum recursion depth exceeded"));
        }
        if !std::ptr::eq(fp, arguments.as_ptr()) {
            std::ptr::copy(arguments.as_ptr(), fp, arguments.len());
        }
        let caller = thread.frame;
        let caller_sp = (*caller).sp;
        // The arguments may themselves be scratch just below: keep them until they are bound.
        enter_function(thread, function, fp, arguments.len() - keyword_count(keyword_names), keyword_names)?;
        (*thread.frame).flags |= FRAME_ENTRY;
        let result = run(thread);
        (*caller).sp = caller_sp;
        result
    }
}

/// Counts a call, and tells the JIT when a function is hot.
#[inline]
fn count_call(thread: &mut Thread, function: Gc<Function>) {
    let mut code = function.code;
    code.hotness += 1;
    if code.hotness >= thread.call_threshold && code.compiled_entry.is_null() {
        code.hotness = 0;
        if let Some(jit) = jit_interface::jit() {
            jit.hot_call(thread, function);
        }
    }
}

/// Pushes a frame for a function whose arguments lie from `first` on: they become its locals in place.
///
/// # Safety
/// The arguments (positional, then keywords) are at `first`, and everything above them on the value stack is free.
pub unsafe fn enter_function_at(
    thread: &mut Thread,
    function: Gc<Function>,
    first: *mut Value,
    positional: usize,
    keyword_names: Value,
) -> Result<()> {
    count_call(thread, function);
    let code = function.code;
    let spaces = Namespaces { globals: function.globals, builtins: function.builtins, locals: Value::NULL };
    let simple = function.call_shape & CALL_SIMPLE != 0 && keyword_names.is_null();
    if simple && positional == code.argument_count as usize {
        thread.push_frame(code, first, function.value(), spaces, 0)?;
        // SAFETY: `push_frame` checked that the locals fit.
        unsafe { clear(first.add(positional), code.locals_count as usize - positional) };
        return Ok(());
    }
    // SAFETY: the caller's promise.
    unsafe { bind(thread, function, first, positional, keyword_names)? };
    thread.push_frame(code, first, function.value(), spaces, 0)
}

/// [`enter_function_at`], for callers whose stack layout is established.
#[inline]
pub fn enter_function(
    thread: &mut Thread,
    function: Gc<Function>,
    first: *mut Value,
    positional: usize,
    keyword_names: Value,
) -> Result<()> {
    // SAFETY: callers pass arguments at the top of the value stack.
    unsafe { enter_function_at(thread, function, first, positional, keyword_names) }
}

/// Sets values to NULL.
///
/// # Safety
/// The range is writable.
#[inline(always)]
unsafe fn clear(first: *mut Value, count: usize) {
    for i in 0..count {
        // SAFETY: the caller's promise.
        unsafe { *first.add(i) = Value::NULL };
    }
}

/// Binds arguments to all parameters: the locals at `first` are complete afterwards.
///
/// # Safety
/// As [`enter_function_at`].
unsafe fn bind(
    thread: &mut Thread,
    function: Gc<Function>,
    first: *mut Value,
    positional: usize,
    keyword_names: Value,
) -> Result<()> {
    let code = function.code;
    let total = positional + keyword_count(keyword_names);
    let locals_count = code.locals_count as usize;
    // SAFETY: checked here: arguments and locals fit below the limit.
    unsafe {
        if first.add(total + locals_count + code.frame_size as usize) >= thread.stack_limit {
            return Err(thread.recursion_error("maximum recursion depth exceeded"));
        }
        // The arguments are copied above the locals' place, where the collector still sees them, then put where they belong.
        let copy = first.add(locals_count.max(total));
        std::ptr::copy_nonoverlapping(first, copy, total);
        let old_sp = (*thread.frame).sp;
        (*thread.frame).sp = copy.add(total);
        let arguments = std::slice::from_raw_parts(copy, total);
        clear(first, locals_count);
        let result = bind_all(
            thread,
            function,
            code,
            first,
            &arguments[..positional],
            &arguments[positional..],
            keyword_names,
        );
        (*thread.frame).sp = old_sp;
        result
    }
}

unsafe fn bind_all(
    thread: &mut Thread,
    function: Gc<Function>,
    code: Gc<Code>,
    locals: *mut Value,
    positional: &[Value],
    keywords: &[Value],
    keyword_names: Value,
) -> Result<()> {
    let argument_count = code.argument_count as usize;
    let parameter_count = argument_count + code.keyword_only_count as usize;
    let varargs = code.has_flag(CodeFlags::VARARGS);
    // SAFETY: the locals of all parameters are at `locals`.
    unsafe {
        let taken = positional.len().min(argument_count);
        std::ptr::copy_nonoverlapping(positional.as_ptr(), locals, taken);
        if varargs {
            *locals.add(parameter_count) = Tuple::new(&positional[taken..]).value();
        }
        let mut rest = None;
        if code.has_flag(CodeFlags::VARKEYWORDS) {
            let dict = Dict::new();
            *locals.add(parameter_count + varargs as usize) = dict.value();
            rest = Some(dict);
        }
        if !keyword_names.is_null() {
            let names = keyword_names.cast::<Tuple>();
            for (i, &value) in keywords.iter().enumerate() {
                bind_keyword(thread, function, locals, parameter_count, names, i, value, rest)?;
            }
        }
        if positional.len() > argument_count && !varargs {
            return Err(too_many_positional(thread, function, positional.len(), locals));
        }
        fill_defaults(thread, function, code, locals, positional.len())?;
        fill_keyword_defaults(thread, function, code, locals)
    }
}

unsafe fn bind_keyword(
    thread: &mut Thread,
    function: Gc<Function>,
    locals: *mut Value,
    parameter_count: usize,
    keyword_names: Gc<Tuple>,
    which: usize,
    value: Value,
    rest: Option<Gc<Dict>>,
) -> Result<()> {
    let name = keyword_names.items()[which];
    let code = function.code;
    let names = &code.local_names.items()[..parameter_count];
    let positional_only = code.positional_only_count as usize;
    let Some(text) = name.downcast::<Str>() else {
        let function = qualified_name(function);
        return Err(thread.type_error(format!("{function}() keywords must be strings")));
    };
    let found = (positional_only..parameter_count).find(|&i| names[i].cast::<Str>().equals(text));
    match (found, rest) {
        (Some(i), _) => {
            // SAFETY: the local of a parameter.
            let local = unsafe { &mut *locals.add(i) };
            if !local.is_null() {
                let (function, name) = (qualified_name(function), text.to_string_lossy());
                return Err(
                    thread.type_error(format!("{function}() got multiple values for argument '{name}'"))
                );
            }
            *local = value;
            Ok(())
        }
        (None, Some(rest)) => rest.set(thread, name, value),
        (None, None) => {
            Err(unexpected_keyword(thread, function, text, keyword_names, names, positional_only))
        }
    }
}

fn qualified_name(function: Gc<Function>) -> String {
    function.qualified_name.downcast::<Str>().map_or_else(String::new, |name| name.to_string_lossy())
}

#[cold]
fn unexpected_keyword(
    thread: &mut Thread,
    function: Gc<Function>,
    name: Gc<Str>,
    given: Gc<Tuple>,
    names: &[Value],
    positional_only: usize,
) -> Raised {
    let text = name.to_string_lossy();
    let known: Vec<String> = names.iter().map(|name| name.cast::<Str>().to_string_lossy()).collect();
    let function_name = qualified_name(function);
    let given: Vec<String> =
        given.items().iter().filter_map(|name| name.downcast::<Str>()).map(|n| n.to_string_lossy()).collect();
    let misplaced: Vec<&str> =
        known[..positional_only].iter().filter(|name| given.contains(name)).map(String::as_str).collect();
    if !misplaced.is_empty() {
        let list = misplaced.join(", ");
        return thread.type_error(format!(
            "{function_name}() got some positional-only arguments passed as keyword arguments: '{list}'"
        ));
    }
    let mut message = format!("{function_name}() got an unexpected keyword argument '{text}'");
    let candidates = known[positional_only..].iter().map(String::as_str);
    if let Some(close) = crate::native::closest_name(&text, candidates) {
        message.push_str(&format!(". Did you mean '{close}'?"));
    }
    thread.type_error(message)
}

#[cold]
fn too_many_positional(
    thread: &mut Thread,
    function: Gc<Function>,
    given: usize,
    locals: *mut Value,
) -> Raised {
    let code = function.code;
    let (count, defaults) = (code.argument_count as usize, function.default_values().len());
    let keyword_only_given = (count..count + code.keyword_only_count as usize)
        // SAFETY: the locals of keyword-only parameters.
        .filter(|&i| !unsafe { *locals.add(i) }.is_null())
        .count();
    let (takes, plural) = match defaults {
        0 => (count.to_string(), count != 1),
        _ => (format!("from {} to {count}", count - defaults), true),
    };
    let given_text = match keyword_only_given {
        0 => String::new(),
        n => format!(
            " positional argument{} (and {n} keyword-only argument{})",
            if given != 1 { "s" } else { "" },
            if n != 1 { "s" } else { "" }
        ),
    };
    let was = if given == 1 && keyword_only_given == 0 { "was" } else { "were" };
    let name = qualified_name(function);
    thread.type_error(format!(
        "{name}() takes {takes} positional argument{} but {given}{given_text} {was} given",
        if plural { "s" } else { "" }
    ))
}

unsafe fn fill_defaults(
    thread: &mut Thread,
    function: Gc<Function>,
    code: Gc<Code>,
    locals: *mut Value,
    given: usize,
) -> Result<()> {
    let count = code.argument_count as usize;
    if given >= count {
        return Ok(());
    }
    let defaults = function.default_values();
    let required = count - defaults.len().min(count);
    // SAFETY: the locals of positional parameters.
    unsafe {
        let missing: Vec<usize> = (given..required).filter(|&i| (*locals.add(i)).is_null()).collect();
        if !missing.is_empty() {
            return Err(missing_arguments(thread, function, "positional", &missing));
        }
        for i in given.max(required)..count {
            if (*locals.add(i)).is_null() {
                *locals.add(i) = defaults[i - required];
            }
        }
    }
    Ok(())
}

unsafe fn fill_keyword_defaults(
    thread: &mut Thread,
    function: Gc<Function>,
    code: Gc<Code>,
    locals: *mut Value,
) -> Result<()> {
    let first = code.argument_count as usize;
    let mut missing = Vec::new();
    for i in first..first + code.keyword_only_count as usize {
        // SAFETY: the local of a keyword-only parameter.
        let local = unsafe { &mut *locals.add(i) };
        if local.is_null() {
            let name = code.local_names.items()[i];
            let default =
                function.keyword_defaults.downcast::<Dict>().and_then(|dict| dict.get_str(name.cast()));
            match default {
                Some(default) => *local = default,
                None => missing.push(i),
            }
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(missing_arguments(thread, function, "keyword-only", &missing))
    }
}

#[cold]
fn missing_arguments(thread: &mut Thread, function: Gc<Function>, kind: &str, missing: &[usize]) -> Raised {
    let names: Vec<String> = missing
        .iter()
        .map(|&i| format!("'{}'", function.code.local_names.items()[i].cast::<Str>().to_string_lossy()))
        .collect();
    let list = match names.as_slice() {
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
        [] => String::new(),
    };
    let (function, count) = (qualified_name(function), names.len());
    let plural = if count == 1 { "" } else { "s" };
    thread.type_error(format!("{function}() missing {count} required {kind} argument{plural}: {list}"))
}

/// Runs code in namespaces, as module bodies and `exec` do.
pub fn run_code(thread: &mut Thread, code: Gc<Code>, spaces: Namespaces, closure: Value) -> Result {
    thread.check_native_stack()?;
    // SAFETY: the room above the running frame's operands is free.
    unsafe {
        let caller = thread.frame;
        let caller_sp = (*caller).sp;
        thread.push_frame(code, caller_sp, Value::NULL, spaces, FRAME_ENTRY)?;
        clear(caller_sp, code.locals_count as usize);
        if !closure.is_null() {
            let mut function = Function::new(code, spaces.globals, spaces.builtins, Value::NONE);
            function.closure = closure;
            function.write_barrier();
            (*thread.frame).function = function.value();
        }
        let result = run(thread);
        (*caller).sp = caller_sp;
        result
    }
}

/// Runs a class body's function with its namespace as locals; gives the `__class__` cell or None.
pub fn run_class_body(thread: &mut Thread, function: Gc<Function>, namespace: Value) -> Result {
    thread.check_native_stack()?;
    // SAFETY: as in `run_code`.
    unsafe {
        let caller = thread.frame;
        let caller_sp = (*caller).sp;
        let spaces = Namespaces { globals: function.globals, builtins: function.builtins, locals: namespace };
        thread.push_frame(function.code, caller_sp, function.value(), spaces, FRAME_ENTRY)?;
        clear(caller_sp, function.code.locals_count as usize);
        let result = run(thread);
        (*caller).sp = caller_sp;
        result
    }
}
