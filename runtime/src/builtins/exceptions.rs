//! The exception classes.
//!
//! Each class is a layout: the fields of its base, then its own, all values ([`crate::object::exception`]). The macro `exceptions!` declares classes
//! with their fields, each of which becomes a member descriptor; a class's own methods follow. Files: [`base`] what all share,
//! [`plain`] the many that add nothing, [`os_error`], [`syntax_error`], [`unicode`], [`fields`] those with few fields, [`group`]
//! exception groups and what `except*` needs.

/// Declares an exception class: doc, Rust name, Python name, base, fields with docs, methods.
macro_rules! exception {
    ($doc:tt $rust:ident $name:tt : $base:ident { $($field:ident $field_doc:tt)* $(; $hidden:ident)? } $($body:tt)*) => {
        #[doc = $doc]
        #[repr(C)]
        pub struct $rust {
            pub base: $base,
            $(pub $field: $crate::value::Value,)*
            $(pub $hidden: $crate::value::Value,)?
        }

        $crate::layout!($rust, $crate::object::kind::ObjectKind::Exception, $name);

        #[doc = $doc]
        #[$crate::prelude::native_type(name = $name, base = <$base as $crate::native::NativeType>::DEFINITION, base_type)]
        impl $rust {
            $(
                #[attribute]
                fn $field(thread: &mut $crate::thread::Thread) -> $crate::thread::Result {
                    let offset = ::std::mem::offset_of!($rust, $field);
                    $crate::builtins::class::member::<$rust>(thread, stringify!($field), offset, false, Some($field_doc))
                }
            )*
            $($body)*
        }
    };
    ($doc:tt $rust:ident $name:tt : $base:ident $($body:tt)*) => {
        exception! { $doc $rust $name : $base {} $($body)* }
    };
}

pub mod base;
pub mod fields;
pub mod group;
pub mod os_error;
pub mod plain;
pub mod syntax_error;
pub mod unicode;

pub use base::add_note;
pub use fields::{
    AttributeError, ImportError, KeyError, ModuleNotFoundError, NameError, StopIteration, SystemExit,
    UnboundLocalError,
};
pub use group::{BaseExceptionGroup, ExceptionGroup, prepare_reraise_star, split_for_except_star};
pub use os_error::*;
pub use plain::*;
pub use syntax_error::{IncompleteInputError, IndentationError, SyntaxError, TabError};
pub use unicode::{UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError};
