//! The module `_abc`: the engine of `abc.ABCMeta`.
//!
//! Each abstract base class keeps its registered subclasses and its caches of answers as sets of weak references in the attribute `_abc_impl`.
//! The negative cache is valid while nobody registers anything: a counter tells.

use std::sync::atomic::{AtomicI64, Ordering};
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::set::Set;
use taipan_runtime::object::str::intern;
use taipan_runtime::object::type_object::{TYPE_IMMUTABLE, TYPE_MAPPING, TYPE_SEQUENCE};
use taipan_runtime::object::weak_reference::{WeakReference, referent};
use taipan_runtime::operations::{
    self, class_of, get_attribute, get_attribute_optional, is_subclass, is_true,
};
use taipan_runtime::prelude::*;
use taipan_runtime::{builtins::class::class_of_definition, native_layout};

/// Module contains faster C implementation of abc.ABCMeta
pub struct AbstractBaseClasses;

/// What an abstract base class remembers.
#[repr(C)]
pub struct AbcData {
    head: NativeHead,
    registry: Value,
    cache: Value,
    negative_cache: Value,
    negative_version: i64,
}

native_layout!(AbcData, "_abc._abc_data", |this, tracer| {
    for value in [this.registry, this.cache, this.negative_cache] {
        tracer.value(value.0);
    }
});

/// Internal state held by ABC machinery.
#[native_type(name = "_abc_data", module = "_abc")]
impl AbcData {}

static INVALIDATIONS: AtomicI64 = AtomicI64::new(0);

fn data_of(thread: &mut Thread, class: Value) -> Result<Gc<AbcData>> {
    let data = get_attribute(thread, class, intern("_abc_impl"))?;
    match data.downcast::<AbcData>() {
        Some(data) => Ok(data),
        None => Err(thread.type_error("_abc_impl is set to a wrong type")),
    }
}

fn weak(value: Value) -> Value {
    WeakReference::new(types().weak_reference, value, Value::NULL).value()
}

fn contains(thread: &mut Thread, set: Value, class: Value) -> Result<bool> {
    match set.downcast::<Set>() {
        Some(set) => set.contains(thread, weak(class)),
        None => Ok(false),
    }
}

/// Adds a class to a set, which is made if there is none yet.
fn add(thread: &mut Thread, set: Value, class: Value) -> Result {
    let set = set.downcast::<Set>().unwrap_or_else(Set::new);
    set.add(thread, weak(class))?;
    Ok(set.value())
}

/// The abstract methods of a class: its own, and inherited ones that are still abstract.
fn compute_abstract_methods(thread: &mut Thread, class: Gc<TypeObject>) -> Result<()> {
    let abstracts = Set::new();
    let is_abstract = |thread: &mut Thread, value: Value| -> Result<bool> {
        match get_attribute_optional(thread, value, intern("__isabstractmethod__"))? {
            Some(flag) => is_true(thread, flag),
            None => Ok(false),
        }
    };
    let mut position = 0;
    while let Some((name, value)) = class.dict.next_entry(&mut position) {
        if is_abstract(thread, value)? {
            abstracts.add(thread, name)?;
        }
    }
    for &base in class.bases.items() {
        let Some(inherited) = get_attribute_optional(thread, base, intern("__abstractmethods__"))? else {
            continue;
        };
        for &name in operations::iterate::collect(thread, inherited)?.iter() {
            let Some(text) = name.downcast::<Str>() else { continue };
            if let Some(value) = get_attribute_optional(thread, class.value(), text)? {
                if is_abstract(thread, value)? {
                    abstracts.add(thread, name)?;
                }
            }
        }
    }
    let frozen = thread.call(types().frozenset.value(), &[abstracts.value()])?;
    operations::set_attribute(thread, class.value(), intern("__abstractmethods__"), frozen)
}

#[native_module(name = "_abc")]
impl AbstractBaseClasses {
    /// Returns the current ABC cache token.
    #[function("()")]
    fn get_cache_token() -> i64 {
        INVALIDATIONS.load(Ordering::Relaxed)
    }

    /// Internal ABC helper for class set-up. Should be never used outside abc module.
    #[function("(self, /)")]
    fn _abc_init(thread: &mut Thread, class: Gc<TypeObject>) -> Result<()> {
        compute_abstract_methods(thread, class)?;
        let data_class = class_of_definition(thread, AbcData::DEFINITION)?;
        let data = native_object::new(
            data_class,
            AbcData {
                head: NativeHead::empty(),
                registry: Value::NULL,
                cache: Value::NULL,
                negative_cache: Value::NULL,
                negative_version: INVALIDATIONS.load(Ordering::Relaxed),
            },
        );
        operations::set_attribute(thread, class.value(), intern("_abc_impl"), data.value())?;
        // The collections' bases say by a flag what patterns they match.
        if let Some(flags) = class.dict.get_str(intern("__abc_tpflags__")) {
            let mut class = class;
            let bits = flags.as_small_int().unwrap_or(0);
            class.flags |= if bits & (1 << 5) != 0 { TYPE_SEQUENCE } else { 0 };
            class.flags |= if bits & (1 << 6) != 0 { TYPE_MAPPING } else { 0 };
            operations::delete_attribute(thread, class.value(), intern("__abc_tpflags__"))?;
        }
        Ok(())
    }

