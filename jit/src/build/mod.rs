//! From bytecode and the interpreter's feedback to HIR.
//!
//! [`build`] interprets a code object's bytecode abstractly: the operand stack and the locals hold [`Slot`]s (HIR values, or iterators that
//! aren't objects yet) instead of values, and each instruction appends HIR to the current block. Bytecode blocks
//! that more than one edge reaches get block parameters for everything that lives there. What feedback has shown (operand types, shapes)
//! becomes guards; what the heap shows (the value of a global, a method of a class) becomes constants together with an
//! [`Assumption`]. Instructions without a translation of their own call the interpreter's general body ([`generic`]). Calls of
//! known Python functions are built into the caller, with frame states that name the caller's.
//!
//! Building happens on the thread that runs the program, under the interpreter lock: it is the one part of the compiler that reads the heap.
//! What it yields mentions objects only as constants, which [`Built::constants`] keeps alive.

mod arithmetic;
mod attributes;
mod builtins;
mod bytecode;
mod calls;
mod compare;
mod containers;
mod control;
mod dunder;
pub mod exceptions;
mod frame;
mod generators;
mod generic;
mod iteration;
mod iterators;
mod keywords;
mod names;
mod numbers;
pub mod objects;
mod packed;
mod super_calls;

pub use bytecode::Bytecode;
pub use generators::{resume_points, yields_in_loop};
pub use generic::GenericSite;

use crate::exit_reason::ExitReason;
use crate::hir::function::RecordWords;
use crate::hir::{BlockId, Edge, FrameId, FrameInfo, Function, Opcode, StateId, Terminator, Type, Value};
use frame::Frame;
use rustc_hash::FxHashSet;
use std::rc::Rc;
use taipan_runtime::assumptions::Assumption;
use taipan_runtime::object::code::Code;
use taipan_runtime::object::dict::Dict;
use taipan_runtime::object::pointer::Gc;
use taipan_runtime::object::shape::ShapeId;
use taipan_runtime::value::Value as Word;

/// What earlier versions of compiled code have taught: sites whose guess turned out wrong.
#[derive(Default)]
pub struct Lessons {
    /// Sites that stay general, by code version and code unit.
    pub general: FxHashSet<(u32, u32)>,
    /// Namespace entries that changed while they were assumed not to, by dict and name.
    pub volatile: FxHashSet<(u64, u64)>,
    /// Code whose loops must not have guards moved in front of them.
    pub no_hoisting: FxHashSet<u32>,
    /// Handlers that are reached often, by code version and code unit: compiled with the `try` that they belong to.
    pub catches: FxHashSet<(u32, u32)>,
    /// Whether all handlers are compiled.
    pub catches_all: bool,
    /// Code that is not inlined, because it handles exceptions itself.
    pub no_inlining: FxHashSet<u32>,
}

/// What to compile.
pub struct Target {
    /// The code object.
    pub code: Gc<Code>,
    /// The function, or NULL.
    pub function: Word,
    /// The global namespace.
    pub globals: Gc<Dict>,
    /// The namespace of builtins.
    pub builtins: Gc<Dict>,
    /// Where to begin, in code units.
    pub start: u32,
    /// The values on the operand stack there, of a running frame to be replaced; empty at a function's start.
    pub stack: Vec<Word>,
    /// The locals of that frame; `None` at a function's start.
    pub locals: Option<Vec<Word>>,
}

/// The result of building.
pub struct Built {
    /// The function.
    pub function: Function,
    /// What it takes for granted.
    pub assumptions: Vec<Assumption>,
    /// Objects that it mentions.
    pub constants: Vec<Word>,
    /// The code objects, by their number in frames.
    pub codes: Vec<Gc<Code>>,
    /// What is left to the interpreter's general bodies.
    pub generic: Vec<GenericSite>,
}

/// The most instructions that inlining may grow a function to.
const INLINE_BUDGET: usize = 1200;
/// The most frames inlined in each other.
const INLINE_DEPTH: usize = 6;

