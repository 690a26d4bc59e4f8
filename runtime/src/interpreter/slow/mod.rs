//! General bodies: each opcode's whole meaning, as a function of the thread.
//!
//! A body finds its operands on the running frame's stack, may call anything, and says where to go on. One file a topic. The table [`GENERAL`] maps every opcode,
//! specialised ones too, to the body of its base.

mod attributes;
mod calls;
mod containers;
mod control;
mod exceptions;
mod functions;
mod imports;
mod iteration;
pub(super) mod methods;
mod names;
mod operators;
mod patterns;
mod templates;

pub use calls::python_initializer;
pub use control::finish_frame;
pub use functions::{build_class, call_with_dict};
pub use names::{load_global, lookup_name};

use crate::interpreter::{specialize, unwind};
use crate::object::kind::Layout;
use crate::object::pointer::Gc;
use crate::thread::{Raised, Result, Thread};
use crate::value::Value;
use taipan_compiler::opcode::Opcode;

/// Where to go on behind a general body.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// At the next instruction.
    Next,
    /// That many code units behind the next instruction (negative: before).
    Jump(isize),
    /// In the thread's current frame, at its stored `pc`.
    Switched,
    /// Nowhere: the loop's outermost frame returned; its result is in `exit_value`.
    Exit,
}

/// A general body.
pub type General = fn(&mut Thread, usize) -> Result<Flow>;

macro_rules! general_table {
    ($($variant:ident $body:path,)*) => {
        const fn base_table() -> [General; 256] {
            let mut table = [unknown as General; 256];
            $(table[Opcode::$variant as usize] = $body as General;)*
            table
        }
    };
}

