//! From the syntax tree to instruction sequences.
//!
//! `generate` walks the tree with the symbol table at hand. Each namespace becomes a `Unit` (`unit`); when it is complete, the
//! flow graph and the assembler make a code object of it, which is a constant of the unit around it. Statements are in
//! `statement`, what can be left by a jump in `control_flow`, expressions in `expression` and so on.
//!
//! The instructions, their order and their locations are CPython 3.14's.

mod annotation;
mod assignment;
mod call;
mod checks;
mod class;
mod comprehension;
mod control_flow;
mod docstring;
mod expression;
mod function;
mod handler;
mod import;
mod match_statement;
mod name;
mod pattern;
mod statement;
mod string;
mod type_params;
mod unit;
mod unparse;
mod with;

use std::sync::Arc;

use bumpalo::Bump;
use rustc_hash::FxHashMap;

use crate::ast::{Module, Stmt};
use crate::code::CodeObject;
use crate::constant::Constant;
use crate::depth::{Deep, Depth};
use crate::error::{Notice, Result};
use crate::instruction_sequence::{Label, Location};
use crate::names::{Name, Names};
use crate::opcode::Opcode;
use crate::symbols::SymbolTable;
use crate::text::Text;

pub(crate) use expression::big_int;
use unit::{ScopeKind, SpareTables, Unit, UnitStart};

/// More values than this aren't kept on the stack at once.
const STACK_USE_GUIDELINE: usize = 30;

/// What the generated code depends on besides the tree.
pub struct GenerateContext {
    pub filename: Text,
    pub optimize: u8,
    pub future_annotations: bool,
    /// `CO_FUTURE_*` bits that code objects carry.
    pub future_flags: u32,
}

/// Generates the code object of `module`.
pub fn generate<'a>(
    module: &Module<'a>,
    table: SymbolTable,
    context: GenerateContext,
    arena: &'a Bump,
    names: &mut Names<'a>,
) -> Result<(CodeObject, Vec<Notice>)> {
    let start =
        UnitStart { name: Name::MODULE_NAME, kind: ScopeKind::Module, block: SymbolTable::MODULE, line: 1 };
    let unit = Unit::new(start, None, table.block(SymbolTable::MODULE), SpareTables::default());
    let mut generator = Generator {
        arena,
        names,
        table,
        context,
        unit,
        outer: Vec::new(),
        spare: Vec::new(),
        interactive: matches!(module, Module::Single(_)),
        strings: FxHashMap::default(),
        notices: Vec::new(),
        silent: 0,
        depth: Depth::default(),
        scratch: Bump::new(),
    };
    generator.start_unit();
    match *module {
        Module::Exec(body) => generator.module(body, false)?,
        Module::Single(body) => generator.module(body, true)?,
        Module::Eval(expression) => generator.expression(expression)?,
    }
    let code = generator.assemble(!matches!(module, Module::Eval(_)))?;
    Ok((code, generator.notices))
}

struct Generator<'a, 'n> {
    arena: &'a Bump,
    names: &'n mut Names<'a>,
    table: SymbolTable,
    context: GenerateContext,
    /// The unit that code is being generated for.
    unit: Unit<'a>,
    /// The units around it, the module first.
    outer: Vec<Unit<'a>>,
    /// What finished units leave to later ones.
    spare: Vec<SpareTables>,
    interactive: bool,
    /// String constants, each allocated once.
    strings: FxHashMap<&'a [u8], Text>,
    notices: Vec<Notice>,
    /// How many copies of `finally` blocks that a warning would be repeated in are around.
    silent: u32,
    depth: Depth,
    /// What the flow graph needs, emptied after each unit.
    scratch: Bump,
}

impl Deep for Generator<'_, '_> {
    fn depth(&mut self) -> &mut Depth {
        &mut self.depth
    }
}

impl<'a> Generator<'a, '_> {
    fn module(&mut self, body: &'a [Stmt<'a>], interactive: bool) -> Result<()> {
        let location = body.first().map_or(Location::new(1, 1, 0, 0), |statement| statement.location);
        if self.block().has_conditional_annotations {
            self.emit_with(Opcode::BuildSet, 0, location);
            let name = self.unit.name_index(Name::CONDITIONAL_ANNOTATIONS);
            self.emit_with(Opcode::StoreName, name, location);
        }
        self.body(body, location, interactive)
    }

    fn emit(&mut self, opcode: Opcode, location: Location) {
        self.unit.sequence.push(opcode, 0, location);
    }

    fn emit_with(&mut self, opcode: Opcode, argument: u32, location: Location) {
        self.unit.sequence.push(opcode, argument, location);
    }

    fn jump(&mut self, opcode: Opcode, target: Label, location: Location) {
        self.unit.sequence.push(opcode, target.0, location);
    }

    fn new_label(&mut self) -> Label {
        self.unit.sequence.new_label()
    }

    fn use_label(&mut self, label: Label) {
        self.unit.sequence.use_label(label);
    }

    fn load_constant(&mut self, constant: Constant, location: Location) {
        let index = self.unit.constant_index(constant);
        self.emit_with(Opcode::LoadConst, index, location);
    }

    fn load_none(&mut self, location: Location) {
        self.load_constant(Constant::None, location);
    }

    /// Loads a name's text as a string constant.
    fn load_name_constant(&mut self, name: Name, location: Location) {
        let text = self.names.shared(name);
        self.load_constant(Constant::Str(text), location);
    }

    /// The string constant of these bytes.
    fn string_constant(&mut self, bytes: &'a [u8]) -> Constant {
        let text =
            self.strings.entry(bytes).or_insert_with(|| Text::from_wtf8(bytes).unwrap_or_else(Text::empty));
        Constant::Str(text.clone())
    }

    fn name_tuple(&mut self, names: impl IntoIterator<Item = Name>) -> Constant {
        Constant::tuple(names.into_iter().map(|name| Constant::Str(self.names.shared(name))))
    }

    fn code_constant(&self, code: CodeObject) -> Constant {
        Constant::Code(Arc::new(code))
    }

    fn warn(&mut self, message: String, location: Location) {
        if self.silent == 0 {
            self.notices.push(Notice { message, location });
        }
    }
}
