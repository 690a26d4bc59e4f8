//! What text streams encode and decode with: native code for UTF-8, ASCII and Latin-1 with the built-in error handlers, the incremental
//! codecs that the module `codecs` finds for everything else.

use crate::io::newline::{LineEnds, decoder_state};
use taipan_runtime::heap::Tracer;
use taipan_runtime::import::import_module;
use taipan_runtime::native::type_name;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::exception::Exception;
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::{get_attribute, get_attribute_optional, is_true, repr};
use taipan_runtime::prelude::*;
use taipan_runtime::text::codecs::{
    CodecError, Errors, decode_ascii, decode_utf8, encode_ascii, encode_latin1, encode_utf8,
};
use taipan_runtime::text::{Characters, TextBuilder};

/// An encoding that native code knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NativeCodec {
    Utf8,
    Ascii,
    Latin1,
}

impl NativeCodec {
    /// The encoding of a name, in any of the spellings that the `encodings` package knows.
    pub fn from_name(name: &str) -> Option<NativeCodec> {
        let name: String =
            name.chars().map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect();
        Some(match name.as_str() {
            "utf-8" | "utf8" | "u8" | "cp65001" => NativeCodec::Utf8,
            "ascii" | "us-ascii" | "646" | "ansi-x3.4-1968" => NativeCodec::Ascii,
            "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "8859" | "l1" | "cp819" => {
                NativeCodec::Latin1
            }
            _ => return None,
        })
    }

    /// Appends encoded text.
    pub fn encode(
        self,
        thread: &mut Thread,
        text: Value,
        characters: Characters,
        errors: Errors,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        if let Characters::One(bytes) = characters
            && (self == NativeCodec::Latin1 || bytes.is_ascii())
        {
            out.extend_from_slice(bytes);
            return Ok(());
        }
        let mut handler = errors;
        let encoded = match self {
            NativeCodec::Utf8 => encode_utf8(characters, &mut handler),
            NativeCodec::Ascii => encode_ascii(characters, &mut handler),
            NativeCodec::Latin1 => encode_latin1(characters, &mut handler),
        };
        match encoded {
            Ok(bytes) => {
                out.extend_from_slice(&bytes);
                Ok(())
            }
            Err(error) => Err(unicode_error(thread, types().unicode_encode_error, text, error)),
        }
    }
}

/// A UnicodeEncodeError or UnicodeDecodeError.
#[cold]
fn unicode_error(thread: &mut Thread, class: Gc<TypeObject>, input: Value, error: CodecError) -> Raised {
    let arguments = [
        intern(error.encoding).value(),
        input,
        Value::from_int(error.start as i64),
        Value::from_int(error.end as i64),
        Str::new(error.reason).value(),
    ];
    Exception::with_arguments(thread, class, &arguments)
}

/// What decodes.
pub enum Inner {
    Native {
        codec: NativeCodec,
        errors: Errors,
        /// Bytes of a sequence that isn't complete.
        held: Vec<u8>,
    },
    /// An incremental decoder object.
    Object(Value),
}

/// A decoder of a text stream.
pub struct Decoder {
    inner: Inner,
    /// Recognises line ends behind it.
    pub ends: Option<LineEnds>,
}

/// A decoder's state as `getstate()` gives it.
#[derive(Clone, Debug)]
pub struct DecoderState {
    pub held: Vec<u8>,
    pub flags: i64,
}

impl Decoder {
    pub fn new(inner: Inner, ends: Option<LineEnds>) -> Decoder {
        Decoder { inner, ends }
    }

    pub fn trace(&self, tracer: &mut Tracer) {
        if let Inner::Object(object) = &self.inner {
            tracer.value(object.0);
        }
    }

    /// The decoder object, if it is one.
    pub fn object(&self) -> Option<Value> {
        match self.inner {
            Inner::Object(object) => Some(object),
            Inner::Native { .. } => None,
        }
    }

    /// Decodes the next bytes.
    pub fn decode(&mut self, thread: &mut Thread, input: &[u8], is_final: bool) -> Result<Gc<Str>> {
        let text = match &mut self.inner {
            Inner::Native { codec, errors, held } => {
                decode_native(thread, *codec, *errors, held, input, is_final)?
            }
            Inner::Object(object) => {
                let object = *object;
                let arguments = [Bytes::new(input).value(), Value::from_bool(is_final)];
                let text = thread.call_method(object, "decode", &arguments)?;
                text.downcast::<Str>().ok_or_else(|| {
                    let got = type_name(text);
                    thread.type_error(format!("decoder should return a string result, not '{got}'"))
                })?
            }
        };
        Ok(match &mut self.ends {
            Some(ends) => ends.process(text, is_final),
            None => text,
        })
    }

