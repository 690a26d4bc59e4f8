//! What the code generator hands to the flow graph: one `CodeUnit` for each code object, with an instruction
//! sequence that still has labels and pseudo-instructions in it.

use crate::code::CodeFlags;
use crate::constant::Constant;
use crate::opcode::Opcode;
use crate::text::Text;

/// The source range of an instruction. Lines count from 1, columns are byte offsets from 0 in the UTF-8 line.
/// `-1` stands for "unknown" in each field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Location {
    pub line: i32,
    pub end_line: i32,
    pub column: i32,
    pub end_column: i32,
}

impl Location {
    /// An artificial instruction that belongs to no line.
    pub const NONE: Location = Location::new(-1, -1, -1, -1);
    /// An artificial instruction that takes the location of the instruction after it.
    pub const NEXT: Location = Location::new(-2, -2, -2, -2);

    pub const fn new(line: i32, end_line: i32, column: i32, end_column: i32) -> Location {
        Location { line, end_line, column, end_column }
    }

    /// The location of a whole line without columns, of the given width (0 or -1 columns).
    pub const fn line_only(line: i32) -> Location {
        Location::new(line, line, -1, -1)
    }
}

/// A jump target within one instruction sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Label(pub u32);

/// One instruction or pseudo-instruction. For those with a target (`Opcode::has_target`) `argument` is the number
/// of a `Label`, otherwise the plain oparg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    pub opcode: Opcode,
    pub argument: u32,
    pub location: Location,
}

/// Instructions in source order and the position of each label.
#[derive(Clone, Debug, Default)]
pub struct InstructionSequence {
    pub instructions: Vec<Instruction>,
    /// Index of a label -> index of the instruction that it stands before (`u32::MAX`: never placed).
    pub labels: Vec<u32>,
    /// Instructions of the conditional-annotation evaluator that are spliced in later, see `annotations`.
    pub annotations: Option<Box<InstructionSequence>>,
}

impl InstructionSequence {
    pub fn new() -> InstructionSequence {
        InstructionSequence::default()
    }

    /// Makes it empty again.
    pub fn clear(&mut self) {
        self.instructions.clear();
        self.labels.clear();
        self.annotations = None;
    }

    pub fn new_label(&mut self) -> Label {
        self.labels.push(u32::MAX);
        Label(self.labels.len() as u32 - 1)
    }

    /// Puts `label` before the next instruction.
    pub fn use_label(&mut self, label: Label) {
        self.labels[label.0 as usize] = self.instructions.len() as u32;
    }

    pub fn push(&mut self, opcode: Opcode, argument: u32, location: Location) {
        self.instructions.push(Instruction { opcode, argument, location });
    }

    /// Puts an instruction at `position`, moving the labels at or after it.
    pub fn insert(&mut self, position: usize, opcode: Opcode, argument: u32, location: Location) {
        self.instructions.insert(position, Instruction { opcode, argument, location });
        for label in &mut self.labels {
            if *label != u32::MAX && *label >= position as u32 {
                *label += 1;
            }
        }
    }
}

/// Everything that the assembler needs to make one code object.
#[derive(Debug)]
pub struct CodeUnit<'s> {
    pub name: Text,
    pub qualname: Text,
    pub filename: Text,
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    /// The `CO_*` bits of `co_flags`, complete.
    pub flags: CodeFlags,
    pub firstlineno: u32,
    /// Constants in order of first use, each once by type and value; nested code objects are `Constant::Code`.
    pub consts: Vec<Constant>,
    pub names: Vec<Text>,
    /// Local variables, arguments first (`*args` and `**kwargs` after the keyword-only ones).
    pub varnames: Vec<Text>,
    /// Names of cells, in the order of `co_cellvars`; a name that is also in `varnames` shares its slot.
    pub cellvars: Vec<Text>,
    pub freevars: Vec<Text>,
    /// For each of `varnames`: a fast local of an inlined comprehension that `locals()` must not show.
    pub hidden: Vec<bool>,
    pub sequence: &'s InstructionSequence,
}
