//! The exception table (`co_exceptiontable`), read and written in CPython's encoding: for each range its start, length,
//! handler (in code units), and the stack's depth there with a bit that asks for the raising instruction's offset.

/// Where an exception goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Handler {
    /// Byte offset of the handler.
    pub target: usize,
    /// The depth to which the stack is unwound first.
    pub depth: usize,
    /// Whether the offset of the raising instruction is pushed below the exception.
    pub lasti: bool,
}

/// A range of byte offsets with a handler.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Range {
    /// First byte offset.
    pub start: usize,
    /// Byte offset after the last.
    pub end: usize,
    /// Where an exception in it goes.
    pub handler: Handler,
}

/// Iterates over an exception table.
#[derive(Clone)]
pub struct ExceptionTable<'a> {
    table: &'a [u8],
}

impl<'a> ExceptionTable<'a> {
    /// Reads a table.
    pub fn new(table: &'a [u8]) -> ExceptionTable<'a> {
        ExceptionTable { table }
    }

    /// What hasn't been read: empty after the last range of a well-formed table.
    pub fn rest(&self) -> &'a [u8] {
        self.table
    }

    /// Six bits a byte, most significant first; bit 6 says that more follow, bit 7 marks the start of an entry.
    fn number(bytes: &mut &'a [u8]) -> Option<usize> {
        let mut value = 0usize;
        loop {
            let (first, rest) = bytes.split_first()?;
            *bytes = rest;
            if value >> 26 != 0 {
                return None;
            }
            value = value << 6 | usize::from(first & 0x3F);
            if first & 0x40 == 0 {
                return Some(value);
            }
        }
    }

    fn entry(bytes: &mut &'a [u8]) -> Option<Range> {
        let start = 2 * ExceptionTable::number(bytes)?;
        let end = start + 2 * ExceptionTable::number(bytes)?;
        let target = 2 * ExceptionTable::number(bytes)?;
        let depth_lasti = ExceptionTable::number(bytes)?;
        let handler = Handler { target, depth: depth_lasti >> 1, lasti: depth_lasti & 1 != 0 };
        Some(Range { start, end, handler })
    }
}

impl Iterator for ExceptionTable<'_> {
    type Item = Range;

    fn next(&mut self) -> Option<Range> {
        let mut bytes = self.table;
        let range = ExceptionTable::entry(&mut bytes)?;
        self.table = bytes;
        Some(range)
    }
}

/// Writes a table of these ranges.
pub(crate) fn encode(ranges: impl IntoIterator<Item = Range>) -> Vec<u8> {
    let mut table = Vec::new();
    for range in ranges {
        push_number(&mut table, range.start / 2, 0x80);
        push_number(&mut table, (range.end - range.start) / 2, 0);
        push_number(&mut table, range.handler.target / 2, 0);
        push_number(&mut table, range.handler.depth << 1 | usize::from(range.handler.lasti), 0);
    }
    table
}

fn push_number(table: &mut Vec<u8>, value: usize, mut mark: u8) {
    for shift in [24, 18, 12, 6] {
        if value >> shift != 0 {
            table.push((value >> shift & 0x3F) as u8 | 0x40 | mark);
            mark = 0;
        }
    }
    table.push((value & 0x3F) as u8 | mark);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        let handler = Handler { target: 20000, depth: 3, lasti: true };
        let ranges = [
            Range { start: 4, end: 200, handler },
            Range { start: 200, end: 90000, handler: Handler { target: 2, depth: 0, lasti: false } },
        ];
        let table = encode(ranges);
        let mut read = ExceptionTable::new(&table);
        assert_eq!(read.by_ref().collect::<Vec<_>>(), ranges);
        assert!(read.rest().is_empty());
        assert_eq!(ExceptionTable::new(&[0x80, 0x40]).next(), None);
    }
}
