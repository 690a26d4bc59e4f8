//! The graph: functions, blocks, instructions, terminators and frame states.

use super::instruction::{Flags, Immediate, Opcode, Representation};
use super::types::{Kinds, Type};
use smallvec::SmallVec;

macro_rules! index {
    ($($name:ident $prefix:literal $doc:literal;)*) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);
        impl $name {
            /// The number as an index.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(out, concat!($prefix, "{}"), self.0)
            }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(out, concat!($prefix, "{}"), self.0)
            }
        }
    )*};
}

index! {
    Value "v" "An instruction and the value that it defines.";
    BlockId "block" "A basic block.";
    StateId "s" "A frame state.";
    FrameId "f" "An interpreter frame that the function stands for: its own (0), or one that was inlined.";
}

/// The operands of an instruction or the arguments of a jump.
pub type Operands = SmallVec<[Value; 3]>;

/// An instruction.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// What it does.
    pub opcode: Opcode,
    /// The values it uses.
    pub operands: Operands,
    /// Its immediates; how many count is in the instruction table.
    pub immediates: [i64; 2],
    /// The frame state for its exit.
    pub state: Option<StateId>,
    /// The representation of its result.
    pub representation: Representation,
    /// What is known about its result.
    pub ty: Type,
}

/// A jump's destination with the values of its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Where it goes.
    pub block: BlockId,
    /// The values of the block's parameters.
    pub arguments: SmallVec<[Value; 4]>,
}

/// The end of a block.
#[derive(Clone, Debug)]
pub enum Terminator {
    /// Not set yet; the verifier refuses it.
    Missing,
    /// Goes to another block.
    Jump(Edge),
    /// Goes to one of two blocks.
    Branch {
        /// A boolean.
        condition: Value,
        /// Taken when it is true.
        yes: Edge,
        /// Taken when it is false.
        no: Edge,
    },
    /// Returns a tagged value from the compiled function.
    Return(Value),
    /// Leaves compiled code for good; the number is an exit reason.
    Exit(StateId, u8),
}

impl Terminator {
    /// The edges to successors.
    pub fn edges(&self) -> SmallVec<[&Edge; 2]> {
        match self {
            Terminator::Jump(edge) => SmallVec::from_slice(&[edge]),
            Terminator::Branch { yes, no, .. } => SmallVec::from_slice(&[yes, no]),
            _ => SmallVec::new(),
        }
    }

    /// The edges to successors, to be changed.
    pub fn edges_mut(&mut self) -> SmallVec<[&mut Edge; 2]> {
        let mut edges = SmallVec::new();
        match self {
            Terminator::Jump(edge) => edges.push(edge),
            Terminator::Branch { yes, no, .. } => {
                edges.push(yes);
                edges.push(no);
            }
            _ => {}
        }
        edges
    }

    /// Calls `visit` with every value used, edges' arguments included.
    pub fn for_each_use(&self, mut visit: impl FnMut(Value)) {
        match self {
            Terminator::Branch { condition, .. } => visit(*condition),
            Terminator::Return(value) => visit(*value),
            _ => {}
        }
        for edge in self.edges() {
            edge.arguments.iter().copied().for_each(&mut visit);
        }
    }
}

/// A basic block.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its parameters (instructions with the opcode `Parameter`).
    pub parameters: Vec<Value>,
    /// Its instructions in order.
    pub instructions: Vec<Value>,
    /// How it ends.
    pub terminator: Terminator,
    /// Hardly ever executed.
    pub cold: bool,
    /// For a loop's pre-header: the frame state at the jump into the loop, for what is hoisted there.
    pub entry_state: Option<StateId>,
}

impl Default for Block {
    fn default() -> Self {
        Block {
            parameters: Vec::new(),
            instructions: Vec::new(),
            terminator: Terminator::Missing,
            cold: false,
            entry_state: None,
        }
    }
}

/// An interpreter frame that the function stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameInfo {
    /// The code object, as a number of the compilation request.
    pub code: u32,
    /// How many locals (cells and free variables too) it has.
    pub locals: u32,
    /// How many slots of operand stack.
    pub stack: u32,
    /// How many locals are arguments.
    pub arguments: u32,
    /// What its record holds, as words.
    pub record: RecordWords,
}

/// What the record of a frame that compiled code pushes holds: addresses and values that the unit keeps alive.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RecordWords {
    /// The code object.
    pub code: u64,
    /// Its first instruction.
    pub instructions: u64,
    /// Its first constant.
    pub constants: u64,
    /// The function.
    pub function: u64,
    /// The global namespace.
    pub globals: u64,
    /// The namespace of builtins.
    pub builtins: u64,
    /// Flags beside those that depend on the place.
    pub flags: u32,
}

