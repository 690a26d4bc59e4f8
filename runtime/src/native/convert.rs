//! Turns argument values into Rust values, and results into values.

use crate::native::NativeResult;
use crate::native::definition::{GetSetDefinition, NativeDefinition, NativeRole, TypeDefinition};
use crate::object::exception::Exception;
use crate::object::int::IntRef;
use crate::object::kind::Layout;
use crate::object::pointer::Gc;
use crate::object::str::Str;
use crate::object::tuple::Tuple;
use crate::object::type_object::TypeObject;
use crate::operations::{class_of, is_true};
use crate::thread::{Raised, Result, Thread};
use crate::value::Value;

/// Where an argument stands, for messages.
pub struct ArgumentContext {
    pub function: &'static str,
    /// `argument`, `argument 2` or `argument 'key'`
    pub argument: &'static str,
}

/// CPython's `tp_name` of a class: the name, for native classes outside of builtins with the module before it.
pub fn full_name(class: Gc<TypeObject>) -> String {
    match class.definition {
        Some(definition) => definition.full_name(),
        None => class.native_name(),
    }
}

/// [`full_name`] of a value's class.
pub fn type_name(value: Value) -> String {
    full_name(class_of(value))
}

/// `f() argument 1 must be str, not int`
#[cold]
pub fn wrong_argument_type(
    thread: &mut Thread,
    context: &ArgumentContext,
    expected: &str,
    value: Value,
) -> Raised {
    let got = if value.is_none() { "None".to_string() } else { type_name(value) };
    let ArgumentContext { function, argument } = context;
    thread.type_error(format!("{function}() {argument} must be {expected}, not {got}"))
}

/// A Rust type that a native function can take as a parameter.
pub trait FromArgument: Sized {
    fn from_argument(thread: &mut Thread, value: Value, context: &ArgumentContext) -> Result<Self>;
}

impl FromArgument for Value {
    #[inline(always)]
    fn from_argument(_: &mut Thread, value: Value, _: &ArgumentContext) -> Result<Value> {
        Ok(value)
    }
}

/// None, or something else.
impl<T: FromArgument> FromArgument for Option<T> {
    #[inline]
    fn from_argument(thread: &mut Thread, value: Value, context: &ArgumentContext) -> Result<Option<T>> {
        if value.is_none() { Ok(None) } else { T::from_argument(thread, value, context).map(Some) }
    }
}

impl<T: Layout> FromArgument for Gc<T> {
    #[inline]
    fn from_argument(thread: &mut Thread, value: Value, context: &ArgumentContext) -> Result<Gc<T>> {
        match value.downcast::<T>() {
            Some(object) => Ok(object),
            None => Err(wrong_argument_type(thread, context, T::NAME, value)),
        }
    }
}

impl FromArgument for bool {
    #[inline]
    fn from_argument(thread: &mut Thread, value: Value, _: &ArgumentContext) -> Result<bool> {
        if value.is_bool() { Ok(value == Value::TRUE) } else { is_true(thread, value) }
    }
}

impl FromArgument for f64 {
    #[inline]
    fn from_argument(thread: &mut Thread, value: Value, _: &ArgumentContext) -> Result<f64> {
        if value.is_immediate_float() {
            Ok(value.immediate_float())
        } else {
            crate::operations::convert::to_float(thread, value)
        }
    }
}

/// An integer (through `__index__`) if it fits in an i128's range of 64-bit types: `None` when it is wider.
fn to_wide(thread: &mut Thread, value: Value) -> Result<std::result::Result<i128, bool>> {
    let index = if value.is_small_int() { value } else { crate::operations::index(thread, value)? };
    Ok(match index.as_int_or_bool() {
        Some(IntRef::Small(small)) => Ok(small as i128),
        Some(IntRef::Big { negative, limbs: [limb] }) => {
            Ok(if negative { -(*limb as i128) } else { *limb as i128 })
        }
        Some(IntRef::Big { negative, .. }) => Err(negative),
        // `index` returns ints only.
        None => Err(false),
    })
}

/// Signed C integers: the message tells the C type.
macro_rules! signed {
    ($($rust:ty, $c:literal;)*) => {$(
        impl FromArgument for $rust {
            #[inline]
            fn from_argument(thread: &mut Thread, value: Value, _: &ArgumentContext) -> Result<$rust> {
                if value.is_small_int()
                    && let Ok(small) = <$rust>::try_from(value.small_int())
                {
                    return Ok(small);
                }
                match to_wide(thread, value)?.ok().and_then(|wide| <$rust>::try_from(wide).ok()) {
                    Some(small) => Ok(small),
                    None => Err(thread.overflow_error(concat!("Python int too large to convert to C ", $c))),
                }
            }
        }
    )*};
}

signed! {
    i64, "long";
    isize, "ssize_t";
    i32, "int";
}

