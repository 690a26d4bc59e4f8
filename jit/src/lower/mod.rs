//! HIR to Cranelift IR.
//!
//! A compiled unit is `fn(thread, fp) -> word` in the platform's C convention: a value, or
//! the marker [`DEOPTED`](crate::layout::DEOPTED). Its frame's record is the thread's current one; the caller has pushed it and takes it off. Each HIR block becomes a Cranelift block; a guard ends it and goes on in
//! a fresh one, with a jump to a cold exit block as the other way (see [`exits`]). Boxes and objects that only frame states use
//! aren't lowered. Constants are made anew at each use, so that they become immediates of machine instructions.

mod allocation;
pub mod calls;
mod exceptions;
mod exits;
mod floats;
mod generators;
mod ints;
mod locations;
mod objects;
mod packed;
mod publish;

pub use calls::MAXIMUM_EXTENT;
pub use exceptions::{CAUGHT, PROPAGATED};
pub use locations::{Location, Place, locations};

use crate::deoptimize::ExitTable;
use crate::exit_reason::ExitReason;
use crate::hir::function::Uses;
use crate::hir::{BlockId, Cfg, Edge, Flags, Function, Opcode, Representation, Terminator, Value};
use crate::layout::{Helper, Layout};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{F64, I8, I32, I64};
use cranelift_codegen::ir::{self, AbiParam, BlockArg, InstBuilder, MemFlagsData, Signature};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use rustc_hash::FxHashMap;

/// What lowering needs to know about the unit besides its HIR.
pub struct UnitContext<'a> {
    /// The runtime's data layout.
    pub layout: &'a Layout,
    /// The unit's address, which exits hand to the deoptimiser.
    pub unit: u64,
    /// The address of the unit's validity flag (one byte, not 0 once an assumption is broken).
    pub invalid_flag: u64,
    /// Values that a frame of the unit's code object needs.
    pub frame_values: u32,
    /// The address of a counter of loop iterations and entries, or 0 if nobody counts.
    pub iterations: u64,
    /// Is the map from machine code to places in the program wanted?
    pub located: bool,
}

/// What lowering yields.
pub struct Lowered {
    /// The Cranelift function.
    pub function: ir::Function,
    /// The unit's exits.
    pub exits: ExitTable,
    /// Values above the frame pointer that it may write.
    pub extent: u32,
}

/// The Cranelift type of a representation.
fn machine_type(representation: Representation) -> ir::Type {
    match representation {
        Representation::Float => F64,
        Representation::Bool => I8,
        _ => I64,
    }
}

/// The signature of compiled units.
pub fn unit_signature(convention: CallConv) -> Signature {
    let mut signature = Signature::new(convention);
    signature.params.extend([AbiParam::new(I64), AbiParam::new(I64)]);
    signature.returns.push(AbiParam::new(I64));
    signature
}

/// Lowers a function.
pub fn lower(
    function: &Function,
    context: &UnitContext<'_>,
    isa: &dyn TargetIsa,
    frontend: &mut FunctionBuilderContext,
) -> Lowered {
    let mut output = ir::Function::new();
    output.signature = unit_signature(isa.default_call_conv());
    let cfg = Cfg::new(function);
    let has_calls = cfg.order.iter().any(|block| {
        function.block(*block).instructions.iter().any(|value| {
            let opcode = function.opcode(*value);
            opcode.has(Flags::CALLS) && opcode != Opcode::Safepoint || opcode.has(Flags::RECORD)
        })
    });
    let builder = FunctionBuilder::new(&mut output, frontend);
    let mut lowering = Lowering {
        function,
        context,
        builder,
        convention: isa.default_call_conv(),
        uses: function.count_uses(),
        values: vec![None; function.instructions.len()],
        blocks: vec![None; function.blocks.len()],
        thread: ir::Value::from_u32(0),
        fp: ir::Value::from_u32(0),
        record: None,
        memory: publish::Memory::new(function, &cfg),
        shown_extent: 0,
        records_are_published: false,
        checks_next: false,
        seen_frames: None,
        exit_table: ExitTable::new(function.frames.iter().map(|frame| frame.record.clone())),
        exits: exits::Exits::default(),
        extent: 0,
        scratch: None,
        scratch_count: 0,
        current: Function::ENTRY,
        seen_behind: FxHashMap::default(),
    };
    lowering.run(&cfg, has_calls);
    lowering.builder.seal_all_blocks();
    let exits = std::mem::take(&mut lowering.exit_table);
    let extent = lowering.extent;
    lowering.builder.finalize(isa.frontend_config());
    Lowered { function: output, exits, extent }
}

