//! Source text to CPython 3.14 code objects.
//!
//! `compile` is the whole way: bytes become text (`source`), text a syntax tree (`parse`, `ast`), the tree gives a symbol table
//! (`symbols`), tree and table give instruction sequences (`codegen`), and those become code objects in the flow graph and the
//! assembler (`flow_graph`, `assemble`).
// An error carries all that a SyntaxError tells; it is made once in a compilation.
#![allow(clippy::result_large_err)]
// Function types of tables, written out where they are.
#![allow(clippy::type_complexity)]

#[macro_use]
pub mod opcode;
pub mod assemble;
mod ast;
mod character_names;
pub mod code;
mod codegen;
pub mod constant;
mod depth;
mod diagnose;
pub mod disassemble;
pub mod error;
mod escapes;
mod flow_graph;
mod future;
pub mod instruction_sequence;
pub mod marshal;
mod names;
mod parse;
pub mod pyc;
mod source;
mod symbols;
pub mod syntax_tree;
pub mod text;
pub mod tokens;
pub mod verify;

use std::sync::Arc;

use bumpalo::Bump;

pub use character_names::character_of_name;
pub use code::{CodeFlags, CodeObject};
pub use constant::Constant;
pub use error::{CompileError, ErrorKind, Warning};
pub use opcode::Opcode;
pub use source::declared_encoding;
pub use symbols::SymbolBlock;
pub use text::Text;

use diagnose::Span;
use error::{LineText, Notice, Problem};
use instruction_sequence::Location;
use names::Names;
use parse::preprocess::Rewrites;
use parse::{Lines, ParseContext};
use syntax_tree::Node;

/// What a source is to be compiled as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A module.
    Exec,
    /// An expression.
    Eval,
    /// One interactive statement, whose values are printed.
    Single,
}

/// CPython's default of `sys.set_int_max_str_digits`.
pub const DEFAULT_INT_MAX_STR_DIGITS: usize = 4300;

/// How to compile.
#[derive(Clone, Debug)]
pub struct Options {
    pub mode: Mode,
    pub filename: String,
    /// 0; 1 removes assertions; 2 docstrings too.
    pub optimize: u8,
    /// `CO_FUTURE_*` bits to inherit.
    pub future_flags: u32,
    /// A block of interactive input that could go on isn't finished (`PyCF_DONT_IMPLY_DEDENT`).
    pub dont_imply_dedent: bool,
    /// An error at the end of the input is an `_IncompleteInputError` (`PyCF_ALLOW_INCOMPLETE_INPUT`).
    pub allow_incomplete_input: bool,
    /// The source is text: a declared encoding means nothing (`PyCF_IGNORE_COOKIE`).
    pub ignore_cookie: bool,
    /// `await` is allowed outside of functions (`PyCF_ALLOW_TOP_LEVEL_AWAIT`).
    pub top_level_await: bool,
    /// Look at type comments (`PyCF_TYPE_COMMENTS`).
    pub type_comments: bool,
    /// The minor version whose syntax is allowed, if that isn't ours.
    pub feature_version: Option<u8>,
    /// `sys.get_int_max_str_digits()`: most decimal digits of an int, 0 for no limit.
    pub int_max_str_digits: usize,
    /// The source is what the file has, not a string: some messages say so.
    pub from_file: bool,
}

impl Options {
    /// The options for a module.
    pub fn exec(filename: impl Into<String>) -> Options {
        Options::new(Mode::Exec, filename)
    }

    /// The options for a source of this kind.
    pub fn new(mode: Mode, filename: impl Into<String>) -> Options {
        Options {
            mode,
            filename: filename.into(),
            optimize: 0,
            future_flags: 0,
            dont_imply_dedent: false,
            allow_incomplete_input: false,
            ignore_cookie: false,
            top_level_await: false,
            type_comments: false,
            from_file: false,
            feature_version: None,
            int_max_str_digits: DEFAULT_INT_MAX_STR_DIGITS,
        }
    }
}

/// A compiled source.
#[derive(Clone, Debug)]
pub struct Compiled {
    pub code: Arc<CodeObject>,
    /// The `SyntaxWarning`s to issue.
    pub warnings: Vec<Warning>,
}

