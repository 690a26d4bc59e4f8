//! Where things are in objects: everything that compiled code knows about the runtime's data.
//!
//! Value words are defined by the design and repeated here for the passes; the offsets come from the runtime
//! by `offset_of!`.

use crate::hir::{Kinds, Type};

/// The word of False.
pub const FALSE: u64 = 4;
/// The word of True.
pub const TRUE: u64 = 12;
/// The word of None.
pub const NONE: u64 = 20;
/// The word of Ellipsis.
pub const ELLIPSIS: u64 = 28;
/// The word of NotImplemented.
pub const NOT_IMPLEMENTED: u64 = 36;
/// What compiled code returns when it has rebuilt interpreter frames that the caller must run.
pub const DEOPTED: u64 = 44;
/// Results of compiled code at or above this (unsigned), and constants other than 0 and [`DEOPTED`], are values.
pub const FIRST_SPECIAL: u64 = DEOPTED;

/// The word of a bool.
pub fn bool_word(truth: bool) -> u64 {
    if truth { TRUE } else { FALSE }
}

/// The word of a float, if it can be immediate.
pub fn float_word(number: f64) -> Option<u64> {
    let word = number.to_bits().wrapping_add(1 << 60).rotate_left(3);
    (word & 3 == 2).then_some(word)
}

/// The float in an immediate float's word.
pub fn word_float(word: u64) -> f64 {
    f64::from_bits(word.rotate_right(3).wrapping_sub(1 << 60))
}

/// The kinds that a constant word can be of; heap pointers can be anything on the heap.
pub fn kinds_of_word(word: u64) -> Kinds {
    type_of_word(word).kinds
}

/// The type of a constant word.
pub fn type_of_word(word: u64) -> Type {
    if word & 1 == 1 {
        let number = word as i64 >> 1;
        return Type { constant: word, ..Type::int(number, number) };
    }
    let kinds = match word {
        0 => Kinds::ABSENT,
        FALSE | TRUE => Kinds::BOOL,
        NONE => Kinds::NONE,
        _ if word & 3 == 2 => Kinds::FLOAT,
        _ if word & 7 == 4 => Kinds::CONSTANT,
        _ => Kinds(Kinds::ANY.0 & !(Kinds::IMMEDIATE.0)),
    };
    Type { constant: word, ..Type::of(kinds) }
}

/// The header of objects of a class.
#[derive(Clone, Copy, Debug, Default)]
pub struct ObjectLayout {
    /// The layout byte.
    pub layout: u8,
    /// The shape number.
    pub shape: u32,
}

/// Offsets of a generator's fields.
#[derive(Clone, Copy, Debug, Default)]
pub struct GeneratorLayout {
    /// Its state, a byte.
    pub state: i32,
    /// Whether it waits in a delegation, a byte.
    pub delegating: i32,
    /// How many values are on its saved stack, 32 bits.
    pub stack_depth: i32,
    /// The instruction to go on at.
    pub pc: i32,
    /// The exception that it handles.
    pub handled: i32,
    /// The first of its saved locals.
    pub saved: i32,
    /// The state of a suspended one.
    pub suspended: u8,
}

/// Offsets of fields and addresses of the runtime's functions.
#[derive(Clone, Debug)]
pub struct Layout {
    /// `Thread`: the word that something wants to be done at the next safepoint.
    pub thread_breaker: i32,
    /// `Thread`: the running frame's record.
    pub thread_frame: i32,
    /// `Thread`: records at or above this address exceed the recursion limit.
    pub thread_frame_limit: i32,
    /// `Thread`: values at or above this address don't fit.
    pub thread_stack_limit: i32,
    /// `Thread`: native stack addresses below this are too deep.
    pub thread_native_limit: i32,
    /// Bytes of a frame record.
    pub frame_bytes: i32,
    /// Frame record: the current instruction.
    pub frame_pc: i32,
    /// Frame record: the first constant.
    pub frame_constants: i32,
    /// Frame record: the global namespace.
    pub frame_globals: i32,
    /// Frame record: the builtins.
    pub frame_builtins: i32,
    /// Frame record: the exception that a generator's resumer handled.
    pub frame_handled: i32,
    /// Code object: compiled code to enter by a call, or null.
    pub code_entry: i32,
    /// The word of flags of an `__init__` called by its class.
    pub frame_init_flag: i64,
    /// Frame record: the first local.
    pub frame_fp: i32,
    /// Frame record: the top of the operand stack.
    pub frame_sp: i32,
    /// Frame record: the code object.
    pub frame_code: i32,
    /// Frame record: the function.
    pub frame_function: i32,
    /// Frame record: mapping of local names.
    pub frame_locals: i32,
    /// Frame record: generator or new instance.
    pub frame_owner: i32,
    /// Frame record: the frame object.
    pub frame_object: i32,
    /// Frame record: flags and return offset, as one 64-bit word.
    pub frame_flags: i32,
    /// The flag of a generator's frame that handles an exception of its own.
    pub frame_handles_flag: i64,
    /// Generators.
    pub generator: GeneratorLayout,
    /// Header: the shape number.
    pub header_shape: i32,
    /// Header: the collector's byte.
    pub header_collector: i32,
    /// Header: the layout byte.
    pub header_layout: i32,
    /// Bits of the collector's byte that call for a write barrier.
    pub barrier_mask: i64,
    /// The shape of floats.
    pub float_shape: u32,
    /// Where a boxed float has its number.
    pub float_value: i32,
    /// The address of 0.0.
    pub float_zero: u64,
    /// Stress mode: the address of a counter that every guard counts down, leaving at 0. Else 0.
    pub stress_counter: u64,
    /// The address of the heap region's cursor.
    pub region_cursor: u64,
    /// The address of the heap region's limit.
    pub region_limit: u64,
    /// The layout byte of plain instances.
    pub instance_layout: u8,
    /// Tuples.
    pub tuple: ObjectLayout,
    /// Where a tuple has its length.
    pub tuple_length: i32,
    /// Where its items begin.
    pub tuple_items: i32,
    /// Bound methods.
    pub method: ObjectLayout,
    /// Where a bound method has its function; its receiver follows.
    pub method_function: i32,
    /// Cells.
    pub cell: ObjectLayout,
    /// Where a cell has its contents.
    pub cell_contents: i32,
    /// The helpers' addresses.
    pub helpers: [usize; Helper::COUNT],
}

