//! `'...' % values` for strings and bytes: reading the format piece by piece, and writing values that have been
//! converted to text.
//!
//! CPython looks at the values while it reads the format, so that the first problem from the left is the one
//! reported. [`PercentParser::next_piece`] does likewise: it asks a [`PercentSource`] for mapping values and `*`
//! widths as it meets them.

use std::ops::Range;

use super::float_format::{self, FloatOptions, Presentation};
use super::{Characters, TextBuilder, TextError};

/// Where values come from while a format is read.
pub trait PercentSource {
    /// The caller's exceptions.
    type Error: From<TextError>;
    /// Called at `%(`: raises `format requires a mapping` if there is none.
    fn require_mapping(&mut self) -> Result<(), Self::Error>;
    /// The value under the key in this range of the format becomes the one to be formatted.
    fn select_key(&mut self, key: Range<usize>) -> Result<(), Self::Error>;
    /// Takes the next value as a width or precision (`* wants int`).
    fn take_star(&mut self) -> Result<isize, Self::Error>;
}

/// A conversion specifier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PercentSpec {
    /// `-`
    pub left: bool,
    /// `+`
    pub plus: bool,
    /// space
    pub blank: bool,
    /// `#`
    pub alternate: bool,
    /// `0`
    pub zero: bool,
    /// The least width.
    pub width: usize,
    /// The precision.
    pub precision: Option<usize>,
    /// The conversion's letter.
    pub conversion: u32,
    /// Where that letter stands, for the message when there is no such conversion.
    pub position: usize,
}

/// A piece of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PercentPiece {
    /// Text to be copied.
    Literal(Range<usize>),
    /// A value to be converted.
    Value(PercentSpec),
}

/// Reads a format.
pub struct PercentParser<'a> {
    format: Characters<'a>,
    at: usize,
}

const PERCENT: u32 = b'%' as u32;

impl<'a> PercentParser<'a> {
    /// Starts at the beginning.
    pub fn new(format: Characters<'a>) -> Self {
        PercentParser { format, at: 0 }
    }

    /// The next piece, none at the end.
    pub fn next_piece<S: PercentSource>(&mut self, source: &mut S) -> Result<Option<PercentPiece>, S::Error> {
        if self.at == self.format.len() {
            return Ok(None);
        }
        let start = self.at;
        let rest = self.format.slice(start, self.format.len());
        let literal = super::search::find_character(rest, PERCENT).unwrap_or(rest.len());
        if literal > 0 {
            self.at += literal;
            return Ok(Some(PercentPiece::Literal(start..self.at)));
        }
        self.at += 1;
        if self.format.at(self.at) == Some(PERCENT) {
            self.at += 1;
            return Ok(Some(PercentPiece::Literal(self.at - 1..self.at)));
        }
        self.read_spec(source).map(|spec| Some(PercentPiece::Value(spec)))
    }

    fn peek(&self) -> Option<u8> {
        self.format.at(self.at).map(|c| u8::try_from(c).unwrap_or(0xff))
    }

    fn take(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn read_spec<S: PercentSource>(&mut self, source: &mut S) -> Result<PercentSpec, S::Error> {
        let mut spec = PercentSpec::default();
        if self.peek() == Some(b'(') {
            source.require_mapping()?;
            self.at += 1;
            let key = self.read_key()?;
            source.select_key(key)?;
        }
        loop {
            match self.peek() {
                Some(b'-') => spec.left = true,
                Some(b'+') => spec.plus = true,
                Some(b' ') => spec.blank = true,
                Some(b'#') => spec.alternate = true,
                Some(b'0') => spec.zero = true,
                _ => break,
            }
            self.at += 1;
        }
        if self.take(b'*') {
            let width = source.take_star()?;
            spec.left |= width < 0;
            spec.width = width.unsigned_abs();
        } else {
            let limit = isize::MAX as usize;
            spec.width = self.read_number(limit, "width too big")?.unwrap_or(0);
        }
        if self.take(b'.') {
            spec.precision = Some(if self.take(b'*') {
                usize::try_from(source.take_star()?).unwrap_or(0)
            } else {
                self.read_number(i32::MAX as usize, "precision too big")?.unwrap_or(0)
            });
        }
        if matches!(self.peek(), Some(b'h' | b'l' | b'L')) {
            self.at += 1;
        }
        let Some(conversion) = self.format.at(self.at) else {
            return Err(TextError::value("incomplete format").into());
        };
        spec.conversion = conversion;
        spec.position = self.at;
        self.at += 1;
        Ok(spec)
    }

    /// The key up to the parenthesis that closes it, others inside being paired.
    fn read_key(&mut self) -> Result<Range<usize>, TextError> {
        let start = self.at;
        let mut depth = 1;
        while depth > 0 {
            match self.peek() {
                Some(b'(') => depth += 1,
                Some(b')') => depth -= 1,
                Some(_) => {}
                None => return Err(TextError::value("incomplete format key")),
            }
            self.at += 1;
        }
        Ok(start..self.at - 1)
    }

    fn read_number(&mut self, limit: usize, message: &str) -> Result<Option<usize>, TextError> {
        let mut number = None;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            let (value, digit) = (number.unwrap_or(0usize), usize::from(digit - b'0'));
            if value > (limit - digit) / 10 {
                return Err(TextError::value(message));
            }
            number = Some(value * 10 + digit);
            self.at += 1;
        }
        Ok(number)
    }
}

