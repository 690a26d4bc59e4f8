//! The module `unicodedata`: what the Unicode character database says about characters.
//!
//! Categories and numbers of the current version are those of the runtime's tables, names those of the crate `unicode_names2`;
//! the rest is in `database` (with what version 3.2 says otherwise) and read at the first question. `normalize` has the normal forms.

mod database;
mod normalize;

use database::{Character, Version};
use normalize::Form;
use taipan_runtime::builtins::class::class_of_definition;
use taipan_runtime::native_layout;
use taipan_runtime::object::exception::Exception;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern;
use taipan_runtime::prelude::*;
use taipan_runtime::text::unicode;

/// The version that `ucd_3_2_0` shows.
const OLD_VERSION: &str = "3.2.0";

/// A version of the database.
#[repr(C)]
pub struct Database {
    head: NativeHead,
}

native_layout!(Database, "unicodedata.UCD", |this, tracer| {});

/// The code point of an argument that must be one character.
fn character(thread: &mut Thread, value: Value, function: &str, place: &str) -> Result<u32> {
    match value.downcast::<Str>() {
        Some(string) if string.length == 1 => Ok(string.at(0)),
        Some(string) => {
            let length = string.length;
            Err(thread.type_error(format!(
                "{function}(): {place} must be a unicode character, not a string of length {length}"
            )))
        }
        None => {
            let got = taipan_runtime::native::type_name(value);
            Err(thread.type_error(format!("{function}() {place} must be a unicode character, not {got}")))
        }
    }
}

/// The same for the functions with one parameter.
fn only(thread: &mut Thread, value: Value, function: &str) -> Result<u32> {
    character(thread, value, function, "argument")
}

/// What is known, else the default, else a ValueError.
fn known_or(thread: &mut Thread, known: Option<Value>, default: Value, complaint: &str) -> Result {
    match known {
        Some(value) => Ok(value),
        None if default.is_null() => Err(thread.value_error(complaint)),
        None => Ok(default),
    }
}

fn decimal(thread: &mut Thread, version: Version, character: Value, default: Value) -> Result {
    let code = self::character(thread, character, "decimal", "argument 1")?;
    let known = Character::new(version, code).decimal().map(Value::from_int);
    known_or(thread, known, default, "not a decimal")
}

fn digit(thread: &mut Thread, version: Version, character: Value, default: Value) -> Result {
    let code = self::character(thread, character, "digit", "argument 1")?;
    let known = Character::new(version, code).digit().map(Value::from_int);
    known_or(thread, known, default, "not a digit")
}

fn numeric(thread: &mut Thread, version: Version, character: Value, default: Value) -> Result {
    let code = self::character(thread, character, "numeric", "argument 1")?;
    let known = Character::new(version, code).numeric().map(Value::from_float);
    known_or(thread, known, default, "not a numeric character")
}

fn name(thread: &mut Thread, version: Version, character: Value, default: Value) -> Result {
    let code = self::character(thread, character, "name", "argument 1")?;
    let known = Character::new(version, code).name().map(|name| Str::new(&name).value());
    known_or(thread, known, default, "no such name")
}

/// The longest name that is looked for, as in CPython.
const LONGEST_NAME: usize = 256;

