//! `_sre.SRE_Scanner`: finds one match after the other.

use super::matching::MatchObject;
use super::pattern::PatternObject;
use super::subject::{Subject, Walk};
use crate::sre::Mode;
use taipan_runtime::native_layout;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::prelude::*;

/// A pattern on its way over a string.
#[repr(C)]
pub struct Scanner {
    head: NativeHead,
    expression: Gc<PatternObject>,
    /// NULL once there was no match.
    string: Value,
    position: usize,
    end: usize,
    start: usize,
    must_advance: bool,
    executing: bool,
}

native_layout!(Scanner, "_sre.SRE_Scanner", |this, tracer| {
    tracer.value(this.expression.value().0);
    tracer.value(this.string.0);
});

impl Scanner {
    /// Before the first match.
    pub fn new(
        thread: &mut Thread,
        pattern: Gc<PatternObject>,
        string: Value,
        position: isize,
        end: Option<isize>,
    ) -> Result<Gc<Scanner>> {
        let walk = Walk::new(thread, pattern, string, position, end)?;
        let content = Scanner {
            head: NativeHead::empty(),
            expression: pattern,
            string,
            position: walk.position,
            end: walk.end,
            start: walk.start,
            must_advance: false,
            executing: false,
        };
        Ok(native_object::new(Scanner::class(), content))
    }
}

/// The next match.
fn next_match(thread: &mut Thread, mut this: Gc<Scanner>, mode: Mode) -> Result<Option<Gc<MatchObject>>> {
    if this.executing {
        return Err(thread.value_error("regular expression scanner already executing"));
    }
    let Some(string) = this.string.non_null() else {
        return Ok(None);
    };
    let subject = Subject::for_pattern(thread, string, this.expression)?;
    // A bytearray may have shrunk meanwhile.
    let end = this.end.min(subject.text.len());
    let mut walk = Walk::resume(this.expression, subject, this.position, end, this.start, this.must_advance);
    this.executing = true;
    let found = walk.advance(thread, mode);
    this.executing = false;
    if !found? {
        this.string = Value::NULL;
        return Ok(None);
    }
    (this.start, this.must_advance) = (walk.start, walk.must_advance());
    Ok(Some(MatchObject::of_walk(this.expression, &walk)))
}

#[native_type(name = "SRE_Scanner", module = "_sre", no_new)]
impl Scanner {
    #[method("($self, /)", name = "match")]
    fn match_(thread: &mut Thread, this: Gc<Scanner>) -> Result<Option<Gc<MatchObject>>> {
        next_match(thread, this, Mode::Match)
    }

    #[method("($self, /)")]
    fn search(thread: &mut Thread, this: Gc<Scanner>) -> Result<Option<Gc<MatchObject>>> {
        next_match(thread, this, Mode::Search)
    }

    #[getter(member)]
    fn pattern(this: Gc<Scanner>) -> Gc<PatternObject> {
        this.expression
    }
}