macro_rules! helpers {
    ($($name:ident $kind:ident $text:literal;)*) => {
        /// A function of the runtime that compiled code calls.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        #[repr(u8)]
        pub enum Helper { $(#[doc = $text] $name,)* }

        impl Helper {
            /// How many there are.
            pub const COUNT: usize = [$(Helper::$name),*].len();
            /// All of them.
            pub const ALL: &'static [Helper] = &[$(Helper::$name),*];

            /// How it is called.
            pub fn convention(self) -> Convention {
                match self { $(Helper::$name => Convention::$kind),* }
            }

            /// Its name, for listings.
            pub fn name(self) -> &'static str {
                match self { $(Helper::$name => stringify!($name)),* }
            }
        }
    };
}

/// How a helper takes its arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Convention {
    /// `fn(thread, immediate, value...) -> value`, up to four values.
    Registers,
    /// `fn(thread, immediate, *const value, count) -> value`.
    Array,
    /// Something else; only lowering calls it.
    Internal,
}

helpers! {
    Deoptimize Internal "fn(thread, fp, unit, exit, values) -> word: rebuilds the frames of an exit.";
    DetachFrame Internal "fn(record): a record with a frame object is about to go.";
    Resume Internal "fn(thread, record) -> value or 0: runs the rebuilt frames above a record to their end.";
    Enter Internal "fn(thread, record) -> value or 0: interprets the frame just above a record.";

    BoxFloat Internal "fn(f64) -> value: a float that can't be immediate.";
    WriteBarrier Internal "fn(object): remembers an object of the old generation that was written.";
    Truth Internal "fn(thread, value) -> 0, 1, or 2 if it raised.";
    Power Internal "fn(f64, f64) -> f64.";
    ListAppend Internal "fn(list, value): appends to a list of the exact type.";
    CallNative Array "Calls the native function of the definition at #1.";
    StringsEqual Internal "fn(string, string) -> 0 or 1.";
    NewTuple Array "A tuple of the values.";
    NewList Array "A list of the values.";
    Allocate Internal "fn(layout byte, shape, bytes) -> object: a cleared object, filled by the caller before the next safepoint.";
    NewRangeIterator Internal "fn(next, remaining, step) -> object.";
    NewEnumerate Internal "fn(sequence, index, is tuple, start) -> object.";
    NewSequenceIterator Internal "fn(sequence, index, is tuple) -> object.";
    Subscript Registers "a[b]";
    Slice Registers "a[b:c]";
    StoreSubscript Registers "a[b] = c";
    Call Array "Calls the first value with the others.";
    MissedResume Internal "fn(unit) -> 0: a unit was entered where it isn't compiled for.";
    LeaveHandled Internal "fn(thread) -> 0: a generator that handles an exception yields.";
    Propagate Internal "fn(thread, record) -> 0: what was raised in the frame of the record goes through all frames of the unit.";
    Catch Internal "fn(thread, record, *const value, count) -> exception: what was raised below the record of the innermost frame is caught by the unit's own; the values are dropped.";
    Operation Internal "fn(thread, opcode and operand) -> word: the general body of an instruction.";
    StringItem Registers "A string's one-character string at a small int.";
    Contains Registers "b in a, negated if #1.";
}

/// The range of shapes' inline slots within an instance, packed into one immediate.
pub fn pack_instance(bytes: u32, first_slot: u32) -> i64 {
    i64::from(bytes) | i64::from(first_slot) << 32
}

/// Where the first slot of the instance that a `new_instance` with this immediate makes is.
pub fn instance_first_slot(immediate: i64) -> i64 {
    immediate >> 32
}
