//! The keys of `cmp_to_key`: values compared by a function.

use taipan_runtime::native_layout;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::attribute::no_attribute;
use taipan_runtime::operations::{Comparison, rich_compare};
use taipan_runtime::prelude::*;

/// A value with the function that compares it; without a value, what makes such.
#[repr(C)]
pub struct KeyWrapper {
    pub head: NativeHead,
    pub compare: Value,
    /// NULL in the wrapper that `cmp_to_key` returns.
    pub object: Value,
}

native_layout!(KeyWrapper, "functools.KeyWrapper", |this, tracer| {
    tracer.value(this.compare.0);
    tracer.value(this.object.0);
});

fn compare(thread: &mut Thread, this: Gc<KeyWrapper>, other: Value, op: Comparison) -> Result {
    let Some(other) = other.downcast::<KeyWrapper>() else {
        return Err(thread.type_error("other argument must be K instance"));
    };
    if this.object.is_null() || other.object.is_null() {
        return Err(no_attribute(thread, this.value(), intern("object")));
    }
    let order = thread.call(this.compare, &[this.object, other.object])?;
    rich_compare(thread, op, order, Value::from_small_int(0))
}

#[native_type(name = "KeyWrapper", module = "functools", no_new)]
impl KeyWrapper {
    #[method("(*arguments, **keywords)")]
    fn __call__(
        thread: &mut Thread,
        this: Gc<KeyWrapper>,
        arguments: &[Value],
        keywords: KeywordArguments<'_>,
    ) -> Result<Gc<KeyWrapper>> {
        let given = arguments.len() + keywords.len();
        if given > 1 {
            let keyword = if arguments.is_empty() { "keyword " } else { "" };
            return Err(thread.type_error(format!("K() takes at most 1 {keyword}argument ({given} given)")));
        }
        let Some(object) = arguments.first().copied().or_else(|| keywords.get("obj")) else {
            return Err(thread.type_error("K() missing required argument 'obj' (pos 1)"));
        };
        let content = KeyWrapper { head: NativeHead::empty(), compare: this.compare, object };
        Ok(native_object::new(this.class(), content))
    }

    /// Value wrapped by a key function.
    #[getter(member)]
    fn obj(thread: &mut Thread, this: Gc<KeyWrapper>) -> Result {
        this.object.non_null().ok_or_else(|| no_attribute(thread, this.value(), intern("obj")))
    }

    #[method]
    fn __lt__(thread: &mut Thread, this: Gc<KeyWrapper>, other: Value) -> Result {
        compare(thread, this, other, Comparison::Less)
    }

    #[method]
    fn __le__(thread: &mut Thread, this: Gc<KeyWrapper>, other: Value) -> Result {
        compare(thread, this, other, Comparison::LessEqual)
    }

    #[method]
    fn __eq__(thread: &mut Thread, this: Gc<KeyWrapper>, other: Value) -> Result {
        compare(thread, this, other, Comparison::Equal)
    }

    #[method]
    fn __ne__(thread: &mut Thread, this: Gc<KeyWrapper>, other: Value) -> Result {
        compare(thread, this, other, Comparison::NotEqual)
    }

    #[method]
    fn __gt__(thread: &mut Thread, this: Gc<KeyWrapper>, other: Value) -> Result {
        compare(thread, this, other, Comparison::Greater)
    }

    #[method]
    fn __ge__(thread: &mut Thread, this: Gc<KeyWrapper>, other: Value) -> Result {
        compare(thread, this, other, Comparison::GreaterEqual)
    }

    #[attribute]
    fn __hash__() -> Value {
        Value::NONE
    }
}
