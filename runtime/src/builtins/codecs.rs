//! Codecs as objects see them: the native ones for `str.encode` and `bytes.decode`, the registry of the others, and error handlers, whether
//! built in or registered by a program. What Python code sees of this is in [`crate::builtins::codecs_module`].

use crate::builtins::text_support::{class_name, str_of_text};
use crate::import::import_attribute;
use crate::object::bytes::{ByteArray, Bytes};
use crate::object::dict::Dict;
use crate::object::exception::Exception;
use crate::object::list::List;
use crate::object::str::intern;
use crate::object::tuple::Tuple;
use crate::operations::{self, class_of};
use crate::prelude::*;
use crate::roots::Root;
use crate::text::codecs::{
    ByteOrder, CodecError, DecodeHandler, EncodeHandler, Errors, Replacement, decode_ascii, decode_latin1,
    decode_utf8, decode_utf16, decode_utf32, encode_ascii, encode_latin1, encode_utf8, encode_utf16,
    encode_utf32,
};
use crate::text::{Characters, Text, TextBuilder};

// ---------------------------------------------------------------------- handlers

/// What is done about errors.
enum Policy {
    BuiltIn(Errors),
    NameReplace,
    /// The name of a registered handler, looked up when it is needed.
    Named(Gc<Str>),
}

/// An error handler for the codecs of [`crate::text::codecs`] that raises Python's exceptions.
pub struct Handler<'a> {
    pub thread: &'a mut Thread,
    policy: Policy,
    /// The str or bytes object that is converted, NULL while there is none.
    object: Value,
    /// Name for exceptions where it isn't the codec's own.
    encoding: Option<&'static str>,
    /// The registered handler, NULL before it is looked up.
    function: Value,
}

impl<'a> Handler<'a> {
    /// By the name of a policy; None is `strict`.
    pub fn new(thread: &'a mut Thread, errors: Option<Gc<Str>>, object: Value) -> Handler<'a> {
        let policy = match errors {
            None => Policy::BuiltIn(Errors::Strict),
            Some(errors) if errors.is("namereplace") => Policy::NameReplace,
            Some(errors) => match Errors::from_name(&errors.to_string_lossy()) {
                Some(built_in) => Policy::BuiltIn(built_in),
                None => Policy::Named(errors),
            },
        };
        Handler { thread, policy, object, encoding: None, function: Value::NULL }
    }

    fn encoding(&self, error: &CodecError) -> &'static str {
        self.encoding.unwrap_or(error.encoding)
    }

    fn encode_error(&mut self, error: &CodecError, text: Characters) -> Raised {
        if self.object.is_null() {
            self.object = Str::from_characters(text).value();
        }
        let class = types().unicode_encode_error;
        self.error(class, error)
    }

    fn decode_error(&mut self, error: &CodecError, input: &[u8]) -> Raised {
        if self.object.downcast::<Bytes>().is_none() {
            self.object = Bytes::new(input).value();
        }
        let class = types().unicode_decode_error;
        self.error(class, error)
    }

    fn error(&mut self, class: Gc<TypeObject>, error: &CodecError) -> Raised {
        let encoding = Str::new(self.encoding(error)).value();
        let reason = Str::new(error.reason).value();
        let (start, end) = (Value::from_int(error.start as i64), Value::from_int(error.end as i64));
        Exception::with_arguments(self.thread, class, &[encoding, self.object, start, end, reason])
    }

    /// Calls the registered handler: its replacement and where to go on.
    fn call(&mut self, name: Gc<Str>, raised: Raised, complaint: &str) -> Result<(Value, i64)> {
        if !is_codec_error(raised) {
            return Err(raised);
        }
        if self.function.is_null() {
            self.function = lookup_error(self.thread, name)?;
        }
        let answer = self.thread.call(self.function, &[raised.0])?;
        if let Some(tuple) = answer.downcast::<Tuple>()
            && let [replacement, position] = tuple.items()
            && let Some(position) = position.as_small_int()
        {
            return Ok((*replacement, position));
        }
        Err(self.thread.type_error(complaint))
    }

