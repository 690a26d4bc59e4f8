//! Calls with keyword arguments. The names are a constant, so that which parameter gets which value is known where the callee is.

use super::bytecode::Instruction;
use super::{Builder, Outcome, Slot};
use crate::hir::{Opcode, Value};
use taipan_compiler::code::CodeFlags;
use taipan_runtime::assumptions::Assumption;
use taipan_runtime::object::function::Function;
use taipan_runtime::object::kind::ObjectKind;
use taipan_runtime::object::pointer::Gc;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::value::Value as Word;

impl Builder<'_> {
    /// CALL_KW: callable, receiver or NULL, arguments (those with names last), the names.
    pub(super) fn call_keywords(&mut self, instruction: &Instruction) -> Outcome {
        match self.bound_keywords(instruction)? {
            Some((function, bound)) => {
                self.call_function(instruction, function, &bound, instruction.operand + 3, None)
            }
            None => self.general(instruction),
        }
    }

    /// The callee and its locals, if both are known.
    fn bound_keywords(&mut self, instruction: &Instruction) -> Outcome<Option<(Gc<Function>, Vec<Value>)>> {
        let count = instruction.operand as usize;
        let (Slot::Value(names), Slot::Value(callable)) = (self.peek_slot(1)?, self.peek_slot(count + 3)?)
        else {
            return Ok(None);
        };
        let (Some(names), Some(callable)) = (self.known(names), self.known(callable)) else {
            return Ok(None);
        };
        if callable.kind() != Some(ObjectKind::Function) || names.kind() != Some(ObjectKind::Tuple) {
            return Ok(None);
        }
        let mut arguments = Vec::with_capacity(count + 1);
        let receiver = self.peek_slot(count + 2)?;
        if receiver != Slot::Absent {
            arguments.push(self.slot_value(receiver)?);
        }
        for depth in (2..=count + 1).rev() {
            let slot = self.peek_slot(depth)?;
            arguments.push(self.slot_value(slot)?);
        }
        let function = callable.cast::<Function>();
        Ok(self.bind_names(function, &arguments, names.cast()).map(|bound| (function, bound)))
    }

    /// The locals of a function that packs the positional arguments that it has no parameter for.
    pub(super) fn bind_packed(&mut self, function: Gc<Function>, arguments: &[Value]) -> Option<Vec<Value>> {
        let code = function.code;
        let flags = CodeFlags(code.flags);
        let wanted = code.argument_count as usize;
        let packs = flags.intersects(CodeFlags::VARARGS)
            && !flags.intersects(CodeFlags::VARKEYWORDS)
            && code.keyword_only_count == 0
            && !flags.is_generator_like();
        if !packs {
            return None;
        }
        self.keep(function.value());
        self.assume(Assumption::Function { function: function.value().0 });
        let (given, rest) = arguments.split_at(arguments.len().min(wanted));
        let mut locals = given.to_vec();
        for index in given.len()..wanted {
            let default = default_of(function, index)?;
            locals.push(self.constant(default));
        }
        let packed = match rest {
            [] => self.constant(Tuple::empty().value()),
            rest => self.op(Opcode::NewTuple, rest),
        };
        locals.push(packed);
        Some(locals)
    }

    /// The locals of all parameters of a function without `*` and `**`, where arguments and defaults fit them.
    fn bind_names(
        &mut self,
        function: Gc<Function>,
        arguments: &[Value],
        names: Gc<Tuple>,
    ) -> Option<Vec<Value>> {
        let code = function.code;
        let flags = CodeFlags(code.flags);
        let collects = flags.intersects(CodeFlags::VARARGS) || flags.intersects(CodeFlags::VARKEYWORDS);
        if collects || flags.is_generator_like() {
            return None;
        }
        let wanted = code.argument_count as usize;
        let parameters = wanted + code.keyword_only_count as usize;
        let positional = arguments.len().checked_sub(names.length)?;
        if positional > wanted {
            return None;
        }
        let mut bound: Vec<Option<Value>> = vec![None; parameters];
        for (index, argument) in arguments[..positional].iter().enumerate() {
            bound[index] = Some(*argument);
        }
        let known = &code.local_names.items()[..parameters];
        for (name, argument) in names.items().iter().zip(&arguments[positional..]) {
            let index = known.iter().position(|parameter| parameter == name)?;
            if index < code.positional_only_count as usize || bound[index].is_some() {
                return None;
            }
            bound[index] = Some(*argument);
        }
        self.keep(function.value());
        self.assume(Assumption::Function { function: function.value().0 });
        let mut locals = Vec::with_capacity(parameters);
        for (index, argument) in bound.into_iter().enumerate() {
            locals.push(match argument {
                Some(argument) => argument,
                None => {
                    let default = default_of(function, index)?;
                    self.constant(default)
                }
            });
        }
        Some(locals)
    }
}

/// The default of a positional parameter.
fn default_of(function: Gc<Function>, index: usize) -> Option<Word> {
    let code = function.code;
    let wanted = code.argument_count as usize;
    if index < wanted {
        let defaults = function.default_values();
        return (index + defaults.len()).checked_sub(wanted).map(|at| defaults[at]);
    }
    // The dict of the others' defaults can change without the function being told.
    None
}
