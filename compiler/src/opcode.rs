//! Opcodes and their properties, derived from the table in `opcode/table.rs`, and the smaller tables of what
//! operands mean (binary operators, comparisons, intrinsic functions, ...).

#[macro_use]
mod table;
mod operand;

pub use operand::{
    BinaryOperator, CommonConstant, Comparison, Conversion, FunctionAttribute, Intrinsic1, Intrinsic2,
    ResumePoint, SpecialMethod,
};

/// What an instruction's operand means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum OperandKind {
    /// There is none.
    None,
    /// A number with a meaning of its own.
    Raw,
    /// How many values are taken, given or concerned.
    Count,
    /// A place in the stack, counted from the top, starting at 1.
    Depth,
    /// Index into the constants.
    Const,
    /// Index into the names.
    Name,
    /// Index into the names, shifted left by one; bit 0 asks for a null after the value.
    Global,
    /// Index into the names, shifted left by one; bit 0 asks for a method and `self`.
    Attribute,
    /// Index into the names, shifted left by two; bit 0 asks for a method, bit 1 says that `super` has two arguments.
    SuperAttribute,
    /// Index into the fast locals.
    Local,
    /// Two indices into the fast locals, four bits each, the first instruction's in the upper half.
    LocalPair,
    /// Index of a cell in the fast locals.
    Free,
    /// Code units ahead, counted from the end of the instruction and its caches.
    JumpForward,
    /// Code units back, counted from the end of the instruction and its caches.
    JumpBackward,
    /// A label (before assembly).
    Jump,
    /// The label of an exception handler (before assembly).
    Handler,
    /// A [`Comparison`] shifted left by five; bit 4 asks for a bool; the lower bits are a mask for specialisation.
    Compare,
    /// A [`BinaryOperator`].
    BinaryOperator,
    /// An int.
    SmallInt,
    /// 1 negates the test.
    Invert,
    /// An [`Intrinsic1`].
    Intrinsic1,
    /// An [`Intrinsic2`].
    Intrinsic2,
    /// A [`CommonConstant`].
    CommonConstant,
    /// A [`SpecialMethod`].
    SpecialMethod,
    /// A [`FunctionAttribute`].
    FunctionAttribute,
    /// A [`Conversion`].
    Conversion,
    /// A [`ResumePoint`] in the lower two bits.
    Resume,
    /// Values before the starred target, and after it shifted left by eight.
    UnpackEx,
    /// Bit 0: there is a format specification; the rest: a conversion shifted left by two.
    Interpolation,
}

/// Which section of the table an opcode comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Section {
    /// What the compiler emits.
    Base,
    /// A form of a base opcode that the interpreter quickens it to.
    Specialized,
    /// A form of a base opcode that reports to monitoring tools.
    Instrumented,
    /// A specialisation of Taipan's own.
    Own,
    /// Only exists before assembly.
    Pseudo,
}

/// A property that the table gives an opcode.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flag {
    /// May raise or run other code.
    Escapes = 1,
    /// The next instruction is never reached from this one.
    Terminator = 2,
}

/// A row of the table.
struct Properties {
    opcode: Opcode,
    name: &'static str,
    meaning: &'static str,
    kind: OperandKind,
    caches: u8,
    pops: Effect,
    pushes: Effect,
    flags: u8,
    section: Section,
    base: Opcode,
}

/// How many values are taken from or put on the stack.
#[derive(Clone, Copy)]
enum Effect {
    Fixed(u8),
    /// It depends on the operand.
    Varies(fn(u32) -> u32),
}

/// The effect that a closure of the table describes: fixed if it doesn't look at the operand.
macro_rules! effect {
    (_, $count:expr) => {
        Effect::Fixed($count)
    };
    ($operand:ident, $count:expr) => {
        Effect::Varies(|$operand| $count)
    };
}

/// The number of the last row of the table.
const LAST: usize = Opcode::StoreFastMaybeNull as usize;