    fn position(&mut self, position: i64, length: usize) -> Result<usize> {
        let place = if position < 0 { position + length as i64 } else { position };
        if let Ok(place) = usize::try_from(place)
            && place <= length
        {
            return Ok(place);
        }
        Err(self.thread.index_error(format!("position {place} from error handler out of bounds")))
    }
}

fn is_codec_error(raised: Raised) -> bool {
    class_of(raised.0).is_subclass_of(types().unicode_error)
}

const ENCODE_COMPLAINT: &str = "encoding error handler must return (str/bytes, int) tuple";
const DECODE_COMPLAINT: &str = "decoding error handler must return (str, int) tuple";

impl EncodeHandler for Handler<'_> {
    type Error = Raised;

    fn replace(&mut self, error: &CodecError, text: Characters) -> Result<(Replacement, usize)> {
        match self.policy {
            Policy::BuiltIn(errors) => match errors.encode(error, text) {
                Some(replacement) => Ok(replacement),
                None => Err(self.encode_error(error, text)),
            },
            Policy::NameReplace => {
                let named = name_replacement(self.thread, text.slice(error.start, error.end))?;
                Ok((Replacement::Text(named), error.end))
            }
            Policy::Named(name) => {
                let raised = self.encode_error(error, text);
                let (replacement, position) = self.call(name, raised, ENCODE_COMPLAINT)?;
                let replacement = if let Some(string) = replacement.downcast::<Str>() {
                    let mut out = TextBuilder::new();
                    out.push_characters(string.characters());
                    Replacement::Text(out.finish())
                } else if let Some(bytes) = replacement.downcast::<Bytes>() {
                    Replacement::Bytes(bytes.as_slice().to_vec())
                } else {
                    return Err(self.thread.type_error(ENCODE_COMPLAINT));
                };
                Ok((replacement, self.position(position, text.len())?))
            }
        }
    }

    fn refuse(&mut self, error: &CodecError, text: Characters) -> Raised {
        self.encode_error(error, text)
    }
}

impl DecodeHandler for Handler<'_> {
    type Error = Raised;

    fn replace(&mut self, error: &CodecError, input: &[u8], out: &mut TextBuilder) -> Result<usize> {
        match self.policy {
            Policy::BuiltIn(errors) if errors.can_decode() => match errors.decode(error, input, out) {
                Some(position) => Ok(position),
                None => Err(self.decode_error(error, input)),
            },
            Policy::BuiltIn(_) | Policy::NameReplace => {
                Err(self.thread.type_error("don't know how to handle UnicodeDecodeError in error callback"))
            }
            Policy::Named(name) => {
                let raised = self.decode_error(error, input);
                let (replacement, position) = self.call(name, raised, DECODE_COMPLAINT)?;
                let Some(string) = replacement.downcast::<Str>() else {
                    return Err(self.thread.type_error(DECODE_COMPLAINT));
                };
                out.push_characters(string.characters());
                self.position(position, input.len())
            }
        }
    }
}

/// Characters as `\N{...}`, those without a name by numbers.
pub fn name_replacement(thread: &mut Thread, characters: Characters) -> Result<Text> {
    let name = import_attribute(thread, "unicodedata", "name")?;
    let mut out = TextBuilder::new();
    for c in characters.iter() {
        let character = crate::builtins::text_support::character(c).value();
        let found = thread.call(name, &[character, Value::NONE])?;
        match found.downcast::<Str>() {
            Some(name) => {
                out.push_str("\\N{");
                out.push_characters(name.characters());
                out.push_str("}");
            }
            None => crate::text::codecs::push_backslashed(c, &mut out),
        }
    }
    Ok(out.finish())
}

// ---------------------------------------------------------------------- native codecs

/// The codecs that `str.encode` and `bytes.decode` run without the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NativeCodec {
    Utf8,
    Utf16(Option<ByteOrder>),
    Utf32(Option<ByteOrder>),
    Ascii,
    Latin1,
}

impl NativeCodec {
    /// By a normalised name.
    fn from_name(name: &str) -> Option<NativeCodec> {
        Some(match name {
            "utf8" | "utf_8" => NativeCodec::Utf8,
            "utf_16" => NativeCodec::Utf16(None),
            "utf_32" => NativeCodec::Utf32(None),
            "ascii" | "us_ascii" => NativeCodec::Ascii,
            "latin1" | "latin_1" | "iso_8859_1" | "iso8859_1" => NativeCodec::Latin1,
            _ => return None,
        })
    }

