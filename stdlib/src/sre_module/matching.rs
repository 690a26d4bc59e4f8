//! `re.Match`.

use super::pattern::PatternObject;
use super::subject::{Subject, Walk};
use super::template::compile_template;
use crate::sre::UNSET;
use taipan_runtime::builtins::generic_alias;
use taipan_runtime::native_layout;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::int::IntRef;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::convert::index_clamped;
use taipan_runtime::operations::repr;
use taipan_runtime::prelude::*;
use taipan_runtime::text::TextBuilder;

/// So many groups are kept in the match itself.
const INLINE_GROUPS: usize = 3;

/// A match: where the pattern and each of its groups matched.
#[repr(C)]
pub struct MatchObject {
    head: NativeHead,
    subject: Value,
    pattern: Gc<PatternObject>,
    position: usize,
    end_position: usize,
    /// The last group that was closed, 0 if none.
    last: usize,
    span: (usize, usize),
    inline: [(usize, usize); INLINE_GROUPS],
    /// The spans of all groups in a bytes object, if they are more than those; NULL else.
    more: Value,
}

native_layout!(MatchObject, "re.Match", |this, tracer| {
    for value in [this.subject, this.pattern.value(), this.more] {
        tracer.value(value.0);
    }
});

impl MatchObject {
    /// The match that the walk has found.
    pub fn of_walk(pattern: Gc<PatternObject>, walk: &Walk) -> Gc<MatchObject> {
        let groups = pattern.engine.groups();
        let unset = (UNSET, UNSET);
        let mut inline = [unset; INLINE_GROUPS];
        let mut more = Value::NULL;
        if groups <= INLINE_GROUPS {
            for (group, span) in inline.iter_mut().enumerate().take(groups) {
                *span = walk.group(group + 1).unwrap_or(unset);
            }
        } else {
            let mut spans = Vec::with_capacity(16 * groups);
            for group in 0..groups {
                let (start, end) = walk.group(group + 1).unwrap_or(unset);
                spans.extend_from_slice(&start.to_ne_bytes());
                spans.extend_from_slice(&end.to_ne_bytes());
            }
            more = Bytes::new(&spans).value();
        }
        let content = MatchObject {
            head: NativeHead::empty(),
            subject: walk.subject.object,
            pattern,
            position: walk.position,
            end_position: walk.end,
            last: walk.last_index(),
            span: walk.span(),
            inline,
            more,
        };
        native_object::new(MatchObject::class(), content)
    }
}

impl MatchObject {
    /// The span of a group, 0 being all; none if it took no part.
    pub fn group_span(&self, group: usize) -> Option<(usize, usize)> {
        let span = match (group.checked_sub(1), self.more.downcast::<Bytes>()) {
            (None, _) => self.span,
            (Some(group), None) => self.inline[group],
            (Some(group), Some(more)) => {
                let word = |at: usize| {
                    let bytes = more.as_slice().get(8 * at..8 * at + 8).and_then(|b| b.try_into().ok());
                    bytes.map_or(UNSET, usize::from_ne_bytes)
                };
                (word(2 * group), word(2 * group + 1))
            }
        };
        (span.0 != UNSET).then_some(span)
    }

    fn groups_count(&self) -> usize {
        self.pattern.engine.groups()
    }

    /// Positions as Python sees them.
    fn span_values(&self, group: usize) -> (i64, i64) {
        self.group_span(group).map_or((-1, -1), |(start, end)| (start as i64, end as i64))
    }

    /// What the subject is now.
    pub fn subject(&self, thread: &mut Thread) -> Result<Subject> {
        Subject::new(thread, self.subject)
    }

    /// The text of a group, `default` if it took no part.
    fn value_of(&self, thread: &mut Thread, group: usize, default: Value) -> Result {
        match self.group_span(group) {
            Some((start, end)) => Ok(self.subject(thread)?.slice(start, end)),
            None => Ok(default),
        }
    }

    /// The group that a number or a name stands for.
    fn group_number(&self, thread: &mut Thread, key: Value) -> Result<usize> {
        let mut number = match key.as_int_or_bool() {
            Some(IntRef::Small(number)) => Some(number),
            Some(IntRef::Big { .. }) => None,
            None if taipan_runtime::builtins::support::is_index(key) => Some(index_clamped(thread, key)?),
            None => match self.pattern.numbers.get(thread, key) {
                Ok(number) => number.and_then(Value::as_small_int),
                // What can't be a key is no name of a group either.
                Err(_) => None,
            },
        };
        number = number.filter(|&number| number >= 0 && number <= self.groups_count() as i64);
        number.map(|number| number as usize).ok_or_else(|| no_such_group(thread))
    }
}

/// IndexError for a group that the pattern doesn't have.
pub fn no_such_group(thread: &mut Thread) -> Raised {
    thread.index_error("no such group")
}

/// The result of re.match() and re.search().
/// Match objects always have a boolean value of True.
#[native_type(name = "Match", module = "re", no_new)]
impl MatchObject {
    /// group([group1, ...]) -> str or tuple.
    ///     Return subgroup(s) of the match by indices or names.
    ///     For 0 returns the entire match.
    #[method("(*groups)", hidden)]
    fn group(thread: &mut Thread, this: Gc<MatchObject>, groups: &[Value]) -> Result {
        match groups {
            [] => this.value_of(thread, 0, Value::NONE),
            [one] => {
                let group = this.group_number(thread, *one)?;
                this.value_of(thread, group, Value::NONE)
            }
            several => {
                let result = taipan_runtime::object::list::List::empty();
                for &key in several {
                    let group = this.group_number(thread, key)?;
                    let value = this.value_of(thread, group, Value::NONE)?;
                    result.push(value);
                }
                Ok(Tuple::new(result.items()).value())
            }
        }
    }

