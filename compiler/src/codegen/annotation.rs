//! `__annotate__` functions, and annotations as text.

use super::Generator;
use super::unit::{ScopeKind, UnitStart};
use crate::ast::*;
use crate::constant::Constant as Value;
use crate::error::Result;
use crate::opcode::{CommonConstant, Comparison, FunctionAttribute, Opcode};
use crate::symbols::{BlockId, BlockKind, Key};
use crate::text::Text;

/// `annotationlib.Format.VALUE_WITH_FAKE_GLOBALS`
const VALUE_WITH_FAKE_GLOBALS: i64 = 2;

impl<'a> Generator<'a, '_> {
    /// Begins a function of the format wanted; formats that it doesn't know raise NotImplementedError.
    pub(super) fn enter_annotation_scope(&mut self, name: Name, block: BlockId, location: Location) {
        self.enter(UnitStart { name, kind: ScopeKind::Annotations, block, line: location.line }, None);
        self.unit.posonlyargcount = 1;
        self.emit_with(Opcode::LoadFast, 0, location);
        self.load_constant(Value::Int(VALUE_WITH_FAKE_GLOBALS), location);
        self.emit_with(Opcode::CompareOp, Comparison::Greater.operand(), location);
        let body = self.new_label();
        self.jump(Opcode::PopJumpIfFalse, body, location);
        self.emit_with(Opcode::LoadCommonConstant, CommonConstant::NotImplementedError as u32, location);
        self.emit_with(Opcode::RaiseVarargs, 1, location);
        self.use_label(body);
    }

    /// Ends an `__annotate__` function and leaves it on the stack.
    fn leave_annotation_scope(&mut self, attributes: u32, location: Location) -> Result<()> {
        self.emit(Opcode::ReturnValue, location);
        let mut code = self.finish(true)?;
        // The parameter's name can't clash with one in the annotations, but is to be seen as `format`.
        if let Some(parameter) = code.localsplus_names.first_mut() {
            *parameter = Text::from("format");
        }
        self.make_closure(code, attributes, location);
        Ok(())
    }

    /// The `__annotate__` function of the current class or module.
    pub(super) fn deferred_annotations(&mut self, location: Location) -> Result<()> {
        let annotations = std::mem::take(&mut self.unit.deferred_annotations);
        if annotations.is_empty() {
            return Ok(());
        }
        let Some(block) = self.block().annotation_block else { return Ok(()) };
        let is_module = self.unit.kind == ScopeKind::Module;
        let is_class = self.block().kind == BlockKind::Class;
        let in_class = self.unit.kind == ScopeKind::Class;
        if is_module {
            self.unit.stashed = Some(std::mem::take(&mut self.unit.sequence));
        }
        self.enter_annotation_scope(Name::ANNOTATE, block, location);
        self.emit_with(Opcode::BuildMap, 0, location);
        for annotation in annotations {
            let ExprKind::Name { id, .. } = annotation.assignment.target.kind else { continue };
            let at = annotation.location;
            let mangled = self.names.mangle(self.unit.private, id);
            let not_set = self.new_label();
            if let Some(index) = annotation.condition {
                self.load_constant(Value::Int(index), at);
                if in_class {
                    let cell = self.unit.free_index(Name::CONDITIONAL_ANNOTATIONS);
                    self.emit_with(Opcode::LoadDeref, cell, at);
                } else {
                    let name = self.unit.name_index(Name::CONDITIONAL_ANNOTATIONS);
                    // CPython forgets the shift here: the bit that asks for a null is the name's.
                    self.emit_with(Opcode::LoadGlobal, name, at);
                }
                self.emit_with(Opcode::ContainsOp, 0, at);
                self.jump(Opcode::PopJumpIfFalse, not_set, at);
            }
            self.expression(annotation.assignment.annotation)?;
            self.emit_with(Opcode::Copy, 2, at);
            self.load_name_constant(mangled, at);
            self.emit(Opcode::StoreSubscr, location);
            self.use_label(not_set);
        }
        self.leave_annotation_scope(0, location)?;
        self.store_name(if is_class { Name::ANNOTATE_FUNC } else { Name::ANNOTATE }, location);
        if let Some(own) = self.unit.stashed.take() {
            let annotations = std::mem::replace(&mut self.unit.sequence, own);
            self.unit.sequence.annotations = Some(Box::new(annotations));
        }
        Ok(())
    }

    /// The `__annotate__` function of a function, if it has annotations; gives the attribute that it is for.
    pub(super) fn function_annotations(
        &mut self,
        node: &'a FunctionDef<'a>,
        location: Location,
    ) -> Result<u32> {
        let block = self.table.lookup(Key::annotations(&node.args));
        if !self.table.block(block).annotations_used {
            return Ok(0);
        }
        let name = self.table.block(block).name;
        self.enter_annotation_scope(name, block, location);
        let args = &node.args;
        let all = args
            .args
            .iter()
            .chain(args.posonlyargs)
            .chain(args.vararg)
            .chain(args.kwonlyargs)
            .chain(args.kwarg);
        let mut count = 0;
        for arg in all {
            if let Some(annotation) = &arg.annotation {
                self.argument_annotation(arg.name, annotation, location)?;
                count += 1;
            }
        }
        if let Some(returns) = node.returns {
            self.argument_annotation(Name::RETURN, returns, location)?;
            count += 1;
        }
        self.emit_with(Opcode::BuildMap, count, location);
        self.leave_annotation_scope(0, location)?;
        Ok(FunctionAttribute::Annotate as u32)
    }

    fn argument_annotation(
        &mut self,
        name: Name,
        annotation: &'a Expr<'a>,
        location: Location,
    ) -> Result<()> {
        let mangled = self.mangle(name);
        self.load_name_constant(mangled, location);
        if self.context.future_annotations {
            self.annotation_text(annotation);
            return Ok(());
        }
        match annotation.kind {
            // `*args: *Ts`
            ExprKind::Starred { value, .. } => {
                self.expression(value)?;
                self.emit_with(Opcode::UnpackSequence, 1, location);
                Ok(())
            }
            _ => self.expression(annotation),
        }
    }

    /// Loads the annotation's source text.
    pub(super) fn annotation_text(&mut self, annotation: &'a Expr<'a>) {
        let text = super::unparse::unparse(annotation, self.names);
        self.load_constant(Value::Str(text), annotation.location);
    }
}
