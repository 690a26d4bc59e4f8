//! Functions and lambdas.

use super::Generator;
use super::control_flow::FrameKind;
use super::unit::{ScopeKind, UnitStart};
use crate::ast::*;
use crate::code::CodeObject;
use crate::error::Result;
use crate::opcode::{FunctionAttribute, Intrinsic1, Intrinsic2, Opcode};
use crate::symbols::Key;

impl<'a> Generator<'a, '_> {
    /// Makes a function of `code`; the values that `attributes` asks for are on the stack.
    pub(super) fn make_closure(&mut self, code: CodeObject, mut attributes: u32, location: Location) {
        let free = self.free_names(&code);
        if !free.is_empty() {
            for &name in &free {
                let index = self.closure_index(name);
                self.emit_with(Opcode::LoadClosure, index, location);
            }
            attributes |= FunctionAttribute::Closure as u32;
            self.emit_with(Opcode::BuildTuple, free.len() as u32, location);
        }
        let code = self.code_constant(code);
        self.load_constant(code, location);
        self.emit(Opcode::MakeFunction, location);
        for attribute in [
            FunctionAttribute::Closure,
            FunctionAttribute::Annotations,
            FunctionAttribute::Annotate,
            FunctionAttribute::KeywordDefaults,
            FunctionAttribute::Defaults,
        ] {
            if attributes & attribute as u32 != 0 {
                self.emit_with(Opcode::SetFunctionAttribute, attribute as u32, location);
            }
        }
    }

    /// The free variables of a code object, in the order of its closure.
    fn free_names(&mut self, code: &CodeObject) -> Vec<Name> {
        let all = code.localsplus_names.iter().zip(&code.localsplus_kinds);
        all.filter(|(_, kind)| *kind & crate::code::local_kind::FREE != 0)
            .map(|(name, _)| self.names.intern(&name.to_string_lossy()))
            .collect()
    }

    pub(super) fn decorators(&mut self, decorators: &'a [Expr<'a>]) -> Result<()> {
        self.expressions(decorators)
    }

    pub(super) fn apply_decorators(&mut self, decorators: &'a [Expr<'a>]) {
        for decorator in decorators.iter().rev() {
            self.emit_with(Opcode::Call, 0, decorator.location);
        }
    }

    /// Pushes the defaults of parameters; gives the function attributes that they are for.
    fn defaults(&mut self, args: &'a Arguments<'a>, location: Location) -> Result<u32> {
        let mut attributes = 0;
        if !args.defaults.is_empty() {
            self.expressions(args.defaults)?;
            self.emit_with(Opcode::BuildTuple, args.defaults.len() as u32, location);
            attributes |= FunctionAttribute::Defaults as u32;
        }
        let mut count = 0;
        for (arg, default) in args.kwonlyargs.iter().zip(args.kw_defaults) {
            if let Some(default) = default {
                let mangled = self.mangle(arg.name);
                self.load_name_constant(mangled, location);
                self.expression(default)?;
                count += 1;
            }
        }
        if count > 0 {
            self.emit_with(Opcode::BuildMap, count, location);
            attributes |= FunctionAttribute::KeywordDefaults as u32;
        }
        Ok(attributes)
    }

    pub(super) fn function(&mut self, node: &'a FunctionDef<'a>, location: Location) -> Result<()> {
        self.decorators(node.decorators)?;
        let line = node.decorators.first().map_or(location.line, |decorator| decorator.location.line);
        let attributes = self.defaults(&node.args, location)?;
        if node.type_params.is_empty() {
            self.plain_function(node, attributes, line, location)?;
        } else {
            self.generic_function(node, attributes, line, location)?;
        }
        self.apply_decorators(node.decorators);
        self.store_name(node.name, location);
        Ok(())
    }

    fn plain_function(
        &mut self,
        node: &'a FunctionDef<'a>,
        attributes: u32,
        line: i32,
        location: Location,
    ) -> Result<()> {
        let annotate = self.function_annotations(node, location)?;
        self.function_body(node, attributes | annotate, line, location)
    }

    /// The function is made by another one, which has the type parameters and takes the defaults as arguments.
    fn generic_function(
        &mut self,
        node: &'a FunctionDef<'a>,
        attributes: u32,
        line: i32,
        location: Location,
    ) -> Result<()> {
        let passed = [FunctionAttribute::Defaults, FunctionAttribute::KeywordDefaults];
        let count = passed.iter().filter(|attribute| attributes & **attribute as u32 != 0).count() as u32;
        if count == 2 {
            self.emit_with(Opcode::Swap, 2, location);
        }
        self.enter_type_params(node.name, node.type_params, line, None);
        self.unit.argcount = count;
        self.type_params(node.type_params)?;
        for index in 0..count {
            self.emit_with(Opcode::LoadFast, index, location);
        }
        self.plain_function(node, attributes, line, location)?;
        self.emit_with(Opcode::Swap, 2, location);
        self.emit_with(Opcode::CallIntrinsic2, Intrinsic2::SetFunctionTypeParams as u32, location);
        let code = self.finish(false)?;
        self.make_closure(code, 0, location);
        if count > 0 {
            self.emit_with(Opcode::Swap, count + 1, location);
            self.emit_with(Opcode::Call, count - 1, location);
        } else {
            self.emit(Opcode::PushNull, location);
            self.emit_with(Opcode::Call, 0, location);
        }
        Ok(())
    }

    fn set_argument_counts(&mut self, args: &Arguments) {
        self.unit.argcount = args.args.len() as u32;
        self.unit.posonlyargcount = args.posonlyargs.len() as u32;
        self.unit.kwonlyargcount = args.kwonlyargs.len() as u32;
    }

    fn function_body(
        &mut self,
        node: &'a FunctionDef<'a>,
        attributes: u32,
        line: i32,
        location: Location,
    ) -> Result<()> {
        let kind = if node.is_async { ScopeKind::AsyncFunction } else { ScopeKind::Function };
        let block = self.table.lookup(Key::function(node));
        self.enter(UnitStart { name: node.name, kind, block, line }, None);
        self.set_argument_counts(&node.args);
        let mut body = node.body;
        if self.block().has_docstring
            && let Some((text, _)) = docstring(body)
        {
            // The docstring is the first constant.
            let text = self.clean_docstring(text)?;
            self.unit.constant_index(text);
            body = &body[1..];
        }
        let block = self.block();
        let is_generator = block.coroutine || block.generator;
        if is_generator {
            self.push_frame(FrameKind::StopIteration, Location::NONE)?;
        }
        self.statements(body)?;
        if is_generator {
            self.wrap_in_stop_iteration_handler();
            self.pop_frame();
        }
        let code = self.finish(true)?;
        self.make_closure(code, attributes, location);
        Ok(())
    }

    /// A StopIteration that leaves a generator becomes a RuntimeError.
    pub(super) fn wrap_in_stop_iteration_handler(&mut self) {
        let handler = self.new_label();
        self.unit.sequence.insert(0, Opcode::SetupCleanup, handler.0, Location::NONE);
        self.load_none(Location::NONE);
        self.emit(Opcode::ReturnValue, Location::NONE);
        self.use_label(handler);
        self.emit_with(Opcode::CallIntrinsic1, Intrinsic1::StopIterationError as u32, Location::NONE);
        self.emit_with(Opcode::Reraise, 1, Location::NONE);
    }

    pub(super) fn lambda(
        &mut self,
        args: &'a Arguments<'a>,
        body: &'a Expr<'a>,
        location: Location,
    ) -> Result<()> {
        let attributes = self.defaults(args, location)?;
        let block = self.table.lookup(Key::lambda(args));
        self.enter(
            UnitStart { name: Name::LAMBDA, kind: ScopeKind::Lambda, block, line: location.line },
            None,
        );
        self.set_argument_counts(args);
        self.expression(body)?;
        let is_generator = self.block().generator;
        if !is_generator {
            self.emit(Opcode::ReturnValue, body.location);
        }
        let code = self.finish(!is_generator)?;
        self.make_closure(code, attributes, location);
        Ok(())
    }
}
