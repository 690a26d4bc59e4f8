//! Names, docs and annotations of classes.

use crate::object::dict::Dict;
use crate::object::str::intern;
use crate::object::type_object::{TYPE_HEAP, TYPE_IMMUTABLE};
use crate::operations::attribute::{class_name, descriptor_get};
use crate::operations::class_of;
use crate::prelude::*;

/// The `__name__` of the globals that the running Python code has.
pub fn calling_module(thread: &Thread) -> Option<Value> {
    if !thread.has_frame() {
        return None;
    }
    // SAFETY: there is a running frame.
    unsafe { (*thread.frame).globals.get_str(intern("__name__")) }
}

/// A class's name must not contain null characters.
pub fn check_name(thread: &mut Thread, name: Gc<Str>) -> Result<()> {
    if (0..name.length).any(|i| name.at(i) == 0) {
        return Err(thread.value_error("type name must not contain null characters"));
    }
    if name.to_text().is_none() {
        return Err(thread.value_error("type name must be encodable as UTF-8"));
    }
    Ok(())
}

/// Raises for a special attribute of a class that can't be set, or with `None` deleted.
pub fn check_assignable(
    thread: &mut Thread,
    class: Gc<TypeObject>,
    name: &str,
    value: Option<Value>,
) -> Result<Value> {
    let class_text = class.name_text();
    if class.has(TYPE_IMMUTABLE) {
        return Err(
            thread.type_error(format!("cannot set '{name}' attribute of immutable type '{class_text}'"))
        );
    }
    value.ok_or_else(|| {
        thread.type_error(format!("cannot delete '{name}' attribute of immutable type '{class_text}'"))
    })
}

/// `type.__module__`
pub fn module(thread: &mut Thread, class: Gc<TypeObject>) -> Result {
    if let Some(definition) = class.definition {
        // In the dict of `type` itself the name is that of the descriptor.
        return Ok(class
            .dict
            .get_str(intern("__module__"))
            .filter(|module| module.downcast::<Str>().is_some())
            .unwrap_or_else(|| Str::new(definition.module).value()));
    }
    class.dict.get_str(intern("__module__")).ok_or_else(|| thread.attribute_error("__module__"))
}

/// `module.qualname`, without the module where it is builtins.
pub fn shown_name(thread: &mut Thread, class: Gc<TypeObject>) -> Result<String> {
    let name = class.qualified_name_text();
    let module = match class.definition {
        Some(_) => Some(module(thread, class)?),
        None => class.dict.get_str(intern("__module__")),
    };
    Ok(match module.and_then(|module| module.downcast::<Str>()) {
        Some(module) if !module.is("builtins") => format!("{}.{name}", module.to_string_lossy()),
        _ => name,
    })
}

/// `type.__doc__`
pub fn doc(thread: &mut Thread, class: Gc<TypeObject>) -> Result {
    if let Some(definition) = class.definition {
        // The dict may have the descriptor of the instances' `__doc__`.
        return Ok(definition.doc.map_or(Value::NONE, |doc| Str::new(doc).value()));
    }
    match class.dict.get_str(intern("__doc__")) {
        None => Ok(Value::NONE),
        Some(doc) if class.has(TYPE_HEAP) => descriptor_get(thread, doc, Value::NULL, class),
        Some(doc) => Ok(doc),
    }
}

/// `type.__annotate__`
pub fn annotate(thread: &mut Thread, class: Gc<TypeObject>) -> Result {
    if class.definition.is_some() {
        let name = class.name_text();
        return Err(thread.attribute_error(format!("type object '{name}' has no attribute '__annotate__'")));
    }
    for name in ["__annotate_func__", "__annotate__"] {
        if let Some(found) = class.dict.get_str(intern(name)) {
            return descriptor_get(thread, found, Value::NULL, class);
        }
    }
    set_entry(thread, class, "__annotate_func__", Value::NONE)?;
    Ok(Value::NONE)
}

fn set_entry(thread: &mut Thread, class: Gc<TypeObject>, name: &str, value: Value) -> Result<()> {
    let name = intern(name);
    class.dict.set_str(thread, name, value)?;
    class.attribute_changed(Some(name));
    Ok(())
}

fn delete_entry(class: Gc<TypeObject>, name: &str) -> bool {
    let name = intern(name);
    let there = class.dict.delete_str(name);
    if there {
        class.attribute_changed(Some(name));
    }
    there
}

/// Assigns `type.__annotate__`.
pub fn set_annotate(thread: &mut Thread, class: Gc<TypeObject>, value: Option<Value>) -> Result<()> {
    let Some(value) = value else { return Err(thread.type_error("cannot delete __annotate__ attribute")) };
    check_assignable(thread, class, "__annotate__", Some(value))?;
    let callable = class_of(value).special(crate::object::special::Special::Call).is_some()
        || value.is_kind(crate::object::kind::ObjectKind::Function);
    if !value.is_none() && !callable {
        return Err(thread.type_error("__annotate__ must be callable or None"));
    }
    set_entry(thread, class, "__annotate_func__", value)?;
    if !value.is_none() {
        delete_entry(class, "__annotations_cache__");
        delete_entry(class, "__annotations__");
    }
    Ok(())
}

/// `type.__annotations__`: computed by `__annotate__` when first asked for.
pub fn annotations(thread: &mut Thread, class: Gc<TypeObject>) -> Result {
    if class.definition.is_some() {
        let name = class.name_text();
        return Err(
            thread.attribute_error(format!("type object '{name}' has no attribute '__annotations__'"))
        );
    }
    for name in ["__annotations__", "__annotations_cache__"] {
        if let Some(found) = class.dict.get_str(intern(name)) {
            return descriptor_get(thread, found, Value::NULL, class);
        }
    }
    let annotate = annotate(thread, class)?;
    let annotations = call_annotate(thread, annotate)?;
    set_entry(thread, class, "__annotations_cache__", annotations)?;
    Ok(annotations)
}

/// The dict that an `__annotate__` function gives in the format VALUE; an empty one for None.
pub fn call_annotate(thread: &mut Thread, annotate: Value) -> Result {
    if annotate.is_none() || annotate.is_null() {
        return Ok(Dict::new().value());
    }
    let annotations = thread.call(annotate, &[Value::from_small_int(1)])?;
    match annotations.downcast::<Dict>() {
        Some(dict) => Ok(dict.value()),
        None => {
            let got = class_name(annotations);
            Err(thread.type_error(format!("__annotate__ returned non-dict of type '{got}'")))
        }
    }
}

/// Assigns or deletes `type.__annotations__`.
pub fn set_annotations(thread: &mut Thread, class: Gc<TypeObject>, value: Option<Value>) -> Result<()> {
    check_assignable(thread, class, "__annotations__", Some(value.unwrap_or(Value::NONE)))?;
    let explicit = class.dict.get_str(intern("__annotations__")).is_some();
    let name = if explicit { "__annotations__" } else { "__annotations_cache__" };
    match value {
        Some(value) => set_entry(thread, class, name, value)?,
        None => {
            let there = delete_entry(class, "__annotations__") | delete_entry(class, "__annotations_cache__");
            if !there {
                return Err(thread.attribute_error("__annotations__"));
            }
        }
    }
    delete_entry(class, "__annotate__");
    delete_entry(class, "__annotate_func__");
    Ok(())
}
