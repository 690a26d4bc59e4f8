//! The functions of the `builtins` module.

use crate::interpreter::frames::{Namespaces, frame_object};
use crate::native::Text;
use crate::object::cell::Cell;
use crate::object::code::Code;
use crate::object::dict::Dict;
use crate::object::function::Function;
use crate::object::int::IntRef;
use crate::object::list::List;
use crate::object::special::Special;
use crate::object::str::{Str, intern};
use crate::object::tuple::Tuple;
use crate::operations::arithmetic::{self, BinaryOperator};
use crate::operations::{self, Comparison, big_int, class_of, iterate};
use crate::prelude::*;

/// Built-in functions, types, exceptions, and other objects.
///
/// This module provides direct access to all 'built-in'
/// identifiers of Python; for example, builtins.len is
/// the full name for the built-in function len().
///
/// This module is not normally accessed explicitly by most
/// applications, but can be useful in modules that provide
/// objects with the same name as a builtin and need to refer
/// to the original.
pub struct Builtins;

#[native_module(name = "builtins")]
impl Builtins {
    /// Internal helper function used by the class statement.
    #[function(hidden, "(func, name, /, *bases, **kwds)")]
    fn __build_class__(
        thread: &mut Thread,
        func: Value,
        name: Value,
        bases: &[Value],
        kwds: KeywordArguments<'_>,
    ) -> Result {
        let Some(function) = func.downcast::<Function>() else {
            return Err(thread.type_error("__build_class__: func must be a function"));
        };
        let Some(name) = name.downcast::<Str>() else {
            return Err(thread.type_error("__build_class__: name is not a string"));
        };
        let keywords = Dict::new();
        for (key, value) in kwds.iter() {
            keywords.set(thread, key.value(), value)?;
        }
        crate::interpreter::slow::build_class(thread, function, name, bases, keywords)
    }

    /// Import a module.
    #[function("(name, globals=None, locals=None, fromlist=(), level=0)")]
    fn __import__(
        thread: &mut Thread,
        name: Value,
        globals: Option<Value>,
        locals: Option<Value>,
        fromlist: Option<Value>,
        level: Option<Value>,
    ) -> Result {
        let _ = locals;
        let Some(name) = name.downcast::<Str>() else {
            let got = operations::attribute::class_name(name);
            return Err(thread.type_error(format!("__import__() argument 1 must be str, not {got}")));
        };
        let globals = globals.and_then(|globals| globals.downcast::<Dict>()).unwrap_or_else(Dict::new);
        let fromlist = fromlist.unwrap_or(Tuple::empty().value());
        crate::import::import(thread, name, globals, fromlist, level.unwrap_or(Value::from_small_int(0)))
    }

    /// Return the absolute value of the argument.
    #[function("(number, /)")]
    fn abs(thread: &mut Thread, number: Value) -> Result {
        arithmetic::unary(thread, Special::Absolute, number)
    }

    /// Return True if bool(x) is True for all values x in the iterable.
    #[function("(iterable, /)")]
    fn all(thread: &mut Thread, iterable: Value) -> Result<bool> {
        find_truth(thread, iterable, false).map(|found| !found)
    }

    /// Return True if bool(x) is True for any x in the iterable.
    #[function("(iterable, /)")]
    fn any(thread: &mut Thread, iterable: Value) -> Result<bool> {
        find_truth(thread, iterable, true)
    }

    /// Return an ASCII-only representation of an object.
    #[function("(obj, /)")]
    fn ascii(thread: &mut Thread, obj: Value) -> Result<Gc<Str>> {
        operations::ascii(thread, obj)
    }

    /// Return the binary representation of an integer.
    #[function("(number, /)")]
    fn bin(thread: &mut Thread, number: Value) -> Result<Gc<Str>> {
        in_base(thread, number, 2, "0b")
    }

    /// Return the octal representation of an integer.
    #[function("(number, /)")]
    fn oct(thread: &mut Thread, number: Value) -> Result<Gc<Str>> {
        in_base(thread, number, 8, "0o")
    }

