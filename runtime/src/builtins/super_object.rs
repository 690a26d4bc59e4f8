//! `super`: attribute lookup behind a class in the order of the receiver's class.

use crate::object::cell::Cell;
use crate::object::descriptor::Super;
use crate::object::frame::Frame;
use crate::object::kind::ObjectKind;
use crate::object::native_function::NativeMethod;
use crate::object::str::intern;
use crate::operations::attribute::{
    class_name, descriptor_get, generic_get, get_attribute_optional, no_attribute,
};
use crate::operations::class_of;
use crate::prelude::*;

/// The class in whose order `super(class, receiver)` searches.
pub fn check(thread: &mut Thread, class: Gc<TypeObject>, receiver: Value) -> Result<Gc<TypeObject>> {
    if let Some(own) = receiver.downcast::<TypeObject>() {
        if own.is_subclass_of(class) {
            return Ok(own);
        }
    }
    let own = class_of(receiver);
    if own.is_subclass_of(class) {
        return Ok(own);
    }
    let claimed = get_attribute_optional(thread, receiver, intern("__class__"))?;
    if let Some(claimed) = claimed.and_then(|claimed| claimed.downcast::<TypeObject>()) {
        if claimed != own && claimed.is_subclass_of(class) {
            return Ok(claimed);
        }
    }
    let (kind, name) = match receiver.downcast::<TypeObject>() {
        Some(receiver) => ("type", receiver.name_text()),
        None => ("instance of", own.name_text()),
    };
    let class = class.name_text();
    Err(thread.type_error(format!(
        "super(type, obj): obj ({kind} {name}) is not an instance or subtype of type ({class})."
    )))
}

/// What the classes behind `class` have under a name.
pub fn find(class: Gc<TypeObject>, receiver_class: Gc<TypeObject>, name: Gc<Str>) -> Option<Value> {
    let name = crate::object::str::intern_string(name);
    receiver_class
        .method_resolution_order
        .items()
        .iter()
        .skip_while(|&&other| other != class.value())
        .skip(1)
        .find_map(|other| other.cast::<TypeObject>().dict.get_str(name))
}

/// A method that was found behind a class, for instances of a class of that version.
#[derive(Clone, Copy)]
struct FoundMethod {
    version: u32,
    class: u64,
    name: u64,
    method: Value,
}

const FOUND_METHODS: usize = 512;
static mut FOUND: [FoundMethod; FOUND_METHODS] =
    [FoundMethod { version: 0, class: 0, name: 0, method: Value::NULL }; FOUND_METHODS];

/// What [`lookup`] finds for an instance, if that is a method to be called with it. Entries don't keep methods alive: a version lives no
/// longer than they do.
#[inline]
pub fn method_behind(class: Gc<TypeObject>, receiver: Value, name: Gc<Str>) -> Option<Value> {
    let own = class_of(receiver);
    let (class_word, name_word) = (class.value().0, name.value().0);
    let index = (own.version as u64 ^ (class_word >> 5) ^ (name_word >> 4)) as usize % FOUND_METHODS;
    // SAFETY: guarded by the interpreter lock.
    let entry = unsafe { &mut (*(&raw mut FOUND))[index] };
    if entry.version == own.version && entry.class == class_word && entry.name == name_word {
        return Some(entry.method);
    }
    if receiver.is_kind(ObjectKind::Type) || !own.is_subclass_of(class) || name.is("__class__") {
        return None;
    }
    let method = find(class, own, name)?;
    let unbound = method.is_kind(ObjectKind::Function)
        || method
            .downcast::<NativeMethod>()
            .is_some_and(|method| method.definition.role != crate::native::NativeRole::ClassMethod);
    if !unbound {
        return None;
    }
    *entry = FoundMethod { version: own.version, class: class_word, name: name_word, method };
    Some(method)
}

/// `super(class, receiver).name`. With `wants_method` a function is given unbound, together with the receiver to pass first; else
/// (and where that doesn't apply) the second value is NULL.
pub fn lookup(
    thread: &mut Thread,
    class: Gc<TypeObject>,
    receiver: Value,
    receiver_class: Gc<TypeObject>,
    name: Gc<Str>,
    wants_method: bool,
) -> Result<(Value, Value)> {
    // `__class__` is that of the super object, as for explicit calls.
    let found = if name.is("__class__") { None } else { find(class, receiver_class, name) };
    let Some(found) = found else {
        let object = make(class.value(), receiver, receiver_class.value());
        return match generic_get(thread, object.value(), types().super_, name)? {
            Some(value) => Ok((value, Value::NULL)),
            None => Err(no_attribute(thread, object.value(), name)),
        };
    };
    let through_class = receiver == receiver_class.value();
    let unbound = found.is_kind(ObjectKind::Function)
        || found
            .downcast::<NativeMethod>()
            .is_some_and(|method| method.definition.role != crate::native::NativeRole::ClassMethod);
    if wants_method && unbound && !through_class {
        return Ok((found, receiver));
    }
    let instance = if through_class { Value::NULL } else { receiver };
    Ok((descriptor_get(thread, found, instance, receiver_class)?, Value::NULL))
}

fn make(start: Value, receiver: Value, receiver_class: Value) -> Gc<Super> {
    let mut object: Gc<Super> = Gc::from_header(crate::object::instance::allocate(types().super_).header());
    object.start = start;
    object.receiver = receiver;
    object.receiver_class = receiver_class;
    object
}