/// Something on the abstract stack or in a local.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Slot {
    /// Nothing: an unbound local, a NULL.
    Absent,
    /// A tagged value.
    Value(Value),
    /// A range iterator that isn't an object: the next value and the end, unboxed.
    Range { next: Value, stop: Value, step: Step },
    /// A list or tuple iterator that isn't an object; with a start, an enumerate object over one.
    Sequence { object: Value, index: Value, is_tuple: bool, start: Option<i64> },
}

/// The step of a range.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Step {
    /// A number.
    Known(i64),
    /// An int that was found to be positive.
    Positive(Value),
}

/// Why something can't be compiled.
pub type Refusal = String;
type Outcome<T = ()> = Result<T, Refusal>;

pub(crate) struct Builder<'a> {
    hir: Function,
    current: BlockId,
    /// Has the current block's terminator been set?
    ended: bool,
    frames: Vec<Frame>,
    lessons: &'a Lessons,
    assumptions: Vec<Assumption>,
    constants: Vec<Word>,
    codes: Vec<Gc<Code>>,
    generic: Vec<GenericSite>,
    /// Methods that a merged callable can be.
    candidates: rustc_hash::FxHashMap<Value, Vec<Candidate>>,
    /// A generator's function: where it can be resumed, and the block that does so.
    resumes: Option<Vec<(u32, BlockId)>>,
}

/// A method that a polymorphic lookup can have found.
#[derive(Clone, Copy)]
pub(crate) struct Candidate {
    method: Word,
    /// The receiver's shape, if only one leads to this method.
    shape: Option<ShapeId>,
}

/// Builds HIR.
pub fn build(target: &Target, lessons: &Lessons) -> Result<Built, Refusal> {
    let bytecode = Rc::new(Bytecode::of(target.code)?);
    let mut builder = Builder {
        hir: Function::new(&target.code.qualified_name.to_string_lossy()),
        current: Function::ENTRY,
        ended: false,
        frames: Vec::new(),
        lessons,
        assumptions: Vec::new(),
        constants: Vec::new(),
        codes: Vec::new(),
        generic: Vec::new(),
        candidates: Default::default(),
        resumes: None,
    };
    let frame =
        builder.new_frame(target.code, target.function, target.globals, target.builtins, bytecode, None);
    builder.frames.push(frame);
    builder.enter(target)?;
    builder.run_frame()?;
    builder.finish_resumes();
    crate::optimize::dead_code::remove_unreachable(&mut builder.hir);
    Ok(Built {
        function: builder.hir,
        assumptions: builder.assumptions,
        constants: builder.constants,
        codes: builder.codes,
        generic: builder.generic,
    })
}

