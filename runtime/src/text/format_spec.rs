//! The format mini-language (`format(value, ">10,.2f")`): parsing a specifier, and writing strings, integers,
//! floats and complex numbers by one.
//!
//! Every number goes through [`NumberParts`]: sign, prefix, digits before the point, fraction, and the rest
//! (exponent, `%`, or all of `inf`); padding and grouping are decided there in one place.

use super::float_format::{self, FloatOptions, Presentation};
use super::{Characters, ErrorKind, Result, TextBuilder, TextError, float_repr, unicode};

/// How digits are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// Not at all.
    None,
    /// Thousands, by a comma.
    Comma,
    /// Thousands, by an underscore.
    Underscore,
    /// Four digits, by an underscore (binary, octal, hexadecimal).
    UnderscoreFour,
}

/// A parsed format specifier.
#[derive(Clone, Debug)]
pub struct FormatSpec {
    /// The character to pad with.
    pub fill: u32,
    /// `<`, `>`, `^` or `=`.
    pub align: u8,
    /// `+`, `-`, space, or 0 when there is none.
    pub sign: u8,
    /// `z`
    pub no_negative_zero: bool,
    /// `#`
    pub alternate: bool,
    /// The least number of characters.
    pub width: Option<usize>,
    /// How the digits before the point are grouped.
    pub grouping: Grouping,
    /// The precision.
    pub precision: Option<usize>,
    /// The separator of groups of three digits after the point.
    pub fraction_separator: Option<u8>,
    /// The presentation type, 0 when there is none.
    pub presentation: u32,
}

/// What type `n` takes from the locale: the C locale by default.
#[derive(Clone, Debug)]
pub struct NumericLocale {
    /// The decimal point.
    pub decimal_point: String,
    /// The separator of groups.
    pub thousands_separator: String,
    /// Sizes of groups from the right, as in C's `lconv`: the last repeats, 127 ends the grouping.
    pub grouping: Vec<u8>,
}

impl Default for NumericLocale {
    fn default() -> Self {
        NumericLocale { decimal_point: ".".into(), thousands_separator: String::new(), grouping: Vec::new() }
    }
}

/// What an integer becomes under a specifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntForm {
    /// Digits in this radix: write them (lower case, no sign) and call [`FormatSpec::write_int`].
    Digits(u32),
    /// A character: call [`FormatSpec::write_character`].
    Character,
    /// A float: convert it and call [`FormatSpec::write_float`].
    Float,
}

/// Reads decimal digits from `at` on; none if there are none.
fn read_integer(spec: Characters, at: &mut usize) -> Result<Option<usize>> {
    let start = *at;
    let mut value = 0usize;
    while let Some(digit) = spec.at(*at).and_then(unicode::decimal_value) {
        let digit = usize::from(digit);
        if value > (isize::MAX as usize - digit) / 10 {
            return Err(TextError::value("Too many decimal digits in format string"));
        }
        value = value * 10 + digit;
        *at += 1;
    }
    Ok((*at > start).then_some(value))
}

/// A presentation type as the messages show it.
fn shown_type(c: u32) -> String {
    if c > 32 && c < 128 { char::from(c as u8).to_string() } else { format!("\\x{c:x}") }
}

fn cannot_specify(separator: char, presentation: u32) -> TextError {
    TextError::value(format!("Cannot specify '{separator}' with '{}'.", shown_type(presentation)))
}

/// `Unknown format code 'd' for object of type 'str'`
pub fn unknown_type(presentation: u32, type_name: &str) -> TextError {
    TextError::value(format!(
        "Unknown format code '{}' for object of type '{type_name}'",
        shown_type(presentation)
    ))
}

fn is_alignment(c: Option<u32>) -> bool {
    c.is_some_and(|c| matches!(char::from_u32(c), Some('<' | '>' | '=' | '^')))
}

