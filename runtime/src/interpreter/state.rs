//! The interpreter's registers, and what fast bodies do with them.

use crate::object::frame::Frame;
use crate::thread::Thread;
use crate::value::Value;

/// The state of the running frame while handlers run. In registers: never take its address in a fast body.
#[derive(Clone, Copy)]
pub struct State {
    /// The current instruction.
    pub pc: *mut u16,
    /// One past the top of the operand stack.
    pub sp: *mut Value,
    /// The first local.
    pub fp: *mut Value,
    pub thread: *mut Thread,
    /// The instruction's operand, with the bits of EXTENDED_ARG prefixes.
    pub oparg: u64,
}

/// What a fast body says at its end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Go on at `pc`, which the body has advanced.
    Next,
    /// Nothing was changed: run the general body.
    Slow,
    /// The next code unit's operand extends `oparg`.
    Extend,
    /// The loop's outermost frame has returned: its value is in the thread.
    Exit,
    /// Go on at `pc`, when the collector has heard of a store into the old object whose address is in `oparg`.
    Remember,
}

/// # Safety
/// All methods: the state is that of a running frame, the code passed the verifier, and so the operands that an instruction
/// names are there.
#[allow(clippy::missing_safety_doc)]
impl State {
    /// The n-th operand from the top, the top being 1.
    #[inline(always)]
    pub unsafe fn peek(&self, n: usize) -> Value {
        unsafe { *self.sp.sub(n) }
    }

    #[inline(always)]
    pub unsafe fn put(&mut self, n: usize, value: Value) {
        unsafe { *self.sp.sub(n) = value }
    }

    #[inline(always)]
    pub unsafe fn push(&mut self, value: Value) {
        unsafe {
            *self.sp = value;
            self.sp = self.sp.add(1);
        }
    }

    #[inline(always)]
    pub unsafe fn pop(&mut self) -> Value {
        unsafe {
            self.sp = self.sp.sub(1);
            *self.sp
        }
    }

    #[inline(always)]
    pub unsafe fn drop(&mut self, n: usize) {
        unsafe { self.sp = self.sp.sub(n) }
    }

    #[inline(always)]
    pub unsafe fn local(&self, index: usize) -> Value {
        unsafe { *self.fp.add(index) }
    }

    #[inline(always)]
    pub unsafe fn set_local(&mut self, index: usize, value: Value) {
        unsafe { *self.fp.add(index) = value }
    }

    /// Goes to the instruction behind this one, which has `caches` cache words.
    #[inline(always)]
    pub unsafe fn advance(&mut self, caches: usize) {
        unsafe { self.pc = self.pc.add(1 + caches) }
    }

    #[inline(always)]
    pub unsafe fn jump_forward(&mut self, caches: usize) {
        unsafe { self.pc = self.pc.add(1 + caches + self.oparg as usize) }
    }

    #[inline(always)]
    pub unsafe fn jump_backward(&mut self, caches: usize) {
        unsafe { self.pc = self.pc.add(1 + caches).sub(self.oparg as usize) }
    }

    /// The n-th cache word, counted from 1.
    #[inline(always)]
    pub unsafe fn cache(&self, n: usize) -> u16 {
        unsafe { *self.pc.add(n) }
    }

    /// Two cache words.
    #[inline(always)]
    pub unsafe fn cache_u32(&self, n: usize) -> u32 {
        unsafe { (self.pc.add(n) as *const u32).read_unaligned() }
    }

    /// Four cache words.
    #[inline(always)]
    pub unsafe fn cache_u64(&self, n: usize) -> u64 {
        unsafe { (self.pc.add(n) as *const u64).read_unaligned() }
    }

    #[inline(always)]
    pub unsafe fn frame(&self) -> *mut Frame {
        unsafe { (*self.thread).frame }
    }
}

/// Writes two cache words.
///
/// # Safety
/// `pc` is an instruction with at least `n + 1` cache words.
pub unsafe fn write_cache_u32(pc: *mut u16, n: usize, value: u32) {
    unsafe { (pc.add(n) as *mut u32).write_unaligned(value) }
}

/// Writes four cache words.
///
/// # Safety
/// `pc` is an instruction with at least `n + 3` cache words.
pub unsafe fn write_cache_u64(pc: *mut u16, n: usize, value: u64) {
    unsafe { (pc.add(n) as *mut u64).write_unaligned(value) }
}
