//! `_tuplegetter`: the descriptor behind the fields of a `namedtuple`.

use taipan_runtime::native::type_name;
use taipan_runtime::native_layout;
use taipan_runtime::object::native_object::{self, NativeHead};
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::repr;
use taipan_runtime::prelude::*;

/// An item of a tuple as an attribute.
#[repr(C)]
pub struct TupleGetter {
    head: NativeHead,
    index: isize,
    doc: Value,
}

native_layout!(TupleGetter, "collections._tuplegetter", |this, tracer| tracer.value(this.doc.0));

#[native_type(name = "_tuplegetter", module = "collections")]
impl TupleGetter {
    #[new("(index, doc, /)", hidden)]
    fn new(class: Gc<TypeObject>, index: isize, doc: Value) -> Gc<TupleGetter> {
        native_object::new(class, TupleGetter { head: NativeHead::empty(), index, doc })
    }

    #[method]
    fn __get__(thread: &mut Thread, this: Gc<TupleGetter>, instance: Value, owner: Value) -> Result {
        if instance.is_none() {
            if owner.is_none() {
                return Err(thread.type_error("__get__(None, None) is invalid"));
            }
            return Ok(this.value());
        }
        let index = this.index;
        let Some(tuple) = instance.downcast::<Tuple>() else {
            let got = type_name(instance);
            let message = format!(
                "descriptor for index '{index}' for tuple subclasses doesn't apply to '{got}' object"
            );
            return Err(thread.type_error(message));
        };
        usize::try_from(index)
            .ok()
            .and_then(|index| tuple.get(index))
            .ok_or_else(|| thread.index_error("tuple index out of range"))
    }

    #[method]
    fn __set__(thread: &mut Thread, _this: Gc<TupleGetter>, _instance: Value, _value: Value) -> Result<()> {
        Err(thread.attribute_error("can't set attribute"))
    }

    #[method]
    fn __delete__(thread: &mut Thread, _this: Gc<TupleGetter>, _instance: Value) -> Result<()> {
        Err(thread.attribute_error("can't delete attribute"))
    }

    #[getter(member)]
    fn __doc__(this: Gc<TupleGetter>) -> Value {
        this.doc
    }

    #[setter(__doc__)]
    fn set_doc(thread: &mut Thread, mut this: Gc<TupleGetter>, value: Option<Value>) -> Result<()> {
        match value {
            Some(doc) => {
                this.doc = doc;
                this.write_barrier();
                Ok(())
            }
            None => Err(thread.attribute_error("__doc__")),
        }
    }

    /// Return what pickling needs.
    #[method("()")]
    fn __reduce__(this: Gc<TupleGetter>) -> Gc<Tuple> {
        let arguments = Tuple::new(&[Value::from_int(this.index as i64), this.doc]);
        Tuple::new(&[this.class().value(), arguments.value()])
    }

    #[method]
    fn __repr__(thread: &mut Thread, this: Gc<TupleGetter>) -> Result<String> {
        let doc = repr(thread, this.doc)?.to_string_lossy();
        Ok(format!("{}({}, {doc})", this.class().name_text(), this.index))
    }
}
