//! Exits, and the frame record at a unit's entry.
//!
//! An exit block is shared by all guards with the same frame state; which of them failed is its parameter. It
//! stores the machine values that the state mentions, each once, in the unit's native frame, and goes on to the one block that calls the
//! deoptimiser. What the interpreter's frames are to be made of, the [exit table](crate::deoptimize) says: constants,
//! boxes and objects that only frame states use take no machine code.

use super::Lowering;
use crate::deoptimize::{Exit, ExitFrame, Source};
use crate::exit_reason::ExitReason;
use crate::hir::{Cfg, Opcode, Representation, StateId, Terminator, Value};
use crate::layout::{Helper, bool_word};
use cranelift_codegen::ir::types::{I32, I64};
use cranelift_codegen::ir::{self, AbiParam, BlockArg, InstBuilder, Signature, StackSlotData, StackSlotKind};
use rustc_hash::FxHashMap;

/// What the exits of a unit share.
#[derive(Default)]
pub(super) struct Exits {
    /// The exit block and the number of the site, for each state that has one.
    blocks: FxHashMap<StateId, (ir::Block, u32)>,
    /// Blocks that aren't filled yet.
    pending: Vec<StateId>,
    /// The block that calls the deoptimiser; its parameter is the exit's number.
    last: Option<ir::Block>,
    /// Where exits store their values, and how many there are at most.
    values: Option<ir::StackSlot>,
    most_values: u32,
}

/// The values of one site.
#[derive(Default)]
struct SiteValues {
    /// The machine values to be stored, in the order of their numbers.
    stored: Vec<ir::Value>,
    numbers: FxHashMap<ir::Value, u32>,
    objects: FxHashMap<Value, Source>,
}

impl SiteValues {
    fn number(&mut self, value: ir::Value) -> u32 {
        *self.numbers.entry(value).or_insert_with(|| {
            self.stored.push(value);
            self.stored.len() as u32 - 1
        })
    }
}

