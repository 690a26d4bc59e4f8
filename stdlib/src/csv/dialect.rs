//! Dialects: how fields are separated and quoted.

use crate::csv::ERROR;
use taipan_runtime::native::type_name;
use taipan_runtime::native_layout;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::attribute::get_attribute_optional;
use taipan_runtime::operations::{class_of, is_true};
use taipan_runtime::prelude::*;
use taipan_runtime::roots::Root;

pub const QUOTE_MINIMAL: i64 = 0;
pub const QUOTE_ALL: i64 = 1;
pub const QUOTE_NONNUMERIC: i64 = 2;
pub const QUOTE_NONE: i64 = 3;
pub const QUOTE_STRINGS: i64 = 4;
pub const QUOTE_NOTNULL: i64 = 5;

static DIALECTS: Root = Root::new();

/// The registered dialects, by name.
pub fn dialects() -> Gc<Dict> {
    DIALECTS.get_or_set(|| Dict::new().value()).cast::<Dict>()
}

/// The registered dialect of a name.
pub fn known(thread: &mut Thread, name: Value) -> Result {
    match dialects().get(thread, name)? {
        Some(dialect) => Ok(dialect),
        None => Err(ERROR.error(thread, "unknown dialect")),
    }
}

/// A dialect.
#[repr(C)]
pub struct Dialect {
    head: NativeHead,
    pub delimiter: u32,
    pub quote: Option<u32>,
    pub escape: Option<u32>,
    pub double_quote: bool,
    pub skip_initial_space: bool,
    pub strict: bool,
    pub quoting: i64,
    pub line_terminator: Gc<Str>,
}

native_layout!(Dialect, "_csv.Dialect", |this, tracer| tracer.value(this.line_terminator.value().0));

