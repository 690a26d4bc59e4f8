//! Code words to a [`Program`]. The words come from `re/_compiler.py`, or from anyone who calls `_sre.compile`:
//! whatever they are, each is checked here, so that the machine need not.

use super::opcodes::*;
use super::program::*;
use super::set::{CharSet, Fold, Item};

/// The code words are not those of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidCode;

type Result<T> = std::result::Result<T, InvalidCode>;

/// Constructs may nest so deeply: the recursion here must not overflow the stack.
const MAX_DEPTH: usize = 2000;

/// Compiles the code words of a pattern with `groups` groups.
pub fn compile(code: &[u32], groups: u32) -> Result<Program> {
    let mut compiler = Compiler { words: code, groups, program: Program::default(), depth: 0 };
    let mut at = 0;
    if code.first() == Some(&INFO) {
        at = compiler.info()?;
    }
    let Some(end) = code.len().checked_sub(1).filter(|&end| end >= at && code[end] == SUCCESS) else {
        return Err(InvalidCode);
    };
    compiler.sequence(at, end)?;
    compiler.emit(Inst::Match);
    let mut program = compiler.program;
    super::analyse::analyse(&mut program);
    Ok(program)
}

struct Compiler<'a> {
    words: &'a [u32],
    groups: u32,
    program: Program,
    depth: usize,
}