impl Builder<'_> {
    fn frame(&self) -> &Frame {
        self.frames.last().expect("a frame is being built")
    }

    fn frame_mut(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("a frame is being built")
    }

    fn new_frame(
        &mut self,
        code: Gc<Code>,
        function: Word,
        globals: Gc<Dict>,
        builtins: Gc<Dict>,
        bytecode: Rc<Bytecode>,
        parent: Option<StateId>,
    ) -> Frame {
        let number = self.frame_info(code, function, globals, builtins);
        let base = parent.map_or(0, |parent| {
            self.frames.last().map_or(0, |caller| {
                let state = self.hir.state(parent);
                caller.base + self.hir.frames[state.frame.index()].locals + state.stack.len() as u32 + 1
            })
        });
        Frame::new(code, number, globals, builtins, function, bytecode, parent, base)
    }

    /// Adds a frame to the function's list.
    fn frame_info(
        &mut self,
        code: Gc<Code>,
        function: Word,
        globals: Gc<Dict>,
        builtins: Gc<Dict>,
    ) -> FrameId {
        let code_number = match self.codes.iter().position(|known| *known == code) {
            Some(number) => number,
            None => {
                self.codes.push(code);
                self.keep(code.value());
                self.codes.len() - 1
            }
        };
        self.keep(function);
        self.keep(globals.value());
        self.keep(builtins.value());
        self.hir.frames.push(FrameInfo {
            code: code_number as u32,
            locals: code.locals_count,
            stack: code.frame_size - code.locals_count,
            arguments: code.parameter_count() as u32,
            record: RecordWords {
                code: code.value().0,
                instructions: code.instructions as u64,
                constants: code.constants.items_pointer() as u64,
                function: function.0,
                globals: globals.value().0,
                builtins: builtins.value().0,
                flags: 0,
            },
        });
        FrameId(self.hir.frames.len() as u32 - 1)
    }

    /// Keeps an object alive as long as the unit.
    fn keep(&mut self, word: Word) {
        if word.is_pointer() && !self.constants.contains(&word) {
            self.constants.push(word);
        }
    }

    fn assume(&mut self, assumption: Assumption) {
        if !self.assumptions.contains(&assumption) {
            self.assumptions.push(assumption);
        }
    }

    /// Is the current instruction one that compiled code has guessed wrong about before?
    fn is_general(&self) -> bool {
        let frame = self.frame();
        self.lessons.general.contains(&(frame.code.version, frame.pc))
    }

    // Emitting instructions.

    fn emit(&mut self, opcode: Opcode, operands: &[Value], immediates: [i64; 2]) -> Value {
        let state = opcode.has(crate::hir::Flags::EXITS).then(|| self.state());
        self.hir.append(self.current, opcode, operands, immediates, state)
    }

    fn op(&mut self, opcode: Opcode, operands: &[Value]) -> Value {
        self.emit(opcode, operands, [0; 2])
    }

    fn int(&mut self, number: i64) -> Value {
        let value = self.emit(Opcode::IntConstant, &[], [number, 0]);
        self.hir.get_mut(value).ty = Type::int(number, number);
        value
    }

    /// A constant object or word.
    fn constant(&mut self, word: Word) -> Value {
        self.keep(word);
        let bits = word.as_float().map_or(0, |number| number.to_bits() as i64);
        let value = self.emit(Opcode::Constant, &[], [word.0 as i64, bits]);
        self.hir.get_mut(value).ty = objects::type_of(word);
        value
    }

    /// The word of a value that is known to be a constant.
    fn known(&self, value: Value) -> Option<Word> {
        let instruction = self.hir.get(self.hir.strip(value));
        (instruction.opcode == Opcode::Constant).then_some(Word(instruction.immediates[0] as u64))
    }

    fn set_type(&mut self, value: Value, ty: Type) -> Value {
        self.hir.get_mut(value).ty = ty;
        value
    }

    // Ending blocks.

    fn end(&mut self, terminator: Terminator) {
        debug_assert!(!self.ended);
        self.hir.block_mut(self.current).terminator = terminator;
        self.ended = true;
    }

    fn start(&mut self, block: BlockId) {
        self.current = block;
        self.ended = false;
    }

    fn jump(&mut self, block: BlockId, arguments: &[Value]) {
        self.end(Terminator::Jump(Edge { block, arguments: arguments.into() }));
    }

    fn branch(&mut self, condition: Value, yes: BlockId, no: BlockId) {
        let edge = |block| Edge { block, arguments: smallvec::SmallVec::new() };
        self.end(Terminator::Branch { condition, yes: edge(yes), no: edge(no) });
    }

    /// Leaves compiled code before the current instruction.
    fn leave(&mut self, reason: ExitReason) {
        let state = self.state();
        self.end(Terminator::Exit(state, reason as u8));
    }

    /// After something that ran arbitrary code: leaves if an assumption was broken. `next` is where the interpreter would go on.
    fn check_valid(&mut self, next: u32) {
        let state = self.state_after(next);
        self.hir.append(self.current, Opcode::GuardValid, &[], [0; 2], Some(state));
    }
}