macro_rules! define_opcodes {
    (()
     base { $(($b_num:literal, $b_var:ident, $b_name:literal, $b_kind:ident, $b_caches:literal, |$b_in:tt| $b_pops:expr, |$b_out:tt| $b_pushes:expr, [$($b_flag:ident),*], $b_doc:literal))* }
     specialized { $(($s_num:literal, $s_var:ident, $s_name:literal, $s_base:ident, $s_doc:literal))* }
     instrumented { $(($i_num:literal, $i_var:ident, $i_name:literal, $i_base:ident, $i_doc:literal))* }
     own { $(($o_num:literal, $o_var:ident, $o_name:literal, $o_base:ident, $o_doc:literal))* }
     pseudo { $(($p_num:literal, $p_var:ident, $p_name:literal, $p_kind:ident, $p_caches:literal, |$p_in:tt| $p_pops:expr, |$p_out:tt| $p_pushes:expr, [$($p_flag:ident),*], $p_doc:literal))* }
    ) => {
        /// An opcode of CPython 3.14. Those below 256 are real; the others only exist before assembly.
        #[repr(u16)]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        pub enum Opcode {
            $(#[doc = $b_doc] $b_var = $b_num,)*
            $(#[doc = $s_doc] $s_var = $s_num,)*
            $(#[doc = $i_doc] $i_var = $i_num,)*
            $(#[doc = $o_doc] $o_var = $o_num,)*
            $(#[doc = $p_doc] $p_var = $p_num,)*
        }

        /// The rows, found by number.
        static PROPERTIES: [Option<Properties>; LAST + 1] = {
            let mut rows = [const { None }; LAST + 1];
            $(rows[$b_num] = Some(Properties {
                opcode: Opcode::$b_var, name: $b_name, meaning: $b_doc, kind: OperandKind::$b_kind, caches: $b_caches,
                pops: effect!($b_in, $b_pops), pushes: effect!($b_out, $b_pushes), flags: 0 $(| Flag::$b_flag as u8)*, section: Section::Base, base: Opcode::$b_var,
            });)*
            $(rows[$s_num] = Some(derived(&rows, Opcode::$s_var, $s_name, $s_doc, Section::Specialized, Opcode::$s_base));)*
            $(rows[$i_num] = Some(derived(&rows, Opcode::$i_var, $i_name, $i_doc, Section::Instrumented, Opcode::$i_base));)*
            $(rows[$o_num] = Some(derived(&rows, Opcode::$o_var, $o_name, $o_doc, Section::Own, Opcode::$o_base));)*
            $(rows[$p_num] = Some(Properties {
                opcode: Opcode::$p_var, name: $p_name, meaning: $p_doc, kind: OperandKind::$p_kind, caches: $p_caches,
                pops: effect!($p_in, $p_pops), pushes: effect!($p_out, $p_pushes), flags: 0 $(| Flag::$p_flag as u8)*, section: Section::Pseudo, base: Opcode::$p_var,
            });)*
            rows
        };
    };
}

for_each_opcode!(define_opcodes);

/// The row of an opcode that shares its operand, caches, effect and flags with its base.
const fn derived(
    rows: &[Option<Properties>; LAST + 1],
    opcode: Opcode,
    name: &'static str,
    meaning: &'static str,
    section: Section,
    base: Opcode,
) -> Properties {
    match &rows[base as usize] {
        Some(row) => Properties {
            opcode,
            name,
            meaning,
            kind: row.kind,
            caches: row.caches,
            pops: row.pops,
            pushes: row.pushes,
            flags: row.flags,
            section,
            base,
        },
        None => panic!("the base of a derived opcode must come first"),
    }
}

/// The number of each opcode's base, 0 for numbers without an opcode.
pub static BASES: [u8; 256] = {
    let mut bases = [0; 256];
    let mut number = 0;
    while number < 256 {
        if let Some(row) = &PROPERTIES[number] {
            bases[number] = row.base as u8;
        }
        number += 1;
    }
    bases
};

/// The opcodes that compiled code consists of, by number. `EXTENDED_ARG` isn't among them: it is part of an instruction.
pub(crate) static EMITTED: [Option<Opcode>; 256] = {
    let mut emitted = [None; 256];
    let mut number = 0;
    while number < 256 {
        if let Some(row) = &PROPERTIES[number] {
            let never = matches!(
                row.opcode,
                Opcode::Cache | Opcode::Reserved | Opcode::InterpreterExit | Opcode::ExtendedArg
            );
            if !never && matches!(row.section, Section::Base) {
                emitted[number] = Some(row.opcode);
            }
        }
        number += 1;
    }
    emitted
};

/// How many inline-cache words follow the opcode with each number.
pub static CACHE_WORDS: [u8; 256] = {
    let mut words = [0; 256];
    let mut number = 0;
    while number < 256 {
        if let Some(row) = &PROPERTIES[number] {
            words[number] = row.caches;
        }
        number += 1;
    }
    words
};

/// What the passes of the compiler ask most often, packed: how many values an opcode takes and gives, and of which
/// class it is.
#[derive(Clone, Copy)]
struct Brief {
    pops: u8,
    pushes: u8,
    caches: u8,
    class: u8,
    kind: OperandKind,
}

impl Brief {
    /// In place of a count: it depends on the operand.
    const VARIES: u8 = u8::MAX;
    const JUMP: u8 = 1;
    const HANDLER: u8 = 2;
}

static BRIEFS: [Brief; LAST + 1] = {
    let nothing = Brief { pops: 0, pushes: 0, caches: 0, class: 0, kind: OperandKind::None };
    let mut briefs = [nothing; LAST + 1];
    let mut number = 0;
    while number <= LAST {
        if let Some(row) = &PROPERTIES[number] {
            briefs[number] = Brief {
                pops: if let Effect::Fixed(count) = row.pops { count } else { Brief::VARIES },
                pushes: if let Effect::Fixed(count) = row.pushes { count } else { Brief::VARIES },
                caches: row.caches,
                class: match row.kind {
                    OperandKind::JumpForward | OperandKind::JumpBackward | OperandKind::Jump => Brief::JUMP,
                    OperandKind::Handler => Brief::HANDLER,
                    _ => 0,
                },
                kind: row.kind,
            };
        }
        number += 1;
    }
    briefs
};

impl Effect {
    fn count(self, operand: u32) -> u32 {
        match self {
            Effect::Fixed(count) => count.into(),
            Effect::Varies(count) => count(operand),
        }
    }
}

impl Opcode {
    #[inline]
    fn brief(self) -> Brief {
        BRIEFS[self as usize]
    }

    fn properties(self) -> &'static Properties {
        match &PROPERTIES[self as usize] {
            Some(row) => row,
            None => unreachable!("every variant comes from a row"),
        }
    }

    /// The opcode with this number, if there is one.
    pub fn from_u8(number: u8) -> Option<Opcode> {
        Opcode::from_u16(number.into())
    }

    /// The opcode with this number, pseudo ones included, if there is one.
    pub fn from_u16(number: u16) -> Option<Opcode> {
        PROPERTIES.get(usize::from(number))?.as_ref().map(|row| row.opcode)
    }

    /// The opcode with this name.
    pub fn from_name(name: &str) -> Option<Opcode> {
        Opcode::all().find(|opcode| opcode.name() == name)
    }

    /// All opcodes, by number.
    pub fn all() -> impl Iterator<Item = Opcode> {
        PROPERTIES.iter().flatten().map(|row| row.opcode)
    }

    /// CPython's name of it, such as `LOAD_FAST`.
    pub fn name(self) -> &'static str {
        self.properties().name
    }

    /// One line that says what it does.
    pub fn meaning(self) -> &'static str {
        self.properties().meaning
    }

    /// What its operand means.
    #[inline]
    pub fn operand_kind(self) -> OperandKind {
        self.brief().kind
    }

    /// How many inline-cache words follow it.
    #[inline]
    pub fn cache_words(self) -> usize {
        self.brief().caches.into()
    }

    /// How many values it takes from the stack; see [`Opcode::stack_effect`] for jumps.
    #[inline]
    pub fn pops(self, operand: u32) -> u32 {
        match self.brief().pops {
            Brief::VARIES => self.properties().pops.count(operand),
            count => count.into(),
        }
    }

    /// How many values it puts on the stack after taking [`Opcode::pops`]; see [`Opcode::stack_effect`] for jumps.
    #[inline]
    pub fn pushes(self, operand: u32) -> u32 {
        match self.brief().pushes {
            Brief::VARIES => self.properties().pushes.count(operand),
            count => count.into(),
        }
    }

    /// How much the stack grows when the instruction jumps (`jumps`) or goes on (`!jumps`). Entering a handler's range
    /// has no effect; entering the handler (`jumps`) has.
    pub fn stack_effect(self, operand: u32, jumps: bool) -> i32 {
        if self.pushes_handler() && !jumps {
            return 0;
        }
        self.pushes(operand) as i32 - self.pops(operand) as i32
    }

    /// Whether it has an operand in CPython's sense; the operand of the others is ignored.
    pub fn has_operand(self) -> bool {
        self.operand_kind() != OperandKind::None
    }

    /// Whether its operand leads to another instruction (the pseudo-instructions that set handlers up excluded).
    #[inline]
    pub fn is_jump(self) -> bool {
        self.brief().class & Brief::JUMP != 0
    }

    /// Whether it enters the range of an exception handler (before assembly).
    #[inline]
    pub fn pushes_handler(self) -> bool {
        self.brief().class & Brief::HANDLER != 0
    }

    /// Whether the next instruction is never reached from this one.
    pub fn is_terminator(self) -> bool {
        self.properties().flags & Flag::Terminator as u8 != 0
    }

    /// Whether it may raise or run other code.
    pub fn escapes(self) -> bool {
        self.properties().flags & Flag::Escapes as u8 != 0
    }

    /// Whether it only moves values between the stack, fast locals and constants. The verifier relies on it that such
    /// an instruction never raises, whatever the table says of what it may run.
    pub fn never_raises(self) -> bool {
        matches!(
            self,
            Opcode::Nop
                | Opcode::NotTaken
                | Opcode::Copy
                | Opcode::Swap
                | Opcode::PopTop
                | Opcode::PushNull
                | Opcode::LoadConst
                | Opcode::LoadSmallInt
                | Opcode::LoadFast
                | Opcode::LoadFastBorrow
                | Opcode::LoadFastLoadFast
                | Opcode::LoadFastBorrowLoadFastBorrow
                | Opcode::LoadFastAndClear
                | Opcode::StoreFast
                | Opcode::StoreFastLoadFast
                | Opcode::StoreFastStoreFast
                | Opcode::MakeCell
                | Opcode::JumpForward
                | Opcode::JumpBackwardNoInterrupt
        )
    }

    /// Which section of the table it comes from.
    pub fn section(self) -> Section {
        self.properties().section
    }

    /// Whether it only exists before assembly.
    pub fn is_pseudo(self) -> bool {
        self.section() == Section::Pseudo
    }

    /// The opcode that the compiler emits and that this one stands in for (itself for a base opcode).
    pub fn base(self) -> Opcode {
        self.properties().base
    }
}

#[cfg(test)]
mod tests;
