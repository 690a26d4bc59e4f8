//! The runtime's data layout and helpers, as compiled code needs them.

use super::helpers;
use crate::layout::{GeneratorLayout, Helper, Layout, ObjectLayout};
use std::mem::{offset_of, size_of};
use taipan_runtime::heap::{GC_BARRIER_MASK, Header, heap};
use taipan_runtime::object::cell::Cell;
use taipan_runtime::object::code::Code;
use taipan_runtime::object::float::{Float, ZERO};
use taipan_runtime::object::frame::{FRAME_HANDLES, FRAME_INIT, Frame};
use taipan_runtime::object::function::BoundMethod;
use taipan_runtime::object::generator::{Generator, GeneratorState};
use taipan_runtime::object::kind::ObjectKind;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::thread::Thread;
use taipan_runtime::types;

/// The layout of the runtime in this process. The built-in classes must exist.
pub fn layout(stress_counter: u64) -> Layout {
    let mut addresses = [0; Helper::COUNT];
    for (helper, address) in helpers::table() {
        addresses[helper as usize] = address;
    }
    Layout {
        thread_breaker: offset_of!(Thread, breaker) as i32,
        thread_frame: offset_of!(Thread, frame) as i32,
        thread_frame_limit: offset_of!(Thread, frame_limit) as i32,
        thread_stack_limit: offset_of!(Thread, stack_limit) as i32,
        thread_native_limit: offset_of!(Thread, native_stack_limit) as i32,
        frame_bytes: size_of::<Frame>() as i32,
        frame_pc: offset_of!(Frame, pc) as i32,
        frame_constants: offset_of!(Frame, constants) as i32,
        frame_globals: offset_of!(Frame, globals) as i32,
        frame_builtins: offset_of!(Frame, builtins) as i32,
        frame_handled: offset_of!(Frame, saved_handled) as i32,
        code_entry: offset_of!(Code, compiled_entry) as i32,
        frame_init_flag: i64::from(FRAME_INIT),
        frame_fp: offset_of!(Frame, fp) as i32,
        frame_sp: offset_of!(Frame, sp) as i32,
        frame_code: offset_of!(Frame, code) as i32,
        frame_function: offset_of!(Frame, function) as i32,
        frame_locals: offset_of!(Frame, locals) as i32,
        frame_owner: offset_of!(Frame, owner) as i32,
        frame_object: offset_of!(Frame, object) as i32,
        frame_flags: offset_of!(Frame, flags) as i32,
        frame_handles_flag: i64::from(FRAME_HANDLES),
        generator: GeneratorLayout {
            state: offset_of!(Generator, state) as i32,
            delegating: offset_of!(Generator, delegating) as i32,
            stack_depth: offset_of!(Generator, stack_depth) as i32,
            pc: offset_of!(Generator, pc) as i32,
            handled: offset_of!(Generator, handled) as i32,
            saved: size_of::<Generator>() as i32,
            suspended: GeneratorState::Suspended as u8,
        },
        header_shape: offset_of!(Header, shape) as i32,
        header_collector: offset_of!(Header, gc) as i32,
        header_layout: offset_of!(Header, kind) as i32,
        barrier_mask: i64::from(GC_BARRIER_MASK),
        float_shape: types().float.root_shape,
        float_value: offset_of!(Float, value) as i32,
        float_zero: &raw const ZERO as u64,
        stress_counter,
        // SAFETY: the region lives as long as the heap.
        region_cursor: unsafe { &raw const (*heap().region()).cursor } as u64,
        // SAFETY: as above.
        region_limit: unsafe { &raw const (*heap().region()).limit } as u64,
        instance_layout: ObjectKind::Instance as u8,
        tuple: ObjectLayout { layout: ObjectKind::Tuple as u8, shape: types().tuple.root_shape },
        tuple_length: offset_of!(Tuple, length) as i32,
        tuple_items: size_of::<Tuple>() as i32,
        method: ObjectLayout { layout: ObjectKind::BoundMethod as u8, shape: types().method.root_shape },
        method_function: offset_of!(BoundMethod, function) as i32,
        cell: ObjectLayout { layout: ObjectKind::Cell as u8, shape: types().cell.root_shape },
        cell_contents: offset_of!(Cell, contents) as i32,
        helpers: addresses,
    }
}
