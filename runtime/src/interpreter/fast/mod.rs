//! Fast bodies: the common case of each opcode, without any call. (The macro below also lists the opcodes with [warm](super::warm) bodies.)
//!
//! A body reads the state, checks its guards, and either does the whole instruction and advances `pc`, or changes nothing and says
//! [`Control::Slow`]. It must not allocate, call a function that isn't inlined, take a local's address or be able to panic (index with pointers,
//! not slices). Opcodes without a fast body always run their general body.

#![allow(clippy::missing_safety_doc)] // The contract of every body is that of `State`'s methods.

use crate::heap::{Header, heap};
use crate::object::kind::ObjectKind;

mod arithmetic;
mod attributes;
mod building;
mod calls;
mod control;
mod iteration;
mod locals;
mod subscript;

pub use arithmetic::*;
pub use attributes::*;
pub use building::*;
pub use calls::*;
pub use control::*;
pub use iteration::*;
pub use locals::*;
pub use subscript::*;

/// Memory for a small object, all zero but its header; null where the heap has no room at hand: then nothing has changed. No safepoint.
#[inline(always)]
unsafe fn allocate(shape: u32, kind: ObjectKind, bytes: usize) -> *mut Header {
    unsafe {
        let region = heap().region();
        let cursor = (*region).cursor;
        if (*region).limit - cursor < bytes {
            return std::ptr::null_mut();
        }
        (*region).cursor = cursor + bytes;
        let object = cursor as *mut Header;
        *object = Header { shape, size_words: (bytes / 8) as u16, gc: 0, kind: kind as u8 };
        object
    }
}

