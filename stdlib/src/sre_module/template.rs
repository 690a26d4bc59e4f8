//! Replacement templates: literal text with groups in between, as `re._parser.parse_template` finds them.

use super::matching::no_such_group;
use super::pattern::PatternObject;
use super::subject::{Subject, latin1};
use taipan_runtime::native::type_name;
use taipan_runtime::native_layout;
use taipan_runtime::object::bytes::{ByteArray, Bytes};
use taipan_runtime::object::list::List;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::get_attribute;
use taipan_runtime::prelude::*;
use taipan_runtime::text::TextBuilder;

/// A replacement template: `literal, group, literal, ..., group, literal`.
#[repr(C)]
pub struct Template {
    head: NativeHead,
    items: Gc<Tuple>,
}

native_layout!(Template, "_sre.SRE_Template", |this, tracer| tracer.value(this.items.value().0));

#[native_type(name = "SRE_Template", module = "_sre", no_new)]
impl Template {}

impl Template {
    /// Checks what the template parser has made.
    pub fn from_list(thread: &mut Thread, list: Gc<List>) -> Result<Gc<Template>> {
        let items = Tuple::new(list.items());
        let is_group = |value: Value| value.as_small_int().is_some_and(|group| group >= 0);
        let valid =
            items.length % 2 == 1 && items.items().iter().skip(1).step_by(2).all(|&value| is_group(value));
        if !valid {
            return Err(thread.type_error("invalid template"));
        }
        let class = Template::class();
        Ok(native_object::new(class, Template { head: NativeHead::empty(), items }))
    }

    /// Whether it refers to no group.
    pub fn is_literal(&self) -> bool {
        self.items.length == 1
    }

    /// The text before the first group.
    pub fn first(&self) -> Value {
        self.items.items()[0]
    }

    /// The text with the groups put in.
    pub fn expand(
        &self,
        thread: &mut Thread,
        subject: &Subject,
        span: &dyn Fn(usize) -> Option<(usize, usize)>,
        groups: usize,
    ) -> Result {
        let mut out = Output::new(subject.is_bytes);
        self.expand_into(thread, subject, span, groups, &mut out)?;
        out.finish(thread)
    }

    /// Adds the text with the groups put in.
    pub fn expand_into(
        &self,
        thread: &mut Thread,
        subject: &Subject,
        span: &dyn Fn(usize) -> Option<(usize, usize)>,
        groups: usize,
        out: &mut Output,
    ) -> Result<()> {
        for &item in self.items.items() {
            match item.as_small_int() {
                Some(group) if group as usize > groups => return Err(no_such_group(thread)),
                Some(group) => {
                    if let Some((start, end)) = span(group as usize) {
                        out.push_part(subject, start, end);
                    }
                }
                None => out.push_value(item),
            }
        }
        Ok(())
    }
}

/// Text or bytes being put together.
pub enum Output {
    /// Text.
    Text(TextBuilder, Pieces),
    /// Bytes.
    Bytes(Vec<u8>, Pieces),
}

/// How many pieces there are, and the first one of a wrong type.
#[derive(Default)]
pub struct Pieces {
    count: usize,
    wrong: Option<(usize, Value)>,
}

impl Output {
    /// Nothing yet.
    pub fn new(is_bytes: bool) -> Self {
        match is_bytes {
            true => Output::Bytes(Vec::new(), Pieces::default()),
            false => Output::Text(TextBuilder::new(), Pieces::default()),
        }
    }

    /// Adds a part of the subject.
    pub fn push_part(&mut self, subject: &Subject, start: usize, end: usize) {
        let length = subject.text.len();
        let (start, end) = (start.min(length), end.min(length));
        let part = subject.text.slice(start, end.max(start));
        match self {
            Output::Text(out, pieces) => {
                out.push_characters(part);
                pieces.count += 1;
            }
            Output::Bytes(out, pieces) => {
                out.extend_from_slice(latin1(part));
                pieces.count += 1;
            }
        }
    }

    /// Adds an object, which should be a str or bytes-like; one that isn't is complained about at the end.
    pub fn push_value(&mut self, value: Value) {
        let fits = match self {
            Output::Text(out, _) => {
                let string = value.downcast::<Str>();
                if let Some(string) = string {
                    out.push_characters(string.characters());
                }
                string.is_some()
            }
            Output::Bytes(out, _) => {
                if let Some(bytes) = value.downcast::<Bytes>() {
                    out.extend_from_slice(bytes.as_slice());
                    true
                } else if let Some(array) = value.downcast::<ByteArray>() {
                    out.extend_from_slice(array.as_slice());
                    true
                } else {
                    false
                }
            }
        };
        let (Output::Text(_, pieces) | Output::Bytes(_, pieces)) = self;
        if !fits && pieces.wrong.is_none() {
            pieces.wrong = Some((pieces.count, value));
        }
        pieces.count += 1;
    }

    /// The str or bytes.
    pub fn finish(self, thread: &mut Thread) -> Result {
        match self {
            Output::Text(_, Pieces { wrong: Some((at, value)), .. }) => {
                let got = type_name(value);
                Err(thread.type_error(format!("sequence item {at}: expected str instance, {got} found")))
            }
            Output::Bytes(_, Pieces { wrong: Some((at, value)), .. }) => {
                let got = type_name(value);
                Err(thread
                    .type_error(format!("sequence item {at}: expected a bytes-like object, {got} found")))
            }
            Output::Text(out, _) => Ok(Str::from_characters(out.characters()).value()),
            Output::Bytes(out, _) => Ok(Bytes::new(&out).value()),
        }
    }
}

/// Has `re._compile_template` make a template for a replacement.
pub fn compile_template(
    thread: &mut Thread,
    pattern: Gc<PatternObject>,
    template: Value,
) -> Result<Gc<Template>> {
    let module = taipan_runtime::import::import_module(thread, "re")?;
    let compile = get_attribute(thread, module, intern("_compile_template"))?;
    // What can't be a key of the cache there goes as a copy that can.
    let template = match template.downcast::<ByteArray>() {
        Some(array) => Bytes::new(array.as_slice()).value(),
        None => template,
    };
    let compiled = thread.call(compile, &[pattern.value(), template])?;
    match compiled.downcast::<Template>() {
        Some(template) => Ok(template),
        None => {
            let got = type_name(compiled);
            Err(thread.type_error(format!("the result of compiling a replacement template is a '{got}'")))
        }
    }
}