    /// Internal ABC helper for subclass registration. Should be never used outside abc module.
    #[function("(self, subclass, /)")]
    fn _abc_register(thread: &mut Thread, class: Value, subclass: Value) -> Result {
        let Some(registered) = subclass.downcast::<TypeObject>() else {
            return Err(thread.type_error("Can only register classes"));
        };
        if is_subclass(thread, subclass, class)? {
            return Ok(subclass);
        }
        if is_subclass(thread, class, subclass)? {
            return Err(thread.runtime_error("Refusing to create an inheritance cycle"));
        }
        let mut data = data_of(thread, class)?;
        data.registry = add(thread, data.registry, subclass)?;
        data.write_barrier();
        INVALIDATIONS.fetch_add(1, Ordering::Relaxed);
        if let Some(class) = class.downcast::<TypeObject>() {
            inherit_pattern_flags(registered, class.flags & (TYPE_SEQUENCE | TYPE_MAPPING));
        }
        Ok(subclass)
    }

    /// Internal ABC helper for instance checks. Should be never used outside abc module.
    #[function("(self, instance, /)")]
    fn _abc_instancecheck(thread: &mut Thread, class: Value, instance: Value) -> Result {
        let data = data_of(thread, class)?;
        let claimed = get_attribute(thread, instance, intern("__class__"))?;
        if contains(thread, data.cache, claimed)? {
            return Ok(Value::TRUE);
        }
        let actual = class_of(instance).value();
        if claimed == actual {
            let current = data.negative_version == INVALIDATIONS.load(Ordering::Relaxed);
            if current && contains(thread, data.negative_cache, claimed)? {
                return Ok(Value::FALSE);
            }
            return thread.call_method(class, "__subclasscheck__", &[claimed]);
        }
        let answer = thread.call_method(class, "__subclasscheck__", &[claimed])?;
        if is_true(thread, answer)? {
            return Ok(answer);
        }
        thread.call_method(class, "__subclasscheck__", &[actual])
    }

    /// Internal ABC helper for subclasss checks. Should be never used outside abc module.
    #[function("(self, subclass, /)")]
    fn _abc_subclasscheck(thread: &mut Thread, class: Value, subclass: Value) -> Result<bool> {
        if subclass.downcast::<TypeObject>().is_none() {
            return Err(thread.type_error("issubclass() arg 1 must be a class"));
        }
        let mut data = data_of(thread, class)?;
        if contains(thread, data.cache, subclass)? {
            return Ok(true);
        }
        let now = INVALIDATIONS.load(Ordering::Relaxed);
        if data.negative_version < now {
            data.negative_cache = Value::NULL;
            data.negative_version = now;
        } else if contains(thread, data.negative_cache, subclass)? {
            return Ok(false);
        }
        let answer = subclass_of(thread, class, subclass, data)?;
        if answer {
            data.cache = add(thread, data.cache, subclass)?;
        } else {
            data.negative_cache = add(thread, data.negative_cache, subclass)?;
        }
        data.write_barrier();
        Ok(answer)
    }

    /// Internal ABC helper to reset registry of a given class.
    #[function("(self, /)")]
    fn _reset_registry(thread: &mut Thread, class: Value) -> Result<()> {
        data_of(thread, class)?.registry = Value::NULL;
        Ok(())
    }

    /// Internal ABC helper to reset both caches of a given class.
    #[function("(self, /)")]
    fn _reset_caches(thread: &mut Thread, class: Value) -> Result<()> {
        let mut data = data_of(thread, class)?;
        data.cache = Value::NULL;
        data.negative_cache = Value::NULL;
        Ok(())
    }

    /// Internal ABC helper for cache and registry debugging.
    #[function("(self, /)")]
    fn _get_dump(thread: &mut Thread, class: Value) -> Result {
        let data = data_of(thread, class)?;
        let sets = [data.registry, data.cache, data.negative_cache].map(|set| match set.is_null() {
            true => Set::new().value(),
            false => set,
        });
        let version = Value::from_int(data.negative_version);
        Ok(taipan_runtime::object::tuple::Tuple::new(&[sets[0], sets[1], sets[2], version]).value())
    }
}

fn inherit_pattern_flags(mut class: Gc<TypeObject>, flags: u32) {
    if class.has(TYPE_IMMUTABLE) {
        // What str or bytes match was decided once for all.
        return;
    }
    if flags == 0 {
        return;
    }
    class.flags = class.flags & !(TYPE_SEQUENCE | TYPE_MAPPING) | flags;
    for subclass in class.live_subclasses() {
        inherit_pattern_flags(subclass, flags);
    }
}

/// The answer that isn't cached yet: the hook, direct descent, registered classes, subclasses.
fn subclass_of(thread: &mut Thread, class: Value, subclass: Value, data: Gc<AbcData>) -> Result<bool> {
    let answer = thread.call_method(class, "__subclasshook__", &[subclass])?;
    match answer {
        Value::TRUE => return Ok(true),
        Value::FALSE => return Ok(false),
        Value::NOT_IMPLEMENTED => {}
        _ => {
            return Err(thread.error(
                types().assertion_error,
                "__subclasshook__ must return either False, True, or NotImplemented",
            ));
        }
    }
    let order = subclass.cast::<TypeObject>().method_resolution_order;
    if order.items().contains(&class) {
        return Ok(true);
    }
    if let Some(registry) = data.registry.downcast::<Set>() {
        let mut position = 0;
        while let Some(reference) = registry.next_key(&mut position) {
            if let Some(registered) = referent(reference) {
                if is_subclass(thread, subclass, registered)? {
                    return Ok(true);
                }
            }
        }
    }
    let subclasses = thread.call_method(class, "__subclasses__", &[])?;
    for &derived in operations::iterate::collect(thread, subclasses)?.iter() {
        if is_subclass(thread, subclass, derived)? {
            return Ok(true);
        }
    }
    Ok(false)
}
