//! The module `_opcode`: what `dis` asks about opcodes, answered from the compiler's table.

use taipan_compiler::opcode::{
    BinaryOperator, Intrinsic1, Intrinsic2, Opcode, OperandKind, Section, SpecialMethod,
};
use taipan_runtime::object::code::Code;
use taipan_runtime::object::list::List;
use taipan_runtime::object::str::intern;
use taipan_runtime::object::tuple::Tuple;
use taipan_runtime::operations::convert::index_i64;
use taipan_runtime::prelude::*;

/// Opcode support module.
pub struct OpcodeModule;

/// The opcode with a number, if CPython has it too.
fn opcode(number: i32) -> Option<Opcode> {
    let opcode = u16::try_from(number).ok().and_then(Opcode::from_u16)?;
    (opcode.section() != Section::Own).then_some(opcode)
}

/// Specialised forms that don't look at their operand any more.
fn ignores_operand(opcode: Opcode) -> bool {
    let is_special = opcode.section() == Section::Specialized;
    is_special
        && (opcode.base() == Opcode::BinaryOp
            || matches!(
                opcode,
                Opcode::CallLen
                    | Opcode::ResumeCheck
                    | Opcode::StoreAttrInstanceValue
                    | Opcode::StoreAttrSlot
            ))
}

/// Specialised forms that don't look at the name any more.
fn ignores_name(opcode: Opcode) -> bool {
    opcode.section() == Section::Specialized
        && (opcode.base() == Opcode::LoadGlobal
            || matches!(opcode, Opcode::StoreAttrInstanceValue | Opcode::StoreAttrSlot)
            || opcode.base() == Opcode::LoadAttr && opcode != Opcode::LoadAttrGetattributeOverridden)
}

/// Forms whose jump isn't in the operand, or is left to the base.
fn hides_jump(opcode: Opcode) -> bool {
    match opcode.section() {
        Section::Instrumented => {
            !matches!(opcode, Opcode::InstrumentedForIter | Opcode::InstrumentedEndAsyncFor)
        }
        _ => matches!(opcode, Opcode::ForIterGen | Opcode::SendGen),
    }
}

fn has_kind(number: i32, test: impl Fn(Opcode, OperandKind) -> bool) -> bool {
    opcode(number).is_some_and(|opcode| test(opcode, opcode.operand_kind()))
}

fn list<T>(items: impl IntoIterator<Item = T>, make: impl Fn(T) -> Value) -> Gc<List> {
    let list = List::empty();
    for item in items {
        list.push(make(item));
    }
    list
}

/// CPython's name of a binary operator.
fn operator_name(operator: BinaryOperator) -> String {
    let name = match operator {
        BinaryOperator::LeftShift => "LSHIFT".to_owned(),
        BinaryOperator::RightShift => "RSHIFT".to_owned(),
        BinaryOperator::InplaceLeftShift => "INPLACE_LSHIFT".to_owned(),
        BinaryOperator::InplaceRightShift => "INPLACE_RSHIFT".to_owned(),
        BinaryOperator::Subscript => "SUBSCR".to_owned(),
        other => {
            let mut name = String::new();
            for (i, letter) in format!("{other:?}").chars().enumerate() {
                if letter.is_ascii_uppercase() && i > 0 {
                    name.push('_');
                }
                name.push(letter.to_ascii_uppercase());
            }
            name
        }
    };
    format!("NB_{name}")
}