    #[method]
    fn __getitem__(thread: &mut Thread, this: Gc<MatchObject>, key: Value) -> Result {
        let group = this.group_number(thread, key)?;
        this.value_of(thread, group, Value::NONE)
    }

    /// Return index of the start of the substring matched by group.
    #[method("($self, group=0, /)")]
    fn start(thread: &mut Thread, this: Gc<MatchObject>, group: Value) -> Result<i64> {
        let group = this.group_number(thread, group)?;
        Ok(this.span_values(group).0)
    }

    /// Return index of the end of the substring matched by group.
    #[method("($self, group=0, /)")]
    fn end(thread: &mut Thread, this: Gc<MatchObject>, group: Value) -> Result<i64> {
        let group = this.group_number(thread, group)?;
        Ok(this.span_values(group).1)
    }

    /// For match object m, return the 2-tuple (m.start(group), m.end(group)).
    #[method("($self, group=0, /)")]
    fn span(thread: &mut Thread, this: Gc<MatchObject>, group: Value) -> Result<Gc<Tuple>> {
        let group = this.group_number(thread, group)?;
        Ok(pair(this.span_values(group)))
    }

    /// Return a tuple containing all the subgroups of the match, from 1.
    ///
    ///   default
    ///     Is used for groups that did not participate in the match.
    #[method("($self, /, default=None)")]
    fn groups(thread: &mut Thread, this: Gc<MatchObject>, default: Value) -> Result<Gc<Tuple>> {
        let subject = this.subject(thread)?;
        Ok(Tuple::from_fn(this.groups_count(), |group| {
            this.group_span(group + 1).map_or(default, |(start, end)| subject.slice(start, end))
        }))
    }

    /// Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.
    ///
    ///   default
    ///     Is used for groups that did not participate in the match.
    #[method("($self, /, default=None)")]
    fn groupdict(thread: &mut Thread, this: Gc<MatchObject>, default: Value) -> Result<Gc<Dict>> {
        let result = Dict::new();
        let mut position = 0;
        while let Some((name, _)) = this.pattern.numbers.next_entry(&mut position) {
            let group = this.group_number(thread, name)?;
            let value = this.value_of(thread, group, default)?;
            result.set(thread, name, value)?;
        }
        Ok(result)
    }

    /// Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.
    #[method("($self, /, template)")]
    fn expand(thread: &mut Thread, this: Gc<MatchObject>, template: Value) -> Result {
        let template = compile_template(thread, this.pattern, template)?;
        if template.is_literal() {
            return Ok(template.first());
        }
        let subject = this.subject(thread)?;
        template.expand(thread, &subject, &|group| this.group_span(group), this.groups_count())
    }

    #[method("($self, /)")]
    fn __copy__(this: Gc<MatchObject>) -> Gc<MatchObject> {
        this
    }

    #[method("($self, memo, /)")]
    fn __deepcopy__(this: Gc<MatchObject>, memo: Value) -> Gc<MatchObject> {
        let _ = memo;
        this
    }

    /// Matches are generic over the type of string which was matched (str or bytes)
    #[class_method("($type, object, /)")]
    fn __class_getitem__(thread: &mut Thread, class: Value, object: Value) -> Result {
        generic_alias::new(thread, class, object)
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<MatchObject>) -> Result<Gc<Str>> {
        let matched = this.value_of(thread, 0, Value::NONE)?;
        let matched = repr(thread, matched)?;
        let (start, end) = this.span;
        let name = this.class().name_text();
        let mut out = TextBuilder::new();
        out.push_str(&format!("<re.{name} object; span=({start}, {end}), match="));
        out.push_characters(matched.characters());
        out.push_str(">");
        Ok(Str::from_characters(out.characters()))
    }

    /// The string passed to match() or search().
    #[getter(member)]
    fn string(this: Gc<MatchObject>) -> Value {
        this.subject
    }

    /// The regular expression object.
    #[getter(member)]
    fn re(this: Gc<MatchObject>) -> Gc<PatternObject> {
        this.pattern
    }

    /// The index into the string at which the RE engine started looking for a match.
    #[getter(member)]
    fn pos(this: Gc<MatchObject>) -> usize {
        this.position
    }

    /// The index into the string beyond which the RE engine will not go.
    #[getter(member)]
    fn endpos(this: Gc<MatchObject>) -> usize {
        this.end_position
    }

    /// The integer index of the last matched capturing group.
    #[getter]
    fn lastindex(this: Gc<MatchObject>) -> Option<usize> {
        (this.last > 0).then_some(this.last)
    }

    /// The name of the last matched capturing group.
    #[getter]
    fn lastgroup(this: Gc<MatchObject>) -> Value {
        let name = if this.last > 0 { this.pattern.names.get(this.last) } else { None };
        name.unwrap_or(Value::NONE)
    }

    #[getter]
    fn regs(this: Gc<MatchObject>) -> Gc<Tuple> {
        Tuple::from_fn(this.groups_count() + 1, |group| pair(this.span_values(group)).value())
    }
}

fn pair((start, end): (i64, i64)) -> Gc<Tuple> {
    Tuple::new(&[Value::from_int(start), Value::from_int(end)])
}
