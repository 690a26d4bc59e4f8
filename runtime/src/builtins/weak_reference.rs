//! What Python code sees of weak references and weak proxies.

use crate::layout;
use crate::object::kind::ObjectKind;
use crate::object::special::Special;
use crate::object::type_object::TYPE_WEAK_REFERENCABLE;
use crate::object::weak_reference::WeakReference;
use crate::operations::arithmetic::{self, BinaryOperator};
use crate::operations::attribute::{class_name, delete_attribute, get_attribute, set_attribute};
use crate::operations::{self, Comparison, call, class_of};
use crate::prelude::*;

/// A proxy: a weak reference that passes on what is done with it. [`CallableProxy`] can be called, too.
#[repr(C)]
pub struct WeakProxy {
    base: WeakReference,
}

layout!(WeakProxy, ObjectKind::WeakReference, "weakref.ProxyType");

/// A proxy of something callable.
#[repr(C)]
pub struct CallableProxy {
    base: WeakReference,
}

layout!(CallableProxy, ObjectKind::WeakReference, "weakref.CallableProxyType");

/// Checks that there can be weak references to an object.
fn check_referent(thread: &mut Thread, referent: Value) -> Result<()> {
    if referent.is_pointer() && class_of(referent).has(TYPE_WEAK_REFERENCABLE) {
        return Ok(());
    }
    let class = crate::native::convert::type_name(referent);
    Err(thread.type_error(format!("cannot create weak reference to '{class}' object")))
}

/// `weakref.ref(referent, callback)`; the callback may be None or NULL.
pub fn make_reference(
    thread: &mut Thread,
    class: Gc<TypeObject>,
    referent: Value,
    callback: Value,
) -> Result<Gc<WeakReference>> {
    check_referent(thread, referent)?;
    let callback = if callback.is_none() { Value::NULL } else { callback };
    Ok(WeakReference::new(class, referent, callback))
}

/// `weakref.proxy(referent, callback)`
pub fn make_proxy(thread: &mut Thread, referent: Value, callback: Value) -> Result<Gc<WeakReference>> {
    let class = match super::function::is_callable(referent) {
        true => super::support::class::<CallableProxy>(),
        false => super::support::class::<WeakProxy>(),
    };
    make_reference(thread, class, referent, callback)
}

fn compare(thread: &mut Thread, this: Gc<WeakReference>, other: Value, op: Comparison) -> Result {
    let Some(other) = other
        .downcast::<WeakReference>()
        .filter(|other| other.class().is_subclass_of(types().weak_reference))
    else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match (this.referent.non_null(), other.referent.non_null()) {
        (Some(a), Some(b)) => operations::rich_compare(thread, op, a, b),
        _ => Ok(Value::from_bool((this == other) == (op == Comparison::Equal))),
    }
}

#[native_type(name = "ReferenceType", module = "weakref", base_type)]
impl WeakReference {
    #[new("(*args, **kwargs)", hidden)]
    fn new_reference(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        args: &[Value],
        _kwargs: KeywordArguments,
    ) -> Result<Gc<WeakReference>> {
        match *args {
            [referent] => make_reference(thread, class, referent, Value::NULL),
            [referent, callback, ..] if args.len() == 2 || class != types().weak_reference => {
                make_reference(thread, class, referent, callback)
            }
            [] => Err(thread.type_error("__new__ expected at least 1 argument, got 0")),
            _ => Err(thread.type_error(format!("__new__ expected at most 2 arguments, got {}", args.len()))),
        }
    }

