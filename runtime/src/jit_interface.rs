//! The trait through which the runtime knows the JIT. Without one installed (`-X jit=off`) nothing is ever hot.
//!
//! The interpreter counts calls and back edges in [`Code::hotness`]. When that reaches [`threshold`], the cold path asks the JIT, which may
//! set [`Code::compiled_entry`] at once or later (compilation runs in the background) or hand back a loop's entry.

use crate::assumptions::UnitId;
use crate::object::code::Code;
use crate::object::function::Function;
use crate::object::pointer::Gc;
use crate::thread::Thread;
use crate::value::Value;

/// How a compiled unit is entered: the locals are at `fp`. Gives a value; or [`DEOPTIMIZED`] when interpreter frames were rebuilt and must be
/// run, beginning with the exception in `thread.raised`, if there is one.
pub type CompiledEntry = unsafe extern "C" fn(thread: *mut Thread, fp: *mut Value) -> Value;

/// Result of a compiled unit that left through a side exit: not a value.
pub const DEOPTIMIZED: Value = Value(44);

/// A compiler of hot code.
pub trait Jit {
    /// A function was called often. Its frame isn't pushed yet.
    fn hot_call(&mut self, thread: &mut Thread, function: Gc<Function>);
    /// A loop went round often: `header` is the code unit the back edge jumps to, the running frame is at that header.
    /// Gives the entry to go on in, if there is compiled code.
    fn hot_loop(&mut self, thread: &mut Thread, code: Gc<Code>, header: usize) -> Option<CompiledEntry>;
    /// An assumption of a unit broke.
    fn invalidate(&mut self, unit: UnitId);
    /// Somebody wants to see every instruction: frames that run in compiled code are to leave it.
    fn leave_all(&mut self);
    /// A code object is being freed.
    fn code_died(&mut self, code: Gc<Code>);
}

static mut JIT: Option<Box<dyn Jit>> = None;
/// Hotness at which the interpreter asks; never reached without a JIT.
static mut THRESHOLD: u32 = u32::MAX;

/// Installs the JIT. `threshold` is the number of calls and back edges behind which code is hot.
pub fn install(jit: Box<dyn Jit>, threshold: u32) {
    // SAFETY: called at start-up.
    unsafe {
        JIT = Some(jit);
        THRESHOLD = threshold;
    }
}

/// Hotness at which the interpreter asks the JIT.
#[inline(always)]
pub fn threshold() -> u32 {
    // SAFETY: written at start-up.
    unsafe { THRESHOLD }
}

/// The installed JIT; guarded by the interpreter lock.
#[inline]
pub fn jit() -> Option<&'static mut Box<dyn Jit>> {
    // SAFETY: see `install`; only the holder of the interpreter lock comes here.
    unsafe { (*(&raw mut JIT)).as_mut() }
}

/// Tells the JIT that a unit's assumption broke.
pub fn invalidate(unit: UnitId) {
    if let Some(jit) = jit() {
        jit.invalidate(unit);
    }
}

/// Makes frames that run in compiled code leave it, at their next check.
pub fn leave_all() {
    if let Some(jit) = jit() {
        jit.leave_all();
    }
}

/// Tells the JIT that a code object is being freed.
pub fn code_died(code: Gc<Code>) {
    if let Some(jit) = jit() {
        jit.code_died(code);
    }
}