struct Lowering<'a> {
    function: &'a Function,
    context: &'a UnitContext<'a>,
    builder: FunctionBuilder<'a>,
    convention: CallConv,
    uses: Uses,
    values: Vec<Option<ir::Value>>,
    blocks: Vec<Option<ir::Block>>,
    thread: ir::Value,
    fp: ir::Value,
    /// The unit's frame record, if it has one.
    record: Option<ir::Value>,
    /// What the interpreter's stack is known to hold, and where.
    memory: publish::Memory,
    /// Where the locals end that were shown last; what is behind them is the callee's.
    shown_extent: u32,
    /// The call that is being lowered has published records, which are still there if it raises.
    records_are_published: bool,
    /// A validity check is the next instruction that may exit.
    checks_next: bool,
    /// Not 0 if the call just before made frame objects of inlined frames, which the next validity check looks at.
    seen_frames: Option<ir::Value>,
    exit_table: ExitTable,
    exits: exits::Exits,
    /// Values above the frame pointer that exits fill.
    extent: u32,
    scratch: Option<ir::StackSlot>,
    scratch_count: u32,
    current: BlockId,
    /// [`Self::seen_frames`] of a call at the end of a block, for the block that goes on if it hasn't raised.
    seen_behind: FxHashMap<BlockId, ir::Value>,
}

