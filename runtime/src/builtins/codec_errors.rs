//! The built-in error handlers as functions that take an exception: what `codecs.lookup_error("ignore")` gives.

use crate::builtins::codecs::name_replacement;
use crate::builtins::text_support::{class_name, str_of_text};
use crate::object::bytes::Bytes;
use crate::object::exception::Exception;
use crate::object::module::Module;
use crate::object::tuple::Tuple;
use crate::operations::class_of;
use crate::prelude::*;
use crate::roots::Root;
use crate::text::TextBuilder;
use crate::text::codecs::{CodecError, Errors, Replacement, push_backslashed};

/// The module that holds the functions; it can't be imported.
static MODULE: Root = Root::new();

/// The function behind a built-in name.
pub fn built_in(thread: &mut Thread, name: Gc<Str>) -> Result<Option<Value>> {
    let function = match name.to_string_lossy().as_str() {
        "surrogateescape" => "surrogateescape",
        "surrogatepass" => "surrogatepass",
        "strict" => "strict_errors",
        "ignore" => "ignore_errors",
        "replace" => "replace_errors",
        "xmlcharrefreplace" => "xmlcharrefreplace_errors",
        "backslashreplace" => "backslashreplace_errors",
        "namereplace" => "namereplace_errors",
        _ => return Ok(None),
    };
    let module = match MODULE.get() {
        Some(module) => module,
        None => {
            let module =
                crate::import::make_native_module(thread, <ErrorHandlers as NativeModule>::DEFINITION)?;
            MODULE.set(module.value());
            module.value()
        }
    };
    let module: Gc<Module> = module.cast();
    Ok(module.dict.get_str(crate::object::str::intern(function)))
}

/// Fields of a Unicode exception, positions clamped.
struct Problem {
    object: Value,
    start: usize,
    end: usize,
}

fn problem(exception: Gc<Exception>, object_field: usize) -> Problem {
    let object = exception.field(object_field);
    let length = match (object.downcast::<Str>(), object.downcast::<Bytes>()) {
        (Some(string), _) => string.length,
        (_, Some(bytes)) => bytes.length,
        _ => 0,
    };
    let at = |field: usize| exception.field(object_field + field).as_small_int().unwrap_or(0).max(0) as usize;
    let start = at(1).min(length.saturating_sub(1));
    let end = at(2).max(1).min(length).max(start);
    Problem { object, start, end }
}

/// The encoding that `surrogatepass` needs to know, if it knows it.
fn known_encoding(encoding: Value) -> &'static str {
    let name = encoding.downcast::<Str>().map_or(String::new(), |name| name.to_string_lossy().to_lowercase());
    let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    match plain.as_str() {
        "utf8" | "cp65001" => "utf-8",
        "utf16" => "utf-16",
        "utf16le" => "utf-16-le",
        "utf16be" => "utf-16-be",
        "utf32" => "utf-32",
        "utf32le" => "utf-32-le",
        "utf32be" => "utf-32-be",
        _ => "unknown",
    }
}

fn answer(replacement: Value, position: usize) -> Result {
    Ok(Tuple::new(&[replacement, Value::from_int(position as i64)]).value())
}

#[cold]
fn cannot_handle(thread: &mut Thread, value: Value) -> Raised {
    let got = class_name(value);
    thread.type_error(format!("don't know how to handle {got} in error callback"))
}