    #[method("(*args, **kwargs)")]
    fn __init__(
        thread: &mut Thread,
        _this: Gc<WeakReference>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result<()> {
        if !kwargs.is_empty() {
            return Err(thread.type_error("ref() takes no keyword arguments"));
        }
        if args.len() > 2 {
            return Err(
                thread.type_error(format!("__init__ expected at most 2 arguments, got {}", args.len()))
            );
        }
        Ok(())
    }

    #[method("()")]
    fn __call__(this: Gc<WeakReference>) -> Value {
        this.referent.non_null().unwrap_or(Value::NONE)
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<WeakReference>) -> Result<String> {
        let at = this.value().0;
        let Some(referent) = this.referent.non_null() else {
            return Ok(format!("<weakref at {at:#x}; dead>"));
        };
        let name =
            operations::get_attribute_optional(thread, referent, crate::object::str::intern("__name__"))?;
        let class = class_name(referent);
        let shown = match name.and_then(|name| name.downcast::<Str>()) {
            Some(name) => format!(" ({})", name.to_string_lossy()),
            None => String::new(),
        };
        Ok(format!("<weakref at {at:#x}; to '{class}' at {:#x}{shown}>", referent.0))
    }

    #[method]
    fn __hash__(thread: &mut Thread, mut this: Gc<WeakReference>) -> Result<i64> {
        if !this.hashed {
            let Some(referent) = this.referent.non_null() else {
                return Err(thread.type_error("weak object has gone away"));
            };
            this.hash = operations::hash(thread, referent)?;
            this.hashed = true;
        }
        Ok(this.hash)
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<WeakReference>, value: Value) -> Result {
        compare(thread, this, value, Comparison::Equal)
    }

    #[method]
    fn __ne__(thread: &mut Thread, this: Gc<WeakReference>, value: Value) -> Result {
        compare(thread, this, value, Comparison::NotEqual)
    }

    /// See PEP 585
    #[class_method("($type, object, /)", hidden)]
    fn __class_getitem__(thread: &mut Thread, class: Value, object: Value) -> Result {
        super::generic_alias::new(thread, class, object)
    }

    #[getter(member)]
    fn __callback__(this: Gc<WeakReference>) -> Value {
        this.callback.non_null().unwrap_or(Value::NONE)
    }
}

/// The object behind a proxy, or ReferenceError.
fn alive(thread: &mut Thread, proxy: Gc<WeakReference>) -> Result {
    proxy
        .referent
        .non_null()
        .ok_or_else(|| thread.error(types().reference_error, "weakly-referenced object no longer exists"))
}

/// An operand of an operator: what is behind it, if it is a proxy.
fn behind(thread: &mut Thread, value: Value) -> Result {
    match value
        .downcast::<WeakReference>()
        .filter(|reference| !reference.class().is_subclass_of(types().weak_reference))
    {
        Some(proxy) => alive(thread, proxy),
        None => Ok(value),
    }
}

fn pass_on(thread: &mut Thread, proxy: Gc<WeakReference>, special: Special, arguments: &[Value]) -> Result {
    let object = alive(thread, proxy)?;
    match class_of(object).special(special).filter(|method| !method.is_none()) {
        Some(method) => call::call_special(thread, method, object, arguments),
        None => {
            let (class, name) = (class_name(object), special.name());
            Err(thread.type_error(format!("'{class}' object has no {name} method")))
        }
    }
}

macro_rules! proxy_type {
    ($type:ident $name:tt { $($body:tt)* } $(binary $binary:ident $reflected:ident $in_place:ident $special:ident;)* $(compare $compare:ident $op:ident;)* $(unary $unary:ident $unary_special:ident;)*) => {
        #[native_type(name = $name, module = "weakref", no_new)]
        impl $type {
            #[method]
            fn __divmod__(thread: &mut Thread, this: Value, value: Value) -> Result {
                let (left, right) = (behind(thread, this)?, behind(thread, value)?);
                arithmetic::divide_with_remainder(thread, left, right)
            }

            #[method]
            fn __rdivmod__(thread: &mut Thread, this: Value, value: Value) -> Result {
                let (left, right) = (behind(thread, value)?, behind(thread, this)?);
                arithmetic::divide_with_remainder(thread, left, right)
            }

            $(
                #[method]
                fn $binary(thread: &mut Thread, this: Value, value: Value) -> Result {
                    let (left, right) = (behind(thread, this)?, behind(thread, value)?);
                    arithmetic::binary(thread, BinaryOperator::$special, left, right)
                }

                #[method]
                fn $reflected(thread: &mut Thread, this: Value, value: Value) -> Result {
                    let (left, right) = (behind(thread, value)?, behind(thread, this)?);
                    arithmetic::binary(thread, BinaryOperator::$special, left, right)
                }

                #[method]
                fn $in_place(thread: &mut Thread, this: Value, value: Value) -> Result {
                    let (left, right) = (behind(thread, this)?, behind(thread, value)?);
                    arithmetic::binary_in_place(thread, BinaryOperator::$special, left, right)
                }
            )*

            #[method]
            fn __pow__(thread: &mut Thread, this: Value, value: Value, modulus: Value) -> Result {
                let (left, right) = (behind(thread, this)?, behind(thread, value)?);
                let modulus = behind(thread, modulus)?;
                super::functions::power(thread, left, right, modulus)
            }

            #[method]
            fn __rpow__(thread: &mut Thread, this: Value, value: Value, modulus: Value) -> Result {
                let (left, right) = (behind(thread, value)?, behind(thread, this)?);
                let modulus = behind(thread, modulus)?;
                super::functions::power(thread, left, right, modulus)
            }

            #[method]
            fn __ipow__(thread: &mut Thread, this: Value, value: Value) -> Result {
                let (left, right) = (behind(thread, this)?, behind(thread, value)?);
                arithmetic::binary_in_place(thread, BinaryOperator::Power, left, right)
            }

            $(
                #[method]
                fn $compare(thread: &mut Thread, this: Value, value: Value) -> Result {
                    let (left, right) = (behind(thread, this)?, behind(thread, value)?);
                    operations::rich_compare(thread, Comparison::$op, left, right)
                }
            )*

            $(
                #[method]
                fn $unary(thread: &mut Thread, this: Gc<WeakReference>) -> Result {
                    pass_on(thread, this, Special::$unary_special, &[])
                }
            )*

            #[method]
            fn __repr__(this: Gc<WeakReference>) -> String {
                let at = this.value().0;
                match this.referent.non_null() {
                    Some(referent) => format!("<weakproxy at {at:#x}; to '{}' at {:#x}>", class_name(referent), referent.0),
                    None => format!("<weakproxy at {at:#x}; dead>"),
                }
            }

            #[method]
            fn __str__(thread: &mut Thread, this: Gc<WeakReference>) -> Result<Gc<Str>> {
                let object = alive(thread, this)?;
                operations::str_of(thread, object)
            }

            #[method]
            fn __bool__(thread: &mut Thread, this: Gc<WeakReference>) -> Result<bool> {
                let object = alive(thread, this)?;
                operations::is_true(thread, object)
            }

            #[method]
            fn __iter__(thread: &mut Thread, this: Gc<WeakReference>) -> Result {
                let object = alive(thread, this)?;
                operations::get_iterator(thread, object)
            }

            #[method]
            fn __next__(thread: &mut Thread, this: Gc<WeakReference>) -> Result {
                let object = alive(thread, this)?;
                if class_of(object).special(Special::Next).is_none() {
                    let class = class_name(object);
                    return Err(thread.type_error(format!("Weakref proxy referenced a non-iterator '{class}' object")));
                }
                pass_on(thread, this, Special::Next, &[])
            }

            #[method]
            fn __len__(thread: &mut Thread, this: Gc<WeakReference>) -> Result<usize> {
                let object = alive(thread, this)?;
                operations::length(thread, object)
            }

            #[method]
            fn __contains__(thread: &mut Thread, this: Gc<WeakReference>, key: Value) -> Result<bool> {
                let object = alive(thread, this)?;
                operations::contains(thread, object, key)
            }

            #[method]
            fn __getitem__(thread: &mut Thread, this: Gc<WeakReference>, key: Value) -> Result {
                let object = alive(thread, this)?;
                operations::get_item(thread, object, key)
            }

            #[method]
            fn __setitem__(thread: &mut Thread, this: Gc<WeakReference>, key: Value, value: Value) -> Result<()> {
                let object = alive(thread, this)?;
                operations::set_item(thread, object, key, value)
            }

            #[method]
            fn __delitem__(thread: &mut Thread, this: Gc<WeakReference>, key: Value) -> Result<()> {
                let object = alive(thread, this)?;
                operations::delete_item(thread, object, key)
            }

            #[method]
            fn __getattribute__(thread: &mut Thread, this: Gc<WeakReference>, name: Gc<Str>) -> Result {
                let object = alive(thread, this)?;
                get_attribute(thread, object, name)
            }

            #[method]
            fn __setattr__(thread: &mut Thread, this: Gc<WeakReference>, name: Gc<Str>, value: Value) -> Result<()> {
                let object = alive(thread, this)?;
                set_attribute(thread, object, name, value)
            }

            #[method]
            fn __delattr__(thread: &mut Thread, this: Gc<WeakReference>, name: Gc<Str>) -> Result<()> {
                let object = alive(thread, this)?;
                delete_attribute(thread, object, name)
            }

            #[method("($self, /)", hidden)]
            fn __bytes__(thread: &mut Thread, this: Gc<WeakReference>) -> Result {
                pass_on(thread, this, Special::Bytes, &[])
            }

            #[method("($self, /)", hidden)]
            fn __reversed__(thread: &mut Thread, this: Gc<WeakReference>) -> Result {
                pass_on(thread, this, Special::Reversed, &[])
            }

            $($body)*
        }
    };
}

macro_rules! proxy_types {
    ($($type:ident $name:tt { $($body:tt)* })*) => {
        $(proxy_type! {
            $type $name { $($body)* }
            binary __add__ __radd__ __iadd__ Add;
            binary __sub__ __rsub__ __isub__ Subtract;
            binary __mul__ __rmul__ __imul__ Multiply;
            binary __matmul__ __rmatmul__ __imatmul__ MatrixMultiply;
            binary __truediv__ __rtruediv__ __itruediv__ TrueDivide;
            binary __floordiv__ __rfloordiv__ __ifloordiv__ FloorDivide;
            binary __mod__ __rmod__ __imod__ Remainder;
            binary __lshift__ __rlshift__ __ilshift__ LeftShift;
            binary __rshift__ __rrshift__ __irshift__ RightShift;
            binary __and__ __rand__ __iand__ And;
            binary __or__ __ror__ __ior__ Or;
            binary __xor__ __rxor__ __ixor__ Xor;
            compare __lt__ Less;
            compare __le__ LessEqual;
            compare __eq__ Equal;
            compare __ne__ NotEqual;
            compare __gt__ Greater;
            compare __ge__ GreaterEqual;
            unary __neg__ Negative;
            unary __pos__ Positive;
            unary __abs__ Absolute;
            unary __invert__ Invert;
            unary __int__ Int;
            unary __float__ Float;
            unary __index__ Index;
        })*
    };
}

proxy_types! {
    WeakProxy "ProxyType" {}
    CallableProxy "CallableProxyType" {
        #[method("(*args, **kwargs)")]
        fn __call__(thread: &mut Thread, this: Gc<WeakReference>, args: &[Value], kwargs: KeywordArguments) -> Result {
            let object = alive(thread, this)?;
            super::function::call_with_keywords(thread, object, args, kwargs)
        }
    }
}
