//! `re.Pattern`.

use super::matching::MatchObject;
use super::scanner::Scanner;
use super::subject::Walk;
use super::substitute::substitute;
use crate::sre::{self, Mode};
use taipan_runtime::builtins::functional_iterators::CallableIterator;
use taipan_runtime::builtins::generic_alias;
use taipan_runtime::builtins::mapping_proxy::MappingProxy;
use taipan_runtime::native_layout;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::list::List;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::attribute::get_attribute_text;
use taipan_runtime::operations::hash::hash_bytes;
use taipan_runtime::operations::{equal, hash, repr};
use taipan_runtime::prelude::*;
use taipan_runtime::text::TextBuilder;

/// What a pattern was compiled from, and so what it can be matched against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A str.
    Text,
    /// Bytes.
    Bytes,
    /// Neither is known.
    Any,
}

/// A compiled pattern.
#[repr(C)]
pub struct PatternObject {
    head: NativeHead,
    /// The pattern as it was written, or None.
    pub text: Value,
    /// What kind of string it was.
    pub source: Source,
    /// The flags of `re`.
    pub flag_bits: i32,
    /// Group numbers by name.
    pub numbers: Gc<Dict>,
    /// Group names by number, None for a group without.
    pub names: Gc<Tuple>,
    words: Vec<u32>,
    /// The engine's pattern.
    pub engine: Box<sre::Pattern>,
}

native_layout!(PatternObject, "re.Pattern", |this, tracer| {
    for value in [this.text, this.numbers.value(), this.names.value()] {
        tracer.value(value.0);
    }
});

impl PatternObject {
    #[allow(clippy::too_many_arguments, reason = "the arguments of _sre.compile")]
    pub fn new(
        class: Gc<TypeObject>,
        text: Value,
        flag_bits: i32,
        words: Vec<u32>,
        engine: sre::Pattern,
        numbers: Gc<Dict>,
        names: Gc<Tuple>,
        source: Source,
    ) -> Gc<PatternObject> {
        let head = NativeHead::empty();
        let engine = Box::new(engine);
        native_object::new(
            class,
            PatternObject { head, text, source, flag_bits, numbers, names, words, engine },
        )
    }
}

/// The flags in the order of their bits, as `repr` names them.
const FLAG_NAMES: [(i32, &str); 8] = [
    (2, "re.IGNORECASE"),
    (4, "re.LOCALE"),
    (8, "re.MULTILINE"),
    (16, "re.DOTALL"),
    (32, "re.UNICODE"),
    (64, "re.VERBOSE"),
    (128, "re.DEBUG"),
    (256, "re.ASCII"),
];
const UNICODE: i32 = 32;
/// Of these, UNICODE alone goes without saying.
const TYPE_FLAGS: i32 = 4 | UNICODE | 256;

fn flags_text(flags: i32) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = flags;
    for (flag, name) in FLAG_NAMES {
        if rest & flag != 0 {
            parts.push(name.into());
            rest &= !flag;
        }
    }
    if rest != 0 {
        parts.push(format!("0x{rest:x}"));
    }
    parts.join("|")
}

/// One match in the given mode, or None.
fn find(
    thread: &mut Thread,
    pattern: Gc<PatternObject>,
    string: Value,
    position: isize,
    end: Option<isize>,
    mode: Mode,
) -> Result<Option<Gc<MatchObject>>> {
    let mut walk = Walk::new(thread, pattern, string, position, end)?;
    if !walk.advance(thread, mode)? {
        return Ok(None);
    }
    Ok(Some(MatchObject::of_walk(pattern, &walk)))
}

/// Compiled regular expression object.
#[native_type(name = "Pattern", module = "re", no_new)]
impl PatternObject {
    /// Matches zero or more characters at the beginning of the string.
    #[method("($self, /, string, pos=0, endpos=sys.maxsize)", name = "match")]
    fn match_(
        thread: &mut Thread,
        this: Gc<PatternObject>,
        string: Value,
        pos: isize,
        endpos: Option<isize>,
    ) -> Result<Option<Gc<MatchObject>>> {
        find(thread, this, string, pos, endpos, Mode::Match)
    }

