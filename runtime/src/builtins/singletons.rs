//! The classes of None, Ellipsis and NotImplemented.

use crate::heap::Header;
use crate::layout;
use crate::object::kind::ObjectKind;
use crate::prelude::*;

/// Never allocated: None is a word.
#[repr(C)]
pub struct NoneType {
    header: Header,
}

/// Never allocated: Ellipsis is a word.
#[repr(C)]
pub struct EllipsisType {
    header: Header,
}

/// Never allocated: NotImplemented is a word.
#[repr(C)]
pub struct NotImplementedType {
    header: Header,
}

layout!(NoneType, ObjectKind::Free, "NoneType");
layout!(EllipsisType, ObjectKind::Free, "ellipsis");
layout!(NotImplementedType, ObjectKind::Free, "NotImplementedType");

fn refuse_arguments(
    thread: &mut Thread,
    class: Gc<TypeObject>,
    args: &[Value],
    kwargs: KeywordArguments,
) -> Result<()> {
    if args.is_empty() && kwargs.is_empty() {
        return Ok(());
    }
    let name = class.name_text();
    Err(thread.type_error(format!("{name} takes no arguments")))
}

/// The type of the None singleton.
#[native_type(name = "NoneType")]
impl NoneType {
    #[new("(*args, **kwargs)", hidden)]
    fn new_none(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result {
        refuse_arguments(thread, class, args, kwargs)?;
        Ok(Value::NONE)
    }

    #[method]
    fn __repr__(_this: Value) -> &'static str {
        "None"
    }

    #[method]
    fn __bool__(_this: Value) -> bool {
        false
    }

    #[method]
    fn __hash__(_this: Value) -> i64 {
        // CPython's, which doesn't depend on the address.
        0xfca8_6420
    }
}

/// The type of the Ellipsis singleton.
#[native_type(name = "ellipsis")]
impl EllipsisType {
    #[new("(*args, **kwargs)", hidden)]
    fn new_ellipsis(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result {
        if !args.is_empty() || !kwargs.is_empty() {
            let _ = class;
            return Err(thread.type_error("EllipsisType takes no arguments"));
        }
        Ok(Value::ELLIPSIS)
    }

    #[method]
    fn __repr__(_this: Value) -> &'static str {
        "Ellipsis"
    }

    #[method("($self, /)")]
    fn __reduce__(_this: Value) -> &'static str {
        "Ellipsis"
    }
}

/// The type of the NotImplemented singleton.
#[native_type(name = "NotImplementedType")]
impl NotImplementedType {
    #[new("(*args, **kwargs)", hidden)]
    fn new_not_implemented(
        thread: &mut Thread,
        class: Gc<TypeObject>,
        args: &[Value],
        kwargs: KeywordArguments,
    ) -> Result {
        refuse_arguments(thread, class, args, kwargs)?;
        Ok(Value::NOT_IMPLEMENTED)
    }

    #[method]
    fn __repr__(_this: Value) -> &'static str {
        "NotImplemented"
    }

    #[method("($self, /)")]
    fn __reduce__(_this: Value) -> &'static str {
        "NotImplemented"
    }

    #[method]
    fn __bool__(thread: &mut Thread, _this: Value) -> Result<bool> {
        Err(thread.type_error("NotImplemented should not be used in a boolean context"))
    }
}