/// The error for a conversion that doesn't exist.
pub fn unsupported(spec: &PercentSpec, is_bytes: bool) -> TextError {
    let c = spec.conversion;
    if is_bytes && c >= 0x80 {
        return TextError::overflow("character argument not in range(0x110000)");
    }
    let shown = if is_bytes || (31..=126).contains(&c) { char::from(c as u8) } else { '?' };
    TextError::value(format!("unsupported format character '{shown}' (0x{c:x}) at index {}", spec.position))
}

impl PercentSpec {
    /// The conversion as a character, a NUL if it isn't ASCII.
    pub fn letter(&self) -> u8 {
        if self.conversion < 0x80 { self.conversion as u8 } else { 0 }
    }

    /// The radix in which an integer is to be written for `d i u x X o`.
    pub fn radix(&self) -> Option<u32> {
        match self.letter() {
            b'd' | b'i' | b'u' => Some(10),
            b'x' | b'X' => Some(16),
            b'o' => Some(8),
            _ => None,
        }
    }

    /// Whether the conversion is one of `e E f F g G`.
    pub fn is_float(&self) -> bool {
        matches!(self.letter(), b'e' | b'E' | b'f' | b'F' | b'g' | b'G')
    }

    /// Writes an integer given in lower-case digits of [`PercentSpec::radix`].
    pub fn write_int(&self, negative: bool, digits: &str, out: &mut TextBuilder) -> Result<(), TextError> {
        let precision = self.precision.unwrap_or(0);
        if precision > (i32::MAX - 3) as usize {
            return Err(TextError::overflow("precision too large"));
        }
        let mut text = "0".repeat(precision.saturating_sub(digits.len())) + digits;
        let prefix = match self.letter() {
            b'X' => {
                text.make_ascii_uppercase();
                "0X"
            }
            b'x' => "0x",
            b'o' => "0o",
            _ => "",
        };
        self.write_number(negative, if self.alternate { prefix } else { "" }, &text, out)
    }

    /// Writes a float for the conversions `e E f F g G`.
    pub fn write_float(&self, x: f64, out: &mut TextBuilder) -> Result<(), TextError> {
        let precision = self.precision.unwrap_or(6);
        if precision >= i32::MAX as usize {
            return Err(TextError::value("precision too big"));
        }
        let options = FloatOptions {
            alternate: self.alternate,
            uppercase: self.letter().is_ascii_uppercase(),
            ..FloatOptions::default()
        };
        let presentation = match self.letter().to_ascii_lowercase() {
            b'e' => Presentation::Exponent,
            b'f' => Presentation::Fixed,
            _ => Presentation::General,
        };
        let text = float_format::format(x, presentation, precision, options);
        let magnitude = text.strip_prefix('-');
        self.write_number(magnitude.is_some(), "", magnitude.unwrap_or(&text), out)
    }

    fn write_number(
        &self,
        negative: bool,
        prefix: &str,
        digits: &str,
        out: &mut TextBuilder,
    ) -> Result<(), TextError> {
        let sign = match (negative, self.plus, self.blank) {
            (true, _, _) => "-",
            (_, true, _) => "+",
            (_, _, true) => " ",
            _ => "",
        };
        let padding = self.padding(sign.len() + prefix.len() + digits.len())?;
        let (before, zeros, after) = match (self.left, self.zero) {
            (true, _) => (0, 0, padding),
            (_, true) => (0, padding, 0),
            _ => (padding, 0, 0),
        };
        out.push_repeated(0x20, before);
        out.push_str(sign);
        out.push_str(prefix);
        out.push_repeated(0x30, zeros);
        out.push_str(digits);
        out.push_repeated(0x20, after);
        Ok(())
    }