    /// Matches against all of the string.
    #[method("($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn fullmatch(
        thread: &mut Thread,
        this: Gc<PatternObject>,
        string: Value,
        pos: isize,
        endpos: Option<isize>,
    ) -> Result<Option<Gc<MatchObject>>> {
        find(thread, this, string, pos, endpos, Mode::FullMatch)
    }

    /// Scan through string looking for a match, and return a corresponding match object instance.
    ///
    /// Return None if no position in the string matches.
    #[method("($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn search(
        thread: &mut Thread,
        this: Gc<PatternObject>,
        string: Value,
        pos: isize,
        endpos: Option<isize>,
    ) -> Result<Option<Gc<MatchObject>>> {
        find(thread, this, string, pos, endpos, Mode::Search)
    }

    /// Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.
    #[method("($self, /, repl, string, count=0)")]
    fn sub(thread: &mut Thread, this: Gc<PatternObject>, repl: Value, string: Value, count: isize) -> Result {
        substitute(thread, this, repl, string, count).map(|(text, _)| text)
    }

    /// Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl.
    #[method("($self, /, repl, string, count=0)")]
    fn subn(
        thread: &mut Thread,
        this: Gc<PatternObject>,
        repl: Value,
        string: Value,
        count: isize,
    ) -> Result<Gc<Tuple>> {
        let (text, made) = substitute(thread, this, repl, string, count)?;
        Ok(Tuple::new(&[text, Value::from_int(made as i64)]))
    }

    /// Return a list of all non-overlapping matches of pattern in string.
    #[method("($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn findall(
        thread: &mut Thread,
        this: Gc<PatternObject>,
        string: Value,
        pos: isize,
        endpos: Option<isize>,
    ) -> Result<Gc<List>> {
        let mut walk = Walk::new(thread, this, string, pos, endpos)?;
        let empty = if walk.subject.is_bytes { Bytes::new(b"").value() } else { Str::new("").value() };
        let groups = this.engine.groups();
        let found = List::empty();
        while walk.advance(thread, Mode::Search)? {
            let item = match groups {
                0 => walk.group_value(0, empty),
                1 => walk.group_value(1, empty),
                _ => Tuple::from_fn(groups, |group| walk.group_value(group + 1, empty)).value(),
            };
            found.push(item);
        }
        Ok(found)
    }

    /// Split string by the occurrences of pattern.
    #[method("($self, /, string, maxsplit=0)")]
    fn split(
        thread: &mut Thread,
        this: Gc<PatternObject>,
        string: Value,
        maxsplit: isize,
    ) -> Result<Gc<List>> {
        let mut walk = Walk::new(thread, this, string, 0, None)?;
        let parts = List::empty();
        let (mut last, mut made) = (0, 0);
        while (maxsplit == 0 || made < maxsplit) && walk.advance(thread, Mode::Search)? {
            let (start, end) = walk.span();
            parts.push(walk.subject.slice(last, start));
            for group in 1..=this.engine.groups() {
                parts.push(walk.group_value(group, Value::NONE));
            }
            last = end;
            made += 1;
        }
        parts.push(walk.subject.slice(last, walk.end));
        Ok(parts)
    }

    /// Return an iterator over all non-overlapping matches for the RE pattern in string.
    ///
    /// For each match, the iterator returns a match object.
    #[method("($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn finditer(
        thread: &mut Thread,
        this: Gc<PatternObject>,
        string: Value,
        pos: isize,
        endpos: Option<isize>,
    ) -> Result<Gc<CallableIterator>> {
        let scanner = Scanner::new(thread, this, string, pos, endpos)?;
        let search = get_attribute_text(thread, scanner.value(), "search")?;
        Ok(CallableIterator::new(search, Value::NONE))
    }

    #[method("($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn scanner(
        thread: &mut Thread,
        this: Gc<PatternObject>,
        string: Value,
        pos: isize,
        endpos: Option<isize>,
    ) -> Result<Gc<Scanner>> {
        Scanner::new(thread, this, string, pos, endpos)
    }

    #[method("($self, /)")]
    fn __copy__(this: Gc<PatternObject>) -> Gc<PatternObject> {
        this
    }

    #[method("($self, memo, /)")]
    fn __deepcopy__(this: Gc<PatternObject>, memo: Value) -> Gc<PatternObject> {
        let _ = memo;
        this
    }

    /// Patterns are generic over the type of string they handle (str or bytes)
    #[class_method("($type, object, /)")]
    fn __class_getitem__(thread: &mut Thread, class: Value, object: Value) -> Result {
        generic_alias::new(thread, class, object)
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<PatternObject>) -> Result<Gc<Str>> {
        let text = repr(thread, this.text)?;
        let shown = text.characters();
        let mut out = TextBuilder::new();
        out.push_str("re.compile(");
        out.push_characters(shown.slice(0, shown.len().min(200)));
        let mut flags = this.flag_bits;
        if this.source == Source::Text && flags & TYPE_FLAGS == UNICODE {
            flags &= !UNICODE;
        }
        if flags != 0 {
            out.push_str(", ");
            out.push_str(&flags_text(flags));
        }
        out.push_str(")");
        Ok(Str::from_characters(out.characters()))
    }

    #[method]
    fn __hash__(thread: &mut Thread, this: Gc<PatternObject>) -> Result<i64> {
        let words: Vec<u8> = this.words.iter().flat_map(|word| word.to_ne_bytes()).collect();
        let sum =
            hash(thread, this.text)? ^ hash_bytes(&words) ^ i64::from(this.flag_bits) ^ this.source as i64;
        Ok(if sum == -1 { -2 } else { sum })
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<PatternObject>, other: Value) -> Result {
        match other.downcast::<PatternObject>() {
            Some(other) => same(thread, this, other).map(Value::from_bool),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __ne__(thread: &mut Thread, this: Gc<PatternObject>, other: Value) -> Result {
        match other.downcast::<PatternObject>() {
            Some(other) => same(thread, this, other).map(|same| Value::from_bool(!same)),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    /// The pattern string from which the RE object was compiled.
    #[getter(member)]
    fn pattern(this: Gc<PatternObject>) -> Value {
        this.text
    }

    /// The regex matching flags.
    #[getter(member)]
    fn flags(this: Gc<PatternObject>) -> i32 {
        this.flag_bits
    }

    /// The number of capturing groups in the pattern.
    #[getter(member)]
    fn groups(this: Gc<PatternObject>) -> usize {
        this.engine.groups()
    }

    /// A dictionary mapping group names to group numbers.
    #[getter]
    fn groupindex(this: Gc<PatternObject>) -> Gc<MappingProxy> {
        MappingProxy::new(this.numbers.value())
    }
}

fn same(thread: &mut Thread, a: Gc<PatternObject>, b: Gc<PatternObject>) -> Result<bool> {
    if a == b {
        return Ok(true);
    }
    if a.flag_bits != b.flag_bits || a.source != b.source || a.words != b.words {
        return Ok(false);
    }
    // The code words don't tell a str pattern from an equal one with other names of groups.
    equal(thread, a.text, b.text)
}