fn lookup(thread: &mut Thread, version: Version, name: Value) -> Result<Gc<Str>> {
    let name = match name.downcast::<Str>() {
        Some(string) => string.to_string_lossy(),
        None => {
            let bytes = taipan_runtime::operations::buffer::BytesLike::required(thread, name)?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
    };
    if name.len() > LONGEST_NAME {
        let message = Str::new("name too long").value();
        return Err(Exception::with_arguments(thread, types().key_error, &[message]));
    }
    if let Some(found) = taipan_compiler::character_of_name(&name) {
        let code = u32::from(found);
        if version == Version::Current || Character::new(version, code).is_assigned() {
            return Ok(Str::new(found.encode_utf8(&mut [0; 4])));
        }
    } else if let Some(sequence) = database::sequence(&name).filter(|_| version == Version::Current) {
        return Ok(Str::new(&sequence));
    }
    let message = Str::new(&format!("undefined character name '{name}'")).value();
    Err(Exception::with_arguments(thread, types().key_error, &[message]))
}

fn form(thread: &mut Thread, form: Gc<Str>) -> Result<Form> {
    match form.as_ascii() {
        Some("NFC") => Ok(Form { compatible: false, composed: true }),
        Some("NFKC") => Ok(Form { compatible: true, composed: true }),
        Some("NFD") => Ok(Form { compatible: false, composed: false }),
        Some("NFKD") => Ok(Form { compatible: true, composed: false }),
        _ => Err(thread.value_error("invalid normalization form")),
    }
}

fn code_points(string: Gc<Str>) -> Vec<u32> {
    (0..string.length).map(|i| string.at(i)).collect()
}

fn normalize(thread: &mut Thread, version: Version, form: Gc<Str>, string: Gc<Str>) -> Result<Gc<Str>> {
    let form = self::form(thread, form)?;
    if let Some(ascii) = string.as_ascii() {
        let is_exact = taipan_runtime::operations::class_of(string.value()) == types().str;
        return Ok(if is_exact { string } else { Str::new(ascii) });
    }
    let normal = normalize::normalize(&code_points(string), form, version);
    let widest = normal.iter().copied().max().unwrap_or(0);
    Ok(Str::from_code_points(normal.iter().copied(), normal.len(), widest))
}

fn is_normalized(thread: &mut Thread, version: Version, form: Gc<Str>, string: Gc<Str>) -> Result<bool> {
    let form = self::form(thread, form)?;
    if string.as_ascii().is_some() {
        return Ok(true);
    }
    let points = code_points(string);
    Ok(normalize::normalize(&points, form, version) == points)
}

/// Declares the functions once: `functions!` for the module, `methods!` for the objects of other versions.
macro_rules! declare {
    ($($(#[doc = $doc:literal])+ $name:ident($($parameter:ident: [$($type:tt)+]),+) $signature:literal -> $result:ty = $body:expr;)+) => {
        /// This module provides access to the Unicode Character Database which
        /// defines character properties for all Unicode characters. The data in
        /// this database is based on the UnicodeData.txt file version
        /// 16.0.0 which is publicly available from ftp://ftp.unicode.org/.
        ///
        /// The module uses the same names and symbols as defined by the
        /// UnicodeData File Format 16.0.0.
        pub struct UnicodeData;

        #[native_module(name = "unicodedata")]
        impl UnicodeData {
            $(
                $(#[doc = $doc])+
                #[function($signature)]
                fn $name(thread: &mut Thread, $($parameter: $($type)+),+) -> Result<$result> {
                    let run: fn(&mut Thread, Version, $($($type)+),+) -> Result<$result> = $body;
                    run(thread, Version::Current, $($parameter),+)
                }
            )+

            #[constant]
            fn unidata_version() -> &'static str {
                unicode::UNICODE_VERSION
            }

            #[execute]
            fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
                let class = class_of_definition(thread, Database::DEFINITION)?;
                let old = native_object::new(class, Database { head: NativeHead::empty() });
                module.dict.set_str(thread, intern("UCD"), class.value())?;
                module.dict.set_str(thread, intern("ucd_3_2_0"), old.value())
            }
        }

        #[native_type(name = "UCD", module = "unicodedata", no_new)]
        impl Database {
            $(
                $(#[doc = $doc])+
                #[method($signature)]
                fn $name(thread: &mut Thread, _this: Gc<Database>, $($parameter: $($type)+),+) -> Result<$result> {
                    let run: fn(&mut Thread, Version, $($($type)+),+) -> Result<$result> = $body;
                    run(thread, Version::Old, $($parameter),+)
                }
            )+

            #[getter(member)]
            fn unidata_version(_this: Gc<Database>) -> &'static str {
                OLD_VERSION
            }
        }
    };
}

declare! {
    /// Returns the bidirectional class assigned to the character chr as string.
    ///
    /// If no such value is defined, an empty string is returned.
    bidirectional(chr: [Value]) "(chr, /)" -> &'static str = |thread, version, chr| {
        let code = only(thread, chr, "bidirectional")?;
        Ok(Character::new(version, code).bidirectional())
    };
    /// Returns the general category assigned to the character chr as string.
    category(chr: [Value]) "(chr, /)" -> &'static str = |thread, version, chr| {
        let code = only(thread, chr, "category")?;
        Ok(Character::new(version, code).category())
    };
    /// Returns the canonical combining class assigned to the character chr as integer.
    ///
    /// Returns 0 if no combining class is defined.
    combining(chr: [Value]) "(chr, /)" -> i64 = |thread, version, chr| {
        let code = only(thread, chr, "combining")?;
        Ok(i64::from(Character::new(version, code).combining()))
    };
    /// Converts a Unicode character into its equivalent decimal value.
    ///
    /// Returns the decimal value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    decimal(chr: [Value], default: [Value]) "(chr, default=<unrepresentable>, /)" -> Value = decimal;
    /// Returns the character decomposition mapping assigned to the character chr as string.
    ///
    /// An empty string is returned in case no such mapping is defined.
    decomposition(chr: [Value]) "(chr, /)" -> String = |thread, version, chr| {
        let code = only(thread, chr, "decomposition")?;
        Ok(Character::new(version, code).decomposition())
    };
    /// Converts a Unicode character into its equivalent digit value.
    ///
    /// Returns the digit value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    digit(chr: [Value], default: [Value]) "(chr, default=<unrepresentable>, /)" -> Value = digit;
    /// Returns the east asian width assigned to the character chr as string.
    east_asian_width(chr: [Value]) "(chr, /)" -> &'static str = |thread, version, chr| {
        let code = only(thread, chr, "east_asian_width")?;
        Ok(Character::new(version, code).east_asian_width())
    };
    /// Return whether the Unicode string unistr is in the normal form 'form'.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    is_normalized(form: [Gc<Str>], unistr: [Gc<Str>]) "(form, unistr, /)" -> bool = is_normalized;
    /// Look up character by name.
    ///
    /// If a character with the given name is found, return the
    /// corresponding character.  If not found, KeyError is raised.
    lookup(name: [Value]) "(name, /)" -> Gc<Str> = lookup;
    /// Returns the mirrored property assigned to the character chr as integer.
    ///
    /// Returns 1 if the character has been identified as a "mirrored"
    /// character in bidirectional text, 0 otherwise.
    mirrored(chr: [Value]) "(chr, /)" -> i64 = |thread, version, chr| {
        let code = only(thread, chr, "mirrored")?;
        Ok(i64::from(Character::new(version, code).is_mirrored()))
    };
    /// Returns the name assigned to the character chr as a string.
    ///
    /// If no name is defined, default is returned, or, if not given,
    /// ValueError is raised.
    name(chr: [Value], default: [Value]) "(chr, default=<unrepresentable>, /)" -> Value = name;
    /// Return the normal form 'form' for the Unicode string unistr.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    normalize(form: [Gc<Str>], unistr: [Gc<Str>]) "(form, unistr, /)" -> Gc<Str> = normalize;
    /// Converts a Unicode character into its equivalent numeric value.
    ///
    /// Returns the numeric value assigned to the character chr as float.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    numeric(chr: [Value], default: [Value]) "(chr, default=<unrepresentable>, /)" -> Value = numeric;
}