    /// Writes text: for `s r a b` at most `precision` characters of it, for `c` all.
    pub fn write_text(&self, text: Characters, out: &mut TextBuilder) -> Result<(), TextError> {
        let limit = if self.letter() == b'c' { None } else { self.precision };
        let text = text.slice(0, text.len().min(limit.unwrap_or(usize::MAX)));
        let padding = self.padding(text.len())?;
        out.push_repeated(0x20, if self.left { 0 } else { padding });
        out.push_characters(text);
        out.push_repeated(0x20, if self.left { padding } else { 0 });
        Ok(())
    }

    fn padding(&self, length: usize) -> Result<usize, TextError> {
        if self.width >= 1 << 36 {
            return Err(TextError { kind: super::ErrorKind::Memory, message: String::new() });
        }
        Ok(self.width.saturating_sub(length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    /// Integers as values, taken in order.
    struct Values(Vec<isize>);

    impl PercentSource for Values {
        type Error = TextError;
        fn require_mapping(&mut self) -> Result<(), TextError> {
            Ok(())
        }
        fn select_key(&mut self, key: Range<usize>) -> Result<(), TextError> {
            self.0.insert(0, key.len() as isize);
            Ok(())
        }
        fn take_star(&mut self) -> Result<isize, TextError> {
            Ok(self.0.remove(0))
        }
    }

    fn run(format: &str, values: &[isize]) -> Result<String, String> {
        let format = Text::from(format);
        let mut parser = PercentParser::new(format.characters());
        let mut source = Values(values.to_vec());
        let mut out = TextBuilder::new();
        let mut go = || {
            while let Some(piece) = parser.next_piece(&mut source)? {
                match piece {
                    PercentPiece::Literal(range) => {
                        out.push_characters(format.characters().slice(range.start, range.end));
                    }
                    PercentPiece::Value(spec) => {
                        let n = source.take_star()?;
                        match spec.radix() {
                            Some(10) => spec.write_int(n < 0, &n.unsigned_abs().to_string(), &mut out)?,
                            Some(8) => spec.write_int(n < 0, &format!("{:o}", n.unsigned_abs()), &mut out)?,
                            Some(_) => spec.write_int(n < 0, &format!("{:x}", n.unsigned_abs()), &mut out)?,
                            None if spec.is_float() => spec.write_float(n as f64 / 2.0, &mut out)?,
                            None if matches!(spec.letter(), b's' | b'c') => {
                                spec.write_text(Text::from(n.to_string().as_str()).characters(), &mut out)?;
                            }
                            None => return Err(unsupported(&spec, false)),
                        }
                    }
                }
            }
            Ok(())
        };
        go().map_err(|error: TextError| error.message)?;
        Ok(out.finish().characters().to_string_lossy())
    }

    #[test]
    fn as_in_cpython() {
        for (format, values, expected) in [
            ("%d%%|", &[7][..], "7%|"),
            ("%-*d|", &[5, 3], "3    |"),
            ("%*d|", &[-5, 3], "3    |"),
            ("%.*f", &[-2, 7], "4"),
            ("%+d % d", &[3, 4], "+3  4"),
            ("%#x %#o %#X", &[255, 8, 255], "0xff 0o10 0XFF"),
            ("%#5.3x|", &[5], "0x005|"),
            ("%05d", &[-3], "-0003"),
            ("%-05d|", &[3], "3    |"),
            ("%8.5d|", &[-3], "  -00003|"),
            ("%08.5d|", &[3], "00000003|"),
            ("%05s", &[1], "    1"),
            ("%.2s", &[123], "12"),
            ("%#.0f", &[5], "2."),
            ("%05.1f", &[-5], "-02.5"),
            ("%#08x|", &[-5], "-0x00005|"),
            ("%(a(b))5d", &[], "    4"),
            ("%lu", &[5], "5"),
            ("%5.d|", &[5], "    5|"),
            ("%G", &[20000000], "1E+07"),
        ] {
            assert_eq!(run(format, values).as_deref(), Ok(expected), "{format}");
        }
        for (format, message) in [
            ("%", "incomplete format"),
            ("a%5", "incomplete format"),
            ("%(a", "incomplete format key"),
            ("%z", "unsupported format character 'z' (0x7a) at index 1"),
            ("é%ሴ", "unsupported format character '?' (0x1234) at index 2"),
            ("%99999999999999999999d", "width too big"),
            ("%.2147483648f", "precision too big"),
            ("%.2147483647f", "precision too big"),
            ("%.-3d", "unsupported format character '-' (0x2d) at index 2"),
            ("%5%", "unsupported format character '%' (0x25) at index 2"),
        ] {
            assert_eq!(run(format, &[1, 1]), Err(message.into()), "{format}");
        }
    }
}
