//! The reader: a state machine over the characters of lines.

use crate::csv::dialect::{Dialect, QUOTE_NONE, QUOTE_NONNUMERIC, QUOTE_NOTNULL, QUOTE_STRINGS};
use crate::csv::{ERROR, FIELD_LIMIT};
use std::sync::atomic::Ordering;
use taipan_runtime::native::type_name;
use taipan_runtime::native_layout;
use taipan_runtime::object::list::List;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::operations::next;
use taipan_runtime::prelude::*;
use taipan_runtime::text::TextBuilder;

/// Where the reader is in a record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuoted,
    EscapedInQuoted,
    /// Behind a quote in a quoted field: its end, or the first of two.
    QuoteInQuoted,
    LineEnd,
    AfterEscapedLineBreak,
}

/// A reader.
#[repr(C)]
pub struct Reader {
    head: NativeHead,
    lines: Value,
    dialect: Gc<Dialect>,
    line_num: usize,
}

native_layout!(Reader, "_csv.reader", |this, tracer| {
    tracer.value(this.lines.0);
    tracer.value(this.dialect.value().0);
});

/// A record being read.
struct Record {
    dialect: Gc<Dialect>,
    state: State,
    fields: Gc<List>,
    field: TextBuilder,
    /// The field had no quotes.
    unquoted: bool,
    limit: usize,
}

const NEW_LINE: u32 = b'\n' as u32;
const RETURN: u32 = b'\r' as u32;

impl Record {
    fn new(dialect: Gc<Dialect>) -> Record {
        let limit = usize::try_from(FIELD_LIMIT.load(Ordering::Relaxed)).unwrap_or(0);
        Record {
            dialect,
            state: State::StartRecord,
            fields: List::empty(),
            field: TextBuilder::new(),
            unquoted: true,
            limit,
        }
    }

    fn add(&mut self, thread: &mut Thread, c: u32) -> Result<()> {
        if self.field.len() >= self.limit {
            let limit = self.limit;
            return Err(ERROR.error(thread, format!("field larger than field limit ({limit})")));
        }
        self.field.push(c);
        Ok(())
    }

    /// Ends the field.
    fn save(&mut self, thread: &mut Thread) -> Result<()> {
        let field = std::mem::take(&mut self.field);
        let unquoted = std::mem::replace(&mut self.unquoted, true);
        let quoting = self.dialect.quoting;
        let value = if unquoted && field.is_empty() && matches!(quoting, QUOTE_NOTNULL | QUOTE_STRINGS) {
            Value::NONE
        } else {
            let text = Str::from_characters(field.characters()).value();
            if unquoted && !field.is_empty() && matches!(quoting, QUOTE_NONNUMERIC | QUOTE_STRINGS) {
                thread.call(types().float.value(), &[text])?
            } else {
                text
            }
        };
        self.fields.push(value);
        Ok(())
    }

    /// Ends the field at a line break, or at the end of the line (`None`).
    fn save_at_line_end(&mut self, thread: &mut Thread, c: Option<u32>) -> Result<()> {
        self.save(thread)?;
        self.state = if c.is_none() { State::StartRecord } else { State::LineEnd };
        Ok(())
    }

