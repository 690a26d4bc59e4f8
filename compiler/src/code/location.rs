//! The location table (`co_linetable`), read and written in CPython's encoding: entries of one to eight code units,
//! each with a form that depends on how much changes from the entry before.

/// Where in the source an instruction comes from. Lines count from 1, columns are byte offsets from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub struct CodeLocation {
    /// First line.
    pub line: Option<i32>,
    /// Last line.
    pub end_line: Option<i32>,
    /// First column.
    pub column: Option<i32>,
    /// Column after the last.
    pub end_column: Option<i32>,
}

/// A range of byte offsets with one location.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// First byte offset.
    pub start: usize,
    /// Byte offset after the last.
    pub end: usize,
    /// Where it comes from.
    pub location: CodeLocation,
}

/// The forms of entries.
mod form {
    /// Forms 0 to 9: same line, a start column below 80.
    pub const SHORT_LAST: u8 = 9;
    /// Forms 10 to 12: zero to two lines on, columns below 128.
    pub const ONE_LINE: u8 = 10;
    /// Only a line.
    pub const NO_COLUMNS: u8 = 13;
    /// Everything.
    pub const LONG: u8 = 14;
    /// Nothing.
    pub const NONE: u8 = 15;
}

/// Iterates over a location table; ends early where it is malformed.
#[derive(Clone)]
pub struct Positions<'a> {
    table: &'a [u8],
    offset: usize,
    line: i32,
}

impl<'a> Positions<'a> {
    /// Reads a table whose first line is `first_line`.
    pub fn new(table: &'a [u8], first_line: i32) -> Positions<'a> {
        Positions { table, offset: 0, line: first_line }
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.table.split_first()?;
        self.table = rest;
        Some(*first)
    }

    /// Six bits a byte, least significant first; bit 6 says that more follow.
    fn unsigned(&mut self) -> Option<u32> {
        let mut value = 0u32;
        let mut shift = 0;
        loop {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x3F).checked_shl(shift).unwrap_or(0);
            if byte & 0x40 == 0 {
                return Some(value);
            }
            shift += 6;
        }
    }

    /// The sign is the lowest bit.
    fn signed(&mut self) -> Option<i32> {
        let value = self.unsigned()?;
        let magnitude = (value >> 1) as i32;
        Some(if value & 1 != 0 { magnitude.wrapping_neg() } else { magnitude })
    }

    fn location(&mut self, entry_form: u8) -> Option<CodeLocation> {
        let (line_delta, lines, column, end_column) = match entry_form {
            form::NONE => return Some(CodeLocation::default()),
            form::LONG => {
                let line_delta = self.signed()?;
                let lines = self.unsigned()? as i32;
                let column = self.unsigned()? as i32;
                let end_column = self.unsigned()? as i32;
                (
                    line_delta,
                    lines,
                    (column > 0).then(|| column - 1),
                    (end_column > 0).then(|| end_column - 1),
                )
            }
            form::NO_COLUMNS => (self.signed()?, 0, None, None),
            form::ONE_LINE..form::NO_COLUMNS => {
                let column = i32::from(self.byte()?);
                let end_column = i32::from(self.byte()?);
                (i32::from(entry_form - form::ONE_LINE), 0, Some(column), Some(end_column))
            }
            short => {
                let packed = i32::from(self.byte()?);
                let column = i32::from(short) << 3 | packed >> 4;
                (0, 0, Some(column), Some(column + (packed & 15)))
            }
        };
        self.line = self.line.wrapping_add(line_delta);
        Some(CodeLocation {
            line: Some(self.line),
            end_line: Some(self.line.wrapping_add(lines)),
            column,
            end_column,
        })
    }
}

impl Iterator for Positions<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let first = self.byte()?;
        if first & 0x80 == 0 {
            self.table = &[];
            return None;
        }
        let start = self.offset;
        self.offset += 2 * (usize::from(first & 7) + 1);
        let location = self.location(first >> 3 & 15)?;
        Some(Span { start, end: self.offset, location })
    }
}

/// Writes a location table.
pub(crate) struct Writer {
    table: Vec<u8>,
    line: i32,
}