    /// Return the hexadecimal representation of an integer.
    #[function("(number, /)")]
    fn hex(thread: &mut Thread, number: Value) -> Result<Gc<Str>> {
        in_base(thread, number, 16, "0x")
    }

    /// Return whether the object is callable (i.e., some kind of function).
    #[function("(obj, /)")]
    fn callable(obj: Value) -> bool {
        class_of(obj).special(Special::Call).is_some()
    }

    /// Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.
    #[function("(i, /)")]
    fn chr(thread: &mut Thread, i: Value) -> Result<Gc<Str>> {
        let index = operations::index(thread, i)?;
        match index.as_small_int() {
            Some(c @ 0..=0x10ffff) => Ok(Str::from_code_points([c as u32].into_iter(), 1, c as u32)),
            _ => Err(thread.value_error("chr() arg not in range(0x110000)")),
        }
    }

    /// Return the ordinal value of a character.
    #[function("(character, /)")]
    fn ord(thread: &mut Thread, character: Value) -> Result<i64> {
        let length = if let Some(string) = character.downcast::<Str>() {
            if string.length == 1 {
                return Ok(string.at(0) as i64);
            }
            string.length
        } else if let Some(bytes) = character.downcast::<crate::object::bytes::Bytes>() {
            if bytes.length == 1 {
                return Ok(bytes.as_slice()[0] as i64);
            }
            bytes.length
        } else if let Some(array) = character.downcast::<crate::object::bytes::ByteArray>() {
            if array.length == 1 {
                return Ok(array.as_slice()[0] as i64);
            }
            array.length
        } else {
            let got = operations::attribute::class_name(character);
            return Err(thread.type_error(format!("ord() expected string of length 1, but {got} found")));
        };
        Err(thread.type_error(format!("ord() expected a character, but string of length {length} found")))
    }

    /// Compile source into a code object that can be executed by exec() or eval().
    #[function("(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)")]
    #[allow(clippy::too_many_arguments)]
    fn compile(
        thread: &mut Thread,
        source: Value,
        filename: Value,
        mode: Text,
        flags: Option<i64>,
        dont_inherit: Option<bool>,
        optimize: Option<i64>,
        _feature_version: Option<i64>,
    ) -> Result {
        crate::builtins::compile::compile(
            thread,
            source,
            filename,
            &mode,
            flags.unwrap_or(0),
            dont_inherit.unwrap_or(false),
            optimize.unwrap_or(-1),
            _feature_version.unwrap_or(-1),
        )
    }

    /// Delete the named attribute from the given object.
    #[function("(obj, name, /)")]
    fn delattr(thread: &mut Thread, obj: Value, name: Value) -> Result<()> {
        let name = attribute_name(thread, name)?;
        operations::delete_attribute(thread, obj, name)
    }

    /// Return the names of the attributes of an object, or of the current scope.
    #[function(hidden, "(object=None, /)")]
    fn dir(thread: &mut Thread, object: Option<Value>) -> Result {
        let names = match object {
            None => {
                let locals = current_locals(thread)?;
                thread.call_method(locals, "keys", &[])?
            }
            Some(object) => match thread.call_special(object, Special::Dir, &[])? {
                Some(names) => names,
                None => return Err(thread.type_error("object does not provide __dir__")),
            },
        };
        let items = iterate::collect(thread, names)?;
        let list = List::new(&items);
        thread.call_method(list.value(), "sort", &[])?;
        Ok(list.value())
    }

    /// Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.
    #[function("(x, y, /)")]
    fn divmod(thread: &mut Thread, x: Value, y: Value) -> Result {
        arithmetic::divide_with_remainder(thread, x, y)
    }

    /// Evaluate the given source in the context of globals and locals.
    #[function("(source, /, globals=None, locals=None)")]
    fn eval(thread: &mut Thread, source: Value, globals: Option<Value>, locals: Option<Value>) -> Result {
        let spaces = namespaces(thread, "eval", globals, locals)?;
        if let Some(code) = source.downcast::<Code>() {
            if code.definition().freevars().is_empty() {
                return crate::interpreter::call::run_code(thread, code, spaces, Value::NULL);
            }
            return Err(thread.type_error("code object passed to eval() may not contain free variables"));
        }
        let code = crate::builtins::compile::compile_text(thread, source, "eval", spaces)?;
        crate::interpreter::call::run_code(thread, code, spaces, Value::NULL)
    }