/// Unsigned C integers, which also refuse negative numbers.
macro_rules! unsigned {
    ($($rust:ty, $negative:literal, $large:literal;)*) => {$(
        impl FromArgument for $rust {
            #[inline]
            fn from_argument(thread: &mut Thread, value: Value, _: &ArgumentContext) -> Result<$rust> {
                if value.is_small_int()
                    && let Ok(small) = <$rust>::try_from(value.small_int())
                {
                    return Ok(small);
                }
                match to_wide(thread, value)? {
                    Ok(wide) if wide < 0 => Err(thread.overflow_error($negative)),
                    Err(true) => Err(thread.overflow_error($negative)),
                    Err(false) => Err(thread.overflow_error($large)),
                    Ok(wide) => <$rust>::try_from(wide).map_err(|_| thread.overflow_error($large)),
                }
            }
        }
    )*};
}

unsigned! {
    u8, "unsigned byte integer is less than minimum", "unsigned byte integer is greater than maximum";
    u16, "can't convert negative value to C unsigned short", "Python int too large to convert to C unsigned short";
    u32, "can't convert negative value to unsigned int", "Python int too large to convert to C unsigned int";
    u64, "can't convert negative int to unsigned", "Python int too large to convert to C unsigned long";
    usize, "can't convert negative value to size_t", "Python int too large to convert to C size_t";
}

/// A str argument as Rust text, or the text of a default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(pub String);

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Text {
        Text(text.to_string())
    }
}

impl std::ops::Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl FromArgument for Text {
    fn from_argument(thread: &mut Thread, value: Value, context: &ArgumentContext) -> Result<Text> {
        let string = Gc::<Str>::from_argument(thread, value, context)?;
        let text = string.to_text();
        text.map(Text).ok_or_else(|| thread.value_error("surrogates not allowed"))
    }
}

/// What a method can take as its `this` or `class`.
pub trait FromReceiver: Sized {
    fn from_receiver(
        thread: &mut Thread,
        value: Value,
        definition: &'static NativeDefinition,
    ) -> Result<Self>;

    fn from_getset_receiver(
        thread: &mut Thread,
        value: Value,
        getset: &'static GetSetDefinition,
        owner: &'static TypeDefinition,
    ) -> Result<Self>;
}

impl FromReceiver for Value {
    #[inline(always)]
    fn from_receiver(_: &mut Thread, value: Value, _: &'static NativeDefinition) -> Result<Value> {
        Ok(value)
    }

    fn from_getset_receiver(
        _: &mut Thread,
        value: Value,
        _: &'static GetSetDefinition,
        _: &'static TypeDefinition,
    ) -> Result<Value> {
        Ok(value)
    }
}

impl<T: Layout> FromReceiver for Gc<T> {
    #[inline(always)]
    fn from_receiver(
        thread: &mut Thread,
        value: Value,
        definition: &'static NativeDefinition,
    ) -> Result<Gc<T>> {
        match value.downcast::<T>() {
            Some(object) => Ok(object),
            None => Err(wrong_receiver(thread, value, definition)),
        }
    }

    fn from_getset_receiver(
        thread: &mut Thread,
        value: Value,
        getset: &'static GetSetDefinition,
        owner: &'static TypeDefinition,
    ) -> Result<Gc<T>> {
        value.downcast::<T>().ok_or_else(|| wrong_getset_receiver(thread, value, getset, owner))
    }
}

/// TypeError for an attribute's object of a wrong type.
#[cold]
pub fn wrong_getset_receiver(
    thread: &mut Thread,
    value: Value,
    getset: &'static GetSetDefinition,
    owner: &'static TypeDefinition,
) -> Raised {
    let (name, owner, got) = (getset.name, owner.full_name(), type_name(value));
    thread.type_error(format!("descriptor '{name}' for '{owner}' objects doesn't apply to a '{got}' object"))
}

/// TypeError for a receiver of a wrong type.
#[cold]
pub fn wrong_receiver(thread: &mut Thread, value: Value, definition: &NativeDefinition) -> Raised {
    let NativeDefinition { name, owner, .. } = definition;
    let got = type_name(value);
    thread.type_error(match definition.role {
        NativeRole::SlotWrapper => {
            format!("descriptor '{name}' requires a '{owner}' object but received a '{got}'")
        }
        NativeRole::New => format!("{owner}.__new__(X): X is not a type object ({got})"),
        NativeRole::ClassMethod => {
            format!("descriptor '{name}' for type '{owner}' needs a type, not a '{got}' as arg 2")
        }
        _ => format!("descriptor '{name}' for '{owner}' objects doesn't apply to a '{got}' object"),
    })
}

/// Checks that the class whose instance `__new__` shall make is the definition's or derives from it, and adds no native fields to it
/// that only another `__new__` can fill.
#[inline]
pub fn check_new_class(thread: &mut Thread, definition: &'static TypeDefinition, class: Value) -> Result<()> {
    let Some(own) = definition.class() else { return Ok(()) };
    if class == own.value() { Ok(()) } else { check_new_subclass(thread, definition, own, class) }
}

