//! The special method names that operations look up on a class, each with a slot in the class's table.
//!
//! A slot is a cache of the lookup along the class's method resolution order: 0 not looked up yet, [`ABSENT`] not defined, else
//! the attribute as it stands in the class dictionary (a function, a native method descriptor, any descriptor).

use crate::value::Value;

macro_rules! specials {
    ($($name:ident $text:literal)*) => {
        /// A special method.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Special { $($name),* }
        /// Number of special methods.
        pub const SPECIAL_COUNT: usize = [$(Special::$name),*].len();
        /// Their names, in order.
        pub const SPECIAL_NAMES: [&str; SPECIAL_COUNT] = [$($text),*];
        /// All of them.
        pub const SPECIALS: [Special; SPECIAL_COUNT] = [$(Special::$name),*];
    };
}

specials! {
    Add "__add__" ReflectedAdd "__radd__" InPlaceAdd "__iadd__"
    Subtract "__sub__" ReflectedSubtract "__rsub__" InPlaceSubtract "__isub__"
    Multiply "__mul__" ReflectedMultiply "__rmul__" InPlaceMultiply "__imul__"
    MatrixMultiply "__matmul__" ReflectedMatrixMultiply "__rmatmul__" InPlaceMatrixMultiply "__imatmul__"
    TrueDivide "__truediv__" ReflectedTrueDivide "__rtruediv__" InPlaceTrueDivide "__itruediv__"
    FloorDivide "__floordiv__" ReflectedFloorDivide "__rfloordiv__" InPlaceFloorDivide "__ifloordiv__"
    Remainder "__mod__" ReflectedRemainder "__rmod__" InPlaceRemainder "__imod__"
    DivMod "__divmod__" ReflectedDivMod "__rdivmod__"
    Power "__pow__" ReflectedPower "__rpow__" InPlacePower "__ipow__"
    LeftShift "__lshift__" ReflectedLeftShift "__rlshift__" InPlaceLeftShift "__ilshift__"
    RightShift "__rshift__" ReflectedRightShift "__rrshift__" InPlaceRightShift "__irshift__"
    And "__and__" ReflectedAnd "__rand__" InPlaceAnd "__iand__"
    Or "__or__" ReflectedOr "__ror__" InPlaceOr "__ior__"
    Xor "__xor__" ReflectedXor "__rxor__" InPlaceXor "__ixor__"
    Negative "__neg__" Positive "__pos__" Absolute "__abs__" Invert "__invert__"
    Bool "__bool__" Int "__int__" Float "__float__" Complex "__complex__" Index "__index__"
    Round "__round__" Trunc "__trunc__" Floor "__floor__" Ceil "__ceil__"
    Less "__lt__" LessEqual "__le__" Equal "__eq__" NotEqual "__ne__" Greater "__gt__" GreaterEqual "__ge__"
    Hash "__hash__" Repr "__repr__" Str "__str__" Format "__format__" Bytes "__bytes__"
    GetAttribute "__getattribute__" GetAttr "__getattr__" SetAttr "__setattr__" DelAttr "__delattr__" Dir "__dir__"
    Get "__get__" Set "__set__" Delete "__delete__" SetName "__set_name__"
    Call "__call__" New "__new__" Init "__init__" Del "__del__" InitSubclass "__init_subclass__"
    Len "__len__" LengthHint "__length_hint__" GetItem "__getitem__" SetItem "__setitem__" DelItem "__delitem__"
    Contains "__contains__" Iter "__iter__" Next "__next__" Reversed "__reversed__" Missing "__missing__"
    ClassGetItem "__class_getitem__" MroEntries "__mro_entries__" Prepare "__prepare__"
    InstanceCheck "__instancecheck__" SubclassCheck "__subclasscheck__" SubclassHook "__subclasshook__"
    Enter "__enter__" Exit "__exit__" AsyncEnter "__aenter__" AsyncExit "__aexit__"
    Await "__await__" AsyncIter "__aiter__" AsyncNext "__anext__"
    Buffer "__buffer__" ReleaseBuffer "__release_buffer__"
}

/// In a slot: looked up, and not defined by the class.
pub const ABSENT: Value = Value(44);

impl Special {
    /// The method's name, as `__add__`.
    pub fn name(self) -> &'static str {
        SPECIAL_NAMES[self as usize]
    }
}
