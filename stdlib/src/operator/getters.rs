//! `itemgetter`, `attrgetter` and `methodcaller`.

use taipan_runtime::heap::ScratchValues;
use taipan_runtime::native_layout;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern_string;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::call::call;
use taipan_runtime::operations::{get_attribute, get_item, repr};
use taipan_runtime::prelude::*;

/// Items by key.
#[repr(C)]
pub struct ItemGetter {
    head: NativeHead,
    keys: Gc<Tuple>,
}

native_layout!(ItemGetter, "operator.itemgetter", |this, tracer| tracer.value(this.keys.value().0));

/// The one argument of a getter's call.
fn only_argument(thread: &mut Thread, name: &str, arguments: &[Value]) -> Result {
    match arguments {
        [object] => Ok(*object),
        _ => Err(thread.type_error(format!("{name} expected 1 argument, got {}", arguments.len()))),
    }
}

/// Calls `get` for each of the tuple's items: the only answer, or a tuple of them.
fn one_or_tuple(
    thread: &mut Thread,
    wanted: Gc<Tuple>,
    mut get: impl FnMut(&mut Thread, Value) -> Result,
) -> Result {
    if let [only] = wanted.items() {
        return get(thread, *only);
    }
    let mut found = ScratchValues::with_capacity(wanted.length);
    for item in wanted.items() {
        found.push(get(thread, *item)?);
    }
    Ok(Tuple::new(&found).value())
}

/// `operator.name(repr, repr, ...)`
fn repr_of_call(thread: &mut Thread, this: Value, arguments: &[String]) -> Result<String> {
    let class = taipan_runtime::native::full_name(taipan_runtime::operations::class_of(this));
    thread.check_native_stack()?;
    Ok(format!("{class}({})", arguments.join(", ")))
}

/// Return a callable that fetches the given items from its operand: one item, or a tuple of several.
#[native_type(name = "itemgetter", module = "operator")]
impl ItemGetter {
    #[new("(*items)", text = "(item, /, *items)")]
    fn new(thread: &mut Thread, class: Gc<TypeObject>, items: &[Value]) -> Result<Gc<ItemGetter>> {
        if items.is_empty() {
            return Err(thread.type_error("itemgetter expected 1 argument, got 0"));
        }
        Ok(native_object::new(class, ItemGetter { head: NativeHead::empty(), keys: Tuple::new(items) }))
    }

    #[method("(*arguments)")]
    fn __call__(thread: &mut Thread, this: Gc<ItemGetter>, arguments: &[Value]) -> Result {
        let object = only_argument(thread, "itemgetter", arguments)?;
        one_or_tuple(thread, this.keys, |thread, key| get_item(thread, object, key))
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<ItemGetter>) -> Result<String> {
        let mut shown = Vec::new();
        for key in this.keys.items() {
            shown.push(repr(thread, *key)?.to_string_lossy());
        }
        repr_of_call(thread, this.value(), &shown)
    }

    /// Return what pickling needs.
    #[method("()")]
    fn __reduce__(this: Gc<ItemGetter>) -> Gc<Tuple> {
        Tuple::new(&[this.class().value(), this.keys.value()])
    }
}

/// Attributes by dotted name.
#[repr(C)]
pub struct AttributeGetter {
    head: NativeHead,
    /// The names as given.
    names: Gc<Tuple>,
    /// For each name its parts: an interned string, or a tuple of them.
    paths: Gc<Tuple>,
}

native_layout!(AttributeGetter, "operator.attrgetter", |this, tracer| {
    tracer.value(this.names.value().0);
    tracer.value(this.paths.value().0);
});

fn path_of(name: Gc<Str>) -> Value {
    let characters: Vec<u32> = (0..name.length).map(|i| name.at(i)).collect();
    let part = |part: &[u32]| {
        let widest = part.iter().copied().max().unwrap_or(0);
        intern_string(Str::from_code_points(part.iter().copied(), part.len(), widest)).value()
    };
    let parts: Vec<&[u32]> = characters.split(|c| *c == u32::from(b'.')).collect();
    match parts[..] {
        [_] => intern_string(name).value(),
        _ => Tuple::from_fn(parts.len(), |i| part(parts[i])).value(),
    }
}

/// Return a callable that fetches the given attributes from its operand: one, or a tuple of several. A name may be dotted.
#[native_type(name = "attrgetter", module = "operator")]
impl AttributeGetter {
    #[new("(*attrs)", text = "(attr, /, *attrs)")]
    fn new(thread: &mut Thread, class: Gc<TypeObject>, attrs: &[Value]) -> Result<Gc<AttributeGetter>> {
        if attrs.is_empty() {
            return Err(thread.type_error("attrgetter expected 1 argument, got 0"));
        }
        let mut paths = ScratchValues::with_capacity(attrs.len());
        for name in attrs {
            match name.downcast::<Str>() {
                Some(name) => paths.push(path_of(name)),
                None => return Err(thread.type_error("attribute name must be a string")),
            }
        }
        let (names, paths) = (Tuple::new(attrs), Tuple::new(&paths));
        Ok(native_object::new(class, AttributeGetter { head: NativeHead::empty(), names, paths }))
    }