    pub fn state(&self, thread: &mut Thread) -> Result<DecoderState> {
        let (held, flags) = match &self.inner {
            Inner::Native { held, .. } => (held.clone(), 0),
            Inner::Object(object) => {
                let state = thread.call_method(*object, "getstate", &[])?;
                let (held, flags) = decoder_state(thread, state)?;
                (held.as_slice().to_vec(), flags)
            }
        };
        Ok(DecoderState {
            held,
            flags: match self.ends {
                Some(ends) => flags << 1 | i64::from(ends.pending_cr),
                None => flags,
            },
        })
    }

    pub fn set_state(&mut self, thread: &mut Thread, state: &DecoderState) -> Result<()> {
        let mut flags = state.flags;
        if let Some(ends) = &mut self.ends {
            ends.pending_cr = flags & 1 != 0;
            flags >>= 1;
        }
        match &mut self.inner {
            Inner::Native { held, .. } => *held = state.held.clone(),
            Inner::Object(object) => {
                let object = *object;
                let state = Tuple::new(&[Bytes::new(&state.held).value(), Value::from_int(flags)]);
                thread.call_method(object, "setstate", &[state.value()])?;
            }
        }
        Ok(())
    }

    pub fn reset(&mut self, thread: &mut Thread) -> Result<()> {
        if let Some(ends) = &mut self.ends {
            ends.reset();
        }
        match &mut self.inner {
            Inner::Native { held, .. } => held.clear(),
            Inner::Object(object) => {
                let object = *object;
                thread.call_method(object, "reset", &[])?;
            }
        }
        Ok(())
    }
}

fn decode_native(
    thread: &mut Thread,
    codec: NativeCodec,
    errors: Errors,
    held: &mut Vec<u8>,
    input: &[u8],
    is_final: bool,
) -> Result<Gc<Str>> {
    if held.is_empty() && (codec == NativeCodec::Latin1 || input.is_ascii()) {
        return Ok(Str::from_one_byte(input, codec != NativeCodec::Latin1 || input.is_ascii()));
    }
    let joined;
    let input = match held.is_empty() {
        true => input,
        false => {
            held.extend_from_slice(input);
            joined = std::mem::take(held);
            &joined[..]
        }
    };
    let mut handler = errors;
    let mut out = TextBuilder::with_capacity(input.len());
    let done = match codec {
        NativeCodec::Utf8 => decode_utf8(input, is_final, &mut handler, &mut out),
        NativeCodec::Ascii => decode_ascii(input, &mut handler, &mut out).map(|()| input.len()),
        NativeCodec::Latin1 => {
            out.push_latin1(input);
            Ok(input.len())
        }
    };
    match done {
        Ok(done) => {
            held.extend_from_slice(&input[done..]);
            Ok(Str::from_characters(out.characters()))
        }
        Err(error) => {
            let input = Bytes::new(input).value();
            Err(unicode_error(thread, types().unicode_decode_error, input, error))
        }
    }
}

/// The codec information of an encoding, which must be one of text.
pub fn look_up(thread: &mut Thread, encoding: Gc<Str>, use_instead: &str) -> Result {
    let codecs = import_module(thread, "codecs")?;
    let information = thread.call_method(codecs, "lookup", &[encoding.value()])?;
    if let Some(is_text) = get_attribute_optional(thread, information, intern("_is_text_encoding"))?
        && !is_true(thread, is_text)?
    {
        let shown = repr(thread, encoding.value())?.to_string_lossy();
        let message = format!("{shown} is not a text encoding; use {use_instead} to handle arbitrary codecs");
        return Err(thread.lookup_error(message));
    }
    Ok(information)
}

/// An incremental encoder or decoder object of an encoding.
pub fn incremental(thread: &mut Thread, information: Value, which: &str, errors: Gc<Str>) -> Result {
    let factory = get_attribute(thread, information, intern(which))?;
    thread.call(factory, &[errors.value()])
}
