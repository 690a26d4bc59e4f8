//! From source text to the syntax tree.
//!
//! `ruff_python_parser` does the parsing; nothing outside of this folder knows it. Its tree is converted into ours
//! (`statement`, `expression`, `pattern`, `string`): locations become CPython's, literals are read again from the source, the
//! rewrites of CPython's AST preprocessor are applied. What the parser rejects is put into CPython's words by `syntax_error`.

mod expression;
mod function_type;
mod lines;
mod pattern;
pub mod preprocess;
mod statement;
mod string;
mod syntax_error;
mod type_comments;

use bumpalo::Bump;
use ruff_python_ast::Mod;
use ruff_python_parser::{Mode as RuffMode, ParseOptions, parse_unchecked};
use ruff_text_size::TextRange;

use crate::Mode;
use crate::ast::{Module, Stmt};
use crate::depth::{Deep, Depth};
use crate::error::{ErrorKind, Notice, Problem, Result};
use crate::instruction_sequence::Location;
use crate::names::{Name, Names};
use crate::syntax_tree::TypeComments;

pub use function_type::parse_function_type;
pub use lines::Lines;
use preprocess::Rewrites;

/// How the tree is to be built.
pub struct ParseContext {
    pub mode: Mode,
    pub dont_imply_dedent: bool,
    pub allow_incomplete_input: bool,
    /// `from __future__ import barry_as_FLUFL` is inherited.
    pub barry: bool,
    /// Look at type comments.
    pub type_comments: bool,
    /// The minor version whose syntax is allowed, if that isn't ours.
    pub feature_version: Option<u8>,
    /// `sys.get_int_max_str_digits()`
    pub int_max_str_digits: usize,
    /// The rewrites of the AST preprocessor, which the compiler wants and an `ast` module doesn't.
    pub rewrites: Rewrites,
}

/// What parsing gives.
pub struct Parsed<'a> {
    pub module: Module<'a>,
    pub notices: Vec<Notice>,
    pub type_comments: Option<TypeComments>,
}

/// Parses `source`, whose newlines are all `\n`.
pub fn parse<'a>(
    source: &str,
    context: ParseContext,
    arena: &'a Bump,
    names: &mut Names<'a>,
) -> Result<Parsed<'a>> {
    let ruff_mode = if context.mode == Mode::Eval { RuffMode::Expression } else { RuffMode::Module };
    let mut tree = parse_unchecked(source, ParseOptions::from(ruff_mode));
    let barry = context.barry || syntax_error::imports_barry(source, &tree);
    let checked = match barry {
        false => syntax_error::check(source, &tree, &context),
        // The parser doesn't know `<>`. As long as the other operator, it can stand in.
        true => syntax_error::diagnose_with(source, &context, true).and_then(|()| {
            let replaced = syntax_error::without_diamonds(source);
            tree = parse_unchecked(&replaced, ParseOptions::from(ruff_mode));
            syntax_error::check_parser(source, &tree)
        }),
    };
    if let Err(problem) = checked {
        let tokens = tree.tokens().len();
        discard(tree, tokens);
        return Err(problem);
    }
    let type_comments = context.type_comments.then(|| type_comments::collect(source, &tree));
    let mut converter = Converter {
        arena,
        names,
        source,
        lines: Lines::new(source),
        context,
        depth: Depth::default(),
        type_comments,
        suspicious: false,
    };
    let module =
        converter.module(tree.syntax()).and_then(|module| converter.check_type_comments().map(|()| module));
    let Converter { context, depth, type_comments, suspicious, .. } = converter;
    let recursion = matches!(&module, Err(problem) if problem.kind == ErrorKind::RecursionError);
    let deepest = if recursion { tree.tokens().len() } else { depth.deepest() };
    discard(tree, deepest);
    if recursion {
        // CPython's parser may have given up before its compiler would.
        syntax_error::diagnose_with(source, &context, false)?;
    }
    if suspicious {
        syntax_error::diagnose_with(source, &context, barry)?;
    }
    Ok(Parsed { module: module?, notices: context.rewrites.notices, type_comments })
}

/// Drops a tree, whose nodes are at most `depth` levels deep. Its destructor recurses as deeply.
fn discard(tree: ruff_python_parser::Parsed<Mod>, depth: usize) {
    const PLAIN: usize = 500;
    const LEVEL: usize = 1024;
    const MAX_STACK: usize = 1 << 30;
    if depth < PLAIN {
        drop(tree);
    } else if depth * LEVEL < MAX_STACK {
        stacker::grow(depth * LEVEL, || drop(tree));
    } else {
        // There is no telling how much stack it would take.
        std::mem::forget(tree);
    }
}

/// Makes our tree of the parser's.
struct Converter<'a, 'n, 's> {
    arena: &'a Bump,
    names: &'n mut Names<'a>,
    source: &'s str,
    lines: Lines,
    context: ParseContext,
    depth: Depth,
    type_comments: Option<TypeComments>,
    /// Something was seen that the parser accepts and CPython may not.
    suspicious: bool,
}

impl Deep for Converter<'_, '_, '_> {
    fn depth(&mut self) -> &mut Depth {
        &mut self.depth
    }
}

impl<'a, 's> Converter<'a, '_, 's> {
    fn module(&mut self, module: &Mod) -> Result<Module<'a>> {
        match module {
            Mod::Module(module) => {
                self.context.rewrites.future_annotations |=
                    statement::imports_future_annotations(&module.body);
                let body = self.body(&module.body)?;
                Ok(if self.context.mode == Mode::Single { Module::Single(body) } else { Module::Exec(body) })
            }
            Mod::Expression(module) => {
                let expression = self.expression(&module.body)?;
                Ok(Module::Eval(self.arena.alloc(expression)))
            }
        }
    }

    fn location(&mut self, range: TextRange) -> Location {
        self.lines.location(range.start().to_u32(), range.end().to_u32())
    }

    /// Fails if the syntax must be that of a version before 3.`minor`.
    fn require_version(&self, minor: u8, what: &str, location: Location) -> Result<()> {
        if self.context.feature_version.is_some_and(|version| version < minor) {
            let message = format!("{what} only supported in Python 3.{minor} and greater");
            return Err(Problem::syntax(message, location));
        }
        Ok(())
    }

    fn text(&self, range: TextRange) -> &'s str {
        &self.source[range.start().to_usize()..range.end().to_usize()]
    }

    fn name(&mut self, identifier: &ruff_python_ast::Identifier) -> Name {
        self.names.intern(identifier.id.as_str())
    }

    fn optional_name(&mut self, identifier: &Option<ruff_python_ast::Identifier>) -> Option<Name> {
        identifier.as_ref().map(|identifier| self.names.intern(identifier.id.as_str()))
    }

    /// Converts each of `items` into a slice in the arena.
    fn each<'r, R: 'r, T>(
        &mut self,
        items: impl IntoIterator<Item = &'r R, IntoIter: ExactSizeIterator>,
        mut convert: impl FnMut(&mut Self, &'r R) -> Result<T>,
    ) -> Result<&'a [T]> {
        let items = items.into_iter();
        let mut converted = bumpalo::collections::Vec::with_capacity_in(items.len(), self.arena);
        for item in items {
            converted.push(convert(self, item)?);
        }
        Ok(converted.into_bump_slice())
    }

    fn statements(&mut self, statements: &[ruff_python_ast::Stmt]) -> Result<&'a [Stmt<'a>]> {
        self.each(statements, Self::statement)
    }
}
