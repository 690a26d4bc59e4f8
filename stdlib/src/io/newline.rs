//! Line ends: how text is searched and translated, and the class `IncrementalNewlineDecoder`.

use taipan_runtime::native::type_name;
use taipan_runtime::native_layout;
use taipan_runtime::object::bytes::Bytes;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::convert::index_i64;
use taipan_runtime::prelude::*;
use taipan_runtime::text::{Characters, TextBuilder};

const CR: u32 = 13;
const LF: u32 = 10;

const SEEN_CR: u8 = 1;
const SEEN_LF: u8 = 2;
const SEEN_CRLF: u8 = 4;

/// The argument `newline` of text streams.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Newline {
    /// None: any line end is read as `\n`, `\n` is written as the system has it.
    Universal,
    /// `''`: any line end, untranslated.
    Any,
    Lf,
    Cr,
    CrLf,
}

impl Newline {
    /// The argument's meaning; ValueError for anything else.
    pub fn of(thread: &mut Thread, value: Value) -> Result<Newline> {
        if value.is_none() {
            return Ok(Newline::Universal);
        }
        let Some(text) = value.downcast::<Str>() else {
            let got = type_name(value);
            return Err(thread.type_error(format!("newline must be str or None, not {got}")));
        };
        Ok(match text.as_ascii() {
            Some("") => Newline::Any,
            Some("\n") => Newline::Lf,
            Some("\r") => Newline::Cr,
            Some("\r\n") => Newline::CrLf,
            _ => {
                let shown = taipan_runtime::operations::repr(thread, value)?.to_string_lossy();
                return Err(thread.value_error(format!("illegal newline value: {shown}")));
            }
        })
    }

    /// Whether any of the three line ends counts when reading.
    pub fn is_universal(self) -> bool {
        matches!(self, Newline::Universal | Newline::Any)
    }

    /// What `\n` becomes when writing, if that isn't `\n`.
    pub fn written(self) -> Option<&'static str> {
        match self {
            Newline::Cr => Some("\r"),
            Newline::CrLf => Some("\r\n"),
            _ => None,
        }
    }
}

/// Position of a character, from `from` on.
pub fn find(text: Characters, c: u32, from: usize) -> Option<usize> {
    match text {
        Characters::One(s) => memchr::memchr(c as u8, &s[from..]).map(|at| from + at),
        Characters::Two(s) => s[from..].iter().position(|&other| u32::from(other) == c).map(|at| from + at),
        Characters::Four(s) => s[from..].iter().position(|&other| other == c).map(|at| from + at),
    }
}

/// Where the line that begins at `from` ends (behind its line end); `None` if the text ends before.
pub fn line_end(text: Characters, newline: Newline, from: usize) -> Option<usize> {
    match newline {
        Newline::Universal | Newline::Lf => find(text, LF, from).map(|at| at + 1),
        Newline::Cr => find(text, CR, from).map(|at| at + 1),
        Newline::CrLf => {
            let mut at = from;
            loop {
                at = find(text, CR, at)? + 1;
                if text.at(at) == Some(LF) {
                    return Some(at + 1);
                }
            }
        }
        Newline::Any => {
            let lf = find(text, LF, from);
            match find(text.slice(0, lf.unwrap_or(text.len())), CR, from) {
                Some(cr) if text.at(cr + 1) == Some(LF) => Some(cr + 2),
                Some(cr) => Some(cr + 1),
                None => lf.map(|lf| lf + 1),
            }
        }
    }
}

/// Text with `\n` replaced.
pub fn replace_lf(text: Characters, by: &str) -> TextBuilder {
    let mut out = TextBuilder::with_capacity(text.len() + 16);
    let mut from = 0;
    while let Some(at) = find(text, LF, from) {
        out.push_characters(text.slice(from, at));
        out.push_str(by);
        from = at + 1;
    }
    out.push_characters(text.slice(from, text.len()));
    out
}

