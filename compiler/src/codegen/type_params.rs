//! Type parameters and type aliases.

use super::Generator;
use super::unit::{ScopeKind, UnitStart};
use crate::ast::*;
use crate::constant::Constant as Value;
use crate::error::{Problem, Result};
use crate::opcode::{FunctionAttribute, Intrinsic1, Intrinsic2, Opcode};
use crate::symbols::{BlockId, Key};

impl<'a> Generator<'a, '_> {
    /// Begins the function that makes something generic called `name`.
    pub(super) fn enter_type_params(
        &mut self,
        name: Name,
        params: &'a [TypeParam<'a>],
        line: i32,
        private: Option<Name>,
    ) {
        let name = self.names.intern(&format!("<generic parameters of {}>", self.names.text(name)));
        let block = self.table.lookup(Key::type_params(params));
        self.enter(UnitStart { name, kind: ScopeKind::Annotations, block, line }, private);
    }

    /// Makes the type parameters, binds them, and leaves a tuple of them.
    pub(super) fn type_params(&mut self, params: &'a [TypeParam<'a>]) -> Result<()> {
        let Some(first) = params.first() else { return Ok(()) };
        let mut seen_default = false;
        for param in params {
            let location = param.location;
            self.load_name_constant(param.name, location);
            match &param.kind {
                TypeParamKind::TypeVar { bound: Some(bound) } => {
                    let block = self.table.lookup(Key::bound(param));
                    self.bound_or_default(bound, param.name, block, false)?;
                    let intrinsic = match bound.kind {
                        ExprKind::Tuple { .. } => Intrinsic2::TypeVarWithConstraints,
                        _ => Intrinsic2::TypeVarWithBound,
                    };
                    self.emit_with(Opcode::CallIntrinsic2, intrinsic as u32, location);
                }
                kind => {
                    let intrinsic = match kind {
                        TypeParamKind::TypeVar { .. } => Intrinsic1::TypeVar,
                        TypeParamKind::TypeVarTuple => Intrinsic1::TypeVarTuple,
                        TypeParamKind::ParamSpec => Intrinsic1::ParamSpec,
                    };
                    self.emit_with(Opcode::CallIntrinsic1, intrinsic as u32, location);
                }
            }
            if let Some(default) = &param.default {
                seen_default = true;
                let block = self.table.lookup(Key::default(param));
                let starred = matches!(param.kind, TypeParamKind::TypeVarTuple);
                self.bound_or_default(default, param.name, block, starred)?;
                self.emit_with(Opcode::CallIntrinsic2, Intrinsic2::SetTypeParamDefault as u32, location);
            } else if seen_default {
                let text = self.names.text(param.name);
                let message = format!("non-default type parameter '{text}' follows default type parameter");
                return Err(Problem::syntax(message, location));
            }
            self.emit_with(Opcode::Copy, 1, location);
            self.store_name(param.name, location);
        }
        self.emit_with(Opcode::BuildTuple, params.len() as u32, first.location);
        Ok(())
    }

    /// The function that evaluates a bound or default.
    fn bound_or_default(
        &mut self,
        value: &'a Expr<'a>,
        name: Name,
        block: BlockId,
        starred: bool,
    ) -> Result<()> {
        let location = value.location;
        self.load_constant(Value::tuple([Value::Int(1)]), location);
        self.enter_annotation_scope(name, block, location);
        match value.kind {
            ExprKind::Starred { value, .. } if starred => {
                self.expression(value)?;
                self.emit_with(Opcode::UnpackSequence, 1, location);
            }
            _ => self.expression(value)?,
        }
        self.emit(Opcode::ReturnValue, location);
        let code = self.finish(true)?;
        self.make_closure(code, FunctionAttribute::Defaults as u32, location);
        Ok(())
    }

    pub(super) fn type_alias(&mut self, node: &'a TypeAlias<'a>, location: Location) -> Result<()> {
        let generic = !node.type_params.is_empty();
        if generic {
            self.enter_type_params(node.name, node.type_params, location.line, None);
            self.load_name_constant(node.name, location);
            self.type_params(node.type_params)?;
        } else {
            self.load_name_constant(node.name, location);
            self.load_none(location);
        }
        self.type_alias_value(node, location)?;
        if generic {
            let code = self.finish(false)?;
            self.make_closure(code, 0, location);
            self.emit(Opcode::PushNull, location);
            self.emit_with(Opcode::Call, 0, location);
        }
        self.store_name(node.name, location);
        Ok(())
    }

    fn type_alias_value(&mut self, node: &'a TypeAlias<'a>, location: Location) -> Result<()> {
        self.load_constant(Value::tuple([Value::Int(1)]), location);
        let block = self.table.lookup(Key::type_alias(node));
        self.enter_annotation_scope(node.name, block, location);
        self.expression(&node.value)?;
        self.emit(Opcode::ReturnValue, location);
        let code = self.finish(false)?;
        self.make_closure(code, FunctionAttribute::Defaults as u32, location);
        self.emit_with(Opcode::BuildTuple, 3, location);
        self.emit_with(Opcode::CallIntrinsic1, Intrinsic1::TypeAlias as u32, location);
        Ok(())
    }
}
