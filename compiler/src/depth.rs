//! The guard against running out of native stack on deeply nested programs.

use crate::error::{ErrorKind, Problem, Result};
use crate::instruction_sequence::Location;

/// Nesting beyond this is an error, as in CPython, whose limit comes from the size of its C stack.
const LIMIT: u32 = 27_000;
/// How often the native stack is looked at.
const STRIDE: u32 = 16;
/// What `STRIDE` levels of any pass need at the very most.
const RED_ZONE: usize = 256 * 1024;
const SEGMENT: usize = 4 * 1024 * 1024;

/// Counts how deep a recursive pass is.
#[derive(Default)]
pub struct Depth {
    now: u32,
    /// The deepest multiple of `STRIDE` reached.
    deepest: u32,
}

impl Depth {
    /// How deep the pass has been at most.
    pub fn deepest(&self) -> usize {
        (self.deepest + STRIDE) as usize
    }
}

/// A pass that counts its depth.
pub trait Deep: Sized {
    fn depth(&mut self) -> &mut Depth;

    /// Runs `body` one level deeper, on a new stack segment if this one is nearly used up.
    #[inline]
    fn deeper<T>(&mut self, body: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let depth = &mut self.depth().now;
        *depth += 1;
        let result = if depth.is_multiple_of(STRIDE) { grown(self, body) } else { body(self) };
        self.depth().now -= 1;
        result
    }
}

#[cold]
#[inline(never)]
fn grown<P: Deep, T>(pass: &mut P, body: impl FnOnce(&mut P) -> Result<T>) -> Result<T> {
    let depth = pass.depth();
    depth.deepest = depth.deepest.max(depth.now);
    if depth.now > LIMIT {
        let message = "maximum recursion depth exceeded during compilation";
        return Err(Problem::of_kind(ErrorKind::RecursionError, message, Location::NONE));
    }
    stacker::maybe_grow(RED_ZONE, SEGMENT, || body(pass))
}
