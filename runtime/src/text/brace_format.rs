//! `str.format()` templates: literal text, fields with their names, conversions and specifiers, and the numbering
//! of fields. Values are looked up by the caller, as each field comes, so that problems are found in CPython's order.

use std::ops::Range;

use super::{Characters, Result, TextError, unicode};

/// How deeply templates may nest in specifiers, the outermost counted.
pub const MAX_DEPTH: usize = 2;

/// The error when they nest deeper.
pub fn too_deep() -> TextError {
    TextError::value("Max string recursion exceeded")
}

/// A replacement field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name with attributes and indices: for [`split_field_name`].
    pub name: Range<usize>,
    /// The character after `!`.
    pub conversion: Option<u32>,
    /// The specifier.
    pub spec: Range<usize>,
    /// Whether the specifier is a template itself.
    pub spec_is_template: bool,
}

/// Literal text and the field after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Ends with the first of two doubled braces, where there are such.
    pub literal: Range<usize>,
    /// The field, if one follows.
    pub field: Option<Field>,
}

/// Goes through a template.
pub struct TemplateParser<'a> {
    text: Characters<'a>,
    at: usize,
    end: usize,
}

const OPEN: u32 = b'{' as u32;
const CLOSE: u32 = b'}' as u32;

impl<'a> TemplateParser<'a> {
    /// Reads the part of `text` in `range`; the ranges in the pieces are of `text`.
    pub fn new(text: Characters<'a>, range: Range<usize>) -> Self {
        TemplateParser { text, at: range.start, end: range.end }
    }

    fn next_character(&mut self) -> Option<u32> {
        let c = (self.at < self.end).then(|| self.text.get(self.at))?;
        self.at += 1;
        Some(c)
    }

    /// The next piece, none at the end.
    pub fn next_piece(&mut self) -> Result<Option<Piece>> {
        if self.at >= self.end {
            return Ok(None);
        }
        let start = self.at;
        while let Some(c) = self.next_character() {
            if c != OPEN && c != CLOSE {
                continue;
            }
            if self.at < self.end && self.text.get(self.at) == c {
                self.at += 1;
                return Ok(Some(Piece { literal: start..self.at - 1, field: None }));
            }
            if c == CLOSE {
                return Err(TextError::value("Single '}' encountered in format string"));
            }
            if self.at >= self.end {
                return Err(TextError::value("Single '{' encountered in format string"));
            }
            let literal = start..self.at - 1;
            return Ok(Some(Piece { literal, field: Some(self.read_field()?) }));
        }
        Ok(Some(Piece { literal: start..self.at, field: None }))
    }

    fn read_field(&mut self) -> Result<Field> {
        let start = self.at;
        let mut last = 0;
        while let Some(c) = self.next_character() {
            last = c;
            match char::from_u32(c) {
                Some('{') => return Err(TextError::value("unexpected '{' in field name")),
                // Everything up to the closing bracket belongs to the index.
                Some('[') => {
                    while self.at < self.end && self.text.get(self.at) != u32::from(b']') {
                        self.at += 1;
                    }
                }
                Some('}' | ':' | '!') => break,
                _ => {}
            }
        }
        let ended = matches!(char::from_u32(last), Some('}' | ':' | '!'));
        if !ended {
            return Err(TextError::value("expected '}' before end of string"));
        }
        let name = start..self.at - 1;
        let none = self.at - 1..self.at - 1;
        let mut conversion = None;
        if last == CLOSE {
            return Ok(Field { name, conversion, spec: none, spec_is_template: false });
        }
        if last == u32::from(b'!') {
            let missing = || TextError::value("end of string while looking for conversion specifier");
            conversion = Some(self.next_character().ok_or_else(missing)?);
            match self.next_character() {
                Some(CLOSE) => {
                    return Ok(Field { name, conversion, spec: none, spec_is_template: false });
                }
                Some(c) if c != u32::from(b':') => {
                    return Err(TextError::value("expected ':' after conversion specifier"));
                }
                _ => {}
            }
        }
        let (spec, spec_is_template) = self.read_spec()?;
        Ok(Field { name, conversion, spec, spec_is_template })
    }