    #[method("(*arguments)")]
    fn __call__(thread: &mut Thread, this: Gc<AttributeGetter>, arguments: &[Value]) -> Result {
        let object = only_argument(thread, "attrgetter", arguments)?;
        one_or_tuple(thread, this.paths, |thread, path| match path.downcast::<Tuple>() {
            None => get_attribute(thread, object, path.cast::<Str>()),
            Some(parts) => {
                let mut at = object;
                for part in parts.items() {
                    at = get_attribute(thread, at, part.cast::<Str>())?;
                }
                Ok(at)
            }
        })
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<AttributeGetter>) -> Result<String> {
        let mut shown = Vec::new();
        for name in this.names.items() {
            shown.push(repr(thread, *name)?.to_string_lossy());
        }
        repr_of_call(thread, this.value(), &shown)
    }

    /// Return what pickling needs.
    #[method("()")]
    fn __reduce__(this: Gc<AttributeGetter>) -> Gc<Tuple> {
        Tuple::new(&[this.class().value(), this.names.value()])
    }
}

/// A method call with given arguments.
#[repr(C)]
pub struct MethodCaller {
    head: NativeHead,
    name: Gc<Str>,
    positional: Gc<Tuple>,
    /// Names and values of the keywords.
    keyword_names: Gc<Tuple>,
    keyword_values: Gc<Tuple>,
}

native_layout!(MethodCaller, "operator.methodcaller", |this, tracer| {
    tracer.value(this.name.value().0);
    tracer.value(this.positional.value().0);
    tracer.value(this.keyword_names.value().0);
    tracer.value(this.keyword_values.value().0);
});

/// Return a callable that calls the given method of its operand with the given arguments.
#[native_type(name = "methodcaller", module = "operator")]
impl MethodCaller {
    #[new("(*args, **kwargs)", text = "(name, /, *args, **kwargs)")]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        args: &[Value],
        kwargs: KeywordArguments<'_>,
    ) -> Result<Gc<MethodCaller>> {
        let Some((name, positional)) = args.split_first() else {
            return Err(thread.type_error("methodcaller needs at least one argument, the method name"));
        };
        let Some(name) = name.downcast::<Str>() else {
            return Err(thread.type_error("method name must be a string"));
        };
        let (mut names, mut values) = (ScratchValues::new(), ScratchValues::new());
        for (name, value) in kwargs.iter() {
            names.push(name.value());
            values.push(value);
        }
        let content = MethodCaller {
            head: NativeHead::empty(),
            name: intern_string(name),
            positional: Tuple::new(positional),
            keyword_names: Tuple::new(&names),
            keyword_values: Tuple::new(&values),
        };
        Ok(native_object::new(class, content))
    }

    #[method("(*arguments)")]
    fn __call__(thread: &mut Thread, this: Gc<MethodCaller>, arguments: &[Value]) -> Result {
        let object = only_argument(thread, "methodcaller", arguments)?;
        if this.keyword_names.length == 0 {
            return thread.call_method_named(object, this.name, this.positional.items());
        }
        let method = get_attribute(thread, object, this.name)?;
        let mut all = ScratchValues::with_capacity(this.positional.length + this.keyword_values.length);
        all.extend_from_slice(this.positional.items());
        all.extend_from_slice(this.keyword_values.items());
        call(thread, method, &all, this.keyword_names.value())
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<MethodCaller>) -> Result<String> {
        let mut shown = vec![repr(thread, this.name.value())?.to_string_lossy()];
        for value in this.positional.items() {
            shown.push(repr(thread, *value)?.to_string_lossy());
        }
        for (name, value) in this.keyword_names.items().iter().zip(this.keyword_values.items()) {
            let value = repr(thread, *value)?.to_string_lossy();
            shown.push(format!("{}={value}", name.cast::<Str>().to_string_lossy()));
        }
        repr_of_call(thread, this.value(), &shown)
    }

    /// Return what pickling needs.
    #[method("()")]
    fn __reduce__(thread: &mut Thread, this: Gc<MethodCaller>) -> Result<Gc<Tuple>> {
        let mut all = ScratchValues::new();
        all.push(this.name.value());
        all.extend_from_slice(this.positional.items());
        if this.keyword_names.length == 0 {
            return Ok(Tuple::new(&[this.class().value(), Tuple::new(&all).value()]));
        }
        // A partial of the class with the name and the keywords, called with the positional arguments.
        let functools = taipan_runtime::import::import_module(thread, "functools")?;
        let partial =
            taipan_runtime::operations::attribute::get_attribute_text(thread, functools, "partial")?;
        let mut arguments = ScratchValues::new();
        arguments.push(this.class().value());
        arguments.push(this.name.value());
        arguments.extend_from_slice(this.keyword_values.items());
        let made = call(thread, partial, &arguments, this.keyword_names.value())?;
        Ok(Tuple::new(&[made, this.positional.value()]))
    }
}
