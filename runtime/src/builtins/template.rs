//! Template strings: `string.templatelib.Template` and `Interpolation`.

use crate::builtins::support::class;
use crate::native_layout;
use crate::object::list::List;
use crate::object::native_object::{self, NativeHead};
use crate::object::tuple::Tuple;
use crate::operations;
use crate::operations::attribute::class_name;
use crate::prelude::*;

/// A template: strings, and the interpolations between them.
#[repr(C)]
pub struct Template {
    head: NativeHead,
    strings: Gc<Tuple>,
    interpolations: Gc<Tuple>,
}

native_layout!(Template, "string.templatelib.Template", |this, tracer| {
    tracer.value(this.strings.value().0);
    tracer.value(this.interpolations.value().0);
});

/// A replacement field of a template.
#[repr(C)]
pub struct Interpolation {
    head: NativeHead,
    value: Value,
    expression: Value,
    conversion: Value,
    specification: Value,
}

native_layout!(Interpolation, "string.templatelib.Interpolation", |this, tracer| {
    for value in [this.value, this.expression, this.conversion, this.specification] {
        tracer.value(value.0);
    }
});

/// The interpolation of a replacement field.
pub fn make_interpolation(
    _: &mut Thread,
    value: Value,
    expression: Value,
    conversion: Value,
    specification: Value,
) -> Result {
    let content = Interpolation { head: NativeHead::empty(), value, expression, conversion, specification };
    Ok(native_object::new(class::<Interpolation>(), content).value())
}

/// The template of a tuple of strings and a tuple of interpolations, one fewer.
pub fn make_template(_: &mut Thread, strings: Value, interpolations: Value) -> Result {
    Ok(template(strings.cast(), interpolations.cast()).value())
}

fn template(strings: Gc<Tuple>, interpolations: Gc<Tuple>) -> Gc<Template> {
    native_object::new(class::<Template>(), Template { head: NativeHead::empty(), strings, interpolations })
}

/// Puts strings and interpolations in order: between two interpolations, and at both ends, there is one string.
fn arrange(thread: &mut Thread, parts: &[Value]) -> Result<Gc<Template>> {
    let (strings, interpolations) = (List::empty(), List::empty());
    let mut text = String::new();
    for &part in parts {
        if let Some(piece) = part.downcast::<Str>() {
            text.push_str(&piece.to_string_lossy());
        } else if part.downcast::<Interpolation>().is_some() {
            strings.push(Str::new(&std::mem::take(&mut text)).value());
            interpolations.push(part);
        } else {
            let got = crate::native::convert::type_name(part);
            return Err(thread.type_error(format!(
                "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {got}"
            )));
        }
    }
    strings.push(Str::new(&text).value());
    let strings = Tuple::try_new(thread, strings.items())?;
    let interpolations = Tuple::try_new(thread, interpolations.items())?;
    Ok(template(strings, interpolations))
}

/// All parts in order, without empty strings.
fn parts(this: Gc<Template>) -> Gc<List> {
    let list = List::empty();
    for (i, &string) in this.strings.items().iter().enumerate() {
        if string.cast::<Str>().length > 0 {
            list.push(string);
        }
        if let Some(interpolation) = this.interpolations.get(i) {
            list.push(interpolation);
        }
    }
    list
}

