//! Runs a [`Program`] on a subject.
//!
//! Matching is a walk with backtracking, on a stack of its own. The stack holds *choices* (where to go on if
//! what was tried fails) and *undo records* (what a mark or a repeat's state was before it changed); failing pops
//! entries, taking changes back, until it meets a choice. A part that must not be gone back into once it has
//! matched (atomic groups, lookaround, rounds of possessive repeats) starts with a *barrier*; when it ends, the
//! choices above the barrier are dropped and the undo records kept.

use super::program::*;
use super::set::is_word;

/// A mark that isn't set.
pub const UNSET: usize = usize::MAX;

/// After so many steps the caller is asked whether to go on.
const STEPS_BETWEEN_CHECKS: u32 = 1 << 16;

/// Why matching stopped before there was an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The caller said so: it has an exception to raise.
    Interrupted,
    /// No memory for the stack.
    Memory,
}

/// Asked now and then whether to go on: false stops the matching.
pub type Check<'a> = &'a mut dyn FnMut() -> bool;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Go on at instruction `at`, position `a`.
    Alternative,
    /// Mark `at` was `a`, and the last group `b`.
    Mark,
    /// Repeat `at` had made `a` rounds, the last from position `b`.
    Repeat,
    /// The repeat of one character at instruction `at` may end at `a` to `b`.
    Greedy,
    /// The repeat of one character at instruction `at` may go on from `a`, `b` more times.
    Lazy,
    /// No other round at instruction `at`, position `a`; the last round was from `b`.
    NoRound,
    /// Another round at instruction `at`, position `a`.
    MoreRounds,
    /// The part that instruction `at` starts, from position `a`; `b` is the barrier below.
    Barrier,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    kind: Kind,
    at: u32,
    a: usize,
    b: usize,
}

#[derive(Clone, Copy, Debug)]
struct RoundState {
    /// Rounds completed or, inside of one, begun.
    count: usize,
    /// Where the last round began that was not required.
    from: usize,
}

/// What a match needs and leaves behind; may be used for one match after the other.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    /// Start and end of each group, [`UNSET`] where it took no part.
    pub marks: Vec<usize>,
    /// The number of the last group that was closed, 0 if none.
    pub last_index: usize,
    /// Where the match starts.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    stack: Vec<Entry>,
    rounds: Vec<RoundState>,
    barrier: usize,
}

impl Scratch {
    /// Forgets the last match.
    pub(super) fn reset(&mut self, program: &Program, groups: usize) {
        self.marks.clear();
        self.marks.resize(2 * groups, UNSET);
        self.rounds.clear();
        self.rounds.resize(program.repeats.len(), RoundState { count: 0, from: UNSET });
        self.stack.clear();
        self.last_index = 0;
        self.barrier = UNSET;
    }

    #[inline(always)]
    fn push(&mut self, kind: Kind, at: usize, a: usize, b: usize) -> Result<(), Stop> {
        if self.stack.len() == self.stack.capacity() {
            self.grow()?;
        }
        self.stack.push(Entry { kind, at: at as u32, a, b });
        Ok(())
    }

    #[cold]
    fn grow(&mut self) -> Result<(), Stop> {
        let more = self.stack.len().max(32);
        self.stack.try_reserve(more).map_err(|_| Stop::Memory)
    }

    #[inline(always)]
    fn set_mark(&mut self, mark: u32, position: usize) -> Result<(), Stop> {
        let old = self.marks[mark as usize];
        self.push(Kind::Mark, mark as usize, old, self.last_index)?;
        if mark & 1 == 1 {
            self.last_index = mark as usize / 2 + 1;
        }
        self.marks[mark as usize] = position;
        Ok(())
    }

    /// Remembers a repeat's state and changes it.
    fn set_rounds(&mut self, repeat: u32, state: RoundState) -> Result<(), Stop> {
        let old = self.rounds[repeat as usize];
        self.push(Kind::Repeat, repeat as usize, old.count, old.from)?;
        self.rounds[repeat as usize] = state;
        Ok(())
    }

    fn push_barrier(&mut self, at: usize, position: usize) -> Result<(), Stop> {
        let below = self.barrier;
        self.barrier = self.stack.len();
        self.push(Kind::Barrier, at, position, below)
    }

    /// Takes the topmost barrier away and the choices above it; what undoes changes stays.
    fn drop_choices(&mut self) -> Entry {
        let from = self.barrier;
        let barrier = self.stack[from];
        let mut kept = from;
        for at in from + 1..self.stack.len() {
            let entry = self.stack[at];
            if matches!(entry.kind, Kind::Mark | Kind::Repeat) {
                self.stack[kept] = entry;
                kept += 1;
            }
        }
        self.stack.truncate(kept);
        self.barrier = barrier.b;
        barrier
    }

