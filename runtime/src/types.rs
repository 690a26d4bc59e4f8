//! The built-in classes that Rust code names: [`types()`](crate::types)`.list` and so on.
//!
//! All classes are made from native definitions. The table below makes them in two steps, since the first ones need each other: memory
//! and shapes for all, then names, bases and attributes ([`crate::builtins::class::fill_native_class`]).

use crate::builtins::class::{allocate_native_class, fill_native_class};
use crate::native::{NativeType, TypeDefinition};
use crate::object::pointer::Gc;
use crate::object::type_object::TypeObject;
use crate::thread::{Result, Thread};
use crate::value::Value;

macro_rules! builtin_types {
    ($($field:ident $definition:ty,)*) => {
        /// The built-in classes, and the special methods of object and type whose meaning operations know.
        pub struct BuiltinTypes {
            $(pub $field: Gc<TypeObject>,)*
            pub object_getattribute: Value,
            pub object_setattr: Value,
            pub object_delattr: Value,
            pub object_hash: Value,
            pub object_init: Value,
            pub object_new: Value,
            pub type_getattribute: Value,
            pub type_call: Value,
        }

        #[allow(non_camel_case_types, clippy::upper_case_acronyms, dead_code)]
        enum Row { $($field),* }

        /// Numbers of the built-in classes' root shapes: their rows in the table, from 1.
        #[allow(non_upper_case_globals)]
        pub mod builtin_shape {
            $(pub const $field: u32 = super::Row::$field as u32 + 1;)*
            /// The root shape of `type`, which the header of every class without a metaclass of its own has.
            pub const TYPE: u32 = type_;
        }

        /// Definitions of the classes in the table, bases before derived ones.
        static DEFINITIONS: &[&TypeDefinition] = &[$(<$definition as NativeType>::DEFINITION),*];

        impl BuiltinTypes {
            fn of_made_classes() -> Option<BuiltinTypes> {
                Some(BuiltinTypes {
                    $($field: <$definition as NativeType>::DEFINITION.class()?,)*
                    object_getattribute: Value::NULL,
                    object_setattr: Value::NULL,
                    object_delattr: Value::NULL,
                    object_hash: Value::NULL,
                    object_init: Value::NULL,
                    object_new: Value::NULL,
                    type_getattribute: Value::NULL,
                    type_call: Value::NULL,
                })
            }
        }
    };
}

use crate::builtins as b;
use crate::builtins::exceptions as e;
use crate::object as o;

