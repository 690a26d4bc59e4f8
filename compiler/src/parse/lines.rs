//! From byte offsets to lines and columns.

use crate::instruction_sequence::Location;

/// Where the lines of a source start. Remembers the last line that was asked for, since questions come in order mostly.
pub struct Lines {
    /// The offset of each line's start, and one past the end of the source as a sentinel.
    starts: Vec<u32>,
    last: usize,
}

impl Lines {
    pub fn new(source: &str) -> Lines {
        let mut starts = Vec::with_capacity(source.len() / 32 + 2);
        starts.push(0);
        starts.extend(memchr::memchr_iter(b'\n', source.as_bytes()).map(|at| at as u32 + 1));
        starts.push(u32::MAX);
        Lines { starts, last: 0 }
    }

    /// Line (from 0) and column of an offset.
    #[inline]
    pub fn position(&mut self, offset: u32) -> (u32, u32) {
        let mut line = self.last;
        if offset < self.starts[line] || offset >= self.starts[line + 1] {
            line = if offset >= self.starts[line]
                && offset < self.starts[(line + 2).min(self.starts.len() - 1)]
            {
                line + 1
            } else {
                self.starts.partition_point(|&start| start <= offset) - 1
            };
            self.last = line;
        }
        (line as u32, offset - self.starts[line])
    }

    pub fn location(&mut self, start: u32, end: u32) -> Location {
        let (line, column) = self.position(start);
        let (end_line, end_column) = self.position(end);
        Location::new(line as i32 + 1, end_line as i32 + 1, column as i32, end_column as i32)
    }

    /// The byte offset at which a line (from 1) starts; the end of the source for lines beyond.
    pub fn start(&self, line: u32, source: &str) -> usize {
        match self.starts.get(line as usize - 1) {
            Some(&start) if start != u32::MAX => start as usize,
            _ => source.len(),
        }
    }

    /// How many lines there are (the text after the last newline counts, even if it is empty).
    pub fn count(&self) -> u32 {
        self.starts.len() as u32 - 1
    }
}
