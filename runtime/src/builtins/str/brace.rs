//! `str.format` and `str.format_map`: fields looked up and formatted as the template is read.

use crate::builtins::support::finish;
use crate::builtins::text_support::{AnyError, substring};
use crate::object::list::List;
use crate::object::tuple::Tuple;
use crate::operations::{self, class_of};
use crate::prelude::*;
use crate::text::brace_format::{
    Accessor, Field, First, MAX_DEPTH, Numbering, TemplateParser, split_field_name, too_deep,
    unknown_conversion,
};
use crate::text::{TextBuilder, TextError};
use std::ops::Range;

/// Where named fields come from.
#[derive(Clone, Copy)]
pub enum Keywords<'a> {
    Call(&'a KeywordArguments<'a>),
    Mapping(Value),
}

/// What fields refer to. `format_map` has no positional arguments.
#[derive(Clone, Copy)]
pub struct Arguments<'a> {
    pub positional: Option<&'a [Value]>,
    pub keywords: Keywords<'a>,
}

type Fallible<T> = std::result::Result<T, AnyError>;

/// Formats a template.
pub fn format(thread: &mut Thread, template: Gc<Str>, arguments: Arguments) -> Result<Gc<Str>> {
    let mut formatter = Formatter { thread, template, arguments, numbering: Numbering::default() };
    let mut out = TextBuilder::with_capacity(template.length + 16);
    match formatter.write(0..template.length, 1, &mut out) {
        Ok(()) => Ok(finish(out)),
        Err(error) => Err(error.into_raised(formatter.thread)),
    }
}

struct Formatter<'a> {
    thread: &'a mut Thread,
    template: Gc<Str>,
    arguments: Arguments<'a>,
    numbering: Numbering,
}

impl Formatter<'_> {
    /// Writes the part of the template in a range, which is nested in specifiers so deeply.
    fn write(&mut self, range: Range<usize>, depth: usize, out: &mut TextBuilder) -> Fallible<()> {
        if depth > MAX_DEPTH {
            return Err(too_deep().into());
        }
        let text = self.template.characters();
        let mut parser = TemplateParser::new(text, range);
        while let Some(piece) = parser.next_piece()? {
            out.push_characters(text.slice(piece.literal.start, piece.literal.end));
            if let Some(field) = piece.field {
                self.write_field(&field, depth, out)?;
            }
        }
        Ok(())
    }

    fn write_field(&mut self, field: &Field, depth: usize, out: &mut TextBuilder) -> Fallible<()> {
        let value = self.look_up(field.name.clone())?;
        let value = match field.conversion {
            None => value,
            Some(conversion) => self.convert(value, conversion)?,
        };
        let spec = if field.spec_is_template {
            let mut spec = TextBuilder::new();
            self.write(field.spec.clone(), depth + 1, &mut spec)?;
            finish(spec).value()
        } else if field.spec.is_empty() {
            Value::NULL
        } else {
            substring(self.template, field.spec.start, field.spec.end).value()
        };
        // The common kinds need no detour over objects.
        if spec.is_null()
            && let Some(string) = value.downcast::<Str>()
            && class_of(value) == types().str
        {
            out.push_characters(string.characters());
            return Ok(());
        }
        let text = operations::format(self.thread, value, spec)?;
        out.push_characters(text.characters());
        Ok(())
    }

    fn convert(&mut self, value: Value, conversion: u32) -> Fallible<Value> {
        Ok(match char::from_u32(conversion) {
            Some('r') => operations::repr(self.thread, value)?.value(),
            Some('s') => operations::str_of(self.thread, value)?.value(),
            Some('a') => operations::ascii(self.thread, value)?.value(),
            _ => return Err(unknown_conversion(conversion).into()),
        })
    }

    fn look_up(&mut self, name: Range<usize>) -> Fallible<Value> {
        let text = self.template.characters();
        let (first, accessors) = split_field_name(text, name)?;
        let mut value = match self.numbering.resolve(&first)? {
            Some(index) => self.positional(index)?,
            None => match first {
                First::Name(range) => self.keyword(range)?,
                // `resolve` numbers all others.
                _ => return Err(TextError::value("field without a name").into()),
            },
        };
        for accessor in accessors {
            value = match accessor? {
                Accessor::Attribute(range) => {
                    let name =
                        crate::object::str::intern_string(substring(self.template, range.start, range.end));
                    operations::get_attribute(self.thread, value, name)?
                }
                Accessor::Index(index) => {
                    operations::get_item(self.thread, value, Value::from_int(index as i64))?
                }
                Accessor::Key(range) => {
                    let key = substring(self.template, range.start, range.end).value();
                    operations::get_item(self.thread, value, key)?
                }
            };
        }
        Ok(value)
    }

    fn positional(&mut self, index: usize) -> Fallible<Value> {
        let Some(positional) = self.arguments.positional else {
            return Err(TextError::value("Format string contains positional fields").into());
        };
        match positional.get(index) {
            Some(&value) => Ok(value),
            None => {
                let message = format!("Replacement index {index} out of range for positional args tuple");
                Err(self.thread.index_error(message).into())
            }
        }
    }

    fn keyword(&mut self, range: Range<usize>) -> Fallible<Value> {
        let name = substring(self.template, range.start, range.end);
        let found = match self.arguments.keywords {
            Keywords::Call(keywords) => {
                keywords.iter().find(|(key, _)| key.equals(name)).map(|(_, value)| value)
            }
            Keywords::Mapping(mapping) => {
                return Ok(operations::get_item(self.thread, mapping, name.value())?);
            }
        };
        match found {
            Some(value) => Ok(value),
            None => Err(operations::container::key_error(self.thread, name.value()).into()),
        }
    }
}

