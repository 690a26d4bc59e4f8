//! Loops, `return`, `break`, `continue`, `finally`, and what these jumps leave.

use super::Generator;
use crate::ast::*;
use crate::error::{Problem, Result};
use crate::instruction_sequence::Label;
use crate::opcode::{Opcode, ResumePoint};

/// CPython's `CO_MAXBLOCKS`.
const MAX_BLOCKS: usize = 21;

/// What the code being generated is inside of, as far as a jump out of it has something to undo.
#[derive(Clone, Copy)]
pub(super) enum FrameKind<'a> {
    While,
    For,
    Try,
    FinallyTry(&'a [Stmt<'a>]),
    FinallyEnd,
    With,
    AsyncWith,
    /// The body of a handler, with the name that it binds.
    HandlerCleanup(Option<Name>),
    PopValue,
    ExceptionHandler,
    ExceptionGroupHandler,
    AsyncComprehension,
    StopIteration,
}

#[derive(Clone, Copy)]
pub(super) struct FrameBlock<'a> {
    pub kind: FrameKind<'a>,
    pub location: Location,
    /// Where `continue` goes, in a loop.
    pub start: Option<Label>,
    /// Where `break` goes, in a loop.
    pub exit: Option<Label>,
}

impl<'a> Generator<'a, '_> {
    pub(super) fn push_frame(&mut self, kind: FrameKind<'a>, location: Location) -> Result<()> {
        self.push_loop(kind, location, None, None)
    }

    fn push_loop(
        &mut self,
        kind: FrameKind<'a>,
        location: Location,
        start: Option<Label>,
        exit: Option<Label>,
    ) -> Result<()> {
        if self.unit.frame_blocks.len() >= MAX_BLOCKS {
            return Err(Problem::syntax("too many statically nested blocks", location));
        }
        self.enter_frame(FrameBlock { kind, location, start, exit });
        Ok(())
    }

    fn enter_frame(&mut self, frame: FrameBlock<'a>) {
        // What there is to warn of in a `finally` block was said for its first copy.
        self.silent += u32::from(matches!(frame.kind, FrameKind::FinallyEnd));
        self.unit.frame_blocks.push(frame);
    }

    pub(super) fn pop_frame(&mut self) {
        let frame = self.unit.frame_blocks.pop();
        self.silent -= u32::from(frame.is_some_and(|frame| matches!(frame.kind, FrameKind::FinallyEnd)));
    }

    /// Calls `__exit__(None, None, None)`.
    pub(super) fn call_exit_with_nones(&mut self, location: Location) {
        for _ in 0..3 {
            self.load_none(location);
        }
        self.emit_with(Opcode::Call, 3, location);
    }

    /// Delegates to the awaitable or iterator below the None on the stack.
    pub(super) fn yield_from(&mut self, is_await: bool, location: Location) {
        let send = self.new_label();
        let fail = self.new_label();
        let exit = self.new_label();
        self.use_label(send);
        self.jump(Opcode::Send, exit, location);
        // A virtual try: `YIELD_VALUE` raises only by `throw` and `close`.
        self.jump(Opcode::SetupFinally, fail, location);
        self.emit_with(Opcode::YieldValue, 1, location);
        self.emit(Opcode::PopBlock, Location::NONE);
        let resume = if is_await { ResumePoint::AfterAwait } else { ResumePoint::AfterYieldFrom };
        self.emit_with(Opcode::Resume, resume as u32, location);
        self.jump(Opcode::JumpNoInterrupt, send, location);
        self.use_label(fail);
        self.emit(Opcode::CleanupThrow, location);
        self.use_label(exit);
        self.emit(Opcode::EndSend, location);
    }

    pub(super) fn await_value(&mut self, kind: u32, location: Location) {
        self.emit_with(Opcode::GetAwaitable, kind, location);
        self.load_none(location);
        self.yield_from(true, location);
    }

    pub(super) fn pop_except_and_reraise(&mut self, location: Location) {
        self.emit_with(Opcode::Copy, 3, location);
        self.emit(Opcode::PopExcept, location);
        self.emit_with(Opcode::Reraise, 1, location);
    }

    /// Undoes one block. `location` becomes that of what follows.
    fn unwind(&mut self, frame: FrameBlock<'a>, preserve_top: bool, location: &mut Location) -> Result<()> {
        match frame.kind {
            FrameKind::While
            | FrameKind::ExceptionHandler
            | FrameKind::ExceptionGroupHandler
            | FrameKind::AsyncComprehension
            | FrameKind::StopIteration => {}
            FrameKind::For | FrameKind::PopValue => {
                self.swap_if(preserve_top, *location);
                self.emit(Opcode::PopTop, *location);
            }
            FrameKind::Try => self.emit(Opcode::PopBlock, *location),
            FrameKind::FinallyTry(body) => {
                self.emit(Opcode::PopBlock, *location);
                if preserve_top {
                    self.push_frame(FrameKind::PopValue, *location)?;
                }
                self.statements(body)?;
                if preserve_top {
                    self.pop_frame();
                }
                // The block should seem to run after the statement that leaves it.
                *location = Location::NONE;
            }
            FrameKind::FinallyEnd => {
                self.swap_if(preserve_top, *location);
                self.emit(Opcode::PopTop, *location);
                self.swap_if(preserve_top, *location);
                self.emit(Opcode::PopBlock, *location);
                self.emit(Opcode::PopExcept, *location);
            }
            FrameKind::With | FrameKind::AsyncWith => {
                *location = frame.location;
                self.emit(Opcode::PopBlock, *location);
                if preserve_top {
                    self.emit_with(Opcode::Swap, 3, *location);
                    self.emit_with(Opcode::Swap, 2, *location);
                }
                self.call_exit_with_nones(*location);
                if matches!(frame.kind, FrameKind::AsyncWith) {
                    self.await_value(2, *location);
                }
                self.emit(Opcode::PopTop, *location);
                *location = Location::NONE;
            }
            FrameKind::HandlerCleanup(name) => {
                if name.is_some() {
                    self.emit(Opcode::PopBlock, *location);
                }
                self.swap_if(preserve_top, *location);
                self.emit(Opcode::PopBlock, *location);
                self.emit(Opcode::PopExcept, *location);
                if let Some(name) = name {
                    self.unbind(name, *location);
                }
            }
        }
        Ok(())
    }

    fn swap_if(&mut self, condition: bool, location: Location) {
        if condition {
            self.emit_with(Opcode::Swap, 2, location);
        }
    }

    /// `name = None; del name`: it may have been deleted already.
    pub(super) fn unbind(&mut self, name: Name, location: Location) {
        self.load_none(location);
        self.store_name(name, location);
        self.delete_name(name, location);
    }

    /// Undoes the blocks up to the innermost loop, or all of them; gives the loop.
    fn unwind_stack(
        &mut self,
        to_loop: bool,
        preserve_top: bool,
        location: &mut Location,
    ) -> Result<Option<FrameBlock<'a>>> {
        let Some(&top) = self.unit.frame_blocks.last() else { return Ok(None) };
        match top.kind {
            FrameKind::ExceptionGroupHandler => {
                let message = "'break', 'continue' and 'return' cannot appear in an except* block";
                return Err(Problem::syntax(message, *location));
            }
            FrameKind::While | FrameKind::For if to_loop => return Ok(Some(top)),
            _ => {}
        }
        // While a block is being undone, it isn't there.
        self.pop_frame();
        self.unwind(top, preserve_top, location)?;
        let found = self.unwind_stack(to_loop, preserve_top, location)?;
        self.enter_frame(top);
        Ok(found)
    }

    pub(super) fn return_statement(&mut self, value: Option<&'a Expr<'a>>, location: Location) -> Result<()> {
        let block = self.block();
        if !block.is_function_like() {
            return Err(Problem::syntax("'return' outside function", location));
        }
        if value.is_some() && block.coroutine && block.generator {
            return Err(Problem::syntax("'return' with value in async generator", location));
        }
        let constant = value.and_then(Expr::constant);
        let preserve_top = value.is_some() && constant.is_none();
        let statement = location;
        let mut location = location;
        if let Some(value) = value {
            if preserve_top {
                self.expression(value)?;
            } else {
                location = value.location;
                self.emit(Opcode::Nop, location);
            }
        }
        if value.is_none_or(|value| value.location.line != statement.line) {
            location = statement;
            self.emit(Opcode::Nop, location);
        }
        self.unwind_stack(false, preserve_top, &mut location)?;
        match (value, constant) {
            (None, _) => self.load_none(location),
            (Some(_), Some(constant)) => self.load_literal(constant, location),
            _ => {}
        }
        self.emit(Opcode::ReturnValue, location);
        Ok(())
    }

    pub(super) fn break_statement(&mut self, location: Location) -> Result<()> {
        let mut at = location;
        self.emit(Opcode::Nop, at);
        let Some(frame) = self.unwind_stack(true, false, &mut at)? else {
            return Err(Problem::syntax("'break' outside loop", location));
        };
        self.unwind(frame, false, &mut at)?;
        if let Some(exit) = frame.exit {
            self.jump(Opcode::Jump, exit, at);
        }
        Ok(())
    }

    pub(super) fn continue_statement(&mut self, location: Location) -> Result<()> {
        let mut at = location;
        self.emit(Opcode::Nop, at);
        let Some(frame) = self.unwind_stack(true, false, &mut at)? else {
            return Err(Problem::syntax("'continue' not properly in loop", location));
        };
        if let Some(start) = frame.start {
            self.jump(Opcode::Jump, start, at);
        }
        Ok(())
    }

    pub(super) fn for_statement(&mut self, node: &'a For<'a>, location: Location) -> Result<()> {
        let start = self.new_label();
        let cleanup = self.new_label();
        let end = self.new_label();
        self.push_loop(FrameKind::For, location, Some(start), Some(end))?;
        self.expression(&node.iter)?;
        let location = node.iter.location;
        self.emit(Opcode::GetIter, location);
        self.use_label(start);
        self.jump(Opcode::ForIter, cleanup, location);
        // Carries the line of the target, if it isn't that of the loop.
        self.emit(Opcode::Nop, node.target.location);
        self.expression(&node.target)?;
        self.statements(node.body)?;
        self.jump(Opcode::Jump, start, Location::NONE);
        self.use_label(cleanup);
        self.emit(Opcode::EndFor, Location::NONE);
        self.emit(Opcode::PopIter, Location::NONE);
        self.pop_frame();
        self.statements(node.orelse)?;
        self.use_label(end);
        Ok(())
    }

    pub(super) fn async_for_statement(&mut self, node: &'a For<'a>, location: Location) -> Result<()> {
        let start = self.new_label();
        let send = self.new_label();
        let except = self.new_label();
        let end = self.new_label();
        self.expression(&node.iter)?;
        self.emit(Opcode::GetAiter, node.iter.location);
        self.use_label(start);
        self.push_loop(FrameKind::For, location, Some(start), Some(end))?;
        // Guards `__anext__`.
        self.jump(Opcode::SetupFinally, except, location);
        self.emit(Opcode::GetAnext, location);
        self.load_none(location);
        self.use_label(send);
        self.yield_from(true, location);
        self.emit(Opcode::PopBlock, location);
        self.emit(Opcode::NotTaken, location);
        self.expression(&node.target)?;
        self.statements(node.body)?;
        self.jump(Opcode::Jump, start, Location::NONE);
        self.pop_frame();
        self.use_label(except);
        self.jump(Opcode::EndAsyncFor, send, node.iter.location);
        self.statements(node.orelse)?;
        self.use_label(end);
        Ok(())
    }

    pub(super) fn while_statement(
        &mut self,
        test: &'a Expr<'a>,
        body: &'a [Stmt<'a>],
        orelse: &'a [Stmt<'a>],
        location: Location,
    ) -> Result<()> {
        let start = self.new_label();
        let end = self.new_label();
        let anchor = self.new_label();
        self.use_label(start);
        self.push_loop(FrameKind::While, location, Some(start), Some(end))?;
        self.jump_if(test, anchor, false, location)?;
        self.statements(body)?;
        self.jump(Opcode::Jump, start, Location::NONE);
        self.pop_frame();
        self.use_label(anchor);
        self.statements(orelse)?;
        self.use_label(end);
        Ok(())
    }

    pub(super) fn if_statement(
        &mut self,
        test: &'a Expr<'a>,
        body: &'a [Stmt<'a>],
        orelse: &'a [Stmt<'a>],
        location: Location,
    ) -> Result<()> {
        let end = self.new_label();
        let next = if orelse.is_empty() { end } else { self.new_label() };
        self.jump_if(test, next, false, location)?;
        self.statements(body)?;
        if !orelse.is_empty() {
            self.jump(Opcode::JumpNoInterrupt, end, Location::NONE);
            self.use_label(next);
            self.statements(orelse)?;
        }
        self.use_label(end);
        Ok(())
    }

    /// `try` with `finally`: the block's code is there twice, once for each way into it.
    pub(super) fn try_finally(&mut self, node: &'a Try<'a>, location: Location) -> Result<()> {
        let end = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.jump(Opcode::SetupFinally, end, location);
        self.push_frame(FrameKind::FinallyTry(node.finalbody), location)?;
        if node.handlers.is_empty() {
            self.statements(node.body)?;
        } else {
            self.try_except(node, location)?;
        }
        self.emit(Opcode::PopBlock, Location::NONE);
        self.pop_frame();
        self.statements(node.finalbody)?;
        self.jump(Opcode::JumpNoInterrupt, exit, Location::NONE);
        // The way in by an exception.
        self.use_label(end);
        self.jump(Opcode::SetupCleanup, cleanup, Location::NONE);
        self.emit(Opcode::PushExcInfo, Location::NONE);
        self.push_frame(FrameKind::FinallyEnd, Location::NONE)?;
        self.statements(node.finalbody)?;
        self.pop_frame();
        self.emit_with(Opcode::Reraise, 0, Location::NONE);
        self.use_label(cleanup);
        self.pop_except_and_reraise(Location::NONE);
        self.use_label(exit);
        Ok(())
    }
}
