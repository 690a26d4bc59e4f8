//! The containers' helper classes that the table of built-in classes doesn't name: iterators, and what the `builtins` and `types` modules show.

use crate::builtins::dict_views::{
    DictItemIterator, DictKeyIterator, DictReverseItemIterator, DictReverseKeyIterator,
    DictReverseValueIterator, DictValueIterator,
};
use crate::builtins::frame_locals::FrameLocalsProxy;
use crate::builtins::functional_iterators::{CallableIterator, Enumerate, Filter, Map, Zip};
use crate::builtins::iterators::{ListReverseIterator, LongRangeIterator, Reversed};
use crate::builtins::set::SetIterator;
use crate::builtins::simple_namespace::SimpleNamespace;
use crate::native::{NativeType, TypeDefinition};

/// Classes to be made at start-up, behind those of the table.
pub static DEFINITIONS: &[&TypeDefinition] = &[
    DictKeyIterator::DEFINITION,
    DictValueIterator::DEFINITION,
    DictItemIterator::DEFINITION,
    DictReverseKeyIterator::DEFINITION,
    DictReverseValueIterator::DEFINITION,
    DictReverseItemIterator::DEFINITION,
    SetIterator::DEFINITION,
    ListReverseIterator::DEFINITION,
    LongRangeIterator::DEFINITION,
    CallableIterator::DEFINITION,
    SimpleNamespace::DEFINITION,
    FrameLocalsProxy::DEFINITION,
    Enumerate::DEFINITION,
    Zip::DEFINITION,
    Map::DEFINITION,
    Filter::DEFINITION,
    Reversed::DEFINITION,
];

/// Those of them that are names of the `builtins` module.
pub static IN_BUILTINS: &[&TypeDefinition] =
    &[Enumerate::DEFINITION, Zip::DEFINITION, Map::DEFINITION, Filter::DEFINITION, Reversed::DEFINITION];