/// `_string.formatter_field_name_split(name)`: the first part, and the steps as pairs (is an attribute, name or index).
pub fn field_name_parts(thread: &mut Thread, name: Gc<Str>) -> Result<(Value, Gc<List>)> {
    let outcome = || -> std::result::Result<_, TextError> {
        let (first, accessors) = split_field_name(name.characters(), 0..name.length)?;
        Ok((first, accessors.collect::<std::result::Result<Vec<_>, _>>()?))
    };
    let (first, accessors) =
        outcome().map_err(|error| crate::builtins::text_support::raise(thread, error))?;
    let part = |range: &Range<usize>| substring(name, range.start, range.end).value();
    let first = match first {
        First::Automatic => Str::from_one_byte(&[], true).value(),
        First::Index(index) => Value::from_int(index as i64),
        First::Name(range) => part(&range),
    };
    let steps = List::empty();
    for accessor in &accessors {
        let (is_attribute, step) = match accessor {
            Accessor::Attribute(range) => (Value::TRUE, part(range)),
            Accessor::Index(index) => (Value::FALSE, Value::from_int(*index as i64)),
            Accessor::Key(range) => (Value::FALSE, part(range)),
        };
        steps.push(Tuple::new(&[is_attribute, step]).value());
    }
    Ok((first, steps))
}

/// `_string.formatter_parser(template)`: tuples of literal text, field name, specifier and conversion.
pub fn template_parts(thread: &mut Thread, template: Gc<Str>) -> Result<Gc<List>> {
    let text = template.characters();
    let mut parser = TemplateParser::new(text, 0..template.length);
    let parts = List::empty();
    loop {
        let piece =
            parser.next_piece().map_err(|error| crate::builtins::text_support::raise(thread, error))?;
        let Some(piece) = piece else { return Ok(parts) };
        let part = |range: &Range<usize>| substring(template, range.start, range.end).value();
        let literal = part(&piece.literal);
        let piece = match piece.field {
            None => Tuple::new(&[literal, Value::NONE, Value::NONE, Value::NONE]),
            Some(field) => {
                let conversion = field
                    .conversion
                    .map_or(Value::NONE, |c| crate::builtins::text_support::character(c).value());
                Tuple::new(&[literal, part(&field.name), part(&field.spec), conversion])
            }
        };
        parts.push(piece.value());
    }
}
