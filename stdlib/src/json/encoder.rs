//! `make_encoder`: writes values as JSON.

use crate::json::Json;
use crate::json::strings::push_encoded;
use taipan_runtime::heap::ScratchValues;
use taipan_runtime::native::{NativeDefinition, type_name};
use taipan_runtime::native_layout;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::list::List;
use taipan_runtime::object::native_function::NativeFunction;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::{big_int, contains, delete_item, repr, set_item};
use taipan_runtime::prelude::*;
use taipan_runtime::text::{TextBuilder, float_repr};

/// How strings are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strings {
    /// By our own function.
    Own { ascii: bool },
    /// By calling `encoder`.
    Called,
}

/// An encoder's options.
#[repr(C)]
pub struct Encoder {
    head: NativeHead,
    /// A dict of the containers being written, by id; None to not check.
    markers: Value,
    default: Value,
    encoder: Value,
    /// A str, or None for one line.
    indent: Value,
    key_separator: Gc<Str>,
    item_separator: Gc<Str>,
    sort_keys: bool,
    skipkeys: bool,
    allow_nan: bool,
    strings: Strings,
}

native_layout!(Encoder, "_json.Encoder", |this, tracer| {
    for value in [
        this.markers,
        this.default,
        this.encoder,
        this.indent,
        this.key_separator.value(),
        this.item_separator.value(),
    ] {
        tracer.value(value.0);
    }
});

/// How the function given as `encoder` writes strings.
fn strings_of(encoder: Value) -> Strings {
    let Some(function) = encoder.downcast::<NativeFunction>() else { return Strings::Called };
    let is = |name: &str| {
        let own = |definition: &&&'static NativeDefinition| definition.name == name;
        let found = Json::DEFINITION.functions.iter().find(own);
        found.is_some_and(|definition| std::ptr::eq(*definition, function.definition))
    };
    if is("encode_basestring_ascii") {
        Strings::Own { ascii: true }
    } else if is("encode_basestring") {
        Strings::Own { ascii: false }
    } else {
        Strings::Called
    }
}

/// Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)
#[native_type(name = "Encoder", module = "_json", mutable)]
impl Encoder {
    #[new(
        "(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
        hidden
    )]
    #[allow(clippy::too_many_arguments)]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        markers: Value,
        default: Value,
        encoder: Value,
        indent: Value,
        key_separator: Gc<Str>,
        item_separator: Gc<Str>,
        sort_keys: bool,
        skipkeys: bool,
        allow_nan: bool,
    ) -> Result<Gc<Encoder>> {
        if !markers.is_none() && markers.downcast::<Dict>().is_none() {
            let got = type_name(markers);
            return Err(
                thread.type_error(format!("make_encoder() argument 1 must be dict or None, not {got}"))
            );
        }
        let content = Encoder {
            head: NativeHead::empty(),
            markers,
            default,
            encoder,
            indent,
            key_separator,
            item_separator,
            sort_keys,
            skipkeys,
            allow_nan,
            strings: strings_of(encoder),
        };
        Ok(native_object::new(class, content))
    }

    #[method("(obj, _current_indent_level)")]
    fn __call__(
        thread: &mut Thread,
        this: Gc<Encoder>,
        obj: Value,
        _current_indent_level: isize,
    ) -> Result<Gc<Tuple>> {
        let mut out = TextBuilder::new();
        push_value(thread, this, &mut out, obj, usize::try_from(_current_indent_level).unwrap_or(0))?;
        Ok(Tuple::new(&[Str::from_characters(out.characters()).value()]))
    }

    /// markers
    #[getter(member)]
    fn markers(this: Gc<Encoder>) -> Value {
        this.markers
    }

    /// default
    #[getter(member)]
    fn default(this: Gc<Encoder>) -> Value {
        this.default
    }

    /// encoder
    #[getter(member)]
    fn encoder(this: Gc<Encoder>) -> Value {
        this.encoder
    }

    /// indent
    #[getter(member)]
    fn indent(this: Gc<Encoder>) -> Value {
        this.indent
    }

    /// key_separator
    #[getter(member)]
    fn key_separator(this: Gc<Encoder>) -> Gc<Str> {
        this.key_separator
    }

    /// item_separator
    #[getter(member)]
    fn item_separator(this: Gc<Encoder>) -> Gc<Str> {
        this.item_separator
    }

    /// sort_keys
    #[getter(member)]
    fn sort_keys(this: Gc<Encoder>) -> bool {
        this.sort_keys
    }

    /// skipkeys
    #[getter(member)]
    fn skipkeys(this: Gc<Encoder>) -> bool {
        this.skipkeys
    }
}

