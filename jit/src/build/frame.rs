//! The abstract frame: slots, frame states, and what happens where blocks meet.

use super::{Builder, Bytecode, Outcome, Slot, Step, Target};
use crate::exit_reason::ExitReason;
use crate::hir::{BlockId, FrameId, FrameState, Opcode, Representation, StateId, Type, Value};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::rc::Rc;
use taipan_compiler::opcode::Opcode as Bytecodes;
use taipan_runtime::object::code::Code;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::pointer::Gc;
use taipan_runtime::value::Value as Word;

/// A bytecode block's HIR block, with the slots that hold when it is entered.
struct Entry {
    /// Where edges go.
    target: BlockId,
    /// Where its instructions are built; another block than `target` for loop headers.
    block: BlockId,
    /// Where back edges go.
    header: BlockId,
    locals: Vec<Slot>,
    stack: Vec<Slot>,
    /// Only one edge leads here: the slots are those at its other end, without parameters.
    inherits: bool,
}

/// A frame being built.
pub(crate) struct Frame {
    pub code: Gc<Code>,
    pub number: FrameId,
    pub globals: Gc<Dict>,
    pub builtins: Gc<Dict>,
    pub function: Word,
    pub bytecode: Rc<Bytecode>,
    /// The caller's state, for an inlined frame.
    pub parent: Option<StateId>,
    /// Where its first local is in the interpreter's stack, from the unit's frame pointer.
    pub base: u32,
    /// The current instruction.
    pub pc: u32,
    /// Its first prefix, where the interpreter has to begin to do it.
    pub first: u32,
    pub locals: Vec<Slot>,
    pub stack: Vec<Slot>,
    /// Where returns go, for an inlined frame.
    pub returns: Option<BlockId>,
    /// For an inlined `__init__`: the new instance.
    pub owner: Option<Value>,
    /// For an inlined frame: locals that are an argument all the time. They are the same value everywhere, also where nothing uses them but
    /// who looks at the frame.
    pub fixed: Vec<bool>,
    before: (Vec<Slot>, Vec<Slot>),
    /// The state before the current instruction, and the block in which it was made.
    state: Option<(StateId, BlockId)>,
    entries: FxHashMap<u32, Entry>,
    work: BTreeSet<u32>,
}

impl Frame {
    #[allow(clippy::too_many_arguments)] // One call site; the values come from different places.
    pub fn new(
        code: Gc<Code>,
        number: FrameId,
        globals: Gc<Dict>,
        builtins: Gc<Dict>,
        function: Word,
        bytecode: Rc<Bytecode>,
        parent: Option<StateId>,
        base: u32,
    ) -> Frame {
        Frame {
            code,
            number,
            globals,
            builtins,
            function,
            bytecode,
            parent,
            base,
            pc: 0,
            first: 0,
            locals: vec![Slot::Absent; code.locals_count as usize],
            stack: Vec::new(),
            returns: None,
            owner: None,
            fixed: Vec::new(),
            before: (Vec::new(), Vec::new()),
            state: None,
            entries: FxHashMap::default(),
            work: BTreeSet::new(),
        }
    }
}

