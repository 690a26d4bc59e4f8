//! Damaged `.pyc` files: an error or sound code, never a panic.
//!
//! `TAIPAN_SEED` chooses other damage, `TAIPAN_ROUNDS` more of it.

use std::sync::Arc;

use taipan_compiler::pyc::{self, Validation};
use taipan_compiler::{CodeObject, Constant, Options, compile, disassemble, marshal, verify};

const SOURCE: &str = r#"
import os as system
from collections import *
CONSTANT = (1, 2.5, 3j, "text", b"bytes", None, ..., True, 12345678901234567890123, -(2 ** 70))

class Class[T](object, metaclass=type):
    """Docstring."""
    attribute: int = 1
    def method(self, /, a, *args, b=2, **kwargs) -> str:
        super().method()
        nonlocal_variable = [lambda: nonlocal_variable for x in range(10) if x in {1, 2, 3}]
        return f"{a!r:>{b}} {self.attribute} {nonlocal_variable[1:2]}"

async def coroutine(items):
    async with items as entered, items:
        async for item in entered:
            await item
    try:
        yield [await item async for item in items]
    except* ValueError as error:
        raise TypeError from error
    finally:
        del items

def generator(value):
    match value:
        case {"key": 1, **rest}: yield from rest
        case [1, *others] | (others, 2): yield others
        case Class(attribute=1): return
    while value:
        try:
            with value: value -= 1
        except (KeyError, IndexError): continue
        else: break
    return not value and value or (yield)
"#;

/// Marsaglia's xorshift.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Everything that looks at a code object from outside.
fn look(code: &CodeObject) {
    disassemble::disassemble(code);
    look_nested(code);
}

fn look_nested(code: &CodeObject) {
    for each in code.instructions() {
        code.line_of(each.offset);
        code.handler_for(each.offset);
    }
    code.varnames();
    for constant in &code.consts {
        if let Constant::Code(nested) = constant {
            look_nested(nested);
        }
    }
}

fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(4) {
        let place = random.below(bytes.len());
        match random.below(6) {
            0 => bytes[place] = random.next() as u8,
            1 => bytes[place] ^= 1 << random.below(8),
            2 => bytes[place] = bytes[random.below(bytes.len())],
            3 => bytes[place] = bytes[place].wrapping_add(1),
            4 => {
                bytes.remove(place);
            }
            _ => bytes.insert(place, random.next() as u8),
        }
    }
}

/// The code objects in a constant, damaged in their own fields rather than in the file's bytes.
fn damage_code(code: &CodeObject, random: &mut Random) -> CodeObject {
    let mut code = code.clone();
    for constant in &mut code.consts {
        if let Constant::Code(nested) = constant {
            *nested = Arc::new(damage_code(nested, random));
        }
    }
    if random.below(4) == 0 {
        let field = match random.below(6) {
            0 => &mut code.linetable,
            1 | 2 => &mut code.exceptiontable,
            _ => &mut code.code,
        };
        if !field.is_empty() {
            damage(field, random);
        }
    }
    code
}

#[test]
fn damaged_files() {
    let code = compile(SOURCE.as_bytes(), &Options::exec("source.py")).unwrap().code;
    verify::verify(&code).unwrap();
    let original = pyc::to_bytes(Validation::UncheckedHash(0), &code);
    assert_eq!(pyc::read(&original).unwrap().1, code);

    let seed = number("TAIPAN_SEED", 1);
    println!("TAIPAN_SEED={seed}");
    let mut random = Random(seed | 1 << 63);
    let mut accepted = 0;
    for _ in 0..number("TAIPAN_ROUNDS", 1_000) {
        let mut bytes = original.clone();
        damage(&mut bytes, &mut random);
        if let Ok((_, code)) = pyc::read(&bytes) {
            look(&code);
            accepted += usize::from(verify::verify(&code).is_ok());
        }
        let damaged = damage_code(&code, &mut random);
        look(&damaged);
        accepted += usize::from(verify::verify(&damaged).is_ok());
        let constant = Constant::Code(Arc::new(damaged));
        assert_eq!(marshal::loads(&marshal::dumps(&constant)), Ok(constant));
    }
    // Most damage to names and numbers does no harm.
    assert!(accepted > 0);
}