    /// The specifier up to the brace that closes the field, and whether it has braces inside.
    fn read_spec(&mut self) -> Result<(Range<usize>, bool)> {
        let start = self.at;
        let (mut depth, mut nested) = (1, false);
        while let Some(c) = self.next_character() {
            if c == OPEN {
                nested = true;
                depth += 1;
            } else if c == CLOSE {
                depth -= 1;
                if depth == 0 {
                    return Ok((start..self.at - 1, nested));
                }
            }
        }
        Err(TextError::value("unmatched '{' in format spec"))
    }
}

/// The error for a conversion other than `r`, `s` and `a`.
pub fn unknown_conversion(c: u32) -> TextError {
    let shown = if c > 32 && c < 127 { char::from(c as u8).to_string() } else { format!("\\x{c:x}") };
    TextError::value(format!("Unknown conversion specifier {shown}"))
}

/// What a field starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum First {
    /// Nothing was written: the next argument.
    Automatic,
    /// A positional argument.
    Index(usize),
    /// A keyword argument, named by this range.
    Name(Range<usize>),
}

/// One step from a value to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accessor {
    /// `.name`
    Attribute(Range<usize>),
    /// `[0]`
    Index(usize),
    /// `[key]`
    Key(Range<usize>),
}

/// The start of a field's name, and the steps after it.
pub fn split_field_name(text: Characters<'_>, name: Range<usize>) -> Result<(First, Accessors<'_>)> {
    let end = (name.start..name.end)
        .find(|&at| matches!(char::from_u32(text.get(at)), Some('.' | '[')))
        .unwrap_or(name.end);
    let first = if end == name.start {
        First::Automatic
    } else {
        match read_index(text, name.start..end)? {
            Some(index) => First::Index(index),
            None => First::Name(name.start..end),
        }
    };
    Ok((first, Accessors { text, at: end, end: name.end }))
}

/// A number if the range is nothing but decimal digits.
fn read_index(text: Characters, range: Range<usize>) -> Result<Option<usize>> {
    let mut index = 0usize;
    if range.is_empty() {
        return Ok(None);
    }
    for at in range {
        let Some(digit) = unicode::decimal_value(text.get(at)) else {
            return Ok(None);
        };
        let digit = usize::from(digit);
        if index > (isize::MAX as usize - digit) / 10 {
            return Err(TextError::value("Too many decimal digits in format string"));
        }
        index = index * 10 + digit;
    }
    Ok(Some(index))
}

/// The attributes and indices of a field's name; what is wrong with one shows when it is reached.
pub struct Accessors<'a> {
    text: Characters<'a>,
    at: usize,
    end: usize,
}

impl Iterator for Accessors<'_> {
    type Item = Result<Accessor>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let result = self.read();
        if result.is_err() {
            self.at = self.end;
        }
        Some(result)
    }
}

impl Accessors<'_> {
    fn read(&mut self) -> Result<Accessor> {
        let start = self.at + 1;
        let find = |wanted: &[u8]| {
            (start..self.end).find(|&at| {
                let c = self.text.get(at);
                c < 0x80 && wanted.contains(&(c as u8))
            })
        };
        let accessor = match char::from_u32(self.text.get(self.at)) {
            Some('.') => {
                let end = find(b".[").unwrap_or(self.end);
                self.at = end;
                Accessor::Attribute(start..end)
            }
            Some('[') => {
                let end = find(b"]").ok_or_else(|| TextError::value("Missing ']' in format string"))?;
                self.at = end + 1;
                match read_index(self.text, start..end)? {
                    Some(index) => Accessor::Index(index),
                    None => Accessor::Key(start..end),
                }
            }
            _ => return Err(TextError::value("Only '.' or '[' may follow ']' in format field specifier")),
        };
        match &accessor {
            Accessor::Attribute(range) | Accessor::Key(range) if range.is_empty() => {
                Err(TextError::value("Empty attribute in format string"))
            }
            _ => Ok(accessor),
        }
    }
}

/// Numbers the fields that have no number; a template uses either kind throughout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numbering {
    /// No numbered field yet.
    #[default]
    Undecided,
    /// Fields are numbered; the next one gets this.
    Automatic(usize),
    /// Fields have numbers.
    Manual,
}

