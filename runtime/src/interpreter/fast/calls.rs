//! Calls of Python functions, and of the few built-in ones that need no call. CALL's cache: counter, function version (2).

use crate::heap::{Header, heap};
use crate::interpreter::state::{Control, State};
use crate::object::frame::{FRAME_INIT, Frame};
use crate::object::function::{BoundMethod, CALL_SIMPLE, Function};
use crate::object::list::List;
use crate::object::native_function::{NativeFunction, NativeMethod};
use crate::object::shape::shapes_base;
use crate::object::special::Special;
use crate::object::tuple::Tuple;
use crate::object::type_object::TypeObject;
use crate::types::builtin_shape;
use crate::value::Value;

/// Code units of CALL with its cache.
const CALL_SIZE: u16 = 4;
/// Cache words of CALL.
const CALL_CACHES: usize = 3;

/// Enters a function whose arguments lie from `first` on. `base` is where its result goes, `size` the instruction's in code units; NULL stands for
/// a guard that failed. The arguments need not be all: defaults were checked to fill the rest.
#[inline(always)]
pub unsafe fn enter(
    s: &mut State,
    function: *const Function,
    base: *mut Value,
    first: *mut Value,
    arguments: usize,
    size: u16,
    flags: u32,
    owner: Value,
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
        (*caller).return_offset = size;
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
            owner,
            object: Value::NULL,
            saved_handled: Value::NULL,
            flags,
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
unsafe fn has_shape(value: Value, shape: u32) -> bool {
    unsafe { value.is_pointer() && (*value.header()).shape == shape }
}

#[inline(always)]
unsafe fn is_cached_function(s: &State, callable: Value) -> bool {
    unsafe {
        has_shape(callable, builtin_shape::function)
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
        enter(s, function, base, base.add(2 - has_receiver), total, CALL_SIZE, 0, Value::NULL)
    }
}

/// Enters a function whose parameters are simple: defaults fill those that the arguments leave open.
#[inline(always)]
unsafe fn enter_with_defaults(
    s: &mut State,
    function: *const Function,
    base: *mut Value,
    first: *mut Value,
    given: usize,
    flags: u32,
    owner: Value,
) -> Control {
    unsafe {
        let wanted = (*(*function).code.as_pointer()).argument_count as usize;
        if given > wanted || (*function).call_shape & CALL_SIMPLE == 0 {
            return Control::Slow;
        }
        if given < wanted {
            let defaults = (*function).defaults.0 as *const Tuple;
            if defaults.is_null() || (*defaults).length < wanted - given {
                return Control::Slow;
            }
            // What lies above the stack's top is free: if entering fails nothing was changed.
            let behind = (defaults.add(1) as *const Value).add((*defaults).length).sub(wanted);
            let mut i = given;
            while i < wanted {
                first.add(i).write_volatile(*behind.add(i));
                i += 1;
            }
        }
        enter(s, function, base, first, wanted, CALL_SIZE, flags, owner)
    }
}

/// A function that isn't given all its arguments, bound or not, or one of several at a site.
#[inline(always)]
pub unsafe fn call_py_general(s: &mut State) -> Control {
    unsafe {
        let count = s.oparg as usize;
        let base = s.sp.sub(count + 2);
        let callable = *base;
        if !has_shape(callable, builtin_shape::function) {
            return Control::Slow;
        }
        let has_receiver = !(*base.add(1)).is_null() as usize;
        let first = base.add(2 - has_receiver);
        enter_with_defaults(
            s,
            callable.0 as *const Function,
            base,
            first,
            count + has_receiver,
            0,
            Value::NULL,
        )
    }
}

/// Enters the function of a bound method, with `guard` to say whether it is the right one.
#[inline(always)]
unsafe fn call_bound(s: &mut State, guard: impl FnOnce(&State, Value) -> bool) -> Control {
    unsafe {
        let count = s.oparg as usize;
        let base = s.sp.sub(count + 2);
        let callable = *base;
        if !has_shape(callable, builtin_shape::method) || !(*base.add(1)).is_null() {
            return Control::Slow;
        }
        let method = callable.0 as *const BoundMethod;
        let function = (*method).function;
        if !guard(s, function) {
            return Control::Slow;
        }
        *base.add(1) = (*method).receiver;
        let function = function.0 as *const Function;
        let control = enter_with_defaults(s, function, base, base.add(1), count + 1, 0, Value::NULL);
        if !matches!(control, Control::Next) {
            *base.add(1) = Value::NULL;
        }
        control
    }
}

#[inline(always)]
pub unsafe fn call_bound_method_exact_args(s: &mut State) -> Control {
    unsafe { call_bound(s, |s, function| is_cached_function(s, function)) }
}

#[inline(always)]
pub unsafe fn call_bound_method_general(s: &mut State) -> Control {
    unsafe { call_bound(s, |_, function| has_shape(function, builtin_shape::function)) }
}

/// Makes an instance of a class whose `__init__` is a Python function and enters that. Cache: counter, class version (2).
#[inline(always)]
pub unsafe fn call_alloc_and_enter_init(s: &mut State) -> Control {
    unsafe {
        let count = s.oparg as usize;
        let base = s.sp.sub(count + 2);
        let callable = *base;
        if !has_shape(callable, builtin_shape::type_) || !(*base.add(1)).is_null() {
            return Control::Slow;
        }
        let class = callable.0 as *const TypeObject;
        let initializer = (*class).specials[Special::Init as usize];
        if (*class).version != s.cache_u32(2) || !has_shape(initializer, builtin_shape::function) {
            return Control::Slow;
        }
        let bytes = match (*class).attributes_offset as usize {
            0 => (*class).basic_size as usize,
            offset => offset + 8 + 8 * (*class).inline_slots as usize,
        };
        let region = heap().region();
        let cursor = (*region).cursor;
        if (*region).limit - cursor < bytes {
            return Control::Slow;
        }
        let instance = cursor as *mut Header;
        *base.add(1) = Value(cursor as u64);
        let function = initializer.0 as *const Function;
        let control =
            enter_with_defaults(s, function, base, base.add(1), count + 1, FRAME_INIT, Value(cursor as u64));
        if !matches!(control, Control::Next) {
            *base.add(1) = Value::NULL;
            return control;
        }
        (*region).cursor = cursor + bytes;
        *instance = Header {
            shape: (*class).root_shape,
            size_words: (bytes / 8) as u16,
            gc: 0,
            kind: crate::object::kind::ObjectKind::Instance as u8,
        };
    }
    Control::Next
}

/// Whether what is called is the native function in the cache: the low half of its definition's address.
#[inline(always)]
unsafe fn is_cached_native(s: &State, callable: Value) -> bool {
    unsafe {
        has_shape(callable, builtin_shape::builtin_function_or_method)
            && std::ptr::from_ref((*(callable.0 as *const NativeFunction)).definition) as usize as u32
                == s.cache_u32(2)
    }
}

/// Replaces a call's operands by its result.
#[inline(always)]
unsafe fn finish_call(s: &mut State, operands: usize, result: Value) -> Control {
    unsafe {
        s.drop(operands - 1);
        s.put(1, result);
        s.advance(CALL_CACHES);
    }
    Control::Next
}

/// `len(x)` of the common containers.
#[inline(always)]
pub unsafe fn call_len(s: &mut State) -> Control {
    unsafe {
        let (callable, receiver, value) = (s.peek(3), s.peek(2), s.peek(1));
        if !is_cached_native(s, callable) || !receiver.is_null() || !value.is_pointer() {
            return Control::Slow;
        }
        let length = match (*value.header()).shape {
            builtin_shape::list => (*(value.0 as *const List)).length,
            builtin_shape::tuple => (*(value.0 as *const Tuple)).length,
            builtin_shape::str => (*(value.0 as *const crate::object::str::Str)).length,
            builtin_shape::dict => (*(value.0 as *const crate::object::dict::Dict)).length,
            builtin_shape::set | builtin_shape::frozenset => {
                (*(value.0 as *const crate::object::set::Set)).length
            }
            _ => return Control::Slow,
        };
        finish_call(s, 3, Value((length as u64) << 1 | 1))
    }
}

/// `type(x)`
#[inline(always)]
pub unsafe fn call_type_1(s: &mut State) -> Control {
    unsafe {
        let (callable, receiver, value) = (s.peek(3), s.peek(2), s.peek(1));
        let types = crate::types();
        if callable != types.type_.value() || !receiver.is_null() {
            return Control::Slow;
        }
        let class = if value.is_pointer() {
            Value((*shapes_base().add((*value.header()).shape as usize)).class as u64)
        } else if value.is_small_int() {
            types.int.value()
        } else if value.is_immediate_float() {
            types.float.value()
        } else {
            return Control::Slow;
        };
        finish_call(s, 3, class)
    }
}

/// `list.append(x)` where there is room.
#[inline(always)]
pub unsafe fn call_list_append(s: &mut State) -> Control {
    unsafe {
        let (callable, list, value) = (s.peek(3), s.peek(2), s.peek(1));
        if !has_shape(callable, builtin_shape::method_descriptor)
            || std::ptr::from_ref((*(callable.0 as *const NativeMethod)).definition) as usize as u32
                != s.cache_u32(2)
            || !has_shape(list, builtin_shape::list)
        {
            return Control::Slow;
        }
        match append(s, list.0 as *mut List, value) {
            Control::Slow => Control::Slow,
            done => {
                finish_call(s, 3, Value::NONE);
                done
            }
        }
    }
}

/// Appends if there is room; says what is to be done after that. A buffer that is to be remembered is in `oparg` then.
#[inline(always)]
unsafe fn append(s: &mut State, list: *mut List, value: Value) -> Control {
    unsafe {
        let buffer = (*list).items;
        let length = (*list).length;
        if buffer.is_null() || length == (*buffer).capacity {
            return Control::Slow;
        }
        let slot = (buffer.add(1) as *mut Value).add(length);
        let barrier = super::subscript::barrier(buffer, slot, value);
        if barrier != Control::Slow {
            *slot = value;
            (*list).length = length + 1;
            if barrier == Control::Remember {
                s.oparg = buffer as u64;
            }
        }
        barrier
    }
}

/// LIST_APPEND of comprehensions.
#[inline(always)]
pub unsafe fn list_append(s: &mut State) -> Control {
    unsafe {
        let list = s.peek(s.oparg as usize + 1);
        let value = s.peek(1);
        if !has_shape(list, builtin_shape::list) {
            return Control::Slow;
        }
        match append(s, list.0 as *mut List, value) {
            Control::Slow => Control::Slow,
            done => {
                s.drop(1);
                s.advance(0);
                done
            }
        }
    }
}
