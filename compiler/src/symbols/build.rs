//! The first pass: the blocks, and what happens to each name in them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::analyze::analyze;
use super::{Block, BlockId, BlockKind, Key, Symbol, SymbolTable, Symbols};
use crate::ast::*;
use crate::depth::{Deep, Depth};
use crate::error::{Problem, Result};
use crate::names::Names;

/// What the table's making depends on besides the tree.
pub struct BuildContext {
    pub future_annotations: bool,
    /// Where the leading future imports end.
    pub future_end: Location,
    pub top_level_await: bool,
}

/// Makes the symbol table of `module`.
pub fn build<'a>(module: &Module<'a>, context: BuildContext, names: &mut Names<'a>) -> Result<SymbolTable> {
    let table = SymbolTable { blocks: Vec::new(), keys: FxHashMap::default(), mangled_names: Vec::new() };
    let current = SymbolTable::MODULE;
    let mut builder =
        Builder { table, names, context, stack: Vec::new(), current, private: None, depth: Depth::default() };
    let module_block = builder.new_block(Name::TOP, BlockKind::Module, None, Location::new(0, 0, 0, 0));
    builder.enter_existing(module_block, true);
    match *module {
        Module::Exec(body) => {
            builder.block().has_docstring = docstring(body).is_some();
            builder.statements(body)?;
        }
        Module::Single(body) => builder.statements(body)?,
        Module::Eval(expression) => builder.expression(expression)?,
    }
    let mut table = builder.table;
    analyze(&mut table, names)?;
    Ok(table)
}

pub(super) struct Builder<'n, 'a> {
    pub(super) table: SymbolTable,
    pub(super) names: &'n mut Names<'a>,
    context: BuildContext,
    pub(super) stack: Vec<BlockId>,
    pub(super) current: BlockId,
    /// The class whose private names are being mangled.
    private: Option<Name>,
    depth: Depth,
}

impl Deep for Builder<'_, '_> {
    fn depth(&mut self) -> &mut Depth {
        &mut self.depth
    }
}