    pub fn encode(self, text: Characters, handler: &mut Handler) -> Result<Vec<u8>> {
        match self {
            NativeCodec::Utf8 => encode_utf8(text, handler),
            NativeCodec::Utf16(order) => encode_utf16(text, order, handler),
            NativeCodec::Utf32(order) => encode_utf32(text, order, handler),
            NativeCodec::Ascii => encode_ascii(text, handler),
            NativeCodec::Latin1 => encode_latin1(text, handler),
        }
    }

    /// Decodes; tells how many bytes were used up.
    pub fn decode(
        self,
        input: &[u8],
        is_final: bool,
        handler: &mut Handler,
        out: &mut TextBuilder,
    ) -> Result<usize> {
        match self {
            NativeCodec::Utf8 => decode_utf8(input, is_final, handler, out),
            NativeCodec::Utf16(order) => {
                decode_utf16(input, order, is_final, handler, out).map(|d| d.consumed)
            }
            NativeCodec::Utf32(order) => {
                decode_utf32(input, order, is_final, handler, out).map(|d| d.consumed)
            }
            NativeCodec::Ascii => decode_ascii(input, handler, out).map(|()| input.len()),
            NativeCodec::Latin1 => {
                decode_latin1(input, out);
                Ok(input.len())
            }
        }
    }
}

/// An encoding's name in lower case, with one underscore for each run of other characters than letters, digits and dots.
pub fn normalize(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if gap && !normal.is_empty() {
                normal.push('_');
            }
            gap = false;
            normal.push(c.to_ascii_lowercase());
        } else {
            gap = true;
        }
    }
    normal
}

/// An encoding's name as Rust text.
fn name_text(thread: &mut Thread, name: Gc<Str>) -> Result<String> {
    let Some(text) = name.to_text() else {
        return Err(crate::builtins::str::surrogate_encode_error(thread, name));
    };
    if text.contains('\0') {
        return Err(thread.value_error("embedded null character"));
    }
    Ok(text)
}

/// Encodes with UTF-8, ASCII and so on, by Rust names.
pub fn encode_native(
    thread: &mut Thread,
    string: Gc<Str>,
    encoding: &str,
    errors: &str,
) -> Result<Gc<Bytes>> {
    encode_str(thread, string, Some(intern(encoding)), Some(intern(errors)))
}

/// `string.encode(encoding, errors)`
pub fn encode_str(
    thread: &mut Thread,
    string: Gc<Str>,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
) -> Result<Gc<Bytes>> {
    let name = match encoding {
        Some(encoding) => name_text(thread, encoding)?,
        None => String::from("utf8"),
    };
    if let Some(codec) = NativeCodec::from_name(&normalize(&name)) {
        if let (Some(ascii), NativeCodec::Utf8 | NativeCodec::Ascii | NativeCodec::Latin1) =
            (string.as_ascii(), codec)
        {
            return Ok(Bytes::new(ascii.as_bytes()));
        }
        let mut handler = Handler::new(thread, errors, string.value());
        let encoded = codec.encode(string.characters(), &mut handler)?;
        return Ok(Bytes::new(&encoded));
    }
    let encoded = run_text_codec(thread, string.value(), &name, errors, Direction::Encode)?;
    if let Some(bytes) = encoded.downcast::<Bytes>() {
        return Ok(bytes);
    }
    let got = class_name(encoded);
    if let Some(array) = encoded.downcast::<ByteArray>() {
        let message = format!(
            "encoder {name} returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types"
        );
        crate::builtins::warnings::warn(thread, types().runtime_warning, &message, 1)?;
        return Ok(Bytes::new(array.as_slice()));
    }
    Err(thread.type_error(format!(
        "'{name}' encoder returned '{got}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types"
    )))
}