fn handle(thread: &mut Thread, value: Value, errors: Errors) -> Result {
    let class = class_of(value);
    let Some(exception) = value.downcast::<Exception>() else { return Err(cannot_handle(thread, value)) };
    if class.is_subclass_of(types().unicode_encode_error) {
        let problem = problem(exception, 1);
        let encoding = known_encoding(exception.field(0));
        let error = CodecError { encoding, start: problem.start, end: problem.end, reason: "" };
        let Some(string) = problem.object.downcast::<Str>() else { return Err(Raised(value)) };
        return match errors.encode(&error, string.characters()) {
            Some((Replacement::Text(text), end)) => answer(str_of_text(&text).value(), end),
            Some((Replacement::Bytes(bytes), end)) => answer(Bytes::new(&bytes).value(), end),
            None => Err(Raised(value)),
        };
    }
    if class.is_subclass_of(types().unicode_decode_error) && errors.can_decode() {
        let problem = problem(exception, 1);
        let encoding = known_encoding(exception.field(0));
        let error = CodecError { encoding, start: problem.start, end: problem.end, reason: "" };
        let Some(bytes) = problem.object.downcast::<Bytes>() else { return Err(Raised(value)) };
        let mut out = TextBuilder::new();
        return match errors.decode(&error, bytes.as_slice(), &mut out) {
            Some(end) => answer(Str::from_characters(out.characters()).value(), end),
            None => Err(Raised(value)),
        };
    }
    if class.is_subclass_of(types().unicode_translate_error) {
        let problem = problem(exception, 0);
        let Some(string) = problem.object.downcast::<Str>() else { return Err(Raised(value)) };
        let characters = string.characters().slice(problem.start, problem.end);
        let mut out = TextBuilder::new();
        match errors {
            Errors::Ignore => {}
            Errors::Replace => out.push_repeated(0xfffd, characters.len()),
            Errors::BackslashReplace => characters.iter().for_each(|c| push_backslashed(c, &mut out)),
            _ => return Err(cannot_handle(thread, value)),
        }
        return answer(Str::from_characters(out.characters()).value(), problem.end);
    }
    Err(cannot_handle(thread, value))
}

/// Holds the built-in error handlers.
pub struct ErrorHandlers;

#[native_module(name = "_codecs")]
impl ErrorHandlers {
    /// Implements the 'strict' error handling, which raises a UnicodeError on coding errors.
    #[function("(exception, /)", hidden)]
    fn strict_errors(thread: &mut Thread, exception: Value) -> Result {
        match exception.downcast::<Exception>() {
            Some(_) => Err(Raised(exception)),
            None => Err(thread.type_error("codec must pass exception instance")),
        }
    }

    /// Implements the 'ignore' error handling, which leaves out what can't be converted.
    #[function("(exception, /)", hidden)]
    fn ignore_errors(thread: &mut Thread, exception: Value) -> Result {
        handle(thread, exception, Errors::Ignore)
    }

    /// Implements the 'replace' error handling, which puts a replacement marker.
    #[function("(exception, /)", hidden)]
    fn replace_errors(thread: &mut Thread, exception: Value) -> Result {
        handle(thread, exception, Errors::Replace)
    }

    /// Implements the 'xmlcharrefreplace' error handling, which puts XML character references.
    #[function("(exception, /)", hidden)]
    fn xmlcharrefreplace_errors(thread: &mut Thread, exception: Value) -> Result {
        handle(thread, exception, Errors::XmlCharRefReplace)
    }

    /// Implements the 'backslashreplace' error handling, which puts escape sequences.
    #[function("(exception, /)", hidden)]
    fn backslashreplace_errors(thread: &mut Thread, exception: Value) -> Result {
        handle(thread, exception, Errors::BackslashReplace)
    }

    /// Implements the 'namereplace' error handling, which puts escape sequences with the characters' names.
    #[function("(exception, /)", hidden)]
    fn namereplace_errors(thread: &mut Thread, value: Value) -> Result {
        let exception = match value.downcast::<Exception>() {
            Some(exception) if class_of(value).is_subclass_of(types().unicode_encode_error) => exception,
            _ => return Err(cannot_handle(thread, value)),
        };
        let problem = problem(exception, 1);
        let Some(string) = problem.object.downcast::<Str>() else { return Err(Raised(value)) };
        let named = name_replacement(thread, string.characters().slice(problem.start, problem.end))?;
        answer(str_of_text(&named).value(), problem.end)
    }

    #[function("(exception, /)", hidden)]
    fn surrogateescape(thread: &mut Thread, exception: Value) -> Result {
        handle(thread, exception, Errors::SurrogateEscape)
    }

    #[function("(exception, /)", hidden)]
    fn surrogatepass(thread: &mut Thread, exception: Value) -> Result {
        handle(thread, exception, Errors::SurrogatePass)
    }
}
