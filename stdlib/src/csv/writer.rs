//! The writer: fields joined into lines, quoted and escaped where needed.

use crate::csv::ERROR;
use crate::csv::dialect::{Dialect, QUOTE_ALL, QUOTE_NONE, QUOTE_NONNUMERIC, QUOTE_NOTNULL, QUOTE_STRINGS};
use taipan_runtime::native::type_name;
use taipan_runtime::native_layout;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::special::Special;
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::attribute::get_attribute_optional;
use taipan_runtime::operations::iterate::for_each;
use taipan_runtime::operations::{class_of, get_iterator, next, str_of};
use taipan_runtime::prelude::*;
use taipan_runtime::text::{Characters, TextBuilder};

/// A writer.
#[repr(C)]
pub struct Writer {
    head: NativeHead,
    /// The file's `write`.
    write: Value,
    dialect: Gc<Dialect>,
}

native_layout!(Writer, "_csv.writer", |this, tracer| {
    tracer.value(this.write.0);
    tracer.value(this.dialect.value().0);
});

/// A line being made.
struct Line {
    dialect: Gc<Dialect>,
    out: TextBuilder,
    fields: usize,
}

impl Line {
    /// Appends a field.
    fn append(
        &mut self,
        thread: &mut Thread,
        field: Characters,
        is_null: bool,
        mut quoted: bool,
    ) -> Result<()> {
        let dialect = self.dialect;
        if self.fields > 0 {
            self.out.push(dialect.delimiter);
        }
        self.fields += 1;
        if field.is_empty() && dialect.delimiter == u32::from(b' ') && dialect.skip_initial_space {
            if cannot_quote(dialect, is_null) {
                let message =
                    "empty field must be quoted if delimiter is a space and skipinitialspace is true";
                return Err(ERROR.error(thread, message));
            }
            quoted = true;
        }
        let mut text = TextBuilder::with_capacity(field.len() + 2);
        for c in field.iter() {
            if self.is_special(c) {
                let is_quote = Some(c) == dialect.quote;
                let escape = if dialect.quoting == QUOTE_NONE {
                    true
                } else if is_quote && dialect.double_quote {
                    text.push(c);
                    quoted = true;
                    false
                } else {
                    let escape = is_quote || Some(c) == dialect.escape;
                    quoted |= !escape;
                    escape
                };
                if escape {
                    let Some(mark) = dialect.escape else {
                        return Err(ERROR.error(thread, "need to escape, but no escapechar set"));
                    };
                    text.push(mark);
                }
            }
            text.push(c);
        }
        let quote = if quoted { dialect.quote } else { None };
        if let Some(quote) = quote {
            self.out.push(quote);
        }
        self.out.push_characters(text.characters());
        if let Some(quote) = quote {
            self.out.push(quote);
        }
        Ok(())
    }

    /// Whether a character must be quoted or escaped.
    fn is_special(&self, c: u32) -> bool {
        let dialect = self.dialect;
        c == dialect.delimiter
            || Some(c) == dialect.escape
            || Some(c) == dialect.quote
            || c == u32::from(b'\n')
            || c == u32::from(b'\r')
            || dialect.line_terminator.characters().iter().any(|t| t == c)
    }
}

/// Whether the dialect forbids quotes around an empty field.
fn cannot_quote(dialect: Gc<Dialect>, is_null: bool) -> bool {
    dialect.quoting == QUOTE_NONE || is_null && matches!(dialect.quoting, QUOTE_STRINGS | QUOTE_NOTNULL)
}

fn is_number(value: Value) -> bool {
    let class = class_of(value);
    let has = |special| class.special(special).is_some_and(|method| !method.is_none());
    class.is_subclass_of(types().complex)
        || [Special::Index, Special::Int, Special::Float].into_iter().any(has)
}

/// Writes one record; what the file's `write` returned.
fn write_row(thread: &mut Thread, this: Gc<Writer>, row: Value) -> Result {
    let dialect = this.dialect;
    let fields = match get_iterator(thread, row) {
        Ok(fields) => fields,
        Err(raised) if class_of(raised.0).is_subclass_of(types().type_error) => {
            let got = type_name(row);
            return Err(ERROR.error(thread, format!("iterable expected, not {got}")));
        }
        Err(raised) => return Err(raised),
    };
    let mut line = Line { dialect, out: TextBuilder::new(), fields: 0 };
    let mut null_field = false;
    while let Some(field) = next(thread, fields)? {
        let quoted = match dialect.quoting {
            QUOTE_NONNUMERIC => !is_number(field),
            QUOTE_ALL => true,
            QUOTE_STRINGS => field.downcast::<Str>().is_some(),
            QUOTE_NOTNULL => !field.is_none(),
            _ => false,
        };
        null_field = field.is_none();
        match field.downcast::<Str>() {
            Some(text) => line.append(thread, text.characters(), false, quoted)?,
            None if null_field => line.append(thread, Characters::One(&[]), true, quoted)?,
            None => {
                let text = str_of(thread, field)?;
                line.append(thread, text.characters(), false, quoted)?;
            }
        }
    }
    if line.fields > 0 && line.out.is_empty() {
        if cannot_quote(dialect, null_field) {
            return Err(ERROR.error(thread, "single empty field record must be quoted"));
        }
        line.fields -= 1;
        line.append(thread, Characters::One(&[]), true, true)?;
    }
    line.out.push_characters(dialect.line_terminator.characters());
    let text = Str::from_characters(line.out.characters());
    thread.call(this.write, &[text.value()])
}

impl Writer {
    /// A writer to a file.
    pub fn new_object(thread: &mut Thread, file: Value, dialect: Gc<Dialect>) -> Result<Gc<Writer>> {
        let write = get_attribute_optional(thread, file, intern("write"))?;
        match write.filter(|write| class_of(*write).special(Special::Call).is_some()) {
            Some(write) => {
                Ok(native_object::new(Writer::class(), Writer { head: NativeHead::empty(), write, dialect }))
            }
            None => Err(thread.type_error("argument 1 must have a \"write\" method")),
        }
    }
}

/// CSV writer
///
/// Writer objects are responsible for generating tabular data
/// in CSV format from sequence input.
#[native_type(name = "writer", module = "_csv", base_type, no_new)]
impl Writer {
    /// Construct and write a CSV record from an iterable of fields.
    #[method("(row, /)")]
    fn writerow(thread: &mut Thread, this: Gc<Writer>, row: Value) -> Result {
        write_row(thread, this, row)
    }

    /// Construct and write a series of iterables to a csv file.
    #[method("(rows, /)")]
    fn writerows(thread: &mut Thread, this: Gc<Writer>, rows: Value) -> Result<()> {
        for_each(thread, rows, |thread, row| write_row(thread, this, row).map(|_| ()))
    }

    #[getter(member)]
    fn dialect(this: Gc<Writer>) -> Gc<Dialect> {
        this.dialect
    }
}
