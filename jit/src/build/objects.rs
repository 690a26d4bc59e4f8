//! What the heap says about values: kinds, shapes, fields.

use crate::hir::{Kinds, Type};
use crate::layout::type_of_word;
use taipan_runtime::builtins::functional_iterators::Enumerate;
use taipan_runtime::native::NativeType;
use taipan_runtime::object::kind::ObjectKind;
use taipan_runtime::object::pointer::Gc;
use taipan_runtime::object::shape::ShapeId;
use taipan_runtime::object::type_object::TypeObject;
use taipan_runtime::operations::class_of;
use taipan_runtime::types;
use taipan_runtime::value::Value as Word;

/// The kinds that objects of a class have, all of which have the same shape for life unless it says `OBJECT`.
pub fn kinds_of_class(class: Gc<TypeObject>) -> Kinds {
    let known = types();
    for (exact, kinds) in [
        (known.float, Kinds::FLOAT),
        (known.str, Kinds::STR),
        (known.list, Kinds::LIST),
        (known.tuple, Kinds::TUPLE),
        (known.dict, Kinds::DICT),
        (known.set, Kinds::SET),
        (known.range, Kinds::RANGE),
        (known.cell, Kinds::CELL),
        (known.method, Kinds::BOUND_METHOD),
        (known.list_iterator, Kinds::ITERATOR),
        (known.tuple_iterator, Kinds::ITERATOR),
        (known.range_iterator, Kinds::ITERATOR),
        (known.type_, Kinds::CLASS),
        (known.int, Kinds::BIG_INT),
    ] {
        if class == exact {
            return kinds;
        }
    }
    // Functions have attributes, so that their shape can change.
    Kinds::OBJECT
}

/// The kinds of objects with a shape.
pub fn kinds_of_shape(shape: ShapeId) -> Kinds {
    kinds_of_class(class_of_shape(shape))
}

/// The class of objects with a shape.
pub fn class_of_shape(shape: ShapeId) -> Gc<TypeObject> {
    let class = taipan_runtime::object::shape::shape(shape).class;
    Gc::from_header(class.cast())
}

/// The type of a constant.
pub fn type_of(word: Word) -> Type {
    let ty = type_of_word(word.0);
    if !word.is_pointer() {
        return ty;
    }
    let kinds = match word.kind() {
        Some(ObjectKind::Function) => Kinds::FUNCTION,
        Some(ObjectKind::Type) => Kinds::CLASS,
        _ => kinds_of_class(class_of(word)),
    };
    Type { kinds, ..ty }
}

/// Is it the class `enumerate` itself?
pub fn is_enumerate(class: Gc<TypeObject>) -> bool {
    <Enumerate as NativeType>::DEFINITION.class() == Some(class)
}