/// `bytes.decode(encoding, errors)`; `object` is what the bytes belong to.
pub fn decode_bytes(
    thread: &mut Thread,
    bytes: &[u8],
    object: Value,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
) -> Result<Gc<Str>> {
    let name = match encoding {
        Some(encoding) => name_text(thread, encoding)?,
        None => String::from("utf8"),
    };
    if let Some(codec) = NativeCodec::from_name(&normalize(&name)) {
        let plain = match codec {
            NativeCodec::Utf8 | NativeCodec::Ascii => bytes.is_ascii(),
            NativeCodec::Latin1 => true,
            _ => false,
        };
        if plain {
            return Ok(Str::from_one_byte(bytes, bytes.is_ascii()));
        }
        // Handlers may run Python code, which may change a bytearray.
        let copy;
        let bytes = match object.downcast::<Bytes>() {
            Some(_) => bytes,
            None => {
                copy = bytes.to_vec();
                &copy
            }
        };
        let mut out = TextBuilder::with_capacity(bytes.len());
        let mut handler = Handler::new(thread, errors, object);
        codec.decode(bytes, true, &mut handler, &mut out)?;
        return Ok(Str::from_characters(out.characters()));
    }
    let input = match object.downcast::<Bytes>() {
        Some(object) => object,
        None => Bytes::new(bytes),
    };
    let decoded = run_text_codec(thread, input.value(), &name, errors, Direction::Decode)?;
    match decoded.downcast::<Str>() {
        Some(string) => Ok(string),
        None => {
            let got = class_name(decoded);
            Err(thread.type_error(format!(
                "'{name}' decoder returned '{got}' instead of 'str'; use codecs.decode() to decode to arbitrary types"
            )))
        }
    }
}

// ---------------------------------------------------------------------- registry

/// Search functions.
static SEARCH_PATH: Root = Root::new();
/// What they found, by normalised name.
static CACHE: Root = Root::new();
/// Error handlers by name.
static ERROR_HANDLERS: Root = Root::new();

fn search_path() -> Gc<List> {
    SEARCH_PATH.get_or_set(|| List::empty().value()).cast()
}

fn cache() -> Gc<Dict> {
    CACHE.get_or_set(|| Dict::new().value()).cast()
}

fn error_handlers() -> Gc<Dict> {
    ERROR_HANDLERS.get_or_set(|| Dict::new().value()).cast()
}

/// Whether a value can be called.
fn is_callable(value: Value) -> bool {
    class_of(value).special(crate::object::special::Special::Call).is_some_and(|method| !method.is_none())
}

/// `codecs.register(function)`
pub fn register(thread: &mut Thread, function: Value) -> Result<()> {
    if !is_callable(function) {
        return Err(thread.type_error("argument must be callable"));
    }
    search_path().push(function);
    Ok(())
}

/// `codecs.unregister(function)`
pub fn unregister(function: Value) {
    let path = search_path();
    if let Some(place) = path.items().iter().position(|&known| known == function) {
        path.remove(place);
        cache().clear();
    }
}

/// `codecs.lookup(encoding)`
pub fn lookup(thread: &mut Thread, encoding: &str) -> Result<Gc<Tuple>> {
    if search_path().length == 0 {
        crate::import::import_module(thread, "encodings")?;
    }
    let name = Str::new(&normalize(encoding));
    if let Some(found) = cache().get_str(name) {
        return Ok(found.cast());
    }
    let mut place = 0;
    while let Some(function) = search_path().get(place) {
        place += 1;
        let found = thread.call(function, &[name.value()])?;
        if found.is_none() {
            continue;
        }
        return match found.downcast::<Tuple>() {
            Some(codec) if codec.length == 4 => {
                cache().set_str(thread, name, found)?;
                Ok(codec)
            }
            _ => Err(thread.type_error("codec search functions must return 4-tuples")),
        };
    }
    Err(thread.lookup_error(format!("unknown encoding: {encoding}")))
}

/// `codecs.register_error(name, handler)`
pub fn register_error(thread: &mut Thread, name: Gc<Str>, handler: Value) -> Result<()> {
    if !is_callable(handler) {
        return Err(thread.type_error("handler must be callable"));
    }
    error_handlers().set_str(thread, name, handler)
}

