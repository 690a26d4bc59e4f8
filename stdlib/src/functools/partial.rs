//! `partial`: a call with some arguments given in advance, and `Placeholder`, which keeps places free among them.

use crate::recursion::Showing;
use taipan_runtime::heap::ScratchValues;
use taipan_runtime::native_layout;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::function::BoundMethod;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::attribute::{get_attribute_optional, get_attribute_text};
use taipan_runtime::operations::call::call;
use taipan_runtime::operations::{class_of, repr, str_of};
use taipan_runtime::prelude::*;
use taipan_runtime::roots::Root;

/// The type of `Placeholder`.
#[repr(C)]
pub struct PlaceholderType {
    head: NativeHead,
}

native_layout!(PlaceholderType, "functools._PlaceholderType", |this, tracer| ());

static PLACEHOLDER: Root = Root::new();

/// The singleton `Placeholder`.
pub fn placeholder() -> Value {
    PLACEHOLDER.get_or_set(|| {
        native_object::new(PlaceholderType::class(), PlaceholderType { head: NativeHead::empty() }).value()
    })
}

/// The type of the Placeholder singleton.
///
/// Used as a placeholder for partial arguments.
#[native_type(name = "_PlaceholderType", module = "functools")]
impl PlaceholderType {
    #[new("(*arguments, **keywords)", hidden)]
    fn new(
        thread: &mut Thread,
        _class: Gc<TypeObject>,
        arguments: &[Value],
        keywords: KeywordArguments<'_>,
    ) -> Result {
        if !arguments.is_empty() || !keywords.is_empty() {
            return Err(thread.type_error("PlaceholderType takes no arguments"));
        }
        Ok(placeholder())
    }

    #[method]
    fn __repr__(_this: Gc<PlaceholderType>) -> &'static str {
        "Placeholder"
    }

    /// Return the name by which pickling finds the singleton.
    #[method("()")]
    fn __reduce__(_this: Gc<PlaceholderType>) -> &'static str {
        "Placeholder"
    }
}

/// A function with arguments given in advance.
#[repr(C)]
pub struct Partial {
    head: NativeHead,
    function: Value,
    /// A tuple; placeholders stand for arguments of the call.
    arguments: Gc<Tuple>,
    keywords: Gc<Dict>,
    /// Number of placeholders among the arguments.
    placeholders: usize,
}

native_layout!(Partial, "functools.partial", |this, tracer| {
    tracer.value(this.function.0);
    tracer.value(this.arguments.value().0);
    tracer.value(this.keywords.value().0);
});

fn is_callable(value: Value) -> bool {
    use taipan_runtime::object::special::Special;
    class_of(value).special(Special::Call).is_some_and(|method| !method.is_none())
}

fn count_placeholders(arguments: &[Value]) -> usize {
    let placeholder = placeholder();
    arguments.iter().filter(|argument| **argument == placeholder).count()
}

/// The arguments given in advance with their placeholders replaced by the first of `given`, and the rest of them behind; places
/// that `given` is too short for stay placeholders.
fn fill(advance: &[Value], given: &[Value]) -> ScratchValues {
    let placeholder = placeholder();
    let mut rest = given.iter();
    let mut all = ScratchValues::with_capacity(advance.len() + given.len());
    for argument in advance {
        all.push(if *argument == placeholder {
            rest.next().copied().unwrap_or(placeholder)
        } else {
            *argument
        });
    }
    all.extend_from_slice(rest.as_slice());
    all
}

