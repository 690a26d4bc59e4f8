//! `_opcode`: what `opcode` and `dis` ask about the bytecode, answered from the compiler's table of opcodes.

use taipan_compiler::opcode::{
    BinaryOperator, Intrinsic1, Intrinsic2, Opcode, OperandKind, Section, SpecialMethod,
};
use taipan_runtime::object::list::List;
use taipan_runtime::object::str::Str;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::prelude::*;

/// Opcode support module.
pub struct OpcodeModule;

/// The opcode with a number, if it is one of CPython's.
fn find(number: i32) -> Option<Opcode> {
    let opcode = Opcode::from_u16(u16::try_from(number).ok()?)?;
    (opcode.section() != Section::Own).then_some(opcode)
}

fn has_kind(number: i32, kinds: &[OperandKind]) -> bool {
    find(number).is_some_and(|opcode| kinds.contains(&opcode.operand_kind()))
}

/// The instrumented forms look their operands up elsewhere, and quickened ones mostly in their caches.
fn is_plain(number: i32) -> bool {
    find(number).is_some_and(|opcode| matches!(opcode.section(), Section::Base | Section::Pseudo))
}

/// `LOAD_DEREF` reads its cell as any local.
fn reads_cell_as_local(number: i32) -> bool {
    find(number) == Some(Opcode::LoadDeref)
}

fn names(texts: impl Iterator<Item = String>) -> Value {
    let list = List::new(&[]);
    for text in texts {
        list.push(Str::new(&text).value());
    }
    list.value()
}

/// `InplaceFloorDivide` as `NB_INPLACE_FLOOR_DIVIDE`; C's names for shifts and subscripts are shorter.
fn operator_name(operator: BinaryOperator) -> String {
    let mut name = String::from("NB");
    for letter in format!("{operator:?}").chars() {
        if letter.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name.replace("LEFT_SHIFT", "LSHIFT").replace("RIGHT_SHIFT", "RSHIFT").replace("SUBSCRIPT", "SUBSCR")
}

#[native_module(name = "_opcode")]
impl OpcodeModule {
    /// Compute the stack effect of the opcode.
    #[function("(opcode, oparg=None, /, *, jump=None)")]
    fn stack_effect(
        thread: &mut Thread,
        opcode: i32,
        oparg: Option<i32>,
        jump: Option<Value>,
    ) -> Result<i64> {
        let ways: &[bool] = match jump {
            None => &[false, true],
            Some(Value::TRUE) => &[true],
            Some(Value::FALSE) => &[false],
            Some(_) => return Err(thread.value_error("stack_effect: jump must be False, True or None")),
        };
        let Some(known) = find(opcode) else {
            return Err(thread.value_error("invalid opcode or oparg"));
        };
        let oparg = oparg.unwrap_or(0) as u32;
        Ok(ways.iter().map(|&jumps| i64::from(known.stack_effect(oparg, jumps))).max().unwrap_or(0))
    }

    /// Return True if opcode is valid, False otherwise.
    #[function("(opcode)")]
    fn is_valid(opcode: i32) -> bool {
        find(opcode).is_some()
    }

    /// Return True if the opcode uses its oparg, False otherwise.
    #[function("(opcode)")]
    fn has_arg(opcode: i32) -> bool {
        find(opcode).is_some_and(Opcode::has_operand)
    }

    /// Return True if the opcode accesses a constant, False otherwise.
    #[function("(opcode)")]
    fn has_const(opcode: i32) -> bool {
        has_kind(opcode, &[OperandKind::Const])
    }

    /// Return True if the opcode accesses an attribute by name, False otherwise.
    #[function("(opcode)")]
    fn has_name(opcode: i32) -> bool {
        use OperandKind::{Attribute, Global, Name, SuperAttribute};
        is_plain(opcode) && has_kind(opcode, &[Name, Global, Attribute, SuperAttribute])
    }

    /// Return True if the opcode has a jump target, False otherwise.
    #[function("(opcode)")]
    fn has_jump(opcode: i32) -> bool {
        find(opcode).is_some_and(Opcode::is_jump)
    }

    /// Return True if the opcode accesses a free variable, False otherwise.
    ///
    /// Note that 'free' in this context refers to names in the current scope
    /// that are referenced by inner scopes or names in outer scopes that are
    /// referenced from this scope. It does not include references to global
    /// or builtin scopes.
    #[function("(opcode)")]
    fn has_free(opcode: i32) -> bool {
        is_plain(opcode) && has_kind(opcode, &[OperandKind::Free]) && !reads_cell_as_local(opcode)
    }

    /// Return True if the opcode accesses a local variable, False otherwise.
    #[function("(opcode)")]
    fn has_local(opcode: i32) -> bool {
        is_plain(opcode)
            && (has_kind(opcode, &[OperandKind::Local, OperandKind::LocalPair])
                || reads_cell_as_local(opcode))
    }

    /// Return True if the opcode sets an exception handler, False otherwise.
    #[function("(opcode)")]
    fn has_exc(opcode: i32) -> bool {
        find(opcode).is_some_and(Opcode::pushes_handler)
    }

    /// Return the specialization statistics
    #[function("()")]
    fn get_specialization_stats() {}

    /// Return array of symbols of binary ops.
    ///
    /// Indexed by the BINARY_OP oparg value.
    #[function("()")]
    fn get_nb_ops() -> Value {
        let list = List::new(&[]);
        for &operator in BinaryOperator::ALL {
            let name = Str::new(&operator_name(operator)).value();
            let symbol = Str::new(operator.text()).value();
            list.push(Tuple::new(&[name, symbol]).value());
        }
        list.value()
    }

    /// Return a list of names of the unary intrinsics.
    #[function("()")]
    fn get_intrinsic1_descs() -> Value {
        names(Intrinsic1::ALL.iter().map(|intrinsic| intrinsic.text().to_string()))
    }

    /// Return a list of names of the binary intrinsics.
    #[function("()")]
    fn get_intrinsic2_descs() -> Value {
        names(Intrinsic2::ALL.iter().map(|intrinsic| intrinsic.text().to_string()))
    }

    #[constant(name = "ENABLE_SPECIALIZATION")]
    fn enable_specialization() -> bool {
        true
    }

    #[constant(name = "ENABLE_SPECIALIZATION_FT")]
    fn enable_specialization_free_threaded() -> bool {
        false
    }

    /// Return the executor object at offset in code if exists, None otherwise.
    #[function("(code, offset)")]
    fn get_executor(thread: &mut Thread, _code: Value, _offset: i32) -> Result {
        Err(thread.runtime_error("Executors are not available in this build"))
    }

    /// Return a list of special method names.
    #[function("()")]
    fn get_special_method_names() -> Value {
        names(SpecialMethod::ALL.iter().map(|method| method.text().to_string()))
    }
}