/// Compiles a source.
///
/// # Errors
///
/// What CPython raises for it.
pub fn compile(source: &[u8], options: &Options) -> Result<Compiled, CompileError> {
    let (code, warnings) = with_text(source, options, |text| compile_text(text, options))?;
    Ok(Compiled { code: Arc::new(code), warnings })
}

/// A source as a syntax tree for the module `ast`.
#[derive(Clone, Debug)]
pub struct ParsedTree {
    pub tree: Node,
    /// The `SyntaxWarning`s to issue.
    pub warnings: Vec<Warning>,
}

/// The text of a source file, newlines all `\n`; None if it can't be decoded.
pub fn decode_source(source: &[u8]) -> Option<String> {
    source::decode(source, false, None).ok().map(std::borrow::Cow::into_owned)
}

/// Parses a source; if `optimized`, with the compiler's rewrites of the tree.
///
/// # Errors
///
/// What CPython raises for it.
pub fn parse_tree(source: &[u8], options: &Options, optimized: bool) -> Result<ParsedTree, CompileError> {
    let (tree, warnings) = with_text(source, options, |text| {
        let arena = Bump::with_capacity(text.len() * 8 + 1024);
        let mut names = Names::new(&arena);
        let parsed = parse_text(text, options, optimized, &arena, &mut names)?;
        let tree = syntax_tree::export(&parsed.module, &names, parsed.type_comments.as_ref())?;
        Ok((tree, parsed.notices))
    })?;
    Ok(ParsedTree { tree, warnings })
}

/// Parses a function type, `(int, str) -> bool`.
///
/// # Errors
///
/// What CPython raises for it.
pub fn parse_function_type(source: &[u8], options: &Options) -> Result<ParsedTree, CompileError> {
    let (tree, warnings) = with_text(source, options, |text| {
        let arena = Bump::new();
        let mut names = Names::new(&arena);
        let context = parse_context(options, false);
        let (parameters, result) = parse::parse_function_type(text, context, &arena, &mut names)?;
        Ok((syntax_tree::export_function_type(parameters, &result, &names)?, Vec::new()))
    })?;
    Ok(ParsedTree { tree, warnings })
}

/// Compiles a syntax tree that may be made by hand.
///
/// # Errors
///
/// What CPython raises for it.
pub fn compile_tree(tree: &Node, options: &Options) -> Result<Compiled, CompileError> {
    let (code, warnings) = with_tree(options, || {
        syntax_tree::validate(tree)?;
        let arena = Bump::new();
        let mut names = Names::new(&arena);
        let mut rewrites = rewrites(options, true);
        let module = syntax_tree::import(tree, &arena, &mut names, &mut rewrites)?;
        compile_module(&module, rewrites.notices, options, &arena, &mut names)
    })?;
    Ok(Compiled { code: Arc::new(code), warnings })
}

/// The tree with the compiler's rewrites.
///
/// # Errors
///
/// What CPython raises for a tree that it can't compile.
pub fn optimize_tree(tree: &Node, options: &Options) -> Result<ParsedTree, CompileError> {
    let (tree, warnings) = with_tree(options, || {
        syntax_tree::validate(tree)?;
        let arena = Bump::new();
        let mut names = Names::new(&arena);
        let mut rewrites = rewrites(options, true);
        let module = syntax_tree::import(tree, &arena, &mut names, &mut rewrites)?;
        Ok((syntax_tree::export(&module, &names, None)?, rewrites.notices))
    })?;
    Ok(ParsedTree { tree, warnings })
}

/// The symbol table of a source, and the `SyntaxWarning`s to issue.
///
/// # Errors
///
/// What CPython raises for it.
pub fn symbol_table(source: &[u8], options: &Options) -> Result<(SymbolBlock, Vec<Warning>), CompileError> {
    with_text(source, options, |text| {
        let arena = Bump::with_capacity(text.len() * 8 + 1024);
        let mut names = Names::new(&arena);
        let parse::Parsed { module, notices, .. } = parse_text(text, options, false, &arena, &mut names)?;
        let future = future::scan(&module, &names).map_err(with_attributes)?;
        let context = symbols::BuildContext {
            future_annotations: (future.flags | options.future_flags) & CodeFlags::FUTURE_ANNOTATIONS.0 != 0,
            future_end: future.location,
            top_level_await: options.top_level_await,
        };
        let table = symbols::build(&module, context, &mut names).map_err(with_attributes)?;
        Ok((symbols::export(&table, &names), notices))
    })
}

