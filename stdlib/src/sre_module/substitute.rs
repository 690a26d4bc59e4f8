//! `sub` and `subn`.

use super::matching::MatchObject;
use super::pattern::PatternObject;
use super::subject::{Subject, Walk};
use super::template::{Output, Template, compile_template};
use crate::sre::Mode;
use taipan_runtime::object::special::Special;
use taipan_runtime::operations::class_of;
use taipan_runtime::prelude::*;
use taipan_runtime::text::search;

/// What matches are replaced by.
#[derive(Clone, Copy)]
enum Replacement {
    /// Always the same.
    Literal(Value),
    /// Text with groups.
    Template(Gc<Template>),
    /// What a function makes of the match; None for nothing.
    Function(Value),
}

fn is_callable(value: Value) -> bool {
    class_of(value).special(Special::Call).is_some_and(|method| !method.is_none())
}

fn replacement(thread: &mut Thread, pattern: Gc<PatternObject>, given: Value) -> Result<Replacement> {
    if is_callable(given) {
        return Ok(Replacement::Function(given));
    }
    // Text without a backslash is literal; anything else is for the template compiler to judge.
    let is_string = given.downcast::<Str>().is_some() || Subject::is_bytes_like(given);
    if is_string {
        let text = Subject::new(thread, given)?.text;
        if search::find_character(text, u32::from(b'\\')).is_none() {
            return Ok(Replacement::Literal(given));
        }
    }
    let template = compile_template(thread, pattern, given)?;
    Ok(if template.is_literal() {
        Replacement::Literal(template.first())
    } else {
        Replacement::Template(template)
    })
}

/// The string with the first `count` matches replaced (all if 0), and how many were.
pub fn substitute(
    thread: &mut Thread,
    pattern: Gc<PatternObject>,
    given: Value,
    string: Value,
    count: isize,
) -> Result<(Value, usize)> {
    let replacement = replacement(thread, pattern, given)?;
    let mut walk = Walk::new(thread, pattern, string, 0, None)?;
    let mut out = Output::new(walk.subject.is_bytes);
    let (mut last, mut made) = (0, 0usize);
    while (count == 0 || (made as isize) < count) && walk.advance(thread, Mode::Search)? {
        let (start, end) = walk.span();
        if last < start {
            out.push_part(&walk.subject, last, start);
        }
        match replacement {
            Replacement::Literal(text) => out.push_value(text),
            Replacement::Template(template) => {
                let groups = pattern.engine.groups();
                template.expand_into(thread, &walk.subject, &|group| walk.group(group), groups, &mut out)?;
            }
            Replacement::Function(function) => {
                let found = MatchObject::of_walk(pattern, &walk);
                let text = thread.call(function, &[found.value()])?;
                if !text.is_none() {
                    out.push_value(text);
                }
            }
        }
        last = end;
        made += 1;
    }
    if made == 0 {
        return Ok((walk.subject.slice(0, walk.end), 0));
    }
    if last < walk.end {
        out.push_part(&walk.subject, last, walk.end);
    }
    let text = out.finish(thread)?;
    Ok((text, made))
}