impl Numbering {
    /// The number of the positional argument that a field starts from, none if it starts from a name.
    pub fn resolve(&mut self, first: &First) -> Result<Option<usize>> {
        match (first, *self) {
            (First::Name(_), _) => Ok(None),
            (First::Automatic, Numbering::Manual) => Err(TextError::value(
                "cannot switch from manual field specification to automatic field numbering",
            )),
            (First::Index(_), Numbering::Automatic(_)) => Err(TextError::value(
                "cannot switch from automatic field numbering to manual field specification",
            )),
            (First::Automatic, state) => {
                let next = if let Numbering::Automatic(next) = state { next } else { 0 };
                *self = Numbering::Automatic(next + 1);
                Ok(Some(next))
            }
            (First::Index(index), _) => {
                *self = Numbering::Manual;
                Ok(Some(*index))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    /// The pieces in one line: literals, and fields as `<name|conversion|spec>`.
    fn pieces(template: &str) -> std::result::Result<String, String> {
        let text = Text::from(template);
        let text = text.characters();
        let show = |range: &Range<usize>| text.slice(range.start, range.end).to_string_lossy();
        let mut parser = TemplateParser::new(text, 0..text.len());
        let mut out = String::new();
        while let Some(piece) = parser.next_piece().map_err(|error| error.message)? {
            out += &show(&piece.literal);
            if let Some(field) = piece.field {
                let conversion = field.conversion.and_then(char::from_u32).unwrap_or('-');
                let nested = if field.spec_is_template { "*" } else { "" };
                out += &format!("<{}|{conversion}|{}{nested}>", show(&field.name), show(&field.spec));
            }
        }
        Ok(out)
    }

    #[test]
    fn templates() {
        for (template, expected) in [
            ("a{b}c", "a<b|-|>c"),
            ("{{}}", "{}"),
            ("{a.b[c]!r:>{w}}", "<a.b[c]|r|>{w}*>"),
            ("{:{{}}}", "<|-|{{}}*>"),
            ("{a[}]}", "<a[}]|-|>"),
            ("{a[{]}", "<a[{]|-|>"),
            ("{a:b!c:d}", "<a|-|b!c:d>"),
            ("a{{b", "a{b"),
            ("{0!s:}", "<0|s|>"),
        ] {
            assert_eq!(pieces(template).as_deref(), Ok(expected), "{template}");
        }
        for (template, message) in [
            ("{", "Single '{' encountered in format string"),
            ("a}b", "Single '}' encountered in format string"),
            ("{a", "expected '}' before end of string"),
            ("{a[b}", "expected '}' before end of string"),
            ("{!}", "unmatched '{' in format spec"),
            ("{!r", "unmatched '{' in format spec"),
            ("{0!", "end of string while looking for conversion specifier"),
            ("{!rx}", "expected ':' after conversion specifier"),
            ("{a!:x}", "expected ':' after conversion specifier"),
            ("{:{}", "unmatched '{' in format spec"),
            ("{a{b}}", "unexpected '{' in field name"),
            ("{0:}}", "Single '}' encountered in format string"),
        ] {
            assert_eq!(pieces(template), Err(message.into()), "{template}");
        }
    }

    #[test]
    fn field_names() {
        let split = |name: &str| {
            let text = Text::from(name);
            let (first, rest) = split_field_name(text.characters(), 0..text.characters().len())?;
            Ok((first, rest.collect::<Result<Vec<_>>>()?))
        };
        let (attribute, key) = (Accessor::Attribute(2..3), Accessor::Key(4..5));
        assert_eq!(split("a.b[c]"), Ok((First::Name(0..1), vec![attribute, key])));
        assert_eq!(split("[0]"), Ok((First::Automatic, vec![Accessor::Index(0)])));
        assert_eq!(split("٣"), Ok((First::Index(3), vec![])));
        for (name, message) in [
            ("a[0]b", "Only '.' or '[' may follow ']' in format field specifier"),
            ("a.", "Empty attribute in format string"),
            ("a[", "Missing ']' in format string"),
            ("a[]", "Empty attribute in format string"),
            ("99999999999999999999", "Too many decimal digits in format string"),
        ] {
            assert_eq!(split(name), Err(TextError::value(message)), "{name}");
        }
        let mut numbering = Numbering::default();
        assert_eq!(numbering.resolve(&First::Automatic), Ok(Some(0)));
        assert_eq!(numbering.resolve(&First::Automatic), Ok(Some(1)));
        assert!(numbering.resolve(&First::Index(0)).is_err());
    }
}
