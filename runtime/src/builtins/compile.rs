//! `compile()`: source text to code objects, the compiler's errors to SyntaxError.

use crate::interpreter::frames::Namespaces;
use crate::object::bytes::{ByteArray, Bytes};
use crate::object::code::Code;
use crate::object::exception::Exception;
use crate::object::str::Str;
use crate::object::tuple::Tuple;
use crate::operations;
use crate::prelude::*;
use taipan_compiler::{CompileError, ErrorKind, Mode, Options};

/// `PyCF_*` flags of `compile()`.
const ONLY_AST: i64 = 0x400;
const OPTIMIZED_AST: i64 = 0x8000 | ONLY_AST;
const DONT_IMPLY_DEDENT: i64 = 0x200;
const TYPE_COMMENTS: i64 = 0x1000;
const TOP_LEVEL_AWAIT: i64 = 0x2000;
const ALLOW_INCOMPLETE: i64 = 0x4000;
/// `CO_FUTURE_*` bits.
const FUTURE_MASK: i64 = 0x1fe_0000;

/// The source's bytes, for messages named after a function.
pub fn source_bytes(thread: &mut Thread, source: Value, function: &str) -> Result<Vec<u8>> {
    let bytes = if let Some(string) = source.downcast::<Str>() {
        match string.to_text() {
            Some(text) => text.into_bytes(),
            None => return Err(crate::builtins::str::surrogate_encode_error(thread, string)),
        }
    } else if let Some(bytes) = source.downcast::<Bytes>() {
        bytes.as_slice().to_vec()
    } else if let Some(array) = source.downcast::<ByteArray>() {
        array.as_slice().to_vec()
    } else {
        let got = match function {
            "compile" => "a string, bytes or AST object",
            _ => "a string, bytes or code object",
        };
        return Err(thread.type_error(format!("{function}() arg 1 must be {got}")));
    };
    if bytes.contains(&0) {
        return Err(thread.error(types().syntax_error, "source code string cannot contain null bytes"));
    }
    Ok(bytes)
}

/// `compile(source, filename, mode, flags, dont_inherit, optimize)`
pub fn compile(
    thread: &mut Thread,
    source: Value,
    filename: Value,
    mode: &str,
    flags: i64,
    dont_inherit: bool,
    optimize: i64,
) -> Result {
    let known =
        OPTIMIZED_AST | DONT_IMPLY_DEDENT | TYPE_COMMENTS | TOP_LEVEL_AWAIT | ALLOW_INCOMPLETE | FUTURE_MASK;
    if flags & !known != 0 {
        return Err(thread.value_error("compile(): unrecognised flags"));
    }
    if !(-1..=2).contains(&optimize) {
        return Err(thread.value_error("compile(): invalid optimize value"));
    }
    if flags & ONLY_AST != 0 {
        return Err(thread.not_implemented_error("compile() to a syntax tree is not implemented yet"));
    }
    let filename = filename_text(thread, filename)?;
    let mode = match mode {
        "exec" => Mode::Exec,
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        "func_type" => {
            return Err(thread.value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST"));
        }
        _ => return Err(thread.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
    };
    let mut options = Options::new(mode, filename);
    options.optimize = if optimize < 0 { crate::sys::flags().optimize } else { optimize as u8 };
    options.future_flags = (flags & FUTURE_MASK) as u32;
    if !dont_inherit && thread.has_frame() {
        options.future_flags |= thread.code().flags & FUTURE_MASK as u32;
    }
    options.dont_imply_dedent = flags & DONT_IMPLY_DEDENT != 0;
    options.allow_incomplete_input = flags & ALLOW_INCOMPLETE != 0;
    options.top_level_await = flags & TOP_LEVEL_AWAIT != 0;
    let bytes = source_bytes(thread, source, "compile")?;
    compile_bytes(thread, &bytes, &options).map(Gc::value)
}

fn filename_text(thread: &mut Thread, filename: Value) -> Result<String> {
    if let Some(string) = filename.downcast::<Str>() {
        return Ok(string.to_string_lossy());
    }
    if let Some(bytes) = filename.downcast::<Bytes>() {
        return Ok(String::from_utf8_lossy(bytes.as_slice()).into_owned());
    }
    match operations::get_attribute_optional(thread, filename, crate::object::str::intern("__fspath__"))? {
        Some(method) => {
            let path = thread.call(method, &[])?;
            Ok(operations::str_of(thread, path)?.to_string_lossy())
        }
        None => {
            let got = operations::attribute::class_name(filename);
            Err(thread.type_error(format!("expected str, bytes or os.PathLike object, not {got}")))
        }
    }
}

/// The source of `eval` and `exec`, compiled with the caller's future flags.
pub fn compile_text(thread: &mut Thread, source: Value, function: &str, _: Namespaces) -> Result<Gc<Code>> {
    let bytes = source_bytes(thread, source, function)?;
    let mode = if function == "eval" { Mode::Eval } else { Mode::Exec };
    let mut options = Options::new(mode, "<string>");
    options.optimize = crate::sys::flags().optimize;
    if thread.has_frame() {
        options.future_flags = thread.code().flags & FUTURE_MASK as u32;
    }
    let source = match mode {
        // Leading blanks are allowed in expressions.
        Mode::Eval => {
            bytes.iter().position(|b| !matches!(b, b' ' | b'\t')).map_or(&bytes[..0], |i| &bytes[i..])
        }
        _ => &bytes[..],
    };
    compile_bytes(thread, source, &options)
}

/// Compiles; the errors are raised, the warnings issued.
pub fn compile_bytes(thread: &mut Thread, source: &[u8], options: &Options) -> Result<Gc<Code>> {
    match taipan_compiler::compile(source, options) {
        Ok(compiled) => {
            for warning in &compiled.warnings {
                crate::builtins::warnings::syntax_warning(
                    thread,
                    &warning.message,
                    &options.filename,
                    warning.line,
                )?;
            }
            Ok(Code::new(&compiled.code))
        }
        Err(error) => Err(raise_compile_error(thread, &error)),
    }
}

/// The exception that a compile error stands for.
pub fn raise_compile_error(thread: &mut Thread, error: &CompileError) -> Raised {
    let class = match error.kind {
        ErrorKind::SyntaxError => types().syntax_error,
        ErrorKind::IndentationError => types().indentation_error,
        ErrorKind::TabError => types().tab_error,
        ErrorKind::IncompleteInputError => types().incomplete_input_error,
        ErrorKind::ValueError => return thread.value_error(&error.message),
        ErrorKind::MemoryError => return thread.memory_error(&error.message),
        ErrorKind::RecursionError => return thread.recursion_error(&error.message),
        ErrorKind::OverflowError => return thread.overflow_error(&error.message),
    };
    let number = |n: i32| Value::from_int(n as i64);
    let text = error.text.as_ref().map_or(Value::NONE, |text| Str::new(text).value());
    let location = Tuple::new(&[
        Str::new(&error.filename).value(),
        number(error.line),
        number(error.column),
        text,
        number(error.end_line),
        number(error.end_column),
    ]);
    let message = Str::new(&error.message).value();
    Exception::with_arguments(thread, class, &[message, location.value()])
}