/// What the interpreter's frames hold at an exit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FrameState {
    /// Whose frame.
    pub frame: FrameId,
    /// The bytecode offset, in code units. For a caller of an inlined frame: of its call.
    pub pc: u32,
    /// The locals; `None` if dead or unbound.
    pub locals: Vec<Option<Value>>,
    /// The operand stack; `None` for an absent value (NULL).
    pub stack: Vec<Option<Value>>,
    /// For an inlined `__init__` called by its class: the new instance.
    pub owner: Option<Value>,
    /// The caller's frame, when this one was inlined.
    pub parent: Option<StateId>,
}

impl FrameState {
    /// Calls `visit` with every value that the state itself (not its parents) mentions.
    pub fn for_each_use(&self, mut visit: impl FnMut(Value)) {
        self.locals.iter().chain(&self.stack).chain([&self.owner]).filter_map(|v| *v).for_each(&mut visit);
    }
}

/// A function in HIR.
#[derive(Clone, Debug)]
pub struct Function {
    /// For messages.
    pub name: String,
    /// All instructions, those that were removed from their block too.
    pub instructions: Vec<Instruction>,
    /// All blocks; 0 is the entry.
    pub blocks: Vec<Block>,
    /// All frame states.
    pub states: Vec<FrameState>,
    /// The interpreter frames it stands for; 0 is its own.
    pub frames: Vec<FrameInfo>,
    aliases: Vec<Option<Value>>,
}

impl Function {
    /// An empty function with an entry block.
    pub fn new(name: &str) -> Function {
        Function {
            name: name.to_string(),
            instructions: Vec::new(),
            blocks: vec![Block::default()],
            states: Vec::new(),
            frames: Vec::new(),
            aliases: Vec::new(),
        }
    }

    /// The entry block.
    pub const ENTRY: BlockId = BlockId(0);

    /// The instruction that defines a value.
    pub fn get(&self, value: Value) -> &Instruction {
        &self.instructions[value.index()]
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, value: Value) -> &mut Instruction {
        &mut self.instructions[value.index()]
    }

    /// The opcode of the instruction that defines a value.
    pub fn opcode(&self, value: Value) -> Opcode {
        self.get(value).opcode
    }

    /// A block.
    pub fn block(&self, block: BlockId) -> &Block {
        &self.blocks[block.index()]
    }

    /// A block, to be changed.
    pub fn block_mut(&mut self, block: BlockId) -> &mut Block {
        &mut self.blocks[block.index()]
    }

    /// Adds an empty block.
    pub fn add_block(&mut self) -> BlockId {
        self.blocks.push(Block::default());
        BlockId(self.blocks.len() as u32 - 1)
    }

    /// All blocks' numbers.
    pub fn block_ids(&self) -> impl Iterator<Item = BlockId> + use<> {
        (0..self.blocks.len() as u32).map(BlockId)
    }

    /// Makes an instruction without putting it into a block.
    pub fn make(&mut self, opcode: Opcode, operands: &[Value], immediates: [i64; 2]) -> Value {
        let representation = opcode.definition().result;
        self.instructions.push(Instruction {
            opcode,
            operands: operands.into(),
            immediates,
            state: None,
            representation,
            ty: Type::of(kinds_of(representation)),
        });
        self.aliases.push(None);
        Value(self.instructions.len() as u32 - 1)
    }

    /// Appends an instruction to a block.
    pub fn append(
        &mut self,
        block: BlockId,
        opcode: Opcode,
        operands: &[Value],
        immediates: [i64; 2],
        state: Option<StateId>,
    ) -> Value {
        let value = self.make(opcode, operands, immediates);
        self.get_mut(value).state = state;
        self.block_mut(block).instructions.push(value);
        value
    }

    /// Adds a parameter to a block.
    pub fn add_parameter(&mut self, block: BlockId, representation: Representation) -> Value {
        let value = self.make(Opcode::Parameter, &[], [0; 2]);
        self.get_mut(value).representation = representation;
        self.get_mut(value).ty = Type::of(kinds_of(representation));
        self.block_mut(block).parameters.push(value);
        value
    }

    /// Adds a frame state.
    pub fn add_state(&mut self, state: FrameState) -> StateId {
        self.states.push(state);
        StateId(self.states.len() as u32 - 1)
    }

    /// A frame state.
    pub fn state(&self, state: StateId) -> &FrameState {
        &self.states[state.index()]
    }

    /// Makes every use of `old` one of `new`, from the next [`Function::apply_aliases`] on.
    pub fn alias(&mut self, old: Value, new: Value) {
        debug_assert_ne!(self.resolve(new), old);
        let new = self.resolve(new);
        self.aliases[old.index()] = Some(new);
    }

    /// Follows the aliases of a value.
    pub fn resolve(&self, mut value: Value) -> Value {
        while let Some(next) = self.aliases[value.index()] {
            value = next;
        }
        value
    }

