//! `_ast`: the node classes of the module `ast`, and the way between their instances and the compiler's trees.
//!
//! The compiler's table of node classes says what there is. `classes` makes Python classes of it, all derived from [`AstNode`] (`node`);
//! `to_objects` makes instances of the nodes that the parser delivers, `from_objects` nodes of instances, which a program may have made.

mod classes;
mod from_objects;
mod node;
mod to_objects;

pub use from_objects::{check_class, check_mode, from_object};
pub use node::AstNode;
pub use to_objects::to_object;

use crate::native::ModuleDefinition;
use crate::object::str::intern;
use crate::prelude::*;

/// `PyCF_*` flags of `compile()`.
pub mod flags {
    pub const DONT_IMPLY_DEDENT: i64 = 0x200;
    pub const ONLY_AST: i64 = 0x400;
    pub const TYPE_COMMENTS: i64 = 0x1000;
    pub const ALLOW_TOP_LEVEL_AWAIT: i64 = 0x2000;
    pub const ALLOW_INCOMPLETE_INPUT: i64 = 0x4000;
    pub const OPTIMIZED_AST: i64 = 0x8000 | ONLY_AST;
}

/// The module.
pub struct Ast;

#[native_module(name = "_ast")]
impl Ast {
    #[execute]
    fn execute(thread: &mut Thread, module: Gc<Module>) -> Result<()> {
        let constants = [
            ("PyCF_ALLOW_TOP_LEVEL_AWAIT", flags::ALLOW_TOP_LEVEL_AWAIT),
            ("PyCF_ONLY_AST", flags::ONLY_AST),
            ("PyCF_TYPE_COMMENTS", flags::TYPE_COMMENTS),
            ("PyCF_OPTIMIZED_AST", flags::OPTIMIZED_AST),
        ];
        for (name, value) in constants {
            module.dict.set_str(thread, intern(name), Value::from_int(value))?;
        }
        classes::for_each(thread, |thread, name, class| module.dict.set_str(thread, name, class))
    }
}

/// The definition of `_ast`.
pub fn definition() -> &'static ModuleDefinition {
    Ast::DEFINITION
}

/// Whether a value is a node.
pub fn is_node(value: Value) -> bool {
    value.downcast::<AstNode>().is_some()
}
