//! Calls. A callable that is known is built in: Python functions are inlined or called directly, classes with a Python `__init__` are
//! allocated here, common built-in functions have instructions of their own ([`builtins`](super::builtins)).

use super::bytecode::Instruction;
use super::{Builder, Bytecode, Candidate, INLINE_BUDGET, INLINE_DEPTH, Outcome, Slot};
use crate::hir::{Kinds, Opcode, Representation, StateId, Type, Value};
use crate::layout::{Helper, pack_instance};
use std::rc::Rc;
use taipan_compiler::code::CodeFlags;
use taipan_compiler::opcode::Opcode as Bytecodes;
use taipan_runtime::assumptions::Assumption;
use taipan_runtime::heap::Header;
use taipan_runtime::interpreter::slow::python_initializer;
use taipan_runtime::object::function::{CALL_SIMPLE, Function};
use taipan_runtime::object::instance::allocation_size;
use taipan_runtime::object::kind::ObjectKind;
use taipan_runtime::object::pointer::Gc;
use taipan_runtime::object::type_object::{TYPE_HAS_FINALIZER, TypeObject};
use taipan_runtime::types;
use taipan_runtime::value::Value as Word;

/// The most instructions of a function that is inlined.
const INLINE_LENGTH: usize = 90;

impl Builder<'_> {
    pub(super) fn call(&mut self, instruction: &Instruction) -> Outcome {
        let count = instruction.operand as usize;
        let callable = self.peek_slot(count + 2)?;
        let receiver = self.peek_slot(count + 1)?;
        let Slot::Value(callable) = callable else { return self.general(instruction) };
        if let Some(candidates) = self.candidates.get(&callable).cloned() {
            return self.call_candidates(instruction, callable, &candidates);
        }
        let Some(word) = self.known(callable) else {
            return self.call_value(instruction, callable, receiver);
        };
        let arguments = self.arguments(receiver, count)?;
        self.call_known(instruction, word, &arguments)
    }

    /// Calls what isn't known before it runs. Native functions are called without the interpreter's detours.
    fn call_value(&mut self, instruction: &Instruction, callable: Value, receiver: Slot) -> Outcome {
        let is_native =
            self.only_shape(instruction.pc) == Some(types().builtin_function_or_method.root_shape);
        // Of what an instruction left on the interpreter's stack only running it tells whether there is a receiver.
        let unsure = match receiver {
            Slot::Value(value) => self.type_of(value).kinds.meets(Kinds::ABSENT),
            _ => false,
        };
        if !is_native || unsure || self.is_general() {
            return self.general(instruction);
        }
        let count = instruction.operand as usize;
        let mut all = vec![self.guard_shape(callable, types().builtin_function_or_method.root_shape)];
        all.extend(self.arguments(receiver, count)?);
        let result = self.emit(Opcode::CallHelper, &all, [Helper::Call as i64, 0]);
        self.set_type(result, super::containers::present());
        self.catch(result)?;
        for _ in 0..count + 2 {
            self.pop_slot()?;
        }
        self.push(result);
        self.check_valid(instruction.next);
        Ok(())
    }

    /// The arguments of the current call, the receiver first if there is one. They stay on the stack.
    pub(super) fn arguments(&mut self, receiver: Slot, count: usize) -> Outcome<Vec<Value>> {
        let mut arguments = Vec::with_capacity(count + 1);
        if receiver != Slot::Absent {
            arguments.push(self.slot_value(receiver)?);
        }
        for depth in (1..=count).rev() {
            let slot = self.peek_slot(depth)?;
            arguments.push(self.slot_value(slot)?);
        }
        Ok(arguments)
    }

    fn call_known(&mut self, instruction: &Instruction, callable: Word, arguments: &[Value]) -> Outcome {
        let popped = instruction.operand + 2;
        match callable.kind() {
            Some(ObjectKind::Function) => match self
                .bind(callable.cast(), arguments)
                .or_else(|| self.bind_packed(callable.cast(), arguments))
            {
                Some(bound) => self.call_function(instruction, callable.cast(), &bound, popped, None),
                None => self.general(instruction),
            },
            Some(ObjectKind::Type) => self.call_class(instruction, callable.cast(), arguments),
            Some(ObjectKind::NativeFunction | ObjectKind::NativeMethod) => {
                if self.is_general() || !self.call_builtin(instruction, callable, arguments)? {
                    return self.general(instruction);
                }
                Ok(())
            }
            _ => self.general(instruction),
        }
    }

    /// Several methods that a polymorphic lookup can have found: a chain of tests.
    fn call_candidates(
        &mut self,
        instruction: &Instruction,
        callable: Value,
        candidates: &[Candidate],
    ) -> Outcome {
        let count = instruction.operand as usize;
        let receiver = self.peek_slot(count + 1)?;
        let arguments = self.arguments(receiver, count)?;
        let saved = (self.frame().locals.clone(), self.frame().stack.clone());
        let merge = self.hir.add_block();
        let result = self.hir.add_parameter(merge, Representation::Tagged);
        for (index, Candidate { method, shape }) in candidates.iter().enumerate() {
            let rest = (index + 1 < candidates.len()).then(|| {
                let same = self.emit(Opcode::IsConstant, &[callable], [method.0 as i64, 0]);
                let (yes, no) = (self.hir.add_block(), self.hir.add_block());
                self.branch(same, yes, no);
                self.start(yes);
                no
            });
            if rest.is_none() {
                self.emit(Opcode::GuardConstant, &[callable], [method.0 as i64, 0]);
            }
            self.keep(*method);
            let mut arguments = arguments.clone();
            if let Some(shape) = shape {
                arguments[0] = self.guard_shape(arguments[0], *shape);
            }
            self.call_known(instruction, *method, &arguments)?;
            if !self.ended {
                let value = self.pop()?;
                self.jump(merge, &[value]);
            }
            (self.frame_mut().locals, self.frame_mut().stack) = saved.clone();
            self.begin_instruction(instruction.pc, instruction.first);
            if let Some(rest) = rest {
                self.start(rest);
            }
        }
        self.start(merge);
        for _ in 0..count + 2 {
            self.pop_slot()?;
        }
        self.push(result);
        Ok(())
    }

    /// The locals of all parameters, if the function takes these arguments without packing any.
    pub(super) fn bind(&mut self, function: Gc<Function>, arguments: &[Value]) -> Option<Vec<Value>> {
        let code = function.code;
        let wanted = code.argument_count as usize;
        if function.call_shape & CALL_SIMPLE == 0
            || CodeFlags(code.flags).is_generator_like()
            || arguments.len() > wanted
        {
            return None;
        }
        let defaults = function.default_values();
        let missing = wanted - arguments.len();
        if missing > defaults.len() {
            return None;
        }
        self.keep(function.value());
        self.assume(Assumption::Function { function: function.value().0 });
        let mut bound = arguments.to_vec();
        for default in &defaults[defaults.len() - missing..] {
            bound.push(self.constant(*default));
        }
        Some(bound)
    }

    /// Calls a Python function with all its arguments. `owner` is the new instance, if it is an `__init__`.
    pub(super) fn call_function(
        &mut self,
        instruction: &Instruction,
        function: Gc<Function>,
        arguments: &[Value],
        popped: u32,
        owner: Option<Value>,
    ) -> Outcome {
        let bytecode = match Bytecode::of(function.code) {
            Ok(bytecode) => Rc::new(bytecode),
            Err(_) => return self.general(instruction),
        };
        if self.may_inline(function, &bytecode) {
            return self.inline(instruction, function, bytecode, arguments, popped, owner);
        }
        let starts_at_once =
            bytecode.instructions.first().is_some_and(|first| first.opcode == Bytecodes::Resume);
        if owner.is_some() || !starts_at_once {
            return self.general(instruction);
        }
        let frame = self.frame_info(function.code, function.value(), function.globals, function.builtins);
        let result = self.emit(Opcode::CallPython, arguments, [i64::from(frame.0), i64::from(popped)]);
        self.set_type(result, super::containers::present());
        self.catch(result)?;
        for _ in 0..popped {
            self.pop_slot()?;
        }
        self.push(result);
        self.check_valid(instruction.next);
        Ok(())
    }

    pub(super) fn may_inline(&self, function: Gc<Function>, bytecode: &Bytecode) -> bool {
        bytecode.instructions.len() <= INLINE_LENGTH
            && !self.lessons.no_inlining.contains(&function.code.version)
            && self.frames.len() < INLINE_DEPTH
            && self.hir.instructions.len() < INLINE_BUDGET
            && self.frames.iter().all(|frame| frame.code != function.code)
    }

    pub(super) fn inline(
        &mut self,
        instruction: &Instruction,
        function: Gc<Function>,
        bytecode: Rc<Bytecode>,
        arguments: &[Value],
        popped: u32,
        owner: Option<Value>,
    ) -> Outcome {
        self.inline_with(instruction, function, bytecode, arguments, popped, (owner, 0))
    }

    /// As [`Self::inline`], with flags for the callee's frame should the interpreter have to finish it.
    pub(super) fn inline_flagged(
        &mut self,
        instruction: &Instruction,
        function: Gc<Function>,
        bytecode: Rc<Bytecode>,
        arguments: &[Value],
        popped: u32,
        flags: u32,
    ) -> Outcome {
        self.inline_with(instruction, function, bytecode, arguments, popped, (None, flags))
    }

    fn inline_with(
        &mut self,
        instruction: &Instruction,
        function: Gc<Function>,
        bytecode: Rc<Bytecode>,
        arguments: &[Value],
        popped: u32,
        (owner, flags): (Option<Value>, u32),
    ) -> Outcome {
        let parent = self.caller_state(instruction, popped)?;
        let mut frame = self.new_frame(
            function.code,
            function.value(),
            function.globals,
            function.builtins,
            bytecode,
            Some(parent),
        );
        self.hir.frames[frame.number.index()].record.flags = flags;
        let returns = self.hir.add_block();
        let result = self.hir.add_parameter(returns, Representation::Tagged);
        frame.returns = Some(returns);
        frame.owner = owner;
        for (index, argument) in arguments.iter().enumerate() {
            frame.locals[index] = Slot::Value(*argument);
            frame.fixed.push(!frame.bytecode.sets(index));
        }
        self.frames.push(frame);
        self.goto(0)?;
        self.run_frame()?;
        self.frames.pop();
        self.start(returns);
        for _ in 0..popped {
            self.pop_slot()?;
        }
        self.push(result);
        Ok(())
    }

    /// The caller's frame while a callee runs: its operands gone, the call its current instruction.
    fn caller_state(&mut self, instruction: &Instruction, popped: u32) -> Outcome<StateId> {
        let locals = self.frame().locals.clone();
        let stack = self.frame().stack.clone();
        let kept = stack.len().checked_sub(popped as usize).ok_or("the stack is too short")?;
        Ok(self.make_state(instruction.pc, &locals, &stack[..kept]))
    }

    /// A property's getter.
    pub(super) fn call_property(
        &mut self,
        instruction: &Instruction,
        getter: Gc<Function>,
        object: Value,
        wants_method: bool,
    ) -> Outcome {
        if wants_method {
            return self.general(instruction);
        }
        match self.bind(getter, &[object]) {
            Some(bound) => self.call_function(instruction, getter, &bound, 1, None),
            None => self.general(instruction),
        }
    }

    fn call_class(
        &mut self,
        instruction: &Instruction,
        class: Gc<TypeObject>,
        arguments: &[Value],
    ) -> Outcome {
        if !self.is_general() && self.call_builtin_class(instruction, class, arguments)? {
            return Ok(());
        }
        let receiver = self.peek_slot(instruction.operand as usize + 1)?;
        let Some(initializer) = python_initializer(class) else { return self.general(instruction) };
        if receiver != Slot::Absent || class.flags & TYPE_HAS_FINALIZER != 0 || allocation_size(class) > 256 {
            return self.general(instruction);
        }
        let bytecode = match Bytecode::of(initializer.code) {
            Ok(bytecode) if self.may_inline(initializer, &bytecode) => bytecode,
            _ => return self.general(instruction),
        };
        drop(bytecode);
        self.keep(class.value());
        self.assume(Assumption::Class { class: class.value().0 });
        let header = size_of::<Header>();
        let size = allocation_size(class);
        let null = self.constant(Word::NULL);
        let slots = vec![null; (size - header) / 8];
        let immediates = [i64::from(class.root_shape), pack_instance(size as u32, header as u32)];
        let instance = self.emit(Opcode::NewInstance, &slots, immediates);
        self.set_type(instance, Type::shaped(Kinds::OBJECT, class.root_shape));
        let mut all = vec![instance];
        all.extend_from_slice(arguments);
        match self.bind(initializer, &all) {
            Some(bound) => {
                self.call_function(instruction, initializer, &bound, instruction.operand + 2, Some(instance))
            }
            None => self.general(instruction),
        }
    }
}
