//! `_codecs`: the registry of codecs and the native codecs as functions, for the modules `codecs` and `encodings`.
//!
//! The conversions are in `taipan_runtime::text::codecs`, the registry and the error handlers in `taipan_runtime::builtins::codecs`.

mod charmap;
mod conversions;

use conversions::{TextOrBytes, decode_native, encode_native, pair};
use taipan_runtime::builtins::codecs::{self, Direction, Handler, NativeCodec};
use taipan_runtime::native::Text;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::buffer::BytesLike;
use taipan_runtime::prelude::*;
use taipan_runtime::text::TextBuilder;
use taipan_runtime::text::codecs::{self as text, ByteOrder};

/// The registry of codecs, and the native codecs.
pub struct Codecs;

const LITTLE: Option<ByteOrder> = Some(ByteOrder::Little);
const BIG: Option<ByteOrder> = Some(ByteOrder::Big);

/// The order that an integer argument means.
fn order_of(order: i32) -> Option<ByteOrder> {
    match order {
        0 => None,
        order if order < 0 => LITTLE,
        _ => BIG,
    }
}

/// The integer for an order that was found.
fn number_of(order: Option<ByteOrder>) -> Value {
    Value::from_small_int(match order {
        None => 0,
        Some(ByteOrder::Little) => -1,
        Some(ByteOrder::Big) => 1,
    })
}

#[native_module(name = "_codecs")]
impl Codecs {
    /// Adds a search function, which is called with a name in lower case and gives a codec or None.
    #[function("(search_function, /)")]
    fn register(thread: &mut Thread, search_function: Value) -> Result<()> {
        codecs::register(thread, search_function)
    }

    /// Removes a search function and forgets what was found.
    #[function("(search_function, /)")]
    fn unregister(search_function: Value) {
        codecs::unregister(search_function)
    }

    /// The codec of a name; LookupError if there is none.
    #[function("(encoding, /)")]
    fn lookup(thread: &mut Thread, encoding: Text) -> Result<Gc<Tuple>> {
        codecs::lookup(thread, &encoding)
    }

    /// Encodes an object by the codec of a name.
    #[function("(obj, encoding='utf-8', errors='strict')")]
    fn encode(thread: &mut Thread, obj: Value, encoding: Option<Gc<Str>>, errors: Option<Gc<Str>>) -> Result {
        codecs::run_codec(thread, obj, encoding, errors, Direction::Encode)
    }

    /// Decodes an object by the codec of a name.
    #[function("(obj, encoding='utf-8', errors='strict')")]
    fn decode(thread: &mut Thread, obj: Value, encoding: Option<Gc<Str>>, errors: Option<Gc<Str>>) -> Result {
        codecs::run_codec(thread, obj, encoding, errors, Direction::Decode)
    }

    /// Registers an error handler under a name.
    #[function("(errors, handler, /)")]
    fn register_error(thread: &mut Thread, errors: Gc<Str>, handler: Value) -> Result<()> {
        codecs::register_error(thread, errors, handler)
    }

    /// Removes an error handler; tells whether it was there.
    #[function("(errors, /)")]
    fn _unregister_error(thread: &mut Thread, errors: Gc<Str>) -> Result<bool> {
        codecs::unregister_error(thread, errors)
    }

    /// The error handler of a name; LookupError if there is none.
    #[function("(name, /)")]
    fn lookup_error(thread: &mut Thread, name: Gc<Str>) -> Result {
        codecs::lookup_error(thread, name)
    }

    #[function("(str, errors=None, /)")]
    fn utf_8_encode(thread: &mut Thread, str: Gc<Str>, errors: Option<Option<Gc<Str>>>) -> Result<Gc<Tuple>> {
        encode_native(thread, NativeCodec::Utf8, str, errors)
    }

    #[function("(data, errors=None, final=False, /)")]
    fn utf_8_decode(
        thread: &mut Thread,
        data: BytesLike,
        errors: Option<Option<Gc<Str>>>,
        is_final: bool,
    ) -> Result<Gc<Tuple>> {
        decode_native(thread, NativeCodec::Utf8, &data, errors, is_final)
    }

    #[function("(str, errors=None, /)")]
    fn utf_7_encode(str: Gc<Str>, errors: Option<Option<Gc<Str>>>) -> Gc<Tuple> {
        let _ = errors;
        pair(Bytes::new(&text::encode_utf7(str.characters())).value(), str.length)
    }

    #[function("(data, errors=None, final=False, /)")]
    fn utf_7_decode(
        thread: &mut Thread,
        data: BytesLike,
        errors: Option<Option<Gc<Str>>>,
        is_final: bool,
    ) -> Result<Gc<Tuple>> {
        let data = data.to_vec();
        let mut out = TextBuilder::with_capacity(data.len());
        let mut handler = Handler::new(thread, errors.flatten(), Value::NULL);
        let consumed = text::decode_utf7(&data, is_final, &mut handler, &mut out)?;
        Ok(codecs::decoded(out, consumed))
    }

