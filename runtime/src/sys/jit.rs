//! `sys._jit`: whether there is a just-in-time compiler.

use crate::object::frame::FRAME_COMPILED;
use crate::prelude::*;

/// Utilities for observing just-in-time compilation.
pub struct JitModule;

#[native_module(name = "sys._jit")]
impl JitModule {
    /// Return True if the current Python executable supports JIT compilation, and False otherwise.
    #[function("()")]
    fn is_available() -> bool {
        true
    }

    /// Return True if JIT compilation is enabled for the current Python process, and False otherwise.
    #[function("()")]
    fn is_enabled() -> bool {
        crate::jit_interface::jit().is_some()
    }

    /// Return True if the topmost Python frame is currently executing JIT code, and False otherwise.
    #[function("()")]
    fn is_active(thread: &mut Thread) -> bool {
        // SAFETY: the running frame's record, or the base record, which has no flags.
        unsafe { (*thread.frame).flags & FRAME_COMPILED != 0 }
    }
}