    /// Execute the given source in the context of globals and locals.
    #[function("(source, /, globals=None, locals=None, *, closure=None)")]
    fn exec(
        thread: &mut Thread,
        source: Value,
        globals: Option<Value>,
        locals: Option<Value>,
        closure: Option<Value>,
    ) -> Result<()> {
        let spaces = namespaces(thread, "exec", globals, locals)?;
        let closure = closure.filter(|closure| !closure.is_none()).unwrap_or(Value::NULL);
        let code = match source.downcast::<Code>() {
            Some(code) => {
                check_closure(thread, code, closure)?;
                code
            }
            None if !closure.is_null() => {
                return Err(thread.type_error("closure can only be used when source is a code object"));
            }
            None => crate::builtins::compile::compile_text(thread, source, "exec", spaces)?,
        };
        crate::interpreter::call::run_code(thread, code, spaces, closure).map(|_| ())
    }

    /// Return type(obj).__format__(obj, format_spec)
    #[function("(value, format_spec='', /)")]
    fn format(thread: &mut Thread, value: Value, format_spec: Option<Gc<Str>>) -> Result<Gc<Str>> {
        operations::format(thread, value, format_spec.map_or(Value::NULL, Gc::value))
    }

    /// Get a named attribute from an object.
    #[function(hidden, "(object, name, default=None, /)")]
    fn getattr(thread: &mut Thread, object: Value, name: Value, default: Option<Value>) -> Result {
        let name = attribute_name(thread, name)?;
        match default {
            None => operations::get_attribute(thread, object, name),
            Some(default) => Ok(operations::get_attribute_optional(thread, object, name)?.unwrap_or(default)),
        }
    }

    /// Return the dictionary containing the current scope's global variables.
    #[function("()")]
    fn globals(thread: &mut Thread) -> Result {
        let frame = thread.frame_at_depth(0);
        if frame.is_null() {
            return Err(thread.system_error("globals(): no frame"));
        }
        // SAFETY: a live record.
        Ok(unsafe { (*frame).globals }.value())
    }

    /// Return whether the object has an attribute with the given name.
    #[function("(obj, name, /)")]
    fn hasattr(thread: &mut Thread, obj: Value, name: Value) -> Result<bool> {
        let name = attribute_name(thread, name)?;
        Ok(operations::get_attribute_optional(thread, obj, name)?.is_some())
    }

    /// Return the hash value for the given object.
    #[function("(obj, /)")]
    fn hash(thread: &mut Thread, obj: Value) -> Result {
        operations::hash(thread, obj).map(Value::from_int)
    }

    /// Return the identity of an object.
    #[function("(obj, /)")]
    fn id(obj: Value) -> Value {
        Value::from_unsigned(obj.0)
    }

    /// Read a string from standard input.  The trailing newline is stripped.
    #[function("(prompt='', /)")]
    fn input(thread: &mut Thread, prompt: Option<Value>) -> Result {
        let stdin = standard_stream(thread, "stdin", "lost sys.stdin")?;
        let stdout = standard_stream(thread, "stdout", "lost sys.stdout")?;
        let stderr = standard_stream(thread, "stderr", "lost sys.stderr")?;
        thread.call_method(stderr, "flush", &[])?;
        if let Some(prompt) = prompt {
            let prompt = operations::str_of(thread, prompt)?;
            thread.call_method(stdout, "write", &[prompt.value()])?;
        }
        thread.call_method(stdout, "flush", &[])?;
        let line = thread.call_method(stdin, "readline", &[])?;
        let Some(line) = line.downcast::<Str>() else {
            return Err(thread.type_error("object.readline() returned non-string"));
        };
        match line.length {
            0 => Err(thread.eof_error("EOF when reading a line")),
            n if line.at(n - 1) == '\n' as u32 => operations::get_item(
                thread,
                line.value(),
                crate::object::slice::Slice::new(Value::NONE, Value::from_int(n as i64 - 1), Value::NONE)
                    .value(),
            ),
            _ => Ok(line.value()),
        }
    }

