//! Generators' frames: making, resuming, suspending and ending them.

use crate::interpreter::frames::{Namespaces, detach_frame_object};
use crate::interpreter::slow::Flow;
use crate::interpreter::{compiled, interpret, run, trace, unwind};
use crate::jit_interface::{self, CompiledEntry, DEOPTIMIZED};
use crate::object::exception::Exception;
use crate::object::frame::{FRAME_ENTRY, FRAME_GENERATOR, FRAME_HANDLES, FrameObject};
use crate::object::generator::{Generator, GeneratorState};
use crate::object::kind::ObjectKind;
use crate::object::pointer::Gc;
use crate::object::special::Special;
use crate::object::tuple::Tuple;
use crate::object::type_object::TypeObject;
use crate::operations::class_of;
use crate::thread::{Raised, Result, Thread};
use crate::types;
use crate::value::Value;
use taipan_compiler::opcode::Opcode;

/// How a resumed generator came back.
pub enum Outcome {
    Yielded(Value),
    Returned(Value),
}

/// Makes a generator of the running frame, which is at RETURN_GENERATOR.
pub fn make(thread: &mut Thread, class: Gc<TypeObject>) -> Gc<Generator> {
    let code = thread.code();
    let mut generator = Generator::allocate(class, code);
    // SAFETY: the running frame's record; the generator has room for the code's frame.
    unsafe {
        let frame = thread.frame;
        generator.function = (*frame).function;
        if let Some(function) = generator.function.downcast::<crate::object::function::Function>() {
            generator.name = function.name;
            generator.qualified_name = function.qualified_name;
        }
        generator.globals = (*frame).globals;
        generator.builtins = (*frame).builtins;
        generator.pc = (*frame).pc.add(1);
        std::ptr::copy_nonoverlapping((*frame).fp, generator.saved(), code.locals_count as usize);
        generator.state = GeneratorState::Created;
        generator.write_barrier();
    }
    crate::builtins::generator::made(thread, generator);
    generator
}

/// Whether a generator can be resumed: it is neither running nor finished.
#[inline]
pub fn can_resume(generator: Gc<Generator>) -> bool {
    matches!(generator.state, GeneratorState::Created | GeneratorState::Suspended)
}

/// Whether a frame's operand stack alone refers to a generator that waits to go on.
#[inline]
pub fn is_owned(value: Value) -> bool {
    value.is_kind(ObjectKind::Generator) && {
        let generator = value.cast::<Generator>();
        generator.owned_by_frame && can_resume(generator)
    }
}

/// A generator that an `__iter__` written as a generator function just made belongs to the frame that iterates.
pub fn own_if_fresh(iterator: Value, iterable_class: Gc<TypeObject>) {
    if !iterator.is_kind(ObjectKind::Generator) || class_of(iterator) != types().generator {
        return;
    }
    let mut generator = iterator.cast::<Generator>();
    let made_by_iter = iterable_class.special(Special::Iter) == Some(generator.function);
    generator.owned_by_frame = made_by_iter && generator.state == GeneratorState::Created;
}

/// Closes a generator that the running frame is about to drop if the frame owns it. There are no reference counts to tell; but a
/// generator made for a loop is seen by nothing else, so leaving the loop ends it.
pub fn close_owned(thread: &mut Thread, value: Value) {
    if is_owned(value) {
        crate::builtins::finalization::finalize(thread, value);
    }
}

/// [`close_owned`] for the operands of the running frame from the top down to a depth.
pub fn close_owned_operands(thread: &mut Thread, depth: usize) {
    // SAFETY: the operands of the running frame lie between its locals and its `sp`.
    unsafe {
        let frame = thread.frame;
        let code = (*frame).code;
        let bottom = (*frame).fp.add(code.locals_count as usize + depth);
        let mut at = (*frame).sp;
        while at > bottom {
            at = at.sub(1);
            if is_owned(*at) {
                close_owned(thread, *at);
            }
        }
    }
}

/// Whether a coroutine is suspended in an `await` of something.
pub fn is_being_awaited(coroutine: Gc<Generator>) -> bool {
    coroutine.delegating
}