/// Runs a pass over a source's text; its problem becomes an error, its notices warnings.
fn with_text<T>(
    source: &[u8],
    options: &Options,
    pass: impl FnOnce(&str) -> error::Result<(T, Vec<Notice>)>,
) -> Result<(T, Vec<Warning>), CompileError> {
    let mut text = std::borrow::Cow::Borrowed("");
    let file = options.from_file.then_some(options.filename.as_str());
    let result = source::decode(source, options.ignore_cookie, file).and_then(|decoded| {
        text = decoded;
        pass(&text)
    });
    finish(result, &text, options)
}

/// Runs a pass over a tree, whose source isn't known.
fn with_tree<T>(
    options: &Options,
    pass: impl FnOnce() -> error::Result<(T, Vec<Notice>)>,
) -> Result<(T, Vec<Warning>), CompileError> {
    finish(pass(), "", options)
}

fn finish<T>(
    result: error::Result<(T, Vec<Notice>)>,
    text: &str,
    options: &Options,
) -> Result<(T, Vec<Warning>), CompileError> {
    match result {
        Ok((made, notices)) => {
            let lines = Lines::new(text);
            let warnings = notices.into_iter().map(|notice| warning(notice, &lines, text)).collect();
            Ok((made, warnings))
        }
        Err(problem) => Err(compile_error(*problem, text, options)),
    }
}

fn rewrites(options: &Options, preprocess: bool) -> Rewrites {
    Rewrites {
        preprocess,
        optimize: options.optimize,
        future_annotations: options.future_flags & CodeFlags::FUTURE_ANNOTATIONS.0 != 0,
        exits: Vec::new(),
        notices: Vec::new(),
    }
}

fn parse_context(options: &Options, preprocess: bool) -> ParseContext {
    ParseContext {
        mode: options.mode,
        dont_imply_dedent: options.dont_imply_dedent,
        allow_incomplete_input: options.allow_incomplete_input,
        barry: options.future_flags & CodeFlags::FUTURE_BARRY_AS_BDFL.0 != 0,
        type_comments: options.type_comments,
        feature_version: options.feature_version,
        int_max_str_digits: options.int_max_str_digits,
        rewrites: rewrites(options, preprocess),
    }
}

fn parse_text<'a>(
    source: &str,
    options: &Options,
    preprocess: bool,
    arena: &'a Bump,
    names: &mut Names<'a>,
) -> error::Result<parse::Parsed<'a>> {
    let parsed = parse::parse(source, parse_context(options, preprocess), arena, names);
    // The parser reports characters, the later passes bytes.
    parsed.map_err(|mut problem| {
        if problem.span.is_none() {
            problem.span = Some(span_of(problem.location));
            problem.line_text = LineText::Complete;
        }
        problem
    })
}

fn compile_text(source: &str, options: &Options) -> error::Result<(CodeObject, Vec<Notice>)> {
    let arena = Bump::with_capacity(source.len() * 8 + 1024);
    let mut names = Names::new(&arena);
    let parse::Parsed { module, notices, .. } = parse_text(source, options, true, &arena, &mut names)?;
    compile_module(&module, notices, options, &arena, &mut names)
}

fn compile_module<'a>(
    module: &ast::Module<'a>,
    mut notices: Vec<Notice>,
    options: &Options,
    arena: &'a Bump,
    names: &mut Names<'a>,
) -> error::Result<(CodeObject, Vec<Notice>)> {
    let future = future::scan(module, names).map_err(with_attributes)?;
    let future_flags = future.flags | options.future_flags;
    let future_annotations = future_flags & CodeFlags::FUTURE_ANNOTATIONS.0 != 0;
    let context = symbols::BuildContext {
        future_annotations,
        future_end: future.location,
        top_level_await: options.top_level_await,
    };
    let table = symbols::build(module, context, names).map_err(with_attributes)?;
    let context = codegen::GenerateContext {
        filename: Text::from(options.filename.as_str()),
        optimize: options.optimize,
        future_annotations,
        future_flags,
    };
    let (code, more) = codegen::generate(module, table, context, arena, names)?;
    notices.extend(more);
    Ok((code, notices))
}