const OPTIONS: [&str; 8] = [
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

/// A dialect from another one, or from any object with a dialect's attributes, and options.
pub fn make(
    thread: &mut Thread,
    class: Gc<TypeObject>,
    base: Option<Value>,
    options: &KeywordArguments<'_>,
) -> Result<Gc<Dialect>> {
    if let Some((name, _)) =
        options.iter().find(|(name, _)| !name.is("dialect") && !OPTIONS.iter().any(|o| name.is(o)))
    {
        let name = name.to_string_lossy();
        return Err(thread.type_error(format!("this function got an unexpected keyword argument '{name}'")));
    }
    let base = base.or_else(|| options.get("dialect")).filter(|base| !base.is_none());
    let base = match base {
        Some(name) if name.downcast::<Str>().is_some() => Some(known(thread, name)?),
        base => base,
    };
    if let Some(same) = base.and_then(|base| base.downcast::<Dialect>())
        && class == Dialect::class()
        && options.iter().all(|(name, _)| name.is("dialect"))
    {
        return Ok(same);
    }
    let mut values = [None; OPTIONS.len()];
    for (value, name) in values.iter_mut().zip(OPTIONS) {
        *value = match (options.get(name), base) {
            (Some(given), _) => Some(given),
            (None, Some(base)) => match get_attribute_optional(thread, base, intern(name)) {
                Ok(found) => found,
                Err(raised) if class_of(raised.0).is_subclass_of(types().exception) => None,
                Err(raised) => return Err(raised),
            },
            (None, None) => None,
        };
    }
    let content = from_values(thread, values)?;
    content.check(thread)?;
    Ok(native_object::new(class, content))
}

fn from_values(thread: &mut Thread, values: [Option<Value>; OPTIONS.len()]) -> Result<Dialect> {
    let [delimiter, double_quote, escape, line_terminator, quote, quoting, skip, strict] = values;
    let delimiter = match delimiter {
        None => u32::from(b','),
        Some(value) => match character(thread, "delimiter", value, false)? {
            Some(c) => c,
            // `character` gives `None` for None only where it is allowed.
            None => u32::from(b','),
        },
    };
    let double_quote = boolean(thread, double_quote, true)?;
    let escape = match escape {
        None => None,
        Some(value) => character(thread, "escapechar", value, true)?,
    };
    let line_terminator = match line_terminator {
        None => Str::new("\r\n"),
        Some(value) => match value.downcast::<Str>() {
            Some(text) => text,
            None => {
                let got = type_name(value);
                return Err(thread.type_error(format!("\"lineterminator\" must be a string, not {got}")));
            }
        },
    };
    let quote_given = quote;
    let quote = match quote {
        None => Some(u32::from(b'"')),
        Some(value) => character(thread, "quotechar", value, true)?,
    };
    let quoting = match quoting {
        // Without a quote character nothing can be quoted.
        None if quote_given.is_some_and(Value::is_none) => QUOTE_NONE,
        None => QUOTE_MINIMAL,
        Some(value) => {
            if class_of(value) != types().int {
                let got = type_name(value);
                return Err(thread.type_error(format!("\"quoting\" must be an integer, not {got}")));
            }
            match value.as_small_int() {
                Some(number) if (QUOTE_MINIMAL..=QUOTE_NOTNULL).contains(&number) => number,
                _ => return Err(thread.type_error("bad \"quoting\" value")),
            }
        }
    };
    let skip_initial_space = boolean(thread, skip, false)?;
    let strict = boolean(thread, strict, false)?;
    if quoting != QUOTE_NONE && quote.is_none() {
        return Err(thread.type_error("quotechar must be set if quoting enabled"));
    }
    Ok(Dialect {
        head: NativeHead::empty(),
        delimiter,
        quote,
        escape,
        double_quote,
        skip_initial_space,
        strict,
        quoting,
        line_terminator,
    })
}

fn boolean(thread: &mut Thread, value: Option<Value>, default: bool) -> Result<bool> {
    value.map_or(Ok(default), |value| is_true(thread, value))
}

/// An option that is one character, or None where that is allowed.
fn character(thread: &mut Thread, name: &str, value: Value, or_none: bool) -> Result<Option<u32>> {
    if or_none && value.is_none() {
        return Ok(None);
    }
    let expected = if or_none { "a unicode character or None" } else { "a unicode character" };
    let Some(text) = value.downcast::<Str>() else {
        let got = type_name(value);
        return Err(thread.type_error(format!("\"{name}\" must be {expected}, not {got}")));
    };
    if text.length != 1 {
        let length = text.length;
        return Err(
            thread.type_error(format!("\"{name}\" must be {expected}, not a string of length {length}"))
        );
    }
    Ok(Some(text.at(0)))
}

impl Dialect {
    /// The characters that have a meaning must differ, and must not be space or a line break.
    fn check(&self, thread: &mut Thread) -> Result<()> {
        let line_break = |c: u32| c == u32::from(b'\n') || c == u32::from(b'\r');
        let space = |c: u32| self.skip_initial_space && c == u32::from(b' ');
        let named =
            [("delimiter", Some(self.delimiter)), ("escapechar", self.escape), ("quotechar", self.quote)];
        for (name, c) in named {
            let Some(c) = c else { continue };
            if line_break(c) || space(c) && name != "delimiter" {
                return Err(thread.value_error(format!("bad {name} value")));
            }
        }
        for (i, (a_name, a)) in named.iter().enumerate() {
            for (b_name, b) in &named[i + 1..] {
                if a.is_some() && a == b {
                    return Err(thread.value_error(format!("bad {a_name} or {b_name} value")));
                }
            }
        }
        let terminator = self.line_terminator.characters();
        for (name, c) in named {
            if c.is_some_and(|c| terminator.iter().any(|t| t == c)) {
                return Err(thread.value_error(format!("bad {name} or lineterminator value")));
            }
        }
        Ok(())
    }
}

fn text_of(c: Option<u32>) -> Value {
    c.map_or(Value::NONE, |c| Str::from_code_points(std::iter::once(c), 1, c).value())
}

/// CSV dialect
///
/// The Dialect type records CSV dialect options.
#[native_type(name = "Dialect", module = "_csv", base_type)]
impl Dialect {
    #[new("(*arguments, **options)", hidden)]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        arguments: &[Value],
        options: KeywordArguments<'_>,
    ) -> Result<Gc<Dialect>> {
        // Options may be given by position too; only the first ever is.
        make(thread, class, arguments.first().copied(), &options)
    }

    #[getter]
    fn delimiter(this: Gc<Dialect>) -> Value {
        text_of(Some(this.delimiter))
    }

    #[getter]
    fn escapechar(this: Gc<Dialect>) -> Value {
        text_of(this.escape)
    }

    #[getter]
    fn lineterminator(this: Gc<Dialect>) -> Gc<Str> {
        this.line_terminator
    }

    #[getter]
    fn quotechar(this: Gc<Dialect>) -> Value {
        text_of(this.quote)
    }

    #[getter]
    fn quoting(this: Gc<Dialect>) -> i64 {
        this.quoting
    }

    #[getter(member)]
    fn doublequote(this: Gc<Dialect>) -> bool {
        this.double_quote
    }

    #[getter(member)]
    fn skipinitialspace(this: Gc<Dialect>) -> bool {
        this.skip_initial_space
    }

    #[getter(member)]
    fn strict(this: Gc<Dialect>) -> bool {
        this.strict
    }

    /// raises an exception to avoid pickling
    #[method("(*arguments)", hidden)]
    fn __reduce__(thread: &mut Thread, this: Gc<Dialect>, _arguments: &[Value]) -> Result {
        let class = this.class().name_text();
        Err(thread.type_error(format!("cannot pickle '{class}' instances")))
    }

    /// raises an exception to avoid pickling
    #[method("(*arguments)", hidden)]
    fn __reduce_ex__(thread: &mut Thread, this: Gc<Dialect>, _arguments: &[Value]) -> Result {
        let class = this.class().name_text();
        Err(thread.type_error(format!("cannot pickle '{class}' instances")))
    }
}
