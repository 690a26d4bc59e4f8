//! Classes.

use super::Generator;
use super::unit::{ScopeKind, UnitStart};
use crate::ast::*;
use crate::constant::Constant as Value;
use crate::error::Result;
use crate::opcode::{Intrinsic1, Opcode};
use crate::symbols::Key;

impl<'a> Generator<'a, '_> {
    pub(super) fn class(&mut self, node: &'a ClassDef<'a>, location: Location) -> Result<()> {
        self.decorators(node.decorators)?;
        let line = node.decorators.first().map_or(location.line, |decorator| decorator.location.line);
        if node.type_params.is_empty() {
            self.class_function(node, line, location)?;
            self.call_with(2, node.bases, None, node.keywords, location)?;
        } else {
            self.enter_type_params(node.name, node.type_params, line, Some(node.name));
            self.type_params(node.type_params)?;
            self.store_name(Name::DOT_TYPE_PARAMS, location);
            self.class_function(node, line, location)?;
            self.load_name(Name::DOT_TYPE_PARAMS, location);
            self.emit_with(Opcode::CallIntrinsic1, Intrinsic1::SubscriptGeneric as u32, location);
            self.store_name(Name::DOT_GENERIC_BASE, location);
            self.call_with(2, node.bases, Some(Name::DOT_GENERIC_BASE), node.keywords, location)?;
            let code = self.finish(false)?;
            self.make_closure(code, 0, location);
            self.emit(Opcode::PushNull, location);
            self.emit_with(Opcode::Call, 0, location);
        }
        self.apply_decorators(node.decorators);
        self.store_name(node.name, location);
        Ok(())
    }

    /// Pushes `__build_class__` and its first arguments: the function of the class's body, and the name.
    fn class_function(&mut self, node: &'a ClassDef<'a>, line: i32, location: Location) -> Result<()> {
        let block = self.table.lookup(Key::class(node));
        self.enter(UnitStart { name: node.name, kind: ScopeKind::Class, block, line }, Some(node.name));
        self.class_prologue(node, line);
        self.body(node.body, Location::new(line, line, 0, 0), false)?;
        self.class_epilogue();
        let code = self.finish(true)?;
        self.emit(Opcode::LoadBuildClass, location);
        self.emit(Opcode::PushNull, location);
        self.make_closure(code, 0, location);
        self.load_name_constant(node.name, location);
        Ok(())
    }

    fn class_prologue(&mut self, node: &'a ClassDef<'a>, line: i32) {
        let location = Location::new(line, line, 0, 0);
        self.load_name(Name::NAME, location);
        self.store_name(Name::MODULE, location);
        let qualname = self.unit.qualname.clone();
        self.load_constant(Value::Str(qualname), location);
        self.store_name(Name::QUALNAME, location);
        self.load_constant(Value::Int(i64::from(line)), location);
        self.store_name(Name::FIRSTLINENO, location);
        if !node.type_params.is_empty() {
            self.load_name(Name::DOT_TYPE_PARAMS, location);
            self.store_name(Name::TYPE_PARAMS, location);
        }
        if self.block().needs_classdict {
            self.emit(Opcode::LoadLocals, location);
            let cell = self.unit.cell_index(Name::CLASSDICT);
            self.emit_with(Opcode::StoreDeref, cell, location);
        }
        if self.block().has_conditional_annotations {
            self.emit_with(Opcode::BuildSet, 0, location);
            let cell = self.unit.cell_index(Name::CONDITIONAL_ANNOTATIONS);
            self.emit_with(Opcode::StoreDeref, cell, location);
        }
    }

    fn class_epilogue(&mut self) {
        let mut attributes: Vec<Name> = self.unit.static_attributes.iter().copied().collect();
        attributes.sort_unstable_by_key(|&name| self.names.text(name));
        let attributes = self.name_tuple(attributes);
        self.load_constant(attributes, Location::NONE);
        self.store_name(Name::STATIC_ATTRIBUTES, Location::NONE);
        if self.block().needs_classdict {
            let cell = self.unit.cell_index(Name::CLASSDICT);
            self.emit_with(Opcode::LoadClosure, cell, Location::NONE);
            self.store_name(Name::CLASSDICTCELL, Location::NONE);
        }
        if self.block().needs_class_closure {
            let cell = self.unit.cell_index(Name::CLASS);
            self.emit_with(Opcode::LoadClosure, cell, Location::NONE);
            self.emit_with(Opcode::Copy, 1, Location::NONE);
            self.store_name(Name::CLASSCELL, Location::NONE);
        } else {
            self.load_none(Location::NONE);
        }
        self.emit(Opcode::ReturnValue, Location::NONE);
    }
}