impl Writer {
    /// A table whose first line is `first_line`, of about this many bytes.
    pub(crate) fn new(first_line: i32, capacity: usize) -> Writer {
        Writer { table: Vec::with_capacity(capacity), line: first_line }
    }

    /// Appends an instruction of `units` code units (caches included).
    pub(crate) fn push(&mut self, location: CodeLocation, mut units: u32) {
        while units > 0 {
            let part = units.min(8);
            self.entry(location, part);
            units -= part;
        }
    }

    /// The finished table.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.table
    }

    fn entry(&mut self, location: CodeLocation, units: u32) {
        let Some(line) = location.line else {
            return self.first_byte(form::NONE, units);
        };
        let end_line = location.end_line.unwrap_or(line);
        let delta = line.wrapping_sub(self.line);
        let (column, end_column) = (location.column.unwrap_or(-1), location.end_column.unwrap_or(-1));
        if column < 0 || end_column < 0 {
            if end_line == line || location.end_line.is_none() {
                self.first_byte(form::NO_COLUMNS, units);
                self.signed(delta);
                self.line = line;
                return;
            }
        } else if end_line == line {
            if delta == 0 && column < 80 && end_column >= column && end_column - column < 16 {
                let entry_form = (column >> 3) as u8;
                debug_assert!(entry_form <= form::SHORT_LAST);
                self.first_byte(entry_form, units);
                self.table.push(((column & 7) << 4 | (end_column - column)) as u8);
                return;
            }
            if (0..3).contains(&delta) && column < 128 && end_column < 128 {
                self.first_byte(form::ONE_LINE + delta as u8, units);
                self.table.extend([column as u8, end_column as u8]);
                self.line = line;
                return;
            }
        }
        self.first_byte(form::LONG, units);
        self.signed(delta);
        self.unsigned(end_line.wrapping_sub(line) as u32);
        self.unsigned((column + 1) as u32);
        self.unsigned((end_column + 1) as u32);
        self.line = line;
    }

    fn first_byte(&mut self, entry_form: u8, units: u32) {
        self.table.push(0x80 | entry_form << 3 | (units - 1) as u8);
    }

    fn unsigned(&mut self, mut value: u32) {
        while value >= 0x40 {
            self.table.push(0x40 | (value & 0x3F) as u8);
            value >>= 6;
        }
        self.table.push(value as u8);
    }

    fn signed(&mut self, value: i32) {
        let magnitude = value.unsigned_abs() << 1;
        self.unsigned(if value < 0 { magnitude | 1 } else { magnitude });
    }
}

/// The table with the same entries, but neither end lines nor columns.
pub(super) fn without_columns(table: &[u8], first_line: i32) -> Vec<u8> {
    let mut writer = Writer::new(first_line, table.len());
    for Span { start, end, location } in Positions::new(table, first_line) {
        let location = CodeLocation { end_line: location.line, column: None, end_column: None, ..location };
        writer.entry(location, (end - start) as u32 / 2);
    }
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        let at = |line, end_line, column, end_column| CodeLocation { line, end_line, column, end_column };
        let locations = [
            at(Some(1), Some(1), Some(0), Some(5)),
            at(Some(1), Some(1), Some(79), Some(94)),
            at(Some(3), Some(3), Some(100), Some(127)),
            at(Some(2), Some(9), Some(300), Some(1)),
            at(None, None, None, None),
            at(Some(70000), Some(70000), None, None),
        ];
        let mut writer = Writer::new(1, 0);
        for location in locations {
            writer.push(location, 2);
        }
        writer.push(locations[0], 11);
        let table = writer.finish();
        let spans: Vec<_> = Positions::new(&table, 1).collect();
        let lines = |table: &[u8]| -> Vec<_> {
            Positions::new(table, 1).map(|span| (span.start, span.end, span.location.line)).collect()
        };
        let bare = without_columns(&table, 1);
        assert_eq!(lines(&bare), lines(&table));
        assert!(Positions::new(&bare, 1).all(|span| span.location.column.is_none()));
        assert_eq!(spans[..6].iter().map(|span| span.location).collect::<Vec<_>>(), locations);
        assert_eq!(spans[6..].iter().map(|span| span.end - span.start).collect::<Vec<_>>(), [16, 6]);
    }
}
