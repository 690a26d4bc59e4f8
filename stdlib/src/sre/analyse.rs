//! What can be known of a program before it runs: runs of literals, how the rest after a repeat starts, and what
//! every match starts with.

use super::program::*;

/// Fills in what the compiler leaves open.
pub fn analyse(program: &mut Program) {
    join_literals(program);
    for at in 0..program.code.len() {
        if let Inst::Greedy(single) | Inst::Lazy(single) = program.code[at] {
            let tail = tail_at(program, at + 1);
            let single = &mut program.singles[single as usize];
            single.tail = tail;
            let (matcher, min, max) = (single.matcher, single.min, single.max);
            if let Tail::StartsWith(other) = tail
                && min <= max
            {
                let exclusive = program.are_disjoint(matcher, other);
                if let Inst::Greedy(single) = program.code[at] {
                    program.singles[single as usize].exclusive = exclusive;
                }
            }
        }
    }
    program.anchored = is_anchored(program);
    if program.prefix.is_empty() {
        program.first = first_set(program);
    }
}

/// Lets each literal say how many of those after it follow at once: a jump may still lead to any of them.
fn join_literals(program: &mut Program) {
    for at in (1..program.code.len()).rev() {
        if let (Inst::Literal { start, length: 1 }, Inst::Literal { start: next, length }) =
            (program.code[at - 1], program.code[at])
            && next == start + 1
        {
            program.code[at - 1] = Inst::Literal { start, length: length + 1 };
        }
    }
}

/// How what follows at `at` starts, if that is one instruction.
fn tail_at(program: &Program, mut at: usize) -> Tail {
    // Jumps only lead forward.
    loop {
        match program.code[at] {
            Inst::Mark(_) => at += 1,
            Inst::Jump(target) => at = target as usize,
            Inst::One(matcher) => return Tail::StartsWith(matcher),
            Inst::Literal { start, .. } => {
                return Tail::StartsWith(Matcher::Char(program.literals[start as usize]));
            }
            Inst::Greedy(single) | Inst::Lazy(single) | Inst::Possessive(single)
                if program.singles[single as usize].min > 0 =>
            {
                return Tail::StartsWith(program.singles[single as usize].matcher);
            }
            _ => return Tail::Unknown,
        }
    }
}

fn is_anchored(program: &Program) -> bool {
    let mut at = 0;
    while let Inst::Mark(_) = program.code[at] {
        at += 1;
    }
    program.code[at] == Inst::At(Position::Start)
}

/// The characters with which a match may start, none if it may be empty or that isn't known.
fn first_set(program: &Program) -> Option<FirstSet> {
    let mut first = FirstSet { low: Box::new([false; 256]), high: false, few: Vec::new() };
    let mut budget = 200;
    collect_first(program, 0, &mut first, &mut budget)?;
    if first.high && first.low.iter().all(|&member| member) {
        return None;
    }
    let members: Vec<u8> = (0..=255).filter(|&c| first.low[usize::from(c)]).collect();
    if members.len() <= 3 {
        first.few = members;
    }
    Some(first)
}

/// Adds what may come first at `at`; none if nothing may.
fn collect_first(program: &Program, mut at: usize, first: &mut FirstSet, budget: &mut usize) -> Option<()> {
    loop {
        *budget = budget.checked_sub(1)?;
        match program.code[at] {
            Inst::Fail => return Some(()),
            Inst::One(matcher) => return add_first(program, matcher, first),
            Inst::Literal { start, .. } => {
                return add_first(program, Matcher::Char(program.literals[start as usize]), first);
            }
            Inst::Greedy(single) | Inst::Lazy(single) | Inst::Possessive(single) => {
                let single = &program.singles[single as usize];
                add_first(program, single.matcher, first)?;
                if single.min > 0 {
                    return Some(());
                }
                at += 1;
            }
            Inst::Mark(_) | Inst::At(_) => at += 1,
            Inst::Jump(target) => at = target as usize,
            Inst::Alternative { next } => {
                collect_first(program, at + 1, first, budget)?;
                at = next as usize;
            }
            Inst::AlternativeIf { matcher, next } => {
                add_first(program, matcher, first)?;
                at = next as usize;
            }
            Inst::RepeatStart { repeat, until } => {
                let repeat = &program.repeats[repeat as usize];
                if repeat.min == 0 {
                    collect_first(program, repeat.body as usize, first, budget)?;
                    at = until as usize + 1;
                } else {
                    at = repeat.body as usize;
                }
            }
            // The body of a repeat came to its end without a character: then anything may follow.
            _ => return None,
        }
    }
}

fn add_first(program: &Program, matcher: Matcher, first: &mut FirstSet) -> Option<()> {
    for c in 0..256 {
        first.low[c as usize] |= program.matches(matcher, c);
    }
    first.high |= match matcher {
        Matcher::Char(c) => c > 255,
        Matcher::Set(set) => program.sets[set as usize].high != Some(false),
        _ => true,
    };
    Some(())
}
