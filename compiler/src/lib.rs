//! Source text to CPython 3.14 code objects.

#[macro_use]
pub mod opcode;
pub mod assemble;
pub mod code;
pub mod constant;
mod flow_graph;
pub mod marshal;
pub mod pyc;
pub mod text;
pub mod verify;

pub use code::{CodeFlags, CodeObject};
pub use constant::Constant;
pub use opcode::Opcode;
pub use text::Text;
pub mod instruction_sequence;
