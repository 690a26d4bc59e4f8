//! The symbol table: which blocks a program has, and what each name means in each of them.
//!
//! `build` walks the tree once and collects facts (a name is assigned here, used there); `analyze` then decides each name's
//! scope from the outermost block inwards, lets inner blocks' free names become the outer ones' cells, and merges inlined
//! comprehensions into their parents. The code generator asks the finished table, by block.

mod analyze;
mod build;
mod export;
mod expressions;

use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use crate::ast::{Arguments, ClassDef, Comprehension, ComprehensionKind, FunctionDef, TypeAlias, TypeParam};
use crate::instruction_sequence::Location;
use crate::names::Name;

pub use build::{BuildContext, build};
pub use export::SymbolBlock;
pub(crate) use export::export;

/// What is known of a name in a block: flags, and its scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Symbol(u32);

impl Symbol {
    /// Declared `global`.
    pub const GLOBAL: u32 = 1;
    /// Assigned.
    pub const LOCAL: u32 = 1 << 1;
    /// A parameter.
    pub const PARAM: u32 = 1 << 2;
    /// Declared `nonlocal`.
    pub const NONLOCAL: u32 = 1 << 3;
    /// Read.
    pub const USE: u32 = 1 << 4;
    /// A free name of a method that the class binds too.
    pub const FREE_CLASS: u32 = 1 << 6;
    /// Imported.
    pub const IMPORT: u32 = 1 << 7;
    /// Annotated.
    pub const ANNOTATED: u32 = 1 << 8;
    /// An iteration variable of a comprehension.
    pub const COMPREHENSION_ITER: u32 = 1 << 9;
    /// A type parameter.
    pub const TYPE_PARAM: u32 = 1 << 10;
    /// A cell in an inlined comprehension.
    pub const COMPREHENSION_CELL: u32 = 1 << 11;
    /// Bound in the block itself.
    pub const BOUND: u32 = Symbol::LOCAL | Symbol::PARAM | Symbol::IMPORT | Symbol::TYPE_PARAM;

    const SCOPE_SHIFT: u32 = 12;

    pub fn has(self, flags: u32) -> bool {
        self.0 & flags != 0
    }

    pub fn scope(self) -> Scope {
        match self.0 >> Symbol::SCOPE_SHIFT {
            1 => Scope::Local,
            2 => Scope::GlobalExplicit,
            3 => Scope::GlobalImplicit,
            4 => Scope::Free,
            5 => Scope::Cell,
            _ => Scope::Unknown,
        }
    }

    fn without_scope(self) -> Symbol {
        Symbol(self.0 & ((1 << Symbol::SCOPE_SHIFT) - 1))
    }

    fn with_scope(self, scope: Scope) -> Symbol {
        Symbol(self.0 | (scope as u32) << Symbol::SCOPE_SHIFT)
    }
}

/// Where a name's value lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Unknown = 0,
    Local = 1,
    GlobalExplicit = 2,
    GlobalImplicit = 3,
    Free = 4,
    Cell = 5,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    Function,
    Class,
    Module,
    /// The `__annotate__` function of a module, class or function.
    Annotation,
    /// The bound or default of a type parameter.
    TypeVariable,
    TypeAlias,
    /// The scope of the type parameters of a generic function, class or alias.
    TypeParameters,
}

/// A block's number in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BlockId(u32);

pub type Symbols = IndexMap<Name, Symbol, FxBuildHasher>;

/// A namespace.
#[derive(Debug)]
pub struct Block {
    pub name: Name,
    pub kind: BlockKind,
    pub location: Location,
    pub symbols: Symbols,
    /// Parameters, in the order of the fast locals.
    pub parameters: Vec<Name>,
    children: Vec<BlockId>,
    /// Names declared `global` or `nonlocal`, and where.
    directives: Vec<(Name, Location)>,
    /// Index of the set of type parameters that alone are mangled here.
    mangled_names: Option<u32>,
    pub comprehension: Option<ComprehensionKind>,
    pub annotation_block: Option<BlockId>,
    /// What a type variable block is, for messages.
    scope_info: &'static str,
    comprehension_iter_expr: u32,
    pub nested: bool,
    pub generator: bool,
    pub coroutine: bool,
    pub varargs: bool,
    pub varkeywords: bool,
    pub annotations_used: bool,
    pub needs_class_closure: bool,
    pub needs_classdict: bool,
    pub has_conditional_annotations: bool,
    pub comprehension_inlined: bool,
    pub can_see_class_scope: bool,
    pub has_docstring: bool,
    pub is_method: bool,
    comprehension_iter_target: bool,
    in_conditional_block: bool,
    in_unevaluated_annotation: bool,
}

impl Block {
    pub fn is_function_like(&self) -> bool {
        !matches!(self.kind, BlockKind::Class | BlockKind::Module)
    }

    /// What is known of `name`, nothing if it doesn't occur.
    pub fn symbol(&self, name: Name) -> Symbol {
        self.symbols.get(&name).copied().unwrap_or_default()
    }

    pub fn scope(&self, name: Name) -> Scope {
        self.symbol(name).scope()
    }
}

/// The node that a block belongs to: its address, and which of its blocks it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(usize, u8);

fn key<T>(node: &T, which: u8) -> Key {
    Key(std::ptr::from_ref(node) as usize, which)
}

impl Key {
    pub fn function(node: &FunctionDef) -> Key {
        key(node, 0)
    }

    pub fn class(node: &ClassDef) -> Key {
        key(node, 1)
    }

    pub fn type_alias(node: &TypeAlias) -> Key {
        key(node, 2)
    }

    pub fn lambda(args: &Arguments) -> Key {
        key(args, 3)
    }

    pub fn comprehension(node: &Comprehension) -> Key {
        key(node, 4)
    }

    pub fn annotations(args: &Arguments) -> Key {
        key(args, 5)
    }

    pub fn type_params(params: &[TypeParam]) -> Key {
        Key(params.as_ptr() as usize, 6)
    }

    pub fn bound(param: &TypeParam) -> Key {
        key(param, 7)
    }

    pub fn default(param: &TypeParam) -> Key {
        key(param, 8)
    }
}

/// All blocks of a program. The first is the module.
pub struct SymbolTable {
    blocks: Vec<Block>,
    keys: FxHashMap<Key, BlockId>,
    mangled_names: Vec<FxHashSet<Name>>,
}

impl SymbolTable {
    pub const MODULE: BlockId = BlockId(0);

    pub fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.0 as usize]
    }

    pub fn block_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id.0 as usize]
    }

    /// The block of a node that was walked.
    pub fn lookup(&self, key: Key) -> BlockId {
        self.keys[&key]
    }

    /// Whether private names are mangled in the block: in the scope of a generic class's type parameters only those are.
    pub fn mangles(&self, block: BlockId, name: Name) -> bool {
        match self.block(block).mangled_names {
            Some(set) => self.mangled_names[set as usize].contains(&name),
            None => true,
        }
    }
}
