//! `_csv`: reading and writing tables as text.

mod dialect;
mod reader;
mod writer;

use crate::exception::ExceptionClass;
use dialect::{Dialect, dialects, make};
use reader::Reader;
use std::sync::atomic::{AtomicI64, Ordering};
use taipan_runtime::native::TypeDefinition;
use taipan_runtime::object::list::List;
use taipan_runtime::object::str::intern;
use taipan_runtime::operations::index;
use taipan_runtime::prelude::*;
use writer::Writer;

/// `_csv.Error`
pub static ERROR: ExceptionClass = ExceptionClass::new();

/// Most characters of a field.
static FIELD_LIMIT: AtomicI64 = AtomicI64::new(128 * 1024);

/// The module `_csv`.
pub struct Csv;

/// CSV parsing and writing.
#[native_module(name = "_csv")]
impl Csv {
    #[constant]
    fn QUOTE_MINIMAL() -> i64 {
        dialect::QUOTE_MINIMAL
    }

    #[constant]
    fn QUOTE_ALL() -> i64 {
        dialect::QUOTE_ALL
    }

    #[constant]
    fn QUOTE_NONNUMERIC() -> i64 {
        dialect::QUOTE_NONNUMERIC
    }

    #[constant]
    fn QUOTE_NONE() -> i64 {
        dialect::QUOTE_NONE
    }

    #[constant]
    fn QUOTE_STRINGS() -> i64 {
        dialect::QUOTE_STRINGS
    }

    #[constant]
    fn QUOTE_NOTNULL() -> i64 {
        dialect::QUOTE_NOTNULL
    }

    #[types]
    fn types() -> &'static [&'static TypeDefinition] {
        &[Dialect::DEFINITION]
    }

    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        for (name, definition) in [("Reader", Reader::DEFINITION), ("Writer", Writer::DEFINITION)] {
            let class = taipan_runtime::builtins::class::class_of_definition(thread, definition)?;
            module.dict.set_str_infallible(intern(name), class.value());
        }
        module.dict.set_str_infallible(intern("_dialects"), dialects().value());
        ERROR.install(thread, module, "Error", "_csv", types().exception)
    }

    /// Return a reader object that will process lines from the given iterable.
    #[function(
        "(iterable, dialect='excel', /, **fmtparams)",
        text = "($module, iterable, /, dialect='excel', **fmtparams)"
    )]
    fn reader(
        thread: &mut Thread,
        iterable: Value,
        dialect: Option<Value>,
        fmtparams: KeywordArguments<'_>,
    ) -> Result<Gc<Reader>> {
        let lines = taipan_runtime::operations::get_iterator(thread, iterable)?;
        let dialect = make(thread, Dialect::class(), dialect, &fmtparams)?;
        Ok(Reader::new_object(lines, dialect))
    }

    /// Return a writer object that will write user data on the given file object.
    #[function(
        "(fileobj, dialect='excel', /, **fmtparams)",
        text = "($module, fileobj, /, dialect='excel', **fmtparams)"
    )]
    fn writer(
        thread: &mut Thread,
        fileobj: Value,
        dialect: Option<Value>,
        fmtparams: KeywordArguments<'_>,
    ) -> Result<Gc<Writer>> {
        let dialect = make(thread, Dialect::class(), dialect, &fmtparams)?;
        Writer::new_object(thread, fileobj, dialect)
    }

    /// Return a list of all known dialect names.
    #[function("()")]
    fn list_dialects() -> Gc<List> {
        let names = List::empty();
        let mut position = 0;
        while let Some((name, _)) = dialects().next_entry(&mut position) {
            names.push(name);
        }
        names
    }

    /// Create a mapping from a string name to a CSV dialect.
    #[function(
        "(name, dialect='excel', /, **fmtparams)",
        text = "($module, name, /, dialect='excel', **fmtparams)"
    )]
    fn register_dialect(
        thread: &mut Thread,
        name: Value,
        dialect: Option<Value>,
        fmtparams: KeywordArguments<'_>,
    ) -> Result<()> {
        if name.downcast::<Str>().is_none() {
            return Err(thread.type_error("dialect name must be a string"));
        }
        let dialect = make(thread, Dialect::class(), dialect, &fmtparams)?;
        dialects().set(thread, name, dialect.value())
    }

    /// Delete the name/dialect mapping associated with a string name.
    #[function("(name)")]
    fn unregister_dialect(thread: &mut Thread, name: Value) -> Result<()> {
        match dialects().remove(thread, name)? {
            Some(_) => Ok(()),
            None => Err(ERROR.error(thread, "unknown dialect")),
        }
    }

    /// Return the dialect instance associated with name.
    #[function("(name)")]
    fn get_dialect(thread: &mut Thread, name: Value) -> Result {
        dialect::known(thread, name)
    }

    /// Sets an upper limit on parsed fields.
    #[function("(new_limit=<unrepresentable>)")]
    fn field_size_limit(thread: &mut Thread, new_limit: Option<Value>) -> Result<i64> {
        let old = FIELD_LIMIT.load(Ordering::Relaxed);
        if let Some(limit) = new_limit {
            if limit.as_int_or_bool().is_none() {
                return Err(thread.type_error("limit must be an integer"));
            }
            let int = index(thread, limit)?;
            match int.as_small_int() {
                Some(limit) => FIELD_LIMIT.store(limit, Ordering::Relaxed),
                None => return Err(thread.overflow_error("Python int too large to convert to C ssize_t")),
            }
        }
        Ok(old)
    }
}
