//! The instruction table: the one definition of what HIR instructions there are.
//!
//! A row gives the opcode's name and text form, the representations of its operands, that of its result, the
//! meaning of its immediates, the heap regions it reads and writes, flags, and one line on what it does.
//! Everything else (printer, parser, verifier, effect queries of the passes) is derived from it.

use std::fmt;

/// How a value is held in a machine register.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Representation {
    /// A tagged 64-bit value word.
    Tagged,
    /// An untagged 64-bit integer. Unless an instruction says otherwise it is within a small int's 63 bits.
    Int,
    /// An unboxed float.
    Float,
    /// A machine boolean, 0 or 1.
    Bool,
    /// An address inside the heap. The collector does not move objects.
    Pointer,
    /// No value.
    Nothing,
}

/// What an immediate operand means; decides how it is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Immediate {
    /// A plain number.
    Number,
    /// The word of a tagged constant.
    Word,
    /// The bits of a float.
    FloatBits,
    /// A [`Condition`].
    Condition,
}

/// A comparison of two numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[repr(i64)]
pub enum Condition {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
}

impl Condition {
    /// All conditions, in the order of their numbers.
    pub const ALL: [Condition; 6] = [
        Condition::Equal,
        Condition::NotEqual,
        Condition::Less,
        Condition::LessEqual,
        Condition::Greater,
        Condition::GreaterEqual,
    ];

    /// The condition with this number.
    pub fn from_number(number: i64) -> Option<Condition> {
        Condition::ALL.get(usize::try_from(number).ok()?).copied()
    }

    /// The text form.
    pub fn name(self) -> &'static str {
        ["eq", "ne", "lt", "le", "gt", "ge"][self as usize]
    }

    /// The condition that holds exactly when this one doesn't. Only valid for ints: floats have NaN.
    pub fn negate(self) -> Condition {
        use Condition::*;
        match self {
            Equal => NotEqual,
            NotEqual => Equal,
            Less => GreaterEqual,
            LessEqual => Greater,
            Greater => LessEqual,
            GreaterEqual => Less,
        }
    }

    /// The condition with the operands swapped.
    pub fn swap(self) -> Condition {
        use Condition::*;
        match self {
            Less => Greater,
            LessEqual => GreaterEqual,
            Greater => Less,
            GreaterEqual => LessEqual,
            same => same,
        }
    }

    /// Does it hold for two ints?
    pub fn holds<T: PartialOrd>(self, left: T, right: T) -> bool {
        match self {
            Condition::Equal => left == right,
            Condition::NotEqual => left != right,
            Condition::Less => left < right,
            Condition::LessEqual => left <= right,
            Condition::Greater => left > right,
            Condition::GreaterEqual => left >= right,
        }
    }
}

/// A set of heap regions. Two accesses to different regions never alias.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Region(pub u16);

impl Region {
    /// No memory.
    pub const NONE: Region = Region(0);
    /// The shape in an object's header. Only instances' shapes change; those of built-in kinds don't.
    pub const SHAPE: Region = Region(1);
    /// Attribute slots of instances; told apart further by their offset.
    pub const SLOT: Region = Region(2);
    /// Elements of lists.
    pub const LIST_ITEMS: Region = Region(4);
    /// Length and buffer pointer of lists.
    pub const LIST_HEADER: Region = Region(8);
    /// Contents of dicts and sets.
    pub const DICT: Region = Region(16);
    /// Cells of closures.
    pub const CELL: Region = Region(32);
    /// Fields of native iterators.
    pub const ITERATOR: Region = Region(64);
    /// The interpreter frame's slots.
    pub const FRAME: Region = Region(128);
    /// Global variables that aren't covered by an assumption.
    pub const GLOBAL: Region = Region(256);
    /// Whether an assumption that the unit relies on has been broken.
    pub const VALIDITY: Region = Region(512);
    /// Elements of arrays of machine numbers.
    pub const PACKED: Region = Region(1024);
    /// Everything that Python code can change.
    pub const ANYTHING: Region = Region(0x7ff & !128);

    /// Have the two sets a region in common?
    pub fn meets(self, other: Region) -> bool {
        self.0 & other.0 != 0
    }
}