    /// Return whether an object is an instance of a class or of a subclass thereof.
    #[function("(obj, class_or_tuple, /)")]
    fn isinstance(thread: &mut Thread, obj: Value, class_or_tuple: Value) -> Result<bool> {
        operations::is_instance(thread, obj, class_or_tuple)
    }

    /// Return whether 'cls' is derived from another class or is the same class.
    #[function("(cls, class_or_tuple, /)")]
    fn issubclass(thread: &mut Thread, cls: Value, class_or_tuple: Value) -> Result<bool> {
        operations::is_subclass(thread, cls, class_or_tuple)
    }

    /// Get an iterator from an object.
    #[function(hidden, "(object, sentinel=None, /)")]
    fn iter(thread: &mut Thread, object: Value, sentinel: Option<Value>) -> Result {
        match sentinel {
            None => operations::get_iterator(thread, object),
            Some(_) if class_of(object).special(Special::Call).is_none() => {
                Err(thread.type_error("iter(v, w): v must be callable"))
            }
            Some(sentinel) => Ok(crate::builtins::iterators::callable_iterator(object, sentinel)),
        }
    }

    /// Return an AsyncIterator for an AsyncIterable object.
    #[function("(async_iterable, /)")]
    fn aiter(thread: &mut Thread, async_iterable: Value) -> Result {
        match thread.call_special(async_iterable, Special::AsyncIter, &[])? {
            Some(iterator) if class_of(iterator).special(Special::AsyncNext).is_some() => Ok(iterator),
            Some(iterator) => {
                let got = operations::attribute::class_name(iterator);
                Err(thread.type_error(format!("aiter() returned not an async iterator of type '{got}'")))
            }
            None => {
                let got = operations::attribute::class_name(async_iterable);
                Err(thread.type_error(format!("'{got}' object is not an async iterable")))
            }
        }
    }

    /// Return the next item from the async iterator.
    #[function("(async_iterator, default=None, /)")]
    fn anext(thread: &mut Thread, async_iterator: Value, default: Option<Value>) -> Result {
        let Some(awaitable) = thread.call_special(async_iterator, Special::AsyncNext, &[])? else {
            let got = operations::attribute::class_name(async_iterator);
            return Err(thread.type_error(format!("'{got}' object is not an async iterator")));
        };
        match default {
            None => Ok(awaitable),
            Some(default) => crate::builtins::generator::anext_with_default(thread, awaitable, default),
        }
    }

    /// Return the number of items in a container.
    #[function("(obj, /)")]
    fn len(thread: &mut Thread, obj: Value) -> Result {
        operations::length(thread, obj).map(|length| Value::from_int(length as i64))
    }

    /// Return a dictionary containing the current scope's local variables.
    #[function("()")]
    fn locals(thread: &mut Thread) -> Result {
        current_locals(thread)
    }

    /// max(iterable, *[, default=obj, key=func]) -> value
    /// max(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its biggest item.
    #[function(hidden, "(*args, key=None, default=None)")]
    fn max(thread: &mut Thread, args: &[Value], key: Option<Value>, default: Option<Value>) -> Result {
        extreme(thread, "max", Comparison::Greater, args, key, default)
    }

    /// min(iterable, *[, default=obj, key=func]) -> value
    /// min(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its smallest item.
    #[function(hidden, "(*args, key=None, default=None)")]
    fn min(thread: &mut Thread, args: &[Value], key: Option<Value>, default: Option<Value>) -> Result {
        extreme(thread, "min", Comparison::Less, args, key, default)
    }