impl Lowering<'_> {
    /// The exit block for a frame state and the number of the exit for this reason.
    pub(super) fn exit(&mut self, state: StateId, reason: ExitReason) -> (ir::Block, u32) {
        let published = match reason {
            ExitReason::FrameSeen => true,
            ExitReason::Exception => std::mem::take(&mut self.records_are_published),
            _ => false,
        };
        let (block, site) = match self.exits.blocks.get(&state) {
            Some(known) => *known,
            None => {
                let block = self.cold_block();
                self.builder.append_block_param(block, I32);
                let site = self.add_site(state);
                self.exits.blocks.insert(state, (block, site));
                self.exits.pending.push(state);
                (block, site)
            }
        };
        (block, self.exit_table.add_exit(Exit { reason, published, site }))
    }

    /// Adds the description of a state's frames.
    fn add_site(&mut self, state: StateId) -> u32 {
        let mut frames = Vec::new();
        let mut base = 0;
        for (depth, id) in self.chain(state).into_iter().enumerate() {
            let data = self.function.state(id);
            let locals = self.function.frames[data.frame.index()].locals;
            if depth > 0 {
                base += 1;
            }
            frames.push(ExitFrame {
                record: data.frame.index() as u32,
                base,
                locals,
                stack: data.stack.len() as u32,
                pc: data.pc,
                is_init: data.owner.is_some(),
            });
            base += locals + data.stack.len() as u32;
        }
        self.exit_table.add_site(frames)
    }

    /// The states from the outermost frame to the innermost.
    pub(super) fn chain(&self, state: StateId) -> Vec<StateId> {
        let mut chain = vec![state];
        let mut at = state;
        while let Some(parent) = self.function.state(at).parent {
            chain.push(parent);
            at = parent;
        }
        chain.reverse();
        chain
    }

    /// How many values above the frame pointer the exits of the function fill at most.
    pub(super) fn state_extent(&self, cfg: &Cfg) -> u32 {
        let mut most = 0;
        for &block in &cfg.order {
            let block = self.function.block(block);
            let states = block.instructions.iter().filter_map(|value| self.function.get(*value).state);
            let end = match block.terminator {
                Terminator::Exit(state, _) => Some(state),
                _ => None,
            };
            for state in states.chain(end) {
                let total: u32 = self
                    .chain(state)
                    .iter()
                    .map(|id| {
                        let data = self.function.state(*id);
                        1 + self.function.frames[data.frame.index()].locals.max(data.locals.len() as u32)
                            + self.function.frames[data.frame.index()].stack
                    })
                    .sum();
                most = most.max(total);
            }
        }
        most
    }

    /// Fills the exit blocks, once everything else is lowered.
    pub(super) fn emit_exits(&mut self) {
        while let Some(state) = self.exits.pending.pop() {
            self.emit_exit(state);
        }
        if let Some(slot) = self.exits.values {
            self.builder.func.sized_stack_slots[slot].size = 8 * self.exits.most_values.max(1);
            self.emit_last(slot);
        }
    }

    fn emit_exit(&mut self, state: StateId) {
        let (block, site) = self.exits.blocks[&state];
        self.builder.switch_to_block(block);
        self.locate(Some(state));
        let number = self.builder.block_params(block)[0];
        let mut values = SiteValues::default();
        let mut sources = Vec::new();
        for (depth, id) in self.chain(state).into_iter().enumerate() {
            let data = self.function.state(id).clone();
            let locals = self.function.frames[data.frame.index()].locals;
            if depth > 0 {
                sources.push(self.source_or_absent(data.owner, &mut values));
            }
            for index in 0..locals {
                let local = data.locals.get(index as usize).copied().flatten();
                let kept = depth == 0
                    && match local {
                        Some(value) => self.memory.still_holds(self.function, value, index),
                        // Nobody looks at it again but debuggers, which find what was there last.
                        None => true,
                    };
                sources.push(if kept { Source::Kept } else { self.source_or_absent(local, &mut values) });
            }
            for value in &data.stack {
                sources.push(self.source_or_absent(*value, &mut values));
            }
        }
        self.exit_table.set_sources(site, &sources);
        let slot = self.exit_values();
        for (index, value) in values.stored.iter().enumerate() {
            self.builder.ins().stack_store(I64, *value, slot, 8 * index as i32);
        }
        self.exits.most_values = self.exits.most_values.max(values.stored.len() as u32);
        let last = match self.exits.last {
            Some(block) => block,
            None => {
                let block = self.cold_block();
                self.builder.append_block_param(block, I32);
                *self.exits.last.insert(block)
            }
        };
        self.builder.ins().jump(last, &[BlockArg::Value(number)]);
    }

    /// The part of the native frame that exits store their values in. The collector scans it with the rest of the stack.
    fn exit_values(&mut self) -> ir::StackSlot {
        let builder = &mut self.builder;
        *self.exits.values.get_or_insert_with(|| {
            builder.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, 8, 3))
        })
    }

    /// The end of all exits.
    fn emit_last(&mut self, slot: ir::StackSlot) {
        let Some(block) = self.exits.last else { return };
        self.builder.switch_to_block(block);
        let number = self.builder.block_params(block)[0];
        let signature = self.internal_signature(&[I64, I64, I64, I32, I64], true);
        let unit = self.constant(self.context.unit as i64);
        let helper = self.constant(self.helper(Helper::Deoptimize));
        let values = self.builder.ins().stack_addr(I64, slot, 0);
        let arguments = [self.thread, self.fp, unit, number, values];
        let call = self.builder.ins().call_indirect(signature, helper, &arguments);
        let result = self.builder.inst_results(call)[0];
        self.builder.ins().return_(&[result]);
    }

    fn source_or_absent(&mut self, value: Option<Value>, values: &mut SiteValues) -> Source {
        match value {
            Some(value) => self.source(value, values),
            None => self.exit_table.constant(0),
        }
    }

    /// Where an exit finds a value.
    fn source(&mut self, value: Value, values: &mut SiteValues) -> Source {
        let instruction = self.function.get(value);
        if let Some(machine) = self.values[value.index()] {
            let number = values.number(machine);
            return match instruction.representation {
                Representation::Int => Source::Int(number),
                Representation::Float => Source::Float(number),
                Representation::Bool => Source::Bool(number),
                _ => Source::Word(number),
            };
        }
        let (opcode, immediates) = (instruction.opcode, instruction.immediates);
        match opcode {
            Opcode::Constant | Opcode::IntConstant => return self.exit_table.constant(immediates[0] as u64),
            Opcode::BoolConstant => return self.exit_table.constant(bool_word(immediates[0] != 0)),
            Opcode::BoxInt => {
                let number = self.function.get(instruction.operands[0]);
                if number.opcode == Opcode::IntConstant {
                    let word = (number.immediates[0] as u64) << 1 | 1;
                    return self.exit_table.constant(word);
                }
                return self.source(instruction.operands[0], values);
            }
            Opcode::BoxFloat | Opcode::BoxBool => return self.source(instruction.operands[0], values),
            _ => {}
        }
        assert!(
            crate::optimize::dead_code::is_sunk(self.function, &self.uses, value),
            "a value is lowered before its uses"
        );
        if let Some(known) = values.objects.get(&value) {
            return *known;
        }
        let operands = instruction.operands.clone();
        let operands: Vec<Source> = operands.iter().map(|operand| self.operand(*operand, values)).collect();
        let object = self.exit_table.add_object(opcode, immediates, &operands);
        values.objects.insert(value, object);
        object
    }

    /// Where an exit finds an operand of an object: ints that aren't boxed in HIR stay so.
    fn operand(&mut self, value: Value, values: &mut SiteValues) -> Source {
        match (self.function.get(value).representation, self.values[value.index()]) {
            (Representation::Int, Some(machine)) => Source::Word(values.number(machine)),
            _ => self.source(value, values),
        }
    }

    /// Imports the signature of a helper called by lowering itself.
    pub(super) fn internal_signature(&mut self, parameters: &[ir::Type], returns: bool) -> ir::SigRef {
        let mut signature = Signature::new(self.convention);
        signature.params.extend(parameters.iter().map(|ty| AbiParam::new(*ty)));
        if returns {
            signature.returns.push(AbiParam::new(I64));
        }
        self.builder.import_signature(signature)
    }

    /// Finds the unit's frame record, which whoever calls it has pushed.
    pub(super) fn prologue(&mut self, has_calls: bool) {
        if has_calls {
            self.record = Some(self.load(I64, self.thread, self.context.layout.thread_frame));
        }
    }
}
