//! The module `_tokenize`. `tokenize.open` and `detect_encoding`, which tracebacks need, are Python code; splitting a source into tokens isn't there
//! yet and says so.

use taipan_runtime::native_layout;
use taipan_runtime::object::native_object::NativeHead;
use taipan_runtime::object::str::intern;
use taipan_runtime::prelude::*;

/// The tokenizer behind `tokenize`.
pub struct Tokenize;

/// An iterator over tokens.
#[repr(C)]
pub struct TokenizerIter {
    head: NativeHead,
}

native_layout!(TokenizerIter, "_tokenize.TokenizerIter", |this, tracer| {});

#[native_type(name = "TokenizerIter", module = "_tokenize")]
impl TokenizerIter {
    #[new("(*args, **kwargs)", hidden)]
    fn new(
        thread: &mut Thread,
        _class: Gc<TypeObject>,
        _args: &[Value],
        _kwargs: KeywordArguments<'_>,
    ) -> Result {
        Err(thread.not_implemented_error("splitting a source into tokens is not implemented yet"))
    }
}

#[native_module(name = "_tokenize")]
impl Tokenize {
    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        let class = taipan_runtime::builtins::class::class_of_definition(thread, TokenizerIter::DEFINITION)?;
        module.dict.set_str(thread, intern("TokenizerIter"), class.value())
    }
}