/// Create a new function with partial application of the given arguments and keywords.
#[native_type(name = "partial", module = "functools", base_type, has_dict, weak_referencable)]
impl Partial {
    #[new("(*args, **keywords)", text = "(func, /, *args, **keywords)")]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        args: &[Value],
        keywords: KeywordArguments<'_>,
    ) -> Result<Gc<Partial>> {
        let Some((&function, given)) = args.split_first() else {
            return Err(thread.type_error("type 'partial' takes at least one argument"));
        };
        if !is_callable(function) {
            return Err(thread.type_error("the first argument must be callable"));
        }
        let placeholder = placeholder();
        if given.last() == Some(&placeholder) {
            return Err(thread.type_error("trailing Placeholders are not allowed"));
        }
        if keywords.iter().any(|(_, value)| value == placeholder) {
            return Err(thread.type_error("Placeholder cannot be passed as a keyword argument"));
        }
        let (mut function, mut all) = (function, Tuple::new(given));
        let mut named = keywords.to_dict();
        // A partial of a partial without further attributes becomes one.
        if let Some(inner) = function.downcast::<Partial>()
            && !has_attributes(inner)
        {
            function = inner.function;
            all = Tuple::new(&fill(inner.arguments.items(), given));
            if inner.keywords.length > 0 {
                let merged = inner.keywords.copy(thread)?;
                merged.merge(thread, named, true)?;
                named = merged;
            }
        }
        let content = Partial {
            head: NativeHead::empty(),
            function,
            arguments: all,
            keywords: named,
            placeholders: count_placeholders(all.items()),
        };
        Ok(native_object::new(class, content))
    }

    #[method("(*args, **keywords)")]
    fn __call__(
        thread: &mut Thread,
        this: Gc<Partial>,
        args: &[Value],
        keywords: KeywordArguments<'_>,
    ) -> Result {
        if args.len() < this.placeholders {
            let (least, given) = (this.placeholders, args.len());
            let message = format!(
                "missing positional arguments in 'partial' call; expected at least {least}, got {given}"
            );
            return Err(thread.type_error(message));
        }
        let mut all = match this.placeholders {
            0 => {
                let mut all = ScratchValues::with_capacity(this.arguments.length + args.len());
                all.extend_from_slice(this.arguments.items());
                all.extend_from_slice(args);
                all
            }
            _ => fill(this.arguments.items(), args),
        };
        if this.keywords.length == 0 {
            return keywords.call(thread, this.function, &all);
        }
        let mut names = ScratchValues::new();
        let mut position = 0;
        while let Some((name, value)) = this.keywords.next_entry(&mut position) {
            let Some(text) = name.downcast::<Str>() else {
                return Err(thread.type_error("keywords must be strings"));
            };
            let overridden = keywords.iter().find(|(other, _)| other.equals(text)).map(|(_, value)| value);
            names.push(name);
            all.push(overridden.unwrap_or(value));
        }
        let own = names.len();
        for (name, value) in keywords.iter() {
            if !names[..own].iter().any(|known| known.cast::<Str>().equals(name)) {
                names.push(name.value());
                all.push(value);
            }
        }
        call(thread, this.function, &all, Tuple::new(&names).value())
    }

    #[method]
    fn __get__(this: Gc<Partial>, instance: Value, _owner: Value) -> Value {
        if instance.is_none() { this.value() } else { BoundMethod::new(this.value(), instance).value() }
    }

    /// function object to use in future partial calls
    #[getter(member)]
    fn func(this: Gc<Partial>) -> Value {
        this.function
    }

    /// tuple of arguments to future partial calls
    #[getter(member)]
    fn args(this: Gc<Partial>) -> Gc<Tuple> {
        this.arguments
    }

    /// dictionary of keyword arguments to future partial calls
    #[getter(member)]
    fn keywords(this: Gc<Partial>) -> Gc<Dict> {
        this.keywords
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<Partial>) -> Result<String> {
        let Some(_showing) = Showing::enter(this.value()) else { return Ok("...".into()) };
        let class = this.class();
        let module = get_attribute_text(thread, class.value(), "__module__")?;
        let mut shown =
            format!("{}.{}(", str_of(thread, module)?.to_string_lossy(), class.qualified_name_text());
        shown.push_str(&repr(thread, this.function)?.to_string_lossy());
        for argument in this.arguments.items() {
            shown.push_str(", ");
            shown.push_str(&repr(thread, *argument)?.to_string_lossy());
        }
        let mut position = 0;
        let keywords = this.keywords;
        while let Some((name, value)) = keywords.next_entry(&mut position) {
            let name = str_of(thread, name)?.to_string_lossy();
            shown.push_str(&format!(", {name}={}", repr(thread, value)?.to_string_lossy()));
        }
        shown.push(')');
        Ok(shown)
    }

    /// Return what pickling needs.
    #[method("()")]
    fn __reduce__(thread: &mut Thread, this: Gc<Partial>) -> Result<Gc<Tuple>> {
        let dict = get_attribute_optional(thread, this.value(), intern("__dict__"))?;
        let dict = dict.filter(|dict| dict.downcast::<Dict>().is_some_and(|dict| dict.length > 0));
        let state = Tuple::new(&[
            this.function,
            this.arguments.value(),
            this.keywords.value(),
            dict.unwrap_or(Value::NONE),
        ]);
        let arguments = Tuple::new(&[this.function]);
        Ok(Tuple::new(&[this.class().value(), arguments.value(), state.value()]))
    }

    /// Set the state that __reduce__() returned.
    #[method("(object, /)")]
    fn __setstate__(thread: &mut Thread, mut this: Gc<Partial>, object: Value) -> Result<()> {
        let parts = object.downcast::<Tuple>().map(|state| state.items());
        let Some(&[function, arguments, keywords, dict]) = parts else {
            return Err(thread.type_error("invalid partial state"));
        };
        let keyword_dict = keywords.downcast::<Dict>();
        let (Some(arguments), true) = (
            arguments.downcast::<Tuple>(),
            is_callable(function) && (keyword_dict.is_some() || keywords.is_none()),
        ) else {
            return Err(thread.type_error("invalid partial state"));
        };
        if arguments.items().last() == Some(&placeholder()) {
            return Err(thread.type_error("trailing Placeholders are not allowed"));
        }
        let arguments = if arguments.is_exact() { arguments } else { Tuple::new(arguments.items()) };
        let keywords = match keyword_dict {
            None => Dict::new(),
            Some(dict) if dict.is_exact() => dict,
            Some(dict) => dict.copy(thread)?,
        };
        if !dict.is_none() {
            taipan_runtime::operations::set_attribute(thread, this.value(), intern("__dict__"), dict)?;
        }
        this.function = function;
        this.arguments = arguments;
        this.keywords = keywords;
        this.placeholders = count_placeholders(arguments.items());
        this.write_barrier();
        Ok(())
    }

    /// See PEP 585.
    #[class_method("(object, /)")]
    fn __class_getitem__(thread: &mut Thread, class: Gc<TypeObject>, object: Value) -> Result {
        taipan_runtime::builtins::generic_alias::new(thread, class.value(), object)
    }
}

/// Whether attributes were set on the object.
fn has_attributes(this: Gc<Partial>) -> bool {
    use taipan_runtime::object::instance::{attribute_word, dictionary};
    use taipan_runtime::object::shape::{SHAPE_DICTIONARY, shape};
    let class = this.class();
    if class.attributes_offset == 0 {
        return false;
    }
    // SAFETY: the object is live, and its class has attributes.
    unsafe {
        let id = (*this.header()).shape;
        if shape(id).flags & SHAPE_DICTIONARY == 0 {
            return shape(id).count > 0;
        }
        !(*attribute_word(this.header(), class)).is_null() && dictionary(this.header(), class).length > 0
    }
}
