//! `import` and `from ... import`.

use super::Generator;
use crate::ast::*;
use crate::constant::Constant as Value;
use crate::opcode::{Intrinsic1, Opcode};

impl Generator<'_, '_> {
    pub(super) fn import(&mut self, aliases: &[Alias], location: Location) {
        for alias in aliases {
            self.load_constant(Value::Int(0), location);
            self.load_none(location);
            self.emit_name(Opcode::ImportName, alias.name, location);
            let parts = self.names.text(alias.name).split('.');
            match alias.asname {
                None => {
                    let first = parts.into_iter().next().unwrap_or_default();
                    let first = self.names.intern(first);
                    self.store_name(first, location);
                }
                Some(bound) => self.import_as(parts.skip(1).collect(), bound, location),
            }
        }
    }

    /// Binds the module at the end of a dotted name; the top of the stack is the first one.
    fn import_as(&mut self, rest: Vec<&str>, bound: Name, location: Location) {
        for (index, part) in rest.iter().enumerate() {
            if index > 0 {
                self.emit_with(Opcode::Swap, 2, location);
                self.emit(Opcode::PopTop, location);
            }
            let part = self.names.intern(part);
            let name = self.unit.name_index(part);
            self.emit_with(Opcode::ImportFrom, name, location);
        }
        self.store_name(bound, location);
        if !rest.is_empty() {
            self.emit(Opcode::PopTop, location);
        }
    }

    pub(super) fn import_from(
        &mut self,
        module: Option<Name>,
        aliases: &[Alias],
        level: u32,
        location: Location,
    ) {
        self.load_constant(Value::Int(i64::from(level)), location);
        let names = self.name_tuple(aliases.iter().map(|alias| alias.name));
        self.load_constant(names, location);
        self.emit_name(Opcode::ImportName, module.unwrap_or(Name::EMPTY), location);
        for alias in aliases {
            if alias.name == Name::STAR {
                self.emit_with(Opcode::CallIntrinsic1, Intrinsic1::ImportStar as u32, location);
                self.emit(Opcode::PopTop, Location::NONE);
                return;
            }
            self.emit_name(Opcode::ImportFrom, alias.name, location);
            self.store_name(alias.asname.unwrap_or(alias.name), location);
        }
        self.emit(Opcode::PopTop, location);
    }
}
