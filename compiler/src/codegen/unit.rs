//! A unit: the namespace that code is being generated for, from its start to its code object.

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::Generator;
use super::control_flow::FrameBlock;
use crate::assemble::assemble_unit;
use crate::ast::AnnAssign;
use crate::code::{CodeFlags, CodeObject};
use crate::constant::Constant;
use crate::error::{ErrorKind, Problem, Result};
use crate::instruction_sequence::{CodeUnit, InstructionSequence, Location};
use crate::names::Name;
use crate::opcode::{Opcode, ResumePoint};
use crate::symbols::{Block, BlockId, Scope, Symbol};
use crate::text::Text;

/// What a unit is the code of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScopeKind {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
    /// Anything evaluated lazily in an annotation scope, and the scopes of type parameters.
    Annotations,
}

/// What a unit starts with.
pub(super) struct UnitStart {
    pub name: Name,
    pub kind: ScopeKind,
    pub block: BlockId,
    pub line: i32,
}

type NameIndex = IndexSet<Name, FxBuildHasher>;

/// An annotation that is evaluated in the `__annotate__` function of its class or module.
#[derive(Clone, Copy)]
pub(super) struct DeferredAnnotation<'a> {
    pub assignment: AnnAssign<'a>,
    pub location: Location,
    /// The number under which the annotation is noted when control reaches it, if it may not.
    pub condition: Option<i64>,
}

pub(super) struct Unit<'a> {
    pub block: BlockId,
    pub kind: ScopeKind,
    pub name: Name,
    pub qualname: Text,
    /// The class whose private names are mangled.
    pub private: Option<Name>,
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub firstlineno: i32,
    pub sequence: InstructionSequence,
    /// The unit's own sequence while the one that sets up annotations is written.
    pub stashed: Option<InstructionSequence>,
    pub frame_blocks: Vec<FrameBlock<'a>>,
    pub inlined_comprehensions: u32,
    pub conditional_depth: u32,
    pub deferred_annotations: Vec<DeferredAnnotation<'a>>,
    pub conditional_annotations: i64,
    /// Attributes that a class's methods assign through `self`.
    pub static_attributes: FxHashSet<Name>,
    constants: IndexSet<Constant, FxBuildHasher>,
    names: NameIndex,
    varnames: NameIndex,
    cellvars: NameIndex,
    freevars: NameIndex,
    /// In a class or module, the names that are (true) or were (false) fast locals of an inlined comprehension.
    pub fast_hidden: FxHashMap<Name, bool>,
}

/// The tables of a finished unit, empty, for the next one.
#[derive(Default)]
pub(super) struct SpareTables {
    sequence: InstructionSequence,
    constants: IndexSet<Constant, FxBuildHasher>,
    names: NameIndex,
    varnames: NameIndex,
    cellvars: NameIndex,
    freevars: NameIndex,
}

impl<'a> Unit<'a> {
    pub fn new(start: UnitStart, private: Option<Name>, block: &Block, spare: SpareTables) -> Unit<'a> {
        let SpareTables { sequence, constants, names, mut varnames, cellvars, freevars } = spare;
        varnames.extend(block.parameters.iter().copied());
        Unit {
            block: start.block,
            kind: start.kind,
            name: start.name,
            qualname: Text::from("<module>"),
            private,
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            firstlineno: start.line,
            sequence,
            stashed: None,
            frame_blocks: Vec::new(),
            inlined_comprehensions: 0,
            conditional_depth: 0,
            deferred_annotations: Vec::new(),
            conditional_annotations: 0,
            static_attributes: FxHashSet::default(),
            constants,
            names,
            varnames,
            cellvars,
            freevars,
            fast_hidden: FxHashMap::default(),
        }
    }

    /// The tables, emptied.
    fn into_spare(self) -> SpareTables {
        let Unit { mut sequence, mut constants, mut names, mut varnames, mut cellvars, mut freevars, .. } =
            self;
        sequence.clear();
        constants.clear();
        for index in [&mut names, &mut varnames, &mut cellvars, &mut freevars] {
            index.clear();
        }
        SpareTables { sequence, constants, names, varnames, cellvars, freevars }
    }

    pub fn constant_index(&mut self, constant: Constant) -> u32 {
        self.constants.insert_full(constant).0 as u32
    }

    pub fn name_index(&mut self, name: Name) -> u32 {
        self.names.insert_full(name).0 as u32
    }

    pub fn varname_index(&mut self, name: Name) -> u32 {
        self.varnames.insert_full(name).0 as u32
    }

    /// The first parameter.
    pub fn first_parameter(&self) -> Option<Name> {
        self.varnames.first().copied()
    }

    pub fn cell_index(&mut self, name: Name) -> u32 {
        self.cellvars.insert_full(name).0 as u32
    }

    /// The index of a free variable, which come after the cells.
    pub fn free_index(&mut self, name: Name) -> u32 {
        (self.freevars.insert_full(name).0 + self.cellvars.len()) as u32
    }
}

