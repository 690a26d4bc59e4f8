//! The engine behind `re`: runs the code words that `re/_compiler.py` makes of a pattern.
//!
//! [`Pattern::new`] checks the words (`opcodes.rs` names them) and compiles them into a `Program` (`compile.rs`), of
//! which `analyse.rs` finds out what saves work: how matches start, and where a repeat need not be gone back into.
//! `machine.rs` matches a program at one position, with a stack of its own in place of recursion; `search.rs`
//! finds the positions worth trying. Sets of characters are in `set.rs`.

mod analyse;
mod compile;
mod machine;
pub mod opcodes;
mod program;
mod search;
mod set;

use taipan_runtime::text::Characters;

pub use compile::InvalidCode;
pub use machine::{Check, Scratch, Stop, UNSET};
pub use set::lower_ascii;

use machine::{Demands, Machine};
use program::{Program, Unit};

/// Where a match may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// At the start.
    Match,
    /// From the start to the end.
    FullMatch,
    /// Anywhere from the start on.
    Search,
}

/// A compiled pattern.
#[derive(Debug)]
pub struct Pattern {
    program: Program,
    groups: usize,
    finder: Option<memchr::memmem::Finder<'static>>,
}

impl Pattern {
    /// Compiles code words; `groups` is the number of groups, the whole match not counted.
    pub fn new(code: &[u32], groups: u32) -> Result<Self, InvalidCode> {
        let program = compile::compile(code, groups)?;
        let bytes: Option<Vec<u8>> = program.prefix.iter().map(|&c| u8::try_from(c).ok()).collect();
        let finder = bytes
            .filter(|bytes| !bytes.is_empty())
            .map(|bytes| memchr::memmem::Finder::new(&bytes).into_owned());
        Ok(Pattern { program, groups: groups as usize, finder })
    }

    /// The number of groups.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// Looks for a match in `subject` from `start` on. If there is one, `scratch` has its span and groups.
    ///
    /// `must_advance` excludes an empty match at `start`. `start` must not be beyond the subject's end.
    pub fn find(
        &self,
        subject: Characters,
        start: usize,
        mode: Mode,
        must_advance: bool,
        scratch: &mut Scratch,
        check: Check,
    ) -> Result<bool, Stop> {
        match subject {
            Characters::One(text) => self.find_in(text, start, mode, must_advance, scratch, check),
            Characters::Two(text) => self.find_in(text, start, mode, must_advance, scratch, check),
            Characters::Four(text) => self.find_in(text, start, mode, must_advance, scratch, check),
        }
    }

    fn find_in<C: Unit>(
        &self,
        text: &[C],
        start: usize,
        mode: Mode,
        must_advance: bool,
        scratch: &mut Scratch,
        check: Check,
    ) -> Result<bool, Stop> {
        scratch.reset(&self.program, self.groups);
        if text.len().checked_sub(start).is_none_or(|length| length < self.program.min_width) {
            return Ok(false);
        }
        let demands = Demands { to_end: mode == Mode::FullMatch, must_advance };
        let machine = Machine { program: &self.program, text, demands };
        match mode {
            Mode::Search => self.search(machine, start, scratch, check),
            _ => machine.run(start, scratch, check),
        }
    }
}

#[cfg(test)]
mod tests;
