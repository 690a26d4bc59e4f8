//! Proves that a code object from outside is safe to run.
//!
//! [`verify`] checks a code object and all that are nested in it. First each instruction by itself ([`structure`]):
//! known opcodes, operands that index something that exists, jumps that lead to instructions, an exception table that
//! covers instructions. Then what the instructions do to the stack and the fast locals on every path ([`flow`]): no
//! underflow, no more depth than declared, the same depth wherever paths meet, nothing missing where a value is needed,
//! no access to a cell where there is none. Last that no loop runs without looking for interrupts
//! ([`interrupts`]). What kind of object a value is isn't proved; the interpreter checks that.

mod flow;
mod interrupts;
mod operands;
mod state;
mod structure;

use std::fmt;

use crate::code::CodeObject;
use crate::constant::Constant;
use crate::text::Text;

/// Code objects may be nested this deep.
const MAX_NESTING: u32 = 200;

/// Why a code object isn't safe to run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    /// The code object's qualified name.
    pub code: Text,
    /// Byte offset of the instruction.
    pub offset: usize,
    /// The rule that doesn't hold.
    pub rule: &'static str,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "invalid code object {}, offset {}: {}", self.code, self.offset, self.rule)
    }
}

impl std::error::Error for VerifyError {}

/// A rule that doesn't hold, and at which byte offset.
#[derive(Clone, Copy, Debug)]
struct Broken {
    offset: usize,
    rule: &'static str,
}

/// Requires a condition.
#[inline]
fn require(holds: bool, offset: usize, rule: &'static str) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken { offset, rule }) }
}

/// Checks a code object and all that are nested in it.
///
/// # Errors
///
/// The first rule that is found not to hold.
pub fn verify(code: &CodeObject) -> Result<(), VerifyError> {
    verify_nested(code, 0)
}

fn verify_nested(code: &CodeObject, depth: u32) -> Result<(), VerifyError> {
    let error = |broken: Broken| VerifyError {
        code: code.qualname.clone(),
        offset: broken.offset,
        rule: broken.rule,
    };
    require(depth < MAX_NESTING, 0, "code objects are nested too deep").map_err(error)?;
    let layout = structure::check(code).map_err(error)?;
    flow::check(code, &layout).map_err(error)?;
    interrupts::check(&layout).map_err(error)?;
    code.consts.iter().try_for_each(|constant| verify_constant(constant, depth))
}

fn verify_constant(constant: &Constant, depth: u32) -> Result<(), VerifyError> {
    match constant {
        Constant::Code(code) => verify_nested(code, depth + 1),
        Constant::Tuple(items) | Constant::FrozenSet(items) => {
            items.iter().try_for_each(|item| verify_constant(item, depth))
        }
        Constant::Slice(parts) => parts.iter().try_for_each(|part| verify_constant(part, depth)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