impl<'a> Generator<'a, '_> {
    pub(super) fn block(&self) -> &Block {
        self.table.block(self.unit.block)
    }

    pub(super) fn is_function_like(&self) -> bool {
        self.block().is_function_like()
    }

    /// Begins a unit inside of the current one. `private` is a class that it is the body of.
    pub(super) fn enter(&mut self, start: UnitStart, private: Option<Name>) {
        let private = private.or(self.unit.private);
        let block = self.table.block(start.block);
        let spare = self.spare.pop().unwrap_or_default();
        let unit = Unit::new(start, private, block, spare);
        let outer = std::mem::replace(&mut self.unit, unit);
        self.outer.push(outer);
        self.unit.qualname = self.qualname();
        self.start_unit();
    }

    /// Fills in the unit's cells and free variables and emits its first instructions.
    pub(super) fn start_unit(&mut self) {
        let block = self.table.block(self.unit.block);
        let mut cells = Vec::new();
        let mut free = Vec::new();
        for (&name, &symbol) in &block.symbols {
            if symbol.scope() == Scope::Cell || symbol.has(Symbol::COMPREHENSION_CELL) {
                cells.push(name);
            }
            if symbol.scope() == Scope::Free || symbol.has(Symbol::FREE_CLASS) {
                free.push(name);
            }
        }
        let names = &self.names;
        cells.sort_unstable_by_key(|&name| names.text(name));
        free.sort_unstable_by_key(|&name| names.text(name));
        let implicit = [
            (block.needs_class_closure, Name::CLASS),
            (block.needs_classdict, Name::CLASSDICT),
            (block.has_conditional_annotations, Name::CONDITIONAL_ANNOTATIONS),
        ];
        cells.extend(implicit.iter().filter(|(needed, _)| *needed).map(|&(_, name)| name));
        self.unit.cellvars.extend(cells);
        self.unit.freevars.extend(free);
        let line = self.unit.firstlineno;
        let is_module = self.unit.kind == ScopeKind::Module;
        let location = Location::new(if is_module { 0 } else { line }, line, 0, 0);
        self.emit_with(Opcode::Resume, ResumePoint::FunctionStart as u32, location);
        if is_module {
            self.emit(Opcode::AnnotationsPlaceholder, location);
        }
    }

    fn qualname(&mut self) -> Text {
        let own = self.names.shared(self.unit.name);
        let depth = self.outer.len();
        if depth <= 1 {
            return own;
        }
        let mut parent = &self.outer[depth - 1];
        if parent.kind == ScopeKind::Annotations {
            if depth == 2 {
                return own;
            }
            parent = &self.outer[depth - 2];
        }
        if matches!(self.unit.kind, ScopeKind::Function | ScopeKind::AsyncFunction | ScopeKind::Class) {
            let mangled = self.names.mangle(parent.private, self.unit.name);
            if self.table.block(parent.block).scope(mangled) == Scope::GlobalExplicit {
                return own;
            }
        }
        let in_function =
            matches!(parent.kind, ScopeKind::Function | ScopeKind::AsyncFunction | ScopeKind::Lambda);
        let mut name = parent.qualname.to_string_lossy().into_owned();
        name.push_str(if in_function { ".<locals>." } else { "." });
        name.push_str(self.names.text(self.unit.name));
        Text::from(name)
    }

    /// Completes the current unit and returns to the one around it.
    pub(super) fn finish(&mut self, add_none: bool) -> Result<CodeObject> {
        let code = self.assemble(add_none)?;
        if let Some(outer) = self.outer.pop() {
            let unit = std::mem::replace(&mut self.unit, outer);
            self.spare.push(unit.into_spare());
        }
        Ok(code)
    }

    /// Makes the code object of the current unit; code that falls off its end returns None or the top of the stack.
    pub(super) fn assemble(&mut self, add_none: bool) -> Result<CodeObject> {
        if add_none {
            self.load_none(Location::NONE);
        }
        self.emit(Opcode::ReturnValue, Location::NONE);
        let flags = self.flags();
        let unit = &mut self.unit;
        let names = &mut *self.names;
        let name = names.shared(unit.name);
        let mut texts = |index: &NameIndex| index.iter().map(|&name| names.shared(name)).collect::<Vec<_>>();
        let hidden = unit.varnames.iter().map(|name| unit.fast_hidden.contains_key(name)).collect();
        let code_unit = CodeUnit {
            name,
            qualname: unit.qualname.clone(),
            filename: self.context.filename.clone(),
            argcount: unit.posonlyargcount + unit.argcount,
            posonlyargcount: unit.posonlyargcount,
            kwonlyargcount: unit.kwonlyargcount,
            flags,
            firstlineno: unit.firstlineno as u32,
            consts: unit.constants.drain(..).collect(),
            names: texts(&unit.names),
            varnames: texts(&unit.varnames),
            cellvars: texts(&unit.cellvars),
            freevars: texts(&unit.freevars),
            hidden,
            sequence: &unit.sequence,
        };
        let code = assemble_unit(code_unit, &self.scratch);
        self.scratch.reset();
        unit.sequence.clear();
        code.map_err(|reason| Problem::of_kind(ErrorKind::ValueError, reason, Location::NONE))
    }

    fn flags(&self) -> CodeFlags {
        let block = self.block();
        let mut flags = CodeFlags(self.context.future_flags);
        let mut set = |condition: bool, flag: CodeFlags| {
            if condition {
                flags |= flag;
            }
        };
        if block.is_function_like() {
            set(true, CodeFlags::NEWLOCALS | CodeFlags::OPTIMIZED);
            set(block.nested, CodeFlags::NESTED);
            set(block.generator && !block.coroutine, CodeFlags::GENERATOR);
            set(block.generator && block.coroutine, CodeFlags::ASYNC_GENERATOR);
            set(block.varargs, CodeFlags::VARARGS);
            set(block.varkeywords, CodeFlags::VARKEYWORDS);
            set(block.has_docstring, CodeFlags::HAS_DOCSTRING);
            set(block.is_method, CodeFlags::METHOD);
        }
        set(block.coroutine && !block.generator, CodeFlags::COROUTINE);
        flags
    }
}