impl Compiler<'_> {
    fn word(&self, at: usize) -> Result<u32> {
        self.words.get(at).copied().ok_or(InvalidCode)
    }

    /// Where the skip word at `at` leads to; not beyond `end`.
    fn target(&self, at: usize, end: usize) -> Result<usize> {
        let target = at.checked_add(self.word(at)? as usize).ok_or(InvalidCode)?;
        if target > at && target <= end { Ok(target) } else { Err(InvalidCode) }
    }

    fn here(&self) -> u32 {
        self.program.code.len() as u32
    }

    fn emit(&mut self, inst: Inst) -> usize {
        self.program.code.push(inst);
        self.program.code.len() - 1
    }

    fn set(&mut self, set: CharSet) -> Matcher {
        self.program.sets.push(set);
        Matcher::Set(self.program.sets.len() as u32 - 1)
    }

    /// The block at the start: widths, and a prefix or a set of first characters. Answers where it ends.
    fn info(&mut self) -> Result<usize> {
        let end = self.target(1, self.words.len())?;
        let (flags, min) = (self.word(2)?, self.word(3)?);
        if end < 5 || flags & !(INFO_PREFIX | INFO_LITERAL | INFO_CHARSET) != 0 {
            return Err(InvalidCode);
        }
        self.program.min_width = min as usize;
        if flags & INFO_PREFIX != 0 {
            let length = self.word(5)? as usize;
            if flags & INFO_CHARSET != 0
                || length == 0
                || length.checked_mul(2).is_none_or(|n| n != end.saturating_sub(7))
            {
                return Err(InvalidCode);
            }
            self.program.prefix = self.words[7..7 + length].to_vec();
            self.program.is_literal = flags & INFO_LITERAL != 0 && self.groups == 0;
        } else if flags & INFO_LITERAL != 0 {
            return Err(InvalidCode);
        }
        if flags & INFO_CHARSET != 0 {
            // The set is found again by looking at how the instructions start.
            self.items(5, end)?;
        }
        Ok(end)
    }

    /// The instructions from `at` to `end`.
    fn sequence(&mut self, mut at: usize, end: usize) -> Result<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(InvalidCode);
        }
        while at < end {
            at = self.instruction(at, end)?;
        }
        self.depth -= 1;
        if at == end { Ok(()) } else { Err(InvalidCode) }
    }

    fn instruction(&mut self, at: usize, end: usize) -> Result<usize> {
        let opcode = self.word(at)?;
        if let Some((matcher, next)) = self.one(at, end)? {
            match matcher {
                Matcher::Char(c) => self.literal(c),
                matcher => {
                    self.emit(Inst::One(matcher));
                }
            }
            return Ok(next);
        }
        match opcode {
            FAILURE => {
                self.emit(Inst::Fail);
                Ok(at + 1)
            }
            MARK => {
                let mark = self.word(at + 1)?;
                if mark / 2 >= self.groups {
                    return Err(InvalidCode);
                }
                self.emit(Inst::Mark(mark));
                Ok(at + 2)
            }
            AT => {
                let position = position(self.word(at + 1)?)?;
                self.emit(Inst::At(position));
                Ok(at + 2)
            }
            BRANCH => self.branch(at, end),
            GROUPREF | GROUPREF_IGNORE | GROUPREF_UNI_IGNORE | GROUPREF_LOC_IGNORE => {
                let fold = match opcode {
                    GROUPREF => Fold::None,
                    GROUPREF_UNI_IGNORE => Fold::Unicode,
                    GROUPREF_LOC_IGNORE => Fold::Locale,
                    _ => Fold::Ascii,
                };
                let group = self.group(at + 1)?;
                self.emit(Inst::GroupRef { group, fold });
                Ok(at + 2)
            }
            GROUPREF_EXISTS => self.conditional(at, end),
            REPEAT_ONE | MIN_REPEAT_ONE | POSSESSIVE_REPEAT_ONE => self.repeat_one(at, end),
            REPEAT => self.repeat(at, end),
            POSSESSIVE_REPEAT => self.possessive_repeat(at, end),
            ATOMIC_GROUP => {
                let next = self.target(at + 1, end)?;
                self.sub(SubKind::Atomic, 0, at + 2, next)
            }
            ASSERT | ASSERT_NOT => {
                let next = self.target(at + 1, end)?;
                let back = self.word(at + 2)?;
                if back > i32::MAX as u32 {
                    return Err(InvalidCode);
                }
                let kind = if opcode == ASSERT { SubKind::Ahead } else { SubKind::NotAhead };
                self.sub(kind, back, at + 3, next)
            }
            _ => Err(InvalidCode),
        }
    }

    /// Adds a literal character to those before it, if the last instruction is a literal and no jump leads here.
    fn literal(&mut self, c: u32) {
        self.program.literals.push(c);
        let start = self.program.literals.len() as u32 - 1;
        self.emit(Inst::Literal { start, length: 1 });
    }

    fn group(&self, at: usize) -> Result<u32> {
        let group = self.word(at)?;
        if group < self.groups { Ok(group) } else { Err(InvalidCode) }
    }

    /// An instruction that matches one character, and where the next one is.
    fn one(&mut self, at: usize, end: usize) -> Result<Option<(Matcher, usize)>> {
        let opcode = self.word(at)?;
        let (fold, negate) = match opcode {
            ANY => return Ok(Some((Matcher::Any, at + 1))),
            ANY_ALL => return Ok(Some((Matcher::AnyAll, at + 1))),
            LITERAL => return Ok(Some((Matcher::Char(self.word(at + 1)?), at + 2))),
            NOT_LITERAL => return Ok(Some((Matcher::NotChar(self.word(at + 1)?), at + 2))),
            CATEGORY => {
                let code = self.word(at + 1)?;
                super::set::category(code, 0).ok_or(InvalidCode)?;
                let matcher = self.set(CharSet::of_category(code));
                return Ok(Some((matcher, at + 2)));
            }
            IN | IN_IGNORE | IN_UNI_IGNORE | IN_LOC_IGNORE => {
                let fold = match opcode {
                    IN => Fold::None,
                    IN_IGNORE => Fold::Ascii,
                    IN_UNI_IGNORE => Fold::Unicode,
                    _ => Fold::Locale,
                };
                let next = self.target(at + 1, end)?;
                let items = self.items(at + 2, next)?;
                let matcher = self.set(CharSet::new(items, fold));
                return Ok(Some((matcher, next)));
            }
            LITERAL_IGNORE => (Fold::Ascii, false),
            LITERAL_UNI_IGNORE => (Fold::Unicode, false),
            LITERAL_LOC_IGNORE => (Fold::Locale, false),
            NOT_LITERAL_IGNORE => (Fold::Ascii, true),
            NOT_LITERAL_UNI_IGNORE => (Fold::Unicode, true),
            NOT_LITERAL_LOC_IGNORE => (Fold::Locale, true),
            _ => return Ok(None),
        };
        let literal = self.word(at + 1)?;
        let matcher = self.set(CharSet::of_literal(literal, fold, negate));
        Ok(Some((matcher, at + 2)))
    }

    /// The program of a set, which ends with FAILURE just before `end`.
    fn items(&self, mut at: usize, end: usize) -> Result<Vec<Item>> {
        let mut items = Vec::new();
        loop {
            let opcode = self.word(at)?;
            at += 1;
            items.push(match opcode {
                FAILURE if at == end => return Ok(items),
                NEGATE => Item::Negate,
                LITERAL => Item::Literal(self.word(at)?),
                RANGE => Item::Range(self.word(at)?, self.word(at + 1)?),
                RANGE_UNI_IGNORE => Item::RangeIgnore(self.word(at)?, self.word(at + 1)?),
                CATEGORY => {
                    super::set::category(self.word(at)?, 0).ok_or(InvalidCode)?;
                    Item::Category(self.word(at)?)
                }
                CHARSET => {
                    let words = self.words.get(at..at + 8).ok_or(InvalidCode)?;
                    Item::Bits(words.try_into().map_err(|_| InvalidCode)?)
                }
                BIGCHARSET => self.big_set(at)?,
                _ => return Err(InvalidCode),
            });
            at += match items.last() {
                Some(Item::Negate) | None => 0,
                Some(Item::Literal(_) | Item::Category(_)) => 1,
                Some(Item::Range(..) | Item::RangeIgnore(..)) => 2,
                Some(Item::Bits(_)) => 8,
                Some(Item::Big(big)) => 65 + big.1.len(),
            };
            if at >= end {
                return Err(InvalidCode);
            }
        }
    }

    fn big_set(&self, at: usize) -> Result<Item> {
        let count = self.word(at)? as usize;
        let blocks = self.words.get(at + 1..at + 65).ok_or(InvalidCode)?;
        let mut block_of = [0u8; 256];
        for (four, word) in block_of.chunks_exact_mut(4).zip(blocks) {
            four.copy_from_slice(&word.to_ne_bytes());
        }
        if count > 256 || block_of.iter().any(|&block| usize::from(block) >= count) {
            return Err(InvalidCode);
        }
        let bits = self.words.get(at + 65..at + 65 + 8 * count).ok_or(InvalidCode)?;
        Ok(Item::Big(Box::new((block_of, bits.to_vec()))))
    }

    fn branch(&mut self, at: usize, end: usize) -> Result<usize> {
        let mut skip_at = at + 1;
        let mut jumps = Vec::new();
        let mut joined = None;
        while self.word(skip_at)? != 0 {
            let next = self.target(skip_at, end)?;
            // Each alternative ends with a jump behind the branch.
            if next < skip_at + 3 || self.word(next - 2)? != JUMP {
                return Err(InvalidCode);
            }
            let target = self.target(next - 1, end)?;
            if *joined.get_or_insert(target) != target {
                return Err(InvalidCode);
            }
            let is_last = self.word(next)? == 0;
            let alternative = (!is_last).then(|| self.emit(Inst::Fail));
            let start = self.here();
            self.sequence(skip_at + 1, next - 2)?;
            jumps.push(self.emit(Inst::Fail));
            if let Some(alternative) = alternative {
                let next = self.here();
                self.program.code[alternative] = self.alternative(start, next);
            }
            skip_at = next;
        }
        if joined.is_some_and(|target| target != skip_at + 1) {
            return Err(InvalidCode);
        }
        if joined.is_none() {
            self.emit(Inst::Fail);
        }
        let here = self.here();
        for jump in jumps {
            self.program.code[jump] = Inst::Jump(here);
        }
        Ok(skip_at + 1)
    }

    /// An alternative whose first instruction is at `start`: that is looked at before anything is remembered.
    fn alternative(&self, start: u32, next: u32) -> Inst {
        match self.program.code[start as usize] {
            Inst::One(matcher) => Inst::AlternativeIf { matcher, next },
            Inst::Literal { start, .. } => {
                Inst::AlternativeIf { matcher: Matcher::Char(self.program.literals[start as usize]), next }
            }
            _ => Inst::Alternative { next },
        }
    }

    fn conditional(&mut self, at: usize, end: usize) -> Result<usize> {
        let group = self.group(at + 1)?;
        let otherwise = (at + 1).checked_add(self.word(at + 2)? as usize).ok_or(InvalidCode)?;
        if otherwise < at + 3 || otherwise > end {
            return Err(InvalidCode);
        }
        let test = self.emit(Inst::Fail);
        // With a second part, the first one ends with a jump behind that.
        let jump_at = otherwise.checked_sub(2).filter(|&jump| jump >= at + 3);
        let joined = match jump_at {
            Some(jump) if self.word(jump)? == JUMP && self.is_instruction_start(at + 3, jump) => {
                self.target(jump + 1, end).ok().filter(|&target| target >= otherwise)
            }
            _ => None,
        };
        let Some(joined) = joined else {
            self.sequence(at + 3, otherwise)?;
            let here = self.here();
            self.program.code[test] = Inst::GroupExists { group, otherwise: here };
            return Ok(otherwise);
        };
        self.sequence(at + 3, otherwise - 2)?;
        let jump = self.emit(Inst::Fail);
        let here = self.here();
        self.program.code[test] = Inst::GroupExists { group, otherwise: here };
        self.sequence(otherwise, joined)?;
        self.program.code[jump] = Inst::Jump(self.here());
        Ok(joined)
    }

    /// Whether `wanted` is where an instruction starts, in a sequence that starts at `at`: a JUMP word there is no
    /// operand then.
    fn is_instruction_start(&self, mut at: usize, wanted: usize) -> bool {
        while at < wanted {
            let Some(next) = self.next_instruction(at) else {
                return false;
            };
            at = next;
        }
        at == wanted
    }

    fn next_instruction(&self, at: usize) -> Option<usize> {
        let skip = |at: usize| at.checked_add(*self.words.get(at)? as usize).filter(|&next| next > at);
        match *self.words.get(at)? {
            FAILURE | SUCCESS | ANY | ANY_ALL | MAX_UNTIL | MIN_UNTIL => Some(at + 1),
            MARK | AT | CATEGORY | LITERAL..=LITERAL | NOT_LITERAL | GROUPREF => Some(at + 2),
            GROUPREF_IGNORE | GROUPREF_LOC_IGNORE | GROUPREF_UNI_IGNORE | LITERAL_IGNORE
            | NOT_LITERAL_IGNORE => Some(at + 2),
            LITERAL_LOC_IGNORE
            | NOT_LITERAL_LOC_IGNORE
            | LITERAL_UNI_IGNORE
            | NOT_LITERAL_UNI_IGNORE
            | JUMP => Some(at + 2),
            IN
            | IN_IGNORE
            | IN_LOC_IGNORE
            | IN_UNI_IGNORE
            | ASSERT
            | ASSERT_NOT
            | ATOMIC_GROUP
            | REPEAT_ONE
            | MIN_REPEAT_ONE
            | POSSESSIVE_REPEAT_ONE => skip(at + 1),
            REPEAT | POSSESSIVE_REPEAT => skip(at + 1).map(|until| until + 1),
            BRANCH => {
                let mut at = at + 1;
                while *self.words.get(at)? != 0 {
                    at = skip(at)?;
                }
                Some(at + 1)
            }
            // The parts of a conditional follow as if they were the sequence's own.
            GROUPREF_EXISTS => Some(at + 3),
            _ => None,
        }
    }

    fn bounds(&self, at: usize) -> Result<(usize, usize)> {
        let (min, max) = (self.word(at)?, self.word(at + 1)?);
        if min > max {
            return Err(InvalidCode);
        }
        Ok((min as usize, if max == MAXREPEAT { usize::MAX } else { max as usize }))
    }

    fn repeat_one(&mut self, at: usize, end: usize) -> Result<usize> {
        let next = self.target(at + 1, end)?;
        let (min, max) = self.bounds(at + 2)?;
        let (matcher, after) = match self.one(at + 4, next)? {
            Some(one) => one,
            None => return self.repeat_of_one_group(at, next),
        };
        if after + 1 != next || self.word(after)? != SUCCESS {
            return Err(InvalidCode);
        }
        let single = self.program.singles.len() as u32;
        self.program.singles.push(Single { matcher, min, max, tail: Tail::Unknown, exclusive: [false; 2] });
        self.emit(match self.word(at)? {
            REPEAT_ONE => Inst::Greedy(single),
            MIN_REPEAT_ONE => Inst::Lazy(single),
            _ => Inst::Possessive(single),
        });
        Ok(next)
    }

    /// A set without members compiles to FAILURE: repeated, it matches the empty string or nothing.
    fn repeat_of_one_group(&mut self, at: usize, next: usize) -> Result<usize> {
        let (min, _) = self.bounds(at + 2)?;
        if self.word(at + 4)? != FAILURE || self.word(at + 5)? != SUCCESS || at + 6 != next {
            return Err(InvalidCode);
        }
        if min > 0 {
            self.emit(Inst::Fail);
        }
        Ok(next)
    }

    fn repeat(&mut self, at: usize, end: usize) -> Result<usize> {
        let until = self.target(at + 1, end)?;
        let (min, max) = self.bounds(at + 2)?;
        let opcode = self.word(until)?;
        if until < at + 4 || until >= end || !matches!(opcode, MAX_UNTIL | MIN_UNTIL) {
            return Err(InvalidCode);
        }
        let repeat = self.program.repeats.len() as u32;
        let start = self.emit(Inst::Fail);
        let body = self.here();
        self.program.repeats.push(Repeat { min, max, body });
        self.sequence(at + 4, until)?;
        let end_of_round =
            self.emit(if opcode == MAX_UNTIL { Inst::MaxUntil(repeat) } else { Inst::MinUntil(repeat) });
        self.program.code[start] = Inst::RepeatStart { repeat, until: end_of_round as u32 };
        Ok(until + 1)
    }

    fn possessive_repeat(&mut self, at: usize, end: usize) -> Result<usize> {
        let success = self.target(at + 1, end)?;
        let (min, max) = self.bounds(at + 2)?;
        if success < at + 4 || success >= end || self.word(success)? != SUCCESS {
            return Err(InvalidCode);
        }
        let repeat = self.program.repeats.len() as u32;
        self.emit(Inst::RoundsStart(repeat));
        let rounds = self.emit(Inst::Fail);
        let body = self.here();
        self.program.repeats.push(Repeat { min, max, body });
        self.sequence(at + 4, success)?;
        self.emit(Inst::SubEnd);
        self.program.code[rounds] = Inst::Rounds { repeat, next: self.here() };
        Ok(success + 1)
    }

    fn sub(&mut self, kind: SubKind, back: u32, body: usize, next: usize) -> Result<usize> {
        if next <= body || self.word(next - 1)? != SUCCESS {
            return Err(InvalidCode);
        }
        let start = self.emit(Inst::Fail);
        self.sequence(body, next - 1)?;
        self.emit(Inst::SubEnd);
        self.program.code[start] = Inst::Sub { kind, back, next: self.here() };
        Ok(next)
    }
}

fn position(code: u32) -> Result<Position> {
    Ok(match code {
        AT_BEGINNING | AT_BEGINNING_STRING => Position::Start,
        AT_BEGINNING_LINE => Position::LineStart,
        AT_END => Position::End,
        AT_END_LINE => Position::LineEnd,
        AT_END_STRING => Position::TextEnd,
        AT_BOUNDARY | AT_LOC_BOUNDARY => Position::Boundary(false),
        AT_NON_BOUNDARY | AT_LOC_NON_BOUNDARY => Position::NotBoundary(false),
        AT_UNI_BOUNDARY => Position::Boundary(true),
        AT_UNI_NON_BOUNDARY => Position::NotBoundary(true),
        _ => return Err(InvalidCode),
    })
}