/// The errors of the symbol table and of future imports have their place as attributes only.
fn with_attributes(mut problem: Box<Problem>) -> Box<Problem> {
    if problem.kind == ErrorKind::SyntaxError {
        problem.line_text = LineText::AttributesFromFile;
    }
    problem
}

/// How many characters the first `bytes` bytes of a line (from 1) are, the last one perhaps only begun.
fn characters(lines: &Lines, source: &str, line: i32, bytes: i32) -> i32 {
    if line < 1 || bytes <= 0 || source.is_empty() {
        return bytes;
    }
    let start = lines.start(line as u32, source);
    let end = (start + bytes as usize).min(source.len());
    let before = source.as_bytes().get(start..end).unwrap_or_default();
    let missing = (start + bytes as usize).saturating_sub(source.len()).min(2) as i32;
    before.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() as i32 + missing
}

/// The end of a span in characters. CPython looks at the line where the span starts, whichever it ends on.
fn end_characters(lines: &Lines, source: &str, span: Span) -> i32 {
    if span.end_line == span.line || span.line < 1 {
        return characters(lines, source, span.line, span.end_offset);
    }
    let start = lines.start(span.line as u32, source);
    let length = source[start..].find('\n').unwrap_or(source.len() - start) as i32;
    if span.end_offset > length {
        characters(lines, source, span.line, length) + 1
    } else {
        characters(lines, source, span.line, span.end_offset)
    }
}

/// The place of a node as CPython reports it.
fn span_of(location: Location) -> Span {
    let Location { line, end_line, column, end_column } = location;
    Span { line, offset: column + 1, end_line, end_offset: end_column + 1 }
}

fn warning(notice: Notice, lines: &Lines, source: &str) -> Warning {
    let Span { line, offset, end_line, end_offset } = span_of(notice.location);
    Warning {
        message: notice.message,
        line: line.max(0) as u32,
        column: characters(lines, source, line, offset).max(0) as u32,
        end_line: end_line.max(0) as u32,
        end_column: characters(lines, source, end_line, end_offset).max(0) as u32,
    }
}

fn compile_error(mut problem: Problem, source: &str, options: &Options) -> CompileError {
    let lines = Lines::new(source);
    let notices = std::mem::take(&mut problem.notices);
    let warnings = notices.into_iter().map(|notice| warning(notice, &lines, source)).collect();
    // The compiler proper reports the lines of artificial code as they are.
    let least = if problem.span.is_none() { -1 } else { 0 };
    let Span { line, offset, end_line, end_offset } = match problem.span {
        None => span_of(problem.location),
        Some(span) => Span {
            offset: characters(&lines, source, span.line, span.offset),
            end_offset: end_characters(&lines, source, span),
            ..span
        },
    };
    let knows_line = matches!(problem.line_text, LineText::Complete | LineText::Bare);
    let text = (knows_line && line >= 0 && line as u32 <= lines.count()).then(|| {
        let start = lines.start(line.max(1) as u32, source);
        let rest = &source[start..];
        let bare = rest.find('\n').map_or(rest, |end| &rest[..end]);
        let ends = bare.len() < rest.len() || options.mode == Mode::Exec && !rest.is_empty();
        let newline = if ends && problem.line_text == LineText::Complete { "\n" } else { "" };
        format!("{bare}{newline}")
    });
    let text = match &problem.line_text {
        LineText::Given(text) => Some(text.clone()),
        _ => text,
    };
    CompileError {
        kind: problem.kind,
        message: problem.message,
        filename: Arc::from(options.filename.as_str()),
        line: line.max(least),
        column: offset,
        end_line: end_line.max(least),
        end_column: end_offset,
        text,
        line_text: problem.line_text,
        warnings,
        is_of_codec: problem.is_of_codec,
        metadata: problem.last_statement.map(|(line, column)| Box::new((line, column, source.to_owned()))),
    }
}
