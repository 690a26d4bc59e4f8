//! `_thread._local`: attributes of which each thread has its own.
//!
//! An object keeps a dict for each thread that used it, by the thread's serial number. A thread keeps weak references to the objects that have a
//! dict for it, and takes its dicts out of them when it ends.

use taipan_runtime::builtins::weak_reference::make_reference;
use taipan_runtime::native_layout;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::list::List;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::special::Special;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::object::weak_reference::referent;
use taipan_runtime::operations::attribute::{
    DescriptorRole, attribute_error_with, descriptor_get, descriptor_role, descriptor_set,
};
use taipan_runtime::operations::{call, class_of};
use taipan_runtime::prelude::*;

/// Thread-local data.
#[repr(C)]
pub struct Local {
    head: NativeHead,
    /// Dict of dicts by the threads' serial numbers.
    dicts: Value,
    /// What the class was called with: `__init__` is called again in each thread.
    arguments: Value,
    keywords: Value,
}

native_layout!(Local, "_thread._local", |this, tracer| {
    tracer.value(this.dicts.0);
    tracer.value(this.arguments.0);
    tracer.value(this.keywords.0);
});

/// The dict of the running thread, made at its first use of the object.
fn dict_of(thread: &mut Thread, this: Gc<Local>) -> Result<Gc<Dict>> {
    let dicts: Gc<Dict> = this.dicts.cast();
    let key = Value::from_unsigned(thread.serial);
    if let Some(dict) = dicts.get(thread, key)? {
        return Ok(dict.cast());
    }
    let dict = add_dict(thread, this)?;
    let initializer = class_of(this.value()).special(Special::Init).unwrap_or(Value::NULL);
    if initializer != types().object_init
        && let Err(raised) = initialize(thread, this)
    {
        dicts.remove(thread, key)?;
        return Err(raised);
    }
    Ok(dict)
}

/// Calls the object's `__init__` as its class did when it was made.
fn initialize(thread: &mut Thread, this: Gc<Local>) -> Result<()> {
    let name = taipan_runtime::object::str::intern("__init__");
    let method = taipan_runtime::operations::get_attribute(thread, class_of(this.value()).value(), name)?;
    let mut arguments = taipan_runtime::heap::ScratchValues::new();
    arguments.push(this.value());
    arguments.extend_from_slice(this.arguments.cast::<Tuple>().items());
    let mut names = taipan_runtime::heap::ScratchValues::new();
    let mut position = 0;
    while let Some((name, value)) = this.keywords.cast::<Dict>().next_entry(&mut position) {
        names.push(name);
        arguments.push(value);
    }
    let names = if names.is_empty() { Value::NULL } else { Tuple::new(&names).value() };
    call::call(thread, method, &arguments, names).map(|_| ())
}

fn add_dict(thread: &mut Thread, this: Gc<Local>) -> Result<Gc<Dict>> {
    let dict = Dict::new();
    this.dicts.cast::<Dict>().set(thread, Value::from_unsigned(thread.serial), dict.value())?;
    let reference = make_reference(thread, types().weak_reference, this.value(), Value::NULL)?;
    match thread.locals.downcast::<List>() {
        Some(list) => list.push(reference.value()),
        None => thread.locals = List::new(&[reference.value()]).value(),
    }
    Ok(dict)
}

/// Takes an ending thread's dicts out of all thread-local objects.
pub fn forget_thread(thread: &mut Thread) {
    let key = Value::from_unsigned(thread.serial);
    let Some(references) = std::mem::take(&mut thread.locals).downcast::<List>() else { return };
    let mut index = 0;
    while let Some(&reference) = references.items().get(index) {
        index += 1;
        if let Some(local) = referent(reference).and_then(|local| local.downcast::<Local>()) {
            // Removing an int key raises nothing.
            let _ = local.dicts.cast::<Dict>().remove(thread, key);
        }
    }
}