    /// Rewrites all uses as the aliases say, and forgets the aliases.
    pub fn apply_aliases(&mut self) {
        if self.aliases.iter().all(Option::is_none) {
            return;
        }
        let resolved: Vec<Value> =
            (0..self.instructions.len() as u32).map(|index| self.resolve(Value(index))).collect();
        let fix = |value: &mut Value| *value = resolved[value.index()];
        self.instructions.iter_mut().flat_map(|instruction| &mut instruction.operands).for_each(fix);
        for block in &mut self.blocks {
            match &mut block.terminator {
                Terminator::Branch { condition, .. } => fix(condition),
                Terminator::Return(value) => fix(value),
                _ => {}
            }
            for edge in block.terminator.edges_mut() {
                edge.arguments.iter_mut().for_each(fix);
            }
        }
        for state in &mut self.states {
            let values = state.locals.iter_mut().chain(&mut state.stack).chain([&mut state.owner]);
            values.flatten().for_each(fix);
        }
        let aliases = std::mem::take(&mut self.aliases);
        for block in &mut self.blocks {
            block.instructions.retain(|value| aliases[value.index()].is_none());
            block.parameters.retain(|value| aliases[value.index()].is_none());
        }
        self.aliases = vec![None; self.instructions.len()];
    }

    /// The value behind guards that only narrow it.
    pub fn strip(&self, mut value: Value) -> Value {
        loop {
            value = self.resolve(value);
            if !self.opcode(value).has(Flags::NARROWS) {
                return value;
            }
            value = self.get(value).operands[0];
        }
    }

    /// The int that a value is known to be.
    pub fn int_constant(&self, value: Value) -> Option<i64> {
        let instruction = self.get(self.resolve(value));
        (instruction.opcode == Opcode::IntConstant).then_some(instruction.immediates[0])
    }

    /// The float that a value is known to be.
    pub fn float_constant(&self, value: Value) -> Option<f64> {
        let instruction = self.get(self.resolve(value));
        (instruction.opcode == Opcode::FloatConstant)
            .then(|| f64::from_bits(instruction.immediates[0] as u64))
    }

    /// The boolean that a value is known to be.
    pub fn bool_constant(&self, value: Value) -> Option<bool> {
        let instruction = self.get(self.resolve(value));
        (instruction.opcode == Opcode::BoolConstant).then_some(instruction.immediates[0] != 0)
    }

    /// How many times each value is used by instructions and terminators, and by frame states of live exits.
    pub fn count_uses(&self) -> Uses {
        let mut uses =
            Uses { code: vec![0; self.instructions.len()], states: vec![0; self.instructions.len()] };
        let mut seen = vec![false; self.states.len()];
        for block in &self.blocks {
            for &value in &block.instructions {
                let instruction = self.get(value);
                instruction.operands.iter().for_each(|operand| uses.code[operand.index()] += 1);
                self.count_state(instruction.state, &mut seen, &mut uses);
            }
            block.terminator.for_each_use(|value| uses.code[value.index()] += 1);
            if let Terminator::Exit(state, _) = block.terminator {
                self.count_state(Some(state), &mut seen, &mut uses);
            }
            self.count_state(block.entry_state, &mut seen, &mut uses);
        }
        self.sink_uses(&mut uses);
        uses
    }

    /// What only instructions that sink into exits use, sinks with them.
    fn sink_uses(&self, uses: &mut Uses) {
        let mut sunk = vec![false; self.instructions.len()];
        let mut changed = true;
        while changed {
            changed = false;
            for block in self.blocks.iter().rev() {
                for &value in block.instructions.iter().rev() {
                    let instruction = self.get(value);
                    let sinks = instruction.opcode.has(Flags::SINKS) && uses.code[value.index()] == 0;
                    if sinks && !std::mem::replace(&mut sunk[value.index()], true) {
                        changed = true;
                        for operand in &instruction.operands {
                            uses.code[operand.index()] -= 1;
                            uses.states[operand.index()] += 1;
                        }
                    }
                }
            }
        }
    }

    fn count_state(&self, mut state: Option<StateId>, seen: &mut [bool], uses: &mut Uses) {
        while let Some(id) = state {
            if std::mem::replace(&mut seen[id.index()], true) {
                return;
            }
            let data = self.state(id);
            data.for_each_use(|value| uses.states[value.index()] += 1);
            state = data.parent;
        }
    }

    /// How the immediate at `index` of an opcode is to be read.
    pub fn immediate_kinds(opcode: Opcode) -> &'static [Immediate] {
        opcode.definition().immediates
    }
}

/// Numbers of uses; see [`Function::count_uses`].
pub struct Uses {
    /// By instructions and terminators.
    pub code: Vec<u32>,
    /// By frame states.
    pub states: Vec<u32>,
}

/// The kinds that a representation can hold.
pub fn kinds_of(representation: Representation) -> Kinds {
    match representation {
        Representation::Tagged => Kinds::ANY,
        Representation::Int => Kinds::INT,
        Representation::Float => Kinds::FLOAT,
        Representation::Bool => Kinds::BOOL,
        Representation::Pointer | Representation::Nothing => Kinds::NOTHING,
    }
}