    /// Return the next item from the iterator.
    #[function(hidden, "(iterator, default=None, /)")]
    fn next(thread: &mut Thread, iterator: Value, default: Option<Value>) -> Result {
        let class = class_of(iterator);
        let Some(method) = class.special(Special::Next).filter(|method| !method.is_none()) else {
            let got = class.native_name();
            return Err(thread.type_error(format!("'{got}' object is not an iterator")));
        };
        match operations::call::call_special(thread, method, iterator, &[]) {
            Err(raised) if iterate::is_stop(raised) => default.ok_or(raised),
            result => result,
        }
    }

    /// Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.
    #[function("(base, exp, mod=None)")]
    fn pow(thread: &mut Thread, base: Value, exp: Value, modulus: Option<Value>) -> Result {
        power(thread, base, exp, modulus.unwrap_or(Value::NONE))
    }

    /// Prints the values to a stream, or to sys.stdout by default.
    ///
    ///   sep
    ///     string inserted between values, default a space.
    ///   end
    ///     string appended after the last value, default a newline.
    ///   file
    ///     a file-like object (stream); defaults to the current sys.stdout.
    ///   flush
    ///     whether to forcibly flush the stream.
    #[function("(*args, sep=' ', end='\\n', file=None, flush=False)")]
    fn print(
        thread: &mut Thread,
        args: &[Value],
        sep: Option<Value>,
        end: Option<Value>,
        file: Option<Value>,
        flush: Option<bool>,
    ) -> Result<()> {
        let file = match file.filter(|file| !file.is_none()) {
            Some(file) => file,
            None => match crate::sys::attribute(thread, "stdout") {
                None => return Err(thread.runtime_error("lost sys.stdout")),
                Some(Value::NONE) => return Ok(()),
                Some(file) => file,
            },
        };
        let sep = separator(thread, sep, "sep", " ")?;
        let end = separator(thread, end, "end", "\n")?;
        let write = operations::get_attribute(thread, file, intern("write"))?;
        for (i, &value) in args.iter().enumerate() {
            if i > 0 {
                thread.call(write, &[sep])?;
            }
            let text = operations::str_of(thread, value)?;
            thread.call(write, &[text.value()])?;
        }
        thread.call(write, &[end])?;
        if flush.unwrap_or(false) {
            thread.call_method(file, "flush", &[])?;
        }
        Ok(())
    }

    /// Return the canonical string representation of the object.
    #[function("(obj, /)")]
    fn repr(thread: &mut Thread, obj: Value) -> Result<Gc<Str>> {
        operations::repr(thread, obj)
    }

    /// Round a number to a given precision in decimal digits.
    #[function("(number, ndigits=None)")]
    fn round(thread: &mut Thread, number: Value, ndigits: Option<Value>) -> Result {
        let arguments: &[Value] = match &ndigits {
            Some(digits) if !digits.is_none() => std::slice::from_ref(digits),
            _ => &[],
        };
        match thread.call_special(number, Special::Round, arguments)? {
            Some(result) => Ok(result),
            None => {
                let class = operations::attribute::class_name(number);
                Err(thread.type_error(format!("type {class} doesn't define __round__ method")))
            }
        }
    }

    /// Sets the named attribute on the given object to the specified value.
    #[function("(obj, name, value, /)")]
    fn setattr(thread: &mut Thread, obj: Value, name: Value, value: Value) -> Result<()> {
        let name = attribute_name(thread, name)?;
        operations::set_attribute(thread, obj, name, value)
    }

    /// Return a new list containing all items from the iterable in ascending order.
    #[function("(*args, **kwargs)", text = "($module, iterable, /, *, key=None, reverse=False)")]
    fn sorted(thread: &mut Thread, args: &[Value], kwargs: KeywordArguments) -> Result {
        let [iterable] = args else {
            return Err(thread.type_error(format!("sorted expected 1 argument, got {}", args.len())));
        };
        let items = iterate::collect(thread, *iterable)?;
        let list = List::new(&items);
        // The keywords are those of `list.sort`, and so are the complaints about others.
        let sort = operations::get_attribute(thread, list.value(), intern("sort"))?;
        crate::builtins::function::call_with_keywords(thread, sort, &[], kwargs)?;
        Ok(list.value())
    }