/// Copies a frame's values: a few mostly, for which a call of memcpy costs more than the copying.
///
/// # Safety
/// Both places hold that many values, and don't overlap.
#[inline(always)]
unsafe fn copy_values(from: *const Value, to: *mut Value, count: usize) {
    const FEW: usize = 24;
    // SAFETY: the caller's promise.
    unsafe {
        if count > FEW {
            return std::ptr::copy_nonoverlapping(from, to, count);
        }
        for i in 0..count {
            // Volatile, or the loop becomes that call.
            to.add(i).write_volatile(*from.add(i));
        }
    }
}

/// Pushes a suspended generator's frame, with `sent` on its stack. `return_offset` is where the resumer goes on when it returns.
pub fn enter(
    thread: &mut Thread,
    mut generator: Gc<Generator>,
    sent: Value,
    return_offset: u16,
) -> Result<()> {
    count_resumption(thread, generator);
    let code = generator.code;
    // SAFETY: the resumer's record; `push_frame` checks that the frame fits before values are copied.
    unsafe {
        (*thread.frame).return_offset = return_offset;
        let fp = (*thread.frame).sp;
        let spaces =
            Namespaces { globals: generator.globals, builtins: generator.builtins, locals: Value::NULL };
        thread.push_frame(code, fp, generator.function, spaces, FRAME_GENERATOR)?;
        let frame = thread.frame;
        let count = code.locals_count as usize + generator.stack_depth as usize;
        copy_values(generator.saved(), fp, count);
        (*frame).sp = fp.add(count);
        (*frame).pc = generator.pc;
        (*frame).owner = generator.value();
        (*frame).saved_handled = thread.handled;
        if let Some(mut object) = generator.frame_object.downcast::<FrameObject>() {
            object.record = frame;
            (*frame).object = object.value();
        }
        generator.state = GeneratorState::Running;
        generator.delegating = false;
        if !generator.handled.is_none() {
            thread.handled = generator.handled;
            (*frame).flags |= FRAME_HANDLES;
        }
        thread.push(sent);
    }
    Ok(())
}

/// Tells the JIT when a generator's code is hot: it may be called once and go round without a back edge of its own.
#[inline]
fn count_resumption(thread: &mut Thread, generator: Gc<Generator>) {
    let mut code = generator.code;
    code.hotness += 1;
    if code.hotness >= thread.call_threshold && code.compiled_entry.is_null() {
        code.hotness = 0;
        if let (Some(jit), Some(function)) = (jit_interface::jit(), generator.function.downcast()) {
            jit.hot_call(thread, function);
        }
    }
}

/// Suspends the running generator with a value for its resumer. `operand` is YIELD_VALUE's: 1 in a `yield from` or `await`.
#[inline]
pub fn suspend(thread: &mut Thread, value: Value, operand: usize) -> Result<Flow> {
    // SAFETY: the running frame is a generator's; the generator has room for its code's frame.
    unsafe {
        let frame = thread.frame;
        let mut generator = (*frame).owner.cast::<Generator>();
        let code = (*frame).code;
        let count = (*frame).sp.offset_from((*frame).fp) as usize;
        copy_values((*frame).fp, generator.saved(), count);
        generator.stack_depth = (count - code.locals_count as usize) as u32;
        generator.pc = (*frame).pc.add(1);
        generator.state = GeneratorState::Suspended;
        generator.delegating = operand & 1 != 0;
        leave(thread, generator);
        generator.write_barrier();
    }
    suspended(thread, value)
}

/// Leaves the frame of a generator that has just been suspended.
pub fn suspended(thread: &mut Thread, value: Value) -> Result<Flow> {
    // SAFETY: the generator's record, still the current one.
    let flags = unsafe { (*thread.frame).flags };
    thread.pop_frame();
    if flags & FRAME_ENTRY != 0 {
        thread.exit_value = value;
        return Ok(Flow::Exit);
    }
    thread.push(value);
    // SAFETY: the resumer's record, at a FOR_ITER or SEND, which have one cache word.
    unsafe { (*thread.frame).pc = (*thread.frame).pc.add(2) };
    Ok(Flow::Switched)
}