impl Builder<'_> {
    /// Fills the unit's own frame at its entry.
    pub(super) fn enter(&mut self, target: &Target) -> Outcome {
        let code = target.code;
        let locals = code.locals_count as usize;
        if target.locals.is_none() {
            self.begin_resumes(target.start);
        }
        for index in 0..locals {
            let parameter =
                target.locals.is_some() || index < code.parameter_count() || self.before_resume(target);
            if parameter && self.frame().bytecode.is_live(target.start, index) {
                let value = self.emit(Opcode::LoadLocal, &[], [index as i64, 0]);
                if target.start == 0 && target.locals.is_none() {
                    // An argument is always there.
                    self.set_type(value, super::containers::present());
                }
                self.frame_mut().locals[index] = Slot::Value(value);
            }
        }
        for (depth, word) in target.stack.iter().enumerate() {
            if word.is_null() {
                self.frame_mut().stack.push(Slot::Absent);
                continue;
            }
            let value = self.emit(Opcode::LoadLocal, &[], [(locals + depth) as i64, 0]);
            self.frame_mut().stack.push(Slot::Value(value));
        }
        self.begin_instruction(target.start, target.start);
        if let Some(actual) = &target.locals {
            self.guess_entry_types(actual)?;
            self.open_iterator(target)?;
            let state = self.state();
            if !self.lessons.no_hoisting.contains(&target.code.version) {
                self.hir.block_mut(self.current).entry_state = Some(state);
            }
        }
        self.goto(target.start)
    }

    /// Do instructions before the target make cells of locals?
    fn before_resume(&self, target: &Target) -> bool {
        target.start > 0
    }

    /// On entry from a running frame the locals' types are known: check them once, in front of the loop.
    fn guess_entry_types(&mut self, actual: &[Word]) -> Outcome {
        if self.lessons.no_hoisting.contains(&self.frame().code.version) {
            return Ok(());
        }
        for (index, word) in actual.iter().enumerate() {
            let Slot::Value(value) = self.frame().locals[index] else { continue };
            let checked = if word.is_small_int() {
                let number = self.op(Opcode::CheckInt, &[value]);
                self.op(Opcode::BoxInt, &[number])
            } else if word.is_immediate_float() {
                let number = self.op(Opcode::CheckFloat, &[value]);
                self.op(Opcode::BoxFloat, &[number])
            } else {
                continue;
            };
            self.frame_mut().locals[index] = Slot::Value(checked);
        }
        Ok(())
    }

    /// Builds all blocks of the innermost frame that are reached.
    pub(super) fn run_frame(&mut self) -> Outcome {
        while let Some(pc) = self.frame_mut().work.pop_first() {
            let frame = self.frame_mut();
            let entry = &frame.entries[&pc];
            let block = entry.block;
            frame.locals = entry.locals.clone();
            frame.stack = entry.stack.clone();
            self.start(block);
            self.run_block(pc)?;
        }
        Ok(())
    }

    fn run_block(&mut self, start: u32) -> Outcome {
        let bytecode = self.frame().bytecode.clone();
        let mut index = *bytecode.at.get(&start).ok_or("a jump into the middle of an instruction")?;
        loop {
            let instruction = bytecode.instructions[index];
            self.begin_instruction(instruction.pc, instruction.first);
            self.translate(&instruction)?;
            if self.ended {
                return Ok(());
            }
            index += 1;
            if bytecode.is_block(instruction.next) {
                return self.goto(instruction.next);
            }
            if index >= bytecode.instructions.len() {
                return Err("control runs off the end of the code".to_string());
            }
            if self.hir.instructions.len() > 20_000 {
                return Err("too long".to_string());
            }
        }
    }

    pub(super) fn begin_instruction(&mut self, pc: u32, first: u32) {
        let frame = self.frame_mut();
        frame.pc = pc;
        frame.first = first;
        frame.before = (frame.locals.clone(), frame.stack.clone());
        frame.state = None;
    }

    /// The frame state before the current instruction.
    pub(super) fn state(&mut self) -> StateId {
        let (locals, stack) = self.frame().before.clone();
        if let Some((state, block)) = self.frame().state {
            // Iterators that it rebuilds are made in its block, which need not dominate this one.
            let rebuilds = |slot: &Slot| matches!(slot, Slot::Range { .. } | Slot::Sequence { .. });
            if block == self.current || !locals.iter().chain(&stack).any(rebuilds) {
                return state;
            }
        }
        let pc = self.frame().first;
        let state = self.make_state(pc, &locals, &stack);
        self.frame_mut().state = Some((state, self.current));
        state
    }

    /// The frame state behind the current instruction.
    pub(super) fn state_after(&mut self, next: u32) -> StateId {
        let (locals, stack) = (self.frame().locals.clone(), self.frame().stack.clone());
        self.make_state(next, &locals, &stack)
    }

    pub(super) fn make_state(&mut self, pc: u32, locals: &[Slot], stack: &[Slot]) -> StateId {
        let bytecode = self.frame().bytecode.clone();
        let locals = locals
            .iter()
            .enumerate()
            .map(|(index, slot)| match slot {
                // Dead values are given too, as long as they are at hand: frame objects and the collector tell the difference.
                Slot::Absent if !bytecode.is_live(pc, index) => None,
                Slot::Absent => Some(self.constant(Word::NULL)),
                slot => self.rebuild(*slot),
            })
            .collect();
        let stack = stack.iter().map(|slot| self.rebuild(*slot)).collect();
        let frame = self.frame();
        let (number, owner, parent) = (frame.number, frame.owner, frame.parent);
        self.hir.add_state(FrameState { frame: number, pc, locals, stack, owner, parent })
    }

    /// A slot as a value that an exit can give the interpreter.
    pub(super) fn rebuild(&mut self, slot: Slot) -> Option<Value> {
        match slot {
            Slot::Absent => None,
            Slot::Value(value) => Some(value),
            Slot::Range { next, stop, step } => {
                let step = match step {
                    Step::Known(step) => self.int(step),
                    Step::Positive(step) => step,
                };
                Some(self.hir.append(
                    self.current,
                    Opcode::NewRangeIterator,
                    &[next, stop, step],
                    [0; 2],
                    None,
                ))
            }
            Slot::Sequence { object, index, is_tuple, start } => {
                let immediates = [i64::from(is_tuple), start.unwrap_or(0)];
                let opcode = if start.is_some() { Opcode::NewEnumerate } else { Opcode::NewSequenceIterator };
                Some(self.hir.append(self.current, opcode, &[object, index], immediates, None))
            }
        }
    }

    // The abstract stack.

    pub(super) fn push(&mut self, value: Value) {
        self.frame_mut().stack.push(Slot::Value(value));
    }

    pub(super) fn pop_slot(&mut self) -> Outcome<Slot> {
        self.frame_mut().stack.pop().ok_or_else(|| "the stack is empty".to_string())
    }

    /// Takes a value off the stack.
    pub(super) fn pop(&mut self) -> Outcome<Value> {
        let slot = self.pop_slot()?;
        self.slot_value(slot)
    }

    /// A slot as a value; an iterator that wasn't an object becomes one.
    pub(super) fn slot_value(&mut self, slot: Slot) -> Outcome<Value> {
        match self.rebuild(slot) {
            Some(value) => Ok(value),
            None => Ok(self.constant(Word::NULL)),
        }
    }

    /// The n-th slot from the top, which is 1.
    pub(super) fn peek_slot(&self, n: usize) -> Outcome<Slot> {
        let stack = &self.frame().stack;
        stack
            .len()
            .checked_sub(n)
            .map(|index| stack[index])
            .ok_or_else(|| "the stack is too short".to_string())
    }

    // Blocks.

    /// Ends the current block with a jump to a bytecode block.
    pub(super) fn goto(&mut self, pc: u32) -> Outcome {
        let is_back_edge = self.frame().pc > pc && self.frame().entries.contains_key(&pc);
        if !self.frame().entries.contains_key(&pc) {
            self.make_entry(pc)?;
        }
        let entry = &self.frame().entries[&pc];
        let block = if is_back_edge { entry.header } else { entry.target };
        let wanted: Vec<Slot> = entry.locals.iter().chain(&entry.stack).copied().collect();
        let inherits = entry.inherits;
        let frame = self.frame();
        if frame.stack.len() != entry.stack.len() {
            return Err("the stack's depth differs where paths meet".to_string());
        }
        let given: Vec<Slot> = frame.locals.iter().chain(&frame.stack).copied().collect();
        let mut arguments = Vec::new();
        if !inherits {
            for (index, (wanted, given)) in wanted.into_iter().zip(given).enumerate() {
                if self.is_fixed(index) {
                    continue;
                }
                self.match_slots(wanted, given, &mut arguments)?;
            }
        }
        self.jump(block, &arguments);
        Ok(())
    }

    fn match_slots(&mut self, wanted: Slot, given: Slot, arguments: &mut Vec<Value>) -> Outcome {
        match (wanted, given) {
            (Slot::Absent, _) => {}
            (Slot::Value(_), given) => {
                let value = self.slot_value(given)?;
                arguments.push(value);
            }
            (
                Slot::Range { step: Step::Known(wanted), .. },
                Slot::Range { next, stop, step: Step::Known(step) },
            ) if wanted == step => {
                arguments.extend([next, stop]);
            }
            (
                Slot::Range { step: Step::Positive(_), .. },
                Slot::Range { next, stop, step: Step::Positive(step) },
            ) => {
                arguments.extend([next, stop, step]);
            }
            (
                Slot::Sequence { is_tuple: wanted, start: wanted_start, .. },
                Slot::Sequence { object, index, is_tuple, start },
            ) if (wanted, wanted_start) == (is_tuple, start) => {
                arguments.extend([object, index]);
            }
            _ => return Err("different kinds of iterator where paths meet".to_string()),
        }
        Ok(())
    }

    /// Makes the HIR block of a bytecode block, with a parameter for all that lives there. A loop's header gets a block in front
    /// of it that only edges from outside the loop go through.
    fn make_entry(&mut self, pc: u32) -> Outcome {
        let bytecode = self.frame().bytecode.clone();
        if bytecode.instruction(pc).is_none() {
            return Err("a jump into the middle of an instruction".to_string());
        }
        let target = self.hir.add_block();
        let inherits = bytecode.entries.get(&pc) == Some(&1) && !bytecode.is_header(pc);
        let (mut locals, mut stack) = match inherits {
            true => (self.frame().locals.clone(), self.frame().stack.clone()),
            false => self.block_slots(target, pc),
        };
        let mut block = target;
        if bytecode.is_header(pc) {
            let arguments: Vec<Value> = self.hir.block(target).parameters.clone();
            let (from, ended) = (self.current, self.ended);
            let header = self.hir.add_block();
            self.start(target);
            let state = self.make_state(pc, &locals, &stack);
            self.jump(header, &arguments);
            if !self.lessons.no_hoisting.contains(&self.frame().code.version) {
                self.hir.block_mut(target).entry_state = Some(state);
            }
            (self.current, self.ended) = (from, ended);
            (locals, stack) = self.block_slots(header, pc);
            block = header;
        }
        let frame = self.frame_mut();
        frame.entries.insert(pc, Entry { target, block, header: block, locals, stack, inherits });
        frame.work.insert(pc);
        Ok(())
    }

    fn is_fixed(&self, local: usize) -> bool {
        self.frame().fixed.get(local).copied().unwrap_or(false)
    }

    fn block_slots(&mut self, block: BlockId, pc: u32) -> (Vec<Slot>, Vec<Slot>) {
        let bytecode = self.frame().bytecode.clone();
        let (locals, stack) = (self.frame().locals.clone(), self.frame().stack.clone());
        let locals = locals
            .into_iter()
            .enumerate()
            .map(|(index, slot)| match slot {
                slot if self.is_fixed(index) => slot,
                _ if !bytecode.is_live(pc, index) => Slot::Absent,
                slot => self.parameter_like(block, slot, true),
            })
            .collect();
        let stack = stack.into_iter().map(|slot| self.parameter_like(block, slot, false)).collect();
        (locals, stack)
    }

    fn parameter_like(&mut self, block: BlockId, slot: Slot, is_local: bool) -> Slot {
        match slot {
            Slot::Absent if !is_local => Slot::Absent,
            Slot::Absent | Slot::Value(_) => {
                Slot::Value(self.hir.add_parameter(block, Representation::Tagged))
            }
            Slot::Range { step, .. } => Slot::Range {
                next: self.hir.add_parameter(block, Representation::Int),
                stop: self.hir.add_parameter(block, Representation::Int),
                step: match step {
                    Step::Known(_) => step,
                    Step::Positive(_) => Step::Positive(self.hir.add_parameter(block, Representation::Int)),
                },
            },
            Slot::Sequence { is_tuple, start, .. } => Slot::Sequence {
                object: self.hir.add_parameter(block, Representation::Tagged),
                index: self.hir.add_parameter(block, Representation::Int),
                is_tuple,
                start,
            },
        }
    }

    /// Ends the block with a two-way branch to bytecode blocks.
    pub(super) fn goto_either(&mut self, condition: Value, yes: u32, no: u32) -> Outcome {
        let (yes_block, no_block) = (self.hir.add_block(), self.hir.add_block());
        self.branch(condition, yes_block, no_block);
        self.start(yes_block);
        self.goto(yes)?;
        self.start(no_block);
        self.goto(no)
    }

    /// Translates one instruction.
    fn translate(&mut self, instruction: &super::bytecode::Instruction) -> Outcome {
        let operand = instruction.operand as usize;
        match instruction.opcode {
            Bytecodes::Nop | Bytecodes::NotTaken | Bytecodes::Cache | Bytecodes::ExtendedArg => Ok(()),
            Bytecodes::Resume => self.resume(),
            Bytecodes::LoadFast
            | Bytecodes::LoadFastBorrow
            | Bytecodes::LoadFastCheck
            | Bytecodes::LoadFastAndClear
            | Bytecodes::LoadFastLoadFast
            | Bytecodes::LoadFastBorrowLoadFastBorrow
            | Bytecodes::StoreFast
            | Bytecodes::StoreFastLoadFast
            | Bytecodes::StoreFastStoreFast
            | Bytecodes::DeleteFast
            | Bytecodes::LoadConst
            | Bytecodes::LoadSmallInt
            | Bytecodes::LoadDeref
            | Bytecodes::StoreDeref
            | Bytecodes::MakeCell
            | Bytecodes::CopyFreeVars
            | Bytecodes::LoadGlobal => self.names(instruction),
            Bytecodes::PopTop
            | Bytecodes::EndFor
            | Bytecodes::PopIter
            | Bytecodes::PushNull
            | Bytecodes::Copy
            | Bytecodes::Swap
            | Bytecodes::JumpForward
            | Bytecodes::JumpBackward
            | Bytecodes::JumpBackwardNoInterrupt
            | Bytecodes::PopJumpIfFalse
            | Bytecodes::PopJumpIfTrue
            | Bytecodes::PopJumpIfNone
            | Bytecodes::PopJumpIfNotNone
            | Bytecodes::ReturnValue
            | Bytecodes::RaiseVarargs
            | Bytecodes::Reraise => self.control(instruction),
            Bytecodes::BinaryOp if operand == 26 => self.subscript(instruction),
            Bytecodes::BinaryOp => self.binary(instruction),
            Bytecodes::UnaryNegative | Bytecodes::UnaryInvert => self.unary(instruction),
            Bytecodes::UnaryNot | Bytecodes::ToBool | Bytecodes::CompareOp | Bytecodes::IsOp => {
                self.comparison(instruction)
            }
            Bytecodes::LoadAttr => self.load_attribute(instruction),
            Bytecodes::StoreAttr => self.store_attribute(instruction),
            Bytecodes::Call => self.call(instruction),
            Bytecodes::LoadSuperAttr => self.load_super(instruction),
            Bytecodes::CallKw => self.call_keywords(instruction),
            Bytecodes::YieldValue => self.yield_value(instruction),
            Bytecodes::Send => self.send(instruction),
            Bytecodes::EndSend => self.end_send(),
            Bytecodes::GetIter => self.get_iterator(instruction),
            Bytecodes::ForIter => self.for_iterator(instruction),
            Bytecodes::StoreSubscr
            | Bytecodes::BuildTuple
            | Bytecodes::BuildList
            | Bytecodes::ListAppend
            | Bytecodes::UnpackSequence => self.containers(instruction),
            _ => self.general(instruction),
        }
    }

    fn resume(&mut self) -> Outcome {
        if self.frames.len() == 1 {
            self.op(Opcode::Safepoint, &[]);
        }
        Ok(())
    }

    /// Gives up on an instruction that was never executed: if it ever is, the interpreter does it.
    pub(super) fn never_executed(&mut self) {
        self.leave(ExitReason::NeverExecuted);
    }

    /// The type that building knows a value to have.
    pub(super) fn type_of(&self, value: Value) -> Type {
        let stripped = self.hir.strip(value);
        let ty = self.hir.get(value).ty;
        match self.hir.opcode(stripped) {
            Opcode::BoxInt => Type::of(crate::hir::Kinds::INT),
            Opcode::BoxFloat => Type::of(crate::hir::Kinds::FLOAT),
            Opcode::BoxBool => Type::of(crate::hir::Kinds::BOOL),
            Opcode::NewTuple => Type::of(crate::hir::Kinds::TUPLE),
            Opcode::NewList => Type::of(crate::hir::Kinds::LIST),
            _ => ty,
        }
    }
}
