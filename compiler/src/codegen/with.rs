//! `with` and `async with`.

use super::Generator;
use super::control_flow::FrameKind;
use crate::ast::*;
use crate::depth::Deep;
use crate::error::Result;
use crate::instruction_sequence::Label;
use crate::opcode::{Opcode, SpecialMethod};

impl<'a> Generator<'a, '_> {
    /// The items from the first of `items` on, and the body inside of them.
    pub(super) fn with_statement(&mut self, node: &'a With<'a>, items: &'a [WithItem<'a>]) -> Result<()> {
        let Some((item, rest)) = items.split_first() else { return self.statements(node.body) };
        let is_async = node.is_async;
        let last = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.expression(&item.context)?;
        let location = item.context.location;
        let (enter_method, exit_method) = match is_async {
            true => (SpecialMethod::AsyncEnter, SpecialMethod::AsyncExit),
            false => (SpecialMethod::Enter, SpecialMethod::Exit),
        };
        self.emit_with(Opcode::Copy, 1, location);
        self.emit_with(Opcode::LoadSpecial, exit_method as u32, location);
        self.emit_with(Opcode::Swap, 2, location);
        self.emit_with(Opcode::Swap, 3, location);
        self.emit_with(Opcode::LoadSpecial, enter_method as u32, location);
        self.emit_with(Opcode::Call, 0, location);
        if is_async {
            self.await_value(1, location);
        }
        self.jump(Opcode::SetupWith, last, location);
        self.push_frame(if is_async { FrameKind::AsyncWith } else { FrameKind::With }, location)?;
        match &item.vars {
            Some(vars) => self.expression(vars)?,
            None => self.emit(Opcode::PopTop, location),
        }
        if rest.is_empty() {
            self.statements(node.body)?;
        } else {
            self.deeper(|this| this.with_statement(node, rest))?;
        }
        self.emit(Opcode::PopBlock, if is_async { location } else { Location::NONE });
        self.pop_frame();
        self.call_exit_with_nones(location);
        if is_async {
            self.await_value(2, location);
        }
        self.emit(Opcode::PopTop, location);
        self.jump(Opcode::Jump, exit, location);
        // The way out by an exception.
        self.use_label(last);
        self.jump(Opcode::SetupCleanup, cleanup, location);
        self.emit(Opcode::PushExcInfo, location);
        self.emit(Opcode::WithExceptStart, location);
        if is_async {
            self.await_value(2, location);
        }
        self.finish_with_exception(cleanup);
        self.use_label(exit);
        Ok(())
    }

    /// Goes on after the body if `__exit__` returned something true.
    fn finish_with_exception(&mut self, cleanup: Label) {
        let suppress = self.new_label();
        self.emit(Opcode::ToBool, Location::NONE);
        self.jump(Opcode::PopJumpIfTrue, suppress, Location::NONE);
        self.emit_with(Opcode::Reraise, 2, Location::NONE);
        self.use_label(suppress);
        self.emit(Opcode::PopTop, Location::NONE);
        self.emit(Opcode::PopBlock, Location::NONE);
        self.emit(Opcode::PopExcept, Location::NONE);
        for _ in 0..3 {
            self.emit(Opcode::PopTop, Location::NONE);
        }
        let exit = self.new_label();
        self.jump(Opcode::JumpNoInterrupt, exit, Location::NONE);
        self.use_label(cleanup);
        self.pop_except_and_reraise(Location::NONE);
        self.use_label(exit);
    }
}
