//! `defaultdict`: a dict with a function that makes missing values. Its layout is a dict's with one value behind.

use crate::recursion::Showing;
use taipan_runtime::heap::Header;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::kind::{Layout, ObjectKind};
use taipan_runtime::object::shape::class_of_header;
use taipan_runtime::object::special::Special;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::container::key_error;
use taipan_runtime::operations::{class_of, get_iterator, repr};
use taipan_runtime::prelude::*;

/// A dict with a default factory.
#[repr(C)]
pub struct DefaultDict {
    dict: Dict,
    /// None or NULL: there is none.
    factory: Value,
}

// SAFETY: classes made from the definition below and derived from them have the field behind the dict.
unsafe impl Layout for DefaultDict {
    const KIND: ObjectKind = ObjectKind::Dict;
    const NAME: &'static str = "collections.defaultdict";

    #[inline]
    fn matches(header: *mut Header) -> bool {
        // SAFETY: the header of a live object.
        let is_dict = unsafe { (*header).kind == ObjectKind::Dict as u8 };
        is_dict
            && DefaultDict::DEFINITION
                .class()
                .is_some_and(|class| class_of_header(header).is_subclass_of(class))
    }
}

fn as_dict(this: Gc<DefaultDict>) -> Gc<Dict> {
    this.value().cast::<Dict>()
}

fn factory_of(this: Gc<DefaultDict>) -> Value {
    this.factory.non_null().unwrap_or(Value::NONE)
}

/// A dict with a function that makes the values of missing keys.
///
/// defaultdict(default_factory=None, /, [...]) takes the other arguments as dict does. The factory is called without arguments when
/// dict[key] finds no key.
#[native_type(name = "defaultdict", module = "collections", base_type, mapping, base = Dict::DEFINITION, value_fields = 1)]
impl DefaultDict {
    #[method("(*args, **kwargs)")]
    fn __init__(
        thread: &mut Thread,
        mut this: Gc<DefaultDict>,
        args: &[Value],
        kwargs: KeywordArguments<'_>,
    ) -> Result<()> {
        let (factory, rest) = match args.split_first() {
            Some((factory, rest)) => (*factory, rest),
            None => (Value::NONE, args),
        };
        if !factory.is_none() && class_of(factory).special(Special::Call).is_none() {
            return Err(thread.type_error("first argument must be callable or None"));
        }
        this.factory = factory;
        this.write_barrier();
        let Some(init) = types().dict.special(Special::Init) else { return Ok(()) };
        let mut arguments = taipan_runtime::heap::ScratchValues::with_capacity(rest.len() + 1);
        arguments.push(this.value());
        arguments.extend_from_slice(rest);
        kwargs.call(thread, init, &arguments)?;
        Ok(())
    }

    /// Make the value of a missing key and store it; without a factory raise KeyError.
    #[method("(object, /)")]
    fn __missing__(thread: &mut Thread, this: Gc<DefaultDict>, object: Value) -> Result {
        let factory = factory_of(this);
        if factory.is_none() {
            return Err(key_error(thread, object));
        }
        let value = thread.call(factory, &[])?;
        taipan_runtime::operations::set_item(thread, this.value(), object, value)?;
        Ok(value)
    }

    /// Factory for default value called by __missing__().
    #[getter(member)]
    fn default_factory(this: Gc<DefaultDict>) -> Value {
        factory_of(this)
    }

    #[setter(default_factory)]
    fn set_default_factory(mut this: Gc<DefaultDict>, value: Option<Value>) -> Result<()> {
        this.factory = value.unwrap_or(Value::NULL);
        this.write_barrier();
        Ok(())
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<DefaultDict>) -> Result<String> {
        let name = this.class().name_text();
        let factory = factory_of(this);
        let shown = match Showing::enter(this.value()) {
            _ if factory.is_none() => "None".into(),
            Some(_showing) => repr(thread, factory)?.to_string_lossy(),
            None => "...".into(),
        };
        let content = match types().dict.special(Special::Repr) {
            Some(method) => thread.call(method, &[this.value()])?,
            None => Value::NONE,
        };
        let content = taipan_runtime::operations::str_of(thread, content)?.to_string_lossy();
        Ok(format!("{name}({shown}, {content})"))
    }

    #[method]
    fn __or__(thread: &mut Thread, this: Value, value: Value) -> Result {
        merge(thread, this, value)
    }

    #[method]
    fn __ror__(thread: &mut Thread, this: Value, value: Value) -> Result {
        merge_onto(thread, this, value)
    }

    /// D.copy() -> a shallow copy of D.
    #[method("()")]
    fn copy(thread: &mut Thread, this: Gc<DefaultDict>) -> Result {
        copy(thread, this)
    }

    /// D.copy() -> a shallow copy of D.
    #[method("()")]
    fn __copy__(thread: &mut Thread, this: Gc<DefaultDict>) -> Result {
        copy(thread, this)
    }

    /// Return state information for pickling.
    #[method("()")]
    fn __reduce__(thread: &mut Thread, this: Gc<DefaultDict>) -> Result<Gc<Tuple>> {
        let factory = factory_of(this);
        let arguments = if factory.is_none() { Tuple::empty() } else { Tuple::new(&[factory]) };
        let items = thread.call_method(this.value(), "items", &[])?;
        let items = get_iterator(thread, items)?;
        Ok(Tuple::new(&[this.class().value(), arguments.value(), Value::NONE, Value::NONE, items]))
    }

    /// See PEP 585.
    #[class_method("(object, /)")]
    fn __class_getitem__(thread: &mut Thread, class: Gc<TypeObject>, object: Value) -> Result {
        taipan_runtime::builtins::generic_alias::new(thread, class.value(), object)
    }
}

/// A new object of the same class, with the same factory and content.
fn copy(thread: &mut Thread, this: Gc<DefaultDict>) -> Result {
    thread.call(this.class().value(), &[factory_of(this), this.value()])
}

fn merge(thread: &mut Thread, this: Value, other: Value) -> Result {
    let (Some(this), Some(other)) = (this.downcast::<DefaultDict>(), other.downcast::<Dict>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let new = copy(thread, this)?;
    if let Some(dict) = new.downcast::<Dict>() {
        dict.merge(thread, other, true)?;
    }
    Ok(new)
}

/// `other | this`, where other is a plain dict.
fn merge_onto(thread: &mut Thread, this: Value, other: Value) -> Result {
    let (Some(this), true) = (this.downcast::<DefaultDict>(), other.downcast::<Dict>().is_some()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let new = thread.call(this.class().value(), &[factory_of(this), other])?;
    if let Some(dict) = new.downcast::<Dict>() {
        dict.merge(thread, as_dict(this), true)?;
    }
    Ok(new)
}