builtin_types! {
    object o::instance::Instance,
    type_ o::type_object::TypeObject,
    int o::int::Int,
    bool b::bool::Bool,
    float o::float::Float,
    complex o::float::Complex,
    str o::str::Str,
    bytes o::bytes::Bytes,
    bytearray o::bytes::ByteArray,
    memoryview b::memoryview::MemoryView,
    tuple o::tuple::Tuple,
    list o::list::List,
    dict o::dict::Dict,
    dict_keys b::dict_views::DictKeys,
    dict_values b::dict_views::DictValues,
    dict_items b::dict_views::DictItems,
    mappingproxy b::mapping_proxy::MappingProxy,
    set b::set::MutableSet,
    frozenset b::set::FrozenSet,
    range o::range::Range,
    slice o::slice::Slice,
    list_iterator o::iterator::ListIterator,
    tuple_iterator o::iterator::TupleIterator,
    range_iterator o::iterator::RangeIterator,
    sequence_iterator o::iterator::SequenceIterator,
    none_type b::singletons::NoneType,
    ellipsis b::singletons::EllipsisType,
    not_implemented_type b::singletons::NotImplementedType,
    function o::function::Function,
    method o::function::BoundMethod,
    builtin_function_or_method o::native_function::NativeFunction,
    method_descriptor o::native_function::NativeMethod,
    wrapper_descriptor b::native_function::WrapperDescriptor,
    classmethod_descriptor b::native_function::ClassMethodDescriptor,
    method_wrapper b::native_function::MethodWrapper,
    getset_descriptor o::native_function::GetSet,
    member_descriptor b::native_function::MemberDescriptor,
    property o::descriptor::Property,
    classmethod o::descriptor::ClassMethod,
    staticmethod o::descriptor::StaticMethod,
    super_ o::descriptor::Super,
    module o::module::Module,
    cell o::cell::Cell,
    code o::code::Code,
    frame o::frame::FrameObject,
    traceback o::traceback::Traceback,
    generator o::generator::Generator,
    coroutine b::generator::Coroutine,
    async_generator b::generator::AsyncGenerator,
    weak_reference o::weak_reference::WeakReference,
    generic_alias b::generic_alias::GenericAlias,
    union b::union::Union,
    base_exception o::exception::Exception,
    exception e::ExceptionType,
    base_exception_group e::BaseExceptionGroup,
    exception_group e::ExceptionGroup,
    system_exit e::SystemExit,
    keyboard_interrupt e::KeyboardInterrupt,
    generator_exit e::GeneratorExit,
    stop_iteration e::StopIteration,
    stop_async_iteration e::StopAsyncIteration,
    arithmetic_error e::ArithmeticError,
    overflow_error e::OverflowError,
    zero_division_error e::ZeroDivisionError,
    floating_point_error e::FloatingPointError,
    assertion_error e::AssertionError,
    attribute_error e::AttributeError,
    buffer_error e::BufferError,
    eof_error e::EofError,
    import_error e::ImportError,
    module_not_found_error e::ModuleNotFoundError,
    lookup_error e::LookupError,
    index_error e::IndexError,
    key_error e::KeyError,
    memory_error e::MemoryError,
    name_error e::NameError,
    unbound_local_error e::UnboundLocalError,
    os_error e::OsError,
    blocking_io_error e::BlockingIoError,
    child_process_error e::ChildProcessError,
    connection_error e::ConnectionError,
    broken_pipe_error e::BrokenPipeError,
    connection_aborted_error e::ConnectionAbortedError,
    connection_refused_error e::ConnectionRefusedError,
    connection_reset_error e::ConnectionResetError,
    file_exists_error e::FileExistsError,
    file_not_found_error e::FileNotFoundError,
    interrupted_error e::InterruptedError,
    is_a_directory_error e::IsADirectoryError,
    not_a_directory_error e::NotADirectoryError,
    permission_error e::PermissionError,
    process_lookup_error e::ProcessLookupError,
    timeout_error e::TimeoutError,
    reference_error e::ReferenceError,
    runtime_error e::RuntimeError,
    not_implemented_error e::NotImplementedError,
    recursion_error e::RecursionError,
    python_finalization_error e::PythonFinalizationError,
    syntax_error e::SyntaxError,
    indentation_error e::IndentationError,
    tab_error e::TabError,
    incomplete_input_error e::IncompleteInputError,
    system_error e::SystemError,
    type_error e::TypeError,
    value_error e::ValueError,
    unicode_error e::UnicodeError,
    unicode_encode_error e::UnicodeEncodeError,
    unicode_decode_error e::UnicodeDecodeError,
    unicode_translate_error e::UnicodeTranslateError,
    warning e::Warning,
    deprecation_warning e::DeprecationWarning,
    pending_deprecation_warning e::PendingDeprecationWarning,
    runtime_warning e::RuntimeWarning,
    syntax_warning e::SyntaxWarning,
    user_warning e::UserWarning,
    future_warning e::FutureWarning,
    import_warning e::ImportWarning,
    unicode_warning e::UnicodeWarning,
    bytes_warning e::BytesWarning,
    resource_warning e::ResourceWarning,
    encoding_warning e::EncodingWarning,
}

/// The definitions of the classes in the table.
pub fn definitions() -> &'static [&'static TypeDefinition] {
    DEFINITIONS
}

static mut TYPES: *const BuiltinTypes = std::ptr::null();

/// The built-in classes.
#[inline(always)]
pub fn types() -> &'static BuiltinTypes {
    // SAFETY: set by `initialize` before anything else of the object model is used.
    unsafe { &*TYPES }
}

/// Makes all built-in classes.
pub fn initialize(thread: &mut Thread) -> Result<()> {
    for definition in DEFINITIONS {
        definition.made.set(allocate_native_class(definition));
    }
    let table = BuiltinTypes::of_made_classes().map(|table| Box::into_raw(Box::new(table)));
    // SAFETY: single-threaded start-up; the classes have memory and shapes, which is all that making strings, tuples and dicts needs.
    unsafe {
        TYPES = table.unwrap_or(std::ptr::null_mut());
        crate::object::float::ZERO.header.shape = types().float.root_shape;
    }
    for definition in DEFINITIONS {
        fill_native_class(thread, definition)?;
    }
    for definition in crate::builtins::class_types::DEFINITIONS
        .iter()
        .chain(crate::builtins::container_types::DEFINITIONS)
        .chain(crate::builtins::scalar_types::DEFINITIONS)
    {
        crate::builtins::class::class_of_definition(thread, definition)?;
    }
    crate::builtins::exceptions::group::derive_from_exception(thread)?;
    let known = |class: Gc<TypeObject>, name: &str| {
        class.dict.get_str(crate::object::str::intern(name)).unwrap_or(Value::NULL)
    };
    // SAFETY: still single-threaded, and no reference into the table is held.
    unsafe {
        let table = TYPES as *mut BuiltinTypes;
        (*table).object_getattribute = known((*table).object, "__getattribute__");
        (*table).object_setattr = known((*table).object, "__setattr__");
        (*table).object_delattr = known((*table).object, "__delattr__");
        (*table).object_hash = known((*table).object, "__hash__");
        (*table).object_init = known((*table).object, "__init__");
        (*table).object_new = known((*table).object, "__new__");
        (*table).type_getattribute = known((*table).type_, "__getattribute__");
        (*table).type_call = known((*table).type_, "__call__");
    }
    Ok(())
}
