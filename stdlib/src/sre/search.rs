//! Finds the positions at which a pattern is worth trying.

use super::machine::{Check, Machine, Scratch, Stop};
use super::program::{FirstSet, Unit};
use super::{Demands, Pattern};
use taipan_runtime::text::{Characters, search};

impl Pattern {
    /// The first match from `start` on.
    pub(super) fn search<C: Unit>(
        &self,
        mut machine: Machine<C>,
        start: usize,
        scratch: &mut Scratch,
        check: Check,
    ) -> Result<bool, Stop> {
        let program = machine.program;
        // No match can start later.
        let last = machine.text.len() - program.min_width;
        if program.anchored {
            return if start == 0 { machine.run(0, scratch, check) } else { Ok(false) };
        }
        let mut at = start;
        loop {
            let candidate = if program.prefix.is_empty() {
                match &program.first {
                    Some(first) => next_first(machine.text, at, last, first),
                    None => (at <= last).then_some(at),
                }
            } else {
                self.next_prefix(machine.text, at)
            };
            let Some(candidate) = candidate.filter(|&candidate| candidate <= last) else {
                return Ok(false);
            };
            if program.is_literal {
                scratch.start = candidate;
                scratch.end = candidate + program.prefix.len();
                return Ok(true);
            }
            if candidate > start {
                machine.demands = Demands::default();
            }
            if machine.run(candidate, scratch, check)? {
                return Ok(true);
            }
            at = candidate + 1;
        }
    }

    /// Where the literal prefix occurs next.
    fn next_prefix<C: Unit>(&self, text: &[C], at: usize) -> Option<usize> {
        let rest = text.get(at..)?;
        let prefix = &self.program.prefix;
        let found = match (C::as_bytes(rest), &self.finder, &prefix[..]) {
            (_, _, [c]) => C::find(rest, *c),
            (Some(bytes), Some(finder), _) => finder.find(bytes),
            (Some(_), None, _) => None,
            _ => search::find(C::characters(rest), Characters::Four(prefix)),
        };
        found.map(|found| at + found)
    }
}

/// The next position with a character with which a match may start.
fn next_first<C: Unit>(text: &[C], at: usize, last: usize, first: &FirstSet) -> Option<usize> {
    let rest = text.get(at..text.len().min(last.saturating_add(1)))?;
    let found = match C::as_bytes(rest) {
        Some(bytes) => match first.few[..] {
            [a] => memchr::memchr(a, bytes),
            [a, b] => memchr::memchr2(a, b, bytes),
            [a, b, c] => memchr::memchr3(a, b, c, bytes),
            _ => bytes.iter().position(|&c| first.low[usize::from(c)]),
        },
        None => rest.iter().position(|&c| {
            let c: u32 = c.into();
            if c < 256 { first.low[c as usize] } else { first.high }
        }),
    };
    found.map(|found| at + found)
}