/// Calls `$callback! { Opcode handler body ... ; Opcode handler body ... ; Opcode handler body handler body ... }` with all opcodes that have a
/// fast body; then those with a warm one; then those with both.
macro_rules! for_each_fast_body {
    ($callback:ident) => {
        $callback! {
            LoadFast h_load_fast load_fast
            LoadFastBorrow h_load_fast_borrow load_fast
            LoadFastLoadFast h_load_fast_load_fast load_fast_load_fast
            LoadFastBorrowLoadFastBorrow h_load_fast_borrow_2 load_fast_load_fast
            LoadFastCheck h_load_fast_check load_fast_check
            LoadFastAndClear h_load_fast_and_clear load_fast_and_clear
            StoreFast h_store_fast store_fast
            StoreFastLoadFast h_store_fast_load_fast store_fast_load_fast
            StoreFastStoreFast h_store_fast_store_fast store_fast_store_fast
            LoadConst h_load_const load_const
            LoadConstImmortal h_load_const_immortal load_const
            LoadConstMortal h_load_const_mortal load_const
            LoadSmallInt h_load_small_int load_small_int
            LoadDeref h_load_deref load_deref
            LoadGlobalModule h_load_global_module load_global_module
            LoadGlobalBuiltin h_load_global_builtin load_global_builtin
            PopTop h_pop_top pop_iter
            EndFor h_end_for pop_top
            PopIter h_pop_iter pop_iter
            PushNull h_push_null push_null
            Copy h_copy copy
            Swap h_swap swap
            EndSend h_end_send end_send
            Nop h_nop nop
            NotTaken h_not_taken nop
            ExtendedArg h_extended_arg extended_arg
            ResumeCheck h_resume_check resume_check
            JumpForward h_jump_forward jump_forward
            JumpBackwardNoInterrupt h_jump_backward_no_interrupt jump_backward_no_interrupt
            JumpBackwardNoJit h_jump_backward_no_jit jump_backward_no_jit
            JumpBackwardJit h_jump_backward_jit jump_backward_jit
            PopJumpIfFalse h_pop_jump_if_false pop_jump_if_false
            PopJumpIfTrue h_pop_jump_if_true pop_jump_if_true
            PopJumpIfNone h_pop_jump_if_none pop_jump_if_none
            PopJumpIfNotNone h_pop_jump_if_not_none pop_jump_if_not_none
            ReturnValue h_return_value return_value
            BinaryOpAddInt h_add_int add_int
            BinaryOpSubtractInt h_subtract_int subtract_int
            BinaryOpMultiplyInt h_multiply_int multiply_int
            BinaryOpAddFloat h_add_float add_float
            BinaryOpSubtractFloat h_subtract_float subtract_float
            BinaryOpMultiplyFloat h_multiply_float multiply_float
            BinaryOpExtend h_binary_op_extend binary_op_extend
            CompareOpInt h_compare_int compare_int
            CompareOpFloat h_compare_float compare_float
            CompareOpMixed h_compare_mixed compare_mixed
            UnaryNegative h_unary_negative unary_negative
            IsOp h_is_op is_op
            UnaryNot h_unary_not unary_not
            ToBoolBool h_to_bool_bool to_bool_bool
            ToBoolInt h_to_bool_int to_bool_int
            ToBoolNone h_to_bool_none to_bool_none
            ToBoolList h_to_bool_list to_bool_list
            ToBoolStr h_to_bool_str to_bool_str
            ToBoolSized h_to_bool_sized to_bool_sized
            ToBoolAlwaysTrue h_to_bool_always_true to_bool_always_true
            StoreDeref h_store_deref store_deref
            CopyFreeVars h_copy_free_vars copy_free_vars
            BuildTuple h_build_tuple build_tuple
            BuildList h_build_list build_list
            BuildSlice h_build_slice build_slice
            StoreSubscrMethod h_store_subscr_method store_subscr_method
            LoadAttrInstanceValue h_load_attr_instance_value load_attr_instance_value
            LoadAttrSlot h_load_attr_slot load_attr_slot
            LoadAttrMethodWithValues h_load_attr_method load_attr_method
            LoadAttrNondescriptorWithValues h_load_attr_nondescriptor load_attr_nondescriptor
            LoadAttrModule h_load_attr_module load_attr_module
            LoadAttrClass h_load_attr_class load_attr_class
            LoadAttrClassWithMetaclassCheck h_load_attr_metaclass load_attr_class_with_metaclass_check
            LoadAttrMethodLazyDict h_load_attr_method_of_class load_attr_method_lazy_dict
            LoadAttrClassMethod h_load_attr_class_method load_attr_class_method
            LoadAttrOverflow h_load_attr_overflow load_attr_overflow
            LoadAttrProperty h_load_attr_property load_attr_property
            LoadAttrShapes h_load_attr_shapes load_attr_shapes
            StoreAttrOverflow h_store_attr_overflow store_attr_overflow
            StoreAttrNew h_store_attr_new store_attr_new
            StoreAttrShapes h_store_attr_shapes store_attr_shapes
            StoreAttrInstanceValue h_store_attr_instance_value store_attr_instance_value
            StoreAttrSlot h_store_attr_slot store_attr_instance_value
            BinaryOpSubscrGetitem h_subscr_getitem subscr_getitem
            BinaryOpSubscrListInt h_subscr_list_int subscr_list_int
            BinaryOpSubscrTupleInt h_subscr_tuple_int subscr_tuple_int
            StoreSubscrListInt h_store_subscr_list_int store_subscr_list_int
            ForIterRange h_for_iter_range for_iter_range
            ForIterList h_for_iter_list for_iter_list
            ForIterTuple h_for_iter_tuple for_iter_tuple
            UnpackSequenceTwoTuple h_unpack_two unpack_sequence_tuple
            UnpackSequenceTuple h_unpack_tuple unpack_sequence_tuple
            UnpackSequenceList h_unpack_list unpack_sequence_list
            CallPyExactArgs h_call_py_exact_args call_py_exact_args
            CallPyGeneral h_call_py_general call_py_general
            CallBoundMethodExactArgs h_call_bound_method_exact_args call_bound_method_exact_args
            CallBoundMethodGeneral h_call_bound_method_general call_bound_method_general
            CallAllocAndEnterInit h_call_alloc_and_enter_init call_alloc_and_enter_init
            CallType1 h_call_type_1 call_type_1
            ;
            CallBuiltinFast w_call_builtin_fast call_builtin_fast
            CallNativeBound w_call_native_bound call_native_bound
            CallMethodDescriptorFast w_call_method_descriptor_fast call_method_descriptor_fast
            CallBuiltinClass w_call_builtin_class call_builtin_class
            CallIsinstance w_call_isinstance call_isinstance
            CallNonPyGeneral w_call_non_py_general call_non_py_general
            BinaryOpSubscrDict w_subscr_dict subscr_dict
            BinaryOpSubscrStrInt w_subscr_str_int subscr_str_int
            BinaryOpSubscrNative w_subscr_native subscr_native
            BinaryOpNumbers w_binary_numbers binary_numbers
            BinaryOpAddUnicode w_add_unicode add_unicode
            StoreSubscrNative w_store_subscr_native store_subscr_native
            StoreSubscrDict w_store_subscr_dict store_subscr_dict
            ContainsOpDict w_contains_op_dict contains_op_dict
            ContainsOpSet w_contains_op_set contains_op_set
            ContainsOpSequence w_contains_op_sequence contains_op_sequence
            CompareOpStr w_compare_str compare_str
            ForIterGen w_for_iter_gen for_iter_gen
            ForIterNative w_for_iter_native for_iter_native
            SendGen w_send_gen send_gen
            GetIter w_get_iter get_iter
            YieldValue w_yield_value yield_value
            CompareOpNative w_compare_native compare_native
            LoadAttrBound w_load_attr_bound load_attr_bound
            LoadAttrComputed w_load_attr_computed load_attr_computed
            BinarySlice w_binary_slice binary_slice
            StoreSlice w_store_slice store_slice
            BinaryOpMethod w_binary_method binary_method
            CompareOpMethod w_compare_method compare_method
            LoadSuperAttrMethod w_load_super_method load_super_method
            ;
            CallListAppend h_call_list_append call_list_append w_call_list_append call_list_append
            ListAppend h_list_append list_append w_list_append list_append
            CallLen h_call_len call_len w_call_len call_builtin_fast
        }
    };
}
pub(super) use for_each_fast_body;
