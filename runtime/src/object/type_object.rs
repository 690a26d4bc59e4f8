//! Classes: [`TypeObject`], attribute lookup along the method resolution order, and what follows from changing a class.
//!
//! A class's attributes are in an ordinary dict. Lookups go through a global cache keyed by (class, name) and through the
//! table of [special methods](crate::object::special). Setting or deleting a class attribute goes through [`TypeObject::attribute_changed`], which
//! empties those caches for the class and its subclasses, restamps their shapes (so inline caches miss) and breaks the
//! assumptions of compiled code.

use crate::heap::{Header, Tracer};
use crate::layout;
use crate::native::TypeDefinition;
use crate::object::dict::Dict;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::object::shape::{ShapeId, shape_table};
use crate::object::special::{ABSENT, SPECIAL_COUNT, Special};
use crate::object::str::Str;
use crate::object::tuple::Tuple;
use crate::value::Value;

/// `TypeObject::flags`: made by a class statement or `type(...)`.
pub const TYPE_HEAP: u32 = 1;
/// May be subclassed.
pub const TYPE_BASE: u32 = 2;
/// Instances have a `__dict__`.
pub const TYPE_HAS_DICT: u32 = 4;
/// Instances can be weakly referenced.
pub const TYPE_WEAK_REFERENCABLE: u32 = 8;
/// Has abstract methods.
pub const TYPE_ABSTRACT: u32 = 16;
/// Matches sequence patterns.
pub const TYPE_SEQUENCE: u32 = 32;
/// Matches mapping patterns.
pub const TYPE_MAPPING: u32 = 64;
/// `__class__` or class attributes can't be assigned.
pub const TYPE_IMMUTABLE: u32 = 128;
/// Calling the class raises "cannot create 'X' instances".
pub const TYPE_NO_NEW: u32 = 256;
/// The class or a base defines `__del__`.
pub const TYPE_HAS_FINALIZER: u32 = 512;

/// Inline caches remember where stores into the instances' attributes go.
pub const TYPE_STORES_CACHED: u32 = 1024;

/// `TypeObject::attributes_offset`: the attribute word is the last word of the object (layouts of variable size).
pub const ATTRIBUTES_AT_END: u32 = u32::MAX;

/// A class.
#[repr(C)]
pub struct TypeObject {
    pub header: Header,
    pub flags: u32,
    /// Layout of the instances.
    pub instance_kind: ObjectKind,
    /// Bytes of the native fields, header included; `__slots__` members follow.
    pub native_size: u32,
    /// Bytes of an instance before its attribute word: header, native fields, `__slots__`.
    pub basic_size: u32,
    /// Where instances have their attribute word; 0 where they have no `__dict__`.
    pub attributes_offset: u32,
    /// Slots directly behind the attribute word.
    pub inline_slots: u32,
    /// Shape of an instance with no attributes.
    pub root_shape: ShapeId,
    /// Shape of an instance with its attributes in a dict, 0 while there was none.
    pub dictionary_shape: ShapeId,
    /// Never shared with another class, nor with this class as it was before an attribute changed.
    pub version: u32,
    /// Head of the list of all shapes of the class.
    pub first_shape: ShapeId,
    pub name: Gc<Str>,
    pub qualified_name: Value,
    /// The base whose layout is extended; NULL for object.
    pub base: Value,
    pub bases: Gc<Tuple>,
    pub method_resolution_order: Gc<Tuple>,
    pub dict: Gc<Dict>,
    /// List of weak references to direct subclasses, or NULL.
    pub subclasses: Value,
    /// Where the class was declared natively.
    pub definition: Option<&'static TypeDefinition>,
    pub specials: [Value; SPECIAL_COUNT],
}

layout!(TypeObject, ObjectKind::Type, "type");

/// Visits a class's values.
///
/// # Safety
/// `object` is a live type object.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    let class: Gc<TypeObject> = Gc::from_header(object);
    for value in [
        class.name.value(),
        class.qualified_name,
        class.base,
        class.bases.value(),
        class.method_resolution_order.value(),
        class.dict.value(),
        class.subclasses,
    ] {
        tracer.value(value.0);
    }
    for special in class.specials {
        tracer.value(special.0);
    }
    // SAFETY: `object` is live; a class may have attributes of its metaclass's instances.
    unsafe { crate::object::trace::attributes_only(object, tracer) };
}

/// Weak references to the classes whose metaclass's `mro` names classes that they don't derive from: those don't know of them.
static IRREGULAR: crate::roots::Root = crate::roots::Root::new();

/// Notes a class of that kind.
pub fn add_irregular(class: Gc<TypeObject>) {
    use crate::object::list::List;
    use crate::object::weak_reference::WeakReference;
    let list = IRREGULAR.get_or_set(|| List::empty().value()).cast::<List>();
    list.push(WeakReference::new(crate::types().weak_reference, class.value(), Value::NULL).value());
}

fn irregular_classes() -> Vec<Gc<TypeObject>> {
    use crate::object::list::List;
    let Some(list) = IRREGULAR.get().and_then(|list| list.downcast::<List>()) else { return Vec::new() };
    list.items()
        .iter()
        .filter_map(|reference| crate::object::weak_reference::referent(*reference))
        .filter_map(|class| class.downcast::<TypeObject>())
        .collect()
}