impl FormatSpec {
    /// The specifier without any wish, for the given default type and alignment.
    fn empty(default_type: u8, default_align: u8) -> Self {
        FormatSpec {
            fill: 0x20,
            align: default_align,
            sign: 0,
            no_negative_zero: false,
            alternate: false,
            width: None,
            grouping: Grouping::None,
            precision: None,
            fraction_separator: None,
            presentation: u32::from(default_type),
        }
    }

    /// For strings.
    pub fn parse_for_str(spec: Characters, type_name: &str) -> Result<Self> {
        Self::parse(spec, b's', b'<', type_name)
    }

    /// For integers.
    pub fn parse_for_int(spec: Characters, type_name: &str) -> Result<Self> {
        Self::parse(spec, b'd', b'>', type_name)
    }

    /// For floats and complex numbers.
    pub fn parse_for_float(spec: Characters, type_name: &str) -> Result<Self> {
        Self::parse(spec, 0, b'>', type_name)
    }

    /// Parses a specifier; `type_name` is shown in a message.
    pub fn parse(spec: Characters, default_type: u8, default_align: u8, type_name: &str) -> Result<Self> {
        let mut parsed = Self::empty(default_type, default_align);
        let mut at = 0;
        let take = |at: &mut usize, wanted: &[u8]| {
            let found = spec.at(*at).filter(|&c| c < 0x80 && wanted.contains(&(c as u8)));
            *at += usize::from(found.is_some());
            found.map(|c| c as u8)
        };
        let (mut fill_given, mut align_given) = (false, false);
        if is_alignment(spec.at(1)) {
            parsed.fill = spec.get(0);
            parsed.align = spec.get(1) as u8;
            (fill_given, align_given) = (true, true);
            at = 2;
        } else if let Some(align) = take(&mut at, b"<>=^") {
            parsed.align = align;
            align_given = true;
        }
        parsed.sign = take(&mut at, b" +-").unwrap_or(0);
        parsed.no_negative_zero = take(&mut at, b"z").is_some();
        parsed.alternate = take(&mut at, b"#").is_some();
        if !fill_given && take(&mut at, b"0").is_some() {
            parsed.fill = u32::from(b'0');
            if !align_given && default_align == b'>' {
                parsed.align = b'=';
            }
        }
        parsed.width = read_integer(spec, &mut at)?;
        parsed.grouping = match read_separator(spec, &mut at)? {
            Some(b',') => Grouping::Comma,
            Some(_) => Grouping::Underscore,
            None => Grouping::None,
        };
        if take(&mut at, b".").is_some() {
            parsed.precision = read_integer(spec, &mut at)?;
            parsed.fraction_separator = read_separator(spec, &mut at)?;
            if parsed.precision.is_none() && parsed.fraction_separator.is_none() {
                return Err(TextError::value("Format specifier missing precision"));
            }
        }
        if spec.len() > at + 1 {
            return Err(TextError::value(format!(
                "Invalid format specifier '{}' for object of type '{type_name}'",
                spec.to_string_lossy()
            )));
        }
        if let Some(c) = spec.at(at) {
            parsed.presentation = c;
        }
        parsed.check_separators()?;
        Ok(parsed)
    }