/// Calls `$callback! { Opcode body, ... }` with all base opcodes.
macro_rules! for_each_general_body {
    ($callback:ident) => {
        $callback! {
            BinarySlice containers::binary_slice,
            BuildTemplate templates::build_template,
            CallFunctionEx calls::call_function_ex,
            CheckEgMatch exceptions::check_eg_match,
            CheckExcMatch exceptions::check_exc_match,
            CleanupThrow exceptions::cleanup_throw,
            DeleteSubscr containers::delete_subscr,
            EndFor control::pop_top,
            EndSend iteration::end_send,
            ExitInitCheck control::exit_init_check,
            FormatSimple templates::format_simple,
            FormatWithSpec templates::format_with_spec,
            GetAiter iteration::get_aiter,
            GetAnext iteration::get_anext,
            GetIter iteration::get_iter,
            GetLen containers::get_len,
            GetYieldFromIter iteration::get_yield_from_iter,
            LoadBuildClass names::load_build_class,
            LoadLocals names::load_locals,
            MakeFunction functions::make_function,
            MatchKeys patterns::match_keys,
            MatchMapping patterns::match_mapping,
            MatchSequence patterns::match_sequence,
            Nop control::nop,
            NotTaken control::nop,
            PopExcept exceptions::pop_except,
            PopIter iteration::pop_iter,
            PopTop iteration::pop_iter,
            PushExcInfo exceptions::push_exc_info,
            PushNull control::push_null,
            ReturnGenerator iteration::return_generator,
            ReturnValue control::return_value,
            SetupAnnotations names::setup_annotations,
            StoreSlice containers::store_slice,
            StoreSubscr containers::store_subscr,
            ToBool operators::to_bool,
            UnaryInvert operators::unary_invert,
            UnaryNegative operators::unary_negative,
            UnaryNot operators::unary_not,
            WithExceptStart exceptions::with_except_start,
            BinaryOp operators::binary_op,
            BuildInterpolation templates::build_interpolation,
            BuildList containers::build_list,
            BuildMap containers::build_map,
            BuildSet containers::build_set,
            BuildSlice containers::build_slice,
            BuildString containers::build_string,
            BuildTuple containers::build_tuple,
            Call calls::call,
            CallIntrinsic1 functions::call_intrinsic_1,
            CallIntrinsic2 functions::call_intrinsic_2,
            CallKw calls::call_kw,
            CompareOp operators::compare_op,
            ContainsOp operators::contains_op,
            ConvertValue templates::convert_value,
            Copy control::copy,
            CopyFreeVars functions::copy_free_vars,
            DeleteAttr attributes::delete_attr,
            DeleteDeref names::delete_deref,
            DeleteFast names::delete_fast,
            DeleteGlobal names::delete_global,
            DeleteName names::delete_name,
            DictMerge containers::dict_merge,
            DictUpdate containers::dict_update,
            EndAsyncFor exceptions::end_async_for,
            ExtendedArg control::extended_arg,
            ForIter iteration::for_iter,
            GetAwaitable iteration::get_awaitable,
            ImportFrom imports::import_from,
            ImportName imports::import_name,
            IsOp operators::is_op,
            JumpBackward control::jump_backward,
            JumpBackwardNoInterrupt control::jump_backward_no_interrupt,
            JumpForward control::jump_forward,
            ListAppend containers::list_append,
            ListExtend containers::list_extend,
            LoadAttr attributes::load_attr,
            LoadCommonConstant names::load_common_constant,
            LoadConst names::load_const,
            LoadDeref names::load_deref,
            LoadFast names::load_fast,
            LoadFastAndClear names::load_fast_and_clear,
            LoadFastBorrow names::load_fast,
            LoadFastBorrowLoadFastBorrow names::load_fast_load_fast,
            LoadFastCheck names::load_fast_check,
            LoadFastLoadFast names::load_fast_load_fast,
            LoadFromDictOrDeref names::load_from_dict_or_deref,
            LoadFromDictOrGlobals names::load_from_dict_or_globals,
            LoadGlobal names::load_global_op,
            LoadName names::load_name,
            LoadSmallInt names::load_small_int,
            LoadSpecial attributes::load_special,
            LoadSuperAttr attributes::load_super_attr,
            MakeCell functions::make_cell,
            MapAdd containers::map_add,
            MatchClass patterns::match_class,
            PopJumpIfFalse control::pop_jump_if_false,
            PopJumpIfNone control::pop_jump_if_none,
            PopJumpIfNotNone control::pop_jump_if_not_none,
            PopJumpIfTrue control::pop_jump_if_true,
            RaiseVarargs exceptions::raise_varargs,
            Reraise exceptions::reraise,
            Send iteration::send,
            SetAdd containers::set_add,
            SetFunctionAttribute functions::set_function_attribute,
            SetUpdate containers::set_update,
            StoreAttr attributes::store_attr,
            StoreDeref names::store_deref,
            StoreFast names::store_fast,
            StoreFastLoadFast names::store_fast_load_fast,
            StoreFastStoreFast names::store_fast_store_fast,
            StoreGlobal names::store_global,
            StoreName names::store_name,
            Swap control::swap,
            UnpackEx containers::unpack_ex,
            UnpackSequence containers::unpack_sequence,
            YieldValue iteration::yield_value,
            Resume control::resume,
        }
    };
}
pub(super) use for_each_general_body;

for_each_general_body!(general_table);

macro_rules! specialised_rows {
    (() base { $($b:tt)* } specialized { $(($number:literal, $variant:ident, $text:literal, $base:ident, $doc:literal))* }
     instrumented { $(($inumber:literal, $ivariant:ident, $itext:literal, $ibase:ident, $idoc:literal))* }
     own { $(($onumber:literal, $ovariant:ident, $otext:literal, $obase:ident, $odoc:literal))* } pseudo { $($p:tt)* }) => {
        const fn table() -> [General; 256] {
            let mut table = base_table();
            $(table[Opcode::$variant as usize] = table[Opcode::$base as usize];)*
            $(table[Opcode::$ivariant as usize] = table[Opcode::$ibase as usize];)*
            $(table[Opcode::$ovariant as usize] = table[Opcode::$obase as usize];)*
            table
        }
    };
}

taipan_compiler::for_each_opcode!(specialised_rows);

