//! What a pattern is matched against, and walking over its matches.

use super::pattern::{PatternObject, Source};
use crate::sre::{Mode, Scratch, Stop};
use std::cell::Cell;
use std::sync::atomic::Ordering;
use taipan_runtime::interpreter::safepoint;
use taipan_runtime::native::type_name;
use taipan_runtime::object::bytes::{ByteArray, Bytes};
use taipan_runtime::prelude::*;
use taipan_runtime::text::Characters;

/// A str or bytes-like object and its characters, which can't change while this lives: what is mutable is copied.
#[derive(Clone, Copy)]
pub struct Subject {
    /// The object as it was given.
    pub object: Value,
    /// Holds the characters: the collector finds it on the stack.
    #[allow(dead_code)]
    holder: Value,
    /// The characters.
    pub text: Characters<'static>,
    /// Whether they are bytes.
    pub is_bytes: bool,
}

impl Subject {
    /// Looks into the object; TypeError if it is no string.
    pub fn new(thread: &mut Thread, object: Value) -> Result<Subject> {
        if let Some(string) = object.downcast::<Str>() {
            return Ok(Subject { object, holder: object, text: string.characters(), is_bytes: false });
        }
        let bytes = match object.downcast::<Bytes>() {
            Some(bytes) => bytes,
            None => match object.downcast::<ByteArray>() {
                Some(array) => Bytes::new(array.as_slice()),
                None => {
                    let got = type_name(object);
                    let message = format!("expected string or bytes-like object, got '{got}'");
                    return Err(thread.type_error(message));
                }
            },
        };
        let text = Characters::One(bytes.as_slice());
        Ok(Subject { object, holder: bytes.value(), text, is_bytes: true })
    }

    /// Whether the object is bytes-like.
    pub fn is_bytes_like(object: Value) -> bool {
        object.downcast::<Bytes>().is_some() || object.downcast::<ByteArray>().is_some()
    }

    /// Looks into an object that is to be matched by a pattern, which must be of the same type.
    pub fn for_pattern(thread: &mut Thread, object: Value, pattern: Gc<PatternObject>) -> Result<Subject> {
        let subject = Subject::new(thread, object)?;
        match (pattern.source, subject.is_bytes) {
            (Source::Text, true) => {
                Err(thread.type_error("cannot use a string pattern on a bytes-like object"))
            }
            (Source::Bytes, false) => {
                Err(thread.type_error("cannot use a bytes pattern on a string-like object"))
            }
            _ => Ok(subject),
        }
    }

    /// The part from `start` to `end`, cut to what there is: a str or bytes. All of an exact str or bytes is itself.
    pub fn slice(&self, start: usize, end: usize) -> Value {
        let length = self.text.len();
        let (start, end) = (start.min(length), end.min(length));
        let part = self.text.slice(start, end.max(start));
        if self.is_bytes {
            let exact = self.object.downcast::<Bytes>().is_some_and(|bytes| bytes.class() == types().bytes);
            if exact && part.len() == length {
                return self.object;
            }
            return Bytes::new(latin1(part)).value();
        }
        let exact = self.object.downcast::<Str>().is_some_and(|string| string.class() == types().str);
        if exact && part.len() == length {
            return self.object;
        }
        Str::from_characters(part).value()
    }
}

/// The bytes of a bytes subject.
pub fn latin1(text: Characters<'_>) -> &[u8] {
    match text {
        Characters::One(bytes) => bytes,
        _ => &[],
    }
}

thread_local! {
    /// The engine's working memory, kept from one match to the next.
    static SCRATCH: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

/// Goes from one match to the next.
pub struct Walk {
    /// What is matched.
    pub subject: Subject,
    pattern: Gc<PatternObject>,
    /// Where the walk began.
    pub position: usize,
    /// Where it ends: characters from there on are as if they weren't there.
    pub end: usize,
    /// Where the next match may start.
    pub start: usize,
    must_advance: bool,
    scratch: Box<Scratch>,
}

impl Drop for Walk {
    fn drop(&mut self) {
        SCRATCH.set(Some(std::mem::take(&mut self.scratch)));
    }
}

/// A position given by a program, brought into the subject.
fn clamp(position: isize, length: usize) -> usize {
    usize::try_from(position).unwrap_or(0).min(length)
}

impl Walk {
    /// Over part of a subject.
    pub fn new(
        thread: &mut Thread,
        pattern: Gc<PatternObject>,
        object: Value,
        position: isize,
        end: Option<isize>,
    ) -> Result<Walk> {
        let subject = Subject::for_pattern(thread, object, pattern)?;
        let length = subject.text.len();
        let (position, end) = (clamp(position, length), clamp(end.unwrap_or(isize::MAX), length));
        Ok(Walk::resume(pattern, subject, position, end, position, false))
    }

    /// A walk in the middle of its way.
    pub fn resume(
        pattern: Gc<PatternObject>,
        subject: Subject,
        position: usize,
        end: usize,
        start: usize,
        must_advance: bool,
    ) -> Walk {
        let scratch = SCRATCH.take().unwrap_or_default();
        Walk { subject, pattern, position, end, start, must_advance, scratch }
    }

    /// Looks for the next match, of which `span` and `group` then tell; the walk goes on behind it.
    pub fn advance(&mut self, thread: &mut Thread, mode: Mode) -> Result<bool> {
        let text = self.subject.text.slice(0, self.end);
        let mut raised = None;
        let mut check = || {
            if thread.breaker.load(Ordering::Relaxed) != 0
                && let Err(error) = safepoint::handle(thread)
            {
                raised = Some(error);
            }
            raised.is_none()
        };
        if self.start > self.end {
            return Ok(false);
        }
        let engine = self.pattern;
        let found =
            engine.engine.find(text, self.start, mode, self.must_advance, &mut self.scratch, &mut check);
        match found {
            Ok(found) => {
                if found {
                    self.must_advance = self.scratch.start == self.scratch.end;
                    self.start = self.scratch.end;
                }
                Ok(found)
            }
            Err(Stop::Memory) => Err(thread.memory_error("")),
            Err(Stop::Interrupted) => {
                Err(raised
                    .unwrap_or_else(|| thread.runtime_error("internal error in regular expression engine")))
            }
        }
    }

    /// Whether the last match was empty, so that the next one must not be so at the same place.
    pub fn must_advance(&self) -> bool {
        self.must_advance
    }

    /// The span of the last match.
    pub fn span(&self) -> (usize, usize) {
        (self.scratch.start, self.scratch.end)
    }

    /// The span of a group in the last match, 0 being all of it; none if it took no part.
    pub fn group(&self, group: usize) -> Option<(usize, usize)> {
        match group.checked_sub(1) {
            None => Some(self.span()),
            Some(group) => self.scratch.group(group),
        }
    }

    /// The last group that was closed, 0 if none was.
    pub fn last_index(&self) -> usize {
        self.scratch.last_index
    }

    /// The text of a group, or `default` if it took no part.
    pub fn group_value(&self, group: usize, default: Value) -> Value {
        self.group(group).map_or(default, |(start, end)| self.subject.slice(start, end))
    }
}