#[native_module(name = "_opcode")]
impl OpcodeModule {
    /// Compute the stack effect of the opcode.
    #[function(
        "(opcode, oparg=None, /, *, jump=None)",
        text = "($module, opcode, oparg=None, /, *, jump=None)"
    )]
    fn stack_effect(thread: &mut Thread, opcode: i32, oparg: Value, jump: Value) -> Result<i32> {
        let oparg = match oparg.is_null() || oparg.is_none() {
            true => 0,
            false => index_i64(thread, oparg)?,
        };
        let jumps = match jump {
            _ if jump.is_null() || jump.is_none() => None,
            Value::TRUE => Some(true),
            Value::FALSE => Some(false),
            _ => return Err(thread.value_error("stack_effect: jump must be False, True or None")),
        };
        let base = self::opcode(opcode).filter(|opcode| opcode.section() != Section::Specialized);
        let (Some(base), Ok(oparg)) = (base, i32::try_from(oparg).and_then(u32::try_from)) else {
            return Err(thread.value_error("invalid opcode or oparg"));
        };
        let effect = |jumps| base.stack_effect(oparg, jumps);
        Ok(jumps.map_or_else(|| effect(true).max(effect(false)), effect))
    }

    /// Return True if opcode is valid, False otherwise.
    #[function("(opcode)", text = "($module, /, opcode)")]
    fn is_valid(opcode: i32) -> bool {
        self::opcode(opcode).is_some()
    }

    /// Return True if the opcode uses its oparg, False otherwise.
    #[function("(opcode)", text = "($module, /, opcode)")]
    fn has_arg(opcode: i32) -> bool {
        has_kind(opcode, |opcode, kind| kind != OperandKind::None && !ignores_operand(opcode))
    }

    /// Return True if the opcode accesses a constant, False otherwise.
    #[function("(opcode)", text = "($module, /, opcode)")]
    fn has_const(opcode: i32) -> bool {
        has_kind(opcode, |_, kind| kind == OperandKind::Const)
    }

    /// Return True if the opcode accesses an attribute by name, False otherwise.
    #[function("(opcode)", text = "($module, /, opcode)")]
    fn has_name(opcode: i32) -> bool {
        has_kind(opcode, |opcode, kind| {
            let names = matches!(
                kind,
                OperandKind::Name
                    | OperandKind::Global
                    | OperandKind::Attribute
                    | OperandKind::SuperAttribute
            );
            names && !ignores_name(opcode)
        })
    }

    /// Return True if the opcode has a jump target, False otherwise.
    #[function("(opcode)", text = "($module, /, opcode)")]
    fn has_jump(opcode: i32) -> bool {
        has_kind(opcode, |opcode, _| opcode.is_jump() && !hides_jump(opcode))
    }

    /// Return True if the opcode accesses a free variable, False otherwise.
    ///
    /// Note that 'free' in this context refers to names in the current scope
    /// that are referenced by inner scopes or names in outer scopes that are
    /// referenced from this scope. It does not include references to global
    /// or builtin scopes.
    #[function("(opcode)", text = "($module, /, opcode)")]
    fn has_free(opcode: i32) -> bool {
        has_kind(opcode, |opcode, kind| kind == OperandKind::Free && opcode != Opcode::LoadDeref)
    }

    /// Return True if the opcode accesses a local variable, False otherwise.
    #[function("(opcode)", text = "($module, /, opcode)")]
    fn has_local(opcode: i32) -> bool {
        has_kind(opcode, |opcode, kind| {
            matches!(kind, OperandKind::Local | OperandKind::LocalPair)
                || matches!(opcode, Opcode::LoadDeref | Opcode::BinaryOpInplaceAddUnicode)
        })
    }

    /// Return True if the opcode sets an exception handler, False otherwise.
    #[function("(opcode)", text = "($module, /, opcode)")]
    fn has_exc(opcode: i32) -> bool {
        has_kind(opcode, |_, kind| kind == OperandKind::Handler)
    }

    /// Return the specialization stats
    #[function("()", text = "($module, /)")]
    fn get_specialization_stats() -> Value {
        // As in a CPython that was built without them.
        Value::NONE
    }

    /// Return array of symbols of binary ops.
    ///
    /// Indexed by the BINARY_OP oparg value.
    #[function("()", text = "($module, /)")]
    fn get_nb_ops() -> Gc<List> {
        list(BinaryOperator::ALL, |&operator| {
            let name = Str::new(&operator_name(operator));
            Tuple::new(&[name.value(), Str::new(operator.text()).value()]).value()
        })
    }

    /// Return a list of names of the unary intrinsics.
    #[function("()", text = "($module, /)")]
    fn get_intrinsic1_descs() -> Gc<List> {
        list(Intrinsic1::ALL, |function| intern(function.text()).value())
    }

    /// Return a list of names of the binary intrinsics.
    #[function("()", text = "($module, /)")]
    fn get_intrinsic2_descs() -> Gc<List> {
        list(Intrinsic2::ALL, |function| intern(function.text()).value())
    }

    /// Return a list of special method names.
    #[function("()", text = "($module, /)")]
    fn get_special_method_names() -> Gc<List> {
        list(SpecialMethod::ALL, |method| intern(method.text()).value())
    }

    /// Return the executor object at offset in code if exists, None otherwise.
    #[function("(code, offset)", text = "($module, /, code, offset)")]
    fn get_executor(thread: &mut Thread, code: Value, offset: i32) -> Result {
        let _ = offset;
        if code.downcast::<Code>().is_none() {
            let got = taipan_runtime::operations::attribute::class_name(code);
            return Err(thread.type_error(format!("expected a code object, not '{got}'")));
        }
        Err(thread.value_error("no executor at given byte offset"))
    }

    #[constant(name = "ENABLE_SPECIALIZATION")]
    fn enable_specialization() -> i64 {
        1
    }

    #[constant(name = "ENABLE_SPECIALIZATION_FT")]
    fn enable_specialization_free_threaded() -> i64 {
        1
    }
}