/// Template object
#[native_type(name = "Template", module = "string.templatelib")]
impl Template {
    #[new("(*args, **kwargs)", hidden)]
    fn new_template(
        thread: &mut Thread,
        _class: Gc<TypeObject>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result<Gc<Template>> {
        if !kwargs.is_empty() {
            return Err(thread.type_error("Template.__new__ only accepts *args arguments"));
        }
        arrange(thread, args)
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<Template>) -> Result<String> {
        let strings = operations::repr(thread, this.strings.value())?.to_string_lossy();
        let interpolations = operations::repr(thread, this.interpolations.value())?.to_string_lossy();
        Ok(format!("Template(strings={strings}, interpolations={interpolations})"))
    }

    #[method]
    fn __iter__(thread: &mut Thread, this: Gc<Template>) -> Result {
        operations::get_iterator(thread, parts(this).value())
    }

    #[method]
    fn __add__(thread: &mut Thread, this: Value, value: Value) -> Result<Gc<Template>> {
        match (this.downcast::<Template>(), value.downcast::<Template>()) {
            (Some(left), Some(right)) => {
                let all = parts(left);
                all.extend_from_slice(thread, parts(right).items())?;
                arrange(thread, all.items())
            }
            _ => {
                let (left, right) =
                    (crate::native::convert::type_name(this), crate::native::convert::type_name(value));
                Err(thread.type_error(format!("can only concatenate {left} (not \"{right}\") to {left}")))
            }
        }
    }

    #[method("($self, /)", hidden)]
    fn __reduce__(thread: &mut Thread, this: Gc<Template>) -> Result<Gc<Tuple>> {
        let function = crate::import::import_attribute(thread, "string.templatelib", "_template_unpickle")?;
        let arguments = Tuple::new(&[this.strings.value(), this.interpolations.value()]);
        Ok(Tuple::new(&[function, arguments.value()]))
    }

    /// Strings
    #[getter(member)]
    fn strings(this: Gc<Template>) -> Gc<Tuple> {
        this.strings
    }

    #[getter(member)]
    fn interpolations(this: Gc<Template>) -> Gc<Tuple> {
        this.interpolations
    }

    #[getter]
    fn values(this: Gc<Template>) -> Gc<Tuple> {
        let items = this.interpolations.items();
        Tuple::from_fn(items.len(), |i| items[i].cast::<Interpolation>().value)
    }
}

/// Interpolation object
#[native_type(name = "Interpolation", module = "string.templatelib")]
impl Interpolation {
    #[new("(value, expression='', conversion=None, format_spec='')")]
    fn new_interpolation(
        thread: &mut Thread,
        _class: Gc<TypeObject>,
        value: Value,
        expression: Option<Gc<Str>>,
        conversion: Value,
        format_spec: Option<Gc<Str>>,
    ) -> Result {
        if !conversion.is_none() {
            let Some(text) = conversion.downcast::<Str>() else {
                let got = class_name(conversion);
                return Err(thread
                    .type_error(format!("Interpolation() argument 'conversion' must be str, not {got}")));
            };
            if !["s", "r", "a"].iter().any(|&known| text.is(known)) {
                return Err(thread
                    .value_error("Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"));
            }
        }
        let text = |text: Option<Gc<Str>>| text.unwrap_or_else(|| Str::new("")).value();
        make_interpolation(thread, value, text(expression), conversion, text(format_spec))
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<Interpolation>) -> Result<String> {
        let mut shown = Vec::new();
        for value in [this.value, this.expression, this.conversion, this.specification] {
            shown.push(operations::repr(thread, value)?.to_string_lossy());
        }
        Ok(format!("Interpolation({})", shown.join(", ")))
    }

    #[method("($self, /)", hidden)]
    fn __reduce__(this: Gc<Interpolation>) -> Gc<Tuple> {
        let arguments = Tuple::new(&[this.value, this.expression, this.conversion, this.specification]);
        Tuple::new(&[class::<Interpolation>().value(), arguments.value()])
    }

    /// See PEP 585
    #[class_method("($type, object, /)", hidden)]
    fn __class_getitem__(thread: &mut Thread, class: Value, object: Value) -> Result {
        super::generic_alias::new(thread, class, object)
    }

    #[attribute]
    fn __match_args__() -> Gc<Tuple> {
        let names = ["value", "expression", "conversion", "format_spec"];
        Tuple::from_fn(names.len(), |i| Str::new(names[i]).value())
    }

    /// Value
    #[getter(member)]
    fn value(this: Gc<Interpolation>) -> Value {
        this.value
    }

    /// Expression
    #[getter(member)]
    fn expression(this: Gc<Interpolation>) -> Value {
        this.expression
    }

    /// Conversion
    #[getter(member)]
    fn conversion(this: Gc<Interpolation>) -> Value {
        this.conversion
    }

    /// Format specifier
    #[getter(member)]
    fn format_spec(this: Gc<Interpolation>) -> Value {
        this.specification
    }
}
