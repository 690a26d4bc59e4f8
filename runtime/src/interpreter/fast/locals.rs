//! Locals, constants, cells, globals and the operand stack.

use crate::heap::GC_BARRIER_MASK;
use crate::interpreter::state::{Control, State};
use crate::object::cell::Cell;
use crate::object::dict;
use crate::object::function::Function;
use crate::object::kind::ObjectKind;
use crate::object::tuple::Tuple;
use crate::value::Value;

#[inline(always)]
pub unsafe fn load_fast(s: &mut State) -> Control {
    unsafe {
        let value = s.local(s.oparg as usize);
        s.push(value);
        s.advance(0);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn load_fast_load_fast(s: &mut State) -> Control {
    unsafe {
        let (first, second) = (s.local(s.oparg as usize >> 4), s.local(s.oparg as usize & 15));
        s.push(first);
        s.push(second);
        s.advance(0);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn load_fast_check(s: &mut State) -> Control {
    unsafe {
        let value = s.local(s.oparg as usize);
        if value.is_null() {
            return Control::Slow;
        }
        s.push(value);
        s.advance(0);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn load_fast_and_clear(s: &mut State) -> Control {
    unsafe {
        let value = s.local(s.oparg as usize);
        s.set_local(s.oparg as usize, Value::NULL);
        s.push(value);
        s.advance(0);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn store_fast(s: &mut State) -> Control {
    unsafe {
        let value = s.pop();
        s.set_local(s.oparg as usize, value);
        s.advance(0);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn store_fast_load_fast(s: &mut State) -> Control {
    unsafe {
        let value = s.peek(1);
        s.set_local(s.oparg as usize >> 4, value);
        let value = s.local(s.oparg as usize & 15);
        s.put(1, value);
        s.advance(0);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn store_fast_store_fast(s: &mut State) -> Control {
    unsafe {
        let (first, second) = (s.peek(1), s.peek(2));
        s.drop(2);
        s.set_local(s.oparg as usize >> 4, first);
        s.set_local(s.oparg as usize & 15, second);
        s.advance(0);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn load_const(s: &mut State) -> Control {
    unsafe {
        let value = *(*s.frame()).constants.add(s.oparg as usize);
        s.push(value);
        s.advance(0);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn load_small_int(s: &mut State) -> Control {
    unsafe {
        s.push(Value(s.oparg << 1 | 1));
        s.advance(0);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn load_deref(s: &mut State) -> Control {
    unsafe {
        let cell = s.local(s.oparg as usize).0 as *const Cell;
        let value = (*cell).contents;
        if value.is_null() {
            return Control::Slow;
        }
        s.push(value);
        s.advance(0);
    }
    Control::Next
}

/// The cells of the closure become locals.
#[inline(always)]
pub unsafe fn copy_free_vars(s: &mut State) -> Control {
    unsafe {
        let frame = s.frame();
        let function = (*frame).function;
        if !function.is_kind(ObjectKind::Function) {
            return Control::Slow;
        }
        let (closure, count) = ((*(function.0 as *const Function)).closure, s.oparg as usize);
        if !closure.is_kind(ObjectKind::Tuple) || (*(closure.0 as *const Tuple)).length != count {
            return Control::Slow;
        }
        let cells = (closure.0 as *const Tuple).add(1) as *const Value;
        let first = s.fp.add((*(*frame).code.as_pointer()).locals_count as usize - count);
        let mut i = 0;
        while i < count {
            let cell = *cells.add(i);
            if !cell.is_kind(ObjectKind::Cell) {
                return Control::Slow;
            }
            first.add(i).write_volatile(cell);
            i += 1;
        }
        s.advance(0);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn store_deref(s: &mut State) -> Control {
    unsafe {
        let cell = s.local(s.oparg as usize).0 as *mut Cell;
        let value = s.pop();
        (*cell).contents = value;
        s.advance(0);
        if value.is_pointer() && (*cell).header.gc & GC_BARRIER_MASK != 0 {
            s.oparg = cell as u64;
            return Control::Remember;
        }
    }
    Control::Next
}

/// Cache: entry index (word 2), keys version of globals (words 3, 4).
#[inline(always)]
pub unsafe fn load_global_module(s: &mut State) -> Control {
    unsafe {
        let globals = (*s.frame()).globals.as_pointer();
        if (*globals).keys_version != s.cache_u32(3) {
            return Control::Slow;
        }
        push_global(s, dict::entry_value(globals, s.cache(2) as usize))
    }
}

/// Cache: entry index (word 2), keys versions of globals (word 3) and builtins (word 4).
#[inline(always)]
pub unsafe fn load_global_builtin(s: &mut State) -> Control {
    unsafe {
        let frame = s.frame();
        let (globals, builtins) = ((*frame).globals.as_pointer(), (*frame).builtins.as_pointer());
        if (*globals).keys_version != s.cache(3) as u32 || (*builtins).keys_version != s.cache(4) as u32 {
            return Control::Slow;
        }
        push_global(s, dict::entry_value(builtins, s.cache(2) as usize))
    }
}

#[inline(always)]
unsafe fn push_global(s: &mut State, value: Value) -> Control {
    unsafe {
        s.push(value);
        // The slot behind it is NULL when asked for, else it is written but not counted.
        *s.sp = Value::NULL;
        s.sp = s.sp.add(s.oparg as usize & 1);
        s.advance(4);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn pop_top(s: &mut State) -> Control {
    unsafe {
        s.drop(1);
        s.advance(0);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn push_null(s: &mut State) -> Control {
    unsafe {
        s.push(Value::NULL);
        s.advance(0);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn copy(s: &mut State) -> Control {
    unsafe {
        let value = s.peek(s.oparg as usize);
        s.push(value);
        s.advance(0);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn swap(s: &mut State) -> Control {
    unsafe {
        let n = s.oparg as usize;
        let (top, deep) = (s.peek(1), s.peek(n));
        s.put(1, deep);
        s.put(n, top);
        s.advance(0);
    }
    Control::Next
}

#[inline(always)]
pub unsafe fn end_send(s: &mut State) -> Control {
    unsafe {
        let value = s.pop();
        s.put(1, value);
        s.advance(0);
    }
    Control::Next
}