/// Recognises line ends in text that comes in pieces.
#[derive(Clone, Copy, Default, Debug)]
pub struct LineEnds {
    pub translate: bool,
    /// A `\r` at the end of the last piece, which may be half of a `\r\n`.
    pub pending_cr: bool,
    seen: u8,
}

impl LineEnds {
    pub fn new(translate: bool) -> LineEnds {
        LineEnds { translate, pending_cr: false, seen: 0 }
    }

    /// Translates (if it shall) a piece, and notes its line ends.
    pub fn process(&mut self, text: Gc<Str>, is_final: bool) -> Gc<Str> {
        let characters = text.characters();
        if !self.pending_cr && find(characters, CR, 0).is_none() {
            if self.seen & SEEN_LF == 0 && find(characters, LF, 0).is_some() {
                self.seen |= SEEN_LF;
            }
            return text;
        }
        let mut whole = TextBuilder::with_capacity(characters.len() + 1);
        if self.pending_cr && (is_final || !characters.is_empty()) {
            whole.push(CR);
            self.pending_cr = false;
        }
        whole.push_characters(characters);
        let whole = whole.characters();
        let mut end = whole.len();
        if !is_final && end > 0 && whole.get(end - 1) == CR {
            end -= 1;
            self.pending_cr = true;
        }
        self.rewrite(whole.slice(0, end))
    }

    fn rewrite(&mut self, text: Characters) -> Gc<Str> {
        let mut out = TextBuilder::with_capacity(text.len());
        let mut at = 0;
        while at < text.len() {
            let c = text.get(at);
            at += 1;
            match c {
                LF => self.seen |= SEEN_LF,
                CR if text.at(at) == Some(LF) => {
                    at += 1;
                    self.seen |= SEEN_CRLF;
                    if !self.translate {
                        out.push(CR);
                    }
                    out.push(LF);
                    continue;
                }
                CR => {
                    self.seen |= SEEN_CR;
                    out.push(if self.translate { LF } else { CR });
                    continue;
                }
                _ => {}
            }
            out.push(c);
        }
        Str::from_characters(out.characters())
    }

    /// The attribute `newlines`.
    pub fn shown(&self) -> Value {
        let mut found = Vec::new();
        for (bit, text) in [(SEEN_CR, "\r"), (SEEN_LF, "\n"), (SEEN_CRLF, "\r\n")] {
            if self.seen & bit != 0 {
                found.push(intern(text).value());
            }
        }
        match found.as_slice() {
            [] => Value::NONE,
            [one] => *one,
            several => Tuple::new(several).value(),
        }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.seen = 0;
        self.pending_cr = false;
    }
}

/// The state of an `IncrementalNewlineDecoder`.
#[repr(C)]
pub struct NewlineDecoder {
    head: NativeHead,
    /// The decoder before it, None for one that gets text, NULL before initialisation.
    decoder: Value,
    ends: LineEnds,
}

native_layout!(NewlineDecoder, "_io.IncrementalNewlineDecoder", |this, tracer| tracer.value(this.decoder.0));

fn check(thread: &mut Thread, this: Gc<NewlineDecoder>) -> Result<()> {
    match this.decoder.is_null() {
        true => Err(thread.value_error("IncrementalNewlineDecoder.__init__() not called")),
        false => Ok(()),
    }
}

/// `(bytes, flags)` as decoders' `getstate()` gives it.
pub fn decoder_state(thread: &mut Thread, state: Value) -> Result<(Gc<Bytes>, i64)> {
    let parts = state.downcast::<Tuple>().map(|state| state.items());
    let Some(&[held, flags]) = parts else {
        return Err(thread.type_error("illegal decoder state"));
    };
    let Some(held) = held.downcast::<Bytes>() else {
        let got = type_name(held);
        let message = format!("illegal decoder state: the first item should be a bytes object, not '{got}'");
        return Err(thread.type_error(message));
    };
    Ok((held, index_i64(thread, flags)?))
}