    /// Separators don't go with every type.
    fn check_separators(&mut self) -> Result<()> {
        let presentation = self.presentation;
        let ascii = char::from_u32(presentation).unwrap_or('?');
        match (self.grouping, ascii) {
            (Grouping::None, _) | (_, 'd' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' | '\0') => {}
            (Grouping::Underscore, 'b' | 'o' | 'x' | 'X') => self.grouping = Grouping::UnderscoreFour,
            (Grouping::Comma, _) => return Err(cannot_specify(',', presentation)),
            _ => return Err(cannot_specify('_', presentation)),
        }
        match self.fraction_separator {
            Some(separator) if ascii == 'n' => Err(cannot_specify(char::from(separator), presentation)),
            _ => Ok(()),
        }
    }

    /// Writes a string.
    pub fn write_str(&self, text: Characters, type_name: &str, out: &mut TextBuilder) -> Result<()> {
        let refuse =
            |what: &str| Err(TextError::value(format!("{what} not allowed in string format specifier")));
        if self.presentation != u32::from(b's') {
            return Err(unknown_type(self.presentation, type_name));
        }
        match self.sign {
            0 => {}
            b' ' => return refuse("Space"),
            _ => return refuse("Sign"),
        }
        if self.no_negative_zero {
            return refuse("Negative zero coercion (z)");
        }
        if self.alternate {
            return refuse("Alternate form (#)");
        }
        if self.align == b'=' {
            return refuse("'=' alignment");
        }
        let length = text.len().min(self.precision.unwrap_or(usize::MAX));
        self.write_padded(text.slice(0, length), out)
    }

    /// Writes text between its padding (`=` counts as `<`).
    fn write_padded(&self, text: Characters, out: &mut TextBuilder) -> Result<()> {
        let padding = self.width.unwrap_or(0).saturating_sub(text.len());
        check_size(padding)?;
        let left = match self.align {
            b'>' => padding,
            b'^' => padding / 2,
            _ => 0,
        };
        out.push_repeated(self.fill, left);
        out.push_characters(text);
        out.push_repeated(self.fill, padding - left);
        Ok(())
    }

    /// What an integer of the type `type_name` has to become.
    pub fn int_form(&self, type_name: &str) -> Result<IntForm> {
        let form = match char::from_u32(self.presentation) {
            Some('d' | 'n') => IntForm::Digits(10),
            Some('b') => IntForm::Digits(2),
            Some('o') => IntForm::Digits(8),
            Some('x' | 'X') => IntForm::Digits(16),
            Some('c') => IntForm::Character,
            Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => return Ok(IntForm::Float),
            _ => return Err(unknown_type(self.presentation, type_name)),
        };
        if self.precision.is_some() {
            return Err(TextError::value("Precision not allowed in integer format specifier"));
        }
        if self.no_negative_zero {
            return Err(TextError::value(
                "Negative zero coercion (z) not allowed in integer format specifier",
            ));
        }
        if form == IntForm::Character && self.sign != 0 {
            return Err(TextError::value("Sign not allowed with integer format specifier 'c'"));
        }
        if form == IntForm::Character && self.alternate {
            return Err(TextError::value("Alternate form (#) not allowed with integer format specifier 'c'"));
        }
        Ok(form)
    }

    /// Writes an integer given as lower-case digits in the radix that [`FormatSpec::int_form`] asked for.
    pub fn write_int(
        &self,
        negative: bool,
        digits: &str,
        locale: &NumericLocale,
        out: &mut TextBuilder,
    ) -> Result<()> {
        let upper = self.presentation == u32::from(b'X');
        let uppercase = if upper { digits.to_ascii_uppercase() } else { String::new() };
        let prefix = match char::from_u32(self.presentation) {
            Some('b') => "0b",
            Some('o') => "0o",
            Some('x') => "0x",
            Some('X') => "0X",
            _ => "",
        };
        let parts = NumberParts {
            negative,
            prefix: if self.alternate { prefix } else { "" },
            digits: if upper { &uppercase } else { digits },
            ..NumberParts::default()
        };
        self.write_number(parts, locale, out)
    }

    /// Writes the character that an integer stands for; none is an integer beyond all characters.
    pub fn write_character(&self, c: Option<u32>, out: &mut TextBuilder) -> Result<()> {
        match c {
            Some(c) if c < 0x110000 => self.write_padded(Characters::Four(&[c]), out),
            _ => Err(TextError::overflow("%c arg not in range(0x110000)")),
        }
    }

    /// Writes a float (or an integer as one) of the type `type_name`.
    pub fn write_float(
        &self,
        x: f64,
        type_name: &str,
        locale: &NumericLocale,
        out: &mut TextBuilder,
    ) -> Result<()> {
        match char::from_u32(self.presentation) {
            Some('\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%') => {}
            _ => return Err(unknown_type(self.presentation, type_name)),
        }
        self.check_precision()?;
        let text = self.float_text(x, true);
        self.write_number(NumberParts::of_float(&text), locale, out)
    }

    fn check_precision(&self) -> Result<()> {
        match self.precision {
            Some(precision) if precision >= i32::MAX as usize => Err(TextError::value("precision too big")),
            _ => Ok(()),
        }
    }

    /// The bare text of a float: a minus sign, digits, exponent, `%`.
    fn float_text(&self, x: f64, point_zero: bool) -> String {
        let letter = char::from_u32(self.presentation).unwrap_or('\0');
        let mut options = FloatOptions {
            alternate: self.alternate,
            uppercase: matches!(letter, 'E' | 'F' | 'G'),
            no_negative_zero: self.no_negative_zero,
            point_zero: false,
        };
        let precision = self.precision.unwrap_or(6);
        match letter {
            '\0' => {
                options.point_zero = point_zero;
                match self.precision {
                    None => short_text(x, options),
                    Some(precision) => float_format::format(x, Presentation::General, precision, options),
                }
            }
            'e' | 'E' => float_format::format(x, Presentation::Exponent, precision, options),
            'f' | 'F' => float_format::format(x, Presentation::Fixed, precision, options),
            '%' => float_format::format(x * 100.0, Presentation::Fixed, precision, options) + "%",
            _ => float_format::format(x, Presentation::General, precision, options),
        }
    }

    /// Writes a complex number of the type `type_name`.
    pub fn write_complex(
        &self,
        real: f64,
        imaginary: f64,
        type_name: &str,
        locale: &NumericLocale,
        out: &mut TextBuilder,
    ) -> Result<()> {
        match char::from_u32(self.presentation) {
            Some('\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n') => {}
            _ => return Err(unknown_type(self.presentation, type_name)),
        }
        self.check_precision()?;
        if self.fill == u32::from(b'0') {
            return Err(TextError::value("Zero padding is not allowed in complex format specifier"));
        }
        if self.align == b'=' {
            return Err(TextError::value("'=' alignment flag is not allowed in complex format specifier"));
        }
        let bare = self.presentation == 0;
        let only_imaginary = bare && real == 0.0 && real.is_sign_positive();
        let parenthesised = bare && !only_imaginary;
        let mut part = FormatSpec { width: None, fill: 0, align: b'<', ..self.clone() };
        let mut text = TextBuilder::new();
        if parenthesised {
            text.push(u32::from(b'('));
        }
        if !only_imaginary {
            part.write_number(NumberParts::of_float(&self.float_text(real, false)), locale, &mut text)?;
            part.sign = b'+';
        }
        part.write_number(NumberParts::of_float(&self.float_text(imaginary, false)), locale, &mut text)?;
        text.push(u32::from(b'j'));
        if parenthesised {
            text.push(u32::from(b')'));
        }
        self.write_padded(text.characters(), out)
    }

    /// Writes the parts of a number with sign, grouping and padding.
    fn write_number(&self, parts: NumberParts, locale: &NumericLocale, out: &mut TextBuilder) -> Result<()> {
        let by_locale = self.presentation == u32::from(b'n');
        let point = if by_locale { locale.decimal_point.as_str() } else { "." };
        let (separator, groups): (&str, &[u8]) = match self.grouping {
            _ if by_locale => (&locale.thousands_separator, &locale.grouping),
            Grouping::None => ("", &[]),
            Grouping::Comma => (",", &[3]),
            Grouping::Underscore => ("_", &[3]),
            Grouping::UnderscoreFour => ("_", &[4]),
        };
        let sign = match (self.sign, parts.negative) {
            (_, true) => "-",
            (b'+', false) => "+",
            (b' ', false) => " ",
            _ => "",
        };
        let fraction = match self.fraction_separator {
            Some(separator) => group_fraction(parts.fraction, char::from(separator)),
            None => parts.fraction.to_owned(),
        };
        let point_length = if parts.has_point { point.chars().count() } else { 0 };
        let others = sign.len() + parts.prefix.len() + point_length + fraction.len() + parts.rest.len();
        let width = self.width.unwrap_or(0);
        check_size(width)?;
        let zero_filled = self.fill == u32::from(b'0') && self.align == b'=';
        let least = if zero_filled { width.saturating_sub(others) } else { 0 };
        let digits = if parts.digits.is_empty() {
            String::new()
        } else {
            group_digits(parts.digits, least, groups, separator)
        };
        let padding = width.saturating_sub(others + digits.chars().count());
        let (left, inner, right) = match self.align {
            b'<' => (0, 0, padding),
            b'^' => (padding / 2, 0, padding - padding / 2),
            b'=' => (0, padding, 0),
            _ => (padding, 0, 0),
        };
        out.push_repeated(self.fill, left);
        out.push_str(sign);
        out.push_str(parts.prefix);
        out.push_repeated(self.fill, inner);
        out.push_str(&digits);
        if parts.has_point {
            out.push_str(point);
        }
        out.push_str(&fraction);
        out.push_str(parts.rest);
        out.push_repeated(self.fill, right);
        Ok(())
    }
}

/// The shortest text that reads back as `x`.
fn short_text(x: f64, options: FloatOptions) -> String {
    let x = if options.no_negative_zero && x == 0.0 { 0.0 } else { x };
    let mut text = String::new();
    float_repr::push_short(&mut text, x, options.point_zero);
    if options.alternate && x.is_finite() && !text.contains('.') {
        let at = text.find('e').unwrap_or(text.len());
        text.insert(at, '.');
    }
    text
}

/// A comma or an underscore, not both.
fn read_separator(spec: Characters, at: &mut usize) -> Result<Option<u8>> {
    let next =
        |at: usize| spec.at(at).filter(|&c| c == u32::from(b',') || c == u32::from(b'_')).map(|c| c as u8);
    let Some(separator) = next(*at) else {
        return Ok(None);
    };
    *at += 1;
    match next(*at) {
        Some(other) if other != separator => Err(TextError::value("Cannot specify both ',' and '_'.")),
        _ => Ok(Some(separator)),
    }
}

/// Padding that no memory could hold is refused before it is asked for.
fn check_size(width: usize) -> Result<()> {
    if width < 1 << 36 {
        return Ok(());
    }
    Err(TextError { kind: ErrorKind::Memory, message: String::new() })
}

/// What a number consists of.
#[derive(Clone, Copy, Default)]
struct NumberParts<'a> {
    negative: bool,
    prefix: &'a str,
    /// The digits before the point; none for `inf` and `nan`.
    digits: &'a str,
    has_point: bool,
    fraction: &'a str,
    /// Exponent, percent sign, `inf`, `nan`.
    rest: &'a str,
}