impl Lowering<'_> {
    fn run(&mut self, cfg: &Cfg, has_calls: bool) {
        let entry = self.builder.create_block();
        self.builder.append_block_params_for_function_params(entry);
        self.builder.switch_to_block(entry);
        let parameters = self.builder.block_params(entry).to_vec();
        [self.thread, self.fp] = [parameters[0], parameters[1]];
        for &block in &cfg.order {
            let machine_block = self.builder.create_block();
            if self.function.block(block).cold {
                self.builder.set_cold_block(machine_block);
            }
            self.blocks[block.index()] = Some(machine_block);
            for parameter in &self.function.block(block).parameters {
                let ty = machine_type(self.function.get(*parameter).representation);
                self.values[parameter.index()] = Some(self.builder.append_block_param(machine_block, ty));
            }
        }
        self.extent = self.state_extent(cfg).max(self.context.frame_values);
        self.scratch_count = self.most_array_operands(cfg);
        self.count_iteration();
        self.prologue(has_calls);
        let first = self.blocks[0].expect("the entry block is in the order");
        self.builder.ins().jump(first, &[]);
        for &block in &cfg.order {
            self.block(block);
        }
        self.emit_exits();
    }

    fn block(&mut self, block: BlockId) {
        self.current = block;
        self.memory.enter(block);
        self.seen_frames = self.seen_behind.remove(&block);
        self.builder.switch_to_block(self.blocks[block.index()].expect("made before"));
        self.locate_block(block);
        for (index, &value) in self.function.block(block).instructions.iter().enumerate() {
            self.checks_next = self.is_checked(block, index);
            if self.is_emitted(value) {
                self.locate(self.function.get(value).state);
                let result = self.instruction(value);
                self.values[value.index()] = result;
            }
        }
        self.memory.leave(block);
        if let (Some(seen), Terminator::Branch { no, .. }) =
            (self.seen_frames.take(), &self.function.block(block).terminator)
        {
            self.seen_behind.insert(no.block, seen);
        }
        match &self.function.block(block).terminator {
            Terminator::Missing => unreachable!("the verifier refuses blocks without an end"),
            Terminator::Jump(edge) => {
                let (target, arguments) = self.edge(edge);
                self.builder.ins().jump(target, &arguments);
            }
            Terminator::Branch { condition, yes, no } => {
                let condition = self.value(*condition);
                let (yes, yes_arguments) = self.edge(yes);
                let (no, no_arguments) = self.edge(no);
                self.builder.ins().brif(condition, yes, &yes_arguments, no, &no_arguments);
            }
            Terminator::Return(value) => {
                let value = self.value(*value);
                self.builder.ins().return_(&[value]);
            }
            Terminator::Exit(state, reason) => {
                let reason = ExitReason::from_number(*reason);
                let (target, number) = self.exit(*state, reason);
                let number = self.builder.ins().iconst(I32, i64::from(number));
                self.builder.ins().jump(target, &[BlockArg::Value(number)]);
            }
        }
    }

    fn edge(&mut self, edge: &Edge) -> (ir::Block, Vec<BlockArg>) {
        let arguments = edge.arguments.iter().map(|value| BlockArg::Value(self.value(*value))).collect();
        (self.blocks[edge.block.index()].expect("made before"), arguments)
    }

    /// Is a validity check the first thing to happen after an instruction?
    fn is_checked(&self, block: BlockId, index: usize) -> bool {
        let instructions = &self.function.block(block).instructions;
        let mut behind = instructions[index + 1..].iter().collect::<Vec<_>>();
        // A call whose exception the unit catches ends its block; who goes on is the other successor.
        if self.function.get(instructions[index]).opcode.has(Flags::CALLS)
            && self.is_caught(instructions[index])
            && let Terminator::Branch { no, .. } = &self.function.block(block).terminator
        {
            behind.extend(&self.function.block(no.block).instructions);
        }
        let mut behind = behind.into_iter().map(|value| self.function.opcode(*value));
        behind.find(|opcode| opcode.has(Flags::EXITS) || opcode.has(Flags::CALLS)) == Some(Opcode::GuardValid)
    }

    /// Is the instruction lowered at its place, rather than at its uses or in exits?
    fn is_emitted(&self, value: Value) -> bool {
        let opcode = self.function.opcode(value);
        !matches!(opcode, Opcode::IntConstant | Opcode::Constant | Opcode::BoolConstant)
            && !crate::optimize::dead_code::is_sunk(self.function, &self.uses, value)
    }

    /// The machine value of an HIR value, at the place being lowered.
    fn value(&mut self, value: Value) -> ir::Value {
        let instruction = self.function.get(value);
        match instruction.opcode {
            Opcode::IntConstant | Opcode::Constant => {
                self.builder.ins().iconst(I64, instruction.immediates[0])
            }
            Opcode::BoolConstant => self.builder.ins().iconst(I8, instruction.immediates[0]),
            _ => self.values[value.index()].expect("a value is lowered before its uses"),
        }
    }

    fn constant(&mut self, number: i64) -> ir::Value {
        self.builder.ins().iconst(I64, number)
    }

    fn helper(&self, helper: Helper) -> i64 {
        self.context.layout.helpers[helper as usize] as i64
    }

    fn load(&mut self, ty: ir::Type, base: ir::Value, offset: i32) -> ir::Value {
        self.builder.ins().load(ty, MemFlagsData::trusted(), base, offset)
    }

    fn store(&mut self, value: ir::Value, base: ir::Value, offset: i32) {
        self.builder.ins().store(MemFlagsData::trusted(), value, base, offset);
    }

    fn compare(&mut self, condition: IntCC, left: ir::Value, right: i64) -> ir::Value {
        let ty = self.builder.func.dfg.value_type(left);
        let right = self.builder.ins().iconst(ty, right);
        self.builder.ins().icmp(condition, left, right)
    }

    fn and(&mut self, left: ir::Value, right: i64) -> ir::Value {
        let right = self.constant(right);
        self.builder.ins().band(left, right)
    }

    fn shift_right(&mut self, left: ir::Value, count: i64) -> ir::Value {
        let count = self.constant(count);
        self.builder.ins().sshr(left, count)
    }

    /// Goes on in a fresh block if the condition holds, and leaves otherwise.
    fn guard(&mut self, condition: ir::Value, value: Value) {
        let instruction = self.function.get(value);
        let reason = ExitReason::of(instruction.opcode);
        let state = instruction.state.expect("the verifier wants a state for what exits");
        let (exit, number) = self.exit(state, reason);
        let next = self.fresh_block();
        let number = self.builder.ins().iconst(I32, i64::from(number));
        self.builder.ins().brif(condition, next, &[], exit, &[BlockArg::Value(number)]);
        self.builder.switch_to_block(next);
        self.fail_at_random(value);
    }

    /// Stress mode: leaves although the guard held, now and then.
    fn fail_at_random(&mut self, value: Value) {
        let address = self.context.layout.stress_counter;
        let instruction = self.function.get(value);
        // Behind a call or a store the instruction must not be done again.
        if address == 0 || !instruction.opcode.is_pure() {
            return;
        }
        let state = instruction.state.expect("the verifier wants a state for what exits");
        let (exit, number) = self.exit(state, ExitReason::Forced);
        let address = self.constant(address as i64);
        let count = self.load(I64, address, 0);
        let less = self.constant(-1);
        let count = self.builder.ins().iadd(count, less);
        self.store(count, address, 0);
        let next = self.fresh_block();
        let number = self.builder.ins().iconst(I32, i64::from(number));
        self.builder.ins().brif(count, next, &[], exit, &[BlockArg::Value(number)]);
        self.builder.switch_to_block(next);
    }

    /// As [`Self::guard`], but leaves if the condition holds.
    fn guard_not(&mut self, condition: ir::Value, value: Value) {
        let reason = ExitReason::of(self.function.opcode(value));
        self.guard_not_because(condition, value, reason);
    }

    fn guard_not_because(&mut self, condition: ir::Value, value: Value, reason: ExitReason) {
        let instruction = self.function.get(value);
        let state = instruction.state.expect("the verifier wants a state for what exits");
        let (exit, number) = self.exit(state, reason);
        let next = self.fresh_block();
        let number = self.builder.ins().iconst(I32, i64::from(number));
        self.builder.ins().brif(condition, exit, &[BlockArg::Value(number)], next, &[]);
        self.builder.switch_to_block(next);
    }

    fn fresh_block(&mut self) -> ir::Block {
        let block = self.builder.create_block();
        if self.function.block(self.current).cold {
            self.builder.set_cold_block(block);
        }
        block
    }

    fn cold_block(&mut self) -> ir::Block {
        let block = self.builder.create_block();
        self.builder.set_cold_block(block);
        block
    }

    fn instruction(&mut self, value: Value) -> Option<ir::Value> {
        let opcode = self.function.opcode(value);
        match opcode.definition().result {
            Representation::Int if self.ints(value).is_some() => return self.values[value.index()],
            Representation::Float if self.floats(value).is_some() => return self.values[value.index()],
            _ => {}
        }
        self.objects(value)
    }

    /// Notes an instruction's machine value.
    fn define(&mut self, value: Value, result: ir::Value) -> Option<()> {
        self.values[value.index()] = Some(result);
        Some(())
    }
}