    /// Pops an entry; takes back the change if it is an undo record. (A `NoRound` is both a choice and a record,
    /// the machine takes back its change.)
    #[inline(always)]
    fn pop_undoing(&mut self) -> Option<Entry> {
        let entry = self.stack.pop()?;
        match entry.kind {
            Kind::Mark => {
                self.marks[entry.at as usize] = entry.a;
                self.last_index = entry.b;
            }
            Kind::Repeat => self.rounds[entry.at as usize] = RoundState { count: entry.a, from: entry.b },
            Kind::Barrier => self.barrier = entry.b,
            _ => {}
        }
        Some(entry)
    }

    /// The span of a group, if it has matched.
    #[inline]
    pub fn group(&self, group: usize) -> Option<(usize, usize)> {
        let (start, end) = (self.marks[2 * group], self.marks[2 * group + 1]);
        (start != UNSET && end != UNSET && start <= end).then_some((start, end))
    }
}

/// What a match has to satisfy besides the pattern.
#[derive(Clone, Copy, Debug, Default)]
pub struct Demands {
    /// It ends at the end of the subject.
    pub to_end: bool,
    /// It isn't empty at the position where the search started.
    pub must_advance: bool,
}

/// A program on a subject.
pub(super) struct Machine<'a, C> {
    pub program: &'a Program,
    pub text: &'a [C],
    pub demands: Demands,
}