    /// Return the sum of a 'start' value (default: 0) plus an iterable of numbers
    #[function("(iterable, /, start=0)")]
    fn sum(thread: &mut Thread, iterable: Value, start: Option<Value>) -> Result {
        sum(thread, iterable, start.unwrap_or(Value::from_small_int(0)))
    }

    /// Return the __dict__ attribute of an object, or the local variables.
    #[function(hidden, "(object=None, /)")]
    fn vars(thread: &mut Thread, object: Option<Value>) -> Result {
        let Some(object) = object else { return current_locals(thread) };
        match operations::get_attribute_optional(thread, object, intern("__dict__"))? {
            Some(dict) => Ok(dict),
            None => Err(thread.type_error("vars() argument must have __dict__ attribute")),
        }
    }

    /// Call sys.breakpointhook(*args, **kws).
    #[function("(*args, **kws)")]
    fn breakpoint(thread: &mut Thread, args: &[Value], kws: KeywordArguments<'_>) -> Result {
        let Some(hook) = crate::sys::attribute(thread, "breakpointhook") else {
            return Err(thread.runtime_error("lost sys.breakpointhook"));
        };
        let keywords = Dict::new();
        for (key, value) in kws.iter() {
            keywords.set(thread, key.value(), value)?;
        }
        crate::interpreter::slow::call_with_dict(thread, hook, args, keywords)
    }
}

fn find_truth(thread: &mut Thread, iterable: Value, wanted: bool) -> Result<bool> {
    let iterator = operations::get_iterator(thread, iterable)?;
    while let Some(item) = operations::next(thread, iterator)? {
        if operations::is_true(thread, item)? == wanted {
            return Ok(true);
        }
    }
    Ok(false)
}

fn in_base(thread: &mut Thread, number: Value, base: u32, prefix: &str) -> Result<Gc<Str>> {
    let index = operations::index(thread, number)?;
    let int = index.as_int().unwrap_or(IntRef::Small(0));
    let sign = if big_int::is_negative(int) { "-" } else { "" };
    Ok(Str::new(&format!("{sign}{prefix}{}", big_int::digits_in_base(int, base))))
}

fn attribute_name(thread: &mut Thread, name: Value) -> Result<Gc<Str>> {
    match name.downcast::<Str>() {
        Some(name) => Ok(name),
        None => {
            let got = operations::attribute::class_name(name);
            Err(thread.type_error(format!("attribute name must be string, not '{got}'")))
        }
    }
}

/// What `locals()` gives in the running frame.
fn current_locals(thread: &mut Thread) -> Result {
    let record = thread.frame_at_depth(0);
    if record.is_null() {
        return Err(thread.system_error("frame does not exist"));
    }
    // SAFETY: a live record.
    if let Some(locals) = unsafe { (*record).locals }.non_null() {
        // The variables of comprehensions that run in the frame of a class or module are seen, too.
        let frame = frame_object(record);
        return match crate::builtins::frame_locals::has_hidden(frame) {
            true => crate::builtins::frame::locals_snapshot(thread, frame),
            false => Ok(locals),
        };
    }
    crate::builtins::frame::locals_snapshot(thread, frame_object(record))
}

