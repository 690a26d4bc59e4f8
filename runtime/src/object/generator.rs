//! Generators, coroutines and asynchronous generators.
//!
//! A suspended generator holds the locals and operand stack of its frame behind its fields; resuming copies them onto the thread's value
//! stack, yielding copies them back. While it runs its values are on the thread's stack only.

use crate::heap::{Header, Tracer, heap};
use crate::layout;
use crate::object::code::Code;
use crate::object::dict::Dict;
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::object::type_object::TypeObject;
use crate::value::Value;

/// Where a generator is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum GeneratorState {
    Created,
    Suspended,
    Running,
    Finished,
}

/// A generator, coroutine or asynchronous generator; its class tells which.
#[repr(C)]
pub struct Generator {
    pub header: Header,
    pub state: GeneratorState,
    /// Suspended in a `yield from` or `await`.
    pub delegating: bool,
    /// Asynchronous generators: the hooks ran.
    pub hooks_started: bool,
    /// Asynchronous generators: `aclose` or an end was seen.
    pub closed: bool,
    /// Asynchronous generators: an `anext`, `asend` or `athrow` is under way.
    pub running_async: bool,
    /// Only the operand stack of the frame that iterates over it refers to it: it is closed as soon as that frame drops it.
    pub owned_by_frame: bool,
    /// Number of values on the suspended operand stack.
    pub stack_depth: u32,
    /// The instruction at which it is suspended.
    pub pc: *mut u16,
    pub code: Gc<Code>,
    pub function: Value,
    pub globals: Gc<Dict>,
    pub builtins: Gc<Dict>,
    pub name: Value,
    pub qualified_name: Value,
    /// The exception it was handling when it was suspended, None if none.
    pub handled: Value,
    /// Its frame object, if one was made.
    pub frame_object: Value,
    /// Coroutines: `cr_origin`; asynchronous generators: the finalizer hook. NULL if not set.
    pub origin_or_finalizer: Value,
    // locals and operand stack follow
}

layout!(Generator, ObjectKind::Generator, "generator");

impl Generator {
    /// Allocates a generator of a class with room for the code's frame.
    pub fn allocate(class: Gc<TypeObject>, code: Gc<Code>) -> Gc<Generator> {
        let size = size_of::<Generator>() + 8 * code.frame_size as usize;
        let mut generator: Gc<Generator> =
            Gc::from_header(heap().alloc(ObjectKind::Generator as u8, class.root_shape, size));
        generator.code = code;
        generator.name = code.name.value();
        generator.qualified_name = code.qualified_name.value();
        generator.handled = Value::NONE;
        generator
    }
}

impl Gc<Generator> {
    /// First of the saved locals; the operand stack follows them.
    #[inline(always)]
    pub fn saved(self) -> *mut Value {
        // SAFETY: the values follow the fields.
        unsafe { self.as_pointer().add(1).cast() }
    }
}

/// Visits a generator's values.
///
/// # Safety
/// `object` is live.
pub unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    let g: Gc<Generator> = Gc::from_header(object);
    for value in [
        g.code.value(),
        g.function,
        g.globals.value(),
        g.builtins.value(),
        g.name,
        g.qualified_name,
        g.handled,
        g.frame_object,
        g.origin_or_finalizer,
    ] {
        tracer.value(value.0);
    }
    if matches!(g.state, GeneratorState::Created | GeneratorState::Suspended) {
        let count = g.code.locals_count as usize + g.stack_depth as usize;
        for i in 0..count {
            // SAFETY: saved when the generator was suspended.
            tracer.value(unsafe { (*g.saved().add(i)).0 });
        }
    }
    // SAFETY: passed on.
    unsafe { crate::object::trace::attributes_only(object, tracer) };
}