fn is_dictionary_name(name: Gc<Str>) -> bool {
    name.is("__dict__")
}

fn no_such_attribute(thread: &mut Thread, this: Gc<Local>, name: Gc<Str>) -> Raised {
    let class = taipan_runtime::native::type_name(this.value());
    let message = format!("'{class}' object has no attribute '{}'", name.to_string_lossy());
    attribute_error_with(thread, message, this.value(), name)
}

fn read_only(thread: &mut Thread, this: Gc<Local>) -> Raised {
    let class = taipan_runtime::native::type_name(this.value());
    thread.attribute_error(format!("'{class}' object attribute '__dict__' is read-only"))
}

/// Thread-local data
#[native_type(name = "_local", module = "_thread", base_type, weak_referencable)]
impl Local {
    #[new("(*args, **kwargs)", hidden)]
    fn new(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        args: &[Value],
        kwargs: KeywordArguments<'_>,
    ) -> Result<Gc<Local>> {
        let initializer = class.special(Special::Init).unwrap_or(Value::NULL);
        if initializer == types().object_init && !(args.is_empty() && kwargs.is_empty()) {
            return Err(thread.type_error("Initialization arguments are not supported"));
        }
        let dicts = Dict::new().value();
        let arguments = Tuple::new(args).value();
        let keywords = Dict::new();
        for (name, value) in kwargs.iter() {
            keywords.set_str(thread, name, value)?;
        }
        let content = Local { head: NativeHead::empty(), dicts, arguments, keywords: keywords.value() };
        let this = native_object::new(class, content);
        add_dict(thread, this)?;
        Ok(this)
    }

    /// The running thread's attributes.
    #[getter]
    fn __dict__(thread: &mut Thread, this: Gc<Local>) -> Result {
        Ok(dict_of(thread, this)?.value())
    }

    #[method]
    fn __getattribute__(thread: &mut Thread, this: Gc<Local>, name: Gc<Str>) -> Result {
        let dict = dict_of(thread, this)?;
        if is_dictionary_name(name) {
            return Ok(dict.value());
        }
        let class = class_of(this.value());
        let in_class = class.lookup(taipan_runtime::object::str::intern_string(name));
        let role = in_class.map_or(DescriptorRole::Plain, descriptor_role);
        if let (Some(attribute), DescriptorRole::Data) = (in_class, role) {
            return descriptor_get(thread, attribute, this.value(), class);
        }
        if let Some(own) = dict.get_str(name) {
            return Ok(own);
        }
        match (in_class, role) {
            (Some(attribute), DescriptorRole::NonData) => {
                descriptor_get(thread, attribute, this.value(), class)
            }
            (Some(attribute), _) => Ok(attribute),
            (None, _) => Err(no_such_attribute(thread, this, name)),
        }
    }

    #[method]
    fn __setattr__(thread: &mut Thread, this: Gc<Local>, name: Gc<Str>, value: Value) -> Result<()> {
        set(thread, this, name, value)
    }

    #[method]
    fn __delattr__(thread: &mut Thread, this: Gc<Local>, name: Gc<Str>) -> Result<()> {
        set(thread, this, name, Value::NULL)
    }
}

/// Sets an attribute, or with NULL deletes it.
fn set(thread: &mut Thread, this: Gc<Local>, name: Gc<Str>, value: Value) -> Result<()> {
    let dict = dict_of(thread, this)?;
    if is_dictionary_name(name) {
        return Err(read_only(thread, this));
    }
    let name = taipan_runtime::object::str::intern_string(name);
    if let Some(attribute) = class_of(this.value()).lookup(name)
        && descriptor_role(attribute) == DescriptorRole::Data
    {
        return descriptor_set(thread, attribute, this.value(), value);
    }
    if !value.is_null() {
        return dict.set_str(thread, name, value);
    }
    if dict.delete_str(name) { Ok(()) } else { Err(no_such_attribute(thread, this, name)) }
}
