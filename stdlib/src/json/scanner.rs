//! `make_scanner`: reads JSON values from a string.
//!
//! Where no value begins, StopIteration tells the index; all other complaints are JSONDecodeErrors.

use crate::json::string_argument;
use crate::json::strings::{decode_error, scan};
use taipan_runtime::native_layout;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::exception::Exception;
use taipan_runtime::object::list::List;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::attribute::get_attribute_text;
use taipan_runtime::operations::is_true;
use taipan_runtime::prelude::*;
use taipan_runtime::text::Characters;

/// A decoder's options.
#[repr(C)]
pub struct Scanner {
    head: NativeHead,
    strict: bool,
    object_hook: Value,
    object_pairs_hook: Value,
    parse_float: Value,
    parse_int: Value,
    parse_constant: Value,
}

native_layout!(Scanner, "_json.Scanner", |this, tracer| {
    for value in
        [this.object_hook, this.object_pairs_hook, this.parse_float, this.parse_int, this.parse_constant]
    {
        tracer.value(value.0);
    }
});

/// JSON scanner object
#[native_type(name = "Scanner", module = "_json", mutable)]
impl Scanner {
    #[new("(context)", hidden)]
    fn new(thread: &mut Thread, class: Gc<TypeObject>, context: Value) -> Result<Gc<Scanner>> {
        let strict = get_attribute_text(thread, context, "strict")?;
        let content = Scanner {
            head: NativeHead::empty(),
            strict: is_true(thread, strict)?,
            object_hook: get_attribute_text(thread, context, "object_hook")?,
            object_pairs_hook: get_attribute_text(thread, context, "object_pairs_hook")?,
            parse_float: get_attribute_text(thread, context, "parse_float")?,
            parse_int: get_attribute_text(thread, context, "parse_int")?,
            parse_constant: get_attribute_text(thread, context, "parse_constant")?,
        };
        Ok(native_object::new(class, content))
    }

    #[method("(string, idx)")]
    fn __call__(thread: &mut Thread, this: Gc<Scanner>, string: Value, idx: isize) -> Result<Gc<Tuple>> {
        let text = string_argument(thread, string)?;
        let Ok(start) = usize::try_from(idx) else {
            return Err(thread.value_error("idx cannot be negative"));
        };
        let mut run = Run { scanner: this, text, characters: text.characters(), keys: Dict::new() };
        let (value, end) = run.value(thread, start)?;
        Ok(Tuple::new(&[value, Value::from_int(end as i64)]))
    }

    /// strict
    #[getter(member)]
    fn strict(this: Gc<Scanner>) -> bool {
        this.strict
    }

    /// object_hook
    #[getter(member)]
    fn object_hook(this: Gc<Scanner>) -> Value {
        this.object_hook
    }

    #[getter(member)]
    fn object_pairs_hook(this: Gc<Scanner>) -> Value {
        this.object_pairs_hook
    }

    /// parse_float
    #[getter(member)]
    fn parse_float(this: Gc<Scanner>) -> Value {
        this.parse_float
    }

    /// parse_int
    #[getter(member)]
    fn parse_int(this: Gc<Scanner>) -> Value {
        this.parse_int
    }

    /// parse_constant
    #[getter(member)]
    fn parse_constant(this: Gc<Scanner>) -> Value {
        this.parse_constant
    }
}

/// One call of a scanner.
struct Run {
    scanner: Gc<Scanner>,
    text: Gc<Str>,
    characters: Characters<'static>,
    /// Keys of objects, each once: equal keys are then the same string.
    keys: Gc<Dict>,
}

type Scanned<T = Value> = Result<(T, usize)>;

impl Run {
    fn at(&self, index: usize) -> Option<u8> {
        self.characters.at(index).and_then(|c| u8::try_from(c).ok())
    }

    fn skip_space(&self, mut index: usize) -> usize {
        while matches!(self.at(index), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            index += 1;
        }
        index
    }

    fn error<T>(&self, thread: &mut Thread, message: &str, index: usize) -> Result<T> {
        Err(decode_error(thread, message, self.text, index as i64))
    }

    /// The value that begins at an index, and the index behind it.
    fn value(&mut self, thread: &mut Thread, index: usize) -> Scanned {
        match self.at(index) {
            Some(b'"') => {
                let (string, next) = scan(thread, self.text, index + 1, self.scanner.strict)?;
                Ok((string.value(), next))
            }
            Some(b'{') => {
                thread.check_native_stack()?;
                self.object(thread, index + 1)
            }
            Some(b'[') => {
                thread.check_native_stack()?;
                self.array(thread, index + 1)
            }
            Some(b'n') if self.has(index, "null") => Ok((Value::NONE, index + 4)),
            Some(b't') if self.has(index, "true") => Ok((Value::TRUE, index + 4)),
            Some(b'f') if self.has(index, "false") => Ok((Value::FALSE, index + 5)),
            Some(b'N') if self.has(index, "NaN") => self.constant(thread, "NaN", index),
            Some(b'I') if self.has(index, "Infinity") => self.constant(thread, "Infinity", index),
            Some(b'-') if self.has(index, "-Infinity") => self.constant(thread, "-Infinity", index),
            Some(b'-' | b'0'..=b'9') => self.number(thread, index),
            _ => Err(stop_at(index)),
        }
    }