    /// Takes a character, `None` for the end of the line.
    fn take(&mut self, thread: &mut Thread, c: Option<u32>) -> Result<()> {
        let dialect = self.dialect;
        let quotes = dialect.quoting != QUOTE_NONE && c.is_some() && c == dialect.quote;
        let escapes = c.is_some() && c == dialect.escape;
        let delimits = c == Some(dialect.delimiter);
        let line_end = matches!(c, None | Some(NEW_LINE | RETURN));
        match self.state {
            State::StartRecord if c.is_none() => {}
            State::StartRecord if line_end => self.state = State::LineEnd,
            State::StartRecord | State::StartField => {
                if line_end {
                    self.save_at_line_end(thread, c)?;
                } else if quotes {
                    self.unquoted = false;
                    self.state = State::InQuoted;
                } else if escapes {
                    self.state = State::Escaped;
                } else if c == Some(u32::from(b' ')) && dialect.skip_initial_space {
                    self.state = State::StartField;
                } else if delimits {
                    self.save(thread)?;
                    self.state = State::StartField;
                } else if let Some(c) = c {
                    self.add(thread, c)?;
                    self.state = State::InField;
                }
            }
            State::Escaped => {
                self.add(thread, c.unwrap_or(NEW_LINE))?;
                let line_break = matches!(c, Some(NEW_LINE | RETURN));
                self.state = if line_break { State::AfterEscapedLineBreak } else { State::InField };
            }
            State::AfterEscapedLineBreak if c.is_none() => {}
            State::AfterEscapedLineBreak | State::InField => {
                if line_end {
                    self.save_at_line_end(thread, c)?;
                } else if escapes {
                    self.state = State::Escaped;
                } else if delimits {
                    self.save(thread)?;
                    self.state = State::StartField;
                } else if let Some(c) = c {
                    self.add(thread, c)?;
                    self.state = State::InField;
                }
            }
            State::InQuoted => {
                if escapes {
                    self.state = State::EscapedInQuoted;
                } else if quotes {
                    self.state = if dialect.double_quote { State::QuoteInQuoted } else { State::InField };
                } else if let Some(c) = c {
                    self.add(thread, c)?;
                }
            }
            State::EscapedInQuoted => {
                self.add(thread, c.unwrap_or(NEW_LINE))?;
                self.state = State::InQuoted;
            }
            State::QuoteInQuoted => self.behind_quote(thread, c, quotes, delimits, line_end)?,
            State::LineEnd => match c {
                Some(NEW_LINE | RETURN) => {}
                None => self.state = State::StartRecord,
                Some(_) => {
                    let message = "new-line character seen in unquoted field - do you need to open the file with newline=''?";
                    return Err(ERROR.error(thread, message));
                }
            },
        }
        Ok(())
    }

    fn behind_quote(
        &mut self,
        thread: &mut Thread,
        c: Option<u32>,
        quotes: bool,
        delimits: bool,
        line_end: bool,
    ) -> Result<()> {
        if line_end {
            return self.save_at_line_end(thread, c);
        }
        let Some(c) = c else { return Ok(()) };
        if quotes {
            self.add(thread, c)?;
            self.state = State::InQuoted;
        } else if delimits {
            self.save(thread)?;
            self.state = State::StartField;
        } else if self.dialect.strict {
            let shown = |c: u32| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER);
            let (delimiter, quote) = (shown(self.dialect.delimiter), shown(self.dialect.quote.unwrap_or(0)));
            return Err(ERROR.error(thread, format!("'{delimiter}' expected after '{quote}'")));
        } else {
            self.add(thread, c)?;
            self.state = State::InField;
        }
        Ok(())
    }
}

impl Reader {
    /// A reader of lines.
    pub fn new_object(lines: Value, dialect: Gc<Dialect>) -> Gc<Reader> {
        native_object::new(Reader::class(), Reader { head: NativeHead::empty(), lines, dialect, line_num: 0 })
    }
}

/// CSV reader
///
/// Reader objects are responsible for reading and parsing tabular data
/// in CSV format.
#[native_type(name = "reader", module = "_csv", base_type, no_new)]
impl Reader {
    #[method]
    fn __iter__(this: Gc<Reader>) -> Gc<Reader> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, mut this: Gc<Reader>) -> Result<Option<Value>> {
        let mut record = Record::new(this.dialect);
        loop {
            let Some(line) = next(thread, this.lines)? else {
                if record.field.is_empty() && record.state != State::InQuoted {
                    return Ok(None);
                }
                if record.dialect.strict {
                    return Err(ERROR.error(thread, "unexpected end of data"));
                }
                record.save(thread)?;
                return Ok(Some(record.fields.value()));
            };
            let Some(text) = line.downcast::<Str>() else {
                let got = type_name(line);
                let message = format!(
                    "iterator should return strings, not {got} (the file should be opened in text mode)"
                );
                return Err(ERROR.error(thread, message));
            };
            this.line_num += 1;
            for c in text.characters().iter() {
                record.take(thread, Some(c))?;
            }
            record.take(thread, None)?;
            if record.state == State::StartRecord {
                return Ok(Some(record.fields.value()));
            }
        }
    }

    #[getter(member)]
    fn dialect(this: Gc<Reader>) -> Gc<Dialect> {
        this.dialect
    }

    #[getter(member)]
    fn line_num(this: Gc<Reader>) -> usize {
        this.line_num
    }
}
