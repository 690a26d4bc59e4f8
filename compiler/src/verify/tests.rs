use super::*;
use crate::code::CodeFlags;
use crate::opcode::Opcode;

/// A code object of these instructions, with a constant, a name, a local and a stack of two.
fn code(instructions: &[(Opcode, u8)]) -> CodeObject {
    let mut bytes = Vec::new();
    for (opcode, operand) in instructions {
        bytes.extend([*opcode as u16 as u8, *operand]);
        bytes.resize(bytes.len() + 2 * opcode.cache_words(), 0);
    }
    CodeObject {
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: 2,
        flags: CodeFlags(0),
        code: bytes,
        consts: vec![Constant::None],
        names: vec!["name".into()],
        localsplus_names: vec!["local".into()],
        localsplus_kinds: vec![crate::code::local_kind::LOCAL],
        filename: "file".into(),
        name: "code".into(),
        qualname: "code".into(),
        firstlineno: 1,
        linetable: vec![],
        exceptiontable: vec![],
    }
}

fn rule(instructions: &[(Opcode, u8)]) -> Option<&'static str> {
    verify(&code(instructions)).err().map(|error| error.rule)
}

use Opcode::*;

#[test]
fn sound_code_is_accepted() {
    assert_eq!(rule(&[(Resume, 0), (LoadConst, 0), (ReturnValue, 0)]), None);
    assert_eq!(rule(&[(LoadConst, 0), (StoreFast, 0), (LoadFast, 0), (ReturnValue, 0)]), None);
}

#[test]
fn each_rule() {
    let cases: &[(&[(Opcode, u8)], &str)] = &[
        (&[(LoadConst, 1), (ReturnValue, 0)], "the operand is the index of a constant"),
        (&[(LoadName, 1), (ReturnValue, 0)], "the operand is the index of a name"),
        (&[(LoadFastCheck, 1), (ReturnValue, 0)], "the operand is the index of a fast local"),
        (&[(LoadFast, 0), (ReturnValue, 0)], "the local variable is bound"),
        (&[(MakeCell, 0), (LoadConst, 0), (ReturnValue, 0)], "the operand is the index of a cell"),
        (&[(ReturnValue, 0)], "the stack holds what the instruction takes"),
        (&[(PushNull, 0), (ReturnValue, 0)], "the instruction takes values"),
        (&[(LoadConst, 0)], "the code doesn't run over its end"),
        (&[(JumpForward, 9), (LoadConst, 0), (ReturnValue, 0)], "the jump leads to an instruction"),
        (&[(Nop, 0), (JumpBackward, 9)], "the jump leads to an instruction"),
        (&[(LoadConst, 0), (JumpBackward, 3)], "the stack has one depth where paths meet"),
        (
            &[(LoadConst, 0), (LoadConst, 0), (LoadConst, 0), (ReturnValue, 0)],
            "the stack isn't deeper than declared",
        ),
        (&[(BinaryOpAddInt, 0), (ReturnValue, 0)], "the opcode is one that a compiler emits"),
        (
            &[(LoadConst, 0), (YieldValue, 0), (Resume, 1), (ReturnValue, 0)],
            "the instruction is at a place where it may be",
        ),
        (
            &[(LoadConst, 0), (GetIter, 0), (ForIter, 0), (ReturnValue, 0)],
            "the instruction is at a place where it may be",
        ),
        (&[(LoadConst, 0), (ReturnValue, 0), (ExtendedArg, 0)], "the code doesn't end in EXTENDED_ARG"),
        (&[(Nop, 0), (JumpBackwardNoInterrupt, 2)], "a loop looks for interrupts"),
        (&[(LoadConst, 0), (Swap, 1), (ReturnValue, 0)], "the operand is a place in the stack"),
    ];
    for (instructions, expected) in cases {
        assert_eq!(rule(instructions), Some(*expected), "{instructions:?}");
    }
}

#[test]
fn caches_and_tables() {
    let mut truncated = code(&[(LoadConst, 0), (ReturnValue, 0)]);
    truncated.code.extend([ToBool as u16 as u8, 0]);
    assert_eq!(verify(&truncated).unwrap_err().rule, "there is room for the instruction's caches");
    let mut table = code(&[(LoadConst, 0), (ReturnValue, 0)]);
    table.exceptiontable = vec![0x80, 1, 9, 0];
    assert_eq!(verify(&table).unwrap_err().rule, "the exception table refers to instructions");
    table.exceptiontable = vec![0x80];
    assert_eq!(verify(&table).unwrap_err().rule, "the exception table is well-formed");
    table.exceptiontable = vec![0x81, 1, 1, 6];
    assert_eq!(verify(&table).unwrap_err().rule, "the stack is as deep as the handler expects");
}

#[test]
fn handlers_that_cover_themselves() {
    let mut code = code(&[(LoadConst, 0), (RaiseVarargs, 1), (Reraise, 0)]);
    // The last instruction is the handler of the first two, which may be left; then of itself too.
    code.exceptiontable = vec![0x80, 2, 2, 0];
    assert_eq!(verify(&code), Ok(()));
    code.exceptiontable = vec![0x80, 3, 2, 0];
    assert_eq!(verify(&code).unwrap_err().rule, "a loop looks for interrupts");
}
