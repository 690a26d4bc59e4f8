//! The handlers: one function an opcode, each ending in a tail call of the next one's.
//!
//! Stable Rust doesn't promise tail calls; LLVM makes them of calls in tail position in optimised builds if no local's address is taken and
//! caller and callee have the same signature. So this crate is optimised in every profile, fast bodies obey the rules in
//! [`super`]; `scripts/check_tail_calls.py` disassembles the release handlers. The calling convention passes all six values in
//! registers on x86-64 (sysv64) and aarch64 (C).

use crate::heap::{Header, heap_write_barrier_slow};
use crate::interpreter::fast;
use crate::interpreter::slow;
use crate::interpreter::specialize;
use crate::interpreter::state::{Control, State};
use crate::interpreter::trace;
use crate::interpreter::warm;
use crate::thread::Thread;
use crate::value::Value;
use taipan_compiler::opcode::{CACHE_WORDS, Opcode};

macro_rules! handler_type {
    ($abi:literal) => {
        /// A handler: `(pc, sp, fp, thread, oparg, table)`.
        pub type Handler = unsafe extern $abi fn(*mut u16, *mut Value, *mut Value, *mut Thread, u64, *const Table);
    };
}

#[cfg(target_arch = "x86_64")]
handler_type!("sysv64");
#[cfg(not(target_arch = "x86_64"))]
handler_type!("C");

/// Handlers by opcode.
pub struct Table([Handler; 256]);

macro_rules! go_on {
    ($state:ident, $table:ident) => {{
        let unit = *$state.pc as u64;
        let handler = (*$table).0[(unit & 255) as usize];
        return handler($state.pc, $state.sp, $state.fp, $state.thread, unit >> 8, $table);
    }};
}

/// The handler of an opcode's general body: those that are specialised are looked at first.
const fn general_handler<const OPCODE: usize>() -> Handler {
    if specialize::is_observed(OPCODE as u8) { slow_tail } else { direct_tail::<OPCODE> }
}

macro_rules! shell {
    ($abi:literal, $variant:ident, $name:ident, $body:path, $slow:expr) => {
        unsafe extern $abi fn $name(
            pc: *mut u16,
            sp: *mut Value,
            fp: *mut Value,
            thread: *mut Thread,
            oparg: u64,
            table: *const Table,
        ) {
            // SAFETY: handlers are only called with the state of a running frame of verified code.
            unsafe {
                let mut state = State { pc, sp, fp, thread, oparg };
                match $body(&mut state) {
                    Control::Next => go_on!(state, table),
                    Control::Extend => {
                        let unit = *state.pc as u64;
                        let handler = (*table).0[(unit & 255) as usize];
                        return handler(state.pc, state.sp, state.fp, state.thread, unit >> 8 | state.oparg << 8, table);
                    }
                    Control::Slow => return (const { $slow })(pc, sp, fp, thread, oparg, table),
                    Control::Exit => return,
                    Control::Remember => {
                        return remember_tail(state.pc, state.sp, state.fp, state.thread, state.oparg, table)
                    }
                }
            }
        }
    };
}

/// A handler of a body that may call: see [`warm`].
macro_rules! warm_shell {
    ($abi:literal, $variant:ident, $name:ident, $body:path) => {
        // Not inlined into the fast handler that it may stand behind, whose registers would be saved for it.
        #[inline(never)]
        unsafe extern $abi fn $name(
            pc: *mut u16,
            sp: *mut Value,
            fp: *mut Value,
            thread: *mut Thread,
            oparg: u64,
            table: *const Table,
        ) {
            // SAFETY: as for all handlers.
            unsafe {
                let next = $body(&mut *thread, pc, sp, oparg as usize);
                if next as usize > warm::EXIT as usize {
                    let pc = pc.add(1 + CACHE_WORDS[Opcode::$variant as usize] as usize);
                    let unit = *pc as u64;
                    let handler = (*table).0[(unit & 255) as usize];
                    return handler(pc, next, fp, thread, unit >> 8, table);
                }
                if next == warm::SWITCHED {
                    return switched_tail(pc, sp, fp, thread, oparg, table);
                }
                if next == warm::EXIT {
                    return;
                }
                return (const { general_handler::<{ Opcode::$variant as usize }>() })(pc, sp, fp, thread, oparg, table);
            }
        }
    };
}

macro_rules! general_rows {
    ($($variant:ident $body:path,)*) => {
        /// The handlers that run general bodies.
        const fn general_handlers() -> [Handler; 256] {
            let mut table = [slow_tail as Handler; 256];
            $(table[Opcode::$variant as usize] = general_handler::<{ Opcode::$variant as usize }>();)*
            table
        }
    };
}

slow::for_each_general_body!(general_rows);

macro_rules! handlers {
    (@abi $abi:literal
     $($variant:ident $name:ident $body:ident)*;
     $($warm_variant:ident $warm_name:ident $warm_body:ident)*;
     $($both_variant:ident $fast_name:ident $fast_body:ident $second_name:ident $second_body:ident)*) => {
        mod shells {
            use super::*;
            $(shell!($abi, $variant, $name, fast::$body, general_handler::<{ Opcode::$variant as usize }>());)*
            $(warm_shell!($abi, $warm_variant, $warm_name, warm::$warm_body);)*
            $(shell!($abi, $both_variant, $fast_name, fast::$fast_body, $second_name as Handler);)*
            $(warm_shell!($abi, $both_variant, $second_name, warm::$second_body);)*
            pub const TABLE: Table = table();
            const fn table() -> Table {
                let mut table = general_handlers();
                $(table[Opcode::$variant as usize] = $name as Handler;)*
                $(table[Opcode::$warm_variant as usize] = $warm_name as Handler;)*
                $(table[Opcode::$both_variant as usize] = $fast_name as Handler;)*
                Table(table)
            }
        }
    };
    ($($rows:tt)*) => {
        #[cfg(target_arch = "x86_64")]
        handlers!(@abi "sysv64" $($rows)*);
        #[cfg(not(target_arch = "x86_64"))]
        handlers!(@abi "C" $($rows)*);
    };
}