    #[function("(str, errors=None, byteorder=0, /)")]
    fn utf_16_encode(
        thread: &mut Thread,
        str: Gc<Str>,
        errors: Option<Option<Gc<Str>>>,
        byteorder: i32,
    ) -> Result<Gc<Tuple>> {
        encode_native(thread, NativeCodec::Utf16(order_of(byteorder)), str, errors)
    }

    #[function("(str, errors=None, /)")]
    fn utf_16_le_encode(
        thread: &mut Thread,
        str: Gc<Str>,
        errors: Option<Option<Gc<Str>>>,
    ) -> Result<Gc<Tuple>> {
        encode_native(thread, NativeCodec::Utf16(LITTLE), str, errors)
    }

    #[function("(str, errors=None, /)")]
    fn utf_16_be_encode(
        thread: &mut Thread,
        str: Gc<Str>,
        errors: Option<Option<Gc<Str>>>,
    ) -> Result<Gc<Tuple>> {
        encode_native(thread, NativeCodec::Utf16(BIG), str, errors)
    }

    #[function("(data, errors=None, final=False, /)")]
    fn utf_16_decode(
        thread: &mut Thread,
        data: BytesLike,
        errors: Option<Option<Gc<Str>>>,
        is_final: bool,
    ) -> Result<Gc<Tuple>> {
        decode_native(thread, NativeCodec::Utf16(None), &data, errors, is_final)
    }

    #[function("(data, errors=None, final=False, /)")]
    fn utf_16_le_decode(
        thread: &mut Thread,
        data: BytesLike,
        errors: Option<Option<Gc<Str>>>,
        is_final: bool,
    ) -> Result<Gc<Tuple>> {
        decode_native(thread, NativeCodec::Utf16(LITTLE), &data, errors, is_final)
    }

    #[function("(data, errors=None, final=False, /)")]
    fn utf_16_be_decode(
        thread: &mut Thread,
        data: BytesLike,
        errors: Option<Option<Gc<Str>>>,
        is_final: bool,
    ) -> Result<Gc<Tuple>> {
        decode_native(thread, NativeCodec::Utf16(BIG), &data, errors, is_final)
    }