    fn has(&self, index: usize, word: &str) -> bool {
        word.bytes().enumerate().all(|(i, c)| self.at(index + i) == Some(c))
    }

    fn constant(&self, thread: &mut Thread, word: &str, index: usize) -> Scanned {
        let value = thread.call(self.scanner.parse_constant, &[Str::new(word).value()])?;
        Ok((value, index + word.len()))
    }

    fn digits(&self, mut index: usize) -> usize {
        while matches!(self.at(index), Some(b'0'..=b'9')) {
            index += 1;
        }
        index
    }

    fn number(&self, thread: &mut Thread, start: usize) -> Scanned {
        let first = start + usize::from(self.at(start) == Some(b'-'));
        let mut end = match self.at(first) {
            Some(b'0') => first + 1,
            Some(b'1'..=b'9') => self.digits(first),
            _ => return Err(stop_at(start)),
        };
        let mut is_float = false;
        if self.at(end) == Some(b'.') && self.digits(end + 1) > end + 1 {
            end = self.digits(end + 1);
            is_float = true;
        }
        if matches!(self.at(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.at(end + 1), Some(b'+' | b'-')));
            let exponent = end + 1 + sign;
            if self.digits(exponent) > exponent {
                end = self.digits(exponent);
                is_float = true;
            }
        }
        // All of it is ASCII.
        let text: String = (start..end).filter_map(|i| self.at(i)).map(char::from).collect();
        let parser = if is_float { self.scanner.parse_float } else { self.scanner.parse_int };
        let known = if is_float && parser == types().float.value() {
            text.parse().ok().map(Value::from_float)
        } else if !is_float && parser == types().int.value() {
            text.parse().ok().map(Value::from_int)
        } else {
            None
        };
        match known {
            Some(value) => Ok((value, end)),
            None => Ok((thread.call(parser, &[Str::new(&text).value()])?, end)),
        }
    }

    fn array(&mut self, thread: &mut Thread, start: usize) -> Scanned {
        let list = List::empty();
        let mut index = self.skip_space(start);
        if self.at(index) == Some(b']') {
            return Ok((list.value(), index + 1));
        }
        loop {
            let (item, next) = self.value(thread, index)?;
            list.push(item);
            index = self.skip_space(next);
            match self.at(index) {
                Some(b']') => return Ok((list.value(), index + 1)),
                Some(b',') => {}
                _ => return self.error(thread, "Expecting ',' delimiter", index),
            }
            let comma = index;
            index = self.skip_space(index + 1);
            if self.at(index) == Some(b']') {
                return self.error(thread, "Illegal trailing comma before end of array", comma);
            }
        }
    }

    fn object(&mut self, thread: &mut Thread, start: usize) -> Scanned {
        let with_pairs = !self.scanner.object_pairs_hook.is_none();
        let (dict, pairs) = (Dict::new(), List::empty());
        let mut index = self.skip_space(start);
        let mut ended = self.at(index) == Some(b'}');
        while !ended {
            let (key, next) = self.key(thread, index)?;
            let (value, next) = self.value(thread, next)?;
            if with_pairs {
                pairs.push(Tuple::new(&[key.value(), value]).value());
            } else {
                dict.set_str(thread, key, value)?;
            }
            index = self.skip_space(next);
            match self.at(index) {
                Some(b'}') => {
                    ended = true;
                    continue;
                }
                Some(b',') => {}
                _ => return self.error(thread, "Expecting ',' delimiter", index),
            }
            let comma = index;
            index = self.skip_space(index + 1);
            if self.at(index) == Some(b'}') {
                return self.error(thread, "Illegal trailing comma before end of object", comma);
            }
        }
        let value = if with_pairs {
            thread.call(self.scanner.object_pairs_hook, &[pairs.value()])?
        } else if !self.scanner.object_hook.is_none() {
            thread.call(self.scanner.object_hook, &[dict.value()])?
        } else {
            dict.value()
        };
        Ok((value, index + 1))
    }

    /// A key and its colon; the index of the value.
    fn key(&mut self, thread: &mut Thread, index: usize) -> Scanned<Gc<Str>> {
        if self.at(index) != Some(b'"') {
            return self.error(thread, "Expecting property name enclosed in double quotes", index);
        }
        let (key, next) = scan(thread, self.text, index + 1, self.scanner.strict)?;
        let key = self.keys.set_default(thread, key.value(), key.value())?.cast::<Str>();
        let colon = self.skip_space(next);
        if self.at(colon) != Some(b':') {
            return self.error(thread, "Expecting ':' delimiter", colon);
        }
        Ok((key, self.skip_space(colon + 1)))
    }
}

/// `StopIteration(index)`: no value begins there.
#[cold]
fn stop_at(index: usize) -> Raised {
    let value = Value::from_int(index as i64);
    let exception = Exception::allocate(types().stop_iteration, Tuple::new(&[value]));
    exception.set_field(0, value);
    Raised(exception.value())
}
