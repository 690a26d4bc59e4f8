//! Fast bodies: the common case of each opcode, without any call.
//!
//! A body reads the state, checks its guards, and either does the whole instruction and advances `pc`, or changes nothing and says
//! [`Control::Slow`]. It must not allocate, call a function that isn't inlined, take a local's address or be able to panic (index with pointers,
//! not slices). Opcodes without a fast body always run their general body.

#![allow(clippy::missing_safety_doc)] // The contract of every body is that of `State`'s methods.

mod arithmetic;
mod attributes;
mod calls;
mod control;
mod iteration;
mod locals;
mod subscript;

pub use arithmetic::*;
pub use attributes::*;
pub use calls::*;
pub use control::*;
pub use iteration::*;
pub use locals::*;
pub use subscript::*;

/// Calls `$callback! { Opcode handler body ... }` with all opcodes that have a fast body.
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
            IsOp h_is_op is_op
            UnaryNot h_unary_not unary_not
            ToBoolBool h_to_bool_bool to_bool_bool
            ToBoolInt h_to_bool_int to_bool_int
            ToBoolNone h_to_bool_none to_bool_none
            ToBoolList h_to_bool_list to_bool_list
            ToBoolStr h_to_bool_str to_bool_str
            LoadAttrInstanceValue h_load_attr_instance_value load_attr_instance_value
            LoadAttrSlot h_load_attr_slot load_attr_slot
            LoadAttrMethodWithValues h_load_attr_method load_attr_method
            LoadAttrNondescriptorWithValues h_load_attr_nondescriptor load_attr_nondescriptor
            LoadAttrModule h_load_attr_module load_attr_module
            LoadAttrClass h_load_attr_class load_attr_class
            StoreAttrInstanceValue h_store_attr_instance_value store_attr_instance_value
            StoreAttrSlot h_store_attr_slot store_attr_instance_value
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
            CallBoundMethodExactArgs h_call_bound_method_exact_args call_bound_method_exact_args
        }
    };
}
pub(super) use for_each_fast_body;