const LOOKUP_CACHE: usize = 4096;

#[derive(Clone, Copy)]
struct LookupEntry {
    name: u64,
    /// NULL: the class has no such attribute. Entries don't keep attributes alive: a version lives no longer than they do.
    attribute: Value,
    version: u32,
}

/// Cache of lookups of interned names along the method resolution order, keyed by the class's version.
static mut LOOKUPS: [LookupEntry; LOOKUP_CACHE] =
    [LookupEntry { name: 0, attribute: Value::NULL, version: 0 }; LOOKUP_CACHE];

impl Gc<TypeObject> {
    pub fn has(self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    /// The name as Rust text, for messages.
    pub fn name_text(self) -> String {
        self.name.to_string_lossy()
    }

    /// Whether `self` is `other` or derives from it.
    pub fn is_subclass_of(self, other: Gc<TypeObject>) -> bool {
        self == other || self.method_resolution_order.items().contains(&other.value())
    }

    /// The attribute of that interned name in the first class of the method resolution order that has one, as stored.
    #[inline]
    pub fn lookup(self, name: Gc<Str>) -> Option<Value> {
        let index = (self.version as u64 ^ (name.value().0 >> 3)) as usize % LOOKUP_CACHE;
        // SAFETY: guarded by the interpreter lock.
        let entry = unsafe { &mut (*(&raw mut LOOKUPS))[index] };
        if entry.version != self.version || entry.name != name.value().0 {
            let attribute = self.lookup_uncached(name).unwrap_or(Value::NULL);
            *entry = LookupEntry { name: name.value().0, attribute, version: self.version };
        }
        entry.attribute.non_null()
    }

    /// As [`Gc::lookup`], telling also the class that has it.
    pub fn lookup_with_owner(self, name: Gc<Str>) -> Option<(Gc<TypeObject>, Value)> {
        self.method_resolution_order.items().iter().find_map(|class| {
            let class = class.cast::<TypeObject>();
            class.dict.get_str(name).map(|attribute| (class, attribute))
        })
    }

    fn lookup_uncached(self, name: Gc<Str>) -> Option<Value> {
        self.lookup_with_owner(name).map(|(_, attribute)| attribute)
    }

    /// The class's definition of a special method, as stored in the class dictionary that has it.
    #[inline(always)]
    pub fn special(self, special: Special) -> Option<Value> {
        let found = self.specials[special as usize];
        if found.0 > ABSENT.0 {
            Some(found)
        } else if found == ABSENT {
            None
        } else {
            self.fill_special(special)
        }
    }

    #[cold]
    fn fill_special(mut self, special: Special) -> Option<Value> {
        let name = crate::object::str::intern(special.name());
        // None in a class dictionary (`__hash__ = None`) is found as None: callers treat it as "blocked".
        let found = self.lookup(name);
        self.specials[special as usize] = found.unwrap_or(ABSENT);
        self.write_barrier();
        found
    }

    /// Must be called after each change of the class's dictionary (with the name) or of its method resolution order (without).
    pub fn attribute_changed(mut self, name: Option<Gc<Str>>) {
        if name.is_none_or(|name| name.is_special_name()) {
            self.specials = [Value::NULL; SPECIAL_COUNT];
            let finalizer = self.lookup_uncached(crate::object::str::intern("__del__")).is_some();
            self.flags = self.flags & !TYPE_HAS_FINALIZER | if finalizer { TYPE_HAS_FINALIZER } else { 0 };
        }
        self.version = shape_table().fresh_stamp();
        shape_table().restamp(self);
        if self.has(TYPE_STORES_CACHED) && self.may_change_stores(name) {
            shape_table().void_stores(self);
        }
        crate::assumptions::class_changed(self, name);
        for subclass in self.live_subclasses() {
            subclass.attribute_changed(name);
        }
        for class in irregular_classes() {
            let order = class.method_resolution_order.items();
            let unrelated =
                !class.bases.items().iter().any(|base| base.cast::<TypeObject>().is_subclass_of(self));
            if class != self && unrelated && order.contains(&self.value()) {
                class.attribute_changed(name);
            }
        }
    }

    /// Whether instances' attributes may be stored differently since the class attribute of that name (or any) changed.
    fn may_change_stores(self, name: Option<Gc<Str>>) -> bool {
        use crate::operations::attribute::{DescriptorRole, descriptor_role};
        let Some(name) = name else { return true };
        name.is("__setattr__")
            || self.lookup(name).is_some_and(|found| descriptor_role(found) == DescriptorRole::Data)
    }

    /// Direct subclasses that are alive.
    pub fn live_subclasses(self) -> Vec<Gc<TypeObject>> {
        let Some(list) = self.subclasses.downcast::<crate::object::list::List>() else { return Vec::new() };
        list.items()
            .iter()
            .filter_map(|reference| crate::object::weak_reference::referent(*reference))
            .filter_map(|class| class.downcast::<TypeObject>())
            .collect()
    }
}
