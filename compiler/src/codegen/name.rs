//! Loading, storing and deleting names.

use super::Generator;
use super::unit::ScopeKind;
use crate::ast::ExprContext;
use crate::instruction_sequence::Location;
use crate::names::Name;
use crate::opcode::Opcode;
use crate::symbols::{BlockKind, Scope};

/// The family of instructions that reaches a name.
enum Access {
    Fast,
    Cell(u32),
    Global,
    Name,
}

impl Generator<'_, '_> {
    /// The name as the current class mangles it.
    pub(super) fn mangle(&mut self, name: Name) -> Name {
        if self.unit.private.is_some() && self.table.mangles(self.unit.block, name) {
            self.names.mangle(self.unit.private, name)
        } else {
            name
        }
    }

    pub(super) fn load_name(&mut self, name: Name, location: Location) {
        self.name(name, ExprContext::Load, location);
    }

    pub(super) fn store_name(&mut self, name: Name, location: Location) {
        self.name(name, ExprContext::Store, location);
    }

    pub(super) fn delete_name(&mut self, name: Name, location: Location) {
        self.name(name, ExprContext::Del, location);
    }

    pub(super) fn name(&mut self, name: Name, context: ExprContext, location: Location) {
        let mangled = self.mangle(name);
        let scope = self.block().scope(mangled);
        let access = self.access(mangled, scope);
        let opcode = match access {
            Access::Fast => {
                let opcode = choose(context, Opcode::LoadFast, Opcode::StoreFast, Opcode::DeleteFast);
                let index = self.unit.varname_index(mangled);
                return self.emit_with(opcode, index, location);
            }
            Access::Cell(index) => return self.cell(index, context, location),
            Access::Global if context == ExprContext::Load => {
                let block = self.block();
                if block.can_see_class_scope && scope == Scope::GlobalImplicit {
                    // CPython resolves the name before it loads the class's namespace.
                    let index = self.unit.name_index(mangled);
                    self.load_classdict(location);
                    return self.emit_with(Opcode::LoadFromDictOrGlobals, index, location);
                }
                Opcode::LoadGlobal
            }
            Access::Global => choose(context, Opcode::LoadGlobal, Opcode::StoreGlobal, Opcode::DeleteGlobal),
            Access::Name if context == ExprContext::Load => {
                if self.block().kind == BlockKind::Class && self.unit.inlined_comprehensions > 0 {
                    Opcode::LoadGlobal
                } else {
                    Opcode::LoadName
                }
            }
            Access::Name => choose(context, Opcode::LoadName, Opcode::StoreName, Opcode::DeleteName),
        };
        let mut index = self.unit.name_index(mangled);
        if opcode == Opcode::LoadGlobal {
            index <<= 1;
        }
        self.emit_with(opcode, index, location);
    }

    fn access(&mut self, mangled: Name, scope: Scope) -> Access {
        match scope {
            Scope::Free => Access::Cell(self.unit.free_index(mangled)),
            Scope::Cell => Access::Cell(self.unit.cell_index(mangled)),
            Scope::Local if self.is_function_like() || self.unit.fast_hidden.get(&mangled) == Some(&true) => {
                Access::Fast
            }
            Scope::GlobalImplicit if self.is_function_like() => Access::Global,
            Scope::GlobalExplicit => Access::Global,
            _ => Access::Name,
        }
    }

    fn cell(&mut self, index: u32, context: ExprContext, location: Location) {
        let mut opcode = choose(context, Opcode::LoadDeref, Opcode::StoreDeref, Opcode::DeleteDeref);
        if context == ExprContext::Load {
            let block = self.block();
            if block.kind == BlockKind::Class && self.unit.inlined_comprehensions == 0 {
                opcode = Opcode::LoadFromDictOrDeref;
                self.emit(Opcode::LoadLocals, location);
            } else if block.can_see_class_scope {
                opcode = Opcode::LoadFromDictOrDeref;
                self.load_classdict(location);
            }
        }
        self.emit_with(opcode, index, location);
    }

    fn load_classdict(&mut self, location: Location) {
        let index = self.unit.free_index(Name::CLASSDICT);
        self.emit_with(Opcode::LoadDeref, index, location);
    }

    /// Where a name of an enclosed function's closure comes from.
    pub(super) fn reference_scope(&self, name: Name) -> Scope {
        let class_cells = [Name::CLASS, Name::CLASSDICT, Name::CONDITIONAL_ANNOTATIONS];
        if self.unit.kind == ScopeKind::Class && class_cells.contains(&name) {
            return Scope::Cell;
        }
        self.block().scope(name)
    }

    /// The index of the cell that an enclosed function's free variable is.
    pub(super) fn closure_index(&mut self, name: Name) -> u32 {
        match self.reference_scope(name) {
            Scope::Cell => self.unit.cell_index(name),
            _ => self.unit.free_index(name),
        }
    }

    /// Emits an instruction on an attribute or the like, whose operand is an index into the names.
    pub(super) fn emit_name(&mut self, opcode: Opcode, name: Name, location: Location) {
        let mangled = self.mangle(name);
        let index = self.unit.name_index(mangled);
        let argument = if opcode == Opcode::LoadAttr { index << 1 } else { index };
        self.emit_with(opcode, argument, location);
    }

    pub(super) fn load_method(&mut self, name: Name, location: Location) {
        let mangled = self.mangle(name);
        let index = self.unit.name_index(mangled);
        self.emit_with(Opcode::LoadAttr, index << 1 | 1, location);
    }

    /// An attribute of `super()`; `explicit` if it was called with arguments.
    pub(super) fn load_super(&mut self, name: Name, method: bool, explicit: bool, location: Location) {
        let mangled = self.mangle(name);
        let index = self.unit.name_index(mangled);
        self.emit_with(
            Opcode::LoadSuperAttr,
            index << 2 | u32::from(explicit) << 1 | u32::from(method),
            location,
        );
    }
}

fn choose(context: ExprContext, load: Opcode, store: Opcode, delete: Opcode) -> Opcode {
    match context {
        ExprContext::Load => load,
        ExprContext::Store => store,
        ExprContext::Del => delete,
    }
}