/// The class and first argument that `super()` without arguments finds in the frame that calls it.
fn from_frame(thread: &mut Thread, frame: *mut Frame) -> Result<(Value, Value)> {
    // SAFETY: a live record.
    let frame = unsafe { &*frame };
    let code = frame.code;
    if code.argument_count == 0 {
        return Err(thread.runtime_error("super(): no arguments"));
    }
    let definition = code.definition();
    let cell_flag = taipan_compiler::code::local_kind::CELL;
    // SAFETY: the code's locals lie from `fp`.
    let local = |i: usize| unsafe { *frame.fp.add(i) };
    let mut receiver = local(0);
    if definition.localsplus_kinds.first().is_some_and(|kind| kind & cell_flag != 0) {
        if let Some(cell) = receiver.downcast::<Cell>() {
            receiver = cell.contents;
        }
    }
    if receiver.is_null() {
        return Err(thread.runtime_error("super(): arg[0] deleted"));
    }
    let free = taipan_compiler::code::local_kind::FREE;
    let place = (0..definition.localsplus_kinds.len()).find(|&i| {
        definition.localsplus_kinds[i] & free != 0
            && code.local_names.items()[i].cast::<Str>().is("__class__")
    });
    let Some(place) = place else { return Err(thread.runtime_error("super(): __class__ cell not found")) };
    let Some(cell) = local(place).downcast::<Cell>() else {
        return Err(thread.runtime_error("super(): bad __class__ cell"));
    };
    match cell.contents.non_null() {
        None => Err(thread.runtime_error("super(): empty __class__ cell")),
        Some(class) if class.downcast::<TypeObject>().is_none() => {
            let got = class_name(class);
            Err(thread.runtime_error(format!("super(): __class__ is not a type ({got})")))
        }
        Some(class) => Ok((class, receiver)),
    }
}

/// super() -> same as super(__class__, <first argument>)
/// super(type) -> unbound super object
/// super(type, obj) -> bound super object; requires isinstance(obj, type)
/// super(type, type2) -> bound super object; requires issubclass(type2, type)
/// Typical use to call a cooperative superclass method:
/// class C(B):
///     def meth(self, arg):
///         super().meth(arg)
/// This works for class methods too:
/// class C(B):
///     @classmethod
///     def cmeth(cls, arg):
///         super().cmeth(arg)
#[native_type(name = "super", base_type)]
impl Super {
    #[new("(*args, **kwargs)", hidden)]
    fn new_super(class: Gc<TypeObject>, _args: &[Value], _kwargs: KeywordArguments) -> Value {
        crate::object::instance::allocate(class).value()
    }

    #[method("(*args, **kwargs)")]
    fn __init__(
        thread: &mut Thread,
        mut this: Gc<Super>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result<()> {
        if !kwargs.is_empty() {
            return Err(thread.type_error("super() takes no keyword arguments"));
        }
        let (start, receiver) = match args {
            [] if thread.has_frame() => from_frame(thread, thread.frame)?,
            [] => return Err(thread.runtime_error("super(): no current frame")),
            [class] => (*class, Value::NONE),
            [class, receiver] => (*class, *receiver),
            _ => {
                return Err(
                    thread.type_error(format!("super expected at most 2 arguments, got {}", args.len()))
                );
            }
        };
        let Some(class) = start.downcast::<TypeObject>() else {
            let got = class_name(start);
            return Err(thread.type_error(format!("super() argument 1 must be a type, not {got}")));
        };
        this.receiver_class = match receiver.is_none() {
            true => Value::NULL,
            false => check(thread, class, receiver)?.value(),
        };
        this.receiver = if receiver.is_none() { Value::NULL } else { receiver };
        this.start = start;
        this.write_barrier();
        Ok(())
    }

    #[method]
    fn __repr__(this: Gc<Super>) -> String {
        let start = this.start.downcast::<TypeObject>().map_or("NULL".to_string(), |class| class.name_text());
        match this.receiver_class.downcast::<TypeObject>() {
            Some(class) => format!("<super: <class '{start}'>, <{} object>>", class.name_text()),
            None => format!("<super: <class '{start}'>, NULL>"),
        }
    }

    #[method]
    fn __getattribute__(thread: &mut Thread, this: Gc<Super>, name: Gc<Str>) -> Result {
        if let (Some(start), Some(class), false) = (
            this.start.downcast::<TypeObject>(),
            this.receiver_class.downcast::<TypeObject>(),
            name.is("__class__"),
        ) {
            if let Some(found) = find(start, class, name) {
                let instance = if this.receiver == class.value() { Value::NULL } else { this.receiver };
                return descriptor_get(thread, found, instance, class);
            }
        }
        match generic_get(thread, this.value(), this.class(), name)? {
            Some(found) => Ok(found),
            None => Err(no_attribute(thread, this.value(), name)),
        }
    }

    #[method("(instance, owner=None, /)")]
    fn __get__(thread: &mut Thread, this: Gc<Super>, instance: Value, _owner: Option<Value>) -> Result {
        if instance.is_none() || !this.receiver.is_null() {
            return Ok(this.value());
        }
        if this.class() != types().super_ {
            // An instance of a subclass: it makes the bound one itself.
            return thread.call(this.class().value(), &[this.start, instance]);
        }
        let Some(start) = this.start.downcast::<TypeObject>() else { return Ok(this.value()) };
        let class = check(thread, start, instance)?;
        Ok(make(this.start, instance, class.value()).value())
    }

    /// the class invoking super()
    #[getter(member)]
    fn __thisclass__(this: Gc<Super>) -> Value {
        this.start.non_null().unwrap_or(Value::NONE)
    }

    /// the instance invoking super(); may be None
    #[getter(member)]
    fn __self__(this: Gc<Super>) -> Value {
        this.receiver.non_null().unwrap_or(Value::NONE)
    }

    /// the type of the instance invoking super(); may be None
    #[getter(member)]
    fn __self_class__(this: Gc<Super>) -> Value {
        this.receiver_class.non_null().unwrap_or(Value::NONE)
    }
}
