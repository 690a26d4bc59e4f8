//! The symbol table for the module `symtable`.

use super::{BlockId, BlockKind, SymbolTable};
use crate::names::Names;

/// A namespace of a program, as the module `symtable` shows it.
#[derive(Clone, Debug)]
pub struct SymbolBlock {
    pub name: String,
    /// CPython's number of the kind of block.
    pub kind: i64,
    pub line: i64,
    pub nested: bool,
    /// The names with their flags and scopes.
    pub symbols: Vec<(String, u32)>,
    pub parameters: Vec<String>,
    pub children: Vec<SymbolBlock>,
}

/// The module's block, with all others in it.
pub(crate) fn export(table: &SymbolTable, names: &Names) -> SymbolBlock {
    block(table, names, SymbolTable::MODULE)
}

fn block(table: &SymbolTable, names: &Names, id: BlockId) -> SymbolBlock {
    let block = table.block(id);
    let text = |name| names.text(name).to_owned();
    SymbolBlock {
        name: text(block.name),
        kind: match block.kind {
            BlockKind::Function => 0,
            BlockKind::Class => 1,
            BlockKind::Module => 2,
            BlockKind::Annotation => 3,
            BlockKind::TypeAlias => 4,
            BlockKind::TypeParameters => 5,
            BlockKind::TypeVariable => 6,
        },
        line: i64::from(block.location.line),
        nested: block.nested,
        symbols: block.symbols.iter().map(|(&name, symbol)| (text(name), symbol.0)).collect(),
        parameters: block.parameters.iter().map(|&name| text(name)).collect(),
        children: block.children.iter().map(|&child| self::block(table, names, child)).collect(),
    }
}