/// What compiled code that yields in a generator with a handled exception of its own does: [`leave`].
///
/// # Safety
/// The running frame is a generator's.
pub unsafe fn leave_handled(thread: &mut Thread) {
    // SAFETY: the caller's promise.
    unsafe { leave(thread, (*thread.frame).owner.cast()) }
}

/// The handled exception goes back to the resumer's; the generator keeps its own.
unsafe fn leave(thread: &mut Thread, mut generator: Gc<Generator>) {
    // SAFETY: the running frame is the generator's.
    unsafe {
        let outer = (*thread.frame).saved_handled;
        let own = (*thread.frame).flags & FRAME_HANDLES != 0;
        generator.handled = if own { thread.handled } else { Value::NONE };
        thread.handled = outer;
    }
}

/// The running generator's frame is about to be left for good.
pub fn finish(thread: &mut Thread) {
    // SAFETY: the running frame is a generator's (or its function's before RETURN_GENERATOR, whose owner isn't one).
    unsafe {
        let Some(mut generator) = (*thread.frame).owner.downcast::<Generator>() else { return };
        leave(thread, generator);
        generator.handled = Value::NONE;
        generator.state = GeneratorState::Finished;
        crate::heap::heap().forget_finalizer(generator.header());
        if !(*thread.frame).object.is_null() {
            detach_frame_object(thread.frame);
        }
        generator.frame_object = Value::NULL;
    }
}

/// Resumes a generator from native code.
pub fn resume(thread: &mut Thread, generator: Gc<Generator>, sent: Value) -> Result<Outcome> {
    thread.check_native_stack()?;
    if can_resume(generator)
        && generator.handled.is_none()
        && let Some(entry) = compiled::entry(thread, generator.code)
    {
        return resume_compiled(thread, generator, sent, entry);
    }
    check_resumable(thread, generator)?;
    if generator.state == GeneratorState::Finished {
        return Ok(Outcome::Returned(Value::NONE));
    }
    let caller = thread.frame;
    // SAFETY: the caller's record.
    let caller_sp = unsafe { (*caller).sp };
    let caller_offset = unsafe { (*caller).return_offset };
    enter(thread, generator, sent, 0)?;
    let result = run_resumed(thread, generator);
    // SAFETY: as above.
    unsafe {
        (*caller).sp = caller_sp;
        (*caller).return_offset = caller_offset;
    }
    result
}

/// [`resume`], in compiled code from the start.
fn resume_compiled(
    thread: &mut Thread,
    mut generator: Gc<Generator>,
    sent: Value,
    entry: CompiledEntry,
) -> Result<Outcome> {
    let code = generator.code;
    // SAFETY: the resumer's record; `push_frame` checks that the frame fits before values are copied. The code was verified.
    unsafe {
        let fp = (*thread.frame).sp;
        let spaces =
            Namespaces { globals: generator.globals, builtins: generator.builtins, locals: Value::NULL };
        thread.push_frame(code, fp, generator.function, spaces, FRAME_GENERATOR | FRAME_ENTRY)?;
        let frame = thread.frame;
        let count = code.locals_count as usize + generator.stack_depth as usize;
        let saved = generator.saved();
        for index in 0..count {
            *fp.add(index) = *saved.add(index);
        }
        *fp.add(count) = sent;
        let mut pc = generator.pc;
        // One that begins drops what is sent.
        let begins = *pc as u8 == Opcode::PopTop as u8;
        pc = pc.add(usize::from(begins));
        (*frame).sp = fp.add(count + usize::from(!begins));
        (*frame).pc = pc;
        (*frame).owner = generator.value();
        (*frame).saved_handled = thread.handled;
        if let Some(mut object) = generator.frame_object.downcast::<FrameObject>() {
            object.record = frame;
            (*frame).object = object.value();
        }
        generator.state = GeneratorState::Running;
        generator.delegating = false;
        let word = match *pc as u8 == Opcode::Resume as u8 {
            true => crate::heap::nested_loop(|| entry(thread, fp)),
            false => DEOPTIMIZED,
        };
        let record = thread.frame;
        if word != DEOPTIMIZED && generator.state == GeneratorState::Suspended && (*record).object.is_null() {
            thread.frame = record.sub(1);
            return Ok(Outcome::Yielded(word));
        }
        left_compiled(thread, generator, word)
    }
}