/// `codecs._unregister_error(name)`
pub fn unregister_error(thread: &mut Thread, name: Gc<Str>) -> Result<bool> {
    let text = name.to_string_lossy();
    if Errors::from_name(&text).is_some() || text == "namereplace" {
        return Err(thread.value_error(format!("cannot un-register built-in error handler '{text}'")));
    }
    Ok(error_handlers().delete_str(name))
}

/// `codecs.lookup_error(name)`
pub fn lookup_error(thread: &mut Thread, name: Gc<Str>) -> Result {
    if let Some(handler) = error_handlers().get_str(name) {
        return Ok(handler);
    }
    match crate::builtins::codec_errors::built_in(thread, name)? {
        Some(handler) => Ok(handler),
        None => {
            let name = name.to_string_lossy();
            Err(thread.lookup_error(format!("unknown error handler name '{name}'")))
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Encode,
    Decode,
}

impl Direction {
    fn name(self) -> &'static str {
        match self {
            Direction::Encode => "encode",
            Direction::Decode => "decode",
        }
    }

    fn agent(self) -> &'static str {
        match self {
            Direction::Encode => "encoder",
            Direction::Decode => "decoder",
        }
    }
}

/// Runs a codec that must convert between str and bytes.
fn run_text_codec(
    thread: &mut Thread,
    object: Value,
    encoding: &str,
    errors: Option<Gc<Str>>,
    direction: Direction,
) -> Result {
    let codec = lookup(thread, encoding)?;
    if class_of(codec.value()) != types().tuple {
        let flag = operations::get_attribute_optional(thread, codec.value(), intern("_is_text_encoding"))?;
        if let Some(flag) = flag
            && !operations::is_true(thread, flag)?
        {
            let name = direction.name();
            return Err(thread.lookup_error(format!(
                "'{encoding}' is not a text encoding; use codecs.{name}() to handle arbitrary codecs"
            )));
        }
    }
    run_found_codec(thread, codec, object, encoding, errors, direction)
}

fn run_found_codec(
    thread: &mut Thread,
    codec: Gc<Tuple>,
    object: Value,
    encoding: &str,
    errors: Option<Gc<Str>>,
    direction: Direction,
) -> Result {
    let function = codec.items()[direction as usize];
    let answer = match errors {
        Some(errors) => thread.call(function, &[object, errors.value()]),
        None => thread.call(function, &[object]),
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(raised) => return Err(add_note(thread, raised, encoding, direction)),
    };
    match answer.downcast::<Tuple>() {
        Some(pair) if pair.length == 2 => Ok(pair.items()[0]),
        _ => {
            let agent = direction.agent();
            Err(thread.type_error(format!("{agent} must return a tuple (object, integer)")))
        }
    }
}

/// Says in a note which codec raised.
#[cold]
fn add_note(thread: &mut Thread, raised: Raised, encoding: &str, direction: Direction) -> Raised {
    let (verb, note) = match direction {
        Direction::Encode => ("encoding", encoding),
        Direction::Decode => ("decoding", encoding),
    };
    let note = Str::new(&format!("{verb} with '{note}' codec failed"));
    match thread.call_method(raised.0, "add_note", &[note.value()]) {
        Ok(_) => raised,
        Err(_) => raised,
    }
}

/// `codecs.encode(object, encoding, errors)` and `codecs.decode`
pub fn run_codec(
    thread: &mut Thread,
    object: Value,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
    direction: Direction,
) -> Result {
    let name = match encoding {
        Some(encoding) => name_text(thread, encoding)?,
        None => String::from("utf-8"),
    };
    let codec = lookup(thread, &name)?;
    run_found_codec(thread, codec, object, &name, errors, direction)
}

/// A decoder's result: the text and how many bytes were used up.
pub fn decoded(out: TextBuilder, consumed: usize) -> Gc<Tuple> {
    Tuple::new(&[str_of_text(&out.finish()).value(), Value::from_int(consumed as i64)])
}

#[cfg(test)]
mod tests {
    use super::normalize;

    #[test]
    fn names() {
        for (name, normal) in
            [("UTF-8", "utf_8"), ("  Latin--1", "latin_1"), ("iso8859.1", "iso8859.1"), ("", "")]
        {
            assert_eq!(normalize(name), normal);
        }
    }
}