#[cold]
fn check_new_subclass(
    thread: &mut Thread,
    definition: &'static TypeDefinition,
    own: Gc<TypeObject>,
    class: Value,
) -> Result<()> {
    let name = definition.full_name();
    let Some(class) = class.downcast::<TypeObject>() else {
        let got = type_name(class);
        return Err(thread.type_error(format!("{name}.__new__(X): X is not a type object ({got})")));
    };
    let wanted = full_name(class);
    if !class.is_subclass_of(own) {
        return Err(
            thread.type_error(format!("{name}.__new__({wanted}): {wanted} is not a subtype of {name}"))
        );
    }
    // The nearest native base must make its instances itself.
    let mut base = class;
    while base.definition.is_none()
        && let Some(next) = base.base.downcast::<TypeObject>()
    {
        base = next;
    }
    let other = base.definition.filter(|other| !std::ptr::eq(*other, definition));
    match other.filter(|other| {
        other.new.is_some_and(|new| definition.new.is_some_and(|own| !std::ptr::eq(own, new)))
    }) {
        Some(other) => {
            let other = other.full_name();
            Err(thread.type_error(format!("{name}.__new__({wanted}) is not safe, use {other}.__new__()")))
        }
        None => Ok(()),
    }
}

/// What a native function can return.
pub trait IntoReturn {
    fn into_return(self, thread: &mut Thread) -> NativeResult;
}

impl IntoReturn for Value {
    #[inline(always)]
    fn into_return(self, _: &mut Thread) -> NativeResult {
        Ok(self)
    }
}

impl<T> IntoReturn for Gc<T> {
    #[inline(always)]
    fn into_return(self, _: &mut Thread) -> NativeResult {
        Ok(self.value())
    }
}

impl IntoReturn for () {
    #[inline(always)]
    fn into_return(self, _: &mut Thread) -> NativeResult {
        Ok(Value::NONE)
    }
}

impl IntoReturn for bool {
    #[inline(always)]
    fn into_return(self, _: &mut Thread) -> NativeResult {
        Ok(Value::from_bool(self))
    }
}

impl IntoReturn for f64 {
    #[inline(always)]
    fn into_return(self, _: &mut Thread) -> NativeResult {
        Ok(Value::from_float(self))
    }
}

macro_rules! integers {
    ($($rust:ty => $make:ident as $wide:ty;)*) => {$(
        impl IntoReturn for $rust {
            #[inline]
            fn into_return(self, _: &mut Thread) -> NativeResult {
                Ok(Value::$make(self as $wide))
            }
        }
    )*};
}

integers! {
    i64 => from_int as i64;
    isize => from_int as i64;
    i32 => from_int as i64;
    u8 => from_int as i64;
    u16 => from_int as i64;
    u32 => from_int as i64;
    u64 => from_unsigned as u64;
    usize => from_unsigned as u64;
}

impl IntoReturn for &str {
    fn into_return(self, _: &mut Thread) -> NativeResult {
        Ok(Str::new(self).value())
    }
}

impl IntoReturn for String {
    fn into_return(self, _: &mut Thread) -> NativeResult {
        Ok(Str::new(&self).value())
    }
}

impl<T: IntoReturn> IntoReturn for Option<T> {
    #[inline]
    fn into_return(self, thread: &mut Thread) -> NativeResult {
        match self {
            Some(value) => value.into_return(thread),
            None => Ok(Value::NONE),
        }
    }
}

impl<T: IntoReturn> IntoReturn for NativeResult<T> {
    #[inline(always)]
    fn into_return(self, thread: &mut Thread) -> NativeResult {
        self?.into_return(thread)
    }
}

/// What a native `__next__` can return: `None` at the end, which becomes StopIteration.
pub trait IntoNext {
    fn into_next(self, thread: &mut Thread) -> NativeResult;
}

impl IntoNext for Value {
    #[inline(always)]
    fn into_next(self, _: &mut Thread) -> NativeResult {
        Ok(self)
    }
}

impl<T: IntoReturn> IntoNext for Option<T> {
    #[inline(always)]
    fn into_next(self, thread: &mut Thread) -> NativeResult {
        match self {
            Some(item) => item.into_return(thread),
            None => Err(stop_iteration()),
        }
    }
}

impl<T: IntoNext> IntoNext for NativeResult<T> {
    #[inline(always)]
    fn into_next(self, thread: &mut Thread) -> NativeResult {
        self?.into_next(thread)
    }
}

/// A StopIteration without value.
#[cold]
pub fn stop_iteration() -> Raised {
    Raised(Exception::allocate(crate::types().stop_iteration, Tuple::empty()).value())
}
