//! Calls of native functions, methods and classes.

use super::{SLOW, finish, has_shape, raise, store};
use crate::builtins::super_object::method_behind;
use crate::heap;
use crate::native::{NativeCall, NativeDefinition, NativeRole};
use crate::object::function::BoundMethod;
use crate::object::kind::ObjectKind;
use crate::object::native_function::{NativeFunction, NativeMethod};
use crate::object::shape::shapes_base;
use crate::object::type_object::TypeObject;
use crate::operations;
use crate::operations::class_of;
use crate::thread::Thread;
use crate::types::builtin_shape;
use crate::value::Value;

/// Code units of CALL with its cache.
const CALL_SIZE: usize = 4;

#[inline(always)]
unsafe fn call(
    thread: &mut Thread,
    pc: *mut u16,
    function: NativeCall,
    base: *mut Value,
    first: *const Value,
    count: usize,
) -> *mut Value {
    unsafe {
        let result = heap::native_call(|| function(thread, first, count, Value::NULL));
        if result.is_null() {
            let raised = thread.take_raised();
            return raise(thread, raised);
        }
        *base = result;
        super::behind(thread, pc, CALL_SIZE, base.add(1))
    }
}

/// A native function without receiver.
#[inline(never)]
pub unsafe fn call_builtin_fast(
    thread: &mut Thread,
    pc: *mut u16,
    sp: *mut Value,
    count: usize,
) -> *mut Value {
    unsafe {
        let base = sp.sub(count + 2);
        let callable = *base;
        if !has_shape(callable, builtin_shape::builtin_function_or_method) {
            return SLOW;
        }
        let function = callable.0 as *const NativeFunction;
        let definition: &'static NativeDefinition = (*function).definition;
        let plain = (*function).receiver.is_null() || definition.role == NativeRole::Function;
        if !plain || !(*base.add(1)).is_null() || definition.collects() {
            return SLOW;
        }
        store(thread, pc, sp);
        call(thread, pc, definition.call, base, base.add(2), count)
    }
}

/// A native method bound to its object: the object goes into the empty slot before the arguments.
#[inline(never)]
pub unsafe fn call_native_bound(
    thread: &mut Thread,
    pc: *mut u16,
    sp: *mut Value,
    count: usize,
) -> *mut Value {
    unsafe {
        let base = sp.sub(count + 2);
        let callable = *base;
        if !has_shape(callable, builtin_shape::builtin_function_or_method) {
            return SLOW;
        }
        let function = callable.0 as *const NativeFunction;
        let definition: &'static NativeDefinition = (*function).definition;
        let plain = (*function).receiver.is_null() || definition.role == NativeRole::Function;
        if plain || !(*base.add(1)).is_null() {
            return SLOW;
        }
        *base.add(1) = (*function).receiver;
        store(thread, pc, sp);
        call(thread, pc, definition.call, base, base.add(1), count + 1)
    }
}

/// A native method found in its object's class.
#[inline(never)]
pub unsafe fn call_method_descriptor_fast(
    thread: &mut Thread,
    pc: *mut u16,
    sp: *mut Value,
    count: usize,
) -> *mut Value {
    unsafe {
        let base = sp.sub(count + 2);
        let (callable, receiver) = (*base, *base.add(1));
        if !callable.is_kind(ObjectKind::NativeMethod) || receiver.is_null() {
            return SLOW;
        }
        let method = callable.0 as *const NativeMethod;
        let class = class_of(receiver);
        let definition: &'static NativeDefinition = (*method).definition;
        if definition.role == NativeRole::ClassMethod
            || class != (*method).owner && !class.is_subclass_of((*method).owner)
        {
            return SLOW;
        }
        store(thread, pc, sp);
        call(thread, pc, definition.call, base, base.add(1), count + 1)
    }
}

/// A native class, or one whose instances aren't made by a Python `__init__`.
#[inline(never)]
pub unsafe fn call_builtin_class(
    thread: &mut Thread,
    pc: *mut u16,
    sp: *mut Value,
    count: usize,
) -> *mut Value {
    unsafe {
        let base = sp.sub(count + 2);
        let callable = *base;
        if !has_shape(callable, builtin_shape::type_) || !(*base.add(1)).is_null() {
            return SLOW;
        }
        let class: crate::object::pointer::Gc<TypeObject> = callable.cast();
        if class.definition.is_none() {
            return SLOW;
        }
        store(thread, pc, sp);
        let arguments = std::slice::from_raw_parts(base.add(2), count);
        let result =
            heap::native_call(|| operations::call::instantiate(thread, class, arguments, Value::NULL));
        finish(thread, pc, CALL_SIZE, base, result)
    }
}

/// A method behind `super()`, with its receiver.
#[inline(never)]
pub unsafe fn load_super_method(
    thread: &mut Thread,
    _: *mut u16,
    sp: *mut Value,
    operand: usize,
) -> *mut Value {
    unsafe {
        let (global, class, receiver) = (*sp.sub(3), *sp.sub(2), *sp.sub(1));
        if global != crate::types().super_.value() || operand & 1 == 0 || !receiver.is_pointer() {
            return SLOW;
        }
        let Some(class) = class.downcast::<TypeObject>() else { return SLOW };
        let name = thread.code().names.items()[operand >> 2].cast();
        match method_behind(class, receiver, name) {
            Some(method) => {
                *sp.sub(3) = method;
                *sp.sub(2) = receiver;
                sp.sub(1)
            }
            None => SLOW,
        }
    }
}

/// `isinstance(value, C)`. Cache: counter, the low half of the definition's address.
#[inline(never)]
pub unsafe fn call_isinstance(thread: &mut Thread, pc: *mut u16, sp: *mut Value, count: usize) -> *mut Value {
    unsafe {
        let base = sp.sub(4);
        let callable = *base;
        if count != 2
            || !has_shape(callable, builtin_shape::builtin_function_or_method)
            || std::ptr::from_ref((*(callable.0 as *const NativeFunction)).definition) as usize as u32
                != (pc.add(2) as *const u32).read_unaligned()
            || !(*base.add(1)).is_null()
        {
            return SLOW;
        }
        let (value, class) = (*base.add(2), *base.add(3));
        if value.is_pointer()
            && (*shapes_base().add((*value.header()).shape as usize)).class as u64 == class.0
        {
            *base = Value::TRUE;
            return base.add(1);
        }
        store(thread, pc, sp);
        let result = operations::is_instance(thread, value, class).map(Value::from_bool);
        finish(thread, pc, CALL_SIZE, base, result)
    }
}

/// A bound method of something that isn't a Python function of simple parameters.
#[inline(never)]
pub unsafe fn call_non_py_general(
    thread: &mut Thread,
    pc: *mut u16,
    sp: *mut Value,
    count: usize,
) -> *mut Value {
    unsafe {
        let base = sp.sub(count + 2);
        if has_shape(*base, builtin_shape::method) && (*base.add(1)).is_null() {
            let method = (*base).0 as *const BoundMethod;
            let function = (*method).function;
            if function.is_kind(ObjectKind::NativeMethod) {
                let receiver = (*method).receiver;
                *base.add(1) = receiver;
                *base = function;
                let next = call_method_descriptor_fast(thread, pc, sp, count);
                if next == SLOW {
                    // As before: general code looks at the bound method itself.
                    *base = Value(method as u64);
                    *base.add(1) = Value::NULL;
                }
                return next;
            }
        }
        SLOW
    }
}
