//! `compile()`: source text to code objects, the compiler's errors to SyntaxError.

use crate::interpreter::frames::Namespaces;
use crate::object::bytes::{ByteArray, Bytes};
use crate::object::code::Code;
use crate::object::exception::Exception;
use crate::object::str::Str;
use crate::object::tuple::Tuple;
use crate::operations;
use crate::operations::class_of;
use crate::prelude::*;
use crate::syntax_tree::{self, flags};
use taipan_compiler::error::LineText;
use taipan_compiler::syntax_tree::NodeClass;
use taipan_compiler::{CompileError, Compiled, ErrorKind, Mode, Options, ParsedTree, Warning};

/// `PyCF_SOURCE_IS_UTF8` and `PyCF_IGNORE_COOKIE`, which say nothing new here, and `CO_NESTED`.
const IGNORED: i64 = 0x100 | 0x800 | 0x10;
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
    } else if let Some(view) = operations::buffer::get_buffer_optional(thread, source, false)? {
        let bytes = view.to_vec();
        view.release();
        bytes
    } else {
        let got = match function {
            "compile" => "a string, bytes or AST object",
            "symtable" => "a string or bytes object",
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
#[allow(clippy::too_many_arguments)]
pub fn compile(
    thread: &mut Thread,
    source: Value,
    filename: Value,
    mode: &str,
    given: i64,
    dont_inherit: bool,
    optimize: i64,
    feature_version: i64,
) -> Result {
    let known = flags::OPTIMIZED_AST
        | flags::DONT_IMPLY_DEDENT
        | flags::TYPE_COMMENTS
        | flags::ALLOW_TOP_LEVEL_AWAIT
        | flags::ALLOW_INCOMPLETE_INPUT
        | IGNORED
        | FUTURE_MASK;
    if given & !known != 0 {
        return Err(thread.value_error("compile(): unrecognised flags"));
    }
    if !(-1..=2).contains(&optimize) {
        return Err(thread.value_error("compile(): invalid optimize value"));
    }
    let filename = filename_text(thread, filename)?;
    let mode = match mode {
        "exec" => Mode::Exec,
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        "func_type" if given & flags::ONLY_AST != 0 => {
            if syntax_tree::is_node(source) {
                syntax_tree::check_class(thread, source, NodeClass::FunctionType)?;
                return Ok(source);
            }
            let mut options = Options::new(Mode::Eval, filename);
            options.ignore_cookie = source.downcast::<Str>().is_some();
            let bytes = source_bytes(thread, source, "compile")?;
            return tree_object(thread, taipan_compiler::parse_function_type(&bytes, &options), &options);
        }
        "func_type" => {
            return Err(thread.value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST"));
        }
        _ => return Err(thread.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
    };
    let mut options = Options::new(mode, filename);
    options.int_max_str_digits = max_str_digits();
    options.feature_version = u8::try_from(feature_version).ok().filter(|_| given & flags::ONLY_AST != 0);
    options.optimize = if optimize < 0 { crate::sys::flags().optimize } else { optimize as u8 };
    options.future_flags = (given & FUTURE_MASK) as u32;
    if !dont_inherit && thread.has_frame() {
        options.future_flags |= thread.code().flags & FUTURE_MASK as u32;
    }
    options.dont_imply_dedent = given & flags::DONT_IMPLY_DEDENT != 0;
    options.allow_incomplete_input = given & flags::ALLOW_INCOMPLETE_INPUT != 0;
    options.top_level_await = given & flags::ALLOW_TOP_LEVEL_AWAIT != 0;
    options.type_comments = given & flags::TYPE_COMMENTS != 0;
    options.ignore_cookie = source.downcast::<Str>().is_some();
    let wanted = match given & flags::OPTIMIZED_AST {
        0 => Wanted::Code,
        flags::OPTIMIZED_AST => Wanted::OptimizedTree,
        _ => Wanted::Tree,
    };
    if syntax_tree::is_node(source) {
        return compile_tree(thread, source, &options, wanted);
    }
    let bytes = source_bytes(thread, source, "compile")?;
    match wanted {
        Wanted::Code => compile_bytes(thread, &bytes, &options).map(Gc::value),
        _ => {
            let parsed = taipan_compiler::parse_tree(&bytes, &options, wanted == Wanted::OptimizedTree);
            tree_object(thread, parsed, &options)
        }
    }
}

/// What `compile()` is to deliver.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Code,
    Tree,
    OptimizedTree,
}

/// Compiles a syntax tree.
fn compile_tree(thread: &mut Thread, source: Value, options: &Options, wanted: Wanted) -> Result {
    if wanted == Wanted::Tree {
        syntax_tree::check_mode(thread, source, options.mode)?;
        return Ok(source);
    }
    let tree = syntax_tree::from_object(thread, source, options.mode)?;
    if wanted == Wanted::OptimizedTree {
        let parsed = taipan_compiler::optimize_tree(&tree, options);
        return tree_object(thread, parsed, options);
    }
    let compiled = taipan_compiler::compile_tree(&tree, options);
    code_object(thread, compiled, options).map(Gc::value)
}

fn tree_object(
    thread: &mut Thread,
    parsed: core::result::Result<ParsedTree, CompileError>,
    options: &Options,
) -> Result {
    match parsed {
        Ok(parsed) => {
            issue_warnings(thread, &parsed.warnings, options)?;
            syntax_tree::to_object(thread, &parsed.tree)
        }
        Err(error) => Err(raise_compile_error(thread, &error)),
    }
}

/// The text of a filename: a str, bytes or path.
pub fn filename_text(thread: &mut Thread, filename: Value) -> Result<String> {
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
    options.int_max_str_digits = max_str_digits();
    options.ignore_cookie = source.downcast::<Str>().is_some();
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
    let compiled = taipan_compiler::compile(source, options);
    if let Err(error) = &compiled
        && error.is_of_codec
        && let Some(name) = taipan_compiler::declared_encoding(source)
    {
        // Codecs that the compiler doesn't have; and their errors.
        let text = decoded_by_codec(thread, source, &name, options)?;
        let options = Options { ignore_cookie: true, ..options.clone() };
        return code_object(thread, taipan_compiler::compile(text.as_bytes(), &options), &options);
    }
    code_object(thread, compiled, options)
}

/// The text of a source in an encoding that the module `codecs` knows.
fn decoded_by_codec(thread: &mut Thread, source: &[u8], name: &str, options: &Options) -> Result<String> {
    let arguments = [Str::new(name).value()];
    let raised = match thread.call_method(Bytes::new(source).value(), "decode", &arguments) {
        Ok(text) => match text.downcast::<Str>().and_then(|text| text.to_text()) {
            Some(text) => return Ok(text),
            None => thread.type_error("codec did not return a unicode object"),
        },
        Err(raised) => raised,
    };
    let message = match class_of(raised.0).is_subclass_of(types().lookup_error) {
        true => format!("unknown encoding: {name}"),
        false => operations::str_of(thread, raised.0)?.to_string_lossy(),
    };
    let error = CompileError { column: -1, ..error_at_start(message, options) };
    Err(raise_compile_error(thread, &error))
}

fn code_object(
    thread: &mut Thread,
    compiled: core::result::Result<Compiled, CompileError>,
    options: &Options,
) -> Result<Gc<Code>> {
    match compiled {
        Ok(compiled) => {
            issue_warnings(thread, &compiled.warnings, options)?;
            Ok(Code::new(&compiled.code))
        }
        Err(error) => {
            issue_warnings(thread, &error.warnings, options)?;
            Err(raise_compile_error(thread, &error))
        }
    }
}

/// Issues the compiler's warnings.
pub fn issue_warnings(thread: &mut Thread, warnings: &[Warning], options: &Options) -> Result<()> {
    for warning in warnings {
        let (message, line) = (&warning.message, warning.line);
        let issued = crate::builtins::warnings::syntax_warning(thread, message, &options.filename, line);
        if let Err(raised) = issued {
            // A filter makes an error of it: then it tells the place too.
            let is_warning = class_of(raised.0).is_subclass_of(types().syntax_warning);
            return Err(if is_warning {
                raise_compile_error(thread, &error_of(warning, options))
            } else {
                raised
            });
        }
    }
    Ok(())
}

/// The error that a warning has become.
fn error_of(warning: &Warning, options: &Options) -> CompileError {
    // An error has no future.
    let message = warning.message.replace("Such sequences will not work in the future. ", "");
    CompileError {
        line: warning.line as i32,
        column: warning.column as i32,
        end_line: warning.end_line as i32,
        end_column: warning.end_column as i32,
        ..error_at_start(message, options)
    }
}

fn error_at_start(message: String, options: &Options) -> CompileError {
    CompileError {
        kind: ErrorKind::SyntaxError,
        message,
        filename: options.filename.as_str().into(),
        line: 0,
        column: 0,
        end_line: 0,
        end_column: 0,
        text: None,
        is_of_codec: false,
        line_text: LineText::FromFile,
        metadata: None,
        warnings: Vec::new(),
    }
}

/// `sys.get_int_max_str_digits()`
fn max_str_digits() -> usize {
    crate::text::int_parse::digit_limit()
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
        ErrorKind::TypeError => return thread.type_error(&error.message),
        ErrorKind::UnicodeEncodeError => {
            let text = match &error.line_text {
                LineText::Unencodable(text) => Str::from_text(text),
                _ => Str::new(&error.message),
            };
            return crate::builtins::str::surrogate_encode_error(thread, text);
        }
        ErrorKind::SystemError => return thread.error(types().system_error, &error.message),
    };
    let number = |n: i32| Value::from_int(n as i64);
    let from_file = matches!(error.line_text, LineText::FromFile | LineText::AttributesFromFile);
    let text = match &error.text {
        None if from_file => line_of_file(&error.filename, error.line),
        text => text.clone(),
    };
    let text = text.map_or(Value::NONE, |text| Str::new(&text).value());
    let location = Tuple::new(&[
        Str::new(&error.filename).value(),
        number(error.line),
        number(error.column),
        text,
        number(error.end_line),
        number(error.end_column),
    ]);
    let message = Str::new(&error.message).value();
    if error.line_text != LineText::AttributesFromFile {
        let raised = Exception::with_arguments(thread, class, &[message, location.value()]);
        if let (Some((line, column, source)), Some(exception)) =
            (error.metadata.as_deref(), raised.0.downcast::<Exception>())
        {
            let source = Str::new(source).value();
            let metadata = Tuple::new(&[number(*line), number(*column), source]);
            exception.set_field(crate::builtins::exceptions::syntax_error::METADATA, metadata.value());
        }
        return raised;
    }
    let raised = Exception::with_arguments(thread, class, &[message]);
    let names = ["filename", "lineno", "offset", "text", "end_lineno", "end_offset"];
    for (name, &value) in names.iter().zip(location.items()) {
        let name = crate::object::str::intern(name);
        if let Err(raised) = operations::set_attribute(thread, raised.0, name, value) {
            return raised;
        }
    }
    raised
}

/// A line of a file that exists, for errors of passes that don't have the source.
fn line_of_file(filename: &str, line: i32) -> Option<String> {
    let index = usize::try_from(line).ok()?.checked_sub(1)?;
    let source = std::fs::read(filename).ok()?;
    let text = taipan_compiler::decode_source(&source)?;
    text.split_inclusive('\n').nth(index).map(str::to_owned)
}
