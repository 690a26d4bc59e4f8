//! What the functions of the native codecs share: their arguments and results.

use taipan_runtime::builtins::codecs::{Handler, NativeCodec, decoded};
use taipan_runtime::builtins::text_support::OrRaise;
use taipan_runtime::import::import_attribute;
use taipan_runtime::native::{ArgumentContext, FromArgument};
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::int::IntRef;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::buffer::BytesLike;
use taipan_runtime::operations::class_of;
use taipan_runtime::prelude::*;
use taipan_runtime::text::TextBuilder;
use taipan_runtime::text::codecs as text;

/// An `errors` argument: absent, None, or a name.
pub type Errors = Option<Option<Gc<Str>>>;

/// Bytes, or a str as UTF-8.
pub struct TextOrBytes(pub Vec<u8>);

impl FromArgument for TextOrBytes {
    fn from_argument(thread: &mut Thread, value: Value, _: &ArgumentContext) -> Result<TextOrBytes> {
        match value.downcast::<Str>() {
            Some(string) => match string.to_text() {
                Some(text) => Ok(TextOrBytes(text.into_bytes())),
                None => Err(taipan_runtime::builtins::str::surrogate_encode_error(thread, string)),
            },
            None => Ok(TextOrBytes(BytesLike::required(thread, value)?.to_vec())),
        }
    }
}

/// A result and how much of the input it stands for.
pub fn pair(result: Value, consumed: usize) -> Gc<Tuple> {
    Tuple::new(&[result, Value::from_int(consumed as i64)])
}

pub fn encode_native(
    thread: &mut Thread,
    codec: NativeCodec,
    string: Gc<Str>,
    errors: Errors,
) -> Result<Gc<Tuple>> {
    let mut handler = Handler::new(thread, errors.flatten(), string.value());
    let encoded = codec.encode(string.characters(), &mut handler)?;
    Ok(pair(Bytes::new(&encoded).value(), string.length))
}

pub fn decode_native(
    thread: &mut Thread,
    codec: NativeCodec,
    data: &[u8],
    errors: Errors,
    is_final: bool,
) -> Result<Gc<Tuple>> {
    // A copy: handlers may change a bytearray.
    let data = data.to_vec();
    let mut out = TextBuilder::with_capacity(data.len());
    let mut handler = Handler::new(thread, errors.flatten(), Value::NULL);
    let consumed = codec.decode(&data, is_final, &mut handler, &mut out)?;
    Ok(decoded(out, consumed))
}

/// The character of a name, through the module `unicodedata`.
fn character_of_name(thread: &mut Thread, name: &[u8]) -> Result<Option<u32>> {
    let lookup = import_attribute(thread, "unicodedata", "lookup")?;
    let name = Str::new(&String::from_utf8_lossy(name));
    match thread.call(lookup, &[name.value()]) {
        Ok(character) => Ok(character.downcast::<Str>().filter(|c| c.length == 1).map(|c| c.at(0))),
        Err(raised) if class_of(raised.0).is_subclass_of(types().key_error) => Ok(None),
        Err(raised) => Err(raised),
    }
}

/// The characters that `\N{...}` sequences name, found before decoding: the decoder asks for them in order.
fn named_characters(thread: &mut Thread, data: &[u8]) -> Result<Vec<(Vec<u8>, Option<u32>)>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = data[at..].windows(3).position(|window| window == b"\\N{") {
        let start = at + start + 3;
        let Some(length) = data[start..].iter().position(|&byte| byte == b'}') else { break };
        let name = data[start..start + length].to_vec();
        let character = character_of_name(thread, &name)?;
        found.push((name, character));
        at = start + length;
    }
    Ok(found)
}

pub fn decode_unicode_escape(
    thread: &mut Thread,
    data: &[u8],
    errors: Errors,
    is_final: bool,
) -> Result<Gc<Tuple>> {
    let named = named_characters(thread, data)?;
    let mut find_name = |name: &[u8]| named.iter().find(|(known, _)| known == name).and_then(|(_, c)| *c);
    let mut out = TextBuilder::with_capacity(data.len());
    let mut handler = Handler::new(thread, errors.flatten(), Value::NULL);
    let outcome = text::decode_unicode_escape(data, is_final, &mut find_name, &mut handler, &mut out)?;
    if let Some(at) = outcome.first_invalid {
        warn_about_escape(thread, data, at, "")?;
    }
    Ok(decoded(out, outcome.consumed))
}

pub fn decode_bytes_escape(thread: &mut Thread, data: &[u8], errors: Errors) -> Result<Gc<Tuple>> {
    let errors = errors.flatten().map_or("strict".to_string(), |errors| errors.to_string_lossy());
    let (content, first_invalid) = text::decode_bytes_escape(data, &errors).or_raise(thread)?;
    if let Some(at) = first_invalid {
        warn_about_escape(thread, data, at, "b")?;
    }
    Ok(pair(Bytes::new(&content).value(), data.len()))
}

/// Warns of a sequence that means nothing. `at` is where its backslash stands.
fn warn_about_escape(thread: &mut Thread, data: &[u8], at: usize, prefix: &str) -> Result<()> {
    let start = if data.get(at) == Some(&b'\\') { at + 1 } else { at };
    let sequence = &data[start.min(data.len())..];
    let message = match sequence {
        [b'4'..=b'7', b'0'..=b'7', b'0'..=b'7', ..] => {
            let digits = String::from_utf8_lossy(&sequence[..3]);
            format!(
                "{prefix}\"\\{digits}\" is an invalid octal escape sequence. Such sequences will not work in the future. "
            )
        }
        [letter, ..] => {
            let letter = char::from(*letter);
            format!(
                "{prefix}\"\\{letter}\" is an invalid escape sequence. Such sequences will not work in the future. "
            )
        }
        [] => return Ok(()),
    };
    taipan_runtime::builtins::warnings::deprecation(thread, &message)
}

/// Whether an int is a character's number.
pub fn as_character(value: Value) -> Option<Option<u32>> {
    match value.as_int_or_bool()? {
        IntRef::Small(c) if (0..0x110000).contains(&c) => Some(Some(c as u32)),
        _ => Some(None),
    }
}