fn namespaces(
    thread: &mut Thread,
    function: &str,
    globals: Option<Value>,
    locals: Option<Value>,
) -> Result<Namespaces> {
    let globals = globals.filter(|globals| !globals.is_none());
    let mut locals = locals.filter(|locals| !locals.is_none());
    if let Some(locals) = locals {
        if class_of(locals).special(Special::GetItem).is_none() {
            let got = operations::attribute::class_name(locals);
            let message = match function {
                "eval" => "locals must be a mapping".to_string(),
                _ => format!("locals must be a mapping or None, not {got}"),
            };
            return Err(thread.type_error(message));
        }
    }
    let record = thread.frame_at_depth(0);
    let dict = match globals {
        Some(globals) => match globals.downcast::<Dict>() {
            Some(dict) => dict,
            None => {
                let got = operations::attribute::class_name(globals);
                let is_mapping = class_of(globals).special(Special::GetItem).is_some();
                let message = match function {
                    "eval" if is_mapping => {
                        "globals must be a real dict; try eval(expr, {}, mapping)".to_string()
                    }
                    "eval" => "globals must be a dict".to_string(),
                    _ => format!("{function}() globals must be a dict, not {got}"),
                };
                return Err(thread.type_error(message));
            }
        },
        None if record.is_null() => {
            return Err(thread.system_error(format!("{function}: globals and locals cannot be NULL")));
        }
        None => {
            if locals.is_none() {
                locals = Some(current_locals(thread)?);
            }
            // SAFETY: a live record.
            unsafe { (*record).globals }
        }
    };
    let name = intern("__builtins__");
    let builtins = match dict.get_str(name) {
        Some(builtins) => builtins_dict(builtins),
        None => {
            // SAFETY: a live record, or none.
            let own = if record.is_null() { crate::builtins::dict() } else { unsafe { (*record).builtins } };
            dict.set_str(thread, name, own.value())?;
            own
        }
    };
    Ok(Namespaces { globals: dict, builtins, locals: locals.unwrap_or(dict.value()) })
}

/// The dict behind a `__builtins__`, which may be the module.
pub fn builtins_dict(builtins: Value) -> Gc<Dict> {
    if let Some(module) = builtins.downcast::<Module>() {
        return module.dict;
    }
    builtins.downcast::<Dict>().unwrap_or_else(crate::builtins::dict)
}

fn check_closure(thread: &mut Thread, code: Gc<Code>, closure: Value) -> Result<()> {
    let free = code.definition().freevars().len();
    if closure.is_null() {
        return match free {
            0 => Ok(()),
            n => Err(thread.type_error(format!("code object requires a closure of exactly length {n}"))),
        };
    }
    if free == 0 {
        return Err(thread.type_error("cannot use a closure with this code object"));
    }
    let fits = closure.downcast::<Tuple>().is_some_and(|cells| {
        cells.length == free && cells.items().iter().all(|cell| cell.downcast::<Cell>().is_some())
    });
    if fits {
        Ok(())
    } else {
        Err(thread.type_error(format!("code object requires a closure of exactly length {free}")))
    }
}

fn standard_stream(thread: &mut Thread, name: &str, complaint: &str) -> Result {
    match crate::sys::attribute(thread, name) {
        Some(stream) if !stream.is_none() => Ok(stream),
        _ => Err(thread.runtime_error(complaint)),
    }
}

fn separator(thread: &mut Thread, given: Option<Value>, name: &str, default: &str) -> Result {
    match given {
        None | Some(Value::NONE) => Ok(intern(default).value()),
        Some(text) if text.downcast::<Str>().is_some() => Ok(text),
        Some(other) => {
            let got = operations::attribute::class_name(other);
            Err(thread.type_error(format!("{name} must be None or a string, not {got}")))
        }
    }
}

fn extreme(
    thread: &mut Thread,
    name: &str,
    comparison: Comparison,
    args: &[Value],
    key: Option<Value>,
    default: Option<Value>,
) -> Result {
    let key = key.filter(|key| !key.is_none());
    if args.is_empty() {
        return Err(thread.type_error(format!("{name} expected at least 1 argument, got 0")));
    }
    if args.len() > 1 && default.is_some() {
        return Err(thread.type_error(format!(
            "Cannot specify a default for {name}() with multiple positional arguments"
        )));
    }
    let mut best: Option<(Value, Value)> = None;
    let mut consider = |thread: &mut Thread, item: Value| -> Result<()> {
        let rank = match key {
            Some(key) => thread.call(key, &[item])?,
            None => item,
        };
        if let Some((_, best_rank)) = best {
            let better = operations::rich_compare(thread, comparison, rank, best_rank)?;
            if !operations::is_true(thread, better)? {
                return Ok(());
            }
        }
        best = Some((item, rank));
        Ok(())
    };
    match args {
        [iterable] => iterate::for_each(thread, *iterable, &mut consider)?,
        several => {
            for &item in several {
                consider(thread, item)?;
            }
        }
    }
    match best {
        Some((item, _)) => Ok(item),
        None => default.ok_or_else(|| thread.value_error(format!("{name}() iterable argument is empty"))),
    }
}