impl<'a> NumberParts<'a> {
    fn of_float(text: &'a str) -> Self {
        let (negative, text) = match text.strip_prefix('-') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let digits_at = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (digits, rest) = text.split_at(digits_at(text));
        let (has_point, rest) = match rest.strip_prefix('.') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let (fraction, rest) = rest.split_at(if has_point { digits_at(rest) } else { 0 });
        NumberParts { negative, prefix: "", digits, has_point, fraction, rest }
    }
}

/// Groups of three from the left.
fn group_fraction(digits: &str, separator: char) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 3 == 0 {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// Digits in groups from the right, with zeros before them until there are `least` characters.
fn group_digits(digits: &str, least: usize, groups: &[u8], separator: &str) -> String {
    if groups.is_empty() {
        return format!("{}{digits}", "0".repeat(least.saturating_sub(digits.len())));
    }
    let separator_length = separator.chars().count();
    let mut pieces: Vec<String> = Vec::new();
    let (mut remaining, mut least) = (digits.len(), least as isize);
    let mut group = 0;
    loop {
        // Past the last size it repeats; 127 lets all that remains be one group.
        let size = usize::from(groups[group.min(groups.len() - 1)]);
        let wanted = remaining.max(least.max(1) as usize);
        let length = if size == 0 || size == 127 { wanted } else { size.min(wanted) };
        let taken = remaining.min(length);
        pieces.push("0".repeat(length - taken) + &digits[remaining - taken..remaining]);
        remaining -= taken;
        least -= length as isize;
        if remaining == 0 && least <= 0 {
            break;
        }
        least -= separator_length as isize;
        group += 1;
    }
    pieces.reverse();
    pieces.join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    fn float(x: f64, spec: &str) -> std::result::Result<String, String> {
        let mut out = TextBuilder::new();
        let written = FormatSpec::parse_for_float(Text::from(spec).characters(), "float")
            .and_then(|parsed| parsed.write_float(x, "float", &NumericLocale::default(), &mut out));
        written.map(|()| out.finish().characters().to_string_lossy()).map_err(|error| error.message)
    }

    fn int(x: i64, spec: &str) -> std::result::Result<String, String> {
        let locale = NumericLocale::default();
        let mut out = TextBuilder::new();
        let mut write = || {
            let parsed = FormatSpec::parse_for_int(Text::from(spec).characters(), "int")?;
            match parsed.int_form("int")? {
                IntForm::Float => parsed.write_float(x as f64, "int", &locale, &mut out),
                IntForm::Character => parsed.write_character(u32::try_from(x).ok(), &mut out),
                IntForm::Digits(radix) => {
                    let n = x.unsigned_abs();
                    let digits = match radix {
                        2 => format!("{n:b}"),
                        8 => format!("{n:o}"),
                        16 => format!("{n:x}"),
                        _ => n.to_string(),
                    };
                    parsed.write_int(x < 0, &digits, &locale, &mut out)
                }
            }
        };
        write().map_err(|error| error.message)?;
        Ok(out.finish().characters().to_string_lossy())
    }

    fn string(text: &str, spec: &str) -> std::result::Result<String, String> {
        let mut out = TextBuilder::new();
        let written = FormatSpec::parse_for_str(Text::from(spec).characters(), "str")
            .and_then(|parsed| parsed.write_str(Text::from(text).characters(), "str", &mut out));
        written.map(|()| out.finish().characters().to_string_lossy()).map_err(|error| error.message)
    }

    fn complex(real: f64, imaginary: f64, spec: &str) -> std::result::Result<String, String> {
        let mut out = TextBuilder::new();
        let written = FormatSpec::parse_for_float(Text::from(spec).characters(), "complex")
            .and_then(|s| s.write_complex(real, imaginary, "complex", &NumericLocale::default(), &mut out));
        written.map(|()| out.finish().characters().to_string_lossy()).map_err(|error| error.message)
    }

    /// Lines `kind TAB value TAB specifier TAB expected`, answered by CPython; `!` starts a message.
    #[test]
    fn as_in_cpython() {
        for line in include_str!("testdata/format_spec.txt").lines() {
            let [kind, value, spec, expected] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("{line}");
            };
            let got = match kind {
                "f" => float(value.parse().unwrap(), spec),
                "i" => int(value.parse().unwrap(), spec),
                "s" => string(value, spec),
                _ => {
                    let (real, imaginary) = value.split_once(' ').unwrap();
                    complex(real.parse().unwrap(), imaginary.parse().unwrap(), spec)
                }
            };
            let got = got.unwrap_or_else(|message| format!("!{message}"));
            assert_eq!(got, expected, "format({value}, {spec:?}) of kind {kind}");
        }
    }
}
