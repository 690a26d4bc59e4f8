//! `_json`: the scanner and the encoder behind `json`.

mod encoder;
mod scanner;
mod strings;

use encoder::Encoder;
use scanner::Scanner;
use taipan_runtime::native::type_name;
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::prelude::*;
use taipan_runtime::text::TextBuilder;

/// The module `_json`.
pub struct Json;

/// json speedups
#[native_module(name = "_json")]
impl Json {
    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        for (name, definition) in
            [("make_scanner", Scanner::DEFINITION), ("make_encoder", Encoder::DEFINITION)]
        {
            let class = taipan_runtime::builtins::class::class_of_definition(thread, definition)?;
            module.dict.set_str_infallible(intern(name), class.value());
        }
        Ok(())
    }

    /// Return the JSON form of a string, with other characters than ASCII escaped.
    #[function("(object, /)", text = "($self, object, /)")]
    fn encode_basestring_ascii(thread: &mut Thread, object: Value) -> Result<Gc<Str>> {
        encode(thread, object, true)
    }

    /// Return the JSON form of a string.
    #[function("(object, /)", text = "($self, object, /)")]
    fn encode_basestring(thread: &mut Thread, object: Value) -> Result<Gc<Str>> {
        encode(thread, object, false)
    }

    /// scanstring(string, end, strict=True) -> (string, end)
    ///
    /// Scan the string for a JSON string. End is the index of the character after the quote that began it. Returns the decoded
    /// string and the index behind its closing quote.
    #[function("(*arguments)", hidden)]
    fn scanstring(thread: &mut Thread, arguments: &[Value]) -> Result<Gc<Tuple>> {
        let given = arguments.len();
        let (text, end, strict) = match *arguments {
            [text, end] => (text, end, Value::TRUE),
            [text, end, strict] => (text, end, strict),
            _ if given < 2 => {
                return Err(
                    thread.type_error(format!("scanstring() takes at least 2 arguments ({given} given)"))
                );
            }
            _ => {
                return Err(
                    thread.type_error(format!("scanstring() takes at most 3 arguments ({given} given)"))
                );
            }
        };
        let end = taipan_runtime::operations::convert::index_i64(thread, end)?;
        let strict = taipan_runtime::operations::is_true(thread, strict)?;
        let text = string_argument(thread, text)?;
        let Some(start) = usize::try_from(end).ok().filter(|end| *end <= text.length) else {
            return Err(thread.value_error("end is out of bounds"));
        };
        let (string, next) = strings::scan(thread, text, start, strict)?;
        Ok(Tuple::new(&[string.value(), Value::from_int(next as i64)]))
    }
}

/// The first argument as a str.
pub fn string_argument(thread: &mut Thread, value: Value) -> Result<Gc<Str>> {
    value.downcast::<Str>().ok_or_else(|| {
        let got = type_name(value);
        thread.type_error(format!("first argument must be a string, not {got}"))
    })
}

fn encode(thread: &mut Thread, object: Value, ascii: bool) -> Result<Gc<Str>> {
    let text = string_argument(thread, object)?;
    let mut out = TextBuilder::with_capacity(text.length + 2);
    strings::push_encoded(&mut out, text.characters(), ascii);
    Ok(Str::from_characters(out.characters()))
}
