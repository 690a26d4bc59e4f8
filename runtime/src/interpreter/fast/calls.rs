//! Calls of Python functions with simple parameters. CALL's cache: counter, function version (2).

use crate::interpreter::state::{Control, State};
use crate::object::frame::Frame;
use crate::object::function::{BoundMethod, Function};
use crate::types::builtin_shape;
use crate::value::Value;

/// Code units of CALL with its cache.
const CALL_SIZE: u16 = 4;

/// Enters a function whose arguments lie from `first` on. `base` is where its result goes. NULL stands for a guard that failed.
#[inline(always)]
unsafe fn enter(
    s: &mut State,
    function: *const Function,
    base: *mut Value,
    first: *mut Value,
    arguments: usize,
) -> Control {
    unsafe {
        let code = (*function).code.as_pointer();
        let frame = s.frame().add(1);
        let end = first.add((*code).frame_size as usize);
        let hot = (*code).hotness + 1;
        if frame >= (*s.thread).frame_limit
            || end >= (*s.thread).stack_limit
            || hot >= (*s.thread).call_threshold
        {
            return Control::Slow;
        }
        (*code).hotness = hot;
        let caller = frame.sub(1);
        (*caller).pc = s.pc;
        (*caller).sp = base;
        (*caller).return_offset = CALL_SIZE;
        let locals_count = (*code).locals_count as usize;
        let mut i = arguments;
        while i < locals_count {
            // Volatile, or the loop becomes a call of memset.
            first.add(i).write_volatile(Value::NULL);
            i += 1;
        }
        frame.write(Frame {
            pc: (*code).instructions,
            fp: first,
            sp: first.add(locals_count),
            code: (*function).code,
            constants: ((*code).constants.as_pointer().add(1)) as *const Value,
            function: Value(function as u64),
            globals: (*function).globals,
            builtins: (*function).builtins,
            locals: Value::NULL,
            owner: Value::NULL,
            object: Value::NULL,
            saved_handled: Value::NULL,
            flags: 0,
            return_offset: 0,
            unused: 0,
            site: 0,
        });
        (*s.thread).frame = frame;
        s.pc = (*code).instructions;
        s.fp = first;
        s.sp = first.add(locals_count);
    }
    Control::Next
}

#[inline(always)]
unsafe fn is_cached_function(s: &State, callable: Value) -> bool {
    unsafe {
        callable.is_pointer()
            && (*callable.header()).shape == builtin_shape::function
            && (*(callable.0 as *const Function)).version == s.cache_u32(2)
    }
}

#[inline(always)]
pub unsafe fn call_py_exact_args(s: &mut State) -> Control {
    unsafe {
        let count = s.oparg as usize;
        let base = s.sp.sub(count + 2);
        let callable = *base;
        if !is_cached_function(s, callable) {
            return Control::Slow;
        }
        let has_receiver = !(*base.add(1)).is_null() as usize;
        let total = count + has_receiver;
        let function = callable.0 as *const Function;
        if (*(*function).code.as_pointer()).argument_count as usize != total {
            return Control::Slow;
        }
        enter(s, function, base, base.add(2 - has_receiver), total)
    }
}

#[inline(always)]
pub unsafe fn call_bound_method_exact_args(s: &mut State) -> Control {
    unsafe {
        let count = s.oparg as usize;
        let base = s.sp.sub(count + 2);
        let callable = *base;
        if !callable.is_pointer()
            || (*callable.header()).shape != builtin_shape::method
            || !(*base.add(1)).is_null()
        {
            return Control::Slow;
        }
        let method = callable.0 as *const BoundMethod;
        let function = (*method).function;
        if !is_cached_function(s, function) {
            return Control::Slow;
        }
        let function = function.0 as *const Function;
        if (*(*function).code.as_pointer()).argument_count as usize != count + 1 {
            return Control::Slow;
        }
        let receiver = (*method).receiver;
        let old = *base.add(1);
        *base.add(1) = receiver;
        let control = enter(s, function, base, base.add(1), count + 1);
        if !matches!(control, Control::Next) {
            *base.add(1) = old;
        }
        control
    }
}