/// `pow(base, exponent, modulus)`, the modulus None (or NULL) if there is none.
pub fn power(thread: &mut Thread, base: Value, exponent: Value, modulus: Value) -> Result {
    if modulus.is_none() || modulus.is_null() {
        return arithmetic::binary(thread, BinaryOperator::Power, base, exponent);
    }
    ternary_power(thread, base, exponent, modulus)
}

fn ternary_power(thread: &mut Thread, base: Value, exponent: Value, modulus: Value) -> Result {
    let (left, right) = (class_of(base), class_of(exponent));
    let forward = (base, Special::Power, [exponent, modulus]);
    let reflected = (exponent, Special::ReflectedPower, [base, modulus]);
    // A subclass's reflected method comes first where it is its own.
    let reflected_first = left != right
        && right.is_subclass_of(left)
        && right.special(Special::ReflectedPower) != left.special(Special::ReflectedPower);
    let order = if reflected_first { [reflected, forward] } else { [forward, reflected] };
    for (operand, special, arguments) in order {
        if let Some(result) = thread.call_special(operand, special, &arguments)? {
            if result != Value::NOT_IMPLEMENTED {
                return Ok(result);
            }
        }
    }
    let [a, b, c] = [base, exponent, modulus].map(operations::attribute::class_name);
    Err(thread.type_error(format!("unsupported operand type(s) for ** or pow(): '{a}', '{b}', '{c}'")))
}

/// `sum`: ints and floats without calls; floats with Neumaier's compensation, as CPython.
fn sum(thread: &mut Thread, iterable: Value, start: Value) -> Result {
    for (class, complaint) in [
        (types().str, "sum() can't sum strings [use ''.join(seq) instead]"),
        (types().bytes, "sum() can't sum bytes [use b''.join(seq) instead]"),
        (types().bytearray, "sum() can't sum bytearray [use b''.join(seq) instead]"),
    ] {
        if class_of(start).is_subclass_of(class) {
            return Err(thread.type_error(complaint));
        }
    }
    let mut total = start;
    // While the total is a float: its value and the compensation.
    let mut float: Option<(f64, f64)> = None;
    let is_exact_float = |value: Value| class_of(value) == types().float;
    iterate::for_each(thread, iterable, |thread, item| {
        if let Some((sum, compensation)) = float {
            let addend = match item.as_int_or_bool() {
                Some(IntRef::Small(i)) if class_of(item) == types().int => Some(i as f64),
                _ if is_exact_float(item) => item.as_float(),
                _ => None,
            };
            if let Some(x) = addend {
                let next = sum + x;
                let lost = if sum.abs() >= x.abs() { (sum - next) + x } else { (x - next) + sum };
                float = Some((next, compensation + lost));
                return Ok(());
            }
            total = compensated(sum, compensation);
            float = None;
        }
        total = arithmetic::binary(thread, BinaryOperator::Add, total, item)?;
        if is_exact_float(total) {
            float = total.as_float().map(|sum| (sum, 0.0));
        }
        Ok(())
    })?;
    Ok(match float {
        Some((sum, compensation)) => compensated(sum, compensation),
        None => total,
    })
}

fn compensated(sum: f64, compensation: f64) -> Value {
    Value::from_float(if compensation != 0.0 && compensation.is_finite() { sum + compensation } else { sum })
}

/// `sys.displayhook` as PRINT_EXPR calls it.
pub fn display_hook(thread: &mut Thread, value: Value) -> Result<()> {
    match crate::sys::attribute(thread, "displayhook") {
        Some(hook) => thread.call(hook, &[value]).map(|_| ()),
        None => Err(thread.runtime_error("lost sys.displayhook")),
    }
}
