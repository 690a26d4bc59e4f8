//! The static tables that the attribute macros produce.

use crate::native::NativeResult;
use crate::native::signature::{CallStyle, Signature};
use crate::object::kind::{Layout, ObjectKind};
use crate::object::module::Module;
use crate::object::pointer::Gc;
use crate::object::type_object::TypeObject;
use crate::thread::Thread;
use crate::value::Value;
use std::sync::atomic::{AtomicPtr, Ordering};

/// The native calling convention: `positional` values at `arguments`, behind them the values of the keywords whose names are in the tuple
/// `keyword_names` (or NULL). For methods `arguments[0]` is `self`, for class methods and `__new__` the class; `positional` counts it.
/// Returns NULL with the exception in `thread.raised`.
pub type NativeCall = unsafe extern "C-unwind" fn(
    thread: *mut Thread,
    arguments: *const Value,
    positional: usize,
    keyword_names: Value,
) -> Value;

/// How a function is bound and shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NativeRole {
    /// A module's function (`builtin_function_or_method`).
    Function,
    /// `method_descriptor`
    Method,
    /// A special method that CPython implements as a type slot (`wrapper_descriptor`).
    SlotWrapper,
    /// `classmethod_descriptor`
    ClassMethod,
    /// A built-in function inside a `staticmethod`.
    StaticMethod,
    /// `__new__`: a built-in function bound to the type, called with the class first.
    New,
}

/// A native function.
pub struct NativeDefinition {
    pub name: &'static str,
    /// Name of the module or type it is declared in.
    pub owner: &'static str,
    pub doc: Option<&'static str>,
    pub signature: Signature,
    pub style: CallStyle,
    pub role: NativeRole,
    pub call: NativeCall,
    /// Entry that takes and returns machine values, for compiled code.
    pub unboxed: Option<UnboxedEntry>,
}

impl NativeDefinition {
    /// The name as error messages about a wrong number of arguments give it when they qualify it: `list.append`, `math.sqrt`, `len`.
    pub fn qualified(&self) -> String {
        match self.role {
            NativeRole::New => self.owner.to_string(),
            NativeRole::SlotWrapper if self.is_named_like_type() => self.owner.to_string(),
            NativeRole::Function if self.owner == "builtins" => self.name.to_string(),
            _ => format!("{}.{}", self.owner, self.name),
        }
    }

    /// The name as the other messages give it: `append`; constructors are named like their type.
    pub fn short(&self) -> &'static str {
        match self.role {
            NativeRole::New => self.owner,
            NativeRole::SlotWrapper if self.is_named_like_type() => self.owner,
            _ => self.name,
        }
    }

    /// Whether the function is `gc.collect`, which holds nothing itself.
    #[inline]
    pub fn collects(&self) -> bool {
        self.owner == "gc" && self.name == "collect"
    }

    /// Whether messages call the slot wrapper by its type's name.
    fn is_named_like_type(&self) -> bool {
        matches!(self.name, "__init__" | "__call__")
    }

    /// Whether `arguments[0]` is an object or class that the signature doesn't list.
    pub fn has_receiver(&self) -> bool {
        !matches!(self.role, NativeRole::Function | NativeRole::StaticMethod)
    }
}

/// A machine type that an unboxed function takes or returns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnboxedKind {
    /// `f64`
    Float,
    /// `i64`
    Int,
    /// `bool`, one byte, 0 or 1
    Bool,
}

/// The address of machine code, so that it can be in a static.
#[derive(Clone, Copy, Debug)]
pub struct CodeAddress(pub *const ());

// SAFETY: code is immutable.
unsafe impl Sync for CodeAddress {}
// SAFETY: as above.
unsafe impl Send for CodeAddress {}