impl<C: Unit> Machine<'_, C> {
    /// Whether the pattern matches at `start`; if so `scratch` has the match. `scratch` has been reset, or left by an
    /// attempt that failed, which undoes all it did.
    pub fn run(&self, start: usize, scratch: &mut Scratch, check: Check) -> Result<bool, Stop> {
        let (code, text) = (&self.program.code[..], self.text);
        let mut at = 0usize;
        let mut position = start;
        let mut steps = STEPS_BETWEEN_CHECKS;
        loop {
            let goes_on = match code[at] {
                Inst::One(matcher) => {
                    let fits = text.get(position).is_some_and(|&c| self.program.matches(matcher, c.into()));
                    position += 1;
                    at += 1;
                    fits
                }
                Inst::Literal { start, length } => {
                    let (start, length) = (start as usize, length as usize);
                    let wanted = &self.program.literals[start..start + length];
                    let found = text.get(position..position + length);
                    position += length;
                    at += length;
                    found.is_some_and(|found| found.iter().zip(wanted).all(|(&a, &b)| a.into() == b))
                }
                Inst::Match => {
                    let refused = self.demands.to_end && position != text.len()
                        || self.demands.must_advance && position == start;
                    if !refused {
                        scratch.start = start;
                        scratch.end = position;
                        return Ok(true);
                    }
                    false
                }
                Inst::Fail => false,
                Inst::Mark(mark) => {
                    scratch.set_mark(mark, position)?;
                    at += 1;
                    true
                }
                Inst::At(wanted) => {
                    at += 1;
                    self.holds(wanted, position)
                }
                Inst::Jump(target) => {
                    at = target as usize;
                    true
                }
                Inst::Alternative { next } => {
                    scratch.push(Kind::Alternative, next as usize, position, 0)?;
                    at += 1;
                    true
                }
                Inst::AlternativeIf { matcher, next } => {
                    if text.get(position).is_some_and(|&c| self.program.matches(matcher, c.into())) {
                        scratch.push(Kind::Alternative, next as usize, position, 0)?;
                        at += 1;
                    } else {
                        at = next as usize;
                    }
                    true
                }
                Inst::Greedy(single) => self.greedy(single, &mut at, &mut position, scratch)?,
                Inst::Lazy(single) => {
                    let single = &self.program.singles[single as usize];
                    let count =
                        if single.min == 0 { 0 } else { self.count(single.matcher, position, single.min) };
                    if count < single.min {
                        false
                    } else {
                        let from = position + count;
                        let more = single.max - single.min;
                        self.lazy(at, from, more, &mut at, &mut position, scratch)?
                    }
                }
                Inst::Possessive(single) => {
                    let single = &self.program.singles[single as usize];
                    let count = self.count(single.matcher, position, single.max);
                    position += count;
                    at += 1;
                    count >= single.min
                }
                Inst::RepeatStart { repeat, until } => {
                    scratch.set_rounds(repeat, RoundState { count: 0, from: UNSET })?;
                    at = until as usize;
                    true
                }
                Inst::MaxUntil(repeat) => {
                    self.max_until(repeat, &mut at, position, scratch)?;
                    steps -= 1;
                    true
                }
                Inst::MinUntil(repeat) => {
                    let Repeat { min, body, .. } = self.program.repeats[repeat as usize];
                    let RoundState { count, from } = scratch.rounds[repeat as usize];
                    if count < min {
                        scratch.set_rounds(repeat, RoundState { count: count + 1, from })?;
                        at = body as usize;
                    } else {
                        scratch.push(Kind::MoreRounds, at, position, 0)?;
                        at += 1;
                    }
                    steps -= 1;
                    true
                }
                Inst::Sub { kind, back, next } => {
                    let back = back as usize;
                    if back > position {
                        at = next as usize;
                        kind == SubKind::NotAhead
                    } else {
                        scratch.push_barrier(at, position)?;
                        position -= back;
                        at += 1;
                        true
                    }
                }
                Inst::RoundsStart(repeat) => {
                    scratch.rounds[repeat as usize] = RoundState { count: 0, from: UNSET };
                    at += 1;
                    true
                }
                Inst::Rounds { repeat, next } => {
                    let Repeat { min, max, .. } = self.program.repeats[repeat as usize];
                    let state = &mut scratch.rounds[repeat as usize];
                    if state.count < min {
                        scratch.push_barrier(at, position)?;
                        at += 1;
                    } else if state.count < max && state.from != position {
                        state.from = position;
                        scratch.push_barrier(at, position)?;
                        at += 1;
                    } else {
                        at = next as usize;
                    }
                    steps -= 1;
                    true
                }
                Inst::SubEnd => self.end_of_part(&mut at, &mut position, scratch),
                Inst::GroupRef { group, fold } => {
                    at += 1;
                    let same = scratch.group(group as usize).and_then(|(from, to)| {
                        let found = text.get(position..position + (to - from))?;
                        let wanted = &text[from..to];
                        let fold = |c: C| fold.apply(c.into());
                        found
                            .iter()
                            .zip(wanted)
                            .all(|(&a, &b)| a == b || fold(a) == fold(b))
                            .then_some(to - from)
                    });
                    position += same.unwrap_or(0);
                    same.is_some()
                }
                Inst::GroupExists { group, otherwise } => {
                    at = if scratch.group(group as usize).is_some() { at + 1 } else { otherwise as usize };
                    true
                }
            };
            if !goes_on {
                steps -= 1;
                if !self.backtrack(&mut at, &mut position, scratch)? {
                    return Ok(false);
                }
            }
            if steps < 2 {
                steps = STEPS_BETWEEN_CHECKS;
                if !check() {
                    return Err(Stop::Interrupted);
                }
            }
        }
    }

    /// Goes back to the last choice; false if there is none.
    #[inline(always)]
    fn backtrack(&self, at: &mut usize, position: &mut usize, scratch: &mut Scratch) -> Result<bool, Stop> {
        loop {
            let Some(entry) = scratch.pop_undoing() else {
                return Ok(false);
            };
            match entry.kind {
                Kind::Alternative => {
                    (*at, *position) = (entry.at as usize, entry.a);
                    return Ok(true);
                }
                Kind::Mark | Kind::Repeat => {}
                Kind::Greedy => {
                    if self.give_back(entry, at, position, scratch)? {
                        return Ok(true);
                    }
                }
                Kind::Lazy => {
                    let Inst::Lazy(single) = self.program.code[entry.at as usize] else {
                        continue;
                    };
                    let matcher = self.program.singles[single as usize].matcher;
                    let fits = entry.b > 0
                        && self.text.get(entry.a).is_some_and(|&c| self.program.matches(matcher, c.into()));
                    if fits
                        && self.lazy(entry.at as usize, entry.a + 1, entry.b - 1, at, position, scratch)?
                    {
                        return Ok(true);
                    }
                }
                Kind::NoRound => {
                    if let Inst::MaxUntil(repeat) = self.program.code[entry.at as usize] {
                        let state = &mut scratch.rounds[repeat as usize];
                        *state = RoundState { count: state.count - 1, from: entry.b };
                    }
                    (*at, *position) = (entry.at as usize + 1, entry.a);
                    return Ok(true);
                }
                Kind::MoreRounds => {
                    let Inst::MinUntil(repeat) = self.program.code[entry.at as usize] else {
                        continue;
                    };
                    let Repeat { max, body, .. } = self.program.repeats[repeat as usize];
                    let RoundState { count, from } = scratch.rounds[repeat as usize];
                    if count < max && from != entry.a {
                        scratch.set_rounds(repeat, RoundState { count: count + 1, from: entry.a })?;
                        (*at, *position) = (body as usize, entry.a);
                        return Ok(true);
                    }
                }
                Kind::Barrier => match self.program.code[entry.at as usize] {
                    Inst::Sub { kind: SubKind::NotAhead, next, .. } => {
                        (*at, *position) = (next as usize, entry.a);
                        return Ok(true);
                    }
                    Inst::Rounds { repeat, next }
                        if scratch.rounds[repeat as usize].count
                            >= self.program.repeats[repeat as usize].min =>
                    {
                        (*at, *position) = (next as usize, entry.a);
                        return Ok(true);
                    }
                    _ => {}
                },
            }
        }
    }

    /// As many of the characters as there are; the choice to take fewer stays behind.
    #[inline(always)]
    fn greedy(
        &self,
        number: u32,
        at: &mut usize,
        position: &mut usize,
        scratch: &mut Scratch,
    ) -> Result<bool, Stop> {
        let single = &self.program.singles[number as usize];
        let count = self.count(single.matcher, *position, single.max);
        if count < single.min {
            return Ok(false);
        }
        let exclusive = single.exclusive[usize::from(!C::IS_BYTE)];
        if exclusive || count == single.min {
            *position += count;
            *at += 1;
            return Ok(true);
        }
        let least = *position + single.min;
        let entry = Entry { kind: Kind::Greedy, at: *at as u32, a: least, b: *position + count + 1 };
        self.give_back(entry, at, position, scratch)
    }

    /// Ends a greedy repeat at the last position before `entry.b` where the rest can match.
    fn give_back(
        &self,
        entry: Entry,
        at: &mut usize,
        position: &mut usize,
        scratch: &mut Scratch,
    ) -> Result<bool, Stop> {
        let Inst::Greedy(single) = self.program.code[entry.at as usize] else {
            return Ok(false);
        };
        let least = entry.a;
        let most = entry.b - 1;
        let end = match self.program.singles[single as usize].tail {
            Tail::Unknown => Some(most),
            Tail::StartsWith(Matcher::Char(c)) => {
                let until = (most + 1).min(self.text.len());
                if least >= until {
                    None
                } else {
                    C::find_last(&self.text[least..until], c).map(|i| least + i)
                }
            }
            Tail::StartsWith(matcher) => {
                let until = (most + 1).min(self.text.len());
                let fits = |&i: &usize| self.program.matches(matcher, self.text[i].into());
                (least..until.max(least)).rev().find(fits)
            }
        };
        let Some(end) = end else {
            return Ok(false);
        };
        if end > least {
            scratch.push(Kind::Greedy, entry.at as usize, least, end)?;
        }
        (*at, *position) = (entry.at as usize + 1, end);
        Ok(true)
    }

    /// Ends a lazy repeat at the first position from `from` on where the rest can match; it may take `more` characters.
    fn lazy(
        &self,
        inst: usize,
        from: usize,
        more: usize,
        at: &mut usize,
        position: &mut usize,
        scratch: &mut Scratch,
    ) -> Result<bool, Stop> {
        let Inst::Lazy(single) = self.program.code[inst] else {
            return Ok(false);
        };
        let single = &self.program.singles[single as usize];
        let (mut end, mut more) = (from, more);
        if let Tail::StartsWith(tail) = single.tail {
            // Positions where the rest can't start are passed over at once.
            let distance = self.distance_to(tail, single.matcher, end);
            match distance {
                Some(distance) if distance <= more => (end, more) = (end + distance, more - distance),
                _ => return Ok(false),
            }
        }
        if more > 0 {
            scratch.push(Kind::Lazy, inst, end, more)?;
        }
        (*at, *position) = (inst + 1, end);
        Ok(true)
    }

    /// How many characters that `matcher` matches come before one that `tail` does; none if there is no such one.
    fn distance_to(&self, tail: Matcher, matcher: Matcher, from: usize) -> Option<usize> {
        let rest = self.text.get(from..)?;
        if let (Matcher::Char(c), Some(bytes)) = (tail, C::as_bytes(rest)) {
            // What ends the repeat is looked for as well, lest the search go on far beyond.
            let stop = match matcher {
                Matcher::AnyAll => return C::find(rest, c),
                Matcher::Any => Some(0x0a),
                Matcher::NotChar(stop) => u8::try_from(stop).ok(),
                _ => None,
            };
            if let (Ok(c), Some(stop)) = (u8::try_from(c), stop) {
                return memchr::memchr2(c, stop, bytes).filter(|&found| bytes[found] == c);
            }
        }
        for (distance, &c) in rest.iter().enumerate() {
            if self.program.matches(tail, c.into()) {
                return Some(distance);
            }
            if !self.program.matches(matcher, c.into()) {
                return None;
            }
        }
        None
    }

    /// At the end of a round: another one if there may be, with the choice to leave it; else on behind.
    fn max_until(
        &self,
        repeat: u32,
        at: &mut usize,
        position: usize,
        scratch: &mut Scratch,
    ) -> Result<(), Stop> {
        let Repeat { min, max, body } = self.program.repeats[repeat as usize];
        let RoundState { count, from } = scratch.rounds[repeat as usize];
        if count < min {
            scratch.set_rounds(repeat, RoundState { count: count + 1, from })?;
            *at = body as usize;
        } else if count < max && from != position {
            scratch.push(Kind::NoRound, *at, position, from)?;
            scratch.rounds[repeat as usize] = RoundState { count: count + 1, from: position };
            *at = body as usize;
        } else {
            *at += 1;
        }
        Ok(())
    }

    /// A part of its own has matched.
    fn end_of_part(&self, at: &mut usize, position: &mut usize, scratch: &mut Scratch) -> bool {
        match self.program.code[scratch.stack[scratch.barrier].at as usize] {
            Inst::Sub { kind: SubKind::NotAhead, .. } => {
                self.unwind(scratch);
                false
            }
            Inst::Sub { kind, next, .. } => {
                let barrier = scratch.drop_choices();
                if kind == SubKind::Ahead {
                    *position = barrier.a;
                }
                *at = next as usize;
                true
            }
            Inst::Rounds { repeat, .. } => {
                let barrier = scratch.drop_choices();
                scratch.rounds[repeat as usize].count += 1;
                *at = barrier.at as usize;
                true
            }
            _ => false,
        }
    }

    /// Undoes everything since the topmost barrier, which goes too.
    fn unwind(&self, scratch: &mut Scratch) {
        let from = scratch.barrier;
        while scratch.stack.len() > from {
            let Some(entry) = scratch.pop_undoing() else {
                return;
            };
            if let (Kind::NoRound, Inst::MaxUntil(repeat)) =
                (entry.kind, self.program.code[entry.at as usize])
            {
                let state = &mut scratch.rounds[repeat as usize];
                *state = RoundState { count: state.count - 1, from: entry.b };
            }
        }
    }

    /// How many characters from `position` on match, `max` at most.
    #[inline(always)]
    fn count(&self, matcher: Matcher, position: usize, max: usize) -> usize {
        let Some(rest) = self.text.get(position..) else {
            return 0;
        };
        let limit = rest.len().min(max);
        let rest = &rest[..limit];
        let found = match matcher {
            Matcher::Char(c) => rest.iter().position(|&each| each.into() != c),
            Matcher::NotChar(c) => C::find(rest, c),
            Matcher::Any => C::find(rest, 0x0a),
            Matcher::AnyAll => None,
            Matcher::Set(set) => {
                let set = &self.program.sets[set as usize];
                match C::as_bytes(rest) {
                    Some(bytes) => bytes.iter().position(|&c| !set.low[usize::from(c)]),
                    None => rest.iter().position(|&c| !set.contains(c.into())),
                }
            }
        };
        found.unwrap_or(limit)
    }

    fn holds(&self, wanted: Position, position: usize) -> bool {
        let text = self.text;
        let is_line_feed = |at: usize| text.get(at).is_some_and(|&c| c.into() == 0x0a);
        let is_boundary = |in_unicode: bool| {
            let word_at = |at: usize| text.get(at).is_some_and(|&c| is_word(c.into(), in_unicode));
            word_at(position.wrapping_sub(1)) != word_at(position)
        };
        match wanted {
            Position::Start => position == 0,
            Position::LineStart => position == 0 || is_line_feed(position - 1),
            Position::End => position == text.len() || position + 1 == text.len() && is_line_feed(position),
            Position::LineEnd => position == text.len() || is_line_feed(position),
            Position::TextEnd => position == text.len(),
            Position::Boundary(in_unicode) => is_boundary(in_unicode),
            Position::NotBoundary(in_unicode) => !is_boundary(in_unicode),
        }
    }
}
