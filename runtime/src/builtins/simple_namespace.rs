//! `types.SimpleNamespace`: an object whose attributes are what it was made of.

use crate::builtins::support::{class, finish, guarded_repr, push_repr};
use crate::native_layout;
use crate::object::dict::Dict;
use crate::object::instance;
use crate::object::native_object::{self, NativeHead};
use crate::object::str::intern_string;
use crate::object::tuple::Tuple;
use crate::operations::{Comparison, class_of, rich_compare};
use crate::prelude::*;
use crate::text::TextBuilder;

/// An object with nothing but attributes.
#[repr(C)]
pub struct SimpleNamespace {
    head: NativeHead,
}

native_layout!(SimpleNamespace, "types.SimpleNamespace", |this, tracer| {});

impl SimpleNamespace {
    /// A namespace without attributes.
    pub fn new() -> Gc<SimpleNamespace> {
        native_object::new(class::<SimpleNamespace>(), SimpleNamespace { head: NativeHead::empty() })
    }
}

/// A namespace with the attributes of a dict with string keys.
pub fn make(thread: &mut Thread, attributes: Gc<Dict>) -> Result {
    let namespace = SimpleNamespace::new();
    namespace.set_all(thread, attributes)?;
    Ok(namespace.value())
}

impl Gc<SimpleNamespace> {
    /// Sets an attribute.
    pub fn set(self, thread: &mut Thread, name: Gc<Str>, value: Value) -> Result<()> {
        instance::set_own(thread, self.header(), intern_string(name), value)
    }

    fn dict(self) -> Gc<Dict> {
        // SAFETY: a live instance of a class with `__dict__`.
        unsafe { instance::dictionary(self.header(), class_of(self.value())) }
    }

    fn set_all(self, thread: &mut Thread, attributes: Gc<Dict>) -> Result<()> {
        let mut position = 0;
        while let Some((name, _)) = attributes.next_entry(&mut position) {
            if name.downcast::<Str>().is_none() {
                return Err(thread.type_error("keywords must be strings"));
            }
        }
        let mut position = 0;
        while let Some((name, value)) = attributes.next_entry(&mut position) {
            self.set(thread, name.cast(), value)?;
        }
        Ok(())
    }

    fn set_keywords(self, thread: &mut Thread, keywords: KeywordArguments) -> Result<()> {
        for (name, value) in keywords.iter() {
            self.set(thread, name, value)?;
        }
        Ok(())
    }
}

fn compare(thread: &mut Thread, this: Gc<SimpleNamespace>, other: Value, op: Comparison) -> Result {
    let Some(other) = other.downcast::<SimpleNamespace>() else { return Ok(Value::NOT_IMPLEMENTED) };
    let (left, right) = (this.dict().value(), other.dict().value());
    rich_compare(thread, op, left, right)
}

/// An object whose attributes are the items of a mapping or of an iterable of pairs, and the keyword arguments.
#[native_type(
    name = "SimpleNamespace",
    module = "types",
    base_type,
    has_dict,
    text_signature = "(mapping_or_iterable=(), /, **kwargs)"
)]
impl SimpleNamespace {
    #[new("($type, *args, **kwargs)")]
    fn new_namespace(
        class: Gc<TypeObject>,
        _args: &[Value],
        _kwargs: KeywordArguments,
    ) -> Gc<SimpleNamespace> {
        native_object::new(class, SimpleNamespace { head: NativeHead::empty() })
    }

    #[method("($self, mapping_or_iterable=(), /, **kwargs)")]
    fn __init__(
        thread: &mut Thread,
        this: Gc<SimpleNamespace>,
        attributes: Value,
        kwargs: KeywordArguments,
    ) -> Result<()> {
        if !attributes.is_null() {
            let attributes = match class_of(attributes) == types().dict {
                true => attributes.cast(),
                false => Gc::<Dict>::from_mapping(thread, attributes)?,
            };
            this.set_all(thread, attributes)?;
        }
        this.set_keywords(thread, kwargs)
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<SimpleNamespace>) -> Result<Gc<Str>> {
        let own = this.class() == class::<SimpleNamespace>();
        let name = if own { "namespace".to_string() } else { this.class().name_text() };
        let text = guarded_repr(thread, this.value(), |thread| {
            let mut text = TextBuilder::new();
            text.push_str(&name);
            text.push_str("(");
            let (dict, mut position, mut first) = (this.dict(), 0, true);
            while let Some((key, value)) = dict.next_entry(&mut position) {
                let Some(key) = key.downcast::<Str>().filter(|key| key.length > 0) else { continue };
                if !std::mem::take(&mut first) {
                    text.push_str(", ");
                }
                text.push_characters(key.characters());
                text.push_str("=");
                push_repr(thread, &mut text, value)?;
            }
            text.push_str(")");
            Ok(finish(text))
        })?;
        Ok(text.unwrap_or_else(|| Str::new(&format!("{name}(...)"))))
    }

    #[attribute]
    fn __hash__() -> Value {
        Value::NONE
    }

    #[method]
    fn __lt__(thread: &mut Thread, this: Gc<SimpleNamespace>, other: Value) -> Result {
        compare(thread, this, other, Comparison::Less)
    }

    #[method]
    fn __le__(thread: &mut Thread, this: Gc<SimpleNamespace>, other: Value) -> Result {
        compare(thread, this, other, Comparison::LessEqual)
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<SimpleNamespace>, other: Value) -> Result {
        compare(thread, this, other, Comparison::Equal)
    }

    #[method]
    fn __ne__(thread: &mut Thread, this: Gc<SimpleNamespace>, other: Value) -> Result {
        compare(thread, this, other, Comparison::NotEqual)
    }

    #[method]
    fn __gt__(thread: &mut Thread, this: Gc<SimpleNamespace>, other: Value) -> Result {
        compare(thread, this, other, Comparison::Greater)
    }

    #[method]
    fn __ge__(thread: &mut Thread, this: Gc<SimpleNamespace>, other: Value) -> Result {
        compare(thread, this, other, Comparison::GreaterEqual)
    }

    /// Return state information for pickling.
    #[method("($self, /)")]
    fn __reduce__(this: Gc<SimpleNamespace>) -> Gc<Tuple> {
        let dict = this.dict().value();
        Tuple::new(&[this.class().value(), Tuple::empty().value(), dict])
    }

    /// Return a copy of the namespace with new values for the specified attributes.
    #[method("($self, /, **changes)")]
    fn __replace__(thread: &mut Thread, this: Gc<SimpleNamespace>, changes: KeywordArguments) -> Result {
        let copy = thread.call(this.class().value(), &[])?;
        if let Some(namespace) = copy.downcast::<SimpleNamespace>() {
            namespace.set_all(thread, this.dict())?;
            namespace.set_keywords(thread, changes)?;
        }
        Ok(copy)
    }
}
