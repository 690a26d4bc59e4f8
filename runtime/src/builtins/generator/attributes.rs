//! What Python code sees of generators and coroutines.

use super::methods::exception_of;
use crate::builtins::support::class;
use crate::interpreter::frames::frame_object;
use crate::interpreter::generators::{self};
use crate::object::code::Code;
use crate::object::frame::FrameObject;
use crate::object::generator::{Generator, GeneratorState};
use crate::object::kind::ObjectKind;
use crate::object::native_object::{self, NativeHead};
use crate::object::tuple::Tuple;
use crate::operations;
use crate::prelude::*;
use crate::{layout, native_layout};

/// A generator with the class coroutine.
#[repr(C)]
pub struct Coroutine {
    base: Generator,
}

layout!(Coroutine, ObjectKind::Generator, "coroutine");

/// What `coroutine.__await__()` gives.
#[repr(C)]
pub struct CoroutineWrapper {
    head: NativeHead,
    coroutine: Value,
}

native_layout!(CoroutineWrapper, "coroutine_wrapper", |this, tracer| tracer.value(this.coroutine.0));

/// The frame object of a generator, None when it is finished.
pub fn frame_of(thread: &mut Thread, mut generator: Gc<Generator>) -> Value {
    match generator.state {
        GeneratorState::Finished => Value::NONE,
        GeneratorState::Running => {
            let mut record = thread.frame;
            // SAFETY: records from the running one down to the base record are live.
            unsafe {
                while record > thread.frames {
                    if (*record).owner == generator.value() {
                        return frame_object(record).value();
                    }
                    record = record.sub(1);
                }
            }
            generator.frame_object.non_null().unwrap_or(Value::NONE)
        }
        _ => {
            if let Some(known) = generator.frame_object.non_null() {
                return known;
            }
            let mut frame =
                FrameObject::new(generator.code, generator.globals, generator.builtins, Value::NULL);
            frame.generator = generator.value();
            // SAFETY: `pc` points behind the instruction at which the generator is suspended.
            frame.last_instruction = generator.code.unit_index(unsafe { generator.pc.sub(1) }) as i32 * 2;
            generator.frame_object = frame.value();
            generator.write_barrier();
            frame.value()
        }
    }
}

/// `cr_origin`: where the coroutine was made, a tuple of (file, line, function).
pub fn origin(thread: &mut Thread) -> Value {
    let mut entries = Vec::new();
    for depth in 1..=thread.coroutine_origin_depth as usize {
        let record = thread.frame_at_depth(depth);
        if record.is_null() {
            break;
        }
        // SAFETY: a live record.
        let (code, pc) = unsafe { ((*record).code, (*record).pc) };
        let line = code.line_at(pc).map_or(Value::NONE, |line| Value::from_int(line as i64));
        entries.push(Tuple::new(&[code.filename, line, code.name.value()]).value());
    }
    Tuple::new(&entries).value()
}

fn set_text(thread: &mut Thread, value: Option<Value>, name: &str) -> Result {
    let text = value.filter(|value| value.downcast::<Str>().is_some());
    text.ok_or_else(|| thread.type_error(format!("{name} must be set to a string object")))
}

fn repr(thread: &mut Thread, kind: &str, this: Gc<Generator>) -> Result<String> {
    let name = operations::str_of(thread, this.qualified_name)?.to_string_lossy();
    Ok(format!("<{kind} object {name} at {:#x}>", this.value().0))
}

pub(super) fn shown(thread: &mut Thread, this: Gc<Generator>) -> Result<String> {
    let kind = if this.class() == types().async_generator { "async_generator" } else { super::noun(this) };
    repr(thread, kind, this)
}