fn push_text(out: &mut TextBuilder, text: Gc<Str>) {
    out.push_characters(text.characters());
}

/// The text of what isn't a container: None, bools, numbers. `None` for others.
fn push_simple(thread: &mut Thread, this: Gc<Encoder>, out: &mut TextBuilder, value: Value) -> Result<bool> {
    match value {
        Value::NONE => out.push_str("null"),
        Value::TRUE => out.push_str("true"),
        Value::FALSE => out.push_str("false"),
        _ if value.is_small_int() => out.push_str(&value.small_int().to_string()),
        _ => {
            if let Some(int) = value.as_int() {
                // The int's own text, whatever a subclass's repr is.
                let exact = big_int::to_value(int);
                push_text(out, repr(thread, exact)?);
            } else if let Some(float) = value.as_float() {
                push_float(thread, this, out, float)?;
            } else {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn push_float(thread: &mut Thread, this: Gc<Encoder>, out: &mut TextBuilder, float: f64) -> Result<()> {
    if float.is_finite() {
        out.push_str(&float_repr::repr(float));
        return Ok(());
    }
    if !this.allow_nan {
        let shown = float_repr::repr(float);
        return Err(thread.value_error(format!("Out of range float values are not JSON compliant: {shown}")));
    }
    out.push_str(if float.is_nan() {
        "NaN"
    } else if float > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    });
    Ok(())
}

fn push_string(thread: &mut Thread, this: Gc<Encoder>, out: &mut TextBuilder, text: Gc<Str>) -> Result<()> {
    match this.strings {
        Strings::Own { ascii } => push_encoded(out, text.characters(), ascii),
        Strings::Called => {
            let encoded = thread.call(this.encoder, &[text.value()])?;
            match encoded.downcast::<Str>() {
                Some(encoded) => push_text(out, encoded),
                None => {
                    let got = type_name(encoded);
                    return Err(thread.type_error(format!("encoder() must return a string, not {got}")));
                }
            }
        }
    }
    Ok(())
}

fn push_value(
    thread: &mut Thread,
    this: Gc<Encoder>,
    out: &mut TextBuilder,
    value: Value,
    level: usize,
) -> Result<()> {
    if let Some(text) = value.downcast::<Str>() {
        return push_string(thread, this, out, text);
    }
    if push_simple(thread, this, out, value)? {
        return Ok(());
    }
    thread.check_native_stack()?;
    if value.downcast::<List>().is_some() || value.downcast::<Tuple>().is_some() {
        return push_list(thread, this, out, value, level);
    }
    if let Some(dict) = value.downcast::<Dict>() {
        return push_dict(thread, this, out, dict, level);
    }
    marked(thread, this, value, |thread| {
        let replacement = thread.call(this.default, &[value])?;
        push_value(thread, this, out, replacement, level).map_err(|raised| {
            with_note(thread, raised, &format!("when serializing {} object", type_name(value)))
        })
    })
}

/// Adds a note to an exception on its way up.
fn with_note(thread: &mut Thread, raised: Raised, note: &str) -> Raised {
    match thread.call_method(raised.0, "add_note", &[Str::new(note).value()]) {
        Ok(_) => raised,
        Err(other) => other,
    }
}

/// Does something while a container is marked as being written.
fn marked(
    thread: &mut Thread,
    this: Gc<Encoder>,
    container: Value,
    write: impl FnOnce(&mut Thread) -> Result<()>,
) -> Result<()> {
    if this.markers.is_none() {
        return write(thread);
    }
    let key = Value::from_unsigned(container.0);
    if contains(thread, this.markers, key)? {
        return Err(thread.value_error("Circular reference detected"));
    }
    set_item(thread, this.markers, key, container)?;
    write(thread)?;
    delete_item(thread, this.markers, key)
}

/// A line break with the indentation of a level, if there is one.
fn push_line_break(
    thread: &mut Thread,
    this: Gc<Encoder>,
    out: &mut TextBuilder,
    level: usize,
) -> Result<()> {
    if this.indent.is_none() {
        return Ok(());
    }
    let Some(indent) = this.indent.downcast::<Str>() else {
        let got = type_name(this.indent);
        return Err(thread.type_error(format!("indent must be str or None, not {got}")));
    };
    out.push(u32::from(b'\n'));
    for _ in 0..level {
        push_text(out, indent);
    }
    Ok(())
}

fn push_list(
    thread: &mut Thread,
    this: Gc<Encoder>,
    out: &mut TextBuilder,
    value: Value,
    level: usize,
) -> Result<()> {
    // A list may change while its items are written.
    let item = |index: usize| match value.downcast::<List>() {
        Some(list) => list.get(index),
        None => value.downcast::<Tuple>().and_then(|tuple| tuple.get(index)),
    };
    if item(0).is_none() {
        out.push_str("[]");
        return Ok(());
    }
    marked(thread, this, value, |thread| {
        out.push(u32::from(b'['));
        push_line_break(thread, this, out, level + 1)?;
        let mut index = 0;
        while let Some(next) = item(index) {
            if index > 0 {
                push_text(out, this.item_separator);
                push_line_break(thread, this, out, level + 1)?;
            }
            if let Err(raised) = push_value(thread, this, out, next, level + 1) {
                let note = format!("when serializing {} item {index}", type_name(value));
                return Err(with_note(thread, raised, &note));
            }
            index += 1;
        }
        push_line_break(thread, this, out, level)?;
        out.push(u32::from(b']'));
        Ok(())
    })
}

/// The keys and values of a dict or of an instance of a subclass, sorted by key if wanted.
fn items_of(thread: &mut Thread, this: Gc<Encoder>, dict: Gc<Dict>) -> Result<Gc<List>> {
    let pairs = if dict.is_exact() {
        let mut pairs = ScratchValues::with_capacity(dict.length);
        let mut position = 0;
        while let Some((key, value)) = dict.next_entry(&mut position) {
            pairs.push(Tuple::new(&[key, value]).value());
        }
        List::new(&pairs)
    } else {
        let items = thread.call_method(dict.value(), "items", &[])?;
        let items = taipan_runtime::operations::iterate::collect(thread, items)?;
        List::new(&items)
    };
    if this.sort_keys {
        thread.call_method(pairs.value(), "sort", &[])?;
    }
    Ok(pairs)
}

fn push_dict(
    thread: &mut Thread,
    this: Gc<Encoder>,
    out: &mut TextBuilder,
    dict: Gc<Dict>,
    level: usize,
) -> Result<()> {
    if dict.length == 0 {
        out.push_str("{}");
        return Ok(());
    }
    marked(thread, this, dict.value(), |thread| {
        out.push(u32::from(b'{'));
        let pairs = items_of(thread, this, dict)?;
        let mut first = true;
        let mut index = 0;
        while let Some(pair) = pairs.get(index) {
            index += 1;
            let (key, value) = pair_of(thread, pair)?;
            let mut name = TextBuilder::new();
            let text = match key.downcast::<Str>() {
                Some(text) => text,
                None if push_simple(thread, this, &mut name, key)? => Str::from_characters(name.characters()),
                None if this.skipkeys => continue,
                None => {
                    let got = type_name(key);
                    let message = format!("keys must be str, int, float, bool or None, not {got}");
                    return Err(thread.type_error(message));
                }
            };
            if !first {
                push_text(out, this.item_separator);
            }
            push_line_break(thread, this, out, level + 1)?;
            first = false;
            push_string(thread, this, out, text)?;
            push_text(out, this.key_separator);
            if let Err(raised) = push_value(thread, this, out, value, level + 1) {
                let key = repr(thread, key)?.to_string_lossy();
                let note = format!("when serializing {} item {key}", type_name(dict.value()));
                return Err(with_note(thread, raised, &note));
            }
        }
        if !first {
            push_line_break(thread, this, out, level)?;
        }
        out.push(u32::from(b'}'));
        Ok(())
    })
}

/// An item of `items()`: a key and a value.
fn pair_of(thread: &mut Thread, pair: Value) -> Result<(Value, Value)> {
    match pair.downcast::<Tuple>().map(|pair| pair.items()) {
        Some(&[key, value]) => Ok((key, value)),
        _ => Err(thread.value_error("items must return 2-tuples")),
    }
}