/// Codec used when reading a file in universal newlines mode.
///
/// It wraps another incremental decoder, translating \r\n and \r into \n.
/// It also records the types of newlines encountered.  When used with
/// translate=False, it ensures that the newline sequence is returned in
/// one piece. When used with decoder=None, it expects unicode strings as
/// decode input and translates newlines without first invoking an external
/// decoder.
#[native_type(
    name = "IncrementalNewlineDecoder",
    module = "_io",
    base_type,
    text_signature = "(decoder, translate, errors='strict')"
)]
impl NewlineDecoder {
    #[new("(*args, **kwargs)", hidden)]
    fn new(
        _thread: &mut Thread,
        class: Gc<TypeObject>,
        _args: &[Value],
        _kwargs: KeywordArguments<'_>,
    ) -> Value {
        let empty =
            NewlineDecoder { head: NativeHead::empty(), decoder: Value::NULL, ends: LineEnds::default() };
        native_object::new(class, empty).value()
    }

    #[method("(decoder, translate, errors='strict')")]
    fn __init__(
        _thread: &mut Thread,
        mut this: Gc<NewlineDecoder>,
        decoder: Value,
        translate: bool,
        errors: Option<Value>,
    ) -> Result<()> {
        let _ = errors;
        this.decoder = decoder;
        this.ends = LineEnds::new(translate);
        this.write_barrier();
        Ok(())
    }

    #[method("(input, final=False)", text = "($self, /, input, final=False)")]
    fn decode(
        thread: &mut Thread,
        mut this: Gc<NewlineDecoder>,
        input: Value,
        r#final: bool,
    ) -> Result<Gc<Str>> {
        check(thread, this)?;
        let text = match this.decoder.is_none() {
            true => input,
            false => thread.call_method(this.decoder, "decode", &[input, Value::from_bool(r#final)])?,
        };
        let Some(text) = text.downcast::<Str>() else {
            let got = type_name(text);
            return Err(thread.type_error(format!("decoder should return a string result, not '{got}'")));
        };
        let mut ends = this.ends;
        let text = ends.process(text, r#final);
        this.ends = ends;
        Ok(text)
    }

    #[method("()")]
    fn getstate(thread: &mut Thread, this: Gc<NewlineDecoder>) -> Result<Gc<Tuple>> {
        check(thread, this)?;
        let (held, flags) = match this.decoder.is_none() {
            true => (Bytes::new(&[]), 0),
            false => {
                let state = thread.call_method(this.decoder, "getstate", &[])?;
                decoder_state(thread, state)?
            }
        };
        let flags = flags << 1 | i64::from(this.ends.pending_cr);
        Ok(Tuple::new(&[held.value(), Value::from_int(flags)]))
    }

    #[method("(state, /)")]
    fn setstate(thread: &mut Thread, mut this: Gc<NewlineDecoder>, state: Value) -> Result<()> {
        check(thread, this)?;
        if state.downcast::<Tuple>().is_none() {
            return Err(thread.type_error("state argument must be a tuple"));
        }
        let (held, flags) = decoder_state(thread, state)?;
        this.ends.pending_cr = flags & 1 != 0;
        if !this.decoder.is_none() {
            let inner = Tuple::new(&[held.value(), Value::from_int(flags >> 1)]);
            thread.call_method(this.decoder, "setstate", &[inner.value()])?;
        }
        Ok(())
    }

    #[method("()")]
    fn reset(thread: &mut Thread, mut this: Gc<NewlineDecoder>) -> Result<()> {
        check(thread, this)?;
        this.ends.reset();
        if !this.decoder.is_none() {
            thread.call_method(this.decoder, "reset", &[])?;
        }
        Ok(())
    }

    #[getter]
    fn newlines(thread: &mut Thread, this: Gc<NewlineDecoder>) -> Result {
        check(thread, this)?;
        Ok(this.ends.shown())
    }
}