impl<'a> Builder<'_, 'a> {
    pub(super) fn block(&mut self) -> &mut Block {
        self.table.block_mut(self.current)
    }

    fn new_block(&mut self, name: Name, kind: BlockKind, key: Option<Key>, location: Location) -> BlockId {
        let id = BlockId(self.table.blocks.len() as u32);
        let parent = self.stack.last().map(|&parent| self.table.block(parent));
        let nested = parent.is_some_and(|parent| parent.nested || parent.is_function_like());
        let is_method =
            kind == BlockKind::Function && parent.is_some_and(|parent| parent.kind == BlockKind::Class);
        self.table.blocks.push(Block {
            name,
            kind,
            location,
            symbols: Symbols::default(),
            parameters: Vec::new(),
            children: Vec::new(),
            directives: Vec::new(),
            mangled_names: None,
            comprehension: None,
            annotation_block: None,
            scope_info: "",
            comprehension_iter_expr: 0,
            nested,
            generator: false,
            coroutine: false,
            varargs: false,
            varkeywords: false,
            annotations_used: false,
            needs_class_closure: false,
            needs_classdict: false,
            has_conditional_annotations: false,
            comprehension_inlined: false,
            can_see_class_scope: false,
            has_docstring: false,
            is_method,
            comprehension_iter_target: false,
            in_conditional_block: false,
            in_unevaluated_annotation: false,
        });
        if let Some(key) = key {
            self.table.keys.insert(key, id);
        }
        id
    }

    fn enter_existing(&mut self, id: BlockId, add_to_children: bool) {
        let previous = self.stack.last().copied();
        self.stack.push(id);
        self.current = id;
        let Some(previous) = previous else { return };
        let outer = self.table.block(previous);
        let (iter_expr, mangled_names) = (outer.comprehension_iter_expr, outer.mangled_names);
        let block = self.table.block_mut(id);
        block.comprehension_iter_expr = iter_expr;
        let kind = block.kind;
        if kind != BlockKind::Class && mangled_names.is_some() {
            block.mangled_names = mangled_names;
        }
        // Annotations that only become strings leave no trace.
        if self.context.future_annotations && kind == BlockKind::Annotation {
            return;
        }
        if add_to_children {
            self.table.block_mut(previous).children.push(id);
        }
    }

    pub(super) fn enter(
        &mut self,
        name: Name,
        kind: BlockKind,
        key: Option<Key>,
        location: Location,
    ) -> Result<()> {
        let id = self.new_block(name, kind, key, location);
        self.enter_existing(id, true);
        if matches!(kind, BlockKind::Annotation | BlockKind::TypeVariable | BlockKind::TypeAlias) {
            // These functions take the format as a parameter, and look at it.
            self.define(Name::DOT_FORMAT, Symbol::PARAM, location)?;
            self.define(Name::DOT_FORMAT, Symbol::USE, location)?;
        }
        Ok(())
    }

    pub(super) fn exit(&mut self) {
        self.stack.pop();
        if let Some(&outer) = self.stack.last() {
            self.current = outer;
        }
    }

    fn mangle(&mut self, name: Name) -> Name {
        if self.private.is_some() && self.table.mangles(self.current, name) {
            self.names.mangle(self.private, name)
        } else {
            name
        }
    }

    pub(super) fn lookup(&mut self, block: BlockId, name: Name) -> Symbol {
        let mangled = self.mangle(name);
        self.table.block(block).symbol(mangled)
    }

    pub(super) fn define(&mut self, name: Name, flag: u32, location: Location) -> Result<()> {
        let context = if flag == Symbol::USE { ExprContext::Load } else { ExprContext::Store };
        self.define_in_context(name, flag, location, context)
    }

    pub(super) fn define_in_context(
        &mut self,
        name: Name,
        flag: u32,
        location: Location,
        context: ExprContext,
    ) -> Result<()> {
        if flag & (Symbol::PARAM | Symbol::LOCAL | Symbol::IMPORT) != 0 {
            check_name(name, location, context)?;
        }
        if flag & Symbol::TYPE_PARAM != 0
            && let Some(set) = self.table.block(self.current).mangled_names
        {
            self.table.mangled_names[set as usize].insert(name);
        }
        self.define_in(self.current, name, flag, location)
    }

    pub(super) fn define_in(&mut self, id: BlockId, name: Name, flag: u32, location: Location) -> Result<()> {
        let mangled = self.mangle(name);
        let block = self.table.block_mut(id);
        let symbol = block.symbols.entry(mangled).or_default();
        for (kind, what, place) in [
            (Symbol::PARAM, "argument", " in function definition"),
            (Symbol::TYPE_PARAM, "type parameter", ""),
        ] {
            if flag & kind != 0 && symbol.has(kind) {
                let message = format!("duplicate {what} '{}'{place}", self.names.text(name));
                return Err(Problem::syntax(message, location));
            }
        }
        symbol.0 |= flag;
        if block.comprehension_iter_target {
            if symbol.has(Symbol::GLOBAL | Symbol::NONLOCAL) {
                let text = self.names.text(name);
                let message =
                    format!("comprehension inner loop cannot rebind assignment expression target '{text}'");
                return Err(Problem::syntax(message, location));
            }
            symbol.0 |= Symbol::COMPREHENSION_ITER;
        }
        if flag & Symbol::PARAM != 0 {
            block.parameters.push(mangled);
        } else if flag & Symbol::GLOBAL != 0 {
            let module = self.table.block_mut(SymbolTable::MODULE);
            module.symbols.entry(mangled).or_default().0 |= flag;
        }
        Ok(())
    }

    fn statements(&mut self, statements: &'a [Stmt<'a>]) -> Result<()> {
        statements.iter().try_for_each(|statement| self.deeper(|this| this.statement(statement)))
    }

    /// Statements in a block that may not run.
    fn conditional(&mut self, body: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let was = std::mem::replace(&mut self.block().in_conditional_block, true);
        body(self)?;
        self.block().in_conditional_block = was;
        Ok(())
    }

    fn statement(&mut self, statement: &'a Stmt<'a>) -> Result<()> {
        let location = statement.location;
        match statement.kind {
            StmtKind::FunctionDef(node) => self.function(node, location),
            StmtKind::ClassDef(node) => self.class(node, location),
            StmtKind::TypeAlias(node) => self.type_alias(node, location),
            StmtKind::Return(value) => self.optional(value),
            StmtKind::Delete(targets) => self.expressions(targets),
            StmtKind::Assign { targets, value } => {
                self.expressions(targets)?;
                self.expression(value)
            }
            StmtKind::AnnAssign(node) => self.annotated_assignment(node, location),
            StmtKind::AugAssign { target, value, .. } => {
                self.expression(target)?;
                self.expression(value)
            }
            StmtKind::For(node) => {
                if node.is_async {
                    self.require_coroutine("'async for' outside async function", location)?;
                }
                self.expression(&node.target)?;
                self.expression(&node.iter)?;
                self.conditional(|this| {
                    this.statements(node.body)?;
                    this.statements(node.orelse)
                })
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.expression(test)?;
                self.conditional(|this| {
                    this.statements(body)?;
                    this.statements(orelse)
                })
            }
            StmtKind::Match { subject, cases } => {
                self.expression(subject)?;
                self.conditional(|this| cases.iter().try_for_each(|case| this.match_case(case)))
            }
            StmtKind::Raise { exc, cause } => {
                self.optional(exc)?;
                self.optional(cause)
            }
            StmtKind::Try(node) => self.conditional(|this| this.try_statement(node)),
            StmtKind::Assert { test, msg } => {
                self.expression(test)?;
                self.optional(msg)
            }
            StmtKind::Import(names) => names.iter().try_for_each(|alias| self.alias(alias)),
            StmtKind::ImportFrom { module, names, level } => {
                names.iter().try_for_each(|alias| self.alias(alias))?;
                self.check_future_import(module, level, location)
            }
            StmtKind::Global(names) => self.directive(names, Symbol::GLOBAL, location),
            StmtKind::Nonlocal(names) => self.directive(names, Symbol::NONLOCAL, location),
            StmtKind::Expr(value) => self.expression(value),
            StmtKind::With(node) => {
                if node.is_async {
                    self.require_coroutine("'async with' outside async function", location)?;
                }
                self.conditional(|this| {
                    for item in node.items {
                        this.expression(&item.context)?;
                        this.optional(item.vars.as_ref())?;
                    }
                    this.statements(node.body)
                })
            }
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
        }
    }

    fn try_statement(&mut self, node: &'a Try<'a>) -> Result<()> {
        self.statements(node.body)?;
        for handler in node.handlers {
            self.optional(handler.exception.as_ref())?;
            if let Some(name) = handler.name {
                self.define(name, Symbol::LOCAL, handler.location)?;
            }
            self.statements(handler.body)?;
        }
        self.statements(node.orelse)?;
        self.statements(node.finalbody)
    }

    fn check_future_import(&self, module: Option<Name>, level: u32, location: Location) -> Result<()> {
        let end = self.context.future_end;
        if module == Some(Name::FUTURE)
            && level == 0
            && (location.line > end.line || location.line == end.end_line && location.column > end.end_column)
        {
            let message = "from __future__ imports must occur at the beginning of the file";
            return Err(Problem::syntax(message, location));
        }
        Ok(())
    }

    fn directive(&mut self, names: &'a [Name], flag: u32, location: Location) -> Result<()> {
        let word = if flag == Symbol::GLOBAL { "global" } else { "nonlocal" };
        for &name in names {
            let symbol = self.lookup(self.current, name);
            if symbol.has(Symbol::PARAM | Symbol::LOCAL | Symbol::USE | Symbol::ANNOTATED) {
                let text = self.names.text(name);
                let message = if symbol.has(Symbol::PARAM) {
                    format!("name '{text}' is parameter and {word}")
                } else if symbol.has(Symbol::USE) {
                    format!("name '{text}' is used prior to {word} declaration")
                } else if symbol.has(Symbol::ANNOTATED) {
                    format!("annotated name '{text}' can't be {word}")
                } else {
                    format!("name '{text}' is assigned to before {word} declaration")
                };
                return Err(Problem::syntax(message, location));
            }
            self.define(name, flag, location)?;
            self.record_directive(name, location);
        }
        Ok(())
    }

    pub(super) fn record_directive(&mut self, name: Name, location: Location) {
        let mangled = self.mangle(name);
        self.block().directives.push((mangled, location));
    }

    fn require_coroutine(&mut self, message: &str, location: Location) -> Result<()> {
        if self.allows_top_level_await() {
            self.block().coroutine = true;
        }
        if !self.block().coroutine {
            return Err(Problem::syntax(message, location));
        }
        Ok(())
    }

    pub(super) fn allows_top_level_await(&self) -> bool {
        self.context.top_level_await && self.table.block(self.current).kind == BlockKind::Module
    }

    pub(super) fn is_async_function(&self) -> bool {
        let block = self.table.block(self.current);
        block.kind == BlockKind::Function && block.coroutine
    }

    pub(super) fn defaults(&mut self, args: &'a Arguments<'a>) -> Result<()> {
        self.expressions(args.defaults)?;
        args.kw_defaults.iter().try_for_each(|default| self.optional(default.as_ref()))
    }

    fn function(&mut self, node: &'a FunctionDef<'a>, location: Location) -> Result<()> {
        self.define(node.name, Symbol::LOCAL, location)?;
        self.defaults(&node.args)?;
        self.expressions(node.decorators)?;
        let generic = !node.type_params.is_empty();
        if generic {
            self.enter_type_params(node.name, node.type_params, false, location)?;
            // As in CPython this parameter is there even if there are no defaults.
            self.define(Name::DOT_DEFAULTS, Symbol::PARAM, location)?;
            if node.args.kw_defaults.iter().any(Option::is_some) {
                self.define(Name::DOT_KWDEFAULTS, Symbol::PARAM, location)?;
            }
            self.type_params(node.type_params)?;
        }
        let id = self.new_block(node.name, BlockKind::Function, Some(Key::function(node)), location);
        self.table.block_mut(id).has_docstring = docstring(node.body).is_some();
        self.function_annotations(node, location)?;
        self.enter_existing(id, true);
        self.block().coroutine = node.is_async;
        self.parameters(&node.args)?;
        self.statements(node.body)?;
        self.exit();
        if generic {
            self.exit();
        }
        Ok(())
    }

    fn class(&mut self, node: &'a ClassDef<'a>, location: Location) -> Result<()> {
        self.define(node.name, Symbol::LOCAL, location)?;
        self.expressions(node.decorators)?;
        let outer_private = self.private;
        let generic = !node.type_params.is_empty();
        if generic {
            self.enter_type_params(node.name, node.type_params, true, location)?;
            self.private = Some(node.name);
            self.table.mangled_names.push(FxHashSet::default());
            let set = self.table.mangled_names.len() as u32 - 1;
            self.block().mangled_names = Some(set);
            self.type_params(node.type_params)?;
        }
        self.expressions(node.bases)?;
        self.keywords(node.keywords)?;
        self.enter(node.name, BlockKind::Class, Some(Key::class(node)), location)?;
        self.private = Some(node.name);
        if generic {
            self.define(Name::TYPE_PARAMS, Symbol::LOCAL, location)?;
            self.define(Name::DOT_TYPE_PARAMS, Symbol::USE, location)?;
        }
        self.block().has_docstring = docstring(node.body).is_some();
        self.statements(node.body)?;
        self.exit();
        if generic {
            self.exit();
        }
        self.private = outer_private;
        Ok(())
    }

    fn type_alias(&mut self, node: &'a TypeAlias<'a>, location: Location) -> Result<()> {
        self.expression(&node.target)?;
        let in_class = self.block().kind == BlockKind::Class;
        let generic = !node.type_params.is_empty();
        if generic {
            self.enter_type_params(node.name, node.type_params, false, location)?;
            self.type_params(node.type_params)?;
        }
        self.enter(node.name, BlockKind::TypeAlias, Some(Key::type_alias(node)), location)?;
        self.see_class_scope(in_class, node.value.location)?;
        self.expression(&node.value)?;
        self.exit();
        if generic {
            self.exit();
        }
        Ok(())
    }

    /// Lets the current annotation scope see the names of the class around it.
    fn see_class_scope(&mut self, in_class: bool, location: Location) -> Result<()> {
        self.block().can_see_class_scope = in_class;
        if in_class {
            self.define(Name::CLASSDICT, Symbol::USE, location)?;
        }
        Ok(())
    }

    fn enter_type_params(
        &mut self,
        name: Name,
        params: &'a [TypeParam<'a>],
        of_class: bool,
        location: Location,
    ) -> Result<()> {
        let in_class = self.block().kind == BlockKind::Class;
        self.enter(name, BlockKind::TypeParameters, Some(Key::type_params(params)), location)?;
        self.see_class_scope(in_class, location)?;
        if of_class {
            for name in [Name::DOT_TYPE_PARAMS, Name::DOT_GENERIC_BASE] {
                self.define(name, Symbol::LOCAL, location)?;
                self.define(name, Symbol::USE, location)?;
            }
        }
        Ok(())
    }

    fn type_params(&mut self, params: &'a [TypeParam<'a>]) -> Result<()> {
        for param in params {
            self.define(param.name, Symbol::TYPE_PARAM | Symbol::LOCAL, param.location)?;
            let (bound, what) = match &param.kind {
                TypeParamKind::TypeVar { bound } => (bound.as_ref(), "a TypeVar default"),
                TypeParamKind::TypeVarTuple => (None, "a TypeVarTuple default"),
                TypeParamKind::ParamSpec => (None, "a ParamSpec default"),
            };
            if param.name == Name::CLASSDICT {
                let message = "reserved name '__classdict__' cannot be used for type parameter";
                return Err(Problem::syntax(message, param.location));
            }
            if let Some(bound) = bound {
                let is_tuple = matches!(bound.kind, ExprKind::Tuple { .. });
                let what = if is_tuple { "a TypeVar constraint" } else { "a TypeVar bound" };
                self.type_variable(bound, param.name, Key::bound(param), what)?;
            }
            if let Some(default) = &param.default {
                self.type_variable(default, param.name, Key::default(param), what)?;
            }
        }
        Ok(())
    }

    fn type_variable(&mut self, value: &'a Expr<'a>, name: Name, key: Key, what: &'static str) -> Result<()> {
        let in_class = self.block().can_see_class_scope;
        self.enter(name, BlockKind::TypeVariable, Some(key), value.location)?;
        self.see_class_scope(in_class, value.location)?;
        self.block().scope_info = what;
        self.expression(value)?;
        self.exit();
        Ok(())
    }

    pub(super) fn parameters(&mut self, args: &'a Arguments<'a>) -> Result<()> {
        for arg in args.posonlyargs.iter().chain(args.args).chain(args.kwonlyargs) {
            self.define(arg.name, Symbol::PARAM, arg.location)?;
        }
        if let Some(arg) = args.vararg {
            self.define(arg.name, Symbol::PARAM, arg.location)?;
            self.block().varargs = true;
        }
        if let Some(arg) = args.kwarg {
            self.define(arg.name, Symbol::PARAM, arg.location)?;
            self.block().varkeywords = true;
        }
        Ok(())
    }

    fn function_annotations(&mut self, node: &'a FunctionDef<'a>, location: Location) -> Result<()> {
        let block = self.block();
        let in_class = block.can_see_class_scope || block.kind == BlockKind::Class;
        let args = &node.args;
        self.enter(Name::ANNOTATE, BlockKind::Annotation, Some(Key::annotations(args)), location)?;
        self.see_class_scope(in_class, location)?;
        let all = args
            .posonlyargs
            .iter()
            .chain(args.args)
            .chain(args.vararg)
            .chain(args.kwarg)
            .chain(args.kwonlyargs);
        for annotation in all.filter_map(|arg| arg.annotation.as_ref()).chain(node.returns) {
            self.block().annotations_used = true;
            self.expression(annotation)?;
        }
        self.exit();
        Ok(())
    }

    fn annotated_assignment(&mut self, node: AnnAssign<'a>, location: Location) -> Result<()> {
        self.block().annotations_used = true;
        match node.target.kind {
            ExprKind::Name { id, .. } => {
                let symbol = self.lookup(self.current, id);
                if symbol.has(Symbol::GLOBAL | Symbol::NONLOCAL)
                    && self.current != SymbolTable::MODULE
                    && node.simple
                {
                    let word = if symbol.has(Symbol::GLOBAL) { "global" } else { "nonlocal" };
                    let message = format!("annotated name '{}' can't be {word}", self.names.text(id));
                    return Err(Problem::syntax(message, location));
                }
                if node.simple {
                    self.define(id, Symbol::ANNOTATED | Symbol::LOCAL, node.target.location)?;
                } else if node.value.is_some() {
                    self.define(id, Symbol::LOCAL, node.target.location)?;
                }
            }
            _ => self.expression(node.target)?,
        }
        self.annotation(node.annotation)?;
        self.optional(node.value)
    }

    /// The annotation of a variable.
    fn annotation(&mut self, annotation: &'a Expr<'a>) -> Result<()> {
        let location = annotation.location;
        let parent = self.current;
        let block = self.block();
        let kind = block.kind;
        // Annotations of local variables are never evaluated.
        let unevaluated = kind == BlockKind::Function;
        // A module may be executed in part, so all of its annotations are conditional.
        let conditional = kind == BlockKind::Class && block.in_conditional_block || kind == BlockKind::Module;
        if conditional && !block.has_conditional_annotations {
            block.has_conditional_annotations = true;
            self.define(Name::CONDITIONAL_ANNOTATIONS, Symbol::USE, location)?;
        }
        match self.block().annotation_block {
            None => {
                self.enter(Name::ANNOTATE, BlockKind::Annotation, None, location)?;
                self.table.block_mut(parent).annotation_block = Some(self.current);
                if kind == BlockKind::Class && !self.context.future_annotations {
                    self.see_class_scope(true, location)?;
                }
            }
            Some(block) => self.enter_existing(block, false),
        }
        self.block().in_unevaluated_annotation |= unevaluated;
        self.expression(annotation)?;
        if unevaluated {
            self.block().in_unevaluated_annotation = false;
        }
        self.exit();
        Ok(())
    }

    fn alias(&mut self, alias: &'a Alias) -> Result<()> {
        let bound = alias.asname.unwrap_or(alias.name);
        if bound == Name::STAR {
            if self.block().kind != BlockKind::Module {
                return Err(Problem::syntax("import * only allowed at module level", alias.location));
            }
            return Ok(());
        }
        let text = self.names.text(bound);
        let bound = match text.split_once('.') {
            Some((first, _)) => self.names.intern(first),
            None => bound,
        };
        self.define(bound, Symbol::IMPORT, alias.location)
    }

    fn match_case(&mut self, case: &'a MatchCase<'a>) -> Result<()> {
        self.pattern(&case.pattern)?;
        self.optional(case.guard.as_ref())?;
        self.statements(case.body)
    }

    fn patterns(&mut self, patterns: &'a [Pattern<'a>]) -> Result<()> {
        patterns.iter().try_for_each(|pattern| self.deeper(|this| this.pattern(pattern)))
    }

    fn pattern(&mut self, pattern: &'a Pattern<'a>) -> Result<()> {
        let captured = match pattern.kind {
            PatternKind::Value(value) => return self.expression(value),
            PatternKind::Singleton(_) => return Ok(()),
            PatternKind::Sequence(patterns) | PatternKind::Or(patterns) => return self.patterns(patterns),
            PatternKind::Star(name) => name,
            PatternKind::Mapping { keys, patterns, rest } => {
                self.expressions(keys)?;
                self.patterns(patterns)?;
                rest
            }
            PatternKind::Class { class, patterns, keyword_names, keyword_patterns } => {
                self.expression(class)?;
                self.patterns(patterns)?;
                for (&name, pattern) in keyword_names.iter().zip(keyword_patterns) {
                    check_name(name, pattern.location, ExprContext::Store)?;
                }
                return self.patterns(keyword_patterns);
            }
            PatternKind::As { pattern, name } => {
                if let Some(pattern) = pattern {
                    self.deeper(|this| this.pattern(pattern))?;
                }
                name
            }
        };
        match captured {
            Some(name) => self.define(name, Symbol::LOCAL, pattern.location),
            None => Ok(()),
        }
    }

    pub(super) fn keywords(&mut self, keywords: &'a [Keyword<'a>]) -> Result<()> {
        for keyword in keywords {
            if let Some(name) = keyword.name {
                check_name(name, keyword.location, ExprContext::Store)?;
            }
        }
        keywords.iter().try_for_each(|keyword| self.expression(&keyword.value))
    }
}

pub(super) fn check_name(name: Name, location: Location, context: ExprContext) -> Result<()> {
    match context {
        ExprContext::Store if name == Name::DEBUG => {
            Err(Problem::syntax("cannot assign to __debug__", location))
        }
        ExprContext::Del if name == Name::DEBUG => Err(Problem::syntax("cannot delete __debug__", location)),
        _ => Ok(()),
    }
}