impl std::ops::BitOr for Region {
    type Output = Region;
    fn bitor(self, other: Region) -> Region {
        Region(self.0 | other.0)
    }
}

/// Properties of an opcode beyond its reads and writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Flags(pub u16);

impl Flags {
    /// None of them.
    pub const NONE: Flags = Flags(0);
    /// Leaves compiled code when its condition doesn't hold; needs a frame state.
    pub const EXITS: Flags = Flags(1);
    /// Calls code that may do anything a helper does: run Python, collect, raise.
    pub const CALLS: Flags = Flags(2);
    /// Makes a new object. Two of them are never merged.
    pub const ALLOCATES: Flags = Flags(4);
    /// May be executed inside an exit instead of at its place, if only frame states use it.
    pub const SINKS: Flags = Flags(8);
    /// The first two operands may be swapped.
    pub const COMMUTES: Flags = Flags(16);
    /// Yields its first operand, with a narrower type.
    pub const NARROWS: Flags = Flags(32);
    /// Must stay where it is even if its result is unused and it writes nothing.
    pub const PINNED: Flags = Flags(64);
    /// Uses the record of the unit's frame.
    pub const RECORD: Flags = Flags(128);

    /// Both sets.
    pub const fn with(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }

    /// Are all of `other` set?
    pub const fn has(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A row of the instruction table.
pub struct Definition {
    /// The text form of the opcode.
    pub name: &'static str,
    /// The operands' representations. With `variadic`, more operands of the last one may follow.
    pub operands: &'static [Representation],
    /// May there be any number of the last operand (none, too)?
    pub variadic: bool,
    /// The result's representation.
    pub result: Representation,
    /// What the immediates mean.
    pub immediates: &'static [Immediate],
    /// Regions read.
    pub reads: Region,
    /// Regions written.
    pub writes: Region,
    /// Other properties.
    pub flags: Flags,
    /// One line of meaning.
    pub meaning: &'static str,
}

macro_rules! instructions {
    ($($name:ident $text:literal ($($operand:ident)*) $(.. $rest:ident)? -> $result:ident [$($immediate:ident)*]
       $(reads($($reads:ident)|*))? $(writes($($writes:ident)|*))? $({$($flag:ident)*})? : $meaning:literal;)*) => {
        /// The instructions of the HIR.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        #[repr(u8)]
        pub enum Opcode { $(#[doc = $meaning] $name,)* }

        impl Opcode {
            /// Every opcode, in the table's order.
            pub const ALL: &'static [Opcode] = &[$(Opcode::$name),*];
        }

        static DEFINITIONS: &[Definition] = &[$(Definition {
            name: $text,
            operands: &[$(Representation::$operand,)* $(Representation::$rest)?],
            variadic: [false $(, {let _ = Representation::$rest; true})?].len() > 1,
            result: Representation::$result,
            immediates: &[$(Immediate::$immediate),*],
            reads: Region(0 $($(| Region::$reads.0)*)?),
            writes: Region(0 $($(| Region::$writes.0)*)?),
            flags: Flags(0 $($(| Flags::$flag.0)*)?),
            meaning: $meaning,
        }),*];
    };
}

instructions! {
    // Values that come from nowhere.
    Parameter "parameter" () -> Tagged []: "A block's parameter; its representation is kept in the instruction.";
    Constant "const" () -> Tagged [Word]: "A tagged constant, kept alive by the compiled unit.";
    IntConstant "int" () -> Int [Number]: "An untagged int.";
    FloatConstant "float" () -> Float [FloatBits]: "An unboxed float.";
    BoolConstant "bool" () -> Bool [Number]: "A machine boolean.";
    LoadLocal "load_local" () -> Tagged [Number] reads(FRAME): "A slot of the interpreter frame at entry.";

    // Guards and conversions between representations.
    GuardShape "guard_shape" (Tagged) -> Tagged [Number Number] reads(SHAPE) {EXITS NARROWS}: "Heap object of the shape #0; #1 is the set of kinds this implies.";
    NarrowShape "narrow_shape" (Tagged) -> Tagged [Number Number] {NARROWS PINNED}: "What a branch on has_shape has shown to be a heap object of the shape #0; #1 is the set of kinds this implies.";
    GuardLayout "guard_layout" (Tagged) -> Tagged [Number Number] {EXITS NARROWS}: "Heap object whose header has the layout byte #0; #1 is the set of kinds this implies.";
    GuardConstant "guard_const" (Tagged) -> Tagged [Word] {EXITS NARROWS}: "The very object #0.";
    GuardBool "guard_bool" (Tagged) -> Tagged [] {EXITS NARROWS}: "True or False.";
    GuardPresent "guard_present" (Tagged) -> Tagged [] {EXITS NARROWS}: "Not the absent value: a bound local, an attribute that is set.";
    GuardTrue "guard_true" (Bool) -> Nothing [] {EXITS}: "The boolean is true.";
    GuardFalse "guard_false" (Bool) -> Nothing [] {EXITS}: "The boolean is false.";
    GuardValid "guard_valid" () -> Nothing [] reads(VALIDITY) {EXITS}: "No assumption of this unit has been broken.";
    CheckInt "check_int" (Tagged) -> Int [] {EXITS}: "The payload of a small int.";
    CheckFloat "check_float" (Tagged) -> Float [] {EXITS}: "The number in a float object or immediate float.";
    CheckNumber "check_number" (Tagged) -> Float [] {EXITS}: "The number in a float or small int, as a float.";
    UnboxInt "unbox_int" (Tagged) -> Int []: "The payload of what is known to be a small int.";
    UnboxFloat "unbox_float" (Tagged) -> Float []: "The number of what is known to be a float.";
    UnboxBool "unbox_bool" (Tagged) -> Bool []: "Whether what is known to be a bool is True.";
    BoxInt "box_int" (Int) -> Tagged [] {SINKS}: "A small int.";
    BoxFloat "box_float" (Float) -> Tagged [] {SINKS}: "A float; allocates if it can't be immediate.";
    BoxBool "box_bool" (Bool) -> Tagged [] {SINKS}: "True or False.";
    IntToFloat "int_to_float" (Int) -> Float []: "Converts; exact below 2^53, else rounds to even as Python does.";
    BoolToInt "bool_to_int" (Bool) -> Int []: "0 or 1.";

    // Ints. The checked forms exit when the result doesn't fit 63 bits.
    IntAdd "int_add" (Int Int) -> Int [] {EXITS COMMUTES}: "Sum; exits on overflow.";
    IntSub "int_sub" (Int Int) -> Int [] {EXITS}: "Difference; exits on overflow.";
    IntMul "int_mul" (Int Int) -> Int [] {EXITS COMMUTES}: "Product; exits on overflow.";
    IntNeg "int_neg" (Int) -> Int [] {EXITS}: "Negation; exits on overflow.";
    IntShl "int_shl" (Int Int) -> Int [] {EXITS}: "Left shift; exits on overflow or a count outside 0..62.";
    IntShr "int_shr" (Int Int) -> Int [] {EXITS}: "Right shift; exits on a negative count.";
    IntFloorDiv "int_floordiv" (Int Int) -> Int [] {EXITS}: "Quotient rounded down; exits on zero and on overflow.";
    IntMod "int_mod" (Int Int) -> Int [] {EXITS}: "Remainder with the divisor's sign; exits on zero.";
    IntAddFast "int_add_fast" (Int Int) -> Int [] {COMMUTES}: "Sum that is known to fit.";
    IntSubFast "int_sub_fast" (Int Int) -> Int []: "Difference that is known to fit.";
    IntMulFast "int_mul_fast" (Int Int) -> Int [] {COMMUTES}: "Product that is known to fit.";
    IntShlFast "int_shl_fast" (Int Int) -> Int []: "Left shift that is known to fit, by a count of 0..62.";
    IntShrFast "int_shr_fast" (Int Int) -> Int []: "Arithmetic right shift by a count of 0..63.";
    IntDivFast "int_div_fast" (Int Int) -> Int []: "Quotient rounded down, of a divisor that is known to be a positive constant or of positive operands.";
    IntModFast "int_mod_fast" (Int Int) -> Int []: "Remainder to the above.";
    IntAnd "int_and" (Int Int) -> Int [] {COMMUTES}: "Bitwise and.";
    IntOr "int_or" (Int Int) -> Int [] {COMMUTES}: "Bitwise or.";
    IntXor "int_xor" (Int Int) -> Int [] {COMMUTES}: "Bitwise exclusive or.";
    IntInvert "int_invert" (Int) -> Int []: "Bitwise complement.";
    IntMin "int_min" (Int Int) -> Int [] {COMMUTES}: "The smaller.";
    IntMax "int_max" (Int Int) -> Int [] {COMMUTES}: "The larger.";
    IntCompare "int_compare" (Int Int) -> Bool [Condition]: "Compares two ints.";
    CheckIndex "check_index" (Int Int) -> Int [] {EXITS}: "The index itself if 0 <= index < length, index + length if -length <= index < 0.";
    CheckBounds "check_bounds" (Int Int) -> Int [] {EXITS}: "The index, if 0 <= index < length.";

    // Floats.
    FloatAdd "float_add" (Float Float) -> Float [] {COMMUTES}: "Sum.";
    FloatSub "float_sub" (Float Float) -> Float []: "Difference.";
    FloatMul "float_mul" (Float Float) -> Float [] {COMMUTES}: "Product.";
    FloatDiv "float_div" (Float Float) -> Float [] {EXITS}: "Quotient; exits if the divisor is zero.";
    FloatNeg "float_neg" (Float) -> Float []: "Negation.";
    FloatAbs "float_abs" (Float) -> Float []: "Absolute value.";
    FloatSqrt "float_sqrt" (Float) -> Float [] {EXITS}: "Square root; exits if the operand is negative.";
    FloatPower "float_power" (Float Float) -> Float [] {EXITS}: "Power; exits where Python raises or yields a complex.";
    FloatCall1 "float_call1" (Float) -> Float [Number]: "Calls the pure native function at address #0.";
    FloatCall2 "float_call2" (Float Float) -> Float [Number]: "Calls the pure native function at address #0.";
    FloatCompare "float_compare" (Float Float) -> Bool [Condition]: "Compares two floats.";
    FloatTruncate "float_truncate" (Float) -> Int [] {EXITS}: "int(x); exits if the result doesn't fit.";

    // Booleans and identity.
    BoolNot "bool_not" (Bool) -> Bool []: "Negation.";
    Is "is" (Tagged Tagged) -> Bool [] {COMMUTES}: "The same word.";
    IsConstant "is_const" (Tagged) -> Bool [Word]: "The word #0.";
    StringEqual "string_equal" (Tagged Tagged) -> Bool [] {COMMUTES}: "Are two strings of the exact type the same text?";
    Raised "raised" (Tagged) -> Bool []: "Is it what a call yields that raised?";
    HasShape "has_shape" (Tagged) -> Bool [Number] reads(SHAPE): "Is it a heap object of the shape #0?";
    TestInt "test_int" (Tagged) -> Bool []: "Is it a small int?";
    TestFloat "test_float" (Tagged) -> Bool []: "Is it a float?";
    Truth "truth" (Tagged) -> Bool [] reads(ANYTHING) writes(ANYTHING) {EXITS CALLS}: "bool(x), by a helper; exits when it raises.";

    // Objects.
    LoadSlot "load_slot" (Tagged) -> Tagged [Number] reads(SLOT): "The attribute slot at byte offset #0.";
    StoreSlot "store_slot" (Tagged Tagged) -> Nothing [Number] writes(SLOT): "Sets the attribute slot at byte offset #0.";
    LoadImmutable "load_immutable" (Tagged) -> Tagged [Number]: "A field that never changes once the object exists, at byte offset #0.";
    LoadPointer "load_pointer" (Tagged) -> Pointer [Number] reads(LIST_HEADER): "The list buffer's address, kept at byte offset #0.";
    LoadLength "load_length" (Tagged) -> Int [Number] reads(LIST_HEADER): "A list's length: the 32 or 64 bits (#0 >> 32: size in bytes) at byte offset #0.";
    LoadImmutableLength "load_immutable_length" (Tagged) -> Int [Number]: "The length of a tuple or string, likewise.";
    LoadItem "load_item" (Pointer Int) -> Tagged [Number] reads(LIST_ITEMS): "The list element at base + #0 + 8 * index.";
    StoreItem "store_item" (Tagged Pointer Int Tagged) -> Nothing [Number] writes(LIST_ITEMS): "Sets the element at base + #0 + 8 * index of the list that is the first operand.";
    LoadElement "load_element" (Tagged Int) -> Tagged [Number]: "The tuple element at object + #0 + 8 * index.";
    LoadCell "load_cell" (Tagged) -> Tagged [Number] reads(CELL): "A cell's contents, at byte offset #0.";
    StoreCell "store_cell" (Tagged Tagged) -> Nothing [Number] writes(CELL): "Sets a cell's contents.";
    LoadGlobal "load_global" (Tagged) -> Tagged [Number Number] reads(GLOBAL) {EXITS}: "The value at byte offset #0 of the table of a namespace; exits if its keys haven't the version #1.";
    LoadIteratorWord "load_iterator_word" (Tagged) -> Int [Number] reads(ITERATOR): "An untagged field of a native iterator.";
    StoreIteratorWord "store_iterator_word" (Tagged Int) -> Nothing [Number] writes(ITERATOR): "Sets such a field.";
    LoadIteratorValue "load_iterator_value" (Tagged) -> Tagged [Number] reads(ITERATOR): "A tagged field of a native iterator.";
    StringItem "string_item" (Tagged Int) -> Tagged [Number]: "The one-character string at an index that is in bounds, by the helper #0.";
    LoadPackedInt "load_packed_int" (Pointer Int) -> Int [Number] reads(PACKED) {EXITS}: "The int at an index of packed elements of the kind #0; exits if it is beyond 63 bits.";
    LoadPackedFloat "load_packed_float" (Pointer Int) -> Float [Number] reads(PACKED): "The float at an index of packed elements of the kind #0.";
    StorePackedInt "store_packed_int" (Pointer Int Int) -> Nothing [Number] writes(PACKED) {EXITS}: "Sets an element of the kind #0; exits if the int doesn't fit.";
    StorePackedFloat "store_packed_float" (Pointer Int Float) -> Nothing [Number] writes(PACKED): "Sets an element of the kind #0.";

    // Allocation. All of them but NewInstance have contents that never change, or are only used once nobody else can see them.
    NewInstance "new_instance" () .. Tagged -> Tagged [Number Number] {ALLOCATES SINKS}: "An instance of the shape #0 whose slots are the operands; #1 is its size in bytes.";
    NewTuple "new_tuple" () .. Tagged -> Tagged [] {ALLOCATES SINKS}: "A tuple.";
    NewList "new_list" () .. Tagged -> Tagged [] {ALLOCATES SINKS}: "A list.";
    NewRangeIterator "new_range_iterator" (Int Int Int) -> Tagged [] {ALLOCATES SINKS}: "A range iterator with next value, remaining length, step.";
    NewSequenceIterator "new_sequence_iterator" (Tagged Int) -> Tagged [Number] {ALLOCATES SINKS}: "An iterator over a list (#0 = 0) or tuple (1) at an index.";
    NewEnumerate "new_enumerate" (Tagged Int) -> Tagged [Number Number] {ALLOCATES SINKS}: "An enumerate object over a list (#0 = 0) or tuple (1) at an index, whose numbers are the index plus #1.";
    NewBoundMethod "new_bound_method" (Tagged Tagged) -> Tagged [] {ALLOCATES SINKS}: "A bound method of function and self.";
    NewCell "new_cell" (Tagged) -> Tagged [] {ALLOCATES SINKS}: "A cell of a closure.";

    // Calls.
    CallHelper "call_helper" () .. Tagged -> Tagged [Number Number] reads(ANYTHING) writes(ANYTHING) {EXITS CALLS}: "Calls the helper #0 with the immediate #1 and the operands; exits when it raises.";
    CallPure "call_pure" () .. Tagged -> Tagged [Number Number] reads(ANYTHING) {EXITS}: "As call_helper, for one that neither runs Python nor changes anything visible.";
    CallPython "call_python" () .. Tagged -> Tagged [Number Number] reads(ANYTHING) writes(ANYTHING) {EXITS CALLS}: "Calls the Python function of the frame number #0 with these bound arguments; the instruction takes #1 values from the stack.";
    Catch "catch" () .. Tagged -> Tagged [] reads(ANYTHING) writes(ANYTHING|FRAME) {CALLS PINNED}: "The exception that the call with the same state has just raised, caught in the unit's own frame; generators among the operands are closed if only the stack had them.";
    Operation "operation" () .. Tagged -> Tagged [Number Number] reads(ANYTHING|FRAME) writes(ANYTHING|FRAME) {EXITS CALLS}: "The general body of the bytecode #0 (opcode, operand << 8) on the top of the interpreter's stack, where it puts its operands; yields its first result, or None if it has none; #1 is 1 for one that may jump: then it yields the word of 44.";
    StoreShape "store_shape" (Tagged) -> Nothing [Number Number] writes(SHAPE): "Gives an instance the shape #0; #1 is its set of kinds.";
    StoreLocal "store_local" (Tagged) -> Nothing [Number] writes(FRAME): "Sets a slot of the interpreter frame.";
    Safepoint "safepoint" () -> Nothing [] reads(ANYTHING) writes(ANYTHING) {EXITS CALLS PINNED}: "Polls the thread's breaker; exits when something wants to be done.";
    ListAppend "list_append" (Tagged Tagged) -> Nothing [] reads(LIST_HEADER) writes(LIST_HEADER|LIST_ITEMS): "Appends to a list.";

    // Generators: the unit's own frame is one's.
    ResumePoint "resume_point" () -> Int [Number] reads(FRAME) {RECORD}: "Where the frame is, in code units; #0 is the address of the first instruction.";
    SkipResume "skip_resume" () -> Nothing [] writes(FRAME) {PINNED RECORD}: "The unit isn't compiled for where the frame is: moves it past its RESUME, and counts that.";
    Owner "owner" () -> Tagged [] reads(FRAME) {RECORD}: "The generator whose frame it is.";
    SaveLocal "save_local" (Tagged Tagged) -> Nothing [Number] writes(FRAME): "Saves a slot of the frame in the generator, the first operand.";
    Suspend "suspend" (Tagged) -> Nothing [Number Number] writes(ANYTHING|FRAME) {PINNED RECORD}: "Marks the generator suspended at the YIELD_VALUE at address #0, with (low half of #1) values on its stack; the high half is 1 when it delegates.";
    CountExit "count" () -> Nothing [Number] {PINNED}: "Adds one to the counter at address #0 (profile and tests).";
}

impl Opcode {
    /// The opcode's row of the table.
    pub fn definition(self) -> &'static Definition {
        &DEFINITIONS[self as usize]
    }

    /// The opcode with this text form.
    pub fn parse(name: &str) -> Option<Opcode> {
        Opcode::ALL.iter().copied().find(|opcode| opcode.definition().name == name)
    }

    /// Is the flag set?
    pub fn has(self, flag: Flags) -> bool {
        self.definition().flags.has(flag)
    }

    /// Has it no effect but its result, and depends on nothing but its operands? An exit is no effect here:
    /// executing a pure instruction once more, where it is dominated by itself, changes nothing.
    pub fn is_pure(self) -> bool {
        let definition = self.definition();
        definition.reads == Region::NONE
            && definition.writes == Region::NONE
            && !self.has(Flags::ALLOCATES)
            && !self.has(Flags::CALLS)
            && !self.has(Flags::PINNED)
            && self != Opcode::Parameter
    }

    /// May it be dropped when nobody uses its result?
    pub fn is_removable(self) -> bool {
        let definition = self.definition();
        definition.writes == Region::NONE
            && !self.has(Flags::EXITS)
            && !self.has(Flags::PINNED)
            && self != Opcode::Parameter
    }
}

impl fmt::Display for Opcode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.definition().name)
    }
}