const TABLE: [General; 256] = table();

/// The general body of each opcode.
pub static GENERAL: [General; 256] = TABLE;

/// Runs the general body of the instruction at `pc`. Tells whether the loop goes on, in the thread's current frame.
///
/// # Safety
/// `pc` and `sp` are those of the thread's current frame, which runs verified code.
// Never inlined: its locals have addresses, and a handler that had them couldn't make its tail call.
#[inline(never)]
pub unsafe fn execute(thread: *mut Thread, pc: *mut u16, sp: *mut Value, oparg: u64) -> bool {
    // SAFETY: the caller's promise; the thread is live and this is the only reference to it.
    unsafe {
        let thread = &mut *thread;
        (*thread.frame).pc = pc;
        (*thread.frame).sp = sp;
        #[cfg(feature = "slow-histogram")]
        crate::interpreter::histogram::count(*pc as u8, thread);
        specialize::observe(thread, pc, *pc as u8, oparg as usize);
        execute_general(thread, pc, oparg as usize)
    }
}

/// [`execute`] for an opcode that isn't specialised.
///
/// # Safety
/// As [`execute`]; `OPCODE` is the one at `pc`.
#[inline(never)]
pub unsafe fn execute_directly<const OPCODE: usize>(
    thread: *mut Thread,
    pc: *mut u16,
    sp: *mut Value,
    oparg: u64,
) -> bool {
    // SAFETY: as in `execute`.
    unsafe {
        let thread = &mut *thread;
        (*thread.frame).pc = pc;
        (*thread.frame).sp = sp;
        #[cfg(feature = "slow-histogram")]
        crate::interpreter::histogram::count(*pc as u8, thread);
        let result = (const { TABLE[OPCODE] })(thread, oparg as usize);
        settle(thread, pc, const { cache_words(OPCODE as u8) }, result)
    }
}

/// [`execute`] for a frame whose state is stored already, without looking at what could be specialised.
///
/// # Safety
/// `pc` is the instruction of the thread's current frame.
pub unsafe fn execute_general(thread: &mut Thread, pc: *mut u16, oparg: usize) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let opcode = *pc as u8;
        let result = GENERAL[opcode as usize](thread, oparg);
        settle(thread, pc, cache_words(opcode), result)
    }
}

/// Goes on where a general body said. Tells whether the loop does.
///
/// # Safety
/// `pc` is the instruction that was executed, with `caches` cache words.
#[inline(always)]
pub(super) unsafe fn settle(thread: &mut Thread, pc: *mut u16, caches: usize, result: Result<Flow>) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        match result {
            Ok(Flow::Next) => {
                (*thread.frame).pc = pc.add(1 + caches);
                true
            }
            Ok(Flow::Jump(distance)) => {
                (*thread.frame).pc = pc.add(1 + caches).offset(distance);
                true
            }
            Ok(Flow::Switched) => true,
            Ok(Flow::Exit) => false,
            Err(raised) => unwind::raise(thread, raised),
        }
    }
}

/// An operand that the compiler's code always has of this layout. Code from elsewhere may not.
#[inline]
fn operand<T: Layout>(thread: &mut Thread, value: Value) -> Result<Gc<T>> {
    match value.downcast::<T>() {
        Some(object) => Ok(object),
        None => Err(bad_operand(thread)),
    }
}

#[cold]
fn bad_operand(thread: &mut Thread) -> Raised {
    thread.system_error("an instruction's operand is of the wrong type")
}

/// Cache words behind an opcode.
#[inline(always)]
pub const fn cache_words(opcode: u8) -> usize {
    taipan_compiler::opcode::CACHE_WORDS[opcode as usize] as usize
}

fn unknown(thread: &mut Thread, _: usize) -> Result<Flow> {
    // SAFETY: `execute` stored the frame's pc.
    let opcode = unsafe { *(*thread.frame).pc } as u8;
    Err(thread.system_error(format!("unknown opcode {opcode}")))
}