/// The other ways in which a resumed generator's compiled code comes back.
fn left_compiled(thread: &mut Thread, generator: Gc<Generator>, word: Value) -> Result<Outcome> {
    let value = match compiled::left(thread, word) {
        Ok(Flow::Exit) => {
            let value = thread.exit_value;
            thread.result_of(value)?
        }
        Ok(_) => interpret(thread)?,
        Err(raised) if unwind::raise(thread, raised) => interpret(thread)?,
        Err(_) => return Err(thread.take_raised()),
    };
    outcome(generator, value)
}

fn run_resumed(thread: &mut Thread, generator: Gc<Generator>) -> Result<Outcome> {
    // SAFETY: the generator's frame was just pushed.
    unsafe { (*thread.frame).flags |= FRAME_ENTRY };
    let value = run(thread)?;
    outcome(generator, value)
}

fn outcome(generator: Gc<Generator>, value: Value) -> Result<Outcome> {
    Ok(match generator.state {
        GeneratorState::Finished => Outcome::Returned(value),
        _ => Outcome::Yielded(value),
    })
}

fn check_resumable(thread: &mut Thread, generator: Gc<Generator>) -> Result<()> {
    if generator.state != GeneratorState::Running {
        return Ok(());
    }
    let what = crate::builtins::generator::noun(generator);
    Err(thread.value_error(format!("{what} already executing")))
}

/// The next yielded value, `None` at the end. The return value is lost, as in `for`.
pub fn next(thread: &mut Thread, generator: Gc<Generator>) -> Result<Option<Value>> {
    match resume(thread, generator, Value::NONE)? {
        Outcome::Yielded(value) => Ok(Some(value)),
        Outcome::Returned(_) => Ok(None),
    }
}

/// StopIteration with a return value.
pub fn stop_with(value: Value) -> Raised {
    // A tuple must not be spread over the arguments, and an exception must not be taken as the instance.
    let arguments = if value.is_none() { Tuple::empty() } else { Tuple::new(&[value]) };
    let exception = Exception::allocate(types().stop_iteration, arguments);
    exception.set_field(0, value);
    Raised(exception.value())
}

/// The value that a StopIteration carries.
pub fn stop_value(stop: Raised) -> Value {
    match class_of(stop.0).is_subclass_of(types().stop_iteration) {
        true => stop.0.cast::<Exception>().field(0).non_null().unwrap_or(Value::NONE),
        false => Value::NONE,
    }
}

/// Raises an exception where a generator is suspended, and runs on. Delegation is the caller's business.
pub fn throw(thread: &mut Thread, mut generator: Gc<Generator>, exception: Value) -> Result<Outcome> {
    thread.check_native_stack()?;
    check_resumable(thread, generator)?;
    if generator.state == GeneratorState::Finished {
        return Err(Raised(exception));
    }
    let caller = thread.frame;
    // SAFETY: the caller's record.
    let caller_sp = unsafe { (*caller).sp };
    enter(thread, generator, Value::NONE, 0)?;
    // SAFETY: the generator's frame was just pushed: at the instruction before the one it would go on at.
    unsafe {
        thread.pop();
        (*thread.frame).flags |= FRAME_ENTRY;
        (*thread.frame).pc = generator.pc.sub(1);
    }
    unwind::set_context(thread, exception);
    let raised = match trace::entered(thread) {
        Ok(()) => Raised(exception),
        Err(raised) => raised,
    };
    let result = match unwind::raise(thread, raised) {
        true => run(thread),
        false => Err(thread.take_raised()),
    };
    // SAFETY: as above.
    unsafe { (*caller).sp = caller_sp };
    if result.is_err() {
        generator.state = GeneratorState::Finished;
    }
    outcome(generator, result?)
}

/// What a suspended `yield from` or `await` delegates to.
pub fn delegate(generator: Gc<Generator>) -> Option<Value> {
    if generator.state != GeneratorState::Suspended || !generator.delegating {
        return None;
    }
    let top = generator.code.locals_count as usize + generator.stack_depth as usize;
    // SAFETY: at a YIELD_VALUE of a delegation the receiver is on top of the saved stack.
    unsafe { (*generator.saved().add(top - 1)).non_null() }
}