    #[function("(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_16_ex_decode(
        thread: &mut Thread,
        data: BytesLike,
        errors: Option<Option<Gc<Str>>>,
        byteorder: i32,
        is_final: bool,
    ) -> Result<Gc<Tuple>> {
        let data = data.to_vec();
        let mut out = TextBuilder::with_capacity(data.len());
        let mut handler = Handler::new(thread, errors.flatten(), Value::NULL);
        let decoded = text::decode_utf16(&data, order_of(byteorder), is_final, &mut handler, &mut out)?;
        Ok(with_order(out, decoded))
    }

    #[function("(str, errors=None, byteorder=0, /)")]
    fn utf_32_encode(
        thread: &mut Thread,
        str: Gc<Str>,
        errors: Option<Option<Gc<Str>>>,
        byteorder: i32,
    ) -> Result<Gc<Tuple>> {
        encode_native(thread, NativeCodec::Utf32(order_of(byteorder)), str, errors)
    }

    #[function("(str, errors=None, /)")]
    fn utf_32_le_encode(
        thread: &mut Thread,
        str: Gc<Str>,
        errors: Option<Option<Gc<Str>>>,
    ) -> Result<Gc<Tuple>> {
        encode_native(thread, NativeCodec::Utf32(LITTLE), str, errors)
    }

    #[function("(str, errors=None, /)")]
    fn utf_32_be_encode(
        thread: &mut Thread,
        str: Gc<Str>,
        errors: Option<Option<Gc<Str>>>,
    ) -> Result<Gc<Tuple>> {
        encode_native(thread, NativeCodec::Utf32(BIG), str, errors)
    }

    #[function("(data, errors=None, final=False, /)")]
    fn utf_32_decode(
        thread: &mut Thread,
        data: BytesLike,
        errors: Option<Option<Gc<Str>>>,
        is_final: bool,
    ) -> Result<Gc<Tuple>> {
        decode_native(thread, NativeCodec::Utf32(None), &data, errors, is_final)
    }

    #[function("(data, errors=None, final=False, /)")]
    fn utf_32_le_decode(
        thread: &mut Thread,
        data: BytesLike,
        errors: Option<Option<Gc<Str>>>,
        is_final: bool,
    ) -> Result<Gc<Tuple>> {
        decode_native(thread, NativeCodec::Utf32(LITTLE), &data, errors, is_final)
    }

    #[function("(data, errors=None, final=False, /)")]
    fn utf_32_be_decode(
        thread: &mut Thread,
        data: BytesLike,
        errors: Option<Option<Gc<Str>>>,
        is_final: bool,
    ) -> Result<Gc<Tuple>> {
        decode_native(thread, NativeCodec::Utf32(BIG), &data, errors, is_final)
    }

    #[function("(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_32_ex_decode(
        thread: &mut Thread,
        data: BytesLike,
        errors: Option<Option<Gc<Str>>>,
        byteorder: i32,
        is_final: bool,
    ) -> Result<Gc<Tuple>> {
        let data = data.to_vec();
        let mut out = TextBuilder::with_capacity(data.len());
        let mut handler = Handler::new(thread, errors.flatten(), Value::NULL);
        let decoded = text::decode_utf32(&data, order_of(byteorder), is_final, &mut handler, &mut out)?;
        Ok(with_order(out, decoded))
    }

    #[function("(str, errors=None, /)")]
    fn ascii_encode(thread: &mut Thread, str: Gc<Str>, errors: Option<Option<Gc<Str>>>) -> Result<Gc<Tuple>> {
        encode_native(thread, NativeCodec::Ascii, str, errors)
    }

    #[function("(data, errors=None, /)")]
    fn ascii_decode(
        thread: &mut Thread,
        data: BytesLike,
        errors: Option<Option<Gc<Str>>>,
    ) -> Result<Gc<Tuple>> {
        decode_native(thread, NativeCodec::Ascii, &data, errors, true)
    }

    #[function("(str, errors=None, /)")]
    fn latin_1_encode(
        thread: &mut Thread,
        str: Gc<Str>,
        errors: Option<Option<Gc<Str>>>,
    ) -> Result<Gc<Tuple>> {
        encode_native(thread, NativeCodec::Latin1, str, errors)
    }

    #[function("(data, errors=None, /)")]
    fn latin_1_decode(
        thread: &mut Thread,
        data: BytesLike,
        errors: Option<Option<Gc<Str>>>,
    ) -> Result<Gc<Tuple>> {
        decode_native(thread, NativeCodec::Latin1, &data, errors, true)
    }

    #[function("(str, errors=None, /)")]
    fn unicode_escape_encode(str: Gc<Str>, errors: Option<Option<Gc<Str>>>) -> Gc<Tuple> {
        let _ = errors;
        pair(Bytes::new(&text::encode_unicode_escape(str.characters())).value(), str.length)
    }

    #[function("(data, errors=None, final=True, /)")]
    fn unicode_escape_decode(
        thread: &mut Thread,
        data: TextOrBytes,
        errors: Option<Option<Gc<Str>>>,
        is_final: bool,
    ) -> Result<Gc<Tuple>> {
        conversions::decode_unicode_escape(thread, &data.0, errors, is_final)
    }

    #[function("(str, errors=None, /)")]
    fn raw_unicode_escape_encode(str: Gc<Str>, errors: Option<Option<Gc<Str>>>) -> Gc<Tuple> {
        let _ = errors;
        pair(Bytes::new(&text::encode_raw_unicode_escape(str.characters())).value(), str.length)
    }

    #[function("(data, errors=None, final=True, /)")]
    fn raw_unicode_escape_decode(
        thread: &mut Thread,
        data: TextOrBytes,
        errors: Option<Option<Gc<Str>>>,
        is_final: bool,
    ) -> Result<Gc<Tuple>> {
        let mut out = TextBuilder::with_capacity(data.0.len());
        let mut handler = Handler::new(thread, errors.flatten(), Value::NULL);
        let consumed = text::decode_raw_unicode_escape(&data.0, is_final, &mut handler, &mut out)?;
        Ok(codecs::decoded(out, consumed))
    }

    #[function("(data, errors=None, /)")]
    fn escape_encode(data: Gc<Bytes>, errors: Option<Option<Gc<Str>>>) -> Gc<Tuple> {
        let _ = errors;
        pair(Bytes::new(&text::encode_bytes_escape(data.as_slice())).value(), data.length)
    }

    #[function("(data, errors=None, /)")]
    fn escape_decode(
        thread: &mut Thread,
        data: TextOrBytes,
        errors: Option<Option<Gc<Str>>>,
    ) -> Result<Gc<Tuple>> {
        conversions::decode_bytes_escape(thread, &data.0, errors)
    }

    #[function("(data, errors=None, /)")]
    fn readbuffer_encode(data: TextOrBytes, errors: Option<Option<Gc<Str>>>) -> Gc<Tuple> {
        let _ = errors;
        pair(Bytes::new(&data.0).value(), data.0.len())
    }

    #[function("(map, /)")]
    fn charmap_build(thread: &mut Thread, map: Gc<Str>) -> Result {
        charmap::build(thread, map)
    }

    #[function("(str, errors=None, mapping=None, /)")]
    fn charmap_encode(
        thread: &mut Thread,
        str: Gc<Str>,
        errors: Option<Option<Gc<Str>>>,
        mapping: Value,
    ) -> Result<Gc<Tuple>> {
        charmap::encode(thread, str, errors, mapping)
    }

    #[function("(data, errors=None, mapping=None, /)")]
    fn charmap_decode(
        thread: &mut Thread,
        data: BytesLike,
        errors: Option<Option<Gc<Str>>>,
        mapping: Value,
    ) -> Result<Gc<Tuple>> {
        charmap::decode(thread, &data, errors, mapping)
    }
}

/// Text, how many bytes were used up, and the order that was found.
fn with_order(out: TextBuilder, decoded: text::Decoded) -> Gc<Tuple> {
    let string = Str::from_characters(out.characters()).value();
    Tuple::new(&[string, Value::from_int(decoded.consumed as i64), number_of(decoded.order)])
}