fast::for_each_fast_body!(handlers);

static TABLE: Table = shells::TABLE;
/// While events are told: every instruction goes through [`trace::execute`].
static TRACED: Table = Table([traced_tail as Handler; 256]);

/// The table for what the thread does next.
#[inline(always)]
unsafe fn table_for(thread: *const Thread) -> *const Table {
    // SAFETY: the thread is live.
    if trace::is_on(unsafe { &*thread }) { &raw const TRACED } else { &raw const TABLE }
}

macro_rules! cold_functions {
    ($abi:literal) => {
        /// Runs the general body of the instruction at `pc`, then goes on in the thread's current frame.
        #[cold]
        #[inline(never)]
        unsafe extern $abi fn slow_tail(
            pc: *mut u16,
            sp: *mut Value,
            _fp: *mut Value,
            thread: *mut Thread,
            oparg: u64,
            _table: *const Table,
        ) {
            // SAFETY: as for all handlers.
            unsafe {
                if !slow::execute(thread, pc, sp, oparg) {
                    return;
                }
                let table = table_for(thread);
                let frame = (*thread).frame;
                let state = State { pc: (*frame).pc, sp: (*frame).sp, fp: (*frame).fp, thread, oparg: 0 };
                go_on!(state, table)
            }
        }

        /// As [`slow_tail`], for an opcode that is never specialised.
        #[inline(never)]
        unsafe extern $abi fn direct_tail<const OPCODE: usize>(
            pc: *mut u16,
            sp: *mut Value,
            _fp: *mut Value,
            thread: *mut Thread,
            oparg: u64,
            _table: *const Table,
        ) {
            // SAFETY: as for all handlers.
            unsafe {
                if !slow::execute_directly::<OPCODE>(thread, pc, sp, oparg) {
                    return;
                }
                let table = table_for(thread);
                let frame = (*thread).frame;
                let state = State { pc: (*frame).pc, sp: (*frame).sp, fp: (*frame).fp, thread, oparg: 0 };
                go_on!(state, table)
            }
        }

        /// Goes on in the thread's current frame.
        #[inline(never)]
        unsafe extern $abi fn switched_tail(
            _pc: *mut u16,
            _sp: *mut Value,
            _fp: *mut Value,
            thread: *mut Thread,
            _oparg: u64,
            _table: *const Table,
        ) {
            // SAFETY: as for all handlers.
            unsafe {
                let table = table_for(thread);
                let frame = (*thread).frame;
                let state = State { pc: (*frame).pc, sp: (*frame).sp, fp: (*frame).fp, thread, oparg: 0 };
                go_on!(state, table)
            }
        }

        /// Tells the collector of the object at `object`, which was stored into, and goes on.
        #[cold]
        #[inline(never)]
        unsafe extern $abi fn remember_tail(
            pc: *mut u16,
            sp: *mut Value,
            fp: *mut Value,
            thread: *mut Thread,
            object: u64,
            table: *const Table,
        ) {
            // SAFETY: as for all handlers; a fast body stored into the live object.
            unsafe {
                heap_write_barrier_slow(object as *mut Header);
                let state = State { pc, sp, fp, thread, oparg: 0 };
                go_on!(state, table)
            }
        }

        /// Runs the instruction at `pc` with its events, then goes on in the thread's current frame.
        #[cold]
        #[inline(never)]
        unsafe extern $abi fn traced_tail(
            pc: *mut u16,
            sp: *mut Value,
            _fp: *mut Value,
            thread: *mut Thread,
            oparg: u64,
            _table: *const Table,
        ) {
            // SAFETY: as for all handlers.
            unsafe {
                if !trace::execute(thread, pc, sp, oparg) {
                    return;
                }
                let table = table_for(thread);
                let frame = (*thread).frame;
                let state = State { pc: (*frame).pc, sp: (*frame).sp, fp: (*frame).fp, thread, oparg: 0 };
                go_on!(state, table)
            }
        }

        /// Calls the first handler.
        #[inline(never)]
        unsafe extern $abi fn enter(state: *const State, table: *const Table) {
            // SAFETY: as for all handlers.
            unsafe {
                let state = *state;
                go_on!(state, table)
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
cold_functions!("sysv64");
#[cfg(not(target_arch = "x86_64"))]
cold_functions!("C");

/// Runs the thread's current frame and those it calls until a frame with `FRAME_ENTRY` returns; its result is in `exit_value`.
#[inline(never)]
pub fn run(thread: &mut Thread) {
    // SAFETY: the current frame is set up to run.
    unsafe {
        let frame = thread.frame;
        let state = State { pc: (*frame).pc, sp: (*frame).sp, fp: (*frame).fp, thread, oparg: 0 };
        enter(&state, table_for(thread));
    }
}
