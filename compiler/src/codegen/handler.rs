//! `try` with `except` and `except*`.

use super::Generator;
use super::control_flow::FrameKind;
use crate::ast::*;
use crate::error::{Problem, Result};
use crate::instruction_sequence::Label;
use crate::opcode::{Intrinsic2, Opcode};

impl<'a> Generator<'a, '_> {
    pub(super) fn try_except(&mut self, node: &'a Try<'a>, location: Location) -> Result<()> {
        if node.is_star {
            self.try_except_star(node, location)
        } else {
            self.try_except_plain(node, location)
        }
    }

    fn try_except_plain(&mut self, node: &'a Try<'a>, location: Location) -> Result<()> {
        let except = self.new_label();
        let end = self.new_label();
        let cleanup = self.new_label();
        self.jump(Opcode::SetupFinally, except, location);
        self.push_frame(FrameKind::Try, location)?;
        self.statements(node.body)?;
        self.pop_frame();
        self.emit(Opcode::PopBlock, Location::NONE);
        self.statements(node.orelse)?;
        self.jump(Opcode::JumpNoInterrupt, end, Location::NONE);
        self.use_label(except);
        self.jump(Opcode::SetupCleanup, cleanup, Location::NONE);
        self.emit(Opcode::PushExcInfo, Location::NONE);
        self.push_frame(FrameKind::ExceptionHandler, location)?;
        for (index, handler) in node.handlers.iter().enumerate() {
            if handler.exception.is_none() && index + 1 < node.handlers.len() {
                return Err(Problem::syntax("default 'except:' must be last", handler.location));
            }
            self.handler(handler, end)?;
        }
        self.pop_frame();
        self.emit_with(Opcode::Reraise, 0, Location::NONE);
        self.use_label(cleanup);
        self.pop_except_and_reraise(Location::NONE);
        self.use_label(end);
        Ok(())
    }

    fn handler(&mut self, handler: &'a ExceptHandler<'a>, end: Label) -> Result<()> {
        let location = handler.location;
        let next = self.new_label();
        if let Some(exception) = &handler.exception {
            self.expression(exception)?;
            self.emit(Opcode::CheckExcMatch, location);
            self.jump(Opcode::PopJumpIfFalse, next, location);
        }
        match handler.name {
            Some(name) => self.named_handler(handler, name, end)?,
            None => {
                self.emit(Opcode::PopTop, location);
                self.push_frame(FrameKind::HandlerCleanup(None), location)?;
                self.statements(handler.body)?;
                self.pop_frame();
                self.emit(Opcode::PopBlock, Location::NONE);
                self.emit(Opcode::PopExcept, Location::NONE);
                self.jump(Opcode::JumpNoInterrupt, end, Location::NONE);
            }
        }
        self.use_label(next);
        Ok(())
    }

    /// The body is in a `try` of its own, whose `finally` unbinds the name.
    fn named_handler(&mut self, handler: &'a ExceptHandler<'a>, name: Name, end: Label) -> Result<()> {
        let location = handler.location;
        let cleanup_end = self.new_label();
        self.store_name(name, location);
        self.jump(Opcode::SetupCleanup, cleanup_end, location);
        self.push_frame(FrameKind::HandlerCleanup(Some(name)), location)?;
        self.statements(handler.body)?;
        self.pop_frame();
        self.emit(Opcode::PopBlock, Location::NONE);
        self.emit(Opcode::PopBlock, Location::NONE);
        self.emit(Opcode::PopExcept, Location::NONE);
        self.unbind(name, Location::NONE);
        self.jump(Opcode::JumpNoInterrupt, end, Location::NONE);
        self.use_label(cleanup_end);
        self.unbind(name, Location::NONE);
        self.emit_with(Opcode::Reraise, 1, Location::NONE);
        Ok(())
    }

    /// The stack in the handlers: the group, a list of what they raised, the rest of the group.
    fn try_except_star(&mut self, node: &'a Try<'a>, location: Location) -> Result<()> {
        let except = self.new_label();
        let orelse = self.new_label();
        let end = self.new_label();
        let cleanup = self.new_label();
        let reraise_star = self.new_label();
        self.jump(Opcode::SetupFinally, except, location);
        self.push_frame(FrameKind::Try, location)?;
        self.statements(node.body)?;
        self.pop_frame();
        self.emit(Opcode::PopBlock, Location::NONE);
        self.jump(Opcode::JumpNoInterrupt, orelse, Location::NONE);
        self.use_label(except);
        self.jump(Opcode::SetupCleanup, cleanup, Location::NONE);
        self.emit(Opcode::PushExcInfo, Location::NONE);
        self.push_frame(FrameKind::ExceptionGroupHandler, location)?;
        for (index, handler) in node.handlers.iter().enumerate() {
            if index == 0 {
                self.emit_with(Opcode::BuildList, 0, handler.location);
                self.emit_with(Opcode::Copy, 2, handler.location);
            }
            self.star_handler(handler)?;
            if index + 1 == node.handlers.len() {
                // What no handler took, or None.
                self.emit_with(Opcode::ListAppend, 1, Location::NONE);
                self.jump(Opcode::JumpNoInterrupt, reraise_star, Location::NONE);
            }
        }
        self.pop_frame();
        let reraise = self.new_label();
        self.use_label(reraise_star);
        self.emit_with(Opcode::CallIntrinsic2, Intrinsic2::PrepareReraiseStar as u32, Location::NONE);
        self.emit_with(Opcode::Copy, 1, Location::NONE);
        self.jump(Opcode::PopJumpIfNotNone, reraise, Location::NONE);
        self.emit(Opcode::PopTop, Location::NONE);
        self.emit(Opcode::PopBlock, Location::NONE);
        self.emit(Opcode::PopExcept, Location::NONE);
        self.jump(Opcode::JumpNoInterrupt, end, Location::NONE);
        self.use_label(reraise);
        self.emit(Opcode::PopBlock, Location::NONE);
        self.emit_with(Opcode::Swap, 2, Location::NONE);
        self.emit(Opcode::PopExcept, Location::NONE);
        self.emit_with(Opcode::Reraise, 0, Location::NONE);
        self.use_label(cleanup);
        self.pop_except_and_reraise(Location::NONE);
        self.use_label(orelse);
        self.statements(node.orelse)?;
        self.use_label(end);
        Ok(())
    }

    fn star_handler(&mut self, handler: &'a ExceptHandler<'a>) -> Result<()> {
        let location = handler.location;
        let except = self.new_label();
        let except_with_error = self.new_label();
        let no_match = self.new_label();
        if let Some(exception) = &handler.exception {
            self.expression(exception)?;
            self.emit(Opcode::CheckEgMatch, location);
            self.emit_with(Opcode::Copy, 1, location);
            self.jump(Opcode::PopJumpIfNone, no_match, location);
        }
        let cleanup_end = self.new_label();
        match handler.name {
            Some(name) => self.store_name(name, location),
            None => self.emit(Opcode::PopTop, location),
        }
        self.jump(Opcode::SetupCleanup, cleanup_end, location);
        self.push_frame(FrameKind::HandlerCleanup(handler.name), location)?;
        self.statements(handler.body)?;
        self.pop_frame();
        self.emit(Opcode::PopBlock, Location::NONE);
        if let Some(name) = handler.name {
            self.unbind(name, Location::NONE);
        }
        self.jump(Opcode::JumpNoInterrupt, except, Location::NONE);
        self.use_label(cleanup_end);
        if let Some(name) = handler.name {
            self.unbind(name, Location::NONE);
        }
        // What the handler raised goes into the list.
        self.emit_with(Opcode::ListAppend, 3, Location::NONE);
        self.emit(Opcode::PopTop, Location::NONE);
        self.jump(Opcode::JumpNoInterrupt, except_with_error, Location::NONE);
        self.use_label(except);
        self.emit(Opcode::Nop, Location::NONE);
        self.jump(Opcode::JumpNoInterrupt, except_with_error, Location::NONE);
        self.use_label(no_match);
        self.emit(Opcode::PopTop, location);
        self.use_label(except_with_error);
        Ok(())
    }
}
