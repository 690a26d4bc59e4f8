//! The module `_warnings`. The filters and their rules are `warnings.py`'s own pure-Python ones; importlib, which runs before that module can be
//! imported, warns through here.

use taipan_runtime::import::import_attribute;
use taipan_runtime::prelude::*;

/// _warnings provides basic warning filtering support.
pub struct Warnings;

#[native_module(name = "_warnings")]
impl Warnings {
    /// Issue a warning, or maybe ignore it or raise an exception.
    #[function("(message, category=None, stacklevel=1, source=None, **keywords)")]
    fn warn(
        thread: &mut Thread,
        message: Value,
        category: Option<Value>,
        stacklevel: Option<Value>,
        source: Option<Value>,
        keywords: KeywordArguments<'_>,
    ) -> Result {
        let function = import_attribute(thread, "warnings", "warn")?;
        let given = [
            message,
            category.unwrap_or(Value::NONE),
            stacklevel.unwrap_or(Value::from_small_int(1)),
            source.unwrap_or(Value::NONE),
        ];
        keywords.call(thread, function, &given)
    }
}