macro_rules! generator_type {
    ($(#[$doc:meta])* $type:ident $name:tt $frame:ident $running:ident $code:ident $from:ident $suspended:ident { $($body:tt)* }) => {
        $(#[$doc])*
        #[native_type(name = $name, weak_referencable)]
        impl $type {
            #[method]
            fn __repr__(thread: &mut Thread, this: Gc<Generator>) -> Result<String> {
                shown(thread, this)
            }

            #[method]
            fn __del__(thread: &mut Thread, this: Gc<Generator>) -> Result<()> {
                super::finalize(thread, this)
            }

            #[getter]
            fn __name__(this: Gc<Generator>) -> Value {
                this.name
            }

            #[setter(__name__)]
            fn set_name(thread: &mut Thread, mut this: Gc<Generator>, value: Option<Value>) -> Result<()> {
                this.name = set_text(thread, value, "__name__")?;
                this.write_barrier();
                Ok(())
            }

            #[getter]
            fn __qualname__(this: Gc<Generator>) -> Value {
                this.qualified_name
            }

            #[setter(__qualname__)]
            fn set_qualname(thread: &mut Thread, mut this: Gc<Generator>, value: Option<Value>) -> Result<()> {
                this.qualified_name = set_text(thread, value, "__qualname__")?;
                this.write_barrier();
                Ok(())
            }

            #[getter]
            fn $frame(thread: &mut Thread, this: Gc<Generator>) -> Value {
                frame_of(thread, this)
            }

            #[getter]
            fn $running(this: Gc<Generator>) -> bool {
                this.state == GeneratorState::Running
            }

            #[getter]
            fn $code(this: Gc<Generator>) -> Gc<Code> {
                this.code
            }

            #[getter]
            fn $from(this: Gc<Generator>) -> Value {
                generators::delegate(this).unwrap_or(Value::NONE)
            }

            #[getter]
            fn $suspended(this: Gc<Generator>) -> bool {
                this.state == GeneratorState::Suspended
            }

            /// send(arg) -> send 'arg' into generator or coroutine,
            /// return next yielded value or raise StopIteration.
            #[method("($self, arg, /)", hidden)]
            fn send(thread: &mut Thread, this: Gc<Generator>, arg: Value) -> Result {
                super::send(thread, this, arg)
            }

            /// throw(value)
            /// throw(type[,value[,tb]])
            ///
            /// Raise exception in it, return next yielded value or raise
            /// StopIteration.
            /// the (type, val, tb) signature is deprecated,
            /// and may be removed in a future version of Python.
            #[method("($self, /, *args)", hidden)]
            fn throw(thread: &mut Thread, this: Gc<Generator>, args: &[Value]) -> Result {
                let exception = exception_of(thread, args)?;
                super::throw(thread, this, exception, true)
            }

            /// close() -> raise GeneratorExit inside it.
            #[method("($self, /)", hidden)]
            fn close(thread: &mut Thread, this: Gc<Generator>) -> Result {
                super::close(thread, this)
            }

            /// See PEP 585
            #[class_method("($type, object, /)", hidden)]
            fn __class_getitem__(thread: &mut Thread, class: Value, object: Value) -> Result {
                crate::builtins::generic_alias::new(thread, class, object)
            }

            $($body)*
        }
    };
}

generator_type! {
    Generator "generator" gi_frame gi_running gi_code gi_yieldfrom gi_suspended {
        #[method]
        fn __iter__(this: Gc<Generator>) -> Gc<Generator> {
            this
        }

        #[method]
        fn __next__(thread: &mut Thread, this: Gc<Generator>) -> Result {
            super::send(thread, this, Value::NONE)
        }
    }
}

generator_type! {
    Coroutine "coroutine" cr_frame cr_running cr_code cr_await cr_suspended {
        #[method]
        fn __await__(this: Gc<Generator>) -> Value {
            let wrapper = CoroutineWrapper { head: NativeHead::empty(), coroutine: this.value() };
            native_object::new(class::<CoroutineWrapper>(), wrapper).value()
        }

        #[getter]
        fn cr_origin(this: Gc<Generator>) -> Value {
            this.origin_or_finalizer.non_null().unwrap_or(Value::NONE)
        }
    }
}

fn wrapped(this: Gc<CoroutineWrapper>) -> Gc<Generator> {
    this.coroutine.cast()
}

/// A wrapper object implementing __await__ for coroutines.
#[native_type(name = "coroutine_wrapper", no_new)]
impl CoroutineWrapper {
    #[method]
    fn __iter__(this: Gc<CoroutineWrapper>) -> Gc<CoroutineWrapper> {
        this
    }

    #[method]
    fn __next__(thread: &mut Thread, this: Gc<CoroutineWrapper>) -> Result {
        super::send(thread, wrapped(this), Value::NONE)
    }

    #[method("($self, arg, /)", hidden)]
    fn send(thread: &mut Thread, this: Gc<CoroutineWrapper>, arg: Value) -> Result {
        super::send(thread, wrapped(this), arg)
    }

    #[method("($self, /, *args)", hidden)]
    fn throw(thread: &mut Thread, this: Gc<CoroutineWrapper>, args: &[Value]) -> Result {
        let exception = exception_of(thread, args)?;
        super::throw(thread, wrapped(this), exception, true)
    }

    #[method("($self, /)", hidden)]
    fn close(thread: &mut Thread, this: Gc<CoroutineWrapper>) -> Result {
        super::close(thread, wrapped(this))
    }
}
