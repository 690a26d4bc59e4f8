//! The one list of reasons for which compiled code is left.

use crate::hir::Opcode;

macro_rules! reasons {
    ($($name:ident $text:literal;)*) => {
        /// Why compiled code was left.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        #[repr(u8)]
        pub enum ExitReason { $(#[doc = $text] $name,)* }

        impl ExitReason {
            /// All reasons.
            pub const ALL: &'static [ExitReason] = &[$(ExitReason::$name),*];

            /// What `profile` says.
            pub fn text(self) -> &'static str {
                match self { $(ExitReason::$name => $text),* }
            }
        }
    };
}

reasons! {
    Exception "an exception was raised";
    NotInt "not a small int";
    NotFloat "not a float";
    NotNumber "not a small int or float";
    NotBool "not a bool";
    WrongShape "an object of another class or with other attributes";
    WrongLayout "an object of another kind";
    OtherObject "another object than before";
    OtherNames "a namespace got or lost names";
    Unbound "an unbound variable or unset attribute";
    Overflow "an int beyond 63 bits";
    DivisionByZero "division by zero, or a result that Python computes otherwise";
    OutOfBounds "an index out of bounds";
    Condition "a condition that always held before";
    Invalidated "an assumption was broken (a global, class or builtin was changed)";
    FrameSeen "somebody looked at the frame of an inlined function";
    Safepoint "a signal, a thread or the collector wanted to run";
    NeverExecuted "a branch that had never been executed";
    Stack "the stack is nearly used up";
    Unsupported "an instruction that is not compiled";
    Forced "stress mode";
}

impl ExitReason {
    /// The reason with this number.
    pub fn from_number(number: u8) -> ExitReason {
        ExitReason::ALL.get(usize::from(number)).copied().unwrap_or(ExitReason::Condition)
    }

    /// The reason for which an instruction exits.
    pub fn of(opcode: Opcode) -> ExitReason {
        match opcode {
            Opcode::CheckInt => ExitReason::NotInt,
            Opcode::CheckFloat => ExitReason::NotFloat,
            Opcode::CheckNumber => ExitReason::NotNumber,
            Opcode::GuardBool => ExitReason::NotBool,
            Opcode::GuardShape => ExitReason::WrongShape,
            Opcode::GuardLayout => ExitReason::WrongLayout,
            Opcode::GuardConstant => ExitReason::OtherObject,
            Opcode::GuardPresent => ExitReason::Unbound,
            Opcode::LoadGlobal => ExitReason::OtherNames,
            Opcode::GuardValid => ExitReason::Invalidated,
            Opcode::Safepoint => ExitReason::Safepoint,
            Opcode::IntAdd
            | Opcode::IntSub
            | Opcode::IntMul
            | Opcode::IntNeg
            | Opcode::IntShl
            | Opcode::IntShr
            | Opcode::LoadPackedInt
            | Opcode::StorePackedInt
            | Opcode::FloatTruncate => ExitReason::Overflow,
            Opcode::IntFloorDiv
            | Opcode::IntMod
            | Opcode::FloatDiv
            | Opcode::FloatPower
            | Opcode::FloatSqrt => ExitReason::DivisionByZero,
            Opcode::CheckIndex | Opcode::CheckBounds => ExitReason::OutOfBounds,
            Opcode::CallHelper
            | Opcode::CallPure
            | Opcode::CallPython
            | Opcode::Operation
            | Opcode::Truth => ExitReason::Exception,
            _ => ExitReason::Condition,
        }
    }
}
