//! `_string`: how `string.Formatter` reads templates.

use taipan_runtime::builtins::str::brace::{field_name_parts, template_parts};
use taipan_runtime::native::type_name;
use taipan_runtime::object::iterator::ListIterator;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::prelude::*;

/// string helper module
pub struct StringModule;

fn str_argument(thread: &mut Thread, value: Value) -> Result<Gc<Str>> {
    match value.downcast::<Str>() {
        Some(string) => Ok(string),
        None => {
            let got = type_name(value);
            Err(thread.type_error(format!("expected str, got {got}")))
        }
    }
}

#[native_module(name = "_string")]
impl StringModule {
    /// The pieces of a template: literal text, field name, specifier and conversion.
    #[function("(format, /)")]
    fn formatter_parser(thread: &mut Thread, format: Value) -> Result<Gc<ListIterator>> {
        let template = str_argument(thread, format)?;
        Ok(ListIterator::new(template_parts(thread, template)?))
    }

    /// The first part of a field's name, and the steps behind it.
    #[function("(field_name, /)")]
    fn formatter_field_name_split(thread: &mut Thread, field_name: Value) -> Result<Gc<Tuple>> {
        let name = str_argument(thread, field_name)?;
        let (first, steps) = field_name_parts(thread, name)?;
        Ok(Tuple::new(&[first, ListIterator::new(steps).value()]))
    }
}