/// A native function's entry for compiled code: the platform's C calling convention, no thread, no exception.
#[derive(Clone, Copy, Debug)]
pub struct UnboxedEntry {
    pub address: CodeAddress,
    pub parameters: &'static [UnboxedKind],
    pub result: UnboxedKind,
    /// A result that isn't finite says nothing: the boxed function must be called, which may raise.
    pub only_finite: bool,
}

/// A value that is computed when its module or type is made.
pub struct ConstantDefinition {
    pub name: &'static str,
    pub make: fn(&mut Thread) -> NativeResult,
}

/// A native module.
pub struct ModuleDefinition {
    pub name: &'static str,
    pub doc: Option<&'static str>,
    pub functions: &'static [&'static NativeDefinition],
    pub constants: &'static [ConstantDefinition],
    pub types: Option<fn() -> &'static [&'static TypeDefinition]>,
    /// Further set-up, after the rest is in the module.
    pub execute: Option<fn(&mut Thread, Gc<Module>) -> NativeResult<()>>,
}

/// A computed attribute (`getset_descriptor`, or `member_descriptor` when `member`).
pub struct GetSetDefinition {
    pub name: &'static str,
    pub doc: Option<&'static str>,
    /// Called with the object.
    pub get: NativeCall,
    /// Called with the object and the new value, NULL to delete the attribute.
    pub set: Option<NativeCall>,
    pub member: bool,
}

/// A native type.
pub struct TypeDefinition {
    pub name: &'static str,
    /// `__module__`
    pub module: &'static str,
    pub doc: Option<&'static str>,
    /// `__text_signature__`, that of the constructor.
    pub text_signature: Option<&'static str>,
    /// The `TYPE_...` flags of `type_object`.
    pub flags: u32,
    /// Layout of the instances, and its size.
    pub kind: ObjectKind,
    pub size: usize,
    /// Number of values that follow behind `size` and that the collector visits like `__slots__`: fields which a type adds to the
    /// layout of its base.
    pub value_fields: usize,
    /// The base, `None` for object's direct subclasses.
    pub base: Option<fn() -> &'static TypeDefinition>,
    pub new: Option<&'static NativeDefinition>,
    pub methods: &'static [&'static NativeDefinition],
    pub getsets: &'static [&'static GetSetDefinition],
    pub attributes: &'static [ConstantDefinition],
    /// The class made from this definition.
    pub made: MadeType,
}

impl TypeDefinition {
    /// CPython's `tp_name`: with the module where that isn't builtins.
    pub fn full_name(&self) -> String {
        if self.module == "builtins" {
            self.name.to_string()
        } else {
            format!("{}.{}", self.module, self.name)
        }
    }

    /// The class, if it was made already.
    #[inline]
    pub fn class(&self) -> Option<Gc<TypeObject>> {
        self.made.get()
    }
}

/// Where a definition remembers its class. Classes of definitions are never freed: the collector visits them as roots.
pub struct MadeType(AtomicPtr<TypeObject>);

impl MadeType {
    pub const fn new() -> MadeType {
        MadeType(AtomicPtr::new(std::ptr::null_mut()))
    }

    #[inline]
    pub fn get(&self) -> Option<Gc<TypeObject>> {
        let pointer = self.0.load(Ordering::Relaxed);
        if pointer.is_null() { None } else { Some(Gc::from_header(pointer.cast())) }
    }

    pub fn set(&self, class: Gc<TypeObject>) {
        self.0.store(class.as_pointer(), Ordering::Relaxed);
    }
}

impl Default for MadeType {
    fn default() -> MadeType {
        MadeType::new()
    }
}

/// A module declared with `#[native_module]`.
pub trait NativeModule {
    const DEFINITION: &'static ModuleDefinition;
}

/// A type declared with `#[native_type]`.
pub trait NativeType: Layout {
    const DEFINITION: &'static TypeDefinition;

    /// The class, which must have been made: natives only run once their module or the built-ins are there.
    #[inline]
    fn class() -> Gc<TypeObject> {
        Self::DEFINITION.class().expect("the module that declares the type was imported")
    }
}
